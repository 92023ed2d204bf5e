"""Routes: the booths a party means to stop at, in walking order, and what it wants at each.

Affinity chooses the booths, walking orders them. What happens at a stop is addressed by the
party-day and the booth, so another route leaves it as it was (common random numbers).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final, TypeAlias

import numpy as np
import numpy.typing as npt

from sim.arithmetic import exp
from sim.expo.draw.draws import LONGEST, pair_salts, quantile_each, span_each, whole_each
from sim.expo.shared import sharing, step
from sim.expo.visitors.choices import Appeal, Choice
from sim.expo.visitors.closings import closed_halls
from sim.expo.visitors.inclination import inclination_each
from sim.expo.visitors.retries import with_retries
from sim.expo.visitors.strolls import reached, stroll
from sim.expo.visitors.usual import mean_lengthening
from sim.floor.arrays import MINUTE, IntArray, Stops
from sim.matchmaking import Profiles, fit
from sim.parts import done
from sim.scenario.schema.data import STAGES
from sim.sorting import order_of
from sim.streams import FloatArray, KeyArray, Streams, subkeys_of

if TYPE_CHECKING:
    from sim.expo.expo import Exhibitors, Organisations
    from sim.expo.venue.venue import Venue
    from sim.expo.visitors.visitors import Visitors
    from sim.scenario import Scenario
    from sim.scenario.schema.data import Behaviour, Persona

__all__ = ["plan_routes"]

BoolArray = npt.NDArray[np.bool_]

_CELLS: Final = 4_000_000  # party-days times booths at a time: bounds the memory

_Block: TypeAlias = "tuple[IntArray, tuple[npt.NDArray[np.int32], ...]]"
"""How many stops each party-day of a block makes, and the columns of the stops, in half the room."""


def plan_routes(
    scenario: Scenario,
    organisations: Organisations,
    exhibitors: Exhibitors,
    venue: Venue,
    visitors: Visitors,
    streams: Streams,
) -> tuple[IntArray, Stops]:
    """The index (party-days + 1,) and the stops of all party-days, which are in order of persona."""
    known = venue.before_tables()
    personas = range(len(scenario.data.visitors))
    if sharing():  # of a persona that is as it was the routes are taken over
        return _together(
            [
                block
                for p in personas
                for block in _of_persona(
                    scenario,
                    p,
                    organisations,
                    exhibitors,
                    known,
                    visitors.on_rows(visitors.of_persona(p)),
                    streams,
                )
            ]
        )
    plans = list(_plans(scenario, personas, organisations, exhibitors, known, visitors, streams))
    return _together(done(lambda number: plans[number](), len(plans)))


def _together(blocks: list[_Block]) -> tuple[IntArray, Stops]:
    """Index and stops of all; `blocks` is emptied, so that a column's pieces can go once they are joined."""
    counts = np.concatenate([np.zeros(1, dtype=np.int64), *(count for count, _ in blocks)])
    pieces = [list(column) for column in zip(*(stops for _, stops in blocks), strict=True)]
    blocks.clear()
    pieces = pieces or [[np.empty(0, dtype=np.int64)] for _ in Stops.__slots__]
    return np.cumsum(counts), Stops(*(np.concatenate(pieces.pop(0), dtype=np.int64) for _ in Stops.__slots__))


@step
def _of_persona(
    scenario: Scenario,
    number: int,
    organisations: Organisations,
    exhibitors: Exhibitors,
    venue: Venue,
    visitors: Visitors,
    streams: Streams,
) -> tuple[_Block, ...]:
    """The stops of the party-days of a persona, which are all there are."""
    only = range(number, number + 1)
    return tuple(
        plan() for plan in _plans(scenario, only, organisations, exhibitors, venue, visitors, streams)
    )


