"""Whatever a file holds, nothing but a scenario or a ScenarioError comes out of loading it."""

from __future__ import annotations

import datetime as dt
import re
import tomllib
from contextlib import suppress
from copy import deepcopy
from pathlib import Path
from typing import Any

import hypothesis.strategies as st
from hypothesis import HealthCheck, example, given, settings

from sim.scenario import ScenarioError, load, template
from sim.scenario.writing.toml import toml_document
from tests.scenario.conftest import SMALL

OFF = re.compile(r"^#(?=[a-z\[])(?!extends|exhibitors_file|programme_file|pairs_file|published)", re.M)
WHOLE = tomllib.loads(OFF.sub("", template()))
fast = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def loads_or_says_why(text: str, tmp_path: Path) -> None:
    path = tmp_path / "fuzz.toml"
    path.write_bytes(text.encode("utf-8", "surrogatepass"))
    lines: list[str] = []
    scenario = None
    try:
        scenario = load(path)
    except ScenarioError as error:
        lines = str(error).split("\n")
    for line in lines:
        assert line.startswith(str(path)), line
        assert "pydantic" not in line
        assert "Input should" not in line
    if scenario is not None:
        path.write_text(scenario.to_toml(), "utf-8")
        assert load(path).hash == scenario.hash


@fast
@given(st.data())
def test_a_scenario_with_text_cut_out_and_put_in(tmp_path: Path, data: st.DataObject) -> None:
    text = SMALL.read_text("utf-8")
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(text)))
        end = data.draw(st.integers(start, min(len(text), start + 40)))
        put = data.draw(
            st.text(max_size=6) | st.sampled_from(["\n", "=", "[", "]]", '"', "{", "\0", "'''", "#", "-1"])
        )
        text = text[:start] + put + text[end:]
    loads_or_says_why(text, tmp_path)


odd: st.SearchStrategy[Any] = st.one_of(
    st.sampled_from(
        [
            0,
            -1,
            1,
            2,
            14,
            10**9,
            2**63,
            -(10**40),
            0.0,
            -0.5,
            0.5,
            1e308,
            float("nan"),
            float("inf"),
            True,
            "",
            "x",
        ]
    ),
    st.sampled_from(["north", "main", "buyer", "CN", "2025-05-20", "gamma", "../x", "exhibitor", "\x00"]),
    st.dates(),
    st.times(),
    st.datetimes(),
    st.lists(st.integers(-1, 3) | st.sampled_from(["main", "x"]), max_size=4),
    st.builds(dict),
    st.fixed_dictionaries(
        {"dist": st.sampled_from(["gamma", "constant", "uniform", "discrete", "empirical", "x", 3])}
    ),
    st.dictionaries(st.text(max_size=3), st.integers(0, 3), max_size=3),
)


def paths(value: Any, at: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    if not isinstance(value, dict):
        return [at]
    return [at, *(path for key, inner in value.items() for path in paths(inner, (*at, key)))][
        0 if at else 1 :
    ]


PATHS = paths(WHOLE)


@fast
@example([(("expo", "first_day"), dt.date(9999, 12, 31)), (("expo", "days"), 14)])
@example([(("extends",), "fuzz.toml")])
@example([(("exhibitors_file",), "fuzz.toml")])
@example([(("programme_file",), "\x00")])
@example([(("visitors", "buyer", "visits"), 10**4400)])
@given(st.lists(st.tuples(st.sampled_from(PATHS), odd), min_size=1, max_size=4))
def test_a_scenario_with_odd_values(tmp_path: Path, changes: list[tuple[tuple[str, ...], Any]]) -> None:
    tree = tomllib.loads(toml_document(WHOLE))
    for path, value in changes:
        node = tree
        for key in path[:-1]:
            node = node.setdefault(key, {}) if isinstance(node, dict) else {}
        if isinstance(node, dict):
            node[path[-1]] = deepcopy(value)
    with suppress(ValueError):  # a number that Python itself will not write
        loads_or_says_why(toml_document(tree), tmp_path)


@fast
@given(st.lists(st.sampled_from(PATHS), min_size=1, max_size=5))
def test_a_scenario_with_tables_and_keys_left_out(tmp_path: Path, gone: list[tuple[str, ...]]) -> None:
    tree = tomllib.loads(toml_document(WHOLE))
    for path in gone:
        node: Any = tree
        for key in path[:-1]:
            node = node.get(key, {}) if isinstance(node, dict) else {}
        if isinstance(node, dict):
            node.pop(path[-1], None)
    loads_or_says_why(toml_document(tree), tmp_path)


@fast
@example({"venue.halls.new.x_m": 0, "venue": 0})
@example({"venue.halls.new.x_m": 0, "venue": {}})
@example({"venue.halls.new.x_m": 0, "venue.halls.new": None})
@given(
    st.dictionaries(
        st.sampled_from([".".join(path) for path in PATHS]) | st.text(max_size=8),
        odd | st.none() | st.binary(max_size=2),
        min_size=1,
        max_size=4,
    )
)
def test_any_settings(changes: dict[str, Any]) -> None:
    with suppress(ScenarioError):
        assert load(SMALL, changes).hash
