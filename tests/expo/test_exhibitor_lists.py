"""Exhibitors as they are: shares of countries, lists that leave things open, staff by rule, stands."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any
from unicodedata import normalize

import numpy as np
import pytest
from click.testing import CliRunner

import sim
from sim.cli import exposim
from sim.expo.exhibitors.organisations import draw_exhibitors
from sim.expo.expo import Exhibitors, Organisations
from sim.expo.venue.venue import lay_out
from sim.scenario import ExhibitorRow, assumed
from sim.scenario.exhibiting import home_of, order_of
from sim.scenario.schema.countries import CODES
from sim.streams import Streams

SMALL = Path(__file__).parents[1] / "scenario" / "small.toml"
SHARES = {"FR": 0.7, "DE": 0.1, "other": 0.2}


def fair(directory: Path, rows: str, **changes: Any) -> sim.Scenario:
    """The small fair without its pavilion's companies, with a list of exhibitors."""
    (directory / "list.csv").write_text(rows, encoding="utf-8")
    plain = {"exhibitors.count": None, "exhibitors.overseas_share": None, "exhibitors.countries": None}
    given = {key.replace("__", "."): value for key, value in changes.items()}
    return sim.load(SMALL, plain | {"exhibitors_file": str(directory / "list.csv")} | given)


def drawn(scenario: sim.Scenario) -> tuple[Organisations, Exhibitors]:
    return draw_exhibitors(scenario, Streams(3, 0))


def countries(organisations: Organisations, n: int) -> Counter[str]:
    return Counter(CODES[code] for code in organisations.country[:n].tolist())


def names(n: int) -> str:
    return "name\n" + "".join(f"Firm {i}\n" for i in range(n))


def test_shares_of_countries_are_met_exactly_and_there_is_not_one_korean() -> None:
    changes = {"exhibitors.count": 120, "exhibitors.countries": SHARES}
    changes |= {"exhibitors.overseas_share": None, "exhibitors.home_country": None}
    scenario = sim.load("quickstart", changes)
    for replication in range(3):
        organisations, _ = draw_exhibitors(scenario, Streams(1, replication))
        found = countries(organisations, 120)
        assert (found["FR"], found["DE"], sum(found.values())) == (84, 12, 120)
        assert found["KR"] == 0
    assert sim.build(scenario).terms.home_country == "FR"  # the largest share, as nothing else is said


def test_a_french_fair_that_says_no_shares_has_its_neighbours_first_and_says_that_it_is_assumed() -> None:
    changes = {
        "exhibitors.count": 120,
        "exhibitors.home_country": "FR",
        "exhibitors.countries": 6,
        "exhibitors.overseas_share": 0.3,
    }
    scenario = sim.load("quickstart", changes)
    organisations, _ = drawn(scenario)
    assert countries(organisations, 120)["FR"] == 84
    assert "KR" not in countries(organisations, 120)
    (line,) = assumed(scenario.data, scenario.exhibitor_rows)
    assert line.startswith("exhibitors from abroad: which countries is an assumption, Germany, ")


def test_every_country_has_an_order_of_all_with_itself_first() -> None:
    for home in CODES:
        order = order_of(home)
        assert sorted(order) == list(range(len(CODES)))
        assert CODES[order[0]] == home
    assert [CODES[number] for number in order_of("FR")[:4]] == ["FR", "DE", "GB", "IT"]
    assert [CODES[number] for number in order_of("CN")[:4]] == ["CN", "US", "JP", "KR"]


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        (
            {"countries": {"FR": 0.7, "DE": 0.1}},
            "make 0.8; allowed: 1 in all. The rest is said by other = 0.2",
        ),
        ({"countries": {"FR": 0.7, "DE": 0.29}}, "found shares that make 0.99; allowed: 1 in all"),
        ({"countries": {"FR": 0.7, "DE": 0.4}}, "found shares that make 1.1; allowed: 1 in all"),
        ({"countries": {"FR": 0.5, "UK": 0.5}}, "no such country in ISO 3166; did you mean 'GB'?"),
        ({"countries": SHARES, "overseas_share": 0.2}, "found 0.2 beside shares in countries"),
        ({"countries": "many"}, "allowed: a whole number from 1 to 150, or a share for each such as { FR"),
        (
            {"countries": {"Fr": 1.0}},
            "found the key 'Fr'; allowed: a country's ISO 3166 code such as 'HU', or",
        ),
        ({"sponsor_staff": {"golden": 4}}, "no such kind of sponsor; there are: gold, silver; did you mean"),
    ],
)
def test_what_is_wrong_with_shares_is_said(changes: dict[str, Any], says: str) -> None:
    given = {f"exhibitors.{key}": value for key, value in ({"overseas_share": None} | changes).items()}
    with pytest.raises(sim.ScenarioError) as caught:
        sim.load("quickstart", given)
    assert says in str(caught.value)


