"""Bunches of visitors: who arrives together, as parties, on which days and when.

People do not come one by one (FACTS: arrivals): a metro or a coach brings a bunch, which breaks up
into parties that walk together. A bunch that comes on several days comes together on each.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

from sim.arithmetic import log
from sim.expo.draw.draws import whole
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


_WAVES: Final = 16  # members of a bunch that are drawn one after the other; then ever more at a time


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

    def where(self, kept: BoolArray) -> Bunches:
        """These party-days alone."""
        return Bunches(*(getattr(self, column.name)[kept] for column in fields(self)))

    def joined(self, other: Bunches) -> Bunches:
        """These party-days, then the other's, whose bunches are numbered on."""
        number = other.bunch + int(self.bunch.max(initial=-1)) + 1
        other = replace(other, bunch=number)
        pairs = ((getattr(self, column.name), getattr(other, column.name)) for column in fields(self))
        return Bunches(*(np.concatenate(pair) for pair in pairs))


def gather(
    name: str,
    persona: Persona,
    admission: IntArray,
    factors: FloatArray,
    streams: Streams,
    absent: Absent | None = None,
) -> Bunches:
    """The party-days of persona `name`.

    The sizes of those that come sum to `persona.visits`, or to a Poisson number of that mean. As many
    are registered; in place of parties that are `absent` (nobody, if left out) others come, last, so
    that who is registered does not depend on who is absent. `admission` (days, 2) has the
    ms at which the gates open and close. `factors` (days, 24) multiply the arrivals of each clock
    hour (R8): below 1 bunches stay away by keyed draws, above 1 more come beside the same ones.
    """
    visits = persona.visits
    if persona.visits_count == "poisson":
        u = streams.uniform("visitors.visits", subkeys(key_of("persona", name), 0))
        visits = _poisson(visits, float(u[0]))
    base = _fill(persona, key_of("persona", name), visits, admission, streams, absent)
    instead = key_of("instead", name)
    others = _fill(persona, instead, int(base.size[~base.comes].sum()), admission, streams, None)
    others = replace(others, instead=np.ones(len(others), dtype=np.bool_))
    if (factors < 1).any():
        base = base.where(_comes(base, np.minimum(factors, 1.0), streams))
        others = others.where(_comes(others, np.minimum(factors, 1.0), streams))
    excess = np.maximum(factors - 1.0, 0.0)
    most = float(excess.max())
    if most == 0:
        return base.joined(others)
    more = _fill(persona, key_of("surplus", name), round(visits * most), admission, streams, absent)
    return base.joined(more.where(_comes(more, excess / most, streams))).joined(others)


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


def _fill(
    persona: Persona,
    parent: int,
    visits: int,
    admission: IntArray,
    streams: Streams,
    absent: Absent | None,
) -> Bunches:
    """Bunch after bunch until there are `visits`; the last party-day is cut to fit."""
    each = max(persona.bunch_size.expectation(), persona.party_size.expectation(), 1.0)
    each *= min(max(persona.days_each.expectation(), 1.0), len(admission))
    count = int(1.1 * visits / each) + 16
    while True:
        bunches = _drawn(persona, subkeys(parent, np.arange(count)), visits, admission, streams, absent)
        reached = np.cumsum(bunches.size)
        if reached[-1] >= visits:
            break
        count *= 2
    kept = reached - bunches.size < visits
    size = bunches.size - np.maximum(reached - visits, 0)
    return replace(bunches, size=size).where(kept)


def _drawn(
    persona: Persona,
    keys: KeyArray,
    visits: int,
    admission: IntArray,
    streams: Streams,
    absent: Absent | None,
) -> Bunches:
    """The party-days of these bunches, or of the first ones, if they hold all `visits`."""
    wanted = whole(persona.bunch_size, streams.uniform("visitors.bunch_size", keys), least=1)
    wanted = np.minimum(wanted, max(1, visits))  # whatever is more would be cut
    enough = int(np.searchsorted(np.cumsum(wanted), visits)) + 1
    keys = keys[:enough]
    bunch, member, size = _parties(persona, keys, wanted[:enough], streams)
    party, day = np.nonzero(_days(persona, keys, len(admission), streams)[bunch])
    bunch, member, size = bunch[party], member[party], size[party]
    party_key = subkeys(keys[bunch], member)
    arrival = arrivals(persona, keys[bunch], party_key, member, day, admission, streams)
    comes = np.ones(len(bunch), dtype=np.bool_) if absent is None else ~absent(party_key)
    instead = np.zeros(len(bunch), dtype=np.bool_)
    return Bunches(bunch, member, day, size, arrival, keys[bunch], party_key, comes, instead)


