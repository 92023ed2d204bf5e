"""A command ends at once when all is said, with its status; what is registered for the end is done before."""

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
