"""Scenario files as trees of plain values, with the file and line that gave each of them."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sim.files.locator import Keys, locate, path_text
from sim.files.problems import Problem, ScenarioError, did_you_mean, not_text
from sim.scenario.checks.wording import shown_value
from sim.scenario.reading.catalogue import shipped_files

__all__ = ["Document", "Origin", "files_beside", "find", "read", "read_bytes", "shown_path"]

_SHORT_TIME = re.compile(r"=\s*\d{1,2}:\d\d\s*(#.*)?$")
_NO_VALUE = re.compile(r"=\s*(#.*)?$")
_BRACKET = re.compile(
    r'"""(?:\\.|[^\\])*?"""|\'\'\'.*?\'\'\'|"(?:\\.|[^"\\\n])*"|\'[^\'\n]*\'|#[^\n]*|[][{}]', re.DOTALL
)  # or a string or a comment, in which brackets mean nothing
_MOST_NESTED = 100  # keys and positions below one another; a scenario has six
_MOST_FILES_DEEP = 50  # each extending the next
_CELL = 3  # keys of a cell of a CSV file: the key that names the file, the row, the column
_BARE_WORD = re.compile(r"=\s*([A-Za-z_][\w -]*?)\s*(#.*)?$")


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a value was given: a line of a file, or a setting."""

    file: str  # as the user knows it
    line: int | None
    directory: str  # that relative file names start from


@dataclass(frozen=True)
class Document:
    """A scenario before validation: nested dictionaries and lists, and where they come from."""

    tree: dict[str, Any]
    origins: dict[Keys, Origin]

    def origin(self, keys: Keys) -> Origin:
        """Where the value at a path was given, or the nearest table above it that was."""
        while keys not in self.origins:
            keys = keys[:-1]
        return self.origins[keys]

    def problem(self, keys: Keys, message: str) -> Problem:
        """A problem with the value at a path."""
        origin = self.origin(keys)
        if len(keys) == _CELL and isinstance(keys[1], int) and keys[:2] in self.origins:
            return Problem(origin.file, origin.line, f"column {keys[2]}", message)
        return Problem(origin.file, origin.line, path_text(keys), message)


def find(name_or_path: str | os.PathLike[str]) -> Path:
    """The file of a scenario: a path, or the bare name of a shipped one.

    Raises ScenarioError if there is none.
    """
    text = os.fspath(name_or_path)
    if not text:
        message = "give the name of a shipped scenario, or a file"
        raise ScenarioError([Problem("''", None, "", message)])
    path = Path(text)
    known = shipped_files()
    if text in known and not (isinstance(name_or_path, os.PathLike) and path.is_file()):
        return known[text]
    if path.suffix == ".toml" or _exists(path):
        return path
    beside = path.with_name(path.name + ".toml") if path.name else path
    near = f"; did you mean '{beside}'?" if _exists(beside) else did_you_mean(text, known)
    names = ", ".join(known) or "none"
    message = f"there is no scenario of this name and no such file; shipped are: {names}{near}"
    raise ScenarioError([Problem(text, None, "", message)])


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except (OSError, ValueError):  # it cannot have this name
        return False


def read(path: Path, shown: str | None = None) -> Document:
    """A scenario file with all that it extends; `shown` is its name in problems.

    Raises ScenarioError with every problem found.
    """
    shown = shown or shown_path(path)
    content = read_bytes(path)
    if isinstance(content, bytes):
        return _Reading().document(path, shown, content, ())
    near = ""
    if content == "there is no such file":
        near = did_you_mean(path.name, files_beside(path, "*.toml")) or did_you_mean(
            path.stem, shipped_files()
        )
    said = "is a directory, not a scenario file" if content == "it is a directory" else content
    raise ScenarioError([Problem(shown, None, "", said.removeprefix("it ") + near)])


def shown_path(path: Path) -> str:
    """A file as a user knows it: relative to where they are if it is below, else as it is."""
    try:
        return path.resolve().relative_to(Path.cwd()).as_posix()
    except (ValueError, OSError):
        return path.as_posix()


