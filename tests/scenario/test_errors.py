"""Every kind of bad scenario gets its message, with file and line, all at once."""

from __future__ import annotations

import pickle
import tomllib
from itertools import combinations
from pathlib import Path
from random import Random

import pytest

from sim.scenario import Fault, ScenarioError, load
from tests.scenario.conftest import Write, edited

BAD = tomllib.loads(Path(__file__).with_name("bad_scenarios.toml").read_text("utf-8"))


def errors(*arguments: object) -> list[str]:
    with pytest.raises(ScenarioError) as caught:
        load(*arguments)  # type: ignore[arg-type]
    return str(caught.value).splitlines()


@pytest.mark.parametrize("name", BAD)
def test_a_bad_scenario_gets_its_message(name: str, small: str, write: Write) -> None:
    assert errors(write("small.toml", edited(small, *BAD[name]["edits"]))) == BAD[name]["says"]


def test_there_are_thirty_kinds_and_more() -> None:
    assert len(BAD) >= 30
    assert len({tuple(bad["says"]) for bad in BAD.values()}) == len(BAD)


@pytest.mark.parametrize(("number", "fits"), [(12, True), (13, False)])
def test_rooms_hold_what_fills_them_to_the_last_minute(
    small: str, write: Write, number: int, fits: bool
) -> None:
    # two rooms from 9:30 to 17:00 are 900 minutes: 20 seminars of 45
    each = "talk_minutes = 45\nmixing_minutes = 0\nchangeover_minutes = 0\nfrom = 09:30:00\n"
    more = f'[programme.more]\nkind = "seminar"\nper_day = [{number}, 4]\nrooms = ["seminar"]\n{each}'
    path = write(
        "small.toml",
        edited(small, ("from = 09:30:00\n", each), ("[matchmaking.main]", f"{more}\n[matchmaking.main]")),
    )
    if fits:
        assert load(path).data.programme["more"].per_day == (12, 4)
    else:
        assert "on day 1 more, seminars need 15.8 room-hours together" in errors(path)[0]


def test_an_empty_file_says_how_to_start(write: Write) -> None:
    assert errors(write("empty.toml", "# nothing\n")) == [
        "empty.toml:1: the file is empty; `exposim new` writes a scenario to start from"
    ]


def test_a_file_that_is_not_text_is_said_to_be_so(write: Write) -> None:
    path = write("latin.toml", "")
    path.write_bytes('[expo]\ntitle = "Exposição"\n'.encode("latin-1"))
    assert errors(path) == ["latin.toml:2: is not UTF-8 text: found the byte 0xe7"]


def test_a_byte_order_mark_is_no_error(small: str, write: Write) -> None:
    assert load(write("small.toml", "\ufeff" + small)).data.expo.days == 2


def test_windows_line_ends_keep_the_lines(small: str, write: Write) -> None:
    path = write("small.toml", "")
    path.write_bytes(edited(small, ("lanes = 3", "lanes = 0")).replace("\n", "\r\n").encode())
    assert errors(path)[0].startswith("small.toml:20: venue.gates.main.lanes: ")


def test_a_directory_is_no_scenario(tmp_path: Path) -> None:
    assert errors(tmp_path) == [f"{tmp_path}: is a directory, not a scenario file"]


def test_a_missing_file_is_named_with_the_nearest_there(small: str, write: Write) -> None:
    write("spring.toml", small)
    assert errors("sprng.toml") == ["sprng.toml: there is no such file; did you mean 'spring.toml'?"]
    for near in ("spring.tmol", "spring.txt", "sprng"):
        (line,) = errors(near)
        assert line.endswith("; did you mean 'spring.toml'?")


def test_an_unknown_name_lists_those_shipped() -> None:
    (line,) = errors("quikstart")
    assert line.startswith("quikstart: there is no scenario of this name and no such file; shipped are: ")
    assert line.endswith("; did you mean 'quickstart'?")


def test_deep_nesting_is_an_error_of_the_file(write: Write) -> None:
    assert errors(write("deep.toml", "a = " + "[" * 5000 + "]" * 5000)) == [
        "deep.toml:1: is nested too deeply"
    ]


