"""A timetable told: to people as a summary, to machines as JSON."""

from __future__ import annotations

import math
from typing import Any, Final

import numpy as np

from sim.files.sheets import plural, shown_name
from sim.interchange.arranging import Arranged
from sim.interchange.changes import changes_json, changes_summary, changes_told
from sim.matchmaking import Timetable
from sim.matchmaking.compact.waiting import spread

__all__ = ["as_json", "summary"]

_TOP: Final = 10
_LABEL: Final = 22


def as_json(arranged: Arranged) -> dict[str, Any]:
    """Everything, for machines."""
    made, lists, problem = arranged.timetable, arranged.lists, arranged.timetable.problem
    held, short = arranged.meetings.tolist(), arranged.short.tolist()
    worth = [None] * problem.participants if made.delegate_worth is None else made.delegate_worth.tolist()
    here = np.bincount(made.slot[made.slot >= 0], minlength=problem.slots).tolist()
    return {
        "policy": arranged.policy,
        "interest": arranged.interest,
        "requests": problem.requests,
        "meetings": made.meetings,
        "value": made.value,
        "bound": made.bound,
        "gap": made.gap,
        "cut": made.cut,
        "breaks": int(arranged.breaks.sum()),
        "most_breaks": int(arranged.breaks.max(initial=0)),
        "breaks_spread": spread(arranged.breaks),
        "compact": _compact(arranged),
        "changes": changes_json(arranged),
        "table_slots": int(problem.tables.sum()),
        "table_use": made.table_use,
        "table_worth": _price(made.table_worth),
        "unmet": [_named(arranged, k) | {"reason": arranged.reason(k)} for k in arranged.unmet],
        "reasons": arranged.reasons(),
        "notes": list(lists.notes),
        "people": [
            {
                "name": name,
                "meetings": held[i],
                "short": short[i],
                "breaks": int(arranged.breaks[i]),
                "delegate_worth": _price(worth[i]),
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
                "weight": row.weight,
                "slot": row.slot,
                "start": row.start,
                "end": row.end,
                "table": row.table,
                "reason": row.reason,
            }
            for k, row in enumerate(arranged.rows())
        ],
    }


def summary(arranged: Arranged) -> str:
    """The figures, a line each, and who is concerned."""
    made, problem = arranged.timetable, arranged.timetable.problem
    places = plural(int(problem.tables.sum()), "table-slot")
    asked = plural(problem.requests, "request")
    counts = "weights" if arranged.interest == "reciprocal" else f"interest {arranged.interest}"
    lines = [
        f"{asked} of {len(arranged.lists.people):,} people; {plural(problem.slots, 'slot')}, {places}; "
        f"policy {arranged.policy}",
        "",
        _line("Meetings", f"{made.meetings:,} of {asked}"),
        _line("Value", f"{_amount(made.value)} (sum of {counts})"),
        _line("Bound", _bound(arranged)),
        _line("Gap", _gap(made)),
        _line("Breaks", _breaks(arranged)),
        *_fairness(arranged),
        _line("Table use", f"{_share(made.table_use)}, {made.meetings:,} of {places}"),
        _line("One more table-slot", _table_worth(made)),
        *_delegates(arranged),
        *_musts(arranged),
        *_least(arranged),
        *(_line(label, text) for label, text in changes_summary(arranged)),
    ]
    reasons = arranged.reasons()
    if reasons:
        lines.append(_line("Without a slot", plural(sum(reasons.values()), "request")))
        lines += [_counted(f"{count:,}", text) for text, count in reasons.items()]
    lines += changes_told(arranged)
    return "\n".join(lines)


def _bound(arranged: Arranged) -> str:
    made, again = arranged.timetable, arranged.replanned
    if made.bound is None:
        return "not known"
    first = {"must-meets": made.problem.must is not None, "least": made.problem.leasts}
    by = " and ".join(name for name, given in first.items() if given)
    as_well = f" that does as well by {by}" if by else ""
    if again is not None and again.keep != "value":
        as_well += " and" * bool(by) + (
            " that moves as little" if again.keep == "times" else " that keeps as many published meetings"
        )
    return f"{_amount(made.bound)}: no timetable{as_well} is worth more"


def _gap(made: Timetable) -> str:
    if made.gap is None:
        return "not known"
    if made.gap == 0:
        return "0, proven best"
    size = "below 0.01 %" if made.gap < 1e-4 else f"{100 * made.gap:.2f} % at most"
    return size + ("; the time was up" if made.cut else "")


def _breaks(arranged: Arranged) -> str:
    total, most = int(arranged.breaks.sum()), int(arranged.breaks.max(initial=0))
    if not total:
        return "none"
    those = np.flatnonzero(arranged.breaks == most)
    whose = shown_name(arranged.lists.people[those[0]]) if len(those) == 1 else f"{len(those):,} people"
    proof = ""
    if arranged.compact is not None:
        bound = arranged.compact.bound
        proof = " (as few as can be)" if bound >= total else f" (proven: at least {bound:,})"
    return f"{total:,}{proof}; the most anybody has: {most:,} ({whose})"


