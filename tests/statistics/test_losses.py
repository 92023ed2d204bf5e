"""What comes in is what is served and each kind of loss, in every row of the tables that count losses."""

from __future__ import annotations

import numpy as np
import pytest

from sim.floor.trace import LOSSES, Kind, Outcome
from tests.statistics.chance import random_result


@pytest.mark.parametrize("seed", [*range(9), *range(10, 13)])  # with 9 nobody comes
def test_who_asked_at_a_booth_was_served_or_lost_in_one_way(seed: int) -> None:
    result = random_result(seed)
    table, trace = result.exhibitors, result.trace
    asked = table[["conversations", *(loss.name.lower() for loss in LOSSES[Kind.TALK])]].sum(axis=1)
    # `closed` also counts parties that came to a closed booth and asked nobody
    only_came = trace.place[(trace.kind == Kind.LOOK) & (trace.outcome == Outcome.CLOSED)]
    assert (asked - np.bincount(only_came, minlength=len(table))[: len(table)]).equals(table.asked)
    assert table.asked.sum() > 0


@pytest.mark.parametrize("seed", range(12))
def test_the_attendance_of_a_session_is_its_audience_and_each_kind_of_loss(seed: int) -> None:
    result = random_result(seed)
    come = result.attendance[result.attendance.role != "host"].groupby("session").people.sum()
    table = result.sessions.set_index("session")
    counted = table.audience + table.no_shows + table.missed + table.full + table.too_late
    assert counted.eq(come.reindex(table.index, fill_value=0)).all()
    assert (table.audience == table.registered_seated + table.walk_ins_seated).all()
