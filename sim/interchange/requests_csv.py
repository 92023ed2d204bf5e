"""Requests: a row for each meeting that somebody wants."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from sim.files.cells import decimals, first_rows, flags, names, near_names, ranks, wholes
from sim.files.grids import Source, open_grid
from sim.files.sheets import Sheet, Unknown, cut_sheet, found, plural, shown_name
from sim.files.text import folded, same
from sim.files.words import RANKS
from sim.interchange.ghosts import ghosts, rows_of
from sim.interchange.layouts.matrix import Matrix, is_matrix, read_matrix
from sim.interchange.ranking import looks_like_ranks, weights_of_ranks
from sim.interchange.slots_csv import MOST_SLOTS

__all__ = ["COLUMNS", "Requests", "notes_on", "parts_of", "read_requests"]

COLUMNS: Final = {
    "who": "who asks for the meeting",
    "whom": "whom he asks",
    "with": "who else must be there, with ; between",
    "weight": "what the meeting is worth (left out: 1); below 0, it is not held unless it must be",
    "rank": "in place of a weight, the place among the asker's requests, 1 being best",
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
    "minutes": "how long the meeting takes",
    "place": "where it is held",
}
_MAY_BE_RANKS: Final = "say --map rank={0!r} if 1 is best, or --map weight={0!r}"
_NEEDED: Final = ("who", "whom")
_BETWEEN: Final = re.compile(r"\s*;\s*|\s+&\s+")
_NOTED: Final = 3
_SHOWN: Final = 12  # of a circle


@dataclass(frozen=True, slots=True, kw_only=True)
class Requests:
    """Requests as they were read, an item each.

    `people` are those named, in the order of their first mention; `who`, `whom` are places in it, as
    `slot` (-1 for any) is in the slots and `language` (-1 for none) in `languages`. `weight` and wishes are
    as written (`exact`: the weights exactly); one below 0 is a dislike, and its request is among the
    `disliked`, and vetoed unless it must be held. `before` are pairs of requests of which the first must
    end before the second. Requests are alternatives if their `one_of` is the same name; `minutes` are
    None for a meeting of one slot. `lines` are the lines of the file; `matrix` is what else it says, if it
    is one.
    `others` are who must be there besides these two: places in `people`; `called` are the cells of who, whom
    and with as they stand in the file, and `split` those that were taken for several people.
    """

    people: tuple[str, ...]
    who: tuple[int, ...]
    whom: tuple[int, ...]
    weight: tuple[float, ...]
    exact: tuple[Decimal, ...]
    wish_who: tuple[float, ...]
    wish_whom: tuple[float, ...]
    arrival: tuple[int, ...]
    must: tuple[bool, ...]
    veto: tuple[bool, ...]
    disliked: tuple[bool, ...]
    slot: tuple[int, ...]
    language: tuple[int, ...]
    languages: tuple[str, ...]
    before: tuple[tuple[int, int], ...]
    ids: tuple[str, ...]
    one_of: tuple[str, ...]
    minutes: tuple[int | None, ...]
    place: tuple[str, ...]
    lines: tuple[int, ...]
    columns: frozenset[str]
    matrix: Matrix | None = None
    others: tuple[tuple[int, ...], ...] = ()
    called: tuple[tuple[str, str, str], ...] = ()
    split: tuple[str, ...] = ()

    @property
    def members(self) -> list[tuple[int, ...]]:
        """Everybody who is in each request's meeting, its asker and its asked first: places in `people`."""
        each = zip(self.who, self.whom, self.others, strict=True)
        return [(one, other, *more) for one, other, more in each]

    def __len__(self) -> int:
        return len(self.who)


