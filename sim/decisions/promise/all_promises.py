"""What is told of all that was promised to sponsors: those least likely to have it come first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from sim.decisions.promise.promised import FUNNEL, Promise, mean_of, per_cent
from sim.decisions.told import Answer, as_json, fitting, paragraphs, valued
from sim.files.lines import WIDTH, cells
from sim.statistics.intervals import Estimate
from sim.statistics.text import columns, counted, number

if TYPE_CHECKING:
    import pandas as pd

    from sim.decisions.plots.promised import PromisesPlots
    from sim.scenario import Scenario

__all__ = ["Kind", "Promises"]


@dataclass(frozen=True, slots=True)
class Kind:
    """What sponsors of a kind have, where it is drawn who they are."""

    name: str
    promised: int
    kept: Estimate
    """The share of them whose promise is kept."""
    held: Estimate
    """Meetings held by each."""
    reasons: Mapping[str, int]


@dataclass(frozen=True, eq=False)
class Promises(Answer):
    """What all sponsors have to whom something was promised; those least likely to have it come first."""

    scenario: Scenario
    each: tuple[Promise, ...]
    """Sponsors who are named."""
    kinds: tuple[Kind, ...]
    """Kinds of sponsors of whom it is drawn who they are."""
    wanted: float
    numbers: tuple[int, ...] = field(repr=False)
    seed: int = 0

    @cached_property
    def plot(self) -> PromisesPlots:
        """Its pictures: `kept`."""
        from sim.decisions.plots.promised import PromisesPlots

        return PromisesPlots(self)

    @property
    def frame(self) -> pd.DataFrame:
        """A row a named sponsor and replication, as of `Promise.frame`."""
        import pandas as pd

        columns_ = ["name", "replication", "meetings", "missing", *FUNNEL]
        frames = [each.frame for each in self.each]
        return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=columns_)

    def to_json_dict(self) -> dict[str, Any]:
        """Each named one as `Promise.to_json_dict` has it; of kinds the share kept and the mean held."""
        return {
            "scenario": self.scenario.name,
            "promises": [each.to_json_dict() for each in self.each],
            "kinds": [
                {
                    "name": each.name,
                    "promised": each.promised,
                    "kept": as_json(each.kept),
                    "held": as_json(each.held),
                    "missing": dict(each.reasons),
                }
                for each in self.kinds
            ],
        }

    def __repr__(self) -> str:
        return f"Promises({self.scenario.name!r}: {len(self.each) + len(self.kinds)} promises)"

    def text(self, width: int = WIDTH) -> str:
        """How many promises are at risk, then all, in 80 columns."""
        said = [*([self._sentence()] if self.each else []), *map(self._of, self.kinds)]
        lines = paragraphs(said, width)
        if self.each:
            lines += ["", *self._table(width)]
        return "\n".join([*lines, "", *paragraphs(self._notes(), width)])

    def _sentence(self) -> str:
        sure = sum(each.limits[0] >= self.wanted for each in self.each)
        broken = sum(each.limits[1] < self.wanted for each in self.each)
        rest = len(self.each) - broken - sure
        told = [f"{sure or 'none'} can be kept in {per_cent(self.wanted)} of fairs"]
        told += [f"{broken} cannot"] if broken else []
        told += [f"of {rest} so few replications do not tell"] if rest else []
        *first, last = told
        return f"Of {counted(len(self.each), 'promise')} {', '.join(first)}{', and ' * bool(first)}{last}."

    @staticmethod
    def _of(kind: Kind) -> str:
        kept, held = (
            " ".join(filter(None, valued(*each))) for each in ((kind.kept, "share"), (kind.held, ""))
        )
        said = (
            f"{kind.name} sponsors: {counted(kind.promised, 'meeting')} promised, {held} held; the promise "
        )
        said += f"is kept to {kept} of them"
        total = sum(kind.reasons.values())
        most = sorted(kind.reasons.items(), key=lambda each: -each[1])[:3]
        told = ", ".join(f"{why} {per_cent(of / total)}" for why, of in most if of)
        return f"{said}. Missing: {told}." if told else f"{said}."

    def _table(self, width: int) -> list[str]:
        rows = [("sponsor", "promised", "kept", "", "mean", "can be", "mostly missing for")]
        for each in self.each:
            low, high = each.limits
            why = max(each.reasons, key=lambda name: each.reasons[name])
            rows.append(
                (
                    each.name,
                    str(each.promised),
                    per_cent(each.kept / len(each.numbers)),
                    f"({per_cent(low)} to {per_cent(high)})",
                    number(mean_of(each.meetings)),
                    str(each.promisable),
                    why if each.reasons[why] else "",
                )
            )
        if max(map(cells, columns(rows, "<>>>>><"))) <= width:
            return columns(rows, "<>>>>><")
        return fitting([row[:-1] for row in rows], "<>>>>>", width, heads=1)

    def _notes(self) -> Iterator[str]:
        if self.kinds:
            yield "Who is a sponsor of these kinds is drawn anew each time; a list of exhibitors names them."
        if self.each:
            yield (
                "Kept: in that share of fairs, with its 95 % limits, each alone. Can be: the most meetings "
                f"that can be promised, to be kept in {per_cent(self.wanted)} of fairs, at 95 % too."
            )
        yield (
            f"{counted(len(self.numbers), 'replication')}, seed {self.seed}. `exposim promise SCENARIO NAME` "
            "says of one why, and what would mend it."
        )
