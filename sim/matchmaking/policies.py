"""Policies: which requests become meetings, and in which slot.

A policy is a function of a `Problem` that answers with a slot for each request, -1 for none (or
with an `Answer`, if it can prove something). Any function will do:

    def latest_first(problem):
        calendars = Calendars(problem)
        for request in problem.in_order[::-1]:
            if slots := calendars.open(request):
                calendars.put(request, slots.bit_length() - 1)
        return calendars.slots()

    solve(problem, latest_first)

A policy sees scores, never affinity: a `Problem` holds none.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from sim.matchmaking.affinity import IntArray
from sim.matchmaking.optimal import optimal
from sim.matchmaking.placing import first_come, greedy, none, round_robin
from sim.matchmaking.problem import Problem
from sim.matchmaking.slot_by_slot import slot_by_slot
from sim.matchmaking.stable import stable
from sim.matchmaking.timetable import Answer, Timetable, timetable

__all__ = ["POLICIES", "Policy", "policy_named", "register", "solve"]

Policy = Callable[[Problem], IntArray | Answer]


POLICIES: Final[dict[str, Policy]] = {
    "none": none,
    "first_come": first_come,
    "round_robin": round_robin,
    "greedy": greedy,
    "stable": stable,
    "slot_by_slot": slot_by_slot,
    "optimal": optimal,
}
"""Policies by the name a scenario calls them."""


def register(name: str, policy: Policy) -> None:
    """Make a policy known by name, so that scenarios can call it.

    Raises ValueError if the name is taken by another one.
    """
    if POLICIES.setdefault(name, policy) is not policy:
        raise ValueError(f"there is already a policy {name!r}")


def policy_named(name: str) -> Policy:
    """The policy of this name; raises ValueError, listing those there are, if there is none."""
    if name not in POLICIES:
        raise ValueError(f"unknown policy {name!r}; there are {', '.join(sorted(POLICIES))}")
    return POLICIES[name]


def solve(problem: Problem, policy: str | Policy) -> Timetable:
    """The timetable that a policy (or the one of this name) makes of a problem, checked, with tables.

    Raises ValueError for an unknown name, PolicyError if the policy's answer breaks a rule.
    """
    chosen = policy_named(policy) if isinstance(policy, str) else policy
    name = policy if isinstance(policy, str) else getattr(policy, "__name__", "policy")
    return timetable(problem, chosen(problem), name)
