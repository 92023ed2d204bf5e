"""Compact timetables by hand, against trying everything, and never at the price of a rule."""

from __future__ import annotations

from dataclasses import replace
from random import Random
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from sim.matchmaking import UNSCHEDULED, Problem, solve, violations
from sim.matchmaking.compact.agreed import breaks, check_timetable
from sim.matchmaking.compact.board import Board, WaitingBoard
from sim.matchmaking.compact.compact import Lead, _as_agreed, breaks_of, compact, waiting
from sim.matchmaking.compact.compacting import descend
from sim.matchmaking.compact.waiting import fewest_alone, least_alone
from tests.matchmaking.cases import problems
from tests.matchmaking.compacting import (
    HALF_HOUR,
    LEADS,
    all_sound,
    begun,
    counted,
    few_sweeps,
    hundred,
    lies_between,
    musts,
    on_days,
    unfairness,
    waited,
)

# What a break is.


@settings(max_examples=60, deadline=None)
@given(begun())
def test_breaks_absences_and_waits_are_what_plain_loops_count(case: tuple[Problem, np.ndarray]) -> None:
    found = waiting(*case)
    assert found.breaks.tolist() == counted(*case)
    assert found.waits.tolist() == waited(*case)
    absent = [sum(len(run) > 0 and max(run) < 0 for run in mine) for mine in lies_between(*case)]
    assert found.absences.tolist() == absent


@settings(max_examples=60, deadline=None)
@given(problems(capacities=False))
def test_on_one_day_breaks_are_those_of_agreed_meetings(problem: Problem) -> None:
    slot = solve(problem, "greedy").slot
    agreed = _as_agreed(problem, slot)
    assert agreed is not None
    assert tuple(breaks_of(problem, slot).tolist()) == breaks(agreed, slot[slot != UNSCHEDULED].tolist())


def test_a_night_is_no_break_and_free_slots_at_either_end_of_a_day_are_none() -> None:
    problem = Problem.of([0] * 4, [1, 2, 3, 4], [1.0] * 4, slots=8, tables=1)
    slot = np.array([0, 2, 5, 7])
    assert breaks_of(problem, slot).tolist() == [3, 0, 0, 0, 0]
    assert breaks_of(on_days(problem, [4, 4]), slot).tolist() == [2, 0, 0, 0, 0]
    assert breaks_of(on_days(problem, [1, 3, 2, 2]), slot).tolist() == [0] * 5


def test_an_absence_is_no_break_and_divides_none() -> None:
    lunch = np.ones((4, 6), dtype=np.bool_)
    lunch[0, [2, 3]] = False
    problem = Problem.of([0] * 3, [1, 2, 3], [1.0] * 3, slots=6, tables=1, available=lunch)
    found = waiting(problem, np.array([0, 1, 4]))
    assert (found.breaks.tolist(), found.absences.tolist()) == ([0] * 4, [1, 0, 0, 0])
    assert not found.waits.any()
    found = waiting(problem, np.array([0, -1, 5]))  # 1 and 4 are free, and lunch between them
    assert (found.breaks[0], found.absences[0]) == (1, 0)
    assert found.waits[0] == found.longest[0] == 2 * HALF_HOUR
    without_tables = replace(problem, available=None, tables=np.array([1, 1, 0, 0, 1, 1]))
    assert waiting(without_tables, np.array([0, 1, 4])).absences.tolist() == [1, 0, 0, 0]


def test_a_wait_is_measured_by_the_clock() -> None:
    # 0 sees two people; slots of ten minutes with pauses of five, and one of two hours
    start, minute = np.array([0, 15, 30, 45, 180]), 60_000
    problem = Problem.of(
        [0, 0], [1, 2], [1.0] * 2, tables=[1] * 5,
        start=start * minute, end=np.array([10, 25, 40, 165, 190]) * minute,
    )  # fmt: skip
    assert problem.longest_pause == 5 * minute
    for slots, wait in (((0, 1), 0), ((0, 2), 15), ((0, 3), 30), ((0, 4), 150), ((2, 4), 120)):
        found = waiting(problem, np.array(slots))
        assert found.waits.tolist() == [wait * minute, 0, 0]


