"""What `.plot` of a result gives: its pictures, each drawn in a room of its own."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Literal

from sim.files.problems import did_you_mean
from sim.plotting import Plots
from sim.replication import whole_number
from sim.report.plots import (
    asked,
    coming_of_it,
    degrees,
    floor,
    flowing,
    growing,
    kinds,
    matrices,
    programming,
    ring,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from sim.report.source import Source

__all__ = ["ResultPlots"]

Measure = Literal["useful_contacts", "contacts", "conversations", "stops", "meetings_held", "busy_share"]
"""What exhibitors are looked at by."""


class ResultPlots(Plots):
    """The pictures of a replication: what is drawn are numbers of its tables.

    Of results of several they are means over all of which the small tables were kept, with 95 % intervals;
    but for the network, robustness and alliances, which are of one, and say of which.
    """

    def __init__(self, of: Source) -> None:
        self._of = of

    def who_met_whom(
        self,
        by: Literal["chain", "stage", "country"] = "chain",
        of: Literal["interactions", "ties", "useful"] = "interactions",
        ax: Axes | None = None,
        *,
        most: int = matrices.MOST,
    ) -> Axes:
        """How often chains, stages or countries met each other, as a map with its counts.

        Args:
            by: `chain`, `stage` or `country`.
            of: `interactions`, or `ties` (pairs of organisations that met), or `useful` (those with a
                useful contact): as `result.matrix`.
            ax: on which it is drawn; a figure of its own if left out.
            most: groups with a row of their own, those with most; the others share one.

        Raises:
            ValueError: another `by` or `of`, or `most` is no whole number of 1 or more.
        """
        return matrices.draw_matrix(
            self._of,
            _one_of("by", by, ("chain", "stage", "country")),
            _one_of("of", of, ("interactions", "ties", "useful")),
            whole_number("most", most, 1),
            ax,
        )

    def degrees(
        self,
        of: Literal["useful_contacts", "partners", "minutes"] = "useful_contacts",
        ax: Axes | None = None,
    ) -> Axes:
        """How many organisations have at least so many contacts, beside a random network with as many.

        Args:
            of: `useful_contacts`, `partners` (anybody met) or `minutes` together: the strength of a vertex.
            ax: on which it is drawn; a figure of its own if left out.

        Raises:
            ValueError: another `of`.
        """
        return degrees.draw_degrees(self._of, _one_of("of", of, degrees.WHAT), ax)

    def network(
        self,
        of: Literal["organisations", "exhibitors"] = "organisations",
        ax: Axes | None = None,
        *,
        most: int = ring.MOST,
    ) -> Axes:
        """Organisations on a ring, by chain and stage, and the longest of their useful contacts.

        Args:
            of: `organisations`, or `exhibitors` and their contacts with each other alone.
            ax: on which it is drawn; a figure of its own if left out.
            most: ties that are drawn, those that were longest together.

        Raises:
            ValueError: another `of`, or `most` is no whole number of 1 or more.
        """
        chosen = _one_of("of", of, ("organisations", "exhibitors"))
        return ring.draw_network(self._of, chosen == "exhibitors", whole_number("most", most, 1), ax)

    def growth(self, ax: Axes | None = None) -> Axes:
        """Pairs that had met, and organisations that were connected, hour by hour.

        Args:
            ax: on which it is drawn; a figure of its own if left out.
        """
        return growing.draw_growth(self._of, ax)

    def robustness(
        self, of: Literal["exhibitors", "organisations", "countries"] | None = None, ax: Axes | None = None
    ) -> Axes:
        """What is still connected as exhibitors, organisations or countries are removed.

        Args:
            of: what is removed; all three if left out.
            ax: on which it is drawn; a figure of its own if left out.

        Raises:
            ValueError: another `of`.
        """
        chosen = None if of is None else _one_of("of", of, growing.REMOVED)
        return growing.draw_robustness(self._of, chosen, ax)

    def alliances(self, of: Literal["each", "chance"] = "each", ax: Axes | None = None) -> Axes:
        """Each industry alliance: how large, how many stages of a chain; or all, beside random networks.

        Args:
            of: `each`, or `chance`: how many there are, beside how many there would be.
            ax: on which it is drawn; a figure of its own if left out.

        Raises:
            ValueError: another `of`.
        """
        if _one_of("of", of, ("each", "chance")) == "chance":
            return coming_of_it.draw_by_chance(self._of, ax)
        return coming_of_it.draw_alliances(self._of, ax)

    def outcomes(self, ax: Axes | None = None) -> Axes:
        """From contacts to chain contacts, key contacts, intentions and agreements, and what was lost.

        Beside what was published, where the scenario is of an event of which something was.

        Args:
            ax: on which it is drawn; a figure of its own if left out.
        """
        return coming_of_it.draw_outcomes(self._of, ax)

    def flow(self, ax: Axes | None = None) -> Axes:
        """People on the floor by what they do: in queues, talking, in meetings, seated, eating, walking.

        Args:
            ax: on which it is drawn; a figure of its own if left out.
        """
        return flowing.draw_flow(self._of, ax)

    def funnel(self, ax: Axes | None = None) -> Axes:
        """Requests for meetings: accepted, scheduled, held, and what was lost, by reason.

        Args:
            ax: on which it is drawn; a figure of its own if left out.
        """
        return asked.draw_funnel(self._of, ax)

    def interactions(self, ax: Axes | None = None) -> Axes:
        """Interactions that begin in each hour: conversations, contacts in rounds of mixing, meetings.

        Args:
            ax: on which it is drawn; a figure of its own if left out.
        """
        return kinds.draw_interactions(self._of, ax)

    def map(self, of: Measure = "useful_contacts", ax: Axes | None = None) -> Axes:
        """Halls and booths to scale, coloured by what they had; exhibitors left out are hatched.

        Args:
            of: a column of the table of exhibitors: `useful_contacts`, `contacts`, `conversations`, `stops`,
                `meetings_held` or `busy_share`.
            ax: on which it is drawn; a figure of its own if left out.

        Raises:
            ValueError: another `of`.
        """
        return floor.draw_map(self._of, _one_of("of", of, floor.MEASURES), ax)

    def booths(self, of: Measure = "useful_contacts", ax: Axes | None = None) -> Axes:
        """All exhibitors in order of what they had, those left out marked.

        Args:
            of: as `map`.
            ax: on which it is drawn; a figure of its own if left out.

        Raises:
            ValueError: another `of`.
        """
        return floor.draw_booths(self._of, _one_of("of", of, floor.MEASURES), ax)

    def programme(self, ax: Axes | None = None) -> Axes:
        """All sessions when they were, by kind, coloured by how full they were.

        Args:
            ax: on which it is drawn; a figure of its own if left out.
        """
        return programming.draw_programme(self._of, ax)


def _one_of(name: str, value: str, allowed: Collection[str]) -> str:
    """The value, if it is allowed; else a ValueError with the near miss."""
    if value not in allowed:
        near = did_you_mean(str(value), allowed)
        raise ValueError(f"{name} = {value!r} is none of {', '.join(allowed)}{near}")
    return value
