"""What comes of holding the model against the record: each figure, its verdict, and the table of all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from math import isfinite
from typing import TYPE_CHECKING, Any, Final, Literal

from sim.decisions.told import Answer, as_json, in_text, or_none, paragraphs, valued
from sim.decisions.validate.claims import EVENTS, Claim, shown_end
from sim.files.lines import WIDTH, cells, wrapped
from sim.statistics.intervals import Estimate
from sim.statistics.kpis import Basis, describe
from sim.statistics.text import columns, counted, explained, shown_unit

if TYPE_CHECKING:
    import pandas as pd

    from sim.decisions.plots.validating import ValidatedPlots
    from sim.scenario import Scenario
    from sim.studies.resultset import ResultSet

__all__ = ["Held", "Validated", "Verdict", "verdict"]

Verdict = Literal["within", "off", "by chance", "nothing"]
"""`within` what is known; `off`; off, but `by chance` it may be within; `nothing` to hold it against."""

_SHOWN: Final[dict[Verdict, str]] = {
    "within": "within",
    "off": "OFF",
    "by chance": "OFF?",
    "nothing": "–",
}
_LEAST: Final = 24  # columns of a claim in the table
_TOLD: Final = 8  # misses that are named in the first sentence
_ORDER: Final[tuple[Basis, ...]] = ("predicted", "fitted", "input", "cut")
_GRADES: Final = (
    "In brackets: the grade of what is known (A measured, B one survey or a named observer, C a rule of "
    "thumb) and the row of facts in § 3.1 of sim/README.md that says where it is from."
)


def verdict(claim: Claim, e: Estimate) -> Verdict:
    """Whether a mean agrees with what is known; off by chance if its interval reaches the range."""
    if not claim.is_held:
        return "nothing"
    if claim.low <= e.mean <= claim.high:
        return "within"
    reaches = isfinite(e.low) and e.low <= claim.high and e.high >= claim.low
    return "by chance" if reaches else "off"


@dataclass(frozen=True, slots=True)
class Held:
    """One figure of the model, held against what is known of it."""

    claim: Claim
    value: Estimate
    """Mean over replications, with its 95 % interval."""
    basis: Basis
    """`input`, `fitted`, `predicted`, or `cut`: an input that could not wholly be done."""

    @property
    def verdict(self) -> Verdict:
        """Whether the two agree."""
        return verdict(self.claim, self.value)

    @property
    def is_off(self) -> bool:
        """Whether the mean is not within what is known, for whatever reason."""
        return self.verdict in ("off", "by chance")

    @property
    def known(self) -> str:
        """What is known of it, with grade and row of facts."""
        claim = self.claim
        if not claim.fact:
            return "not measured"
        return f"{claim.fact} ({', '.join(filter(None, (claim.grade, claim.row)))})"

    @property
    def range(self) -> str:
        """What counts as within, in the unit in which it is shown."""
        claim = self.claim
        low, high = (shown_end(end, describe(claim.kpi).unit) for end in (claim.low, claim.high))
        if not claim.is_held:
            return ""
        if claim.low == claim.high:
            return low
        if not isfinite(claim.high):
            return f"at least {low}"
        return f"{low} to {high}" if claim.low > 0 else f"at most {high}"

    def said(self, currency: str) -> str:
        """The number with its interval and unit."""
        return " ".join(filter(None, valued(self.value, describe(self.claim.kpi).unit, currency)))


@dataclass(frozen=True, eq=False)
class Validated(Answer):
    """A scenario held against the record: `held` has a figure each, in the order in which they are told."""

    results: ResultSet = field(repr=False)
    """The replications, with the KPIs that are measured on demand."""
    event: str
    """The event whose published figures it is held against; empty if none."""
    claims: tuple[Claim, ...] = field(repr=False)

    @property
    def scenario(self) -> Scenario:
        """What was run."""
        return self.results.scenario

    @cached_property
    def held(self) -> tuple[Held, ...]:
        """The figures that are defined in this scenario."""
        return tuple(
            Held(claim, self.results.estimate(claim.kpi), self.results.basis(claim.kpi))
            for claim in self.claims
            if self.results.has(claim.kpi) and self.results.estimate(claim.kpi).n
        )

    @property
    def off(self) -> tuple[Held, ...]:
        """Those that are not within what is known."""
        return tuple(each for each in self.held if each.is_off)

    @cached_property
    def plot(self) -> ValidatedPlots:
        """Its pictures: `ranges`."""
        from sim.decisions.plots.validating import ValidatedPlots

        return ValidatedPlots(self.frame, f"{self.scenario.name}: what is simulated, and what is known")

    def __repr__(self) -> str:
        judged = sum(each.claim.is_held for each in self.held)
        return f"Validated({self.scenario.name!r}: {judged - len(self.off)} of {judged} within)"

    @property
    def frame(self) -> pd.DataFrame:
        """A row a figure.

        group, claim, kpi, unit, basis (its label: input, fitted, predicted, cut), mean, low, high (95 %), sd,
        n, fact, grade, row (of the facts), least and most (within which the model agrees; nan where there is
        no end), verdict (within, off, by chance, nothing), why.
        """
        import pandas as pd

        rows = []
        for each in self.held:
            claim, e = each.claim, each.value
            rows.append(
                {
                    "group": claim.group,
                    "claim": claim.label,
                    "kpi": claim.kpi,
                    "unit": describe(claim.kpi).unit,
                    "basis": each.basis,
                    **{name: getattr(e, name) for name in ("mean", "low", "high", "sd", "n")},
                    **{name: getattr(claim, name) for name in ("fact", "grade", "row")},
                    "least": claim.low if isfinite(claim.low) else float("nan"),
                    "most": claim.high if isfinite(claim.high) else float("nan"),
                    "verdict": each.verdict,
                    "why": claim.why if each.is_off else "",
                }
            )
        return pd.DataFrame(rows)

    def to_json_dict(self) -> dict[str, Any]:
        """All of it as JSON has it; None where there is no number."""
        return {
            "scenario": self.scenario.name,
            "hash": self.scenario.hash,
            "event": self.event,
            "seed": self.results.seed,
            "replications": len(self.results),
            "within": sum(each.verdict == "within" for each in self.held),
            "off": len(self.off),
            "figures": [
                {
                    "claim": each.claim.label,
                    "kpi": each.claim.kpi,
                    "unit": describe(each.claim.kpi).unit,
                    "basis": each.basis,
                    **as_json(each.value),
                    "fact": each.claim.fact,
                    "grade": each.claim.grade,
                    "row": each.claim.row,
                    "least": or_none(each.claim.low),
                    "most": or_none(each.claim.high),
                    "verdict": each.verdict,
                    "off_because": each.claim.why if each.is_off else "",
                    "note": each.claim.note,
                }
                for each in self.held
            ],
            "failures": [str(each) for each in self.results.failures],
        }

    def text(self, width: int = WIDTH) -> str:
        """How many figures lie within what is known, the misses, then each figure in two lines."""
        lines = paragraphs([self._sentence(), self._by_basis()], width)
        if self.off:
            lines += ["", *wrapped("What is off", width), *_indented(self._misses(), width)]
        for group, held in self._groups():
            lines += ["", *wrapped(group, width), *self._table(held, width)]
        return "\n".join([*lines, "", *paragraphs(self._notes(), width)])

    @property
    def markdown(self) -> str:
        """The table for a page: figure, label, simulated, known, verdict."""
        rows = [("figure", "label", "model", "published or measured", "verdict"), ("---",) * 5]
        for each in self.held:
            why = f": {each.claim.why}" if each.is_off and each.claim.why else ""
            shown = f"**{_SHOWN[each.verdict]}**{why}" if each.is_off else _SHOWN[each.verdict]
            rows.append((each.claim.label, each.basis, each.said(self._currency), each.known, shown))
        return "\n".join(f"| {' | '.join(row)} |" for row in rows) + "\n"

    # in words

    @property
    def _currency(self) -> str:
        return self.scenario.data.costs.currency

    def _sentence(self) -> str:
        judged, off = [each for each in self.held if each.claim.is_held], self.off
        name = self.scenario.name
        if not judged:
            return f"{name}: there is nothing to hold it against."
        count = f"{len(judged) - len(off)} of {counted(len(judged), 'figure')}"
        of = f"{name}: {count} {'lies' if len(judged) == 1 else 'lie'} within what was published or measured"
        if not off:
            return f"{of}."
        named = [in_text(each.claim.label) for each in off[:_TOLD]]
        more = f", and {len(off) - _TOLD} more" if len(off) > _TOLD else ""
        return f"{of}; {len(off)} {'does' if len(off) == 1 else 'do'} not: {'; '.join(named)}{more}."

    def _by_basis(self) -> str:
        """What was predicted is the test; what was given or fitted agrees for that reason."""
        judged = [each for each in self.held if each.claim.is_held]
        all_, off = (Counter(each.basis for each in of) for of in (judged, self.off))
        told = [f"{all_[basis] - off[basis]} of {all_[basis]} {basis}" for basis in _ORDER if all_[basis]]
        return (
            f"Within: {', '.join(told)}. What is predicted is the test; inputs are given, and parameters "
            "were set so that what is fitted agrees."
        )

    def _misses(self) -> Iterator[str]:
        """Each that is off, and after those of one reason that reason."""
        for why in dict.fromkeys(each.claim.why for each in self.off):
            for each in self.off:
                if each.claim.why == why:
                    unit = shown_unit(describe(each.claim.kpi).unit, self._currency)
                    chance = " (it may be chance)" if each.verdict == "by chance" else ""
                    range_ = " ".join(filter(None, (each.range, unit)))
                    yield f"{each.claim.label}: {each.said(self._currency)}, not {range_}{chance}."
            yield f"Why: {why or 'not known'}."

    def _groups(self) -> Iterator[tuple[str, list[Held]]]:
        for group in dict.fromkeys(each.claim.group for each in self.held):
            yield group, [each for each in self.held if each.claim.group == group]

    @cached_property
    def _numbers(self) -> tuple[int, int, int]:
        """The widths of means, intervals and units over all groups, so that they stand in columns."""
        parts = [valued(each.value, describe(each.claim.kpi).unit, self._currency) for each in self.held]
        mean, spread, unit = (max(map(cells, column)) for column in zip(*parts, strict=True))
        return mean, spread, unit

    def _table(self, held: Sequence[Held], width: int) -> list[str]:
        """Of each figure claim, number and verdict; below label, what is known, and the range."""
        mean, spread, unit = self._numbers
        last = max(map(cells, _SHOWN.values()))
        room = width - 2 - (mean + spread + unit + last + 4 * 2)
        lines = []
        for each in held:
            if room < _LEAST:
                lines += wrapped(each.claim.label, width, "  ", "    ")
                lines += wrapped(f"{each.said(self._currency)}: {_SHOWN[each.verdict]}", width, "    ")
            else:
                parts = valued(each.value, describe(each.claim.kpi).unit, self._currency)
                first, *more = wrapped(each.claim.label, room, "", "  ")
                row = (first, *parts, _SHOWN[each.verdict])
                widest = ("#" * room, "#" * mean, "#" * spread, "#" * unit, "#" * last)
                lines.append(columns((row, widest), "<><<<")[0])
                lines += [f"  {line}" for line in more]
            range_ = f"; within: {each.range}" if each.claim.is_held and not _says_it(each) else ""
            lines += wrapped(f"{each.basis}; {each.known}{range_}", width, "    ", "    ")
        return lines

    def _notes(self) -> Iterator[str]:
        for each in self.held:
            if each.claim.note:
                yield f"{each.claim.label}: {each.claim.note}."
        yield _GRADES
        n = len(self.results)
        if any(each.verdict == "by chance" for each in self.held):
            yield "OFF?: the interval reaches the range, so that it may be off by chance."
        if n == 1:
            yield "One replication: nothing says how far chance moves it. -n 3 gives intervals."
        else:
            yield f"{n} replications, seed {self.results.seed}; each interval holds alone, at 95 %."
            yield from explained([each.value for each in self.held])
        if not self.event:
            others, name = " and ".join(EVENTS), self.scenario.name
            yield (
                f"Published figures of {others} are of those events and not of {name}: only what is known "
                "of people at any fair is shown. What you expect of your own fair stands in its section "
                "[expect]: exposim check --run."
            )
        lacking = [each for each in self.claims if each.kpi not in {h.claim.kpi for h in self.held}]
        if lacking:
            yield f"Not defined here: {'; '.join(in_text(each.label) for each in lacking)}."
        yield from map(str, self.results.failures)


def _says_it(each: Held) -> bool:
    """Whether what is known says its range itself."""
    return each.claim.fact.split(" %")[0] == each.range


def _indented(texts: Iterable[str], width: int) -> list[str]:
    return [line for text in texts for line in wrapped(text, width, "  ", "    ")]
