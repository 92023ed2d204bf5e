"""The model held against the record: verdicts at the edges, claims that can be right, and what is told."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from math import inf, isfinite, nan
from pathlib import Path

import matplotlib as mpl
import matplotlib.pyplot as plt
import pandas as pd
import pytest
from click.testing import CliRunner

import sim
from sim.cli import exposim
from sim.decisions.plots.validating import ValidatedPlots
from sim.decisions.validate.claims import CLAIMS, EVENTS, Claim, claims_of
from sim.decisions.validate.validated import Held, Validated, verdict
from sim.statistics.intervals import Estimate, estimate
from sim.statistics.kpis import KPIS, describe
from sim.statistics.kpis.registry import MEASURES
from tests.decisions.answers import FAIR, comes_back, validated

mpl.use("agg")
pytestmark = pytest.mark.usefixtures("played_once")

ROOT = Path(__file__).parents[2]
KEPT = ROOT / "notebooks" / "can_you_trust_it.csv"
RANGE = Claim("group", "meetings.held", "4 to 6", "kept", "C", 4, 6)


def facts() -> dict[str, str]:
    """The grade of each row of the facts that the description of the model has."""
    lines = (ROOT / "sim" / "README.md").read_text(encoding="utf-8").split("\n")
    first = lines.index("| fact | value | grade | source |") + 2
    rows = [line.strip("|").split("|") for line in lines[first:] if line.startswith("|")]
    return {row[0].strip(): row[2].strip() for row in rows if len(row) == 4}


def value(mean: float, low: float = nan, high: float = nan) -> Estimate:
    return Estimate(mean, low, high, 1.0, 3, 3)


@pytest.mark.parametrize(
    ("e", "told"),
    [
        (value(4), "within"),  # the ends belong to the range
        (value(6), "within"),
        (value(6, 5, 7), "within"),
        (value(6.000001), "off"),
        (value(3.999999), "off"),
        (value(7, 6, 8), "by chance"),  # the interval reaches it, by its very end
        (value(3, 2, 4), "by chance"),
        (value(7, 6.01, 7.99), "off"),
        (value(3, 2.01, 3.99), "off"),
    ],
)
def test_a_figure_is_within_up_to_the_ends_and_off_by_chance_if_its_interval_reaches_them(
    e: Estimate, told: str
) -> None:
    assert verdict(RANGE, e) == told


def test_there_is_nothing_to_hold_against_what_has_no_range() -> None:
    assert verdict(replace(RANGE, low=-inf, high=inf), value(1e9)) == "nothing"
    assert verdict(replace(RANGE, high=inf), value(1e9)) == "within"


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [(4, 6, "4 to 6"), (0, 15, "at most 15"), (4, inf, "at least 4"), (620, 620, "620"), (-inf, inf, "")],
)
def test_a_range_is_told_as_people_say_it(low: float, high: float, said: str) -> None:
    assert Held(replace(RANGE, low=low, high=high), value(5), "predicted").range == said


def test_a_scenario_is_held_against_the_event_that_it_is_called_after_or_that_is_asked_for(
    tmp_path: Path,
) -> None:
    named = tmp_path / "cisce-2023.toml"
    named.write_bytes(FAIR.read_bytes())
    for scenario, against, event in (
        (named, None, "cisce-2023"),
        (named, "", ""),
        (named, "cisce-2024", "cisce-2024"),
        (FAIR, None, ""),
    ):
        found = sim.validate(scenario, against=against, replications=1, workers=1)
        assert found.event == event
        assert found.claims == claims_of(event)


def test_every_claim_names_a_kpi_a_row_of_the_facts_with_its_grade_and_a_range_that_can_be_met() -> None:
    known = facts()
    for claim in CLAIMS:
        k = describe(claim.kpi)
        assert k.label == claim.label
        if not claim.fact:
            assert not claim.is_held
            assert not claim.row
            continue
        assert claim.row in known, claim
        assert claim.grade in ("", known[claim.row]), claim  # none for what is published, or arithmetic
        if claim.is_held:
            assert k.low <= claim.low <= claim.high <= k.high, claim
            assert isfinite(claim.high)
        assert set(claim.only) <= set(EVENTS)


@pytest.mark.parametrize("event", [*EVENTS, ""])
def test_no_figure_is_told_twice_of_an_event(event: str) -> None:
    kpis = [claim.kpi for claim in claims_of(event)]
    assert len(kpis) == len(set(kpis)) > 20


def test_every_measure_is_claimed_and_none_is_among_the_kpis_of_a_run(quickstart: sim.Result) -> None:
    assert {name for name in MEASURES if name.startswith("record.")} <= {claim.kpi for claim in CLAIMS}
    assert not MEASURES.keys() & KPIS.keys()
    assert not MEASURES.keys() & quickstart.row.keys()
    for name in MEASURES:
        assert CliRunner().invoke(exposim, ["run", "quickstart", "-k", name]).exit_code == 2
    done = CliRunner().invoke(exposim, ["kpis", "record"])
    assert [name for name in MEASURES if name not in done.stdout] == []
    assert max(map(len, done.stdout.splitlines())) <= 80


def test_published_figures_are_those_of_their_event_alone() -> None:
    assert {claim.kpi for claim in claims_of("")} & {"record.exhibitors", "outcomes.agreements"} == set()
    (agreements,) = (claim for claim in claims_of("cisce-2023") if claim.kpi == "outcomes.agreements")
    assert "200" in agreements.fact
    assert "little power" in agreements.note
    for null in ("174", "197", "210"):
        assert null in agreements.note


def test_the_sentence_counts_what_is_told_and_misses_are_told_with_their_reason() -> None:
    found = validated(-1, 0, 1)
    text = found.text()
    first = " ".join(text.split("\n\n")[0].split())
    assert first.startswith("fair: 1 of 3 figures lie within what was published or measured; 2 do not: ")
    assert "Within: 1 of 3 predicted." in first
    assert [each.verdict for each in found.held] == ["within", "by chance", "nothing", "off"]
    off = " ".join(text.split("What is off")[1].split("Conversations at")[0].split())
    assert re.search(r"3\.\d+ .*people, not 1\.3 to 1\.9 people\.", off)
    assert "Why: every companion counts as five minutes" in off
    assert "4.95 ± 0.26 min, not 4.3 to 4.9 min (it may be chance). Why: not known." in off
    assert "Not defined here: " in text
    assert "pairs of a minute or more that had met before" in " ".join(text.split())
    for width in (60, 80, 100):
        assert max(map(len, found.text(width).splitlines())) <= width
    said = found.to_json_dict()
    assert (said["within"], said["off"]) == (1, 2)
    assert json.loads(json.dumps(said, allow_nan=False)) == said
    assert list(found.frame["verdict"]) == [each.verdict for each in found.held]


def test_of_one_replication_it_says_that_there_are_no_intervals() -> None:
    assert "One replication: nothing says how far chance moves it." in validated(0).text()


def test_an_answer_comes_back_from_a_directory_and_pictures_show_what_is_told(tmp_path: Path) -> None:
    found = validated(-1, 0, 1)
    again = comes_back(found, tmp_path / "kept")
    assert isinstance(again, Validated)
    ax = again.plot.ranges()
    shown = [each for each in found.held if each.claim.is_held]
    marks = [float(line.get_xdata()[0]) for line in ax.lines if line.get_marker() == "o"]  # type: ignore[index, arg-type]
    away = [
        (each.value.mean - (each.claim.low + each.claim.high) / 2) / (each.claim.high - each.claim.low)
        for each in shown
    ]
    assert marks == pytest.approx([max(-3.2, min(3.2, each)) for each in away])
    assert [each.get_width() for each in ax.patches] == [1.0] * len(shown)  # type: ignore[attr-defined]
    with pytest.raises(ValueError, match="no figure of that group"):
        found.plot.ranges(group="nothing")
    plt.close("all")


def test_the_command_holds_a_small_fair_against_what_is_known_of_people(tmp_path: Path) -> None:
    out = tmp_path / "figures.csv"
    asked = ["validate", str(FAIR), "-n", "2", "-w", "1", "-q", "--study", str(tmp_path / "kept")]
    done = CliRunner().invoke(exposim, [*asked, "--out", str(out)])
    assert done.exit_code == 0, done.stderr
    assert re.match(r"fair: \d+ of \d+ figures lie within", done.stdout)
    assert max(map(len, done.stdout.splitlines())) <= 80
    assert "exposim check --run" in done.stdout
    table = pd.read_csv(out)
    there = [c.kpi for c in claims_of("") if c.kpi in set(table["kpi"])]
    assert list(table["kpi"]) == there
    assert len(there) > 15
    goes_on = CliRunner().invoke(exposim, [*asked, "--json"])
    said = json.loads(goes_on.stdout)
    assert [each["mean"] for each in said["figures"]] == pytest.approx(list(table["mean"]))
    (median,) = (each for each in said["figures"] if each["kpi"] == "record.talk_median")
    values = [
        MEASURES["record.talk_median"].compute(r.ledger)
        for r in (sim.run(str(FAIR)), sim.run(str(FAIR), replication=1))
    ]
    assert median["mean"] == estimate(values).mean  # type: ignore[arg-type]


def test_an_event_of_which_nothing_is_known_is_refused_with_the_near_miss() -> None:
    done = CliRunner().invoke(exposim, ["validate", "quickstart", "--against", "cisce-2025", "-n", "1", "-q"])
    assert (done.exit_code, done.stdout) == (2, "")
    assert "nothing is known of an event 'cisce-2025'; allowed: cisce-2024, cisce-2023" in done.stderr


def test_the_table_that_is_kept_of_the_reference_event_is_of_the_claims_as_they_are() -> None:
    """Else: `exposim validate --out notebooks/can_you_trust_it.csv --force`, and the page by `.markdown`."""
    table = pd.read_csv(KEPT, keep_default_na=False)
    claims = claims_of("cisce-2024")
    assert list(table["kpi"]) == [claim.kpi for claim in claims]
    assert list(table["claim"]) == [claim.label for claim in claims]
    for name, kept in (("fact", table["fact"]), ("row", table["row"]), ("grade", table["grade"])):
        assert list(kept) == [getattr(claim, name) for claim in claims]
    for name, end in (("least", "low"), ("most", "high")):
        ends = pd.to_numeric(table[name])
        assert [x for x in ends if isfinite(x)] == [getattr(c, end) for c in claims if c.is_held]
    page = (ROOT / "sim" / "README.md").read_text(encoding="utf-8")
    for claim, told in zip(claims, table["verdict"], strict=True):
        (line,) = re.findall(rf"^\| {re.escape(claim.label)} \|.*$", page, re.MULTILINE)
        assert ("**OFF" in line) == (told in ("off", "by chance"))
    assert ValidatedPlots(pd.read_csv(KEPT)).ranges(basis="predicted").get_title(loc="left")
    plt.close("all")
