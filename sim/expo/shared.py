"""What of a build another one may take over: the results of its steps, each with all that the step read.

A step is a function under `@step`. While a `Shared` is at work, what is given to it is watched: each value
that it reads, of the scenario or of an earlier step's result, is noted beside its own result. A later build
in which all of these are the same takes that result over. So nobody declares what a step depends on, and a
rule that reads a new field cannot be forgotten. (These are the verifying traces with early cutoff of
Mokhov, Mitchell and Peyton Jones, "Build systems à la carte", ICFP 2018: a step done again that comes to the
same gives the same object, and what follows from it is not done again.)

Without a `Shared`, a step is a call of its function and nothing else.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, fields, is_dataclass, replace
from datetime import date, time
from enum import Enum
from functools import cache, wraps
from pathlib import PurePath
from typing import Any, Final, ParamSpec, TypeVar

import numpy as np

from sim.scenario.schema.fields import FrozenDict, Section
from sim.streams import Streams

__all__ = ["Adding", "Changing", "Shared", "step", "unprotected"]

P = ParamSpec("P")
R = TypeVar("R")

_PLAIN: Final = (str, int, float, bytes, type(None), Enum, np.generic, frozenset, date, time, PurePath)
_COMMON: Final = frozenset((str, int, float, bool, type(None)))
_Trace = dict[Any, Any]  # what was read below a thing: by attribute or key, a `_Trace` or a `_Value`


class Changing:
    """A thing that steps change. What it holds is a value: no array or record in it changes in place."""

    def held(self) -> dict[str, Any]:
        """All that it holds, as it will stay."""
        return {name: _fixed(value) for name, value in vars(self).items()}

    def hold_again(self, held: dict[str, Any]) -> None:
        """Be as it was when it held this."""
        vars(self).clear()
        for name, value in held.items():  # lists and dicts of its own: it goes on changing them
            vars(self)[name] = (
                value.copy()
                if isinstance(value, (list, dict)) and not isinstance(value, FrozenDict)
                else value
            )


class Adding:
    """A thing that steps only add to, and never read."""

    def fresh(self) -> Adding:
        """Another one, empty."""
        return type(self)()

    def add_all(self, other: Any) -> None:
        """Add what was added to another."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class _Value:
    """A value that a step read."""

    value: Any


@dataclass(frozen=True, slots=True, eq=False)
class _Record:
    """A step done: what it read, what it gave, and what became of the things that it changes."""

    read: _Trace
    before: tuple[dict[str, Any], ...]
    result: Any
    after: tuple[dict[str, Any], ...]
    added: tuple[Adding, ...]


@dataclass
class Shared:
    """What the builds of one process share, for one of its threads at a time.

    Give the same one to `sim.build` or `sim.run` for all variants of a scenario, replication by replication:
    the same bytes come out, in less time. A policy of one's own has to be a function of its problem alone.

    Memory: what of each step the last `variants` builds came to, of whatever scenario and replication.
    """

    variants: int = 2
    """Of how many builds each step's results are kept: the latest that differ."""
    taken: Counter[str] = field(default_factory=Counter)
    """Steps taken over, by name."""
    done: Counter[str] = field(default_factory=Counter)
    """Steps that had to be done, by name."""
    _records: dict[tuple[str, tuple[str | int, ...]], list[_Record]] = field(default_factory=dict, repr=False)
    _known: object = field(default=None, repr=False)

    @contextmanager
    def building(self, known: object) -> Iterator[None]:
        """Steps inside take over what they can.

        `known`: what steps may use without being given it, the policies that there are. If it is not what
        it was, nothing of before is taken over.
        """
        if known != self._known:
            self._records.clear()
            self._known = known
        at_work, seen = _AT_WORK.set(self), _SEEN.set({})
        try:
            yield
        finally:
            _AT_WORK.reset(at_work)
            _SEEN.reset(seen)

    def step(self, function: Callable[..., Any], given: tuple[Any, ...], named: dict[str, Any]) -> Any:
        """What the function gives, done now or earlier."""
        name = f"{function.__module__.removeprefix('sim.expo.')}.{function.__qualname__}"
        arguments = dict(enumerate(given)) | named
        changing = [each for each in arguments.values() if isinstance(each, Changing)]
        adding = [each for each in arguments.values() if isinstance(each, Adding)]
        before = tuple(each.held() for each in changing)
        which = tuple(value for value in arguments.values() if isinstance(value, (str, int)))
        records = self._records.setdefault((name, which), [])
        for record in records:
            if _same(record.before, before) and _unchanged(record.read, arguments):
                self.taken[name] += 1
                for each, held in zip(changing, record.after, strict=True):
                    each.hold_again(held)
                for one, added in zip(adding, record.added, strict=True):
                    one.add_all(added)
                if records[0] is not record:
                    records.remove(record)
                    records.insert(0, record)
                return record.result
        self.done[name] += 1
        function = getattr(function, "__wrapped__", function)  # of one with a memory of its own, without that
        read: _Trace = {}
        apart = tuple(each.fresh() for each in adding)
        instead = {id(one): other for one, other in zip(adding, apart, strict=True)}
        watched = {
            key: value
            if isinstance(value, Changing)
            else instead[id(value)]
            if isinstance(value, Adding)
            else _noted(read, key, value)
            for key, value in arguments.items()
        }
        positional = [watched[i] for i in range(len(given))]
        result = _fixed(function(*positional, **{key: watched[key] for key in named}), alone=False)
        after = tuple(each.held() for each in changing)
        for one, added in zip(adding, apart, strict=True):
            one.add_all(added)
        for record in records:  # it came to the same: so be it the same, for those who compare
            if _same(record.result, result) and _same(record.after, after):
                result, after = record.result, record.after
                break
        for each, held in zip(changing, after, strict=True):
            each.hold_again(held)
        records.insert(0, _Record(read, before, result, after, apart))
        del records[self.variants :]
        return result


