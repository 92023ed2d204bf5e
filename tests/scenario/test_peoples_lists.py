"""Lists as people make them: semicolons, decimal commas, countries in words, composed letters or not."""

from __future__ import annotations

import os
import subprocess
import sys
import unicodedata
from pathlib import Path

import pytest
from click.testing import CliRunner

from sim.cli import exposim
from sim.interchange import arrange, read_lists
from sim.scenario import load
from sim.scenario.reading.document import OUTSIDE
from tests.scenario.conftest import Write
from tests.scenario.test_errors import errors

FAIR = """\
exhibitors_file = "exhibitors.csv"
[expo]
title = "Food fair"
first_day = 2026-05-12
[venue]
gross_area_m2 = 1000
[venue.halls.main]
width_m = 40
depth_m = 25
[venue.gates.south]
lanes = 2
[chains.food]
hall = "main"
[exhibitors]
[visitors.buyer]
kind = "buyer"
visits = 50
matchmaking_share = 0.5
[matchmaking.main]
hall = "main"
tables = 2
requests = 20
exhibitors_meet = true
"""
PLAIN = """\
name,chain,stage,country,area_m2,staff
"AMBER FOODS CO., LTD.",food,manufacturing,KR,12.5,2
"Birch & Söhne GmbH",food,manufacturing,DE,9,2
"""
SPREADSHEET = """\
name;chain;stage;country;area_m2;staff
AMBER FOODS CO., LTD.;food;manufacturing;South Korea;12,5;2
"Birch & Söhne GmbH";food;manufacturing;DE;9;2
"""
HEADER = "name,chain,stage,country,area_m2,staff\n"


@pytest.mark.parametrize(
    "text",
    [
        SPREADSHEET,
        SPREADSHEET.replace(";", "\t"),
        SPREADSHEET.replace("name;chain", "Name;CHAIN"),
        "sep=;\n" + SPREADSHEET,
        SPREADSHEET + ";;;;;\n",
        unicodedata.normalize("NFD", SPREADSHEET),
        SPREADSHEET.replace("AMBER", "AMBER\u200b"),
    ],
)
def test_a_list_of_exhibitors_is_the_same_however_a_spreadsheet_writes_it(write: Write, text: str) -> None:
    write("exhibitors.csv", PLAIN)
    plain = load(write("fair.toml", FAIR))
    write("exhibitors.csv", text)
    assert load("fair.toml") == plain
    Path("exhibitors.csv").write_bytes(text.encode("utf-16"))
    assert load("fair.toml") == plain


@pytest.mark.parametrize(
    ("country", "code"),
    [
        ("south korea", "KR"),
        ("Côte d'Ivoire", "CI"),
        ("USA", "US"),
        ("Viet Nam", "VN"),
        ("Czech Republic", "CZ"),
        ("Hong Kong", "HK"),
    ],
)
def test_a_country_may_be_called_by_its_name(write: Write, country: str, code: str) -> None:
    write("exhibitors.csv", PLAIN.replace("KR", country))
    assert load(write("fair.toml", FAIR)).exhibitor_rows[0].country == code


def test_points_and_commas_are_not_mixed_in_one_list(write: Write) -> None:
    write("exhibitors.csv", SPREADSHEET.replace(";9;", ";9.5;"))
    assert errors(write("fair.toml", FAIR)) == [
        "exhibitors.csv:3: column area_m2: found '9.5'; decimals in this file have commas (line 2)"
    ]


