"""What a calibration predicts of other scenarios: intervals of one fair, and what one figure could tell."""

from __future__ import annotations

import json
from math import inf, nan
from pathlib import Path

import numpy as np
import pytest

from sim.decisions.calibrate.calibrated import Calibrated
from sim.decisions.calibrate.calibrating import calibrate
from sim.decisions.calibrate.calibration_file import load_calibration
from sim.decisions.calibrate.elsewhere import Asked
from sim.decisions.calibrate.predicting import Predicted, estimated, one_more
from sim.scenario import Scenario, ScenarioError
from tests.decisions.answers import comes_back
from tests.decisions.played import Row, Tables, play

pytestmark = pytest.mark.usefixtures("played_once")

FAIR = Path(__file__).parents[1] / "cli" / "fair.toml"
ACCEPTANCE = "matchmaking.tables.acceptance"
HELD = "outcomes.agreements"
PREDICTIONS = f"""
[predictions."smaller.toml"."{HELD}"]
low = 90
high = 100
source = "a list"
nulls."as many" = 200
nulls."half as many" = 100
"""


def _file(folder: Path, predictions: str = PREDICTIONS) -> Path:
    (folder / "fair.toml").write_bytes(FAIR.read_bytes())
    (folder / "smaller.toml").write_text('extends = "fair.toml"\n[exhibitors]\ncount = 6\n', "utf-8")
    (folder / "without.toml").write_text("[expo]\nfirst_day = 2024-11-26\n", "utf-8")
    file = folder / "mine.toml"
    file.write_text(
        f'[calibration]\nscenario = "fair.toml"\n[parameters]\n"{ACCEPTANCE}" = {{ low = 0.1, high = 0.9 }}\n'
        f'[targets]\n"{HELD}" = {{ low = 195, high = 205 }}\n{predictions}',
        "utf-8",
    )
    return file


def _poisson(scenario: Scenario, number: int) -> tuple[Row, Tables]:
    """Counts of which the means go with acceptance and the exhibitors, 400 of twelve that all accept."""
    acceptance = scenario.data.matchmaking["tables"].acceptance
    mean = 400 * acceptance * (scenario.data.exhibitors.count or 0) / 12
    return {HELD: float(np.random.default_rng(number).poisson(mean)), "meetings.held": 1.0}, {}


@pytest.mark.parametrize(("low", "high"), [(200, 200), (150, 250)])
def test_one_more_count_lies_where_it_is_said_with_and_without_what_parameters_leave_open(
    low: float, high: float
) -> None:
    random, n, hits = np.random.default_rng(5), 20, 0
    for _ in range(1000):
        *seen, more = random.poisson(random.uniform(low, high, n + 1)).tolist()
        least, most = one_more(HELD, seen)
        hits += least <= more <= most
    # 95 %, within three standard errors; of evenly drawn means, whose tails are short, no less
    assert hits / 1000 >= 0.93
    assert hits / 1000 <= (0.971 if low == high else 1)
    # closed form: the standard deviation is that of the count and of its mean
    seen = random.poisson(random.uniform(low, high, 4000)).tolist()
    least, most = one_more(HELD, seen)
    assert (most - least) / 2 == pytest.approx(1.96 * (200 + (high - low) ** 2 / 12) ** 0.5, rel=0.04)


