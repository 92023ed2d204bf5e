"""Machine code of rules and of draws, as it is kept in files, taken in by llvmlite: nothing here loads Numba.

That takes longer than a small expo is played, and this a tenth of it. The code needs nothing of anybody's: it
gets whole numbers and addresses, allocates nothing and raises nothing.
"""

from __future__ import annotations

import ctypes
import json
import os
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final, NamedTuple

from sim.loops import TAKES as OF_LOOPS
from sim.loops import Loops

__all__ = ["TAKES", "Code", "Functions", "functions", "interpreted", "kept", "put"]

TAKES: Final[Mapping[str, tuple[str, ...]]] = {
    "play": ("head", "", "", ""),
    "in_order": (
        *("row", "long", "long", "", "row", "whose", "", "long", "", "long", "long", "long", "long"),
        *("long", "long", "byte", "word", "word", "word", "long", "byte", "byte", "byte"),
    ),
    **OF_LOOPS,
}
"""What each function takes: a whole number (nothing said), or where rows or numbers of some kind begin."""

_SYMBOLS: Final = "symbols.json"
_DONE: Final = (0, -2)  # how a function that Numba has compiled ends: with a value, or with none


class Code(NamedTuple):
    """A compiled function: an object file, and its name in there."""

    content: bytes
    symbol: str


class Functions(NamedTuple):
    """All functions, called with arrays and whole numbers; meanwhile others have the interpreter."""

    play: Any
    in_order: Any
    loops: Loops | None


def interpreted() -> bool:
    """Whether Numba is told not to compile: the rules then run as plain Python, slowly, for tests.

    As Numba reads it: what is no whole number says nothing.
    """
    try:
        return int(os.environ.get("NUMBA_DISABLE_JIT", "0")) != 0
    except ValueError:
        return False


def put(codes: Mapping[str, Code], path: Path) -> None:
    """Put compiled functions into a folder."""
    for name, code in codes.items():
        (path / f"{name}.o").write_bytes(code.content)
    (path / _SYMBOLS).write_text(json.dumps({name: code.symbol for name, code in codes.items()}, indent=1))


def kept(path: Path) -> dict[str, Code]:
    """The compiled functions of a folder. Raises OSError, ValueError or KeyError if they are not there."""
    symbols = json.loads((path / _SYMBOLS).read_bytes())
    return {name: Code((path / f"{name}.o").read_bytes(), symbols[name]) for name in TAKES}


def functions(codes: Mapping[str, Code]) -> Functions:
    """Compiled functions to be called. Raises RuntimeError if they are not what they say."""
    made = {name: _callable(name, codes[name]) for name in TAKES}
    return Functions(made["play"], made["in_order"], Loops(*(made[name] for name in Loops._fields)))


@cache
def _machine() -> Any:
    """What takes machine code in; it lasts as long as the process, and so does the code."""
    from llvmlite import binding

    binding.initialize_native_target()
    binding.initialize_native_asmprinter()
    target = binding.Target.from_default_triple().create_target_machine(codemodel="jitdefault", jit=True)
    return binding.create_mcjit_compiler(binding.parse_assembly(""), target)


def _callable(name: str, code: Code) -> Any:
    from llvmlite import binding

    machine = _machine()
    machine.add_object_file(binding.ObjectFileRef.from_data(code.content))
    machine.finalize_object()
    address = machine.get_function_address(code.symbol)
    if not address:
        raise RuntimeError(f"there is no {code.symbol}")
    word, pointer = ctypes.c_int64, ctypes.c_void_p
    takes = [pointer if of else word for of in TAKES[name]]
    kind = ctypes.CFUNCTYPE(ctypes.c_int32, ctypes.POINTER(word), ctypes.POINTER(pointer), *takes)
    compiled = kind(address)

    def call(*arguments: Any) -> int:
        value, error = word(), pointer()
        given = (_address(each) if of else each for of, each in zip(TAKES[name], arguments, strict=True))
        status = compiled(value, error, *given)
        if status not in _DONE:
            raise RuntimeError(f"{name} has ended with status {status}")
        return value.value

    return call


def _address(array: Any) -> int:
    """Where an array begins: `array.ctypes.data`, which takes four times as long."""
    if array.size and array.flags.carray:
        return ctypes.addressof(ctypes.c_char.from_buffer(array))
    address: int = array.ctypes.data
    return address
