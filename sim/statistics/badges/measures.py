"""What is measured of badges' records, of a congress's as of a replication's."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final, Literal

import numpy as np

from sim.floor.arrays import IntArray
from sim.statistics.badges.congress import CONGRESS_LENGTHS
from sim.statistics.badges.records import A_MINUTE, DAY_STEPS, Records
from sim.statistics.measures import coefficient_of_variation, gini, mean, pair_numbers, quantile, share
from sim.statistics.reading import Bools, Floats

__all__ = [
    "EQUAL_SPAN",
    "MEASURES",
    "Measure",
    "distance",
    "distance_from_congress",
    "lengths",
    "measured",
    "partners",
    "spanning",
    "thinned",
]

EQUAL_SPAN: Final = (2.5, 4.5)  # hours of a day, about the mean visit of 3.6 h
_COFFEE: Final = (11 * DAY_STEPS // 24, 12 * DAY_STEPS // 24)  # of the congress with the badges
_FIVE: Final = 5 * A_MINUTE


def lengths(records: Records) -> Floats:
    """Minutes of the contacts of a minute or more."""
    steps = records.steps
    minutes: Floats = steps[steps >= A_MINUTE] / A_MINUTE
    return minutes


def distance_from_congress(minutes: Floats) -> float:
    """The largest difference from the congress's lengths where `CONGRESS_LENGTHS` tells them; nan of nothing.

    In between it is at most as much more as the congress's share rises from one entry to the next, 0.024.
    """
    if not len(minutes):
        return float("nan")
    seconds, shares = np.array(CONGRESS_LENGTHS).T
    below = np.searchsorted(np.sort(minutes), seconds / 60, side="right") / len(minutes)
    return float(np.abs(below - shares).max())


def distance(one: Floats, other: Floats) -> float:
    """The largest difference of two distribution functions (Kolmogorov and Smirnov); nan of nothing."""
    if not len(one) or not len(other):
        return float("nan")
    at = np.concatenate((one, other))
    below = [np.searchsorted(np.sort(each), at, side="right") / len(each) for each in (one, other)]
    return float(np.abs(below[0] - below[1]).max())


def spanning(records: Records, least: float, most: float) -> Bools:
    """Whether each day of a person lasted so many hours."""
    return (least <= records.hours) & (records.hours <= most)


def partners(records: Records, least: int) -> Floats:
    """Distinct partners of each person on each of its days, in contacts of at least so many steps."""
    day, one, other = _pairs(records, least)
    n_days = int(max(records.day.max(initial=0), day.max(initial=0))) + 1
    ours = records.person * n_days + records.day
    ends = np.sort(np.concatenate((one, other)) * n_days + np.tile(day, 2))
    low, high = (np.searchsorted(ends, ours, side=side) for side in ("left", "right"))
    counts: Floats = (high - low).astype(np.float64)
    return counts


def _pairs(records: Records, least: int) -> tuple[IntArray, IntArray, IntArray]:
    """Pairs of persons in contact on a day for so many steps at once: day and persons, by pair and day."""
    long = records.steps >= least
    one, other, day = records.one[long], records.other[long], records.on[long]
    new = np.ones(len(day), dtype=np.bool_)  # records are by pair, then time
    new[1:] = (one[1:] != one[:-1]) | (other[1:] != other[:-1]) | (day[1:] != day[:-1])
    return day[new], one[new], other[new]


def _of_audience(records: Records, weights: IntArray, least: int) -> Floats:
    """The sum of `weights` over the contacts of each person of the audience, of so many steps."""
    long = records.steps >= least
    persons = np.unique(records.person)
    ends = np.concatenate((records.one[long], records.other[long]))
    n = int(max(ends.max(initial=0), persons.max(initial=0))) + 1
    sums = np.bincount(ends, np.tile(weights[long], 2).astype(np.float64), minlength=n)
    return np.asarray(sums[persons], dtype=np.float64)


def time_gini(records: Records) -> float:
    """Gini coefficient of contact time over people who had any."""
    time = _of_audience(records, records.steps, 1)
    return gini(time[time > 0])


def event_gini(days: int | None = None) -> Callable[[Records], float]:
    """Gini coefficient over people of their partners of a minute or more over the whole event.

    Of those who wore a badge on so many days, if `days` is given.
    """

    def value(records: Records) -> float:
        long = np.flatnonzero(records.steps >= A_MINUTE)
        one, other = records.one[long], records.other[long]
        new = np.zeros(len(records.one), dtype=np.int64)  # records are by pair
        new[long[np.append(True, (one[1:] != one[:-1]) | (other[1:] != other[:-1]))[: len(long)]]] = 1
        met = _of_audience(records, new, A_MINUTE)
        _, there = np.unique(records.person, return_counts=True)
        return gini(met if days is None else met[there == days])

    return value


def coffee_share(records: Records) -> float:
    """Share of contact time between 11 and 12 o'clock, in per cent."""
    low, high = (records.on * DAY_STEPS + hour for hour in _COFFEE)
    within = np.minimum(records.last + 1, high) - np.maximum(records.first, low)
    return 100 * share(np.maximum(within, 0).sum(), records.steps.sum())


