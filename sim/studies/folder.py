"""Where the cells of a study are kept: in a folder of the user's, or until the study is done.

A folder holds `cells.sqlite`, which all studies in it use, and of each study `study-VERB.json`: what asked,
of which scenarios, with what these said. The same study of a scenario that says something else by now would
come to mix two things under one name: it is refused, and told what has changed.

A study for which no folder was named has its cells kept in the user's cache folder while it runs; what was
killed or stopped goes on from there when the same is asked for again, and what was done to the end leaves
nothing behind.
"""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Protocol

from sim.files.locator import Keys, path_text
from sim.files.whole import write_file
from sim.studies.journal import Journal, JournalError, JournalInUseError
from sim.studies.program import UnknownProgramError, program

if TYPE_CHECKING:
    from sim.scenario import Scenario

__all__ = ["CELLS", "ChangedStudyError", "Keeps", "StudyFolder", "Unfinished", "keeps"]

CELLS: Final = "cells.sqlite"
"""The file of a folder that holds the cells."""

_SHOWN: Final = 6  # changes that are told
_LONGEST: Final = 40  # characters of a value that is told
_OLD: Final = 30 * 86400.0  # after so many seconds what nobody went on with is removed
_MOST_BYTES: Final = 100_000_000


class ChangedStudyError(ValueError):
    """The study in a folder is one of other scenarios; the text says what has changed."""


class Keeps(Protocol):
    """What keeps the cells of a study."""

    tell: Callable[[str], object]
    cells: int
    """How many were written or found there."""

    def journal(self, verb: str, scenarios: Mapping[str, Scenario], seed: int | None) -> Journal | None:
        """The journal of the study that asks `verb` of these scenarios, by name; None if it cannot be had."""
        ...


def keeps(study: str | os.PathLike[str] | Keeps | None) -> Keeps | None:
    """What a user gives as `study`: a folder, or what keeps cells."""
    return StudyFolder(study) if isinstance(study, (str, os.PathLike)) else study


class StudyFolder:
    """A folder in which cells are kept, for whatever study asks for them there again."""

    def __init__(
        self,
        folder: str | os.PathLike[str],
        *,
        anew: bool = False,
        command: str = "",
        tell: Callable[[str], object] = str,
    ) -> None:
        """The folder, which need not be there.

        Args:
            folder: its path.
            anew: whether a study of other scenarios takes the place of the one that is there.
            command: what was typed to ask for the study, for whoever looks into the folder.
            tell: is told what a user wants to know: that the study goes on, that cells are not used.
        """
        self.folder = Path(folder)
        self.anew = anew
        self.command = command
        self.tell = tell
        self.cells = 0

    @property
    def is_kept(self) -> bool:
        """Whether anything is."""
        return self.cells > 0

    def done(self) -> None:
        """The study is done; what is in the folder stays for others."""

    def journal(self, verb: str, scenarios: Mapping[str, Scenario], seed: int | None) -> Journal | None:
        """The journal in the folder.

        Raises:
            ChangedStudyError: the study of this verb in the folder is one of other scenarios.
            JournalError: the folder cannot be used, or another process is at work in it; or nobody could
                tell another time whether cells are still those of this program.
        """
        try:
            made_by = program()
        except UnknownProgramError as error:
            raise JournalError(
                f"{self.folder}: what is run here cannot be kept: {error}; a policy or a KPI of your own has "
                "to be in a file"
            ) from None
        mark = self.folder / f"study-{verb}.json"
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            before = _read(mark)
        except OSError as error:
            raise _unusable(self.folder, error) from None
        now = {name: _definition(scenario) for name, scenario in scenarios.items()}
        if before is not None and not self.anew:
            _refuse_changed(self.folder, verb, before, now)
        journal = Journal(self.folder / CELLS, made_by)
        try:
            if before != now:
                write_file(mark, _study(verb, self.command, now), replace=True)
            if others := journal.others:
                self.tell(_not_used(others, f"{self.folder}: "))
        except BaseException as error:
            journal.close()
            if isinstance(error, OSError):
                raise _unusable(self.folder, error) from None
            raise
        return journal


class Unfinished:
    """The user's cache folder, in which the cells of a study are kept until it is done."""

    def __init__(self, *, tell: Callable[[str], object] = str) -> None:
        """Nothing is made before there is a study. `tell` is told as by `StudyFolder`."""
        self.tell = tell
        self.cells = 0
        self.why_not = ""
        """Why nothing could be kept."""
        self._files: list[Path] = []

    def journal(self, verb: str, scenarios: Mapping[str, Scenario], seed: int | None) -> Journal | None:
        """The journal of this very study, or None: what cannot be kept is run all the same."""
        from sim.engine import kept

        hashes = sorted((name, scenario.hash) for name, scenario in scenarios.items())
        said = json.dumps([verb, hashes, seed])
        try:
            made_by = program()
            folder = kept.cache("unfinished")
            folder.mkdir(parents=True, exist_ok=True)
            _tidy(folder)
            file = folder / f"{verb}-{hashlib.sha256(said.encode()).hexdigest()[:20]}.sqlite"
            journal = self._opened(file, made_by)
        except (OSError, RuntimeError, UnknownProgramError) as error:
            self.why_not = str(error)
            return None
        self._files.append(file)
        if others := journal.others:
            self.tell(_not_used(others))
        return journal

    @staticmethod
    def _opened(file: Path, made_by: str) -> Journal:
        try:
            return Journal(file, made_by, synced=False)
        except JournalInUseError:
            raise
        except JournalError:  # of another form, or a failure of power has spoilt it: it was only to save time
            _remove(file)
            return Journal(file, made_by, synced=False)

    @property
    def is_kept(self) -> bool:
        """Whether anything is."""
        return self.cells > 0

    def done(self) -> None:
        """The study is done, and all that was to come of it: nothing needs to be kept."""
        while self._files:
            _remove(self._files.pop())


