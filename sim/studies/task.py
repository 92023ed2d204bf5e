"""A task of a study: one replication of several scenarios, as this process runs it or a worker."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeAlias

from sim.studies import cell as one
from sim.studies.cell import Cell, cell_of, reason_of, replication_cell
from sim.studies.kept import Keep, TablesOf

if TYPE_CHECKING:
    from sim.expo.shared import Shared
    from sim.scenario import Scenario
    from sim.statistics import Result

__all__ = ["How", "Task", "in_worker", "named"]

Task: TypeAlias = "tuple[int, tuple[Scenario, ...]]"
"""The number of the replication, and the scenarios."""


@dataclass(frozen=True, slots=True)
class How:
    """How a cell is run, and what is kept of it."""

    seed: int | None
    engine: str
    keep: Keep
    divisions: tuple[str, ...]
    shares: bool
    """Whether scenarios share what their builds come to; of one alone that would only take memory."""
    abroad: bool
    """Whether workers may be other machines."""
    themes: tuple[str, ...] = ()
    """Of KPIs on demand."""

    def cell(
        self,
        scenario: Scenario,
        number: int,
        left: float,
        shared: Shared | None,
        own: bytes | None = None,
        tell: Callable[[str], object] | None = None,
    ) -> Cell:
        """A replication of a scenario: see `replication_cell`."""
        how = (self.seed, self.engine, own, self.keep.names(number), self.divisions)
        return replication_cell(
            scenario, number, *how, left, shared, tell, abroad=self.abroad, themes=self.themes
        )

    def whole_cell(
        self,
        scenario: Scenario,
        left: float,
        shared: Shared | None,
        tell: Callable[[str], object],
        take: Callable[[Result], object],
    ) -> Cell:
        """The cell of replication 0, whose result somebody takes whole, and the errors of its scenario."""
        from sim.scenario import ScenarioError

        try:
            result = one.run(
                scenario,
                replication=0,
                seed=self.seed,
                engine=self.engine,
                left=left,
                background=True,
                shared=shared,
                tell=tell,
            )
            take(result)
            tell("counting")
            return cell_of(result, TablesOf(result, self.keep.names(0)), self.divisions, self.themes)
        except ScenarioError:
            raise
        except Exception as error:
            return Cell(0, None, reason_of(error))


_here: Final = threading.local()  # a worker of a cluster may be a thread beside others


def _shared_here(shares: bool) -> Shared | None:
    """What a worker's builds share, if they do: of what no replication changes, from one to the next too."""
    shared: Shared | None = getattr(_here, "shared", None) if shares else None
    if shares and shared is None:
        from sim.expo.shared import Shared

        shared = Shared()
    _here.shared = shared  # a worker lives on: what it no longer needs would stay
    return shared


def in_worker(
    at: int, number: int, left: float, variants: tuple[Scenario, ...], how: How, own: bytes
) -> tuple[int, list[Cell]]:
    """The cells of the task that is known by `at`, of which this process runs `left` and any of them."""
    shared = _shared_here(how.shares)
    return at, [how.cell(each, number, left - done, shared, own) for done, each in enumerate(variants)]


def named(task: Task) -> str:
    """A task, for people."""
    number, variants = task
    return f"replication {number} of {' and '.join(each.name for each in variants)}"
