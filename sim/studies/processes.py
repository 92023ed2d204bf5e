"""How many processes a study is worth."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from sim.scenario import Scenario

__all__ = ["visits_of", "workers_for"]

# Workers start only for at least so many visits, of which each takes 0.05 to 0.1 ms of processor time.
# Measured: a worker that begins anew takes 1.3 s to load the libraries, one that is a copy of this process
# 0.1 s until all goes as fast as here.
_WORTH_WORKERS: Final = 25_000
_WORTH_COPIES: Final = 6_000


def workers_for(visits: int, tasks: int, wanted: int | None, *, copies: bool = False) -> int:
    """How many processes run what there is to run: 1, this one, unless they gain by more.

    Args:
        visits: in all that is to be run.
        tasks: in how many parts it can be handed out.
        wanted: how many processes there are to be if so; as many as there are processors if None.
        copies: whether they would be copies of this one.
    """
    worth = _WORTH_COPIES if copies else _WORTH_WORKERS
    return min(wanted or _processors(), tasks) if visits >= worth else 1


def visits_of(scenario: Scenario) -> int:
    """Visits in a replication of a scenario."""
    return sum(persona.visits for persona in scenario.data.visitors.values())


def _processors() -> int:
    """How many processors this process may use."""
    from joblib import cpu_count

    return int(cpu_count())
