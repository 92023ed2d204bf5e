"""Whether one scenario beats another whatever the uncertain inputs are: differences over draws of them.

Draws are points of a Latin hypercube over the ranges of what is uncertain (`explain.ranges`). All
scenarios are set to the same draws and run in the same replications, others for each draw; what differs
between the scenarios themselves is what is compared, and stays. That the one beats the other in so many draws
has the exact limits of a share (Clopper and Pearson, 1934); all of them hold together at 95 % (Bonferroni).
They say how far so few draws may mislead, and nothing of ranges that are wrong.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import isfinite, nan
from typing import TYPE_CHECKING, Any, Final

from sim.decisions.explain.at_points import Row, played, scenarios_at, values
from sim.decisions.explain.ranges import Uncertain, differing, paths_drawn, paths_of, uncertain
from sim.decisions.told import Answer, or_none, paragraphs
from sim.files.lines import WIDTH
from sim.statistics.intervals import LEVEL, share_limits
from sim.statistics.kpis import describe
from sim.statistics.text import counted, number, shown_unit

if TYPE_CHECKING:
    import pandas as pd

    from sim.scenario import Scenario
    from sim.studies.runner import Runner
    from sim.studies.varying import Span

__all__ = ["BETTER", "Draws", "Inputs", "Outcome", "drawn_inputs"]

BETTER: Final[Mapping[str, int]] = {
    "meetings.held": 1,
    "meetings.scheduled": 1,
    "contacts.useful": 1,
    "contacts.left_out": -1,
    "booths.lost_share": -1,
    "booths.wait_minutes": -1,
    "promises.kept_share": 1,
    "costs.a_useful_contact": -1,
}
"""Of which KPIs more is better (1) or worse (-1): there a scenario beats another; of others it is greater."""

_FIRST: Final = 200_000  # the first replication of draws; nothing else reaches it
_MOST: Final = 10_000
_TAIL: Final = 0.05  # of the differences, at either end of what nine of ten draws lie within


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one KPI does in one scenario against another, draw by draw."""

    kpi: str
    baseline: str
    scenario: str
    differences: tuple[float, ...]
    """Scenario less baseline, in each draw; nan where it is not known."""
    among: int
    """Shares whose limits hold together."""

    @property
    def known(self) -> tuple[float, ...]:
        """The differences that are."""
        return tuple(each for each in self.differences if isfinite(each))

    @property
    def wins(self) -> int:
        """In how many draws the scenario is better, or greater where nobody says which is better."""
        way = BETTER.get(self.kpi, 1)
        return sum(way * each > 0 for each in self.known)

    @property
    def losses(self) -> int:
        """In how many draws the baseline is."""
        way = BETTER.get(self.kpi, 1)
        return sum(way * each < 0 for each in self.known)

    def limits(self, times: int) -> tuple[float, float]:
        """Of a share of the draws, the limits of its share of all draws that there could be."""
        return share_limits(times, len(self.known), (1 - LEVEL) / (2 * self.among))

    @property
    def ends(self) -> tuple[float, float]:
        """Between which nine of ten differences lie; nan if there is none."""
        import numpy as np

        if not self.known:
            return nan, nan
        low, high = np.quantile(self.known, (_TAIL, 1 - _TAIL))
        return float(low), float(high)

    @property
    def mean(self) -> float:
        """Of the differences; nan if there is none."""
        return sum(self.known) / len(self.known) if self.known else nan


