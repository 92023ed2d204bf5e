"""What a replication takes over from the one before it: the bytes are those of each alone."""

from __future__ import annotations

from dataclasses import fields, replace

import pytest

import sim
from sim.engine.processes import ExpoFloor
from sim.expo import Shared
from sim.expo.terms import OutcomeTerms
from sim.statistics import Result
from sim.statistics.kpis import KPIS, evaluate
from sim.statistics.kpis.outcomes import AFTERWARDS
from sim.statistics.ledger import Ledger
from sim.statistics.tables import TABLES
from tests.expo.fair import fair

PLAYED = "engine.play"
OUTCOMES: dict[str, object] = {
    "outcomes.chain_fit": 0.1,
    "outcomes.key_affinity": 0.2,
    "outcomes.next_step_share": 0.9,
    "outcomes.follow_ups_a_member": 0.5,
    "outcomes.follow_ups_a_visitor": 0.5,
    "outcomes.needs": 1,
    "outcomes.agreement_share": 0.5,
    "outcomes.agreement_value": 7.0,
    "outcomes.agreement_spread": 0.1,
}


def _is(one: Result, other: Result, *tables: str) -> bool:
    return (
        one.trace.to_bytes() == other.trace.to_bytes()
        and repr(one.row) == repr(other.row)
        and repr(one.by("day")) == repr(other.by("day"))
        and all(getattr(one, table).equals(getattr(other, table)) for table in tables)
    )


def test_variants_of_what_comes_of_contacts_play_once_and_are_what_each_is_alone() -> None:
    assert set(OUTCOMES) == {f"outcomes.{each.name}" for each in fields(OutcomeTerms)}
    shared, base = Shared(), fair()
    first = sim.run(base, shared=shared)
    assert first.row
    for many in (3, len(OUTCOMES)):  # all at once would leave nothing to be seen of some
        variant = base.replace(**dict(list(OUTCOMES.items())[:many]), **{"expo.title": f"No. {many}"})
        again = sim.run(variant, shared=shared)
        assert again.known
        assert _is(again, sim.run(variant), *(TABLES if many == 3 else ["outcomes"]))
        assert again.expo.title == f"No. {many}"
    assert again.row["outcomes.agreements"] > first.row["outcomes.agreements"]
    assert (shared.done[PLAYED], shared.taken[PLAYED]) == (0, 2)


def test_what_differs_otherwise_is_worked_out_or_played_again() -> None:
    shared, base = Shared(), fair()
    assert sim.run(base, shared=shared).row
    # the same floor, of which other contacts are useful: the trace alone
    useful = base.replace(**{"behaviour.useful_minutes": 1, "outcomes.needs": 1})
    again = sim.run(useful, shared=shared)
    assert not again.known
    assert _is(again, sim.run(useful), "outcomes")
    assert shared.taken[PLAYED] == 1
    # another floor
    staffed = useful.replace(**{"exhibitors.mean_staff": 9})
    assert _is(sim.run(staffed, shared=shared), sim.run(staffed), "outcomes")
    assert (shared.taken[PLAYED], shared.done[PLAYED]) == (1, 1)
    # another replication, and another seed: it is let go before they are built
    for seed in (None, 5):
        other = sim.run(staffed, replication=1, seed=seed, shared=shared)
        assert _is(other, sim.run(staffed, replication=1, seed=seed))
    assert (shared.taken[PLAYED], shared.done[PLAYED]) == (1, 1)
    # another engine
    other = sim.run(staffed, replication=1, seed=5, engine="simpy", shared=shared)
    assert (other.engine, shared.done[PLAYED]) == ("simpy", 2)


def test_an_engine_of_ones_own_plays_each_time() -> None:
    class Mine(ExpoFloor):
        runs = 0

        def run(self):  # type: ignore[no-untyped-def]
            Mine.runs += 1
            return super().run()

    shared = Shared()
    for needs in (1, 2):
        sim.run(fair(outcomes__needs=needs), engine=Mine, shared=shared)
    assert Mine.runs == 2


def test_a_result_whose_kpis_nobody_asked_for_leaves_its_trace_alone() -> None:
    shared = Shared()
    sim.run(fair(), shared=shared)
    again = sim.run(fair(outcomes__needs=1), shared=shared)
    assert not again.known
    assert shared.taken[PLAYED] == 1


def test_no_other_kpi_goes_by_the_terms_of_what_comes_of_contacts(quickstart: Result) -> None:
    class Blind(Ledger):
        outcomes = property(lambda _: pytest.fail("read the outcomes"))

    expo = quickstart.expo
    blind = Blind(replace(expo, terms=replace(expo.terms, outcomes=None)), quickstart.trace)  # type: ignore[arg-type]
    others = [name for name in KPIS if name not in AFTERWARDS]
    assert len(others) > 100
    found = evaluate(blind, others)
    assert repr(found) == repr({name: quickstart.row[name] for name in found})
