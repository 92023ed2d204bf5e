"""How rules are compiled: to machine code that needs nothing of anybody's, without a check of row numbers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, TypeVar, cast

from numba import njit
from numba.core import types

from sim.engine.compiled.native import TAKES, Code

__all__ = ["machine_code", "rule"]

F = TypeVar("F", bound=Callable[..., Any])

_njit: Any = njit  # whose types do not know all that it takes

# Whole numbers alone raise nothing, and rows are nobody's to count who refers to them.
_OPTIONS: Final = {"error_model": "numpy", "_nrt": False}
_ALONE: Final = {"no_cpython_wrapper": True, "no_cfunc_wrapper": True}  # which would need Python


def rule(function: F) -> F:
    """Compile a function, and whatever calls it with it."""
    compiled: Any = _njit(**_OPTIONS)(function)
    return cast("F", compiled)


def machine_code() -> dict[str, Code]:
    """Both functions, compiled, which takes some 15 s."""
    from sim.engine.compiled.kernel import play
    from sim.engine.compiled.ordering import in_order

    return {"play": _code(play, types.int64), "in_order": _code(in_order, types.void)}


def _code(function: Callable[..., Any], gives: Any) -> Code:
    from sim.engine.compiled.records import Row

    takes = (Row(table) if table else types.int64 for table in TAKES[function.__name__])
    compiled: Any = _njit(gives(*takes), **_OPTIONS, **_ALONE)(function)
    (made,) = compiled.overloads.values()
    return Code(made.library._get_compiled_object(), made.fndesc.llvm_func_name)
