"""What was assumed: the scenario, its settings, the seed, the versions; what gives it all again."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version
from platform import python_version
from typing import TYPE_CHECKING, Final

from sim import __version__
from sim.files.spans import spans
from sim.report.page.parts import Cell, Code, Column, Section, Table, Text, named
from sim.report.page.sections.sourced import sourced

if TYPE_CHECKING:
    from sim.scenario import Scenario
    from sim.scenario.schema.meetings import Matchmaking
    from sim.studies.resultset import ResultSet

__all__ = ["assumed"]

_LIBRARIES: Final = ("numpy", "scipy", "pandas", "simpy", "ortools")


def assumed(results: ResultSet) -> Section:
    """A table of what was run with what, the whole scenario, and what the words mean."""
    scenario = results.scenario
    rows = [
        ("Scenario", scenario.name),
        ("SHA-256 of the scenario", scenario.hash),
        *_settings(scenario),
        ("Seed", str(results.seed)),
        ("Replications", spans(sorted(results.numbers))),
        ("Engine", results.engine),
        ("Versions", ", ".join(f"{name} {found}" for name, found in _versions())),
    ]
    if results.failures:
        rows.append(("Failed", "; ".join(map(str, results.failures))))
    if results.imprecise:
        rows.append(("Precision not reached", ", ".join(results.imprecise)))
    lines = [[Cell(name), named(value)] for name, value in rows]
    settings = Table("What was run", [Column("What", numeric=False), Column("Value", numeric=False)], lines)
    fitted = scenario.data.expo.fitted
    words = [
        "Input: the scenario says it. Cut: an input that could not wholly be done. Fitted: a number the "
        "scenario was fitted to. Predicted: what comes of the rest.",
        "It is a model: crowding does not slow anybody's walk, nobody tires, and what is not in the scenario "
        "below does not happen.",
    ]
    if fitted:
        words.append(f"{len(fitted):,} measures are fitted; what they come to is no evidence for the model.")
    more = [Code("The measures it was fitted to", "\n".join(fitted))] if fitted else []
    whole = Code("The whole scenario as it was run, with all defaults", scenario.to_toml())
    return Section(
        "assumed", "What was assumed", "", [settings, Text(words), *sourced(scenario), *more, whole]
    )


def _settings(scenario: Scenario) -> list[tuple[str, str]]:
    expo = scenario.data.expo
    days = "day" if expo.days == 1 else "days"
    rows = [
        (
            "Days",
            f"{expo.days} {days} from {expo.first_day.day} {expo.first_day:%B %Y}, "
            f"{expo.opens:%H:%M} to {expo.closes:%H:%M}",
        ),
        ("Population", str(expo.population)),
        ("Halls", ", ".join(scenario.data.venue.halls)),
    ]
    for name, each in scenario.data.matchmaking.items():
        rows.append((f"Matchmaking: {name}", _matchmaking(each)))
    return rows


def _matchmaking(each: Matchmaking) -> str:
    tables = f", {each.areas * each.tables:,} tables" if each.location == "table" and each.tables else ""
    return f"policy {each.policy}, slots of {each.slot_minutes:g} min{tables}"


def _versions() -> list[tuple[str, str]]:
    found = [("exposim", __version__), ("Python", python_version())]
    for name in _LIBRARIES:
        try:
            found.append((name, version(name)))
        except PackageNotFoundError:  # what is not there took no part
            continue
    return found
