"""Results of one and of many replications, as people and machines read them."""

from __future__ import annotations

import json
import math
import subprocess
import sys
from dataclasses import replace

import pandas as pd
import pytest

import sim
from sim.files.lines import cells
from sim.statistics import FIRST_SCREEN, Result, estimate, where_it_hurts
from sim.studies.resultset import Failure, ResultSet
from tests.statistics.building import build, scenario_of, trace_of
from tests.statistics.tiny import PLAN


@pytest.fixture
def three(tiny: Result) -> ResultSet:
    rows = tuple(tiny.row | {"meetings.held": held} for held in (1.0, 2.0, 6.0))
    return ResultSet(scenario_of(PLAN), 5, "simpy", (0, 1, 2), rows, tiny)


def test_kpis_and_summary_of_a_result_are_a_row_of_those_of_many(tiny: Result, three: ResultSet) -> None:
    assert tiny.kpis.equals(ResultSet(scenario_of(PLAN), 5, "simpy", (0,), (tiny.row,)).kpis.T[0])
    assert (tiny.kpis.name, tiny.kpis.index.name) == (0, "kpi")
    assert tiny.kpis.to_dict() == pytest.approx(tiny.row, nan_ok=True)
    assert tiny.summary.index.equals(three.summary.index)
    assert tiny.summary["value"].equals(tiny.kpis.rename("value"))
    both = ["unit", "label", "theme", "basis"]
    pd.testing.assert_frame_equal(tiny.summary[both], three.summary[both])


def test_a_result_shows_what_it_is(tiny: Result) -> None:
    assert repr(tiny).startswith("Result(Tiny <fair>, replication 0, seed 5: visits 10, peak presence ")
    assert ", meetings held 1" in repr(tiny)
    text = str(tiny)
    assert "Meetings held" in text
    assert "Left <Out>" in text
    html = tiny._repr_html_()
    assert "Left &lt;Out&gt;" in html
    assert "Left <Out>" not in html
    assert "Tiny <fair>" not in html
    assert "<td style='text-align:left'>Meetings held</td><td style='text-align:right'>1</td>" in html
    assert "<li>Exhibitors left out: 1<ul><li>Left &lt;Out&gt;</li></ul></li>" in html


def test_where_it_hurts_names_queues_rooms_and_who_was_left_out(tiny: Result) -> None:
    hurts = where_it_hurts(tiny.expo, tiny.trace)
    assert hurts == tiny.where_it_hurts
    assert [(q.place, q.came, q.waited, q.lost) for q in hurts.booths] == [
        ("Bela", 5, 2, 3),
        ("Acme", 4, 1, 0),
    ]
    assert hurts.booths[0].wait_minutes == 1.5
    assert hurts.booths[0].longest_minutes == 2
    assert [(q.place, q.kind, q.lost) for q in hurts.doors] == [
        ("food", "catering", 1),
        ("main gate", "gate", 1),
        ("Door of north", "hall door", 0),
    ]
    (session,) = hurts.sessions
    assert (session.people, session.limit, session.turned_away) == (3, 4, 5)
    assert str(hurts.halls[0]) == "north: 8 of 10 people (day 1, 09:05)"
    assert hurts.left_out == ("Left <Out>",)
    (request,) = hurts.no_slot
    assert (request.asker, request.asked) == ("Buyer One", "Acme")
    text = str(hurts)
    for words in ("Bela: 2 of 5 parties queued", "Exhibitors left out: 1", "requests without a slot: 1"):
        assert words in text


def test_where_nothing_happened_it_hurts_nobody_but_those_left_out(tiny: Result) -> None:
    hurts = where_it_hurts(build(replace(PLAN, requests=())), trace_of([]))
    assert (hurts.booths, hurts.doors, hurts.sessions, hurts.halls, hurts.no_slot) == ((), (), (), (), ())
    assert hurts.left_out == ("Acme", "Bela", "Left <Out>")
    assert "nowhere" in str(replace(hurts, left_out=()))


