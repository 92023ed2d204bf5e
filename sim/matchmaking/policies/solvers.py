"""OR-Tools' linear solvers, without what is loaded beside them: 0.02 s of processor time for 0.06.

They load Protocol Buffers, and those their second implementation, in Python, which does nothing where that in
C is there. A command does without; in a process that is not the command's own all is loaded as it is.
"""

from __future__ import annotations

import sys
from importlib import import_module
from types import ModuleType
from typing import Any, Final

from sim.workers import is_own

__all__ = ["linear_solvers"]

_UNUSED: Final = "google.protobuf.internal.python_message"


def linear_solvers() -> Any:
    """The module of OR-Tools that builds and solves linear programmes."""
    stands_in = is_own() and _UNUSED not in sys.modules and _in_c()
    if stands_in:
        sys.modules[_UNUSED] = ModuleType(_UNUSED)
    try:
        from ortools.linear_solver.python import model_builder_helper
    finally:
        if stands_in:
            del sys.modules[_UNUSED]  # whoever asks for it later has it
    return model_builder_helper


def _in_c() -> bool:
    """Whether Protocol Buffers are there, and their implementation is that in C."""
    try:
        said = import_module("google.protobuf.internal.api_implementation")
    except ImportError:
        return False
    return bool(said.Type() == "upb")
