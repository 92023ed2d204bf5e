"""The page of results: sections in order, and the file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sim import __version__
from sim.report.page.rendering import rendered
from sim.report.page.sections.answered import answer, headlines
from sim.report.page.sections.assumed import assumed
from sim.report.page.sections.hurting import hurting
from sim.report.source import OfResults

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sim.report.page.parts import Section
    from sim.studies.resultset import ResultSet

__all__ = ["page"]

MADE_BY: Final = f"Made by exposim {__version__}. This file needs no network: everything is in it."


def page(results: ResultSet, *, replication: int | None = None, replay: bool = True) -> str:
    """The whole page as HTML.

    Args:
        results: replications of one scenario; what happened when is drawn from the tables of one of them.
        replication: which that is; the first of which tables were kept if left out.
        replay: whether the floor in motion is part of it. It is played again if its trace is not at hand.

    Raises:
        KeyError: no tables were kept of that replication.
    """
    return rendered(
        "page.html.j2",
        title=results.scenario.data.expo.title,
        what="Report of a simulated fair",
        asked=_asked(results),
        sections=list(_sections(results, replication, replay=replay)),
        made_by=MADE_BY,
    )


def _asked(results: ResultSet) -> str:
    """What was asked, in a sentence."""
    expo, n = results.scenario.data.expo, len(results)
    days = f"{expo.days} day{'s' * (expo.days != 1)} from {expo.first_day.day} {expo.first_day:%B %Y}"
    return (
        f"What comes of the scenario {results.scenario.name} as it stands: {days}, "
        f"{n:,} replication{'s' * (n != 1)}, seed {results.seed}."
    )


def _sections(results: ResultSet, replication: int | None, *, replay: bool) -> Iterator[Section]:
    yield answer(results)
    yield headlines(results)
    source = _source(results, replication)
    found = [hurting(results)]
    if source is not None:
        from sim.report.page.sections.of_tables import of_tables

        found += of_tables(results, source, replay=replay)
    yield from (each for each in found if each is not None)
    yield assumed(results)


def _source(results: ResultSet, replication: int | None) -> OfResults | None:
    """The replication whose tables are drawn; None if none were kept and none was asked for."""
    if replication is None and not results.kept_of("organisations"):
        return None
    source = OfResults(results, replication)
    _ = source.replication  # raises KeyError if it was not kept
    return source
