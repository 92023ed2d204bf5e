"""The timetable of a matchmaking programme: its problem, and what the policy makes of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from sim.expo.booking.agenda import Agenda
from sim.expo.expo import TimetableFacts
from sim.expo.meetings.around import around, published_of, seated, there
from sim.expo.meetings.asking import Sent
from sim.expo.meetings.joining import Joined
from sim.expo.meetings.limits import Limits
from sim.expo.meetings.participants import Attendance
from sim.expo.meetings.places import Placed, host_of, of_problem, seats_of
from sim.expo.meetings.published import Plan
from sim.expo.meetings.slots import Slots
from sim.expo.venue.hours import DAY, minutes
from sim.floor.arrays import NONE, IntArray
from sim.matchmaking import NO_LIMIT, UNSCHEDULED, Problem, Reason, Timetable, solve, worth
from sim.matchmaking.policies.again import gains
from sim.matchmaking.policies.leasts import fewest_missing, missing
from sim.matchmaking.policies.timetable import timetable
from sim.policy_names import HEED_LEAST
from sim.streams import FloatArray

if TYPE_CHECKING:
    from sim.scenario.schema.data import Matchmaking

__all__ = ["Scheduled", "arrange"]

BoolArray = npt.NDArray[np.bool_]
_Rerun = Callable[["Matchmaking", Problem], Timetable]


@dataclass(frozen=True, slots=True)
class Scheduled:
    """The timetable of a programme: an entry a request, UNSCHEDULED or NONE where there is no meeting."""

    slot: IntArray
    place: IntArray
    reason: IntArray  # Reason; NONE: not accepted
    facts: TimetableFacts
    far: Callable[[int, int], bool] | None = None  # whether there is no time to walk between two meetings
    could: IntArray | None = None  # slots that miss few of the least, where the policy does not look at it
    problem: Problem | None = None  # of the accepted requests; None: there is none, or no slot


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
        from sim.matchmaking.replan.replan import replan

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
        return Scheduled(slot, place, reason, facts, far, problem=problem)
    fewest = fewest_missing(problem, made.slot, prove_it=False)
    could = np.full(len(sent), UNSCHEDULED, dtype=np.int64)
    could[yes] = made.slot if fewest is None else fewest.slot
    could[joined.rows] = could[joined.lead[joined.rows]]
    return Scheduled(slot, place, reason, facts, far, could, problem)


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
    from sim.matchmaking.compact.compact import compact

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
    n, slow = people.exhibitors, replanned or plain.compact != "no"
    best = section.policy == "optimal" and section.interest == "reciprocal"
    tables, delegates = gains(
        problem,
        made,
        section.policy,
        lambda other: rerun(plain, other),
        first=n,
        slow=slow,
        best=best and section.options.effort != "quick" and not slow,
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
