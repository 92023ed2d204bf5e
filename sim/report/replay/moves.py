"""Who moves: for each party on a day and each errand of staff what it does, where, from when on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

from sim.floor.arrays import IntArray
from sim.floor.trace import Kind, moments
from sim.report.replay.packing import ahead, together, zigzag
from sim.report.replay.states import State, place_of, seconds, stays
from sim.streams import key_of, subkeys

if TYPE_CHECKING:
    from sim.expo.expo import Expo
    from sim.statistics.ledger import Ledger

__all__ = ["Moves", "moves_of", "shown"]

_KEY: Final = key_of("replay")
_Stood = tuple[IntArray, IntArray, IntArray, IntArray, IntArray]  # whose, from when to when, state, place


@dataclass(frozen=True, slots=True)
class Moves:
    """Those who are shown, in order of actors, and what each does: a ragged list of changes.

    Who does something does it until the next change; the last one is that it is gone.
    """

    actor: IntArray  # (shown,) party-day, or beyond those the member of staff
    home: IntArray  # (shown,) place where it comes from and goes to: a gate, or the booth
    index: IntArray  # (shown + 1,) into the changes
    time: IntArray  # (changes,) s from the midnight before the first day
    state: IntArray  # (changes,) `State`
    place: IntArray  # (changes,) the place, beyond the places the door of a zone; that before while it walks

    def columns(self) -> dict[str, IntArray]:
        """As columns to be packed; of who walks, or is gone, no place is told."""
        stands = (self.state != State.WALKING) & (self.state != State.GONE)
        rows = np.concatenate(([0], np.cumsum(stands)))[self.index]
        return {
            "changes": np.diff(self.index),
            "home": self.home,
            "time": ahead(self.time, self.index),
            "state": self.state,
            "place": zigzag(ahead(self.place[stands], rows)),
        }


def shown(expo: Expo, people: int) -> npt.NDArray[np.bool_]:
    """Which party-days are shown: of all parties as many as have at most so many people, on all their days.

    The sample is keyed by party: whichever is shown of a variant is shown of another in which it comes too.
    """
    days = expo.floor.party_days
    _, first = np.unique(days.party, return_index=True)
    order = np.argsort(subkeys(expo.parties.key[first], _KEY), kind="stable")
    chosen = days.party[first[order[np.cumsum(days.size[first[order]]) <= people]]]
    mask: npt.NDArray[np.bool_] = np.isin(days.party, chosen)
    return mask


def moves_of(ledger: Ledger, chosen: npt.NDArray[np.bool_]) -> Moves:
    """What those party-days do that are `chosen`, and members of staff who are sent out."""
    trace, floor = ledger.trace, ledger.floor
    parties = floor.n_party_days
    gates, visits, errands = ledger.rows(Kind.GATE), ledger.visits, ledger.rows(Kind.DELEGATE)
    ends = np.zeros(parties, dtype=np.int64)
    ends[gates.actor] = gates.end
    ends[visits.actor] = visits.end
    came = np.zeros(parties, dtype=np.bool_)
    came[gates.actor] = True
    party = np.flatnonzero(came & chosen)
    begins = np.zeros(parties, dtype=np.int64)
    begins[gates.actor] = gates.start

    actor = np.concatenate((party, errands.actor)).astype(np.int64)
    start = seconds(np.concatenate((begins[party], errands.start)))
    end = seconds(np.concatenate((ends[party], errands.end)))
    home = np.concatenate((floor.party_days.gate[party], floor.staff.booth[errands.actor - parties]))
    order = np.argsort(moments(actor, start), kind="stable")
    actor, start, end, home = actor[order], start[order], end[order], home[order]
    seen = np.ones(floor.n_actors + 1, dtype=np.bool_)  # the last stands for NONE
    seen[:parties], seen[-1] = chosen, False

    parts: list[_Stood] = []
    for kind, state, rows, since, until in stays(ledger):
        who = trace.actor.take(rows).astype(np.int64)
        some = np.flatnonzero(seen[who])
        does = np.full(len(some), state, dtype=np.int64)
        parts.append((who[some], since[some], until[some], does, place_of(ledger, kind, rows[some])))
    whose, begun, ended, did, where = together(parts)
    of = np.searchsorted(moments(actor, start), moments(whose, begun), side="right") - 1
    inside = (of >= 0) & (actor[of] == whose) & (ended <= end[of])  # hosts and sides are on an errand
    order = np.flatnonzero(inside)[np.argsort(moments(of[inside], begun[inside]), kind="stable")]
    stood = (of[order], begun[order], ended[order], did[order], where[order])
    return _changes(actor, home, start, end, stood)


def _changes(
    actor: IntArray,
    home: IntArray,
    start: IntArray,
    end: IntArray,
    stood: _Stood,
) -> Moves:
    """The changes: who stands nowhere walks, from its start to its end; then it is gone."""
    of, since, until, state, place = stood
    n = len(actor)
    everybody = np.arange(n)
    last = np.ones(len(of), dtype=np.bool_)
    last[:-1] = of[1:] != of[:-1]
    to = np.where(last, end[of], np.append(since[1:], 0))  # when something else begins
    walks = np.flatnonzero(until < to)
    first = np.searchsorted(of, everybody)
    none = np.searchsorted(of, everybody, side="right") == first
    sets_out = none | (start < np.append(since, 0)[np.minimum(first, len(of))])
    sets_out &= start < end
    owner = np.concatenate((of, of[walks], everybody[sets_out], everybody))
    time = np.concatenate((since, until[walks], start[sets_out], end))
    does = np.concatenate(
        (state, np.full(len(walks) + int(sets_out.sum()), State.WALKING), np.full(n, State.GONE))
    )
    at = np.concatenate((place, place[walks], home[sets_out], home))
    order = np.argsort(moments(owner, time), kind="stable")  # nothing begins as somebody goes
    counts = np.bincount(owner, minlength=n)
    index = np.concatenate(([0], np.cumsum(counts)))
    return Moves(actor, home, index, time[order], does[order].astype(np.int64), at[order])
