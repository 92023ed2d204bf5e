"""The fewest people that a number of meetings move: a search over graphs, complete, in whole numbers alone.

Where all published meetings are held and exactly `moves` of them move, those are the edges of a graph whose
vertices are the people in them. It has as many people as edges, less what its components have in edges
beyond vertices (a tree -1, a cycle 0). So few people need cycles, and the demands leave few of these: of a
slot that has a table too few one meeting leaves, and no more than one if all moves are spoken for. All
cycles and what ears add to them are gone through (Whitney's ear decomposition, 1932), then what completes
them. Relaxations say nothing of all this: half of everybody may move.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from sim.matchmaking.problem.problem import UNSCHEDULED, BoolArray
from sim.matchmaking.problem.time_indexed import TimeIndexed
from sim.matchmaking.replan.programme import Board

__all__ = ["Fewest", "fewest"]

# Assumption: a proof is worth some seconds of waiting. A step takes about 12 µs on one core.
_STEPS: Final = 300_000  # edges looked at, of one number of people
_FOREST: Final = 40_000  # and where trees are to be found, of which there are many
_FITS: Final = 1_000_000  # meetings given a slot in thought, of all numbers together

Edges = tuple[int, ...]  # numbers of edges


@dataclass(frozen=True, slots=True)
class Fewest:
    """Columns held, none worse than before, and the number of people below which nothing can be (proven)."""

    held: BoolArray
    people: int


class _OutOfStepsError(Exception):
    """The search has not come to an end."""


def fewest(here: Board, programme: TimeIndexed, held: BoolArray, open_: BoolArray, moves: int) -> Fewest:
    """The fewest people whose meetings move, if all published ones are held and `moves` of them move.

    `programme` has `here`'s columns; of these only those in `open_` are in use. Nothing is said (people 0) if
    a published meeting cannot be held, or fewer may move than rows ask for.
    """
    graph = _Graph.of(here, programme, open_, moves)
    lower = 0
    if graph is None or moves < 2:
        return Fewest(held, lower)
    seats = _Slots(here, programme, open_, graph)

    def people() -> int:
        return len(here.owner) - int(here.people[held].sum())

    beyond = max(0, moves - people() + 1)  # edges beyond vertices, where anything would be better
    while people() > 2:
        search = _Search(graph, seats, held, moves, beyond)
        found, ended = search.run()
        if found is None:
            if ended:  # so few people are too few
                lower = moves - beyond + 1
            break
        held = found
        beyond = moves - people() + 1
    if lower == moves + 1 < people():
        found, ended = _Search(graph, seats, held, moves, -1).run()
        held = held if found is None else found
        lower += found is None and ended
    return Fewest(held, lower)


@dataclass(frozen=True, slots=True)
class _Graph:
    """Meetings that can move: whose, and which of the demands each is part of.

    `own` of class c move at least; `free` more in all, of whatever class. The last class has no demand.
    """

    meeting: tuple[int, ...]
    ends: tuple[tuple[int, int], ...]
    kind: tuple[int, ...]
    own: tuple[int, ...]
    free: int
    near: dict[int, list[tuple[int, int]]]  # of each person: other and edge

    @classmethod
    def of(cls, here: Board, programme: TimeIndexed, open_: BoolArray, moves: int) -> _Graph | None:
        of = here.meeting
        every = np.unique(of[of != UNSCHEDULED])
        stays, goes = here.stays > 0, (of != UNSCHEDULED) & (here.stays == 0)
        if not _all_held(here, programme, len(every)):
            return None
        can_stay = np.isin(every, of[stays & open_])
        kind = dict.fromkeys(every[~can_stay].tolist(), 0)
        own = [len(kind)]
        # of a row of columns that stay, what is more than its limit has to leave
        columns = np.flatnonzero(stays & open_)
        columns = columns[np.bincount(of[columns])[of[columns]] == 1]
        rows = programme.rows[:, columns].tocsr()
        ones = _positive(programme)
        demands: list[tuple[int, list[int]]] = []
        for row in np.flatnonzero(ones & (np.diff(rows.indptr) > programme.most)).tolist():
            part = slice(rows.indptr[row], rows.indptr[row + 1])
            if (rows.data[part] == 1).all():
                mine = of[columns[rows.indices[part]]].tolist()
                demands.append((len(mine) - max(0, int(programme.most[row])), mine))
        for surplus, mine in sorted(demands, key=lambda each: (-each[0], each[1])):
            if not any(each in kind for each in mine):
                kind |= dict.fromkeys(mine, len(own))
                own.append(surplus)
        if sum(own) > moves:
            return None
        movable = np.unique(of[goes & open_]).tolist()
        ends = [(int(here.problem.a[each]), int(here.problem.b[each])) for each in movable]
        near: dict[int, list[tuple[int, int]]] = {}
        for edge, (a, b) in enumerate(ends):
            near.setdefault(a, []).append((b, edge))
            near.setdefault(b, []).append((a, edge))
        return cls(
            tuple(movable),
            tuple(ends),
            tuple(kind.get(each, len(own)) for each in movable),
            (*own, 0),
            moves - sum(own),
            near,
        )


def _all_held(here: Board, programme: TimeIndexed, count: int) -> bool:
    """Whether a row of the programme has it that all these meetings are held."""
    asked = np.flatnonzero(programme.most == -float(count))
    weight = here.meetings
    return any(np.array_equal(-programme.rows[[row]].toarray()[0], weight) for row in asked.tolist())


def _positive(programme: TimeIndexed) -> BoolArray:
    """Which rows have no entry below 0: whatever else is in use, they leave no more room than that."""
    below = programme.rows.copy()
    below.data = (below.data < 0).astype(np.float64)
    return np.asarray(below.sum(axis=1) == 0).ravel()


class _Slots:
    """Slots for meetings that move, as the rows let."""

    def __init__(self, here: Board, programme: TimeIndexed, open_: BoolArray, graph: _Graph) -> None:
        self._here, self._programme, self._open = here, programme, open_
        self._positive = _positive(programme)
        rows = programme.rows.tocsc()
        goes: dict[int, list[int]] = {each: [] for each in graph.meeting}
        self._stay: dict[int, list[int]] = {}
        for c in np.flatnonzero((here.meeting != UNSCHEDULED) & open_).tolist():
            (self._stay if here.stays[c] else goes).setdefault(int(here.meeting[c]), []).append(c)
        self._goes = [goes[each] for each in graph.meeting]
        self._meeting = graph.meeting
        self._entries: dict[int, list[tuple[int, int]]] = {}
        for c in (
            *(c for each in self._goes for c in each),
            *(c for each in self._stay.values() for c in each),
        ):
            part = slice(rows.indptr[c], rows.indptr[c + 1])
            mine = zip(rows.indices[part].tolist(), rows.data[part].astype(np.int64).tolist(), strict=True)
            self._entries[c] = [(row, entry) for row, entry in mine if self._positive[row]]
        self._most: list[int] = programme.most.astype(np.int64).tolist()
        self.steps = _FITS

    def fit(self, edges: Sequence[int], used: dict[int, int] | None = None) -> list[int] | None:
        """Columns in which these can all move beside what is `used` of rows; None if that cannot be."""
        used = {} if used is None else dict(used)
        order = sorted(edges, key=lambda edge: len(self._goes[edge]))
        chosen: list[int] = []

        def go(turn: int) -> bool:
            self.steps -= 1
            if self.steps < 0:
                raise _OutOfStepsError
            if turn == len(order):
                return True
            for c in self._goes[order[turn]]:
                mine = self._entries[c]
                if all(used.get(row, 0) + entry <= self._most[row] for row, entry in mine):
                    for row, entry in mine:
                        used[row] = used.get(row, 0) + entry
                    chosen.append(c)
                    if go(turn + 1):
                        return True
                    chosen.pop()
                    for row, entry in mine:
                        used[row] -= entry
            return False

        return chosen if go(0) else None

    def whole(self, edges: Sequence[int], held: BoolArray) -> tuple[BoolArray | None, bool]:
        """Columns if these edges move and nothing else, and whether it is proven that there are none."""
        moved = {self._meeting[edge] for edge in edges}
        every = np.unique(self._here.meeting[self._here.meeting != UNSCHEDULED]).tolist()
        used: dict[int, int] = {}
        stay: list[int] = []
        for each in every:
            if each not in moved:
                columns = self._stay.get(each, [])
                if not columns:
                    return None, True
                if len(columns) > 1:
                    return None, False
                stay += columns
                for row, entry in self._entries[columns[0]]:
                    used[row] = used.get(row, 0) + entry
        if any(total > self._most[row] for row, total in used.items()):
            return None, True
        go = self.fit(edges, used)
        if go is None:
            return None, True
        here = self._here
        mine = held & (here.meeting == UNSCHEDULED)
        mine[stay + go] = True
        made = here.held(here.programme.slots(here.problem.requests, mine))
        kept = self._programme.rows @ made.astype(np.float64) <= self._programme.most
        if not kept.all() or (made & ~self._open).any() or here.people[made].sum() <= here.people[held].sum():
            return None, False
        return made, False


class _Search:
    """All graphs of `moves` edges with at least `beyond` more edges than vertices."""

    def __init__(self, graph: _Graph, slots: _Slots, held: BoolArray, moves: int, beyond: int) -> None:
        self._graph, self._slots, self._held = graph, slots, held
        self._moves, self._beyond, self._most = moves, beyond, moves - beyond
        self._used = [0] * len(graph.own)
        self._free = graph.free
        self._steps = _STEPS if beyond >= 0 else _FOREST
        self._certain = True
        self._seen: set[frozenset[int]] = set()
        self._done: set[frozenset[int]] = set()
        self._found: BoolArray | None = None

    def run(self) -> tuple[BoolArray | None, bool]:
        """Columns held by one of them, or whether it is proven that there is none."""
        try:
            for core, people in self._cores():
                if self._slots.fit(tuple(core)) is not None and self._complete(core, people, frozenset()):
                    return self._found, False
        except _OutOfStepsError:
            return None, False
        return None, self._certain

    def _step(self) -> None:
        self._steps -= 1
        if self._steps < 0:
            raise _OutOfStepsError

    def _take(self, edge: int) -> bool:
        """Take an edge in, if its demand or what is free beside has room for it."""
        kind = self._graph.kind[edge]
        if self._used[kind] >= self._graph.own[kind]:
            if not self._free:
                return False
            self._free -= 1
        self._used[kind] += 1
        return True

    def _give(self, edge: int) -> None:
        kind = self._graph.kind[edge]
        self._used[kind] -= 1
        self._free += self._used[kind] >= self._graph.own[kind]

    def _cores(self) -> Iterator[tuple[frozenset[int], frozenset[int]]]:
        """What every such graph has a part of: cycles with ears; any edge where trees will do."""
        if self._beyond < 0:
            for edge, ends in enumerate(self._graph.ends):
                if self._take(edge):
                    yield frozenset((edge,)), frozenset(ends)
                    self._give(edge)
            return
        for cycle in self._cycles(self._longest()):
            people = frozenset(i for edge in cycle for i in self._graph.ends[edge])
            yield from self._grown(frozenset(cycle), people, 0)

    def _longest(self) -> int:
        """No shortest cycle is longer.

        A graph with one more edge than vertices has three paths between two vertices, of which two are a
        cycle, or two cycles that share less.
        """
        return self._most if self._beyond == 0 else 2 * (self._most + 1) // 3

    def _cycles(self, longest: int, but: frozenset[int] = frozenset()) -> Iterator[Edges]:
        """Each cycle once, of people who are not among these, from the first of its people on."""
        for root in sorted(self._graph.near.keys() - but):
            away = self._distances(root, but)
            yield from self._onward(root, root, [], {root}, away, longest)

    def _distances(self, root: int, but: frozenset[int]) -> dict[int, int]:
        away, rim = {root: 0}, [root]
        for i in rim:
            for other, _ in self._graph.near[i]:
                if other > root and other not in away and other not in but:
                    away[other] = away[i] + 1
                    rim.append(other)
        return away

    def _onward(
        self, root: int, at: int, path: list[int], on: set[int], away: dict[int, int], longest: int
    ) -> Iterator[Edges]:
        for other, edge in self._graph.near[at]:
            closes = other == root and len(path) > 0 and path[0] < edge
            goes = other in away and other not in on and len(path) + 1 + away[other] <= longest
            if (closes or goes) and self._take(edge):
                self._step()
                path.append(edge)
                if closes:
                    yield tuple(path)
                else:
                    on.add(other)
                    yield from self._onward(root, other, path, on, away, longest)
                    on.discard(other)
                path.pop()
                self._give(edge)

    def _grown(
        self, core: frozenset[int], people: frozenset[int], beyond: int
    ) -> Iterator[tuple[frozenset[int], frozenset[int]]]:
        """With ears, and more cycles with theirs, until there are so many more edges than vertices."""
        if core in self._seen:
            return
        self._seen.add(core)
        if beyond == self._beyond:
            yield core, people
            return
        for start in sorted(people):
            for ear, new in self._ears(core, people, start, [], []):
                yield from self._grown(core | frozenset(ear), people | frozenset(new), beyond + 1)
        if self._beyond > 1:
            for cycle in self._cycles(self._most - len(people), people):
                more = people.union(*(self._graph.ends[edge] for edge in cycle))
                yield from self._grown(core | frozenset(cycle), more, beyond)

    def _ears(
        self, core: frozenset[int], people: frozenset[int], at: int, path: list[int], new: list[int]
    ) -> Iterator[tuple[Edges, Edges]]:
        """Paths from here to the core, or to where they have been."""
        for other, edge in self._graph.near[at]:
            if edge in core or edge in path:
                continue
            ends = other in people or other in new
            if (ends or len(people) + len(new) < self._most) and self._take(edge):
                self._step()
                path.append(edge)
                if ends:
                    yield tuple(path), tuple(new)
                else:
                    new.append(other)
                    yield from self._ears(core, people, other, path, new)
                    new.pop()
                path.pop()
                self._give(edge)

    def _complete(self, edges: frozenset[int], people: frozenset[int], never: frozenset[int]) -> bool:
        """Whether a timetable is found with these edges and, until all moves are there, others but `never`.

        Those that touch it first, each or never; then a part of its own, which has a cycle unless there are
        edges enough to spare.
        """
        self._step()
        if edges in self._done:
            return False
        if not never:
            self._done.add(edges)
        if len(edges) == self._moves:
            made, impossible = self._slots.whole(tuple(edges), self._held)
            self._certain &= made is not None or impossible
            self._found = made
            return made is not None
        passed = set(never)
        for edge in self._touching(edges, people, never):
            if self._try(edges, people, edge, frozenset(passed)):
                return True
            passed.add(edge)
        never = frozenset(passed)
        if len(people) + 2 > self._most:
            return False
        for cycle in self._cycles(self._most - len(people), people):
            # its edges are taken while it is being found
            new = frozenset(i for edge in cycle for i in self._graph.ends[edge])
            more = edges | frozenset(cycle)
            if (
                not never & frozenset(cycle)
                and self._slots.fit(tuple(more)) is not None
                and self._complete(more, people | new, never)
            ):
                return True
        if len(edges) - len(people) > self._beyond:
            for edge, ends in enumerate(self._graph.ends):
                apart = edge not in never and not people.intersection(ends)
                if apart and self._try(edges, people, edge, never):
                    return True
        return False

    def _touching(self, edges: frozenset[int], people: frozenset[int], never: frozenset[int]) -> list[int]:
        near = {edge for i in people for _, edge in self._graph.near[i]} - edges - never
        # those that bring nobody first
        return sorted(near, key=lambda edge: (not people.issuperset(self._graph.ends[edge]), edge))

    def _try(self, edges: frozenset[int], people: frozenset[int], edge: int, never: frozenset[int]) -> bool:
        new = people.union(self._graph.ends[edge])
        if len(new) > self._most or not self._take(edge):
            return False
        more = edges | {edge}
        found = self._slots.fit(tuple(more)) is not None and self._complete(more, new, never)
        self._give(edge)
        return found
