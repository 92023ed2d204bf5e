"""KPIs of the programme: seminars, exchange sessions, ceremonies, debuts, tours."""

from __future__ import annotations

import numpy as np

from sim.expo.expo import SESSION_KINDS
from sim.floor.arrays import NONE
from sim.floor.curves import peaks
from sim.floor.trace import Cause, Outcome
from sim.statistics.kpis.registry import kpi
from sim.statistics.ledger import Bools, Ledger, Rows
from sim.statistics.measures import distinct, mean, share

__all__: list[str] = []

_TOUR = SESSION_KINDS.index("tour")
_DEBUT = SESSION_KINDS.index("debut")


def _activity(ledger: Ledger) -> Bools:
    """Whether each session is an activity; stops of tours are not."""
    activity: Bools = ledger.expo.programme.kind != _TOUR
    return activity


def _audience(ledger: Ledger) -> Rows:
    """Parties' rows of activities."""
    return ledger.audience.where(_activity(ledger)[ledger.audience.other])


def _people(ledger: Ledger, rows: Rows, mask: Bools | None = None) -> float:
    return float(ledger.size[rows.actor if mask is None else rows.actor[mask]].sum())


@kpi(
    "sessions.activities",
    "Activities",
    unit="activities",
    how="sum",
    basis="input",
    cut_by="programme.cancelled",
)
def activities(ledger: Ledger) -> float:
    """Seminars, exchange sessions, ceremonies, forums, debuts and matchmaking windows."""
    return float(_activity(ledger).sum()) + len(ledger.expo.programme.window_day)


@kpi("sessions.audience", "Audience", unit="people", how="sum")
def audience(ledger: Ledger) -> float:
    """People seated in sessions, hosts, tours and matchmaking windows not counted."""
    return _people(ledger, _audience(ledger).done)


@kpi("sessions.audience_of", "Audience by persona", unit="people", how="sum", family=True)
def audience_of(ledger: Ledger) -> dict[str, float]:
    """People of each persona seated in sessions, tours not counted."""
    actor = _audience(ledger).done.actor
    persona = ledger.expo.parties.persona[actor]
    counts = np.bincount(persona, ledger.size[actor], minlength=len(ledger.expo.personas))
    return dict(zip(ledger.expo.personas, counts.tolist(), strict=True))


@kpi(
    "sessions.people_an_activity",
    "People an activity",
    unit="people",
    how="mean over activities",
    basis="fitted",
)
def people_an_activity(ledger: Ledger) -> float:
    """People at forums, seminars, exchange sessions, ceremonies and windows, over their number.

    Audiences of sessions, debuts left out; at matchmaking windows the people of all sides who had a
    meeting held, each counted once among the windows of a programme that run at the same hours. Windows
    are those of programmes that list them (`windows`): an area that is open all day is no activity.
    """
    programme, sides = ledger.expo.programme, ledger.sides
    convened = _activity(ledger) & (programme.kind != _DEBUT)
    rows = ledger.audience.done
    people = _people(ledger, rows, convened[rows.other])
    lists = np.array([terms.lists_windows for terms in ledger.expo.terms.matchmaking], dtype=np.bool_)
    listed = lists[programme.window_programme]
    if listed.any():
        window = np.full(len(sides.held), NONE, dtype=np.int64)
        start = ledger.floor.meetings.start
        keys = np.stack((programme.window_programme, programme.window_start, programme.window_end))[:, listed]
        # Of windows at the same hours the last stands for all.
        for group, (which, begin, end) in enumerate(keys.T):
            window[(sides.programme == which) & (start >= begin) & (start < end)] = group
        side, meeting = np.nonzero(sides.there & (window != NONE))
        n = ledger.floor.n_actors
        there = distinct(window[meeting] * n + sides.actor[side, meeting]) % n
        staff = np.ones(len(ledger.floor.staff.booth), dtype=np.int64)
        people += float(np.concatenate((ledger.size, staff))[there].sum())
    return share(people, convened.sum() + listed.sum())


@kpi("sessions.seats_filled_share", "Seats filled", unit="share", how="ratio of sums")
def seats_filled_share(ledger: Ledger) -> float:
    """Most people seated at once in each session over its seats, tours not counted."""
    seated, sessions = _audience(ledger).done, ledger.floor.sessions
    size = ledger.size[seated.actor]
    most, _ = peaks(seated.other, len(sessions.seats), seated.begin, seated.end, size)
    chosen = _activity(ledger)
    return share(most[chosen].sum(), sessions.seats[chosen].sum())


@kpi("sessions.turned_away", "Turned away from sessions", unit="people", how="sum")
def turned_away(ledger: Ledger) -> float:
    """People who came to a session and were not let in: no seat, or too late."""
    rows = _audience(ledger)
    return _people(ledger, rows, rows.outcome == Outcome.TURNED_AWAY)


@kpi("sessions.full_share", "Turned away for want of a seat", unit="share", how="share of people who came")
def full_share(ledger: Ledger) -> float:
    """People turned away because no seat was free, over those seated or turned away."""
    return _turned_away_share(ledger, Cause.FULL)


@kpi("sessions.too_late_share", "Turned away for coming late", unit="share", how="share of people who came")
def too_late_share(ledger: Ledger) -> float:
    """People turned away because they came after the late limit, over those seated or turned away."""
    return _turned_away_share(ledger, Cause.TOO_LATE)


def _turned_away_share(ledger: Ledger, cause: Cause) -> float:
    rows = _audience(ledger)
    away = rows.outcome == Outcome.TURNED_AWAY
    came = _people(ledger, rows, away | (rows.outcome == Outcome.DONE))
    return share(_people(ledger, rows, away & (rows.cause == cause)), came)


@kpi(
    "sessions.no_show_share",
    "Registered and never came",
    unit="share",
    how="share of people registered",
    basis="input",
)
def no_show_share(ledger: Ledger) -> float:
    """People registered for a session who, drawn beforehand, never came, over people registered."""
    return _registered_share(ledger, Outcome.NO_SHOW)


@kpi(
    "sessions.missed_share",
    "Registered and held up elsewhere",
    unit="share",
    how="share of people registered",
)
def missed_share(ledger: Ledger) -> float:
    """People registered who meant to come and did not get there, over people registered."""
    return _registered_share(ledger, Outcome.MISSED)


def _registered_share(ledger: Ledger, outcome: Outcome) -> float:
    rows = ledger.audience.where(ledger.registered & _activity(ledger)[ledger.audience.other])
    return share(_people(ledger, rows, rows.outcome == outcome), _people(ledger, rows))


@kpi("sessions.hosts_missing_share", "Hosts who did not come", unit="share", how="share of hosts")
def hosts_missing_share(ledger: Ledger) -> float:
    """Speakers and hosts called to a session who were not there, over those called; tours left out."""
    hosting = ledger.hosting
    return mean((hosting.outcome != Outcome.DONE)[_activity(ledger)[hosting.other]])
