"""Answers in directories: read again they tell the same, and what is no answer is refused in a line."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

import sim
from sim.decisions.compare.comparison import Comparison
from sim.decisions.plain import NotPlainError, _classes, plain, read
from sim.decisions.saving import AnswerError
from sim.decisions.sweeping import Sweep
from sim.decisions.told import Answer
from tests.decisions.answers import FAIR, answers, comes_back, comparison, results, sweep

pytestmark = pytest.mark.usefixtures("played_once")


@pytest.fixture(scope="module")
def made() -> dict[str, Answer]:
    return answers()


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A comparison in a directory."""
    directory = tmp_path_factory.mktemp("kept") / "answer"
    comparison().save(directory)
    return directory


def test_every_kind_of_answer_tells_the_same_when_it_is_read_again(
    made: dict[str, Answer], tmp_path: Path
) -> None:
    for name, answer in made.items():
        comes_back(answer, tmp_path / name)
        assert (tmp_path / name / "answer.txt").read_text("utf-8") == answer.text() + "\n"


def test_an_answer_of_each_question_is_tried(made: dict[str, Answer]) -> None:
    """Whoever adds a question adds one of its answers here."""
    import importlib
    import pkgutil

    import sim.decisions

    kinds = set()
    for each in pkgutil.walk_packages(sim.decisions.__path__, "sim.decisions."):
        module = importlib.import_module(each.name)
        kinds |= {
            kind
            for kind in vars(module).values()
            if isinstance(kind, type) and issubclass(kind, Answer) and kind.__module__ == module.__name__
        }
    # the first is of none, and the others come back in tests of their own
    elsewhere = {"Answer", "Calibrated", "Draws", "Explanation", "Front", "Shocks", "Tuned"}
    assert {kind.__name__ for kind in kinds} - {type(each).__name__ for each in made.values()} <= elsewhere


def test_the_same_picture_is_drawn_of_what_is_read(tmp_path: Path) -> None:
    import matplotlib as mpl
    import matplotlib.pyplot as plt

    mpl.use("agg")
    first = sweep("matchmaking.tables.tables=3,5,9", "exhibitors.mean_staff=2,3")
    first.save(tmp_path / "it")
    drawn = []
    for each in (first, Sweep.load(tmp_path / "it")):
        for ax in (each.plot.heatmap(), each.plot.lines()):
            ax.figure.canvas.draw()
            drawn.append(bytes(ax.figure.canvas.buffer_rgba()))  # type: ignore[attr-defined]
    plt.close("all")
    assert drawn[:2] == drawn[2:]


