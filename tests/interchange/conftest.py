"""What tests of people's own lists, and of results in a directory, share."""

from __future__ import annotations

from pathlib import Path

import pytest

import sim
from tests.interchange.saving import FAIR


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of the test's own: files are named in it as a user names those beside him."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture(scope="session")
def results() -> sim.ResultSet:
    return sim.replicate(sim.load(FAIR), replications=3, keep=(0, 2))


@pytest.fixture(scope="session")
def saved(results: sim.ResultSet, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("saved") / "fair"
    results.save(out)
    return out
