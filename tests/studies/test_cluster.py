"""The same studies on a Dask cluster: the same bytes, whoever dies, and always an end."""

from __future__ import annotations

import json
import os
import signal
import socket
import threading
import time
import uuid
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import suppress
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from click.testing import CliRunner
from joblib import parallel_config

import sim
from sim.cli import exposim
from sim.studies import cluster, flow, replicate, replicate_variants
from sim.studies.batch import Batch
from sim.studies.cluster import ClusterError, cluster_of
from tests.studies import test_cluster as this
from tests.studies.machines import Machines, machines

pytestmark = pytest.mark.usefixtures("forgets_ones_own")

FAIR = Path(__file__).parents[1] / "cli" / "fair.toml"


@pytest.fixture(scope="module")
def fair() -> sim.Scenario:
    return sim.load(str(FAIR), {"visitors.buyer.visits": 100})


@pytest.fixture(scope="module")
def there(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machines]:
    with machines(tmp_path_factory.mktemp("machines")) as made:
        yield made


def in_each(does: Callable[[int], float]) -> None:
    """Have this done in each replication, wherever that is run."""
    sim.kpi("mine.does", "Mine")(lambda result: does(result.replication))


def killing(which: int, once: Path | None = None) -> Callable[[int], float]:
    """Kills the process that runs this replication: each, or only the first."""

    def does(replication: int) -> float:
        if replication == which and (once is None or not once.exists()):
            if once is not None:
                once.touch()
            os.kill(os.getpid(), signal.SIGKILL)
        return float(replication)

    return does


@pytest.mark.elsewhere
def test_the_numbers_and_tables_are_those_of_this_process_and_workers_made_them(
    fair: sim.Scenario, there: Machines, tmp_path: Path
) -> None:
    def told(replication: int) -> float:
        (tmp_path / f"{os.getpid()}.worked").touch()
        return float(replication)

    in_each(told)
    variants = [fair, fair.replace(**{"visitors.buyer.visits": 120})]
    how: dict[str, Any] = {"replications": 5, "tables": ("meetings",), "by": "persona"}
    here = replicate_variants(variants, workers=1, **how)
    away = replicate_variants(variants, workers=there.address, **how)
    assert {int(each.stem) for each in tmp_path.glob("*.worked")} > {os.getpid()}
    for ours, theirs in zip(here, away, strict=True):
        assert repr(ours.rows) == repr(theirs.rows)
        assert ours.table("meetings").equals(theirs.table("meetings"))
        assert ours.grouped("persona").to_json_dict() == theirs.grouped("persona").to_json_dict()


