"""KPIs by day, hall, chain, sponsor and persona: parts of one whole, and which of them is worst."""

from __future__ import annotations

import datetime as dt
import json
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner

import sim
from sim.cli import exposim
from sim.floor.trace import Kind, Outcome
from sim.statistics import Result
from sim.statistics.group_kpis import ADDS_UP, FIRST, WORSE
from sim.statistics.groups import DIVISIONS, by
from sim.statistics.kpis import KPIS, describe
from sim.studies.grouped import Grouped

pytestmark = pytest.mark.usefixtures("played_once")

TWO_DAYS = {
    "expo.days": 2,
    "visitors.buyer.visits": 500,
    "visitors.buyer.matchmaking_share": 0.6,
    "venue.catering.canteen.seats": 12,
    "venue.halls.east.max_people": 90,
    "exhibitors.mean_staff": 2,
    "matchmaking.main.windows": [1, 1],
    "programme.seminars.per_day": [6, 2],
    "programme.exchange.per_day": [2, 1],
    "programme.seminars.walk_in_pull": 3,
}

MISHAPS = TWO_DAYS | {
    "programme.seminars.registered": 150,
    "programme.seminars.show_probability": 0.2,
    "visitors.professional.country_shares": {"CN": 1, "DE": 1},
    "visitors.buyer.tour_share": 1.0,
    "visitors.professional.tour_share": 1.0,
    "visitors.buyer.meal_share": 1.0,
    "shocks.shut": {"kind": "hall_closed", "hall": "east", "from": dt.time(12)},
    "shocks.fewer_tables": {"kind": "hall_closed", "hall": "west", "from": dt.time(15)},
    "shocks.influenza": {"kind": "staff_absent", "share": 0.8},
    "shocks.no_visas": {"kind": "country_absent", "country": "DE"},
}


@cache
def result(mishaps: bool = False) -> sim.Result:
    return sim.run(sim.load("quickstart", MISHAPS if mishaps else TWO_DAYS))


@cache
def parts(division: str, mishaps: bool = False) -> dict[str, dict[str, float]]:
    return by(result(mishaps).ledger, division)


def of_mishaps(kpi: str) -> bool:
    """Whether it is 0 where nothing goes wrong."""
    return kpi.startswith("programme.") or kpi == "booths.hall_closed"


@pytest.mark.parametrize(("division", "kpi"), [(d, k) for d, kpis in ADDS_UP.items() for k in kpis])
def test_what_adds_up_over_groups_makes_the_whole(division: str, kpi: str) -> None:
    cut = of_mishaps(kpi)
    of_groups = [group[kpi] for group in parts(division, cut).values()]
    assert sum(of_groups) == pytest.approx(result(cut).row[kpi])
    assert not cut or sum(value > 0 for value in of_groups) > 1


def test_the_sums_are_of_something() -> None:
    """Most parts of most sums are above 0, so that they cannot agree by being empty."""
    sums = [(d, k) for d, kpis in ADDS_UP.items() for k in kpis if not of_mishaps(k)]
    assert np.mean([group[k] > 0 for d, k in sums for group in parts(d).values()]) > 0.75


def test_encounters_of_a_group_are_those_of_the_table() -> None:
    table = result().encounters
    for hall, group in parts("hall").items():
        of_hall = table[table["hall"] == hall]
        assert group["encounters.count"] == len(of_hall) > 20
        assert group["encounters.minutes"] == pytest.approx(of_hall["minutes"].mean())
    for persona, group in parts("persona").items():
        either = (table["persona"] == persona) | (table["partner_persona"] == persona)
        assert group["encounters.count"] == either.sum()
    days = parts("day")
    people = [group["visits.people"] for group in days.values()]
    mean = np.average([group["encounters.a_visit"] for group in days.values()], weights=people)
    assert mean == pytest.approx(result().row["encounters.a_visit"])


