"""Agreed meetings as clauses: which slot each has, when people are busy, how many breaks they have.

The viewpoint is that of Bofill, Coll, Garcia, Giráldez-Cru, Pesant, Suy and Villaret (JAIR 74, 2022):
a participant is busy or idle in a slot whatever the meeting, is busy in exactly as many slots as it
has meetings, and at most 2 × tables participants are busy in a slot. Here a running count of a
participant's busy slots says all three of: how many there are in all, whether the first has been, and
whether the last has been; and what is to be least is counted a participant, not a slot.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sim.matchmaking.compact.agreed import Agreed
from sim.matchmaking.compact.exact.formula import FALSE, TRUE, Formula, Sum
from sim.matchmaking.compact.exact.left import Left, Spare

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


def encode(problem: Agreed, left: Left) -> Encoding:
    """Clauses for the problem, within what is left."""
    formula = Formula()
    placed = tuple({t: formula.new() for t in domain} for domain in left.domains)
    for own in placed:
        formula.add(*own.values())
        formula.at_most_one(list(own.values()))
    ordered = formula.new()
    _twins_in_order(formula, problem, placed, ordered)
    for m, later in problem.precedences:
        _before(formula, placed[m], placed[later])
    busy: list[list[int]] = []
    starts: list[dict[int, int]] = []
    counts: list[list[int]] = []
    for p, meetings in enumerate(problem.of_participant()):
        row = _busy(formula, [placed[m] for m in meetings], problem.slots)
        busy.append(row)
        counted = problem.counted(p)
        for t in counted:
            if t not in left.idle[p]:
                formula.add(row[t])
        most = min(len(counted) - len(meetings), len(meetings) - 1)
        starts.append(_break_starts(formula, {t: row[t] for t in counted}, len(meetings), left.begins[p]))
        counts.append(_unary(formula, list(starts[p].values()), most))
    neighbours = _by_span(problem, left.domains)
    for t, tables in enumerate(problem.tables):
        # Two people a meeting: bounding those who are busy bounds the meetings, with far fewer literals.
        people = [busy[p][t] for p in neighbours if busy[p][t] != FALSE]
        formula.add(-Sum(formula, people).at_least(2 * tables + 1))
        formula.add(-_idle(formula, people).at_least(len(people) - 2 * left.least[t] + 1))
    if left.spare is not None:
        _spared(formula, problem, left, left.spare, placed, busy, starts)
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


def _break_starts(
    formula: Formula, busy: Mapping[int, int], meetings: int, begins: Collection[int]
) -> dict[int, int]:
    """Literals, one a slot that can be the first idle one of a break, which is one of `begins`.

    Idle after a busy slot, when fewer than all meetings have been. On the way, the participant is made
    busy in exactly as many slots as it has meetings.
    """
    starts: dict[int, int] = {}
    done = [TRUE] + [FALSE] * meetings  # done[j]: at least j meetings before slot t
    before = FALSE
    for turn, (t, here) in enumerate(busy.items()):
        if meetings > 1 and before != FALSE and done[meetings] != TRUE:
            start = formula.new() if t in begins else FALSE
            formula.add(-before, here, done[meetings], start)
            if start != FALSE:
                for literal in (before, -here, -done[meetings]):
                    formula.add(-start, literal)
                starts[t] = start
        before = here
        formula.add(-done[meetings], -here)
        left = len(busy) - 1 - turn
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


def _idle(formula: Formula, busy: Sequence[int]) -> Sum:
    return Sum(formula, [-one for one in busy])


def _spared(
    formula: Formula,
    problem: Agreed,
    left: Left,
    spare: Spare,
    placed: Sequence[Mapping[int, int]],
    busy: Sequence[Sequence[int]],
    starts: Sequence[Mapping[int, int]],
) -> None:
    """What is dear is no more than can be, in all; what somebody has counts as the dearest of it."""
    dear = [(p, placed[m].get(t, FALSE), count) for (p, m, t), count in spare.meeting.items()]
    dear += [(p, starts[p].get(t, FALSE), count) for (p, t), count in spare.begin.items()]
    dear += [(p, -busy[p][t], count) for (p, t), count in spare.idle.items()]
    counted: dict[tuple[int, int], int] = {}  # that what somebody has counts so much
    for p, literal, count in dear:
        for each in range(1, count + 1):
            if (p, each) not in counted:
                counted[p, each] = formula.new()
        formula.add(-literal, counted[p, count])
    for (p, count), literal in counted.items():
        if count > 1:
            formula.add(-literal, counted[p, count - 1])
    every = list(counted.values())
    for t, count in enumerate(spare.empty):
        if count:
            people = [row[t] for row in busy if row[t] != FALSE]
            idle, tables = _idle(formula, people), problem.tables[t]
            for taken in range(left.least[t], tables):
                every += [idle.at_least(len(people) - 2 * taken)] * count
    formula.add(-Sum(formula, every).at_least(spare.most + 1))


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
