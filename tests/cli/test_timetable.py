"""`exposim timetable`: from anyone's lists to a timetable that keeps to them, with its figures."""

from __future__ import annotations

import contextlib
import csv
import io
import json
import os
import signal
import subprocess
import sys
import time
import unicodedata
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any, Final

import numpy as np
import pytest
from click.testing import CliRunner, Result
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sim.cli import exposim
from sim.cli.apart import apart
from sim.files.text import read_cell
from sim.interchange import REASONS
from sim.interchange.requests_csv import COLUMNS
from sim.matchmaking import POLICIES, Problem, Reason
from sim.matchmaking.compact.compact import Compact
from sim.matchmaking.wishes.affinity import IntArray
from tests.cli.test_command import CODE, SLOW, python

ROOT = Path(__file__).parents[2]
REQUESTS = "who,whom,weight\nAnn,Xia,5\nAnn,Yan,4\nBen,Xia,3\n"
AVAILABILITY = "who,1,2\nXia,yes,no\n"
HEADER = "who,whom,weight,slot,start,end,table,reason\n"
BUSY = REASONS[Reason.NO_COMMON_SLOT]


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A directory with the lists of the hand-worked example."""
    monkeypatch.chdir(tmp_path)
    Path("requests.csv").write_text(REQUESTS)
    Path("free.csv").write_text(AVAILABILITY)
    return tmp_path


def command(*arguments: str, stdin: bytes | None = None) -> Result:
    return CliRunner().invoke(exposim, ["timetable", *arguments], input=stdin)


def made(*arguments: str, stdin: bytes | None = None) -> Result:
    done = command(*arguments, stdin=stdin)
    assert done.exit_code == 0, done.output
    return done


def figures(*arguments: str) -> dict[str, Any]:
    done = made(*arguments, "--json")
    content: dict[str, Any] = json.loads(done.stdout)
    return content


def rows(text: str, delimiter: str = ",") -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter))


# by hand: Xia can meet in slot 1 only, and meets Ann there, who wants it more than Ben; Ann's other
# meeting is then in slot 2. One more delegate of Xia could meet Ben: worth 3. Two tables of four are used.

BY_HAND = [
    "requests.csv",
    "--slots",
    "2",
    "--tables",
    "2",
    "--availability",
    "free.csv",
]
EXPECTED = f"{HEADER}Ann,Xia,5,1,,,1,\nAnn,Yan,4,2,,,1,\nBen,Xia,3,,,,,{BUSY}\n"
SUMMARY = f"""\
3 requests of 4 people; 2 slots, 4 table-slots; policy optimal

Meetings              2 of 3 requests
Value                 9 (sum of weights)
Bound                 9: no timetable is worth more
Gap                   0, proven best
Breaks                none
Table use             50 %, 2 of 4 table-slots
One more table-slot   worth nothing
One more delegate     worth most for
                            3  'Xia'
Without a slot        1 request
                            1  {BUSY}
