"""The fewest breaks of random days of agreed meetings, of the kind of the b2b instances: how long it takes.

`python -m tests.benchmarks.general [--instances 36] [--seed 1] [--time-limit 60] [--only WORD]`

Each instance has 20 to 80 participants and 50 to 250 meetings, in a morning and an afternoon, as many for
the busiest as 70 to 100 % of the slots (the ranges of the published events). A seeded timetable is made
first and hidden: what is forbidden, fixed and in order is taken from it, so that there is an answer
without fairness; every sixth instance has forbidden slots that know nothing of it and may have none. A
row an instance; the exit status is 1 if an answer is unsound, or not proven within the time limit.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random

from sim.matchmaking.compact.breaks import Agreed, breaks, check_timetable, least_breaks

__all__ = ["Instance", "instances", "made", "main"]

_SIZES = ((20, 50), (30, 80), (40, 110), (50, 150), (65, 195), (80, 250))  # participants, meetings
_KINDS = ("plain", "forbidden", "half days", "fixed", "in order", "blind")
_ABSENT = (0.05, 0.15, 0.3)  # share of the slots in which a participant cannot meet
_FIXED = 0.2
_IN_ORDER = 0.15
_USED = (0.97, 0.85, 0.7, 0.55)  # share of the tables, all slots together
_BUSIEST = (0.72, 0.8, 0.9, 1.0)  # share of the slots


@dataclass(frozen=True, slots=True)
class Instance:
    """An agreed day and what it is called: participants × meetings × slots, its kind and fairness."""

    name: str
    agreed: Agreed


def instances(seed: int, count: int) -> Iterator[Instance]:
    """The first instances of a seed; one does not change with how many there are."""
    for number in range(count):
        yield made(seed, number)


def made(seed: int, number: int) -> Instance:
    """Instance `number` of a seed: sizes and kinds go round, the rest is by chance."""
    random = Random(f"{seed}/{number}")
    people, meetings = _SIZES[(number + number // 6) % len(_SIZES)]
    kind = _KINDS[number % len(_KINDS)]
    pairs = _pairs(random, people, meetings)
    load = [sum(p in pair for pair in pairs) for p in range(people)]
    slots = round(max(load) / random.choice(_BUSIEST))
    morning = round(slots * random.choice((0.4, 0.5, 0.6)))
    tables = max(1, round(meetings / slots / random.choice(_USED) + 0.5))
    while (hidden := _timetable(random, pairs, slots, tables)) is None:
        slots += 1
    agreed = Agreed.of(
        pairs,
        slots=slots,
        tables=tables,
        participants=people,
        windows=_windows(random, hidden, morning, slots),
        forbidden=_forbidden(random, kind, pairs, hidden, people, morning, slots),
        fixed={m: t for m, t in enumerate(hidden) if random.random() < _FIXED} if kind == "fixed" else {},
        precedences=_in_order(random, pairs, hidden) if kind == "in order" else (),
        fairness=2 if random.random() < 0.6 else None,
    )
    fair = "" if agreed.fairness is None else ", fair"
    return Instance(f"{number:3} {people}x{meetings}x{slots} {kind}{fair}", agreed)


def _pairs(random: Random, people: int, meetings: int) -> list[tuple[int, int]]:
    """Distinct pairs; some people are asked for more often than others."""
    wanted = [random.paretovariate(4.0) for _ in range(people)]
    most = round(2.2 * 2 * meetings / people)
    load, chosen = [0] * people, set[tuple[int, int]]()
    while len(chosen) < meetings:
        a, b = sorted(random.choices(range(people), wanted, k=2))
        if a != b and (a, b) not in chosen and load[a] < most and load[b] < most:
            chosen.add((a, b))
            load[a] += 1
            load[b] += 1
    return random.sample(sorted(chosen), meetings)


def _timetable(random: Random, pairs: Sequence[tuple[int, int]], slots: int, tables: int) -> list[int] | None:
    """A slot for each meeting, as people and tables allow; None: not found."""
    load = [0] * (1 + max(map(max, pairs)))
    for pair in pairs:
        for p in pair:
            load[p] += 1
    for _ in range(50):
        order = sorted(pairs, key=lambda pair: -load[pair[0]] - load[pair[1]] + 3 * random.random())
        taken, used, at = set[tuple[int, int]](), [0] * slots, dict[tuple[int, int], int]()
        for pair in order:
            free = [t for t in range(slots) if used[t] < tables and not any((p, t) in taken for p in pair)]
            if not free:
                break
            t = min(free, key=lambda t: (used[t], random.random()))
            at[pair] = t
            used[t] += 1
            taken.update((p, t) for p in pair)
        else:
            return [at[pair] for pair in pairs]
    return None


def _windows(random: Random, hidden: Sequence[int], morning: int, slots: int) -> list[tuple[int, int]]:
    share = random.choice((0.0, 0.3, 0.7, 1.0))  # that ask for a half of the day
    halves = [(0, morning) if t < morning else (morning, slots) for t in hidden]
    return [half if random.random() < share else (0, slots) for half in halves]


def _forbidden(
    random: Random,
    kind: str,
    pairs: Sequence[tuple[int, int]],
    hidden: Sequence[int],
    people: int,
    morning: int,
    slots: int,
) -> dict[int, list[int]]:
    busy = [{t for pair, t in zip(pairs, hidden, strict=True) if p in pair} for p in range(people)]
    share = random.choice(_ABSENT)
    if kind in ("forbidden", "fixed"):
        return {
            p: [t for t in range(slots) if random.random() < share and t not in busy[p]]
            for p in range(people)
        }
    if kind == "half days":
        halves = (range(morning), range(morning, slots))
        return {
            p: [t for t in random.choice(halves) if t not in busy[p]]
            for p in range(people)
            if random.random() < share + 0.1
        }
    if kind == "blind":  # the gap is one of its own
        free = [min(2, slots - len(busy[p])) for p in range(people)]
        return {p: random.sample(range(slots), random.randint(0, free[p])) for p in range(people)}
    return {}


def _in_order(
    random: Random, pairs: Sequence[tuple[int, int]], hidden: Sequence[int]
) -> list[tuple[int, int]]:
    """Some meetings of one participant, two by two, in the order of the hidden timetable."""
    wanted, found = round(_IN_ORDER * len(pairs)), set[tuple[int, int]]()
    while len(found) < wanted:
        m, n = random.sample(range(len(pairs)), 2)
        if set(pairs[m]) & set(pairs[n]):
            found.add((m, n) if hidden[m] < hidden[n] else (n, m))
    return sorted(found)


def main(arguments: Sequence[str] | None = None) -> int:
    """Solve the instances and print a table: 1 if any is unsound or unproven."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--instances", type=int, default=36)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--time-limit", type=float, default=60.0, help="seconds an instance (60)")
    parser.add_argument("--only", default="", help="only those whose name has this word")
    options = parser.parse_args(arguments)
    print(f"{'instance':38} status      breaks  at least  seconds  checked")
    good = bad = count = 0
    for each in instances(options.seed, options.instances):
        if options.only not in each.name:
            continue
        result = least_breaks(each.agreed, time_limit=options.time_limit)
        faults = [] if result.slots is None else check_timetable(each.agreed, result.slots)
        if result.slots is not None and sum(breaks(each.agreed, result.slots)) != result.total:
            faults.append("the breaks are not as many as said")
        checked = "-" if result.slots is None else faults[0] if faults else "sound"
        total = "-" if result.total is None else str(result.total)
        print(
            f"{each.name:38} {result.status:10} {total:>7}  {result.bound:8}  {result.seconds:7.1f}"
            f"  {checked}",
            flush=True,
        )
        count += 1
        good += result.status in ("optimal", "infeasible")
        bad += bool(faults)
    print(f"{good} of {count} proven within {options.time_limit:g} s, {bad} wrong")
    return 0 if good == count and not bad else 1


if __name__ == "__main__":
    sys.exit(main())
