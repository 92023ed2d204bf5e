"""Fewer breaks by descent: meetings go to other slots, and find new ones for those who are in the way.

A step takes one meeting to the slot where it costs least. Whoever is in the way goes where he costs
least, or into the slot that was left, whose meetings then go the other way in turn: along such a path
two slots are exchanged (Kempe 1879; in timetabling, Lü and Hao, EJOR 200, 2010). Steps that cost nothing
are taken too, and at first, now and then, one that costs a little (simulated annealing: Kirkpatrick,
Gelatt and Vecchi, Science 220, 1983).

Work is limited by counts of steps, never by the clock: with the same chance the same timetable has the
same end on any machine.
"""

from __future__ import annotations

from random import Random
from typing import Final

from sim.matchmaking.compact.board import Board, bits

__all__ = ["WORK", "clear", "descend"]

_SWEEPS: Final = 150  # over all meetings, at most
WORK: Final = 400_000  # as the board counts it
_TRIES: Final = (8, 1)  # exchanges a step, that by themselves gain something, and that do not
_LONGEST: Final = 24  # moves of an exchange
_WARM: Final = 0.06  # chance of a step that costs a little, at first


def descend(board: Board, little: int, random: Random, share: float = 1.0, enough: int = 0) -> None:
    """Bring the energy down, meeting by meeting in random order; the least that was reached stays.

    `little` is what a step may cost now and then, `share` the part of the usual work, and energy need
    not be less than `enough`.
    """
    order = [k for k, own in enumerate(board.domain) if own.bit_count() > (board.now[k] >= 0)]
    begin, sweeps, work = board.work, int(share * _SWEEPS), int(share * WORK)
    warm = _WARM * min(1.0, work / (_SWEEPS * max(1, len(order))))  # no time to cool if sweeps are few
    least, best = board.energy, list(board.now)
    for sweep in range(sweeps):
        done = max((sweep + 1) / sweeps, (board.work - begin) / work)
        if board.energy <= enough or done > 1:
            break
        order.sort(key=lambda _: random.random())
        for request in order:
            chance, draw = warm * (1 - done), random.random()
            _step(board, request, little * ((draw < chance) + (draw < chance * chance)), random)
            if board.work - begin > work:
                break
        if board.energy < least:
            least, best = board.energy, list(board.now)
    board.restore(best)


def _step(board: Board, request: int, spare: int, random: Random) -> None:
    """Move a meeting to where it costs least, or at most `spare` more than now, if it can be."""
    here, leave, options = board.options(request)
    held, taken, start = board.now[request] >= 0, board.taken(request), random.random()
    limit, begin = here + spare, int(start * len(board.day))
    tries = list(_TRIES)
    for cost, slots in options:
        if cost > min(limit, leave) or (cost == limit and not held):
            break
        if slots & ~taken and _shift(board, request, slots & ~taken, begin):
            return
        for slot in bits(slots, begin):
            if not tries[cost >= here]:
                break
            tries[cost >= here] -= 1
            if _exchange(board, request, slot, board.energy + spare, thorough=cost < here):
                return
    if held and leave < limit:
        board.move(request, -1)
        board.settle()


def _shift(board: Board, request: int, slots: int, begin: int) -> bool:
    """Move a meeting to the first of these slots (bits) from `begin` on where it may be."""
    board.move(request, -1)
    for slot in bits(slots, begin):
        if board.fits(request, slot):
            board.move(request, slot)
            board.settle()
            return True
    board.undo()
    return False


def _exchange(board: Board, request: int, slot: int, limit: int, *, thorough: bool) -> bool:
    """Put a meeting into a slot and find others for those in its way; undone if that exceeds the limit."""
    left = board.now[request]
    waiting = _enter(board, request, slot)
    if thorough and not board.sound(request):
        _make_room(board, request, limit)
    good = board.sound(request)
    while good and waiting:
        other, old = waiting.pop()
        if _place(board, other, old, limit):
            continue
        if left >= 0 and left != old and board.domain[other] >> left & 1:
            waiting += _enter(board, other, left)
            good = board.sound(other) and len(board.moves) < _LONGEST
        else:
            good = board.energy <= limit  # it need not be held
    if good and board.energy <= limit:
        board.settle()
        return True
    board.undo()
    return False


def _enter(board: Board, request: int, slot: int) -> list[tuple[int, int]]:
    """Put a meeting into a slot; those of its people whom it drives out, with the slot they had."""
    board.move(request, slot)
    out: list[tuple[int, int]] = []
    for i in board.people[request]:
        other = board.held[i][slot][0]
        if other != request and not board.sound(request):
            board.move(other, -1)
            out.append((other, slot))
    return out


def _make_room(board: Board, request: int, limit: int) -> None:
    """Find another slot for one meeting, so that the rules let this one be where it is (a table, mostly)."""
    slot, before = board.now[request], len(board.moves)
    for other in [k for k in board.within[slot] if k != request]:
        board.move(other, -1)
        if board.sound(request) and _place(board, other, slot, limit):
            return
        board.undo(before)


def _place(board: Board, request: int, old: int, limit: int) -> bool:
    """Put a request that is not held where it costs least, other than its old slot; False if that is dear."""
    _, leave, options = board.options(request)
    closed = board.taken(request) | 1 << old
    for cost, slots in options:
        if cost > leave or board.energy - leave + cost > limit:
            break
        for slot in bits(slots & ~closed):
            if board.fits(request, slot):
                board.move(request, slot)
                return True
    return False


def clear(board: Board, allowed: int, *, forced: int | None = None) -> None:
    """Move whole runs of meetings away from the days of those who have more breaks than `allowed`.

    What finds no other slot is given up. That is done where it brings the energy down, or wherever
    there is a run without a meeting worth `forced` or more: then the cheapest one is given up.
    """
    going = True
    while going:
        going = False
        for i, breaks in enumerate(board.breaks):
            if breaks > allowed and _clear_one(board, i, forced):
                going = True


def _clear_one(board: Board, who: int, forced: int | None) -> bool:
    best: tuple[int, list[tuple[int, int]]] | None = None
    for run in _runs(board, who):
        if forced is not None and max(board.worth[k] for k in run) >= forced:
            continue
        old = [(k, board.now[k]) for k in sorted(run, key=lambda k: -board.worth[k])]
        limit = board.energy
        for k, _ in old:
            board.move(k, -1)
        for k, slot in old if forced is None else []:
            _place(board, k, slot, board.energy)
        if (forced is not None or board.energy < limit) and (best is None or board.energy < best[0]):
            best = (board.energy, [(k, board.now[k]) for k, _ in old])
        board.undo()
    if best is None:
        return False
    for k, _ in best[1]:
        board.move(k, -1)
    for k, slot in best[1]:
        board.move(k, slot)
    board.settle()
    return True


def _runs(board: Board, who: int) -> list[list[int]]:
    """The meetings of each run of busy slots of somebody, on days on which there are several."""
    runs: dict[int, list[list[int]]] = {}
    last = 0
    for slot in sorted(board.held[who]):
        mine = runs.setdefault(board.day[slot], [])
        if not mine or board.idle_between(who, last, slot):
            mine.append([])
        mine[-1] += [k for k in board.held[who][slot] if k not in mine[-1]]
        last = slot
    return [run for mine in runs.values() if len(mine) > 1 for run in mine]
