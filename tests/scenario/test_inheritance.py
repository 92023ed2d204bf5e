"""`extends`: tables merge, all else is replaced, and errors name the file that gave the value."""

from __future__ import annotations

import pytest

from sim.scenario import ScenarioError, load
from tests.scenario.conftest import Write, edited


def says(path: object) -> list[str]:
    with pytest.raises(ScenarioError) as caught:
        load(path)  # type: ignore[arg-type]
    return str(caught.value).splitlines()


def test_tables_merge_and_values_and_lists_are_replaced(small: str, write: Write) -> None:
    write("base.toml", small)
    child = write(
        "child.toml",
        'extends = "base.toml"\n[expo]\ntitle = "Another"\n[programme.seminars]\nper_day = [2, 1]\n'
        '[chains.services]\nhall = "north"\n',
    )
    base, data = load("base.toml").data, load(child).data
    assert (data.expo.title, data.expo.first_day) == ("Another", base.expo.first_day)
    assert data.programme["seminars"].per_day == (2, 1)
    assert data.programme["seminars"].rooms == base.programme["seminars"].rooms
    assert set(data.chains) == {"machines", "parts", "services"}
    assert data.matchmaking == base.matchmaking


def test_a_distribution_is_replaced_whole_by_one_with_its_own_kind(small: str, write: Write) -> None:
    write("base.toml", edited(small, ("stops = 8", 'stops = { dist = "gamma", mean = 8, cv = 0.3 }')))
    whole = write(
        "whole.toml",
        'extends = "base.toml"\n[visitors.buyer]\nstops = { dist = "geometric", mean = 5 }\n',
    )
    part = write("part.toml", 'extends = "base.toml"\n[visitors.buyer.stops]\nmean = 9\n')
    assert load(whole).data.visitors["buyer"].stops.model_dump() == {"dist": "geometric", "mean": 5}
    assert load(part).data.visitors["buyer"].stops.model_dump() == {"dist": "gamma", "mean": 9, "cv": 0.3}


def test_of_several_the_later_wins_and_the_file_itself_over_all(small: str, write: Write) -> None:
    write("base.toml", small)
    write("one.toml", "[expo]\nseed = 1\ntitle = 'One'\n[exhibitors]\ncount = 30\n")
    write("two.toml", "[expo]\nseed = 2\ntitle = 'Two'\n")
    child = write("child.toml", 'extends = ["base.toml", "one.toml", "two.toml"]\n[expo]\ntitle = "Own"\n')
    data = load(child).data
    assert (data.expo.title, data.expo.seed, data.exhibitors.count) == ("Own", 2, 30)


def test_files_are_found_relative_to_the_one_that_names_them(small: str, write: Write) -> None:
    write("common/base.toml", small)
    write("common/more.toml", 'extends = "base.toml"\n[expo]\nseed = 3\n')
    child = write("fairs/spring/child.toml", 'extends = "../../common/more.toml"\n')
    assert load(child, allow_outside=True).data.expo.seed == 3
    assert load(write("child.toml", 'extends = "common/more.toml"\n')).data.expo.seed == 3


@pytest.mark.parametrize("name", ["quickstart", "hungary-2024"])  # the latter extends others
def test_a_shipped_scenario_can_be_extended_by_name(write: Write, name: str) -> None:
    child = write("child.toml", f'extends = "{name}"\n[expo]\nseed = 99\n')
    assert load(child).data.expo.seed == 99
    assert load(child).data.venue == load(name).data.venue


def test_one_base_by_two_ways_is_no_cycle(small: str, write: Write) -> None:
    write("base.toml", small)
    write("one.toml", 'extends = "base.toml"\n[expo]\nseed = 1\n')
    write("two.toml", 'extends = "base.toml"\n[exhibitors]\ncount = 30\n')
    assert load(write("child.toml", 'extends = ["one.toml", "two.toml"]\n')).data.exhibitors.count == 30


def test_a_cycle_is_named_where_it_closes(write: Write) -> None:
    write("a.toml", 'extends = "b.toml"\n')
    write("b.toml", '# b\nextends = [\n  "c.toml",\n]\n')
    write("c.toml", 'extends = "./a.toml"\n')
    assert says("a.toml") == ["c.toml:1: extends: a cycle of extends: a.toml -> b.toml -> c.toml -> a.toml"]
    itself = write("self.toml", 'extends = "self.toml"\n')
    assert says(itself) == ["self.toml:1: extends: a cycle of extends: self.toml -> self.toml"]


def test_a_base_that_is_not_there_is_said_with_the_nearest(small: str, write: Write) -> None:
    write("base.toml", small)
    child = write("child.toml", '\nextends = ["bsae.toml", "nowhere", 3]\n')
    assert says(child) == [
        "child.toml:2: extends.0: found 'bsae.toml'; there is no such file; did you mean 'base.toml'?",
        "child.toml:2: extends.1: found 'nowhere'; there is no such file",
        "child.toml:2: extends.2: found 3; allowed: a file in quotes, or a list of files",
    ]


def test_errors_name_the_file_and_line_that_gave_the_value(small: str, write: Write) -> None:
    write("base.toml", edited(small, ("lanes = 3", "lanes = 0"), ("tables = 5", "tables = 5\nareas = 0")))
    child = write(
        "child.toml", 'extends = "base.toml"\n[exhibitors]\ncuont = 3\n[matchmaking.main]\nareas = -1\n'
    )
    assert says(child) == [
        "base.toml:20: venue.gates.main.lanes: found 0; allowed: a whole number from 1 to 500 (lanes)",
        "child.toml:3: exhibitors.cuont: unknown key; did you mean 'count'?",
        "child.toml:5: matchmaking.main.areas: found -1; allowed: a whole number from 1 to 200 (areas)",
    ]


def test_a_key_missing_from_both_is_missed_in_the_last_table(small: str, write: Write) -> None:
    write("base.toml", edited(small, ("tables = 5\n", "\n")))
    child = write("child.toml", 'extends = "base.toml"\n\n[matchmaking.main]\nareas = 2\n')
    (line,) = says(child)
    assert line.startswith("child.toml:3: matchmaking.main.tables: missing key")


def test_a_replaced_list_has_lines_of_the_new_file_alone(small: str, write: Write) -> None:
    write("base.toml", edited(small, ("per_day = [8, 4]", "per_day = [8, -4]")))
    child = write("child.toml", 'extends = "base.toml"\n[programme.seminars]\nper_day = [1, -1]\n')
    (line,) = says(child)
    assert line.startswith("child.toml:3: programme.seminars.per_day.1: found -1")


def test_all_errors_of_all_files_at_once(write: Write) -> None:
    write("a.toml", "x = \n")
    write("b.toml", "[y\n")
    assert [line.split(": ")[0] for line in says(write("c.toml", 'extends = ["a.toml", "b.toml"]\n'))] == [
        "a.toml:1",
        "b.toml:1",
    ]
