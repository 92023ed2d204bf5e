"""Our SimPy engine against an idiomatic SimPy script of the same floor.

`python -m tests.benchmarks.engine_speed [--visits N]`

Both simulate the same synthetic walk-ups (a day at a trade fair's rates) in turn, several times in
one run, and seconds are of processor time, so that the ratio of the medians means something on a
noisy machine. The more visitors, the longer SimPy's list of events and the larger the ratio.
"""

from __future__ import annotations

import argparse
import gc
import time
from collections.abc import Callable
from dataclasses import asdict
from statistics import median
from typing import TypeVar

import numpy as np

from sim.engine import simulate
from sim.floor.arrays import MINUTE, SECOND, Floor, IntArray
from sim.streams import FloatArray, Streams, key_of, subkeys
from tests.benchmarks.idiomatic import Statistics, run, statistics
from tests.floors import walk_up_floor

__all__ = ["compare", "main", "trade_fair"]

TALK_SHARE = 0.21  # FACTS: talk-share
TARGET = 2.0
T = TypeVar("T")
_PATIENCE = np.array([0, 30, 60, 180, 300]) * SECOND  # FACTS: patience
_PATIENCE_SHARE = np.array([0.06, 0.11, 0.41, 0.28, 0.14])


def trade_fair(visits: int, stops: int = 24, booths: int = 620, seed: int = 1) -> Floor:
    """A day of `visits` one-person parties with `stops` stops each, about as CISCE's.

    Staff grow with the visits, so that the booths are as busy at any size of the run.
    """
    streams = Streams(seed, 0)
    party = subkeys(key_of("visit"), np.arange(visits))
    stop = subkeys(np.repeat(party, stops), np.tile(np.arange(stops), visits))

    arrival = np.sort(_ms(streams.uniform("arrival", party) * 6 * 60))  # spread over six hours
    stay = _ms(60 + 360 * streams.uniform("stay", party))
    u = streams.uniform("patience", party)
    patience = _PATIENCE[np.minimum(np.searchsorted(np.cumsum(_PATIENCE_SHARE), u), 4)]
    limit = 1 + (streams.uniform("limit", party) * 4).astype(np.int64)

    place = (streams.uniform("booth", stop) * booths).astype(np.int64)
    order = np.lexsort((place, np.repeat(np.arange(visits), stops)))  # along the aisle
    look = _ms(0.5 - 1.5 * np.log(streams.uniform("look", stop)))
    length = np.minimum(1 - 3.6 * np.log(streams.uniform("talk", stop)), 60)  # FACTS: conversation-1min
    talk = np.where(streams.uniform("wants", stop) < TALK_SHARE, _ms(length), 0)

    busy = visits * stops * TALK_SHARE * 4.6 / (8 * 60)  # members talking at once, on average
    members = max(1, round(busy / booths / 0.6))
    return walk_up_floor(
        [(20 + 10 * b, members) for b in range(booths)],
        arrival, arrival + stay, patience, np.arange(0, visits * stops + 1, stops),
        place[order], look, talk,
        queue_limit=limit, lanes=max(1, visits // 200), check=20 * SECOND, pace=75, short_talk=2 * MINUTE,
    )  # fmt: skip


def compare(floor: Floor, rounds: int) -> tuple[list[float], list[float], Statistics, Statistics]:
    """Seconds of processor time of each run of both, in turn, and the statistics of both."""
    ours: list[float] = []
    theirs: list[float] = []
    for _ in range(rounds):
        seconds, trace = _timed(lambda: simulate(floor, "simpy"))
        ours.append(seconds)
        seconds, seen = _timed(lambda: run(floor))
        theirs.append(seconds)
    return ours, theirs, statistics(trace), seen


def main() -> None:
    """Prints the times, their ratio and the statistics side by side."""
    parser = argparse.ArgumentParser(description="Times the SimPy engine against an idiomatic script.")
    parser.add_argument("--visits", type=int, default=20_000)
    parser.add_argument("--stops", type=int, default=24)
    parser.add_argument("--booths", type=int, default=620)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    floor = trade_fair(options.visits, options.stops, options.booths)
    ours, theirs, mine, other = compare(floor, options.rounds)
    print(f"{options.visits:,} visits × {options.stops} stops × {options.booths} booths, "
          f"{options.rounds} rounds, medians")  # fmt: skip
    print(f"{'':16}{'engine':>14}{'idiomatic':>14}")
    print(f"{'CPU seconds':16}{median(ours):14.2f}{median(theirs):14.2f}")
    for name, value in asdict(mine).items():
        print(f"{name:16}{value:14,.0f}{asdict(other)[name]:14,.0f}")
    ratio = median(theirs) / median(ours)
    print(f"{ratio:.2f} times as fast as the idiomatic script (at least {TARGET:g} wanted)")


def _timed(call: Callable[[], T]) -> tuple[float, T]:
    gc.collect()  # nobody clears up after the other
    start = time.process_time()
    result = call()
    return time.process_time() - start, result


def _ms(minutes: FloatArray) -> IntArray:
    milliseconds: IntArray = np.maximum(np.rint(minutes * MINUTE), 1).astype(np.int64)
    return milliseconds


if __name__ == "__main__":
    main()
