"""Promises: what is shown to be reached, counted where it was promised, and read off the tables."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from scipy.stats import binom

import sim
from sim.cli import exposim
from sim.decisions.promise.promised import FUNNEL, _reached_by_half, promisable
from sim.decisions.promise.promising import _down_the_funnel
from sim.statistics.intervals import estimate, share_limits
from sim.statistics.kpis.promises import IN_SHORT
from tests.decisions.played import Row, Tables, play

pytestmark = pytest.mark.usefixtures("played_once")

FAIR = Path(__file__).parents[1] / "cli" / "fair.toml"


def test_limits_of_a_share_are_those_at_which_the_sample_is_just_not_odd() -> None:
    low, high = share_limits(57, 60, 0.05)
    assert binom.sf(56, 60, low) == pytest.approx(0.05)  # 57 or more of 60
    assert binom.cdf(57, 60, high) == pytest.approx(0.05)  # 57 or fewer
    assert share_limits(0, 10, 0.05)[0] == 0
    assert share_limits(10, 10, 0.05)[1] == 1


def test_what_can_be_promised_takes_59_replications_without_a_miss_and_more_with_one() -> None:
    """0.95^59 = 4.8 % and 0.95^58 = 5.1 %; with one below it takes 93 (Wilks, 1941)."""
    assert promisable([4] * 59, 0.95) == 4
    assert promisable([4] * 58, 0.95) == 0
    assert promisable([3, *[4] * 91], 0.95) == 3
    assert promisable([3, *[4] * 92], 0.95) == 4
    assert promisable([0] * 59, 0.95) == 0
    assert [_reached_by_half(each) for each in ([1, 2, 3, 4], [1, 2, 3], [5])] == [3, 2, 5]


def test_a_promise_is_what_the_table_of_promises_says(tmp_path: Path) -> None:
    fair = sim.load(
        str(FAIR),
        {"exhibitors.sponsors": {"gold": 2}, "matchmaking.tables.promises": {"gold": 2}},
    )
    every = sim.promises(fair, replications=4)
    assert [kind.name for kind in every.kinds] + [each.kind for each in every.each]
    results = sim.replicate(fair, replications=4, tables=("promises", "exhibitors"), keep=())
    table = results.table("promises")
    name = str(table["name"].iloc[0])
    found = sim.promise(fair, name, replications=4, mend=False)
    rows = table[table["name"] == name]
    assert list(found.numbers) == sorted(set(rows["replication"]))
    assert list(found.missing) == list(rows.groupby("replication")["missing"].sum())
    held = results.table("exhibitors").query("name == @name").set_index("replication")["meetings_held"]
    assert list(found.meetings) == [held[each] for each in found.numbers]
    assert found.promised == 2
    assert found.kept == sum(rows.groupby("replication")["missing"].sum() == 0)
    for text in (found.text(), every.text()):
        assert max(map(len, text.splitlines())) <= 80
    asked = sim.promise(fair, name, promised=0, replications=4, mend=False)
    assert (asked.kept, len(asked.numbers)) == (4, 4)


def test_meetings_missing_are_held_against_the_promise_step_by_step() -> None:
    """Five promised, 4 asked, 3 accepted and scheduled, 1 held: one, one, none and two are missing."""
    funnel = {"asked": (4, 9), "accepted": (3, 9), "scheduled": (3, 4), "held": (1, 4)}
    assert {why: n for why, n in _down_the_funnel(5, funnel, (4, 1)).items() if n} == {
        "not asked for": 1,
        "not accepted": 1,
        "no slot": 1,  # in the second fair
        "lost on the day": 2,
    }
    # a stand-by may have held what had no slot: no more is explained than is missing
    assert sum(_down_the_funnel(5, dict.fromkeys(funnel, (0,)), (2,)).values()) == 2


def test_changes_are_tried_in_pairs_and_the_cheapest_real_one_is_confirmed_on_its_own(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """One more table gives three meetings and costs 90, reminders give two for nothing: they lead."""
    fair = sim.load(str(FAIR))
    name = sim.build(fair).organisations.name[0]
    tables = fair.data.matchmaking["tables"].tables

    asked_for = play(monkeypatch, "promise.promising", _gives(name, tables, reminded=2))
    found = sim.promise(fair, name, replications=40)
    gold = [number for number in range(40) if number % 4]
    assert (found.kind, found.of, list(found.numbers)) == (
        "gold sponsor",
        40,
        gold,
    )
    # where it is a silver sponsor, that is another promise
    assert found.kept == sum(number % 3 == 2 for number in gold)
    assert found.limits == pytest.approx(share_limits(found.kept, 30, 0.025))
    assert found.reasons["no slot"] == sum(2 - number % 3 for number in gold)
    first, second, *others = found.mendings
    assert (first.what, second.what) == ("reminders", "one more table")
    assert (first.meetings.mean, second.meetings.mean, second.cost) == (2, 3, 90)
    assert first.kept.mean == second.kept.mean == pytest.approx(1 - found.kept / 30)
    level = 1 - 0.05 / (2 * len(found.mendings))  # the changes and two numbers of each share 5 %
    assert first.kept == estimate([float(number % 3 != 2) for number in gold], level)
    assert not any(each.is_real(True) for each in others)
    assert asked_for[-2:] == [
        (asked_for[0][0], tuple(range(40, 80))),
        (fair.replace(**{"matchmaking.tables.against_no_shows": "reminders"}).hash, tuple(range(40, 80))),
    ]
    assert found.confirmed is not None
    assert "tried reminders comes first" in found.text().replace("\n  ", " ")
    assert "half of the fairs have 1 or more" in found.text().replace("\n  ", " ")
    assert max(map(len, found.text().splitlines())) <= 80


def test_of_all_promises_those_of_named_sponsors_are_ranked_and_of_drawn_ones_their_kind_is_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Of 20 replications A is kept in all, B in none, C in 15; D is a sponsor in every second one alone."""
    missing: dict[str, Callable[[int], int]] = {
        "A": lambda _: 0,
        "B": lambda _: 3,
        "C": lambda n: n % 4 == 0,
        "D": lambda n: n % 4 == 2,
    }

    def plays(_: sim.Scenario, number: int) -> tuple[Row, Tables]:
        rows = []
        for name, of in missing.items():
            if name != "D" or number % 2 == 0:
                lacks = int(of(number))
                row: dict[str, Any] = {
                    "name": name,
                    "sponsor": "silver" if name == "D" else "gold",
                    "promised": 3,
                }
                rows.append({**row, "held": 3 - lacks, "missing": lacks, **dict.fromkeys(IN_SHORT, 0)})
                rows[-1] |= {"no_slot": min(lacks, 2), "not_asked": max(0, lacks - 2)}
        of_booths = {"useful_contacts": 1, "wait_minutes": 0.5}
        return {"a": 1.0}, {
            "exhibitors": [
                {"name": each["name"], "meetings_held": each["held"], **of_booths} for each in rows
            ],
            "promises": rows,
            "requests": [{"asker": "A", "asked": "buyer", **dict.fromkeys(FUNNEL[1:], True)}],
        }

    play(monkeypatch, "promise.promising", plays)
    found = sim.promises(str(FAIR), wanted=0.8, replications=20)
    assert [(each.name, each.kept) for each in found.each] == [("B", 0), ("C", 15), ("A", 20)]
    (kind,) = found.kinds
    assert (kind.name, kind.promised) == ("silver", 3)
    assert (kind.kept.n, kind.kept.mean, kind.held.mean) == (10, 0.5, 2.5)
    told = found.text().replace("\n  ", " ")
    # 0.025 ** (1 / 20) = 83 % is the low limit of all; 1 less that, 17 %, the high one of none
    assert told.startswith(
        "Of 3 promises 1 can be kept in 80 % of fairs, 1 cannot, and of 1 so few replications do not tell."
    )
    assert "is kept to 50 ± 50 % of them. Missing: no slot 100 %." in told
    of_b = next(line for line in found.text().splitlines() if line.split()[:1] == ["B"])
    assert of_b.endswith("no slot")  # two of the three
    assert "each alone" in told


