"""Small expos and traces from lists of rows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from sim.expo.expo import (
    SESSION_KINDS,
    Exhibitors,
    Expo,
    FloorPlan,
    Organisations,
    Parties,
    Programme,
    Requests,
    TimetableFacts,
)
from sim.expo.terms import terms_of
from sim.floor.arrays import (
    MINUTE,
    NONE,
    Bookings,
    Calls,
    Floor,
    IntArray,
    Meetings,
    PartyDays,
    Places,
    Sessions,
    Staff,
    Stops,
)
from sim.floor.trace import COLUMNS, Cause, Kind, Outcome, Trace
from sim.scenario.schema.data import ScenarioData

DAY = 24 * 60 * MINUTE
PACE = 10  # ms a dm
UNPROVEN = TimetableFacts(
    np.nan, np.nan, np.nan, np.empty(0, dtype=np.int64), np.empty(0), np.nan
)  # of a timetable that nothing is known of


def at(hour: int, minute: float = 0, day: int = 0) -> int:
    """A clock time in ms."""
    return day * DAY + round((hour * 60 + minute) * MINUTE)


@dataclass(frozen=True)
class Scenario:
    """As much of a scenario as the terms of an expo and a set of results need."""

    name: str
    data: ScenarioData
    hash: str = "0"


@dataclass(frozen=True)
class Party:
    party: int
    day: int
    persona: int
    organisation: int
    size: int
    arrival: int
    gate: int
    hosted: int = 0
    check: int = MINUTE


@dataclass(frozen=True)
class Booking:
    owner: int  # party-day
    place: int
    start: int
    session: int = NONE
    meeting: int = NONE
    side: int = NONE
    registered: int = 0
    meal: int = 0


@dataclass(frozen=True)
class Call:
    booth: int
    place: int
    start: int
    session: int = NONE
    meeting: int = NONE
    side: int = NONE


@dataclass(frozen=True)
class Session:
    place: int
    start: int
    end: int
    seats: int
    kind: str = "seminar"
    rounds: int = 0
    round: int = 5 * MINUTE
    hosts: tuple[int, ...] = ()
    title: str = "Talk"


@dataclass(frozen=True)
class Meeting:
    place: int
    start: int
    duration: int = 20 * MINUTE
    standby_for: int = NONE
    keeps: int = NONE


@dataclass(frozen=True)
class Request:
    asker: int
    asked: int
    asker_party: int
    asked_party: int
    affinity: float
    score: float
    accepted: int
    meeting: int = NONE
    programme: int = 0
    reply: int = NONE  # NONE: as `accepted` says
    must: int = 0
    reason: int = NONE
    asker_wish: float = 0.5
    asked_wish: float = 0.5


@dataclass(frozen=True)
class Window:
    day: int
    start: int
    end: int
    slots: int
    tables: int
    programme: int = 0


@dataclass(frozen=True)
class Plan:
    """All that an expo is made of."""

    organisations: Sequence[tuple[str, int, int]]  # name, chain, country; the first are exhibitors
    areas: Sequence[float]  # of the exhibitors
    pavilion: Sequence[int]
    kinds: Sequence[int]  # PlaceKind of each place
    zones: Sequence[int]
    to_door: Sequence[int]
    servers: Sequence[int]
    zone_limit: Sequence[int]
    place_names: Sequence[str]
    members: Sequence[tuple[int, Sequence[tuple[int, int]]]]  # booth, shifts
    parties: Sequence[Party]
    sessions: Sequence[Session] = ()
    meetings: Sequence[Meeting] = ()
    bookings: Sequence[Booking] = ()
    calls: Sequence[Call] = ()
    requests: Sequence[Request] = ()
    windows: Sequence[Window] = ()
    personas: Sequence[str] = ("buyer", "media", "staff")
    halls: Sequence[str] = ("north", "south")
    chains: Sequence[str] = ("energy", "vehicles")
    countries: Sequence[str] = ("CN", "HU")
    matchmaking: Sequence[str] = ("match",)
    sponsor: Sequence[int] = ()  # of the exhibitors; none if left out
    sponsors: Sequence[str] = ()
    timetables: Sequence[TimetableFacts] = ()  # nothing proven if left out
    days: int = 2
    replication: int = 0
    extra: dict[str, Any] = field(default_factory=dict)


def scenario_data(plan: Plan) -> ScenarioData:
    """The sections that the terms come from: hours, area, personas, programmes, behaviour."""
    kinds = {"buyer": "buyer", "media": "media", "staff": "exhibitor"}
    return ScenarioData.model_validate(
        {
            "expo": {"title": "Tiny <fair>", "first_day": dt.date(2024, 11, 26), "days": plan.days},
            "venue": {
                "gross_area_m2": 2 * 92.90304,  # half of it net: 10 times 100 square feet
                "net_share": 0.5,
                "halls": {hall: {"width_m": 100.0, "depth_m": 100.0} for hall in plan.halls},
                "gates": {"main": {}},
            },
            "chains": {chain: {"hall": plan.halls[0]} for chain in plan.chains},
            "exhibitors": {"count": len(plan.areas), "sponsors": dict.fromkeys(plan.sponsors, 1)},
            "visitors": {name: {"kind": kinds[name], "visits": 10} for name in plan.personas},
            "matchmaking": {
                name: {
                    "hall": plan.halls[0],
                    "tables": 2,
                    "requests": 4,
                    "buffer_minutes": 10.0,
                    "location": "table",
                    "windows": [1] * plan.days if name == "match" else [],  # of others no activity
                }
                for name in plan.matchmaking
            },
            "behaviour": {"useful_minutes": 5.0},
            **plan.extra,
        }
    )


def scenario_of(plan: Plan) -> Any:
    """As much of the scenario of a plan as is needed."""
    return Scenario("tiny", scenario_data(plan))


def build(plan: Plan) -> Expo:
    """The expo of a plan."""
    scenario = scenario_of(plan)
    n, exhibitors = len(plan.organisations), len(plan.areas)
    return Expo(
        name=scenario.name,
        title=scenario.data.expo.title,
        hash=scenario.hash,
        seed=5,
        replication=plan.replication,
        terms=terms_of(scenario),
        organisations=Organisations(
            name=tuple(name for name, _, _ in plan.organisations),
            key=np.arange(n, dtype=np.uint64),
            chain=_ints(chain for _, chain, _ in plan.organisations),
            stage=np.zeros(n, dtype=np.int64),
            country=_ints(country for _, _, country in plan.organisations),
            belt_and_road=np.zeros(n, dtype=np.int64),
            fortune_500=np.zeros(n, dtype=np.int64),
            offers=np.ones((n, 2)),
            needs=np.ones((n, 2)),
        ),
        exhibitors=Exhibitors(
            area_m2=np.array(plan.areas, dtype=np.float64),
            staff=np.bincount([booth for booth, _ in plan.members], minlength=exhibitors),
            pavilion=_ints(plan.pavilion),
            direct=np.ones(exhibitors, dtype=np.int64),
            debut=np.zeros(exhibitors, dtype=np.int64),
            sponsor=_ints(plan.sponsor or [NONE] * exhibitors),
            attraction=np.ones(exhibitors),
        ),
        parties=Parties(
            key=np.array([p.party for p in plan.parties], dtype=np.uint64),
            persona=_ints(p.persona for p in plan.parties),
            organisation=_ints(p.organisation for p in plan.parties),
            day=_ints(p.day for p in plan.parties),
            hosted=_ints(p.hosted for p in plan.parties),
            authority=np.ones(len(plan.parties)),
            eagerness=np.ones(len(plan.parties)),
        ),
        programme=Programme(
            title=tuple(s.title for s in plan.sessions),
            kind=_ints(SESSION_KINDS.index(s.kind) for s in plan.sessions),
            rule=tuple("rule" for _ in plan.sessions),
            chain=_ints(plan.organisations[s.hosts[0]][1] if s.hosts else NONE for s in plan.sessions),
            host_index=_index([len(s.hosts) for s in plan.sessions]),
            host=_ints(host for s in plan.sessions for host in s.hosts),
            window_programme=_ints(w.programme for w in plan.windows),
            window_day=_ints(w.day for w in plan.windows),
            window_start=_ints(w.start for w in plan.windows),
            window_end=_ints(w.end for w in plan.windows),
            window_slots=_ints(w.slots for w in plan.windows),
            window_tables=_ints(w.tables for w in plan.windows),
        ),
        requests=Requests(
            programme=_ints(r.programme for r in plan.requests),
            asker=_ints(r.asker for r in plan.requests),
            asked=_ints(r.asked for r in plan.requests),
            asker_party=_ints(r.asker_party for r in plan.requests),
            asked_party=_ints(r.asked_party for r in plan.requests),
            affinity=np.array([r.affinity for r in plan.requests], dtype=np.float64),
            score=np.array([r.score for r in plan.requests], dtype=np.float64),
            asker_wish=np.array([r.asker_wish for r in plan.requests], dtype=np.float64),
            asked_wish=np.array([r.asked_wish for r in plan.requests], dtype=np.float64),
            reply=_ints(r.accepted if r.reply == NONE else r.reply for r in plan.requests),
            accepted=_ints(r.accepted for r in plan.requests),
            must=_ints(r.must for r in plan.requests),
            reason=_ints(r.reason for r in plan.requests),
            meeting=_ints(r.meeting for r in plan.requests),
        ),
        timetables=tuple(plan.timetables or [UNPROVEN] * len(plan.matchmaking)),
        floor=_floor(plan),
        chains=tuple(plan.chains),
        stages=("research",),
        countries=tuple(plan.countries),
        personas=tuple(plan.personas),
        halls=tuple(plan.halls),
        pavilions=("hungary",),
        sponsors=tuple(plan.sponsors),
        matchmaking=tuple(plan.matchmaking),
        places=tuple(plan.place_names),
        plan=FloorPlan(
            halls=np.zeros((len(plan.halls), 4), dtype=np.int64),
            doors=np.zeros((len(plan.halls), 2), dtype=np.int64),
            booths=np.zeros((exhibitors, 4), dtype=np.int64),
        ),
        day_open=_ints(at(9, 0, day) for day in range(plan.days)),
        day_close=_ints(at(17, 0, day) for day in range(plan.days)),
    )


def _floor(plan: Plan) -> Floor:
    places, parties, zones = len(plan.kinds), len(plan.parties), len(plan.zone_limit)
    bookings = sorted(plan.bookings, key=lambda b: (b.owner, b.start))
    shifts = [shift for _, of_member in plan.members for shift in of_member]
    zeros = np.zeros(parties, dtype=np.int64)
    return Floor(
        places=Places(
            kind=_ints(plan.kinds),
            x=np.zeros(places, dtype=np.int64),
            y=np.zeros(places, dtype=np.int64),
            zone=_ints(plan.zones),
            to_door=_ints(plan.to_door),
            servers=_ints(plan.servers),
            zone_distance=np.zeros((zones, zones), dtype=np.int64),
            zone_limit=_ints(plan.zone_limit),
            zone_patience=10 * MINUTE,
            open_index=np.arange(places + 1),
            open_from=np.zeros(places, dtype=np.int64),
            open_to=np.full(places, plan.days * DAY),
        ),
        staff=Staff(
            booth=_ints(booth for booth, _ in plan.members),
            pace=np.full(len(plan.members), PACE),
            shift_index=_index([len(of_member) for _, of_member in plan.members]),
            shift_from=_ints(begin for begin, _ in shifts),
            shift_to=_ints(end for _, end in shifts),
        ),
        party_days=PartyDays(
            party=_ints(p.party for p in plan.parties),
            size=_ints(p.size for p in plan.parties),
            pace=np.full(parties, PACE),
            gate=_ints(p.gate for p in plan.parties),
            arrival=_ints(p.arrival for p in plan.parties),
            check=_ints(p.check for p in plan.parties),
            departure=_ints(at(17, 0, p.day) for p in plan.parties),
            patience=zeros,
            queue_limit=zeros,
            stop_index=_index([0] * parties),
            booking_index=_index([sum(b.owner == p for b in bookings) for p in range(parties)]),
        ),
        stops=Stops(place=_ints(()), look=_ints(()), talk=_ints(()), again=_ints(())),
        bookings=Bookings(
            place=_ints(b.place for b in bookings),
            start=_ints(b.start for b in bookings),
            session=_ints(b.session for b in bookings),
            meeting=_ints(b.meeting for b in bookings),
            side=_ints(b.side for b in bookings),
            meal=_ints(b.meal for b in bookings),
            patience=_ints(0 for _ in bookings),
            registered=_ints(b.registered for b in bookings),
            comes=_ints(1 for _ in bookings),
            rounds=_ints(0 for _ in bookings),
            mixing=np.zeros((len(bookings), 0), dtype=np.int64),
        ),
        sessions=Sessions(
            place=_ints(s.place for s in plan.sessions),
            doors=_ints(s.start - 15 * MINUTE for s in plan.sessions),
            start=_ints(s.start for s in plan.sessions),
            end=_ints(s.end for s in plan.sessions),
            late=_ints(s.start + 10 * MINUTE for s in plan.sessions),
            hold=_ints(s.start - 5 * MINUTE for s in plan.sessions),
            seats=_ints(s.seats for s in plan.sessions),
            rounds=_ints(s.rounds for s in plan.sessions),
            round=_ints(s.round for s in plan.sessions),
        ),
        meetings=Meetings(
            place=_ints(m.place for m in plan.meetings),
            start=_ints(m.start for m in plan.meetings),
            duration=_ints(m.duration for m in plan.meetings),
            tolerance=_ints(8 * MINUTE for _ in plan.meetings),
            hold=_ints(0 for _ in plan.meetings),
            interpreters=_ints(NONE for _ in plan.meetings),
            standby_for=_ints(m.standby_for for m in plan.meetings),
            keeps=_ints(m.keeps for m in plan.meetings),
            pool_size=_ints(()),
        ),
        calls=Calls(
            booth=_ints(c.booth for c in plan.calls),
            member=_ints(NONE for _ in plan.calls),
            at=_ints(c.start - 10 * MINUTE for c in plan.calls),
            place=_ints(c.place for c in plan.calls),
            start=_ints(c.start for c in plan.calls),
            deadline=_ints(c.start + 8 * MINUTE for c in plan.calls),
            meeting=_ints(c.meeting for c in plan.calls),
            side=_ints(c.side for c in plan.calls),
            session=_ints(c.session for c in plan.calls),
            comes=_ints(1 for _ in plan.calls),
            mixing=np.zeros((len(plan.calls), 0), dtype=np.int64),
        ),
        short_talk=2 * MINUTE,
        end=plan.days * DAY,
    )


@dataclass(frozen=True)
class Row:
    """A row of a trace, as it occurred."""

    kind: Kind
    place: int
    actor: int
    start: int
    end: int
    wait: int = 0
    other: int = NONE
    outcome: Outcome = Outcome.DONE
    cause: Cause = Cause.NONE
    side: int = NONE


def trace_of(rows: Sequence[Row]) -> Trace:
    """A trace from rows in the order in which they occurred."""
    values = [[int(getattr(row, name)) for name in COLUMNS] for row in rows]
    return Trace.from_rows(np.array(values, dtype=np.int64).reshape(-1))


def _ints(values: Any) -> IntArray:
    return np.array([int(v) for v in values], dtype=np.int64)


def _index(lengths: Sequence[int]) -> IntArray:
    return np.concatenate(([0], np.cumsum(lengths))).astype(np.int64)
