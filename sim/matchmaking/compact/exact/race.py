"""A race of searches in processes of their own: what any finds counts, and the first proof ends it."""

from __future__ import annotations

import json
import pickle
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue
from threading import Thread

from sim.matchmaking.compact.agreed import Agreed, breaks, check_timetable
from sim.matchmaking.compact.exact.worker import Task
from sim.workers import start

__all__ = ["Standing", "race"]

_Line = tuple[int, str | None]  # which contestant wrote it; None: it has ended


@dataclass(slots=True)
class Standing:
    """What is known so far: the best timetable, a bound below every one's breaks, and whether that is all."""

    problem: Agreed
    slots: tuple[int, ...] | None = None
    total: int | None = None
    bound: int = 0
    proven: bool = False
    trouble: list[str] = field(default_factory=list)

    def hear(self, line: str) -> None:
        """Take in one line of a contestant."""
        if not line.startswith("{"):
            self.trouble.append(line)
            return
        message = json.loads(line)
        if "slots" in message:
            self._timetable(tuple(message["slots"]))
        self.bound = max(self.bound, message.get("bound", 0))
        self.proven |= message.get("proven", False) or (self.total is not None and self.total <= self.bound)
        if self.proven and self.total is not None:
            self.bound = self.total

    def _timetable(self, slots: tuple[int, ...]) -> None:
        faults = check_timetable(self.problem, slots)
        if faults:
            raise RuntimeError(f"a solver gave an unsound timetable: {faults[0]}")
        total = sum(breaks(self.problem, slots))
        if self.total is None or total < self.total:
            self.slots, self.total = slots, total


def race(
    tasks: Sequence[Task], deadline: float, known: Standing | None = None, enough: int | None = None
) -> Standing:
    """Run the tasks, all of one problem, side by side until one proves its answer or the deadline.

    `deadline` is a time of `time.monotonic`; a bound of `enough` ends it too. It goes on from what is
    `known`. Raises RuntimeError, with what they wrote, if all contestants ended before any of that, or if
    one gave an unsound timetable.
    """
    standing = Standing(tasks[0].problem) if known is None else known
    lines: SimpleQueue[_Line] = SimpleQueue()
    with _running(tasks, lines):
        running = len(tasks)
        while not standing.proven and (left := deadline - time.monotonic()) > 0:
            try:
                _, line = lines.get(timeout=left)
            except Empty:
                break
            if line is not None:
                standing.hear(line)
                if enough is not None and standing.bound >= enough:
                    break
                continue
            running -= 1
            if not running and not standing.proven:
                raise RuntimeError("no search ended with a proof: " + "".join(standing.trouble[-20:]))
    return standing


@contextmanager
def _running(tasks: Sequence[Task], lines: SimpleQueue[_Line]) -> Iterator[None]:
    """The contestants, started, each with a thread that listens to it; killed and reaped at the end."""
    processes: list[subprocess.Popen[bytes]] = []
    listeners: list[Thread] = []
    try:
        for number, task in enumerate(tasks):
            process = start("sim.matchmaking.compact.exact.worker", stderr=subprocess.STDOUT)
            processes.append(process)
            listeners.append(Thread(target=_listen, args=(number, process, task, lines), daemon=True))
            listeners[-1].start()
        yield
    finally:
        for process in processes:
            process.kill()
        for process in processes:
            process.wait()
        for listener in listeners:
            listener.join()


def _listen(number: int, process: subprocess.Popen[bytes], task: Task, lines: SimpleQueue[_Line]) -> None:
    """Hand the task over, then every line on, then None."""
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        with process.stdin as there:
            pickle.dump(task, there)
    except OSError:  # it was killed, or has ended, before it read all
        pass
    with process.stdout as out:
        for line in out:
            lines.put((number, line.decode(errors="replace")))
    lines.put((number, None))
