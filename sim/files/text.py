"""Text of people's: how names compare, what may be printed of them, what a spreadsheet would run.

Names come out of files that anybody may have written. They are compared in composed letters (NFC), so
that `é` is one letter however a system writes it, and without marks that nobody sees. They are
printed without anything that a terminal would obey, and written into CSV files so that no spreadsheet
takes one for a formula.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Any, Final

__all__ = [
    "CLEAN",
    "FORMULA_BEGINS",
    "NUMBER",
    "composed",
    "folded",
    "obeyed",
    "obeyed_in_cell",
    "plain_cell",
    "printable",
    "printable_json",
    "read_cell",
    "same",
]

# U+FFFE and U+FFFF are no characters: XML, and so no workbook and no graph, can hold them.
# Of the marks that nobody sees, the two joiners are letters of Persian and of Indian scripts.
_OBEYED: Final = r"\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u206f\ufff9-\ufffb\ufffe\uffff"
_UNSEEN: Final = r"\xad\u061c\u180e\u200b\u200e\u200f\u2060-\u2065\ufeff"
CLEAN: Final = rf"^[^{_OBEYED}{_UNSEEN}]*$"
"""What a name may hold: no control characters, line breaks, changes of direction, nor unseen marks."""

_OBEYED_IN: Final = re.compile(f"[{_OBEYED}]")
_UNSEEN_IN: Final = re.compile(f"[{_UNSEEN}]+")
_BLANKS: Final = {9: 32, 10: 32, 13: 32}
FORMULA_BEGINS: Final = r"=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20"
"""What a formula begins with, as East Asian keyboards have it too; to stand in brackets of a pattern."""
_FORMULA: Final = re.compile(f"'*[{FORMULA_BEGINS}]")
_ESCAPED: Final = re.compile(f"'+[{FORMULA_BEGINS}]")
NUMBER: Final = re.compile(r"[+-]?(\d+([.,]\d*)?|[.,]\d+)(e[+-]?\d+)?", re.ASCII | re.IGNORECASE)
"""A number as cells hold it, with a decimal point or comma."""


def same(text: str) -> str:
    """A name as it is compared: composed letters, no marks that nobody sees, no blanks around."""
    if text.isascii():
        return text.strip()
    # composed last: without an unseen mark between them, a letter and its accent are one
    return unicodedata.normalize("NFC", _UNSEEN_IN.sub("", text)).strip()


def folded(name: str) -> str:
    """What names have in common that differ in capitals, blanks or width only."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def composed(value: Any) -> Any:
    """A tree of plain values with all its texts in composed letters (NFC)."""
    if isinstance(value, str):
        return unicodedata.normalize("NFC", value)
    if isinstance(value, dict):
        return {key: composed(each) for key, each in value.items()}
    if isinstance(value, list):
        return [composed(each) for each in value]
    return value


def obeyed(text: str) -> bool:
    """Whether there is something in it that a terminal would obey: controls, line breaks, directions."""
    return _OBEYED_IN.search(text) is not None


def obeyed_in_cell(text: str) -> bool:
    """As `obeyed`, of cells: in these, tabs and line breaks are blanks."""
    return obeyed(text.translate(_BLANKS))


def printable(text: str, *, lines: bool = True) -> str:
    r"""Text without anything that a terminal would obey or nobody would see: `\x1b` for an escape.

    That is whatever Python calls not printable: controls (C0, C1), marks of direction or without width,
    blanks of another kind than the common one. A line break stays if there may be `lines`.
    """
    if text.isprintable():
        return text
    return "".join(
        each if each.isprintable() or (lines and each == "\n") else repr(each)[1:-1] for each in text
    )


def printable_json(text: str) -> str:
    r"""JSON that says the same, with what is not printable within its texts as `\u009b`."""
    if text.isprintable():
        return text
    return "".join(each if each.isprintable() or each == "\n" else _json_escape(each) for each in text)


def _json_escape(each: str) -> str:
    units = each.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[at]:02x}{units[at + 1]:02x}" for at in range(0, len(units), 2))


def plain_cell(text: str) -> str:
    """A cell that no spreadsheet takes for a formula: one that begins as a formula gets a `'` before it.

    Formulas begin with = + - @, a tab or a line break. Numbers (-5) stay, and so does everything else.
    `read_cell` takes the mark away again: `read_cell(plain_cell(text)) == text` for every text, because
    a text that begins with such a mark itself gets another one.
    """
    if NUMBER.fullmatch(text) or not _FORMULA.match(text):
        return text
    return "'" + text


def read_cell(cell: str) -> str:
    """What `plain_cell` was given."""
    return cell[1:] if _ESCAPED.match(cell) else cell
