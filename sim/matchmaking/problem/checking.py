"""Whether a problem is one: each of its columns has its shape, and nothing in it is out of range."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from sim.matchmaking.problem.problem import Problem

__all__ = ["check", "claim"]


def check(problem: Problem) -> None:
    """Raise ValueError, naming the first offender, if a column has not its shape or is out of range."""
    n, requests, slots = problem.participants, len(problem.a), len(problem.tables)
    for name in ("most", "least"):
        claim(getattr(problem, name).shape == (n,), f"{name} must have shape ({n},)")
        _none(getattr(problem, name) < 0, name, "must be ≥ 0")
    shapes = ((n,), (n, slots))
    claim(problem.capacity.shape in shapes, f"capacity must have shape ({n},) or ({n}, {slots})")
    _none((problem.capacity < 0).reshape(n, problem.capacity[:1].size).any(axis=1), "capacity", "must be ≥ 0")
    for name in ("b", "score", "wish_a", "wish_b", "arrival"):
        claim(getattr(problem, name).shape == (requests,), f"{name} must have shape ({requests},)")
    for name in ("start", "end"):
        claim(getattr(problem, name).shape == (slots,), f"{name} must have shape ({slots},)")
    _none((problem.a < 0) | (problem.a >= n), "a", f"must be a participant, 0 to {n - 1}")
    _none((problem.b < 0) | (problem.b >= n), "b", f"must be a participant, 0 to {n - 1}")
    _none(problem.a == problem.b, "request", "asks for a meeting with oneself")
    for name in ("score", "wish_a", "wish_b"):
        worth = getattr(problem, name)
        _none(~(np.isfinite(worth) & (worth >= 0)), name, "must be a number ≥ 0")
    _none(problem.tables < 0, "tables", "must be ≥ 0")
    _none(problem.end <= problem.start, "slot", "must end after it starts")
    _none(problem.start[1:] < problem.end[:-1], "slot", "overlaps the next one")
    claim(problem.pause is None or problem.pause >= 0, "pause must be ≥ 0")
    if problem.available is not None:
        claim(problem.available.shape == (n, slots), f"available must have shape ({n}, {slots})")
    _rules(problem)


def _rules(problem: Problem) -> None:
    n, requests, slots = problem.participants, len(problem.a), len(problem.tables)
    for name in ("veto", "must", "fixed", "pool", "place", "alternatives", "length"):
        column = getattr(problem, name)
        claim(column is None or column.shape == (requests,), f"{name} must have shape ({requests},)")
    if problem.fixed is not None:
        outside = (problem.fixed < -1) | (problem.fixed >= slots)
        _none(outside, "fixed", f"must be a slot, 0 to {slots - 1}, or -1")
    if problem.pool is not None:
        pools = 0 if problem.interpreters is None else len(problem.interpreters)
        _none((problem.pool < -1) | (problem.pool >= pools), "pool", f"must be one of {pools}, or -1")
    if problem.interpreters is not None:
        good = problem.interpreters.ndim == 2 and problem.interpreters.shape[1] == slots
        claim(good, f"interpreters must have a column for each of {slots} slots")
        _none((problem.interpreters < 0).any(axis=1), "interpreters", "must be ≥ 0")
    if problem.length is not None:
        _none(problem.length < 1, "length", "must be ≥ 1")
    for name in ("in_row", "most_a_day", "least_a_day", "most_days", "rest"):
        each = getattr(problem, name)
        claim(each is None or each.shape == (n,), f"{name} must have shape ({n},)")
        if each is not None:
            _none(each < 0, name, "must be ≥ 0")
    _days(problem)
    if problem.home is not None:
        claim(problem.home.shape == (n,), f"home must have shape ({n},)")
        most = int(problem.tables.max(initial=0))
        _none(
            (problem.home < -1) | (problem.home >= most), "home", f"must be a table, 0 to {most - 1}, or -1"
        )
    claim((problem.place is None) == (problem.walk is None), "place and walk go together")
    if problem.place is not None and problem.walk is not None:
        places = len(problem.walk)
        claim(problem.walk.shape == (places, places), "walk must have a row and a column for each place")
        _none((problem.place < -1) | (problem.place >= places), "place", f"must be one of {places}, or -1")
    if problem.place_room is not None:
        claim(problem.walk is not None, "place_room needs place and walk")
        places = len(problem.walk) if problem.walk is not None else 0
        good = problem.place_room.shape in ((places,), (places, slots))
        claim(good, f"place_room must have shape ({places},) or ({places}, {slots})")
        few = (problem.place_room < 0).reshape(places, problem.place_room[:1].size).any(axis=1)
        _none(few, "place_room", "must be ≥ 0")
    if problem.before is not None:
        claim(problem.before.shape[1:] == (2,), "before must have two columns")
        bad = ((problem.before < 0) | (problem.before >= requests)).any(axis=1)
        _none(bad, "before", "must name two requests")
        _none(problem.before[:, 0] == problem.before[:, 1], "before", "puts a request before itself")
    if problem.others is not None:
        claim(problem.others.shape[1:] == (2,), "others must have two columns")
        bad = (problem.others < 0) | (problem.others >= (requests, n))
        _none(bad.any(axis=1), "others", "must be a request and a participant")
        request, who = problem.attending
        one, count = np.unique(request * n + who, return_counts=True)
        twice = np.isin(problem.others[:, 0] * n + problem.others[:, 1], one[count > 1])
        _none(twice, "others", "names a participant who is in the meeting already")
    if problem.alternatives is not None:
        bad = (problem.alternatives < -1) | (problem.alternatives >= requests)
        _none(bad, "alternatives", f"must be a group, 0 to {requests - 1}, or -1")


def _days(problem: Problem) -> None:
    n, slots = problem.participants, problem.slots
    if problem.day is not None:
        claim(problem.day.shape == (slots,), f"day must have shape ({slots},)")
        _none(np.diff(problem.day) < 0, "day", "must not be after that of the next slot")
    claim((problem.spans is None) == (problem.keep is None), "spans and keep go together")
    if problem.spans is not None and problem.keep is not None:
        good = problem.spans.ndim == 2 and problem.spans.shape[1] == slots
        claim(good, f"spans must have a column for each of {slots} slots")
        claim(
            problem.keep.shape == (n, len(problem.spans)), f"keep must have shape ({n}, {len(problem.spans)})"
        )
        _none((problem.keep < 0).any(axis=1), "keep", "must be ≥ 0")


def claim(good: bool, message: str) -> None:
    """Raise ValueError with this message unless it is good."""
    if not good:
        raise ValueError(message)


def _none(bad: npt.NDArray[np.bool_] | np.bool_, name: str, message: str) -> None:
    if bad.any():
        raise ValueError(f"{name} {int(np.argmax(bad))}: {message}")
