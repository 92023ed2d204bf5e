"""The command `exposim`; thin. Nothing slow is imported before a command needs it."""

from __future__ import annotations

import click

from sim import __version__
from sim.cli.adds import adds
from sim.cli.attribute import attribute
from sim.cli.calibrate import calibrate
from sim.cli.compare import compare
from sim.cli.compile import compile_engine
from sim.cli.diff import diff
from sim.cli.endings import Commands, lead
from sim.cli.explain import explain
from sim.cli.files import check, new, scenarios, schema, show
from sim.cli.kpis import kpis
from sim.cli.left_out import left_out
from sim.cli.plot import plot
from sim.cli.prices import prices
from sim.cli.promise import promise
from sim.cli.replan import replan
from sim.cli.replay import replay
from sim.cli.report import report
from sim.cli.run import run
from sim.cli.shocks import shocks
from sim.cli.staff import staff
from sim.cli.sweep import sweep
from sim.cli.timetable import timetable
from sim.cli.tune import tune
from sim.cli.validate import validate
from sim.workers import make_own

__all__ = ["exposim", "main"]

EPILOG = """\b
Examples:
  exposim scenarios                      which scenarios are shipped
  exposim run quickstart                 ten replications, the headline KPIs
  exposim run hungary-2024 --set matchmaking.hungary.tables=8
  exposim run hungary-2024 --precision 2% --out results/hungary
  exposim plot quickstart who-met-whom -o met.svg
  exposim report quickstart              one page of HTML for the board
  exposim replay quickstart -o floor.html
  exposim new fair.toml && exposim check fair.toml && exposim run fair.toml
  exposim compare quickstart --vary matchmaking.main.tables=4,8
  exposim shocks fair.toml storm.toml    what a shock costs, what comes back
  exposim sweep quickstart --vary matchmaking.main.tables=2:12:2
  exposim explain quickstart             what a KPI depends on
  exposim tune tables-hungary-2024       the best number of tables and slot
  exposim prices hungary-2024            what one more of each thing is worth
  exposim staff quickstart --wait 2      how many staff at which booth
  exposim promise quickstart             what can be promised to which sponsor
  exposim left-out quickstart            who will have no contact, how likely
  exposim adds hungary-2024 hungary      what a part adds, and who meets by it
  exposim calibrate erlang-wait          numbers from what is seen of a fair
  exposim diff cisce-2023 cisce-2024     what two scenarios say otherwise
  exposim attribute fair.toml plan.toml  which of the changes makes how much
  exposim validate                       the model held against the record
  exposim kpis meetings.held             what a KPI is
  exposim run quickstart --json | jq '.kpis["meetings.held"]'
  exposim timetable requests.csv --slots 12 --tables 20 --out timetable.csv
  exposim replan timetable.csv --from 2024-11-28 --happened happened.csv
  exposim compile                        once: everything after it is faster

\b
A SCENARIO is the name of a shipped scenario or the path of a TOML file.
Exit status: 0 done, 1 something failed, 2 bad input, 130 stopped by Ctrl-C.
"""


@click.group(cls=Commands, epilog=EPILOG, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, "-V", "--version", prog_name="exposim")
def exposim() -> None:
    """Run an expo before its doors open.

    A scenario file in, statistics on who met whom out, with error bars.
    """


QUESTIONS = (
    *(compare, shocks, sweep, explain, tune, prices, staff, promise, left_out, adds),
    *(diff, attribute, calibrate, validate),
)
ABOUT = (check, show, new, schema, scenarios, kpis, compile_engine)
for command in (run, report, plot, replay, *QUESTIONS, timetable, replan, *ABOUT):
    exposim.add_command(command)


def main() -> None:
    """Entry point of the command `exposim`."""
    make_own()
    lead(exposim)