def test_waits_are_made_short_where_breaks_are_as_many() -> None:
    # whatever is done 0 has one break: over a slot of two hours or over one of half an hour
    minute, hours = 60_000, np.array([0, 30, 150, 180, 210])
    problem = Problem.of(
        [0, 0], [1, 2], [1.0] * 2, tables=[1] * 5, fixed=[-1, 4],
        start=hours * minute, end=np.append(hours[1:], 240) * minute,
        available=[[True] * 5, [True, False, True, False, False], [True] * 5],
    )  # fmt: skip
    for exact in (False, True):
        found = compact(problem, np.array([0, 4]), least="waits", exact=exact)
        assert found.slot.tolist() == [2, 4]
        assert (found.total, found.waiting.waits[0], found.wait_bound) == (1, 30 * minute, 30 * minute)
        assert found.proven
    with pytest.raises(ValueError, match="waits can be least"):
        compact(problem, np.array([0, 4]), least="waits", lead="breaks")


def test_somebody_is_busy_if_any_of_his_delegates_is() -> None:
    problem = Problem.of([0] * 3, [1, 2, 3], [1.0] * 3, slots=4, tables=2, capacity=[2, 1, 1, 1])
    assert breaks_of(problem, np.array([0, 1, 2])).tolist() == [0] * 4
    assert breaks_of(problem, np.array([0, 0, 2])).tolist() == [1, 0, 0, 0]


@pytest.mark.elsewhere
@settings(max_examples=60, deadline=None)
@given(begun(most_requests=5, most_slots=5))
def test_nobody_has_fewer_breaks_or_waits_less_than_he_must_alone(case: tuple[Problem, np.ndarray]) -> None:
    problem, slot = case
    alone, held = fewest_alone(problem, slot), slot != UNSCHEDULED
    shortest = least_alone(problem, slot)
    for other in all_sound(replace(problem, veto=~held)):
        if ((other != UNSCHEDULED) == held).all():
            assert (breaks_of(problem, other) >= alone).all()
            assert (waiting(problem, other).waits >= shortest).all()


def test_who_must_wait_alone_is_known_without_a_search() -> None:
    # the others are there in slots 0, 2, 3 and 5 only: 0's three meetings need a break and two need none
    here = np.ones((4, 6), dtype=np.bool_)
    here[1:, [1, 4]] = False
    problem = Problem.of([0] * 3, [1, 2, 3], [1.0] * 3, slots=6, tables=1, available=here)
    assert fewest_alone(problem, np.array([0, 2, 5])).tolist() == [1, 0, 0, 0]
    assert fewest_alone(problem, np.array([0, 2, -1])).tolist() == [0] * 4
    two_delegates = replace(problem, capacity=np.array([2, 1, 1, 1]))
    assert fewest_alone(two_delegates, np.array([0, 2, 5])).tolist() == [0] * 4
    found = compact(problem, np.array([0, 2, 5]))
    assert (found.total, found.bound, found.proven) == (1, 1, True)
    assert compact(on_days(problem, [2, 4]), np.array([0, 2, 5])).total == 0  # two days hold three
    assert least_alone(problem, np.array([0, 2, 5])).tolist() == [HALF_HOUR, 0, 0, 0]


# Value leads: the same meetings.


def test_a_meeting_is_moved_next_to_another() -> None:
    found = compact(Problem.of([0, 0], [1, 2], [1, 1], slots=6, tables=1), np.array([0, 5]))
    assert found.breaks.tolist() == [0, 0, 0]
    assert abs(found.slot[0] - found.slot[1]) == 1
    assert (found.bound, found.proven, found.total, found.spread) == (0, True, 0, 0)
    assert repr(found) == "Compact(2 meetings, 0 breaks (at least 0), differing by 0 at most, proven)"


def test_where_all_tables_are_taken_meetings_change_places() -> None:
    problem = Problem.of([0, 2, 0], [1, 3, 4], [1, 1, 1], slots=3, tables=1)
    found = compact(problem, np.array([0, 1, 2]))
    assert found.total == 0
    assert found.slot[1] in (0, 2)
    assert violations(problem, found.slot) == []


