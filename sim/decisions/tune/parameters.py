"""Section `[parameters]` of a study file: lists of values and ranges, each of one path or of linked ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any, Final

from pydantic import BaseModel, Field, ValidationError

from sim.decisions.asked_file import STRICT, declared_at, is_number, new_paths
from sim.decisions.tune.space import Dimension, stepped
from sim.files.problems import Fault
from sim.scenario.checks.wording import allowed, describe
from sim.scenario.reading.document import Document
from sim.studies.varying import Axis

__all__ = ["dimensions_of", "ends"]

_ALLOWED: Final = "allowed: a list of values, or a range such as { low = 2, high = 30 }"


class Range(BaseModel):
    """Numbers from one to another."""

    model_config = STRICT
    low: float = Field(description="The least.")
    high: float = Field(description="The greatest.")
    step: float | None = Field(None, description="From one to the next.")
    log: bool = Field(False, description="Whether it is their ratios that matter.")


def dimensions_of(document: Document, section: Mapping[str, Any]) -> tuple[dict[str, Dimension], list[Fault]]:
    """What each key of the section says, by the key, of those that say something; and all that is wrong."""
    read: dict[str, Dimension] = {}
    faults: list[Fault] = []
    seen: set[str] = set()
    for name, said in section.items():
        try:
            _check_kind(said)
            paths = new_paths(name, seen)
            read[name] = _range(paths, said) if isinstance(said, Mapping) else _list(paths, said)
        except ValidationError as error:
            found = list(describe(error, Range, said))
            faults += [document.problem(("parameters", name, *keys), message) for keys, message in found]
        except ValueError as error:
            faults.append(document.problem(("parameters", name), str(error)))
    return read, faults


def _check_kind(said: object) -> None:
    if isinstance(said, Mapping) and not said.keys() & Range.model_fields.keys():
        raise ValueError(f"found a section; {_ALLOWED}; a path goes in quotes")
    if not isinstance(said, Mapping | list):
        raise ValueError(f"found {said}; {_ALLOWED}")


def _list(paths: tuple[str, ...], values: Sequence[Any]) -> Dimension:
    if not values:
        raise ValueError("found nothing in it; allowed: at least 1 value")
    rows = tuple(_row(paths, value) for value in values)
    if any(row in rows[:at] for at, row in enumerate(rows)):
        raise ValueError("found a value twice")
    numbers = all(is_number(value) for row in rows for value in row)
    return Dimension(paths, rows, ordered=numbers and _rises(rows))


def _rises(rows: Sequence[Sequence[float]]) -> bool:
    """Whether each is greater than the one before."""
    return all(a[0] < b[0] for a, b in pairwise(rows))


def _row(paths: tuple[str, ...], value: Any) -> tuple[Any, ...]:
    """What linked paths take together: a value each, or the same one."""
    if len(paths) == 1:
        return (value,)
    if not isinstance(value, list):
        return (value,) * len(paths)
    if len(value) != len(paths):
        raise ValueError(f"found {len(value)} values in a row; allowed: 1 or {len(paths)}")
    return tuple(value)


def _range(paths: tuple[str, ...], said: Mapping[str, Any]) -> Dimension:
    read = Range.model_validate(said)
    shapes = [declared_at(path) for path in paths]
    for shape in shapes:
        # of a path that there is not, the scenario itself says so
        if shape is not None and not (shape.hint in (int, float) or "a number" in allowed(shape)):
            raise ValueError(f"found a range; allowed there: {allowed(shape)}")
    whole = any(shape is not None and shape.hint is int for shape in shapes)
    numbers = stepped(read.low, read.high, read.step, whole=whole, log_=read.log)
    return Dimension(paths, tuple((each,) * len(paths) for each in numbers), ordered=True, log=read.log)


def ends(dimension: Dimension) -> Axis:
    """What of a dimension is tried beforehand: the ends of what is in order, else all values."""
    rows = dimension.values
    return Axis(dimension.paths, (rows[0], rows[-1]) if dimension.ordered and len(rows) > 1 else rows)