def test_a_number_of_thousands_of_digits_is_an_error_of_the_file(small: str, write: Write) -> None:
    path = write("small.toml", edited(small, ("lanes = 3", "lanes = 0x" + "f" * 5000)))
    (line,) = errors(path)
    assert line.startswith("small.toml:20: venue.gates.main.lanes: found a number of thousands of digits")
    path = write("small.toml", edited(small, ("lanes = 3", "lanes = " + "9" * 5000)))
    assert len(errors(path)) == 1


def test_problems_say_file_line_and_path_apart_too(small: str, write: Write) -> None:
    with pytest.raises(ScenarioError) as caught:
        load(write("small.toml", edited(small, ("lanes = 3", "lanes = 0"))))
    (problem,) = caught.value.problems
    assert (problem.file, problem.line, problem.path) == ("small.toml", 20, "venue.gates.main.lanes")


def test_the_error_survives_the_way_from_a_worker() -> None:
    error = ScenarioError([Fault("a.toml", 3, "expo.days", "found 0")])
    again = pickle.loads(pickle.dumps(error))
    assert (str(again), again.problems) == (str(error), error.problems)


def test_an_error_in_one_table_does_not_hide_that_of_another(small: str, write: Write) -> None:
    edits = (
        ('kind = "buyer"\n', "\n"),  # a required key: the whole table cannot be read
        ('rooms = ["seminar"]', 'rooms = ["seminars"]'),
        ("windows = [1, 1]", "windows = [1, 1, 1]"),
    )
    lines = errors(write("small.toml", edited(small, *edits)))
    assert [line.split(": ")[1] for line in lines] == [
        "visitors.buyer.kind",
        "programme.seminars.rooms.0",
        "matchmaking.main.windows",
    ]


def test_what_depends_on_an_error_is_not_an_error_of_its_own(small: str, write: Write) -> None:
    edits = (("days = 2", "days = 200"),)  # per_day and the others have two items still
    assert len(errors(write("small.toml", edited(small, *edits)))) == 1
    edits = (("per_day = [8, 4]", 'per_day = [8, "four"]'),)
    assert len(errors(write("small.toml", edited(small, *edits)))) == 1
    edits = (('[venue.rooms.seminar]\nhall = "north"\n', "[venue.rooms.seminar]\n"),)
    assert len(errors(write("small.toml", edited(small, *edits)))) == 1


EXPO = ("expo",)
EXHIBITORS = ("exhibitors", "pavilions.hungary", "exibitors")
RESTS_ON = {  # paths whose values a message rests on, beside its own; of the others it is independent
    "hours of another date": ("expo.days", "expo.dyas", "expo.first_day"),
    "starts on another day": ("expo.days", "expo.dyas", "expo.first_day"),
    "wrong number of days": ("expo.days", "expo.dyas"),
    "wrong number of shares": ("expo.days", "expo.dyas"),
    "pavilion opens too late": ("expo.days", "expo.dyas"),
    "shock on no day": ("expo.days", "expo.dyas"),
    "closes before it opens": ("expo.opens",),
    "starts at night": EXPO,
    "from after to": ("programme.seminars.starts",),
    "talk longer than the day": (*EXPO, "programme.seminars"),
    "too many slots": (*EXPO, "matchmaking.main.windows", "matchmaking.main.slot_minutes"),
    "too many windows": (*EXPO, "matchmaking.main.window_slots", "matchmaking.main.slot_minutes"),
    "slot too long": (*EXPO, "matchmaking.main.windows", "matchmaking.main.window_slots"),
    "arrivals while the doors are closed": (*EXPO, "visitors.buyer.day_shares"),
    "programme too full": (*EXPO, "programme.seminars"),
    "rules that share rooms": (*EXPO, "programme"),
    "two at a time in one room": (*EXPO, "programme.opening", "programme.seminars"),
    "room too small": ("programme.seminars.rooms",),
    "too many hosts": ("programme.seminars.host_pavilion", *EXHIBITORS),
    "hall too small": (*EXHIBITORS, "chains"),
    "more in pavilions than exhibitors": EXHIBITORS,
    "more abroad than overseas": EXHIBITORS,
    "overseas from one country": EXHIBITORS,
    "more countries than exhibitors": EXHIBITORS,
    "more countries than foreigners": EXHIBITORS,
    "more of the 500 than exhibitors": EXHIBITORS,
    "more debuts than booths": EXHIBITORS,
    "limits that contradict each other": EXHIBITORS,
    "lunch too long": ("exhibitors", "exibitors"),
    "too few staff": EXHIBITORS,
    "no chain": ("chains",),
    "bad name": ("chains",),
    "guests and chains named twice": ("chains",),
    "nobody to meet": ("matchmaking.main.guests",),
    # where exhibitors meet, as where "stable" is refused for it, hosts send requests though no guests come
    "guests that do not come": ("matchmaking.main.guests", "matchmaking.main.policy"),
    "an option of another policy": ("matchmaking.main.policy",),
    "breaks that differ by nothing": ("matchmaking.main.breaks_differ_by",),
    "share over one": ("exibitors",),
    "not a number": ("exibitors",),
    "truth for a number": ("exibitors",),
}
TOLD_TOGETHER = [
    name for name in BAD if "is not TOML" not in BAD[name]["says"][0] and len(BAD[name]["says"]) == 1
]


