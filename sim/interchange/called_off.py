"""Meetings that were published and are not held any more, and which of those held each published one is."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from sim.interchange.arranging import Arranged
from sim.interchange.happened_csv import Past
from sim.interchange.published_csv import Known, Meeting, people_of
from sim.matchmaking.problem.problem import UNSCHEDULED

__all__ = ["CalledOff", "Numbers", "numbered", "uids_of"]

_UIDS: Final = uuid.uuid5(uuid.NAMESPACE_OID, "exposim meetings")


@dataclass(frozen=True, slots=True, kw_only=True)
class CalledOff:
    """A published meeting that is not held: whose, their UIDs, and its slot now (-1: there is none)."""

    people: tuple[str, ...]
    uids: tuple[str, ...]
    published: Meeting
    slot: int


class Numbers:
    """The number by which meetings of the same people are told apart: those that were published keep theirs.

    Where the published file does not say it, they are numbered in order (`numbered`); new meetings have the
    numbers after those. What had been called off before stays called off.
    """

    def __init__(self, arranged: Arranged) -> None:
        self._arranged = arranged
        self._of: dict[int, int] = {}  # of each request that holds a published meeting
        self._next: dict[tuple[str, ...], int] = defaultdict(int)  # after those of published meetings
        self._gone: list[tuple[Meeting, tuple[str, ...], int, int]] = []
        publication, made = arranged.publication, arranged.replanned
        if publication is None or made is None:
            return
        slot = made.published.slot.tolist()
        known = set(arranged.lists.people)
        rows = [(each, k, False) for k, each in publication.of.items()]
        rows += [(each, UNSCHEDULED, False) for each in publication.withdrawn]
        if arranged.begun is not None:
            rows += [(each, k, True) for each, k in _over(arranged.begun.past)]
        rows.sort(key=lambda row: row[0].line)
        off = [(each, tuple(people_of(each, known))) for each in publication.off]
        on = [tuple(people_of(each, known)) for each, _, _ in rows]
        groups = [tuple(sorted(people)) for people in (*(people for _, people in off), *on)]
        wanted = [each.number for each in publication.off] + [each.number for each, _, _ in rows]
        number_of = numbered(groups, wanted)
        for group, number in zip(groups, number_of, strict=True):
            self._next[group] = max(self._next[group], number + 1)
        slots = Known(arranged.lists.slots)
        for (each, people), number in zip(off, number_of, strict=False):
            self._gone.append((each, people, number, slots.place(each)))
        for (each, k, over), people, number in zip(rows, on, number_of[len(off) :], strict=True):
            if over:  # held as it was, or again: either way nothing of it is called off
                if k != UNSCHEDULED and arranged.timetable.slot[k] != UNSCHEDULED:
                    self._of[k] = number
                continue
            now = UNSCHEDULED if k == UNSCHEDULED else int(made.changes.now[k])
            if now != UNSCHEDULED and set(people) == set(self._people(now)):
                self._of[now] = number
            else:  # also where others are in it now: what they had is replaced by another meeting
                t = UNSCHEDULED if k == UNSCHEDULED else slot[k]
                if t == UNSCHEDULED and each.slot in arranged.lists.slots.names:
                    t = arranged.lists.slots.names.index(each.slot)
                self._gone.append((each, people, number, t))

    def _people(self, request: int) -> list[str]:
        asked = self._arranged.lists.requests
        return [asked.people[i] for i in asked.members[request]]

    @property
    def carried(self) -> frozenset[int]:
        """The requests that hold published meetings."""
        return frozenset(self._of)

    def of(self, held: Iterable[int]) -> dict[int, int]:
        """The number of each of the meetings held."""
        found, count = dict(self._of), self._next.copy()
        for k in sorted(held):
            if k not in found:
                group = tuple(sorted(self._people(k)))
                found[k] = count[group]
                count[group] += 1
        return found

    @property
    def off(self) -> list[tuple[Meeting, int]]:
        """What is not held any more, and was called off at any time; and the number of each."""
        return [(meeting, number) for meeting, _, number, _ in self._gone]

    def called_off(self, event: Sequence[str]) -> tuple[CalledOff, ...]:
        """What is not held any more, in order of the published file."""
        return tuple(
            CalledOff(people=people, uids=uids_of(event, people, number), published=meeting, slot=slot)
            for meeting, people, number, slot in self._gone
        )


def numbered(groups: Sequence[tuple[str, ...]], wanted: Sequence[int | None]) -> list[int]:
    """The number of each meeting among those of its group: the one it wants, or the least that is left."""
    taken: dict[tuple[str, ...], set[int]] = defaultdict(set)
    found: list[int | None] = []
    for group, number in zip(groups, wanted, strict=True):
        found.append(None if number is None or number in taken[group] else number)
        if number is not None:
            taken[group].add(number)
    least: dict[tuple[str, ...], int] = defaultdict(int)
    numbers: list[int] = []
    for group, given in zip(groups, found, strict=True):
        if given is None:
            while least[group] in taken[group]:
                least[group] += 1
            given = least[group]
            taken[group].add(given)
        numbers.append(given)
    return numbers


def _over(past: Past) -> Iterator[tuple[Meeting, int]]:
    """The published meetings whose day is over, and whose request each is; -1: no request asks any more."""
    for of_requests in (past.done, past.failed):
        for request, meeting in of_requests.items():
            yield meeting, request
    for meeting in past.of_none:
        yield meeting, UNSCHEDULED


def uids_of(event: Sequence[str], people: Sequence[str], number: int) -> tuple[str, ...]:
    """Of a meeting, for each who is in it: the same whenever and wherever they meet at this event."""
    parts = [*event, *sorted(people), str(number)]
    return tuple(str(uuid.uuid5(_UIDS, "\n".join([*parts, own]))) for own in people)
