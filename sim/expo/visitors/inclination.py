"""How much a party is inclined to talk: its own propensity, the same at all its stops and on all its days."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Final

import numpy as np

from sim.expo.draw.draws import alike
from sim.floor.arrays import IntArray
from sim.scenario.schema.distributions import Gamma
from sim.scipy_parts import special
from sim.streams import FloatArray

if TYPE_CHECKING:
    from sim.scenario.schema.data import Persona

__all__ = ["inclination", "inclination_each"]

_MOST: Final = 1e9  # factor beyond which everybody wants to talk everywhere


def inclination(persona: Persona, u: FloatArray) -> FloatArray:
    """The chance that a party wants to talk at a stop, at each probability `u`: `talk_share` on average.

    It is a gamma factor times a share, at most 1; the share is a little more than `talk_share`, so that
    the mean stays in spite of the cut.
    """
    share, spread = persona.talk_share, persona.talk_cv
    if spread == 0 or share in (0.0, 1.0):
        return np.full(len(u), share)
    factor = Gamma(dist="gamma", mean=1.0, cv=spread)
    chance: FloatArray = np.minimum(factor.quantile(u) * _before_cut(share, spread), 1.0)
    return chance


def inclination_each(personas: Sequence[Persona], persona: IntArray, u: FloatArray) -> FloatArray:
    """As `inclination`, each of its persona."""
    _, of_persona = alike([(each.talk_share, each.talk_cv) for each in personas])
    chance, which = np.empty(len(u)), of_persona[persona]
    for first in np.unique(of_persona, return_index=True)[1].tolist():
        mine = np.flatnonzero(which == of_persona[first])
        chance[mine] = inclination(personas[first], u[mine])
    return chance


@lru_cache(maxsize=64)
def _before_cut(share: float, spread: float) -> float:
    """The s for which min(1, s g) has the mean `share`, where g is gamma with mean 1 and CV `spread`."""
    gammainc, gammaincc = special().gammainc, special().gammaincc
    shape = spread**-2
    low, high = share, 1.0
    while True:  # E min(1, s g) = s P(shape + 1, shape / s) + Q(shape, shape / s)
        mean = high * gammainc(shape + 1, shape / high) + gammaincc(shape, shape / high)
        if mean >= share or high > _MOST:
            break
        low, high = high, 2 * high
    for _ in range(60):
        s = (low + high) / 2
        mean = s * gammainc(shape + 1, shape / s) + gammaincc(shape, shape / s)
        low, high = (s, high) if mean < share else (low, s)
    return high
