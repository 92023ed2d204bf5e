"""The floor in motion: a replay of one replication, or of two on one clock, on a canvas; of its trace alone."""

from __future__ import annotations

from sim.report.replay.fragment import Replay, fragment, fragment_of

__all__ = ["Replay", "fragment", "fragment_of"]