@pytest.mark.parametrize("one", ["NFC", "NFD"])
@pytest.mark.parametrize("other", ["NFC", "NFD"])
def test_composed_and_decomposed_names_are_one_company_in_every_file(
    write: Write, one: str, other: str
) -> None:
    def spelled(form: str) -> str:
        return unicodedata.normalize("NFC" if form == "NFC" else "NFD", "Rába")

    rows = f"{spelled(one)},food,manufacturing,HU,12,2\nBirch,food,manufacturing,DE,9,2\n"
    write("exhibitors.csv", HEADER + rows)
    write("pairs.csv", f"who,whom,rule\n{spelled(other)},Birch,veto\n")
    write("programme.csv", f"title,kind,starts,host\nNew,debut,2026-05-12 10:00,{spelled(other)}\n")
    lists = 'pairs_file = "pairs.csv"\nprogramme_file = "programme.csv"\n'
    scenario = load(write("fair.toml", lists + FAIR.replace("Food", spelled(other))))
    assert scenario.exhibitor_rows[0].name == scenario.pair_rows[0].who == scenario.activity_rows[0].host
    assert scenario.data.expo.title == "Rába fair"
    assert load("fair.toml", {"expo.title": f"{spelled(one)} fair"}) == scenario
    requests = f"who,whom,weight\n{spelled(one)},Birch,1\n{spelled(one)},Cedar,1\n".encode()
    limits = f"who,most\n{spelled(other)},1\n".encode()
    made = arrange(read_lists(requests, slots=2, tables=1, limits=limits))
    assert made.timetable.meetings == 1


@pytest.mark.parametrize("key", ["extends", "exhibitors_file", "programme_file", "pairs_file"])
def test_a_scenario_names_files_beside_or_below_it_alone_unless_more_is_allowed(
    write: Write, key: str
) -> None:
    write("above.txt", "a secret\n")
    os.makedirs("fair")
    os.symlink("../above.txt", "fair/link.txt")
    rest = FAIR.partition("\n")[2]
    for name in ("../above.txt", Path("above.txt").resolve().as_posix(), "link.txt", "/dev/zero", "../none"):
        (line,) = errors(write("fair/fair.toml", f'{key} = "{name}"\n' + rest))[:1]
        assert line.startswith(f"fair/fair.toml:1: {key}: found '{name[:40]}")
        assert line.endswith(OUTSIDE)


def test_a_scenario_is_the_same_wherever_it_and_its_lists_lie(write: Write) -> None:
    for directory in ("here", "there"):
        write(f"{directory}/exhibitors.csv", PLAIN)
        write(f"{directory}/fair.toml", FAIR)
    assert load("here/fair.toml").hash == load("there/fair.toml").hash
    write("there/exhibitors.csv", PLAIN.replace("Birch", "Beech"))
    assert load("here/fair.toml").hash != load("there/fair.toml").hash


def test_what_a_base_below_a_scenario_names_may_lie_beside_either(write: Write) -> None:
    write("exhibitors.csv", PLAIN)
    write("first.toml", FAIR.replace("exhibitors.csv", "none.csv"))
    write("below/exhibitors.csv", PLAIN)
    for base, file in (("../first.toml", "../exhibitors.csv"), ("../first.toml", "exhibitors.csv")):
        write("below/base.toml", f'extends = "{base}"\nexhibitors_file = "{file}"\n')
        assert len(load(write("fair.toml", 'extends = "below/base.toml"\n')).exhibitor_rows) == 2
        assert errors(Path("below/base.toml"))[0].endswith(OUTSIDE)  # itself it lies deeper


def test_a_base_and_lists_that_lie_elsewhere_are_read_if_that_is_allowed(write: Write) -> None:
    write("common/exhibitors.csv", PLAIN)
    write("common/base.toml", FAIR)
    child = write("fairs/child.toml", 'extends = "../common/base.toml"\n')
    scenario = load(child, allow_outside=True)
    assert len(scenario.exhibitor_rows) == 2
    assert scenario.replace(**{"expo.seed": 3}).exhibitor_rows == scenario.exhibitor_rows
    command = CliRunner()
    for name in ("check", "show"):
        assert command.invoke(exposim, [name, str(child)]).exit_code == 2
        assert command.invoke(exposim, [name, str(child), "--allow-outside"]).exit_code == 0
    typed = ["check", "common/base.toml", "--set", "exhibitors_file=common/exhibitors.csv"]
    assert command.invoke(exposim, typed).exit_code == 0  # what the user names is his own


@pytest.mark.parametrize("key", ["exhibitors_file", "programme_file", "pairs_file"])
def test_a_file_that_is_no_list_of_ours_is_not_shown(write: Write, key: str) -> None:
    write("plain.txt", "root:x:0:0:secret:/root\nmore:secret\n")
    (line,) = (
        each
        for each in errors(write("fair.toml", f'{key} = "plain.txt"\n' + FAIR.partition("\n")[2]))
        if "plain.txt" in each
    )
    assert line.startswith("plain.txt:1: is no such list: its first line names none of its columns, ")
    assert "secret" not in line


