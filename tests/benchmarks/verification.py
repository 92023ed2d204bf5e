"""How `cisce-2024` compares with what is published and measured, figure by figure.

`python -m tests.benchmarks.verification [SCENARIO] [--replications 3]` runs replications at full scale (a
minute each) and prints a table: each figure as the model has it, with its 95 % half-width; its label
(input: given to the model; fitted: a parameter was chosen to meet it; predicted: neither); the measured or
published figure with the grade and the name of its row of facts; and whether the model is within it. What
is off is off, and says why as far as we know.

How like is compared with like: see `measured`.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

import sim
from sim.statistics import Result, describe, estimate
from sim.statistics.measures import coefficient_of_variation, gini
from tests.benchmarks.measured import (
    activities,
    arrivals,
    busy_by_persons,
    chain_contacts,
    gini_of_interactions,
    meetings_a_visitor,
    meetings_each,
    of_a_minute,
    of_direct,
    over_days,
    partners_a_day,
    partners_over_the_event,
    person_conversations,
    present,
    remeeting,
    talked,
    time_over_the_event,
    up_to_an_hour,
)

__all__ = ["FIGURES", "Figure", "main"]

Basis = Literal["input", "fitted", "predicted", "cut"]
COMPANIONS = "companions, whom all of a party have alike, and encounters level what differs at booths"


@dataclass(frozen=True)
class Figure:
    """A figure of the model beside the published or measured one.

    The model agrees from `low` to `high`; `why` says what is known of the reason if it does not.
    """

    label: str
    basis: Basis
    value: Callable[[Result], float]
    fact: str
    row: str  # of the measured facts
    low: float = -np.inf
    high: float = np.inf
    why: str = ""
    form: str = ",.0f"

    def verdict(self, value: float) -> str:
        """Whether a value agrees with the fact."""
        if not np.isfinite(self.low) and not np.isfinite(self.high):
            return "–"
        return "within" if self.low <= value <= self.high else f"OFF: {self.why}" if self.why else "OFF"


def of_kpi(
    label: str,
    name: str,
    fact: str,
    row: str,
    low: float = -np.inf,
    high: float = np.inf,
    *,
    scale: float = 1.0,
    why: str = "",
    form: str = ",.0f",
) -> Figure:
    """A figure that is a KPI, with the KPI's own label."""
    return Figure(
        label, describe(name).basis, lambda r: r.kpis[name] * scale, fact, row, low, high, why, form
    )


