"""Rows of the tables of a floor's state, as the compiled rules address them: `of.party(f, v)`.

The rules get one number, where the head of the state stands, and find each table by it. Handing
twenty arrays from function to function would cost more than most rules do, and ten times the time to
compile. Nothing is checked: a row that is not there is not noticed.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numba
from llvmlite import ir
from numba.core import types
from numba.extending import intrinsic

from sim.engine.compiled.state import HEAD, KINDS


def _row(name: str) -> Callable[..., Any]:
    """What gives the row of a number of the table of this name, as a record in place."""
    config: Any = numba.config
    if config.DISABLE_JIT:
        return lambda f, number: f.tables[name][number]
    record = numba.from_dtype(KINDS[name])
    offset, size = dict(HEAD.fields or {})[name][1], KINDS[name].itemsize

    @intrinsic
    def row(typing: Any, f: Any, number: Any) -> Any:
        def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
            word = ir.IntType(64)
            head, at = args
            where = builder.gep(builder.bitcast(head, ir.IntType(8).as_pointer()), [word(offset)])
            begins = builder.load(builder.bitcast(where, word.as_pointer()))
            address = builder.add(begins, builder.mul(at, word(size)))
            return builder.inttoptr(address, context.get_value_type(record))

        return record(f, types.int64), generate

    return row


party, stop, booking, place = _row("party"), _row("stop"), _row("booking"), _row("place")
zone, counter, member, call = _row("zone"), _row("counter"), _row("member"), _row("call")
session, meeting, side, pool = _row("session"), _row("meeting"), _row("side"), _row("pool")
hour, way, hall, change = _row("hour"), _row("way"), _row("hall"), _row("change")
session_here, meeting_here = _row("session_here"), _row("meeting_here")
booking_of, call_of = _row("booking_of"), _row("call_of")
booking_mixing, call_mixing = _row("booking_mixing"), _row("call_mixing")
known, event, turn, row = _row("known"), _row("event"), _row("turn"), _row("row")
mixer, due, listed = _row("mixer"), _row("due"), _row("listed")
