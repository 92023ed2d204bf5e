"""Visitors: the parties that come, their companies, and their days from the gate to the departure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from sim.expo.draw.draws import span
from sim.expo.venue.hours import minutes
from sim.expo.venue.shocks import hourly_factors
from sim.expo.visitors.bunches import Bunches, gather
from sim.expo.visitors.companies import Companies, draw_companies
from sim.floor.arrays import MINUTE, SECOND, IntArray
from sim.matchmaking.wishes.affinity import harmonic_mean
from sim.streams import FloatArray, KeyArray, Streams, subkeys

if TYPE_CHECKING:
    from sim.expo.expo import Exhibitors, Organisations
    from sim.expo.venue.venue import Venue
    from sim.scenario import Scenario
    from sim.scenario.schema.data import Persona

__all__ = ["Visitors", "draw_visitors", "preferences"]

SLOWEST: Final = 0.1  # m/s: nobody walks more slowly, whatever the distribution of paces says
_DM_MS: Final = 100.0  # ms a decimetre at 1 m/s
PLAN_TO_BUY: Final = 0.49  # FACTS: influence (A)
NO_PLAN: Final = 0.5  # eagerness of those who do not plan to buy; an assumption


@dataclass(frozen=True, slots=True)
class Visitors:
    """Parties, and the days on which they come.

    Party-days are in order of persona, bunch, member and day; party-day i is row i of the floor's.
    """

    # parties
    key: KeyArray
    persona: IntArray  # index into the scenario's visitors
    company: IntArray  # organisation
    own_booth: IntArray  # the exhibitor whose people they are, or NONE
    authority: FloatArray  # say in purchases, 0 to 1: weighs in the seller's interest
    eagerness: FloatArray  # weighs in their own interest, 0 to 1
    hosted: IntArray  # 1: the organiser pays for it
    # party-days
    party: IntArray
    day_key: KeyArray
    day: IntArray  # 0 is the first
    size: IntArray  # people
    gate: IntArray  # place
    arrival: IntArray  # ms
    gate_patience: IntArray  # ms
    check: IntArray  # ms
    stay: IntArray  # ms, from the admission on
    latest: IntArray  # ms: closing time
    pace: IntArray  # ms a dm
    patience: IntArray  # ms
    queue_limit: IntArray  # parties
    companies: Companies

    def __len__(self) -> int:
        return len(self.party)

    @property
    def departure(self) -> IntArray:
        """When each party-day leaves if nobody queues at its gate: nobody leaves before, on the floor."""
        departure: IntArray = np.minimum(self.arrival + self.check + self.stay, self.latest)
        return departure

    @property
    def interest(self) -> FloatArray:
        """What a party's affinity is of its supply fit: the harmonic mean of both sides' weights."""
        return harmonic_mean(self.eagerness, self.authority)

    def of_persona(self, persona: int) -> IntArray:
        """The party-days of a persona."""
        return np.flatnonzero(self.persona[self.party] == persona).astype(np.int64)


def draw_visitors(
    scenario: Scenario,
    exhibiting: Organisations,
    exhibitors: Exhibitors,
    venue: Venue,
    streams: Streams,
    population: Streams,
) -> Visitors:
    """All parties of all personas.

    `exhibiting` are the exhibitors as organisations. `population` are the streams that companies' chains,
    stages and countries are drawn from: with a fixed population a company of one name is the same in
    every replication, though not the same companies come. The sizes of a persona's party-days sum to
    its `visits` exactly (or to a Poisson number of that mean), shocks apart.
    """
    admission = _admission(scenario, venue)
    groups = [
        gather(
            name,
            persona,
            admission,
            np.array([hourly_factors(scenario, name, day) for day in range(len(admission))]),
            streams,
        )
        for name, persona in scenario.data.visitors.items()
    ]
    persona = np.repeat(np.arange(len(groups)), [len(group) for group in groups])
    rows = _together(groups)
    new = np.ones(len(rows.bunch), dtype=np.bool_)  # the first day of a party
    same = (persona[1:] == persona[:-1]) & (rows.bunch[1:] == rows.bunch[:-1])
    new[1:] = ~(same & (rows.member[1:] == rows.member[:-1]))
    party = np.cumsum(new) - 1
    companies, company, own_booth = draw_companies(
        scenario, exhibiting.key, exhibitors.staff, persona[new], rows.where(new), population
    )
    kinds = list(scenario.data.visitors.values())
    key = rows.party_key[new]
    kind = persona[new]
    paces = np.empty(len(key))
    patience, at_gate = np.empty((2, len(key)), dtype=np.int64)
    authority, eagerness = np.empty(len(key)), np.empty(len(key))
    for p, section in enumerate(kinds):
        of = kind == p
        paces[of] = section.pace_m_per_s.quantile(streams.uniform("visitors.pace", key[of]))
        patience[of] = span(
            section.patience_seconds, streams.uniform("visitors.patience", key[of]), SECOND, least=0
        )
        at_gate[of] = span(
            section.gate_patience_minutes, streams.uniform("visitors.gate-patience", key[of]), MINUTE, least=0
        )
        authority[of], eagerness[of] = preferences(section, key[of], streams)
    day_key = subkeys(rows.party_key, rows.day)
    gate = _gates(scenario, venue, rows, streams)
    stay, latest = _stays(scenario, venue, persona, rows, day_key, streams)
    limit = np.array([section.queue_limit for section in kinds], dtype=np.int64)
    hosted = np.array([section.hosted_share for section in kinds])
    return Visitors(
        key=key,
        persona=kind,
        company=company,
        own_booth=own_booth,
        authority=authority,
        eagerness=eagerness,
        hosted=(streams.uniform("visitors.hosted", key) < hosted[kind]).astype(np.int64),
        party=party,
        day_key=day_key,
        day=rows.day,
        size=rows.size,
        gate=venue.gates[gate],
        arrival=rows.arrival,
        gate_patience=at_gate[party],
        check=_checks(scenario, gate, rows.size, day_key, streams),
        stay=stay,
        latest=latest,
        pace=np.maximum(1, np.rint(_DM_MS / np.maximum(paces, SLOWEST))).astype(np.int64)[party],
        patience=patience[party],
        queue_limit=limit[persona],
        companies=companies,
    )


def preferences(persona: Persona, key: KeyArray, streams: Streams) -> tuple[FloatArray, FloatArray]:
    """Authority and eagerness of parties with these keys, each in [0, 1]."""
    authority = persona.authority.quantile(streams.uniform("visitors.authority", key))
    plans = streams.uniform("visitors.plans_to_buy", key) < PLAN_TO_BUY
    return np.clip(authority, 0.0, 1.0), np.where(plans, 1.0, NO_PLAN)


def _admission(scenario: Scenario, venue: Venue) -> IntArray:
    """When the gates let people in on each day: (days, 2) in ms, at least a minute."""
    last = venue.day_close - minutes(scenario.data.expo.last_admission_minutes)
    return np.stack((venue.day_open, np.maximum(last, venue.day_open + MINUTE)), axis=1)


def _together(groups: list[Bunches]) -> Bunches:
    columns = Bunches.__slots__
    return Bunches(*(np.concatenate([getattr(group, name) for group in groups]) for name in columns))


def _gates(scenario: Scenario, venue: Venue, rows: Bunches, streams: Streams) -> IntArray:
    """The gate of each party-day, by share among those open when its bunch arrives.

    If none is open it goes to one all the same, and finds it closed.
    """
    share = np.array([gate.share for gate in scenario.data.venue.gates.values()])
    if not share.any():
        share = np.ones(len(share))
    weight = np.empty((len(share), len(rows)))
    for g, place in enumerate(venue.gates.tolist()):
        mine = slice(venue.places.open_index[place], venue.places.open_index[place + 1])
        opened = np.searchsorted(venue.places.open_from[mine], rows.arrival, side="right")
        shut = np.searchsorted(venue.places.open_to[mine], rows.arrival, side="right")
        weight[g] = share[g] * (opened > shut)
    weight = np.where(weight.any(axis=0), weight, share[:, None])
    steps = np.cumsum(weight, axis=0)
    u = streams.uniform("visitors.gate", rows.bunch_key, rows.day)
    chosen: IntArray = (steps <= u * steps[-1]).sum(axis=0)
    return chosen


def _checks(
    scenario: Scenario, gate: IntArray, size: IntArray, day_key: KeyArray, streams: Streams
) -> IntArray:
    """How long each party takes in a lane: the sum over its people."""
    person_of = np.repeat(np.arange(len(size)), size)
    person = np.arange(len(person_of)) - np.repeat(np.cumsum(size) - size, size)
    u = streams.uniform("visitors.check", day_key[person_of], person)
    each = np.empty(len(u), dtype=np.int64)
    for g, section in enumerate(scenario.data.venue.gates.values()):
        of = gate[person_of] == g
        each[of] = span(section.check_seconds, u[of], SECOND)
    return np.bincount(person_of, weights=each, minlength=len(size)).astype(np.int64)


def _stays(
    scenario: Scenario,
    venue: Venue,
    persona: IntArray,
    rows: Bunches,
    day_key: KeyArray,
    streams: Streams,
) -> tuple[IntArray, IntArray]:
    """How long each party means to stay, and when it leaves at the latest: at closing time."""
    u = streams.uniform("visitors.stay", day_key)
    stay = np.empty(len(rows), dtype=np.int64)
    for p, section in enumerate(scenario.data.visitors.values()):
        stay[persona == p] = span(section.stay_minutes, u[persona == p], MINUTE, least=MINUTE)
    closing = np.maximum(venue.day_close[rows.day], rows.arrival + 1)
    return stay, closing
