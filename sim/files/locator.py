"""Where each key of a TOML file stands: paths of keys to line numbers.

`tomllib` reads the file; it says what the keys are, not where. This scanner walks the same text and
notes lines only. It is used on text that `tomllib` has accepted and trusts it to be well formed.
"""

from __future__ import annotations

import json
import re
import tomllib
from functools import lru_cache

__all__ = ["BLANK", "Keys", "Scanner", "locate", "path_text", "split_path"]

Keys = tuple[str | int, ...]
"""A path into a file: keys of tables, and positions in arrays counted from 0."""

# Possessive, so that a long text is walked once and nothing is remembered of the way; but not groups of
# alternatives, in which Python 3.11.2 loses its place: these remember a little of each escape and quote.
_BARE = re.compile(r"[A-Za-z0-9_-]++")
_SPACE = re.compile(r"[ \t]*+")
BLANK = re.compile(r"(?:[ \t\n]++|#[^\n]*+)*")
_SCALAR = re.compile(r"[^,\]}#\n]++")
_BASIC = re.compile(r'"(?:[^"\\\n]++|\\.)*"')
_LITERAL = re.compile(r"'[^'\n]*+'")
_LONG_BASIC = re.compile(r'"""(?:[^"\\]++|\\.|"(?!""))*"{3,5}(?!")', re.DOTALL)
_LONG_LITERAL = re.compile(r"'''(?:[^']++|'(?!''))*'{3,5}(?!')", re.DOTALL)
_STRINGS = (('"""', _LONG_BASIC), ("'''", _LONG_LITERAL), ('"', _BASIC), ("'", _LITERAL))


def locate(text: str) -> dict[Keys, int]:
    """The line (from 1) on which each key, table and array item of a TOML text first stands.

    Tables that are only implied (`a` of `[a.b]`) have the line that implies them; the root, `()`,
    is on line 1. Raises ValueError where the text is not TOML.
    """
    scanner = Scanner(text.replace("\r\n", "\n"))
    scanner.document()
    return scanner.lines


@lru_cache(4096)  # studies set the same few paths thousands of times
def split_path(text: str) -> tuple[str, ...]:
    """The keys of a dotted path as TOML writes it: `expo.hours."2024-11-30"`.

    Raises ValueError if the text is not such a path.
    """
    scanner = Scanner(text)
    try:
        keys = scanner.dotted_key()
    except ValueError:
        keys = ()
    if not keys or scanner.at != len(text):
        raise ValueError(f"{text!r} is not a dotted path of keys")
    return keys


def path_text(keys: Keys) -> str:
    """The dotted path of keys, as `split_path` reads it."""
    return ".".join(
        str(key) if _BARE.fullmatch(str(key)) else json.dumps(key, ensure_ascii=False) for key in keys
    )


class Scanner:
    """One pass over a TOML text, its line ends plain, that keeps the position."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.lines: dict[Keys, int] = {(): 1}
        self._counted = 0, 1  # up to where lines were counted, and the line there
        self._arrays: dict[Keys, int] = {}  # arrays of tables, to the position of their last item

    def document(self) -> None:
        """Walk all of it."""
        table: Keys = ()
        self.skip(BLANK)
        while self.at < len(self.text):
            table = self.entry(table)
            self.skip(BLANK)

    def entry(self, table: Keys) -> Keys:
        """A header, or a pair within a table; the table that is open then."""
        return self._header() if self.text[self.at] == "[" else self._pair(table)

    def dotted_key(self) -> tuple[str, ...]:
        """Keys with dots between them."""
        keys = []
        while True:
            self.skip(_SPACE)
            keys.append(self._simple_key())
            self.skip(_SPACE)
            if not self.text.startswith(".", self.at):
                return tuple(keys)
            self.at += 1

    def _simple_key(self) -> str:
        start = self.at
        if self.text.startswith('"', start):
            self.skip(_BASIC)
            return str(tomllib.loads("key = " + self.text[start : self.at])["key"])
        if self.text.startswith("'", start):
            self.skip(_LITERAL)
            return self.text[start + 1 : self.at - 1]
        self.skip(_BARE)
        return self.text[start : self.at]

    def _header(self) -> Keys:
        """`[table]` or `[[item of an array of tables]]`; the path of the table it opens."""
        double = self.text.startswith("[[", self.at)
        self.at += 2 if double else 1
        line = self.line()
        parts = self.dotted_key()
        self.at += 2 if double else 1
        path: Keys = ()
        for position, part in enumerate(parts):
            path = (*path, part)
            self.lines.setdefault(path, line)
            if double and position == len(parts) - 1:
                self._arrays[path] = self._arrays.get(path, -1) + 1
            if path in self._arrays:
                path = (*path, self._arrays[path])
                self.lines.setdefault(path, line)
        if not double:
            self.lines[path] = line  # its own header, rather than the one that implied it
        return path

    def _pair(self, table: Keys) -> Keys:
        """`key = value` within a table, which stays open."""
        line = self.line()
        path = table
        for part in self.dotted_key():
            path = (*path, part)
            self.lines.setdefault(path, line)
        if not self.text.startswith("=", self.at):
            raise ValueError(f"line {line}: a key without a value")
        self.at += 1
        self.skip(_SPACE)
        self._value(path)
        return table

    def _value(self, path: Keys) -> None:
        if self.text.startswith("[", self.at):
            self._items(path)
        elif self.text.startswith("{", self.at):
            self._inline_table(path)
        else:
            of_a_string = (kind for quote, kind in _STRINGS if self.text.startswith(quote, self.at))
            self.skip(next(of_a_string, _SCALAR))

    def _items(self, path: Keys) -> None:
        self.at += 1
        position = 0
        self.skip(BLANK)
        while not self.text.startswith("]", self.at):
            item = (*path, position)
            self.lines[item] = self.line()
            self._value(item)
            position += 1
            self._comma("]")
        self.at += 1

    def _inline_table(self, path: Keys) -> None:
        self.at += 1
        self.skip(BLANK)
        while not self.text.startswith("}", self.at):
            self._pair(path)
            self._comma("}")
        self.at += 1

    def _comma(self, close: str) -> None:
        self.skip(BLANK)
        if self.text.startswith(",", self.at):
            self.at += 1
            self.skip(BLANK)
        elif not self.text.startswith(close, self.at):
            raise ValueError(f"line {self.line()}: an item without a comma")

    def line(self) -> int:
        """The line, from 1, at which it stands."""
        place, line = self._counted
        line += self.text.count("\n", place, self.at)
        self._counted = self.at, line
        return line

    def skip(self, pattern: re.Pattern[str]) -> None:
        """Go past what there is of a pattern. Raises ValueError if there is nothing of it."""
        match = pattern.match(self.text, self.at)
        if match is None:
            raise ValueError(f"line {self.line()}: not what TOML allows here")
        self.at = match.end()
