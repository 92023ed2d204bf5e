"""Scenario files as trees of plain values, with the file and line that gave each of them."""

from __future__ import annotations

import io
import os
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from itertools import chain, islice
from pathlib import Path
from typing import Any, Final

from sim.files.locator import Keys, locate, path_text
from sim.files.problems import Fault, ScenarioError, did_you_mean, nearest, not_text
from sim.files.reading import A_DIRECTORY, MISSING, read_bytes
from sim.files.text import composed
from sim.scenario.checks.wording import shown_value
from sim.scenario.reading.catalogue import shipped_files
from sim.scenario.reading.origins import Origin, Told
from sim.scenario.schema.data import LIST_FILES

__all__ = [
    "OUTSIDE",
    "PUBLISHED",
    "Document",
    "Origin",
    "files_beside",
    "find",
    "read",
    "shown_path",
    "strays",
]

OUTSIDE: Final = (
    "it does not lie beside or below the scenario file; --allow-outside (allow_outside=True) allows it"
)
_SHORT_TIME = re.compile(r"\d{1,2}:\d\d")
_BARE_WORD = re.compile(r"[A-Za-z_][\w -]*")
_DIGITS = re.compile(r"\d[\d_]*+")
# Brackets and what dotted keys are made of, or a string or a comment, in which they mean nothing. Every
# alternative takes what it began with, be it closed or not: a second look would cost the square.
# Groups of alternatives are not possessive, since Python 3.11.2 loses its place in them; nothing that comes
# after them makes them give back.
_TOKEN = re.compile(
    r'"""(?:[^"\\]++|\\.|"(?!""))*(?:"""|\Z)?|\'\'\'(?:[^\']++|\'(?!\'\'))*(?:\'\'\'|\Z)?'
    r'|"(?:[^"\\\n]++|\\.)*"?|\'[^\'\n]*+\'?|#[^\n]*+|[][{}.=,]',
    re.DOTALL,
)
_MOST_BYTES = 4 << 20  # of a scenario file; the greatest of ours has 7 kB
_MOST_KEYS = 100_000  # keys, items and marks between them in one; ours have a thousand
_MOST_NESTED = 32  # keys and positions below one another; a scenario has six
_MOST_FILES_DEEP = 50  # each extending the next
_MOST_FILES = 200  # extended by a scenario, each as often as it is
_MOST_DIGITS = 4_300  # of a whole number that Python reads
_BESIDE = 1_000  # files looked at for a near miss
_LINE = 1_000  # of a wrong line, to see what is wrong with it
_FILE_NAMES = ("extends", *LIST_FILES)
PUBLISHED = "published"  # names a file in a section of matchmaking


@dataclass(frozen=True)
class Document:
    """A scenario before validation: nested dictionaries and lists, and where they come from."""

    tree: dict[str, Any]
    origins: dict[Keys, Origin]
    home: str = "."  # the directory of the scenario file itself
    outside: bool = False  # whether files elsewhere than beside or below it may be named
    texts: Mapping[str, str] = field(
        default_factory=dict, repr=False
    )  # of the files, by what origins call them
    told: Mapping[str, Told] | None = field(default=None, repr=False)  # what is known from elsewhere, by path

    def origin(self, keys: Keys) -> Origin:
        """Where the value at a path was given, or the nearest section above it that was."""
        while keys not in self.origins:
            keys = keys[:-1]
        return self.origins[keys]

    def problem(self, keys: Keys, message: str) -> Fault:
        """A problem with the value at a path."""
        origin = self.origin(keys)
        if _is_cell(keys) and keys[:-1] in self.origins:
            return Fault(origin.file, origin.line, f"column {keys[-1]}", message)
        return Fault(origin.file, origin.line, path_text(keys), message)


def _is_cell(keys: Keys) -> bool:
    """Whether this is a cell of a list: the path of what names the file, the row, the column."""
    if len(keys) < 3 or not isinstance(keys[-2], int):
        return False
    return keys[0] in _FILE_NAMES or (keys[0] == "matchmaking" and keys[-3] == PUBLISHED)


def find(name_or_path: str | os.PathLike[str]) -> Path:
    """The file of a scenario: a path, or the bare name of a shipped one.

    Raises ScenarioError if there is none.
    """
    text = os.fspath(name_or_path)
    if not text:
        message = "give the name of a shipped scenario, or a file"
        raise ScenarioError([Fault("''", None, "", message)])
    path = Path(text)
    known = shipped_files()
    if text in known and not (isinstance(name_or_path, os.PathLike) and path.is_file()):
        return known[text]
    if path.suffix == ".toml" or _exists(path):
        return path
    beside = path.with_name(path.name + ".toml") if path.name else path
    near = f"; did you mean '{beside}'?" if _exists(beside) else did_you_mean(text, known)
    if not near and (meant := nearest(path.name, files_beside(path, "*.toml"))):
        near = f"; did you mean '{path.with_name(meant)}'?"
    names = ", ".join(known) or "none"
    message = f"there is no scenario of this name and no such file; shipped are: {names}{near}"
    raise ScenarioError([Fault(text, None, "", message)])


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except (OSError, ValueError):  # it cannot have this name
        return False