def test_a_day_is_what_its_frames_say() -> None:
    """The same by another way: from the frames of the whole, cut at midnight."""
    talks = result().services
    talks = talks[talks["kind"] == "booth"]
    meetings = result().meetings
    for day in (1, 2):
        found, of_day = parts("day")[str(day)], talks[talks["day"] == day]
        served = of_day[of_day["outcome"] == "done"]
        assert found["booths.asked"] == len(of_day)
        assert found["booths.lost_share"] == pytest.approx(1 - len(served) / len(of_day))
        assert found["booths.wait_minutes"] == pytest.approx(served["wait_minutes"].mean())
        held = meetings[(meetings["day"] == day) & meetings["held"]]
        assert found["meetings.held"] == len(held) > 0


def test_useful_contacts_of_a_chain_are_those_of_its_exhibitors() -> None:
    table = result().exhibitors
    for name in result().expo.chains:
        own = table[table["chain"] == name]["useful_contacts"]
        assert len(own) > 5
        assert parts("chain")[name]["contacts.useful_an_exhibitor"] == pytest.approx(own.mean())
        assert parts("chain")[name]["contacts.useful_an_exhibitor_median"] == np.quantile(own, 0.5)


def test_a_persona_talks_as_the_trace_says() -> None:
    expo, trace = result().expo, result().trace
    talk = (trace.kind == Kind.TALK) & (trace.outcome == Outcome.DONE)
    persona = expo.parties.persona[trace.actor[talk]]
    for number, name in enumerate(expo.personas):
        assert parts("persona")[name]["conversations.count"] == (persona == number).sum()


def test_meetings_of_a_group_are_those_of_the_table() -> None:
    expo, table = result().expo, result().meetings
    held = table[table["held"]]
    of_visitors = {side: held[f"{side}party_day"] for side in ("", "partner_")}
    for each in ("chain", "sponsor"):
        for name, group in parts(each).items():
            if name == "none":
                continue
            own = [  # of an exhibitor: visitors have chains, too
                (held[f"{side}{each}"] == name) & visitor.isna() for side, visitor in of_visitors.items()
            ]
            theirs = held[own[0] | own[1]]
            assert group["meetings.held"] == len(theirs) > 0, name
            assert group["meetings.minutes"] == pytest.approx(theirs["minutes"].mean())
    parties = pd.concat(of_visitors.values()).dropna().astype(int)
    for number, name in enumerate(expo.personas):
        held_by = (expo.parties.persona[parties] == number).sum()
        assert parts("persona")[name]["meetings.held"] == held_by, name
    assert len(parties) == len(held) > 20  # visitors meet exhibitors


def test_closed_booths_that_were_come_to_are_of_their_chains_and_sponsors() -> None:
    whole = result(True).row["booths.found_closed"]
    for each in ("chain", "sponsor"):
        assert sum(group["booths.found_closed"] for group in parts(each, True).values()) == whole > 0


def test_a_hall_has_its_own_staff_and_meals() -> None:
    staff = result().exhibitors.groupby("hall")["staff_hours"].sum()
    for hall, group in parts("hall").items():
        assert group["staff.hours"] == pytest.approx(staff[hall])
    assert parts("hall")["east"]["catering.meals"] == 0 < parts("hall")["west"]["catering.meals"]


def test_the_only_group_is_the_whole(quickstart: Result) -> None:
    """Restricting to all there is changes no number: an expo of one day, by day."""
    (one,) = by(quickstart.ledger, "day").values()
    for name, value in one.items():
        assert value == pytest.approx(quickstart.row[name], nan_ok=True), name


def test_every_kpi_of_a_division_is_one_and_is_shown_in_order() -> None:
    for each in DIVISIONS.values():
        assert len(set(each.kpis)) == len(each.kpis) > 30
        families = {name for name in each.kpis if KPIS[name].family}
        sums = {
            name.rpartition(".")[0] if name.rpartition(".")[0] in families else name
            for name in ADDS_UP[each.name]
        }
        assert sums <= set(each.kpis)
        assert len([name for name in FIRST if name in each.kpis]) >= 6
    assert all(describe(name) for name in (*FIRST, *WORSE))


def test_a_result_has_a_frame_of_groups_and_says_what_there_is() -> None:
    frame = result().by("day")
    assert frame.index.tolist() == ["1", "2"]
    assert frame.loc["2", "booths.asked"] == parts("day")["2"]["booths.asked"]
    with pytest.raises(KeyError, match=r"no division 'days'; there are: day, hall, .*; did you mean 'day'"):
        result().by("days")


