"""Small problems with any rules, and their best timetables by trying all."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from hypothesis import strategies as st

from sim.matchmaking import NO_LIMIT, UNSCHEDULED, Problem, violations
from tests.matchmaking.cases import problems


@st.composite
def ruled(draw: st.DrawFn, *, most_requests: int = 12, most_slots: int = 5, musts: bool = False) -> Problem:
    """Any small problem with any of the rules that may be left out; with `musts`, must-meets always."""
    problem = draw(problems(most_requests=most_requests, most_slots=most_slots))
    n, k, slots = problem.participants, problem.requests, problem.slots

    def some() -> bool:
        return draw(
            st.sampled_from([False, False, False, True])
        )  # with all rules at once nothing can be held

    def maybe(strategy: Any) -> Any:
        return draw(strategy) if some() else None

    def each(element: st.SearchStrategy[Any], length: int) -> st.SearchStrategy[np.ndarray]:
        return st.lists(element, min_size=length, max_size=length).map(np.array)

    whole = st.integers(0, 2)
    room = maybe(each(st.lists(whole, min_size=slots, max_size=slots), n))
    changes: dict[str, Any] = {
        "must": draw(each(st.booleans(), k)) if musts else maybe(each(st.booleans(), k)),
        "veto": maybe(each(st.booleans(), k)),
        "fixed": maybe(each(st.integers(-1, slots - 1), k)),
        "in_row": maybe(each(st.sampled_from([0, 1, 2, NO_LIMIT]), n)),
    }
    for name, kind in (("must", np.bool_), ("veto", np.bool_), ("fixed", np.int64)):
        if changes[name] is not None:
            changes[name] = changes[name].astype(kind)
    if room is not None:
        changes["capacity"] = room
    if some():
        changes["pool"] = draw(each(st.integers(-1, 1), k)).astype(np.int64)
        changes["interpreters"] = np.array(draw(st.lists(each(whole, slots), min_size=2, max_size=2)))
    if some():
        changes["place"] = draw(each(st.integers(-1, 2), k)).astype(np.int64)
        minutes = np.array(draw(st.lists(each(st.integers(0, 50), 3), min_size=3, max_size=3)))
        changes["walk"] = minutes * 60_000 * (1 - np.eye(3, dtype=np.int64))
        changes["place_room"] = maybe(each(whole, 3)) if draw(st.booleans()) else None
        if changes["place_room"] is not None and draw(st.booleans()):
            changes["place_room"] = np.array(draw(st.lists(each(whole, slots), min_size=3, max_size=3)))
    pairs = [(i, j) for i in range(k) for j in range(k) if i != j]
    if len(pairs) > 0 and some():
        changes["before"] = np.array(draw(st.lists(st.sampled_from(pairs), min_size=1, max_size=3)))
    if k and some():
        changes["alternatives"] = draw(each(st.integers(-1, min(k - 1, 2)), k)).astype(np.int64)
    few = st.integers(0, 2)
    changes["day"] = maybe(each(few, slots).map(np.sort))
    for name in ("most_a_day", "most_days"):
        changes[name] = maybe(each(st.sampled_from([0, 1, 2, NO_LIMIT]), n))
    if some():
        changes["spans"] = np.array(draw(st.lists(each(st.booleans(), slots), min_size=2, max_size=2)))
        changes["keep"] = np.array(draw(st.lists(each(few, 2), min_size=n, max_size=n)))
    changes["length"] = maybe(each(st.integers(1, 3), k).map(lambda column: column.astype(np.int64)))
    if (tables := int(problem.tables.max(initial=0))) > 0:
        changes["home"] = maybe(each(st.integers(-1, tables - 1), n))
    free = [(r, i) for r in range(k) for i in range(n) if i not in (problem.a[r], problem.b[r])]
    if free and some():
        changes["others"] = np.array(
            draw(st.lists(st.sampled_from(free), min_size=1, max_size=6, unique=True))
        )
    changes["rest"] = maybe(each(st.sampled_from([0, 1, 40 * 60_000]), n))
    return replace(problem, **changes)


def best_by_trying(problem: Problem) -> tuple[int, int, float]:
    """Most must-meets, least short of the least (negative), most value: by trying all timetables."""
    best = (0, -(1 << 60), 0.0)
    slot = np.full(problem.requests, UNSCHEDULED)

    def go(request: int) -> None:
        nonlocal best
        if request == problem.requests:
            best = max(best, standing(problem, slot))
            return
        for t in range(-1, problem.slots):
            slot[request] = t
            if not violations(problem, slot):
                go(request + 1)
        slot[request] = UNSCHEDULED

    go(0)
    return best


def _meetings(problem: Problem, slot: np.ndarray) -> np.ndarray:
    """How many meetings everybody is in."""
    others = [] if problem.others is None else problem.others.tolist()
    both = [*enumerate(problem.a), *enumerate(problem.b), *others]
    held = [int(i) for k, i in both if slot[k] != UNSCHEDULED]
    return np.bincount(np.array(held, dtype=np.int64), minlength=problem.participants)


def standing(problem: Problem, slot: np.ndarray) -> tuple[int, int, float]:
    """Must-meets held, minus the meetings missing to the least, value."""
    on = slot != UNSCHEDULED
    must = 0 if problem.must is None else int((problem.must & on).sum())
    short = np.maximum(problem.least - _meetings(problem, slot), 0).sum() + problem.missing(slot).sum()
    return must, -int(short), float(problem.score[on].sum())
