"""Studies: many runs, and what can be said from them."""

from __future__ import annotations

from sim.studies.folder import ChangedStudyError, StudyFolder
from sim.studies.journal import JournalError
from sim.studies.precision import Precision, PrecisionError
from sim.studies.replications import StudyError, StudyInterrupted, replicate
from sim.studies.variants import replicate_variants

__all__ = [
    "ChangedStudyError",
    "JournalError",
    "Precision",
    "PrecisionError",
    "StudyError",
    "StudyFolder",
    "StudyInterrupted",
    "replicate",
    "replicate_variants",
]
