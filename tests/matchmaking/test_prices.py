"""What prices prove of breaks and waits against trying everything."""

from __future__ import annotations

import json
from collections.abc import Sequence
from itertools import pairwise, permutations, product
from operator import mul
from random import Random
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pysat.solvers import Solver

from sim.matchmaking.compact import breaks as room
from sim.matchmaking.compact.agreed import Agreed, breaks, check_timetable
from sim.matchmaking.compact.compact import _as_agreed
from sim.matchmaking.compact.exact import worker
from sim.matchmaking.compact.exact.alone import Alone
from sim.matchmaking.compact.exact.counting import narrow
from sim.matchmaking.compact.exact.encoding import encode
from sim.matchmaking.compact.exact.flow import flow_prices
from sim.matchmaking.compact.exact.left import Left
from sim.matchmaking.compact.exact.prices import Apart, Prices
from sim.matchmaking.compact.exact.race import Standing
from sim.matchmaking.compact.exact.tightening import Tightened, tightened
from tests.benchmarks.dense_day import Day


def drawn(random: Random) -> Agreed:
    """Up to five meetings of up to five people, absences, few tables."""
    slots, people = random.randint(2, 5), random.randint(2, 5)
    pairs = [tuple(random.sample(range(people), 2)) for _ in range(random.randint(1, 5))]
    away = {p: [t for t in range(slots) if random.random() < 0.15] for p in range(people)}
    return Agreed.of(
        [(a, b) for a, b in pairs],
        slots=slots,
        tables=[random.randint(1, 3) for _ in range(slots)],
        participants=people,
        forbidden=away,
        fairness=random.choice([None, None, 1]),
        away_is_idle=random.random() < 0.5,
    )


def cost_of(problem: Agreed, slots: tuple[int, ...], a_break: int, a_slot: list[int]) -> int:
    """Breaks, and idle slots in them, by plain loops."""
    cost = 0
    for p in range(problem.participants):
        turn = problem.counted(p)
        mine = sorted(slots[m] for m, pair in enumerate(problem.pairs) if p in pair)
        for first, last in pairwise(mine):
            idle = [t for t in turn if first < t < last]
            cost += a_break * bool(idle) + sum(a_slot[t] for t in idle)
    return cost


def assert_within(problem: Agreed, left: Left, slots: tuple[int, ...]) -> None:
    """Nothing that this timetable has was struck out."""
    assert all(slot in own for slot, own in zip(slots, left.domains, strict=True))
    assert all(slots.count(t) >= least for t, least in enumerate(left.least))
    dear = 0
    for p in range(problem.participants):
        turn = list(problem.counted(p))
        mine = tuple(slots[m] for m, pair in enumerate(problem.pairs) if p in pair)
        resting, begin = sorted(set(turn) - set(mine)), breaks_begin(turn, mine)
        if mine:
            assert left.idle[p] >= set(resting)
            assert left.begins[p] >= set(begin)
        if left.spare is not None:
            counts = [left.spare.meeting.get((p, m, t), 0) for m, t in enumerate(slots)]
            counts += [left.spare.idle.get((p, t), 0) for t in resting]
            counts += [left.spare.begin.get((p, t), 0) for t in begin]
            dear += max(counts)
    if left.spare is not None:
        empty = [tables - slots.count(t) for t, tables in enumerate(problem.tables)]
        assert dear + sum(map(mul, empty, left.spare.empty)) <= left.spare.most


