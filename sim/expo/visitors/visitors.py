"""Visitors: the parties that come, their companies, and their days from the gate to the departure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from sim.arithmetic import power
from sim.expo.draw.draws import LONGEST, quantile_each, span_each
from sim.expo.shared import step
from sim.expo.venue.hours import DAY, minutes
from sim.expo.venue.shocks import hourly_factors
from sim.expo.visitors.bunches import Absent, Bunches, arrivals, gather, stays_away_by_shock
from sim.expo.visitors.companies import Companies, draw_companies
from sim.expo.visitors.no_shows import absence, invited
from sim.floor.arrays import HOUR, MINUTE, NONE, SECOND, IntArray
from sim.matchmaking.wishes.affinity import harmonic_mean
from sim.streams import FloatArray, KeyArray, Streams, subkeys

if TYPE_CHECKING:
    from sim.expo.expo import Exhibitors, Organisations
    from sim.expo.venue.venue import Venue
    from sim.scenario import Scenario
    from sim.scenario.schema.data import Persona

__all__ = ["Visitors", "admission_hours", "draw_visitors", "hours_share", "moved_to", "preferences"]

BoolArray = npt.NDArray[np.bool_]

SLOWEST: Final = 0.1  # m/s: nobody walks more slowly, whatever the distribution of paces says
_DM_MS: Final = 100.0  # ms a decimetre at 1 m/s
PLAN_TO_BUY: Final = 0.49  # FACTS: influence (A)
NO_PLAN: Final = 0.5  # eagerness of those who do not plan to buy; an assumption


@dataclass(frozen=True, slots=True)
class Visitors:
    """Parties, and the days on which they come.

    Party-days are in order of persona, bunch, member and day; party-day i is row i of the floor's.
    """

    # parties
    key: KeyArray
    persona: IntArray  # index into the scenario's visitors
    company: IntArray  # organisation
    own_booth: IntArray  # the exhibitor whose people they are, or NONE
    authority: FloatArray  # say in purchases, 0 to 1: weighs in the seller's interest
    eagerness: FloatArray  # weighs in their own interest, 0 to 1
    hosted: IntArray  # 1: the organiser pays for it
    registered: IntArray  # 0: comes in place of somebody who does not; takes no part in matchmaking
    absent: IntArray  # 1: is registered and never comes
    absence: FloatArray  # chance of that among its meetings' no-shows; see `sim.expo.visitors.no_shows`
    absence_of_all: FloatArray  # chance of that for whatever reason
    guest: IntArray  # number among the guests of published timetables, or NONE; see `guests`
    # party-days
    party: IntArray
    day_key: KeyArray
    day: IntArray  # 0 is the first
    size: IntArray  # people
    gate: IntArray  # place
    arrival: IntArray  # ms
    gate_patience: IntArray  # ms
    check: IntArray  # ms
    stay: IntArray  # ms, from the admission on
    latest: IntArray  # ms: closing time
    pace: IntArray  # ms a dm
    patience: IntArray  # ms
    queue_limit: IntArray  # parties
    bunch_key: KeyArray
    member: IntArray  # number of the party in its bunch
    away: IntArray  # 1: is kept away on that day, on which it has a published meeting
    companies: Companies

    def __len__(self) -> int:
        return len(self.party)

    @property
    def never(self) -> BoolArray:
        """Which party-days are planned and do not take place: nobody comes."""
        never: BoolArray = (self.absent[self.party] == 1) | (self.away == 1)
        return never

    def departs(self, row: IntArray) -> IntArray:
        """The `departure` of some party-days."""
        leaves: IntArray = self.arrival[row] + self.check[row] + self.stay[row]
        return np.minimum(leaves, self.latest[row], out=leaves)

    @property
    def departure(self) -> IntArray:
        """When each party-day leaves if nobody queues at its gate: nobody leaves before, on the floor."""
        departure: IntArray = np.minimum(self.arrival + self.check + self.stay, self.latest)
        return departure

    def with_hours(self, row: IntArray, arrival: IntArray, departure: IntArray) -> Visitors:
        """These visitors, but that the party-days in `row` arrive and mean to leave at these times."""
        arrives, stay = self.arrival.copy(), self.stay.copy()
        arrives[row] = arrival
        stay[row] = np.maximum(1, departure - arrival - self.check[row])
        return replace(self, arrival=arrives, stay=stay)

    @property
    def interest(self) -> FloatArray:
        """What a party's affinity is of its supply fit: the harmonic mean of both sides' weights."""
        return harmonic_mean(self.eagerness, self.authority)

    def of_persona(self, persona: int) -> IntArray:
        """The party-days of a persona."""
        return np.flatnonzero(self.persona[self.party] == persona).astype(np.int64)

    def on_rows(self, rows: IntArray) -> Visitors:
        """These party-days alone, and their parties alone."""
        at = self.__slots__.index("party")
        who, party = np.unique(self.party[rows], return_inverse=True)
        columns = {name: getattr(self, name)[who] for name in self.__slots__[:at]}
        columns |= {name: getattr(self, name)[rows] for name in self.__slots__[at:-1]}
        return Visitors(**{**columns, "party": party.astype(np.int64)}, companies=self.companies)


@step
def draw_visitors(
    scenario: Scenario,
    exhibiting: Organisations,
    exhibitors: Exhibitors,
    venue: Venue,
    streams: Streams,
    population: Streams,
) -> Visitors:
    """All parties of all personas.

    `exhibiting` are the exhibitors as organisations. `population` are the streams that companies' chains,
    stages and countries are drawn from: with a fixed population a company of one name is the same in
    every replication, though not the same companies come. The sizes of a persona's party-days that
    come sum to its `visits` exactly (or to a Poisson number of that mean), shocks, other hours than
    usual and those whom reminders bring apart.
    """
    admission = admission_hours(scenario, venue)
    factors = [_factors(scenario, name, venue) for name in scenario.data.visitors]
    away = [_absent(scenario, name, streams) for name in scenario.data.visitors]
    groups = gather(scenario.data.visitors, admission, factors, streams, away)
    persona = np.repeat(np.arange(len(groups)), [len(group) for group in groups])
    rows = _together(groups)
    new = np.ones(len(rows.bunch), dtype=np.bool_)  # the first day of a party
    same = (persona[1:] == persona[:-1]) & (rows.bunch[1:] == rows.bunch[:-1])
    new[1:] = ~(same & (rows.member[1:] == rows.member[:-1]))
    party = np.cumsum(new) - 1
    companies, company, own_booth = draw_companies(
        scenario, exhibiting.key, exhibitors.staff, persona[new], rows.where(new), population
    )
    kinds = list(scenario.data.visitors.values())
    key = rows.party_key[new]
    kind = persona[new]
    paces = quantile_each([k.pace_m_per_s for k in kinds], kind, streams.uniform("visitors.pace", key))
    patience = span_each(
        [k.patience_seconds for k in kinds], kind, streams.uniform("visitors.patience", key), SECOND, least=0
    )
    u = streams.uniform("visitors.gate-patience", key)
    at_gate = span_each([k.gate_patience_minutes for k in kinds], kind, u, MINUTE, least=0)
    authority, eagerness = preferences(kinds, kind, key, streams)
    absent = np.empty(len(key), dtype=np.int64)
    chance, of_all = np.empty((2, len(key)))
    for p, name in enumerate(scenario.data.visitors):
        of = kind == p
        draw = absence(scenario, name, key[of], streams)
        absent[of], chance[of], of_all[of] = draw.absent, draw.chance, draw.of_all
    registered = np.where(rows.instead[new], 0, 1)
    limit = np.array([section.queue_limit for section in kinds], dtype=np.int64)
    hosted = np.array([section.hosted_share for section in kinds])
    return Visitors(
        key=key,
        persona=kind,
        company=company,
        own_booth=own_booth,
        authority=authority,
        eagerness=eagerness,
        hosted=(streams.uniform("visitors.hosted", key) < hosted[kind]).astype(np.int64),
        registered=registered,
        absent=absent * registered,
        absence=chance * registered,
        absence_of_all=of_all * registered,
        guest=np.full(len(key), NONE, dtype=np.int64),
        party=party,
        size=rows.size,
        gate_patience=at_gate[party],
        pace=np.maximum(1, np.rint(_DM_MS / np.maximum(paces, SLOWEST))).astype(np.int64)[party],
        patience=patience[party],
        queue_limit=limit[persona],
        bunch_key=rows.bunch_key,
        member=rows.member,
        away=np.zeros(len(party), dtype=np.int64),
        companies=companies,
        **_days(scenario, venue, persona, rows, streams),
    )


def moved_to(
    visitors: Visitors,
    scenario: Scenario,
    venue: Venue,
    row: IntArray,
    day: IntArray,
    streams: Streams,
    *,
    always: bool = False,
) -> Visitors:
    """These visitors, but that the party-days in `row` come on these other days.

    What is drawn of them is what would be if their bunches came then. Unless they `always` come, a party
    that a shock would keep away on that day comes on the day it would have come.
    """
    v = visitors
    persona = v.persona[v.party[row]]
    admission = admission_hours(scenario, venue)
    kinds, party = list(scenario.data.visitors.values()), v.key[v.party[row]]
    bunch, member = v.bunch_key[row], v.member[row]
    arrival = arrivals(kinds, persona, bunch, party, member, day, admission, streams)
    goes = np.ones(len(row), dtype=np.bool_)
    for p, name in enumerate(scenario.data.visitors):
        of = np.flatnonzero(persona == p)
        chances = _factors(scenario, name, venue)[day[of], arrival[of] % DAY // HOUR]
        goes[of] = always | ~stays_away_by_shock(bunch[of], day[of], chances, streams)
    row, day, arrival, persona = row[goes], day[goes], arrival[goes], persona[goes]
    party_key = v.key[v.party[row]]
    comes, instead = v.absent[v.party[row]] == 0, v.registered[v.party[row]] == 0
    rows = Bunches(row, v.member[row], day, v.size[row], arrival, v.bunch_key[row], party_key, comes, instead)
    columns = {}
    for name, new in _days(scenario, venue, persona, rows, streams).items():
        columns[name] = getattr(v, name).copy()
        columns[name][row] = new
    order = np.lexsort((columns["day"], v.party))
    of_party = ("party", "size", "pace", "patience", "queue_limit", "bunch_key", "member", "gate_patience")
    columns |= {name: getattr(v, name) for name in (*of_party, "away")}
    return replace(v, **{name: column[order] for name, column in columns.items()})


def _days(
    scenario: Scenario, venue: Venue, persona: IntArray, rows: Bunches, streams: Streams
) -> dict[str, Any]:
    """What depends on the day of each party-day: columns of `Visitors`."""
    day_key = subkeys(rows.party_key, rows.day)
    gate = _gates(scenario, venue, rows, streams)
    stay, latest = _stays(scenario, venue, persona, rows, day_key, streams)
    return {
        "day_key": day_key,
        "day": rows.day,
        "gate": venue.gates[gate],
        "arrival": rows.arrival,
        "check": _checks(scenario, gate, rows.size, day_key, streams),
        "stay": stay,
        "latest": latest,
    }


def hours_share(scenario: Scenario, venue: Venue) -> FloatArray:
    """How long each day is open, over the hours for which visits are stated: (days,); 1 if none are."""
    usual = np.asarray(scenario.data.expo.usual_hours, dtype=np.float64)
    days = len(venue.day_open)
    if not len(usual):
        return np.ones(days)
    open_: FloatArray = (venue.day_close - venue.day_open) / HOUR
    return open_ / usual[np.minimum(np.arange(days), len(usual) - 1)]


def _factors(scenario: Scenario, name: str, venue: Venue) -> FloatArray:
    """What multiplies a persona's arrivals in each clock hour of each day: shocks, and the hours open."""
    more = power(hours_share(scenario, venue), scenario.data.expo.hours_elasticity)
    shocks = np.array([hourly_factors(scenario, name, day) for day in range(len(more))])
    return shocks * more[:, None]