def read_requests(
    source: Source,
    slots: Sequence[str] | None,
    interpreters: Mapping[str, int],
    unknown: Unknown,
    *,
    clock: Mapping[str, str] | None = None,
    ranked: bool = False,
    listed: Sequence[str] | None = None,
) -> tuple[Requests | None, Sheet]:
    """The requests of a file, and the file; None if not even its people can be read.

    What is wrong with it is in the file: with any problem there, the requests are of use only for
    their people. `slots` are None if they could not be read; fixed slots are not looked up then. `clock`
    names slots by the time at which they start. `ranked`: weights and wishes are ranks. `listed` are all the
    people there are, if somebody says.
    """
    grid = open_grid(source, COLUMNS, _NEEDED)
    matrix = None
    if is_matrix(grid, COLUMNS, slots):
        sheet, matrix = read_matrix(grid, slots, clock or {})
    else:
        sheet = cut_sheet(grid, COLUMNS, _NEEDED, unknown=unknown, hints=dict.fromkeys(RANKS, _MAY_BE_RANKS))
    if not sheet.good:
        return None, sheet
    called = list(zip(names(sheet, "who"), names(sheet, "whom"), map(same, sheet.cells("with")), strict=True))
    groups, split = _groups(sheet, called, listed)
    who, whom = [group[0] for group in groups], [group[1] for group in groups]
    number: dict[str, int] = {}
    for group in groups:
        for name in group:
            if name:
                number.setdefault(name, len(number))
    _known(sheet, listed, split)
    weight = _weights(sheet, who, ranked=ranked)
    wishes = [
        [own if wish is None else wish for wish, own in zip(column, weight, strict=True)]
        for column in (_wishes(sheet, name, who, whom, ranked=ranked) for name in ("wish_who", "wish_whom"))
    ]
    must, veto = flags(sheet, "must"), flags(sheet, "veto")
    for row in range(len(sheet)):
        if must[row] and veto[row]:
            sheet.wrong(row, "veto", f"{found(sheet.cells('veto')[row])}, and it must be held")
    disliked = [min(each) < 0 for each in zip(weight, *wishes, strict=True)]
    if any(disliked):
        sheet.read.append(f"{plural(sum(disliked), 'request')} below 0 not to be held")
    near = {each: float(each) for column in (weight, *wishes) for each in column}  # few are different
    return Requests(
        people=tuple(number),
        who=tuple(number.get(name, 0) for name in who),
        whom=tuple(number.get(name, 0) for name in whom),
        weight=tuple(near[each] for each in weight),
        exact=tuple(weight),
        wish_who=tuple(near[each] for each in wishes[0]),
        wish_whom=tuple(near[each] for each in wishes[1]),
        arrival=tuple(ranks(sheet, "arrival")),
        must=tuple(must),
        veto=tuple(no or (bad and not yes) for no, bad, yes in zip(veto, disliked, must, strict=True)),
        disliked=tuple(disliked),
        slot=_slots(sheet, slots, clock or {}),
        language=_languages(sheet, interpreters),
        languages=tuple(interpreters),
        before=_orders(sheet),
        ids=tuple(map(same, sheet.cells("id"))),
        one_of=tuple(map(same, sheet.cells("one_of"))),
        minutes=tuple(wholes(sheet, "minutes", 1, 1_440)),
        place=tuple(map(same, sheet.cells("place"))),
        lines=tuple(sheet.lines),
        columns=frozenset(name for name in COLUMNS if name in sheet),
        matrix=matrix,
        others=tuple(tuple(number[name] for name in group[2:] if name) for group in groups),
        called=tuple(called),
        split=tuple(split),
    ), sheet


def parts_of(cell: str, known: Collection[str]) -> list[str]:
    """The people whom a cell such as `Birch & Cedar` (or with a `;`) names, if all are known; else itself."""
    parts = _BETWEEN.split(cell)
    several = len(parts) > 1 and cell not in known and all(part and part in known for part in parts)
    return parts if several else [cell]