def said(line: str) -> tuple[str, str]:
    """The path and the message of a line, without its file and number."""
    path, message = line.split(": ", 2)[1:]
    return path, message


def under(path: str, others: tuple[str, ...]) -> bool:
    return any(
        path == other or path.startswith(f"{other}.") or other.startswith(f"{path}.") for other in others
    )


def test_of_two_errors_neither_hides_the_other(small: str, write: Write) -> None:
    """Any two kinds of errors at once, unless the one rests on the value that the other is at fault in."""
    pairs = list(combinations(TOLD_TOGETHER, 2))
    tried = 0
    for one, other in Random(1).sample(pairs, 300):
        paths = {name: said(BAD[name]["says"][0])[0] for name in (one, other)}
        if under(paths[one], (paths[other], *RESTS_ON.get(other, ()))):
            continue
        if under(paths[other], RESTS_ON.get(one, ())):
            continue
        try:
            both = edited(small, *BAD[one]["edits"], *BAD[other]["edits"])
        except AssertionError:
            continue  # both edit the same line
        tried += 1
        found = errors(write("small.toml", both))
        wanted = {said(BAD[name]["says"][0]) for name in (one, other)}
        assert {said(line) for line in found} == wanted, (one, other)
    assert tried > 200  # most of them


def test_an_error_in_a_key_does_not_hide_what_other_keys_of_its_section_contradict(
    small: str, write: Write
) -> None:
    edits = (
        ("tables = 5", "tables = -1\nfrom = 12:00:00\nto = 10:00:00"),
        ("stops = 8", "stops = 8\ndays_each = 3"),
    )
    assert [said(line)[0] for line in errors(write("small.toml", edited(small, *edits)))] == [
        "visitors.buyer.days_each",
        "matchmaking.main.tables",
        "matchmaking.main.to",
    ]


def test_what_a_section_lacks_hides_nothing_of_what_it_has(small: str, write: Write) -> None:
    edits = (('per_day = [8, 4]\nrooms = ["seminar"]\nfrom = 09:30:00', "hosts = 6\nmixing_minutes = 3\n"),)
    lines = errors(write("small.toml", edited(small, *edits)))
    assert {said(line) for line in lines} == {
        (
            "programme.seminars",
            "needs per_day, activities on each day, or starts, the start of a single activity",
        ),
        ("programme.seminars", "needs rooms, kinds of rooms it may be put in; there are: seminar, stage"),
        ("programme.seminars.round_minutes", "found 5; mixing takes only 3"),
        ("programme.seminars.hosts", "found 6; the pavilion 'hungary' has 5 companies"),
    }
