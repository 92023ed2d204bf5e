"""A command loads of SciPy what it needs, and leaves SciPy and NumPy whole for whoever loads more of them."""

from __future__ import annotations

import subprocess
import sys

COMMAND = """
import sys
from sim.__main__ import main
try:
    main()
except SystemExit:
    pass
rooms = ("numpy.f2py", "numpy.ma", "numpy.testing", "scipy.special", "scipy.linalg", "scipy.sparse.csgraph")
print(sorted({*rooms, "pandas"} & {*sys.modules}))
import numpy, scipy.sparse
held = numpy.ma
masked = held.array([2, 1, 3], mask=[False, True, False])
assert held.is_masked(masked) and not held.is_masked(numpy.arange(3))
assert numpy.unique(masked).compressed().tolist() == [2, 3] and numpy.unique([2, 2]).tolist() == [2]
assert numpy.ma is sys.modules["numpy.ma"] and not hasattr(held, "__path__")
from sim.scipy_parts import connected_parts, least_tree, special
mine = special()
joined = scipy.sparse.csr_array(([1.0, 2.0, 3.0], ([0, 1, 0], [1, 2, 2])), (3, 3))
assert least_tree(joined).toarray().tolist() == [[0, 1, 0], [0, 0, 2], [0, 0, 0]]
assert "scipy.sparse.csgraph" not in sys.modules
import scipy.optimize, scipy.sparse.csgraph, scipy.special, scipy.stats
assert mine is not scipy.special and scipy.special._ufuncs is mine
assert scipy.special.gammaincinv(2.0, 0.5) == mine.gammaincinv(2.0, 0.5)
graph = scipy.sparse.csr_array(([1, 1], ([0, 4], [3, 1])), (5, 5))
assert connected_parts(graph)[1].tolist() == [0, 1, 2, 0, 1]
assert scipy.sparse.csgraph.connected_components(graph, directed=False)[0] == 3
assert numpy.f2py.__name__ == "numpy.f2py" and numpy.ma.array([1]).sum() == 1 and numpy.testing.assert_equal
print("whole")
"""


def test_a_run_loads_no_compiler_of_fortran_and_libraries_are_whole_afterwards() -> None:
    run = [sys.executable, "-c", COMMAND, "run", "erlang", "-n", "1", "-q"]
    said = subprocess.run(run, capture_output=True, text=True, check=True).stdout.splitlines()
    assert said[-2:] == ["[]", "whole"]
