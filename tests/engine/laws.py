"""What must hold of every trace of every floor, each law a function that fails if it does not."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from sim.floor.arrays import NONE, Floor, IntArray, PlaceKind
from sim.floor.trace import Cause, Kind, Outcome, Trace
from tests.engine.reading import Row, read

__all__ = ["LAWS", "Law", "facts", "party_of_standby"]

Law = Callable[[Floor, Trace], None]
LAWS: list[Law] = []

SERVED = (Outcome.DONE, Outcome.LATE)
ABSENCE = (Outcome.MISSED, Outcome.NO_SHOW)


def law(check: Law) -> Law:
    LAWS.append(check)
    return check


# --------------------------------------------------------------------------------- reading it
@dataclass(frozen=True)
class Fact:
    """A row with its actor."""

    actor: int
    row: Row

    @property
    def begin(self) -> int:
        """When the waiting was over."""
        return self.row.start + self.row.wait


def facts(trace: Trace, *kinds: Kind) -> list[Fact]:
    rows = zip(trace.actor.tolist(), read(trace), strict=True)
    return [Fact(actor, row) for actor, row in rows if not kinds or row.kind in kinds]


def absent(row: Row) -> bool:
    """Whether a row says where somebody was not."""
    unneeded = row.outcome == Outcome.NOT_NEEDED and row.cause != Cause.NONE
    return row.outcome in ABSENCE or unneeded


def party_of_standby(floor: Floor) -> dict[int, int]:
    """The party that is booked for each stand-by's meeting."""
    b, index = floor.bookings, floor.party_days.booking_index
    return {
        int(b.meeting[i]): party
        for party, (low, high) in enumerate(pairwise(index.tolist()))
        for i in range(low, high)
        if b.meeting[i] != NONE and floor.meetings.standby_for[b.meeting[i]] != NONE
    }


def by_place(found: Iterable[Fact]) -> dict[int, list[Fact]]:
    groups: dict[int, list[Fact]] = defaultdict(list)
    for fact in found:
        groups[fact.row.place].append(fact)
    return groups


def intervals(index: IntArray, lows: IntArray, highs: IntArray, item: int) -> list[tuple[int, int]]:
    span = slice(int(index[item]), int(index[item + 1]))
    return list(zip(lows[span].tolist(), highs[span].tolist(), strict=True))


def hours(floor: Floor, place: int) -> list[tuple[int, int]]:
    return intervals(floor.places.open_index, floor.places.open_from, floor.places.open_to, place)


def shifts(floor: Floor, member: int) -> list[tuple[int, int]]:
    return intervals(floor.staff.shift_index, floor.staff.shift_from, floor.staff.shift_to, member)


def servers(floor: Floor, place: int, time: int) -> int:
    """Lanes or seats at a time."""
    p, now = floor.places, int(floor.places.servers[place])
    for at, where, number in zip(p.change_at, p.change_place, p.change_servers, strict=True):
        if where == place and at <= time:
            now = int(number)
    return now


def within(time: int, spans: list[tuple[int, int]]) -> bool:
    return any(low <= time < high for low, high in spans)


def most(spans: Iterable[tuple[int, int, int]]) -> int:
    """The largest sum of weights of half-open spans (low, high, weight) that hold at once."""
    steps = sorted((t, w) for low, high, weight in spans for t, w in ((low, weight), (high, -weight)))
    top = level = 0
    for _, weight in steps:  # at equal times what ends comes first
        level += weight
        top = max(top, level)
    return top


def level_at(spans: list[tuple[int, int]], time: int) -> int:
    return sum(low <= time < high for low, high in spans)


def people(floor: Floor, actor: int) -> int:
    return int(floor.party_days.size[actor])


def is_party(floor: Floor, actor: int) -> bool:
    return 0 <= actor < floor.n_party_days


# --------------------------------------------------------------------------------------- laws
@law
def rows_are_well_formed(floor: Floor, trace: Trace) -> None:
    assert (trace.end >= trace.start).all()
    assert (trace.wait >= 0).all()
    assert (trace.wait <= trace.end - trace.start).all()
    assert (np.diff(trace.actor) >= 0).all()
    for fact in facts(trace):
        row = fact.row
        if row.outcome not in SERVED and row.kind != Kind.DELEGATE:
            assert row.wait == row.end - row.start, row


