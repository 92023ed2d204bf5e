"""The terms of an expo: what its scenario settled and statistics, outcomes and pictures go by.

Prices, promises, what counts as useful, when the first day is: compiled once, so that whoever has an
expo and its trace needs the scenario no more. Lists are in the order of the expo's names.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from sim.floor.arrays import MINUTE, IntArray
from sim.scenario.exhibiting import home_of

if TYPE_CHECKING:
    from sim.scenario import Scenario
    from sim.scenario.schema.distributions import Distribution

__all__ = ["EncounterTerms", "MatchmakingTerms", "OutcomeTerms", "Prices", "Terms", "terms_of"]


_LENGTHS: Final = 4096  # of encounters: the scenario's distribution in steps


@dataclass(frozen=True, slots=True)
class Prices:
    """What the organiser pays for, in one currency; what costs nothing, or is not counted, is 0."""

    currency: str  # as shown
    table_day: float
    hosted_buyer: float
    staff_hour: float
    square_metre: float
    interpreter_day: float


@dataclass(frozen=True, slots=True)
class MatchmakingTerms:
    """What a matchmaking programme offers, and to whom it promised what."""

    title: str  # as shown
    policy: str
    areas: int  # used side by side
    tables: int  # in each area
    interpreters: int | None  # None: no limit
    at_tables: bool  # or else at the exhibitors' booths
    lists_windows: bool  # or else its areas are open all day, which is no activity
    slot: int  # ms
    buffer: int  # ms between two slots
    promises: tuple[int, ...]  # meetings promised to a sponsor of each kind in `Expo.sponsors`


@dataclass(frozen=True, slots=True)
class EncounterTerms:
    """When and how visitors fall into talk with each other (`sim.statistics.encounters`)."""

    coffee_from: int  # ms of the day
    coffee_to: int  # ms of the day
    coffee_share: float  # chance of a coffee
    coffee: int  # ms
    after_session: int  # ms
    share: float  # chance that two who stand together talk, at each look round
    lengths: IntArray  # ms: equally likely lengths, in order


@dataclass(frozen=True, slots=True)
class OutcomeTerms:
    """What comes of contacts (`sim.statistics.outcomes`); the meaning is that of the scenario's fields."""

    chain_fit: float
    key_affinity: float
    next_step_share: float
    follow_ups_a_member: float
    follow_ups_a_visitor: float
    needs: int
    agreement_share: float
    agreement_value: float  # money
    agreement_spread: float  # of the logarithm


@dataclass(frozen=True, slots=True)
class Terms:
    """The terms of an expo."""

    first_day: dt.date
    home_country: str  # ISO 3166 code
    net_area_m2: float  # of all booths
    useful: int  # ms: a conversation or a meeting at least so long is a useful contact
    useful_exchanges: bool  # a round of mixing of that length is one too
    chain_titles: tuple[str, ...]  # as shown, of each chain ...
    pavilion_titles: tuple[str, ...]  # ... and of each pavilion
    persona_kinds: tuple[str, ...]  # of each persona: buyer, professional, exhibitor ...
    matchmaking: tuple[MatchmakingTerms, ...]  # of each matchmaking programme
    prices: Prices
    fitted: tuple[str, ...]  # names of KPIs that the scenario was fitted to
    encounters: EncounterTerms
    outcomes: OutcomeTerms


def terms_of(scenario: Scenario) -> Terms:
    """The terms that a scenario settles."""
    data = scenario.data
    kinds = tuple(data.exhibitors.sponsors)
    return Terms(
        first_day=data.expo.first_day,
        home_country=home_of(data.exhibitors, scenario.exhibitor_rows),
        net_area_m2=data.venue.gross_area_m2 * data.venue.net_share,
        useful=_ms(data.behaviour.useful_minutes),
        useful_exchanges=data.behaviour.useful_exchanges,
        chain_titles=tuple(chain.title or name for name, chain in data.chains.items()),
        pavilion_titles=tuple(pavilion.title or name for name, pavilion in data.pavilions.items()),
        persona_kinds=tuple(persona.kind for persona in data.visitors.values()),
        matchmaking=tuple(
            MatchmakingTerms(
                title=section.title or name,
                policy=section.policy,
                areas=section.areas,
                tables=section.tables,
                interpreters=section.interpreters,
                at_tables=section.location == "table",
                lists_windows=bool(section.windows),
                slot=_ms(section.slot_minutes),
                buffer=_ms(section.buffer_minutes),
                promises=tuple(section.promises.get(kind, 0) for kind in kinds),
            )
            for name, section in data.matchmaking.items()
        ),
        prices=Prices(**{name: getattr(data.costs, name) for name in type(data.costs).model_fields}),
        fitted=data.expo.fitted,
        encounters=EncounterTerms(
            coffee_from=_of_day(data.behaviour.coffee_from),
            coffee_to=_of_day(data.behaviour.coffee_to),
            coffee_share=data.behaviour.coffee_share,
            coffee=_ms(data.behaviour.coffee_minutes),
            after_session=_ms(data.behaviour.after_session_minutes),
            share=data.behaviour.encounter_share,
            lengths=_equally_likely(data.behaviour.encounter_minutes),
        ),
        outcomes=OutcomeTerms(
            **{name: getattr(data.outcomes, name) for name in type(data.outcomes).model_fields}
        ),
    )


def _equally_likely(minutes: Distribution) -> IntArray:
    """Lengths in ms, at least 1, at the middles of so many equal steps of probability."""
    u = (np.arange(_LENGTHS) + 0.5) / _LENGTHS
    return np.maximum(1, np.rint(minutes.quantile(u) * MINUTE)).astype(np.int64)


def _of_day(time: dt.time) -> int:
    return _ms(60 * time.hour + time.minute + time.second / 60)


def _ms(minutes: float) -> int:
    # as `venue.hours.minutes`, which whoever only reads an expo need not import
    return round(minutes * MINUTE)
