"""What comes of contacts: time and needs are finite, draws are a pair's own, nothing on the floor changes."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Any

import numpy as np
import pytest

import sim
from sim.statistics import Result
from sim.statistics.outcomes import Fate, Outcomes, read_outcomes

WITHOUT_END: dict[str, Any] = {"follow_ups_a_member": 1e3, "follow_ups_a_visitor": 1e3, "needs": 1000}


def outcomes(result: Result, **terms: Any) -> Outcomes:
    """Those of a result under other terms."""
    old = result.expo.terms
    expo = replace(result.expo, terms=replace(old, outcomes=replace(old.outcomes, **terms)))
    other = Result(expo, result.trace)
    return read_outcomes(other.ledger, other.ledger.interactions)


def intended(found: Outcomes) -> int:
    return int((found.fate >= Fate.INTENTION).sum())


def test_whoever_has_no_time_or_no_need_intends_nothing(quickstart: Result) -> None:
    free = outcomes(quickstart, **WITHOUT_END)
    assert not np.isin(free.fate, (Fate.NO_TIME, Fate.NO_NEED)).any()
    assert intended(free) > 50
    nobody = outcomes(quickstart, **WITHOUT_END | {"needs": 0})
    assert intended(nobody) == 0
    assert (nobody.fate == Fate.NO_NEED).sum() == intended(free)
    busy = outcomes(quickstart, **WITHOUT_END | {"follow_ups_a_member": 0})
    assert intended(busy) == 0
    assert (busy.fate == Fate.NO_TIME).sum() == intended(free)


def test_nobody_follows_up_more_than_he_can_or_takes_up_more_than_he_needs(quickstart: Result) -> None:
    found = outcomes(quickstart, follow_ups_a_member=1, follow_ups_a_visitor=1, needs=2)
    staff = quickstart.expo.exhibitors.staff
    spent = found.of_exhibitors(found.fate >= Fate.NO_NEED)
    assert (spent <= staff).all()
    assert (spent == staff).any()  # some are full
    bought = np.bincount(found.buyer[found.fate >= Fate.INTENTION])
    assert bought.max() == 2
    # whoever had no time for one had used it for those of no less affinity
    for k in np.flatnonzero(found.fate == Fate.NO_TIME):
        rivals = found.fate >= Fate.NO_NEED
        mine = rivals & ((found.one == found.one[k]) | (found.other == found.one[k]))
        theirs = rivals & ((found.one == found.other[k]) | (found.other == found.other[k]))
        assert (found.affinity[mine | theirs] >= found.affinity[k]).any()


def test_more_contacts_do_not_bring_proportionally_more_where_time_is_finite(quickstart: Result) -> None:
    """Of twice the key contacts twice as much comes if time and needs have no end, and less if they have."""
    few, many = ({"key_affinity": least, "agreement_share": 1.0} for least in (0.55, 0.3))
    free = [outcomes(quickstart, **WITHOUT_END | terms) for terms in (few, many)]
    bound = [
        outcomes(quickstart, follow_ups_a_member=0.5, follow_ups_a_visitor=1, needs=1, **terms)
        for terms in (few, many)
    ]
    keys = [int((each.fate > Fate.NOT_KEY).sum()) for each in free]
    assert keys[1] > 1.8 * keys[0]
    grown = intended(free[1]) / intended(free[0])
    assert grown == pytest.approx(keys[1] / keys[0], rel=0.25)
    assert intended(bound[1]) / intended(bound[0]) < 0.8 * grown


def test_draws_are_a_pairs_own_whoever_else_meets() -> None:
    """Fewer tables change who meets; of pairs whose contacts are as they were the same comes of it."""
    scenario = sim.load("quickstart").replace(**{f"outcomes.{k}": v for k, v in WITHOUT_END.items()})
    one, other = (
        sim.run(each).ledger.outcomes
        for each in (scenario, scenario.replace(**{"matchmaking.main.tables": 3}))
    )
    fates = [
        {
            (a, b): (contacts, length, affinity, fate, value)
            for a, b, contacts, length, affinity, fate, value in zip(
                *(
                    getattr(each, name).tolist()
                    for name in ("one", "other", "contacts", "length", "affinity")
                ),
                each.fate.tolist(),
                each.value.tolist(),
                strict=True,
            )
        }
        for each in (one, other)
    ]
    same = [pair for pair in fates[0].keys() & fates[1].keys() if fates[0][pair][:3] == fates[1][pair][:3]]
    assert len(same) > 100
    assert len(same) < len(fates[0])
    assert [fates[0][pair] for pair in same] == [fates[1][pair] for pair in same]


def test_the_table_and_the_kpis_say_the_same_and_the_floor_knows_nothing_of_it(quickstart: Result) -> None:
    frame, kpis = quickstart.outcomes, quickstart.kpis
    assert frame["fate"].isin(["intention", "agreement"]).sum() == kpis["outcomes.intentions"] > 0
    assert (frame["fate"] == "agreement").sum() == kpis["outcomes.agreements"]
    assert frame["fit"].min() >= asdict(quickstart.expo.terms.outcomes)["chain_fit"]
    shares = kpis[[name for name in kpis.index if name.startswith("outcomes.of_key.")]]
    assert shares.sum() == pytest.approx(1)
    both = frame.astype({"exhibitor": str, "partner": str}).merge(
        quickstart.ties.astype({"organisation": str, "partner": str}),
        left_on=["exhibitor", "partner"],
        right_on=["organisation", "partner"],
    )
    assert len(both) == len(frame)
    assert (both["contacts"] <= both["useful"]).all()
    assert ((both["buyer"] == both["exhibitor"]) | (both["buyer"] == both["partner"])).all()
    other = sim.run(sim.load("quickstart").replace(**{"outcomes.chain_fit": 0.1}))
    assert other.trace.to_bytes() == quickstart.trace.to_bytes()
    assert len(other.outcomes) > len(frame)


def test_values_have_the_mean_that_the_scenario_says(hungary: Result) -> None:
    found = outcomes(hungary, **WITHOUT_END, agreement_share=1.0, agreement_value=100.0, agreement_spread=0.5)
    values = found.value[found.value > 0]
    assert len(values) == (found.fate == Fate.AGREEMENT).sum() > 300
    error = 100 * np.sqrt(np.expm1(0.25)) / np.sqrt(len(values))
    assert values.mean() == pytest.approx(100, abs=3 * error)
    assert np.log(values).std() == pytest.approx(0.5, abs=0.05)