@dataclass(frozen=True, eq=False)
class Draws(Answer):
    """What differs between scenarios over draws of what is uncertain."""

    outcomes: tuple[Outcome, ...]
    inputs: tuple[Uncertain, ...]
    each: int
    """Replications of a draw."""
    frame: pd.DataFrame = field(repr=False)
    """A row a scenario, draw, replication and KPI: scenario, replication, kpi, value, draw."""
    shares: Sequence[Mapping[str, float]] = field(repr=False)
    """Of each draw, where each input lies in its range, from 0 to 1."""
    currency: str = "money"
    remarks: tuple[str, ...] = ()

    def to_json_dict(self) -> dict[str, Any]:
        """Inputs and outcomes as JSON has them; None where there is no number."""
        return {
            "draws": len(self.shares),
            "replications_each": self.each,
            "inputs": {
                each.name: {m.path: [m.span.low, m.span.high] for m in each.members} for each in self.inputs
            },
            "outcomes": [
                {
                    "kpi": each.kpi,
                    "baseline": each.baseline,
                    "scenario": each.scenario,
                    "better": BETTER.get(each.kpi),
                    "draws": len(each.known),
                    "wins": each.wins,
                    "losses": each.losses,
                    "win_share_limits": list(each.limits(each.wins)),
                    "mean": or_none(each.mean),
                    "nine_of_ten": [or_none(end) for end in each.ends],
                }
                for each in self.outcomes
            ],
            "remarks": list(self.remarks),
        }

    def text(self, width: int = WIDTH) -> str:
        """A sentence of each outcome that is not the same in all draws, and what was drawn."""
        said = [self._sentence(each) for each in self.outcomes if each.wins or each.losses]
        still = [each for each in self.outcomes if not (each.wins or each.losses)]
        for what, known in (("The same in all draws", True), ("Known in no draw", False)):
            if names := dict.fromkeys(each.kpi for each in still if bool(each.known) is known):
                said.append(f"{what}: {', '.join(names)}.")
        return "\n".join(paragraphs([*said, *self._notes()], width))

    def __repr__(self) -> str:
        return f"Draws({len(self.shares)} of {len(self.inputs)} inputs)"

    def _sentence(self, each: Outcome) -> str:
        first, second, times = each.scenario, each.baseline, each.wins
        low, high = each.ends
        if each.losses > each.wins:
            first, second, times, low, high = second, first, each.losses, 0.0 - high, 0.0 - low
        does = "beats" if each.kpi in BETTER else "is greater than"
        unit = describe(each.kpi).unit
        shown = "points" if unit == "share" else shown_unit(unit, self.currency, high)
        least, most = each.limits(times)
        ties = len(each.known) - each.wins - each.losses
        equal = f", the same in {ties}" if ties else ""
        draws = f"{times} of {len(each.known)} draws{equal} ({100 * least:.0f} to {100 * most:.0f} %)"
        return (
            f"{describe(each.kpi).label}: {first} {does} {second} in {draws}; in nine of ten by "
            f"{_signed(low, unit)} to {_signed(high, unit)} {shown}".rstrip()
            + "."
        )

    def _notes(self) -> Iterator[str]:
        together = counted(len(self.outcomes), "share")
        fair = "one fair, with its chance" if self.each == 1 else f"the mean of {self.each} fairs"
        named = ", ".join(each.name for each in self.inputs[:3])
        more = f" and {len(self.inputs) - 3} more" if len(self.inputs) > 3 else ""
        yield (
            f"Draws are of {counted(len(self.inputs), 'uncertain input')} ({named}{more}), the same for all "
            f"scenarios; each is {fair}. In brackets: limits of {together}, which hold together at 95 %."
        )
        lost = max(len(each.differences) - len(each.known) for each in self.outcomes)
        if lost:
            yield f"In up to {lost} draws a KPI is not known in both scenarios; they are not counted."
        yield from self.remarks


