"""What `exposim run` prints fits the terminal, and leaves out nothing that is needed."""

from __future__ import annotations

import os
import pty
import termios
from pathlib import Path

import pytest
from click.testing import CliRunner

import sim
from sim.cli import exposim
from sim.files.lines import cells
from sim.statistics import FIRST_SCREEN, KPIS
from sim.studies.resultset import ResultSet
from tests.cli.processes import start

pytestmark = pytest.mark.usefixtures("played_once")

FAIR = str(Path(__file__).with_name("fair.toml"))
WIDTHS = (80, 100, 120, 180)
FEW = {  # with all their names and titles, and a hundredth of their visits
    "cisce-2023": ("buyer", "delegation", "exhibitor", "media", "professional", "public"),
    "cisce-2024": ("buyer", "delegation", "exhibitor", "media", "professional", "public"),
}


@pytest.fixture(scope="module", params=["cisce-2023", "cisce-2024", "erlang", "hungary-2024", "quickstart"])
def shipped(request: pytest.FixtureRequest) -> ResultSet:
    data = sim.load(request.param).data
    few = {f"visitors.{p}.visits": data.visitors[p].visits // 100 for p in FEW.get(request.param, ())}
    scenario = sim.load(request.param, few)
    if request.param == "hungary-2024":
        result = request.getfixturevalue("hungary")
        return ResultSet(scenario, 1, "simpy", (0,), (result.row,), result, (result.tally,))
    return sim.replicate(scenario, replications=1 if few else 2, workers=1)


@pytest.mark.parametrize("width", WIDTHS)
def test_every_line_of_every_shipped_scenario_fits_and_every_name_is_there(
    shipped: ResultSet, width: int
) -> None:
    screens = [
        shipped.text(width=width),
        shipped.text(everything=True, width=width),
        shipped.text(kpis=["meetings", "visits.people"], width=width),
    ]
    for screen in screens:
        assert [line for line in screen.split("\n") if cells(line) > width] == []
    first, everything, _ = (set(screen.split()) for screen in screens)
    defined = [name for name in shipped.names if shipped.estimate(name).n]
    assert {name for _, names in FIRST_SCREEN for name in names if name in defined} <= first
    assert set(shipped.names) <= everything
    assert shipped.first is not None
    assert all(cells(line) <= width for line in shipped.first.text(width).split("\n"))


@pytest.mark.parametrize("options", [(), ("--all-kpis",), ("-k", "conversations")])
def test_what_is_no_terminal_is_eighty_wide(options: tuple[str, ...]) -> None:
    title = (
        "expo.title=A fair 展会 of a name so long that nobody would ever say it in one breath, be it in May"
    )
    done = CliRunner().invoke(exposim, ["run", FAIR, "-n", "2", "-q", "--set", title, *options])
    assert done.exit_code == 0
    assert [line for line in done.stdout.splitlines() if cells(line) > 80] == []


def test_in_a_terminal_of_eighty_columns_nothing_wraps_progress_included() -> None:
    terminal, theirs = pty.openpty()
    termios.tcsetwinsize(theirs, (24, 80))
    process = start("run", FAIR, "-n", "12", "--set", "venue.gross_area_m2=20", stdout=theirs, stderr=theirs)
    os.close(theirs)
    said = b""
    while True:
        try:
            more = os.read(terminal, 65536)
        except OSError:  # the other end is closed
            break
        if not more:
            break
        said += more
    os.close(terminal)
    assert process.wait(60) == 0
    lines = said.decode().replace("\r", "\n").split("\n")
    assert any("replication" in line and "%|" in line for line in lines)
    assert any("Where it hurts" in line for line in lines)
    assert any("warning: venue.gross_area_m2" in line for line in lines)
    assert [line for line in lines if cells(line) > 80] == []


def test_words_of_the_trade_have_an_organisers_word_beside_them() -> None:
    """Each of these stands in brackets, behind words that anybody knows."""
    for word in ("reneged", "balked", "percentile", "Gini", "median", "coefficient of variation", "envy"):
        labels = [k.label for k in KPIS.values() if word.lower() in k.label.lower()]
        assert labels, word
        for label in labels:
            before, _, inside = label.partition(" (")
            assert word.lower() in inside.lower(), label
            assert word.lower() not in before.lower(), label


def test_a_wait_says_of_whom_it_is() -> None:
    waits = [
        k for name, k in KPIS.items() if "wait" in name and name.endswith("minutes") and "_p9" not in name
    ]
    assert len(waits) >= 5
    for k in waits:
        assert any(word in k.label for word in ("over all", "of those", "of who")) or "of all" in k.label
    assert "did not wait" in KPIS["booths.waited_minutes"].definition
