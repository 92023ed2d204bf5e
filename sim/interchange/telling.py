"""A timetable told to people: a summary."""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from sim.files.lines import WIDTH, cells, wrapped
from sim.files.sheets import plural, shown_name
from sim.interchange.arranging import Arranged
from sim.interchange.changes import changes, changes_summary, changes_told
from sim.interchange.past_told import past_sentence
from sim.interchange.reasons import named
from sim.interchange.timetable_facts import clash_of, minutes_of, named_request
from sim.matchmaking import Timetable
from sim.matchmaking.compact.waiting import spread
from sim.matchmaking.policies.leasts import missing
from sim.matchmaking.problem.problem import Problem
from sim.matchmaking.wishes.affinity import FloatArray
from sim.policy_names import HEED_LEAST

__all__ = ["summary"]

_TOP: Final = 10
_LABEL: Final = 22


def summary(arranged: Arranged) -> str:
    """The figures, a line each, and who is concerned."""
    made, problem = arranged.timetable, arranged.timetable.problem
    places = plural(int(problem.tables.sum()), "table-slot")
    asked = plural(problem.requests, "request")
    changed = changes(arranged)
    counts = "weights" if arranged.interest == "reciprocal" else f"interest {arranged.interest}"
    begun = past_sentence(arranged)
    lines = [
        *((*wrapped(begun, WIDTH), "") if begun else ()),
        f"{asked} of {len(arranged.lists.people):,} people; {plural(problem.slots, 'slot')}, {places}; "
        f"policy {arranged.policy}",
        "",
        _line("Meetings", f"{made.meetings:,} of {asked}"),
        _line("Value", f"{problem.weights.text(made.whole_value)} (sum of {counts}{_grid(made)})"),
        _line("Bound", _bound(arranged)),
        _line("Gap", _gap(made)),
        _line("Breaks", _breaks(arranged)),
        *_waits(arranged),
        *_fairness(arranged),
        _line("Table use", f"{_share(made.table_use)}, {made.used:,} of {places}"),
        *_table_worth(arranged),
        *_delegates(arranged),
        *_musts(arranged),
        *_least(arranged),
        *_fewest(arranged),
        *(_line(label, text) for label, text in changes_summary(arranged, changed)),
        *_gone(arranged),
    ]
    reasons = arranged.reasons()
    if reasons:
        lines.append(_line("Without a slot", plural(sum(reasons.values()), "request")))
        lines += [_counted(f"{count:,}", text) for text, count in reasons.items()]
    lines += changes_told(arranged, changed)
    return "\n".join(lines)


def _bound(arranged: Arranged) -> str:
    made, again = arranged.timetable, arranged.replanned
    if made.whole_bound is None:
        return "not known"
    first = {"must-meets": made.problem.must is not None, "least": made.problem.leasts}
    by = " and ".join(name for name, given in first.items() if given)
    as_well = f" that does as well by {by}" if by else ""
    if again is not None and again.keep != "value":
        as_well += " and" * bool(by) + (
            " that moves as little" if again.keep == "times" else " that keeps as many published meetings"
        )
    return f"{made.problem.weights.text(made.whole_bound)}: no timetable{as_well} is worth more"


def _gap(made: Timetable) -> str:
    if made.gap is None or made.whole_bound is None:
        return "not known"
    if made.proven:
        return "0, proven best"
    if made.gap == 0:
        return f"0, but it is not proven that {' and '.join(made.unsettled)} are as good as can be"
    size = f"{100 * made.gap:.2f} % at most"
    if made.gap < 1e-4:
        weights = made.problem.weights
        more = weights.said(weights.amount(made.whole_bound) - weights.amount(made.whole_value))
        size = f"below 0.01 %: at most {more} more"
    if made.claimed:
        size += "; best according to the solver, not certified"
    return size + ("; the time was up" if made.cut else "")


def _grid(made: Timetable) -> str:
    """What weights are rounded to, where they cannot be whole numbers as they are."""
    weights = made.problem.weights
    return "" if weights.exact else f", in steps of {float(weights.unit):.2g}"


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


