"""A picture as a file, the same bytes for the same picture on the same machine."""

from __future__ import annotations

import io
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
_DPI: Final = 150
_MARGIN: Final = 0.15  # inches


def picture(ax: Axes, form: str) -> bytes:
    """The figure that axes are of, as SVG or PNG.

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
    return file.getvalue()