@pytest.mark.parametrize("tracked", [11, 1])
@given(seed=st.integers(0, 1 << 32))
@settings(max_examples=60, deadline=None)
def test_at_any_prices_no_timetable_costs_less_and_none_as_cheap_is_struck_out(
    tracked: int, seed: int
) -> None:
    random = Random(seed)
    problem = drawn(random)
    a_break, a_slot = random.choice([(1, [0] * 5), (0, [1, 2, 1, 3, 1]), (2, [1] * 5)])
    sound = [
        (cost_of(problem, slots, a_break, a_slot), slots)
        for slots in product(range(problem.slots), repeat=problem.meetings)
        if not check_timetable(problem, slots)
    ]
    if (a_break, max(a_slot)) == (1, 0):
        assert all(cost == sum(breaks(problem, slots)) for cost, slots in sound)
    apart = Apart(
        problem, Left.of(problem, narrow(problem).domains), a_break, a_slot, shift=4, tracked=tracked
    )
    high = random.choice([1, 3, 20, 1 << 40])
    shape = (problem.meetings, problem.slots)
    even = random.choice([1, 8])  # so that what is dear is often as dear as can be
    price = even * np.array([random.randint(-high, high) for _ in range(shape[0] * shape[1])]).reshape(shape)
    table = even * np.array([random.randint(-3, high) for _ in range(problem.slots)])
    prices = Prices(price, table, 4)
    priced = apart.priced(prices)
    if priced.bound is None:
        assert not sound
        return
    assert all(cost >= priced.bound for cost, _ in sound)
    most = random.randint(0, 3)
    kept = apart.kept(prices, most)
    for cost, slots in sound:
        if cost <= most:
            assert_within(problem, kept, slots)
    if (a_break, max(a_slot)) == (1, 0) and len(set(map(frozenset, problem.pairs))) == problem.meetings:
        encoding = encode(problem, kept)
        with Solver(name="cadical153", bootstrap_with=encoding.formula.drain()) as oracle:
            for cost, slots in sound[::7]:
                assert cost > most or oracle.solve(assumptions=encoding.literals(slots))
    again = Apart(problem, kept, a_break, a_slot, shift=4, tracked=tracked).priced(prices)
    assert again.bound is None or all(cost >= again.bound for cost, _ in sound if cost <= most)
    assert again.bound is not None or all(cost > most for cost, _ in sound)


@given(seed=st.integers(0, 1 << 32))
@settings(max_examples=100, deadline=None)
def test_the_cheapest_calendar_alone_is_that_of_trying_all(seed: int) -> None:
    random = Random(seed)
    slots = sorted(random.sample(range(8), random.randint(1, 5)))
    domains = [[t for t in slots if random.random() < 0.7] for _ in range(random.randint(1, 3))]
    a_break, a_slot = random.choice([(1, [0] * 8), (2, list(range(8)))])
    cost = np.array([[random.randint(-4, 4) for _ in slots] for _ in domains])
    alone, least = (
        Alone(slots, domains, a_break, a_slot),
        alone_through(slots, domains, a_break, a_slot, cost),
    )
    found = alone.cheapest(cost)
    through, begun, idling = alone.through()
    whole = min(least.values(), default=None)
    assert (found if found < 1 << 57 else None) == whole
    for j, own in enumerate(domains):
        for i, t in enumerate(slots):
            best = min((c for each, c in least.items() if each[j] == t), default=None)
            assert (int(through[j, i]) if through[j, i] < 1 << 57 else None) == best, (own, t)
    for i, t in enumerate(slots):
        resting = min((c for each, c in least.items() if t not in each), default=None)
        begin = min((c for each, c in least.items() if t in breaks_begin(slots, each)), default=None)
        assert [int(x) if x < 1 << 57 else None for x in (idling[i], begun[i])] == [resting, begin], t
    if whole is not None:
        chosen = dict(alone.calendar())
        assert least[tuple(chosen[j] for j in range(len(domains)))] == whole


def breaks_begin(slots: list[int], calendar: tuple[int, ...]) -> list[int]:
    """The first slots of the breaks of somebody who has these slots, and meetings in some."""
    return [u for t, u in pairwise(slots) if t in calendar and u not in calendar and u < max(calendar)]


def alone_through(
    slots: list[int], domains: list[list[int]], a_break: int, a_slot: list[int], cost: np.ndarray
) -> dict[tuple[int, ...], int]:
    """What each calendar of one person costs."""
    found = {}
    for each in product(*domains):
        if len(set(each)) == len(each):
            mine, total = sorted(each), sum(int(cost[j, slots.index(t)]) for j, t in enumerate(each))
            for first, last in pairwise(mine):
                idle = [t for t in slots if first < t < last]
                total += a_break * bool(idle) + sum(a_slot[t] for t in idle)
            found[each] = total
    return found


