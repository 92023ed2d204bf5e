"""Places with room for so many meetings at once, and with ways between them."""

from __future__ import annotations

import pytest

from sim.interchange import arrange
from tests.interchange.lists import read, says

BOOTH = "who,whom,weight,place\nAsh,Firma,3,Booth\nBirch,Other,2,Booth\nCedar,Third,1,Booth\nDahl,Elm,1,\n"
HALLS = "who,whom,weight,place\nStudent,Booth A,1,Hall 1\nStudent,Booth B,1,Hall 9\n"

pytestmark = pytest.mark.usefixtures("here")


def test_a_booth_has_room_for_two_meetings_at_once() -> None:
    made = arrange(read(BOOTH, slots=1, tables=9, places="place,room\nBooth,2\nHall,\n"))
    assert [row.slot for row in made.rows()] == ["1", "1", None, "1"]
    assert made.timetable.proven
    assert made.reason(2) == "in every slot that is left its place has no more room (lines 2 and 3)"
    free = arrange(read(BOOTH, slots=1, tables=9, places="place,room\nBooth,\n"))
    assert free.timetable.meetings == 4


def test_with_once_a_request_for_anywhere_is_held_if_one_for_a_place_without_room_cannot_be() -> None:
    asked = "who,whom,weight,place\nAsh,Firma,3,Booth\nAsh,Firma,2,\n"
    made = arrange(read(asked, slots=1, places="place,room\nBooth,0\n", once=True))
    assert [row.slot for row in made.rows()] == [None, "1"]
    assert read(asked.replace("2,", "2,Booth"), slots=1, once=True).twin.tolist() == [-1, 0]


def test_ways_between_places_are_those_back_too_unless_told() -> None:
    def slots(places: str, asked: str = HALLS, **given: int) -> list[str | None]:
        return [row.slot for row in arrange(read(asked, slots=2, places=places, **given)).rows()]

    there = "place,to,minutes\nHall 1,Hall 9,5\nHall 9,,\n"
    assert slots(there).count(None) == 1
    assert sorted(map(str, slots(there + "Hall 9,Hall 1,0\n"))) == ["1", "2"]
    assert slots(there + "Hall 9,Hall 1,0\n") == ["2", "1"]
    assert slots("place\nHall 1\nHall 9\n").count(None) == 0
    assert slots("place\nHall 1\nHall 9\n", walk=5).count(None) == 1
    assert read(HALLS, slots=2, places=there).notes == ()


@pytest.mark.parametrize(
    ("places", "said"),
    [
        (
            "place,room\nBoth,2\n",
            "requests.csv:2: column 'place': found 'Booth'; 'places.csv' has no such place; "
            "did you mean 'Both'?",
        ),
        ("place,room\nBooth,2\nBooth,3\n", "places.csv:3: column 'room': found '3'; line 2 says it already"),
        (
            "place,room\nBooth,many\n",
            "places.csv:2: column 'room': found 'many'; allowed: a whole number from 0 to 100,000",
        ),
        (
            "place,to,minutes\nBooth,Hal,3\nHall,,\n",
            "places.csv:2: column 'to': found 'Hal'; no row has it as its place; did you mean 'Hall'?",
        ),
        (
            "place,to,minutes\nBooth,Hall,\nHall,,\n",
            "places.csv:2: column 'minutes': is empty: a way needs both, `to` and `minutes`",
        ),
        (
            "place,to,minutes\nBooth,Booth,3\n",
            "places.csv:2: column 'to': found 'Booth', which is the place itself",
        ),
    ],
)
def test_what_is_wrong_with_places_is_said(places: str, said: str) -> None:
    assert says(BOOTH, places=places)[0] == said
