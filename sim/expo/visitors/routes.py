"""Routes: the booths a party means to stop at, in walking order, and what it wants at each.

Affinity chooses the booths, walking orders them. What happens at a stop is addressed by the
party-day and the booth, so another route leaves it as it was (common random numbers).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

from sim.arithmetic import exp
from sim.expo.draw.draws import pair_salts, span, whole
from sim.expo.visitors.choices import Appeal, Choice
from sim.expo.visitors.reference import mean_lengthening
from sim.floor.arrays import MINUTE, IntArray, Stops
from sim.matchmaking import Profiles, fit
from sim.scenario.schema.data import STAGES
from sim.streams import KeyArray, Streams, subkeys

if TYPE_CHECKING:
    from sim.expo.expo import Exhibitors, Organisations
    from sim.expo.venue.venue import Venue
    from sim.expo.visitors.visitors import Visitors
    from sim.scenario import Scenario

__all__ = ["plan_routes"]

_CELLS: Final = 4_000_000  # party-days times booths at a time: bounds the memory


def plan_routes(
    scenario: Scenario,
    organisations: Organisations,
    exhibitors: Exhibitors,
    venue: Venue,
    visitors: Visitors,
    streams: Streams,
) -> tuple[IntArray, Stops]:
    """The index (party-days + 1,) and the stops of all party-days, which are in order of persona."""
    step = max(1, _CELLS // len(exhibitors.attraction))
    everybody = np.ones(len(organisations.key))
    profiles = Profiles(organisations.offers, organisations.needs, everybody, everybody)
    counts = [np.zeros(1, dtype=np.int64)]
    blocks: list[Stops] = []
    for p, (name, persona) in enumerate(scenario.data.visitors.items()):
        appeal = Appeal(persona, organisations, exhibitors, venue, len(STAGES))
        usual = mean_lengthening(scenario, name)
        rows = visitors.of_persona(p)
        for low, high in _blocks_of_whole_parties(visitors.party[rows], step):
            block = rows[low:high]
            count, stops = _block(scenario, name, appeal, usual, profiles, visitors, block, streams)
            counts.append(count)
            blocks.append(stops)
    columns = (
        np.concatenate([getattr(stops, column) for stops in blocks] or [np.empty(0, dtype=np.int64)])
        for column in ("place", "look", "talk", "again")
    )
    return np.cumsum(np.concatenate(counts)), Stops(*columns)


def _blocks_of_whole_parties(party: IntArray, step: int) -> Iterator[tuple[int, int]]:
    """Bounds of blocks of at least `step` rows; the days of a party stand together in one."""
    low = 0
    while low < len(party):
        high = min(low + step, len(party))
        high = int(np.searchsorted(party, party[high - 1], side="right"))
        yield low, high
        low = high


def _block(
    scenario: Scenario,
    name: str,
    appeal: Appeal,
    usual: float,
    profiles: Profiles,
    visitors: Visitors,
    block: IntArray,
    streams: Streams,
) -> tuple[IntArray, Stops]:
    """How many stops each party-day of a block of one persona makes, and the stops."""
    persona, behaviour = scenario.data.visitors[name], scenario.data.behaviour
    day_key, party = visitors.day_key[block], visitors.party[block]
    company, own = visitors.company[party], visitors.own_booth[party]
    choice = Choice(appeal, day_key, company, own, visitors.gate[block], streams)
    number = streams.quartet("route.length", day_key)
    planned_row, planned = choice.planned(whole(persona.stops, number[0]))
    passing_row, passing = choice.passing(whole(persona.passing_stops, number[1]), planned_row, planned)
    row, booth = np.concatenate((planned_row, passing_row)), np.concatenate((planned, passing))
    in_passing = np.arange(len(row)) >= len(planned)
    drawn = streams.quartet("stop", subkeys(day_key[row], appeal.key[booth]))
    wishes = drawn[1] < persona.talk_share
    back_row, back = _returns(scenario, appeal, day_key, party, row[wishes], booth[wishes], streams)
    other = ~np.isin(row * appeal.booths + booth, back_row * appeal.booths + back)
    row, booth = np.concatenate((row[other], back_row)), np.concatenate((booth[other], back))
    in_passing = np.concatenate((in_passing[other], np.zeros(len(back), dtype=np.bool_)))
    comes_back = np.arange(len(row)) >= len(row) - len(back)
    of_back = streams.quartet("stop", subkeys(day_key[back_row], appeal.key[back]))
    drawn = np.concatenate((drawn[:, other], of_back), axis=1)

    order = _walk(appeal, day_key, row, booth, number[3] < 0.5, streams)
    row, booth, in_passing, comes_back = row[order], booth[order], in_passing[order], comes_back[order]
    look, wish, length, again = drawn[:, order]
    looks = np.empty(len(row), dtype=np.int64)
    looks[in_passing] = span(persona.passing_look_minutes, look[in_passing], MINUTE)
    looks[~in_passing] = span(persona.look_minutes, look[~in_passing], MINUTE)
    talks = np.flatnonzero((wish < persona.talk_share) | comes_back)
    interest = visitors.interest[party]
    affinity = fit(profiles, company[row[talks]], booth[talks]) * interest[row[talks]]
    minutes = persona.conversation_minutes.quantile(length[talks])
    minutes *= exp(behaviour.affinity_on_length * affinity) / usual
    talk = np.zeros(len(row), dtype=np.int64)
    talk[talks] = np.maximum(1, np.rint(minutes * MINUTE)).astype(np.int64)
    returns = (comes_back | (again < behaviour.return_share)).astype(np.int64)
    return np.bincount(row, minlength=len(block)), Stops(booth, looks, talk, returns)


def _walk(
    appeal: Appeal,
    day_key: KeyArray,
    row: IntArray,
    booth: IntArray,
    backwards: npt.NDArray[np.bool_],
    streams: Streams,
) -> IntArray:
    """The stops of each party-day, row by row, in the order in which it walks.

    It begins at one of them and goes once round, forwards or backwards, along the walk through all
    halls. Where it begins, a keyed draw of each stop decides: a booth more shifts nobody's beginning.
    """
    order = np.argsort(row * appeal.booths + appeal.rank[booth], kind="stable")
    row = row[order]
    count = np.bincount(row, minlength=len(day_key))
    first = np.cumsum(count) - count
    salts = pair_salts(streams, "route.start", day_key)
    lot = subkeys(salts[row], appeal.key[booth[order]])
    some = count > 0
    least = np.zeros(len(count), dtype=np.uint64)
    if some.any():
        least[some] = np.minimum.reduceat(lot, first[some])
    begin = np.zeros(len(count), dtype=np.int64)
    at = np.flatnonzero(lot == least[row])
    begin[row[at]] = at
    along = (np.arange(len(row)) - begin[row]) * np.where(backwards, -1, 1)[row] % count[row]
    walked = np.empty_like(order)
    walked[first[row] + along] = order
    return walked


def _returns(
    scenario: Scenario,
    appeal: Appeal,
    day_key: KeyArray,
    party: IntArray,
    row: IntArray,
    booth: IntArray,
    streams: Streams,
) -> tuple[IntArray, IntArray]:
    """Rows and booths to which parties come back on later days to talk again (R9).

    `row` and `booth` are the stops at which somebody wants to talk; of those of its first day a party
    goes back to each with the chance `return_share`, on each later day.
    """
    n = len(party)
    first = np.searchsorted(party, party, side="left")
    index = np.searchsorted(np.sort(row), np.arange(n + 1))
    by_row = booth[np.argsort(row, kind="stable")]
    later = np.flatnonzero(first != np.arange(n))
    count = (index[first[later] + 1] - index[first[later]]).astype(np.int64)
    back_row = np.repeat(later, count)
    offset = np.arange(len(back_row)) - np.repeat(np.cumsum(count) - count, count)
    back = by_row[index[first[back_row]] + offset]
    again = streams.quartet("stop", subkeys(day_key[back_row], appeal.key[back]))[3]
    kept = again < scenario.data.behaviour.return_share
    return back_row[kept], back[kept]
