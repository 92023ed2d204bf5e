"""The page of an answer to a question: its sentence first, differences with intervals, its pictures."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from contextlib import suppress
from math import isfinite
from typing import TYPE_CHECKING, Any, Final

from sim.report.isolating import isolated
from sim.report.page.parts import Cell, Code, Column, Picture, Section, Table, Text, named
from sim.report.page.rendering import rendered
from sim.report.page.theming import themed

if TYPE_CHECKING:
    from sim.decisions.told import Answer
    from sim.scenario import Scenario

__all__ = ["answer_page"]

_MOST_ROWS: Final = 1_000
_METADATA: Final = re.compile(r"<metadata>.*?</metadata>|<!--.*?-->", re.DOTALL)
_NO_PICTURE: Final = (KeyError, ValueError, ModuleNotFoundError)


def answer_page(answer: Answer) -> str:
    """The whole page as HTML."""
    from sim.report.page.making import MADE_BY

    sections = [
        *_said(answer),
        *_differences(answer),
        *_pictures(answer),
        *_numbers(answer),
        _assumed(answer),
    ]
    scenarios = _scenarios(answer)
    title = scenarios[0].data.expo.title if scenarios else type(answer).__name__
    return rendered(
        "page.html.j2",
        title=title,
        what=f"Report of a study: {_words(type(answer).__name__)}",
        asked=f"About {', '.join(dict.fromkeys(isolated(each.name) for each in scenarios[:6]))}."
        if scenarios
        else "",
        sections=sections,
        made_by=MADE_BY,
    )


def _words(name: str) -> str:
    """The name of a class as words."""
    return re.sub(r"(?<!^)(?=[A-Z])", " ", name).lower()


def _said(answer: Answer) -> Iterator[Section]:
    """The first paragraph in sentences, and all that is said of it."""
    text = answer.text()
    first, _, rest = text.partition("\n\n")
    told = _sentences(first) if rest else []
    whole = Code("All that is said of it", text, opened=True)
    yield Section("answer", "The answer", "", [Text(told, listed=True), whole] if told else [whole])


def _sentences(text: str) -> list[str]:
    """Lines as sentences: what is indented goes on with the line above."""
    lines: list[str] = []
    for line in text.split("\n"):
        if line.startswith(" ") and lines:
            lines[-1] += f" {line.strip()}"
        else:
            lines.append(line.strip())
    return lines


def _differences(answer: Answer) -> Iterator[Section]:
    """Of a comparison: each scenario's paired difference to the baseline, with its interval."""
    from sim.decisions.compare.comparison import Comparison
    from sim.decisions.told import is_real, signed, valued
    from sim.statistics.kpis import describe

    if not isinstance(answer, Comparison):
        return
    base = answer.names[answer.baseline]
    currency = answer.results[0].scenario.data.costs.currency
    rows = []
    for kpi in answer.kpis:
        k = describe(kpi)
        for name, results in zip(answer.names, answer.results, strict=True):
            e = results.estimate(kpi)
            told = " ".join(filter(None, valued(e, k.unit, currency)))
            value = Cell(told, _known(e.mean))
            if name == base:
                rows.append([Cell(k.label), named(name), value, Cell("the baseline"), Cell("")])
                continue
            d = answer.difference(kpi, name)
            real = is_real(d)
            verdict = ("more" if d.mean > 0 else "less") if real else "not told apart"
            rows.append(
                [
                    Cell(k.label),
                    named(name),
                    value,
                    Cell(signed(d, k.unit, currency), _known(d.mean)),
                    Cell(verdict),
                ]
            )
    heads = [
        Column("KPI", numeric=False),
        Column("Scenario", numeric=False),
        Column("Mean"),
        Column(f"Difference to {base}"),
        Column("Told apart", numeric=False),
    ]
    lead = (
        f"Paired over {len(answer.results[0]):,} replications; the intervals of all differences hold "
        "together at 95 %."
    )
    table = Table(f"Differences to {base}", heads, rows, stacked=True)
    yield Section("differences", "Differences", lead, [table])


