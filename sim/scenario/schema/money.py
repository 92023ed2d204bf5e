"""What the organiser pays for: prices, so that programmes can be compared by what a contact costs."""

from __future__ import annotations

from sim.scenario.schema.fields import NEUTRAL, Section, field
from sim.scenario.schema.kinds import CLEAN

__all__ = ["Costs"]


def _price(description: str) -> float:
    price: float = field(0.0, description, unit="money", source=NEUTRAL, ge=0, le=1e9)
    return price


class Costs(Section):
    """Prices, in one currency; what costs nothing, or is not to be counted, is 0."""

    currency: str = field(
        "EUR", "The currency, as shown.", min_length=1, max_length=12, pattern=CLEAN, source=NEUTRAL
    )
    table_day: float = _price("A matchmaking table on a day.")
    hosted_buyer: float = _price("A hosted person: travel and board.")
    staff_hour: float = _price("An hour on duty of a member of a booth's staff.")
    square_metre: float = _price("A square metre of booths.")
    interpreter_day: float = _price("An interpreter on a day.")
