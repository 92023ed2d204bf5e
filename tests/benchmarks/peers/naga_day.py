"""The day at the booths as a model file of nagasim: an order a visitor, a sequence of stations his route.

Every booth is a station with a decision, a process and a resource of its own. What a stop needs (walking
and looking, the talk, the way back, and the time that the next one takes at least) are values of its step.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

from nagasim import api

from sim.floor.arrays import Floor
from tests.benchmarks.idiomatic import Statistics
from tests.benchmarks.peers.day import Day, Visitor, day_of

__all__ = ["prepare"]

_PATIENCE = "min(entity.patience, max(entity.departure - entity.back - entity.asked, 0))"


def prepare(floor: Floor) -> Callable[[], Statistics]:
    """A floor of walk-ups of one gate, which is its last place, as a model that can be run."""
    day = day_of(floor)
    model = _model(day, float(floor.end))

    def play() -> Statistics:
        frames = api.run_model(model, replications=1, record_logs=False)
        assert frames is not None
        frame = frames["user_summary"]
        values = dict(zip(frame["Statistic"], frame["Value"], strict=True))
        count = {name: round(values.get(name, 0)) for name in ("visits", "looks", "talks", "balked", "left")}
        return Statistics(
            visits=count["visits"],
            looks=count["looks"],
            conversations=count["talks"],
            balked=count["balked"],
            reneged=round(values.get("reneged", 0)),
            left=count["left"],
            mean_wait=float(values.get("wait", 0)),
            mean_stay=float(values.get("stay", 0)),
        )

    return play


def _model(day: Day, end: float) -> dict[str, Any]:
    blocks: list[dict[str, Any]] = []
    links: list[dict[str, Any]] = []

    def block(name: str, type_: str, /, **params: Any) -> None:
        blocks.append({"name": name, "type": type_, "params": params})

    def link(*path: str) -> None:
        links.extend({"source": a, "target": b} for a, b in pairwise(path))

    def record(name: str, kind: str = "count", expr: str = "1") -> None:
        block(f"record_{name}", "RECORD", stat_name=name, kind=kind, expr=expr)

    block("arrivals", "CREATE", arrival_mode="Orders", e_type="VISITOR")
    block("gate", "PROCESS", resource_name="Gate", dist_params={"value": "entity.checking"})
    block("admitted", "ASSIGN", assignments=[
        {"target": "entity.admitted", "expr": "TNOW"},
        {"target": "entity.departure", "expr": "min(TNOW + entity.staying, entity.latest)"},
    ])  # fmt: skip
    block("time_left", "DECIDE", mode="Condition",
          conditions=["entity.step < entity.stops and TNOW + entity.need <= entity.departure"])  # fmt: skip
    block("next_stop", "ROUTE", dist_params={"value": "entity.travel"})
    block("way_out", "DELAY", dist_params={"value": "entity.back"})
    record("visits")
    record("stay", "tally", "TNOW - entity.admitted")
    block("home", "DISPOSE")
    record("talks")
    record("wait", "tally", "TNOW - entity.talk - entity.asked")
    block("given_up", "DECIDE", mode="Condition", conditions=[
        "entity.left_reason == 'balk'",
        "entity.patience <= entity.departure - entity.back - entity.asked",
    ])  # fmt: skip
    for name in ("balked", "reneged", "left"):
        record(name)
    link("arrivals", "gate", "admitted", "time_left", "next_stop", "way_out")
    link("time_left", "way_out", "record_visits", "record_stay", "home")
    link("record_talks", "record_wait", "time_left")
    for name in ("balked", "reneged", "left"):
        link("given_up", f"record_{name}", "time_left")

    resources = [{"name": "Gate", "capacity": day.servers[-1], "discipline": "FIFO"}]
    for b, staff in enumerate(day.servers[:-1]):
        resources.append({"name": f"Staff{b}", "capacity": staff, "discipline": "FIFO"})
        block(f"booth{b}", "STATION")
        block(f"asked{b}", "ASSIGN", assignments=[{"target": "entity.asked", "expr": "TNOW"}])
        block(f"wants{b}", "DECIDE", mode="Condition", conditions=["entity.talk > 0"])
        block(f"looked{b}", "RECORD", stat_name="looks", kind="count", expr="1")
        block(f"talk{b}", "PROCESS", resource_name=f"Staff{b}", dist_params={"value": "entity.talk"},
              balk_if=f"NR('Staff{b}') >= {staff} and (entity.patience == 0 or queue_length >= entity.limit)",
              renege_after=_PATIENCE)  # fmt: skip
        link(f"booth{b}", f"asked{b}", f"looked{b}", f"wants{b}", f"talk{b}", "record_talks")
        link(f"talk{b}", "given_up")
        link(f"wants{b}", "time_left")
    return {
        "schema_version": 29,
        "blocks": blocks,
        "links": links,
        "resources": resources,
        "entities": [{"name": "VISITOR"}],
        "sequences": [{"name": f"route{v}", "steps": _steps(day, visitor)} for v, visitor in _routes(day)],
        "orders": [_order(day, v, visitor) for v, visitor in enumerate(day.visitors)],
        "simulation": {"time_limit": end, "warmup": 0.0, "replications": 1},
        "outputs": {},
    }


def _routes(day: Day) -> list[tuple[int, Visitor]]:
    return [(v, visitor) for v, visitor in enumerate(day.visitors) if visitor.route]


def _steps(day: Day, visitor: Visitor) -> list[dict[str, Any]]:
    """Each stop, with the least that the one after it needs."""
    needs = [*_needs(day, visitor)[1:], 0]
    here, steps = visitor.gate, []
    for (booth, look, talk), need in zip(visitor.route, needs, strict=True):
        travel, back = day.walk(here, booth, visitor.pace) + look, day.walk(booth, visitor.gate, visitor.pace)
        values = {"travel": travel, "talk": talk, "back": back, "need": need}
        steps.append({"station": f"booth{booth}", "values": values})
        here = booth
    return steps


def _needs(day: Day, visitor: Visitor) -> list[int]:
    """Walking to each stop from the one before, looking, a short talk if any, and the way to the gate."""
    here, needs = visitor.gate, []
    for booth, look, talk in visitor.route:
        there, back = day.walk(here, booth, visitor.pace), day.walk(booth, visitor.gate, visitor.pace)
        needs.append(there + look + (day.short_talk if talk else 0) + back)
        here = booth
    return needs


def _order(day: Day, number: int, visitor: Visitor) -> dict[str, Any]:
    needs = _needs(day, visitor)
    order: dict[str, Any] = {
        "id": f"visitor{number}",
        "release": visitor.arrival,
        "entity_type": "VISITOR",
        "attributes": {
            "checking": visitor.check, "staying": visitor.stay, "latest": visitor.latest,
            "patience": visitor.patience, "limit": visitor.limit, "stops": len(needs),
            "need": needs[0] if needs else 0, "back": 0, "talk": 0, "asked": 0,
        },
    }  # fmt: skip
    if needs:
        order["sequence"] = f"route{number}"
    return order
