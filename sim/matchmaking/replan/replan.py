"""A published timetable made again: what can stay stays; the fewest meetings, people and tables change.

    made = solve(problem, "optimal")  # published; then somebody is away
    again = replan(later, Published.of(later, made.slot, made.table))
    again.changes.count(What.MOVED), again.claims["moves"]

Aims are settled one after the other, each as good as it can be before the next has its say.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import Final, Literal, get_args

import numpy as np

from sim.matchmaking.policies.calendars import Calendars
from sim.matchmaking.policies.placing import best_first, fill
from sim.matchmaking.policies.timetable import Answer, Timetable, timetable
from sim.matchmaking.problem.problem import UNSCHEDULED, BoolArray, Problem
from sim.matchmaking.problem.time_indexed import TimeIndexed
from sim.matchmaking.problem.violations import violations
from sim.matchmaking.replan.fewest import fewest
from sim.matchmaking.replan.programme import Board, board
from sim.matchmaking.replan.published import Changes, Published, changes_of
from sim.matchmaking.replan.searching import Reached, linear_bound, most
from sim.matchmaking.replan.seating import reseat
from sim.matchmaking.wishes.affinity import IntArray

__all__ = ["KEEPS", "Claim", "Keep", "Replanned", "replan"]

Keep = Literal["times", "meetings", "value"]
Claim = Literal["proven", "claimed", "open"]
KEEPS: Final[tuple[Keep, ...]] = get_args(Keep)

_AIMS: Final[dict[Keep, tuple[str, ...]]] = {
    "times": ("must-meets", "meetings", "moves", "people", "least", "value"),
    "meetings": ("must-meets", "meetings", "least", "value", "moves", "people"),
    "value": ("must-meets", "least", "value", "meetings", "moves", "people"),
}
_DONE: Final = "done"  # before all of them, where something has been held already
_MOST_COLUMNS: Final = 300_000  # of a request in a slot
_DOUBLE: Final = 1 << 53  # whole numbers that rows hold


@dataclass(frozen=True, slots=True, kw_only=True)
class Replanned:
    """A timetable made again, and what it changes of the published one.

    `claims` says of each aim, in order, whether what was reached is "proven" to be as good as it can be (an
    integer certificate, or a count), a solver's claim ("claimed") or neither ("open"). No timetable that
    does as well by all that comes before moves meetings of fewer than `people` people (proven).
    """

    timetable: Timetable
    published: Published
    changes: Changes
    keep: Keep
    claims: dict[str, Claim]
    people: int

    @property
    def claim(self) -> Claim:
        """What is known of the changes as a whole."""
        return self.known("people")

    def known(self, aim: Literal["moves", "people"]) -> Claim:
        """Whether the fewest meetings move, or the fewest people's, and all that comes before is as good."""
        before = (_DONE, *_AIMS[self.keep][: _AIMS[self.keep].index(aim) + 1])
        of = {self.claims[each] for each in before if each in self.claims}
        return "open" if "open" in of else "claimed" if "claimed" in of else "proven"


def replan(
    problem: Problem, published: Published, *, keep: Keep = "times", time_limit: float | None = None
) -> Replanned:
    """The published timetable for a problem that has changed since, with as few changes as can be.

    What comes first is not given up for what follows:

    - "times": as many must-meets as can be; as many published meetings; then the fewest of these that
      move to another slot, of the fewest people; then the fewest meetings short of `least`, and the
      greatest value. So a published meeting moves only for the sake of another one, or of a must-meet; new
      meetings have the room that is left, and of meetings that cannot be held together the most valuable are.
    - "meetings": published meetings are held as well, but move where new ones are worth more so: least
      and value come before the moves.
    - "value": the same timetables as if nothing had been published, and of these the one with the most
      published meetings, and then the fewest moves.

    Before all of it, meetings that are `published.done` stay in their slots.

    Tables come last: no other seating of the same slots has fewer people at another table (`reseat`).

    Work is limited by counts of steps, so that the same problem has the same answer on any machine;
    `time_limit` (s) limits it by the clock besides.

    Raises ValueError if `published` is not of the problem's requests.
    """
    if published.held.shape != (problem.requests,):
        raise ValueError(f"what was published must have an entry for each of {problem.requests} requests")
    if keep not in KEEPS:
        raise ValueError(f"keep must be one of {', '.join(KEEPS)}, not {keep!r}")
    if published.slot.max(initial=UNSCHEDULED) >= problem.slots:
        raise ValueError(f"published slots must be 0 to {problem.slots - 1}, or -1")
    ends = None if time_limit is None else time.monotonic() + time_limit
    slot, claims, people, bound = _Replanning(problem, published, keep, ends).run()
    settled = tuple(
        name for name, aim in (("must-meets",) * 2, ("least",) * 2) if claims.get(aim) == "proven"
    )
    made = timetable(
        problem,
        Answer(
            slot,
            bound=None if bound is None else problem.weights.amount(bound),
            settled=settled,
            claimed=claims["value"] == "claimed",
            cut=ends is not None and time.monotonic() >= ends,
        ),
        "replan",
    )
    table = reseat(problem, published, slot)
    if violations(problem, slot, table):  # of rules that a table of one slot says nothing of
        table = made.table
    return Replanned(
        timetable=replace(made, table=table),
        published=published,
        changes=changes_of(problem, published, slot, table),
        keep=keep,
        claims=claims,
        people=people,
    )


