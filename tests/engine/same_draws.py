"""Loops of draws and what NumPy comes to, of numbers at random: are they the same, to the last bit?

`python -m tests.engine.same_draws ROUNDS [--first SEED] [--built] [--wrong]`

Prints what differs; the exit status is 1 if anything does. With `--built` also the floors of shipped
scenarios, built by both. With NUMBA_DISABLE_JIT=1 the loops are not compiled. With `--wrong` each loop in
turn is made to be wrong in the last bit of one number, and it is a failure unless that is found.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from dataclasses import astuple
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from sim.arithmetic import exp, log, normal_quantile
from sim.engine.compiled import interpreted
from sim.expo import build
from sim.expo.draw.clocks import first_of
from sim.loops import Loops, using
from sim.matchmaking.wishes.affinity import Profiles, directions
from sim.streams import Streams, subkeys, subkeys_of

__all__ = ["main", "there"]

SHIPPED: Final = ("erlang", "quickstart", "hungary-2024", "cisce-2023")


def there() -> Loops:
    """The loops of this process: plain Python, if that is asked for, or machine code."""
    if interpreted():
        from sim.engine.compiled import draws

        return Loops(*(_quiet(getattr(draws, name)) for name in Loops._fields))
    from sim.engine.choosing import prepare
    from sim.engine.compiled.run import here

    prepare()

    found = here().loops
    assert found is not None
    return found


def _quiet(function: Callable[..., Any]) -> Callable[..., Any]:
    """Plain Python that sees arrays as they lie in memory; whole numbers may go over, as a processor's do."""

    def quiet(*arguments: Any) -> Any:
        with np.errstate(over="ignore"):
            return function(
                *(each.ravel("K") if isinstance(each, np.ndarray) else each for each in arguments)
            )

    return quiet


def main(arguments: Sequence[str] | None = None) -> int:
    """Compare; 1 if anything differs."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("rounds", type=int)
    parser.add_argument("--first", type=int, default=0, help="the first seed")
    parser.add_argument("--built", action="store_true", help="shipped scenarios too")
    parser.add_argument("--wrong", action="store_true", help="whether a wrong bit is found")
    asked = parser.parse_args(arguments)
    code = there()
    differ = sum(_differs(seed, code) for seed in range(asked.first, asked.first + asked.rounds))
    print(f"{asked.rounds:,} rounds, {differ} differ")
    for name in SHIPPED if asked.built else ():
        by = [_built(name, each) for each in (None, code)]
        differ += by[0] != by[1]
        print(f"{name}: {'the same floor' if by[0] == by[1] else 'the floors differ'}, {len(by[0]):,} bytes")
    if asked.wrong:
        from sim.engine.compiled.trying import differing

        found = {name: differing(_wrong(code, name)) for name in Loops._fields}
        differ += differing(code) != []
        differ += sum(name not in told for name, told in found.items())
        print(
            *(f"{name} wrong: {', '.join(told) or 'nothing'} differs" for name, told in found.items()),
            sep="\n",
        )
    return int(differ > 0)


def _wrong(code: Loops, name: str) -> Loops:
    """The loops, of which one is wrong in the last bit of the last number, or leaves the last pair out."""
    right = getattr(code, name)

    def wrong(*arguments: Any) -> Any:
        given = right(*arguments)
        if name == "below":
            return max(0, given - 1)
        out = arguments[0] if name == "mix" else arguments[-1]
        out.reshape(-1)[-1:].view(np.uint8)[:1] ^= 1
        return given

    return code._replace(**{name: wrong})


def _built(name: str, code: Loops | None) -> bytes:
    with using(code):
        floor = build(name).floor
    tables = [each for part in astuple(floor) for each in (part if isinstance(part, tuple) else (part,))]
    return b"".join(np.ascontiguousarray(each).tobytes() for each in tables)


def _differs(seed: int, code: Loops) -> bool:
    """Whether anything does in a round, and say so."""
    with using(None):
        by_arrays = _round(np.random.default_rng(seed))
    with using(code):
        by_code = _round(np.random.default_rng(seed))
    wrong = [name for name, was in by_arrays.items() if was.tobytes() != by_code[name].tobytes()]
    if wrong:
        print(f"seed {seed}: {', '.join(wrong)}")
    return bool(wrong)


def _round(random: np.random.Generator) -> dict[str, npt.NDArray[Any]]:
    """Whatever draws, of arrays of some size, in some order in memory, with numbers of all sizes."""
    n = int(10 ** random.uniform(0, 3 if interpreted() else 5))
    keys = random.integers(0, 2**64, 2 * n, dtype=np.uint64)[:: random.integers(1, 3)][:n]
    index = (
        random.integers(0, 2**64, n, dtype=np.uint64) if random.random() < 0.5 else int(random.integers(99))
    )
    streams = Streams(int(random.integers(2**63)), int(random.integers(1000)))
    u = streams.uniform("u", keys, index)
    sizes = 2.0 ** random.uniform(-1074, 1020, n)
    small = 2.0 ** random.uniform(-80, 0, n)
    few, many = keys[: max(1, n // 50)], keys[:50]
    weight = random.uniform(0, 2, (len(few), len(many))) * (random.random((len(few), len(many))) < 0.8)
    rung = first_of(
        few,
        many,
        lambda rows: weight[rows],
        random.integers(0, len(many), len(few)),
        late=bool(random.random() < 0.5),
    )
    return {
        "blocks": streams.blocks("blocks", keys, index),
        "uniform": u,
        "quartet": streams.quartet("quartet", keys, index),
        "subkeys": subkeys(few[:, None], many[None, ::-1]),
        "subkeys by columns": subkeys(subkeys(few[:, None], many).T, 3),
        "subkeys_of": subkeys_of(few, random.integers(0, len(few), n), keys),
        "directions": np.stack(directions(_profiles(random), *random.integers(0, 40, (2, n)))),
        "log": log(np.concatenate((u, sizes, [0.0]))[::-1]),
        "log of no number": _none_of(np.array([np.nan, np.inf, 0.5])),
        "exp": exp(random.uniform(-900, 900, (n, 3)).T),
        "exp of little": exp(random.choice([-1, 1], n) * small),
        "normal_quantile": normal_quantile(np.concatenate((u, small, 1 - small, [0.0, 0.5, 1.0]))),
        "first_of": np.concatenate([each.astype(np.float64) for each in rung]),
    }


def _none_of(x: npt.NDArray[np.float64]) -> npt.NDArray[np.bool_]:
    """Of what there is no logarithm: which bits say so, processors differ in."""
    with np.errstate(invalid="ignore"):
        return np.isnan(log(x))


def _profiles(random: np.random.Generator) -> Profiles:
    """Of 40 participants, as sparse as usual."""
    offers, needs = random.dirichlet(np.full(int(random.integers(1, 40)), 0.1), (2, 40))
    return Profiles(offers, needs, *np.ones((2, 40)))


if __name__ == "__main__":
    sys.exit(main())