"""


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
        "bound": 9,
        "gap": 0,
        "cut": False,
        "breaks": 0,
        "most_breaks": 0,
        "breaks_spread": 0,
        "compact": None,
        "table_slots": 4,
        "table_use": 0.5,
        "table_worth": 0,
        "unmet": [],
        "reasons": {BUSY: 1},
        "notes": [],
    }
    names = [(each["name"], each["meetings"], each["delegate_worth"]) for each in people]
    assert names == [("Ann", 2, 0), ("Xia", 1, 3), ("Yan", 1, 0), ("Ben", 0, 0)]
    assert slots[0] == {"name": "1", "start": None, "end": None, "tables": 2, "meetings": 1}
    written = {key: table[2][key] for key in ("line", "who", "whom", "weight", "slot", "table", "reason")}
    assert written == {
        "line": 4,
        "who": "Ben",
        "whom": "Xia",
        "weight": 3,
        "slot": None,
        "table": None,
        "reason": BUSY,
    }


def test_json_and_a_file_at_once() -> None:
    done = made(*BY_HAND, "--json", "--out", "timetable.csv")
    assert json.loads(done.stdout)["meetings"] == 2
    assert Path("timetable.csv").read_text() == EXPECTED


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
        BUSY,
        "the asked has as many meetings as allowed",
        "",
        "vetoed",
        "another request of the same two counts (line 4)",
    ]
    text = done.stderr
    assert "Bound                 3: no timetable that does as well by must-meets and least is worth" in text
    assert f"Must-meets            1 of 2 held\n{'':22}not 'Ann' and 'Xia' (line 2): {BUSY}\n" in text
    assert f"Short of their least  1 of 1 people\n{'':22}'Ben' has 1 of 2\n" in text
    assert f"{'':28}1  another request of the same two counts\n" in text
    content = figures(*BY_HAND, "--limits", "limits.csv", "--once")
    assert content["unmet"] == [{"line": 2, "id": "a", "who": "Ann", "whom": "Xia", "reason": BUSY}]
    assert [(each["name"], each["meetings"], each["short"]) for each in content["people"]] == [
        ("Ann", 0, 0),
        ("Xia", 1, 0),
        ("Yan", 0, 0),
        ("Ben", 1, 1),
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
            f"Kovács & Társa;Xia;0,5;;;;;{BUSY}\n中国;Xia;2;1;;;1;\n"
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
        ([*BY_HAND, "--lead", "breaks"], "--lead and --fairness go with --compact"),
        ([*BY_HAND, "--compact", "--lead", "fairness"], "--lead fairness needs --fairness D"),
        ([*BY_HAND, "--force"], "--force goes with --out"),
        ([*BY_HAND, "--interest", "nash"], "needs the column 'wish_who' and 'wish_whom'"),
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
def with_a_break() -> None:
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
    assert after["compact"] == {"bound": 0, "proven": True, "fairness": None, "infeasible": False}
    unchanged = ("bound", "gap", "table_worth", "requests", "reasons")
    assert [after[key] for key in unchanged] == [before[key] for key in unchanged]


@pytest.mark.usefixtures("with_a_break")
def test_every_option_of_compacting_reaches_it(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: dict[str, Any] = {}

    def compact(problem: Problem, slot: IntArray, **options: Any) -> Compact:
        asked.update(options)
        return Compact(slot=slot, breaks=np.array([1, 0, 0, 0]), bound=0, infeasible=True, proven=True)

    monkeypatch.setattr("sim.matchmaking.compact.compact.compact", compact)
    monkeypatch.setattr("sim.cli.apart.apart", lambda work, *given, **options: work(*given, **options))
    done = made(*COMPACT, "--lead", "breaks", "--fairness", "0", "--exact", "--time-limit", "100")
    assert 90 < asked.pop("time_limit") <= 100
    assert asked == {"lead": "breaks", "fairness": 0, "exact": True}
    assert done.stderr.startswith("exposim: 3 requests at work ...\n")
    assert "\nBreaks                1 (proven: at least 0); the most anybody has: 1 ('Ann')\n" in done.stderr
    assert (
        "\nFairness              people's breaks differ by 1 at most; allowed: 0, which cannot be kept\n"
        in (done.stderr)
    )
    asked.clear()
    made(*COMPACT)
    assert asked == {"lead": "value", "fairness": None}


def test_work_apart_gives_its_result_or_what_it_raised() -> None:
    assert apart(max, 3, 4, key=str) == 4
    with pytest.raises(ValueError, match="empty"):
        apart(max, ())
    with pytest.raises(RuntimeError, match="ended with status 3"):
        apart(os._exit, 3)


# what is written, and what is not


def test_a_bad_list_ends_with_2_and_nothing_is_written(here: Path) -> None:
    Path("requests.csv").write_text(REQUESTS + "Ann,Ben,x\nAnn,Ann,1\n")
    Path("free.csv").write_text("who,1,2\nXai,yes,no\n")
    done = command(*BY_HAND, "--out", "timetable.csv")
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr == (
        "requests.csv:5: column 'weight': found 'x'; allowed: a number ≥ 0\n"
        "requests.csv:6: column 'whom': found 'Ann', who asks; nobody meets himself\n"
        "free.csv:2: column 'who': found 'Xai'; nobody of that name is in the requests; did you mean 'Xia'?\n"
        "exposim: --ignore-unknown passes over unknown columns, and people who are in no request\n"
    )
    assert sorted(each.name for each in here.iterdir()) == ["free.csv", "requests.csv"]


def test_a_file_is_not_overwritten_without_force(monkeypatch: pytest.MonkeyPatch) -> None:
    out = Path("timetable.csv")
    out.write_text("precious")
    with monkeypatch.context() as patch:
        patch.setattr("sim.interchange.read_lists", None)  # it must refuse before anything is read
        done = command(*BY_HAND, "--out", "timetable.csv")
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr == "exposim: timetable.csv is already there; --force replaces it\n"
    assert out.read_text() == "precious"
    made(*BY_HAND, "--out", "timetable.csv", "--force")
    assert out.read_text() == EXPECTED


def test_a_file_that_came_meanwhile_is_not_overwritten(monkeypatch: pytest.MonkeyPatch, here: Path) -> None:
    monkeypatch.setattr(
        "sim.interchange.refuse", lambda *_, **__: Path("timetable.csv").write_text("precious")
    )
    done = command(*BY_HAND, "--out", "timetable.csv")
    assert done.exit_code == 2
    assert "is already there" in done.stderr
    assert sorted(each.name for each in here.iterdir()) == ["free.csv", "requests.csv", "timetable.csv"]
    assert Path("timetable.csv").read_text() == "precious"


def test_on_a_disk_without_links_it_is_renamed(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_links(*_: object) -> None:
        raise OSError(95, "Operation not supported")

    monkeypatch.setattr(os, "link", no_links)
    made(*BY_HAND, "--out", "timetable.csv")
    assert Path("timetable.csv").read_text() == EXPECTED
    monkeypatch.setattr("sim.interchange.refuse", lambda *_, **__: None)
    assert command(*BY_HAND, "--out", "timetable.csv").exit_code == 2


@pytest.mark.parametrize(
    ("out", "says"),
    [
        ("requests.csv", "requests.csv is one of the lists"),
        ("free.csv", "free.csv is one of the lists"),
        (".", ". is not a file"),
        ("free.csv/timetable.csv", "free.csv is not a directory"),
    ],
)
def test_what_is_never_replaced(out: str, says: str) -> None:
    done = command(*BY_HAND, "--out", out, "--force")
    assert (done.exit_code, done.stdout) == (2, "")
    assert says in done.stderr
    assert Path("requests.csv").read_text() == REQUESTS
    assert Path("free.csv").read_text() == AVAILABILITY


def test_an_old_file_stays_if_the_new_cannot_be_completed(
    monkeypatch: pytest.MonkeyPatch, here: Path
) -> None:
    def full(*_: object) -> Path:
        raise OSError(28, "No space left on device")

    Path("timetable.csv").write_text("precious")
    monkeypatch.setattr("os.replace", full)
    done = command(*BY_HAND, "--out", "timetable.csv", "--force")
    assert done.exit_code == 1
    assert "No space left" in done.stderr
    assert Path("timetable.csv").read_text() == "precious"
    assert sorted(each.name for each in here.iterdir()) == ["free.csv", "requests.csv", "timetable.csv"]


@pytest.mark.parametrize(
    ("place", "says"),
    [
        ("x" * 300, "cannot be written: file name too long"),
        ("x" * 300 + "/y.csv", "cannot be written: file name too long"),
        ("loop", "loop cannot be written: it is a link that leads nowhere"),
        ("requests.csv/y.csv", "requests.csv is not a directory"),
        ("/proc/y.csv", "/proc/y.csv cannot be written: "),
    ],
)
def test_a_place_that_will_not_do_is_refused_before_the_work(
    here: Path, monkeypatch: pytest.MonkeyPatch, place: str, says: str
) -> None:
    Path("loop").symlink_to("loop")
    before = sorted(each.name for each in here.iterdir())
    monkeypatch.setattr("sim.interchange.read_lists", None)
    done = command("requests.csv", "--slots", "2", "--tables", "2", "--out", place)
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr.startswith("exposim: ")
    assert says in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert sorted(each.name for each in here.iterdir()) == before


def test_a_link_to_a_timetable_stays_a_link(here: Path) -> None:
    Path("latest.csv").symlink_to("real.csv")
    once = ("requests.csv", "--slots", "2", "--tables", "2", "--out", "latest.csv")
    assert command(*once).exit_code == 0
    assert command(*once).exit_code == 2
    Path("real.csv").write_text("old")
    assert command(*once, "--force").exit_code == 0
    assert Path("latest.csv").is_symlink()
    assert Path("real.csv").read_text().startswith("who,whom")


# the help


def test_help_loads_nothing_slow() -> None:
    loaded = {name.partition(".")[0] for name in python(CODE.format(["timetable", "--help"])).split()}
    assert "click" in loaded
    assert not loaded & set(SLOW)


def test_help_describes_every_column() -> None:
    text = command("--help").output
    for column in COLUMNS:
        assert f"\n    {column}" in text or f", {column} " in text


# the real thing


def start(*arguments: str, **options: Any) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "sim", "timetable", *arguments],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        **options,
    )


def test_a_process_ends_with_0_and_the_timetable() -> None:
    process = start(*BY_HAND)
    assert process.communicate(timeout=60) == (EXPECTED, SUMMARY)
    assert process.returncode == 0


def test_a_process_ends_with_2_and_what_is_wrong() -> None:
    process = start("requests.csv", "--slots", "2", "--tables", "2", "--limits", "none.csv")
    out, error = process.communicate(timeout=60)
    assert (process.returncode, out) == (2, "")
    assert error == "none.csv: cannot be read: there is no such file\n"


HARD: Final = 40  # people who may have two meetings in a row: minutes of work


def test_ctrl_c_ends_a_solver_with_130_and_nothing_is_written(here: Path) -> None:
    pairs = [(i, j) for i in range(HARD) for j in range(i) if (i * j + i) % 3 == 0]
    text = "".join(f"P{i},P{j},{(i * 7919 + j * 104729) % 1000 / 1000}\n" for i, j in pairs)
    Path("requests.csv").write_text("who,whom,weight\n" + text)
    Path("limits.csv").write_text("who,in_row\n*,2\n")
    process = start(
        *("requests.csv", "--slots", "10", "--tables", "90", "--limits", "limits.csv", "--exact"),
        *("--out", "timetable.csv"),
    )
    assert process.stderr is not None
    assert "at work" in process.stderr.readline()
    time.sleep(1.0)  # it is in the solver
    process.send_signal(signal.SIGINT)
    out, error = process.communicate(timeout=30)
    assert (process.returncode, out, error) == (130, "", "exposim: stopped; nothing was written\n")
    assert sorted(each.name for each in here.iterdir()) == ["free.csv", "limits.csv", "requests.csv"]


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks for processes in /proc")
@pytest.mark.parametrize(
    ("people", "third", "size", "rules"),
    [
        (80, 7, ["--slots", "14", "--tables", "30"], []),
        (20, 3, ["--slots", "10", "--tables", "6"], ["--limits", "limits.csv"]),
    ],
    ids=["by a race", "by CP-SAT"],
)
def test_ctrl_c_ends_exact_compacting_with_130_and_its_processes(
    people: int, third: int, size: list[str], rules: list[str]
) -> None:
    pairs = [(i, j) for i in range(people) for j in range(i) if (i * j + i) % third == 0]
    Path("requests.csv").write_text("who,whom,weight\n" + "".join(f"P{i},P{j},1\n" for i, j in pairs))
    Path("limits.csv").write_text("who,in_row\n*,3\n")
    process = start(
        *("requests.csv", *size, *rules, "--policy", "first_come", "--compact", "--exact"),
        start_new_session=True,
    )
    assert process.stderr is not None
    assert "at work" in process.stderr.readline()
    deadline = time.monotonic() + 30
    while not busy_with_proof(process.pid) and time.monotonic() < deadline:
        time.sleep(0.1)
    os.killpg(process.pid, signal.SIGINT)  # as the terminal does: to all its processes
    out, error = process.communicate(timeout=30)
    assert (process.returncode, out, error) == (130, "", "exposim: stopped\n")
    assert not of_session(process.pid)


def of_session(session: int) -> list[Path]:
    """The processes of a session, by their directories; those that have ended are left out."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            fields = stat.read_text().rpartition(")")[2].split()
            if int(fields[3]) == session and fields[0] != "Z":
                found.append(stat.parent)
    return found


