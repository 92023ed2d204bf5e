"""What `--vary` says, and the points that come of it."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Literal

import pytest

import sim
from sim.scenario import ScenarioError
from sim.studies import varying
from sim.studies.varying import Axis, Span, drawn, grid, parse_vary

FAIR = Path(__file__).parents[1] / "cli" / "fair.toml"


@pytest.fixture(scope="module")
def fair() -> sim.Scenario:
    return sim.load(str(FAIR))


def rows(text: str) -> tuple[tuple[object, ...], ...]:
    axis = parse_vary(text)
    assert isinstance(axis, Axis)
    return axis.values


def test_values_steps_and_linked_paths_are_read_as_they_are_written() -> None:
    assert rows("a.b=5,10,15") == ((5,), (10,), (15,))
    assert rows("a=greedy, 'a,b' ,[1, 2],{x = 1, y = 2}") == (
        ("greedy",),
        ("a,b",),
        ([1, 2],),
        ({"x": 1, "y": 2},),
    )
    assert rows("a=5:20:5") == ((5,), (10,), (15,), (20,))
    assert rows("a=0.1:0.5:0.1") == ((0.1,), (0.2,), (0.3,), (0.4,), (0.5,))  # the last one is among them
    assert rows("a=3:1:-1,7") == ((3,), (2,), (1,), (7,))
    assert rows("a/b=5/40, 6/80, 7") == ((5, 40), (6, 80), (7, 7))
    assert rows('a=09:00,"13:00:00"') == ((dt.time(9),), ("13:00:00",))
    assert rows("a=09:00:00,10:30:15") == ((dt.time(9),), (10,), (25,))  # no number begins with a 0
    assert parse_vary("a.b/c=5..20") == Span(("a.b", "c"), 5, 20, True)
    assert parse_vary("a=5..20.0") == Span(("a",), 5, 20, False)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("5", "says not what to vary; allowed: path=5,10,15"),
        ("=5", "says not what to vary"),
        ("a=1,,2", "found nothing between two commas"),
        ("a=", "found no value"),
        ("a=0.1:1e999999999:0.1", "allowed: a step that leads from 0.1 to 1e999999999"),
        ("a=1:2:1e-300", "found too many values; at most 100,000"),
        ("a=-1e308..1e308", "a range that begins below its end"),
        (f"a=0..{'9' * 400}", "a range that begins below its end"),
        ("a=1,2,1", "found 1 twice"),
        ("a=1:20000:1,7", "found 7 twice"),
        ("a=[1, 2],[2],[1,2.0]", "found [1, 2.0] twice"),
        ("a/b=1/{x = 1},2/{x = 1},1/{x = 1}", "found 1/{'x': 1} twice"),
        ("a/b=1/2/3", "found 3 values in '1/2/3'; allowed: 1 or 2"),
        ("a=5:1:1", "allowed: a step that leads from 5 to 1"),
        ("a=1:5:0", "allowed: a step that leads"),
        ("a=1:9999999:1", "found 9,999,999 values; at most 100,000"),
        ("a=5..5", "a range that begins below its end"),
    ],
)
def test_what_is_no_variation_is_told(text: str, says: str) -> None:
    with pytest.raises(ScenarioError, match=r"^--vary") as told:
        parse_vary(text)
    assert says in str(told.value)


def test_a_grid_has_all_combinations_and_tells_all_that_is_wrong_once(fair: sim.Scenario) -> None:
    axes = [parse_vary("expo.seed=3,4"), parse_vary("exhibitors.mean_staff=2,5")]
    made = grid(fair, [each for each in axes if isinstance(each, Axis)])
    assert [list(point.settings.values()) for point in made] == [[3, 2], [3, 5], [4, 2], [4, 5]]
    assert [point.scenario.data.expo.seed for point in made] == [3, 3, 4, 4]
    assert len({point.scenario.hash for point in made}) == 4
    wrong = Axis(("expo.seed",), ((-1,), (-2,))), Axis(("exhibitors.mean_staf",), ((2,), (3,)))
    with pytest.raises(ScenarioError) as told:
        grid(fair, wrong)
    lines = str(told.value).splitlines()
    assert sorted(line.partition(":")[0] for line in lines) == [
        "--vary exhibitors.mean_staf=2",
        "--vary exhibitors.mean_staf=3",
        "--vary expo.seed=-1",
        "--vary expo.seed=-2",
    ]
    with pytest.raises(ValueError, match=r"expo\.seed is varied twice"):
        grid(fair, [Axis(("expo.seed",), ((1,),)), Axis(("expo.seed",), ((2,),))])


def test_so_many_values_are_possible_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(varying, "MOST_POINTS", 10)
    assert rows("a=1:10:1") == tuple((value,) for value in range(1, 11))
    with pytest.raises(ScenarioError, match="found 11 values; at most 10 are possible"):
        parse_vary("a=0:10:1")


def test_of_very_many_values_that_are_wrong_some_are_told(fair: sim.Scenario) -> None:
    with pytest.raises(ScenarioError) as told:
        grid(fair, [Axis(("exhibitors.area_gini",), tuple((2 + at,) for at in range(100_000)))])
    assert len(str(told.value).splitlines()) == 20


def test_drawn_points_fill_their_ranges_evenly_and_are_the_same_again(fair: sim.Scenario) -> None:
    spans = [Span(("expo.seed",), 1, 8, True), Span(("exhibitors.mean_staff",), 2, 4, False)]
    methods: tuple[Literal["lhs", "sobol"], ...] = ("lhs", "sobol")
    for method in methods:
        made = drawn(fair, spans, 8, method=method, seed=5)
        again = drawn(fair, spans, 8, method=method, seed=5)
        assert [point.settings for point in made] == [point.settings for point in again]
        seeds = [point.scenario.data.expo.seed for point in made]
        staff = [float(point.scenario.data.exhibitors.mean_staff) for point in made]
        assert sorted(seeds) == list(range(1, 9))  # one in each eighth: every seed once
        assert sorted(int((each - 2) * 4) for each in staff) == list(range(8))
    assert len(drawn(fair, spans, 6, method="sobol")) == 6  # a power of two is drawn, and six of it kept
    whole = Span(("a",), 3, 5, True)
    assert [whole.at(share) for share in (0, 0.33, 0.34, 0.66, 0.67, 1 - 1e-12)] == [3, 3, 4, 4, 5, 5]
