"""What a calibration comes to, in words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from sim.decisions.calibrate.predicting import MOSTLY
from sim.decisions.figures import described
from sim.decisions.told import paragraphs, valued
from sim.files.lines import cells, wrapped
from sim.statistics.intervals import LEVEL
from sim.statistics.text import columns, counted, number, shown_unit

if TYPE_CHECKING:
    from sim.decisions.calibrate.calibrated import Calibrated, Met, Open
    from sim.decisions.calibrate.predicting import Predicted

__all__ = ["sentence_of", "text_of", "value_text"]


def sentence_of(c: Calibrated) -> str:
    """Whether it fits, and what it misses by how much."""
    m = len(c.targets)
    free = counted(len(c.parameters), "fitted parameter")
    if c.fits:
        all_ = {1: "the target is", 2: "both targets are"}.get(m, f"all {m} targets are")
        return f"Fits: {all_} met with {free}."
    off = [each for each in c.targets if each.verdict == "off"]
    unsure = [each.target.kpi for each in c.targets if each.verdict == "not shown"]
    if not off:
        return f"Not shown to fit: of {' and '.join(unsure)} it is not shown that the mean is within."
    missed = f"{len(off)} of {counted(m, 'target')} {'is' if len(off) == 1 else 'are'} missed"
    said = "; ".join(f"{each.target.kpi} is {_away(c, each)}" for each in off)
    more = f"; of {', '.join(unsure)} it is not shown" if unsure else ""
    return f"Does not fit: {missed} with {free}: {said}{more}."


def text_of(c: Calibrated, width: int) -> str:
    """A sentence, the values, the targets, what is predicted, and what is to be known of it."""
    tables = [_parameters(c, width), _targets(c, width), *([_predicted(c, width)] if c.predicted else [])]
    lines = paragraphs([sentence_of(c)], width)
    for table in tables:
        lines += ["", *table]
    return "\n".join([*lines, "", *paragraphs(_notes(c), width)])


def value_text(value: float | int) -> str:
    """A value as people read it, with no more digits than say something."""
    if isinstance(value, int):
        return f"{value:,}"
    text = number(value, significant=4)
    return text.rstrip("0").rstrip(".") if "." in text else text


def _parameters(c: Calibrated, width: int) -> list[str]:
    rows, said = [("", "was", "fitted", "")], []
    for each in c.parameters:
        own = each.parameter.own
        was = "–" if own is None else value_text(own)
        between = f"({value_text(each.low)} to {value_text(each.high)})"
        rows.append((each.parameter.path, was, value_text(each.value), between))
        said.append(f"{value_text(each.value)} {between}, was {was}")
    return _table(rows, "<>><", said, width)


def _targets(c: Calibrated, width: int) -> list[str]:
    rows, said = [("", "simulated", "", "target", "")], []
    for met in c.targets:
        mean, spread, unit = valued(met.value, described(met.target.kpi).unit, _currency(c))
        asked, of = met.target.words
        asked = asked if of == unit else f"{asked} {of}"
        verdict = _away(c, met) if met.verdict == "off" else met.verdict
        if met.verdict == "not shown" and met.off:
            verdict = f"{verdict}, {_away(c, met)}"
        shown = f"{spread} {unit}".strip()
        rows.append((met.target.kpi, mean, shown, asked, verdict))
        said.append(f"{mean} {shown}, target {asked}: {verdict}")
    return _table(rows, "<><<<", said, width)


def _predicted(c: Calibrated, width: int) -> list[str]:
    rows, said = [("", "predicted", "", "in one fair")], []
    for each in c.predicted:
        unit = described(each.kpi).unit
        name = f"{each.kpi}, {each.scenario}" if each.scenario else each.kpi
        mean, spread, of = valued(each.value, unit, _currency(c))
        between = " to ".join(number(end, unit) for end in each.open)
        shown = f"{spread} {of}".strip()
        rows.append((name, mean, shown, between))
        said.append(f"{mean} {shown} predicted, in one fair {between}")
    return _table(rows, "<><<", said, width)


def _table(rows: Sequence[tuple[str, ...]], alignment: str, said: Sequence[str], width: int) -> list[str]:
    """Rows below a heading; where that is too wide, the first cell of each and below it what is said."""
    lines = columns(rows, alignment)
    if max(map(cells, lines)) <= width:
        return lines
    return [
        line
        for (name, *_), text in zip(rows[1:], said, strict=True)
        for line in (*wrapped(name, width, "  ", "    "), *wrapped(text, width, "      ", "      "))
    ]


def _currency(c: Calibrated) -> str:
    return c.scenario.data.costs.currency


def _away(c: Calibrated, met: Met) -> str:
    """How far the mean is off: `3.2 points above`."""
    k = described(met.target.kpi)
    unit = "points" if k.unit == "share" else shown_unit(k.unit, _currency(c), met.off)
    way = "above" if met.off > 0 else "below"
    return " ".join(filter(None, (number(abs(met.off), k.unit, 2), unit, way)))


def _notes(c: Calibrated) -> Iterator[str]:
    k, m, n = len(c.parameters), len(c.targets), len(c.results)
    missed = any(each.verdict == "off" for each in c.targets)
    if not c.ended:
        yield "The budget ended the search: a greater --budget may come nearer."
    needed = [each.needed for each in c.targets if each.verdict == "not shown" and each.needed]
    if needed:
        yield f"Some {number(max(needed), significant=2)} replications (-n) would show it, if like these."
    for each in c.parameters:
        if each.is_at_end:
            yield (
                f"{each.parameter.path} is at the end of its range, {value_text(each.value)}: what fits "
                "better may lie beyond."
            )
    for open_ in c.open:
        yield _told_open(open_)
    shown = {path for each in c.open for path, _, _ in each.changes}
    for each in c.parameters:
        if each.is_open and each.parameter.path not in shown:
            yield f"Not pinned down: {each.parameter.path}; (nearly) all of its range fits."
    if k >= m:
        yield (
            f"{counted(k, 'parameter')} for {counted(m, 'target')}: that many can nearly always be met, so "
            "that the fit says nothing for the model."
        )
    as_well = "no target is missed by more than here" if missed else "all targets are met as well"
    yield (
        f"In brackets: between what, with some values of the others, {as_well} ({100 * LEVEL:.0f} %, each "
        "alone; chance and the targets' ranges allowed for, slopes as at the fit)."
    )
    if c.predicted:
        yield (
            "In one fair: between what the figure of one more fair lies (95 %), each with values of its own "
            "of those that fit as well."
        )
    for prediction in c.predicted:
        yield from _beside(prediction)
    yield (
        f"Searched, and slopes at the fit taken, in {c.runs:,} runs; told of {counted(n, 'replication')} of "
        f"their own, seed {c.results.seed}; the intervals of the means hold together at 95 %. These KPIs are "
        "now fitted, not predicted. A fit near the start: that no other fits better elsewhere is not said."
    )


def _beside(p: Predicted) -> Iterator[str]:
    """What a prediction of another scenario stands beside, and how little one figure says."""
    a = p.asked
    if a is None:
        return
    if p.is_within is not None:
        of = f" ({a.source})" if a.source else ""
        where = "within" if p.is_within else "outside"
        yield f"{p.kpi} of {p.scenario}, to which nothing was fitted: published {a.published}{of}, {where}."
    known = [(number(null, described(a.kpi).unit), said, p.told_from(null)) for said, null in a.nulls.items()]
    if not known or not p.seen_from > 0:
        return
    rules = ", ".join(f"{null} ({said})" for null, said, _ in known)
    chances = ", ".join(f"{null} in {100 * chance:.0f} %" for null, _, chance in known)
    little = all(chance < MOSTLY for *_, chance in known)
    power = "The test has little power" if little else "The test has some power"
    unit = described(a.kpi).unit
    spread, away = number(p.value.sd, unit, 2), number(p.seen_from, unit, 2)
    yield (
        f"Simpler rules say {rules}. {power}: were the predicted mean right, one figure would be told from "
        f"{chances} of fairs. With a standard deviation of {spread} it tells means {away} apart in "
        f"{100 * MOSTLY:.0f} % (5 % level, two-sided, normal)."
    )


def _told_open(open_: Open) -> str:
    changes = [f"{path} {value_text(before)} → {value_text(to)}" for path, before, to in open_.changes]
    moved = f"moves no target by more than {open_.moved:.1f} of its tolerance"
    if len(changes) == 1:
        return f"Not pinned down: {changes[0]} {moved}."
    return f"Pinned down only together: {', with '.join(changes)}, {moved}."