class _Replanning:
    """The aims of one timetable, one after the other."""

    def __init__(self, problem: Problem, published: Published, keep: Keep, ends: float | None) -> None:
        self._problem = problem
        self._published = published
        self._keep = keep
        self._ends = ends
        self._slot = self._first()
        self._claims: dict[str, Claim] = {}
        self._people = 0
        self._bound: int | None = None

    def run(self) -> tuple[IntArray, dict[str, Claim], int, int | None]:
        """Slots, what is claimed of each aim, the fewest people affected, and a bound on the value."""
        must = np.zeros(self._problem.requests, dtype=np.bool_)
        if self._problem.must is not None:
            must = self._problem.must
        aims = _AIMS[self._keep]
        if self._published.done is not None:
            aims = (_DONE, *aims)
        if self._keep == "times":
            # what else is asked for has no say in these
            few = self._published.held | must | self._offers()
            begin = aims.index("people") + 1
            self._settle(aims[:begin], few)
            self._fill()
            self._settle(aims[begin:], None, aims[:begin])
        else:
            self._fill()
            self._settle(aims, None)
        self._fill()
        return self._slot, self._claims, self._people, self._bound

    def _settle(self, aims: tuple[str, ...], only: BoolArray | None, kept: tuple[str, ...] = ()) -> None:
        """Each aim as good as it can be, the first one first, and none of those `kept` worse."""
        here = board(self._stayed() if kept else self._problem, self._published, only)
        if len(here.programme.request) > _MOST_COLUMNS:
            self._claims |= dict.fromkeys(aims, "open")
            return
        programme, held, sound = here.programme, here.held(self._slot), True
        open_ = np.ones(len(held), dtype=np.bool_)
        for aim in (*kept, *aims):
            weight = _weight(here, aim)
            if aim in aims:
                limit = _limit(here, aim, held)
                if aim == "people" and self._claims.get("moves") == "proven":
                    moved = int((here.meetings[held] - here.stays[held]).sum())
                    few = fewest(here, programme, held, open_, moved)
                    held, limit = few.held, min(limit, len(here.owner) - few.people)
                ties = _ties(here, aim)
                settled = "people" in kept
                if settled:
                    held, limit = self._with_these_people(here, programme, aim, held, limit, open_)
                reached = most(
                    programme,
                    weight,
                    held,
                    limit,
                    open_=open_,
                    ends=self._ends,
                    ties=ties,
                    loose=settled or aim == "people",
                    thorough=aim == "moves" and bool((here.meetings[held] > here.stays[held]).any()),
                )
                open_ = reached.open_
                held = here.held(here.programme.slots(self._problem.requests, reached.held))
                self._note(here, aim, reached, sound=sound)
            total = int(weight[held].sum())
            if int(weight.sum()) >= _DOUBLE:  # more digits than rows have: the same meetings, then
                weight, sound = (held & (weight > 0)).astype(np.int64), False
                total = int(weight.sum())
            if total:
                programme = programme.with_row(-weight.astype(np.float64), -float(total))
        self._slot = here.programme.slots(self._problem.requests, held)

    def _with_these_people(
        self, here: Board, programme: TimeIndexed, aim: str, held: BoolArray, limit: int, open_: BoolArray
    ) -> tuple[BoolArray, int]:
        """The best columns with which the same meetings move, and a bound on what any others reach.

        That is easily found, and mostly the best of all; who else could move instead is hard to say, and is
        gone into where neither the relaxation nor the programme without people shows as much.
        """
        weight, ends = _weight(here, aim), self._ends
        alike = open_ & ((here.meeting == UNSCHEDULED) | (here.stays > 0) | _moving(here, held))
        held = most(programme, weight, held, limit, open_=alike, ends=ends, ties=_ties(here, aim)).held
        held = here.held(here.programme.slots(self._problem.requests, held))
        total = int(weight[held].sum())
        if total < limit:
            limit = min(limit, linear_bound(programme, weight, limit, open_=open_, ends=ends))
        if total < limit:
            anyone = _without_people(here, programme)
            count = len(anyone.request)
            found = most(anyone, weight[:count], held[:count], limit, open_=open_[:count], ends=ends)
            limit = limit if found.bound is None else min(limit, found.bound)
            if total < limit and found.proven:
                # nothing is worth as much as that but by columns that can be in use there
                near = open_.copy()
                near[:count] = found.open_
                best = most(programme, weight, held, limit, open_=near, ends=ends)
                held = here.held(here.programme.slots(self._problem.requests, best.held))
                limit = limit if best.bound is None or best.bound >= found.total else found.total - 1
        return held, limit

    def _note(self, here: Board, aim: str, reached: Reached, *, sound: bool) -> None:
        if not _matters(here, aim):
            return
        claim: Claim = "proven" if reached.proven else "claimed" if reached.claimed else "open"
        self._claims[aim] = claim if sound else "open"
        if aim == "value" and sound:
            self._bound = reached.bound
        if aim == "people":
            people = len(here.owner) if reached.bound is None or not sound else reached.bound
            self._people = len(here.owner) - min(people, len(here.owner))

    def _first(self) -> IntArray:
        """Published meetings where they were, as far as that can be; then others in the room left."""
        problem, published = self._problem, self._published
        must = np.zeros(problem.requests, dtype=np.bool_) if problem.must is None else problem.must
        calendars = Calendars(problem, np.full(problem.requests, UNSCHEDULED, dtype=np.int64))
        ours = np.flatnonzero(published.slot != UNSCHEDULED)
        seatless = published.table[ours] >= problem.tables[published.slot[ours]]
        done = np.zeros(problem.requests, dtype=np.bool_) if published.done is None else published.done
        for k in ours[np.lexsort((seatless, ~must[ours], ~done[ours]))].tolist():
            t = int(published.slot[k])
            if calendars.open(k) >> t & 1:
                calendars.put(k, t)
        ranked = best_first(problem)
        fill(calendars, ranked[must[ranked]].tolist())
        return fill(calendars, ranked[published.held[ranked]].tolist())

    def _fill(self) -> None:
        self._slot = fill(Calendars(self._problem, self._slot), best_first(self._problem).tolist())

    def _offers(self) -> BoolArray:
        """Requests that are other offers of the same meeting as a published one, or as a must-meet."""
        groups = self._problem.alternatives
        if groups is None:
            return np.zeros(self._problem.requests, dtype=np.bool_)
        wanted = (
            self._published.held if self._problem.must is None else self._published.held | self._problem.must
        )
        some = groups[wanted & (groups != UNSCHEDULED)]
        return np.isin(groups, some)

    def _stayed(self) -> Problem:
        """The problem with meetings fixed to where they stay, if all stay that can."""
        problem, published = self._problem, self._published
        alone = published.slot != UNSCHEDULED
        if problem.alternatives is not None:
            alone &= problem.alternatives == UNSCHEDULED
        stays = alone & (self._slot == published.slot)
        can = board(problem, published, published.held).base
        could = np.zeros(problem.requests, dtype=np.bool_)
        meets = can.request != UNSCHEDULED  # helpers are of no request
        could[can.request[meets & (can.slot == published.slot[can.request])]] = True
        if (could & alone & ~stays).any():
            return problem
        fixed = np.full(problem.requests, UNSCHEDULED) if problem.fixed is None else problem.fixed
        return replace(problem, fixed=np.where(stays, published.slot, fixed))


