"""What differs between two scenarios, by path: settings, sections that only one has, rows of lists."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import TYPE_CHECKING, Any, Final, Literal, TypeVar, get_origin

from pydantic_core import to_jsonable_python

from sim.files.lines import WIDTH, wrapped
from sim.files.locator import Keys, path_text
from sim.files.markup import as_written
from sim.files.text import printable
from sim.scenario.checks.wording import SELF_EVIDENT, is_section, shape_at
from sim.scenario.load import scenario_of
from sim.scenario.schema.data import LIST_FILES, ScenarioData
from sim.scenario.schema.fields import Section, section_in, unit_of
from sim.scenario.writing.plain import plain_value

if TYPE_CHECKING:
    import pandas as pd

    from sim.scenario.scenario import Scenario

__all__ = ["Change", "Difference", "diff"]

Kind = Literal["setting", "section", "list", "row", "order"]
_Row = TypeVar("_Row", bound=Section)

_NOT_SAID: Final = "–"
_ORDER: Final = ("one order of rows", "another order of rows")
_PLURALS: Final = {"setting": "settings", "section": "sections", "list": "lists", "row": "rows"}


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that two scenarios say otherwise.

    `before` and `after` are plain values as a file would hold them, a whole section or row as a mapping;
    None where it is not there, or left out. Of a list that only one names they are None and what it is.
    """

    keys: Keys
    """Keys of the path; a row of a list is below what names the list, its cells below the row."""
    before: Any
    after: Any
    kind: Kind = "setting"
    """A setting, a cell of a list too; a whole `section`, `row` or `list`; or the `order` of its rows."""
    unit: str = ""
    words: str = ""
    """What the field is."""

    @property
    def path(self) -> str:
        """The dotted path, as `--set` takes it where it is no row of a list."""
        return path_text(self.keys)

    @property
    def listed(self) -> Keys:
        """The keys of what names the list that it is in; none if it is in no list."""
        if self.keys[0] in LIST_FILES:
            return self.keys[:1]
        return self.keys[:3] if self.keys[0] == "matchmaking" and self.keys[2:3] == ("published",) else ()

    @property
    def section(self) -> str:
        """The section with a header that it is in, or is; a list is in that which it fills."""
        if self.listed:
            key = self.listed[0]
            return {"exhibitors_file": "exhibitors", "programme_file": "programme"}.get(
                str(key), path_text(self.listed[:-1] or self.listed)
            )
        return path_text(self.keys if self.kind == "section" else self.keys[:-1] or self.keys)

    @property
    def is_run(self) -> bool:
        """Whether it may change what happens; what is expected of a scenario does not."""
        return self.keys[0] != "expect"

    def __str__(self) -> str:
        return f"{self.path}: {self.said}"

    @property
    def said(self) -> str:
        """From what to what, in words: `5 → 8 tables`."""
        if self.kind in ("section", "row"):
            return "only in the second" if self.before is None else "only in the first"
        if _both(dict, self.before, self.after) and "dist" not in {**self.before, **self.after}:
            changed = [key for key in {**self.before, **self.after} if not _same_at(self, key)]
            return ", ".join(
                f"{key}: {_shown(self.before.get(key))} → {_shown(self.after.get(key))}" for key in changed
            )
        if (
            self.kind == "setting"
            and _both(tuple, self.before, self.after)
            and _words(self.before, self.after)
        ):
            gone = [f"without {each}" for each in self.before if each not in self.after]
            new = [f"with {each}" for each in self.after if each not in self.before]
            return ", ".join(gone + new) or f"{_shown(self.before)} → {_shown(self.after)}"
        unit = (
            "" if self.unit in (*SELF_EVIDENT, "money") or isinstance(self.after, dict) else f" {self.unit}"
        )
        return f"{_shown(self.before)} → {_shown(self.after)}{unit if self.after is not None else ''}"


