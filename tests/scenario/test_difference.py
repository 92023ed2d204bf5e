"""What differs between two scenarios: all of it, by path, and nothing else."""

from __future__ import annotations

import json
from itertools import product
from random import Random

import sim
from sim.scenario import Difference, Scenario, diff, load
from sim.scenario.writing.toml import toml_document
from tests.random_scenarios import draw_scenario
from tests.scenario.conftest import SMALL, Write, edited
from tests.sources import Seeded

EXHIBITORS = """\
name,chain,staff
Blue River,machines,4
Red Mountain,parts,2
Green Hill,parts,3
"""
LISTED = ("[expo]\n", 'exhibitors_file = "exhibitors.csv"\n[expo]\n')
COUNT = ("count = 20\n", "")


def told(found: Difference) -> list[str]:
    return list(map(str, found))


def test_every_kind_of_change_is_told_by_path() -> None:
    scenario = load(SMALL)
    other = scenario.replace(
        **{
            "expo.days": 1,
            "expo.hours": None,
            "exhibitors.home_country": "FR",
            "visitors.buyer.day_shares": [1],
            "programme.seminars.per_day": [8],
            "matchmaking.main.windows": [1],
            "matchmaking.main.policy": "fair",
            "venue.gates.main.check_seconds": 8,
            "chains.parts.inputs": {"parts": 2},
            "shocks": None,
            "shocks.strike.kind": "arrivals",
            "shocks.strike.factor": 0.5,
            "shocks.strike.day": 1,
        }
    )
    found = diff(scenario, other)
    assert told(found) == [
        "expo.days: 2 → 1 days",
        "expo.hours.2025-05-21: only in the first",
        "venue.gates.main.check_seconds: dist gamma, mean 8, cv 0.5 → 8 s",
        "chains.parts.inputs: parts: – → 2",
        "exhibitors.home_country: – → FR",
        "visitors.buyer.day_shares: (2, 1) → (1)",
        "programme.seminars.per_day: (8, 4) → (8) activities",
        "matchmaking.main.policy: greedy → fair",
        "matchmaking.main.windows: (1, 1) → (1) windows",
        "shocks.rain: only in the first",
        "shocks.strike: only in the second",
    ]
    assert found.sentence == "the first → the second: 8 settings and 3 sections differ."
    assert [each.section for each in found[:3]] == ["expo", "expo.hours.2025-05-21", "venue.gates.main"]
    assert found[0].before == 2
    assert found[0].after == 1
    text = found.text()
    assert "[shocks.strike]\n  only in the second\n      kind = arrivals, day = 1, factor = 0.5" in text
    assert max(map(len, text.splitlines())) <= 80


def test_of_lists_rows_are_told_and_not_where_they_lie(small: str, write: Write) -> None:
    fair = write("fair.toml", edited(small, LISTED, COUNT))
    write("exhibitors.csv", EXHIBITORS)
    write("other/exhibitors.csv", EXHIBITORS)
    elsewhere = write("other/fair.toml", edited(small, LISTED, COUNT))
    assert not diff(fair, elsewhere)
    text = EXHIBITORS.replace("Blue River,machines,4", "Blue River,machines,6").replace(
        "Green Hill", "Grey Rock"
    )
    write("other/exhibitors.csv", text)
    found = diff(fair, elsewhere)
    assert told(found) == [
        'exhibitors_file."Blue River".staff: 4 → 6 people',
        'exhibitors_file."Green Hill": only in the first',
        'exhibitors_file."Grey Rock": only in the second',
    ]
    assert {each.section for each in found} == {"exhibitors"}
    assert "exhibitors_file\n  Blue River, staff: 4 → 6 people\n" in found.text()
    assert found[1].before == {"name": "Green Hill", "chain": "parts", "staff": 3}


def test_another_order_of_rows_is_a_change_and_a_list_of_one_alone_is_one(small: str, write: Write) -> None:
    fair = write("fair.toml", edited(small, LISTED, COUNT))
    turned = write("turned.toml", edited(small, (LISTED[0], LISTED[1].replace("exh", "t-exh", 1)), COUNT))
    turned.write_text(turned.read_text().replace('t-exhibitors_file = "exh', 'exhibitors_file = "t-exh'))
    write("exhibitors.csv", EXHIBITORS)
    head, *rows = EXHIBITORS.splitlines()
    write("t-exhibitors.csv", "\n".join([head, *reversed(rows)]) + "\n")
    assert load(fair) != load(turned)
    found = diff(fair, turned)
    assert told(found) == ["exhibitors_file: one order of rows → another order of rows"]
    assert found.sentence == "fair → turned: 1 list differs."
    write("pairs.csv", "who,whom,rule\nBlue River,Red Mountain,must\n")
    paired = load(fair, {"pairs_file": "pairs.csv"})
    assert told(diff(fair, paired)) == ["pairs_file: – → pairs.csv, 1 row"]


