"""`compare --uncertain`: the same draws for all, exact limits, and who beats whom."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from random import Random

import pandas as pd
import pytest
from click.testing import CliRunner

import sim
from sim.cli import exposim
from sim.decisions.compare import over_draws
from sim.decisions.compare.comparing import compare
from sim.decisions.compare.over_draws import Draws, Outcome, drawn_inputs
from sim.decisions.explain import ranges
from sim.decisions.explain.ranges import paths_drawn, spans_of
from sim.scenario import Scenario, ScenarioData
from sim.statistics.intervals import share_limits
from tests.decisions.answers import comes_back
from tests.decisions.toys import KPI, Toy

FAIR = Path(__file__).parents[1] / "cli" / "fair.toml"
TALK = "visitors.buyer.talk_share=0.1..0.5"
TABLES = "matchmaking.tables.tables=2,3"


@pytest.fixture(scope="module")
def fair() -> Scenario:
    return sim.load(str(FAIR))


def better_if_they_talk(data: ScenarioData, random: Random) -> float:
    """A third table gives more if more than a third talk, else less; chance is common."""
    tables, talk = data.matchmaking["tables"].tables or 0, data.visitors["buyer"].talk_share
    return 100 + (tables - 2) * (talk - 0.2) * 30 + random.gauss(0, 20)


def test_one_beats_the_other_in_as_many_draws_as_it_does(fair: Scenario, tmp_path: Path) -> None:
    found = compare(
        fair, vary=[TABLES, TALK], uncertain=40, kpis=[KPI], replications=3, runner=Toy(better_if_they_talk)
    )
    assert found.draws is not None
    (outcome,) = found.draws.outcomes
    # a Latin hypercube: one draw in each fortieth of 0.1 to 0.5; 0.2 is the end of the tenth
    assert (outcome.wins, outcome.losses, len(outcome.known)) == (10, 30, 40)
    assert outcome.limits(30) == pytest.approx(share_limits(30, 40, 0.025))
    text = " ".join(found.text().split())
    own = fair.data.matchmaking["tables"].tables
    assert own == 3  # the baseline
    assert "beats" in text
    assert "in 30 of 40 draws (59 to 87 %)" in text
    assert "each is one fair, with its chance" in text
    assert "--uncertain 100 asks that" not in text
    assert max(map(len, found.text().splitlines())) <= 80
    # the draws are of the frame, and pair all scenarios
    drawn = found.frame.dropna(subset="draw")
    assert len(drawn) == 2 * 40
    assert set(drawn.groupby("replication")["scenario"].nunique()) == {2}
    told = found.to_json_dict()["uncertain"]["outcomes"][0]
    assert (told["wins"], told["losses"], told["draws"]) == (10, 30, 40)
    again = compare(
        fair, vary=[TABLES, TALK], uncertain=40, kpis=[KPI], replications=3, runner=Toy(better_if_they_talk)
    )
    assert again.text() == found.text()
    comes_back(found, tmp_path / "kept")


def test_what_the_scenarios_differ_in_stays_and_all_else_that_is_plausible_is_drawn(fair: Scenario) -> None:
    other = fair.replace(**{"visitors.buyer.talk_share": 0.3, "matchmaking.tables.acceptance": 0.5})
    seen: list[tuple[float, float, float]] = []

    def watch(data: ScenarioData, _: Random) -> float:
        buyer = data.visitors["buyer"]
        seen.append((buyer.talk_share, data.matchmaking["tables"].acceptance, buyer.nearness))
        return buyer.talk_share + buyer.nearness

    found = compare(fair, other, uncertain=6, each=2, kpis=[KPI], replications=2, runner=Toy(watch))
    own = (fair.data.visitors["buyer"].talk_share, fair.data.matchmaking["tables"].acceptance)
    assert {each[:2] for each in seen} == {own, (0.3, 0.5)}
    nearness = [{each[2] for each in seen if each[:2] == which} for which in (own, (0.3, 0.5))]
    assert nearness[0] == nearness[1]  # the same draws
    assert len(nearness[0] - {fair.data.visitors["buyer"].nearness}) == 6
    assert found.draws is not None
    (outcome,) = found.draws.outcomes
    assert outcome.differences == pytest.approx([0.3 - own[0]] * 6)
    assert "the mean of 2 fairs" in " ".join(found.text().split())


def test_what_one_of_them_cannot_draw_is_drawn_of_none(
    fair: Scenario, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The least staff cannot be drawn beside a mean of three, beside one of nine it could."""
    monkeypatch.setattr(over_draws, "uncertain", uncertain := cache(ranges.uncertain))  # which takes long
    more = fair.replace(**{"exhibitors.mean_staff": 9})
    (few, said), (many, _) = (uncertain(each, (), plausible=None) for each in (fair, more))
    assert "exhibitors.least_staff" in paths_drawn(many) - paths_drawn(few)
    assert "exhibitors.least_staff" in said[1]
    drawn = drawn_inputs([fair, more], (), None, 2, 1).of_each
    assert paths_drawn(drawn[0]) == paths_drawn(drawn[1]) == paths_drawn(few) - {"exhibitors.mean_staff"}
    alone = fair.replace(**{"visitors.press": {"kind": "media", "visits": 9}})
    theirs = drawn_inputs([fair, alone], (), None, 2, 1).of_each  # a table that only one has is drawn in it
    assert "visitors.press.talk_share" in paths_drawn(theirs[1])


