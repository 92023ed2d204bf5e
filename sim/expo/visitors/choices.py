"""Which booths a party chooses: distinct ones, by need, attraction and nearness to its gate.

Booths are drawn by inverse distribution function, never by a matrix of all pairs: first a cell
(chain and stage) by what the company needs, then a booth in it. A booth drawn twice is drawn anew;
those few who still come short after some rounds take what is left by keyed exponential clocks.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

from sim.arithmetic import exp, log
from sim.floor.arrays import NONE, IntArray
from sim.streams import FloatArray, KeyArray, Streams, subkeys

if TYPE_CHECKING:
    from sim.expo.expo import Exhibitors, Organisations
    from sim.expo.venue.venue import Venue
    from sim.scenario.schema.data import Persona

__all__ = ["Appeal", "Choice"]

Proposal = Callable[[IntArray, IntArray], IntArray]
"""A booth for each draw: (row, number of the draw) -> booth."""

NEAR: Final = 6  # booths along the walk from a planned stop to one in passing, at most; an assumption
_ROUNDS: Final = 6  # of drawing anew
_PAIRS: Final = 500_000  # of rows and booths at a time


class Appeal:
    """The booths' weights as a persona sees them from each gate, ready to be drawn from."""

    def __init__(
        self,
        persona: Persona,
        organisations: Organisations,
        exhibitors: Exhibitors,
        venue: Venue,
        stages: int,
    ) -> None:
        self.persona = persona
        self.booths = n = len(exhibitors.attraction)
        self.key: KeyArray = organisations.key[:n]
        self.needs = organisations.needs
        self.attraction = exhibitors.attraction
        self.rank = venue.walk_rank
        self.at_rank = np.argsort(venue.walk_rank, kind="stable")
        self.gates = venue.gates
        far = venue.walk(venue.gates[:, None], np.arange(n)[None, :]).astype(np.float64)
        least = far.min(axis=1, keepdims=True)
        spread = np.maximum(far.max(axis=1, keepdims=True) - least, 1.0)
        closeness = 1 - (far - least) / spread
        cell = organisations.chain[:n] * stages + organisations.stage[:n]
        self.order = np.argsort(cell, kind="stable")  # booths by cell
        bounds = np.searchsorted(cell[self.order], np.arange(self.needs.shape[1] + 1))
        weight = (self.attraction * exp(persona.nearness * closeness))[:, self.order]
        self.steps = np.concatenate((np.zeros((len(weight), 1)), np.cumsum(weight, axis=1)), axis=1)
        self.start = self.steps[:, bounds[:-1]]  # (gates, cells): weight before the cell
        self.weight = self.steps[:, bounds[1:]] - self.start  # (gates, cells)

    def booth_at(self, gate: IntArray, height: FloatArray) -> IntArray:
        """The booth at a height of the distribution function of a gate (by number)."""
        booth = np.zeros(len(gate), dtype=np.int64)
        for g, steps in enumerate(self.steps):
            mine = np.flatnonzero(gate == g)
            at = np.searchsorted(steps, height[mine], side="right") - 1
            booth[mine] = self.order[np.clip(at, 0, self.booths - 1)]
        return booth


