"""Pictures of what a study comes to: the confirmed candidates, and how much better they are than now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.decisions.plots.units import change, level
from sim.decisions.told import is_real
from sim.decisions.tune.tuned import named
from sim.plotting import Plots
from sim.plotting.marks import explained, height, intervals
from sim.plotting.style import canvas, numbered, titled

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from sim.decisions.tune.tuned import Candidate, Tuned

__all__ = ["TunedPlots"]


class TunedPlots(Plots):
    """The pictures of what a study comes to."""

    def __init__(self, of: Tuned) -> None:
        self._of = of

    def confirmed(self, ax: Axes | None = None) -> Axes:
        """The objective of the best, the runners-up and the values of now, in replications of their own.

        Intervals hold together at 95 %. Full marks: told apart from now.

        Args:
            ax: on which it is drawn; a figure of its own if left out.
        """
        of = self._of
        rows = [
            level(_named(each), each.value, "", full=each.gain is not None and is_real(each.gain))
            for each in of.confirmed
        ]
        with canvas(ax, (7.8, height(len(rows)))) as drawn:
            intervals(drawn, rows)
            numbered(drawn)
            way = "more" if of.study.objective.goal == "maximise" else "less"
            drawn.set_xlabel(f"objective; {way} is better")
            told = explained(rows, "told apart from now", "now, or not told apart from it")
            self._titled(drawn, "what they come to", told)
        return drawn

    def gains(self, ax: Axes | None = None) -> Axes:
        """How much more of the objective each has than the values of now, paired, in the same replications.

        Args:
            ax: on which it is drawn; a figure of its own if left out.
        """
        of = self._of
        rows = [change(_named(each), each.gain, "") for each in of.confirmed if each.gain is not None]
        with canvas(ax, (7.8, height(len(rows)))) as drawn:
            intervals(drawn, rows, zero=0, bars=True)
            numbered(drawn)
            drawn.set_xlabel("objective, against that of now")
            self._titled(drawn, "against now", explained(rows))
        return drawn

    def _titled(self, ax: Axes, what: str, told: str) -> None:
        of = self._of
        below = f"{len(of.numbers)} replications of their own; all intervals together 95 %; {told}"
        titled(ax, f"{of.study.title or of.study.name}: {what}", below)


def _named(candidate: Candidate) -> str:
    """What a candidate is called, and whether it is what the scenario has."""
    said = named(candidate.settings)
    return said if candidate.gain is not None else f"{said} (now)"
