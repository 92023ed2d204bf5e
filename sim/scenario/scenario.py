"""A scenario: what a file says, validated, frozen and with an identity of its own."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from hashlib import sha256
from importlib import import_module
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Final

from sim.files.locator import Keys
from sim.files.markup import filled
from sim.files.problems import Fault, ScenarioError
from sim.scenario.checks.capacity import capacity_checks
from sim.scenario.checks.physics import doubts
from sim.scenario.checks.references import Finding, Names, reference_findings
from sim.scenario.checks.seating import seating_checks
from sim.scenario.checks.soundness import Check, Sound
from sim.scenario.checks.timing import timing_checks
from sim.scenario.checks.totals import total_checks
from sim.scenario.checks.validation import canonical, validated
from sim.scenario.reading.document import Document, all_problems
from sim.scenario.reading.listed import Listed, read_listed, row_checks
from sim.scenario.reading.settings import with_settings
from sim.scenario.schema.data import LIST_FILES, ScenarioData
from sim.scenario.schema.fields import FrozenDict
from sim.scenario.schema.rows import ActivityRow, ExhibitorRow, PairRow, PublishedRow
from sim.scenario.sources import RESOLVED, Source, sources
from sim.scenario.writing.plain import resolved_tree
from sim.scenario.writing.toml import toml_document

if TYPE_CHECKING:
    from sim.report.plan.plan import Plan

__all__ = ["Scenario", "canonical_hash", "resolve"]

_HTML: Final = (
    "<table><caption>{{ title }} ({{ name }})</caption>{% for what, value in rows %}"
    "<tr><th style='text-align:left'>{{ what }}</th><td>{{ value }}</td></tr>{% endfor %}</table>"
)


@dataclass(frozen=True, eq=False)
class Scenario:
    """A scenario as it will be run: inheritance, settings and defaults resolved.

    Two scenarios are equal if they are run alike, whatever their files look like, and whatever is expected
    of them. Named tables are held in order of name, so that the order in a file changes nothing.
    """

    name: str
    """Stem of the file."""
    path: Path
    """The file."""
    data: ScenarioData
    """All sections, validated."""
    exhibitor_rows: tuple[ExhibitorRow, ...]
    """Rows of the exhibitors file; empty if there is none."""
    activity_rows: tuple[ActivityRow, ...]
    """Rows of the programme file; empty if there is none."""
    pair_rows: tuple[PairRow, ...]
    """Rows of the pairs file; empty if there is none."""
    published_rows: Mapping[str, tuple[PublishedRow, ...]]
    """Rows of the published timetables, by matchmaking programme."""
    hash: str
    """SHA-256, in hexadecimal, of all that the scenario says of what is run: all but what is expected."""
    document: Document = field(repr=False)
    """What the files and settings gave, and where."""

    @property
    def warnings(self) -> tuple[Fault, ...]:
        """What could be run and hardly be built: more than the floor, the gates or the slots can hold."""
        found = doubts(self.data, self.exhibitor_rows)
        return tuple(all_problems([[self.document.problem(keys, message) for keys, message in found]]))

    def replace(self, /, **settings: object) -> Scenario:
        """A new scenario with some values replaced: `scenario.replace(**{"expo.seed": 7})`.

        Keys are paths as in a scenario file, `{"matchmaking.hungary.tables": 40}`; `None` takes a
        value away, so that the default holds. Raises ScenarioError as loading does.
        """
        document, problems = with_settings(self.document, settings)
        return resolve(document, self.path, problems, self.name)

    def to_toml(self, files: Mapping[str, str] | None = None) -> str:
        """The whole scenario as a scenario file, defaults included.

        It loads back to the same hash from any directory: CSV files are named by absolute paths (which
        `load` follows beside and below the new file, or with `allow_outside`), or as `files` says,
        `{"exhibitors_file": "exhibitors.csv", "matchmaking.main.published": "timetable.csv"}`, where copies
        go with the scenario.
        """
        head = f"# {RESOLVED} SHA-256 {self.hash}\n\n"
        tree = resolved_tree(self.data)
        for path, file in (files or {}).items():
            *sections, key = path.split(".")
            section = tree
            for name in sections:
                section = section[name]
            section[key] = file
        return head + toml_document(tree)

    def plan(self, seed: int | None = None) -> Plan:
        """The floor before it is run, to scale, with what does not fit; in a notebook it shows itself.

        Companies that are drawn are those of the first replication, by `seed` or else the scenario's.
        `plan().save("fair.svg")` writes it, `plan().unfit` has what does not fit, `plan().walking` minutes.
        """
        drawn: Plan = import_module("sim.report.plan.plan").Plan(self, seed)  # a scenario knows of no report
        return drawn

    @property
    def sources(self) -> tuple[Source, ...]:
        """Where its numbers come from: the fields that it sets, with what its files say; then defaults.

        Each has its path, value, unit and description, and the comment beside or above it in the file.
        """
        return sources(self.data, self.document)

    @property
    def files(self) -> dict[str, str]:
        """The lists that it names: paths of files by what names them, `matchmaking.main.published` too."""
        named = {key: getattr(self.data, key) for key in LIST_FILES}
        named |= {f"matchmaking.{name}.published": m.published for name, m in self.data.matchmaking.items()}
        return {path: file for path, file in named.items() if file is not None}

    def __eq__(self, other: object) -> bool:
        return self.hash == other.hash if isinstance(other, Scenario) else NotImplemented

    def __hash__(self) -> int:
        return hash(self.hash)

    def __repr__(self) -> str:
        facts = ", ".join(f"{value} {what}" for what, value in self._facts())
        return f"Scenario({self.name!r}: {self.data.expo.title}; {facts}; {self.hash[:8]})"

    def _repr_html_(self) -> str:
        rows = [*self._facts(), ("hash", self.hash[:8])]
        return filled(_HTML, title=self.data.expo.title, name=self.name, rows=rows)

    def _facts(self) -> list[tuple[str, str]]:
        """What is told of a scenario in a line: what, and how many."""
        data = self.data
        exhibitors = len(self.exhibitor_rows) or data.exhibitors.count
        exhibitors += 0 if self.exhibitor_rows else sum(p.partners for p in data.pavilions.values())
        activities = len(self.activity_rows)
        activities += sum(1 if rule.starts else sum(rule.per_day) for rule in data.programme.values())
        for matching in data.matchmaking.values():  # its windows are activities too
            activities += sum(matching.windows) if matching.windows else matching.areas * data.expo.days
        counts = [
            ("day", data.expo.days),
            ("exhibitor", exhibitors),
            ("visit", sum(persona.visits for persona in data.visitors.values())),
            ("activity", activities),
            ("meeting request", sum(matching.requests for matching in data.matchmaking.values())),
        ]
        plural = {"activity": "activities"}
        return [(what if n == 1 else plural.get(what, f"{what}s"), f"{n:,}") for what, n in counts]


def canonical_hash(
    data: ScenarioData,
    exhibitors: tuple[ExhibitorRow, ...],
    activities: tuple[ActivityRow, ...],
    pairs: tuple[PairRow, ...],
    published: Mapping[str, tuple[PublishedRow, ...]] = FrozenDict(),
) -> str:
    """SHA-256 of all that is run of a scenario: the content of its CSV files, not where they lie.

    By it replications are known that were run before. What is expected of a scenario changes none, so that
    it can be put into a file, or made stricter, and they are still those of the scenario.
    """
    tree = data.model_dump(mode="json", by_alias=True, exclude={"expect"})
    for key in LIST_FILES:
        tree[key] = tree[key] is not None
    tree["exhibitor_rows"] = [row.model_dump(mode="json") for row in exhibitors]
    tree["activity_rows"] = [row.model_dump(mode="json") for row in activities]
    tree["pair_rows"] = [row.model_dump(mode="json") for row in pairs]
    for name, section in tree["matchmaking"].items():
        section["published"] = [row.model_dump(mode="json") for row in published.get(name, ())] or None
    text = json.dumps(tree, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return sha256(text.encode()).hexdigest()


def resolve(document: Document, path: Path, problems: list[Fault], name: str | None = None) -> Scenario:
    """The scenario that a document says. Raises ScenarioError with these problems and all others."""
    tree = canonical(document.tree)
    listed = read_listed(tree, document)
    document = replace(document, origins={**document.origins, **listed.origins})
    problems = [*problems, *listed.problems]
    data, wrong, pruned = validated(tree)
    problems += [document.problem(keys, message) for keys, message in wrong]
    if data is not None:
        found = _cross_checks(data, Names.of(tree), listed, pruned)
        problems += [document.problem(keys, message) for keys, message in found]
    if problems or data is None:
        raise ScenarioError(all_problems([problems]))
    return Scenario(
        name=name or path.stem,
        path=path,
        data=data,
        exhibitor_rows=listed.exhibitors,
        activity_rows=listed.activities,
        pair_rows=listed.pairs,
        published_rows=FrozenDict(listed.published),
        hash=canonical_hash(data, listed.exhibitors, listed.activities, listed.pairs, listed.published),
        document=document,
    )


def _cross_checks(data: ScenarioData, names: Names, listed: Listed, pruned: set[Keys]) -> Iterator[Finding]:
    """What does not agree: references, then times, then totals and capacities.

    `data` may lack what was wrong in the file (`pruned`); what depends on that, or on what an earlier
    check found to be wrong, is not spoken of.
    """
    sound = Sound((*pruned, *listed.unsound))
    checks: Iterable[Check] = chain(
        (lambda _: reference_findings(data, names),),
        timing_checks(data),
        seating_checks(data, listed.exhibitors, listed.published),
        row_checks(data, names, listed),
        total_checks(data, listed.exhibitors),
        capacity_checks(data, listed.exhibitors, listed.activities, sound),
    )
    yield from sound.findings(checks, data)
