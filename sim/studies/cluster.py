"""A Dask cluster on which a study runs: tasks are sent to it, and each is tried a limited number of times.

They are sent to `distributed` itself. joblib's way onto Dask sends nothing where there is one processor here,
and may never return where workers die again and again. Dask gives a task up once so many workers have died
that had it (its `allowed-failures`, 3, and one more). Where it does so with several, some only lay beside one
that kills, and each is tried once more, alone: a worker that dies costs what it was at, and a study ends.

Of what is sent the scheduler has little at a time, a few tasks for each thread of the workers. Scenarios go
apart from the tasks, once for all of them, and workers hand them to each other.
"""

from __future__ import annotations

import logging
import os
import sys
import time
import uuid
import weakref
from collections import deque
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Final, TypeAlias, TypeVar

from sim.studies.abroad import OtherProgramError, mark, packed, said
from sim.studies.cell import StudyError
from sim.studies.knocking import address_in, is_address, knock

if TYPE_CHECKING:
    from distributed import Client, Future

__all__ = ["Cluster", "ClusterError", "Workers", "cluster_of", "in_cluster", "need_cluster"]

_T = TypeVar("_T")
Workers: TypeAlias = "int | str | os.PathLike[str] | Client"
"""So many processes; or a cluster: the address of its scheduler, the file that this has written, a client."""

_ANSWER_SECONDS: Final = 5.0  # in which a scheduler answers
_ALONE_SECONDS: Final = 30.0  # in which workers come or come back: one that is started anew takes some 3 s
_LOOK_SECONDS: Final = 1.0  # until it is looked again how many workers there are
_NAP_SECONDS: Final = 0.005
_EACH: Final = 4  # tasks for each thread: one that is run, and what keeps it busy while news travels
_MOST_KILLED: Final = 8  # tasks one after the other that kill their workers: no other would fare better
_LOUD: Final = ("distributed.client", "distributed.core", "distributed.comm", "distributed.utils_comm")


class ClusterError(StudyError):
    """A cluster on which the study cannot be run, or not any longer; one line that says which and why."""


class Cluster:
    """The cluster of an address, of a file that its scheduler has written, or of a client of the user's."""

    def __init__(self, where: str | os.PathLike[str] | Client) -> None:
        """Nothing is asked of it yet.

        Raises:
            ValueError: this is no address and no file, or `distributed` is not installed.
        """
        need_cluster()
        self._client: Client | None = None
        self._file = False
        if isinstance(where, (str, os.PathLike)):
            self.name = os.fspath(where).rstrip("/")
            self._file = self.name.endswith(".json") and os.path.isfile(self.name)
            self._given: Client | None = None
            if address_in(self.name) is None if self._file else not is_address(self.name):
                raise ValueError(
                    f"found {os.fspath(where)!r}; allowed: the address of a Dask scheduler, tcp://HOST:PORT, "
                    "or the .json file that it has written (dask scheduler --scheduler-file)"
                )
        else:
            self._given = where
            self.name = str(where.scheduler.address) if where.scheduler is not None else "the cluster"

    def client(self) -> Client:
        """Connected with its scheduler.

        Raises:
            ClusterError: nothing that is one answers there.
        """
        if self._given is not None:
            if self._given.status != "running":
                raise ClusterError(f"{self.name}: the client is not connected: it is {self._given.status}")
            return self._given
        if self._client is None or self._client.status != "running":
            self.close()
            self._client = self._connected()
            weakref.finalize(self, _close, self._client)
        return self._client

    def _connected(self) -> Client:
        from distributed import Client

        where = (self._file and address_in(self.name)) or self.name
        with _hushed():
            try:
                knock(where, _ANSWER_SECONDS)
                return Client(where, timeout=_ANSWER_SECONDS, set_as_default=False, name="exposim")
            except Exception as error:  # whatever it was that answered
                reason = " ".join(str(error).split()) or type(error).__name__
                raise ClusterError(f"{self.name}: no Dask scheduler answers there: {reason[:200]}") from None

    def threads(self) -> int:
        """How many tasks it runs at once, with the workers that it has now."""
        return sum(self.client().nthreads().values())

    def close(self) -> None:
        """Leave it, if it was joined here; it is joined again when it is needed."""
        if self._client is not None:
            _close(self._client)
            self._client = None


