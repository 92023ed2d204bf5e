"""Where and how long meetings are: halls of areas, tables that are kept, booths' room, lengths."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Final

from sim.scenario.checks.references import Finding
from sim.scenario.checks.soundness import Check
from sim.scenario.checks.timing import slots_in_row
from sim.scenario.opening import halls_of
from sim.scenario.publishing import slots_taken
from sim.scenario.schema.data import Matchmaking, MeetingLimits, ScenarioData
from sim.scenario.schema.limits import COLUMNS, Limit
from sim.scenario.schema.rows import ExhibitorRow, PublishedRow

__all__ = ["seating_checks"]

_ROUNDING = 1e-6
_BY_DAY: Final[tuple[Limit, ...]] = ("most_a_day", "most_days", "most_in_row", "rest_minutes", "keep_free")


def seating_checks(
    data: ScenarioData, listed: tuple[ExhibitorRow, ...], published: Mapping[str, tuple[PublishedRow, ...]]
) -> Iterator[Check]:
    """What of the places and lengths of meetings does not agree.

    `listed` are the exhibitors of a file, `published` the meetings of files.
    """
    for name, matching in data.matchmaking.items():
        several = any((slots_taken(row, matching) or 1) > 1 for row in published.get(name, ()))
        yield partial(_limited, name, listed, several)
        yield partial(_pending, name, several)
        for check in (_area_halls, _keep_tables, _shares, _longest, _torn, _evenings):
            yield partial(check, name)


def _area_halls(name: str, data: ScenarioData) -> Iterator[Finding]:
    matching = data.matchmaking[name]
    halls = matching.area_halls
    if not halls:
        return
    if matching.location == "booth":
        yield ("matchmaking", name, "area_halls"), "has no use where meetings are held at booths"
    elif len(halls) != matching.areas:
        each = "1 hall" if len(halls) == 1 else f"{len(halls)} halls"
        yield (
            ("matchmaking", name, "area_halls"),
            f"found {each}; allowed: one for each of areas = {matching.areas}",
        )
    elif matching.hall not in halls:
        message = f"found {matching.hall!r}; allowed: a hall of area_halls, {', '.join(dict.fromkeys(halls))}"
        yield ("matchmaking", name, "hall"), message


def _keep_tables(name: str, data: ScenarioData) -> Iterator[Finding]:
    matching = data.matchmaking[name]
    if matching.keep_tables and matching.location == "booth":
        yield ("matchmaking", name, "keep_tables"), "has no use where meetings are held at booths"
    elif matching.keep_tables and matching.delegates > 1:
        message = f"found {matching.delegates}; with keep_tables a host has one meeting at a time; allowed: 1"
        yield ("matchmaking", name, "delegates"), message


def _evenings(name: str, data: ScenarioData) -> Iterator[Finding]:
    """What does not go with planning the days left again each evening."""
    matching = data.matchmaking[name]
    also = {
        "published": matching.published is not None,
        "group_share": matching.group_share > 0,
        "against_no_shows = 'standbys'": matching.against_no_shows == "standbys",
        "again_share": matching.again_share > 0,
    }
    key = next((key for key, there in also.items() if there), None)
    if matching.replan_evenings and key:
        yield ("matchmaking", name, "replan_evenings"), f"found true; it does not go with {key}"


def _shares(name: str, data: ScenarioData) -> Iterator[Finding]:
    lengths = data.matchmaking[name].lengths
    if lengths and abs(sum(lengths) - 1) > _ROUNDING:
        yield ("matchmaking", name, "lengths"), f"found shares that make {sum(lengths):g}; allowed: 1 in all"


def _pending(name: str, several: bool, data: ScenarioData) -> Iterator[Finding]:
    """Requests that hold a slot while they wait; `several`: a published meeting takes more."""
    matching = data.matchmaking[name]
    if matching.pending_blocks and (several or any(matching.lengths[1:])):
        message = "a request that waits would hold one slot; with lengths of several it is not known which"
        yield ("matchmaking", name, "pending_blocks"), message


def _longest(name: str, data: ScenarioData) -> Iterator[Finding]:
    """Meetings of more slots than any day has on end."""
    matching = data.matchmaking[name]
    longest = max((slots for slots, share in enumerate(matching.lengths, 1) if share), default=1)
    if longest == 1:
        return
    there = slots_in_row(matching, data)
    if matching.window_slots is not None:
        turns = max(matching.windows, default=matching.areas)
        there = min(there, -(-turns // matching.areas) * matching.window_slots)
    if longest > there:
        few = f"{there} slot{'s' * (there != 1)}"
        message = f"found meetings of {longest} slots; no day has more than {few} without a longer pause"
        yield ("matchmaking", name, "lengths"), message


def _torn(name: str, data: ScenarioData) -> Iterator[Finding]:
    """Areas in several halls that differ in their slots have no table for a meeting of several slots."""
    matching = data.matchmaking[name]
    if len(set(halls_of(matching))) > 1 and len(matching.lengths) > 1:
        for position, windows in enumerate(matching.windows):
            if windows % matching.areas:
                message = (
                    f"found {windows} window{'s' * (windows != 1)} in {matching.areas} areas; with lengths "
                    "and several halls each area has as many"
                )
                yield ("matchmaking", name, "windows", position), message
                return


def _limited(
    name: str, listed: tuple[ExhibitorRow, ...], several: bool, data: ScenarioData
) -> Iterator[Finding]:
    """Stand-bys and second appointments of several slots, for people who have limits by day or a rest."""
    matching = data.matchmaking[name]
    if not several and not any(matching.lengths[1:]):
        return
    also = {
        "against_no_shows": matching.against_no_shows == "standbys",
        "again_share": matching.again_share > 0,
    }
    key = next((key for key, there in also.items() if there), None)
    if key and _by_day(matching, listed):
        message = (
            "is not there for meetings of several slots (lengths) where there are limits by day or in a row, "
            "a rest, a lunch or slots kept free: it would have to count their slots"
        )
        yield ("matchmaking", name, key), message


def _by_day(matching: Matchmaking, listed: tuple[ExhibitorRow, ...]) -> bool:
    """Whether anybody has a limit for which the time of day of a meeting counts."""
    lunch: tuple[Limit, ...] = () if matching.lunch_from is None else ("lunch_slots",)
    said: tuple[Matchmaking | MeetingLimits, ...] = (matching, *matching.limits.values())
    return any(getattr(each, limit) for each in said for limit in (*_BY_DAY, *lunch)) or any(
        getattr(row, COLUMNS[limit]) for row in listed for limit in _BY_DAY
    )