class Choice:
    """The booths chosen by a block of party-days of one persona, in the making."""

    def __init__(
        self,
        appeal: Appeal,
        day_key: KeyArray,
        company: IntArray,
        own_booth: IntArray,
        gate: IntArray,
        streams: Streams,
    ) -> None:
        self.appeal = appeal
        self.streams = streams
        self.day_key = day_key
        self.gate = np.searchsorted(appeal.gates, gate)
        self.taken = np.zeros(len(day_key) * appeal.booths, dtype=np.bool_)
        self._last = np.empty(len(day_key) * appeal.booths, dtype=np.int32)
        mine = np.flatnonzero(own_booth != NONE)
        self.taken[mine * appeal.booths + own_booth[mine]] = True  # nobody visits himself
        self.room = np.count_nonzero(appeal.attraction) - (
            (own_booth != NONE) & (appeal.attraction[own_booth] > 0)
        ).astype(np.int64)
        need = appeal.needs[company] * appeal.weight[self.gate]
        steps = np.cumsum(need, axis=1)
        self.needy = steps[:, -1] > 0
        steps /= np.where(self.needy, steps[:, -1], 1.0)[:, None]
        self.cells = (steps + np.arange(len(steps))[:, None]).ravel()  # row r rises from r to r + 1

    def planned(self, number: IntArray) -> tuple[IntArray, IntArray]:
        """Rows and booths of the planned stops, by row; `number` of them each."""
        found = self._distinct(np.minimum(number, self.room), self._by_interest)
        self.room = self.room - np.bincount(found[0], minlength=len(number))
        return found

    def passing(self, number: IntArray, row: IntArray, booth: IntArray) -> tuple[IntArray, IntArray]:
        """Rows and booths of stops in passing, near the planned ones (`row`, `booth`)."""
        index = np.searchsorted(row, np.arange(len(number) + 1))

        def near(rows: IntArray, draw: IntArray) -> IntArray:
            u = self.streams.quartet("route.passing", self.day_key[rows], draw)
            has = index[rows + 1] - index[rows]
            which = index[rows] + (u[0] * has).astype(np.int64)
            planned = booth[np.minimum(which, len(booth) - 1)] if len(booth) else np.zeros_like(rows)
            step = (1 + u[1] * NEAR).astype(np.int64) * np.where(u[2] < 0.5, -1, 1)
            beside = self.appeal.at_rank[(self.appeal.rank[planned] + step) % self.appeal.booths]
            gate = self.gate[rows]
            return np.where(has > 0, beside, self.appeal.booth_at(gate, u[3] * self.appeal.steps[gate, -1]))

        return self._distinct(np.minimum(number, self.room), near)

    def _by_interest(self, row: IntArray, draw: IntArray) -> IntArray:
        """A booth by the company's needs, or (less `own_chain_share`) by attraction alone."""
        u = self.streams.quartet("route.planned", self.day_key[row], draw)
        appeal, gate = self.appeal, self.gate[row]
        cell = np.searchsorted(self.cells, row + u[1], side="right") - row * appeal.needs.shape[1]
        cell = np.clip(cell, 0, appeal.needs.shape[1] - 1)
        by_need = (u[0] < appeal.persona.own_chain_share) & self.needy[row]
        low = np.where(by_need, appeal.start[gate, cell], 0.0)
        width = np.where(by_need, appeal.weight[gate, cell], appeal.steps[gate, -1])
        return appeal.booth_at(gate, low + u[2] * width)

    def _distinct(self, number: IntArray, propose: Proposal) -> tuple[IntArray, IntArray]:
        """`number` distinct booths for each row, sorted by row, in the order in which they were drawn."""
        short = number.copy()
        drawn = np.zeros_like(number)
        rows, booths = [np.empty(0, dtype=np.int64)], [np.empty(0, dtype=np.int64)]
        for _ in range(_ROUNDS):
            row = np.repeat(np.arange(len(number)), short)
            if not len(row):
                break
            first = np.cumsum(short) - short
            booth = propose(row, drawn[row] + np.arange(len(row)) - first[row])
            new = self._take(row, booth)
            drawn += short
            short = short - np.bincount(row[new], minlength=len(number))
            rows.append(row[new])
            booths.append(booth[new])
        row, booth = self._rest(short)
        rows.append(row)
        booths.append(booth)
        row, booth = np.concatenate(rows), np.concatenate(booths)
        order = np.argsort(row, kind="stable")
        return row[order], booth[order]

    def _take(self, row: IntArray, booth: IntArray) -> npt.NDArray[np.bool_]:
        """Which of these draws are the first of their row for a booth that it has not got yet."""
        place = row * self.appeal.booths + booth
        number = np.arange(len(place), dtype=np.int32)
        self._last[place[::-1]] = number[::-1]  # of equal places the last written, the first drawn, stays
        new: npt.NDArray[np.bool_] = (self._last[place] == number) & ~self.taken[place]
        self.taken[place[new]] = True
        return new

    def _rest(self, short: IntArray) -> tuple[IntArray, IntArray]:
        """What is left, by attraction: for each pair an exponential clock, the first to ring are taken."""
        appeal = self.appeal
        wanting = np.flatnonzero(short)
        rows, booths = [np.empty(0, dtype=np.int64)], [np.empty(0, dtype=np.int64)]
        step = max(1, _PAIRS // appeal.booths)
        for low in range(0, len(wanting), step):
            row = wanting[low : low + step]
            pair = subkeys(self.day_key[row][:, None], appeal.key[None, :]).ravel()
            clock = -log(self.streams.uniform("route.rest", pair)).reshape(len(row), -1)
            taken = self.taken.reshape(-1, appeal.booths)[row]
            with np.errstate(divide="ignore"):
                clock = np.where(taken, np.inf, clock / appeal.attraction)
            first = np.argsort(clock, axis=1, kind="stable")
            i, k = np.nonzero(np.arange(appeal.booths)[None, :] < short[row][:, None])
            rows.append(row[i])
            booths.append(first[i, k])
        row, booth = np.concatenate(rows), np.concatenate(booths)
        self.taken[row * appeal.booths + booth] = True
        return row, booth
