"""The Chromium that there is, for tests and benchmarks in a browser."""

from __future__ import annotations

from shutil import which

__all__ = ["CHROMIUM"]

CHROMIUM = next(filter(None, map(which, ("chromium", "chromium-browser", "google-chrome"))), None)
"""Its path; None if there is none."""
