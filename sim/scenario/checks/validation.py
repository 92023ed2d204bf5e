"""The tree of a document against the schema; what can still be checked when it does not pass."""

from __future__ import annotations

import datetime as dt
from itertools import islice
from typing import Any, Literal, get_args, get_origin

from pydantic import ValidationError

from sim.files.locator import Keys
from sim.scenario.checks.references import Finding
from sim.scenario.checks.wording import Shape, describe, is_section, key_names, shape_at
from sim.scenario.schema.data import ScenarioData

__all__ = ["canonical", "validated"]

_MOST_TOLD = 10_000  # problems; who has more has no scenario
_ROUNDS = 4  # the deepest section of a scenario
_STAND_INS: dict[object, object] = {str: "CN", bool: False, dt.date: dt.date(2000, 1, 1), dt.time: dt.time(0)}


def canonical(value: Any) -> Any:
    """A copy with tables in order of their keys and lists as tuples, as the schema wants them."""
    if isinstance(value, dict):
        return {key: canonical(value[key]) for key in sorted(value, key=_natural)}
    if isinstance(value, list | tuple):
        return tuple(canonical(each) for each in value)
    return value


def _natural(key: str) -> tuple[int, int, str]:
    """Names by letters, clock hours by number."""
    return (0, int(key), key) if key.isascii() and key.isdecimal() and len(key) < 10 else (1, 0, key)


def validated(tree: dict[str, Any]) -> tuple[ScenarioData | None, list[Finding], set[Keys]]:
    """The data, or what is wrong with it and, if possible, the data without what is wrong.

    With one error in a section the others should still be told. So a missing value gets a stand-in
    and a wrong one is cut out, at first alone, then with the tables around it, until the rest is
    sound. The third item returned are the paths of what was changed: nothing is to be said of them.
    """
    wrong: list[Finding] = []
    changed: set[Keys] = set()
    for level in range(_ROUNDS):
        try:
            return ScenarioData.model_validate(tree, strict=True), wrong, changed
        except ValidationError as error:
            found = list(islice(describe(error, ScenarioData, tree), _MOST_TOLD))
            if (more := error.error_count() - len(found)) > 0 and len(found) == _MOST_TOLD:
                return None, [((), f"has {more:,} more problems than are told"), *found], changed
        if level == 0:
            wrong = found
            tree = canonical(tree)
        for keys, _ in found:
            changed |= {_fill(tree, keys) or _cut(tree, keys[: max(1, len(keys) - level)])} - {()}
    return None, wrong, changed


def _fill(tree: dict[str, Any], keys: Keys) -> Keys:
    """Give a missing value a stand-in; its path, or none if there is nothing to be done."""
    node: Any = tree
    for key in keys[:-1]:
        node = node.get(key) if isinstance(node, dict) else None
    shape = shape_at(keys, ScenarioData)
    if not isinstance(node, dict) or keys[-1] in node or shape is None:
        return ()
    stand_in = _stand_in(shape)
    if stand_in is None:
        return ()
    node[str(keys[-1])] = stand_in
    return keys


def _stand_in(shape: Shape) -> Any:
    """Some value that the schema takes; None if there is none without names."""
    hint = shape.hint
    if get_origin(hint) is Literal:
        return get_args(hint)[0]
    if hint in (int, float):
        bounds = {
            name: getattr(each, name)
            for each in shape.metadata
            for name in ("ge", "le")
            if hasattr(each, name)
        }
        return hint(bounds.get("ge", bounds.get("le")))
    if is_section(shape):
        inner = [(key, shape_at((key,), hint)) for key in key_names(hint)]
        needed = {
            key: _stand_in(each) for key, each in inner if each and each.field and each.field.is_required()
        }
        return None if None in needed.values() else needed
    return _STAND_INS.get(hint)


def _cut(tree: dict[str, Any], keys: Keys) -> Keys:
    """Take the value at a path out of the tree, a list whole; the path of what was taken out."""
    node: Any = tree
    for depth, key in enumerate(keys):
        if not isinstance(node, dict) or key not in node:
            return ()
        if depth == len(keys) - 1 or not isinstance(node[key], dict):
            del node[key]
            return keys[: depth + 1]
        node = node[key]
    return ()
