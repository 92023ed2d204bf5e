"""A Dask cluster on which a study runs: which one somebody means, and how it is reached."""

from __future__ import annotations

import logging
import os
import sys
import weakref
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from sim.studies.cell import StudyError
from sim.studies.knocking import address_in, is_address, knock

if TYPE_CHECKING:
    from distributed import Client

__all__ = ["Cluster", "ClusterError", "Workers", "cluster_of", "hushed", "need_cluster"]

Workers: TypeAlias = "int | str | os.PathLike[str] | Client"
"""So many processes; or a cluster: the address of its scheduler, the file that this has written, a client."""

_ANSWER_SECONDS: Final = 5.0  # in which a scheduler answers
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
        with hushed():
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


def _close(client: Client) -> None:
    with hushed(), suppress(Exception):
        client.close(timeout=_ANSWER_SECONDS)


@contextmanager
def hushed() -> Iterator[None]:
    """Within, Dask does not log what is told here anyway, in a line."""
    before: Mapping[str, int] = {name: logging.getLogger(name).level for name in _LOUD}
    for name in _LOUD:
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        for name, level in before.items():
            logging.getLogger(name).setLevel(level)
