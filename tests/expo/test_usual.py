from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from sim.engine import simulate
from sim.expo.visitors.usual import mean_lengthening
from sim.floor.arrays import IntArray
from sim.floor.trace import Kind, Outcome
from sim.streams import FloatArray
from tests.expo.fair import built, fair

REPLICATIONS = 4


def had(replication: int) -> IntArray:
    """The stops at which a conversation is had if affinity has no effect, from 10 s: rounding is nothing."""
    expo = built(replication, behaviour__affinity_on_length=0.0)
    trace, stops, n = simulate(expo.floor), expo.floor.stops, expo.n_exhibitors
    row = np.repeat(np.arange(expo.floor.n_party_days), np.diff(expo.floor.party_days.stop_index))
    talks = (trace.kind == Kind.TALK) & (trace.outcome == Outcome.DONE)
    met = np.isin(row * n + stops.place, trace.actor[talks] * n + trace.place[talks])
    return np.flatnonzero(met & (stops.talk > 10_000))


@cache
def conversations() -> list[IntArray]:
    return [had(replication) for replication in range(REPLICATIONS)]


def longer(strength: float) -> list[FloatArray]:
    """How many times as long each of these is by affinity, by replication."""
    with_, without = (
        [built(r, behaviour__affinity_on_length=s).floor.stops.talk for r in range(REPLICATIONS)]
        for s in (strength, 0.0)
    )
    return [a[stops] / b[stops] for a, b, stops in zip(with_, without, conversations(), strict=True)]


@pytest.mark.elsewhere
@pytest.mark.parametrize(("strength", "tolerance"), [(0.3, 0.005), (2.0, 0.02)])
def test_affinity_keeps_the_mean_length_of_conversations(strength: float, tolerance: float) -> None:
    ratio = longer(strength)
    assert min(len(those) for those in ratio) > 500
    assert np.concatenate(ratio).std() > 0.1 * strength  # it does act
    means = np.array([those.mean() for those in ratio]) - 1
    error = means.std(ddof=1) / REPLICATIONS**0.5
    assert error < tolerance / 2  # so that the test can tell
    assert abs(means.mean()) < tolerance


def usual(**settings: object) -> dict[str, float]:
    scenario = fair(behaviour__affinity_on_length=2.0, **settings)
    return {persona: mean_lengthening(scenario, persona) for persona in scenario.data.visitors}


def test_what_is_usual_knows_no_seed_and_no_other_detail() -> None:
    before = usual()
    assert min(before.values()) > 1.1
    for change in (
        {"expo__seed": 12},
        {"exhibitors__count": 51},
        {"exhibitors__mean_staff": 7.0},
        {"visitors__public__visits": 501},
        {"programme__seminars__registered": 13},
        {"matchmaking__general__tables": 9},
    ):
        assert usual(**change) == before


def test_what_is_usual_follows_where_people_talk() -> None:
    buyer = "visitors__buyer__"
    plain = usual()
    by_need = usual(**{buyer + "own_chain_share": 1.0})
    at_random = usual(**{buyer + "own_chain_share": 0.0})
    strolling = usual(**{buyer + "stay_minutes": 400.0})
    ends = usual(**{buyer + "goes_on": False})
    assert by_need["buyer"] > plain["buyer"] > at_random["buyer"]
    assert (
        ends["buyer"] > plain["buyer"] > strolling["buyer"]
    )  # whom one comes across fits less than whom one seeks
    for other in (by_need, at_random, strolling, ends):
        assert other | {"buyer": 0.0} == plain | {"buyer": 0.0}  # each persona has its own


def test_what_is_usual_is_more_of_planned_stops_where_these_come_again_or_time_is_short() -> None:
    days = {"visitors__buyer__days_each": 2.0}
    shares = [usual(behaviour__return_share=share, **days)["buyer"] for share in (0.0, 0.5, 1.0)]
    assert shares[0] < shares[1] < shares[2]
    many = {"programme__seminars__per_day": (20, 20)}
    sessions = [usual(programme__seminars__registered=n, **many)["buyer"] for n in (0, 30, 60)]
    assert sessions[0] < sessions[1] < sessions[2]


def test_what_is_usual_of_those_who_never_talk_is_nothing() -> None:
    assert usual(visitors__public__talk_share=0.0)["public"] == 1.0
    nowhere = {f"visitors__public__{name}": 0 for name in ("stops", "passing_stops")}
    assert usual(visitors__public__goes_on=False, **nowhere)["public"] == 1.0
    assert mean_lengthening(fair(behaviour__affinity_on_length=0.0), "public") == 1.0
