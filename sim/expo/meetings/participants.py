"""Who takes part in a matchmaking programme: hosts, and the guests they meet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sim.expo.visitors.guests import guests_of
from sim.expo.visitors.no_shows import takes_part
from sim.floor.arrays import NONE, IntArray
from sim.matchmaking import Participants, Profiles
from sim.streams import FloatArray, KeyArray, Streams, key_of, subkeys

if TYPE_CHECKING:
    from sim.expo.expo import Exhibitors, Organisations
    from sim.expo.visitors.visitors import Visitors
    from sim.scenario import Scenario

__all__ = ["Attendance", "take_part"]

HOSTS, GUESTS = 0, 1


@dataclass(frozen=True, slots=True)
class Attendance:
    """The participants of a programme, exhibitors first; a row each."""

    organisation: IntArray
    party: IntArray  # NONE: an exhibitor, whose booth sends a delegate
    side: IntArray  # HOSTS or GUESTS
    key: KeyArray
    eagerness: FloatArray
    appeal: FloatArray
    exhibitors_meet: bool  # hosts also ask hosts

    def __len__(self) -> int:
        return len(self.organisation)

    @property
    def exhibitors(self) -> int:
        """How many of them are exhibitors: the first ones."""
        return int((self.party == NONE).sum())

    @property
    def participants(self) -> Participants:
        """As those who ask and are asked."""
        meets = ((self.exhibitors_meet, True), (True, False))
        return Participants(self.key, self.organisation, self.side, meets)

    def profiles(self, organisations: Organisations) -> Profiles:
        """What they offer, need and look for."""
        return Profiles(
            offers=organisations.offers[self.organisation],
            needs=organisations.needs[self.organisation],
            eagerness=self.eagerness,
            appeal=self.appeal,
        )


def take_part(
    scenario: Scenario,
    programme: str,
    organisations: Organisations,
    exhibitors: Exhibitors,
    visitors: Visitors,
    streams: Streams,
) -> Attendance:
    """The participants of a programme.

    Hosts are the exhibitors of its pavilion and chains; guests are parties, each with its persona's
    `matchmaking_share`, and of the other exhibitors `exhibitor_guest_share`. Whoever has meetings in the
    programme's published timetable takes part, and its draws are those of its name.
    """
    data = scenario.data
    section = data.matchmaking[programme]
    n = len(exhibitors.staff)
    hosts = np.ones(n, dtype=np.bool_)
    if section.host_pavilion is not None:
        hosts &= exhibitors.pavilion == list(data.pavilions).index(section.host_pavilion)
    if section.host_chains:
        numbers = [list(data.chains).index(chain) for chain in section.host_chains]
        hosts &= np.isin(organisations.chain[:n], numbers)
    this = key_of("matchmaking", programme)
    u = streams.uniform("matchmaking.exhibitors", subkeys(organisations.key[:n], this))
    rows = scenario.published_rows.get(programme, ())
    named = {who for row in rows for who in (row.who, row.whom)}
    listed = np.array([name in named for name in organisations.name[:n]], dtype=np.bool_) if named else False
    guests = ~hosts & ((u < section.exhibitor_guest_share) | listed)

    share = np.array([persona.matchmaking_share for persona in data.visitors.values()])
    if section.guests:
        share[[name not in section.guests for name in data.visitors]] = 0.0
    takes = takes_part(programme, share[visitors.persona], visitors.key, streams)
    takes &= visitors.registered == 1
    key = visitors.key.copy()
    called = guests_of(scenario, organisations.name[:n])
    takes |= np.array([name in named for name in called] + [False])[visitors.guest]
    for i in np.flatnonzero(visitors.guest != NONE).tolist():
        company = visitors.company[i]
        if organisations.name[company] == called[visitors.guest[i]]:
            key[i] = organisations.key[company]
    party = np.flatnonzero(takes)

    exhibitor = np.flatnonzero(hosts | guests)
    own = np.ones(len(exhibitor))
    return Attendance(
        organisation=np.concatenate((exhibitor, visitors.company[party])),
        party=np.concatenate((np.full(len(exhibitor), NONE), party)),
        side=np.concatenate((np.where(hosts[exhibitor], HOSTS, GUESTS), np.full(len(party), GUESTS))),
        key=np.concatenate((organisations.key[exhibitor], key[party])),
        eagerness=np.concatenate((own, visitors.eagerness[party])),
        appeal=np.concatenate((own, visitors.authority[party])),
        exhibitors_meet=section.exhibitors_meet,
    )
