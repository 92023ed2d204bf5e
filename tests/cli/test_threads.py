"""The command multiplies matrices in one thread, which NumPy is told before it is loaded."""

from __future__ import annotations

import os
import subprocess
import sys

NAME = "OPENBLAS_NUM_THREADS"
COMMAND = f"""
import os, sys
from sim.__main__ import main
print("numpy" in sys.modules)
try:
    main()
except SystemExit:
    print(os.environ["{NAME}"])
"""


def test_numpy_is_told_in_time_how_many_threads_it_has() -> None:
    environment = {name: value for name, value in os.environ.items() if name != NAME}
    run = [sys.executable, "-c", COMMAND, "--version"]
    for own, threads in ({}, "1"), ({NAME: "3"}, "3"):
        done = subprocess.run(run, env=environment | own, capture_output=True, text=True, check=True)
        said = done.stdout.splitlines()
        assert (said[0], said[-1]) == ("False", threads)