def cluster_of(workers: Workers | None) -> Cluster | None:
    """The cluster that somebody means by `workers`; None if it is a number of processes here.

    With None it is the one that joblib was told to take, by `joblib.parallel_config(backend="dask")`.

    Raises:
        ValueError: a text is no address, or `distributed` is not installed.
    """
    if workers is None:
        client = _of_joblib()
        return None if client is None else Cluster(client)
    if isinstance(workers, (str, os.PathLike)):
        return Cluster(workers)
    dask: Any = sys.modules.get("distributed")  # else nobody has a client
    return Cluster(workers) if dask is not None and isinstance(workers, dask.Client) else None


def need_cluster() -> None:
    """Raise ValueError if what a cluster needs is not installed."""
    if find_spec("distributed") is None:
        raise ValueError("a cluster needs the package distributed: pip install 'exposim[cluster]'")


def _of_joblib() -> Client | None:
    dask: Any = sys.modules.get("joblib._dask")
    if dask is None:  # else nobody has chosen it
        return None
    from joblib.parallel import get_active_backend

    chosen, _ = get_active_backend()
    return chosen.client if isinstance(chosen, dask.DaskDistributedBackend) else None


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
    """What tasks come to, as they are done.

    Args:
        cluster: on which they are run.
        work: a function of a module that raises nothing.
        given: what the function is given for the task of a number.
        parcel: what it is given besides, and a key: tasks of the same key are given the same.
        numbers: of the tasks.
        died: what stands for a task that killed its workers, of its number and the reason.
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
    with _hushed():
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

    def do(program: str, parcel: bytes, small: tuple[Any, ...]) -> Any:
        from sim.studies.abroad import do

        return do(program, parcel, small)

    def hold(parcel: bytes) -> bytes:
        return parcel

    return do, hold


class _Flow:
    """Tasks on their way to a cluster and back; those that it does not need yet wait here."""

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
        self.sent: dict[Future[Any], int] = {}
        self.parcels: dict[Hashable, Future[bytes]] = {}
        self.done = as_completed(loop=self.client.loop, with_results=True)
        self.times = 0
        self.killed: list[int] = []
        """Tasks that killed their workers, one after the other, since one last came back."""
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
        """Each task's number, with what it came to, or else with why it did not.

        What has come back is told, whatever became of the cluster meanwhile; only then is that.
        """
        from distributed import KilledWorker

        while self.sent or self.waiting:
            batch = self._next()
            for future, outcome in sorted(batch, key=lambda each: each[0].status != "finished"):
                number = self.sent.pop(future)
                if future.status == "finished":
                    self.killed.clear()
                    yield number, outcome, ""
                    continue
                if future.status != "error":
                    self.gone = True
                    continue
                error = outcome[1]
                if not isinstance(error, KilledWorker):
                    raise self._error(error)
                self.killed.append(number)
                if len(self.killed) >= _MOST_KILLED:
                    raise ClusterError(
                        f"{self.name}: its workers keep dying: {self._last(error)}; one after the other "
                        f"these killed all that had them: {', '.join(map(named, self.killed))}"
                    )
                yield number, None, self._last(error)
        if self.gone:
            raise self._lost()

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
            time.sleep(_NAP_SECONDS)

    def _fill(self, back: int = 0) -> None:
        """Send what waits, until there is enough for each thread; `back` of what was sent is done."""
        while self.waiting and len(self.sent) - back < max(1, _EACH * self.threads):
            number = self.waiting.popleft()
            key, large = self.parcel(number)
            if key not in self.parcels:
                bytes_of = packed(self.work, large)
                name = f"{self.key}-parcel-{len(self.parcels)}"
                self.parcels[key] = self.client.submit(self.hold, bytes_of, key=name)
            self.times += 1
            future = self.client.submit(
                self.do, mark(), self.parcels[key], self.given(number), key=f"{self.key}-{self.times}"
            )
            self.sent[future] = number
            self.done.add(future)

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


def _close(client: Client) -> None:
    with _hushed(), suppress(Exception):
        client.close(timeout=_ANSWER_SECONDS)


@contextmanager
def _hushed() -> Iterator[None]:
    """Within, Dask does not log what is told here anyway, in a line."""
    before: Mapping[str, int] = {name: logging.getLogger(name).level for name in _LOUD}
    for name in _LOUD:
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        for name, level in before.items():
            logging.getLogger(name).setLevel(level)
