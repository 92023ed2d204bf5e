"""Which booths a party chooses: distinct ones, by need, attraction and nearness to its gate.

Each pair of a party-day and a booth has a keyed exponential clock, which rings at -ln(1 - u) / weight;
the booths whose clocks ring first are chosen. So another weight, or a booth more, moves only choices to or
from that booth, and every other pair keeps its clock (common random numbers).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

from sim.arithmetic import exp
from sim.expo.draw.clocks import Weights, first_of, first_of_few
from sim.expo.draw.draws import pair_salts
from sim.floor.arrays import NONE, IntArray
from sim.streams import FloatArray, KeyArray, Streams

if TYPE_CHECKING:
    from sim.expo.expo import Exhibitors, Organisations
    from sim.expo.venue.venue import Venue
    from sim.scenario.schema.data import Persona

__all__ = ["Appeal", "Choice"]

BoolArray = npt.NDArray[np.bool_]
_Small = npt.NDArray[np.uint8]

NEAR: Final = 6  # booths along the walk from a planned stop to one in passing, at most; an assumption
# booths from which on those beside planned stops are listed; that it is faster then is an assumption
MANY: Final = 3000
_LEAST: Final = 2.0**-1022  # of what is divided by


class Appeal:
    """The booths' weights as each persona sees them from each gate: a view each."""

    def __init__(
        self,
        personas: Sequence[Persona],
        organisations: Organisations,
        exhibitors: Exhibitors,
        venue: Venue,
        stages: int,
    ) -> None:
        self.own_chain_share = np.array([persona.own_chain_share for persona in personas])
        self.booths = n = len(exhibitors.attraction)
        self.key: KeyArray = organisations.key[:n]
        self.needs = organisations.needs
        self.rank = venue.walk_rank
        self.at_rank = np.argsort(venue.walk_rank, kind="stable")
        self.gates = venue.gates
        far = venue.walk(venue.gates[:, None], np.arange(n)[None, :]).astype(np.float64)
        least = far.min(axis=1, keepdims=True)
        spread = np.maximum(far.max(axis=1, keepdims=True) - least, 1.0)
        closeness = 1 - (far - least) / spread
        self.cell = organisations.chain[:n] * stages + organisations.stage[:n]
        nearness = np.array([persona.nearness for persona in personas])
        drawn = exhibitors.attraction * exp(nearness[:, None, None] * closeness)
        self.weight = drawn.reshape(-1, n)  # (views, booths)
        # summed in order of booths, the same on every processor
        self.total = np.maximum(np.cumsum(self.weight, axis=1)[:, -1], _LEAST)
        self.of_cell = np.array(
            [np.bincount(self.cell, weights=of, minlength=self.needs.shape[1]) for of in self.weight]
        )


