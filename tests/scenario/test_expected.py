"""What a comparison of `[expect]` says, at its limit too."""

from __future__ import annotations

import pytest

from sim.scenario.schema.expected import comparisons


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("< 5", [True, False, False]),
        ("<= 5", [True, True, False]),
        ("> 5", [False, False, True]),
        (">= 5", [False, True, True]),
        ("≤ 500 %", [True, True, False]),
        ("≥ 5.0 in 95 %", [False, True, True]),
    ],
)
def test_a_comparison_holds_below_at_or_above_its_limit(text: str, holds: list[bool]) -> None:
    (comparison,) = comparisons(text)
    assert [comparison.holds(value) for value in (4.0, 5.0, 6.0)] == holds
    assert comparisons(str(comparison)) == (comparison,)


def test_a_limit_is_a_number_that_a_kpi_can_reach() -> None:
    with pytest.raises(ValueError, match="found '< 1e309'; allowed: numbers up to 1e308"):
        comparisons("< 1e309")