def coffee_share_of_audience(records: Records) -> float:
    """The same of contacts within the audience, staff left out."""
    return coffee_share(_within_audience(records))


def _within_audience(records: Records) -> Records:
    audience = np.isin(records.one, records.person) & np.isin(records.other, records.person)
    ends = (records.one[audience], records.other[audience])
    return replace(
        records, one=ends[0], other=ends[1], first=records.first[audience], last=records.last[audience]
    )


def remeeting(least: int) -> Callable[[Records], float]:
    """Of pairs in contact of so many steps, both there on an earlier day, those in contact then too, in %."""

    def value(records: Records) -> float:
        day, one, other = _pairs(records, least)
        n = int(max(other.max(initial=0), records.person.max(initial=0))) + 1
        begun = np.zeros(n, dtype=np.int64)  # staff are there from the first day on
        order = np.lexsort((records.day, records.person))[::-1]
        begun[records.person[order]] = records.day[order]  # the first day is written last
        pair = pair_numbers(one, other, n)
        again = np.zeros(len(pair), dtype=np.bool_)
        again[1:] = pair[1:] == pair[:-1]
        later = day > np.maximum(begun[one], begun[other])
        return 100 * share((later & again).sum(), later.sum())

    return value


def _up_to_an_hour(minutes: Floats) -> float:
    """Coefficient of variation of what lasted an hour at most: one pair of badges lay together for seven."""
    return coefficient_of_variation(minutes[minutes <= 60])


def _of_lengths(measure: Callable[[Floats], float]) -> Callable[[Records], float]:
    return lambda records: measure(lengths(records))


def _of_days(measure: Callable[[Floats], float], least: int, *, equal: bool) -> Callable[[Records], float]:
    """A measure of the partners a person-day; of days of equal span, or of all."""

    def value(records: Records) -> float:
        counts = partners(records, least)
        return measure(counts[spanning(records, *EQUAL_SPAN)] if equal else counts)

    return value


def thinned(average: float, cv: float, fraction: float) -> tuple[float, float]:
    """Mean and CV of partners a person-day if a fraction wears badges, from those if everybody does.

    Of K partners each wears one by chance: binomial. So what is counted is less by the fraction, and differs
    more from person to person than what there is.
    """
    return fraction * average, float(np.sqrt(cv**2 + (1 - fraction) / (fraction * average)))


@dataclass(frozen=True)
class Measure:
    """A measure of records, as the congress has it, and what of that is chance.

    `low` to `high` is the 95 % interval of bootstraps over the congress's persons (of lengths over pairs; of
    re-meeting the binomial's), or, where `chance` says no, what else agrees with it.
    """

    name: str
    label: str
    value: Callable[[Records], float]
    congress: float
    low: float
    high: float
    row: str  # of the measured facts
    basis: Literal["fitted", "predicted"] = "predicted"
    form: str = ".2f"
    chance: bool = True

    def agrees(self, value: float) -> bool:
        """Whether a value lies within."""
        return self.low <= value <= self.high


def measured(records: Records) -> dict[str, float]:
    """All measures of records by name."""
    return {measure.name: measure.value(records) for measure in MEASURES}


