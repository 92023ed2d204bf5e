"""What several commands take: a scenario, and values set in it."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from sim.cli.endings import BadInput

if TYPE_CHECKING:
    from sim.scenario import Scenario

__all__ = [
    "import_option",
    "load_own",
    "load_scenario",
    "outside_option",
    "scenario_argument",
    "set_option",
]

_F = TypeVar("_F", bound=Callable[..., Any])


def scenario_argument(function: _F) -> _F:
    """The argument SCENARIO: a name or a path."""
    return click.argument("scenario")(function)


def set_option(function: _F) -> _F:
    """The option `--set path=value`, as often as wanted."""
    return click.option(
        "--set",
        "sets",
        metavar="PATH=VALUE",
        multiple=True,
        help="Set a value of the scenario, e.g. expo.days=2. The value is TOML, or text without quotes. "
        "May be given several times.",
    )(function)


def import_option(function: _F) -> _F:
    """The option `--import FILE`, as often as wanted."""
    return click.option(
        "--import",
        "imports",
        metavar="FILE",
        multiple=True,
        type=click.Path(path_type=Path),
        help="A Python file to run first, which registers policies and KPIs of one's own (@sim.policy, "
        "@sim.kpi). May be given several times.",
    )(function)


def load_own(files: tuple[Path, ...]) -> None:
    """Run Python files of the user's, each as a module of its own.

    Raises:
        BadInput: one cannot be read, or fails; with its file and line.
    """
    from importlib.machinery import SourceFileLoader
    from importlib.util import module_from_spec, spec_from_loader

    for number, file in enumerate({file.resolve(): file for file in files}.values()):
        name = f"own_{number}_{file.stem}"
        loader = SourceFileLoader(name, str(file.resolve()))
        spec = spec_from_loader(name, loader)
        assert spec is not None
        module = module_from_spec(spec)
        sys.modules[name] = module  # workers are given its functions by value
        try:
            loader.exec_module(module)
        except Exception as error:
            raise BadInput(_where(file, error)) from None


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


def outside_option(function: _F) -> _F:
    """The option `--allow-outside`."""
    return click.option(
        "--allow-outside",
        is_flag=True,
        help="Read files that the scenario names wherever they lie, not only beside or below it.",
    )(function)


def load_scenario(scenario: str, sets: tuple[str, ...], *, allow_outside: bool = False) -> Scenario:
    """The scenario of that name or path with these settings.

    Raises:
        ScenarioError: with all its errors at once, and those of the settings.
    """
    from sim.scenario import load_typed

    return load_typed(scenario, sets, allow_outside=allow_outside)