class _Reading:
    """The files of one scenario, each read once however often it is extended."""

    def __init__(self) -> None:
        self.read: dict[Path, Document | tuple[Problem, ...]] = {}

    def document(self, path: Path, shown: str, content: bytes, chain: tuple[Path, ...]) -> Document:
        """A file with all that it extends; `chain` are the files that extend it. Raises ScenarioError."""
        place = path.resolve()
        if place not in self.read:
            try:
                self.read[place] = self._document(path, shown, content, (*chain, place))
            except ScenarioError as error:
                self.read[place] = tuple(dict.fromkeys(error.problems))
        found = self.read[place]
        if isinstance(found, tuple):
            raise ScenarioError(found)
        return found

    def _document(self, path: Path, shown: str, content: bytes, chain: tuple[Path, ...]) -> Document:
        own = _own(path, shown, content)
        if "extends" not in own.tree:
            return own
        merged: Document | None = None
        for document in (*self._bases(own, path, chain), _without(own, ("extends",))):
            merged = document if merged is None else _merge(merged, document)
        assert merged is not None
        return merged

    def _bases(self, own: Document, path: Path, chain: tuple[Path, ...]) -> list[Document]:
        """The documents a file extends, in order: a later one wins."""
        given = own.tree["extends"]
        documents: list[Document] = []
        problems: list[Problem] = []
        for position, name in enumerate(given if isinstance(given, list) else [given]):
            keys: Keys = ("extends", position) if isinstance(given, list) else ("extends",)
            if not isinstance(name, str) or not name:
                message = f"found {shown_value(name)}; allowed: a file in quotes, or a list of files"
                problems.append(own.problem(keys, message))
                continue
            base = path.parent / name
            content = read_bytes(base)
            if isinstance(content, str) and name in (known := shipped_files()):
                base = known[name]
                content = read_bytes(base)
            if isinstance(content, str):
                near = did_you_mean(base.name, files_beside(base, "*.toml")) or did_you_mean(name, known)
                problems.append(own.problem(keys, f"found {shown_value(name)}; {content}{near}"))
            elif base.resolve() in chain:
                loop = [*chain[chain.index(base.resolve()) :], base.resolve()]
                message = "a cycle of extends: " + " -> ".join(each.name for each in loop)
                problems.append(own.problem(keys, message))
            elif len(chain) >= _MOST_FILES_DEEP:
                message = (
                    f"found {shown_value(name)}; files extend each other {_MOST_FILES_DEEP} deep at most"
                )
                problems.append(own.problem(keys, message))
            else:
                try:
                    documents.append(self.document(base, shown_path(base), content, chain))
                except ScenarioError as error:
                    problems += error.problems
        if problems:
            raise ScenarioError(dict.fromkeys(problems))
        return documents


