"""What badges record: in steps of 20 s, of those who wear one, over gaps of at most two minutes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeAlias

import numpy as np

from sim.floor.arrays import MINUTE, SECOND, IntArray
from sim.statistics.badges.facing import People, facing
from sim.statistics.measures import pair_numbers
from sim.statistics.reading import DAY, Bools, Floats

if TYPE_CHECKING:
    from sim.statistics.ledger import Ledger

__all__ = ["A_MINUTE", "GAP", "STEP", "Records", "read_badges", "recorded", "steps"]

Columns: TypeAlias = tuple[IntArray, IntArray, IntArray, IntArray]

STEP: Final = 20 * SECOND  # within which the badges tell whether two face each other
GAP: Final = 2 * MINUTE // STEP  # steps without a sight after which a contact still goes on
A_MINUTE: Final = MINUTE // STEP
DAY_STEPS: Final = DAY // STEP


@dataclass(frozen=True)
class Records:
    """Contacts of two who wore a badge, by pair, then time; and the days on which the audience wore one.

    A contact lasts from the first step in which the two were seen to the last, both included, and belongs to
    the day of its first.
    """

    one: IntArray  # person
    other: IntArray  # person, higher
    first: IntArray  # step, from the midnight before the first day
    last: IntArray  # step
    person: IntArray  # of the audience, once a day on which it wore a badge; by person, then day
    day: IntArray
    hours: Floats  # that it was there on that day

    @property
    def steps(self) -> IntArray:
        """Length of each contact."""
        return self.last - self.first + 1

    @property
    def on(self) -> IntArray:
        """Day of each contact."""
        return self.first // DAY_STEPS


def steps(start: IntArray, end: IntArray) -> tuple[IntArray, IntArray]:
    """First and last step of stretches in ms: those whose middle they cover; none if the last is less.

    So steps are right in the mean, and what is recorded as 60 s has lasted 40 to 80 s.
    """
    half = STEP // 2
    return -(-(start - half) // STEP), -(-(end - half) // STEP) - 1


def recorded(one: IntArray, other: IntArray, first: IntArray, last: IntArray) -> Columns:
    """Contacts by pair and time, from sights of pairs from a first step to a last.

    Sights of a pair belong to one contact if at most `GAP` steps without one lie between them. Gives the
    columns `one`, `other`, `first` and `last`; of sights that end before they begin nothing is seen.
    """
    seen = np.flatnonzero(last >= first)
    n = int(max(one.max(initial=0), other.max(initial=0))) + 1
    pair = pair_numbers(one[seen], other[seen], n)
    order = np.lexsort((first[seen], pair))
    pair, first, last = pair[order], first[seen[order]], last[seen[order]]
    if not len(pair):
        return pair, pair, pair, pair
    other_pair = np.append(True, pair[1:] != pair[:-1])
    block = np.cumsum(other_pair) - 1  # a later pair lies beyond all times of those before
    apart = int(last.max()) + 1
    until = np.maximum.accumulate(last + block * apart) - block * apart
    new = other_pair.copy()
    new[1:] |= first[1:] > until[:-1] + GAP + 1
    begin = np.flatnonzero(new)
    end = np.append(begin[1:], len(pair)) - 1
    return pair[begin] // n, pair[begin] % n, first[begin], until[end]


def read_badges(
    ledger: Ledger, fraction: float, *, staff: float | None = None, companions: bool = False
) -> Records:
    """What badges would have recorded of a replication.

    Args:
        ledger: of the replication.
        fraction: of the audience wears a badge: a keyed draw of each person.
        staff: of exhibitors' staff; left out, as of the audience.
        companions: whether badges see the people of one party face each other at coffee, over meals and in
            the lounge (an assumption: nobody has measured how much). Without, they never see them.

    Raises:
        ValueError: a fraction is not from 0 to 1.
    """
    for each in (fraction, staff):
        if each is not None and not 0 <= each <= 1:
            raise ValueError(f"a fraction of {each} wears badges; allowed: 0 to 1")
    people = People(ledger)
    wearing = people.wearing(fraction, fraction if staff is None else staff)
    faced = facing(ledger, people, companions=companions)
    faced = faced.where(wearing[faced.one] & wearing[faced.other])
    one, other, first, last = recorded(faced.one, faced.other, *steps(faced.start, faced.end))
    person, day, hours = _days(ledger, people, wearing)
    return Records(one, other, first, last, person, day, hours)


def _days(ledger: Ledger, people: People, wearing: Bools) -> tuple[IntArray, IntArray, Floats]:
    """The days of those of the audience who wear a badge, and how long they were on the floor."""
    visits = ledger.visits
    actor = visits.actor.astype(np.int64)
    size = people.size[actor]
    row = np.repeat(np.arange(len(actor)), size)
    person = people.first[actor[row]] + np.arange(len(row)) - np.repeat(np.cumsum(size) - size, size)
    row, person = row[wearing[person]], person[wearing[person]]
    day = ledger.expo.parties.day[actor[row]]
    hours = ((visits.end - visits.start) / (60 * MINUTE))[row]
    order = np.lexsort((day, person))
    return person[order], day[order], hours[order]
