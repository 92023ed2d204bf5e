"""Badges once more, step by step of 20 s, with loops over pairs of persons; see `naive.py`."""

from __future__ import annotations

from collections import defaultdict
from itertools import combinations, product

import numpy as np

from sim.floor.arrays import MINUTE
from sim.statistics import Result
from sim.statistics.badges.congress import CONGRESS_LENGTHS
from sim.statistics.encounters import EncounterKind, occasions
from sim.statistics.interactions import InteractionKind
from sim.streams import subkeys
from tests.statistics.naive import gini, mean, ratio

STEP = 20_000
DAY = 24 * 60 * MINUTE
Person = tuple[str, int, int]  # of a party, or of a booth's staff: which, and who of it


def persons(result: Result, actor: int) -> list[Person]:
    """The people of an actor."""
    days, staff = result.expo.floor.party_days, result.expo.floor.staff
    if actor < len(days.party):
        return [("party", int(days.party[actor]), i) for i in range(int(days.size[actor]))]
    member = actor - len(days.party)
    booth = int(staff.booth[member])
    return [("booth", booth, member - staff.booth.tolist().index(booth))]


def wearers(result: Result, fraction: float) -> set[Person]:
    """Who wears a badge."""
    expo, keys = result.expo, dict[Person, np.uint64]()
    for actor in range(expo.floor.n_actors):
        for person in persons(result, actor):
            which, number, i = person
            key = expo.parties.key[actor] if which == "party" else expo.organisations.key[number]
            keys[person] = subkeys(int(key), i)[0]
    drawn = expo.streams.uniform("badges", np.array(list(keys.values())))
    return {person for person, u in zip(keys, drawn, strict=True) if u < fraction}


def seen(result: Result, wearing: set[Person], companions: bool) -> dict[frozenset[Person], set[int]]:
    """The steps in whose middle each two who wear a badge face each other; companions at rest."""
    ledger = result.ledger
    found: dict[frozenset[Person], set[int]] = defaultdict(set)

    def face(some: list[Person], others: list[Person], start: int, end: int) -> None:
        pairs = list(product(wearing.intersection(some), wearing.intersection(others)))
        if not pairs:
            return
        steps = [k for k in range(start // STEP, end // STEP + 1) if start <= k * STEP + STEP // 2 < end]
        for a, b in pairs:
            found[frozenset((a, b))].update(steps)

    met, known = ledger.interactions, dict[tuple[int, int], int]()
    for row in sorted(range(len(met)), key=lambda row: int(met.start[row])):
        actor, partner = int(met.actor[row]), int(met.partner_actor[row])
        if met.kind[row] == InteractionKind.CONVERSATION:
            pair = (int(ledger.who[actor]), int(met.partner[row]))
            partner = known.setdefault(pair, partner)
        start = int(met.start[row])
        face(persons(result, actor), persons(result, partner), start, start + int(met.length[row]))
    fell = ledger.encounters
    for a, b, start, length in zip(fell.actor, fell.partner_actor, fell.start, fell.length, strict=True):
        face(persons(result, int(a)), persons(result, int(b)), int(start), int(start + length))
    where = occasions(ledger)
    for kind, actor, start, end in zip(where.kind, where.actor, where.start, where.end, strict=True):
        if companions and kind in (EncounterKind.COFFEE, EncounterKind.MEAL, EncounterKind.LOUNGE):
            people = persons(result, int(actor))
            for table in (people[i : i + 4] for i in range(0, len(people), 4)):
                for a, b in combinations(table, 2):
                    face([a], [b], int(start), int(end))
    return found


def contacts(
    result: Result, fraction: float, companions: bool = True
) -> set[tuple[frozenset[Person], int, int]]:
    """What the badges record: pair, first and last step."""
    found = set()
    for pair, steps in seen(result, wearers(result, fraction), companions).items():
        run: list[int] = []
        for step in sorted(steps):
            if run and (step - run[-1] - 1) * STEP > 2 * MINUTE:
                found.add((pair, run[0], run[-1]))
                run = []
            run.append(step)
        if run:
            found.add((pair, run[0], run[-1]))
    return found


def badge_measures(result: Result) -> dict[str, float]:
    """What `record.badge_*` measure, of everybody."""
    parties = result.expo.parties
    found = contacts(result, 1, companions=False)
    visits = {
        int(a): (s, e)
        for a, s, e in zip(
            *(getattr(result.ledger.visits, n) for n in ("actor", "start", "end")), strict=True
        )
    }
    long = [(last - first + 1) / 3 for _, first, last in found if last - first >= 2]
    came: dict[Person, dict[int, float]] = defaultdict(dict)
    for actor, (start, end) in visits.items():
        for person in persons(result, actor):
            came[person][int(parties.day[actor])] = (end - start) / (60 * MINUTE)

    def partners(least: int) -> list[float]:
        met: dict[tuple[Person, int], set[Person]] = defaultdict(set)
        for pair, first, last in found:
            if last - first + 1 >= least:
                a, b = pair
                met[a, first * STEP // DAY].add(b)
                met[b, first * STEP // DAY].add(a)
        return [
            float(len(met[person, day]))
            for person, on in came.items()
            for day, hours in on.items()
            if 2.5 <= hours <= 4.5
        ]

    def cv(values: list[float]) -> float:
        return (
            ratio(mean([(v - mean(values)) ** 2 for v in values]) ** 0.5, mean(values))
            if values
            else float("nan")
        )

    over: dict[Person, set[Person]] = defaultdict(set)
    for pair, first, last in found:
        if last - first >= 2:
            a, b = pair
            over[a].add(b)
            over[b].add(a)
    one, five = partners(3), partners(15)
    name = "record.badge_"
    return {
        name + "distance": max(
            (abs(ratio(sum(60 * m <= s + 1e-6 for m in long), len(long)) - f) for s, f in CONGRESS_LENGTHS)
            if long
            else [float("nan")]
        ),
        name + "partners_1min": mean(one),
        name + "cv_1min": cv(one),
        name + "gini_1min": gini(one),
        name + "partners_5min": mean(five),
        name + "cv_5min": cv(five),
        name + "gini_5min": gini(five),
        name + "gini_two_days": gini(
            [float(len(over[person])) for person, on in came.items() if len(on) == 2]
        ),
    }
