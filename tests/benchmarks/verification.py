"""How `cisce-2024` compares with what is published and measured, figure by figure.

`python -m tests.benchmarks.verification [SCENARIO]` runs one replication at full scale (a minute or
two) and prints a table: each figure as the model has it, its label (input: given to the model;
fitted: a parameter was chosen to meet it; predicted: neither), and the measured or published one.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np

import sim
from sim.engine import Kind, Outcome
from sim.expo.countries import COUNTRIES
from sim.expo.expo import SESSION_KINDS
from sim.expo.floor import MINUTE
from sim.statistics import Result

__all__ = ["FIGURES", "Figure", "main"]


@dataclass(frozen=True)
class Figure:
    """A figure of the model beside the published or measured one."""

    label: str
    basis: Literal["input", "fitted", "predicted"]
    value: Callable[[Result], float]
    fact: str
    form: str = ",.0f"


def kpi(name: str, scale: float = 1.0) -> Callable[[Result], float]:
    """A KPI by name."""
    return lambda result: result.kpis[name] * scale


def of_direct(flag: str) -> Callable[[Result], float]:
    """How many direct exhibitors have a flag."""

    def count(result: Result) -> float:
        organisations, exhibitors = result.expo.organisations, result.expo.exhibitors
        n = result.expo.n_exhibitors
        direct = exhibitors.direct == 1
        home = [c.code for c in COUNTRIES].index(result.expo.scenario.data.exhibitors.home_country)
        country = organisations.country[:n]
        values = {
            "direct": direct,
            "overseas": direct & (country != home),
            "belt and road": direct & (country != home) & (organisations.belt_and_road[:n] == 1),
            "fortune 500": direct & (organisations.fortune_500[:n] == 1),
            "debut": exhibitors.debut == 1,
        }
        if flag == "countries":
            return float(len(np.unique(country[direct])))
        return float(np.count_nonzero(values[flag]))

    return count


def minutes(result: Result) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Minutes of all conversations."""
    trace = result.trace
    held = (trace.kind == Kind.TALK) & (trace.outcome == Outcome.DONE)
    length: np.ndarray[tuple[int], np.dtype[np.float64]] = (trace.end - trace.start - trace.wait)[
        held
    ] / MINUTE
    return length


def of_a_minute(
    measure: Callable[[np.ndarray[tuple[int], np.dtype[np.float64]]], float],
) -> Callable[[Result], float]:
    """A measure of the conversations of at least a minute, as the badges recorded them."""

    def value(result: Result) -> float:
        length = minutes(result)
        return float(measure(length[length >= 1]))

    return value


def person_conversations(result: Result) -> float:
    """Conversations an exhibitor, each counted once for every person of the party."""
    trace, floor = result.trace, result.expo.floor
    held = (trace.kind == Kind.TALK) & (trace.outcome == Outcome.DONE)
    return float(floor.party_days.size[trace.actor[held]].sum() / result.expo.n_exhibitors)