def _percentile(q: float) -> Callable[[Records], float]:
    return _of_lengths(lambda minutes: quantile(minutes, q))


MEASURES: Final[tuple[Measure, ...]] = (
    Measure(
        "distance", "lengths of 1 min or more: KS distance", _of_lengths(distance_from_congress), 0, 0, 0.05,
        "conversation", "fitted", ".3f", chance=False,
    ),
    Measure("median", "... median, min", _percentile(0.5), 2.67, 2.33, 2.67, "conversation-1min", "fitted"),
    Measure("mean", "... mean, min", _of_lengths(mean), 4.59, 4.35, 4.85, "conversation-1min", "fitted"),
    Measure("of_ten", "... 90 % under, min", _percentile(0.9), 10, 9.3, 10.7, "conversation-1min", "fitted"),
    Measure(
        "of_twenty", "... 95 % under, min", _percentile(0.95), 15, 14, 16, "conversation-1min", "fitted"
    ),
    Measure(
        "five", "... 5 min or more, %", _of_lengths(lambda minutes: 100 * mean(minutes >= 5)), 25.8, 24.4,
        27.2, "conversation-1min", "fitted", ".1f",
    ),
    Measure(
        "hour_cv", "... CV, up to an hour", _of_lengths(_up_to_an_hour), 1.20, 1.15, 1.26,
        "conversation-1min", "fitted",
    ),
    Measure(
        "partners", "partners a person-day of 2.5 to 4.5 h, 1 min or more",
        _of_days(mean, A_MINUTE, equal=True), 6.51, 5.7, 7.4, "partners-a-day",
    ),
    Measure(
        "partners_cv", "... CV", _of_days(coefficient_of_variation, A_MINUTE, equal=True), 0.80, 0.685, 0.895,
        "partners-a-day",
    ),
    Measure("partners_gini", "... Gini", _of_days(gini, A_MINUTE, equal=True), 0.41, 0.365, 0.455,
            "contact-gini"),
    Measure(
        "long_partners", "... 5 min or more", _of_days(mean, _FIVE, equal=True), 1.65, 1.3, 2.05,
        "partners-a-day",
    ),
    Measure(
        "long_partners_cv", "... 5 min or more: CV", _of_days(coefficient_of_variation, _FIVE, equal=True),
        1.22, 1.02, 1.41, "partners-a-day",
    ),
    Measure(
        "long_partners_gini", "... 5 min or more: Gini", _of_days(gini, _FIVE, equal=True), 0.59, 0.53, 0.645,
        "contact-gini",
    ),
    Measure(
        "all_days_cv", "of days of any span, 1 min or more: CV",
        _of_days(coefficient_of_variation, A_MINUTE, equal=False), 0.98, 0.86, 1.08, "partners-a-day",
    ),
    Measure("all_days_gini", "... Gini", _of_days(gini, A_MINUTE, equal=False), 0.455, 0.425, 0.48,
            "contact-gini"),
    Measure(
        "all_days_long_gini", "... 5 min or more: Gini", _of_days(gini, _FIVE, equal=False), 0.59, 0.56, 0.61,
        "contact-gini",
    ),
    Measure(
        "event_gini", "Gini of partners over the event, 1 min or more", event_gini(), 0.40, 0.37, 0.43,
        "contact-gini",
    ),
    Measure(
        "two_days_gini", "... of those who came on two days", event_gini(2), 0.39, 0.35, 0.415,
        "contact-gini",
    ),
    Measure("time_gini", "contact time over people: Gini", time_gini, 0.50, 0.46, 0.53, "contact-gini"),
    Measure(
        "coffee", "contact time from 11 to 12 h, %", coffee_share, 27, 20, 36, "coffee", form=".0f",
        chance=False,
    ),
    Measure(
        "audience_coffee", "... of the audience among itself", coffee_share_of_audience, 27, 20, 36, "coffee",
        form=".0f", chance=False,
    ),
    Measure(
        "remeeting", "pairs of 1 min or more that had met before, %", remeeting(A_MINUTE), 22.8, 20.6, 25.0,
        "re-meeting", "fitted", ".1f",
    ),
)  # fmt: skip
