"""Availability as polls and spans, and times as people write them, become the slots that were meant."""

from __future__ import annotations

import pytest

from tests.interchange.lists import SLOTS, held, read, row, says

pytestmark = pytest.mark.usefixtures("here")

# polls

POLLS = {
    "from and to": (
        'Our poll,,,\n"Which half hour suits you?",,,\n'
        'from,"Mon, Jul 5, 2021 9:00 AM","Mon, Jul 5, 2021 9:30 AM","Mon, Jul 5, 2021 10:00 AM"\n'
        'to,"Mon, Jul 5, 2021 9:30 AM","Mon, Jul 5, 2021 10:00 AM","Mon, Jul 5, 2021 10:30 AM"\n'
    ),
    "starts": 'who,"Mon, Jul 5, 2021 9:00 AM","Mon, Jul 5, 2021 9:30 AM","Mon, Jul 5, 2021 10:00 AM"\n',
    "month, day, time": "Poll,,,\n,July 2021,,\n,Mon 5,,\n"
    ",9:00 AM – 9:30 AM,9:30 AM – 10:00 AM,10:00 AM – 10:30 AM\n",
}
ANSWERS = "Jules,✔,❌,✔\nPatty,✔,❌,\nDana,❌,✔,❔\n"
PAIRS = row("Jules,Patty,1\nJules,Dana,1")


@pytest.mark.parametrize("header", POLLS)
def test_a_poll_in_each_form_of_its_header(header: str) -> None:
    poll = POLLS[header] + ANSWERS
    lists = read(PAIRS, slots=None, tables=1, availability=poll)
    first = lists.slots.names[0]
    assert lists.slots.shown_start == ("2021-07-05 09:00", "2021-07-05 09:30", "2021-07-05 10:00")
    assert lists.slots.shown_end == ("2021-07-05 09:30", "2021-07-05 10:00", "2021-07-05 10:30")
    assert held(lists) == {("Jules", "Patty"): first, ("Jules", "Dana"): None}
    said = str(lists.read[1])
    assert "availability.csv: a poll of 3 slots and 3 rows" in said
    assert (
        "1 cell of 'if need be' taken for no (--if-need-be yes counts them); 1 empty cell taken for no"
        in said
    )
    lists = read(PAIRS, slots=None, tables=1, availability=poll, if_need_be=True)
    assert held(lists)["Jules", "Dana"] == lists.slots.names[2]


def test_marks_and_times_without_a_date() -> None:
    marks = "who,9:00,9:30,10:00\nJules,x,,x\nPatty,x,,\nDana,,x,x\n"
    lists = read(PAIRS, slots=None, tables=1, availability=marks)
    assert held(lists) == {("Jules", "Patty"): "9:00", ("Jules", "Dana"): "10:00"}
    assert lists.slots.shown_end[0] == "09:30"


def test_a_poll_of_the_slots_of_a_file() -> None:
    poll = "Count,3,2,1,0\nwho,12 May 2026 11:00,12 May 2026 12:00,12:30,13:00\nAnn,OK,,,(x)\nCount,1,0,0,0\n"
    lists = read(slots=SLOTS, availability=poll.split("\n", 1)[1])
    assert lists.problem.available is not None
    assert lists.problem.available[0].tolist() == [True, False, False, False]
    assert "1 row below the header passed over (3: 'Count')" in str(lists.read[2])
    wrong = "who,12 May 2026 11:00,12:00,12:30,14:00\nAnn,OK,,,\n"
    assert says(slots=SLOTS, availability=wrong) == [
        "availability.csv:1: column '14:00': there is no slot that starts then",
    ]


