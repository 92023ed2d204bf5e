"""Alliances: small networks worked out by hand, groups against another program's, random networks."""

from __future__ import annotations

from collections.abc import Sequence
from types import SimpleNamespace
from typing import cast

import networkx as nx
import numpy as np
import pytest
from networkx.algorithms.community import k_clique_communities

from sim.expo.expo import Expo
from sim.floor.arrays import MINUTE, IntArray
from sim.statistics import Result
from sim.statistics.interactions import InteractionKind
from sim.statistics.network import rewiring
from sim.statistics.network.alliances import Alliances
from sim.statistics.network.rewiring import rewired
from sim.statistics.network.triangles import triangle_groups
from sim.streams import KeyArray, Streams, keys_of
from tests.statistics import naive_alliances
from tests.statistics.chance import random_result
from tests.statistics.test_network import network

TRIANGLE = [(0, 1), (0, 2), (1, 2)]
HEXAGON = [(0, 1), (1, 2), (2, 3), (3, 4), (4, 5), (0, 5)]
WITH_ALLIANCE = 5


def columns(ties: Sequence[tuple[int, int]]) -> tuple[IntArray, IntArray]:
    one, other = np.array(ties, dtype=np.int64).reshape(-1, 2).T
    return one, other


def keys(n: int) -> KeyArray:
    return keys_of([f"exhibitor {number}" for number in range(n)])


def found(
    ties: Sequence[tuple[int, int]],
    n: int,
    *,
    chain: Sequence[int] = (),
    stage: Sequence[int] = (),
    fortune_500: Sequence[int] = (),
    sponsor: Sequence[int] = (),
    begun: Sequence[tuple[int, int]] = (),
    key: KeyArray | None = None,
) -> Alliances:
    """Of strong ties between exhibitors; of one chain, each of another stage, unless said otherwise."""
    expo = SimpleNamespace(
        streams=Streams(7, 0),
        organisations=SimpleNamespace(
            key=keys(n) if key is None else key,
            chain=np.array(chain or [0] * n),
            stage=np.array(stage or range(n)),
            fortune_500=np.array(fortune_500 or [0] * n),
        ),
        exhibitors=SimpleNamespace(sponsor=np.array(sponsor or [-1] * n), area_m2=np.arange(n, dtype=float)),
    )
    return Alliances(network(ties, n, n), frozenset(begun), cast(Expo, expo))


def groups_of(one: IntArray, other: IntArray) -> list[tuple[list[int], list[int]]]:
    """Members and rows of the ties of each community."""
    group = triangle_groups(one, other)
    rows = [np.flatnonzero(group == each) for each in range(group.max(initial=-1) + 1)]
    return [(np.unique((one[of], other[of])).tolist(), of.tolist()) for of in rows]


@pytest.mark.parametrize(
    ("ties", "members"),
    [
        (TRIANGLE, [[0, 1, 2]]),
        ([*TRIANGLE, (1, 3), (2, 3)], [[0, 1, 2, 3]]),  # two that share a tie
        ([*TRIANGLE, (2, 3), (2, 4), (3, 4)], [[0, 1, 2], [2, 3, 4]]),  # ... and a member only
        ([*TRIANGLE, (2, 3), (3, 4)], [[0, 1, 2]]),  # who hangs on is no member
        (HEXAGON, []),
        ([(0, k) for k in range(1, 6)], []),
        ([(a, b) for b in range(5) for a in range(b)], [[0, 1, 2, 3, 4]]),
        ([], []),
    ],
)
def test_triangles_that_share_a_tie_are_one_group(
    ties: list[tuple[int, int]], members: list[list[int]]
) -> None:
    one, other = columns(ties)
    assert [group for group, _ in groups_of(one, other)] == members


@pytest.mark.parametrize("seed", range(20))
def test_groups_are_those_of_another_program_and_of_loops(seed: int) -> None:
    graph = nx.gnm_random_graph(25, 30 + 3 * seed, seed=seed)
    one, other = columns(sorted(graph.edges))
    groups = groups_of(one, other)
    theirs = sorted(sorted(group) for group in k_clique_communities(graph, 3))
    assert sorted(members for members, _ in groups) == theirs
    ties = {frozenset(rows): {frozenset((int(one[r]), int(other[r]))) for r in rows} for _, rows in groups}
    loops = naive_alliances.communities({frozenset(tie) for tie in graph.edges})
    assert {frozenset(each) for each in ties.values()} == set(loops)


