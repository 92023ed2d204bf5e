"""`exposim replan`: a whole round by commands: published, played, planned again, played again."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from sim.cli import exposim
from tests.cli.timetables import rows

pytestmark = pytest.mark.usefixtures("here")

# one slot for each meeting in A and B; by hand: who was not met on Tuesday is met on Wednesday, in D
PUBLISHED = (
    "who,whom,weight,slot,start,end,table,reason\n"
    "Ann,Xia,5,A,2024-11-26 10:00,2024-11-26 10:30,1,\n"
    "Ann,Yan,4,B,2024-11-26 10:30,2024-11-26 11:00,1,\n"
    "Ben,Xia,3,C,2024-11-27 10:00,2024-11-27 10:30,1,\n"
    "Ben,Yan,2,D,2024-11-27 10:30,2024-11-27 11:00,1,\n"
)
HAPPENED = "who,whom,held,missing,why\nAnn,Xia,no,Xia,flight\nAnn,Yan,yes,,\n"


def command(*arguments: str) -> Result:
    return CliRunner().invoke(exposim, [*arguments])


def done(*arguments: str) -> Result:
    made = command(*arguments)
    assert made.exit_code == 0, made.output
    return made


@pytest.fixture(autouse=True)
def _files(here: Path) -> None:
    Path("published.csv").write_text(PUBLISHED)
    Path("happened.csv").write_text(HAPPENED)


AGAIN = ("replan", "published.csv", "--from", "2024-11-27", "--happened", "happened.csv")


def test_the_evening_after_a_day_makes_a_timetable_of_the_days_left_from_two_files() -> None:
    # slots are those of PUBLISHED, with one table each: in D there is none for Ann and Xia
    assert [each["slot"] for each in rows(done(*AGAIN).stdout)] == ["", "B", "C", "D"]
    made = done(*AGAIN, "--tables", "2", "--out", "new.csv", "--changes", "changes.csv")
    assert [each["slot"] for each in rows(Path("new.csv").read_text())] == ["D", "B", "C", "D"]
    told = rows(Path("changes.csv").read_text())
    assert [(each["person"], each["what"], each["old_slot"], each["new_slot"]) for each in told] == [
        ("Ann", "again", "A", "D"),
        ("Xia", "again", "A", "D"),
    ]
    assert made.stdout.startswith("Of 4 meetings published, 1 was held, 1 not; of the 2 left 2 stay,")
    assert all(len(line) <= 80 for line in made.stdout.splitlines())
    assert json.loads(done(*AGAIN, "--json").stdout)["past"]["not_held"][0]["why"] == "flight"
    # the next evening: what was written is what was published, and all of it was held
    last = done("replan", "new.csv", "--from", "D", "--tables", "2", "--json")
    assert json.loads(last.stdout)["past"]["held"] == 2


def test_bad_input_ends_with_a_line_and_status_2() -> None:
    Path("happened.csv").write_text(HAPPENED.replace("Xia,no", "Xie,no"))
    for arguments, said in (
        (AGAIN, "happened.csv:2: column 'whom': found 'Xie'; no meeting of 'Ann' and 'Xie' before --from"),
        (("replan", "published.csv"), "Missing option '--from'"),
        ((*AGAIN, "--slots", "4"), "how many tables? --slots goes with --tables K"),
        (("replan", "published.csv", "--from", "C", "--gone", "Zoe"), "--gone: found 'Zoe'"),
        (("replan", "none.csv", "--from", "C"), "none.csv"),
    ):
        made = command(*arguments)
        assert made.exit_code == 2, made.output
        assert said in made.output
        assert "Traceback" not in made.output
    Path("published.csv").write_text(PUBLISHED.replace(",5,A", ",x,A"))
    assert "published.csv:2: column 'weight': found 'x'" in command(*AGAIN).output
    Path("published.csv").write_text(PUBLISHED.replace("2024-11-26 10:30,1", ",1"))
    assert "published.csv:2: column 'end': is empty" in command(*AGAIN).output


def test_a_simulated_expo_is_planned_again_and_played_again() -> None:
    some = ("quickstart", "--replication", "3", "-q", "--kpi", "meetings.held")
    first = done("run", *some, "--timetable", "plan.csv", "--happened", "played.csv", "--json")
    plan, played = rows(Path("plan.csv").read_text()), rows(Path("played.csv").read_text())
    assert [{name: each[name] for name in plan[0]} for each in played] == plan
    held = [each["held"] == "yes" for each in played]
    assert sum(held) == json.loads(first.stdout)["kpis"]["meetings.held"]["mean"]
    missed = [each for each in played if each["held"] == "no"]
    assert missed
    for each in missed:
        assert {*each["missing"].split(";")} <= {"", each["who"], each["whom"]}
        assert each["why"]
    noon = "2025-05-20 13:00"
    after = done(
        "replan", "plan.csv", "--from", noon, "--happened", "played.csv", "--out", "new.csv", "--json"
    )
    past = json.loads(after.stdout)["past"]
    before = [yes for yes, each in zip(held, plan, strict=True) if each["start"] < noon]
    assert (past["held"], len(past["not_held"])) == (sum(before), len(before) - sum(before))
    new = {(each["who"], each["whom"]): each["slot"] for each in rows(Path("new.csv").read_text())}
    for yes, each in zip(held, plan, strict=True):
        slot = new[each["who"], each["whom"]]
        if each["start"] < noon and yes:
            assert slot == each["slot"]
        else:
            assert not slot or slot >= noon
    Path("next.toml").write_text('extends = "quickstart"\n[matchmaking.main]\npublished = "new.csv"\n')
    again = done("run", "next.toml", "-n", "1", "-q", "--kpi", "meetings.held", "--json")
    assert json.loads(again.stdout)["kpis"]["meetings.held"]["mean"] > 0
