from __future__ import annotations

import math

import pytest

from sim.statistics import Estimate
from sim.statistics.text import clock, columns, grouped, number, of_estimate
from tests.statistics.building import at


@pytest.mark.parametrize(
    ("value", "unit", "shown"),
    [
        (160_000.0, "visits", "160,000"),
        (1234.5, "visits", "1,234"),
        (0.05159, "min", "0.0516"),
        (0.0, "min", "0"),
        (7.0, "min", "7"),
        (0.123, "share", "12.3"),
        (1.0, "share", "100"),
        (-2.5, "min", "-2.50"),
        (math.nan, "min", "–"),
    ],
)
def test_numbers_are_shown_with_three_significant_digits(value: float, unit: str, shown: str) -> None:
    assert number(value, unit) == shown


@pytest.mark.parametrize(
    ("mean", "half_width", "unit", "shown"),
    [
        (1502.37, 12.34, "visits", ("1,502", "12")),
        (3.0, 6.5725, "meetings", ("3.0", "6.6")),
        (0.0508, 0.00871, "min", ("0.0508", "0.0087")),
        (0.4137, 0.1702, "share", ("41", "17")),
        (0.4, 1e-17, "", ("0.400", "0")),  # alike but for rounding
        (0.0, 0.0, "", ("0", "0")),
        (7.25, math.nan, "min", ("7.25", "")),
        (math.nan, math.nan, "min", ("–", "")),
    ],
)
def test_a_mean_is_as_precise_as_its_half_width(
    mean: float, half_width: float, unit: str, shown: tuple[str, str]
) -> None:
    assert of_estimate(Estimate(mean, half_width, half_width, 10), unit) == shown


def test_times_are_said_as_people_say_them() -> None:
    assert clock(at(10, 15, 1)) == "day 2, 10:15"
    assert clock(at(0, 0.99)) == "day 1, 00:00"


def test_columns_are_aligned_over_all_groups() -> None:
    assert columns([["a", "1"], ["bbb", "22"]], "<>") == ["  a     1", "  bbb  22"]
    assert grouped([("One", [["a", "1"]]), ("Two", [["bbb", "22"]])], "<>") == [
        "One", "  a     1", "", "Two", "  bbb  22", "",
    ]  # fmt: skip