@dataclass(frozen=True, eq=False)
class Difference(Sequence[Change]):
    """All that two scenarios say otherwise, in the order of the sections; empty (false) if nothing.

    They are run alike (have one hash) if and only if none of the changes `is_run`.
    """

    first: Scenario = field(repr=False)
    second: Scenario = field(repr=False)
    changes: tuple[Change, ...]

    def __len__(self) -> int:
        return len(self.changes)

    def __getitem__(self, at: Any) -> Any:
        return self.changes[at]

    def __iter__(self) -> Iterator[Change]:
        return iter(self.changes)

    @property
    def names(self) -> tuple[str, str]:
        """What the two are called."""
        first, second = self.first.name, self.second.name
        return (first, second) if first != second else ("the first", "the second")

    @property
    def sentence(self) -> str:
        """How much differs."""
        first, second = self.names
        if not self.changes:
            return f"{first} and {second} say the same."
        counts = {kind: sum(each.kind == kind for each in self.changes) for kind in _PLURALS}
        counts["list"] += sum(each.kind == "order" for each in self.changes)
        told = [f"{n:,} {kind if n == 1 else _PLURALS[kind]}" for kind, n in counts.items() if n]
        many = len(self.changes) != 1
        listed = " and ".join(filter(None, (", ".join(told[:-1]), told[-1])))
        note = "" if any(each.is_run for each in self.changes) else " What is run is the same."
        return f"{first} → {second}: {listed} differ{'' if many else 's'}.{note}"

    def text(self, width: int = WIDTH) -> str:
        """In words: a sentence, then section by section what is said otherwise."""
        first, second = self.names
        lines = wrapped(printable(self.sentence), width)
        heading = None
        for change in self.changes:
            header, label = _place(change)
            if header != heading:
                heading = header
                lines += ["", *wrapped(printable(header), width)]
            if change.kind in ("section", "row"):
                there, value = (first, change.before) if change.after is None else (second, change.after)
                said = f"only in {there}"
                told = ", ".join(f"{key} = {_shown(each)}" for key, each in _telling(change, value))
            else:
                said, told = change.said, _first_sentence(change.words)
            line = f"{label}: {said}" if label else said
            lines += wrapped(printable(line), width, "  ", "    ")
            lines += wrapped(printable(told), width, "      ", "      ") if told else []
        return "\n".join(lines)

    def __str__(self) -> str:
        return self.text()

    def _repr_html_(self) -> str:
        return as_written(self.text())

    def to_json_dict(self) -> dict[str, Any]:
        """Names and hashes of the two, and a mapping a change."""
        first, second = self.first, self.second
        return {
            "scenarios": [{"name": each.name, "hash": each.hash} for each in (first, second)],
            "differ": bool(self.changes),
            "changes": [
                {
                    "path": each.path,
                    "kind": each.kind,
                    "section": each.section,
                    "before": to_jsonable_python(each.before),
                    "after": to_jsonable_python(each.after),
                    "unit": each.unit,
                    "words": each.words,
                    "is_run": each.is_run,
                }
                for each in self.changes
            ],
        }

    @property
    def frame(self) -> pd.DataFrame:
        """A row a change: path, kind, section, before, after, unit, words."""
        import pandas as pd

        header = ["path", "kind", "section", "before", "after", "unit", "words"]
        rows = [[getattr(each, name) for name in header] for each in self.changes]
        return pd.DataFrame(rows, columns=header, dtype=object)


def diff(first: Scenario | str | os.PathLike[str], second: Scenario | str | os.PathLike[str]) -> Difference:
    """What the second of two scenarios, or of what `sim.load` takes, says otherwise than the first.

    Compared is what each says in the end: inheritance and defaults resolved, rows of lists and not where
    the lists lie. Exhibitors are told by name, activities by title, pairs and published meetings by who
    and whom.

    Raises:
        ScenarioError: one cannot be loaded.
    """
    a, b = scenario_of(first), scenario_of(second)
    return Difference(a, b, tuple(_sections(a, b, a.data, b.data, ())))


def _sections(a: Scenario, b: Scenario, one: Section, other: Section, at: Keys) -> Iterator[Change]:
    """What two sections of one kind say otherwise."""
    for name, info in type(one).model_fields.items():
        keys = (*at, info.alias or name)
        before, after = getattr(one, name), getattr(other, name)
        words, unit = info.description or "", unit_of(info)
        if keys[-1] == "published" or (not at and name in LIST_FILES):
            yield from _lists(a, b, keys, before, after, words)
        elif (inner := section_in(info.annotation)) is None:
            told, says = plain_value(before), plain_value(after)
            if not _same(told, says):
                yield Change(keys, told, says, "setting", unit, words)
        elif get_origin(info.annotation) is dict:
            words = " ".join((inner.__doc__ or "").split())
            for key in dict.fromkeys((*before, *after)):
                if key in before and key in after:
                    yield from _sections(a, b, before[key], after[key], (*keys, key))
                else:
                    told, says = (plain_value(each.get(key)) for each in (before, after))
                    yield Change((*keys, key), told, says, "section", "", words)
        else:
            yield from _sections(a, b, before, after, keys)


def _lists(
    a: Scenario, b: Scenario, keys: Keys, before: str | None, after: str | None, words: str
) -> Iterator[Change]:
    """What two lists say otherwise, row by row."""
    here, there = _rows_of(a, keys), _rows_of(b, keys)
    if before is None or after is None:
        if before != after:
            yield Change(keys, _a_list(before, here), _a_list(after, there), "list", "", words)
        return
    changes = list(_rows(keys, here, there, _NAMED[str(keys[-1])]))
    if not changes and here != there:
        changes = [Change(keys, *_ORDER, "order", "", words)]
    yield from changes


