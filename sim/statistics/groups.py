"""KPIs by day, hall, chain, sponsor, persona: those of an expo and its trace restricted to a group.

A group is a part of what happened. The rows of the trace that belong to it are kept, and of the expo what
they are measured by (days, staff on duty, sessions, meetings, requests, exhibitors); then every KPI for
which the group makes sense is worked out as it is for the whole. Those that add up are in `ADDS_UP`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields, replace
from functools import cached_property, partial
from typing import Any, Final, TypeVar

import numpy as np

from sim.expo.expo import SESSION_KINDS, Expo
from sim.files.problems import did_you_mean
from sim.floor.arrays import NONE, IntArray, Staff
from sim.floor.index import owners
from sim.floor.trace import COLUMNS, Kind, Trace
from sim.statistics.duty import Duty
from sim.statistics.encounters import Encounters
from sim.statistics.interactions import Interactions, read_interactions
from sim.statistics.kpis import KPIS
from sim.statistics.kpis.registry import evaluate
from sim.statistics.ledger import DAY, Bools, Ledger
from sim.statistics.sides import Sides, read_sides

__all__ = ["ADDS_UP", "DIVISIONS", "FIRST", "WORSE", "Division", "by", "division"]

_TOUR: Final = SESSION_KINDS.index("tour")


@dataclass(frozen=True, slots=True)
class _Group:
    """What of an expo belongs to a group; masks over its arrays."""

    name: str
    rows: Bools  # of the trace
    exhibitors: Bools
    meetings: Bools
    sessions: Bools
    requests: Bools
    windows: Bools  # of matchmaking
    organisations: Bools | None = None  # of whose interactions, wherever they came about; None: the rows' own
    day: int | None = None  # all else of the expo's hours is left out
    encounters: Callable[[Encounters], Bools] | None = (
        None  # of those of the whole; None: nothing is said of them
    )
    shortfalls: Bools | None = None  # None: nothing is said of them


@dataclass(frozen=True, slots=True)
class Division:
    """A way of dividing an expo: its groups, and the KPIs that make sense of each."""

    name: str
    title: str  # what people call it
    groups: Callable[[Ledger], Iterator[_Group]]
    kpis: tuple[str, ...]


class _Restricted(Ledger):
    """The ledger of a group."""

    def __init__(self, whole: Ledger, group: _Group) -> None:
        chosen = np.flatnonzero(group.rows)
        trace = Trace(**{name: getattr(whole.trace, name)[chosen] for name in COLUMNS})
        super().__init__(_restricted(whole.expo, group), trace)
        self._whole, self._group = whole, group

    @cached_property
    def exhibitors(self) -> IntArray:
        """The group's exhibitors."""
        return np.flatnonzero(self._group.exhibitors)

    @cached_property
    def duty(self) -> Duty:
        """Staff of the group's booths on duty, on its day if it has one."""
        staff, day = self.floor.staff, self._group.day
        low, high = (0, self.floor.end) if day is None else (day * DAY, (day + 1) * DAY)
        begin, end = np.clip(staff.shift_from, low, high), np.clip(staff.shift_to, low, high)
        member = owners(staff.shift_index)
        kept = (begin < end) & self._group.exhibitors[staff.booth[member]]
        index = np.concatenate(([0], np.cumsum(np.bincount(member[kept], minlength=len(staff.booth)))))
        return Duty(Staff(staff.booth, staff.pace, index, begin[kept], end[kept]), self.floor.end)

    @cached_property
    def interactions(self) -> Interactions:
        """Interactions of the group; its exhibitors' people have some at others' booths, too."""
        theirs, met = self._group.organisations, self._whole.interactions
        if theirs is None:
            return read_interactions(self, self.sides)
        mask = theirs[met.organisation] | theirs[met.partner]
        return _only(met, mask)

    @cached_property
    def encounters(self) -> Encounters:
        """Encounters of the group, of those of the whole: who stands together is not known from a part."""
        chosen = self._group.encounters
        if chosen is None:
            raise ValueError(f"nothing is said of encounters of {self._group.name!r}")
        met = self._whole.encounters
        return _only(met, chosen(met))

    @cached_property
    def sides(self) -> Sides:
        """Sides of meetings; of those outside the group nothing is known, nor were they scheduled."""
        sides, inside = read_sides(self), self._group.meetings
        return replace(
            sides,
            outcome=np.where(inside, sides.outcome, NONE),
            held=sides.held & inside,
            ordinary=sides.ordinary & inside,
        )


