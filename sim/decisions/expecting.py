"""Whether a scenario keeps what is expected of it, and whether so few replications can say so.

A verdict is a one-sided test, and it is `met` or `not met` only where that is shown; else it is `undecided`.
Of a mean, by its interval (`sim.statistics.intervals.estimate`); where it has none since (nearly) all values
are the same, by these, if they are ten or more and agree. Of a share of the replications by the exact
limits of a binomial share (Clopper and Pearson, 1934): met if the lower one is not below the share asked for.
Of m comparisons each has a chance of at most 5 %/m to be told wrongly (Bonferroni), so that all verdicts
together are right with 95 %. Those of values that are (nearly) all the same are not among them: what happens
rarely may not have happened yet (`sim.statistics.intervals.most_that_differ`), and the text says so.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import ceil, isfinite, isnan, log, nan
from typing import TYPE_CHECKING, Any, Final, Literal

from sim.decisions.figures import described, divisions, missing, values_of
from sim.decisions.told import Answer, or_none
from sim.files.lines import WIDTH, wrapped
from sim.files.problems import Fault, ScenarioError
from sim.scenario.schema.expected import Comparison, comparisons
from sim.statistics.intervals import LEVEL, Estimate, estimate, share_limits
from sim.statistics.kpis.registry import KPI
from sim.statistics.text import columns, of_estimate, shown_unit

if TYPE_CHECKING:
    import pandas as pd

    from sim.scenario import Scenario
    from sim.studies.cluster import Workers
    from sim.studies.folder import Keeps
    from sim.studies.resultset import Failure, ResultSet
    from sim.studies.runner import Runner

__all__ = ["Expectations", "Verdict", "enough", "expect", "faults", "judged", "nonsense", "verdict"]

Told = Literal["met", "not met", "undecided"]

_LEAST: Final = 10  # replications, if not asked for otherwise
_MOST_TOLD: Final = 100_000  # replications; who would need more is not told how many


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether one comparison holds of a KPI."""

    kpi: str
    comparison: Comparison
    verdict: Told
    n: int
    """Replications in which the KPI is defined."""
    value: float
    """The mean, or the share of the replications of which it holds; nan if it is defined in none."""
    low: float
    """One-sided limits of that at the level of the verdict; nan where there is none."""
    high: float
    why: str = ""
    """Why it is undecided."""
    needed: int | None = None
    """Replications that would decide it if they go on like these; None if it is decided, or unknown."""

    @property
    def said(self) -> str:
        """What was found, in words."""
        k = described(self.kpi)
        if isnan(self.value):
            return self.why
        if self.comparison.share is None:
            found = Estimate(self.value, self.low, self.high, nan, self.n, int(isfinite(self.low)))
            mean, spread = of_estimate(found, k.unit)
            unit = shown_unit(k.unit, value=self.value)
            if isfinite(self.low):
                spread = spread if found.even else f"({spread})"
                return " ".join(filter(None, ("mean", mean, spread, unit)))
            return " ".join(filter(None, ("mean", mean, unit))) + ("" if self.why else " in all")
        times = round(self.value * self.n)
        return f"in {times} of {self.n} ({100 * self.low:.1f} to {100 * self.high:.1f} %)"


