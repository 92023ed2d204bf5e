"""What is usual of affinity in the conversations of a persona, by which their lengths are divided.

Conversations are at planned stops, at booths beside these, and at whatever booths a party strolls to, whose
affinities differ; so the usual is a mean over all three, in the shares in which a stay has room for them.
Reference parties are followed through their stops in expectation: nothing is drawn, and no seed, exhibitor
or party of the expo is asked, so that one more leaves the length of every conversation as it was.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final

import numpy as np

from sim.arithmetic import exp
from sim.expo.draw.draws import pick, pick_each, whole
from sim.expo.draw.profiles import profiles
from sim.expo.shared import step
from sim.expo.venue.hours import clock, minutes
from sim.expo.visitors.bunches import arrival_hours
from sim.expo.visitors.choices import NEAR
from sim.expo.visitors.companies import chain_weights
from sim.expo.visitors.inclination import inclination
from sim.expo.visitors.reference import with_all_others
from sim.expo.visitors.strolls import STROLL
from sim.expo.visitors.visitors import NO_PLAN, PLAN_TO_BUY
from sim.floor.arrays import MINUTE, IntArray
from sim.matchmaking import Profiles, fit_matrix
from sim.matchmaking.wishes.affinity import harmonic_mean
from sim.scenario.schema.data import STAGES
from sim.streams import FloatArray, Streams, key_of, subkeys

if TYPE_CHECKING:
    from sim.scenario import Scenario
    from sim.scenario.schema.data import Persona

__all__ = ["mean_lengthening"]

_VISITORS: Final = 256  # reference parties of a persona
_BOOTHS: Final = 512  # reference booths, of which a party meets as many as there are; at most all
_STREAMS: Final = Streams(0, 0)
_TURNS: Final = 4  # of the interests among the parties
_NEARLY: Final = 0.98  # of the clocks: all of them ring in no finite time
_STEPS: Final = 6  # of Newton's iteration
_SESSIONS: Final = 10.0  # min: time in sessions is rounded to this
_OCTAVE: Final = 4  # the number of booths is rounded to the fourth part of an octave


@dataclass(frozen=True, slots=True)
class _Booths:
    """Reference booths in the order of the walk: by hall, chain and stage."""

    cell: IntArray
    offers: FloatArray
    needs: FloatArray


@step
@lru_cache(maxsize=64)  # replications of a scenario share it
def mean_lengthening(scenario: Scenario, persona: str) -> float:
    """By how much affinity would lengthen a persona's conversations on average, were it not divided by."""
    strength = scenario.data.behaviour.affinity_on_length
    if strength == 0:
        return 1.0
    often, fits, interest = usual_conversations(scenario, persona)
    if not often.any():  # nobody talks
        return 1.0
    lengthened = np.zeros_like(fits)
    for turn in range(_TURNS):  # interests are independent of fits: each party has those of some others too
        own = np.roll(interest, turn * _VISITORS // _TURNS)
        lengthened += exp(strength * fits * own[:, None])
    # rounded, so that no processor's order of summation shows
    return round(float((often * lengthened).sum() / often.sum()) / _TURNS, 10)


def usual_conversations(scenario: Scenario, persona: str) -> tuple[FloatArray, FloatArray, FloatArray]:
    """How many conversations reference parties have with booths on a day, and the fits: (256, booths) each.

    The third is what a party's affinity is of its fit: (256,).
    """
    section = scenario.data.visitors[persona]
    booths = _reference_booths(scenario)
    offers, needs = _companies(scenario, section, persona)
    n = _number_of_booths(scenario)
    # every party meets its own sample, spread evenly over chains and stages
    begin = _spread(persona, "sample")[:, None]
    mine = ((begin + np.arange(n)) * (_BOOTHS / n)).astype(np.int64)
    people = Profiles(
        np.concatenate((offers, booths.offers)), np.concatenate((needs, booths.needs)),
        *np.ones((2, _VISITORS + _BOOTHS)),
    )  # fmt: skip
    fits = with_all_others(fit_matrix, people, _VISITORS)
    authority = np.clip(section.authority.quantile(_spread(persona, "authority")), 0.0, 1.0)
    eagerness = np.where(_spread(persona, "plans") < PLAN_TO_BUY, 1.0, NO_PLAN)
    interest = harmonic_mean(eagerness, authority)

    stops = whole(section.stops, _spread(persona, "stops"))
    passing = whole(section.passing_stops, _spread(persona, "passing"))
    need = np.take_along_axis(needs, booths.cell[mine], axis=1)
    planned = _planned(section, need, stops)
    beside = _beside(planned, passing)
    rest = 1 - planned - beside
    route, strolls = _time(scenario, section, persona, stops, passing, n)
    often = route[:, None] * (planned + beside) + strolls[:, None] * rest / n
    return often, np.take_along_axis(fits, mine, axis=1), interest


@step
@lru_cache(maxsize=64)
def _reference_booths(scenario: Scenario) -> _Booths:
    chains = list(scenario.data.chains.values())
    keys = subkeys(key_of("usual", "booths"), np.arange(_BOOTHS))
    weights = [chain.exhibitors for chain in chains]
    chain = pick(weights if any(weights) else np.ones(len(chains)), (np.arange(_BOOTHS) + 0.5) / _BOOTHS)
    stage = _stages(scenario, chain)
    offers, needs = profiles(chain, stage, keys, scenario, _STREAMS)
    halls = list(scenario.data.venue.halls)
    hall = np.array([halls.index(own.hall) for own in chains])[chain]
    order = np.lexsort((stage, chain, hall))
    return _Booths((chain * len(STAGES) + stage)[order], offers[order], needs[order])


def _companies(scenario: Scenario, section: Persona, persona: str) -> tuple[FloatArray, FloatArray]:
    """What the companies of reference parties offer and need: (256, cells) each."""
    chain = pick(chain_weights(scenario, section), (np.arange(_VISITORS) + 0.5) / _VISITORS)
    keys = subkeys(key_of("usual", persona), np.arange(_VISITORS))
    return profiles(chain, _stages(scenario, chain), keys, scenario, _STREAMS)


def _stages(scenario: Scenario, chain: IntArray) -> IntArray:
    """Stages of companies, which are in order of chain, in proportion to the weights within each."""
    number = np.bincount(chain, minlength=len(scenario.data.chains))
    within = np.arange(len(chain)) - np.repeat(np.cumsum(number) - number, number)
    weights = [[own.stages.get(stage, 0.0) for stage in STAGES] for own in scenario.data.chains.values()]
    return pick_each(weights, chain, (within + 0.5) / number[chain])


def _number_of_booths(scenario: Scenario) -> int:
    """About as many as there are, by steps, so that a booth more hardly ever changes anything."""
    data = scenario.data
    partners = sum(pavilion.partners for pavilion in data.pavilions.values())
    count = len(scenario.exhibitor_rows) or data.exhibitors.count + partners
    steps = round(_OCTAVE * math.log2(max(count, 1)))
    return min(_BOOTHS, round(math.pow(2.0, steps / _OCTAVE)))


@lru_cache(maxsize=256)  # scenarios share it
def _spread(persona: str, purpose: str) -> FloatArray:
    """A probability for each reference party, evenly spread over (0, 1), in a keyed order."""
    keys = subkeys(key_of("usual", persona), np.arange(_VISITORS))
    rank = np.argsort(np.argsort(_STREAMS.uniform(f"usual.{purpose}", keys), kind="stable"))
    spread: FloatArray = (rank + 0.5) / _VISITORS
    spread.setflags(write=False)
    return spread


def _first_to_ring(weight: FloatArray, number: IntArray) -> FloatArray:
    """The chance of each clock of a row to be among the `number` first to ring, nearly.

    It is the chance to have rung by the time at which so many have on average (Newton's iteration from
    below, where the number is concave).
    """
    ringing = (weight > 0).sum(axis=1)
    wanted = np.minimum(number, _NEARLY * ringing)
    total = weight.sum(axis=1)
    time = wanted / np.where(total > 0, total, 1.0)
    for _ in range(_STEPS):
        silent = exp(-weight * time[:, None])
        slope = (weight * silent).sum(axis=1)
        time += (wanted - (1 - silent).sum(axis=1)) / np.where(slope > 0, slope, 1.0)
    rung: FloatArray = 1 - exp(-weight * time[:, None])
    return rung


def _planned(section: Persona, need: FloatArray, number: IntArray) -> FloatArray:
    """The chance of each booth to be a planned stop (see `Choice.planned`)."""
    total = need.sum(axis=1, keepdims=True)
    share = np.where(total > 0, section.own_chain_share, 0.0)
    by_need = _first_to_ring(
        share * need / np.where(total > 0, total, 1.0) + (1 - share) / need.shape[1], number
    )
    # of companies that need what few or none here supply
    rest = np.maximum(number - by_need.sum(axis=1), 0.0)
    free = 1 - by_need
    chance: FloatArray = by_need + free * np.minimum(rest / np.maximum(free.sum(axis=1), 1e-9), 1.0)[:, None]
    return chance


def _beside(planned: FloatArray, number: IntArray) -> FloatArray:
    """The chance of each booth to be a stop in passing (see `Choice.passing`)."""
    n = planned.shape[1]
    around = planned[:, np.arange(-NEAR - 1, n + NEAR) % n]
    so_far = np.cumsum(around, axis=1)
    near = np.maximum(so_far[:, 2 * NEAR + 1 :] - so_far[:, : -2 * NEAR - 1] - planned, 0.0)
    free = 1 - planned
    weight = near * free
    chance: FloatArray = np.minimum(_first_to_ring(weight, number), free)
    return chance


def _time(
    scenario: Scenario, section: Persona, persona: str, stops: IntArray, passing: IntArray, n: int
) -> tuple[FloatArray, FloatArray]:
    """Conversations at a stop of the route, and in all at stops to which a party strolls: (256,) each.

    Both as far as the stay reaches, with looks, ways and talks of mean length.
    """
    behaviour = scenario.data.behaviour
    talks = inclination(section, _spread(persona, "talks"))
    talk = talks * section.conversation_minutes.expectation()
    area = sum(hall.width_m * hall.depth_m for hall in scenario.data.venue.halls.values())
    step = (area / n) ** 0.5 / (60 * max(section.pace_m_per_s.expectation(), 0.1))  # min, a booth on
    stay = _stay(scenario, section, persona)
    number = np.maximum(stops + passing, 1e-9)
    way = step * np.minimum(n / np.maximum(number, 1.0), n**0.5)
    look = section.passing_look_minutes.expectation()
    route = stops * section.look_minutes.expectation() + passing * look + number * (way + talk)
    reached = np.minimum(1.0, stay / route)
    days = section.days_each.expectation()
    again = behaviour.return_share * (1 - 1 / max(days, 1.0))  # goes there to talk, on later days
    strolls = np.zeros(_VISITORS)
    if section.goes_on:
        left = np.maximum(stay - route, 0.0)
        on = step * min(1 / STROLL, n**0.5)
        strolls = np.minimum(left / (look + on + talk), np.maximum(n - number, 0.0))
    return talks * (1 + again) * reached, talks * strolls


def _stay(scenario: Scenario, section: Persona, persona: str) -> FloatArray:
    """Minutes that reference parties have for booths: as planned or until the doors close, less sessions."""
    expo = scenario.data.expo
    opens, closes = clock(expo.opens), clock(expo.closes)
    last = max(opens + MINUTE, closes - minutes(expo.last_admission_minutes))
    _, begin, end, weight = arrival_hours(section, opens, last, 0)
    hour = pick(weight, _spread(persona, "hour"))
    left = (closes - begin[hour] - _spread(persona, "minute") * (end - begin)[hour]) / MINUTE
    planned = section.stay_minutes.quantile(_spread(persona, "stay"))
    stay: FloatArray = np.maximum(np.minimum(planned, left) - _in_sessions(scenario), 1.0)
    return stay


def _in_sessions(scenario: Scenario) -> float:
    """Minutes of a visit in sessions registered for, on average; by steps: one more hardly matters."""
    data = scenario.data
    attended = 0.0
    for rule in data.programme.values():
        length = rule.talk_minutes + rule.mixing_minutes
        number = sum(rule.per_day) if rule.starts is None else 1
        attended += number * rule.registered * rule.show_probability * length
    visits = sum(persona.visits for persona in data.visitors.values())
    return _SESSIONS * round(attended / max(visits, 1) / _SESSIONS)
