"""The tables of `sim/README.md` that are made from the declarations of fields, and their renewal."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator
from pathlib import Path

from sim.files.whole import write_file
from sim.scenario.schema.fields import ASSUMPTION, NEUTRAL, Section, about
from sim.scenario.schema.overview import ScenarioField, fields
from sim.scenario.schema.rows import ExhibitorRow
from sim.scenario.writing.plain import plain_value
from sim.scenario.writing.toml import toml_value

__all__ = ["renewed", "write_description"]

_PART = "<!-- made from the fields: {} -->"
_END = "<!-- end -->"


def renewed(text: str) -> str:
    """The description with the tables between its marks made anew.

    Raises ValueError if a mark is missing or stands twice.
    """
    parts = {
        "measured": _measured(),
        "assumed": _assumed(),
        "neutral": _neutral(),
        "exhibitors_file": _columns(ExhibitorRow),
    }
    for name, lines in parts.items():
        mark = _PART.format(name)
        whole = re.compile(rf"{re.escape(mark)}\n.*?{re.escape(_END)}", re.DOTALL)
        made = "\n".join([mark, "", *lines, "", _END])
        text, n = whole.subn(lambda _, made=made: made, text)  # type: ignore[misc]
        if n != 1:
            raise ValueError(f"{mark!r} stands {n} times in the description; allowed: once")
    return text


def write_description(path: Path) -> Path:
    """Renew the tables of a description; its path."""
    write_file(path, renewed(path.read_text(encoding="utf-8")).encode("utf-8"), replace=True)
    return path


def _measured() -> Iterator[str]:
    yield "| field | default | unit | plausible | fact | grade | what it is |"
    yield "|---|---|---|---|---|---|---|"
    for each in fields().values():
        if each.source not in ("", ASSUMPTION, NEUTRAL):
            cells = (f"`{each.path}`", _default(each), _unit(each), _range(each), each.source, each.grade)
            yield f"| {' | '.join((*cells, _meaning(each)))} |"


def _assumed() -> Iterator[str]:
    yield "| field | default | unit | plausible | what it is |"
    yield "|---|---|---|---|---|"
    for each in fields().values():
        if each.source == ASSUMPTION:
            cells = (f"`{each.path}`", _default(each), _unit(each), _range(each), _meaning(each))
            yield f"| {' | '.join(cells)} |"


def _neutral() -> Iterator[str]:
    names = ", ".join(f"`{each.path}`" for each in fields().values() if each.source == NEUTRAL)
    yield from textwrap.wrap(f"{names}.", 118, break_on_hyphens=False, break_long_words=False)


def _columns(row: type[Section]) -> Iterator[str]:
    """The columns of a list beside a scenario."""
    yield "| column | needed | unit | example | what it is |"
    yield "|---|---|---|---|---|"
    for name, info in row.model_fields.items():
        told = about(info)
        example = told.example
        shown = {True: "yes", False: "no"}[example] if isinstance(example, bool) else str(example)
        cells = (f"`{name}`", "yes" if info.is_required() else "–", told.unit or "–", f"`{shown}`")
        yield f"| {' | '.join((*cells, info.description or ''))} |"


def _default(each: ScenarioField) -> str:
    return f"`{toml_value(plain_value(each.default))}`"


def _unit(each: ScenarioField) -> str:
    return each.unit or "–"


def _range(each: ScenarioField) -> str:
    return f"{each.plausible[0]:g} to {each.plausible[1]:g}" if each.plausible else "–"


def _meaning(each: ScenarioField) -> str:
    remark = f" {each.remark[:1].upper()}{each.remark[1:]}." if each.remark else ""
    return f"{each.description}{remark}".replace("|", "\\|")
