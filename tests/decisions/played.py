"""A runner that plays nothing: results are a function of the scenario and the replication."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import pandas as pd
import pytest

from sim.scenario import Scenario
from sim.studies import StudyError
from sim.studies.cell import Cell
from sim.studies.resultset import ResultSet

__all__ = ["Played", "play"]

Row = Mapping[str, float]
Tables = Mapping[str, list[dict[str, Any]]]
Plays = Callable[[Scenario, int], tuple[Row, Tables]]
"""KPIs and the rows of tables of a replication; a StudyError is what a scenario comes to that fails."""


class Played:
    """What `sim.studies.runner.Runner` does, of made-up numbers; `asked_for` says which replications."""

    asked_for: list[tuple[str, tuple[int, ...]]]
    goes_on = 0

    def __init__(self, plays: Plays, asked_for: list[tuple[str, tuple[int, ...]]], seed: int) -> None:
        self.plays, self.asked_for, self.seed = plays, asked_for, seed

    @contextmanager
    def asked(self, *_: object) -> Iterator[Played]:
        """Nothing is kept."""
        yield self

    def outcomes(self, scenarios: Sequence[Scenario], numbers: Iterable[int]) -> list[ResultSet | StudyError]:
        """What each scenario comes to."""
        made: list[ResultSet | StudyError] = []
        wanted = tuple(numbers)
        for scenario in scenarios:
            self.asked_for.append((scenario.hash, wanted))
            try:
                cells = [self.plays(scenario, number) for number in wanted]
            except StudyError as error:
                made.append(error)
                continue
            kept = {
                number: {name: pd.DataFrame(rows) for name, rows in tables.items()}
                for number, (_, tables) in zip(wanted, cells, strict=True)
            }
            made.append(
                ResultSet(scenario, self.seed, "toy", wanted, tuple(row for row, _ in cells), kept=kept)
            )
        return made

    def at_once(self, visits: int, tasks: int) -> int:
        return 1

    def run(self, wanted: Iterable[tuple[Scenario, int]]) -> None:
        """Cells are made up when they are asked for."""

    def cell(self, scenario: Scenario, number: int) -> Cell:
        """One of them."""
        return Cell(number, self.plays(scenario, number)[0], engine="toy")

    def results(self, scenarios: Sequence[Scenario], numbers: Iterable[int]) -> list[ResultSet]:
        """The same; a failure is raised."""
        made = self.outcomes(scenarios, numbers)
        for each in made:
            if isinstance(each, StudyError):
                raise each
        return [each for each in made if isinstance(each, ResultSet)]


def play(monkeypatch: pytest.MonkeyPatch, room: str, plays: Plays) -> list[tuple[str, tuple[int, ...]]]:
    """Have a room of `sim.decisions` play so; what it asks for comes into the list that is returned."""
    asked_for: list[tuple[str, tuple[int, ...]]] = []
    monkeypatch.setattr(f"sim.decisions.{room}.Runner", lambda *, seed, **_: Played(plays, asked_for, seed))
    return asked_for
