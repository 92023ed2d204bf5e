"""What `exposim run` writes of one replication: what was arranged, what became of it, who met whom."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sim.cli.endings import BadInput, to_write
from sim.cli.out_file import form_of, may_write
from sim.cli.study_options import faults
from sim.cli.telling import tell

if TYPE_CHECKING:
    from sim.scenario import Scenario

__all__ = ["Wanted", "write_files"]


@dataclass(frozen=True, slots=True)
class Wanted:
    """The files of one replication that somebody asks for, None for those he does not."""

    plan: Path | None
    happened: Path | None
    network: Path | None

    @property
    def _asked(self) -> list[tuple[str, Path]]:
        options = (("--timetable", self.plan), ("--happened", self.happened), ("--network", self.network))
        return [(option, file) for option, file in options if file is not None]

    def __bool__(self) -> bool:
        return bool(self._asked)

    def check(self, out: Path | None, page: Path | None = None) -> None:
        """Raise BadInput if a file is asked for twice, or lies where results are to be."""
        taken: set[Path] = set()
        for option, file in [*self._asked, *([] if page is None else [("--report", page)])]:
            place = file.resolve()
            if place in taken:
                raise BadInput(f"exposim: {option}: {file} is asked for twice; each needs a name of its own")
            if out is not None and out.resolve() in (place, *place.parents):
                raise BadInput(
                    f"exposim: {option}: {file} would lie in --out {out}, which holds results alone"
                )
            taken.add(place)


def write_files(
    scenario: Scenario, wanted: Wanted, replication: int, seed: int | None, *, force: bool
) -> None:
    """Write files of a replication, each whole or not at all, before anything else is run."""
    from sim.interchange import simulated_csv as simulated

    programmes = tuple(scenario.data.matchmaking)
    plans = _files(scenario, "--timetable", wanted.plan, programmes, force=force)
    played = _files(scenario, "--happened", wanted.happened, programmes, force=force)
    form = _form(scenario, wanted.network, force=force)
    with faults():  # a policy of one's own may fail
        if wanted.happened is None and wanted.network is None:
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
    if wanted.network is not None:
        from sim.interchange.graphs import graph_of, graph_xml

        _written(wanted.network, lambda: graph_xml(graph_of(result), form), force=force)


def _form(scenario: Scenario, path: Path | None, *, force: bool) -> str:
    """The format of the file of the network, which can be written; empty where nobody asks for any."""
    from sim.interchange.graphs import FORMATS

    if path is None:
        return ""
    form = form_of("--network", path, FORMATS)
    may_write(path, scenario, force=force)
    return form


def _files(
    scenario: Scenario, option: str, path: Path | None, programmes: tuple[str, ...], *, force: bool
) -> dict[str, Path]:
    """The file of each programme, which can be written; none where nobody asks for any."""
    from sim.files.workbooks import need_workbooks
    from sim.interchange.simulated_csv import timetable_files

    if path is None:
        return {}
    files = timetable_files(path, programmes)
    if not files:
        raise BadInput(f"exposim: {option}: the scenario has no matchmaking programme")
    try:
        if _is_workbook(path):
            need_workbooks()
    except ValueError as error:
        raise BadInput(f"exposim: {error}") from None
    for file in files.values():
        may_write(file, scenario, force=force)
    return files


def _is_workbook(path: Path) -> bool:
    return path.suffix.lower() == ".xlsx"


def _written(file: Path, content: Callable[[], bytes], *, force: bool) -> None:
    from sim.interchange import publish

    publish(content(), file, force=force)
    to_write(file)