_Met = TypeVar("_Met", Interactions, Encounters)


def _only(met: _Met, mask: Bools) -> _Met:
    """These interactions, or encounters, alone."""
    columns = [f.name for f in fields(met) if f.name != "n_organisations"]
    return replace(met, **{name: getattr(met, name)[mask] for name in columns})


def _restricted(expo: Expo, group: _Group) -> Expo:
    """The expo with what does not belong to the group left out; its numbers stay as they are."""
    programme, requests = expo.programme, expo.requests
    window = {
        name: getattr(programme, name)[group.windows]
        for name in type(programme).__slots__
        if name.startswith("window_")
    }
    whole: dict[str, Any] = {
        # stops of tours are sessions and no activities, and so are those outside the group here
        "programme": replace(programme, kind=np.where(group.sessions, programme.kind, _TOUR), **window),
        "requests": type(requests)(
            **{name: getattr(requests, name)[group.requests] for name in type(requests).__slots__}
        ),
        "exhibitors": replace(
            expo.exhibitors, sponsor=np.where(group.exhibitors, expo.exhibitors.sponsor, NONE)
        ),
    }
    if group.shortfalls is not None:
        whole["shortfalls"] = expo.shortfalls.only(np.flatnonzero(group.shortfalls))
    if group.day is not None:
        that = np.arange(expo.n_days) == group.day
        whole["day_close"] = np.where(that, expo.day_close, expo.day_open)
    return replace(expo, **whole)


# ---------------------------------------------------------------- the KPIs of a group

_BOOTHS: Final = (
    "booths.asked",
    "booths.lost_share",
    "booths.wait_minutes",
    "booths.wait_p90_minutes",
    "booths.queue_minutes",
    "booths.waited_share",
    "booths.balk_share",
    "booths.renege_share",
    "booths.left_for_booking_share",
    "booths.closed_share",
    "booths.found_closed",
    "conversations.count",
    "conversations.minutes",
    "conversations.minutes_median",
    "conversations.minutes_p90",
    "conversations.useful_share",
)
_A_VISIT: Final = tuple(
    f"conversations.a_visit{end}" for end in ("", "_median", "_p10", "_gini", "_none_share")
)
_AN_EXHIBITOR: Final = (
    *(f"conversations.an_exhibitor{end}" for end in ("", "_median", "_p10", "_gini", "_none_share")),
    "conversations.a_square_metre",
    "conversations.a_staff_hour",
    "staff.hours",
    "staff.busy_share",
    "staff.away_share",
    *(f"contacts.useful_an_exhibitor{end}" for end in ("", "_median", "_p10", "_gini")),
    "contacts.left_out",
)
_CONTACTS: Final = (
    "contacts.useful",
    "contacts.interactions",
    "contacts.exchange",
    "contacts.pairs",
    "contacts.only_programme",
    "contacts.cross_border_share",
    "contacts.cross_chain_share",
)
_PARTNERS: Final = (
    "contacts.partners_a_day",
    "contacts.partners_a_day_1min",
    "contacts.partners_a_day_5min",
    "contacts.partners_cv",
    "contacts.partners_gini",
    "contacts.time_gini",
)
_VISITS: Final = (
    "visits.people",
    "visits.peak_people",
    "visits.stay_minutes",
    "visits.stops",
    "visits.talk_share",
    "gate.wait_minutes",
    "gate.wait_p95_minutes",
    "gate.not_admitted",
    "halls.waited",
    "halls.wait_minutes",
    "halls.gave_up",
    "catering.meals",
    "catering.wait_minutes",
    "catering.lost_share",
)
_SESSIONS: Final = (
    "sessions.audience",
    "sessions.turned_away",
    "sessions.full_share",
    "sessions.too_late_share",
)
_REGISTERED: Final = ("sessions.no_show_share", "sessions.missed_share")
_MEETINGS: Final = (
    "meetings.scheduled",
    "meetings.held",
    "meetings.kept_share",
    "meetings.standby_held",
    "meetings.offered_again",
    "meetings.held_again",
    "meetings.affinity",
    "meetings.minutes",
    "meetings.delay_minutes",
    "meetings.wait_minutes",
    "meetings.breaks",
    "meetings.break_minutes",
    "meetings.no_show_share",
    "meetings.late_share",
    "meetings.missed_share",
    "meetings.stood_up_share",
)
_TABLES: Final = ("meetings.table_share", "meetings.table_booked_share")
_REQUESTS: Final = (
    "meetings.requested",
    "meetings.accepted",
    "meetings.no_slot",
    "meetings.accepted_met_share",
)
_ENCOUNTERS: Final = (
    "encounters.count",
    "encounters.at",
    "encounters.minutes",
    "encounters.coffee_share",
    "encounters.pairs",
    "encounters.new_pairs",
)
_CUT_ON_A_DAY: Final = (  # each noted with its day
    "programme.cancelled",
    "programme.table_slots_cut",
    "programme.registrations_cut",
    "programme.hosts_off_duty",
)
_CUT_OF_A_PERSONA: Final = ("programme.visits_cut", "programme.tours_cut", "programme.meals_cut")
_PROMISES: Final = (
    "promises.kept_share",
    "promises.sponsors_share",
    "promises.worst_share",
    "promises.missing",
)

