"""Bunches of visitors: who arrives together, as parties, on which days and when.

People do not come one by one (FACTS: arrivals): a metro or a coach brings a bunch, which breaks up
into parties that walk together. A bunch that comes on several days comes together on each.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from itertools import pairwise
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

from sim.arithmetic import log
from sim.expo.draw.draws import whole_each
from sim.expo.venue.hours import DAY
from sim.floor.arrays import HOUR, SECOND, IntArray
from sim.scenario.schema.personas import arrival_shares
from sim.scipy_parts import special
from sim.streams import FloatArray, KeyArray, Streams, key_of, subkeys

if TYPE_CHECKING:
    from sim.scenario.schema.data import Persona

__all__ = ["Absent", "Bunches", "arrival_hours", "arrivals", "day_clocks", "gather", "stays_away_by_shock"]

BoolArray = npt.NDArray[np.bool_]
Absent = Callable[[KeyArray], BoolArray]
"""Which parties, by key, are registered and never come."""

APART: Final = 40 * SECOND
"""Mean time of a bunch's further parties after its first: with parties of 1.5 and bunches of 2.5
people a little more than half arrive within 20 s of the one before (FACTS: arrivals)."""


_WAVES: Final = 16  # members of a bunch that are drawn one after the other; then ever more at a time; but
_FEW: Final = 1 << 11  # so many members of all bunches at a time, if their bunches are few


@dataclass(frozen=True, slots=True)
class Bunches:
    """The party-days of a persona, in order of bunch, member and day: a row each."""

    bunch: IntArray  # number of the bunch
    member: IntArray  # number of the party in its bunch
    day: IntArray  # 0 is the first
    size: IntArray  # people of the party on that day
    arrival: IntArray  # ms, at the gate
    bunch_key: KeyArray
    party_key: KeyArray
    comes: BoolArray  # False: is registered and never comes
    instead: BoolArray  # True: comes in place of those, and was not registered

    def __len__(self) -> int:
        return len(self.bunch)

    def where(self, kept: BoolArray | slice) -> Bunches:
        """These party-days alone."""
        return Bunches(*(getattr(self, column.name)[kept] for column in fields(self)))

    def joined(self, other: Bunches) -> Bunches:
        """These party-days, then the other's, whose bunches are numbered on."""
        number = other.bunch + int(self.bunch.max(initial=-1)) + 1
        other = replace(other, bunch=number)
        pairs = ((getattr(self, column.name), getattr(other, column.name)) for column in fields(self))
        return Bunches(*(np.concatenate(pair) for pair in pairs))


def gather(
    personas: Mapping[str, Persona],
    admission: IntArray,
    factors: Sequence[FloatArray],
    streams: Streams,
    absent: Sequence[Absent | None],
) -> list[Bunches]:
    """The party-days of each persona, by name.

    The sizes of those that come sum to its `visits`, or to a Poisson number of that mean. As many
    are registered; in place of parties that are `absent` (None: nobody is) others come, last, so
    that who is registered does not depend on who is absent. `admission` (days, 2) has the
    ms at which the gates open and close. `factors` (days, 24) multiply the arrivals of each clock
    hour (R8): below 1 bunches stay away by keyed draws, above 1 more come beside the same ones.
    """
    of_all = list(zip(personas.items(), absent, strict=True))
    usual = [
        _Crowd(persona, key_of("persona", name), _visits(name, persona, streams), away)
        for (name, persona), away in of_all
    ]
    base = _fill(usual, admission, streams)
    excess = [np.maximum(each - 1.0, 0.0) for each in factors]
    instead = [
        _Crowd(persona, key_of("instead", name), int(bunches.size[~bunches.comes].sum()), None)
        for (name, persona), bunches in zip(personas.items(), base, strict=True)
    ]
    surplus = [
        _Crowd(persona, key_of("surplus", name), round(crowd.visits * float(over.max())), away)
        for ((name, persona), away), crowd, over in zip(of_all, usual, excess, strict=True)
    ]
    filled = _fill([*instead, *surplus], admission, streams)
    groups = []
    for bunches, others, more, factor, over in zip(
        base, filled[: len(base)], filled[len(base) :], factors, excess, strict=True
    ):
        others = replace(others, instead=np.ones(len(others), dtype=np.bool_))
        if (factor < 1).any():
            bunches, others = (
                each.where(_comes(each, np.minimum(factor, 1.0), streams)) for each in (bunches, others)
            )
        if over.any():
            bunches = bunches.joined(more.where(_comes(more, over / float(over.max()), streams)))
        groups.append(bunches.joined(others))
    return groups


