"""Both engines, an idiomatic SimPy script and other simulators, on the same floors, side by side.

`python -m tests.benchmarks.engine_speed [--visits N] [--stops N] [--booths N] [--rounds N] [--only NAME ...]`

Two floors of walk-ups: a day at a trade fair's rates, and a small one that the slowest can play too. On
both everybody plays all that there is: lanes of the gate, staff, queues in which no more than so many
wait, patience, each visitor's own route, walking, and the end of the stay. Other simulators are used as
their documentation shows it; those that are not installed are said and left out (`pip install --group
peers`). Whether the statistics agree is checked: they do exactly, or but for the order of what happens in
the same millisecond, which may move a few visits; if not, the exit status is 1.

Every timing is of a process of its own, which has played a small day before; entrants take turns, round
by round. CPU seconds, of all threads, are from the model in memory to the statistics; what it takes to
make another simulator's model of the floor is shown, and not counted. An event is the same for all: a
visitor reaches the gate, is let in, has looked at a booth, has talked, gives up waiting, or is out again.
"""

from __future__ import annotations

import argparse
import gc
import json
import math
import platform
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from statistics import median
from typing import Any, Final, TypeVar

import numpy as np

from sim.engine import simulate
from sim.floor.arrays import MINUTE, SECOND, Floor, IntArray
from sim.streams import FloatArray, Streams, key_of, subkeys
from tests.benchmarks.idiomatic import Statistics, run, statistics
from tests.floors import walk_up_floor

__all__ = ["ENTRANTS", "Played", "events", "machine", "main", "table", "trade_fair", "verdict"]

TALK_SHARE = 0.21  # FACTS: talk-share
T = TypeVar("T")
_PATIENCE = np.array([0, 30, 60, 180, 300]) * SECOND  # FACTS: patience
_PATIENCE_SHARE = np.array([0.06, 0.11, 0.41, 0.28, 0.14])

_SECONDS: Final = 4.0  # of plays in one process, then it is the next one's turn
_PLAYS: Final = 9  # at most in one process
_PATIENT: Final = 20.0  # whoever has taken so long is not asked to play again
_CLOSE: Final = 1e-3  # what the order within a millisecond may move, as a share


@dataclass(frozen=True, slots=True)
class Entrant:
    """Somebody who plays a floor: `package` as it is installed, and `says`, what one should know."""

    name: str
    package: str
    says: str
    small_only: bool = False


ENTRANTS: Final = (
    Entrant("compiled", "numba", "our compiled engine; it leaves the whole trace"),
    Entrant("simpy", "simpy", "our SimPy engine; it leaves the whole trace"),
    Entrant("idiomatic", "simpy", "a SimPy script: a process a visitor, a Resource a booth"),
    Entrant(
        "cimba", "cimba",
        "all of it, on integers in arrays; no lists, dicts or tables of Python; a wait is given up by a "
        "timer, set half a millisecond late so that a service that ends in the same one comes first",
    ),
    Entrant("salabim", "salabim", "all of it; monitors, which nobody would read, are off"),
    Entrant(
        "nagasim", "nagasim",
        "all of it, as a model file: a station, a decision and a process a booth, an order a visitor; no "
        "loops or code in it, so what a stop needs is worked out beforehand; its own summaries are made",
    ),
    Entrant(
        "ciw", "ciw",
        "all of it, with a routing and distributions of one's own; its balking is for arrivals from "
        "outside, so the routing turns people away; each event looks at every node and everybody there, "
        "so the large floor is left out",
        small_only=True,
    ),
)  # fmt: skip
_OURS: Final = ("compiled", "simpy")
_MODULES: Final = {"cimba": "cimba_day", "salabim": "salabim_day", "nagasim": "naga_day", "ciw": "ciw_day"}


@dataclass(frozen=True, slots=True)
class Size:
    """How large a floor is."""

    visits: int
    stops: int
    booths: int

    def __str__(self) -> str:
        return f"{self.visits:,} visits × {self.stops} stops × {self.booths} booths"