FIGURES: tuple[Figure, ...] = (
    Figure("direct exhibitors", "input", of_direct("direct"), "620", "section 1", 620, 620),
    Figure("countries and regions", "input", of_direct("countries"), "69", "section 1", 69, 69),
    Figure("from outside the mainland", "input", of_direct("overseas"), "32 % of 620", "section 1", 198, 199),
    Figure("of them Belt-and-Road", "input", of_direct("belt and road"), "about half", "section 1", 99, 100),
    Figure("Fortune Global 500", "input", of_direct("fortune 500"), "78", "section 1", 78, 78),
    Figure("booths with a debut", "input", of_direct("debut"), "about 91", "section 1", 91, 91),
    of_kpi("visits", "visits.people", "160,000+", "section 1", 160_000, 160_000),
    of_kpi(
        "stay, hours a visit", "visits.stay_minutes", "3.6 (A)", "hours-on-floor", 3.4, 3.8,
        scale=1 / 60, form=".2f",
    ),
    of_kpi(
        "people per 100 net sq ft", "visits.people_per_100_sqft", "2.3; 1.8 to 3.2 (A)", "traffic-density",
        1.8, 3.2, form=".2f",
    ),
    of_kpi("stops at booths a visit", "visits.stops", "20 to 28 (C)", "booth-visit", 20, 28, form=".1f"),
    of_kpi(
        "stops with a wish to talk, %", "visits.talk_share", "21 who talk (B)", "talk-share", 18, 24,
        scale=100, form=".1f",
    ),
    Figure("stops with a conversation, %", "predicted", talked, "21 (B)", "talk-share", 18, 24, "", ".1f"),
    of_kpi(
        "conversations a visit", "conversations.a_visit", "4 to 6 (C)", "booth-visit", 4, 6, form=".2f"
    ),
    Figure(
        "conversations an exhibitor, by person", "predicted", person_conversations, "1,000 to 1,500 (C)",
        "booth-visit", 1000, 1500,
    ),
    Figure(
        "conversations of 1 min or more: median", "fitted", of_a_minute(np.median), "2.7 min (A)",
        "conversation-1min", 2.5, 2.9, "", ".2f",
    ),
    Figure(
        "... mean", "fitted", of_a_minute(np.mean), "4.6 min (A)", "conversation-1min", 4.3, 4.9, "", ".2f"
    ),
    Figure(
        "... 90 % under", "fitted", of_a_minute(lambda m: float(np.quantile(m, 0.9))), "10 min (A)",
        "conversation-1min", 9.5, 10.5, "", ".1f",
    ),
    Figure(
        "... 95 % under", "fitted", of_a_minute(lambda m: float(np.quantile(m, 0.95))), "15 min (A)",
        "conversation-1min", 14, 16, "", ".1f",
    ),
    Figure(
        "... 5 min or more, %", "fitted", of_a_minute(lambda m: float(100 * (m >= 5).mean())), "26 (A)",
        "conversation-1min", 25, 27.5, "", ".1f",
    ),
    Figure(
        "... coefficient of variation, up to an hour", "fitted", of_a_minute(up_to_an_hour), "1.205 (A)",
        "conversation-1min", 1.13, 1.28, "", ".2f",
    ),
    of_kpi("asked to talk and did not, %", "booths.lost_share", "not measured", "–", scale=100, form=".1f"),
    of_kpi(
        "... and never did that day, %", "booths.lost_for_good_share", "not measured", "–",
        scale=100, form=".1f",
    ),
    of_kpi(
        "staff in conversation, %", "staff.busy_share", "about 28 (arithmetic)", "booth-size", 24, 32,
        scale=100, form=".1f",
    ),
    Figure(
        "... counted by visitors talked to, %", "predicted", busy_by_persons, "about 40 (arithmetic)",
        "booth-size", 35, 45, "", ".1f",
    ),
    of_kpi(
        "contacts a staff-hour", "conversations.a_staff_hour", "at most 10 to 15 (C)", "staff", 0, 15,
        form=".1f",
    ),
    Figure(
        "useful contacts of its own area, an exhibitor", "predicted", chain_contacts, "60 chain contacts",
        "section 1", 45, 75,
    ),
    of_kpi(
        "chain contacts an exhibitor", "outcomes.chain_contacts_an_exhibitor", "60", "section 1", 57, 63,
        form=".1f",
    ),
    of_kpi(
        "key contacts an exhibitor", "outcomes.key_contacts_an_exhibitor", "29", "section 1", 27.5, 30.5,
        form=".1f",
    ),
    of_kpi(
        "intentions an exhibitor", "outcomes.intentions_an_exhibitor", "10.8 (6,700+)", "section 1", 10, 11.6,
        form=".1f",
    ),
    of_kpi("agreements", "outcomes.agreements", "210+", "section 1", 196, 224),
    Figure("activities", "input", activities, "69 + 370", "section 1", 439, 440),
    of_kpi(
        "people an activity", "sessions.people_an_activity", "23", "section 1", 21, 25, form=".1f"
    ),
    of_kpi(
        "registered who stay away, %", "sessions.no_show_share", "40 to 60 (B-C)", "seminar-no-show", 40, 60,
        scale=100,
    ),
    of_kpi("organised one-to-one matches", "meetings.scheduled", "6,000+", "section 1", 6000, 6600),
    Figure(
        "requests accepted, %", "input",
        lambda r: 100 * r.kpis["meetings.accepted"] / r.kpis["meetings.requested"], "40 to 60 (C)",
        "acceptance", 40, 60,
    ),
    of_kpi("meetings kept, %", "meetings.kept_share", "80 (C)", "kept", 77, 83, scale=100, form=".1f"),
    Figure(
        "agreed meetings each, both sides", "fitted", meetings_each, "4.4 to 8.0 (A)", "girona", 4.4, 8.0,
        "", ".1f",
    ),
    Figure(
        "... held, a visiting party that has any", "fitted", meetings_a_visitor, "4 to 8 (A)",
        "meetings-each", 4, 8, "", ".1f",
    ),
    of_kpi(
        "accepted, and no meeting held, %", "meetings.none_share", "17 to 19 without a match (A, dating)",
        "two-sided", scale=100,
    ),
    of_kpi(
        "table use, %", "meetings.table_share", "52 to 98 (A, other events)", "girona", 52, 98, scale=100
    ),
    *(
        Figure(
            f"arrivals {hour} to {hour + 1} h, %", "input", arrivals(hour), f"{fact} (A, a congress)",
            "arrival-profile",
        )
        for hour, fact in ((9, 15), (10, 10), (11, 39))
    ),
    Figure("people present, mean", "predicted", present, "14,400 (arithmetic)", "section 1", 13_000, 15_800),
    *(
        of_kpi(f"... from {h} to {h + 1} h", f"visits.present_at.{h:02d}", "no hourly figure", "–")
        for h in range(9, 17)
    ),
    Figure(
        "partners a person-day of 2.5 to 4.5 h, 1 min or more", "predicted", partners_a_day(1, (2.5, 4.5)),
        "6.4 (A)", "partners-a-day", 5.4, 7.4, "", ".1f",
    ),
    Figure(
        "... 5 min or more", "predicted", partners_a_day(5, (2.5, 4.5)), "1.6 (A)", "partners-a-day",
        1.3, 1.9, "every companion counts as five minutes; badges saw companions only when face to face",
        ".1f",
    ),
    Figure(
        "partners a person-day, 1 min or more: CV", "predicted", over_days(coefficient_of_variation, 1),
        "0.98 (A)", "partners-a-day", 0.85, 1.1, COMPANIONS, ".2f",
    ),
    Figure(
        "... Gini", "fitted", over_days(gini, 1), "0.455 (A)", "contact-gini", 0.41, 0.50,
        COMPANIONS, ".2f",
    ),
    Figure(
        "... Gini, at booths and in the programme alone", "fitted", gini_of_interactions, "0.455 (A)",
        "contact-gini", 0.41, 0.50, "", ".2f",
    ),
    Figure(
        "... Gini, 5 min or more", "predicted", over_days(gini, 5), "0.59 (A)", "contact-gini", 0.54, 0.64,
        COMPANIONS, ".2f",
    ),
    Figure(
        "... Gini over the event, 1 min or more", "predicted", partners_over_the_event, "0.405 (A)",
        "contact-gini", 0.36, 0.45, "", ".2f",
    ),
    Figure(
        "Gini of contact time over people", "predicted", time_over_the_event, "0.49 (A)", "contact-gini",
        0.44, 0.54, "", ".2f",
    ),
    Figure(
        "pairs of 1 min or more that had met before, %", "fitted", remeeting, "22.8 (A)", "re-meeting",
        19, 27, "", ".1f",
    ),
    of_kpi("encounters a visit", "encounters.a_visit", "not measured apart", "–", form=".2f"),
    of_kpi(
        "talk among visitors that begins in the coffee hour, %", "encounters.coffee_share",
        "28 (A)", "coffee", 20, 36, scale=100, form=".0f",
    ),
)  # fmt: skip


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("scenario", nargs="?", default="cisce-2024")
    parser.add_argument("--replications", type=int, default=3)
    options = parser.parse_args(arguments)
    scenario = sim.load(options.scenario)
    values: list[list[float]] = []
    for replication in range(options.replications):
        result = sim.run(scenario, replication=replication)
        values.append([figure.value(result) for figure in FIGURES])
        del result
    print(f"{scenario.name}, {options.replications} replications, seed {scenario.data.expo.seed}\n")
    print("| figure | label | model | published or measured | row of facts | verdict |")
    print("|---|---|---:|---|---|---|")
    for figure, column in zip(FIGURES, zip(*values, strict=True), strict=True):
        found = estimate(column)
        shown = format(found.mean, figure.form)
        if np.isfinite(found.half_width) and found.half_width > 0:
            shown += f" ± {found.half_width:{figure.form}}"
        verdict = figure.verdict(found.mean)
        print(f"| {figure.label} | {figure.basis} | {shown} | {figure.fact} | {figure.row} | {verdict} |")


if __name__ == "__main__":
    main()
