"""What is known on an evening of a matchmaking programme's meetings: what the days left are planned from."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sim.floor.arrays import IntArray

__all__ = ["Evening"]


@dataclass(frozen=True, slots=True)
class Evening:
    """An entry a request of a programme, as they were sent; NONE where there is no meeting."""

    until: int  # ms: slots that begin before are over
    start: IntArray  # ms: of its meeting, as planned so far
    place: IntArray
    held: npt.NDArray[np.bool_]  # whether it was, by now
    again_start: IntArray  # ms: of the meeting that it was asked for again, once the first had failed
    again_place: IntArray
    again_held: npt.NDArray[np.bool_]
    asker_gone: npt.NDArray[np.bool_]  # whether who asked came to none of his meetings, two or more
    asked_gone: npt.NDArray[np.bool_]
