"""Staff: the least numbers are found whatever they are, and each booth's own."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

import sim
from sim.cli import exposim
from sim.decisions.staffing import least_staff

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


def test_a_booth_with_too_few_gets_more_and_its_wait_falls_below_the_limit() -> None:
    fair = sim.load(str(FAIR))
    name = sim.build(fair).organisations.name[0]
    found = sim.staff(fair, wait=0.2, names=[name], replications=2)
    (need,) = found.needs
    assert need.name == name
    assert dict(found.planned.data.exhibitors.named_staff) == {name: need.least}
    drawn = [int(sim.build(fair, number).exhibitors.staff[0]) for number in (2, 3)]
    assert need.now == tuple(drawn)
    assert need.more == need.least - sum(drawn) / 2
    fixed = [int(sim.build(found.planned, number).exhibitors.staff[0]) for number in (2, 3)]
    assert fixed == [need.least] * 2
    assert found.results.numbers == (2, 3)  # replications of their own
    assert max(map(len, found.text().splitlines())) <= 80


def test_an_exhibitor_that_there_is_not_is_told() -> None:
    done = CliRunner().invoke(exposim, ["staff", str(FAIR), "--exhibitor", "Nobody", "-n", "2"])
    assert (done.exit_code, done.stdout) == (2, "")
    assert "no exhibitor 'Nobody'" in done.stderr
    with pytest.raises(ValueError, match="between 0 and 1,440"):
        sim.staff(str(FAIR), wait=0)
