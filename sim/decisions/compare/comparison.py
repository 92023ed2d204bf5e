"""What a comparison comes to: paired differences to a baseline, with intervals that hold together.

Replications of one number share every draw that two scenarios have (common random numbers), so a difference
is taken replication by replication. All intervals of a comparison hold together with 95 % (Bonferroni:
Dunn, 1961): each is one at 1 - 5 %/m, for the m differences that are asked about. A difference is called
real if its interval leaves 0 out; so in comparisons in which nothing differs, at most one in twenty calls
anything real.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import combinations, pairwise
from math import ceil, isfinite, nan
from typing import TYPE_CHECKING, Any, Final

from sim.decisions.told import (
    Answer,
    as_json,
    fitting,
    in_text,
    is_real,
    negated,
    or_none,
    paragraphs,
    parts,
    signed,
    valued,
)
from sim.files.lines import WIDTH, wrapped
from sim.statistics.intervals import LEVEL, Estimate, estimate
from sim.statistics.kpis import describe
from sim.statistics.text import number, of_estimate, shown_unit

if TYPE_CHECKING:
    import pandas as pd

    from sim.decisions.compare.over_draws import Draws
    from sim.decisions.plots.comparing import ComparisonPlots
    from sim.studies.resultset import ResultSet

__all__ = ["Comparison", "differences"]

_MOST: Final = 100_000  # replications that nobody will run


@dataclass(frozen=True, eq=False)
class Comparison(Answer):
    """Scenarios, their results over the same replications, and the differences to the first, the baseline."""

    names: tuple[str, ...]
    """What each scenario is called: its file's name, or what is varied in it."""
    results: tuple[ResultSet, ...] = field(repr=False)
    kpis: tuple[str, ...]
    axis: str = ""
    """The path of which each scenario has a greater value than the one before, if it is that."""
    baseline: int = 0
    """Position of the scenario that the others are compared with."""
    draws: Draws | None = None
    """What differs in draws of what is uncertain, if that was asked."""

    @property
    def pairs(self) -> tuple[tuple[int, int], ...]:
        """Positions of the scenarios that are shown: the baseline and each, and neighbours on an axis."""
        return (*self._to_baseline, *(pair for pair in self._steps if self.baseline not in pair))

    @property
    def _asked(self) -> tuple[tuple[int, int], ...]:
        """The pairs whose intervals hold together: on an axis all, as which of them is told is seen later."""
        pairs = self.pairs
        if not self.axis:
            return pairs
        every = combinations(range(len(self.names)), 2)
        return (*pairs, *(each for each in every if each not in pairs and each[::-1] not in pairs))

    @property
    def _to_baseline(self) -> tuple[tuple[int, int], ...]:
        return tuple((self.baseline, other) for other in range(len(self.names)) if other != self.baseline)

    @property
    def _steps(self) -> tuple[tuple[int, int], ...]:
        """The pairs of which a sentence speaks: neighbours on an axis, else the baseline and each."""
        return tuple(pairwise(range(len(self.names)))) if self.axis else self._to_baseline

    def difference(self, kpi: str, other: str, baseline: str | None = None) -> Estimate:
        """By how much a KPI is greater in one scenario than in the baseline, or than in another on an axis.

        Its interval holds together with all others of the comparison, at 95 %.

        Raises KeyError for a scenario or a KPI that is not in it, or two that are not compared.
        """
        names = {name: at for at, name in enumerate(self.names)}
        try:
            pair = (self.baseline if baseline is None else names[baseline], names[other])
            return self._difference(kpi, pair)
        except KeyError:
            there = ", ".join(self.names)
            raise KeyError(f"{other!r} and {kpi!r} are not compared; scenarios: {there}") from None

    @cached_property
    def _differences(self) -> dict[tuple[str, tuple[int, int]], Estimate]:
        return differences(
            {kpi: [each.values(kpi) for each in self.results] for kpi in self.kpis}, self._asked
        )

    def _difference(self, kpi: str, pair: tuple[int, int]) -> Estimate:
        if (kpi, pair) in self._differences:
            return self._differences[kpi, pair]
        return negated(self._differences[kpi, pair[::-1]])

    def needed(self, kpi: str, pair: tuple[int, int]) -> float:
        """Replications that would tell a difference of the size that was seen from none; nan if unknown."""
        e = self._difference(kpi, pair)
        if not isfinite(e.half_width) or not e.mean:
            return nan
        return min(_MOST, max(2, ceil(e.n * (e.half_width / e.mean) ** 2)))

    def pairing(self, kpi: str, pair: tuple[int, int]) -> float:
        """Half-width of the paired difference over that of independent runs; nan where nothing varies."""
        one, other = (self.results[at].estimate(kpi).sd for at in pair)
        apart = (one**2 + other**2) ** 0.5
        return self._difference(kpi, pair).sd / apart if apart > 0 else nan

    @cached_property
    def plot(self) -> ComparisonPlots:
        """Its pictures: `differences`."""
        from sim.decisions.plots.comparing import ComparisonPlots

        return ComparisonPlots(self)

    @property
    def frame(self) -> pd.DataFrame:
        """A row a scenario, replication and KPI: scenario, replication, kpi, value.

        With draws of what is uncertain theirs too, with a column more, their number `draw`, which is empty of
        the scenarios as they are.
        """
        import pandas as pd

        rows = [
            (name, replication, kpi, value)
            for name, results in zip(self.names, self.results, strict=True)
            for kpi in self.kpis
            for replication, value in zip(results.numbers, results.values(kpi), strict=True)
        ]
        plain = pd.DataFrame(rows, columns=["scenario", "replication", "kpi", "value"])
        if self.draws is None:
            return plain
        both = pd.concat([plain, self.draws.frame], ignore_index=True)
        return both.astype({"draw": "Int64"})

    @property
    def summary(self) -> pd.DataFrame:
        """A row a KPI and two scenarios, with the difference and its interval.

        Columns: kpi, baseline, scenario, mean, low, high, real, sd, n, needed, pairing, unit, why. `needed`:
        replications that would tell a difference of this size from none. `pairing`: the half-width as a
        share of that without common random numbers.
        """
        import pandas as pd

        rows = []
        for (kpi, pair), e in self._differences.items():
            said = (self.needed(kpi, pair), self.pairing(kpi, pair), describe(kpi).unit, e.why)
            names = (self.names[pair[0]], self.names[pair[1]])
            rows.append((kpi, *names, e.mean, e.low, e.high, is_real(e), e.sd, e.n, *said))
        header = ["kpi", "baseline", "scenario", "mean", "low", "high", "real", "sd", "n"]
        return pd.DataFrame(rows, columns=[*header, "needed", "pairing", "unit", "why"])

    def to_json_dict(self) -> dict[str, Any]:
        """Scenarios and differences as JSON has them; None where there is no number."""
        return {
            "scenarios": [
                {"name": name, "hash": results.scenario.hash, "replications": len(results)}
                for name, results in zip(self.names, self.results, strict=True)
            ],
            "seed": self.results[0].seed,
            "kpis": {
                kpi: {
                    "unit": describe(kpi).unit,
                    "values": {
                        name: as_json(results.estimate(kpi))
                        for name, results in zip(self.names, self.results, strict=True)
                    },
                    "differences": [
                        {
                            "baseline": self.names[pair[0]],
                            "scenario": self.names[pair[1]],
                            **as_json(self._difference(kpi, pair)),
                            "real": is_real(self._difference(kpi, pair)),
                            "needed": or_none(self.needed(kpi, pair)),
                        }
                        for pair in self._asked
                    ],
                }
                for kpi in self.kpis
            },
            **({} if self.draws is None else {"uncertain": self.draws.to_json_dict()}),
        }

    def text(self, width: int = WIDTH) -> str:
        """A sentence of each KPI in which something differs, then the differences, in 80 columns."""
        moved = [kpi for kpi in self.kpis if any(not self._is_same(kpi, pair) for pair in self.pairs)]
        told = [kpi for kpi in moved if self._real(kpi)]
        said = [self._sentence(kpi) for kpi in told]
        unclear = "; ".join(in_text(describe(kpi).label) for kpi in moved if kpi not in told)
        if unclear:
            also = "Nothing else" if told else "Nothing"
            said.append(f"{also} that {len(self.results[0])} replications can tell from chance: {unclear}.")
        if not moved:
            asked = "; ".join(in_text(describe(kpi).label) for kpi in self.kpis)
            said.append(f"Of what was asked nothing differs in any replication: {asked}.")
        lines = paragraphs(said, width)
        if self.draws is not None:
            lines += ["", *self.draws.text(width).splitlines()]
        for kpi in moved:
            lines += ["", *self._table(kpi, width)]
        return "\n".join([*lines, "", *paragraphs(self._notes(moved), width)])

    def __repr__(self) -> str:
        return f"Comparison({', '.join(self.names)}; {len(self.results[0])} replications)"

    def _is_same(self, kpi: str, pair: tuple[int, int]) -> bool:
        e = self._difference(kpi, pair)
        return e.n == 0 or (not e.differ and not e.mean)

    def _sentence(self, kpi: str) -> str:
        said = "; ".join(f"{self._step(pair)}: {self._change(kpi, pair)}" for pair in self._real(kpi))
        last = self._no_more(kpi)
        return f"{said}; {last}." if last else f"{said}."

    def _real(self, kpi: str) -> list[tuple[int, int]]:
        """What is told: on an axis from each value to the next one that differs, else what really differs."""
        told: list[tuple[int, int]] = []
        at = 0
        for more in range(1, len(self.names) if self.axis else 0):
            if is_real(self._difference(kpi, (at, more))):
                told.append((at, more))
                at = more
        # where nothing differs from the first value, something may from its neighbour, or from the baseline
        for pairs in (self._steps, self._to_baseline):
            told = told or [pair for pair in pairs if is_real(self._difference(kpi, pair))]
        return told

    def _step(self, pair: tuple[int, int]) -> str:
        if self.axis:
            what, _, before = self.names[pair[0]].rpartition(" ")
            return f"{before} → {self._value(pair[1])} {what}"
        return f"{self.names[pair[1]]} instead of {self.names[pair[0]]}"

    def _value(self, at: int) -> str:
        return self.names[at].rpartition(" ")[2]

    def _change(self, kpi: str, pair: tuple[int, int]) -> str:
        """A real difference in words: `38 ± 9 more meetings held`; with its sign where it is no count."""
        k, e = describe(kpi), self._difference(kpi, pair)
        label = in_text(k.label)
        if k.unit and k.unit in label:
            up = e if e.mean > 0 else negated(e)
            mean, spread = of_estimate(up, k.unit)
            spread = f" {spread}" if isfinite(e.low) else ""
            return f"{mean}{spread} {'more' if e.mean > 0 else 'fewer'} {label}"
        return f"{label} {signed(e, k.unit, self._currency)}"

    def _no_more(self, kpi: str) -> str:
        """That beyond a value on the axis nothing is seen, and how much there may be."""
        real, last = self._real(kpi), len(self.names) - 1
        if not self.axis or not real:
            return ""
        enough = max(real[-1])
        after = [self._difference(kpi, (enough, more)) for more in range(enough + 1, last + 1)]
        if not after or any(map(is_real, after)):
            return ""
        said = f"more than {self._value(enough)} gives nothing that can be seen"
        if not all(isfinite(e.low) for e in after):
            return said
        unit = describe(kpi).unit
        most = max(max(abs(e.low), abs(e.high)) for e in after)
        shown = "points" if unit == "share" else shown_unit(unit, self._currency, most)
        return f"{said} (at most {' '.join(filter(None, (number(most, unit, 2), shown)))})"

    def _table(self, kpi: str, width: int) -> list[str]:
        k, base = describe(kpi), self.results[self.baseline].estimate(kpi)
        value = " ".join(filter(None, valued(base, k.unit, self._currency)))
        lines = [
            *wrapped(f"{k.label} ({kpi})", width),
            *wrapped(f"{self.names[self.baseline]}: {value}", width, "  ", "    "),
        ]
        rows = []
        for pair in self.pairs:
            name = self.names[pair[1]]
            if pair[0] != self.baseline:
                name = f"{name} against {self._value(pair[0])}"
            shown = parts(self._difference(kpi, pair), k.unit, self._currency)
            rows.append((name, *shown, self._verdict(kpi, pair)))
        return [*lines, *fitting(rows, "<><<<", width)]

    def _verdict(self, kpi: str, pair: tuple[int, int]) -> str:
        if is_real(self._difference(kpi, pair)):
            return "real"
        if self._is_same(kpi, pair):
            return "the same"
        needed = self.needed(kpi, pair)
        if not isfinite(needed):
            return "not told apart"
        return f"not told apart ({'over ' if needed >= _MOST else '~'}{_two_digits(needed)})"

    @property
    def _currency(self) -> str:
        return self.results[0].scenario.data.costs.currency

    def _notes(self, moved: Sequence[str]) -> Iterator[str]:
        first = self.results[0]
        still = [kpi for kpi in self.kpis if kpi not in moved]
        if still and moved:
            yield f"The same in every replication: {', '.join(still)}."
        if any(")" in self._verdict(kpi, pair) for kpi in moved for pair in self.pairs):
            yield "(~k): that many replications would tell a difference of this size from none."
        many = len(self._asked) * len(self.kpis)
        hold, they = (f"All {many} intervals hold together at 95 %; they are", "they say")
        if many == 1:
            hold, they = "The interval, at 95 %, is", "it says"
        yield (
            f"Differences within the same {len(first)} replications, seed {first.seed}: same people, same "
            f"draws. {hold} Monte-Carlo only: {they} how far chance goes, not how far assumptions do"
            f"{' (--uncertain 100 asks that).' if self.draws is None else '.'}"
        )
        for name, results in zip(self.names, self.results, strict=True):
            if results.failures:
                yield f"{name}: {len(results.failures)} failed; {results.failures[0]}"


def _two_digits(value: float) -> str:
    digits = max(0, len(str(int(value))) - 2)
    return f"{round(value, -digits):,.0f}"


def differences(
    values: dict[str, Sequence[Sequence[float]]], pairs: Sequence[tuple[int, int]]
) -> dict[tuple[str, tuple[int, int]], Estimate]:
    """Paired differences of numbers, second less first of each pair, whose intervals hold together at 95 %.

    Args:
        values: of each number a row a scenario, a value a replication in the same order; nan if not defined.
        pairs: positions of two scenarios each.
    """
    many = len(values) * len(pairs)
    level = 1 - (1 - LEVEL) / max(1, many)
    return {
        (name, pair): estimate((b - a for a, b in zip(rows[pair[0]], rows[pair[1]], strict=True)), level)
        for name, rows in values.items()
        for pair in pairs
    }
