"""A picture as a file, the same bytes for the same picture on the same machine."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["FORMATS", "picture"]

FORMATS: Final = ("svg", "png")
"""What a file may be, by the ending of its name."""

_SAID: Final[dict[str, dict[str, Any]]] = {
    "svg": {"Date": None, "Creator": "exposim"},
    "png": {"Software": "exposim"},
}
_ROOT: Final = re.compile(rb"(<svg\b[^>]*)>")
_DPI: Final = 150
_MARGIN: Final = 0.15  # inches


def picture(ax: Axes, form: str) -> bytes:
    """The figure that axes are of, as SVG or PNG; an SVG tells those who do not see it what it is of.

    Raises ValueError for another format.
    """
    if form not in FORMATS:
        raise ValueError(f"found {form!r}; allowed: {', '.join(FORMATS)}")
    import matplotlib as mpl

    file = io.BytesIO()
    with mpl.rc_context({"svg.hashsalt": "exposim", "svg.fonttype": "path"}):
        ax.figure.figure.savefig(  # of a part of a figure the whole
            file, format=form, dpi=_DPI, metadata=_SAID[form], bbox_inches="tight", pad_inches=_MARGIN
        )
    return file.getvalue() if form == "png" else _titled(file.getvalue(), ax)


def _titled(svg: bytes, ax: Axes) -> bytes:
    """An SVG with the titles of its axes, or what they show, as its own title."""
    from markupsafe import escape

    every = ax.figure.figure.axes
    titles = [each.get_title() or each.get_title("left") for each in every]
    labels = [each.get_ylabel() or each.get_xlabel() for each in every]
    said = "; ".join(dict.fromkeys(filter(None, titles))) or "; ".join(dict.fromkeys(filter(None, labels)))
    title = f"<title>{escape(' '.join(said.split()))}</title>".encode()
    return _ROOT.sub(lambda root: root[1] + b' role="img">' + title, svg, count=1)
