"""Studies: many runs, and what can be said from them."""

from __future__ import annotations

from sim.studies.precision import Precision, PrecisionError
from sim.studies.replications import StudyError, StudyInterrupted, replicate
from sim.studies.resultset import Failure, ResultSet

__all__ = [
    "Failure",
    "Precision",
    "PrecisionError",
    "ResultSet",
    "StudyError",
    "StudyInterrupted",
    "replicate",
]
