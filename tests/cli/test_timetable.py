"""`exposim timetable`: from anyone's lists to a timetable that keeps to them, with its figures."""

from __future__ import annotations

import csv
import io
import json
import os
from pathlib import Path
from typing import Any, Final

import numpy as np
import pytest

from sim.cli.apart import apart
from sim.files.text import read_cell
from sim.interchange import REASONS
from sim.interchange.requests_csv import COLUMNS
from sim.matchmaking import POLICIES, Problem, Reason
from sim.matchmaking.compact.compact import Compact
from sim.matchmaking.compact.waiting import Waiting
from sim.matchmaking.wishes.affinity import IntArray
from tests.cli.processes import start
from tests.cli.test_command import CODE, SLOW, python
from tests.cli.timetables import (
    BUSY,
    BY_HAND,
    EXPECTED,
    SUMMARY,
    command,
    figures,
    made,
    rows,
)

pytestmark = pytest.mark.usefixtures("here")


def test_a_timetable_worked_out_by_hand() -> None:
    done = made(*BY_HAND)
    assert done.stdout == EXPECTED
    assert done.stderr == SUMMARY


def test_with_out_the_file_is_the_same_and_the_figures_go_to_standard_output(here: Path) -> None:
    done = made(*BY_HAND, "--out", "new/timetable.csv")
    assert done.stdout == SUMMARY
    assert done.stderr == ""
    assert Path("new/timetable.csv").read_text() == EXPECTED
    assert [each.name for each in (here / "new").iterdir()] == ["timetable.csv"]


def test_json_has_everything() -> None:
    content = figures(*BY_HAND)
    people, slots, table = (content.pop(key) for key in ("people", "slots", "timetable"))
    assert content == {
        "policy": "optimal",
        "interest": "reciprocal",
        "requests": 3,
        "meetings": 2,
        "value": 9,
        "value_exact": "9",
        "bound": 9,
        "bound_exact": "9",
        "gap": 0,
        "proven": True,
        "not_settled": [],
        "best_by_solver": False,
        "cut": False,
        "breaks": 0,
        "most_breaks": 0,
        "breaks_spread": 0,
        "wait_minutes": None,
        "most_wait_minutes": None,
        "longest_wait_minutes": None,
        "absences": 0,
        "compact": None,
        "changes": None,
        "table_slots": 4,
        "table_use": 0.5,
        "table_worth": 0,
        "again": None,
        "unmet": [],
        "least_missing": {"missing": 0, "fewest": None, "heeded": True},
        "reasons": {BUSY: 1},
        "notes": [],
        "read": ["requests.csv: 3 rows; who, whom, weight", "free.csv: 1 row; who, 1, 2"],
    }
    names = [(each["name"], each["meetings"], each["delegate_worth"]) for each in people]
    assert names == [("Ann", 2, 0), ("Xia", 1, 3), ("Yan", 1, 0), ("Ben", 0, 0)]
    assert slots[0] == {"name": "1", "start": None, "end": None, "tables": 2, "meetings": 1}
    written = {
        key: table[2][key] for key in ("line", "who", "whom", "weight", "slot", "table", "reason", "clashes")
    }
    assert written == {
        "line": 4,
        "who": "Ben",
        "whom": "Xia",
        "weight": 3,
        "slot": None,
        "table": None,
        "reason": f"{BUSY} (line 2)",
        "clashes": [2],
    }


def test_json_and_a_file_at_once() -> None:
    done = made(*BY_HAND, "--json", "--out", "timetable.csv")
    assert json.loads(done.stdout)["meetings"] == 2
    assert Path("timetable.csv").read_text() == EXPECTED


