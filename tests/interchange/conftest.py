"""What tests of people's own lists share."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of the test's own: files are named in it as a user names those beside him."""
    monkeypatch.chdir(tmp_path)
    return tmp_path
