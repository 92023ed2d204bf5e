"""What the tests of the command have in common."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from tests.cli import processes
from tests.cli.timetables import AVAILABILITY, REQUESTS


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A directory with the lists of the hand-worked example."""
    monkeypatch.chdir(tmp_path)
    Path("requests.csv").write_text(REQUESTS)
    Path("free.csv").write_text(AVAILABILITY)
    return tmp_path


@pytest.fixture(autouse=True)
def leaves_no_process() -> Iterator[None]:
    """Whatever becomes of a test, what it has started ends with it, the processes of that included."""
    yield
    while processes.started:
        process = processes.started.pop()
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