def test_what_is_missing_to_the_least_is_told_with_whose_doing_it_is() -> None:
    # Xia has one slot and is to have two meetings; Ben, who is to have one, has no other but hers
    Path("requests.csv").write_text("who,whom,weight\nAnn,Xia,5\nAnn,Yan,4\nBen,Xia,3\n")
    Path("limits.csv").write_text("who,least\nXia,2\nBen,1\n")
    by_limits = (*BY_HAND, "--limits", "limits.csv", "--policy")
    greedy = made(*by_limits, "greedy")
    assert [row["slot"] for row in rows(greedy.stdout)] == ["", "1", "1"]  # Ben comes before Ann
    least = f"Short of their least  1 of 2 people\n{'':22}'Xia' has 1 of 2\n"
    assert f"{least}{'':22}1 meeting missing: no timetable has fewer\n" in greedy.stderr
    words = " ".join(made(*by_limits, "none").stderr.split())
    assert "none does not look at what people are to have at least" in words
    assert "3 meetings missing; 2 of them could be held (--policy optimal)" in words
    assert "missing" not in made(*by_limits, "optimal").stderr
    found = {"missing": 3, "fewest": {"found": 1, "proven": 1}, "heeded": False}
    assert figures(*by_limits, "none")["least_missing"] == found


def test_must_meets_least_and_once_are_told_of() -> None:
    # Ann and Ben must both meet Xia, who has one slot; Ben is short of two meetings, so it is he
    Path("requests.csv").write_text(
        "id,who,whom,weight,must,veto\na,Ann,Xia,5,yes,\nb,Ann,Yan,4,,\nc,Ben,Xia,3,yes,\nd,Ben,Yan,2,,yes\n"
        ",Xia,Ben,9,,\n"
    )
    Path("limits.csv").write_text("who,least,most\nBen,2,\nYan,0,0\n")
    done = made(*BY_HAND, "--limits", "limits.csv", "--once")
    assert [row["id"] for row in rows(done.stdout)] == ["a", "b", "c", "d", ""]
    assert [row["reason"] for row in rows(done.stdout)] == [
        f"{BUSY} (line 4)",
        "the asked has as many meetings as allowed",
        "",
        "vetoed",
        "another request of the same two counts (line 4)",
    ]
    text = done.stderr
    assert f"3: no timetable that does as well by must-meets and least\n{'':22}is worth more\n" in text
    words = " ".join(text.split())
    assert f"Must-meets 1 of 2 held not 'Ann' and 'Xia' (line 2): {BUSY} (line 4) lines 2" in words
    assert f"{'':24}lines 2 and 4: the fewest musts that cannot all be held\n" in text
    assert f"Short of their least  1 of 1 people\n{'':22}'Ben' has 1 of 2\n" in text
    assert f"{'':28}1  another request of the same two counts\n" in text
    content = figures(*BY_HAND, "--limits", "limits.csv", "--once")
    why = {"reason": f"{BUSY} (line 4)", "clash": [2, 4], "smallest": True}
    assert content["unmet"] == [{"line": 2, "id": "a", "who": "Ann", "whom": "Xia"} | why]
    assert [(each["name"], each["meetings"], each["short"]) for each in content["people"]] == [
        ("Ann", 0, 0),
        ("Xia", 1, 0),
        ("Yan", 0, 0),
        ("Ben", 1, 1),
    ]


