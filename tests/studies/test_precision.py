"""When a study stops: the arithmetic of precision."""

from __future__ import annotations

import math

import pytest

from sim.statistics.intervals import Estimate
from sim.studies.precision import CHOSEN, Precision, PrecisionError, Target

HELD = "meetings.held"
UNWANTED = "meetings.unwanted"


def rows(*values: float, name: str = HELD) -> list[dict[str, float]]:
    return [{name: value} for value in values]


@pytest.mark.parametrize(
    ("given", "width", "relative"),
    [(0.05, 0.05, True), ("5%", 0.05, True), ("0.05", 0.05, True), (" 2.5 % ", 0.025, True)],
)
def test_a_plain_precision_is_relative(given: float | str, width: float, relative: bool) -> None:
    target = Precision.parse(given).targets[CHOSEN[0]]
    assert target.width == pytest.approx(width)
    assert target.relative is relative


def test_a_number_for_a_kpi_is_in_its_unit_and_a_percentage_is_relative() -> None:
    targets = Precision.parse({HELD: 5, "booths.wait_minutes": "5%"}).targets
    assert targets == {HELD: Target(5.0, False), "booths.wait_minutes": Target(0.05, True)}


@pytest.mark.parametrize(
    "given", [0, -0.1, math.nan, math.inf, 5, "5", "120%", "five", "", "%", {}, {HELD: 0}]
)
def test_a_precision_that_means_nothing_is_refused(given: float | str | dict[str, float]) -> None:
    with pytest.raises(PrecisionError, match="precision"):
        Precision.parse(given)


def test_narrow_enough_intervals_need_no_more() -> None:
    # two values 99 and 101, not below 0: (μ - 100)² = 12.706² μ / 100, so μ is at most 113.539
    assert Precision.parse({HELD: 13.54}).replications_needed(rows(99, 101), 2) == 2
    assert Precision.parse({HELD: 13.53}).replications_needed(rows(99, 101), 2) > 2


def test_more_are_asked_for_by_the_square_root_law() -> None:
    values = rows(*[95.0, 105.0] * 10)
    # sd 5.130; (μ - 100)² = 2.401² μ / 100, half-width 2.430; the target 2.0 needs 20 * 1.2150² = 29.5
    assert Precision.parse({HELD: 2.0}).replications_needed(values, 20) == 30


def test_a_step_at_most_doubles_and_at_least_adds_one() -> None:
    wide, near = Precision.parse({HELD: 1e-9}), Precision.parse({HELD: 13.538})
    assert wide.replications_needed(rows(99, 101), 2) == 4
    assert near.replications_needed(rows(99, 101), 2) == 3


def test_a_number_that_did_not_vary_is_not_known_to_be_precise() -> None:
    """Ten equal results are no certainty: of a loss that comes once in ten, every third study has none."""
    assert Precision.parse({HELD: "50%"}).replications_needed(rows(*[0] * 10), 10) == 20
    assert Precision.parse({HELD: 100}).replications_needed(rows(*[0] * 10), 10) == 20
    assert Precision.parse({HELD: 100}).missed(rows(*[0] * 10)) == (HELD,)
    assert Precision.parse({HELD: 100}).missed(rows(*[0] * 8, 1, 2)) == (HELD,)  # nor if two differ


def test_an_input_is_what_the_scenario_says() -> None:
    values = rows(*[1500] * 10, name="visits.people")
    assert Precision.parse({"visits.people": 1}).replications_needed(values, 10) == 10


def test_of_kpis_that_nobody_named_those_that_do_not_vary_do_not_count() -> None:
    assert Precision.parse("1%").replications_needed(rows(0, 0, 0, name=CHOSEN[0]), 3) == 3


def test_one_value_is_never_enough() -> None:
    assert Precision.parse("50%").replications_needed(rows(10, math.nan, name=CHOSEN[0]), 2) == 4


def test_the_worst_kpi_decides() -> None:
    both = [{HELD: 99.0, UNWANTED: 0.0}, {HELD: 101.0, UNWANTED: 1.0}]
    assert Precision.parse({HELD: 20}).replications_needed(both, 2) == 2
    assert Precision.parse({HELD: 20, UNWANTED: 0.001}).replications_needed(both, 2) == 4


def test_a_kpi_that_does_not_exist_is_named_with_its_near_miss() -> None:
    with pytest.raises(PrecisionError, match=r"no KPI 'meetings\.hold'; did you mean meetings\.held"):
        Precision.parse({"meetings.hold": 1}).check_names()


def test_the_default_kpis_exist() -> None:
    Precision.parse("5%").check_names()


def test_a_named_kpi_without_a_value_is_refused_and_a_default_one_is_left_out() -> None:
    nothing = rows(math.nan, math.nan)
    with pytest.raises(PrecisionError, match="no value in this scenario"):
        Precision.parse({HELD: 1}).replications_needed(nothing, 2)
    assert Precision.parse("5%").replications_needed(nothing, 2) == 2


def test_excess_is_the_half_width_over_what_is_allowed() -> None:
    estimate = Estimate(mean=-50.0, low=-55.0, high=-49.0, sd=1.0, n=3, differ=2)  # the longer side counts
    assert Target(0.05, relative=True).excess(estimate) == pytest.approx(2.0)
    assert Target(10.0, relative=False).excess(estimate) == pytest.approx(0.5)


def test_the_kpis_that_fall_short_are_named() -> None:
    both = [{HELD: 99.0, UNWANTED: 0.0}, {HELD: 101.0, UNWANTED: 1.0}]
    assert Precision.parse({HELD: 20, UNWANTED: 0.001}).missed(both) == (UNWANTED,)
    assert Precision.parse({HELD: 20, "meetings.gap": 0.001}).missed(both) == ()
