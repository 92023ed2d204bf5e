"""Each session in a line, over one replication or many."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner

from sim.cli import exposim
from sim.statistics import Result
from sim.statistics.session_lines import session_lines
from sim.statistics.text import cells

FAIR = str(Path(__file__).parents[1] / "cli" / "fair.toml")


def table(**changes: object) -> pd.DataFrame:
    row = {
        "session": 0, "title": "Batteries", "kind": "seminar", "day": 1,
        "start": pd.Timestamp("2024-11-26 10:00"),
        "held": True, "why_not": None, "host_names": "Acme; Bela", "hosts_missing": "", "audience": 30,
        "filled_share": 0.75, "full": 0, "too_late": 0, "closed": 0,
    }  # fmt: skip
    return pd.DataFrame([row | changes])


def parts_of(tables: dict[int, pd.DataFrame]) -> list[str]:
    return " ".join(session_lines(tables, 120)[1].split()).split(" ", 4)


def test_a_line_says_when_how_full_and_with_whom() -> None:
    assert parts_of({0: table()}) == ["Batteries", "1,", "10:00", "yes", "30 75 % – Acme, Bela"]


def test_who_was_turned_away_is_told_by_reason_and_a_host_who_did_not_come_by_name() -> None:
    line = parts_of({0: table(full=3, too_late=1, closed=2, host_names="Acme", hosts_missing="Bela")})
    assert line[4] == "30 75 % 3 full, 1 late, 2 closed Acme, not Bela"


def test_over_replications_it_says_how_often_and_means() -> None:
    nobody = table(held=False, why_not="no_host", host_names="", hosts_missing="Acme; Bela", audience=10)
    line = parts_of({0: table(full=3), 1: nobody})
    assert line[3:] == ["1/2", "20 75 % 1.5 full (no host) Acme, Bela"]


def test_sessions_are_told_apart_by_title_and_day_and_tours_left_out() -> None:
    parts = [table(), table(session=1), table(session=2, day=2), table(session=3, kind="tour")]
    lines = session_lines({number: pd.concat(parts) for number in range(3)})
    assert [line.split()[:4] for line in lines[1:]] == [
        ["Batteries", day, "10:00", "3/3"] for day in ("1,", "1,", "2,")
    ]
    assert session_lines({0: table(kind="tour")}) == ["No sessions."]


@pytest.mark.parametrize(
    "title", ["A very long title of a seminar, indeed", "匈牙利投资环境与智能网联汽车供应链对接会"]
)
def test_nothing_is_cut_and_nothing_wider_than_the_terminal(title: str) -> None:
    """A Chinese character takes two columns."""
    hosts = [f"Some company {number}" for number in range(9)]
    long = table(title=title, host_names="; ".join(hosts), full=1)
    lines = session_lines({0: pd.concat([long, table(session=1)])}, 80)
    assert 60 < max(map(cells, lines)) <= 80
    text = " ".join(" ".join(lines).split())
    assert all(host in text for host in hosts)
    first = "".join(line.split("  ")[0] for line in lines[2:] if not line.startswith(" "))
    assert title.replace(" ", "") in first.replace(" ", "")
    numbers = [line for line in lines if "75 %" in line]
    assert len(numbers) == 2
    assert len({cells(line[: line.index("1, 10:00")]) for line in numbers}) == 1  # one column


def test_lines_add_up_to_the_kpis(quickstart: Result) -> None:
    lines = session_lines({0: quickstart.sessions})
    table = quickstart.sessions[quickstart.sessions["kind"] != "tour"]
    found = [re.search(r"\d\d:\d\d +\S+ +([\d.]+) ", line) for line in lines]
    people = [float(each[1]) for each in found if each]
    assert len(people) == len(table) > 5
    assert sum(people) == quickstart.kpis["sessions.audience"]


@pytest.mark.parametrize("n", ["1", "2"])
def test_the_command_shows_a_line_a_session_below_the_table(n: str) -> None:
    done = CliRunner().invoke(exposim, ["run", FAIR, "-n", n, "-q", "--sessions"])
    assert done.exit_code == 0
    shown = done.stdout.partition("\nSessions (")[2].splitlines()
    over = "means over 2 replications, hosts of replication 0)" if n == "2" else "replication 0)"
    assert shown[0] == over
    assert max(map(len, shown)) <= 80
    assert len(shown) > 2


def test_sessions_are_text_and_not_json() -> None:
    done = CliRunner().invoke(exposim, ["run", FAIR, "--sessions", "--json"])
    assert done.exit_code == 2
    assert "not both" in done.stderr
