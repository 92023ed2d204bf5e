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
from typing import Final

import numpy as np

from sim.expo.draw.draws import pair_salts
from sim.floor.arrays import MINUTE, NONE, IntArray
from sim.floor.trace import Kind
from sim.sorting import order_of
from sim.statistics.measures import distinct, pair_numbers
from sim.statistics.reading import DAY, IDLE, QUEUES, Integers, Reading, moments
from sim.streams import KeyArray, subkeys

__all__ = ["LOOK_ROUND", "EncounterKind", "Encounters", "Occasions", "occasions", "read_encounters"]

LOOK_ROUND: Final = 5 * MINUTE  # how often those who stand together look round for somebody; an assumption
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

    @cached_property
    def pairs(self) -> IntArray:
        """The different pairs of organisations, in order."""
        return distinct(self.pair)


def read_encounters(reading: Reading) -> Encounters:
    """All encounters of a replication."""
    where = occasions(reading)
    keys = subkeys(reading.expo.parties.key, reading.expo.parties.day)
    stands = _stands(reading, where, keys)
    talk = _talks(reading, where, stands, keys)
    here, start = stands.occasion, stands.at[talk.one] * LOOK_ROUND
    order = np.lexsort((talk.one, talk.apart, start))
    a, b = here[talk.one[order]], here[talk.other[order]]
    swap = where.actor[a] > where.actor[b]
    a, b = np.where(swap, b, a), np.where(swap, a, b)
    return Encounters(
        kind=np.minimum(where.kind[a], where.kind[b]),
        start=start[order],
        length=talk.length[order],
        place=where.place[a],
        zone=where.zone[a],
        actor=where.actor[a],
        partner_actor=where.actor[b],
        organisation=reading.organisation[where.actor[a]],
        partner=reading.organisation[where.actor[b]],
        n_organisations=len(reading.expo.organisations.name),
    )


@dataclass(frozen=True, slots=True)
class _Stands:
    """Each look round of each party while it stands with others, an entry each, by cell, then by lot.

    Of a party that stands in two places at once the occasion that is first counts. Who stands together in a
    round is of one `cell`, numbered from 0; `key` is of cells and lots, as `in_order` makes it.
    """

    occasion: IntArray
    actor: IntArray  # party-day
    at: IntArray  # the number of the round
    cell: IntArray
    key: IntArray
    bits: int  # of the lot
    by_party: IntArray  # these rows by party-day, then round
    place: IntArray  # that of each row among those


@dataclass(frozen=True, slots=True)
class _Talks:
    """Pairs who fall into talk, an entry each, by their rows of `_Stands`."""

    one: IntArray
    other: IntArray
    apart: IntArray  # the last bits of their lots, from the first that differs
    length: IntArray  # ms


