"""Pictures of what a study comes to: the confirmed candidates, and how much better they are than now."""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING, Final

from sim.decisions.plots.units import axis, change, factor, level
from sim.decisions.told import is_real
from sim.decisions.tune.tuned import named
from sim.plotting import Plots
from sim.plotting.marks import explained, height, intervals
from sim.plotting.style import BLUE, GREY, VERMILION, canvas, numbered, text, titled

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from sim.decisions.tune.fronts import Front
    from sim.decisions.tune.study_file import Objective
    from sim.decisions.tune.tuned import Candidate, Tuned
    from sim.statistics.intervals import Estimate

__all__ = ["FrontPlots", "TunedPlots"]


_WAYS: Final = {"maximise": "more is better", "minimise": "less is better"}


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
            drawn.set_xlabel(f"objective; {_WAYS[of.study.objective.goal]}")
            told = explained(rows, "told apart from now", "now, or not told apart from it")
            self._titled(drawn, "what they come to", told)
        return drawn

    def gains(self, ax: Axes | None = None) -> Axes:
        """How much more of the objective each has than the values of now, paired, in the same replications.

        Args:
            ax: on which it is drawn; a figure of its own if left out.
        """
        of = self._of
        rows = [
            change(_named(each), each.gain, "")
            for each in of.confirmed
            if each.gain is not None and isfinite(each.gain.mean)  # now there may be no value to compare
        ]
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


class FrontPlots(Plots):
    """The pictures of a study of two objectives."""

    def __init__(self, of: Front) -> None:
        self._of = of

    def front(self, ax: Axes | None = None) -> Axes:
        """The combinations between which to choose, by both objectives, and what the scenario has now.

        Intervals of both hold together at 95 %.

        Args:
            ax: on which it is drawn; a figure of its own if left out.
        """
        of = self._of
        objectives = of.study.objectives
        times = [factor(each.unit) for each in objectives]
        shown = [[e.scaled(by) for e, by in zip(two, times, strict=True)] for two in of.estimates]
        with canvas(ax, (7.2, 4.6), grid="both") as drawn:
            front = shown[: of.many]
            drawn.plot([a.mean for a, _ in front], [b.mean for _, b in front], "--", color=GREY, linewidth=1)
            for at, (a, b) in enumerate(shown):
                now = at == of.now
                colour = VERMILION if now else BLUE
                drawn.errorbar(a.mean, b.mean, _ends(b), _ends(a), color=colour, linewidth=1.2, capsize=3)
                drawn.plot(a.mean, b.mean, "D" if now else "o", color=colour, markersize=6)
                said = text(f"{of.called(at)} (now)" if now else of.called(at), 28)
                drawn.annotate(said, (a.mean, b.mean), (7, 5), textcoords="offset points", fontsize=9)
            drawn.set_xlabel(self._label(objectives[0], 70))
            drawn.set_ylabel(self._label(objectives[1], 40))
            numbered(drawn, "xy")
            drawn.margins(0.15)
            titled(
                drawn,
                f"{of.study.title or of.study.name}: between what to choose",
                f"{len(of.numbers)} replications of their own; lines: intervals, all together 95 %; diamond: "
                "now; dashes join the front in its order",
            )
        return drawn

    def _label(self, objective: Objective, columns: int) -> str:
        unit = axis(objective.unit, self._of.study.scenario.data.costs.currency)
        called = f"{objective.called}, {unit}" if unit else objective.called
        return text(f"{called}; {_WAYS[objective.goal]}", columns)


def _ends(e: Estimate) -> list[list[float]] | None:
    """How far its interval reaches to either side, as matplotlib takes it; None if there is none."""
    return [[e.mean - e.low], [e.high - e.mean]] if isfinite(e.low) else None


def _named(candidate: Candidate) -> str:
    """What a candidate is called, and whether it is what the scenario has."""
    said = named(candidate.settings)
    return said if candidate.gain is not None else f"{said} (now)"
