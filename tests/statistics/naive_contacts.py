"""The KPIs of contacts once more, with loops; see `naive.py`."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable

from sim.floor.arrays import MINUTE
from tests.statistics.naive import DAY, NAN, Naive, gini, mean, quantile, ratio


def contact_kpis(naive: Naive) -> dict[str, float]:
    """All of them."""
    expo, met = naive.expo, naive.met
    useful = [len(naive.partners(i)) for i in range(naive.exhibitors)]
    at_booths = {m.pair for m in met if m.how == "booth"}
    programme = {m.pair for m in met if m.how != "booth"}
    country, chain = expo.organisations.country, expo.organisations.chain
    values = {
        "contacts.useful_an_exhibitor_median": quantile(useful, 0.5),
        "contacts.useful_an_exhibitor_p10": quantile(useful, 0.1),
        "contacts.useful_an_exhibitor": mean(useful),
        "contacts.useful_an_exhibitor_gini": gini(useful),
        "contacts.left_out": sum(u == 0 for u in useful),
        "contacts.useful": len({m.pair for m in met if naive.useful(m)}),
        "contacts.interactions": len(met),
        "contacts.exchange": sum(m.how == "exchange" for m in met),
        "contacts.pairs": len(at_booths | programme),
        "contacts.only_programme": len(programme - at_booths),
        "contacts.cross_border_share": mean([bool(country[m.org_a] != country[m.org_b]) for m in met]),
        "contacts.cross_chain_share": mean([bool(chain[m.org_a] != chain[m.org_b]) for m in met]),
    }
    for number, name in enumerate(expo.pavilions):
        own = [u for u, p in zip(useful, expo.exhibitors.pavilion, strict=True) if p == number]
        values[f"contacts.worst_in_pavilion.{name}"] = min(own) if own else NAN

    def partners(least: int) -> list[float]:
        found: dict[int, set[int]] = defaultdict(set)
        for m in met:
            if m.length >= least * MINUTE:
                found[m.a].add(m.b)
                found[m.b].add(m.a)
        return [len(found[p]) for p in naive.people]

    day = partners(0)
    time: dict[int, int] = defaultdict(int)
    for m in met:
        time[m.a] += m.length
        time[m.b] += m.length
    average = mean(day)
    deviation = math.sqrt(mean([(d - average) ** 2 for d in day])) if day else NAN
    values |= {
        "contacts.partners_a_day": average,
        "contacts.partners_a_day_1min": mean(partners(1)),
        "contacts.partners_a_day_5min": mean(partners(5)),
        "contacts.partners_cv": ratio(deviation, average) if day else NAN,
        "contacts.partners_gini": gini(day),
        "contacts.time_gini": gini([time[p] for p in naive.people]),
        "contacts.remeeting_share": met_before(naive),
    }
    return values


def met_before(naive: Naive) -> float:
    def person(actor: int) -> tuple[str, int]:
        if actor < naive.n:
            return "party", int(naive.floor.party_days.party[actor])
        return "booth", naive.organisation(actor)

    days: Callable[[int], set[frozenset[tuple[str, int]]]] = lambda day: {  # noqa: E731
        frozenset((person(m.a), person(m.b))) for m in naive.met if m.start // DAY == day
    }
    first: dict[tuple[str, int], int] = {}  # booths are there on every day
    for p in range(naive.n):
        day = int(naive.expo.parties.day[p])
        first[person(p)] = min(day, first.get(person(p), day))
    again = later = 0
    for day in range(1, len(naive.expo.day_open)):
        before = set().union(*(days(d) for d in range(day)))
        both = {pair for pair in days(day) if all(first.get(who, 0) < day for who in pair)}
        later += len(both)
        again += len(both & before)
    return ratio(again, later)
