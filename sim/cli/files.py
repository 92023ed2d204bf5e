"""Commands about scenario files: check, show, new, schema, scenarios."""

from __future__ import annotations

import errno
import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sim.cli.arguments import Given, takes_scenario, tell_warnings
from sim.cli.endings import BadInput, Failed, to_write
from sim.cli.keeping import Keeping, takes_study
from sim.cli.path_of import PathOf
from sim.cli.study_options import faults, running_options
from sim.files.lines import WIDTH, wrapped
from sim.files.text import printable, printable_json

if TYPE_CHECKING:
    from sim.scenario import Scenario

__all__ = ["check", "new", "scenarios", "schema", "show"]


@click.command()
@takes_scenario
@click.option(
    "--build", is_flag=True, help="Also draw the companies and place every activity, as a run does first."
)
@click.option(
    "--run", "runs", is_flag=True, help="Also run it, and say whether what its section [expect] says is so."
)
@click.option(
    "--replications",
    "-n",
    metavar="N",
    type=click.IntRange(min=1),
    help="Replications, with --run.  [default: 10, or as many as it takes to meet what is expected]",
)
@running_options("the scenario's", "--run")
@click.option("--json", "as_json", is_flag=True, help="Print the verdicts as JSON, with --run.")
@click.option("--quiet", "-q", is_flag=True, help="Show no progress bar.")
@takes_study
def check(
    given: Given,
    build: bool,
    runs: bool,
    replications: int | None,
    seed: int | None,
    engine: str,
    workers: int | str | None,
    as_json: bool,
    quiet: bool,
    keeping: Keeping,
) -> None:
    """Check a scenario file; list all its errors with file and line.

    Nothing is simulated. Whether all activities find rooms, hosts and booths at their times is seen
    only when they are placed: with --build, or by a run, before it begins. What is asked for and cannot be
    done, in the first replication, is then said with the reason.

    With --run, each line of its section [expect] is told to be met, not met, or undecided by so few
    replications. Exit status 0 if it is good, and all that is expected is met; 1 if not all; 2 if there are
    errors.
    """
    from sim.scenario import assumed

    where = "--cluster" if isinstance(workers, str) else "--workers"
    asked = (
        ("--replications", replications),
        ("--seed", seed),
        (where, workers),
        ("--study", keeping.folder),
    )
    for name, value in asked:
        if value is not None and not runs:
            raise click.UsageError(f"{name} goes with --run")
    if as_json and not runs:
        raise click.UsageError("--json goes with --run")
    checked = given.load()
    if checked.data.expect:
        _expectations(checked)
    elif runs:
        raise BadInput(
            f"exposim: {checked.name} expects nothing: --run goes with a section [expect], as in "
            '"meetings.held" = ">= 450 in 95 %"'
        )
    if as_json:
        _keep(checked, replications, seed, engine, workers, keeping, quiet=quiet, as_json=True)
        return
    short: list[str] = []
    tell_warnings(checked)
    if build:
        from sim.expo import build as built  # slow to import

        with faults():  # a policy of one's own may fail
            short = built(checked).shortfalls.lines()
    data = checked.data
    visits = sum(persona.visits for persona in data.visitors.values())
    days = f"{data.expo.days} day" + "s" * (data.expo.days != 1)
    good = "good, and can be built" if build else "good"
    if short:
        good = "can be built, but not with all that it asks for"
    said = f"{checked.name}: {good}. {data.expo.title}: {days}, {visits:,} visits."
    click.echo("\n".join(wrapped(printable(said), WIDTH, "", "    ")))
    for line in (*short, *assumed(data, checked.exhibitor_rows)):
        click.echo("\n".join(wrapped(printable(line), WIDTH, "  ", "    ")))
    if runs:
        click.echo()
        _keep(checked, replications, seed, engine, workers, keeping, quiet=quiet, as_json=False)


def _expectations(scenario: Scenario) -> None:
    """Raise for what is expected of KPIs that no replication can have, or that is always or never so."""
    from sim.decisions import expecting
    from sim.scenario import ScenarioError

    if wrong := expecting.faults(scenario):
        raise ScenarioError(wrong)


