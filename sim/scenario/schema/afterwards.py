"""What comes of contacts after the expo: who counts as of the chain, follow-up, needs, agreements."""

from __future__ import annotations

from sim.scenario.schema.fields import ASSUMPTION, NEUTRAL, Section, field, fraction

__all__ = ["Outcomes"]


class Outcomes(Section):
    """What comes of useful contacts; nothing on the floor depends on it."""

    chain_fit: float = fraction(
        0.33,
        "A useful contact with a firm is a chain contact from this supply fit on: one supplies what the "
        "other buys.",
        source="chain-contacts",
        grade="–",
        plausible=(0.15, 0.5),
        remark="fitted: with it cisce-2024 has 60 an exhibitor",
    )
    key_affinity: float = fraction(
        0.44,
        "A chain contact is a key contact from this affinity on: both are interested, and somebody who may "
        "decide was there.",
        source="chain-contacts",
        grade="–",
        plausible=(0.3, 0.6),
        remark="fitted: with it cisce-2024 has 29 an exhibitor",
    )
    next_step_share: float = fraction(
        0.64,
        "Chance that two who remember each other as key contacts agree on a next step.",
        source="no-next-step",
        grade="B",
        plausible=(0.5, 0.8),
        remark="of recorded meetings; conversations at booths are taken as alike",
    )
    follow_ups_a_member: float = field(
        4.0,
        "Key contacts that an exhibitor can follow up, for each of its staff.",
        unit="contacts",
        ge=0,
        le=1000,
        source=ASSUMPTION,
        plausible=(2, 15),
    )
    follow_ups_a_visitor: float = field(
        2.0,
        "Key contacts that a visiting firm can follow up, for each of its people who came.",
        unit="contacts",
        ge=0,
        le=1000,
        source=ASSUMPTION,
        plausible=(1, 6),
    )
    needs: int = field(
        3,
        "New suppliers that an organisation takes up at most.",
        unit="suppliers",
        ge=0,
        le=1000,
        source=ASSUMPTION,
        plausible=(1, 10),
    )
    agreement_share: float = fraction(
        0.0325,
        "Chance that an intention becomes an agreement by the end of the expo.",
        source="chain-contacts",
        grade="–",
        plausible=(0.01, 0.1),
        remark="fitted: with it cisce-2024 has 210",
    )
    agreement_value: float = field(
        0.0,
        "Mean value of an agreement, in the currency of [costs]; 0: it is not counted.",
        unit="money",
        ge=0,
        le=1e15,
        source=NEUTRAL,
    )
    agreement_spread: float = field(
        1.5,
        "Standard deviation of the logarithm of an agreement's value.",
        unit="ln",
        ge=0,
        le=4,
        source=ASSUMPTION,
        plausible=(0.5, 2.5),
    )