def test_pavilions_take_their_part_of_the_shares_or_it_is_said() -> None:
    changes = {"exhibitors.countries": {"CN": 0.9, "HU": 0.1}, "exhibitors.overseas_share": None}
    organisations, exhibitors = drawn(sim.load(SMALL, changes))
    direct = exhibitors.direct == 1
    assert Counter(CODES[c] for c in organisations.country[direct].tolist()) == {"CN": 18, "HU": 2}
    changes["exhibitors.countries"] = {"CN": 0.95, "HU": 0.05}
    with pytest.raises(sim.ScenarioError, match="asks for 1 exhibitors of HU; the pavilions alone hold 2"):
        sim.build(sim.load(SMALL, changes))


def test_a_list_of_names_alone_is_an_expo_with_all_totals(tmp_path: Path) -> None:
    scenario = fair(tmp_path, names(30), exhibitors__countries={"FR": 0.7, "DE": 0.3}, exhibitors__debuts=4)
    organisations, exhibitors = drawn(scenario)
    assert organisations.name[:30] == tuple(f"Firm {i}" for i in range(30))
    assert countries(organisations, 30) == {"FR": 21, "DE": 9}
    weights = [chain.exhibitors for chain in scenario.data.chains.values()]
    assert np.bincount(organisations.chain[:30]).tolist() == [
        round(30 * weight / sum(weights)) for weight in weights
    ]
    assert exhibitors.debut.sum() == 4
    assert exhibitors.staff[:30].sum() == 30 * scenario.data.exhibitors.mean_staff
    venue = scenario.data.venue
    assert exhibitors.area_m2.sum() == pytest.approx(venue.gross_area_m2 * venue.net_share)
    said = " ".join(assumed(scenario.data, scenario.exhibitor_rows))
    assert "for 30 exhibitors: chain of 30, stage of 30, country of 30, area of 30, staff of 30" in said
    assert "no row has a debut, so that 4 are drawn" in said


def test_what_a_list_says_holds_whatever_is_drawn_around_it(tmp_path: Path) -> None:
    rows = names(20) + "Known\n"
    rows = "".join(f"{line},,,,,\n" for line in rows.splitlines())
    rows = rows.replace("name,,,,,", "name,chain,stage,country,area_m2,staff")
    rows = rows.replace("Known,,,,,", "Known,parts,services,Germany,33,7")
    scenario = fair(tmp_path, rows, exhibitors__countries={"FR": 0.9, "DE": 0.1})
    organisations, exhibitors = drawn(scenario)
    assert organisations.name[20] == "Known"
    assert list(scenario.data.chains)[organisations.chain[20]] == "parts"
    assert (exhibitors.area_m2[20], exhibitors.staff[20]) == (33, 7)
    assert countries(organisations, 21) == {"FR": 19, "DE": 2}  # the known one is one of the two
    venue = scenario.data.venue
    assert exhibitors.area_m2.sum() == pytest.approx(venue.gross_area_m2 * venue.net_share)


def test_one_exhibitor_more_moves_the_open_cells_of_few_others(tmp_path: Path) -> None:
    shares = {"exhibitors__countries": {"FR": 0.7, "DE": 0.3}, "exhibitors__mean_area_m2": 20}
    before, _ = drawn(fair(tmp_path, names(60), **shares))
    after, _ = drawn(fair(tmp_path, names(60) + "Zoe & Co\n", **shares))
    for column in ("chain", "stage", "country"):
        moved = (getattr(before, column)[:60] != getattr(after, column)[:60]).sum()
        assert moved <= 12, column  # a place at each border between two shares, six stages in two chains
    assert np.array_equal(before.key[:60], after.key[:60])
    again, _ = drawn(fair(tmp_path, "name\n" + "".join(reversed(names(60).splitlines(True)[1:])), **shares))
    assert dict(zip(before.name, before.country.tolist(), strict=True)) == dict(
        zip(again.name, again.country.tolist(), strict=True)
    )


