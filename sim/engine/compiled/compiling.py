"""How rules are compiled: without the interpreter's lock, and without a check of row numbers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba

__all__ = ["rule"]

F = TypeVar("F", bound=Callable[..., Any])


def rule(function: F) -> F:
    """Compile a function, and whatever calls it with it."""
    compiled: Any = numba.njit(nogil=True)(function)
    return cast("F", compiled)
