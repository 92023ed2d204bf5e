"""How `cisce-2024` compares with what is published and measured, figure by figure.

`python -m tests.benchmarks.verification [SCENARIO] [--replications 3]` runs replications at full scale (a
minute each) and prints a table: each figure as the model has it, with its 95 % half-width; its label
(input: given to the model; fitted: a parameter was chosen to meet it; predicted: neither); the measured or
published figure with the grade and the name of its row of facts; and whether the model is within it. What
is off is off, and says why as far as we know.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

import sim
from sim.engine import Kind, Outcome
from sim.expo.expo import SESSION_KINDS
from sim.floor.arrays import MINUTE, NONE
from sim.scenario.schema.countries import COUNTRIES
from sim.statistics import Result, describe, estimate
from sim.statistics.measures import gini, mean

__all__ = ["FIGURES", "Figure", "main"]

Floats = npt.NDArray[np.float64]
Basis = Literal["input", "fitted", "predicted", "cut"]
HOUR = 60 * MINUTE


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


def of_direct(flag: str) -> Callable[[Result], float]:
    """How many direct exhibitors have a flag."""

    def count(result: Result) -> float:
        organisations, exhibitors = result.expo.organisations, result.expo.exhibitors
        n = result.expo.n_exhibitors
        direct = exhibitors.direct == 1
        home = [c.code for c in COUNTRIES].index(result.expo.terms.home_country)
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


# ---------------------------------------------------------------- conversations


def _held(result: Result) -> npt.NDArray[np.bool_]:
    held: npt.NDArray[np.bool_] = (result.trace.kind == Kind.TALK) & (result.trace.outcome == Outcome.DONE)
    return held


def of_a_minute(measure: Callable[[Floats], float]) -> Callable[[Result], float]:
    """A measure of the conversations of at least a minute, as the badges recorded them."""

    def value(result: Result) -> float:
        trace, held = result.trace, _held(result)
        length = (trace.end - trace.start - trace.wait)[held] / MINUTE
        return float(measure(length[length >= 1]))

    return value


def person_conversations(result: Result) -> float:
    """Conversations a direct exhibitor, each counted once for every person of the party."""
    size = result.expo.floor.party_days.size[result.trace.actor[_held(result)]]
    return float(size.sum() / result.expo.exhibitors.direct.sum())


def talked(result: Result) -> float:
    """Of people's stops at booths that were open, those with a conversation, in per cent."""
    trace, size = result.trace, result.expo.floor.party_days.size
    looked = (trace.kind == Kind.LOOK) & (trace.outcome == Outcome.DONE)
    return float(100 * size[trace.actor[_held(result)]].sum() / size[trace.actor[looked]].sum())


def per_person(of: Literal["time", "partners"]) -> Callable[[Result], float]:
    """Gini coefficient over people who had any contact, over all their days, as the badges have it."""

    def value(result: Result) -> float:
        met, floor = result.ledger.interactions, result.expo.floor
        parties = floor.n_party_days
        ends = [(met.actor, met.partner_actor), (met.partner_actor, met.actor)]
        visiting = [(a[a < parties], b[a < parties], met.length[a < parties]) for a, b in ends]
        actor, other, length = (np.concatenate(columns) for columns in zip(*visiting, strict=True))
        party = floor.party_days.party[actor]
        if of == "partners":
            party = np.unique(np.stack((party, other)), axis=1)[0]
            length = np.ones(len(party), dtype=np.int64)
        each = np.bincount(party, weights=length)
        size = np.zeros(len(each), dtype=np.int64)
        known = floor.party_days.party < len(each)
        np.maximum.at(size, floor.party_days.party[known], floor.party_days.size[known])
        return gini(np.repeat(each[each > 0], size[each > 0]))

    return value


def chain_contacts(result: Result) -> float:
    """Companies of its own area that an exhibitor had a useful contact with, mean of direct exhibitors."""
    met, expo = result.ledger.interactions, result.expo
    n = expo.n_exhibitors
    trade = np.isin(
        np.array(expo.terms.persona_kinds)[expo.parties.persona], ("buyer", "professional", "delegation")
    )
    company = np.zeros(len(expo.organisations.name), dtype=np.bool_)
    company[expo.parties.organisation[trade]] = True
    pairs = np.unique(np.stack((met.organisation, met.partner))[:, met.useful], axis=1)
    low, high = pairs.min(axis=0), pairs.max(axis=0)
    chain = expo.organisations.chain
    counted = (low < n) & (high >= n) & company[high] & (chain[low] == chain[high])
    contacts = np.unique(np.stack((low, high))[:, counted], axis=1)[0]
    return float(np.bincount(contacts, minlength=n)[expo.exhibitors.direct == 1].mean())


