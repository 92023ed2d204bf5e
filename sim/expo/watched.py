"""What is read of a value is noted: so it can be asked later whether all that was read is as it was.

A record, a section of a scenario or a mapping is watched in parts, each of which is a value or watched again;
anything else is a value, and read whole.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, fields, is_dataclass
from datetime import date, time
from enum import Enum
from functools import cache
from pathlib import PurePath
from typing import Any, Final

import numpy as np

from sim.scenario.schema.fields import FrozenDict, Section
from sim.streams import Streams

__all__ = ["Trace", "fixed", "noted", "once", "same", "unchanged"]

_PLAIN: Final = (str, int, float, bytes, type(None), Enum, np.generic, frozenset, date, time, PurePath)
_COMMON: Final = frozenset((str, int, float, bool, type(None)))

Trace = dict[Any, Any]
"""What was read below a thing: by attribute or key, a `Trace` or a value."""

_SEEN: ContextVar[dict[int, Any]] = ContextVar("_SEEN")  # records that are as they will stay, by id


@dataclass(frozen=True, slots=True)
class _Value:
    """A value that a step read."""

    value: Any


@contextmanager
def once() -> Iterator[None]:
    """Inside, a record that is `fixed` once is not looked through again."""
    seen = _SEEN.set({})
    try:
        yield
    finally:
        _SEEN.reset(seen)


class _Sign(Enum):
    """Keys of a `Trace` that are no names of attributes or keys of mappings."""

    KIND = "the type"
    KEYS = "all keys of a mapping, in order"
    ALL = "the whole thing"


def noted(trace: Trace, key: Any, value: Any) -> Any:
    """A value that is read under a key: itself, once it is noted; or what notes what is read of it."""
    kind = _kind_of(value)
    if kind is None:
        value = _raw(value)
        if key not in trace:
            trace[key] = _Value(fixed(value))
        return value
    return _watching(kind, value, trace.setdefault(key, {_Sign.KIND: kind}))


def _watching(kind: type, value: Any, trace: Trace) -> Any:
    watcher = _watcher(kind)
    watching = watcher.__new__(watcher)
    object.__setattr__(watching, "_watch", (value, trace))
    return watching


def _kind_of(value: Any) -> Any:
    """Of which type's parts that are read are noted, for a value whose parts are; None for another."""
    of: Any = type(value)
    return _kind(of)


@cache
def _kind(of: Any) -> Any:
    """The type of a thing of which each part that is read is noted, be it watched already; else None."""
    if issubclass(of, _WatchedDict):
        return FrozenDict
    if "_watch" in vars(of):
        return of.__mro__[1]
    if issubclass(of, (Section, FrozenDict)):
        return of
    declared = vars(of).get("__dataclass_params__")
    return of if declared is not None and declared.frozen else None


# what of a section is looked at by whoever looks at all of it
_WHOLE: Final = (
    "__dict__",
    *(name for name in Section.__slots__ if name.startswith("__pydantic")),
    "__pydantic_serializer__",
)


@cache
def _watcher(kind: Any) -> Any:
    """The class of things that are of a kind, and note what is read of them."""
    if kind is FrozenDict:
        return _WatchedDict
    section = issubclass(kind, Section)
    names = frozenset(kind.model_fields) if section else frozenset(each.name for each in fields(kind))
    ours = {*names, *_WHOLE} if section else {*names, "__dict__", "__class__"}

    def read(self: Any, name: str) -> Any:
        if name not in ours:
            return object.__getattribute__(self, name)
        try:
            source, trace = object.__getattribute__(self, "_watch")
        except AttributeError:  # a copy of one
            return object.__getattribute__(self, name)
        if name in names:
            value = getattr(source, name)
            there = trace.get(name)
            if type(there) is _Value:
                return value
            return noted(trace, name, value)
        return kind if name == "__class__" else getattr(_raw(self), name)

    body = {
        "__slots__": ("_watch",),
        "__getattribute__": read,
        "__doc__": kind.__doc__,
        "__module__": kind.__module__,
    }
    made = type.__new__(type(kind), kind.__name__, (kind,), body)  # pydantic need not learn it anew
    type.__delattr__(made, "__slots__")  # a record's are its columns
    return made


