"""Fairs that can be run and could not be built are warned of, with what is wanted and what there is."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from click.testing import CliRunner

import sim
from sim.cli import exposim
from sim.expo import build
from sim.scenario import load, shipped
from tests.scenario.conftest import Write, edited

TABLES = ("tables = 5", "tables = 2000")
# edits of small.toml (20 exhibitors, 1,000 m² of booths, one hall, 60 by 40 m) and what is said, by hand
DOUBTS: dict[str, tuple[list[tuple[str, str]], str, tuple[str, ...]]] = {
    "booths smaller than two people at a table": (
        [("gross_area_m2 = 2000", "gross_area_m2 = 280"), ("area_m2 = 100", "area_m2 = 100")],
        "venue.gross_area_m2",
        ("2.2 m² for each of 18 booths", "need 2.8"),  # (280 / 2 - 100) / 18
    ),
    "a pavilion of many on little": (
        [("area_m2 = 100", "area_m2 = 12")],
        "pavilions.hungary.area_m2",
        ("12 m² for 5 companies",),
    ),
    "2,000 tables in 2,400 m²": (
        [TABLES],
        "venue.halls.north",
        # 2,000 × 2.8 + (2 × 40 + 200) × 0.65 + 1,000
        (
            "holds 6,782 m² on a floor of 2,400",
            "2,000 matchmaking tables 5,600 m²",
            "280 seats in rooms 182 m²",
        ),
    ),
    "seats for more than the hall": (
        [("seats = 200", "seats = 2500")],
        "venue.halls.north",
        ("2,580 seats in rooms 1,677 m²",),
    ),
    "more staff than can stand": (
        [("count = 20", "count = 20\nmean_area_m2 = 9\nmean_staff = 20")],
        "exhibitors.mean_staff",
        ("found 20 on 9 m²", "0.46"),  # 9.2 m² standing
    ),
    "a pavilion of more staff than can stand": (
        [("staff = 10", "staff = 220")],
        "pavilions.hungary.staff",
        ("found 220 on 100 m²",),  # 101.2
    ),
    "a limit that limits nothing": (
        [("width_m = 60", "width_m = 60\nmax_people = 5218")],
        "venue.halls.north.max_people",
        ("5,218 people on 2,400 m²",),  # 2,400.3 m² standing
    ),
    "halls on one another": (
        [
            (
                "[venue.gates.main]",
                "[venue.halls.south]\nx_m = 50\nwidth_m = 60\ndepth_m = 10\n\n[venue.gates.main]",
            )
        ],
        "venue.halls.south",
        ("lies on the hall 'north', 10 by 10 m of it",),
    ),
    "a room outside its hall": (
        [("seats = 200", "seats = 200\nat_m = [70, 10]")],
        "venue.rooms.stage.at_m",
        ("found (70, 10)", "from (0, 0) to (60, 40)"),
    ),
    "visitors on one another": (
        # the mean stay, 216 minutes, of 780 that both days have
        [("visits = 400", "visits = 3200"), ("lanes = 3", "lanes = 9")],
        "visitors",
        ("886 visitors at a time", "2,400 m²", "2.7 m² each"),
    ),
    "a gate for fewer": (
        # 8 + 5 hours less twice half an hour of last admission, for 400 × 350 s
        [("mean = 8, cv = 0.5", "mean = 350, cv = 0.5")],
        "venue.gates.main.lanes",
        ("found 3", "400 checks of 350 s take 39 lane-hours", "36 in all"),
    ),
    "a sponsor promised more than there are slots": (
        [
            ("[exhibitors]", "[exhibitors]\nsponsors = { gold = 1 }"),
            ("tables = 5", "tables = 5\npromises = { gold = 7 }"),
        ],
        "matchmaking.main.promises.gold",
        ("found 7; a sponsor can hold 6 in 6 slots",),  # a window of three slots on each of two days
    ),
    "sponsors promised more than there are tables": (
        [
            ("[exhibitors]", "[exhibitors]\nsponsors = { gold = 6 }"),
            ("tables = 5", "tables = 5\npromises = { gold = 6 }"),
        ],
        "matchmaking.main.promises",
        ("36 meetings are promised in all; the tables have 30 slots",),
    ),
}


@pytest.mark.parametrize("name", DOUBTS)
def test_what_could_hardly_be_built_is_warned_of_with_the_reason(name: str, small: str, write: Write) -> None:
    edits, path, parts = DOUBTS[name]
    (warning,) = load(write("small.toml", edited(small, *edits))).warnings
    assert warning.path == path
    assert all(part in warning.message for part in parts), warning.message


@pytest.mark.parametrize(
    ("areas", "says"),
    [
        ((900, 1200), "found 2,000; the booths in the exhibitors_file take 2,100 m²"),
        # 2,000 / 2 less a pavilion of 100 and a booth of 896: 4 for two
        ((896, None, None), "leaves 2 m² for each of 2 booths whose areas are drawn"),
        ((896, None), None),
        ((900, None), None),  # no room is left: the others are like those listed
    ],
)
def test_listed_booths_are_measured_too(
    areas: tuple[float | None, ...], says: str | None, small: str, write: Write
) -> None:
    rows = "".join(f"Firm {i},{'' if area is None else area}\n" for i, area in enumerate(areas))
    write("e.csv", f"name,area_m2\n{rows}")
    path = write("small.toml", 'exhibitors_file = "e.csv"\n' + edited(small, ("count = 20\n", "\n")))
    found = [w.message for w in load(path).warnings if w.path == "venue.gross_area_m2"]
    assert bool(found) == (says is not None)
    assert says is None or says in found[0]


@pytest.mark.parametrize(
    ("hall", "to", "says"),
    [
        # the doors close at 17:00 on the first day, at 14:00 on the second
        (
            "closes = 13:00:00",
            "to = 16:00:00",
            "found 16:00; the hall 'north' closes at 13:00, and slots end",
        ),
        ("", "to = 18:00:00", "found 18:00; the expo closes at 17:00, and slots end then"),
        ("", "to = 16:00:00", None),  # on the second day they end sooner, as everything does
    ],
)
def test_slots_that_would_go_on_in_a_closed_hall_are_spoken_of(
    hall: str, to: str, says: str | None, small: str, write: Write
) -> None:
    edits = (("width_m = 60", f"width_m = 60\n{hall}"), ("tables = 5", f"tables = 5\n{to}"))
    found = [
        w.message for w in load(write("small.toml", edited(small, *edits))).warnings if w.path.endswith(".to")
    ]
    assert [says is not None and message.startswith(says) for message in found] == [True] * (says is not None)


def test_slots_promised_are_counted_without_the_break_and_closed_hours(small: str, write: Write) -> None:
    """Ten slots of half an hour from 10:00 on the first day, less two at lunch; the second is left out."""
    edits = (
        ("[exhibitors]", "[exhibitors]\nsponsors = { gold = 1 }"),
        (
            "tables = 5",
            "tables = 5\nfrom = 10:00:00\nto = 15:00:00\nbreak_from = 12:00:00\nbreak_to = 13:00:00\n"
            "promises = { gold = 9 }",
        ),
        ("windows = [1, 1]", "windows = [1, 0]"),
        ("window_slots = 3\n", ""),
    )
    (warning,) = load(write("small.toml", edited(small, *edits))).warnings
    assert warning.message == "found 9; a sponsor can hold 8 in 8 slots"


GOLD = ("[exhibitors]", "[exhibitors]\nsponsors = { gold = 6 }")
# edits of small.toml, and what is said of them: a path and a part of the message each, by hand
MEASURED: dict[str, tuple[list[tuple[str, str]], list[tuple[str, str]]]] = {
    "a gate checks its share of the people": (
        # 100 of 400 for 350 s are 10 of its 36 lane-hours
        [("mean = 8, cv = 0.5 }", "mean = 350, cv = 0.5 }\n[venue.gates.side]\nshare = 3")],
        [],
    ),
    "tables of all areas stand on the floor": (
        [("tables = 5", "tables = 1000\nareas = 2")],
        [("venue.halls.north", "2,000 matchmaking tables 5,600 m²")],
    ),
    "who meets at booths needs no tables": (
        [("tables = 5", 'tables = 2000\nlocation = "booth"')],
        [],
    ),
    "nobody stays longer than a day is": (
        # 390 minutes of the 780 that both days have
        [("visits = 400", "visits = 3200\nstay_minutes = 1000"), ("lanes = 3", "lanes = 9")],
        [("visitors", "1,600 visitors at a time")],
    ),
    "each delegate of a sponsor holds a meeting a slot": (
        [GOLD, ("tables = 5", "tables = 9\ndelegates = 2\npromises = { gold = 7 }")],
        [],  # of 12; 42 in all, at 9 tables
    ),
    "windows side by side are the same slots": (
        [
            GOLD,
            ("tables = 5", "tables = 5\nareas = 2\npromises = { gold = 7 }"),
            ("windows = [1, 1]", "windows = [2, 2]"),
        ],
        [("matchmaking.main.promises.gold", "a sponsor can hold 6 in 6 slots")],
    ),
    "meetings at booths may be more than the tables have slots": (
        [GOLD, ("tables = 5", 'tables = 5\nlocation = "booth"\npromises = { gold = 6 }')],
        [],
    ),
    "who says when slots end on a date knows it of the others": (
        [
            ("tables = 5", "tables = 5\nto = 18:00:00"),
            ("[shocks.rain]", "[matchmaking.main.hours.2025-05-21]\ncloses = 13:00:00\n[shocks.rain]"),
        ],
        [],
    ),
    "of a booth in which nobody can stand its staff is not spoken of": (
        [("count = 20", "count = 20\nmean_area_m2 = 2\nmean_staff = 20")],
        [("exhibitors.mean_area_m2", "2 m² for each of 18 booths")],
    ),
    "the first is through the quickest gate": (
        [
            ("cv = 0.5 }", "cv = 0.5 }\n[venue.gates.side]\nshare = 0.01\ncheck_seconds = 1800"),
            ("2025-05-20T10:00:00", "2025-05-20T09:20:00"),
        ],
        [],
    ),
    "on a day that opens later nobody is there either": (
        # 11:00, 8 s at the gate, 10 minutes' margin
        [("closes = 14:00:00", "opens = 11:00:00\ncloses = 14:00:00")],
        [("programme.seminars.from", "nobody is ready before 11:11")],
    ),
}


@pytest.mark.parametrize("name", MEASURED)
def test_what_is_said_is_what_was_measured(name: str, small: str, write: Write) -> None:
    edits, says = MEASURED[name]
    found = load(write("small.toml", edited(small, *edits))).warnings
    assert [each.path for each in found] == [path for path, _ in says]
    assert all(part in each.message for each, (_, part) in zip(found, says, strict=True)), found


def test_promises_to_sponsors_in_a_file_are_counted_there(small: str, write: Write) -> None:
    write("e.csv", "name,sponsor\n" + "".join(f"Firm {i},{'gold' if i < 6 else ''}\n" for i in range(9)))
    edits = (
        ("count = 20\n", "\n"),
        ("[exhibitors]", "[exhibitors]\nsponsors = { gold = 1 }"),
        ("tables = 5", "tables = 5\npromises = { gold = 6 }"),
    )
    path = write("small.toml", 'exhibitors_file = "e.csv"\n' + edited(small, *edits))
    assert ["36 meetings are promised" in w.message for w in load(path).warnings] == [True]


def test_just_enough_is_no_warning(small: str, write: Write) -> None:
    enough = (("width_m = 60", "width_m = 60\nmax_people = 5217"), ("mean = 8, cv", "mean = 320, cv"))
    assert not load(write("small.toml", edited(small, *enough))).warnings


def test_shipped_fairs_are_warned_of_nothing() -> None:
    assert [(each.name, load(each.name).warnings) for each in shipped()] == [(e.name, ()) for e in shipped()]


@pytest.mark.parametrize("command", [["check"], ["run", "-q", "-n", "1", "-w", "1"]])
def test_check_and_run_say_so_and_go_on(command: list[str], small: str, write: Write) -> None:
    path = write("small.toml", edited(small, TABLES))
    done = CliRunner().invoke(exposim, [command[0], str(path), *command[1:]])
    assert done.exit_code == 0, done.output
    assert "small.toml:15: warning: venue.halls.north: holds 6,782 m² on a floor of 2,400" in done.stderr
    assert "warning" not in done.stdout


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        # ready: doors 09:00, 8 s at the gate, 10 minutes' margin; seats are held until 5 minutes before
        ({"programme.opening.starts": dt.datetime(2025, 5, 20, 9, 15)}, "expected until 09:10"),
        ({"programme.opening.starts": dt.datetime(2025, 5, 20, 9, 16)}, None),
        (
            {"programme.opening.starts": dt.datetime(2025, 5, 20, 9, 10), "programme.opening.registered": 0},
            "people come until 09:10, and nobody is ready before 09:11",
        ),
        (
            {"programme.opening.starts": dt.datetime(2025, 5, 20, 9, 11), "programme.opening.registered": 0},
            None,
        ),
        ({"programme.seminars.from": dt.time(9)}, "expected until 08:55"),
        (
            {"programme.seminars.from": dt.time(9), "behaviour.margin_minutes": 0, "expo.opens": dt.time(8)},
            None,
        ),
    ],
)
def test_an_activity_that_nobody_can_be_at_is_warned_of(changes: dict[str, Any], says: str | None) -> None:
    told = [each for each in map(str, load("quickstart", changes).warnings) if "nobody can be there" in each]
    assert len(told) == (says is not None)
    assert says is None or says in told[0]


@pytest.mark.parametrize(("minute", "warned"), [(15, True), (20, False)])
def test_the_warning_agrees_with_the_build(minute: int, warned: bool) -> None:
    """Of a crowd at the doors nobody registers for what is warned of, and some for what begins later."""
    crowd = {
        "programme.opening.starts": dt.datetime(2025, 5, 20, 9, minute),
        "visitors.professional.visits": 9000,
        "venue.gates.south.check_seconds": 1,
        "venue.gates.south.y_m": -1,
        "venue.gates.south.x_m": 20,
        "visitors.professional.arrival_shares": {9: 1},
    }
    scenario = load("quickstart", crowd)
    assert any("nobody can be there" in str(each) for each in scenario.warnings) == warned
    expo = build(scenario)
    cut = [n for path, n in zip(expo.shortfalls.path, expo.shortfalls.done, strict=True) if "opening" in path]
    assert (cut == [0]) == warned


SHORT = {"from": dt.time(9), "slot_minutes": 4, "buffer_minutes": 1, "tolerance_minutes": 2}
EMPTY: dict[str, tuple[dict[str, Any], str | None]] = {
    # ready: doors 09:00, 8 s at the gate, 10 minutes' margin
    "at the doors": (
        {"from": dt.time(9)},
        "main.from: the first slot begins at 09:00, before a visitor can be there (the doors, the check at "
        "the gate and behaviour.margin_minutes): visitors meet nobody then; to use all slots, let from be "
        "09:15 or later",
    ),
    "before the doors": ({"from": dt.time(8)}, "the first slot begins at 09:00"),
    "in the margin": ({"from": dt.time(9, 10)}, "the first slot begins at 09:10"),
    "after it": ({"from": dt.time(9, 11)}, None),
    "several": (
        SHORT,
        "the first 3 slots begin at 09:00",
    ),
    "as many as there are": (
        {
            "from": dt.time(9),
            "slot_minutes": 4,
            "buffer_minutes": 1,
            "tolerance_minutes": 2,
            "window_slots": 2,
        },
        "the first 2 slots begin at 09:00",
    ),
    "all the day's hours": (
        {"from": None, "to": None, "slot_minutes": 20, "buffer_minutes": 0},
        "main: the first slot begins at 09:00",
    ),
    "in the middle of them": ({"from": None, "to": None, "window_slots": 4}, None),
    "after a break": (
        {"from": dt.time(9), "break_from": dt.time(9), "break_to": dt.time(9, 15)},
        None,
    ),
    "up to a break": (
        {"from": dt.time(9), "break_from": dt.time(9, 20), "break_to": dt.time(9, 30)},
        "the first slot begins at 09:00",
    ),
    "as soon as somebody can be there": (
        {"from": dt.time(9, 11), "../venue.gates.south.check_seconds": 60},
        None,
    ),
    "all the day's hours but ten minutes": (
        {"from": None, "to": None},
        "first slot begins at 09:05",
    ),
    "as many as there are, up to a break": (
        SHORT | {"window_slots": 2, "break_from": dt.time(9, 30), "break_to": dt.time(9, 40)},
        "the first 2 slots begin at 09:00",
    ),
    "later on a day of other hours": (
        {
            "from": dt.time(9),
            "windows": [1, 1],
            "../expo.days": 2,
            "../expo.hours": {"2025-05-21": {"opens": dt.time(10)}},
            "../programme.seminars.per_day": [8, 0],
            "../programme.exchange.per_day": [3, 0],
        },
        "let from be 10:15 or later",
    ),
    "on no day": ({"from": dt.time(9), "windows": [0]}, None),
}


@pytest.mark.parametrize("name", EMPTY)
def test_slots_before_anybody_can_be_there_are_warned_of(name: str) -> None:
    changes, says = EMPTY[name]
    paths = {f"matchmaking.main.{key}".removeprefix("matchmaking.main.../"): v for key, v in changes.items()}
    found = load("quickstart", paths).warnings
    told = [each for each in map(str, found) if "before a visitor can be there" in each]
    assert len(told) == (says is not None)
    assert says is None or says in told[0]


@pytest.mark.parametrize(
    ("begins", "first", "warned"),
    [(dt.time(9, 10), 10, True), (dt.time(9, 15), 15, False), (None, 5, True)],
)
def test_slots_that_are_warned_of_are_empty_and_others_not(
    begins: dt.time | None, first: int, warned: bool
) -> None:
    changes = {"matchmaking.main.from": begins, "matchmaking.main.requests": 1200}
    changes |= {"matchmaking.main.to": None} if begins is None else {}
    scenario = load("quickstart", changes)
    assert any("before a visitor can be there" in str(each) for each in scenario.warnings) == warned
    expo = build(scenario)
    start = int(expo.programme.window_start[0])
    assert start == (9 * 60 + first) * 60_000
    assert ((expo.floor.meetings.start == start).sum() == 0) == warned


def test_the_opening_of_quickstart_has_an_audience(quickstart: sim.Result) -> None:
    for result in (quickstart, *(sim.run("quickstart", replication=replication) for replication in (1, 2))):
        table = result.sessions
        (opening,) = table[table["rule"] == "opening"].to_dict("records")
        assert opening["held"]
        assert opening["audience"] >= 8  # of 12 to 28 invited four in five come


@pytest.mark.parametrize(("most", "says"), [(7, None), (8, "found 8; no day has more than 8 slots")])
def test_a_limit_in_a_row_that_no_day_could_exceed_is_warned_of(
    most: int, says: str | None, small: str, write: Write
) -> None:
    # 10 to 14 and 15 to 17, in slots of half an hour: eight before the break
    limit = f"most_in_row = {most}\nslot_minutes = 30\nbuffer_minutes = 0\nfrom = 10:00:00\nto = 17:00:00"
    edits = [("tables = 5", f"tables = 5\n{limit}\nbreak_from = 14:00:00\nbreak_to = 15:00:00")]
    found = load(write("small.toml", edited(small, *edits))).warnings
    told = [each.message for each in found if each.path.endswith("most_in_row")]
    assert [says is not None and each.startswith(says) for each in told] == [True] * (says is not None)


NEVER = {
    # a slot each half hour from 10 to 16, without a break: 12 on each of two days
    "most_a_day = 13": ("most_a_day", "found 13; no day has more than 12 slots: it never binds"),
    "most_a_day = 12\nlimits.buyer = { most_a_day = 12 }\ndelegates = 2": (
        "limits.buyer.most_a_day",
        "found 12; no day has more than 12 slots: it never binds",
    ),
    "most_days = 2": ("most_days", "found 2; there are slots on 2 days: it never binds"),
    "least_a_day = 13": ("least_a_day", "found 13; no day has more than 12 slots"),
    # and to 14 on the second
    "least_meetings_each = 21": ("least_meetings_each", "found 21; there are no more than 20 slots"),
    "least_meetings_each = 20": ("", None),
    "keep_free = 12": ("keep_free", "found 12; no day has more than 12 slots: nobody has a meeting"),
    "rest_minutes = 10": (
        "rest_minutes",
        "found 10; buffer_minutes is 10, as long or longer: it never binds",
    ),
    "rest_minutes = 321": (
        "rest_minutes",
        "found 321; a day's slots lie within 360 minutes: nobody has two meetings a day",
    ),
    "lunch_from = 16:30:00\nlunch_to = 17:00:00": (
        "lunch_from",
        "found 16:30 to 17:00, when there is no slot: slots are from 10:00 to 15:50",
    ),
    "lunch_from = 12:00:00\nlunch_to = 13:00:00\nlunch_slots = 2": (
        "lunch_slots",
        "found 2; nobody meets in all 2 slots of 12:00 to 13:00: break_from and break_to say the same of the "
        "tables",
    ),
    "lunch_from = 12:00:00\nlunch_to = 13:00:00\nmost_a_day = 11\nmost_days = 1\nrest_minutes = 11": (
        "",
        None,
    ),
    "tables_kept = 5\nrest_minutes = 320": ("", None),
    "limits.buyer.most_in_row = 12": (
        "limits.buyer.most_in_row",
        "found 12; no day has more than 12 on end: it never binds",
    ),
    "areas = 2\nmost_a_day = 13": ("most_a_day", "found 13; no day has more than 12 slots: it never binds"),
}


@pytest.mark.parametrize("limits", NEVER)
def test_limits_that_never_bind_or_let_nobody_meet_are_warned_of(
    limits: str, small: str, write: Write
) -> None:
    key, says = NEVER[limits]
    slots = "slot_minutes = 20\nbuffer_minutes = 10\nfrom = 10:00:00\nto = 16:00:00"
    edits = [("window_slots = 3\n", ""), ("tables = 5", f"tables = 5\n{slots}\n{limits}")]
    found = load(write("small.toml", edited(small, *edits))).warnings
    told = {
        each.path.removeprefix("matchmaking.main."): each.message
        for each in found
        if each.path.startswith("matchmaking.main.")
    }
    assert told == ({} if says is None else {key: says})


def test_a_lunch_amid_windows_one_after_the_other_is_not_warned_of(small: str, write: Write) -> None:
    lunch = "lunch_from = 12:00:00\nlunch_to = 13:00:00"
    edits = [("window_slots = 3\n", ""), ("windows = [1, 1]", f"windows = [2, 2]\n{lunch}")]
    found = load(write("small.toml", edited(small, *edits))).warnings
    assert [each.path for each in found if "lunch" in each.path] == []
