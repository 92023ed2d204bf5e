"""A floor plan: its picture, what does not fit, and how long it takes to walk."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from sim.files.text import printable
from sim.report.plan.laid import laid

if TYPE_CHECKING:
    import os

    import pandas as pd

    from sim.report.plan.laid import Laid
    from sim.report.plan.misfits import Unfit
    from sim.scenario import Scenario

__all__ = ["Plan"]


class Plan:
    """The floor of a scenario before it is run, to scale; in a notebook it shows itself.

    Companies that are drawn are those of replication 0. Rooms have 2 m² a seat where there is space
    (an assumption); booths stand in the middle of their plots, and what is left are aisles.

    Raises:
        ScenarioError: the exhibitors cannot be drawn.
    """

    def __init__(self, scenario: Scenario, seed: int | None = None) -> None:
        self._scenario = scenario
        self._seed = seed

    @cached_property
    def laid(self) -> Laid:
        """Where everything stands."""
        return laid(self._scenario, self._seed)

    @cached_property
    def unfit(self) -> list[Unfit]:
        """What does not fit, hall by hall."""
        from sim.report.plan.misfits import unfit

        return unfit(self.laid)

    @property
    def walking(self) -> pd.DataFrame:
        """Minutes on foot from the door of each hall (row) to gates and tables (columns)."""
        from sim.report.plan.walking import walking

        return walking(self.laid)

    @cached_property
    def _picture(self) -> str:
        from sim.report.plan.drawing import svg

        return svg(self.laid, self.unfit)

    def svg(self) -> str:
        """The picture: SVG that needs no other file, for light and dark screens."""
        return self._picture

    def html(self) -> str:
        """The picture as a page that needs no other file: to move, to make larger, to find a booth in."""
        from sim.report.plan.page import page

        return page(self.laid, self.unfit)

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the picture, or the page if its name ends in `.html`, into a file, which is replaced."""
        from sim.files.whole import write_file

        write_file(Path(path), self.written(Path(path)).encode(), replace=True)

    def written(self, path: Path) -> str:
        """What is written into a file of this name."""
        return self.html() if path.suffix.lower() == ".html" else self.svg()

    def text(self) -> str:
        """What does not fit, and below each what to write to mend it; or that everything fits."""
        if not self.unfit:
            return "Everything fits."
        told = ((f"{each.hall}: {each.message}", f"  {each.mend}.") for each in self.unfit)
        return "\n".join(printable(line) for lines in told for line in lines)

    def __repr__(self) -> str:
        said = "; ".join(printable(f"{each.hall}: {each.message}") for each in self.unfit)
        return f"Plan({self._scenario.name!r}): {said or self.text()}"

    def _repr_html_(self) -> str:
        return self.svg()

    def _repr_svg_(self) -> str:  # for whatever shows pictures, and no HTML of others
        return self.svg()
