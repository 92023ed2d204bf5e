"""`exposim timetable --published`: a timetable goes in again, and who is to be told of what comes out."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sim.files.lines import cells
from tests.cli.timetables import BY_HAND, EXPECTED, SUMMARY, command, made, rows

pytestmark = pytest.mark.usefixtures("here")

# by hand: Xia meets Ann in slot 1, the only one in which she is there; then she is there in slot 2 only,
# where Ann meets Yan. So the two change slots: three people are told, and nobody else is there to be. A
# second delegate of Xia would meet Ben in slot 2.
AGAIN = [*BY_HAND, "--published", "published.csv"]
CHANGED = SUMMARY.replace(
    "9: no timetable is worth more", "9: no timetable that moves as little is worth more"
).partition("One more table-slot")[0]
TOLD = """\
One more table-slot   worth nothing in the best timetable
... in every slot     replanning run again: +0 meetings, value +0
One more delegate     worth most, in the best timetable, for
                            3  'Xia'
                      replanning run again: adds most for
                            3  'Xia'
Published meetings    2: 0 as they were, 0 cancelled, 0 new
Moved in time         2 meetings of 3 people; proven fewest
Moved in place        none
Not touched           1 of 4 people
Without a slot        1 request
                            1  in every slot one or the other has a meeting or
                               is away
To be told
  Ann: 1 with Xia moved to 2, table 1 → 1 (Xia is away)
  Ann: 2 with Yan moved to 1, table 1 → 1 (Ann has another meeting then)
  Xia: 1 with Ann moved to 2, table 1 → 1 (Xia is away)
  Yan: 2 with Ann moved to 1, table 1 → 1 (Ann has another meeting then)
