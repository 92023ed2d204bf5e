"""What people, tables, days and times are called in whatever is handed out."""

from __future__ import annotations

import datetime as dt
from typing import Final

from sim.interchange.diaries.diaries import Diaries, Diary, Meeting

__all__ = ["day_name", "diary_name", "met", "slot_name", "slotted", "table_name", "time_name", "zone_note"]

# by themselves and not by strftime, whose names depend on the machine
_DAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS: Final = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


def diary_name(diary: Diary) -> str:
    """`Ash`, or `Ash (Anna)` where it is one delegate's."""
    return f"{diary.who} ({diary.delegate})" if diary.delegate else diary.who


def met(diaries: Diaries, meeting: Meeting, diary: int) -> str:
    """Whom the owner of a diary meets."""
    return ", ".join(diary_name(diaries.diaries[other]) for other in meeting.others(diary))


def table_name(number: int) -> str:
    """`Table 3`."""
    return f"Table {number}"


def slot_name(diaries: Diaries, slot: int, last: int | None = None) -> str:
    """A slot's own name, `Slot 3` where it is a number only; with a `last` one, `Slots 3–4`."""
    name = diaries.slots.names[slot]
    if last is None or last == slot:
        return f"Slot {name}" if name.isdigit() else name
    other = diaries.slots.names[last]
    return f"Slots {name}–{other}" if name.isdigit() and other.isdigit() else f"{name} – {other}"


def slotted(diaries: Diaries) -> bool:
    """Whether slots are to be called by their names beside their times: a number says nothing more."""
    return not diaries.timed or not all(name.isdigit() for name in diaries.slots.names)


def day_name(diaries: Diaries, slot: int) -> str:
    """The day on which a slot begins, empty where nobody said it."""
    if not diaries.moments:
        return ""
    start = diaries.moments.start[slot]
    return f"{_DAYS[start.weekday()]} {start.day} {_MONTHS[start.month - 1]} {start.year}"


def time_name(diaries: Diaries, slot: int, last: int | None = None) -> str:
    """`10:00–10:30`, to the end of the `last` slot if there are several; empty where nobody said it.

    With its offset from UTC where that is not plain: where several are written, or, in a zone, where clocks
    show an hour twice.
    """
    moments, last = diaries.moments, slot if last is None else last
    if not moments:  # a time alone
        return f"{diaries.slots.shown_start[slot]}–{diaries.slots.shown_end[last]}" if diaries.timed else ""
    start, end = moments.start[slot], moments.end[last]
    text = f"{start:%H:%M}–{end:%H:%M}"
    days = (end.date() - start.date()).days
    if days:
        text += f" (+{days})"
    if moments.zone is not None:
        plain = start.replace(fold=0).utcoffset() == start.replace(fold=1).utcoffset()
    else:
        plain = len(moments.offsets) == 1
    if not plain:
        text += f" {_offset(start)}"
    return text


def zone_note(diaries: Diaries) -> str:
    """Where the clocks are by which times are told, as far as is known."""
    moments = diaries.moments
    if not moments:
        return ""
    if moments.zone is not None:
        return f"Times in {moments.zone}"
    if moments.fixed and len(moments.offsets) == 1:
        return f"Times in {_offset(moments.start[0])}"
    return ""


def _offset(when: dt.datetime) -> str:
    minutes = (when.utcoffset() or dt.timedelta()) // dt.timedelta(minutes=1)
    sign = "-" if minutes < 0 else "+"
    return f"UTC{sign}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"
