"""What a page of a replay holds, read again as the page does it, in plain Python; and what the trace says."""

from __future__ import annotations

import base64
import json
import re
import zlib
from bisect import bisect_right
from collections import Counter
from itertools import accumulate, pairwise
from typing import Any

from sim.floor.arrays import NONE
from sim.floor.trace import SERVED, Cause, Kind, Outcome
from sim.statistics import Result

Counts = dict[Any, int]

TIMES = (9 * 3600 + 1801, 11 * 3600 + 13, 12 * 3600 + 1807, 14 * 3600 + 59, 16 * 3600 + 1943)
HOSTILE = "</script><b>bold</b>\u202e שלום"


def floors_of(html: str) -> list[dict[str, Any]]:
    """The floors of a fragment, as they are in its JSON."""
    (data,) = re.findall(r'<script type="application/json" class="er-data">(.*?)</script>', html, re.S)
    floors: list[dict[str, Any]] = json.loads(data)["floors"]
    return floors


def columns_of(floor: dict[str, Any]) -> dict[str, Any]:
    raw = zlib.decompress(base64.b64decode(floor["data"]))
    found: dict[str, Any] = {}
    at = 0
    for name, length, width in floor["columns"]:
        if width == 0:
            found[name] = raw[at : at + length].decode()
            at += length
        else:
            planes = [raw[at + i * length : at + (i + 1) * length] for i in range(width)]
            found[name] = [
                sum(b << (8 * k) for k, b in enumerate(each)) for each in zip(*planes, strict=True)
            ]
            at += width * length
    assert at == len(raw)
    return found


def signed(n: int) -> int:
    return -(n + 1) // 2 if n % 2 else n // 2


class Page:
    """One floor of a page: who is shown does what at a second, and how many there are at each place."""

    def __init__(self, floor: dict[str, Any]) -> None:
        self.floor = floor
        self.columns = columns_of(floor)

    def shown(self, t: int, *, staff: bool = False) -> Counts:
        columns, counts = self.columns, Counter[str]()
        index = [0, *accumulate(columns["moves.changes"])]
        for who, (a, b) in enumerate(pairwise(index)):
            if bool(columns["who.staff"][who]) != staff:
                continue
            now = bisect_right(list(accumulate(columns["moves.time"][a:b])), t) - 1
            if now >= 0 and (state := columns["moves.state"][a + now]):
                counts[self.floor["states"][state]] += columns["who.size"][who]
        return dict(counts)

    def at_places(self, name: str, t: int) -> Counts:
        columns = self.columns
        found: Counts = {}
        index = [0, *accumulate(columns[f"{name}.steps"])]
        for place, (a, b) in enumerate(pairwise(index)):
            now = bisect_right(list(accumulate(columns[f"{name}.time"][a:b])), t // self.floor["grain"])
            if now and (level := sum(map(signed, columns[f"{name}.level"][a : a + now]))):
                found[place] = level
        return found

    def everybody(self, t: int) -> Counts:
        minute, before = t // 60, 0
        found: Counts = {}
        total = sum(last - first + 1 for first, last in self.floor["days"])
        for first, last in self.floor["days"]:
            if first <= minute <= last:
                for i, state in enumerate(self.floor["counted"]):
                    many = self.columns["counts"][i * total + before + minute - first]
                    found |= {self.floor["states"][state]: many} if many else {}
            before += last - first + 1
        return found


def said_by_trace(result: Result, t: int) -> dict[str, Counts]:
    """What the rows of a trace say of a second: row by row, as its columns are defined."""
    trace, floor = result.trace, result.expo.floor
    parties, places, size = floor.n_party_days, len(floor.places.kind), floor.party_days.size
    there, stands, staff = Counter[int](), dict[int, str](), Counter[str]()
    away, out = set[int](), dict[int, str]()
    queue, inside, busy = Counter[int](), Counter[int](), Counter[int]()
    ms = t * 1000
    names = ("start", "end", "kind", "place", "actor", "other", "wait", "outcome", "cause")
    columns = [getattr(trace, name).tolist() for name in names]
    for start, end, kind, place, actor, other, wait, outcome, cause in zip(*columns, strict=True):
        if not start <= ms < end or actor == NONE or outcome in (Outcome.NO_SHOW, Outcome.MISSED):
            continue
        if outcome == Outcome.NOT_NEEDED and cause != Cause.NONE:
            continue
        waits = ms < start + wait
        if kind in (Kind.VISIT, Kind.GATE):
            there[actor] = int(size[actor])
        if kind == Kind.DELEGATE:
            away.add(actor)
            busy[int(floor.staff.booth[actor - parties])] += 1
        does = {
            Kind.GATE: "queueing" if waits else "waiting",
            Kind.LOOK: "looking",
            Kind.TALK: "queueing" if waits else "talking",
            Kind.LOUNGE: "waiting",
            Kind.MEAL: "queueing" if waits else "eating",
            Kind.HALL: "queueing",
            Kind.SESSION: "queueing" if waits else "in a session",
            Kind.MEETING: "waiting" if waits else "in a meeting",
        }.get(Kind(kind))
        if does is None:
            continue
        if actor >= parties:
            out[actor] = does
            continue
        stands[actor] = does
        where = places + other if kind == Kind.HALL else place
        if does == "queueing":
            queue[where] += int(size[actor])
        if does in ("in a session", "in a meeting", "eating"):
            inside[where] += int(size[actor])
        if does == "talking":
            assert outcome in SERVED
            busy[place] += 1
    states = Counter[str]()
    for actor, people in there.items():
        states[stands.get(actor, "walking")] += people
    for actor in away:
        staff[out.get(actor, "walking")] += 1
    duty = Counter[int]()
    shifts = floor.staff.shift_index.tolist()
    for member, (a, b) in enumerate(pairwise(shifts)):
        for k in range(a, b):
            duty[int(floor.staff.booth[member])] += bool(
                floor.staff.shift_from[k] <= ms < floor.staff.shift_to[k]
            )
    found: dict[str, Counter[Any]] = {
        "shown": states,
        "staff": staff,
        "queue": queue,
        "inside": inside,
        "busy": busy,
        "duty": duty,
    }
    return {name: {key: n for key, n in counts.items() if n} for name, counts in found.items()}
