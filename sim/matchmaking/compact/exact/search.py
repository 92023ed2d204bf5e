"""Two ways to the least cost of a formula: up from below by cores, and down from above by better models.

`from_below` is the core-guided algorithm OLL (Andres et al. 2012; Morgado, Dodaro and Marques-Silva
2014) for costs of weight one; `from_above` asks for a model that costs less until there is none,
in parts of the last one first.
Both tell what they find as they find it. `within` asks for one number and no other.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from sim.matchmaking.compact.exact.formula import TRUE, Formula, Sum

if TYPE_CHECKING:
    from pysat.solvers import Solver

    from sim.matchmaking.compact.exact.neighbourhood import Neighbourhoods

__all__ = ["from_above", "from_below", "within"]

# Conflicts and tries below are assumptions: they decide how long a search takes, never what it proves.
_TRIES, _SMALLER = 1_000, 10_000  # conflicts that leaving a literal out of a core is worth, and all of them
_HALF = 15_000  # conflicts that half the cost is worth, before it is made less one by one
_PARTS, _PART = 25, 1_500  # parts of a model that are searched in a row, and the conflicts of each
_WHOLE = (
    10_000  # conflicts of the first search through everything after them; each next has half as many more
)


def from_above(
    formula: Formula,
    costs: Sequence[int],
    found: Callable[[Sequence[int], int], None],
    solver: str,
    parts: Neighbourhoods | None = None,
    begin: Sequence[int] = (),
    ordered: int = TRUE,
) -> None:
    """Call `found` with a model and its cost, then with ever cheaper ones, until there is none.

    Having returned, the last one found was the cheapest; if there was none, the formula has no model.
    The first one is a model of the literals `begin` if they have any. A search through everything takes
    `ordered` for true: whatever the formula has a model of, it must have one with it, too.
    With `parts` it looks for what is cheaper within a part of the model, too. A part that has nothing
    proves nothing: the end is always that of a search through everything.
    """
    total = Sum(formula, costs)
    budget, too_little = _WHOLE, -1
    halving = parts is not None and not begin
    with _started(solver, formula) as oracle:
        better: bool | None = (bool(begin) and oracle.solve(assumptions=list(begin))) or oracle.solve(
            assumptions=[ordered]
        )
        while better:
            model = oracle.get_model()
            cost = _cost(model, costs)
            found(model, cost)
            if cost == 0:
                return
            while halving and (least := (too_little + cost + 1) // 2) < cost - 1:
                # One by one is many steps, each with a longer sum: halves first, as long as they are easy.
                half = total.at_least(least + 1)
                oracle.append_formula(formula.drain())
                oracle.conf_budget(_HALF)
                better = oracle.solve_limited(assumptions=[ordered, -half])
                if better:
                    model = oracle.get_model()
                    cost = _cost(model, costs)
                    found(model, cost)
                elif better is None:
                    halving = False
                else:
                    too_little = least
            if cost == 0:
                return
            formula.add(-total.at_least(cost))
            oracle.append_formula(formula.drain())
            if parts is None:
                better = oracle.solve(assumptions=[ordered])
                continue
            better = None
            while better is None:
                better = _in_parts(oracle, model, parts) or None
                if better is None:
                    oracle.conf_budget(budget)
                    better = oracle.solve_limited(assumptions=[ordered])
                    budget += budget * (better is None) // 2


def _in_parts(oracle: Solver, model: Sequence[int], parts: Neighbourhoods) -> bool:
    """Whether one of some parts of a model has a model of the formula as it now is."""
    for _ in range(_PARTS):
        oracle.conf_budget(_PART)
        better = oracle.solve_limited(assumptions=parts.kept(model))
        if better:
            return True
        if better is None:
            parts.too_large()
        else:
            parts.exhausted()
    return False


def within(
    formula: Formula,
    costs: Sequence[int],
    most: int,
    found: Callable[[Sequence[int], int], None],
    solver: str,
) -> bool:
    """Call `found` with a model that costs `most` at most, and say whether there is one."""
    formula.add(-Sum(formula, costs).at_least(most + 1))
    with _started(solver, formula) as oracle:
        if not oracle.solve():
            return False
        model = oracle.get_model()
        found(model, _cost(model, costs))
        return True


def from_below(
    formula: Formula,
    costs: Sequence[int],
    found: Callable[[Sequence[int], int], None],
    bound: Callable[[int], None],
    solver: str,
) -> None:
    """Call `bound` with ever higher costs that every model has at least, then `found` with a cheapest model.

    Having returned without a model, the formula has none. Each core says that one of some literals
    assumed false is true; they are replaced by the assumption that no more than one of them is.
    """
    least = 0
    # Each assumption, with the sum it bounds and the number it allows; None for a cost itself.
    assumed: dict[int, tuple[Sum, int] | None] = {-cost: None for cost in costs}
    with _started(solver, formula) as oracle:
        while not oracle.solve(assumptions=list(assumed)):
            core = oracle.get_core() or []
            if not core:
                return
            least += 1
            bound(least)  # before the core is made small: that takes long, and it may be all that was wanted
            core = _smaller(oracle, core)
            if not core:
                return
            for literal in core:
                counted = assumed.pop(literal)
                if counted is not None:
                    total, allowed = counted
                    _assume(assumed, total, allowed + 1)
            formula.add(*(-literal for literal in core))
            _assume(assumed, Sum(formula, [-literal for literal in core]), 1)
            oracle.append_formula(formula.drain())
        model = oracle.get_model()
        found(model, _cost(model, costs))


def _assume(assumed: dict[int, tuple[Sum, int] | None], total: Sum, allowed: int) -> None:
    if allowed < total.size:
        assumed[-total.at_least(allowed + 1)] = (total, allowed)


def _smaller(oracle: Solver, core: list[int]) -> list[int]:
    """A core within this one, without the literals that are quickly seen not to be needed."""
    kept = list(core)
    ends = oracle.accum_stats()["conflicts"] + _SMALLER
    for literal in core:
        if oracle.accum_stats()["conflicts"] > ends:
            break
        if len(kept) > 1 and literal in kept:
            oracle.conf_budget(_TRIES)
            if oracle.solve_limited(assumptions=[other for other in kept if other != literal]) is False:
                kept = oracle.get_core() or []
    return kept


def _started(solver: str, formula: Formula) -> Solver:
    from pysat.solvers import Solver

    return Solver(name=solver, bootstrap_with=formula.drain())


def _cost(model: Sequence[int], costs: Sequence[int]) -> int:
    return len(set(costs).intersection(model))
