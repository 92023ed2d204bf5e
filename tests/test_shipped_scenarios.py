"""The scenarios that are shipped: what is published of them holds, and they run as the README says."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

import sim
from sim.expo import build
from sim.expo.expo import SESSION_KINDS
from sim.floor.arrays import NEVER
from sim.scenario import assumed, shipped
from sim.scenario.schema.countries import COUNTRIES
from sim.statistics import Result, estimate
from tests.ahead import Ended

SHOCKS = ("decoupling", "hall", "pandemic", "storm", "travel", "travel-standbys")
NAMES = (
    *("cisce-2023", "cisce-2024", "erlang", "hungary-2024", "mega", "quickstart"),
    *(f"shocks-{name}" for name in SHOCKS),
)


@pytest.mark.parametrize("name", SHOCKS)
def test_a_shock_is_the_reference_event_but_for_the_shock(name: str) -> None:
    changed = {line.path.split(".")[0] for line in sim.diff("cisce-2024", f"shocks-{name}").changes}
    assert changed <= {"expo", "shocks", "visitors", "matchmaking"}
    assert ("shocks" in changed) == (not name.startswith("travel"))


def test_all_are_listed_and_load_by_name() -> None:
    assert tuple(sorted(entry.name for entry in shipped())) == NAMES
    for name in NAMES:
        assert sim.load(name).data.expo.title


COUNT = "from tests.test_shipped_scenarios import counts; print(*counts({!r}))"
PUBLISHED = {  # direct, countries, overseas, fortune 500, visits, activities
    "cisce-2024": (620, 69, 198, 78, 160_000, 440),
    "cisce-2023": (515, 55, 134, 53, 150_000, 360),
}


def counts(name: str) -> tuple[int, ...]:
    """What is published of an edition, in the same order, and how many overseas are of the Belt and Road."""
    edition = build(sim.load(name))
    organisations, n = edition.organisations, edition.n_exhibitors
    direct = edition.exhibitors.direct == 1
    home = [c.code for c in COUNTRIES].index("CN")
    country, flags = organisations.country[:n], organisations.belt_and_road[:n]
    overseas = direct & (country != home)
    kinds = [SESSION_KINDS[kind] for kind in edition.programme.kind.tolist()]
    windows = sum(edition.matchmaking[p] == "hungary" for p in edition.programme.window_programme.tolist())
    return (
        int(direct.sum()),
        len(np.unique(country[direct])),
        int(overseas.sum()),
        int((direct & (organisations.fortune_500[:n] == 1)).sum()),
        int(edition.floor.party_days.size[edition.floor.party_days.arrival < NEVER].sum()),
        sum(kind not in ("debut", "tour") for kind in kinds) + windows,
        int((overseas & (flags == 1)).sum()),
    )


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=pytest.mark.ahead("-c", COUNT.format(name))) for name in PUBLISHED]
)
def test_what_the_organiser_published_holds_exactly(ahead: Ended, name: str) -> None:
    assert ahead.returncode == 0, ahead.stderr
    *found, belt_and_road = map(int, ahead.stdout.split())
    assert tuple(found) == PUBLISHED[name]
    assert abs(belt_and_road - found[2] / 2) <= 0.5


def test_hungary_has_its_304_activities_on_the_right_days(hungary: Result) -> None:
    expo = hungary.expo
    programme, floor = expo.programme, expo.floor
    counted = [SESSION_KINDS[kind] != "tour" for kind in programme.kind.tolist()]
    day = np.searchsorted(expo.day_open, floor.sessions.start[counted], side="right") - 1
    each = np.bincount(day, minlength=5) + np.bincount(programme.window_day, minlength=5)
    assert each.tolist() == [40, 64, 80, 80, 40]
    opening = programme.title.index("Opening of the Hungarian national pavilion")
    assert day[opening] == 1  # 27 November
    hungarians = [i for i, p in enumerate(expo.exhibitors.pavilion.tolist()) if p == 0]
    assert len(hungarians) == 40
    assert int(expo.exhibitors.staff[hungarians].sum()) == 120


@pytest.mark.parametrize("name", NAMES)
def test_visits_are_stated_for_the_hours_of_the_fair(name: str) -> None:
    expo = sim.load(name).data.expo
    hours = (expo.closes.hour - expo.opens.hour,) if name != "erlang" else ()  # a booth, which has no doors
    assert expo.usual_hours == hours
    assert not expo.hours


def test_an_earlier_close_of_a_shipped_fair_loses_visits_and_meetings(
    quickstart: Result, tmp_path: Path
) -> None:
    # a file that extends a shipped one inherits for which hours its visits are stated, or says it anew
    (tmp_path / "short.toml").write_text('extends = "quickstart"\n[expo]\ncloses = 14:00:00\n')
    short = sim.load(tmp_path / "short.toml")
    anew = short.replace(**{"expo.usual_hours": [5]})
    early, late = sim.run(short), quickstart
    keys = [set(result.expo.parties.key.tolist()) for result in (early, late)]
    assert keys[0] < keys[1]
    expected = 1500 * (5 / 8) ** 0.5
    assert early.row["visits.people"] == pytest.approx(
        expected, abs=4 * (expected * (1 - (5 / 8) ** 0.5)) ** 0.5
    )
    for kpi in ("visits.stay_minutes", "meetings.scheduled", "meetings.held", "contacts.useful"):
        assert early.row[kpi] < late.row[kpi]
    visits = [line for line in assumed(short.data, ()) if line.startswith("visits")]
    assert visits == [
        "visits of 2025-05-20: 79 % of those stated, since it is open for 5 h and they are stated for 8 "
        "(expo.usual_hours, expo.hours_elasticity)"
    ]
    assert not [line for line in assumed(anew.data, ()) if line.startswith("visits")]
    days = {"days": 3, "usual_hours": (5, 2), "hours_elasticity": 1}
    longer = short.data.model_copy(update={"expo": short.data.expo.model_copy(update=days)})
    assert [line.split(" of those")[0] for line in assumed(longer, ())][:2] == [
        "visits of 2025-05-21: 250 %",
        "visits of 2025-05-22: 250 %",
    ]
    people = build(anew).floor.party_days
    assert people.size[people.arrival < NEVER].sum() == 1500


@pytest.mark.elsewhere
def test_erlang_agrees_with_its_closed_form() -> None:
    """Erlang A (Palm): the share that abandons, from the stationary distribution.

    Six servers; arrivals 1, service 1/4.5 and patience 1/3 a minute; in states above six the chain
    goes down at the rate 6 / 4.5 + waiting / 3. Those who abandon: sum of p(n) (n - 6) / 3.
    """
    servers, service, patience = 6, 1 / 4.5, 1 / 3
    weights = [1.0]
    for n in range(1, 80):
        weights.append(weights[-1] / (min(n, servers) * service + max(n - servers, 0) * patience))
    whole = math.fsum(weights)
    lost = math.fsum(w * max(n - servers, 0) * patience for n, w in enumerate(weights)) / whole
    busy = math.fsum(w * min(n, servers) for n, w in enumerate(weights)) / whole / servers
    runs = sim.replicate(sim.load("erlang"), replications=30, workers=1)

    def agrees(name: str, value: float) -> bool:
        found = estimate(runs.values(name), level=0.999)
        # the day begins and ends with an empty booth: a bias of some 0.3 %
        return abs(found.mean - value) < found.half_width + 0.003 * value

    assert agrees("booths.lost_share", lost)
    assert agrees("staff.busy_share", busy)
    assert not agrees("staff.busy_share", busy * 1.05)  # the test would see a booth 5 % faster


FEW = """import runpy, sim
play = sim.replicate
sim.replicate = lambda scenario, replications, **how: play(scenario, replications=replications // 3, **how)
runpy.run_path("scenarios/more_tables.py", run_name="__main__")"""  # it asks for ten of each


@pytest.mark.ahead("-c", FEW)
def test_the_script_prints_a_gain_with_its_interval(ahead: Ended) -> None:
    assert ahead.returncode == 0, ahead.stderr
    lines = ahead.stdout.splitlines()
    assert [line.split()[0] for line in lines] == [
        "meetings.scheduled",
        "meetings.held",
        "booths.lost_share",
    ]
    gain = float(lines[0].split(":")[1].split("±")[0])
    assert gain > 0  # more tables, more meetings: seed and replications are the script's own
