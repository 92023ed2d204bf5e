"""A command loads one implementation of Protocol Buffers, and all of it can be had afterwards."""

from __future__ import annotations

import subprocess
import sys

COMMAND = """
import sys
from sim.workers import make_own
make_own()
import numpy as np
from scipy.sparse import csr_array
from sim.matchmaking.policies.linear import by_glop
x, price = by_glop(csr_array([[1.0, 1.0]]), np.ones(1), np.array([2.0, 3.0]))
assert (x.tolist(), price.tolist()) == ([0, 1], [3])
print("google.protobuf.internal.python_message" in sys.modules)
from google.protobuf import text_format, timestamp_pb2
assert text_format.MessageToString(timestamp_pb2.Timestamp(seconds=3)) == "seconds: 3\\n"
from google.protobuf.internal import python_message
assert python_message.GeneratedProtocolMessageType
from ortools.linear_solver import linear_solver_pb2
assert linear_solver_pb2.MPModelProto(maximize=True).SerializeToString()
print("whole")
"""


def test_linear_programmes_are_solved_without_the_second_implementation_which_can_be_had_afterwards() -> None:
    run = [sys.executable, "-c", COMMAND]
    done = subprocess.run(run, capture_output=True, text=True, check=True)
    assert (done.stdout.split(), done.stderr) == (["False", "whole"], "")
