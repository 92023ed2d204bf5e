"""Comments of a TOML file: each is about what stands beside it or below it, and about nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.files.locator import locate, split_path
from sim.files.remarks import Remarks, remarks

TEXT = '''#:schema ./fair.schema.json
#
# A fair. It was invented,
# all of it.
#
#   exposim run fair
#   exposim run fair -n 20
#
# - one thing,
#   and its end
# - another

[expo]
days = 2   # counted on
           # two hands
# above it
opens = 1  # and beside it
text = """
# no comment"""   # of a text
many = [   # of a list
    1,     # of its first
    # and of none
    2,
]
hash = "#none"
after = 3

# ------------------------------------ who comes

# Counted at the gates.

# Both of buyers.
[visitors.buyer]
kind = "buyer"

[visitors.buyer.more]   # beside a header
kind = 1

[visitors.public]
kind = "public"

[gates.south]
lanes = 2

# ---------------------------------- what is held
#
# From the programme.

[programme.opening]
# seats there are
#seats = 40
hosts = 3
'''


@pytest.fixture(scope="module")
def found() -> Remarks:
    return remarks(TEXT)


def about(found: Remarks, path: str) -> tuple[str | None, str]:
    keys, said = found.about(split_path(path))
    return (None if keys is None else ".".join(map(str, keys))), said


def test_the_head_is_about_the_file_line_by_line_where_it_is_no_paragraph(found: Remarks) -> None:
    assert found.whole.split("\n") == [
        "A fair. It was invented, all of it.",
        "exposim run fair",
        "exposim run fair -n 20",
        "- one thing, and its end",
        "- another",
    ]
    assert about(found, "expo.after") == ("", found.whole)


@pytest.mark.parametrize(
    ("path", "of", "said"),
    [
        ("expo.days", "expo.days", "counted on two hands"),
        ("expo.opens", "expo.opens", "above it\nand beside it"),
        ("expo.text", "expo.text", "of a text"),
        ("expo.many", "expo.many", "of a list of its first and of none"),
        ("visitors.buyer.kind", "visitors.buyer", "Both of buyers."),
        ("visitors.buyer.more.kind", "visitors.buyer.more", "beside a header"),
        ("visitors.public.kind", "visitors", "Counted at the gates."),
        ("programme.opening.hosts", "programme", "From the programme."),
    ],
)
def test_a_comment_is_about_what_is_beside_or_below_it(found: Remarks, path: str, of: str, said: str) -> None:
    assert about(found, path) == (of, said)


def test_no_comment_reaches_beyond_its_part(found: Remarks) -> None:
    for path in ("expo.hash", "gates.south.lanes"):
        assert about(found, path) == ("", found.whole)
    headless = remarks(TEXT.partition("\n\n")[2])
    assert about(headless, "gates.south.lanes") == (None, "")


def test_a_comment_right_above_a_section_is_about_those_within_it() -> None:
    found = remarks("# Of the site.\n[venue]\narea = 1\n\n[venue.halls.west]\nwidth = 2\n[venues]\nx = 1\n")
    assert about(found, "venue.halls.west.width") == ("venue", "Of the site.")
    assert about(found, "venues.x") == (None, "")


def test_what_is_known_already_is_left_out() -> None:
    found = remarks("# Known. And more\nkey = 1 # known\n").without({"Known.", "known"})
    assert about(found, "key") == ("key", "And more")


def test_line_ends_of_another_system_change_nothing(found: Remarks) -> None:
    assert remarks(TEXT.replace("\n", "\r\n")) == found


def test_of_every_shipped_scenario_comments_are_about_keys_that_are_there() -> None:
    for file in Path("scenarios").rglob("*.toml"):
        text = file.read_text(encoding="utf-8")
        keys, found = locate(text), remarks(text)
        assert {*found.of, *found.parts} <= keys.keys(), file
        words = "".join((found.whole, *found.of.values(), *found.parts.values()))
        assert "#" not in words.replace("#none", ""), file
