"""Pictures of results: they show the numbers of the tables, on the axes given, whatever names there are."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from typing import Any

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from matplotlib.axes import Axes

import sim
from sim.floor.arrays import NONE, PlaceKind
from sim.report.picture_file import picture
from sim.report.plots.degrees import at_random, compound, survival
from sim.report.plots.matrices import largest
from sim.report.plots.result import ResultPlots
from sim.report.plots.results import ResultSetPlots
from sim.report.plots.ring import ring_of
from sim.report.source import OfResult, OfResults
from sim.statistics import Result
from sim.studies.resultset import ResultSet
from tests.statistics.building import Plan, build, trace_of
from tests.statistics.tiny import PLAN, ROWS

mpl.use("agg")

DRAWN = [name for name in vars(ResultPlots) if not name.startswith("_")]
NAMES = ("$x^2$ & <b>Co</b>, $5", "שלום " * 30, "Left <Out>", "Buyer $", "中国 " * 20, "Press")


@pytest.fixture(autouse=True)
def closed() -> Iterator[None]:
    yield
    plt.close("all")


@pytest.fixture(scope="module")
def written(quickstart: Result, tmp_path_factory: pytest.TempPathFactory) -> ResultSet:
    """The results of a replication, read again from a directory."""
    place = tmp_path_factory.mktemp("results") / "quickstart"
    quickstart.save(place)
    return ResultSet.load(place)


def drawn(ax: Axes) -> Any:
    """The axes, of whose parts matplotlib's types know less than the tests."""
    return ax


def words(ax: Any) -> str:
    return " ".join(each.get_text().replace("\n", " ") for each in ax.texts)


def line(ax: Any, label: str) -> Any:
    return next(each for each in ax.lines if str(each.get_label()).startswith(label))


def nobody() -> Result:
    """A fair of one exhibitor whom nobody visits."""
    plan = Plan(
        organisations=(("Alone", 0, 0),),
        areas=(10.0,),
        pavilion=(NONE,),
        kinds=(PlaceKind.BOOTH, PlaceKind.GATE),
        zones=(0, 2),
        to_door=(0, 0),
        servers=(0, 1),
        zone_limit=(NONE, NONE, NONE),
        place_names=("Alone", "gate"),
        members=((0, ()),),
        parties=(),
        matchmaking=(),
        days=1,
    )
    return Result(build(plan), trace_of(()))


def test_a_map_has_the_counts_of_the_matrix_in_its_squares(quickstart: Result) -> None:
    for by, of in (("chain", "interactions"), ("stage", "useful"), ("country", "ties")):
        ax = drawn(getattr(quickstart.plot, "who_met_whom")(by, of))  # noqa: B009
        matrix = quickstart.matrix(by, of)
        there = [name for name in matrix.index if matrix.loc[name].sum() + matrix[name].sum()]
        if len(there) > 13:
            assert (
                ax.collections[0].get_array().sum()
                == largest(matrix, 12, pairs=of != "interactions").to_numpy().sum()
            )
            continue
        counts = matrix.loc[there, there].to_numpy()
        assert ax.collections[0].get_array().filled(0).tolist() == counts.tolist()
        said = [each.get_text() for each in ax.texts[: np.count_nonzero(counts)]]
        assert said == [f"{each:,}" for each in counts.ravel() if each]


def test_groups_beyond_the_largest_are_one_and_a_pair_among_them_counts_once() -> None:
    names = pd.Index(list("abcd"))
    one_way = pd.DataFrame([[1, 2, 0, 0], [4, 9, 1, 0], [0, 0, 3, 2], [0, 0, 0, 1]], names, names)
    folded = largest(one_way, 1, pairs=False)
    assert list(folded.index) == ["b", "3 others"]
    assert folded.to_numpy().tolist() == [[9, 4 + 1], [2, 1 + 3 + 2 + 1]]
    pairs = pd.DataFrame([[1, 2, 5, 0], [2, 9, 1, 0], [5, 1, 3, 2], [0, 0, 2, 1]], names, names)
    assert largest(pairs, 1, pairs=True).to_numpy().tolist() == [[9, 3], [3, 1 + 3 + 1 + 5 + 2]]
    assert largest(pairs, 3, pairs=True).equals(pairs)


