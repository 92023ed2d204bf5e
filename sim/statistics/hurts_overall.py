"""Where it hurts over all replications: how often, and how badly.

Each replication leaves a `Tally`, small enough to come back from a worker and to be kept.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

from sim.floor.arrays import NONE
from sim.statistics.finding_hurts import find_where_it_hurts
from sim.statistics.hurts import NAMED, SHOWN, Crowd, FullDiaries, Queue, Told
from sim.statistics.kpis.promises import IN_SHORT, REASONS, promises
from sim.statistics.text import minutes

if TYPE_CHECKING:
    from sim.statistics.ledger import Ledger

__all__ = ["Overall", "Promised", "Sore", "Tally", "tally"]

_Each = TypeVar("_Each")


@dataclass(frozen=True, slots=True)
class Promised:
    """What was promised to a sponsor, what of it was held, and why the rest was not."""

    sponsor: str  # the kind
    promised: int  # meetings
    held: int
    reasons: Mapping[str, int]  # meetings missing, by the names in `REASONS` of the KPIs


@dataclass(frozen=True, slots=True)
class Tally:
    """What hurt in one replication, by name."""

    booths: Mapping[str, Queue]
    doors: Mapping[str, Queue]  # gates, catering, doors of halls
    sessions: Mapping[str, Crowd]  # by title
    halls: Mapping[str, Crowd]
    left_out: tuple[str, ...]  # exhibitors without a useful contact
    promises: Mapping[str, Promised]  # by exhibitor; those kept too
    no_slot: int  # accepted requests without a slot
    no_slot_of: Mapping[str, int]  # ... of each exhibitor that is a side of any
    not_done: Mapping[str, int]  # asked for by the scenario and not done, how many; what weighs most first
    diaries: FullDiaries = field(default_factory=FullDiaries)
    closed: Mapping[str, int] = field(default_factory=dict)  # stops given up, by the hall that was closed


def tally(ledger: Ledger) -> Tally:
    """The tally of one replication."""
    hurts = find_where_it_hurts(ledger)
    names = ledger.expo.organisations.name
    exhibitors = set(names[: ledger.n_exhibitors])
    sides = Counter(side for request in hurts.no_slot for side in (request.asker, request.asked))
    return Tally(
        booths={queue.place: queue for queue in hurts.booths},
        doors={queue.place: queue for queue in hurts.doors},
        # of several of one title the fullest, which comes first
        sessions={crowd.name: crowd for crowd in reversed(hurts.sessions)},
        halls={crowd.name: crowd for crowd in hurts.halls},
        left_out=hurts.left_out,
        promises={
            names[p.exhibitor]: Promised(p.sponsor, p.promised, p.held, p.reasons) for p in promises(ledger)
        },
        no_slot=len(hurts.no_slot),
        diaries=hurts.diaries,
        no_slot_of={name: n for name, n in sides.items() if name in exhibitors},
        not_done=ledger.expo.shortfalls.totals(),
        closed=hurts.closed,
    )


@dataclass(frozen=True, slots=True)
class Sore:
    """One thing that hurts: in how many of `n` replications, and how badly."""

    name: str
    times: int  # replications in which it does
    n: int
    mean: float  # over all replications, 0 where it does not hurt
    least: float
    most: float

    @property
    def often(self) -> str:
        """In how many replications."""
        return f"in {self.times:,} of {self.n:,}"

    @property
    def badly(self) -> str:
        """The mean, and from where to where."""
        return _spread(self.mean, self.least, self.most)


@dataclass(frozen=True, slots=True, repr=False)
class Overall(Told):
    """What an organiser would mend first, over all replications; printed as text."""

    tallies: tuple[Tally, ...]

    @property
    def booths(self) -> list[Sore]:
        """Booths by parties that had to queue, the most waiting in all first."""
        return self._queues([t.booths for t in self.tallies])

    @property
    def doors(self) -> list[Sore]:
        """Gates, catering and doors of halls, the most waiting in all first."""
        return self._queues([t.doors for t in self.tallies])

    @property
    def sessions(self) -> list[Sore]:
        """Sessions by people seated at once, the fullest on average first; how often each was full."""
        return self._crowds([t.sessions for t in self.tallies])

    @property
    def halls(self) -> list[Sore]:
        """Halls by people at their fullest, the nearest to their limit first; how often each reached it."""
        return self._crowds([t.halls for t in self.tallies])

    @property
    def closed(self) -> list[Sore]:
        """Halls by stops given up because they were closed, the most first."""
        return _most_often([t.closed for t in self.tallies])

    @property
    def left_out(self) -> list[Sore]:
        """Exhibitors without a useful contact, the most often left out first."""
        return _most_often([dict.fromkeys(t.left_out, 1) for t in self.tallies])

    @property
    def promises(self) -> list[Sore]:
        """Sponsors with fewer meetings than promised, by meetings held, those who miss most in all first."""
        sponsors = dict.fromkeys(name for t in self.tallies for name in t.promises)
        sores = []
        for name in sponsors:
            found = [t.promises[name] for t in self.tallies if name in t.promises]
            short = sum(p.held < p.promised for p in found)
            if short:
                missed = sum(max(p.promised - p.held, 0) for p in found)
                sores.append((-missed, name, _sore(name, [p.held for p in found], short)))
        return [sore for *_, sore in sorted(sores)]

    @property
    def no_slot(self) -> list[Sore]:
        """Exhibitors by accepted requests, sent or received, that found no slot; the most first."""
        return _most_often([t.no_slot_of for t in self.tallies])

    @property
    def not_done(self) -> list[Sore]:
        """What the scenario asks for and the expo does not have, in the order of what weighs most."""
        return _most_often([t.not_done for t in self.tallies], by_size=False)

    @property
    def diaries(self) -> FullDiaries:
        """How full diaries are on average, and what was lacking, in all replications together."""
        of = [t.diaries for t in self.tallies]
        return FullDiaries(
            visitors=_mean([d.visitors for d in of]),
            exhibitors=_mean([d.exhibitors for d in of]),
            without=sum(d.without for d in of),
            visitor_full=sum(d.visitor_full for d in of),
            exhibitor_full=sum(d.exhibitor_full for d in of),
            no_table=sum(d.no_table for d in of),
        )

    def _title(self) -> str:
        n = len(self.tallies)
        return f"Where it hurts (over {n:,} replications: mean, least to most)"

    def _parts(self, most: int = SHOWN) -> list[tuple[str, list[str]]]:
        left_out = self.left_out
        names = [f"{sore.name} ({sore.often})" for sore in left_out[:NAMED]]
        parts: list[tuple[str, list[str]]] = [
            ("Longest queues at booths", [self._queue(sore, "booths") for sore in self.booths[:most]]),
            ("Longest queues elsewhere", [self._queue(sore, "doors") for sore in self.doors[:most]]),
            ("Fullest sessions", [self._session(sore) for sore in self.sessions[:most]]),
            ("Fullest halls", [self._hall(sore) for sore in self.halls[:most]]),
            (
                self._in_all(
                    "Stops given up because the hall was closed",
                    [sum(t.closed.values()) for t in self.tallies],
                ),
                [f"{sore.name}: {sore.badly}, {sore.often}" for sore in self.closed[:most]],
            ),
            (
                self._in_all("Exhibitors left out", [len(t.left_out) for t in self.tallies]),
                [", ".join([*names, *(["…"] if len(left_out) > NAMED else [])])] if names else [],
            ),
            (
                self._in_all("Promises not kept", [_broken(t) for t in self.tallies]),
                [*self._why(), *(self._promise(sore) for sore in self.promises[:most])],
            ),
            (
                self._in_all("Accepted requests without a slot", [t.no_slot for t in self.tallies]),
                [
                    *([str(self.diaries)] if self.diaries.without else []),
                    *(f"{sore.name}: {sore.badly}, {sore.often}" for sore in self.no_slot[:most]),
                ],
            ),
            (
                self._in_all("Asked for and not done", [len(t.not_done) for t in self.tallies]),
                [f"{sore.name}: {sore.badly}, {sore.often}" for sore in self.not_done[:most]],
            ),
        ]
        return [(heading, items) for heading, items in parts if items]

    def _in_all(self, heading: str, values: Sequence[float]) -> str:
        sore = _sore(heading, values, sum(value > 0 for value in values))
        return f"{heading}: {sore.badly}, {sore.often}"

    def _queues(self, replications: Sequence[Mapping[str, Queue]]) -> list[Sore]:
        n = len(replications)
        places = _by_name(replications)

        def rank(name: str) -> tuple[float, int, str]:
            queues = places[name]
            return (-sum(q.wait_minutes * q.waited for q in queues), -sum(q.lost for q in queues), name)

        return [
            _sore(name, _padded([q.waited for q in places[name]], n), sum(q.waited > 0 for q in places[name]))
            for name in sorted(places, key=rank)
        ]

    def _crowds(self, replications: Sequence[Mapping[str, Crowd]]) -> list[Sore]:
        n = len(replications)
        places = _by_name(replications)

        def rank(name: str) -> tuple[float, int, int, str]:
            crowds = places[name]
            full = sum(c.people / max(c.limit, 1) for c in crowds if c.limit != NONE) / n
            return (
                -full, -sum(c.turned_away for c in crowds), -sum(c.people for c in crowds), name
            )  # fmt: skip

        return [
            _sore(name, _padded([c.people for c in places[name]], n), sum(map(_is_full, places[name])))
            for name in sorted(places, key=rank)
        ]

    def _queue(self, sore: Sore, which: str) -> str:
        there: list[Mapping[str, Queue]] = [getattr(t, which) for t in self.tallies]
        queues = [queues[sore.name] for queues in there if sore.name in queues]
        lost = _sore(sore.name, _padded([q.lost for q in queues], sore.n), 0)
        waited = sum(q.waited for q in queues)
        text = f"{sore.name}: a queue {sore.often}"
        if waited:
            mean = sum(q.wait_minutes * q.waited for q in queues) / waited
            longest = max(q.longest_minutes for q in queues)
            text += f"; {sore.badly} parties wait, {minutes(mean)} on average, {minutes(longest)} at most"
        return text + (f"; {lost.badly} leave unserved" if lost.most else "")

    def _session(self, sore: Sore) -> str:
        crowds = [t.sessions[sore.name] for t in self.tallies if sore.name in t.sessions]
        limits = {crowd.limit for crowd in crowds}
        places = {crowd.where for crowd in crowds}
        where = f" in {crowds[0].where}" if len(places) == 1 else ""
        of = f" of {crowds[0].limit:,}" if len(limits) == 1 else ""
        away = _sore(sore.name, _padded([crowd.turned_away for crowd in crowds], sore.n), 0)
        turned = f"; {away.badly} turned away" if away.most else ""
        return f"{sore.name}{where}: full {sore.often}; {sore.badly}{of} seats taken{turned}"

    def _hall(self, sore: Sore) -> str:
        crowds = [t.halls[sore.name] for t in self.tallies if sore.name in t.halls]
        limit = crowds[0].limit
        away = _sore(sore.name, _padded([crowd.turned_away for crowd in crowds], sore.n), 0)
        turned = f"; {away.badly} gave up at its door" if away.most else ""
        if limit == NONE:
            return f"{sore.name}: {sore.badly} people at its fullest{turned}"
        return f"{sore.name}: full {sore.often}; {sore.badly} of {limit:,} people at its fullest{turned}"

    def _promise(self, sore: Sore) -> str:
        found = [t.promises[sore.name] for t in self.tallies if sore.name in t.promises]
        sponsor, promised = found[0].sponsor, found[0].promised
        things = "meeting" if promised == 1 else "meetings"
        why = _reasons(found)
        most = f"; mostly {IN_SHORT[next(iter(why))]}" if why else ""
        # of a population drawn anew not the same are sponsors in each
        here = "" if sore.n == len(self.tallies) else f", which it is in {sore.n:,}"
        held = f"{sore.badly} of {promised:,} {things} held"
        return f"{sore.name} ({sponsor}{here}): short {sore.often}; {held}{most}"

    def _why(self) -> list[str]:
        """Why meetings that were promised were not held, the most frequent first, in one line."""
        why = _reasons([p for t in self.tallies for p in t.promises.values()])
        said = [f"{_rounded(n / len(self.tallies))} {IN_SHORT[name]}" for name, n in why.items()]
        return [f"Meetings missing: {', '.join(said)}"] if said else []


def _by_name(replications: Sequence[Mapping[str, _Each]]) -> dict[str, list[_Each]]:
    """What there is of each name in the replications in which there is any."""
    found: dict[str, list[_Each]] = {}
    for replication in replications:
        for name, each in replication.items():
            found.setdefault(name, []).append(each)
    return found


def _most_often(replications: Sequence[Mapping[str, int]], by_size: bool = True) -> list[Sore]:
    """Names by how much they have in all, those with most first; or in the order in which they come."""
    n = len(replications)
    found = _by_name(replications)
    order = sorted(found, key=lambda name: (-sum(found[name]), name)) if by_size else list(found)
    return [_sore(name, _padded(found[name], n), len(found[name])) for name in order]


def _sore(name: str, values: Sequence[float], times: int) -> Sore:
    return Sore(name, times, len(values), sum(values) / len(values), min(values), max(values))


def _padded(values: Sequence[int], n: int) -> list[int]:
    """One for each of `n` replications: 0 where it was not there."""
    return [*values, *[0] * (n - len(values))]


def _is_full(crowd: Crowd) -> bool:
    return crowd.limit != NONE and crowd.people >= crowd.limit


def _broken(tally: Tally) -> int:
    return sum(p.held < p.promised for p in tally.promises.values())


def _reasons(promises: Sequence[Promised]) -> dict[str, int]:
    """Meetings missing of these promises by reason, the most frequent first."""
    total = {why: sum(p.reasons.get(why, 0) for p in promises) for why in REASONS}
    return dict(sorted(((why, n) for why, n in total.items() if n), key=lambda each: -each[1]))


def _spread(mean: float, least: float, most: float) -> str:
    if least == most:
        return f"{mean:,.0f}"
    return f"{_rounded(mean)} ({least:,.0f} to {most:,.0f})"


def _mean(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return sum(known) / len(known) if known else None


def _rounded(mean: float) -> str:
    # a tenth tells 0.3 from never; of numbers of ten or more nobody needs it
    return f"{mean:,.{0 if mean >= 9.5 else 1}f}"
