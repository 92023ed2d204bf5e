"""Chromium, and a page with two floors, for tests of a replay."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from sim.report.replay import Replay
from sim.statistics import Result
from tests.report.replay.opening import CHROMIUM
from tests.report.replay.unpacked import HOSTILE

if TYPE_CHECKING:
    from playwright.sync_api import Browser


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright drives the browser")
    with playwright.sync_playwright() as driver:
        launched = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield launched
        launched.close()


@pytest.fixture(scope="module")
def file(quickstart: Result, tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("replay") / "floor.html"
    Replay.of([quickstart, quickstart], [HOSTILE, "B"]).save(place)
    return place