def arrivals(
    persona: Persona,
    bunch_key: KeyArray,
    party_key: KeyArray,
    member: IntArray,
    day: IntArray,
    admission: IntArray,
    streams: Streams,
) -> IntArray:
    """When parties of these keys, members of these bunches, arrive on these days (ms).

    A bunch comes in the hour whose keyed exponential clock rings first, so that hours that close or
    open, or weigh otherwise, move only those who would come in them or now do.
    """
    u = streams.uniform("visitors.arrival", bunch_key, day)
    apart = streams.uniform("visitors.apart", party_key, day)
    offset = np.where(member > 0, -APART * log(apart), 0.0)
    arrival = np.zeros(len(day), dtype=np.int64)
    for d, (opens, closes) in enumerate(admission.tolist()):
        of = np.flatnonzero(day == d)
        hour, from_, until, weight = arrival_hours(persona, opens, closes, DAY * d)
        chosen = np.zeros(len(of), dtype=np.int64)
        if len(hour) > 1:
            key = np.tile(subkeys(bunch_key[of], d), len(hour))
            clock = -log(streams.uniform("visitors.hour", key, np.repeat(hour, len(of))))
            chosen = np.argmin(clock.reshape(len(hour), len(of)) / weight[:, None], axis=0)
        moment = from_[chosen] + u[of] * (until - from_)[chosen] + offset[of]
        arrival[of] = np.clip(moment.astype(np.int64), opens, closes - 1)
    return arrival


def _parties(
    persona: Persona, keys: KeyArray, people: IntArray, streams: Streams
) -> tuple[IntArray, IntArray, IntArray]:
    """Bunch, member and size of each party, by bunch and member.

    Parties join a bunch until it has at least the people drawn for it. Whether one more joins does
    not depend on its size, so that party sizes keep their distribution.
    """
    wanted = people.copy()
    waves: list[tuple[IntArray, IntArray, IntArray]] = []
    open_ = np.arange(len(keys))
    first = 0
    while len(open_):
        members = first + np.arange(1 + first // _WAVES)  # in large bunches many at a time
        u = streams.uniform("visitors.party_size", subkeys(keys[open_][:, None], members[None, :]).ravel())
        size = whole(persona.party_size, u, least=1).reshape(len(open_), len(members))
        row, column = np.nonzero(np.cumsum(size, axis=1) - size < wanted[open_, None])
        waves.append((open_[row], members[column], size[row, column]))
        wanted[open_] -= size.sum(axis=1)
        open_ = open_[wanted[open_] > 0]
        first += len(members)
    bunch, member, size = (np.concatenate(column) for column in zip(*waves, strict=True))
    order = np.lexsort((member, bunch))
    return bunch[order], member[order], size[order]


def _days(persona: Persona, keys: KeyArray, days: int, streams: Streams) -> BoolArray:
    """Whether each bunch comes on each day: those whose keyed exponential clocks ring first."""
    clock = day_clocks(persona, keys, days, streams)
    number = whole(persona.days_each, streams.uniform("visitors.days_each", keys), least=1)
    number = np.minimum(number, np.count_nonzero(np.isfinite(clock), axis=1))
    rank = np.argsort(np.argsort(clock, axis=1, kind="stable"), axis=1, kind="stable")
    comes: BoolArray = rank < number[:, None]
    return comes


def day_clocks(persona: Persona, keys: KeyArray, days: int, streams: Streams) -> FloatArray:
    """The keyed exponential clock of each bunch and day (bunches, days): the first to ring are its days.

    One of a day on which nobody of the persona comes never rings.
    """
    weights = np.zeros(days)
    given = np.asarray(persona.day_shares[:days], dtype=np.float64)
    weights[: len(given)] = given
    if not weights.any():
        weights[:] = 1.0
    clock = np.full((len(keys), days), np.inf)
    for day in np.flatnonzero(weights).tolist():
        clock[:, day] = -log(streams.uniform("visitors.day", keys, day)) / weights[day]
    return clock


def _poisson(mean: int, u: float) -> int:
    """The Poisson number of this mean at probability `u`."""
    return int(np.ceil(max(0.0, float(special().pdtrik(u, mean))))) if mean else 0
