"""Shocks over time: what is lost, when, what comes back; and the days left planned again each evening."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner

import sim
from sim.cli import exposim
from sim.decisions.shocks.courses import COURSES, behind, cumulative, dent_of
from sim.decisions.shocks.shocked import Shocks
from sim.decisions.told import is_real
from sim.expo.evenings import Evening
from sim.floor.laws import broken_laws
from sim.floor.trace import COLUMNS, Kind, Outcome
from sim.scenario import Scenario, ScenarioError
from sim.statistics import Result, evening
from sim.statistics.evening import evening_of
from sim.statistics.ledger import Ledger
from sim.statistics.reading import DAY
from tests.decisions.played import Row, Tables, play

FAIR = Path(__file__).parents[1] / "cli" / "fair.toml"
HOURS = 8
FIRST_DAY = "2024-11-26"
THREE_DAYS = {
    "expo.days": 3,
    "programme.talks.per_day": [1, 1, 1],
    "visitors.buyer.visits": 60,
    "visitors.buyer.days_each": {"dist": "discrete", "values": [3], "weights": [1]},
    "visitors.buyer.matchmaking_share": 1.0,
    "visitors.buyer.never_travel_share": 0.4,
    "matchmaking.tables.tables": 2,
    "matchmaking.tables.requests": 200,
    "matchmaking.tables.slot_minutes": 15,
    "matchmaking.tables.buffer_minutes": 5,
}


@cache
def fair() -> Scenario:
    return sim.load(str(FAIR))


# courses


def test_a_course_worked_by_hand() -> None:
    """Of ten in the end the shocked fair lacks up to four by hour 2, and one at the close."""
    base = np.array([[2.0, 4, 6, 8, 10]] * 3)
    shocked = np.array([[2.0, 3, 2, 6, 9]] * 3)
    gap = behind(base, shocked)
    assert gap[0] == pytest.approx([0, 0.1, 0.4, 0.2, 0.1])
    dent = dent_of(gap)
    assert (dent.at, dent.half_at) == (2, 3)  # from hour 3 on it is half as deep at most
    found = (dent.deepest.mean, dent.at_the_close.mean, dent.recovered.mean)
    assert found == pytest.approx((0.4, 0.1, 0.3))
    again = dent_of(behind(base, np.array([[2.0, 3, 2, 6, 7]] * 3)))  # 0.3 at the close: never half
    assert (again.at, again.half_at) == (2, None)
    assert dent_of(behind(base, base)).half_at is None
    assert np.isnan(behind(base * 0, base)).all()


def test_between_the_rows_of_a_table_nothing_is_added() -> None:
    since, value = np.array([10.0, 12, 34, 9, 35]), np.array([3.0, 5, 9, 1, 4])
    replication = np.array([0, 0, 0, 1, 1])
    made = cumulative(since, value, replication, (0, 1), np.array([9.0, 10, 11, 12, 33, 34, 35]))
    assert made.tolist() == [[0, 3, 3, 5, 5, 9, 9], [1, 1, 1, 1, 1, 1, 4]]


def test_of_two_fairs_that_differ_by_chance_alone_hardly_any_dent_is_called_real() -> None:
    """The deepest of forty noisy hours would be real every time, if it were read where it was looked for."""
    rng = np.random.default_rng(1)
    found = [dent_of(rng.normal(size=(8, 40)).cumsum(axis=1)) for _ in range(300)]
    deepest = [dent.deepest for dent in found]
    assert abs(np.mean([e.mean for e in deepest])) < 0.6  # of a standard deviation of six at the close
    assert sum(is_real(e) for e in deepest) <= 28  # 15 of 300 on average; more have a chance of 0.1 %


# the answer


def toy(lost: Mapping[str, Sequence[float]]) -> Any:
    """A fair that makes ten contacts an hour, and in scenarios of a title those that are not `lost`."""

    def plays(scenario: Scenario, number: int) -> tuple[Row, Tables]:
        noise = np.random.default_rng(number)
        made = 10 + noise.integers(0, 4, HOURS) - np.array(lost.get(scenario.data.expo.title, [0] * HOURS))
        own = np.random.default_rng([number, len(scenario.data.expo.title)]).integers(0, 2, HOURS)
        so_far = (made + own).cumsum()
        start = pd.Timestamp(scenario.data.expo.first_day) + pd.Timedelta(hours=10)
        rows = [
            {
                "until": start + pd.Timedelta(hours=hour),
                **dict.fromkeys(COURSES.values(), int(so_far[hour])),
            }
            for hour in range(HOURS)
        ]
        last = dict.fromkeys(COURSES, float(so_far[-1]))
        return {**last, "network.connectivity": 40.0 + noise.normal()}, {"growth": rows}

    return plays


def played(monkeypatch: pytest.MonkeyPatch, lost: Mapping[str, Sequence[float]], **how: Any) -> Shocks:
    play(monkeypatch, "shocks.shocking", toy(lost))
    return sim.shocks(fair(), *(fair().replace(**{"expo.title": title}) for title in lost), **how)


STORM = [0, 0, 6, 6, 0, 0, -6, -3]  # 12 of about 124 by the fourth hour, and 3 in the end


def test_a_shock_of_known_size_is_measured_and_told(monkeypatch: pytest.MonkeyPatch) -> None:
    found = played(monkeypatch, {"storm": STORM, "nothing at all": [0] * HOURS}, replications=30)
    storm, nothing = found.names[1:]
    dent = found.dent("contacts.useful", storm)
    whole = found.results[0].estimate("contacts.useful").mean
    assert 13 <= found.until[dent.at].hour <= 15
    assert dent.deepest.low < 12 / whole < dent.deepest.high
    assert dent.at_the_close.low < 3 / whole < dent.at_the_close.high
    assert dent.recovered.low < 9 / whole < dent.recovered.high
    assert is_real(dent.deepest)
    # three numbers of three courses and five of the index, of two scenarios: 28 hold together
    assert dent == dent_of(found.gap("contacts.useful", storm), 1 - 0.05 / 28)
    assert not is_real(found.dent("contacts.useful", nothing).deepest)
    assert dent.half_at is not None
    said = " ".join(found.text().split())
    assert f"{storm} costs " in said
    assert f"{nothing} costs " not in said
    assert "half of it by 26 Nov 16:00" in said
    assert max(map(len, found.text().splitlines())) <= 80
    json.dumps(found.to_json_dict(), allow_nan=False)
    # what there is in the end is what the KPI says
    frame = found.frame.query("kpi == 'meetings.held'")
    last = frame[frame["until"] == max(found.until)].groupby("scenario", sort=False)["value"].mean()
    assert last.tolist() == pytest.approx([each.estimate("meetings.held").mean for each in found.results])
    with pytest.raises(KeyError, match="have no course"):
        found.gap("booths.wait_minutes", storm)


def test_of_a_fair_in_which_nobody_meets_it_is_said_that_there_is_no_index(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    calm, none = fair(), fair().replace(**{"expo.title": "none"})

    def plays(scenario: Scenario, number: int) -> tuple[Row, Tables]:
        row, tables = toy({})(scenario, number)
        return (row | {"network.connectivity": np.nan} if scenario.data.expo.title == "none" else row), tables

    play(monkeypatch, "shocks.shocking", plays)
    found = " ".join(sim.shocks(calm, none, replications=4).text().split())
    assert "has nothing beside it; there is none in fair (" in found
    assert "beyond chance" not in found.partition("connectivity index")[2].partition(".")[0]
    turned = " ".join(sim.shocks(none, calm, replications=4).text().split())
    assert "There is no connectivity index unshocked." in turned


def test_what_replanning_brings_back_and_the_index_loses_have_their_sign(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Replanned, the storm loses nothing (3 in the end without); its index is ten lower all the same."""

    def plays(scenario: Scenario, number: int) -> tuple[Row, Tables]:
        replanned = any(each.replan_evenings for each in scenario.data.matchmaking.values())
        row, tables = toy({} if replanned else {"storm": STORM})(scenario, number)
        lower = 10 * (scenario.data.expo.title == "storm")
        return {**row, "network.connectivity": row["network.connectivity"] - lower}, tables

    two = fair().replace(**{"expo.days": 2, "programme.talks.per_day": [1, 1]})
    play(monkeypatch, "shocks.shocking", plays)
    found = sim.shocks(two, two.replace(**{"expo.title": "storm"}), replan=True, replications=8)
    whole = found.results[0].estimate("meetings.held").mean
    assert found.brought_back("meetings.held", 1, 3).mean == pytest.approx(3 / whole, rel=0.05)
    assert found.index["network.connectivity", found.names[1]].mean == pytest.approx(-10)


