"""Keyed random streams: every draw is a hash of (seed, replication, purpose, key, index).

The generator is Philox4x32-10 (Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy
as 1, 2, 3", SC 2011), a counter-based generator: a draw depends on its address only, never on the
draws made before it. Keys are made from names and from positions within a rule, so a change in one
part of a scenario leaves every other draw as it was (common random numbers by construction).
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from hashlib import blake2b
from typing import Final

import numpy as np
import numpy.typing as npt

from sim.loops import have

__all__ = [
    "FloatArray",
    "KeyArray",
    "Streams",
    "fraction",
    "hashed_below",
    "key_of",
    "keys_of",
    "subkeys",
    "subkeys_of",
]

FloatArray = npt.NDArray[np.float64]
KeyArray = npt.NDArray[np.uint64]
_Words = npt.NDArray[np.uint32]

_TIMES: Final = (0xD2511F53, 0xCD9E8D57)  # what the words 0 and 2 are multiplied by in each round
_NEXT: Final = (0x9E3779B9, 0xBB67AE85)  # added to the halves of the key from round to round
_MIXING: Final = (0xBF58476D1CE4E5B9, 0x94D049BB133111EB)  # of SplitMix64
_M: Final = np.array(_TIMES, dtype=np.uint64)[:, None]
_ROUNDS: Final = 10
_LOWER: Final = 0 if sys.byteorder == "little" else 1  # of the halves of a 64-bit word, as they lie in memory
_STEPS: Final = np.outer(range(_ROUNDS), _NEXT).astype(np.uint32)[..., None]  # (10, 2, 1)
_CHUNK: Final = 1 << 14  # blocks at a time: the working set stays in the processor's cache


def key_of(*parts: str | int) -> int:
    """The 64-bit key of a name or of a path of names and positions."""
    text = "\x1f".join(f"{type(part).__name__}:{part}" for part in parts)
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "little")


def keys_of(names: list[str]) -> KeyArray:
    """The keys of many names, in order."""
    return np.array([key_of(name) for name in names], dtype=np.uint64)


def subkeys(parent: int | KeyArray, position: int | npt.NDArray[np.integer] | KeyArray) -> KeyArray:
    """Keys of the members at `position` below `parent` (both broadcast).

    The mixing function is the finaliser of SplitMix64 (Steele, Lea and Flood, OOPSLA 2014), a
    bijection for a fixed parent: members of one parent never collide.
    """
    with np.errstate(over="ignore"):
        upper = np.asarray(parent, dtype=np.uint64)
        z = np.atleast_1d(_mixed(upper) + np.asarray(position).astype(np.uint64))
        return _mix(z, np.empty_like(z))


def subkeys_of(parents: KeyArray, of: npt.NDArray[np.integer], positions: KeyArray) -> KeyArray:
    """`subkeys(parents[of], positions)`, where many have the same parent: these are mixed once each."""
    with np.errstate(over="ignore"):
        z = _mixed(parents)[of]
        z += positions
        return _mix(z, np.empty_like(z))


def hashed_below(
    parents: KeyArray,
    positions: KeyArray,
    weight: FloatArray,
    limit: FloatArray,
    two: KeyArray,
    *,
    turned: bool = False,
) -> tuple[npt.NDArray[np.int64], KeyArray]:
    """Pairs of a parent and a position whose hash (`subkeys`), as a share of 2^64, is below a limit.

    That is the `limit` of the parent (parents,) times the `weight` of the pair (parents, positions); hashes
    are looked at to 32 bits. If they are to be `turned`, every bit of a hash is taken for the other. `two`
    (2, parents or more, positions) is used as it pleases.

    Returns: where the pairs are in `weight`, gone through row by row, and their hashes.
    """
    limit = limit * 2.0**32
    code = have()
    if (
        code is not None
        and _are_keys(parents, positions, two)
        and two.flags.c_contiguous
        and parents.shape == limit.shape
        and weight.shape == (*parents.shape, *positions.shape) == two[0, : len(parents)].shape
    ):
        weight, positions = np.ascontiguousarray(weight, dtype=np.float64), np.ascontiguousarray(positions)
        at, hashed = np.empty(weight.size, dtype=np.int64), two[1].ravel()
        n = code.below(_mixed(parents), positions, *weight.shape, weight, limit, turned, two[0], at, hashed)
        return at[:n].copy(), hashed[:n].copy()
    with np.errstate(over="ignore"):
        two = two[:, : len(parents)]
        hashed = _mix(np.add(_mixed(parents)[:, None], positions, out=two[0]), two[1])
    if turned:
        np.invert(hashed, out=hashed)
    upper = hashed.view(np.uint32).reshape(*hashed.shape, 2)[..., 1 - _LOWER]
    at = np.flatnonzero(upper < weight * limit[:, None])
    return at, hashed.ravel()[at]


def fraction(words: KeyArray, bits: int) -> FloatArray:
    """Uniforms in (0, 1), never at an end, of whole numbers of at most 52 `bits`."""
    result = words.view(np.int64).astype(np.float64)  # signed: converted much faster
    result += 0.5
    result *= 2.0**-bits
    return result


def _mixed(parent: KeyArray) -> KeyArray:
    z = np.atleast_1d(parent + np.uint64(0x9E3779B97F4A7C15))
    return _mix(z, np.empty_like(z)).reshape(parent.shape)


def _are_keys(*arrays: KeyArray) -> bool:
    """Whether all are plain arrays of keys: a loop sees what lies in memory, whatever that is of."""
    return all(type(each) is np.ndarray and each.dtype == np.uint64 for each in arrays)


def _mix(z: KeyArray, scratch: KeyArray) -> KeyArray:
    # in place: less memory to go through
    code = have()
    if code is not None and _are_keys(z) and z.flags.forc:
        code.mix(z, z.size)
        return z
    z ^= np.right_shift(z, np.uint64(30), out=scratch)
    z *= np.uint64(_MIXING[0])
    z ^= np.right_shift(z, np.uint64(27), out=scratch)
    z *= np.uint64(_MIXING[1])
    z ^= np.right_shift(z, np.uint64(31), out=scratch)
    return z


def philox(counter: KeyArray, key: int) -> KeyArray:
    """Philox4x32-10 of counters of shape (4, n), 32-bit words held in uint64, under a 64-bit key."""
    words = counter.astype(np.uint32)
    return _philox(words[::2], words[1::2], key)


def _philox(even: _Words, odd: _Words, key: int) -> KeyArray:
    """Philox4x32-10 of the words 0 and 2, and 1 and 3, of counters, (2, n) each: shape (4, n).

    Two words are two rows of one array, and the halves of a product are looked at where they are: few draws
    cost few calls, and many go through little memory.
    """
    products = np.empty((2, *even.shape), dtype=np.uint64)  # of this round, while the last is still read
    halves = list(zip(products, *_halves(products[:, ::-1]), strict=True))
    keys = np.array([[key & 0xFFFFFFFF], [key >> 32]], dtype=np.uint32) + _STEPS  # modulo 2^32
    even = even.copy()
    for turn, words in enumerate(keys):
        product, low, high = halves[turn & 1]
        np.multiply(even, _M, out=product)
        np.bitwise_xor(high, odd, out=even)
        even ^= words
        odd = low
    out = np.empty((4, even.shape[1]), dtype=np.uint64)
    out[::2], out[1::2] = even, odd
    return out


def _halves(words: KeyArray) -> tuple[_Words, _Words]:
    """The lower and the upper halves of 64-bit words, as views."""
    both = words.view(np.uint32).reshape(*words.shape, 2)
    return both[..., _LOWER], both[..., 1 - _LOWER]


class Streams:
    """The random streams of one replication of one seed."""

    def __init__(self, seed: int, replication: int) -> None:
        self.seed = seed
        self.replication = replication

    def __repr__(self) -> str:
        return f"Streams(seed={self.seed}, replication={self.replication})"

    def blocks(self, purpose: str, keys: KeyArray, index: int | npt.ArrayLike = 0) -> KeyArray:
        """Four 32-bit words for each key: shape (4, n), held in uint64.

        `index` (scalar or one for each key, up to 64 bits) numbers the draws of one key.
        """
        out = np.empty((4, np.size(keys)), dtype=np.uint64)
        if code := have():
            code.blocks(*self._addressed(purpose, keys, index), out)
            return out
        for chunk, words in self._chunks(purpose, keys, index):
            out[:, chunk] = words
        return out

    def uniform(self, purpose: str, keys: KeyArray, index: int | npt.ArrayLike = 0) -> FloatArray:
        """One uniform in (0, 1), of 52 bits so that neither end is ever reached, for each key."""
        out = np.empty(np.size(keys))
        if code := have():
            code.uniform(*self._addressed(purpose, keys, index), out)
            return out
        for chunk, words in self._chunks(purpose, keys, index):
            bits = words[0] << np.uint64(20)
            bits ^= words[1] >> np.uint64(12)
            out[chunk] = fraction(bits, 52)
        return out

    def quartet(self, purpose: str, keys: KeyArray, index: int | npt.ArrayLike = 0) -> FloatArray:
        """Four uniforms in (0, 1) of 32 bits for each key: shape (4, n), at the price of one."""
        out = np.empty((4, np.size(keys)))
        if code := have():
            code.quartet(*self._addressed(purpose, keys, index), out)
            return out
        for chunk, words in self._chunks(purpose, keys, index):
            out[:, chunk] = fraction(words, 32)
        return out

    def _chunks(
        self, purpose: str, keys: KeyArray, index: int | npt.ArrayLike
    ) -> Iterator[tuple[slice, KeyArray]]:
        """The blocks of some keys at a time, and which keys these are."""
        first, second, number, key = self._addressed(purpose, keys, index)
        counters = np.stack((first, second))
        for low in range(0, number, _CHUNK):
            chunk = slice(low, low + _CHUNK)
            yield chunk, _philox(*_halves(counters[:, chunk]), key)

    def _addressed(
        self, purpose: str, keys: KeyArray, index: int | npt.ArrayLike
    ) -> tuple[KeyArray, KeyArray, int, int]:
        """Where draws are: keys and indices, how many, and the key of the stream."""
        counters = np.empty((2, np.size(keys)), dtype=np.uint64)
        counters[0] = keys
        counters[1] = index if isinstance(index, int) else np.asarray(index).astype(np.uint64)
        return *counters, counters.shape[1], key_of(self.seed, self.replication, purpose)
