"""What a replication needs of SciPy, without what SciPy loads beside it: 0.15 of 0.2 s of processor time.

SciPy goes through all that NumPy has, and so loads its compiler of Fortran, its tools for tests and masked
arrays; its packages load wrappers for other libraries' arrays, and solvers; and NumPy loads masked arrays to
ask whether an array is one. A command does without. In a process that is not the command's own nothing is
done behind anybody's back: there packages are loaded as they are.
"""

from __future__ import annotations

import sys
from functools import cache
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any, Final

from sim.workers import is_own

if TYPE_CHECKING:
    from numpy import int32
    from numpy.typing import NDArray
    from scipy.sparse import csr_array

__all__ = ["connected_parts", "least_tree", "load", "special"]

_UNUSED: Final = ("char", "core", "ctypeslib", "f2py", "matlib", "polynomial", "rec", "testing")
"""What NumPy loads when it is first asked for; SciPy asks for all of it, and keeps it for nobody."""


@cache  # all replications ask for it
def load() -> None:
    """Load what `special` and `connected_parts` need, and sparse arrays, before they are needed."""
    import numpy as np

    if is_own() and "ma" not in vars(np):
        vars(np)["ma"] = _Masks("numpy.ma")
    hidden = [name for name in _UNUSED if is_own() and name not in vars(np)]
    for name in hidden:
        setattr(np, name, None)
    try:
        import scipy.sparse
    finally:
        for name in hidden:
            if getattr(np, name) is None:
                delattr(np, name)
    _ = scipy.sparse, special(), _traversal()


class _Masks(ModuleType):
    """`numpy.ma` until somebody wants more of it than whether an array has a mask: until then none has one.

    That is all that `numpy.unique` and `numpy.quantile` want, of each array.
    """

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return getattr(import_module(self.__name__), name)

    def is_masked(self, values: object) -> bool:
        masks: Any = sys.modules.get(self.__name__)
        return masks is not None and bool(masks.is_masked(values))


def special() -> Any:
    """SciPy's functions of mathematics: a module that has those of `scipy.special` that are compiled."""
    return _part("scipy.special._ufuncs")


def connected_parts(graph: csr_array) -> tuple[int, NDArray[int32]]:
    """How many connected parts a graph has, and the number of each node's, in order of their first nodes.

    Args:
        graph: a number, whichever, where the node of a row is joined to that of a column, or the other way.
    """
    number, part = _traversal().connected_components(graph, directed=False)
    return number, part


def least_tree(graph: csr_array) -> csr_array:
    """A tree, or one of each part, of the least of the numbers that join nodes: which are above 0."""
    tree: csr_array = _part("scipy.sparse.csgraph._min_spanning_tree").minimum_spanning_tree(graph)
    return tree


def _traversal() -> Any:
    return _part("scipy.sparse.csgraph._traversal")


def _part(name: str) -> Any:
    """A module of a package that has not been loaded for it; or the package, where that is simpler."""
    package = name.rpartition(".")[0]
    if name in sys.modules:
        return sys.modules[name]
    if package in sys.modules or not is_own():
        return import_module(package)
    folder = Path(import_module("scipy").__path__[0])
    place = ModuleType(package)
    place.__path__ = [str(folder.joinpath(*package.split(".")[1:]))]
    sys.modules[package] = place
    try:
        return import_module(name)
    except ImportError:  # another SciPy, which has it elsewhere
        del sys.modules[package]
        return import_module(package)
    finally:
        if sys.modules.get(package) is place:
            del sys.modules[package]
