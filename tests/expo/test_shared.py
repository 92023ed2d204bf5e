"""What variants share: the same bytes as without, and no step again whose reads are as they were."""

from __future__ import annotations

import ast
import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

import numpy as np
import pytest

import sim
from sim.expo import build
from sim.expo.expo import Expo
from sim.expo.shared import Shared, step
from sim.scenario import Scenario
from sim.scenario.schema.fields import FrozenDict
from sim.streams import Streams
from tests.expo.fair import built, fair
from tests.expo.variants import bytes_of


def same(one: Expo, other: Expo) -> bool:
    return b"".join(bytes_of(one)) == b"".join(bytes_of(other))


@cache
def _known() -> Shared:
    shared = Shared()
    assert same(build(fair(), shared=shared), built())
    return shared


def known() -> Shared:
    """What building the fair comes to."""
    return Shared(_records={key: list(records) for key, records in _known()._records.items()}, _known={})


VARIANTS = {  # what a change leaves to be done: of each step what reads it, or what comes of it
    "matchmaking.hungary.tables": (
        5,
        {"lay_out", "arrange_meetings"},
        {"_planned", "register", "draw_visitors", "send_requests"},
    ),
    "exhibitors.mean_staff": (7, {"roster", "draw_exhibitors"}, {"lay_out", "send_requests"}),
    "behaviour.return_share": (0.9, {"_of_persona"}, {"register", "arrange_meetings", "book_interests"}),
}


@pytest.mark.parametrize("path", VARIANTS)
def test_a_variant_is_the_same_bytes_and_does_again_only_what_its_change_concerns(path: str) -> None:
    value, again, taken = VARIANTS[path]
    shared = known()
    variant = fair(**{path.replace(".", "__"): value})
    assert same(build(variant, shared=shared), built(**{path.replace(".", "__"): value}))
    done = {name.rpartition(".")[2] for name in shared.done}
    assert again <= done
    assert not taken & done


def test_another_replication_takes_over_nothing_that_is_drawn_in_it() -> None:
    shared = known()
    assert same(build(fair(), 1, shared=shared), built(1))
    assert "visitors.visitors.draw_visitors" in shared.done
    assert "visitors.usual.mean_lengthening" in shared.taken


def test_what_is_shared_is_not_changed_by_who_has_it() -> None:
    shared = known()
    expo = build(fair(), shared=shared)
    assert not shared.done
    expo.floor.stops.talk[:] = 7  # a floor is its owner's
    assert same(build(fair(), shared=shared), built())
    with pytest.raises(ValueError, match="read-only"):
        expo.organisations.key[0] = 1


@pytest.mark.parametrize(("seeds", "done"), [((5, 6, 7, 6, 5), 4), ((5, 6, 5, 7, 5), 3)])
def test_memory_is_bounded_by_the_variants_that_are_kept_the_latest(
    seeds: tuple[int, ...], done: int
) -> None:
    shared = Shared(variants=2)
    for seed in seeds:
        with shared.building({}):
            _draws(Streams(seed, 0))
    assert [len(records) for records in shared._records.values()] == [2]
    assert (shared.done.total(), shared.taken.total()) == (done, 5 - done)


@step
def _whole(scenario: Scenario, streams: Streams) -> tuple[int, ...]:
    return (len(scenario.data.behaviour.model_dump()), streams.replication, len(scenario.data.visitors))


@step
def _parts(scenario: Scenario) -> tuple[str, ...]:
    # what is left out by a look at the keys alone, at another type, or through a copy, is noted too
    first = next(iter(scenario.data.visitors.values()))
    return (*scenario.data.visitors, first.model_copy(update={"visits": 9}).kind)


