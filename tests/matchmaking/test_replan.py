"""A published timetable made again changes as little as can be, and what is said to be proven is true."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import permutations, product
from random import Random
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.matchmaking import Problem, solve, violations
from sim.matchmaking.replan.published import Published, What
from sim.matchmaking.replan.replan import KEEPS, Keep, Replanned, replan
from sim.matchmaking.wishes.affinity import IntArray
from tests.matchmaking.ruled import ruled, standing

Slots = tuple[int, ...]


def timetables(problem: Problem, *, whole: bool = False) -> Iterator[Slots]:
    """All that keep calendars, tables and everybody's most: by plain loops. `whole`: with every meeting."""
    room, tables, most = problem.room.tolist(), problem.tables.tolist(), problem.most.tolist()
    a, b = problem.a.tolist(), problem.b.tolist()
    groups = [-1] * len(a) if problem.alternatives is None else problem.alternatives.tolist()
    held: list[int] = []

    def go(k: int) -> Iterator[Slots]:
        if k == len(a):
            yield tuple(held)
            return
        held.append(-1)
        if not whole:
            yield from go(k + 1)
        twice = groups[k] >= 0 and any(
            t >= 0 and group == groups[k] for t, group in zip(held, groups, strict=False)
        )
        if not twice and most[a[k]] and most[b[k]] and (problem.veto is None or not problem.veto[k]):
            for t in range(len(tables)):
                if tables[t] and room[a[k]][t] and room[b[k]][t]:
                    for of, i in ((tables, t), (room[a[k]], t), (room[b[k]], t), (most, a[k]), (most, b[k])):
                        of[i] -= 1
                    held[-1] = t
                    yield from go(k + 1)
                    for of, i in ((tables, t), (room[a[k]], t), (room[b[k]], t), (most, a[k]), (most, b[k])):
                        of[i] += 1
        held.pop()

    yield from go(0)


def rank(problem: Problem, published: Published, slot: Slots, keep: Keep) -> tuple[int, ...]:
    """How good a timetable is, the least the best: by plain loops, of requests without alternatives."""
    must = [False] * len(slot) if problem.must is None else problem.must.tolist()
    old, was = published.held.tolist(), published.slot.tolist()
    ours = [k for k, t in enumerate(slot) if old[k] and t >= 0]
    moved = [k for k in ours if slot[k] != was[k]]
    people = {int(side[k]) for k in moved for side in (problem.a, problem.b)}
    load = problem.load(np.array(slot) >= 0)
    musts = -sum(t >= 0 and due for t, due in zip(slot, must, strict=True))
    least = int(np.maximum(problem.least - load, 0).sum())
    value = -sum(int(problem.weights.whole[k]) for k, t in enumerate(slot) if t >= 0)
    kept, moves = -len(ours), (len(moved), len(people))
    order = {
        "times": (musts, kept, *moves, least, value),
        "meetings": (musts, kept, least, value, *moves),
        "value": (musts, least, value, kept, *moves),
    }
    return order[keep]


def agrees(problem: Problem, published: Published, keep: Keep) -> Replanned:
    """What replanning says, compared with all timetables there are."""
    found = replan(problem, published, keep=keep)
    made, table = found.timetable.slot, found.timetable.table
    assert not violations(problem, made, table)
    best = min(rank(problem, published, slot, keep) for slot in timetables(problem))
    mine = rank(problem, published, tuple(made.tolist()), keep)
    assert mine == best, (problem, published, keep)
    assert set(found.claims.values()) <= {"proven", "claimed"}
    counted(problem, published, found)
    return found


def counted(problem: Problem, published: Published, found: Replanned) -> None:
    """The changes are those that plain code counts."""
    slot, table = found.timetable.slot.tolist(), found.timetable.table.tolist()
    moved, seats, gone, new = [], [], [], []
    for k, old in enumerate(published.held.tolist()):
        if old and slot[k] < 0:
            gone.append(k)
        elif old and slot[k] != published.slot[k]:
            moved.append(k)
        elif old and published.table[k] >= 0 and table[k] != published.table[k]:
            seats.append(k)
        elif not old and slot[k] >= 0:
            new.append(k)
    what = found.changes.what
    for case, mine in ((What.MOVED, moved), (What.RESEATED, seats), (What.CANCELLED, gone), (What.NEW, new)):
        assert np.flatnonzero(what == case).tolist() == mine
    assert all(published.table[k] >= problem.tables[slot[k]] for k in seats)  # which was not to be helped
    people = sorted({int(i) for k in moved for i in (problem.a[k], problem.b[k])})
    assert found.changes.people(What.MOVED).tolist() == people
    assert found.people <= len(people)


