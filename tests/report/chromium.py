"""Where this machine has Chromium, if it has: for tests in a browser, and for benchmarks."""

from __future__ import annotations

from shutil import which
from typing import Final

__all__ = ["CHROMIUM"]

CHROMIUM: Final = next(filter(None, map(which, ("chromium", "chromium-browser", "google-chrome"))), None)