def test_two_slots_are_exchanged_along_a_path() -> None:
    # 0 must see 1 in slot 0 and waits for 2; 2 sees 3 in slot 1, who sees 4 in slot 2: all three move
    here = np.ones((5, 3), dtype=np.bool_)
    here[2:, 0] = False
    problem = Problem.of(
        [0, 0, 2, 3], [1, 2, 3, 4], [1] * 4, slots=3, tables=2, available=here, fixed=[0, -1, -1, -1]
    )
    found = compact(problem, np.array([0, 2, 1, 2]))
    assert found.slot.tolist() == [0, 1, 2, 1]
    assert found.proven


def test_nobody_else_pays_for_fewer_breaks_of_one() -> None:
    # three who all meet at one table: whoever has the first and the last waits
    problem = Problem.of([0, 0, 1], [1, 2, 2], [1] * 3, slots=4, tables=1)
    found = compact(problem, np.array([0, 1, 3]))
    assert found.total == 1
    assert not found.proven  # alone, nobody would have to wait
    assert compact(problem, np.array([0, 1, 3]), exact=True).bound == 1


@pytest.mark.elsewhere
@settings(max_examples=60, deadline=None)
@given(begun(most_requests=10), st.sampled_from([None, 0, 1]))
def test_the_same_meetings_are_held_with_no_more_breaks(
    case: tuple[Problem, np.ndarray], fairness: int | None
) -> None:
    problem, slot = case
    with few_sweeps():
        found = compact(problem, slot, fairness=fairness)
    assert violations(problem, found.slot) == []
    assert ((found.slot != UNSCHEDULED) == (slot != UNSCHEDULED)).all()
    assert found.breaks.tolist() == counted(problem, found.slot)
    assert found.bound <= found.total <= breaks_of(problem, slot).sum()


@settings(max_examples=40, deadline=None)
@given(begun(most_requests=5, most_slots=5), st.data())
def test_as_agreed_meetings_the_same_timetables_are_sound(
    case: tuple[Problem, np.ndarray], data: st.DataObject
) -> None:
    problem, slot = case
    # without most of the rules that agreed meetings do not know: too few would be left
    unknown = dict.fromkeys(("in_row", "pool", "place", "walk", "spans", "keep", "length", "rest", "home"))
    problem = replace(problem, day=np.zeros(problem.slots, dtype=np.int64), **unknown)  # type: ignore[arg-type]
    assume(violations(problem, slot) == [])
    agreed = _as_agreed(problem, slot)
    assume(agreed is not None)
    assert agreed is not None
    held = np.flatnonzero(slot != UNSCHEDULED)
    for _ in range(8):
        other = slot.copy()
        other[held] = [data.draw(st.integers(0, problem.slots - 1)) for _ in held]
        assert (violations(problem, other) == []) == (check_timetable(agreed, other[held].tolist()) == [])


def test_what_agreed_meetings_do_not_know_is_not_taken_for_them() -> None:
    problem = Problem.of([0, 0], [1, 2], [1, 1], slots=3, tables=1)
    slot = np.array([0, 2])
    assert _as_agreed(problem, slot) is not None
    assert _as_agreed(on_days(problem, [2, 1]), slot) is None
    assert _as_agreed(replace(problem, capacity=np.array([2, 1, 1])), slot) is None
    assert _as_agreed(replace(problem, in_row=np.array([1, 9, 9])), slot) is None
    pooled = replace(problem, pool=np.array([0, -1]), interpreters=np.ones((1, 3), dtype=np.int64))
    assert _as_agreed(pooled, slot) is None
    assert _as_agreed(pooled, np.array([-1, 2])) is not None
    placed = replace(problem, place=np.array([0, 0]), walk=np.zeros((1, 1), dtype=np.int64))
    assert _as_agreed(placed, slot) is None


# Breaks lead.

SPLIT: dict[str, Any] = {"a": [0, 0, 0], "b": [1, 2, 3], "score": [0.5, 0.9, 0.4], "slots": 5, "tables": 1}


