"""What happens on floors, by their traces: so that what the engines are compared on is seen to occur.

Nothing is counted because a floor has it: that a party would queue is a column of the floor, that it did is a
row of the trace.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final, NamedTuple

import numpy as np

from sim.expo import Expo
from sim.floor.arrays import NEVER, NONE, Floor, PlaceKind
from sim.floor.index import index_of, owners
from sim.floor.trace import COLUMNS, HELD_UP, Cause, Kind, Outcome, Trace
from sim.scenario import Scenario

__all__ = ["HAPPENINGS", "OF_FAIRS", "happened", "happened_at", "told"]


class Row(NamedTuple):
    """A row of a trace."""

    start: int
    end: int
    kind: int
    place: int
    actor: int
    other: int
    wait: int
    outcome: int
    cause: int
    side: int


@dataclass(frozen=True, eq=False)
class Played:
    """A floor and its trace."""

    floor: Floor
    trace: Trace

    @cached_property
    def rows(self) -> list[Row]:
        """All rows."""
        columns = [getattr(self.trace, name).tolist() for name in COLUMNS]
        return [Row(*row) for row in zip(*columns, strict=True)]

    @cached_property
    def by_kind(self) -> dict[int, list[Row]]:
        """All rows, by kind."""
        found = defaultdict(list)
        for row in self.rows:
            found[row.kind].append(row)
        return found

    @cached_property
    def went(self) -> set[tuple[int, int, int]]:
        """Kinds, outcomes and causes that there are together."""
        return {(row.kind, row.outcome, row.cause) for row in self.rows}

    @cached_property
    def days(self) -> dict[str, list[int]]:
        """Columns of party-days."""
        days = self.floor.party_days
        return {name: getattr(days, name).tolist() for name in ("party", "size", "gate_patience", "patience")}

    @cached_property
    def meetings(self) -> dict[str, list[int]]:
        """Columns of meetings."""
        m = self.floor.meetings
        names = (
            "place",
            "start",
            "duration",
            "tolerance",
            "hold",
            "standby_for",
            "again_of",
            "sides",
            "keeps",
        )
        return {name: getattr(m, name).tolist() for name in (*names, "interpreters", "last_begin")}

    @cached_property
    def held(self) -> dict[int, list[Row]]:
        """By meeting that took place, the rows of those who met."""
        found = defaultdict(list)
        for row in self.by_kind[Kind.MEETING]:
            if row.outcome in (Outcome.DONE, Outcome.LATE):
                found[row.other].append(row)
        return found

    @cached_property
    def of_calls(self) -> dict[str, list[int]]:
        """Columns of calls."""
        return {name: getattr(self.floor.calls, name).tolist() for name in ("booth", "member", "session")}

    @cached_property
    def parties(self) -> int:
        """How many party-days there are: actors from here on are members of staff."""
        return self.floor.n_party_days

    def begun(self, k: int) -> int:
        """When a meeting that was held began."""
        return max(row.start + row.wait for row in self.held[k])

    def zone(self, place: int) -> int:
        """The hall of a place."""
        return int(self.floor.places.zone[place])

    def fits(self, kind: Kind, outcome: Outcome, cause: Cause | None = None) -> bool:
        """Whether something went so."""
        if cause is not None:
            return (kind, outcome, cause) in self.went
        return any(k == kind and o == outcome for k, o, _ in self.went)


Happens = Callable[[Played], bool]
HAPPENINGS: Final[dict[str, Happens]] = {}
"""Whether it happened on a floor, by what it is."""


def happening(name: str) -> Callable[[Happens], Happens]:
    """Register what follows as telling whether this happened."""

    def register(test: Happens) -> Happens:
        HAPPENINGS[name] = test
        return test

    return register


def so(name: str, kind: Kind, outcome: Outcome, *causes: Cause) -> None:
    """What happened if there is a row with this outcome, and with any of the causes if some are given."""

    def test(p: Played) -> bool:
        return any(p.fits(kind, outcome, cause) for cause in causes) if causes else p.fits(kind, outcome)

    HAPPENINGS[name] = test


def any_row(name: str, kind: Kind, test: Callable[[Played, Row], bool]) -> None:
    """What happened if there is a row of this kind of which this is true."""
    HAPPENINGS[name] = lambda p: any(test(p, row) for row in p.by_kind[kind])


# ------------------------------------------------------------------------- gates (R1), lines, patience

any_row("queue at a gate, let in", Kind.GATE, lambda p, r: r.wait > 0 and r.outcome == Outcome.DONE)
so("queue at a gate, given up", Kind.GATE, Outcome.RENEGED)
any_row("patience 0 at a gate", Kind.GATE, lambda p, r: r.outcome == Outcome.RENEGED and r.start == r.end)
any_row(
    "patience without end at a gate",
    Kind.GATE,
    lambda p, r: r.wait > 0 and p.days["gate_patience"][r.actor] >= NEVER,
)
any_row("queue at a gate, it closes", Kind.GATE, lambda p, r: r.outcome == Outcome.CLOSED and r.wait > 0)
any_row("comes to a closed gate", Kind.GATE, lambda p, r: r.outcome == Outcome.CLOSED and r.wait == 0)


@happening("shock: lanes change while some queue or are checked")
def _(p: Played) -> bool:
    changes = p.floor.places
    of = list(zip(changes.change_at.tolist(), changes.change_place.tolist(), strict=True))
    return any(r.place == place and r.start < at < r.end for at, place in of for r in p.by_kind[Kind.GATE])


any_row("queue at a booth, served", Kind.TALK, lambda p, r: r.wait > 0 and r.outcome == Outcome.DONE)
any_row(
    "patience without end at a booth",
    Kind.TALK,
    lambda p, r: r.wait > 0 and p.days["patience"][r.actor] >= NEVER,
)
any_row(
    "patience 0 at a booth",
    Kind.TALK,
    lambda p, r: r.outcome == Outcome.BALKED and p.days["patience"][r.actor] == 0,
)
any_row(
    "queue at a booth too long",
    Kind.TALK,
    lambda p, r: r.outcome == Outcome.BALKED and p.days["patience"][r.actor] > 0,
)
so("queue at a booth, given up", Kind.TALK, Outcome.RENEGED)
so("queue at a booth, a booking falls due", Kind.TALK, Outcome.LEFT_FOR_BOOKING, Cause.BOOKING)
so("queue at a booth, the stay ends", Kind.TALK, Outcome.LEFT_FOR_BOOKING, Cause.DEPARTURE)


@happening("a further try at a booth")
def _(p: Played) -> bool:
    asked = Counter((r.actor, r.place) for r in p.by_kind[Kind.TALK])
    lost = {
        (r.actor, r.place) for r in p.by_kind[Kind.TALK] if r.outcome in (Outcome.BALKED, Outcome.RENEGED)
    }
    further = p.floor.stops.retry != 0
    places = set(p.floor.stops.place[further].tolist())
    return any(asked[who] > 1 and who[1] in places for who in lost)


any_row("the lounge", Kind.LOUNGE, lambda p, r: True)
any_row("queue for a meal, served", Kind.MEAL, lambda p, r: r.wait > 0 and r.outcome == Outcome.DONE)
so("queue for a meal, given up", Kind.MEAL, Outcome.RENEGED)
so("queue for a meal, a booking falls due", Kind.MEAL, Outcome.LEFT_FOR_BOOKING)
so("a meal missed", Kind.MEAL, Outcome.MISSED)


# ------------------------------------------------------------------------------ several days (R9), halls


@happening("a party comes on several days")
def _(p: Played) -> bool:
    came = Counter(p.days["party"][r.actor] for r in p.by_kind[Kind.VISIT])
    return max(came.values(), default=0) > 1


def _known(p: Played) -> Iterator[tuple[int, int, bool]]:
    """Party-day and booth of stops at booths that are known from another day; whether it goes again."""
    talked = defaultdict(set)
    for r in p.by_kind[Kind.TALK]:
        if r.outcome == Outcome.DONE:
            talked[p.days["party"][r.actor], r.place].add(r.actor)
    stops = p.floor.stops
    of = owners(p.floor.party_days.stop_index).tolist()
    for v, place, again in zip(of, stops.place.tolist(), stops.again.tolist(), strict=True):
        if any(other < v for other in talked[p.days["party"][v], place]):
            yield v, place, bool(again)


@happening("a booth known from another day is passed over")
def _(p: Played) -> bool:
    came = {r.actor for r in p.by_kind[Kind.VISIT]}
    looked = {(r.actor, r.place) for r in p.by_kind[Kind.LOOK]}
    return any(not again and v in came and (v, place) not in looked for v, place, again in _known(p))


@happening("a booth known from another day is gone to again")
def _(p: Played) -> bool:
    looked = {(r.actor, r.place) for r in p.by_kind[Kind.LOOK]}
    return any(again and (v, place) in looked for v, place, again in _known(p))


@happening("walks between halls")
def _(p: Played) -> bool:
    last: dict[int, int] = {}
    for r in p.rows:
        if r.actor < p.parties and r.kind in (Kind.LOOK, Kind.SESSION, Kind.MEETING, Kind.MEAL):
            zone = p.zone(r.place)
            if last.setdefault(r.actor, zone) != zone:
                return True
    return False


so("queue at a full hall, let in", Kind.HALL, Outcome.DONE)
so("queue at a full hall, given up", Kind.HALL, Outcome.RENEGED)
so("queue at a full hall, a booking falls due", Kind.HALL, Outcome.LEFT_FOR_BOOKING)


# ---------------------------------------------------------------------------------------- hours (R7)

so("comes to a closed booth", Kind.LOOK, Outcome.CLOSED)
so("passes over a closed hall", Kind.LOOK, Outcome.MISSED)
any_row("queue at a booth, it closes", Kind.TALK, lambda p, r: r.outcome == Outcome.CLOSED and r.wait > 0)
so("a meal at a closed place", Kind.MEAL, Outcome.CLOSED)
so("a session in a closed room", Kind.SESSION, Outcome.CLOSED)
so("a meeting at a closed place", Kind.MEETING, Outcome.STOOD_UP, Cause.CLOSED)


@happening("who is off duty finishes a conversation")
def _(p: Played) -> bool:
    staff = p.floor.staff
    ends = defaultdict(list)
    for m, end in zip(owners(staff.shift_index).tolist(), staff.shift_to.tolist(), strict=True):
        ends[p.parties + m].append(end)
    return any(
        r.outcome == Outcome.DONE and any(r.start + r.wait < end < r.end for end in ends[r.other])
        for r in p.by_kind[Kind.TALK]
    )


# ----------------------------------------------------------------------------------- sessions (R5)


def _present(p: Played) -> dict[int, list[tuple[int, int]]]:
    """Of each session when how many came in, and went out (below 0)."""
    found: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for r in p.by_kind[Kind.SESSION]:
        if r.actor < p.parties and r.outcome == Outcome.DONE:
            found[r.other] += [(r.start + r.wait, p.days["size"][r.actor]), (r.end, -p.days["size"][r.actor])]
    return found


@happening("a session is full")
def _(p: Played) -> bool:
    for k, changes in _present(p).items():
        there, seats = 0, int(p.floor.sessions.seats[k])
        for _, change in sorted(changes):
            there += change
            if there == seats:
                return True
    return False


@happening("a session is empty")
def _(p: Played) -> bool:
    return len(_present(p)) < len(p.floor.sessions.place)


any_row(
    "waits at the door of a room, seated", Kind.SESSION, lambda p, r: r.wait > 0 and r.outcome == Outcome.DONE
)
so("a session turns away, full", Kind.SESSION, Outcome.TURNED_AWAY, Cause.FULL)
so("a session turns away, too late", Kind.SESSION, Outcome.TURNED_AWAY, Cause.TOO_LATE)
any_row(
    "a session, a no-show", Kind.SESSION, lambda p, r: r.outcome == Outcome.NO_SHOW and r.actor < p.parties
)
any_row(
    "a session without its host",
    Kind.SESSION,
    lambda p, r: r.outcome in (Outcome.NO_SHOW, Outcome.MISSED) and not 0 <= r.actor < p.parties,
)
any_row(
    "a session missed", Kind.SESSION, lambda p, r: r.outcome == Outcome.MISSED and 0 <= r.actor < p.parties
)
any_row(
    "leaves a session for a booking",
    Kind.SESSION,
    lambda p, r: r.outcome == Outcome.DONE and r.actor < p.parties and r.end < p.floor.sessions.end[r.other],
)


def _bookings(p: Played, registered: bool) -> set[tuple[int, int]]:
    """Party-days and sessions booked so."""
    b = p.floor.bookings
    of = index_of(p.floor).owner
    rows = np.flatnonzero((b.session != NONE) & (b.registered == int(registered)))
    return set(zip(of[rows].tolist(), b.session[rows].tolist(), strict=True))


@happening("a session, overbooked: registered, and no seat left")
def _(p: Played) -> bool:
    registered = _bookings(p, True)
    return any(
        r.cause == Cause.FULL and (r.actor, r.other) in registered
        for r in p.by_kind[Kind.SESSION]
        if r.outcome == Outcome.TURNED_AWAY
    )


@happening("a walk-in is seated")
def _(p: Played) -> bool:
    walk_ins = _bookings(p, False)
    return any(r.outcome == Outcome.DONE and (r.actor, r.other) in walk_ins for r in p.by_kind[Kind.SESSION])


any_row("mixing, two parties", Kind.CONTACT, lambda p, r: r.other < p.parties)
any_row("mixing, a host and a party", Kind.CONTACT, lambda p, r: r.other >= p.parties > r.actor)


# --------------------------------------------------------------------------------- delegates (R4)

any_row("a delegate is away", Kind.DELEGATE, lambda p, r: r.end > r.start)
any_row("a named delegate is away", Kind.DELEGATE, lambda p, r: p.of_calls["member"][r.other] != NONE)
any_row("a delegate hosts a session", Kind.SESSION, lambda p, r: r.actor >= p.parties and r.end > r.start)
so("a delegate turns back", Kind.DELEGATE, Outcome.CANCELLED)
any_row("comes in vain to a meeting", Kind.IN_VAIN, lambda p, r: True)


@happening("a delegate goes from one call to the next")
def _(p: Played) -> bool:
    places = p.floor.places
    before: Row | None = None
    for r in p.by_kind[Kind.DELEGATE]:
        if before and before.actor == r.actor and before.end == r.start and before.outcome == Outcome.DONE:
            booth = p.of_calls["booth"][before.other]
            away = before.place != booth and (
                places.zone[booth] != places.zone[before.place]
                or places.x[booth] != places.x[before.place]
                or places.y[booth] != places.y[before.place]
            )
            last = [x.end for x in p.rows if x.actor == r.actor and x.kind in (Kind.MEETING, Kind.SESSION)]
            if away and before.end in last:
                return True
        before = r
    return False


@happening("a call waits for a member to be free")
def _(p: Played) -> bool:
    at = p.floor.calls.at.tolist()
    return any(r.start > at[r.other] for r in p.by_kind[Kind.DELEGATE])


# ---------------------------------------------------------------------------------- meetings (R6)


def _is_first(p: Played, k: int) -> bool:
    return p.meetings["standby_for"][k] == NONE and p.meetings["again_of"][k] == NONE


HAPPENINGS["a meeting is held"] = lambda p: bool(p.held)
so("a meeting, a side late", Kind.MEETING, Outcome.LATE)
for _cause in HELD_UP:
    if _cause != Cause.ABSENT:
        _name = _cause.name.lower()
        so(f"missing at a meeting for: {_name}", Kind.MEETING, Outcome.MISSED, _cause)
        if _cause not in (Cause.GATE, Cause.STAFF):
            so(f"late at a meeting for: {_name}", Kind.MEETING, Outcome.LATE, _cause)
so("missing at a meeting for: absent", Kind.MEETING, Outcome.MISSED, Cause.ABSENT)
any_row(
    "a meeting, a party's no-show",
    Kind.MEETING,
    lambda p, r: r.outcome == Outcome.NO_SHOW and 0 <= r.actor < p.parties,
)
any_row(
    "a meeting, a booth's no-show",
    Kind.MEETING,
    lambda p, r: r.outcome == Outcome.NO_SHOW and index_of(p.floor).call[r.side, r.other] != NONE,
)
so("stood up, the other side missing", Kind.MEETING, Outcome.STOOD_UP, Cause.OTHER_SIDE)
so("stood up, the table taken", Kind.MEETING, Outcome.STOOD_UP, Cause.MEETING)
so("stood up, no interpreter", Kind.MEETING, Outcome.STOOD_UP, Cause.INTERPRETER)


@happening("a meeting begins late, and is cut")
def _(p: Played) -> bool:
    m = p.meetings
    return any(not m["hold"][k] and p.begun(k) > m["start"][k] and _is_first(p, k) for k in p.held)


@happening("a meeting begins late, and has its whole length")
def _(p: Played) -> bool:
    return any(p.meetings["hold"][k] and p.begun(k) > p.meetings["start"][k] for k in p.held)


@happening("a meeting waits for its table")
def _(p: Played) -> bool:
    ends = {(rows[0].place, rows[0].end): k for k, rows in p.held.items()}
    tables = p.floor.places.kind == PlaceKind.TABLE
    return any(
        tables[rows[0].place] and (rows[0].place, p.begun(k)) in ends and p.begun(k) > p.meetings["start"][k]
        for k, rows in p.held.items()
    )


@happening("a meeting's tolerance counts from when its table is free")
def _(p: Played) -> bool:
    m = p.meetings
    return any(
        p.begun(k) > m["start"][k] + m["tolerance"][k] and _is_first(p, k) and m["sides"][k] == 2
        for k in p.held
    )


@happening("a meeting waits for an interpreter")
def _(p: Played) -> bool:
    pool = p.meetings["interpreters"]
    ends = {(pool[k], rows[0].end) for k, rows in p.held.items() if pool[k] != NONE}
    return any(
        (pool[k], p.begun(k)) in ends and all(row.start < p.begun(k) for row in rows)
        for k, rows in p.held.items()
    )


@happening("a meeting at a booth")
def _(p: Played) -> bool:
    return any(p.floor.places.kind[rows[0].place] == PlaceKind.BOOTH for rows in p.held.values())


def _stands_by(p: Played, k: int) -> bool:
    return p.meetings["standby_for"][k] != NONE


any_row(
    "a stand-by is not needed",
    Kind.MEETING,
    lambda p, r: r.outcome == Outcome.NOT_NEEDED and _stands_by(p, r.other),
)
HAPPENINGS["a stand-by steps in"] = lambda p: any(_stands_by(p, k) for k in p.held)
any_row(
    "a stand-by is stood up",
    Kind.MEETING,
    lambda p, r: r.outcome == Outcome.STOOD_UP and _stands_by(p, r.other),
)
any_row(
    "a stand-by is stood up, no interpreter",
    Kind.MEETING,
    lambda p, r: r.cause == Cause.INTERPRETER and _stands_by(p, r.other),
)
any_row(
    "a stand-by is missing as well",
    Kind.MEETING,
    lambda p, r: r.outcome in (Outcome.MISSED, Outcome.NO_SHOW) and _stands_by(p, r.other),
)
HAPPENINGS["a second appointment is held"] = lambda p: any(p.meetings["again_of"][k] != NONE for k in p.held)
any_row(
    "a second appointment is not needed",
    Kind.MEETING,
    lambda p, r: r.outcome == Outcome.NOT_NEEDED and p.meetings["again_of"][r.other] != NONE,
)


def of_sides(sides: int) -> None:
    """What happens at meetings of so many."""
    HAPPENINGS[f"a meeting of {sides}, all there"] = lambda p: any(
        p.meetings["sides"][k] == sides == len(rows) for k, rows in p.held.items()
    )
    HAPPENINGS[f"a meeting of {sides} begins without some"] = lambda p: any(
        p.meetings["sides"][k] == sides > len(rows) for k, rows in p.held.items()
    )


of_sides(3)
of_sides(4)
any_row(
    "a meeting of three or four is lost",
    Kind.MEETING,
    lambda p, r: r.outcome == Outcome.STOOD_UP and p.meetings["sides"][r.other] > 2,
)


@happening("many things at one millisecond")
def _(p: Played) -> bool:
    ends = Counter(r.end for r in p.rows if r.kind in (Kind.TALK, Kind.MEETING, Kind.SESSION, Kind.MEAL))
    return max(ends.values(), default=0) >= 5


def happened(floor: Floor, trace: Trace) -> set[str]:
    """What happened on a floor, by the names of `HAPPENINGS`."""
    played = Played(floor, trace)
    return {name for name, test in HAPPENINGS.items() if test(played)}


OF_FAIRS: Final = (
    "fair: a talk with a pavilion's company",
    "fair: a meeting where hosts keep their tables",
    "fair: a meeting of a published timetable",
    "fair: a meeting of a published timetable planned again",
    "fair: a shock, and who comes all the same",
)


def happened_at(scenario: Scenario, expo: Expo, trace: Trace) -> set[str]:
    """What of `OF_FAIRS` happened at a fair, besides what may on any floor."""
    exhibitors = expo.exhibitors.pavilion
    talks = trace.place[(trace.kind == Kind.TALK) & (trace.outcome == Outcome.DONE)]
    held = trace.other[(trace.kind == Kind.MEETING) & np.isin(trace.outcome, (Outcome.DONE, Outcome.LATE))]
    main = scenario.data.matchmaking.get("main")
    so = (
        bool((exhibitors[talks] != NONE).any()),
        main is not None and main.keep_tables and len(held) > 0,
        main is not None and main.published is not None and main.replan == "no" and len(held) > 0,
        main is not None and main.published is not None and main.replan != "no" and len(held) > 0,
        bool(scenario.data.shocks) and bool((trace.kind == Kind.VISIT).any()),
    )
    return {name for name, did in zip(OF_FAIRS, so, strict=True) if did}


def told(found: Sequence[set[str]], names: Iterable[str]) -> list[str]:
    """Lines of a table: on how many of these floors each thing happened."""
    counts = Counter(name for each in found for name in each)
    return [f"{name:<58}{counts[name]:>8,}{100 * counts[name] / max(1, len(found)):7.1f} %" for name in names]