def grouped() -> Grouped:
    """Three days, four replications: the second is worst by a difference that hardly varies."""
    lost = [(0.10, 0.20, 0.05), (0.30, 0.41, 0.05), (0.20, 0.29, 0.05), (0.40, 0.50, 0.05)]
    rows = [
        {str(d + 1): {"booths.lost_share": v, "visits.people": 9.0} for d, v in enumerate(r)} for r in lost
    ]
    return Grouped("day", tuple(rows))


def test_the_worst_group_is_told_by_the_difference_replication_by_replication() -> None:
    worst = grouped().worst("booths.lost_share")
    assert worst is not None
    assert (worst.group, worst.next, worst.told_apart) == ("2", "1", True)
    assert worst.difference.mean == pytest.approx(0.1)
    # sd of .10 .11 .09 .10 is 0.00816; t(0.975, 3) = 3.182, over sqrt(4)
    assert worst.difference.half_width == pytest.approx(3.182 * 0.008165 / 2, rel=1e-3)
    unpaired = grouped().frame["half_width"].to_dict()["2", "booths.lost_share"]
    assert unpaired > 10 * worst.difference.half_width
    assert "  2  35" in grouped().text()
    assert "worst: 10.0 ± 1.3 points more than 1" in grouped().text()
    assert grouped().worst("visits.people") is None


def test_of_unlike_groups_no_sum_is_worse_than_another() -> None:
    """Five sponsors hold fewer meetings than a hundred others; of like days one is the worse."""
    rows = tuple({"a": {"meetings.held": 5.0 + n}, "b": {"meetings.held": 90.0 + n}} for n in range(3))
    by_day = Grouped("day", rows).worst("meetings.held")
    assert by_day is not None
    assert by_day.group == "a"
    assert all(Grouped(each, rows).worst("meetings.held") is None for each in DIVISIONS if each != "day")


@pytest.mark.elsewhere
def test_a_study_collects_groups_whoever_runs_its_replications() -> None:
    here = sim.replicate("quickstart", replications=3, by=("day", "hall"), workers=1)
    frame = here.by("hall")
    assert isinstance(frame, pd.DataFrame)
    first = by(sim.run("quickstart", replication=0).ledger, "hall")
    values = [
        here.grouped("hall").values("east", "booths.asked")[0],
        frame.loc[("east", "booths.asked"), "n"],
    ]
    assert values == [first["east"]["booths.asked"], 3]
    with pytest.raises(KeyError, match="no KPIs by 'chain': replicate"):
        here.by("chain")
    with pytest.raises(KeyError, match="no division 'night'"):
        sim.replicate("quickstart", by="night")


@pytest.mark.elsewhere
def test_the_command_shows_groups_in_80_columns_and_which_is_worst(tmp_path: Path) -> None:
    fair = tmp_path / "fair.toml"
    few = {"visitors.professional.visits": 150, "visitors.public.visits": 15}
    fair.write_text(sim.load("quickstart", TWO_DAYS | few).to_toml())
    done = CliRunner().invoke(exposim, ["run", str(fair), "-q", "-n", "2", "--by", "day", "--all-kpis"])
    assert done.exit_code == 0, done.stderr
    lines = done.stdout.splitlines()
    assert max(map(len, lines)) <= 80
    assert "By day; differences are taken replication by replication." in lines
    assert any("worst" in line for line in lines)
    options = ["--by", "sponsor", "--by", "day", "-k", "meetings.held", "--json"]
    told = CliRunner().invoke(exposim, ["run", str(fair), "-q", "-n", "2", *options])
    said = json.loads(told.stdout)["by"]
    assert list(said) == ["sponsor", "day"]
    assert said["day"]["1"]["meetings.held"]["mean"] > 0
    wrong = CliRunner().invoke(exposim, ["run", str(fair), "-q", "-n", "1", "--by", "hall", "-k", "gate"])
    assert wrong.exit_code == 2
    assert "Invalid value for --kpi: by hall: no KPI 'gate'" in wrong.stderr
