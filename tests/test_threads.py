"""Threads: what idle processors do is what one would have done, in its order, with its errors."""

from __future__ import annotations

import threading
import time
from contextvars import ContextVar

import numpy as np
import pytest

import sim
from sim.expo.visitors import routes
from sim.threads import idle_processors, in_threads


def test_parts_come_back_in_their_order_whichever_is_done_first() -> None:
    def late(part: int) -> tuple[int, int]:
        time.sleep(0.002 * (5 - part))
        return part, threading.get_ident()

    with idle_processors(3):
        done = in_threads(late, range(6))
    assert [part for part, _ in done] == list(range(6))
    who = {ident for _, ident in done}
    assert 1 < len(who) <= 3
    assert threading.get_ident() not in who


@pytest.mark.parametrize(("many", "parts"), [(1, 4), (3, 1), (3, 0)])
def test_no_thread_begins_where_it_would_not_help(many: int, parts: int) -> None:
    with idle_processors(many):
        who = in_threads(lambda _: threading.get_ident(), range(parts))
    assert who == [threading.get_ident()] * parts
    assert in_threads(lambda _: threading.get_ident(), range(4)) == [threading.get_ident()] * 4


def test_the_first_error_is_raised_and_what_has_not_begun_is_not_done() -> None:
    begun = []

    def fails(part: int) -> None:
        begun.append(part)
        if part == 0:
            raise ZeroDivisionError(part)
        time.sleep(0.05)

    with idle_processors(2), pytest.raises(ZeroDivisionError):
        in_threads(fails, range(50))
    assert len(begun) < 50


def test_a_part_sees_what_whoever_asks_has_set() -> None:
    setting: ContextVar[int] = ContextVar("setting", default=0)
    setting.set(7)
    with idle_processors(2):
        assert in_threads(lambda _: setting.get(), range(3)) == [7, 7, 7]
        with np.errstate(divide="raise"), pytest.raises(FloatingPointError):
            in_threads(lambda _: np.float64(1) / 0, range(3))


def test_routes_are_the_same_in_any_blocks_and_any_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    scenario = sim.load("quickstart")
    alone = sim.build(scenario).floor.stops
    who = set()
    block = routes._block

    def told(*given: object) -> object:
        who.add(threading.get_ident())
        return block(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(routes, "_block", told)
    monkeypatch.setattr(routes, "_CELLS", 4_000)
    with idle_processors(2):
        stops = sim.build(scenario).floor.stops
    assert len(who) > 1
    for column in stops.__slots__:
        np.testing.assert_array_equal(getattr(stops, column), getattr(alone, column))