@pytest.mark.parametrize(
    ("function", "path", "again"),
    [
        (_whole, "behaviour.return_share", True),  # a dump reads all
        (_whole, "expo.title", False),
        (_parts, "visitors", True),  # a copy holds all
        (_parts, "expo.seed", False),
    ],
)
def test_whatever_way_a_value_is_read_it_is_noted(function: object, path: str, again: bool) -> None:
    values = {"behaviour.return_share": 0.77, "expo.title": "Another", "expo.seed": 5}
    persona = next(iter(fair().data.visitors))
    change = {path: values[path]} if path in values else {f"visitors.{persona}.visits": 8}
    shared, streams = Shared(), (Streams(0, 0),) if function is _whole else ()
    with shared.building({}):
        for scenario in (fair(), fair().replace(**change)):
            function(scenario, *streams)  # type: ignore[operator]
    assert shared.done.total() == 1 + again
    assert shared.taken.total() == 1 - again


@dataclass(frozen=True)
class _Pair:
    x: float
    y: float = 0.0


@dataclass(frozen=True)
class _Other:
    x: float


@step
def _keys(mapping: dict[str, int]) -> tuple[str, ...]:
    return tuple(mapping)


@step
def _kind(record: object) -> tuple[bool, float]:
    return isinstance(record, _Pair), record.x  # type: ignore[attr-defined]


@step
@lru_cache
def _remembered(record: _Pair) -> float:
    return record.x


@step
def _given(value: object) -> str:
    return str(value)


@pytest.mark.parametrize(
    ("function", "first", "then", "again"),
    [
        (_keys, FrozenDict(a=1), FrozenDict(a=2), False),
        (_keys, FrozenDict(a=1), FrozenDict(a=1, b=1), True),
        (_keys, FrozenDict(a=1, b=1), FrozenDict(b=1, a=1), True),
        (_kind, _Pair(1.0), _Pair(1.0, 2.0), False),
        (_kind, _Pair(1.0), _Other(1.0), True),
        (_remembered, _Pair(1.0), _Pair(1.0, 2.0), False),  # a memory would look at all of it
        (_given, 0.0, -0.0, True),
        (_given, math.nan, float("nan"), False),
        (_given, np.zeros(2), np.zeros(2), False),
        (_given, np.zeros(2), np.zeros(2, dtype=np.int64), True),
    ],
)
def test_a_step_is_done_again_for_another_of_what_it_reads(
    function: Callable[[object], object], first: object, then: object, again: bool
) -> None:
    shared = Shared()
    with shared.building({}):
        function(first)
        function(then)
    assert (shared.done.total(), shared.taken.total()) == (1 + again, 1 - again)


@step
def _sign(x: float) -> tuple[bool]:
    return (x > 0,)


def test_what_comes_to_the_same_is_the_same_for_those_who_compare() -> None:
    shared = Shared()
    with shared.building({}):
        assert _sign(1.0) is _sign(2.0)
    assert shared.done.total() == 2


@step
def _lists() -> list[int]:
    return [1]


@step
def _draws(streams: Streams) -> np.ndarray:
    return streams.uniform("x", np.arange(3, dtype=np.uint64))


def test_a_step_gives_back_nothing_that_could_change_unseen() -> None:
    with Shared().building({}):
        with pytest.raises(TypeError, match="list cannot be shared"):
            _lists()
        assert not _draws(Streams(1, 1)).flags.writeable
    assert _lists() == [1]
    assert _draws(Streams(1, 1)).flags.writeable  # a step alone is its function


def test_another_policy_of_ones_own_under_the_same_name_is_asked_anew() -> None:
    shared = Shared()
    for known_ in ({"mine": 1}, {"mine": 1}, {"mine": 2}):
        with shared.building(known_):
            _draws(Streams(1, 1))
    assert (shared.done.total(), shared.taken.total()) == (2, 1)


def test_steps_know_nothing_but_what_they_are_given() -> None:
    """No memory beside this one: what caches by scenario is a step itself, or would hold a watched one."""
    for path in Path(sim.__file__).parent.glob("expo/**/*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.FunctionDef):
                marks = [ast.unparse(each) for each in node.decorator_list]
                if any("cache" in mark for mark in marks) and any(
                    a.arg == "scenario" for a in node.args.args
                ):
                    assert marks[0] == "step", f"{path}: {node.name}"