@pytest.mark.parametrize("key", ["extends", "exhibitors_file"])
def test_a_pipe_that_a_scenario_names_is_not_waited_for(write: Write, key: str) -> None:
    os.mkfifo("pipe")
    lines = errors(write("fair.toml", f'{key} = "pipe"\n' + FAIR.partition("\n")[2]))
    assert lines[0] == f"fair.toml:1: {key}: found 'pipe'; it is not a file with text"


@pytest.mark.parametrize("name", ["A\u202eb", "A\u200bb", "A\u200eb", "A\x9bb", "A\ufeffb"])
def test_titles_with_marks_of_direction_or_without_width_are_refused(write: Write, name: str) -> None:
    write("exhibitors.csv", PLAIN)
    (line,) = errors(write("fair.toml", FAIR.replace("Food fair", name.replace("\x9b", "\\u009b"))))
    assert line.startswith("fair.toml:3: expo.title: found ")
    assert line.isprintable()


@pytest.mark.parametrize("setting", ["expo.days.x.y=1", "expo.days.x=1", "expo.opens.x.y=1", "expo.x.y.z=1"])
def test_a_setting_below_a_value_is_said_to_be_so(setting: str) -> None:
    for scenario in ("quickstart", "erlang"):
        done = CliRunner().invoke(exposim, ["check", scenario, "--set", setting])
        assert done.exit_code == 2
        assert done.output.startswith(f"--set {setting}: ")
        assert isinstance(done.exception, SystemExit)


@pytest.mark.parametrize("device", ["/dev/zero", "/dev/urandom"])
def test_a_timetable_of_an_endless_device_is_refused_at_once(device: str) -> None:
    command = [sys.executable, "-m", "sim", "timetable", device, "--slots", "1", "--tables", "1"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=20, check=False)
    assert (done.returncode, done.stderr) == (2, f"{device}: cannot be read: it is not a file with text\n")
    with open(device, "rb") as endless:
        command[4] = "-"
        done = subprocess.run(command, stdin=endless, capture_output=True, text=True, timeout=20, check=False)
    assert (done.returncode, done.stderr) == (2, "<stdin>: cannot be read: it is longer than 32 MiB\n")


def test_a_slot_that_starts_without_an_offset_and_ends_with_one_is_said_to_do_so(write: Write) -> None:
    write("requests.csv", "who,whom,weight\nAsh,Birch,1\n")
    write("slots.csv", "slot,start,end\n1,2024-11-26 10:00,2024-11-26T11:00+01:00\n")
    done = CliRunner().invoke(
        exposim, ["timetable", "requests.csv", "--slots-file", "slots.csv", "--tables", "1"]
    )
    assert (done.exit_code, done.output) == (
        2,
        "slots.csv:2: column 'end': found '2024-11-26T11:00+01:00'; "
        "the end has an offset from UTC, the start has none\n",
    )


@pytest.mark.parametrize("mark", ["\x1b[31m", "\x9b31m", "\u202e", "\u2066"])
def test_a_list_with_what_a_terminal_would_obey_is_refused(write: Write, mark: str) -> None:
    write("requests.csv", f"who,whom,weight\nAsh{mark},Birch,1\n")
    done = CliRunner().invoke(exposim, ["timetable", "requests.csv", "--slots", "1", "--tables", "1"])
    assert done.exit_code == 2
    assert done.output.strip().isprintable()
    assert "allowed: text without control characters" in done.output


def test_joiners_are_data_in_a_timetable_and_escaped_where_people_read(write: Write) -> None:
    write(
        "requests.csv",
        "who,whom,weight,must\n\u0645\u06cc\u200c\u062e\u0648,Birch,1,1\n\u0645\u06cc\u200c\u062e\u0648,Birch,1,1\n",
    )
    command = ["timetable", "requests.csv", "--slots", "1", "--tables", "1"]
    done = CliRunner().invoke(exposim, command)
    assert "\u0645\u06cc\u200c\u062e\u0648" in done.stdout
    assert "\u200c" not in done.stderr
    assert "\u200c" not in CliRunner().invoke(exposim, [*command, "--json"]).stdout
