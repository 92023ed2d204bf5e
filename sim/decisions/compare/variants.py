"""Which scenarios are compared: those given, or values of paths of one, and what each is called."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from sim.decisions.told import short_names
from sim.studies.varying import Axis, Point, Span, grid, shown_value

if TYPE_CHECKING:
    from sim.scenario import Scenario

__all__ = ["labels", "told_apart", "variants", "varied"]


def varied(given: Sequence[Axis | Span], uncertain: bool) -> tuple[list[Axis], list[Span]]:
    """The values that are compared, and the ranges of what is uncertain, if that is asked."""
    spans = [each for each in given if isinstance(each, Span)]
    if spans and not uncertain:
        name = spans[0].name
        raise ValueError(f"{name}: values are compared, not a range: {name}=5,10 or from:to:step")
    return [each for each in given if isinstance(each, Axis)], spans


def variants(
    given: tuple[Scenario, ...], axes: Sequence[Axis]
) -> tuple[tuple[str, ...], tuple[Scenario, ...], str, int]:
    """Names and scenarios, the axis if they are values in order on one, and which is the baseline."""
    if not axes:
        if len(given) < 2:
            raise ValueError("one scenario alone is not compared: give another, or what to vary")
        return told_apart(given), given, "", 0
    if len(given) != 1:
        raise ValueError("what is varied is varied in one scenario: give one, or several and nothing to vary")
    points = grid(given[0], axes)
    if len(points) < 2:
        raise ValueError("one value alone is not compared: give another")
    own = next((at for at, point in enumerate(points) if point.scenario == given[0]), 0)
    axis = axes[0].name if len(axes) == 1 and _rises(axes[0]) else ""
    return labels(points), tuple(point.scenario for point in points), axis, own


def _rises(axis: Axis) -> bool:
    """Whether an axis has one number each that grows."""
    firsts = [row[0] for row in axis.values if all(value == row[0] for value in row)]
    numbers = [value for value in firsts if isinstance(value, int | float) and not isinstance(value, bool)]
    return len(numbers) == len(axis.values) and all(a < b for a, b in pairwise(numbers))


def labels(points: Sequence[Point]) -> tuple[str, ...]:
    """What points are called: the last keys of what is varied with its values, or whole paths if need be."""
    paths = list(points[0].settings)
    called = dict(zip(paths, short_names(paths), strict=True))
    lasts = {path.rpartition(".")[2] for path in paths}
    if len(lasts) == 1 and all(len(set(map(str, point.settings.values()))) == 1 for point in points):
        called = {paths[0]: lasts.pop()}  # linked: the same key of several sections with one value
    return tuple(
        ", ".join(f"{name} {shown_value(point.settings[path])}" for path, name in called.items())
        for point in points
    )


def told_apart(scenarios: Sequence[Scenario]) -> tuple[str, ...]:
    """Names of scenarios; where two are the same, with the beginning of their hashes."""
    names = [each.name for each in scenarios]
    told = [
        name if names.count(name) == 1 else f"{name} ({each.hash[:8]})"
        for name, each in zip(names, scenarios, strict=True)
    ]
    return tuple(name if told.count(name) == 1 else f"{name} {at + 1}" for at, name in enumerate(told))
