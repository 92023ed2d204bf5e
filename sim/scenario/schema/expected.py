"""What may be expected of a KPI: `">= 450 in 95 %"`, read into numbers."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import isinf
from typing import Annotated, Any, Final

from pydantic import AfterValidator, BeforeValidator, StringConstraints

from sim.scenario.schema.kinds import CLEAN

__all__ = ["Comparison", "Expectation", "KPIName", "comparisons"]

_ALLOWED: Final = (
    'allowed: a comparison of the mean such as ">= 450" or "< 5 %", of each replication such as ">= 450 in '
    '95 %", or several with `and` between'
)
_NUMBER: Final = r"(?:\d[\d_]*(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d{1,3})?"
_COMPARISON: Final = re.compile(
    rf"(<=|>=|<|>|≤|≥)\s*(-?{_NUMBER})\s*(%)?(?:\s+in\s+({_NUMBER})\s*%)?", re.ASCII
)
_SIGNS: Final = {"≤": "<=", "≥": ">="}
_HOLDS: Final[dict[str, Callable[[float, float], bool]]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


@dataclass(frozen=True, slots=True)
class Comparison:
    """One thing that is expected: of the mean over replications, or of a share of them."""

    sign: str
    """One of `<`, `<=`, `>` and `>=`."""
    limit: float
    """What the KPI is compared with, in its unit; of `5 %` 0.05."""
    per_cent: bool
    """Whether the limit was given in per cent."""
    share: float | None
    """In what share of the replications each is to be so, above 0 and below 1; None of the mean."""

    def holds(self, value: float) -> bool:
        """Whether it is so of a number."""
        return _HOLDS[self.sign](value, self.limit)

    def __str__(self) -> str:
        limit = f"{100 * self.limit:.12g} %" if self.per_cent else f"{self.limit:.12g}"
        share = "" if self.share is None else f" in {100 * self.share:.12g} %"
        return f"{self.sign} {limit}{share}"


def comparisons(text: str) -> tuple[Comparison, ...]:
    """What a text expects. Raises ValueError, with what is allowed, if it is none."""
    return tuple(_comparison(part.strip(), text) for part in re.split(r"\s+and\s+", text.strip()))


def _comparison(part: str, text: str) -> Comparison:
    found = _COMPARISON.fullmatch(part)
    if found is None:
        raise ValueError(f"found {text!r}; {_ALLOWED}")
    sign, number, per_cent, share = found.groups()
    limit = float(number.replace("_", "")) / (100 if per_cent else 1)
    if isinf(limit):
        raise ValueError(f"found {text!r}; allowed: numbers up to 1e308")
    if share is None:
        return Comparison(_SIGNS.get(sign, sign), limit, bool(per_cent), None)
    of = float(share.replace("_", "")) / 100
    if not 0 < of < 1:
        raise ValueError(
            f"found {text!r}; allowed: a share above 0 and below 100 %; no number of replications shows that "
            "something is so in all, or in none"
        )
    return Comparison(_SIGNS.get(sign, sign), limit, bool(per_cent), of)


def _a_text(value: Any) -> Any:
    if isinstance(value, Mapping):
        raise ValueError(
            'found a section; the name of a KPI goes in quotes, as in "meetings.held" = ">= 450"'
        )
    return value


def _sound(text: str) -> str:
    comparisons(text)
    return text


KPIName = Annotated[str, StringConstraints(min_length=1, max_length=100, pattern=CLEAN)]
Expectation = Annotated[
    str, StringConstraints(max_length=200, pattern=CLEAN), BeforeValidator(_a_text), AfterValidator(_sound)
]
