"""The options that all studies have: how many replications, of what seed, on which engine, what is shown."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

import click

from sim.cli.endings import BadInput, Failed, to_write
from sim.cli.keeping import Keeping, takes_study
from sim.cli.out_file import may_write, takes_out
from sim.cli.telling import tell_work
from sim.files.text import printable, printable_json

if TYPE_CHECKING:
    import pandas as pd

    from sim.scenario import Scenario

__all__ = ["How", "faults", "running_options", "study_options", "takes_kpis"]


class _Told(Protocol):
    """What a study comes to."""

    def text(self) -> str:
        """For people."""

    def to_json_dict(self) -> dict[str, Any]:
        """For machines."""

    @property
    def frame(self) -> pd.DataFrame:
        """The numbers of every replication."""


class How(NamedTuple):
    """How a study is run, and what becomes of it."""

    replications: int
    seed: int | None
    engine: str
    workers: int | str | None
    out: Path | None
    force: bool
    as_json: bool
    quiet: bool
    keeping: Keeping

    def running(self, *read: Scenario | Path) -> dict[str, Any]:
        """What the functions of studies are given.

        `read`: scenarios, and other files, that the command has read: none is written over. Raises BadInput.
        """
        if self.out is not None:
            may_write(self.out, *read, force=self.force)
        return {
            "replications": self.replications,
            "seed": self.seed,
            "engine": self.engine,
            "workers": self.workers,
            "progress": not self.quiet,
            "study": self.keeping.begin(quiet=self.quiet),
        }

    @property
    def tell(self) -> Callable[[str], object] | None:
        """What is told of while it is run; None if nothing is to be."""
        return None if self.quiet else tell_work

    def check(self) -> None:
        """That what is to be written can be, before anything is run. Raises BadInput or a usage error."""
        if self.force and self.out is None:
            raise click.UsageError("--force goes with --out FILE")
        if self.out is not None and self.out.exists() and not self.force:
            raise BadInput(f"exposim: {self.out} is already there; --force replaces it")

    def hand_out(self, found: _Told, written: Callable[[Path], str] | None = None) -> None:
        """Write what was asked for, and print what was found.

        `written`: what is written into the file of that name; the numbers of every replication if left out.
        """
        if self.out is not None:
            from sim.interchange import publish

            text = _as_csv(found.frame) if written is None else written(self.out)
            publish(text.encode(), self.out, force=self.force)
            to_write(self.out)
        if self.as_json:
            import json

            click.echo(printable_json(json.dumps(found.to_json_dict(), indent=2, ensure_ascii=False)))
        else:
            click.echo(printable(found.text()))
        self.keeping.done()


def _as_csv(frame: pd.DataFrame) -> str:
    """A row a line; names of people's lists are no formulas to a spreadsheet."""
    from sim.interchange.results import for_spreadsheets

    return for_spreadsheets(frame).to_csv(index=False, lineterminator="\n")


@contextmanager
def faults() -> Iterator[None]:
    """What studies raise, as the command ends with it."""
    from sim.scenario import ScenarioError
    from sim.studies import ChangedStudyError, StudyError

    try:
        yield
    except ChangedStudyError as error:
        raise BadInput(f"exposim: {error}") from None
    except ScenarioError:  # a ValueError with lines of its own
        raise
    except StudyError as error:
        raise Failed(f"exposim: {error}") from None
    except KeyError as error:  # a name that there is not
        raise BadInput(f"exposim: {error.args[0]}") from None
    except ValueError as error:
        raise BadInput(f"exposim: {error}") from None


def running_options(seed: str, when: str = "") -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """`--seed`, `--engine`, `--workers` and `--cluster`: the command gets the first three by these names.

    `workers` is a number of processes or the address of a cluster, as the functions of studies take it.
    `seed`: whose there is by default. `when`: what else has to be given for them to mean something.
    """
    when = f", with {when}" if when else ""

    def decorated(function: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(function)
        def command(*before: Any, workers: int | None, cluster: str | None, **others: Any) -> None:
            if workers is not None and cluster is not None:
                raise click.UsageError("give --workers or --cluster, not both: a cluster has its own workers")
            function(*before, workers=workers if cluster is None else cluster, **others)

        taking: Callable[..., Any] = command
        for option in (
            click.option(
                "--cluster",
                metavar="ADDRESS",
                callback=_cluster,
                help=f"Run on the workers of a Dask cluster{when}: the address of its scheduler, "
                "tcp://HOST:PORT, or the .json file that it has written. The numbers are the same.",
            ),
            click.option(
                "--workers",
                "-w",
                metavar="W",
                type=click.IntRange(min=1),
                help=f"Worker processes{when}; the numbers do not depend on it.  [default: the processors]",
            ),
            click.option(
                "--engine",
                type=click.Choice(["auto", "simpy", "compiled"]),
                default="auto",
                show_default=True,
                help=f"The engine{when}; both give the same. auto: whichever is over first. The compiled one "
                "is compiled once, in the background or by `exposim compile`, and kept.",
            ),
            click.option(
                "--seed",
                metavar="S",
                type=click.IntRange(min=0, max=2**63 - 1),
                help=f"Seed of all random draws{when}.  [default: {seed}]",
            ),
        ):  # the last one is listed first
            taking = option(taking)
        return taking

    return decorated


def _cluster(_: click.Context, __: click.Parameter, given: str | None) -> str | None:
    """The address, which can be one; nobody is asked yet whether a scheduler answers there."""
    if given is None:
        return None
    from sim.studies.cluster import Cluster

    try:
        Cluster(given)
    except ValueError as error:
        raise click.BadParameter(str(error)) from None
    return given


def study_options(
    replications: int, least: int = 1, out: str = "Write the numbers of every replication as CSV."
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """The options, with a number of replications if none is given: the command gets a `How` as `how`.

    `out` says what is written into the file of `--out`.
    """

    def decorated(function: Callable[..., None]) -> Callable[..., None]:
        @click.option(
            "--replications",
            "-n",
            metavar="N",
            type=click.IntRange(min=least),
            default=replications,
            show_default=True,
            help="Replications of each scenario.",
        )
        @running_options("the first scenario's")
        @takes_out(out)
        @click.option("--force", is_flag=True, help="Replace FILE.")
        @click.option("--json", "as_json", is_flag=True, help="Print JSON instead of tables.")
        @click.option("--quiet", "-q", is_flag=True, help="Show no progress bar.")
        @takes_study
        @wraps(function)
        def command(
            *before: Any,
            keeping: Keeping,
            replications: int,
            seed: int | None,
            engine: str,
            workers: int | str | None,
            out: Path | None,
            force: bool,
            as_json: bool,
            quiet: bool,
            **others: Any,
        ) -> None:
            how = How(replications, seed, engine, workers, out, force, as_json, quiet, keeping)
            how.check()
            function(*before, how=how, **others)

        return command

    return decorated


def takes_kpis(
    said: str = "A KPI, or the name of a family or a theme",
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """The option `--kpi`, as often as wanted: the command gets `kpis`."""
    return click.option(
        "--kpi", "-k", "kpis", metavar="NAME", multiple=True, help=f"{said}. May be given several times."
    )
