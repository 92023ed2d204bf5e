"""Encounters among visitors once more, with loops over looks round, parties and bits; see `naive.py`."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.floor.arrays import MINUTE
from sim.floor.trace import Kind, Outcome
from sim.streams import subkeys
from tests.statistics.naive import DAY, Naive, R, mean, ratio

KINDS = ("coffee", "meal", "lounge", "queue", "after_session")
BESIDE = {"coffee": "lounge"}  # who stands there, stands with those
THERE = (Kind.LOOK, Kind.TALK, Kind.LOUNGE, Kind.MEAL, Kind.HALL, Kind.SESSION, Kind.MEETING)
STEP = 5 * MINUTE


@dataclass(frozen=True)
class Stand:
    kind: str
    party: int
    where: tuple[str, int]
    start: int
    end: int


@dataclass(frozen=True)
class Talk:
    kind: str
    a: int
    b: int
    start: int
    length: int


def stands(naive: Naive) -> list[Stand]:
    """Where parties stand together, by kind."""
    expo, terms = naive.expo, naive.expo.terms.encounters
    zone = [int(z) for z in naive.floor.places.zone]
    visit = {r.actor: r for r in naive.of(Kind.VISIT)}
    absent = (Outcome.NO_SHOW, Outcome.MISSED)
    stays: dict[int, list[R]] = {p: [] for p in range(naive.n)}
    for r in naive.rows:
        here = r.outcome not in absent and not (r.outcome == Outcome.NOT_NEEDED and r.cause)
        if r.kind in THERE and 0 <= r.actor < naive.n and here:
            stays[r.actor].append(r)

    def idle(r: R) -> bool:
        return r.kind in (Kind.LOOK, Kind.LOUNGE)

    def next_busy(party: int, moment: int) -> int:
        home = visit[party].end if party in visit else 0
        return min([home, *(r.start for r in stays[party] if not idle(r) and r.start >= moment)])

    found = []
    for party in visit:
        key = subkeys(expo.parties.key[party : party + 1], expo.parties.day[party : party + 1])
        u = expo.streams.quartet("encounters.coffee", key)[:, 0]
        moment = int(expo.parties.day[party]) * DAY + terms.coffee_from
        moment += int(u[1] * (terms.coffee_to - terms.coffee_from))
        before = [r for r in stays[party] if r.start <= moment]
        inside = visit[party].start <= moment < visit[party].end
        if u[0] < terms.coffee_share and inside and before and (idle(before[-1]) or before[-1].end <= moment):
            end = min(moment + terms.coffee, next_busy(party, moment))
            found.append(Stand("coffee", party, ("zone", zone[before[-1].place]), moment, end))
    for r in naive.rows:
        if r.kind == Kind.MEAL and r.done:
            found.append(Stand("meal", r.actor, ("place", r.place), r.start + r.wait, r.end))
        if r.kind == Kind.LOUNGE:
            found.append(Stand("lounge", r.actor, ("zone", zone[r.place]), r.start, r.end))
    for kind in (Kind.GATE, Kind.TALK, Kind.MEAL, Kind.HALL):
        for r in naive.of(kind):
            if r.wait > 0 and r.outcome != Outcome.MISSED and 0 <= r.actor < naive.n:
                where = ("zone", r.other) if kind == Kind.HALL else ("place", r.place)
                found.append(Stand("queue", r.actor, where, r.start, r.start + r.wait))
    for r in naive.of(Kind.SESSION):
        if r.outcome == Outcome.DONE and 0 <= r.actor < naive.n:
            end = min(r.end + terms.after_session, next_busy(r.actor, r.end))
            found.append(Stand("after_session", r.actor, ("place", r.place), r.end, end))
    return found


def pairs_of(lots: dict[int, int], bits: int = 64) -> tuple[list[tuple[int, int]], list[int]]:
    """Two and two by the most leading bits in common, and who is left: a tree of bits from its leaves."""
    members = sorted(lots, key=lambda party: lots[party])
    if len(members) < 2 or bits == 0:
        together = [(a, b) for a, b in zip(members[::2], members[1::2], strict=False)]
        return together, members[2 * len(together) :]
    low = {p: lot for p, lot in lots.items() if not lot >> (bits - 1) & 1}
    high = {p: lot for p, lot in lots.items() if lot >> (bits - 1) & 1}
    (a, left), (b, right) = pairs_of(low, bits - 1), pairs_of(high, bits - 1)
    rest = left + right
    return (a + b + [(rest[0], rest[1])], []) if len(rest) == 2 else (a + b, rest)


def talks(naive: Naive) -> list[Talk]:
    """All encounters, look round by look round."""
    expo, terms, streams = naive.expo, naive.expo.terms.encounters, naive.expo.streams
    key = [int(k) for k in subkeys(expo.parties.key, expo.parties.day)] if naive.n else []
    words = streams.blocks("encounters.order", np.array(key, dtype=np.uint64))
    salt = [(int(a) << 32) | int(b) for a, b in zip(words[0], words[1], strict=True)]
    standing = stands(naive)
    busy = dict.fromkeys(range(naive.n), 0)
    found = []
    for moment in range(0, max([s.end for s in standing], default=0) + STEP, STEP):
        here: dict[int, Stand] = {}
        for s in standing:
            if s.start <= moment < s.end and busy[s.party] <= moment:
                here.setdefault(s.party, s)
        groups: dict[tuple[str, tuple[str, int]], dict[int, int]] = {}
        for party, s in here.items():
            lot = int(subkeys(np.array([salt[party]], dtype=np.uint64), moment // STEP)[0])
            groups.setdefault((BESIDE.get(s.kind, s.kind), s.where), {})[party] = lot
        for lots in groups.values():
            for one, other in pairs_of(lots)[0]:
                a, b = min(one, other), max(one, other)
                low, high = sorted((key[a], key[b]))
                pair = subkeys(np.array([low], dtype=np.uint64), np.array([high], dtype=np.uint64))
                u = streams.quartet("encounters", subkeys(pair, moment // STEP))[:, 0]
                if naive.organisation(a) == naive.organisation(b) or u[0] >= terms.share:
                    continue
                drawn = int(terms.lengths[int(u[1] * len(terms.lengths))])
                length = min(drawn, here[a].end - moment, here[b].end - moment)
                busy[a] = busy[b] = moment + length
                kind = KINDS[min(KINDS.index(here[a].kind), KINDS.index(here[b].kind))]
                found.append(Talk(kind, a, b, moment, length))
    return found


def encounter_kpis(naive: Naive) -> dict[str, float]:
    """All of them."""
    met, terms = talks(naive), naive.expo.terms.encounters
    each = dict.fromkeys(range(naive.n), 0)
    for t in met:
        each[t.a] += 1
        each[t.b] += 1
    pairs = {frozenset((naive.organisation(t.a), naive.organisation(t.b))) for t in met}
    hours = [t.length for t in met if terms.coffee_from <= t.start % DAY < terms.coffee_to]
    return {
        "encounters.count": len(met),
        "encounters.a_visit": mean([each[p] for p in naive.people]),
        "encounters.minutes": mean([t.length / MINUTE for t in met]),
        "encounters.coffee_share": ratio(sum(hours), sum(t.length for t in met)),
        "encounters.pairs": len(pairs),
        "encounters.new_pairs": len(pairs - {m.pair for m in naive.met}),
        **{f"encounters.at.{kind}": sum(t.kind == kind for t in met) for kind in KINDS},
    }
