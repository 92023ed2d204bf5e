"""From lists to a timetable."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final

import numpy as np

from sim.files.problems import Fault
from sim.files.sheets import ListError, shown_name
from sim.interchange.lists import Lists
from sim.interchange.published_csv import Publication
from sim.interchange.reasons import DISLIKED, GIVEN_UP, GONE, NOT_AGAIN, REASONS, TWIN, named, said
from sim.interchange.replanning import Begun
from sim.matchmaking import UNSCHEDULED, Interest, Reason, Timetable, solve, weighed
from sim.matchmaking.compact.compact import Compact, waiting
from sim.matchmaking.compact.waiting import Waiting
from sim.matchmaking.policies.again import Again, again, run_again
from sim.matchmaking.policies.leasts import Fewest, fewest_missing, missing
from sim.matchmaking.policies.timetable import timetable
from sim.matchmaking.policies.worth import worth
from sim.matchmaking.problem.clashes import Clashes
from sim.matchmaking.problem.problem import BoolArray, Problem
from sim.matchmaking.replan.replan import Keep, Replanned
from sim.matchmaking.replan.replan import replan as changed_least
from sim.matchmaking.wishes.affinity import IntArray

__all__ = ["REASONS", "Arranged", "Row", "arrange", "compacted", "rearrange", "replan"]

_AT_TABLES: Final = 12  # meetings named for want of a table


@dataclass(frozen=True, slots=True)
class Row:
    """A request in the timetable; without a slot there is a reason.

    `who`, `whom` and `with_` (who else is there) are as they were written, `people` are all of them.
    """

    id: str
    who: str
    whom: str
    weight: float
    slot: str | None
    start: str | None
    end: str | None
    table: int | None
    reason: str | None
    with_: str = ""
    people: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Arranged:
    """A timetable of somebody's lists, with a bound and prices whatever the policy, as far as known.

    `waiting` is how everybody waits; `compact` is what is known of that if it was made little, and
    `fairness` the difference of breaks that was allowed then; `given_up` (requests,) had a slot before.
    The prices of the timetable are those of the best one; `again` is what one more adds under the policy,
    if that is another, if there are no prices, or how a published one made again would be. `fewest` is how
    few meetings can be missing to people's least, where the policy is another than `optimal` and some are.
    `publication` is what had been published, and `replanned` what was made of it; `begun` is what had become
    of it by then, where some days were over.
    """

    lists: Lists
    timetable: Timetable
    policy: str
    interest: Interest
    waiting: Waiting
    compact: Compact | None = None
    fairness: int | None = None
    given_up: BoolArray | None = None
    again: Again | None = None
    fewest: Fewest | None = None
    publication: Publication | None = None
    replanned: Replanned | None = None
    begun: Begun | None = None

    @cached_property
    def clashes(self) -> Clashes:
        """What the requests without a slot clash with."""
        return Clashes(self.timetable.problem, self.timetable.slot)

    @property
    def breaks(self) -> IntArray:
        """Everybody's number of breaks: (participants,)."""
        return self.waiting.breaks

    @property
    def meetings(self) -> IntArray:
        """Everybody's number of meetings: (participants,)."""
        return self.timetable.problem.load(self.timetable.slot != UNSCHEDULED)

    @property
    def short(self) -> IntArray:
        """How many meetings everybody is short of his least: (participants,)."""
        short: IntArray = np.maximum(self.lists.least - self.meetings, 0)
        return short

    @property
    def unmet(self) -> list[int]:
        """The must-meets that are not held, nor any offer in their place."""
        must = self.timetable.problem.must
        left = (self.timetable.slot < 0) & (self.timetable.reason != Reason.ALTERNATIVE)
        missing: list[int] = [] if must is None else np.flatnonzero(must & left).tolist()
        return missing

    def rows(self) -> Iterator[Row]:
        """The requests in the order of their file."""
        asked, slots = self.lists.requests, self.lists.slots
        made, members = self.timetable, asked.members
        last = made.problem.last(np.arange(made.problem.requests), made.slot).tolist()
        each = zip(made.slot.tolist(), last, made.table.tolist(), strict=True)
        for k, (slot, last_slot, table) in enumerate(each):
            on = slot != UNSCHEDULED
            yield Row(
                id=asked.ids[k],
                who=asked.called[k][0],
                whom=asked.called[k][1],
                with_=asked.called[k][2],
                people=tuple(asked.people[i] for i in members[k]),
                weight=asked.weight[k],
                slot=slots.names[slot] if on else None,
                start=slots.shown_start[slot] or None if on else None,
                end=slots.shown_end[last_slot] or None if on else None,
                table=table + 1 if on else None,
                reason=None if on else self.reason(k),
            )

    def reason(self, request: int) -> str | None:
        """Why a request has no slot, in words, with the lines of what it clashes with; None if it has one."""
        if self.lists.twin[request] != UNSCHEDULED:
            return f"{TWIN} (line {self.lists.requests.lines[self.lists.twin[request]]})"
        text = self._kind(request)
        if text is None or text == GONE:  # no other meeting keeps him
            return text
        return text + named(self.lines(request))

    def lines(self, request: int) -> list[int]:
        """The lines of the meetings that alone keep a request without a slot out of every slot.

        Where tables are taken, they are those at the tables, unless there are many of these.
        """
        if self.timetable.slot[request] != UNSCHEDULED or self.lists.twin[request] != UNSCHEDULED:
            return []
        clash = self.clashes.of(request)
        if clash is None:
            return []
        at_tables = [self.clashes.within(t) for t in clash.full]
        rows = set(clash.rows)
        if sum(map(len, at_tables)) <= _AT_TABLES:
            rows = rows.union(*at_tables)
        lines = (self.lists.requests.lines[k] for k in sorted(rows))
        return list(dict.fromkeys(lines))  # a row of a matrix is many requests

    def _kind(self, request: int) -> str | None:
        """Why a request has no slot, in the words that it has in common with others."""
        made = self.timetable
        reason = Reason(int(made.reason[request]))
        if reason is Reason.NOT_CHOSEN and self.given_up is not None and self.given_up[request]:
            return GIVEN_UP
        if reason is not Reason.SCHEDULED and self._gone(request):
            return GONE
        if reason is Reason.VETOED and self.begun is not None and request in self.begun.asked_no_more:
            return NOT_AGAIN
        if reason is Reason.VETOED and self.lists.requests.disliked[request]:
            return DISLIKED
        fixed = made.problem.fixed is not None and made.problem.fixed[request] != UNSCHEDULED
        return None if reason is Reason.SCHEDULED else said(reason, fixed=bool(fixed))

    def _gone(self, request: int) -> bool:
        """Whether somebody of a request that was not held before is gone."""
        if self.begun is None or request in self.begun.past.done:
            return False
        asked, gone = self.lists.requests, self.begun.gone
        return any(asked.people[i] in gone for i in asked.members[request])

    def reasons(self) -> dict[str, int]:
        """How many requests have no slot, by reason, most first."""
        without = np.flatnonzero(self.timetable.slot == UNSCHEDULED).tolist()
        twins = int((self.lists.twin != UNSCHEDULED).sum())
        single = (self._kind(k) for k in without if self.lists.twin[k] == UNSCHEDULED)
        count = Counter(reason for reason in single if reason is not None)
        if twins:
            count[TWIN] = twins
        return dict(sorted(count.items(), key=lambda each: (-each[1], each[0])))