def _absent(scenario: Scenario, name: str, streams: Streams) -> Absent | None:
    """Who of a persona is registered and does not come; None: nobody stays away."""
    persona = scenario.data.visitors[name]
    sections = scenario.data.matchmaking.values()
    personal = any(invited(name, persona, s) and s.no_show * s.no_show_personal_share for s in sections)
    if not (persona.never_travel_share or personal):
        return None
    return lambda key: absence(scenario, name, key, streams).absent


def preferences(
    personas: Sequence[Persona], persona: IntArray, key: KeyArray, streams: Streams
) -> tuple[FloatArray, FloatArray]:
    """Authority and eagerness of parties of these personas and keys, each in [0, 1]."""
    u = streams.uniform("visitors.authority", key)
    authority = quantile_each([each.authority for each in personas], persona, u)
    plans = streams.uniform("visitors.plans_to_buy", key) < PLAN_TO_BUY
    return np.clip(authority, 0.0, 1.0), np.where(plans, 1.0, NO_PLAN)


def admission_hours(scenario: Scenario, venue: Venue) -> IntArray:
    """When the gates let people in on each day: (days, 2) in ms, at least a minute."""
    last = venue.day_close - minutes(scenario.data.expo.last_admission_minutes)
    return np.stack((venue.day_open, np.maximum(last, venue.day_open + MINUTE)), axis=1)


