"""Dates and times as people write them mean what was meant, or nobody can know and it is said so."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.files.moments import moments, shown_moment


def read(*cells: str) -> tuple[list[str | None], list[str]]:
    said: list[str] = []
    found = moments(cells, lambda at, message: said.append(f"{at}{message}"))
    return [None if each is None else shown_moment(each) for each in found], said


@pytest.mark.parametrize(
    "cell",
    [
        "2026-05-12 10:00",
        "2026-05-12T10:00",
        "2026/5/12 10:00",
        "2026.05.12. 10:00",
        "12.5.2026 10:00",
        "12. 5. 2026, 10:00 Uhr",
        "Tue 12/05/2026 10:00",
        "Tue, May 12, 2026 10:00 AM",
        "May 12th 2026 at 10am",
        "12 May 2026 10:00",
        "Dienstag, 12. Mai 2026 10:00",
        "mardi 12 mai 2026 10h00",
        "12 de mayo de 2026 10:00",
        "2026. május 12. 10:00",
        "  12.05.2026   10:00 ",
    ],
)
def test_one_moment_in_many_forms(cell: str) -> None:
    assert read(cell) == (["2026-05-12 10:00"], [])


@pytest.mark.parametrize(
    ("cell", "shown"),
    [
        ("9:05", "09:05"),
        ("12:00 am", "00:00"),
        ("12:30 p.m.", "12:30"),
        ("9 PM", "21:00"),
        ("14h30", "14:30"),
        ("24:00", "24:00"),
        ("2026-05-12 24:00", "2026-05-13 00:00"),
        ("2026-12-31 10:00+02:00", "2026-12-31 10:00+02:00"),
        ("12 May 2026 10:00Z", "2026-05-12 10:00+00:00"),
    ],
)
def test_times_alone_midnight_and_offsets(cell: str, shown: str) -> None:
    assert read(cell) == ([shown], [])


@pytest.mark.parametrize(
    "cell",
    [
        *(
            "soon",
            "2026-05-12",
            "25:00",
            "10:61",
            "13:00 pm",
            "31/02/2026 10:00",
            "12/05/26 10:00",
            "10",
            "X",
        ),
        *("-", "Mon 12/05/2026 10:00", "1e3", "Oak 10:00", "24:01", "24:00:30", "12 May 13 June 2026 10:00"),
        *("0001-01-01 10:00", "31 Dec 9999 24:00", "10:00+25:00", "10:00Z", "9999-12-31 23:00"),
    ],
)
def test_what_is_no_moment_is_said_and_not_guessed(cell: str) -> None:
    assert read(cell) == ([None], ["0; allowed: a date and a time such as 2024-11-26 10:00"])


def test_one_date_that_can_only_be_read_in_one_way_settles_all() -> None:
    assert read("12/05/2026 9:00", "", "05/13/2026 9:00") == (
        ["2026-12-05 09:00", None, "2026-05-13 09:00"],
        [],
    )
    assert read("12/05/2026 9:00", "13/05/2026 9:00")[0][0] == "2026-05-12 09:00"
    assert read("12/05/2026 9:00", "Tue 12/05/2026 9:00")[0][0] == "2026-05-12 09:00"
    assert read("12/12/2026 9:00") == (["2026-12-12 09:00"], [])


def test_dates_of_which_nothing_tells_the_order_and_of_both_orders_are_said() -> None:
    assert read("1/2/2026 9:00", "12/05/2026 9:00") == (
        [None, None],
        ["0, which may be 1 February or 2 January, and no other date tells; write 2026-02-01 or 2026-01-02"],
    )
    assert read("13/05/2026 9:00", "05/13/2026 9:00") == (
        [None, None],
        ["1; day and month are the other way round in '13/05/2026 9:00'"],
    )


@given(st.lists(st.dates(dt.date(1900, 1, 1), dt.date(2100, 1, 1)), min_size=1, max_size=8), st.booleans())
def test_a_column_is_read_as_it_was_written_or_refused_and_never_otherwise(
    days: list[dt.date], day_first: bool
) -> None:
    pattern = "%d/%m/%Y 09:00" if day_first else "%m/%d/%Y 09:00"
    found, said = read(*(f"{day:{pattern}}" for day in days))
    if said:
        assert all(day.day <= 12 for day in days)
    else:
        assert found == [f"{day:%Y-%m-%d} 09:00" for day in days]