def _groups(
    sheet: Sheet, called: Sequence[tuple[str, str, str]], listed: Sequence[str] | None
) -> tuple[list[tuple[str, ...]], list[str]]:
    """Who is in each request's meeting, its asker and its asked first, and the cells that name several."""
    known = {cell for row in called for cell in row[:2] if not _BETWEEN.search(cell)}
    known |= {part for *_, cell in called for part in cell.split(";") if not _BETWEEN.search(same(part))}
    known = {same(name) for name in known} | set(listed or ())
    groups: list[tuple[str, ...]] = []
    split = dict[str, None]()
    for row, (one, other, more) in enumerate(called):
        own, theirs = parts_of(one, known), parts_of(other, known)
        split |= dict.fromkeys(cell for cell, parts in ((one, own), (other, theirs)) if len(parts) > 1)
        along = [name for part in more.split(";") for name in parts_of(same(part), known) if name]
        first, second = own[:1] + theirs[:1]
        group = [first, second]
        for column, names_of in (("who", own[1:]), ("whom", theirs[1:]), ("with", along)):
            for name in names_of:
                if name in group:
                    sheet.wrong(row, column, f"{found(name)}, who is in the meeting already")
                else:
                    group.append(name)
        if first and first == second:
            sheet.wrong(row, "whom", f"{found(second)}, who asks; nobody meets himself")
        groups.append(tuple(group))
    return groups, list(split)


def _known(sheet: Sheet, listed: Sequence[str] | None, split: Sequence[str]) -> None:
    """Say of everybody who is not in the list of people, if there is one, that he is not."""
    if listed is None:
        return
    known = {*listed, *split}
    more = [(row, same(name)) for row, cell in enumerate(sheet.cells("with")) for name in cell.split(";")]
    strangers = {row: name for row, name in more if name and len(parts_of(name, known)) == 1}
    strangers = {row: name for row, name in strangers.items() if name not in known}
    near_names(sheet, "with", strangers, listed, "nobody of that name is in the list of people")
    for column in ("who", "whom"):
        cells = [same(cell) for cell in sheet.cells(column)]
        strangers = {row: name for row, name in enumerate(cells) if name and name not in known}
        near_names(sheet, column, strangers, listed, "nobody of that name is in the list of people")


def _weights(sheet: Sheet, who: Sequence[str], *, ranked: bool) -> list[Decimal]:
    """What each request is worth."""
    if "rank" in sheet and "weight" in sheet:
        sheet.fault(
            sheet.header_line, "rank", "stands beside 'weight': one of them says what a request is worth"
        )
    if "rank" not in sheet and "weight" not in sheet:
        if ranked:
            sheet.fault(sheet.header_line, "rank", "missing column: there are no ranks to count by --ranks")
        sheet.read.append("no weights: each request counts 1")
        return [Decimal(1)] * len(sheet)
    column = "rank" if "rank" in sheet else "weight"
    values = decimals(sheet, column)
    if ranked or column == "rank":
        values = weights_of_ranks(sheet, column, who, values)
        sheet.read.append("ranks: of a person's R, rank r is worth R + 1 - r, his last choice 1")
    return [value or Decimal(0) for value in values]


def _wishes(
    sheet: Sheet, column: str, who: Sequence[str], whom: Sequence[str], *, ranked: bool
) -> list[Decimal | None]:
    values = decimals(sheet, column, empty=True)
    if not ranked or column not in sheet:
        return values
    return weights_of_ranks(sheet, column, who if column == "wish_who" else whom, values)


def _slots(sheet: Sheet, slots: Sequence[str] | None, clock: Mapping[str, str]) -> tuple[int, ...]:
    cells = [same(cell) for cell in sheet.cells("slot")]
    place = {name: t for t, name in enumerate(slots or ())}
    place = {time: place[name] for time, name in clock.items() if name in place} | place
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
    place = first_rows(sheet, "id", [same(cell) for cell in sheet.cells("id")])
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


