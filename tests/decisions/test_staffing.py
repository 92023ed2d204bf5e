"""Staff: the least numbers are found whatever they are, and each booth's own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

import sim
from sim.cli import exposim
from sim.decisions.staffing import Plan, StaffNeed, least_staff
from sim.statistics.intervals import estimate
from tests.decisions.played import Row, Tables, play

pytestmark = pytest.mark.usefixtures("played_once")

BUSY, OTHER = "energy-001", "energy-002"
FAIR = Path(__file__).parents[1] / "cli" / "fair.toml"


@settings(max_examples=60, deadline=None)
@given(
    booths=st.dictionaries(
        st.sampled_from("abcdef"), st.tuples(st.integers(1, 40), st.integers(1, 120)), min_size=1
    )
)
def test_the_least_staff_of_each_is_found_in_a_dozen_rounds(booths: dict[str, tuple[int, int]]) -> None:
    now = {name: has for name, (has, _) in booths.items()}
    needs = {name: need for name, (_, need) in booths.items()}
    rounds = []

    def run(plan: Mapping[str, int]) -> dict[str, bool]:
        rounds.append(dict(plan))
        return {name: number >= needs[name] for name, number in plan.items()}

    plan, used = least_staff(now, run)
    close = {name for name in now if needs[name] <= 3 * now[name]}  # others take more steps of a quarter
    assert {name: plan[name] for name in close} == {name: needs[name] for name in close}
    assert all(plan[name] >= needs[name] for name in now)
    assert used <= 12
    assert all(number >= 1 for each in rounds for number in each.values())


def test_staff_is_what_was_shown_in_the_rounds_and_told_of_other_replications(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A wait of 12 min over the staff, a fifth less or more: of four it is hardly under 3."""
    said = {"exhibitors.named_staff": {OTHER: 2}, "exhibitors.added_staff": {BUSY: 9}}
    fair = sim.load(str(FAIR), said)
    asked_for = play(monkeypatch, "staffing", _waiting(0.3))
    found = sim.staff(fair, wait=3, replications=6, names=[BUSY])
    (need,) = found.needs
    assert need.least == 5  # 2.35 ± 0.39 of five end under 3, and 2.94 ± 0.49 of four do not
    assert need.now == (11, 12, 13, 11, 12, 13)
    assert need.more == 5 - 12
    assert dict(found.planned.data.exhibitors.named_staff) == {OTHER: 2, BUSY: 5}
    assert dict(found.planned.data.exhibitors.added_staff) == {}  # what was added is in the number
    rounds = [numbers for _, numbers in asked_for[:-2]]
    assert set(rounds) == {(0, 1, 2, 3, 4, 5)}
    assert [numbers for _, numbers in asked_for[-2:]] == [(6, 7, 8, 9, 10, 11)] * 2
    assert found.results.numbers == (6, 7, 8, 9, 10, 11)
    assert "11–13  → 5" in found.text()
    assert "drawn" in found.text()
    told = found.text().replace("\n  ", " ")
    assert told.startswith(
        "For a mean wait under 3 min, no booth needs more, and 1 booth keeps it with 7 fewer."
    )
    assert (
        "Of those who ask to talk 31.0 ± 1.2 % then do not, at all booths, and 10.5 % do not as it is."
        in told
    )
    assert _WARNING in told
    booth = next(line for line in found.text().splitlines() if line.split()[:1] == [BUSY])
    assert booth.endswith(" 25 %")


_WARNING = "look at that before staff is taken away"


def _waiting(lost: float) -> Callable[[sim.Scenario, int], tuple[Row, Tables]]:
    """A wait of 12 min over the staff, a fifth less or more; at all booths so many are lost with a plan."""

    def plays(scenario: sim.Scenario, number: int) -> tuple[Row, Tables]:
        drawn = 2 + number % 3  # the staff of a booth is drawn with its area
        named = scenario.data.exhibitors.named_staff
        rows = []
        for name in (BUSY, OTHER):
            staff = named.get(name, drawn) + scenario.data.exhibitors.added_staff.get(name, 0)
            wait = 12 / staff * (0.8 + 0.1 * (number % 5))
            rows.append({"name": name, "staff": staff, "wait_minutes": wait, "lost_share": 0.25})
        there = lost if BUSY in named else 0.1
        return {"booths.lost_share": there + 0.01 * (number % 2) * (1 + (BUSY in named))}, {
            "exhibitors": rows
        }

    return plays


@pytest.mark.parametrize(
    ("lost", "added", "warns"),
    [
        (0.3, 9, True),
        (0.3, 0, False),  # none is taken away
        (0.1, 9, False),  # no more are shown to be lost
        (0.05, 9, False),  # fewer are
    ],
)
def test_a_plan_that_takes_staff_away_warns_if_more_are_shown_to_be_lost_with_it(
    lost: float, added: int, warns: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    fair = sim.load(str(FAIR), {"exhibitors.added_staff": {BUSY: added}} if added else {})
    play(monkeypatch, "staffing", _waiting(lost))
    told = sim.staff(fair, wait=3, replications=6, names=[BUSY]).text().replace("\n  ", " ")
    assert (_WARNING in told) is warns
    assert "Of those who ask to talk" in told


def test_a_plan_gives_a_booth_its_staff_in_every_replication() -> None:
    fair = sim.load(str(FAIR))
    name = sim.build(fair).organisations.name[0]
    found = sim.staff(fair, wait=0.2, names=[name], replications=2)
    (need,) = found.needs
    fixed = [int(sim.build(found.planned, number).exhibitors.staff[0]) for number in (2, 3)]
    assert fixed == [need.least] * 2
    assert max(map(len, found.text().splitlines())) <= 80


def test_booths_that_need_more_come_first_and_then_those_with_most_to_spare() -> None:
    fair = sim.load(str(FAIR))
    some = estimate([1.0, 2.0])

    def need(name: str, now: int, least: int) -> StaffNeed:
        return StaffNeed(name, (now, now), least, some, some, some)

    needs = (need("a", 3, 2), need("b", 40, 1), need("c", 2, 3), need("d", 2, 9), need("e", 4, 4))
    plan = Plan(fair, 9, needs, fair, sim.replicate(fair, replications=2, workers=1))
    assert [each.name for each in plan.changed] == ["d", "c", "b", "a"]
    told = plan.text().replace("\n  ", " ")
    assert told.startswith("For a mean wait under 9 min, 2 booths need 8 more, 2 booths keep it ")


def test_an_exhibitor_that_there_is_not_is_told() -> None:
    done = CliRunner().invoke(exposim, ["staff", str(FAIR), "--exhibitor", "Nobody", "-n", "2"])
    assert (done.exit_code, done.stdout) == (2, "")
    assert "no exhibitor 'Nobody'" in done.stderr
    with pytest.raises(ValueError, match="between 0 and 1,440"):
        sim.staff(str(FAIR), wait=0)
