"""A cell of a study: one replication of one scenario, and what is kept of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sim.replication import one_of as run
from sim.studies.kept import Made

if TYPE_CHECKING:
    import pandas as pd

    from sim.expo.shared import Shared
    from sim.scenario import Scenario
    from sim.statistics import Result
    from sim.statistics.hurts_overall import Tally
    from sim.studies.grouped import Parts

__all__ = ["Cell", "StudyError", "cell_of", "reason_of", "replication_cell", "run"]


class StudyError(RuntimeError):
    """Every replication failed; the text says why the first did."""


@dataclass(frozen=True, slots=True)
class Cell:
    """What comes back from one replication: KPIs, what hurt, and tables, or why there are none."""

    replication: int
    kpis: Mapping[str, float] | None
    reason: str = ""
    tally: Tally | None = None
    tables: Mapping[str, pd.DataFrame] = field(default_factory=dict)  # those that are kept
    divided: Mapping[str, Parts] = field(default_factory=dict)  # by division
    measured: Mapping[str, Mapping[str, float]] = field(default_factory=dict)  # KPIs on demand, by theme
    engine: str = ""  # that played
    engine_note: str = ""


def replication_cell(
    scenario: Scenario,
    replication: int,
    seed: int | None,
    engine: str,
    own: bytes | None = None,
    tables: tuple[str, ...] = (),
    divisions: tuple[str, ...] = (),
    left: float = 1,
    shared: Shared | None = None,
    tell: Callable[[str], object] | None = None,
    *,
    abroad: bool = False,
    themes: tuple[str, ...] = (),
) -> Cell:
    """Run one replication and keep its KPIs and these tables only: what a worker does.

    `own`: what a user has registered in the process of the study; None in that process itself. `left`: how
    many replications this process is likely to run. `shared`: what other variants came to. `tell` is called
    with a word for each stage that begins. `abroad`: whether this may be another machine than the study's,
    for which nobody else sees to the compiled engine. `themes`: of KPIs on demand, which are kept too.
    """
    try:
        with nullcontext() if own is None else _knowing(own):
            result = run(
                scenario,
                replication=replication,
                seed=seed,
                engine=engine,
                left=left,
                background=own is None or abroad,
                shared=shared,
                tell=tell,
            )
            if tell is not None:
                tell("counting")
            return cell_of(result, Made(result, tables), divisions, themes)
    except Exception as error:
        return Cell(replication, None, reason_of(error))


def _knowing(own: bytes) -> AbstractContextManager[None]:
    from sim.studies.own import knowing

    return knowing(own)


def cell_of(
    result: Result,
    tables: Mapping[str, pd.DataFrame],
    divisions: tuple[str, ...],
    themes: tuple[str, ...] = (),
) -> Cell:
    """What is kept of a result: KPIs, what hurt, these tables, KPIs of groups, and those on demand."""
    return Cell(
        result.replication,
        result.row,
        tally=result.tally,
        tables=tables,
        divided=_divided(result, divisions),
        measured=_measured(result, themes),
        engine=result.engine,
        engine_note=result.engine_note,
    )


def _divided(result: Result, divisions: tuple[str, ...]) -> dict[str, Parts]:
    from sim.statistics.groups import by

    return {each: by(result.ledger, each) for each in divisions}


def _measured(result: Result, themes: tuple[str, ...]) -> dict[str, dict[str, float]]:
    from sim.statistics.kpis.registry import measured

    return measured(result.ledger, themes)


def reason_of(error: Exception) -> str:
    """Why a replication failed, in a line."""
    return f"{type(error).__name__}: {error}"
