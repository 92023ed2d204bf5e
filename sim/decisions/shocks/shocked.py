"""What shocks come to: what is lost, when, what has come back by the close, and what becomes of the index."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from math import isfinite
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from sim.decisions.shocks.courses import Dent, FloatArray, behind, dent_of
from sim.decisions.told import (
    Answer,
    as_json,
    fitting,
    in_text,
    is_real,
    negated,
    paragraphs,
    parts,
    valued,
)
from sim.files.lines import WIDTH, wrapped
from sim.statistics.intervals import LEVEL, Estimate, estimate
from sim.statistics.kpis import describe

if TYPE_CHECKING:
    import pandas as pd

    from sim.decisions.plots.shocks import ShocksPlots
    from sim.studies.resultset import ResultSet

__all__ = ["INDEX", "Shocks"]

INDEX: Final = {
    "network.connectivity": "index",
    "network.largest_share": "reach",
    "network.cross_chain_share": "chains",
    "network.cross_border_share": "borders",
    "network.robustness": "robustness",
}
"""The connectivity index and its components, and what they are called in a table."""

_SHARE: Final = "share"


@dataclass(frozen=True, eq=False)
class Shocks(Answer):
    """An unshocked fair, shocked ones, and their courses over the same replications."""

    names: tuple[str, ...]
    """What each scenario is called, the unshocked one first."""
    results: tuple[ResultSet, ...] = field(repr=False)
    until: tuple[dt.datetime, ...] = field(repr=False)
    """Ends of the hours, by the clock of the unshocked fair."""
    courses: Mapping[str, tuple[FloatArray, ...]] = field(repr=False)
    """Of each KPI what each scenario has by the end of each hour: (replications, hours)."""
    replanned: tuple[tuple[int, int], ...] = ()
    """Positions of scenarios, and of the same with the days left planned again each evening."""

    @cached_property
    def _level(self) -> float:
        """At which each interval is told, so that all of them hold together."""
        many = len(self.courses) * (3 * (len(self.names) - 1) + len(self.replanned))
        return 1 - (1 - LEVEL) / max(1, many + len(INDEX) * (len(self.names) - 1))

    def gap(self, kpi: str, name: str) -> FloatArray:
        """How far a scenario is behind, in shares of the unshocked whole: (replications, hours).

        Raises KeyError for a scenario or KPI that is not in it.
        """
        if kpi not in self.courses or name not in self.names[1:]:
            there = f"{', '.join(self.names[1:])}; {', '.join(self.courses)}"
            raise KeyError(f"{name!r} and {kpi!r} have no course here; there are: {there}")
        base, *_ = self.courses[kpi]
        return behind(base, self.courses[kpi][self.names.index(name)])

    def dent(self, kpi: str, name: str) -> Dent:
        """The deepest gap of a scenario, what is left of it at the close, and what came back; as `gap`."""
        return dent_of(self.gap(kpi, name), self._level)

    def brought_back(self, kpi: str, one: int, other: int) -> Estimate:
        """How much more there is in the end where it is replanned, in shares of the unshocked whole."""
        base, each = self.courses[kpi][0], self.courses[kpi]
        gain = behind(base, each[one])[:, -1] - behind(base, each[other])[:, -1]
        return estimate(gain, self._level)

    @cached_property
    def index(self) -> dict[tuple[str, str], Estimate]:
        """By how much each scenario's connectivity index and its components differ from the unshocked."""
        there = [kpi for kpi in INDEX if all(each.has(kpi) for each in self.results)]
        values = {kpi: [each.values(kpi) for each in self.results] for kpi in there}
        return {
            (kpi, self.names[at]): estimate((b - a for a, b in zip(of[0], of[at], strict=True)), self._level)
            for kpi, of in values.items()
            for at in range(1, len(self.names))
        }

    @cached_property
    def plot(self) -> ShocksPlots:
        """Its pictures: `course`."""
        from sim.decisions.plots.shocks import ShocksPlots

        return ShocksPlots(self)

    @property
    def frame(self) -> pd.DataFrame:
        """A row a scenario, replication, hour and KPI: scenario, replication, until, kpi, value, so far."""
        import pandas as pd

        hours, numbers = len(self.until), self.results[0].numbers
        made = [
            pd.DataFrame(
                {
                    "scenario": name,
                    "replication": np.repeat(np.array(numbers, dtype=np.int64), hours),
                    "until": list(self.until) * len(numbers),
                    "kpi": kpi,
                    "value": each.ravel(),
                }
            )
            for kpi, of in self.courses.items()
            for name, each in zip(self.names, of, strict=True)
        ]
        return pd.concat(made, ignore_index=True)

    def to_json_dict(self) -> dict[str, Any]:
        """Dents and the index as JSON has them, shares of the unshocked whole; None where there is none."""
        return {
            "scenarios": [
                {"name": name, "hash": each.scenario.hash, "replications": len(each)}
                for name, each in zip(self.names, self.results, strict=True)
            ],
            "seed": self.results[0].seed,
            "kpis": {
                kpi: {
                    "unshocked": as_json(self.results[0].estimate(kpi)),
                    "shocked": {name: self._dent_as_json(kpi, name) for name in self.names[1:]},
                    "replanned": [
                        {"scenario": self.names[one], **as_json(self.brought_back(kpi, one, other))}
                        for one, other in self.replanned
                    ],
                }
                for kpi in self.courses
            },
            "index": [
                {"kpi": kpi, "scenario": name, **as_json(e), "real": is_real(e)}
                for (kpi, name), e in self.index.items()
            ],
        }

    def _dent_as_json(self, kpi: str, name: str) -> dict[str, Any]:
        dent = self.dent(kpi, name)
        return {
            "deepest_at": self.until[dent.at].isoformat(),
            "half_recovered_at": None if dent.half_at is None else self.until[dent.half_at].isoformat(),
            "deepest": as_json(dent.deepest),
            "at_the_close": as_json(dent.at_the_close),
            "recovered": as_json(dent.recovered),
        }

    def text(self, width: int = WIDTH) -> str:
        """A sentence of each shock that costs something, then the gaps and the index, in 80 columns."""
        replanned = [other for _, other in self.replanned]
        shocks = [name for at, name in enumerate(self.names) if at and at not in replanned]
        told = [self._sentence(kpi, name) for name in shocks for kpi in self.courses]
        said = [each for each in told if each]
        if not said:
            said = [f"No loss that {len(self.results[0])} replications can tell from chance."]
        said += self._of_replanning()
        said.append(self._of_index())
        lines = paragraphs(said, width)
        for kpi in self.courses:
            lines += ["", *self._table(kpi, width)]
        if self.index:
            lines += ["", *self._index_table(width)]
        return "\n".join([*lines, "", *paragraphs(self._notes(), width)])

    def __repr__(self) -> str:
        return f"Shocks({', '.join(self.names)}; {len(self.results[0])} replications)"

    def _sentence(self, kpi: str, name: str) -> str:
        """What a shock costs of a KPI; empty if no loss is told from chance."""
        dent = self.dent(kpi, name)
        close = dent.at_the_close
        if not is_real(dent.deepest) or dent.deepest.mean <= 0:
            more = is_real(close) and close.mean < 0
            return (
                f"{name} brings {_per_cent(negated(close))} more {_label(kpi)} by the close." if more else ""
            )
        said = f"{name} costs {_per_cent(dent.deepest)} of the {_label(kpi)} by {self._when(dent.at)}"
        if dent.at == len(self.until) - 1:
            return f"{said}, the close, when it is deepest: nothing comes back."
        said += f", and {_per_cent(close)} by the close"
        if dent.recovered.same and not dent.recovered.mean:
            return f"{said}: nothing comes back."
        if not is_real(dent.recovered):
            return f"{said}: that anything comes back is not told from chance."
        share = dent.recovered.mean / dent.deepest.mean
        back = f"{said}: {100 * share:.0f} % of it comes back"
        if not is_real(close):
            back += ", and what is left is not told from none"
        return f"{back}." if dent.half_at is None else f"{back}, half of it by {self._when(dent.half_at)}."

    def _of_replanning(self) -> Iterator[str]:
        """What planning the days left again each evening brings, with the shock and without any."""
        for kpi in self.courses:
            calm = next((self.brought_back(kpi, *pair) for pair in self.replanned if not pair[0]), None)
            for one, other in self.replanned:
                e, loss = (
                    self.brought_back(kpi, one, other),
                    self.dent(kpi, self.names[one or 1]).at_the_close,
                )
                if not is_real(e):
                    continue
                more = e if e.mean > 0 else negated(e)
                what = f"{_per_cent(more)} {'more' if e.mean > 0 else 'fewer'} {_label(kpi)}"
                said = f"Planned again each evening, {self.names[one]} has {what}"
                if one and e.mean > 0 and is_real(loss) and loss.mean > 0:
                    said += f", {100 * e.mean / loss.mean:.0f} % of what it lost"
                if one and calm is not None and is_real(calm):
                    said += f"; without any shock it is {_per_cent(calm)}"
                yield f"{said}."

    def _of_index(self) -> str:
        """Which shocks move the connectivity index."""
        kpi = "network.connectivity"
        found = {name: e for (of, name), e in self.index.items() if of == kpi}
        base = self.results[0].estimate(kpi)
        if not isfinite(base.mean):
            return "There is no connectivity index unshocked."
        none = [name for name, e in found.items() if not isfinite(e.mean)]
        real = [f"{name} {_signed(kpi, e)}" for name, e in found.items() if is_real(e)]
        still = [name for name, e in found.items() if not is_real(e) and name not in none]
        level = " ".join(filter(None, valued(base, describe(kpi).unit)))
        said = f"The connectivity index, {level} unshocked, "
        if real:
            said += f"moves: {'; '.join(real)}" + (f"; beyond chance not in {', '.join(still)}" * bool(still))
        else:
            said += "moves in none beyond chance" if still else "has nothing beside it"
        return said + (f"; there is none in {', '.join(none)}." if none else ".")

    def _when(self, at: int) -> str:
        return f"{self.until[at]:%d %b %H:%M}"

    def _table(self, kpi: str, width: int) -> list[str]:
        base = self.results[0].estimate(kpi)
        whole = " ".join(filter(None, valued(base, describe(kpi).unit)))
        head = f"{describe(kpi).label} ({kpi}): behind, % of {whole} unshocked"
        rows = [("", "deepest", "by", "at the close", "came back")]
        for name in self.names[1:]:
            dent = self.dent(kpi, name)
            deepest, close, back = map(_bare, (dent.deepest, dent.at_the_close, dent.recovered))
            rows.append((name, deepest, self._when(dent.at), close, back))
        return [*wrapped(head, width), *fitting(rows, "<<<<<", width, heads=1)]

    def _index_table(self, width: int) -> list[str]:
        there = [kpi for kpi in INDEX if (kpi, self.names[1]) in self.index]
        rows = [("", *(INDEX[kpi] for kpi in there))]
        rows.append((self.names[0], *(_bare(self.results[0].estimate(kpi), kpi) for kpi in there)))
        rows += [(name, *(_change(self.index[kpi, name], kpi) for kpi in there)) for name in self.names[1:]]
        head = "Connectivity index, 0 to 100, and its components, %; of shocked ones the difference"
        return [*wrapped(head, width), *fitting(rows, "<" * (len(there) + 1), width, heads=1)]

    def _notes(self) -> Iterator[str]:
        first = self.results[0]
        yield (
            f"Differences within the same {len(first)} replications, seed {first.seed}: same people, same "
            "draws; all intervals hold together at 95 %, for chance alone; where there is none (nearly) all "
            "replications agree. Shares are of what the unshocked fair has in the end. Intentions are made "
            "afterwards, and count from a pair's first useful contact on."
        )
        again = {at for pair in self.replanned for at in pair}
        left = [name for at, name in enumerate(self.names) if at not in again] if again else []
        if left:
            yield (
                "Not planned again each evening, as no day is left or that does not go with it: "
                f"{', '.join(left)}."
            )
        for name, results in zip(self.names, self.results, strict=True):
            if results.failures:
                yield f"{name}: {len(results.failures)} failed; {results.failures[0]}"


def _label(kpi: str) -> str:
    return in_text(describe(kpi).label)


def _per_cent(e: Estimate) -> str:
    mean, spread, unit = valued(e, _SHARE)
    return f"{mean} {spread} {unit}" if isfinite(e.low) else f"{mean} {unit}"


def _bare(e: Estimate, kpi: str = "") -> str:
    """A number without its unit, a share in per cent, with its interval if it has one."""
    mean, spread, _ = valued(e, describe(kpi).unit if kpi else _SHARE)
    said = f"{mean} {spread}" if isfinite(e.low) else mean
    return said.replace("-", "−") if isfinite(e.mean) else "–"


def _change(e: Estimate, kpi: str) -> str:
    """The same with its sign."""
    return f"+{_bare(e, kpi)}" if e.mean > 0 else _bare(e, kpi)


def _signed(kpi: str, e: Estimate) -> str:
    return " ".join(filter(None, parts(e, describe(kpi).unit)[:2]))
