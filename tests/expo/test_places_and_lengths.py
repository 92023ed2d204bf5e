"""Where meetings are and how long: kept tables, areas in several halls, booths' room, several slots."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pytest

import sim
from sim.engine import simulate
from sim.expo import Expo
from sim.expo.expo import REASONS
from sim.expo.meetings.around import around, there
from sim.expo.meetings.asking import Sent
from sim.expo.meetings.participants import Attendance
from sim.expo.meetings.places import Placed, length_of
from sim.expo.meetings.published import Plan
from sim.expo.meetings.slots import Slots
from sim.files.problems import ScenarioError
from sim.floor.arrays import MINUTE, NONE, IntArray
from sim.floor.contract import faults
from sim.floor.geography import walks
from sim.floor.laws import broken_laws
from sim.matchmaking import UNSCHEDULED, Asked, Problem, solve
from sim.statistics.result import Result
from sim.statistics.timetable import timetable
from sim.streams import Streams, subkeys
from tests.crowd import TOML
from tests.expo.fair import built, fair

# the crowded fair with halls 12 minutes of walk and more apart; a day of three slots, of 20 and 5 minutes
FAIR: dict[str, object] = {
    "expo.closes": dt.time(17, 0),
    "venue.halls.west.x_m": 1000,
    "visitors.buyer.visits": 20,
    "visitors.buyer.matchmaking_share": 0.0,
    "matchmaking.main.hall": "east",
    "matchmaking.main.tables": 4,
    "matchmaking.main.requests": 0,
    "matchmaking.main.host_chains": ("energy",),
    "matchmaking.main.exhibitor_guest_share": 1.0,
    "matchmaking.main.from": dt.time(15, 0),
    "matchmaking.main.window_slots": 3,
    "matchmaking.main.slot_minutes": 20,
    "matchmaking.main.buffer_minutes": 5,
    "matchmaking.main.no_show": 0,
    "matchmaking.main.no_show_exhibitors": 0,
    "matchmaking.main.policy": "optimal",
}
EXHIBITORS = """name,chain,hall,staff,area_m2
Eastern,energy,east,6,20
Middle,energy,east,6,45
Western,energy,west,6,20
Ash,food,east,6,20
Birch,food,east,6,20
Cedar,food,east,6,20
"""


def held(folder: Path, pairs: Iterable[str], **settings: object) -> Result:
    """What becomes of a fair at which these pairs are to meet: `Ash-Eastern`."""
    rows = ["who,whom,rule", *(",".join((*pair.split("-"), "must")) for pair in pairs)]
    (folder / "pairs.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    (folder / "exhibitors.csv").write_text(EXHIBITORS, encoding="utf-8")
    (folder / "fair.toml").write_text(TOML, encoding="utf-8")
    main = {f"matchmaking.main.{name}": value for name, value in settings.items()}
    files = {f"{name}_file": str(folder / f"{name}.csv") for name in ("exhibitors", "pairs")}
    result = sim.run(sim.load(folder / "fair.toml", FAIR | files | main))
    assert faults(result.expo.floor) == []
    assert list(broken_laws(result.expo.floor, result.trace)) == []
    return result


def rows(result: Result) -> dict[str, tuple[str, str, float]]:
    """Start, place and length of the meetings held, by the names of both sides."""
    m = result.meetings
    assert m["held"].all()
    return {
        "-".join(sorted(pair)): (f"{start:%H:%M}", place, minutes)
        for *pair, start, place, minutes in zip(
            m["organisation"], m["partner"], m["start"], m["place"], m["minutes"], strict=True
        )
    }


def reasons(result: Result) -> list[str]:
    return sorted(REASONS[code] for code in result.expo.requests.reason.tolist())


BOTH_HALLS: dict[str, object] = {"areas": 2, "area_halls": ("east", "west")}
EACH_WITH_EACH = ("Ash-Eastern", "Birch-Eastern", "Ash-Middle", "Birch-Middle")


def test_who_meets_in_two_halls_has_the_time_to_walk(tmp_path: Path) -> None:
    """At 1.2 m/s and less, 1,060 m take more than the 5 minutes to the next slot and less than 30."""
    pairs = ("Ash-Eastern", "Ash-Western")
    met = rows(held(tmp_path, pairs, **BOTH_HALLS))
    assert {start for start, _, _ in met.values()} == {"15:00", "15:50"}
    assert met["Ash-Eastern"][1].startswith("main 1/")
    assert met["Ash-Western"][1].startswith("main 2/")
    assert reasons(held(tmp_path, pairs, window_slots=2, **BOTH_HALLS)) == ["scheduled", "too_far"]
    # no one walks where the two are guests of the same hall
    assert len(rows(held(tmp_path, ("Ash-Eastern", "Ash-Middle"), window_slots=2, **BOTH_HALLS))) == 2


def test_a_meeting_of_two_slots_takes_them_and_the_time_between_at_one_table(tmp_path: Path) -> None:
    pairs, two = ("Ash-Eastern", "Ash-Western"), {"lengths": (0.0, 1.0), "tables": 1}
    result = held(tmp_path, pairs, window_slots=4, **two)
    met = rows(result)
    assert sorted(met.values()) == [("15:00", "main 1/1", 45), ("15:50", "main 1/1", 45)]
    assert result.row["meetings.minutes"] == 45
    assert result.row["meetings.table_share"] == result.row["meetings.table_booked_share"] == 1
    # of four slots Ash uses all, each of the hosts two
    assert result.row["meetings.diary_share.exhibitor"] == pytest.approx(8 / 12)
    # of three slots at one table there is no second run of two
    short = held(tmp_path, ("Ash-Eastern", "Birch-Western"), **two)
    assert reasons(short) == ["no_table", "scheduled"]
    assert short.row["meetings.table_share"] == pytest.approx(2 / 3)


def test_hosts_keep_a_table_each_and_share_where_there_are_too_few(tmp_path: Path) -> None:
    result = held(tmp_path, EACH_WITH_EACH, keep_tables=True, tables=2)
    places = {pair: place for pair, (_, place, _) in rows(result).items()}
    assert places == {
        pair: f"main 1/{1 if 'Eastern' in pair else 2}" for pair in map(_sorted, EACH_WITH_EACH)
    }
    few = held(tmp_path, EACH_WITH_EACH, keep_tables=True, tables=1)
    assert [line for line in few.expo.shortfalls.lines() if "keep_tables" in line] == [
        "matchmaking.main.keep_tables: 1 host without a table of their own: "
        "the hall has fewer tables than hosts with meetings"
    ]
    assert few.row["meetings.table_share"] == 1  # who keeps none uses the other's while it is free


def _sorted(pair: str) -> str:
    return "-".join(sorted(pair.split("-")))


@pytest.mark.parametrize(
    ("settings", "held_at_once"),
    [({"place_m2": 10.0}, 2), ({"place_room": 1}, 1), ({"place_m2": 15.0}, 1), ({"place_m2": 30.0}, 1)],
)
def test_a_booth_has_room_for_so_many_meetings_at_once(
    tmp_path: Path, settings: dict[str, object], held_at_once: int
) -> None:
    """A booth of 20 m² and two delegates, one slot: by number, or by what a meeting takes; always for one."""
    at_booths = {"location": "booth", "delegates": 2, "window_slots": 1} | settings
    result = held(tmp_path, ("Ash-Eastern", "Birch-Eastern"), **at_booths)
    assert len(rows(result)) == held_at_once
    assert reasons(result) == ["scheduled", "scheduled"] if held_at_once == 2 else ["place_full", "scheduled"]


def waits_and_walks(expo: Expo) -> tuple[IntArray, IntArray]:
    """What lies between two bookings of a party that follow each other, and how long it walks."""
    floor, b = expo.floor, expo.floor.bookings
    index = floor.party_days.booking_index
    owner = np.repeat(np.arange(floor.n_party_days), np.diff(index))
    both = np.flatnonzero((owner[1:] == owner[:-1]) & (b.meeting[1:] != NONE) & (b.meeting[:-1] != NONE))
    m = floor.meetings
    over = m.start[b.meeting[both]] + m.duration[b.meeting[both]]
    walk = walks(floor.places, b.place[both], b.place[both + 1], floor.party_days.pace[owner[both]])
    return b.start[both + 1] - over, walk


ALL_AT_ONCE: dict[str, object] = {
    "visitors__buyer__visits": 260,
    "visitors__public__visits": 10,
    "matchmaking__hungary__requests": 0,
    "matchmaking__general__requests": 260,
    "matchmaking__general__area_halls": ("east", "west"),
    "matchmaking__general__tables": 30,
    "matchmaking__general__keep_tables": True,
    "matchmaking__general__lengths": (0.6, 0.3, 0.1),
    "matchmaking__general__window_slots": 6,
    "matchmaking__general__buffer_minutes": 3.0,
    "matchmaking__general__interpreters": 6,
    "matchmaking__general__against_no_shows": "standbys",
    "matchmaking__general__again_share": 1.0,
    "venue__halls__west__x_m": 500,
}


def test_no_table_has_two_meetings_at_once_and_every_walk_fits_whatever_the_rules() -> None:
    expo = built(**ALL_AT_ONCE)
    m = expo.floor.meetings
    assert faults(expo.floor) == []
    assert list(broken_laws(expo.floor, simulate(expo.floor))) == []
    own = np.flatnonzero(m.standby_for == NONE)
    own = own[np.lexsort((m.start[own], m.place[own]))]
    same = m.place[own][1:] == m.place[own][:-1]
    assert (m.start[own][1:] >= (m.start + m.duration)[own][:-1])[same].all()
    assert set(np.unique(m.duration // MINUTE).tolist()) == {20, 43, 66}
    # stand-bys and second appointments last as long as what they stand in for
    longer = m.duration > 20 * MINUTE
    assert longer[m.standby_for != NONE].any()
    assert longer[m.again_of != NONE].any()
    again = np.flatnonzero(m.again_of != NONE)
    assert np.array_equal(m.duration[again], m.duration[m.again_of[again]])
    wait, walk = waits_and_walks(expo)
    assert (wait >= walk).all()
    assert (walk > 3 * MINUTE).any()  # or else the buffer alone would do
    zone = expo.floor.places.zone[m.place]
    assert len(np.unique(zone)) == 2
    # a host who keeps a table is at no other; all do where a hall has tables enough
    r = expo.requests
    on = np.flatnonzero((r.meeting != NONE) & ((r.asker_party == NONE) != (r.asked_party == NONE)))
    host = np.where(r.asker_party[on] == NONE, r.asker[on], r.asked[on])
    short = {expo.shortfalls.what[i] for i, path in enumerate(expo.shortfalls.path) if "keep_tables" in path}
    assert not short
    pairs = np.unique(np.stack((host, m.place[r.meeting[on]])), axis=1)
    assert len(np.unique(pairs[0])) == len(np.unique(pairs[1])) == pairs.shape[1] > 20


def test_what_was_published_stays_with_its_length_table_and_hall_and_others_go_around_it(
    tmp_path: Path,
) -> None:
    """Its own timetable published is the same again; half of it, and more is arranged around that half."""
    plain = {k: v for k, v in ALL_AT_ONCE.items() if not k.endswith(("against_no_shows", "again_share"))}
    plain |= {"visitors__buyer__visits": 130, "matchmaking__general__requests": 160}
    first = timetable(built(**plain), "general")
    file, half = tmp_path / "plan.csv", first.iloc[::2]
    published = plain | {"matchmaking__general__published": str(file)}
    first.to_csv(file, index=False)
    assert timetable(built(**published | {"matchmaking__general__requests": 0}), "general").equals(first)
    # tables are dealt anew among meetings of the same time and area, so that hosts are at others' tables
    time = [half["start"], half["end"], (half["table"].astype(int) - 1) // 30]
    half = half.assign(table=half.groupby(time)["table"].transform(lambda each: each.to_numpy()[::-1]))
    assert (half["table"] != first["table"].iloc[::2]).sum() > 5
    half.to_csv(file, index=False)
    expo = built(**published)
    around = timetable(expo, "general")
    assert len(around.merge(half)) == len(half) < len(around) - 20
    assert faults(expo.floor) == []
    assert list(broken_laws(expo.floor, simulate(expo.floor))) == []
    m = expo.floor.meetings
    own = np.lexsort((m.start, m.place))
    same = m.place[own][1:] == m.place[own][:-1]
    assert (m.start[own][1:] >= (m.start + m.duration)[own][:-1])[same].all()


def test_a_published_meeting_of_two_slots_is_held_in_both_at_its_table(tmp_path: Path) -> None:
    """A file's lengths count though `lengths` draws none; the host of table 2 keeps it, whoever is first."""
    plan = tmp_path / "plan.csv"
    told: dict[str, object] = {"published": str(plan), "keep_tables": True, "tables": 2}
    plan.write_text("who,whom,start,end,table\nAsh,Middle,15:25,16:10,2\n", encoding="utf-8")
    result = held(tmp_path, EACH_WITH_EACH[:2], **told)
    met = rows(result)
    assert met["Ash-Middle"] == ("15:25", "main 1/2", 45)
    assert {met[pair][1:] for pair in ("Ash-Eastern", "Birch-Eastern")} == {("main 1/1", 20)}
    assert met["Ash-Eastern"][0] == "15:00"  # the one slot that is left to Ash
    assert result.timetable()["end"].tolist()[-1].endswith("16:10")
    for row, said in (
        ("Ash,Middle,15:25,16:00,2", "found 16:00; slots of main last 20 min: until 15:45, of several slots"),
        ("Ash,Middle,15:50,16:35,2", "found 16:35; main has no 2 slots that follow each other directly then"),
        ("Ash,Middle,15:25,16:10,2\nBirch,Middle,15:50,16:10,1", "found 'Middle', who meets Ash at that"),
        ("Ash,Middle,15:25,16:10,2\nBirch,Eastern,15:50,16:10,2", "found '2', at which Ash and Middle meet"),
    ):
        plan.write_text(f"who,whom,start,end,table\n{row}\n", encoding="utf-8")
        with pytest.raises(ScenarioError) as refused:
            held(tmp_path, EACH_WITH_EACH[:1], **told)
        assert said in str(refused.value)


