"""What was published is what is simulated: the plan of a file, its people, their days; and the way back."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from random import Random

import pytest
from openpyxl import Workbook, load_workbook

import sim
from sim.expo import Expo, build
from sim.expo.meetings import timetabling
from sim.files.problems import ScenarioError
from sim.floor.arrays import NEVER, NONE
from sim.floor.contract import faults
from sim.interchange.simulated_csv import simulated_csv, simulated_xlsx
from sim.scenario import Scenario
from sim.scenario.writing.toml import toml_document
from sim.statistics import Result
from sim.statistics.timetable import timetable
from tests.expo.fair import TOML, built
from tests.random_scenarios import draw_scenario
from tests.sources import Seeded

ONE = TOML[: TOML.index("[matchmaking.hungary]")]
SMALL = ONE.replace("visits = 700", "visits = 150").replace("visits = 500", "visits = 20")
PLAN = (
    "energy-001,Ash Trading,2024-11-26 09:35,3",
    "Ash Trading,energy-002,2024-11-27 09:35,2/1",
    "Birch,digital-003,2024-11-26 09:35,",
    "food-001,Birch,26.11.2024 10:05,12",
)


def published(folder: Path, rows: tuple[str, ...], **settings: object) -> Scenario:
    """A small fair, of which these meetings are published and no others are asked for."""
    (folder / "fair.toml").write_text(SMALL, encoding="utf-8")
    (folder / "plan.csv").write_text("\n".join(("who,whom,start,table", *rows)) + "\n", encoding="utf-8")
    own = {"general.published": str(folder / "plan.csv"), "general.requests": 0, "general.no_show": 0.0}
    own["general.no_show_exhibitors"] = 0.0
    told = {f"matchmaking.{path}": value for path, value in own.items()}
    return sim.load(folder / "fair.toml", told | {k.replace("__", "."): v for k, v in settings.items()})


def guests(expo: Expo) -> dict[str, int]:
    """The key of the party of each company that has a request."""
    asked = expo.requests
    sides = ((asked.asker, asked.asker_party), (asked.asked, asked.asked_party))
    found = {}
    for organisation, party in sides:
        for of, one in zip(organisation.tolist(), party.tolist(), strict=True):
            if one != NONE:
                days = expo.floor.party_days.party == one
                found[expo.organisations.name[of]] = int(expo.parties.key[days][0])
    return found


@pytest.mark.parametrize("replan", ["no", "least changes"])
def test_a_timetable_that_goes_in_again_is_simulated_meeting_for_meeting(tmp_path: Path, replan: str) -> None:
    first = built()
    (tmp_path / "fair.toml").write_text(TOML, encoding="utf-8")
    settings: dict[str, object] = {}
    for name in first.matchmaking:
        (tmp_path / f"{name}.csv").write_bytes(simulated_csv(first, name))
        settings |= {f"matchmaking.{name}.published": str(tmp_path / f"{name}.csv")}
        settings |= {f"matchmaking.{name}.requests": 0, f"matchmaking.{name}.replan": replan}
    again = build(sim.load(tmp_path / "fair.toml", settings))
    for name in first.matchmaking:
        before = timetable(first, name)
        assert len(before) > 50
        assert before.equals(timetable(again, name))
    assert not list(faults(again.floor))


def in_again(file: Path | str, first: Expo, folder: Path) -> list[tuple[int, int]]:
    """How many meetings each programme has, and how many of them it still has when they were published."""
    own = {name: folder / f"{name}.csv" for name in first.matchmaking}
    for name, path in own.items():
        path.write_bytes(simulated_csv(first, name))
    again = build(sim.load(file, {f"matchmaking.{name}.published": str(path) for name, path in own.items()}))
    both = [(timetable(first, name), timetable(again, name)) for name in own]
    return [(len(before), len(before.merge(after))) for before, after in both]


def test_what_a_shipped_scenario_writes_it_reads_back(
    quickstart: Result, hungary: Result, tmp_path: Path
) -> None:
    for name, first in (("quickstart", quickstart.expo), ("hungary-2024", hungary.expo)):
        ((meetings, kept),) = in_again(name, first, tmp_path)
        assert meetings == kept > 50


@pytest.mark.parametrize("seed", [682, 423, 401, 402])  # nobody visits; nobody meets; any others
def test_what_a_drawn_scenario_writes_it_reads_back(seed: int, tmp_path: Path) -> None:
    file = tmp_path / "fair.toml"
    file.write_text(toml_document(draw_scenario(Seeded(Random(seed)))), encoding="utf-8")
    first = build(sim.load(file))
    assert first.matchmaking
    assert all(meetings == kept for meetings, kept in in_again(file, first, tmp_path))


def test_a_workbook_is_published_as_a_csv_file_is_with_times_and_tables_as_its_cells_have_them(
    tmp_path: Path,
) -> None:
    scenario = published(tmp_path, PLAN)
    plain = timetable(build(scenario))

    def of_book(content: bytes) -> bool:
        (tmp_path / "plan.xlsx").write_bytes(content)
        own = {"matchmaking.general.published": str(tmp_path / "plan.xlsx")}
        return timetable(build(scenario.replace(**own))).equals(plain)

    # what the program writes; and what somebody else did, with dates and numbers, on the second sheet
    assert of_book(simulated_xlsx(build(scenario), "general"))
    written = load_workbook(tmp_path / "plan.xlsx")["Timetable"]
    cells = dict(zip(*([cell.value for cell in row] for row in (written[1], written[2])), strict=True))
    assert type(cells["table"]) is int  # a number, as people would have it
    book = Workbook()
    sheet = book.create_sheet("Timetable")
    sheet.append(["who", "whom", "start", "end", "table"])
    for row in plain.to_dict("records"):
        times = [dt.datetime.fromisoformat(row[name]) for name in ("start", "end")]
        sheet.append([row["who"], row["whom"], *times, int(row["table"])])
    book.save(tmp_path / "other.xlsx")
    assert of_book((tmp_path / "other.xlsx").read_bytes())
    sheet["E3"] = 99
    book.save(tmp_path / "plan.xlsx")
    with pytest.raises(
        ScenarioError, match=r"plan\.xlsx:3: column table: found '99'; there is no such table"
    ):
        scenario.replace(**{"matchmaking.general.published": str(tmp_path / "plan.xlsx")})


def test_a_guest_who_stays_away_has_no_meeting_in_a_timetable_that_is_planned_again(tmp_path: Path) -> None:
    again: dict[str, object] = {"matchmaking__general__replan": "least changes", "expo__seed": 1}
    away = {"x": {"kind": "country_absent", "country": "CN", "share": 0.3}}  # of guests, of Birch
    everybody, left = (
        {
            (row["who"], row["whom"])
            for row in timetable(build(published(tmp_path, PLAN, **own))).to_dict("records")
        }
        for own in (again, again | {"shocks": away})
    )
    assert len(everybody) == len(PLAN)
    assert left == {each for each in everybody if "Birch" not in each}


def test_guests_of_the_file_come_on_the_days_of_their_meetings_under_their_names(tmp_path: Path) -> None:
    result = sim.run(published(tmp_path, PLAN))
    plan = result.timetable()
    assert plan[["who", "whom", "start", "table"]].to_numpy().tolist() == [
        ["Birch", "digital-003", "2024-11-26 09:35", "1"],
        ["energy-001", "Ash Trading", "2024-11-26 09:35", "3"],
        ["food-001", "Birch", "2024-11-26 10:05", "12"],
        ["Ash Trading", "energy-002", "2024-11-27 09:35", "7"],
    ]
    assert {"Ash Trading", "Birch"} <= {*result.meetings["organisation"], *result.meetings["partner"]}
    expo = result.expo
    days = {
        name: {
            int(day)
            for day, of in zip(expo.parties.day, expo.parties.organisation, strict=True)
            if expo.organisations.name[of] == name
        }
        for name in ("Ash Trading", "Birch")
    }
    assert days["Ash Trading"] == {0, 1}
    assert 0 in days["Birch"]
    assert not list(faults(expo.floor))


def test_one_row_more_leaves_the_parties_of_the_others_alone(tmp_path: Path) -> None:
    names = [f"Firm {letter}" for letter in "ABCDEFGH"]
    rows = tuple(f"energy-{i:03d},{name},2024-11-26 11:05," for i, name in enumerate(names, 1))
    first = guests(build(published(tmp_path, rows)))
    second = guests(build(published(tmp_path, (*rows, "food-001,Firm I,2024-11-26 12:05,"))))
    assert first.keys() == set(names)
    assert len({*second.values()}) == len(names) + 1
    assert sum(first[name] != second[name] for name in names) <= 1  # whose party the new one takes


def test_further_requests_are_arranged_around_what_was_published(tmp_path: Path) -> None:
    expo = build(published(tmp_path, PLAN, matchmaking__general__requests=80))
    more, plan = timetable(expo), timetable(build(published(tmp_path, PLAN)))
    assert len(more) > len(plan) + 10
    assert len(more.merge(plan)) == len(plan)
    assert not more.duplicated(["start", "table"]).any()
    assert not list(faults(expo.floor))


CLOSED = {"kind": "hall_closed", "hall": "west", "day": 1, "from": dt.time(9, 0), "to": dt.time(9, 46)}


def test_what_cannot_be_held_is_lost_on_the_day_or_planned_again_with_the_fewest_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow = []  # whether what one more gains has the limit of runs that take seconds

    def gains(*_: object, **told: object) -> tuple[None, None]:
        slow.append(told["slow"])
        return None, None

    monkeypatch.setattr(timetabling, "gains", gains)
    lost = sim.run(published(tmp_path, PLAN, shocks__fire=CLOSED))
    assert lost.timetable().equals(sim.run(published(tmp_path, PLAN)).timetable())
    at_closed = lost.meetings[lost.meetings["start"] == "2024-11-26 09:35"]
    assert not at_closed["held"].any()
    scenario = published(tmp_path, PLAN, shocks__fire=CLOSED, matchmaking__general__replan="least changes")
    again = build(scenario)
    plan, now = lost.timetable(), timetable(again)
    assert len(now) == len(plan)
    assert len(now.merge(plan)) == len(plan) - len(at_closed)
    assert (now["start"] != "2024-11-26 09:35").all()
    assert again.shortfalls.short("published_times") == len(at_closed)
    assert slow == [False, False, True]


def test_who_is_kept_away_stays_on_the_plan_and_is_missed(tmp_path: Path) -> None:
    plain = build(published(tmp_path, PLAN))
    ash = plain.organisations.name.index("Ash Trading")
    country = plain.countries[plain.organisations.country[ash]]
    shock = {"kind": "country_absent", "country": country, "share": 1.0}
    result = sim.run(published(tmp_path, PLAN, shocks__gone=shock))
    assert len(result.timetable()) == len(PLAN)
    of = result.meetings["partner"] == "Ash Trading"
    assert result.meetings.loc[of, "partner_outcome"].tolist() == ["no_show"]
    rows = result.expo.parties.organisation == ash
    assert rows.any()
    assert (result.expo.floor.party_days.arrival[rows] >= NEVER).all()
    away = build(published(tmp_path, PLAN, shocks__gone=shock, matchmaking__general__replan="least changes"))
    assert "Ash Trading" not in {*timetable(away)["who"], *timetable(away)["whom"]}
    assert away.shortfalls.short("published") >= 2


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("Energy-001x,Birch,2024-11-26 10:35,", "column whom: found 'Birch', and 'Energy-001x' is no"),
        ("energy-099,Dogwood,2024-11-26 10:35,", "column whom: found 'Dogwood', and 'energy-099' is no"),
        ("public 3,food-002,2024-11-26 10:35,", "column who: found 'public 3'; public takes no part in"),
        ("food-001,Dogwood,2024-11-26 10:05,", "column who: found 'food-001', who meets Birch at that"),
        ("food-002,Dogwood,2024-11-26 09:35,3", "column table: found '3', at which energy-001 and Ash"),
        ("food-002,Dogwood,2024-11-26 10:35,13", "column table: found '13'; there is no such table of"),
        ("food-002,Dogwood,2024-11-28 10:35,", "column start: found 2024-11-28 10:35; the expo is on"),
        ("food-002,Dogwood,2024-11-26 10:36,", "column start: found 10:36; general has no such slot; its"),
        ("food-002,food-003,2024-11-26 10:35,", "column whom: found 'food-003', who with 'food-002' are"),
        # whoever has the name of a guest is none by mistake
        (
            "buyer 2,energi-001,2024-11-26 10:35,",
            "column whom: found 'energi-001', and 'buyer 2' is no exhibitor "
            "either; one of the two must be; did you mean 'energy-001'?",
        ),
        (
            "energi-001,buyer 2,2024-11-26 10:35,",
            "column who: found 'energi-001', and 'buyer 2' is no exhibitor "
            "either; one of the two must be; did you mean 'energy-001'?",
        ),
    ],
)
def test_each_fault_of_a_row_is_told_with_file_and_line(tmp_path: Path, row: str, said: str) -> None:
    with pytest.raises(ScenarioError) as told:
        build(published(tmp_path, (*PLAN, row)))
    assert f"plan.csv:6: {said}" in str(told.value)
    assert len(told.value.problems) == 1


def test_a_time_without_a_date_after_the_last_day_is_told_without_one(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError) as told:
        published(tmp_path, ("food-001,Birch,24:00,",), expo__days=1)
    assert "plan.csv:2: column start: found 00:00 of the next day; the expo is on 2024-11-26" in str(
        told.value
    )
