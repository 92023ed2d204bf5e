"""The KPIs of the network once more, with loops over organisations; see `naive.py`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import combinations, permutations

from tests.statistics.naive import NAN, Naive, gini, mean, ratio


def network_kpis(naive: Naive) -> dict[str, float]:
    """All of them."""
    of, exhibitors = naive.expo.organisations, range(naive.exhibitors)
    ties = {m.pair for m in naive.met if naive.useful(m)}
    there = sorted({*exhibitors, *(naive.organisation(p) for p in naive.admitted)})
    friends = {a: {b for b in there if frozenset((a, b)) in ties} for a in there}
    degree = [len(friends[a]) for a in there]
    most = sorted((len(friends[a]) for a in exhibitors), reverse=True)
    visited = {a: {b for b in friends[a] if b not in exhibitors} for a in exhibitors}
    share = {(a, b) for a, b in permutations(exhibitors, 2) if visited[a] & visited[b]}
    triples = [(a, b, c) for a, b, c in permutations(exhibitors, 3) if {(a, b), (b, c)} <= share]
    return {
        "network.organisations": sum(d > 0 for d in degree),
        "network.ties_an_organisation": mean(degree),
        "network.ties_gini": gini(degree),
        "network.top_tenth_share": ratio(sum(most[: (len(most) + 9) // 10]), sum(most)),
        "network.density": ratio(len(ties), len(list(combinations(there, 2)))),
        "network.largest_share": max(len(reached(a, friends)) for a in there) / len(there) if ties else NAN,
        "network.among_exhibitors": sum(len(friends[a] & {*exhibitors}) for a in exhibitors)
        / len(exhibitors),
        "network.transitivity": ratio(sum((a, c) in share for a, _, c in triples), len(triples)),
        "network.closure": closed(visited),
        "network.chain_assortativity": assortativity(ties, of.chain.tolist()),
        "network.country_assortativity": assortativity(ties, of.country.tolist()),
        "network.cross_border_share": mean([len({int(of.country[i]) for i in tie}) > 1 for tie in ties]),
        "network.cross_chain_share": mean([len({int(of.chain[i]) for i in tie}) > 1 for tie in ties]),
    }


def reached(first: int, friends: dict[int, set[int]]) -> set[int]:
    """All who are connected with one, itself among them."""
    found, new = {first}, {first}
    while new:
        new = {b for a in new for b in friends[a]} - found
        found |= new
    return found


def closed(visited: dict[int, set[int]]) -> float:
    """Visitor a, exhibitor i, visitor b, exhibitor j: of all such paths those of which i's a met j too."""
    paths = [
        (a, j) for i, j in permutations(visited, 2) for a, b in permutations(visited[i], 2) if b in visited[j]
    ]
    return ratio(sum(a in visited[j] for a, j in paths), len(paths))


def assortativity(ties: set[frozenset[int]], group: Sequence[int]) -> float:
    """By the mixing matrix of ends of ties, as Newman defines it."""
    ends = [(group[a], group[b]) for tie in ties for a, b in permutations(tie)]
    if not ends:
        return NAN
    mixed, of_one = Counter(ends), Counter(g for g, _ in ends)
    trace = sum(n for (g, h), n in mixed.items() if g == h) / len(ends)
    by_chance = sum((n / len(ends)) ** 2 for n in of_one.values())
    return ratio(trace - by_chance, 1 - by_chance)