def test_a_published_meeting_is_there_if_its_table_is_in_all_its_slots() -> None:
    """Of two meetings of two slots the first has its table, 7, in both; 8 is not there in the second."""
    start, none = np.arange(2) * 20 * MINUTE, np.full(2, NONE)
    tables = tuple(np.array(each) for each in ((7, 8), (7,)))
    two, each = np.array([7, 8]), np.zeros(2, dtype=np.int64)
    slots = Slots(
        start, start + 20 * MINUTE, np.array([2, 1]), tables, 7, 0, two, each, each[:1], (each, each[:1])
    )
    plan = Plan(np.array([0, 1]), np.array([2, 3]), each, two, np.array([2, 2]))
    where = Placed(plan.length, each, np.ones((4, 1), dtype=np.bool_), np.full(4, NONE))
    assert there(plan, plan.slot, none, where, slots).tolist() == [0]


def test_what_cannot_be_held_of_a_plan_keeps_its_time_and_table() -> None:
    """Two of one person in a slot: one is held; the other has its table and its people all the same."""
    problem = Problem.of([0, 0, 3], [1, 2, 2], [1.0, 1.0, 9.0], tables=3, slots=2)
    bound, can = around(problem, np.array([0, 1]), np.array([0, 0]))
    assert can.tolist() == [True, False]
    assert bound.room.tolist() == [[1, 1], [1, 1], [0, 1], [1, 1]]
    assert bound.tables.tolist() == [2, 3]  # one of the two is for the meeting that is held
    assert solve(bound, "optimal").slot.tolist() == [0, UNSCHEDULED, 1]