def _remove(file: Path) -> None:
    for each in (file, file.with_name(f"{file.name}-journal")):
        with suppress(OSError):
            each.unlink(missing_ok=True)


def _tidy(folder: Path) -> None:
    """Remove what nobody has gone on with for a month."""
    for each in folder.glob("*.sqlite"):
        with suppress(OSError):
            if time.time() - each.stat().st_mtime > _OLD:
                _remove(each)


def _not_used(n: int, where: str = "") -> str:
    said = "1 kept run is" if n == 1 else f"{n:,} kept runs are"
    it = "it" if n == 1 else "them"
    return f"{where}{said} not used: another version of the program, or of what --import takes in, made {it}"


def _unusable(folder: Path, error: OSError) -> JournalError:
    return JournalError(f"{folder}: the study cannot be kept: {(error.strerror or str(error)).lower()}")


# what a study is one of


def _definition(scenario: Scenario) -> dict[str, Any]:
    """What a scenario says, as JSON; of its lists a hash of each."""
    lists = {"exhibitors_file": scenario.exhibitor_rows, "programme_file": scenario.activity_rows}
    lists |= {"pairs_file": scenario.pair_rows}
    lists |= {f"matchmaking.{name}.published": rows for name, rows in scenario.published_rows.items()}
    tree = scenario.data.model_dump(mode="json", by_alias=True)
    return {
        "hash": scenario.hash,
        "says": tree,
        "lists": {
            name: hashlib.sha256("\n".join(row.model_dump_json() for row in rows).encode()).hexdigest()
            for name, rows in lists.items()
            if rows
        },
    }


def _study(verb: str, command: str, scenarios: Mapping[str, Any]) -> bytes:
    from sim import __version__

    said = {"study": verb, "command": command, "exposim": __version__, "scenarios": scenarios}
    return (json.dumps(said, indent=1, ensure_ascii=False) + "\n").encode()


def _read(mark: Path) -> dict[str, Any] | None:
    """The scenarios of the study that is there, None if there is none; JournalError if it is damaged."""
    try:
        with mark.open("rb") as opened:
            said = json.loads(opened.read(_MOST_BYTES))["scenarios"]
        if all(isinstance(each["hash"], str) and isinstance(each["says"], dict) for each in said.values()):
            return dict(said)
        raise ValueError("not a study")
    except FileNotFoundError:
        return None
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise JournalError(f"{mark}: is damaged; without it the study begins anew") from None


def _refuse_changed(folder: Path, verb: str, before: Mapping[str, Any], now: Mapping[str, Any]) -> None:
    """Raise ChangedStudyError if these are not the scenarios of the study that is there."""
    if len(before) == len(now) == 1:  # whatever its file is called by now
        before = dict(zip(now, before.values(), strict=True))
    if {name: each["hash"] for name, each in before.items()} == {n: each["hash"] for n, each in now.items()}:
        return
    told = [f"{name}: was not there" for name in now if name not in before]
    told += [f"{name}: is no longer there" for name in before if name not in now]
    for name in now:
        if name in before and before[name]["hash"] != now[name]["hash"]:
            head = f"{name}: " if len(now) > 1 else ""
            changes = [*_changes((), before[name]["says"], now[name]["says"])]
            lists, old = now[name]["lists"], before[name].get("lists", {})
            changes += [f"{each}: its rows" for each in lists if old.get(each) != lists[each]]
            told += [head + each for each in changes or ["what it says, by another version of exposim"]]
    more = len(told) - _SHOWN
    lines = "".join(f"\n  {each}" for each in told[:_SHOWN]) + (f"\n  and {more:,} more" if more > 0 else "")
    raise ChangedStudyError(
        f"{folder}: the study `{verb}` in it is one of another scenario; changed since (then → now):{lines}\n"
        "Give another folder, or --anew (anew=True) to begin this study anew; kept runs that fit are used."
    )


def _changes(keys: Keys, before: Any, now: Any) -> Iterator[str]:
    """What two trees say otherwise, by path."""
    if before == now:
        return
    if isinstance(before, dict) and isinstance(now, dict):
        for key in dict.fromkeys((*before, *now)):
            if key not in now:
                yield f"{path_text((*keys, key))}: {_short(before[key])} → nothing"
            elif key not in before:
                yield f"{path_text((*keys, key))}: nothing → {_short(now[key])}"
            else:
                yield from _changes((*keys, key), before[key], now[key])
        return
    yield f"{path_text(keys)}: {_short(before)} → {_short(now)}"


def _short(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
