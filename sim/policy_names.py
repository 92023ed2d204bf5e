"""The names of policies: those that are shipped, and those that a user has registered.

Scenarios check names without loading the policies themselves, which need slow libraries.
"""

from __future__ import annotations

from typing import Final

__all__ = ["HEED_LEAST", "SHIPPED_POLICIES", "add_policy_name", "forget_own_names", "policy_names"]

SHIPPED_POLICIES: Final = (
    "none",
    "first_come",
    "round_robin",
    "greedy",
    "stable",
    "slot_by_slot",
    "optimal",
    "fair",
)
"""Names of the policies that come with the house, in the order in which they are told."""

HEED_LEAST: Final = tuple(name for name in SHIPPED_POLICIES if name != "none")
"""Policies that serve those first who would be short of the meetings they are to have at least."""

_own: dict[str, None] = {}


def policy_names() -> tuple[str, ...]:
    """All names that a scenario may give as its policy, one's own last."""
    return (*SHIPPED_POLICIES, *_own)


def add_policy_name(name: str) -> None:
    """Make a name known as that of a user's own policy."""
    _own[name] = None


def forget_own_names() -> None:
    """Know the shipped policies alone again."""
    _own.clear()
