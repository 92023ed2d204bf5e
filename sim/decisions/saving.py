"""An answer in a directory, and read again: it tells the same text, frame and pictures, and nothing is run.

    answer.txt      what it told
    answer.json     the answer itself: see `sim.decisions.plain`; and a hash of it
    frame.csv       its tidy table
    scenarios/1/    a scenario of it, resolved, with the lists that it names and what its values rest on;
                    others by what is set in it

It is whole, or is not there: see `sim.files.whole`. What is read is data, never code.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from sim.decisions.plain import NotPlainError, plain, read
from sim.decisions.told import Answer
from sim.files.locator import Keys, path_text
from sim.files.problems import ScenarioError
from sim.files.whole import Place, place, refuse_there, resolved, telling, whole_directory
from sim.interchange.results import LISTED, for_spreadsheets, names_of_lists, own_kpis, write_csv
from sim.interchange.results_reading import ResultsError, known_kpis, remember, with_sources
from sim.interchange.sources_csv import SOURCES, sources_table
from sim.scenario import Scenario, load
from sim.scenario.writing.plain import resolved_tree

__all__ = ["MARK", "AnswerError", "load_answer", "save_answer"]

MARK: Final = "answer.json"
"""What tells a directory of an answer from any other."""

_FORM: Final = 1  # of that file
_WHOLE: Final = 100  # scenarios, at most, that are not others with something set
_MOST_BYTES: Final = 1_000_000_000
_OWN: Final = frozenset(
    {"answer.txt", MARK, "frame.csv"}
    | {f"scenarios/{at}/scenario.toml" for at in range(1, _WHOLE + 1)}
    | {f"scenarios/{at}/{name}" for at in range(1, _WHOLE + 1) for name in (*LISTED, SOURCES)}
)


class AnswerError(ValueError):
    """A directory that holds no answer, or a damaged one; the text is one line that says what is wrong."""


def save_answer(answer: Answer, directory: str | os.PathLike[str], *, force: bool = False) -> None:
    """Write an answer into a new directory; see `Answer.save`."""
    named = Path(directory)
    with telling(named):
        where = place(named, resolved(named), _OWN)
        _refuse(where, force=force)
        with whole_directory(where, lambda: _refuse(where, force=force)) as partial:
            _fill(partial, answer)


def load_answer(directory: str | os.PathLike[str]) -> Answer:
    """The answer in a directory; see `Answer.load`."""
    path = Path(directory)
    said = _said(path)
    try:
        known_kpis(path / MARK, said["own_kpis"])
        remember(said["own_kpis"])
        scenarios = dict(enumerate(_scenarios(path, said["scenarios"])))
        answer = read(said["answer"], scenarios)
        if not isinstance(answer, Answer):
            raise NotPlainError("it is no answer")
        answer.text()
        return answer
    except ResultsError as error:
        raise AnswerError(str(error)) from None
    except NotPlainError as error:
        raise AnswerError(_other(path, said, str(error))) from None
    except (AnswerError, ScenarioError):
        raise
    except Exception as error:  # whatever a text makes of fields that are not what they were
        raise AnswerError(_other(path, said, f"{type(error).__name__}: {error}"[:200])) from None


# written


def _refuse(where: Place, *, force: bool) -> None:
    """Raise if something is there that is not to be replaced."""

    def own(directory: Path) -> frozenset[str] | None:
        try:
            _said(directory)
        except AnswerError:
            return None
        return _OWN

    refuse_there(where.named, where.path, own, "an answer", force=force, forced="force=True replaces it")


def _fill(directory: Path, answer: Answer) -> None:
    from sim import __version__

    scenarios: dict[tuple[str, str], tuple[int, Scenario]] = {}

    def noted(scenario: Scenario) -> int:
        return scenarios.setdefault((scenario.hash, scenario.name), (len(scenarios), scenario))[0]

    body = {"answer": plain(answer, noted), "own_kpis": own_kpis()}
    body["scenarios"] = list(_kept(directory, [each for _, each in scenarios.values()], noted))
    said = {
        "form": _FORM,
        "exposim": __version__,
        "told_by": type(answer).__name__,
        "sha256": _hash(body),
        **body,
    }
    _write(directory / MARK, json.dumps(said, ensure_ascii=False) + "\n")
    _write(directory / "answer.txt", answer.text() + "\n")
    frame = getattr(answer, "frame", None)
    if frame is not None:
        write_csv(directory / "frame.csv", for_spreadsheets(frame))


def _kept(
    directory: Path, scenarios: Collection[Scenario], noted: Callable[[Scenario], int]
) -> Iterator[dict[str, Any]]:
    """Where each scenario is, or what is set in which; it is seen that they come back."""
    whole: list[tuple[Scenario, Scenario, dict[str, Any]]] = []  # as it was, as it is read again, its values
    for scenario in scenarios:
        tree = resolved_tree(scenario.data)
        told: dict[str, Any] = {"name": scenario.name, "hash": scenario.hash}
        for number, (base, again, of) in enumerate(whole, 1):
            settings = dict(_settings((), of, tree))
            if scenario.files == base.files and _replaced(again, settings, scenario.hash):
                yield {**told, "of": number, "set": plain(settings, noted)}
                break
        else:
            number = len(whole) + 1
            if number > _WHOLE:
                raise ValueError(f"over {_WHOLE} scenarios that have little in common are not kept")
            where = directory / "scenarios" / str(number)
            again = _written(where, scenario)
            whole.append((scenario, again, tree))
            yield {**told, "of": number, "set": plain({}, noted), "files": _digest(where)}


def _written(directory: Path, scenario: Scenario) -> Scenario:
    """A scenario in a directory of its own, as it is read again. Raises ValueError if it is another."""
    directory.mkdir(parents=True)
    lists = names_of_lists(scenario)
    for key, name in lists.items():
        shutil.copyfile(scenario.files[key], directory / name)
    _write(directory / "scenario.toml", scenario.to_toml(lists))
    write_csv(directory / SOURCES, for_spreadsheets(sources_table(scenario)))
    again = load(directory / "scenario.toml")
    if again.hash != scenario.hash:
        raise ValueError(f"{scenario.name}: a list that it names has changed since it was read")
    return again


def _settings(keys: Keys, before: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """What is set in one scenario to have another, by path; None takes a value away."""
    for key in dict.fromkeys((*before, *now)):
        one, other = before.get(key), now.get(key)
        if one == other:
            continue
        deeper = isinstance(one, dict) and isinstance(other, dict) and "dist" not in {**one, **other}
        if deeper:
            yield from _settings((*keys, key), one, other)  # type: ignore[arg-type]
        else:
            yield path_text((*keys, key)), other


def _replaced(base: Scenario, settings: Mapping[str, Any], wanted: str | None) -> Scenario | None:
    """The scenario with these settings; None if that is not the one that is wanted."""
    try:
        made = base.replace(**settings) if settings else base
    except ScenarioError:
        return None
    return made if wanted in (None, made.hash) else None


def _digest(directory: Path) -> str:
    """Of the files of a scenario, by which they are known to be as they were written.

    So a scenario is read again by a version that has more fields, and gives it another hash.
    """
    found = hashlib.sha256()
    for path in sorted(each for each in directory.iterdir() if each.is_file()):
        found.update(f"{path.name} {hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode())
    return found.hexdigest()


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="\n")


# read


def _said(path: Path) -> dict[str, Any]:
    """What `answer.json` says, every value of the kind that it should be, and as it was written."""
    mark = path / MARK
    if not mark.is_file():
        there = "holds no answer: answer.json is missing" if path.is_dir() else "there is no such directory"
        there = "is a file, and no directory of an answer" if path.is_file() else there
        raise AnswerError(f"{path}: {there}")
    try:
        with mark.open("rb") as opened:
            said = json.loads(opened.read(_MOST_BYTES))
    except (OSError, ValueError, RecursionError) as error:
        raise AnswerError(f"{mark}: cannot be read: {' '.join(str(error).split())[:200]}") from None
    if not isinstance(said, dict) or not isinstance(said.get("form"), int) or "sha256" not in said:
        raise AnswerError(f"{mark}: is no answer of exposim's")
    if said["form"] != _FORM:
        raise AnswerError(f"{mark}: its form is {said['form']}; this version reads {_FORM}")
    body = {key: said.get(key) for key in ("answer", "own_kpis", "scenarios")}
    if not (isinstance(body["own_kpis"], dict) and isinstance(body["scenarios"], list)):
        raise AnswerError(f"{mark}: is damaged: it lacks its scenarios or its KPIs")
    if _hash(body) != said["sha256"]:
        raise AnswerError(f"{mark}: is damaged, or was changed by hand: its SHA-256 is not the one written")
    return said


def _scenarios(path: Path, told: Collection[Any]) -> Iterator[Scenario]:
    whole: dict[int, Scenario] = {}
    same: dict[int, bool] = {}  # whether its files are those that were written
    for each in told:
        try:
            number, wanted, name = int(each["of"]), str(each["hash"]), str(each["name"])
            settings = read(each["set"], {})
        except (KeyError, TypeError, ValueError):
            raise AnswerError(f"{path / MARK}: is damaged: a scenario without a place") from None
        file = path / "scenarios" / str(number) / "scenario.toml"
        if not file.is_file():
            raise AnswerError(f"{file}: is missing")
        if number not in whole:
            said = file.with_name(SOURCES)
            whole[number] = with_sources(load(file), said if said.is_file() else None)
            same[number] = each.get("files") == _digest(file.parent)
        made = _replaced(whole[number], settings, None if same[number] else wanted)
        if made is None:
            raise AnswerError(
                f"{file}, or a list that it names, is not what the answer is about, whose SHA-256 is "
                f"{wanted[:8]}…"
            )
        yield replace(made, name=name)


def _hash(body: Mapping[str, Any]) -> str:
    text = json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()


def _other(path: Path, said: Mapping[str, Any], why: str) -> str:
    from sim import __version__

    by = str(said.get("exposim"))
    other = f"; it was written by exposim {by}, this is {__version__}" if by != __version__ else ""
    return f"{path / MARK}: cannot be understood: {' '.join(why.split())}{other}"
