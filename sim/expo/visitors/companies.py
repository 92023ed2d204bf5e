"""The companies that visitors come from; exhibitors' own people come from a booth."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from sim.arithmetic import log
from sim.expo.draw.draws import pair_salts, pair_uniform, pick, pick_each
from sim.expo.draw.profiles import profiles
from sim.expo.expo import Organisations
from sim.expo.visitors.bunches import Bunches
from sim.floor.arrays import NONE, IntArray
from sim.scenario.exhibiting import home_of
from sim.scenario.schema.countries import COUNTRIES, country_number
from sim.scenario.schema.data import STAGES
from sim.streams import FloatArray, KeyArray, Streams

if TYPE_CHECKING:
    from sim.scenario import Scenario
    from sim.scenario.schema.data import Persona

__all__ = ["Companies", "chain_weights", "draw_companies", "origins"]

_PAIRS: Final = 1_000_000  # of exhibitors and their people at a time
_RING: Final = 20.0  # clocks that are expected to ring in the time that is looked at; any gives the same


@dataclass(frozen=True, slots=True)
class Companies:
    """Visiting companies; company i is organisation i after the exhibitors."""

    name: tuple[str, ...]
    key: KeyArray
    chain: IntArray
    stage: IntArray
    country: IntArray

    def after(self, exhibitors: Organisations, scenario: Scenario, streams: Streams) -> Organisations:
        """All organisations: the exhibitors, then these companies with what they offer and need."""
        offers, needs = profiles(self.chain, self.stage, self.key, scenario, streams)
        road = np.array([country.belt_and_road for country in COUNTRIES], dtype=np.int64)
        return Organisations(
            name=exhibitors.name + self.name,
            key=np.concatenate((exhibitors.key, self.key)),
            chain=np.concatenate((exhibitors.chain, self.chain)),
            stage=np.concatenate((exhibitors.stage, self.stage)),
            country=np.concatenate((exhibitors.country, self.country)),
            belt_and_road=np.concatenate((exhibitors.belt_and_road, road[self.country])),
            fortune_500=np.concatenate((exhibitors.fortune_500, np.zeros_like(self.chain))),
            offers=np.concatenate((exhibitors.offers, offers)),
            needs=np.concatenate((exhibitors.needs, needs)),
        )


def draw_companies(
    scenario: Scenario,
    booth_keys: KeyArray,
    staff: IntArray,
    persona: IntArray,
    parties: Bunches,
    streams: Streams,
) -> tuple[Companies, IntArray, IntArray]:
    """Visiting companies, the organisation of each party, and its own booth or NONE.

    `parties` has one row a party. A party is of the company of the one before it in its bunch with
    the persona's `colleagues_share`. Exhibitors' people are of an exhibitor drawn by its `staff`; its
    key is in `booth_keys`.
    """
    kinds = list(scenario.data.visitors.values())
    share = np.array([kind.colleagues_share for kind in kinds])[persona]
    u = streams.uniform("companies.colleagues", parties.party_key)
    leads = (parties.member == 0) | (u >= share)
    leads[1:] |= (persona[1:] != persona[:-1]) | (parties.bunch[1:] != parties.bunch[:-1])
    leads[:1] = True
    firm = np.cumsum(leads) - 1  # of each party, in order of its first party
    key = parties.party_key[leads]
    kind = persona[leads]
    own = np.array([section.kind == "exhibitor" for section in kinds])[kind]
    booth = np.full(len(key), NONE, dtype=np.int64)
    booth[own] = _employers(key[own], booth_keys, staff, streams)
    visiting = ~own
    organisation = np.where(own, booth, len(staff) + np.cumsum(visiting) - 1)
    names = list(scenario.data.visitors)
    rows = np.flatnonzero(leads)[visiting]
    chain, stage, country = origins(scenario, kind[visiting], key[visiting], streams)
    companies = Companies(
        name=tuple(
            f"{names[p]} {b + 1}" if m == 0 else f"{names[p]} {b + 1}.{m + 1}"
            for p, b, m in zip(
                persona[rows].tolist(),
                parties.bunch[rows].tolist(),
                parties.member[rows].tolist(),
                strict=True,
            )
        ),
        key=key[visiting],
        chain=chain,
        stage=stage,
        country=country,
    )
    return companies, organisation[firm], booth[firm]


def _employers(key: KeyArray, booth_keys: KeyArray, staff: IntArray, streams: Streams) -> IntArray:
    """The exhibitor each of an exhibitor's people works for, with chances in proportion to staff.

    The first to ring of keyed exponential clocks, one a pair: a member of staff more at one booth
    draws somebody to it, and changes nobody else.
    """
    salts = pair_salts(streams, "companies.booth", booth_keys)
    employer = np.empty(len(key), dtype=np.int64)
    step = max(1, _PAIRS // max(1, len(staff)))
    for low in range(0, len(key), step):
        employer[low : low + step] = _first(pair_uniform(salts, key[low : low + step]), staff)
    return employer


def _first(u: FloatArray, staff: IntArray) -> IntArray:
    """Whose clock, -ln(u) / staff, rings first in each column of `u` (booths, people); or the first."""
    # one that rings by a time t has 1 - u <= -ln(u) <= staff t, so that few logarithms are needed
    time = _RING / staff.sum()
    of, who = np.nonzero(u >= (1 - staff * (time * 1.000001))[:, None])
    clock = -log(u[of, who]) / staff[of]
    rung = np.flatnonzero(clock <= time)
    rung = rung[np.lexsort((of[rung], clock[rung], who[rung]))]
    some, at = np.unique(who[rung], return_index=True)
    first = np.full(u.shape[1], NONE, dtype=np.int64)
    first[some] = of[rung][at]
    late = np.flatnonzero(first == NONE)  # hardly ever
    if len(late):
        first[late] = (-log(u[:, late]) / staff[:, None]).argmin(axis=0)
    return first


def origins(
    scenario: Scenario, kind: IntArray, key: KeyArray, streams: Streams
) -> tuple[IntArray, IntArray, IntArray]:
    """Chain, stage and country of visiting companies of these personas (`kind`) and keys."""
    data = scenario.data
    kinds = list(data.visitors.values())
    chains = [chain_weights(scenario, section) for section in kinds]
    chain = pick_each(chains, kind, streams.uniform("companies.chain", key))
    stages = [[section.stages.get(stage, 0.0) for stage in STAGES] for section in data.chains.values()]
    stage = pick_each(stages, chain, streams.uniform("companies.stage", key))
    country = np.empty(len(key), dtype=np.int64)
    u = streams.uniform("companies.country", key)
    home = home_of(data.exhibitors, scenario.exhibitor_rows)
    for p, section in enumerate(kinds):
        shares = section.country_shares or {home: 1.0}
        codes = np.array([country_number(code) for code in shares], dtype=np.int64)
        country[kind == p] = codes[pick(list(shares.values()), u[kind == p])]
    return chain, stage, country


def chain_weights(scenario: Scenario, persona: Persona) -> FloatArray:
    """Weights of the chains that a persona comes from; as exhibitors if it says none."""
    chains = scenario.data.chains
    weights = np.array([persona.chains.get(name, 0.0) for name in chains])
    if not weights.any():
        weights = np.array([chain.exhibitors for chain in chains.values()])
    return weights if weights.any() else np.ones(len(chains))
