"""Random problems whose weights span twelve orders of magnitude, and their best timetables by CP-SAT.

The model is written from the rules, meeting by meeting: it shares nothing with the programmes that are
to be tried by it.
"""

from __future__ import annotations

from decimal import Decimal
from random import Random
from typing import Any

import numpy as np

from sim.matchmaking import NO_LIMIT, UNSCHEDULED, Problem, Timetable

__all__ = ["best", "random_problem", "standing", "wrong"]


def random_problem(random: Random) -> Problem:
    """Anything small: two sides or anyone with anyone, with and without calendars, musts, least, rules."""
    n, slots = random.randint(3, 8), random.randint(1, 4)
    two_sides, requests = random.random() < 0.5, random.randint(1, 14)
    pairs = [(i, j) for i in range(n) for j in range(n) if (i < n // 2 <= j if two_sides else i != j)]
    chosen = [random.choice(pairs) for _ in range(requests)]
    weight = [random.choice((0, 1, 1, 2, 3, 7, 9)) * 10 ** random.choice(_orders(random)) for _ in chosen]
    score: Any = [Decimal(w) / 1000 for w in weight] if random.random() < 0.3 else weight

    def now_and_then(share: float, value: Any) -> Any:
        return value if random.random() < share else None

    def some(share: float, count: int) -> list[bool]:
        return [random.random() < share for _ in range(count)]

    def of(values: tuple[int, ...], count: int) -> list[int]:
        return [random.choice(values) for _ in range(count)]

    extra: dict[str, Any] = {
        "available": now_and_then(0.6, [some(0.7, slots) for _ in range(n)]),
        "must": now_and_then(0.3, some(0.4, requests)),
        "veto": now_and_then(0.1, some(0.2, requests)),
        "fixed": now_and_then(0.2, [random.choice((-1, random.randrange(slots))) for _ in chosen]),
        "in_row": now_and_then(0.15, of((1, 2, NO_LIMIT), n)),
    }
    if random.random() < 0.15:
        extra |= {"pool": of((0, -1), requests), "interpreters": [1]}
    if random.random() < 0.15:
        extra["alternatives"] = of((-1, 0, 0, requests // 2), requests)
    if random.random() < 0.2:
        extra["day"] = [0, *sorted(of((0, 1), slots - 1))]
        rule = random.choice(("most_a_day", "least_a_day", "most_days"))
        extra[rule] = of((0, 1) if rule == "least_a_day" else (1, 2), n)
    if random.random() < 0.1:
        extra |= {"spans": [[True] * slots], "keep": [[random.choice((0, 1))] for _ in range(n)]}
    if random.random() < 0.15 and requests > 1:
        extra["before"] = [random.sample(range(requests), 2)]
    if random.random() < 0.15:
        # there is no pause between slots: not in two places in slots that follow each other
        extra |= {"place": of((-1, 0, 1), requests), "walk": [[0, 1], [1, 0]]}
    if random.random() < 0.1:
        extra["capacity"] = [of((0, 1, 1, 2), slots) for _ in range(n)]
    elif random.random() < 0.5:
        extra["capacity"] = of((1, 1, 1, 2), n)
    return Problem.of(
        [i for i, _ in chosen],
        [j for _, j in chosen],
        np.array(score, dtype=object),
        participants=n,
        tables=of((0, 1, 1, 2, 3, 9), slots),
        most=of((1, 2, 3, NO_LIMIT), n) if random.random() < 0.5 else NO_LIMIT,
        least=of((0, 1, 2), n) if random.random() < 0.3 else 0,
        **extra,
    )


def _orders(random: Random) -> range:
    least = random.randint(0, 12)
    return range(least, random.randint(least, 12) + 1)


def best(problem: Problem) -> tuple[int, int, int]:
    """The most must-meets, then the fewest meetings missing to the least (negative), then the value."""
    from ortools.sat.python import cp_model

    model = cp_model.CpModel()
    a, b = problem.a.tolist(), problem.b.tolist()
    room, people = problem.room.tolist(), range(problem.participants)
    x: dict[tuple[int, int], Any] = {}
    for k in range(problem.requests):
        for t in range(problem.slots):
            open_ = problem.fixed is None or int(problem.fixed[k]) in (UNSCHEDULED, t)
            if open_ and not (problem.veto is not None and problem.veto[k]):
                x[k, t] = model.new_bool_var(f"{k} in {t}")
    for k in range(problem.requests):
        model.add(sum(x[k, t] for t in range(problem.slots) if (k, t) in x) <= 1)
    offers = problem.alternatives
    for group in () if offers is None else sorted({0, problem.requests // 2}):
        model.add(sum(on for (k, _), on in x.items() if offers is not None and offers[k] == group) <= 1)
    for t in range(problem.slots):
        model.add(sum(on for (_, u), on in x.items() if u == t) <= int(problem.tables[t]))
    missing = []
    for i in people:
        mine = {key: on for key, on in x.items() if i in (a[key[0]], b[key[0]])}
        for t in range(problem.slots):
            model.add(sum(on for (_, u), on in mine.items() if u == t) <= room[i][t])
        if problem.in_row is not None and problem.in_row[i] < problem.slots:
            row = int(problem.in_row[i])
            for t in range(problem.slots - row):
                if problem.days[t] != problem.days[t + row]:
                    continue  # slots of two days do not adjoin
                busy = sum(on for (_, u), on in mine.items() if t <= u <= t + row)
                model.add(busy <= row * int(problem.delegates[i]))
        if problem.place is not None and problem.walk is not None and problem.delegates[i] <= 1:
            for (k, t), one in mine.items():
                for (j, u), other in mine.items():
                    p, q = int(problem.place[k]), int(problem.place[j])
                    time = int(problem.start[u] - problem.end[t])
                    if t < u and min(p, q) >= 0 and problem.walk[p, q] > time:
                        model.add(one + other <= 1)
        if problem.keep is not None and problem.keep[i, 0]:
            free = int(problem.keep[i, 0])
            model.add(sum(mine.values()) <= (problem.slots - free) * int(problem.delegates[i]))
        days = []
        for day in range(2) if problem.day is not None else ():
            here = sum(on for (_, u), on in mine.items() if problem.days[u] == day)
            some = model.new_bool_var(f"{i} is there on day {day}")
            for (_, u), on in mine.items():
                if problem.days[u] == day:
                    model.add(on <= some)
            days.append(some)
            if problem.most_a_day is not None:
                model.add(here <= int(problem.most_a_day[i]))
            if problem.least_a_day is not None and problem.least_a_day[i] and day <= problem.days.max():
                short = model.new_bool_var(f"{i} is short on day {day}")
                model.add(short + here >= 1)
                missing.append(short)
        if problem.most_days is not None:
            model.add(sum(days) <= int(problem.most_days[i]))
        if problem.most[i] < NO_LIMIT:
            model.add(sum(mine.values()) <= int(problem.most[i]))
        if problem.least[i]:
            short = model.new_int_var(0, int(problem.least[i]), f"{i} is short")
            model.add(short >= int(problem.least[i]) - sum(mine.values()))
            missing.append(short)
    if problem.pool is not None:
        for t in range(problem.slots):
            model.add(sum(on for (k, u), on in x.items() if u == t and problem.pool[k] == 0) <= 1)
    for first, second in [] if problem.before is None else problem.before.tolist():
        for t in range(problem.slots):
            for u in range(t + 1):
                if (first, t) in x and (second, u) in x:
                    model.add(x[first, t] + x[second, u] <= 1)
    weight = problem.weights.whole.tolist()
    value = sum(weight[k] * on for (k, _), on in x.items())
    musts = sum(on for (k, _), on in x.items() if problem.must is not None and problem.must[k])
    one, all_ = sum(weight) + 1, sum(weight) + 1
    all_ *= int(problem.least.sum()) + 2 * problem.participants + 1
    model.maximize(value - one * sum(missing) + all_ * musts)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.absolute_gap_limit = 0.0  # of floats, which know no single weight beside must-meets
    assert solver.solve(model) == cp_model.OPTIMAL
    slot = np.full(problem.requests, UNSCHEDULED)
    for (k, t), on in x.items():
        if solver.boolean_value(on):
            slot[k] = t
    return standing(problem, slot)


def standing(problem: Problem, slot: Any) -> tuple[int, int, int]:
    """Must-meets held, minus the meetings missing to the least, value."""
    on = slot != UNSCHEDULED
    musts = 0 if problem.must is None else int(on[problem.must].sum())
    missing = int(np.maximum(problem.least - problem.load(on), 0).sum())
    for day in range(int(problem.days.max()) + 1):
        here = problem.load(on & (problem.days[np.maximum(slot, 0)] == day))
        if problem.least_a_day is not None:
            missing += int(np.maximum(problem.least_a_day - here, 0).sum())
    return musts, -missing, sum(problem.weights.whole[on].tolist())


def wrong(problem: Problem, made: Timetable, right: tuple[int, int, int]) -> str | None:
    """What is false in what is said of a timetable; None if nothing is."""
    found = standing(problem, made.slot)
    assert made.whole_bound is not None
    if found > right:
        return f"better than the best: {found}, {right}"
    if made.whole_value != found[2] or made.whole_value > made.whole_bound:
        return f"a value of {made.whole_value} and a bound of {made.whole_bound}"
    if found[:2] == right[:2] and made.whole_bound < right[2]:
        return f"a bound of {made.whole_bound} below the best, {right[2]}"
    if not made.unsettled and found[:2] != right[:2]:
        return f"must-meets and least called settled: {found}; right: {right}"
    if made.proven and found != right:
        return f"called proven: {found}; right: {right}"
    if made.gap == 0 and made.whole_bound != made.whole_value:
        return "a gap of 0 without proof"
    return None
