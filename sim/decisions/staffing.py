"""The least staff of each booth that keeps its wait under a limit.

All booths are looked at together: in each round every booth has a number of staff of its own, which is raised
where its wait is not shown to be under the limit and lowered where it is, halving what is not known yet (more
staff, less wait). Booths share visitors, so that the plan as a whole is run again in replications of its own,
and what is told of each booth is what it does there.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from math import isfinite
from statistics import median
from typing import TYPE_CHECKING, Any, Final

from sim.decisions.told import Answer, as_json, fitting, is_real, paragraphs, valued
from sim.files.lines import WIDTH
from sim.files.problems import did_you_mean
from sim.statistics.intervals import Estimate, estimate
from sim.statistics.text import counted, minutes, number
from sim.studies.runner import Runner

if TYPE_CHECKING:
    import pandas as pd

    from sim.decisions.plots.staffing import PlanPlots
    from sim.scenario import Scenario
    from sim.studies.cluster import Workers
    from sim.studies.folder import Keeps
    from sim.studies.resultset import ResultSet

__all__ = ["Plan", "StaffNeed", "least_staff", "staff"]

_TABLE: Final = "exhibitors"
_LOST: Final = "booths.lost_share"
_ROUNDS: Final = 12
_MOST: Final = 200  # members of staff at a booth above which more does not help
_SHOWN: Final = 20  # booths of a plan that are listed unless all are asked for


@dataclass(frozen=True, slots=True)
class StaffNeed:
    """What a booth needs."""

    name: str
    now: tuple[int, ...]
    """Staff in the scenario, in each replication of its own: it may be drawn."""
    least: int
    """Staff in the plan: the fewest of which it was shown that the wait is under the limit."""
    wait: Estimate
    """Mean wait before a conversation with that staff, in replications of their own, min."""
    before: Estimate
    """The same with the staff of the scenario."""
    lost: Estimate
    """The share of those who asked to talk and did not, with the staff of the plan."""

    @property
    def more(self) -> float:
        """How many more than the scenario gives it on average."""
        return self.least - sum(self.now) / len(self.now)

    def is_kept(self, limit: float) -> bool:
        """Whether its wait is shown to be under the limit (or it never is one)."""
        return _is_under(self.wait, limit)


@dataclass(frozen=True, eq=False)
class Plan(Answer):
    """Staff for booths, and what the whole plan does."""

    scenario: Scenario
    limit: float
    """The mean wait before a conversation that is not to be reached, min."""
    needs: tuple[StaffNeed, ...]
    planned: Scenario = field(repr=False)
    """The scenario with the staff of the plan."""
    results: ResultSet = field(repr=False)
    """Its replications."""
    rounds: int = 0
    before: ResultSet | None = field(default=None, repr=False)
    """The same replications of the scenario as it is."""

    @cached_property
    def changed(self) -> tuple[StaffNeed, ...]:
        """The booths whose staff the plan changes: those that need more, then the others, most first."""
        moved = [need for need in self.needs if set(need.now) != {need.least}]
        return tuple(sorted(moved, key=lambda need: (need.more <= 0, -abs(need.more), need.name)))

    @property
    def is_drawn(self) -> bool:
        """Whether the staff of some booth varies from one replication to another."""
        return any(len(set(need.now)) > 1 for need in self.needs)

    @cached_property
    def missed(self) -> tuple[StaffNeed, ...]:
        """The booths whose wait is not shown to be under the limit in the plan."""
        return tuple(need for need in self.needs if not need.is_kept(self.limit))

    @cached_property
    def plot(self) -> PlanPlots:
        """Its pictures: `staff` and `waits`."""
        from sim.decisions.plots.staffing import PlanPlots

        return PlanPlots(self)

    @property
    def frame(self) -> pd.DataFrame:
        """A row a booth: name, now, least, wait_minutes, low, high, wait_now_minutes, lost_share, kept.

        `now` is the mean over replications.
        """
        import pandas as pd

        rows = [
            (
                need.name,
                need.least - need.more,
                need.least,
                need.wait.mean,
                need.wait.low,
                need.wait.high,
                need.before.mean,
                need.lost.mean,
                need.is_kept(self.limit),
            )
            for need in self.needs
        ]
        header = ["name", "now", "least", "wait_minutes", "low", "high", "wait_now_minutes", "lost_share"]
        return pd.DataFrame(rows, columns=[*header, "kept"])

    def to_json_dict(self) -> dict[str, Any]:
        """The plan as JSON has it; None where there is no number."""
        return {
            "scenario": self.scenario.name,
            "hash": self.scenario.hash,
            "seed": self.results.seed,
            "replications": len(self.results),
            "limit_minutes": self.limit,
            "rounds": self.rounds,
            "named_staff": {need.name: need.least for need in self.needs},
            "booths": [
                {
                    "name": need.name,
                    "now": [min(need.now), max(need.now)],
                    "least": need.least,
                    "wait_minutes": as_json(need.wait),
                    "wait_now_minutes": as_json(need.before),
                    "lost_share": as_json(need.lost),
                    "kept": need.is_kept(self.limit),
                }
                for need in self.needs
            ],
        }

    def text(self, width: int = WIDTH) -> str:
        """How many more or fewer in all, then the booths that change most, in 80 columns."""
        up = [need.more for need in self.changed if need.more > 0]
        down = [-need.more for need in self.changed if need.more < 0]
        rest = len(self.needs) - len(up) - len(down)
        limit = minutes(self.limit)
        told = []
        if up:
            many = counted(len(up), "booth needs", "booths need")
            told.append(f"{many} {number(sum(up), significant=2)} more")
        else:
            told.append("no booth needs more")
        if down:
            many = counted(len(down), "booth keeps", "booths keep")
            told.append(f"{many} it with {number(sum(down), significant=2)} fewer")
        if rest and up:
            told.append(counted(rest, "has enough", "have enough"))
        *first, last = told
        said = [
            f"For a mean wait under {limit}, {', '.join(first)}{', and ' * bool(first)}{last}.",
            *self._price(bool(down)),
        ]
        if self.missed:
            said.append(
                f"Of {counted(len(self.missed), 'booth')} the wait is not shown to be under {limit} in "
                "replications of their own, although it was in the rounds: more replications would tell."
            )
        lines = paragraphs(said, width)
        shown = self.changed[:_SHOWN]
        if shown:
            lines += ["", *self._table(shown, width)]
        rest = len(self.changed) - len(shown)
        lines += [f"  and {rest} more: --out FILE lists all"] if rest > 0 else []
        return "\n".join([*lines, "", *paragraphs(self._notes(), width)])

    def _price(self, fewer: bool) -> Iterator[str]:
        """What becomes of those who do not wait: a limit of waits says nothing of them."""
        after, before = self.results, self.before
        if before is None or not (after.has(_LOST) and before.has(_LOST)):
            return
        change = after.difference(before, _LOST)
        (mean, spread, unit), (was, _, _) = (valued(of.estimate(_LOST), "share") for of in (after, before))
        said = f"Of those who ask to talk {' '.join(filter(None, (mean, spread, unit)))} then do not"
        yield (
            f"{said}, at all booths, and {was} % do not as it is."
            + " Nobody waits long where few wait at all: look at that before staff is taken away."
            * (fewer and is_real(change) and change.mean > 0)
        )

    def __repr__(self) -> str:
        return f"Plan({self.scenario.name!r}: {len(self.changed)} of {len(self.needs)} booths change)"

    def _table(self, needs: Sequence[StaffNeed], width: int) -> list[str]:
        rows = [("booth", "staff", "", "wait", "", "", "wait now", "lost")]
        for need in needs:
            mean, spread, unit = valued(need.wait, "min")
            now, _, unit_now = valued(need.before, "min")
            kept = "" if need.is_kept(self.limit) else " not shown"
            row = (
                need.name,
                str(min(need.now)) if len(set(need.now)) == 1 else f"{min(need.now)}–{max(need.now)}",
                f"→ {need.least}",
                mean,
                spread,
                unit + kept,
                f"{now} {unit_now}",
                f"{100 * need.lost.mean:.0f} %" if isfinite(need.lost.mean) else "",
            )
            rows.append(row)
        return fitting(rows, "<><><<>>", width, heads=1)

    def _notes(self) -> Iterator[str]:
        yield (
            f"Found in {counted(self.rounds, 'round')}, told of {counted(len(self.results), 'replication')} "
            f"of their own, seed {self.results.seed}; the wait is the mean of those who talked, and its "
            "interval (95 %, each alone) is to end under the limit. With one fewer that was not shown. Lost: "
            "of those who ask to talk, who then do not."
        )
        if self.is_drawn:
            yield (
                "Booths' staff is drawn with their size anew in each fair (from–to), unless a list of "
                "exhibitors or exhibitors.named_staff says it; more and fewer are against its average."
            )
        yield "exhibitors.named_staff = { NAME = 4 } gives a booth its staff; --json has the whole plan so."


def staff(
    scenario: Scenario | str | os.PathLike[str],
    *,
    wait: float = 2.0,
    names: Collection[str] = (),
    replications: int = 10,
    seed: int | None = None,
    workers: Workers | None = None,
    engine: str = "auto",
    progress: bool = False,
    study: str | os.PathLike[str] | Keeps | None = None,
) -> Plan:
    """Find the least staff of each booth that keeps its mean wait under a limit.

    Args:
        scenario: whose booths, or what `sim.load` takes.
        wait: the limit, min.
        names: the exhibitors that are looked at; all if left out. The others keep their staff.
        replications: how many a round, and in the end; 2 or more.
        seed: of all random draws; that of the scenario if left out.
        workers: processes, or the address of a Dask cluster: see `sim.replicate`.
        engine: "simpy", "compiled" or "auto", as in `sim.replicate`.
        progress: whether to show a progress bar.
        study: a folder in which runs are kept, and not run again: see `sim.replicate`.

    Raises:
        KeyError: there is no such exhibitor; with the near misses.
        ScenarioError: the scenario cannot be loaded.
        StudyError: every replication failed.
        ValueError: a number out of range.
    """
    from sim.replication import whole_number
    from sim.scenario.load import scenario_of

    base = scenario_of(scenario)
    n = whole_number("replications", replications, 2)
    if not 0 < wait < 24 * 60:
        raise ValueError(f"wait = {wait:g}: between 0 and 1,440 minutes are possible")
    own = base.data.expo.seed if seed is None else seed
    runner = Runner(
        seed=own, workers=workers, engine=engine, tables=(_TABLE,), progress=progress, study=study
    )
    with runner.asked("staff", {base.name: base}):
        return _planned(base, runner, wait, names, n)


def _planned(base: Scenario, runner: Runner, wait: float, names: Collection[str], n: int) -> Plan:
    """The plan, found in replications from 0 on, and told of as many after them."""
    there = _booths(runner, base, range(n)).staff
    for name in names:
        if name not in there:
            raise KeyError(f"there is no exhibitor {name!r}{did_you_mean(name, list(there))}")
    looked = list(dict.fromkeys(names)) if names else list(there)

    def run(plan: Mapping[str, int]) -> dict[str, bool]:
        found = _booths(runner, _with_staff(base, plan), range(n))
        return {name: _is_under(found.waits[name], wait) for name in plan}

    plan, rounds = least_staff({name: int(median(there[name])) for name in looked}, run)
    planned = _with_staff(base, plan)
    fresh = range(n, 2 * n)
    after, now = _booths(runner, planned, fresh), _booths(runner, base, fresh)
    needs = tuple(
        StaffNeed(
            name, tuple(now.staff[name]), plan[name], after.waits[name], now.waits[name], after.lost[name]
        )
        for name in looked
    )
    return Plan(base, wait, needs, planned, after.results, rounds, now.results)


def least_staff(
    first: Mapping[str, int], run: Callable[[Mapping[str, int]], Mapping[str, bool]]
) -> tuple[dict[str, int], int]:
    """The least numbers with which booths are under their limits, and in how many rounds they were found.

    Args:
        first: the numbers that are tried first.
        run: whether each is under its limit with the numbers given, which are run together.
    """
    few = dict.fromkeys(first, 0)  # shown to be too few; nobody is
    enough: dict[str, int | None] = dict.fromkeys(first)
    tried = dict(first)
    rounds = 0
    while rounds < _ROUNDS:
        rounds += 1
        for name, is_under in run(tried).items():
            if is_under:
                enough[name] = min(tried[name], enough[name] or tried[name])
            else:
                few[name] = max(tried[name], few[name])
        after = {name: _next(few[name], enough[name], first[name]) for name in first}
        if after == tried or all(after[name] == (enough[name] or _MOST) for name in first):
            break
        tried = after
    return {name: enough[name] or _MOST for name in first}, rounds


def _next(few: int, enough: int | None, first: int) -> int:
    """What is tried next: a quarter more until it is enough, then the middle; what is known, if nothing."""
    if enough is None:
        return min(_MOST, few + max(1, (few + 3) // 4))
    if few >= enough - 1:
        return enough
    if not few and enough == first:  # most booths have little too many, and not twice as many
        return max(1, enough - max(1, enough // 4))
    return (few + enough) // 2


@dataclass(frozen=True)
class _Booths:
    results: ResultSet
    staff: dict[str, list[int]]
    waits: dict[str, Estimate]
    lost: dict[str, Estimate]


def _booths(runner: Runner, scenario: Scenario, numbers: range) -> _Booths:
    """Staff, waits and losses of all booths over replications."""
    (results,) = runner.results([scenario], numbers)
    frame = results.table(_TABLE)
    waits: dict[str, list[float]] = {}
    lost: dict[str, list[float]] = {}
    team: dict[str, list[int]] = {}
    columns_ = (frame[column] for column in ("name", "staff", "wait_minutes", "lost_share"))
    for name, people, minutes_, share in zip(*columns_, strict=True):
        team.setdefault(str(name), []).append(int(people))
        waits.setdefault(str(name), []).append(float(minutes_))
        lost.setdefault(str(name), []).append(float(share))
    return _Booths(
        results,
        team,
        {name: estimate(values, low=0.0) for name, values in waits.items()},
        {name: estimate(values, low=0.0, high=1.0) for name, values in lost.items()},
    )


def _with_staff(base: Scenario, plan: Mapping[str, int]) -> Scenario:
    """The scenario in which these booths have so much staff in every replication."""
    settings = base.data.exhibitors
    added = {name: more for name, more in settings.added_staff.items() if name not in plan}
    return base.replace(
        **{"exhibitors.named_staff": {**settings.named_staff, **plan}, "exhibitors.added_staff": added}
    )


def _is_under(e: Estimate, limit: float) -> bool:
    """Whether a wait is under the limit: the end of its interval, or its mean where it hardly varies."""
    if not e.n:
        return True  # nobody talked: nobody waited
    return (e.high if isfinite(e.high) else e.mean) < limit