@pytest.mark.parametrize(
    ("columns", "starts", "ends"),
    [
        # west of Greenwich, as ISO 8601 has it: each slot lasts to the next
        (
            ("2021-07-05T09:00-05:00", "2021-07-05T09:30:00-05:00"),
            ("09:00-05:00", "09:30-05:00"),
            "10:00-05:00",
        ),
        # a span, as people write it
        (("2021-07-05 9:00-9:30", "2021-07-05 9:30-10:00"), ("09:00", "09:30"), "10:00"),
    ],
)
def test_a_hyphen_behind_a_time_is_a_span_or_an_offset(
    columns: tuple[str, ...], starts: tuple[str, ...], ends: str
) -> None:
    poll = f"who,{','.join(columns)}\nAnn,x,x\nBen,x,x\n"
    slots = read(row("Ann,Ben,1"), slots=None, tables=1, availability=poll).slots
    assert slots.names == columns
    assert slots.shown_start == tuple(f"2021-07-05 {each}" for each in starts)
    assert slots.shown_end[-1] == f"2021-07-05 {ends}"


def test_an_x_beside_a_tick_may_be_a_cross_and_is_refused() -> None:
    assert says(availability=row("Ann,✓,x", "who,1,2")) == [
        "availability.csv:2: column '2': found 'x', which beside ✓ may mean yes or no; write yes or no"
    ]
    assert says(row("Ann,Ben,1,x\nAnn,Cem,1,✔", "who,whom,weight,must"))[0].endswith("write yes or no")


def test_polls_that_cannot_be_meant() -> None:
    for header, message in {
        "who,12 May 2026 9:00 - 10:00,12 May 2026 9:30 - 10:30": "column '12 May 2026 9:30 - 10:30': starts "
        "when slot '12 May 2026 9:00 - 10:00' has not ended",
        "who,12 May 2026 9:00 - 9:00": "column '12 May 2026 9:00 - 9:00': does not end after it starts",
        "who,12 May 2026 9:00,10:00": "some of its times have a date, others have none",
        "who,9:00,9:00": "column '9:00': stands twice in the header",
        "who,2026-05-12 9:00Z,2026-05-12 10:00": "some of its times have an offset from UTC, others have "
        "none",
    }.items():
        cells = "x" + ",x" * (header.count(",") - 1)
        assert says(slots=None, availability=row(f"Ann,{cells}", header)) == [
            f"availability.csv:1: {message}"
        ]


# spans


def spans(text: str, header: str = "who,from,to", slots: str = SLOTS) -> dict[str, list[int]]:
    lists = read(availability=row(text, header), slots=slots)
    available = lists.problem.available
    assert available is not None
    return {name: available[i].astype(int).tolist() for i, name in enumerate(lists.people)}


def test_somebody_is_there_in_the_slots_that_lie_wholly_within_his_spans() -> None:
    free = (
        "Ann,2026-05-12 10:45,2026-05-12 12:00\nBen,12:00,13:00\nCem,12.5.2026 11:00,12:15\nCem,12:15,12:30"
    )
    assert spans(free) == {"Ann": [1, 0, 0, 0], "Ben": [0, 1, 1, 0], "Cem": [1, 0, 0, 0], "Dan": [1, 1, 1, 1]}
    adjoining = "Ann,2026-05-12 11:00,2026-05-12 12:10\nAnn,2026-05-12 12:10,2026-05-12 12:30"
    assert spans(adjoining)["Ann"] == [1, 1, 0, 0]
    assert spans("Ben,11:00,11:30", "Who,Von,bis")["Ben"] == [1, 0, 0, 0]


def test_spans_of_a_zone_are_compared_by_the_instant() -> None:
    slots = row("a,2026-05-12T11:00+02:00,2026-05-12T11:30+02:00", "slot,start,end")
    assert spans("Ann,2026-05-12T09:00Z,2026-05-12T09:30Z", slots=slots)["Ann"] == [1]
    assert says(slots=slots, availability=row("Ann,2026-05-12 9:00,2026-05-12 9:30", "who,from,to")) == [
        "availability.csv:2: column 'from': found '2026-05-12 9:00'; of an offset from UTC: the slots have"
    ]