FIRST: Final = (
    "visits.people",
    "visits.peak_people",
    "gate.wait_minutes",
    "contacts.useful",
    "contacts.useful_an_exhibitor_median",
    "contacts.left_out",
    "meetings.scheduled",
    "meetings.held",
    "promises.kept_share",
    "booths.asked",
    "booths.lost_share",
    "booths.wait_minutes",
    "staff.busy_share",
    "sessions.turned_away",
    "catering.lost_share",
)
"""The KPIs that are shown of groups at first, as far as the division has them."""

WORSE: Final = {
    "contacts.useful": -1,
    "contacts.useful_an_exhibitor_median": -1,
    "meetings.held": -1,
    "promises.kept_share": -1,
    "contacts.left_out": 1,
    "gate.wait_minutes": 1,
    "booths.lost_share": 1,
    "booths.wait_minutes": 1,
    "sessions.turned_away": 1,
    "catering.lost_share": 1,
}
"""KPIs of which it is said which group is worst: where it is greatest (1) or least (-1)."""

ADDS_UP: Final = {
    "day": (
        "visits.people",
        "gate.not_admitted",
        "halls.waited",
        "halls.gave_up",
        "catering.meals",
        "booths.asked",
        "booths.found_closed",
        "conversations.count",
        "staff.hours",
        "sessions.activities",
        "sessions.audience",
        "sessions.turned_away",
        "meetings.scheduled",
        "meetings.held",
        "meetings.standby_held",
        "meetings.held_again",
        "contacts.interactions",
        "contacts.exchange",
        "encounters.count",
        "encounters.at.lounge",
        "encounters.at.queue",
        *_CUT_ON_A_DAY,
    ),
    "hall": (
        "halls.waited",
        "halls.gave_up",
        "catering.meals",
        "booths.asked",
        "booths.found_closed",
        "conversations.count",
        "staff.hours",
        "sessions.audience",
        "sessions.turned_away",
        "meetings.scheduled",
        "meetings.held",
        "contacts.interactions",
        "contacts.exchange",
    ),
    "persona": (
        "visits.people",
        "gate.not_admitted",
        "halls.waited",
        "catering.meals",
        "booths.asked",
        "conversations.count",
        "sessions.audience",
        "sessions.turned_away",
        *_CUT_OF_A_PERSONA,
    ),
    "chain": ("booths.asked", "conversations.count", "staff.hours", "contacts.left_out"),
    "sponsor": (
        "booths.asked",
        "conversations.count",
        "staff.hours",
        "contacts.left_out",
    ),
}
"""KPIs whose groups sum to the whole; a pair may meet on two days, a meeting has sides of two personas."""


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
    return {group.name: evaluate(_Restricted(ledger, group), chosen.kpis) for group in chosen.groups(ledger)}


# ---------------------------------------------------------------- the divisions


def _all(n: int) -> Bools:
    return np.ones(n, dtype=np.bool_)


