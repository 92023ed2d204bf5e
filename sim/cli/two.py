"""What the commands about the difference between two scenarios take: A and B, or A and what is varied."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from sim.cli.arguments import load_own, takes_settings

if TYPE_CHECKING:
    from sim.scenario import Scenario

__all__ = ["Two", "takes_one_or_two", "takes_two"]


class Two(NamedTuple):
    """Two scenarios as the command line gives them, once the files of `--import` have been run."""

    first: str
    second: str | None
    sets: tuple[str, ...]
    varied: tuple[str, ...]
    allow_outside: bool

    @property
    def alone(self) -> bool:
        """Whether there is no second."""
        return self.second is None and not self.varied

    def load(self) -> tuple[Scenario, Scenario]:
        """Both of them.

        Raises:
            ScenarioError: with all errors of the first that has some, and those of the settings.
        """
        from sim.scenario import ScenarioError, load_typed

        first = load_typed(self.first, self.sets, allow_outside=self.allow_outside)
        name = self.first if self.second is None else self.second
        try:
            return first, load_typed(name, (*self.sets, *self.varied), allow_outside=self.allow_outside)
        except ScenarioError as error:
            typed = {f"--set {each}": f"--vary {each}" for each in self.varied}
            raise ScenarioError(
                replace(each, file=typed.get(each.file, each.file)) for each in error.problems
            ) from None


def takes_two(function: Callable[..., None]) -> Callable[..., None]:
    """A and B, `--vary`, `--set`, `--import`, `--allow-outside`: the command gets a `Two` first."""

    @wraps(function)
    def checked(*before: Any, **others: Any) -> None:
        if before[-1].alone:
            raise click.UsageError("give a second scenario, or --vary PATH=VALUE")
        function(*before, **others)

    return takes_one_or_two(checked)


def takes_one_or_two(function: Callable[..., None]) -> Callable[..., None]:
    """As `takes_two`, but A may come alone."""

    @click.argument("first", metavar="A")
    @click.argument("second", metavar="[B]", required=False)
    @click.option(
        "--vary",
        "varied",
        metavar="PATH=VALUE",
        multiple=True,
        help="Set a value in the second scenario alone; without B that is A with these values. May be given "
        "several times.",
    )
    @takes_settings("each scenario")
    @wraps(function)
    def command(
        *before: Any,
        first: str,
        second: str | None,
        varied: tuple[str, ...],
        sets: tuple[str, ...],
        imports: tuple[Path, ...],
        allow_outside: bool,
        **others: Any,
    ) -> None:
        load_own(imports)
        function(*before, Two(first, second, sets, varied, allow_outside), **others)

    return command
