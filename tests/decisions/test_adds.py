"""What a part adds: hand-worked pairs, sums that the KPIs know too, and parts that others need."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner

import sim
from sim.cli import exposim
from sim.decisions.adds.added import CONTACT, MEASURES, MET, Added
from sim.decisions.adds.adding import _exhibitors
from sim.decisions.adds.taken import taken
from sim.statistics.intervals import student_quantile
from tests.decisions.played import Row, Tables, play

pytestmark = pytest.mark.usefixtures("played_once")

mpl.use("agg")

FAIR = Path(__file__).parents[1] / "cli" / "fair.toml"


def exhibitor(name: str, contacts: int, chain: str = "energy") -> dict[str, Any]:
    return {
        "name": name,
        "hall": "hall",
        "area_m2": 20.0,
        "chain": chain,
        "debut": False,
        "conversations": 2 * contacts,
        "contacts": contacts + 1,
        "useful_contacts": contacts,
        "meetings_held": 0,
    }


def tie(one: str, other: str, *, useful: int = 1, conversations: int = 1) -> dict[str, Any]:
    return {"organisation": one, "partner": other, "useful": useful, "conversations": conversations}


def worked(monkeypatch: pytest.MonkeyPatch, replications: int = 6) -> Added:
    """A and B exhibit, A is of the chain that is asked about; x, y and z come.

    With meetings A meets x at a table, who would not have come, and z, who comes to the booth without them;
    B loses x to A. B and A are in contact both ways, whoever comes first; A and y have met in a session.
    """
    meeting = {"programme": "tables", "held": True, "organisation": "A"}
    with_it: Tables = {
        "exhibitors": [exhibitor("A", 3), exhibitor("B", 1, "vehicles")],
        "ties": [
            tie("A", "x", conversations=0),
            tie("A", "z", conversations=0),
            tie("A", "B"),
            tie("A", "y", useful=0, conversations=0),
        ],
        "meetings": [
            {**meeting, "partner": "x"},
            {**meeting, "partner": "z"},
            {**meeting, "partner": "y", "held": False},
            {**meeting, "partner": "B", "programme": "another"},
        ],
        "outcomes": [
            {"exhibitor": "A", "partner": "B", "fate": "agreement"},
            {"exhibitor": "A", "partner": "x", "fate": "no_need"},
        ],
    }
    without: Tables = {
        "exhibitors": [exhibitor("A", 2), exhibitor("B", 2, "vehicles")],
        "ties": [tie("A", "z"), tie("B", "A"), tie("B", "x"), tie("B", "y", useful=0)],
        "meetings": [],
        "outcomes": [{"exhibitor": "B", "partner": "A", "fate": "not_key"}],
    }
    empty = [{"programme": "", "held": False, "organisation": "A", "partner": "x"}]

    def plays(scenario: sim.Scenario, _: int) -> tuple[Row, Tables]:
        there = "tables" in scenario.data.matchmaking
        return {"a": 1.0}, with_it if there else {**without, "meetings": empty}

    play(monkeypatch, "adds.adding", plays)
    return sim.adds(str(FAIR), "matchmaking.tables", own="chain.energy", replications=replications)


def test_pairs_are_additional_the_same_or_lost_whoever_of_the_two_comes_first(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    found = worked(monkeypatch)

    def counts(kind: str, whose: str) -> dict[str, float]:
        parts = ("only_with", "both", "only_without", "through_only_with", "through_both", "net")
        return {part: found.counted(kind, part, whose).mean for part in parts}

    own = {"only_with": 1, "both": 2, "only_without": 0, "through_only_with": 1, "through_both": 1, "net": 1}
    assert counts(CONTACT, "own") == own  # x; z and B; z had a meeting and would have been met anyway
    assert counts(CONTACT, "rest")["only_without"] == 1  # B and x
    assert found.counted(CONTACT, "net").mean == 0
    met = {"only_with": 2, "both": 2, "only_without": 0, "through_only_with": 2, "through_both": 1, "net": 2}
    assert counts(MET, "own") == met  # as `contacts.only_programme` has it: no conversation at a booth
    assert counts(MET, "rest")["only_without"] == 2


def test_what_its_own_gain_and_the_others_lose_is_told_apart_and_in_sum(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    found = worked(monkeypatch)
    assert found.groups == ("own", "rest", "all")  # all others are neighbours
    assert [found.change("useful", group).mean for group in found.groups] == [1, -1, 0]
    assert [found.change("useful", group, total=True).mean for group in found.groups] == [1, -1, 0]
    assert [found.change("chain", group).mean for group in ("own", "rest")] == [1, 0]
    assert [found.change("intentions", group).mean for group in ("own", "rest")] == [1, 1]
    assert found.level("useful", "own") == 2
    assert found.beside("useful").mean == 2  # 3 against 1 in the same fair
    assert found.booths("useful")["gain"].mean == 1
    assert found.booths("meetings")["gain"].mean == 0  # who has as many gains nothing
    said = found.text().replace("\n  ", " ")
    assert said.startswith("With matchmaking.tables the 1 exhibitor of chain energy have +1")
    assert "its own gain +1" in said
    assert "the others lose −1" in said
    assert "1 (same in all 6) of them with a meeting of it" in said


def test_what_is_the_same_in_both_of_two_replications_may_be_chance(monkeypatch: pytest.MonkeyPatch) -> None:
    said = worked(monkeypatch, 2).text().replace("\n  ", " ")
    assert "have +1 (same in all 2) (not told apart from none) useful contacts each" in said
    assert "its own gain" not in said
    assert "in all there are 0 (same in all 2) pairs" in said  # none is none


def test_neighbours_are_the_others_in_halls_of_its_own_and_thirds_go_by_area() -> None:
    halls, areas = ["a", "a", "b", "c", "c", "c"], [9, 50, 50, 7, 30, 8]
    chains = ["energy", "vehicles", "vehicles", "energy", "energy", "energy"]
    rows = [
        exhibitor(f"e{at}", at, chain) | {"hall": hall, "area_m2": area}
        for at, (chain, hall, area) in enumerate(zip(chains, halls, areas, strict=True))
    ]
    none = pd.DataFrame({"exhibitor": [], "partner": [], "fate": []})
    with_it = {"exhibitors": pd.DataFrame(rows), "outcomes": none}
    without = {"exhibitors": pd.DataFrame(rows[1:]), "outcomes": none}
    found = _exhibitors(with_it, without, ["chain.energy"]).set_index("name")
    assert list(found.index[found["own"]]) == ["e0", "e3", "e4", "e5"]
    assert list(found.index[found["near"]]) == ["e1"]
    assert found["third"].to_dict() == {"e0": 1, "e1": -1, "e2": -1, "e3": 0, "e4": 2, "e5": 0}
    # whoever is only there with it had nothing without
    assert (found.loc["e0", "conversations"], found.loc["e5", "conversations"]) == (0, 10)
    assert found.loc["e5", "conversations_without"] == 10
    assert (found["met"] - found["met_without"])["e0"] == 1


def test_if_all_are_its_own_they_are_told_of_together() -> None:
    found = sim.adds(
        str(FAIR), "matchmaking.tables", own="hall.hall", replications=2, workers=1, engine="simpy"
    )
    assert found.groups == ("all",)
    assert "nan" not in found.text()


def test_it_sums_to_what_the_kpis_of_both_runs_say() -> None:
    found = sim.adds(str(FAIR), "matchmaking.tables", replications=3, workers=1, engine="simpy")
    kpis = ["contacts.useful", "contacts.pairs", "contacts.only_programme", "meetings.held"]
    kpis += ["contacts.useful_an_exhibitor", "outcomes.chain_contacts_an_exhibitor"]
    one, other = (
        sim.replicate(each, replications=3, workers=1, engine="simpy").kpis[kpis].mean()
        for each in (found.scenario, found.without)
    )
    diff = one - other
    assert found.counted(CONTACT, "net").mean == pytest.approx(diff["contacts.useful"])
    assert found.counted(MET, "net").mean == pytest.approx(diff["contacts.pairs"])
    through = [found.counted(MET, part).mean for part in ("through_only_with", "through_both")]
    assert sum(through) == pytest.approx(one["contacts.only_programme"])
    assert diff["meetings.held"] > 0
    for measure, kpi in (("useful", "contacts.useful"), ("chain", "outcomes.chain_contacts")):
        assert found.change(measure, "all").mean == pytest.approx(diff[f"{kpi}_an_exhibitor"])
    assert found.counted(CONTACT, "only_with").mean >= diff["contacts.useful"]
    # six measures and twice six counts of pairs are told, and hold together
    e = found.change("conversations", "all")
    assert (found.groups, found.together) == (("all",), 18)
    assert e.half_width == pytest.approx(student_quantile(1 - 0.05 / 18 / 2, 2) * e.sd / 3**0.5)


def test_a_part_that_does_nothing_adds_exactly_nothing() -> None:
    idle = {"kind": "seminar", "per_day": [0], "rooms": ["stage"]}
    found = sim.adds(
        sim.load(str(FAIR)).replace(**{"programme.idle": idle}), "programme.idle", replications=3, workers=1
    )
    assert found.level("useful", "all") > 0
    for measure in MEASURES:
        assert (found.frame[measure] == found.frame[f"{measure}_without"]).all()
    for kind in (CONTACT, MET):
        assert found.counted(kind, "both").mean > 0
        assert [found.counted(kind, part).mean for part in ("only_with", "only_without", "net")] == [0, 0, 0]
    assert "not told apart" not in found.text()


def test_several_parts_share_a_folder_and_the_runs_with_them(tmp_path: Path) -> None:
    written = []
    for what in ("matchmaking.tables", "programme.talks"):
        sim.adds(str(FAIR), what, replications=2, workers=1, engine="simpy", study=tmp_path / "study")
        with closing(sqlite3.connect(tmp_path / "study" / "cells.sqlite")) as cells:
            written.append([count for (count,) in cells.execute("SELECT written FROM cells")])
    assert written == [[1] * 4, [1] * 6]


def test_without_debuts_booths_attract_as_if_there_were_none_and_are_known_all_the_same() -> None:
    fair = sim.load(str(FAIR), {"exhibitors.debuts": 4})
    parts = taken(fair, ["debuts"])
    none = sim.build(fair.replace(**{"exhibitors.debuts": 0}))
    assert np.array_equal(sim.build(parts.without).exhibitors.attraction, none.exhibitors.attraction)
    assert not np.array_equal(sim.build(fair).exhibitors.attraction, none.exhibitors.attraction)
    assert parts.own == ("debuts",)
    found = sim.adds(fair, "debuts", replications=3, workers=1, engine="simpy")
    assert found.size("own") == 4
    assert found.size("small") + found.size("middle") + found.size("large") == 4
    assert "with a debut" in found.text()


def test_a_pavilion_stands_for_what_it_hosts_and_is_taken_out_with_that_alone() -> None:
    hungary = sim.load("hungary-2024")
    parts = taken(hungary, ["hungary"], {"visitors.buyer.visits": 235})
    assert not parts.without.data.programme
    assert parts.matchmaking == ("hungary",)
    assert parts.own == ("pavilion.hungary",)
    assert parts.without.data.visitors["buyer"].visits == 235
    whole = taken(hungary, ["pavilions.hungary", "hungary"]).without
    assert not whole.data.pavilions
    assert whole.data.exhibitors.count == 150  # the five are gone, and all others stay
    with pytest.raises(ValueError, match=r"needed by programme\.hungary-opening, .*take these out too"):
        taken(hungary, ["pavilions.hungary"])


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["matchmaking.table"], "did you mean 'matchmaking.tables'?"),
        (["debuts"], "the scenario has none; exhibitors.debuts = 20 makes some"),
        (["visitors.buyer"], "without visitors.buyer there is no scenario: visitors: found nothing in it"),
        (["matchmaking.tables", "--own", "chain.energi"], "no such chain; did you mean 'energy'?"),
        (["matchmaking.tables", "--own", "energy"], "allowed: pavilion.NAME"),
        (["matchmaking.tables", "--vary", "visitors.buyer.visits=x"], "--vary visitors.buyer.visits=x"),
        (["matchmaking.tables", "--vary", "nothing"], "--vary nothing: is not a setting"),
    ],
)
def test_what_cannot_be_taken_out_is_told_in_a_line(arguments: list[str], told: str) -> None:
    done = CliRunner().invoke(exposim, ["adds", str(FAIR), *arguments, "-n", "2"])
    assert (done.exit_code, done.stdout) == (2, "")
    assert told in done.stderr
    assert done.stderr.count("\n") == 1


def test_its_pictures_show_what_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    found = worked(monkeypatch)
    ax: Any = found.plot.changes("useful")
    marks = [float(x) for line in ax.lines if str(line.get_marker()) in "oD" for x in line.get_xdata()]
    assert marks == [1, -1, 0]
    pairs: Any = found.plot.pairs()
    widths = [each.get_width() for each in pairs.patches]
    assert widths == [1, 1, 2, 1, 0]
    booths: Any = found.plot.booths()
    assert any(list(line.get_ydata()) == [1] for line in booths.lines)
    with pytest.raises(KeyError, match="is no measure"):
        found.plot.changes("usefull")
    plt.close("all")
    assert set(found.to_json_dict()["exhibitors"]["own"]) == {"count", *MEASURES}
