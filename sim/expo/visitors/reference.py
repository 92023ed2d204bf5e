"""A fixed reference population of a scenario: what affinities are usual there.

It is drawn from the scenario's weights alone, by streams of its own that know no seed, so that a
party or an exhibitor more, or another replication, leaves what is measured against it as it was.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING, Final

import numpy as np

from sim.expo.draw.draws import pick, pick_each
from sim.expo.draw.profiles import profiles
from sim.expo.shared import step
from sim.expo.visitors.companies import origins
from sim.expo.visitors.visitors import preferences
from sim.floor.arrays import IntArray
from sim.matchmaking import Profiles, Reference, affinity_matrix
from sim.scenario.schema.data import STAGES
from sim.streams import FloatArray, Streams, key_of, subkeys

if TYPE_CHECKING:
    from sim.scenario import Scenario

__all__ = ["score_reference", "with_all_others"]

_VISITORS: Final = 128  # reference visitors a persona
_EXHIBITORS: Final = 256
_STREAMS: Final = Streams(0, 0)
_ROWS: Final = 16  # of a product at a time


def _affinities(scenario: Scenario, persona: str) -> FloatArray:
    """Affinities of reference visitors of a persona with reference exhibitors: (128, 256)."""
    data = scenario.data
    chains = list(data.chains.values())
    theirs = subkeys(key_of("reference", "exhibitors"), np.arange(_EXHIBITORS))
    weights = [chain.exhibitors for chain in chains]
    chain = pick(weights if any(weights) else np.ones(len(chains)), _STREAMS.uniform("chain", theirs))
    stages = [[own.stages.get(stage, 0.0) for stage in STAGES] for own in chains]
    stage = pick_each(stages, chain, _STREAMS.uniform("stage", theirs))
    offers, needs = profiles(chain, stage, theirs, scenario, _STREAMS)

    ours = subkeys(key_of("reference", persona), np.arange(_VISITORS))
    kinds = list(data.visitors.values())
    kind = np.full(_VISITORS, list(data.visitors).index(persona))
    from_chain, from_stage, _ = origins(scenario, kind, ours, _STREAMS)
    own_offers, own_needs = profiles(from_chain, from_stage, ours, scenario, _STREAMS)
    authority, eagerness = preferences(kinds, kind, ours, _STREAMS)
    people = Profiles(
        offers=np.concatenate((own_offers, offers)),
        needs=np.concatenate((own_needs, needs)),
        eagerness=np.concatenate((eagerness, np.ones(_EXHIBITORS))),
        appeal=np.concatenate((authority, np.ones(_EXHIBITORS))),
    )
    return with_all_others(affinity_matrix, people, _VISITORS)


def with_all_others(
    matrix: Callable[[Profiles, IntArray, IntArray], FloatArray], people: Profiles, first: int
) -> FloatArray:
    """The fit, or the affinity, of each of the `first` people with all others: (first, others)."""
    # few rows at a time: a product so small starts no threads, whose waiting costs more than the product
    rows, others = np.arange(first), np.arange(first, len(people))
    return np.concatenate([matrix(people, rows[low : low + _ROWS], others) for low in range(0, first, _ROWS)])


@step
@lru_cache(maxsize=4)
def score_reference(scenario: Scenario) -> Reference:
    """The affinities of visitors and exhibitors, against which profiles blur them into scores."""
    samples = [_affinities(scenario, persona) for persona in scenario.data.visitors]
    sample = np.concatenate(samples).ravel()
    if sample.min() == sample.max():  # one company like the other: no profile tells them apart
        return Reference.logit_normal()
    return Reference.of(sample)