def small(random: Random) -> tuple[Problem, Published]:
    """A small problem, a timetable of it, and the problem as it is later."""
    n, slots, count = random.randint(3, 6), random.randint(2, 3), random.randint(2, 5)
    pairs = random.sample([(i, j) for i in range(n) for j in range(i)], min(count, n * (n - 1) // 2))

    def away(share: float) -> list[list[bool]]:
        return [[random.random() > share for _ in range(slots)] for _ in range(n)]

    before: dict[str, Any] = {
        "participants": n,
        "slots": slots,
        "tables": [random.randint(1, 3) for _ in range(slots)],
        "available": away(0.1),
        "capacity": [random.choice([1, 1, 2]) for _ in range(n)],
        "most": [random.choice([1, 2, 9]) for _ in range(n)],
    }
    weights = [random.randint(0, 4) for _ in pairs]
    problem = Problem.of([i for i, _ in pairs], [j for _, j in pairs], weights, **before)
    made = solve(problem, random.choice(["optimal", "greedy", "first_come"]))
    some = np.array([random.random() < 0.8 for _ in pairs])  # others are new
    slot, table = np.where(some, made.slot, -1), np.where(some, made.table, -1)
    later = replace(
        problem,
        tables=np.maximum(problem.tables - np.array([random.random() < 0.3 for _ in range(slots)]), 0),
        available=np.array(away(0.2)) & np.array(before["available"]),
        veto=np.array([random.random() < 0.1 for _ in pairs]),
        must=np.array([random.random() < 0.2 for _ in pairs]) if random.random() < 0.3 else None,
        least=np.array([random.randint(0, 2) for _ in range(n)]) if random.random() < 0.3 else problem.least,
    )
    if later.must is not None and later.veto is not None:
        later = replace(later, must=later.must & ~later.veto)
    return later, Published.of(later, slot, table)


@pytest.mark.parametrize("keep", KEEPS)
def test_no_timetable_of_all_there_are_changes_less(keep: Keep) -> None:
    moved = 0
    for seed in range(25):
        moved += agrees(*small(Random(seed)), keep).changes.count(What.MOVED)
    assert moved  # otherwise nothing was tried


def six(problem_away: tuple[int, int] | None = None) -> Problem:
    """Three guests, 0 to 2, meet two hosts, 3 and 4, in four slots with as many tables as anybody wants."""
    available = np.ones((5, 4), dtype=np.bool_)
    if problem_away is not None:
        available[problem_away] = False
    return Problem.of([0, 1, 2] * 2, [3] * 3 + [4] * 3, [1] * 6, slots=4, tables=2, available=available)


def all_alike() -> Iterator[tuple[IntArray, tuple[int, int]]]:
    """Every timetable of the six meetings with everybody away in every slot, but one of those alike.

    Two are alike if they differ by the names of guests, hosts and slots only.
    """
    seen: set[tuple[Any, ...]] = set()
    for first, second in product(permutations(range(4), 3), repeat=2):
        if any(one == other for one, other in zip(first, second, strict=True)):
            continue
        for who, when in product(range(5), range(4)):
            forms = []
            for guests, hosts in product(permutations(range(3)), permutations((first, second))):
                name: dict[int, int] = {}
                rows = [tuple(name.setdefault(row[g], len(name)) for g in guests) for row in hosts]
                at = name.setdefault(when, len(name))
                person = guests.index(who) if who < 3 else 3 + hosts.index((first, second)[who - 3])
                forms.append((*rows, person, at))
            if min(forms) not in seen:
                seen.add(min(forms))
                yield np.array(first + second, dtype=np.int64), (who, when)


def test_of_three_guests_and_two_hosts_whoever_is_away_once_moves_two_meetings_at_most() -> None:
    problem = six()
    tables = np.array([0, 0, 0, 1, 1, 1])
    worst: set[int] = set()
    for slot, away in all_alike():
        assert not violations(problem, slot, tables)
        later = six(away)
        published = Published.of(later, slot, tables)
        found = replan(later, published)
        assert found.timetable.meetings == 6
        best = min(rank(later, published, each, "times") for each in timetables(later, whole=True))
        assert rank(later, published, tuple(found.timetable.slot.tolist()), "times") == best
        assert found.claim == "proven"
        assert found.changes.count(What.RESEATED) == 0
        worst.add(found.changes.count(What.MOVED))
    assert worst == {0, 1, 2}


def crowd(seed: int = 1) -> Problem:
    random = np.random.default_rng(seed)
    hosts, guests, slots = 12, 24, 8
    pairs = random.permutation(hosts * guests)[:120]
    available = random.random((hosts + guests, slots)) > 0.15
    return Problem.of(
        hosts + pairs % guests,
        pairs // guests,
        random.integers(1, 6, len(pairs)),
        participants=hosts + guests,
        slots=slots,
        tables=9,
        available=available,
    )


@pytest.mark.parametrize("keep", KEEPS)
def test_where_nothing_has_changed_nothing_changes(keep: Keep) -> None:
    problem = crowd()
    made = solve(problem, "optimal")
    found = replan(problem, Published.of(problem, made.slot, made.table), keep=keep)
    assert (found.changes.what == What.NOTHING).all()
    assert np.array_equal(found.timetable.table, made.table)
    assert found.timetable.proven


def test_a_buyer_who_cancels_moves_nobody() -> None:
    problem = crowd()
    made = solve(problem, "optimal")
    for buyer in (12, 20, 30):
        available = np.array(problem.available)
        available[buyer] = False
        later = replace(problem, available=available)
        found = replan(later, Published.of(later, made.slot, made.table))
        assert found.changes.count(What.MOVED) == found.changes.count(What.RESEATED) == 0
        assert found.changes.count(What.CANCELLED) == int(problem.load(made.slot >= 0)[buyer]) > 0
        assert found.claim == "proven"


def test_a_table_less_moves_no_time_where_tables_are_plenty() -> None:
    problem = crowd()
    problem = replace(problem, tables=np.full(problem.slots, 40))
    made = solve(problem, "optimal")
    table = made.table + 30 - made.table.max()  # the last table is used
    later = replace(problem, tables=np.full(problem.slots, 30))
    found = replan(later, Published.of(later, made.slot, table))
    lost = int((table[made.slot >= 0] >= 30).sum())
    assert lost > 0
    assert found.changes.count(What.RESEATED) == lost
    assert found.changes.count(What.MOVED) == found.changes.count(What.CANCELLED) == 0


def test_another_offer_of_the_same_meeting_is_not_a_cancellation() -> None:
    # 0 and 1 were to meet at slot 0, by the first of two offers, which is vetoed now
    problem = Problem.of(
        [0, 0], [1, 1], [1, 1], slots=2, tables=1, fixed=[0, 1], alternatives=[0, 0], veto=[True, False]
    )
    found = replan(problem, Published.of(problem, np.array([0, -1]), np.array([0, -1])))
    assert found.changes.what.tolist() == [What.MOVED, What.NOTHING]
    assert found.changes.now.tolist() == [1, -1]
    same = replace(problem, fixed=np.array([1, 0]))  # the other offer is of the old time
    found = replan(same, Published.of(same, np.array([0, -1]), np.array([0, -1])))
    assert found.changes.what.tolist() == [What.NOTHING, What.NOTHING]
    assert found.timetable.slot.tolist() == [-1, 0]


def test_whoever_stays_keeps_his_table_from_who_comes_and_a_table_that_nobody_said_is_no_other() -> None:
    # both were at table 1, the first in a slot in which 0 is away now
    away = np.array([[False, True], [True, True], [True, True], [True, True]])
    problem = Problem.of([0, 2], [1, 3], [1, 1], slots=2, tables=2, available=away)
    found = replan(problem, Published.of(problem, np.array([0, 1]), np.array([1, 1])))
    assert found.timetable.slot.tolist() == [1, 1]
    assert found.timetable.table.tolist() == [0, 1]
    assert found.changes.what.tolist() == [What.MOVED, What.NOTHING]
    found = replan(problem, Published.of(problem, np.array([0, 1])))
    assert found.changes.what.tolist() == [What.MOVED, What.NOTHING]


def test_published_slots_that_are_no_more_move_their_meetings() -> None:
    problem = Problem.of([0, 2], [1, 3], [1, 1], slots=2, tables=2)
    published = Published(held=np.array([True, True]), slot=np.array([-1, 1]), table=np.array([0, 1]))
    found = replan(problem, published)
    assert found.changes.what.tolist() == [What.MOVED, What.NOTHING]
    assert found.timetable.table.tolist() == [0, 1]


def test_what_cannot_have_been_published_is_refused() -> None:
    problem = Problem.of([0], [1], [1], slots=2, tables=2)
    with pytest.raises(ValueError, match="0 to 1"):
        replan(problem, Published.of(problem, np.array([2])))
    two = np.array([0, 1])
    with pytest.raises(ValueError, match="each of 1 requests"):
        replan(problem, Published.of(problem, two, two))
    with pytest.raises(ValueError, match="must be held"):
        Published(held=np.array([False]), slot=np.array([1]), table=np.array([-1]))
    both = {"held": np.ones(2, dtype=bool), "slot": np.arange(2), "table": np.zeros(2, dtype=int)}
    with pytest.raises(ValueError, match="held and done must have the same shape"):
        Published(**both, done=np.array([True]))
    with pytest.raises(ValueError, match="held, slot and table must have the same shape"):
        Published(**(both | {"table": np.zeros(1, dtype=int)}))


def meeting_of(problem: Problem, published: Published, k: int) -> int:
    """The published request whose meeting request k would hold, -1 for none: by plain loops."""
    if published.held[k] or problem.alternatives is None or problem.alternatives[k] < 0:
        return k if published.held[k] else -1
    for other in np.flatnonzero(published.held).tolist():
        two = {int(problem.a[other]), int(problem.b[other])} == {int(problem.a[k]), int(problem.b[k])}
        if two and problem.alternatives[other] == problem.alternatives[k]:
            return int(other)
    return -1


def with_rules(problem: Problem, published: Published, slot: IntArray, keep: Keep) -> tuple[float, ...]:
    """How good a timetable is, whatever the rules, the least the best."""
    must, short, value = standing(problem, slot)
    held = {k: meeting_of(problem, published, k) for k in np.flatnonzero(slot >= 0).tolist()}
    moved = [m for k, m in held.items() if m >= 0 and slot[k] != published.slot[m]]
    people = {int(side[m]) for m in moved for side in (problem.a, problem.b)}
    kept = -sum(m >= 0 for m in held.values())
    return {
        "times": (-must, kept, len(moved), len(people), -short, -value),
        "meetings": (-must, kept, -short, -value, len(moved), len(people)),
        "value": (-must, -short, -value, kept, len(moved), len(people)),
    }[keep]


@settings(max_examples=15, deadline=None)
@given(ruled(most_requests=4, most_slots=3), st.lists(st.integers(-1, 2), min_size=4, max_size=4))
def test_whatever_the_rules_no_timetable_of_all_there_are_changes_less(
    problem: Problem, drawn: list[int]
) -> None:
    # anything may have been published, whatever the rules are now
    was = np.array(drawn[: problem.requests], dtype=np.int64)
    was[was >= problem.slots] = -1
    published = Published.of(problem, was)
    every = [np.array(slot, dtype=np.int64) for slot in product(range(-1, problem.slots), repeat=len(was))]
    sound = [slot for slot in every if not violations(problem, slot)]
    for keep in KEEPS:
        found = replan(problem, published, keep=keep)
        assert not violations(problem, found.timetable.slot, found.timetable.table)
        best = min(with_rules(problem, published, slot, keep) for slot in sound)
        assert with_rules(problem, published, found.timetable.slot, keep) == best
        assert set(found.claims.values()) <= {"proven", "claimed"}