def test_staff_follow_the_booth_then_the_sponsor_then_the_area(tmp_path: Path) -> None:
    rows = "name,area_m2,staff,sponsor\nA,45,,\nB,9,,\nC,45,,gold\nD,45,3,gold\n"
    scenario = fair(
        tmp_path,
        rows,
        exhibitors__area_a_member_m2=9,
        exhibitors__sponsor_staff={"gold": 8},
        exhibitors__sponsors={"gold": 2},
    )
    _, exhibitors = drawn(scenario)
    assert exhibitors.staff[:4].tolist() == [5, scenario.data.exhibitors.least_staff, 8, 3]


def test_stands_stand_where_the_list_says(tmp_path: Path) -> None:
    rows = "name,area_m2,hall,stand,x_m,y_m,width_m,depth_m\n"
    rows += "A,20,north,A1,2,3,5,4\nB,20,north,A2,12,3,5,\nC,25,north,B1,2,13,,\n"
    scenario = fair(tmp_path, rows)
    organisations, exhibitors = drawn(scenario)
    venue = lay_out(scenario, organisations, exhibitors, Streams(3, 0))
    assert venue.plots[:3].tolist() == [[2, 3, 7, 7], [12, 3, 17, 7], [2, 13, 7, 18]]
    assert venue.places.x[:3].tolist() == [45, 145, 45]
    assert exhibitors.stand[:3] == ("A1", "A2", "B1")
    assert venue.walk(0, 1) == 100


def test_stands_with_numbers_alone_stand_in_the_order_of_their_numbers(tmp_path: Path) -> None:
    stands = [f"{row}{number}" for row in "BA" for number in (10, 2, 1)]
    rows = "name,area_m2,hall,stand\n" + "".join(f"{s.lower()} Ltd,20,north,{s}\n" for s in stands)
    scenario = fair(tmp_path, rows)
    organisations, exhibitors = drawn(scenario)
    venue = lay_out(scenario, organisations, exhibitors, Streams(3, 0))
    walked = [exhibitors.stand[i] for i in np.argsort(venue.walk_rank[:6]).tolist()]
    assert walked == ["A1", "A2", "A10", "B1", "B2", "B10"]


def test_stands_on_a_plan_are_walked_row_by_row_and_back(tmp_path: Path) -> None:
    rows = "name,hall,x_m,y_m,width_m,depth_m\n"
    rows += "".join(f"{x}/{y},north,{x},{y},4,4\n" for x in (20, 2, 10) for y in (14, 0))
    scenario = fair(tmp_path, rows)
    venue = lay_out(scenario, *drawn(scenario), Streams(3, 0))
    order = [scenario.exhibitor_rows[i].name for i in np.argsort(venue.walk_rank[:6]).tolist()]
    assert order == ["2/0", "10/0", "20/0", "20/14", "10/14", "2/14"]


@pytest.mark.parametrize(
    ("row", "says"),
    [
        (
            "north,A1,300,3,5,4",
            "2: column x_m: found 300; the stand reaches from 300 to 305 m, the hall 'north'",
        ),
        ("north,A1,2,,5,4", "2: column y_m: missing; a position needs x_m and y_m"),
        (
            "nort,A1,2,3,5,4",
            "2: column hall: found 'nort'; there is no such hall; there are: north; did you mean",
        ),
        ("north,A9,6,3,5,4", "3: column x_m: stands on the stand of 'A'"),
        ("north,A2,2,3,5,4", "3: column stand: found 'A2' again; it is the stand of 'A' already"),
        (
            "north,A1,2,3,wide,4",
            "2: column width_m: found 'wide'; allowed: a number above 0 and at most 1000 (m)",
        ),
    ],
)
def test_what_is_wrong_with_a_stand_has_its_line_and_column(tmp_path: Path, row: str, says: str) -> None:
    head = "name,hall,stand,x_m,y_m,width_m,depth_m\n"
    with pytest.raises(sim.ScenarioError) as caught:
        fair(tmp_path, f"{head}A,{row}\nB,north,A2,10,3,5,4\n")
    assert f"list.csv:{says}" in str(caught.value)


def test_an_area_larger_than_its_stand_is_refused(tmp_path: Path) -> None:
    with pytest.raises(sim.ScenarioError, match="area_m2: found 30; width_m times depth_m is 20 m²"):
        fair(tmp_path, "name,area_m2,width_m,depth_m\nA,30,5,4\n")


