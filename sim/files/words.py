"""What people write for yes, for no, for `if need be`, and beside sums and spans: the one table of it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

__all__ = [
    "CROSSES",
    "FROM",
    "IF_NEED_BE",
    "NO",
    "RANKS",
    "SUMS",
    "TICKS",
    "TO",
    "YES",
    "if_need_be",
    "is_unclear",
    "unclear",
    "yes_or_no",
]

TICKS: Final = frozenset("✓✔☑✅○◯")
"""Marks that mean yes wherever they stand."""
CROSSES: Final = frozenset(("x", "×"))
"""Marks that mean yes, unless there are ticks too: beside a tick, nobody can tell."""

_SAID_YES: Final = (
    "1 + y yes true ok ☒ oui vrai ja j wahr sí si sì sim vero verdadero verdadeiro da да tak igen ano áno "
    "evet kyllä ναι 是 有 はい 예 네"  # noqa: RUF001
)
_SAID_NO: Final = (
    "0 - – — − ✗ ✘ ❌ ☐ n no false non faux nein falsch nee nej não falso nem ne nie нет hayır ei όχι "  # noqa: RUF001
    "否 无 無 いいえ 아니요"
)
YES: Final = TICKS | CROSSES | frozenset(_SAID_YES.split())
NO: Final = frozenset(_SAID_NO.split())
IF_NEED_BE: Final = frozenset(
    (
        *("?", "❔", "❓", "⚠", "~", "(x)", "(✓)", "(✔)", "(1)", "(yes)", "(ja)", "(oui)", "(sí)", "(ok)"),
        *("if need be", "if needed", "ifneedbe", "maybe", "perhaps", "possibly"),
        *("wenn nötig", "falls nötig", "zur not", "vielleicht", "eventuell"),
        *("si besoin", "si nécessaire", "peut-être", "si es necesario", "quizás", "tal vez", "quizá"),
        *("se necessario", "forse", "talvez", "ha muszáj", "talán", "misschien", "kanske", "może"),
    )
)

_SUMS: Final = "total totals sum count summe anzahl gesamt somme suma totale összesen"
SUMS: Final = frozenset(_SUMS.split())
"""What rows are called that add up the others."""
_RANKS: Final = (
    "rank ranks ranking rang priority prio priorität priorité prioridad priorità choice order rangsor"
)
RANKS: Final = frozenset(_RANKS.split())
"""What columns are called that may hold ranks."""
_FROM: Final = "from start von ab de desde da dal du tól"
FROM: Final = frozenset(_FROM.split())
"""What the beginning of a span is called, ..."""
_TO: Final = "to end till until bis à a hasta al au ig"
TO: Final = frozenset(_TO.split())
"""... and its end."""

_VARIATION: Final = "\ufe0e\ufe0f"  # say whether a mark is shown as text or as a picture


def _word(cell: str) -> str:
    return cell.strip(" " + _VARIATION).rstrip(".!").casefold() if cell not in NO else cell


def unclear(cells: Iterable[str]) -> frozenset[str]:
    """The marks among these cells that may mean either: an x beside a ✓ may be a cross."""
    marks = {_word(cell) for cell in cells if len(cell) <= 2}
    return CROSSES & marks if marks & TICKS else frozenset()


def is_unclear(cell: str, marks: frozenset[str]) -> bool:
    """Whether a cell is one of these marks."""
    return _word(cell) in marks


def yes_or_no(cell: str) -> bool | None:
    """Whether a cell says yes, in whatever capitals and in one of many languages; None if neither."""
    word = _word(cell)
    return True if word in YES else False if word in NO else None


def if_need_be(cell: str) -> bool:
    """Whether a cell says `if need be`, as polls have it."""
    return _word(cell) in IF_NEED_BE