def test_one_more_is_priced_in_the_best_timetable_and_tried_under_another_policy() -> None:
    # greedy gives the one table of slot 1 to A and B, who could meet in slot 2, where C and D cannot: with
    # one more table they can. In the best timetable a table more is worth nothing. Ann's is another matter:
    # with one more delegate she meets Cem besides
    Path("requests.csv").write_text("who,whom,weight\nA,B,3\nC,D,2\n")
    Path("free.csv").write_text("who,1,2\nC,yes,no\nD,yes,no\n")
    given = ("requests.csv", "--slots", "2", "--tables", "1", "--availability", "free.csv")
    best, found = figures(*given), figures(*given, "--policy", "greedy")
    assert (best["meetings"], best["again"], best["table_worth"]) == (2, None, 0)
    assert found["meetings"] == 1
    assert found["again"] == {"ran": True, "value": 2, "meetings": 1}
    done = made(*given, "--policy", "greedy")
    assert "One more table-slot   worth nothing in the best timetable\n" in done.stderr
    assert "... in every slot     greedy run again: +1 meeting, value +2\n" in done.stderr
    assert "One more delegate     worth nothing to anybody in the best timetable\n" in done.stderr
    assert f"{'':22}greedy run again: adds nothing for anybody\n" in done.stderr
    Path("requests.csv").write_text("who,whom,weight\nAnn,Bob,3\nAnn,Cem,2\n")
    found = figures("requests.csv", "--slots", "1", "--tables", "2", "--policy", "first_come")
    assert [(each["name"], each["delegate_again"]) for each in found["people"]] == [
        ("Ann", 2),
        ("Bob", 0),
        ("Cem", 0),
    ]
    assert found["again"] == {"ran": True, "value": 0, "meetings": 0}


def test_two_musts_in_one_slot_name_each_other_and_the_third_is_held() -> None:
    Path("requests.csv").write_text("who,whom,weight,slot,must\nP,H1,1,1,yes\nP,H2,1,1,yes\nP,H3,1,,yes\n")
    done = made("requests.csv", "--slots", "2", "--tables", "3")
    held = rows(done.stdout)
    assert [row["slot"] for row in held[2:]] == ["2"]
    assert sorted(row["slot"] for row in held[:2]) == ["", "1"]
    left = next(row for row in held if not row["slot"])
    other = 2 if left["whom"] == "H2" else 3
    assert left["reason"] == f"in its slot one or the other has another meeting (line {other})"
    assert "lines 2 and 3: the fewest musts that cannot all be held\n" in done.stderr


def test_what_was_given_up_for_fewer_breaks_says_so() -> None:
    Path("requests.csv").write_text("who,whom,weight,slot\nAnn,Bob,2,1\nAnn,Cem,1,3\n")
    done = made("requests.csv", "--slots", "3", "--tables", "1", "--compact", "--lead", "breaks")
    assert [row["reason"] for row in rows(done.stdout)] == [
        "",
        "it would fit: it was given up for fewer breaks",
    ]


def test_breaks_are_runs_of_idle_slots_of_a_day() -> None:
    # Ann meets in slots 1, 3, 6 of the first day (two breaks) and on the second day; Bob in slots 1 and 2
    Path("slots.csv").write_text(
        "slot,start,end,tables\n"
        + "".join(f"{t},2024-11-26 {9 + t:02}:00,2024-11-26 {9 + t:02}:30,1\n" for t in range(1, 7))
        + "7,2024-11-27 09:00,2024-11-27 09:30,1\n"
    )
    Path("requests.csv").write_text(
        "who,whom,weight,slot\nAnn,Bob,1,1\nBob,Cem,1,2\nAnn,Dan,1,3\nAnn,Eve,1,6\nAnn,Fay,1,7\n"
    )
    done = made("requests.csv", "--slots-file", "slots.csv")
    assert "Breaks                2; the most anybody has: 2 ('Ann')\n" in done.stderr
    waits = "Waits                 3 h 0 min in all\n" + " " * 22
    assert f"{waits}the most anybody: 3 h 0 min ('Ann')\n{' ' * 22}the longest: 2 h 0 min\n" in done.stderr
    assert rows(done.stdout)[4] == {
        "who": "Ann",
        "whom": "Fay",
        "weight": "1",
        "slot": "7",
        "start": "2024-11-27 09:00",
        "end": "2024-11-27 09:30",
        "table": "1",
        "reason": "",
    }


def test_the_timetable_is_written_as_the_requests_are() -> None:
    text = "who;whom;weight\nKovács & Társa;Xia;0,5\n中国;Xia;2,0\n"
    done = made("-", "--slots", "1", "--tables", "1", stdin=b"\xef\xbb\xbf" + text.encode())
    assert (
        done.stdout_bytes
        == (
            "\ufeffwho;whom;weight;slot;start;end;table;reason\n"
            f"Kovács & Társa;Xia;0,5;;;;;{BUSY} (line 3)\n中国;Xia;2;1;;;1;\n"
        ).encode()
    )