def test_meetings_are_given_up_for_no_breaks_the_worst_first() -> None:
    problem = Problem.of(**SPLIT, fixed=[0, 2, 4])
    for exact in (False, True):
        found = compact(problem, np.array([0, 2, 4]), lead="breaks", exact=exact)
        assert found.slot.tolist() == [-1, 2, -1]
        assert found.total == 0


def test_must_meets_are_held_though_they_cost_breaks() -> None:
    problem = Problem.of(**SPLIT, fixed=[0, 2, 4], must=[True, False, True])
    for slot in ([0, 2, 4], [-1, 2, -1], [0, -1, -1]):
        for exact in (False, True):
            found = compact(problem, np.array(slot), lead="breaks", exact=exact)
            assert found.slot.tolist() == [0, -1, 4]  # one break; with the best meeting there would be two
            assert found.total == 1


def test_a_meeting_that_fills_a_gap_is_taken_in() -> None:
    problem = Problem.of(**SPLIT, fixed=[0, 2, 1])
    found = compact(problem, np.array([0, 2, -1]), lead="breaks")
    assert found.slot.tolist() == [0, 2, 1]
    assert found.proven


def test_whole_runs_are_given_up_where_single_meetings_gain_nothing() -> None:
    problem = Problem.of(
        [0] * 5, [1, 2, 3, 4, 5], [0.2, 0.2, 0.9, 0.9, 0.9], slots=6, tables=1, fixed=[0, 1, 3, 4, 5]
    )
    found = compact(problem, np.array([0, 1, 3, 4, 5]), lead="breaks")
    assert found.slot.tolist() == [-1, -1, 3, 4, 5]


def test_breaks_are_removed_though_each_step_on_the_way_only_loses() -> None:
    # whichever meeting 0 gives up, one of 2 and 5 waits instead, until a second one is given up
    problem = Problem.of(
        [2, 0, 2, 5, 0, 5],
        [3, 2, 4, 6, 5, 7],
        [0.5, 0.95, 0.8, 0.8, 0.9, 0.4],
        slots=7,
        tables=2,
        fixed=[1, 2, 3, 3, 4, 5],
    )
    found = compact(problem, np.array([1, 2, 3, 3, 4, 5]), lead="breaks")
    assert found.slot.tolist() == [1, 2, 3, 3, -1, -1]


# Fairness leads.


def apart(**change: Any) -> Problem:
    """Person 0 has to wait three times if all is held, the others never."""
    fixed = [0, 2, 4, 6]
    return Problem.of([0] * 4, [1, 2, 3, 4], [0.9, 0.4, 0.5, 0.8], slots=7, tables=2, fixed=fixed, **change)


def test_fairness_is_bought_with_the_least_value() -> None:
    slot = np.array([0, 2, 4, 6])
    for exact in (False, True):
        three = compact(apart(), slot, lead="fairness", fairness=3, exact=exact)
        assert (three.total, three.spread) == (3, 3)
        two = compact(apart(), slot, lead="fairness", fairness=2, exact=exact)
        assert two.slot.tolist() == [0, -1, 4, 6]
        one = compact(apart(), slot, lead="fairness", fairness=1, exact=exact)
        assert one.slot.tolist() == [0, -1, -1, 6]
        assert not one.infeasible


def test_it_is_fair_that_all_wait_equally() -> None:
    problem = Problem.of([0, 0], [1, 1], [1, 1], slots=3, tables=1, fixed=[0, 2])
    for exact in (False, True):
        found = compact(problem, np.array([0, 2]), lead="fairness", fairness=0, exact=exact)
        assert (found.slot.tolist(), found.breaks.tolist(), found.spread) == ([0, 2], [1, 1], 0)
    # somebody without a meeting waits less
    three = Problem.of([0, 0], [1, 1], [1, 1], slots=3, tables=1, fixed=[0, 2], participants=3)
    assert compact(three, np.array([0, 2]), lead="fairness", fairness=0, exact=True).total == 0


