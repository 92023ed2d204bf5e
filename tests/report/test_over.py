"""Pictures of several replications: what is drawn are means of the tables, and 95 % intervals of these."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

import sim
from sim.report.plots.over import means
from sim.report.plots.results import ResultSetPlots
from sim.report.source import OfResults
from sim.statistics.intervals import estimate
from sim.studies.resultset import ResultSet

mpl.use("agg")
N = 4


@pytest.fixture(autouse=True)
def closed() -> Iterator[None]:
    yield
    plt.close("all")


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> ResultSet:
    """As they are read again from files."""
    place = tmp_path_factory.mktemp("several") / "quickstart"
    sim.replicate("quickstart", replications=N, workers=1, by="chain").save(place, tables=["parquet"])
    return ResultSet.load(place)


def words(ax: Any) -> str:
    return " ".join(each.get_text().replace("\n", " ") for each in ax.texts)


def test_means_and_ends_are_those_of_estimates_and_one_replication_has_no_ends() -> None:
    values = np.array([[3.0, 0.0], [5.0, 0.0], [4.0, 0.0], [9.0, 2.0]])
    found = means(values)
    e = estimate([3, 5, 4, 9], low=0)
    assert (found.mean[0], found.low[0], found.high[0]) == (e.mean, e.low, e.high)
    assert (found.mean[1], found.n) == (0.5, 4)
    assert np.isnan(found.low[1])  # one of four differs
    assert found.off(1, str) == ""
    one = means(values[:1])
    assert one.mean.tolist() == [3, 0]
    assert np.isnan(one.low).all()


def test_the_flow_of_several_is_the_mean_of_each_quarter_with_a_band(results: ResultSet) -> None:
    ax: Any = results.plot.flow()
    every = results.table("flow").pivot_table("people", "start", "replication", fill_value=0.0)
    tops = [each for each in ax.collections if each.get_label() == "95 % interval of all"]
    corners = tops[0].get_paths()[0].vertices[:, 1]
    at = int(every.mean(axis=1).to_numpy().argmax())
    e = estimate(every.iloc[at].tolist(), low=0)
    assert corners.max() == pytest.approx(max(estimate(row, low=0).high for row in every.to_numpy().tolist()))
    assert any(each == pytest.approx(e.low) for each in corners)
    assert f"mean of {N} replications" in words(ax)
    alone: Any = ResultSetPlots(results, 0).flow()
    assert "replication 0 alone" in words(alone)
    assert not any(each.get_label() == "95 % interval of all" for each in alone.collections)


def test_the_funnel_of_several_has_the_means_of_kpis_and_their_intervals(results: ResultSet) -> None:
    ax: Any = results.plot.funnel()
    names = [each.get_text() for each in ax.get_yticklabels()]
    bars = dict(zip(names, [each for each in ax.patches if each.get_height() > 0.4], strict=True))
    for step in ("accepted", "held"):
        e = results.estimate(f"meetings.{step}")
        assert bars[step].get_width() == pytest.approx(e.mean)
        lines = [
            each.get_segments()[0][:, 0].tolist() for each in ax.collections if hasattr(each, "get_segments")
        ]
        assert any(line == pytest.approx([e.low, e.high]) for line in lines), step
    left = bars["requested"].get_width()
    for name in names:
        left = left - bars[name].get_width() if "–" in name else bars[name].get_width()
        assert bars[name].get_x() == pytest.approx(left if "–" in name else 0)


def test_interactions_by_hour_are_those_of_the_kpi_in_all(results: ResultSet) -> None:
    ax: Any = results.plot.interactions()
    whole = sum(bar.get_height() for bar in ax.patches)
    assert whole == pytest.approx(results.table("hours")["interactions"].sum() / N)
    first = results.table("interactions")  # of replication 0 alone
    alone: Any = ResultSetPlots(results, 0).interactions()
    assert sum(bar.get_height() for bar in alone.patches) == len(first)


def test_who_met_whom_of_several_is_the_mean_of_their_matrices(results: ResultSet) -> None:
    for by, of in (("chain", "interactions"), ("country", "useful")):
        ax: Any = results.plot.who_met_whom(by, of)  # type: ignore[arg-type]
        whole = results.table("met")
        whole = whole[whole["by"] == by]
        drawn = ax.collections[0].get_array().filled(0)
        if of == "interactions":
            assert drawn.sum() == pytest.approx(whole[of].sum() / N)
        pair = whole[whole["group"] == whole["partner"]].groupby("group", observed=True)[of].sum() / N
        assert sorted(np.diag(drawn))[-1] == pytest.approx(pair.max())
    zero: Any = results.table("met")
    zero = zero[(zero["replication"] == 0) & (zero["by"] == "chain")]
    matrix: Any = OfResults(results).matrix("chain", "interactions")
    for group, partner, many in zip(zero["group"], zero["partner"], zero["interactions"], strict=True):
        assert matrix[partner][group] == many


def test_booths_of_several_stand_in_the_order_of_their_means(results: ResultSet) -> None:
    ax: Any = results.plot.booths("conversations")
    every: Any = results.table("booths").pivot_table("conversations", "exhibitor", "replication")
    heights = [bar.get_height() for bar in ax.patches]
    assert heights == pytest.approx(sorted(every.mean(axis=1), reverse=True))
    lines = next(each for each in ax.collections if hasattr(each, "get_segments")).get_segments()
    e = estimate(every.loc[every.mean(axis=1).idxmax()].tolist(), low=0)
    assert lines[0][:, 1].tolist() == pytest.approx([e.low, e.high])
    out = results.table("booths")
    assert (out[out["replication"] == 0]["stops"].to_numpy() == results.table("exhibitors")["stops"]).all()


def test_small_tables_are_kept_wherever_tables_are_and_only_there(results: ResultSet) -> None:
    assert results.kept_of("flow") == tuple(range(N))
    assert results.kept_of("visits") == (0,)
    none = sim.replicate("quickstart", replications=1, workers=1, keep=())
    assert none.kept_of("flow") == ()
    with pytest.raises(KeyError, match=r"kept of no replication: .* --keep 0"):
        none.plot.flow()
    assert results.kept is not None
    large = {0: {name: frame for name, frame in results.kept[0].items() if name != "flow"}}
    others = tuple({**row, "meetings.held": 1.0} for row in results.rows)  # of another version of the program
    with pytest.raises(KeyError, match="'flow', of which this is drawn"):
        replace(results, kept=large, rows=others).plot.flow()


def test_the_table_of_a_division_draws_a_kpi_of_each_group_with_its_interval(results: ResultSet) -> None:
    kpi = "booths.wait_minutes"
    table: Any = results.by("chain")
    ax: Any = table.plot.kpi(kpi)
    grouped = results.grouped("chain")
    means_of = {group: grouped.estimate(group, kpi) for group in grouped.groups}
    names = [each.get_text() for each in ax.get_yticklabels()]
    assert names == sorted(means_of, key=lambda group: -means_of[group].mean)
    lines = [each.get_segments()[0][:, 0].tolist() for each in ax.collections]
    assert lines == [pytest.approx([means_of[name].low, means_of[name].high]) for name in names]
    assert ax.get_xlabel() == "min"
    with pytest.raises(KeyError, match=r"no KPI .*booths\.wait_minutes"):
        table.plot.kpi("booths.wait_minute")
    with pytest.raises(KeyError, match=r"no KPI 3; there are: .*booths\.wait_minutes"):
        table.plot.kpi(3)
    rows = table.index.get_level_values("chain") != names[0]
    for some in (table.copy(), table[rows], table.loc[rows, ["sd", "mean", "low", "high", "n"]]):
        left = [each.get_text() for each in some.plot.kpi(kpi).get_yticklabels()]  # what is cut out draws too
        assert left == (names if len(some) == len(table) else names[1:])
    with pytest.raises(ValueError, match="this one has mean, sd"):
        table[["mean", "sd"]].plot.kpi(kpi)
    assert type(table["mean"]) is pd.Series
    one: Any = sim.run("quickstart").by("day")
    alone: Any = one.plot.kpi(kpi)
    assert not alone.collections
    assert "one replication" in words(alone)
    assert one.plot.bar(y=kpi).patches  # pandas' own pictures are there still


def test_a_map_of_several_has_the_means_of_booths_and_says_how_far_they_may_be_off(
    results: ResultSet,
) -> None:
    ax: Any = results.plot.map("busy_share")
    every: Any = results.table("booths").pivot_table("busy_share", "exhibitor", "replication")
    drawn = next(each for each in ax.collections if len(each.get_paths()) == len(every))
    assert drawn.get_array().tolist() == pytest.approx((100 * every.mean(axis=1)).tolist())
    off = [estimate(row, low=0, high=1).half_width for row in every.to_numpy().tolist()]
    assert f"half of the booths within ± {100 * np.nanmedian(off):.0f} points" in words(ax)
    assert f"mean of {N} replications" in words(ax)
    alone: Any = ResultSetPlots(results, 0).map()
    assert "within" not in words(alone)
    assert "replication 0 alone" in words(alone)


def test_sessions_of_several_have_the_colour_of_their_mean_and_tours_that_of_their_own(
    results: ResultSet,
) -> None:
    ax: Any = results.plot.programme()
    first: Any = results.table("sessions")
    every: Any = results.table("programme")
    every = every.assign(filled=every["peak"] / every["seats"])
    filled = every[every["held"]].groupby("title")["filled"].mean()
    shades = {tuple(bar.get_facecolor()) for bar in ax.patches if not bar.get_hatch()}
    colour = mpl.colormaps["cividis"]
    talks = first[(first["kind"] != "tour") & first["title"].isin(filled.index)]
    expected = {tuple(colour(float(filled[title]))) for title in talks["title"]}
    expected |= {tuple(colour(float(each))) for each in first.loc[first["kind"] == "tour", "filled_share"]}
    assert shades == expected
    counts = every.groupby("replication")["held"].agg(["sum", "size"]).mean()
    assert f"{counts['sum']:.3g} of {counts['size']:.3g} were held" in words(ax)
    assert "times and tours of replication 0" in words(ax)


def test_degrees_of_several_are_the_mean_of_their_distributions_with_a_band(results: ResultSet) -> None:
    ax: Any = results.plot.degrees("partners")
    every: Any = results.table("degrees")
    every = every[(every["of"] == "partners") & every["exhibits"]]
    whole = every[every["at_least"] == 0].set_index("replication")["organisations"]
    counts = every.pivot_table("organisations", "at_least", "replication", fill_value=0.0)
    share = 100 * counts / whole
    line = ax.lines[0]
    assert line.get_xdata().tolist() == counts.index[1:].tolist()
    assert line.get_ydata().tolist() == pytest.approx(share.mean(axis=1).tolist()[1:])
    band = next(each for each in ax.collections if len(each.get_paths()))
    corners = np.concatenate([path.vertices for path in band.get_paths()])
    e = [estimate(row, low=0, high=100) for row in share.to_numpy().tolist()]
    ends = {end for each in e for end in (each.low, each.high) if np.isfinite(each.low) and each.low > 0}
    assert ends
    assert all(min(abs(corners[:, 1] - end)) < 1e-9 for end in ends)
    assert f"mean of {N} replications" in words(ax)
    mean = (every[every["at_least"] == 0]["amount"] / 40).mean()
    assert f"40 exhibitors, mean {mean:.3g}" in ax.get_legend().get_texts()[0].get_text()


def test_outcomes_of_several_are_the_means_of_kpis_with_their_intervals(results: ResultSet) -> None:
    ax: Any = results.plot.outcomes()
    names = [each.get_text().replace("\n", " ") for each in ax.get_yticklabels()]
    widths = dict(zip(names, [bar.get_width() for bar in ax.patches], strict=True))
    lines = [each.get_segments()[0][:, 0] for each in ax.collections if hasattr(each, "get_segments")]
    for name, kpi in (("chain contacts", "chain_contacts"), ("key contacts", "key_contacts")):
        e = results.estimate(f"outcomes.{kpi}_an_exhibitor")
        assert widths[name] == pytest.approx(e.mean)
        assert any(line.tolist() == pytest.approx([e.low, e.high]) for line in lines), name
    alone: Any = ResultSetPlots(results, 0).outcomes()
    assert "replication 0 alone" in words(alone)
    assert not [each for each in alone.collections if hasattr(each, "get_segments")]


def test_growth_of_several_is_the_mean_by_each_hour_with_bands(results: ResultSet) -> None:
    ax: Any = results.plot.growth()
    every: Any = results.table("growth").pivot_table("ties", "until", "replication")
    every = every.ffill().fillna(0)  # where nobody met in an hour there are as many as before
    line = ax.lines[0]
    assert line.get_ydata().tolist() == pytest.approx(every.mean(axis=1).tolist())
    e = estimate(every.iloc[-1].tolist(), low=0)
    corners = ax.collections[0].get_paths()[0].vertices[:, 1]
    assert corners.max() == pytest.approx(max(estimate(row, low=0).high for row in every.to_numpy().tolist()))
    assert any(each == pytest.approx(e.low) for each in corners)
    assert f"mean of {N} replications" in words(ax)
    assert not ResultSetPlots(results, 0).growth().collections
    for of in (results.plot.network(), results.plot.robustness(), results.plot.alliances()):
        assert "replication 0 alone" in words(of)
