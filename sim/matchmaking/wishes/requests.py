"""Requests: who asks whom for a meeting.

Everybody ranks the partners open to him by score and a keyed noise of his own, and asks the best of
them, as many as his quota. A pair asks once: where both would ask, the one whose keyed moment is
earlier does, and the other goes on to his next choice.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from sim.arithmetic import exp, normal_quantile
from sim.matchmaking.wishes.affinity import BoolArray, FloatArray, IntArray
from sim.matchmaking.wishes.score import ScoreBlock
from sim.streams import KeyArray, Streams, subkeys

__all__ = ["BIPARTITE", "Asked", "Participants", "ask", "largest_remainders"]

BIPARTITE: Final = ((False, True), (True, False))
_BLOCK: Final = 1 << 18  # pairs at a time
_NOBODY: Final = -1

ZEAL: Final = 0.5
"""How much people differ in how many requests they send (an assumption)."""


@dataclass(frozen=True, slots=True)
class Participants:
    """Who takes part in a programme.

    `key` (n,) addresses their draws; `organisation` (n,): members of one never meet; `side` (n,)
    numbers their sides from 0, and `meets[s][t]` says whether side s meets side t (symmetric). Two
    sides meet each other by default, 0 the exhibitors and 1 the visitors; `((True, True), (True,
    False))` lets exhibitors meet exhibitors as well; one side with `((True,),)`: anyone meets anyone.

    Raises ValueError if shapes disagree or `meets` is not symmetric.
    """

    key: KeyArray
    organisation: IntArray
    side: IntArray
    meets: tuple[tuple[bool, ...], ...] = BIPARTITE

    def __post_init__(self) -> None:
        n = len(self.key)
        if self.organisation.shape != (n,) or self.side.shape != (n,):
            raise ValueError("key, organisation and side must have the same length")
        table = np.array(self.meets, dtype=np.bool_)
        if table.ndim != 2 or not np.array_equal(table, table.T):
            raise ValueError("meets must be a symmetric table of sides")
        if n and not (self.side.min() >= 0 and self.side.max() < len(table)):
            raise ValueError(f"sides must be 0 to {len(table) - 1}")

    def __len__(self) -> int:
        return len(self.key)

    def partners(self, side: int) -> IntArray:
        """The participants whom this side meets, in order (itself and colleagues included)."""
        found = np.flatnonzero(np.array(self.meets[side], dtype=np.bool_)[self.side])
        return found.astype(np.int64)


@dataclass(frozen=True, slots=True)
class Asked:
    """Requests in order of arrival: request k is asker[k]'s to asked[k], with its score.

    It is sent at `moment[k]`, a share of the time there is for requests.
    """

    asker: IntArray
    asked: IntArray
    score: FloatArray
    moment: FloatArray

    def __len__(self) -> int:
        return len(self.asker)


def largest_remainders(total: int, weights: FloatArray, most: IntArray | None = None) -> IntArray:
    """`total` items over `weights` ≥ 0 by largest remainders, none above `most`.

    The sum is `total`, or less if `most` (and weights of 0) allow no more. Ties go to the first. Each
    share is within one of its exact part, as with no divisor method (the expo's shares of seats are by
    one): nobody's wishes grow with the total here, so that nothing need keep its order.
    """
    limit = np.full(len(weights), total, dtype=np.int64) if most is None else most.astype(np.int64)
    share = np.zeros(len(weights), dtype=np.int64)
    while True:
        left = total - int(share.sum())
        open_ = (share < limit) & (weights > 0)
        if left <= 0 or not open_.any():
            return share
        exact = np.where(open_, weights, 0.0) / weights[open_].max()
        exact = exact * (left / exact.sum())
        whole = np.floor(exact).astype(np.int64)
        rest = np.where(open_, exact - whole, -1.0)
        first = np.argsort(-rest, kind="stable")[: left - int(whole.sum())]
        whole[first[open_[first]]] += 1
        share = np.minimum(share + whole, limit)


def ask(
    participants: Participants,
    scores: ScoreBlock,
    streams: Streams,
    totals: Sequence[int],
    *,
    noise: float = 0.0,
    weights: FloatArray | None = None,
    zeal: float = ZEAL,
    quotas: IntArray | None = None,
    vetoes: IntArray | None = None,
    purpose: str = "requests",
) -> Asked:
    """Who asks whom, in order of arrival.

    `totals[s]` requests are sent by side s: exactly, or fewer only if nobody of the side who has any
    of his quota left has anybody left to ask. They are apportioned over the side by `weights` (n,)
    times a keyed log-normal factor whose logarithm has standard deviation `zeal`, none above its
    quota (`quotas`, (n,)). Everybody asks those with the highest score plus normal noise, keyed by
    the pair and its direction, of standard deviation `noise` (in units of the score). Nobody asks
    himself, his own organisation or a vetoed pair (`vetoes`, shape (k, 2), either way round); no pair
    asks twice. `purpose` names the streams: one for each programme.

    Raises ValueError if the totals do not fit the sides.
    """
    if len(totals) != len(participants.meets) or min(totals, default=0) < 0:
        raise ValueError(f"there must be a total ≥ 0 for each of the {len(participants.meets)} sides")
    n = len(participants)
    own = exp(zeal * _normal(streams, f"{purpose}.zeal", participants.key)) if n else np.empty(0)
    weight = own if weights is None else own * weights
    limit = np.full(n, n, dtype=np.int64) if quotas is None else quotas.astype(np.int64)
    return _Programme(participants, scores, streams, noise, vetoes, purpose).run(totals, weight, limit)


def _normal(streams: Streams, purpose: str, keys: KeyArray) -> FloatArray:
    return normal_quantile(streams.uniform(purpose, keys))


def _greatest(values: FloatArray, k: int) -> IntArray:
    """The columns, increasing, of the k greatest of each row; of equal ones the first."""
    # not by argpartition, which takes any of equal ones, others on other processors
    least = np.partition(values, values.shape[1] - k, axis=1)[:, values.shape[1] - k]
    kept = values >= least[:, None]
    for row in np.flatnonzero(np.count_nonzero(kept, axis=1) > k).tolist():
        equal = np.flatnonzero(values[row] == least[row])
        above = np.count_nonzero(values[row] > least[row])
        kept[row, equal[k - above :]] = False
    return np.nonzero(kept)[1].reshape(len(values), k)


class _Programme:
    """The choices of one programme, in the making."""

    def __init__(
        self,
        participants: Participants,
        scores: ScoreBlock,
        streams: Streams,
        noise: float,
        vetoes: IntArray | None,
        purpose: str,
    ) -> None:
        self.people = participants
        self.scores = scores
        self.streams = streams
        self.noise = noise
        self.purpose = purpose
        n = len(participants)
        pairs = np.empty((0, 2), dtype=np.int64) if vetoes is None else vetoes.reshape(-1, 2)
        both = np.concatenate((pairs, pairs[:, ::-1]))
        self.vetoes = both[np.argsort(both[:, 0], kind="stable")]
        self.asker = np.empty(0, dtype=np.int64)
        self.asked = np.empty(0, dtype=np.int64)
        self.score = np.empty(0)
        self.stands = np.array([n * n])  # the pairs of all these, in order; and behind them one that is none
        self.partners = [participants.partners(side) for side in range(len(participants.meets))]
        self.open = self._open_partners() if n else np.empty(0, dtype=np.int64)

    def run(self, totals: Sequence[int], weight: FloatArray, limit: IntArray) -> Asked:
        """Ask until every side's total is met or nobody is left to ask."""
        n = len(self.people)
        slack = True
        while True:
            sent = np.bincount(self.asker, minlength=n)
            busy = sent + np.bincount(self.asked, minlength=n)
            room = np.minimum(limit - sent, self.open - busy)
            quota = np.zeros(n, dtype=np.int64)
            for side, total in enumerate(totals):
                mine = self.people.side == side
                left = total - int(sent[mine].sum())
                quota[mine] = largest_remainders(left, weight[mine], np.maximum(room[mine], 0))
            if not quota.any():
                return self._in_order()
            self._ask(quota, slack)
            slack = False  # whoever came short the first time now ranks everybody

    def _open_partners(self) -> IntArray:
        """How many partners each participant may ever ask."""
        people = self.people
        count = np.zeros(len(people), dtype=np.int64)
        for side, partners in enumerate(self.partners):
            if not len(partners):
                continue
            mine = np.flatnonzero(people.side == side)
            names, sizes = np.unique(people.organisation[partners], return_counts=True)
            at = np.minimum(np.searchsorted(names, people.organisation[mine]), len(names) - 1)
            own = np.where(names[at] == people.organisation[mine], sizes[at], 0)
            count[mine] = len(partners) - own
        if len(self.vetoes):
            a, b = np.unique(self.vetoes, axis=0).T
            table = np.array(people.meets, dtype=np.bool_)
            real = table[people.side[a], people.side[b]] & (people.organisation[a] != people.organisation[b])
            count -= np.bincount(a[real], minlength=len(people))
        return count

    def _ask(self, quota: IntArray, slack: bool) -> None:
        """Everybody asks `quota` more partners, as far as his list goes."""
        n = len(self.people)
        who = np.flatnonzero(quota)
        longest = np.where(slack, quota[who] + quota[who] // 2 + 8, n)
        partner, score = self._ranked(who, int(longest.max()))
        longest = np.minimum(longest, (partner != _NOBODY).sum(axis=1))
        turn = np.zeros(len(who), dtype=np.int64)
        need = quota[who].copy()
        while True:
            reach = np.minimum(turn + need, longest)
            more = reach - turn
            row = np.repeat(np.arange(len(who)), more)
            if not len(row):
                return
            column = np.arange(len(row)) + np.repeat(reach - np.cumsum(more), more)
            turn = reach
            a, b = who[row], partner[row, column]
            new = self._first_to_ask(a, b)
            self.asker = np.concatenate((self.asker, a[new]))
            self.asked = np.concatenate((self.asked, b[new]))
            self.score = np.concatenate((self.score, score[row, column][new]))
            need = need - np.bincount(row[new], minlength=len(who))

    def _first_to_ask(self, a: IntArray, b: IntArray) -> BoolArray:
        """Which of these would-be requests stand: the first of its pair, and none stood before."""
        pair = np.minimum(a, b) * len(self.people) + np.maximum(a, b)
        new: BoolArray = self.stands[np.searchsorted(self.stands, pair)] != pair
        in_order = np.sort(pair)
        if (in_order[1:] == in_order[:-1]).any():  # else nobody need know who is first
            order = np.lexsort((a, self._moment(a, b), pair))
            second = order[1:][pair[order[1:]] == pair[order[:-1]]]
            new[second] = False
        self.stands = np.sort(np.concatenate((self.stands, pair[new])), kind="stable")
        return new

    def _moment(self, a: IntArray, b: IntArray) -> FloatArray:
        """When a[k] sends a request to b[k], as a share of the time there is."""
        return self.streams.uniform(f"{self.purpose}.moment", subkeys(self.people.key[a], self.people.key[b]))

    def _ranked(self, who: IntArray, longest: int) -> tuple[IntArray, FloatArray]:
        """Each asker's best partners, best first, and their scores; padded with nobody."""
        widest = max((len(p) for p in self.partners), default=0)
        k = max(1, min(longest, widest))
        partner = np.full((len(who), k), _NOBODY, dtype=np.int64)
        score = np.zeros((len(who), k))
        for side, partners in enumerate(self.partners):
            mine = np.flatnonzero(self.people.side[who] == side)
            if not len(partners):
                continue
            step = max(1, _BLOCK // len(partners))
            for low in range(0, len(mine), step):
                rows = mine[low : low + step]
                best, value = self._best(who[rows], partners, min(k, len(partners)))
                partner[rows, : best.shape[1]] = best
                score[rows, : best.shape[1]] = value
        return partner, score

    def _best(self, rows: IntArray, columns: IntArray, k: int) -> tuple[IntArray, FloatArray]:
        """The k best of `columns` for each of `rows`, best first; nobody where fewer are open."""
        people = self.people
        score = self.scores(rows, columns)
        wish = score
        if self.noise > 0:
            keys = subkeys(people.key[rows][:, None], people.key[columns][None, :]).ravel()
            drawn = _normal(self.streams, f"{self.purpose}.choice", keys)
            wish = score + self.noise * drawn.reshape(score.shape)
        # oneself included: whoever shares an organisation
        shut = people.organisation[rows][:, None] == people.organisation[columns][None, :]
        self._shut_vetoes(shut, rows, columns)
        wish = np.where(shut, -np.inf, wish)
        if k < len(columns):
            chosen = _greatest(wish, k)
        else:
            chosen = np.broadcast_to(np.arange(len(columns)), wish.shape)
        picked = np.take_along_axis(wish, chosen, axis=1)
        chosen = np.take_along_axis(chosen, np.argsort(-picked, axis=1, kind="stable"), axis=1)
        open_ = np.isfinite(np.take_along_axis(wish, chosen, axis=1))
        return np.where(open_, columns[chosen], _NOBODY), np.take_along_axis(score, chosen, axis=1)

    def _shut_vetoes(self, shut: BoolArray, rows: IntArray, columns: IntArray) -> None:
        if not len(self.vetoes):
            return
        where = np.full(len(self.people), _NOBODY, dtype=np.int64)
        where[columns] = np.arange(len(columns))
        row = np.full(len(self.people), _NOBODY, dtype=np.int64)
        row[rows] = np.arange(len(rows))
        i, j = row[self.vetoes[:, 0]], where[self.vetoes[:, 1]]
        inside = (i != _NOBODY) & (j != _NOBODY)
        shut[i[inside], j[inside]] = True

    def _in_order(self) -> Asked:
        moment = self._moment(self.asker, self.asked)
        order = np.lexsort((self.asked, self.asker, moment))
        return Asked(self.asker[order], self.asked[order], self.score[order], moment[order])
