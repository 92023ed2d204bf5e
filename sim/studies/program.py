"""What makes the numbers of a cell besides its scenario: this program, its libraries, things of a user's own.

A cell that was kept is used again by a program only if that would have come to the same, to the last bit. So
what is hashed is all that has a part in it: the sources of the rooms between scenario and KPIs, the versions
of the libraries that work out numbers, and the files of a user's own policies and KPIs.

Those files are all that this process has loaded and that belong neither to Python, nor to an installed
package, nor to this program: a helper that such a file imports counts. A policy or a KPI that was typed into
a notebook or a prompt has no file: nobody can tell whether it is still the same.
"""

from __future__ import annotations

import hashlib
import sys
import sysconfig
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

from sim.policy_names import SHIPPED_POLICIES, policy_names
from sim.statistics.own import own_kpis

__all__ = ["UnknownProgramError", "program", "shipped"]

_HOUSE: Final = Path(__file__).parents[1]
_ROOMS: Final = ("scenario", "expo", "floor", "engine", "matchmaking", "statistics", "files")
_FILES: Final = (
    "arithmetic.py",
    "streams.py",
    "replication.py",
    "played.py",
    "policy_names.py",
    "studies/cell.py",
)
_LIBRARIES: Final = ("numpy", "scipy", "pandas", "ortools", "simpy")


class UnknownProgramError(ValueError):
    """It cannot be told whether what makes the numbers is still the same another time; the text says why."""


def program() -> str:
    """SHA-256, in hexadecimal, of all that makes numbers here.

    Raises:
        UnknownProgramError: a policy or a KPI of a user's own has no file, or a method of SimPy's engine has
            been replaced.
    """
    from sim.engine.choosing import changed

    if changed():
        raise UnknownProgramError("a method of SimPy's engine has been replaced")
    own = _own_files()
    if not own:
        return shipped()
    found = hashlib.sha256(shipped().encode())
    for name, content in sorted({(path.name, hashlib.sha256(path.read_bytes()).digest()) for path in own}):
        found.update(name.encode(errors="surrogateescape") + b"\0" + content)
    return found.hexdigest()


@cache
def shipped() -> str:
    """What `program` is without things of a user's own: of the sources and the libraries."""
    found = hashlib.sha256()
    for path in [*(_HOUSE / each for each in _FILES), *_sources()]:
        found.update(path.relative_to(_HOUSE).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    for name in _LIBRARIES:
        found.update(f"{name} {_version(name)}\0".encode())
    return found.hexdigest()


def _sources() -> list[Path]:
    return [path for room in _ROOMS for path in sorted((_HOUSE / room).rglob("*.py"))]


def _version(library: str) -> str:
    """The version of a library that need not be loaded, from the name of the folder that says it."""
    spec = find_spec(library)
    if spec is not None and spec.origin is not None:
        for said in Path(spec.origin).parents[1].glob(f"{library}-*.dist-info"):
            return said.name
    from importlib.metadata import version

    return version(library)


def _own_files() -> set[Path]:
    """The files of all that a user has registered, and of what these may use; none if nothing is."""
    things: list[tuple[str, Any]] = [(f"the KPI {each.name!r}", each.compute) for each in own_kpis()]
    if len(policy_names()) > len(SHIPPED_POLICIES):
        from sim.matchmaking import own_policies

        things += [(f"the policy {name!r}", policy) for name, policy in own_policies().items()]
    files: set[Path] = set()
    for what, thing in things:
        module = sys.modules.get(str(getattr(thing, "__module__", "__main__")))
        file = None if module is None else _file_of(module)
        if file is None:
            raise UnknownProgramError(f"{what} is in no file")
        files.add(file)
    return files | (_loaded() if files else set())


def _loaded() -> set[Path]:
    """Files of modules that are no part of Python, of an installed package, or of this program."""
    places = sysconfig.get_paths()
    known = [_HOUSE, *(Path(places[each]) for each in ("stdlib", "platstdlib", "purelib", "platlib"))]
    files = filter(None, map(_file_of, list(sys.modules.values())))
    return {file for file in files if not any(file.is_relative_to(each) for each in known)}


def _file_of(module: object) -> Path | None:
    """The source of a module, if it has one that can be read."""
    name = getattr(module, "__file__", None)
    if not isinstance(name, str) or not name.endswith(".py"):
        return None
    path = Path(name)
    return path.absolute() if path.is_file() else None