@law
def littles_law_holds_on_every_queue(floor: Floor, trace: Trace) -> None:
    # the area under the length of the queue, step by step, is the sum of the waits (Little 1961)
    kinds = (Kind.GATE, Kind.TALK, Kind.MEAL, Kind.HALL, Kind.SESSION, Kind.MEETING)
    for kind in kinds:
        for place, rows in by_place(facts(trace, kind)).items():
            steps = Counter[int]()
            for fact in rows:
                steps[fact.row.start] += 1
                steps[fact.begin] -= 1
            area = length = 0
            for now, after in pairwise(sorted(steps)):
                length += steps[now]
                assert length >= 0, place
                area += length * (after - now)
            assert area == sum(fact.row.wait for fact in rows)


@law
def nobody_waits_while_a_member_is_free(floor: Floor, trace: Trace) -> None:
    away: dict[int, list[tuple[int, int]]] = defaultdict(list)  # conversations and errands
    for fact in facts(trace, Kind.TALK):
        if fact.row.outcome in SERVED:
            away[fact.row.other].append((fact.begin, fact.row.end))
    for fact in facts(trace, Kind.DELEGATE):
        away[fact.actor].append((fact.row.start, fact.row.end))
    staff: dict[int, list[int]] = defaultdict(list)
    for member, booth in enumerate(floor.staff.booth.tolist()):
        staff[booth].append(member)
    for booth, rows in by_place(facts(trace, Kind.TALK)).items():
        queue = [(fact.row.start, fact.begin) for fact in rows if fact.row.wait]
        duties = [(shifts(floor, m), away[floor.n_party_days + m]) for m in staff[booth]]
        marks = {t for span in queue for t in span}
        marks |= {t for duty in duties for spans in duty for span in spans for t in span}
        for now in marks:
            if level_at(queue, now):
                free = [m for (on, busy), m in zip(duties, staff[booth], strict=True)
                        if within(now, on) and not level_at(busy, now)]  # fmt: skip
                assert not free, (booth, now, free)


@law
def a_member_is_in_one_place_at_a_time_and_starts_on_duty(floor: Floor, trace: Trace) -> None:
    doing: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for fact in facts(trace, Kind.TALK, Kind.DELEGATE):
        row = fact.row
        talk = row.kind == Kind.TALK
        if talk and row.outcome not in SERVED:
            assert row.other == NONE
            continue
        actor, begin = (row.other, fact.begin) if talk else (fact.actor, row.start)
        member = actor - floor.n_party_days
        assert within(begin, shifts(floor, member)), row
        if talk:
            assert floor.staff.booth[member] == row.place
            assert within(begin, hours(floor, row.place)), row
        doing[actor].append((begin, row.end))
    for actor, spans in doing.items():
        for before, after in pairwise(sorted(spans)):
            assert before[1] <= after[0], (actor, before, after)


@law
def booths_gates_and_kitchens_serve_in_order(floor: Floor, trace: Trace) -> None:
    for kind in (Kind.TALK, Kind.GATE, Kind.MEAL):
        for rows in by_place(facts(trace, kind)).values():
            served = [f for f in rows if f.row.outcome in SERVED]
            served.sort(key=lambda fact: (fact.row.start, fact.actor))
            for before, after in pairwise(served):
                assert before.begin <= after.begin, (before, after)


@law
def seats_and_lanes_are_never_exceeded(floor: Floor, trace: Trace) -> None:
    for kind, weigh in ((Kind.GATE, False), (Kind.MEAL, True)):
        for place, rows in by_place(facts(trace, kind)).items():
            held = [
                (f.begin, f.row.end, people(floor, f.actor) if weigh else 1)
                for f in rows
                if f.row.outcome in SERVED
            ]
            for now, _, _ in held:  # when lanes close, running checks finish: but none begins
                taken = sum(weight for low, high, weight in held if low <= now < high)
                assert taken <= servers(floor, place, now), (place, now)
    audience: dict[int, list[tuple[int, int, int]]] = defaultdict(list)
    for fact in facts(trace, Kind.SESSION):
        if fact.row.outcome in SERVED and is_party(floor, fact.actor):
            span = (fact.begin, fact.row.end, people(floor, fact.actor))
            audience[fact.row.other].append(span)
    for session, spans in audience.items():
        assert most(spans) <= floor.sessions.seats[session]


