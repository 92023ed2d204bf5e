"""The network: small ones worked out by hand, measures against another program's, tables against KPIs."""

from __future__ import annotations

import math
from collections.abc import Sequence

import networkx as nx
import numpy as np
import pytest

from sim.statistics import Result
from sim.statistics.network.network import Network
from sim.statistics.network.structure import (
    MOST_PROJECTED,
    assortativity,
    between,
    closure,
    components,
    pagerank,
    transitivity,
)


def network(ties: Sequence[tuple[int, int]], organisations: int, exhibitors: int = 0) -> Network:
    """A network of these ties, each of one useful interaction."""
    one, other = np.array(sorted(ties), dtype=np.int64).reshape(-1, 2).T
    each = np.ones(len(one), dtype=np.int64)
    return Network(
        one=one,
        other=other,
        interactions=each,
        of_kind=np.stack([each, 0 * each, 0 * each]),
        useful=each,
        length=each,
        first=each,
        first_useful=each,
        there=np.ones(organisations, dtype=np.bool_),
        n_exhibitors=exhibitors,
    )


def some_network(seed: int) -> tuple[Network, nx.Graph[int]]:
    """A random one of exhibitors and others, and the same for networkx."""
    graph = nx.gnm_random_graph(40, 60, seed=seed)
    return network(list(graph.edges), 40, 12), graph


def test_all_met_in_common_is_closed_and_a_star_is_open() -> None:
    square = network([(0, 2), (0, 3), (1, 2), (1, 3)], 4, 2)
    assert closure(square) == 1
    path = network([(0, 2), (0, 3), (1, 3)], 4, 2)
    assert closure(path) == 0
    star = network([(0, k) for k in range(1, 6)], 6, 1)
    assert math.isnan(closure(star))
    # three exhibitors, whom visitors join two and two: all share, by three visitors or by one
    assert transitivity(network([(0, 3), (1, 3), (1, 4), (2, 4), (0, 5), (2, 5)], 6, 3)) == 1
    assert transitivity(network([(0, 3), (1, 3), (2, 3)], 4, 3)) == 1
    assert transitivity(network([(0, 3), (1, 3), (1, 4), (2, 4)], 5, 3)) == 0
    assert math.isnan(transitivity(network([(0, 1)], MOST_PROJECTED + 1, MOST_PROJECTED + 1)))


def test_ties_within_groups_and_across_them() -> None:
    group = np.array([0, 0, 1, 1])
    assert assortativity(network([(0, 1), (2, 3)], 4), group) == 1
    assert assortativity(network([(0, 2), (1, 3)], 4), group) == -1
    assert assortativity(network([(0, 1), (2, 3), (0, 2), (1, 3)], 4), group) == 0
    assert math.isnan(assortativity(network([(0, 1)], 4), group))  # all ends are of one group
    assert math.isnan(assortativity(network([], 4), group))
    assert between(network([(0, 1), (0, 2), (1, 2)], 4), group, 2).tolist() == [[1, 2], [2, 0]]


@pytest.mark.parametrize("seed", range(5))
def test_measures_are_those_of_another_program(seed: int) -> None:
    made, graph = some_network(seed)
    assert made.degree.tolist() == [graph.degree[k] for k in range(40)]
    sizes = {k: len(group) for group in nx.connected_components(graph) for k in group}
    assert components(made).tolist() == [sizes[k] for k in range(40)]
    minutes = np.arange(1, len(made) + 1)
    for tie, (a, b) in enumerate(zip(made.one.tolist(), made.other.tolist(), strict=True)):
        graph.edges[a, b]["weight"] = int(minutes[tie])
    theirs = nx.pagerank(graph, tol=1e-12, max_iter=1000)
    assert pagerank(made, minutes) == pytest.approx([theirs[k] for k in range(40)], abs=1e-9)
    assert pagerank(made, minutes).sum() == pytest.approx(1)
    group = np.arange(40) % 3
    nx.set_node_attributes(graph, dict(enumerate(group.tolist())), "group")
    theirs_too = nx.attribute_assortativity_coefficient(graph, "group")
    assert assortativity(made, group) == pytest.approx(theirs_too)


