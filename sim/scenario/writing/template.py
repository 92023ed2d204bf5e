"""A complete commented scenario to start from: every key with its meaning, unit and bounds."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from typing import NamedTuple

from pydantic import BaseModel

from sim.scenario.checks.wording import allowed, is_distribution, key_names, shape_at
from sim.scenario.schema import data as sections
from sim.scenario.schema.fields import unit_of
from sim.scenario.writing.plain import plain_value
from sim.scenario.writing.toml import toml_value

__all__ = ["template"]

_WIDTH = 98
_HEAD = """\
# A scenario for exposim, complete: every key there is, with its meaning, unit and bounds.
#
# Lines that start with # and a key are defaults, or examples where there is no default: take the #
# away to change them. `exposim check FILE` says what is wrong, `exposim show FILE` what holds.
# Whatever has a name (halls, chains, personas, ...) is a table [section.NAME]; add as many as needed.
#
# A distribution is a number, or one of
#   { dist = "uniform", low = 2, high = 4 }      { dist = "triangular", low = 1, mode = 2, high = 6 }
#   { dist = "exponential", mean = 4 }           { dist = "gamma", mean = 20, cv = 0.5 }
#   { dist = "geometric", mean = 2.5 }           { dist = "discrete", values = [1, 2], weights = [3, 1] }
#   { dist = "lognormal", mu = 0.47, sigma = 1.22, low = 0.83, high = 60 }  (of ln; low and high cut it)
#   { dist = "empirical", observations = [1.5, 2, 2.25, 9] }
#
# Editors help while you type once `exposim schema > exposim.schema.json` has put the schema beside
# this file and its first line is  #:schema ./exposim.schema.json

