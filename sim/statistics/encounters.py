"""Encounters: visitors who fall into talk with each other where they stand together.

Worked out after the run, from who was where in the trace and keyed draws; nothing on the floor depends on
it. Parties stand together at coffee, over a meal, in the lounge of a hall, in a queue, and after a session.
Every five minutes of the clock those of one place who are free are paired, and a pair falls into talk with
a given chance, until its length is over or one of the two has something to do. An encounter is an
interaction of its own kind: it is no useful contact, and counts among `encounters.*` alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from functools import cached_property
from itertools import pairwise
from typing import Final

import numpy as np

from sim.expo.draw.draws import pair_salts
from sim.floor.arrays import MINUTE, NONE, IntArray
from sim.floor.trace import Kind
from sim.statistics.measures import pair_numbers
from sim.statistics.reading import DAY, IDLE, QUEUES, Integers, Reading, moments
from sim.streams import KeyArray, subkeys

__all__ = ["LOOK_ROUND", "EncounterKind", "Encounters", "Occasions", "occasions", "read_encounters"]

LOOK_ROUND: Final = 5 * MINUTE  # how often those who stand together look round for somebody; an assumption
_A_DAY: Final = DAY // LOOK_ROUND  # rounds
_BITS: Final = 62  # of an integer that is not negative, and one to spare


class EncounterKind(IntEnum):
    """Where two parties stood together; of two at once the first counts."""

    COFFEE = 0
    MEAL = 1
    LOUNGE = 2
    QUEUE = 3
    AFTER_SESSION = 4


@dataclass(frozen=True, slots=True)
class Occasions:
    """Stretches in which a party stands where others do, one entry each, by kind."""

    kind: IntArray
    actor: IntArray  # party-day
    place: IntArray  # where, or NONE: anywhere in its zone
    zone: IntArray
    start: IntArray  # ms
    end: IntArray  # ms


@dataclass(frozen=True)
class Encounters:
    """One entry an encounter of two parties of different organisations, by start; lower party-day first."""

    kind: IntArray  # EncounterKind
    start: IntArray  # ms
    length: IntArray  # ms
    place: IntArray  # or NONE: anywhere in the zone
    zone: IntArray
    actor: IntArray  # party-day
    partner_actor: IntArray  # party-day
    organisation: IntArray
    partner: IntArray  # organisation
    n_organisations: int

    def __len__(self) -> int:
        return len(self.start)

    @cached_property
    def pair(self) -> IntArray:
        """A number of the unordered pair of organisations, as that of `Interactions`."""
        return pair_numbers(self.organisation, self.partner, self.n_organisations)


def read_encounters(reading: Reading) -> Encounters:
    """All encounters of a replication."""
    expo, terms = reading.expo, reading.expo.terms.encounters
    where = occasions(reading)
    key = subkeys(expo.parties.key, expo.parties.day)
    lots = pair_salts(expo.streams, "encounters.order", key)
    here, at, bounds = _rounds(reading, where)
    who = where.actor[here]
    group = np.where(where.kind == EncounterKind.COFFEE, EncounterKind.LOUNGE, where.kind)[
        here
    ]  # side by side
    spots = len(reading.floor.places.zone) + len(reading.floor.places.zone_distance)
    spot = at * spots + np.where(where.place == NONE, -1 - where.zone, where.place)[here] % spots
    lot = subkeys(lots[who], at)
    busy, chosen = np.zeros((2, reading.n_party_days), dtype=np.int64)
    rows: list[IntArray] = []
    for low, high in pairwise(bounds):
        free = low + np.flatnonzero(busy[who[low:high]] <= at[low:high] * LOOK_ROUND)
        # of a party that stands in two places at once, the occasion that is first here counts: written last
        chosen[who[free][::-1]] = free[::-1]
        free = free[chosen[who[free]] == free]
        first, second = paired(spot[free], group[free], lot[free])
        if not len(first):  # as mostly, where few people are
            continue
        first, second = free[first], free[second]
        a, b, begin = who[first], who[second], at[first]
        one, other = key[a], key[b]
        pair = subkeys(subkeys(np.minimum(one, other), np.maximum(one, other)), begin)
        falls, length = expo.streams.quartet("encounters", pair)[:2]
        talk = np.flatnonzero((falls < terms.share) & (reading.organisation[a] != reading.organisation[b]))
        ms = terms.lengths[(length[talk] * len(terms.lengths)).astype(np.int64)]
        a, b, begin = here[first[talk]], here[second[talk]], begin[talk] * LOOK_ROUND
        ms = np.minimum(ms, np.minimum(where.end[a], where.end[b]) - begin)
        busy[where.actor[a]] = busy[where.actor[b]] = begin + ms
        swap = where.actor[a] > where.actor[b]
        a, b = np.where(swap, b, a), np.where(swap, a, b)
        rows.append(np.stack((a, b, begin, ms)))
    found = np.concatenate([np.empty((4, 0), dtype=np.int64), *rows], axis=1)
    a, b, start, length_ms = found[:, np.argsort(found[2], kind="stable")]
    return Encounters(
        kind=np.minimum(where.kind[a], where.kind[b]),
        start=start,
        length=length_ms,
        place=where.place[a],
        zone=where.zone[a],
        actor=where.actor[a],
        partner_actor=where.actor[b],
        organisation=reading.organisation[where.actor[a]],
        partner=reading.organisation[where.actor[b]],
        n_organisations=len(expo.organisations.name),
    )


def _rounds(reading: Reading, where: Occasions) -> tuple[IntArray, IntArray, list[int]]:
    """Which occasions there are in each round, and the number of the round.

    And where in these arrays begins what is done at once: one after the other where a party is busy until
    later. Days are done side by side; if any goes on into the next, all rounds are, one after the other.
    """
    first = -(-where.start // LOOK_ROUND)
    rounds = np.maximum(-(-where.end // LOOK_ROUND) - first, 0)
    here = np.repeat(np.arange(len(rounds)), rounds)
    at = first[here] + np.arange(len(here)) - np.repeat(np.cumsum(rounds) - rounds, rounds)
    day = reading.expo.parties.day[where.actor[here]]
    step = at % _A_DAY if (at // _A_DAY == day).all() else at
    order = np.argsort(step.astype(np.uint16), kind="stable")  # numbers so small are sorted in no time
    bounds = np.flatnonzero(np.diff(step[order], prepend=-1, append=-1)).tolist()
    return here[order], at[order], bounds


def paired(place: IntArray, group: IntArray, lot: KeyArray) -> tuple[IntArray, IntArray]:
    """Two and two of those of a group at each place, all but one at most.

    Whoever shares the most leading bits of the `lot` is paired first, so that one more at a place changes
    a few pairs and not all.
    """
    if len(place) < 2:
        return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64)
    size = len(place).bit_length()
    bits = min(2 * size + 8, _BITS - size)
    least = place.min(initial=0)
    cell = group * (place.max(initial=0) - least + 1) + place - least
    row = np.lexsort((lot, cell))
    apart = np.diff(cell[row]) != 0
    leading = (lot[row] >> np.uint64(64 - bits)).astype(np.int64)
    key = (np.append(0, np.cumsum(apart))[: len(row)] << bits) | leading
    # Of sorted keys the less two neighbours differ, the longer is the prefix they share: two that differ
    # less than either differs from its other neighbour are paired, whatever becomes of the rest.
    left = np.arange(len(row))
    found = [np.empty((3, 0), dtype=np.int64)]
    while True:
        differ = key[left[1:]] ^ key[left[:-1]]
        near = differ < (1 << bits)
        near[1:] &= differ[1:] < differ[:-1]
        near[:-1] &= differ[:-1] <= differ[1:]
        one = np.flatnonzero(near)
        if not len(one):
            break
        found.append(np.stack((np.frexp(differ[one])[1], left[one], left[one + 1])))
        alone = np.ones(len(left), dtype=np.bool_)
        alone[one] = alone[one + 1] = False
        left = left[alone]
    length, first, second = np.concatenate(found, axis=1)
    order = np.lexsort((first, length))
    return row[first[order]], row[second[order]]


def occasions(reading: Reading) -> Occasions:
    """When and where parties stand together, by `EncounterKind`."""
    zones = reading.floor.places.zone
    after = reading.expo.terms.encounters.after_session
    found = [_coffees(reading)]
    meals = reading.rows(Kind.MEAL).done
    found.append((EncounterKind.MEAL, meals.actor, meals.place, meals.begin, meals.end))
    lounge = reading.rows(Kind.LOUNGE)
    found.append((EncounterKind.LOUNGE, lounge.actor, -1 - zones[lounge.place], lounge.start, lounge.end))
    for kind in QUEUES:
        queue = reading.came(kind)
        queue = queue.where((queue.wait > 0) & reading.is_party(queue.actor))
        # at the door of a full hall one stands with all who wait for that hall
        place = -1 - queue.other if kind == Kind.HALL else queue.place
        found.append((EncounterKind.QUEUE, queue.actor, place, queue.start, queue.begin))
    seen = reading.audience.done
    until = _next_busy(reading, seen.actor, seen.end)
    ends = np.minimum(seen.end + after, until)
    found.append((EncounterKind.AFTER_SESSION, seen.actor, seen.place, seen.end, ends))
    kinds = np.repeat([kind for kind, *_ in found], [len(actor) for _, actor, *_ in found])
    actor, place, start, end = (
        np.concatenate([columns[i] for columns in found]).astype(np.int64) for i in (1, 2, 3, 4)
    )
    zone = np.where(place >= 0, zones[np.maximum(place, 0)], -1 - place)
    return Occasions(kinds.astype(np.int64), actor, np.where(place >= 0, place, NONE), zone, start, end)


def _coffees(reading: Reading) -> tuple[EncounterKind, Integers, Integers, Integers, Integers]:
    """Coffees: at a drawn moment of the coffee hours, in the hall in which the party then is."""
    expo, terms = reading.expo, reading.expo.terms.encounters
    visits = reading.visits
    actor = visits.actor.astype(np.int64)
    u = expo.streams.quartet("encounters.coffee", subkeys(expo.parties.key[actor], expo.parties.day[actor]))
    moment = expo.parties.day[actor] * DAY + terms.coffee_from
    moment = moment + (u[1] * (terms.coffee_to - terms.coffee_from)).astype(np.int64)
    drinks = (u[0] < terms.coffee_share) & (visits.start <= moment) & (moment < visits.end)
    actor, moment = actor[drinks], moment[drinks]
    # where it is: at the place it was at last; it is free if it looks, lounges or walks
    rows = reading.whereabouts_of(actor)
    last = np.searchsorted(rows.moments, moments(actor, moment), side="right") - 1
    known = (last >= 0) & (rows.actor[np.maximum(last, 0)] == actor) if len(rows) else last >= 0
    actor, moment, last = actor[known], moment[known], last[known]
    idle = np.isin(rows.kind[last], IDLE)
    free = idle | (rows.end[last] <= moment)
    actor, moment, last = actor[free], moment[free], last[free]
    zone = reading.floor.places.zone[rows.place[last]]
    end = np.minimum(moment + terms.coffee, _next_busy(reading, actor, moment))
    return EncounterKind.COFFEE, actor, -1 - zone, moment, end


def _next_busy(reading: Reading, actor: Integers, moment: Integers) -> IntArray:
    """When each is next busy after a moment: at what is neither looking nor the lounge, or gone home."""
    busy = reading.busy
    home = np.zeros(reading.n_party_days, dtype=np.int64)
    home[reading.visits.actor] = reading.visits.end
    until = home[actor]
    if len(busy):
        after = np.searchsorted(busy.moments, moments(actor, moment), side="left")
        next_ = np.minimum(after, len(busy) - 1)
        on = (after < len(busy)) & (busy.actor[next_] == actor)
        until = np.where(on, np.minimum(busy.start[next_], until), until)
    return until
