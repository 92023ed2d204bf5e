"""Once some days are over: who was where, who is asked again, who is told; or a line of what is wrong."""

from __future__ import annotations

from typing import Any

import pytest

from sim.interchange import (
    Arranged,
    ListError,
    as_json,
    begin,
    changes,
    read_lists,
    read_published,
    replan,
    summary,
)

REQUESTS = "who,whom,weight\nAnn,Xia,5\nAnn,Yan,4\nBen,Xia,3\nBen,Yan,2\nCem,Xia,2\n"
SLOTS = (
    "slot,start,end,tables\nA,2024-11-26 10:00,2024-11-26 10:30,2\nB,2024-11-26 10:30,2024-11-26 11:00,2\n"
    "C,2024-11-27 10:00,2024-11-27 10:30,2\nD,2024-11-27 10:30,2024-11-27 11:00,2\n"
)
# Tuesday: Ann meets Xia in A and Yan in B, Ben Yan in A. Wednesday: Ben meets Xia in C; Cem asked later
PUBLISHED = "who,whom,slot,table\nAnn,Xia,A,1\nBen,Yan,A,2\nAnn,Yan,B,1\nBen,Xia,C,1\n"


def again(
    happened: str | None, *, requests: str = REQUESTS, published: str = PUBLISHED, **given: Any
) -> Arranged:
    lists = read_lists(requests.encode(), slots=SLOTS.encode())
    before = read_published(published.encode(), lists)
    options = {"since": "2024-11-27", "published": "published.csv"} | given
    since = options.pop("since")
    return replan(begin(lists, before, None if happened is None else happened.encode(), since, **options))


def slots_of(made: Arranged) -> dict[tuple[str, str], str | None]:
    return {(each.who, each.whom): each.slot for each in made.rows()}


def says(happened: str, **given: Any) -> list[str]:
    with pytest.raises(ListError) as caught:
        again(happened, **given)
    return str(caught.value).splitlines()


def test_what_was_held_stands_and_what_was_not_gets_the_room_that_is_left() -> None:
    made = again("who,whom,held,missing,why\nXia,Ann,no,Xia,flight\nAnn,Yan,yes,,\n")
    # by hand: Xia has C with Ben and D free, where Ann's 5 are worth more than Cem's 2
    assert slots_of(made) == {
        ("Ann", "Xia"): "D",
        ("Ann", "Yan"): "B",
        ("Ben", "Xia"): "C",
        ("Ben", "Yan"): "A",
        ("Cem", "Xia"): None,
    }
    told = [(each.person, each.partner, each.what, each.old_slot, each.new_slot) for each in changes(made)]
    assert told == [("Ann", "Xia", "again", "A", "D"), ("Xia", "Ann", "again", "A", "D")]
    assert summary(made).startswith(
        "Of 4 meetings published, 2 were held, 1 not; of the 1 left 1 stays, 0 move, 0\n"
        "are cancelled; 1 of the 1 gets a new slot.\n"
    )
    past = as_json(made)["past"]
    assert (past["held"], past["taken_as_held"], past["from"]) == (2, 1, "C")
    assert past["not_held"] == [
        {"line": 2, "who": "Ann", "whom": "Xia", "slot": "A", "missing": ["Xia"], "why": "flight"}
    ]


def test_who_is_said_to_be_missing_twice_is_missing_once() -> None:
    made = again("who,whom,held,missing\nAnn,Xia,no,Xia; Xia\n")
    assert as_json(made)["past"]["not_held"][0]["missing"] == ["Xia"]
    three = "who,whom,with\nAnn,Xia,Yan\n"
    met = "who,whom,with,slot\nAnn,Xia,Yan,A\n"
    held = again("who,whom,held,missing\nAnn,Xia,yes,Yan;Yan\n", requests=three, published=met)
    assert slots_of(held) == {("Ann", "Xia"): "A"}  # the other two were there


def test_a_meeting_that_was_not_held_is_not_asked_for_again_if_that_is_said() -> None:
    made = again("who,whom,held\nAnn,Xia,no\n", again=False)
    assert slots_of(made)["Ann", "Xia"] is None
    assert slots_of(made)["Cem", "Xia"] == "D"  # which is new, in the room that is left
    assert made.reason(0) == "it was not held, and is not asked for again"
    assert [each.what for each in changes(made)] == ["new", "new"]


def test_who_came_to_none_of_two_meetings_is_gone_and_his_time_is_for_others() -> None:
    published = PUBLISHED.replace("Ben,Xia,C", "Ann,Cem,C")
    requests = REQUESTS + "Ann,Cem,1\n"
    happened = "who,whom,held,missing\nAnn,Xia,no,Ann\nAnn,Yan,no,Ann\n"
    made = again(happened, published=published, requests=requests)
    assert made.begun is not None
    assert made.begun.gone == ("Ann",)
    left = slots_of(made)
    assert [left[pair] for pair in left if "Ann" in pair] == [None] * 3
    assert {left["Ben", "Xia"], left["Cem", "Xia"]} == {"C", "D"}
    assert [(each.person, each.what, each.why) for each in changes(made) if each.what == "cancelled"] == [
        ("Ann", "cancelled", "Ann is away"),
        ("Cem", "cancelled", "Ann is away"),
    ]
    stays = again(happened, published=published, requests=requests, never_came="stay")
    assert slots_of(stays)["Ann", "Cem"] == "C"
    assert slots_of(stays)["Ann", "Yan"] == "D"  # 4, with 3 and 2 of Xia's, are more than 5 with 3
    once = again("who,whom,held,missing\nAnn,Xia,no,Ann\n", published=published, requests=requests)
    assert once.begun is not None
    assert once.begun.gone == ()  # he was there in B