def _waits(arranged: Arranged) -> list[str]:
    """How long people wait, and absences, where there are any."""
    found, lines = arranged.waiting, []
    total, most = int(found.waits.sum()), int(found.waits.max(initial=0))
    if total:
        those = np.flatnonzero(found.waits == most)
        whose = shown_name(arranged.lists.people[those[0]]) if len(those) == 1 else f"{len(those):,} people"
        proof = ""
        if arranged.compact is not None and arranged.compact.wait_bound is not None:
            bound = arranged.compact.wait_bound
            proof = (
                " (as short as can be)" if bound >= total else f" (proven: at least {_time(arranged, bound)})"
            )
        longest = _time(arranged, int(found.longest.max()))
        lines = [
            _line("Waits", f"{_time(arranged, total)} in all{proof}"),
            _line("", f"the most anybody: {_time(arranged, most)} ({whose})"),
            _line("", f"the longest: {longest}"),
        ]
    absences = int(found.absences.sum())
    if absences:
        lines.append(_line("Absences", f"{absences:,} between two meetings, which are no breaks"))
    return lines


def _time(arranged: Arranged, time: int) -> str:
    minutes = minutes_of(arranged, time)
    if minutes is None:
        slots = arranged.lists.slots
        return plural(round(time / (slots.end[0] - slots.start[0])), "slot")
    hours, rest = divmod(minutes, 60)
    return f"{hours:,.0f} h {rest:g} min" if hours else f"{rest:g} min"


def _fairness(arranged: Arranged) -> list[str]:
    if arranged.compact is None or arranged.fairness is None:
        return []
    differ = f"people's breaks differ by {spread(arranged.breaks):,} at most; allowed: {arranged.fairness:,}"
    return [_line("Fairness", differ + (", which cannot be kept" if arranged.compact.infeasible else ""))]


def _table_worth(arranged: Arranged) -> list[str]:
    made, found = arranged.timetable, arranged.again
    if made.table_worth is None:
        price = _no_price(made.problem)
    elif made.table_worth == 0:
        price = "worth nothing in the best timetable"
    else:
        # a price of the best choice of meetings, before any timetable
        exact = made.problem.always and made.problem.plain and not made.problem.leasts
        left_out = "" if exact else ", the clock and special rules left out"
        price = f"worth {_amount(made.table_worth)} in the best timetable{left_out}"
    lines = [_line("One more table-slot", price)]
    if found is not None and found.table is None:
        lines.append(_line("", f"{_who_ran(arranged)} was not run again with more: that would take long"))
    elif found is not None and found.table is not None:
        gain = found.table
        value = f"value {'+' * (gain.value >= 0)}{_amount(gain.value)}"
        more = f"{gain.meetings:+,} meeting{'s' * (abs(gain.meetings) != 1)}, {value}"
        lines.append(_line("... in every slot", f"{_who_ran(arranged)} run again: {more}"))
    return lines


def _delegates(arranged: Arranged) -> list[str]:
    price, found = arranged.timetable.delegate_worth, arranged.again
    if price is None:
        lines = [_line("One more delegate", _no_price(arranged.timetable.problem))]
    elif not price.any():
        lines = [_line("One more delegate", "worth nothing to anybody in the best timetable")]
    else:
        lines = [_line("One more delegate", "worth most, in the best timetable, for")]
        lines += _highest(arranged, price)
    if found is None or found.table is None:
        return lines
    if found.delegate is None:
        return [*lines, _line("", f"{_who_ran(arranged)} was not run again with each: that would take long")]
    if not (found.delegate > 0).any():
        return [*lines, _line("", f"{_who_ran(arranged)} run again: adds nothing for anybody")]
    return [
        *lines,
        _line("", f"{_who_ran(arranged)} run again: adds most for"),
        *_highest(arranged, found.delegate),
    ]


def _no_price(problem: Problem) -> str:
    """Why nobody knows what one more is worth in the best timetable."""
    if problem.others is not None:
        return "no price: of those besides the first two none is known"
    return "no price: where anyone may meet anyone none is known"


def _who_ran(arranged: Arranged) -> str:
    return arranged.policy if arranged.replanned is None else "replanning"


def _highest(arranged: Arranged, worth: FloatArray) -> list[str]:
    top = np.argsort(-worth, kind="stable")[:_TOP]
    people = arranged.lists.people
    return [_counted(_amount(float(worth[i])), shown_name(people[i])) for i in top[worth[top] > 0].tolist()]