def unprotected(record: Any) -> Any:
    """A record with its own arrays where they are protected: compiled engines take these for another type."""
    made = {}
    for each in fields(record):
        value = getattr(record, each.name)
        if isinstance(value, np.ndarray) and not value.flags.writeable:
            made[each.name] = value.copy()
        elif is_dataclass(value):
            made[each.name] = unprotected(value)
    return replace(record, **made)


_AT_WORK: ContextVar[Shared | None] = ContextVar("_AT_WORK", default=None)
_SEEN: ContextVar[dict[int, Any]] = ContextVar("_SEEN")  # records that are as they will stay, by id


def step(function: Callable[P, R]) -> Callable[P, R]:
    """A step of the build: what it gives depends on what it is given alone, and is not changed afterwards.

    It may be given records (frozen dataclasses), arrays, plain values, streams, things that are `Changing`
    or `Adding`, and tuples and lists of these; and give back the same, but for streams and things.
    """

    @wraps(function)
    def done(*given: P.args, **named: P.kwargs) -> R:
        shared = _AT_WORK.get()
        if shared is None:
            return function(*given, **named)
        result: R = shared.step(function, given, named)
        return result

    return done


class _Sign(Enum):
    """Keys of a `_Trace` that are no names of attributes or keys of mappings."""

    KIND = "the type"
    KEYS = "all keys of a mapping, in order"
    ALL = "the whole thing"


def _noted(trace: _Trace, key: Any, value: Any) -> Any:
    """A value that is read under a key: itself, once it is noted; or what notes what is read of it."""
    kind = _kind_of(value)
    if kind is None:
        value = _raw(value)
        if key not in trace:
            trace[key] = _Value(_fixed(value))
        return value
    return _watching(kind, value, trace.setdefault(key, {_Sign.KIND: kind}))


def _watching(kind: type, value: Any, trace: _Trace) -> Any:
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
            return _noted(trace, name, value)
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
    _watch: tuple[Any, _Trace]

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
        return _noted(trace, key, source[key])

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


def _unchanged(trace: _Trace, arguments: dict[Any, Any]) -> bool:
    """Whether all that was read is as it was."""
    return trace.keys() <= arguments.keys() and all(
        _as_read(noted, arguments[key]) for key, noted in trace.items()
    )


def _as_read(noted: Any, value: Any) -> bool:
    if isinstance(noted, _Value):
        return _same(noted.value, _raw(value))
    if noted[_Sign.KIND] is not _kind_of(value):
        return False
    if _Sign.ALL in noted:
        return _same(noted[_Sign.ALL], _raw(value))
    if isinstance(value, dict):
        if _Sign.KEYS in noted and noted[_Sign.KEYS] != tuple(value):
            return False
        return all(_as_read(each, value[key]) for key, each in noted.items() if not isinstance(key, _Sign))
    return all(
        _as_read(each, getattr(value, name)) for name, each in noted.items() if not isinstance(name, _Sign)
    )


def _same(one: Any, other: Any) -> bool:
    """Whether two values are the same, arrays and numbers to the last bit."""
    if one is other:
        return True
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_same, one, other))
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
        return len(one) == len(other) and all(map(_same, one, other))
    if isinstance(one, dict):
        return list(one) == list(other) and all(_same(one[key], other[key]) for key in one)
    if isinstance(one, Streams):
        return (one.seed, one.replication) == (other.seed, other.replication)
    if is_dataclass(one):
        return all(_same(getattr(one, each.name), getattr(other, each.name)) for each in fields(one))
    if isinstance(one, float):
        return repr(one) == repr(other)
    return bool(one == other)


def _fixed(value: Any, *, alone: bool = True) -> Any:
    """The value as it will stay: not watched, its arrays protected.

    Lists and dicts are copied if it is kept `alone`; in what others see too, dicts are frozen. Raises
    TypeError for what could change unseen.
    """
    value = _raw(value)
    if isinstance(value, tuple) and _all_plain(value):
        return value
    if isinstance(value, np.ndarray):
        value.flags.writeable = False
    elif isinstance(value, tuple):
        parts = [_fixed(each, alone=alone) for each in value]
        if any(part is not each for part, each in zip(parts, value, strict=True)):
            return tuple(parts)
    elif isinstance(value, (*_PLAIN, Section, FrozenDict, Streams)):
        pass
    elif isinstance(value, list) and alone:
        return [_fixed(each) for each in value]
    elif isinstance(value, dict):
        made = {key: _fixed(each, alone=alone) for key, each in value.items()}
        return made if alone else FrozenDict(made)
    elif _kind_of(value) is not None:
        seen = _SEEN.get()
        if id(value) in seen:
            return value
        seen[id(value)] = value  # held, so that nothing else comes to be where it is
        for each in fields(value):
            part = getattr(value, each.name)
            if (fixed := _fixed(part, alone=alone)) is not part:
                object.__setattr__(value, each.name, fixed)
    else:
        raise TypeError(
            f"{type(value).__module__}.{type(value).__qualname__} cannot be shared between variants"
        )
    return value
