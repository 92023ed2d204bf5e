"""A replay holds what the trace says, of all or of a sample; its names are text; it asks for nothing."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import ClassVar

import numpy as np
import numpy.typing as npt
import pandas as pd
import pytest

import sim
from sim.floor.arrays import PlaceKind
from sim.floor.trace import Kind
from sim.report.replay import Replay, fragment, fragment_of
from sim.report.replay.busy import grain_of, intervals_of, steps_of
from sim.report.replay.moves import shown
from sim.report.replay.packing import ahead, packed, script_json, zigzag
from sim.statistics import Result
from sim.statistics.ledger import Ledger
from tests.report.replay.unpacked import HOSTILE, TIMES, Page, columns_of, floors_of, said_by_trace
from tests.statistics.building import build, trace_of
from tests.statistics.tiny import PLAN, ROWS


@pytest.fixture(scope="module")
def html(quickstart: Result) -> str:
    return fragment(quickstart)


@pytest.fixture(scope="module")
def page(html: str) -> Page:
    return Page(floors_of(html)[0])


@pytest.mark.parametrize("t", TIMES)
def test_a_page_says_of_any_second_what_the_trace_says(quickstart: Result, page: Page, t: int) -> None:
    said = said_by_trace(quickstart, t)
    assert sum(said["shown"].values()) > 50
    assert page.shown(t) == said["shown"]
    assert page.shown(t, staff=True) == said["staff"]
    for name in ("queue", "inside", "busy", "duty"):
        assert page.at_places(name, t) == said[name], name
    whole = t - t % 60
    assert page.everybody(t) == said_by_trace(quickstart, whole)["shown"]


def test_queues_at_booths_are_those_of_the_table_of_services(quickstart: Result, page: Page) -> None:
    services = quickstart.services[quickstart.services["kind"] == "booth"]
    day = services["start"].min().normalize()
    name = dict(enumerate(quickstart.expo.places[: quickstart.expo.n_exhibitors]))
    seen = 0
    for t in TIMES:
        moment = day + pd.Timedelta(seconds=t)
        served = services["start"] + pd.to_timedelta(services["wait_minutes"], unit="min").dt.round("ms")
        waits = services[(services["start"] <= moment) & (moment < served)]
        table = waits.groupby("place", observed=True)["people"].sum().to_dict()
        told = {name[place]: many for place, many in page.at_places("queue", t).items() if place in name}
        assert told == table
        seen += sum(told.values())
    assert seen > 0


def test_of_a_small_fair_by_hand() -> None:
    result = Result(expo := build(PLAN), trace_of(ROWS))
    page = Page(floors_of(fragment(result))[0])
    assert expo.n_days == 2
    assert page.floor["days"] == [[9 * 60 - 1, 17 * 60], [33 * 60, 41 * 60]]  # the press is there at 8:59
    assert page.floor["people"] == page.floor["shown"] == 1 + 2 + 5 + 1 + 3  # who comes on two days is one
    for t in range(9 * 3600, 18 * 3600, 613):
        for day in (0, 86_400):
            said = said_by_trace(result, t + day)
            assert page.shown(t + day) == said["shown"]
            assert page.at_places("queue", t + day) == said["queue"]


def test_a_fair_to_which_nobody_comes_has_its_staff_alone() -> None:
    fair = sim.load("quickstart")
    none = {f"visitors.{each}.visits": 0 for each in fair.data.visitors}
    result = sim.run(sim.load("quickstart", {**none, "matchmaking.main.requests": 0}))
    page = Page(floors_of(fragment(result))[0])
    assert page.floor["people"] == 0
    assert set(page.columns["who.staff"]) == {1}
    assert set(page.columns["who.size"]) == {1}


def test_a_day_is_shown_until_the_last_has_gone(quickstart: Result, page: Page) -> None:
    gone = int(quickstart.trace.end[quickstart.trace.kind == Kind.VISIT].max())
    assert page.floor["days"] == [[9 * 60, -(-gone // 60_000)]]
    assert gone > 17 * 3_600_000  # a few are late
    assert sum(page.everybody(60 * page.floor["days"][0][1]).values()) == 0


def test_a_sample_is_of_people_and_the_same_of_two_variants(quickstart: Result) -> None:
    other = sim.build(sim.load("quickstart", {"matchmaking.main.tables": 4}), 0, None)
    days = quickstart.expo.floor.party_days
    for people in (1, 100, 700):
        mask = shown(quickstart.expo, people)
        assert people - 10 <= days.size[mask].sum() <= people  # parties of one day: each is one row
        keys = set(quickstart.expo.parties.key[mask].tolist())
        assert keys == set(other.parties.key[shown(other, people)].tolist())
    assert shown(quickstart.expo, 5000).all()
    assert shown(quickstart.expo, int(days.size.sum())).all()  # as many as there are, and no more
    assert not shown(quickstart.expo, int(days.size.sum()) - 1).all()


def test_gauges_and_counts_are_of_all_whoever_is_shown(quickstart: Result, page: Page) -> None:
    few = Page(floors_of(fragment(quickstart, people=200))[0])
    assert few.floor["shown"] <= 200 < few.floor["people"] == page.floor["people"]
    t = TIMES[1]
    assert sum(few.shown(t).values()) < sum(page.shown(t).values()) / 3
    assert few.everybody(t) == page.everybody(t)
    for name in ("queue", "inside", "busy", "duty"):
        assert few.at_places(name, t) == page.at_places(name, t)


def test_names_are_text_wherever_they_stand(quickstart: Result) -> None:
    expo = quickstart.expo
    names = (HOSTILE, *expo.organisations.name[1:])
    hostile = replace(
        expo,
        title=HOSTILE,
        organisations=replace(expo.organisations, name=names),
        places=(HOSTILE, *expo.places[1:]),
        halls=(HOSTILE, *expo.halls[1:]),
    )
    result = Result(hostile, quickstart.trace)
    made = Replay.of([result, result], [HOSTILE, "B"]).page()
    assert "<b>bold" not in made
    assert made.count("</script") == 2
    assert "&lt;b&gt;bold" in made
    floor = floors_of(made)[0]
    texts = columns_of(floor)["texts"]
    assert "<" not in texts  # as \u003c
    assert "\\u003cb>bold" in texts
    assert floor["label"].startswith("</script><b>bold</b>\\u202e")  # what nobody could see is spelt out


def test_floors_are_told_apart_by_their_names(quickstart: Result) -> None:
    small = Result(build(PLAN), trace_of(ROWS))
    for results, labels in (
        ([quickstart, small], ["Quickstart: a small trade fair", "Tiny <fair>"]),
        ([small, small], ["Tiny <fair> (1)", "Tiny <fair> (2)"]),
    ):
        assert [floor["label"] for floor in floors_of(fragment_of(results, people=1))] == labels


def test_a_page_asks_for_nothing(quickstart: Result) -> None:
    made = Replay.of([quickstart]).page()
    assert not re.search(r"(?:https?:)?//[a-z]+\.|@import|url\(|<link(?! rel=\"icon\" href=\"data:,\")", made)


def test_where_no_script_may_run_a_sentence_says_so_and_no_control_is_dead(html: str) -> None:
    class Left(HTMLParser):  # what a notebook that is not trusted shows: no scripts, no style
        tags: ClassVar[list[str]] = []
        said = ""

        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            self.tags.append(tag)

        def handle_data(self, data: str) -> None:
            if self.tags[-1] not in ("script", "style"):
                self.said += data

    parser = Left()
    parser.feed(html)
    assert set(parser.tags) == {"section", "style", "p", "script"}
    assert parser.said.strip().startswith(
        "The floor in motion: Quickstart: a small trade fair. It needs scripts"
    )
    assert "trust the notebook" in parser.said


def test_the_same_result_gives_the_same_page(quickstart: Result, html: str) -> None:
    assert fragment(quickstart) == html == quickstart.replay()._repr_html_()
    assert len(html.encode()) < 300_000


def test_a_page_is_saved_once(quickstart: Result, tmp_path: Path) -> None:
    replay = quickstart.replay(people=50)
    replay.save(tmp_path / "floor.html")
    assert (tmp_path / "floor.html").read_text(encoding="utf-8") == replay.page()
    with pytest.raises(FileExistsError):
        replay.save(tmp_path / "floor.html")


def test_what_is_wrong_is_said(quickstart: Result) -> None:
    with pytest.raises(ValueError, match="people: found 0; allowed: 1 or more"):
        fragment(quickstart, people=0)
    with pytest.raises(ValueError, match="labels: found 1; allowed: 2, one a result"):
        fragment_of([quickstart, quickstart], ["one"])
    with pytest.raises(ValueError, match="a replay needs a result at least"):
        fragment_of([])


def test_columns_come_back_as_they_were() -> None:
    columns: dict[str, npt.NDArray[np.int64] | str] = {
        "small": np.array([0, 255, 3]),
        "large": np.array([256, 2**32 - 1, 65_536, 0]),
        "edge": np.array([256]),
        "next": np.array([65_536]),
        "none": np.zeros(0, dtype=np.int64),
        "text": "שלום",
    }
    back = columns_of(packed(columns))
    assert back == {name: each if isinstance(each, str) else each.tolist() for name, each in columns.items()}
    widths = [width for *_, width in packed(columns)["columns"]]
    assert widths == [1, 4, 2, 3, 1, 0]  # as few bytes as hold the largest
    for wrong in (-1, 2**32):
        with pytest.raises(ValueError, match="allowed: 0 to 4294967295"):
            packed({"wrong": np.array([wrong])})
    assert zigzag(np.array([0, -1, 1, -2])).tolist() == [0, 1, 2, 3]
    assert ahead(np.array([5, 7, 3, 9]), np.array([0, 2, 2, 4])).tolist() == [5, 2, 3, 6]
    assert script_json({"a": "</script>\u2028\u2029"}) == '{"a":"\\u003c/script>\\u2028\\u2029"}'


def test_the_ground_is_the_floor_of_the_expo(quickstart: Result, page: Page) -> None:
    expo, ground = quickstart.expo, page.floor["ground"]
    places, halls = expo.floor.places, len(expo.halls)
    assert ground["halls"] == expo.plan.halls.tolist()
    assert ground["booths"] == ground["boxes"][: expo.n_exhibitors] == expo.plan.booths.tolist()
    assert (ground["x"], ground["y"]) == (places.x.tolist(), places.y.tolist())
    assert (ground["kind"], ground["zone"]) == (places.kind.tolist(), places.zone.tolist())
    gates = np.flatnonzero(places.kind == PlaceKind.GATE).tolist()
    assert ground["doors"][:halls] == expo.plan.doors.tolist()
    assert ground["doors"][halls:] == [[ground["x"][gate], ground["y"][gate]] for gate in gates]
    for x, y, (west, south, east, north) in zip(ground["x"], ground["y"], ground["boxes"], strict=True):
        assert west <= x <= east
        assert south <= y <= north
    seats = dict(zip(expo.places, ground["seats"], strict=True))
    assert (seats["lounge"], seats["seminar 1"], seats["canteen"], seats["south"]) == (24, 40, 120, 4)
    assert not any(ground["seats"][: expo.n_exhibitors])


def test_steps_are_told_to_ten_seconds_where_there_are_very_many() -> None:
    def intervals(n: int) -> tuple[npt.NDArray[np.int64], ...]:
        return tuple(np.zeros(n, dtype=np.int64) for _ in range(4))

    for n, grain in ((125_000, 1), (125_001, 10), (1_250_001, 60)):
        assert grain_of({"queue": intervals(n - 1), "inside": intervals(1)}) == grain  # type: ignore[dict-item]
    # two people at place 1 from second 11 to 25, one from 20 to 40; one at place 0 for no whole ten seconds
    made = np.array([[1, 11, 25, 2], [1, 20, 40, 1], [0, 11, 19, 1]]).T
    found = steps_of((made[0], made[1], made[2], made[3]), 2, 10)
    assert found["steps"].tolist() == [0, 3]
    assert found["time"].tolist() == [2, 1, 1]
    assert found["level"].tolist() == zigzag(np.array([3, -2, -1])).tolist()


def test_staff_are_on_duty_from_shift_to_shift_and_no_longer_than_the_expo() -> None:
    expo = build(PLAN)
    # the first member of booth 0 has two shifts, the next one that goes on after the end of the expo at 8 s,
    # the members of booths 1 and 2 one each; seconds are rounded up
    staff = replace(
        expo.floor.staff,
        shift_index=np.array([0, 2, 3, 4, 5]),
        shift_from=np.array([1_000, 6_001, 2_000, 0, 3_000]),
        shift_to=np.array([4_000, 9_000, 99_000, 8_000, 3_500]),
    )
    short = replace(expo, floor=replace(expo.floor, staff=staff, end=8_000))
    duty = intervals_of(Ledger(short, trace_of(())))[0]["duty"]
    told = [tuple(int(column[i]) for column in duty) for i in range(len(duty[0]))]
    assert sorted(told) == [(0, 1, 4, 1), (0, 2, 8, 1), (0, 7, 8, 1), (1, 0, 8, 1), (2, 3, 4, 1)]