def arrange(
    lists: Lists,
    *,
    policy: str = "optimal",
    interest: Interest = "reciprocal",
    time_limit: float | None = None,
) -> Arranged:
    """The timetable that a policy makes of these lists; a `time_limit` (s) is for those that know one.

    Raises ValueError for an unknown policy, or one that has no use for a limit or for these lists.
    """
    options = {} if time_limit is None else {"time_limit": time_limit}
    made = solve(lists.problem, policy, interest=interest, options=options)
    value = worth(made.problem, made)
    priced = policy == "optimal" and value.table is not None and value.delegate is not None
    return Arranged(
        lists=lists,
        timetable=replace(
            made,
            whole_bound=None if value.bound is None else made.problem.weights.above(value.bound),
            table_worth=value.table,
            delegate_worth=value.delegate,
        ),
        policy=policy,
        interest=interest,
        waiting=waiting(made.problem, made.slot),
        again=None if priced else again(lists.problem, made, policy, interest),
        fewest=None
        if policy == "optimal" or not missing(made.problem, made.slot)
        else fewest_missing(made.problem, made.slot),
    )


def rearrange(
    lists: Lists,
    publication: Publication,
    *,
    keep: Keep = "times",
    interest: Interest = "reciprocal",
    time_limit: float | None = None,
) -> Arranged:
    """The published timetable for the lists as they are now, with as few changes as can be (`replan`)."""
    problem = weighed(lists.problem, interest)
    found = changed_least(problem, publication.published, keep=keep, time_limit=time_limit)
    prices = worth(problem)

    def run(more: Problem) -> Timetable:
        return changed_least(more, publication.published, keep=keep).timetable

    return Arranged(
        lists=lists,
        timetable=replace(found.timetable, table_worth=prices.table, delegate_worth=prices.delegate),
        policy="optimal",
        interest=interest,
        waiting=waiting(problem, found.timetable.slot),
        # by the clock, a difference could be one of time
        again=Again(None, None)
        if time_limit is not None
        else run_again(problem, found.timetable, run, "replan"),
        publication=publication,
        replanned=found,
    )