def _fairness(arranged: Arranged) -> list[str]:
    if arranged.compact is None or arranged.fairness is None:
        return []
    differ = f"people's breaks differ by {spread(arranged.breaks):,} at most; allowed: {arranged.fairness:,}"
    return [_line("Fairness", differ + (", which cannot be kept" if arranged.compact.infeasible else ""))]


def _compact(arranged: Arranged) -> dict[str, Any] | None:
    found = arranged.compact
    if found is None:
        return None
    return {
        "bound": found.bound,
        "proven": found.proven,
        "fairness": arranged.fairness,
        "infeasible": found.infeasible,
    }


def _table_worth(made: Timetable) -> str:
    if made.table_worth is None:
        return "worth not known"
    if made.table_worth == 0:
        return "worth nothing"
    # a price of the best choice of meetings, before any timetable
    exact = made.problem.always and made.problem.plain and not made.problem.leasts
    return f"worth {_amount(made.table_worth)}" + ("" if exact else ", the clock and special rules left out")


def _delegates(arranged: Arranged) -> list[str]:
    worth = arranged.timetable.delegate_worth
    if worth is None:
        return [_line("One more delegate", "worth not known")]
    top = np.argsort(-worth, kind="stable")[:_TOP]
    top = top[worth[top] > 0]
    if not len(top):
        return [_line("One more delegate", "worth nothing to anybody")]
    people = arranged.lists.people
    return [
        _line("One more delegate", "worth most for"),
        *(_counted(_amount(float(worth[i])), shown_name(people[i])) for i in top.tolist()),
    ]


def _musts(arranged: Arranged) -> list[str]:
    must = arranged.timetable.problem.must
    if must is None:
        return []
    missing, count = arranged.unmet, int(must.sum())
    lines = [_line("Must-meets", f"{count - len(missing):,} of {count:,} held")]
    for k in missing[:_TOP]:
        one = _named(arranged, k)
        two = f"{shown_name(one['who'])} and {shown_name(one['whom'])}"
        lines.append(_line("", f"not {two} (line {one['line']}): {arranged.reason(k)}"))
    return lines + _more(len(missing))


def _least(arranged: Arranged) -> list[str]:
    least = arranged.lists.least
    if not least.any():
        return _least_a_day(arranged)
    missing, held = np.flatnonzero(arranged.short).tolist(), arranged.meetings
    if not missing:
        return [_line("Short of their least", "nobody"), *_least_a_day(arranged)]
    lines = [_line("Short of their least", f"{len(missing):,} of {int((least > 0).sum()):,} people")]
    people = arranged.lists.people
    lines += [_line("", f"{shown_name(people[i])} has {held[i]:,} of {least[i]:,}") for i in missing[:_TOP]]
    return lines + _more(len(missing)) + _least_a_day(arranged)


def _least_a_day(arranged: Arranged) -> list[str]:
    problem = arranged.timetable.problem
    if problem.least_a_day is None:
        return []
    missing = problem.missing(arranged.timetable.slot)
    who, day = (each.tolist() for each in np.nonzero(missing))
    people, names, least = arranged.lists.people, arranged.lists.slots.names, problem.least_a_day
    lines = [_line("Short of least a day", f"{len(set(who)):,} people" if who else "nobody")]
    for i, d in list(zip(who, day, strict=True))[:_TOP]:
        first = names[int(np.argmax(problem.days == d))]
        said = f"has {least[i] - missing[i, d]:,} of {least[i]:,} on the day of slot {shown_name(first)}"
        lines.append(_line("", f"{shown_name(people[i])} {said}"))
    return lines + _more(len(who))


def _named(arranged: Arranged, request: int) -> dict[str, Any]:
    asked = arranged.lists.requests
    return {
        "line": asked.lines[request],
        "id": asked.ids[request] or None,
        "who": asked.people[asked.who[request]],
        "whom": asked.people[asked.whom[request]],
    }


def _line(label: str, text: str) -> str:
    return f"{label:<{_LABEL}}{text}"


def _counted(count: str, text: str) -> str:
    return _line("", f"{count:>7}  {text}")


def _more(count: int) -> list[str]:
    return [_line("", f"and {count - _TOP:,} more")] if count > _TOP else []


def _price(value: float | None) -> float | None:
    """Without the last digits, which the whole-number weights of a flow leave behind."""
    return None if value is None else float(f"{value:.9g}")


def _amount(value: float) -> str:
    """A sum of weights: two decimals, or as many as four digits that matter take."""
    digits = 0 if value == 0 else max(2, 3 - math.floor(math.log10(abs(value))))
    text = f"{value:,.{min(digits, 9)}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _share(share: float) -> str:
    return f"{100 * share:.1f}".removesuffix(".0") + " %"