@law
def halls_are_never_over_their_limit(floor: Floor, trace: Trace) -> None:
    inside: dict[int, list[tuple[int, int, int]]] = defaultdict(list)
    for actor, rows in visits(floor, trace):
        stays: list[list[int]] = []  # zone, from, to: as far as the rows show it
        here, pace = NONE, int(floor.party_days.pace[actor])
        for row in rows:
            if row.kind == Kind.HALL:
                stays.append([NONE, row.start, row.end])  # at the door: outside
                continue
            zone = int(floor.places.zone[row.place])
            if (
                stays
                and stays[-1][0] == zone
                and row.start - stays[-1][2] == walk(floor, here, row.place, pace)
            ):
                stays[-1][2] = row.end
            else:  # a longer way led by a meeting that was lost, perhaps in another hall
                stays.append([zone, row.start, row.end])
            here = row.place
        for zone, low, high in stays:
            inside[zone].append((low, high, people(floor, actor)))
    for zone, limit in enumerate(floor.places.zone_limit.tolist()):
        assert limit == NONE or most(inside[zone]) <= limit, zone


@law
def tables_and_interpreters_are_never_double_booked(floor: Floor, trace: Trace) -> None:
    held: dict[int, set[tuple[int, int]]] = defaultdict(set)
    for fact in facts(trace, Kind.MEETING):
        if fact.row.outcome in SERVED:
            held[fact.row.other].add((fact.begin, fact.row.end))
    tables: dict[int, list[tuple[int, int, int]]] = defaultdict(list)
    pools: dict[int, list[tuple[int, int, int]]] = defaultdict(list)
    for meeting, spans in held.items():
        assert len(spans) == 1, f"the sides of meeting {meeting} disagree: {spans}"
        ((begin, end),) = spans
        assert begin >= floor.meetings.start[meeting]
        place = int(floor.meetings.place[meeting])
        if floor.places.kind[place] == PlaceKind.TABLE:
            tables[place].append((begin, end, 1))
        if floor.meetings.interpreters[meeting] != NONE:
            pools[int(floor.meetings.interpreters[meeting])].append((begin, end, 1))
    assert all(most(spans) <= 1 for spans in tables.values())
    assert all(most(spans) <= floor.meetings.pool_size[pool] for pool, spans in pools.items())


@law
def every_booking_and_call_leaves_one_row(floor: Floor, trace: Trace) -> None:
    want: Counter[tuple[Kind, int, bool]] = Counter()
    own: Counter[tuple[Kind, int, int]] = Counter()
    b = floor.bookings
    for party, (low, high) in enumerate(pairwise(floor.party_days.booking_index.tolist())):
        for i in range(low, high):
            for kind, number in ((Kind.SESSION, int(b.session[i])), (Kind.MEETING, int(b.meeting[i]))):
                if number != NONE:
                    want[kind, number, True] += 1
                    own[kind, number, party] += 1
    for session, meeting in zip(floor.calls.session.tolist(), floor.calls.meeting.tolist(), strict=True):
        kind, number = (Kind.MEETING, meeting) if session == NONE else (Kind.SESSION, session)
        want[kind, number, False] += 1
    got: Counter[tuple[Kind, int, bool]] = Counter()
    rows: Counter[tuple[Kind, int, int]] = Counter()
    standbys = party_of_standby(floor)
    for fact in facts(trace, Kind.SESSION, Kind.MEETING):
        if fact.row.kind == Kind.MEETING and standbys.get(fact.row.other, fact.actor) != fact.actor:
            continue  # who stays for a stand-by is not booked for that; it has a law of its own
        party_row = is_party(floor, fact.actor)
        got[fact.row.kind, fact.row.other, party_row] += 1
        if party_row:
            rows[fact.row.kind, fact.row.other, fact.actor] += 1
    assert got == want
    assert rows == own
    eats = np.repeat(np.arange(floor.n_party_days), np.diff(floor.party_days.booking_index))
    meals = Counter(eats[(b.meal > 0) & (b.comes != 0)].tolist())
    assert meals == Counter(fact.actor for fact in facts(trace, Kind.MEAL))
    errands = Counter(fact.row.other for fact in facts(trace, Kind.DELEGATE))
    assert all(n == 1 for n in errands.values())
    assert set(errands) <= set(np.flatnonzero(floor.calls.comes).tolist())


