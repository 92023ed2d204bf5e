"""One booth against Erlang A, B and C and M/M/c/K, a hall against M/G/∞.

Every test compares the means of independent replications with the formula by a t-test at 0.1 %, and
shows its power: the same with talks 5 % shorter fails it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pytest
from scipy import stats

from sim.engine import simulate
from sim.floor.arrays import MINUTE, Floor, IntArray
from sim.floor.trace import Kind, Outcome
from sim.streams import FloatArray, Streams, key_of, subkeys
from tests.engine.closed_forms import Steady, birth_and_death, erlang_a, erlang_b, erlang_c, finite_room
from tests.floors import DAY, PATIENT, walk_up_floor

REPLICATIONS = 16
PARTIES = 2_500
WARM_UP = 400  # parties before the counting
LEVEL = 0.001
SEED = 20241126


@dataclass(frozen=True)
class Booth:
    """A booth with Poisson arrivals; means in minutes."""

    servers: int
    gap: float  # between arrivals
    talk: float
    patience: float  # 0: none; inf: endless
    queue_limit: int = 1_000_000

    @property
    def formula(self) -> Steady:
        arrivals, service = 1 / self.gap, 1 / self.talk
        if self.queue_limit < 1_000_000:
            return finite_room(arrivals, service, self.servers, self.queue_limit)
        if self.patience == 0:
            blocked = erlang_b(arrivals, service, self.servers)
            return Steady(0.0, 0.0, blocked, (1 - blocked) * arrivals / service / self.servers)
        if math.isinf(self.patience):
            return erlang_c(arrivals, service, self.servers)
        return erlang_a(arrivals, service, self.servers, 1 / self.patience)

    def floor(self, replication: int) -> Floor:
        """Arrivals, talks and patience from keyed streams."""
        streams = Streams(SEED, replication)
        keys = subkeys(key_of("party"), np.arange(PARTIES))

        def exponential(purpose: str, mean: float) -> IntArray:
            minutes = -mean * np.log(streams.uniform(purpose, keys))
            return np.maximum(np.rint(minutes * MINUTE), 1).astype(np.int64)

        arrival = np.cumsum(exponential("gap", self.gap))
        patience = np.full(PARTIES, PATIENT if self.patience else 0)
        if 0 < self.patience < math.inf:
            patience = exponential("patience", self.patience)
        talk = exponential("talk", self.talk)
        return walk_up_floor(
            [(0, self.servers)], arrival, arrival + DAY, patience, np.arange(PARTIES + 1),
            np.zeros(PARTIES), np.ones(PARTIES), talk, queue_limit=self.queue_limit,
        )  # fmt: skip

    def seen(self, floor: Floor) -> Steady:
        """The same four numbers from the trace."""
        trace = simulate(floor)
        rows = (trace.kind == Kind.TALK) & (trace.actor >= WARM_UP)
        start, end, wait, outcome = (
            getattr(trace, name)[rows] for name in ("start", "end", "wait", "outcome")
        )
        served = outcome == Outcome.DONE
        blocked = outcome == Outcome.BALKED
        begin, stop = start.min(), start.max()
        spent = np.clip(end, begin, stop) - np.clip(start + wait, begin, stop)
        return Steady(
            waits=float(((wait > 0) & ~blocked).mean()),
            mean_wait=float(wait[~blocked].mean() / MINUTE),
            lost=float((~served).mean()),
            busy=float(spent[served].sum() / (stop - begin) / self.servers),
        )


def with_shorter_talks(floor: Floor, faster: float) -> Floor:
    talk = np.maximum(np.rint(floor.stops.talk / faster), 1).astype(np.int64)
    return replace(floor, stops=replace(floor.stops, talk=talk))


BOOTHS = {
    "Erlang B": Booth(servers=5, gap=1.0, talk=4.0, patience=0.0),
    "Erlang C": Booth(servers=3, gap=1.0, talk=2.1, patience=math.inf),
    "Erlang A": Booth(servers=3, gap=1.0, talk=3.0, patience=2.0),
    "M/M/c/K": Booth(servers=2, gap=1.0, talk=2.0, patience=math.inf, queue_limit=3),
}


def differs(samples: npt.NDArray[np.float64], expected: float) -> bool:
    """A two-sided t-test at 0.1 % says that the mean is not `expected`."""
    if np.ptp(samples) == 0:
        return bool(samples[0] != expected)
    return bool(stats.ttest_1samp(samples, expected).pvalue < LEVEL)


@pytest.mark.elsewhere
@pytest.mark.parametrize("name", BOOTHS)
@pytest.mark.slow
def test_a_booth_agrees_with_its_formula_and_one_five_percent_faster_does_not(name: str) -> None:
    booth = BOOTHS[name]
    floors = [booth.floor(r) for r in range(REPLICATIONS)]
    seen = np.array([booth.seen(floor) for floor in floors])
    for measure, samples, expected in zip(Steady._fields, seen.T, booth.formula, strict=True):
        assert not differs(samples, expected), (
            f"seed {SEED}: {measure} {samples.mean():.5f} ± {samples.std(ddof=1):.5f}, {expected:.5f}"
        )
    faster = np.array([booth.seen(with_shorter_talks(floor, 1.05)) for floor in floors])
    noticed = {
        measure
        for measure, samples, expected in zip(Steady._fields, faster.T, booth.formula, strict=True)
        if differs(samples, expected)
    }
    tells = {"busy", "lost" if booth.formula.lost else "mean_wait"}
    assert tells <= noticed


@pytest.mark.elsewhere
@pytest.mark.slow
def test_a_hall_is_an_infinite_server_queue() -> None:
    # M/G/∞ (Takács 1962): presence is Poisson with mean λ E[stay], whatever the law of the stay.
    mean, sigma = 20.0, 1.0  # minutes; log-normal
    gap, n = 0.5, 3_000
    means, dispersions = [], []
    for replication in range(REPLICATIONS):
        streams = Streams(SEED, replication)
        keys = subkeys(key_of("party"), np.arange(n))
        arrival = np.cumsum(-gap * np.log(streams.uniform("gap", keys)))
        stay = mean * np.exp(sigma * stats.norm.ppf(streams.uniform("stay", keys)) - sigma**2 / 2)
        floor = walk_up_floor(
            [(0, 1)], _ms(arrival), _ms(arrival) + 10 * DAY, _ms(stay), np.arange(n + 1), np.zeros(n),
            _ms(stay), np.zeros(n),
        )  # fmt: skip
        trace = simulate(floor)
        visits = trace.kind == Kind.VISIT
        instants = np.arange(600, 1_400, 20) * MINUTE  # far enough apart to be nearly independent
        present = np.searchsorted(np.sort(trace.start[visits]), instants) - np.searchsorted(
            np.sort(trace.end[visits]), instants
        )
        means.append(present.mean())
        dispersions.append(np.mean((present - mean / gap) ** 2) / (mean / gap))
    assert not differs(np.array(means), mean / gap)
    assert differs(np.array(means), 1.05 * mean / gap)
    assert abs(np.mean(dispersions) - 1) < 0.15  # variance = mean, as a Poisson number has


def test_the_formulas_agree_with_each_other() -> None:
    # Erlang A between B and C: no patience is B, endless patience is C
    assert erlang_a(1.0, 0.25, 5, 1e9).lost == pytest.approx(erlang_b(1.0, 0.25, 5), rel=1e-6)
    assert erlang_a(1.0, 0.5, 3, 1e-9) == pytest.approx(erlang_c(1.0, 0.5, 3), rel=1e-6, abs=1e-6)
    assert finite_room(1.0, 0.25, 5, 0).lost == pytest.approx(erlang_b(1.0, 0.25, 5))
    assert erlang_b(1.0, 1.0, 1) == 0.5
    assert erlang_c(0.8, 1.0, 1).mean_wait == pytest.approx(4.0)  # M/M/1: load / (μ - λ)
    deaths = np.full(200, 1.0)
    assert birth_and_death(0.5, deaths, 1, 1.0).mean_wait == pytest.approx(1.0)


def _ms(minutes: FloatArray) -> IntArray:
    return np.maximum(np.rint(minutes * MINUTE), 1).astype(np.int64)
