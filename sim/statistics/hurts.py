"""Where it hurts: longest queues, fullest rooms and halls, who was left out, requests without a slot."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from sim.files.lines import WIDTH, wrapped
from sim.files.markup import filled
from sim.floor.arrays import NONE
from sim.statistics.kpis.promises import IN_SHORT
from sim.statistics.text import clock, minutes, number

__all__ = [
    "NAMED",
    "SHOWN",
    "BrokenPromise",
    "Crowd",
    "FullDiaries",
    "NoSlot",
    "Queue",
    "Told",
    "WhereItHurts",
]

SHOWN: Final = 3  # items of each kind in the text
NAMED: Final = 12  # exhibitors left out named in the text
_NOWHERE: Final = "nowhere: no queue, no full room, nobody left out"
_HTML: Final = (
    "<p><b>{{ title }}</b></p><ul>{% for heading, items in parts %}<li>{{ heading }}<ul>"
    "{% for item in items %}<li>{{ item }}</li>{% endfor %}</ul></li>"
    "{% else %}<li>{{ nowhere }}</li>{% endfor %}</ul>"
)


@dataclass(frozen=True, slots=True)
class Queue:
    """One queue over the whole expo."""

    place: str
    kind: str  # booth, gate, catering, hall door
    came: int  # parties
    waited: int  # parties that had to queue
    lost: int  # parties that left unserved, balks included
    wait_minutes: float  # mean of those who had to queue
    longest_minutes: float
    longest_queue: int  # parties
    longest_at: int  # ms

    def __str__(self) -> str:
        return (
            f"{self.place}: {self.waited:,} of {self.came:,} parties queued, "
            + (
                f"{minutes(self.wait_minutes)} on average, {minutes(self.longest_minutes)} at most, up to "
                f"{self.longest_queue:,} at once ({clock(self.longest_at)}); "
                if self.waited
                else ""
            )
            + f"{self.lost:,} left unserved"
        )


@dataclass(frozen=True, slots=True)
class Crowd:
    """A session or a hall at its fullest."""

    name: str
    people: int
    limit: int  # seats, or people let in; NONE: no limit
    at: int  # ms
    turned_away: int  # people not let in (a hall: who gave up at its door)
    where: str = ""  # the place of a session

    def __str__(self) -> str:
        name = f"{self.name} in {self.where}" if self.where else self.name
        limit = "" if self.limit == NONE else f" of {self.limit:,}"
        away = f", {self.turned_away:,} turned away" if self.turned_away else ""
        return f"{name}: {self.people:,}{limit} people ({clock(self.at)}){away}"


@dataclass(frozen=True, slots=True)
class BrokenPromise:
    """A sponsor, the meetings promised, and the fewer held."""

    exhibitor: str
    sponsor: str
    promised: int
    held: int
    reasons: Mapping[str, int]  # why the others were not, by the names in `REASONS` of the KPIs

    def __str__(self) -> str:
        why = ", ".join(f"{n:,} {IN_SHORT[name]}" for name, n in self.reasons.items())
        return f"{self.exhibitor} ({self.sponsor}): {self.held:,} of {self.promised:,} meetings; {why}"


@dataclass(frozen=True, slots=True)
class NoSlot:
    """A request that was accepted and found no slot."""

    programme: str
    asker: str
    asked: str
    score: float

    def __str__(self) -> str:
        return f"{self.asker} and {self.asked} ({self.programme}, score {number(self.score)})"


@dataclass(frozen=True, slots=True)
class FullDiaries:
    """How full the diaries of both sides of matchmaking are, and what accepted requests without a slot lack.

    A request may have both diaries full, or none and a table: then no slot was free to both.
    """

    # shares of the slots in which those with accepted requests could meet; None: there are none
    visitors: float | None = None
    exhibitors: float | None = None
    without: int = 0  # accepted requests without a slot of their own
    visitor_full: int = 0  # of these, those whose visitor had no slot left
    exhibitor_full: int = 0
    no_table: int = 0  # of these, those for which both had slots left, and all tables were taken

    def __str__(self) -> str:
        if not self.without:
            return ""
        lacks = {
            "tables are lacking": self.no_table,
            "visitors lack time": self.visitor_full,
            "exhibitors lack time": self.exhibitor_full,
        }
        first, second = sorted(lacks, key=lambda lack: -lacks[lack])[:2]
        # what is rarer than the rest, for which the two had no slot in common, is not what is lacking
        rest = self.without - sum(lacks.values())
        said = f": {first}" if lacks[first] > max(lacks[second], rest) else ""

        def share(part: int) -> str:
            return _percent(part / self.without)

        return (
            f"of slots in which they could meet, visitors use {_percent(self.visitors)}, exhibitors "
            f"{_percent(self.exhibitors)}; no table is free in {share(self.no_table)}, the "
            f"visitor's diary full in {share(self.visitor_full)}, the exhibitor's in "
            f"{share(self.exhibitor_full)}{said}"
        )


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{number(share, 'share', 2)} %"


class Told:
    """Headings with items below them, as lines of text and as lists of HTML."""

    __slots__ = ()

    def _title(self) -> str:
        raise NotImplementedError

    def _parts(self, most: int = SHOWN) -> list[tuple[str, list[str]]]:
        """Headings, and what stands below them, at most so many items each."""
        raise NotImplementedError

    def parts(self, most: int = SHOWN) -> list[tuple[str, list[str]]]:
        """Headings, and what stands below each, at most so many items of each kind."""
        return self._parts(most)

    def lines(self, most: int = SHOWN, width: int = WIDTH) -> list[str]:
        """As lines of text of at most `width` columns, with at most so many items of each kind."""
        lines = []
        for heading, items in self._parts(most):
            lines += wrapped(heading, width, "  ", "    ")
            for item in items:
                lines += wrapped(item, width, "    ", "      ")
        return lines or [f"  {_NOWHERE}"]

    def text(self, width: int = WIDTH) -> str:
        """The title and the lines."""
        return "\n".join([*wrapped(self._title(), width), *self.lines(width=width)])

    def __str__(self) -> str:
        return self.text()

    def __repr__(self) -> str:
        return str(self)

    def _repr_html_(self) -> str:
        return filled(_HTML, title=self._title(), parts=self._parts(), nowhere=_NOWHERE)


@dataclass(frozen=True, slots=True, repr=False)
class WhereItHurts(Told):
    """What an organiser would mend first, of one replication; printed as text."""

    booths: tuple[Queue, ...]  # the most waiting first
    doors: tuple[Queue, ...]  # gates, catering and doors of halls; the most waiting first
    sessions: tuple[Crowd, ...]  # the fullest first, then most turned away
    halls: tuple[Crowd, ...]  # the fullest first
    left_out: tuple[str, ...]  # exhibitors without a useful contact
    promises: tuple[BrokenPromise, ...]  # sponsors who were promised more, the worst served first
    no_slot: tuple[NoSlot, ...]  # by score, best first
    diaries: FullDiaries
    not_done: tuple[str, ...]  # what was asked for and could not be done, what weighs most first
    closed: Mapping[str, int]  # stops given up because the hall was closed, by hall, the most first
    replication: int

    def _parts(self, most: int = SHOWN) -> list[tuple[str, list[str]]]:
        """Headings, and what stands below them."""
        names = [*self.left_out[:NAMED], *(["…"] if len(self.left_out) > NAMED else [])]
        parts: tuple[tuple[str, list[str]], ...] = (
            ("Longest queues at booths", [str(queue) for queue in self.booths[:most]]),
            ("Longest queues elsewhere", [str(queue) for queue in self.doors[:most]]),
            ("Fullest sessions", [str(crowd) for crowd in self.sessions[:most]]),
            ("Fullest halls", [str(crowd) for crowd in self.halls[:most]]),
            (
                f"Stops given up because the hall was closed: {sum(self.closed.values()):,}",
                [f"{hall}: {number:,}" for hall, number in list(self.closed.items())[:most]],
            ),
            (f"Exhibitors left out: {len(self.left_out):,}", [", ".join(names)] if names else []),
            (f"Promises not kept: {len(self.promises):,}", [str(p) for p in self.promises[:most]]),
            (
                f"Accepted requests without a slot: {len(self.no_slot):,}",
                [str(self.diaries)] * (self.diaries.without > 0)
                + [str(request) for request in self.no_slot[:most]],
            ),
            (f"Asked for and not done: {len(self.not_done):,}", list(self.not_done[:most])),
        )
        return [(heading, items) for heading, items in parts if items]

    def _title(self) -> str:
        return f"Where it hurts (replication {self.replication})"
