"""How rules are compiled: to machine code that needs nothing of anybody's, without a check of row numbers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, TypeVar, cast

import numpy as np
from numba import njit
from numba.core import types
from numba.np.numpy_support import from_dtype

from sim.engine.compiled.native import TAKES, Code
from sim.loops import Loops

__all__ = ["machine_code", "rule", "written_out"]

F = TypeVar("F", bound=Callable[..., Any])

_njit: Any = njit  # whose types do not know all that it takes

# Whole numbers alone raise nothing, and rows are nobody's to count who refers to them.
_OPTIONS: Final = {"error_model": "numpy", "_nrt": False}
_GIVES: Final = {"below": types.int64}  # of loops; others give nothing
_ALONE: Final = {"no_cpython_wrapper": True, "no_cfunc_wrapper": True}  # which would need Python


def rule(function: F) -> F:
    """Compile a function, and whatever calls it with it."""
    compiled: Any = _njit(**_OPTIONS)(function)
    return cast("F", compiled)


def written_out(function: F) -> F:
    """As `rule`, written out wherever it is called: a loop over it then goes through many numbers at once."""
    compiled: Any = _njit(inline="always", **_OPTIONS)(function)
    return cast("F", compiled)


def machine_code() -> dict[str, Code]:
    """All functions, compiled, which takes some 15 s."""
    from sim.engine.compiled import draws
    from sim.engine.compiled.kernel import play
    from sim.engine.compiled.ordering import in_order
    from sim.engine.compiled.records import Row

    return {
        "play": _code(play, types.int64, Row),
        "in_order": _code(in_order, types.void, Row),
        **{
            name: _code(getattr(draws, name), _GIVES.get(name, types.void), _numbers)
            for name in Loops._fields
        },
    }


def _numbers(kind: str) -> Any:
    pointer: Any = types.CPointer
    return pointer(from_dtype(np.dtype(kind)))


def _code(function: Callable[..., Any], gives: Any, address: Callable[[str], Any]) -> Code:
    """A function compiled, and what its addresses are of."""
    takes = (address(of) if of else types.int64 for of in TAKES[function.__name__])
    compiled: Any = _njit(gives(*takes), **_OPTIONS, **_ALONE)(function)
    (made,) = compiled.overloads.values()
    return Code(made.library._get_compiled_object(), made.fndesc.llvm_func_name)