def test_scenarios_come_back_to_be_run_with_the_lists_that_they_name(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (home / "exhibitors.csv").write_text("name\nOne\nTwo\n", encoding="utf-8")
    fair = sim.load(str(FAIR), {"exhibitors_file": str(home / "exhibitors.csv")})
    found = Comparison(
        ("now", "more"),
        tuple(results(each, [1.0, 2, 3]) for each in (fair, fair.replace(**{"expo.seed": 5}))),
        ("meetings.held",),
    )
    found.save(tmp_path / "it")
    shutil.rmtree(home)
    again = Comparison.load(tmp_path / "it")
    assert [each.scenario.hash for each in again.results] == [each.scenario.hash for each in found.results]
    assert sim.run(again.results[1].scenario).kpis["visits.people"] > 0
    assert sorted(each.name for each in (tmp_path / "it" / "scenarios" / "1").iterdir()) == [
        "exhibitors.csv",
        "scenario.toml",
        "sources.csv",
    ]


def test_a_list_that_has_changed_since_it_was_read_is_refused(tmp_path: Path) -> None:
    (tmp_path / "exhibitors.csv").write_text("name\nOne\n", encoding="utf-8")
    fair = sim.load(str(FAIR), {"exhibitors_file": str(tmp_path / "exhibitors.csv")})
    (tmp_path / "exhibitors.csv").write_text("name\nOther\n", encoding="utf-8")
    found = Comparison(("a", "b"), (results(fair, [1.0, 2]), results(fair, [1.0, 3])), ("meetings.held",))
    with pytest.raises(ValueError, match="has changed since it was read"):
        found.save(tmp_path / "it")
    assert not (tmp_path / "it").exists()


def test_what_is_there_is_replaced_only_if_it_is_an_answer_and_that_is_asked_for(
    kept: Path, tmp_path: Path
) -> None:
    where = shutil.copytree(kept, tmp_path / "it")
    with pytest.raises(FileExistsError, match="force=True replaces it"):
        comparison().save(where)
    comparison(("now", "then", "later")).save(where, force=True)
    assert Comparison.load(where).names == ("now", "then", "later")
    for mine in (
        "mine.txt",
        "scenarios/1/kpis.csv",
        "scenarios/1/README.md",
    ):  # which no scenario brings along
        (where / mine).write_text("mine")
        with pytest.raises(FileExistsError, match=rf"more than an answer: {mine};"):
            comparison().save(where, force=True)
        (where / mine).unlink()
    other = tmp_path / "other"
    other.mkdir()
    (other / "mine.txt").write_text("mine")
    with pytest.raises(FileExistsError, match="holds no answer"):
        comparison().save(other, force=True)


def test_what_is_no_answer_or_a_damaged_one_is_refused_in_one_line(kept: Path, tmp_path: Path) -> None:
    def refused(change: str, by: str, file: str = "answer.json") -> str:
        where = shutil.copytree(kept, tmp_path / "it", dirs_exist_ok=True)
        text = (where / file).read_text("utf-8")
        assert change in text
        (where / file).write_text(text.replace(change, by, 1), "utf-8")
        with pytest.raises(AnswerError) as told:
            Comparison.load(where)
        (line,) = str(told.value).splitlines()
        return line

    assert "SHA-256" in refused('"toy"', '"joy"')
    assert "its form is 2" in refused('"form": 1', '"form": 2')
    assert "cannot be read" in refused("{", "")
    assert "is no answer" in refused('"form"', '"from"')
    assert "is not what the answer is about" in refused("seed = 1", "seed = 7", "scenarios/1/scenario.toml")
    shutil.copytree(kept, tmp_path / "it", dirs_exist_ok=True)
    (tmp_path / "it" / "scenarios" / "1" / "scenario.toml").write_text("[expo]\nseeed = 1\n", "utf-8")
    with pytest.raises(sim.ScenarioError, match="did you mean 'seed'"):
        Comparison.load(tmp_path / "it")
    with pytest.raises(AnswerError, match="no such directory"):
        Comparison.load(tmp_path / "nowhere")
    with pytest.raises(AnswerError, match="is a file, and no directory of an answer"):
        Comparison.load(kept / "answer.txt")
    with pytest.raises(AnswerError, match=r"answer\.json is missing"):
        Comparison.load(tmp_path)
    with pytest.raises(AnswerError, match=r"holds a Comparison, not a Sweep: Comparison\.load reads it"):
        Sweep.load(kept)
    assert isinstance(Answer.load(kept), Comparison)


@pytest.mark.parametrize(
    "value",
    [
        {"is": "os.system", "says": {"command": "true"}},
        {"is": "comparing.compare", "says": {}},
        {"is": "runner.Runner", "says": {}},
        {"is": "told.Answer", "says": {}},
        {"is": "sweeping.Sweep", "says": {"colour": 1}},
        {"is": "fraction", "says": "1/0x"},
        {"is": "array", "of": "O", "says": {"is": "list", "says": []}},
        {"is": "scenario", "says": 7},
        {"says": 1},
        [[{"is": ["list"], "says": []}]],
        {"is": "results", "kpis": ["a"], "rows": [[1, 2]], "says": {}},
    ],
)
def test_only_what_answers_are_made_of_is_made_of_a_file(value: object) -> None:
    with pytest.raises(NotPlainError):
        read(value, {})


def test_a_version_with_more_fields_reads_what_was_kept(kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another field gives every scenario another hash; its files are known to be those that were written."""
    from sim.scenario import scenario

    before = Comparison.load(kept)
    usual = scenario.canonical_hash
    monkeypatch.setattr(scenario, "canonical_hash", lambda *given: usual(*given)[::-1])
    again = Comparison.load(kept)
    assert again.text() == before.text()
    hashes = [each.scenario.hash for each in again.results]
    assert hashes == [each.scenario.hash[::-1] for each in before.results]


def test_a_class_is_called_by_its_module_and_not_by_the_room_of_that(kept: Path) -> None:
    """So a module may move to another room, and what was saved before is read as ever."""
    assert json.loads((kept / "answer.json").read_text("utf-8"))["answer"]["is"] == "comparison.Comparison"
    expected, study = "expected.Comparison", "study_file.File"  # of the same names as others
    assert {expected, study, "calibration_file.File", "staffing.Plan", "shapley.Plan"} <= set(_classes())


def test_numbers_and_times_come_back_to_the_last_bit() -> None:
    from datetime import date, datetime, time
    from fractions import Fraction
    from math import inf

    import numpy as np

    values = (0.1, 5e-324, -0.0, inf, -inf, 2**70, True, None, "é\n", Fraction(1, 3), (), (1, ("a",)))
    times = (date(2024, 2, 29), time(9, 30), datetime(2024, 11, 26, 9, 0, 1))
    kept = {(1, 2): [1.5], "set": {3}}
    again = read(json.loads(json.dumps(plain((values, times, kept), lambda _: 0))), {})
    assert again == (values, times, kept)
    assert str(again[0][2]) == "-0.0"
    array = np.array([[0.1, np.nan], [3, 4]])
    np.testing.assert_array_equal(read(json.loads(json.dumps(plain(array, lambda _: 0))), {}), array)
    with pytest.raises(NotPlainError, match="cannot be kept"):
        plain(object(), lambda _: 0)


def test_an_answer_in_a_list_or_a_debugger_is_a_line() -> None:
    for each in answers().values():
        said = repr(each)
        assert said.startswith(f"{type(each).__name__}(")
        assert len(said) < 250
        assert "\n" not in said
