"""Agreed meetings as clauses: which slot each has, when people are busy, how many breaks they have.

The viewpoint is that of Bofill, Coll, Garcia, Giráldez-Cru, Pesant, Suy and Villaret (JAIR 74, 2022):
a participant is busy or idle in a slot whatever the meeting, is busy in exactly as many slots as it
has meetings, and at most 2 × tables participants are busy in a slot. Here a running count of a
participant's busy slots says all three of: how many there are in all, whether the first has been, and
whether the last has been; and what is to be least is counted a participant, not a slot.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sim.matchmaking.compact.agreed import Agreed
from sim.matchmaking.compact.exact.formula import FALSE, TRUE, Formula, Sum

__all__ = ["Encoding", "encode"]


@dataclass(frozen=True, slots=True)
class Encoding:
    """A formula whose models are the timetables.

    `placed[m]` maps each slot that meeting m may have to the variable that says it has it. The breaks
    of a timetable are how many of `costs` hold. Of timetables that differ only in which of some meetings
    comes first, though nothing tells these apart, `ordered` holds in one alone: a search through
    everything may demand it, one that goes on from a timetable need not.
    """

    formula: Formula
    placed: tuple[dict[int, int], ...]
    costs: tuple[int, ...]
    ordered: int

    def timetable(self, model: Sequence[int]) -> list[int]:
        """The slot of each meeting in a model, a list of the literals that hold."""
        true = set(model)
        return [next(t for t, literal in own.items() if literal in true) for own in self.placed]

    def literals(self, slots: Sequence[int]) -> list[int]:
        """What says that the meetings are in these slots; the false literal for one that cannot be."""
        return [own.get(t, FALSE) for own, t in zip(self.placed, slots, strict=True)]


def encode(problem: Agreed, domains: Sequence[Sequence[int]]) -> Encoding:
    """Clauses for the problem, with meeting m in one of the slots `domains[m]`."""
    formula = Formula()
    placed = tuple({t: formula.new() for t in domain} for domain in domains)
    for own in placed:
        formula.add(*own.values())
        formula.at_most_one(list(own.values()))
    ordered = formula.new()
    _twins_in_order(formula, problem, placed, ordered)
    for m, later in problem.precedences:
        _before(formula, placed[m], placed[later])
    busy: list[list[int]] = []
    counts: list[list[int]] = []
    for p, meetings in enumerate(problem.of_participant()):
        row = _busy(formula, [placed[m] for m in meetings], problem.slots)
        busy.append(row)
        row = [row[t] for t in problem.counted(p)]
        most = min(len(row) - len(meetings), len(meetings) - 1)
        counts.append(_unary(formula, _break_starts(formula, row, len(meetings)), most))
    neighbours = _by_span(problem, domains)
    for t, tables in enumerate(problem.tables):
        # Two people a meeting: bounding those who are busy bounds the meetings, with far fewer literals.
        people = [busy[p][t] for p in neighbours if busy[p][t] != FALSE]
        formula.add(-Sum(formula, people).at_least(2 * tables + 1))
    if problem.fairness is not None:
        _fair(formula, counts, problem.fairness)
    return Encoding(formula, placed, tuple(cost for row in counts for cost in row), ordered)


def _busy(formula: Formula, meetings: Sequence[dict[int, int]], slots: int) -> list[int]:
    """Whether the participant who has these meetings is busy in each slot."""
    row = []
    for t in range(slots):
        here = [own[t] for own in meetings if t in own]
        formula.at_most_one(here)
        row.append(formula.new() if here else FALSE)
        formula.add(-row[t], *here)
        for literal in here:
            formula.add(row[t], -literal)
    return row


def _break_starts(formula: Formula, busy: Sequence[int], meetings: int) -> list[int]:
    """Literals, one a slot that can be the first idle one of a break.

    Idle after a busy slot, when fewer than all meetings have been. On the way, the participant is made
    busy in exactly as many slots as it has meetings.
    """
    starts = []
    done = [TRUE] + [FALSE] * meetings  # done[j]: at least j meetings before slot t
    for t, here in enumerate(busy):
        if t and meetings > 1 and busy[t - 1] != FALSE and done[meetings] != TRUE:
            start = formula.new()
            formula.add(-busy[t - 1], here, done[meetings], start)
            for literal in (busy[t - 1], -here, -done[meetings]):
                formula.add(-start, literal)
            starts.append(start)
        formula.add(-done[meetings], -here)
        left = len(busy) - 1 - t
        following = [TRUE]
        for j in range(1, meetings + 1):
            if j <= meetings - left:
                following.append(TRUE)
                formula.add(done[j], done[j - 1])
                formula.add(done[j], here)
            elif done[j - 1] == FALSE:
                following.append(FALSE)
            else:
                following.append(_either(formula, done[j], done[j - 1], here))
        done = following
    return starts


def _either(formula: Formula, already: int, almost: int, here: int) -> int:
    """A literal equal to: `already`, or `almost` and `here`."""
    if here == FALSE or already == TRUE:
        return already
    literal = formula.new()
    formula.add(-already, literal)
    formula.add(-almost, -here, literal)
    formula.add(-literal, already, almost)
    formula.add(-literal, already, here)
    return literal


def _unary(formula: Formula, literals: Sequence[int], most: int) -> list[int]:
    """Literals 'at least 1', 'at least 2', … of how many of these hold, which is at most `most`."""
    count = [TRUE]
    for literal in literals:
        longer = [*count, FALSE]
        following = [TRUE] + [
            _either(formula, longer[j], count[j - 1], literal) for j in range(1, len(longer))
        ]
        if len(following) > most + 1:
            formula.add(-following.pop())
        count = following
    return count[1:]


def _by_span(problem: Agreed, domains: Sequence[Sequence[int]]) -> list[int]:
    """The participants, those with alike hours that they must be there from and to side by side.

    Tables run short where many must be busy at once, so a sum of the tables' people is told most by parts
    of it in which all or none of them must be.
    """
    latest, earliest = [problem.slots] * problem.participants, [-1] * problem.participants
    for pair, own in zip(problem.pairs, domains, strict=True):
        for p in pair:
            latest[p] = min(latest[p], max(own, default=problem.slots))
            earliest[p] = max(earliest[p], min(own, default=-1))
    return sorted(range(problem.participants), key=lambda p: (earliest[p] - latest[p], latest[p]))


def _twins_in_order(
    formula: Formula, problem: Agreed, placed: Sequence[dict[int, int]], ordered: int
) -> None:
    """Meetings that nothing tells apart take place in the order given, if `ordered`.

    They have the same slots to choose from, are bound by no precedence, and are of the same two people, or
    of one and others who have no other meeting: exchanged, they leave everybody as busy as before, and
    whoever has one meeting has no breaks whenever it is.
    """
    bound = {m for pair in problem.precedences for m in pair}
    meetings = [len(own) for own in problem.of_participant()]
    last: dict[tuple[object, ...], int] = {}
    for m, pair in enumerate(problem.pairs):
        if m in bound:
            continue
        people = sorted(p for p in pair if meetings[p] > 1) or sorted(pair)
        kind = (tuple(people), *placed[m])
        if kind in last:
            _before(formula, placed[last[kind]], placed[m], ordered)
        last[kind] = m


def _before(formula: Formula, one: dict[int, int], other: dict[int, int], when: int = TRUE) -> None:
    """One meeting is in an earlier slot than the other, if `when` holds."""
    for t, literal in other.items():
        formula.add(-when, -literal, *(v for slot, v in one.items() if slot < t))
    for t, literal in one.items():
        formula.add(-when, -literal, *(v for slot, v in other.items() if slot > t))


def _fair(formula: Formula, counts: Sequence[Sequence[int]], fairness: int) -> None:
    """Whoever has j + fairness breaks, everybody has at least j."""
    for j in range(1, max(map(len, counts), default=0) - fairness + 1):
        above = formula.new()
        for row in counts:
            if len(row) >= j + fairness:
                formula.add(-row[j + fairness - 1], above)
            formula.add(-above, row[j - 1] if len(row) >= j else FALSE)
