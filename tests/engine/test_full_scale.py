"""The profile at full scale: of two checkouts, the least of the rounds, and what one does not have."""

from __future__ import annotations

from pathlib import Path

import pytest

import sim
from tests.benchmarks.full_scale import Side, main, table
from tests.benchmarks.scaling import scaled


def test_the_profile_shows_the_least_of_the_rounds_and_how_many_times_as_fast() -> None:
    now, then = Side("now", Path(), "compiled"), Side("against", Path(), "simpy")
    now.add({"stages": {"engine": (2.0, 900.0), "write": (5.0, 1000.0)}, "visits": 10, "rows": 20})
    now.add({"stages": {"engine": (1.0, 1100.0), "write": (6.0, 0.0)}, "visits": 10, "rows": 20})
    then.add({"stages": {"engine": (40.0, 2300.0)}, "visits": 10, "rows": 19})
    assert table([now, then])[2:] == [
        "| engine | 1.00 | 1,100 | 40.00 | 2,300 | 40.0 |",
        "| write | 5.00 | 1,000 | – | – | – |",
    ]
    assert table([then])[2:] == ["| engine | 40.00 | 2,300 |"]
    assert (then.visits, then.rows) == (10, 19)


def test_another_checkout_must_have_the_package(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["quickstart", "--against", str(tmp_path)])
    assert stopped.value.code == 2
    assert "no package sim there" in capsys.readouterr().err


def test_a_fair_in_proportion_has_as_many_of_everything_a_visit() -> None:
    whole = sim.load("mega")
    small = scaled(whole, 100_000).data
    assert sum(persona.visits for persona in small.visitors.values()) == 100_000
    assert (small.exhibitors.count, small.exhibitors.debuts) == (3000, 40)
    hall, large = small.venue.halls["toys"], whole.data.venue.halls["toys"]
    assert hall.width_m * hall.depth_m == pytest.approx(large.width_m * large.depth_m / 10)
    assert small.programme["launches"].per_day == (11, 10, 8, 6, 5)
    assert (small.matchmaking["matches"].tables, small.matchmaking["matches"].requests) == (20, 1500)
