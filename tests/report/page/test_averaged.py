"""Cells of means over replications: the estimates of their numbers, and what is said of what varies."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sim.report.page.averaged import averaged, columns_of, common
from sim.statistics.intervals import estimate

VALUES = ([3.0, 5.0, 4.0, 9.0, 6.0, 2.0], [0.0, 0.0, 0.0, 0.0, 0.0, 1.0])  # of two exhibitors


def tables(values: tuple[list[float], ...], **more: list[str | None]) -> list[pd.DataFrame]:
    return [
        pd.DataFrame({"had": each, **{name: [texts[at]] * len(each) for name, texts in more.items()}})
        for at, each in enumerate(zip(*values, strict=True))
    ]


def test_a_cell_has_the_mean_and_below_it_the_interval_of_the_estimate() -> None:
    had = columns_of(tables(VALUES), ["had"])["had"]
    e = estimate(VALUES[0], low=0)
    cell = averaged(had, 0, 1)
    assert (cell.text, cell.value) == (f"{e.mean:.1f}", e.mean)
    assert cell.off == f"{e.low:.1f}–{e.high:.1f}"
    assert averaged(had, 1, 1).off == ""  # one of six differs: there is no interval


def test_shares_are_per_cent_within_their_range_and_what_is_not_defined_is_left_out() -> None:
    shares = [0.9, 1.0, 0.95, 1.0, 0.7, np.nan]
    had = columns_of(tables((shares,)), ["had"], most=1.0)["had"]
    e = estimate(shares, low=0, high=1)
    cell = averaged(had, 0, 0, times=100)
    assert (cell.text, cell.value) == (f"{100 * e.mean:.0f}", 100 * e.mean)
    assert cell.off == f"{100 * e.low:.0f}–{100 * e.high:.0f}"
    assert e.high <= 1
    nothing = averaged(columns_of(tables(([np.nan] * 3,)), ["had"])["had"], 0, 1)
    assert (nothing.text, nothing.value, nothing.off) == ("–", None, "")


def test_a_text_that_is_not_the_same_in_all_varies_and_a_missing_one_is_empty() -> None:
    some = tables(([1.0, 2.0],), hall=["east", "east"], country=["CN", "HU"], sponsor=[None, None])
    assert [common(some, name) for name in ("hall", "country", "sponsor")] == [["east"], ["varies"], [""]]
