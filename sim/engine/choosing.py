"""Which engine plays, where `auto` leaves it open: whichever is over first, and no one waits for a compiler.

Both give the same trace, to the last bit, so that it is a matter of time alone. All times are of one
processor of today's and serve for comparison: a slower one is slower in all of them.
"""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

import numpy as np

from sim.engine import kept
from sim.engine.filling import in_background, make
from sim.floor.arrays import Floor

__all__ = ["Taken", "changed", "prepare", "seconds", "take"]

# Measured, in s of processor time: `quickstart` 0.15 (estimated 0.15), `hungary-2024` 1.0 (1.2),
# `cisce-2024` 25 to 28 (25), `erlang` 0.04 (0.04).
_TALK: Final = 15e-6  # of a SimPy process, for a stop at which a party wants to talk
_PARTY_DAY: Final = 10e-6
_LOAD: Final = 0.1  # to load LLVM (0.05) and the kept functions (0.01), and a margin
_WORTH: Final = 20.0  # of a single floor: more than to compile (15) and to load
_OWN: Final = "sim.engine.processes"
_ELSEWHERE: Final = "EXPOSIM_CACHE=DIR names another folder for it"
_MEANWHILE: Final = (
    "the compiled engine is being made ready in the background, once, in some 15 s; SimPy plays until then"
)
_ENDED: Final = (
    "the compiled engine, which is faster, is not there: a try to make it was ended; exposim compile makes it"
)

_useless: str = ""  # why the kept engine cannot be loaded in this process


@dataclass(frozen=True, slots=True)
class Taken:
    """The engine that plays, by name; and why it is SimPy where the other would be over sooner."""

    engine: str
    note: str = ""


def seconds(floor: Floor) -> float:
    """About how long SimPy takes for a floor, in s."""
    return _TALK * int(np.count_nonzero(floor.stops.talk)) + _PARTY_DAY * floor.n_party_days


def take(floor: Floor, left: float = 1, *, background: bool = False) -> Taken:
    """What `auto` takes for a floor, if `left` floors like it are to be played by this process, with it.

    `background`: have the compiled engine made for later, by another process, if it is worth it.
    """
    if changed():
        return Taken("simpy", "a method of SimPy's engine has been replaced")
    if _is_loaded():
        return Taken("compiled")
    each = seconds(floor)
    if each * left < _LOAD:
        return Taken("simpy")
    if find_spec("numba") is None:
        return Taken(
            "simpy", "the compiled engine, which is faster, needs Numba: pip install 'exposim[compiled]'"
        )
    if _useless or _plain():
        return Taken("simpy", _useless)
    try:
        path = kept.place()
        if kept.whole(path):
            return Taken("compiled") if _load(path) else Taken("simpy", _useless)
        if not _may_compile():
            return Taken("simpy")
        kept.make_room(path)
    except (OSError, RuntimeError) as error:
        why = f"{error.filename}: {error.strerror}" if isinstance(error, OSError) else error
        return Taken("simpy", f"the compiled engine, which is faster, cannot be kept ({why}); {_ELSEWHERE}")
    if trouble := kept.trouble(path):
        return Taken("simpy", f"the compiled engine, which is faster, could not be made: {trouble}")
    if each >= _WORTH:
        return Taken("compiled") if not prepare() else Taken("simpy", _useless)
    if not background or os.environ.get("CI"):
        return Taken("simpy")
    if not kept.begun(path):
        try:
            in_background()
        except OSError:
            return Taken("simpy")
    elif not kept.being_made(path):
        return Taken("simpy", _ENDED)
    return Taken("simpy", _MEANWHILE)


def have() -> None:
    """Have the compiled engine in this process if it is kept, and nobody wants SimPy's."""
    if _useless or _is_loaded() or _plain() or changed() or find_spec("numba") is None:
        return
    with suppress(OSError, RuntimeError):
        path = kept.place()
        if kept.whole(path):
            _load(path)


def prepare() -> str:
    """Have the compiled engine in this process: from where it is kept, or compiled, in some 15 s, and kept.

    Where it cannot be kept, it is not compiled either, and this says why.
    """
    if _is_loaded() or _plain():
        return ""
    try:
        path = kept.place()
        if not kept.whole(path) or not _load(path):
            kept.make_room(path)
            make()
            return "" if _load(path) else _useless
    except (OSError, RuntimeError) as error:
        return str(error)
    return ""


def _may_compile() -> bool:
    return os.environ.get("EXPOSIM_COMPILE", "").lower() not in ("no", "0", "off", "false", "never")


def _plain() -> bool:
    """Whether Numba is told not to compile."""
    from sim.engine.compiled import interpreted

    return interpreted()


def _is_loaded() -> bool:
    compiled: Any = sys.modules.get("sim.engine.compiled")
    loaded = getattr(compiled, "loaded", None)  # another thread may be importing it
    return loaded is not None and bool(loaded())


def _load(path: Path) -> bool:
    """Load what is kept, but never compile; what cannot be loaded is taken away."""
    global _useless
    from sim.engine.compiled import load

    if load(path):
        kept.used(path)
        return True
    _useless = "what was kept of the compiled engine could not be loaded"
    kept.remove(path)
    with kept.alone(path, wait=False):
        kept.failed(path, _useless)  # it would be no better if it were made again
    return False


def changed() -> bool:
    """Whether somebody has put something else in the place of a method of the SimPy engine.

    The compiled rules would not do as that does.
    """
    for name, module in list(sys.modules.items()):
        if name.startswith(_OWN):
            for each in list(vars(module).values()):  # another thread may be importing it
                if isinstance(each, type) and each.__module__ == name and _is_patched(each):
                    return True
    engine: Any = getattr(sys.modules.get(_OWN), "ExpoFloor", None)
    return engine is not None and not engine.__module__.startswith(_OWN)


def _is_patched(kind: type) -> bool:
    if issubclass(kind, (Enum, tuple)):  # which have methods that Python makes
        return False
    methods = (each for name, each in vars(kind).items() if not name.startswith("__") or name == "__init__")
    return any(
        callable(each) and not isinstance(each, type) and not str(each.__module__).startswith(_OWN)
        for each in methods
    )
