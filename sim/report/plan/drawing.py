"""The floor plan as SVG: the picture put together, and made text by a template that escapes all names."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from sim.files.markup import templates
from sim.floor.arrays import IntArray, PlaceKind
from sim.report.isolating import isolated
from sim.report.plan.lettering import LEADING, cut, wide
from sim.report.plan.marks import Frame, Marks, marks
from sim.report.plan.panel import (
    Column,
    explain,
    letters,
    list_exhibitors,
    tell_misfits,
    tell_walks,
)

if TYPE_CHECKING:
    from jinja2 import Environment

    from sim.report.plan.laid import Laid
    from sim.report.plan.misfits import Unfit

__all__ = ["chart", "environment", "svg", "under"]

_MARGIN: Final = 24.0
_HEAD: Final = 64.0  # title and what stands under it
_AROUND: Final = 26.0  # the halls: names above, gates outside
_BOOTH: Final = 62.0  # units that half of the booths are wide, if the picture does not become too large
_SIDE: Final = 900.0  # units of the longer side at least
_WIDEST: Final = 1400.0
_HIGHEST: Final = 2000.0
_NARROWEST: Final = 700.0  # the whole picture
_PANEL: Final = 520.0  # of a column beside the plan
_FOOT: Final = 44.0  # the scale bar
_BARS: Final = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000)  # m
_BAR: Final = 160.0  # units that it is long at most


@dataclass(frozen=True, slots=True)
class _Letter:
    """Where a letter marks what does not fit."""

    x: float
    y: float
    text: str
    said: str


def svg(laid: Laid, found: list[Unfit]) -> str:
    """The picture."""
    west, south, east, north = _bounds(laid)
    scale = _scale(laid, east - west, north - south)
    across, high = (east - west) * scale, (north - south) * scale
    beside = high > 1.25 * across
    plan_width, top = across + 2 * _AROUND, _MARGIN + _HEAD + _AROUND
    width = max(_NARROWEST, 2 * _MARGIN + plan_width + (_PANEL + _MARGIN) * beside)
    inner = width - 2 * _MARGIN
    frame = Frame(west, north, _MARGIN + _AROUND, top, scale)
    drawn = marks(laid, frame, found)
    bottom = top + high + _AROUND + _FOOT
    if beside:
        column = Column(_MARGIN + plan_width + _MARGIN, _MARGIN + _HEAD - 22, _PANEL)
        tell_misfits(column, found)
        tell_walks(column, laid)
        explain(column, laid, unfit=bool(found))
        listed = list_exhibitors(column.x, column.y, _PANEL, drawn.listed)
        panels, bottom = [column, listed], max(bottom, listed.y)
    else:
        three = inner >= 1000
        each = (inner - _MARGIN * (1 + three)) / (2 + three)
        panels = [Column(_MARGIN + k * (each + _MARGIN), bottom, each) for k in range(2 + three)]
        tell_misfits(panels[0], found)
        tell_walks(panels[1], laid)
        explain(min(panels, key=lambda panel: panel.y), laid, unfit=bool(found))
        panels.append(list_exhibitors(_MARGIN, max(panel.y for panel in panels), inner, drawn.listed))
        bottom = panels[-1].y
    return _written(
        laid=laid,
        found=found,
        frame=frame,
        drawn=drawn,
        width=width,
        height=bottom + _MARGIN,
        panels=panels,
        bar=_bar(scale, frame, top + high + _AROUND + 20),
        headed=True,
    )


def chart(laid: Laid, found: list[Unfit]) -> tuple[str, list[tuple[str, str]]]:
    """The halls without what stands beside them, and the exhibitors whose name is not on their booth."""
    west, south, east, north = _bounds(laid)
    scale = _scale(laid, east - west, north - south)
    high = (north - south) * scale
    frame = Frame(west, north, _AROUND, _AROUND, scale)
    drawn = marks(laid, frame, found)
    picture = _written(
        laid=laid,
        found=found,
        frame=frame,
        drawn=drawn,
        width=(east - west) * scale + 2 * _AROUND,
        height=high + 2 * _AROUND + _FOOT,
        panels=[],
        bar=_bar(scale, frame, high + 2 * _AROUND + 20),
        headed=False,
    )
    return picture, drawn.listed


def _bounds(laid: Laid) -> tuple[float, float, float, float]:
    """West, south, east and north of all that is drawn, in dm."""
    shapes = laid.shapes
    edges = np.concatenate((shapes.hall, shapes.box, np.tile(shapes.doors, (1, 2))))
    west, south = edges[:, :2].min(axis=0).tolist()
    east, north = edges[:, 2:].max(axis=0).tolist()
    return float(west), float(south), float(east), float(north)


def _scale(laid: Laid, wide: float, high: float) -> float:
    """Units a dm: so that booths can be read, within bounds."""
    plots = laid.venue.plots
    booth = float(np.median(plots[:, 2] - plots[:, 0])) * 10 if len(plots) else wide
    least = _SIDE / max(wide, high, 1.0)
    return min(max(_BOOTH / max(booth, 1.0), least), _WIDEST / max(wide, 1.0), _HIGHEST / max(high, 1.0))


def _letters(laid: Laid, frame: Frame, found: list[Unfit]) -> list[_Letter]:
    """Where each thing that does not fit is marked: at its places, or at the upper right of its hall."""
    of_hall = dict(zip(laid.venue.halls, laid.shapes.hall, strict=True))
    at: list[_Letter] = []
    for number, each in enumerate(found):
        if each.places:
            boxes: IntArray = laid.shapes.box[list(each.places)]
            x, y = frame.point(float(boxes[:, 0].min()), float(boxes[:, 3].max()))
            x, y = x - 8, y + 9
        else:
            x, y = frame.point(*(float(v) for v in of_hall[each.hall][2:]))
            x, y = x + 12, y + 8  # what stands above the hall stays readable
        while any(abs(x - other.x) < 18 and abs(y - other.y) < 18 for other in at):
            x, y = (x - 19, y) if each.places else (x, y + 19)
        at.append(_Letter(x, y, letters(number), f"{isolated(each.hall)}: {each.message}"))
    return at


def _bar(scale: float, frame: Frame, y: float) -> dict[str, Any]:
    """A scale bar in whole metres."""
    metres = max((m for m in _BARS if m * 10 * scale <= _BAR), default=1)
    return {"x": frame.x, "y": y, "width": metres * 10 * scale, "text": f"{metres:,} m"}


def under(laid: Laid) -> str:
    """What is drawn, in a line."""
    data, many = laid.scenario.data, len(laid.organisations.name)
    halls = len(laid.venue.halls)
    area = float(laid.exhibitors.area_m2.sum())
    said = f"{many:,} exhibitor{'s' * (many != 1)} on {area:,.0f} m² net in {halls} hall{'s' * (halls != 1)}"
    listed = len(laid.scenario.exhibitor_rows)
    if listed == many:
        return f"{said}, as listed"
    each = "" if data.expo.population == "fixed" else "; each replication draws others"
    return f"{said}; companies as drawn in replication 0 of seed {laid.seed}{each}"


def _said(laid: Laid, found: list[Unfit]) -> str:
    """The plan in words, for those who do not see it."""
    shapes = laid.shapes
    counts = [
        f"{int((shapes.kind == kind).sum()):,} {name}"
        for kind, name in (
            (PlaceKind.BOOTH, "booths"),
            (PlaceKind.ROOM, "rooms"),
            (PlaceKind.TABLE, "tables"),
            (PlaceKind.CATERING, "places to eat"),
            (PlaceKind.GATE, "gates"),
        )
    ]
    halls = ", ".join(isolated(name) for name in laid.venue.halls)
    fits = "Everything fits." if not found else "Does not fit: "
    fits += "; ".join(f"{isolated(each.hall)}: {each.message}" for each in found)
    return f"{under(laid)}. Halls: {halls}. {', '.join(counts)}. {fits}"


def environment() -> Environment:
    """The templates of plans, with what marks need to be written."""
    from markupsafe import Markup

    style = files(__package__ or "").joinpath("plan.css").read_text(encoding="utf-8")
    made = templates("sim.report", "plan")
    made.globals["style"] = Markup(style)  # our own file
    made.filters["n"] = lambda value: f"{value:.1f}".removesuffix(".0")
    made.filters["base"] = _base
    made.filters["wide"] = wide
    return made


def _written(
    *, laid: Laid, found: list[Unfit], frame: Frame, drawn: Marks, width: float, **values: Any
) -> str:
    """The text of the picture."""
    inner = width - 2 * _MARGIN
    page: str = (
        environment()
        .get_template("plan.svg.jinja")
        .render(
            title=cut(laid.scenario.data.expo.title, inner, 20),
            under=cut(under(laid), inner, 12),
            said=_said(laid, found),
            letters=_letters(laid, frame, found),
            marks=drawn,
            width=width,
            **values,
        )
    )
    return page.strip() + "\n"


def _base(mark: Any) -> list[tuple[float, float, str]]:
    """The lines of a label in the middle of its box: x, base line, text."""
    label, (x, y) = mark.label, mark.box.middle
    first = y - label.height / 2 + 0.84 * label.size
    return [(x, first + k * label.size * LEADING, line) for k, line in enumerate(label.lines)]
