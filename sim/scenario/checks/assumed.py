"""What of a scenario is drawn or assumed, or holds for other opening hours: a line each, to be told."""

from __future__ import annotations

import datetime as dt
import math
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Final

from sim.scenario.exhibiting import area_of, home_of, order_of
from sim.scenario.opening import hours_on
from sim.scenario.schema.companies import OTHER, Exhibitors
from sim.scenario.schema.countries import COUNTRIES
from sim.scenario.schema.data import ScenarioData
from sim.scenario.schema.rows import ExhibitorRow

__all__ = ["assumed"]

_FIRST: Final = 3  # countries that a line names
_SAID_BY: Final = "exhibitors.countries = { FR = 0.7, DE = 0.2, other = 0.1 } would say it"


def assumed(data: ScenarioData, rows: tuple[ExhibitorRow, ...]) -> Iterator[str]:
    """What is drawn or assumed of the exhibitors, which key or column would say it; what other hours do."""
    yield from _hours(data)
    settings = data.exhibitors
    home = home_of(settings, rows)
    said = settings.home_country or any(row.country for row in rows)
    if not said and (isinstance(settings.countries, int) or set(settings.countries) == {OTHER}):
        yield f"home country: {home}, an assumption; exhibitors.home_country would say it"
    others = [number for number in order_of(home) if COUNTRIES[number].code != home]
    open_ = not rows or any(row.country is None and row.pavilion is None for row in rows)
    if open_ and isinstance(settings.countries, Mapping):
        if settings.countries.get(OTHER):
            others = [n for n in others if COUNTRIES[n].code not in settings.countries]
            yield f"exhibitors of other countries: which ones is an assumption, {_first(others)}"
    elif open_ and settings.overseas_share:
        yield f"exhibitors from abroad: which countries is an assumption, {_first(others)}; {_SAID_BY}"
    if rows:
        left = {
            "chain": sum(row.chain is None for row in rows),
            "stage": sum(row.stage is None for row in rows),
            "country": sum(row.country is None and row.pavilion is None for row in rows),
            "area": sum(area_of(row) is None for row in rows),
            "staff": 0 if settings.area_a_member_m2 else sum(row.staff is None for row in rows),
        }
        drawn = ", ".join(f"{what} of {number:,}" for what, number in left.items() if number)
        if drawn:
            of = f"{len(rows):,} exhibitor{'s' * (len(rows) != 1)}"
            yield f"exhibitors_file: drawn, keyed by name, for {of}: {drawn}"
        yield from _counts(settings, rows)


def _hours(data: ScenarioData) -> Iterator[str]:
    """Visits of days that are open for other hours than those for which they are stated."""
    expo = data.expo
    for day in range(expo.days if expo.usual_hours else 0):
        date = expo.first_day + dt.timedelta(days=day)
        opens, closes = (dt.datetime.combine(date, time) for time in hours_on(date, expo))
        open_ = (closes - opens) / dt.timedelta(hours=1)
        usual = expo.usual_hours[min(day, len(expo.usual_hours) - 1)]
        if open_ != usual:
            share = math.pow(open_ / usual, expo.hours_elasticity)
            yield (
                f"visits of {date}: {100 * share:.0f} % of those stated, since it is open for {open_:.4g} h "
                f"and they are stated for {usual:.4g} (expo.usual_hours, expo.hours_elasticity)"
            )


def _counts(settings: Exhibitors, rows: tuple[ExhibitorRow, ...]) -> Iterator[str]:
    """Numbers of which a file says nothing, so that as many are drawn, or another number, which holds."""
    wanted = {"fortune_500": {"fortune_500": settings.fortune_500}, "debut": {"debuts": settings.debuts}}
    wanted["sponsor"] = {f"sponsors.{kind}": number for kind, number in settings.sponsors.items()}
    for column, numbers in wanted.items():
        said = Counter(getattr(row, column) for row in rows)
        if said[None] == len(rows):
            if total := sum(numbers.values()):
                yield f"exhibitors_file: no row has a {column}, so that {total:,} are drawn"
            continue
        for key, number in numbers.items():
            there = said[key.partition(".")[2]] if column == "sponsor" else said[True]
            if there != number and (number or column == "sponsor"):
                yield (
                    f"exhibitors.{key}: found {number:,}; the exhibitors_file names {there:,}, "
                    "and so many there are"
                )


def _first(numbers: list[int]) -> str:
    return f"{', '.join(COUNTRIES[number].name for number in numbers[:_FIRST])} first"
