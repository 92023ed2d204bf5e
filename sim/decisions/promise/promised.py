"""What can be promised to whom, and what is told of it: distributions, limits, reasons, what mends it.

The number of meetings varies from fair to fair; a promise is kept or not in each. Of the share of fairs in
which it is kept the limits are exact (Clopper and Pearson, 1934). The number that can be promised is the
greatest that so many replications show to be reached in the share of fairs that is wanted: a tolerance limit
that supposes nothing about the distribution (Wilks, 1941), so that with few replications it is small.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from math import isfinite, nan
from typing import TYPE_CHECKING, Any, Final

from sim.decisions.told import (
    Answer,
    as_json,
    fitting,
    is_real,
    or_none,
    paragraphs,
    parts,
    signed,
    valued,
)
from sim.files.lines import WIDTH, wrapped
from sim.statistics.intervals import LEVEL, Estimate, share_limits
from sim.statistics.text import columns, counted, number

if TYPE_CHECKING:
    import pandas as pd

    from sim.decisions.plots.promised import PromisePlots
    from sim.scenario import Scenario

__all__ = ["FUNNEL", "Mending", "Promise", "mean_of", "per_cent", "promisable"]

FUNNEL: Final = ("asked", "accepted", "scheduled", "held")
"""What becomes of requests, step by step."""

_CHANCE: Final = 1 - LEVEL
_BAR: Final = 30  # columns of the longest bar
_BARS: Final = 12  # of a distribution


@dataclass(frozen=True, slots=True)
class Mending:
    """A change of the scenario, and what it does to a promise."""

    what: str
    kept: Estimate
    """By how much the share of fairs in which the promise is kept rises; paired."""
    meetings: Estimate
    """By how many the meetings do."""
    cost: float
    """What it costs, by the scenario's prices; nan if they do not say."""
    why_not: str = ""
    """Why it could not be run."""

    def is_real(self, promised: bool) -> bool:
        """Whether more meetings, or more kept promises where there is one, are told from chance."""
        return is_real(self.kept if promised else self.meetings)

    def mends(self, promised: bool) -> bool:
        """Whether that difference is one for the better."""
        return self.is_real(promised) and (self.kept if promised else self.meetings).mean > 0


