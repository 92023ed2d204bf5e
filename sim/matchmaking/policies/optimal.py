"""The optimal policy: the best meetings and a timetable for them, with a proven bound."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Final, Literal

import numpy as np

from sim.matchmaking.policies.calendars import Calendars
from sim.matchmaking.policies.choice import Choice, best_choice
from sim.matchmaking.policies.colouring import balanced, coloured, delegated
from sim.matchmaking.policies.leasts import missing
from sim.matchmaking.policies.musts import pledge
from sim.matchmaking.policies.placing import best_first, fill, greedy
from sim.matchmaking.policies.relaxation import best_columns
from sim.matchmaking.policies.slot_by_slot import slot_after_slot, slot_by_slot
from sim.matchmaking.policies.timetable import Answer
from sim.matchmaking.problem.problem import UNSCHEDULED, BoolArray, Problem
from sim.matchmaking.problem.time_indexed import columns, time_indexed
from sim.matchmaking.wishes.affinity import FloatArray, IntArray

__all__ = ["chosen_meetings", "delegate_worth", "earlier", "even_sizes", "optimal", "placed"]

_MOST_COLUMNS: Final = 300_000  # of a request in a slot, for the time-indexed programme


def optimal(
    problem: Problem, *, effort: Literal["full", "quick"] = "full", time_limit: float | None = None
) -> Answer:
    """The timetable of greatest value, as far as it can be proven, and a bound in any case.

    Where everybody is always available, two sides meet and all slots have as many tables, the best
    choice of meetings within everybody's limits and the tables (a min-cost flow) always fits into
    the slots (König, de Werra): the gap is 0. Otherwise that choice leaves out the clock; where it
    cannot be placed whole, the time-indexed programme is solved (`sim.matchmaking.policies.relaxation`):
    its linear relaxation is the bound, and its columns, made whole, the timetable. With must-meets,
    value and bound are of timetables that hold as many of them as can be, with `least` of those that
    then fall short of it by as few meetings as can be; the answer names what of that is proven (`settled`).

    The bound is that of a certificate (`sim.matchmaking.policies.certificate`), in whole numbers; a gap of
    0 is no rounding.

    Problems of more than 300,000 columns (a request and a slot in which both are available), and all
    with effort "quick", have the best of three heuristics instead (with the fewest meetings missing to
    people's least), and the choice's bound. Work is
    limited by counts of steps, so the same problem has the same answer on any machine; `time_limit`
    (s; none by default) limits what the programme takes by the clock besides, and the answer says by
    `cut` if that ended it early.
    """
    choice = chosen_meetings(problem)
    slot = placed(problem, choice.chosen)
    led = problem.must is not None or problem.leasts
    if led or _value(problem, slot) < choice.bound:
        if effort == "full" and len(columns(problem)[0]) <= _MOST_COLUMNS:
            in_order = fill(Calendars(problem), best_first(problem).tolist())
            tries = [slot, slot_after_slot(problem), in_order]
            slot = max(tries, key=lambda tried: _value(problem, tried))
            return _by_programme(problem, choice, slot, time_limit)
        tries = [slot, slot_by_slot(problem), greedy(problem)]
        slot = max(tries, key=lambda tried: (-missing(problem, tried), _value(problem, tried)))
    settled = ("must-meets",) if _musts(problem, slot) == pledge(problem).most else ()
    return _answer(problem, choice, slot, choice.bound, settled=settled)


def _by_programme(problem: Problem, choice: Choice, slot: IntArray, seconds: float | None) -> Answer:
    """The time-indexed programme's timetable, or `slot` if that is not worse."""
    ends = None if seconds is None else time.monotonic() + seconds

    def left() -> float | None:
        return None if ends is None else max(0.0, ends - time.monotonic())

    programme = time_indexed(problem)
    settled: tuple[str, ...] = ()
    if problem.must is not None:
        most, held = pledge(problem).most, _musts(problem, slot)
        settled = ("must-meets",) if held == most else ()
        programme = programme.with_row(-programme.weights(problem.must).astype(np.float64), -float(held))
    known, cut = programme.held(problem, slot), False
    if problem.leasts:
        programme = programme.with_credits(problem)
        credit = programme.credits.astype(np.int64)
        first = best_columns(programme, credit, programme.held(problem, slot), left())
        reached = int(credit[first.held].sum())
        settled += ("least",) if first.bound == reached else ()
        programme = programme.with_row(-credit.astype(np.float64), -float(reached))
        known, cut = first.held, first.cut
    weight = programme.weights(problem.weights.whole)
    found = best_columns(programme, weight, known, left())
    calendars = Calendars(problem, programme.slots(problem.requests, found.held))
    better = earlier(problem, fill(calendars, best_first(problem).tolist()))
    bound = choice.bound if found.bound is None else min(choice.bound, found.bound)
    return _answer(
        problem, choice, better, bound, settled=settled, claimed=found.claimed, cut=cut or found.cut
    )


def _answer(
    problem: Problem,
    choice: Choice,
    slot: IntArray,
    bound: int,
    *,
    settled: tuple[str, ...],
    claimed: bool = False,
    cut: bool = False,
) -> Answer:
    price = choice.total_price
    return Answer(
        slot,
        bound=problem.weights.amount(bound),
        table_worth=None if price is None else float(problem.weights.amount(price)),
        delegate_worth=delegate_worth(problem, choice),
        settled=settled,
        claimed=claimed,
        cut=cut,
    )


def chosen_meetings(problem: Problem) -> Choice:
    """The best choice of requests within everybody's limits and all table-slots, whatever the clock.

    Of meetings of more than two it heeds the limits of two only, so its bound is one all the same.
    """
    here = np.flatnonzero(problem.possible & _best_offers(problem))
    total = int(problem.tables.sum())
    found = best_choice(problem.a[here], problem.b[here], problem.weights.whole[here], problem.limit, total)
    chosen = np.zeros(problem.requests, dtype=np.bool_)
    chosen[here] = found.chosen
    return replace(found, chosen=chosen)


def _best_offers(problem: Problem) -> BoolArray:
    """All requests but those with an alternative of the same two people that is worth as much or more."""
    best = np.ones(problem.requests, dtype=np.bool_)
    if problem.alternatives is None:
        return best
    worth = np.where(problem.possible, problem.weights.whole, -1)
    of = np.flatnonzero(problem.alternatives != UNSCHEDULED)
    low, high = np.minimum(problem.a, problem.b), np.maximum(problem.a, problem.b)
    order = of[np.lexsort((problem.arrival[of], -worth[of], high[of], low[of], problem.alternatives[of]))]
    key = np.stack((problem.alternatives[order], low[order], high[order]))
    best[order[1:][(key[:, 1:] == key[:, :-1]).all(axis=0)]] = False
    return best


def placed(problem: Problem, chosen: BoolArray, begin: IntArray | None = None) -> IntArray:
    """A slot for each of these requests, which keep everybody's limits; -1 where none was found.

    Meetings of `begin` (requests,) are held already; if that is left out, the must-meets.

    What room is left goes to other requests, best first. If everybody is always available, and no
    other rules bind, the slots are as evenly filled as their tables allow; otherwise those with the
    fewest slots to choose from come first.
    """
    calendars = Calendars(problem, begin)
    ranked = best_first(problem)
    if problem.always and problem.plain and begin is None:
        for request, slot in _by_colour(problem, np.flatnonzero(chosen)):
            calendars.put(request, slot)
    else:
        mine = ranked[chosen[ranked]]
        here = (problem.room > 0) & (problem.tables > 0)
        together = problem.together(here, mine).sum(axis=1)
        fill(calendars, mine[np.argsort(together, kind="stable")].tolist())
    return fill(calendars, ranked.tolist())


def earlier(problem: Problem, slot: IntArray) -> IntArray:
    """The same meetings, each as early as those before it let; as they are where other rules bind.

    Of timetables of one value the programme gives any; who meets early need not wait about for it.
    Slots are gone through in order, so that no meeting takes a slot of one that is yet to come.
    """
    if not problem.plain:
        return slot
    calendars = Calendars(problem, np.full_like(slot, UNSCHEDULED))
    on = np.flatnonzero(slot != UNSCHEDULED)
    for request in on[np.argsort(slot[on], kind="stable")].tolist():
        up_to = calendars.open(request) & ((2 << int(slot[request])) - 1)
        calendars.put(request, (up_to & -up_to).bit_length() - 1)
    return calendars.slots()


def even_sizes(count: int, tables: IntArray) -> IntArray:
    """Meetings in each slot, `count` in all, as even as the tables allow (they must be enough)."""
    sizes = np.zeros(len(tables), dtype=np.int64)
    order = np.argsort(tables, kind="stable")
    left = count
    for place, t in enumerate(order.tolist()):
        sizes[t] = min(int(tables[t]), left // (len(order) - place))
        left -= int(sizes[t])
    return sizes


def _by_colour(problem: Problem, chosen: IntArray) -> list[tuple[int, int]]:
    """Chosen requests and their slots, by an edge colouring; those that find no table are left out."""
    slots = np.flatnonzero(problem.tables)
    if not len(chosen):
        return []
    a, b, nodes = delegated(problem.a[chosen], problem.b[chosen], problem.delegates)
    colour = coloured(a, b, nodes, len(slots))
    sizes = even_sizes(int((colour >= 0).sum()), problem.tables[slots])
    colour = balanced(a, b, colour, sizes)
    kept: list[tuple[int, int]] = []
    for c, (slot, size) in enumerate(zip(slots.tolist(), sizes.tolist(), strict=True)):
        mine = chosen[colour == c]
        best = mine[np.argsort(-problem.score[mine], kind="stable")[:size]]
        kept += [(request, slot) for request in best.tolist()]
    return kept


def delegate_worth(problem: Problem, choice: Choice) -> FloatArray | None:
    """The most that one more delegate of each participant would add.

    Where delegates differ from slot to slot, one more in every slot in which it has any.

    It raises the limit of meetings by some number; the first of them adds the dual price, and none
    adds more than the one before.
    """
    if choice.price is None or problem.others is not None:  # of those others there are no prices
        return None
    there = problem.capacity > 0 if problem.capacity.ndim == 2 else True
    more = replace(problem, capacity=problem.capacity + there)
    return problem.weights.scores(choice.price) * (more.limit - problem.limit)


def _value(problem: Problem, slot: IntArray) -> int:
    return int(problem.weights.whole[slot != UNSCHEDULED].sum())


def _musts(problem: Problem, slot: IntArray) -> int:
    return 0 if problem.must is None else int((problem.must & (slot != UNSCHEDULED)).sum())
