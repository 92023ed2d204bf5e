"""What explains a KPI: closed forms, another program's numbers, what is uncertain, and what is said of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pytest
from click.testing import CliRunner
from numpy.typing import NDArray

import sim
from sim.cli import exposim
from sim.decisions.explain.explaining import explain
from sim.decisions.explain.ranges import Uncertain, spans_of, uncertain
from sim.decisions.explain.screening import effects, paths
from sim.decisions.explain.sobol import design, indices
from sim.scenario import Scenario, ScenarioData, ScenarioError
from tests.benchmarks.explaining import TERMS, added, ishigami, ishigami_indices
from tests.decisions.answers import comes_back
from tests.decisions.toys import KPI, Toy

mpl.use("agg")

FAIR = Path(__file__).parents[1] / "cli" / "fair.toml"
ACCEPT, TALK = "matchmaking.tables.acceptance", "visitors.buyer.talk_share"
GIVEN = (f"{ACCEPT}=0.2..0.8", f"{TALK}=0.1..0.5")


@pytest.fixture(scope="module")
def fair() -> Scenario:
    return sim.load(str(FAIR))


def wide(values: NDArray[np.float64]) -> NDArray[np.float64]:
    return values[:, :, None]


# ---------------------------------------------------------------- indices


def test_a_design_changes_one_input_at_a_time_and_fills_every_range() -> None:
    made = design(3, 16, 5)
    assert made.shape == (16, 5, 3)
    a, b = made[:, 0], made[:, 1]
    for i in range(3):
        mixed = made[:, 2 + i]
        assert (mixed[:, i] == b[:, i]).all()
        assert (np.delete(mixed, i, axis=1) == np.delete(a, i, axis=1)).all()
    for column in np.hstack([a, b]).T:
        assert sorted((column * 16).astype(int)) == list(range(16))  # a Latin hypercube
    assert (design(3, 16, 5) == made).all()
    assert (design(3, 16, 6) != made).any()


def test_indices_are_those_of_ishigami_in_closed_form() -> None:
    first, total, variance = ishigami_indices()
    found = indices(wide(ishigami(design(3, 1024, 1))))
    assert found.first == pytest.approx(first, abs=0.04)
    assert found.total == pytest.approx(total, abs=0.04)
    assert found.variance == pytest.approx(variance, rel=0.06)
    assert ((found.first_low <= first) & (first <= found.first_high)).all()
    assert ((found.total_low <= total) & (total <= found.total_high)).all()
    assert (found.total_high - found.total_low).max() < 0.3


def test_indices_agree_with_those_of_another_program_on_the_same_design() -> None:
    from SALib.analyze import sobol

    shares = design(3, 1024, 3)
    values = ishigami(shares)
    theirs = sobol.analyze(
        {"num_vars": 3, "names": ["a", "b", "c"], "bounds": [[0, 1]] * 3},
        np.column_stack([values[:, 0], values[:, 2:], values[:, 1]]).ravel(),
        calc_second_order=False,
        num_resamples=50,
        seed=1,
    )
    found = indices(wide(values))
    assert found.first == pytest.approx(theirs["S1"], abs=0.08)
    assert found.total == pytest.approx(theirs["ST"], abs=0.06)


def test_of_a_sum_shares_are_those_of_its_terms_and_what_does_nothing_is_known_to() -> None:
    found = indices(wide(added(design(6, 64, 2))))
    share = TERMS**2 / (TERMS**2).sum()
    assert ((found.first_low <= share) & (share <= found.first_high)).all()
    assert list(found.still) == [False] * 4 + [True] * 2
    assert list(found.total_high[4:]) == pytest.approx([0, 0], abs=1e-9)
    assert found.first_high[0] - found.first_low[0] < 0.4


def test_chance_is_taken_for_no_interaction_where_points_have_two_replications() -> None:
    """y = x, and chance as great as what x makes: it has the whole spread, whatever chance does."""
    rng = np.random.default_rng(4)
    values = design(2, 256, 1)[:, :, 0]
    noise = rng.normal(scale=12**-0.5, size=(*values.shape, 2))
    found = indices(wide(values) + noise)
    assert found.first == pytest.approx([1, 0], abs=0.15)
    assert found.total == pytest.approx([1, 0], abs=0.15)
    assert found.variance == pytest.approx(1 / 12, rel=0.2)
    assert found.chance == pytest.approx(1 / 12, rel=0.1)
    alone = indices(wide(values) + noise[:, :, :1])
    assert alone.total[1] > 0.3  # of one replication chance is there, and half of the variance
    assert np.isnan(alone.chance)


def test_nothing_is_said_of_the_shares_of_chance_and_a_hole_costs_its_block_alone() -> None:
    noise = np.random.default_rng(2).normal(size=(64, 4, 2))
    nothing = indices(noise)
    assert not nothing.seen
    assert np.isnan(nothing.first_low).all()
    values = wide(added(design(6, 64, 2)))
    with_hole = values.copy()
    with_hole[7, 3] = np.nan
    found = indices(with_hole)
    assert found.blocks == 63
    assert (found.first == indices(np.delete(values, 7, axis=0)).first).all()
    with pytest.raises(ValueError, match="no two blocks"):
        indices(np.full((4, 3, 1), np.nan))


# ---------------------------------------------------------------- screening


def test_paths_change_one_input_a_step_by_two_thirds_and_effects_of_a_sum_are_its_terms() -> None:
    shares = paths(6, 8, 3)
    steps = np.diff(shares, axis=1)
    assert np.abs(steps).max(axis=2) == pytest.approx(np.full((8, 6), 2 / 3))
    assert ((steps != 0).sum(axis=2) == 1).all()
    assert ((steps != 0).sum(axis=1) == 1).all()
    assert set(np.round(shares * 3, 9).ravel()) == {0, 1, 2, 3}
    values = -added(shares)
    values[0, 3] = np.nan  # costs the two effects beside it
    found = effects(shares, values)
    assert [each.way.mean for each in found] == pytest.approx(-TERMS)
    assert [each.size.mean for each in found] == pytest.approx(TERMS)
    assert [each.still for each in found] == [False] * 4 + [True] * 2
    assert sum(each.size.n for each in found) == 8 * 6 - 2


# ---------------------------------------------------------------- what is uncertain


def named(inputs: tuple[Uncertain, ...], name: str) -> Uncertain:
    return next(each for each in inputs if each.name == name)


def test_fields_with_a_plausible_range_are_uncertain_but_not_what_the_organiser_decides(
    fair: Scenario,
) -> None:
    inputs, _ = uncertain(fair)
    paths_ = {member.path for each in inputs for member in each.members}
    assert {TALK, ACCEPT, "visitors.buyer.stops", "behaviour.retry_stops"} <= paths_
    decided = {path for path, each in sim.scenario.fields().items() if each.decided}
    assert "matchmaking.NAME.slot_minutes" in decided
    patterns = {path.replace(".tables.", ".NAME.").replace(".buyer.", ".NAME.") for path in paths_}
    assert not decided & patterns
    for each in inputs:
        for share in (0.0, 0.5, 1.0):
            fair.replace(**each.settings(share))
    retry = named(inputs, "behaviour.retry_stops").settings(0.999)["behaviour.retry_stops"]
    assert (retry, type(retry)) == (12, int)
    again, _ = uncertain(fair, by="path")
    assert {each.name for each in again} == paths_


def test_a_distribution_keeps_its_kind_and_a_value_of_ones_own_its_proportion(fair: Scenario) -> None:
    changed = fair.replace(**{"visitors.buyer.stops": {"dist": "gamma", "mean": 7.0, "cv": 0.3}})
    inputs, remarks = uncertain(changed)
    stops = named(inputs, "visitors.buyer.stops")  # 11 to 17 are plausible for 14
    assert stops.settings(0.0)["visitors.buyer.stops"] == {"dist": "gamma", "mean": 5.5, "cv": 0.3}
    assert stops.settings(1.0)["visitors.buyer.stops"] == {"dist": "gamma", "mean": 8.5, "cv": 0.3}
    assert any("visitors.buyer.stops" in each and "proportion" in each for each in remarks)


def test_what_is_given_stands_alone_or_beside_the_plausible_in_place_of_its_own(fair: Scenario) -> None:
    inputs, _ = uncertain(fair, spans_of(GIVEN))
    assert [each.name for each in inputs] == [ACCEPT, TALK]
    inputs, _ = uncertain(fair, spans_of(GIVEN), plausible=True)
    assert len(inputs) > 40
    assert [m.path for each in inputs for m in each.members].count(TALK) == 1
    for wrong, error, said in [
        (f"{TALK}=0.1,0.2", ValueError, "a range is needed"),
        (f"{TALK}=0.5..1.5", ScenarioError, "talk_share=1.5"),
        ("visitors.buyer.talk_sharr=0.1..0.2", ScenarioError, "did you mean"),
        ("visitors.buyer.stops=-1..3", ScenarioError, "cannot be -1"),
    ]:
        with pytest.raises(error, match=said):
            uncertain(fair, spans_of([wrong]))
    with pytest.raises(ValueError, match="twice"):
        uncertain(fair, spans_of([GIVEN[0], GIVEN[0]]))


def test_a_given_range_is_of_whole_numbers_where_the_scenario_has_one(fair: Scenario) -> None:
    visits, stops, most = "visitors.buyer.visits", "visitors.buyer.stops", "venue.halls.hall.max_people"
    inputs, _ = uncertain(
        fair, spans_of([f"{TALK}=0..1", f"{stops}=2..3", f"{visits}=100..102.0", f"{most}=7..8"])
    )
    found = [each.settings(0.4)[each.name] for each in inputs]
    assert found[0] == pytest.approx(0.4)  # a share is not 0 or 1, only because both ends are
    stopping = found[1]
    assert isinstance(stopping, dict)
    assert stopping["mean"] == pytest.approx(2.4)
    assert found[2:] == [101, 7]  # what the scenario does not say is as it is written


# ---------------------------------------------------------------- the answer


def toy(value: Callable[[ScenarioData, Random], float]) -> Any:
    return Toy(value)


def talks_and_acceptance(data: ScenarioData, random: Random) -> float:
    acceptance = data.matchmaking["tables"].acceptance
    return 300 * acceptance + 100 * data.visitors["buyer"].talk_share + random.gauss(0, 5)


def test_it_reads_as_a_sentence_and_shares_are_the_truth(fair: Scenario) -> None:
    found = explain(fair, GIVEN, kpis=[KPI], runner=toy(talks_and_acceptance))
    shares = found.shares[KPI]
    assert shares is not None
    truth = np.array([180.0**2, 40.0**2]) / (180**2 + 40**2)
    assert ((shares.first_low <= truth) & (truth <= shares.first_high)).all()
    assert shares.first == pytest.approx(truth, abs=0.06)
    text = found.text()
    assert text.startswith("Meetings held: 9")
    assert f"of its spread is due to {ACCEPT}\n  alone" in text or f"due to\n  {ACCEPT} alone" in text
    assert "chance is in none of the shares" in text
    assert max(map(len, text.splitlines())) <= 80
    assert list(found.summary["measure"]) == ["first", "total"] * 2
    assert len(found.frame) == 64 * 4 * 2
    assert found.to_json_dict()["kpis"][KPI]["shares"][TALK]["first"]["value"] == pytest.approx(
        shares.first[1]
    )
    again = explain(fair, GIVEN, kpis=[KPI], runner=toy(talks_and_acceptance))
    assert again.text() == text
    ax: Any = found.plot.shares()
    at = [100 * float(each[i]) for i in (0, 1) for each in (shares.first, shares.total)]
    assert [line.get_xdata()[0] for line in ax.lines if line.get_marker() == "o"] == pytest.approx(
        [min(100, each) for each in at]
    )
    ends = [
        end for each in ax.collections for end in (each.get_segments()[0][0][0], each.get_segments()[0][1][0])
    ]
    assert ends[:2] == pytest.approx([100 * shares.first_low[0], 100 * shares.first_high[0]])
    assert [each.get_text() for each in ax.get_yticklabels()][1::2] == ["in all", "in all"]
    with pytest.raises(ValueError, match="were not screened"):
        found.plot.ways()
    with pytest.raises(KeyError, match="is not explained"):
        found.plot.shares("meetings.hold")


def test_many_are_screened_and_those_that_matter_taken_on(fair: Scenario, tmp_path: Path) -> None:
    runner = toy(talks_and_acceptance)
    found = explain(fair, kpis=[KPI], paths=4, most=2, points=32, runner=runner)
    assert [each.name for each in found.explained] == [TALK, ACCEPT]  # as the inputs stand
    k = len(found.inputs)
    assert k > 40
    assert len(found.runs) == 4 * (k + 1) + 32 * 4 * 2
    assert runner.ran <= len(found.runs) + 4  # no cell twice, and four that tell how long it takes
    text = found.text()
    assert "that matter most" in text
    assert "Nothing shown changes with" in text
    only = explain(fair, GIVEN, kpis=[KPI], screen=True, paths=6, runner=toy(talks_and_acceptance))
    assert only.text().startswith("Meetings held: +180")  # 300 over 0.2 to 0.8
    assert not only.explained
    ax: Any = only.plot.ways()
    marks = [line.get_xdata()[0] for line in ax.lines if line.get_marker() in ("o", "D")]
    assert marks == [effect.way.mean for _, effect in only.by_size(KPI)]
    with pytest.raises(ValueError, match=r"no shares of meetings\.held are known"):
        only.plot.shares()
    plt.close("all")
    assert max(map(len, only.text().splitlines())) <= 80
    comes_back(found, tmp_path / "kept")


@pytest.mark.parametrize("values", ["2..3", "2..4", "4..8"])
def test_an_effect_is_over_the_whole_range_of_whole_numbers_too(fair: Scenario, values: str) -> None:
    """Two thirds of 2 to 3 are all of it: a table gives ten, and no more."""

    def tables(data: ScenarioData, _: Random) -> float:
        return 10.0 * (data.matchmaking["tables"].tables or 0)

    vary = [f"matchmaking.tables.tables={values}", GIVEN[1]]
    found = explain(fair, vary, kpis=[KPI], screen=True, runner=toy(tables))
    low, high = map(int, values.split(".."))
    assert found.effects[KPI][0].way.mean == pytest.approx(10 * (high - low))
    assert found.effects[KPI][0].size.mean == pytest.approx(10 * (high - low))
    assert found.effects[KPI][1].still


def test_what_fails_is_said_and_costs_its_block(fair: Scenario) -> None:
    def fails(data: ScenarioData, random: Random, most: float = 0.78) -> float:
        if data.matchmaking["tables"].acceptance > most:
            raise ArithmeticError("too many")
        return talks_and_acceptance(data, random)

    found = explain(fair, GIVEN, kpis=[KPI], runner=toy(fails))
    text = found.text()
    shares = found.shares[KPI]
    assert shares is not None
    assert 50 < shares.blocks < 64
    assert f"not known at all points of {64 - shares.blocks} of 64 base points" in " ".join(text.split())
    few = explain(fair, GIVEN, kpis=[KPI], runner=toy(lambda data, _: fails(data, _, 0.5)))
    assert few.shares == {KPI: None}  # a quarter of the blocks are whole, 16, and 24 would do
    assert "too few base points have a value everywhere; nothing can be told" in " ".join(few.text().split())
    assert "mean" not in few.to_json_dict()["kpis"][KPI]
    assert "runs failed; the first: too many" in " ".join(text.split())


def test_of_one_replication_nothing_is_told_as_chance_would_be_due_to_inputs(fair: Scenario) -> None:
    with pytest.raises(ValueError, match="replications"):
        explain(fair, GIVEN, kpis=[KPI], replications=1, runner=toy(talks_and_acceptance))


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--vary", "expo.seed=1,2"), "a range is needed"),
        (("--vary", "visitors.buyer.talk_sharr=0.1..0.2"), "did you mean 'talk_share'"),
        (("--points", "7"), "points = 7: at least 32 is needed"),
        (("-n", "1"), "1 is not in the range x>=2"),
        (("-k", "meetings.hold"), "meetings.held"),
    ],
)
def test_the_command_says_what_is_wrong_in_one_message(arguments: tuple[str, ...], said: str) -> None:
    done = CliRunner().invoke(exposim, ["explain", str(FAIR), *arguments])
    assert done.exit_code == 2
    assert said in done.output
    assert "Traceback" not in done.output
