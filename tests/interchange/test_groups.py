"""Meetings of more than two, from lists to diaries: everybody in one is told of it and is nowhere else."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from sim.interchange import (
    arrange,
    changes,
    diaries_html,
    diaries_of,
    read_published,
    rearrange,
    timetable_csv,
)
from sim.interchange.diaries.diaries import Diaries
from sim.interchange.diaries.wording import diary_name, met
from sim.interchange.requests_csv import parts_of
from sim.interchange.timetable_json import as_json
from tests.interchange.lists import read, says

GROUP = "id,who,whom,weight\nm1,Amber,Birch & Cedar,3\nm2,Amber,Dahl,1\nm3,Birch,Dahl,1\nm4,Cedar,Dahl,1\n"
ALONG = """id,who,whom,with,weight
m1,Amber,Birch,Cedar; Elm,3
m2,Amber,Dahl,,1
m3,Birch,Dahl,,1
m4,Cedar,Dahl,,1
"""


pytestmark = pytest.mark.usefixtures("here")


def in_diaries(diaries: Diaries) -> dict[str, list[str]]:
    """Whom everybody meets."""
    return {
        diary_name(diary): [met(diaries, diaries.meetings[place], d) for place in diary.meetings]
        for d, diary in enumerate(diaries.diaries)
    }


@pytest.mark.parametrize("text", [GROUP, GROUP.replace(" & ", "; "), ALONG])
def test_people_in_a_group_are_persons(text: str) -> None:
    made = arrange(read(text, slots=2, tables=3))
    assert made.timetable.whole_value == made.timetable.whole_bound == 4
    assert ("Elm" in made.lists.people) is (text is ALONG)
    assert {"Birch & Cedar", "Birch; Cedar"}.isdisjoint(made.lists.people)
    first = next(made.rows())
    assert first.people[:3] == ("Amber", "Birch", "Cedar")
    assert as_json(made)["timetable"][0]["people"] == list(first.people)
    diaries = diaries_of(made)
    told = in_diaries(diaries)
    assert "Amber, Birch" in told["Cedar"][0] or "Amber, Birch" in told["Cedar"][-1]
    assert sum(map(len, told.values())) == len(first.people) + 2
    slots = [[diaries.meetings[place].slot for place in diary.meetings] for diary in diaries.diaries]
    assert all(len(own) == len(set(own)) for own in slots)
    assert diaries_html(diaries).count(b"<bdi>Cedar</bdi>") > 2
    assert len({uid for meeting in diaries.meetings for uid in meeting.uids}) == len(first.people) + 2


def test_what_is_several_people_is_noted_and_a_listed_name_is_one() -> None:
    assert read(GROUP).notes == (
        "requests.csv: 'Birch & Cedar' is taken for 2 people, who are all in the meeting; --people with that "
        "name in it makes it one",
    )
    people = "name\nAmber\nBirch\nCedar\nDahl\nBirch & Cedar\n"
    Path("people.csv").write_text(people)
    assert "Birch & Cedar" in read(GROUP, people=Path("people.csv")).people
    lone = read("who,whom\nAmber,Birch & Cedr\nAmber,Birch\nSmith & Sons,Amber\n")
    assert lone.people == ("Amber", "Birch & Cedr", "Birch", "Smith & Sons")
    assert lone.notes == ("requests.csv: 'Birch & Cedr' is taken for one name; 'Cedr' is nowhere by itself",)


def test_nobody_is_twice_in_a_meeting() -> None:
    assert says(ALONG.replace("Cedar; Elm", "Amber"))[0].startswith(
        "requests.csv:2: column 'with': found 'Amber', who is in the meeting already"
    )
    assert "nobody meets himself" in says(GROUP.replace("m3,Birch,Dahl", "m3,Birch,Birch & Cedar"))[0]


@pytest.mark.parametrize("text", [GROUP, ALONG])
def test_what_changes_is_told_to_all(text: str) -> None:
    old = arrange(read(text, slots=2, tables=3))
    written = timetable_csv(old)
    header = next(csv.reader(io.StringIO(written.decode())))
    assert ("with" in header) is (text is ALONG)
    lists = read(text, slots=2, tables=3)
    same = rearrange(lists, read_published(written, lists))
    assert changes(same) == []
    assert timetable_csv(same) == written
    free = "who,1,2\nCedar,no,no\n"
    lists = read(text, slots=2, tables=3, availability=free)
    found = changes(rearrange(lists, read_published(written, lists)))
    gone = {each.person: each for each in found if each.what == "cancelled"}
    assert set(gone) == set(next(old.rows()).people)
    assert gone["Cedar"].partner.startswith("Amber & Birch")
    assert gone["Amber"].why.startswith("Cedar is away")
    rest = "".join(line + "\n" for line in text.splitlines() if not line.startswith("m1"))
    lists = read(rest, slots=2, tables=3)
    withdrawn = [
        each for each in changes(rearrange(lists, read_published(written, lists))) if each.what == "cancelled"
    ]
    assert {each.person for each in withdrawn} == set(next(old.rows()).people)


def test_once_and_offers_are_of_the_same_people() -> None:
    text = "who,whom,with,weight\nAmber,Birch,Cedar,3\nAmber,Birch,,2\nBirch,Cedar,Amber,1\n"
    lists = read(text, slots=3, tables=1, once=True)
    assert lists.twin.tolist() == [-1, -1, 0]
    assert arrange(lists).timetable.whole_value == 5


def test_a_name_of_signs_between_names_is_one_name() -> None:
    assert parts_of(";", {"", "Ann"}) == [";"]
    assert parts_of("Ann & Ben", {"Ann", "Ben"}) == ["Ann", "Ben"]
    assert parts_of("Ann & Co", {"Ann"}) == ["Ann & Co"]
