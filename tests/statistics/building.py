"""Small expos and traces from lists of rows; their floors are floors by hand (`FloorPlan`)."""

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
from sim.expo.shortfalls import Noted, Shortfalls
from sim.expo.terms import terms_of
from sim.floor.arrays import (
    MINUTE,
    NONE,
    Floor,
    IntArray,
    PlaceKind,
)
from sim.floor.trace import COLUMNS, Cause, Kind, Outcome, Trace
from sim.scenario.schema.data import ScenarioData
from tests import floors

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
    exhibitor_rows: tuple[()] = ()


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
    authority: float = 1.0
    eagerness: float = 1.0


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
    again_of: int = NONE
    sides: int = 2


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
    shortfalls: Shortfalls = field(default_factory=lambda: Noted().shortfalls())
    days: int = 2
    replication: int = 0
    profiles: Sequence[
        tuple[float, float]
    ] = ()  # what each organisation offers, and needs, of the first thing
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
    profiles = plan.profiles or [(0.5, 0.5)] * n
    return Expo(
        name=scenario.name,
        title=scenario.data.expo.title,
        hash=scenario.hash,
        seed=5,
        replication=plan.replication,
        terms=terms_of(scenario),
        shortfalls=plan.shortfalls,
        organisations=Organisations(
            name=tuple(name for name, _, _ in plan.organisations),
            key=np.arange(n, dtype=np.uint64),
            chain=_ints(chain for _, chain, _ in plan.organisations),
            stage=np.arange(n) % 3,
            country=_ints(country for _, _, country in plan.organisations),
            belt_and_road=np.zeros(n, dtype=np.int64),
            fortune_500=np.zeros(n, dtype=np.int64),
            offers=np.array([(offer, 1 - offer) for offer, _ in profiles]),
            needs=np.array([(need, 1 - need) for _, need in profiles]),
        ),
        exhibitors=Exhibitors(
            area_m2=np.array(plan.areas, dtype=np.float64),
            staff=np.bincount([booth for booth, _ in plan.members], minlength=exhibitors),
            pavilion=_ints(plan.pavilion),
            direct=np.ones(exhibitors, dtype=np.int64),
            debut=np.zeros(exhibitors, dtype=np.int64),
            sponsor=_ints(plan.sponsor or [NONE] * exhibitors),
            attraction=np.ones(exhibitors),
            stand=tuple(f"A{i}" for i in range(exhibitors)),
        ),
        parties=Parties(
            key=np.array([p.party for p in plan.parties], dtype=np.uint64),
            persona=_ints(p.persona for p in plan.parties),
            organisation=_ints(p.organisation for p in plan.parties),
            day=_ints(p.day for p in plan.parties),
            hosted=_ints(p.hosted for p in plan.parties),
            authority=np.array([p.authority for p in plan.parties]),
            eagerness=np.array([p.eagerness for p in plan.parties]),
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
        stages=("research", "materials", "components"),
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
    """The floor: all walks on one spot but for those to the doors, everything open all day."""
    end = plan.days * DAY
    floor = floors.FloorPlan(2 * MINUTE, end, 10 * MINUTE, _limits=list(plan.zone_limit))
    open_ = ((0, end),)
    for number, (kind, zone, to_door, servers) in enumerate(
        zip(plan.kinds, plan.zones, plan.to_door, plan.servers, strict=True)
    ):
        if kind == PlaceKind.BOOTH:
            shifts = [of_member for booth, of_member in plan.members if booth == number]
            floor.booth(0, shifts, open_, zone=zone, to_door=to_door, pace=PACE)
        else:
            floor.place(PlaceKind(kind), 0, open_, zone, to_door, servers)
    for s in plan.sessions:
        floor.session(
            s.place, s.start, s.end, seats=s.seats, doors=s.start - 15 * MINUTE, late=s.start + 10 * MINUTE,
            hold=s.start - 5 * MINUTE, rounds=s.rounds, round=s.round,
        )  # fmt: skip
    for m in plan.meetings:
        if m.again_of != NONE:
            floor.again(m.again_of, m.start, m.place)
        elif m.standby_for == NONE:
            floor.meeting(m.place, m.start, m.duration, tolerance=8 * MINUTE, sides=m.sides)
        else:
            floor.standby(m.standby_for, m.keeps)
    for c in plan.calls:
        goes_out, deadline = c.start - 10 * MINUTE, c.start + 8 * MINUTE
        floor.call(c.booth, goes_out, meeting=c.meeting, side=c.side, session=c.session, deadline=deadline)
    days: dict[int, int] = {}
    for number, p in enumerate(plan.parties):
        bookings = [
            floors.Booking(
                b.place, b.start, b.session, b.meeting, b.side, b.meal, registered=bool(b.registered)
            )
            for b in plan.bookings
            if b.owner == number
        ]
        floor.party(
            p.gate, p.arrival, (), bookings, size=p.size, pace=PACE, check=p.check,
            departure=at(17, 0, p.day), patience=0, queue_limit=0, party=days.get(p.party),
        )  # fmt: skip
        days.setdefault(p.party, number)
    return floor.build()


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
