"""A process of the command's own: it keeps memory for what comes next, and ends at once when all is said."""

from __future__ import annotations

import subprocess
import sys

import pytest

COMMAND = """
import atexit, sys
from sim.__main__ import main

class Left:
    def __del__(self):
        print("taken apart")

left = Left()
try:
    main()
finally:
    atexit.register(print, "at the end")
    {then}
"""


@pytest.mark.parametrize(
    ("arguments", "then", "status", "last"),
    [
        (["--version"], "pass", 0, "at the end"),
        (["run", "no-such-fair"], "pass", 2, "at the end"),
        (["--version"], "1 / 0", 1, "taken apart"),
    ],
    ids=["done", "bad input", "something else fails"],
)
def test_a_process_ends_with_its_status_and_without_taking_itself_apart(
    arguments: list[str], then: str, status: int, last: str
) -> None:
    run = [sys.executable, "-c", COMMAND.format(then=then), *arguments]
    done = subprocess.run(run, capture_output=True, text=True, check=False)
    assert done.returncode == status
    assert done.stdout.splitlines()[-1] == last


MEMORY = """
import resource
from sim import workers

{begun}

def new_pages():
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    bytes(b"1" * 4_000_000)
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before

print(new_pages(), new_pages())
"""


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere memory is another matter")
@pytest.mark.parametrize("own", [True, False])
def test_memory_that_is_free_stays_with_a_process_of_the_commands_own(own: bool) -> None:
    begun = "workers.make_own()" if own else "pass"
    run = [sys.executable, "-c", MEMORY.format(begun=begun)]
    first, second = map(int, subprocess.run(run, capture_output=True, check=True).stdout.split())
    assert first > 900  # of 4 kB, for 4 MB
    assert (second < 100) == own
