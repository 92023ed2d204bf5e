"""What the scenario asks for and the expo of a replication does not have: what was done of it, and why.

Whoever builds a part of the expo notes here what he had to leave out. What goes wrong on the floor is
another matter, and in the trace.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from sim.expo.shared import Adding
from sim.floor.arrays import NONE, IntArray

__all__ = ["THINGS", "WHYS", "Noted", "Shortfalls", "number_short"]

THINGS: Final[Mapping[str, str]] = {
    "activities": "activities cancelled",
    "slots": "table-slots left out",
    "starts": "minutes later than said at most",
    "requests": "requests not made",
    "promises": "promised meetings not arranged",
    "must_meets": "must-meets not arranged",
    "published": "published meetings cancelled",
    "published_times": "published meetings moved to another time",
    "published_tables": "published meetings moved to another table",
    "least_meetings": "meetings short of least_meetings_each",
    "own_tables": "hosts without a table of their own",
    "least_a_day": "meetings short of least_a_day",
    "visits": "visits not made",
    "hosts": "hosts not sent",
    "registrations": "people not registered",
    "tours": "tours not made",
    "standbys": "stand-bys not named",
    "again": "second appointments not found",
    "delegates": "delegates not named",
    "mixing": "minutes of mixing left out",
    "meals": "meals not booked",
    "walk_ins": "visits to sessions not planned",
}
"""What can be asked for, and how it is called when it is not done; what weighs more stands first."""

WHYS: Final[Mapping[str, str]] = {
    "hall_closed": "the hall is closed then",
    "booth_closed": "the booth is closed then",
    "doors": "the doors are not open earlier",
    "rooms_taken": "no room is free earlier",
    "every_pair": "every pair that may meet has one already",
    "quota": "everybody has sent most_requests_each",
    "nobody": "nobody takes part who could",
    "not_there": "one side is not there",
    "no_part": "the two take no part in one programme",
    "few_accepted": "too few requests of theirs are accepted",
    "no_slot": "no slot is left with both free and a table",
    "few_tables": "the hall has fewer tables than hosts with meetings",
    "replanned": "planned again, since some could not be held as published",
    "country_absent": "the country stays away",
    "off_duty": "nobody of the booth is on duty then",
    "nobody_free": "nobody else is there then and free",
    "no_activity": "no activity draws walk-ins that day",
    "few_booths": "too few booths on the way have somebody to spare",
    "no_time": "it does not fit the visit",
    "no_catering": "there is no place to eat",
    "whole_rounds": "only whole rounds are held",
    "policy": "the policy does not look at what was promised, and others could be held",
}
"""Why something is not done: all reasons there are."""


@dataclass(frozen=True, slots=True)
class Shortfalls:
    """A row for each thing asked for and not wholly done, in the order in which the expo is built."""

    path: tuple[str, ...]  # of the scenario: what asks for it
    what: tuple[str, ...]  # the activity, company, pair or day it is about
    thing: IntArray  # index into THINGS
    day: IntArray  # 0 is the first; NONE: of no day
    asked: IntArray  # in the unit of the thing; of starts minutes after midnight
    done: IntArray
    why: IntArray  # index into WHYS

    def __len__(self) -> int:
        return len(self.path)

    def of(self, path: str) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
        """Which rows are of a path or what is below it."""
        return np.array([f"{each}.".startswith(f"{path}.") for each in self.path], dtype=np.bool_)

    def only(self, rows: IntArray) -> Shortfalls:
        """These rows alone."""
        columns = (self.thing, self.day, self.asked, self.done, self.why)
        path, what = (tuple(texts[i] for i in rows.tolist()) for texts in (self.path, self.what))
        return Shortfalls(path, what, *(column[rows] for column in columns))

    def short(self, thing: str, path: str = "") -> int:
        """How many of a thing are asked for and not done, in all or by a path and what is below it.

        Of starts the greatest delay: minutes of several days are no number of minutes.
        """
        number, below = list(THINGS).index(thing), self.of(path)
        return _in_all(
            thing,
            [
                number_short(thing, int(self.asked[i]), int(self.done[i]))
                for i in np.flatnonzero(self.thing == number).tolist()
                if not path or below[i]
            ],
        )

    def totals(self) -> dict[str, int]:
        """How many of each path, thing and reason, in words, are missing; what weighs more stands first.

        Of starts the greatest delay.
        """
        total: dict[tuple[int, str, int], int] = {}
        for i, (thing, path, why) in enumerate(
            zip(self.thing.tolist(), self.path, self.why.tolist(), strict=True)
        ):
            number = number_short(list(THINGS)[thing], int(self.asked[i]), int(self.done[i]))
            key = (thing, path, why)
            total[key] = _in_all(list(THINGS)[thing], [total.get(key, 0), number])
        things, whys = list(THINGS.values()), list(WHYS.values())
        order = sorted(total, key=lambda key: (key[0], -total[key], key[1], key[2]))
        return {f"{path}: {things[t]}: {whys[w]}": total[t, path, w] for t, path, w in order}

    def lines(self) -> list[str]:
        """In words, a line for each path, thing and reason; what weighs more stands first."""
        told = ((text.split(": ", 1), number) for text, number in self.totals().items())
        return [f"{path}: {number:,} {_one(rest) if number == 1 else rest}" for (path, rest), number in told]


def _in_all(thing: str, numbers: list[int]) -> int:
    """What is missing of a thing in all: a sum, but of starts the greatest delay."""
    return max(numbers, default=0) if thing == "starts" else sum(numbers)


def _one(things: str) -> str:
    """What is called in the plural, if it is one: `activity cancelled`."""
    first, _, rest = things.partition(" ")
    one = {"people": "person", "activities": "activity"}.get(first, first.removesuffix("s"))
    return f"{one} {rest}"


def number_short(thing: str, asked: int, done: int) -> int:
    """How many of a thing are missing; of starts, how many minutes it starts later."""
    return done - asked if thing == "starts" else asked - done


class Noted(Adding):
    """Shortfalls being collected."""

    def __init__(self) -> None:
        self._rows: list[tuple[str, str, int, int, int, int, int]] = []

    def note(
        self, path: str, what: str, thing: str, asked: int, done: int, why: str, day: int = NONE
    ) -> None:
        """Note what was done of something that was asked for; nothing if all was."""
        if number_short(thing, asked, done) > 0:
            codes = list(THINGS).index(thing), list(WHYS).index(why)
            self._rows.append((path, what, codes[0], day, asked, done, codes[1]))

    def add_all(self, other: Noted) -> None:
        """What was noted elsewhere, after what is noted here."""
        self._rows += other._rows

    def shortfalls(self) -> Shortfalls:
        """All that was noted."""
        path, what, *columns = zip(*self._rows, strict=True) if self._rows else ((),) * 7
        thing, day, asked, done, why = (np.array(column, dtype=np.int64) for column in columns)
        return Shortfalls(tuple(path), tuple(what), thing, day, asked, done, why)
