from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.files.lines import cells, wrapped
from sim.statistics import Estimate
from sim.statistics.measures import NAN
from sim.statistics.text import Row, clock, number, of_estimate, table
from tests.statistics.building import at


@pytest.mark.parametrize(
    ("value", "unit", "shown"),
    [
        (160_000.0, "visits", "160,000"),
        (1234.5, "visits", "1,234"),
        (0.05159, "min", "3.10"),  # seconds
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


def around(mean: float, half_width: float, longer: float | None = None) -> Estimate:
    return Estimate(mean, mean - half_width, mean + (longer or half_width), half_width, 10, 9)


@pytest.mark.parametrize(
    ("estimate", "unit", "shown"),
    [
        (around(1502.37, 12.34), "visits", ("1,502", "± 12")),
        (around(5999.90, 0.23), "visits", ("5,999.9", "± 0.2")),  # five digits at most ...
        (around(90900, 0.23), "EUR", ("90,900.0", "± 0.2")),  # ... and one of the half-width at least
        (around(123_456, 3571), "visits", ("123,500", "± 3,600")),
        (around(3.0, 6.5725), "meetings", ("3", "± 7")),
        (around(0.0508, 0.00871), "min", ("3.0", "± 0.5")),  # seconds
        (around(71.94, 1.32), "min", ("71.9", "± 1.3")),
        (around(0.4137, 0.1702), "share", ("41", "± 17")),
        (around(0.4, 0.2, 0.5), "", ("0.40", "0.20 to 0.90")),
        (around(9.148, 1.8, 2.2), "meetings", ("9.1", "7.3 to 11.3")),
        (around(64.0, 63.8, 20_581), "", ("60", "0 to 20,640")),  # of two replications: not "0"
        (around(1.5, 1.4997, 8755.5), "pairs", ("2", "0 to 8,757")),
        (around(0.02, 0.01, 8.0), "pairs", ("0", "0 to 8")),  # less than one
        (around(-0.04, 1.2), "", ("0.0", "± 1.2")),
        (Estimate(0.0, NAN, NAN, 0.0, 10, 0), "", ("0", "same in all 10")),
        (Estimate(90_900.00000000001, NAN, NAN, 1e-11, 10, 0), "EUR", ("90,900", "same in all 10")),
        (Estimate(0.01234, NAN, NAN, 0.1, 10, 2), "share", ("1.2", "2 of 10 differ")),
        (Estimate(7.25, NAN, NAN, NAN, 1, 0), "min", ("7.25", "")),
        (Estimate(NAN, NAN, NAN, NAN, 0, 0), "min", ("–", "")),
    ],
)
def test_a_mean_is_as_precise_as_its_half_width(
    estimate: Estimate, unit: str, shown: tuple[str, str]
) -> None:
    assert of_estimate(estimate, unit) == shown


def test_times_are_said_as_people_say_them() -> None:
    assert clock(at(10, 15, 1)) == "day 2, 10:15"
    assert clock(at(0, 0.99)) == "day 1, 00:00"


ROWS = [
    Row("Wait", "3.4", "± 0.4", "s", "predicted", "booths.wait_minutes"),
    Row("Useful contacts that nine in ten reach", "9.2", "8.1 to 9.9", "", "input", "contacts.useful_p10"),
]


def test_a_wide_table_has_a_line_a_kpi() -> None:
    assert table([("One", ROWS[:1]), ("Two", ROWS[1:])], 120) == [
        "One",
        "  Wait                                    3.4 ± 0.4      s  predicted  booths.wait_minutes",
        "",
        "Two",
        "  Useful contacts that nine in ten reach  9.2 8.1 to 9.9    input      contacts.useful_p10",
        "",
    ]


def test_in_a_narrow_table_names_stand_below_and_labels_are_wrapped_in_their_column() -> None:
    assert table([("One", ROWS)], 60) == [
        "One",
        "  Wait                                    3.4 ± 0.4      s",
        "    booths.wait_minutes (predicted)",
        "  Useful contacts that nine in ten reach  9.2 8.1 to 9.9",
        "    contacts.useful_p10 (input)",
        "",
    ]
    long = [row._replace(label=f"{row.label} of all who came there") for row in ROWS]
    assert table([("One", long)], 60)[:5] == [
        "One",
        "  Wait of all who came there                3.4 ± 0.4      s",
        "    booths.wait_minutes (predicted)",
        "  Useful contacts that nine in ten reach    9.2 8.1 to 9.9",
        "  of all who came there",
    ]


@given(st.text("ab  展会é", max_size=200), st.integers(10, 60))
def test_wrapped_text_fits_and_keeps_every_letter(text: str, width: int) -> None:
    lines = wrapped(text, width, "- ", "  ")
    assert all(cells(line) <= width for line in lines)
    assert "".join("".join(lines).removeprefix("-").split()) == "".join(text.split())


def test_a_chinese_letter_takes_two_columns_and_an_accent_none() -> None:
    assert (cells("展会"), cells("e\u0301"), cells("abc")) == (4, 1, 3)
