"""Tasks on their way to a Dask cluster and back: each is tried a limited number of times.

They are sent to `distributed` itself. joblib's way onto Dask sends nothing where there is one processor here,
and may never return where workers die again and again. Dask gives a task up once so many workers have died
that had it (its `allowed-failures`, 3, and one more). Where it does so with several cells, be they of one or
of several tasks, some only lay beside one that kills, and each is tried once more, alone: a worker that dies
costs what it was at, and a study ends.

Of what is sent the scheduler has little at a time, a few tasks for each thread of the workers. Scenarios go
apart from the tasks, once for all of them, and workers hand them to each other.
"""

from __future__ import annotations

import time
import uuid
from collections import deque
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final, TypeVar

from sim.studies.abroad import OtherProgramError, mark, packed, said
from sim.studies.batch import LONGEST, Batch
from sim.studies.cluster import Cluster, ClusterError, hushed

if TYPE_CHECKING:
    from distributed import Future

__all__ = ["in_cluster"]

_T = TypeVar("_T")

_ALONE_SECONDS: Final = 30.0  # in which workers come or come back: one that is started anew takes some 3 s
_LOOK_SECONDS: Final = 1.0  # until it is looked again how many workers there are
_EACH: Final = 4  # tasks for each thread: one that is run, and what keeps it busy while news travels
_MOST_KILLED: Final = 8  # tasks one after the other that kill their workers: no other would fare better


def in_cluster(
    cluster: Cluster,
    work: Callable[..., _T],
    given: Callable[[int], tuple[Any, ...]],
    parcel: Callable[[int], tuple[Hashable, tuple[Any, ...]]],
    numbers: Collection[int],
    *,
    died: Callable[[int, str], _T],
    named: Callable[[int], str],
    here: Iterable[_T] = (),
) -> Iterator[_T]:
    """What cells come to, as they are done; short ones go several in a task.

    Args:
        cluster: on which they are run.
        work: a function of a module that raises nothing.
        given: what the function is given for the cell of a number.
        parcel: what it is given besides, and a key: cells of the same key are given the same.
        numbers: of the cells.
        died: what stands for a cell that killed its workers, of its number and the reason.
        named: what it is called, for people.
        here: what this process comes to meanwhile.

    Raises:
        ClusterError: the cluster cannot be reached, or not any longer; it is another program, or has no
            workers, or these keep dying.
    """
    from sim.engine.choosing import changed

    if changed():
        of = "a method of SimPy's engine has been replaced here, of which its workers would not know"
        raise ClusterError(f"{cluster.name}: {of}")
    flow = _Flow(cluster, work, given, parcel)
    suspects: dict[int, str] = {}
    with hushed():
        try:
            flow.send(numbers)
            yield from here
            for number, result, why in flow.come(named):
                if why:
                    suspects[number] = why
                else:
                    yield result
            if len(suspects) == 1:  # what kills is among them
                for number, why in suspects.items():
                    yield died(number, why)
                return
            flow.killed.clear()
            for number in sorted(suspects):
                flow.send([number])
                for _, result, why in flow.come(named):
                    yield died(number, f"{why}, with nothing else to do") if why else result
        finally:
            flow.end()


def _by_value() -> tuple[Callable[..., Any], Callable[[bytes], bytes]]:
    """`sim.studies.abroad.do`, and what only holds a parcel, which the workers hand to each other.

    Functions within a function go by value: a scheduler, which unpacks tasks, need not have this program, and
    a worker that has not can say so. It would end itself over the name of a function that it does not know.
    """

    def do(
        program: str, parcels: list[bytes], calls: list[tuple[int, tuple[Any, ...]]], longest: float
    ) -> Any:
        from sim.studies.abroad import do

        return do(program, parcels, calls, longest)

    def hold(parcel: bytes) -> bytes:
        return parcel

    return do, hold


