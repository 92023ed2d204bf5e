"""The command `calibrate`: at which values of a few parameters a scenario meets published figures."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import click

from sim.cli.arguments import load_own, takes_settings
from sim.cli.study_options import How, faults, study_options, takes_kpis

__all__ = ["calibrate"]

EPILOG: Final = """\b
Examples:
  exposim calibrate erlang-wait                  shipped: a booth's queue
  exposim calibrate mine.toml --out fitted.toml  the fitted scenario
  exposim run fitted.toml                        shows what was told of it
  exposim calibrate mine.toml --kpi contacts.useful   and predict these
  exposim calibrate outcomes-cisce-2024 -n 5     shipped, at full scale
  exposim calibrate mine.toml --budget 2000 -n 60 --json

\b
A CALIBRATION is the name of a shipped one or the path of a TOML file:
  [calibration]
  scenario = "quickstart"
  [parameters]                          # numbers that are free, by path
  "visitors.buyer.talk_share" = { low = 0.1, high = 0.5 }
  "behaviour.retry_share" = {}          # in the range that is plausible
  [targets]                             # what KPIs are to be
  "conversations.a_visit" = { value = 2.5, tolerance = 0.2, source = "…" }
  "booths.lost_share" = { low = 0.01, high = 0.03 }     # anything within
  "meetings.held" = { low = 60, tolerance = 5 }         # at least 60
  "booths.asked of hall.west" = { value = 900, tolerance = 50 }
  [predictions."other.toml"]            # the same values in another scenario
  "meetings.held" = { low = 60, high = 70, nulls."as here" = 65 }
"""


@click.command(epilog=EPILOG)
@click.argument("calibration_file", metavar="CALIBRATION")
@click.option("--budget", metavar="N", type=click.IntRange(min=1), help="Runs of the search at most.")
@takes_kpis("A KPI that is predicted with what was fitted, or the name of a family or a theme")
@takes_settings()
@study_options(replications=30, least=5, out="Write the fitted scenario as TOML, with where it is from.")
def calibrate(
    calibration_file: str,
    budget: int | None,
    kpis: tuple[str, ...],
    sets: tuple[str, ...],
    imports: tuple[Path, ...],
    allow_outside: bool,
    how: How,
) -> None:
    """Fit a few numbers of a scenario to published or measured figures, as CALIBRATION says it.

    Told are the values and between what they may lie, which of them the figures do not pin down, and how near
    each figure is met in --replications of their own. What is fitted is called so from then on.
    """
    load_own(imports)
    from sim.decisions.calibrate.calibrating import calibrate as calibrated
    from sim.decisions.calibrate.calibration_file import load_calibration
    from sim.scenario.reading.settings import parse_sets

    read = load_calibration(calibration_file, parse_sets(sets), allow_outside=allow_outside)
    scenarios = (read.scenario, *(each.scenario for each in read.predictions))
    with faults():
        found = calibrated(
            read,
            kpis=kpis,
            budget=budget,
            tell=how.tell,
            **how.running(*scenarios, Path(calibration_file)),
        )
    how.hand_out(found, lambda out: found.to_toml(out.absolute().parent))
