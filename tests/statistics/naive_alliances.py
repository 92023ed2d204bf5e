"""The KPIs of alliances and of the connectivity index once more, with loops; see `naive.py`."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence, Set
from itertools import combinations

import numpy as np

from sim.floor.arrays import NONE
from sim.streams import KeyArray, Streams, subkeys
from tests.statistics.naive import NAN, Naive, mean
from tests.statistics.naive_network import reached

Ties = Set[frozenset[int]]


def alliance_kpis(naive: Naive) -> dict[str, float]:
    """All of them."""
    met = [m for m in naive.met if naive.useful(m) and max(m.pair) < naive.exhibitors]
    strong = {
        pair
        for pair in {m.pair for m in met}
        if sum(m.pair == pair for m in met) >= 2
        or any(m.pair == pair and m.how == "meeting" for m in naive.met)
        or sum(m.length for m in naive.met if m.pair == pair) >= 3 * naive.useful_ms
    }
    found = spanning(naive, strong)
    of = naive.expo.organisations
    random = {
        name: [len(spanning(naive, ties)) for ties in rewired(naive.expo.streams, of.key, strong, group)]
        for name, group in (("all", [0] * len(of.key)), ("chain", of.chain.tolist()))
    }
    return {
        "network.alliances": len(found),
        "network.alliance_members": len({end for group in found for tie in group for end in tie}),
        "network.alliance_stages": mean([stages(naive, group) for group in found]),
        "network.alliance_led_share": mean([led(naive, group) for group in found]),
        "network.alliances_random": mean(random["all"]),
        "network.alliances_chance": (1 + sum(n >= len(found) for n in random["all"])) / 21,
        "network.alliances_mixed": mean(random["chain"]),
        "network.alliances_mixed_chance": (1 + sum(n >= len(found) for n in random["chain"])) / 21,
    }


def spanning(naive: Naive, strong: Ties) -> list[Ties]:
    """Ties of communities of triangles that cover three stages of a chain."""
    return [group for group in communities(strong) if stages(naive, group) >= 3]


def communities(ties: Ties) -> list[Ties]:
    """Triangles, joined as long as two of them share a tie."""
    ends = sorted({end for tie in ties for end in tie})
    groups = [
        {frozenset(two) for two in combinations(three, 2)}
        for three in combinations(ends, 3)
        if all(frozenset(two) in ties for two in combinations(three, 2))
    ]
    while shared := next(((g, h) for g, h in combinations(groups, 2) if g & h), None):
        groups = [each for each in groups if each not in shared] + [shared[0] | shared[1]]
    return [frozenset(group) for group in groups]


def stages(naive: Naive, group: Ties) -> int:
    """The most of one chain."""
    of = naive.expo.organisations
    members = {end for tie in group for end in tie}
    return max(len({of.stage[m] for m in members if of.chain[m] == chain}) for chain in set(of.chain))


def led(naive: Naive, group: Ties) -> bool:
    """Whether the leading company came to another's booth, or asked for the meeting."""
    of, who = naive.expo.organisations, naive.expo.exhibitors
    members = sorted({end for tie in group for end in tie})
    first = [m for m in members if of.fortune_500[m]] or [m for m in members if who.sponsor[m] != NONE]
    leading = max(first or members, key=lambda m: (who.area_m2[m], -m))
    for m in naive.met:
        if naive.useful(m) and m.pair in group:
            asker = naive.expo.requests.asker[naive.request(m.meeting)] if m.how == "meeting" else NONE
            asked = m.how == "meeting" and naive.request(m.meeting) != NONE and asker == leading
            if leading in m.pair and (asked or (m.how == "booth" and m.org_a == leading)):
                return True
    return False


def rewired(streams: Streams, key: KeyArray, strong: Ties, group: Sequence[int]) -> list[Ties]:
    """Twenty networks of the same degrees, swap by swap within groups, in ten rounds."""
    start = sorted((min(tie), max(tie)) for tie in strong)
    address = np.array([subkeys(key[a], int(key[b]))[0] for a, b in start], dtype=np.uint64)
    found: list[Ties] = []
    for copy in range(20):
        rows = list(start)
        for step in range(10 if len(rows) > 1 else 0):
            words = streams.blocks("network.rewired", address, copy * 10 + step // 4 * 4)[step % 4]
            rows = [row[::-1] if int(word) & 1 else row for row, word in zip(rows, words, strict=True)]
            lots = [(group[b], int(word) >> 16) for (_, b), word in zip(rows, words, strict=True)]
            order = sorted(range(len(rows)), key=lots.__getitem__)
            swaps = []
            for i, j in zip(order[::2], order[1::2], strict=False):
                (a, b), (c, d) = rows[i], rows[j]
                swaps.append((i, j, (a, d), (c, b)))
            there = {frozenset(row) for row in rows}
            new = [frozenset(tie) for _, _, *made in swaps for tie in made]
            accepted = []
            for i, j, one, other in swaps:
                made, gone = {frozenset(one), frozenset(other)}, {frozenset(rows[i]), frozenset(rows[j])}
                cannot = any(len(tie) == 1 for tie in made) or group[one[1]] != group[other[1]]
                if not (cannot or made & there or any(new.count(t) > 1 for t in made) or gone & set(new)):
                    accepted.append((i, j, one, other))
            for i, j, one, other in accepted:
                rows[i], rows[j] = one, other
        found.append({frozenset(row) for row in rows})
    return found


def connectivity_kpis(naive: Naive) -> dict[str, float]:
    """The index and its components."""
    of = naive.expo.organisations
    ties = {m.pair for m in naive.met if naive.useful(m)}
    there = {*range(naive.exhibitors), *(naive.organisation(p) for p in naive.admitted)}
    degree = {a: sum(a in tie for tie in ties) for a in there}
    order = sorted(range(naive.exhibitors), key=lambda a: -degree[a])
    left = [largest(ties, there - {*order[: math.ceil(k * len(order) / 20)]}) for k in range(21)]
    parts = {
        "reach": left[0] / len(there),
        "chains": mean([len({int(of.chain[i]) for i in tie}) > 1 for tie in ties]),
        "countries": mean([len({int(of.country[i]) for i in tie}) > 1 for tie in ties]),
        "robustness": sum(left[1:]) / 20 / len(there),
    }
    parts = parts if ties else dict.fromkeys(parts, NAN)
    return {
        "network.connectivity": 100 * math.prod(parts.values()) ** 0.25,
        "network.robustness": parts["robustness"],
    }


def largest(ties: Ties, there: Iterable[int]) -> int:
    """The size of the largest connected group of these."""
    some = set(there)
    friends: Mapping[int, set[int]] = {
        a: {b for b in some if b != a and frozenset((a, b)) in ties} for a in some
    }
    return max((len(reached(a, dict(friends))) for a in some), default=0)
