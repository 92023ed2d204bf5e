"""The comparison with other simulators compares equal work, and says so if it does not."""

from __future__ import annotations

import sys
from dataclasses import replace
from importlib import import_module

import pytest

from sim.engine import simulate
from tests.benchmarks import engine_speed
from tests.benchmarks.engine_speed import Played, events, table, trade_fair, verdict
from tests.benchmarks.idiomatic import statistics
from tests.benchmarks.peers.day import Seen, day_of
from tests.floors import FloorPlan

PEERS = {"cimba": "cimba_day", "ciw": "ciw_day", "nagasim": "naga_day", "salabim": "salabim_day"}
SEEN = replace(Seen(2000, 40_000, 7000, 300, 900, 10).statistics(), mean_wait=10_000.0, mean_stay=1e6)


@pytest.mark.parametrize("package", PEERS)
def test_a_peer_that_is_installed_sees_our_day(package: str) -> None:
    pytest.importorskip(package)
    floor = trade_fair(visits=200, stops=12, booths=8)
    ours = statistics(simulate(floor))
    assert min(ours.reneged, ours.balked) > 20
    assert (
        verdict(import_module(f"tests.benchmarks.peers.{PEERS[package]}").prepare(floor)(), ours) != "DIFFERS"
    )


def test_peers_are_given_the_floor_as_it_is_and_no_more_than_walk_ups() -> None:
    floor = trade_fair(visits=30, stops=5, booths=4)
    day, days = day_of(floor), floor.party_days
    assert [visitor.arrival for visitor in day.visitors] == days.arrival.tolist()
    assert [stop for visitor in day.visitors for stop in visitor.route] == list(
        zip(floor.stops.place.tolist(), floor.stops.look.tolist(), floor.stops.talk.tolist(), strict=True)
    )
    assert day.servers == [*[len(floor.staff.booth) // 4] * 4, 1]
    plan = FloorPlan()
    plan.booth()
    plan.party(plan.gate(), bookings=[plan.attend(plan.session(plan.room(), 100, 120))])
    with pytest.raises(ValueError, match="walk-ups"):
        day_of(plan.build())


@pytest.mark.parametrize(
    ("other", "word"),
    [
        (SEEN, "exact"),
        (replace(SEEN, mean_wait=10_000.1), "ties"),
        (replace(SEEN, left=12), "ties"),
        (replace(SEEN, left=13), "DIFFERS"),
        (replace(SEEN, looks=40_041), "DIFFERS"),
        (replace(SEEN, mean_wait=10_011.0), "DIFFERS"),
    ],
)
def test_unequal_work_is_seen(other: object, word: str) -> None:
    assert verdict(other, SEEN) == word  # type: ignore[arg-type]


def test_the_table_is_of_medians_and_fits_a_terminal() -> None:
    assert events(SEEN) == 3 * 2000 + 40_000 + 7000 + 910
    mine = Played("compiled", "1", [0.1, 0.12, 9.0], 0.0, 100.0, SEEN)
    theirs = Played("idiomatic", "1", [12.0], 0.0, 100.0, replace(SEEN, looks=3))
    rows = table([mine, theirs])
    assert rows[2] == "| compiled | 0.12 | 0.1 | 3 | 449,000 | 16,700 | 100 | 100 | exact |"
    assert rows[3].endswith("| 1 | 100 | DIFFERS |")
    assert max(map(len, rows)) <= 80


def test_who_is_not_installed_is_said_and_left_out(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "salabim", None)
    monkeypatch.delitem(sys.modules, "tests.benchmarks.peers.salabim_day", raising=False)
    assert engine_speed.main(["--worker", "salabim"]) == 0
    assert '{"missing": "salabim"}' in capsys.readouterr().out
    monkeypatch.setattr(engine_speed, "_ask", lambda name, size: None)
    assert engine_speed.main(["--only", "salabim"]) == 0
    assert "- salabim: not installed" in capsys.readouterr().out
