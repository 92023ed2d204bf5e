"""The bytes of a file, or why there are none, in plain words: limits of size, and no endless devices."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import IO, Final

__all__ = ["A_DIRECTORY", "MISSING", "MOST_BYTES", "read_bytes", "read_stream"]

MOST_BYTES: Final = 32 << 20
"""The longest list: a row for each of half a million meetings."""
A_DIRECTORY: Final = "it is a directory"
MISSING: Final = "there is no such file"


def read_bytes(path: Path, most: int = MOST_BYTES, *, pipes: bool = True) -> bytes | str:
    """What is in a file, or why it cannot be read, as half a sentence: `it is a directory`.

    A file is `most` bytes long at most. Devices and sockets are not read; `pipes` are only if so said:
    those that a user gives on the command line, `<(...)`, end, while one that a file names may never be
    written to.
    """
    try:
        kind = os.stat(path).st_mode
        if stat.S_ISDIR(kind):
            return A_DIRECTORY
        if not (stat.S_ISREG(kind) or (pipes and stat.S_ISFIFO(kind))):
            return "it is not a file with text"
        with path.open("rb") as opened:
            return read_stream(opened, most)
    except FileNotFoundError:
        return MISSING
    except (OSError, ValueError) as error:
        return f"it cannot be read: {(getattr(error, 'strerror', None) or str(error)).lower()}"


def read_stream(stream: IO[bytes], most: int = MOST_BYTES) -> bytes | str:
    """What a stream holds, or that it is too long."""
    data = stream.read(most + 1)
    if len(data) > most:
        return f"it is longer than {most >> 20:,} MiB"
    return data
