"""What one more is worth where there are no prices: found by running again, or said why not."""

from __future__ import annotations

from sim.interchange import arrange, as_json, read_lists, summary


def test_of_a_group_one_more_delegate_is_found_by_running_again() -> None:
    # one slot: Ann, Ben and Cem together (5), or Cem and Dan (4); a second Cem could do both
    lists = read_lists(b"who,whom,with,weight\nAnn,Ben,Cem,5\nDan,Cem,,4\n", slots=1, tables=2)
    made = arrange(lists)
    assert made.timetable.delegate_worth is None
    assert made.again is not None
    assert made.again.delegate is not None
    worth = dict(zip(lists.people, made.again.delegate.tolist(), strict=True))
    assert worth == {"Ann": 0, "Ben": 0, "Cem": 4, "Dan": 0}
    said = summary(made)
    assert "no price: of those besides the first two none is known" in said
    assert "optimal run again: adds most for" in said
    assert as_json(made)["again"] == {"ran": True, "value": 0, "meetings": 0}
