"""KPIs by day, hall, chain, sponsor, persona: how an expo is divided into groups, and what each has."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Final

import numpy as np

from sim.files.problems import did_you_mean
from sim.floor.arrays import NONE, IntArray
from sim.floor.trace import Kind
from sim.statistics.encounters import Encounters
from sim.statistics.group_kpis import KPIS_OF
from sim.statistics.kpis.registry import evaluate
from sim.statistics.ledger import DAY, Bools, Ledger
from sim.statistics.restricted import Group, Restricted

__all__ = ["DIVISIONS", "Division", "by", "division"]


@dataclass(frozen=True, slots=True)
class Division:
    """A way of dividing an expo: its groups, and the KPIs that make sense of each."""

    name: str
    title: str  # what people call it
    groups: Callable[[Ledger], Iterator[Group]]
    kpis: tuple[str, ...]


def division(name: str) -> Division:
    """The division of that name. Raises KeyError with the near miss if there is none."""
    if name not in DIVISIONS:
        near = did_you_mean(name, DIVISIONS)
        raise KeyError(f"no division {name!r}; there are: {', '.join(DIVISIONS)}{near}")
    return DIVISIONS[name]


def by(ledger: Ledger, name: str) -> dict[str, dict[str, float]]:
    """The KPIs of each group of a division, by name; nan where one is not defined.

    Raises KeyError with the near miss if there is no such division.
    """
    chosen = division(name)
    return {group.name: evaluate(Restricted(ledger, group), chosen.kpis) for group in chosen.groups(ledger)}


def _all(n: int) -> Bools:
    return np.ones(n, dtype=np.bool_)


def _days(ledger: Ledger) -> Iterator[Group]:
    """Everything that began on a day."""
    expo, floor = ledger.expo, ledger.floor
    for day in range(expo.n_days):
        yield Group(
            name=str(day + 1),
            rows=ledger.trace.start // DAY == day,
            exhibitors=_all(expo.n_exhibitors),
            meetings=floor.meetings.start // DAY == day,
            sessions=floor.sessions.start // DAY == day,
            requests=_all(len(expo.requests.asker)),
            windows=expo.programme.window_day == day,
            day=day,
            encounters=partial(_on_day, day),
            shortfalls=expo.shortfalls.day == day,
        )


def _on_day(day: int, met: Encounters) -> Bools:
    on: Bools = met.start // DAY == day
    return on


def _halls(ledger: Ledger) -> Iterator[Group]:
    """Everything that took place in a hall; its exhibitors are those that stand there."""
    expo, floor, trace = ledger.expo, ledger.floor, ledger.trace
    zone = floor.places.zone
    at = np.where(trace.kind == Kind.HALL, trace.other, zone[trace.place])
    away = np.flatnonzero(trace.kind == Kind.DELEGATE)  # from a booth, wherever to: of the booth's hall
    at[away] = zone[floor.staff.booth[trace.actor[away] - floor.n_party_days]]
    for number, name in enumerate(expo.halls):
        yield Group(
            name=name,
            rows=at == number,
            exhibitors=zone[: expo.n_exhibitors] == number,
            meetings=zone[floor.meetings.place] == number,
            sessions=zone[floor.sessions.place] == number,
            requests=_all(len(expo.requests.asker)),
            windows=~_all(len(expo.programme.window_day)),
            encounters=partial(_in_hall, number),
        )


def _in_hall(hall: int, met: Encounters) -> Bools:
    there: Bools = met.zone == hall
    return there


def _personas(ledger: Ledger) -> Iterator[Group]:
    """Everything that parties of a persona did, and the meetings with one of them."""
    expo, trace = ledger.expo, ledger.trace
    of_actor = np.append(expo.parties.persona, np.full(len(ledger.floor.staff.booth) + 1, NONE))
    of_party = np.full(int(ledger.floor.party_days.party.max(initial=-1)) + 2, NONE)
    of_party[ledger.floor.party_days.party] = expo.parties.persona  # the last stands for NONE
    first, second = of_actor[trace.actor], np.full(len(trace), NONE)
    contact = trace.kind == Kind.CONTACT
    second[contact] = of_actor[trace.other[contact]]
    of_meeting: IntArray = np.append(expo.parties.persona, NONE)[ledger.sides.party_day]
    about = (trace.kind == Kind.MEETING) | (trace.kind == Kind.IN_VAIN)
    for number, name in enumerate(expo.personas):
        meetings: Bools = (of_meeting == number).any(axis=0)
        rows = (first == number) | (second == number)
        rows[about] = meetings[trace.other[about]]
        asked = [of_party[side] == number for side in (expo.requests.asker_party, expo.requests.asked_party)]
        yield Group(
            name=name,
            rows=rows,
            exhibitors=_all(expo.n_exhibitors),
            meetings=meetings,
            sessions=_all(len(ledger.floor.sessions.start)),
            requests=asked[0] | asked[1],
            windows=~_all(len(expo.programme.window_day)),
            encounters=partial(_with_persona, expo.parties.persona == number),
            shortfalls=expo.shortfalls.of(f"visitors.{name}"),
        )


def _with_persona(theirs: Bools, met: Encounters) -> Bools:
    """Encounters of which one side at least is of the persona."""
    return theirs[met.actor] | theirs[met.partner_actor]


def _chains(ledger: Ledger) -> Iterator[Group]:
    """What exhibitors of a chain had."""
    chain = ledger.expo.organisations.chain[: ledger.n_exhibitors]
    for number, name in enumerate(ledger.expo.chains):
        yield _of_exhibitors(ledger, name, chain == number)


def _sponsors(ledger: Ledger) -> Iterator[Group]:
    """What sponsors of a kind had, and at last all others."""
    sponsor = ledger.expo.exhibitors.sponsor
    for number, name in enumerate(ledger.expo.sponsors):
        yield _of_exhibitors(ledger, name, sponsor == number)
    yield _of_exhibitors(ledger, "none", sponsor == NONE)


def _of_exhibitors(ledger: Ledger, name: str, exhibitors: Bools) -> Group:
    """What happened at the booths of these exhibitors, or with one of them or their people on the floor."""
    expo, trace = ledger.expo, ledger.trace
    theirs = np.zeros(len(expo.organisations.name), dtype=np.bool_)
    theirs[: len(exhibitors)] = exhibitors
    of_actor = np.append(theirs[ledger.organisation], False)  # the last stands for NONE
    at = np.append(exhibitors, np.zeros(len(ledger.floor.places.kind) - len(exhibitors), dtype=np.bool_))
    rows = np.zeros(len(trace), dtype=np.bool_)
    kind = trace.kind
    for booth in (Kind.LOOK, Kind.TALK):
        rows |= (kind == booth) & at[trace.place]
    own = (kind == Kind.DELEGATE) | (kind == Kind.SESSION)
    rows |= own & of_actor[trace.actor] & (trace.actor >= ledger.n_party_days)
    contact = np.flatnonzero(kind == Kind.CONTACT)
    rows[contact] = of_actor[trace.actor[contact]] | of_actor[trace.other[contact]]
    meetings: Bools = np.asarray(np.append(theirs, False)[ledger.sides.organisation].any(axis=0))
    about = (kind == Kind.MEETING) | (kind == Kind.IN_VAIN)
    rows[about] = meetings[trace.other[about]]
    requests = expo.requests
    return Group(
        name=name,
        rows=rows,
        exhibitors=exhibitors,
        meetings=meetings,
        sessions=_all(len(ledger.floor.sessions.start)),
        requests=theirs[requests.asker] | theirs[requests.asked],
        windows=~_all(len(expo.programme.window_day)),
        organisations=theirs,
    )


DIVISIONS: Final = {
    name: Division(name, title, groups, KPIS_OF[name])
    for name, title, groups in (
        ("day", "day", _days),
        ("hall", "hall", _halls),
        ("chain", "chain", _chains),
        ("sponsor", "kind of sponsor", _sponsors),
        ("persona", "persona", _personas),
    )
}
"""All divisions by name."""
