"""What a KPI depends on, as people read it: shares of its spread, and which way each input moves it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from math import isfinite, sqrt
from typing import TYPE_CHECKING, Any, Final

from sim.decisions.explain.ranges import Uncertain
from sim.decisions.told import Answer, as_json, fitting, is_real, or_none, paragraphs, parts
from sim.files.lines import WIDTH, wrapped
from sim.statistics.kpis import describe
from sim.statistics.text import counted, number, shown_unit

if TYPE_CHECKING:
    import pandas as pd

    from sim.decisions.explain.screening import Effect
    from sim.decisions.explain.sobol import Indices
    from sim.decisions.plots.explaining import ExplanationPlots
    from sim.scenario import Scenario

__all__ = ["Explanation", "Run"]

_ROWS: Final = 12  # of a table of many inputs
_SAID: Final = 3  # inputs that a sentence names
_NAMED: Final = 6  # of inputs that change nothing


@dataclass(frozen=True, slots=True)
class Run:
    """One run: which part of the study it is of, where its point lies, and what it came to."""

    part: str
    """`screen` or `shares`."""
    block: int
    """The path, or the base point."""
    point: int
    """Of those of the block."""
    replication: int
    inputs: tuple[str, ...]
    shares: tuple[float, ...]
    """Of the range of each input, from 0 to 1."""
    kpis: tuple[float, ...]


@dataclass(frozen=True, eq=False)
class Explanation(Answer):
    """Which uncertain input makes how much of the spread of KPIs, and which way each moves them."""

    scenario: Scenario
    inputs: tuple[Uncertain, ...]
    kpis: tuple[str, ...]
    effects: Mapping[str, tuple[Effect, ...]]
    """Of each KPI, what each of `inputs` does to it; empty if they were not screened."""
    explained: tuple[Uncertain, ...]
    """The inputs whose shares were worked out: all, or those that matter most; none with `screen`."""
    shares: Mapping[str, Indices | None]
    """Of each KPI its indices, in the order of `explained`; None if too few blocks are whole."""
    runs: tuple[Run, ...] = field(repr=False)
    seed: int
    replications: int
    remarks: tuple[str, ...] = ()

    @cached_property
    def plot(self) -> ExplanationPlots:
        """Its pictures: `shares` and `ways`."""
        from sim.decisions.plots.explaining import ExplanationPlots

        return ExplanationPlots(self)

    @property
    def frame(self) -> pd.DataFrame:
        """A row a run: part, block, point, replication, a column an input (share of its range), the KPIs."""
        import pandas as pd

        rows = []
        for run in self.runs:
            head = {
                "part": run.part,
                "block": run.block,
                "point": run.point,
                "replication": run.replication,
            }
            at = dict(zip(run.inputs, run.shares, strict=True))
            rows.append(
                {
                    **head,
                    **{each.name: at.get(each.name) for each in self.inputs},
                    **dict(zip(self.kpis, run.kpis, strict=True)),
                }
            )
        return pd.DataFrame(rows)

    @property
    def ranges(self) -> pd.DataFrame:
        """A row a path: input, path, low, high, unit."""
        import pandas as pd

        rows = [
            (each.name, member.path, member.span.low, member.span.high, each.unit)
            for each in self.inputs
            for member in each.members
        ]
        return pd.DataFrame(rows, columns=["input", "path", "low", "high", "unit"])

    @property
    def summary(self) -> pd.DataFrame:
        """A row a KPI, input and measure: kpi, input, measure, value, low, high.

        `first` and `total` are Sobol' indices; `size` and `way` (Morris's mu* and mu) what the KPI does over
        the whole range of the input, in its own unit.
        """
        import pandas as pd

        rows: list[tuple[object, ...]] = []
        for kpi in self.kpis:
            for each, effect in zip(self.inputs, self.effects.get(kpi, ()), strict=bool(self.effects)):
                for measure, e in (("size", effect.size), ("way", effect.way)):
                    rows.append((kpi, each.name, measure, e.mean, e.low, e.high))
            if (found := self.shares.get(kpi)) is not None:
                for i, each in enumerate(self.explained):
                    rows.append(
                        (kpi, each.name, "first", found.first[i], found.first_low[i], found.first_high[i])
                    )
                    rows.append(
                        (kpi, each.name, "total", found.total[i], found.total_low[i], found.total_high[i])
                    )
        return pd.DataFrame(rows, columns=["kpi", "input", "measure", "value", "low", "high"])

    def to_json_dict(self) -> dict[str, Any]:
        """All of it as JSON has it; None where there is no number."""
        return {
            "scenario": self.scenario.name,
            "hash": self.scenario.hash,
            "seed": self.seed,
            "runs": len(self.runs),
            "inputs": [
                {
                    "name": each.name,
                    "unit": each.unit,
                    "ranges": {m.path: [m.span.low, m.span.high] for m in each.members},
                }
                for each in self.inputs
            ],
            "kpis": {kpi: self._as_json(kpi) for kpi in self.kpis},
            "remarks": list(self.remarks),
        }

    def _as_json(self, kpi: str) -> dict[str, Any]:
        said: dict[str, Any] = {"unit": describe(kpi).unit}
        if self.effects:
            said["effects"] = {
                each.name: {
                    "size": as_json(effect.size),
                    "way": as_json(effect.way),
                    "nothing": effect.still,
                }
                for each, effect in zip(self.inputs, self.effects[kpi], strict=True)
            }
        found = self.shares.get(kpi)
        if found is not None:
            said |= {
                "mean": or_none(found.mean),
                "variance": or_none(found.variance),
                "variance_of_chance": or_none(found.chance),
                "told_from_chance": found.seen,
                "base_points": found.blocks,
                "shares": {
                    each.name: {
                        "first": _ends(found.first[i], found.first_low[i], found.first_high[i]),
                        "total": _ends(found.total[i], found.total_low[i], found.total_high[i]),
                    }
                    for i, each in enumerate(self.explained)
                },
            }
        return said

    def text(self, width: int = WIDTH) -> str:
        """A sentence of each KPI, then tables, in 80 columns."""
        say, show = (
            (self._share_sentence, self._share_table)
            if self.explained
            else (self._way_sentence, self._way_table)
        )
        lines = paragraphs([say(kpi) for kpi in self.kpis], width)
        for kpi in self.kpis:
            lines += self._under_heading(kpi, show(kpi, width), width)
        return "\n".join([*lines, "", *paragraphs(self._notes(), width)])

    def __repr__(self) -> str:
        return f"Explanation({self.scenario.name!r}: {len(self.inputs)} inputs, {len(self.runs):,} runs)"

    @property
    def _currency(self) -> str:
        return self.scenario.data.costs.currency

    def _under_heading(self, kpi: str, table: Sequence[str], width: int) -> list[str]:
        return ["", *wrapped(f"{describe(kpi).label} ({kpi})", width), *table] if table else []

    def _share_sentence(self, kpi: str) -> str:
        label, found = describe(kpi).label, self.shares[kpi]
        if found is None:
            return f"{label}: too few base points have a value everywhere; nothing can be told."
        if not found.variance:
            return f"{label}: the same at all points."
        if not found.seen:
            return f"{label}: the inputs make no spread of it that can be told from chance."
        order = sorted(range(len(self.explained)), key=lambda i: -found.first[i])
        real = [i for i in order if found.first_low[i] > 0]
        said = [
            f"{_percent(found.first[i], found.first_low[i], found.first_high[i])}"
            f"{' of its spread is due to' * (not at)} {self.explained[i].name}{' alone' * (not at)}"
            for at, i in enumerate(real[:_SAID])
        ]
        if not said:
            most = max(order, key=lambda i: found.total[i])
            said = [
                f"no input alone has a share of its spread that can be told from none; most is in "
                f"{self.explained[most].name}, with others, "
                f"{_percent(found.total[most], found.total_low[most], found.total_high[most])}"
            ]
        return f"{label}: {'; '.join(said)}."

    def _share_table(self, kpi: str, width: int) -> list[str]:
        found = self.shares[kpi]
        if found is None or not found.seen:
            return []
        unit = describe(kpi).unit
        spread = f"{number(sqrt(found.variance), unit, 2)} {shown_unit(unit, self._currency)}".strip()
        mean = f"{number(found.mean, unit)} {shown_unit(unit, self._currency, found.mean)}".strip()
        chance = number(sqrt(found.chance), unit, 2)
        said = (
            f"mean {mean}; the inputs spread it by {spread} (standard deviation), the chance of one fair by "
            f"{chance}"
        )
        rows = []
        for i in sorted(range(len(self.explained)), key=lambda i: -found.total[i]):
            each = self.explained[i]
            alone = _percent(found.first[i], found.first_low[i], found.first_high[i])
            in_all = _percent(found.total[i], found.total_low[i], found.total_high[i])
            if found.still[i]:
                alone, in_all = "nothing", "nothing"
            rows.append((each.name, each.range_text, f"alone {alone}", f"in all {in_all}"))
        return [*wrapped(f"{said}.", width, "  ", "    "), *fitting(rows, "<<<<", width)]

    def _way_sentence(self, kpi: str) -> str:
        k = describe(kpi)
        real = [(each, effect.way) for each, effect in self.by_size(kpi) if is_real(effect.way)]
        if not real:
            return f"{k.label}: no input moves it so far that it can be told from chance."
        moved = [
            f"{' '.join(filter(None, parts(e, k.unit, self._currency)))} by {each.name}"
            for each, e in real[:_SAID]
        ]
        said = "; ".join(moved)
        return f"{k.label}: {said}, from the least to the greatest of its range."

    def _way_table(self, kpi: str, width: int) -> list[str]:
        unit = describe(kpi).unit
        moving = [(each, effect) for each, effect in self.by_size(kpi) if not effect.still]
        if not moving:
            return []
        rows = []
        for each, effect in moving[:_ROWS]:
            way = " ".join(filter(None, parts(effect.way, unit, self._currency)))
            rows.append((each.name, each.range_text, way, f"size {number(effect.size.mean, unit, 2)}"))
        lines = fitting(rows, "<<<<", width)
        if len(moving) > _ROWS:
            lines += wrapped(
                f"and {counted(len(moving) - _ROWS, 'more that does less', 'more that do less')}",
                width,
                "  ",
                "    ",
            )
        return lines

    def by_size(self, kpi: str) -> list[tuple[Uncertain, Effect]]:
        """The inputs that were screened with what each does to a KPI, those that matter most first."""
        pairs = zip(self.inputs, self.effects[kpi], strict=True)
        return sorted(
            pairs, key=lambda pair: -pair[1].size.mean if isfinite(pair[1].size.mean) else float("inf")
        )

    def _notes(self) -> Iterator[str]:
        if self.effects:
            paths = len({run.block for run in self.runs if run.part == "screen"})
            runs = sum(run.part == "screen" for run in self.runs)
            still = [
                each.name
                for i, each in enumerate(self.inputs)
                if all(self.effects[kpi][i].still for kpi in self.kpis)
            ]
            yield f"{counted(len(self.inputs), 'input')} screened along {paths} random paths, {runs:,} runs."
            if still:
                named = ", ".join(still[:_NAMED])
                more = f" and {len(still) - _NAMED} more" if len(still) > _NAMED else ""
                yield f"Nothing shown changes with {named}{more}."
        if not self.explained:
            yield (
                "What a KPI does as the input goes over its whole range, the others being anywhere, and its "
                "mean size, which chance is part of. Intervals of a KPI hold together at 95 %."
            )
        else:
            yield from self._share_notes()
        yield f"Seed {self.seed}. Inputs are taken as independent, and evenly likely over their ranges."
        yield from self.remarks

    def _share_notes(self) -> Iterator[str]:
        runs = sum(run.part == "shares" for run in self.runs)
        if len(self.explained) < len(self.inputs):
            yield (
                f"Shares are of the spread that the {len(self.explained)} make that matter most; the others "
                "stay as the scenario has them."
            )
        yield (
            "alone: what would be gone of the spread (variance) if the input were known. in all: with what "
            "it makes together with others, which counts for each of them. Intervals of a KPI hold together "
            "at 95 %."
        )
        points = len({run.block for run in self.runs if run.part == "shares"})
        each = f"{counted(self.replications, 'replication')} each"
        yield f"{points} base points, {runs:,} runs, {each}: chance is in none of the shares."
        for kpi in self.kpis:
            found = self.shares[kpi]
            if found is not None and found.blocks < points:
                yield (
                    f"{kpi}: not known at all points of {points - found.blocks} of {points} base points, "
                    "which are left out."
                )


def _percent(value: float, low: float, high: float) -> str:
    """A share with its interval; it is shown within 0 and 100 %, where it lies, as its estimate may not."""
    shown = min(1.0, max(0.0, value))
    return f"{100 * shown:.0f} % ({100 * low:.0f} to {100 * high:.0f})"


def _ends(value: float, low: float, high: float) -> dict[str, float | None]:
    return {"value": or_none(float(value)), "low": or_none(float(low)), "high": or_none(float(high))}
