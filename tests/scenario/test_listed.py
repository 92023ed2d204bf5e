"""Names in lists: who is listed, who is drawn, and who can only be a slip of the pen."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

import sim
from sim.expo import build
from sim.scenario import assumed, load
from tests.scenario.conftest import Write, edited
from tests.scenario.test_errors import errors

HEADER = "name,chain,stage,country,area_m2,staff,pavilion\n"
FIRMS = "".join(f"Firm {i},machines,research,CN,20,4,\n" for i in range(8))

Listed = Callable[..., Path]


@pytest.fixture
def listed(small: str, write: Write) -> Listed:
    """A scenario with lists: their contents by name, edits of the scenario."""

    def writes(*edits: tuple[str, str], **lists: str) -> Path:
        names = ""
        for name, content in lists.items():
            write(f"{name}.csv", content)
            names += f'{name}_file = "{name}.csv"\n'
        without = (("count = 20\n", "\n"),) if "exhibitors" in lists else ()
        return write("fair.toml", names + edited(small, *without, *edits))

    return writes


def test_listed_booths_must_fit_into_their_halls(listed: Listed) -> None:
    path = listed(exhibitors=HEADER + FIRMS + "Large,parts,services,CN,2300,4,\n")
    assert errors(path) == [
        "fair.toml:16: venue.halls.north: booths of 2,560 m² net do not fit into 60 by 40 m = 2,400 m²"
    ]


def test_stands_may_touch_as_plans_are_rounded_and_not_lie_on_one_another(listed: Listed) -> None:
    rows = "name,hall,x_m,y_m,width_m,depth_m\nA,north,0,0,5,5\n"
    assert load(listed(exhibitors=rows + "B,north,2,4.96,5,5\n")).exhibitor_rows[1].name == "B"
    assert errors(listed(exhibitors=rows + "B,north,2,4.9,5,5\n")) == [
        "exhibitors.csv:3: column x_m: stands on the stand of 'A'"
    ]


def test_a_sponsor_of_which_no_kind_is_named_says_how_to_name_one(listed: Listed) -> None:
    rows = "name,sponsor\nA,gold\n"
    (line,) = errors(listed(exhibitors=rows))
    assert line == (
        "exhibitors.csv:2: column sponsor: found 'gold'; no kind of sponsor is named; "
        "exhibitors.sponsors = { gold = 1 } would do it"
    )


def test_numbers_that_a_file_contradicts_are_told(listed: Listed) -> None:
    edit = ("[exhibitors]", "[exhibitors]\nsponsors = { gold = 3, silver = 1 }\ndebuts = 2")
    rows = "name,sponsor,debut\nA,gold,yes\nB,gold,\nC,,\n"
    scenario = load(listed(edit, exhibitors=rows))
    told = [line for line in assumed(scenario.data, scenario.exhibitor_rows) if "so many" in line]
    assert [line.partition(";")[0] for line in told] == [
        "exhibitors.debuts: found 2",
        "exhibitors.sponsors.gold: found 3",
        "exhibitors.sponsors.silver: found 1",
    ]
    assert "names 2," in told[1]


def test_each_least_of_a_listed_exhibitor_that_is_more_than_a_most_of_its_own_is_told(listed: Listed) -> None:
    rows = "name,most,least,most_a_day,least_a_day\nA,2,3,1,2\nB,2,2,2,2\nC,2,,,3\nD,,9,,9\n"
    assert errors(listed(exhibitors=rows)) == [
        "exhibitors.csv:2: column least: found 3; allowed: at most its most, 2",
        "exhibitors.csv:2: column least_a_day: found 2; allowed: at most its most_a_day, 1",
        "exhibitors.csv:4: column least_a_day: found 3; allowed: at most its most, 2",
    ]


def test_a_least_of_a_listed_exhibitor_that_it_can_never_have_is_warned_of(listed: Listed) -> None:
    # 3 slots on each of two days; what a row says itself comes before its sponsor's, then all exhibitors'
    limits = "limits.exhibitors.most_meetings_each = 6\nlimits.gold.most_meetings_each = 4"
    edits = (
        ("tables = 5", f"tables = 5\n{limits}"),
        ("[exhibitors]", "[exhibitors]\nsponsors = { gold = 1 }"),
    )
    rows = "name,sponsor,most,least,least_a_day\nA,,,6,3\nB,gold,,5,\nC,,24,6,4\nD,,,7,\nE,,30,7,\n"
    found = load(listed(*edits, exhibitors=rows)).warnings
    assert [str(each) for each in found if "least" in each.path] == [
        "exhibitors.csv:3: column least: found 5; it can have at most "
        "main's limits.gold.most_meetings_each, 4 (3 such rows)",
        "exhibitors.csv:4: column least_a_day: found 4; main: no day has more than 3 slots",
    ]
    few = "name,most,least\nA,30,6\nB,30,7\n"
    assert [str(each) for each in load(listed(exhibitors=few)).warnings if "least" in each.path] == [
        "exhibitors.csv:3: column least: found 7; main: there are no more than 6 slots"
    ]


@pytest.mark.parametrize(
    ("setting", "rows", "says"),
    [
        # what says a most itself is told before how few slots there are
        (
            "limits.exhibitors.most_meetings_each = 6",
            ",7",
            "at most main's limits.exhibitors.most_meetings_each, 6",
        ),
        ("delegates = 2", ",13", "main: there are no more than 6 slots for 2 meetings at once"),
        ("delegates = 2", ",12", None),
        ("host_pavilion = 'hungary'", ",7", None),  # it takes no part
        (
            "host_pavilion = 'hungary'\nexhibitor_guest_share = 0.5",
            ",7",
            "main: there are no more than 6 slots",
        ),
        ("host_pavilion = 'hungary'", "hungary,7", "main: there are no more than 6 slots"),
    ],
)
def test_who_takes_part_and_how_often_at_once_says_what_can_be_had(
    setting: str, rows: str, says: str | None, listed: Listed
) -> None:
    path = listed(
        ("tables = 5", f"tables = 5\n{setting}"), exhibitors=f"name,pavilion,least\nA,{rows}\nB,hungary,\n"
    )
    found = [each.message for each in load(path).warnings if "least" in each.path]
    assert len(found) == (says is not None)
    assert all(each.endswith(str(says)) for each in found)


def test_no_more_sponsors_are_drawn_than_a_file_has_exhibitors(listed: Listed) -> None:
    edit = ("[exhibitors]", "[exhibitors]\nsponsors = { gold = 9 }")
    (line,) = errors(listed(edit, exhibitors="name\nA\nB\n"))
    assert "exhibitors.sponsors: found 9 in all; there are only 5 exhibitors" in line  # with three partners
    load(listed(edit, exhibitors="name,sponsor\nA,gold\nB,\n"))  # it is as the file says


def test_a_break_that_leaves_no_slot_is_named(listed: Listed) -> None:
    pause = "tables = 5\nbreak_from = 09:00:00\nbreak_to = 16:50:00"
    (line,) = errors(listed(("tables = 5", pause), ("window_slots = 3", "")))
    assert "not one slot fits into 09:00 to 17:00 but for the break, 09:00 to 16:50 on day 1" in line
    (line,) = errors(listed(("tables = 5", pause)))
    assert "need 80 minutes in one area; day 1 has 10, 09:00 to 17:00 but for the break" in line


def test_hours_of_a_hall_that_leave_none_are_both_named(listed: Listed) -> None:
    (line,) = errors(listed(("width_m = 60", "width_m = 60\nopens = 15:00:00\ncloses = 11:00:00")))
    assert "venue.halls.north.closes: found 11:00, and opens = 15:00; the hall would not be open" in line


def test_nobody_listed_is_called_as_somebody_drawn(listed: Listed) -> None:
    (line,) = errors(listed(exhibitors=HEADER + FIRMS + "Hungary 05,parts,services,HU,9,2,\n"))
    assert line.startswith(
        "exhibitors.csv:10: column name: found 'Hungary 05'; a company of this name is drawn"
    )
    load(listed(exhibitors=HEADER + FIRMS + "Hungary 06,parts,services,HU,9,2,\n"))
    load(listed(exhibitors=HEADER + FIRMS + "Hungary 05,parts,services,HU,9,2,hungary\n"))
    capital = (
        "[visitors.buyer]",
        '[pavilions.Hungary]\ncountry = "HU"\nhall = "north"\narea_m2 = 9\nstaff = 2\nexhibitors = 2\n\n'
        "[visitors.buyer]",
    )
    for name in ("Hungary 01", "hungary 05"):  # another is called so, so each by the name it has
        (line,) = errors(listed(capital, exhibitors=HEADER + FIRMS + f"{name},parts,services,HU,9,2,\n"))
        assert f"column name: found '{name}'; a company of this name is drawn" in line


def test_nobody_listed_is_called_as_a_visitor_is_or_as_a_party_of_another(listed: Listed) -> None:
    """Else a written timetable could not be read again: of whom is `buyer 52`?"""
    for name, said in (
        ("buyer 52", "visiting companies of visitors.buyer are called so"),
        ("buyer 52.2", "visiting companies of visitors.buyer are called so"),
        ("buyer 52 (3)", "visiting companies of visitors.buyer are called so"),
        ("Firm 3 (2)", "so a timetable calls party 2 of 'Firm 3'"),
    ):
        (line,) = errors(listed(exhibitors=HEADER + FIRMS + f"{name},parts,services,HU,9,2,\n"))
        assert line.startswith(f"exhibitors.csv:10: column name: found '{name}'; {said}")
    load(listed(exhibitors=HEADER + FIRMS + "Buyer 52 (2),parts,services,HU,9,2,\n"))


def test_hosts_are_listed_or_drawn(listed: Listed) -> None:
    rows = "title,kind,starts,room,host\n" + "".join(
        f"T{i},seminar,2025-05-21 {10 + i % 4}:00,stage,{host}\n"
        for i, host in enumerate(["Hungary 01", "Hungry 02", "Firm 3", "Frm 3"])
    )
    known = "there are: " + ", ".join(f"Firm {i}" for i in range(8))
    assert errors(listed(exhibitors=HEADER + FIRMS, programme=rows)) == [
        "programme.csv:3: column host: found 'Hungry 02'; there is no such exhibitor; "
        f"{known}; did you mean 'Hungary 02'?",
        "programme.csv:5: column host: found 'Frm 3'; there is no such exhibitor; "
        f"{known}; did you mean 'Firm 3'?",
    ]


def test_hosts_among_drawn_exhibitors_are_known_by_their_names(listed: Listed) -> None:
    rows = "title,kind,starts,room,host\nT,seminar,2025-05-21 11:00,stage,{}\n"
    build(load(listed(programme=rows.format("machines-001"))))
    (line,) = errors(listed(programme=rows.format("mahcines-002")))
    assert line == (
        "programme.csv:2: column host: found 'mahcines-002'; there is no such exhibitor; "
        "did you mean 'machines-002'?"
    )
    scenario = load(
        listed(programme=rows.format("machines-019"))
    )  # one may be drawn; which, only building says
    with pytest.raises(sim.ScenarioError) as caught:
        build(scenario)
    assert str(caught.value).startswith(
        "programme.csv:2: column host: found 'machines-019'; there is no such "
    )


def test_pairs_are_of_names_that_can_be_there(listed: Listed) -> None:
    rows = [
        "Firm 1,buyer 12,must",
        "buyer 3.2,Firm 2,veto",
        "Firm 3,Hungary 02,must",
        "Frim 4,buyer 12,must",
        "Firm 5,buyr 12,veto",
        "Gone Ltd,Firm 6,met",
        "Gone Ltd,Away Ltd,met",
    ]
    path = listed(exhibitors=HEADER + FIRMS, pairs="who,whom,rule\n" + "\n".join(rows))
    unknown = "there is no such exhibitor, and no visiting company is called so"
    assert errors(path) == [
        f"pairs.csv:5: column who: found 'Frim 4'; {unknown}; did you mean 'Firm 4'?",
        f"pairs.csv:6: column whom: found 'buyr 12'; {unknown}; did you mean 'buyer 1'?",
        f"pairs.csv:8: column who: found 'Gone Ltd'; {unknown}",
    ]


def test_names_that_nobody_can_have_are_told_where_exhibitors_are_drawn_too(small: str, write: Write) -> None:
    rows = ["machines-002,buyer 12,must", "mahcines-002,buyer 12,must", "parts-001,Gone Ltd,met", "A,B,met"]
    write("pairs.csv", "who,whom,rule\n" + "\n".join(rows) + "\n")
    unknown = "there is no such exhibitor, and no visiting company is called so"
    assert errors(write("small.toml", 'pairs_file = "pairs.csv"\n' + small)) == [
        f"pairs.csv:3: column who: found 'mahcines-002'; {unknown}; did you mean 'machines-002'?",
        f"pairs.csv:5: column who: found 'A'; {unknown}",
    ]


def test_mixing_shorter_than_a_round_is_refused_as_in_a_table(listed: Listed) -> None:
    rows = "title,kind,starts,room,mixing_minutes\nT,seminar,2025-05-21 11:00,stage,3\n"
    assert errors(listed(programme=rows)) == [
        "programme.csv:2: column mixing_minutes: found 3; a round of mixing takes 5"
    ]


def test_a_list_that_is_wrong_does_not_hide_what_else_is(listed: Listed) -> None:
    path = listed(("staff = 10", "staff = 4"), exhibitors=HEADER + FIRMS.replace("CN,20", "CN,much", 1))
    assert [line.split(": ")[1] for line in errors(path)] == ["column area_m2", "pavilions.hungary.staff"]


@pytest.mark.parametrize("mark", [";", "\t"])
def test_cells_may_be_separated_by_semicolons_and_tabs_too(listed: Listed, mark: str) -> None:
    commas = load(listed(exhibitors=HEADER + FIRMS))
    assert load(listed(exhibitors=(HEADER + FIRMS).replace(",", mark))) == commas


def test_a_list_replaces_an_inherited_number_of_exhibitors(listed: Listed, write: Write) -> None:
    path = listed()
    write("exhibitors.csv", HEADER + FIRMS)
    child = write("child.toml", f'extends = "{path}"\nexhibitors_file = "exhibitors.csv"\n')
    assert load(child).data.exhibitors.count == 8
    assert load(path, {"exhibitors_file": "exhibitors.csv"}).data.exhibitors.count == 8
    assert (
        load(write("quick.toml", child.read_text().replace("fair.toml", "fair.toml"))).hash
        == load(child).hash
    )
    own = write("own.toml", child.read_text() + "exhibitors.count = 9\n")
    (line,) = errors(own)
    assert (
        line == "own.toml:3: exhibitors.count: found 9; the exhibitors_file has 8 rows (it may be left out)"
    )


def test_a_control_character_in_a_cell_is_refused_and_a_line_break_is_a_space(listed: Listed) -> None:
    broken = FIRMS.replace("Firm 0", '"Firm\n0"')
    (line,) = errors(listed(exhibitors=HEADER + broken.replace("Firm 1", "Firm\x1b1")))
    assert line.startswith(r"exhibitors.csv:4: column name: found 'Firm\x1b1'; allowed: text without ")
    assert load(listed(exhibitors=HEADER + broken)).exhibitor_rows[0].name == "Firm 0"


@pytest.mark.parametrize(
    ("row", "says"),
    [
        (
            "machines-01,buyer 1",
            "who: found 'machines-01', and 'buyer 1' is no exhibitor either; one of the two must be; did "
            "you mean 'machines-001'?",
        ),
        ("byer 2,zzz", "whom: found 'zzz', and 'byer 2' is no exhibitor either; one of the two must be"),
        ("parts-001,parts-001", "whom: found 'parts-001', who asks; nobody meets himself"),
        ("Hungary 01,Birch", None),
        (
            "parts-002,Parts-001",
            "whom: found 'Parts-001'; there is no such exhibitor; did you mean 'parts-001'?",
        ),
    ],
)
def test_published_meetings_are_of_exhibitors_and_only_these_are_near_misses(
    row: str, says: str | None, small: str, write: Write
) -> None:
    write("plan.csv", f"who,whom,start\n{row},2025-05-20 10:00\n")
    path = write("fair.toml", edited(small, ("tables = 5", 'tables = 5\npublished = "plan.csv"')))
    if says is None:
        load(path)
    else:
        assert errors(path) == [f"plan.csv:2: column {says}"]


def test_a_workbook_whose_name_was_mistyped_is_a_near_miss(small: str, write: Write) -> None:
    write("plan.xlsx", "")
    path = write("fair.toml", edited(small, ("tables = 5", 'tables = 5\npublished = "plans.xlsx"')))
    assert errors(path) == [
        "fair.toml:74: matchmaking.main.published: found 'plans.xlsx'; there is no such file; did you mean "
        "'plan.xlsx'?"
    ]


def test_requests_that_wait_hold_no_slots_where_a_published_meeting_takes_several(
    small: str, write: Write
) -> None:
    write("plan.csv", "who,whom,start,end\nparts-001,Birch,2025-05-20 10:00,10:50\n")
    own = 'tables = 5\npublished = "plan.csv"\npending_blocks = true'
    (line,) = errors(write("fair.toml", edited(small, ("tables = 5", own))))
    assert line.startswith("fair.toml:75: matchmaking.main.pending_blocks: a request that waits would hold")


@pytest.mark.parametrize(
    ("own", "rows", "says"),
    [
        ("delegates = 2", "parts-001,Birch,2025-05-20 10:00,,\nparts-001,Ash,2025-05-20 10:00,,\n", ""),
        (
            "delegates = 2",
            "parts-001,Birch,2025-05-20 10:00,,\nparts-002,Birch,2025-05-20 10:00,,\n",
            "plan.csv:3: column whom: found 'Birch', who meets parts-001 at that time",
        ),
        ("areas = 2", "parts-001,Birch,2025-05-20 10:00,,6\n", ""),
        ("areas = 1", "parts-001 (2),Birch,2025-05-20 10:00,,\n", ""),
        (
            "areas = 2",
            "parts-001,Birch,2025-05-20 10:00,,11\n",
            "plan.csv:2: column table: found '11'; there is no such table of main; its tables are 1 to 10, "
            "or area/table, to 2/5",
        ),
        (
            "areas = 1",
            "parts-001,Birch,2025-05-22 00:00,,\n",
            "plan.csv:2: column start: found 2025-05-22 00:00; the expo is on 2025-05-20 to 2025-05-21",
        ),
        (
            "areas = 1",
            "parts-001,Birch,2025-05-20 10:00,10:50,1\nparts-002,Ash,2025-05-20 10:30,,1\n",
            "plan.csv:3: column table: found '1', at which parts-001 and Birch meet at that time",
        ),
        (
            'rounds = 2\nreplan = "least changes"',
            "parts-001,Birch,2025-05-20 10:00,,\n",
            "fair.toml:76: matchmaking.main.replan: found 'least changes'; with it the policy runs once and "
            "nothing is moved: not rounds = 2",
        ),
    ],
)
def test_nobody_and_no_table_is_published_twice_at_a_time(
    own: str, rows: str, says: str, small: str, write: Write
) -> None:
    write("plan.csv", "who,whom,start,end,table\n" + rows)
    path = write("fair.toml", edited(small, ("tables = 5", f'tables = 5\npublished = "plan.csv"\n{own}')))
    if says:
        assert errors(path) == [says]
    else:
        load(path)
