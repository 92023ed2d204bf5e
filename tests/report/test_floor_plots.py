"""Pictures of the floor, of requests and of the programme: what is drawn is what the tables say."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

from sim.report.plots.asked import request_steps
from sim.report.plots.flowing import flow
from sim.report.plots.hours import Hours, opening_hours
from sim.report.plots.programming import lanes
from sim.report.source import OfResult
from sim.statistics import Result
from tests.statistics.building import build, trace_of
from tests.statistics.tiny import PLAN, ROWS

mpl.use("agg")


@pytest.fixture(autouse=True)
def closed() -> Iterator[None]:
    yield
    plt.close("all")


@pytest.fixture(scope="module")
def tiny() -> Result:
    return Result(build(PLAN), trace_of(ROWS))


def rows_of(ax: Any) -> dict[str, Any]:
    """The bars of a picture by the names of their rows."""
    names = [each.get_text().replace("\n", " ") for each in ax.get_yticklabels()]
    return dict(zip(names, ax.patches, strict=True))


def test_people_by_what_they_do_are_as_worked_out_by_hand_and_all_are_there(tiny: Result) -> None:
    parts = {name: values[0] for name, values in flow(OfResult(tiny)).doing.items()}
    there = tiny.occupancy[tiny.occupancy["hall"] == "whole floor"]
    at = there["start"].dt.strftime("%d %H:%M").tolist()

    def minutes(name: str, begin: str) -> float:
        """People times minutes in a quarter of an hour."""
        return 15 * float(parts[name][at.index(begin)])

    # P0 talks from 9:10 to 9:16, P1 (two people) from 9:07 to 9:20, the press (five) from 9:04 to 9:10
    assert minutes("talking at booths", "26 09:00") == pytest.approx(5 + 2 * 8 + 5 * 6)
    # P0 waits from 9:08 to 9:10
    assert minutes("in queues", "26 09:00") == pytest.approx(2)
    # in the session from 10:00: P0, and P1, until 10:44 and 10:48
    assert minutes("seated in sessions", "26 10:15") == pytest.approx(15 * 3)
    assert minutes("seated in sessions", "26 10:30") == pytest.approx(18 + 2 * 14 - 3)
    assert minutes("in meetings", "26 11:00") == pytest.approx(13)  # P0 meets Bela from 11:02
    assert minutes("eating", "26 12:15") == pytest.approx(2 * 15)
    assert minutes("before the gates", "26 09:00") == pytest.approx(2)  # P1 waits a minute
    whole = sum(values for name, values in parts.items() if name != "before the gates")
    assert whole == pytest.approx(there["people"].to_numpy())


def test_the_areas_of_the_flow_add_up_to_presence(quickstart: Result) -> None:
    ax: Any = quickstart.plot.flow()
    there = quickstart.occupancy[quickstart.occupancy["hall"] == "whole floor"]["people"]
    top = ax.collections[5].get_paths()[0].vertices[:, 1].max()
    assert top == pytest.approx(there.max())
    assert min(values.min() for values in flow(OfResult(quickstart)).doing.values()) >= 0
    labels = [each.get_text() for each in ax.get_legend().get_texts()]
    assert labels[-1] == "in queues"


def test_requests_fall_to_those_that_were_held_step_by_step(quickstart: Result, tiny: Result) -> None:
    rows = rows_of(quickstart.plot.funnel())
    sent = quickstart.requests
    assert rows["requested"].get_width() == len(sent)
    assert rows["accepted"].get_width() == sent["accepted"].sum()
    assert rows["held"].get_width() == sent["held"].sum() == quickstart.kpis["meetings.held"]
    assert rows["– declined"].get_width() == (sent["fate"] == "declined").sum()
    lost = sum(bar.get_width() for name, bar in rows.items() if name.startswith("–"))
    assert len(sent) - lost == sent["held"].sum()
    no_slot = [name for name in rows if name.startswith("– the ask")]
    assert sum(rows[name].get_width() for name in no_slot) == (sent["fate"] == "no_slot").sum()
    steps = [(step.name, step.much) for step in request_steps(OfResult(tiny))]
    assert steps == [
        ("requested", 4), ("declined", 1), ("accepted", 3), ("no slot", 1), ("scheduled", 2),
        ("one side never came", 1), ("held", 1),
    ]  # fmt: skip


def test_a_map_has_each_booth_where_it_stands_in_the_colour_of_its_contacts(quickstart: Result) -> None:
    ax: Any = quickstart.plot.map()
    booths = next(each for each in ax.collections if len(each.get_paths()) == 40)
    assert booths.get_array().tolist() == quickstart.exhibitors["useful_contacts"].tolist()
    for path, box in zip(booths.get_paths(), quickstart.expo.plan.booths / 10, strict=True):
        ends = path.get_extents()
        assert (ends.x0, ends.y0, ends.x1, ends.y1) == pytest.approx(tuple(box))
    names = [each.get_text() for each in ax.texts]
    assert set(quickstart.expo.halls) <= set(names)
    left = Result(build(PLAN), trace_of(()))
    hatched = [each for each in (left.plot.map()).patches if each.get_hatch()]
    assert len(hatched) == left.exhibitors["left_out"].sum() == 3


def test_exhibitors_stand_in_order_and_those_left_out_are_marked(quickstart: Result, tiny: Result) -> None:
    ax: Any = quickstart.plot.booths("conversations")
    heights = [bar.get_height() for bar in ax.patches]
    assert heights == sorted(quickstart.exhibitors["conversations"], reverse=True)
    best = quickstart.exhibitors.sort_values("conversations", kind="stable").iloc[-1]
    assert str(best["name"]) in ax.texts[0].get_text()
    marked = next(each for each in (tiny.plot.booths()).lines if each.get_marker() == "x")
    assert len(np.asarray(marked.get_xdata())) == tiny.exhibitors["left_out"].sum()


def test_each_session_is_a_bar_when_it_was_and_none_hides_another(quickstart: Result) -> None:
    ax: Any = quickstart.plot.programme()
    sessions = quickstart.sessions[quickstart.sessions["start"].notna()]
    bars = [
        each
        for each in ax.patches
        if hasattr(each, "get_height") and each.get_height() == pytest.approx(0.86)
    ]
    assert len(bars) == len(sessions)
    hatched = [bar for bar in bars if bar.get_hatch()]
    assert len(hatched) == (~sessions["held"]).sum() > 0
    hours = (sessions["talk_minutes"] + sessions["mixing_minutes"]) / 60
    assert sum(bar.get_width() for bar in bars) == pytest.approx(hours.sum())
    boxes = sorted((round(bar.get_y(), 6), bar.get_x(), bar.get_width()) for bar in bars)
    for (y, x, width), (next_y, next_x, _) in pairwise(boxes):
        assert y != next_y or x + width <= next_x + 1e-6


def test_lanes_are_as_few_as_there_are_at_once() -> None:
    assert lanes([0, 1, 2, 2, 3], [2, 3, 4, 3, 4]) == [0, 1, 2, 0, 0]
    assert lanes([], []) == []


def test_hours_of_days_follow_each_other_without_the_nights(tiny: Result) -> None:
    hours = opening_hours(OfResult(tiny))
    assert (len(hours.days), hours.first, hours.last) == (2, 9, 17)
    moments = pd.Series(pd.to_datetime(["2024-11-26 09:30", "2024-11-26 17:00", "2024-11-27 10:00"]))
    assert hours.at(moments).tolist() == [0.5, 8, 8.5 + 1]
    _, ax = plt.subplots()
    hours.mark(ax)
    days = [each.get_text().strip() for each in ax.get_xticklabels(minor=True)]
    assert days == ["Tue 26 Nov", "Wed 27 Nov"]
    empty = Hours((), 9, 10)
    empty.mark(ax)
    assert not ax.get_xticks().size
