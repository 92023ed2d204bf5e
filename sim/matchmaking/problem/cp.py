"""CP-SAT as it is used here: alike on any machine, and leaving Ctrl-C to whoever called."""

from __future__ import annotations

from typing import Any

__all__ = ["cp_solver"]


def cp_solver(*, work: float | None = None, seconds: float | None = None, workers: int = 1) -> Any:
    """A solver with one seed; limits are its own deterministic seconds (`work`) and the clock's.

    CP-SAT's own handler of SIGINT would end the process from a thread that is not Python's.
    """
    from ortools.sat.python import cp_model

    solver = cp_model.CpSolver()
    solver.parameters.num_workers = workers
    solver.parameters.random_seed = 1
    solver.parameters.catch_sigint_signal = False
    # gaps are measured in floats: beyond 2⁵³, what is short by one would be called optimal
    solver.parameters.absolute_gap_limit = 0.0
    if work is not None:
        solver.parameters.max_deterministic_time = work
    if seconds is not None:
        solver.parameters.max_time_in_seconds = seconds
    return solver
