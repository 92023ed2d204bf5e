"""A scenario as the plain values that its file would hold."""

from __future__ import annotations

from typing import Any

from sim.scenario.schema.data import ScenarioData
from sim.scenario.schema.distributions import Constant
from sim.scenario.schema.fields import Section

__all__ = ["plain_value", "resolved_tree"]


def resolved_tree(data: ScenarioData) -> dict[str, Any]:
    """All sections as plain values in the shape of a file; what is left empty is left out."""
    tree: dict[str, Any] = plain_value(data)
    return tree


def plain_value(value: Any) -> Any:
    """A part of a scenario as plain values in the shape of a file."""
    if isinstance(value, Constant):
        return value.value  # a bare number stands for it
    if isinstance(value, Section):
        found = {info.alias or key: getattr(value, key) for key, info in type(value).model_fields.items()}
        return {
            key: plain_value(each) for key, each in found.items() if each is not None and each not in ((), {})
        }
    if isinstance(value, dict):
        return {key: plain_value(each) for key, each in value.items()}
    return value
