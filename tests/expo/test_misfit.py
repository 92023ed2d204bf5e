"""What only building shows is an error of the scenario all the same: with file and line."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from click.testing import CliRunner

import sim
from sim.cli import exposim
from tests.scenario.conftest import SMALL, edited

BELT = ("overseas_share = 0.2", "overseas_share = 0.2\nbelt_and_road_share = 0")
TWO = "exhibitors = 2\npartners = 3\nstaff = 10", "exhibitors = 2\npartners = 0\nstaff = 2"
KEEN = "requests = 60", "requests = 60\nacceptance = 0.9\npopularity = 0.3"
AT_ONCE = (
    'host_pavilion = "hungary"',
    'host_pavilion = "hungary"\nhosts = 2\n[programme.more]\nkind = "forum"\nper_day = [4, 0]\n'
    'rooms = ["stage"]\nhost_pavilion = "hungary"\nhosts = 2',
)
ROWS = (
    "title,kind,starts,room,host\n"
    "T,forum,2025-05-21 11:00,stage,Hungary 01\n"
    "U,forum,2025-05-21 11:00,seminar,{}\n"
)


@pytest.mark.parametrize(
    ("edits", "says"),
    [
        (
            [BELT],
            "fair.toml:43: exhibitors.overseas_share: with belt_and_road_share it asks for 0 exhibitors",
        ),
        (
            [KEEN],
            "fair.toml:72: matchmaking.main.selectivity: selectivity 0.21 and popularity 0.3 together leave "
            "nothing to chance at an acceptance of 0.9",
        ),
        ([TWO, AT_ONCE], "fair.toml:65: programme.seminars: hosts of 2 booths are needed on day 1 at "),
    ],
)
def test_what_cannot_be_built_has_its_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, edits: list[tuple[str, str]], says: str
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("p.csv").write_text(ROWS.format("Hungary 02"))
    Path("fair.toml").write_text('programme_file = "p.csv"\n' + edited(SMALL.read_text("utf-8"), *edits))
    with pytest.raises(sim.ScenarioError) as caught:
        sim.build(sim.load("fair.toml"))
    assert str(caught.value).startswith(says)
    quick = CliRunner().invoke(exposim, ["check", "fair.toml"])
    assert quick.exit_code == 0
    assert quick.stdout.startswith("fair: good. Small fair: 2 days, 400 visits.\n")
    whole = CliRunner().invoke(exposim, ["check", "--build", "fair.toml"])
    assert (whole.exit_code, whole.stdout) == (2, "")
    assert whole.stderr.startswith(says)
    run = CliRunner().invoke(exposim, ["run", "fair.toml", "-q"])
    assert (run.exit_code, run.stderr) == (2, whole.stderr)


def test_a_row_that_cannot_be_placed_has_the_line_of_its_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("p.csv").write_text(ROWS.format("Hungary 01"))
    small = edited(SMALL.read_text("utf-8"), TWO)
    Path("fair.toml").write_text('programme_file = "p.csv"\n' + small)
    with pytest.raises(sim.ScenarioError) as caught:
        sim.build(sim.load("fair.toml"))
    assert str(caught.value) == (
        "p.csv:3: column host: 'Hungary 01' has nobody left to host it on day 2 at 11:00"
    )


def test_a_good_scenario_is_said_to_be_buildable() -> None:
    nothing_wanted = ["--set", "visitors.buyer.meal_share=0", "--set", "visitors.buyer.seminar_interests=0"]
    done = CliRunner().invoke(exposim, ["check", "--build", str(SMALL), *nothing_wanted])
    assert done.stdout.startswith("small: good, and can be built. Small fair: 2 days, 400 visits.\n")


def test_what_cannot_be_done_is_said_and_not_called_good() -> None:
    early = "shocks.early={ kind='hall_closed', hall='north', day=2, from=11:00:00 }"
    change = ["visitors.buyer.meal_share=0", "visitors.buyer.seminar_interests=0", early]
    change += ["matchmaking.main.requests=100000", "matchmaking.main.from=08:30:00"]
    sets = [word for each in change for word in ("--set", each)]
    done = CliRunner().invoke(exposim, ["check", "--build", str(SMALL), *sets])
    assert done.exit_code == 0
    assert max(map(len, done.stdout.splitlines())) <= 80
    first, *lines = re.sub(r"\n {4}", " ", done.stdout).splitlines()
    assert first == "small: can be built, but not with all that it asks for. Small fair: 2 days, 400 visits."
    assert lines[:3] == [
        "  programme.seminars: 2 activities cancelled: the hall is closed then",  # at 11:50 and 12:30
        # on each of the two days
        "  matchmaking.main.from: 30 minutes later than said at most: the doors are not open earlier",
        lines[2],
    ]
    assert lines[2].startswith("  matchmaking.main.requests: ")
    assert lines[2].endswith(" requests not made: every pair that may meet has one already")
    assert lines[3].startswith("  home country: CN, an assumption")
