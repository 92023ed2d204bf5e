"""From a name or a file to a scenario, or to all that is wrong with it."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path

from sim.scenario.capacity import capacity_findings
from sim.scenario.document import Document, all_problems, find, read
from sim.scenario.errors import Problem, ScenarioError
from sim.scenario.listed import Listed, listed_singles, read_listed, row_findings
from sim.scenario.locator import Keys
from sim.scenario.references import Finding, Names, reference_findings
from sim.scenario.scenario import Scenario, canonical_hash
from sim.scenario.schema import ScenarioData
from sim.scenario.settings import with_settings
from sim.scenario.timing import expo_findings, timing_findings
from sim.scenario.totals import total_findings
from sim.scenario.validation import canonical, validated

__all__ = ["load", "resolve"]


def load(name_or_path: str | os.PathLike[str], overrides: Mapping[str, object] | None = None) -> Scenario:
    """The scenario of a file, or a shipped one by its bare name.

    `overrides` maps dotted paths to values, `{"matchmaking.hungary.tables": 40}`, and wins over
    the file; None takes a value away. Raises ScenarioError with everything that is wrong at once.
    """
    path = find(name_or_path)
    given = os.fspath(name_or_path)
    shown = given if path == Path(given) else None  # a file is called what its user calls it
    document, problems = with_settings(read(path, shown), overrides or {})
    return resolve(document, path, problems)


def resolve(document: Document, path: Path, problems: list[Problem], name: str | None = None) -> Scenario:
    """The scenario that a document says. Raises ScenarioError with these problems and all others."""
    tree = canonical(document.tree)
    listed = read_listed(tree, document)
    problems = [*problems, *listed.problems]
    data, wrong, pruned = validated(tree)
    problems += [document.problem(keys, message) for keys, message in wrong]
    if data is not None:
        names = Names.of(tree)
        problems += [
            _place(document, listed, finding) for finding in _cross_checks(data, names, listed, pruned)
        ]
        if not problems:
            problems += [
                _place(document, listed, finding)
                for group in (total_findings(data, len(listed.exhibitors)), _capacity(data, listed))
                for finding in group
            ]
    if problems or data is None:
        raise ScenarioError(all_problems([problems]))
    return Scenario(
        name=name or path.stem,
        path=path,
        data=data,
        exhibitor_rows=listed.exhibitors,
        activity_rows=listed.activities,
        pair_rows=listed.pairs,
        hash=canonical_hash(data, listed.exhibitors, listed.activities, listed.pairs),
        document=document,
    )


def _cross_checks(data: ScenarioData, names: Names, listed: Listed, pruned: set[Keys]) -> Iterator[Finding]:
    """References and times that do not agree.

    `data` may lack what was wrong in the file (`pruned`); what depends on that is not spoken of.
    """
    for keys, message in reference_findings(data, names):
        if keys not in pruned:
            yield keys, message
    sound = not any(keys[:1] == ("expo",) for keys in pruned)
    if sound:
        findings = list(expo_findings(data))
        yield from findings
        sound = not findings
    if sound:
        entries = {keys[: 1 if keys[0] in ("exhibitors", "behaviour") else 2] for keys in pruned}
        for keys, message in timing_findings(data):
            if keys[:2] not in entries and keys[:1] not in entries:
                yield keys, message
    yield from row_findings(data, names, listed, timing=sound)


def _capacity(data: ScenarioData, listed: Listed) -> Iterator[Finding]:
    return capacity_findings(data, listed_singles(data, listed))


def _place(document: Document, listed: Listed, finding: Finding) -> Problem:
    """A finding with its file and line: in the scenario, or in a CSV file it names."""
    keys, message = finding
    if len(keys) == 3 and isinstance(keys[1], int) and (keys[0], keys[1]) in listed.origins:
        return listed.problem(str(keys[0]), keys[1], str(keys[2]), message)
    return document.problem(keys, message)
