"""Problems and timetables to be made compact, and what is asked of those, as plain code counts it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import strategies as st

from sim.matchmaking import UNSCHEDULED, Calendars, Problem, violations
from sim.matchmaking.compact import compacting
from sim.matchmaking.compact.compact import Lead, breaks_of
from sim.matchmaking.compact.waiting import spread

DAY = 86_400_000
HALF_HOUR = 30 * 60_000
LEADS: tuple[Lead, ...] = ("value", "breaks", "fairness")


@contextmanager
def few_sweeps() -> Iterator[None]:
    """The fast method with a tenth of its sweeps, for what is to hold however far it comes."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(compacting, "_SWEEPS", 15)
        yield


def on_days(problem: Problem, lengths: list[int]) -> Problem:
    """The same slots, so many on each day."""
    start = np.array([d * DAY + i * HALF_HOUR for d, n in enumerate(lengths) for i in range(n)])
    return replace(problem, start=start, end=start + HALF_HOUR)


@st.composite
def lively(draw: st.DrawFn, *, most_requests: int = 12, most_slots: int = 7) -> Problem:
    """A small problem in which people have several meetings and slots, on a day or more, with any rules."""
    n, slots = draw(st.integers(3, 4)), draw(st.integers(3, most_slots))
    pairs = [(i, j) for i in range(n) for j in range(i)]
    chosen = draw(st.lists(st.sampled_from(pairs), min_size=most_requests // 2, max_size=most_requests))
    k = len(chosen)

    def each(values: list[Any], length: int) -> Any:
        return draw(st.lists(st.sampled_from(values), min_size=length, max_size=length))

    def maybe(values: list[Any], length: int, times: int = 1) -> Any:
        return each(values, length) if draw(st.sampled_from([False] * 4 + [True] * times)) else None

    pool, place = maybe([-1, 0], k), maybe([-1, 0, 1], k)
    minutes = np.array([[0, draw(st.integers(0, 70))], [draw(st.integers(0, 70)), 0]])
    orders = st.lists(st.sampled_from([(i, j) for i in range(k) for j in range(k) if i != j]), max_size=2)
    problem = Problem.of(
        [i for i, _ in chosen],
        [j for _, j in chosen],
        each([x / 8 for x in range(9)], k),
        participants=n,
        tables=each([3, 2, 2, 1, 1], slots),
        capacity=each([1, 1, 1, 2], n) if draw(st.booleans()) else 1,
        most=each([9, 9, 9, 2], n),
        available=np.array(each([True] * 8 + [False], n * slots)).reshape(n, slots),
        must=maybe([False, True], k, 8),
        veto=maybe([False] * 5 + [True], k),
        fixed=maybe([-1] * 3 + list(range(slots)), k, 4),
        in_row=maybe([9, 2, 1], n),
        pool=pool,
        interpreters=None if pool is None else [each([1, 1, 2], slots)],
        place=place,
        walk=None if place is None else minutes * 60_000,
        alternatives=maybe([-1, -1, 0, 1], k),
        before=draw(orders) if draw(st.sampled_from([False] * 3 + [True])) else None,
    )
    problem = replace(problem, most_a_day=np.array(a_day) if (a_day := maybe([1, 2, 9], n)) else None)
    problem = replace(problem, most_days=np.array(few) if (few := maybe([1, 1, 9], n)) else None)
    problem = replace(problem, length=np.array(length) if (length := maybe([1, 1, 2, 3], k)) else None)
    problem = replace(problem, rest=np.array(rest) if (rest := maybe([0, 1800_001], n)) else None)
    problem = replace(problem, home=np.array(home) if (home := maybe([-1, -1, 0], n)) else None)
    if free := maybe([0, 1], n):
        span = np.arange(slots) // 2 == 1
        problem = replace(problem, spans=span[None, :], keep=np.array(free)[:, None])
    cuts = sorted(draw(st.lists(st.integers(0, slots), max_size=1)))
    return on_days(problem, np.diff([0, *cuts, slots]).tolist())


@st.composite
def begun(draw: st.DrawFn, *, most_requests: int = 12, most_slots: int = 7) -> tuple[Problem, np.ndarray]:
    """A problem and a sound timetable to begin with, which need not hold all that it could."""
    problem = draw(lively(most_requests=most_requests, most_slots=most_slots))
    calendars = Calendars(problem, np.full(problem.requests, UNSCHEDULED))
    for request in draw(st.permutations(range(problem.requests))):
        slots = [t for t in range(problem.slots) if calendars.open(request) >> t & 1]
        if slots and draw(st.sampled_from([True] * 7 + [False])):
            calendars.put(request, draw(st.sampled_from(slots)))
    return problem, calendars.slots()


def lies_between(problem: Problem, slot: np.ndarray) -> list[list[list[int]]]:
    """Of everybody, the slots between each meeting of his and the next one of the day, by plain loops.

    Those in which he cannot meet are -1.
    """
    found = []
    each = (
        problem.capacity if problem.capacity.ndim == 2 else problem.capacity[:, None].repeat(problem.slots, 1)
    )
    for who in range(problem.participants):
        mine: list[list[int]] = []
        for day in {int(start) // DAY for start in problem.start}:
            since: list[int] | None = None
            for t in range(problem.slots):
                if problem.start[t] // DAY != day:
                    continue
                here = problem.available is None or problem.available[who, t]
                here = here and each[who, t] > 0 and problem.tables[t] > 0
                if any(
                    slot[k] >= 0
                    and slot[k] <= t < slot[k] + problem.lengths[k]
                    and who in (problem.a[k], problem.b[k])
                    for k in range(problem.requests)
                ):
                    if since is not None:
                        mine.append(since)
                    since = []
                elif since is not None:
                    since.append(t if here else -1)
        found.append(mine)
    return found


def counted(problem: Problem, slot: np.ndarray) -> list[int]:
    """Everybody's breaks by plain loops over what the definition says."""
    return [sum(max(run, default=-1) >= 0 for run in mine) for mine in lies_between(problem, slot)]


def waited(problem: Problem, slot: np.ndarray) -> list[int]:
    """How long everybody waits, in slots that follow each other without a pause."""
    return [
        sum(int(problem.end[t] - problem.start[t]) for run in mine for t in run if t >= 0)
        for mine in lies_between(problem, slot)
    ]


def unfairness(problem: Problem, slot: np.ndarray, fairness: int) -> int:
    return max(0, spread(breaks_of(problem, slot)) - fairness)


def musts(problem: Problem, slot: np.ndarray) -> int:
    return 0 if problem.must is None else int((problem.must & (slot != UNSCHEDULED)).sum())


def all_sound(problem: Problem) -> Iterator[np.ndarray]:
    """Every timetable that breaks no rule."""
    slot = np.full(problem.requests, UNSCHEDULED)

    def go(request: int) -> Iterator[np.ndarray]:
        if request == problem.requests:
            yield slot.copy()
            return
        for t in range(-1, problem.slots):
            slot[request] = t
            if not violations(problem, slot):
                yield from go(request + 1)
        slot[request] = UNSCHEDULED

    return go(0)


def standing(problem: Problem, slot: np.ndarray, fairness: int) -> dict[str, float]:
    """What a lead may ask for, each the less the better."""
    counts = breaks_of(problem, slot)
    return {
        "must": -musts(problem, slot),
        "unfair": max(0, spread(counts) - fairness),
        "value": -float(problem.score[slot != UNSCHEDULED].sum()),
        "breaks": float(counts.sum()),
        "waits": float(sum(waited(problem, slot))),
    }


ORDER: dict[Lead, tuple[str, ...]] = {
    "value": ("unfair", "breaks"),
    "breaks": ("must", "breaks", "value", "unfair"),
    "fairness": ("must", "unfair", "value", "breaks"),
}


def hundred(seed: int, lengths: list[int], tables: int = 8) -> Problem:
    """About a hundred meetings of few exhibitors with many buyers, everybody away now and then."""
    random = np.random.default_rng(seed)
    slots = sum(lengths)
    problem = Problem.of(
        random.integers(0, 12, 110),
        12 + random.integers(0, 40, 110),
        random.random(110),
        participants=52,
        slots=slots,
        tables=tables,
        available=random.random((52, slots)) < 0.8,
    )
    return on_days(problem, lengths)