@dataclass(slots=True)
class Played:
    """What one entrant did on one floor: CPU seconds a play, and of the least model making; MiB at most."""

    name: str
    version: str
    seconds: list[float]
    prepare: float
    mib: float
    seen: Statistics


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


def events(seen: Statistics) -> int:
    """How many instants of visitors there were, counted alike for everybody."""
    return 3 * seen.visits + seen.looks + seen.conversations + seen.reneged + seen.left


def verdict(seen: Statistics, ours: Statistics) -> str:
    """Whether the statistics are ours: exact, the same but for ties, or different."""
    pairs = [(getattr(ours, name), value) for name, value in asdict(seen).items()]
    if all(math.isclose(a, b, rel_tol=1e-12) for a, b in pairs):
        return "exact"
    if all(abs(a - b) <= max(2, _CLOSE * a) for a, b in pairs):
        return "ties"
    return "DIFFERS"


def table(played: Sequence[Played]) -> list[str]:
    """A Markdown table, at most 80 columns wide; times are medians, and ratios are of them."""
    by_name = {each.name: each for each in played}
    base = by_name.get("idiomatic", played[0])
    ours = next((by_name[name] for name in reversed(_OURS) if name in by_name), base)
    lines = [
        "| who | CPU s | least | plays | events/s | visits/s | ratio | MiB | same |",
        "|---|---:|---:|---:|---:|---:|---:|---:|---|",
    ]
    for each in played:
        seconds = median(each.seconds)
        lines.append(
            f"| {each.name} | {seconds:.3g} | {min(each.seconds):.3g} | {len(each.seconds)} "
            f"| {_round(events(each.seen) / seconds):,} | {_round(each.seen.visits / seconds):,} "
            f"| {median(base.seconds) / seconds:.3g} | {each.mib:.0f} | {verdict(each.seen, ours.seen)} |"
        )
    return lines