def test_lengths_are_a_pairs_own_and_shared_as_asked() -> None:
    who, one = np.arange(200), np.ones(200)
    people = Attendance(
        who, np.where(who < 20, NONE, who), np.where(who < 20, 0, 1), subkeys(1, who), one, one, False
    )
    a, b = (each.ravel() for each in np.meshgrid(np.arange(20, 200), np.arange(20)))
    section = fair().data.matchmaking["general"].model_copy(update={"lengths": (0.5, 0.3, 0.2)})

    def lengths(rows: IntArray) -> IntArray:
        none, own = np.zeros(len(rows), dtype=np.int64), np.ones(len(rows))
        asked = Asked(a[rows], b[rows], own, own)
        return length_of(
            "general", section, Sent(asked, none, none > 0, own, own, own, (0, 0)), people, Streams(1, 0)
        )

    every = lengths(np.arange(len(a)))
    shares = np.bincount(every)[1:] / len(a)
    assert np.abs(shares - (0.5, 0.3, 0.2)).max() < 5 * (0.25 / len(a)) ** 0.5
    some = np.flatnonzero(np.arange(len(a)) % 7 == 3)[::-1]
    assert np.array_equal(lengths(some), every[some])


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"area_halls": ("east", "wst")}, "found 'wst'; there is no such hall; there are: east, west"),
        ({"area_halls": ("east", "west")}, "area_halls: found 2 halls; allowed: one for each of areas = 1"),
        ({"area_halls": ("west",)}, "hall: found 'east'; allowed: a hall of area_halls, west"),
        ({"area_halls": ("east",), "location": "booth"}, "area_halls: has no use where meetings are held"),
        ({"keep_tables": True, "location": "booth"}, "keep_tables: has no use where meetings are held"),
        ({"keep_tables": True, "delegates": 2}, "delegates: found 2; with keep_tables a host has one"),
        ({"lengths": (0.5, 0.4)}, "lengths: found shares that make 0.9; allowed: 1 in all"),
        ({"lengths": (0.5, 0.5), "window_slots": 1}, "lengths: found meetings of 2 slots; no day has more"),
        ({"lengths": (0.5, 0.5), "pending_blocks": True}, "pending_blocks: a request that waits would hold"),
        (
            {"lengths": (0.5, 0.5), "again_share": 0.5, "limits": {"exhibitors": {"rest_minutes": 9.0}}},
            "again_share: is not there for meetings of several slots (lengths) where there are limits",
        ),
        (
            {"lengths": (0.5, 0.5), "windows": (3,), "window_slots": 2, **BOTH_HALLS},
            "windows.0: found 3 windows in 2 areas; with lengths and several halls each area has as many",
        ),
        (
            {"lengths": (0.5, 0.5), "windows": (1,), "window_slots": 2, **BOTH_HALLS},
            "windows.0: found 1 window in 2 areas; with lengths and several halls each area has as many",
        ),
    ],
)
def test_what_does_not_go_together_is_refused(tmp_path: Path, settings: dict[str, object], said: str) -> None:
    with pytest.raises(ScenarioError) as refused:
        held(tmp_path, ("Ash-Eastern",), **settings)
    assert said in str(refused.value)
