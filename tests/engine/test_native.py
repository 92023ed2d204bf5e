"""Machine code is taken in and called as Numba's compiler leaves it; the code here is written by hand."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from sim.engine.compiled.native import TAKES, Code, functions, kept, put

binding = pytest.importorskip("llvmlite.binding")

# What `play` is given: the first number at the address; it ends with a status, and gives a value.
PLAY = """
define i32 @by_hand(i64* %value, i8** %error, i64* %head, i64 %status, i64 %b, i64 %c) {
  %first = load i64, i64* %head
  %sum = add i64 %first, %b
  %all = add i64 %sum, %c
  store i64 %all, i64* %value
  store i64 7, i64* %head
  %ended = trunc i64 %status to i32
  ret i32 %ended
}
"""
NOTHING = "define i32 @nothing() {\n  ret i32 -2\n}\n"


def code(text: str, symbol: str) -> Code:
    binding.initialize_native_target()
    binding.initialize_native_asmprinter()
    machine = binding.Target.from_default_triple().create_target_machine(codemodel="jitdefault", jit=True)
    return Code(machine.emit_object(binding.parse_assembly(text)), symbol)


def codes(symbol: str) -> dict[str, Code]:
    """`play` by this symbol, and nothing of all else."""
    nothing = code(NOTHING, "nothing")
    return dict.fromkeys(TAKES, nothing) | {"play": code(PLAY, symbol)}


def test_what_is_kept_is_called_with_arrays_by_their_addresses_and_how_it_ends_is_heard(
    tmp_path: Path,
) -> None:
    put(codes("by_hand"), tmp_path)
    play = functions(kept(tmp_path)).play
    head = np.array([40], dtype=np.int64)
    assert play(head, 0, 1, 1) == 42
    assert head.tolist() == [7]
    assert play(head, -2, 0, 0) == 7  # the status of a function that gives nothing
    with pytest.raises(RuntimeError, match="play has ended with status 1"):
        play(head, 1, 0, 0)
    with pytest.raises(ValueError, match="zip"):
        play(head, 0, 1)


def test_an_array_is_given_by_its_address_however_it_lies_in_memory() -> None:
    play = functions(codes("by_hand")).play
    turned = np.asfortranarray([[40, 1, 2], [3, 4, 5]], dtype=np.int64)
    fixed = np.array([40], dtype=np.int64)
    assert play(turned, 0, 1, 1) == 42
    assert turned[0, 0] == 7
    fixed.setflags(write=False)
    assert play(fixed, 0, 2, 1) == 43
    assert play(np.arange(41, 45)[::3], 0, 0, 1) == 42


def test_code_that_is_not_there_is_no_code(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="there is no by_another_name"):
        functions(codes("by_another_name"))
    with pytest.raises(OSError, match="symbols"):
        kept(tmp_path)
