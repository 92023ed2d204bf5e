"""Encounters among visitors: who stands where, who is paired, and that nothing else knows of them."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from functools import cache
from typing import Any

import numpy as np
import pytest

import sim
from sim.floor.arrays import MINUTE, IntArray
from sim.statistics import Result
from sim.statistics.encounters import LOOK_ROUND, EncounterKind, in_order, occasions, paired
from sim.statistics.reading import DAY
from sim.streams import KeyArray, subkeys
from tests.statistics import naive_encounters
from tests.statistics.naive import Naive
from tests.statistics.naive_encounters import pairs_of


@cache
def fair(**behaviour: Any) -> Result:
    return sim.run(sim.load("quickstart", {f"behaviour.{name}": value for name, value in behaviour.items()}))


def pairs(cell: IntArray, lot: KeyArray) -> tuple[IntArray, IntArray]:
    order, key, bits = in_order(cell, lot)
    one, other, _ = paired(key, bits)
    return order[one], order[other]


def test_all_but_one_at_most_of_a_cell_are_paired_within_it() -> None:
    rng = np.random.default_rng(1)
    for n in (0, 1, 2, 3, 50, 501):
        cell = rng.integers(0, 12, n)
        a, b = pairs(cell, subkeys(9, np.arange(n)) if n else np.zeros(0, dtype=np.uint64))
        together = np.concatenate((a, b))
        assert len(np.unique(together)) == len(together)
        assert (cell[a] == cell[b]).all()
        left = np.setdiff1d(np.arange(n), together)
        assert len(np.unique(cell[left])) == len(left)


def test_whoever_shares_the_most_leading_bits_is_paired_first() -> None:
    rng = np.random.default_rng(2)
    for n in (2, 3, 10, 200):
        cell = rng.integers(0, 8, n)
        lot = rng.integers(0, 2**63, n, dtype=np.uint64) * np.uint64(2)
        lot[rng.integers(0, n, n // 3)] = lot[0]  # who shares all of them is taken by turns
        cells: dict[int, dict[int, int]] = defaultdict(dict)
        for i in range(n):
            cells[cell[i]][i] = int(lot[i])
        wanted = [pair for lots in cells.values() for pair in pairs_of(lots)[0]]
        a, b = pairs(cell, lot)
        assert sorted(zip(a.tolist(), b.tolist(), strict=True)) == sorted(wanted)


def test_one_more_at_a_place_changes_a_few_pairs_and_not_all() -> None:
    lots, same = subkeys(4, np.arange(300)), np.zeros(300, dtype=np.int64)

    def among(rows: IntArray) -> set[frozenset[int]]:
        a, b = pairs(same[rows], lots[rows])
        return {frozenset(pair) for pair in zip(rows[a].tolist(), rows[b].tolist(), strict=True)}

    whole = among(np.arange(300))
    changed = [len(whole - among(np.delete(np.arange(300), gone))) for gone in range(0, 300, 7)]
    assert min(changed) >= 1
    assert np.mean(changed) < 6  # a path from a leaf to the root, of 150 pairs


def test_nobody_talks_to_two_at_once_or_beyond_what_comes_next() -> None:
    result = fair(encounter_share=0.9)
    met = result.ledger.encounters
    assert len(met) > 300
    actor = np.concatenate((met.actor, met.partner_actor))
    start, end = np.tile(met.start, 2), np.tile(met.start + met.length, 2)
    order = np.lexsort((start, actor))
    actor, start, end = actor[order], start[order], end[order]
    same = actor[1:] == actor[:-1]
    assert (start[1:] >= end[:-1])[same].all()
    visits, stay = result.ledger.visits, np.zeros((2, result.expo.floor.n_party_days), dtype=np.int64)
    stay[:, visits.actor] = visits.start, visits.end
    assert (stay[0, actor] <= start).all()
    assert (end <= stay[1, actor]).all()
    assert (met.organisation != met.partner).all()
    assert (met.length >= 1).all()
    assert (met.start % LOOK_ROUND == 0).all()


def test_they_change_nothing_on_the_floor_and_no_other_number() -> None:
    few, many = fair(encounter_share=0.0), fair(encounter_share=0.9, coffee_share=1.0)
    assert few.trace.to_bytes() == many.trace.to_bytes()
    assert few.kpis["encounters.count"] == 0
    assert len(few.encounters) == 0
    assert len(many.encounters) == many.kpis["encounters.count"] > 0
    for name, value in few.row.items():
        if not name.startswith("encounters."):
            assert many.row[name] == pytest.approx(value, nan_ok=True), name


def test_all_rounds_at_once_come_to_what_they_are_one_after_the_other() -> None:
    # long talks, during which nobody looks round: each round depends on many before it
    result = fair(encounter_share=0.9, encounter_minutes=15.0)
    met = result.ledger.encounters
    each = zip(met.start, met.actor, met.partner_actor, met.length, met.kind, strict=True)
    found = sorted(
        (int(s), int(a), int(b), int(ms), EncounterKind(k).name.lower()) for s, a, b, ms, k in each
    )
    talks = naive_encounters.talks(Naive(result.expo, result.trace))
    assert sorted(found) == sorted((t.start, t.a, t.b, t.length, t.kind) for t in talks)
    assert (met.length > LOOK_ROUND).sum() > 150


def test_who_has_a_coffee_falls_into_talk_with_who_sits_in_the_lounge() -> None:
    result = fair(encounter_share=0.9, coffee_share=1.0)
    met, where = result.ledger.encounters, occasions(result.ledger)
    having = where.kind == EncounterKind.COFFEE

    def has_coffee(actor: int, moment: int) -> bool:
        return bool((having & (where.actor == actor) & (where.start <= moment) & (moment < where.end)).any())

    over_coffee = np.flatnonzero(met.kind == EncounterKind.COFFEE)
    both = [
        has_coffee(met.actor[i], met.start[i]) and has_coffee(met.partner_actor[i], met.start[i])
        for i in over_coffee
    ]
    assert 5 < sum(both) < len(both) - 5


@pytest.mark.elsewhere
def test_as_many_who_stand_together_talk_as_the_scenario_says() -> None:
    # at length 0 nobody is ever busy: every pair of every look round is a trial of its own
    always = fair(encounter_share=1.0, encounter_minutes=0.0).kpis["encounters.count"]
    for share in (0.2, 0.5):
        some = fair(encounter_share=share, encounter_minutes=0.0).kpis["encounters.count"]
        assert abs(some / always - share) < 4 * np.sqrt(share * (1 - share) / always)


@pytest.mark.elsewhere
def test_the_coffee_hours_are_when_people_have_coffee() -> None:
    for hour in (10, 14):
        hours = {"coffee_from": dt.time(hour), "coffee_to": dt.time(hour + 1)}
        result = fair(coffee_share=1.0, **hours)
        met = result.ledger.encounters
        coffee = met.kind == EncounterKind.COFFEE
        assert coffee.sum() > 15
        at = met.start[coffee] % DAY
        last = (hour + 1) * 60 * MINUTE + result.expo.terms.encounters.coffee
        assert ((hour * 60 * MINUTE <= at) & (at < last)).all()
        without = fair(coffee_share=0.0, **hours).kpis["encounters.coffee_share"]
        assert result.kpis["encounters.coffee_share"] > 1.2 * without
