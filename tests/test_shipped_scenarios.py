"""The scenarios that are shipped: what is published of them holds, and they run as the README says."""

from __future__ import annotations

import math
import runpy
from pathlib import Path

import numpy as np
import pytest

import sim
from sim.expo import build
from sim.expo.expo import SESSION_KINDS, Expo
from sim.floor.arrays import NEVER
from sim.scenario import shipped
from sim.scenario.schema.countries import COUNTRIES
from sim.statistics import Result, estimate

HERE = Path(__file__).resolve().parent
NAMES = ("cisce-2023", "cisce-2024", "erlang", "hungary-2024", "quickstart")


def test_all_are_listed_and_load_by_name() -> None:
    assert tuple(sorted(entry.name for entry in shipped())) == NAMES
    for name in NAMES:
        assert sim.load(name).data.expo.title


@pytest.fixture(scope="module", params=["cisce-2024", "cisce-2023"])
def edition(request: pytest.FixtureRequest) -> Expo:
    return build(sim.load(request.param))


def test_what_the_organiser_published_holds_exactly(edition: Expo) -> None:
    published = {  # direct, countries, overseas, fortune 500, visits, activities
        "cisce-2024": (620, 69, 198, 78, 160_000, 440),
        "cisce-2023": (515, 55, 134, 53, 150_000, 360),
    }[edition.name]
    organisations, n = edition.organisations, edition.n_exhibitors
    direct = edition.exhibitors.direct == 1
    home = [c.code for c in COUNTRIES].index("CN")
    country, flags = organisations.country[:n], organisations.belt_and_road[:n]
    overseas = direct & (country != home)
    kinds = [SESSION_KINDS[kind] for kind in edition.programme.kind.tolist()]
    windows = sum(edition.matchmaking[p] == "hungary" for p in edition.programme.window_programme.tolist())
    found = (
        int(direct.sum()),
        len(np.unique(country[direct])),
        int(overseas.sum()),
        int((direct & (organisations.fortune_500[:n] == 1)).sum()),
        int(edition.floor.party_days.size[edition.floor.party_days.arrival < NEVER].sum()),
        sum(kind not in ("debut", "tour") for kind in kinds) + windows,
    )
    assert found == published
    assert abs(int((overseas & (flags == 1)).sum()) - overseas.sum() / 2) <= 0.5


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


def test_the_script_prints_a_gain_with_its_interval(capsys: pytest.CaptureFixture[str]) -> None:
    runpy.run_path(str(HERE.parent / "scenarios" / "more_tables.py"), run_name="__main__")
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == [
        "meetings.scheduled",
        "meetings.held",
        "booths.lost_share",
    ]
    gain = float(lines[0].split(":")[1].split("±")[0])
    assert gain > 0  # more tables, more meetings: seed and replications are the script's own
