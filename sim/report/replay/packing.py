"""Columns of whole numbers as text for a page: byte planes, compressed, in base64."""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Mapping, Sequence
from typing import Any, Final, TypeVar, cast

import numpy as np
import numpy.typing as npt

__all__ = ["ahead", "packed", "script_json", "together", "zigzag"]

_LEVEL: Final = 6
Integers = npt.NDArray[np.integer[Any]]
_Columns = TypeVar("_Columns", bound="tuple[Integers, ...]")


def ahead(values: Integers, index: Integers) -> npt.NDArray[np.int64]:
    """By how much each value is more than the one before it in its row; the first of a row is as it is.

    `index` says where rows begin (`sim.floor.arrays`). Small numbers are packed better.
    """
    change = values.astype(np.int64)
    change[1:] -= values[:-1]
    first = np.asarray(index)[:-1][np.diff(index) > 0]
    change[first] = values[first]
    return change


def together(parts: Sequence[_Columns]) -> _Columns:
    """Columns that come in parts, one after the other."""
    whole: Any = tuple(np.concatenate(column) for column in zip(*parts, strict=True))
    return cast("_Columns", whole)


def zigzag(values: Integers) -> npt.NDArray[np.int64]:
    """Whole numbers of either sign as numbers from 0: 0, -1, 1, -2 become 0, 1, 2, 3."""
    signed = values.astype(np.int64)
    made: npt.NDArray[np.int64] = np.where(signed < 0, -2 * signed - 1, 2 * signed)
    return made


def packed(columns: Mapping[str, Integers | str]) -> dict[str, Any]:
    """What a page unpacks: `columns` lists name, length and bytes of a number, `data` holds all of them.

    A column of numbers from 0 below 2 ** 32 is held as planes, all lowest bytes first, since like bytes side
    by side are compressed best; a text is one of bytes of UTF-8. The compression is zlib's (RFC 1950), and
    the same columns give the same text with the same zlib.

    Raises ValueError for a number that is out of range: it would be another one on the page.
    """
    listed: list[list[Any]] = []
    parts: list[bytes] = []
    for name, column in columns.items():
        if isinstance(column, str):
            raw = column.encode("utf-8")
            listed.append([name, len(raw), 0])
            parts.append(raw)
            continue
        least, most = (int(column.min()), int(column.max())) if len(column) else (0, 0)
        if least < 0 or most >= 1 << 32:
            raise ValueError(f"{name}: found {least} to {most}; allowed: 0 to {(1 << 32) - 1}")
        width = next(n for n in (1, 2, 3, 4) if most < 1 << (8 * n))
        planes = column.astype("<u4").view(np.uint8).reshape(-1, 4).T[:width]
        listed.append([name, len(column), width])
        parts.append(planes.tobytes())
    squeezed = zlib.compress(b"".join(parts), _LEVEL)
    return {"columns": listed, "data": base64.b64encode(squeezed).decode("ascii")}


def script_json(value: Any) -> str:
    """JSON that may stand in a `<script>`: whatever is in its texts, none of it can end the element."""
    made = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return made.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
