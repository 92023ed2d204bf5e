"""The floor plan as a page: to move and to make larger, with what is found in it; it loads nothing."""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING

from sim.report.plan.drawing import chart, environment, under
from sim.report.plan.panel import Column, explain, letters
from sim.report.plan.walking import pace, walking

if TYPE_CHECKING:
    from sim.report.plan.laid import Laid
    from sim.report.plan.misfits import Unfit

__all__ = ["page"]

_KEY = 300.0  # units that the key is wide


def page(laid: Laid, found: list[Unfit]) -> str:
    """The page."""
    from markupsafe import Markup

    picture, listed = chart(laid, found)
    key = Column(0, 0, _KEY)
    explain(key, laid, unfit=bool(found))
    walks = walking(laid)
    own = files(__package__ or "")
    made: str = (
        environment()
        .get_template("page.html.jinja")
        .render(
            title=laid.scenario.data.expo.title,
            under=under(laid),
            picture=Markup(picture),  # names in it are escaped
            found=[(letters(number), each) for number, each in enumerate(found)],
            columns=[str(name).partition(" ")[::2] for name in walks.columns],
            rows=[
                (str(hall), [f"{minutes:.1f}" for minutes in row])
                for hall, row in zip(walks.index, walks.to_numpy(), strict=True)
            ],
            pace=f"{pace(laid):.2g}",
            key=key,
            listed=listed,
            script=Markup(own.joinpath("page.js").read_text(encoding="utf-8")),  # our own file
            look=Markup(own.joinpath("page.css").read_text(encoding="utf-8")),
        )
    )
    return made.strip() + "\n"