def test_kpis_of_an_expo_at_which_nothing_happened_are_zero_or_undefined(tiny: Result) -> None:
    kpis = Result(tiny.expo, trace_of([])).row
    assert kpis.keys() == tiny.row.keys()
    assert kpis["visits.people"] == 0
    assert kpis["contacts.left_out"] == 3
    assert math.isnan(kpis["booths.wait_minutes"])


def test_a_result_set_keeps_a_row_a_replication(three: ResultSet) -> None:
    assert len(three) == 3
    assert three.kpis.shape == (3, len(three.names))
    assert three.kpis.index.tolist() == [0, 1, 2]
    assert three.kpis["meetings.held"].tolist() == [1, 2, 6]
    assert three.values("meetings.held") == [1, 2, 6]


def test_estimates_are_intervals_over_replications(three: ResultSet) -> None:
    assert three.estimate("meetings.held") == estimate([1.0, 2.0, 6.0], low=0)
    row = three.summary.loc["meetings.held"]
    assert row["mean"] == 3
    assert row["half_width"] == three.estimate("meetings.held").half_width
    assert (row["low"], row["high"]) == pytest.approx((0.45118, 19.9477), abs=1e-4)
    assert three.summary.loc["visits.people", "why"] == "same in all 3"
    assert (row["theme"], row["label"], row["unit"], row["n"]) == ("Meetings", "Meetings held", "meetings", 3)
    assert three.summary.index.tolist() == list(three.names)


def test_an_unknown_kpi_of_a_result_set_is_refused_with_the_near_miss(three: ResultSet) -> None:
    with pytest.raises(KeyError, match=r"did you mean meetings\.held"):
        three.estimate("meetings.helt")


def test_json_is_what_the_command_promises(three: ResultSet) -> None:
    said = json.loads(json.dumps(three.to_json_dict(), allow_nan=False))
    assert list(said) == ["scenario", "title", "seed", "engine", "replications", "kpis"]
    assert (said["scenario"], said["title"], said["seed"]) == ("tiny", "Tiny <fair>", 5)
    assert (said["engine"], said["replications"]) == ("simpy", 3)
    held = said["kpis"]["meetings.held"]
    of = three.estimate("meetings.held")
    assert held == {
        "label": "Meetings held", "unit": "meetings", "basis": "predicted", "n": 3, "mean": 3.0, "sd": of.sd,
        "half_width": of.half_width, "low": of.low, "high": of.high, "why": "",
    }  # fmt: skip
    assert (said["kpis"]["meetings.unwanted"]["low"], said["kpis"]["meetings.unwanted"]["why"]) == (
        None, "same in all 3",
    )  # fmt: skip
    assert said["kpis"]["halls.peak_share.south"]["mean"] is None


def test_the_text_of_a_result_set_has_a_line_a_headline_and_where_it_hurts(three: ResultSet) -> None:
    text = str(three)
    for heading, names in FIRST_SCREEN:  # nothing was promised, and nothing has a price
        has = any(math.isfinite(three.kpis[name].mean()) for name in names)
        assert (f"\n{heading}\n" in text) == has
    assert "Promises" not in text
    assert "Costs" not in text
    assert "Tiny <fair>: 3 replications, seed 5, engine simpy" in text
    (line,) = [line for line in text.splitlines() if line.lstrip().startswith("Meetings held")]
    assert line.split() == ["Meetings", "held", "3", "0", "to", "20", "meetings"]
    assert "    meetings.held (predicted)" in text
    assert "same in all 3: no half-width; at 95 %, fewer than 63 % of replications differ." in text
    assert "Where it hurts (replication 0)" in text  # of the others nothing was kept
    assert three.text(width=80) == text
    for width in (80, 100, 120, 200):
        everything = three.text(everything=True, width=width)
        assert max(cells(line) for line in everything.splitlines()) <= width
        assert set(three.names) <= set(everything.split())
    assert any(line.split()[-2:] == ["predicted", "meetings.held"] for line in everything.splitlines())


def test_one_replication_is_shown_without_an_interval(tiny: Result) -> None:
    one = ResultSet(scenario_of(PLAN), 5, "simpy", (0,), (tiny.row,))
    (line,) = [line for line in str(one).splitlines() if line.lstrip().startswith("Meetings held")]
    assert line.split() == ["Meetings", "held", "1", "meetings"]
    assert math.isnan(one.summary.loc["meetings.held", "half_width"])  # type: ignore[arg-type]


