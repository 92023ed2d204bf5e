"""The scenarios between two: groups of changes, which of them can be made together, and their runs."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import factorial
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

from sim.decisions.attribute.days import on_the_days_of
from sim.decisions.attribute.shapley import Plan, exact, joined, sampled
from sim.files.locator import path_text
from sim.files.problems import ScenarioError, did_you_mean
from sim.scenario.difference import Change, Difference, diff
from sim.streams import key_of
from sim.studies.cell import StudyError

if TYPE_CHECKING:
    from sim.scenario import Scenario
    from sim.studies.resultset import ResultSet
    from sim.studies.runner import Runner

__all__ = ["LABELS", "AttributionError", "Between", "By", "Group", "Ran", "grouped"]

By = Literal["section", "path"]

MOST_EXACT: Final = 10
"""Groups up to which all scenarios between the two are run."""
_ORDERS: Final = 10  # that a replication draws, if not asked for otherwise
_TRIES: Final = 500  # orders drawn to find one that can be made; if fewer can, some hundred take too long
LABELS: Final = ("expo.title", "expo.fitted")
"""What changes nothing that happens."""
_SEED: Final = "expo.seed"
_MOST_SHOWN: Final = 3  # changes of a group that are told


class AttributionError(ValueError):
    """The difference cannot be attributed: the text says why, in a line or few."""


@dataclass(frozen=True)
class Group:
    """Changes that are made together."""

    name: str
    changes: tuple[Change, ...]
    why: str = ""
    """Why it is one, should several groups have been joined."""

    @property
    def said(self) -> str:
        """Its changes, in words, below the name of the group; the first few."""
        told = [
            f"{each.keys[-1]}: {each.said}"
            if each.section == self.name != each.path
            else each.said
            if each.path == self.name
            else str(each)
            for each in self.changes[:_MOST_SHOWN]
        ]
        more = len(self.changes) - len(told)
        return "; ".join(told) + (f"; and {more} more" if more else "")


class Ran(NamedTuple):
    """What was run between two scenarios."""

    players: tuple[int, ...]
    """Groups, or what was joined of them: sums of their bits."""
    plans: Mapping[int, Plan]
    """Of each replication, how its values are sums over coalitions."""
    rows: Mapping[int, Mapping[int, Mapping[str, float]]]
    """KPIs by replication and coalition; of those that failed there are none."""
    scenarios: int
    """How many were run."""


def grouped(found: Difference, by: By, groups: Mapping[str, Collection[str]]) -> tuple[Group, ...]:
    """The changes that make a difference to what happens, in groups.

    Raises AttributionError if there are none, or a group takes none, or one that another has.
    """
    moved = diff(on_the_days_of(found.first, found.second), found.second)
    changes = [each for each in moved if each.is_run and each.path not in (*LABELS, _SEED)]
    if not changes:
        raise AttributionError("nothing differs between the two that could change what happens")
    where = list(dict.fromkeys(map(_path, changes)))
    taken: dict[int, str] = {}
    for name, paths in groups.items():
        for path in paths:
            inside = [i for i, each in enumerate(changes) if _within(each, path)]
            if not inside:
                near = did_you_mean(path, dict.fromkeys([*where, *(c.section for c in changes)]))
                there = ", ".join(where)
                raise AttributionError(f"group {name!r}: nothing differs at {path!r}{near}; there: {there}")
            for i in inside:
                if taken.setdefault(i, name) != name:
                    raise AttributionError(
                        f"group {name!r}: {changes[i].path} is in the group {taken[i]!r} already"
                    )
    members: dict[str, list[Change]] = {}
    for i, each in enumerate(changes):
        rest = each.section if by == "section" else _path(each)
        members.setdefault(taken.get(i, rest), []).append(each)
    return tuple(Group(name, tuple(each)) for name, each in members.items())


def _path(change: Change) -> str:
    """What is set to make a change: its path, or that of the list that it is in."""
    return path_text(change.listed or change.keys)


def _within(change: Change, path: str) -> bool:
    names = (change.path, _path(change), change.section)
    return any(name == path or name.startswith(f"{path}.") for name in names)


class Between:
    """The scenarios between two, which have some groups of the changes, and what became of their runs."""

    def __init__(
        self,
        found: Difference,
        groups: tuple[Group, ...],
        runner: Runner,
        n: int,
        orders: int | None = None,
        tell: Callable[[str], object] | None = None,
    ) -> None:
        """The scenarios that `runner` runs in `n` replications.

        `orders` are those that each replication draws: all are counted of few groups if left out. `tell` is
        called with what is to be run.

        Raises AttributionError if the changes do not make the second scenario of the first.
        """
        self.found, self.groups, self.runner, self.n, self.orders = found, groups, runner, n, orders
        self.tell = tell
        self.whole = (1 << len(groups)) - 1
        a, b = found.first, found.second
        self.seed = a.data.expo.seed if runner.seed is None else runner.seed
        self._made: dict[int, Scenario | str] = {0: a, self.whole: b}  # or why it cannot be
        self._moved = on_the_days_of(a, b)
        if runner.seed is None and b.data.expo.seed != self.seed:
            raise AttributionError("a runner without a seed runs scenarios of one seed")
        end = self._of(self.whole)
        if not isinstance(end, str) and end.hash == b.replace(**{_SEED: a.data.expo.seed}).hash:
            return
        why = end if isinstance(end, str) else "a list that one of them names has changed since"
        raise AttributionError(f"the first scenario does not become the second: {why}")

    def check(self) -> None:
        """See that there is an order of the changes that can be made, before anything is run.

        Raises AttributionError if none is found.
        """
        players = joined(len(self.groups), self.can_be)
        if len(players) > MOST_EXACT or self.orders is not None:
            self._drawn(players, 0, 0)

    def ends(self) -> tuple[ResultSet, ...]:
        """The results of the two scenarios. Raises StudyError if every replication of one failed."""
        return self.runner.results([self.found.first, self.found.second], range(self.n))

    def run(self) -> Ran:
        """Run what is needed. What cannot be run, as some scenario that cannot be built, is done without.

        Raises AttributionError if no order of the changes can be made.
        """
        while True:
            players = joined(len(self.groups), self.can_be)
            plans = self._plans(players)
            results = self._run(plans)
            broken = [
                each
                for each in {s for plan in plans.values() for s in plan.coalitions}
                if each not in (0, self.whole) and not any(of.get(each) for of in results.values())
            ]
            if not broken:
                return Ran(
                    players, plans, results, len({s for plan in plans.values() for s in plan.coalitions})
                )
            for each in broken:
                self._made[each] = self._failed[each]

    def can_be(self, coalition: int) -> bool:
        """Whether the scenario with these changes can be made, as far as is known."""
        return not isinstance(self._scenario(coalition), str)

    def _scenario(self, coalition: int) -> Scenario | str:
        if coalition not in self._made:
            self._made[coalition] = self._of(coalition)
        return self._made[coalition]

    def _of(self, coalition: int) -> Scenario | str:
        """The first scenario with these changes, or why it cannot be."""
        b = self.found.second
        settings: dict[str, object] = {}
        for change in self.found:
            if change.path in LABELS:
                settings[change.path] = change.after
        for i, group in enumerate(self.groups):
            if coalition >> i & 1:
                settings |= {_path(each): _value(b, each) for each in group.changes}
        if settings.get("exhibitors_file", "") is None:  # whose rows were counted
            settings.setdefault("exhibitors.count", self.found.first.data.exhibitors.count)
        try:
            return self._moved.replace(**settings)
        except ScenarioError as error:
            (told, *more) = error.problems
            return f"{told.path}: {told.message}" + (f", and {len(more)} more" if more else "")

    def _plans(self, players: Sequence[int]) -> dict[int, Plan]:
        """What is to be run in each replication."""
        few = len(players) <= MOST_EXACT
        if few and self.orders is None:
            plan = exact(players, self.can_be)
            assert plan is not None  # the order in which they were joined
            return dict.fromkeys(range(self.n), plan)
        q = _ORDERS if self.orders is None else self.orders
        try:
            drawn = {r: list(self._pairs(players, r, q)) for r in range(self.n)}
        except _NotMadeError:  # then orders come alone: of those that can be made, reverses are a part
            drawn = {r: [self._drawn(players, r, i) for i in range(q)] for r in range(self.n)}
        return {r: sampled(each) for r, each in drawn.items()}

    def _pairs(self, players: Sequence[int], replication: int, q: int) -> Iterator[tuple[int, ...]]:
        """Orders, each second one the reverse of the one before: what depends on two changes is exact."""
        for i in range(q):
            order = self._order(players, replication, i // 2, 0)
            order = order[::-1] if i % 2 else order
            if not self._is_made(order):
                raise _NotMadeError
            yield order

    def _drawn(self, players: Sequence[int], replication: int, i: int) -> tuple[int, ...]:
        """An order, any that can be made with the same chance."""
        for attempt in range(_TRIES):
            order = self._order(players, replication, i, attempt)
            if self._is_made(order):
                return order
        raise AttributionError(
            f"of {_TRIES:,} orders of the changes none can be made, since they need each other; "
            "--group NAME=PATH,PATH (groups) makes those together that belong together"
        )

    def _order(self, players: Sequence[int], replication: int, i: int, attempt: int) -> tuple[int, ...]:
        def place(player: int) -> int:
            return key_of("order", self.seed, replication, i, attempt, self.name(player))

        return tuple(sorted(players, key=place))

    def _is_made(self, order: Sequence[int]) -> bool:
        done = 0
        for player in order:
            done |= player
            if not self.can_be(done):
                return False
        return True

    def name(self, player: int) -> str:
        """What a group is called, or groups that were joined."""
        return " + ".join(each.name for i, each in enumerate(self.groups) if player >> i & 1)

    def _run(self, plans: Mapping[int, Plan]) -> dict[int, dict[int, Mapping[str, float]]]:
        """The KPIs of each replication and coalition; those that failed are left out."""
        needed: dict[int, list[int]] = {}
        for number, plan in plans.items():
            for coalition in plan.coalitions:
                needed.setdefault(coalition, []).append(number)
        scenarios = {each: self._scenario(each) for each in sorted(needed)}
        cells = [
            (scenario, number)
            for each, scenario in scenarios.items()
            if not isinstance(scenario, str)
            for number in needed[each]
        ]
        if self.tell is not None:
            k = len(next(iter(plans.values())).players)
            self.tell(
                f"{k} group{'s' * (k != 1)} of changes: {len(needed):,} scenarios, {len(cells):,} runs in all"
            )
            self.tell = None
        self.runner.run(cells)
        found: dict[int, dict[int, Mapping[str, float]]] = {number: {} for number in plans}
        self._failed: dict[int, str] = {}
        for each, scenario in scenarios.items():
            assert not isinstance(scenario, str)
            (outcome,) = self.runner.outcomes([scenario], needed[each])
            if isinstance(outcome, StudyError):
                self._failed[each] = str(outcome)
                continue
            for number, row in zip(outcome.numbers, outcome.rows, strict=True):
                found[number][each] = row
        return found

    def left_out(self, players: Sequence[int], plan: Plan) -> Iterator[str]:
        """That some orders cannot be made, with an example of what cannot be."""
        every = factorial(len(players))
        if plan.divisor == every:
            return
        coalition, why = min(
            (each, why) for each, why in self._made.items() if isinstance(why, str) and 0 < each < self.whole
        )
        changes = self.name(coalition).replace(" + ", " and ")
        yield (
            f"Of {every:,} orders of the changes {plan.divisor:,} can be made, and count; others pass "
            f"through scenarios that cannot be, such as that with {changes} alone ({why})."
        )

    def group(self, player: int) -> Group:
        """A group, or one of those that were joined."""
        members = [each for i, each in enumerate(self.groups) if player >> i & 1]
        if len(members) == 1:
            return members[0]
        alone = next(
            (
                why
                for i in range(len(self.groups))
                if player >> i & 1
                for why in (self._made.get(1 << i),)
                if isinstance(why, str)
            ),
            "",
        )
        return Group(
            self.name(player),
            tuple(change for each in members for change in each.changes),
            f"One group, since none of it can be changed without the rest{f' ({alone})' if alone else ''}.",
        )


class _NotMadeError(Exception):
    """An order that was drawn cannot be made."""


def _value(second: Scenario, change: Change) -> object:
    """What the second scenario says where a change is; of a list, the file."""
    if not change.listed:
        return change.after
    return second.files.get(path_text(change.listed))