def busy_with_proof(session: int) -> bool:
    """Whether there are processes beside the first two, or the many threads of CP-SAT."""
    processes = of_session(session)
    return len(processes) > 2 or any(len(list((each / "task").iterdir())) > 8 for each in processes)


# whatever the lists, the timetable keeps to them, as plain code sees it


def as_compared(name: str) -> str:
    name = unicodedata.normalize("NFC", name).strip()
    return "x" if name.casefold() in ("", "*", "who") else name


LETTERS: Final = st.sampled_from("aAb\u00e1\u0301\u00df\u4e2d0,;\"'=+|.* \n\t") | st.characters(
    codec="utf-8", categories=["L", "N", "P", "S"]
)
NAMES: Final = st.text(LETTERS, min_size=1, max_size=6).map(as_compared)


@st.composite
def any_lists(draw: st.DrawFn) -> dict[str, Any]:
    people = draw(st.lists(NAMES, min_size=2, max_size=6, unique=True))
    slots = draw(st.lists(NAMES, min_size=1, max_size=5, unique_by=str.casefold))
    pairs = [(one, other) for one in people for other in people if one != other]
    asked = draw(st.lists(st.sampled_from(pairs), min_size=1, max_size=14))
    yes = st.sampled_from(["yes", "no", "1", "0", "TRUE", "n"])
    people = [name for name in people if any(name in pair for pair in asked)]
    listed = draw(st.lists(st.sampled_from(people), unique=True))
    few = st.sampled_from(["", "1", "2", "3"])
    return {
        "requests": [
            {
                "who": who,
                "whom": whom,
                "weight": draw(st.sampled_from(["0", "0.25", "1", "3.5", "2e-1"])),
                "must": draw(st.sampled_from(["", "", "yes", "no"])),
                "slot": draw(st.sampled_from(["", "", *slots])),
                "veto": "",
            }
            for who, whom in asked
        ],
        "slots": [{"slot": name, "tables": str(draw(st.integers(0, 3)))} for name in slots],
        "availability": [{"who": name} | {slot: draw(yes) for slot in slots} for name in listed],
        "limits": [
            {"who": name, "delegates": draw(few), "most": draw(few), "in_row": draw(few)}
            for name in draw(st.lists(st.sampled_from([*people, "*"]), unique=True))
        ],
        "delimiter": draw(st.sampled_from(",;\t")),
        "ends": draw(st.sampled_from(["\n", "\r\n"])),
        "bom": draw(st.booleans()),
        "policy": draw(st.sampled_from(list(POLICIES))),
        "compact": draw(st.sampled_from([[], [], ["--compact"], ["--compact", "--lead", "breaks"]])),
    }


