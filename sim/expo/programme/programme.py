"""The programme of one replication: activities placed in rooms, their hosts, the matchmaking windows."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

from sim.expo.expo import SESSION_KINDS
from sim.expo.programme.hosts import Hosting
from sim.expo.programme.placement import ProgrammeDoesNotFit, Request, as_clock, place_day
from sim.expo.programme.windows import plan_windows
from sim.expo.shared import step
from sim.expo.venue.hours import DAY, clock, day_hours, minutes
from sim.expo.venue.venue import before_opening
from sim.files.problems import did_you_mean
from sim.floor.arrays import MINUTE, NONE, IntArray, Sessions
from sim.scenario.schema.data import Activity
from sim.streams import Streams, key_of

if TYPE_CHECKING:
    from sim.expo.expo import Exhibitors, Organisations
    from sim.expo.shortfalls import Noted
    from sim.expo.venue.venue import Venue
    from sim.scenario import ActivityRow, Scenario

__all__ = ["PlannedProgramme", "ProgrammeDoesNotFit", "plan_programme"]

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class PlannedProgramme:
    """Sessions by start, row for row; matchmaking windows and their slots. Tours are not in it.

    Session arrays have one row a session. `host[host_index[i]:host_index[i + 1]]` are the
    exhibitors whose delegates host session i.
    """

    sessions: Sessions
    title: tuple[str, ...]
    kind: IntArray  # index into SESSION_KINDS
    rule: tuple[str, ...]  # name of the programme section; "programme_file" for a row of the file
    key: npt.NDArray[np.uint64]  # of the session's keyed draws: from rule, day and position
    day: IntArray  # 0 is the first
    chain: IntArray  # of its first host, else the rule's host_chain, else NONE
    host_index: IntArray  # (sessions + 1,)
    host: IntArray  # exhibitors
    registered: IntArray  # people that should be registered
    show_probability: FloatArray
    walk_in_pull: FloatArray
    stay_for_round: FloatArray
    chain_focus: FloatArray
    # matchmaking windows, by programme, day, area, start
    window_programme: IntArray  # index into the scenario's matchmaking tables
    window_day: IntArray
    window_area: IntArray  # row of venue.tables[programme]
    window_start: IntArray  # ms
    window_end: IntArray  # ms: end of its last slot
    window_slots: IntArray
    window_tables: IntArray  # tables of its area
    slot_window: IntArray  # (slots of all windows,) row of its window
    slot_start: IntArray  # (slots,) ms; areas of a programme share one grid of starts a day


_OF_WINDOWS: Final = [name for name in PlannedProgramme.__slots__ if name.startswith(("window_", "slot_"))]

# Assumptions, each in this one place.
_DEBUT_AUDIENCE = 30  # people who can stand around a booth at a debut


@dataclass(slots=True)
class _Planned:
    """An activity on its way into the programme."""

    rule: str
    path: str  # in the scenario, for errors
    title: str
    section: Activity
    key: int
    day: int
    place: int  # or NONE, until a booth is found
    start: int
    number: int  # of its rule, in the scenario's order
    named: str | None = None  # the exhibitor that hosts it
    hosts: IntArray = field(default_factory=lambda: np.empty(0, dtype=np.int64))

    @property
    def end(self) -> int:
        return self.start + max(1, minutes(self.section.talk_minutes))

    @property
    def rounds(self) -> int:
        return int((self.section.mixing_minutes + 1e-9) // self.section.round_minutes)

    @property
    def over(self) -> int:
        return self.end + self.rounds * minutes(self.section.round_minutes)

    @property
    def at_booth(self) -> bool:
        return self.section.kind == "debut" and not self.section.rooms


def plan_programme(
    scenario: Scenario,
    organisations: Organisations,
    exhibitors: Exhibitors,
    venue: Venue,
    streams: Streams,
    noted: Noted,
) -> PlannedProgramme:
    """Generate the activities, place them in rooms and find their hosts.

    The programme is planned without knowing of shocks; activities whose place a shock closes are
    then cancelled, which is noted. Raises `ProgrammeDoesNotFit` naming the rule and the day.
    """
    planned = _planned(scenario, organisations, exhibitors, venue.before_tables(), streams, noted)
    windows, slots = plan_windows(scenario, venue, noted)
    return replace(
        planned,
        window_programme=windows[:, 0],
        window_day=windows[:, 1],
        window_area=windows[:, 2],
        window_start=windows[:, 3],
        window_end=windows[:, 4],
        window_slots=windows[:, 5],
        window_tables=windows[:, 6],
        slot_window=slots[:, 0],
        slot_start=slots[:, 1],
    )


@step
def _planned(
    scenario: Scenario,
    organisations: Organisations,
    exhibitors: Exhibitors,
    venue: Venue,
    streams: Streams,
    noted: Noted,
) -> PlannedProgramme:
    """The programme without its windows."""
    planned = _activities(scenario, venue)
    planned.sort(key=lambda a: (a.start, a.number, a.key))
    _find_hosts(scenario, organisations, exhibitors, venue, streams, planned)
    planned.sort(key=lambda a: (a.start, a.place, a.number, a.key))
    held = [a for a in planned if venue.is_open(a.place, a.start, a.over)]
    _note(scenario, planned, held, noted)
    chains = list(scenario.data.chains)
    return PlannedProgramme(
        sessions=_sessions(held, venue),
        title=tuple(a.title for a in held),
        kind=_column(SESSION_KINDS.index(a.section.kind) for a in held),
        rule=tuple(a.rule for a in held),
        key=np.array([a.key for a in held], dtype=np.uint64),
        day=_column(a.day for a in held),
        chain=_column(_chain(a, organisations, chains) for a in held),
        host_index=np.concatenate(([0], np.cumsum(_column(len(a.hosts) for a in held)))),
        host=_column(host for a in held for host in a.hosts.tolist()),
        registered=_registered(held, streams),
        show_probability=np.array([a.section.show_probability for a in held]),
        walk_in_pull=np.array([a.section.walk_in_pull for a in held]),
        stay_for_round=np.array([a.section.stay_for_round for a in held]),
        chain_focus=np.array([a.section.chain_focus for a in held]),
        **{name: np.empty(0, dtype=np.int64) for name in _OF_WINDOWS},
    )


def _note(scenario: Scenario, planned: list[_Planned], held: list[_Planned], noted: Noted) -> None:
    """Note activities that are cancelled, rules that begin later than they should, mixing that is cut."""
    there = {id(activity) for activity in held}
    for a in planned:
        path = _FILE if a.rule == _FILE else f"programme.{a.rule}"
        why = "booth_closed" if a.at_booth else "hall_closed"
        noted.note(path, a.title, "activities", 1, int(id(a) in there), why, a.day)
    first: dict[tuple[str, int], _Planned] = {}
    for a in planned:
        if a.section.from_ is not None and a.section.starts is None:
            earliest = first.setdefault((a.rule, a.day), a)
            first[a.rule, a.day] = min(earliest, a, key=lambda each: each.start)
    opening = day_hours(scenario)[0]
    for (rule, day), a in first.items():
        assert a.section.from_ is not None
        asked, begins = clock(a.section.from_), a.start - day * DAY
        why = "doors" if a.start == opening[day] else "rooms_taken"
        at = asked // MINUTE, begins // MINUTE
        noted.note(f"programme.{rule}.from", a.title, "starts", *at, why, day)
    for rule, section in scenario.data.programme.items():
        if section.mixing_minutes:
            rounds = int((section.mixing_minutes + 1e-9) // section.round_minutes)
            mixes = round(section.mixing_minutes), round(rounds * section.round_minutes)
            noted.note(
                f"programme.{rule}.mixing_minutes", section.title or rule, "mixing", *mixes, "whole_rounds"
            )


def _column(values: Iterable[int]) -> IntArray:
    return np.fromiter(values, dtype=np.int64)


# ---------------------------------------------------------------- activities and their places


def _activities(scenario: Scenario, venue: Venue) -> list[_Planned]:
    """All activities, in their rooms; those at booths have no place yet."""
    wanted: list[list[tuple[Request, list[_Planned]]]] = [[] for _ in venue.day_open]
    for number, (rule, section) in enumerate(scenario.data.programme.items()):
        path = f"programme.{rule}"
        title = section.title or rule
        if section.starts is not None:
            key = key_of("activity", rule, 0, 0)
            _single(scenario, venue, _Planned(rule, path, title, section, key, 0, NONE, 0, number), wanted)
        for day, count in enumerate(section.per_day[: len(venue.day_open)]):
            batch = [
                _Planned(
                    rule,
                    path,
                    f"{title} {day + 1}.{position + 1}",
                    section,
                    key_of("activity", rule, day, position),
                    day,
                    NONE,
                    0,
                    number,
                )
                for position in range(count)
            ]
            if batch:
                wanted[day].append((_request(scenario, venue, batch), batch))
    seen: Counter[tuple[str, dt.datetime]] = Counter()
    for number, row in enumerate(scenario.activity_rows):
        section, key = (
            _table_of(row),
            key_of("activity", _FILE, row.title, row.starts.isoformat(), seen[row.title, row.starts]),
        )
        seen[row.title, row.starts] += 1
        activity = _Planned(
            _FILE,
            f"{_FILE}.{number}.starts",
            row.title,
            section,
            key,
            0,
            NONE,
            0,
            len(scenario.data.programme),
            row.host,
        )
        _single(scenario, venue, activity, wanted)
    for requests in wanted:
        in_rooms = [item for item in requests if not item[1][0].at_booth]
        placed = place_day([request for request, _ in in_rooms])
        for (_, batch), found in zip(in_rooms, placed, strict=True):
            for activity, (place, start) in zip(batch, found, strict=True):
                activity.place, activity.start = place, start
        for request, batch in requests:
            if batch[0].at_booth:
                _spread_at_booths(request, batch)
    return [activity for requests in wanted for _, batch in requests for activity in batch]


_FILE = "programme_file"


def _table_of(row: ActivityRow) -> Activity:
    """A row of the programme file as a single activity."""
    return Activity(
        kind=row.kind,
        title=row.title,
        starts=row.starts,
        rooms=() if row.room is None else (row.room,),
        talk_minutes=row.talk_minutes,
        mixing_minutes=row.mixing_minutes,
        registered=row.registered,
    )


def _single(
    scenario: Scenario,
    venue: Venue,
    activity: _Planned,
    wanted: list[list[tuple[Request, list[_Planned]]]],
) -> None:
    starts = activity.section.starts
    assert starts is not None
    day = (starts.date() - scenario.data.expo.first_day).days
    if not 0 <= day < len(wanted):
        raise ProgrammeDoesNotFit(
            activity.path, f"starts on {starts:%Y-%m-%d}, which is not a day of the expo"
        )
    activity.day, activity.start = day, day * DAY + clock(starts.time())
    if activity.start < venue.day_open[day] or activity.over > venue.day_close[day]:
        raise ProgrammeDoesNotFit(
            activity.path,
            f"lasts from {as_clock(activity.start)} to {as_clock(activity.over)} on day "
            f"{day + 1}, outside the opening hours, {as_clock(int(venue.day_open[day]))} to "
            f"{as_clock(int(venue.day_close[day]))}",
        )
    wanted[day].append((_request(scenario, venue, [activity]), [activity]))


def _request(scenario: Scenario, venue: Venue, batch: list[_Planned]) -> Request:
    first = batch[0]
    section, day = first.section, first.day
    kinds = section.rooms or (() if first.at_booth else tuple(venue.rooms))
    places = tuple(place for kind in kinds for place in venue.rooms[kind].tolist())
    fixed = section.starts is not None
    if fixed and not first.at_booth:  # only rooms of halls that are open then, as planned
        places = tuple(
            place
            for place in places
            if venue.planned(place, day)[0] <= first.start and first.over <= venue.planned(place, day)[1]
        )
        if not places:
            raise ProgrammeDoesNotFit(
                first.path,
                f"lasts from {as_clock(first.start)} to {as_clock(first.over)} on day {day + 1}, when the "
                "halls of its rooms are closed",
            )
    hours = [venue.planned(place, day) for place in places]
    if first.at_booth:  # of whichever hall
        hours = list(zip(venue.hall_open[:, day].tolist(), venue.hall_close[:, day].tolist(), strict=True))
    opens, closes = max(low for low, _ in hours), min(high for _, high in hours)
    if first.at_booth and section.host_pavilion is not None:
        opening = before_opening(scenario.data.pavilions[section.host_pavilion], venue.day_open)[1]
        opens = max(opens, opening) if opening // DAY == day else opens
    return Request(
        rule=first.path,
        day=day,
        count=len(batch),
        length=first.over - first.start,
        changeover=minutes(section.changeover_minutes),
        places=places,
        earliest=first.start if fixed else _limit(opens, section.from_, day, max),
        latest=first.over if fixed else _limit(closes, section.to, day, min),
        fixed=fixed,
        prompt=section.from_ is not None,
    )


def _limit(doors: int, time: dt.time | None, day: int, inner: Callable[[int, int], int]) -> int:
    return doors if time is None else inner(doors, day * DAY + clock(time))


def _spread_at_booths(request: Request, batch: list[_Planned]) -> None:
    """Starts of activities at booths, evenly over the hours; booths do not get into each other's way."""
    slack = request.latest - request.earliest - request.length
    if slack < 0:
        raise ProgrammeDoesNotFit(
            request.rule,
            f"does not fit on day {request.day + 1} between {as_clock(request.earliest)} "
            f"and {as_clock(request.latest)}",
        )
    for position, activity in enumerate(batch):
        before = 0.0 if request.prompt else 0.5
        shift = int(slack * (position + before) / len(batch)) // (5 * MINUTE) * (5 * MINUTE)
        activity.start = request.earliest + shift


