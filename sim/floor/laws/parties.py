"""Laws of a party's day: the gate, one place at a time, the walks between."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from sim.floor.arrays import NEVER, NONE
from sim.floor.index import owners
from sim.floor.laws.account import SHOWN, Account, Bools, holding, many
from sim.floor.trace import Cause, Kind, Outcome

__all__ = [
    "a_contact_is_of_two_who_attend",
    "every_party_is_at_the_gate_once_and_visits_if_admitted",
    "nobody_asks_again_but_after_a_loss",
    "nobody_is_quicker_or_slower_than_the_walk",
    "parties_are_in_one_place_at_a_time",
    "parties_are_there_during_their_visit",
    "stays_count_from_the_admission",
]


def every_party_is_at_the_gate_once_and_visits_if_admitted(account: Account) -> Iterator[str]:
    """A party comes to its gate once, on time; if admitted its visit begins when its check is done.

    Who is registered and does not come has no row at the gate.
    """
    parties, gates, visits = account.floor.party_days, account.rows(Kind.GATE), account.rows(Kind.VISIT)
    n = account.floor.n_party_days
    expected = (parties.arrival < NEVER).astype(np.int64)
    yield from _parties(np.bincount(gates.actor, minlength=n) != expected, "not one row at the gate")
    yield from account.named(gates, gates.start != parties.arrival[gates.actor], "not there on arrival")
    for rows in (gates, visits):
        yield from account.named(rows, rows.place != parties.gate[rows.actor], "not the party's gate")
    done, check = gates.served, gates.end - gates.begin
    yield from account.named(gates, done & (check != parties.check[gates.actor]), "not the party's check")
    admitted = np.bincount(gates.actor[done], minlength=n)
    yield from _parties(np.bincount(visits.actor, minlength=n) != admitted, "visits and admissions differ")
    checked = np.full(n, NONE, dtype=np.int64)
    checked[gates.actor[done]] = gates.end[done]
    late = checked[visits.actor] != visits.start
    yield from account.named(visits, late, "does not begin with the admission")


def parties_are_there_during_their_visit(account: Account) -> Iterator[str]:
    """Whatever a party does lies within its visit."""
    way, visits, n = account.way, account.rows(Kind.VISIT), account.floor.n_party_days
    begin, end = np.full(n, np.iinfo(np.int64).max), np.full(n, NONE, dtype=np.int64)
    begin[visits.actor], end[visits.actor] = visits.start, visits.end
    outside = (way.start < begin[way.actor]) | (way.end > end[way.actor])
    yield from account.named(way, outside & (way.kind != Kind.GATE), "outside the visit")


def parties_are_in_one_place_at_a_time(account: Account) -> Iterator[str]:
    """The rows of a party do not overlap."""
    way = account.way
    overlap = ~way.first[1:] & (way.start[1:] < way.end[:-1])
    yield from account.named(way, np.append(False, overlap)[: len(way)], "in two places at once")


def nobody_is_quicker_or_slower_than_the_walk(account: Account) -> Iterator[str]:
    """Between two rows of a party lies the walk between their places, no more and no less.

    Who waited at the door of a hall had walked there, and walks on from it: to where it was going if
    it was let in, else to wherever it goes next.
    """
    way, here = account.way, np.arange(len(account.way))
    before = np.maximum(here - 1, 0)
    to = np.where(way.kind == Kind.HALL, way.door, way.stands)
    walked = account.walk(way.stands[before], to, way.pace)
    walked[way.kind == Kind.LOUNGE] = 0
    let_in = ((way.kind == Kind.HALL) & ~way.turned_away)[before]
    came_from, door = way.stands[np.maximum(here - 2, 0)], way.door[before]
    rest = account.walk(came_from, way.stands, way.pace) - account.walk(came_from, door, way.pace)
    walked = np.where(let_in, np.maximum(rest, 0), walked)
    wrong = ~way.first & (way.start - way.end[before] != walked)
    yield from account.named(way, wrong, "not as long after the row before as the walk takes")
    elsewhere = ~way.first & let_in & (way.place != way.place[before])
    yield from account.named(way, elsewhere, "not where it was let in to go")
    places = account.floor.places
    zone = places.zone[way.place]
    yield from account.named(way, (way.kind == Kind.HALL) & (way.other != zone), "at another hall's door")
    at_a_place = way.stands < len(places.kind)  # not at a door
    lounges = (way.kind == Kind.LOUNGE) & at_a_place & (way.place != way.stands)
    yield from account.named(way, lounges, "lounges where it is not")


def nobody_asks_again_but_after_a_loss(account: Account) -> Iterator[str]:
    """At a booth a party asks once a stop at which it wants to, and again only after it balked or reneged."""
    floor, talks = account.floor, account.rows(Kind.TALK)
    stops, booths = floor.stops, len(floor.places.kind)
    pair = owners(floor.party_days.stop_index) * booths + stops.place
    wanted, first = stops.talk > 0, (stops.talk > 0) & (stops.retry == 0)
    asked = talks.actor * booths + talks.place
    lost = np.isin(talks.outcome, (Outcome.BALKED, Outcome.RENEGED))
    times = many(asked, asked)
    again = times > many(pair[wanted], asked)
    again |= times > many(pair[first], asked) + many(asked[lost], asked)
    yield from account.named(talks, again, "asks again though it has not lost its try")


def stays_count_from_the_admission(account: Account) -> Iterator[str]:
    """Who leaves a line to go home does so when it must, for its stay from the admission on or its latest.

    Who has nothing booked, and is not kept at a hall's door, looks only as long as it can still be back then.
    """
    floor, way, visits = account.floor, account.way, account.rows(Kind.VISIT)
    days = floor.party_days
    departure = np.zeros(floor.n_party_days, dtype=np.int64)
    departure[visits.actor] = np.minimum(visits.start + days.stay[visits.actor], days.latest[visits.actor])
    sets_out = departure[way.actor] - account.walk(way.stands, days.gate[way.actor], way.pace)
    goes_home = way.cause == Cause.DEPARTURE
    wrong = goes_home & (way.end != np.maximum(way.start, sets_out))
    yield from account.named(way, wrong, "does not leave for home when its stay is over")
    nothing_booked = (np.diff(days.booking_index) == 0)[way.actor]
    asks = np.append(way.kind[1:] == Kind.TALK, False)[: len(way)]
    seen = way.end + np.where(asks, floor.short_talk, 0)
    late = (way.kind == Kind.LOOK) & way.served & nothing_booked & ~way.kept & (seen > sets_out)
    yield from account.named(way, late, "begins what its stay does not hold")


def a_contact_is_of_two_who_attend(account: Account) -> Iterator[str]:
    """Two who mix have rows of a session in that room at that time; the one is named in the other's row."""
    contacts, sessions = account.rows(Kind.CONTACT), account.rows(Kind.SESSION)
    there = np.flatnonzero(sessions.served)
    yield from account.named(contacts, contacts.actor >= contacts.other, "not by the lower actor")
    for who in (contacts.actor, contacts.other):
        attended = holding(
            sessions.actor[there], sessions.begin[there], sessions.end[there], who, contacts.start
        )
        row = there[attended] if len(there) else attended
        missing = attended == NONE
        if len(there):
            missing |= (sessions.place[row] != contacts.place) | (sessions.end[row] < contacts.end)
        yield from account.named(contacts, missing, "of somebody who is in no session there")


def _parties(wrong: Bools, what: str) -> Iterator[str]:
    for party_day in np.flatnonzero(wrong)[:SHOWN]:
        yield f"party-day {party_day}: {what}"