def test_the_home_country_is_said_or_follows_shares_or_rows_and_else_the_reference() -> None:
    settings = sim.load(SMALL).data.exhibitors
    hungarian = (ExhibitorRow(name="A", country="HU"), ExhibitorRow(name="B", country="HU"))
    assert home_of(settings, ()) == "CN"
    assert home_of(settings, (*hungarian, ExhibitorRow(name="C", country="AT"))) == "HU"
    first_by_code = (ExhibitorRow(name="A", country="US"), ExhibitorRow(name="B", country="FR"))
    assert home_of(settings, first_by_code) == "FR"  # as many of both
    assert home_of(settings.model_copy(update={"countries": SHARES}), hungarian) == "FR"
    assert home_of(settings.model_copy(update={"home_country": "AT"}), hungarian) == "AT"


def test_new_writes_a_list_that_can_be_built_and_overwrites_nothing(tmp_path: Path) -> None:
    file, beside = tmp_path / "fair.toml", tmp_path / "fair-exhibitors.csv"
    done = CliRunner().invoke(exposim, ["new", str(file), "--exhibitors", "120"])
    assert done.exit_code == 0, done.stderr
    scenario = sim.load(file)
    assert len(scenario.exhibitor_rows) == 120
    assert beside.read_text().splitlines()[0] == ",".join(ExhibitorRow.model_fields)
    assert all(row.chain and row.stage and row.country and row.staff for row in scenario.exhibitor_rows)
    assert sim.build(scenario).n_exhibitors == 120
    before = beside.read_bytes()
    file.unlink()
    again = CliRunner().invoke(exposim, ["new", str(file), "--exhibitors", "3"])
    assert (again.exit_code, file.exists(), beside.read_bytes()) == (2, False, before)
    assert again.stderr == f"exposim: {beside} is already there; it is left as it is\n"
    assert CliRunner().invoke(exposim, ["new", "--exhibitors", "3"]).exit_code == 2


def test_staff_added_to_a_booth_leave_those_of_all_others_as_they_are() -> None:
    scenario = sim.load(SMALL)
    organisations, exhibitors = drawn(scenario)
    first, last = organisations.name[0], organisations.name[len(exhibitors.staff) - 1]
    _, after = drawn(sim.load(SMALL, {"exhibitors.added_staff": {first: 3, last: 1}}))
    more = (after.staff - exhibitors.staff).tolist()
    assert more == [3, *[0] * (len(more) - 2), 1]
    both = {"exhibitors.named_staff": {first: 9}, "exhibitors.added_staff": {first: 1}}
    _, named = drawn(sim.load(SMALL, both))
    assert named.staff.tolist() == [10, *exhibitors.staff.tolist()[1:]]
    for key in ("named_staff", "added_staff"):
        with pytest.raises(sim.ScenarioError, match=f"{key}.{first}0: there is no such exhibitor; did you"):
            sim.load(SMALL, {f"exhibitors.{key}": {f"{first}0": 1}})
        drawn_of_another_chain = sim.load(SMALL, {f"exhibitors.{key}": {f"{first[:-3]}020": 1}})
        with pytest.raises(sim.ScenarioError, match=f"{key}.{first[:-3]}020: there is no such exhibitor"):
            sim.build(drawn_of_another_chain)
    with pytest.raises(sim.ScenarioError, match=f"added_staff.{first}: takes .* one has to remain"):
        sim.build(sim.load(SMALL, {"exhibitors.added_staff": {first: -int(exhibitors.staff[0])}}))


def test_staff_are_added_to_what_a_row_says_by_its_name_however_its_letters_are_written(
    tmp_path: Path,
) -> None:
    rows = 'name,staff\nCafé & Söhne,4\n"Dr. ""X"" a.b",2\nOther,\n'
    plain = fair(tmp_path, rows)
    name = normalize("NFD", "Café & Söhne")
    assert name != normalize("NFC", name)
    file = tmp_path / "fair.toml"
    file.write_text(
        f"{plain.to_toml()}\n[exhibitors.added_staff]\n'{name}' = 2\n'Dr. \"X\" a.b' = -1\n", "utf-8"
    )
    scenario = sim.load(file)
    assert list(scenario.data.exhibitors.added_staff) == ["Café & Söhne", 'Dr. "X" a.b']
    before, after = (drawn(each)[1].staff for each in (plain, scenario))
    assert after[:2].tolist() == [6, 1]
    assert np.array_equal(before[2:], after[2:])
    file.write_text(file.read_text("utf-8").replace("= -1", "= -2"), "utf-8")
    line = file.read_text("utf-8").count("\n")
    with pytest.raises(sim.ScenarioError, match=f"fair.toml:{line}: .*takes 2 of 2 members of staff"):
        sim.build(sim.load(file))
