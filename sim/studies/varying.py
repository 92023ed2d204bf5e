"""What is varied in a study: paths of a scenario with their values, as `--vary` says it, and the points.

A value is TOML as in `--set`, or text without quotes:

- `matchmaking.main.tables=5,10,15`: these values;
- `matchmaking.main.tables=5:15:5`: from, to (with it) and step;
- `a.tables/b.tables=5,10`: linked, both paths have the value; `a.tables/b.seats=5/40,10/80`: a value each;
- `matchmaking.main.tables=5..20`: a range, of which points are drawn.

Times of day are `expo.opens=09:00,10:30:00`: a number of steps has no leading 0.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import product
from math import inf, prod
from typing import TYPE_CHECKING, Final, Literal

from sim.files.locator import path_text, split_path
from sim.files.problems import Fault, ScenarioError
from sim.scenario import parse_set

if TYPE_CHECKING:
    from sim.scenario import Scenario

__all__ = [
    "MOST_POINTS",
    "Axis",
    "Point",
    "Span",
    "drawn",
    "evenly",
    "grid",
    "parse_vary",
    "paths_of",
    "plain_value",
    "points_at",
    "settings_text",
    "shown_value",
]

MOST_POINTS: Final = 100_000
"""Points of a study above which a step was mistyped."""

_NUMBER: Final = r"[+-]?(?:(?:0|[1-9][\d_]*)(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?"
_STEPS: Final = re.compile(rf"\s*({_NUMBER})\s*:\s*({_NUMBER})\s*:\s*({_NUMBER})\s*")
_SPAN: Final = re.compile(rf"\s*({_NUMBER})\s*\.\.\s*({_NUMBER})\s*")
_COUNTED: Final = 10**12  # values that somebody may have meant
_FAULTS: Final = 20  # settings that are wrong, after which no more is looked for
_OPENING: Final = {"[": "]", "{": "}"}


@dataclass(frozen=True, slots=True)
class Axis:
    """Values that paths of a scenario take: those at one position together."""

    paths: tuple[str, ...]
    values: tuple[tuple[object, ...], ...]
    """A row a position, a value a path."""

    @property
    def name(self) -> str:
        """What it is called: its paths."""
        return "/".join(self.paths)


@dataclass(frozen=True, slots=True)
class Span:
    """A range of numbers that paths of a scenario take, all the same one."""

    paths: tuple[str, ...]
    low: float
    high: float
    whole: bool
    """Both ends were written as whole numbers, and so are the values."""

    @property
    def name(self) -> str:
        """What it is called: its paths."""
        return "/".join(self.paths)

    def at(self, share: float) -> float | int:
        """The value at a share of the range, from 0 to below 1; whole numbers are equally likely."""
        if self.whole:
            return min(int(self.high), int(self.low) + int(share * (int(self.high) - int(self.low) + 1)))
        return self.low + share * (self.high - self.low)


@dataclass(frozen=True, eq=False)
class Point:
    """One scenario of a study: what is set in it."""

    settings: dict[str, object]
    """Value by path, in the order in which they were given."""
    scenario: Scenario


def parse_vary(text: str) -> Axis | Span:
    """What `path=values` says. Raises ScenarioError with what is wrong."""
    label = f"--vary {text if len(text) <= 80 else text[:77] + '...'}"
    try:
        head, values = _halves(text)
        paths = paths_of(head)
    except (ScenarioError, ValueError):
        message = "says not what to vary; allowed: path=5,10,15 or path=from:to:step or path=low..high"
        raise ScenarioError([Fault(label, None, "", message)]) from None
    try:
        return _span(paths, values) or _axis(paths, values)
    except ValueError as error:
        raise ScenarioError([Fault(label, None, "/".join(paths), str(error))]) from None


def paths_of(text: str) -> tuple[str, ...]:
    """The paths of a text in which those that are linked are joined by a slash.

    Raises ValueError where it is none.
    """
    return tuple(path_text(split_path(each.strip())) for each in _split(text, "/"))


def grid(scenario: Scenario, axes: Sequence[Axis]) -> tuple[Point, ...]:
    """All combinations of the values of these axes, the last one changing fastest.

    Raises:
        ScenarioError: a value cannot be; with all that is wrong, each once.
        ValueError: too many points, or a path that is varied twice.
    """
    _only_once(axes)
    many = prod(len(axis.values) for axis in axes)
    if many > MOST_POINTS:
        raise ValueError(f"{many:,} points; at most {MOST_POINTS:,} are possible")
    rows = product(*(axis.values for axis in axes))
    paths = [path for axis in axes for path in axis.paths]
    return points_at(
        scenario, [dict(zip(paths, (v for part in row for v in part), strict=True)) for row in rows]
    )


def drawn(
    scenario: Scenario,
    spans: Sequence[Span],
    points: int,
    *,
    method: Literal["lhs", "sobol"] = "lhs",
    seed: int = 0,
) -> tuple[Point, ...]:
    """Points that fill these ranges: a Latin hypercube, or a scrambled Sobol' sequence.

    The same seed gives the same points; of a Sobol' sequence a power of two is best (Owen, 1998).

    Raises:
        ScenarioError: a value cannot be.
        ValueError: too many points, or a path that is varied twice.
    """
    from scipy.stats import qmc

    _only_once(spans)
    if not 1 <= points <= MOST_POINTS:
        raise ValueError(f"{points:,} points; 1 to {MOST_POINTS:,} are possible")
    if method == "lhs":
        shares = qmc.LatinHypercube(len(spans), rng=seed).random(points)
    else:
        shares = qmc.Sobol(len(spans), rng=seed).random_base2((points - 1).bit_length())[:points]
    rows: list[dict[str, object]] = [
        {path: span.at(float(s)) for span, s in zip(spans, row, strict=True) for path in span.paths}
        for row in shares
    ]
    return points_at(scenario, rows)


def shown_value(value: object) -> str:
    """A value as people read it: text without quotes, numbers short."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return f"{value:.4g}"
    if hasattr(value, "isoformat"):
        return str(value).removesuffix(":00") if str(value).count(":") == 2 else str(value)
    return str(value)