class _WatchedDict(FrozenDict):
    """A mapping that notes which values are read, and always its keys."""

    __slots__ = ("_watch",)
    _watch: tuple[Any, Trace]

    def __iter__(self) -> Iterator[Any]:
        source, trace = self._watch
        return iter(trace.setdefault(_Sign.KEYS, tuple(source)))

    def __len__(self) -> int:
        return len(tuple(iter(self)))

    def __contains__(self, key: object) -> bool:
        return key in tuple(iter(self))

    def __getitem__(self, key: Any) -> Any:
        if key not in self:
            raise KeyError(key)
        source, trace = self._watch
        return noted(trace, key, source[key])

    def get(self, key: Any, default: Any = None) -> Any:
        return self[key] if key in tuple(self) else default

    def keys(self) -> Any:
        return dict.fromkeys(self).keys()

    def values(self) -> Any:
        return [self[key] for key in self]

    def items(self) -> Any:
        return [(key, self[key]) for key in self]

    def copy(self) -> dict[Any, Any]:
        return dict(self.items())

    def __eq__(self, other: object) -> bool:
        return self.copy() == (other.copy() if isinstance(other, _WatchedDict) else other)

    def __or__(self, other: Any) -> Any:
        return self.copy() | other

    def __ror__(self, other: Any) -> Any:
        return other | self.copy()

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return repr(self.copy())

    def __reduce__(self) -> Any:
        return FrozenDict, (self.copy(),)


def _raw(value: Any) -> Any:
    """A thing itself; it is noted of one that is watched that the whole of it was read."""
    if isinstance(value, (tuple, list)):
        if _all_plain(value):
            return value
        parts = [_raw(each) for each in value]
        if all(part is each for part, each in zip(parts, value, strict=True)):
            return value
        return parts if isinstance(value, list) else tuple(parts)
    if type(value) is _kind_of(value) or _kind_of(value) is None:
        return value
    try:
        source, trace = object.__getattribute__(value, "_watch")
    except AttributeError:
        return value
    raw = _raw(source)
    trace[_Sign.ALL] = raw
    return raw


def _all_plain(many: Collection[Any]) -> bool:
    """Whether all of these are of the commonest types: they are many, and often looked at."""
    return set(map(type, many)) <= _COMMON


def unchanged(trace: Trace, arguments: dict[Any, Any]) -> bool:
    """Whether all that was read is as it was."""
    return trace.keys() <= arguments.keys() and all(
        _as_read(read, arguments[key]) for key, read in trace.items()
    )


def _as_read(read: Any, value: Any) -> bool:
    if isinstance(read, _Value):
        return same(read.value, _raw(value))
    if read[_Sign.KIND] is not _kind_of(value):
        return False
    if _Sign.ALL in read:
        return same(read[_Sign.ALL], _raw(value))
    if isinstance(value, dict):
        if _Sign.KEYS in read and read[_Sign.KEYS] != tuple(value):
            return False
        return all(_as_read(each, value[key]) for key, each in read.items() if not isinstance(key, _Sign))
    return all(
        _as_read(each, getattr(value, name)) for name, each in read.items() if not isinstance(name, _Sign)
    )


def same(one: Any, other: Any) -> bool:
    """Whether two values are the same, arrays and numbers to the last bit."""
    if one is other:
        return True
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same, one, other))
    if type(one) is not type(other):
        return False
    if isinstance(one, np.ndarray):
        if one.dtype != other.dtype or one.shape != other.shape:
            return False
        if one.dtype == object:
            return bool(one.tolist() == other.tolist())
        a, b = (np.ascontiguousarray(each).reshape(-1).view(np.uint8) for each in (one, other))
        return np.array_equal(a, b)
    if isinstance(one, tuple):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, dict):
        return list(one) == list(other) and all(same(one[key], other[key]) for key in one)
    if isinstance(one, Streams):
        return (one.seed, one.replication) == (other.seed, other.replication)
    if is_dataclass(one):
        return all(same(getattr(one, each.name), getattr(other, each.name)) for each in fields(one))
    if isinstance(one, float):
        return repr(one) == repr(other)
    return bool(one == other)


def fixed(value: Any, *, alone: bool = True) -> Any:
    """The value as it will stay: not watched, its arrays protected. To be asked inside `once`.

    Lists and dicts are copied if it is kept `alone`; in what others see too, dicts are frozen. Raises
    TypeError for what could change unseen.
    """
    value = _raw(value)
    if isinstance(value, tuple) and _all_plain(value):
        return value
    if isinstance(value, np.ndarray):
        value.flags.writeable = False
    elif isinstance(value, tuple):
        parts = [fixed(each, alone=alone) for each in value]
        if any(part is not each for part, each in zip(parts, value, strict=True)):
            return tuple(parts)
    elif isinstance(value, (*_PLAIN, Section, FrozenDict, Streams)):
        pass
    elif isinstance(value, list) and alone:
        return [fixed(each) for each in value]
    elif isinstance(value, dict):
        made = {key: fixed(each, alone=alone) for key, each in value.items()}
        return made if alone else FrozenDict(made)
    elif _kind_of(value) is not None:
        seen = _SEEN.get()
        if id(value) in seen:
            return value
        seen[id(value)] = value  # held, so that nothing else comes to be where it is
        for each in fields(value):
            part = getattr(value, each.name)
            if (stays := fixed(part, alone=alone)) is not part:
                object.__setattr__(value, each.name, stays)
    else:
        raise TypeError(
            f"{type(value).__module__}.{type(value).__qualname__} cannot be shared between variants"
        )
    return value