@law
def a_stand_by_meets_who_was_left_alone_or_nobody(floor: Floor, trace: Trace) -> None:
    m, rows = floor.meetings, defaultdict(list)
    for fact in facts(trace, Kind.MEETING):
        rows[fact.row.other].append(fact)
    for s, party in party_of_standby(floor).items():
        k, stays = int(m.standby_for[s]), int(m.keeps[s])
        (mine,) = [fact for fact in rows[s] if fact.actor == party]
        met = [fact for fact in rows[s] if fact.actor != party]
        if rows[k][0].row.outcome in SERVED:
            assert not met
            assert (mine.row.outcome, mine.row.end) == (Outcome.NOT_NEEDED, rows[k][0].begin)
            continue
        (now,) = {fact.row.end for fact in rows[k]}
        waited = [fact for fact in rows[k] if fact.row.outcome == Outcome.STOOD_UP]
        common, missing = (actors_of_side(floor, k, side) for side in (stays, 1 - stays))
        if mine.row.outcome in ABSENCE:
            assert (mine.row.start, mine.row.end, met) == (now, now, [])
        elif mine.row.outcome in SERVED:
            (left,), (with_whom,) = waited, met
            assert left.actor == with_whom.actor
            assert left.actor in common
            assert left.row.cause == Cause.OTHER_SIDE
            end = now + m.duration[s] if m.hold[s] else max(m.start[s] + m.duration[s], now + 1)
            assert with_whom.row == Row(Kind.MEETING, int(m.place[s]), now, end, other=s)
            assert (mine.begin, mine.row.end) == (now, end)
            assert (mine.row.outcome == Outcome.LATE) == (mine.row.start > m.start[s])
        else:
            assert (mine.row.outcome, mine.row.end, met) == (Outcome.STOOD_UP, now, [])
            assert {fact.row.cause for fact in waited} <= {mine.row.cause}
            if [fact.actor in common - missing for fact in waited] == [True]:
                assert wanting(floor, trace, s, now, mine.row.cause), (s, mine)


def actors_of_side(floor: Floor, meeting: int, side: int) -> set[int]:
    """Who may come for a side of an ordinary meeting: the party booked, or all staff of the booth."""
    b, c, staff = floor.bookings, floor.calls, floor.staff.booth
    booked = np.flatnonzero((b.meeting == meeting) & (b.side == side))
    booths = c.booth[(c.meeting == meeting) & (c.side == side)]
    owners = np.searchsorted(floor.party_days.booking_index, booked, side="right") - 1
    return {*owners.tolist(), *(floor.n_party_days + np.flatnonzero(np.isin(staff, booths))).tolist()}


def wanting(floor: Floor, trace: Trace, meeting: int, now: int, cause: Cause) -> bool:
    """Whether this is why two who were there did not meet at a time."""
    m, place = floor.meetings, int(floor.meetings.place[meeting])
    going_on = {
        fact.row.other
        for fact in facts(trace, Kind.MEETING)
        if fact.row.outcome in SERVED and fact.begin <= now < fact.row.end
    }
    if not within(now, hours(floor, place)):
        return cause == Cause.CLOSED
    if floor.places.kind[place] == PlaceKind.TABLE and any(m.place[k] == place for k in going_on):
        return cause == Cause.MEETING
    pool = int(m.interpreters[meeting])
    busy = sum(m.interpreters[k] == pool for k in going_on)
    return cause == Cause.INTERPRETER and pool != NONE and bool(busy == m.pool_size[pool])


@law
def every_party_is_at_the_gate_once_and_visits_if_admitted(floor: Floor, trace: Trace) -> None:
    gates = {f.actor: f.row for f in facts(trace, Kind.GATE)}
    assert len(facts(trace, Kind.GATE)) == len(gates) == floor.n_party_days
    stays = {f.actor: f.row for f in facts(trace, Kind.VISIT)}
    admitted = {actor for actor, row in gates.items() if row.outcome == Outcome.DONE}
    assert set(stays) == admitted
    for actor, row in gates.items():
        assert row.start == floor.party_days.arrival[actor]
        if actor in stays:
            assert stays[actor].start == row.end
            assert row.end - row.start - row.wait == floor.party_days.check[actor]


@law
def an_actors_rows_are_in_order_and_do_not_overlap(floor: Floor, trace: Trace) -> None:
    for actor, rows in visits(floor, trace):
        for before, after in pairwise(rows):
            assert before.end <= after.start, (actor, before, after)
        whole = [f.row for f in facts(trace, Kind.VISIT) if f.actor == actor]
        if whole:
            assert all(whole[0].start <= row.start and row.end <= whole[0].end for row in rows[1:])
    for fact in facts(trace, Kind.CONTACT):
        row = fact.row
        assert fact.actor < row.other
        for who in (fact.actor, row.other):
            assert any(
                f.actor == who and f.begin <= row.start and row.end <= f.row.end
                for f in facts(trace, Kind.SESSION)
            ), row
    for one, two in pairwise(facts(trace)):
        assert one.actor < two.actor or one.row.start <= two.row.start