def _plans(
    scenario: Scenario,
    numbers: range,
    organisations: Organisations,
    exhibitors: Exhibitors,
    venue: Venue,
    visitors: Visitors,
    streams: Streams,
) -> Iterator[Callable[[], _Block]]:
    """What plans each block of party-days of these personas, which are all there are; none needs another."""
    personas = list(scenario.data.visitors.items())[numbers.start : numbers.stop]
    block_size = max(1, _CELLS // len(exhibitors.attraction))
    everybody = np.ones(len(organisations.key))
    profiles = Profiles(organisations.offers, organisations.needs, everybody, everybody)
    kinds = [persona for _, persona in personas]
    appeal = Appeal(kinds, organisations, exhibitors, venue, len(STAGES))
    usual = np.array([mean_lengthening(scenario, name) for name, _ in personas])
    kind = visitors.persona[visitors.party] - numbers.start
    rows = np.arange(len(visitors))
    for low, high in _blocks_of_whole_parties(visitors.party, block_size):
        block = rows[low:high]
        yield partial(
            _block,
            scenario.data.behaviour,
            kinds,
            kind[block],
            appeal,
            usual,
            profiles,
            venue,
            visitors,
            block,
            streams,
        )


def _blocks_of_whole_parties(party: IntArray, step: int) -> Iterator[tuple[int, int]]:
    """Bounds of blocks of at least `step` rows; the days of a party stand together in one."""
    low = 0
    while low < len(party):
        high = min(low + step, len(party))
        high = int(np.searchsorted(party, party[high - 1], side="right"))
        yield low, high
        low = high


@dataclass(frozen=True, slots=True)
class _Route:
    """Stops of a block of party-days; columns of equal length."""

    row: IntArray  # of the block
    booth: IntArray
    look: IntArray  # ms, without a talk
    talks: BoolArray  # wants to
    length: FloatArray  # of the talk, as a probability
    again: BoolArray  # if it has talked there on an earlier day, it goes again

    def at(self, which: IntArray) -> _Route:
        """Some of the stops, in this order."""
        return _Route(*(getattr(self, column)[which] for column in self.__slots__))

    def and_(self, *others: _Route) -> _Route:
        """These stops, then the others."""
        columns = ([getattr(each, column) for each in (self, *others)] for column in self.__slots__)
        return _Route(*map(np.concatenate, columns))

    def among(self, later: _Route, rows: int) -> _Route:
        """These stops and, after those of each row, the later ones of it; both are by row."""
        own = np.arange(len(self.row)) + np.searchsorted(later.row, np.arange(rows))[self.row]
        others = np.arange(len(later.row)) + np.searchsorted(self.row, np.arange(1, rows + 1))[later.row]
        columns = {}
        for name in self.__slots__:
            one, other = getattr(self, name), getattr(later, name)
            columns[name] = np.empty(len(one) + len(other), dtype=one.dtype)
            columns[name][own], columns[name][others] = one, other
        return _Route(**columns)


@dataclass(frozen=True, slots=True)
class _Stopping:
    """What a block of party-days does at stops, addressed by party-day and booth."""

    personas: Sequence[Persona]
    kind: IntArray  # of which of them it is
    return_share: float
    booth_key: KeyArray
    day_key: KeyArray
    inclined: FloatArray  # the chance that it wants to talk
    streams: Streams

    def at(self, row: IntArray, booth: IntArray, *, passing: bool = False, back: bool = False) -> _Route:
        """Stops, planned or in `passing`, or `back` to talk again on a later day."""
        look, wish, length, again = self.streams.quartet(
            "stop", subkeys_of(self.day_key, row, self.booth_key[booth])
        )
        minutes = [each.passing_look_minutes if passing else each.look_minutes for each in self.personas]
        return _Route(
            row=row,
            booth=booth,
            look=span_each(minutes, self.kind[row], look, MINUTE),
            talks=back | (wish < self.inclined[row]),
            length=length,
            again=back | (again < self.return_share),
        )


def _block(
    behaviour: Behaviour,
    personas: Sequence[Persona],
    kind: IntArray,
    appeal: Appeal,
    usual: FloatArray,
    profiles: Profiles,
    venue: Venue,
    visitors: Visitors,
    block: IntArray,
    streams: Streams,
) -> _Block:
    """The stops of a block of party-days, each of which is of one of the personas (`kind`)."""
    day_key, party = visitors.day_key[block], visitors.party[block]
    company, own = visitors.company[party], visitors.own_booth[party]
    choice = Choice(appeal, day_key, company, own, kind, visitors.gate[block], streams)
    closed, hall = closed_halls(venue, visitors, block), venue.places.zone[: appeal.booths]
    if closed.any():
        choice.taken |= closed[:, hall]
    number = streams.quartet("route.length", day_key)
    planned = choice.planned(whole_each([each.stops for each in personas], kind, number[0]))
    few = whole_each([each.passing_stops for each in personas], kind, number[1])
    passing = choice.passing(few, *planned)
    first, of_party = np.unique(party, return_index=True, return_inverse=True)[1:]
    u = streams.uniform("visitors.talks", visitors.key[party[first]])
    inclined = inclination_each(personas, kind[first], u)[of_party]
    stopping = _Stopping(personas, kind, behaviour.return_share, appeal.key, day_key, inclined, streams)
    chosen = stopping.at(*planned).and_(stopping.at(*passing, passing=True))
    wishes = chosen.talks
    back_row, back = _returns(
        behaviour, appeal, day_key, party, chosen.row[wishes], chosen.booth[wishes], streams
    )
    open_ = ~closed[back_row, hall[back]]
    back_row, back = back_row[open_], back[open_]
    both = chosen.and_(stopping.at(back_row, back, back=True))
    goes_back = np.arange(len(both.row)) >= len(chosen.row)
    comes_back = np.zeros((len(block), appeal.booths), dtype=np.bool_)
    comes_back[back_row, back] = True
    kept = np.flatnonzero(goes_back | ~comes_back[both.row, both.booth])  # one stop a booth
    backwards = number[3] < 0.5
    order = kept[_walk(appeal, day_key, both.row[kept], both.booth[kept], backwards, streams)]
    goes_first = np.zeros(len(both.row), dtype=np.bool_)
    soon = streams.uniform("route.returns_first", subkeys_of(day_key, back_row, appeal.key[back]))
    goes_first[goes_back] = soon < behaviour.returns_first_share
    order = order[np.argsort(2 * both.row[order] + ~goes_first[order], kind="stable")]
    route = both.at(order)
    if any(each.goes_on for each in personas):
        choice.taken[back_row, back] = True
        way = np.where(backwards, -1, 1)
        route = _gone_on(route, choice, stopping, way, venue, visitors, block, streams)

    row, booth = route.row, route.booth
    talks = np.flatnonzero(route.talks)
    interest = visitors.interest[party]
    affinity = fit(profiles, company[row[talks]], booth[talks]) * interest[row[talks]]
    talkers = kind[row[talks]]
    minutes = quantile_each([each.conversation_minutes for each in personas], talkers, route.length[talks])
    minutes *= exp(behaviour.affinity_on_length * affinity) / usual[talkers]
    talk = np.zeros(len(row), dtype=np.int64)
    talk[talks] = np.clip(np.rint(minutes * MINUTE), 1, LONGEST).astype(np.int64)
    stops = Stops(booth, route.look, talk, route.again.astype(np.int64), np.zeros_like(talk))
    row, stops = with_retries(behaviour, row, stops, day_key, appeal.key, streams)
    columns = (getattr(stops, column).astype(np.int32) for column in Stops.__slots__)  # none is over a day
    return np.bincount(row, minlength=len(block)), tuple(columns)


def _gone_on(
    route: _Route,
    choice: Choice,
    stopping: _Stopping,
    way: IntArray,
    venue: Venue,
    visitors: Visitors,
    block: IntArray,
    streams: Streams,
) -> _Route:
    """The route as far as the stay can reach, with the stops in passing that follow when it is done (R2).

    Of personas that do not go on, as it is.
    """
    pace, kind, personas = visitors.pace[block], stopping.kind, stopping.personas
    goes = np.array([each.goes_on for each in personas])[kind]
    time = np.where(goes, (visitors.departure - visitors.arrival - visitors.check)[block], 0)
    arrives = reached(venue, visitors.gate[block], pace, route.row, route.booth, route.look)
    some = np.flatnonzero(np.bincount(route.row, minlength=len(block)))
    last = np.searchsorted(route.row, some, side="right") - 1
    gone, begin, here = np.zeros_like(time), np.zeros_like(time), visitors.gate[block].copy()
    gone[some] = (arrives + route.look)[last]
    here[some] = route.booth[last]
    begin[some] = choice.appeal.rank[here[some]]

    look = np.array([each.passing_look_minutes.expectation() * MINUTE for each in personas])[kind]
    more = stopping.at(
        *stroll(choice, stopping.day_key, time - gone, look, begin, way, streams), passing=True
    )
    then = gone[more.row] + reached(venue, here, pace, more.row, more.booth, more.look)
    route = route.at(np.flatnonzero((arrives <= time[route.row]) | ~goes[route.row]))
    return route.among(more.at(np.flatnonzero(then <= time[more.row])), len(block))


def _walk(
    appeal: Appeal,
    day_key: KeyArray,
    row: IntArray,
    booth: IntArray,
    backwards: BoolArray,
    streams: Streams,
) -> IntArray:
    """The stops of each party-day, row by row, in the order in which it walks.

    It begins at one of them and goes once round, forwards or backwards, along the walk through all
    halls. Where it begins, a keyed draw of each stop decides: a booth more shifts nobody's beginning.
    """
    order = order_of(row * appeal.booths + appeal.rank[booth])
    row = row[order]
    count = np.bincount(row, minlength=len(day_key))
    first = np.cumsum(count) - count
    salts = pair_salts(streams, "route.start", day_key)
    lot = subkeys_of(salts, row, appeal.key[booth[order]])
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
    behaviour: Behaviour,
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
    again = streams.quartet("stop", subkeys_of(day_key, back_row, appeal.key[back]))[3]
    kept = again < behaviour.return_share
    return back_row[kept], back[kept]