def _windows(counts: _Small, width: int) -> _Small:
    """The sum of each `width` counts of a row that follow one another; by halves, in few passes."""
    if width == 1:
        return counts
    half, n = _windows(counts, width // 2), counts.shape[1] - width + 1
    total: _Small = half[:, :n] + half[:, width // 2 :][:, :n]
    if width % 2:
        total += counts[:, width - 1 :]
    return total


class Choice:
    """The booths chosen by a block of party-days, in the making."""

    def __init__(
        self,
        appeal: Appeal,
        day_key: KeyArray,
        company: IntArray,
        own_booth: IntArray,
        persona: IntArray,
        gate: IntArray,
        streams: Streams,
    ) -> None:
        self.appeal = appeal
        self.streams = streams
        self.day_key = day_key
        self.company = company
        self.persona = persona
        self.view = persona * len(appeal.gates) + np.searchsorted(appeal.gates, gate)
        self.taken = np.zeros((len(day_key), appeal.booths), dtype=np.bool_)
        mine = np.flatnonzero(own_booth != NONE)
        self.taken[mine, own_booth[mine]] = True  # nobody visits himself

    def planned(self, number: IntArray) -> tuple[IntArray, IntArray]:
        """Rows and booths of the planned stops, by row and booth; `number` of them each, if there are.

        Each is by the company's needs with the chance `own_chain_share`, else by attraction alone.
        """
        appeal = self.appeal
        need = appeal.needs[self.company]
        total = np.cumsum(need * appeal.of_cell[self.view], axis=1)[:, -1]
        share = np.where(total > 0, appeal.own_chain_share[self.persona], 0.0)
        need *= (share / np.where(total > 0, total, 1.0))[:, None]
        need += ((1 - share) / appeal.total[self.view])[:, None]

        def weights(rows: IntArray) -> FloatArray:
            weight = np.take(need[rows], appeal.cell, axis=1)
            weight *= appeal.weight[self.view[rows]]
            return weight

        wanted = self._choose("route.planned", number, weights)
        rest = number - wanted.sum(axis=1)  # of companies that need what few or none here supply
        return self._where(wanted | self._choose("route.planned.rest", rest, self._attraction))

    def passing(self, number: IntArray, row: IntArray, booth: IntArray) -> tuple[IntArray, IntArray]:
        """Rows and booths of stops in passing, by row and booth.

        A booth weighs as many times as it is at most `NEAR` along the walk from a planned stop (`row`,
        `booth`: all that are chosen so far). If there are not enough of these, the rest is by attraction.
        """
        few = self.appeal.booths >= MANY
        beside = (self._beside_few if few else self._beside)(number, row, booth)
        rest = number - beside.sum(axis=1)
        return self._where(beside | self._choose("route.passing.rest", rest, self._attraction))

    def _beside(self, number: IntArray, row: IntArray, booth: IntArray) -> BoolArray:
        """Stops in passing beside the planned ones, by looking at all booths."""
        appeal = self.appeal
        planned = np.zeros((len(number), appeal.booths), dtype=np.uint8)
        planned[row, appeal.rank[booth]] = 1
        around = np.arange(-NEAR, appeal.booths + NEAR) % appeal.booths

        def near(rows: IntArray) -> FloatArray:
            # of a planned stop itself too, which is chosen already
            times = _windows(np.take(planned[rows], around, axis=1), 2 * NEAR + 1)
            return np.take(times, appeal.rank, axis=1).astype(np.float64)

        return self._choose("route.passing", number, near)

    def _beside_few(self, number: IntArray, row: IntArray, booth: IntArray) -> BoolArray:
        """As `_beside`, by looking at the booths beside planned stops alone."""
        appeal, purpose = self.appeal, "route.passing"
        times = np.zeros(len(number) * appeal.booths, dtype=np.uint8)
        lists = []
        for step in (*range(-NEAR, 0), *range(1, NEAR + 1)):  # a row has each planned stop once
            at = row * appeal.booths + appeal.at_rank[(appeal.rank[booth] + step) % appeal.booths]
            before = times[at]
            lists.append(at[before == 0])
            times[at] = before + 1
        found = np.concatenate(lists)
        found = np.sort(found[(number[found // appeal.booths] > 0) & ~self.taken.ravel()[found]])
        of, column = np.divmod(found, appeal.booths)
        salts = pair_salts(self.streams, purpose, self.day_key)
        weight = times[found].astype(np.float64)
        chosen = np.zeros_like(self.taken)
        chosen[first_of_few(salts, appeal.key, of, column, weight, number)] = True
        self.taken |= chosen
        return chosen

    def _where(self, chosen: BoolArray) -> tuple[IntArray, IntArray]:
        row, booth = np.divmod(np.flatnonzero(chosen), self.appeal.booths)
        return row, booth

    def _attraction(self, rows: IntArray) -> FloatArray:
        weight: FloatArray = self.appeal.weight[self.view[rows]]
        return weight

    def _choose(self, purpose: str, number: IntArray, weights: Weights) -> BoolArray:
        """The `number` booths of each row that ring first of those it has not, or all of these."""
        wanting = np.flatnonzero(number > 0)

        def free(of: IntArray) -> FloatArray:
            rows = wanting[of]
            weight = weights(rows)
            weight *= ~self.taken[rows]  # faster than to put zeros there
            return weight

        salts = pair_salts(self.streams, purpose, self.day_key[wanting])
        row, booth, _ = first_of(salts, self.appeal.key, free, number[wanting])
        chosen = np.zeros_like(self.taken)
        chosen[wanting[row], booth] = True
        self.taken |= chosen
        return chosen
