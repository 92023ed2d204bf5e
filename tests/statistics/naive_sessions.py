"""The KPIs of sessions once more, with loops; see `naive.py`."""

from __future__ import annotations

from sim.expo.expo import SESSION_KINDS
from sim.floor.arrays import NONE
from sim.floor.trace import Cause, Kind, Outcome
from tests.statistics.naive import Naive, mean, peak, ratio


def session_kpis(naive: Naive) -> dict[str, float]:
    """All of them."""
    expo, plan = naive.expo, naive.floor.sessions
    activity = [i for i, kind in enumerate(expo.programme.kind) if SESSION_KINDS[kind] != "tour"]
    rows = [r for r in naive.of(Kind.SESSION) if 0 <= r.actor < naive.n and r.other in activity]
    hosts = [r for r in naive.of(Kind.SESSION) if not 0 <= r.actor < naive.n]
    seated = [r for r in rows if r.done]
    away = [r for r in rows if r.outcome is Outcome.TURNED_AWAY]
    registered = {
        (naive.owner(i), int(s)) for i, s in enumerate(naive.floor.bookings.session)
        if s != NONE and naive.floor.bookings.registered[i]
    }  # fmt: skip
    of_registered = [r for r in rows if (r.actor, r.other) in registered]
    windows = len(expo.programme.window_day)
    p, terms = expo.programme, expo.terms.matchmaking
    listed = [w for w in range(windows) if terms[p.window_programme[w]].lists_windows]
    convened = [i for i in activity if SESSION_KINDS[expo.programme.kind[i]] != "debut"]
    there = set()
    for m in naive.held:
        for w in listed:
            start = int(naive.floor.meetings.start[m])
            if naive.programme(m) == p.window_programme[w] and p.window_start[w] <= start < p.window_end[w]:
                hours = int(p.window_programme[w]), int(p.window_start[w]), int(p.window_end[w])
                there |= {(hours, naive.side[m, s].actor) for s in naive.there[m]}
    in_windows = sum(naive.size[a] if a < naive.n else 1 for _, a in there)
    most = sum(
        peak([(r.start + r.wait, r.end, naive.size[r.actor]) for r in seated if r.other == s])
        for s in activity
    )
    values = {
        "sessions.activities": len(activity) + windows,
        "sessions.audience": naive.heads(seated),
        "sessions.people_an_activity": ratio(
            naive.heads([r for r in seated if r.other in convened]) + in_windows,
            len(convened) + len(listed),
        ),
        "sessions.seats_filled_share": ratio(most, sum(int(plan.seats[s]) for s in activity)),
        "sessions.turned_away": naive.heads(away),
        "sessions.full_share": ratio(
            naive.heads([r for r in away if r.cause is Cause.FULL]), naive.heads(away + seated)
        ),
        "sessions.too_late_share": ratio(
            naive.heads([r for r in away if r.cause is Cause.TOO_LATE]), naive.heads(away + seated)
        ),
        "sessions.no_show_share": ratio(
            naive.heads([r for r in of_registered if r.outcome is Outcome.NO_SHOW]),
            naive.heads(of_registered),
        ),
        "sessions.missed_share": ratio(
            naive.heads([r for r in of_registered if r.outcome is Outcome.MISSED]),
            naive.heads(of_registered),
        ),
        "sessions.hosts_missing_share": mean([not r.done for r in hosts if r.other in activity]),
    }
    for number, name in enumerate(expo.personas):
        own = [r for r in seated if expo.parties.persona[r.actor] == number]
        values[f"sessions.audience_of.{name}"] = naive.heads(own)
    return values
