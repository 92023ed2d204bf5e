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

`@sim.policy` before it makes it known by its name, so that a scenario may say `policy = "latest_first"`.
A policy sees scores, never affinity: a `Problem` holds none.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial, wraps
from inspect import signature
from typing import Any, Final, TypeVar, overload

import numpy as np

from sim.matchmaking.policies.fair import fair
from sim.matchmaking.policies.interest import Interest, weighed
from sim.matchmaking.policies.musts import pledged
from sim.matchmaking.policies.optimal import optimal
from sim.matchmaking.policies.placing import first_come, greedy, none, round_robin
from sim.matchmaking.policies.slot_by_slot import slot_by_slot
from sim.matchmaking.policies.stable import stable
from sim.matchmaking.policies.timetable import Answer, PolicyError, Reason, Timetable, timetable
from sim.matchmaking.problem.problem import UNSCHEDULED, BoolArray, Problem
from sim.matchmaking.wishes.affinity import IntArray
from sim.policy_names import SHIPPED_POLICIES, add_policy_name, forget_own_names

__all__ = ["POLICIES", "Policy", "own_policies", "policy", "policy_named", "register", "solve"]

Policy = Callable[[Problem], IntArray | Answer]
_P = TypeVar("_P", bound=Callable[..., Any])

_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")  # as names in a scenario


POLICIES: Final[dict[str, Policy]] = {
    policy.__name__: policy
    for policy in (none, first_come, round_robin, greedy, stable, slot_by_slot, optimal, fair)
}
"""Policies by the name a scenario calls them; a user's own come after those that are shipped."""


def register(name: str, policy: Policy) -> None:
    """Make a policy known by name, so that scenarios can call it.

    A policy gives way to one of the same name and module, as when a notebook's cell is run again.

    Raises ValueError if it is no name that a scenario can hold, or that of a policy that is shipped or of
    another module.
    """
    if not _NAME.fullmatch(name):
        raise ValueError(f"policy {name!r}: a name has letters, digits, '_' and '-', 64 at most")
    if name in SHIPPED_POLICIES:
        if POLICIES[name] is policy:
            return
        raise ValueError(f"there is already a policy {name!r}, and it is shipped: give yours another name")
    before = POLICIES.get(name, policy).__module__
    if before != policy.__module__:
        raise ValueError(
            f"there is already a policy {name!r}, of the module {before}: give yours another name"
        )
    POLICIES[name] = policy
    add_policy_name(name)


def forget_own_policies() -> None:
    """Take away what a user has registered."""
    for name in own_policies():
        del POLICIES[name]
    forget_own_names()


@overload
def policy(named: str) -> Callable[[_P], _P]: ...
@overload
def policy(named: _P) -> _P: ...
def policy(named: str | _P) -> Callable[[_P], _P] | _P:
    """Register a function as a policy of its own name, or of the name given, `@policy("latest_first")`.

    Raises ValueError as `register` does.
    """
    if isinstance(named, str):

        def registered(function: _P) -> _P:
            register(named, function)
            return function

        return registered
    register(named.__name__, named)
    return named


def own_policies() -> dict[str, Policy]:
    """The policies that a user has registered, by name."""
    return {name: policy for name, policy in POLICIES.items() if name not in SHIPPED_POLICIES}


def policy_named(name: str) -> Policy:
    """The policy of this name; raises ValueError, listing those there are, if there is none."""
    if name not in POLICIES:
        raise ValueError(f"unknown policy {name!r}; there are {', '.join(sorted(POLICIES))}")
    return POLICIES[name]


def solve(
    problem: Problem,
    policy: str | Policy,
    *,
    interest: Interest = "reciprocal",
    gives_up: BoolArray | None = None,
    options: Mapping[str, object] | None = None,
) -> Timetable:
    """The timetable that a policy (or the one of this name) makes of a problem, checked, with tables.

    `interest` says what a request is worth to the policy (`policies/interest.py`); value and bound
    of the timetable speak of that. `options` are the policy's own, keyword by keyword.

    With `gives_up` (requests,) there are two rounds: the meetings of the first are confirmed; those
    that one side gives up are struck, all others keep their slots, must-meets that found none have theirs
    before the rest, and the policy fills what is free. Nothing is proven of the whole then: no bound.

    Raises ValueError for an unknown name or option, PolicyError if the policy's answer breaks a rule, or if
    one's own, called by name, raises anything.
    """
    name = policy if isinstance(policy, str) else getattr(policy, "__name__", "policy")
    chosen = _telling(policy) if isinstance(policy, str) else policy
    chosen = _with_options(chosen, name, options or {})
    problem = weighed(problem, interest)
    first = timetable(problem, chosen(problem), name)
    if gives_up is None:
        return first
    on = first.slot != UNSCHEDULED
    confirmed, given_up = on & ~gives_up, on & gives_up
    left = replace(
        problem,
        veto=given_up if problem.veto is None else problem.veto | given_up,
        must=confirmed,
        fixed=np.where(confirmed, first.slot, UNSCHEDULED if problem.fixed is None else problem.fixed),
    )
    others = None if problem.must is None else problem.must & ~on
    if others is not None and others.any():  # which have their turn after whoever was told of a slot
        wanted = replace(left, must=confirmed | others)
        left = replace(left, must=pledged(wanted, confirmed) != UNSCHEDULED)
    second = timetable(left, chosen(left), name)
    return replace(
        second,
        problem=problem,
        reason=np.where(given_up, Reason.GIVEN_UP, second.reason).astype(np.int64),
        # what is proven of the second round is of what it was left, not of the problem
        whole_bound=None,
        table_worth=None,
        delegate_worth=None,
        claimed=False,
    )


def _telling(name: str) -> Policy:
    """The policy of this name; where it is a user's own, what it raises says so."""
    chosen = policy_named(name)
    if name in SHIPPED_POLICIES:
        return chosen

    @wraps(chosen)  # its options are still told by its signature
    def told(problem: Problem, **options: object) -> IntArray | Answer:
        try:
            return chosen(problem, **options)
        except Exception as error:
            raise PolicyError(f"{name}: {type(error).__name__}: {error}") from error

    return told


def _with_options(policy: Policy, name: str, options: Mapping[str, object]) -> Policy:
    if not options:
        return policy
    known = [p.name for p in signature(policy).parameters.values() if p.kind is p.KEYWORD_ONLY]
    for option in options:
        if option not in known:
            there = f"it has {', '.join(known)}" if known else "it has none"
            raise ValueError(f"policy {name!r} has no option {option!r}; {there}")
    return partial(policy, **options)
