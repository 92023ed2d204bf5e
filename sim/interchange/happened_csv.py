"""What became of the published meetings of the days that were: held or not, and who was missing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from sim.files.cells import flag, moment, names, near_names, refuse_unclear
from sim.files.grids import Chosen, Source
from sim.files.problems import Fault, did_you_mean
from sim.files.sheets import ListError, Sheet, Unknown, found, plural, read_sheet, shown_name
from sim.files.text import same
from sim.interchange.published_csv import COLUMNS as PUBLISHED
from sim.interchange.published_csv import Known, Meeting, Publication, people_of
from sim.interchange.slots_csv import Slots
from sim.matchmaking import UNSCHEDULED

__all__ = ["COLUMNS", "Past", "first_left", "read_happened"]

COLUMNS: Final = PUBLISHED | {
    "held": "whether the meeting took place",
    "missing": "who was not there, with ; between",
    "why": "what kept it from being held",
}
_FEW: Final = 2  # assumption: whoever was missing from fewer meetings may only have missed those


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """What became of the meetings of the slots before `first`.

    `done` and `failed` are the meetings that were held and that were not, by their requests; `of_none` are
    those of the past whose request is in the lists no more. `missing` is who was missing from each that
    failed. `never` are those who were missing from all of their meetings, of which there were two at least.
    `why` is what kept them from being held, as it was written; `unsaid` is the number of those done of which the file says nothing.
    """

    first: int
    done: Mapping[int, Meeting]
    failed: Mapping[int, Meeting]
    of_none: tuple[Meeting, ...]
    missing: Mapping[int, tuple[str, ...]]
    why: Mapping[int, str]
    never: tuple[str, ...]
    unsaid: int
    notes: tuple[str, ...] = ()


def first_left(slots: Slots, since: str) -> int:
    """The first slot that is left: that of this name, or the first that starts then or later.

    `since` is a slot's name, or a moment as `2024-11-28 09:00` or `2024-11-28`.

    Raises:
        ListError: there is no such slot.
    """
    if since in slots.names:
        return slots.names.index(since)
    when = _moment(since)
    begun = slots.begun()
    if when is None or not any(begun):
        near = did_you_mean(since, slots.names)
        allowed = "allowed: the name of a slot, or a moment such as 2024-11-28 09:00"
        if when is not None:
            allowed = "the slots have no times; allowed: the name of one"
        raise ListError([Fault("--from", None, "", f"{found(since)}; {allowed}{near}")])
    zoned = next(each.tzinfo is not None for each in begun if each is not None)
    if zoned is not (when.tzinfo is not None):
        have = "have an offset from UTC" if zoned else "have no offset from UTC"
        raise ListError([Fault("--from", None, "", f"{found(since)}; the slots {have}")])
    first = next((t for t, start in enumerate(begun) if start is not None and start >= when), None)
    if first is None:
        last = slots.shown_start[-1]
        raise ListError([Fault("--from", None, "", f"{found(since)}; the last slot starts at {last}")])
    return first


def _moment(text: str) -> dt.datetime | None:
    try:
        return dt.datetime.fromisoformat(text)
    except ValueError:
        return None


def read_happened(
    source: Source | None,
    publication: Publication,
    slots: Slots,
    first: int,
    known: Collection[str],
    *,
    published: str = "published",
    ignore_unknown: bool = False,
) -> Past:
    """What became of the published meetings in slots before `first`; those that no row names were held.

    A row is a published meeting of the past by its id, or else by who and whom, and by its slot or its start
    where the two have several. `known` are the people of the lists; `published` is what the file of what was
    published is called.

    Raises:
        ListError: with all that is wrong with the file: rows that are no published meeting of the past, or
            stand twice, people who are not in the meeting; or a published meeting of which nobody can say
            whether it is of the past.
    """
    past, of_none = _past(publication, slots, first, published)
    said: dict[_Key, _Said] = {}
    notes: tuple[str, ...] = ()
    if source is not None:
        unknown: Unknown = "ignored" if ignore_unknown else "refused"
        chosen = source if isinstance(source, Chosen) else Chosen(source, "happened")
        sheet = read_sheet(chosen, COLUMNS, ("who", "whom", "held"), unknown=unknown)
        rows = _Rows(sheet, past, of_none, publication, slots, first, known) if sheet.good else None
        wrong = sheet.problems()
        if wrong or rows is None:
            raise ListError(wrong, unknown=sheet.unknown)
        said = rows.said
    not_held = {k: said[k] for k in past if k in said and not said[k].held}
    failed = {k: past[k] for k in not_held}
    missing = {k: each.missing for k, each in not_held.items()}
    unsaid = sum(k not in said for k in past)
    if source is not None and unsaid:
        notes = (f"{sheet.shown} says nothing of {plural(unsaid, 'meeting')} before --from: taken as held",)
    return Past(
        first=first,
        done={k: each for k, each in past.items() if k not in failed},
        failed=failed,
        of_none=of_none,
        missing=missing,
        why={k: each.why for k, each in not_held.items()},
        never=_never(past, missing, known),
        unsaid=unsaid,
        notes=notes,
    )


def _past(
    publication: Publication, slots: Slots, first: int, published: str
) -> tuple[dict[int, Meeting], tuple[Meeting, ...]]:
    """The published meetings of the past, by request, and those of no request."""
    known, begun = Known(slots), slots.begun()[first]
    wrong: list[Fault] = []

    def is_past(meeting: Meeting) -> bool:
        t = known.place(meeting)
        if t != UNSCHEDULED:
            return t < first
        start = moment(meeting.start)
        if begun is not None and start is not None and (start.tzinfo is None) is (begun.tzinfo is None):
            if start >= begun:
                return False
            said = "which was before --from; give the slots of the days that were, too"
        else:
            said = "which is none of the slots, so that nobody can say whether it was before --from"
        wrong.append(Fault(published, meeting.line, "column 'slot'", f"{found(meeting.slot)}, {said}"))
        return False

    past = {k: each for k, each in publication.of.items() if is_past(each)}
    of_none = tuple(each for each in publication.withdrawn if is_past(each))
    if wrong:
        raise ListError(wrong)
    return past, of_none


_Key = int | tuple[int, str]  # a request; or the line of a published meeting that is of none


@dataclass(frozen=True, slots=True)
class _Said:
    """What a row says of a meeting."""

    held: bool
    missing: tuple[str, ...]
    why: str


class _Rows:
    """The rows of a file of what happened, each the published meeting that it is of."""

    def __init__(
        self,
        sheet: Sheet,
        past: Mapping[int, Meeting],
        of_none: Iterable[Meeting],
        publication: Publication,
        slots: Slots,
        first: int,
        known: Collection[str],
    ) -> None:
        self._sheet, self._known, self._slots, self._first = sheet, known, slots, first
        self._meetings: dict[_Key, Meeting] = dict(past)
        self._meetings |= {(each.line, "of none"): each for each in of_none}
        self._later = [each for k, each in publication.of.items() if k not in past]
        self._of: dict[frozenset[str], list[_Key]] = {}
        for key, each in self._meetings.items():
            self._of.setdefault(frozenset((each.who, each.whom)), []).append(key)
        self._ids = {each.id: key for key, each in self._meetings.items() if each.id}
        self.said: dict[_Key, _Said] = {}
        who, whom = names(sheet, "who"), names(sheet, "whom")
        refuse_unclear(sheet, ("held",))
        line: dict[_Key, int] = {}
        for row, (one, other) in enumerate(zip(who, whom, strict=True)):
            held = flag(sheet, row, "held", sheet.cells("held")[row])
            if held is None and not sheet.cells("held")[row]:
                sheet.wrong(row, "held", f"{found('')}; allowed: yes or no (or 1 or 0)")
            if not (one and other) or held is None:
                continue
            key = self._meeting(row, one, other)
            if key is None:
                continue
            if line.setdefault(key, sheet.lines[row]) != sheet.lines[row]:
                sheet.wrong(row, "who", f"{found(one)}; line {line[key]} says of this meeting already")
            missing = self._missing(row, self._meetings[key], held=held)
            self.said[key] = _Said(held, missing, same(sheet.cells("why")[row]))

    def _meeting(self, row: int, one: str, other: str) -> _Key | None:
        """The published meeting of a row; None if there is none, which is said."""
        sheet = self._sheet
        id_, slot, start = (same(sheet.cells(name)[row]) for name in ("id", "slot", "start"))
        if id_ in self._ids and {one, other} == {
            self._meetings[self._ids[id_]].who,
            self._meetings[self._ids[id_]].whom,
        }:
            return self._ids[id_]
        pair = frozenset((one, other))
        keys = self._of.get(pair, [])
        if slot or start:
            keys = [key for key in keys if self._at(self._meetings[key], slot, start)]
        if len(keys) == 1:
            return keys[0]
        two = f"{shown_name(one)} and {shown_name(other)}"
        if keys:
            sheet.wrong(row, "who", f"{found(one)}; {two} had {len(keys)} meetings: say its slot or its id")
        elif any(
            {each.who, each.whom} == pair and (not (slot or start) or self._at(each, slot, start))
            for each in self._later
        ):
            sheet.wrong(
                row,
                "who",
                f"{found(one)}; the meeting of {two} is not before --from: nothing has become of it",
            )
        else:
            people = {name for each in self._meetings.values() for name in (each.who, each.whom)}
            column, name = ("who", one) if one not in people else ("whom", other)
            near = "" if name in people else sheet.near(name, people)
            if self._of.get(pair):
                there = " or ".join(shown_name(self._meetings[key].slot) for key in self._of[pair])
                sheet.wrong(
                    row,
                    "slot" if slot else "start",
                    f"{found(slot or start)}; {two} had their meeting in {there}",
                )
            else:
                sheet.wrong(
                    row, column, f"{found(name)}; no meeting of {two} was published before --from{near}"
                )
        return None

    @staticmethod
    def _at(meeting: Meeting, slot: str, start: str) -> bool:
        if slot and meeting.slot:
            return slot == meeting.slot
        begins = moment(start) or start
        return begins == (moment(meeting.start) or meeting.start)

    def _missing(self, row: int, meeting: Meeting, *, held: bool) -> tuple[str, ...]:
        """Who was missing from a meeting, as its row says."""
        cell = self._sheet.cells("missing")[row]
        who = [name for name in map(same, cell.split(";")) if name]
        there = people_of(meeting, self._known)
        strangers = [name for name in who if name not in there]
        if strangers:
            near_names(self._sheet, "missing", {row: strangers[0]}, there, "who is not in the meeting")
        elif held and len(there) - len(who) < 2:
            self._sheet.wrong(row, "missing", f"{found(cell)}, and the meeting was held")
        return tuple(who)


def _never(
    past: Mapping[int, Meeting], missing: Mapping[int, tuple[str, ...]], known: Collection[str]
) -> tuple[str, ...]:
    """Who was missing from all of at least two meetings, in the order of their names."""
    had: dict[str, int] = {}
    missed: dict[str, int] = {}
    for k, meeting in past.items():
        for name in people_of(meeting, known):
            had[name] = had.get(name, 0) + 1
            missed[name] = missed.get(name, 0) + (name in missing.get(k, ()))
    return tuple(sorted(name for name, count in had.items() if count == missed[name] and count >= _FEW))