def settings_text(settings: Mapping[str, object]) -> str:
    """Settings as people read them: `expo.days = 2, expo.opens = 09:00`."""
    return ", ".join(f"{path} = {shown_value(value)}" for path, value in settings.items())


def plain_value(value: object) -> bool | int | float | str:
    """A value for a table or JSON: one that is neither a number nor true or false as people read it."""
    return value if isinstance(value, bool | int | float | str) else shown_value(value)


def points_at(scenario: Scenario, rows: Sequence[dict[str, object]]) -> tuple[Point, ...]:
    """The points with these settings, or all that is wrong with them: each fault once, with its setting."""
    points: list[Point] = []
    problems: dict[tuple[str, str], Fault] = {}
    for row in rows:
        try:
            points.append(Point(row, scenario.replace(**row)))
        except ScenarioError as error:
            for fault in error.problems:
                problems.setdefault((fault.file, fault.message), _told(fault, row))
            if len(problems) >= _FAULTS:
                break
    if problems:
        raise ScenarioError(list(problems.values()))
    return tuple(points)


def _told(fault: Fault, row: dict[str, object]) -> Fault:
    """A fault with its setting as the command line has it, or with all if it lies in no single one."""
    for path, value in row.items():
        if fault.file.startswith(f"{{{path!r}: "):
            return replace(fault, file=f"--vary {path}={shown_value(value)}")
    return replace(fault, message=f"{fault.message} (with {settings_text(row)})")


def _only_once(axes: Iterable[Axis | Span]) -> None:
    paths = [path for axis in axes for path in axis.paths]
    for path in paths:
        if paths.count(path) > 1:
            raise ValueError(f"{path} is varied twice")