def test_who_was_not_there_is_in_the_middle_of_nothing() -> None:
    made, _ = some_network(1)
    more = network(list(zip(made.one.tolist(), made.other.tolist(), strict=True)), 41, 12)
    more.there[40] = False
    assert pagerank(more, more.length)[40] == 0
    assert pagerank(more, more.length)[:40] == pytest.approx(pagerank(made, made.length), abs=1e-12)


def test_tables_and_kpis_say_the_same(quickstart: Result) -> None:
    kpis, ties, who, growth = (
        quickstart.kpis,
        quickstart.ties,
        quickstart.organisations,
        quickstart.growth,
    )
    assert len(ties) == kpis["contacts.pairs"]
    assert ties["interactions"].sum() == kpis["contacts.interactions"]
    assert (ties["conversations"] + ties["exchanges"] + ties["meetings"]).equals(ties["interactions"])
    assert (ties["useful"] > 0).sum() == kpis["contacts.useful"]
    assert ties["first_useful"].isna().equals(ties["useful"] == 0)
    assert (ties["first"] <= ties["first_useful"])[ties["useful"] > 0].all()
    assert ties["minutes"].sum() == pytest.approx(quickstart.interactions["minutes"].sum())
    first = quickstart.interactions.groupby("useful")["start"].min()
    assert ties["first"].min() == first.min()
    assert ties["first_useful"].min() == first[True]
    assert who["useful_contacts"].sum() == 2 * kpis["contacts.useful"]
    assert who["group"].max() == kpis["network.largest_share"] * len(who)
    assert who["abroad"].sum() / who["useful_contacts"].sum() == pytest.approx(
        kpis["network.cross_border_share"]
    )
    assert who["centrality"].mean() == pytest.approx(1)
    met = quickstart.interactions[quickstart.interactions["useful"]]
    began: dict[frozenset[str], object] = {}
    for one, other, start in zip(met["organisation"], met["partner"], met["start"], strict=True):
        pair = frozenset((one, other))
        began[pair] = min(start, began.get(pair, start))
    some = ties[ties["useful"] > 0]
    for one, other, start in zip(some["organisation"], some["partner"], some["first_useful"], strict=True):
        assert began.pop(frozenset((one, other))) == start
    assert not began
    useful = quickstart.exhibitors.set_index("name")["useful_contacts"]
    exhibits = who[who["exhibits"]].set_index("organisation")["useful_contacts"]
    assert exhibits.to_dict() == useful.to_dict()
    last = growth.iloc[-1]
    assert last["ties"] == kpis["contacts.pairs"]
    assert last["useful_contacts"] == kpis["contacts.useful"]
    assert last["organisations"] == kpis["network.organisations"]
    assert last["largest"] == who["group"].max()
    assert last["meetings_held"] == kpis["meetings.held"] > 0
    assert last["intentions"] == kpis["outcomes.intentions"] > kpis["outcomes.agreements"]
    assert growth.drop(columns="until").diff().iloc[1:].min().min() >= 0
    for row in growth.itertuples():  # what is joined hour by hour is what there is at its end
        then = ties[ties["first_useful"] < row.until]
        groups = {name: {name} for name in [*then["organisation"], *then["partner"]]}
        for one, other in zip(then["organisation"], then["partner"], strict=True):
            if groups[one] is not groups[other]:
                joined = groups[one] | groups[other]
                groups |= dict.fromkeys(joined, joined)
        assert (row.organisations, row.largest) == (len(groups), max(map(len, groups.values()), default=0))
    noon = growth[growth["until"].dt.hour == 12].iloc[0]
    assert noon["ties"] == (ties["first"] < noon["until"]).sum() > 0
    for of, total in (("ties", len(ties)), ("useful", kpis["contacts.useful"])):
        counts = quickstart.matrix("country", of)
        assert counts.equals(counts.T.rename_axis(index="country", columns="partner_country"))
        assert np.triu(counts).sum() == total
    with pytest.raises(ValueError, match="of = 'all' is none of interactions, ties, useful"):
        quickstart.matrix(of="all")
