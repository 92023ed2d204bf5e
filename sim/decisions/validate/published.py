"""What an organiser published of what came of an event: its own counts, rounded and not audited."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

__all__ = ["CAME_OF_IT", "an_exhibitor"]

CAME_OF_IT: Final[Mapping[str, Mapping[str, int]]] = {
    "cisce-2024": {"exhibitors": 620, "chain": 37_000, "key": 18_000, "intentions": 6_700, "agreements": 210}
}
"""Direct exhibitors, and what all of them had, by event (FACTS: cisce-2024, FACTS: chain-contacts)."""


def an_exhibitor(event: str) -> dict[str, float]:
    """What was published over the event's direct exhibitors; nothing of an event of which nothing was."""
    counts = dict(CAME_OF_IT.get(event, {}))
    exhibitors = counts.pop("exhibitors", 1)
    return {name: count / exhibitors for name, count in counts.items()}