def arrivals(hour: int) -> Callable[[Result], float]:
    """Share of a day's arrivals in a clock hour, in per cent."""

    def share(result: Result) -> float:
        days = result.expo.floor.party_days
        at = (days.arrival // (60 * MINUTE)) % 24
        return float(100 * days.size[at == hour].sum() / days.size.sum())

    return share


def activities(result: Result) -> float:
    """Ceremonies, forums, seminars, exchange sessions, and Hungary's matchmaking windows."""
    programme = result.expo.programme
    sessions = sum(SESSION_KINDS[kind] not in ("debut", "tour") for kind in programme.kind.tolist())
    return float(sessions + np.count_nonzero(_hungarian(result)))


def people_at_activities(result: Result) -> float:
    """People seated in those sessions, and visitors' and hosts' people at Hungary's meetings held."""
    trace, programme = result.trace, result.expo.programme
    floor = result.expo.floor
    counted = np.array([SESSION_KINDS[kind] not in ("debut", "tour") for kind in programme.kind.tolist()])
    seated = (trace.kind == Kind.SESSION) & (trace.outcome == Outcome.DONE)
    seated &= trace.actor < floor.n_party_days
    seated[seated] = counted[trace.other[seated]]
    people = float(floor.party_days.size[trace.actor[seated]].sum())
    for start, end in zip(
        programme.window_start[_hungarian(result)], programme.window_end[_hungarian(result)], strict=True
    ):
        held = (trace.kind == Kind.MEETING) & (trace.outcome <= Outcome.LATE)
        requests, k = result.expo.requests, result.expo.matchmaking.index("hungary")
        of_hungary = np.isin(trace.other, requests.meeting[requests.programme == k])
        there = held & of_hungary & (trace.start + trace.wait >= start) & (trace.start + trace.wait < end)
        windows = np.count_nonzero(_hungarian(result) & (programme.window_start == start))
        people += len(np.unique(trace.actor[there])) / windows  # windows side by side share theirs
    return people


def _hungarian(result: Result) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Which matchmaking windows are Hungary's."""
    expo = result.expo
    hungary = expo.matchmaking.index("hungary") if "hungary" in expo.matchmaking else -1
    which: np.ndarray[tuple[int], np.dtype[np.bool_]] = expo.programme.window_programme == hungary
    return which


FIGURES: tuple[Figure, ...] = (
    Figure("direct exhibitors", "input", of_direct("direct"), "620"),
    Figure("countries and regions", "input", of_direct("countries"), "69"),
    Figure("exhibitors from outside the mainland", "input", of_direct("overseas"), "32 % of 620 = 198"),
    Figure("of them Belt-and-Road", "input", of_direct("belt and road"), "about half"),
    Figure("Fortune Global 500", "input", of_direct("fortune 500"), "78"),
    Figure("booths with a debut", "input", of_direct("debut"), "about 91"),
    Figure("visits", "input", kpi("visits.people"), "160,000+"),
    Figure(
        "stay, hours a visit",
        "fitted",
        kpi("visits.stay_minutes", 1 / 60),
        "3.6 (A: 8.3 h on 2.3 days)",
        ".2f",
    ),
    Figure(
        "people per 100 net sq ft",
        "predicted",
        kpi("visits.people_per_100_sqft"),
        "2.3; 1.8 to 3.2 (A)",
        ".2f",
    ),
    Figure("stops at booths a visit", "fitted", kpi("visits.stops"), "20 to 28 (C)", ".1f"),
    Figure("stops with a wish to talk, %", "input", kpi("visits.talk_share", 100), "21 (B)", ".1f"),
    Figure("conversations a visit", "predicted", kpi("conversations.a_visit"), "4 to 6 (C)", ".2f"),
    Figure("conversations an exhibitor, by person", "predicted", person_conversations, "1,000 to 1,500 (C)"),
    Figure("conversations of 1 min or more: median, min", "input", of_a_minute(np.median), "2.7 (A)", ".2f"),
    Figure("... mean, min", "input", of_a_minute(np.mean), "4.6 (A)", ".2f"),
    Figure(
        "... 90 % under, min", "input", of_a_minute(lambda m: float(np.quantile(m, 0.9))), "10 (A)", ".1f"
    ),
    Figure(
        "... 95 % under, min", "input", of_a_minute(lambda m: float(np.quantile(m, 0.95))), "15 (A)", ".1f"
    ),
    Figure(
        "... coefficient of variation",
        "input",
        of_a_minute(lambda m: float(m.std() / m.mean())),
        "1.8; fitted curve 1.5 (A)",
        ".2f",
    ),
    Figure(
        "... 5 min or more, %", "input", of_a_minute(lambda m: float(100 * (m >= 5).mean())), "26 (A)", ".1f"
    ),
    Figure("asked to talk and did not, %", "predicted", kpi("booths.lost_share", 100), "not measured", ".1f"),
    Figure(
        "staff in conversation, % of time",
        "predicted",
        kpi("staff.busy_share", 100),
        "about 40 (arithmetic)",
        ".1f",
    ),
    Figure(
        "contacts a staff-hour", "predicted", kpi("conversations.a_staff_hour"), "at most 10 to 15 (C)", ".1f"
    ),
    Figure("forums, seminars, exchange sessions, windows", "input", activities, "69 + 370"),
    Figure("people at them", "fitted", people_at_activities, "10,000+"),
    Figure("people an activity", "fitted", lambda r: people_at_activities(r) / activities(r), "23", ".1f"),
    Figure(
        "registered who stay away, %", "input", kpi("sessions.no_show_share", 100), "40 to 60 (B-C)", ".0f"
    ),
    Figure("organised one-to-one matches", "fitted", kpi("meetings.scheduled"), "6,000+"),
    Figure(
        "requests accepted, %",
        "input",
        lambda r: 100 * r.kpis["meetings.accepted"] / r.kpis["meetings.requested"],
        "40 to 60 (C)",
        ".0f",
    ),
    Figure("meetings kept, %", "fitted", kpi("meetings.kept_share", 100), "80 (C)", ".1f"),
    Figure(
        "table use, %", "predicted", kpi("meetings.table_share", 100), "52 to 98 (A, other events)", ".0f"
    ),
    Figure("arrivals 9 to 10 h, %", "input", arrivals(9), "public exhibition: none before 11", ".0f"),
    *(
        Figure(
            f"people present at {h:02d}:30",
            "predicted",
            kpi(f"visits.present_at.{h:02d}"),
            "14,400 on average" if h == 11 else "-",
        )
        for h in range(9, 17)
    ),
    Figure(
        "distinct partners a party-day",
        "predicted",
        kpi("contacts.partners_a_day"),
        "27 people by badge (A): not the same",
        ".1f",
    ),
    Figure("... of 1 min or more", "predicted", kpi("contacts.partners_a_day_1min"), "9 (A)", ".1f"),
    Figure("... of 5 min or more", "predicted", kpi("contacts.partners_a_day_5min"), "2.5 (A)", ".1f"),
    Figure("... coefficient of variation", "predicted", kpi("contacts.partners_cv"), "0.75 (A)", ".2f"),
    Figure("Gini of contact time over people", "predicted", kpi("contacts.time_gini"), "0.49 (A)", ".2f"),
    Figure("Gini of partners over people", "predicted", kpi("contacts.partners_gini"), "0.35 (A)", ".2f"),
    Figure(
        "pairs of a day that had met before, %",
        "predicted",
        kpi("contacts.remeeting_share", 100),
        "18 (A)",
        ".1f",
    ),
)


def main() -> None:
    """Print the table."""
    scenario = sim.load(sys.argv[1] if len(sys.argv) > 1 else "cisce-2024")
    result = sim.run(scenario)
    print(f"{scenario.name}, replication 0, seed {scenario.data.expo.seed}\n")
    print(f"| {'figure':44} | {'label':9} | {'model':>9} | published or measured |")
    print(f"|{'-' * 46}|{'-' * 11}|{'-' * 10}:|---|")
    for figure in FIGURES:
        shown = format(figure.value(result), figure.form)
        print(f"| {figure.label:44} | {figure.basis:9} | {shown:>9} | {figure.fact} |")


if __name__ == "__main__":
    main()
