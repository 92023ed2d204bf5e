"""What counting says of agreed meetings before any search: the slots left to each, and why none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sim.matchmaking.compact.agreed import Agreed

__all__ = ["Narrowed", "narrow"]


_TAKEN = "has no slot left: precedences and meetings with a single slot take them all"


@dataclass(frozen=True, slots=True)
class Narrowed:
    """The slots each meeting may have in any timetable; `reason` says why there is none, if counting can."""

    domains: tuple[tuple[int, ...], ...]
    reason: str | None = None


def narrow(problem: Agreed) -> Narrowed:
    """Strike out the slots that no timetable can give, and look for too many meetings in too few slots."""
    domains = [_own_slots(problem, m) for m in range(problem.meetings)]
    reason = _empty(problem, domains, "has no slot in which both can meet and there is a table")
    reason = reason or _overfull(problem, _sorted(domains))
    while reason is None:
        before = sum(map(len, domains))
        _strike_by_precedence(problem, domains)
        _strike_by_settled(problem, domains)
        reason = _empty(problem, domains, _TAKEN)
        if sum(map(len, domains)) == before:
            break
    kept = _sorted(domains)
    return Narrowed(kept, reason or _overfull(problem, kept))


def _sorted(domains: Sequence[set[int]]) -> tuple[tuple[int, ...], ...]:
    return tuple(tuple(sorted(domain)) for domain in domains)


def _own_slots(problem: Agreed, m: int) -> set[int]:
    a, b = problem.pairs[m]
    barred = problem.forbidden[a] | problem.forbidden[b]
    fixed = problem.fixed[m]
    slots = range(*problem.windows[m])
    return {t for t in slots if t not in barred and problem.tables[t] and fixed in (None, t)}


def _empty(problem: Agreed, domains: Sequence[set[int]], why: str) -> str | None:
    for m, domain in enumerate(domains):
        if not domain:
            a, b = problem.pairs[m]
            return f"meeting {m}, of participants {a} and {b}, {why}"
    return None


def _strike_by_precedence(problem: Agreed, domains: list[set[int]]) -> None:
    for m, later in problem.precedences:
        first = min(domains[m], default=problem.slots)
        domains[later] = {t for t in domains[later] if t > first}
        last = max(domains[later], default=-1)
        domains[m] = {t for t in domains[m] if t < last}


def _strike_by_settled(problem: Agreed, domains: list[set[int]]) -> None:
    """A meeting with one slot left takes that slot of its participants, and one of its tables."""
    settled = {m: next(iter(domain)) for m, domain in enumerate(domains) if len(domain) == 1}
    tables = list(problem.tables)
    taken: dict[tuple[int, int], int] = {}
    for m, t in settled.items():
        tables[t] -= 1
        for p in problem.pairs[m]:
            taken.setdefault((p, t), m)
    for m, domain in enumerate(domains):
        own = [t for t in domain if any(taken.get((p, t), m) != m for p in problem.pairs[m])]
        full = [t for t in domain if tables[t] < (m not in settled)]
        domain.difference_update(own, full)


def _overfull(problem: Agreed, domains: Sequence[Sequence[int]]) -> str | None:
    for p, own in enumerate(problem.of_participant()):
        fit = _fitting([domains[m] for m in own], [1] * problem.slots)
        if fit < len(own):
            return f"participant {p} has {len(own)} meetings; only {fit} fit into the slots they can have"
    most = [min(tables, problem.participants // 2) for tables in problem.tables]
    fit = _fitting(domains, most)
    if fit < len(domains):
        return f"only {fit} of the {len(domains)} meetings fit the tables of the slots they can have"
    return None


def _fitting(domains: Sequence[Sequence[int]], room: Sequence[int]) -> int:
    """The most items that get a slot of their domain if slot t takes `room[t]`: by augmenting paths."""
    held: list[list[int]] = [[] for _ in room]

    def place(item: int, tried: set[int]) -> bool:
        for t in domains[item]:
            if t in tried:
                continue
            tried.add(t)
            if len(held[t]) < room[t]:
                held[t].append(item)
                return True
            for k, other in enumerate(held[t]):
                if place(other, tried):
                    held[t][k] = item
                    return True
        return False

    return sum(place(item, set()) for item in range(len(domains)))