def test_a_value_that_only_one_of_them_has_is_what_differs(fair: Scenario) -> None:
    limited = fair.replace(**{"venue.halls.hall.max_people": 500})
    span = spans_of(["venue.halls.hall.max_people=400..800"])
    with pytest.raises(ValueError, match="is what differs between the scenarios"):
        drawn_inputs([fair, limited], span, None, 2, 1)


def test_less_is_better_of_some_kpis_and_of_others_nobody_says() -> None:
    waits = Outcome("booths.wait_minutes", "a", "b", (-1.0, -2.0, 1.0, 0.0, float("nan")), 2)
    assert (waits.wins, waits.losses, len(waits.known)) == (2, 1, 4)
    assert waits.limits(2) == pytest.approx(share_limits(2, 4, 0.0125))
    visits = Outcome("visits.people", "a", "b", (-1.0, -2.0, 1.0), 1)
    assert (visits.wins, visits.losses) == (1, 2)


def test_what_is_the_same_and_what_is_known_in_no_draw_are_two_things() -> None:
    nan = float("nan")
    outcomes = tuple(
        Outcome(kpi, "a", "b", of, 3)
        for kpi, of in (
            ("meetings.held", (1.0, -2.0)),
            ("visits.people", (0.0, nan)),
            ("contacts.useful", (nan,) * 2),
        )
    )
    text = Draws(outcomes, (), 1, pd.DataFrame(), [{}, {}]).text()
    assert "Meetings held: b beats a in 1 of 2 draws" in " ".join(text.split())
    assert "The same in all draws: visits.people." in text
    assert "Known in no draw: contacts.useful." in text


def test_without_it_the_intervals_are_said_to_be_monte_carlo_only(fair: Scenario) -> None:
    found = compare(fair, vary=TABLES, kpis=[KPI], replications=3, runner=Toy(better_if_they_talk))
    assert found.draws is None
    text = " ".join(found.text().split())
    assert "Monte-Carlo only" in text
    assert "--uncertain 100 asks that" in text
    assert "draw" not in found.frame


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--vary", TABLES, "--vary", TALK), "not a range"),
        (("--vary", TABLES, "--each", "2"), "go with --uncertain"),
        (("--vary", TALK, "--uncertain", "9"), "one scenario alone is not compared"),
        (
            ("--vary", TABLES, "--uncertain", "9", "--vary", "matchmaking.tables.tables=2..8"),
            "it cannot be uncertain too",
        ),
        (
            ("--vary", TABLES, "--uncertain", "9", "--vary", "visitors.buyer.tall_share=0..1"),
            "did you mean 'talk_share'",
        ),
    ],
)
def test_the_command_says_what_is_wrong(arguments: tuple[str, ...], said: str) -> None:
    done = CliRunner().invoke(exposim, ["compare", str(FAIR), *arguments])
    assert done.exit_code == 2
    assert said in done.output
