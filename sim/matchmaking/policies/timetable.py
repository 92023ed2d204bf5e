"""Timetables: what a policy made of a problem, checked, with tables, value, bound and reasons."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import IntEnum
from typing import Any, Final

import numpy as np

from sim.matchmaking.policies.calendars import Calendars, own_slots
from sim.matchmaking.policies.tables import seat
from sim.matchmaking.problem.problem import UNSCHEDULED, BoolArray, Problem
from sim.matchmaking.problem.rules import rules_of
from sim.matchmaking.problem.violations import violations
from sim.matchmaking.problem.weights import Number
from sim.matchmaking.wishes.affinity import FloatArray, IntArray

__all__ = ["Answer", "PolicyError", "Reason", "Timetable", "timetable"]


class PolicyError(ValueError):
    """A policy answered with a timetable that breaks the problem's rules."""


class Reason(IntEnum):
    """Why a request is not scheduled; the first that holds (a veto before all else)."""

    SCHEDULED = 0
    NEVER_TOGETHER = 1  # there is no slot in which both are available (and that it is fixed to)
    ASKER_FULL = 2  # the asker has the most meetings he may have
    ASKED_FULL = 3  # the same of the asked
    NO_COMMON_SLOT = 4  # in every slot that is open to both, one or the other has a meeting
    NO_TABLE = 5  # in every slot in which both are free, all tables are taken
    NOT_CHOSEN = 6  # it could still be added: the policy left it out
    VETOED = 7  # it must not be held
    NO_INTERPRETER = 8  # in every slot that is open to it, all interpreters are taken
    TOO_MANY_IN_ROW = 9  # ..., or one side would have too many meetings on end
    TOO_FAR = 10  # ..., or one side could not walk there, or on to the next meeting, in time
    OUT_OF_ORDER = 11  # ..., or it would be on the wrong side of one it must precede or follow
    GIVEN_UP = 12  # it had a slot, and one side gave it up when asked to confirm
    DAY_FULL = 14  # in every slot that is open to it, one side has its most meetings a day
    TOO_MANY_DAYS = 15  # ..., or one side would have meetings on more days than it may
    NOT_KEPT_FREE = 16  # ..., or one side would not have as many slots free as are kept so (lunch)
    TABLE_TAKEN = 18  # ..., or the table that one side keeps has another meeting
    NO_REST = 17  # ..., or one side would have no rest before it, or before the next meeting
    OTHER_FULL = 19  # a third person of the meeting has the most meetings he may have
    OTHER_BUSY = 20  # in every slot in which the two are free, a third person is not
    PLACE_FULL = 21  # in every slot that is open to it, its place has all the meetings it has room for
    ALTERNATIVE = 13  # another offer of the same meeting is held (said before all but a veto)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a policy may say beside its slots (a bare array of slots will do).

    `slot` has a slot a request, -1 for none. `bound` is a proven upper bound on the value of any
    timetable of the problem (of those that do as well by must-meets and least). `table_worth` is what one
    more table-slot would add, `delegate_worth` (participants,) the most that one more delegate of each
    would add: dual prices. All are in units of the score; a float is the decimal that it is written by.
    `settled` names what comes before the value and is proven to be as good as it can be: "must-meets",
    "least". `claimed`: a solver calls the timetable the best. `cut`: a time limit ended the search early.
    """

    slot: IntArray
    bound: Number | None = None
    table_worth: float | None = None
    delegate_worth: FloatArray | None = None
    settled: tuple[str, ...] = ()
    claimed: bool = False
    cut: bool = False


@dataclass(frozen=True, slots=True)
class Timetable:
    """A checked timetable.

    `slot`, `table` and `reason` (codes of `Reason`) have an entry a request; -1 is no slot, no table.
    `whole_value` is the sum of the weights of the meetings, `whole_bound` an upper bound on it or None, in
    the whole numbers of `problem.weights`; `value` and `bound` are the same in units of the score.
    `unsettled` names what comes before the value ("must-meets", "least") and is not known to be as good as
    it can be. `claimed`: the policy's solver calls the timetable the best, whatever is proven; `cut`: a
    time limit ended the policy's search early.
    """

    problem: Problem
    slot: IntArray
    table: IntArray
    reason: IntArray
    whole_value: int
    whole_bound: int | None
    table_worth: float | None
    delegate_worth: FloatArray | None
    unsettled: tuple[str, ...] = ()
    claimed: bool = False
    cut: bool = False

    @property
    def value(self) -> float:
        """The sum of the scores of the meetings, rounded once."""
        return float(self.problem.weights.amount(self.whole_value))

    @property
    def bound(self) -> float | None:
        """What no timetable is worth more than, rounded once; None if unknown."""
        return None if self.whole_bound is None else float(self.problem.weights.amount(self.whole_bound))

    @property
    def _worth(self) -> str:
        exact = self.problem.weights.exact
        return self.problem.weights.text(self.whole_value) if exact else f"{self.value:,.1f}"

    @property
    def proven(self) -> bool:
        """Whether it is proven that no timetable is better."""
        return self.whole_bound == self.whole_value and not self.unsettled

    @property
    def meetings(self) -> int:
        """Number of meetings."""
        return int((self.slot != UNSCHEDULED).sum())

    @property
    def gap(self) -> float | None:
        """By how much, as a share of the bound, the value may be short of the best; None if unknown.

        It is 0 only if the two are the same whole number.
        """
        if self.whole_bound is None:
            return None
        if self.whole_bound == self.whole_value:
            return 0.0
        amount = self.problem.weights.amount
        return float(1 - amount(self.whole_value) / amount(self.whole_bound))

    @property
    def unmet(self) -> tuple[str, ...]:
        """The must-meets that are not held, nor any alternative, each named with its sides and the reason."""
        must = self.problem.must
        left = (self.slot == UNSCHEDULED) & (self.reason != Reason.ALTERNATIVE)
        missing = [] if must is None else np.flatnonzero(must & left).tolist()
        members = self.problem.members if missing else []

        def all_of(people: tuple[int, ...]) -> str:
            return f"{', '.join(map(str, people[:-1]))} and {people[-1]}"

        return tuple(
            f"request {k}, of participants {all_of(members[k])}: {Reason(int(self.reason[k])).name.lower()}"
            for k in missing
        )

    @property
    def short(self) -> IntArray:
        """How many meetings each participant is short of his least: (participants,)."""
        meetings = self.problem.load(self.slot != UNSCHEDULED)
        short: IntArray = np.maximum(self.problem.least - meetings, 0)
        return short

    @property
    def table_use(self) -> float:
        """Share of the table-slots that are used."""
        places = int(self.problem.tables.sum())
        return self.used / places if places else 0.0

    @property
    def used(self) -> int:
        """Number of table-slots that are used."""
        return int(self.problem.lengths[self.slot != UNSCHEDULED].sum())

    def __repr__(self) -> str:
        gap = (
            ""
            if self.gap is None
            else f", gap {self.gap:.2%}"
            if _seen(self.gap)
            else f", gap {self.gap:.1e}"
        )
        missing = Counter(Reason(code).name.lower() for code in self.reason.tolist() if code)
        left = "".join(f", {count:,} {name}" for name, count in missing.most_common())
        head = f"{self.meetings:,} of {self.problem.requests:,} requests, value {self._worth}"
        return f"Timetable({head}{gap}{left})"


_BARE: Final[dict[str, Any]] = dict.fromkeys(
    (
        "pool",
        "in_row",
        "place",
        "walk",
        "place_room",
        "before",
        "alternatives",
        "most_a_day",
        "most_days",
        "spans",
        "keep",
        "rest",
        "home",
    )
)
_RULES: Final = {
    "interpreters": Reason.NO_INTERPRETER,
    "places": Reason.PLACE_FULL,
    "in_row": Reason.TOO_MANY_IN_ROW,
    "walking": Reason.TOO_FAR,
    "order": Reason.OUT_OF_ORDER,
    "alternatives": Reason.ALTERNATIVE,
    "rest": Reason.NO_REST,
    "home": Reason.TABLE_TAKEN,
    "tables": Reason.NO_TABLE,
    "a_day": Reason.DAY_FULL,
    "free": Reason.NOT_KEPT_FREE,
    "days": Reason.TOO_MANY_DAYS,
}


def timetable(problem: Problem, answer: IntArray | Answer, policy: str = "policy") -> Timetable:
    """The timetable of a policy's answer.

    Raises PolicyError, naming the faults, if the answer breaks a rule of the problem, or if its bound is
    below its value.
    """
    said = answer if isinstance(answer, Answer) else Answer(np.asarray(answer))
    faults = violations(problem, said.slot)
    if faults:
        raise PolicyError(f"{policy}: " + "; ".join(faults))
    slot = said.slot.astype(np.int64)
    weights = problem.weights
    value = int(weights.whole[slot != UNSCHEDULED].sum())
    bound = None if said.bound is None else weights.above(said.bound)
    if bound is not None and bound < value:
        worth, most = weights.text(value), weights.text(bound)
        raise PolicyError(f"{policy}: it is worth {worth}, more than the bound that it claims, {most}")
    return Timetable(
        problem=problem,
        slot=slot,
        table=seat(problem, slot),
        reason=_reasons(problem, slot),
        whole_value=value,
        whole_bound=bound,
        table_worth=said.table_worth,
        delegate_worth=said.delegate_worth,
        unsettled=tuple(name for name in _unsettled(problem, slot) if name not in said.settled),
        claimed=said.claimed,
        cut=said.cut,
    )


def _seen(gap: float) -> bool:
    return gap == 0 or gap >= 1e-4


def _unsettled(problem: Problem, slot: IntArray) -> Iterator[str]:
    """What comes before the value, unless all of it is had."""
    on = slot != UNSCHEDULED
    if problem.must is not None and not on[problem.must].all():
        yield "must-meets"
    if (problem.load(on) < problem.least).any() or problem.missing(slot).any():
        yield "least"


def _reasons(problem: Problem, slot: IntArray) -> IntArray:
    """Why each request is not scheduled, judged from the finished timetable."""
    reason = np.full(problem.requests, Reason.SCHEDULED, dtype=np.int64)
    on, off = np.flatnonzero(slot != UNSCHEDULED), np.flatnonzero(slot == UNSCHEDULED)
    if not len(off):
        return reason
    held = problem.held(slot)
    here, free = problem.room > 0, held < problem.room
    own = np.ones((len(off), problem.slots), dtype=np.bool_)
    if problem.fixed is not None:
        fixed = problem.fixed[off, None]
        own = (fixed == UNSCHEDULED) | (fixed == np.arange(problem.slots))
    if problem.home is not None:
        own = own & problem.begins(problem.has_table(off), problem.lengths[off])
    full = problem.load(on) >= problem.most
    table = np.bincount(problem.occupied(on, slot[on])[1], minlength=problem.slots) < problem.tables
    a, b = problem.a[off], problem.b[off]

    def never(open_: BoolArray) -> BoolArray:
        """Which requests have no slot to begin in, being open in these."""
        if problem.length is not None:
            open_ = problem.begins(open_, problem.length[off])
        return np.logical_not((open_ & own).any(axis=1))

    reason[off] = np.select(
        [
            never(here[a] & here[b]),
            full[a],
            full[b],
            never(free[a] & free[b]),
            np.logical_not(problem.together(~full, off)),
            never(problem.together(free, off)),
            never(problem.together(free, off) & table),
        ],
        [
            Reason.NEVER_TOGETHER,
            Reason.ASKER_FULL,
            Reason.ASKED_FULL,
            Reason.NO_COMMON_SLOT,
            Reason.OTHER_FULL,
            Reason.OTHER_BUSY,
            Reason.NO_TABLE,
        ],
        Reason.NOT_CHOSEN,
    )
    if problem.veto is not None:
        reason[off[problem.veto[off]]] = Reason.VETOED
    if not problem.plain:
        _by_rules(problem, slot, reason)
    if problem.alternatives is not None:
        groups = problem.alternatives[on]
        other = np.isin(problem.alternatives[off], groups[groups != UNSCHEDULED])
        reason[off[other & (reason[off] != Reason.VETOED)]] = Reason.ALTERNATIVE
    return reason


def _by_rules(problem: Problem, slot: IntArray, reason: IntArray) -> None:
    """Which rule forbids those that everybody's calendars and the tables would let in."""
    rules = rules_of(problem)
    for request in np.flatnonzero(slot != UNSCHEDULED).tolist():
        for rule in rules.values():
            rule.put(request, int(slot[request]))
    calendars, own = Calendars(replace(problem, **_BARE), slot), own_slots(problem)
    for request in np.flatnonzero(reason == Reason.NOT_CHOSEN).tolist():
        open_ = calendars.open(request) & (-1 if own is None else own[request])
        for name, rule in rules.items():
            open_ &= rule.open(request)
            if not open_:
                reason[request] = _RULES[name]
                break
