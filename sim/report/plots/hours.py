"""An axis of opening hours: day after day, without the nights between."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sim.plotting.style import SOFT

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import pandas as pd
    from matplotlib.axes import Axes

    from sim.floor.arrays import IntArray
    from sim.report.source import Source
    from sim.statistics.ledger import Floats

__all__ = ["GAP", "Hours", "day_named", "hours_of", "opening_hours"]

GAP: Final = 0.5
"""Hours between two days."""
_MOST_LABELS: Final = 14  # hours that are named along an axis


@dataclass(frozen=True)
class Hours:
    """Hours of each day that are shown, and where on the axis they are."""

    days: tuple[np.datetime64, ...]  # midnights
    first: int  # hour of the day that is shown first
    last: int  # ... and at which the day ends

    @property
    def span(self) -> int:
        """Hours that are shown of a day."""
        return self.last - self.first

    def day(self, moments: pd.Series[pd.Timestamp]) -> IntArray:
        """The day, from 0, that each moment is on; of one before the first day or after the last, that."""
        import numpy as np

        day: IntArray = np.searchsorted(np.array(self.days), moments.to_numpy(), side="right") - 1
        return day.clip(0, max(len(self.days) - 1, 0))

    def at(self, moments: pd.Series[pd.Timestamp]) -> Floats:
        """Where moments are on the axis."""
        import numpy as np

        day = self.day(moments)
        into = (moments.to_numpy() - np.array(self.days)[day]) / np.timedelta64(1, "h")
        placed: Floats = self.begin(day) + (into - self.first).clip(0, self.span)
        return placed

    def begin(self, day: int | np.ndarray[tuple[int], np.dtype[np.int64]]) -> Floats:
        """Where a day, from 0, begins."""
        import numpy as np

        return np.asarray(day) * (self.span + GAP)

    def mark(self, ax: Axes) -> None:
        """Name days and hours along the axis."""
        if not self.days:
            ax.set_xticks([])
            return
        each = max(1, _MOST_LABELS // len(self.days))
        step = next((s for s in (1, 2, 3, 4, 6) if self.span / s <= each), self.span)
        places, names = [], []
        for day in range(len(self.days)):
            for hour in range(0, self.span + 1, step):
                if hour == self.span and day < len(self.days) - 1:
                    continue
                places.append(float(self.begin(day)) + hour)
                names.append(f"{self.first + hour:02d}")
        ax.set_xticks(places, names)
        ax.tick_params(axis="x", which="minor", length=0)
        for day in range(1, len(self.days)):
            ax.axvspan(float(self.begin(day)) - GAP, float(self.begin(day)), color=SOFT, zorder=0.5)
        if len(self.days) > 1:
            ax.xaxis.remove_overlapping_locs = False  # a day's middle may be an hour that is named
            middles = [float(self.begin(day)) + self.span / 2 for day in range(len(self.days))]
            ax.set_xticks(middles, [f"\n{day_named(day)}" for day in self.days], minor=True)
            ax.set_xlabel("hour of the day")
        else:
            ax.set_xlabel(f"hour of the day, {day_named(self.days[0])}")
        ax.set_xlim(0, float(self.begin(len(self.days) - 1)) + self.span)


def opening_hours(source: Source) -> Hours:
    """The hours in which there was somebody on the floor, or it was open, of all days alike."""
    return hours_of(source.table("occupancy")["start"].to_numpy())


def hours_of(start: npt.NDArray[np.datetime64]) -> Hours:
    """The hours in which any of these moments is, of all days alike."""
    import numpy as np

    days = np.unique(start.astype("datetime64[D]"))
    hour = (start - start.astype("datetime64[D]")) // np.timedelta64(1, "h")
    first, last = int(hour.min(initial=9)) if len(hour) else 9, int(hour.max(initial=0)) + 1
    return Hours(tuple(days.astype("datetime64[ns]")), first, max(last, first + 1))


def day_named(day: np.datetime64) -> str:
    """A day as pictures name it: Tue 26 Nov."""
    import pandas as pd

    moment = pd.Timestamp(day)
    return f"{moment.day_name()[:3]} {moment.day} {moment.month_name()[:3]}"
