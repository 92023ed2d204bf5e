"""What is wrong with a timetable: checked from the problem alone, knowing nothing of any policy."""

from __future__ import annotations

import numpy as np

from sim.matchmaking.problem.problem import UNSCHEDULED, Problem
from sim.matchmaking.wishes.affinity import IntArray

__all__ = ["violations"]

_SHOWN = 20  # of a kind


def violations(problem: Problem, slot: IntArray, table: IntArray | None = None) -> list[str]:
    """Every way in which these meetings break the problem's rules; empty if they are sound.

    `slot` and `table` have a number a request, -1 for one that is not scheduled. The rules: slots
    and tables exist, both sides are available, nobody holds more meetings at once than its capacity
    nor more in all than its most, no slot has more meetings than tables, no table two meetings; and
    those of the rules that may be left out (`Problem`) that are there. A must-meet that is missing is
    no violation: the timetable names it, with the reason.
    Of each kind of fault twenty are named.
    """
    if slot.shape != (problem.requests,):
        return [f"there must be a slot for each of the {problem.requests} requests, not {slot.shape}"]
    if not np.issubdtype(slot.dtype, np.integer):
        return [f"slots must be whole numbers, not {slot.dtype}"]
    outside = (slot < UNSCHEDULED) | (slot >= problem.slots)
    if outside.any():
        return _named("request {}: slot {} does not exist", np.flatnonzero(outside), slot[outside])
    on = np.flatnonzero(slot != UNSCHEDULED)
    when = slot[on]
    found: list[str] = []
    if problem.length is not None:
        begins = problem.begins(np.ones((len(on), problem.slots), dtype=np.bool_), problem.length[on])
        torn = on[~begins[np.arange(len(on)), when]]
        if len(torn):  # what else there is to say would be of slots that do not exist
            return _named("request {} takes more slots than follow each other from slot {}", torn, slot[torn])
    meeting, taken = problem.occupied(on, when)
    people, who = (each[slot[problem.attending[0]] != UNSCHEDULED] for each in problem.attending)
    total = np.bincount(who, minlength=problem.participants)
    pair, at = problem.occupied(people, slot[people])
    who = who[pair]
    if problem.available is not None:
        away = ~problem.available[who, at]
        found += _named("participant {} is not available in slot {}", who[away], at[away])
    held = np.bincount(who * problem.slots + at) if len(who) else np.empty(0, dtype=np.int64)
    person, time = np.divmod(np.flatnonzero(held), max(problem.slots, 1))
    each = problem.capacity if problem.capacity.ndim == 2 else problem.capacity[:, None]
    over = held[person * problem.slots + time] > np.broadcast_to(each, problem.room.shape)[person, time]
    found += _named("participant {} has more meetings in slot {} than it can hold", person[over], time[over])
    over = total > problem.most
    found += _named("participant {} has {} meetings, more than its most", np.flatnonzero(over), total[over])
    meetings = np.bincount(taken, minlength=problem.slots)
    over = meetings > problem.tables
    found += _named("slot {} has {} meetings, more than tables", np.flatnonzero(over), meetings[over])
    if problem.length is not None:
        moves = (problem.length > 1) & (problem.own_table == UNSCHEDULED)
        longer = np.bincount(taken[moves[on[meeting]]], minlength=problem.slots)
        over = (longer > problem.steady) & (meetings <= problem.tables)
        text = "slot {} has {} meetings of several slots, more than tables that all slots of its run have"
        found += _named(text, np.flatnonzero(over), longer[over])
    if problem.home is not None:
        own = problem.own_table[on[meeting]]
        missing = own >= problem.tables[taken]
        text = "request {} is held at a table that slot {} does not have"
        found += _named(text, on[meeting[missing]], taken[missing])
        of = own != UNSCHEDULED
        kept, count = np.unique(np.stack((own[of], taken[of])), axis=1, return_counts=True)
        found += _named("table {}, which is kept, has more than one meeting in slot {}", *kept[:, count > 1])
    found += _rule_violations(problem, slot)
    if table is not None:
        found += _table_violations(problem, slot, table)
    return found