def _matters(here: Board, aim: str) -> bool:
    """Whether there is anything that the aim asks for."""
    if aim == "must-meets":
        return here.problem.must is not None
    return here.problem.leasts if aim == "least" else True


def _weight(here: Board, aim: str) -> IntArray:
    """What columns count towards an aim."""
    return {
        _DONE: here.done,
        "must-meets": here.musts,
        "meetings": here.meetings,
        "moves": here.stays,
        "people": here.people,
        "least": here.least,
        "value": here.value,
    }[aim]


def _ties(here: Board, aim: str) -> IntArray | None:
    """What decides between columns that count as much towards an aim."""
    return {"meetings": here.stays, "value": here.seats}.get(aim)


def _limit(here: Board, aim: str, held: BoolArray) -> int:
    """The most that can count towards an aim, each request or slot looked at by itself."""
    request, weight = here.programme.request, _weight(here, aim)
    if aim == "people":
        # whoever moves, moves with somebody
        moves = bool((here.meetings[held] > here.stays[held]).any())
        return len(here.owner) - 2 * moves
    if aim == "moves":
        return _at_once(here, weight)
    real = request != UNSCHEDULED
    best = np.zeros(here.problem.requests, dtype=np.int64)
    np.maximum.at(best, request[real], weight[real])
    if aim == "meetings":
        return len(np.unique(here.meeting[here.meeting != UNSCHEDULED]))
    return int(best.sum()) + int(weight[~real].sum())


def _without_people(here: Board, programme: TimeIndexed) -> TimeIndexed:
    """The programme without the columns of people and the rows that these are in."""
    count = len(programme.request) - len(here.owner)
    kept = np.diff(programme.rows[:, count:].tocsr().indptr) == 0
    request, slot = programme.request[:count], programme.slot[:count]
    return TimeIndexed(request, slot, programme.rows[kept][:, :count], programme.most[kept])


def _moving(here: Board, held: BoolArray) -> BoolArray:
    """Which columns are of meetings that move."""
    moved = here.meeting[held & (here.meeting != UNSCHEDULED) & (here.stays == 0)]
    return np.isin(here.meeting, moved)


def _at_once(here: Board, weight: IntArray) -> int:
    """The most of these columns that the tables let be in use."""
    real = here.programme.request != UNSCHEDULED
    of = np.bincount(here.programme.slot[real], weights=weight[real], minlength=here.problem.slots)
    return int(np.minimum(of.astype(np.int64), here.problem.tables).sum())