def test_an_alliance_spans_three_stages_of_one_chain() -> None:
    (one,) = found(TRIANGLE, 3).every
    assert (one.members, one.stages, one.chains, one.ties.tolist()) == ((0, 1, 2), 3, (0,), [0, 1, 2])
    assert not found(TRIANGLE, 3, stage=[0, 1, 1]).every
    assert not found(TRIANGLE, 3, chain=[0, 0, 1]).every  # three stages, and two of each chain at most
    four = [*TRIANGLE, (1, 3), (2, 3)]
    (two,) = found(four, 4, chain=[1, 0, 0, 0]).every
    assert (two.members, two.stages, two.chains) == ((0, 1, 2, 3), 3, (0, 1))


def test_a_leading_company_leads_if_it_began() -> None:
    assert [each.leading for each in found(TRIANGLE, 3).every] == [2]  # the largest stand
    assert [each.leading for each in found(TRIANGLE, 3, sponsor=[-1, 1, -1]).every] == [1]
    by_size = found(TRIANGLE, 3, sponsor=[-1, -1, 0], fortune_500=[1, 1, 0])
    assert [each.leading for each in by_size.every] == [1]
    for begun, initiates in (((2, 0), True), ((0, 2), False), ((2, 3), False), ((1, 0), False)):
        # the fourth hangs on the leading company by a strong tie outside the triangle
        (one,) = found([*TRIANGLE, (2, 3)], 4, begun=[begun]).every
        assert one.initiates == initiates


def test_an_exhibitor_without_ties_changes_nothing() -> None:
    graph = nx.gnm_random_graph(30, 90, seed=3)
    ties = sorted(graph.edges)
    stage = [number % 4 for number in range(30)]
    before = found(ties, 30, stage=stage)
    moved = [(a + (a >= 10), b + (b >= 10)) for a, b in ties]
    key = np.insert(keys(30), 10, keys_of(["another"]))
    after = found(moved, 31, stage=[*stage[:10], 9, *stage[10:]], key=key)
    assert before.every
    assert [[m - (m > 10) for m in each.members] for each in after.every] == [
        list(each.members) for each in before.every
    ]
    assert before.at_random.any()
    assert after.at_random.tolist() == before.at_random.tolist()


def test_planted_alliances_are_more_than_chance_makes() -> None:
    planted = [(3 * k + a, 3 * k + b) for k in range(12) for a, b in TRIANGLE]
    alliances = found(planted, 36, stage=[number % 3 for number in range(36)])
    assert len(alliances.every) == 12
    assert alliances.at_random.max() < 12