@dataclass(frozen=True, eq=False)
class Expectations(Answer):
    """What is expected of a scenario, and whether it is so."""

    scenario: Scenario
    seed: int
    replications: int
    """That were run, whether they ended or not."""
    verdicts: tuple[Verdict, ...]
    failures: tuple[Failure, ...] = ()
    """Replications that did not end."""

    @property
    def met(self) -> bool:
        """Whether all that is expected is shown to be so, and every replication ended."""
        return all(each.verdict == "met" for each in self.verdicts) and not self.failures

    def __repr__(self) -> str:
        return f"Expectations({self.scenario.name!r}: {'met' if self.met else 'not met'})"

    def text(self, width: int = WIDTH) -> str:
        """How many are met, a line for each, and what the verdicts mean."""
        count = {told: sum(each.verdict == told for each in self.verdicts) for told in _SAID}
        of = len(self.verdicts)
        said = ", ".join(f"{n} {_SAID[told]}" for told, n in count.items() if n and told != "met")
        lines = wrapped(
            f"{self.scenario.name}: {count['met']} of {of} expectations met"
            + (f", {said}" if said else "")
            + f"; {self.replications} replications, seed {self.seed}.",
            width,
        )
        rows = [(each.verdict, f"{each.kpi} {each.comparison}", each.said) for each in self.verdicts]
        table = columns(rows, "<<<")
        if max(map(len, table), default=0) > width:
            table = [
                line
                for told, what, found in rows
                for line in (f"  {told:<9}  {what}", *wrapped(found, width, " " * 15, " " * 15))
            ]
        lines += ["", *table, ""]
        for each in self.verdicts:
            if each.why:
                more = f"; some {each.needed:,} would do, if they are like these" if each.needed else ""
                lines += wrapped(f"{each.kpi} {each.comparison}: {each.why}{more}.", width, "", "  ")
        lines += [line for each in self.failures for line in wrapped(str(each), width, "", "  ")]
        same = any(each.verdict != "undecided" and not isfinite(each.low) for each in self.verdicts)
        lines += wrapped(
            "All verdicts together are right with 95 %: a mean is judged by its interval, a share of "
            "replications by its exact limits. What is undecided is not met."
            + " A mean of values that are (nearly) all the same is judged by these, without that certainty."
            * same,
            width,
        )
        return "\n".join(lines)

    def to_json_dict(self) -> dict[str, Any]:
        """All of it as JSON has it; None where there is no number."""
        return {
            "scenario": self.scenario.name,
            "hash": self.scenario.hash,
            "seed": self.seed,
            "replications": self.replications,
            "met": self.met,
            "expectations": [
                {
                    "kpi": each.kpi,
                    "expected": str(each.comparison),
                    "verdict": each.verdict,
                    "n": each.n,
                    "value": or_none(each.value),
                    "low": or_none(each.low),
                    "high": or_none(each.high),
                    "why": each.why,
                    "needed": each.needed,
                }
                for each in self.verdicts
            ],
            "failures": [{"replication": each.replication, "reason": each.reason} for each in self.failures],
        }

    @property
    def frame(self) -> pd.DataFrame:
        """A row a comparison: kpi, expected, verdict, n, value, low, high, why, needed."""
        import pandas as pd

        return pd.DataFrame(self.to_json_dict()["expectations"]).astype({"value": float})


_SAID: Final[dict[Told, str]] = {"met": "met", "not met": "not met", "undecided": "undecided"}


def expect(
    scenario: Scenario | str | os.PathLike[str],
    *,
    replications: int | None = None,
    seed: int | None = None,
    workers: Workers | None = None,
    engine: str = "auto",
    progress: bool = False,
    study: str | os.PathLike[str] | Keeps | None = None,
    runner: Runner | None = None,
) -> Expectations:
    """Run a scenario, and say whether it keeps what its section `[expect]` says.

    Args:
        scenario: a scenario, or what `sim.load` takes.
        replications: how many; if left out as many as the strictest expectation can be met with, at least 10.
        seed: of all random draws; the scenario's own if left out.
        workers: processes, or the address of a Dask cluster: see `sim.replicate`.
        engine: "simpy", "compiled" or "auto", as in `sim.replicate`.
        progress: whether to show a progress bar.
        study: a folder in which runs are kept, and not run again: see `sim.replicate`.
        runner: that runs, with a seed, engine, workers and divisions of its own, and knows what was run.

    Raises:
        ValueError: nothing is expected, or a number is out of range.
        ScenarioError: the scenario cannot be loaded, or a KPI is not there or always or never as expected.
        StudyError: every replication failed.
    """
    from sim.replication import whole_number
    from sim.scenario.load import scenario_of
    from sim.studies.runner import Runner

    loaded = scenario_of(scenario)
    if not loaded.data.expect:
        raise ValueError(
            f'{loaded.name} expects nothing; a section [expect] says it, as in "meetings.held" = ">= 450"'
        )
    if wrong := faults(loaded):
        raise ScenarioError(wrong)
    number_of = enough(loaded) if replications is None else whole_number("replications", replications, 1)
    by = divisions(loaded.data.expect)
    run = runner or Runner(seed=seed, workers=workers, engine=engine, by=by, progress=progress, study=study)
    with run.asked("check", {loaded.name: loaded}):
        (results,) = run.results([loaded], [0])  # whether all KPIs are there is seen before others are run
        lacks = {name: said for name in loaded.data.expect if (said := missing(results, name))}
        if lacks:
            raise ScenarioError(_fault(loaded, name, said) for name, said in lacks.items())
        (results,) = run.results([loaded], range(number_of))
    return judged(results)


def judged(results: ResultSet) -> Expectations:
    """What these results of a scenario say of what is expected of it."""
    scenario = results.scenario
    wanted = [(name, each) for name, each in _all(scenario)]
    verdicts = tuple(verdict(name, each, values_of(results, name), len(wanted)) for name, each in wanted)
    ran = len(results) + len(results.failures)
    return Expectations(scenario, results.seed, ran, verdicts, results.failures)


def enough(scenario: Scenario) -> int:
    """Replications with which every expectation of a share can be met, if it holds of all; 10 or more.

    It takes n with share^n at most the chance of a wrong verdict: 59 for 95 % alone.
    """
    wanted = [each for _, each in _all(scenario)]
    return max([_LEAST, *(_least(each.share, len(wanted)) for each in wanted if each.share is not None)])


