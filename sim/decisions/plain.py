"""Answers as plain values, such as JSON has, and back: data alone, whatever a file says.

An answer is a dataclass of this house made of others, of numbers, texts and times. Each goes over by its
fields, under the names of its module and class, whatever room the module is in; what is read becomes one of
these classes and nothing else.
Numbers come back to the last bit. Of results their KPIs are kept, not the tables that were read from them.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import pkgutil
from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import cache
from importlib import import_module
from math import isfinite, nan
from typing import TYPE_CHECKING, Any, Final

from pydantic import BaseModel

from sim.studies.cell import StudyError

if TYPE_CHECKING:
    import pandas as pd

    from sim.scenario import Scenario
    from sim.studies.resultset import ResultSet

__all__ = ["NotPlainError", "plain", "read"]

_KIND: Final = "is"  # the key that says what an object of JSON stands for
_FLOATS: Final = {"nan": nan, "inf": float("inf"), "-inf": float("-inf")}
_TIMES: Final[dict[str, Any]] = {"date": dt.date, "time": dt.time, "datetime": dt.datetime}
_ELSEWHERE: Final = (
    "sim.scenario.difference",
    "sim.scenario.schema.distributions",
    "sim.scenario.schema.expected",
    "sim.statistics.intervals",
    "sim.studies.resultset",
    "sim.studies.varying",
)
_NOT_KEPT: Final = frozenset({"whole", "tallies", "kept", "divided"})  # of results
_ARRAYS: Final = frozenset("biuf")  # kinds of numbers
_COLUMNS: Final = frozenset({"int64", "Int64", "float64", "bool", "str", "object"})  # of tables
_DEEPEST: Final = 60


class NotPlainError(ValueError):
    """A value that is not one of those that answers are made of; the text says which."""


@cache
def _classes() -> Mapping[str, type]:
    """The classes that answers are made of, by what they are called in a file."""
    import sim.decisions

    rooms = pkgutil.walk_packages(sim.decisions.__path__, "sim.decisions.")
    modules = [import_module(name) for name in (*(each.name for each in rooms), *_ELSEWHERE)]
    return {
        _called(kind): kind
        for module in modules
        for kind in vars(module).values()
        if isinstance(kind, type)
        and kind.__module__ == module.__name__
        and (dataclasses.is_dataclass(kind) or issubclass(kind, BaseModel))
    }


def _called(kind: type) -> str:
    return f"{kind.__module__.rpartition('.')[2]}.{kind.__qualname__}"


def plain(value: object, scenario: Callable[[Scenario], int]) -> Any:
    """A value as JSON has it; `scenario` takes note of a scenario, and gives the number to call it by.

    Raises:
        NotPlainError: it is none of those that answers are made of.
    """
    import numpy as np
    import pandas as pd

    from sim.scenario import Scenario
    from sim.studies.resultset import ResultSet

    def say(value: object) -> Any:
        if value is None or isinstance(value, bool | str) or type(value) is int:
            return value
        if isinstance(value, float):
            return float(value) if isfinite(value) else {_KIND: "float", "says": str(float(value))}
        if isinstance(value, np.generic):
            return say(value.item())
        if isinstance(value, np.ndarray):
            return {_KIND: "array", "of": value.dtype.str, "says": say(tuple(value.tolist()))}
        if isinstance(value, pd.DataFrame):
            columns = [[str(name), str(value[name].dtype), say(tuple(value[name]))] for name in value.columns]
            return {_KIND: "table", "says": columns}
        if value is pd.NA:
            return None
        if isinstance(value, Fraction):
            return {_KIND: "fraction", "says": str(value)}
        if isinstance(value, dt.datetime | dt.date | dt.time):
            return {_KIND: type(value).__name__, "says": value.isoformat()}
        if isinstance(value, tuple | range):
            return [say(each) for each in value]
        if isinstance(value, list):
            return {_KIND: "list", "says": [say(each) for each in value]}
        if isinstance(value, set | frozenset):  # in one order, so that the same answer is the same file
            return {_KIND: type(value).__name__, "says": sorted(map(say, value), key=json.dumps)}
        if isinstance(value, Mapping):
            return {_KIND: "mapping", "says": [[say(key), say(each)] for key, each in value.items()]}
        if isinstance(value, Scenario):
            return {_KIND: "scenario", "says": scenario(value)}
        if isinstance(value, StudyError):
            return {_KIND: "failure", "says": str(value)}
        if isinstance(value, ResultSet):
            return _of_results(value)
        return _of_class(value)

    def _of_results(results: ResultSet) -> dict[str, Any]:
        names = results.names
        fields = {
            each.name: say(getattr(results, each.name))
            for each in dataclasses.fields(results)
            if each.name not in (*_NOT_KEPT, "rows")
        }
        rows = [[say(row[name]) if name in row else None for name in names] for row in results.rows]
        return {_KIND: "results", "kpis": list(names), "rows": rows, "says": fields}

    def _of_class(value: object) -> dict[str, Any]:
        kind = type(value)
        called = _called(kind)
        if _classes().get(called) is kind:
            if dataclasses.is_dataclass(value):
                fields = {each.name: say(getattr(value, each.name)) for each in dataclasses.fields(value)}
                return {_KIND: called, "says": fields}
            if isinstance(value, BaseModel):
                return {
                    _KIND: called,
                    "says": {k: say(v) for k, v in value.model_dump(by_alias=True).items()},
                }
        raise NotPlainError(f"a {called} cannot be kept")

    return say(value)


def read(value: object, scenarios: Mapping[int, Scenario]) -> Any:
    """What `plain` made a value of, with these scenarios by their numbers.

    Raises:
        NotPlainError: `plain` makes no such value.
    """

    def see(value: Any, depth: int = 0) -> Any:
        if depth > _DEEPEST:
            raise NotPlainError("nested too deep")
        if value is None or isinstance(value, bool | str | int | float):
            return value
        if isinstance(value, list):
            return tuple(see(each, depth + 1) for each in value)
        if not isinstance(value, dict) or _KIND not in value or "says" not in value:
            raise NotPlainError("an object that does not say what it is")
        return _known(value[_KIND], value["says"], value, depth + 1)

    def _known(kind: Any, says: Any, whole: dict[str, Any], depth: int) -> Any:
        try:
            if kind == "float":
                return _FLOATS[says]
            if kind == "fraction":
                return Fraction(says)
            if kind in _TIMES:
                return _TIMES[kind].fromisoformat(says)
            if kind in ("list", "set", "frozenset"):
                made = see(says, depth)
                return {"list": list, "set": set, "frozenset": frozenset}[kind](made)
            if kind == "mapping":
                return {see(key, depth): see(each, depth) for key, each in says}
            if kind == "scenario":
                return scenarios[says]
            if kind == "failure":
                return StudyError(str(says))
            if kind == "array":
                import numpy as np

                if str(whole["of"])[1:2] not in _ARRAYS:
                    raise NotPlainError("an array of something else than numbers")
                return np.array(see(says, depth), dtype=np.dtype(str(whole["of"])))
            if kind == "table":
                return _table(says, depth)
            if kind == "results":
                return _results(says, whole, depth)
            return _class(kind)(**{str(name): see(each, depth) for name, each in says.items()})
        except NotPlainError:
            raise
        except (TypeError, ValueError, KeyError, AttributeError, OverflowError) as error:
            raise NotPlainError(f"{kind}: {' '.join(str(error).split())[:120]}") from None

    def _table(says: list[Any], depth: int) -> pd.DataFrame:
        import pandas as pd

        columns = {}
        for name, dtype, values in says:
            if dtype not in _COLUMNS:
                raise NotPlainError(f"a column of {dtype}")
            columns[str(name)] = pd.Series(see(values, depth), dtype=dtype)
        return pd.DataFrame(columns)

    def _results(says: dict[str, Any], whole: dict[str, Any], depth: int) -> ResultSet:
        from sim.studies.resultset import ResultSet

        names = [str(name) for name in whole["kpis"]]
        rows = tuple(
            {name: see(each, depth) for name, each in zip(names, row, strict=True) if each is not None}
            for row in whole["rows"]
        )
        return ResultSet(rows=rows, kept={}, **{str(name): see(each, depth) for name, each in says.items()})

    return see(value)


def _class(called: object) -> Callable[..., Any]:
    """The class that is called so, if answers are made of it."""
    found = _classes().get(str(called))
    if found is None:
        raise NotPlainError(f"{str(called)[:80]!r} is nothing that answers are made of")
    if issubclass(found, BaseModel):
        return lambda **fields: found.model_validate(fields)
    return found
