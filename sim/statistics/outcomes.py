"""What comes of useful contacts afterwards: chain contacts, key contacts, intentions, agreements.

Worked out after the run, by draws keyed by pair; nothing on the floor depends on it. A firm that an exhibitor
has a useful contact with is a *chain contact* if one of them supplies what the other buys, and a *key
contact* if both are interested and somebody who may decide was there. Of a key contact an *intention*
becomes if it is remembered, a next step is agreed, both can follow it up, and the one that buys still needs a
supplier: of all that might be followed up those of the greatest affinity come first, and when staff or needs
are used up the others come to nothing. Some intentions become *agreements*. How two met, how long and how
often, acts through what is remembered.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING, Final

import numpy as np

from sim.arithmetic import exp, normal_quantile
from sim.floor.arrays import MINUTE, IntArray
from sim.statistics.interactions import InteractionKind, Interactions
from sim.statistics.reading import Bools, Floats, Integers, Reading
from sim.streams import subkeys

if TYPE_CHECKING:
    from sim.expo.terms import OutcomeTerms

__all__ = ["Fate", "Outcomes", "read_outcomes"]

# Share of contacts that are remembered, by how many minutes they took (FACTS: memory, A).
_UP_TO: Final = np.array([5, 15, 60]) * MINUTE
_FORGOTTEN: Final = 1 - np.array([0.72, 0.86, 0.89, 0.94])
_OFTEN: Final = 8  # of a kind of contact of one pair: more change nothing that can be seen
_TRADE: Final = ("buyer", "professional", "delegation", "exhibitor")  # personas that come for a firm


class Fate(IntEnum):
    """What became of a chain contact, or what kept it from more: the first of these that holds."""

    NOT_KEY = 0
    FORGOTTEN = 1
    NO_NEXT_STEP = 2
    NO_TIME = 3  # one of the two had followed up as many as it can
    NO_NEED = 4  # the one that buys had found as many suppliers as it needs
    INTENTION = 5
    AGREEMENT = 6


@dataclass(frozen=True)
class Outcomes:
    """One entry a chain contact, of an exhibitor with another organisation, in order of `one`, then `other`.

    `one` is the lower number, and so an exhibitor; `buyer` is which of the two buys.
    """

    one: IntArray
    other: IntArray
    buyer: IntArray
    fit: Floats  # of what the one supplies with what the other needs, the larger direction
    affinity: Floats  # the greatest of their useful contacts
    contacts: IntArray  # how many useful ones
    length: IntArray  # ms in these
    in_meetings: Bools  # whether one of them was an organised meeting
    fate: IntArray  # Fate
    value: Floats  # of an agreement, money; 0 of others
    n_exhibitors: int

    def __len__(self) -> int:
        return len(self.one)

    def of_exhibitors(self, mask: Bools) -> IntArray:
        """How many of those in `mask` each exhibitor has: (exhibitors,); of two exhibitors each has it."""
        ends = np.concatenate((self.one[mask], self.other[mask]))
        return np.bincount(ends[ends < self.n_exhibitors], minlength=self.n_exhibitors)


def read_outcomes(reading: Reading, met: Interactions) -> Outcomes:
    """What comes of the useful contacts of a replication."""
    expo, terms, n = reading.expo, reading.expo.terms.outcomes, met.n_organisations
    of_trade = _of_trade(reading)
    chosen = met.useful & of_trade[met.actor] & of_trade[met.partner_actor]
    chosen &= np.minimum(met.organisation, met.partner) < reading.n_exhibitors
    row = met.by_pair[chosen[met.by_pair]]
    begin = np.flatnonzero(np.diff(met.pair[row], prepend=-1))
    pair = met.pair[row[begin]]
    one, other = pair // n, pair % n
    supplies, buys = expo.supply(one, other)
    fit = np.maximum(supplies, buys)
    chain = fit >= terms.chain_fit
    # the interactions of chain contacts alone from here on
    size = np.diff(begin, append=len(row))
    row = row[np.repeat(chain, size)]
    begin = np.cumsum(size[chain]) - size[chain]
    one, other, fit, size = one[chain], other[chain], fit[chain], size[chain]
    buyer = np.where(supplies[chain] >= buys[chain], other, one)
    affinity = expo.affinity(met.actor[row], met.partner_actor[row], np.repeat(fit, size))
    strongest = np.maximum.reduceat(affinity, begin) if len(begin) else np.zeros(0)
    key = expo.organisations.key
    keys = subkeys(np.minimum(key[one], key[other]), np.maximum(key[one], key[other]))
    draws = expo.streams.quartet("outcomes", keys)
    fate = np.full(len(one), Fate.NOT_KEY, dtype=np.int64)
    fate[strongest >= terms.key_affinity] = Fate.FORGOTTEN
    remembered = draws[0] >= _all_forgotten(met.length[row], begin)
    fate[(fate == Fate.FORGOTTEN) & remembered] = Fate.NO_NEXT_STEP
    wanted = (fate == Fate.NO_NEXT_STEP) & (draws[1] < terms.next_step_share)
    fate[wanted] = _followed_up(reading, np.flatnonzero(wanted), one, other, buyer, strongest)
    agreed = (fate == Fate.INTENTION) & (draws[2] < terms.agreement_share)
    fate[agreed] = Fate.AGREEMENT
    return Outcomes(
        one=one,
        other=other,
        buyer=buyer,
        fit=fit,
        affinity=strongest,
        contacts=size,
        length=np.add.reduceat(met.length[row], begin) if len(begin) else np.zeros(0, dtype=np.int64),
        in_meetings=np.logical_or.reduceat(met.kind[row] == InteractionKind.MEETING, begin)
        if len(begin)
        else np.zeros(0, np.bool_),
        fate=fate,
        value=np.where(agreed, _values(terms, draws[3]), 0.0),
        n_exhibitors=reading.n_exhibitors,
    )


def _of_trade(reading: Reading) -> Bools:
    """Whether each actor came for a firm; staff did."""
    kinds = np.array([kind in _TRADE for kind in reading.expo.terms.persona_kinds], dtype=np.bool_)
    staff = np.ones(len(reading.floor.staff.booth), dtype=np.bool_)
    of_trade: Bools = np.concatenate((kinds[reading.expo.parties.persona], staff))
    return of_trade


def _all_forgotten(length: Integers, begin: IntArray) -> Floats:
    """The chance that none of the contacts of a pair is remembered, each apart from the others."""
    powers = np.cumprod(np.vstack((np.ones(4), np.tile(_FORGOTTEN, (_OFTEN, 1)))), axis=0)
    kind = np.searchsorted(_UP_TO, length, side="right")
    chance = np.ones(len(begin))
    for each in range(4):
        if len(begin):
            often = np.add.reduceat(kind == each, begin, dtype=np.int64)
            chance *= powers[np.minimum(often, _OFTEN), each]
    return chance


def _followed_up(
    reading: Reading, row: IntArray, one: IntArray, other: IntArray, buyer: IntArray, affinity: Floats
) -> IntArray:
    """The fate of each of these rows, when those of the greatest affinity are followed up first."""
    terms = reading.expo.terms.outcomes
    n = len(reading.expo.organisations.name)
    time = _can_follow_up(reading).tolist()
    needs = [terms.needs] * n
    fates = np.empty(len(row), dtype=np.int64)
    order = np.lexsort((other[row], one[row], -affinity[row]))
    firsts, others, buyers = one[row].tolist(), other[row].tolist(), buyer[row].tolist()
    for k in order.tolist():
        a, b, buys = firsts[k], others[k], buyers[k]
        if time[a] < 1 or time[b] < 1:
            fates[k] = Fate.NO_TIME
            continue
        time[a] -= 1
        time[b] -= 1  # spent, whatever comes of it
        if needs[buys] < 1:
            fates[k] = Fate.NO_NEED
            continue
        needs[buys] -= 1
        fates[k] = Fate.INTENTION
    return fates


def _can_follow_up(reading: Reading) -> Floats:
    """How many contacts each organisation can follow up: by its staff, or by its people who came."""
    expo, terms = reading.expo, reading.expo.terms.outcomes
    n = len(expo.organisations.name)
    came = np.flatnonzero(reading.admitted)
    _, first = np.unique(reading.floor.party_days.party[came], return_index=True)  # some come on several days
    came = came[first]
    people = np.bincount(expo.parties.organisation[came], reading.size[came], minlength=n)
    can = people.astype(np.float64) * terms.follow_ups_a_visitor
    can[: reading.n_exhibitors] = expo.exhibitors.staff * terms.follow_ups_a_member
    return can


def _values(terms: OutcomeTerms, u: Floats) -> Floats:
    """Log-normal values of the scenario's mean."""
    spread = terms.agreement_spread
    return terms.agreement_value * exp(spread * normal_quantile(u) - spread**2 / 2)
