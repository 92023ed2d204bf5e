"""`exposim timetable` on any lists and any bytes, as plain code sees what comes of them."""

from __future__ import annotations

import csv
import io
import unicodedata
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sim.files.text import read_cell
from sim.matchmaking import POLICIES
from tests.cli.timetables import command, rows

pytestmark = pytest.mark.usefixtures("here")


# whatever the lists, the timetable keeps to them, as plain code sees it


def as_compared(name: str) -> str:
    name = unicodedata.normalize("NFC", name).strip()
    while read_cell(name) != name:  # an apostrophe before a formula is no part of a name
        name = read_cell(name).strip()
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
    told = rows(Path("timetable.csv").read_bytes().decode(code), lists["delimiter"])
    table = [{name: read_cell(cell) for name, cell in row.items()} for row in told]

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


@given(any_lists())
@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_whatever_was_published_of_the_same_lists_stays(lists: dict[str, Any]) -> None:
    arguments = [
        each for name in ("requests", "slots", "availability", "limits") for each in written(lists, name)
    ]
    done = command(*arguments, "--policy", lists["policy"], "--out", "old.csv", "--force", *lists["compact"])
    assert done.exit_code == 0, done.output
    told = ["--out", "new.csv", "--changes", "changes.csv", "--force"]
    done = command(*arguments, "--published", "old.csv", *told)
    assert done.exit_code == 0, done.output
    code = "utf-8-sig" if lists["bom"] else "utf-8"
    old, new, changed = (
        rows(Path(name).read_bytes().decode(code), lists["delimiter"])
        for name in ("old.csv", "new.csv", "changes.csv")
    )
    for before, after in zip(old, new, strict=True):
        assert before["slot"] in ("", after["slot"])
        assert before["table"] in ("", after["table"])
    assert {row["what"] for row in changed} <= {"new"}
    assert len(changed) == 2 * sum(bool(row["slot"]) for row in new) - 2 * sum(
        bool(row["slot"]) for row in old
    )
    if lists["policy"] == "optimal" and not lists["compact"]:
        assert Path("new.csv").read_bytes() == Path("old.csv").read_bytes()


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