# ---------------------------------------------------------------- hosts


def _find_hosts(
    scenario: Scenario,
    organisations: Organisations,
    exhibitors: Exhibitors,
    venue: Venue,
    streams: Streams,
    planned: list[_Planned],
) -> None:
    """Hosts of all activities and booths of debuts: named hosts first, then debuts, then by time."""
    hosting = Hosting(scenario, organisations, exhibitors, venue, streams)
    opens = np.zeros(len(exhibitors.staff), dtype=np.int64)
    number = {name: i for i, name in enumerate(organisations.name[: len(opens)])}
    for i, pavilion in enumerate(scenario.data.pavilions.values()):
        opens[exhibitors.pavilion == i] = before_opening(pavilion, venue.day_open)[1]
    for activity in planned:
        if activity.named is not None:
            column = activity.path.removesuffix("starts") + "host"
            if activity.named not in number:
                near = did_you_mean(activity.named, _hosts_like(activity.named, organisations, len(opens)))
                raise ProgrammeDoesNotFit(
                    column, f"found {activity.named!r}; there is no such exhibitor{near}"
                )
            exhibitor = number[activity.named]
            activity.place = exhibitor if activity.at_booth else activity.place
            if not hosting.book(exhibitor, activity.place, activity.start, activity.over):
                raise ProgrammeDoesNotFit(
                    column,
                    f"{activity.named!r} has nobody left to host it on day {activity.day + 1} at "
                    f"{as_clock(activity.start)}",
                )
            activity.hosts = np.array([exhibitor], dtype=np.int64)
    pools: dict[int, tuple[IntArray, Iterator[FloatArray]]] = {}
    hosted = [a for a in planned if a.named is None and (a.section.hosts > 0 or a.at_booth)]
    hosted.sort(key=lambda a: not a.at_booth)
    for activity in hosted:
        if activity.number not in pools:
            pool = _pool(scenario, organisations, exhibitors, activity)
            alike = [a.key for a in hosted if a.number == activity.number]
            pools[activity.number] = pool, hosting.lots(alike, pool)
        pool, lots = pools[activity.number]
        span = activity.start, activity.over, next(lots)
        if activity.at_booth:
            activity.place = hosting.stay(activity.path, activity.day, *span, pool, opens)
            activity.hosts = np.array([activity.place] if activity.section.hosts else [], dtype=np.int64)
        else:
            activity.hosts = hosting.send(
                activity.path, activity.day, activity.place, *span, pool, activity.section.hosts
            )


