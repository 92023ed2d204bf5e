from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings

from sim.matchmaking import UNSCHEDULED, Answer, Problem, Timetable, solve, violations
from tests.matchmaking.cases import problems


def test_each_kind_of_fault_is_found_and_named() -> None:
    problem = Problem.of(
        [0, 0, 1],
        [2, 3, 3],
        [1, 1, 1],
        tables=[1, 2],
        most=[2, 2, 2, 1],
        available=[[True, True], [True, True], [False, True], [True, True]],
    )

    def faults(*slot: int, table: list[int] | None = None) -> list[str]:
        return violations(problem, np.array(slot), None if table is None else np.array(table))

    assert faults(1, 0, -1) == []
    assert faults(1, 0, -1, table=[1, 0, -1]) == []
    assert faults(0, -1, -1) == ["participant 2 is not available in slot 0"]
    assert faults(1, 1, -1) == ["participant 0 has more meetings in slot 1 than it can hold"]
    assert "participant 3 has 2 meetings, more than its most" in faults(-1, 0, 1)
    assert faults(0, 1, 0)[-1] == "slot 0 has 2 meetings, more than tables"
    assert faults(2, -5, -1) == ["request 0: slot 2 does not exist", "request 1: slot -5 does not exist"]
    assert faults(1, 0, -1, table=[2, 0, -1]) == ["request 0: table 2 does not exist"]
    assert faults(1, -1, 1, table=[0, -1, 0]) == ["slot 1: two meetings at table 0"]
    assert faults(1, -1, -1, table=[0, 0, -1]) == ["request 1 has table 0 and no slot"]
    assert violations(problem, np.zeros(2, dtype=int)) == [
        "there must be a slot for each of the 3 requests, not (2,)"
    ]
    halves: Any = np.zeros(3)
    assert violations(problem, halves) == ["slots must be whole numbers, not float64"]


def test_of_many_faults_of_a_kind_twenty_are_named() -> None:
    problem = Problem.of(np.arange(30), np.arange(30) + 30, np.ones(30), tables=0, slots=30)
    found = violations(problem, np.arange(30))
    assert len(found) == 21
    assert found[-1] == "... and 10 more: slot"


@settings(max_examples=100, deadline=None)
@given(problems())
def test_value_is_the_sum_of_the_scores_of_the_meetings(problem: Problem) -> None:
    made = solve(problem, "greedy")
    assert made.value == sum(problem.score[k] for k in range(problem.requests) if made.slot[k] >= 0)
    assert made.meetings == (made.reason == 0).sum()


def test_people_keep_their_tables_from_slot_to_slot() -> None:
    # three exhibitors see four visitors each, in a Latin square
    pairs = [(e, 3 + (e + t) % 4, t) for t in range(4) for e in range(3)]
    problem = Problem.of(
        [p[0] for p in pairs], [p[1] for p in pairs], np.ones(12), slots=4, tables=4, participants=7
    )
    made = solve(problem, lambda _: np.array([p[2] for p in pairs]))
    for exhibitor in range(3):
        assert len(set(made.table[problem.a == exhibitor].tolist())) == 1


def test_two_who_had_the_same_table_get_different_ones_when_they_meet_others_at_once() -> None:
    problem = Problem.of([0, 1, 0, 1], [2, 3, 4, 5], np.ones(4), slots=3, tables=2)
    made = solve(problem, lambda _: np.array([0, 1, 2, 2]))
    assert made.table[:2].tolist() == [0, 0]
    assert sorted(made.table[2:].tolist()) == [0, 1]


def test_of_two_with_as_many_meetings_the_one_who_asked_keeps_his_table() -> None:
    # 0 was at table 0 and 3 at table 1 when they meet, each for the second time
    problem = Problem.of([0, 2, 0], [1, 3, 3], np.ones(3), slots=2, tables=2)
    made = solve(problem, lambda _: np.array([0, 0, 1]))
    assert made.table.tolist() == [0, 1, 0]
    other = Problem.of([0, 2, 3], [1, 3, 0], np.ones(3), slots=2, tables=2)
    assert solve(other, lambda _: np.array([0, 0, 1])).table.tolist() == [0, 1, 1]


def test_whoever_moved_to_a_table_keeps_it_when_a_newcomer_comes() -> None:
    # 2, the busiest, has table 0; so 0 and its guest 1 sit at table 1, where 1 then receives 5
    problem = Problem.of([2, 2, 2, 0, 1, 0], [3, 4, 7, 1, 5, 6], np.ones(6), slots=4, tables=2)
    made = solve(problem, lambda _: np.array([0, 2, 3, 0, 1, 2]))
    assert made.table.tolist() == [0, 0, 0, 1, 1, 1]


def test_a_bound_gives_the_gap() -> None:
    problem = Problem.of([0, 1], [2, 2], [0.2, 0.6], slots=1, tables=1)

    def proven(bound: float | None) -> Timetable:
        return solve(problem, lambda _: Answer(np.array([-1, 0]), bound=bound))

    assert proven(0.8).gap == pytest.approx(0.25)
    assert proven(0.6).gap == 0
    assert proven(None).gap is None
    assert "gap 25.00%" in repr(proven(0.8))
    assert repr(proven(None)) == "Timetable(1 of 2 requests, value 0.6, 1 no_common_slot)"


def test_table_use_is_the_share_of_table_slots_with_a_meeting() -> None:
    problem = Problem.of([0, 1], [2, 2], [0.2, 0.6], slots=2, tables=[1, 3])
    assert solve(problem, "greedy").table_use == 0.5
    assert solve(Problem.of([], [], [], tables=[]), "greedy").table_use == 0


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"b": [0, 1]}, "request 0: asks for a meeting with oneself"),
        ({"a": [0, 9]}, "a 1: must be a participant, 0 to 2"),
        ({"score": [1.0, -1.0]}, "score 1: must be a number"),
        ({"score": [1.0]}, "score must have shape"),
        ({"tables": [-1, 2]}, "tables 0: must be"),
        ({"start": [0, 5], "end": [6, 9]}, "slot 0: overlaps the next"),
        ({"start": [0, 5], "end": [5, 5]}, "slot 1: must end after"),
        ({"capacity": [1, 1]}, "broadcast"),
        ({"available": [[True, True]]}, "available must have shape"),
        ({"a": [0.5, 1.0]}, "whole numbers"),
    ],
)
def test_a_problem_out_of_range_is_refused(change: dict[str, object], message: str) -> None:
    good: dict[str, object] = {
        "a": [0, 1],
        "b": [2, 2],
        "score": [1.0, 0.5],
        "tables": [1, 1],
        "participants": 3,
    }
    with pytest.raises(ValueError, match=message):
        Problem.of(**(good | change))  # type: ignore[arg-type]


def test_a_timetable_of_nothing_is_empty() -> None:
    for problem in (
        Problem.of([], [], [], tables=[]),
        Problem.of([], [], [], tables=[3], participants=4),
        Problem.of([0], [1], [1.0], tables=[]),
    ):
        made = solve(problem, "greedy")
        assert made.meetings == 0
        assert (made.slot == UNSCHEDULED).all()
