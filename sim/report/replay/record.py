"""What a page knows of one replication: its floor, who moves, what goes on where, how many do what."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from sim.files.text import printable
from sim.floor.trace import Kind
from sim.report.plots.hours import day_named
from sim.report.replay.busy import MINUTE, SERIES, counts_of, grain_of, intervals_of, steps_of
from sim.report.replay.ground import ground
from sim.report.replay.moves import moves_of, shown
from sim.report.replay.packing import packed, script_json
from sim.report.replay.states import GRAIN, NAMES

if TYPE_CHECKING:
    from sim.statistics.ledger import Ledger

__all__ = ["recorded", "said"]


def recorded(ledger: Ledger, label: str, people: int) -> dict[str, Any]:
    """All that the page knows of one replication."""
    expo, floor = ledger.expo, ledger.floor
    parties, places = floor.n_party_days, len(floor.places.kind)
    chosen = shown(expo, people)
    moves = moves_of(ledger, chosen)
    intervals, does = intervals_of(ledger)
    days = _days(ledger)
    states, counts = counts_of(does, days)
    grain = grain_of(intervals)

    staff = moves.actor >= parties
    of_party = moves.actor[~staff]  # of which there may be none
    organisation, size, persona = (np.full(len(staff), of_staff) for of_staff in (0, 1, 0))
    organisation[staff] = floor.staff.booth[moves.actor[staff] - parties]
    organisation[~staff] = expo.parties.organisation[of_party]
    size[~staff] = floor.party_days.size[of_party]
    persona[~staff] = expo.parties.persona[of_party]
    named, organisation = np.unique(organisation, return_inverse=True)
    texts = {
        "organisations": [said(expo.organisations.name[each]) for each in named.tolist()],
        "places": [said(name) for name in expo.places],
        "personas": [said(name) for name in expo.personas],
        "halls": [said(name) for name in expo.halls],
    }
    columns: dict[str, Any] = {f"moves.{name}": column for name, column in moves.columns().items()}
    columns["who.staff"] = staff.astype(np.int64)
    columns["who.size"] = size
    columns["who.persona"] = persona
    columns["who.organisation"] = organisation.astype(np.int64)
    for name in SERIES:
        made = steps_of(intervals[name], places + len(floor.places.zone_distance), grain)
        columns |= {f"{name}.{part}": column for part, column in made.items()}
    columns["counts"] = counts.T.reshape(-1)
    columns["texts"] = script_json(texts)
    came = _people(ledger, np.ones(parties, dtype=np.bool_))
    there = _people(ledger, chosen)
    return {
        "label": said(label),
        "replication": expo.replication,
        "seed": expo.seed,
        "grain": grain,
        "minute": MINUTE,
        "days": [[first, last] for first, last in days],
        "hours": (np.stack((expo.day_open, expo.day_close), axis=1) // GRAIN).tolist(),
        "dates": _dates(ledger),
        "states": list(NAMES),
        "counted": states,
        "people": came,
        "shown": there,
        "ground": ground(expo),
        **packed(columns),
    }


def _people(ledger: Ledger, mask: Any) -> int:
    """Different people among those party-days of `mask` that came to a gate."""
    days = ledger.floor.party_days
    came = np.zeros(len(mask), dtype=np.bool_)
    came[ledger.rows(Kind.GATE).actor] = True
    some = np.flatnonzero(came & mask)
    _, first = np.unique(days.party[some], return_index=True)
    return int(days.size[some[first]].sum())


def _days(ledger: Ledger) -> list[tuple[int, int]]:
    """Of each day the first and last minute that is shown: the opening hours, and whoever is there longer."""
    day_ms, minute_ms = 86_400_000, 60_000
    expo = ledger.expo
    found = []
    starts = ledger.rows(Kind.GATE).start
    ends = np.concatenate((ledger.rows(Kind.GATE).end, ledger.visits.end))
    for opens, closes in zip(expo.day_open.tolist(), expo.day_close.tolist(), strict=True):
        midnight = opens - opens % day_ms
        theirs = starts[(starts >= midnight) & (starts < midnight + day_ms)]
        left = ends[(ends > midnight) & (ends <= midnight + day_ms)]
        first = min(opens, int(theirs.min(initial=opens)))
        last = max(closes, int(left.max(initial=closes)))
        found.append((first // minute_ms, -(-last // minute_ms)))
    return found


def _dates(ledger: Ledger) -> list[str]:
    """What each day is called: Tue 26 Nov."""
    first = ledger.expo.terms.first_day
    return [day_named(np.datetime64(first, "D") + number) for number in range(ledger.expo.n_days)]


def said(name: str) -> str:
    """A name as text on one line; what nobody could see is spelt out."""
    return printable(" ".join(name.split()), lines=False)
