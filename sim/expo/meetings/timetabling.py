"""The timetable of a matchmaking programme: slots and tables, who can come when, what the policy makes of it.

It works on what the agendas and the booths' duties leave free.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from sim.expo.booking.agenda import Agenda
from sim.expo.booking.duties import Duties
from sim.expo.expo import TimetableFacts
from sim.expo.meetings.asking import Sent
from sim.expo.meetings.joining import Joined
from sim.expo.meetings.limits import Limits
from sim.expo.meetings.participants import HOSTS, Attendance
from sim.expo.meetings.places import Placed, host_of, of_problem, seats_of
from sim.expo.meetings.published import Plan, around, published_of, seated, there
from sim.expo.venue.hours import DAY, minutes
from sim.floor.arrays import NONE, IntArray
from sim.matchmaking import NO_LIMIT, UNSCHEDULED, Problem, Reason, Timetable, solve, worth
from sim.matchmaking.compact.compact import compact
from sim.matchmaking.policies.again import gains
from sim.matchmaking.policies.leasts import fewest_missing, missing
from sim.matchmaking.policies.timetable import timetable
from sim.matchmaking.replan.replan import replan
from sim.policy_names import HEED_LEAST
from sim.streams import FloatArray

if TYPE_CHECKING:
    from sim.expo.programme.programme import PlannedProgramme
    from sim.scenario.schema.data import Matchmaking

__all__ = ["Scheduled", "Slots", "arrange", "room", "slots_of"]

BoolArray = npt.NDArray[np.bool_]
_Rerun = Callable[["Matchmaking", Problem], Timetable]


@dataclass(frozen=True, slots=True)
class Slots:
    """The slots of a programme, in order of time, and the tables of all its areas in each."""

    start: IntArray  # ms
    end: IntArray  # ms
    tables: IntArray  # meetings at once
    places: tuple[IntArray, ...]  # of the tables, those that the timetable leaves free last; none at booths
    usual: int  # a place of the programme: availability is judged from here
    spread: int  # dm from there to its farthest place
    # all tables, those of a hall side by side, and the hall of each, from 0; no more than the timetable has
    numbered: IntArray = field(default_factory=lambda: np.empty(0, dtype=np.int64))
    in_hall: IntArray = field(default_factory=lambda: np.empty(0, dtype=np.int64))
    halls: IntArray = field(default_factory=lambda: np.empty(0, dtype=np.int64))  # zones; none at booths
    hall_at: tuple[IntArray, ...] = ()  # in each slot, of the tables that the timetable has

    @property
    def of_halls(self) -> list[IntArray]:
        """The tables of each hall."""
        return [self.numbered[self.in_hall == hall] for hall in range(len(self.halls))]

    def tables_at(self, hall: int) -> list[IntArray]:
        """The tables of a hall that are there in each slot."""
        return [each[: len(at)][at == hall] for each, at in zip(self.places, self.hall_at, strict=True)]

    def runs(self, section: Matchmaking, more: int) -> BoolArray:
        """After which slots so many more follow directly, each: (slots - more,)."""
        follows = (self.start[1:] - self.end[:-1] <= minutes(section.buffer_minutes)) & (
            self.start[1:] // DAY == self.start[:-1] // DAY
        )
        n = len(self.start) - more
        return np.asarray(np.all([follows[k : n + k] for k in range(more)], axis=0), dtype=np.bool_)

    def has(self, number: int) -> BoolArray:
        """In which slots a table is there, at its place among those of its hall: (slots,)."""
        hall = int(self.in_hall[number])
        turn = number - int(np.flatnonzero(self.in_hall == hall)[0])
        return np.array(
            [len(each) > turn and each[turn] == self.numbered[number] for each in self.tables_at(hall)],
            dtype=np.bool_,
        )


@dataclass(frozen=True, slots=True)
class Scheduled:
    """The timetable of a programme: an entry a request, UNSCHEDULED or NONE where there is no meeting."""

    slot: IntArray
    place: IntArray
    reason: IntArray  # Reason; NONE: not accepted
    facts: TimetableFacts
    far: Callable[[int, int], bool] | None = None  # whether there is no time to walk between two meetings
    could: IntArray | None = None  # slots that miss few of the least, where the policy does not look at it


def slots_of(
    name: str,
    section: Matchmaking,
    number: int,
    people: Attendance,
    programme: PlannedProgramme,
    agenda: Agenda,
) -> Slots:
    """The slots of the programme of this name and number."""
    of = programme.window_programme[programme.slot_window] == number
    window, begins = programme.slot_window[of], programme.slot_start[of]
    start = np.unique(begins)
    at_booths = section.location == "booth"
    areas = agenda.venue.tables[name]
    used = areas.shape[1] - section.tables_kept
    open_ = [areas[programme.window_area[window[begins == t]]] for t in start.tolist()]
    mine = [rows[:, :used].ravel() for rows in open_]
    zone, usable = agenda.venue.places.zone, areas[:, :used].ravel()
    halls = np.unique(zone[usable])
    # those that most slots have first, so that a table keeps its number as far as can be
    in_slots = np.sum([np.isin(usable, each) for each in mine], axis=0, initial=0) * np.ones_like(usable)
    numbered = usable[np.lexsort((-in_slots, zone[usable]))]
    if section.keep_tables:
        mine = [numbered[np.isin(numbered, each)] for each in mine]
    places = tuple(
        np.concatenate((each, rows[:, used:].ravel())) for each, rows in zip(mine, open_, strict=True)
    )
    anywhere = people.organisation[people.side == HOSTS] if at_booths else areas.ravel()
    usual = int(anywhere[0]) if len(anywhere) else 0
    return Slots(
        start=start,
        end=start + minutes(section.slot_minutes),
        tables=np.array(
            [len(people) if at_booths else rows[:, :used].size for rows in open_], dtype=np.int64
        ),
        places=places,
        usual=usual,
        spread=int(agenda.venue.walk(usual, anywhere).max(initial=0)),
        numbered=numbered,
        in_hall=np.searchsorted(halls, zone[numbered]),
        halls=halls,
        hall_at=tuple(np.searchsorted(halls, zone[each]) for each in mine),
    )


def room(
    section: Matchmaking,
    people: Attendance,
    slots: Slots,
    agenda: Agenda,
    duties: Duties,
    where: Placed | None = None,
) -> IntArray:
    """The meetings that each participant can hold in each slot: (participants, slots).

    `where` they would be held and how long, if that is known. Who is free in slots that follow each other
    and not in between, where a meeting may last so long, is not in the first of them.
    """

    def of(first: IntArray, last: IntArray) -> IntArray:
        spare = _spare_delegates(section, people, slots, duties, first, last, where)
        spare = np.minimum(section.delegates, spare)
        return np.concatenate((spare, _free_parties(people, slots, agenda, first, last, where)))

    every = np.arange(len(slots.start))
    free = of(every, every)
    longest = 1 if where is None else int(where.length.max(initial=1))
    for more in range(1, min(longest, len(every))):
        runs = np.flatnonzero(slots.runs(section, more))
        least = np.min([free[:, runs + n] for n in range(more + 1)], axis=0)
        free[:, runs] = np.where(of(runs, runs + more) < least, 0, free[:, runs])
    if where is not None:
        for i in np.flatnonzero(where.table != NONE).tolist():
            free[i, ~slots.has(int(where.table[i]))] = 0
    return free


def arrange(
    section: Matchmaking,
    sent: Sent,
    joined: Joined,
    people: Attendance,
    country: IntArray,
    slots: Slots,
    room: IntArray,
    limits: Limits,
    gives_up: BoolArray,
    agenda: Agenda,
    where: Placed,
    area_m2: FloatArray,
    pace: int,
    plan: Plan,
) -> Scheduled:
    """The slot and the place of each request; those that are joined have the same.

    Those of published meetings are theirs, by the `plan`, unless all is to be planned again.

    `country` and `limits` (the least with what is promised) are of the participants; `gives_up` says
    which requests are given up when people are asked to confirm, if they are. `area_m2` is of the
    exhibitors, `pace` that of the slowest (ms a dm).
    """
    slot, place, reason = np.full((3, len(sent)), NONE, dtype=np.int64)
    yes = np.flatnonzero(sent.accepted & (joined.lead == np.arange(len(sent))))
    gives_up = gives_up.copy()
    for rows in joined.groups():  # it is given up only if all are: else the others meet
        gives_up[rows] = gives_up[rows].all()
    if not len(yes) or not len(slots.start):
        return Scheduled(slot, place, reason, _nothing(people))
    problem = _problem(section, sent, joined, yes, people, country, slots, room, limits, agenda)
    booths = 0 if problem.walk is None else len(problem.walk)
    rules = of_problem(section, where, yes, booths, area_m2, slots, agenda, pace)
    problem = replace(problem, **rules) if rules else problem
    gives_up[sent.published] = False

    def rerun(section: Matchmaking, problem: Problem) -> Timetable:
        return _solved(section, problem, gives_up[yes])

    rows = np.searchsorted(yes, sent.published)  # they are accepted, and joined to nothing
    if not len(plan):
        made = rerun(section, problem)
    elif section.replan == "no":
        problem, made = _around(section, problem, rows, plan, gives_up[yes])
    else:
        published = published_of(problem, rows, plan, slots)

        def rerun(section: Matchmaking, problem: Problem) -> Timetable:
            return replan(problem, published).timetable

        made = rerun(section, problem)
    slot[yes], reason[yes] = made.slot, made.reason
    stays = len(plan) > 0 and section.replan == "no"
    if stays:
        slot[sent.published], reason[sent.published] = plan.slot, Reason.SCHEDULED
    on = yes[made.slot != UNSCHEDULED]
    if section.location == "booth":
        on = yes[slot[yes] != UNSCHEDULED]
        place[on] = _host(sent, on, people)
    elif len(plan) and (stays or len(slots.halls) > 1):
        table, own = np.full((2, len(sent)), UNSCHEDULED, dtype=np.int64)
        table[yes], own[yes] = made.table, problem.own_table
        held = np.arange(len(plan))
        if not stays:
            held = there(plan, slot[sent.published], own[sent.published], where, slots)
        place = seated(slot, table, own, sent.published[held], plan.of(held), where, slots)
        lost = (slot != UNSCHEDULED) & (place == NONE)
        slot[lost], reason[lost] = UNSCHEDULED, Reason.NO_TABLE
        made = replace(made, slot=np.where(lost[yes], UNSCHEDULED, made.slot), reason=reason[yes])
    else:
        place[yes] = seats_of(made.problem, made.slot, made.table, where, yes, slots)
    for column in (slot, place, reason):
        column[joined.rows] = column[joined.lead[joined.rows]]
    replanned = len(plan) > 0 and not stays
    facts = _proven(section, problem, made, rerun, people, replanned=replanned)
    far = _far(problem, yes, joined, slot, where, slots)
    if section.policy in HEED_LEAST or not missing(problem, made.slot):
        return Scheduled(slot, place, reason, facts, far)
    fewest = fewest_missing(problem, made.slot, prove_it=False)
    could = np.full(len(sent), UNSCHEDULED, dtype=np.int64)
    could[yes] = made.slot if fewest is None else fewest.slot
    could[joined.rows] = could[joined.lead[joined.rows]]
    return Scheduled(slot, place, reason, facts, far, could)


def _around(
    section: Matchmaking, problem: Problem, rows: IntArray, plan: Plan, gives_up: BoolArray
) -> tuple[Problem, Timetable]:
    """What the policy arranges around the published requests `rows`, and of which problem.

    If it held other must-meets instead of one of them, only these are must-meets.
    """
    bound, can = around(problem, rows, plan.slot)
    made = _solved(section, bound, gives_up)
    if (made.slot[rows[can]] == UNSCHEDULED).any():
        bound = replace(bound, must=np.isin(np.arange(bound.requests), rows[can]))
        made = _solved(section, bound, gives_up)
    return bound, made


def _far(
    problem: Problem, yes: IntArray, joined: Joined, slot: IntArray, where: Placed, slots: Slots
) -> Callable[[int, int], bool] | None:
    """Whether there is no time to walk from one of two meetings (requests) to the other; None: there is."""
    if problem.place is None or problem.walk is None:
        return None
    at, walk = np.full(len(slot), NONE, dtype=np.int64), problem.walk
    at[yes] = problem.place
    at[joined.rows] = at[joined.lead[joined.rows]]

    def far(one: int, other: int) -> bool:
        first, second = sorted((one, other), key=lambda k: int(slot[k]))
        over = slots.end[slot[first] + where.length[first] - 1]
        return bool(slots.start[slot[second]] - over < walk[at[first], at[second]])

    return far


def _problem(
    section: Matchmaking,
    sent: Sent,
    joined: Joined,
    yes: IntArray,
    people: Attendance,
    country: IntArray,
    slots: Slots,
    room: IntArray,
    limits: Limits,
    agenda: Agenda,
) -> Problem:
    spans, keep = limits.spans(slots) or (None, None)
    a, b = sent.asked.asker[yes], sent.asked.asked[yes]
    at_booths = section.location == "booth"
    # a meeting of joined requests is worth to the guest, and in all, what they are together
    rows, lead = joined.rows, joined.lead
    more = rows[lead[rows] != rows]
    wish_a, wish_b, must = sent.wish_a.copy(), sent.wish_b.copy(), sent.must.copy()
    for each in joined.groups():
        asks = sent.asked.asker[each] == joined.guest[each]
        (wish_a if asks[0] else wish_b)[each[0]] = np.where(asks, sent.wish_a[each], sent.wish_b[each]).sum()
        must[each[0]] = sent.must[each].any()
    return Problem.of(
        a,
        b,
        joined.summed(sent.asked.score)[yes],
        tables=slots.tables,
        participants=len(people),
        capacity=room,
        most=limits.most,
        least=limits.least,
        wish_a=wish_a[yes],
        wish_b=wish_b[yes],
        start=slots.start,
        end=slots.end,
        day=slots.start // DAY,
        pause=minutes(section.buffer_minutes),
        others=np.stack((np.searchsorted(yes, lead[more]), joined.hosts(sent, more)), axis=1)
        if len(more)
        else None,
        must=must[yes] if must[yes].any() else None,
        pool=None
        if section.interpreters is None
        else np.where(joined.across(sent, country)[yes], 0, UNSCHEDULED),
        interpreters=None if section.interpreters is None else [section.interpreters],
        in_row=_if_any(limits.in_row),
        most_a_day=_if_any(limits.most_a_day),
        least_a_day=limits.least_a_day if limits.least_a_day.any() else None,
        most_days=_if_any(limits.most_days),
        rest=limits.rest if limits.rest.any() else None,
        spans=spans,
        keep=keep,
        place=_host(sent, yes, people) if at_booths else None,
        walk=_walks(people, agenda) if at_booths else None,
    )


def _if_any(most: IntArray) -> IntArray | None:
    """A limit that anybody has; None if nobody does."""
    return most if (most < NO_LIMIT).any() else None


def _host(sent: Sent, rows: IntArray, people: Attendance) -> IntArray:
    """At whose booth these meetings are."""
    host: IntArray = people.organisation[host_of(sent, people)[rows]]
    return host


def _walks(people: Attendance, agenda: Agenda) -> IntArray:
    """How long a guest of average pace walks between two booths (ms): (booths, booths)."""
    pace = round(float(agenda.visitors.pace.mean())) if len(agenda.visitors) else 1
    booth = np.arange(int(people.organisation[: people.exhibitors].max(initial=-1)) + 1)
    walks: IntArray = agenda.venue.walk(booth[:, None], booth[None, :]) * pace
    return walks


def _solved(section: Matchmaking, problem: Problem, gives_up: BoolArray) -> Timetable:
    options = {k: v for k, v in section.options.model_dump().items() if v is not None}
    made = solve(
        problem,
        section.policy,
        interest=section.interest,
        gives_up=gives_up if section.rounds == 2 else None,
        options=options,
    )
    if section.compact == "no":
        return made
    lost = made.reason == Reason.GIVEN_UP
    bound_to = replace(made.problem, veto=lost) if lost.any() else made.problem
    slot = compact(bound_to, made.slot, lead=section.compact, fairness=section.breaks_differ_by).slot
    again = timetable(bound_to, slot, section.policy)
    reason = np.where(lost, made.reason, again.reason)
    return replace(
        again, problem=made.problem, reason=reason, whole_bound=made.whole_bound,
        table_worth=made.table_worth, delegate_worth=made.delegate_worth,
    )  # fmt: skip


def _proven(
    section: Matchmaking,
    problem: Problem,
    made: Timetable,
    rerun: _Rerun,
    people: Attendance,
    *,
    replanned: bool,
) -> TimetableFacts:
    """What is known of a timetable; the interpreter's worth by making it again, `rerun`, with one more.

    Where a published one was planned again (`replanned`), that is what `rerun` does, whatever the policy.
    """
    known = worth(problem, made if section.rounds == 1 else None)
    # value leads: the same meetings are held before and after they are made compact, so that need not be
    plain = section.model_copy(update={"compact": "no"}) if section.compact == "value" else section
    weights = problem.weights
    value = float(weights.amount(int(weights.whole[made.slot != UNSCHEDULED].sum())))
    more = np.nan
    if problem.interpreters is not None:
        one_more = rerun(plain, replace(problem, interpreters=problem.interpreters + 1))
        others = int(weights.whole[one_more.slot != UNSCHEDULED].sum())
        more = float(weights.amount(others)) - value
    n = people.exhibitors
    tables, delegates = gains(
        problem,
        made,
        section.policy,
        lambda other: rerun(plain, other),
        first=n,
        slow=replanned or plain.compact != "no",
        # at booths nobody needs one; of several halls it would have to be said in which
        tables=section.location != "booth" and problem.place_room is None,
    )
    return TimetableFacts(
        value=value,
        bound=np.nan if known.bound is None else float(known.bound),
        table_worth=np.nan if known.table is None else known.table,
        exhibitor=people.organisation[:n],
        delegate_worth=np.full(n, np.nan) if known.delegate is None else known.delegate[:n],
        interpreter_worth=more,
        table_gain=np.nan if tables is None else tables.value,
        table_gain_meetings=np.nan if tables is None else tables.meetings,
        delegate_gain=np.nan if delegates is None else delegates.value,
        delegate_gain_meetings=np.nan if delegates is None else delegates.meetings,
    )


def _nothing(people: Attendance) -> TimetableFacts:
    """The facts of a programme without an accepted request or without a slot."""
    exhibitor = people.organisation[: people.exhibitors]
    return TimetableFacts(0.0, 0.0, 0.0, exhibitor, np.zeros(len(exhibitor)), np.nan)


def _spare_delegates(
    section: Matchmaking,
    people: Attendance,
    slots: Slots,
    duties: Duties,
    first: IntArray,
    last: IntArray,
    where: Placed | None,
) -> IntArray:
    """Delegates that each exhibitor can send from these first slots to the last: (exhibitors, rows).

    They leave the booth early enough to walk to the farthest place where they may have to go.
    """
    n = people.exhibitors
    booth = people.organisation[:n]
    everybody = np.arange(duties.booths)
    walk = duties.walk(everybody, np.full(duties.booths, slots.usual)) + slots.spread * duties.pace
    if section.location == "booth" and not people.exhibitors_meet:
        walk[booth[people.side[:n] == HOSTS]] = 0
    elif where is not None and len(slots.halls) > 1:
        far = [duties.walk(booth[:, None], tables).max(axis=1) for tables in slots.of_halls]
        walk[booth] = np.where(where.goes[:n], np.transpose(far), 0).max(axis=1)
    spare = np.zeros((n, len(first)), dtype=np.int64)
    times = zip(slots.start[first].tolist(), slots.end[last].tolist(), strict=True)
    for t, (start, end) in enumerate(times):
        opens = int(duties.venue.set_up[start // DAY])
        leaves = start - walk
        at = np.maximum(leaves - minutes(section.hold_back_minutes), opens)
        number = np.where(leaves >= opens, duties.spare(np.minimum(at, end), end), 0)
        spare[:, t] = number[booth]
    return spare


def _free_parties(
    people: Attendance, slots: Slots, agenda: Agenda, first: IntArray, last: IntArray, where: Placed | None
) -> BoolArray:
    """Whether each party can come from these first slots to the last: (parties, rows)."""
    party = people.party[people.exhibitors :]
    start, end = slots.start[first], slots.end[last]
    row = agenda.of_party(party[:, None], start[None, :] // DAY)
    k, t = np.nonzero(row != NONE)
    rows = row[k, t]
    free = np.zeros(row.shape, dtype=np.bool_)
    if where is None or len(slots.halls) < 2:
        more = slots.spread * agenda.visitors.pace[rows]  # the place is not known yet
        usual = np.full(len(rows), slots.usual)
        free[k, t] = agenda.fits(rows, usual, start[t] - more, end[t] + more)
    else:
        free[k, t] = True
        for hall, tables in enumerate(slots.of_halls):
            of = where.goes[people.exhibitors + k, hall]
            spread = int(agenda.venue.walk(tables[0], tables).max())
            more = spread * agenda.visitors.pace[rows[of]]
            usual = np.full(len(more), tables[0])
            free[k[of], t[of]] &= agenda.fits(rows[of], usual, start[t[of]] - more, end[t[of]] + more)
    free[k, t] &= agenda.visitors.away[rows] == 0
    return free
