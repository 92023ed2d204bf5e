"""The picture of a validation: what is simulated, over what is known."""

from __future__ import annotations

from collections.abc import Mapping
from math import isfinite, nan
from typing import TYPE_CHECKING, Any, Final

from sim.decisions.validate.claims import shown_end
from sim.plotting import Plots
from sim.plotting.marks import Interval, explained, height, intervals
from sim.plotting.style import GREY, canvas, titled
from sim.statistics.text import number, shown_unit

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

__all__ = ["ValidatedPlots"]

_WIDEST: Final = 3.2  # ranges, that are shown to either side
_EXACT: Final = 0.05  # of a published number that has no range: the half of one


class ValidatedPlots(Plots):
    """The pictures of a validation, of its `frame` as it was found or read from a file again."""

    def __init__(self, frame: pd.DataFrame, title: str = "What is simulated, and what is known") -> None:
        self._frame, self._title = frame, title

    def ranges(self, group: str | None = None, basis: str | None = None, ax: Axes | None = None) -> Axes:
        """Each figure with its 95 % interval, over the range within which it agrees, drawn as wide as 1.

        Args:
            group: only the figures under this heading.
            basis: only those `predicted`, or `fitted`.
            ax: on which it is drawn; a figure of its own if left out.

        Raises:
            ValueError: there is no such figure.
        """
        rows = [each for each in self._frame.to_dict("records") if isfinite(each["least"])]
        rows = [each for each in rows if group in (None, each["group"]) and basis in (None, each["basis"])]
        if not rows:
            raise ValueError("no figure of that group and basis has a range")
        drawn_rows = [_row(each) for each in rows]
        with canvas(ax, (8.6, height(len(rows)))) as drawn:
            for at in range(len(rows)):
                drawn.barh(at, 1, left=-0.5, height=0.62, color=GREY, alpha=0.3, zorder=0.5)
            intervals(drawn, drawn_rows)
            drawn.set_xlim(-_WIDEST, _WIDEST)
            drawn.set_xlabel("from the middle of what is known, in widths of its range")
            marks = explained(drawn_rows, "within what is known", "off")
            titled(
                drawn,
                self._title,
                f"grey: the range that agrees, in brackets; each interval alone 95 %; {marks}",
            )
        return drawn


def _row(said: Mapping[Any, Any]) -> Interval:
    """A figure, from the middle of its range, in widths of that."""
    mean, low, high, least, most = (float(said[each]) for each in ("mean", "low", "high", "least", "most"))
    unit = str(said["unit"])
    middle, width = (least + most) / 2, (most - least) or 2 * _EXACT * abs(most)

    def away(value: float) -> float:
        return max(-_WIDEST, min(_WIDEST, (value - middle) / width)) if isfinite(value) else nan

    ends = dict.fromkeys(shown_end(each, unit) for each in (least, most))
    named = shown_unit(unit, value=mean)
    text = f"{number(mean, unit)} ({' to '.join(ends)}){' ' + named if named else ''}"
    return Interval(str(said["claim"]), away(mean), away(low), away(high), said["verdict"] == "within", text)