def test_names_with_quotes_commas_and_lines_come_back() -> None:
    names = ['Kovács, "Béla" & Co', "two\nlines", "=1+1", "O'Neil; sons\t"]
    text = io.StringIO()
    csv.writer(text).writerows([["who", "whom", "weight"], *(["Ann", name, "1"] for name in names)])
    done = made("-", "--slots", "4", "--tables", "1", stdin=text.getvalue().encode())
    assert [read_cell(row["whom"]) for row in rows(done.stdout)] == [name.strip() for name in names]
    assert "'=1+1" in done.stdout  # which no spreadsheet runs


def test_the_same_lists_give_the_same_bytes() -> None:
    assert made(*BY_HAND).stdout_bytes == made(*BY_HAND).stdout_bytes
    assert made(*BY_HAND, "--json").stdout == made(*BY_HAND, "--json").stdout


# options


@pytest.mark.parametrize("policy", [name for name in POLICIES if name != "none"])
def test_every_policy_can_be_chosen_and_is_named_in_the_help(policy: str) -> None:
    content = figures(*BY_HAND, "--policy", policy)
    assert content["policy"] == policy
    assert content["meetings"] == 2
    assert content["bound"] == pytest.approx(9)
    assert content["gap"] == pytest.approx(1 - content["value"] / 9)
    assert policy in command("--help").output


def test_interest_counts_wishes() -> None:
    Path("requests.csv").write_text(
        "who,whom,weight,wish_who,wish_whom\nAnn,Xia,5,1,1\nAnn,Yan,4,2,3\nBen,Xia,3,4,\n"
    )
    assert figures(*BY_HAND, "--interest", "one_sided")["value"] == 6
    assert figures(*BY_HAND, "--interest", "nash")["value"] == 18
    assert "Value                 18 (sum of interest nash)" in made(*BY_HAND, "--interest", "nash").stderr


def test_interpreters_are_shared() -> None:
    Path("requests.csv").write_text(
        "who,whom,weight,language\nAnn,Xia,5,hu\nBen,Yan,4,hu\nCem,Zoe,3,\nDan,Wei,2,hu\n"
    )
    arguments = ["requests.csv", "--slots", "1", "--tables", "9", "--interpreters", "hu=2"]
    content = figures(*arguments)
    assert [row["slot"] for row in content["timetable"]] == ["1", "1", "1", None]
    assert content["reasons"] == {REASONS[Reason.NO_INTERPRETER]: 1}


def test_one_request_after_another_and_not_too_many_in_a_row() -> None:
    Path("requests.csv").write_text(
        "id,who,whom,weight,after\na,Ann,Xia,5,b\nb,Ann,Yan,4,\nc,Ann,Zoe,3,\n,Ann,Wei,2,\n"
    )
    Path("limits.csv").write_text("who,in_row\nAnn,2\n")
    arguments = ["requests.csv", "--slots", "4", "--tables", "1", "--limits", "limits.csv"]
    slots = [row["slot"] for row in figures(*arguments)["timetable"]]
    assert int(slots[0]) > int(slots[1])
    assert sum(slot is not None for slot in slots) == 3
    assert {slot for slot in slots if slot} in ({"1", "2", "4"}, {"1", "3", "4"})


