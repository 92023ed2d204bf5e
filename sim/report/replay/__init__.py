"""The floor in motion: a replay of one replication, or of several on one clock, of their traces alone."""

from __future__ import annotations

from sim.report.replay.fragment import Replay, fragment, fragment_of

__all__ = ["Replay", "fragment", "fragment_of"]