def _rule_violations(problem: Problem, slot: IntArray) -> list[str]:
    on = np.flatnonzero(slot != UNSCHEDULED)
    found: list[str] = []
    if problem.veto is not None:
        barred = on[problem.veto[on]]
        found += _named("request {} is vetoed, and in slot {}", barred, slot[barred])
    if problem.fixed is not None:
        moved = on[(problem.fixed[on] != UNSCHEDULED) & (problem.fixed[on] != slot[on])]
        found += _named("request {} may be in slot {} only", moved, problem.fixed[moved])
    if problem.pool is not None and problem.interpreters is not None:
        over = _over(problem, slot, problem.pool, problem.interpreters)
        found += _named("pool {} has more meetings in slot {} than interpreters", *over)
    if problem.place is not None and problem.rooms is not None:
        over = _over(problem, slot, problem.place, problem.rooms)
        found += _named("place {} has more meetings in slot {} than room", *over)
    if problem.before is not None:
        first, second = slot[problem.before[:, 0]], slot[problem.before[:, 1]]
        ends = problem.last(problem.before[:, 0], first)
        late = (first != UNSCHEDULED) & (second != UNSCHEDULED) & (ends >= second)
        found += _named("request {} is not before request {}", *problem.before[late].T)
    if not (problem.most_a_day is problem.most_days is problem.keep is None):
        found += _day_violations(problem, slot)
    if problem.alternatives is not None:
        offers = on[problem.alternatives[on] != UNSCHEDULED]
        offers = offers[np.argsort(problem.alternatives[offers], kind="stable")]
        group = problem.alternatives[offers]
        again = np.flatnonzero(group[1:] == group[:-1])
        text = "request {} is held, and so is request {}, an alternative to it"
        found += _named(text, offers[again], offers[again + 1])
    if problem.in_row is not None:
        found += _named("participant {} has too many meetings in a row from slot {}", *_tired(problem, slot))
    if problem.rest is not None:
        found += _named("participant {} has no rest before his meeting in slot {}", *_restless(problem, slot))
    if problem.place is not None:
        far = _columns(_far(problem, slot))
        found += _named("request {} is too far from request {} to walk in time", *far)
    return found


def _over(problem: Problem, slot: IntArray, pool: IntArray, room: IntArray) -> tuple[IntArray, IntArray]:
    """Which pools have more meetings than room (pools, slots), and when."""
    use = np.zeros(room.shape, dtype=np.int64)
    needs = np.flatnonzero((slot != UNSCHEDULED) & (pool != UNSCHEDULED))
    which, taken = problem.occupied(needs, slot[needs])
    np.add.at(use, (pool[needs[which]], taken), 1)
    found, time = np.nonzero(use > room)
    return found, time


def _day_violations(problem: Problem, slot: IntArray) -> list[str]:
    """What breaks limits by day and the slots that are to be kept free."""
    day, has = problem.days, problem.held(slot)
    by_day = np.zeros((problem.participants, int(day.max(initial=-1)) + 1), dtype=np.int64)
    request, who = (each[slot[problem.attending[0]] != UNSCHEDULED] for each in problem.attending)
    np.add.at(by_day, (who, day[slot[request]]), 1)
    found: list[str] = []
    if problem.most_a_day is not None:
        who, when = np.nonzero(by_day > problem.most_a_day[:, None])
        found += _named("participant {} has more meetings on day {} than he may have a day", who, when)
    if problem.most_days is not None:
        days = (by_day > 0).sum(axis=1)
        who = np.flatnonzero(days > problem.most_days)
        found += _named("participant {} has meetings on {} days, more than he may", who, days[who])
    if problem.spans is not None and problem.busiest is not None:
        busy = has @ problem.spans.T.astype(np.int64)
        who, span = np.nonzero(busy > problem.busiest)
        found += _named("participant {} has too few slots free in span {}", who, span)
    return found


