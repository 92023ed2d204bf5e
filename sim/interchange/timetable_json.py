"""A timetable told to machines: as JSON."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.interchange.arranging import Arranged
from sim.interchange.changes import changes_json
from sim.interchange.past_told import past_json
from sim.interchange.timetable_facts import clash_of, minutes_of, named_request, price
from sim.matchmaking import Timetable
from sim.matchmaking.compact.waiting import spread
from sim.matchmaking.policies.leasts import missing
from sim.policy_names import HEED_LEAST

__all__ = ["as_json"]


def as_json(arranged: Arranged) -> dict[str, Any]:
    """Everything, for machines."""
    made, lists, problem = arranged.timetable, arranged.lists, arranged.timetable.problem
    held, short = arranged.meetings.tolist(), arranged.short.tolist()
    worth = [None] * problem.participants if made.delegate_worth is None else made.delegate_worth.tolist()
    on = np.flatnonzero(made.slot >= 0)
    here = np.bincount(problem.occupied(on, made.slot[on])[1], minlength=problem.slots).tolist()
    run = None if arranged.again is None else arranged.again.delegate
    again = [None] * problem.participants if run is None else run.tolist()
    return {
        "policy": arranged.policy,
        "interest": arranged.interest,
        "requests": problem.requests,
        "meetings": made.meetings,
        "value": _number(made, made.whole_value),
        "value_exact": _exact(made, made.whole_value),
        "bound": _number(made, made.whole_bound),
        "bound_exact": _exact(made, made.whole_bound),
        "gap": made.gap,
        "proven": made.proven,
        "not_settled": list(made.unsettled),
        "best_by_solver": made.claimed,
        "cut": made.cut,
        "breaks": int(arranged.breaks.sum()),
        "most_breaks": int(arranged.breaks.max(initial=0)),
        "breaks_spread": spread(arranged.breaks),
        "wait_minutes": minutes_of(arranged, arranged.waiting.waits.sum()),
        "most_wait_minutes": minutes_of(arranged, arranged.waiting.waits.max(initial=0)),
        "longest_wait_minutes": minutes_of(arranged, arranged.waiting.longest.max(initial=0)),
        "absences": int(arranged.waiting.absences.sum()),
        "compact": _compact(arranged),
        "changes": changes_json(arranged),
        **past_json(arranged),
        "table_slots": int(problem.tables.sum()),
        "table_use": made.table_use,
        "table_worth": price(made.table_worth),
        "again": _again(arranged),
        "unmet": [
            named_request(arranged, k) | {"reason": arranged.reason(k)} | clash_of(arranged, k, n)
            for n, k in enumerate(arranged.unmet)
        ],
        "least_missing": _missing_json(arranged),
        "reasons": arranged.reasons(),
        "notes": list(lists.notes),
        "read": list(map(str, lists.read)),
        "people": [
            {
                "name": name,
                "meetings": held[i],
                "short": short[i],
                "breaks": int(arranged.breaks[i]),
                "wait_minutes": minutes_of(arranged, arranged.waiting.waits[i]),
                "absences": int(arranged.waiting.absences[i]),
                "delegate_worth": price(worth[i]),
                "delegate_again": price(again[i]),
            }
            for i, name in enumerate(lists.people)
        ],
        "slots": [
            {
                "name": name,
                "start": lists.slots.shown_start[t] or None,
                "end": lists.slots.shown_end[t] or None,
                "tables": lists.slots.tables[t],
                "meetings": here[t],
            }
            for t, name in enumerate(lists.slots.names)
        ],
        "timetable": [
            {
                "line": lists.requests.lines[k],
                "id": row.id or None,
                "who": row.who,
                "whom": row.whom,
                "people": list(row.people),
                "weight": row.weight,
                "slot": row.slot,
                "start": row.start,
                "end": row.end,
                "table": row.table,
                "reason": row.reason,
                "clashes": arranged.lines(k),
            }
            for k, row in enumerate(arranged.rows())
        ],
    }


def _number(made: Timetable, whole: int | None) -> float | int | None:
    """For machines: a whole number as it is, another as the nearest float."""
    if whole is None:
        return None
    amount = made.problem.weights.amount(whole)
    return int(amount) if amount.denominator == 1 else float(amount)


def _exact(made: Timetable, whole: int | None) -> str | None:
    return None if whole is None else made.problem.weights.text(whole).replace(",", "")


def _compact(arranged: Arranged) -> dict[str, Any] | None:
    found = arranged.compact
    if found is None:
        return None
    return {
        "least": "breaks" if found.wait_bound is None else "waits",
        "bound": found.bound,
        "wait_bound_minutes": None if found.wait_bound is None else minutes_of(arranged, found.wait_bound),
        "proven": found.proven,
        "fairness": arranged.fairness,
        "infeasible": found.infeasible,
    }


def _again(arranged: Arranged) -> dict[str, Any] | None:
    """What a table more in every slot adds under the policy, run again; None if it is optimal and priced."""
    if arranged.again is None:
        return None
    found = arranged.again.table
    if found is None:
        return {"ran": False, "value": None, "meetings": None}
    return {"ran": True, "value": price(found.value), "meetings": found.meetings}


def _missing_json(arranged: Arranged) -> dict[str, Any]:
    fewest, problem = arranged.fewest, arranged.timetable.problem
    short = missing(problem, arranged.timetable.slot)
    found = None if fewest is None else {"found": fewest.found, "proven": fewest.proven}
    return {"missing": short, "fewest": found, "heeded": arranged.policy in HEED_LEAST}
