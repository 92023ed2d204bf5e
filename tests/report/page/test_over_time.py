"""A chart over opening hours stands where its numbers say: a small one by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from sim.report.page.over_time import chart
from sim.report.page.parts import Chart
from sim.report.plots.hours import Hours

DAYS = (np.datetime64("2024-11-26T00:00", "ns"), np.datetime64("2024-11-27T00:00", "ns"))
LONG = 8.5  # hours: four of each of two days, and half an hour between


def drawn(days: int, starts: list[str], minutes: float, **areas: list[float]) -> Chart:
    """A chart of days from 9 to 13 o'clock; the series `line` is a line."""
    series = {name: ("blue", np.array(values, dtype=np.float64)) for name, values in areas.items()}
    lines = {name: each for name, each in series.items() if name == "line"}
    for name in lines:
        del series[name]
    hours, moments = Hours(DAYS[:days], 9, 13), pd.Series(pd.to_datetime(starts))
    return chart(hours, moments, minutes, series, lines, caption="People", said="people")


@pytest.fixture
def two() -> Chart:
    """Half hours of two days: from 9 three, of which the last is empty, and one from 10:30."""
    starts = ["2024-11-26 09:00", "2024-11-26 09:30", "2024-11-26 10:00", "2024-11-27 10:30"]
    return drawn(2, starts, 30, a=[2, 2, 0, 4], none=[0, 0, 0, 0], b=[2, 0, 0, 4], line=[0, 0, 0, 3.004])


def test_areas_stand_upon_each_other_and_are_apart_at_night(two: Chart) -> None:
    # thousandths of 8.5 h: half an hour is 59, an hour 118, one and a half 176; 10:30 of day 2 (6 h) is 706
    a, b = two.areas
    assert (a.name, b.name) == ("a", "b")  # what is 0 throughout is left out
    assert a.path == ("M0,750 118,750 118,1000 176,1000L176,1000 0,1000ZM706,500 765,500L765,1000 706,1000Z")
    assert b.path == (
        "M0,500 59,500 59,750 118,750 118,1000 176,1000L176,1000 118,1000 118,750 0,750Z"
        "M706,0 765,0L765,500 706,500Z"
    )


def test_a_line_stands_on_the_floor_and_the_axis_reaches_the_sum_of_areas(two: Chart) -> None:
    assert [line.path for line in two.lines] == ["M0,1000 176,1000M706,624 765,624"]  # 3.004 of 8
    assert [(tick.at, tick.text) for tick in two.up] == [
        *((0, "0"), (25, "2"), (50, "4"), (75, "6"), (100, "8"))
    ]


def test_days_and_hours_are_named_where_they_are(two: Chart) -> None:
    assert [name for _, _, name in two.days] == ["Tue 26 Nov", "Wed 27 Nov"]
    placed = [share * LONG / 100 for left, width, _ in two.days for share in (left, width)]
    assert placed == pytest.approx([0, 4, 4.5, 4])
    assert [tick.at * LONG / 100 for tick in two.along] == pytest.approx([0, 2, 4.5, 6.5])
    assert [(tick.text, tick.minor) for tick in two.along] == [("09", False), ("11", True)] * 2
    one = drawn(1, ["2024-11-26 09:00"], 60, a=[0.6])
    assert [(tick.at, tick.text, tick.minor) for tick in one.along] == [
        *((0, "09", False), (25, "10", True), (50, "11", True), (75, "12", False), (100, "13", True))
    ]
    assert [tick.text for tick in one.up] == ["0", "0.2", "0.4", "0.6"]


def test_the_table_has_the_numbers_of_all_bins_in_which_there_is_somebody(two: Chart) -> None:
    assert [column.name for column in two.numbers.columns] == ["from", "a", "b", "line"]
    assert [
        [cell.text if at == 0 else cell.value for at, cell in enumerate(row)] for row in two.numbers.rows
    ] == [
        ["Tue 26 Nov, 09:00", 2, 2, 0],
        ["Tue 26 Nov, 09:30", 2, 0, 0],
        ["Wed 27 Nov, 10:30", 4, 4, 3],
    ]


def test_a_chart_of_nobody_has_an_axis() -> None:
    nobody = drawn(1, ["2024-11-26 09:00"], 60, a=[0])
    assert (list(nobody.areas), [tick.text for tick in nobody.up], list(nobody.numbers.rows)) == (
        [],
        ["0", "1"],
        [],
    )
