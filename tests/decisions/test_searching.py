"""The search among many: it finds what is known to be best, and depends on nothing but the study."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from random import Random
from typing import Any

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pytest
from numpy.typing import NDArray

from sim.decisions.tune import proposing, tuning
from sim.decisions.tune.fronts import Front, Step
from sim.decisions.tune.proposing import Known, proposed
from sim.decisions.tune.searching import search
from sim.decisions.tune.space import Dimension, Position, combinations, nearest, stepped
from sim.decisions.tune.study_file import load_study
from sim.decisions.tune.tuned import Tuned
from sim.scenario import ScenarioData
from sim.statistics.intervals import Estimate
from tests.decisions.answers import comes_back
from tests.decisions.toys import KPI, Tables, Toy

pytestmark = pytest.mark.usefixtures("played_once")

mpl.use("agg")

FAIR = Path(__file__).parents[1] / "cli" / "fair.toml"
STUDY = f"""
[study]
scenario = "{FAIR}"
[parameters]
"matchmaking.tables.tables" = {{ low = 1, high = 40 }}
"matchmaking.tables.policy" = ["greedy", "optimal", "fair"]
[objective]
goal = "maximise"
indifference = 2
kpis = {{ "meetings.held" = 1 }}
"""


def line(many: int) -> Dimension:
    return Dimension(("x",), tuple((at,) for at in range(many)), ordered=True)


def test_a_range_is_the_numbers_that_people_would_write() -> None:
    assert stepped(2, 5, None, whole=True) == [2, 3, 4, 5]
    assert stepped(2, 30, 5, whole=True) == [2, 7, 12, 17, 22, 27]
    fine = stepped(0.1, 0.9, None, whole=False)
    assert fine[:3] == [0.1, 0.102, 0.104]
    assert (fine[-1], len(fine)) == (0.9, 401)
    ratios = stepped(1.0, 10_000.0, None, whole=False, log_=True)
    assert (ratios[0], ratios[50], ratios[100], ratios[-1]) == (1.0, 10.0, 100.0, 10_000.0)
    assert stepped(0.50001, 0.50004, None, whole=False, log_=True) == [0.50001, 0.50004]
    odd = stepped(0.1234567, 0.9, None, whole=False, log_=True)
    assert (odd[0], odd[1], odd[-1]) == (0.1234567, 0.125, 0.9)  # its ends are in it as they were given
    wide = Dimension(("x",), tuple((each,) for each in stepped(1, 10_000, None, whole=True)), True, log=True)
    assert wide.number(wide.at_share(0.5)) == 100
    assert nearest([wide, line(9)], {"x": 4_000.4}) == (3_999, 8)
    assert nearest([line(9)], {}) == (4,)


def test_what_is_proposed_depends_on_the_study_alone_and_nothing_is_proposed_twice() -> None:
    space = [line(6), Dimension(("y",), (("a",), ("b",), ("c",), ("d",)), ordered=False)]
    runs: list[list[Position]] = []
    for _ in range(2):
        known: list[Known] = []
        while batch := proposed(space, known, 5, seed=3, around=[(2, 1)]):
            known += [Known(each, (-abs(each[0] - 2.0) - each[1],), 0.0) for each in batch]
        runs.append([each.position for each in known])
    assert runs[0] == runs[1]
    assert len(set(runs[0])) == len(runs[0]) == combinations(space)
    assert proposed(space, [], 5, seed=4) != proposed(space, [], 5, seed=3)


def test_the_known_best_is_found_within_the_budget_and_the_start_is_tried_first() -> None:
    for seed in range(3):
        toy = Tables(seed)
        toy.tables = list(range(1, 121))
        truth = [toy._mean(q) for q in toy.tables]

        def evaluate(which: Sequence[Position], numbers: range, toy: Tables = toy) -> NDArray[np.float64]:
            return toy.evaluate([at for (at,) in which], numbers)[:, None, :]

        found = search(evaluate, [line(120)], (19,), [600.0], budget=500, seed=seed)
        assert found.tried[0].position == (19,)
        assert found.runs == sum(each.n for each in found.tried) <= 500
        assert min(max(truth) - truth[at] for (at,) in found.finalists) < 600
        assert len(found.tried) < 60


def test_combinations_that_cannot_be_are_passed_over_and_limits_are_kept() -> None:
    def evaluate(which: Sequence[Position], numbers: range) -> list[NDArray[np.float64] | None]:
        """Ever more, but beyond 50 there is none, and what is beyond 40 fails once."""
        noise = np.array([np.random.default_rng(n).normal() for n in numbers])
        fails = np.array([np.nan if n == 2 else 0.0 for n in numbers])
        rows = [(at + noise + (fails if at > 40 else 0))[None, :] for (at,) in which]
        return [None if at > 50 else row for (at,), row in zip(which, rows, strict=True)]

    asked: list[tuple[int, int]] = []

    def broken(position: Position, n: int) -> tuple[float, bool]:
        asked.append((position[0], n))
        return max(0.0, (position[0] - 30) / 30), position[0] <= 30

    found = search(evaluate, [line(80)], (0,), [0.5], budget=600, broken=broken)
    assert found.finalists[0] == (30,)
    assert {at > 50 for (at,) in found.impossible} == {True, False}
    assert all(at > 40 for (at,) in found.impossible)
    assert max(at for at, _ in asked) <= 40
    assert found.runs == sum(each.n for each in found.tried if each.position[0] <= 50) <= 600


def test_a_search_in_which_nothing_can_be_comes_to_an_end() -> None:
    def none(which: Sequence[Position], _: range) -> list[None]:
        return [None for _ in which]

    def fail(which: Sequence[Position], numbers: range) -> list[NDArray[np.float64]]:
        return [np.full((1, len(numbers)), np.nan) for _ in which]

    for evaluate in (none, fail):
        found = search(evaluate, [line(80)], (0,), [0.5], budget=600)
        assert found.finalists == ()
        assert len(found.impossible) == len(found.tried) == 24  # three batches without a better one
        assert found.runs == (0 if evaluate is none else 24 * 5)


def test_a_front_is_found_with_its_ends() -> None:
    def evaluate(which: Sequence[Position], numbers: range) -> NDArray[np.float64]:
        """A front over x where y is 3: the less of the second the more of the first."""
        noise = np.array([np.random.default_rng(n).normal(size=2) for n in numbers]).T
        rows = [(x - 4.0 * abs(y - 3), -(x**2) / 20 - 4.0 * abs(y - 3)) for x, y in which]
        return np.array([np.array(row)[:, None] + noise for row in rows])

    found = search(evaluate, [line(41), line(7)], (0, 0), [2.0, 2.0], budget=800, most=6, seed=1)
    assert len(found.finalists) == 6
    assert {y for _, y in found.finalists} == {3}
    xs = [x for x, _ in found.finalists]
    assert xs == sorted(xs)
    assert xs[0] <= 10
    assert xs[-1] >= 32


@pytest.fixture
def file(tmp_path: Path) -> Path:
    file = tmp_path / "many.toml"
    file.write_text(STUDY, "utf-8")
    return file


def worth(data: ScenarioData, random: Random) -> float:
    """Best at 23 tables and the policy `optimal`, by 30 more than at 3 and another."""
    m = data.matchmaking["tables"]
    return 70 - 0.05 * (m.tables - 23) ** 2 + 10 * (m.policy == "optimal") + random.gauss(0, 3)


def test_a_search_that_was_stopped_goes_on_and_says_the_same(
    monkeypatch: pytest.MonkeyPatch, file: Path, tmp_path: Path
) -> None:
    toys: list[Toy] = []

    def stopped_after(cells: float) -> Any:
        def value(data: ScenarioData, random: Random) -> float:
            if toys[-1].ran > cells:
                raise KeyboardInterrupt
            return worth(data, random)

        def made(**_: object) -> Toy:
            toys.append(Toy(value, study=tmp_path / "kept"))
            return toys[-1]

        return made

    monkeypatch.setattr(tuning, "Runner", stopped_after(130))
    with pytest.raises(KeyboardInterrupt):
        tuning.tune(file, budget=400, replications=10)
    told: list[str] = []
    monkeypatch.setattr(tuning, "Runner", stopped_after(np.inf))
    found = tuning.tune(file, budget=400, replications=10, tell=lambda said: told.append(said))
    monkeypatch.setattr(tuning, "Runner", lambda **_: Toy(worth))
    at_once = tuning.tune(file, budget=400, replications=10)
    assert isinstance(found, Tuned)
    assert found.text() == at_once.text()
    assert toys[1].goes_on == 130
    assert "120 combinations: at most 400 runs to search, then up to 40 to confirm" in told[0]
    assert found.searched is not None
    assert found.searched.runs + found.selection.runs <= 400
    best = found.best.data.matchmaking["tables"]
    assert best.policy == "optimal"
    assert abs(best.tables - 23) <= 6  # 0.05 · 6² is less than 2
    gain = found.confirmed[0].gain
    assert gain is not None
    assert gain.mean == pytest.approx(30 - 0.05 * (best.tables - 23) ** 2)  # what is drawn is shared
    assert f"Of 120 combinations {len(found.searched.tried)} were tried" in " ".join(found.text().split())
    assert max(map(len, found.text().splitlines())) <= 80
    assert json.loads(json.dumps(found.to_json_dict()))["search"]["tried"] == len(found.searched.tried)


def test_two_objectives_come_to_a_front_and_what_one_more_costs(
    monkeypatch: pytest.MonkeyPatch, file: Path
) -> None:
    def value(data: ScenarioData, random: Random) -> dict[str, float]:
        m = data.matchmaking["tables"]
        lost = 30.0 * (m.policy != "fair")
        draws = [random.gauss(0, 1), random.gauss(0, 1)]
        return {KPI: 2.0 * m.tables - lost + draws[0], "costs.total": 6.0 * m.tables + lost + draws[1]}

    second = '[second_objective]\ntitle = "cost"\ngoal = "minimise"\nindifference = 5\n'
    file.write_text(STUDY + second + 'kpis = { "costs.total" = 1 }\n', "utf-8")
    monkeypatch.setattr(tuning, "Runner", lambda **_: Toy(value))
    found = tuning.tune(file, budget=500, replications=12)
    assert isinstance(found, Front)
    tables = [point.settings["matchmaking.tables.tables"] for point in found.points[: found.many]]
    assert found.many > 3
    assert tables == sorted(tables, key=lambda each: int(str(each)))
    for step in found.steps:
        assert step.price is not None
        price, low, high = step.price
        assert price == pytest.approx(3)  # 6 a table for 2, in every replication
        assert low <= 3 + 1e-9
        assert high >= 3 - 1e-9
    said = " ".join(found.text().split())
    assert "All along it: policy fair." in said
    assert "3 (3 to 3) EUR each" in said
    assert max(map(len, found.text().splitlines())) <= 80
    assert len(found.frame) == len(found.points) * 12
    assert json.loads(json.dumps(found.to_json_dict()))["points"][0]["on_front"] is True
    now = found.against_now[0]
    assert now is not None
    assert found.study.start == {"matchmaking.tables.tables": 3, "matchmaking.tables.policy": "greedy"}
    assert now.first.mean == pytest.approx(2 * int(str(tables[0])) - (2 * 3 - 30))
    comes_back(found, file.parent / "kept")
    ax: Any = found.plot.front()
    shown = [
        (line.get_xdata()[0], line.get_ydata()[0], line.get_marker())
        for line in ax.lines
        if line.get_marker() in ("o", "D")
    ]
    told = [(a.mean, b.mean, "D" if at == found.now else "o") for at, (a, b) in enumerate(found.estimates)]
    assert shown == told
    assert ax.get_ylabel() == "cost, EUR; less is better"
    assert [each.get_text() for each in ax.texts][found.now].endswith("(now)")
    plt.close("all")


def an(mean: float, half: float) -> Estimate:
    return Estimate(mean, mean - half, mean + half, 1.0, 30, 30)


def test_a_price_lies_between_the_ends_that_both_intervals_allow() -> None:
    step = Step(an(10, 2), an(-30, 6))
    assert step.price == pytest.approx((3, 24 / 12, 36 / 8))
    assert step.better == 0
    assert Step(an(10, 2), an(3, 1)).better == 1
    assert Step(an(-10, 2), an(-3, 1)).better == -1
    assert Step(an(10, 2), an(-1, 2)).price is None
    assert not Step(an(1, 2), an(-1, 2)).is_told


def test_linked_paths_and_costs_of_them_are_read(file: Path) -> None:
    text = STUDY.replace(
        '"matchmaking.tables.policy" = ["greedy", "optimal", "fair"]',
        '"expo.seed/matchmaking.tables.slot_minutes" = [[1, 20], [2, 30]]',
    )
    file.write_text(text + 'costs = { "matchmaking.tables.slot_minutes" = 3, "expo.seed" = 100 }\n', "utf-8")
    study = load_study(file)
    settings = study.point((0, 1)).settings
    assert settings == {
        "matchmaking.tables.tables": 1,
        "expo.seed": 2,
        "matchmaking.tables.slot_minutes": 30,
    }
    assert study.objective.value({KPI: 500.0}, settings) == 500 - 200 - 90
    assert study.combinations == 80


def test_without_optuna_it_is_said_how_to_get_it(monkeypatch: pytest.MonkeyPatch, file: Path) -> None:
    monkeypatch.setattr(proposing, "find_spec", lambda _: None)
    with pytest.raises(ValueError, match=r'pip install "exposim\[tune\]"'):
        tuning.tune(file)
    monkeypatch.undo()
    with pytest.raises(ValueError, match="a budget of 99 runs; a search takes 100 or more"):
        tuning.tune(file, budget=99)
