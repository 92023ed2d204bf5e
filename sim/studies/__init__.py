"""Studies: many runs, and what can be said from them."""

from __future__ import annotations

from sim.studies.precision import Precision, PrecisionError
from sim.studies.replications import StudyError, StudyInterrupted, replicate
from sim.studies.variants import replicate_variants

__all__ = ["Precision", "PrecisionError", "StudyError", "StudyInterrupted", "replicate", "replicate_variants"]
