"""The command `run`: replications of a scenario, as a table, as JSON, as files."""

from __future__ import annotations

import json
import shlex
import shutil
import sys
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal, TypedDict

import click

from sim.cli.arguments import Given, takes_scenario, tell_warnings
from sim.cli.endings import BadInput, Failed, stopped, to_write, writes
from sim.cli.keeping import Keeping, takes_study
from sim.cli.known import groups_have, known
from sim.cli.out_file import may_write
from sim.cli.path_of import PathOf
from sim.cli.report import write_report
from sim.cli.run_files import Wanted, write_files
from sim.cli.run_options import kept_numbers, wanted_precision
from sim.cli.study_options import faults, running_options, takes_kpis
from sim.cli.telling import tell
from sim.files.lines import WIDTH

if TYPE_CHECKING:
    from sim.studies.folder import Keeps
    from sim.studies.resultset import Failure, ResultSet

__all__ = ["run"]

REPLICATIONS: Final = 10

EPILOG: Final = """\b
Examples:
  exposim run quickstart
  exposim run hungary-2024 --set matchmaking.hungary.tables=8
  exposim run fair.toml -p booths.wait_minutes=0.5 -p meetings.held=2%
  exposim run fair.toml --replications 30 --out results/fair
  exposim run fair.toml --seed 7 --replication 17
  exposim run fair.toml --out results/fair --tables csv,xlsx --keep all
  exposim run fair.toml --timetable plan.csv
  exposim run fair.toml --timetable plan.csv --happened happened.csv
  exposim run fair.toml --network who-met-whom.graphml
  exposim run fair.toml --report fair.html
  exposim run fair.toml --sessions
  exposim run quickstart --kpi meetings.held --kpi conversations.minutes
  exposim run fair.toml --by day
  exposim run fair.toml -n 500 --cluster tcp://10.0.0.1:8786
  exposim run fair.toml --import my.py --set matchmaking.main.policy=mine
"""


