"""The days that exact timetables are measured on: the same for a seed, as large as said, with an answer."""

from __future__ import annotations

from dataclasses import replace
from itertools import islice
from random import Random

import numpy as np
import pytest

from sim.matchmaking import violations
from sim.matchmaking.compact.agreed import Agreed, check_timetable
from sim.matchmaking.compact.exact.counting import narrow
from tests.benchmarks import dense_day, general
from tests.benchmarks.general import instances, made


def test_a_general_instance_is_that_of_its_seed_and_number() -> None:
    few, more = list(instances(5, 2)), list(islice(instances(5, 36), 2))
    assert few == more == [made(5, 0), made(5, 1)]
    assert made(6, 1) != made(5, 1)


@pytest.mark.parametrize("number", range(6))
def test_a_general_instance_is_as_large_as_its_name_says_and_has_what_its_kind_binds(number: int) -> None:
    hidden: list[list[int]] = []
    timetable = general._timetable

    def kept(*given: object) -> list[int] | None:
        found = timetable(*given)  # type: ignore[arg-type]
        hidden.extend([found] if found is not None else [])
        return found

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(general, "_timetable", kept)
        each = made(3, number)
    agreed, (answer,) = each.agreed, hidden
    size = f"{agreed.participants}x{agreed.meetings}x{agreed.slots}"
    kind = ("plain", "forbidden", "half days", "fixed", "in order", "blind")[number]
    assert each.name.split(",")[0] == f"{number:3} {size} {kind}"
    assert (agreed.participants, agreed.meetings) in general._SIZES
    assert len({frozenset(pair) for pair in agreed.pairs}) == agreed.meetings
    busiest = max(map(len, agreed.of_participant()))
    assert busiest <= agreed.slots <= busiest / 0.7
    barred, fixed = sum(map(len, agreed.forbidden)), sum(t is not None for t in agreed.fixed)
    assert (barred > 0) == (kind in ("forbidden", "half days", "fixed", "blind"))
    assert (fixed > 0) == (kind == "fixed")
    assert (len(agreed.precedences) > 0) == (kind == "in order")
    assert (agreed.fairness is None) == (", fair" not in each.name)
    if kind != "blind":
        assert check_timetable(fairly(agreed), answer) == []
        assert narrow(agreed).reason is None


def fairly(agreed: Agreed) -> Agreed:
    """The same without fairness, which the hidden timetable knows nothing of."""
    return replace(agreed, fairness=None)


@pytest.mark.parametrize("name", ["anyone-short", "hosts-short"])
def test_a_dense_day_is_drawn_with_its_timetable(name: str) -> None:
    day = dense_day.DAYS[name]
    problem, slot = day.draw(name, 0)
    again, same = day.draw(name, 0)
    assert (problem.a.tolist(), problem.b.tolist()) == (again.a.tolist(), again.b.tolist())
    assert slot.tolist() == same.tolist()
    assert day.draw(name, 1)[0].a.tolist() != problem.a.tolist()
    assert (problem.requests, problem.slots, problem.participants) == (day.meetings, day.slots, day.people)
    assert (slot >= 0).all()
    assert violations(problem, slot) == []
    pairs = {frozenset(pair) for pair in zip(problem.a.tolist(), problem.b.tolist(), strict=True)}
    assert len(pairs) == day.meetings
    used = np.bincount(slot, minlength=day.slots)
    assert used.max() - used.min() <= 1
    assert problem.available is not None
    assert abs(1 - day.away - problem.available.mean()) < 0.1
    if day.hosts:
        assert ((problem.a < day.hosts) != (problem.b < day.hosts)).all()


def test_a_day_that_cannot_be_is_said_to_be_none() -> None:
    # three people have three pairs, and one meeting a slot
    three = dense_day.Day(people=3, hosts=0, slots=3, tables=1, meetings=3, away=0.0)
    problem, slot = three.draw("three", 0)
    assert sorted(map(sorted, problem.members)) == [[0, 1], [0, 2], [1, 2]]
    assert sorted(slot.tolist()) == [0, 1, 2]
    with pytest.raises(ValueError, match="four: no timetable was drawn in 500 tries"):
        dense_day.Day(people=3, hosts=0, slots=4, tables=1, meetings=4, away=0.0).draw("four", 0)


def test_a_hidden_timetable_keeps_people_and_tables() -> None:
    apart = [(0, 1), (2, 3), (4, 5)]
    assert sorted(general._timetable(Random(0), apart, 3, 1) or ()) == [0, 1, 2]
    assert general._timetable(Random(0), apart, 1, 3) == [0, 0, 0]
    assert general._timetable(Random(0), apart, 2, 1) is None
    assert general._timetable(Random(0), [(0, 1), (0, 2), (0, 3)], 2, 3) is None
