"""The page of results: what stands in it is what the tables and KPIs say; every name is a text."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import sim
from sim.report.page.making import page
from sim.report.page.over_time import nice
from sim.report.page.sections.exhibitors import why_left_out
from sim.report.page.sections.funnel import enough
from sim.report.plots.asked import request_steps
from sim.report.plots.flowing import flow
from sim.report.source import OfResults
from sim.statistics.intervals import estimate
from sim.statistics.text import of_estimate
from sim.studies.resultset import ResultSet
from tests.report.page.reading import Page, read

BOLD, TURNED = "<b>bold</b></script><script>alert(1)</script>", "תערוכה שרשרת"


@pytest.fixture(scope="module")
def results(quickstart_twice: ResultSet) -> ResultSet:
    return quickstart_twice


@pytest.fixture(scope="module")
def html(results: ResultSet) -> str:
    return page(results, replay=False)


@pytest.fixture(scope="module")
def shown(html: str) -> Page:
    return read(html)


def test_nothing_is_loaded_from_anywhere(html: str, shown: Page) -> None:
    for tag, said in shown.tags:
        for name in ("src", "href", "data", "action", "srcset", "poster"):
            where = said.get(name)
            assert where is None or where.startswith(("#", "data:")), (tag, where)
    assert not re.search(r"url\(|@import|fetch\(|XMLHttp|import\(", html)


def test_links_of_the_contents_lead_to_sections_and_no_name_is_there_twice(shown: Page) -> None:
    names = [said["id"] for _, said in shown.tags if "id" in said]
    assert len(names) == len(set(names))
    led = [str(said["href"])[1:] for tag, said in shown.tags if tag == "a"]
    assert set(led) <= set(names)
    assert {"answer", "numbers", "hurts", "exhibitors", "meetings", "promises", "day", "assumed"} <= set(led)


def test_headings_go_down_one_step_at_a_time(shown: Page) -> None:
    levels = [level for level, _ in shown.headings]
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_headlines_are_the_estimates_of_the_results(results: ResultSet, shown: Page) -> None:
    for _, rows in results.headlines:
        for row in rows:
            mean, spread = of_estimate(results.estimate(row.name), sim.statistics.describe(row.name).unit)
            assert mean in shown.kpis[row.name], row.name
            assert row.spread == "" or spread in shown.kpis[row.name]


def test_the_table_of_exhibitors_has_the_means_of_booths(results: ResultSet, shown: Page) -> None:
    table = results.table("booths")
    grid = shown.table("All ")
    heads = [cell.text for cell in grid.rows[0]]
    assert "means of 2 replications" in grid.caption
    for column, name, times in (
        ("Useful contacts", "useful_contacts", 1),
        ("Contacts", "contacts", 1),
        ("Looked", "stops", 1),
        ("Talks", "conversations", 1),
        ("Lost, %", "lost_share", 100),
        ("Wait, min", "wait_minutes", 1),
        ("Staff busy, %", "busy_share", 100),
        ("Meetings arranged", "meetings_scheduled", 1),
        ("Meetings held", "meetings_held", 1),
    ):
        at = heads.index(column)
        found = {row[0].text: row[at].value for row in grid.rows[1:]}
        assert found == pytest.approx((times * table.groupby("name")[name].mean()).to_dict()), name
    useful = [row[heads.index("Useful contacts")].value or 0 for row in grid.rows[1:]]
    assert useful == sorted(useful, reverse=True)
    for row in grid.rows[1:]:
        own = table[table["name"] == row[0].text]
        where, of = row[heads.index("Hall")], row[heads.index("Chain, country")]
        assert {where.text} == set(own["hall"])
        assert {of.text} == set(own["chain"])
        assert (of.below == "varies") == (own["country"].nunique() > 1)
        assert bool(row[0].below) == bool(own["sponsor"].notna().any())
    middle = table.groupby("name")["useful_contacts"].mean().median()
    assert f"half have at least {middle:,.10g} useful contacts (means of 2 replications)" in "".join(
        shown.text
    )


def test_the_table_of_exhibitors_of_one_replication_is_its_own(results: ResultSet) -> None:
    table, alone = results.table("exhibitors"), read(page(results, replication=0, replay=False))
    grid = alone.table("All ")
    heads = [cell.text for cell in grid.rows[0]]
    assert "replications" not in grid.caption
    for column, name in (("Useful contacts", "useful_contacts"), ("Meetings arranged", "meetings_scheduled")):
        cells = {row[0].text: row[heads.index(column)] for row in grid.rows[1:]}
        assert {k: cell.value for k, cell in cells.items()} == dict(
            zip(table["name"], table[name], strict=True)
        )
        assert all(cell.text == f"{cell.value:,.0f}" and not cell.below for cell in cells.values())


def test_the_funnel_is_the_mean_over_replications(results: ResultSet, shown: Page) -> None:
    bars = shown.table("Requests, means of 2 replications").body
    for name in ("requested", "accepted", "held"):
        assert bars[name][0].value == pytest.approx(results.estimate(f"meetings.{name}").mean)
    assert [name for name in bars if name != "Step"] == [
        step.name for step in request_steps(OfResults(results))
    ]


def test_tables_in_use_at_once_are_counted_moment_by_moment(results: ResultSet, shown: Page) -> None:
    every = results.table("meetings")
    held = every[every["held"] & every["programme"].notna()]
    end = held["begin"] + pd.to_timedelta(held["minutes"], unit="min").dt.round("ms")
    most = max(int(((held["begin"] <= moment) & (end > moment)).sum()) for moment in held["begin"])
    tables = results.scenario.data.matchmaking["main"].tables
    assert f"At the busiest moment {most} of {tables} tables are in use" in "".join(shown.text)


def test_promises_are_summed_over_all_replications(results: ResultSet, shown: Page) -> None:
    kept: dict[str, list[tuple[int, int]]] = {}
    for tally in results.tallies:
        for name, one in tally.promises.items():
            kept.setdefault(name, []).append((one.promised, one.held))
    body = shown.table("Each sponsor").body
    assert kept
    for name, found in kept.items():
        kind, promised, held, share, short, *_ = body[name]
        assert kind.text in ("gold", "silver")
        assert promised.value == pytest.approx(np.mean([p for p, _ in found]))
        assert held.value == pytest.approx(np.mean([h for _, h in found]))
        assert share.value == pytest.approx(sum(min(p, h) for p, h in found) / sum(p for p, _ in found))
        assert short.text == f"{sum(h < p for p, h in found)} of {len(found)}"


def test_people_by_what_they_do_add_up_to_presence_and_the_band_is_its_interval(
    results: ResultSet, shown: Page
) -> None:
    found = flow(OfResults(results))
    every = results.table("flow")
    grid = shown.table("People on the floor")
    heads = [cell.text for cell in grid.rows[0]]
    rows = {row[0].text.rpartition(", ")[2]: row for row in grid.rows[1:]}
    at = int(found.columns["people"].mean(axis=0).argmax())
    start = found.start.iloc[at]
    row = dict(zip(heads[1:], rows[f"{start:%H:%M}"][1:], strict=True))
    ends = [row.pop(f"in all, {end} end").value for end in ("lower", "upper")]
    for name, cell in row.items():
        assert cell.value == pytest.approx(found.doing[name][:, at].mean(), abs=0.006), name
    people = every.loc[every["start"] == start, "people"].tolist()
    e = estimate(people, low=0)
    assert sum(cell.value or 0.0 for cell in row.values()) == pytest.approx(e.mean, abs=0.05)
    assert ends == pytest.approx([e.low, e.high], abs=0.006)


def test_sessions_have_means_over_replications_and_in_how_many_they_were_held(
    results: ResultSet, shown: Page
) -> None:
    every = results.table("programme")
    every = every[every["kind"] != "tour"]
    body = shown.table("Every session").body
    assert body.keys() - {"Session"} == set(every["title"])
    for title, own in every.groupby("title"):
        _, when, room, seats, audience, filled, away, held = body[str(title)]
        assert when.text.endswith(f"{own['start'].iloc[0]:%H:%M}")  # quickstart has one timetable
        assert {room.text} == set(own["room"])
        assert (seats.value, audience.value) == (own["seats"].mean(), own["audience"].mean())
        taken = own[own["held"]]
        assert filled.value == pytest.approx((taken["peak"] / taken["seats"]).mean())
        assert away.value == own["turned_away"].mean()
        assert held.text == f"{own['held'].sum()} of 2"
    alone = read(page(results, replication=0, replay=False))
    first = every[every["replication"] == 0].set_index("title")
    for title, cells in alone.table("Every session").body.items():
        if title != "Session":
            assert cells[4].value == first.loc[title, "audience"]
            assert cells[-1].text == "yes" or not first.loc[title, "held"]
    counts = results.table("programme").groupby("replication")["held"].agg(["sum", "size"]).mean()
    assert f"{counts['sum']:.1f}" in "".join(shown.text)


def test_the_matrix_is_the_mean_of_the_tables(results: ResultSet, shown: Page) -> None:
    every = results.table("met")
    every = every[every["by"] == "chain"]
    counts = every.pivot_table("interactions", "group", "partner", "sum", observed=True) / len(results)
    heads, *cells = shown.table("Interactions by chain").rows
    assert sum(cell.value or 0 for row in cells for cell in row[1:]) == counts.to_numpy().sum()
    for row in cells:
        for head, cell in zip(heads[1:], row[1:], strict=True):
            assert cell.value == pytest.approx(counts.loc[row[0].text, head.text])


def test_names_are_texts_whatever_they_hold(results: ResultSet, shown: Page) -> None:
    every = {name: results.table(name) for name in sim.statistics.COLUMNS}
    tables = {
        name: table[table["replication"] == 0].drop(columns="replication") for name, table in every.items()
    }
    who = tables["exhibitors"].copy()
    who["name"] = pd.Categorical([BOLD, TURNED, *who["name"].astype(str)[2:]])
    tables["exhibitors"] = who
    assert results.kept is not None
    other = dict(results.kept[1])
    for some in (tables, other):
        programme = some["programme"].copy()
        programme["title"] = [BOLD, *programme["title"].astype(str)[1:]]
        some["programme"] = programme
    scenario = results.scenario.replace(**{"expo.title": BOLD})
    odd = page(replace(results, scenario=scenario, kept={0: tables, 1: other}), replay=False)
    found = read(odd)
    assert Counter(tag for tag, _ in found.tags) == Counter(tag for tag, _ in shown.tags)
    assert BOLD in found.table("All ").body
    assert TURNED in found.table("All ").body
    assert BOLD in found.table("Every session").body
    assert (1, BOLD) in found.headings
    assert f"<bdi>{TURNED}</bdi>" in odd


def test_the_scenario_in_the_page_is_the_one_that_was_run(
    results: ResultSet, shown: Page, tmp_path: Path
) -> None:
    said = "".join(shown.text)
    assert results.scenario.hash in said
    (text,) = [each for each in shown.text if "[expo]" in each]
    (tmp_path / "again.toml").write_text(text, encoding="utf-8")
    assert sim.load(tmp_path / "again.toml").hash == results.scenario.hash


def test_what_the_scenario_sets_is_listed_with_its_sources_and_so_are_the_defaults(
    results: ResultSet, shown: Page, tmp_path: Path
) -> None:
    grid = shown.table("What the scenario sets")
    rows = {row[0].text: row[1:] for row in grid.rows[1:] if len(row) > 1}
    sources = results.scenario.sources
    given = {each.path: each.told for each in sources if each.told is not None}
    assert list(rows) == list(given)
    value, what, source, where = rows["programme.opening.show_probability"]
    assert (value.text, source.text) == ("0.8", "by invitation (assumption)")
    assert what.text == "Chance that a registered party comes."
    line = given["programme.opening.show_probability"].line
    assert where.text == f"quickstart.toml, line {line}"
    assert rows["visitors.public.visits"][2].text == "as said above of visitors"
    assert rows["expo.opens"][2].text == "not said; see the head of the file"
    said = [row[0].text for row in grid.rows[1:] if len(row) == 1]
    assert sum("1,500 visits. Of booth visitors" in each for each in said) == 1  # once, above all of them
    assert len([each for each in said if each.startswith("programme.")]) == 3
    rest = shown.table("Defaults in force").rows[1:]
    assert [row[0].text for row in rest] == [each.path for each in sources if each.told is None]
    assert all(row[-1].text for row in rest)
    results.save(tmp_path / "out")
    written = read(page(ResultSet.load(tmp_path / "out"), replay=False))
    again = written.table("What the scenario sets").rows
    assert [[cell.text for cell in row] for row in again] == [
        [cell.text for cell in row] for row in grid.rows
    ]


def test_days_have_intervals_also_where_nobody_asked_for_them(tmp_path: Path) -> None:
    days = {"expo.days": 2, "matchmaking.main.windows": [1, 1], "programme.exchange.per_day": [3, 1]}
    fair = sim.load("quickstart", days | {"programme.seminars.per_day": [8, 2]})
    sim.replicate(fair, replications=2, workers=1).save(tmp_path / "out")
    loaded = ResultSet.load(tmp_path / "out")
    body = read(page(loaded, replay=False)).table("KPIs by day").body
    for day, cell in zip("12", body["Meetings held, meetings"], strict=True):
        e = loaded.grouped("day").estimate(day, "meetings.held")
        assert cell.value == e.mean
        assert "(" in cell.text or "±" in cell.text


def test_results_without_tables_have_a_page_of_what_there_is(results: ResultSet) -> None:
    bare = read(page(replace(results, kept={}), replay=False))
    led = [said["href"] for tag, said in bare.tags if tag == "a"]
    assert "#exhibitors" not in led
    assert "#hurts" in led
    assert bare.kpis["meetings.held"]
    with pytest.raises(KeyError, match="kept of no replication"):
        page(replace(results, kept={}), replication=1)


def test_the_same_results_give_the_same_bytes_and_a_file_is_not_replaced(
    results: ResultSet, html: str, tmp_path: Path
) -> None:
    file = tmp_path / "fair.html"
    results.report(file, replay=False)
    assert file.read_text(encoding="utf-8") == html
    with pytest.raises(FileExistsError):
        results.report(file, replay=False)
    results.report(file, replay=False, force=True)


def test_the_floor_in_motion_is_part_of_it_unless_it_is_left_out(
    results: ResultSet, html: str, tmp_path: Path
) -> None:
    results.report(tmp_path / "fair.html")
    moving = read((tmp_path / "fair.html").read_text(encoding="utf-8"))
    assert "exposim-replay" in {said.get("class") for tag, said in moving.tags if tag == "section"}
    assert "#replay" in [said.get("href") for tag, said in moving.tags if tag == "a"]
    assert "exposim-replay" not in html


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({"stops": 0}, "nobody stopped"),
        ({"stops": 7}, "7 parties looked, none wanted to talk"),
        ({"stops": 7, "asked": 3, "balked": 2, "reneged": 1}, "2 would not queue, 1 gave up waiting"),
        ({"stops": 7, "asked": 3, "conversations": 2, "conversation_minutes": 1.5}, "none long enough"),
        ({"stops": 7, "meetings_scheduled": 4, "meetings_held": 1}, "1 of 4 meetings held"),
    ],
)
def test_why_an_exhibitor_is_left_out_is_the_first_thing_that_is_lacking(
    row: dict[str, float], said: str
) -> None:
    none = dict.fromkeys(
        ("stops", "asked", "conversations", "balked", "reneged", "left_for_booking", "closed"), 0
    ) | {"meetings_scheduled": 0, "meetings_held": 0, "conversation_minutes": float("nan")}
    assert said in why_left_out(none | row)


@pytest.mark.parametrize("most", [0.3, 1, 7, 12, 99, 100, 101, 1083, 48_000])
def test_an_axis_reaches_what_it_shows_in_a_few_round_steps(most: float) -> None:
    top, step = nice(most)
    assert most <= top < most + step + 1e-9
    assert 3 <= round(top / step) <= 4
    assert top / step == pytest.approx(round(top / step))


def test_halls_have_the_most_at_once_over_all_replications_and_room_a_person(
    results: ResultSet, shown: Page
) -> None:
    every = results.table("occupancy")
    body = shown.table("Halls at their fullest").body
    for name, hall in results.scenario.data.venue.halls.items():
        peak, when, over, room, limit, filled = body[name]
        some = every[every["hall"] == name]
        assert peak.value == some["peak"].max()
        at = some["start"].iloc[int(some["peak"].to_numpy().argmax())]
        assert when.text.endswith(f"at {at:%H:%M}")
        assert over.value == results.estimate(f"halls.peak_people.{name}").mean
        assert room.value == pytest.approx(hall.width_m * hall.depth_m / some["peak"].max())
        if hall.max_people is None:
            assert (limit.text, filled.text) == ("no limit", "–")
        else:
            assert filled.value == pytest.approx(some["peak"].max() / hall.max_people)
    least = min(body, key=lambda name: body[name][3].value or 1e9 if name != "Hall" else 1e9)
    assert f"Least room is in \u2068{least}\u2069" in "".join(shown.text)
    assert "Nobody waits at the door of a full hall." in "".join(shown.text)


def test_rooms_are_summed_over_their_sessions_those_first_that_turn_most_away(
    results: ResultSet, shown: Page
) -> None:
    every = results.table("programme")
    every = every[every["kind"] != "tour"]
    rows = shown.table("By room").rows[1:]
    assert {row[0].text for row in rows} == set(every["room"])
    for name, _, planned, held, seats, audience, filled, away in rows:
        some = every[every["room"] == name.text]
        taken = some[some["held"]]
        assert (planned.value, held.value) == (len(some) / 2, len(taken) / 2)
        assert (seats.value, audience.value) == (taken["seats"].sum() / 2, some["audience"].sum() / 2)
        of = taken.groupby("replication")[["peak", "seats"]].sum()
        assert filled.value == pytest.approx((of["peak"] / of["seats"]).mean())
        assert away.value == some["turned_away"].sum() / 2
    turned = [row[-1].value or 0 for row in rows]
    assert turned == sorted(turned, reverse=True)
    assert sum(turned) > 0


@pytest.mark.parametrize(
    ("share", "tables"),
    [(1.0, 3), (0.91, 3), (0.9, 2), (0.71, 2), (0.7, 1), (0.01, 1)],
)
def test_as_many_tables_are_enough_as_are_not_exceeded_for_such_a_share_of_the_time(
    share: float, tables: int
) -> None:
    # 7 with one, 2 with two, 1 with three; and 13 with none, which do not count
    begin, end = np.array([0, 1, 2, 20]), np.array([7, 4, 3, 23])
    assert enough(begin, end, share) == tables