@pytest.mark.parametrize("seed", range(5))
def test_rewired_networks_keep_degrees_and_are_simple(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    graph = nx.gnm_random_graph(30, 60, seed=seed)
    one, other = columns(sorted(graph.edges))
    ((a, b),) = rewired(Streams(seed, 0), keys(30), one, other, 20)
    degree = np.bincount(np.concatenate((one, other)), minlength=30)
    ties = {frozenset(tie) for tie in graph.edges}
    loops = naive_alliances.rewired(Streams(seed, 0), keys(30), ties, [0] * 30)
    for copy in range(20):
        assert (np.bincount(np.concatenate((a[copy], b[copy])), minlength=30) == degree).all()
        made = {frozenset(tie) for tie in zip(a[copy].tolist(), b[copy].tolist(), strict=True)}
        assert len(made) == 60
        assert {len(tie) for tie in made} == {2}
        assert made == loops[copy]
        assert len(made & ties) < 30  # at random 60 × 60 / 435 = 8 are
    monkeypatch.setattr(rewiring, "_CELLS", 1)  # one after the other
    (again,) = rewired(Streams(seed, 0), keys(30), one, other, 20)
    assert (again[0] == a).all()
    assert (again[1] == b).all()
    assert (rewired(Streams(seed, 1), keys(30), one, other, 20)[0][0] != a).any()


@pytest.mark.parametrize("seed", range(5))
def test_as_many_ties_join_each_two_groups_where_groups_are_kept(seed: int) -> None:
    graph = nx.gnm_random_graph(30, 60, seed=seed)
    one, other = columns(sorted(graph.edges))
    ties, group = {frozenset(tie) for tie in graph.edges}, np.arange(30) % 3
    _, (a, b) = rewired(Streams(seed, 0), keys(30), one, other, 20, groups=(None, group))
    loops = naive_alliances.rewired(Streams(seed, 0), keys(30), ties, group.tolist())
    degree = np.bincount(np.concatenate((one, other)), minlength=30)

    def mixing(one: IntArray, other: IntArray) -> list[int]:
        low, high = np.minimum(group[one], group[other]), np.maximum(group[one], group[other])
        counts: list[int] = np.bincount(low * 3 + high, minlength=9).tolist()
        return counts

    for copy in range(20):
        assert (np.bincount(np.concatenate((a[copy], b[copy])), minlength=30) == degree).all()
        assert mixing(a[copy], b[copy]) == mixing(one, other)
        made = {frozenset(tie) for tie in zip(a[copy].tolist(), b[copy].tolist(), strict=True)}
        assert made == loops[copy]
        assert len(made & ties) < 30


def test_all_networks_of_the_same_degrees_are_equally_likely() -> None:
    """Six with two ties each: of 70 such networks 10 are two triangles, and all others hexagons."""
    one, other = columns(HEXAGON)
    ((a, b),) = rewired(Streams(1, 0), keys(6), one, other, 3500, 40)
    made = [
        frozenset(map(frozenset, zip(*pair, strict=True)))
        for pair in zip(a.tolist(), b.tolist(), strict=True)
    ]
    counts = np.unique([sorted(map(sorted, each)) for each in made], axis=0, return_counts=True)[1]
    assert len(counts) == 70
    assert ((counts - 50) ** 2 / 50).sum() < 118  # the chi-squared of 69 degrees is above once in 5,000
    apart = 6 * np.arange(3500)[:, None]
    group = triangle_groups((a + apart).ravel(), (b + apart).ravel())
    assert group.max() + 1 == 2 * (group.reshape(a.shape) != -1).all(axis=1).sum()
    assert (group.max() + 1) / 2 / 3500 == pytest.approx(1 / 7, abs=0.024)  # four standard deviations


def test_the_table_and_the_kpis_say_the_same() -> None:
    result: Result = random_result(WITH_ALLIANCE)
    table, kpis = result.alliances, result.row
    assert len(table) == kpis["network.alliances"] > 0
    assert table["stages"].mean() == kpis["network.alliance_stages"]
    assert table["initiates"].mean() == kpis["network.alliance_led_share"]
    members = [names.split("; ") for names in table["members"]]
    assert table["exhibitors"].tolist() == [len(each) for each in members]
    assert len({name for each in members for name in each}) == kpis["network.alliance_members"]
    assert all(leading in each for leading, each in zip(table["leading"], members, strict=True))
    ties = result.ties.set_index(["organisation", "partner"])
    within = [ties[ties.index.isin([(a, b) for a in each for b in each])] for each in members]
    assert all(table["ties"] <= [len(each) for each in within])
    assert all(table["minutes"] <= [each["minutes"].sum() + 1e-9 for each in within])


def test_ties_are_strong_by_what_the_tables_say(hungary: Result) -> None:
    """Of two exhibitors: two useful interactions, a meeting, or three times what makes a contact useful."""
    ties, who = hungary.ties, hungary.organisations
    name = who["organisation"].astype(str)
    exhibits = set(name[who["exhibits"]])
    both = ties["organisation"].astype(str).isin(exhibits) & ties["partner"].astype(str).isin(exhibits)
    least = 3 * hungary.expo.terms.useful / MINUTE
    kinds = (ties["useful"] >= 2, ties["meetings"] > 0, ties["minutes"] >= least)
    contacts = both & (ties["useful"] > 0)
    strong = contacts & (kinds[0] | kinds[1] | kinds[2])
    for each in range(3):  # each is what makes some tie strong, alone
        others = [kind for k, kind in enumerate(kinds) if k != each]
        assert (contacts & kinds[each] & ~others[0] & ~others[1]).any()
    assert (contacts & ~strong).any()
    found, names = hungary.ledger.alliances.strong, hungary.expo.organisations.name
    pairs = {(names[a], names[b]) for a, b in zip(found.one.tolist(), found.other.tolist(), strict=True)}
    told = ties[strong].astype({"organisation": str, "partner": str})
    assert pairs == set(zip(told["organisation"], told["partner"], strict=True))


def test_who_came_to_the_booth_or_asked_for_the_meeting_began_it(hungary: Result) -> None:
    turned = 0
    for result in (hungary, *map(random_result, range(60))):
        n, met, requests = result.expo.n_exhibitors, result.ledger.interactions, result.expo.requests
        expected = set()
        for k in np.flatnonzero(met.useful & (met.organisation < n) & (met.partner < n)).tolist():
            one, other = int(met.organisation[k]), int(met.partner[k])
            if met.kind[k] == InteractionKind.CONVERSATION:
                expected.add((one, other))  # the first side is the party at the booth
            elif met.kind[k] == InteractionKind.MEETING:
                request = int(result.ledger.sides.request[met.meeting[k]])
                askers = {int(requests.asker[request])} if request >= 0 else set()
                expected |= {(a, one + other - a) for a in askers & {one, other}}
                turned += askers == {other}
        assert {pair for pair in result.ledger.alliances.begun if pair[0] >= 0} == expected
    assert turned > 0
