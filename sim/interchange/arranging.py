"""From lists to a timetable."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from sim.interchange.lists import Lists
from sim.interchange.published_csv import Publication
from sim.matchmaking import UNSCHEDULED, Interest, Reason, Timetable, solve, weighed
from sim.matchmaking.compact.compact import Compact, breaks_of
from sim.matchmaking.policies.timetable import timetable
from sim.matchmaking.policies.worth import worth
from sim.matchmaking.replan.replan import Keep, Replanned, replan
from sim.matchmaking.wishes.affinity import IntArray

__all__ = ["REASONS", "Arranged", "Row", "arrange", "compacted", "rearrange"]

REASONS: Final = {
    Reason.NEVER_TOGETHER: "there is no slot in which both can meet",
    Reason.ASKER_FULL: "the asker has as many meetings as allowed",
    Reason.ASKED_FULL: "the asked has as many meetings as allowed",
    Reason.NO_COMMON_SLOT: "in every slot one or the other has a meeting or is away",
    Reason.NO_TABLE: "in every slot in which both are free all tables are taken",
    Reason.NOT_CHOSEN: "it would fit: the policy left it out",
    Reason.VETOED: "vetoed",
    Reason.NO_INTERPRETER: "in every slot that is open all interpreters are taken",
    Reason.TOO_MANY_IN_ROW: "one side would have too many meetings in a row",
    Reason.TOO_FAR: "one side could not walk there in time",
    Reason.ALTERNATIVE: "another offer of the same meeting is held",
    Reason.DAY_FULL: "one side has as many meetings that day as allowed",
    Reason.TOO_MANY_DAYS: "one side would have meetings on more days than allowed",
    Reason.NOT_KEPT_FREE: "one side would have too few slots free where some are kept",
    Reason.OUT_OF_ORDER: "it would be on the wrong side of one that it follows or precedes",
}
_TWIN: Final = "another request of the same two counts (line {})"


@dataclass(frozen=True, slots=True)
class Row:
    """A request in the timetable; without a slot there is a reason."""

    id: str
    who: str
    whom: str
    weight: float
    slot: str | None
    start: str | None
    end: str | None
    table: int | None
    reason: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Arranged:
    """A timetable of somebody's lists, with a bound and prices whatever the policy, as far as known.

    `breaks` (participants,) are everybody's; `compact` is what is known of them if they were made few,
    and `fairness` the difference that was allowed then. `publication` is what had been published, and
    `replanned` what was made of it.
    """

    lists: Lists
    timetable: Timetable
    policy: str
    interest: Interest
    breaks: IntArray
    compact: Compact | None = None
    fairness: int | None = None
    publication: Publication | None = None
    replanned: Replanned | None = None

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
        each = zip(self.timetable.slot.tolist(), self.timetable.table.tolist(), strict=True)
        for k, (slot, table) in enumerate(each):
            on = slot != UNSCHEDULED
            yield Row(
                id=asked.ids[k],
                who=asked.people[asked.who[k]],
                whom=asked.people[asked.whom[k]],
                weight=asked.weight[k],
                slot=slots.names[slot] if on else None,
                start=slots.shown_start[slot] or None if on else None,
                end=slots.shown_end[slot] or None if on else None,
                table=table + 1 if on else None,
                reason=None if on else self.reason(k),
            )

    def reason(self, request: int) -> str | None:
        """Why a request has no slot, in words; None if it has one."""
        if self.lists.twin[request] != UNSCHEDULED:
            return _TWIN.format(self.lists.requests.lines[self.lists.twin[request]])
        reason = Reason(int(self.timetable.reason[request]))
        return None if reason is Reason.SCHEDULED else REASONS.get(reason, _plain(reason))

    def reasons(self) -> dict[str, int]:
        """How many requests have no slot, by reason, most first."""
        without = np.flatnonzero(self.timetable.slot == UNSCHEDULED).tolist()
        twins = int((self.lists.twin != UNSCHEDULED).sum())
        single = (self.reason(k) for k in without if self.lists.twin[k] == UNSCHEDULED)
        count = Counter(reason for reason in single if reason is not None)
        if twins:
            count[_TWIN.partition(" (")[0]] = twins
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
        breaks=breaks_of(made.problem, made.slot),
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
    found = replan(problem, publication.published, keep=keep, time_limit=time_limit)
    return Arranged(
        lists=lists,
        timetable=found.timetable,
        policy="optimal",
        interest=interest,
        breaks=breaks_of(problem, found.timetable.slot),
        publication=publication,
        replanned=found,
    )


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
        breaks=found.breaks,
        compact=found,
        fairness=fairness,
    )


def _plain(reason: Reason) -> str:
    return reason.name.lower().replace("_", " ")
