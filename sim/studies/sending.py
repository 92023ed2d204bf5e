"""Replications that are sent to workers; a worker that is killed costs the replication it had, no other."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Collection, Generator, Iterable, Iterator
from typing import Any, TypeVar

from sim.studies.forked import in_copies, possible

__all__ = ["in_workers"]

_T = TypeVar("_T")


def in_workers(
    work: Callable[..., _T],
    given: Callable[[int], tuple[Any, ...]],
    numbers: Collection[int],
    workers: int,
    *,
    load: Callable[[], object],
    died: Callable[[int, str], _T],
    here: Iterable[_T] = (),
) -> Iterator[_T]:
    """What replications come to, as they are done.

    Args:
        work: a function of a module, of what is `given` for a number.
        given: all that the function is given for the replication of a number.
        numbers: of the replications.
        workers: how many, at least 2: 1 would be this process.
        load: what all that is run needs; done here, once, where workers are copies of this process.
        died: what stands for a replication whose worker was killed, of its number and the reason.
        here: what this process comes to meanwhile: a copy of it that is to take its place begins after it.
    """
    missing = set(numbers)
    done = _sent(work, given, sorted(missing), workers, load)
    try:
        yield from here
        for number, result in done:
            missing.discard(number)
            yield result
    except RuntimeError:  # a worker was killed, and with it the pool
        pass
    finally:
        with warnings.catch_warnings():  # about results not used: that is what stopping means
            warnings.simplefilter("ignore")
            done.close()
    for number in sorted(missing):  # which of them killed it shows when each is alone
        try:
            for _, result in _sent(work, given, [number], 2, load):
                yield result
        except RuntimeError as error:
            yield died(number, f"its worker process died: {type(error).__name__}: {error}")


def _sent(
    work: Callable[..., _T],
    given: Callable[[int], tuple[Any, ...]],
    numbers: list[int],
    workers: int,
    load: Callable[[], object],
) -> Generator[tuple[int, _T]]:
    """Send replications to workers; each comes back with its number, in the order in which they are done."""
    if possible():
        load()
        return in_copies(lambda number: _numbered(number, work, *given(number)), numbers, workers, late=1)
    from joblib import Parallel, delayed

    from sim.studies.pool import backend, starting

    task = delayed(_numbered)
    pool = Parallel(n_jobs=workers, backend=backend(), return_as="generator_unordered", batch_size=1)
    with starting():
        done: Generator[tuple[int, _T]] = pool(task(number, work, *given(number)) for number in numbers)
    return done


def _numbered(number: int, work: Callable[..., _T], *given: Any) -> tuple[int, _T]:
    return number, work(*given)
