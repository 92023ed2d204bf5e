"""What a trace says outright, so that nobody need guess it: sides of meetings, and arriving in vain."""

from __future__ import annotations

from collections import defaultdict
from itertools import pairwise
from random import Random

import numpy as np
import pytest

from sim.engine import simulate
from sim.floor.arrays import NONE
from sim.floor.index import index_of
from sim.floor.trace import COLUMNS, Kind, Outcome
from tests.engine.laws import Fact, absent, facts, is_party, visits, walk
from tests.random_floors import random_floor

SEEDS = range(60)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_row_of_a_meeting_says_the_side_its_actor_was_booked_or_called_for(seed: int) -> None:
    floor = random_floor(Random(seed))
    trace, index = simulate(floor), index_of(floor)
    assert COLUMNS[-1] == "side"
    of_meetings = np.isin(trace.kind, (Kind.MEETING, Kind.IN_VAIN))
    assert (trace.side[~of_meetings] == NONE).all()
    party_day = index.with_standbys(index.party_day, floor)
    booth = index.with_standbys(index.booth, floor)
    for row in np.flatnonzero(of_meetings):
        side, meeting, actor = int(trace.side[row]), int(trace.other[row]), int(trace.actor[row])
        if is_party(floor, actor):
            assert party_day[side, meeting] == actor
        elif actor != NONE:
            assert booth[side, meeting] == floor.staff.booth[actor - floor.n_party_days]
    meetings = trace.kind == Kind.MEETING
    seats = list(zip(trace.other[meetings].tolist(), trace.side[meetings].tolist(), strict=True))
    assert len(set(seats)) == len(seats)


@pytest.mark.parametrize("seed", SEEDS)
def test_with_its_arrivals_in_vain_a_partys_rows_tell_every_step_of_its_way(seed: int) -> None:
    floor = random_floor(Random(seed))
    trace = simulate(floor)
    ends = {fact.actor: fact.row for fact in facts(trace, Kind.VISIT)}
    for actor, rows in visits(floor, trace):
        if any(row.kind == Kind.HALL for row in rows):
            continue  # who was not let in turns round at the door
        pace = int(floor.party_days.pace[actor])
        for before, after in pairwise(rows):
            assert after.start - before.end == walk(floor, before.place, after.place, pace)
        if actor in ends:
            last = rows[-1]
            assert ends[actor].end - last.end == walk(floor, last.place, ends[actor].place, pace)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_delegate_who_was_not_called_back_was_there_or_came_in_vain(seed: int) -> None:
    floor = random_floor(Random(seed))
    trace = simulate(floor)
    arrivals: dict[tuple[int, int], list[Fact]] = defaultdict(list)
    for fact in facts(trace, Kind.MEETING, Kind.SESSION, Kind.IN_VAIN):
        if not is_party(floor, fact.actor) and not absent(fact.row):
            arrivals[fact.actor, fact.row.place].append(fact)
    for errand in facts(trace, Kind.DELEGATE):
        if errand.row.outcome == Outcome.DONE:
            call = errand.row.other
            about = int(max(floor.calls.meeting[call], floor.calls.session[call]))
            there = arrivals[errand.actor, errand.row.place]
            assert any(f.row.other == about and errand.row.start <= f.row.start for f in there), errand


def test_who_comes_in_vain_is_there_for_a_moment_after_its_meeting_was_settled() -> None:
    n = 0
    for seed in SEEDS:
        trace = simulate(random_floor(Random(seed)))
        row_of = {(f.actor, f.row.other): f.row for f in facts(trace, Kind.MEETING) if absent(f.row)}
        for fact in facts(trace, Kind.IN_VAIN):
            n += 1
            assert (fact.row.start, fact.row.wait, fact.row.outcome) == (fact.row.end, 0, Outcome.DONE)
            settled = row_of[fact.actor, fact.row.other]
            assert settled.end <= fact.row.start
    assert n > 10