def test_fairness_that_must_meets_or_the_same_meetings_forbid_is_proven_infeasible() -> None:
    slot = np.array([0, 2, 4, 6])
    found = compact(apart(must=[True] * 4), slot, lead="fairness", fairness=2, exact=True)
    assert (found.slot.tolist(), found.infeasible, found.proven) == (slot.tolist(), True, True)
    assert "infeasible" in repr(found)
    raced = compact(apart(), slot, fairness=2, exact=True)  # one day: by the race
    assert (raced.slot.tolist(), raced.infeasible, raced.proven, raced.bound) == (
        slot.tolist(),
        True,
        True,
        3,
    )
    two_days = on_days(apart(), [6, 1])
    found = compact(two_days, slot, fairness=1, exact=True)
    assert (found.total, found.infeasible, found.proven, found.bound) == (2, True, True, 2)
    assert not compact(two_days, slot, fairness=2, exact=True).infeasible


def test_fairness_may_cost_breaks_in_the_exact_search_only() -> None:
    # 0 and 1 wait twice by what is fixed; 2 and 3 need not, but are to wait once
    problem = Problem.of(
        [0, 0, 0, 2, 2], [1, 1, 1, 3, 3], [1] * 5, slots=5, tables=2, fixed=[0, 2, 4, -1, -1]
    )
    slot = np.array([0, 2, 4, 0, 1])
    assert compact(problem, slot, fairness=1).breaks.tolist() == [2, 2, 0, 0]
    assert compact(problem, slot, fairness=1, exact=True).breaks.tolist() == [2, 2, 1, 1]
    assert compact(problem, slot, exact=True).breaks.tolist() == [2, 2, 0, 0]
    found = compact(problem, slot, fairness=0, exact=True)  # cannot be, so as near to it as can be
    assert (found.breaks.tolist(), found.infeasible, found.proven) == ([2, 2, 1, 1], True, True)


@pytest.mark.elsewhere
@settings(max_examples=50, deadline=None)
@given(begun(most_requests=9), st.sampled_from(LEADS[1:]), st.sampled_from([0, 1, 2]))
def test_whatever_leads_no_rule_is_broken_and_nothing_that_leads_gets_worse(
    case: tuple[Problem, np.ndarray], lead: Lead, fairness: int
) -> None:
    problem, slot = case
    with few_sweeps():
        found = compact(problem, slot, lead=lead, fairness=fairness)
    assert violations(problem, found.slot) == []
    assert found.breaks.tolist() == counted(problem, found.slot)
    assert musts(problem, found.slot) >= max(
        musts(problem, slot), musts(problem, solve(problem, "greedy").slot)
    )
    if musts(problem, found.slot) == musts(problem, slot):
        if lead == "breaks":
            assert found.total <= breaks_of(problem, slot).sum()
        elif unfairness(problem, slot, fairness) == 0:
            assert problem.score[found.slot >= 0].sum() >= problem.score[slot >= 0].sum()
    if problem.must is None:
        assert found.spread <= (fairness if lead == "fairness" else 0)


# The whole.


@pytest.mark.elsewhere
def test_a_larger_timetable_comes_near_the_bound() -> None:
    # buyers of five kinds, each there in slots of its own, so that whoever sells to one kind has to wait
    random = np.random.default_rng(7)
    sellers = random.integers(0, 20, 250)
    here = np.ones((140, 30), dtype=np.bool_)
    here[20:] = (random.random((5, 30)) < 0.6)[np.arange(120) % 5]
    problem = Problem.of(
        sellers,
        20 + 5 * random.integers(0, 24, 250) + sellers % 5,
        random.random(250),
        participants=140,
        slots=30,
        tables=12,
        available=here,
    )
    problem = on_days(problem, [10, 10, 10])
    slot = solve(problem, "greedy").slot
    found = compact(problem, slot)
    assert violations(problem, found.slot) == []
    assert found.total < breaks_of(problem, slot).sum() / 3
    assert 0 < found.total < found.bound * 1.05


@pytest.mark.elsewhere
def test_what_is_made_again_has_the_same_answer_and_what_is_made_of_it_is_no_worse() -> None:
    problem = replace(hundred(4, [14]), veto=np.arange(110) >= 80)
    slot = solve(problem, "greedy").slot
    made = [slot]
    for _ in range(2):
        made.append(compact(problem, made[-1], lead="breaks").slot)
    assert np.array_equal(compact(problem, slot, lead="breaks").slot, made[1])
    values = [float(problem.score[slot != UNSCHEDULED].sum()) for slot in made[1:]]
    assert values == sorted(values)


