"""The connectivity index: closed forms, what happens if a fair doubles, the table of robustness."""

from __future__ import annotations

import math
from itertools import combinations

import networkx as nx
import numpy as np
import pytest

from sim.statistics import Result
from sim.statistics.network import connectivity as room
from sim.statistics.network.connectivity import connectivity, held_together, index_of, most_connected
from tests.statistics.test_network import network


def robustness(ties: list[tuple[int, int]], organisations: int, exhibitors: int) -> float:
    nobody = np.zeros(organisations, dtype=np.int64)
    return connectivity(network(ties, organisations, exhibitors), nobody, nobody)["robustness"]


def test_robustness_of_networks_worked_out_by_hand() -> None:
    # all joined to all: of n, n - k are left after k, whatever the order
    complete = list(combinations(range(20), 2))
    assert robustness(complete, 20, 20) == pytest.approx((20 - 1) / (2 * 20))
    # a star falls apart at once if its middle is the exhibitor, and little by little if its leaves are
    assert robustness([(0, k) for k in range(1, 10)], 10, 1) == pytest.approx(1 / 10)
    leaves = [(k, 20) for k in range(20)]
    assert robustness(leaves, 21, 20) == pytest.approx(sum(21 - k for k in range(1, 21)) / 20 / 21)
    # two times ten, joined by 0-10: without 0 the other ten are left, without 10 too nine of each; then the
    # nine of the first go, and those of the second one by one
    two = [*combinations(range(10), 2), *combinations(range(10, 20), 2), (0, 10)]
    assert robustness(two, 20, 20) == pytest.approx((10 + 10 * 9 + sum(range(9))) / 20 / 20)
    assert held_together(network(two, 20, 20), most_connected(network(two, 20, 20), np.arange(20)))[0] == 1


def test_components_and_index_worked_out_by_hand() -> None:
    square = network([(0, 2), (0, 3), (1, 2)], 5, 2)  # one was there and met nobody
    parts = connectivity(square, np.array([0, 1, 0, 1, 0]), np.array([0, 0, 1, 0, 0]))
    # 0 and 1 have two ties and one; ten twentieths are 0 gone and 1-2 left, then 2 or 3 alone
    expected = {"reach": 4 / 5, "chains": 2 / 3, "countries": 2 / 3, "robustness": (10 * 2 + 10 * 1) / 20 / 5}
    assert parts == pytest.approx(expected)
    assert index_of(parts) == pytest.approx(100 * (4 / 5 * 2 / 3 * 2 / 3 * 3 / 10) ** (1 / 4))
    same = np.zeros(5, dtype=np.int64)
    assert index_of(connectivity(square, same, np.arange(5))) == 0  # all of one chain
    assert math.isnan(index_of(connectivity(network([], 5, 2), same, same)))


def fair(seed: int, exhibitors: int, visitors: int, each: int) -> list[tuple[int, int]]:
    """Visitors who met so many exhibitors each."""
    r = np.random.default_rng(seed)
    return [
        (int(booth), exhibitors + visitor)
        for visitor in range(visitors)
        for booth in r.choice(exhibitors, each, replace=False)
    ]


def test_a_fair_twice_as_large_has_the_same_index_and_one_with_more_contacts_a_higher_one() -> None:
    def index(exhibitors: int, visitors: int, each: int) -> float:
        values = []
        for seed in range(5):
            made = network(fair(seed, exhibitors, visitors, each), exhibitors + visitors, exhibitors)
            r = np.random.default_rng(seed)
            chain, country = r.integers(0, 5, (2, exhibitors + visitors))
            values.append(index_of(connectivity(made, chain, country)))
        return float(np.mean(values))

    once, twice, more = index(40, 800, 2), index(80, 1600, 2), index(40, 800, 3)
    assert twice == pytest.approx(once, abs=0.7)
    assert more > once + 2 * 0.7


def test_two_of_everybody_that_meet_as_one_did_change_no_component() -> None:
    graph = nx.gnm_random_graph(30, 45, seed=4)
    chain, country = np.arange(30) % 3, np.arange(30) % 7
    before = connectivity(network(sorted(graph.edges), 30, 20), chain, country)
    both = [(2 * a + i, 2 * b + j) for a, b in graph.edges for i in (0, 1) for j in (0, 1)]
    after = connectivity(network(both, 60, 40), chain.repeat(2), country.repeat(2))
    # of the exhibitors of equal degree two go together, as one did: but alone, one of two is half as much
    assert {name: after[name] for name in ("chains", "countries")} == pytest.approx(
        {name: before[name] for name in ("chains", "countries")}
    )
    assert after["reach"] == pytest.approx(before["reach"], abs=1 / 30)
    assert after["robustness"] == pytest.approx(before["robustness"], abs=1 / 30)


@pytest.mark.parametrize("seed", range(5))
def test_what_holds_together_is_what_another_program_finds(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    graph = nx.gnm_random_graph(50, 70, seed=seed)
    made, country = network(sorted(graph.edges), 50, 15), np.arange(50) % 9
    made.there[45:] = [graph.degree[k] > 0 for k in range(45, 50)]
    order = np.random.default_rng(seed).permutation(9)
    curve = held_together(made, order, country)
    for step in range(21):
        gone = order[: math.ceil(step * 9 / 20)]
        left = graph.subgraph(k for k in range(50) if made.there[k] and country[k] not in gone)
        largest = max((len(group) for group in nx.connected_components(left)), default=0)
        assert curve[step] == largest / made.organisations
    monkeypatch.setattr(room, "_MOST", 1)
    assert (held_together(made, order, country) == curve).all()


def test_the_table_of_robustness_and_the_kpis_say_the_same(quickstart: Result) -> None:
    curves = quickstart.robustness.pivot_table(
        index="share_removed", columns=["removed", "order"], values="largest"
    )
    assert curves.shape == (21, 6)
    kpis = quickstart.kpis
    first = curves.iloc[0]
    assert (first == kpis["network.largest_share"]).all()
    exhibitors = curves["exhibitors", "most connected first"]
    assert exhibitors.iloc[1:].mean() == pytest.approx(kpis["network.robustness"])
    parts = [
        kpis[f"network.{each}"]
        for each in ("largest_share", "cross_chain_share", "cross_border_share", "robustness")
    ]
    assert kpis["network.connectivity"] == pytest.approx(100 * math.prod(parts) ** (1 / 4))
    assert (curves.diff().iloc[1:] <= 1e-12).all(axis=None)
    for removed in ("exhibitors", "organisations", "countries"):
        assert curves[removed, "random"].mean() > curves[removed, "most connected first"].mean()
    for removed in ("organisations", "countries"):  # everybody is gone
        assert (curves[removed].iloc[-1] == 0).all()
