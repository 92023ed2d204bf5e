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
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, fields, is_dataclass, replace
from functools import wraps
from typing import Any, ParamSpec, TypeVar

import numpy as np

from sim.expo.watched import Trace, fixed, noted, once, same, unchanged
from sim.parts import by, in_turn
from sim.scenario.schema.fields import FrozenDict

__all__ = ["Adding", "Changing", "Shared", "sharing", "step", "unprotected"]

P = ParamSpec("P")
R = TypeVar("R")


class Changing:
    """A thing that steps change. What it holds is a value: no array or record in it changes in place."""

    def held(self) -> dict[str, Any]:
        """All that it holds, as it will stay."""
        return {name: fixed(value) for name, value in vars(self).items()}

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


@dataclass(frozen=True, slots=True, eq=False)
class _Record:
    """A step done: what it read, what it gave, and what became of the things that it changes."""

    read: Trace
    before: tuple[dict[str, Any], ...]
    result: Any
    after: tuple[dict[str, Any], ...]
    added: tuple[Adding, ...]


@dataclass
class Shared:
    """What the builds of one process share, for one of its threads at a time.

    Give the same one to `sim.build` or `sim.run` for all variants of a scenario, replication by replication:
    the same bytes come out, in less time. A policy of one's own has to be a function of its problem alone.

    Memory: what of each step the last `variants` builds came to, of whatever scenario and replication; and
    the last result of `sim.run`.
    """

    variants: int = 2
    """Of how many builds each step's results are kept: the latest that differ."""
    taken: Counter[str] = field(default_factory=Counter)
    """Steps taken over, by name."""
    done: Counter[str] = field(default_factory=Counter)
    """Steps that had to be done, by name."""
    last: Any = field(default=None, repr=False)
    """The run that the next one may take over from (`sim.played`)."""
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
        at_work = _AT_WORK.set(self)
        try:
            with once(), by(in_turn):  # what is read elsewhere would not be noted
                yield
        finally:
            _AT_WORK.reset(at_work)

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
            if same(record.before, before) and unchanged(record.read, arguments):
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
        read: Trace = {}
        apart = tuple(each.fresh() for each in adding)
        instead = {id(one): other for one, other in zip(adding, apart, strict=True)}
        watched = {
            key: value
            if isinstance(value, Changing)
            else instead[id(value)]
            if isinstance(value, Adding)
            else noted(read, key, value)
            for key, value in arguments.items()
        }
        positional = [watched[i] for i in range(len(given))]
        result = fixed(function(*positional, **{key: watched[key] for key in named}), alone=False)
        after = tuple(each.held() for each in changing)
        for one, added in zip(adding, apart, strict=True):
            one.add_all(added)
        for record in records:  # it came to the same: so be it the same, for those who compare
            if same(record.result, result) and same(record.after, after):
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


def sharing() -> bool:
    """Whether steps are taken over: then many steps are better than few."""
    return _AT_WORK.get() is not None


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