def _visits(name: str, persona: Persona, streams: Streams) -> int:
    if persona.visits_count != "poisson":
        return persona.visits
    u = streams.uniform("visitors.visits", subkeys(key_of("persona", name), 0))
    return _poisson(persona.visits, float(u[0]))


def stays_away_by_shock(
    bunch_key: KeyArray, day: IntArray, chances: FloatArray, streams: Streams
) -> BoolArray:
    """Which bunches a shock keeps away on a day, if others come with these `chances`."""
    away: BoolArray = streams.uniform("visitors.factor", bunch_key, day) >= chances
    return away


def _comes(bunches: Bunches, chances: FloatArray, streams: Streams) -> BoolArray:
    """Whether each party-day takes place; a bunch within one hour comes or stays away together."""
    chance = chances[bunches.day, bunches.arrival % DAY // HOUR]
    return ~stays_away_by_shock(bunches.bunch_key, bunches.day, chance, streams)


def arrival_hours(
    persona: Persona, opens: int, closes: int, midnight: int
) -> tuple[IntArray, IntArray, IntArray, FloatArray]:
    """The hours at which people arrive on a day: clock hour, from, until (ms), weight of the time open."""
    rows = []
    for hour, weight in _hours(persona):
        low = max(opens, midnight + hour * HOUR)
        high = min(closes, midnight + (hour + 1) * HOUR)
        if high > low and weight > 0:
            rows.append((hour, low, high, weight * (high - low)))
    if not rows:  # no hour of the profile is open: alike over the day
        rows.append((0, opens, closes, 1.0))
    hour_, from_, until = (np.array([row[k] for row in rows], dtype=np.int64) for k in range(3))
    return hour_, from_, until, np.array([row[3] for row in rows])


def _hours(persona: Persona) -> list[tuple[int, float]]:
    """Clock hours and their weights: those of the profile, and what lies before and after it."""
    hours = sorted((int(hour), weight) for hour, weight in persona.arrival_shares.items())
    beyond = persona.arrival_beyond
    if beyond is None:
        beyond = float(persona.arrival_shares == arrival_shares())
    (first, early), (last, late) = hours[0], hours[-1]
    before = [(hour, beyond * early) for hour in range(first)]
    return before + hours + [(hour, beyond * late) for hour in range(last + 1, 24)]


@dataclass(frozen=True, slots=True)
class _Crowd:
    """So many visits of a persona, in the bunches whose keys are below `parent`."""

    persona: Persona
    parent: int
    visits: int
    absent: Absent | None

    def bunches(self, days: int) -> int:
        """How many bunches are probably enough."""
        persona = self.persona
        each = max(persona.bunch_size.expectation(), persona.party_size.expectation(), 1.0)
        each *= min(max(persona.days_each.expectation(), 1.0), days)
        return int(1.1 * self.visits / each) + 16


def _fill(crowds: Sequence[_Crowd], admission: IntArray, streams: Streams) -> list[Bunches]:
    """Of each crowd bunch after bunch until there are its `visits`; the last party-day is cut to fit."""
    none, keys = np.empty(0, dtype=np.int64), np.empty(0, dtype=np.uint64)
    never = np.empty(0, dtype=np.bool_)
    filled = [Bunches(none, none, none, none, none, keys, keys, never, never)] * len(crowds)
    open_ = {c: crowd.bunches(len(admission)) for c, crowd in enumerate(crowds) if crowd.visits}
    while open_:
        drawn = _drawn([crowds[c] for c in open_], list(open_.values()), admission, streams)
        for c, bunches in zip(list(open_), drawn, strict=True):
            visits, reached = crowds[c].visits, np.cumsum(bunches.size)
            if reached[-1] < visits:
                open_[c] *= 2
                continue
            del open_[c]
            kept = reached - bunches.size < visits
            size = bunches.size - np.maximum(reached - visits, 0)
            filled[c] = replace(bunches, size=size).where(kept)
    return filled


def _drawn(
    crowds: Sequence[_Crowd], count: Sequence[int], admission: IntArray, streams: Streams
) -> list[Bunches]:
    """The party-days of so many bunches of each crowd, or of the first ones, if they hold all its visits."""
    personas, visits = [crowd.persona for crowd in crowds], np.array([crowd.visits for crowd in crowds])
    keys = np.concatenate(
        [subkeys(crowd.parent, np.arange(n)) for crowd, n in zip(crowds, count, strict=True)]
    )
    kind = np.repeat(np.arange(len(crowds)), count)
    u = streams.uniform("visitors.bunch_size", keys)
    wanted = whole_each([persona.bunch_size for persona in personas], kind, u, least=1)
    wanted = np.minimum(wanted, visits[kind])  # whatever is more would be cut
    before = np.cumsum(wanted) - wanted
    enough = before - before[np.searchsorted(kind, kind)] < visits[kind]
    keys, kind, wanted = keys[enough], kind[enough], wanted[enough]
    bunch, member, size = _parties(personas, kind, keys, wanted, streams)
    party, day = np.nonzero(_days(personas, kind, keys, len(admission), streams)[bunch])
    bunch, member, size = bunch[party], member[party], size[party]
    of, bunch_key = kind[bunch], keys[bunch]
    party_key = subkeys(bunch_key, member)
    arrival = arrivals(personas, of, bunch_key, party_key, member, day, admission, streams)
    comes, instead = np.ones(len(bunch), dtype=np.bool_), np.zeros(len(bunch), dtype=np.bool_)
    number = bunch - np.searchsorted(kind, of)
    drawn = Bunches(number, member, day, size, arrival, bunch_key, party_key, comes, instead)
    own = [slice(*ends) for ends in pairwise(np.searchsorted(of, np.arange(len(crowds) + 1)).tolist())]
    for crowd, mine in zip(crowds, own, strict=True):
        if crowd.absent is not None:
            comes[mine] = ~crowd.absent(party_key[mine])
    return [drawn.where(mine) for mine in own]


def arrivals(
    personas: Sequence[Persona],
    persona: IntArray,
    bunch_key: KeyArray,
    party_key: KeyArray,
    member: IntArray,
    day: IntArray,
    admission: IntArray,
    streams: Streams,
) -> IntArray:
    """When parties of these personas and keys, members of these bunches, arrive on these days (ms).

    A bunch comes in the hour whose keyed exponential clock rings first, so that hours that close or
    open, or weigh otherwise, move only those who would come in them or now do.
    """
    u = streams.uniform("visitors.arrival", bunch_key, day)
    apart = streams.uniform("visitors.apart", party_key, day)
    offset = np.where(member > 0, -APART * log(apart), 0.0)
    alike = persona * len(admission) + day  # who chooses among the same hours
    order = np.argsort(alike, kind="stable")
    cells, first = np.unique(alike[order], return_index=True)
    rows = np.split(order, first)[1:]
    on_day = subkeys(bunch_key, day)
    keys, hours, profiles = [on_day[:0]], [day[:0]], []
    for of, cell in zip(rows, cells.tolist(), strict=True):
        p, d = divmod(cell, len(admission))
        opens, closes = admission[d].tolist()
        hour, *profile = arrival_hours(personas[p], opens, closes, DAY * d)
        keys.append(np.tile(on_day[of], len(hour)))
        hours.append(np.repeat(hour, len(of)))
        profiles.append((of, opens, closes, *profile))
    clocks = -log(streams.uniform("visitors.hour", np.concatenate(keys), np.concatenate(hours)))
    arrival, done = np.zeros(len(day), dtype=np.int64), 0
    for of, opens, closes, from_, until, weight in profiles:
        clock = clocks[done : done + len(weight) * len(of)].reshape(len(weight), len(of))
        done += clock.size
        chosen = np.argmin(clock / weight[:, None], axis=0)
        moment = from_[chosen] + u[of] * (until - from_)[chosen] + offset[of]
        arrival[of] = np.clip(moment.astype(np.int64), opens, closes - 1)
    return arrival


def _parties(
    personas: Sequence[Persona], kind: IntArray, keys: KeyArray, people: IntArray, streams: Streams
) -> tuple[IntArray, IntArray, IntArray]:
    """Bunch, member and size of each party, by bunch and member; each bunch is of a kind of persona.

    Parties join a bunch until it has at least the people drawn for it. Whether one more joins does
    not depend on its size, so that party sizes keep their distribution.
    """
    sizes = [persona.party_size for persona in personas]
    wanted = people.copy()
    waves: list[tuple[IntArray, IntArray, IntArray]] = []
    open_ = np.arange(len(keys))
    first = 0
    while len(open_):
        at_once = max(1 + first // _WAVES, min(_WAVES, _FEW // len(open_)))
        members = first + np.arange(at_once)
        u = streams.uniform("visitors.party_size", subkeys(keys[open_][:, None], members[None, :]).ravel())
        size = whole_each(sizes, np.repeat(kind[open_], at_once), u, least=1).reshape(len(open_), at_once)
        row, column = np.nonzero(np.cumsum(size, axis=1) - size < wanted[open_, None])
        waves.append((open_[row], members[column], size[row, column]))
        wanted[open_] -= size.sum(axis=1)
        open_ = open_[wanted[open_] > 0]
        first += len(members)
    bunch, member, size = (np.concatenate(column) for column in zip(*waves, strict=True))
    order = np.lexsort((member, bunch))
    return bunch[order], member[order], size[order]


def _days(
    personas: Sequence[Persona], kind: IntArray, keys: KeyArray, days: int, streams: Streams
) -> BoolArray:
    """Whether each bunch comes on each day: those whose keyed exponential clocks ring first."""
    clock = day_clocks(personas, kind, keys, days, streams)
    u = streams.uniform("visitors.days_each", keys)
    number = whole_each([persona.days_each for persona in personas], kind, u, least=1)
    number = np.minimum(number, np.count_nonzero(np.isfinite(clock), axis=1))
    rank = np.argsort(np.argsort(clock, axis=1, kind="stable"), axis=1, kind="stable")
    comes: BoolArray = rank < number[:, None]
    return comes


def day_clocks(
    personas: Sequence[Persona], kind: IntArray, keys: KeyArray, days: int, streams: Streams
) -> FloatArray:
    """The keyed exponential clock of each bunch and day (bunches, days): the first to ring are its days.

    One of a day on which nobody of its kind of persona comes never rings.
    """
    weights = np.zeros((len(personas), days))
    for own, persona in zip(weights, personas, strict=True):
        given = persona.day_shares[:days]
        own[: len(given)] = given
        if not own.any():
            own[:] = 1.0
    row, day = np.nonzero(weights[kind])
    clock = np.full((len(keys), days), np.inf)
    clock[row, day] = -log(streams.uniform("visitors.day", keys[row], day)) / weights[kind[row], day]
    return clock


def _poisson(mean: int, u: float) -> int:
    """The Poisson number of this mean at probability `u`."""
    return int(np.ceil(max(0.0, float(special().pdtrik(u, mean))))) if mean else 0
