"""The CSV files that a scenario names, and how their rows fit the rest of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sim.scenario.capacity import Single
from sim.scenario.document import Document, Origin, shown_path
from sim.scenario.errors import Problem, did_you_mean
from sim.scenario.references import Finding, Names, country_fault, unknown_name
from sim.scenario.rows import (
    ActivityRow,
    ExhibitorRow,
    PairRow,
    read_activities,
    read_exhibitors,
    read_pairs,
)
from sim.scenario.schema import Activity, ScenarioData
from sim.scenario.timing import fault_of_start, minutes_of
from sim.scenario.wording import shown_value

__all__ = ["Listed", "listed_singles", "read_listed", "row_findings"]

EXHIBITORS = "exhibitors_file"
PROGRAMME = "programme_file"
PAIRS = "pairs_file"
_SHOW_PROBABILITY: float = Activity.model_fields["show_probability"].default  # a row has no other


@dataclass
class Listed:
    """The rows of the CSV files of a scenario, with the file and line of each."""

    exhibitors: tuple[ExhibitorRow, ...] = ()
    activities: tuple[ActivityRow, ...] = ()
    pairs: tuple[PairRow, ...] = ()
    origins: dict[tuple[str, int], Origin] = field(default_factory=dict)  # (key, row)
    problems: list[Problem] = field(default_factory=list)

    def problem(self, key: str, row: int, column: str, message: str) -> Problem:
        """A problem with a cell."""
        origin = self.origins[key, row]
        return Problem(origin.file, origin.line, f"column {column}", message)


def read_listed(tree: dict[str, Any], document: Document) -> Listed:
    """Read the files that `tree` names.

    In `tree` their names become absolute paths, and `exhibitors.count`, where it is left out, the
    number of rows.
    """
    listed = Listed()
    listed.exhibitors = _rows(tree, EXHIBITORS, document, listed, read_exhibitors)
    listed.activities = _rows(tree, PROGRAMME, document, listed, read_activities)
    listed.pairs = _rows(tree, PAIRS, document, listed, read_pairs)
    if isinstance(tree.get(EXHIBITORS), str):
        totals = tree.setdefault("exhibitors", {})
        if isinstance(totals, dict):
            totals.setdefault("count", max(1, len(listed.exhibitors)))
    return listed


def _rows(
    tree: dict[str, Any],
    key: str,
    document: Document,
    listed: Listed,
    reader: Callable[[Path, str], tuple[tuple[Any, ...], list[int], list[Problem]]],
) -> tuple[Any, ...]:
    name = tree.get(key)
    if not isinstance(name, str):
        return ()  # absent, or of a wrong type, which validation says
    path = Path(document.origin((key,)).directory) / name
    if not path.is_file():
        beside = [each.name for each in path.parent.glob("*.csv")] if path.parent.is_dir() else []
        what = "it is a directory" if path.is_dir() else "there is no such file"
        message = f"found {shown_value(name)}; {what}{did_you_mean(path.name, beside)}"
        listed.problems.append(document.problem((key,), message))
        return ()
    tree[key] = path.resolve().as_posix()
    shown = shown_path(path)
    rows, lines, problems = reader(path, shown)
    listed.problems += problems
    for row, line in enumerate(lines):
        listed.origins[key, row] = Origin(shown, line, str(path.parent))
    return rows


def row_findings(data: ScenarioData, names: Names, listed: Listed, *, timing: bool) -> Iterator[Finding]:
    """Rows that do not fit the scenario; paths are (key of the file, row, column).

    Starts are looked at only if the expo's own days and hours are sound (`timing`).
    """
    for i, row in enumerate(listed.exhibitors):
        if row.chain not in names.chains:
            yield (EXHIBITORS, i, "chain"), unknown_name("chain", row.chain, names.chains)
        if fault := country_fault(row.country):
            yield (EXHIBITORS, i, "country"), fault
        if row.pavilion is not None and row.pavilion not in names.pavilions:
            yield (EXHIBITORS, i, "pavilion"), unknown_name("pavilion", row.pavilion, names.pavilions)
        if row.sponsor is not None and row.sponsor not in names.sponsors:
            yield (EXHIBITORS, i, "sponsor"), unknown_name("kind of sponsor", row.sponsor, names.sponsors)
    yield from _pair_findings(listed)
    hosts = [row.name for row in listed.exhibitors]
    # companies of a pavilion that the file does not name are drawn, and may be hosts too
    drawn = set(names.pavilions) - {row.pavilion for row in listed.exhibitors}
    known = set() if drawn or listed.problems else set(hosts)
    for i, activity in enumerate(listed.activities):
        if activity.room is not None and activity.room not in names.rooms:
            yield (PROGRAMME, i, "room"), unknown_name("kind of room", activity.room, names.rooms)
        elif activity.room is None and activity.kind != "debut":
            yield (PROGRAMME, i, "room"), f"missing; only a debut is held at a booth, not a {activity.kind}"
        elif activity.room is not None and activity.room in data.venue.rooms:
            seats = data.venue.rooms[activity.room].seats
            expected = activity.registered * _SHOW_PROBABILITY
            if expected > seats:
                come = f"of whom {expected:g} come"
                message = f"found {activity.registered:g} people, {come}; the room has {seats} seats"
                yield (PROGRAMME, i, "registered"), message
        if activity.host is not None and known and activity.host not in known:
            yield (PROGRAMME, i, "host"), unknown_name("exhibitor", activity.host, hosts)
        length = activity.talk_minutes + activity.mixing_minutes
        if timing and (fault := fault_of_start(activity.starts, length, data)):
            yield (PROGRAMME, i, "starts"), fault


def _pair_findings(listed: Listed) -> Iterator[Finding]:
    rules: dict[tuple[str, ...], str] = {}
    for i, pair in enumerate(listed.pairs):
        if pair.who == pair.whom:
            yield (PAIRS, i, "whom"), f"found {pair.whom!r} twice; a pair is two organisations"
        said = rules.setdefault(tuple(sorted((pair.who, pair.whom))), pair.rule)
        if said != pair.rule:
            yield (PAIRS, i, "rule"), f"found '{pair.rule}'; another row says '{said}' of the same pair"


def listed_singles(data: ScenarioData, listed: Listed) -> list[Single]:
    """The activities of the programme file that are held in rooms."""
    return [
        Single(
            keys=(PROGRAMME, i, "starts"),
            name=f"'{row.title}'",
            day=(row.starts.date() - data.expo.first_day).days,
            start=minutes_of(row.starts.time()),
            end=minutes_of(row.starts.time()) + row.talk_minutes + row.mixing_minutes,
            rooms=frozenset([row.room]),
            changeover=0.0,  # a list says when rooms are taken, not how fast they are cleared
        )
        for i, row in enumerate(listed.activities)
        if row.room is not None
    ]