def _musts(arranged: Arranged) -> list[str]:
    must = arranged.timetable.problem.must
    if must is None:
        return []
    missing, count = arranged.unmet, int(must.sum())
    lines = [_line("Must-meets", f"{count - len(missing):,} of {count:,} held")]
    for n, k in enumerate(missing[:_TOP]):
        one = named_request(arranged, k)
        two = f"{shown_name(one['who'])} and {shown_name(one['whom'])}"
        lines.append(_line("", f"not {two} (line {one['line']}): {arranged.reason(k)}", 4))
        clash = clash_of(arranged, k, n)
        if clash["clash"]:
            many = named(clash["clash"]).strip(" ()")
            fewest = "the fewest musts that cannot all be held" if clash["smallest"] else "cannot all be held"
            lines.append(_line("", f"  {many}: {fewest}"))
    return lines + _more(len(missing))


def _least(arranged: Arranged) -> list[str]:
    least = arranged.lists.least
    if not least.any():
        return _least_a_day(arranged)
    who, held = np.flatnonzero(arranged.short).tolist(), arranged.meetings
    if not who:
        return [_line("Short of their least", "nobody"), *_least_a_day(arranged)]
    lines = [_line("Short of their least", f"{len(who):,} of {int((least > 0).sum()):,} people")]
    people = arranged.lists.people
    lines += [_line("", f"{shown_name(people[i])} has {held[i]:,} of {least[i]:,}") for i in who[:_TOP]]
    return lines + _more(len(who)) + _least_a_day(arranged)


def _fewest(arranged: Arranged) -> list[str]:
    """How few meetings could be missing to people's least, under a policy that is not the best by itself."""
    problem = arranged.timetable.problem
    short, fewest = missing(problem, arranged.timetable.slot), arranged.fewest
    if arranged.policy == "optimal" or arranged.replanned is not None or not short:
        return []
    lines = []
    if arranged.policy not in HEED_LEAST:
        lines.append(_line("", f"{arranged.policy} does not look at what people are to have at least"))
    said = f"{plural(short, 'meeting')} missing"
    if fewest is None:
        return [*lines, _line("", f"{said}; how few need be would take long to find")]
    if fewest.proven == short:
        return [*lines, _line("", f"{said}: no timetable has fewer")]
    if fewest.found < short:
        more = f"{short - fewest.found:,} of them could be held (--policy optimal)"
        return [*lines, _line("", f"{said}; {more}")]
    return [*lines, _line("", f"{said} (proven: at least {fewest.proven:,})")]


def _least_a_day(arranged: Arranged) -> list[str]:
    problem = arranged.timetable.problem
    if problem.least_a_day is None:
        return []
    short = problem.missing(arranged.timetable.slot)
    who, day = (each.tolist() for each in np.nonzero(short))
    people, names, least = arranged.lists.people, arranged.lists.slots.names, problem.least_a_day
    lines = [_line("Short of least a day", f"{len(set(who)):,} people" if who else "nobody")]
    for i, d in list(zip(who, day, strict=True))[:_TOP]:
        first = names[int(np.argmax(problem.days == d))]
        said = f"has {least[i] - short[i, d]:,} of {least[i]:,} on the day of slot {shown_name(first)}"
        lines.append(_line("", f"{shown_name(people[i])} {said}"))
    return lines + _more(len(who))


def _gone(arranged: Arranged) -> list[str]:
    gone = () if arranged.begun is None else arranged.begun.gone
    return [_line("Gone", ", ".join(shown_name(each) for each in gone))] if gone else []


def _line(label: str, text: str, hang: int = 0) -> str:
    """A label and a text, which goes on below where it began, and by `hang` further in."""
    line = f"{label:<{_LABEL}}{text}"
    if cells(line) <= WIDTH:
        return line
    inner = len(text) - len(text.lstrip(" "))
    return "\n".join(wrapped(text, WIDTH, line[: _LABEL + inner], " " * (_LABEL + inner + hang)))


def _counted(count: str, text: str) -> str:
    first = _line("", f"{count:>7}  ")
    return "\n".join(wrapped(text, WIDTH, first, " " * len(first)))


def _more(count: int) -> list[str]:
    return [_line("", f"and {count - _TOP:,} more")] if count > _TOP else []


def _amount(value: float) -> str:
    """A sum of weights: two decimals, or as many as four digits that matter take."""
    digits = 0 if value == 0 else max(2, 3 - math.floor(math.log10(abs(value))))
    text = f"{value:,.{min(digits, 9)}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _share(share: float) -> str:
    return f"{100 * share:.1f}".removesuffix(".0") + " %"
