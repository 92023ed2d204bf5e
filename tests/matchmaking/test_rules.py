"""The rules beyond calendars and tables, each by hand."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from sim.matchmaking import POLICIES, UNSCHEDULED, Problem, Reason, solve, violations


@pytest.mark.parametrize("name", sorted(set(POLICIES) - {"none"}))
def test_a_must_meet_left_out_at_first_displaces_nobody_who_confirmed(name: str) -> None:
    # 0 meets 1, so that 2 has time for 3; when 1 gives up, 2 is taken
    problem = Problem.of([0, 0, 2], [1, 2, 3], [0.9, 0.8, 0.5], tables=3, slots=1, must=[True, True, False])
    assert solve(problem, name).slot.tolist() == [0, -1, 0]
    second = solve(problem, name, gives_up=np.array([True, False, False]))
    assert second.slot.tolist() == [-1, -1, 0]
    # nobody who confirmed is in its way: then it comes before a better meeting that need not be
    free = Problem.of([0, 0, 0], [1, 2, 3], [0.9, 0.1, 0.5], tables=3, slots=1, must=[True, True, False])
    assert solve(free, name, gives_up=np.array([True, False, False])).slot.tolist() == [-1, 0, -1]


def test_a_must_meet_that_cannot_be_is_named_with_the_reason() -> None:
    here = [[True, False], [False, True], [True, True], [True, True]]
    problem = Problem.of(
        [0, 2, 2], [1, 3, 0], [1, 0.1, 0.9], tables=1, slots=2, available=here, must=[1, 1, 0]
    )
    for name in ("greedy", "optimal", "slot_by_slot", "first_come", "round_robin", "stable"):
        made = solve(problem, name)
        assert made.unmet == ("request 0, of participants 0 and 1: never_together",)
        assert made.slot[1] != UNSCHEDULED


def test_must_meets_come_before_better_meetings() -> None:
    problem = Problem.of([0, 0], [1, 2], [0.9, 0.1], tables=1, slots=1, must=[False, True])
    for name in ("greedy", "optimal"):
        assert solve(problem, name).slot.tolist() == [-1, 0]
    assert solve(problem, "optimal").gap == 0


def test_interpreters_limit_the_meetings_of_their_pool_only() -> None:
    problem = Problem.of(
        [0, 1, 2], [3, 4, 5], [0.9, 0.8, 0.7], tables=3, slots=1, pool=[0, 0, -1], interpreters=[1]
    )
    made = solve(problem, "optimal")
    assert made.slot.tolist() == [0, -1, 0]
    assert made.bound == pytest.approx(1.6)
    assert Reason(int(made.reason[1])) is Reason.NO_INTERPRETER
    # nor is there one in the only slot that has the table which participant 1 keeps
    kept = Problem.of([0], [1], [1.0], tables=[2, 1], slots=2, home=[-1, 1], pool=[0], interpreters=[[0, 1]])
    assert Reason(int(solve(kept, "greedy").reason[0])) is Reason.NO_INTERPRETER


def test_a_pause_after_two_in_a_row_and_lunch_is_a_pause() -> None:
    star = {"a": [0] * 4, "b": [1, 2, 3, 4], "score": [1.0] * 4, "tables": 1, "slots": 4}
    tired = Problem.of(**star, in_row=[2, 9, 9, 9, 9])  # type: ignore[arg-type]
    assert solve(tired, "optimal").meetings == 3
    assert solve(tired, "greedy").slot.tolist() == [0, 1, 3, -1]
    assert Reason(int(solve(tired, "greedy").reason[3])) is Reason.TOO_MANY_IN_ROW
    half = 30 * 60_000
    start = np.array([0, 1, 4, 5]) * half  # an hour's lunch after two slots
    lunch = replace(tired, start=start, end=start + half)
    assert solve(lunch, "greedy").meetings == 4


def test_there_is_time_to_walk_between_meetings() -> None:
    minute = 60_000
    start = np.array([0, 30, 60]) * minute
    problem = Problem.of(
        [0, 0, 0],
        [1, 2, 3],
        [0.9, 0.8, 0.7],
        tables=3,
        slots=3,
        start=start,
        end=start + 20 * minute,  # ten minutes between
        place=[0, 1, 0],
        walk=np.array([[0, 15], [15, 0]]) * minute,
    )
    made = solve(problem, "optimal")
    assert made.meetings == 2  # one place in slots 0 and 1, or both in slots 0 and 2
    assert made.value == pytest.approx(1.7)
    assert sorted(made.slot[:2].tolist()) == [0, 2]
    assert Reason(int(made.reason[2])) is Reason.TOO_FAR
    alone = replace(problem, capacity=np.array([2, 1, 1, 1]))  # two delegates divide themselves
    assert solve(alone, "optimal").meetings == 3


def test_what_must_come_first_comes_first() -> None:
    problem = Problem.of([0, 0], [1, 2], [0.5, 0.9], tables=1, slots=2, before=[(0, 1)])
    assert solve(problem, "optimal").slot.tolist() == [0, 1]
    greedy = solve(problem, "greedy")
    assert greedy.slot.tolist() == [-1, 0]
    assert Reason(int(greedy.reason[0])) is Reason.OUT_OF_ORDER


@pytest.mark.parametrize("name", ["greedy", "optimal"])
def test_what_must_come_first_ends_first(name: str) -> None:
    problem = Problem.of(
        [0, 2], [1, 3], [0.5, 0.9], tables=2, slots=3, fixed=[1, 2], length=[2, 1], before=[(0, 1)]
    )
    assert solve(problem, name).slot.tolist() == [-1, 2]
    assert solve(replace(problem, fixed=np.array([0, 2])), name).slot.tolist() == [0, 2]


def test_a_fixed_slot_is_the_only_one() -> None:
    problem = Problem.of([0, 0], [1, 2], [0.5, 0.9], tables=1, slots=2, fixed=[0, -1])
    assert solve(problem, "optimal").slot.tolist() == [0, 1]
    assert solve(problem, "greedy").slot.tolist() == [-1, 0]


def test_delegates_by_slot() -> None:
    problem = Problem.of(
        [0, 0, 0], [1, 2, 3], [1, 1, 1], tables=9, slots=2, capacity=[[2, 0], [1, 1], [1, 1], [1, 1]]
    )
    for name in ("greedy", "optimal", "slot_by_slot"):
        assert solve(problem, name).meetings == 2
    more = replace(problem, capacity=np.array([[2, 1], [1, 1], [1, 1], [1, 1]]))
    for name in ("greedy", "optimal", "slot_by_slot"):
        assert sorted(solve(more, name).slot.tolist()) == [0, 0, 1]


def test_as_many_as_can_be_reach_their_least() -> None:
    problem = Problem.of([0, 0, 1], [2, 3, 2], [0.9, 0.8, 0.1], tables=3, slots=1, least=[0, 1, 0, 1])
    made = solve(problem, "optimal")
    assert made.slot.tolist() == [-1, 0, 0]
    assert made.short.tolist() == [0, 0, 0, 0]
    assert made.gap == 0
    assert solve(replace(problem, least=np.zeros(4, dtype=np.int64)), "optimal").value == pytest.approx(0.9)


def test_of_alternatives_one_is_held_and_the_worth_of_others_is_not_counted() -> None:
    # 0 meets 1 at 0 or 2, and 2 (worth more) at 0 only
    problem = Problem.of(
        [0, 0, 0], [1, 1, 2], [1, 1, 3], tables=2, slots=3, fixed=[0, 2, 0], alternatives=[0, 0, -1]
    )
    made = solve(problem, "optimal")
    assert made.slot.tolist() == [-1, 2, 0]
    assert made.value == made.bound == 4
    assert Reason(int(made.reason[0])) is Reason.ALTERNATIVE
    both = np.array([0, 2, -1])
    assert violations(problem, both) == ["request 0 is held, and so is request 1, an alternative to it"]
    # the bound of the best choice knows that of offers of the same two one counts
    large = solve(problem, "optimal", options={"effort": "quick"})
    assert large.bound == pytest.approx(4)


def test_meetings_a_day_days_and_least_a_day() -> None:
    # professors 1 and 2 can meet on the first day only, 3 on both
    here = [[1, 1, 1], [1, 1, 0], [1, 1, 0], [1, 1, 1]]
    student = Problem.of([0] * 3, [1, 2, 3], [3, 2, 1], tables=1, slots=3, available=here, day=[0, 0, 1])
    assert solve(replace(student, most_a_day=np.array([1, 9, 9, 9])), "optimal").value == 4
    made = solve(replace(student, most_a_day=np.array([1, 9, 9, 9])), "greedy")
    assert made.slot.tolist() == [0, -1, 2]
    assert Reason(int(made.reason[1])) is Reason.DAY_FULL
    one_day = solve(replace(student, most_days=np.array([1, 9, 9, 9])), "optimal")
    assert one_day.slot.max() < 2
    assert one_day.value == one_day.bound == 5
    assert Reason(int(one_day.reason[2])) is not Reason.NOT_CHOSEN
    assert solve(replace(student, least_a_day=np.array([2, 0, 0, 1])), "optimal").slot.tolist() == [0, 1, 2]
    # the two best are on two days, and two of one day are worth less
    apart = Problem.of(
        [0] * 4,
        [1, 2, 3, 4],
        [3, 3, 1, 1],
        tables=1,
        day=[0, 0, 1, 1],
        slots=4,
        most_days=[1, 9, 9, 9, 9],
        available=[[1] * 4, [1, 1, 0, 0], [0, 0, 1, 1], [1, 1, 0, 0], [0, 0, 1, 1]],
    )
    assert solve(apart, "optimal").value == solve(apart, "optimal").bound == 4
    both = replace(student, most=np.array([2, 9, 9, 9]), least_a_day=np.array([1, 0, 0, 0]))
    assert solve(both, "optimal").slot[2] == 2
    assert violations(replace(student, most_days=np.array([1, 9, 9, 9])), np.array([0, 1, 2])) == [
        "participant 0 has meetings on 2 days, more than he may"
    ]


def test_a_meeting_of_two_slots_takes_slots_that_adjoin_and_one_table() -> None:
    half = 30 * 60_000
    panel = Problem.of([0, 0], [1, 2], [1, 1], tables=1, slots=3, length=[2, 1])
    made = solve(panel, "optimal")
    assert made.meetings == 2
    assert sorted(made.slot.tolist()) in ([0, 1], [0, 2])
    assert made.slot[0] != 1
    start = np.array([0, 1, 3]) * half  # a pause after two slots
    apart = replace(panel, start=start, end=start + half, length=np.array([2, 2]))
    assert solve(apart, "optimal").slot.tolist().count(0) == 1
    assert violations(apart, np.array([1, -1])) == [
        "request 0 takes more slots than follow each other from slot 1"
    ]
    # one table in slots 0 and 2, two in slot 1: two meetings of two slots cannot both keep a table
    pairs = Problem.of(
        [0, 2, 4], [1, 3, 5], [1, 1, 0.5], tables=[1, 2, 1], length=[2, 2, 1], fixed=[0, 1, -1]
    )
    made = solve(pairs, "optimal")
    assert made.value == made.bound == 1.5
    assert violations(pairs, np.array([0, 1, -1])) == [
        "slot 1 has 2 meetings of several slots, more than tables that all slots of its run have"
    ]
    assert solve(pairs, "greedy").slot.tolist() == [0, -1, 1]
    assert Reason(int(solve(pairs, "greedy").reason[1])) is Reason.NO_TABLE


def test_a_table_that_is_kept_has_its_meetings_one_at_a_time() -> None:
    # hosts 2 and 3 keep tables 1 and 0, buyers come and go
    problem = Problem.of([0, 0, 1, 1], [2, 3, 2, 3], [1] * 4, tables=2, slots=2, home=[-1, -1, 1, 0])
    made = solve(problem, "optimal")
    assert made.table.tolist() == [1, 0, 1, 0]
    assert made.value == 4
    shared = replace(problem, home=np.array([-1, -1, 1, 1]))
    for name in ("greedy", "optimal"):
        made = solve(shared, name)
        assert made.meetings == 2
        assert Reason(int(made.reason[made.slot < 0][0])) is Reason.TABLE_TAKEN
    assert made.bound == 2
    assert violations(shared, np.array([0, 1, 1, 0])) == [
        "table 1, which is kept, has more than one meeting in slot 0",
        "table 1, which is kept, has more than one meeting in slot 1",
    ]
    assert violations(problem, np.array([0, -1, -1, -1]), np.array([0, -1, -1, -1])) == [
        "request 0 is not at its table 1"
    ]
    missing = replace(problem, tables=np.array([1, 2]))
    assert violations(missing, np.array([0, -1, -1, -1])) == [
        "request 0 is held at a table that slot 0 does not have"
    ]
    assert solve(missing, "optimal").slot.tolist().count(UNSCHEDULED) == 1


@pytest.mark.parametrize("name", sorted(POLICIES))
def test_a_third_person_of_a_meeting_is_in_no_other(name: str) -> None:
    # 0 with 1 and 2; 0, 1 and 2 each with 3: were 2 not in the first, two slots would hold 5
    group = Problem.of([0, 0, 1, 2], [1, 3, 3, 3], [3, 1, 1, 1], tables=9, slots=2, others=[(0, 2)])
    made = solve(group, name)
    assert made.value == (0 if name == "none" else 4)
    assert made.bound in (None, 4)
    assert violations(group, np.array([0, -1, 1, 0])) == [
        "participant 2 has more meetings in slot 0 than it can hold"
    ]


def test_what_binds_a_third_person_and_why_a_meeting_is_not_held() -> None:
    group = Problem.of(
        [0, 2], [1, 3], [1, 2], tables=9, slots=2, participants=4, others=[(0, 2)], day=[0, 0], must=[1, 0]
    )
    assert solve(group, "optimal").meetings == 2
    full = solve(replace(group, most=np.array([9, 9, 1, 9]), must=None), "optimal")
    assert full.slot.tolist() == [-1, 0]
    assert full.bound == 2
    assert Reason(int(full.reason[0])) is Reason.OTHER_FULL
    away = replace(group, available=np.array([[1, 1], [1, 1], [1, 0], [1, 0]], dtype=np.bool_), must=None)
    made = solve(away, "optimal")
    assert made.slot.tolist() == [-1, 0]
    assert Reason(int(made.reason[0])) is Reason.OTHER_BUSY
    never = solve(
        replace(group, available=np.array([[1, 0], [1, 0], [0, 1], [1, 1]], dtype=np.bool_)), "greedy"
    )
    assert never.unmet == ("request 0, of participants 0, 1 and 2: other_busy",)
    one = np.array([9, 9, 1, 9])
    for bound in (
        replace(group, must=None, most_a_day=one),
        replace(group, must=None, in_row=one),
        replace(group, must=None, rest=np.array([0, 0, 60_000, 0])),
    ):
        assert solve(bound, "optimal").slot.tolist() == [-1, 0]


@pytest.mark.parametrize("name", sorted(POLICIES))
def test_a_place_has_no_more_meetings_at_once_than_room(name: str) -> None:
    # three meetings at a booth with two seats, and one anywhere
    booth = Problem.of(
        [0, 1, 2, 3],
        [4, 5, 6, 7],
        [3, 2, 1, 1],
        tables=9,
        slots=1,
        place=[0, 0, 0, -1],
        walk=[[0]],
        place_room=[2],
    )
    made = solve(booth, name)
    if name == "none":
        return
    assert made.meetings == 3
    assert made.slot[3] == 0
    left = int(np.flatnonzero(made.slot == UNSCHEDULED)[0])
    assert Reason(int(made.reason[left])) is Reason.PLACE_FULL
    assert made.bound in (None, 6) or name != "optimal"
    assert violations(booth, np.array([0, 0, 0, 0])) == ["place 0 has more meetings in slot 0 than room"]
    assert solve(replace(booth, place_room=np.array([[3]])), name).meetings == 4


def test_everybody_rests_between_meetings() -> None:
    half = 30 * 60_000
    star = Problem.of([0] * 4, [1, 2, 3, 4], [1] * 4, tables=4, slots=4, rest=[half, 0, 0, 0, 0])
    made = solve(star, "greedy")
    assert made.slot.tolist() == [0, 2, -1, -1]
    assert Reason(int(made.reason[2])) is Reason.NO_REST
    assert solve(star, "optimal").bound == 2
    assert violations(star, np.array([0, 1, -1, -1])) == [
        "participant 0 has no rest before his meeting in slot 1"
    ]
    assert solve(replace(star, capacity=np.array([2, 1, 1, 1, 1])), "optimal").meetings == 4
    assert solve(replace(star, rest=np.array([2 * half, 0, 0, 0, 0])), "optimal").meetings == 2


def test_one_slot_of_lunch_stays_free() -> None:
    here = [[1, 1, 1, 1], [1, 0, 0, 1], [0, 1, 0, 0], [0, 1, 0, 0], [1, 0, 0, 1]]
    panel = Problem.of([0] * 4, [1, 2, 3, 4], [1] * 4, tables=1, slots=4, available=here)
    lunch = replace(
        panel, spans=np.array([[False, True, True, False]]), keep=np.array([[1], [0], [0], [0], [0]])
    )
    assert solve(lunch, "optimal").meetings == 3
    there = replace(lunch, available=np.ones((5, 4), dtype=np.bool_))
    made = solve(there, "greedy")
    assert made.slot.tolist() == [0, 1, 3, -1]
    assert Reason(int(made.reason[3])) is Reason.NOT_KEPT_FREE
    assert violations(there, np.array([0, 1, 2, 3])) == ["participant 0 has too few slots free in span 0"]
    pair = replace(there, capacity=np.array([2, 1, 1, 1, 1]), tables=np.array([0, 2, 2, 0]))
    assert solve(pair, "optimal").meetings == 2  # each of two delegates has one of two slots free


def test_a_must_meet_is_met_if_another_offer_of_it_is_held() -> None:
    problem = Problem.of([0, 0], [1, 1], [1, 2], tables=1, slots=1, must=[1, 1], alternatives=[1, 1])
    made = solve(problem, "optimal")
    assert (made.slot.tolist(), made.unmet) == ([-1, 0], ())


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"alternatives": [0, 2]}, "alternatives 1: must be a group, 0 to 1, or -1"),
        ({"day": [1, 0]}, "day 0: must not be after that of the next slot"),
        ({"spans": [[True]], "keep": 1}, "spans must have a column for each of 2 slots"),
        ({"most_days": [1, 1, -1]}, "most_days 2: must be"),
        ({"others": [(0, 2)]}, "others 0: names a participant who is in the meeting already"),
        ({"others": [(0, 1), (2, 0)]}, "others 1: must be a request and a participant"),
        ({"fixed": [5, 0]}, "fixed 0: must be a slot, 0 to 1, or -1"),
        ({"pool": [0, 1], "interpreters": [3]}, "pool 1: must be one of 1, or -1"),
        ({"interpreters": [[1, 2, 3]]}, "a column for each of 2 slots"),
        ({"place_room": [1]}, "place_room needs place and walk"),
        ({"place": [0, 0], "walk": [[0]], "place_room": [1, 1]}, "place_room must have shape"),
        ({"place": [0, 0]}, "place and walk go together"),
        ({"place": [0, 3], "walk": [[0]]}, "place 1: must be one of 1, or -1"),
        ({"before": [(0, 0)]}, "before 0: puts a request before itself"),
        ({"before": [(0, 7)]}, "before 0: must name two requests"),
        ({"veto": [True]}, "veto must have shape"),
        ({"in_row": [-1, 1, 1]}, "in_row 0: must be"),
        ({"capacity": [[1, 1], [1, 1], [1, -1]]}, "capacity 2: must be"),
    ],
)
def test_a_rule_out_of_range_is_refused(change: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Problem.of(a=[0, 1], b=[2, 2], score=[1.0, 0.5], tables=[1, 1], participants=3, **change)


@pytest.mark.parametrize("name", ["first_come", "greedy", "slot_by_slot", "optimal"])
def test_order_binds_people_who_have_nothing_else_to_do_with_each_other(name: str) -> None:
    apart = {"a": [0, 2], "b": [1, 3], "score": [0.9, 0.5], "tables": 2, "before": [(0, 1)]}
    assert solve(Problem.of(**apart, slots=2), name).slot.tolist() == [0, 1]  # type: ignore[arg-type]
    assert solve(Problem.of(**apart, slots=1), name).meetings == 1  # type: ignore[arg-type]


@pytest.mark.parametrize("name", ["greedy", "slot_by_slot", "optimal"])
def test_walking_may_take_longer_one_way(name: str) -> None:
    minute = 60_000
    start = np.array([0, 30]) * minute
    problem = Problem.of(
        [0, 0],
        [1, 2],
        [0.9, 0.8],
        tables=3,
        slots=2,
        start=start,
        end=start + 20 * minute,
        place=[0, 1],
        walk=np.array([[0, 15], [5, 0]]) * minute,
        fixed=[1, 0],
    )
    assert solve(problem, name).meetings == 2  # from place 1 to place 0 in ten minutes
    back = replace(problem, fixed=np.array([0, 1]))
    assert solve(back, name).slot.tolist().count(UNSCHEDULED) == 1


def test_two_must_meets_come_before_a_better_one() -> None:
    problem = Problem.of([0, 0, 1], [1, 2, 3], [0.9, 0.1, 0.1], tables=3, slots=1, must=[True] * 3)
    for name in ("greedy", "optimal"):
        made = solve(problem, name)
        assert made.slot.tolist() == [-1, 0, 0]
        assert made.unmet == ("request 0, of participants 0 and 1: no_common_slot",)


def test_three_who_all_want_to_meet_need_three_slots_and_two_are_proven_the_best_of_two() -> None:
    # the linear programme would hold half of each meeting in each slot
    made = solve(Problem.of([0, 1, 2], [1, 2, 0], [1, 1, 1], slots=2, tables=9), "optimal")
    assert made.value == 2
    assert made.bound == pytest.approx(2)