# ---------------------------------------------------------------- the programme


def activities(result: Result) -> float:
    """Ceremonies, forums, seminars, exchange sessions, and windows of programmes that list them."""
    expo = result.expo
    listed = np.array([terms.lists_windows for terms in expo.terms.matchmaking])
    sessions = sum(SESSION_KINDS[kind] not in ("debut", "tour") for kind in expo.programme.kind.tolist())
    return float(sessions + listed[expo.programme.window_programme].sum())


def meetings_each(result: Result) -> float:
    """Meetings held a visiting party that had any."""
    sides = result.ledger.sides
    party_day = sides.party_day[:, sides.held].ravel()
    party = result.expo.floor.party_days.party[party_day[party_day != NONE]]
    return mean(np.unique(party, return_counts=True)[1])


def arrivals(hour: int) -> Callable[[Result], float]:
    """Share of a day's arrivals in a clock hour, in per cent."""

    def share(result: Result) -> float:
        days = result.expo.floor.party_days
        at = (days.arrival // HOUR) % 24
        return float(100 * days.size[at == hour].sum() / days.size.sum())

    return share


def present(result: Result) -> float:
    """People present, on average over the hours the doors are open."""
    hours = [name for name in result.row if name.startswith("visits.present_at.")]
    return mean(np.array([result.kpis[name] for name in hours]))


_TALKERS = (
    "only talk with exhibitors, at meetings and in mixing is simulated; badges saw visitors among themselves"
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
        "... coefficient of variation", "fitted", of_a_minute(lambda m: float(m.std() / m.mean())), "1.8 (A)",
        "conversation-1min", 1.6, 2.0,
        "the fitted curve has 1.5, and draws are cut at 60 minutes (an assumption), which leaves 1.2", ".2f",
    ),
    of_kpi("asked to talk and did not, %", "booths.lost_share", "not measured", "–", scale=100, form=".1f"),
    of_kpi(
        "staff in conversation, %", "staff.busy_share", "about 40 (arithmetic)", "booth-size", 35, 45,
        scale=100, form=".1f",
        why="a party has one conversation whatever its size: 730 an exhibitor, not 1,000 to 1,500",
    ),
    of_kpi(
        "contacts a staff-hour", "conversations.a_staff_hour", "at most 10 to 15 (C)", "staff", 0, 15,
        form=".1f",
    ),
    Figure(
        "useful contacts of its own area, an exhibitor", "predicted", chain_contacts, "60 chain contacts",
        "section 1", 45, 75,
    ),
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
        "meetings each, of parties with any", "predicted", meetings_each, "4 to 8 (A)", "meetings-each", 4, 8,
        "requests are spread over half of all buyers, so that each has few", ".1f",
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
    of_kpi(
        "distinct partners a person-day", "contacts.partners_a_day", "27 at all (A)", "partners-a-day",
        20, 35, form=".1f", why=_TALKERS,
    ),
    of_kpi(
        "... of 1 min or more", "contacts.partners_a_day_1min", "9 (A)", "partners-a-day", 7, 11, form=".1f",
        why=_TALKERS,
    ),
    of_kpi(
        "... of 5 min or more", "contacts.partners_a_day_5min", "2.5 (A)", "partners-a-day", 2, 3, form=".1f",
        why=_TALKERS,
    ),
    of_kpi(
        "... coefficient of variation", "contacts.partners_cv", "0.75 (A)", "partners-a-day", 0.65, 0.85,
        form=".2f", why="visitors of a persona differ only by their draws",
    ),
    Figure(
        "Gini of contact time over people", "predicted", per_person("time"), "0.49 (A)", "contact-gini",
        0.44, 0.54, "", ".2f",
    ),
    Figure(
        "Gini of partners over people", "predicted", per_person("partners"), "0.35 (A)", "contact-gini",
        0.30, 0.40, "the public and the trade differ more than the people of a congress", ".2f",
    ),
    of_kpi(
        "pairs of a day that had met before, %", "contacts.remeeting_share", "18 (A)", "re-meeting", 15, 21,
        scale=100, form=".1f",
        why="a chance of returning of 18 % a booth is not 18 % of pairs: who comes again sees other booths",
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
