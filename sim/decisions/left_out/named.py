"""Who will be left out, with how likely, why, and whether what is told comes true."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from sim.decisions.left_out.chances import Chance, chances
from sim.decisions.told import Answer, as_json, fitting, is_real, or_none, paragraphs, signed, valued
from sim.files.lines import WIDTH
from sim.statistics.intervals import LEVEL, Estimate, estimate, most_that_differ
from sim.statistics.text import counted, number

if TYPE_CHECKING:
    import pandas as pd

    from sim.decisions.plots.left_out import LeftOutPlots
    from sim.scenario import Scenario

__all__ = ["MARKS", "Bin", "LeftOut", "Named"]

MARKS: Final[Mapping[str, str]] = {
    "small": "small booth",
    "far": "far from the gates",
    "unseen": "few look",
    "foreign": "few wish to talk",
    "full": "queue too long",
    "unasked": "no requests",
}
"""What an exhibitor may be marked by in a fair, in words.

That is to be in the fifth with the smallest booths, in the halls whose doors are farthest from a gate, with
fewest parties that look, that of those ask to talk least, and that ask and give up most (each beyond the
middle); and to neither ask for a meeting nor be asked.
"""

_EDGES: Final = (0.0, 0.05, 0.2, 0.5, 0.8, 1.0)  # of the chances that are told together
_LIKELY: Final = 0.5
_SHOWN: Final = 20
_MOSTLY: Final = 0.5  # of the fairs in which it is left out it bears a mark that is told of it


class Named(NamedTuple):
    """An exhibitor, and how likely it is left out."""

    name: str
    hall: str
    times: int
    """Fairs in which it was left out ..."""
    of: int
    """... of those in which it was there."""
    chance: Chance
    why: tuple[str, ...]
    """Marks that go with being left out, and that it bears in most of the fairs in which it was."""


class Bin(NamedTuple):
    """Exhibitors of like chances, and what became of them in fresh replications."""

    low: float
    high: float
    exhibitors: int
    told: float
    """The mean of their chances."""
    came: Estimate
    """The share of them that was left out, of a fair."""


@dataclass(frozen=True, eq=False)
class LeftOut(Answer):
    """How likely each exhibitor is left out."""

    scenario: Scenario
    least: int
    """Useful contacts that are enough."""
    seed: int
    fairs: pd.DataFrame = field(repr=False)
    """A row a replication and exhibitor: see `frame`."""
    fresh: pd.DataFrame | None = field(default=None, repr=False)
    """The same of replications of their own, if what is told was checked."""

    @cached_property
    def numbers(self) -> tuple[int, ...]:
        """The replications."""
        return tuple(dict.fromkeys(int(each) for each in self.fairs["replication"]))

    @cached_property
    def a_fair(self) -> Estimate:
        """How many are left out of a fair."""
        return estimate(self.fairs.groupby("replication")["left_out"].sum(), low=0.0)

    @cached_property
    def named(self) -> tuple[Named, ...]:
        """All exhibitors, the most likely left out first."""
        frame = self.fairs
        by = frame.groupby("name", sort=True)
        times, of, hall = by["left_out"].sum(), by.size(), by["hall"].first()
        found = chances([int(each) for each in times], [int(each) for each in of])
        telling = [mark for mark, e in self.marks.items() if is_real(e) and e.mean > 0]
        telling.sort(key=lambda mark: -self.marks[mark].mean)
        borne = frame[frame["left_out"]].groupby("name")[list(MARKS)].mean()
        made = [
            Named(
                str(name),
                str(hall[name]),
                int(times[name]),
                int(of[name]),
                chance,
                tuple(mark for mark in telling if name in borne.index and borne.loc[name, mark] >= _MOSTLY),
            )
            for name, chance in zip(times.index, found, strict=True)
        ]
        return tuple(sorted(made, key=lambda each: (-each.chance.mean, each.name)))

    @property
    def likely(self) -> tuple[Named, ...]:
        """Those told to be left out of more than half of the fairs."""
        return tuple(each for each in self.named if each.chance.mean > _LIKELY)

    @cached_property
    def marks(self) -> dict[str, Estimate]:
        """By how much the share left out is greater among those with a mark than among the others.

        The intervals of all hold together at 95 %.
        """
        there = [mark for mark in MARKS if self.fairs[mark].any() and not self.fairs[mark].all()]
        level = 1 - (1 - LEVEL) / max(1, len(there))
        made = {}
        for mark in there:
            share = self.fairs.groupby(["replication", mark])["left_out"].mean().unstack()
            made[mark] = estimate(share[True] - share[False], level, low=-1.0, high=1.0)
        return made

    @cached_property
    def reliability(self) -> tuple[Bin, ...]:
        """What became, in fresh replications, of those who had like chances; empty if that was not checked.

        The intervals of all bins hold together at 95 %.
        """
        if self.fresh is None:
            return ()
        chance = {each.name: each.chance.mean for each in self.named}
        told = self.fresh["name"].map(chance)
        inside = {(a, b): [p for p in chance.values() if a < p <= b] for a, b in pairwise(_EDGES)}
        there = [span for span, ps in inside.items() if ps]
        level = 1 - (1 - LEVEL) / max(1, len(there))
        made = []
        for low, high in there:
            rows = self.fresh[(told > low) & (told <= high)]
            came = estimate(rows.groupby("replication")["left_out"].mean(), level, low=0.0, high=1.0)
            ps = inside[low, high]
            made.append(Bin(low, high, len(ps), sum(ps) / len(ps), came))
        return tuple(made)

    @cached_property
    def plot(self) -> LeftOutPlots:
        """Its pictures: `chances` and `reliability`."""
        from sim.decisions.plots.left_out import LeftOutPlots

        return LeftOutPlots(self)

    @property
    def frame(self) -> pd.DataFrame:
        """A row an exhibitor, the most likely left out first.

        name, hall, times (left out) of so many, chance with its interval from low to high, why.
        """
        import pandas as pd

        rows = [
            (each.name, each.hall, each.times, each.of, *each.chance, "; ".join(map(MARKS.get, each.why)))  # type: ignore[arg-type]
            for each in self.named
        ]
        return pd.DataFrame(rows, columns=["name", "hall", "times", "of", "chance", "low", "high", "why"])

    def to_json_dict(self) -> dict[str, Any]:
        """All but the single replications, as JSON has it; None where there is no number."""
        return {
            "scenario": self.scenario.name,
            "hash": self.scenario.hash,
            "seed": self.seed,
            "replications": len(self.numbers),
            "least": self.least,
            "left_out_of_a_fair": as_json(self.a_fair),
            "exhibitors": [
                {
                    "name": each.name,
                    "hall": each.hall,
                    "times": each.times,
                    "of": each.of,
                    **each.chance._asdict(),
                    "why": [MARKS[mark] for mark in each.why],
                }
                for each in self.named
            ],
            "marks": {MARKS[mark]: as_json(e) for mark, e in self.marks.items()},
            "reliability": [
                {**each._asdict(), "told": or_none(each.told), "came": as_json(each.came)}
                for each in self.reliability
            ],
        }

    def __repr__(self) -> str:
        return f"LeftOut({self.scenario.name!r}: {len(self.likely)} of {len(self.named)} likely)"

    def text(self, width: int = WIDTH) -> str:
        """How many are left out and who, why, and whether that comes true, in 80 columns."""
        lines = paragraphs(self._sentences(), width)
        shown = [each for each in self.named if each.times][:_SHOWN]
        if shown:
            rows = [("exhibitor", "chance", "", "mostly with")]
            rows += [
                (each.name, *_per_cent(each.chance), ", ".join(MARKS[mark] for mark in each.why))
                for each in shown
            ]
            lines += ["", *fitting(rows, "<>><", width, heads=1)]
            rest = sum(each.times > 0 for each in self.named) - len(shown)
            lines += [f"  and {rest:,} more: --out FILE lists all"] if rest else []
        if self.marks and shown:
            lines += ["", *fitting(list(self._marks()), "<<<", width, heads=1)]
        if self.reliability:
            lines += ["", *fitting(list(self._came()), "<>>><", width, heads=1)]
        return "\n".join([*lines, "", *paragraphs(self._notes(), width)])

    def _sentences(self) -> Iterator[str]:
        less = "no useful contact" if self.least == 1 else f"fewer than {self.least} useful contacts"
        if not any(each.times for each in self.named):
            most = 100 * most_that_differ(len(self.numbers))
            yield (
                f"No exhibitor is left out ({less}) in {counted(len(self.numbers), 'replication')}: at 95 % "
                f"in fewer than {most:.0f} % of fairs somebody is. --least N asks for fewer than N."
            )
            return
        mean, spread, _ = valued(self.a_fair, "")
        yield (f"Of {counted(len(self.named), 'exhibitor')} {mean} {spread} are left out of a fair ({less}).")
        if not self.likely:
            yield f"Nobody can be named: the likeliest is left out of {_chance(self.named[0])} of fairs."
            return
        first = ", ".join(f"{each.name} ({_chance(each)})" for each in self.likely[:3])
        more = f", and {len(self.likely) - 3} more" if len(self.likely) > 3 else ""
        many = counted(len(self.likely), "exhibitor")
        yield f"{many} can be named with a chance above 50 %: {first}{more}."

    def _marks(self) -> Iterator[tuple[str, ...]]:
        yield ("what those left out have in common", "more are left out", "")
        for mark, e in sorted(self.marks.items(), key=lambda each: -each[1].mean):
            yield (f"  {MARKS[mark]}", signed(e, "share"), "real" * is_real(e))

    def _came(self) -> Iterator[tuple[str, ...]]:
        yield ("told beforehand", "exhibitors", "mean", "came true", "")
        for each in self.reliability:
            mean, spread, unit = valued(each.came, "share")
            span = f"  {100 * each.low:.0f} to {100 * each.high:.0f} %"
            told = f"{number(100 * each.told, significant=2)} %"
            yield (span, f"{each.exhibitors:,}", told, f"{mean} {unit}", spread)

    def _notes(self) -> Iterator[str]:
        yield (
            f"{counted(len(self.numbers), 'replication')}, seed {self.seed}. A chance is of its own fairs "
            "and of what all have in common; the intervals hold those of 95 % of "
            "exhibitors."
        )
        if self.marks and self.fairs["left_out"].any():
            yield (
                "More are left out: percentage points between those marked so and the others, all intervals "
                "together 95 %; what goes together need not be the cause."
            )
        if self.reliability:
            yield "Came true: in as many replications of their own; all intervals together 95 %."
        if self.scenario.data.expo.population == "redrawn" and not self.scenario.exhibitor_rows:
            yield (
                "The exhibitors are drawn anew in each fair: a name stands for a position in its chain, with "
                "that chain, stage and hall. A list of exhibitors names companies, and "
                "--set expo.population=fixed takes one draw of them."
            )
        yield "`exposim promise SCENARIO NAME` says what would give one of them more meetings."


def _chance(each: Named) -> str:
    return f"{_number(each.chance.mean)} %"


def _per_cent(chance: Chance) -> tuple[str, str]:
    return f"{_number(chance.mean)} %", f"({_number(chance.low)} to {_number(chance.high)} %)"


def _number(share: float) -> str:
    """A share in per cent, without the sign: whole from 1 on."""
    return f"{100 * share:.0f}" if share >= 0.01 else number(100 * share, significant=1)
