"""What of a scenario is uncertain, and within which ranges: the fields that have a plausible one, or given.

What is plausible is that of `sim.decisions.plausible`. What the organiser decides (slots, lanes, talks:
`decided` in the schema) is not uncertain, and left as it is.

A field that several named tables have (`visitors.*.talk_share`) is one input: what is not known is how people
behave, and not so of each persona apart. At a share of the range all of them are at that share of theirs.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import fmean
from typing import TYPE_CHECKING, Final, Literal

from sim.decisions.plausible import plausible_range
from sim.files.locator import path_text
from sim.files.problems import Fault, ScenarioError
from sim.studies.varying import Span, parse_vary, points_at, shown_value

if TYPE_CHECKING:
    from pydantic.fields import FieldInfo

    from sim.scenario import Scenario
    from sim.scenario.schema.fields import Section
    from sim.scenario.schema.means import AnyDistribution

__all__ = ["By", "Uncertain", "Varied", "differing", "paths_drawn", "paths_of", "spans_of", "uncertain"]

By = Literal["field", "path"]

_TRIAL: Final = 64  # points at which it is tried whether inputs can be together
_TRIAL_SEED: Final = 1
_NAMED: Final = 3  # fields of which a remark gives the names


@dataclass(frozen=True, slots=True)
class Varied:
    """A path and the range of its value, or of the mean of its distribution."""

    path: str
    span: Span
    distribution: AnyDistribution | None = None

    def at(self, share: float) -> object:
        """The value at a share of the range, from 0 to 1, as `Scenario.replace` takes it."""
        value = self.span.at(share)
        if self.distribution is None:
            return value
        from sim.scenario.schema.means import with_mean

        return with_mean(self.distribution, float(value))

    def reached(self, share: float) -> float:
        """The share of the range at which that value lies: whole numbers lie at few."""
        if not self.span.whole:
            return share
        return (self.span.at(share) - self.span.low) / (self.span.high - self.span.low)


@dataclass(frozen=True, slots=True)
class Uncertain:
    """An input of a scenario that is uncertain: paths that go through their ranges together."""

    name: str
    """The path, with a star for the names that it has in the scenario if there are several."""
    members: tuple[Varied, ...]
    unit: str = ""
    key: str = ""
    """The same in all scenarios that have the input, whatever names they have."""

    def settings(self, share: float) -> dict[str, object]:
        """What is set at a share of the range, from 0 to 1."""
        return {each.path: each.at(share) for each in self.members}

    def reached(self, share: float) -> float:
        """The share of their ranges at which the values then lie, on average over the paths."""
        return fmean(each.reached(share) for each in self.members)

    @property
    def range_text(self) -> str:
        """The range as people read it; that of the first of several, with dots."""
        span = self.members[0].span
        among = " …" if len({(each.span.low, each.span.high) for each in self.members}) > 1 else ""
        return f"{shown_value(span.low)} to {shown_value(span.high)}{among}"

    def without(self, paths: Collection[str]) -> Uncertain | None:
        """The input without these paths; None if nothing is left of it."""
        kept = tuple(each for each in self.members if each.path not in paths)
        return replace(self, members=kept) if kept else None


@dataclass(frozen=True, slots=True)
class _Field:
    """A field of a scenario as it stands there: its value, if it has one, and what the schema says of it."""

    path: str
    pattern: str  # with a star for each name
    value: object
    info: FieldInfo


def spans_of(vary: Iterable[str]) -> tuple[Span, ...]:
    """The ranges that `--vary path=low..high` gives. Raises ValueError for values, which are no range."""
    spans = []
    for each in (vary,) if isinstance(vary, str) else vary:
        span = parse_vary(each)
        if not isinstance(span, Span):
            raise ValueError(f"{span.name}: a range is needed, not values: {span.name}=low..high")
        spans.append(span)
    return tuple(spans)


def uncertain(
    scenario: Scenario, spans: Sequence[Span] = (), *, plausible: bool | None = None, by: By = "field"
) -> tuple[tuple[Uncertain, ...], tuple[str, ...]]:
    """The uncertain inputs of a scenario, and remarks on what was taken how.

    Args:
        scenario: of which values are uncertain.
        spans: given ranges; they stand for the plausible ones of their paths.
        plausible: whether fields with a plausible range are uncertain too; if left out, if nothing is given.
        by: whether a field that several named tables have is one input, or each `path` is.

    Raises:
        ScenarioError: a value at an end of a given range cannot be.
        ValueError: a path is given twice, or nothing is uncertain.
    """
    there = {each.path: each for each in _fields(scenario)}
    given = tuple(_given(span, there) for span in spans)
    _check(scenario, spans, given)
    remarks: list[str] = []
    found: list[Uncertain] = []
    if plausible or (plausible is None and not spans):
        taken = {path for span in spans for path in span.paths}
        ranges, scaled = _plausible(there.values(), taken)
        impossible = _impossible(scenario, ranges.values())
        found = _joined({path: each for path, each in ranges.items() if path not in impossible}, there, by)
        found, apart = _possible_together(scenario, found)
        left = paths_drawn(found)
        remarks += _remarks([path for path in scaled if path in left], [*impossible, *apart])
    if not (given or found):
        raise ValueError("nothing of the scenario is uncertain: say what, --vary PATH=low..high")
    return (*given, *found), tuple(remarks)


def differing(scenarios: Iterable[Scenario]) -> frozenset[str]:
    """The paths at which two of these scenarios have different values."""
    values: dict[str, object] = {}
    found = set()
    for scenario in scenarios:
        for each in _fields(scenario):
            if values.setdefault(each.path, each.value) != each.value:
                found.add(each.path)
    return frozenset(found)


def paths_drawn(inputs: Iterable[Uncertain]) -> frozenset[str]:
    """The paths that go through their ranges with these inputs."""
    return frozenset(member.path for each in inputs for member in each.members)


def paths_of(scenario: Scenario) -> frozenset[str]:
    """The paths of all fields of a scenario."""
    return frozenset(each.path for each in _fields(scenario))


def _fields(scenario: Scenario) -> Iterator[_Field]:
    yield from _below(scenario.data, (), ())


def _below(section: Section, keys: tuple[str, ...], stars: tuple[str, ...]) -> Iterator[_Field]:
    from sim.scenario.schema.fields import section_in

    for name, info in type(section).model_fields.items():
        key, value = info.alias or name, getattr(section, name)
        if section_in(info.annotation) is None:
            yield _Field(path_text((*keys, key)), ".".join((*stars, key)), value, info)
        elif isinstance(value, Mapping):
            for member, inner in value.items():
                yield from _below(inner, (*keys, key, str(member)), (*stars, key, "*"))
        else:
            yield from _below(value, (*keys, key), (*stars, key))


def _given(span: Span, there: Mapping[str, _Field]) -> Uncertain:
    from sim.scenario.schema.fields import unit_of

    fields = [there.get(path) for path in span.paths]
    units = [unit_of(each.info) for each in fields if each is not None]
    values = [None if each is None else each.value for each in fields]
    members = tuple(
        Varied(path, _as_its_value(span, value), _distribution(value))
        for path, value in zip(span.paths, values, strict=True)
    )
    return Uncertain(span.name, members, units[0] if units else "", span.name)


def _as_its_value(span: Span, value: object) -> Span:
    """The range, of whole numbers if the scenario has one there; as it is written where it has nothing."""
    if value is None:
        return span
    whole = isinstance(value, int) and span.low.is_integer() and span.high.is_integer()
    return replace(span, whole=whole)


def _check(scenario: Scenario, spans: Sequence[Span], given: Sequence[Uncertain]) -> None:
    """That both ends of each given range can be, told as the command line has it."""
    paths = [path for span in spans for path in span.paths]
    for path in paths:
        if paths.count(path) > 1:
            raise ValueError(f"{path} is varied twice")
    for each, span in zip(given, spans, strict=True):
        for share, end in ((0.0, span.low), (1.0, span.high)):
            try:
                settings = each.settings(share)
            except ValueError as error:
                label = f"--vary {span.name}={shown_value(end)}"
                raise ScenarioError([Fault(label, None, span.name, str(error))]) from None
            points_at(scenario, [settings])


def _plausible(fields: Iterable[_Field], taken: Collection[str]) -> tuple[dict[str, Varied], list[str]]:
    """The range of each path that has a plausible one, and the paths where it is in proportion to theirs."""
    from sim.scenario.schema.fields import about

    ranges: dict[str, Varied] = {}
    scaled: list[str] = []
    for each in fields:
        if about(each.info).decided or each.value is None or each.path in taken:
            continue
        if (found := plausible_range(each.info, each.value)) is not None:
            span = Span((each.path,), found.low, found.high, isinstance(each.value, int))
            ranges[each.path] = Varied(each.path, span, _distribution(each.value))
            scaled += [each.path] if found.scaled else []
    return ranges, scaled


def _distribution(value: object) -> AnyDistribution | None:
    from sim.scenario.schema.means import is_distribution_value

    return value if is_distribution_value(value) else None


def _joined(ranges: Mapping[str, Varied], there: Mapping[str, _Field], by: By) -> list[Uncertain]:
    """The inputs: all paths of a field, or each path."""
    from sim.scenario.schema.fields import unit_of

    groups: dict[str, list[Varied]] = {}
    for path, each in ranges.items():
        groups.setdefault(there[path].pattern if by == "field" else path, []).append(each)
    return [
        Uncertain(
            name if len(members) > 1 else members[0].path,
            tuple(members),
            unit_of(there[members[0].path].info),
            name,
        )
        for name, members in groups.items()
    ]


def _impossible(scenario: Scenario, ranges: Iterable[Varied]) -> list[str]:
    """The paths of which the scenario cannot have the value at an end of the range."""
    found = []
    for each in ranges:
        try:
            for share in (0.0, 1.0):
                scenario.replace(**{each.path: each.at(share)})
        except ScenarioError:
            found.append(each.path)
    return found


def _possible_together(scenario: Scenario, inputs: Sequence[Uncertain]) -> tuple[list[Uncertain], list[str]]:
    """Those inputs that can be anywhere in their ranges whatever the others are, and the paths that cannot.

    What stands in the way of a point (a least above a mean) is left as it is; a trial of a few finds it.
    """
    import numpy as np
    from scipy.stats import qmc

    found, apart = list(inputs), list[str]()
    while found:
        rng = np.random.Generator(np.random.Philox(_TRIAL_SEED))
        shares = qmc.LatinHypercube(len(found), rng=rng).random(_TRIAL)
        wrong = set()
        for row in shares:
            settings: dict[str, object] = {}
            for each, share in zip(found, row, strict=True):
                settings |= each.settings(float(share))
            try:
                scenario.replace(**settings)
            except ScenarioError as error:
                wrong |= {fault.path for fault in error.problems}
        drawn = [member.path for each in found for member in each.members]
        in_the_way = [path for path in drawn if any(_is_in(fault, path) for fault in wrong)]
        if not in_the_way:
            break
        apart += in_the_way
        found = [left for each in found if (left := each.without(in_the_way)) is not None]
    return found, apart


def _is_in(path: str, other: str) -> bool:
    return path == other or path.startswith(f"{other}.")


def _remarks(scaled: Sequence[str], impossible: Sequence[str]) -> Iterator[str]:
    if scaled:
        yield (
            f"The scenario has values outside the plausible ranges of their fields ({_few(scaled)}): there "
            "the range is in the same proportion to its own value."
        )
    if impossible:
        yield (
            "Left as they are, as not all of their plausible ranges can be, or not with others: "
            f"{_few(impossible)}."
        )


def _few(names: Sequence[str]) -> str:
    shown = ", ".join(names[:_NAMED])
    return shown if len(names) <= _NAMED else f"{shown} and {len(names) - _NAMED} more"
