"""Studies: many runs, and what can be said from them."""

from __future__ import annotations

from sim.studies.precision import Precision, PrecisionError
from sim.studies.replications import StudyError, StudyInterrupted, replicate

__all__ = ["Precision", "PrecisionError", "StudyError", "StudyInterrupted", "replicate"]
