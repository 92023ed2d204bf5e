"""Scenario files as trees of plain values, with the file and line that gave each of them."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sim.scenario.catalogue import shipped_files
from sim.scenario.errors import Problem, ScenarioError, did_you_mean
from sim.scenario.locator import Keys, locate, path_text
from sim.scenario.wording import shown_value

__all__ = ["Document", "Origin", "find", "read"]

_SHORT_TIME = re.compile(r"=\s*\d{1,2}:\d\d\s*(#.*)?$")
_NO_VALUE = re.compile(r"=\s*(#.*)?$")
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
        return Problem(origin.file, origin.line, path_text(keys), message)


def find(name_or_path: str | os.PathLike[str]) -> Path:
    """The file of a scenario: a path, or the bare name of a shipped one.

    Raises ScenarioError if there is none.
    """
    text = os.fspath(name_or_path)
    path = Path(text)
    known = shipped_files()
    if text in known and not (isinstance(name_or_path, os.PathLike) and path.is_file()):
        return known[text]
    if path.suffix == ".toml" or path.exists():
        return path
    near = did_you_mean(text, known)
    names = ", ".join(known) or "none"
    message = f"there is no scenario of this name and no such file; shipped are: {names}{near}"
    raise ScenarioError([Problem(text or "''", None, "", message)])


def read(path: Path, shown: str | None = None) -> Document:
    """A scenario file with all that it extends; `shown` is its name in problems.

    Raises ScenarioError with every problem found.
    """
    return _read(path, shown or shown_path(path), ())


def shown_path(path: Path) -> str:
    """A file as a user knows it: relative to where they are if it is below, else as it is."""
    try:
        return path.resolve().relative_to(Path.cwd()).as_posix()
    except (ValueError, OSError):
        return path.as_posix()


def _read(path: Path, shown: str, chain: tuple[Path, ...]) -> Document:
    text = _text(path, shown)
    try:
        tree = tomllib.loads(text)
        lines = locate(text)
    except RecursionError:
        raise ScenarioError([Problem(shown, None, "", "is nested too deeply")]) from None
    except ValueError as error:
        raise ScenarioError([_syntax_problem(str(error), text, shown)]) from None
    if not tree:
        message = "the file is empty; `exposim new` writes a scenario to start from"
        raise ScenarioError([Problem(shown, 1, "", message)])
    directory = str(path.parent)
    origins = {keys: Origin(shown, line, directory) for keys, line in lines.items()}
    own = Document(tree, origins)
    if "extends" not in tree:
        return own
    bases = _bases(own, path, (*chain, path.resolve()))
    merged: Document | None = None
    for document in (*bases, _without(own, ("extends",))):
        merged = document if merged is None else _merge(merged, document)
    assert merged is not None
    return merged


def _text(path: Path, shown: str) -> str:
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        try:
            beside = [each.name for each in path.parent.glob("*.toml")]
        except OSError:
            beside = []
        near = did_you_mean(path.name, beside) or did_you_mean(path.stem, shipped_files())
        raise ScenarioError([Problem(shown, None, "", f"there is no such file{near}")]) from None
    except IsADirectoryError:
        raise ScenarioError([Problem(shown, None, "", "is a directory, not a scenario file")]) from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise ScenarioError([Problem(shown, None, "", f"cannot be read: {reason.lower()}")]) from None
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        message = f"is not UTF-8 text: found the byte 0x{content[error.start]:02x}"
        raise ScenarioError([Problem(shown, line, "", message)]) from None


def _syntax_problem(message: str, text: str, shown: str) -> Problem:
    """`tomllib`'s complaint with its line, and a hint for the commonest slips."""
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
    return Problem(shown, line, "", f"is not TOML: {message[: where.start()]}{column}{hint}")


def _bases(own: Document, path: Path, chain: tuple[Path, ...]) -> list[Document]:
    """The documents a file extends, in order: a later one wins."""
    given = own.tree["extends"]
    names = given if isinstance(given, list) else [given]
    documents: list[Document] = []
    problems: list[Problem] = []
    for position, name in enumerate(names):
        keys: Keys = ("extends", position) if isinstance(given, list) else ("extends",)
        if not isinstance(name, str) or not name:
            message = f"found {shown_value(name)}; allowed: a file in quotes, or a list of files"
            problems.append(own.problem(keys, message))
            continue
        base = path.parent / name
        shipped = shipped_files().get(name)
        if shipped and not base.is_file():
            base = shipped
        if base.resolve() in chain:
            loop = [*chain[chain.index(base.resolve()) :], base.resolve()]
            message = "a cycle of extends: " + " -> ".join(each.name for each in loop)
            problems.append(own.problem(keys, message))
        elif not base.exists():
            try:
                beside = [each.name for each in base.parent.glob("*.toml")]
            except OSError:
                beside = []
            near = did_you_mean(base.name, beside) or did_you_mean(name, shipped_files())
            problems.append(own.problem(keys, f"found {shown_value(name)}; there is no such file{near}"))
        else:
            try:
                documents.append(_read(base, shown_path(base), chain))
            except ScenarioError as error:
                problems += error.problems
    if problems:
        raise ScenarioError(problems)
    return documents


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
    origins = {
        keys: origin
        for keys, origin in base.origins.items()
        if not any(keys[:depth] in gone for depth in range(1, len(keys) + 1))
    }
    return Document(tree, origins | over.origins)


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
