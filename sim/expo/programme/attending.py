"""Attending sessions: how strongly each draws parties, and when those who go come, how long they stay.

How a party attends a session is keyed by the pair, so that who else goes leaves it as it was.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.arithmetic import log
from sim.expo.booking.agenda import Agenda, Booked
from sim.expo.visitors.companies import chain_weights
from sim.floor.arrays import NONE, IntArray
from sim.streams import FloatArray, Streams, subkeys

if TYPE_CHECKING:
    from sim.expo.programme.programme import PlannedProgramme
    from sim.scenario import Scenario

__all__ = ["attendance", "chain_pulls"]


def chain_pulls(scenario: Scenario, programme: PlannedProgramme) -> FloatArray:
    """How strongly each session draws parties of each chain: (sessions, chains), on average 1.

    A session draws on its own chain by `chain_focus`.
    """
    share = _chain_shares(scenario)
    own = np.where(programme.chain == NONE, 0, programme.chain)
    usual = (programme.chain == NONE) | (share[own] == 0)
    focus = np.where(usual, 0.0, programme.chain_focus)
    pulls = np.repeat((1 - focus)[:, None], len(share), axis=1)
    some = np.flatnonzero(~usual)
    pulls[some, own[some]] += focus[some] / share[own[some]]
    return pulls


def _chain_shares(scenario: Scenario) -> FloatArray:
    """Expected share of each chain among visits, from the scenario's weights alone."""
    kinds = scenario.data.visitors.values()
    weights = [chain_weights(scenario, kind) for kind in kinds]
    total = np.array([w / w.sum() * max(kind.visits, 1) for w, kind in zip(weights, kinds, strict=True)])
    share: FloatArray = total.sum(axis=0) / total.sum()
    return share


def attendance(
    programme: PlannedProgramme,
    s: IntArray,
    rows: IntArray,
    registered: bool,
    agenda: Agenda,
    streams: Streams,
) -> Booked:
    """Bookings of party-days for sessions: when they mean to come, how long they stay, whether they show.

    A registered party means to be there while its seats are held, others by the start.
    """
    sessions = programme.sessions
    key = subkeys(programme.key[s], agenda.visitors.day_key[rows])
    early, stays, shows, _ = streams.quartet("attendance", key)
    doors = sessions.doors[s]
    last = np.maximum(doors, sessions.hold[s] if registered else sessions.start[s])
    rounds = _rounds_stayed(programme.stay_for_round[s], sessions.rounds[s], stays)
    return Booked(
        rows,
        sessions.place[s],
        doors + (early * (last - doors)).astype(np.int64),
        sessions.end[s] + rounds * sessions.round[s],
        session=s,
        registered=np.array(int(registered)),
        comes=_shows(programme.show_probability[s], shows, rows, agenda) if registered else np.array(1),
        rounds=rounds,
        key=key,
    )


def _shows(chance: FloatArray, u: FloatArray, rows: IntArray, agenda: Agenda) -> IntArray:
    """Whether registered party-days come, with this chance in all: some are not at the fair at all."""
    v = agenda.visitors
    party = v.party[rows]
    never = (v.absent[party] == 1) | (v.away[rows] == 1)
    comes = (u < chance / np.maximum(1.0 - v.absence_of_all[party], 1e-12)) & ~never
    return np.where(comes, 1, 0)


def _rounds_stayed(chance: FloatArray, rounds: IntArray, u: FloatArray) -> IntArray:
    """Rounds of mixing stayed for, if after each the chance of staying for one more is `chance`."""
    stays = rounds.copy()
    some = np.flatnonzero((rounds > 0) & (chance < 1))
    stays[some] = np.minimum(np.floor(log(u[some]) / log(chance[some])), rounds[some]).astype(np.int64)
    return stays