def _rows_of(scenario: Scenario, keys: Keys) -> tuple[Section, ...]:
    rows: Mapping[object, tuple[Section, ...]] = {
        "exhibitors_file": scenario.exhibitor_rows,
        "programme_file": scenario.activity_rows,
        "pairs_file": scenario.pair_rows,
    }
    return rows[keys[0]] if len(keys) == 1 else scenario.published_rows.get(str(keys[1]), ())


_NAMED: Final[dict[str, Callable[[Any], str]]] = {
    "exhibitors_file": lambda row: str(row.name),
    "programme_file": lambda row: str(row.title),
    "pairs_file": lambda row: f"{row.who} – {row.whom}",
    "published": lambda row: f"{row.who} – {row.whom}",
}
"""What a row is called."""


def _rows(
    keys: Keys, here: Sequence[_Row], there: Sequence[_Row], named: Callable[[_Row], str]
) -> Iterator[Change]:
    rows: dict[str, tuple[list[_Row], list[_Row]]] = {}
    for side, each in ((0, here), (1, there)):
        for row in each:
            rows.setdefault(named(row), ([], []))[side].append(row)
    for name, (before, after) in rows.items():
        gone, new = _without(before, after), _without(after, before)
        alone = len(before) < 2 and len(after) < 2
        for n in range(max(len(gone), len(new))):
            at = (*keys, name if alone else f"{name} ({n + 1})")
            if n >= len(new):
                yield Change(at, _cells(gone[n]), None, "row")
            elif n >= len(gone):
                yield Change(at, None, _cells(new[n]), "row")
            else:
                yield from _columns(at, gone[n], new[n])


def _columns(at: Keys, one: Section, other: Section) -> Iterator[Change]:
    for name, info in type(one).model_fields.items():
        before, after = getattr(one, name), getattr(other, name)
        if not _same(before, after):  # a cell is a plain value
            yield Change((*at, name), before, after, "setting", unit_of(info), info.description or "")


def _without(rows: Sequence[_Row], others: Sequence[_Row]) -> list[_Row]:
    """The rows that have none like them among the others, each of which is like one only."""
    left = [repr(each) for each in others]
    found = []
    for row in rows:
        if repr(row) in left:
            left.remove(repr(row))
        else:
            found.append(row)
    return found


def _cells(row: Section) -> dict[str, Any]:
    return {name: value for name, value in dict(row).items() if value is not None}


def _a_list(file: str | None, rows: Sequence[Section]) -> str | None:
    return None if file is None else f"{PurePath(file).name}, {len(rows):,} row{'s' * (len(rows) != 1)}"


def _same(one: Any, other: Any) -> bool:
    """Whether the hash of a scenario sees no difference: 1 and 1.0 are two, 0.0 and -0.0 too."""
    return repr(one) == repr(other)


def _same_at(change: Change, key: object) -> bool:
    return _same(change.before.get(key), change.after.get(key))


def _both(kind: type, one: object, other: object) -> bool:
    return isinstance(one, kind) and isinstance(other, kind)


def _place(change: Change) -> tuple[str, str]:
    """The heading under which a change is told, and what it is called there."""
    if change.listed:
        return path_text(change.listed), ", ".join(map(str, change.keys[len(change.listed) :]))
    if change.kind == "section":
        return f"[{change.path}]", ""
    inside = path_text(change.keys[:-1])
    return f"[{inside}]" if inside else "at the top", str(change.keys[-1])


def _telling(change: Change, value: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """What a section or row says itself: keys with another value than their default."""
    shape = shape_at(change.keys, ScenarioData) if change.kind == "section" else None
    usual = {}
    if shape is not None and is_section(shape):
        fields = {info.alias or name: info for name, info in shape.hint.model_fields.items()}
        usual = {
            key: plain_value(info.get_default(call_default_factory=True))
            for key, info in fields.items()
            if not info.is_required()
        }
    return [(key, each) for key, each in value.items() if key not in usual or not _same(each, usual[key])]


def _words(*lists: tuple[Any, ...]) -> bool:
    return all(isinstance(each, str) for words in lists for each in words)


def _shown(value: Any) -> str:
    """A value as a reader wants it: words without quotes, what is not there as a dash."""
    if value is None:
        return _NOT_SAID
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str):
        return value or '""'
    if isinstance(value, int | float):
        return f"{value:,}" if not float(value).is_integer() else f"{int(value):,}"
    if isinstance(value, dt.datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    if isinstance(value, dt.time):
        return value.isoformat("minutes" if not value.second else "auto")
    if isinstance(value, Mapping):
        return ", ".join(f"{key} {_shown(each)}" for key, each in value.items()) or "nothing"
    if isinstance(value, list | tuple):
        return f"({', '.join(map(_shown, value))})"
    return str(value)


def _first_sentence(words: str) -> str:
    head, stop, _ = words.partition(". ")
    return head + "." if stop else words