def read(path: Path, shown: str | None = None, *, outside: bool = False) -> Document:
    """A scenario file with all that it extends; `shown` is its name in problems.

    What it extends lies beside or below it, or is a shipped scenario, unless files `outside` are
    allowed. Raises ScenarioError with every problem found.
    """
    shown = shown or shown_path(path)
    content = read_bytes(path, _MOST_BYTES)
    if isinstance(content, bytes):
        document = _Reading(path.parent, outside).document(path, shown, content, ())
        return replace(document, home=str(path.parent), outside=outside)
    near = ""
    if content == MISSING:
        near = did_you_mean(path.name, files_beside(path, "*.toml")) or did_you_mean(
            path.stem, shipped_files()
        )
    said = "is a directory, not a scenario file" if content == A_DIRECTORY else content
    raise ScenarioError([Fault(shown, None, "", said.removeprefix("it ") + near)])


def shown_path(path: Path) -> str:
    """A file as a user knows it: relative to where they are if it is below, else as it is."""
    try:
        return path.resolve().relative_to(Path.cwd()).as_posix()
    except (ValueError, OSError):
        return path.as_posix()


def strays(path: Path, *homes: Path) -> bool:
    """Whether a file lies neither beside nor below any of these directories, links followed."""
    try:
        place = path.resolve()
        return not any(place.is_relative_to(home.resolve()) for home in homes)
    except (OSError, ValueError, RuntimeError):  # it cannot have this name; reading says so
        return False


class _Reading:
    """The files of one scenario, each read once however often it is extended."""

    def __init__(self, home: Path, outside: bool) -> None:
        self.home = home
        self.outside = outside
        self.read: dict[Path, Document | tuple[Fault, ...]] = {}
        self.followed = 0  # files extended
        self.merged = 0  # keys taken over from them

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
        for document in (*self._bases(own, path, chain), _without_extends(own)):
            self.merged += len(document.origins)
            if self.merged > 2 * _MOST_KEYS:
                message = f"takes over more than {2 * _MOST_KEYS:,} keys in all from what is extended"
                raise ScenarioError([own.problem(("extends",), message)])
            merged = document if merged is None else _merge(merged, document)
        assert merged is not None
        return merged

    def _bases(self, own: Document, path: Path, chain: tuple[Path, ...]) -> list[Document]:
        """The documents a file extends, in order: a later one wins."""
        given = own.tree["extends"]
        self.followed += len(given) if isinstance(given, list) else 1
        if self.followed > _MOST_FILES:
            message = f"a scenario extends {_MOST_FILES} files at most"
            raise ScenarioError([own.problem(("extends",), message)])
        documents: list[Document] = []
        problems: list[Fault] = []
        for position, name in enumerate(given if isinstance(given, list) else [given]):
            keys: Keys = ("extends", position) if isinstance(given, list) else ("extends",)
            if not isinstance(name, str) or not name:
                message = f"found {shown_value(name)}; allowed: a file in quotes, or a list of files"
                problems.append(own.problem(keys, message))
                continue
            base = path.parent / name
            known = shipped_files()
            stray = not self.outside and strays(base, path.parent, self.home)
            content = OUTSIDE if stray else read_bytes(base, _MOST_BYTES, pipes=False)
            if isinstance(content, str) and name in known:
                base, stray = known[name], False
                content = read_bytes(base, _MOST_BYTES)
            if isinstance(content, str):
                near = ""
                if not stray:
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
    if (marks := sum(map(text.count, "=,.["))) > _MOST_KEYS:
        message = f"has {marks:,} keys and items; allowed: {_MOST_KEYS:,} at most"
        raise ScenarioError([Fault(shown, None, "", message)])
    if huge := next((each for each in _DIGITS.finditer(text) if len(each[0]) >= _MOST_DIGITS), None):
        line = text.count("\n", 0, huge.start()) + 1
        raise ScenarioError([Fault(shown, line, "", "found a number of thousands of digits")])
    if (deep := _deep_line(text)) is not None:
        raise ScenarioError([Fault(shown, deep, "", "is nested too deeply")])
    try:
        tree = tomllib.loads(text)
        lines = locate(text)
    except RecursionError:
        raise ScenarioError([Fault(shown, 1, "", "is nested too deeply")]) from None
    except ValueError as error:
        raise ScenarioError([_syntax_problem(str(error), text, shown)]) from None
    if not tree:
        message = "the file is empty; `exposim new` writes a scenario to start from"
        raise ScenarioError([Fault(shown, 1, "", message)])
    if over := [line for keys, line in lines.items() if len(keys) > _MOST_NESTED]:
        raise ScenarioError([Fault(shown, min(over), "", "is nested too deeply")])
    # names are composed; those of files are as the disk has them
    tree = {key: value if key in _FILE_NAMES else _composed(value) for key, value in tree.items()}
    directory = str(path.parent)
    origins = {keys: Origin(shown, line, directory) for keys, line in lines.items()}
    return Document(tree, origins, texts={shown: text})


