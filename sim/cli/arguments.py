"""What several commands take: a scenario, and values set in it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from sim.scenario import Scenario

__all__ = ["load_scenario", "outside_option", "scenario_argument", "set_option"]

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
