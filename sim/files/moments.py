"""Dates and times in the forms in which people write them, the order of day and month settled by the list.

`12/05/2026` is the 12th of May or the 5th of December: what decides are the other dates of the list, or a
weekday that is written too; if nothing does, it is an error.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Sequence
from typing import Final

__all__ = ["A_MOMENT", "NO_DATE", "moments", "on_day_of", "read_as", "shown_moment", "time_alone"]

A_MOMENT: Final = "a date and a time such as 2024-11-26 10:00"

NO_DATE: Final = dt.date(1, 1, 1)
"""The date of a time that stands alone."""

_MONTHS: Final = {
    name: number
    for number, names in enumerate(
        (
            "jan january januar jänner janvier janv enero ene gennaio gen janeiro január januari",
            "feb february februar feber février févr fevrier febrero febbraio fevereiro fev február februari",
            "mar march märz mär mrz mars marzo março március márc maart mrt",
            "apr april avril avr abril abr aprile április ápr",
            "may mai mayo maggio mag maio május máj mei maj",
            "jun june juni juin junio giugno giu junho június jún",
            "jul july juli juillet juil julio luglio lug julho július júl",
            "aug august août aout agosto ago augusztus augustus augusti",
            "sep sept september septembre septiembre settembre set setembro szeptember szept",
            "oct october oktober okt octobre octubre ottobre ott outubro out október",
            "nov november novembre noviembre novembro",
            "dec december dezember dez décembre déc decembre diciembre dic dicembre dezembro",
        ),
        1,
    )
    for name in names.split()
}
_WEEKDAYS: Final = {
    name: number
    for number, names in enumerate(
        (
            "mon monday mo montag lun lundi lunes lunedì hétfő",
            "tue tues tuesday di dienstag mardi martes martedì kedd",
            "wed wednesday mi mittwoch mer mercredi miércoles mercoledì szerda",
            "thu thur thurs thursday do donnerstag jeu jeudi jueves giovedì csütörtök",
            "fri friday fr freitag ven vendredi viernes venerdì péntek",
            "sat saturday sa samstag sam samedi sábado sabato szombat",
            "sun sunday so sonntag dim dimanche domingo domenica vasárnap",
        )
    )
    for name in names.split()
}
_LITTLE: Final = frozenset(("de", "of", "the", "th", "st", "nd", "rd", "at", "um", "à", "le", "del", "di"))
_TIME: Final = re.compile(
    r"(?:^|[\s,T])(\d{1,2})(?:[:hH](\d{2})(?::(\d{2}))?\s*(?:([ap])\.?m\.?)?|\s*([ap])\.?m\.?|\s*h)"
    r"(?:\s*(?:uhr|h))?\s*(Z|[+-]\d{2}:?\d{2})?$",
    re.IGNORECASE | re.ASCII,
)
_ISO: Final = re.compile(r"(\d{4})[-/.]\s?(\d{1,2})[-/.]\s?(\d{1,2})\.?", re.ASCII)
_NUMERIC: Final = re.compile(r"(\d{1,2})([./-])\s?(\d{1,2})\2\s?(\d{4})", re.ASCII)
_WORDS: Final = re.compile(r"[^\W\d_]+")
_NAMED: Final = re.compile(r"\D*(?:(\d{1,2})\D+(\d{4})|(\d{4})\D+(\d{1,2}))\D*", re.ASCII)


_Moment = tuple[dt.datetime | None, dt.datetime | None]
"""What a cell may mean: with the day first, and with the month first; None if it cannot."""


def moments(
    cells: Sequence[str], wrong: Callable[[int, str], None], allowed: str = A_MOMENT
) -> list[dt.datetime | None]:
    """The moment that each cell of a list means; None for an empty one, or one of which `wrong` was told.

    A time alone is of `NO_DATE`. One order of day and month holds for all the cells. `wrong` is told the
    number of a cell and what is wrong with it, after what was found there.
    """
    read = [_moment(cell) if cell else None for cell in cells]
    for at, (cell, each) in enumerate(zip(cells, read, strict=True)):
        if cell and each is None:
            wrong(at, f"; allowed: {allowed}")
    known = [(at, each) for at, each in enumerate(read) if each is not None]
    days = [at for at, (_, month_first) in known if month_first is None]
    months = [at for at, (day_first, _) in known if day_first is None]
    open_ = [
        (at, day_first, month_first)
        for at, (day_first, month_first) in known
        if day_first and month_first and day_first != month_first
    ]
    if days and months:
        later, earlier = max(days[0], months[0]), min(days[0], months[0])
        wrong(later, f"; day and month are the other way round in {cells[earlier]!r}")
        return [None] * len(cells)
    if open_ and not days and not months:
        at, day_first, month_first = open_[0]
        one, other = (f"{each.day} {each:%B}" for each in (day_first, month_first))
        wanted = f"{day_first:%Y-%m-%d} or {month_first:%Y-%m-%d}"
        wrong(at, f", which may be {one} or {other}, and no other date tells; write {wanted}")
        return [None] * len(cells)
    return [None if each is None else each[1 if months else 0] for each in read]


def _moment(cell: str) -> _Moment | None:
    text = " ".join(cell.split())
    try:
        iso = dt.datetime.fromisoformat(text) if ":" in text[10:] else None
    except ValueError:
        iso = None
    if iso is not None:
        return (iso, iso) if _date(iso.year, iso.month, iso.day) else None
    found = _TIME.search(text)
    if found is None:
        return None
    clock = _clock(found)
    if clock is None:
        return None
    since, zone = clock
    days = _dates(text[: found.start()].strip(" ,"))
    if days is None:
        return None
    if zone is not None and NO_DATE in days:
        return None  # a time alone is by the clock of the list
    made = [None if day is None else _at(day, since, zone) for day in days]
    return (made[0], made[1]) if any(made) else None


def time_alone(moment: dt.datetime) -> bool:
    """Whether it is a time without a date."""
    return moment.date() <= NO_DATE + dt.timedelta(days=1)


def on_day_of(start: dt.datetime, time: dt.datetime) -> dt.datetime:
    """A time alone on the day on which something starts, by its clock; 24:00 is the midnight after it."""
    return dt.datetime.combine(start.date(), dt.time(), start.tzinfo) + (time - dt.datetime.min)


def shown_moment(moment: dt.datetime) -> str:
    """`2024-11-26 10:00`, or `10:00` if it is a time alone."""
    if time_alone(moment):
        return "24:00" if moment.date() > NO_DATE else f"{moment:%H:%M}"
    return moment.isoformat(" ", "minutes" if not moment.second else "seconds")


def read_as(cells: Sequence[str], read: Sequence[dt.datetime | None]) -> list[str]:
    """How the first of these that is not written as in ISO 8601 was read; nothing if all are."""
    for cell, each in zip(cells, read, strict=True):
        if (
            each is not None
            and not cell[:4].isdigit()
            and not (time_alone(each) and cell == shown_moment(each))
        ):
            return [f"{cell!r} is {shown_moment(each)}"]
    return []


def _clock(found: re.Match[str]) -> tuple[dt.timedelta, dt.tzinfo | None] | None:
    hour, minute, second = int(found[1]), int(found[2] or 0), int(found[3] or 0)
    half = (found[4] or found[5] or "").lower()
    if half:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half == "p" else 0)
    if minute > 59 or second > 59 or hour > 24 or (hour == 24 and (minute or second)):
        return None
    zone: dt.tzinfo | None = None
    if found[6]:
        try:
            zone = dt.datetime.fromisoformat(f"2000-01-01T00:00{found[6].upper()}").tzinfo
        except ValueError:  # of a day or more
            return None
    return dt.timedelta(hours=hour, minutes=minute, seconds=second), zone


def _at(day: dt.date, since: dt.timedelta, zone: dt.tzinfo | None) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(), zone) + since


def _dates(text: str) -> tuple[dt.date | None, dt.date | None] | None:
    """The date with the day first and with the month first; None if there is none."""
    if not text:
        return NO_DATE, NO_DATE
    words = [word.casefold() for word in _WORDS.findall(text)]
    weekdays = [_WEEKDAYS[word] for word in words if word in _WEEKDAYS and word not in _MONTHS]
    named = [_MONTHS[word] for word in words if word in _MONTHS]
    strange = [w for w in words if w not in _WEEKDAYS and w not in _MONTHS and w not in _LITTLE]
    if strange or len(weekdays) > 1 or len(named) > 1:
        return None
    bare = " ".join(_WORDS.sub(" ", text).replace(",", " ").split()).strip(" .")
    both: tuple[dt.date | None, dt.date | None]
    if named:
        match = _NAMED.fullmatch(text)
        if match is None:
            return None
        day, year = (int(each) for each in (match[1] or match[4], match[2] or match[3]))
        both = (_date(year, named[0], day),) * 2
    elif match := _ISO.fullmatch(bare):
        both = (_date(int(match[1]), int(match[2]), int(match[3])),) * 2
    elif match := _NUMERIC.fullmatch(bare):
        one, other, year = int(match[1]), int(match[3]), int(match[4])
        first = _date(year, other, one)
        # with dots the day comes first wherever dots are used
        both = first, first if match[2] == "." else _date(year, one, other)
    else:
        return None
    if weekdays:
        both = _on(both[0], weekdays[0]), _on(both[1], weekdays[0])
    return both if any(both) else None


def _on(day: dt.date | None, weekday: int) -> dt.date | None:
    return day if day is not None and day.weekday() == weekday else None


def _date(year: int, month: int, day: int) -> dt.date | None:
    if not 1 < year < 9999:  # so that there is a day before and one after
        return None
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None