@click.command(epilog=EPILOG)
@takes_scenario
@click.option(
    "--replications",
    "-n",
    metavar="N",
    type=click.IntRange(min=1),
    help=f"Replications.  [default: {REPLICATIONS}]",
)
@click.option(
    "--replication",
    metavar="K",
    type=click.IntRange(min=0),
    help="Run the replication of this number alone, from 0; as when one has failed.",
)
@click.option(
    "--precision",
    "-p",
    metavar="P",
    multiple=True,
    help="Replicate until the 95 % half-widths are within P: 5% of the mean, for peak presence, useful "
    "contacts and meetings held; or KPI=2% or KPI=0.5 (in its unit), as often as wanted. "
    "--replications is then the least number.",
)
@running_options("the scenario's")
@click.option(
    "--out",
    metavar="DIR",
    type=PathOf(),
    callback=writes,
    is_eager=True,
    help="Write scenario, KPIs and tables into the new directory DIR, with a README of what they are.",
)
@click.option(
    "--tables",
    metavar="FORMATS",
    help="How DIR has its tables: csv, parquet, xlsx (one workbook), with commas between, or none.  "
    "[default: csv,parquet]",
)
@click.option(
    "--keep",
    metavar="NUMBERS",
    help="The replications whose tables are written: 0, or 0-4,7, or all. Those of large fairs take much "
    "memory and room; small ones, which pictures with intervals need, are written of all.  [default: 0]",
)
@click.option(
    "--timetable",
    "plan",
    metavar="FILE",
    type=PathOf(),
    help="Write the meetings that replication 0, or K, arranged as CSV or .xlsx, which a scenario's "
    "`published` and `exposim timetable --published` read; of several matchmaking programmes a file each, "
    "FILE-NAME.",
)
@click.option(
    "--happened",
    metavar="FILE",
    type=PathOf(),
    help="Play replication 0, or K, and write what became of those meetings as CSV or .xlsx, which `exposim "
    "replan --happened` reads.",
)
@click.option(
    "--network",
    metavar="FILE",
    type=PathOf(),
    help="Play replication 0, or K, and write its network of useful contacts, who met whom, as GraphML "
    "(FILE.graphml) or GEXF (FILE.gexf), which Gephi, igraph and networkx read.",
)
@click.option(
    "--report",
    "page",
    metavar="FILE",
    type=PathOf(dir_okay=False),
    help="Write one HTML file that says what came of it, as `exposim report` does.",
)
@click.option("--force", is_flag=True, help="Replace the results in DIR, or FILE, once the new are complete.")
@takes_kpis(
    "Show this KPI instead of the first screen; the name of a family or a theme (meetings) shows all of it"
)
@click.option(
    "--sessions",
    is_flag=True,
    help="Show each session in a line: held or not, how full, who was turned away and why, with whom.",
)
@click.option("--all-kpis", is_flag=True, help="Show all KPIs, theme by theme.")
@click.option(
    "--by",
    "divisions",
    metavar="WHAT",
    multiple=True,
    type=click.Choice(["day", "hall", "chain", "sponsor", "persona"]),
    help="Show KPIs of each day, hall, chain, kind of sponsor or persona instead of the first screen, and "
    "which is worst; with --kpi or --all-kpis those. May be given several times.",
)
@takes_study
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of a table.")
@click.option(
    "--quiet", "-q", is_flag=True, help="Show no progress: no bar, and without a terminal no lines."
)
def run(
    given: Given,
    replications: int | None,
    replication: int | None,
    precision: tuple[str, ...],
    seed: int | None,
    engine: str,
    workers: int | str | None,
    out: Path | None,
    tables: str | None,
    keep: str | None,
    plan: Path | None,
    happened: Path | None,
    network: Path | None,
    page: Path | None,
    force: bool,
    sessions: bool,
    kpis: tuple[str, ...],
    all_kpis: bool,
    divisions: tuple[str, ...],
    as_json: bool,
    quiet: bool,
    keeping: Keeping,
) -> None:
    """Run SCENARIO and print its KPIs with 95 % intervals."""
    if kpis and all_kpis:
        raise click.UsageError("give --kpi or --all-kpis, not both")
    wanted = wanted_precision(precision)
    if replication is not None and (replications or precision or keep):
        other = "--replications" if replications else "--precision" if precision else "--keep"
        raise click.UsageError(f"give --replication or {other}, not both")
    known(kpis)
    groups_have(kpis, divisions)
    files = Wanted(plan, happened, network)
    files.check(out, page)
    if force and out is None and page is None and not files:
        raise click.UsageError(
            "--force goes with --out DIR, --report, --timetable, --happened or --network FILE"
        )
    for name, value in (("--tables", tables), ("--keep", keep)):
        if value is not None and out is None:
            raise click.UsageError(f"{name} goes with --out DIR")
    if sessions and as_json:
        raise click.UsageError("give --sessions or --json, not both; --out DIR has the table of sessions")
    from sim.engine import check_engine

    kept = kept_numbers(keep) if replication is None else (replication,)
    runs = replications or REPLICATIONS
    if replication is None and kept != "all" and wanted is None and max(kept) >= runs:
        message = f"found {max(kept)}; of {runs:,} replication{'s' * (runs != 1)} the last is {runs - 1}"
        raise click.BadParameter(message, param_hint="--keep")
    try:
        check_engine(engine)
    except ValueError as error:  # what it needs is not installed
        raise click.BadParameter(str(error), param_hint="--engine") from None
    if out is not None:
        from sim.interchange.results import formats, refuse_to_overwrite

        try:
            kinds = formats(() if tables == "none" else tables or "csv,parquet")
        except ValueError as error:
            raise click.BadParameter(str(error), param_hint="--tables") from None
        try:
            place = refuse_to_overwrite(out, force=force)
        except OSError as error:
            raise BadInput(f"exposim: {error}") from None
    loaded = given.load()
    tell_warnings(loaded)
    if engine == "compiled" and not quiet:
        _tell_if_it_compiles()
    if files:
        write_files(loaded, files, replication or 0, seed, force=force)

    if page is not None:
        may_write(page, loaded, force=force)

    from sim.studies import ChangedStudyError, PrecisionError, StudyError, StudyInterrupted, replicate
    from sim.studies.runner import Runner

    interrupted: StudyInterrupted | None = None
    try:
        how: _How = {
            "seed": seed,
            "workers": workers,
            "engine": engine,
            "by": divisions,
            "progress": not quiet,
            "keep": kept if page is not None or (out is not None and kinds) else (),
            "tables": ("sessions",) if sessions else (),
            "study": keeping.begin(quiet=quiet),
        }
        if replication is None:
            results = replicate(loaded, replications=runs, precision=wanted, **how)
        else:
            runner = Runner(**how)
            with runner.asked("run", {loaded.name: loaded}):
                (results,) = runner.results([loaded], [replication])
    except PrecisionError as error:
        raise click.BadParameter(str(error), param_hint="--precision") from None
    except ChangedStudyError as error:
        raise BadInput(f"exposim: {error}") from None
    except StudyError as error:
        raise Failed(f"exposim: {error}") from None
    except StudyInterrupted as stop:
        if stop.results is None:
            raise
        results, interrupted = stop.results, stop
    unwritten: BaseException | None = None
    if out is not None and interrupted is None:
        from sim.interchange.results import has_changed, write

        try:
            write(results, place, force=force, imported=given.imported, tables=kinds)
            to_write(out)
        except (Exception, KeyboardInterrupt) as error:
            unwritten = error  # what was run is not to be lost: it is printed first
            if isinstance(error, KeyboardInterrupt) and has_changed(place):  # it came in the last moment
                to_write(out)
    if page is not None and interrupted is None:
        with faults():
            write_report(results, page, force=force)
        to_write(page)
    if results.engine_note and not quiet:
        tell(f"exposim: {results.engine_note}")
    absent = [name for name in kpis if not results.has(name)]
    chosen = [name for name in kpis if name not in absent] if kpis else None
    missing = [name for name in chosen or () if not _grouped(results, divisions, [name])]
    among = None if chosen is None else [name for name in chosen if name not in missing]
    if as_json:
        told = results.to_json_dict(chosen)
        if divisions:
            told["by"] = {each: results.grouped(each).to_json_dict(among) for each in divisions}
        click.echo(json.dumps(told, indent=2, ensure_ascii=False))
    elif divisions:
        shown = [results.grouped(each).text(among, everything=all_kpis) for each in divisions]
        click.echo("\n\n".join([results.title, *shown]))
    else:
        # a file is read at the usual width; COLUMNS speaks of a terminal
        width = shutil.get_terminal_size((WIDTH, 24)).columns if sys.stdout.isatty() else WIDTH
        click.echo(results.text(everything=all_kpis, kpis=chosen, width=width))
        if sessions:
            click.echo("\n" + "\n".join(_sessions(results, width)))
    if isinstance(unwritten, (ValueError, StudyError)):  # also tables that were kept, and are damaged
        raise Failed(f"exposim: the results could not be written to {out}: {unwritten}")
    if isinstance(unwritten, OSError):
        where = f" ({unwritten.filename})" if unwritten.filename else ""
        reason = unwritten.strerror.lower() if unwritten.strerror else str(unwritten)
        raise Failed(f"exposim: the results could not be written to {out}: {reason}{where}")
    if isinstance(unwritten, KeyboardInterrupt):
        raise stopped(str(unwritten), printed=True) from None
    if unwritten is not None:
        raise unwritten
    if interrupted is not None:
        raise stopped(str(interrupted), printed=True)
    if not results.failures:  # else the same command tries those again, and those alone
        keeping.done()
    if results.imprecise:
        short = ", ".join(results.imprecise)
        said = f"exposim: the precision was not reached in {len(results):,} replications: {short}"
        tell(said)
    if (
        out is not None
        and replication is None
        and kept != "all"
        and (unrun := [each for each in kept if each >= len(results)])
    ):
        said = f"exposim: no tables of replication {unrun[0]}: {len(results):,} were enough, 0 the first"
        tell(said)
    if missing:
        names = ", ".join(map(repr, missing))
        raise Failed(f"exposim: by {', '.join(divisions)} there is no KPI {names}")
    if absent:
        raise Failed(f"exposim: these results have no KPI {', '.join(map(repr, absent))}")
    if results.failures:
        lines = [f"exposim: {failure}" for failure in results.failures]
        raise Failed("\n".join([*lines, f"One alone: {_alone(results.failures[0])}"]))