def _stands(reading: Reading, where: Occasions, keys: KeyArray) -> _Stands:
    """Who stands together in which round."""
    first = -(-where.start // LOOK_ROUND)
    rounds = np.maximum(-(-where.end // LOOK_ROUND) - first, 0)
    here = np.repeat(np.arange(len(rounds)), rounds)
    at = first[here] + np.arange(len(here)) - np.repeat(np.cumsum(rounds) - rounds, rounds)
    number = where.actor[here] * (int(at.max(initial=0)) + 1) + at
    row = order_of(number)
    row = row[np.diff(number[row], prepend=-1) != 0]
    here, at = here[row], at[row]
    group = np.where(where.kind == EncounterKind.COFFEE, EncounterKind.LOUNGE, where.kind)  # side by side
    spots = len(reading.floor.places.zone) + len(reading.floor.places.zone_distance)
    spot = np.where(where.place == NONE, -1 - where.zone, where.place) % spots
    lots = pair_salts(reading.expo.streams, "encounters.order", keys)
    actor = where.actor[here]
    cell = (at * len(EncounterKind) + group[here]) * spots + spot[here]
    order, key, bits = in_order(cell, subkeys(lots[actor], at))
    by_party = np.empty_like(order)
    by_party[order] = np.arange(len(order))
    dense = np.cumsum(np.diff(cell[order], prepend=-1) != 0) - 1
    return _Stands(here[order], actor[order], at[order], dense, key, bits, by_party, order)


def _talks(reading: Reading, where: Occasions, stands: _Stands, keys: KeyArray) -> _Talks:
    """Who falls into talk with whom, given that nobody looks round who is still in talk.

    First as if nobody ever were, in all rounds at once; then once more in those cells of which somebody is,
    until nothing changes. After n times the first n rounds are as they are if they are done one after the
    other; but few talks last until the next round, and so it takes a handful.
    """
    talks = np.empty((4, 0), dtype=np.int64)
    free, again = np.ones((2, len(stands.at)), dtype=np.bool_)
    cells = int(stands.cell.max(initial=-1)) + 1
    while again.any():
        new = _fallen(reading, where, stands, keys, np.flatnonzero(again & free))
        talks = np.concatenate((talks[:, ~again[talks[0]]], new), axis=1)
        now, of_cell = np.ones(len(free), dtype=np.bool_), np.zeros(cells, dtype=np.bool_)
        now[_in_talk(stands, _Talks(*talks))] = False
        of_cell[stands.cell[now != free]] = True
        free, again = now, of_cell[stands.cell]
    return _Talks(*talks)


def _in_talk(stands: _Stands, talks: _Talks) -> IntArray:
    """The rows of those who are in a talk that began in a round before."""
    long = np.flatnonzero(talks.length > LOOK_ROUND)
    row = np.concatenate((talks.one[long], talks.other[long]))
    end = stands.at[row] * LOOK_ROUND + np.tile(talks.length[long], 2)
    found = [np.empty(0, dtype=np.int64)]
    while len(row):
        next_ = stands.by_party[np.minimum(stands.place[row] + 1, len(stands.at) - 1)]
        still = (stands.actor[next_] == stands.actor[row]) & (stands.at[next_] > stands.at[row])
        still &= stands.at[next_] * LOOK_ROUND < end
        row, end = next_[still], end[still]
        found.append(row)
    return np.concatenate(found)


def _fallen(reading: Reading, where: Occasions, stands: _Stands, keys: KeyArray, row: IntArray) -> IntArray:
    """The columns of `_Talks` of these rows, all of a cell who are free: (4, talks)."""
    terms, streams = reading.expo.terms.encounters, reading.expo.streams
    one, other, apart = paired(stands.key[row], stands.bits)
    one, other = row[one], row[other]
    a, b, begin = stands.actor[one], stands.actor[other], stands.at[one]
    low, high = np.minimum(keys[a], keys[b]), np.maximum(keys[a], keys[b])
    falls, length = streams.quartet("encounters", subkeys(subkeys(low, high), begin))[:2]
    talk = np.flatnonzero((falls < terms.share) & (reading.organisation[a] != reading.organisation[b]))
    one, other, begin = one[talk], other[talk], begin[talk] * LOOK_ROUND
    ms = terms.lengths[(length[talk] * len(terms.lengths)).astype(np.int64)]
    until = np.minimum(where.end[stands.occasion[one]], where.end[stands.occasion[other]])
    return np.stack((one, other, apart[talk], np.minimum(ms, until - begin)))


def in_order(cell: IntArray, lot: KeyArray) -> tuple[IntArray, IntArray, int]:
    """The order by cell, then lot; the two as a number of each, in that order; and the bits of lot in it."""
    bits = _BITS - int(cell.max(initial=0)).bit_length()
    key = (cell << bits) | (lot >> np.uint64(64 - bits)).astype(np.int64)
    order = np.argsort(key, kind="stable")
    return order, key[order], bits


def paired(key: IntArray, bits: int) -> tuple[IntArray, IntArray, IntArray]:
    """Two and two of those of a cell, all but one at most; and the last bits of their lots, which differ.

    Whoever shares the most leading bits of the lot is paired first, so that one more in a cell changes a few
    pairs and not all.

    Args:
        key: cells and lots, as they come `in_order`.
        bits: of the lot.
    """
    # Of sorted keys the less two neighbours differ, the longer is the prefix they share: two that differ
    # less than either differs from its other neighbour are paired, whatever becomes of the rest.
    left = np.arange(len(key))
    found = [np.empty((3, 0), dtype=np.int64)]
    while len(left) > 1:
        differ = key[left[1:]] ^ key[left[:-1]]
        near = differ < (1 << bits)
        near[1:] &= differ[1:] < differ[:-1]
        near[:-1] &= differ[:-1] <= differ[1:]
        one = np.flatnonzero(near)
        if not len(one):
            break
        found.append(np.stack((left[one], left[one + 1], np.frexp(differ[one])[1])))
        alone = np.ones(len(left), dtype=np.bool_)
        alone[one] = alone[one + 1] = False
        left = left[alone]
    one, other, apart = np.concatenate(found, axis=1)
    return one, other, apart


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
