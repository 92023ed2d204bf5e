"""Settings of all tests."""

from __future__ import annotations

import gc
import os
import signal
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, settings

from tests.ahead import (
    ahead,
    pytest_collection_finish,
    pytest_configure,
    pytest_pyfunc_call,
    pytest_unconfigure,
)

if TYPE_CHECKING:
    from sim.scenario import Scenario
    from sim.statistics import Result
    from sim.studies.resultset import ResultSet

__all__ = [
    "ahead",
    "pytest_collection_finish",
    "pytest_configure",
    "pytest_pyfunc_call",
    "pytest_unconfigure",
]

# Machines are shared and noisy: a slow draw is no fault. A check of a submission tries the same examples
# each time, so that what passed once passes again; everywhere else each run tries new ones.
settings.register_profile("here", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("ci", settings.get_profile("here"), derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "here")

# Tests start some hundred processes, each of which would compile the house anew if none could keep what it
# compiled: a third of what many of them take.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

# What is kept of the compiled engine on this machine is nothing to a test, and none has it compiled: unless
# it says otherwise, SimPy plays.
os.environ |= {"EXPOSIM_CACHE": os.devnull, "EXPOSIM_COMPILE": "no"}

# Most of what tests make lives as long as they: looking through it for garbage at the usual rate is dear.
gc.set_threshold(50_000, 20, 50)


def pytest_runtestloop() -> None:
    """Never look for garbage among the modules and the tests that are collected."""
    gc.collect()
    gc.freeze()


# Begun in the background or by nohup, a process ignores signals, and so would all that it starts.
for number, usual in ((signal.SIGINT, signal.default_int_handler), (signal.SIGHUP, signal.SIG_DFL)):
    if signal.getsignal(number) == signal.SIG_IGN:
        signal.signal(number, usual)


@pytest.fixture(scope="session")
def quickstart() -> Result:
    """The first run of `quickstart`, for whoever only reads it."""
    import sim

    return sim.run("quickstart")


@pytest.fixture(scope="session")
def quickstart_twice() -> ResultSet:
    """The first two replications of `quickstart`, for whoever only reads them."""
    import sim

    return sim.replicate("quickstart", replications=2, workers=1)


@pytest.fixture(scope="session")
def hungary() -> Result:
    """The first run of `hungary-2024`, for whoever only reads it."""
    import sim

    return sim.run("hungary-2024")


_known: dict[tuple[str, int, int, str], Result] = {}


@pytest.fixture
def played_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A study takes from other tests what they have played already: for tests of what is made of runs.

    That the same scenario, seed and replication give the same bytes is told by others, which play each time.
    """
    from sim.studies import cell
    from sim.studies.own import own_things

    play = cell.run

    def run(scenario: Scenario, *, replication: int, seed: int | None, engine: str, **how: Any) -> Result:
        which = (scenario.hash, scenario.data.expo.seed if seed is None else seed, replication, engine)
        if which in _known and not own_things():
            return _known[which]
        result = play(scenario, replication=replication, seed=seed, engine=engine, **how)
        if not own_things():
            _known[which] = result
        return result

    monkeypatch.setattr(cell, "run", run)


@pytest.fixture
def forgets_ones_own(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """What a test registers as a user's own is forgotten after it."""
    from sim import policy_names
    from sim.matchmaking.policies import registry as policies
    from sim.statistics.kpis.registry import OWN
    from sim.studies import own

    monkeypatch.setattr(policy_names, "_own", {})
    monkeypatch.setattr(own, "_known", b"")
    before = dict(policies.POLICIES)
    yield
    OWN.clear()
    policies.POLICIES.clear()
    policies.POLICIES.update(before)
