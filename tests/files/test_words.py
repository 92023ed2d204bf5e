"""Words for yes, no and if need be are known in whatever capitals, with a full stop, or as a picture."""

from __future__ import annotations

import pytest

from sim.files.words import if_need_be, is_unclear, unclear, yes_or_no


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ("Yes.", True),
        ("JA!", True),
        ("✔\ufe0f", True),
        ("Nem", False),
        ("-", False),
        ("−", False),
        ("soon", None),
    ],
)
def test_a_word_says_yes_or_no_or_neither(cell: str, said: bool | None) -> None:
    assert yes_or_no(cell) is said


def test_an_x_is_unclear_beside_a_tick_as_a_mark_or_as_a_picture_and_nowhere_else() -> None:
    for tick in ("✓", "✔\ufe0f", "☑"):
        assert unclear([tick, "X", "yes"]) == {"x"}
    assert unclear(["x", "×", "yes", "OK"]) == frozenset()  # without a tick both are one
    assert unclear(["✓", "no", "extra"]) == frozenset()
    assert is_unclear("X", frozenset("x"))
    assert not is_unclear("X", frozenset())


@pytest.mark.parametrize(
    ("cell", "is_it"), [("(X)", True), ("Zur Not", True), ("Vielleicht!", True), ("x", False)]
)
def test_if_need_be_is_no_yes(cell: str, is_it: bool) -> None:
    assert if_need_be(cell) is is_it
