"""A strict reader of MiniZinc data files (`.dzn`), as far as the b2b meeting instances need it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from sim.matchmaking.compact.breaks import Agreed

__all__ = ["DznError", "agreed_from_dzn", "read_dzn"]

T = TypeVar("T")

_TOKEN = re.compile(
    r"\s+|%[^\n]*|(?P<word>[A-Za-z_]\w*)|(?P<number>-?\d+)|(?P<mark>\.\.|\[\||\|\]|[][|{},;=])"
)
_MORNING, _AFTERNOON, _ANY = 1, 2, 3
_SAID: dict[type, str] = {int: "numbers", frozenset: "sets", list: "rows"}
_OPTIONAL = ("fixed", "forbidden", "precedences")


class DznError(ValueError):
    """What is wrong with a file, and where: `file:line: …`."""


@dataclass(slots=True)
class _Reader:
    """The tokens of a file, each with its line."""

    path: Path
    tokens: list[tuple[str, str, int]] = field(default_factory=list)
    next: int = 0

    def fail(self, line: int, message: str) -> DznError:
        return DznError(f"{self.path}:{line}: {message}")

    def scan(self) -> None:
        text = self.path.read_text(encoding="utf-8")
        at, line = 0, 1
        while at < len(text):
            match = _TOKEN.match(text, at)
            if match is None:
                raise self.fail(line, f"unexpected character {text[at]!r}")
            if match.lastgroup is not None:
                self.tokens.append((match.lastgroup, match.group(), line))
            line += match.group().count("\n")
            at = match.end()
        self.tokens.append(("end", "end of file", line))

    def peek(self) -> str:
        return self.tokens[self.next][1]

    def take(self, *expected: str) -> tuple[str, int]:
        """The next token, which must be of one of these kinds or texts, and its line."""
        kind, text, line = self.tokens[self.next]
        if kind not in expected and text not in expected:
            raise self.fail(line, f"expected {' or '.join(expected)}, found {text!r}")
        self.next += 1
        return text, line

    def statements(self) -> Iterator[tuple[str, object, int]]:
        while self.tokens[self.next][0] != "end":
            name, line = self.take("word")
            self.take("=")
            yield name, self.value(), line
            self.take(";")

    def value(self) -> object:
        text, _ = self.take("number", "{", "[", "[|")
        if text == "{":
            return self.members("}")
        if text == "[":
            items: list[object] = []
            while self.peek() != "]":
                items.append(self.value())
                if self.peek() != "]":
                    self.take(",")
            self.take("]")
            return items
        if text == "[|":
            return self.rows()
        return int(text)

    def members(self, close: str) -> frozenset[int]:
        found: set[int] = set()
        while self.peek() != close:
            first = int(self.take("number")[0])
            last = first
            if self.peek() == "..":
                self.take("..")
                last = int(self.take("number")[0])
            found.update(range(first, last + 1))
            if self.peek() != close:
                self.take(",")
        self.take(close)
        return frozenset(found)

    def rows(self) -> list[list[int]]:
        rows: list[list[int]] = []
        while True:
            row: list[int] = []
            line = self.tokens[self.next][2]
            while self.peek() not in ("|", "|]"):
                row.append(int(self.take("number")[0]))
                if self.peek() not in ("|", "|]"):
                    self.take(",")
            if rows and row and len(row) != len(rows[0]):
                raise self.fail(line, f"a row of {len(row)} numbers after one of {len(rows[0])}")
            if row:
                rows.append(row)
            if self.take("|", "|]")[0] == "|]":
                return rows


@dataclass(frozen=True, slots=True)
class _Data:
    """The statements of a file by name, each with its line."""

    path: Path
    statements: dict[str, tuple[object, int]]

    def fail(self, name: str, message: str) -> DznError:
        return DznError(f"{self.path}:{self.statements[name][1]}: {name}: {message}")

    def number(self, name: str) -> int:
        value = self._value(name)
        if not isinstance(value, int):
            raise self.fail(name, "must be a number")
        return value

    def items(self, name: str, kind: type[T], size: int) -> list[T]:
        """The items of a list, as many as `size`."""
        value = self._value(name)
        if not isinstance(value, list) or len(value) != size:
            raise self.fail(name, f"must be a list of {size} items")
        items = [item for item in value if isinstance(item, kind)]
        if len(items) != size:
            raise self.fail(name, f"must be a list of {_SAID[kind]}")
        return items

    def _value(self, name: str) -> object:
        if name not in self.statements:
            raise DznError(f"{self.path}:1: {name} is missing")
        return self.statements[name][0]


def read_dzn(path: Path) -> dict[str, object]:
    """The values of a data file by name: numbers, frozensets, lists of them, lists of rows."""
    return {name: value for name, (value, _) in _read(path).statements.items()}


def agreed_from_dzn(path: Path, fairness: int | None = 2) -> Agreed:
    """The agreed meetings of a b2b instance; participants, meetings and slots count from 0 then.

    Raises DznError, with file and line, if the file is not one.
    """
    data = _read(path)
    people, meetings = data.number("nBusiness"), data.number("nMeetings")
    slots, morning = data.number("nTotalSlots"), data.number("nMorningSlots")
    windows = {_MORNING: (0, morning), _AFTERNOON: (morning, slots), _ANY: (0, slots)}
    requested = data.items("requested", list, meetings)
    for row in requested:
        if len(row) != 3 or row[2] not in windows:
            raise data.fail("requested", f"{row} is not a participant, a participant and a session 1 to 3")
    here = [name for name in _OPTIONAL if name in data.statements]
    fixed = data.items("fixed", int, meetings) if "fixed" in here else []
    forbidden = data.items("forbidden", frozenset, people) if "forbidden" in here else []
    before = data.items("precedences", frozenset, meetings) if "precedences" in here else []
    try:
        return Agreed.of(
            [(row[0] - 1, row[1] - 1) for row in requested],
            slots=slots,
            tables=data.number("nTables"),
            participants=people,
            windows=[windows[row[2]] for row in requested],
            forbidden={p: {t - 1 for t in barred - {0}} for p, barred in enumerate(forbidden)},
            fixed={m: t - 1 for m, t in enumerate(fixed) if t},
            precedences=[(m - 1, n) for n, earlier in enumerate(before) for m in sorted(earlier - {0})],
            fairness=fairness,
        )
    except DznError:
        raise
    except ValueError as error:
        raise DznError(f"{path}:1: counted from 0: {error}") from error


def _read(path: Path) -> _Data:
    reader = _Reader(path)
    reader.scan()
    statements: dict[str, tuple[object, int]] = {}
    for name, value, line in reader.statements():
        if name in statements:
            raise reader.fail(line, f"{name} is given twice")
        statements[name] = (value, line)
    return _Data(path, statements)