def test_notes_are_on_standard_error_unless_quiet() -> None:
    lists = [*BY_HAND, "--interpreters", "hu=1"]
    assert made(*lists).stderr.startswith("note: --interpreters hu: no request needs them\n3 requests of 4")
    assert made(*lists, "--quiet").stderr == SUMMARY


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ([], "Missing argument 'REQUESTS'"),
        (["requests.csv"], "how many slots?"),
        (["requests.csv", "--slots", "2"], "how many tables?"),
        (["requests.csv", "--slots", "0", "--tables", "2"], "0 is not in the range"),
        (["requests.csv", "--slots", "2", "--tables", "two"], "'two' is not a valid integer"),
        ([*BY_HAND, "--slots-file", "slots.csv"], "give one of them"),
        ([*BY_HAND, "--policy", "optimum"], "there is no policy 'optimum'; did you mean 'optimal'?"),
        ([*BY_HAND, "--policy", "q"], "there is no policy 'q'; there are none, first_come"),
        ([*BY_HAND, "--policy", "greedy", "--exact"], "--exact goes with --policy optimal or --compact"),
        ([*BY_HAND, "--policy", "greedy", "--time-limit", "3"], "--time-limit goes with --policy optimal or"),
        ([*BY_HAND, "--time-limit", "0"], "0.0 is not in the range"),
        ([*BY_HAND, "--fairness", "2"], "--lead and --fairness go with --compact"),
        ([*BY_HAND, "--fairness", "0"], "--lead and --fairness go with --compact"),
        ([*BY_HAND, "--lead", "breaks"], "--lead and --fairness go with --compact"),
        ([*BY_HAND, "--compact", "--lead", "fairness"], "--lead fairness needs --fairness D"),
        ([*BY_HAND, "--least", "waits"], "--least goes with --compact"),
        (
            [*BY_HAND, "--compact", "--least", "waits", "--fairness", "1"],
            "--least waits goes with --lead value",
        ),
        ([*BY_HAND, "--day-ends", "04:00"], "--day-ends goes with --slots-file"),
        ([*BY_HAND, "--day-ends", "00:00"], "--day-ends goes with --slots-file"),
        ([*BY_HAND, "--revision", "0"], "--revision goes with --calendars DIR"),
        ([*BY_HAND, "--day-ends", "4"], "'4' is not a time of day such as 04:00"),
        ([*BY_HAND, "--force"], "--force goes with --out"),
        ([*BY_HAND, "--interest", "nash"], "needs the column 'wish_who' and 'wish_whom'"),
        ([*BY_HAND, "--interpreters", "hu=100001"], "'hu=100001' is not a LANGUAGE=NUMBER such as hu=2"),
        ([*BY_HAND, "--interpreters", "hu"], "'hu' is not a LANGUAGE=NUMBER such as hu=2"),
        ([*BY_HAND, "--interpreters", "hu=1", "--interpreters", "hu=2"], "'hu' is given twice"),
    ],
)
def test_bad_usage_ends_with_2_and_says_why(arguments: list[str], says: str) -> None:
    done = command(*arguments)
    assert (done.exit_code, done.stdout) == (2, "")
    assert says in " ".join(done.stderr.split())


def test_a_policy_that_has_no_use_for_the_lists_says_so() -> None:
    Path("requests.csv").write_text(
        "who,whom,weight,wish_who\nAnn,Ben,1,2\nBen,Cem,1,2\nCem,Ann,1,2\n"
    )  # no two sides
    done = command("requests.csv", "--slots", "2", "--tables", "2", "--policy", "stable")
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr.startswith("exposim: --policy stable: without two sides, both sides")


# fewer breaks. Greedy gives Ann and Xia slot 1, the only one Xia has; Yan and Zoe slot 2, the first one
# Zoe has; so Ann and Yan get slot 3, and Ann waits in between. Yan might as well meet her in slot 2, and
# Zoe in slot 3: nobody waits.

COMPACT: Final = [
    *("requests.csv", "--slots", "3", "--tables", "1", "--availability", "free.csv"),
    *("--policy", "greedy", "--compact"),
]


@pytest.fixture
def with_a_break(here: Path) -> None:
    Path("requests.csv").write_text("who,whom,weight\nAnn,Xia,3\nYan,Zoe,2\nAnn,Yan,1\n")
    Path("free.csv").write_text("who,1,2,3\nXia,yes,no,no\nZoe,no,yes,yes\n")


