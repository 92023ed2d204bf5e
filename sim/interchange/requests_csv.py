"""Requests: a row for each meeting that somebody wants."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sim.files.cells import flags, names, near_names, numbers, ranks
from sim.files.sheets import Sheet, Source, Unknown, found, plural, read_sheet, shown_name
from sim.files.text import folded, same
from sim.interchange.slots_csv import MOST_SLOTS

__all__ = ["COLUMNS", "Requests", "notes_on", "read_requests"]

COLUMNS: Final = {
    "who": "who asks for the meeting",
    "whom": "whom he asks",
    "weight": "what the meeting is worth, a number ≥ 0",
    "wish_who": "how much the asker wishes it",
    "wish_whom": "how much the asked wishes it",
    "arrival": "when the request came in",
    "must": "whether it is to be held before any that need not",
    "veto": "whether it must not be held",
    "slot": "the only slot in which it may be held",
    "language": "the interpreters it needs",
    "id": "a name for the request",
    "after": "the id of a request that must have been held before, if both are",
    "one_of": "a name: of the requests with the same, one is held at most",
}
_NOTED: Final = 3
_SHOWN: Final = 12  # of a circle


@dataclass(frozen=True, slots=True, kw_only=True)
class Requests:
    """Requests as they were read, an item each.

    `people` are those named, in the order of their first mention; `who`, `whom` are places in it, as
    `slot` (-1 for any) is in the slots and `language` (-1 for none) in `languages`. `before` are pairs
    of requests of which the first must end before the second. `one_of` has the requests that are
    alternatives by their name. `lines` are the lines of the file.
    """

    people: tuple[str, ...]
    who: tuple[int, ...]
    whom: tuple[int, ...]
    weight: tuple[float, ...]
    wish_who: tuple[float, ...]
    wish_whom: tuple[float, ...]
    arrival: tuple[int, ...]
    must: tuple[bool, ...]
    veto: tuple[bool, ...]
    slot: tuple[int, ...]
    language: tuple[int, ...]
    languages: tuple[str, ...]
    before: tuple[tuple[int, int], ...]
    ids: tuple[str, ...]
    one_of: tuple[str, ...]
    lines: tuple[int, ...]
    columns: frozenset[str]

    def __len__(self) -> int:
        return len(self.who)


def read_requests(
    source: Source, slots: Sequence[str] | None, interpreters: Mapping[str, int], unknown: Unknown
) -> tuple[Requests | None, Sheet]:
    """The requests of a file, and the file; None if not even its people can be read.

    What is wrong with it is in the file: with any problem there, the requests are of use only for
    their people. `slots` are None if they could not be read; fixed slots are not looked up then.
    """
    sheet = read_sheet(source, COLUMNS, ("who", "whom", "weight"), unknown=unknown)
    if not sheet.good:
        return None, sheet
    who, whom = names(sheet, "who"), names(sheet, "whom")
    for row, (one, other) in enumerate(zip(who, whom, strict=True)):
        if one and one == other:
            sheet.wrong(row, "whom", f"{found(other)}, who asks; nobody meets himself")
    number: dict[str, int] = {}
    for one, other in zip(who, whom, strict=True):
        for name in (one, other):
            if name:
                number.setdefault(name, len(number))
    weight = [value or 0.0 for value in numbers(sheet, "weight")]
    wishes = [
        tuple(own if wish is None else wish for wish, own in zip(column, weight, strict=True))
        for column in (numbers(sheet, name, empty=True) for name in ("wish_who", "wish_whom"))
    ]
    must, veto = flags(sheet, "must"), flags(sheet, "veto")
    for row in range(len(sheet)):
        if must[row] and veto[row]:
            sheet.wrong(row, "veto", f"{found(sheet.cells('veto')[row])}, and it must be held")
    return Requests(
        people=tuple(number),
        who=tuple(number.get(name, 0) for name in who),
        whom=tuple(number.get(name, 0) for name in whom),
        weight=tuple(weight),
        wish_who=wishes[0],
        wish_whom=wishes[1],
        arrival=tuple(ranks(sheet, "arrival")),
        must=tuple(must),
        veto=tuple(veto),
        slot=_slots(sheet, slots),
        language=_languages(sheet, interpreters),
        languages=tuple(interpreters),
        before=_orders(sheet),
        ids=tuple(map(same, sheet.cells("id"))),
        one_of=tuple(map(same, sheet.cells("one_of"))),
        lines=tuple(sheet.lines),
        columns=frozenset(name for name in COLUMNS if name in sheet),
    ), sheet


def _slots(sheet: Sheet, slots: Sequence[str] | None) -> tuple[int, ...]:
    cells = [same(cell) for cell in sheet.cells("slot")]
    place = {name: t for t, name in enumerate(slots or ())}
    if slots is not None:
        strangers = {row: cell for row, cell in enumerate(cells) if cell and cell not in place}
        many = f"{slots[0]} to {slots[-1]}" if len(slots) > 12 else ", ".join(slots)
        near_names(sheet, "slot", strangers, slots, f"there is no such slot (they are {many})")
    return tuple(place.get(cell, -1) for cell in cells)


def _languages(sheet: Sheet, interpreters: Mapping[str, int]) -> tuple[int, ...]:
    cells = [same(cell) for cell in sheet.cells("language")]
    place = {name: p for p, name in enumerate(interpreters)}
    strangers = {row: cell for row, cell in enumerate(cells) if cell and cell not in place}
    near_names(sheet, "language", strangers, list(interpreters), "no --interpreters LANGUAGE=N for it")
    return tuple(place.get(cell, -1) for cell in cells)


def _orders(sheet: Sheet) -> tuple[tuple[int, int], ...]:
    """Which request must end before which."""
    ids = [same(cell) for cell in sheet.cells("id")]
    place: dict[str, int] = {}
    for row, name in enumerate(ids):
        if name and place.setdefault(name, row) != row:
            sheet.wrong(
                row, "id", f"{found(name)} again; it stands on line {sheet.lines[place[name]]} already"
            )
    after = {row: same(cell) for row, cell in enumerate(sheet.cells("after")) if cell}
    if after and "id" not in sheet:
        sheet.fault(sheet.lines[min(after)], "after", "names a request by its id; there is no column 'id'")
        return ()
    strangers = {row: name for row, name in after.items() if name not in place}
    near_names(sheet, "after", strangers, list(place), "no request has that id")
    before = {row: place[name] for row, name in after.items() if name in place}
    _sound_chains(sheet, before)
    return tuple((first, row) for row, first in before.items())


def _sound_chains(sheet: Sheet, before: Mapping[int, int]) -> None:
    """No request may, by way of any others, come after itself, nor after more than there can be slots."""
    place: dict[int, int] = {}  # in its chain, of each row seen
    ids = sheet.cells("id")
    for start in before:
        way: dict[int, None] = {}
        row: int | None = start
        while row is not None and row not in place and row not in way:
            way[row] = None
            row = before.get(row)
        if row is not None and row in way:
            ring = list(way)[list(way).index(row) :]
            if len(ring) > _SHOWN:
                names, more = ring[:_SHOWN], f" after {len(ring) - _SHOWN:,} more"
            else:
                names, more = ring, ""
            named = (shown_name(same(ids[each])) for each in names)
            said = f"{' after '.join(named)}{more} after {shown_name(same(ids[row]))}"
            sheet.wrong(row, "after", f"goes round in a circle: {said}")
            place.update(dict.fromkeys(way, 0))
            continue
        before_all = 0 if row is None else place[row]
        for at, each in enumerate(reversed(way), before_all + 1):
            place[each] = at
            if at == MOST_SLOTS + 1:  # the first too many; what follows it is not told
                said = f"comes after {MOST_SLOTS:,} that come after one another"
                sheet.wrong(
                    each, "after", f"{said}; allowed: {MOST_SLOTS:,} in a chain, as there can be slots"
                )


def notes_on(requests: Requests, sheet: Sheet, *, once: bool) -> list[str]:
    """What is allowed but may not be meant."""
    return [*_twice(requests, sheet, once=once), *_alike(requests, sheet)]


def _twice(requests: Requests, sheet: Sheet, *, once: bool) -> list[str]:
    first: dict[tuple[int, int], int] = {}
    again: list[tuple[int, int]] = []
    for row, (one, other) in enumerate(zip(requests.who, requests.whom, strict=True)):
        if requests.veto[row] or requests.one_of[row]:
            continue
        earlier = first.setdefault((min(one, other), max(one, other)), row)
        if earlier != row:
            again.append((row, earlier))
    if not again or once:
        return []
    row, earlier = again[0]
    two = " and ".join(shown_name(requests.people[i]) for i in (requests.who[row], requests.whom[row]))
    count = plural(len(again), "such row")
    return [
        f"{sheet.shown}:{requests.lines[row]}: {two} are asked for on line {requests.lines[earlier]} too "
        f"({count}); each request is a meeting of its own, unless you say --once"
    ]


def _alike(requests: Requests, sheet: Sheet) -> list[str]:
    first: dict[str, str] = {}
    pairs = []
    for name in requests.people:
        other = first.setdefault(folded(name), name)
        if other != name:
            pairs.append((other, name))
    notes = [
        f"{sheet.shown}: {shown_name(one)} and {shown_name(other)} are taken for two people"
        for one, other in pairs[:_NOTED]
    ]
    more = len(pairs) - len(notes)
    return [*notes, f"{sheet.shown}: and {plural(more, 'more pair')} of names alike"] if more > 0 else notes
