"""Draws the picture of the README's "Decide": tables and slots of `hungary-2024`, in two panels.

Run it with `python notebooks/decide.py` (it needs matplotlib: `pip install -e ".[notebook]"`); it takes a few
minutes and writes `decide.png` beside itself.
"""

from __future__ import annotations

from pathlib import Path

import matplotlib.pyplot as plt

import sim


def main() -> None:
    """Ask, draw, write the file."""
    tables = sim.compare(
        "hungary-2024", vary="matchmaking.hungary.tables=2:6:1", kpis=["meetings.held"], progress=True
    )
    grid = sim.sweep(
        "hungary-2024",
        ["matchmaking.hungary.tables=2:5:1", "matchmaking.hungary.slot_minutes=10,20,30"],
        kpis=["meetings.held"],
        progress=True,
    )
    figure, (left, right) = plt.subplots(
        1, 2, figsize=(11, 3.1), width_ratios=(1.35, 1), layout="constrained"
    )
    tables.plot.differences("meetings.held", ax=left)
    grid.plot.heatmap("meetings.held", ax=right)
    figure.savefig(Path(__file__).with_name("decide.png"), dpi=90)


if __name__ == "__main__":
    main()