"""


@pytest.fixture(autouse=True)
def _published(here: Path) -> None:
    Path("published.csv").write_text(EXPECTED)


def test_what_has_not_changed_comes_out_as_it_went_in() -> None:
    assert made(*AGAIN).stdout == EXPECTED
    assert "Not touched           4 of 4 people\n" in made(*AGAIN).stderr


def test_changes_are_told_by_person_on_the_screen_in_a_file_and_in_json() -> None:
    Path("free.csv").write_text("who,1,2\nXia,no,yes\n")
    done = made(*AGAIN, "--out", "new.csv", "--changes", "changes.csv")
    assert done.stdout == CHANGED + TOLD
    assert all(len(line) <= 80 for line in done.stdout.partition("To be told")[2].splitlines())
    assert [each["slot"] for each in rows(Path("new.csv").read_text())] == ["2", "1", ""]
    written = rows(Path("changes.csv").read_text())
    assert [tuple(each.values()) for each in written] == [
        ("Ann", "Xia", "moved", "1", "", "1", "2", "", "1", "Xia is away"),
        ("Ann", "Yan", "moved", "2", "", "1", "1", "", "1", "Ann has another meeting then"),
        ("Xia", "Ann", "moved", "1", "", "1", "2", "", "1", "Xia is away"),
        ("Yan", "Ann", "moved", "2", "", "1", "1", "", "1", "Ann has another meeting then"),
    ]
    content = json.loads(made(*AGAIN, "--json").stdout)["changes"]
    assert len(content.pop("list")) == 4
    assert content.pop("claims") == dict.fromkeys(("meetings", "moves", "people", "value"), "proven")
    assert content == {
        "keep": "times",
        "published": 2,
        "stay": 0,
        "moved": 2,
        "reseated": 0,
        "cancelled": 0,
        "new": 0,
        "people_moved": 3,
        "people_moved_at_least": 3,
        "people_untouched": 1,
        "claim": "proven",
    }


def test_a_new_meeting_moves_nobody_unless_that_is_asked_for() -> None:
    # Ben is there in slot 1 only, where Xia, who can come in both slots, meets Ann
    Path("requests.csv").write_text("who,whom,weight\nAnn,Xia,5\nBen,Xia,3\n")
    Path("free.csv").write_text("who,1,2\nBen,yes,no\n")
    Path("published.csv").write_text("who,whom,slot,table\nAnn,Xia,1,1\n")
    assert [each["slot"] for each in rows(made(*AGAIN).stdout)] == ["1", ""]
    for keep in ("meetings", "value"):
        assert [each["slot"] for each in rows(made(*AGAIN, "--keep", keep).stdout)] == ["2", "1"]
    Path("requests.csv").write_text("who,whom,weight\nAnn,Xia,2\nBen,Xia,3\n")
    Path("free.csv").write_text("who,1,2\nXia,yes,no\n")
    assert [each["slot"] for each in rows(made(*AGAIN, "--keep", "meetings").stdout)] == ["1", ""]
    assert [each["slot"] for each in rows(made(*AGAIN, "--keep", "value").stdout)] == ["", "1"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--compact"], "--published goes with --policy optimal, not with --compact"),
        (["--policy", "greedy"], "--published goes with --policy optimal, not with --policy greedy"),
        (["--out", "a.csv", "--changes", "./a.csv"], "--out and --changes: the same place; give two"),
        (["--force"], "--force goes with --out, --diaries or --changes FILE, or --calendars DIR"),
        (
            ["--out", "published.csv", "--force"],
            "published.csv is read for this; it is left as it is",
        ),
        (
            ["--changes", "free.csv", "--force"],
            "free.csv is read for this; it is left as it is",
        ),
        (
            ["--changes", "requests.csv"],
            "requests.csv is read for this; it is left as it is",
        ),
    ],
)
def test_what_does_not_go_with_it_is_said_before_anything_is_written(
    arguments: list[str], said: str, here: Path
) -> None:
    done = command(*AGAIN, *arguments)
    assert done.exit_code == 2
    assert said in done.stderr
    assert sorted(each.name for each in here.iterdir()) == ["free.csv", "published.csv", "requests.csv"]
    assert Path("published.csv").read_text() == EXPECTED


def test_without_a_published_timetable_there_is_nothing_to_keep() -> None:
    for arguments in (["--keep", "value"], ["--changes", "changes.csv"]):
        done = command(*BY_HAND, *arguments)
        assert done.exit_code == 2
        assert "--keep and --changes go with --published FILE" in done.stderr


def test_a_bad_published_file_is_bad_input() -> None:
    Path("published.csv").write_text("who,whom,slot,table\nAnn,Xia,1,1\nBen,Xia,1,1\n")
    done = command(*AGAIN)
    assert done.exit_code == 2
    assert done.stderr == (
        "published.csv:3: column 'table': found '1'; the meeting on line 2 is at it in the same slot\n"
    )


def test_a_workbook_that_was_published_goes_in_again_with_its_delegates() -> None:
    # all sheets that --out writes are in it, and the one with the meetings is not the first
    Path("limits.csv").write_text("who,delegate_names\nXia,Li; Mo\n")
    limits = [*BY_HAND, "--limits", "limits.csv"]
    made(*limits, "--out", "published.xlsx")
    again = made(*limits, "--published", "published.xlsx", "--out", "again.xlsx")
    assert "Not touched           4 of 4 people\n" in again.stdout
    assert Path("again.xlsx").read_bytes() == Path("published.xlsx").read_bytes()


def test_every_line_of_the_figures_is_80_columns_wide_in_any_script() -> None:
    people = ["张敏国际贸易有限公司", "Horváth és Fia Kft.", "王伟食品机械进出口股份有限公司", "Dahl"]
    pairs = [(one, other) for k, one in enumerate(people) for other in people[:k]]
    asked = "".join(f"{one},{other},1,yes\n" for one, other in pairs)
    Path("asked.csv").write_text("who,whom,slot,must\n" + asked)
    Path("limits.csv").write_text("who,least\n*,1\n")
    first = ["asked.csv", "--slots", "2", "--tables", "2", "--limits", "limits.csv"]
    made(*first, "--out", "before.csv")
    Path("asked.csv").write_text("who,whom,slot,must\n" + asked.replace(",1,yes\nDahl", ",2,yes\nDahl"))
    told = made(*first, "--published", "before.csv", "--out", "after.csv").stdout
    assert "that does as well by must-meets and least and that moves as little is" in " ".join(told.split())
    assert "To be told" in told
    assert max(map(cells, told.splitlines())) <= 80
    assert min(map(cells, told.splitlines()[2:])) > 2