def _composed(value: Any) -> Any:
    """As `composed`, but for the names of files in sections of sections."""
    made = composed(value)
    if isinstance(value, dict):
        for section, new in zip(value.values(), made.values(), strict=False):
            if isinstance(section, dict) and isinstance(new, dict) and PUBLISHED in section:
                new[PUBLISHED] = section[PUBLISHED]
    return made


def _deep_line(text: str) -> int | None:
    """The line on which brackets, or keys with dots between them, are first nested too deeply."""
    if max(text.count("["), text.count("{"), text.count(".")) <= _MOST_NESTED:
        return None
    depth = dots = 0
    for match in _TOKEN.finditer(text):
        mark = match[0]
        if mark == ".":
            dots += 1
        elif mark in "[]{}=,":
            dots = 0
            depth += {"[": 1, "{": 1, "]": -1, "}": -1}.get(mark, 0)
        if max(depth, dots) > _MOST_NESTED:
            return text.count("\n", 0, match.start()) + 1
    return None


def files_beside(path: Path, *patterns: str) -> list[str]:
    """Names of files that may have been meant."""
    try:
        there = chain.from_iterable(map(path.parent.glob, patterns))
        return [each.name for each in islice(there, _BESIDE)]
    except (OSError, ValueError):
        return []


def _syntax_problem(message: str, text: str, shown: str) -> Fault:
    """`tomllib`'s complaint with its line, and a hint for the commonest slips."""
    where = re.search(r" \(at (?:line (\d+), column (\d+)|end of document)\)$", message)
    if where is None:
        return Fault(shown, None, "", f"is not TOML: {message}")
    plain = text.replace("\r\n", "\n").removesuffix("\n")
    line = int(where[1] or plain.count("\n") + 1)
    source = next(islice(io.StringIO(plain, newline="\n"), line - 1, None), "")[:_LINE]
    column = f" at column {where[2]}" if where[2] else " at the end of the file"
    hint = ""
    _, equals, value = source.partition("#")[0].rpartition("=")
    value = value.strip()
    if _SHORT_TIME.fullmatch(value):
        hint = "; a clock time needs its seconds, as in 09:00:00"
    elif equals and not value:
        hint = "; there is nothing after the equals sign"
    elif "overwrite" in message or "immutable" in message:
        hint = "; the same key or section stands twice"
    elif equals and _BARE_WORD.fullmatch(value) and "Invalid value" in message:
        hint = f'; text needs quotes, as in "{value}"'
        if value.lower() in ("true", "false"):
            hint = f"; it is written {value.lower()}"
        elif value.lower() in ("null", "none", "nil"):
            hint = "; TOML has no such value: leave the key out"
    return Fault(shown, line, "", f"is not TOML: {message[: where.start()]}{column}{hint}")


def _without_extends(document: Document) -> Document:
    """What a file says itself, beside what it extends."""
    tree = {key: value for key, value in document.tree.items() if key != "extends"}
    origins = {keys: origin for keys, origin in document.origins.items() if keys[:1] != ("extends",)}
    return replace(document, tree=tree, origins=origins)


def _merge(base: Document, over: Document) -> Document:
    """Sections merged key by key, everything else replaced; a distribution replaces as a whole."""
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
    return Document(tree, origins | over.origins, texts={**base.texts, **over.texts})


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


def all_problems(groups: Iterable[Iterable[Fault]]) -> list[Fault]:
    """Problems in order of file (as first met) and line, each once."""
    flat = list(dict.fromkeys(problem for group in groups for problem in group))
    order = {file: position for position, file in enumerate(dict.fromkeys(each.file for each in flat))}
    return sorted(flat, key=lambda each: (order[each.file], each.line or 0))
