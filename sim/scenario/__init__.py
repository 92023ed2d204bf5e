"""Scenario files: what an organiser writes, read, checked and frozen."""

from __future__ import annotations

from sim.files.problems import Fault, ScenarioError
from sim.scenario.checks.assumed import assumed
from sim.scenario.difference import Change, Difference, diff
from sim.scenario.load import load, load_typed
from sim.scenario.reading.catalogue import shipped, shipped_files
from sim.scenario.reading.settings import parse_set, parse_sets
from sim.scenario.scenario import Scenario
from sim.scenario.schema.data import STAGES, ScenarioData
from sim.scenario.schema.overview import ScenarioField, fields
from sim.scenario.schema.rows import ActivityRow, ExhibitorRow
from sim.scenario.writing.jsonschema import json_schema
from sim.scenario.writing.template import template

__all__ = [
    "STAGES",
    "ActivityRow",
    "Change",
    "Difference",
    "ExhibitorRow",
    "Fault",
    "Scenario",
    "ScenarioData",
    "ScenarioError",
    "ScenarioField",
    "assumed",
    "diff",
    "fields",
    "json_schema",
    "load",
    "load_typed",
    "parse_set",
    "parse_sets",
    "shipped",
    "shipped_files",
    "template",
]
