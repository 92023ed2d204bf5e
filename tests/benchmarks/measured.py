"""What `verification` measures of a result, in the way in which it was measured at events.

Like is compared with like: conversations up to an hour; persons with persons, their companions included;
days of the same span; contacts of a minute or more; agreed meetings over both sides.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sim.engine import Kind, Outcome
from sim.expo.expo import SESSION_KINDS
from sim.floor.arrays import MINUTE, NONE
from sim.scenario.schema.countries import COUNTRIES
from sim.statistics import Result
from sim.statistics.measures import gini, mean, share

__all__ = [
    "activities",
    "arrivals",
    "busy_by_persons",
    "chain_contacts",
    "gini_of_interactions",
    "meetings_a_visitor",
    "meetings_each",
    "of_a_minute",
    "of_direct",
    "over_days",
    "partners_a_day",
    "partners_over_the_event",
    "person_conversations",
    "present",
    "remeeting",
    "talked",
    "time_over_the_event",
    "up_to_an_hour",
]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
HOUR = 60 * MINUTE


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
