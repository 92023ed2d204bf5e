"""Simulates an expo as a machine for making meetings.

    >>> import sim
    >>> scenario = sim.load("quickstart")
    >>> result = sim.run(scenario)
    >>> round(result.kpis["visits.people"])
    1500

Names are loaded when first used, so that `import sim` and `exposim --help` cost next to nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from sim.decisions.adds.adding import adds
    from sim.decisions.attribute.attributing import attribute
    from sim.decisions.calibrate.calibrating import calibrate
    from sim.decisions.compare.comparing import compare
    from sim.decisions.expecting import expect
    from sim.decisions.explain.explaining import explain
    from sim.decisions.left_out.naming import left_out
    from sim.decisions.prices import prices
    from sim.decisions.promise.promising import promise, promises
    from sim.decisions.shocks.shocking import shocks
    from sim.decisions.staffing import staff
    from sim.decisions.sweeping import sweep
    from sim.decisions.tune.tuning import tune
    from sim.decisions.validate.validating import validate
    from sim.engine import simulate
    from sim.expo import build
    from sim.matchmaking import policy
    from sim.replication import run
    from sim.scenario import Scenario, ScenarioError, diff, load
    from sim.statistics import Result
    from sim.statistics.own import kpi
    from sim.studies import replicate
    from sim.studies.resultset import ResultSet

__all__ = [
    "Result",
    "ResultSet",
    "Scenario",
    "ScenarioError",
    "__version__",
    "adds",
    "attribute",
    "build",
    "calibrate",
    "compare",
    "diff",
    "expect",
    "explain",
    "kpi",
    "left_out",
    "load",
    "policy",
    "prices",
    "promise",
    "promises",
    "replicate",
    "run",
    "shocks",
    "simulate",
    "staff",
    "sweep",
    "tune",
    "validate",
]

__version__ = "0.1.0"

_HOME: Final = {
    "Result": "sim.statistics",
    "ResultSet": "sim.studies.resultset",
    "Scenario": "sim.scenario",
    "ScenarioError": "sim.scenario",
    "adds": "sim.decisions.adds.adding",
    "attribute": "sim.decisions.attribute.attributing",
    "build": "sim.expo",
    "calibrate": "sim.decisions.calibrate.calibrating",
    "compare": "sim.decisions.compare.comparing",
    "diff": "sim.scenario",
    "expect": "sim.decisions.expecting",
    "explain": "sim.decisions.explain.explaining",
    "kpi": "sim.statistics.own",
    "left_out": "sim.decisions.left_out.naming",
    "load": "sim.scenario",
    "policy": "sim.matchmaking",
    "prices": "sim.decisions.prices",
    "promise": "sim.decisions.promise.promising",
    "promises": "sim.decisions.promise.promising",
    "replicate": "sim.studies",
    "run": "sim.replication",
    "shocks": "sim.decisions.shocks.shocking",
    "simulate": "sim.engine",
    "staff": "sim.decisions.staffing",
    "sweep": "sim.decisions.sweeping",
    "tune": "sim.decisions.tune.tuning",
    "validate": "sim.decisions.validate.validating",
}


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(_HOME[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    from types import ModuleType

    rooms = [name for name, value in globals().items() if isinstance(value, ModuleType)]
    special = [name for name in globals() if name.startswith("__")]
    return sorted({*__all__, *rooms, *special})
