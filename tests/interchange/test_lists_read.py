"""Anyone's lists are read as they were meant, in whatever way they are written."""

from __future__ import annotations

import numpy as np
import pytest

from sim.interchange import ListError, arrange, read_lists
from sim.matchmaking import NO_LIMIT, UNSCHEDULED, solve
from tests.interchange.lists import GOOD, read, row

pytestmark = pytest.mark.usefixtures("here")


def test_requests_become_a_problem() -> None:
    text = (
        "id,who,whom,weight,wish_who,wish_whom,must,veto,slot,language,after\n"
        "a,Ann,Ben,2,1,,yes,no,2,hu,\n"
        "b,Cem,Ann,0,,0.5,,,,,a\n"
        ",Ben,Cem,1e-3,,,0,1,,zh,b\n"
    )
    lists = read(text, interpreters={"zh": 1, "hu": 3})
    problem = lists.problem
    assert lists.people == ("Ann", "Ben", "Cem")
    assert (problem.a.tolist(), problem.b.tolist()) == ([0, 2, 1], [1, 0, 2])
    assert problem.score.tolist() == [2, 0, 0.001]
    assert problem.wish_a.tolist() == [1, 0, 0.001]
    assert problem.wish_b.tolist() == [2, 0.5, 0.001]
    assert problem.must is not None
    assert problem.must.tolist() == [True, False, False]
    assert problem.veto is not None
    assert problem.veto.tolist() == [False, False, True]
    assert problem.fixed is not None
    assert problem.fixed.tolist() == [1, -1, -1]
    assert problem.pool is not None
    assert problem.pool.tolist() == [1, -1, 0]
    assert problem.interpreters is not None
    assert problem.interpreters.tolist() == [[1, 1], [3, 3]]
    assert problem.before is not None
    assert problem.before.tolist() == [[0, 1], [1, 2]]
    assert lists.notes == ()


def test_a_list_without_rules_is_a_plain_problem() -> None:
    problem = read().problem
    assert problem.plain
    assert problem.always
    assert problem.veto is None
    assert problem.tables.tolist() == [2, 2]
    assert problem.capacity.tolist() == [1] * 4
    assert (problem.most == NO_LIMIT).all()
    assert (problem.end - problem.start == 30 * 60_000).all()


@pytest.mark.parametrize(
    ("cells", "order"),
    [
        (["3", "1", "2"], [1, 2, 0]),
        (["2024-11-02", "2024-11-01 10:00", "2024-11-01"], [2, 1, 0]),
        (["2024-11-01T10:00+02:00", "2024-11-01T10:00+01:00", "2024-11-01T08:30Z"], [0, 2, 1]),
        (["", "5", "-1"], [2, 1, 0]),
        (["", "", ""], [0, 1, 2]),
        (["1e400", "2", "2"], [1, 2, 0]),
    ],
)
def test_arrivals_are_numbers_or_dates_and_the_empty_ones_last(cells: list[str], order: list[int]) -> None:
    text = "".join(f"Ann,{name},1,{cell}\n" for name, cell in zip("XYZ", cells, strict=True))
    assert read("who,whom,weight,arrival\n" + text).problem.in_order.tolist() == order


def test_limits_have_a_row_for_everybody_and_cells_for_some() -> None:
    limits = "who,delegates,most,least,in_row\n*,2,,1,3\nBen,,4,,\nAnn,0,,0,\n"
    problem = read(limits=limits).problem
    assert problem.capacity.tolist() == [0, 2, 2, 2]
    assert problem.most.tolist() == [NO_LIMIT, 4, NO_LIMIT, NO_LIMIT]
    assert problem.least.tolist() == [0, 1, 1, 1]
    assert problem.in_row is not None
    assert problem.in_row.tolist() == [3] * 4


def test_more_meetings_than_requests_are_not_asked_of_the_solver_but_remembered() -> None:
    lists = read(limits="who,least\nBen,900\n")
    assert lists.problem.least.tolist() == [0, 2, 0, 0]
    assert lists.least.tolist() == [0, 900, 0, 0]


