"""The command `exposim`; thin. Nothing slow is imported before a command needs it."""

from __future__ import annotations

from collections.abc import Iterator, MutableMapping
from importlib import import_module
from typing import Final

import click

from sim import __version__
from sim.cli.endings import Commands, lead
from sim.workers import ends, make_own

__all__ = ["exposim", "main"]

QUESTIONS: Final = {
    "compare": "compare",
    "shocks": "shocks",
    "sweep": "sweep",
    "explain": "explain",
    "tune": "tune",
    "prices": "prices",
    "staff": "staff",
    "promise": "promise",
    "left-out": "left_out",
    "adds": "adds",
    "diff": "diff",
    "attribute": "attribute",
    "calibrate": "calibrate",
    "validate": "validate",
}
ABOUT: Final = {
    "check": "files.check",
    "show": "show",
    "new": "files.new",
    "schema": "files.schema",
    "scenarios": "files.scenarios",
    "kpis": "kpis",
    "compile": "compile.compile_engine",
}
HOME: Final = {
    "run": "run",
    "report": "report",
    "plot": "plot",
    "replay": "replay",
    **QUESTIONS,
    "timetable": "timetable",
    "replan": "replan",
    **ABOUT,
}
"""Where each command is, in the order in which they are told: a module of `sim.cli`, and its name there."""

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
  exposim show fair.toml --plan fair.svg the floor to scale, before any run
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


class _Verbs(MutableMapping[str, click.Command]):
    """The commands by name; each is loaded when it is first asked for."""

    def __init__(self) -> None:
        self._loaded: dict[str, click.Command] = {}

    def __getitem__(self, name: str) -> click.Command:
        if name not in self._loaded:
            module, _, called = HOME[name].partition(".")
            self._loaded[name] = getattr(import_module(f"sim.cli.{module}"), called or module)
        return self._loaded[name]

    def __setitem__(self, name: str, command: click.Command) -> None:
        self._loaded[name] = command

    def __delitem__(self, name: str) -> None:
        del self._loaded[name]

    def __iter__(self) -> Iterator[str]:
        return iter(HOME)

    def __len__(self) -> int:
        return len(HOME)


@click.group(
    cls=Commands, commands=_Verbs(), epilog=EPILOG, context_settings={"help_option_names": ["-h", "--help"]}
)
@click.version_option(__version__, "-V", "--version", prog_name="exposim")
def exposim() -> None:
    """Run an expo before its doors open.

    A scenario file in, statistics on who met whom out, with error bars.
    """


def main() -> None:
    """Entry point of the command `exposim`."""
    make_own()
    try:
        lead(exposim)
    except SystemExit as end:
        ends(end.code)
        raise