def _halves(text: str) -> tuple[str, str]:
    """What stands before and after the equals sign that is in no quotes."""
    before, *after = _split(text, "=")
    if not after or not before.strip():
        raise ValueError(text)
    return before, text[len(before) + 1 :]


def _span(paths: tuple[str, ...], values: str) -> Span | None:
    match = _SPAN.fullmatch(values)
    if match is None:
        return None
    low, high = match[1], match[2]
    whole = all(re.fullmatch(r"[+-]?[\d_]+", each) for each in (low, high))
    if not 0 < float(high) - float(low) < inf:
        raise ValueError(f"found {values.strip()}; allowed: a range that begins below its end")
    return Span(paths, float(low), float(high), whole)


def _axis(paths: tuple[str, ...], values: str) -> Axis:
    rows: list[tuple[object, ...]] = []
    for item in _split(values, ","):
        if not values.strip():
            raise ValueError("found no value")
        if not item.strip():
            raise ValueError(f"found nothing between two commas in {values!r}")
        match = _STEPS.fullmatch(item)
        if match is not None:
            rows += [(value,) * len(paths) for value in _steps(*match.groups())]
            continue
        parts = _split(item, "/") if len(paths) > 1 else [item]
        if len(parts) not in (1, len(paths)):
            raise ValueError(f"found {len(parts)} values in {item.strip()!r}; allowed: 1 or {len(paths)}")
        given = [parse_set(f"x={each.strip()}")[1] for each in parts]
        rows.append(tuple(given * len(paths) if len(given) == 1 else given))
    if (row := _twice(rows)) is not None:
        raise ValueError(f"found {'/'.join(map(shown_value, row))} twice")
    return Axis(paths, tuple(rows))


def _twice(rows: Sequence[tuple[object, ...]]) -> tuple[object, ...] | None:
    """The first of these rows that one before it equals."""
    plain: set[tuple[object, ...]] = set()
    others: list[tuple[object, ...]] = []  # with arrays or tables of TOML, of which nobody writes many
    for row in rows:
        try:
            if row in plain:
                return row
            plain.add(row)
        except TypeError:
            if row in others:
                return row
            others.append(row)
    return None


def _steps(first: str, last: str, step: str) -> list[object]:
    """All numbers from the first to the last, which is among them: decimals are taken as written."""
    begin, end, by = (Decimal(each.replace("_", "")) for each in (first, last, step))
    try:
        steps = (end - begin) / by
    except ArithmeticError:  # a step of 0, or numbers beyond all measure
        steps = Decimal(-1)
    if steps < 0:
        raise ValueError(f"found {first}:{last}:{step}; allowed: a step that leads from {first} to {last}")
    return evenly(begin, end, by)


def evenly(begin: Decimal, end: Decimal, by: Decimal) -> list[object]:
    """All numbers from `begin` in steps up to `end`, whole ones if they all are.

    Raises ValueError where there are too many.
    """
    steps = (end - begin) / by
    if steps >= MOST_POINTS:
        many = f"{int(steps) + 1:,}" if steps < _COUNTED else "too many"
        raise ValueError(f"found {many} values; at most {MOST_POINTS:,} are possible")
    values = [begin + at * by for at in range(int(steps) + 1)]
    kind: Callable[[Decimal], object] = int if all(v == int(v) for v in values) else float
    return [kind(value) for value in values]


def _split(text: str, at: str) -> list[str]:
    """The parts of a text between these signs, but for those in quotes and brackets."""
    parts, quote, open_ = [""], "", [""]
    for letter in text:
        if quote:
            quote = "" if letter == quote else quote
        elif letter in "\"'":
            quote = letter
        elif letter in _OPENING:
            open_.append(_OPENING[letter])
        elif letter == open_[-1]:
            open_.pop()
        elif letter == at and len(open_) == 1:
            parts.append("")
            continue
        parts[-1] += letter
    return parts