def test_html_escapes_titles(three: ResultSet) -> None:
    html = three._repr_html_()
    assert "Tiny &lt;fair&gt;" in html
    assert "Tiny <fair>" not in html
    assert "<td style='text-align:left'>Meetings held</td><td style='text-align:right'>3</td>" in html
    assert repr(three).startswith(
        "ResultSet(Tiny <fair>: 3 replications, seed 5, engine simpy; visits 10, "
        "peak presence 8 (same in all 3)"
    )
    assert ", meetings held 3 (0 to 20))" in repr(three)


def test_a_result_set_has_a_row_for_each_number(tiny: Result) -> None:
    with pytest.raises(ValueError, match="2 replications with 1 rows"):
        ResultSet(scenario_of(PLAN), 5, "simpy", (0, 1), (tiny.row,))


def test_a_failure_says_how_to_see_it_again() -> None:
    assert str(Failure(3, 9, "ValueError: no")) == "replication 3 (seed 9) failed: ValueError: no"


def test_kpis_and_text_need_no_pandas() -> None:
    code = (
        "import sys\n"
        "from tests.statistics.building import build, scenario_of, trace_of\n"
        "from tests.statistics.tiny import PLAN, ROWS\n"
        "from sim.statistics import Result\n"
        "from sim.studies.resultset import ResultSet\n"
        "r = Result(build(PLAN), trace_of(ROWS))\n"
        "s = ResultSet(scenario_of(PLAN), 1, 'simpy', (0, 1), (r.row, r.row), r)\n"
        "str(s), str(r), s._repr_html_(), s.to_json_dict()\n"
        "assert 'pandas' not in sys.modules and 'scipy.stats' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_frames_are_frames(three: ResultSet) -> None:
    assert isinstance(three.kpis, pd.DataFrame)
    assert isinstance(three.summary, pd.DataFrame)


def test_differences_are_of_the_replications_that_both_have(three: ResultSet) -> None:
    held = {"meetings.held": 0.0}
    rows = tuple(dict(three.rows[0]) | held for _ in range(2))
    other = ResultSet(three.scenario, 5, "simpy", (2, 0), rows)  # its replication 1 failed
    assert three.difference(other, "meetings.held") == estimate([1.0, 6.0])
    with pytest.raises(ValueError, match="only runs with one seed can be paired"):
        three.difference(replace(other, seed=6), "meetings.held")
    with pytest.raises(ValueError, match="no replication is in both"):
        three.difference(replace(other, numbers=(7, 8)), "meetings.held")


def test_a_kpi_that_is_not_defined_in_all_replications_says_in_how_many(tiny: Result) -> None:
    rows = tuple(tiny.row | {"meetings.held": held} for held in (1.0, math.nan, 6.0))
    text = str(ResultSet(scenario_of(PLAN), 5, "simpy", (0, 1, 2), rows))
    assert "Meetings held (in 2 of 3)" in text
    assert "Meetings scheduled (in" not in text


def test_fitted_is_said_only_of_a_fair_to_which_something_was_fitted(tiny: Result) -> None:
    """Whoever runs a fair of his own has fitted nothing: there a stay is a prediction."""
    for name, stay in (("cisce-2024", "fitted"), ("hungary-2024", "predicted"), ("quickstart", "predicted")):
        results = ResultSet(sim.load(name), 1, "simpy", (0, 1), (tiny.row,) * 2)
        assert results.basis("visits.stay_minutes") == stay
        assert results.summary.loc["visits.stay_minutes", "basis"] == stay
        assert results.basis("visits.people") == "input"
        assert results.basis("meetings.held") == "predicted"
        assert ("fitted" in results.text(everything=True)) == (stay == "fitted")
    assert tiny.summary.loc["meetings.scheduled", "basis"] == "predicted"
    fitted = replace(
        tiny, expo=replace(tiny.expo, terms=replace(tiny.expo.terms, fitted=("meetings.scheduled",)))
    )
    assert fitted.summary.loc["meetings.scheduled", "basis"] == "fitted"
