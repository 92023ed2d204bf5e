"""Study files, and what a study of a small fair comes to."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.decisions import tuning
from sim.decisions.study_file import load_study, shipped_studies
from sim.replication import run
from sim.scenario import ScenarioError

FILE = Path(__file__).with_name("tune_fair.toml")


def test_a_fair_is_tuned_and_the_best_told_of_replications_of_their_own(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(tuning, "_FIRST", 3)  # fewer runs
    study = load_study(FILE)
    found = tuning.tune(study, budget=6, replications=2, workers=1)
    assert found.selection.runs == 6
    assert "No guarantee: 2 candidates" in found.text()
    assert found.study.start == {"matchmaking.tables.tables": 3}
    assert sorted(found.selection.order) == [0, 1]
    assert sum(each.chance for each in found.confirmed) == pytest.approx(1)
    assert [each.gain for each in found.confirmed].count(None) == 1
    assert min(found.numbers) > max(found.selection.replications)
    # what is told of the scenario's own values is its net worth, by hand of the KPI
    now = next(each for each in found.confirmed if each.gain is None)
    held = run(study.scenario, replication=found.numbers[1]).kpis["meetings.held"]
    assert found.values[found.confirmed.index(now)][1] == 10 * held - 5 * 3
    assert found.best == study.points[found.selection.order[0]].scenario
    assert max(map(len, found.text().splitlines())) <= 80


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ('"maximise"', '"maximize"', ":8: objective.goal: found 'maximize'; allowed: 'maximise', 'minimise'"),
        ("meetings.held", "meetings.hold", r':10: objective.kpis."meetings.hold": no KPI .* meetings.held'),
        ("tables.tables", "tables.tabels", r':5: parameters."matchmaking.tables.tabels": 2: unknown key'),
        ("[2, 3]", "[1, -1]", r':5: parameters."matchmaking.tables.tables": -1: '),
        (
            "[2, 3]",
            str(list(range(1, 22))),
            ":4: parameters: found 21 combinations of values; allowed: 20",
        ),
        ("costs = {", 'costs = { "expo.days" = 1, ', r':11: objective.costs."expo.days": is no parameter'),
        ("cli/fair.toml", "cli/fare.toml", ":2: study.scenario: found '../cli/fare.toml'"),
    ],
)
def test_what_is_wrong_with_a_study_is_told_where_it_stands(
    tmp_path: Path, before: str, after: str, said: str
) -> None:
    fair = FILE.parent.parent / "cli" / "fair.toml"
    (tmp_path / "cli").mkdir()
    (tmp_path / "studies").mkdir()
    (tmp_path / "cli" / "fair.toml").write_bytes(fair.read_bytes())
    file = tmp_path / "studies" / "wrong.toml"
    file.write_text(FILE.read_text("utf-8").replace(before, after), "utf-8")
    with pytest.raises(ScenarioError, match=said):
        load_study(file)


def test_the_shipped_studies_are_sound() -> None:
    assert list(shipped_studies()) == ["tables-hungary-2024"]
    study = load_study("tables-hungary-2024")
    assert len(study.points) == 20
    assert dict(study.start) == {
        "matchmaking.hungary.tables": 5,
        "matchmaking.hungary.slot_minutes": 20,
    }