def replan(
    begun: Begun, *, keep: Keep = "times", interest: Interest = "reciprocal", time_limit: float | None = None
) -> Arranged:
    """A timetable in which what was held stands and what is left changes as little as can be (`rearrange`).

    Raises:
        ListError: the rules of the lists do not allow what was held, and it could not be without them.
    """
    made = rearrange(begun.lists, begun.publication, keep=keep, interest=interest, time_limit=time_limit)
    worth_each = made.timetable.delegate_worth
    if worth_each is not None:  # of nobody who is gone is one more worth anything
        gone = np.isin(begun.lists.people, begun.gone)
        made = replace(
            made, timetable=replace(made.timetable, delegate_worth=np.where(gone, 0.0, worth_each))
        )
    made = replace(made, begun=begun)
    broken = [k for k in begun.past.done if made.timetable.slot[k] != begun.publication.published.slot[k]]
    if broken:
        raise ListError(_broken(made, begun, k) for k in sorted(broken))
    return made


def _broken(made: Arranged, begun: Begun, request: int) -> Fault:
    meeting = begun.past.done[request]
    two = f"{shown_name(meeting.who)} and {shown_name(meeting.whom)}"
    why = made.reason(request) or "in another slot"
    said = f"{two} met in {shown_name(meeting.slot)}, which a rule of the lists forbids ({why}); take it out"
    return Fault(begun.called, meeting.line, "", said)


def compacted(made: Arranged, found: Compact, fairness: int | None = None) -> Arranged:
    """With few breaks, as `compact` found them; bound and prices are those of the policy."""
    old = made.timetable
    new = timetable(old.problem, found.slot, "compact")
    as_well = len(new.unmet) == len(old.unmet) and new.short.sum() == old.short.sum()
    return replace(
        made,
        timetable=replace(
            new,
            whole_bound=old.whole_bound,
            table_worth=old.table_worth,
            delegate_worth=old.delegate_worth,
            unsettled=old.unsettled if as_well else new.unsettled,
            claimed=old.claimed and new.whole_value == old.whole_value,
            cut=old.cut,
        ),
        waiting=found.waiting,
        compact=found,
        fairness=fairness,
        given_up=(old.slot != UNSCHEDULED) & (found.slot == UNSCHEDULED),
    )
