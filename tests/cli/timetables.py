"""The timetable of an example worked out by hand, and the command that makes it."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

from click.testing import CliRunner, Result

from sim.cli import exposim
from sim.interchange import REASONS
from sim.matchmaking import Reason

REQUESTS = "who,whom,weight\nAnn,Xia,5\nAnn,Yan,4\nBen,Xia,3\n"
AVAILABILITY = "who,1,2\nXia,yes,no\n"
HEADER = "who,whom,weight,slot,start,end,table,reason\n"
BUSY = REASONS[Reason.NO_COMMON_SLOT]


def command(*arguments: str, stdin: bytes | None = None) -> Result:
    return CliRunner().invoke(exposim, ["timetable", *arguments], input=stdin)


def figures(*arguments: str) -> dict[str, Any]:
    """What `--json` prints."""
    content: dict[str, Any] = json.loads(made(*arguments, "--json").stdout)
    return content


def made(*arguments: str, stdin: bytes | None = None) -> Result:
    done = command(*arguments, stdin=stdin)
    assert done.exit_code == 0, done.output
    return done


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
EXPECTED = f"{HEADER}Ann,Xia,5,1,,,1,\nAnn,Yan,4,2,,,1,\nBen,Xia,3,,,,,{BUSY} (line 2)\n"
SUMMARY = """\
3 requests of 4 people; 2 slots, 4 table-slots; policy optimal

Meetings              2 of 3 requests
Value                 9 (sum of weights)
Bound                 9: no timetable is worth more
Gap                   0, proven best
Breaks                none
Table use             50 %, 2 of 4 table-slots
One more table-slot   worth nothing in the best timetable
One more delegate     worth most, in the best timetable, for
                            3  'Xia'
Without a slot        1 request
                            1  in every slot one or the other has a meeting or
                               is away
"""