def _hosts_like(name: str, organisations: Organisations, exhibitors: int) -> list[str]:
    """Names of exhibitors that one may have meant: a near miss among all is slow to find."""
    begins = name[:1].lower()
    return [each for each in organisations.name[:exhibitors] if each[:1].lower() == begins][:2000]


def _pool(
    scenario: Scenario, organisations: Organisations, exhibitors: Exhibitors, activity: _Planned
) -> IntArray:
    """Exhibitors that may host an activity; for a debut those that show one, if there are any."""
    section = activity.section
    among = np.ones(len(exhibitors.staff), dtype=bool)
    if section.host_pavilion is not None:
        among &= exhibitors.pavilion == list(scenario.data.pavilions).index(section.host_pavilion)
    if section.host_chain is not None:
        among &= organisations.chain[: len(among)] == list(scenario.data.chains).index(section.host_chain)
    debuts = among & (exhibitors.debut == 1)
    return np.flatnonzero(debuts if section.kind == "debut" and debuts.any() else among)


# ---------------------------------------------------------------- sessions


def _sessions(held: list[_Planned], venue: Venue) -> Sessions:
    seats = {int(place): venue.room_seats[kind] for kind, places in venue.rooms.items() for place in places}
    before: dict[int, int] = {}  # end of the activity before, in each place
    doors = []
    for a in held:
        opens = venue.opens_for(a.place, a.start)  # doors cannot be open before the place is
        doors.append(max(a.start - minutes(a.section.doors_minutes), before.get(a.place, 0), opens))
        before[a.place] = a.over
    start, end = _column(a.start for a in held), _column(a.end for a in held)
    opening = _column(doors)
    return Sessions(
        place=_column(a.place for a in held),
        doors=opening,
        start=start,
        end=end,
        late=np.minimum(start + _column(minutes(a.section.late_minutes) for a in held), end),
        hold=np.maximum(start - _column(minutes(a.section.hold_minutes) for a in held), opening),
        seats=_column(seats.get(a.place, _DEBUT_AUDIENCE) for a in held),
        rounds=_column(a.rounds for a in held),
        round=_column(max(1, minutes(a.section.round_minutes)) for a in held),
    )


def _chain(activity: _Planned, organisations: Organisations, chains: list[str]) -> int:
    if len(activity.hosts):
        return int(organisations.chain[activity.hosts[0]])
    return NONE if activity.section.host_chain is None else chains.index(activity.section.host_chain)


def _registered(held: list[_Planned], streams: Streams) -> IntArray:
    """People to be registered for each: the rule's mean, more for some and less for others."""
    keys = np.array([a.key for a in held], dtype=np.uint64)
    mean = np.array([a.section.registered for a in held])
    if not len(held):
        return np.empty(0, dtype=np.int64)
    spread = np.array([0.0 if a.rule == _FILE else a.section.registered_spread for a in held])
    factor = 1 + spread * (2 * streams.uniform("registered", keys) - 1)
    people: IntArray = np.floor(mean * factor + 0.5).astype(np.int64)
    return people
