"""Pictures of decisions: they show the numbers that are told, on the axes given, whatever names there are."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from typing import Any

import matplotlib as mpl
import matplotlib.pyplot as plt
import pytest
from matplotlib.axes import Axes

from sim.decisions.attribute.attributing import Attribution
from sim.decisions.prices import Prices
from sim.decisions.promise.all_promises import Promises
from sim.decisions.promise.promised import Promise
from sim.decisions.staffing import Plan
from sim.decisions.told import Answer
from tests.decisions.answers import NAMES, answers, comparison, sweep

mpl.use("agg")

TABLES, STAFF = "matchmaking.tables.tables=3,5,9", "exhibitors.mean_staff=2,3"


@pytest.fixture(autouse=True)
def closed() -> Iterator[None]:
    yield
    plt.close("all")


@pytest.fixture(scope="module")
def made() -> dict[str, Answer]:
    return answers()


def drawn(ax: Axes) -> Any:
    """The axes, of whose parts matplotlib's types know less than the tests."""
    return ax


def marks(ax: Any, which: str = "oD") -> list[float]:
    """Where the marks of these forms are, along the axis."""
    return [float(x) for line in ax.lines if str(line.get_marker()) in which for x in line.get_xdata()]


def words(ax: Any) -> list[str]:
    return [each.get_text().replace("\\$", "$") for each in ax.texts]


def test_differences_are_those_that_are_told_and_names_are_names() -> None:
    found = comparison()
    ax = drawn(found.plot.differences("meetings.held"))
    told = [found.difference("meetings.held", name) for name in NAMES[1:]]
    assert marks(ax) == [e.mean for e in told]
    segments = [line.get_segments()[0] for line in ax.collections]
    ends = [float(end[0]) for each in segments for end in each]
    expected = [end for e in told[:-1] for end in (e.low, e.high)]  # the last is the baseline again
    assert ends == pytest.approx(expected)
    names = [each.get_text() for each in ax.get_yticklabels()]
    assert names[0] == "<b>\\$x^2\\$</b> & Co, \\$5"
    assert names[-1].endswith("…")
    assert ax.get_xlabel() == "difference to now, meetings"
    assert "all intervals together 95 %" in words(ax)[-1].replace("\n", " ")
    with pytest.raises(KeyError, match="is not compared"):
        found.plot.differences("meetings.hold")


def test_a_share_is_drawn_in_per_cent_and_its_difference_in_points() -> None:
    found = comparison()
    ax = drawn(found.plot.differences("booths.lost_share"))
    assert marks(ax)[0] == pytest.approx(100 * found.difference("booths.lost_share", NAMES[1]).mean)
    assert ax.get_xlabel() == "difference to now, percentage points"
    assert found.plot.differences().get_xlabel() == "difference to now, meetings"  # the first that is real


def test_a_sweep_is_a_line_for_each_value_of_the_second_with_its_intervals() -> None:
    found = sweep(TABLES, STAFF)
    ax = drawn(found.plot.lines("meetings.held"))
    first, second = (line for line in ax.lines if len(line.get_xdata()) > 1)
    assert list(first.get_xdata()) == [3, 5, 9]
    assert list(second.get_xdata()) == [3, 5]  # the last point failed
    assert list(first.get_ydata()) == [found.estimate("meetings.held", at).mean for at in (0, 2, 4)]
    band = ax.collections[0].get_paths()[0].get_extents()
    e = [found.estimate("meetings.held", at) for at in (0, 2, 4)]
    assert (band.y0, band.y1) == pytest.approx((min(each.low for each in e), max(each.high for each in e)))
    legend = ax.get_legend()
    assert legend is not None
    assert [each.get_text() for each in legend.get_texts()] == ["mean_staff 2", "mean_staff 3"]
    along = drawn(found.plot.lines("meetings.held", along="mean_staff"))
    assert len([line for line in along.lines if line.get_xdata().size]) == 3
    with pytest.raises(KeyError, match="is not varied"):
        found.plot.lines(along="tabels")


