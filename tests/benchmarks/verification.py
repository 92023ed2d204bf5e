"""How `cisce-2024` compares with what is published and measured, figure by figure.

`python -m tests.benchmarks.verification [SCENARIO] [--replications 3]` runs replications at full scale (a
minute each) and prints a table: each figure as the model has it, with its 95 % half-width; its label
(input: given to the model; fitted: a parameter was chosen to meet it; predicted: neither); the measured or
published figure with the grade and the name of its row of facts; and whether the model is within it. What
is off is off, and says why as far as we know.

Like is compared with like: conversations up to an hour; persons with persons, their companions included;
days of the same span; contacts of a minute or more; agreed meetings over both sides.
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
from sim.statistics.measures import coefficient_of_variation, gini, mean, share

__all__ = ["FIGURES", "Figure", "main"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Basis = Literal["input", "fitted", "predicted", "cut"]
HOUR = 60 * MINUTE
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
    """Of the open booths at which people stopped on a day, those at which they talked, in per cent."""
    trace, size = result.trace, result.expo.floor.party_days.size
    places = len(result.expo.floor.places.kind)

    def people(rows: npt.NDArray[np.bool_]) -> int:
        """Of each party, day and booth once, however often the party came back."""
        there = np.unique(trace.actor[rows].astype(np.int64) * places + trace.place[rows])
        return int(size[there // places].sum())

    looked = (trace.kind == Kind.LOOK) & (trace.outcome == Outcome.DONE)
    return 100 * people(_held(result)) / people(looked)


def up_to_an_hour(minutes: Floats) -> float:
    """Coefficient of variation of conversations up to an hour: one pair of badges lay together for seven."""
    short = minutes[minutes <= 60]
    return float(short.std() / short.mean())


def busy_by_persons(result: Result) -> float:
    """Staff in conversation in per cent, where each visitor of a party counts as one talked to."""
    trace, held = result.trace, _held(result)
    length = (trace.end - trace.start - trace.wait)[held]
    size = result.expo.floor.party_days.size[trace.actor[held]]
    return float(100 * result.kpis["staff.busy_share"] * (length * size).sum() / length.sum())


@dataclass(frozen=True)
class Contacts:
    """Who of the visitors was in contact with whom, as badges would have it: an entry a pair and a day.

    Interactions and encounters; persons with persons. A booth's staff count as one: they are
    interchangeable in the model, and who comes again asks for whom he knows.
    """

    party_day: Ints
    other: Ints  # a party, or beyond those a booth
    people: Ints  # of the other


def contacts(result: Result, least_minutes: float) -> Contacts:
    """The contacts of at least so many minutes."""
    ledger = result.ledger
    ends = []
    for met in (ledger.interactions, ledger.encounters):
        long = met.length >= least_minutes * MINUTE
        ends += [(met.actor[long], met.partner_actor[long]), (met.partner_actor[long], met.actor[long])]
    actor, partner = (np.concatenate(column) for column in zip(*ends, strict=True))
    ours = ledger.is_party(actor)
    actor, partner = actor[ours], partner[ours]
    size = np.concatenate((ledger.size, np.ones(len(result.expo.floor.staff.booth), dtype=np.int64)))
    other = ledger.who[partner]
    _, first = np.unique(actor * (int(ledger.who.max()) + 1) + other, return_index=True)
    return Contacts(actor[first], other[first], size[partner[first]])


def partners(result: Result, least_minutes: float) -> Floats:
    """Partners of each person-day, companions included."""
    found, ledger = contacts(result, least_minutes), result.ledger
    others = ledger.a_party_day(found.party_day, found.people.astype(np.float64))
    return np.asarray(others + ledger.size - 1.0, dtype=np.float64)


def partners_a_day(least_minutes: float, span: tuple[float, float]) -> Callable[[Result], float]:
    """Mean partners a person-day, of the days of a span in hours."""

    def value(result: Result) -> float:
        visits, size = result.ledger.visits, result.ledger.size
        hours = (visits.end - visits.start) / HOUR
        day = visits.actor[(span[0] <= hours) & (hours <= span[1])]
        return float(np.average(partners(result, least_minutes)[day], weights=size[day]))

    return value


def over_days(measure: Callable[[Floats], float], least_minutes: float) -> Callable[[Result], float]:
    """A measure of the partners of person-days."""
    return lambda result: measure(
        np.asarray(result.ledger.a_person(partners(result, least_minutes)), dtype=np.float64)
    )


def gini_of_interactions(result: Result) -> float:
    """Gini coefficient of partners in interactions of a minute or more a person-day, without companions."""
    met, ledger = result.ledger.interactions, result.ledger
    long = met.length >= MINUTE
    actor = np.concatenate((met.actor[long], met.partner_actor[long]))
    other = np.concatenate((met.partner_actor[long], met.actor[long]))
    ours = ledger.is_party(actor)
    pairs = np.unique(actor[ours] * ledger.floor.n_actors + other[ours])
    return gini(ledger.a_person(ledger.a_party_day(pairs // ledger.floor.n_actors)))


def partners_over_the_event(result: Result) -> float:
    """Gini coefficient over people of their partners of a minute or more, on all their days together."""
    found, days, ledger = contacts(result, 1), result.expo.floor.party_days, result.ledger
    pair = np.stack((days.party[found.party_day], found.other))
    _, first = np.unique(pair, axis=1, return_index=True)
    each = np.bincount(pair[0, first], weights=found.people[first], minlength=int(days.party.max()) + 1)
    size = np.zeros(len(each), dtype=np.int64)
    there = np.flatnonzero(ledger.admitted)
    np.maximum.at(size, days.party[there], days.size[there])
    return gini(np.repeat(each + size - 1, size))


def time_over_the_event(result: Result) -> float:
    """Gini coefficient of contact time over people who had any, on all their days together."""
    ledger, days = result.ledger, result.expo.floor.party_days
    each = np.zeros(int(days.party.max()) + 1)
    for met in (ledger.interactions, ledger.encounters):
        for actor in (met.actor, met.partner_actor):
            ours = ledger.is_party(actor)
            each += np.bincount(days.party[actor[ours]], weights=met.length[ours], minlength=len(each))
    size = np.zeros(len(each), dtype=np.int64)
    np.maximum.at(size, days.party, days.size)
    return gini(np.repeat(each[each > 0], size[each > 0]))


def remeeting(result: Result) -> float:
    """Of pairs of persons a minute or more in contact, both there on an earlier day, those in contact then.

    In per cent. Companions are pairs that had met.
    """
    found, days, ledger = contacts(result, 1), result.expo.floor.party_days, result.ledger
    n = int(ledger.who.max()) + 1
    first = np.zeros(n, dtype=np.int64)  # booths are there from the first day on
    first[days.party] = result.expo.n_days
    np.minimum.at(first, days.party, result.expo.parties.day)
    party, day = days.party[found.party_day], result.expo.parties.day[found.party_day]
    order = np.lexsort((day, found.other, party))
    again = np.zeros(len(order), dtype=np.bool_)
    same = (np.diff(party[order]) == 0) & (np.diff(found.other[order]) == 0)
    again[order[1:]] = same
    weight = days.size[found.party_day] * found.people
    weight = np.where(found.other < int(days.party.max()) + 1, weight / 2, weight)  # seen from both ends
    later = day > np.maximum(first[party], first[found.other])
    back = ledger.admitted & (result.expo.parties.day > first[days.party])
    companions = float((days.size * (days.size - 1) / 2)[back].sum())
    return 100 * share(weight[later & again].sum() + companions, weight[later].sum() + companions)


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
    """Agreed meetings a participant that has any, visiting parties and exhibitors alike."""
    requests = result.expo.requests
    agreed = requests.meeting != NONE
    n = int(result.expo.floor.party_days.party.max()) + 1
    sides = [
        np.where(party[agreed] == NONE, n + organisation[agreed], party[agreed])
        for party, organisation in (
            (requests.asker_party, requests.asker),
            (requests.asked_party, requests.asked),
        )
    ]
    return mean(np.unique(np.concatenate(sides), return_counts=True)[1])


def meetings_a_visitor(result: Result) -> float:
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