def test_degrees_are_those_of_the_table_and_a_random_network_has_as_many(quickstart: Result) -> None:
    who = quickstart.organisations
    ax = drawn(quickstart.plot.degrees())
    for exhibits, label in ((True, "40 exhibitors"), (False, f"{(~who.exhibits).sum():,} visiting")):
        values = who.loc[who["exhibits"] == exhibits, "useful_contacts"]
        marks = line(ax, label)
        for at, share in zip(marks.get_xdata(), marks.get_ydata(), strict=True):
            assert share == pytest.approx(100 * (values >= at).mean())
    at, share = at_random(2.5)
    assert share.sum() / 100 == pytest.approx(2.5)  # the mean, as a sum of the tail
    assert share[0] == pytest.approx(100 * (1 - np.exp(-2.5)))
    assert at[0] == 1
    minutes = np.array([3.0, 5.0, 10.0])
    _, tail = compound(2.0, minutes)
    assert tail.sum() / 100 == pytest.approx(2 * 6)
    assert tail[2] == pytest.approx(100 * (1 - np.exp(-2)))  # at least 3: a tie at least
    assert survival(np.array([0.0, 2, 2, 5]))[1].tolist() == [75, 25]


def test_the_ring_has_the_longest_contacts_and_each_end_where_its_name_is(quickstart: Result) -> None:
    ties = quickstart.ties
    ring = ring_of(OfResult(quickstart), exhibitors=False, most=50)
    useful = ties[ties["useful"] > 0]
    assert (len(ring.ties), ring.of) == (50, len(useful))
    assert sorted(ring.ties["minutes"]) == sorted(useful["minutes"])[-50:]
    names = ring.who["organisation"].astype(str).to_numpy()
    assert names[ring.one].tolist() == ring.ties["organisation"].astype(str).tolist()
    assert names[ring.other].tolist() == ring.ties["partner"].astype(str).tolist()
    assert (np.diff(ring.angle) > 0).all()
    assert 0 < ring.angle[0] < ring.angle[-1] < 2 * np.pi
    chains = ring.who["chain"].cat.codes.to_numpy()
    assert (np.diff(chains) >= 0).all()
    ax = drawn(quickstart.plot.network(most=50))
    across, within = (each for each in ax.collections[:2])
    same = (chains[ring.one] == chains[ring.other]).sum()
    assert (len(across.get_segments()), len(within.get_segments())) == (50 - same, same)
    alone = ring_of(OfResult(quickstart), exhibitors=True, most=50)
    assert alone.who["exhibits"].all()
    ends = within.get_segments()[-1][[0, -1]]
    assert np.linalg.norm(ends, axis=1) == pytest.approx([1, 1])


def test_a_ring_of_one_chain_has_no_ties_across() -> None:
    organisations = [(name, 0, country) for name, _, country in PLAN.organisations]
    tiny = Result(build(Plan(**{**vars(PLAN), "organisations": organisations})), trace_of(ROWS))
    for of, expected in (
        ("organisations", ["5 within a chain", "2 exhibitors", "3 visiting organisations"]),
        ("exhibitors", ["1 within a chain", "2 exhibitors"]),
    ):
        ax = drawn(getattr(tiny.plot, "network")(of))  # noqa: B009
        assert [each.get_text() for each in ax.get_legend().get_texts()] == expected


def test_growth_and_robustness_are_the_columns_of_their_tables(quickstart: Result) -> None:
    ax = drawn(quickstart.plot.growth())
    grown = quickstart.growth
    lines = [each for each in ax.lines if len(each.get_xdata()) == len(grown)]
    for column, each in zip(("ties", "useful_contacts", "organisations", "largest"), lines, strict=True):
        assert list(each.get_ydata()) == list(grown[column])
    hours = [moment.hour for moment in grown["until"]]
    assert np.diff(lines[0].get_xdata()).tolist() == np.diff(hours).tolist()
    curves = quickstart.robustness
    for of in ("exhibitors", "organisations", "countries"):
        ax = drawn(quickstart.plot.robustness(of))
        first, random = ax.lines
        for each, order in ((first, "most connected first"), (random, "random")):
            told = curves[(curves["removed"] == of) & (curves["order"] == order)]
            assert list(each.get_xdata()) == list(100 * told["share_removed"])
            assert list(each.get_ydata()) == list(100 * told["largest"])
    assert len(drawn(quickstart.plot.robustness()).lines) == 6


