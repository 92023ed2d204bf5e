"""Promises kept by each policy: meetings that somebody was to have at least, and the seconds it took.

`python -m tests.benchmarks.promises [--fairs N] [--policy NAME ...] [--rules]`

Random fairs of five kinds, and the Hungarian programme of `hungary-2024` with promises to a fifth of its
hosts. With `--rules` a table of policy × rule instead: the share of promised meetings that is kept in small
fairs with that rule beside the promises. Whatever breaks a rule, or holds fewer must-meets than can be, is
an error.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any, Final

import numpy as np

from sim import load
from sim.expo.build import build
from sim.expo.meetings import timetabling
from sim.matchmaking import POLICIES, UNSCHEDULED, Problem, solve
from sim.matchmaking.policies.musts import pledged

__all__ = ["main"]

AWAY: Final = 0.4  # of a guest's slots
KINDS: Final = ("sponsors", "away", "everybody", "a day", "rules")
MINUTE: Final = 60_000


def fair_of(kind: str, seed: int, hosts: int = 60, guests: int = 300, requests: int = 2000) -> Problem:
    """Hosts by popularity and guests, too few slots and tables for all; a fifth of hosts is promised 8."""
    random = np.random.default_rng(seed)
    slots, n = 10, hosts + guests
    weight = 1 / np.arange(1, hosts + 1) ** 0.9
    host = random.choice(hosts, 2 * requests, p=weight / weight.sum())
    pairs = np.unique(host * guests + random.integers(0, guests, 2 * requests))
    host, guest = np.divmod(random.permutation(pairs)[:requests], guests)
    is_host = np.arange(n) < hosts
    problem = Problem.of(
        guest + hosts,
        host,
        random.random(len(host)),
        participants=n,
        slots=slots,
        tables=hosts * 7 // 12,
        most=np.where(is_host, slots, 3),
    )
    load_ = problem.load(np.ones(problem.requests, dtype=np.bool_))
    sponsors = random.permutation(hosts)[: hosts // 5]
    least = np.zeros(n, dtype=np.int64)
    least[sponsors] = np.minimum(8, load_[sponsors])
    here = random.random((n, slots)) >= np.where(is_host, AWAY / 4, AWAY)[:, None]
    if kind == "everybody":
        return replace(problem, available=here, least=np.minimum(1 + is_host, load_))
    if kind == "a day":
        daily = np.where(np.isin(np.arange(n), sponsors), 3, 0)
        return replace(problem, available=here, day=np.arange(slots) // 5, least_a_day=daily)
    if kind == "rules":
        return replace(
            problem,
            least=least,
            available=here,
            in_row=np.full(n, 3),
            length=random.integers(1, 3, problem.requests),
            must=random.random(problem.requests) < 0.02,
            rest=np.where(is_host, 0, 20 * MINUTE),
        )
    return replace(problem, least=least, available=None if kind == "sponsors" else here)


def _each(problem: Problem, number: int) -> np.ndarray[Any, np.dtype[np.int64]]:
    return np.full(problem.participants, number)


def _some(problem: Problem, share: float, seed: int = 7) -> np.ndarray[Any, np.dtype[np.bool_]]:
    return np.random.default_rng(seed).random(problem.requests) < share


_DAYS: Final = np.repeat([0, 1], 5)
_NEXT: Final = np.arange(20)
RULES: Final[dict[str, Callable[[Problem], dict[str, Any]]]] = {
    "none": lambda p: {},
    "must": lambda p: {"must": _some(p, 0.05)},
    "veto": lambda p: {"veto": _some(p, 0.2)},
    "fixed": lambda p: {"fixed": np.where(_some(p, 0.5), np.arange(p.requests) % p.slots, UNSCHEDULED)},
    "interpreter": lambda p: {
        "pool": np.where(_some(p, 0.5), 0, UNSCHEDULED),
        "interpreters": np.full((1, p.slots), 4),
    },
    "in_row": lambda p: {"in_row": _each(p, 2)},
    "walk": lambda p: {"place": p.b % 3, "walk": 20 * MINUTE * (1 - np.eye(3, dtype=np.int64))},
    "place_room": lambda p: {
        "place": p.b % 3,
        "walk": np.zeros((3, 3), dtype=np.int64),
        "place_room": np.full(3, 4),
    },
    "before": lambda p: {"before": np.stack((_NEXT[:-1], _NEXT[1:]), axis=1)},
    "alternatives": lambda p: {"alternatives": np.where(_some(p, 0.5), p.a, UNSCHEDULED)},
    "most_a_day": lambda p: {"day": _DAYS, "most_a_day": _each(p, 2)},
    "least_a_day": lambda p: {"day": _DAYS, "least_a_day": (p.least > 0) * 4},
    "most_days": lambda p: {"day": _DAYS, "most_days": _each(p, 1)},
    "keep": lambda p: {"spans": np.arange(10)[None] % 5 == 2, "keep": _each(p, 1)[:, None]},
    "length": lambda p: {"length": 1 + _some(p, 0.5)},
    "rest": lambda p: {"rest": _each(p, 20 * MINUTE)},
    "home": lambda p: {"home": np.where(np.arange(p.participants) < 10, np.arange(p.participants), -1)},
    "others": lambda p: {
        "others": np.stack((np.flatnonzero(_some(p, 0.2)), 0 * np.flatnonzero(_some(p, 0.2)) + 30), axis=1)
    },
    "delegates": lambda p: {"capacity": np.where(p.least > 0, 2, 1)},
}
"""One rule each, beside the promises."""


def ruled(rule: str, seed: int) -> Problem:
    """A small fair with promises and one rule."""
    problem = fair_of("away", seed, hosts=20, guests=80, requests=400)
    changes = RULES[rule](problem)
    if "others" in changes:  # nobody is twice in a meeting
        rows = changes["others"]
        twice = (problem.a[rows[:, 0]] == rows[:, 1]) | (problem.b[rows[:, 0]] == rows[:, 1])
        changes["others"] = rows[~twice]
    return replace(problem, **changes)


def hungary() -> Problem:
    """The programme's own problem; every fifth host is promised as many meetings as his requests allow."""
    found: list[Problem] = []
    before = timetabling._problem

    def caught(*arguments: Any) -> Problem:
        found.append(before(*arguments))
        return found[-1]

    timetabling._problem = caught  # type: ignore[assignment]
    try:
        build(load("hungary-2024"))
    finally:
        timetabling._problem = before
    problem = found[0]
    load_ = problem.load(np.ones(problem.requests, dtype=np.bool_))
    hosts = np.unique(problem.b)
    hosts = hosts[np.argsort(-load_[hosts], kind="stable")][1::5]
    least = np.zeros(problem.participants, dtype=np.int64)
    least[hosts] = np.minimum(load_, problem.limit)[hosts]
    return replace(problem, least=least)


