"""`exposim timetable`: days, breaks and waits are the same however times are written, and told apart."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from sim.interchange import ListError, read_lists
from tests.cli.timetables import command, figures, made


def evening(zone: float, *, day: str = "") -> str:
    """Slots of an evening in Sydney that runs past midnight there, and of the next one; in any zone."""
    begin = dt.datetime(2026, 5, 12, 20, tzinfo=dt.timezone(dt.timedelta(hours=10)))
    there = dt.timezone(dt.timedelta(hours=zone))
    rows = []
    for name, hour in enumerate((0, 1, 4, 5, 24, 26)):
        start = (begin + dt.timedelta(hours=hour)).astimezone(there)
        named = day and f",{'ab'[hour > 3]}"
        rows.append(f"{name},{start.isoformat()},{(start + dt.timedelta(hours=1)).isoformat()}{named}")
    return f"slot,start,end{day and ',day'}\n" + "\n".join(rows) + "\n"


REQUESTS = "who,whom,weight,slot\nAnn,Bob,1,0\nAnn,Cem,1,1\nAnn,Dan,1,3\nAnn,Eve,1,4\nAnn,Fay,1,5\n"
GIVEN = ("requests.csv", "--slots-file", "slots.csv", "--tables", "1")


@pytest.mark.parametrize("zone", [10, 0, -7, 5.5, -12, 14])
def test_the_same_instants_give_the_same_breaks_in_every_zone(here: Path, zone: float) -> None:
    (here / "requests.csv").write_text(REQUESTS)
    (here / "slots.csv").write_text(evening(zone))
    found = figures(*GIVEN)
    # from 22:00 to 1:00 there is one slot, at midnight; on the next evening 21:00 to 22:00 has none
    assert (found["breaks"], found["wait_minutes"], found["meetings"]) == (1, 60, 5)


def test_a_day_ends_where_it_is_said_to(here: Path) -> None:
    (here / "requests.csv").write_text(REQUESTS)
    (here / "slots.csv").write_text(evening(10))
    assert figures(*GIVEN, "--day-ends", "04:00")["breaks"] == 1
    assert figures(*GIVEN, "--day-ends", "00:00")["breaks"] == 0  # the meeting at one is the first of a day
    (here / "slots.csv").write_text(evening(10, day="day"))
    assert figures(*GIVEN)["breaks"] == 0
    done = command(*GIVEN, "--day-ends", "04:00")
    assert (
        "slots.csv:1: column 'day': says the day of every slot; --day-ends would change nothing"
        in done.stderr
    )


def test_the_slots_of_a_day_follow_one_another() -> None:
    slots = b"slot,tables,day\na,1,Mon\nb,1,Tue\nc,1,Mon\n"
    with pytest.raises(ListError, match="found 'Mon' again, after 'Tue'; the slots of a day follow one anot"):
        read_lists(b"who,whom,weight\nAnn,Bob,1\n", slots=slots)
    with pytest.raises(ListError, match="has no times of slots: --day-ends would change nothing"):
        read_lists(b"who,whom,weight\nAnn,Bob,1\n", slots=b"slot,tables\na,1\n", day_ends=0)
    good = read_lists(b"who,whom,weight\nAnn,Bob,1\n", slots=b"slot,tables,day\na,1,Mon\nb,1,Tue\nc,1,Tue\n")
    assert good.problem.days.tolist() == [0, 1, 1]


def test_lunch_is_told_apart_and_a_wait_is_made_short(here: Path) -> None:
    # Ann is at lunch at 12, between Bob and Cem; she sees Dan at 9 where he might as well come at 10
    rows = "".join(f"{t},2026-05-12 {t:02}:00,2026-05-12 {t + 1:02}:00\n" for t in range(9, 14))
    (here / "slots.csv").write_text("slot,start,end\n" + rows)
    (here / "free.csv").write_text("who,9,10,11,12,13\nAnn,yes,yes,yes,no,yes\n")
    (here / "requests.csv").write_text("who,whom,weight,slot\nAnn,Bob,1,11\nAnn,Cem,1,13\nAnn,Dan,1,\n")
    given = (*GIVEN, "--availability", "free.csv", "--policy", "greedy")
    done = made(*given)
    assert "Breaks                1; the most anybody has: 1 ('Ann')\n" in done.stderr
    assert "Absences              1 between two meetings, which are no breaks\n" in done.stderr
    for exact in ((), ("--exact",)):
        found = figures(*given, "--compact", "--least", "waits", *exact)
        assert (found["breaks"], found["wait_minutes"], found["absences"]) == (0, 0, 1)
        assert found["compact"]["wait_bound_minutes"] == 0
        assert found["compact"]["proven"]


@pytest.mark.parametrize(
    ("times", "in_row", "meetings", "note"),
    [
        ("11:00-12:00 12:45-13:45", 1, 2, "in_row 1 of 'Amber' can never bind: no 2 slots adjoin"),
        ("11:00-11:10 11:20-11:30 11:40-11:50 12:00-12:10", 2, 3, ""),
        ("11:00-11:10 11:15-11:25 11:30-11:40 11:45-11:55", 2, 3, ""),
    ],
)
def test_meetings_in_a_row_are_in_slots_that_adjoin(
    here: Path, times: str, in_row: int, meetings: int, note: str
) -> None:
    slots = [time.split("-") for time in times.split()]
    day = "2026-05-12"
    (here / "slots.csv").write_text(
        "slot,start,end\n" + "".join(f"{n},{day} {a},{day} {b}\n" for n, (a, b) in enumerate(slots))
    )
    (here / "requests.csv").write_text(
        "who,whom,weight\n" + "".join(f"Amber,{n},1\n" for n in range(len(slots)))
    )
    (here / "limits.csv").write_text(f"who,in_row\nAmber,{in_row}\n")
    found = figures(*GIVEN, "--limits", "limits.csv")
    assert found["meetings"] == meetings
    assert [note in said for said in found["notes"]] == [True] * bool(note)
    wide = figures(*GIVEN, "--limits", "limits.csv", "--pause", "45")
    assert wide["meetings"] == len(slots) * in_row // (in_row + 1) + (len(slots) == 4)
    assert not wide["notes"]
    none = figures(*GIVEN, "--limits", "limits.csv", "--pause", "1")
    assert "with pauses of at most 1 min (--pause)" in none["notes"][0]


def test_a_limit_in_a_row_that_absences_keep_is_noted() -> None:
    lists = read_lists(
        b"who,whom,weight\nAnn,Bob,1\n",
        slots=4,
        tables=1,
        availability=b"who,1,2,3,4\nAnn,yes,yes,no,yes\n",
        limits=b"who,in_row\nAnn,2\nBob,2\n*,9\n",
    )
    assert [note.partition(": ")[2] for note in lists.notes] == [
        "in_row 9 of everybody can never bind: no 10 slots adjoin, with pauses of at most 0 min (--pause)",
        "in_row 2 of 'Ann' can never bind: nowhere could there be meetings in 3 slots that adjoin",
    ]


def test_a_least_of_everybody_gives_way_to_a_most_of_ones_own(here: Path) -> None:
    file = here / "limits.csv"
    file.write_text("who,least,most\n*,2,\nZ,,1\n")
    requests = b"who,whom,weight\nA,X,1\nA,Y,1\nA,Z,1\nB,X,1\nB,Y,1\n"
    lists = read_lists(requests, slots=3, tables=3, limits=file)
    assert dict(zip(lists.people, lists.least.tolist(), strict=True)) == {
        "A": 2,
        "X": 2,
        "Y": 2,
        "Z": 1,
        "B": 2,
    }
    assert lists.notes == (f"{file}:3: everybody's least (line 2) becomes 1 for 'Z', the most of his own",)
    for limits, said in (
        (b"who,least,most\n*,,1\nZ,2,\n", "found 2, which is more than everybody's most, 1 .line 2."),
        (b"who,least,most\nZ,2,1\n", "found 2, which is more than the most, 1"),
        (b"who,least,most\n*,2,1\n", "found 2, which is more than the most, 1"),
    ):
        with pytest.raises(ListError, match=said):
            read_lists(requests, slots=3, tables=3, limits=limits)