def written(lists: dict[str, Any], name: str) -> list[str]:
    """The list in a file, and the option for it; no file if it is empty."""
    if not lists[name]:
        return []
    text = io.StringIO(newline="")
    writer = csv.DictWriter(
        text, list(lists[name][0]), delimiter=lists["delimiter"], lineterminator=lists["ends"]
    )
    writer.writeheader()
    writer.writerows(lists[name])
    code = "utf-8-sig" if lists["bom"] else "utf-8"
    Path(f"{name}.csv").write_bytes(text.getvalue().encode(code))
    return [*{"requests": [], "slots": ["--slots-file"]}.get(name, [f"--{name}"]), f"{name}.csv"]


@given(any_lists())
@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_whatever_the_lists_the_timetable_keeps_to_them(lists: dict[str, Any]) -> None:
    arguments = [
        each for name in ("requests", "slots", "availability", "limits") for each in written(lists, name)
    ]
    out = ["--policy", lists["policy"], "--out", "timetable.csv", "--force"]
    done = command(*arguments, *out, *lists["compact"])
    assert done.exit_code == 0, done.output
    code = "utf-8-sig" if lists["bom"] else "utf-8"
    table = [
        {name: read_cell(cell) for name, cell in row.items()}
        for row in rows(Path("timetable.csv").read_bytes().decode(code), lists["delimiter"])
    ]

    assert [(row["who"], row["whom"]) for row in table] == [
        (row["who"], row["whom"]) for row in lists["requests"]
    ]
    order = [slot["slot"] for slot in lists["slots"]]
    tables = {slot["slot"]: int(slot["tables"]) for slot in lists["slots"]}
    free = {row["who"]: row for row in lists["availability"]}
    limits: dict[str, dict[str, str]] = {row["who"]: row for row in lists["limits"]}
    seats: set[tuple[str, str]] = set()
    busy: dict[str, Counter[str]] = defaultdict(Counter)
    for asked, row in zip(lists["requests"], table, strict=True):
        assert float(row["weight"]) == float(asked["weight"])
        assert bool(row["slot"]) is bool(row["table"]) is not bool(row["reason"])
        if not row["slot"]:
            continue
        assert asked["slot"] in ("", row["slot"])
        assert 1 <= int(row["table"]) <= tables[row["slot"]]
        assert (row["slot"], row["table"]) not in seats
        seats.add((row["slot"], row["table"]))
        for name in (row["who"], row["whom"]):
            assert name not in free or free[name][row["slot"]].lower() in ("yes", "1", "true")
            busy[name][row["slot"]] += 1
    for name, held in busy.items():

        def limit(what: str, otherwise: int, name: str = name) -> int:
            cell = limits.get(name, {}).get(what) or limits.get("*", {}).get(what)
            return int(cell) if cell else otherwise

        delegates = limit("delegates", 1)
        assert max(held.values()) <= delegates
        assert held.total() <= limit("most", 10**6)
        row_limit = limit("in_row", 10**6)
        for first in range(len(order) - row_limit):
            window = order[first : first + row_limit + 1]
            assert sum(held[slot] for slot in window) <= row_limit * delegates