def test_words_stand_along_an_axis_in_their_order_and_no_line_joins_them() -> None:
    found = sweep("matchmaking.tables.policy=greedy,optimal,fair")
    ax = drawn(found.plot.lines())
    assert [each.get_text() for each in ax.get_xticklabels()] == ["greedy", "optimal"]
    assert ax.lines[0].get_linestyle() == "None"


def test_a_heat_map_has_the_mean_of_each_point_in_its_cell_and_says_which_failed() -> None:
    found = sweep(TABLES, STAFF)
    ax = drawn(found.plot.heatmap("meetings.held"))
    values = ax.collections[0].get_array()
    assert values is not None
    expected = [found.estimate("meetings.held", at).mean for at in (0, 2, 4, 1, 3)]
    assert values.compressed().tolist() == pytest.approx(expected)
    assert values.mask.ravel().tolist() == [False] * 5 + [True]
    assert len([each for each in words(ax) if each.startswith(("±", "+")) or "–" in each]) == 5
    assert "failed" in words(ax)[-1]
    with pytest.raises(ValueError, match="two things"):
        sweep(TABLES).plot.heatmap()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        nowhere = drawn(found.plot.heatmap("booths.wait_minutes"))  # which is defined at no point
    assert nowhere.collections[0].get_array().mask.all()


def test_more_lines_than_can_be_told_apart_are_refused() -> None:
    with pytest.raises(ValueError, match=r"7 lines are too many.*plot\.heatmap"):
        sweep("exhibitors.mean_staff=2,3", "expo.seed=1:7:1").plot.lines()


def test_worth_staff_promises_and_shares_are_those_that_are_told(made: dict[str, Answer]) -> None:
    prices, plan, promise, every, shares = (
        made[each] for each in ("prices", "staff", "promise", "promises", "attribute")
    )
    assert isinstance(prices, Prices)
    assert marks(prices.plot.worth("net")) == [prices.worth(at, "net").mean for at in prices.ranked]
    assert isinstance(plan, Plan)
    ax = drawn(plan.plot.staff())
    assert marks(ax, "<>") == [need.least for need in plan.changed] == [6, 2]
    waits = drawn(plan.plot.waits())
    assert marks(waits) == [need.wait.mean for need in (*plan.missed, *plan.changed[:1])]
    assert isinstance(promise, Promise)
    bars = drawn(promise.plot.meetings())
    assert sum(each.get_height() for each in bars.patches) == 60
    hatched = sum(each.get_height() for each in bars.patches if each.get_hatch())
    assert hatched == 60 - promise.kept > 0
    assert marks(promise.plot.mendings()) == [each.meetings.mean for each in promise.mendings[:2]]
    assert isinstance(every, Promises)
    assert marks(every.plot.kept())[:2] == [100 * each.kept / 60 for each in every.each]
    assert isinstance(shares, Attribution)
    fall = drawn(shares.plot.waterfall())
    *widths, together = [each.get_width() for each in fall.patches]
    assert sum(widths) == pytest.approx(shares.estimate("meetings.held").mean)
    assert together == pytest.approx(shares.estimate("meetings.held").mean)
    start, end = marks(fall, "o")
    assert start + sum(widths) == pytest.approx(end)
    for name in ("differences", "lines", "heatmap"):
        assert name in repr(comparison().plot) + repr(sweep(TABLES).plot)


def test_on_axes_that_are_given_all_are_drawn_without_a_figure_of_their_own(made: dict[str, Answer]) -> None:
    figure, axes = plt.subplots(2, 2, figsize=(14, 9), layout="constrained")
    found = sweep(TABLES, STAFF)
    assert comparison().plot.differences(ax=axes[0, 0]) is axes[0, 0]
    assert found.plot.lines(ax=axes[0, 1]) is axes[0, 1]
    assert found.plot.heatmap(ax=axes[1, 0]) is axes[1, 0]
    promise = made["unpromised"]
    assert isinstance(promise, Promise)
    assert promise.plot.meetings(ax=axes[1, 1]) is axes[1, 1]
    assert plt.get_fignums() == [figure.number]
    figure.canvas.draw()