def _together(groups: list[Bunches]) -> Bunches:
    columns = Bunches.__slots__
    return Bunches(*(np.concatenate([getattr(group, name) for group in groups]) for name in columns))


def _gates(scenario: Scenario, venue: Venue, rows: Bunches, streams: Streams) -> IntArray:
    """The gate of each party-day, by share among those open when its bunch arrives.

    If none is open it goes to one all the same, and finds it closed.
    """
    share = np.array([gate.share for gate in scenario.data.venue.gates.values()])
    if not share.any():
        share = np.ones(len(share))
    weight = np.empty((len(share), len(rows)))
    for g, place in enumerate(venue.gates.tolist()):
        mine = slice(venue.places.open_index[place], venue.places.open_index[place + 1])
        opened = np.searchsorted(venue.places.open_from[mine], rows.arrival, side="right")
        shut = np.searchsorted(venue.places.open_to[mine], rows.arrival, side="right")
        weight[g] = share[g] * (opened > shut)
    weight = np.where(weight.any(axis=0), weight, share[:, None])
    steps = np.cumsum(weight, axis=0)
    u = streams.uniform("visitors.gate", rows.bunch_key, rows.day)
    chosen: IntArray = (steps <= u * steps[-1]).sum(axis=0)
    return chosen


def _checks(
    scenario: Scenario, gate: IntArray, size: IntArray, day_key: KeyArray, streams: Streams
) -> IntArray:
    """How long each party takes in a lane: the sum over its people."""
    person_of = np.repeat(np.arange(len(size)), size)
    person = np.arange(len(person_of)) - np.repeat(np.cumsum(size) - size, size)
    u = streams.uniform("visitors.check", day_key[person_of], person)
    checks = [section.check_seconds for section in scenario.data.venue.gates.values()]
    each = span_each(checks, gate[person_of], u, SECOND)
    return np.bincount(person_of, weights=each, minlength=len(size)).astype(np.int64)


def _stays(
    scenario: Scenario,
    venue: Venue,
    persona: IntArray,
    rows: Bunches,
    day_key: KeyArray,
    streams: Streams,
) -> tuple[IntArray, IntArray]:
    """How long each party means to stay, and when it leaves at the latest: at closing time."""
    means = [section.stay_minutes for section in scenario.data.visitors.values()]
    stay = span_each(means, persona, streams.uniform("visitors.stay", day_key), MINUTE, least=MINUTE)
    if scenario.data.expo.usual_hours:
        longer = power(hours_share(scenario, venue), scenario.data.expo.stay_elasticity)
        stay = np.clip(np.rint(stay * longer[rows.day]), MINUTE, LONGEST).astype(np.int64)
    closing = np.maximum(venue.day_close[rows.day], rows.arrival + 1)
    return stay, closing
