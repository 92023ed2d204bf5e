"""CSV files beside a scenario: rows are read, checked, and what is wrong has its line and column."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from sim.scenario import ScenarioError, load
from sim.scenario.reading.rows import read_exhibitors
from tests.scenario.conftest import Write, edited

EXHIBITORS = """\
name,chain,stage,country,area_m2,staff,fortune_500,pavilion
Alpha,machines,research,CN,20,4,yes,
"Beta, Gamma & Co",parts,components,DE,12.5,2,,

Delta Kft.,parts,services,HU,9,2,no,hungary
"""
PROGRAMME = """\
title,kind,starts,talk_minutes,mixing_minutes,room,host,registered
Welcome,ceremony,2025-05-20 09:30,30,,stage,,80
"Two
lines",seminar,2025-05-20T11:00:00,45,15,seminar,Alpha,30
A new thing,debut,2025-05-21 10:00,20,,,Delta Kft.,
"""


@pytest.fixture
def listed(small: str, write: Write) -> Path:
    """A scenario whose exhibitors and programme stand in CSV files."""
    write("lists/exhibitors.csv", EXHIBITORS)
    write("lists/programme.csv", PROGRAMME)
    files = 'exhibitors_file = "exhibitors.csv"\nprogramme_file = "programme.csv"\n'
    return write("lists/listed.toml", files + edited(small, ("count = 20\n", "\n")))


def says(path: Path) -> list[str]:
    with pytest.raises(ScenarioError) as caught:
        load(path)
    return str(caught.value).splitlines()


def test_rows_are_read_with_defaults_for_empty_cells(listed: Path) -> None:
    scenario = load(listed)
    alpha, beta, delta = scenario.exhibitor_rows
    assert (alpha.name, alpha.fortune_500, alpha.pavilion, alpha.debut) == ("Alpha", True, None, None)
    assert (beta.name, beta.area_m2, beta.belt_and_road) == ("Beta, Gamma & Co", 12.5, None)
    assert (delta.country, delta.pavilion, delta.staff) == ("HU", "hungary", 2)
    welcome, two, new = scenario.activity_rows
    assert (welcome.starts.isoformat(), welcome.mixing_minutes, welcome.host) == (
        "2025-05-20T09:30:00",
        0,
        None,
    )
    assert (two.title, two.room, two.registered) == ("Two lines", "seminar", 30)
    assert (new.room, new.host) == (None, "Delta Kft.")


def test_the_number_of_exhibitors_is_that_of_the_rows(listed: Path) -> None:
    assert load(listed).data.exhibitors.count == 3
    with pytest.raises(ScenarioError, match=r"count: found 4; the exhibitors_file has 3 rows"):
        load(listed, {"exhibitors.count": 4})


def test_files_without_rows_leave_none(small: str, write: Write) -> None:
    scenario = load(write("small.toml", small))
    assert (scenario.exhibitor_rows, scenario.activity_rows) == ((), ())


def test_the_hash_is_of_the_rows_and_not_of_where_they_lie(listed: Path, write: Write) -> None:
    scenario = load(listed)
    os.rename("lists", "moved")
    moved = load("moved/listed.toml")
    assert moved.hash == scenario.hash
    write("moved/exhibitors.csv", EXHIBITORS.replace("12.5", "12.50"))
    assert load("moved/listed.toml").hash == scenario.hash
    write("moved/exhibitors.csv", EXHIBITORS.replace("12.5", "13"))
    assert load("moved/listed.toml").hash != scenario.hash


def test_a_resolved_scenario_finds_its_rows_from_another_directory(listed: Path, write: Write) -> None:
    scenario = load(listed)
    again = load(write("far/away/resolved.toml", scenario.to_toml()), allow_outside=True)
    assert (again.hash, again.exhibitor_rows) == (scenario.hash, scenario.exhibitor_rows)


def test_a_file_of_a_setting_is_looked_for_where_the_user_stands(small: str, write: Write) -> None:
    write("here.csv", EXHIBITORS)
    path = write("there/small.toml", edited(small, ("count = 20\n", "\n")))
    assert len(load(path, {"exhibitors_file": "here.csv"}).exhibitor_rows) == 3


def test_a_file_of_a_base_is_looked_for_beside_the_base(listed: Path, write: Write) -> None:
    child = write("child.toml", f'extends = "{listed.as_posix()}"\n')
    assert len(load(child).exhibitor_rows) == 3


@pytest.mark.parametrize(
    ("name", "edits", "messages"),
    [
        (
            "exhibitors",
            [("area_m2", "aera_m2"), ("chain,", "chain,chain,")],
            [
                "lists/exhibitors.csv:1: column chain: stands twice in the header",
                "lists/exhibitors.csv:1: column aera_m2: unknown column; did you mean 'area_m2'?",
            ],
        ),
        (
            "exhibitors",
            [("DE,12.5,2", "de,large,0"), ("HU,9,2,no", "HU,,2,perhaps")],
            [
                "lists/exhibitors.csv:3: column country: found 'de'; "
                "allowed: a country's ISO 3166 code of two capital letters such as 'HU'",
                "lists/exhibitors.csv:3: column area_m2: found 'large'; "
                "allowed: a number above 0 and at most 100000 (m²)",
                "lists/exhibitors.csv:3: column staff: found '0'; "
                "allowed: a whole number from 1 to 2000 (people)",
                "lists/exhibitors.csv:5: column fortune_500: found 'perhaps'; allowed: true or false",
            ],
        ),
        (
            "exhibitors",
            [("Delta Kft.", "Alpha")],
            ["lists/exhibitors.csv:5: column name: found 'Alpha' again; it stands on line 2 already"],
        ),
        (
            "exhibitors",
            [("Alpha,machines", "Alpha,machine"), ("hungary", "hungry"), ("DE", "EL")],
            [
                "lists/exhibitors.csv:2: column chain: found 'machine'; there is no such chain; "
                "there are: machines, parts; did you mean 'machines'?",
                "lists/exhibitors.csv:3: column country: found 'EL'; there is no such country in ISO 3166; "
                "did you mean 'GR'?",
                "lists/exhibitors.csv:5: column pavilion: found 'hungry'; there is no such pavilion; "
                "there are: hungary; did you mean 'hungary'?",
            ],
        ),
        (
            "exhibitors",
            [("CN,20,4,yes,", "CN,20,4")],
            ["lists/exhibitors.csv:2: found 6 cells; the header has 8 columns"],
        ),
        (
            "exhibitors",
            [('"Beta', '"Be"ta')],
            ["lists/exhibitors.csv:3: is not CSV: ',' expected after '\"'"],
        ),
        (
            "programme",
            [("2025-05-20 09:30", "tomorrow")],
            [
                "lists/programme.csv:2: column starts: found 'tomorrow'; "
                "allowed: a local date and time such as 2024-11-26T10:00:00, without quotes"
            ],
        ),
        (
            "programme",
            [("2025-05-21 10:00", "2025-05-21 13:50"), (",seminar,Alpha", ",stgae,Alpah")],
            [
                "lists/programme.csv:3: column room: found 'stgae'; there is no such kind of room; "
                "there are: seminar, stage; did you mean 'stage'?",
                "lists/programme.csv:3: column host: found 'Alpah'; there is no such exhibitor; "
                "there are: Alpha, Beta, Gamma & Co, Delta Kft.; did you mean 'Alpha'?",
                "lists/programme.csv:5: column starts: found 13:50 to 14:10 on 2025-05-21; "
                "allowed: within the opening hours, 09:00 to 14:00",
            ],
        ),
        (
            "programme",
            [("2025-05-20 09:30", "2025-05-20 09:45")],
            [
                "lists/listed.toml:63: programme.opening.starts: no room is free at 10:00: "
                "rooms 'stage' hold 1 at once; there then, with changeover_minutes: 'Welcome'"
            ],
        ),
        (
            "programme",
            [("debut,", "forum,")],
            ["lists/programme.csv:5: column room: missing; only a debut is held at a booth, not a forum"],
        ),
    ],
)
def test_what_is_wrong_with_a_row_has_its_line_and_column(
    listed: Path, write: Write, name: str, edits: list[tuple[str, str]], messages: list[str]
) -> None:
    text = {"exhibitors": EXHIBITORS, "programme": PROGRAMME}[name]
    write(f"lists/{name}.csv", edited(text, *edits))
    assert says(listed) == messages


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "lists/exhibitors.csv:1: is empty; columns needed: name"),
        (b"name,chain,stage,country,area_m2,staff\n", "lists/exhibitors.csv:1: has a header but no rows"),
        (b"name,chain\n\xff\xfe", "lists/exhibitors.csv:2: is not UTF-8 text (byte 12); in Excel, save it"),
    ],
)
def test_a_file_that_is_no_list_is_said_to_be_so(listed: Path, content: bytes, message: str) -> None:
    Path("lists/exhibitors.csv").write_bytes(content)
    assert says(listed)[0].startswith(message)


def test_a_wrong_cell_hides_no_unknown_name_of_its_row(listed: Path, write: Write) -> None:
    write(
        "lists/exhibitors.csv", "name,chain,area_m2,hall\nA,machnes,-5,nrth\n,parts,3,nowhere\nC,bits,20,\n"
    )
    write("lists/programme.csv", "title,kind,starts,room\nTalk,seminar,at ten,seminr\n")
    found = [line.split("; ")[0].removeprefix("lists/") for line in says(listed)]
    assert [line for line in found if "column area_m2" in line or "column name" in line]
    for line, column, name in ((2, "chain", "machnes"), (2, "hall", "nrth"), (3, "hall", "nowhere")):
        assert f"exhibitors.csv:{line}: column {column}: found '{name}'" in found
    assert "exhibitors.csv:4: column chain: found 'bits'" in found
    assert "programme.csv:2: column room: found 'seminr'" in found


def test_a_byte_order_mark_of_a_spreadsheet_is_no_error(listed: Path) -> None:
    Path("lists/exhibitors.csv").write_text("\ufeff" + EXHIBITORS.replace("\n", "\r\n"), "utf-8")
    assert [row.name for row in load(listed).exhibitor_rows] == ["Alpha", "Beta, Gamma & Co", "Delta Kft."]


def test_a_list_that_is_not_there_is_said_where_it_is_named(listed: Path, write: Write) -> None:
    text = listed.read_text("utf-8").replace("exhibitors.csv", "exhibitor.csv")
    text = text.replace('"programme.csv"', '"."')
    assert says(write("lists/listed.toml", text)) == [
        "lists/listed.toml:1: exhibitors_file: found 'exhibitor.csv'; there is no such file; "
        "did you mean 'exhibitors.csv'?",
        "lists/listed.toml:2: programme_file: found '.'; it is a directory",
    ]


def test_a_column_wrong_in_every_row_is_not_told_ten_thousand_times(listed: Path, write: Write) -> None:
    header, first, *_ = EXHIBITORS.splitlines()
    rows = [first.replace("Alpha", f"Firm {i}").replace("CN", "??") for i in range(10_000)]
    write("lists/exhibitors.csv", "\n".join([header, *rows]))
    lines = says(listed)
    assert len(lines) == 51
    assert lines[-1] == "lists/exhibitors.csv:52: and 9,950 more problems from here on"


def test_pairs_that_must_or_must_not_meet_are_read_with_their_rule(listed: Path, write: Write) -> None:
    write(
        "lists/pairs.csv",
        "who,whom,rule\nAlpha,buyer 1,must\n'Beta, Gamma & Co',buyer 2,veto\n".replace("'", '"'),
    )
    write("lists/listed.toml", 'pairs_file = "pairs.csv"\n' + listed.read_text("utf-8"))
    scenario = load(listed)
    assert [(row.who, row.whom, row.rule) for row in scenario.pair_rows] == [
        ("Alpha", "buyer 1", "must"),
        ("Beta, Gamma & Co", "buyer 2", "veto"),
    ]
    write("lists/pairs.csv", "who,whom,rule\nAlpha,buyer 1,veto\n")
    assert load(listed).hash != scenario.hash


def test_pairs_that_say_two_things_are_told_where(listed: Path, write: Write) -> None:
    rows = ("Alpha,Beta,must", "Beta,Alpha,veto", "Beta,Beta,met", "Alpha,Gamma,maybe")
    write("lists/pairs.csv", "\n".join(["who,whom,rule", *rows]))
    write("lists/listed.toml", 'pairs_file = "pairs.csv"\n' + listed.read_text("utf-8"))
    assert says(listed) == [
        "lists/pairs.csv:3: column rule: found 'veto'; another row says 'must' of the same pair",
        "lists/pairs.csv:4: column whom: found 'Beta' twice; a pair is two organisations",
        "lists/pairs.csv:5: column rule: found 'maybe'; allowed: 'must', 'veto', 'met'",
    ]


@pytest.mark.parametrize(
    ("cell", "said"), [("Y", True), ("yes", True), ("TRUE", True), ("1", True), ("n", False)]
)
def test_flags_are_written_as_in_all_lists(cell: str, said: bool) -> None:
    header, row = "name,chain,stage,country,area_m2,staff,debut", f"Alpha,machines,research,CN,20,4,{cell}"
    rows, _, problems, _ = read_exhibitors(f"{header}\n{row}\n".encode(), "x.csv")
    assert problems == []
    assert rows[0].debut is said