def notes_on(requests: Requests, sheet: Sheet, *, once: bool, ranked: bool = False) -> list[str]:
    """What is allowed but may not be meant."""
    rows = _rows_of(requests)
    slips = dict(ghosts(rows))
    several = [
        f"{sheet.shown}: {shown_name(cell)} is taken for {len(_BETWEEN.split(cell))} people, who are all in "
        "the meeting; --people with that name in it makes it one"
        for cell in requests.split[:_NOTED]
    ]
    if len(requests.split) > _NOTED:
        several.append(f"{sheet.shown}: and {plural(len(requests.split) - _NOTED, 'more name')} like that")
    known = set(requests.people)
    for name in requests.people:
        strangers = [part for part in _BETWEEN.split(name) if part not in known]
        if 0 < len(strangers) < len(_BETWEEN.split(name)):
            said = f"is taken for one name; {shown_name(strangers[0])} is nowhere by itself"
            several.append(f"{sheet.shown}: {shown_name(name)} {said}")
    return [
        *several,
        *_twice(requests, sheet, once=once),
        *_ghosts(requests, sheet, slips, rows),
        *_alike(requests, sheet, slips),
        *([] if ranked else _ranks(requests, sheet)),
    ]


def _rows_of(requests: Requests) -> dict[str, int]:
    more = [i for each in requests.others for i in each]
    return rows_of(requests.who, (*requests.whom, *more), requests.people)


def _ghosts(requests: Requests, sheet: Sheet, slips: Mapping[str, str], rows: Mapping[str, int]) -> list[str]:
    """Whoever stands in one row and nearly is called as somebody in many."""
    if not slips:
        return []
    place = {name: number for number, name in enumerate(requests.people)}
    wanted = {place[name] for name in slips}
    lines = {
        each: line
        for line, people in zip(requests.lines, requests.members, strict=True)
        for each in people
        if each in wanted
    }
    notes = [
        f"{sheet.shown}:{lines[place[name]]}: {shown_name(name)} is in one row; did you mean "
        f"{shown_name(other)} (in {rows[other]:,})?"
        for name, other in list(slips.items())[:_NOTED]
    ]
    more = len(slips) - len(notes)
    return [*notes, f"{sheet.shown}: and {plural(more, 'more name')} like that"] if more else notes


def _ranks(requests: Requests, sheet: Sheet) -> list[str]:
    """That weights may be ranks."""
    if "weight" not in sheet or requests.matrix is not None:
        return []
    called = sheet.mapped.get("weight", "")
    if folded(called) in RANKS and min(requests.exact, default=0) >= 1:
        return [f"{sheet.shown}: {shown_name(called)} may be ranks; if 1 is best, say --ranks"]
    if not looks_like_ranks(requests.who, requests.exact):
        return []
    return [
        f"{sheet.shown}: everybody's weights are 1, 2, ... and look like ranks; the greatest counts most: "
        "if 1 is best, say --ranks"
    ]


def _twice(requests: Requests, sheet: Sheet, *, once: bool) -> list[str]:
    first: dict[frozenset[int], int] = {}
    again: list[tuple[int, int]] = []
    for row, people in enumerate(requests.members):
        if requests.veto[row] or requests.one_of[row]:
            continue
        earlier = first.setdefault(frozenset(people), row)
        if earlier != row:
            again.append((row, earlier))
    if not again or once:
        return []
    row, earlier = again[0]
    two = " and ".join(shown_name(requests.people[i]) for i in requests.members[row])
    count = plural(len(again), "such row")
    return [
        f"{sheet.shown}:{requests.lines[row]}: {two} are asked for on line {requests.lines[earlier]} too "
        f"({count}); each request is a meeting of its own, unless you say --once"
    ]


def _alike(requests: Requests, sheet: Sheet, slips: Mapping[str, str]) -> list[str]:
    first: dict[str, str] = {}
    pairs = []
    for name in requests.people:
        other = first.setdefault(folded(name), name)
        if other != name and slips.get(name) != other and slips.get(other) != name:
            pairs.append((other, name))
    notes = [
        f"{sheet.shown}: {shown_name(one)} and {shown_name(other)} are taken for two people"
        for one, other in pairs[:_NOTED]
    ]
    more = len(pairs) - len(notes)
    return [*notes, f"{sheet.shown}: and {plural(more, 'more pair')} of names alike"] if more > 0 else notes