def targets(played: Sequence[Played]) -> list[str]:
    """What was to be shown of the large floor, as far as those who must be compared have played."""
    seconds = {each.name: median(each.seconds) for each in played}
    wanted = (("compiled", "idiomatic", 100), ("simpy", "idiomatic", 2), ("compiled", "cimba", 2))
    lines = []
    for mine, other, least in wanted:
        if mine in seconds and other in seconds:
            ratio = seconds[other] / seconds[mine]
            word = "" if ratio >= least else ": MISSED"
            lines.append(f"{mine} is {ratio:.3g} times as fast as {other} (at least {least} wanted){word}")
    return lines


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the tables: 1 if statistics differ."""
    options = _options(arguments)
    if options.worker:
        return _work(options.worker, Size(options.visits, options.stops, options.booths))
    floors = {
        "a day": Size(options.visits, options.stops, options.booths),
        "a small day": Size(options.small, 12, 30),
    }
    names = options.only or [entrant.name for entrant in ENTRANTS]
    entrants = [entrant for entrant in ENTRANTS if entrant.name in names]
    print(f"{date.today()}, {machine()}; Python {platform.python_version()}")
    sound = True
    versions: dict[str, str] = {}
    for title, size in floors.items():
        playing = [e for e in entrants if size is floors["a small day"] or not e.small_only]
        played = _rounds(playing, size, options.rounds)
        if not played:
            continue
        versions |= {each.name: each.version for each in played}
        print(f"\n{title}: {size}; {events(played[0].seen):,} events\n")
        print("\n".join(table(played)))
        seen = ", ".join(f"{name} {value:,.0f}" for name, value in asdict(played[0].seen).items())
        print(f"\n{seen} (ms)\n")
        made = ", ".join(f"{e.name} {e.prepare:.2g}" for e in played if e.name in _MODULES)
        print(f"CPU seconds to make the model of the floor, not counted: {made or 'none'}")
        if title == "a day":
            print("\n".join(targets(played)))
        sound &= all(" DIFFERS " not in line for line in table(played))
    print("\nCPU seconds: median and least; ratio: of the idiomatic script's to theirs; exact: all counts")
    print("and means are ours; ties: but for the order of what happens in the same millisecond.")
    for entrant in entrants:
        about = f" {versions[entrant.name]}" if entrant.name in versions else ": not installed"
        package = "" if entrant.package == entrant.name else f" ({entrant.package}{about})"
        print(f"- {entrant.name}{package or about}: {entrant.says}")
    return 0 if sound else 1


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--visits", type=int, default=20_000)
    parser.add_argument("--stops", type=int, default=24)
    parser.add_argument("--booths", type=int, default=620)
    parser.add_argument("--small", type=int, default=1_500, help="visits of the small floor (1500)")
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--only", nargs="+", choices=[entrant.name for entrant in ENTRANTS])
    parser.add_argument("--worker", help=argparse.SUPPRESS)
    return parser.parse_args(arguments)


def _rounds(entrants: Sequence[Entrant], size: Size, rounds: int) -> list[Played]:
    """Everybody plays in turn; those who are not installed do not."""
    played: dict[str, Played] = {}
    out: set[str] = set()
    for _ in range(rounds):
        for entrant in entrants:
            if entrant.name in out:
                continue
            told = _ask(entrant.name, size)
            if told is None:
                out.add(entrant.name)
                continue
            seen = Statistics(**told["seen"])
            found = Played(
                entrant.name, version(entrant.package), told["seconds"], told["prepare"], told["mib"], seen
            )
            before = played.setdefault(entrant.name, found)
            if before is not found:
                if before.seen != seen:
                    raise RuntimeError(f"{entrant.name} plays the same floor in two ways")
                before.seconds += found.seconds
                before.prepare = min(before.prepare, found.prepare)
                before.mib = max(before.mib, found.mib)
            if sum(before.seconds) > _PATIENT:
                out.add(entrant.name)
    return list(played.values())


def _ask(name: str, size: Size) -> dict[str, Any] | None:
    """What a process of its own tells; None if the package is not there."""
    sizes = [f"--{key}={value}" for key, value in asdict(size).items()]
    command = [sys.executable, "-m", "tests.benchmarks.engine_speed", f"--worker={name}", *sizes]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return None if "missing" in told else told


def _work(name: str, size: Size) -> int:
    """Play in this process and tell, as a line of JSON."""
    try:
        prepare = _player(name)
        prepare(trade_fair(50, 4, 5))()  # what is compiled or loaded once
    except ImportError as missing:
        print(json.dumps({"missing": missing.name}))
        return 0
    floor = trade_fair(size.visits, size.stops, size.booths)
    making, play = _timed(lambda: prepare(floor))
    seconds: list[float] = []
    while not seconds or (len(seconds) < _PLAYS and sum(seconds) < _SECONDS):
        cpu, seen = _timed(play)
        seconds.append(cpu)
    mib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"seconds": seconds, "prepare": making, "mib": mib, "seen": asdict(seen)}))
    return 0


def _player(name: str) -> Callable[[Floor], Callable[[], Statistics]]:
    """What makes of a floor a model that can be played."""
    if name in _OURS:
        import_module("numba" if name == "compiled" else "simpy")
        return lambda floor: lambda: statistics(simulate(floor, name))
    if name == "idiomatic":
        return lambda floor: lambda: run(floor)
    prepare: Callable[[Floor], Callable[[], Statistics]]
    prepare = import_module(f"tests.benchmarks.peers.{_MODULES[name]}").prepare
    return prepare


def _timed(call: Callable[[], T]) -> tuple[float, T]:
    gc.collect()  # nobody clears up after the other
    start = time.process_time()
    result = call()
    return time.process_time() - start, result


def _round(value: float) -> int:
    """To three digits."""
    return int(float(f"{value:.3g}"))


def machine() -> str:
    """Processor and cores, as far as the system tells."""
    cpuinfo = Path("/proc/cpuinfo")
    lines = cpuinfo.read_text().splitlines() if cpuinfo.exists() else []
    models = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return f"{models[0] if models else platform.machine()}, {len(models) or '?'} cores, {platform.system()}"


def _ms(minutes: FloatArray) -> IntArray:
    milliseconds: IntArray = np.maximum(np.rint(minutes * MINUTE), 1).astype(np.int64)
    return milliseconds


if __name__ == "__main__":
    sys.exit(main())
