"""Where the values of a scenario come from: what its files say of each that it sets, and of no other."""

from __future__ import annotations

from pathlib import Path

import pytest

import sim
from sim.scenario import fields, template
from sim.scenario.reading.origins import FILE, Told
from sim.scenario.sources import Source

BASE = """# The site as it was in 2023.

[venue]
gross_area_m2 = 3300   # measured

[visitors.buyer]
visits = 300
"""
OURS = """extends = ["parts/base.toml", "quickstart"]

[visitors.buyer]
visits = 310   # counted
stops.mean = 7
"""


def of(scenario: sim.Scenario) -> dict[str, Source]:
    """What is set, by path."""
    return {each.path: each for each in scenario.sources if each.told is not None}


@pytest.fixture
def ours(tmp_path: Path) -> Path:
    (tmp_path / "parts").mkdir()
    (tmp_path / "parts" / "base.toml").write_text(BASE)
    file = tmp_path / "ours.toml"
    file.write_text(OURS.replace('"parts/base.toml", "quickstart"', '"quickstart", "parts/base.toml"'))
    return file


def test_each_value_has_the_words_of_the_file_that_sets_it(ours: Path) -> None:
    found = of(sim.load(ours, {"visitors.buyer.passing_stops": 4}))
    area = found["venue.gross_area_m2"]
    assert (area.value, area.unit, area.description) == ("3300", "m²", "Gross exhibition area.")
    assert area.told == Told("measured", "venue.gross_area_m2", "parts/base.toml", 4)
    assert found["visitors.buyer.visits"].told == Told("counted", "visitors.buyer.visits", "ours.toml", 4)
    shipped = found["programme.opening.show_probability"].told
    assert shipped is not None
    assert (shipped.source, shipped.file) == ("by invitation (assumption)", "quickstart.toml")
    professional = found["visitors.professional.talk_share"].told
    assert professional is not None
    assert (professional.about, professional.source[:12]) == ("visitors", "1,500 visits")
    title = found["expo.title"].told
    assert title is not None
    assert title.about == FILE
    (label,) = {each.told.file for each in found.values() if each.told and each.told.line is None}
    assert "visitors.buyer.passing_stops" in label


def test_every_field_is_set_or_a_default_and_a_default_says_what_it_rests_on() -> None:
    scenario = sim.load("hungary-2024")
    given, known = of(scenario), fields()
    defaults = [each for each in scenario.sources if each.told is None]
    assert not [each.path for each in defaults if each.default in ("", "neutral")]
    for each in defaults:
        assert each.default.startswith(known[each.path].source), each.path
    assert "meal_share" not in "".join(given)
    assert "visitors.NAME.meal_share" in {each.path for each in defaults}
    # of every file each line that sets something is found
    where = {(each.told.file, each.told.line) for each in given.values() if each.told}
    assert {file for file, _ in where} == {"hungary-2024.toml", "parts/chains.toml", "parts/hungary.toml"}
    text = Path("scenarios/parts/hungary.toml").read_text(encoding="utf-8").split("\n")
    sets = {
        ("parts/hungary.toml", at)
        for at, line in enumerate(text, 1)
        if "=" in line and not line.startswith("#")
    }
    assert sets <= where


def test_what_the_template_says_is_the_meaning_of_a_key_and_no_source(tmp_path: Path) -> None:
    file = tmp_path / "fair.toml"
    file.write_text(template())
    assert {each.told.source for each in of(sim.load(file)).values() if each.told} == {""}
    file.write_text(template().replace("\nvisits =", "\n# counted\nvisits =", 1))
    told = of(sim.load(file))["visitors.buyer.visits"].told
    assert told is not None
    assert (told.source, told.about) == ("counted", "visitors.buyer.visits")


def test_a_value_that_is_set_anew_is_no_longer_the_files(ours: Path) -> None:
    changed = sim.load(ours).replace(**{"visitors.buyer.visits": 5, "venue.gross_area_m2": 3300})
    for path in ("visitors.buyer.visits", "venue.gross_area_m2"):
        told = of(changed)[path].told
        assert told is not None
        assert (told.source, told.line) == ("", None)