def test_what_surely_does_harm_mends_nothing_though_it_costs_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    fair = sim.load(str(FAIR))
    name = sim.build(fair).organisations.name[0]
    tables = fair.data.matchmaking["tables"].tables
    play(monkeypatch, "promise.promising", _gives(name, tables, reminded=-1))
    found = sim.promise(fair, name, promised=2, replications=40)
    harm = next(each for each in found.mendings if each.what == "reminders")
    assert harm.is_real(True)
    assert not harm.mends(True)
    assert found.mendings[0].what == "one more table"
    assert found.confirmed is not None
    assert found.confirmed.what == "one more table"


def _gives(name: str, tables: int, reminded: int) -> Callable[[sim.Scenario, int], tuple[Row, Tables]]:
    """0 to 2 meetings held, with each further table three more, with reminders so many more."""

    def plays(scenario: sim.Scenario, number: int) -> tuple[Row, Tables]:
        matching = scenario.data.matchmaking["tables"]
        more = matching.tables - tables
        held = number % 3 + 3 * more + reminded * (matching.against_no_shows == "reminders")
        asked = {"asker": name, "asked": "buyer", "accepted": True, "scheduled": True, "held": True}
        of = {"promised": 2, "missing": max(0, 2 - held), **dict.fromkeys(IN_SHORT, 0)}
        of["no_slot"] = of["missing"]
        sponsor = {"name": name, "sponsor": "gold" if number % 4 else "silver", **of}
        return {"costs.total": 90.0 * more}, {
            "exhibitors": [{"name": name, "meetings_held": held, "useful_contacts": 1, "wait_minutes": 0.5}],
            "promises": [sponsor],
            "requests": [*[asked] * held, {**asked, "accepted": False, "scheduled": False, "held": False}],
        }

    return plays


def test_a_name_that_there_is_not_is_told_with_the_near_one() -> None:
    name = sim.build(str(FAIR)).organisations.name[0]
    done = CliRunner().invoke(exposim, ["promise", str(FAIR), name + "x", "-n", "2"])
    assert (done.exit_code, done.stdout) == (2, "")
    assert f"no organisation '{name}x'; did you mean" in done.stderr
    part = CliRunner().invoke(exposim, ["promise", str(FAIR), name[:-4].upper(), "-n", "2"])
    assert f"no organisation '{name[:-4].upper()}'; did you mean '{name}' or " in part.stderr
    assert "have it in their names)" in part.stderr
    nothing = CliRunner().invoke(exposim, ["promise", str(FAIR), "-n", "2"])
    assert (nothing.exit_code, nothing.stdout) == (2, "")
    assert "promises nothing; matchmaking.NAME.promises" in nothing.stderr
