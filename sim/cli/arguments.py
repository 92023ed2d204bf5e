"""What several commands take: a scenario, values set in it, files of one's own to run first."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from sim.cli.endings import BadInput
from sim.cli.path_of import PathOf
from sim.cli.telling import told
from sim.files.text import printable

if TYPE_CHECKING:
    from sim.scenario import Scenario

__all__ = [
    "Given",
    "Measure",
    "import_option",
    "load_own",
    "takes_scenario",
    "takes_scenario_or",
    "takes_settings",
    "tell_warnings",
]


class Given(NamedTuple):
    """A scenario as the command line gives it, once the files of `--import` have been run.

    `imported` are their names, and the SHA-256 of what was run.
    """

    scenario: str
    sets: tuple[str, ...]
    allow_outside: bool
    imported: tuple[tuple[str, str], ...]

    def load(self) -> Scenario:
        """The scenario of that name or path with these settings.

        Raises:
            ScenarioError: with all its errors at once, and those of the settings.
        """
        from sim.scenario import load_typed

        return load_typed(self.scenario, self.sets, allow_outside=self.allow_outside)


class Measure(click.FloatRange):
    """A number in a range, which `nan` is not: click's own compares it with the ends, and lets it pass."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """The number. Fails where there is none, or one out of range."""
        number: float = super().convert(value, param, ctx)
        if number != number:
            self.fail(f"{value!r} is not a number", param, ctx)
        return number


def import_option(what: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """The option `--import`: the command gets `imports`, the files, which `load_own` runs."""
    return click.option(
        "--import",
        "imports",
        metavar="FILE",
        multiple=True,
        type=PathOf(),
        help=f"A Python file to run first, which registers {what}. May be given several times.",
    )


def takes_settings(of: str = "the scenario") -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """`--set`, `--import`, `--allow-outside`: the command gets `sets`, `imports` and `allow_outside`."""

    def decorated(function: Callable[..., Any]) -> Callable[..., Any]:
        for option in (
            click.option(
                "--allow-outside",
                is_flag=True,
                help=f"Read files that {of} names wherever they lie, not only beside or below it.",
            ),
            import_option("policies and KPIs of one's own (@sim.policy, @sim.kpi)"),
            click.option(
                "--set",
                "sets",
                metavar="PATH=VALUE",
                multiple=True,
                help=f"Set a value of {of}, e.g. expo.days=2. The value is TOML, or text without quotes. "
                "May be given several times.",
            ),
        ):  # the last one is listed first
            function = option(function)
        return function

    return decorated


def takes_scenario(function: Callable[..., None]) -> Callable[..., None]:
    """The argument SCENARIO, `--set`, `--import` and `--allow-outside`: the command gets a `Given` first."""
    return takes_scenario_or(None)(function)


def takes_scenario_or(default: str | None) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """The same, where SCENARIO may be left out; not if `default` is None."""
    left_out: dict[str, Any] = {} if default is None else {"required": False, "default": default}

    def decorated(function: Callable[..., None]) -> Callable[..., None]:
        @click.argument("scenario", **left_out)
        @takes_settings()
        @wraps(function)
        def command(
            *,
            scenario: str,
            sets: tuple[str, ...],
            imports: tuple[Path, ...],
            allow_outside: bool,
            **others: Any,
        ) -> None:
            function(Given(scenario, sets, allow_outside, load_own(imports)), **others)

        return command

    return decorated


def tell_warnings(scenario: Scenario) -> None:
    """Say on standard error what of a scenario could hardly be built."""
    for fault in scenario.warnings:
        where = fault.file if fault.line is None else f"{fault.file}:{fault.line}"
        said = printable(f"{where}: warning: {fault.path}: {fault.message}", lines=False)
        click.echo(told(said), err=True)


def load_own(files: tuple[Path, ...]) -> tuple[tuple[str, str], ...]:
    """Run Python files of the user's, each once and as a module of its own; their names and SHA-256.

    Raises:
        BadInput: one cannot be read, or fails; with its file and line.
    """
    from hashlib import sha256
    from importlib.machinery import SourceFileLoader
    from importlib.util import module_from_spec, spec_from_loader

    imported = []
    for number, file in enumerate({file.resolve(): file for file in files}.values()):
        name = f"own_{number}_{file.stem}"
        loader = SourceFileLoader(name, str(file.resolve()))
        spec = spec_from_loader(name, loader)
        assert spec is not None
        module = module_from_spec(spec)
        sys.modules[name] = module  # workers are given its functions by value
        try:
            imported.append((file.name, sha256(loader.get_data(loader.path)).hexdigest()))
            loader.exec_module(module)
        except Exception as error:
            raise BadInput(_where(file, error)) from None
    return tuple(imported)


def _where(file: Path, error: Exception) -> str:
    """File, line and what a file of the user's raised."""
    if isinstance(error, OSError) and error.filename == str(file.resolve()):
        return f"exposim: {file}: {error.strerror}"
    line = error.lineno if isinstance(error, SyntaxError) else None
    trace = error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == str(file.resolve()):
            line = trace.tb_lineno
        trace = trace.tb_next
    at = f"{file}:{line}" if line else f"{file}"
    text = error.msg if isinstance(error, SyntaxError) else error
    return f"{at}: {type(error).__name__}: {text}"
