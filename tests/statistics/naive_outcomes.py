"""What comes of contacts once more, with loops over pairs; see `naive.py`."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from statistics import NormalDist

import numpy as np

from sim.floor.arrays import MINUTE
from sim.streams import subkeys
from tests.statistics.naive import NAN, Met, Naive, ratio

FATES = ("forgotten", "no_next_step", "no_time", "no_need")


def outcome_kpis(naive: Naive) -> dict[str, float]:
    """All of them."""
    expo, terms = naive.expo, naive.expo.terms.outcomes
    direct = sum(int(d) for d in expo.exhibitors.direct)
    pairs: dict[tuple[int, int], list[Met]] = defaultdict(list)
    for m in naive.met:
        one, other = sorted(m.pair)
        firms = all(trades(naive, actor) for actor in (m.a, m.b))
        if naive.useful(m) and firms and one < naive.exhibitors:
            pairs[one, other].append(m)
    fate: dict[tuple[int, int], str] = {}
    draws, affinity, buyer = {}, {}, {}
    for (one, other), met in pairs.items():
        supplies, buys = supply(naive, one, other), supply(naive, other, one)
        if max(supplies, buys) < terms.chain_fit:
            continue
        pair = one, other
        buyer[pair] = other if supplies >= buys else one
        affinity[pair] = max(float(expo.affinity(np.array([m.a]), np.array([m.b]))[0]) for m in met)
        keys = sorted(int(expo.organisations.key[i]) for i in pair)
        key = subkeys(*(np.array([k], dtype=np.uint64) for k in keys))
        draws[pair] = expo.streams.quartet("outcomes", key)[:, 0].tolist()
        if affinity[pair] < terms.key_affinity:
            fate[pair] = "not_key"
        elif draws[pair][0] < math.prod(1 - remembered(m.length) for m in met):
            fate[pair] = "forgotten"
        elif draws[pair][1] >= terms.next_step_share:
            fate[pair] = "no_next_step"
        else:
            fate[pair] = ""
    time = [s * terms.follow_ups_a_member for s in expo.exhibitors.staff.tolist()]
    time += [
        people(naive, i) * terms.follow_ups_a_visitor for i in range(len(time), len(expo.organisations.name))
    ]
    bought: Counter[int] = Counter()
    values = []
    for one, other in sorted((p for p in fate if not fate[p]), key=lambda p: (-affinity[p], p)):
        pair = one, other
        if min(time[one], time[other]) < 1:
            fate[pair] = "no_time"
            continue
        time[one], time[other] = time[one] - 1, time[other] - 1
        if bought[buyer[pair]] == terms.needs:
            fate[pair] = "no_need"
            continue
        bought[buyer[pair]] += 1
        fate[pair] = "agreement" if draws[pair][2] < terms.agreement_share else "intention"
        if fate[pair] == "agreement":
            z = NormalDist().inv_cdf(draws[pair][3])
            values.append(math.exp(terms.agreement_spread * z - terms.agreement_spread**2 / 2))
    key_pairs = [p for p in fate if fate[p] != "not_key"]
    intended = [p for p in fate if fate[p] in ("intention", "agreement")]

    def each(of: list[tuple[int, int]]) -> float:
        return ratio(sum(i < naive.exhibitors for pair in of for i in pair), direct)

    counts = Counter(fate.values())
    return {
        "outcomes.chain_contacts_an_exhibitor": each(list(fate)),
        "outcomes.key_contacts_an_exhibitor": each(key_pairs),
        "outcomes.intentions_an_exhibitor": ratio(len(intended), direct),
        "outcomes.intentions": len(intended),
        "outcomes.agreements": counts["agreement"],
        "outcomes.value": terms.agreement_value * math.fsum(values) if terms.agreement_value else NAN,
        **{f"outcomes.of_key.{name}": ratio(counts[name], len(key_pairs)) for name in FATES},
        "outcomes.of_key.intention": ratio(len(intended), len(key_pairs)),
        "outcomes.from_meetings_share": ratio(
            sum(any(m.how == "meeting" for m in pairs[p]) for p in intended), len(intended)
        ),
    }


def trades(naive: Naive, actor: int) -> bool:
    """Whether somebody came for a firm; staff did."""
    if actor >= naive.n:
        return True
    kind = naive.expo.terms.persona_kinds[int(naive.expo.parties.persona[actor])]
    return kind not in ("media", "public")


def supply(naive: Naive, one: int, other: int) -> float:
    """How much of what the other needs the one supplies."""
    of = naive.expo.organisations
    return sum(float(o) * float(n) for o, n in zip(of.offers[one], of.needs[other], strict=True))


def remembered(length: int) -> float:
    for up_to, share in ((5, 0.72), (15, 0.86), (60, 0.89)):
        if length < up_to * MINUTE:
            return share
    return 0.94


def people(naive: Naive, organisation: int) -> int:
    """Of a visiting organisation those who came, on one day or several."""
    party = naive.floor.party_days.party
    came = {
        int(party[p]): naive.size[p]
        for p in reversed(naive.admitted)
        if naive.organisation(p) == organisation
    }
    return sum(came.values())
