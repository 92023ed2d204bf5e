"""A scenario written as TOML, in the shape of scenario files."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Mapping
from typing import Any

__all__ = ["toml_document", "toml_key", "toml_value"]

_BARE = re.compile(r"[A-Za-z0-9_-]+")
_WIDTH = 100  # longer lists are wrapped


def toml_document(tree: Mapping[str, Any]) -> str:
    """The TOML text of nested tables; distributions and tables in lists are written inline."""
    lines: list[str] = []
    _section(tree, (), lines)
    return "\n".join(lines).strip("\n") + "\n"


def toml_value(value: Any) -> str:
    """One value as TOML writes it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        # JSON's escapes are TOML's; JSON leaves DEL as it is, TOML does not
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, dt.datetime | dt.date | dt.time):
        return value.isoformat()
    if isinstance(value, Mapping):
        if not value:
            return "{}"
        return "{ " + ", ".join(f"{toml_key(key)} = {toml_value(each)}" for key, each in value.items()) + " }"
    return "[" + ", ".join(map(toml_value, value)) + "]"


def _section(tree: Mapping[str, Any], path: tuple[str, ...], lines: list[str]) -> None:
    inner = {key: value for key, value in tree.items() if _has_header(value)}
    own = {key: value for key, value in tree.items() if key not in inner}
    if path and (own or not inner):
        lines += ["", f"[{'.'.join(map(toml_key, path))}]"]
    for key, value in own.items():
        lines += _pair(key, value)
    for key, value in inner.items():
        _section(value, (*path, key), lines)


def _has_header(value: object) -> bool:
    return isinstance(value, Mapping) and "dist" not in value and bool(value)


def _pair(key: str, value: Any) -> list[str]:
    line = f"{toml_key(key)} = {toml_value(value)}"
    if len(line) <= _WIDTH or not isinstance(value, list | tuple):
        return [line]
    wrapped = [f"{toml_key(key)} = [", "   "]
    for item in value:
        text = f" {toml_value(item)},"
        if len(wrapped[-1]) + len(text) > _WIDTH and wrapped[-1].strip():
            wrapped.append("   ")
        wrapped[-1] += text
    return [*wrapped, "]"]


def toml_key(key: str) -> str:
    """A key as TOML writes it: in quotes if it must be."""
    return key if _BARE.fullmatch(key) else toml_value(key)
