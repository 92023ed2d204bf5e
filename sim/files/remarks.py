"""What the comments of a TOML file say, and of which key or section."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Final

from sim.files.locator import BLANK, Keys, Scanner

__all__ = ["Remarks", "remarks"]

_COMMENT: Final = re.compile(r"#[^\n]*")
_RULE: Final = re.compile(r"#\s*[-=]{4,}")  # a heading: # ------- who comes
_TAKEN_OUT: Final = re.compile(r'#(?:\[|[A-Za-z_"][^ ]* *=)')  # a key or section that does not hold
_SCHEMA: Final = "#:"  # what editors read


@dataclass(frozen=True, slots=True)
class Remarks:
    """The comments of a file, each with what it is about."""

    whole: str = ""
    """Of the file: the comment at its head."""
    of: dict[Keys, str] = field(default_factory=dict)
    """Of a key: beside its value, above it, or both. Of a section: beside its header or right above it."""
    parts: dict[Keys, str] = field(default_factory=dict)
    """Of a section: what stands, with an empty line after it or below a heading, above it or above one before
    it under the same first key."""

    def about(self, keys: Keys) -> tuple[Keys | None, str]:
        """What is said of a key, and of what it is said: itself, or else the nearest section it lies in.

        A section lies in those whose names its own begins with. Of a part of the file the keys are the first
        key alone, of the whole file there are none; None, where nothing is said.
        """
        for depth in range(len(keys), 0, -1):
            if said := self.of.get(keys[:depth]):
                return keys[:depth], said
        for depth in range(len(keys), 0, -1):
            if said := self.parts.get(keys[:depth]):
                return keys[:1], said
        return ((), self.whole) if self.whole else (None, "")

    def without(self, known: Collection[str]) -> Remarks:
        """All but what is known: lines, or their beginnings."""

        def rest(said: str) -> str:
            left = []
            for line in said.split("\n"):
                longest = max((each for each in known if line.startswith(each)), key=len, default="")
                left.append(line.removeprefix(longest).strip())
            return "\n".join(filter(None, left))

        of = {keys: rest(said) for keys, said in self.of.items()}
        parts = {keys: rest(said) for keys, said in self.parts.items()}
        return Remarks(rest(self.whole), of, parts)


def remarks(text: str) -> Remarks:
    """The comments of a TOML text. Raises ValueError where it is not TOML."""
    scanner = _Scanner(text.replace("\r\n", "\n"))
    scanner.document()
    return _assigned(scanner)


@dataclass(frozen=True, slots=True)
class _Entry:
    """A header or a pair: its path, and its lines."""

    keys: Keys
    first: int
    last: int
    header: bool


class _Scanner(Scanner):
    """One pass that notes comments and what stands on lines of its own."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.comments: dict[int, tuple[int, str]] = {}  # line: column, text from the # on
        self.alone: set[int] = set()  # lines with nothing but a comment
        self.entries: list[_Entry] = []
        self._seen = 0, 1  # up to where lines were counted for comments, and the line there

    def entry(self, table: Keys) -> Keys:
        first, at, header = self.line(), self.at, self.text[self.at] == "["
        keys = () if header else self.dotted_key()
        self.at = at
        opened = super().entry(table)
        self.entries.append(_Entry(opened if header else (*table, *keys), first, self.line(), header))
        return opened

    def skip(self, pattern: re.Pattern[str]) -> None:
        start = self.at
        super().skip(pattern)
        if pattern is not BLANK:
            return
        for found in _COMMENT.finditer(self.text, start, self.at):
            place, line = self._seen
            line += self.text.count("\n", place, found.start())
            self._seen = found.start(), line
            before = self.text[self.text.rfind("\n", 0, found.start()) + 1 : found.start()]
            self.comments[line] = len(before), found[0]
            if not before.strip():
                self.alone.add(line)


def _assigned(scanner: _Scanner) -> Remarks:
    """Each comment with what it is about."""
    comments, alone = scanner.comments, set(scanner.alone)
    made = Remarks()
    whole = ""
    part: tuple[object, str] | None = None
    after = 0  # the last line that was looked at
    for at, entry in enumerate(scanner.entries):
        part_above, above, part_ends = "", "", False
        for first, last in _blocks(range(after + 1, entry.first), alone):
            said, below_rule = _block([comments[line][1] for line in range(first, last + 1)])
            part_ends |= below_rule
            if not at and not after and not whole and last + 1 < entry.first and not below_rule:
                whole = said
            elif last + 1 < entry.first or (below_rule and entry.header):
                part_above = said or part_above
            else:
                above = said
            after = last
        beside = _beside(entry, comments, alone)
        after = max([entry.last, *beside])
        if entry.header:
            if part_above:
                part = entry.keys[0], part_above
            elif part_ends or (part is not None and part[0] != entry.keys[0]):
                part = None
            if part is not None:
                made.parts[entry.keys] = part[1]
        else:
            above = above or part_above
        said = "\n".join(filter(None, (above, _joined([comments[line][1] for line in beside]))))
        if said:
            made.of[entry.keys] = said
    return Remarks(whole, made.of, made.parts)


def _blocks(lines: range, alone: set[int]) -> list[tuple[int, int]]:
    """Comments on lines of their own that follow each other: the first and the last line of each."""
    blocks: list[tuple[int, int]] = []
    for line in lines:
        if line in alone and blocks and blocks[-1][1] == line - 1:
            blocks[-1] = blocks[-1][0], line
        elif line in alone:
            blocks.append((line, line))
    return blocks


def _beside(entry: _Entry, comments: dict[int, tuple[int, str]], alone: set[int]) -> list[int]:
    """Lines with comments beside an entry, within it, or going on below in the same column."""
    lines = [line for line in range(entry.first, entry.last + 1) if line in comments]
    while lines and (line := max(entry.last, lines[-1]) + 1) in alone:
        column = comments[lines[-1]][0]
        if not column or comments[line][0] != column:
            break
        lines.append(line)
    return lines


def _block(lines: list[str]) -> tuple[str, bool]:
    """What a comment says of what follows, and whether there is a heading in it.

    What stands above a heading, or above a key that was taken out, is about something else.
    """
    rules = [at for at, line in enumerate(lines) if _RULE.match(line)]
    begins = max([at + 1 for at, line in enumerate(lines) if _TAKEN_OUT.match(line)], default=0)
    return _joined(lines[max(begins, rules[-1] + 1 if rules else 0) :]), bool(rules)


def _joined(lines: list[str]) -> str:
    """Lines of comments as a text: a line is one of a list, one that is set in, or a paragraph."""
    told: list[str] = []
    fresh = True  # whether a new line of the text begins
    for line in lines:
        if line.startswith(_SCHEMA):
            continue
        words = line.lstrip("#").rstrip()
        said = words.strip()
        if not said:
            fresh = True
            continue
        listed = bool(told) and told[-1].startswith("- ")
        if fresh or not told or said.startswith("- ") or (words.startswith("  ") and not listed):
            told.append(said)
        else:
            told[-1] += f" {said}"
        fresh = words.startswith("  ") and not listed and not said.startswith("- ")
    return "\n".join(told)