def test_who_is_said_to_be_gone_has_no_meeting_left_and_those_that_were_stand() -> None:
    made = again(None, gone=["Xia"])
    assert slots_of(made)["Ben", "Xia"] is None
    assert slots_of(made)["Ann", "Xia"] == "A"
    assert [each.what for each in changes(made)] == ["cancelled", "cancelled"]
    reasons = {(each.who, each.whom): each.reason for each in made.rows()}
    assert reasons["Ben", "Xia"] == reasons["Cem", "Xia"] == "one of them is gone"
    assert reasons["Ann", "Xia"] is None  # which was held before
    assert made.reasons()["one of them is gone"] == 2
    price = made.timetable.delegate_worth
    assert price is not None
    assert price[made.lists.people.index("Xia")] == 0


def test_what_was_held_is_never_told_whatever_the_lists_say_since() -> None:
    fewer = REQUESTS.replace("Ann,Xia,5\n", "")  # a request that was met is in the lists no more
    made = again(None, requests=fewer)
    assert changes(again(None, requests=fewer, gone=["Cem"])) == []
    assert [each.what for each in changes(made)] == ["new", "new"]  # Cem and Xia
    assert "1 published meeting before --from: no request asks any more" in made.begun.publication.notes[-1]  # type: ignore[union-attr]


def test_the_days_left_begin_at_a_slot_a_moment_or_a_date() -> None:
    happened = "who,whom,held\nAnn,Yan,no\n"
    for since in ("C", "2024-11-27", "2024-11-27 10:00", "2024-11-26 12:00"):
        assert slots_of(again(happened, since=since))["Ann", "Yan"] in ("C", "D")
    early = again(happened, since="B")  # in which it was published, so that nothing has become of it
    assert slots_of(early)["Ann", "Yan"] == "B"
    assert early.begun is not None
    assert early.begun.past.notes[0].endswith("1 row of meetings that are not before --from passed over")


def test_every_row_that_is_wrong_is_told_with_its_line() -> None:
    happened = (
        "who,whom,slot,held,missing\nXia,Anm,,no,\nAnn,Yan,,maybe,\nAnn,Xia,,no,Yan\nAnn,Xia,,no,\n"
        "Ben,Yan,B,no,\nBen,Yan,A,yes,Ben\n"
    )
    assert says(happened) == [
        "<stdin>:2: column 'whom': found 'Anm'; no meeting of 'Xia' and 'Anm' before --from was published; "
        "did you mean 'Ann'?",
        "<stdin>:3: column 'held': found 'maybe'; allowed: yes or no (or 1 or 0)",
        "<stdin>:4: column 'missing': found 'Yan'; who is not in the meeting; did you mean 'Ann'?",
        "<stdin>:5: column 'who': found 'Ann'; line 4 says already what became of this meeting",
        "<stdin>:6: column 'slot': found 'B'; 'Ben' and 'Yan' were to meet in 'A'",
        "<stdin>:7: column 'missing': found 'Ben', and the meeting was held",
    ]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (
            {"since": "E"},
            "--from: found 'E'; allowed: the name of a slot, or a moment such as 2024-11-28 09:00",
        ),
        ({"since": "2024-12-01"}, "--from: found '2024-12-01'; the last slot starts at 2024-11-27 10:30"),
        (
            {"since": "2024-11-27 09:00+01:00"},
            "--from: found '2024-11-27 09:00+01:00'; the slots have no offset from UTC",
        ),
        (
            {"gone": ["Xie"]},
            "--gone: found 'Xie'; nobody of that name is in the requests; did you mean 'Xia'?",
        ),
        (
            {"published": PUBLISHED.replace("Ann,Xia,A", "Ann,Xia,Z")},
            "published.csv:2: column 'slot': found 'Z', which is none of the slots, so that nobody can "
            "say whether it was before --from",
        ),
    ],
)
def test_what_cannot_be_meant_is_told_in_a_line(given: dict[str, Any], said: str) -> None:
    if "published" in given:
        lists = read_lists(REQUESTS.encode(), slots=SLOTS.encode())
        before = read_published(given["published"].encode(), lists)
        with pytest.raises(ListError) as caught:
            begin(lists, before, None, "C", published="published.csv")
        assert str(caught.value) == said
    else:
        assert says("who,whom,held\nAnn,Xia,no\n", **given) == [said]


def test_a_rule_that_what_was_held_breaks_is_named() -> None:
    # Ann met in A and in B; now she may have no two meetings in a row
    lists = read_lists(REQUESTS.encode(), slots=SLOTS.encode(), limits=b"who,in_row\nAnn,1\n")
    before = read_published(PUBLISHED.encode(), lists)
    with pytest.raises(ListError, match=r"published:\d: 'Ann' and '...' met in '.', which a rule of"):
        replan(begin(lists, before, None, "C"))
