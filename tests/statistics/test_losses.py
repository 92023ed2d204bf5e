"""What comes in is what is served and each kind of loss, in every row of the tables that count losses."""

from __future__ import annotations

import pytest

from tests.statistics.chance import random_result


@pytest.mark.parametrize("seed", range(12))
def test_who_asked_at_a_booth_was_served_or_lost_in_one_way(seed: int) -> None:
    table = random_result(seed).exhibitors
    known = table.conversations + table.balked + table.reneged + table.left_for_booking
    # `closed` also counts parties that came to a closed booth and asked nobody
    assert (known <= table.asked).all()
    assert (known + table.closed >= table.asked).all()
    assert table.asked.sum() > 0


@pytest.mark.parametrize("seed", range(12))
def test_the_attendance_of_a_session_is_its_audience_and_each_kind_of_loss(seed: int) -> None:
    result = random_result(seed)
    come = result.attendance[result.attendance.role != "host"].groupby("session").people.sum()
    table = result.sessions.set_index("session")
    counted = table.audience + table.no_shows + table.missed + table.full + table.too_late
    assert counted.eq(come.reindex(table.index, fill_value=0)).all()
    assert (table.audience == table.registered_seated + table.walk_ins_seated).all()