class _Flow:
    """Cells on their way to a cluster and back; those that it does not need yet wait here."""

    def __init__(
        self,
        cluster: Cluster,
        work: Callable[..., Any],
        given: Callable[[int], tuple[Any, ...]],
        parcel: Callable[[int], tuple[Hashable, tuple[Any, ...]]],
    ) -> None:
        from distributed import as_completed

        self.name = cluster.name
        self.client = cluster.client()
        self.do, self.hold = _by_value()
        self.work, self.given, self.parcel = work, given, parcel
        self.key = f"exposim-{uuid.uuid4().hex}"
        self.waiting: deque[int] = deque()
        self.sent: dict[Future[Any], tuple[int, ...]] = {}
        self.batch = Batch()
        self.parcels: dict[Hashable, Future[bytes]] = {}
        self.done = as_completed(loop=self.client.loop, with_results=True)
        self.times = 0
        self.killed: list[int] = []
        """Cells that, each by itself, killed their workers, one after the other, since one last came back."""
        self.seen = time.monotonic()  # when there last were workers
        self.looked = -_LOOK_SECONDS
        self.threads = 0
        self.gone = False  # whether some task was lost with its scheduler

    def send(self, numbers: Iterable[int]) -> None:
        """Send these, as far as the cluster needs them now."""
        self.waiting.extend(numbers)
        self._look()
        self._fill()

    def come(self, named: Callable[[int], str]) -> Iterator[tuple[int, Any, str]]:
        """Each cell's number, with what it came to, or else with why it did not.

        What has come back is told, whatever became of the cluster meanwhile; only then is that.
        """
        from distributed import KilledWorker

        while self.sent or self.waiting:
            for numbers, status, outcome in self._taken():
                if status == "finished":
                    self.killed.clear()
                    yield from self._back(numbers, *outcome)
                    continue
                if status != "error":
                    self.gone = True
                    continue
                error = outcome[1]
                if not isinstance(error, KilledWorker):
                    raise self._error(error)
                self.batch.killed()
                if len(numbers) == 1:
                    self.killed += numbers
                if len(self.killed) >= _MOST_KILLED:
                    raise ClusterError(
                        f"{self.name}: its workers keep dying: {self._last(error)}; one after the other "
                        f"these killed all that had them: {', '.join(map(named, self.killed))}"
                    )
                for number in numbers:
                    yield number, None, self._last(error)
        if self.gone:
            raise self._lost()

    def _taken(self) -> list[tuple[tuple[int, ...], str, Any]]:
        """What has come back: of each task its cells, how it ended and what it came to; the finished first.

        The scheduler is told at once that it may forget them. Of a worker that dies before it has, Dask runs
        again what that worker held: then a task is run twice, and taken once.
        """
        taken: list[tuple[tuple[int, ...], str, Any]] = []
        for future, outcome in self._next():
            taken.append((self.sent.pop(future), str(future.status), outcome))
            future.release()
        return sorted(taken, key=lambda each: each[1] != "finished")

    def _back(
        self, numbers: tuple[int, ...], results: list[Any], seconds: float
    ) -> Iterator[tuple[int, Any, str]]:
        """The cells of a task that took so long; those that it did not take up wait again."""
        self.batch.took(len(results), seconds)
        self.waiting.extendleft(reversed(numbers[len(results) :]))
        for number, result in zip(numbers, results, strict=False):
            yield number, result, ""

    def _next(self) -> list[tuple[Future[Any], Any]]:
        """What has come back, after a while of waiting; meanwhile there is always enough to do."""
        while True:
            batch: list[tuple[Future[Any], Any]] = self.done.next_batch(block=False)
            try:
                if self.gone or self.client.status != "running":
                    raise self._lost()
                self._look()
                self._fill(len(batch))
            except ClusterError:
                if not batch:  # else it is so the next time, too
                    raise
            if batch:
                return batch
            with self.done.thread_condition:  # told of each that has come back
                if not self.done.has_ready():
                    self.done.thread_condition.wait(_LOOK_SECONDS)

    def _fill(self, back: int = 0) -> None:
        """Send what waits, until there is enough for each thread; `back` of what was sent is done."""
        enough = max(1, _EACH * self.threads)
        while self.waiting and len(self.sent) - back < enough:
            size = self.batch.size(len(self.waiting), enough)
            numbers = tuple(self.waiting.popleft() for _ in range(size))
            parcels: dict[Hashable, int] = {}
            calls = []
            for number in numbers:
                key = self._parcel(number)
                calls.append((parcels.setdefault(key, len(parcels)), self.given(number)))
            self.times += 1
            with_it = [self.parcels[key] for key in parcels]
            future = self.client.submit(
                self.do, mark(), with_it, calls, LONGEST, key=f"{self.key}-{self.times}"
            )
            self.sent[future] = numbers
            self.done.add(future)

    def _parcel(self, number: int) -> Hashable:
        """The key of what a cell is given besides, which is sent if it was not."""
        key, large = self.parcel(number)
        if key not in self.parcels:
            name = f"{self.key}-parcel-{len(self.parcels)}"
            self.parcels[key] = self.client.submit(self.hold, packed(self.work, large), key=name)
        return key

    def _look(self) -> None:
        """See now and then how many workers there are.

        Raises:
            ClusterError: there have been none for too long.
        """
        now = time.monotonic()
        if now - self.looked < _LOOK_SECONDS:
            return
        try:
            self.threads = sum(self.client.nthreads().values())
        except (OSError, TimeoutError):
            raise self._lost() from None
        self.looked = now
        if self.threads:
            self.seen = now
        elif now - self.seen > _ALONE_SECONDS:
            raise ClusterError(
                f"{self.name}: it has had no workers for {_ALONE_SECONDS:.0f} s; on each machine: "
                "dask worker ADDRESS --nworkers -1 --nthreads 1"
            )

    def _lost(self) -> ClusterError:
        return ClusterError(
            f"{self.name}: the connection with its scheduler was lost, and what was under way"
        )

    def _error(self, error: BaseException) -> ClusterError:
        """Why a task could not be run at all: tasks themselves raise nothing."""
        if isinstance(error, OtherProgramError):
            return ClusterError(
                f"{self.name}: a worker runs {error}, and this is {said()}; both have to be the same"
            )
        reason = " ".join(f"{type(error).__name__}: {error}".split())[:300]
        return ClusterError(
            f"{self.name}: it cannot run this program, {said()}, which its workers need: {reason}"
        )

    def _last(self, error: Any) -> str:
        """How often a task was tried, and where last, of a KilledWorker."""
        _, last, allowed = error.args
        died = f"the {allowed + 1} workers that had it" if allowed else "the worker that had it"
        return f"{died} died, the last at {getattr(last, 'address', last)}"

    def end(self) -> None:
        """Have nothing more of it; what a worker is at it does to its end."""
        left = [*self.sent, *self.parcels.values()]
        if self.client.status == "running" and self.sent:
            with suppress(Exception):  # a cluster that is gone needs to be told nothing
                self.client.cancel(left)
        self.done.clear()
        self.sent.clear()
        self.parcels.clear()