def _tired(problem: Problem, slot: IntArray) -> tuple[IntArray, IntArray]:
    """Who has too many meetings in a row, and the slot from which on."""
    assert problem.in_row is not None
    held = np.pad(problem.held(slot), ((0, 0), (1, 0)))
    before = held.cumsum(axis=1)  # meetings before each slot
    follows, delegates = problem.follows, problem.delegates
    who, when = [], []
    for most in np.unique(problem.in_row[problem.in_row < problem.slots]).tolist():
        mine = np.flatnonzero(problem.in_row == most)
        for t in range(problem.slots - most):
            if follows[t : t + most].all():
                over = before[mine, t + most + 1] - before[mine, t] > most * delegates[mine]
                who.append(mine[over])
                when.append(np.full(int(over.sum()), t, dtype=np.int64))
    if not who:
        return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64)
    order = np.lexsort((np.concatenate(when), np.concatenate(who)))
    return np.concatenate(who)[order], np.concatenate(when)[order]


def _restless(problem: Problem, slot: IntArray) -> tuple[IntArray, IntArray]:
    """Whose meeting in which slot begins while all his delegates have others, or rest from them."""
    assert problem.rest is not None
    request, who = (each[slot[problem.attending[0]] != UNSCHEDULED] for each in problem.attending)
    tired = problem.rest[who] > 0
    request, who = request[tired], who[tired]
    begin = problem.start[slot[request]]
    over = problem.end[problem.last(request, slot[request])] + problem.rest[who]
    found = set()
    order = np.lexsort((begin, who)).tolist()
    since: list[int] = []  # the meetings of one person that are not over
    for here in order:
        since = [k for k in since if who[k] == who[here] and over[k] > begin[here]]
        since.append(here)
        if len(since) > problem.delegates[who[here]]:
            found.add((int(who[here]), int(slot[request[here]])))
    return _columns(sorted(found))


def _far(problem: Problem, slot: IntArray) -> list[tuple[int, int]]:
    """Pairs of meetings of somebody without further delegates that leave no time to walk between."""
    assert problem.place is not None
    assert problem.walk is not None
    found = []
    on = (slot != UNSCHEDULED) & (problem.place != UNSCHEDULED)
    request, who = (each[on[problem.attending[0]]] for each in problem.attending)
    alone = (problem.delegates <= 1)[who]
    who, request = who[alone], request[alone]
    order = np.lexsort((slot[request], who))
    who, request = who[order], request[order]
    for n in range(1, len(who)):  # each with the n-th after it, while anybody has so many
        same = np.flatnonzero(who[n:] == who[:-n])
        if not len(same):
            break
        first, second = request[same], request[same + n]
        time = problem.start[slot[second]] - problem.end[problem.last(first, slot[first])]
        late = (slot[second] > slot[first]) & (
            problem.walk[problem.place[first], problem.place[second]] > time
        )
        found += list(zip(first[late].tolist(), second[late].tolist(), strict=True))
    return sorted(found)


def _columns(pairs: list[tuple[int, int]]) -> tuple[IntArray, IntArray]:
    table = np.array(pairs, dtype=np.int64).reshape(-1, 2)
    return table[:, 0], table[:, 1]


def _table_violations(problem: Problem, slot: IntArray, table: IntArray) -> list[str]:
    if table.shape != slot.shape:
        return [f"there must be a table for each of the {problem.requests} requests"]
    on = slot != UNSCHEDULED
    stray = ~on & (table != UNSCHEDULED)
    found = _named("request {} has table {} and no slot", np.flatnonzero(stray), table[stray])
    held = np.flatnonzero(on)
    which, taken = problem.occupied(held, slot[held])
    own = problem.own_table
    away = held[(own[held] != UNSCHEDULED) & (own[held] != table[held])]
    found += _named("request {} is not at its table {}", away, own[away])
    lacks = (table[held[which]] < 0) | (table[held[which]] >= problem.tables[taken])
    missing = np.unique(held[which[lacks]])
    found += _named("request {}: table {} does not exist", missing, table[missing])
    good = ~np.isin(held[which], missing)
    at = np.stack((taken[good], table[held[which[good]]]))
    places, counts = np.unique(at, axis=1, return_counts=True)
    double = counts > 1
    return found + _named("slot {}: two meetings at table {}", places[0][double], places[1][double])


def _named(text: str, first: IntArray, second: IntArray) -> list[str]:
    shown = [text.format(int(i), int(j)) for i, j in zip(first[:_SHOWN], second[:_SHOWN], strict=True)]
    more = len(first) - len(shown)
    return shown + ([f"... and {more} more: {text.split('{')[0].strip()}"] if more > 0 else [])
