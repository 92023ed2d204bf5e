"""Loops of draws, number by number, for Numba to compile: the twins of array operations elsewhere.

`sim.streams` says what hashes are, `sim.arithmetic` what functions come to, `sim.matchmaking` what a fit is;
here are the same steps, in the same order, so that the numbers are the same to the last bit (`trying`). No
product is fused with a sum: the compiler does that only where it is told to.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np

import sim.arithmetic as arithmetic
import sim.streams as streams
from sim.engine.compiled.compiling import written_out

__all__ = ["below", "blocks", "directions", "exp", "log", "mix", "normal_quantile", "quartet", "uniform"]

_LOW: Final = np.uint64(0xFFFFFFFF)
_HALF: Final = np.uint64(32)
_ROUNDS: Final = streams._ROUNDS
_EVEN, _ODD = map(np.uint64, streams._TIMES)
_NEXT_EVEN, _NEXT_ODD = map(np.uint64, streams._NEXT)
_20, _12, _30, _27, _31 = map(np.uint64, (20, 12, 30, 27, 31))
_FIRST, _SECOND = map(np.uint64, streams._MIXING)
_ALL: Final = np.uint64(0xFFFFFFFFFFFFFFFF)

_ATANH, _EXP = tuple(arithmetic._ATANH), tuple(arithmetic._EXP)
_CENTRE, _TAIL, _FAR = (
    (tuple(above), tuple(below)) for above, below in (arithmetic._CENTRE, arithmetic._TAIL, arithmetic._FAR)
)
_LN2_HIGH, _LN2_LOW, _PER_LN2 = arithmetic._LN2_HIGH, arithmetic._LN2_LOW, arithmetic._PER_LN2
_ROOT_HALF, _SMALLEST = arithmetic._ROOT_HALF, arithmetic._SMALLEST
_LEAST, _GREATEST = arithmetic._LEAST_EXPONENT, arithmetic._GREATEST_EXPONENT
_WHOLE: Final = 1.5 * 2.0**52  # what is added to it, and taken from it again, is a whole number
_FRACTION: Final = (1 << 52) - 1


@written_out
def _block(key: Any, index: Any, even: Any, odd: Any) -> Any:
    """Philox4x32-10 of a counter under a key, whose halves are `even` and `odd`."""
    a, b, c, d = key & _LOW, key >> _HALF, index & _LOW, index >> _HALF
    for _ in range(_ROUNDS):
        first, second = a * _EVEN, c * _ODD
        a, b = (second >> _HALF) ^ b ^ even, second & _LOW
        c, d = (first >> _HALF) ^ d ^ odd, first & _LOW
        even, odd = (even + _NEXT_EVEN) & _LOW, (odd + _NEXT_ODD) & _LOW
    return a, b, c, d


@written_out
def _fraction(word: Any, step: float) -> float:
    return (np.float64(np.int64(word)) + 0.5) * step


@written_out
def _mixed(z: Any) -> Any:
    z = (z ^ (z >> _30)) * _FIRST
    z = (z ^ (z >> _27)) * _SECOND
    return z ^ (z >> _31)


def blocks(keys: Any, indices: Any, n: int, stream: int, out: Any) -> None:
    """`Streams.blocks`."""
    even, odd = np.uint64(stream) & _LOW, np.uint64(stream) >> _HALF
    for i in range(n):
        a, b, c, d = _block(keys[i], indices[i], even, odd)
        out[i], out[n + i], out[2 * n + i], out[3 * n + i] = a, b, c, d


def uniform(keys: Any, indices: Any, n: int, stream: int, out: Any) -> None:
    """`Streams.uniform`."""
    even, odd = np.uint64(stream) & _LOW, np.uint64(stream) >> _HALF
    for i in range(n):
        a, b, _, _ = _block(keys[i], indices[i], even, odd)
        out[i] = _fraction((a << _20) ^ (b >> _12), 2.0**-52)


def quartet(keys: Any, indices: Any, n: int, stream: int, out: Any) -> None:
    """`Streams.quartet`."""
    even, odd = np.uint64(stream) & _LOW, np.uint64(stream) >> _HALF
    for i in range(n):
        a, b, c, d = _block(keys[i], indices[i], even, odd)
        out[i], out[n + i] = _fraction(a, 2.0**-32), _fraction(b, 2.0**-32)
        out[2 * n + i], out[3 * n + i] = _fraction(c, 2.0**-32), _fraction(d, 2.0**-32)


def mix(z: Any, n: int) -> None:
    """The mixing function of `subkeys`, in place."""
    for i in range(n):
        z[i] = _mixed(z[i])


@written_out
def _log(x: float) -> float:
    # the numbers below the least that has all its digits are taken for greater ones
    tiny = x < _SMALLEST
    bits = np.float64(x * 2.0**54 if tiny else x).view(np.int64)
    e = ((bits >> 52) & 2047) - (1076 if tiny else 1022)
    m = np.int64((bits & _FRACTION) | (1022 << 52)).view(np.float64)
    low = m < _ROOT_HALF
    m = 2 * m if low else m
    power = np.float64(e - 1 if low else e)
    s = (m - 1) / (m + 1)
    square = s * s
    value = square * _ATANH[0]
    value += _ATANH[1]
    for k in range(2, 9):
        value *= square
        value += _ATANH[k]
    value *= square
    value *= s
    value += power * _LN2_LOW
    value += 2 * s
    value += power * _LN2_HIGH
    if not x < np.inf:  # of what is no number there is none
        return np.nan
    return -np.inf if x == 0 else value


def log(x: Any, n: int, out: Any) -> None:
    """`arithmetic.log`."""
    for i in range(n):
        out[i] = _log(x[i])


def exp(x: Any, n: int, out: Any) -> None:
    """`arithmetic.exp`."""
    for i in range(n):
        given = x[i]
        given = _LEAST if given < _LEAST else given
        given = _GREATEST if given > _GREATEST else given
        k = (given * _PER_LN2 + _WHOLE) - _WHOLE
        r = given - k * _LN2_HIGH
        r -= k * _LN2_LOW
        value = r * _EXP[0]
        value += _EXP[1]
        for j in range(2, 14):
            value *= r
            value += _EXP[j]
        out[i] = value * np.int64((np.int64(k) + 1023) << 52).view(np.float64)


@written_out
def _ratio(above: Any, below: Any, x: float, times: float) -> float:
    """A polynomial, `times` something, over another, both of the seventh degree."""
    one, other = x * above[0], x * below[0]
    one += above[1]
    other += below[1]
    for k in range(2, 8):
        one *= x
        one += above[k]
        other *= x
        other += below[k]
    return times * one / other


def normal_quantile(u: Any, n: int, out: Any) -> None:
    """`arithmetic.normal_quantile`."""
    for i in range(n):
        q = u[i] - 0.5
        out[i] = _ratio(_CENTRE[0], _CENTRE[1], 0.180625 - q * q, q)
    for i in range(n):
        q = u[i] - 0.5
        if 0.180625 - q * q < 0:
            beyond = min(u[i], 1 - u[i])
            r = np.sqrt(-_log(max(beyond, _SMALLEST)))
            if beyond <= 0:
                distance = np.inf
            elif r > 5:
                distance = _ratio(_FAR[0], _FAR[1], r - 5, 1.0)
            else:
                distance = _ratio(_TAIL[0], _TAIL[1], r - 1.6, 1.0)
            out[i] = -distance if q < 0 else distance


def below(
    parents: Any,
    keys: Any,
    rows: int,
    columns: int,
    weight: Any,
    limit: Any,
    turned: int,
    hashed: Any,
    at: Any,
    hash_at: Any,
) -> int:
    """`hashed_below`: how many pairs, which, and their hashes; `hashed` has room for those of a row."""
    n = 0
    turn = _ALL if turned else np.uint64(0)
    for i in range(rows):
        parent, most, first = parents[i], limit[i], i * columns
        for j in range(columns):
            hashed[j] = _mixed(parent + keys[j]) ^ turn
        for j in range(columns):
            if np.float64(np.int64(hashed[j] >> _HALF)) < weight[first + j] * most:
                at[n], hash_at[n] = first + j, hashed[j]
                n += 1
    return n


def directions(
    offers: Any, needs: Any, cells: int, one: Any, other: Any, n: int, there: Any, back: Any
) -> None:
    """`affinity.directions`: sums of products so coarse that they are exact, in whatever order."""
    for k in range(n):
        i, j = one[k] * cells, other[k] * cells
        forth = to = 0.0
        for c in range(cells):
            forth += offers[i + c] * needs[j + c]
            to += offers[j + c] * needs[i + c]
        there[k], back[k] = forth, to