def of(names: str, *rows: str) -> str:
    return "who," + names + "\n" + "\n".join(rows) + "\n"


@pytest.mark.parametrize(
    ("text", "available"),
    [
        (of("1,2", "Ben,yes,no"), [[1, 1], [1, 0], [1, 1], [1, 1]]),
        (of("2,1", "Ben,TRUE,0"), [[1, 1], [0, 1], [1, 1], [1, 1]]),
        (of("1,2", "Ben,yes,", "Cem,,1"), [[1, 1], [1, 0], [0, 1], [1, 1]]),
        (of("1,2", "Ben,no,", "Cem,,"), [[1, 1], [0, 1], [1, 1], [1, 1]]),
    ],
)
def test_availability_is_yes_or_no_and_an_empty_cell_what_is_not_written(
    text: str, available: list[list[int]]
) -> None:
    problem = read(availability=text).problem
    assert problem.available is not None
    assert problem.available.astype(int).tolist() == available


def test_an_availability_file_names_the_slots_if_nothing_else_does() -> None:
    lists = read(
        row("Ann,Ben,1,noon", "who,whom,weight,slot"),
        slots=None,
        availability="morning;Who;noon\nyes;Ben;no\n",
    )
    assert lists.slots.names == ("morning", "noon")
    assert lists.problem.fixed is not None
    assert lists.problem.fixed.tolist() == [1]
    assert lists.problem.available is not None
    assert lists.problem.available.tolist() == [[True, True], [True, False]]


