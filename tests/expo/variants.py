"""Variants of a scenario, one for each of its values: are they the same when steps are shared?

As a program, `python -m tests.expo.variants`, it tries each value of two scenarios that use every feature:
the variant is built after the unchanged scenario with what earlier builds came to, and without. A number
after the command tries one value of so many, the scenarios' names after it these alone.
"""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

import sim
from sim.expo import Expo, build
from sim.expo.shared import Shared
from sim.scenario import Scenario, ScenarioError, template
from sim.scenario.writing.plain import resolved_tree
from tests.expo.fair import TOML
from tests.scenario.test_fields_are_read import CHANGES, FILES, OFF

WORDS = ("greedy", "booth", "no", "north", "east", "west", "energy", "fixed", "uniform", "exhibitor")

__all__ = ["bytes_of", "changed", "everything", "leaves"]


def everything() -> tuple[Scenario, ...]:
    """Scenarios that use every feature of the schema between them."""
    with TemporaryDirectory() as folder:
        whole, fair = Path(folder, "whole.toml"), Path(folder, "fair.toml")
        whole.write_text(FILES.sub("", OFF.sub("", template())), encoding="utf-8")
        fair.write_text(TOML, encoding="utf-8")
        return sim.load(whole, CHANGES), sim.load(fair)


def leaves(scenario: Scenario) -> Iterator[tuple[str, Any]]:
    """Each value of a scenario with its path."""

    def below(path: str, value: Any) -> Iterator[tuple[str, Any]]:
        if isinstance(value, dict):
            for key, each in value.items():
                yield from below(f"{path}.{key}" if path else key, each)
        else:
            yield path, value

    return below("", resolved_tree(scenario.data))


def changed(scenario: Scenario, path: str, value: Any) -> Scenario | None:
    """The scenario with another value at a path, if one of some others is allowed there."""
    if isinstance(value, bool):
        others: list[Any] = [not value]
    elif isinstance(value, (int, float)):
        others = [value + 1, value - 1, value * 1.25, value * 0.8, value + 0.1, value - 0.1]
    elif isinstance(value, (list, tuple)) and value and isinstance(value[0], (int, float)):
        others = [[each + step for each in value] for step in (1, -1, 0.1)]
    elif isinstance(value, dt.date):
        others = [value.replace(day=day) for day in (12, 17, 21)]
    elif isinstance(value, dt.time):
        others = [value.replace(hour=hour) for hour in (12, 17, 21)]
    else:
        others = [None, *WORDS]
    for other in others:
        try:
            variant = scenario.replace(**{path: other})
        except ScenarioError:
            continue
        if variant != scenario:
            return variant
    return None


def bytes_of(thing: Any) -> Iterator[bytes]:
    """All that an expo holds but its hash, which is the scenario's, as bytes."""
    if isinstance(thing, np.ndarray):
        yield repr((thing.dtype, thing.shape)).encode()
        yield thing.tobytes()
    elif is_dataclass(thing):
        for each in fields(thing):
            if each.name != "hash":
                yield from bytes_of(getattr(thing, each.name))
    elif isinstance(thing, (tuple, list)):
        for one in thing:
            yield from bytes_of(one)
    elif isinstance(thing, dict):
        yield from bytes_of(tuple(thing.items()))
    else:
        yield repr(thing).encode()


def _outcome(scenario: Scenario, replication: int, shared: Shared | None = None) -> bytes:
    try:
        expo: Expo = build(scenario, replication, shared=shared)
    except ScenarioError as error:
        return str(error).encode()
    return b"\x1f".join(bytes_of(expo))


def main() -> None:
    """Try values of scenarios."""
    every = int(sys.argv[1]) if len(sys.argv) > 1 else 1
    for scenario in everything():
        if len(sys.argv) > 2 and scenario.name not in sys.argv[2:]:
            continue
        shared, other, same, like = Shared(), 0, 0, _outcome(scenario, 1)
        for path, value in list(leaves(scenario))[::every]:
            variant = changed(scenario, path, value)
            if variant is None:
                print(f"  no other value of {path} = {value!r} was found")
                continue
            _outcome(scenario, 1, shared)
            alone = _outcome(variant, 1)
            if _outcome(variant, 1, shared) != alone:
                raise SystemExit(f"{path} = {value!r}: another expo when steps are shared")
            same, other = same + (alone == like), other + (alone != like)
        steps = shared.taken.total() / (shared.taken.total() + shared.done.total())
        print(
            f"{scenario.name}: {other + same} values changed one at a time, {other} of them change the expo; "
            f"the same bytes with and without sharing; {steps:.0%} of the steps were taken over"
        )


if __name__ == "__main__":
    main()
