"""Lists written into files of a folder of the test's own, and read."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from sim.interchange import ListError, Lists, arrange, read_lists

GOOD = "who,whom,weight\nAnn,Ben,0.9\nAnn,Cem,0.4\nDan,Ben,0.7\n"
FILES = ("availability", "limits", "places", "slots")


def read(requests: str | bytes = GOOD, **given: Any) -> Lists:
    """The lists in files of these contents, `requests.csv` and so on; other options as they are."""
    options: dict[str, Any] = {"tables": 2, "slots": 2} | given
    for name, content in ({"requests": requests} | options).items():
        if name in ("requests", *FILES) and isinstance(content, str | bytes):
            data = content.encode() if isinstance(content, str) else content
            Path(f"{name}.csv").write_bytes(data)
            options[name] = Path(f"{name}.csv")
    return read_lists(options.pop("requests"), **options)


def says(requests: str | bytes = GOOD, **given: Any) -> list[str]:
    """The lines of the error that the same lists are refused with."""
    with pytest.raises(ListError) as caught:
        read(requests, **given)
    return str(caught.value).splitlines()


def row(text: str, header: str = "who,whom,weight") -> str:
    """A file of a header and these rows."""
    return f"{header}\n{text}\n"


def held(lists: Lists) -> dict[tuple[str, str], str | None]:
    """The slot of each request of the timetable that is made of the lists."""
    return {(each.who, each.whom): each.slot for each in arrange(lists).rows()}


SLOTS = row(
    "11:00,2026-05-12 11:00,2026-05-12 11:30\n12:00,2026-05-12 12:00,2026-05-12 12:30\n"
    "12:30,2026-05-12 12:30,2026-05-12 13:00\n13:00,2026-05-12 13:00,2026-05-12 13:30",
    "slot,start,end",
)
