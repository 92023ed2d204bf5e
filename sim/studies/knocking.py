"""Whether a Dask scheduler answers at an address: what is asked before a client is made.

A client waits without end where something else listens, and one that was never connected complains when the
program ends. So nobody makes one before somebody has answered as Dask does.
"""

from __future__ import annotations

import json
import os
import re
from threading import Thread
from typing import Final

__all__ = ["address_in", "is_address", "knock"]

_ADDRESS: Final = re.compile(r"(?:(?:tcp|tls|ws|wss|ucx)://)?(?:\[[0-9a-fA-F:.]+\]|[^\s:/\[\]]+):(\d{1,5})/?")


def is_address(text: str) -> bool:
    """Whether a text is the address of a scheduler: a host and a port, perhaps the way there."""
    found = _ADDRESS.fullmatch(text)
    return found is not None and 0 < int(found[1]) < 65536


def address_in(file: str | os.PathLike[str]) -> str | None:
    """The address that a scheduler has written into a file; None if there is none in it."""
    try:
        with open(file, "rb") as opened:
            said = json.loads(opened.read(1_000_000))
    except (OSError, ValueError, RecursionError):
        return None
    address = said.get("address") if isinstance(said, dict) else None
    return address if isinstance(address, str) and is_address(address) else None


def knock(address: str, seconds: float) -> None:
    """See that somebody answers there as Dask does.

    Asked is by TCP only: other ways are kept with keys that a client finds for itself.

    Raises:
        OSError: nobody does within these seconds, or not so.
    """
    if not address.startswith("tcp://") and "://" in address:
        return
    import asyncio

    from distributed.comm.core import connect

    why: list[BaseException] = []

    async def ask() -> None:
        comm = await asyncio.wait_for(connect(address, timeout=seconds), 2 * seconds)
        comm.abort()

    def run() -> None:
        try:
            asyncio.run(ask())
        except Exception as error:  # whatever it was that answered
            why.append(error)

    asking = Thread(target=run, daemon=True, name="exposim-knock")  # a notebook has a loop of its own here
    asking.start()
    asking.join(4 * seconds)
    if asking.is_alive() or why:
        said = " ".join(str(why[0]).split()) if why and isinstance(why[0], OSError) else ""
        raise OSError(said or "something else listens there, and does not answer as Dask does")
