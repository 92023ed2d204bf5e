"""The command as a process of its own, and how processes look from outside."""

from __future__ import annotations

import os
import re
import select
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Any, Final, Self

ROOT: Final = Path(__file__).parents[2]
started: list[subprocess.Popen[str]] = []
"""What the test that is running has started; it is ended with the test."""


def start_program(*command: str, **options: Any) -> subprocess.Popen[str]:
    """A program in a session of its own, so that all its processes are found, and ended, together."""
    usual = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "start_new_session": True}
    process: subprocess.Popen[str] = subprocess.Popen(
        command, env=os.environ | {"PYTHONPATH": str(ROOT)}, text=True, **usual | options
    )
    started.append(process)
    return process


def start(*arguments: str, **options: Any) -> subprocess.Popen[str]:
    """The command with these arguments."""
    return start_program(sys.executable, "-m", "sim", *arguments, **options)


class Started:
    """The command with a terminal for its standard error, on which it shows its progress."""

    def __init__(self, *arguments: str) -> None:
        import pty  # not on Windows
        import termios

        self._terminal, theirs = pty.openpty()
        termios.tcsetwinsize(theirs, (24, 120))
        self.process = start(*arguments, stderr=theirs)
        os.close(theirs)
        self.said = ""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        with suppress(ProcessLookupError):  # all of it, whatever became of the test
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.communicate()
        os.close(self._terminal)

    def wait_for(self, pattern: str) -> None:
        limit = time.monotonic() + 60
        while not re.search(pattern, self.said) and time.monotonic() < limit and self._more():
            pass
        assert re.search(pattern, self.said)

    def workers(self) -> list[int]:
        """Process ids of its workers."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        own = Path(f"/proc/{self.process.pid}/cmdline").read_text()  # that of its copies too
        return [int(pid) for pid in children if Path(f"/proc/{pid}/cmdline").read_text() == own]

    def end(self) -> tuple[int, str, str]:
        """Status, output and errors, once it has ended."""
        out, _ = self.process.communicate(timeout=30)
        while self._more(0.5):
            pass
        return self.process.returncode, out, self.said.replace("\r\n", "\n")

    def _more(self, seconds: float = 20) -> bool:
        """Read on; False if nothing comes for some time, or nobody is there any more."""
        try:
            there, _, _ = select.select([self._terminal], [], [], seconds)
            text = os.read(self._terminal, 4096).decode() if there else ""
        except OSError:
            return False
        self.said += text
        return bool(text)


def is_there(pid: int) -> bool:
    """Whether a process runs; one that has ended and waits to be noticed does not."""
    try:
        return ") Z " not in Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False


def of_session(session: int) -> list[Path]:
    """The processes of a session, by their directories; those that have ended are left out."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            fields = stat.read_text().rpartition(")")[2].split()
            if int(fields[3]) == session and fields[0] != "Z":
                found.append(stat.parent)
    return found


def busy_with_proof(session: int) -> bool:
    """Whether there are processes beside the first two, or the many threads of CP-SAT."""
    processes = of_session(session)
    return len(processes) > 2 or any(len(list((each / "task").iterdir())) > 8 for each in processes)
