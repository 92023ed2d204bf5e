"""Random small fairs, as scenario files with a bit of everything: drawn as random floors are, and built.

What makes a fair is drawn by name; any other field with a plausible range is now and then at an end of it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import sim
from sim.expo import Expo, build
from sim.interchange.simulated_csv import simulated_csv
from sim.scenario import Scenario, fields
from sim.scenario.writing.toml import toml_document
from tests.sources import Source

__all__ = ["draw_fair"]

FIRST = dt.date(2025, 5, 20)
# together with many acceptances these leave nothing to chance, which is told when the expo is built
APART = ("matchmaking.NAME.selectivity", "matchmaking.NAME.popularity")
POLICIES = ("greedy", "first_come", "round_robin", "stable", "slot_by_slot", "optimal", "fair", "none")
Tree = dict[str, Any]


def draw_fair(source: Source) -> tuple[Scenario, Expo]:
    """A small fair; of some the timetable was published, and is held, or planned again, as some do not come.

    Raises `ScenarioError` if what is drawn is no scenario, or cannot be built.
    """
    tree = draw_scenario(source)
    published, again = source.maybe(0.25), source.maybe(0.6)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "fair.toml"
        scenario, expo = _built(path, tree)
        main = tree.get("matchmaking", {}).get("main")
        if not published or main is None or main.get("group_share"):  # those published are all of two
            return scenario, expo
        (path.parent / "plan.csv").write_bytes(simulated_csv(expo, "main"))
        for key in ("rounds", "compact", "keep_tables"):
            main.pop(key, None)
        replan = "least changes" if again else "no"
        main |= {"published": "plan.csv", "requests": 0, "replan": replan}
        absent = {"kind": "country_absent", "country": "HU", "share": 0.5}
        tree.setdefault("shocks", {})["absent"] = absent
        return _built(path, tree)


def _built(path: Path, tree: Tree) -> tuple[Scenario, Expo]:
    path.write_text(toml_document(tree), encoding="utf-8")
    scenario = sim.load(path)
    return scenario, build(scenario, 0)


def draw_scenario(source: Source) -> Tree:
    """The tables of a scenario file."""
    pick, maybe, likely, choose, times = source.pick, source.maybe, source.likely, source.choose, source.times
    days = pick(1, 2)
    tree: Tree = {
        "expo": {"title": "Drawn", "first_day": FIRST, "days": days, "seed": pick(1, 1000)},
        "venue": {
            "gross_area_m2": 1000,
            "halls": {"north": {"width_m": 40, "depth_m": 25}},
            "gates": {"south": {"x_m": 20, "y_m": -10, "lanes": 1 if likely(0.6) else 3}},
            "rooms": {"seminar": {"hall": "north", "seats": pick(2, 20), "count": pick(1, 2)}},
            "catering": {"canteen": {"hall": "north", "seats": pick(10, 20)}},
        },
        "chains": {"machines": {"hall": "north", "inputs": {"machines": 3, "parts": 1}}},
        "exhibitors": {"count": pick(8, 12), "countries": {"CN": 0.7, "HU": 0.3}, "mean_staff": pick(2, 4)},
        "visitors": {},
        "programme": {},
        "matchmaking": {},
        "behaviour": {},
        "shocks": {},
    }
    halls = tree["venue"]["halls"]
    two = likely(0.7)
    if two:
        halls["south"] = {"x_m": 50, "width_m": 40, "depth_m": 25}
    other = "south" if two else "north"
    tree["chains"]["parts"] = {"hall": other}
    for hall in halls.values():
        if maybe(0.4):
            hall["max_people"] = pick(12, 20)
        if maybe(0.15):
            hall |= {"opens": dt.time(10, pick(0, 59)), "closes": dt.time(15, pick(0, 59))}
    if maybe(0.4):
        tree["venue"]["gates"]["back"] = {"x_m": 70, "y_m": 40, "lanes": 1, "share": 0.5}
    tree["venue"]["gates"]["south"]["check_seconds"] = choose([8, 60, 240])
    if maybe(0.3):
        pavilion: Tree = {
            "country": "HU",
            "hall": other,
            "area_m2": 60,
            "partners": pick(1, 3),
            "staff": pick(4, 8),
        }
        if maybe(0.5):
            pavilion |= {"opens_on_day": pick(1, days), "opens_at": dt.time(10, 30)}
        tree["pavilions"] = {"hungary": pavilion}
    if days > 1 and maybe(0.3):
        tree["expo"]["hours"] = {"2025-05-21": {"opens": dt.time(10), "closes": dt.time(14)}}

    _draw_visitors(source, tree, days)
    _draw_programme(source, tree, days)
    _draw_matchmaking(source, tree)
    for kind in times(0, 2):
        _draw_shock(source, tree, days, kind)
    if maybe(0.5):
        tree["behaviour"]["hall_patience_minutes"] = choose([0, 2, 60])
    _draw_ends(source, tree)
    return {name: table for name, table in tree.items() if table}


def _draw_visitors(source: Source, tree: Tree, days: int) -> None:
    pick, maybe, likely, choose = source.pick, source.maybe, source.likely, source.choose
    visitors = tree["visitors"]
    visitors["buyer"] = {
        "kind": "buyer",
        "visits": pick(20, 60),
        "stops": pick(2, 10),
        "talk_share": choose([0.3, 0.7, 1.0]),
        "matchmaking_share": choose([0.6, 1.0]),
        "country_shares": {"CN": 2, "HU": 1},
        "patience_seconds": choose(
            [{"dist": "discrete", "values": [0, 60, 300], "weights": [1, 1, 1]}, 0, 86_400]
        ),
        "queue_limit": choose([5, 0, 1]),
        "gate_patience_minutes": choose([60, 0, 5, 1440]),
        "seminar_interests": choose([0, 1, 2]),
        "meal_share": choose([0.5, 0, 1]),
        "conversation_minutes": choose([5, 20, 60]),
    }
    if days > 1:
        visitors["buyer"]["days_each"] = {"dist": "discrete", "values": [1, 2], "weights": [1, 1]}
    if maybe(0.4):
        visitors["delegation"] = {
            "kind": "delegation", "visits": 20, "party_size": pick(2, 10), "tour_share": choose([1, 0.5]),
            "tour_stops": 3, "stops": 2,
        }  # fmt: skip
    if maybe(0.4):
        visitors["colleague"] = {"kind": "exhibitor", "visits": pick(5, 15), "party_size": 1}
    if maybe(0.2):
        visitors["buyer"]["never_travel_share"] = 0.2
    if maybe(0.2):
        visitors["buyer"] |= {"hosted_share": 0.5}
    if likely(0.3):
        visitors["buyer"]["arrival_shares"] = {"9": 1} if maybe(0.5) else {"9": 1, "11": 1}


def _draw_programme(source: Source, tree: Tree, days: int) -> None:
    pick, maybe, likely, choose = source.pick, source.maybe, source.likely, source.choose
    programme = tree["programme"]
    seats = tree["venue"]["rooms"]["seminar"]["seats"]
    show = choose([0.55, 1, 0.8])
    if likely(0.8):
        programme["seminars"] = {
            "kind": "seminar" if likely(0.6) else "exchange", "per_day": [pick(1, 4)] * days,
            "rooms": ["seminar"], "talk_minutes": choose([20, 30, 45]),
            "mixing_minutes": choose([0, 15]), "round_minutes": 5,
            "hosts": pick(0, 2), "registered": pick(0, int(seats / show)), "show_probability": show,
            "hold_minutes": choose([5, 0, 15]), "doors_minutes": choose([15, 0, 30]),
            "late_minutes": choose([10, 0, 2]),
        }  # fmt: skip
    if maybe(0.3):
        start = dt.datetime.combine(FIRST, dt.time(pick(9, 14), 15))
        programme["opening"] = {
            "kind": "ceremony", "starts": start, "rooms": ["seminar"], "talk_minutes": 20,
            "registered": pick(0, seats),
        }  # fmt: skip
    if maybe(0.3):
        programme["debuts"] = {"kind": "debut", "per_day": [1] * days, "talk_minutes": 15}
        tree["exhibitors"]["debuts"] = 2
    if not maybe(0.3):
        return
    for each in programme.values():
        if "pavilions" in tree and each["kind"] != "debut":
            each["host_pavilion"] = "hungary"


def _draw_matchmaking(source: Source, tree: Tree) -> None:
    pick, maybe, choose = source.pick, source.maybe, source.choose
    if maybe(0.1):
        return
    main: Tree = {
        "hall": choose(list(tree["venue"]["halls"])),
        "tables": pick(1, 5),
        "requests": pick(20, 90),
        "acceptance": choose([0.9, 0.45]),
        "policy": choose(POLICIES) if maybe(0.5) else "greedy",
        "slot_minutes": choose([20, 10, 30]),
        "buffer_minutes": choose([10, 0]),
        "tolerance_minutes": choose([8, 0, 2]),
        "least_minutes": choose([5, 1]),
        "overrun": choose(["cut", "hold"]),
        "delegate": choose(["any", "named"]),
        "hold_back_minutes": choose([5, 0, 15]),
        "no_show": choose([0.13, 0, 0.5]),
        "no_show_exhibitors": choose([0.05, 0, 0.3]),
        "against_no_shows": choose(["nothing", "standbys", "reminders"]),
        "again_share": choose([0, 0.5, 1]),
        "delegates": pick(1, 2),
    }
    if maybe(0.4):
        main["interpreters"] = pick(0, 2)
    if maybe(0.3):
        main["exhibitors_meet"] = True
    if maybe(0.3):
        main["location"] = "booth"
    elif maybe(0.4):
        main |= {"group_share": choose([0.5, 1]), "group_size": pick(3, 4), "group_of": "any"}
    elif maybe(0.4):
        main |= {"keep_tables": True, "delegates": 1}
    if maybe(0.2):
        main["rounds"] = 2
    if maybe(0.2):
        main["compact"] = "value"
    if maybe(0.2) and len(tree["venue"]["halls"]) > 1 and main.get("location") != "booth":
        main |= {"areas": 2, "area_halls": list(tree["venue"]["halls"])}
    tree["matchmaking"]["main"] = main
    if maybe(0.2) and "pavilions" in tree:
        tree["matchmaking"]["national"] = {
            "hall": "north", "tables": 2, "requests": 20, "host_pavilion": "hungary", "acceptance": 0.9,
            "exhibitor_guest_share": 0.5,
        }  # fmt: skip


def _draw_shock(source: Source, tree: Tree, days: int, number: int) -> None:
    kind = source.choose(
        ["lanes_closed", "hall_closed", "gate_closed", "staff_absent", "arrivals", "country_absent"]
    )
    shock: Tree = {"kind": kind}
    if kind in ("lanes_closed", "hall_closed", "gate_closed", "staff_absent"):
        hour = source.pick(9, 14)
        shock |= {
            "day": source.pick(1, days),
            "from": dt.time(hour, 5),
            "to": dt.time(hour + 1, source.pick(0, 59)),
        }
    if kind == "lanes_closed":
        shock |= {"gate": "south", "lanes": 1}
        tree["venue"]["gates"]["south"]["lanes"] = 3
    elif kind == "gate_closed":
        shock |= {"gate": "south"}
    elif kind == "hall_closed":
        shock |= {"hall": source.choose(list(tree["venue"]["halls"]))}
    elif kind == "staff_absent":
        shock |= {"share": source.choose([0.3, 0.8])}
    elif kind == "arrivals":
        shock |= {"factor": source.choose([0.5, 2])}
    else:
        shock |= {"country": "HU", "share": 0.5}
    tree["shocks"][f"shock{number}"] = shock


def _draw_ends(source: Source, tree: Tree) -> None:
    """Put some of the fields that have a plausible range at an end of it."""
    known = [(path, field) for path, field in fields().items() if field.plausible and path not in APART]
    for _ in source.times(0, 4):
        path, field = source.choose(known)
        low, high = field.plausible or (0, 0)
        *tables, key = path.split(".")
        place: Callable[[str], bool] = tree.__contains__
        if not place(tables[0]) or not tree[tables[0]]:
            continue
        table = tree[tables[0]]
        for name in tables[1:]:
            name = source.choose(sorted(table)) if name == "NAME" and table else name
            table = table.get(name) if isinstance(table, dict) else None
            if not isinstance(table, dict):
                break
        else:
            table.setdefault(key, source.choose([low, high]))
