"""A page with two floors, for tests of a replay in a browser."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.report.replay import Replay
from sim.statistics import Result
from tests.report.replay.unpacked import HOSTILE


@pytest.fixture(scope="module")
def file(quickstart: Result, tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("replay") / "floor.html"
    Replay.of([quickstart, quickstart], [HOSTILE, "B"]).save(place)
    return place