@pytest.mark.parametrize("seed", range(12))
def test_a_bound_is_never_above_the_best_and_what_is_better_is_left(seed: int) -> None:
    random = Random(f"tightened {seed}")
    sound: list[tuple[int, tuple[int, ...]]] = []
    a_break, a_slot = (1, [0] * 5) if seed % 3 else (0, [1, 2, 1, 3, 1])
    while not sound:
        problem = drawn(random)
        sound = [
            (cost_of(problem, slots, a_break, a_slot), slots)
            for slots in product(range(problem.slots), repeat=problem.meetings)
            if not check_timetable(problem, slots)
        ]
    cost, known = max(sound)
    made = tightened(problem, known, cost, seconds=10, a_break=a_break, a_slot=a_slot[: problem.slots])
    assert 0 <= made.bound <= min(sound)[0]
    for better, slots in sound:
        if better < cost:
            assert_within(problem, made.left, slots)


def test_a_price_of_a_full_table_proves_the_break_it_forces() -> None:
    # 0 has two meetings; the one table of slot 1, between them, is that of 3 and 4
    problem = Agreed.of([(0, 1), (0, 2), (3, 4)], slots=3, tables=1)
    apart = Apart(problem, Left.of(problem, [(0, 1, 2), (0, 1, 2), (1,)]), shift=4)
    nothing = np.zeros((3, 3), dtype=np.int64)
    found = {price: apart.priced(Prices(nothing, np.array([0, price, 0]), 4)) for price in (0, 8, 16, 24)}
    assert found[16].each == (16, 0, 0, 16, 0)  # the break or the table, each as dear
    assert {price: (one.total, one.bound) for price, one in found.items()} == {
        0: (0, 0),
        8: (8, 1),  # half a break is a whole one
        16: (16, 1),
        24: (16, 1),  # 0 would rather wait: 3 pays what the table is worth
    }
    last = Prices(nothing, np.array([0, 16, 0]), 4)
    assert apart.kept(last, 0).domains == ((), (), ())
    kept = apart.kept(last, 1)
    assert kept.domains == apart.left.domains
    assert kept.least == (0, 1, 0)  # nobody can do better than with a full table there
    assert (sorted(kept.begins[0]), sorted(kept.idle[0])) == ([1], [0, 1, 2])  # its one break may be
    assert kept.spare is None  # no more than the cheapest is to be had
    half = apart.kept(Prices(nothing, np.array([0, 8, 0]), 4), 1).spare  # half a break more
    assert half is not None
    assert half.empty == (0, half.most, 0)  # the empty table costs all of it
    assert half.begin == {(0, 1): half.most}  # and so does the break, without the table


def test_a_slot_is_struck_out_by_what_it_costs_both() -> None:
    # whoever meets 0 or 1 in slot 0 is settled: in slot 2 the two would wait, one break each
    problem = Agreed.of([(0, 1), (0, 2), (1, 3)], slots=3, tables=2)
    apart = Apart(problem, Left.of(problem, [(1, 2), (0,), (0,)]), shift=4)
    free = Prices(np.zeros((3, 3), dtype=np.int64), np.zeros(3, dtype=np.int64), 4)
    one, two = apart.kept(free, 1), apart.kept(free, 2)
    assert one.domains == ((1,), (0,), (0,))
    assert two.domains == apart.left.domains


def test_prices_say_so_where_somebody_has_no_calendar() -> None:
    problem = Agreed.of([(0, 1), (0, 2)], slots=2, tables=2)
    apart = Apart(problem, Left.of(problem, [(0,), (0,)]), shift=4)
    free = Prices(np.zeros((2, 2), dtype=np.int64), np.zeros(2, dtype=np.int64), 4)
    assert apart.priced(free).bound is None


def test_what_was_proven_before_is_said_of_no_more_than_was_asked() -> None:
    problem = Agreed.of([(0, 1), (0, 2)], slots=4, tables=1, fixed={0: 0, 1: 2})
    before = Tightened(1, Left.of(problem, [(0,), (2,)]))
    assert tightened(problem, [0, 2], 1, seconds=1, after=before).bound == 1
    assert tightened(problem, [0, 2], 0, seconds=1, after=before).bound == 0