def test_outcomes_are_those_of_the_kpis_and_each_loss_ends_where_the_next_begins(quickstart: Result) -> None:
    ax = drawn(quickstart.plot.outcomes())
    rows = [each.get_text().replace("\n", " ") for each in ax.get_yticklabels()]
    widths = dict(zip(rows, (bar.get_width() for bar in ax.patches), strict=True))
    kpis = quickstart.kpis
    for name, kpi in (("chain", "chain_contacts"), ("key", "key_contacts")):
        assert widths[f"{name} contacts"] == pytest.approx(kpis[f"outcomes.{kpi}_an_exhibitor"])
    assert widths["intentions"] == pytest.approx(kpis["outcomes.intentions_an_exhibitor"])
    direct = quickstart.exhibitors["direct"].sum()
    assert widths["agreements"] == pytest.approx(kpis["outcomes.agreements"] / direct)
    lost = sum(width for name, width in widths.items() if name.startswith("–"))
    assert widths["useful contacts"] - lost == pytest.approx(widths["intentions"])
    assert ax.patches[rows.index("intentions") - 1].get_x() == pytest.approx(widths["intentions"])
    assert "published" not in words(ax)


def test_nothing_came_of_contacts_of_which_none_is_in_the_chain(quickstart: Result) -> None:
    class Read(OfResult):
        def table(self, name: str) -> pd.DataFrame:
            frame = super().table(name)
            return frame[frame["fate"] == "useful"] if name == "fates" else frame

    ax = drawn(ResultPlots(Read(quickstart)).outcomes())
    assert ax.patches[0].get_width() > 0
    assert ax.patches[-1].get_width() == 0


def test_what_was_published_stands_beside_the_reference_event_alone(quickstart: Result) -> None:
    class Reference(OfResult):
        @property
        def name(self) -> str:
            return "cisce-2024"

    ax = drawn(ResultPlots(Reference(quickstart)).outcomes())
    diamonds = [float(each.get_xdata()[0]) for each in ax.lines if each.get_marker() == "D"]
    assert diamonds == pytest.approx([37_000 / 620, 18_000 / 620, 6_700 / 620, 210 / 620])
    assert "not audited" in words(ax)


def test_alliances_are_those_of_the_table_and_chance_stands_beside_them() -> None:
    class Allied(OfResult):
        def table(self, name: str) -> pd.DataFrame:
            if name != "alliances":
                return super().table(name)
            return pd.DataFrame(
                {
                    "exhibitors": [9, 4], "leading": ["$A", "B"], "initiates": [True, False],
                    "chains": ["energy; vehicles", "energy"], "stages": [4, 3], "minutes": [600.0, 90.0],
                }
            )  # fmt: skip

        def kpi(self, name: str) -> float:
            told = {"network.alliances": 2.0, "network.alliances_random": 0.5, "network.alliances_mixed": 3.0}
            told |= {"network.alliance_members": 12.0, "network.alliances_chance": 3 / 21}
            return (told | {"network.alliances_mixed_chance": 19 / 21})[name]

    pictures = ResultPlots(Allied(Result(build(PLAN), trace_of(ROWS))))
    ax = drawn(pictures.alliances())
    assert [bar.get_width() for bar in ax.patches] == [9, 4]
    assert [each.get_text() for each in ax.get_yticklabels()] == ["\\$A", "B"]
    assert "2 chains, 10 h together, begun by it" in words(ax)
    assert ax.get_title(loc="left") == "2 industry alliances of 12 exhibitors"
    beside = drawn(pictures.alliances("chance"))
    assert [bar.get_width() for bar in beside.patches] == [2, 0.5, 3]
    assert "as many in 2 of 20" in words(beside)
    assert "as many in 18 of 20" in words(beside)


