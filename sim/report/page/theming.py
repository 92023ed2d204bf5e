"""A picture in the colours of the page that it stands on, be that light, dark or on paper."""

from __future__ import annotations

import re
from typing import Final

from sim.plotting.style import THEMED

__all__ = ["themed"]

_NAMES: Final = {colour.lower(): name for colour, name in THEMED.items()}
_COLOUR: Final = re.compile(r'(?:(?<=: )|(?<=fill="))#[0-9a-f]{6}(?=[;"])')


def themed(svg: str) -> str:
    """An SVG as matplotlib writes it, with names of the style sheet for the colours of our pictures.

    What has no colour of its own is to be drawn in the ink of the page, as its style sheet says.
    """

    def named(colour: re.Match[str]) -> str:
        name = _NAMES.get(colour[0])
        return colour[0] if name is None else f"var(--{name})"

    return _COLOUR.sub(named, svg)