def test_it_is_kept_and_drawn(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    found = played(monkeypatch, {"storm": STORM}, replications=6)
    found.save(tmp_path / "shocks")
    again = Shocks.load(tmp_path / "shocks")
    assert again.text() == found.text()
    pd.testing.assert_frame_equal(again.frame, found.frame)
    ax = found.plot.course("meetings.held")
    (line,) = [each for each in ax.get_lines() if len(np.asarray(each.get_xdata())) == HOURS]
    assert np.asarray(line.get_ydata()) == pytest.approx(
        -100 * found.gap("meetings.held", found.names[1]).mean(0)
    )
    with pytest.raises(KeyError, match="booths"):
        found.plot.course("booths")


def test_replanned_scenarios_stand_beside_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    two = {"expo.days": 2, "programme.talks.per_day": [1, 1]}
    calm = fair().replace(**two)
    play(monkeypatch, "shocks.shocking", toy({"storm": STORM}))
    found = sim.shocks(calm, calm.replace(**{"expo.title": "storm"}), replan=True, replications=6)
    assert found.replanned == ((0, 2), (1, 3))
    assert found.names[3] == f"{found.names[1]}, replanned"
    with pytest.raises(ValueError, match="nothing can be planned again"):
        sim.shocks(*(each.scenario for each in found.results[2:]), replan=True)
    with pytest.raises(ValueError, match="of two days or more"):
        sim.shocks(fair(), fair(), replan=True)  # its only day is over when it could be planned again
    standbys = calm.replace(**{"matchmaking.tables.against_no_shows": "standbys"})
    mixed = sim.shocks(calm, standbys, replan=True, replications=2)
    assert mixed.replanned == ((0, 2),)
    assert "does not go with it: fair (" in " ".join(mixed.text().split())
    with pytest.raises(ScenarioError, match="replan_evenings"):
        sim.shocks(standbys, standbys, replan=True)
    with pytest.raises(ValueError, match="nothing is shocked"):
        sim.shocks(fair())


def test_a_fair_beside_itself_is_never_behind() -> None:
    found = sim.shocks(fair(), fair(), replications=2, engine="simpy", workers=1)
    assert found.courses
    for kpi in found.courses:
        assert (found.gap(kpi, found.names[1]) == 0).all()
    assert {e.mean for e in found.index.values()} == {0}
    assert found.text().startswith("No loss that 2 replications can tell from chance.")


# the days left planned again


@cache
def runs(replication: int = 0) -> tuple[Result, Result]:
    """A fair of which two of five guests never travel, as it is, and with the days left planned again."""
    shocked = fair().replace(**THREE_DAYS)
    again = shocked.replace(**{"matchmaking.tables.replan_evenings": True})
    one, other = (sim.run(each, replication=replication, engine="simpy") for each in (shocked, again))
    return one, other


def day_one(result: Result) -> pd.DataFrame:
    """What became of the meetings of the first day."""
    frame = result.happened()
    return frame[frame["start"].str.startswith(FIRST_DAY)].reset_index(drop=True)


def test_days_that_were_stay_as_they_were() -> None:
    one, other = runs()
    assert len(day_one(one)) > 10
    pd.testing.assert_frame_equal(day_one(one), day_one(other))
    talks = [each.interactions[each.interactions["start"].dt.day == 26] for each in (one, other)]
    assert len(talks[0]) > 10
    columns = ["start", "minutes", "organisation", "partner"]
    texts = [each[[name for name in columns if name in each]].astype(str) for each in talks]
    assert sorted(texts[0].to_numpy().tolist()) == sorted(texts[1].to_numpy().tolist())
    assert len(one.happened()) != len(other.happened())


def test_days_left_are_planned_again_where_nobody_meets_at_all() -> None:
    nobody = {"matchmaking.tables.replan_evenings": True, "matchmaking.tables.tables": 0}
    result = sim.run(fair().replace(**THREE_DAYS | nobody), engine="simpy")
    assert len(result.expo.requests.programme) > 10
    assert not len(result.happened())


def test_gone_is_who_missed_all_of_his_meetings_so_far_two_at_least() -> None:
    ledger = runs()[0].ledger
    requests, sides, plan = ledger.expo.requests, ledger.sides, ledger.floor.meetings
    rows = np.flatnonzero(requests.programme == 0).tolist()
    found = evening_of(ledger, 0, len(rows), DAY)
    ends = [
        [(int(party[k]), int(organisation[k]) if party[k] < 0 else -1) for k in rows]
        for party, organisation in (
            (requests.asker_party, requests.asker),
            (requests.asked_party, requests.asked),
        )
    ]
    came: dict[tuple[int, int], list[bool]] = {}
    for at, k in enumerate(rows):
        meeting = int(requests.meeting[k])
        if meeting >= 0 and plan.start[meeting] < DAY:
            for side, end in enumerate(ends):
                there = found.held[at] or sides.outcome[side, meeting] not in (
                    Outcome.NO_SHOW,
                    Outcome.MISSED,
                )
                came.setdefault(end[at], []).append(bool(there))
    gone = {who for who, each in came.items() if len(each) > 1 and not any(each)}
    assert gone
    assert any(each == [False] for each in came.values())  # of one meeting, which says little
    assert any(any(each) and not all(each) for each in came.values())
    assert found.asker_gone.tolist() == [who in gone for who in ends[0]]
    assert found.asked_gone.tolist() == [who in gone for who in ends[1]]


def told_until(ledger: Ledger, until: int) -> list[list[int]]:
    """All that began before a moment, in an order of its own; a meeting by when and where it is.

    Numbers of meetings and calls are positions in lists of all days.
    """
    trace, plan = ledger.trace, ledger.floor.meetings
    other = trace.other.astype(np.int64)
    of = np.isin(trace.kind, (Kind.MEETING, Kind.IN_VAIN))
    other[of] = plan.start[other[of]] * 10_000 + plan.place[other[of]]
    other[trace.kind == Kind.DELEGATE] = 0
    columns = [other if name == "other" else getattr(trace, name) for name in COLUMNS]
    rows = np.stack(columns, axis=1)[trace.start < until]
    found: list[list[int]] = sorted(rows.tolist())
    return found


@pytest.mark.parametrize("location", ["table", "booth"])
def test_each_evening_leaves_all_the_days_before_it_as_they_were(
    location: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Four days: what anybody did on days 1 to k, at booths and meetings, stays from evening k."""
    seen: list[Ledger] = []

    def kept(ledger: Ledger, *known: int) -> Evening:
        seen.append(ledger)
        return evening_of(ledger, *known)

    monkeypatch.setattr(evening, "evening_of", kept)
    days = 4
    four = {
        "expo.days": days,
        "programme.talks.per_day": [1] * days,
        "visitors.buyer.days_each": {"dist": "discrete", "values": [days], "weights": [1]},
        "matchmaking.tables.replan_evenings": True,
        "matchmaking.tables.location": location,
    }
    scenario, changed = fair().replace(**(THREE_DAYS | four)), 0
    for replication in range(2):
        last = sim.run(scenario, replication=replication, engine="simpy")
        ledgers = [*seen, last.ledger]
        seen.clear()
        assert len(ledgers) == days
        for after, (one, other) in enumerate(pairwise(ledgers), start=1):
            for day in range(1, after + 1):
                known = told_until(one, day * DAY)
                assert len(known) > 100 * day
                assert known == told_until(other, day * DAY)
            changed += told_until(one, days * DAY) != told_until(other, days * DAY)
    assert changed >= 3  # of six evenings: on the others nothing had failed, or nobody waited


def test_free_time_goes_to_others_and_nobody_is_called_off_but_those_who_never_came() -> None:
    gained = 0.0
    for replication in range(2):
        one, other = runs(replication)
        gained += other.kpis["meetings.held"] - one.kpis["meetings.held"]
        now, before = other.happened(), one.happened()
        assert broken_laws(other.expo.floor, other.trace) == []
        assert (now["held"] == "yes").sum() == other.kpis["meetings.held"]
        # who came to none of two meetings or more on day 1 has none from then on
        first = day_one(one)
        planned = pd.concat((first["who"], first["whom"])).value_counts()
        missed = first["missing"].str.split(";").explode().value_counts()
        gone = {name for name in planned.index if planned[name] > 1 and missed.get(name, 0) == planned[name]}
        later = now[~now["start"].str.startswith(FIRST_DAY)]
        assert gone
        assert not gone & {*later["who"], *later["whom"]}
        # whoever is called off was to meet somebody who held none; all others are where they were
        plan = {tuple(row) for row in now[["who", "whom", "start"]].to_numpy()}
        held = now[now["held"] == "yes"]
        came = {*held["who"], *held["whom"]}
        for row in before.itertuples():
            if (row.who, row.whom, row.start) not in plan:
                assert not {row.who, row.whom} <= came
        # a pair is asked a second time at most, and only after the first had failed
        for _, both in now.groupby(["who", "whom"]):
            assert len(both) <= 2
            assert len(both) == 1 or both.sort_values("start")["held"].iloc[0] == "no"
    assert gained > 0


def test_growth_by_the_hour_sums_to_the_whole() -> None:
    for result in runs():
        last = result.growth.iloc[-1]
        for kpi, column in COURSES.items():
            assert last[column] == result.kpis[kpi]
        assert (result.growth[list(COURSES.values())].diff().iloc[1:] >= 0).all(axis=None)


def test_what_does_not_go_with_it_is_told() -> None:
    with pytest.raises(ScenarioError, match=r"replan_evenings: found true; it does not go with again_share"):
        fair().replace(**{"matchmaking.tables.replan_evenings": True, "matchmaking.tables.again_share": 0.5})


def test_the_command_says_it_in_a_sentence(tmp_path: Path) -> None:
    calm, storm = tmp_path / "calm.toml", tmp_path / "storm.toml"
    calm.write_text(FAIR.read_text())
    storm.write_text('extends = "calm.toml"\n[shocks.storm]\nkind = "arrivals"\nfactor = 0.2\n')
    out = tmp_path / "courses.csv"
    found = CliRunner().invoke(
        exposim, ["shocks", str(calm), str(storm), "-n", "2", "-q", "-w", "1", "--out", str(out)]
    )
    assert found.exit_code == 0, found.output
    assert "storm" in found.output
    assert pd.read_csv(out).columns.tolist() == ["scenario", "replication", "until", "kpi", "value"]
    assert CliRunner().invoke(exposim, ["shocks", str(calm)]).exit_code == 2