def _days(ledger: Ledger) -> Iterator[_Group]:
    """Everything that began on a day."""
    expo, floor = ledger.expo, ledger.floor
    for day in range(expo.n_days):
        yield _Group(
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


def _halls(ledger: Ledger) -> Iterator[_Group]:
    """Everything that took place in a hall; its exhibitors are those that stand there."""
    expo, floor, trace = ledger.expo, ledger.floor, ledger.trace
    zone = floor.places.zone
    at = np.where(trace.kind == Kind.HALL, trace.other, zone[trace.place])
    at[trace.kind == Kind.DELEGATE] = NONE  # away from a booth, wherever to: of the booth's hall
    away = np.flatnonzero(trace.kind == Kind.DELEGATE)
    at[away] = zone[floor.staff.booth[trace.actor[away] - floor.n_party_days]]
    for number, name in enumerate(expo.halls):
        yield _Group(
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


def _personas(ledger: Ledger) -> Iterator[_Group]:
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
        meetings: Bools = np.isin(of_meeting, number)[0] | np.isin(of_meeting, number)[1]
        rows = (first == number) | (second == number)
        rows[about] = meetings[trace.other[about]]
        asked = [of_party[side] == number for side in (expo.requests.asker_party, expo.requests.asked_party)]
        yield _Group(
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


def _chains(ledger: Ledger) -> Iterator[_Group]:
    """What exhibitors of a chain had."""
    chain = ledger.expo.organisations.chain[: ledger.n_exhibitors]
    for number, name in enumerate(ledger.expo.chains):
        yield _of_exhibitors(ledger, name, chain == number)


def _sponsors(ledger: Ledger) -> Iterator[_Group]:
    """What sponsors of a kind had, and at last all others."""
    sponsor = ledger.expo.exhibitors.sponsor
    for number, name in enumerate(ledger.expo.sponsors):
        yield _of_exhibitors(ledger, name, sponsor == number)
    yield _of_exhibitors(ledger, "none", sponsor == NONE)


def _of_exhibitors(ledger: Ledger, name: str, exhibitors: Bools) -> _Group:
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
    first, second = theirs[ledger.sides.organisation]
    meetings: Bools = first | second
    about = (kind == Kind.MEETING) | (kind == Kind.IN_VAIN)
    rows[about] = meetings[trace.other[about]]
    requests = expo.requests
    return _Group(
        name=name,
        rows=rows,
        exhibitors=exhibitors,
        meetings=meetings,
        sessions=_all(len(ledger.floor.sessions.start)),
        requests=theirs[requests.asker] | theirs[requests.asked],
        windows=~_all(len(expo.programme.window_day)),
        organisations=theirs,
    )


def _division(name: str, title: str, groups: Callable[[Ledger], Iterator[_Group]], *kpis: str) -> Division:
    chosen = set(kpis)
    return Division(name, title, groups, tuple(each for each in KPIS if each in chosen))


DIVISIONS: Final[dict[str, Division]] = {
    each.name: each
    for each in (
        _division(
            "day",
            "day",
            _days,
            *("visits.people_per_100_sqft", "visits.wasted_minutes", "halls.peak_people", "halls.peak_share"),
            *("sessions.activities", "sessions.people_an_activity", "sessions.seats_filled_share"),
            *(*_VISITS, *_BOOTHS, *_A_VISIT, *_AN_EXHIBITOR, *_CONTACTS, *_PARTNERS, *_MEETINGS, *_TABLES),
            *(*_SESSIONS, *_REGISTERED, "sessions.hosts_missing_share", "meetings.walk_m"),
            *(*_ENCOUNTERS, "encounters.a_visit", *_CUT_ON_A_DAY),
        ),
        _division(
            "hall",
            "hall",
            _halls,
            *("halls.waited", "halls.wait_minutes", "halls.gave_up", "sessions.seats_filled_share"),
            *("catering.meals", "catering.wait_minutes", "catering.lost_share", "visits.talk_share"),
            *(*_BOOTHS, *_AN_EXHIBITOR, *_CONTACTS, *_MEETINGS, *_SESSIONS, *_REGISTERED, *_ENCOUNTERS),
        ),
        _division("chain", "chain", _chains, *_BOOTHS, *_AN_EXHIBITOR, *_CONTACTS, *_MEETINGS, *_REQUESTS),
        _division(
            "sponsor",
            "kind of sponsor",
            _sponsors,
            *(*_BOOTHS, *_AN_EXHIBITOR, *_CONTACTS, *_MEETINGS, *_REQUESTS, *_PROMISES),
        ),
        _division(
            "persona",
            "persona",
            _personas,
            *(*_VISITS, *_BOOTHS, *_A_VISIT, *_CONTACTS, *_PARTNERS, *_MEETINGS, *_REQUESTS),
            *(*_SESSIONS, *_REGISTERED, *_ENCOUNTERS, "encounters.a_visit", *_CUT_OF_A_PERSONA),
        ),
    )
}
"""All divisions by name."""
