"""Programs that tests wait for, begun before the first test, so that a second processor has work as well.

`@pytest.mark.ahead("-m", "tests.notebooks", ...)` names a program of Python, by its arguments, with `input`,
`env` and `without` (names of variables of the environment) if need be; the fixture `ahead` is how it ended.
One runs at a time, in the order of the tests. Under pytest-xdist, where no processor is idle, each begins
with its test. What pytest was told for these tests (PYTEST_ADDOPTS: processes, coverage) is none of theirs.

A test marked `elsewhere` is itself run ahead, with the others of its folder by a pytest of their own: for
tests that take seconds, and build what no other test needs. Under pytest-xdist, and in a debugger, it is run
like any other.
"""

from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from signal import SIGKILL
from typing import Final

import pytest

__all__ = [
    "Ended",
    "ahead",
    "pytest_collection_finish",
    "pytest_configure",
    "pytest_pyfunc_call",
    "pytest_unconfigure",
    "tell",
]

ROOT: Final = Path(__file__).parents[1]
HERE: Final = "TESTS_ARE_HERE"  # a variable of the environment of whoever runs tests for another
Ended = subprocess.CompletedProcess[str]


class Programs:
    """The programs that marks name: each is run once, one at a time."""

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(1)
        self._begun: dict[str, Future[Ended]] = {}
        self._running: subprocess.Popen[str] | None = None

    def begin(self, item: pytest.Item) -> Future[Ended] | None:
        """How the program of this test will have ended; None if it names none."""
        if (mark := item.get_closest_marker("ahead")) is None:
            return None
        if item.nodeid not in self._begun:
            self._begun[item.nodeid] = self._thread.submit(self._run, *mark.args, **mark.kwargs)
        return self._begun[item.nodeid]

    def elsewhere(self, item: pytest.Item, items: list[pytest.Item]) -> Future[Ended]:
        """How the pytest will have ended that runs the test, and all of `items` of its folder so marked."""
        folder = item.path.parent
        if str(folder) not in self._begun:
            them = [i.nodeid for i in items if i.path.parent == folder and _is_elsewhere(i)]
            arguments = ("-m", "pytest", "-q", "-rA", "-p", "no:cacheprovider", *them)
            self._begun[str(folder)] = self._thread.submit(self._run, *arguments, env={HERE: "1"})
        return self._begun[str(folder)]

    def end(self) -> None:
        """Whatever became of the tests, no program outlives them."""
        self._thread.shutdown(wait=False, cancel_futures=True)
        if (running := self._running) is not None:
            with suppress(ProcessLookupError):
                os.killpg(running.pid, SIGKILL)

    def _run(
        self,
        *arguments: str,
        input: str = "",
        env: dict[str, str] | None = None,
        without: tuple[str, ...] = (),
    ) -> Ended:
        command = [sys.executable, "-P", *arguments]
        left = {"PYTEST_ADDOPTS", *without}
        kept = {name: value for name, value in os.environ.items() if name not in left}
        self._running = subprocess.Popen(
            command,
            cwd=ROOT,
            env=kept | {"PYTHONPATH": str(ROOT)} | (env or {}),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            start_new_session=True,  # so that all its processes are ended together
        )
        out, errors = self._running.communicate(input)
        return Ended(command, self._running.returncode, out, errors)


PROGRAMS: Final = pytest.StashKey[Programs]()


def pytest_configure(config: pytest.Config) -> None:
    config.stash[PROGRAMS] = Programs()


def pytest_collection_finish(session: pytest.Session) -> None:
    if not (hasattr(session.config, "workerinput") or session.config.option.collectonly):
        programs = session.config.stash[PROGRAMS]
        for item in session.items:
            programs.begin(item)
            if _is_elsewhere(item):
                programs.elsewhere(item, session.items)


def _is_elsewhere(item: pytest.Item) -> bool:
    """Whether another process runs the test."""
    config = item.config
    alone = (
        HERE in os.environ or hasattr(config, "workerinput") or config.option.usepdb or config.option.trace
    )
    return not alone and item.get_closest_marker("elsewhere") is not None


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> bool | None:
    if not _is_elsewhere(pyfuncitem):
        return None
    tell(
        pyfuncitem.nodeid,
        pyfuncitem.config.stash[PROGRAMS].elsewhere(pyfuncitem, pyfuncitem.session.items).result(),
    )
    return True


def tell(test: str, ended: Ended) -> None:
    """Fail unless the pytest that ran the test says that it passed."""
    if f"PASSED {test}" not in ended.stdout.splitlines():
        pytest.fail(f"{ended.stdout}\n{ended.stderr}", pytrace=False)


def pytest_unconfigure(config: pytest.Config) -> None:
    config.stash[PROGRAMS].end()


@pytest.fixture
def ahead(request: pytest.FixtureRequest) -> Ended:
    """How the program has ended that the mark `ahead` of the test names."""
    begun = request.config.stash[PROGRAMS].begin(request.node)
    assert begun is not None, "the test has no mark `ahead`"
    return begun.result()
