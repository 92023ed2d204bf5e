"""What can be promised to whom: how many meetings an organisation has over replications, and why not more.

The number of meetings varies from fair to fair; a promise is kept or not in each. Of the share of fairs in
which it is kept the limits are exact (Clopper and Pearson, 1934). The number that can be promised is the
greatest that so many replications show to be reached in the share of fairs that is wanted: a tolerance limit
that supposes nothing about the distribution (Wilks, 1941), so that with few replications it is small.
"""

from __future__ import annotations

import html
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from math import isfinite, nan
from typing import TYPE_CHECKING, Any, Final

from sim.decisions.prices import Lever, levers
from sim.decisions.told import as_json, is_real, or_none, parts
from sim.files.lines import WIDTH, cells, wrapped
from sim.files.problems import did_you_mean
from sim.statistics.intervals import LEVEL, Estimate, estimate, share_limits
from sim.statistics.kpis.promises import IN_SHORT
from sim.statistics.text import columns, counted, number, of_estimate, shown_unit
from sim.studies.cell import StudyError
from sim.studies.runner import Runner

if TYPE_CHECKING:
    import pandas as pd

    from sim.scenario import Scenario
    from sim.studies.folder import Keeps
    from sim.studies.resultset import ResultSet

__all__ = ["Kind", "Mending", "Promise", "Promises", "promisable", "promise", "promises"]

_CHANCE: Final = 1 - LEVEL
_BAR: Final = 30  # columns of the longest bar
_BARS: Final = 12  # of a distribution
_FUNNEL: Final = ("asked", "accepted", "scheduled", "held")
_MORE: Final = 4  # a quarter more requests


@dataclass(frozen=True, slots=True)
class Mending:
    """A change of the scenario, and what it does to a promise."""

    what: str
    kept: Estimate
    """By how much the share of fairs in which the promise is kept rises; paired."""
    meetings: Estimate
    """By how many the meetings do."""
    cost: float
    """What it costs, by the scenario's prices; nan if they do not say."""
    why_not: str = ""
    """Why it could not be run."""