def test_spans_that_cannot_be_meant_and_those_in_vain() -> None:
    text = "Ann,12:00,11:00\nBen,soon,12:00\n,11:00,12:00\nCem,,12:00\nDan,11:00,2026-05-12 12:00"
    rule = "allowed: a date and a time such as 2024-11-26 10:00, or a time"
    assert says(slots=SLOTS, availability=row(text, "who,from,to")) == [
        "availability.csv:2: column 'to': found '11:00', which is not after the start",
        f"availability.csv:3: column 'from': found 'soon'; {rule}",
        "availability.csv:4: column 'who': found an empty cell; allowed: a name",
        f"availability.csv:5: column 'from': found an empty cell; {rule}",
        "availability.csv:6: column 'from': found '11:00'; the other end has a date",
    ]
    assert says(availability=row("Ann,11:00,12:00", "who,from,to")) == [
        "availability.csv: has spans, and nobody says when slots start and end: see --slots-file"
    ]
    assert says(slots=None, availability=row("Ann,11:00,12:00", "who,from,to")) == [
        "availability.csv: has spans, so the slots need a list of their own: see --slots-file"
    ]
    lists = read(slots=SLOTS, availability=row("Ann,10:00,11:10", "who,from,to"))
    assert str(lists.read[2]) == (
        "availability.csv: 1 span of 1 people, who are away outside them; in 1 span no slot lies wholly "
        "(line 2)"
    )


def test_a_span_that_ends_in_another_clock_than_it_starts_is_refused() -> None:
    assert says(slots=SLOTS, availability=row("Ann,2026-05-12 11:00Z,2026-05-12 24:00", "who,from,to")) == [
        "availability.csv:2: column 'from': found '2026-05-12 11:00Z'; of an offset from UTC: the slots have "
        "none"
    ]


def test_a_poll_until_midnight() -> None:
    poll = row("Ann,x,x", "who,12 May 2026 9:00 PM - 10:00 PM,12 May 2026 23:00 - 24:00")
    lists = read(row("Ann,Ben,1"), slots=None, tables=1, availability=poll)
    assert lists.slots.shown_end == ("2026-05-12 22:00", "2026-05-13 00:00")


# slots


@pytest.mark.parametrize(
    ("start", "end", "shown"),
    [
        ("10:00", "10:30", ("10:00", "10:30")),
        ("2026-05-12 23:30", "2026-05-12 24:00", ("2026-05-12 23:30", "2026-05-13 00:00")),
        ("12.05.2026 10:00", "10:30", ("2026-05-12 10:00", "2026-05-12 10:30")),
        ("Tue 12/05/2026 10:00", "12/05/2026 10:30", ("2026-05-12 10:00", "2026-05-12 10:30")),
    ],
)
def test_slots_have_times_in_the_common_forms(start: str, end: str, shown: tuple[str, str]) -> None:
    lists = read(slots=row(f"A,{start},{end}", "slot,start,end"))
    assert (lists.slots.shown_start[0], lists.slots.shown_end[0]) == shown
    assert lists.problem.end[0] - lists.problem.start[0] == 30 * 60_000


def test_a_slot_is_asked_for_by_its_name_or_by_its_start() -> None:
    slots = row("A,2026-05-12 09:00,2026-05-12 09:30\nB,2026-05-12 10:00,2026-05-12 10:30", "slot,start,end")
    assert read(row("Ann,Ben,1,10:00\nAnn,Cem,1,A", "who,whom,weight,slot"), slots=slots).requests.slot == (
        1,
        0,
    )


def test_a_start_at_which_two_slots_begin_names_none() -> None:
    days = SLOTS.replace("13:00,2026-05-12 13:00,2026-05-12 13:30", "next,2026-05-13 11:00,2026-05-13 11:30")
    asked = "who,whom,weight,slot\nAnn,Ben,1,{}\n"
    days = days.replace("11:00,2026", "first,2026", 1)
    assert says(asked.format("11:00"), slots=days)[0].startswith(
        "requests.csv:2: column 'slot': found '11:00'; there is no such slot"
    )
    assert read(asked.format("12:30"), slots=days).requests.slot == (2,)


def test_a_date_of_which_nothing_tells_the_order_is_an_error() -> None:
    assert says(slots=row("A,12/05/2026 10:00,12/05/2026 10:30", "slot,start,end")) == [
        "slots.csv:2: column 'start': found '12/05/2026 10:00', which may be 12 May or 5 December, and no "
        "other date tells; write 2026-05-12 or 2026-12-05"
    ]
