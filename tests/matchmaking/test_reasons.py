"""Reasons: what is said of a request without a slot is true, slot by slot, and so is what it clashes with."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.matchmaking import UNSCHEDULED, Problem, Reason, solve, violations
from sim.matchmaking.policies.must_clash import must_clash
from sim.matchmaking.policies.timetable import timetable
from sim.matchmaking.problem.clashes import Clashes
from tests.matchmaking.compacting import all_sound, begun, lively


def own_slots(problem: Problem, k: int) -> list[int]:
    """The slots that a request may have at all."""
    fixed = -1 if problem.fixed is None else int(problem.fixed[k])
    return list(range(problem.slots)) if fixed < 0 else [fixed]


def added(slot: np.ndarray, k: int, t: int) -> np.ndarray:
    other = slot.copy()
    other[k] = t
    return other


def true_of(problem: Problem, slot: np.ndarray, k: int, reason: Reason) -> bool:
    """Whether a reason holds, by plain loops over what its words say."""
    two = (int(problem.a[k]), int(problem.b[k]))
    held = [
        [j for j in range(problem.requests) if slot[j] >= 0 and i in (problem.a[j], problem.b[j])]
        for i in two
    ]

    def takes(j: int, t: int) -> range:
        return range(t, t + int(problem.lengths[j]))

    def away(t: int) -> bool:
        run = takes(k, t)
        if run[-1] >= problem.slots or not all(problem.follows[u] for u in run[:-1]):
            return True
        table = int(problem.own_table[k])
        return any(
            problem.room[i, u] == 0 or problem.tables[u] == 0 or table >= problem.tables[u]
            for i in two
            for u in run
        )

    def busy(t: int) -> bool:
        return any(
            sum(u in takes(j, slot[j]) for j in mine) >= problem.room[i, u]
            for i, mine in zip(two, held, strict=True)
            for u in takes(k, t)
        )

    def full(t: int) -> bool:
        every = [j for j in range(problem.requests) if slot[j] >= 0]
        return any(sum(u in takes(j, slot[j]) for j in every) >= problem.tables[u] for u in takes(k, t))

    slots = own_slots(problem, k)
    sound = [t for t in slots if not violations(problem, added(slot, k, t))]
    if reason is Reason.VETOED:
        return problem.veto is not None and bool(problem.veto[k])
    if reason is Reason.NOT_CHOSEN:
        return bool(sound)
    if reason is Reason.ALTERNATIVE:
        assert problem.alternatives is not None
        return any(
            slot[j] >= 0 and problem.alternatives[j] == problem.alternatives[k]
            for j in range(problem.requests)
        )
    said = {
        Reason.NEVER_TOGETHER: all(away(t) for t in slots),
        Reason.ASKER_FULL: len(held[0]) >= problem.most[two[0]],
        Reason.ASKED_FULL: len(held[1]) >= problem.most[two[1]],
        Reason.NO_COMMON_SLOT: all(away(t) or busy(t) for t in slots),
        Reason.NO_TABLE: all(away(t) or busy(t) or full(t) for t in slots),
    }
    # rules: some slot has both free and a table, and in each of those something else is broken
    left = [t for t in slots if not (away(t) or busy(t) or full(t))]
    return said.get(reason, bool(left)) and not sound


@pytest.mark.elsewhere
@settings(max_examples=60, deadline=None)
@given(begun())
def test_every_reason_is_true_and_what_is_named_alone_keeps_the_request_out(
    case: tuple[Problem, np.ndarray],
) -> None:
    problem, slot = case
    made, clashes = timetable(problem, slot), Clashes(problem, slot)
    for k in np.flatnonzero(slot == UNSCHEDULED).tolist():
        reason = Reason(int(made.reason[k]))
        assert true_of(problem, slot, k, reason), reason
        clash = clashes.of(k)
        if reason in (Reason.VETOED, Reason.NOT_CHOSEN):
            assert clash is None
            continue
        assert clash is not None
        assert all(slot[j] != UNSCHEDULED for j in clash.rows)
        alone = np.full(problem.requests, UNSCHEDULED)
        named = [*clash.rows, *(j for t in clash.full for j in clashes.within(t))]
        alone[named] = slot[named]
        free = [t for t in own_slots(problem, k) if not violations(problem, added(alone, k, t))]
        assert not free
        if reason is Reason.NEVER_TOGETHER and problem.most.min() > problem.requests:
            assert not clash.rows


def test_rules_are_clashed_with_by_as_few_as_can_be() -> None:
    four = Problem.of([0] * 4, [1, 2, 3, 4], [1] * 4, slots=4, tables=2, in_row=2)
    clash = Clashes(four, np.array([0, 1, 3, -1])).of(3)
    assert clash is not None
    assert clash.rows == (0, 1, 2)  # 2 in slot 3; before and after it, all three would be in a row
    order = Problem.of([0, 2], [1, 3], [1, 1], slots=1, tables=2, before=[[0, 1]])
    clash = Clashes(order, np.array([0, -1])).of(1)
    assert clash is not None
    assert clash.rows == (0,)
    offers = Problem.of([0, 0], [1, 2], [1, 1], slots=2, tables=2, alternatives=[0, 0])
    clash = Clashes(offers, np.array([1, -1])).of(1)
    assert clash is not None
    assert clash.rows == (0,)


def test_the_same_question_has_the_same_answer_also_when_no_more_is_looked_at(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # the reason in words and the lines for machines come of two questions: they have to agree
    monkeypatch.setattr("sim.matchmaking.problem.clashes._MOST", 2)
    order = Problem.of([0, 2], [1, 3], [1, 1], slots=1, tables=2, before=[[0, 1]])
    clashes = Clashes(order, np.array([0, -1]))
    first = clashes.of(1)
    assert first is not None
    assert clashes.of(1) == first
    late = Clashes(order, np.array([0, -1]))
    late._left = 0
    assert late.of(1) is None  # which two lookings of the first question would have left


@pytest.mark.elsewhere
@settings(max_examples=25, deadline=None)
@given(lively(most_requests=5, most_slots=3), st.data())
def test_musts_that_cannot_all_be_held_are_the_fewest_of_which_that_is_true(
    problem: Problem, data: st.DataObject
) -> None:
    musts = data.draw(st.lists(st.booleans(), min_size=problem.requests, max_size=problem.requests))
    problem = replace(problem, must=np.array(musts), veto=None, alternatives=None)
    made = solve(problem, "optimal")
    together = [frozenset(np.flatnonzero(slot >= 0).tolist()) for slot in all_sound(problem)]

    def clash(some: tuple[int, ...]) -> bool:
        return not any(each.issuperset(some) for each in together)

    assert problem.must is not None
    held = [k for k in np.flatnonzero(problem.must).tolist() if made.slot[k] >= 0]
    for k in np.flatnonzero(problem.must & (made.slot < 0)).tolist():
        found = must_clash(problem, made.slot, k)
        assert found is not None
        assert found.smallest
        assert k in found.requests
        assert clash(found.requests)
        assert not any(clash(some) for some in combinations([*held, k], len(found.requests) - 1))


def test_three_musts_with_two_slots_clash_and_a_fourth_has_nothing_to_do_with_it() -> None:
    problem = Problem.of(
        [0, 0, 0, 4], [1, 2, 3, 5], [1] * 4, slots=2, tables=3, must=[True] * 4, fixed=[0, 0, -1, 1]
    )
    slot = np.array([-1, 0, 1, 1])
    found = must_clash(problem, slot, 0)
    assert found is not None
    assert (found.requests, found.smallest) == ((0, 1), True)
    assert must_clash(replace(problem, fixed=None), np.array([-1, -1, 1, 1]), 0) is None  # slot 0 is free
    tables = replace(problem, tables=np.array([1, 1]), fixed=None)
    found = must_clash(tables, np.array([-1, 0, -1, 1]), 0)
    assert found is not None
    assert found.requests == (0, 1, 3)  # two tables in all


def test_an_offer_in_the_place_of_a_must_keeps_it() -> None:
    # 0 must see 1, at any of two times, and 2 at one of them
    problem = Problem.of(
        [0, 0, 0], [1, 1, 2], [1] * 3, slots=2, tables=1, fixed=[0, 1, 0], must=[True, False, True],
        alternatives=[0, 0, -1],
    )  # fmt: skip
    assert must_clash(problem, np.array([-1, -1, 0]), 0) is None
    found = must_clash(replace(problem, fixed=np.array([0, 0, 0])), np.array([-1, -1, 0]), 0)
    assert found is not None
    assert found.requests == (0, 2)


def test_who_has_all_his_meetings_clashes_with_these_and_with_no_others() -> None:
    # 0 has the one meeting that he may have; that 3 is busy in the other slot keeps nobody from anything
    problem = Problem.of([0, 2, 0], [1, 3, 3], [1, 1, 1], slots=2, tables=2, most=[1, 9, 9, 9])
    clash = Clashes(problem, np.array([0, 1, UNSCHEDULED])).of(2)
    assert clash is not None
    assert (clash.rows, clash.full) == ((0,), ())
