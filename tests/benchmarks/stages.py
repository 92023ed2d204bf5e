"""One replication stage by stage, as `full_scale` asks for it: `stages.py SCENARIO ENGINE FOLDER`.

It is run by its path with any checkout's package `sim`, and knows nothing else; it prints a line of JSON.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar

__all__ = ["forget_peak", "measured", "peak"]

T = TypeVar("T")


def measured(scenario: str, engine: str, folder: Path) -> dict[str, Any]:
    """Every stage in this process. It is for any checkout, so it asks for what there is."""
    import sim
    from sim.engine import simulate
    from sim.expo import build
    from sim.statistics import COLUMNS
    from sim.statistics.result import Result

    stages: dict[str, tuple[float, float]] = {}

    def timed(stage: str, call: Callable[[], T]) -> T:
        forget_peak()
        start = _cpu()
        made = call()
        stages[stage] = (_cpu() - start, peak())
        return made

    def read(expo: Any, trace: Any, loaded: Any) -> Any:
        fields: Any = (expo, trace, loaded, engine)
        return Result(*fields[: len(Result.__dataclass_fields__)])

    small = sim.load("quickstart")
    expo = build(small, 0, None)
    result = read(expo, simulate(expo.floor, engine), small)
    result.kpis, [getattr(result, name) for name in COLUMNS]
    loaded = timed("load", lambda: sim.load(scenario))
    expo = timed("build", lambda: build(loaded, 0, None))
    check = _check_of()
    if check is not None:
        timed("check", lambda: check(expo.floor))
    trace = timed("engine", lambda: simulate(expo.floor, engine))
    result = read(expo, trace, loaded)
    timed("KPIs", lambda: result.kpis)
    timed("tables", lambda: [getattr(result, name) for name in COLUMNS])
    if hasattr(result, "save"):
        timed("write", lambda: result.save(folder / "results"))
    visits = result.kpis["visits.people"]
    return {"stages": stages, "visits": round(visits), "rows": len(trace.kind)}


def _check_of() -> Callable[[Any], object] | None:
    """What checks a floor, if the checkout has it where it is now."""
    try:
        from sim.floor.contract import check_floor
    except ImportError:
        return None
    return check_floor


def _cpu() -> float:
    """Seconds of processor time of this process and its children."""
    used = os.times()
    return time.process_time() + used.children_user + used.children_system


def forget_peak() -> None:
    """From here on the peak is counted anew, where the system can do that."""
    with suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5")


def peak() -> float:
    """The most memory since, in MiB; 0 if it is not told."""
    status = Path("/proc/self/status")
    lines = status.read_text().splitlines() if status.exists() else []
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM")), 0.0)


if __name__ == "__main__":
    print(json.dumps(measured(sys.argv[1], sys.argv[2], Path(sys.argv[3]))))