def _known(value: float) -> float | None:
    return value if isfinite(value) else None


def _pictures(answer: Answer) -> Iterator[Section]:
    """The pictures of the answer that need no choice to be made."""
    plots = getattr(answer, "plot", None)
    if plots is None or callable(plots):
        return
    drawn = []
    for name, method in inspect.getmembers(plots, inspect.ismethod):
        takes = inspect.signature(method).parameters.values()
        if name.startswith("_") or any(p.default is p.empty for p in takes):
            continue
        try:
            said = (inspect.getdoc(method) or name).partition("\n")[0]
            drawn.append(Picture(said, _svg(method)))
        except _NO_PICTURE:  # there is nothing of that to be drawn, or nothing to draw with
            continue
    if drawn:
        yield Section("pictures", "Pictures", "", drawn)


def _svg(method: Any) -> str:
    """A picture as an element of a page, in its colours: no prolog, and nothing that is not drawn."""
    import matplotlib as mpl

    backend = mpl.get_backend()
    mpl.use("agg")
    try:
        import matplotlib.pyplot as plt

        from sim.report.picture_file import picture

        ax = method()
        text = picture(ax, "svg").decode()
        plt.close(ax.figure.figure)
    finally:
        mpl.use(backend)
    return themed(_METADATA.sub("", text[text.index("<svg") :]))


def _numbers(answer: Answer) -> Iterator[Section]:
    """The numbers of every replication, folded away."""
    frame = getattr(answer, "frame", None)
    if frame is None or not len(frame):
        return
    shown = frame.head(_MOST_ROWS)
    numeric = [kind.kind in "if" for kind in (column.dtype for _, column in shown.items())]
    heads = [
        Column(str(name), numeric=is_number) for name, is_number in zip(shown.columns, numeric, strict=True)
    ]
    rows = [
        [_cell(value, is_number) for value, is_number in zip(row, numeric, strict=True)]
        for row in shown.itertuples(index=False)
    ]
    more = f"; the first {len(shown):,} of {len(frame):,} rows" if len(frame) > len(shown) else ""
    caption = f"Every number{more}"
    table = Table(caption, heads, rows, sortable=True, folded=f"{caption} ({len(rows):,} rows)")
    yield Section("numbers", "The numbers", "", [table])


def _cell(value: Any, is_number: bool) -> Cell:
    if not is_number:
        return named(value)
    number = float(value)
    return Cell(f"{number:,.6g}", number) if isfinite(number) else Cell("–")


def _scenarios(answer: Answer) -> list[Scenario]:
    """The scenarios that the answer is about, in the order in which it speaks of them."""
    from sim.decisions.plain import NotPlainError, plain

    found: list[Scenario] = []

    def noted(scenario: Scenario) -> int:
        if all(scenario is not each for each in found):
            found.append(scenario)
        return len(found) - 1

    with suppress(NotPlainError):  # it is one that is not kept in files: what was found so far is told
        plain(answer, noted)
    return found


def _assumed(answer: Answer) -> Section:
    """The scenarios, their identity, and the version; of the first, what its values rest on."""
    from sim import __version__
    from sim.report.page.sections.sourced import sourced

    scenarios = _scenarios(answer)[:40]
    rows = [[named(each.name), named(each.data.expo.title), Cell(each.hash[:12])] for each in scenarios]
    heads = [Column(name, numeric=False) for name in ("Scenario", "Title", "SHA-256")]
    said = Text([f"exposim {__version__}. What the answer does not say stands at the end of its text."])
    if not scenarios:
        return Section("assumed", "What was assumed", "", [said])
    of = Text([f"What follows is of the first, {isolated(scenarios[0].name)}."] if rows[1:] else [])
    parts = [Table("Scenarios", heads, rows), said, of, *sourced(scenarios[0])]
    return Section("assumed", "What was assumed", "", parts)