def _keep(
    scenario: Scenario,
    replications: int | None,
    seed: int | None,
    engine: str,
    workers: int | str | None,
    keeping: Keeping,
    *,
    quiet: bool,
    as_json: bool,
) -> None:
    """Run a scenario, and say whether it keeps what is expected of it; the ending says if it does not."""
    from sim.decisions.expecting import expect

    with faults():
        found = expect(
            scenario,
            replications=replications,
            seed=seed,
            workers=workers,
            engine=engine,
            progress=not quiet,
            study=keeping.begin(quiet=quiet),
        )
    if as_json:
        click.echo(printable_json(json.dumps(found.to_json_dict(), indent=2, ensure_ascii=False)))
    else:
        click.echo(printable(found.text()))
    keeping.done()
    if not found.met:
        short = [f"{each.kpi} {each.comparison}" for each in found.verdicts if each.verdict != "met"]
        failed = [str(each) for each in found.failures]
        raise Failed("exposim: " + "; ".join([f"not met: {', '.join(short)}"] * bool(short) + failed))


@click.command()
@takes_scenario
def show(given: Given) -> None:
    """Print a scenario as it will be run: inheritance, overrides and defaults resolved.

    What is printed is a scenario file itself and gives the same results.
    """
    click.echo(given.load().to_toml(), nl=False)


@click.command()
@click.argument("file", required=False, type=PathOf(dir_okay=False))
@click.option(
    "--exhibitors",
    metavar="N",
    type=click.IntRange(1, 20_000),
    help="Also write a list of N exhibitors beside FILE, which names it: every column, drawn, to be replaced "
    "by your own. All columns but the name may be left empty or taken out.",
)
def new(file: Path | None, exhibitors: int | None) -> None:
    """Write a commented template to FILE, or print it (no FILE, or -).

    A file that is already there is left alone.
    """
    from sim.files.whole import write_file
    from sim.scenario import template

    if file is None or file == Path("-"):
        if exhibitors is not None:
            raise click.UsageError("--exhibitors goes with FILE")
        click.echo(template(), nl=False)
        return
    to_write()
    if not file.parent.exists():  # it is not made: it may be a slip of the pen
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(file))
    beside = None if exhibitors is None else file.with_name(f"{file.stem}-exhibitors.csv")
    text = template() if exhibitors is None or beside is None else template(exhibitors, beside.name)
    for each in (file, beside):
        if each is not None and os.path.lexists(each):
            raise BadInput(f"exposim: {each} is already there; it is left as it is")
    try:
        if beside is not None and exhibitors is not None:
            from sim.interchange.exhibitors_csv import exhibitors_csv

            write_file(beside, exhibitors_csv(exhibitors))
        try:
            write_file(file, text.encode("utf-8"))
        except BaseException:
            if beside is not None:
                beside.unlink(missing_ok=True)  # half of what was asked for is no use
            raise
    except FileExistsError as error:
        raise BadInput(f"exposim: {error.filename} is already there; it is left as it is") from None
    to_write(*(each for each in (file, beside) if each is not None))
    both = f"{file}" if beside is None else f"{file} and {beside}"
    click.echo(f"Wrote {both}. Next: exposim check {file}", err=True)


@click.command()
@click.option(
    "--write",
    is_flag=True,
    help="Instead renew what is made from the fields in a checkout: exposim.schema.json beside the "
    "scenarios and the tables of sim/README.md.",
)
def schema(write: bool) -> None:
    """Print the JSON Schema of scenario files, for editors."""
    from sim.scenario import json_schema

    if write:
        from sim.scenario.reading.catalogue import shipped_directory
        from sim.scenario.writing.description import write_description
        from sim.scenario.writing.jsonschema import write_schema

        beside = shipped_directory()
        description = beside.with_name("sim") / "README.md"
        if not description.is_file():
            raise BadInput("exposim: schema --write renews the files of a checkout; this copy is installed")
        to_write()
        for renew, where in ((write_schema, beside), (write_description, description)):
            path = renew(where)
            to_write(path)
            click.echo(f"Wrote {path}", err=True)
        return
    click.echo(json_schema(), nl=False)


@click.command()
def scenarios() -> None:
    """List the scenarios that are shipped, with their titles."""
    from sim.scenario import shipped

    found = shipped()
    width = max((len(each.name) for each in found), default=0)
    for each in found:
        click.echo(f"{each.name:<{width}}  {each.title}")
