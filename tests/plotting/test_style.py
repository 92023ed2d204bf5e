"""The style of pictures: names are shown as they are, whatever they are, and nobody's settings change."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Iterator
from math import nan

import matplotlib as mpl
import matplotlib.pyplot as plt
import pytest

from sim.files.lines import cells
from sim.plotting import Plots, style
from sim.plotting.marks import Interval, explained, intervals
from sim.plotting.style import LINES, SERIES, canvas, numbered, text, titled

mpl.use("agg")


@pytest.fixture(autouse=True)
def closed() -> Iterator[None]:
    yield
    plt.close("all")


@pytest.mark.parametrize("name", ["$x$", "a $5 and $6", r"\$", "<b>&amp;</b>", "100 %", "_x", r"\frac{1}{2}"])
def test_a_name_is_drawn_as_it_is_written_and_never_as_a_formula(name: str) -> None:
    _, ax = plt.subplots()
    drawn = ax.text(0, 0, text(name))
    said, how = drawn._preprocess_math(drawn.get_text())  # type: ignore[attr-defined]
    assert (said, how) == (name, False)


def test_a_long_name_is_cut_and_says_so_and_wide_letters_count_twice() -> None:
    lines = text("word " * 40, 20, lines=2).split("\n")
    assert len(lines) == 2
    assert lines[1].endswith("…")
    assert max(map(cells, lines)) <= 20
    assert text("short") == "short"
    assert text("a\x1b[31m\nb") == r"a\x1b[31m b"


def test_letters_that_no_font_has_are_drawn_as_a_sign_and_others_with_a_font_that_has_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    only_there = "\N{CHRISTMAS TREE}"  # a letter that the first family lacks, whatever others have
    monkeypatch.setattr(style, "_letters", {"DejaVu Sans": frozenset("ab é�"), "Other": frozenset("中")}.get)
    monkeypatch.setattr(style, "_there", lambda: ("Other",))
    assert text(f"é 中 {only_there}") == "é 中 �"
    _, ax = plt.subplots()
    with canvas(ax, (1, 1)) as drawn:
        drawn.set_xlabel("é")
        drawn.set_ylabel("a中")
    assert ax.xaxis.label.get_fontfamily() != ax.yaxis.label.get_fontfamily()
    assert ax.yaxis.label.get_fontfamily() == ["DejaVu Sans", "Other"]


def test_settings_of_matplotlib_are_what_they_were() -> None:
    before = dict(mpl.rcParams)
    with canvas(None, (4, 3), grid="both") as ax:
        intervals(ax, [Interval("a", 1, 0, 2), Interval("b", -1, nan, nan, False)], zero=0)
        numbered(ax, "x")
        titled(ax, "A title", "what marks mean")
    assert dict(mpl.rcParams) == before
    assert len(plt.get_fignums()) == 1
    given = plt.figure().subplots()
    with canvas(given, (4, 3)) as ax:
        assert ax is given
    assert len(plt.get_fignums()) == 2  # on axes that are given, no figure is made


def test_a_notebook_that_turns_interactive_as_a_figure_is_made_stays_so() -> None:
    """The inline backend does so with its first figure; undone, no further figure would be shown."""
    before = mpl.is_interactive()
    try:
        for now in (True, False):
            with canvas(None, (4, 3)):
                mpl.interactive(now)
            assert mpl.is_interactive() == now
    finally:
        mpl.interactive(before)


def test_what_is_real_is_told_by_its_form_and_not_by_colour_alone() -> None:
    with canvas(None, (4, 3)) as ax:
        intervals(
            ax,
            [Interval("a", 1, 0.5, 2), Interval("b", 1, -1, 2, False), Interval("c", 0, nan, nan)],
        )
    marks = [line for line in ax.lines if line.get_marker() in ("o", "D")]
    faces = [each.get_markerfacecolor() == "white" for each in marks]
    assert (faces, [each.get_marker() for each in marks]) == ([False, True, False], ["o", "o", "D"])
    assert [each.get_text() for each in ax.get_yticklabels()] == ["a", "b", "c"]
    said = explained([Interval("a", 1, 0.5, 2)])
    assert (said, "hollow" in explained([Interval("b", 1, -1, 2, False)])) == ("full: told from chance", True)


def test_lines_differ_in_colour_mark_and_dashes() -> None:
    assert (
        len({colour for colour, _ in SERIES})
        == len({mark for _, mark in SERIES})
        == len(set(map(str, LINES)))
    )


def test_colours_are_told_apart_by_those_who_lack_a_kind_of_cone() -> None:
    """As a dichromat sees them (Viénot, Brettel and Mollon, 1999), in linear light: no two are alike."""
    from itertools import combinations

    import numpy as np
    from matplotlib.colors import to_rgb

    without = {
        "protan": [[0.11238, 0.88762, 0], [0.11238, 0.88762, 0], [0.00401, -0.00401, 1]],
        "deutan": [[0.29275, 0.70725, 0], [0.29275, 0.70725, 0], [-0.02234, 0.02234, 1]],
    }
    for matrix in without.values():
        seen = [np.array(matrix) @ np.power(to_rgb(colour), 2.2) for colour, _ in SERIES]
        assert (
            min(
                np.abs(a ** (1 / 2.2) - b ** (1 / 2.2)).max() for a, b in combinations(np.clip(seen, 0, 1), 2)
            )
            > 0.09
        )


def test_the_pictures_of_a_thing_are_listed_where_it_is_looked_at() -> None:
    class Two(Plots):
        def flow(self, kpi: str, ax: object = None) -> None:
            """What flows.

            More.
            """

        def _hidden(self) -> None: ...

    assert repr(Two()).splitlines()[1:] == ["  .flow(kpi, ax): What flows."]
    assert "<pre>" in Two()._repr_html_()


def test_without_matplotlib_it_is_said_how_it_is_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(ModuleNotFoundError, match=r"exposim\[notebook\]"), canvas(None, (1, 1)):
        pass


def test_a_picture_is_drawn_without_a_warning() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with canvas(None, (4, 3)) as ax:
            intervals(ax, [Interval("中国 $a$ שלום नमस्ते \U0001f600", 1, 0, 2)])
            titled(ax, "中国 " * 30, "$ " * 90)
        ax.figure.canvas.draw()