@pytest.fixture
def several(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Cells go several in a task even where this machine is slow; of how many each was."""
    sizes: list[int] = []

    class Seen(Batch):
        def took(self, cells: int, seconds: float) -> None:
            sizes.append(cells)
            super().took(cells, 0.0)

    monkeypatch.setattr(flow, "Batch", Seen)
    monkeypatch.setattr(flow, "LONGEST", 60.0)
    return sizes


@pytest.mark.elsewhere
def test_a_worker_that_is_killed_in_mid_study_costs_nothing(
    fair: sim.Scenario, there: Machines, tmp_path: Path, several: list[int]
) -> None:
    in_each(killing(20, once=tmp_path / "killed"))
    away = replicate(fair, replications=30, workers=there.address)
    assert (tmp_path / "killed").exists()
    assert not away.failures
    assert sum(several) == 29  # one is run here
    assert max(several) > 1
    assert repr(away.rows) == repr(replicate(fair, replications=30, workers=1).rows)


def works(at: int, folder: Path, kills: int) -> tuple[int, str]:
    """A cell of the tests below, which leaves a mark each time that it is run; one of them kills."""
    (folder / f"{at}.{uuid.uuid4().hex}").touch()
    if at == kills:
        os.kill(os.getpid(), signal.SIGKILL)
    time.sleep(0.005)
    return at, ""


def sent(there: Machines, folder: Path, kills: int) -> tuple[dict[int, str], dict[int, int]]:
    """What 100 such cells come to, and how often each had been run when it came back, and no more later."""
    came: dict[int, str] = {}
    then: dict[int, int] = {}

    def runs(at: int) -> int:
        return len(list(folder.glob(f"{at}.*")))

    cluster_there = cluster_of(there.address)
    assert cluster_there is not None
    for at, why in flow.in_cluster(
        cluster_there,
        this.works,
        lambda at: (at,),
        lambda _: ("one", (folder, kills)),
        range(100),
        died=lambda at, reason: (at, reason),
        named=str,
    ):
        assert at not in came
        came[at], then[at] = why, runs(at)
    cluster_there.close()
    assert sorted(came) == list(range(100))
    assert then == {at: runs(at) for at in came}
    return came, then


@pytest.mark.elsewhere
@pytest.mark.usefixtures("several")
def test_of_a_task_of_several_exactly_the_one_that_kills_fails_and_nothing_is_run_again_that_came_back(
    there: Machines, tmp_path: Path
) -> None:
    came, runs = sent(there, tmp_path, 50)
    assert {at for at, why in came.items() if why} == {50}
    assert came[50].startswith("the 2 workers that had it died, the last at tcp://127.0.0.1:")
    assert came[50].endswith(", with nothing else to do")
    assert runs.pop(50) == 4  # twice in a task with others, and twice alone
    assert 1 < max(runs.values()) <= 3  # some had lain before it in that task
    assert sorted(runs.values())[50] == 1  # and most not


@pytest.mark.elsewhere
def test_cells_that_a_task_did_not_take_up_are_sent_again(
    there: Machines, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(flow, "LONGEST", 0.0)
    came, runs = sent(there, tmp_path, -1)
    assert not any(came.values())
    assert set(runs.values()) == {1}


@pytest.mark.elsewhere
def test_a_replication_that_always_kills_its_worker_ends_as_a_failure_with_its_reason(
    fair: sim.Scenario, there: Machines
) -> None:
    in_each(killing(2))
    # the file that the scheduler has written does for its address
    away = replicate(fair, replications=6, workers=there.file if there.address else "")
    assert [each.replication for each in away.failures] == [2]
    assert "the 2 workers that had it died, the last at tcp://127.0.0.1:" in away.failures[0].reason
    assert list(away.kpis.index) == [0, 1, 3, 4, 5]


@pytest.mark.elsewhere
def test_workers_of_another_program_are_refused(
    fair: sim.Scenario, there: Machines, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(flow, "mark", lambda: "another")
    with pytest.raises(ClusterError, match=r"a worker runs exposim .* on Python 3\.\d+, and this is exposim"):
        replicate(fair, replications=3, workers=there.address)


@pytest.mark.elsewhere
def test_what_is_done_when_the_scheduler_is_lost_is_kept_and_the_rest_is_run_later(
    fair: sim.Scenario, there: Machines, tmp_path: Path
) -> None:
    address, scheduler = there.address, there.scheduler

    def ends(replication: int) -> float:
        (tmp_path / f"{replication}.{os.getpid()}").touch()
        if replication == 9 and address:
            with suppress(ProcessLookupError):
                os.kill(scheduler, signal.SIGKILL)
        return float(replication)

    in_each(ends)
    study = tmp_path / "study"
    with pytest.raises(ClusterError, match="the connection with its scheduler was lost"):
        replicate(fair, replications=14, workers=address, study=study)
    before = len(list(tmp_path.glob(f"*.{os.getpid()}")))
    here = replicate(fair, replications=14, workers=1, study=study)
    assert list(here.kpis["mine.does"]) == list(range(14))
    again = len(list(tmp_path.glob(f"*.{os.getpid()}"))) - before
    assert 1 <= again < 14  # those that were on their way, the one that ended it among them


class Task:
    """One that was sent, as far as it is looked at."""

    def __init__(self, status: str) -> None:
        self.status = status
        self.forgotten = False

    def release(self) -> None:
        """The scheduler may forget it."""
        self.forgotten = True


def going(done: object, status: str, sent: dict[Task, tuple[int, ...]]) -> Any:
    """What was sent to a cluster whose connection is in this state, and comes back from `done`."""
    made: Any = flow._Flow.__new__(flow._Flow)
    made.name, made.gone, made.killed, made.waiting = "tcp://there", False, [], deque()
    made.client, made.batch = SimpleNamespace(status=status), Batch()
    made.threads, made.looked = 1, time.monotonic() + 60
    made.done, made.sent = done, sent
    return made


def test_what_has_come_back_with_the_loss_of_the_scheduler_is_kept() -> None:
    """Three were back already when it was seen that one was lost; a fifth came a moment later."""
    futures = list(map(Task, ("lost", "finished", "finished", "finished")))
    batches: list[list[tuple[Task, tuple[list[str], float] | None]]]
    batches = [
        [(futures[0], None), (futures[1], (["one"], 1.0)), (futures[2], (["two", "too"], 1.0))],
        [(futures[3], (["three"], 1.0))],
    ]
    numbers = ((0,), (1,), (2, 3, 4), (5,), (6,))
    for status in ("closed", "running"):  # known by the connection, or by the task alone
        left = [list(each) for each in batches]
        done = SimpleNamespace(next_batch=lambda block: left.pop(0) if left else [])  # noqa: B023
        came: list[object] = []
        sent = dict(zip((*futures, Task("pending")), numbers, strict=True))
        with pytest.raises(ClusterError, match="the connection with its scheduler was lost"):
            came.extend(going(done, status, sent).come(str))
        assert came == [(1, "one", ""), (2, "two", ""), (3, "too", ""), (5, "three", "")]


def test_the_study_sleeps_until_something_comes_back() -> None:
    task, back = Task("finished"), deque[tuple[Task, tuple[list[str], float]]]()
    told, asked = threading.Condition(), []

    def next_batch(block: bool) -> list[tuple[Task, tuple[list[str], float]]]:
        asked.append(block)
        return [back.popleft()] if back else []

    def comes() -> None:
        back.append((task, (["one"], 1.0)))
        with told:
            told.notify()

    done = SimpleNamespace(next_batch=next_batch, has_ready=lambda: bool(back), thread_condition=told)
    later = threading.Timer(0.2, comes)
    later.start()
    coming = going(done, "running", {task: (7,)}).come(str)
    assert next(coming) == (7, "one", "")
    assert task.forgotten, "before anybody looks at what it came to: it would be run again if its worker died"
    assert list(coming) == []
    assert asked == [False, False]
    later.join()


@pytest.mark.parametrize(
    "text",
    [
        "4",
        "machine",
        "tcp://machine",
        "tcp://machine:99999",
        "tcp://ma chine:8786",
        "http:machine:1",
        "http://machine:8786",
        "s.json",
    ],
)
def test_what_is_no_address_is_refused_with_what_is_one(text: str) -> None:
    with pytest.raises(ValueError, match=r"allowed: the address of a Dask scheduler, tcp://HOST:PORT"):
        cluster_of(text)


@pytest.mark.parametrize("said", ["", "[]", '{"a": 1}', '{"address": 3}', '{"address": "machine"}'])
def test_a_file_that_names_no_scheduler_is_refused(tmp_path: Path, said: str) -> None:
    file = tmp_path / "scheduler.json"
    file.write_text(said, "utf-8")
    with pytest.raises(ValueError, match=r"or the \.json file that it has written"):
        cluster_of(file)


@pytest.mark.parametrize("answer", [b"", b"HTTP/1.0 400 Bad Request\r\n\r\n<html>"])
def test_where_something_else_listens_that_is_told_soon(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, answer: bytes
) -> None:
    monkeypatch.setattr(cluster, "_ANSWER_SECONDS", 0.3)
    with socket.create_server(("127.0.0.1", 0)) as one:
        address = f"tcp://127.0.0.1:{one.getsockname()[1]}"

        def answers() -> None:
            with suppress(OSError):
                while True:
                    there, _ = one.accept()
                    there.sendall(answer)
                    kept.append(there)

        kept: list[socket.socket] = []
        threading.Thread(target=answers, daemon=True).start()
        file = tmp_path / "scheduler.json"
        file.write_text(json.dumps({"address": address}), "utf-8")
        begun = time.monotonic()
        for where in (address, file):
            taken = cluster_of(where)
            assert taken is not None
            with pytest.raises(ClusterError, match="does not answer as Dask does"):
                taken.client()
        assert time.monotonic() - begun < 5
        for each in kept:
            each.close()


@pytest.mark.parametrize("text", ["tcp://machine:8786", "10.0.0.7:8786", "tls://[::1]:8786", "ucx://a.b:1/"])
def test_an_address_is_taken_as_it_is_and_a_number_is_none(text: str) -> None:
    taken = cluster_of(text)
    assert taken is not None
    assert taken.name == text.rstrip("/")
    assert cluster_of(4) is cluster_of(None) is None


def test_what_a_cluster_needs_and_is_not_there_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def without(_: str) -> ModuleSpec | None:
        return None

    monkeypatch.setattr(cluster, "find_spec", without)
    with pytest.raises(ValueError, match=r"pip install 'exposim\[cluster\]'"):
        cluster_of("tcp://machine:8786")


@pytest.fixture
def refused(monkeypatch: pytest.MonkeyPatch) -> str:
    """An address at which nobody listens."""
    monkeypatch.setattr(cluster, "_ANSWER_SECONDS", 0.3)
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return f"tcp://127.0.0.1:{one.getsockname()[1]}"


def test_a_cluster_that_cannot_be_reached_is_one_line_and_status_1(refused: str) -> None:
    ended = CliRunner().invoke(exposim, ["run", str(FAIR), "-n", "2", "--cluster", refused, "-q"])
    assert ended.exit_code == 1
    (line,) = ended.stderr.splitlines()
    assert line.startswith(f"exposim: {refused}: no Dask scheduler answers there: ")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["compare", "--vary", "expo.days=1,2", "--cluster", "foo"], "found 'foo'; allowed: the address"),
        (["sweep", "--vary", "expo.days=1,2", "--cluster", "a:1", "-w", "2"], "give --workers or --cluster"),
        (["check", "--cluster", "a:1"], "--cluster goes with --run"),
    ],
)
def test_the_option_of_a_cluster_is_that_of_every_study(arguments: list[str], said: str) -> None:
    verb, *options = arguments
    ended = CliRunner().invoke(exposim, [verb, str(FAIR), *options])
    assert ended.exit_code == 2
    assert said in ended.stderr


@pytest.mark.elsewhere
def test_joblibs_way_onto_dask_is_this_one_and_a_cluster_without_workers_ends(
    fair: sim.Scenario, monkeypatch: pytest.MonkeyPatch
) -> None:
    from distributed import Client, LocalCluster

    monkeypatch.setattr(flow, "_ALONE_SECONDS", 0.2)
    nobody = LocalCluster(n_workers=0, processes=False, dashboard_address=":0")
    with nobody, Client(nobody, set_as_default=True) as client:
        with parallel_config(backend="dask"):
            taken = cluster_of(None)
            assert taken is not None
            assert taken.client() is client
            with pytest.raises(ClusterError, match=r"no workers for 0 s; on each machine: dask worker"):
                replicate(fair, replications=2)
        with pytest.raises(ClusterError, match="has had no workers"):
            replicate(fair, replications=2, workers=client)
        taken.close()  # it is the user's
        assert client.status == "running"
