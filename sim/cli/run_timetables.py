"""What `exposim run` writes of one replication's timetables: what was arranged, and what became of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from sim.cli.endings import BadInput, to_write
from sim.cli.study_options import faults
from sim.cli.telling import tell

if TYPE_CHECKING:
    from sim.scenario import Scenario

__all__ = ["write_timetables"]


def write_timetables(
    scenario: Scenario,
    plan: Path | None,
    happened: Path | None,
    replication: int,
    seed: int | None,
    *,
    force: bool,
) -> None:
    """Write the timetables of a replication, each whole or not at all, before anything else is run."""
    from sim.interchange import simulated_csv as simulated

    programmes = tuple(scenario.data.matchmaking)
    plans = _files(scenario, "--timetable", plan, programmes, force=force)
    played = _files(scenario, "--happened", happened, programmes, force=force)
    with faults():  # a policy of one's own may fail
        if happened is None:
            from sim.expo import build

            expo = build(scenario, replication, seed)
        else:
            from sim.replication import run

            result = run(scenario, replication=replication, seed=seed)
            expo = result.expo
    for programme, file in plans.items():
        write = simulated.simulated_xlsx if _is_workbook(file) else simulated.simulated_csv
        _written(file, lambda: write(expo, programme), force=force)  # noqa: B023
        if scenario.data.matchmaking[programme].group_share:
            tell(
                f"note: {file} has meetings of more than two: `exposim timetable --published` reads them, "
                "a scenario's `published` does not"
            )
    for programme, file in played.items():
        told = simulated.happened_xlsx if _is_workbook(file) else simulated.happened_csv
        _written(file, lambda: told(result, programme), force=force)  # noqa: B023


def _files(
    scenario: Scenario, option: str, path: Path | None, programmes: tuple[str, ...], *, force: bool
) -> dict[str, Path]:
    """The file of each programme, which can be written; none where nobody asks for any."""
    from sim.interchange import need_workbooks, refuse
    from sim.interchange.simulated_csv import timetable_files

    if path is None:
        return {}
    files = timetable_files(path, programmes)
    if not files:
        raise BadInput(f"exposim: {option}: the scenario has no matchmaking programme")
    try:
        if _is_workbook(path):
            need_workbooks()
        for file in files.values():
            refuse(file, [scenario.path, *map(Path, scenario.files.values())], force=force)
    except (OSError, ValueError) as error:
        raise BadInput(f"exposim: {error}") from None
    return files


def _is_workbook(path: Path) -> bool:
    return path.suffix.lower() == ".xlsx"


def _written(file: Path, content: Callable[[], bytes], *, force: bool) -> None:
    from sim.interchange import publish

    publish(content(), file, force=force)
    to_write(file)
