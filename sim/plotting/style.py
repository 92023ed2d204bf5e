"""The style of all pictures: colours, axes, letters. A user's own settings of matplotlib stay as they are.

Colours are those of Okabe and Ito (Color Universal Design, 2008), which the colour-blind tell apart; what
matters is told by a mark's form as well. Values over two things are shown in cividis, whose lightness grows
evenly and which looks the same to the colour-blind (Nuñez, Anderton and Renslow, 2018).

Names are data: see `text`.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from sim.files.lines import cells, wrapped
from sim.files.text import printable

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.axis import Axis

__all__ = ["BLUE", "CARD", "FAINT", "GREEN", "GREY", "INK", "LINES", "MAP", "ON_BRIGHT", "ON_DARK", "ORANGE"]
__all__ += ["PURPLE", "SERIES", "SKY", "SOFT", "THEMED", "VERMILION", "canvas", "legend_beside", "numbered"]
__all__ += ["text", "titled", "whole"]

BLUE: Final = "#0072B2"
SKY: Final = "#56B4E9"
ORANGE: Final = "#E69F00"
VERMILION: Final = "#D55E00"
GREEN: Final = "#009E73"
PURPLE: Final = "#CC79A7"
INK: Final = "#222222"
GREY: Final = "#9A9A9A"
FAINT: Final = "#5A5A5A"
_RULE: Final = "#E4E4E4"

SOFT: Final = "#F2F2F2"
CARD: Final = "#FFFFFF"
"""What pictures are drawn on; `"white"` is the same."""

MAP: Final = "cividis"
ON_BRIGHT: Final = "#1F1F1F"
ON_DARK: Final = "#FEFEFE"
"""Ink on the bright and the dark half of that map, which looks the same on every page; see `THEMED`."""

THEMED: Final = {
    INK: "ink", FAINT: "faint", GREY: "grey", _RULE: "rule", SOFT: "soft", CARD: "card", BLUE: "blue",
    SKY: "sky", ORANGE: "orange", VERMILION: "vermilion", GREEN: "green", PURPLE: "purple",
}  # fmt: skip
"""What a page calls the colours of which it has others in the dark; all others stay as they are."""

SERIES: Final = ((BLUE, "o"), (VERMILION, "s"), (GREEN, "^"), (PURPLE, "D"), (ORANGE, "v"), (INK, "X"))
"""Colour and mark of each of several lines."""
LINES: Final = ("-", "--", "-.", ":", (0, (5, 1)), (0, (1, 1)))
"""How each is drawn."""

_STYLE: Final[dict[Any, Any]] = {
    "figure.facecolor": "white",
    "axes.facecolor": "white",
    "font.size": 10,
    "axes.titlesize": 11.5,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.labelsize": 10,
    "axes.labelcolor": FAINT,
    "legend.fontsize": 9,
    "text.color": INK,
    "text.usetex": False,
    "hatch.linewidth": 0.8,
}
_LETTER: Final = 0.56  # how wide a letter is on average, as a share of its size
_BESIDE: Final = 0.8  # what is left of a width once other axes of a figure are drawn
_NARROWEST: Final = 30  # columns of a title
_NEEDS: Final = "pictures need the package matplotlib: pip install 'exposim[notebook]'"

# Of families with letters of many scripts, those that the machine has are asked, in this order.
_FAMILIES: Final = (
    "Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC", "WenQuanYi Zen Hei", "WenQuanYi Micro Hei",
    "Droid Sans Fallback", "PingFang SC", "Hiragino Sans GB", "Microsoft YaHei", "SimHei", "Noto Sans CJK JP",
    "Yu Gothic", "MS Gothic", "Malgun Gothic", "Apple SD Gothic Neo", "Noto Sans", "Noto Sans Arabic",
    "Noto Sans Hebrew", "Noto Sans Devanagari", "Noto Sans Thai", "FreeSans", "Unifont", "Arial Unicode MS",
    "Segoe UI", "Tahoma", "Geeza Pro", "Nirmala UI",
)  # fmt: skip
_FIRST: Final = "DejaVu Sans"  # which comes with matplotlib
_MISSING: Final = "\N{REPLACEMENT CHARACTER}"


@contextmanager
def canvas(ax: Axes | None, size: tuple[float, float], *, grid: str = "x") -> Iterator[Axes]:
    """Axes in the style, to be drawn on within the block: those given, or a figure of their own.

    Args:
        ax: the axes; new ones, of a new figure of pyplot's, if it is None.
        size: of a new figure, inches.
        grid: along which axes there are lines: "x", "y", "both" or "".

    Raises:
        ModuleNotFoundError: there is no matplotlib; it says how it is installed.
    """
    try:
        import matplotlib as mpl
    except ModuleNotFoundError:
        raise ModuleNotFoundError(_NEEDS) from None
    with mpl.rc_context(_STYLE):
        if ax is None:
            import matplotlib.pyplot as plt

            _, ax = plt.subplots(figsize=size, layout="constrained")
        for side in ("top", "right"):
            ax.spines[side].set_visible(False)
        for side in ("left", "bottom"):
            ax.spines[side].set_color(GREY)
        ax.tick_params(colors=FAINT, labelcolor=FAINT, labelsize=9)
        for name in (ax.xaxis.label, ax.yaxis.label):
            name.set(color=FAINT, fontsize=_STYLE["axes.labelsize"])
        ax.set_axisbelow(True)
        ax.grid(visible=False)
        if grid:
            ax.grid(axis=grid, color=_RULE, linewidth=0.8)  # type: ignore[arg-type]
        yield ax
        _with_letters(ax)
        interactive = mpl.is_interactive()
    # A notebook turns it on as its first figure is made, here: undone, it would show no further one.
    mpl.interactive(interactive)


def legend_beside(ax: Axes, *, stacked: bool = False) -> None:
    """A legend at the right of the picture; `stacked`: in the order in which areas lie upon each other."""
    handles, labels = ax.get_legend_handles_labels()
    step = -1 if stacked else 1
    ax.legend(
        handles[::step],
        labels[::step],
        loc="upper left",
        bbox_to_anchor=(1.01, 1),
        borderaxespad=0,
        frameon=False,
    )


def titled(ax: Axes, title: str, below: str) -> None:
    """A title, and below it small what the marks mean: as wide as what is drawn, so that it is put last."""
    from matplotlib.transforms import ScaledTranslation

    figure = ax.figure.figure  # of a part of a figure the whole
    _with_letters(ax)
    if (layout := figure.get_layout_engine()) is not None:
        layout.execute(figure)  # only then is it known what is left; drawing it would take as long again
    outer = ax.get_tightbbox() or ax.get_window_extent()  # how wide names are; only then its ticks are there
    inner = ax.get_window_extent()
    point = figure.dpi / 72
    small = 9.0
    among_others = _BESIDE if len(figure.axes) > 1 else 1.0
    room = int(among_others * (outer.x1 - outer.x0) / point / (_LETTER * small))
    lines = wrapped(below, max(_NARROWEST, room))
    named = ax.set_title(
        text(title, max(_NARROWEST, int(0.72 * room)), lines=3), x=0, pad=8 + 1.4 * small * len(lines)
    )
    left = ScaledTranslation((outer.x0 - inner.x0) / figure.dpi, 0, figure.dpi_scale_trans)
    named.set_transform(named.get_transform() + left)
    ax.annotate(
        text(below, max(_NARROWEST, room), lines=len(lines)),
        (0, 1),
        ((outer.x0 - inner.x0) / point, 5),
        xycoords="axes fraction",
        textcoords="offset points",
        fontsize=small,
        color=FAINT,
        va="bottom",
    )


def numbered(ax: Axes, which: str = "x") -> None:
    """Numbers along an axis with a separator of thousands, as they are written elsewhere."""
    from matplotlib.ticker import FuncFormatter

    for each in which:
        axis = ax.xaxis if each == "x" else ax.yaxis
        axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.10g}".replace("-", "−")))


def whole(axis: Axis) -> None:
    """Numbers along an axis are whole ones, as what it counts has no parts."""
    from matplotlib.ticker import MaxNLocator

    axis.set_major_locator(MaxNLocator(integer=True))


def text(name: str, columns: int = 30, *, lines: int = 2) -> str:
    """Somebody's text for a picture: as it is written, in lines of so many columns, and no more of them.

    Nothing in it is taken for a formula (`$`), what nobody could see is spelt out, and letters that no font
    of the machine has become a sign for them.
    """
    made = wrapped(printable(" ".join(name.split()), lines=False), columns)
    if len(made) > lines:
        last = made[lines - 1]
        while last and cells(last) >= columns:
            last = last[:-1]
        made = [*made[: lines - 1], f"{last.rstrip()}…"]
    said = "\n".join(made)
    if not said.isascii():
        known = _letters(_FIRST).union(*map(_letters, _there()))
        said = "".join(each if each in known or each.isspace() else _MISSING for each in said)
    return said.replace("$", r"\$")


def _with_letters(ax: Axes) -> None:
    """Have each text that needs more families than the first drawn with those that have its letters."""
    from matplotlib.text import Text

    for each in ax.findobj(Text):
        assert isinstance(each, Text)
        said = each.get_text()
        if said.isascii():
            continue
        families, lacking = [_FIRST], set(said) - _letters(_FIRST)
        for family in _there():
            if lacking & _letters(family):
                families.append(family)
                lacking -= _letters(family)
        if len(families) > 1:
            each.set_fontfamily(families)


@cache
def _there() -> tuple[str, ...]:
    """Those of the families that this machine has."""
    from matplotlib.font_manager import fontManager

    names = {entry.name for entry in fontManager.ttflist}
    return tuple(family for family in _FAMILIES if family in names)


@cache
def _letters(family: str) -> frozenset[str]:
    """The letters that a family has."""
    from matplotlib.font_manager import findfont, get_font

    return frozenset(map(chr, get_font(findfont(family)).get_charmap()))