def in_turn(
    tasks: Sequence[worker.Task], _: float, known: Standing | None = None, enough: int | None = None
) -> Standing:
    """The race in this process: one contestant after the other, until what one says is enough."""
    standing = Standing(tasks[0].problem) if known is None else known
    for task in tasks:
        said: list[Any] = []
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(worker, "_tell", said.append)
            worker.contest(task)
        for message in said:
            standing.hear(json.dumps(message))
        if standing.proven or (enough is not None and standing.bound >= enough):
            break
    return standing


@pytest.mark.parametrize("prices", ["none", "strikes"])
@pytest.mark.parametrize("first", ["below", "above"])
def test_going_on_from_a_worse_timetable_proves_the_best(
    first: str, prices: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def race(tasks: Sequence[worker.Task], *rest: Any) -> Standing:
        return in_turn(sorted(tasks, key=lambda task: task.search != first), *rest)

    def struck(problem: Agreed, _: Any, cost: int, *, after: Tightened | None, **__: Any) -> Tightened:
        """What prices strike out, and nothing of what they prove."""
        apart = Apart(problem, Left.of(problem, narrow(problem).domains))
        prices = flow_prices(apart, 1, [0] * problem.slots, 5)
        assert prices is not None
        return Tightened(0 if after is None else after.bound, apart.kept(prices, cost - 1))

    monkeypatch.setattr(room, "race", race)
    if prices == "none":
        monkeypatch.setattr(room, "MOST_SLOTS", -1)
    else:
        monkeypatch.setattr(room, "tightened", struck)
    tried = 0
    for seed in range(8):
        random = Random(f"worst {seed}")
        pairs = random.choices([(a, b) for a in range(4) for b in range(a)], k=5)
        settled = dict(zip(random.sample(range(5), 2), random.sample(range(5), 2), strict=True))
        problem = Agreed.of(pairs, slots=5, tables=1, fixed=settled)  # a slot for each
        sound = [each for each in permutations(range(5)) if not check_timetable(problem, each)]
        of_total = {sum(breaks(problem, slots)): slots for slots in sound}
        best = min(of_total)
        for total, slots in of_total.items():
            if best < total < best + 3:
                tried += best > 0
                found = room.least_breaks(problem, begin=slots, time_limit=5)
                assert (found.status, found.total, found.bound) == ("optimal", best, best)
    assert tried > 5


@pytest.mark.parametrize(
    ("domains", "most", "bound"),
    [
        (((0,), (2,), (4,)), 0, 1),  # two breaks in these slots, but others may do with one
        (((0,), (2,), (4,)), 1, 2),
        (((0,), (2,), (4,)), 2, None),  # it is there: nothing is proven
        (((0,), (0,), (0,)), 1, 2),  # no timetable within these slots
    ],
)
def test_a_search_of_what_is_left_proves_no_more_than_was_asked(
    domains: tuple[tuple[int, ...], ...], most: int, bound: int | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[dict[str, Any]] = []
    monkeypatch.setattr(worker, "_tell", said.append)
    problem = Agreed.of([(0, 1), (0, 2), (0, 3)], slots=5, tables=2)
    worker.contest(worker.Task(problem, Left.of(problem, domains), "below", "cadical153", 1.0, most=most))
    assert said == ([{"slots": [0, 2, 4]}] if bound is None else [{"bound": bound}])


@pytest.mark.parametrize(("seed", "fewest"), [(0, 2), (2, 3)])
def test_the_prices_of_flows_alone_prove_the_breaks_of_a_full_day(seed: int, fewest: int) -> None:
    day = Day(people=12, hosts=5, slots=6, tables=4, meetings=22, away=0.15)
    agreed = _as_agreed(*day.draw("x", seed))
    assert agreed is not None
    apart = Apart(agreed, Left.of(agreed, narrow(agreed).domains))
    prices = flow_prices(apart, 1, [0] * 6, 60)
    assert prices is not None
    assert apart.priced(prices).bound == fewest