def faults(scenario: Scenario) -> list[Fault]:
    """What of a scenario's expectations makes no sense: there is no such KPI, or it is never or always so."""
    return [
        _fault(scenario, name, message)
        for name, text in scenario.data.expect.items()
        for message in nonsense(name, comparisons(text))
    ]


def verdict(kpi: str, comparison: Comparison, values: Sequence[float], among: int = 1) -> Verdict:
    """Whether a comparison holds of a KPI with these values, one a replication.

    Args:
        kpi: its name, which says what range it has.
        comparison: what is expected.
        values: one a replication; those in which it is not defined (nan) say nothing.
        among: how many comparisons are told together.
    """
    k = described(kpi)
    kept = [value for value in values if not isnan(value)]
    if not kept:
        why = f"defined in none of {len(values)} replications"
        return Verdict(kpi, comparison, "undecided", 0, nan, nan, nan, why)
    of = _of_the_mean if comparison.share is None else _of_a_share
    return of(k, comparison, kept, (1 - LEVEL) / among)


def _of_the_mean(k: KPI, comparison: Comparison, values: list[float], chance: float) -> Verdict:
    e = estimate(values, 1 - 2 * chance, low=k.low, high=k.high)
    n = e.n
    holds = set(map(comparison.holds, (e.low, e.high) if not e.why else values))
    if e.why and (n < _LEAST or len(holds) > 1):
        why = f"the mean cannot be told from {n} replication{'s' * (n != 1)} ({e.why})"
        return Verdict(k.name, comparison, "undecided", n, e.mean, nan, nan, why)
    if len(holds) == 1:
        return Verdict(k.name, comparison, "met" if holds.pop() else "not met", n, e.mean, e.low, e.high)
    why = f"the interval of the mean reaches across, at {n} replications"
    away = abs(e.mean - comparison.limit)
    needed = ceil(n * (e.half_width / away) ** 2) if away else _MOST_TOLD
    return Verdict(k.name, comparison, "undecided", n, e.mean, e.low, e.high, why, _told(max(needed, n + 1)))


def _of_a_share(k: KPI, comparison: Comparison, values: list[float], chance: float) -> Verdict:
    assert comparison.share is not None
    n, times = len(values), sum(map(comparison.holds, values))
    low, high = share_limits(times, n, chance)
    share = times / n
    if low >= comparison.share:
        return Verdict(k.name, comparison, "met", n, share, low, high)
    if high < comparison.share:
        return Verdict(k.name, comparison, "not met", n, share, low, high)
    least = ceil(log(chance) / log(comparison.share))
    if n < least:
        why = f"{n} replication{'s' * (n != 1)} cannot show it"
    else:
        why = f"the limits of the share reach across, at {n} replications"
    return Verdict(
        k.name, comparison, "undecided", n, share, low, high, why, _needed(share, comparison.share, n, chance)
    )


def _needed(share: float, wanted: float, n: int, chance: float) -> int | None:
    """How many replications would decide it, if the share stays what it is; None if very many."""
    more = n
    while more < _MOST_TOLD:
        more = more + 1 if more < 1_000 else ceil(1.01 * more)
        low, high = share_limits(round(share * more), more, chance)
        if low >= wanted or high < wanted:
            return _told(more)
    return None


def _told(n: int) -> int | None:
    """A number of replications that is somebody's guess: two digits, upwards."""
    if n >= _MOST_TOLD:
        return None
    step: int = 10 ** max(0, len(str(n)) - 2)
    return ceil(n / step) * step


def _least(share: float, among: int) -> int:
    return ceil(log((1 - LEVEL) / among) / log(share))


def _all(scenario: Scenario) -> Iterator[tuple[str, Comparison]]:
    for name, text in scenario.data.expect.items():
        for each in comparisons(text):
            yield name, each


def nonsense(name: str, wanted: Sequence[Comparison]) -> Iterator[str]:
    """What of these comparisons with a KPI makes no sense: there is none, or it is never or always so."""
    try:
        k = described(name)
    except KeyError as error:
        yield str(error.args[0])
        return
    for each in wanted:
        if each.per_cent and k.unit != "share":
            yield f"found {each}; {name} is no share: its unit is {shown_unit(k.unit) or 'none'}"
        elif not k.low <= each.limit <= k.high:
            per_cent = f"; {each.limit:g} % is written with its %" if k.unit == "share" else ""
            yield f"found {each}; {name} is from {k.low:g} to {k.high:g}{per_cent}"


def _fault(scenario: Scenario, name: str, message: str) -> Fault:
    return scenario.document.problem(("expect", name), message)
