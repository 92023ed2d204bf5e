"""The slots of a published timetable, for whoever has no list of them: as long as its shortest meetings."""

from __future__ import annotations

import pytest

from sim.interchange import ListError
from sim.interchange.from_published import slots_from

HEADER = "who,whom,slot,start,end,table\n"


def slots(rows: str, **given: bool) -> list[str]:
    made = slots_from((HEADER + rows).encode(), **given).source
    assert isinstance(made, bytes)
    return made.decode().splitlines()


@pytest.mark.parametrize("day", ["2024-11-26 ", ""])
@pytest.mark.parametrize("longer_first", [True, False])
def test_a_slot_is_as_long_as_the_shortest_of_its_meetings(day: str, longer_first: bool) -> None:
    rows = [
        f"Ann,Ben,a,{day}9:30,{day}11:00,4",
        f"Ann,Cem,a,{day}9:30,{day}10:00,",
        f"Dan,Eve,b,{day}10:00,{day}11:00,",
    ]
    made = slots("\n".join(rows if longer_first else rows[::-1]))
    assert sorted(made[1:]) == [f"a,{day}9:30,{day}10:00,4", f"b,{day}10:00,{day}11:00,4"]


def test_there_are_as_many_tables_as_meetings_at_once_or_the_highest_table_or_nothing_is_said() -> None:
    rows = "".join(f"A{n},B{n},a,10:00,10:30,\n" for n in range(3))
    assert slots(rows) == ["slot,start,end,tables", "a,10:00,10:30,3"]
    assert slots(rows, tables=False) == ["slot,start,end", "a,10:00,10:30"]


def test_ends_with_and_without_an_offset_and_empty_ones_are_refused_with_their_line() -> None:
    rows = (
        "Ann,Ben,a,2024-11-26 10:00,2024-11-26 10:30,1\nAnn,Cem,a,2024-11-26 10:00,2024-11-26 10:20+01:00,2\n"
    )
    with pytest.raises(ListError) as caught:
        slots(rows)
    assert str(caught.value) == (
        "<stdin>:3: column 'end': found '2024-11-26 10:20+01:00'; other times in this column are without an "
        "offset from UTC"
    )
    with pytest.raises(ListError) as caught:
        slots("Ann,Ben,a,2024-11-26 10:00,,1\n")
    assert str(caught.value) == "<stdin>:2: column 'end': is empty: when are the slots? Say --slots-file"
