from __future__ import annotations

import pytest

from sim.statistics import Result
from tests.statistics.building import build, trace_of
from tests.statistics.tiny import PLAN, ROWS


@pytest.fixture
def tiny() -> Result:
    return Result(build(PLAN), trace_of(ROWS))
