"""What hurt in each replication, as JSON: written beside the results, and read again."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from pydantic import TypeAdapter, ValidationError

from sim.statistics.hurts_overall import Tally

__all__ = ["read_tallies", "written_tallies"]


def written_tallies(numbers: Sequence[int], tallies: Sequence[Tally]) -> str:
    """The tallies of these replications, an object with an entry for each."""
    adapter = TypeAdapter(Tally)
    plain = {
        str(number): adapter.dump_python(tally, mode="json")
        for number, tally in zip(numbers, tallies, strict=True)
    }
    return json.dumps(plain, indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def read_tallies(text: bytes, numbers: Sequence[int]) -> tuple[Tally, ...]:
    """The tallies of these replications as `written_tallies` left them.

    What tallies have had only since a later version, and so by default, may be missing.

    Raises ValueError, in one line, if it is no JSON, a value is not of its kind, or anything else is missing
    or more than it should be.
    """
    said = json.loads(text)
    if not isinstance(said, dict) or list(said) != [str(number) for number in numbers]:
        raise ValueError("it is not about the replications of kpis.csv")
    return tuple(_tally(number, value) for number, value in said.items())


def _tally(number: str, value: Any) -> Tally:
    adapter = TypeAdapter(Tally)
    try:
        tally = adapter.validate_json(json.dumps(value), strict=True)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, (number, *first["loc"])))
        raise ValueError(f"{where}: {first['msg'].lower()}") from None
    if not _holds(adapter.dump_python(tally, mode="json"), value):
        raise ValueError(f"{number}: it holds more than a tally has")
    return tally


def _holds(tally: Any, said: Any) -> bool:
    """Whether a tally, or a part of it, has all that is said, as it is said."""
    if isinstance(tally, dict) and isinstance(said, dict):
        return all(name in tally and _holds(tally[name], value) for name, value in said.items())
    return bool(tally == said)
