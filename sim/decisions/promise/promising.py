"""Runs that say what can be promised to an organisation, and the changes that may mend a promise."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import isfinite, nan
from typing import TYPE_CHECKING, Any, Final

from sim.decisions.prices import Lever, levers
from sim.decisions.promise.all_promises import Kind, Promises
from sim.decisions.promise.promised import FUNNEL, Mending, Promise
from sim.files.problems import did_you_mean
from sim.files.text import folded
from sim.statistics.intervals import LEVEL, Estimate, estimate
from sim.statistics.kpis.promises import IN_SHORT
from sim.statistics.text import number
from sim.studies.cell import StudyError
from sim.studies.runner import Runner

if TYPE_CHECKING:
    import pandas as pd

    from sim.scenario import Scenario
    from sim.studies.cluster import Workers
    from sim.studies.folder import Keeps
    from sim.studies.resultset import ResultSet

__all__ = ["promise", "promises"]

_NAMED: Final = 3  # organisations, of a part of their names
_MORE: Final = 4  # a quarter more requests
_STEPS: Final = ("not_asked", "not_accepted", "no_slot")  # of `IN_SHORT`: what is lost before the day
_ON_THE_DAY: Final = "lost on the day"


def promise(
    scenario: Scenario | str | os.PathLike[str],
    name: str,
    *,
    promised: int | None = None,
    wanted: float = 0.95,
    mend: bool = True,
    replications: int = 60,
    seed: int | None = None,
    workers: Workers | None = None,
    engine: str = "auto",
    progress: bool = False,
    study: str | os.PathLike[str] | Keeps | None = None,
) -> Promise:
    """What an organisation has over replications: what can be promised to it, and what would mend a promise.

    Args:
        scenario: whose, or what `sim.load` takes.
        name: of an exhibitor, or of an organisation that visits.
        promised: meetings; what the scenario promises to it if left out.
        wanted: the share of fairs in which a promise is to be kept.
        mend: whether changes are tried that may mend it.
        replications: how many; below 59 nothing can be shown to be reached in 95 % of fairs.
        seed: of all random draws; that of the scenario if left out.
        workers: processes, or the address of a Dask cluster: see `sim.replicate`.
        engine: "simpy", "compiled" or "auto", as in `sim.replicate`.
        progress: whether to show a progress bar.
        study: a folder in which runs are kept, and not run again: see `sim.replicate`.

    Raises:
        KeyError: there is no such organisation; with the near misses.
        ScenarioError: the scenario cannot be loaded.
        StudyError: every replication failed.
        ValueError: a number out of range.
    """
    from sim.replication import whole_number

    base = _based(scenario, wanted)
    asked = _Asked(name, _exhibits(base, name), promised, wanted)
    table = "exhibitors" if asked.exhibits else "visits"
    runner = _runner(base, table, seed, workers=workers, engine=engine, progress=progress, study=study)
    n = whole_number("replications", replications, 2)
    with runner.asked("promise", {base.name: base}):
        (results,) = runner.results([base], range(n))
        found = _read(asked, results)
        return _mended(asked, found, results, runner) if mend else found


def promises(
    scenario: Scenario | str | os.PathLike[str],
    *,
    wanted: float = 0.95,
    replications: int = 60,
    seed: int | None = None,
    workers: Workers | None = None,
    engine: str = "auto",
    progress: bool = False,
    study: str | os.PathLike[str] | Keeps | None = None,
) -> Promises:
    """What all sponsors have to whom the scenario promises meetings.

    Arguments and errors are those of `promise`; a ValueError too if nothing is promised.
    """
    from sim.replication import whole_number

    base = _based(scenario, wanted)
    how: dict[str, Any] = {"workers": workers, "engine": engine, "progress": progress, "study": study}
    runner = _runner(base, "exhibitors", seed, **how)
    with runner.asked("promise", {base.name: base}):
        (results,) = runner.results([base], range(whole_number("replications", replications, 2)))
    frame = results.table("promises")
    names = list(dict.fromkeys(map(str, frame["name"])))
    if not names:
        raise ValueError(f"{base.name} promises nothing; matchmaking.NAME.promises = {{ gold = 3 }} does")
    # who is a sponsor may be drawn: then a name says little, and its kind what can be said
    times = frame.groupby("name", observed=True)["replication"].nunique()
    named = [name for name in names if times[name] == len(results)]
    made = [_read(_Asked(name, True, None, wanted), results) for name in named]
    drawn = frame[~frame["name"].isin(named)]
    kinds = tuple(
        _kind(str(kind), drawn[drawn["sponsor"] == kind], results.numbers)
        for kind in dict.fromkeys(map(str, drawn["sponsor"]))
    )
    ranked = sorted(made, key=lambda each: (each.kept, each.name))
    return Promises(base, tuple(ranked), kinds, wanted, results.numbers, results.seed)


@dataclass(frozen=True, slots=True)
class _Asked:
    """Of whom it is asked, and about what."""

    name: str
    exhibits: bool
    promised: int | None  # instead of what the scenario promises
    wanted: float


def _based(scenario: Scenario | str | os.PathLike[str], wanted: float) -> Scenario:
    from sim.scenario.load import scenario_of

    if not 0 < wanted < 1:
        raise ValueError(f"wanted = {wanted:g}: between 0 and 1 is possible")
    return scenario_of(scenario)


def _runner(base: Scenario, table: str, seed: int | None, **how: Any) -> Runner:
    own = base.data.expo.seed if seed is None else seed
    return Runner(seed=own, tables=(table, "promises", "requests"), **how)


def _kind(kind: str, rows: pd.DataFrame, numbers: Sequence[int]) -> Kind:
    """What sponsors of a kind, who are drawn, have in each replication."""
    each = rows.groupby(["replication", "name"], observed=True)[["promised", "held", "missing"]].sum()
    by = each.assign(kept=each["missing"] == 0).groupby("replication")
    kept, held = by["kept"].mean(), by["held"].mean()
    return Kind(
        kind,
        int(each["promised"].iloc[0]),
        estimate((float(kept.get(number_, nan)) for number_ in numbers), low=0.0, high=1.0),
        estimate((float(held.get(number_, nan)) for number_ in numbers), low=0.0),
        _reasons(rows),
    )


def _exhibits(base: Scenario, name: str) -> bool:
    """Whether an organisation exhibits. Raises KeyError if there is none of that name."""
    from sim.expo import build

    expo = build(base)
    names = list(expo.organisations.name)
    if name not in names:
        raise KeyError(f"there is no organisation {name!r}{_with(name, names) or did_you_mean(name, names)}")
    return names.index(name) < len(expo.exhibitors.staff)


def _with(part: str, names: Sequence[str]) -> str:
    """The first names of which this is a part, as a near miss says them; empty if it is of none."""
    having = [name for name in names if folded(part) in folded(name)] if part.strip() else []
    more = f" ({len(having):,} have it in their names)" if len(having) > _NAMED else ""
    return f"; did you mean {' or '.join(map(repr, having[:_NAMED]))}?{more}" if having else ""


def _others(base: Scenario) -> Iterator[Lever]:
    """Changes of other kinds than one more of something."""
    for name, matching in base.data.matchmaking.items():
        path, of = f"matchmaking.{name}", f" in {name}" if len(base.data.matchmaking) > 1 else ""
        more = max(1, matching.requests // _MORE)
        yield Lever(f"a quarter more requests{of}", 1, "", {f"{path}.requests": matching.requests + more})
        if matching.policy != "fair":
            yield Lever(f"policy fair{of}", 1, "", {f"{path}.policy": "fair"})
        for against in ("reminders", "standbys"):
            if matching.against_no_shows != against:
                yield Lever(f"{against}{of}", 1, "", {f"{path}.against_no_shows": against})


def _mended(asked: _Asked, found: Promise, results: ResultSet, runner: Runner) -> Promise:
    """The same with the changes that may mend it, and the best of them in replications of their own."""
    from sim.scenario import ScenarioError

    base = found.scenario
    variants: dict[Lever, Scenario] = {}
    refused: dict[Lever, str] = {}
    for lever in (*levers(base), *_others(base)):
        try:
            variants[lever] = base.replace(**lever.settings)
        except ScenarioError as error:
            refused[lever] = error.problems[0].message
    outcomes = dict(zip(variants, runner.outcomes(list(variants.values()), results.numbers), strict=True))
    tried = {lever: outcomes.get(lever) or StudyError(refused[lever]) for lever in (*variants, *refused)}
    made = {
        lever: _mending(lever, asked, found, results, outcome, len(tried)) for lever, outcome in tried.items()
    }
    promised = found.promised is not None

    def rank(lever: Lever) -> tuple[bool, float, float, float]:
        each = made[lever]
        mends = each.mends(promised)
        cost = each.cost if mends and isfinite(each.cost) else 0.0
        return not mends, cost, -_or_less(each.kept.mean), -_or_less(each.meetings.mean)

    ranked = sorted(made, key=rank)
    confirmed = None
    if made[ranked[0]].mends(promised):
        first = max(results.numbers) + 1
        fresh = range(first, first + len(results))
        before, after = runner.results([base, variants[ranked[0]]], fresh)
        confirmed = _mending(ranked[0], asked, _read(asked, before), before, after, 1)
    return replace(found, mendings=tuple(made[lever] for lever in ranked), confirmed=confirmed)


def _or_less(value: float) -> float:
    """The number, or less than any, where there is none."""
    return value if isfinite(value) else -float("inf")


def _read(asked: _Asked, results: ResultSet) -> Promise:
    """What the tables of all replications say of an organisation."""
    name, promised = asked.name, asked.promised
    rows = results.table("promises")
    rows = rows[rows["name"] == name]
    numbers = results.numbers
    if promised is None and len(rows):  # it may be drawn who is a sponsor: then the others say nothing
        rows = rows[rows["sponsor"] == rows["sponsor"].mode()[0]]
        sponsored = set(rows["replication"])
        numbers = tuple(each for each in numbers if each in sponsored)
    own, count = _own(asked, results)
    meetings = _summed(own, count, numbers)
    kind = "exhibitor" if asked.exhibits else "visitor"
    if len(rows) and len(set(rows["replication"])) == len(numbers):  # else it is one in some alone
        kind = f"{rows['sponsor'].iloc[0]} sponsor"
    sent = results.table("requests")
    sent = sent[(sent["asker"] == name) | (sent["asked"] == name)]
    funnel = {}
    for step in FUNNEL:
        of = (sent if step == "asked" else sent[sent[step]]).groupby("replication").size()
        funnel[step] = tuple(int(of.get(each, 0)) for each in numbers)
    missing: tuple[int, ...] = ()
    reasons: dict[str, int] = {}
    if promised is not None:
        missing = tuple(max(0, promised - each) for each in meetings)
        reasons = _down_the_funnel(promised, funnel, missing)
    elif len(rows):
        promised = int(rows.groupby("replication")["promised"].sum().iloc[0])
        missing, reasons = _summed(rows, "missing", numbers), _reasons(rows)
    return Promise(
        scenario=results.scenario,
        name=name,
        kind=kind,
        promised=promised,
        wanted=asked.wanted,
        numbers=numbers,
        meetings=meetings,
        missing=missing,
        funnel=funnel,
        reasons=reasons,
        others=_others_of(asked, own, numbers),
        seed=results.seed,
        of=len(results),
    )


def _down_the_funnel(
    promised: int, funnel: Mapping[str, tuple[int, ...]], missing: Sequence[int]
) -> dict[str, int]:
    """Why meetings are missing: each step holds back what it leaves of those promised; the rest, the day."""
    reasons = dict.fromkeys((*(IN_SHORT[step] for step in _STEPS), _ON_THE_DAY), 0)
    for at, lacks in enumerate(missing):
        left = promised
        for step, why in zip(FUNNEL, _STEPS, strict=False):
            held_back = min(max(0, left - funnel[step][at]), lacks)
            reasons[IN_SHORT[why]] += held_back
            left, lacks = left - held_back, lacks - held_back
        reasons[_ON_THE_DAY] += lacks
    return reasons


def _reasons(rows: pd.DataFrame) -> dict[str, int]:
    """Meetings missing in rows of `promises`, by why, in words."""
    return {said: int(rows[reason].sum()) for reason, said in IN_SHORT.items()}


def _own(asked: _Asked, results: ResultSet) -> tuple[pd.DataFrame, str]:
    """The rows of an organisation, and which column has its meetings."""
    frame = results.table("exhibitors" if asked.exhibits else "visits")
    column, count = ("name", "meetings_held") if asked.exhibits else ("organisation", "meetings")
    return frame[frame[column] == asked.name], count


def _summed(rows: pd.DataFrame, column: str, numbers: Sequence[int]) -> tuple[int, ...]:
    """The sum of a column in each of these replications; 0 where there is no row."""
    of = rows.groupby("replication")[column].sum()
    return tuple(int(of.get(each, 0)) for each in numbers)


def _others_of(asked: _Asked, own: pd.DataFrame, numbers: Sequence[int]) -> dict[str, Estimate]:
    by = own.groupby("replication")
    contacts = by["useful_contacts"].sum()
    wait = by["wait_minutes"].mean() if asked.exhibits else by["queue_minutes"].sum()
    label = "Wait at its booth" if asked.exhibits else "Wait in queues"
    return {
        "Useful contacts": estimate((float(contacts.get(each, nan)) for each in numbers), low=0.0),
        label: estimate((float(wait.get(each, nan)) for each in numbers), low=0.0),
    }


def _mending(
    lever: Lever, asked: _Asked, one: Promise, before: ResultSet, after: ResultSet | StudyError, among: int
) -> Mending:
    """What a change does to what was read `before`, one of so many whose two intervals each hold together."""
    what = lever.what
    if lever.unit:
        what = f"{number(lever.step)} more: {lever.what}" if lever.step != 1 else f"one more {lever.what}"
    if isinstance(after, StudyError):
        none = estimate(())
        return Mending(what, none, none, nan, str(after))
    other = _read(asked, after)
    there = {each: at for at, each in enumerate(other.numbers)}
    pairs = [(at, there[each]) for at, each in enumerate(one.numbers) if each in there]
    level = 1 - (1 - LEVEL) / (2 * among)
    kept = ((other.missing[j] == 0) - (one.missing[i] == 0) for i, j in pairs) if other.missing else ()
    meetings = (other.meetings[j] - one.meetings[i] for i, j in pairs)
    return Mending(what, estimate(kept, level), estimate(meetings, level), _cost(after) - _cost(before))


def _cost(results: ResultSet) -> float:
    """The mean of all costs; nan if the scenario has no prices."""
    return sum(row.get("costs.total", nan) for row in results.rows) / len(results)