@dataclass(frozen=True, eq=False)
class Promise(Answer):
    """What one organisation has, over replications."""

    scenario: Scenario
    name: str
    kind: str
    """`gold sponsor`, `exhibitor` or `visitor`."""
    promised: int | None
    """Meetings; None if nothing was promised and nothing is asked about."""
    wanted: float
    """The share of fairs in which a promise is to be kept."""
    numbers: tuple[int, ...] = field(repr=False)
    """The replications."""
    meetings: tuple[int, ...] = field(repr=False)
    """Held, in each."""
    missing: tuple[int, ...] = field(repr=False)
    """Promised meetings that were not held, in each; empty if nothing is promised."""
    funnel: Mapping[str, tuple[int, ...]] = field(repr=False)
    """Requests from it and to it, by what became of them: asked, accepted, scheduled, held."""
    reasons: Mapping[str, int] = field(repr=False)
    """Meetings missing over all replications, by what they are missing for, in words."""
    others: Mapping[str, Estimate] = field(repr=False)
    """Useful contacts, and the wait of people at its booth, or its own in queues, min."""
    mendings: tuple[Mending, ...] = ()
    """Changes that were tried: those that mend it first, the cheapest of them leading."""
    confirmed: Mending | None = None
    """The first of them again, in replications of their own, if it mends it."""
    seed: int = 0
    of: int = 0
    """Replications in all; more than there are numbers if it is a sponsor in some alone."""

    @property
    def kept(self) -> int:
        """In how many replications the promise was kept."""
        return sum(each == 0 for each in self.missing)

    @property
    def limits(self) -> tuple[float, float]:
        """The 95 % limits of the share of fairs in which it is kept; nan where nothing is promised."""
        if self.promised is None:
            return nan, nan
        return share_limits(self.kept, len(self.missing), _CHANCE / 2)

    @cached_property
    def promisable(self) -> int:
        """The greatest number of meetings that is shown to be reached in the share that is wanted."""
        return promisable(self.meetings, self.wanted)

    @cached_property
    def plot(self) -> PromisePlots:
        """Its pictures: `meetings` and `mendings`."""
        from sim.decisions.plots.promised import PromisePlots

        return PromisePlots(self)

    @property
    def frame(self) -> pd.DataFrame:
        """A row a replication: name, replication, meetings, missing, and requests by what became of them."""
        import pandas as pd

        missing = self.missing or (None,) * len(self.numbers)
        made = pd.DataFrame({"replication": self.numbers, "meetings": self.meetings, "missing": missing})
        for step, values in self.funnel.items():
            made[step] = values
        made.insert(0, "name", self.name)
        return made

    def to_json_dict(self) -> dict[str, Any]:
        """All but the single replications, as JSON has it; None where there is no number."""
        low, high = self.limits
        return {
            "scenario": self.scenario.name,
            "hash": self.scenario.hash,
            "seed": self.seed,
            "name": self.name,
            "kind": self.kind,
            "replications": len(self.numbers),
            "promised": self.promised,
            "kept": None if self.promised is None else self.kept,
            "low": or_none(low),
            "high": or_none(high),
            "meetings": sorted(self.meetings),
            "promisable": self.promisable,
            "wanted": self.wanted,
            "funnel": {step: mean_of(values) for step, values in self.funnel.items()},
            "missing": dict(self.reasons),
            "mendings": [_as_json(each) for each in self.mendings],
            "confirmed": None if self.confirmed is None else _as_json(self.confirmed),
        }

    def __repr__(self) -> str:
        return f"Promise({self.scenario.name!r}: {self.name!r}; {len(self.numbers)} replications)"

    def text(self, width: int = WIDTH) -> str:
        """What can be promised, how likely what was promised is, why it is missed, and what mends it."""
        lines = [*paragraphs(self._sentences(), width), "", f"Meetings of {self.name}", *self._bars()]
        steps = " → ".join(f"{number(mean_of(values))} {step}" for step, values in self.funnel.items())
        facts = [f"Requests from it and to it, on average: {steps}."]
        for label, e in self.others.items():
            unit = "min" if "wait" in label.lower() else ""
            facts.append(f"{label}: {' '.join(filter(None, valued(e, unit)))}.")
        lines += ["", *paragraphs(facts, width)]
        if any(self.reasons.values()):
            lines += ["", *self._reasons()]
        if self.mendings:
            lines += ["", *self._mendings(width)]
        return "\n".join([*lines, "", *paragraphs(self._notes(), width)])

    def _sentences(self) -> Iterator[str]:
        n = len(self.numbers)
        low, high = self.limits
        if self.promised is not None:
            if n < self.of:
                yield (
                    f"{self.name} is a {self.kind} in {n} of {self.of} replications, and only they count: "
                    "who is a sponsor is drawn, unless a list of exhibitors says it."
                )
            yield (
                f"{self.name} ({self.kind}): {counted(self.promised, 'meeting')} promised, kept in "
                f"{self.kept} of {n} replications: in {per_cent(low)} to {per_cent(high)} of such fairs, "
                "at 95 %."
            )
        else:
            yield f"{self.name} ({self.kind}): {number(mean_of(self.meetings))} meetings on average."
        able = counted(self.promisable, "meeting") if self.promisable else "No meeting"
        yield (
            f"{able} can be promised, to be kept in {per_cent(self.wanted)} of "
            f"fairs; half of the fairs have {_reached_by_half(self.meetings)} or more."
        )
        if self.mendings:
            yield self._mended()

    def _mended(self) -> str:
        """What the changes that were tried come to."""
        promised = self.promised is not None
        many = counted(len(self.mendings), "change")
        if self.confirmed is None:
            more = "have it kept more often" if promised else "give more meetings"
            return f"Of {many} tried none is shown to {more}."
        e, unit = (self.confirmed.kept, "share") if promised else (self.confirmed.meetings, "meetings")
        of = " in which it is kept" if promised else ""
        return (
            f"Of {many} tried {self.confirmed.what} comes first, the cheapest that is shown to help: "
            f"{signed(e, unit)}{of}, in replications of their own."
        )

    def _bars(self) -> list[str]:
        least, most = min(self.meetings), max(self.meetings)
        step = max(1, -(-(most - least + 1) // _BARS))
        rows = []
        counts = []
        for at in range(least, most + 1, step):
            counts.append(sum(at <= each < at + step for each in self.meetings))
            rows.append(str(at) if step == 1 else f"{at} to {at + step - 1}")
        top = max(counts)
        drawn = [
            (row, str(count), "█" * max(1 if count else 0, round(_BAR * count / top)))
            for row, count in zip(rows, counts, strict=True)
        ]
        return columns(drawn, "><<")

    def _reasons(self) -> list[str]:
        total, n = sum(self.reasons.values()), len(self.numbers)
        ranked = sorted(self.reasons.items(), key=lambda each: -each[1])
        rows = [(why, number(of / n, significant=2), per_cent(of / total)) for why, of in ranked if of]
        title = f"Why meetings are missing ({number(total / n, significant=2)} a fair)"
        return [title, *columns(rows, "<>>")]

    def _mendings(self, width: int) -> list[str]:
        promised = self.promised is not None
        rows = [("", "kept, points" if promised else "", "meetings", "", "")]
        for each in self.mendings:
            if each.why_not:
                continue
            kept = _short(each.kept, "share") if promised else ""
            cost = f"costs {number(each.cost)}" if isfinite(each.cost) and each.cost else ""
            real = "real" if each.is_real(promised) else ""
            rows.append((each.what, kept, _short(each.meetings, "meetings"), real, cost))
        lines = ["What would mend it", *fitting(rows, "<<<<<", width, heads=1)]
        for each in self.mendings:
            lines += wrapped(f"{each.what}: {each.why_not}", width, "  ", "    ") if each.why_not else []
        return lines

    def _notes(self) -> Iterator[str]:
        yield f"{counted(len(self.numbers), 'replication')}, seed {self.seed}."
        if self.mendings:
            yield (
                "Changes are run over the same replications; all their intervals hold together at 95 %, and "
                "real is what leaves 0 out."
            )


def promisable(meetings: Sequence[int], wanted: float) -> int:
    """The greatest number that these replications show to be reached in a share of fairs; 0 if none.

    The chance that a number that is reached in a smaller share looks like this is at most 5 %.
    """
    n = len(meetings)
    for least in sorted(set(meetings), reverse=True):
        reached = sum(each >= least for each in meetings)
        if share_limits(reached, n, _CHANCE)[0] >= wanted:
            return least
    return 0


def _as_json(mending: Mending) -> dict[str, Any]:
    return {
        "what": mending.what,
        "kept": as_json(mending.kept),
        "meetings": as_json(mending.meetings),
        "cost": or_none(mending.cost),
        "why_not": mending.why_not,
    }


def mean_of(values: Sequence[float]) -> float:
    """Their mean; nan if there are none."""
    return sum(values) / len(values) if values else nan


def _reached_by_half(values: Sequence[int]) -> int:
    """The greatest number that at least half of the values reach."""
    return sorted(values, reverse=True)[(len(values) - 1) // 2]


def per_cent(value: float) -> str:
    """A share as people read it."""
    return f"{100 * value:.0f} %"


def _short(e: Estimate, unit: str) -> str:
    """A difference, with how many replications differ where there is no interval."""
    mean, spread, _ = parts(e, unit)
    if not isfinite(e.low):
        spread = f"({e.differ} differ)" if e.differ else ""
    return " ".join(filter(None, (mean, spread)))
