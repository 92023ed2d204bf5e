"""The model held against what was published of an event and measured of people at fairs."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

from sim.decisions.validate.claims import EVENTS, claims_of
from sim.decisions.validate.validated import Validated
from sim.files.problems import did_you_mean
from sim.studies.runner import Runner

if TYPE_CHECKING:
    from sim.scenario import Scenario
    from sim.studies.cluster import Workers
    from sim.studies.folder import Keeps

__all__ = ["validate"]

THEMES: Final = ("record",)
"""Of KPIs on demand, those that claims are about."""


def validate(
    scenario: Scenario | str | os.PathLike[str] = EVENTS[0],
    *,
    against: str | None = None,
    replications: int = 3,
    seed: int | None = None,
    workers: Workers | None = None,
    engine: str = "auto",
    progress: bool = False,
    study: str | os.PathLike[str] | Keeps | None = None,
    runner: Runner | None = None,
) -> Validated:
    """Hold a scenario against what was published and measured, figure by figure.

    Args:
        scenario: a scenario, or what `sim.load` takes; `cisce-2024` if left out.
        against: the event whose published figures count, `cisce-2024` or `cisce-2023`, or "" for none; if
            left out, the event that the scenario is called after. What is known of people at any fair counts
            always.
        replications: how many; of one there are no intervals.
        seed: of all random draws; the scenario's own if left out.
        workers: processes, or the address of a Dask cluster: see `sim.replicate`.
        engine: "simpy", "compiled" or "auto", as in `sim.replicate`.
        progress: whether to show a progress bar.
        study: a folder in which runs are kept, and not run again: see `sim.replicate`.
        runner: that runs, with `themes` that hold `THEMES`, and knows what was run.

    Raises:
        ScenarioError: the scenario cannot be loaded.
        ValueError: there is no such event, or a number is out of range.
        StudyError: every replication failed.
    """
    from sim.replication import whole_number
    from sim.scenario.load import scenario_of

    loaded = scenario_of(scenario)
    n = whole_number("replications", replications, 1)
    event = (loaded.name if loaded.name in EVENTS else "") if against is None else against
    if event and event not in EVENTS:
        near = did_you_mean(event, EVENTS)
        raise ValueError(f"nothing is known of an event {event!r}; allowed: {', '.join(EVENTS)}{near}")
    run = runner or Runner(
        seed=seed, workers=workers, engine=engine, themes=THEMES, progress=progress, study=study
    )
    with run.asked("validate", {loaded.name: loaded}):
        (results,) = run.results([loaded], range(n))
    return Validated(results, event, claims_of(event))
