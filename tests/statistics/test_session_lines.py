"""Each session in a line, over one replication or many."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner

import sim
from sim.cli import exposim
from sim.files.lines import cells as columns_of
from sim.statistics import Result
from sim.statistics.session_lines import session_lines

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
    assert 60 < max(map(columns_of, lines)) <= 80
    text = " ".join(" ".join(lines).split())
    assert all(host in text for host in hosts)
    first = "".join(line.split("  ")[0] for line in lines[2:] if not line.startswith(" "))
    assert title.replace(" ", "") in first.replace(" ", "")
    numbers = [line for line in lines if "75 %" in line]
    assert len(numbers) == 2
    assert len({columns_of(line[: line.index("1, 10:00")]) for line in numbers}) == 1  # one column


def test_what_was_cancelled_is_told_with_the_reason() -> None:
    gone = table(
        title="Cells",
        session=None,
        start=pd.NaT,
        held=False,
        why_not="hall_closed",
        audience=0,
        host_names="",
        filled_share=float("nan"),
    )
    lines = session_lines({0: pd.concat([gone, table(session=1, host_names="Acme")])}, 120)
    assert [line.split() for line in lines[1:]] == [
        ["Batteries", "1,", "10:00", "yes", "30", "75", "%", "–", "Acme"],
        ["Cells", "1", "no", "–", "–", "–", "(hall", "closed)"],
    ]
    both = session_lines({0: gone, 1: table(title="Cells")}, 120)[1].split()
    assert " ".join(both) == "Cells 1, 10:00 1/2 30 75 % – (hall closed) Acme, Bela"


def test_sessions_of_a_hall_that_closes_early_are_in_the_table_and_the_lines() -> None:
    result = sim.run(
        sim.load(
            "quickstart",
            {"shocks.shut": {"kind": "hall_closed", "hall": "east", "day": 1, "from": dt.time(13)}},
        )
    )
    table = result.sessions
    gone = table[table["session"].isna()]
    assert len(gone) == result.kpis["programme.cancelled"] > 2
    assert set(gone["why_not"]) == {"hall_closed"}
    assert set(gone["rule"]) == {"seminars"}
    assert not gone["held"].any()
    assert gone[["audience", "registered", "full", "exchange_contacts"]].to_numpy().sum() == 0
    assert gone[["start", "room", "filled_share"]].isna().all().all()
    titles = table.loc[table["rule"] == "seminars", "title"]
    assert sorted(titles) == sorted(set(titles)), "held or cancelled, each is there once"
    assert len(titles) == 8
    lines = session_lines({0: table})
    assert sum("(hall closed)" in line for line in lines) == len(gone)


def test_a_line_of_chinese_is_as_wide_as_it_looks() -> None:
    wide = table(
        title="先进制造链主题论坛暨高端装备产业链供应链合作对接会议", host_names="中国机械工业集团; Acme"
    )
    shown = session_lines({0: pd.concat([wide, table(title="Short")])}, 80)
    assert max(map(columns_of, shown)) <= 80
    assert any(line.startswith("先进制造链") for line in shown)
    starts = {columns_of(line.partition("1, 10:00")[0]) for line in shown if "10:00" in line}
    assert len(starts) == 1, "columns are aligned"


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
