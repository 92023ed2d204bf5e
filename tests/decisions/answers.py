"""An answer of each kind, made of made-up numbers: what pictures and files are tried on."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cache
from math import nan
from pathlib import Path
from random import Random

import pandas as pd

import sim
from sim.decisions.adds.added import CONTACT, MEASURES, MET, PARTS, Added
from sim.decisions.attribute.attributing import Attribution, attribute
from sim.decisions.compare.comparison import Comparison
from sim.decisions.expecting import judged
from sim.decisions.left_out.named import MARKS, LeftOut
from sim.decisions.prices import Lever, Prices
from sim.decisions.promise.all_promises import Kind, Promises
from sim.decisions.promise.promised import Mending, Promise
from sim.decisions.staffing import Plan, StaffNeed
from sim.decisions.sweeping import Sweep
from sim.decisions.told import Answer
from sim.decisions.validate.claims import claims_of
from sim.decisions.validate.validated import Validated
from sim.scenario import ScenarioData
from sim.statistics.intervals import Estimate, estimate
from sim.studies import StudyError
from sim.studies.resultset import Failure, ResultSet
from sim.studies.varying import grid, parse_vary
from tests.decisions.toys import Toy

__all__ = ["FAIR", "NAMES", "answers", "comes_back", "comparison", "results", "sweep"]

FAIR = Path(__file__).parents[1] / "cli" / "fair.toml"
NAMES = (
    "now",
    "<b>$x^2$</b> & Co, $5",
    "中国机械工业集团有限公司",
    "חברת הדוגמה (12)",
    "_hidden \\frac{1}{2} 100 %",
    "A very long name of a company that makes long names, and of its subsidiary, and of all of its own",
)
"""What scenarios and companies may be called."""


@cache
def fair() -> sim.Scenario:
    return sim.load(str(FAIR))


def results(scenario: sim.Scenario, held: Sequence[float], failed: str = "") -> ResultSet:
    """Replications with so many meetings; the other KPIs follow from them, one is not defined."""
    rows = tuple(
        {
            "meetings.held": each,
            "contacts.useful": 3 * each + 1,
            "booths.lost_share": each / 1000,
            "booths.wait_minutes": nan,
            "costs.total": 1000.0,
        }
        for each in held
    )
    failures = (Failure(len(rows), 1, failed),) if failed else ()
    return ResultSet(scenario, 1, "toy", tuple(range(len(rows))), rows, failures=failures)


def drawn(mean: float, key: int, n: int = 8, sd: float = 5) -> list[float]:
    rng = Random(key)
    return [mean + rng.gauss(0, sd) for _ in range(n)]


def comparison(names: Sequence[str] = NAMES) -> Comparison:
    """Differences of which some are real, one is none at all."""
    made = [
        fair().replace(**{"matchmaking.tables.tables": 3 + at % 3, "expo.seed": 1 + at})
        for at in range(len(names))
    ]
    values = [drawn(100, 0), *(drawn(100 + 8 * at, at) for at in range(1, len(names) - 1)), drawn(100, 0)]
    runs = tuple(results(each, of) for each, of in zip(made, values, strict=True))
    return Comparison(tuple(names), runs, ("meetings.held", "booths.lost_share", "booths.wait_minutes"))


def sweep(*vary: str) -> Sweep:
    """Meetings over a grid, a hundred and ten for each step of the first axis; the last point failed."""
    axes = [parse_vary(each) for each in vary]
    points = grid(fair(), axes)  # type: ignore[arg-type]
    outcomes: list[ResultSet | StudyError] = [
        results(each.scenario, drawn(100 + 10 * at, at)) for at, each in enumerate(points)
    ]
    outcomes[-1] = StudyError("it rained")
    kpis = ("meetings.held", "booths.lost_share")
    return Sweep(fair(), points, tuple(outcomes), kpis, tuple(each.name for each in axes))


def _prices() -> Prices:
    levers = (
        Lever("table", 4, "tables", {"matchmaking.tables.tables": 7}),
        Lever(f"delegate of {NAMES[1]}", 1, "delegates", {}),
        Lever("lane", 1, "lanes", {}),
    )
    base = results(fair(), drawn(100, 0))
    more = [results(fair().replace(**{"expo.seed": 5}), drawn(130, 1)), results(fair(), drawn(101, 2))]
    return Prices(fair(), base, levers, (*more, StudyError("no room")), contact=30.0)


def _plan() -> Plan:
    none = estimate(())
    needs = (
        StaffNeed(NAMES[5], (3, 4, 5, 3), 6, estimate(drawn(1, 1, sd=0.1)), estimate([3.0] * 4), none),
        StaffNeed(NAMES[2], (5, 5, 5, 5), 2, estimate(drawn(1.9, 2, sd=0.5)), estimate([0.2] * 4), none),
        StaffNeed("as it is", (2, 2, 2, 2), 2, none, none, none),
    )
    planned = fair().replace(**{"exhibitors.named_staff": {"energy-001": 6}})
    return Plan(fair(), 2.0, needs, planned, results(planned, drawn(100, 3)), 3)


def _promise(name: str = NAMES[1], promised: int | None = 4) -> Promise:
    meetings = tuple(int(each) for each in drawn(6, 4, n=60, sd=1.5))
    missing = () if promised is None else tuple(max(0, promised - each) for each in meetings)
    gain = estimate(drawn(2, 5, sd=1))
    return Promise(
        scenario=fair(),
        name=name,
        kind="gold sponsor",
        promised=promised,
        wanted=0.95,
        numbers=tuple(range(60)),
        meetings=meetings,
        missing=missing,
        funnel=dict.fromkeys(("asked", "accepted", "scheduled", "held"), (9,) * 60),
        reasons={"not asked for": sum(missing)},
        others={"Useful contacts": estimate(drawn(20, 6))},
        mendings=(
            Mending("a quarter more requests", gain, gain, 90.0),
            Mending("policy fair", gain, Estimate(0.0, nan, nan, 0.0, 8, 0), nan),
            Mending("reminders", gain, gain, nan, "there are none"),
        ),
        seed=1,
        of=60,
    )


def _promises() -> Promises:
    kind = Kind("gold", 3, estimate(drawn(0.8, 7, sd=0.05)), estimate(drawn(3, 8)), {"no slot": 2})
    each = (_promise(), _promise(NAMES[3], 9))
    return Promises(fair(), each, (kind,), 0.95, tuple(range(60)), 1)


def _attribution() -> Attribution:
    def value(data: ScenarioData, random: Random) -> float:
        return 3.0 * data.matchmaking["tables"].tables - 0.1 * data.exhibitors.mean_staff * random.gauss(5, 1)

    after = fair().replace(**{"matchmaking.tables.tables": 9, "exhibitors.mean_staff": 9})
    return attribute(fair(), after, kpis=["meetings.held"], replications=6, runner=Toy(value))


def _adds() -> Added:
    rows = [
        {"replication": r, "name": name, "hall": "hall", "area_m2": 9.0 + at, "own": at < 3, "near": at == 3}
        | {"third": at if at < 3 else -1}
        | {f"{each}{end}": (3 * at + r * len(end)) % 7 for each in MEASURES for end in ("", "_without")}
        for r in range(6)
        for at, name in enumerate(NAMES)
    ]
    pairs = [
        {"replication": r, "pairs": kind, "whose": whose}
        | {part: (r + at) % 5 for at, part in enumerate(PARTS)}
        for r in range(6)
        for kind in (CONTACT, MET)
        for whose in ("own", "rest")
    ]
    without = fair().replace(**{"matchmaking.tables": None})
    frames = (pd.DataFrame(rows), pd.DataFrame(pairs))
    return Added(
        fair(), without, ("matchmaking.tables",), ("chain.energy",), ("tables",), 1, tuple(range(6)), *frames
    )


def _left_out() -> LeftOut:
    def fairs(first: int) -> pd.DataFrame:
        rows = [
            {"replication": r, "name": name, "chain": "energy", "country": "CN", "hall": "hall"}
            | {mark: (at + r * (mark == "full")) % 2 == 0 for mark in MARKS}
            | {"useful_contacts": 1, "left_out": (at * r) % 5 < 3 - at // 2}
            for r in range(first, first + 6)
            for at, name in enumerate(NAMES)
        ]
        return pd.DataFrame(rows)

    return LeftOut(fair(), 1, 1, fairs(0), fairs(6))


def validated(*at: float) -> Validated:
    """A figure within, one off, one off by chance, one that has nothing, one that is not defined."""
    rows = tuple(
        {
            "record.talk_median": 2.7 + 0.01 * each,
            "record.partners_5min": 3 + 0.1 * each,
            "record.talk_mean": 4.95 + 0.1 * each,
            "booths.lost_share": 0.1,
            "record.met_before_share": nan,
        }
        for each in at
    )
    return Validated(ResultSet(fair(), 1, "toy", tuple(range(len(rows))), rows), "", claims_of(""))


def answers() -> dict[str, Answer]:
    """One of each kind; all but `Tuned`, which stands in its own tests."""
    expected = fair().replace(**{"expect": {"meetings.held": ">= 90 in 50 %", "booths.lost_share": "< 1 %"}})
    return {
        "adds": _adds(),
        "left_out": _left_out(),
        "compare": comparison(),
        "sweep": sweep("matchmaking.tables.tables=3,5,9", "exhibitors.mean_staff=2,3"),
        "prices": _prices(),
        "staff": _plan(),
        "promise": _promise(),
        "unpromised": _promise(promised=None),
        "promises": _promises(),
        "attribute": _attribution(),
        "validate": validated(-1, 0, 1),
        "expect": judged(results(expected, drawn(100, 9, n=30), failed="it rained")),
    }


def comes_back(answer: Answer, directory: Path) -> Answer:
    """The answer saved and loaded again, which tells the same."""
    answer.save(directory)
    again = type(answer).load(directory)
    assert again is not answer
    for width in (60, 80):
        assert again.text(width) == answer.text(width)
    assert repr(again) == repr(answer)
    assert json.dumps(again.to_json_dict()) == json.dumps(answer.to_json_dict())  # type: ignore[attr-defined]
    pd.testing.assert_frame_equal(again.frame, answer.frame)  # type: ignore[attr-defined]
    return again
