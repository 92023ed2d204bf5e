"""Organisations and the ties between those that met, and how many each has."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt

from sim.floor.arrays import IntArray
from sim.statistics.interactions import InteractionKind, Interactions
from sim.statistics.reading import Bools, Reading

__all__ = ["Network", "read_network"]


@dataclass(frozen=True)
class Network:
    """An undirected network: a vertex an organisation, an edge (a *tie*) two that had an interaction.

    Vertices are the organisations of the expo by their numbers, exhibitors first; `there` (organisations,)
    are those that exhibit or had somebody on the floor. The columns of ties (ties,) are in order of `one`,
    then `other`, with `one` the lower number.
    """

    one: IntArray
    other: IntArray
    interactions: IntArray  # how many
    of_kind: IntArray  # (kinds, ties): of each `InteractionKind`
    useful: IntArray  # how many of them are useful
    length: IntArray  # ms together in all of them
    first: IntArray  # ms: when the first began
    first_useful: IntArray  # ms: when the first useful one began; none: the largest number there is
    there: Bools
    n_exhibitors: int

    def __len__(self) -> int:
        return len(self.one)

    def where(self, mask: Bools) -> Network:
        """The same organisations with only those ties for which `mask` holds."""
        columns = ("one", "other", "interactions", "useful", "length", "first", "first_useful")
        some = {name: getattr(self, name)[mask] for name in columns}
        return replace(self, of_kind=self.of_kind[:, mask], **some)

    @cached_property
    def contacts(self) -> Network:
        """Those ties that are useful contacts."""
        return self.where(self.useful > 0)

    @cached_property
    def visited(self) -> tuple[IntArray, IntArray]:
        """Ties of exhibitors with organisations that do not exhibit: the two, these numbered from 0."""
        tie = (self.one < self.n_exhibitors) & (self.other >= self.n_exhibitors)
        return self.one[tie], self.other[tie] - self.n_exhibitors

    @cached_property
    def in_common(self) -> tuple[IntArray, IntArray, IntArray]:
        """Every two exhibitors that share such organisations, either way round, and how many they share."""
        from scipy.sparse import csr_array

        row, column = self.visited
        shape = (self.n_exhibitors, len(self.there) - self.n_exhibitors)
        visited = csr_array((np.ones(len(row), dtype=np.int64), (row, column)), shape)
        shared = (visited @ visited.T).tocoo()
        apart = shared.coords[0] != shared.coords[1]
        one, other = (ends[apart] for ends in shared.coords)
        return one, other, shared.data[apart]

    @property
    def organisations(self) -> int:
        """How many organisations are there."""
        return int(self.there.sum())

    @cached_property
    def degree(self) -> IntArray:
        """How many others each organisation has a tie with: (organisations,)."""
        return self.sum_of(np.ones(len(self), dtype=np.int64))

    def sum_of(self, weight: IntArray) -> IntArray:
        """The sum of a weight of ties over those of each organisation: (organisations,)."""
        n = len(self.there)
        total = np.bincount(self.one, weight, n) + np.bincount(self.other, weight, n)
        return total.astype(np.int64)  # whole numbers below 2^53 are exact on the way


def read_network(reading: Reading, met: Interactions) -> Network:
    """The network of all interactions of a replication."""
    order = met.by_pair
    pair = met.pair[order]
    begin = np.flatnonzero(np.diff(pair, prepend=-1))
    n = met.n_organisations
    there = np.zeros(n, dtype=np.bool_)
    there[: reading.n_exhibitors] = True
    there[reading.organisation[np.flatnonzero(reading.admitted)]] = True
    useful, start = met.useful[order], met.start[order]

    def total(values: npt.NDArray[np.int64] | Bools) -> IntArray:
        if not len(begin):
            return np.zeros(0, dtype=np.int64)
        sums: IntArray = np.add.reduceat(values, begin, dtype=np.int64)
        return sums

    def least(values: IntArray) -> IntArray:
        return np.minimum.reduceat(values, begin) if len(begin) else values

    kind = met.kind[order]
    return Network(
        one=pair[begin] // n,
        other=pair[begin] % n,
        interactions=np.diff(begin, append=len(pair)),
        of_kind=np.stack([total(kind == each) for each in InteractionKind]),
        useful=total(useful),
        length=total(met.length[order]),
        first=least(start),
        first_useful=least(np.where(useful, start, np.iinfo(np.int64).max)),
        there=there,
        n_exhibitors=reading.n_exhibitors,
    )
