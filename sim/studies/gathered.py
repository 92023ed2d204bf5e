"""Cells of one scenario gathered as its results."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import TYPE_CHECKING

from sim.studies.resultset import Failure, ResultSet

if TYPE_CHECKING:
    from sim.scenario import Scenario
    from sim.statistics.result import Result
    from sim.studies.cell import Cell

__all__ = ["gathered"]


def gathered(
    scenario: Scenario,
    seed: int,
    cells: Iterable[Cell],
    divisions: Iterable[str] = (),
    themes: Collection[str] = (),
    *,
    whole: Result | Callable[[], Result] | None = None,
    imprecise: tuple[str, ...] = (),
) -> ResultSet:
    """The results of a scenario from the cells that came in of it, in order of replications.

    KPIs on demand, of these `themes`, stand after the others.

    Raises:
        StudyError: all failed.
    """
    from sim.studies.cell import StudyError

    cells = list(cells)
    done = {cell.replication: cell for cell in cells if cell.kpis is not None}
    failures = tuple(Failure(cell.replication, seed, cell.reason) for cell in cells if cell.kpis is None)
    if not done:
        raise StudyError(f"all {len(cells)} replications failed; {failures[0]}")
    return ResultSet(
        scenario=scenario,
        seed=seed,
        engine=" and ".join(sorted({cell.engine for cell in cells if cell.engine})),
        engine_note=next((cell.engine_note for cell in cells if cell.engine_note), ""),
        numbers=tuple(done),
        rows=tuple(_row(cell, themes) for cell in done.values()),
        whole=whole,
        tallies=tuple(cell.tally for cell in cells if cell.tally is not None),
        kept={cell.replication: cell.tables for cell in cells if cell.tables},
        failures=failures,
        divided={each: tuple(cell.divided[each] for cell in done.values()) for each in divisions},
        imprecise=imprecise,
    )


def _row(cell: Cell, themes: Collection[str]) -> Mapping[str, float]:
    """The KPIs of a cell that did not fail."""
    kpis = cell.kpis or {}
    return {**kpis, **{k: v for each in themes for k, v in cell.measured[each].items()}} if themes else kpis
