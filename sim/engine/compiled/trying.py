"""What was compiled, tried out before it is kept: a floor is played, and draws are to be NumPy's."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from sim.arithmetic import exp, log, normal_quantile
from sim.engine.compiled.native import Functions
from sim.engine.compiled.run import run
from sim.engine.compiled.smallest import smallest
from sim.floor.arrays import IntArray
from sim.loops import Loops, using
from sim.matchmaking.wishes.affinity import Profiles, directions
from sim.streams import FloatArray, KeyArray, Streams, hashed_below, subkeys

__all__ = ["differing", "try_out"]

_MANY: Final = 5_000
_ROWS: Final = 20


def try_out(functions: Functions) -> None:
    """Raise RuntimeError unless they are as they should be."""
    run(smallest(), functions)
    if functions.loops is not None and (wrong := differing(functions.loops)):
        raise RuntimeError(f"machine code does not come to what NumPy does: {', '.join(wrong)}")


def differing(code: Loops) -> list[str]:
    """The loops that do not come to what array operations do, to the last bit, on numbers of all sizes."""
    with using(None):
        by_arrays = _everything()
    with using(code):
        by_code = _everything()
    return [name for name, was in by_arrays.items() if was.tobytes() != by_code[name].tobytes()]


def _everything() -> dict[str, Any]:
    keys, streams = subkeys(7, np.arange(_MANY)), Streams(2, 3)
    u = streams.uniform("tried.uniform", keys, np.arange(_MANY))
    sizes = 2.0 ** (2094 * u[::-1] - 1074)  # of which some are too small for all digits
    few = 2.0 ** (-60 * u)
    ends = np.array([0.0, 0.5, 1.0, 2.0**-1022, 5e-324, 1 - 2.0**-53])
    return {
        "blocks": streams.blocks("tried.blocks", keys, 1 << 63),
        "uniform": u,
        "quartet": streams.quartet("tried.quartet", keys),
        "mix": keys,
        "log": log(np.concatenate((u, sizes, ends))),
        "exp": exp(np.concatenate((1600 * u - 800, few, -few, ends))),
        "normal_quantile": normal_quantile(np.concatenate((u, few, 1 - few, ends))),
        "directions": np.stack(directions(_profiles(u), *np.divmod(np.arange(_ROWS**2), _ROWS))),
        "below": np.concatenate([*_below(keys, u, turned=False), *_below(keys, u, turned=True)]),
    }


def _profiles(u: FloatArray) -> Profiles:
    shares = u.reshape(_ROWS, 2, -1) * (2 / (u.size // _ROWS))
    return Profiles(shares[:, 0], shares[:, 1], *np.ones((2, _ROWS)))


def _below(keys: KeyArray, u: FloatArray, *, turned: bool) -> tuple[IntArray, KeyArray]:
    weight, limit = u.reshape(_ROWS, -1), u[:_ROWS]
    two = np.empty((2, *weight.shape), dtype=np.uint64)
    return hashed_below(keys[-_ROWS:], keys[: weight.shape[1]], weight, limit, two, turned=turned)