def cases(fairs: int) -> Iterator[tuple[str, list[Problem]]]:
    """The kinds of fairs, and problems of each."""
    for kind in KINDS:
        yield kind, [fair_of(kind, seed) for seed in range(fairs)]
    yield "hungary", [hungary()]


def kept(problem: Problem, policy: str) -> tuple[int, int, float]:
    """Meetings promised and kept, and the value of the timetable."""
    made = solve(problem, policy)  # which raises if a rule is broken
    if problem.must is not None and policy != "none":
        held = int((problem.must & (made.slot != UNSCHEDULED)).sum())
        assert held >= int((pledged(problem) != UNSCHEDULED).sum()), policy
    nothing = np.full(problem.requests, UNSCHEDULED)
    promised = int(problem.least.sum() + problem.missing(nothing).sum())
    return promised, promised - int(made.short.sum() + problem.missing(made.slot).sum()), made.value


def main(arguments: Sequence[str] | None = None) -> None:
    """Prints a line for each kind of fair and policy, or for each rule."""
    parser = argparse.ArgumentParser(description="What policies keep of meetings promised.")
    parser.add_argument("--fairs", type=int, default=5)
    parser.add_argument("--policy", nargs="+", default=[name for name in POLICIES if name != "none"])
    parser.add_argument("--rules", action="store_true")
    options = parser.parse_args(arguments)
    if options.rules:
        print(f"{'':12}" + "".join(f"{name[:8]:>9}" for name in options.policy))
        for rule in RULES:
            line = f"{rule:12}"
            for policy in options.policy:
                all_ = [kept(ruled(rule, seed), policy) for seed in range(options.fairs)]
                line += f"{sum(had for _, had, _ in all_) / sum(due for due, _, _ in all_):9.1%}"
            print(line, flush=True)
        return
    print(f"{'fairs':10}{'policy':13}{'promised':>9}{'kept':>7}{'share':>8}{'value':>10}{'cpu':>8}")
    for kind, problems in cases(options.fairs):
        for policy in options.policy:
            begun = time.process_time()
            due, had, value = (sum(each) for each in zip(*(kept(p, policy) for p in problems), strict=True))
            took = time.process_time() - begun
            print(
                f"{kind:10}{policy:13}{due:9,}{had:7,}{had / due:8.1%}{value:10,.1f}{took:8.2f}", flush=True
            )


if __name__ == "__main__":
    main()