@dataclass(frozen=True, eq=False)
class Promise:
    """What one organisation has, over replications."""

    scenario: Scenario
    name: str
    kind: str
    """`gold sponsor`, `exhibitor` or `visitor`."""
    promised: int | None
    """Meetings; None if nothing was promised and nothing is asked about."""
    wanted: float
    """The share of fairs in which a promise is to be kept."""
    numbers: tuple[int, ...] = field(repr=False)
    """The replications."""
    meetings: tuple[int, ...] = field(repr=False)
    """Held, in each."""
    missing: tuple[int, ...] = field(repr=False)
    """Promised meetings that were not held, in each; empty if nothing is promised."""
    funnel: Mapping[str, tuple[int, ...]] = field(repr=False)
    """Requests from it and to it, by what became of them: asked, accepted, scheduled, held."""
    reasons: Mapping[str, int] = field(repr=False)
    """Meetings missing over all replications, by those of `sim.statistics.kpis.promises.REASONS`."""
    others: Mapping[str, Estimate] = field(repr=False)
    """Useful contacts, and the wait of people at its booth, or its own in queues, min."""
    mendings: tuple[Mending, ...] = ()
    seed: int = 0
    of: int = 0
    """Replications in all; more than there are numbers if it is a sponsor in some alone."""

    @property
    def kept(self) -> int:
        """In how many replications the promise was kept."""
        return sum(each == 0 for each in self.missing)

    @property
    def limits(self) -> tuple[float, float]:
        """The 95 % limits of the share of fairs in which it is kept; nan where nothing is promised."""
        if self.promised is None:
            return nan, nan
        return share_limits(self.kept, len(self.missing), _CHANCE / 2)

    @cached_property
    def promisable(self) -> int:
        """The greatest number of meetings that is shown to be reached in the share that is wanted."""
        return promisable(self.meetings, self.wanted)

    @property
    def frame(self) -> pd.DataFrame:
        """A row a replication: name, replication, meetings, missing, and requests by what became of them."""
        import pandas as pd

        missing = self.missing or (None,) * len(self.numbers)
        made = pd.DataFrame({"replication": self.numbers, "meetings": self.meetings, "missing": missing})
        for step, values in self.funnel.items():
            made[step] = values
        made.insert(0, "name", self.name)
        return made

    def to_json_dict(self) -> dict[str, Any]:
        """All but the single replications, as JSON has it; None where there is no number."""
        low, high = self.limits
        return {
            "scenario": self.scenario.name,
            "hash": self.scenario.hash,
            "seed": self.seed,
            "name": self.name,
            "kind": self.kind,
            "replications": len(self.numbers),
            "promised": self.promised,
            "kept": None if self.promised is None else self.kept,
            "low": or_none(low),
            "high": or_none(high),
            "meetings": sorted(self.meetings),
            "promisable": self.promisable,
            "wanted": self.wanted,
            "funnel": {step: _mean(values) for step, values in self.funnel.items()},
            "missing": dict(self.reasons),
            "mendings": [
                {
                    "what": each.what,
                    "kept": or_none(each.kept.mean),
                    "meetings": or_none(each.meetings.mean),
                    "cost": or_none(each.cost),
                    "why_not": each.why_not,
                }
                for each in self.mendings
            ],
        }

    def text(self, width: int = WIDTH) -> str:
        """What can be promised, how likely what was promised is, why it is missed, and what mends it."""
        lines = []
        for said in self._sentences():
            lines += wrapped(said, width, "", "  ")
        lines += ["", f"Meetings of {self.name}", *self._bars()]
        steps = " → ".join(f"{number(_mean(values))} {step}" for step, values in self.funnel.items())
        lines += ["", *wrapped(f"Requests from it and to it, on average: {steps}.", width, "", "  ")]
        for label, e in self.others.items():
            lines += wrapped(
                f"{label}: {_plain(e, 'min' if 'wait' in label.lower() else '')}.", width, "", "  "
            )
        if any(self.reasons.values()):
            lines += ["", *self._reasons()]
        if self.mendings:
            lines += ["", *self._mendings(width)]
        return "\n".join([*lines, "", *wrapped(self._note(), width, "", "  ")])

    def __str__(self) -> str:
        return self.text()

    def _repr_html_(self) -> str:
        return f"<pre>{html.escape(self.text())}</pre>"

    def _sentences(self) -> Iterator[str]:
        n = len(self.numbers)
        low, high = self.limits
        if self.promised is not None:
            if n < self.of:
                yield (
                    f"{self.name} is a {self.kind} in {n} of {self.of} replications, and only they count: "
                    "who is a sponsor is drawn, unless a list of exhibitors says it."
                )
            yield (
                f"{self.name} ({self.kind}): {counted(self.promised, 'meeting')} promised, kept in "
                f"{self.kept} of {n} replications: in {_share(low)} to {_share(high)} of such fairs, at 95 %."
            )
        else:
            yield f"{self.name} ({self.kind}): {number(_mean(self.meetings))} meetings on average."
        yield (
            f"{counted(self.promisable, 'meeting')} can be promised, to be kept in {_share(self.wanted)} of "
            f"fairs; half of the fairs have {_quantile(self.meetings, 0.5)} or more."
        )

    def _bars(self) -> list[str]:
        least, most = min(self.meetings), max(self.meetings)
        step = max(1, -(-(most - least + 1) // _BARS))
        rows = []
        counts = []
        for at in range(least, most + 1, step):
            counts.append(sum(at <= each < at + step for each in self.meetings))
            rows.append(str(at) if step == 1 else f"{at} to {at + step - 1}")
        top = max(counts)
        drawn = [
            (row, str(count), "█" * max(1 if count else 0, round(_BAR * count / top)))
            for row, count in zip(rows, counts, strict=True)
        ]
        return columns(drawn, "><<")

    def _reasons(self) -> list[str]:
        total, n = sum(self.reasons.values()), len(self.numbers)
        ranked = sorted(self.reasons.items(), key=lambda each: -each[1])
        rows = [
            (IN_SHORT[name], number(of / n, significant=2), _share(of / total)) for name, of in ranked if of
        ]
        title = f"Why meetings are missing ({number(total / n, significant=2)} a fair)"
        return [title, *columns(rows, "<>>")]

    def _mendings(self, width: int) -> list[str]:
        rows = [("", "kept, points" if self.promised is not None else "", "meetings", "", "")]
        for each in self.mendings:
            if each.why_not:
                continue
            kept = _short(each.kept, "share") if self.promised is not None else ""
            meetings = _short(each.meetings, "meetings")
            told = is_real(each.kept) or (self.promised is None and is_real(each.meetings))
            cost = f"costs {number(each.cost)}" if isfinite(each.cost) and each.cost else ""
            rows.append((each.what, kept, meetings, "real" if told else "", cost))
        lines = ["What would mend it"]
        table = columns(rows, "<<<<<")
        if max(map(cells, table), default=0) <= width:
            lines += table
        else:
            for row in rows[1:]:
                lines += wrapped(row[0], width, "  ", "    ")
                lines += wrapped("; ".join(filter(None, row[1:])), width, "      ", "      ")
        for each in self.mendings:
            lines += wrapped(f"{each.what}: {each.why_not}", width, "  ", "    ") if each.why_not else []
        return lines

    def _note(self) -> str:
        said = f"{counted(len(self.numbers), 'replication')}, seed {self.seed}."
        if self.mendings:
            said += (
                " Changes are run over the same replications; all intervals of their shares hold together at "
                "95 %, real is what leaves 0 out."
            )
        return said


@dataclass(frozen=True, slots=True)
class Kind:
    """What sponsors of a kind have, where it is drawn who they are."""

    name: str
    promised: int
    kept: Estimate
    """The share of them whose promise is kept."""
    held: Estimate
    """Meetings held by each."""
    reasons: Mapping[str, int]


@dataclass(frozen=True, eq=False)
class Promises:
    """What all sponsors have to whom something was promised; those least likely to have it come first."""

    scenario: Scenario
    each: tuple[Promise, ...]
    """Sponsors who are named."""
    kinds: tuple[Kind, ...]
    """Kinds of sponsors of whom it is drawn who they are."""
    wanted: float
    numbers: tuple[int, ...] = field(repr=False)
    seed: int = 0

    @property
    def frame(self) -> pd.DataFrame:
        """A row a named sponsor and replication, as of `Promise.frame`."""
        import pandas as pd

        columns_ = ["name", "replication", "meetings", "missing", *_FUNNEL]
        frames = [each.frame for each in self.each]
        return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=columns_)

    def to_json_dict(self) -> dict[str, Any]:
        """Each named one as `Promise.to_json_dict` has it; of kinds the share kept and the mean held."""
        return {
            "scenario": self.scenario.name,
            "promises": [each.to_json_dict() for each in self.each],
            "kinds": [
                {
                    "name": each.name,
                    "promised": each.promised,
                    "kept": as_json(each.kept),
                    "held": as_json(each.held),
                    "missing": dict(each.reasons),
                }
                for each in self.kinds
            ],
        }

    def text(self, width: int = WIDTH) -> str:
        """How many promises are at risk, then all, in 80 columns."""
        lines = []
        if self.each:
            lines += wrapped(self._sentence(), width, "", "  ")
        for kind in self.kinds:
            lines += wrapped(self._of(kind), width, "", "  ")
        if self.each:
            lines += ["", *self._table(width)]
        lines.append("")
        for note in self._notes():
            lines += wrapped(note, width, "", "  ")
        return "\n".join(lines)

    def __str__(self) -> str:
        return self.text()

    def _repr_html_(self) -> str:
        return f"<pre>{html.escape(self.text())}</pre>"

    def _sentence(self) -> str:
        sure = sum(each.limits[0] >= self.wanted for each in self.each)
        broken = sum(each.limits[1] < self.wanted for each in self.each)
        rest = len(self.each) - broken - sure
        return (
            f"Of {counted(len(self.each), 'promise')} {sure} can be kept in {_share(self.wanted)} of fairs, "
            f"{broken} cannot, and of {rest} so few replications do not tell."
        )

    @staticmethod
    def _of(kind: Kind) -> str:
        mean, spread = of_estimate(kind.kept, "share")
        spread = spread if not spread or spread.startswith("±") else f"({spread})"
        said = (
            f"{kind.name} sponsors: {counted(kind.promised, 'meeting')} promised, {_plain(kind.held)} held; "
        )
        said += f"the promise is kept to {' '.join(filter(None, (mean, spread)))} % of them"
        total = sum(kind.reasons.values())
        most = sorted(kind.reasons.items(), key=lambda each: -each[1])[:3]
        why = ", ".join(f"{IN_SHORT[name]} {_share(of / total)}" for name, of in most if of)
        return f"{said}. Missing: {why}." if why else f"{said}."

    def _table(self, width: int) -> list[str]:
        rows = [("sponsor", "promised", "kept", "", "mean", "can be", "mostly missing for")]
        for each in self.each:
            low, high = each.limits
            why = max(each.reasons, key=lambda name: each.reasons[name])
            rows.append(
                (
                    each.name,
                    str(each.promised),
                    _share(each.kept / len(each.numbers)),
                    f"({_share(low)} to {_share(high)})",
                    number(_mean(each.meetings)),
                    str(each.promisable),
                    IN_SHORT[why] if each.reasons[why] else "",
                )
            )
        table = columns(rows, "<>>>>><")
        return table if max(map(cells, table)) <= width else columns([row[:-1] for row in rows], "<>>>>>")

    def _notes(self) -> Iterator[str]:
        if self.kinds:
            yield "Who is a sponsor of these kinds is drawn anew each time; a list of exhibitors names them."
        if self.each:
            yield (
                "Kept: in that share of fairs, with its 95 % limits. Can be: the most meetings that can be "
                f"promised, to be kept in {_share(self.wanted)} of fairs."
            )
        yield (
            f"{counted(len(self.numbers), 'replication')}, seed {self.seed}. `exposim promise SCENARIO NAME` "
            "says of one why, and what would mend it."
        )


def promisable(meetings: Sequence[int], wanted: float) -> int:
    """The greatest number that these replications show to be reached in a share of fairs; 0 if none.

    The chance that a number that is reached in a smaller share looks like this is at most 5 %.
    """
    n = len(meetings)
    for least in sorted(set(meetings), reverse=True):
        reached = sum(each >= least for each in meetings)
        if share_limits(reached, n, _CHANCE)[0] >= wanted:
            return least
    return 0


def promise(
    scenario: Scenario | str | os.PathLike[str],
    name: str,
    *,
    promised: int | None = None,
    wanted: float = 0.95,
    mend: bool = True,
    replications: int = 60,
    seed: int | None = None,
    workers: int | None = None,
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
        workers: processes; as many as there are processors if left out.
        engine: "simpy", "compiled" or "auto", as in `sim.replicate`.
        progress: whether to show a progress bar.
        study: a folder in which runs are kept, and not run again: see `sim.replicate`.

    Raises:
        KeyError: there is no such organisation; with the near misses.
        ScenarioError: the scenario cannot be loaded.
        StudyError: every replication failed.
        ValueError: a number out of range.
    """
    from sim.scenario import ScenarioError

    base, n, runner = _begun(scenario, wanted, replications, seed, workers, engine, progress, study)
    exhibits = _exhibits(base, name)
    table = "exhibitors" if exhibits else "visits"
    runner = runner(table)
    with runner.asked("promise", {base.name: base}):
        (results,) = runner.results([base], range(n))
        found = _read(base, results, name, exhibits, promised, wanted)
        if not mend:
            return found
        tried: list[tuple[Lever, Scenario | str]] = []
        for lever in (*levers(base), *_others(base)):
            try:
                tried.append((lever, base.replace(**lever.settings)))
            except ScenarioError as error:
                tried.append((lever, error.problems[0].message))
        outcomes = iter(runner.outcomes([each for _, each in tried if not isinstance(each, str)], range(n)))
        mended = [
            (lever, StudyError(each) if isinstance(each, str) else next(outcomes)) for lever, each in tried
        ]
    made = [_mending(lever, found, outcome, results, exhibits, len(mended)) for lever, outcome in mended]
    ranked = sorted(made, key=lambda each: (-_known(each.kept.mean), -_known(each.meetings.mean)))
    return replace(found, mendings=tuple(ranked))


def promises(
    scenario: Scenario | str | os.PathLike[str],
    *,
    wanted: float = 0.95,
    replications: int = 60,
    seed: int | None = None,
    workers: int | None = None,
    engine: str = "auto",
    progress: bool = False,
    study: str | os.PathLike[str] | Keeps | None = None,
) -> Promises:
    """What all sponsors have to whom the scenario promises meetings.

    Arguments and errors are those of `promise`; a ValueError too if nothing is promised.
    """
    base, n, runner = _begun(scenario, wanted, replications, seed, workers, engine, progress, study)
    runner = runner("exhibitors")
    with runner.asked("promise", {base.name: base}):
        (results,) = runner.results([base], range(n))
    frame = results.table("promises")
    names = list(dict.fromkeys(map(str, frame["name"])))
    if not names:
        raise ValueError(f"{base.name} promises nothing; matchmaking.NAME.promises = {{ gold = 3 }} does")
    # who is a sponsor may be drawn: then a name says little, and its kind what can be said
    times = frame.groupby("name", observed=True)["replication"].nunique()
    named = [name for name in names if times[name] == len(results)]
    made = [_read(base, results, name, True, None, wanted) for name in named]
    drawn = frame[~frame["name"].isin(named)]
    kinds = tuple(
        _kind(str(kind), drawn[drawn["sponsor"] == kind], results.numbers)
        for kind in dict.fromkeys(map(str, drawn["sponsor"]))
    )
    ranked = sorted(made, key=lambda each: (each.kept, each.name))
    return Promises(base, tuple(ranked), kinds, wanted, results.numbers, results.seed)


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
        {reason: int(rows[reason].sum()) for reason in IN_SHORT},
    )


def _begun(
    scenario: Any,
    wanted: float,
    replications: int,
    seed: int | None,
    workers: int | None,
    engine: str,
    progress: bool,
    study: Any,
) -> tuple[Scenario, int, Any]:
    from sim.replication import whole_number
    from sim.scenario.load import scenario_of

    base = scenario_of(scenario)
    n = whole_number("replications", replications, 2)
    if not 0 < wanted < 1:
        raise ValueError(f"wanted = {wanted:g}: between 0 and 1 is possible")
    own = base.data.expo.seed if seed is None else seed

    def runner(table: str) -> Runner:
        tables = (table, "promises", "requests")
        how: dict[str, Any] = {"workers": workers, "engine": engine, "progress": progress, "study": study}
        return Runner(seed=own, tables=tables, **how)

    return base, n, runner


def _exhibits(base: Scenario, name: str) -> bool:
    """Whether an organisation exhibits. Raises KeyError if there is none of that name."""
    from sim.expo import build

    expo = build(base)
    names = list(expo.organisations.name)
    if name not in names:
        raise KeyError(f"there is no organisation {name!r}{did_you_mean(name, names)}")
    return names.index(name) < len(expo.exhibitors.staff)


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


def _read(
    base: Scenario,
    results: ResultSet,
    name: str,
    exhibits: bool,
    promised: int | None,
    wanted: float,
) -> Promise:
    """What the tables of all replications say of an organisation."""
    rows = results.table("promises")
    rows = rows[rows["name"] == name]
    numbers = results.numbers
    if promised is None and len(rows):  # it may be drawn who is a sponsor: then the others say nothing
        rows = rows[rows["sponsor"] == rows["sponsor"].mode()[0]]
        sponsored = set(rows["replication"])
        numbers = tuple(each for each in numbers if each in sponsored)
    held = _meetings(results, name, exhibits, numbers)
    total = int(rows.groupby("replication")["promised"].sum().iloc[0]) if len(rows) else None
    kind = "exhibitor" if exhibits else "visitor"
    if len(rows) and len(set(rows["replication"])) == len(numbers):  # else it is one in some alone
        kind = f"{rows['sponsor'].iloc[0]} sponsor"
    if promised is None and total is not None:
        of_each = rows.groupby("replication")["missing"].sum()
        missing = tuple(int(of_each.get(number, 0)) for number in numbers)
        reasons = {reason: int(rows[reason].sum()) for reason in IN_SHORT}
    elif promised is not None:
        missing = tuple(max(0, promised - each) for each in held)
        reasons = {}
    else:
        missing, reasons = (), {}
    asked = results.table("requests")
    asked = asked[(asked["asker"] == name) | (asked["asked"] == name)]
    steps: dict[str, tuple[int, ...]] = {}
    for step in _FUNNEL:
        which = asked if step == "asked" else asked[asked[step]]
        of = which.groupby("replication").size()
        steps[step] = tuple(int(of.get(number, 0)) for number in numbers)
    return Promise(
        scenario=base,
        name=name,
        kind=kind,
        promised=total if promised is None else promised,
        wanted=wanted,
        numbers=numbers,
        meetings=held,
        missing=missing,
        funnel=steps,
        reasons=reasons,
        others=_others_of(results, name, exhibits, numbers),
        seed=results.seed,
        of=len(results),
    )


def _of(results: ResultSet, name: str, exhibits: bool) -> tuple[pd.DataFrame, str]:
    """The rows of an organisation, and which column has its meetings."""
    frame = results.table("exhibitors" if exhibits else "visits")
    column, count = ("name", "meetings_held") if exhibits else ("organisation", "meetings")
    return frame[frame[column] == name], count


def _meetings(results: ResultSet, name: str, exhibits: bool, numbers: Sequence[int]) -> tuple[int, ...]:
    rows, count = _of(results, name, exhibits)
    of_each = rows.groupby("replication")[count].sum()
    return tuple(int(of_each.get(each, 0)) for each in numbers)


def _others_of(results: ResultSet, name: str, exhibits: bool, numbers: Sequence[int]) -> dict[str, Estimate]:
    rows, _ = _of(results, name, exhibits)
    by = rows.groupby("replication")
    contacts = by["useful_contacts"].sum()
    wait = by["wait_minutes"].mean() if exhibits else by["queue_minutes"].sum()
    label = "Wait at its booth" if exhibits else "Wait in queues"
    return {
        "Useful contacts": estimate((float(contacts.get(each, nan)) for each in numbers), low=0.0),
        label: estimate((float(wait.get(each, nan)) for each in numbers), low=0.0),
    }


def _mending(
    lever: Lever,
    base: Promise,
    outcome: ResultSet | StudyError,
    before: ResultSet,
    exhibits: bool,
    among: int,
) -> Mending:
    none = estimate(())
    what = lever.what
    if lever.unit:
        what = f"{number(lever.step)} more: {lever.what}" if lever.step != 1 else f"one more {lever.what}"
    if isinstance(outcome, StudyError):
        return Mending(what, none, none, nan, str(outcome))
    asked = None if base.reasons or base.promised is None else base.promised
    after = _read(outcome.scenario, outcome, base.name, exhibits, asked, base.wanted)
    there = {number_: at for at, number_ in enumerate(after.numbers)}
    pairs = [(at, there[number_]) for at, number_ in enumerate(base.numbers) if number_ in there]
    level = 1 - _CHANCE / max(1, among)
    kept = none
    if base.promised is not None and after.missing:
        kept = estimate(((after.missing[j] == 0) - (base.missing[i] == 0) for i, j in pairs), level)
    meetings = estimate((after.meetings[j] - base.meetings[i] for i, j in pairs), level)
    spent = [_cost(each) for each in (outcome, before)]
    return Mending(what, kept, meetings, spent[0] - spent[1])


def _cost(results: ResultSet) -> float:
    """The mean of all costs; nan if the scenario has no prices."""
    values = [row.get("costs.total", nan) for row in results.rows]
    return _mean(values)


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else nan


def _known(value: float) -> float:
    return value if isfinite(value) else -1e9


def _quantile(values: Sequence[int], share: float) -> int:
    """The greatest number that at least this share of the values reach."""
    ranked = sorted(values, reverse=True)
    return ranked[max(0, -(-int(share * 1000) * len(ranked) // 1000) - 1)]


def _share(value: float) -> str:
    return f"{100 * value:.0f} %"


def _short(e: Estimate, unit: str) -> str:
    """A difference, with how many replications differ where there is no interval."""
    mean, spread, _ = parts(e, unit)
    if not isfinite(e.low):
        spread = f"({e.differ} differ)" if e.differ else ""
    return " ".join(filter(None, (mean, spread)))


def _plain(e: Estimate, unit: str = "") -> str:
    mean, spread = of_estimate(e, unit)
    spread = spread if not spread or spread.startswith("±") else f"({spread})"
    return " ".join(filter(None, (mean, spread, shown_unit(unit, value=e.mean))))
