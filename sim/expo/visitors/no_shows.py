"""Who is registered and never comes: a person's absence, drawn before the doors and known to nobody.

Some never travel, whatever they have agreed to; of those who take part in matchmaking, a share of the
no-shows are of people who do not come at all, so that all their meetings are missed together.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from sim.streams import FloatArray, KeyArray, Streams, key_of, subkeys

if TYPE_CHECKING:
    from sim.scenario import Scenario
    from sim.scenario.schema.data import Matchmaking, Persona

__all__ = ["Absence", "absence", "invited", "no_show_of_visitors", "no_show_of_who_comes", "takes_part"]

BoolArray = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Absence:
    """Who of some parties stays away on all days: an entry a party."""

    absent: BoolArray
    chance: FloatArray  # of it: the part of its meetings' no-shows that is the party's
    of_all: FloatArray  # of it, for whatever reason


def takes_part(name: str, share: FloatArray | float, keys: KeyArray, streams: Streams) -> BoolArray:
    """Which parties take part in the matchmaking programme `name`, each with the chance `share`."""
    u = streams.uniform("matchmaking.parties", subkeys(keys, key_of("matchmaking", name)))
    takes: BoolArray = u < share
    return takes


def absence(scenario: Scenario, name: str, keys: KeyArray, streams: Streams) -> Absence:
    """The absence of the parties of a persona with these keys.

    A party that takes part in several programmes has one chance of staying away: the greatest that
    they ask for, and not above the no-shows of any.
    """
    persona = scenario.data.visitors[name]
    greatest, least = np.zeros(len(keys)), np.ones(len(keys))
    for programme, section in scenario.data.matchmaking.items():
        if not invited(name, persona, section):
            continue
        takes = takes_part(programme, persona.matchmaking_share, keys, streams)
        no_show = no_show_of_visitors(section)
        greatest[takes] = np.maximum(greatest[takes], section.no_show_personal_share * no_show)
        least[takes] = np.minimum(least[takes], no_show)
    chance = np.minimum(greatest, least)
    never = np.zeros(len(keys), dtype=np.bool_)
    if persona.never_travel_share:
        never = streams.uniform("visitors.travels", keys) < persona.never_travel_share
    of_all = 1.0 - (1.0 - persona.never_travel_share) * (1.0 - chance)
    u = streams.uniform("visitors.absent", keys) if chance.any() else np.ones(len(keys))
    return Absence(never | (u < chance), chance, of_all)


def invited(name: str, persona: Persona, section: Matchmaking) -> bool:
    """Whether parties of persona `name` can take part in a programme."""
    return persona.matchmaking_share > 0 and (not section.guests or name in section.guests)


def no_show_of_visitors(section: Matchmaking) -> float:
    """Chance that a visitor's side of a meeting never comes, reminders counted."""
    prevented = section.reminder_effect if section.against_no_shows == "reminders" else 0.0
    return section.no_show * (1.0 - prevented)


def no_show_of_who_comes(no_show: float, chance: FloatArray) -> FloatArray:
    """Chance of missing a meeting of those who come to the fair.

    With `chance` of not coming at all, no-shows are then `no_show` in all.
    """
    left: FloatArray = np.clip((no_show - chance) / np.maximum(1.0 - chance, 1e-12), 0.0, 1.0)
    return left
