"""The page as a file, whole or not there."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sim.decisions.told import Answer
    from sim.statistics.result import Result
    from sim.studies.resultset import ResultSet

__all__ = ["report", "report_of_answer", "report_of_result"]


def report(
    results: ResultSet,
    path: str | os.PathLike[str],
    *,
    replication: int | None = None,
    replay: bool = True,
    force: bool = False,
) -> None:
    """Write the page of results into a file.

    Raises:
        FileExistsError: there is a file already and `force` is not given.
        KeyError: no tables were kept of that replication.
        OSError: it cannot be written.
    """
    from sim.interchange import refuse
    from sim.report.page.making import page

    refuse(Path(path), (), force=force)
    _publish(page(results, replication=replication, replay=replay), path, force=force)


def report_of_result(
    result: Result, path: str | os.PathLike[str], *, replay: bool = True, force: bool = False
) -> None:
    """Write the page of one replication; raises what `report` raises, and `ResultSet.of`."""
    from sim.studies.resultset import ResultSet

    report(ResultSet.of(result), path, replay=replay, force=force)


def report_of_answer(answer: Answer, path: str | os.PathLike[str], *, force: bool = False) -> None:
    """Write the page of an answer; raises what `report` raises."""
    from sim.interchange import refuse
    from sim.report.page.of_answer import answer_page

    refuse(Path(path), (), force=force)
    _publish(answer_page(answer), path, force=force)


def _publish(text: str, path: str | os.PathLike[str], *, force: bool) -> None:
    from sim.interchange import publish

    publish(text.encode("utf-8"), Path(path), force=force)
