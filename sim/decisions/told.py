"""What a question comes to, as people read it: text that fits, differences with a sign, what is real."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from math import isfinite
from typing import Any, Final, Self

from sim.files.lines import WIDTH, cells, wrapped
from sim.files.markup import as_written
from sim.statistics.intervals import Estimate
from sim.statistics.text import beside, columns, of_estimate, shown_unit

__all__ = [
    "Answer",
    "as_json",
    "fitting",
    "in_text",
    "is_real",
    "negated",
    "or_none",
    "paragraphs",
    "parts",
    "short_names",
    "signed",
    "valued",
]

_LEAST: Final = 24  # columns that names are to have in a table
_NAMES: Final = ("Gini",)  # of people, with which labels begin
_ALIKE: Final = 6  # of one sign by chance alone: 2 in 2^6, 3 %; of five 6 % (the sign test)


class Answer:
    """What a question comes to: a text, the same in a terminal and in a notebook."""

    def text(self, width: int = WIDTH) -> str:
        """The answer in lines of at most `width` columns, a sentence first."""
        raise NotImplementedError

    def save(self, directory: str | os.PathLike[str], *, force: bool = False) -> None:
        """Write the answer into a new directory, with its text, its table and its scenarios; `load` reads it.

        Of the runs it keeps their KPIs: `study=DIR` keeps the runs themselves, to go on from them.

        Args:
            directory: where; its parents are made. It is whole or not there.
            force: replace an answer that is there, once the new one is complete.

        Raises:
            FileExistsError: there is something already, which is not replaced.
            ValueError: a list of a scenario has changed since it was read.
            OSError: it could not be written.
        """
        from sim.decisions.saving import save_answer

        save_answer(self, directory, force=force)

    @classmethod
    def load(cls, directory: str | os.PathLike[str]) -> Self:
        """The answer that `save` has written; it tells the same text, frame and pictures, and nothing is run.

        Raises:
            AnswerError: there is none, one of another kind, or a damaged one (a ValueError).
            ScenarioError: a scenario in it cannot be loaded.
        """
        from sim.decisions.saving import AnswerError, load_answer

        answer = load_answer(directory)
        if not isinstance(answer, cls):
            kind = type(answer).__name__
            raise AnswerError(f"{directory}: holds a {kind}, not a {cls.__name__}: {kind}.load reads it")
        return answer

    def report(self, path: str | os.PathLike[str], *, force: bool = False) -> None:
        """Write one self-contained HTML file that says the answer: its sentence, numbers and pictures.

        Pictures need matplotlib; without it they are left out. Raises FileExistsError if there is a file
        already and `force` is not given, OSError if it cannot be written.
        """
        from importlib import import_module

        above = import_module("sim.report.page.writing")  # decisions know of no report: asked for by name
        above.report_of_answer(self, path, force=force)

    def __str__(self) -> str:
        return self.text()

    def _repr_html_(self) -> str:
        return as_written(self.text())


def paragraphs(texts: Iterable[str], width: int) -> list[str]:
    """Each text wrapped, what goes on below hanging."""
    return [line for text in texts for line in wrapped(text, width, "", "  ")]


def fitting(rows: Sequence[Sequence[str]], alignment: str, width: int, *, heads: int = 0) -> list[str]:
    """Rows as a table of at most `width` columns; the first `heads` rows are headings.

    Where that is too wide the first cell of each row is wrapped; where too little is left for it, each row
    is its first cell and the others below, each behind its heading.
    """
    if not rows:
        return []
    table = columns(rows, alignment)
    if max(map(cells, table)) <= width:
        return table
    left = width - max(cells(line) for line in columns([("", *row[1:]) for row in rows], alignment))
    if left >= _LEAST:
        return columns([each for row in rows for each in _folded(row, left)], alignment)
    lines = []
    named = rows[heads - 1][1:] if heads else [""] * (len(rows[0]) - 1)
    for first, *others in rows[heads:]:
        lines += wrapped(first, width, "  ", "    ")
        said = (f"{name} {cell}".strip() for name, cell in zip(named, others, strict=True) if cell)
        lines += wrapped(" ".join(said), width, "      ", "      ")
    return lines


def _folded(row: Sequence[str], width: int) -> Iterator[Sequence[str]]:
    """A row whose first cell takes at most `width` columns, as as many rows as that takes."""
    first, *more = wrapped(row[0], width, "", "  ")
    yield (first, *row[1:])
    for each in more:
        yield (each, *("" for _ in row[1:]))


def short_names(paths: Sequence[str]) -> tuple[str, ...]:
    """What paths of a scenario are called in a table: their last keys, but for those that end alike."""
    lasts = [path.rpartition(".")[2] for path in paths]
    return tuple(last if lasts.count(last) == 1 else path for path, last in zip(paths, lasts, strict=True))


def in_text(label: str) -> str:
    """A label within a sentence: a name keeps its capital."""
    plain = label[1:2].islower() and not label.startswith(_NAMES)
    return label[0].lower() + label[1:] if plain else label


def is_real(e: Estimate) -> bool:
    """Whether the interval leaves 0 out, or it is the same other number in all of six or more."""
    return (isfinite(e.low) and (e.low > 0 or e.high < 0)) or (e.same and e.n >= _ALIKE and e.mean != 0)


def negated(e: Estimate) -> Estimate:
    """The difference the other way round."""
    return Estimate(0.0 - e.mean, 0.0 - e.high, 0.0 - e.low, e.sd, e.n, e.differ)


def parts(e: Estimate, unit: str, currency: str = "money") -> tuple[str, str, str]:
    """A difference: mean with its sign, how far it may be off, and the unit."""
    mean, spread, shown = valued(e, unit, currency)
    sign = "+" if e.mean > 0 else ""
    shown = "points" if unit == "share" else shown
    return f"{sign}{mean}".replace("-", "−"), spread.replace("-", "−"), shown


def signed(e: Estimate, unit: str, currency: str = "money") -> str:
    """A difference in one text: `+38 ± 9 meetings`."""
    return " ".join(filter(None, parts(e, unit, currency)))


def valued(e: Estimate, unit: str, currency: str = "money") -> tuple[str, str, str]:
    """A mean, how far it may be off (`± 9`, or its ends or why not in brackets), and the unit."""
    mean, spread = of_estimate(e, unit)
    return mean, beside(spread), shown_unit(unit, currency, e.mean)


def or_none(value: float) -> float | None:
    """The number, or None where there is none, as JSON has it."""
    return value if isfinite(value) else None


def as_json(e: Estimate) -> dict[str, Any]:
    """An estimate as JSON has it; `why` says why there is no interval."""
    numbers = {"mean": e.mean, "low": e.low, "high": e.high, "sd": e.sd}
    return {**{key: or_none(value) for key, value in numbers.items()}, "n": e.n, "why": e.why}
