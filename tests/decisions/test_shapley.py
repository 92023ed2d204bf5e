"""Shapley values: closed forms, the definition by all orders, sums without a rounding error."""

from __future__ import annotations

from fractions import Fraction
from itertools import permutations
from random import Random

from sim.decisions.attribute.shapley import Plan, exact, joined, sampled, shares


def always(_: int) -> bool:
    return True


def planned(k: int, possible: object = None) -> Plan:
    plan = exact([1 << i for i in range(k)], possible or always)  # type: ignore[arg-type]
    assert plan is not None
    return plan


def floats(plan: Plan, values: dict[int, float]) -> list[float]:
    return list(map(float, shares(plan, values)))


def bits(coalition: int, k: int) -> list[int]:
    return [i for i in range(k) if coalition >> i & 1]


def test_of_a_sum_each_has_its_own_term() -> None:
    worth = [0.1, -2.5, 1e-9, 3e7, 0.0]
    values = {s: 7.0 + sum(worth[i] for i in bits(s, 5)) for s in range(32)}
    for found, own in zip(shares(planned(5), values), worth, strict=True):
        assert abs(float(found) - own) < 1e-8
    whole = {s: 7.0 + sum(2.0**i for i in bits(s, 5)) for s in range(32)}
    assert floats(planned(5), whole) == [1, 2, 4, 8, 16]


def test_an_interaction_is_halved_and_one_of_three_is_cut_in_three() -> None:
    def value(s: int) -> float:
        a, b, c = (s >> i & 1 for i in range(3))
        return 3.0 * a + 5.0 * b + 4.0 * a * b - 6.0 * a * b * c

    values = {s: value(s) for s in range(8)}
    assert floats(planned(3), values) == [3 + 2 - 2, 5 + 2 - 2, -2]
    halves = sampled([(1, 2, 4), (4, 2, 1)])  # an order and its reverse: exact but for that of three
    pairs = {s: value(s) + 6.0 * (s == 7) for s in range(8)}
    assert floats(halves, pairs) == [5, 7, 0]


def test_values_sum_to_the_difference_to_the_last_bit_for_any_numbers() -> None:
    random = Random(2)
    for k in (1, 2, 6, 9):
        values = {s: random.gauss(0, 1) * 10 ** random.uniform(-12, 12) for s in range(1 << k)}
        whole = Fraction(values[(1 << k) - 1]) - Fraction(values[0])
        assert sum(shares(planned(k), values)) == whole
        players = [1 << i for i in range(k)]
        orders = [random.sample(players, k) for _ in range(3)]
        assert sum(shares(sampled(orders), values)) == whole


def test_only_orders_that_can_be_made_count() -> None:
    random = Random(3)
    k = 4
    values = {s: float(random.randrange(100)) for s in range(1 << k)}
    bad = {0b0100, 0b1100, 0b0101, 0b1010}  # among them: the third needs the second

    def possible(s: int) -> bool:
        return s not in bad

    sums, made = [Fraction(0)] * k, 0
    for order in permutations(range(k)):
        steps = [0]
        for i in order:
            steps.append(steps[-1] | 1 << i)
        if any(s in bad for s in steps):
            continue
        made += 1
        for i, before, after in zip(order, steps, steps[1:], strict=False):
            sums[i] += Fraction(values[after]) - Fraction(values[before])
    plan = planned(k, possible)
    assert plan.divisor == made < 24
    assert shares(plan, values) == tuple(each / made for each in sums)
    assert not bad & set(plan.coalitions)


def test_changes_that_hang_together_are_one_player() -> None:
    def possible(s: int) -> bool:
        days = {s & 1, s >> 2 & 1, s >> 4 & 1}  # three that say how many days there are
        return len(days) == 1 and not (s >> 3 & 1 and not s >> 1 & 1)  # and one that needs another

    players = joined(5, possible)
    assert players == (0b10101, 0b00010, 0b01000)
    plan = exact(players, possible)
    assert plan is not None
    assert plan.divisor == 3
    assert joined(4, always) == (1, 2, 4, 8)
    assert joined(4, lambda s: s in (0, 15)) == (15,)
    assert joined(6, lambda s: s in (0, 0b111, 0b111111)) == (0b111, 0b111000)
    assert exact([1, 2], lambda _: False) is None
