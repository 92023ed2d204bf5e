"""Pictures of what a part of the expo adds: changes of exhibitors, pairs, and its own booths by size."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sim.decisions.adds.added import CONTACT, MEASURES, MET
from sim.decisions.adds.added_text import group_name
from sim.decisions.adds.taken import said_what
from sim.decisions.plots.units import change, level
from sim.decisions.told import in_text
from sim.plotting import Plots
from sim.plotting.marks import explained, height, intervals
from sim.plotting.style import BLUE, INK, ORANGE, canvas, numbered, text, titled

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from sim.decisions.adds.added import Added

__all__ = ["AddedPlots"]

_COLUMNS: Final = 70


class AddedPlots(Plots):
    """The pictures of what a part of the expo adds."""

    def __init__(self, of: Added) -> None:
        self._of = of

    def changes(self, measure: str = "useful", ax: Axes | None = None) -> Axes:
        """What it does to an exhibitor of its own, of the others and of all, with intervals.

        Args:
            measure: of `sim.decisions.adds.added.MEASURES`.
            ax: on which it is drawn; a figure of its own if left out.

        Raises:
            KeyError: there is no such measure.
        """
        of, label = self._of, _label(measure)
        rows = [change(group_name(of, group), of.change(measure, group), "") for group in of.groups]
        rows += [change(f"its own {size} booths", of.change(measure, size), "") for size in of.sizes]
        with canvas(ax, (7.8, height(len(rows)))) as drawn:
            intervals(drawn, rows, zero=0)
            numbered(drawn)
            drawn.set_xlabel(f"change of {label}, each exhibitor")
            titled(
                drawn,
                f"{label.capitalize()} with {said_what(of.scenario, of.what)}",
                f"against the same fair without, paired, {len(of.numbers)} replications; all intervals "
                f"together 95 %; {explained(rows)}",
            )
        return drawn

    def pairs(self, kind: str = CONTACT, ax: Axes | None = None) -> Axes:
        """How many pairs there are only with it, with and without, and only without.

        Args:
            kind: `contact`, pairs in useful contact, or `met`, with any interaction.
            ax: on which it is drawn; a figure of its own if left out.

        Raises:
            KeyError: there is no such kind of pair.
        """
        of = self._of
        what = {CONTACT: "in useful contact", MET: "that met"}[kind]
        how = "in a meeting of it" if kind == CONTACT else "programme alone"
        told = {"only_with": "only with it", "through_only_with": f"... {how}", "both": "with and without"}
        told |= {"through_both": f"... {how}", "only_without": "only without it"}
        if kind == CONTACT and not of.in_meetings:
            told = {part: said for part, said in told.items() if not part.startswith("through")}
        whose = "own" if "own" in of.groups else "all"
        rows = [level(said, of.counted(kind, part, whose), "") for part, said in told.items()]
        with canvas(ax, (7.8, height(len(rows)))) as drawn:
            intervals(drawn, rows, zero=0, bars=True)
            drawn.set_xlim(0, None)
            numbered(drawn)
            drawn.set_xlabel(
                "pairs of organisations" + (", one of them of its own" if whose == "own" else "")
            )
            titled(
                drawn,
                f"Pairs {what}, with {said_what(of.scenario, of.what)} or without",
                f"{len(of.numbers)} replications; all intervals together 95 %",
            )
        return drawn

    def booths(self, measure: str = "useful", ax: Axes | None = None) -> Axes:
        """What it does to each of its own booths, over their area; its mean over replications.

        Args:
            measure: of `sim.decisions.adds.added.MEASURES`.
            ax: on which it is drawn; a figure of its own if left out.

        Raises:
            KeyError: there is no such measure.
            ValueError: there are no booths of its own.
        """
        of, label = self._of, _label(measure)
        own = of.exhibitors[of.exhibitors["own"]]
        if not len(own):
            raise ValueError("it is nobody's own: adds(…, own=…) says whose it is")
        moved = own.assign(change=own[measure] - own[f"{measure}_without"])
        each = moved.groupby("name")[["area_m2", "change"]].mean()
        with canvas(ax, (7.2, 3.8), grid="y") as drawn:
            drawn.axhline(0, color=INK, linewidth=1)
            for mark, shade, some in (("o", BLUE, each["change"] >= 0), ("v", ORANGE, each["change"] < 0)):
                drawn.plot(
                    each["area_m2"][some],
                    each["change"][some],
                    mark,
                    color=shade,
                    markersize=5,
                    alpha=0.8,
                    linestyle="none",
                )
            mean = of.change(measure, "own").mean
            drawn.axhline(mean, color=BLUE, linestyle="--", linewidth=1.2)
            drawn.set_xlabel("area of the booth, m²")
            drawn.set_ylabel(text(f"change of {label}", _COLUMNS))
            numbered(drawn)
            titled(
                drawn,
                f"{label.capitalize()} of each of its own booths",
                f"mean over {len(of.numbers)} replications, in which chance is still seen; circle: more, "
                "triangle: fewer; dashes: all of them",
            )
        return drawn


def _label(measure: str) -> str:
    if measure not in MEASURES:
        raise KeyError(f"{measure!r} is no measure; there are: {', '.join(MEASURES)}")
    return in_text(MEASURES[measure])