class _How(TypedDict):
    """What is given alike for one replication and for several."""

    seed: int | None
    workers: int | str | None
    engine: str
    by: tuple[str, ...]
    progress: bool
    keep: Collection[int] | Literal["all"]
    tables: tuple[str, ...]
    study: Keeps | None


def _alone(failure: Failure) -> str:
    """The command that repeats a replication, and no other."""
    typed = click.get_current_context().params
    words = ["exposim", "run", typed["scenario"]]
    words += [word for each in typed["sets"] for word in ("--set", each)]
    words += [word for each in typed["imports"] for word in ("--import", str(each))]
    words += ["--allow-outside"] if typed["allow_outside"] else []
    return shlex.join([*words, "--seed", str(failure.seed), "--replication", str(failure.replication)])


def _tell_if_it_compiles() -> None:
    from sim.engine import kept

    with suppress(RuntimeError):  # there is no home: it is told afterwards
        if not kept.whole(kept.place()):
            tell("exposim: the engine is compiled first, once, in some 15 s; or by `exposim compile`")


def _grouped(results: ResultSet, divisions: tuple[str, ...], kpis: list[str]) -> bool:
    """Whether the groups of all these divisions have KPIs of these names."""
    for each in divisions:
        try:
            results.grouped(each).chosen(kpis)
        except KeyError:
            return False
    return True


def _sessions(results: ResultSet, width: int) -> list[str]:
    """A line a session, over all replications."""
    from sim.statistics.session_lines import session_lines

    numbers = results.kept_of("sessions")
    table = results.table("sessions")
    each = {number: table[table["replication"] == number] for number in numbers}
    over = f"means over {len(numbers)} replications" if len(numbers) > 1 else f"replication {numbers[0]}"
    hosts = f", hosts of replication {numbers[0]}" if len(numbers) > 1 else ""
    return [f"Sessions ({over}{hosts})", *session_lines(each, width)]