def test_written_results_give_the_same_pictures_to_the_byte(quickstart: Result, written: ResultSet) -> None:
    for name in ("map",):
        ours, theirs = (picture(getattr(plots, name)(), "svg") for plots in (quickstart.plot, written.plot))
        assert ours == theirs, name
    for by in ("chain", "stage", "country"):
        for of in ("interactions", "ties", "useful"):
            assert OfResults(written).matrix(by, of).equals(quickstart.matrix(by, of)), (by, of)


def test_kpis_of_one_unit_have_rows_with_their_intervals(quickstart: Result) -> None:
    rows = tuple({**quickstart.row, "meetings.held": float(held)} for held in (50, 60, 70))
    results = ResultSet(
        scenario=sim.load("quickstart"), seed=1, engine="simpy", numbers=(0, 1, 2), rows=rows, kept={}
    )
    e = results.estimate("meetings.held")
    ax = drawn(results.plot.kpis(["meetings.held", "meetings.scheduled"]))
    assert ax.collections[0].get_segments()[0][:, 0].tolist() == pytest.approx([e.low, e.high])
    assert "60" in words(ax)
    with pytest.raises(ValueError, match="share an axis"):
        results.plot.kpis(["meetings.held", "booths.lost_share"])
    with pytest.raises(KeyError, match="did you mean"):
        results.plot.kpis(["meetings.hold"])
    with pytest.raises(KeyError, match=r"kept of no replication: exposim run .* --keep 0"):
        results.plot.growth()
    with pytest.raises(KeyError, match=r"replication 4 was not run; allowed: 0"):
        ResultSetPlots(ResultSet.of(quickstart), 4).growth()


@pytest.mark.parametrize("name", DRAWN)
def test_where_nothing_was_an_empty_picture_says_so(name: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        ax = drawn(getattr(nobody().plot, name)())
        ax.figure.canvas.draw()
    assert ax.get_title(loc="left")
    assert "Tiny <fair>" in words(ax)


@pytest.mark.parametrize("name", DRAWN)
def test_any_names_are_drawn_on_the_axes_that_are_given(name: str) -> None:
    organisations = [(said, *rest) for said, (_, *rest) in zip(NAMES, PLAN.organisations, strict=True)]
    plan = Plan(**{**vars(PLAN), "organisations": organisations, "chains": ("a_b-" * 16, "b_2")})
    figure, ax = plt.subplots(figsize=(8, 6), layout="constrained")
    with warnings.catch_warnings():
        warnings.filterwarnings("error", category=UserWarning)
        assert getattr(Result(build(plan), trace_of(ROWS)).plot, name)(ax=ax) is ax
        figure.canvas.draw()
    assert plt.get_fignums() == [figure.number]


def test_what_is_not_drawn_is_told_with_the_near_miss(quickstart: Result) -> None:
    plot: Any = quickstart.plot
    for draw, arguments, said in (
        (plot.who_met_whom, {"by": "chains"}, "did you mean 'chain'"),
        (plot.who_met_whom, {"of": "tie"}, "did you mean 'ties'"),
        (plot.degrees, {"of": "minuts"}, "did you mean 'minutes'"),
        (plot.network, {"of": "exhibitor"}, "did you mean 'exhibitors'"),
        (plot.robustness, {"of": "country"}, "is none of exhibitors, organisations, countries"),
        (plot.alliances, {"of": "chances"}, "did you mean 'chance'"),
        (plot.network, {"most": 0}, "most = 0: at least 1 is needed"),
        (plot.who_met_whom, {"most": 1.5}, "most = 1.5: a whole number is needed"),
    ):
        with pytest.raises(ValueError, match=said):
            draw(**arguments)
    for name in DRAWN:
        assert f".{name}(" in repr(plot)


def test_a_picture_is_a_file_of_the_same_bytes(quickstart: Result) -> None:
    ax = quickstart.plot.outcomes()
    assert picture(ax, "svg") == picture(ax, "svg")
    assert picture(ax, "png").startswith(b"\x89PNG")
    with pytest.raises(ValueError, match="allowed: svg, png"):
        picture(ax, "gif")