@settings(max_examples=40, deadline=None)
@given(begun(), st.data())
def test_a_board_puts_back_what_it_moved(case: tuple[Problem, np.ndarray], data: st.DataObject) -> None:
    problem, slot = case
    make = data.draw(st.sampled_from([Board, WaitingBoard]))

    def cost(slot: np.ndarray) -> int:
        found = waiting(problem, slot)
        return int(found.breaks.sum() if make is Board else found.waits.sum() // HALF_HOUR)

    price = [3 * n for n in range(problem.slots + 2)]
    board = make(problem, slot, slot != UNSCHEDULED, price, [1] * problem.requests)
    assert np.array_equal(board.slots(), slot)
    begin = board.energy, list(board.breaks), list(board.busy), list(board.now)
    assert board.energy == 3 * cost(slot) + (slot == UNSCHEDULED).sum()
    movable = np.flatnonzero((slot != UNSCHEDULED) & (problem.lengths == 1)).tolist()
    for _ in range(6 if movable else 0):
        request = data.draw(st.sampled_from(movable))
        here, leave, options = board.options(request)
        where = data.draw(
            st.sampled_from(
                [-1, *(t for t in range(problem.slots * 2) if any(m >> t & 1 for _, m in options))]
            )
        )
        free = where < 0 or not board.taken(request) >> where & 1
        expected = leave if where < 0 else next(cost for cost, m in options if m >> where & 1)
        before = board.energy
        board.move(request, where)
        assert not free or board.energy - before == expected - here
        assert sum(board.breaks) == cost(board.slots())
    board.undo()
    assert (board.energy, board.breaks, board.busy, board.now) == begin


def test_what_annealing_loses_is_found_again() -> None:
    problem = hundred(1, [10, 10])
    slot = compact(problem, solve(problem, "greedy").slot).slot
    price = list(range(problem.slots + 2))
    board = Board(problem, slot, slot != UNSCHEDULED, price, [1000] * problem.requests)
    begin = board.energy
    descend(board, 20, Random(1), share=0.02)
    assert board.energy <= begin
    assert violations(problem, board.slots()) == []


def test_a_timetable_of_nothing_is_compact() -> None:
    for problem in (
        Problem.of([], [], [], tables=[]),
        Problem.of([], [], [], tables=[3], participants=4),
        Problem.of([0], [1], [1.0], tables=[]),
        Problem.of([0], [1], [0.0], tables=[0, 0]),
    ):
        for lead in LEADS:
            for exact in (False, True):
                slot = np.full(problem.requests, UNSCHEDULED)
                found = compact(problem, slot, lead=lead, fairness=0, exact=exact)
                assert found.total == found.spread == found.bound == 0
                assert (found.slot == UNSCHEDULED).all()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"slot": np.array([0, 0])}, "unsound: participant 0 has more meetings in slot 0"),
        ({"lead": "price"}, "lead must be one of value, breaks, fairness, not 'price'"),
        ({"lead": "fairness"}, "fairness cannot lead without a number"),
        ({"fairness": -1}, "fairness must be ≥ 0, not -1"),
    ],
)
def test_what_cannot_be_asked_for_is_refused(change: dict[str, Any], message: str) -> None:
    problem = Problem.of([0, 0], [1, 2], [1, 1], slots=2, tables=2)
    with pytest.raises(ValueError, match=message):
        compact(problem, **({"slot": np.array([0, 1])} | change))


@pytest.mark.parametrize("exact", [False, True])
def test_a_meeting_of_three_is_moved_for_the_sake_of_all_three(exact: bool) -> None:
    # 2 is in the meeting of 0 and 1, and then in one with 3 who is there at the end only
    here = np.array([[1, 1, 1], [1, 1, 1], [1, 1, 1], [0, 0, 1]])
    group = Problem.of([0, 2], [1, 3], [1, 1], tables=1, slots=3, available=here, others=[(0, 2)])
    made = compact(group, np.array([0, 2]), exact=exact)
    assert made.slot.tolist() == [1, 2]
    assert made.proven
