"""Limits of the participants of a matchmaking programme: how many meetings, on which days, with what between.

The programme says them for all, `limits` for exhibitors or visitors, then for a kind of sponsor or a persona,
the exhibitors file for a single exhibitor: the narrowest that says anything counts.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from sim.expo.meetings.participants import Attendance
from sim.expo.venue.hours import DAY, minutes
from sim.floor.arrays import IntArray
from sim.matchmaking import NO_LIMIT
from sim.scenario.schema.limits import COLUMNS

if TYPE_CHECKING:
    import datetime as dt

    from sim.expo.expo import Exhibitors
    from sim.expo.meetings.slots import Slots
    from sim.expo.visitors.visitors import Visitors
    from sim.scenario import Scenario

__all__ = ["Limits", "limits_of"]

BoolArray = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Limits:
    """The limits of each participant, an entry each; NO_LIMIT or 0 where there is none.

    `lunch` and `keep_free` are slots of each day that stay free, of those that touch the clock times
    `lunch_from` to `lunch_to` (ms) and of all; `rest` is in ms. `least_by` and `least_a_day_by` are the
    paths of the scenario that ask for the least.
    """

    most: IntArray
    least: IntArray
    most_a_day: IntArray
    least_a_day: IntArray
    most_days: IntArray
    in_row: IntArray
    rest: IntArray
    lunch: IntArray
    keep_free: IntArray
    lunch_from: int
    lunch_to: int
    pause: int  # ms: slots that are no further apart adjoin
    least_by: tuple[str, ...]
    least_a_day_by: tuple[str, ...]

    @cached_property
    def bind(self) -> bool:
        """Whether there is more than a most and a least in all: a limit that looks at the time of day."""
        upper, free = (self.most_a_day, self.most_days, self.in_row), (self.rest, self.lunch, self.keep_free)
        return any((each < NO_LIMIT).any() for each in upper) or any(each.any() for each in free)

    def spans(self, slots: Slots) -> tuple[BoolArray, IntArray] | None:
        """Spans, (spans, slots), and in how many slots of each everybody has no meeting; None if of none."""
        day, at_lunch = slots.start // DAY, self.at_lunch(slots)
        each: list[tuple[BoolArray, IntArray]] = []
        for d in np.unique(day).tolist():
            each += [((day == d) & at_lunch, self.lunch), (day == d, self.keep_free)]
        found = [(span, keep) for span, keep in each if span.any() and keep.any()]
        if not found:
            return None
        return np.stack([span for span, _ in found]), np.stack([keep for _, keep in found], axis=1)

    def at_lunch(self, slots: Slots) -> BoolArray:
        """Which slots touch the span of the lunch."""
        at: BoolArray = (slots.start % DAY < self.lunch_to) & (
            slots.end - slots.start // DAY * DAY > self.lunch_from
        )
        return at

    def holds(self, room: IntArray, slots: Slots) -> IntArray:
        """Meetings that each participant can have at most, with `room` (participants, slots) for them."""
        total: IntArray = np.minimum(self.holds_a_day(room, slots).sum(axis=1), self.most)
        if (self.most_days < NO_LIMIT).any():
            best = np.sort(self.holds_a_day(room, slots), axis=1)[:, ::-1]
            rank = np.arange(best.shape[1])
            total = np.minimum(np.where(rank < self.most_days[:, None], best, 0).sum(axis=1), self.most)
        return total

    def holds_a_day(self, room: IntArray, slots: Slots) -> IntArray:
        """The same of each day with slots by the limits of a day: (participants, days).

        An upper bound: each limit is looked at alone, and meetings in a row are not.
        """
        day = np.unique(slots.start // DAY, return_inverse=True)[1]
        days = int(day.max(initial=-1)) + 1
        held = np.zeros((len(self.most), days), dtype=np.int64)
        at_lunch = self.at_lunch(slots)
        delegates = room.max(axis=1, initial=0)
        for d in range(days):
            today = day == d
            own, mine = room[:, today], today & at_lunch
            held[:, d] = own.sum(axis=1)
            if self.lunch.any() and mine.any():
                left = np.maximum(int(mine.sum()) - self.lunch, 0) * delegates
                over = room[:, mine].sum(axis=1) - np.where(self.lunch > 0, left, NO_LIMIT)
                held[:, d] -= np.maximum(over, 0)
            if self.keep_free.any():
                left = np.maximum(int(today.sum()) - self.keep_free, 0) * delegates
                held[:, d] = np.minimum(held[:, d], np.where(self.keep_free > 0, left, NO_LIMIT))
            if self.rest.any():
                held[:, d] = np.minimum(held[:, d], delegates * self._rested(own, slots, today))
        limit: IntArray = np.minimum(held, self.most_a_day[:, None])
        return limit

    def _rested(self, room: IntArray, slots: Slots, today: BoolArray) -> IntArray:
        """Meetings that one delegate of each can hold in these slots: as soon as he is rested, the next."""
        count = np.zeros(len(self.rest), dtype=np.int64)
        ready = np.full(len(self.rest), np.iinfo(np.int64).min)
        for t, (start, end) in enumerate(
            zip(slots.start[today].tolist(), slots.end[today].tolist(), strict=True)
        ):
            meets = (room[:, t] > 0) & (start >= ready)
            count += meets
            ready[meets] = end + self.rest[meets]
        return count

    def allow(
        self, who: int, held: list[int], slot: int, slots: Slots, delegates: int = 1, *, instead: bool = False
    ) -> bool:
        """Whether a participant with meetings in these slots may have one more in `slot`.

        One `instead` of a meeting of the same day, which is missed, is no more in number, and may be in a
        slot that is kept free.
        """
        day = slots.start // DAY
        today = [t for t in held if day[t] == day[slot]]
        if not instead:
            if len(held) >= self.most[who] or len(today) >= self.most_a_day[who]:
                return False
            if not today and len({int(day[t]) for t in held}) >= self.most_days[who]:
                return False
            if not self._leaves_free(today, slot, day == day[slot], int(self.keep_free[who]), delegates):
                return False
        at_lunch = self.at_lunch(slots) & (day == day[slot])
        if at_lunch[slot] and not self._leaves_free(today, slot, at_lunch, int(self.lunch[who]), delegates):
            return False
        return self._is_rested(who, held, slot, slots, delegates) and self._may_go_on(
            who, today, slot, slots, delegates
        )

    @staticmethod
    def _leaves_free(held: list[int], slot: int, span: BoolArray, keep: int, delegates: int) -> bool:
        """Whether so many slots of a span stay free (of several delegates: as many of their slots)."""
        if not keep:
            return True
        busy = 1 + sum(bool(span[t]) for t in held)
        return busy <= max(int(span.sum()) - keep, 0) * delegates

    def _is_rested(self, who: int, held: list[int], slot: int, slots: Slots, delegates: int) -> bool:
        rest = int(self.rest[who])
        if not rest:
            return True
        # whoever meets at `slot` or rests then: at no moment more than there are delegates
        begins = [int(slots.start[t]) for t in (*held, slot)]
        ends = [int(slots.end[t]) + rest for t in (*held, slot)]
        own = (begins[-1], ends[-1])
        moments = [at for at in begins if own[0] <= at < own[1]]
        return all(sum(b <= at < e for b, e in zip(begins, ends, strict=True)) <= delegates for at in moments)

    def _may_go_on(self, who: int, today: list[int], slot: int, slots: Slots, delegates: int) -> bool:
        """Whether no run of slots that adjoin would have too many meetings."""
        most = int(self.in_row[who])
        if most >= len(slots.start):
            return True
        near = slots.start[1:] - slots.end[:-1] <= self.pause
        follows = near & (slots.start[1:] // DAY == slots.start[:-1] // DAY)
        number = np.bincount([*today, slot], minlength=len(slots.start))
        for first in range(max(0, slot - most), min(slot, len(slots.start) - most - 1) + 1):
            run = slice(first, first + most + 1)
            if follows[first : first + most].all() and number[run].sum() > most * delegates:
                return False
        return True


def limits_of(
    scenario: Scenario, name: str, people: Attendance, exhibitors: Exhibitors, visitors: Visitors
) -> Limits:
    """The limits of the participants of the programme of this name."""
    section = scenario.data.matchmaking[name]
    n = people.exhibitors
    value: dict[str, npt.NDArray[np.float64]] = {}
    said_by: dict[str, npt.NDArray[np.object_]] = {}
    for limit in COLUMNS:
        said = getattr(section, limit)
        value[limit] = np.full(len(people), NO_LIMIT if said is None else said, dtype=np.float64)
        said_by[limit] = np.full(len(people), f"matchmaking.{name}.{limit}", dtype=object)
    for who, rows in _kinds(scenario, people, exhibitors, visitors).items():
        own = section.limits.get(who)
        for limit in COLUMNS if own is not None else ():
            if (said := getattr(own, limit)) is not None:
                value[limit][rows] = said
                said_by[limit][rows] = f"matchmaking.{name}.limits.{who}.{limit}"
    for i, row in enumerate(scenario.exhibitor_rows):
        for limit, column in COLUMNS.items():
            if column and (said := getattr(row, column)) is not None:
                of = np.flatnonzero(people.organisation[:n] == i)
                value[limit][of] = said
                said_by[limit][of] = "exhibitors_file"
    whole = {limit: each.astype(np.int64) for limit, each in value.items() if limit != "rest_minutes"}
    most, most_a_day = whole["most_meetings_each"], whole["most_a_day"]
    return Limits(
        most=most,
        least=np.minimum(whole["least_meetings_each"], most),
        most_a_day=most_a_day,
        least_a_day=np.minimum(whole["least_a_day"], most_a_day),
        most_days=whole["most_days"],
        in_row=whole["most_in_row"],
        rest=np.rint(value["rest_minutes"] * minutes(1.0)).astype(np.int64),
        lunch=whole["lunch_slots"]
        if section.lunch_from is not None
        else np.zeros(len(people), dtype=np.int64),
        keep_free=whole["keep_free"],
        lunch_from=_of_day(section.lunch_from),
        lunch_to=_of_day(section.lunch_to),
        pause=minutes(section.buffer_minutes),
        least_by=tuple(said_by["least_meetings_each"].tolist()),
        least_a_day_by=tuple(said_by["least_a_day"].tolist()),
    )


def _kinds(
    scenario: Scenario, people: Attendance, exhibitors: Exhibitors, visitors: Visitors
) -> dict[str, IntArray]:
    """The participants of each kind that may have limits of its own, the widest kinds first."""
    n = people.exhibitors
    number = np.arange(len(people))
    kinds = {"exhibitors": number[:n], "visitors": number[n:]}
    sponsor = exhibitors.sponsor[people.organisation[:n]]
    for place, kind in enumerate(scenario.data.exhibitors.sponsors):
        kinds[kind] = np.flatnonzero(sponsor == place)
    persona = visitors.persona[people.party[n:]]
    for place, kind in enumerate(scenario.data.visitors):
        kinds[kind] = n + np.flatnonzero(persona == place)
    return kinds


def _of_day(time: dt.time | None) -> int:
    return 0 if time is None else minutes(60 * time.hour + time.minute + time.second / 60)