# whatever the bytes, there is a timetable or an error with the file's name


@given(
    st.sampled_from(["requests", "availability", "limits", "slots"]),
    st.lists(
        st.tuples(st.integers(0, 200), st.binary(max_size=3) | st.sampled_from(list(b',;"\n1x*'))), max_size=4
    ),
)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_the_bytes_there_is_no_traceback(name: str, edits: list[tuple[int, bytes | int]]) -> None:
    files = {
        "requests": b"who,whom,weight,must,slot,id,after,arrival\nAnn,Ben,1,yes,,a,,3\nBen,Cem,.5,,b,b,a,1\n",
        "availability": b"who,a,b\nAnn,yes,no\n",
        "limits": b"who,delegates,most,least,in_row\n*,2,9,1,\nBen,1,,,3\n",
        "slots": b"slot,start,end,tables\na,2024-11-26 10:00,2024-11-26 10:30,2\n"
        b"b,2024-11-26 11:00,2024-11-26 11:30,2\n",
    }
    for place, new in edits:
        data, new = files[name], bytes([new]) if isinstance(new, int) else new
        place %= len(data)
        files[name] = data[:place] + new + data[place + 1 :]
    for each, content in files.items():
        Path(f"{each}.csv").write_bytes(content)
    done = command(
        *("requests.csv", "--slots-file", "slots.csv", "--availability", "availability.csv"),
        *("--limits", "limits.csv"),
    )
    assert done.exit_code in (0, 2)
    if done.exit_code:
        assert isinstance(done.exception, SystemExit)
        assert done.stdout == ""
        begins = ("exposim: ", *(f"{each}.csv:" for each in files))
        assert all(line.startswith(begins) for line in done.stderr.split("\n")[:-1])