def test_another_scenario_is_given_the_fitted_values_and_stands_beside_what_is_published(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    play(monkeypatch, "calibrate.calibrating", _poisson)
    found = calibrate(_file(tmp_path), replications=40)
    (predicted,) = found.predicted
    acceptance = float(found.parameters[0].value)
    assert predicted.scenario == "smaller"
    assert predicted.value.mean == pytest.approx(200 * acceptance, abs=4 * (100 / 40) ** 0.5)
    assert predicted.value.n == 40
    off = 1.96 * (200 * acceptance) ** 0.5
    assert predicted.one == pytest.approx((200 * acceptance - off, 200 * acceptance + off), abs=8)
    assert predicted.is_within
    text = " ".join(found.text().split())
    assert f"{HELD}, smaller" in text
    assert "published 90 to 100 (a list), within" in text
    assert "Simpler rules say 200 (as many), 100 (half as many)." in text
    assert "The test has some power" in text  # from 200 it is told, from 100 it is not
    (said,) = json.loads(json.dumps(found.to_json_dict()))["predicted"]
    assert (said["scenario"], said["published"], said["within"]) == (
        "smaller",
        {"low": 90, "high": 100},
        True,
    )
    assert [each["value"] for each in said["nulls"]] == [200, 100]
    assert isinstance(comes_back(found, tmp_path / "kept"), Calibrated)


def _one(mean: float, sd: float, low: float = 200, high: float = 210) -> Predicted:
    values = [mean - sd, mean, mean + sd]
    place = ("file", 1, "key")
    asked = Asked(HELD, low, high, "", {"as many": 210}, place)
    return Predicted(HELD, estimated(HELD, values), (140, 200), (140, 205), "smaller", asked)


def test_the_power_of_one_figure_is_that_of_the_normal_test() -> None:
    one = _one(173, 14)
    assert one.value.sd == pytest.approx(14)
    assert one.told_from(173) == pytest.approx(0.05)  # wrongly
    assert one.told_from(210) == pytest.approx(0.7527, abs=2e-3)  # Φ(37 / 14 - 1.96)
    assert one.told_from(136) == pytest.approx(one.told_from(210))
    assert one.seen_from == pytest.approx((1.95996 + 0.84162) * 14, rel=1e-4)
    assert one.told_from(173 + one.seen_from) == pytest.approx(0.8, abs=1e-5)
    random = np.random.default_rng(3).normal(173, 14, 40_000)
    assert np.mean(np.abs(random - 210) > 1.95996 * 14) == pytest.approx(one.told_from(210), abs=0.01)
    assert np.isnan(_one(173, 0).told_from(210))


def test_what_is_published_is_within_if_part_of_it_is() -> None:
    assert _one(173, 14).is_within
    assert _one(173, 14, 206, inf).is_within is False
    assert _one(173, 14, -inf, 150).is_within
    assert _one(173, 14, -inf, inf).is_within is None
    said = [each.asked.published for each in (_one(1, 1, 200, inf), _one(1, 1, -inf, 5)) if each.asked]
    assert said == ["200 or more", "5 or less"]
    assert Predicted(HELD, estimated(HELD, [1, 2]), (nan, nan), (nan, nan)).is_within is None


@pytest.mark.parametrize(
    ("predictions", "said"),
    [
        (
            f'[predictions."smaler.toml"]\n"{HELD}" = {{}}',
            r":7: predictions.\"smaler.toml\": found 'smaler.toml'; there is no such shipped scenario",
        ),
        (f'[predictions.cisce-2022]\n"{HELD}" = {{}}', r":7: .*did you mean 'cisce-202"),
        (
            '[predictions."smaller.toml"]\n"outcomes.agreement" = {}',
            r":8: predictions.*no KPI 'outcomes.agreement'; did you mean .*outcomes.agreements",
        ),
        (f'[predictions."smaller.toml"]\n"{HELD}" = {{ low = 9, high = 3 }}', ":8: .*low up to high"),
        (f'[predictions."smaller.toml"]\n"{HELD}" = {{ nulls = {{ many = -3 }} }}', ":8: .*found many = -3"),
        (f'[predictions."smaller.toml"]\n"{HELD}" = {{ value = 9 }}', ":8: .*unknown key"),
        (
            f'[predictions.quickstart]\n"{HELD}" = {{}}',
            r":7: predictions.quickstart: quickstart: .*(unknown|no|missing)",
        ),
    ],
)
def test_what_is_wrong_with_a_prediction_is_told_where_it_stands(
    tmp_path: Path, predictions: str, said: str
) -> None:
    with pytest.raises(ScenarioError, match=said):
        load_calibration(_file(tmp_path, predictions))


def test_a_kpi_that_the_other_scenario_lacks_is_told_before_anything_is_searched(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    asked = play(monkeypatch, "calibrate.calibrating", _poisson)
    file = _file(tmp_path, '[predictions."smaller.toml"]\n"meetings.hold_by.x" = {}')
    with pytest.raises(ScenarioError, match="no KPI"):
        load_calibration(file)
    file = _file(tmp_path, '[predictions."smaller.toml"]\n"outcomes.of_key.forgotten" = {}')
    with pytest.raises(ScenarioError, match=r"mine.toml:8: .*no KPI 'outcomes.of_key.forgotten'"):
        calibrate(file, replications=5)
    assert len(asked) == 1