def test_slots_of_a_file_are_put_in_order_of_time_with_their_tables() -> None:
    slots = (
        "slot,end,start,tables\nlate,2024-11-27T09:20,2024-11-27 09:00,3\n"
        "early,2024-11-26 10:30:00,2024-11-26 10:00,\nnoon,2024-11-26 12:30,2024-11-26 12:00,0\n"
    )
    lists = read(slots=slots)
    minute = 60_000
    assert lists.slots.names == ("early", "noon", "late")
    assert lists.problem.tables.tolist() == [2, 0, 3]
    assert (lists.problem.start // minute).tolist() == [600, 720, 1440 + 540]
    assert (lists.problem.end // minute).tolist() == [630, 750, 1440 + 560]
    assert lists.slots.shown_start[0] == "2024-11-26 10:00"  # as it was written


def test_slots_with_an_offset_are_of_the_day_there() -> None:
    slots = "slot,start,end\na,2024-11-26T06:00+08:00,2024-11-26T06:30+08:00\n"
    assert (read(slots=slots).problem.start // 60_000).tolist() == [360]


def test_numbered_slots_are_all_of_one_day() -> None:
    for count in (1, 48, 49, 2000):
        problem = read(slots=count).problem
        assert problem.end[-1] <= 24 * 60 * 60_000
        assert problem.follows.all()


STYLES: dict[str, bytes] = {
    "as written here": GOOD.encode(),
    "a byte order mark": b"\xef\xbb\xbf" + GOOD.encode(),
    "lines of Windows": GOOD.replace("\n", "\r\n").encode(),
    "lines of an old Mac": GOOD.replace("\n", "\r").encode(),
    "a European Excel": b"\xef\xbb\xbf" + GOOD.replace(",", ";").replace(".", ",").encode(),
    "a European Excel that says so": b"sep=;\r\n" + GOOD.replace(",", ";").replace(".", ",").encode(),
    "points among semicolons": GOOD.replace(",", ";").encode(),
    "Unicode text of Excel": GOOD.replace(",", "\t").encode("utf-16"),
    "blanks": GOOD.replace(",", " , ").replace("\n", " \n\n").encode(),
    "filled up by Excel": GOOD.replace("\n", ",,,\n").encode(),
    "capitals": GOOD.replace("who", "Who").replace("weight", "WEIGHT").encode(),
    "quotes": b'"who","whom","weight"\nAnn, "Ben","0.9"\n"Ann",Cem,0.4\nDan,"Ben",.7',
    "columns in another order": b"weight,whom,who\n0.9,Ben,Ann\n+4e-1,Cem,Ann\n0.70,Ben,Dan\n",
}


@pytest.mark.parametrize("style", STYLES)
def test_the_same_list_in_whatever_way_it_is_written(style: str) -> None:
    lists, plain = read(STYLES[style]), read()
    assert lists.people == plain.people
    for name in ("a", "b", "score"):
        np.testing.assert_array_equal(getattr(lists.problem, name), getattr(plain.problem, name))
    assert lists.notes == ()


def test_a_list_can_come_from_standard_input() -> None:
    assert read_lists(GOOD.encode(), slots=1, tables=1).people == ("Ann", "Ben", "Cem", "Dan")
    with pytest.raises(ListError, match=r"^<stdin>:2: column 'weight'"):
        read_lists(row("Ann,Ben,x").encode(), slots=1, tables=1)


def test_names_are_data() -> None:
    names = ['Kovács, "Béla" & Co', "中国石油", "=1+1", "O'Neil; sons", "two\nlines", "*", "None", "0"]
    rows = "".join('"{}","{}",1\n'.format("Ann", name.replace('"', '""')) for name in names)
    assert read("who,whom,weight\n" + rows).people == ("Ann", *names)


def test_composed_letters_are_the_same_as_single_ones() -> None:
    lists = read("who,whom,weight\nA\u0301ron,Ben,1\n\u00c1ron,Cem,1\n", limits="who,most\nA\u0301ron,1\n")
    assert lists.people == ("\u00c1ron", "Ben", "Cem")
    assert lists.problem.most[0] == 1


def test_what_may_not_be_meant_is_noted() -> None:
    text = "who,whom,weight\nAnn,Ben,1\nBen,Ann,2\nANN,Ben,3\nAnn,Ben,4\n"
    lists = read(text, interpreters={"hu": 1})
    assert lists.notes == (
        "requests.csv:3: 'Ben' and 'Ann' are asked for on line 2 too (2 such rows); each request is a "
        "meeting of its own, unless you say --once",
        "requests.csv: 'Ann' and 'ANN' are taken for two people",
        "--interpreters hu: no request needs them",
    )


def test_once_keeps_the_greatest_weight_of_two_people_but_a_must_meet_first() -> None:
    text = (
        "who,whom,weight,must,veto\nAnn,Ben,1,,\nBen,Ann,2,,\nAnn,Ben,2,,\nAnn,Ben,9,,yes\n"
        "Ann,Cem,5,,\nCem,Ann,1,yes,\nAnn,Dan,1,,\n"
    )
    lists = read(text, once=True)
    assert lists.twin.tolist() == [1, -1, 1, -1, 5, -1, -1]
    assert lists.problem.veto is not None
    assert lists.problem.veto.tolist() == [True, False, True, True, True, False, False]
    assert lists.problem.must is not None
    assert lists.problem.must.tolist() == [False] * 5 + [True, False]
    assert lists.notes == ()
    assert read(text).problem.veto is not None


def test_offers_are_alternatives_and_an_order_holds_for_whichever_is_held() -> None:
    text = (
        "id,who,whom,weight,slot,after,one_of\na,Ann,Ben,1,1,,\nb,Ben,Ann,2,2,,\nc,Ann,Cem,1,,a,x\n"
        "d,Dan,Cem,1,,,x\ne,Ann,Ben,1,2,a,\n"
    )
    lists = read(text, once=True)
    assert lists.twin.tolist() == [-1, -1, -1, -1, 1]  # as late as the second, and worth less
    assert lists.problem.alternatives is not None
    assert lists.problem.alternatives.tolist() == [0, 0, 2, 2, -1]
    assert lists.problem.before is not None
    assert sorted(map(tuple, lists.problem.before.tolist())) == [(0, 2), (0, 3), (1, 2), (1, 3)]
    assert lists.notes == (
        "requests.csv:6: comes after another offer of the same meeting, of which one is held at most: "
        "that order has no effect",
    )
    alone = read(text).problem
    assert alone.alternatives is not None
    assert alone.alternatives.tolist() == [-1, -1, 2, 2, -1]


def test_once_loses_neither_a_time_that_was_offered_nor_an_order() -> None:
    offers = "who,whom,weight,slot\nAgent,Buyer,1,1\nAgent,Buyer,1,3\nAgent,Other,3,1\n"
    assert solve(read(offers, slots=3, once=True).problem, "optimal").value == 4
    must = "who,whom,weight,slot,must\nAgent,Buyer,1,1,\nAgent,Buyer,1,3,\nAgent,Other,1,1,yes\n"
    assert solve(read(must, slots=3, once=True).problem, "optimal").slot.tolist() == [-1, 2, 0]
    deal = "id,who,whom,weight,after\nintro,Ash,Birch,1,\nagain,Birch,Ash,2,\ndeal,Ash,Cedar,1,intro\n"
    made = solve(read(deal, slots=2, once=True).problem, "optimal")
    assert made.slot.tolist() == [-1, 0, 1]
    late = read(deal, slots=2, once=True, availability="who,1,2\nAsh,1,1\nBirch,0,1\nCedar,1,1\n")
    assert solve(late.problem, "optimal").slot.tolist() == [-1, 1, -1]


TWO_DAYS = (
    "slot,start,end\nMon 1,2026-05-11 12:00,2026-05-11 12:30\nMon 2,2026-05-11 12:30,2026-05-11 13:00\n"
    "Tue 1,2026-05-12 09:00,2026-05-12 09:30\nTue 2,2026-05-12 12:45,2026-05-12 13:30\n"
)


def test_limits_by_day_lunch_and_what_is_kept_for_walk_ins() -> None:
    limits = (
        "who,most_a_day,least_a_day,days,lunch,keep_free\nAnn,1,,1,12:00-13:00,\n*,,1,,,1\n"
        "Ben,2,0,,Mon 1 | Tue 1,0\n"
    )
    problem = read(GOOD, slots=TWO_DAYS, limits=limits).problem  # of Ann, Ben, Cem, Dan
    assert problem.most_a_day is not None
    assert problem.most_a_day.tolist() == [1, 2, NO_LIMIT, NO_LIMIT]
    assert problem.least_a_day is not None
    assert problem.least_a_day.tolist() == [1, 0, 1, 1]
    assert problem.most_days is not None
    assert problem.most_days.tolist() == [1, NO_LIMIT, NO_LIMIT, NO_LIMIT]
    assert problem.spans is not None
    assert problem.keep is not None
    kept = [
        {tuple(np.flatnonzero(problem.spans[s]).tolist()): count for s, count in enumerate(row) if count}
        for row in problem.keep.tolist()
    ]
    # Tuesday's second slot ends after one, and is lunch as well
    monday: dict[tuple[int, ...], int] = {(0, 1): 1}
    tuesday: dict[tuple[int, ...], int] = {(2, 3): 1}
    assert kept == [
        {**monday, (3,): 1, **tuesday},
        {(0,): 1, (2,): 1},
        {**monday, **tuesday},
        {**monday, **tuesday},
    ]


def test_minutes_are_slots_and_the_end_is_that_of_the_last() -> None:
    asked = "who,whom,weight,minutes\nPanel,Student 1,1,60\nPanel,Student 2,1,30\nPanel,Student 3,1,\n"
    lists = read(asked, slots=3, tables=1, limits="who,rest\n*,10\nPanel,0\n")
    assert lists.problem.length is not None
    assert lists.problem.length.tolist() == [2, 1, 1]
    assert lists.problem.rest is not None
    assert lists.problem.rest.tolist() == [0, *[600_000] * 3]
    made = solve(lists.problem, "optimal")
    assert made.value == 2
    assert made.slot[0] in (UNSCHEDULED, 0, 1)
    slots = TWO_DAYS.replace("Tue 1,2026-05-12 09:00,2026-05-12 09:30\n", "")
    row = next(arrange(read(asked, slots=slots, tables=1)).rows())
    assert (row.slot, row.start, row.end) == ("Mon 1", "2026-05-11 12:00", "2026-05-11 13:00")
    assert read(asked.replace("60", "30"), slots=3).problem.length is None


def test_nobody_is_at_two_places_in_slots_without_a_pause_to_walk() -> None:
    asked = "who,whom,weight,place\nStudent,Booth A,1,Hall 1\nStudent,Booth B,1,Hall 9\n"
    for slots, walk, meetings in ((3, 5, 2), (2, 5, 1), (2, 0, 2)):
        made = solve(read(asked, slots=slots, walk=walk).problem, "optimal")
        assert made.meetings == meetings
        assert walk == 0 or slots == 2 or sorted(made.slot.tolist()) == [0, 2]
    assert read(asked).notes == ("requests.csv: places are told, and no --walk MINUTES between them",)


def test_hosts_keep_their_tables() -> None:
    asked = "who,whom,weight\nBusy,Host 1,1\nBusy,Host 2,1\nBusy,Host 3,1\nOther,Host 1,1\nOther,Host 2,1\n"
    limits = "who,place\nHost 1,1\nHost 2,2\nHost 3,3\n"
    for policy in ("optimal", "greedy"):
        made = solve(read(asked, slots=3, tables=3, limits=limits).problem, policy)
        assert made.table.tolist() == [0, 1, 2, 0, 1]


def test_one_a_day_a_lunch_and_one_day_only() -> None:
    monday = "2026-05-11"
    slots = (
        f"slot,start,end\nMon 1,{monday} 09:00,{monday} 09:30\nMon 2,{monday} 09:30,{monday} 10:00\n"
        "Tue 1,2026-05-12 09:00,2026-05-12 09:30\n"
    )
    asked = "who,whom,weight\nStudent,Ash,3\nStudent,Birch,2\nStudent,Cedar,1\n"
    free = "who,Mon 1,Mon 2,Tue 1\nAsh,yes,yes,no\nBirch,yes,yes,no\nCedar,yes,yes,yes\n"
    limits = "who,most,most_a_day\nStudent,2,1\n"
    made = solve(read(asked, slots=slots, availability=free, limits=limits).problem, "optimal")
    assert (made.value, made.bound) == (4, 4)
    slots = "slot,start,end\n" + "".join(
        f"{a},{monday} {a},{monday} {b}\n"
        for a, b in (("11:30", "12:00"), ("12:00", "12:30"), ("12:30", "13:00"), ("13:00", "13:30"))
    )
    asked = "who,whom,weight\n" + "".join(f"Panel,S{i},1\n" for i in range(1, 5))
    free = (
        "who,11:30,12:00,12:30,13:00\nS1,yes,no,no,yes\nS2,no,yes,no,no\nS3,no,yes,no,no\nS4,yes,no,no,yes\n"
    )
    for lunch in ("12:00-13:00", "12:00 | 12:30"):
        limits = f"who,lunch\nPanel,{lunch}\n"
        made = solve(read(asked, slots=slots, availability=free, limits=limits).problem, "optimal")
        assert (made.value, made.bound) == (3, 3)
    asked = "who,whom,weight\nParent,One,1\nParent,Two,1\n"
    free = "who,Mon 1,Mon 2,Tue 1,Tue 2\nOne,yes,no,no,yes\nTwo,no,no,yes,no\n"
    made = solve(
        read(asked, slots=TWO_DAYS, availability=free, limits="who,days\nParent,1\n").problem, "optimal"
    )
    assert made.slot.tolist() == [3, 2]


def test_a_name_that_was_written_as_no_formula_is_read_as_what_it_was() -> None:
    lists = read(
        "who,whom,weight\n'=Ann,''+Ben,1\n'Cem,=Ann,2\n",
        limits="who,most\n'=Ann,1\n",
        availability="who,'-1st,2\n''+Ben,no,yes\n",
        slots=None,
    )
    assert lists.people == ("=Ann", "'+Ben", "'Cem")
    assert lists.slots.names == ("-1st", "2")
    assert lists.problem.most.tolist() == [1, NO_LIMIT, NO_LIMIT]


def test_what_is_unknown_can_be_ignored_and_is_noted() -> None:
    lists = read(
        row("Ann,Ben,1,a@b.c", "who,whom,weight,email"),
        limits=row("Ann,2\nBem,3", "who,delegates"),
        availability=row("Cem,1,0\nDan,1,0\nEve,1,0\nFay,1,0", "who,1,2"),
        ignore_unknown=True,
    )
    assert lists.problem.capacity.tolist() == [2, 1]
    assert lists.notes == (
        "availability.csv: 4 rows of people who are in no request: 'Cem', 'Dan', 'Eve', ...",
        "limits.csv: 1 row of people who are in no request: 'Bem'",
        "requests.csv: columns that are not used: 'email'",
    )


@pytest.mark.parametrize(("column", "first", "second"), [("minutes", "60", "30"), ("language", "fr", "")])
def test_with_once_an_offer_does_not_count_for_one_that_is_bound_to_less(
    column: str, first: str, second: str
) -> None:
    asked = f"who,whom,weight,{column}\nAnn,Ben,3,{{}}\nAnn,Ben,2,{{}}\n"
    assert read(asked.format(first, second), interpreters={"fr": 1}, once=True).twin.tolist() == [-1, -1]
    assert read(asked.format(first, first), interpreters={"fr": 1}, once=True).twin.tolist() == [-1, 0]


HOURS = "slot,start,end\n" + "".join(
    f"{n},2026-05-12 {n // 2 + 11:02}:{30 * (n % 2):02},2026-05-12 {n // 2 + 12:02}:{30 * (n % 2):02}\n"
    for n in (1, 3, 5)
)


def test_a_slot_that_reaches_into_lunch_is_one_of_its_slots_and_one_that_ends_then_is_not() -> None:
    # slots from 11:30, 12:30 and 13:30, of an hour each
    kept = read(slots=HOURS, limits="who,lunch\nAnn,12:00-13:00\nBen,12:30-13:30\n").problem.spans
    assert kept is not None
    assert kept.tolist() == [[True, True, False], [False, True, False]]


def test_a_meeting_takes_as_many_slots_as_it_has_begun() -> None:
    length = read("who,whom,minutes\nAnn,Ben,60\nAnn,Cem,61\nBen,Cem,120\n", slots=HOURS).problem.length
    assert length is not None
    assert length.tolist() == [1, 2, 2]


def test_the_pauses_between_its_slots_are_of_a_meetings_time() -> None:
    # two slots of 20 minutes with 10 between are 50 minutes from begin to end
    hours = (("09:00", "09:20"), ("09:30", "09:50"), ("10:00", "10:20"), ("10:45", "11:05"))
    slots = "slot,start,end\n" + "".join(
        f"{t},2026-05-11 {start},2026-05-11 {end}\n" for t, (start, end) in enumerate(hours)
    )
    asked = "who,whom,minutes\nAnn,Ben,20\nAnn,Cem,21\nBen,Cem,50\nBen,Dan,51\nDan,Ann,5\n"
    length = read(asked, slots=slots, tables=1).problem.length
    assert length is not None
    assert length.tolist() == [1, 2, 2, 3, 1]


def test_a_limit_in_a_row_may_bind_where_any_slots_that_adjoin_have_tables() -> None:
    def noted(tables: str) -> bool:
        slots = "slot,tables\n" + "".join(f"{t},{each}\n" for t, each in enumerate(tables))
        notes = read(slots=slots, tables=None, limits="who,in_row\nAnn,1\n").notes
        return any("in_row 1 of 'Ann' can never bind" in note for note in notes)

    assert [noted(tables) for tables in ("0011", "1100", "0101")] == [False, False, True]


def test_offers_of_one_name_are_not_noted_as_asked_for_twice() -> None:
    asked = "who,whom,one_of\nAnn,Ben,{0}\nBen,Ann,{0}\n"
    assert [
        any("too (1 such row)" in note for note in read(asked.format(name)).notes) for name in ("", "o")
    ] == [
        True,
        False,
    ]
