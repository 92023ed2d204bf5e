"""What became of the published meetings of the days that were: held or not, and who was missing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from sim.files.cells import flag, moment, names, refuse_unclear
from sim.files.grids import Chosen, Source
from sim.files.problems import Fault, did_you_mean
from sim.files.sheets import ListError, Sheet, Unknown, found, plural, read_sheet, shown_name
from sim.files.text import same
from sim.files.timetables import COLUMNS as PUBLISHED
from sim.interchange.published_csv import Known, Meeting, Publication, named_in, people_of, take_called_off
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
    `why` is what kept each of those from being held, as it was written; `unsaid` is the number of those done
    of which the file says nothing.
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
    said: dict[int, _Said] = {}
    notes: list[str] = []
    unknown: Unknown = "ignored" if ignore_unknown else "refused"
    if source is not None:
        chosen = source if isinstance(source, Chosen) else Chosen(source, "happened")
        sheet = read_sheet(chosen, COLUMNS, ("who", "whom", "held"), unknown=unknown)
        if sheet.good:
            take_called_off(sheet)
            later = [each for k, each in publication.of.items() if k not in past]
            rows = _Rows(sheet, (*past.values(), *of_none), later, known)
            said = rows.said
            if rows.too_early:
                many = plural(rows.too_early, "row")
                notes.append(f"{sheet.shown}: {many} of meetings that are not before --from passed over")
        wrong = sheet.problems()
        if wrong:
            raise ListError(wrong, unknown=sheet.unknown)
    failed = {k: each for k, each in past.items() if each.line in said and not said[each.line].held}
    missing = {k: said[each.line].missing for k, each in failed.items()}
    unsaid = sum(each.line not in said for each in past.values())
    if source is not None and unsaid:
        many = plural(unsaid, "meeting")
        notes.append(f"{sheet.shown} says nothing of {many} before --from: taken as held")
    return Past(
        first=first,
        done={k: each for k, each in past.items() if k not in failed},
        failed=failed,
        of_none=of_none,
        missing=missing,
        why={k: said[each.line].why for k, each in failed.items()},
        never=_never(past, missing, known),
        unsaid=unsaid,
        notes=tuple(notes),
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


@dataclass(frozen=True, slots=True)
class _Said:
    """What a row says of a meeting."""

    held: bool
    missing: tuple[str, ...]
    why: str


class _Rows:
    """The rows of a file of what happened: what they say, by the line of the published meeting.

    `meetings` are those that they can be of; rows of `later` ones are passed over.
    """

    def __init__(
        self, sheet: Sheet, meetings: Iterable[Meeting], later: Iterable[Meeting], known: Collection[str]
    ) -> None:
        self._sheet, self._later, self._known = sheet, list(later), known
        self._of: dict[frozenset[str], list[Meeting]] = {}
        self._ids: dict[str, Meeting] = {}
        for each in meetings:
            self._of.setdefault(frozenset((each.who, each.whom)), []).append(each)
            self._ids[each.id] = each
        self.said: dict[int, _Said] = {}
        self.too_early = 0  # rows of meetings of which nothing can have become
        who, whom = names(sheet, "who"), names(sheet, "whom")
        refuse_unclear(sheet, ("held",))
        line: dict[int, int] = {}
        for row, (one, other) in enumerate(zip(who, whom, strict=True)):
            held = flag(sheet, row, "held", sheet.cells("held")[row])
            meeting = self._meeting(row, one, other) if one and other and held is not None else None
            if meeting is None or held is None:
                continue
            if line.setdefault(meeting.line, sheet.lines[row]) != sheet.lines[row]:
                said = f"line {line[meeting.line]} says already what became of this meeting"
                sheet.wrong(row, "who", f"{found(one)}; {said}")
            missing = self._missing(row, meeting, held=held)
            self.said[meeting.line] = _Said(held, missing, same(sheet.cells("why")[row]))

    def _meeting(self, row: int, one: str, other: str) -> Meeting | None:
        """The published meeting of a row; None if there is none, which is said."""
        sheet, pair = self._sheet, frozenset((one, other))
        id_, slot, start = (same(sheet.cells(name)[row]) for name in ("id", "slot", "start"))
        named = self._ids.get(id_) if id_ else None
        if named is not None and pair == {named.who, named.whom}:
            return named
        every = self._of.get(pair, [])
        here = [each for each in every if _at(each, slot, start)]
        if len(here) == 1:
            return here[0]
        two, column, cell = f"{shown_name(one)} and {shown_name(other)}", "who", one
        if here:
            said = f"{two} had {len(here)} meetings: say its slot or its id"
        elif any({each.who, each.whom} == pair and _at(each, slot, start) for each in self._later):
            self.too_early += 1
            return None
        elif every:
            column, cell = ("slot", slot) if slot else ("start", start)
            said = f"{two} were to meet in {' or '.join(shown_name(each.slot) for each in every)}"
        else:
            people = {name for both in self._of for name in both}
            column, cell = ("whom", other) if one in people else ("who", one)
            met = {name for both in self._of if one in both for name in both - {one}}  # nearer than others
            near = "" if cell in people else sheet.near(cell, sorted(met or people))
            said = f"no meeting of {two} before --from was published{near}"
        sheet.wrong(row, column, f"{found(cell)}; {said}")
        return None

    def _missing(self, row: int, meeting: Meeting, *, held: bool) -> tuple[str, ...]:
        """Who was missing from a meeting, as its row says."""
        there = people_of(meeting, self._known)
        who = named_in(self._sheet, row, "missing", there)
        if held and set(who) <= set(there) and len(there) - len(who) < min(2, len(there)):
            said = f"{found(self._sheet.cells('missing')[row])}, and the meeting was held"
            self._sheet.wrong(row, "missing", said)
        return who


def _at(meeting: Meeting, slot: str, start: str) -> bool:
    """Whether a meeting was in this slot, or started then; as far as anything is said."""
    if slot:
        return slot == meeting.slot
    return not start or (moment(start) or start) == (moment(meeting.start) or meeting.start)


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