@pytest.mark.usefixtures("with_a_break")
@pytest.mark.parametrize("exact", [[], ["--exact"]])
def test_compacting_moves_meetings_and_loses_none(exact: list[str]) -> None:
    before = figures(*COMPACT[:-1])
    after = figures(*COMPACT, *exact)
    assert (before["meetings"], before["breaks"], before["compact"]) == (3, 1, None)
    assert (after["meetings"], after["breaks"], after["value"]) == (3, 0, 6)
    assert [row["slot"] for row in after["timetable"]] == ["1", "3", "2"]
    assert after["compact"] == {
        "least": "breaks",
        "bound": 0,
        "wait_bound_minutes": None,
        "proven": True,
        "fairness": None,
        "infeasible": False,
    }
    unchanged = ("bound", "gap", "table_worth", "requests", "reasons")
    assert [after[key] for key in unchanged] == [before[key] for key in unchanged]


@pytest.mark.usefixtures("with_a_break")
def test_every_option_of_compacting_reaches_it(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: dict[str, Any] = {}

    def compact(problem: Problem, slot: IntArray, **options: Any) -> Compact:
        asked.update(options)
        few, none = np.array([1, 0, 0, 0]), np.zeros(4, dtype=np.int64)
        waits = Waiting(breaks=few, absences=none, waits=none, longest=none)
        return Compact(slot=slot, waiting=waits, bound=0, infeasible=True, proven=True)

    monkeypatch.setattr("sim.matchmaking.compact.compact.compact", compact)
    monkeypatch.setattr("sim.cli.apart.apart", lambda work, *given, **options: work(*given, **options))
    done = made(*COMPACT, "--lead", "breaks", "--fairness", "0", "--exact", "--time-limit", "100")
    assert 90 < asked.pop("time_limit") < 100  # the policy has taken some of it
    assert asked == {"lead": "breaks", "fairness": 0, "least": "breaks", "exact": True}
    assert done.stderr.startswith("exposim: 3 requests at work ...\n")
    assert "\nBreaks                1 (proven: at least 0); the most anybody has: 1 ('Ann')\n" in done.stderr
    kept = f"people's breaks differ by 1 at most; allowed: 0, which\n{'':22}cannot be kept\n"
    assert f"\nFairness              {kept}" in done.stderr
    asked.clear()
    made(*COMPACT)
    assert asked == {"lead": "value", "fairness": None, "least": "breaks"}
    made(*COMPACT, "--least", "waits")
    assert asked == {"lead": "value", "fairness": None, "least": "waits"}


def test_work_apart_gives_its_result_or_what_it_raised() -> None:
    assert apart(max, 3, 4, key=str) == 4
    with pytest.raises(ValueError, match="empty"):
        apart(max, ())
    with pytest.raises(RuntimeError, match="ended with status 3"):
        apart(os._exit, 3)


# the help


def test_help_loads_nothing_slow() -> None:
    loaded = {name.partition(".")[0] for name in python(CODE.format(["timetable", "--help"])).split()}
    assert "click" in loaded
    assert not loaded & set(SLOW)


def test_help_describes_every_column() -> None:
    text = command("--help").output
    for column in COLUMNS:
        assert f"\n    {column}" in text or f", {column}" in text


# the real thing


def test_a_process_ends_with_0_and_the_timetable() -> None:
    process = start("timetable", *BY_HAND)
    assert process.communicate(timeout=60) == (EXPECTED, SUMMARY)
    assert process.returncode == 0


def test_a_process_ends_with_2_and_what_is_wrong() -> None:
    process = start("timetable", "requests.csv", "--slots", "2", "--tables", "2", "--limits", "none.csv")
    out, error = process.communicate(timeout=60)
    assert (process.returncode, out) == (2, "")
    assert error == "none.csv: cannot be read: there is no such file\n"