def _own(path: Path, shown: str, content: bytes) -> Document:
    """What a file says itself."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ScenarioError([not_text(content, shown)]) from None
    try:
        tree = tomllib.loads(text)
        lines = locate(text)
    except RecursionError:
        raise ScenarioError([Problem(shown, _deep_line(text), "", "is nested too deeply")]) from None
    except ValueError as error:
        raise ScenarioError([_syntax_problem(str(error), text, shown)]) from None
    if not tree:
        message = "the file is empty; `exposim new` writes a scenario to start from"
        raise ScenarioError([Problem(shown, 1, "", message)])
    if deep := [line for keys, line in lines.items() if len(keys) > _MOST_NESTED]:
        raise ScenarioError([Problem(shown, min(deep), "", "is nested too deeply")])
    directory = str(path.parent)
    return Document(tree, {keys: Origin(shown, line, directory) for keys, line in lines.items()})


def _deep_line(text: str) -> int:
    """The line on which brackets are first nested too deeply."""
    depth = 0
    for match in _BRACKET.finditer(text):
        depth += {"[": 1, "{": 1, "]": -1, "}": -1}.get(match[0], 0)
        if depth > _MOST_NESTED:
            return text.count("\n", 0, match.start()) + 1
    return 1


def read_bytes(path: Path) -> bytes | str:
    """What is in a file, or why it cannot be read, in plain words."""
    try:
        if path.is_dir():
            return "it is a directory"
        if path.is_char_device() or path.is_block_device() or path.is_socket():
            return "it is not a file with text"  # a pipe is: exposim run <(...)
        return path.read_bytes()
    except FileNotFoundError:
        return "there is no such file"
    except (OSError, ValueError) as error:
        return f"it cannot be read: {(getattr(error, 'strerror', None) or str(error)).lower()}"


def files_beside(path: Path, pattern: str) -> list[str]:
    """Names of files that may have been meant."""
    try:
        return [each.name for each in path.parent.glob(pattern)]
    except (OSError, ValueError):
        return []


def _syntax_problem(message: str, text: str, shown: str) -> Problem:
    """`tomllib`'s complaint with its line, and a hint for the commonest slips."""
    if huge := re.search(r"\d[\d_]{4299,}", text):
        line = text.count("\n", 0, huge.start()) + 1
        return Problem(shown, line, "", "found a number of thousands of digits")
    where = re.search(r" \(at (?:line (\d+), column (\d+)|end of document)\)$", message)
    if where is None:
        return Problem(shown, None, "", f"is not TOML: {message}")
    lines = text.replace("\r\n", "\n").split("\n")
    line = int(where[1] or len(lines) - (not lines[-1] and len(lines) > 1))
    source = lines[line - 1]
    column = f" at column {where[2]}" if where[2] else " at the end of the file"
    hint = ""
    if _SHORT_TIME.search(source):
        hint = "; a clock time needs its seconds, as in 09:00:00"
    elif _NO_VALUE.search(source):
        hint = "; there is nothing after the equals sign"
    elif "overwrite" in message or "immutable" in message:
        hint = "; the same key or table stands twice"
    elif (word := _BARE_WORD.search(source)) and "Invalid value" in message:
        hint = f'; text needs quotes, as in "{word[1]}"'
        if word[1].lower() in ("true", "false"):
            hint = f"; it is written {word[1].lower()}"
        elif word[1].lower() in ("null", "none", "nil"):
            hint = "; TOML has no such value: leave the key out"
    return Problem(shown, line, "", f"is not TOML: {message[: where.start()]}{column}{hint}")


def _without(document: Document, keys: Keys) -> Document:
    """The document without a key of its root."""
    tree = {key: value for key, value in document.tree.items() if (key,) != keys}
    return Document(tree, _outside(document.origins, keys))


def _outside(origins: Mapping[Keys, Origin], keys: Keys) -> dict[Keys, Origin]:
    return {each: origin for each, origin in origins.items() if each[: len(keys)] != keys}


def _merge(base: Document, over: Document) -> Document:
    """Tables merged key by key, everything else replaced; a table with its own `dist` replaces."""
    replaced: list[Keys] = []
    tree = _merged(base.tree, over.tree, (), replaced)
    gone = set(replaced)
    if without_count(tree, over.tree):
        gone.add(("exhibitors", "count"))
    origins = {
        keys: origin
        for keys, origin in base.origins.items()
        if not any(keys[:depth] in gone for depth in range(1, len(keys) + 1))
    }
    return Document(tree, origins | over.origins)


def without_count(tree: dict[str, Any], over: Mapping[str, Any]) -> bool:
    """Take out of `tree` the number of exhibitors if `over` names a list of them, and no number.

    The number is then that of the list, whatever was said before there was one.
    """
    own, inherited = over.get("exhibitors"), tree.get("exhibitors")
    if not isinstance(over.get("exhibitors_file"), str) or (isinstance(own, dict) and "count" in own):
        return False
    if not (isinstance(inherited, dict) and "count" in inherited):
        return False
    tree["exhibitors"] = {key: value for key, value in inherited.items() if key != "count"}
    return True


def _merged(
    base: Mapping[str, Any], over: Mapping[str, Any], at: Keys, replaced: list[Keys]
) -> dict[str, Any]:
    result = dict(base)
    for key, value in over.items():
        old = result.get(key)
        if isinstance(old, dict) and isinstance(value, dict) and "dist" not in value:
            result[key] = _merged(old, value, (*at, key), replaced)
        else:
            result[key] = value
            replaced.append((*at, key))
    return result


def all_problems(groups: Iterable[Iterable[Problem]]) -> list[Problem]:
    """Problems in order of file (as first met) and line, each once."""
    flat = list(dict.fromkeys(problem for group in groups for problem in group))
    order = {file: position for position, file in enumerate(dict.fromkeys(each.file for each in flat))}
    return sorted(flat, key=lambda each: (order[each.file], each.line or 0))
