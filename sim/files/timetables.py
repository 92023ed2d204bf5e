"""The columns of a published timetable, which scenarios and people's own lists read alike."""

from __future__ import annotations

from typing import Final

__all__ = ["COLUMNS"]

COLUMNS: Final = {
    "id": "the request's name",
    "who": "who asked for the meeting",
    "whom": "whom he asked",
    "with": "who else was there",
    "slot": "the slot it was in, empty if it had none",
    "start": "when that slot started",
    "end": "when it ended",
    "table": "the table it was at, from 1",
    "weight": "what the meeting was worth",
    "reason": "why it had no slot",
    "who_delegate": "who of the asker's people sat there",
    "whom_delegate": "who of the asked one's",
    "revision": "of the calendars that were written with it",
    "gone": "who of them has left the event, with ; between",
    "number": "which meeting of these people it is in calendars, from 1",
    "off_slot": "of a meeting that was called off, and is no request: the slot it was in",
    "off_start": "when it was to start",
    "off_end": "when it was to end",
}
