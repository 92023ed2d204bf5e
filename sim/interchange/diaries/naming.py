"""Names of files and of sheets, made of people's names: safe, and different wherever they are read."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from typing import Final

from sim.files.text import obeyed

__all__ = ["alike", "file_names", "order_of", "sheet_names"]

_MOST_BYTES: Final = 120  # of 255 that file systems allow: what packs them may put folders before
_MOST_UNITS: Final = 31  # UTF-16 units of a sheet's name in Excel
_FORBIDDEN: Final = re.compile(r"[\[\]:*?/\\]")
_DIGITS: Final = re.compile(r"([0-9]{1,18})")
_DEVICES: Final = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)", re.IGNORECASE)
_RESERVED: Final = "history"  # Excel's own sheet of changes


def alike(name: str) -> str:
    """What names are alike in that differ in capitals, accents or width only."""
    apart = unicodedata.normalize("NFKD", name.casefold())
    return "".join(each for each in apart if unicodedata.category(each) != "Mn").casefold()


def order_of(name: str) -> list[str | int]:
    """What names are sorted by: `Guest 9` comes before `Guest 10`, and capitals and accents do not count."""
    return [int(part) if number % 2 else part for number, part in enumerate(_DIGITS.split(alike(name)))]


def file_names(names: Sequence[str], suffix: str) -> list[str]:
    """A file name for each of these names, which all differ; each depends on its own name alone.

    Letters and digits stay, Latin ones without accents, and all else becomes a hyphen. What nothing is
    left of, and names alike but for capitals, accents or signs, end in digits made of the whole name.
    """
    plain = [_slug(name) for name in names]
    count = Counter(map(alike, plain))
    return [
        (slug if slug and count[alike(slug)] == 1 and not _DEVICES.fullmatch(slug) else _told(slug, name))
        + suffix
        for slug, name in zip(plain, names, strict=True)
    ]


def _slug(name: str) -> str:
    letters = []
    for each in unicodedata.normalize("NFC", name):
        bare = unicodedata.normalize("NFKD", each)[0]
        keep = bare if bare.isascii() else each
        # vowel signs are marks in Indian scripts, and nothing else there can be a letter
        letters.append(keep if keep.isalnum() or unicodedata.category(keep)[0] == "M" else "-")
    text = re.sub("-+", "-", "".join(letters)).strip("-").lower()
    return _cut(text, _MOST_BYTES).strip("-")


def _told(slug: str, name: str) -> str:
    digits = hashlib.blake2b(name.encode(), digest_size=6).hexdigest()
    return f"{slug or 'diary'}-{digits}"


def _cut(text: str, most: int) -> str:
    return text.encode()[:most].decode(errors="ignore")


def sheet_names(names: Sequence[str], taken: Sequence[str] = ()) -> list[str]:
    """A sheet's name for each of these names: legal in Excel, and no two alike but for capitals.

    A name that is too long or there already ends in its number among those alike.
    """
    used = {name.casefold() for name in taken} | {_RESERVED}
    found = []
    for name in names:
        plain = _FORBIDDEN.sub(" ", "".join(" " if obeyed(each) else each for each in name))
        plain = " ".join(plain.split()).strip("' ") or "-"
        sheet, number = _units(plain, _MOST_UNITS), 1
        while sheet.casefold() in used:
            number += 1
            end = f" ({number})"
            sheet = _units(plain, _MOST_UNITS - len(end)) + end
        used.add(sheet.casefold())
        found.append(sheet)
    return found


def _units(text: str, most: int) -> str:
    """Cut to so many UTF-16 units, not within a letter, nor to end in a mark."""
    return text.encode("utf-16-le")[: 2 * most].decode("utf-16-le", errors="ignore").rstrip(" '")
