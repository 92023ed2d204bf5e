"""Rows of the tables of a floor's state, as the compiled rules address them: `of.party(f, v)`.

The rules get one address, that of the head of the state, and find each table by it. Handing twenty arrays
from function to function would cost more than most rules do, and ten times the time to compile. Nothing
is checked: a row that is not there is not noticed.

However small the number that a field holds (`state`), what is read is a whole number of 64 bits: one of
each rule is compiled, and products do not wrap. The optimiser is told that no two fields share memory
("tbaa"), so that writing a row of the trace does not make it read again all that it had read before.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import numba
from llvmlite import ir
from numba.core import types
from numba.core.datamodel import models
from numba.core.typing.templates import AttributeTemplate
from numba.extending import intrinsic

from sim.engine.compiled.native import interpreted
from sim.engine.compiled.state import COLUMNS, HEAD, KINDS

_KINDS: Final = {"head": HEAD, **KINDS, **COLUMNS}
_WORD: Final = ir.IntType(64)
_extending: Any = numba.extending


class Row(types.Type):
    """The address of a row of a table."""

    def __init__(self, table: str) -> None:
        self.table = table
        super().__init__(name=f"Row({table})")


@_extending.register_model(Row)
class _Model(models.OpaqueModel):
    """An address."""


@_extending.infer_getattr
class _Fields(AttributeTemplate):
    key = Row

    def generic_resolve(self, row: Any, field: str) -> Any:  # type: ignore[override]
        """Any field is a whole number."""
        return types.int64 if field in (_KINDS[row.table].names or ()) else None


def _field(builder: Any, row: Any, table: str, field: str) -> tuple[Any, Any, bool]:
    """Where a field of a row is, what tells the optimiser so, and whether it has a sign."""
    kind, offset = dict(_KINDS[table].fields or {})[field][:2]
    address = builder.gep(row, [_WORD(offset)])
    module = builder.module
    root = module.add_metadata(["exposim"])
    name = module.add_metadata([f"{table}.{field}", root, _WORD(0)])
    where = builder.bitcast(address, ir.IntType(8 * kind.itemsize).as_pointer())
    return where, module.add_metadata([name, name, _WORD(0)]), kind.kind == "i"


def _read(builder: Any, row: Any, table: str, field: str) -> Any:
    where, alias, signed = _field(builder, row, table, field)
    found = builder.load(where)
    found.set_metadata("tbaa", alias)
    if found.type == _WORD:
        return found
    return builder.sext(found, _WORD) if signed else builder.zext(found, _WORD)


def _get(context: Any, builder: Any, row: Row, value: Any, field: str) -> Any:
    return _read(builder, value, row.table, field)


def _set(context: Any, builder: Any, signature: Any, arguments: Any, field: str) -> None:
    row, number = signature.args
    value = context.cast(builder, arguments[1], number, types.int64)
    where, alias, _ = _field(builder, arguments[0], row.table, field)
    if where.type.pointee != _WORD:
        value = builder.trunc(value, where.type.pointee)
    builder.store(value, where).set_metadata("tbaa", alias)


_extending.lower_getattr_generic(Row)(_get)
_extending.lower_setattr_generic(Row)(_set)


class _Plain:
    """A row for rules that are not compiled: its fields are Python's whole numbers."""

    __slots__ = ("_row",)
    _row: Any

    def __init__(self, row: Any) -> None:
        object.__setattr__(self, "_row", row)

    def __getattr__(self, field: str) -> int:
        return int(self._row[field])

    def __setattr__(self, field: str, value: int) -> None:
        self._row[field] = value


def _row(table: str) -> Callable[..., Any]:
    """What gives the row of a number of the table of this name."""
    if interpreted():
        return lambda f, number: _Plain(f.tables[table][number])
    row, size = Row(table), _KINDS[table].itemsize

    @intrinsic
    def at(typing: Any, f: Any, number: Any) -> Any:
        def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
            begins = builder.inttoptr(_read(builder, args[0], "head", table), ir.IntType(8).as_pointer())
            return builder.gep(begins, [builder.mul(args[1], _WORD(size))])

        return row(f, types.int64), generate

    return at


def _fetch(table: str, line: int = 0) -> Callable[..., Any]:
    """What fetches a row that will soon be asked for into the processor's cache; there need be none."""
    if interpreted():
        return lambda f, number: None
    size, address = _KINDS[table].itemsize, ir.IntType(8).as_pointer()

    @intrinsic
    def fetch(typing: Any, f: Any, number: Any) -> Any:
        def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
            begins = builder.inttoptr(_read(builder, args[0], "head", table), address)
            bit = ir.IntType(32)
            kind = ir.FunctionType(ir.VoidType(), [address, bit, bit, bit])
            prefetch = builder.module.declare_intrinsic("llvm.prefetch", [address], kind)
            row = builder.gep(begins, [builder.add(builder.mul(args[1], _WORD(size)), _WORD(line))])
            builder.call(prefetch, [row, bit(0), bit(3), bit(1)])
            return context.get_dummy_value()

        return types.void(f, types.int64), generate

    return fetch


def _nth() -> Callable[..., Any]:
    """What gives, by the address of the first of a table's rows, the row of a number."""
    if interpreted():
        return lambda first, number: _Plain(first[number])

    @intrinsic
    def at(typing: Any, first: Any, number: Any) -> Any:
        def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
            return builder.gep(args[0], [builder.mul(args[1], _WORD(_KINDS[first.table].itemsize))])

        return first(first, types.int64), generate

    return at


nth = _nth()
party, plan, stop, booking = _row("party"), _row("plan"), _row("stop"), _row("booking")
spot, place = _row("spot"), _row("place")
zone, counter, member, idle = _row("zone"), _row("counter"), _row("member"), _row("idle")
call, session, meeting, side, pool = (
    _row("call"),
    _row("session"),
    _row("meeting"),
    _row("side"),
    _row("pool"),
)
hour, way, hall, change, met = _row("hour"), _row("way"), _row("hall"), _row("change"), _row("met")
session_here, meeting_here = _row("session_here"), _row("meeting_here")
booking_of, call_of = _row("booking_of"), _row("call_of")
booking_mixing, call_mixing = _row("booking_mixing"), _row("call_mixing")
known, event, turn, row, whose = _row("known"), _row("event"), _row("turn"), _row("row"), _row("whose")
later, bucket = _row("later"), _row("bucket")
fetch_party, fetch_stop, fetch_row = _fetch("party"), _fetch("stop"), _fetch("row")
fetch_party_again, fetch_booking = _fetch("party", 64), _fetch("booking")
mixer, due, listed = _row("mixer"), _row("due"), _row("listed")