def test_of_published_meetings_rows_are_told_with_the_first_sentence_of_what_a_cell_is(
    small: str, write: Write
) -> None:
    plan = "who,whom,start,table\nparts-001,Birch,2025-05-20 10:00,{}\n"
    one, other = (
        write(f"{name}.toml", edited(small, ("tables = 5", f'tables = 5\npublished = "{name}.csv"')))
        for name in ("one", "other")
    )
    write("one.csv", plan.format(2))
    write("other.csv", plan.format(3))
    found = diff(one, other)
    assert told(found) == ['matchmaking.main.published."parts-001 – Birch".table: 2 → 3']
    assert found[0].section == "matchmaking.main"
    assert len(found[0].words.split(". ")) > 1
    assert " ".join(found.text().split()).endswith(f"table: 2 → 3 {found[0].words.split('. ')[0]}.")


def test_another_distribution_is_told_whole() -> None:
    (change,) = diff(SMALL, load(SMALL, {"venue.gates.main.check_seconds.mean": 9}))
    assert change.said == "dist gamma, mean 8, cv 0.5 → dist gamma, mean 9, cv 0.5"


def test_rows_that_are_called_alike_are_told_apart(small: str, write: Write) -> None:
    listed = ("[expo]\n", 'pairs_file = "{}"\n[expo]\n')
    names = EXHIBITORS.splitlines()[1:]
    a, b = (name.partition(",")[0] for name in names[:2])
    write("exhibitors.csv", EXHIBITORS)
    both = edited(small, LISTED, COUNT)
    write("one.csv", f"who,whom,rule\n{a},{b},must\n{a},{b},must\n")
    write("two.csv", f"who,whom,rule\n{a},{b},must\n")
    one, two = (
        write(f"{name}.toml", edited(both, ("[expo]\n", listed[1].format(f"{name}.csv"))))
        for name in ("one", "two")
    )
    assert told(diff(one, two)) == [f'pairs_file."{a} – {b} (1)": only in the first']


def test_nothing_differs_if_and_only_if_the_hash_is_the_same(write: Write) -> None:
    scenarios: list[Scenario] = []
    for seed in range(5):
        tree = draw_scenario(Seeded(Random(seed)))
        scenarios.append(load(write("drawn.toml", toml_document(tree))))
        scenarios.append(load(write("again.toml", scenarios[-1].to_toml())))
    for one, other in product(scenarios, repeat=2):
        assert (not diff(one, other)) == (one.hash == other.hash)
    assert len({each.hash for each in scenarios}) == 5


def test_a_zero_below_zero_is_another_as_the_hash_has_it_and_what_is_expected_is_not_run() -> None:
    zero = load(SMALL, {"venue.halls.north.x_m": 0.0})
    below = load(SMALL, {"venue.halls.north.x_m": -0.0})
    assert zero.hash != below.hash
    assert len(diff(zero, below)) == 1
    expected = zero.replace(**{"expect": {"meetings.held": ">= 4"}})
    found = diff(zero, expected)
    assert zero.hash == expected.hash
    assert [(each.path, each.is_run) for each in found] == [("expect", False)]
    assert found.sentence.endswith("1 setting differs. What is run is the same.")


def test_a_difference_is_a_frame_and_json(small: str, write: Write) -> None:
    found = sim.diff(SMALL, load(SMALL, {"matchmaking.main.tables": 8}))
    (row,) = found.frame.to_dict("records")
    assert row["path"] == "matchmaking.main.tables"
    assert (row["before"], row["after"], row["unit"], row["words"]) == (
        5,
        8,
        "tables",
        "Tables in each area.",
    )
    (change,) = json.loads(json.dumps(found.to_json_dict()))["changes"]
    assert (change["before"], change["after"], change["section"]) == (5, 8, "matchmaking.main")


def test_all_that_is_told_can_be_said_in_json() -> None:
    assert json.dumps(diff("cisce-2023", "cisce-2024").to_json_dict())
