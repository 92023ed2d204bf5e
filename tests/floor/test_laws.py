"""Each law of a trace finds the trace that breaks it: of a fair by hand, and of floors that were played."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from random import Random

import numpy as np
import pytest

from sim.engine import simulate
from sim.floor.arrays import MINUTE, NONE, Floor
from sim.floor.laws import LAWS, Account, Law, broken_laws
from sim.floor.laws.services import littles_law
from sim.floor.trace import COLUMNS, SERVED, Cause, Kind, Outcome, Trace
from tests.random_floors import random_floor
from tests.statistics.building import Plan, Row, at, build, trace_of
from tests.statistics.chance import random_result
from tests.statistics.tiny import ACME, ACME_1, BELA_1, BY_HAND, P0, P1, P2, PLAN, ROWS, TABLE_1


def complaints(rows: list[Row], plan: Plan = PLAN) -> str:
    return "\n".join(broken_laws(build(plan).floor, trace_of(rows), BY_HAND))


def changed(kind: Kind, actor: int, **changes: object) -> list[Row]:
    """The rows of the tiny fair with one of them changed."""
    rows = list(ROWS)
    i = next(i for i, row in enumerate(rows) if (row.kind, row.actor) == (kind, actor))
    rows[i] = replace(rows[i], **changes)  # type: ignore[arg-type]
    return rows


def without(kind: Kind, actor: int) -> list[Row]:
    return [row for row in ROWS if (row.kind, row.actor) != (kind, actor)]


def test_the_tiny_fair_breaks_no_law() -> None:
    assert complaints(list(ROWS)) == ""


@pytest.mark.parametrize("seed", range(20))
def test_littles_law_holds_for_any_rows(seed: int) -> None:
    result = random_result(seed)
    assert list(littles_law(Account(result.expo.floor, result.trace))) == []


@pytest.mark.parametrize(
    ("rows", "complaint"),
    [
        (changed(Kind.TALK, P0, wait=9 * MINUTE), "wait outside the row"),
        (changed(Kind.TALK, P0, outcome=Outcome.RENEGED), "a loss that was served"),
        (changed(Kind.TALK, P0, outcome=Outcome.MISSED), "an outcome that its kind cannot have"),
        (changed(Kind.TALK, P0, cause=Cause.FULL), "a cause that its outcome cannot have"),
        (without(Kind.GATE, P0), "not one row at the gate"),
        (without(Kind.VISIT, P0), "visits and admissions differ"),
        (changed(Kind.VISIT, P0, start=at(9, 2)), "does not begin with the admission"),
        (changed(Kind.VISIT, P0, end=at(11)), "outside the visit"),
        (changed(Kind.LOOK, P0, end=at(9, 9)), "in two places at once"),
        (changed(Kind.TALK, P1, other=ACME_1), "member of staff 0 is in 2 places"),
        (changed(Kind.TALK, P1, other=BELA_1), "served by another booth's staff"),
        (changed(Kind.GATE, P1, wait=0), "3 checked at once, 2 allowed"),
        (changed(Kind.MEAL, P1, place=ACME), "2 eating at once, 0 allowed"),
        (
            changed(Kind.SESSION, P2, outcome=Outcome.DONE, start=at(9, 25), end=at(10), wait=0),
            "5 seated at once, 4 allowed",
        ),
        (without(Kind.SESSION, P2), "party 2 and session 0: 1 bookings, 0 rows"),
        (without(Kind.MEETING, P0), "meeting 0 has 0 rows of side 0, not 1"),
        (without(Kind.SESSION, 9), "1 hosts called, 0 rows"),
    ],
)
def test_a_broken_trace_is_found(rows: list[Row], complaint: str) -> None:
    assert complaint in complaints(rows)


def test_too_many_in_a_hall_are_found() -> None:
    narrow = replace(PLAN, zone_limit=(7, -1, -1))
    assert "8 people in zone 0, 7 allowed" in complaints(list(ROWS), narrow)


def test_rows_out_of_order_are_found() -> None:
    trace = trace_of(ROWS)
    backwards = replace(trace, **{name: getattr(trace, name)[::-1] for name in trace.__slots__})
    assert any("not in order" in problem for problem in broken_laws(build(PLAN).floor, backwards))


def test_two_meetings_at_one_table_are_found() -> None:
    meetings = (PLAN.meetings[0], replace(PLAN.meetings[1], place=TABLE_1))
    rows = [
        replace(row, outcome=Outcome.DONE, start=at(11), end=at(11, 9), wait=0)
        if row.kind is Kind.MEETING and row.other == 1
        else row
        for row in ROWS
    ]
    assert "2 meetings at once at table 5" in complaints(rows, replace(PLAN, meetings=meetings))


# ------------------------------------------------------------------- floors that were played
Columns = dict[str, np.ndarray]
Case = tuple[Floor, Columns]
Corruption = Callable[[Floor, Columns], Case | None]  # None: there is nothing like that in this trace
SEEDS = range(250)
ENOUGH = 5  # floors on which a corruption is found: more would tell nothing new


@cache
def played(seed: int) -> tuple[Floor, Trace]:
    floor = random_floor(Random(seed))
    return floor, simulate(floor)


def rows_of(floor: Floor, rows: Columns, kind: Kind, party: bool | None, **values: int) -> np.ndarray:
    is_party = (rows["actor"] >= 0) & (rows["actor"] < floor.n_party_days)
    chosen = (rows["kind"] == kind) & (True if party is None else is_party == party)
    for name, value in values.items():
        chosen &= rows[name] == value
    return np.flatnonzero(chosen)


def later(kind: Kind, *columns: str, by: int, party: bool | None = None, **values: int) -> Corruption:
    """The first row of a kind, with some columns greater by so much."""

    def corrupt(floor: Floor, rows: Columns) -> Case | None:
        found = rows_of(floor, rows, kind, party, **values)[:1]
        return (
            (floor, {name: _plus(rows[name], found, by * (name in columns)) for name in rows})
            if len(found)
            else None
        )

    return corrupt


def of_second(was: Outcome, *, outcome: Outcome | None = None, by: int = 0) -> Corruption:
    """The first row of a second appointment that ended so, with another outcome or so much later."""

    def corrupt(floor: Floor, rows: Columns) -> Case | None:
        found = rows_of(floor, rows, Kind.MEETING, None, outcome=was)
        found = found[floor.meetings.again_of[rows["other"][found]] != NONE][:1]
        if not len(found):
            return None
        changed = {**rows, "end": _plus(rows["end"], found, by)}
        if outcome is not None:
            changed["outcome"] = _plus(rows["outcome"], found, outcome - was)
        return floor, changed

    return corrupt


def _plus(column: np.ndarray, at: np.ndarray, by: int) -> np.ndarray:
    changed = column.copy()
    changed[at] += by
    return changed


def dropped(kind: Kind, party: bool | None = None) -> Corruption:
    def corrupt(floor: Floor, rows: Columns) -> Case | None:
        found = rows_of(floor, rows, kind, party)[:1]
        return (floor, {name: np.delete(rows[name], found) for name in rows}) if len(found) else None

    return corrupt


def doubled(kind: Kind) -> Corruption:
    def corrupt(floor: Floor, rows: Columns) -> Case | None:
        found = rows_of(floor, rows, kind, None)[:1]
        return (floor, {n: np.insert(rows[n], found, rows[n][found]) for n in rows}) if len(found) else None

    return corrupt


def on_another(part: str, column: str, change: Callable[[np.ndarray, Floor], object]) -> Corruption:
    """The same trace, of a floor that differs in a column."""

    def corrupt(floor: Floor, rows: Columns) -> Case:
        table = getattr(floor, part)
        values = np.zeros_like(getattr(table, column)) + change(getattr(table, column), floor)
        return replace(floor, **{part: replace(table, **{column: values})}), rows

    return corrupt


def on_another_number(part: str, name: str, value: int) -> Corruption:
    """The same trace, of a floor that differs in a number."""
    return lambda floor, rows: (
        replace(floor, **{part: replace(getattr(floor, part), **{name: value})}),
        rows,
    )


def backwards(floor: Floor, rows: Columns) -> Case:
    return floor, {name: column[::-1] for name, column in rows.items()}


def served_last(floor: Floor, rows: Columns) -> Case | None:
    """Who was served first of two at a gate waits longer than the other."""
    gates = rows_of(floor, rows, Kind.GATE, None, outcome=Outcome.DONE)
    gates = gates[np.lexsort((rows["start"][gates], rows["place"][gates]))]
    two = np.flatnonzero(np.diff(rows["place"][gates]) == 0)[:1]
    return later_row(floor, rows, gates[two]) if len(two) else None


def later_row(floor: Floor, rows: Columns, row: np.ndarray) -> Case:
    return floor, {n: _plus(rows[n], row, 1000 * (n in ("wait", "end"))) for n in rows}


def alone_in_line(floor: Floor, rows: Columns) -> Case | None:
    """Of all talks, only one for which the party had to wait."""
    talks = rows_of(floor, rows, Kind.TALK, None)
    waited = talks[rows["wait"][talks] > 0][:1]
    others = np.concatenate((np.setdiff1d(talks, waited), rows_of(floor, rows, Kind.DELEGATE, None)))
    return (floor, {name: np.delete(rows[name], others) for name in rows}) if len(waited) else None


def doubled_missed(floor: Floor, rows: Columns) -> Case | None:
    """A stop that was passed over, once oftener than the party has stops there."""
    found = rows_of(floor, rows, Kind.LOOK, None, outcome=Outcome.MISSED)[:1]
    if not len(found):
        return None
    actor, place = int(rows["actor"][found[0]]), int(rows["place"][found[0]])
    looks = (rows["kind"] == Kind.LOOK) & (rows["actor"] == actor) & (rows["place"] == place)
    stops = floor.stops.place[slice(*floor.party_days.stop_index[actor : actor + 2])] == place
    found = np.repeat(found, 1 + np.count_nonzero(stops) - np.count_nonzero(looks))
    return floor, {n: np.insert(rows[n], found, rows[n][found]) for n in rows}


def planned_shut_where_no_door_is_waited_at(floor: Floor, rows: Columns) -> Case | None:
    """Who has waited at the door of a hall may find it closed: here nobody has."""
    shut = on_another("places", "zone_open_to", lambda closes, _: np.minimum(closes, 40))
    return None if (rows["kind"] == Kind.HALL).any() else shut(floor, rows)


def nothing_wanting(floor: Floor, rows: Columns) -> Case:
    """Whoever was there in vain is said to have lacked another side, and nothing else."""
    stood_up = rows["outcome"] == Outcome.STOOD_UP
    return floor, {**rows, "cause": np.where(stood_up, Cause.OTHER_SIDE, rows["cause"])}


def lost_without_the_last(floor: Floor, rows: Columns) -> Case | None:
    """A meeting of more than two that began without its last side is said to be lost for want of it."""
    meetings = rows["kind"] == Kind.MEETING
    last = floor.meetings.sides[np.where(meetings, rows["other"], 0)] - 1 if meetings.any() else rows["side"]
    missing = meetings & (rows["side"] == last) & (last > 1) & (rows["outcome"] == Outcome.NO_SHOW)
    there = meetings & np.isin(rows["other"], rows["other"][missing]) & np.isin(rows["outcome"], SERVED)
    lost = {"outcome": Outcome.STOOD_UP, "cause": Cause.OTHER_SIDE}
    return floor, {n: np.where(there, lost.get(n, rows[n]), rows[n]) for n in rows}


DAYS = 5 * 86_400_000
CORRUPTIONS: dict[str, list[Corruption]] = {
    "numbers_exist": [
        later(Kind.LOOK, "actor", by=999),
        later(Kind.DELEGATE, "actor", by=-99),
        later(Kind.LOOK, "place", by=999),
        later(Kind.MEETING, "side", by=2),
        later(Kind.LOOK, "side", by=1),
        later(Kind.TALK, "other", by=-5, outcome=Outcome.DONE),
        later(Kind.SESSION, "other", by=99),
        later(Kind.LOOK, "kind", by=99),
        later(Kind.LOOK, "outcome", by=99),
        later(Kind.LOOK, "cause", by=99),
    ],
    "times_are_in_order": [later(Kind.LOOK, "wait", by=-1), later(Kind.IN_VAIN, "end", by=1)],
    "rows_are_in_order": [backwards, later(Kind.VISIT, "start", by=DAYS)],
    "losses_are_all_wait": [later(Kind.TALK, "end", by=1, outcome=Outcome.RENEGED)],
    "ways_are_listed": [
        later(Kind.LOOK, "cause", by=1, outcome=Outcome.DONE),
        later(Kind.VISIT, "outcome", by=int(Outcome.MISSED)),
    ],
    "every_party_is_at_the_gate_once_and_visits_if_admitted": [
        later(Kind.GATE, "start", by=-1),
        later(Kind.GATE, "end", by=1, outcome=Outcome.DONE),
        later(Kind.VISIT, "start", by=1),
        dropped(Kind.VISIT),
        dropped(Kind.GATE),
        on_another("party_days", "gate", lambda gate, _: gate - 1),
    ],
    "parties_are_there_during_their_visit": [
        later(Kind.VISIT, "end", by=-DAYS),
        later(Kind.LOOK, "end", by=DAYS),
    ],
    "parties_are_in_one_place_at_a_time": [doubled(Kind.TALK), later(Kind.GATE, "end", by=DAYS)],
    "nobody_is_quicker_or_slower_than_the_walk": [
        later(Kind.LOOK, "start", by=1),
        later(Kind.LOOK, "start", by=-1),
        later(Kind.IN_VAIN, "start", "end", by=1, party=True),
        later(Kind.HALL, "end", by=1, outcome=Outcome.DONE),
        later(Kind.HALL, "end", by=1, outcome=Outcome.RENEGED),
        later(Kind.HALL, "start", by=1),
        later(Kind.VISIT, "end", by=1),
        on_another("party_days", "pace", lambda pace, _: pace + 1),
    ],
    "stays_count_from_the_admission": [
        later(Kind.TALK, "end", "wait", by=-1, outcome=Outcome.LEFT_FOR_BOOKING, cause=Cause.DEPARTURE),
        on_another("party_days", "stay", lambda *_: 1),
        on_another("party_days", "latest", lambda *_: 1),
    ],
    "nobody_asks_again_but_after_a_loss": [
        doubled(Kind.TALK),
        on_another("stops", "talk", lambda *_: 0),
        later(Kind.TALK, "outcome", by=Outcome.LEFT_FOR_BOOKING - Outcome.RENEGED, outcome=Outcome.RENEGED),
    ],
    "a_contact_is_of_two_who_attend": [
        later(Kind.CONTACT, "end", by=1000),
        later(Kind.CONTACT, "actor", by=1000),
        later(Kind.CONTACT, "place", by=-1),
    ],
    "staff_are_in_one_place_at_a_time": [doubled(Kind.DELEGATE), doubled(Kind.TALK)],
    "staff_begin_on_duty_at_their_booth": [
        later(Kind.TALK, "start", "end", by=DAYS, outcome=Outcome.DONE),
        later(Kind.TALK, "other", by=1, outcome=Outcome.RENEGED),
        later(Kind.DELEGATE, "start", "end", by=DAYS),
        on_another("staff", "booth", lambda booth, _: booth[::-1]),
    ],
    "a_call_is_answered_once_by_its_booth": [
        doubled(Kind.DELEGATE),
        later(Kind.DELEGATE, "place", by=-1),
        later(Kind.DELEGATE, "start", by=-DAYS),
        on_another("calls", "comes", lambda *_: 0),
        on_another("calls", "booth", lambda booth, _: booth + 1),
        on_another("calls", "member", lambda member, _: 77),
    ],
    "delegates_walk_out_and_home": [
        later(Kind.DELEGATE, "end", by=1, outcome=Outcome.DONE),
        later(Kind.DELEGATE, "end", by=1, outcome=Outcome.CANCELLED),
        later(Kind.DELEGATE, "start", by=-1),
        dropped(Kind.DELEGATE),
        dropped(Kind.MEETING, party=False),
    ],
    "littles_law": [later(Kind.TALK, "wait", by=-999)],
    "queues_are_served_in_order": [served_last],
    "nobody_waits_while_a_member_is_free": [alone_in_line],
    "lanes_and_seats_are_never_exceeded": [on_another("places", "servers", lambda *_: 0)],
    "rooms_are_never_over_their_seats": [on_another("sessions", "seats", lambda *_: 0)],
    "halls_are_never_over_their_limit": [
        on_another("places", "zone_limit", lambda limit, _: np.where(limit == NONE, NONE, 0))
    ],
    "a_hall_given_up_is_passed_over_for_a_while": [on_another_number("places", "zone_again", 500)],
    "a_hall_found_closed_is_passed_over_while_it_is": [
        on_another("places", "open_from", lambda opens, _: opens + 40),
        later(Kind.LOOK, "outcome", by=-int(Outcome.MISSED), outcome=Outcome.MISSED),
    ],
    "what_is_passed_over_is_closed": [
        on_another("places", "open_from", lambda *_: 0),
        later(Kind.LOOK, "end", "wait", by=1, outcome=Outcome.MISSED),
        later(Kind.LOOK, "start", "end", by=-DAYS, outcome=Outcome.MISSED),
        later(Kind.LOOK, "outcome", by=int(Outcome.MISSED), outcome=Outcome.DONE),
        doubled_missed,
    ],
    "nobody_goes_where_the_plan_says_closed": [
        on_another("places", "zone_open_to", lambda closes, floor: np.minimum(closes, 40)),
        planned_shut_where_no_door_is_waited_at,
    ],
    "nobody_waits_longer_than_its_patience": [
        on_another("party_days", "gate_patience", lambda patience, _: patience - 1),
        on_another("party_days", "patience", lambda patience, _: patience + 1),
    ],
    "nothing_starts_outside_opening_hours": [
        later(Kind.LOOK, "start", "end", by=DAYS, outcome=Outcome.DONE),
        later(Kind.MEETING, "start", "end", by=DAYS, outcome=Outcome.DONE),
        later(Kind.SESSION, "start", "end", by=DAYS, outcome=Outcome.DONE, party=True),
        later(Kind.SESSION, "start", "end", by=DAYS, outcome=Outcome.DONE, party=False),
    ],
    "nobody_queues_past_a_close": [
        later(Kind.TALK, "end", "wait", by=DAYS, outcome=Outcome.RENEGED),
        later(Kind.MEAL, "end", "wait", by=DAYS, outcome=Outcome.RENEGED),
    ],
    "every_booking_of_a_session_leaves_one_row": [
        dropped(Kind.SESSION, party=True),
        later(Kind.SESSION, "place", by=-1),
    ],
    "every_booking_of_a_meal_leaves_one_row": [dropped(Kind.MEAL), doubled(Kind.MEAL)],
    "hosts_who_were_called_leave_one_row": [
        dropped(Kind.SESSION, party=False),
        on_another("calls", "booth", lambda booth, _: booth + 1),
    ],
    "every_side_of_a_meeting_leaves_one_row": [
        dropped(Kind.MEETING),
        doubled(Kind.MEETING),
        later(Kind.MEETING, "actor", by=1, party=True),
        later(Kind.MEETING, "place", by=-1),
        later(Kind.IN_VAIN, "actor", by=1, party=True),
    ],
    "all_sides_meet_at_the_same_time": [
        later(Kind.MEETING, "wait", by=1, outcome=Outcome.DONE),
        later(Kind.MEETING, "end", by=1, outcome=Outcome.DONE),
        later(Kind.MEETING, "start", by=-DAYS, outcome=Outcome.DONE),
        on_another("meetings", "duration", lambda duration, _: duration + 1),
        on_another("meetings", "least", lambda least, _: least + 99),
        later(Kind.MEETING, "side", by=1, outcome=Outcome.DONE),
        on_another("meetings", "tolerance", lambda tolerance, _: tolerance + 99),
        later(Kind.MEETING, "start", "end", by=1, outcome=Outcome.MISSED),
    ],
    "a_meeting_is_lost_only_if_too_few_are_there_or_something_is_wanting": [
        nothing_wanting,
        lost_without_the_last,
    ],
    "tables_and_interpreters_are_never_double_booked": [
        later(Kind.MEETING, "end", by=DAYS, outcome=Outcome.DONE),
        on_another("meetings", "pool_size", lambda *_: 0),
    ],
    "who_comes_in_vain_has_lost_the_meeting_before": [
        later(Kind.IN_VAIN, "start", "end", by=-DAYS),
        later(Kind.IN_VAIN, "actor", by=1),
    ],
    "a_stand_by_meets_who_was_left_alone_or_nobody": [
        later(Kind.MEETING, "end", "wait", by=1, outcome=Outcome.NOT_NEEDED),
        on_another("meetings", "keeps", lambda keeps, _: np.where(keeps == NONE, NONE, 1 - keeps)),
    ],
    "a_second_appointment_is_needed_just_if_the_first_was_lost": [
        of_second(Outcome.NOT_NEEDED, outcome=Outcome.STOOD_UP),
        of_second(Outcome.STOOD_UP, outcome=Outcome.NOT_NEEDED),
        of_second(Outcome.NOT_NEEDED, outcome=Outcome.DONE),
        of_second(Outcome.NOT_NEEDED, by=1),
        on_another("meetings", "again_of", lambda again, _: np.roll(again, 1)),
    ],
}


@pytest.mark.parametrize("law", LAWS, ids=lambda law: law.__name__)
def test_each_law_finds_every_trace_that_breaks_it(law: Law) -> None:
    for number, corrupt in enumerate(CORRUPTIONS[law.__name__]):
        found = 0
        for floor, trace in map(played, SEEDS):
            rows = {name: getattr(trace, name) for name in COLUMNS}
            if (case := corrupt(floor, rows)) is not None:
                found += bool(list(law(Account(case[0], Trace(**case[1])))))
            if found == ENOUGH:
                break
        assert found, number