@law
def nobody_is_quicker_than_the_walk(floor: Floor, trace: Trace) -> None:
    for actor, rows in visits(floor, trace):
        lost = [f for f in facts(trace, Kind.MEETING, Kind.SESSION)
                if f.actor == actor and absent(f.row) and f.row.outcome != Outcome.NO_SHOW]  # fmt: skip
        if lost or any(row.kind == Kind.HALL for row in rows):
            continue  # a way to a lost meeting, or by a door: no row tells where it turned
        pace = int(floor.party_days.pace[actor])
        for before, after in pairwise(rows):
            assert after.start - before.end == walk(floor, before.place, after.place, pace)
        for fact in facts(trace, Kind.VISIT):
            if fact.actor == actor:
                assert fact.row.end - rows[-1].end == walk(floor, rows[-1].place, fact.row.place, pace)


@law
def delegates_walk_out_and_home(floor: Floor, trace: Trace) -> None:
    doing: dict[int, list[Fact]] = defaultdict(list)
    for fact in facts(trace, Kind.DELEGATE, Kind.MEETING, Kind.SESSION):
        if not is_party(floor, fact.actor) and not absent(fact.row):
            doing[fact.actor].append(fact)
    for actor, rows in doing.items():
        booth, pace = (int(c[actor - floor.n_party_days]) for c in (floor.staff.booth, floor.staff.pace))
        errands = [f.row for f in rows if f.row.kind == Kind.DELEGATE]
        stays: list[Row] = []
        for row in (f.row for f in rows if f.row.kind != Kind.DELEGATE):
            k = int(floor.meetings.standby_for[row.other]) if row.kind == Kind.MEETING else NONE
            if k != NONE:  # stayed for a stand-by
                (before,) = (s for s in stays if s.kind == Kind.MEETING and s.other == k)
                stays.remove(before)
                row = row._replace(start=before.start)
            stays.append(row)
        stays.sort(key=lambda stay: (stay.start, stay.end))
        here, left = booth, NONE
        for errand, after in zip(errands, [*errands[1:], None], strict=True):
            if errand.start != left:
                here = booth
            out = walk(floor, here, errand.place, pace)
            left = errand.end
            if errand.outcome == Outcome.CANCELLED:
                walked = errand.end - errand.start - walk(floor, here, booth, pace)
                assert walked % 2 == 0
                assert walked // 2 <= out, (actor, errand)
                here = booth
                continue
            stay = next((s for s in stays if s.start == errand.start + out), None)
            if stay is None:  # it learnt on arrival that the meeting was lost
                assert errand.end == errand.start + out + walk(floor, errand.place, booth, pace)
                continue
            stays.remove(stay)
            assert stay.place == errand.place
            home = stay.end + walk(floor, errand.place, booth, pace)
            assert errand.end == home or (after is not None and after.start == errand.end == stay.end), (
                actor,
                errand,
            )
            here = errand.place if errand.end == stay.end else booth


@law
def nothing_starts_outside_opening_hours(floor: Floor, trace: Trace) -> None:
    for fact in facts(trace, Kind.GATE, Kind.LOOK, Kind.TALK, Kind.MEAL, Kind.SESSION, Kind.MEETING):
        hosts = fact.row.kind == Kind.SESSION and not is_party(floor, fact.actor)
        if fact.row.outcome in SERVED and not hosts:
            assert within(fact.begin, hours(floor, fact.row.place)), fact
    for fact in facts(trace, Kind.TALK, Kind.MEAL, Kind.GATE):  # nobody queues past a close
        if fact.row.outcome in (Outcome.RENEGED, Outcome.LEFT_FOR_BOOKING):
            assert within(fact.row.end - 1, hours(floor, fact.row.place)) or not fact.row.wait


def visits(floor: Floor, trace: Trace) -> Iterator[tuple[int, list[Row]]]:
    """What each party was busy with, in order: no whole visit, no contact, no row for an absence."""
    rows: dict[int, list[Row]] = defaultdict(list)
    for fact in facts(trace):
        aside = fact.row.kind in (Kind.VISIT, Kind.CONTACT) or absent(fact.row)
        if is_party(floor, fact.actor) and not aside:
            rows[fact.actor].append(fact.row)
    yield from rows.items()


def walk(floor: Floor, a: int, b: int, pace: int) -> int:
    """ms from one place to another (spec of walking: Manhattan, through the doors of halls)."""
    if a == b:
        return 0
    p = floor.places
    if p.zone[a] == p.zone[b]:
        distance = abs(p.x[a] - p.x[b]) + abs(p.y[a] - p.y[b])
    else:
        distance = p.to_door[a] + p.zone_distance[p.zone[a], p.zone[b]] + p.to_door[b]
    return max(1, int(distance) * pace)