# Scenarios to start from: tables are merged with theirs, all else is replaced.
#extends = "quickstart"
"""


class Table(NamedTuple):
    """A table of the template."""

    path: str
    model: type[BaseModel]
    given: Mapping[str, str]  # keys in force, as TOML
    examples: Mapping[str, str] = {}  # keys without a default, commented out
    omit: tuple[str, ...] = ()  # keys that another table of the same model shows
    only: bool = False  # nothing but `given` and `examples`
    off: bool = False  # the whole table is commented out


def _with_options(
    policy: str, option: str, value: str, more: Mapping[str, str] | None = None
) -> tuple[Table, Table]:
    """A matchmaking programme, commented out, whose policy has an option."""
    name = f"matchmaking.by_{policy}"
    given = {"hall": '"main"', "tables": "10", "requests": "120", "policy": f'"{policy}"', **(more or {})}
    return (
        Table(name, sections.Matchmaking, given, only=True, off=True),
        Table(f"{name}.options", sections.PolicyOptions, {option: value}, only=True, off=True),
    )


_TABLES = (
    Table(
        "expo",
        sections.Expo,
        {"title": '"My trade fair"', "first_day": "2025-05-20", "days": "1"},
        omit=("hours",),
    ),
    Table(
        'expo.hours."2025-05-20"',
        sections.DayHours,
        {},
        {"opens": "10:00:00", "closes": "16:00:00"},
        off=True,
    ),
    Table("venue", sections.Venue, {"gross_area_m2": "3000"}, omit=("halls", "gates", "rooms", "catering")),
    Table(
        "venue.halls.main",
        sections.Hall,
        {"width_m": "80", "depth_m": "50"},
        {"door_m": "[40, 0]", "max_people": "2000"},
    ),
    Table("venue.gates.south", sections.Gate, {"x_m": "40", "y_m": "-20", "lanes": "6"}),
    Table(
        "venue.rooms.seminar",
        sections.Room,
        {"hall": '"main"', "count": "2", "seats": "40"},
        {"at_m": "[10, 48]"},
    ),
    Table(
        "venue.catering.canteen", sections.Catering, {"hall": '"main"', "seats": "150"}, {"at_m": "[70, 10]"}
    ),
    Table("chains.machines", sections.Chain, {"hall": '"main"'}, {"inputs": "{ machines = 3, parts = 1 }"}),
    Table("chains.parts", sections.Chain, {"hall": '"main"', "exhibitors": "0.5"}, only=True),
    Table(
        "exhibitors",
        sections.Exhibitors,
        {"count": "40", "countries": "4", "overseas_share": "0.25"},
        {"mean_area_m2": "20", "sponsors": "{ gold = 2, silver = 4 }"},
    ),
    Table(
        "pavilions.hungary",
        sections.Pavilion,
        {"country": '"HU"', "hall": '"main"', "area_m2": "150", "staff": "12"},
        {"exhibitors": "2", "partners": "3", "chains": "{ parts = 1 }", "opens_at": "10:00:00"},
        off=True,
    ),
    Table(
        "visitors.buyer",
        sections.Persona,
        {"kind": '"buyer"', "visits": "1200", "matchmaking_share": "0.1"},
        {
            "day_shares": "[1]",
            "chains": "{ machines = 2, parts = 1 }",
            "country_shares": "{ CN = 8, HU = 1 }",
        },
    ),
    Table(
        "programme.seminars",
        sections.Activity,
        {"kind": '"seminar"', "per_day": "[6]", "rooms": '["seminar"]'},
        {
            "from": "09:30:00",
            "to": "16:30:00",
            "host_pavilion": '"hungary"',
            "host_chain": '"parts"',
            "title": '"Seminar"',
        },
        omit=("starts",),
    ),
    Table(
        "programme.opening",
        sections.Activity,
        {"kind": '"ceremony"', "starts": "2025-05-20T10:00:00", "rooms": '["seminar"]', "talk_minutes": "30"},
        only=True,
    ),
    Table(
        "matchmaking.main",
        sections.Matchmaking,
        {"hall": '"main"', "tables": "10", "requests": "120"},
        {
            "title": '"Matchmaking"',
            "windows": "[1]",
            "window_slots": "12",
            "from": "10:00:00",
            "to": "16:00:00",
            "interpreters": "4",
            "host_pavilion": '"hungary"',
            "host_chains": '["machines", "parts"]',
            "guests": '["buyer"]',
            "most_requests_each": "20",
            "expiry_days": "7",
            "reminder_days": "3",
            "most_meetings_each": "6",
            "promises": "{ gold = 6, silver = 3 }",
            "most_in_row": "4",
        },
        omit=("options", "breaks_differ_by"),
    ),
    *_with_options("stable", "proposing", '"first"', {"compact": '"fairness"', "breaks_differ_by": "2"}),
    *_with_options("fair", "welfare", '"nash"'),
    *_with_options("optimal", "effort", '"full"'),
    Table("costs", sections.Costs, {}),
    Table("behaviour", sections.Behaviour, {}),
    Table(
        "shocks.fire_alarm",
        sections.Shock,
        {"kind": '"hall_closed"', "hall": '"main"'},
        {"day": "1", "from": "11:00:00", "to": "11:30:00"},
        only=True,
        off=True,
    ),
    Table(
        "shocks.broken_scanners",
        sections.Shock,
        {"kind": '"lanes_closed"', "gate": '"south"', "lanes": "2"},
        only=True,
        off=True,
    ),
    Table(
        "shocks.influenza", sections.Shock, {"kind": '"staff_absent"', "share": "0.1"}, only=True, off=True
    ),
    Table(
        "shocks.rain",
        sections.Shock,
        {"kind": '"arrivals"', "factor": "0.7", "persona": '"buyer"'},
        only=True,
        off=True,
    ),
    Table(
        "shocks.no_visas",
        sections.Shock,
        {"kind": '"country_absent"', "country": '"HU"', "share": "0.5"},
        only=True,
        off=True,
    ),
)


def template() -> str:
    """A scenario file that holds every key, those with a default commented out; it loads as it is."""
    lines = _HEAD.splitlines()
    for key in ("exhibitors_file", "programme_file", "pairs_file"):
        lines += _explained(sections.ScenarioData, key)
        lines.append(f'#{key} = "{key.removesuffix("_file")}.csv"')
    told: set[tuple[type[BaseModel], str]] = set()
    for table in _TABLES:
        lines.append("")
        if not any(model is table.model for model, _ in told):
            lines += _comment(" ".join((table.model.__doc__ or "").split()))
        lines.append(("#" if table.off else "") + f"[{table.path}]")
        for key in key_names(table.model):
            value = _value(table, key)
            if value is None:
                continue
            if (table.model, key) not in told:
                lines += _explained(table.model, key)
                told.add((table.model, key))
            mark = "" if key in table.given and not table.off else "#"
            lines.append(f"{mark}{key} = {value}")
    return "\n".join(lines) + "\n"


def _value(table: Table, key: str) -> str | None:
    """What the template writes for a key; None if it leaves the key out."""
    if key in table.given or key in table.examples:
        return table.given.get(key) or table.examples[key]
    if table.only or key in table.omit:
        return None
    shape = shape_at((key,), table.model)
    assert shape is not None
    assert shape.field is not None
    return toml_value(plain_value(shape.field.get_default(call_default_factory=True)))


def _explained(model: type[BaseModel], key: str) -> list[str]:
    shape = shape_at((key,), model)
    assert shape is not None
    assert shape.field is not None
    if is_distribution(shape):
        unit = unit_of(shape.field)
        rule = "A distribution" + (f" ({unit})" if unit not in ("", "1") else "")
    else:
        rule = allowed(shape)
        rule = f"One of {rule}" if rule.startswith("'") else rule[:1].upper() + rule[1:]
    needed = " Required." if shape.field.is_required() else ""
    return _comment(f"{shape.field.description} {rule}.{needed}")


def _comment(text: str) -> list[str]:
    lines = textwrap.wrap(text, _WIDTH, break_on_hyphens=False, break_long_words=False)
    return [f"# {line}" for line in lines]