@dataclass(frozen=True)
class Inputs:
    """The uncertain inputs of several scenarios, and the draws of them to come."""

    scenarios: tuple[Scenario, ...]
    of_each: tuple[tuple[Uncertain, ...], ...]
    """Of each scenario, those of its inputs in which the scenarios do not differ."""
    many: int
    each: int
    remarks: tuple[str, ...]

    def run(
        self,
        runner: Runner,
        names: Sequence[str],
        pairs: Sequence[tuple[int, int]],
        kpis: Sequence[str],
    ) -> Draws:
        """Run all scenarios in all draws, and take the differences of these pairs."""
        import numpy as np
        import pandas as pd
        from scipy.stats import qmc

        all_inputs = {each.key: each for of in self.of_each for each in of}
        seed = runner.seed_of(self.scenarios[0])
        rng = np.random.Generator(np.random.Philox(seed))
        shares = qmc.LatinHypercube(len(all_inputs), rng=rng).random(self.many)
        columns = {key: at for at, key in enumerate(all_inputs)}
        drawn = [each.name for each in all_inputs.values()]
        cells: list[tuple[Scenario | str, int]] = []
        for scenario, inputs in zip(self.scenarios, self.of_each, strict=True):
            own = shares[:, [columns[each.key] for each in inputs]]
            for draw, made in enumerate(scenarios_at(scenario, inputs, own)):
                cells += [(made, _FIRST + draw * self.each + at) for at in range(self.each)]
        rows = played(runner, cells)
        of_kpis = {kpi: values(rows, kpi).reshape(len(self.scenarios), self.many, self.each) for kpi in kpis}
        outcomes = tuple(
            Outcome(
                kpi,
                names[one],
                names[other],
                tuple(map(float, (of_kpi[other] - of_kpi[one]).mean(axis=1))),
                len(kpis) * len(pairs),
            )
            for kpi, of_kpi in of_kpis.items()
            for one, other in pairs
        )
        frame = pd.DataFrame(
            [
                (name, _FIRST + draw * self.each + at, kpi, of_kpi[which, draw, at], draw)
                for which, name in enumerate(names)
                for draw in range(self.many)
                for at in range(self.each)
                for kpi, of_kpi in of_kpis.items()
            ],
            columns=["scenario", "replication", "kpi", "value", "draw"],
        )
        return Draws(
            outcomes,
            tuple(all_inputs.values()),
            self.each,
            frame,
            [dict(zip(drawn, map(float, row), strict=True)) for row in shares],
            self.scenarios[0].data.costs.currency,
            (*self.remarks, *_failed(rows)),
        )


def drawn_inputs(
    scenarios: Sequence[Scenario],
    spans: Sequence[Span],
    plausible: bool | None,
    many: int,
    each: int,
) -> Inputs:
    """What is uncertain of scenarios that are compared: not what they differ in, which is compared.

    Raises ScenarioError for an end of a given range that cannot be, and ValueError if nothing is uncertain, a
    given range is of what differs, or a number is out of range.
    """
    from sim.replication import whole_number

    many, each = whole_number("uncertain", many, 2), whole_number("each", each, 1)
    if many > _MOST:
        raise ValueError(f"uncertain = {many:,}; allowed: 2 to {_MOST:,}")
    apart = differing(scenarios)
    for span in spans:
        for path in span.paths:
            if path in apart:
                raise ValueError(f"{path} is what differs between the scenarios: it cannot be uncertain too")
    asked = [uncertain(scenario, spans, plausible=plausible) for scenario in scenarios]
    # what one of them has and cannot draw is drawn of none: what is compared would not be all that differs
    stays = apart.union(
        *(paths_of(one) - paths_drawn(inputs) for one, (inputs, _) in zip(scenarios, asked, strict=True))
    )
    found = []
    for inputs, _ in asked:
        kept = tuple(left for one in inputs if (left := one.without(stays)) is not None)
        if not kept:
            raise ValueError("the scenarios differ in all that is uncertain: say what else, path=low..high")
        found.append(kept)
    remarks = dict.fromkeys(remark for _, said in asked for remark in said)
    return Inputs(tuple(scenarios), tuple(found), many, each, tuple(remarks))


def _failed(rows: Sequence[Row]) -> Iterator[str]:
    why = [row for row in rows if isinstance(row, str)]
    if why:
        yield f"{len(why)} of {len(rows):,} runs of draws failed; the first: {why[0]}"


def _signed(value: float, unit: str) -> str:
    return f"{'+' if value > 0 else ''}{number(value, unit, 2)}".replace("-", "−")
