"""Calibrations of models whose values are known: what fits, what is not pinned down, what is written."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pytest
from click.testing import CliRunner

import sim
from sim.cli import exposim
from sim.decisions.calibrate.calibrated import Calibrated
from sim.decisions.calibrate.calibrating import calibrate
from sim.decisions.calibrate.calibration_file import load_calibration, shipped_calibrations
from sim.scenario import Scenario, ScenarioError
from sim.statistics.kpis.registry import basis_in
from sim.streams import FloatArray
from sim.studies.folder import StudyFolder
from tests.decisions.answers import comes_back
from tests.decisions.played import Row, Tables, play

pytestmark = pytest.mark.usefixtures("played_once")

mpl.use("agg")

FAIR = Path(__file__).parents[1] / "cli" / "fair.toml"
ACCEPTANCE, NO_SHOW, TABLES = (f"matchmaking.tables.{key}" for key in ("acceptance", "no_show", "tables"))


def _file(folder: Path, parameters: str, targets: str) -> Path:
    (folder / "fair.toml").write_bytes(FAIR.read_bytes())
    file = folder / "mine.toml"
    text = f'[calibration]\nscenario = "fair.toml"\n[parameters]\n{parameters}\n[targets]\n{targets}\n'
    file.write_text(text, "utf-8")
    return file


Means = Callable[[float, float, int], Mapping[str, float]]


def _plays(means: Means, spread: float = 1.0) -> Callable[[Scenario, int], tuple[Row, Tables]]:
    """KPIs that go with acceptance, no-shows and tables, and with what the replication draws."""

    def plays(scenario: Scenario, number: int) -> tuple[Row, Tables]:
        m = scenario.data.matchmaking["tables"]
        draws = np.random.default_rng(number).normal(0, spread, 8)
        values = means(m.acceptance, m.no_show, m.tables).items()
        return {name: v + d for (name, v), d in zip(values, draws, strict=False)}, {}

    return plays


LINEAR = f'"{ACCEPTANCE}" = {{ low = 0.1, high = 0.9 }}\n"{NO_SHOW}" = {{ low = 0, high = 0.5 }}'


def test_values_are_found_and_the_file_that_is_written_is_the_scenario_that_is_told(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    # at an acceptance of 0.7 and no-shows of 0.3 they come to 100 and 12
    play(
        monkeypatch,
        "calibrate.calibrating",
        _plays(lambda a, s, _: {"meetings.held": 100 + 200 * (a - s - 0.4), "booths.asked": 40 * s}),
    )
    targets = '"meetings.held" = { value = 100, tolerance = 2, source = "a\\nlist\\u001b" }\n'
    targets += '"booths.asked" = { low = 10, high = 14 }'
    file = _file(tmp_path, LINEAR, targets)
    out = tmp_path / "fitted.toml"
    command = ["calibrate", str(file), "--out", str(out), "-n", "16", "--json", "--quiet"]
    done = CliRunner().invoke(exposim, command)
    assert done.exit_code == 0, done.output
    found = calibrate(file, replications=16)
    assert json.loads(done.stdout) == json.loads(json.dumps(found.to_json_dict()))  # the same again
    acceptance, no_show = found.parameters
    assert acceptance.value == pytest.approx(0.7, abs=0.06)
    assert no_show.value == pytest.approx(0.3, abs=0.06)
    assert acceptance.low <= 0.7 <= acceptance.high
    assert no_show.low <= 0.3 <= no_show.high
    assert found.fits
    assert found.open == ()
    assert found.text().startswith("Fits: both targets are met with 2 fitted parameters.")
    assert "2 parameters for 2 targets: that many can nearly always be met" in found.text()
    assert max(map(len, found.text().splitlines())) <= 80
    written = sim.load(out)
    assert written == found.scenario
    assert written.data.matchmaking["tables"].acceptance == acceptance.value
    assert written.data.expo.fitted == ("meetings.held", "booths.asked")
    assert 'extends = "fair.toml"' in out.read_text("utf-8")
    above = out.read_text("utf-8").partition("\n\n")[0].splitlines()  # whatever a source says
    assert all(line.startswith("# ") for line in above)
    assert any("meetings.held: 100 ± 2 meetings; a" in line and "\\x1b" in line for line in above)
    # what is told is of the first replications, as `run` of the file would have them
    plays = _plays(lambda a, s, _: {"meetings.held": 100 + 200 * (a - s - 0.4), "booths.asked": 40 * s})
    rows = [plays(written, number)[0] for number in range(16)]
    assert list(found.frame["value"][:16]) == [row["meetings.held"] for row in rows]
    assert found.results.numbers == tuple(range(16))
    for settings in found.draws(20):
        a, s = (float(str(settings[path])) for path in (ACCEPTANCE, NO_SHOW))
        assert acceptance.low <= a <= acceptance.high
        assert 10 - 2 <= 40 * s <= 14 + 2
    again = comes_back(found, tmp_path / "kept")
    ax: Any = found.plot.targets()
    held, asked = (met.value.mean for met in found.targets)  # 100 ± 2, and 10 to 14: two about twelve
    marks = [line.get_xdata()[0] for line in ax.lines if line.get_marker() in ("o", "D")]
    assert marks == pytest.approx([(held - 100) / 2, (asked - 12) / 2])
    assert [(each.get_x(), each.get_x() + each.get_width()) for each in ax.patches] == [(-1, 1), (-1, 1)]
    plt.close("all")
    assert isinstance(again, Calibrated)
    assert again.draws(2) == found.draws(2)
    # a mean within whose interval reaches out, and one outside whose interval reaches in
    first, second = found.targets
    for mean, told in ((101.0, "not shown"), (105.0, "not shown, 3 meetings above")):
        unsure = replace(first, value=replace(first.value, mean=mean, low=mean - 9, high=mean + 9))
        lines = replace(found, targets=(unsure, second)).text(120).splitlines()
        (line,) = (each for each in lines if each.lstrip().startswith("meetings.held"))
        assert line.endswith(f"  {told}")


def test_a_pair_that_only_acts_together_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    play(
        monkeypatch,
        "calibrate.calibrating",
        _plays(lambda a, s, t: {"meetings.held": 100 * a * (1 - s), "booths.asked": 10.0 * t}),
    )
    targets = (
        '"meetings.held" = { value = 40, tolerance = 1 }\n"booths.asked" = { value = 70, tolerance = 1 }'
    )
    tables = f'\n"{TABLES}" = {{ low = 1, high = 20 }}'
    found = calibrate(_file(tmp_path, LINEAR + tables, targets), replications=16)
    (together,) = found.open
    assert {path for path, _, _ in together.changes} == {ACCEPTANCE, NO_SHOW}
    (_, a, more), (_, s, fewer) = together.changes
    assert abs(more - a) > 0.05
    assert more * (1 - fewer) == pytest.approx(a * (1 - s), abs=0.02)  # and it fits as well
    assert together.moved < 1.5
    assert "Pinned down only together: matchmaking.tables.acceptance " in " ".join(found.text().split())
    assert found.parameters[2].value == 7  # tables are pinned down, and whole
    assert (found.parameters[2].low, found.parameters[2].high) == (7, 7)
    assert "3 parameters for 2 targets" in found.text()


def test_what_is_predicted_includes_what_the_targets_leave_open(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    play(
        monkeypatch,
        "calibrate.calibrating",
        _plays(lambda a, s, _: {"booths.asked": 100 * a, "meetings.held": 1000 * a, "visits.people": 500}),
    )
    file = _file(tmp_path, LINEAR.splitlines()[0], '"booths.asked" = { low = 40, high = 60 }')
    found = calibrate(file, replications=30, kpis=["meetings.held", "visits"])
    held, people = found.predicted
    assert found.parameters[0].low == pytest.approx(0.4, abs=0.02)
    sd = np.std([np.random.default_rng(n).normal(0, 1, 8)[1] for n in range(30)], ddof=1)
    assert held.one[1] - held.one[0] == pytest.approx(2 * 2.0452 * sd * (1 + 1 / 30) ** 0.5, rel=1e-3)
    # its mean is anywhere from 400 to 600: even draws have the standard deviation 200 / √12
    assert held.open[1] - held.open[0] == pytest.approx(2 * 2.05 * 200 / 12**0.5, rel=0.25)
    assert people.open == pytest.approx(people.one, abs=0.5)
    assert "meetings.held" in found.text()
    with pytest.raises(KeyError, match=r"did you mean .*meetings.held"):
        calibrate(file, kpis=["meetings.hold"])


def test_what_moves_nothing_is_named_and_a_target_out_of_reach_is_a_miss(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    play(
        monkeypatch,
        "calibrate.calibrating",
        _plays(lambda a, s, _: {"meetings.held": 50 * a, "booths.asked": 100 * a}, 0.5),
    )
    targets = '"meetings.held" = { low = 60, tolerance = 2 }\n"booths.asked" = { low = 50, high = 120 }'
    found = calibrate(_file(tmp_path, LINEAR, targets), replications=16)
    assert not found.fits
    held, asked = found.targets
    assert (held.verdict, asked.verdict) == ("off", "met")
    assert held.off == pytest.approx(45 - 60, abs=1)
    assert found.parameters[0].value == 0.9
    text = " ".join(found.text().split())
    assert text.startswith(
        "Does not fit: 1 of 2 targets is missed with 2 fitted parameters: meetings.held is 1"
    )
    assert "acceptance is at the end of its range, 0.9" in text
    assert f"Not pinned down: {NO_SHOW} " in text
    assert found.parameters[1].is_open


def test_the_budget_ends_a_search_and_that_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    asked = play(
        monkeypatch,
        "calibrate.calibrating",
        _plays(lambda a, s, _: {"meetings.held": 1000 * a**4, "booths.asked": 1000 * s**4}),
    )
    targets = (
        '"meetings.held" = { value = 600, tolerance = 1 }\n"booths.asked" = { value = 1, tolerance = 1 }'
    )
    file = _file(tmp_path, LINEAR, targets)
    found = calibrate(file, replications=5, budget=15)
    assert "The budget ended the search" in found.text()
    assert found.runs <= 15 + 2 * 2 * 5
    assert not any(number < 100_000 for _, numbers in asked[:-1] for number in numbers)
    with pytest.raises(ValueError, match="budget"):
        calibrate(file, replications=5, budget=14)


def test_a_fair_is_calibrated_and_a_second_time_runs_nothing(tmp_path: Path) -> None:
    file = _file(
        tmp_path,
        '"visitors.buyer.talk_share" = { low = 0.1, high = 0.8 }',
        '"conversations.a_visit" = { low = 2.5, high = 3.5 }',
    )

    read = load_calibration(file, {"visitors.buyer.visits": 40})

    def calibrated(said: list[str]) -> Calibrated:
        kept = StudyFolder(tmp_path / "s", tell=said.append)
        return calibrate(read, replications=5, workers=1, study=kept, tell=said.append)

    begun, said = list[str](), list[str]()
    first = calibrated(begun)
    assert "then up to 20 to see how sure it is; about 1 min at most" in begun[0]
    again = calibrated(said)
    assert again.to_json_dict() == first.to_json_dict()
    assert again.to_toml(tmp_path) == first.to_toml(tmp_path)
    assert any("goes on" in each for each in said)
    assert any(each.endswith("to see how sure it is") for each in said)  # what is kept takes no time
    assert first.parameters[0].value > 0.21  # of the default
    held = sim.run(first.scenario, replication=4).kpis["conversations.a_visit"]
    assert first.results.values("conversations.a_visit")[4] == held
    (tmp_path / "fitted.toml").write_text(first.to_toml(tmp_path), "utf-8")
    written = sim.load(tmp_path / "fitted.toml")
    assert written == first.scenario
    assert written.data.visitors["buyer"].visits == 40  # what was set is in it


def test_a_target_may_be_of_a_group(tmp_path: Path) -> None:
    file = _file(
        tmp_path,
        '"visitors.buyer.talk_share" = { low = 0.1, high = 0.8 }',
        '"conversations.an_exhibitor of chain.energy" = { low = 2, high = 12 }',
    )
    read = load_calibration(file, {"visitors.buyer.visits": 40})
    found = calibrate(read, replications=5, workers=1)
    again = sim.replicate(found.scenario, replications=5, by="chain", workers=1)
    asked = again.grouped("chain").values("energy", "conversations.an_exhibitor")
    assert found.targets[0].value.mean == pytest.approx(float(np.mean(asked)))
    assert list(found.frame["value"]) == list(asked)
    assert found.scenario.data.expo.fitted == ()  # labels are of the whole
    text = file.read_text("utf-8")
    file.write_text(text.replace("chain.energy", "chain.enrgy"), "utf-8")
    said = r"mine.toml:6: targets.*found chain.enrgy; .* did you mean 'energy'"
    with pytest.raises(ScenarioError, match=said):
        calibrate(file, replications=5, workers=1)


def test_the_interval_of_one_parameter_is_fiellers() -> None:
    from scipy import stats

    from sim.decisions.calibrate.fitting import Aims, Fit
    from sim.decisions.calibrate.pinning import intervals, loose

    random = np.random.default_rng(3)
    n = 12
    values, slopes = random.normal(10, 1, n), random.normal(20, 2, n)
    aims = Aims(np.array([9.0]), np.array([11.0]), np.array([np.nan]), np.array([1.0]))
    fit = Fit((0.5,), np.array([0.5]), values[None], slopes[None, None], 0, True)
    ((down, up),) = intervals(fit, aims)
    t = float(stats.t.ppf(0.975, n - 1)) / n**0.5
    for end, limit, sign in ((down, 9.0, -1), (up, 11.0, 1)):
        there = values + end * slopes
        assert there.mean() - sign * t * there.std(ddof=1) == pytest.approx(limit, abs=0.01)
    assert loose(fit, aims) == ()
    # slopes that are chance pin nothing down
    vague = Fit((0.5,), np.array([0.5]), values[None], (slopes - slopes.mean())[None, None], 0, True)
    assert intervals(vague, aims) == pytest.approx(np.array([[-0.5, 0.5]]), abs=1e-3)
    assert len(loose(vague, aims)) == 1


def test_open_directions_are_told_as_combinations_of_few() -> None:
    from sim.decisions.calibrate.fitting import Aims, Fit
    from sim.decisions.calibrate.pinning import drawn_shares, loose, step_along

    # a + b and c + 2 d are pinned down, e is not
    tilt = np.array([[20.0, 20, 0, 0, 0], [0, 0, 20, 40, 0], [10, 10, 10, 20, 0]])
    noise: FloatArray = np.random.default_rng(1).normal(0, 0.1, (3, 5, 20))
    fit = Fit((0.5,) * 5, np.full(5, 0.5), np.zeros((3, 20)), tilt[..., None] + noise, 0, True)
    aims = Aims(np.full(3, -1.0), np.full(3, 1.0), np.full(3, np.nan), np.ones(3))
    # what is drawn of all that fits is anywhere there, and keeps to what is pinned down
    a, b, c, d, e = drawn_shares(fit, aims, 200, 1).T
    for each in (a, b, e):
        assert each.mean() == pytest.approx(0.5, abs=0.06)
        assert each.std() == pytest.approx(12**-0.5, abs=0.04)
    assert np.abs(a + b - 1).max() < 0.07  # which is a tolerance and what chance adds
    assert np.abs(c + 2 * d - 1.5).max() < 0.07
    parts = {tuple(np.flatnonzero(direction)) for direction in loose(fit, aims)}
    assert parts == {(0, 1), (2, 3), (4,)}
    for direction in loose(fit, aims):
        step = step_along(fit, aims, direction)
        assert 0 < np.abs(step).max() <= 0.25 + 1e-9
        assert np.abs(tilt @ step).max() < 1


@pytest.mark.parametrize(
    ("parameters", "targets", "said"),
    [
        (
            LINEAR.replace("acceptance", "acceptence"),
            "",
            r":4: parameters\.\S+: unknown key; did you mean 'acceptance'\?",
        ),
        (
            LINEAR.replace("low = 0.1", "low = 1"),
            "",
            r":4: parameters\.\S+: found low = 1, high = 0.9; allowed",
        ),
        (
            LINEAR.replace("high = 0.9", "high = 2"),
            "",
            r":4: parameters\.\S+: found 2.0; allowed: a number from 0",
        ),
        (LINEAR.replace("low = 0,", "log = true, low = 0,"), "", ":5: .*log goes with numbers above 0"),
        (LINEAR.replace("low = 0,", "start = 3, low = 0,"), "", ":5: .*found start = 3; allowed: 0 to 0.5"),
        (f'"{TABLES}" = {{ low = 1.5, high = 3 }}', "", ":4: .*found 1.5 to 3; allowed: whole numbers"),
        ('"expo.days" = {}', "", r":4: parameters.\"expo.days\": no range is known of it: give low and"),
        ('"expo.title" = {}', "", r":4: .*fair has 'A fair to test with' there; allowed: a path"),
        ('"visitors.buyer.stops" = {}', "", r":4: .*a distribution; .* such as \S+stops.mean"),
        (LINEAR + '\n"matchmaking. tables.acceptance" = {}', "", f":6: .*is {ACCEPTANCE} again"),
        (
            f'"{ACCEPTANCE}/{NO_SHOW}" = {{ low = 0, high = 1 }}\n"{NO_SHOW}" = {{}}',
            "",
            f":5: .*{NO_SHOW} again",
        ),
        (
            f'"{ACCEPTANCE}/{ACCEPTANCE}" = {{ low = 0.2, high = 0.9 }}',
            "",
            f":4: .*names {ACCEPTANCE} again",
        ),
        (
            f'"{ACCEPTANCE}" = {{ low = 0.5, high = 0.5000001 }}',
            "",
            ":4: .*found low = 0.5, high = 0.5000001; allowed: ends a thousandth or more apart",
        ),
        (LINEAR.replace('"', ""), "", r":4: parameters.matchmaking: found a section in it; a name with dots"),
        ('"a..b" = { low = 1, high = 2 }', "", r":4: .*'a..b' is not a dotted path"),
        (LINEAR, '"meetings.hold" = { low = 1, high = 2 }', r":7: targets.*no KPI .* mean .*meetings.held"),
        (
            LINEAR,
            '"meetings.kept_share" = { low = 75, high = 85 }',
            ":7: .*found low = 75; .* from 0 to 1; 75 %",
        ),
        (LINEAR, '"meetings.held" = { value = 3 }', r":7: .*missing key tolerance: with a value"),
        (LINEAR, '"meetings.held" = { low = 3 }', r":7: .*missing key tolerance: with one end"),
        (LINEAR, '"meetings.held" = { value = 3, low = 2 }', r":7: .*is a value with a tolerance, or"),
        (LINEAR, '"meetings.held" = { low = 3, high = 2 }', r":7: .*found low = 3, high = 2; allowed: low"),
        (LINEAR, '"meetings.held" = { lwo = 3, high = 2 }', r":7: .*unknown key; did you mean 'low'"),
    ],
)
def test_what_is_wrong_with_a_calibration_is_told_where_it_stands(
    tmp_path: Path, parameters: str, targets: str, said: str
) -> None:
    file = _file(tmp_path, parameters, targets or '"meetings.held" = { value = 3, tolerance = 1 }')
    with pytest.raises(ScenarioError, match=said):
        load_calibration(file)


def test_a_range_that_is_left_out_is_in_proportion_to_what_the_scenario_knows_better(tmp_path: Path) -> None:
    file = _file(
        tmp_path,
        f'"{NO_SHOW}" = {{}}\n"visitors.buyer.stops.mean" = {{}}',
        '"meetings.held" = { value = 3, tolerance = 1 }',
    )
    usual = load_calibration(file).parameters
    assert [(p.low, p.own, p.high) for p in usual] == [(0.08, 0.13, 0.25), (11, 14, 17)]
    scaled = load_calibration(file, {NO_SHOW: 0.52, "visitors.buyer.stops.mean": 28}).parameters
    no_show, stops = ((p.low, p.start, p.high) for p in scaled)
    assert no_show == pytest.approx((4 * 0.08, 0.52, 1))  # four times 0.25 is no chance above 1
    assert stops == pytest.approx((22, 28, 34))


def test_a_distribution_is_written_whole_and_what_cannot_be_extended_too(tmp_path: Path) -> None:
    from sim.scenario.extending import extending

    fair = sim.load(FAIR).replace(**{"visitors.buyer.stops.mean": 7.5, "expo.seed": 3})
    (tmp_path / "deep").mkdir()
    for beside in (FAIR.parent, FAIR.parent.parent, tmp_path / "deep", None):
        text = extending(fair, ["visitors.buyer.stops.mean", "expo.seed"], ["why"], beside)
        assert text.startswith("# why\n")
        extends = beside is not None and FAIR.is_relative_to(beside)
        assert ("extends = " in text) == extends
        if extends:
            assert 'stops = { dist = "gamma", mean = 7.5, ' in text
            assert "days" not in text
        else:
            (tmp_path / "deep" / "it.toml").write_text(text, "utf-8")
            assert sim.load(tmp_path / "deep" / "it.toml") == fair
    shipped = sim.load("quickstart").replace(**{"expo.seed": 3})
    (tmp_path / "new.toml").write_text(extending(shipped, ["expo.seed"], [], tmp_path), "utf-8")
    assert sim.load(tmp_path / "new.toml") == shipped


def test_a_file_that_names_lists_elsewhere_says_with_which_option_it_is_run(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    play(monkeypatch, "calibrate.calibrating", _plays(lambda a, s, _: {"meetings.held": 100 * a}))
    file = _file(tmp_path, LINEAR, '"meetings.held" = { value = 50, tolerance = 9 }')
    fair = tmp_path / "fair.toml"
    names = '"exhibitors.csv"'
    fair.write_text(f"exhibitors_file = {names}\n{fair.read_text('utf-8')}", "utf-8")
    (tmp_path / "exhibitors.csv").write_text("name,chain\n" + "".join(f"E{n},energy\n" for n in range(12)))
    (tmp_path / "deep").mkdir()
    found = calibrate(file, replications=5, budget=15)
    for place, needed in ((tmp_path, False), (tmp_path / "deep", True)):
        out = place / "out.toml"
        out.write_text(found.to_toml(place), "utf-8")
        assert ("--allow-outside" in out.read_text("utf-8")) == needed
        assert sim.load(out, allow_outside=needed) == found.scenario
        if needed:
            with pytest.raises(ScenarioError, match="allow-outside"):
                sim.load(out)


def test_what_a_scenario_is_fitted_to_is_not_predicted() -> None:
    assert basis_in("meetings.held", {}, ()) == "predicted"
    assert basis_in("meetings.held", {}, ("meetings.held",)) == "fitted"
    assert basis_in("meetings.requested", {}, ("meetings.requested",)) == "input"


def test_the_shipped_calibrations_are_sound() -> None:
    for name in shipped_calibrations():
        assert load_calibration(name).targets
    (first,) = load_calibration("outcomes-cisce-2024").predictions
    assert first.scenario.name == "cisce-2023"
    assert [(each.kpi, each.published) for each in first.kpis] == [("outcomes.agreements", "200 to 210")]
    assert first.kpis[0].kpi not in first.scenario.data.expo.fitted  # it is kept out
    erlang = load_calibration("erlang-wait")
    assert [each.own for each in erlang.parameters] == [4.5, 180]
    assert [each.asked for each in erlang.targets] == ["12.9 ± 1 %", "15.474 ± 1.8 s"]
