"""A scenario of the shape of CISCE 2024 without its visitors, for tests of the expo's own side."""

from __future__ import annotations

from copy import deepcopy
from types import SimpleNamespace
from typing import Any

from sim.scenario.schema.data import ScenarioData

CHAINS = ("manufacturing", "energy", "vehicles", "digital", "health", "agriculture", "services")
# FACTS: inputs, supplier (row) by buyer (column)
INPUTS = (
    (0.56, 0.08, 0.29, 0.21, 0.05, 0.02, 0.05),
    (0.23, 0.66, 0.03, 0.03, 0.26, 0.03, 0.16),
    (0.02, 0.02, 0.44, 0.01, 0.01, 0.00, 0.08),
    (0.06, 0.07, 0.09, 0.57, 0.03, 0.01, 0.15),
    (0.03, 0.03, 0.03, 0.05, 0.46, 0.07, 0.04),
    (0.01, 0.01, 0.01, 0.01, 0.07, 0.75, 0.04),
    (0.10, 0.14, 0.12, 0.14, 0.13, 0.12, 0.47),
)
_HALLS = {
    f"H{i + 1}": {"x_m": i % 3 * 180, "y_m": i // 3 * 160 + 40, "width_m": 160, "depth_m": 120}
    for i in range(6)
}
_SCENARIO: dict[str, Any] = {
    "expo": {"title": "A supply chain expo", "first_day": "2024-11-26", "days": 5},
    "venue": {
        "gross_area_m2": 120_000,
        "halls": _HALLS,
        "gates": {
            "south": {"x_m": 260, "y_m": 0, "lanes": 20},
            "north": {"x_m": 260, "y_m": 400, "lanes": 10},
        },
        "rooms": {
            "hall": {"hall": "H1", "seats": 800},
            "forum": {"hall": "H2", "seats": 150, "count": 6},
            "seminar": {"hall": "H6", "seats": 40, "count": 4},
            "exchange": {"hall": "H6", "seats": 20, "count": 4},
        },
        "catering": {"canteen": {"hall": "H5", "seats": 500}},
    },
    "chains": {
        name: {
            "hall": f"H{min(i + 1, 6)}",
            "exhibitors": 1 + i % 3,
            "inputs": {supplier: INPUTS[row][i] for row, supplier in enumerate(CHAINS)},
        }
        for i, name in enumerate(CHAINS)
    },
    "exhibitors": {
        "count": 620,
        "countries": 69,
        "overseas_share": 0.32,
        "belt_and_road_share": 0.5,
        "fortune_500": 78,
        "debuts": 91,
    },
    "pavilions": {
        "hungary": {
            "country": "HU",
            "hall": "H6",
            "area_m2": 450,
            "exhibitors": 5,
            "partners": 35,
            "staff": 120,
            "opens_on_day": 2,
            "opens_at": "11:00",
        }
    },
    "visitors": {"buyer": {"kind": "buyer", "visits": 1000}},
    "programme": {
        "opening": {"kind": "ceremony", "starts": "2024-11-26T09:30", "rooms": ["hall"], "hosts": 3},
        "forum": {"kind": "forum", "per_day": [10, 15, 15, 15, 14], "rooms": ["forum"], "talk_minutes": 90},
        "seminar": {
            "kind": "seminar",
            "per_day": [18, 29, 36, 36, 18],
            "rooms": ["seminar"],
            "talk_minutes": 30,
            "mixing_minutes": 15,
            "changeover_minutes": 5,
            "host_pavilion": "hungary",
            "registered": 30,
        },
        "exchange": {
            "kind": "exchange",
            "per_day": [14, 22, 28, 28, 14],
            "rooms": ["exchange"],
            "talk_minutes": 45,
            "mixing_minutes": 15,
            "changeover_minutes": 5,
            "host_pavilion": "hungary",
            "registered": 16,
        },
        "debut": {"kind": "debut", "per_day": [20, 20, 20, 20, 11], "talk_minutes": 20},
    },
    "matchmaking": {
        "hungary": {
            "hall": "H6",
            "areas": 4,
            "tables": 5,
            "windows": [8, 13, 16, 16, 8],
            "window_slots": 3,
            "requests": 1500,
            "host_pavilion": "hungary",
        },
        "everybody": {"hall": "H4", "tables": 60, "requests": 20_000},
    },
}


def cisce(**changes: Any) -> Any:
    """The scenario, with changes by path (`exhibitors__count=621`), as what a `Scenario` would hold."""
    content = deepcopy(_SCENARIO)
    rows = {name: changes.pop(name, ()) for name in ("exhibitor_rows", "activity_rows")}
    for path, value in changes.items():
        *tables, last = path.split("__")
        table = content
        for name in tables:
            table = table.setdefault(name, {})
        table[last] = value
    return SimpleNamespace(data=ScenarioData.model_validate(content), name="cisce", **rows)
