"""Names that may be slips of the pen: one that stands in a single row and nearly is another's.

Whoever is mistyped in one row is one participant more, who is always free and gets meetings.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final

from sim.files.text import folded

__all__ = ["OFTEN", "ghosts", "rows_of"]

OFTEN: Final = 4
"""In so many rows or more stands a name that one in a single row may be meant to be."""
_SHORTEST: Final = 5  # letters of names in which one letter's difference is looked at: Ann is not Anna


def ghosts(rows: Mapping[str, int]) -> list[tuple[str, str]]:
    """Names in one row, each with that in `OFTEN` rows that differs in capitals, accents or one letter.

    `rows` says in how many rows each name stands. Digits are no slip: Booth 12 is not Booth 13. It takes time
    in proportion to the letters of all names.
    """
    once = [name for name, count in rows.items() if count == 1]
    if not once or max(rows.values()) < OFTEN:
        return []
    wanted: dict[str, list[str]] = {}
    for name in once:
        for key in _keys(name):
            wanted.setdefault(key, []).append(name)
    found: dict[str, str] = {}
    for name, count in rows.items():
        if count < OFTEN:
            continue
        for key in filter(wanted.__contains__, _keys(name)):
            for other in wanted[key]:
                if _near(other, name) and rows[found.get(other, other)] < count:
                    found[other] = name
    return [(name, found[name]) for name in once if name in found]


def _keys(name: str) -> list[str]:
    """The name without its accents, and that with each of its letters left out."""
    plain = _plain(name)
    if len(plain) < _SHORTEST:
        return [plain]
    return [plain, *[plain[:at] + plain[at + 1 :] for at, letter in enumerate(plain) if not letter.isdigit()]]


def _plain(name: str) -> str:
    text = folded(name)
    if text.isascii():
        return text
    return "".join(each for each in unicodedata.normalize("NFD", text) if not unicodedata.combining(each))


def _near(one: str, other: str) -> bool:
    """Whether one letter more, less, another, or two that changed places make them the same; no digits."""
    a, b = _plain(one), _plain(other)
    if [each for each in a if each.isdigit()] != [each for each in b if each.isdigit()]:
        return False
    if a == b:
        return True
    if abs(len(a) - len(b)) > 1 or min(len(a), len(b)) < _SHORTEST:
        return False
    head = next((at for at, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))
    tail_a, tail_b = a[head:], b[head:]
    if len(a) != len(b):
        return tail_a[len(a) > len(b) :] == tail_b[len(b) > len(a) :]
    return tail_a[1:] == tail_b[1:] or (tail_a[:2] == tail_b[1::-1] and tail_a[2:] == tail_b[2:])


def rows_of(who: Sequence[int], whom: Sequence[int], people: Sequence[str]) -> dict[str, int]:
    """In how many rows each name stands."""
    count = Counter(who)
    count.update(whom)
    return {name: count[place] for place, name in enumerate(people)}
