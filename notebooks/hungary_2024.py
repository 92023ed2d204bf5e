"""Draws the picture of the README: one replication of `hungary-2024`, in two panels.

Run it with `python notebooks/hungary_2024.py` (it needs matplotlib: `pip install -e ".[notebook]"`);
it writes `hungary-2024.png` beside itself.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
from matplotlib.ticker import MultipleLocator

import sim

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from sim import Result

# Colours of Okabe and Ito, which the colour-blind tell apart; they differ in lightness too.
BLUE, SKY, ORANGE, GREY = "#0072B2", "#8CCBEF", "#E69F00", "#C8C8C8"
FAINT: Final = "#5A5A5A"
HALLS: Final = {"E4": "hall E4: Hungary", "partners": "hall of the Chinese partners"}
STYLE: Final[dict[Any, Any]] = {
    "font.size": 10.5,
    "axes.titlesize": 12.5,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.titlepad": 30,
    "axes.axisbelow": True,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": FAINT,
    "xtick.color": FAINT,
    "ytick.color": FAINT,
    "axes.labelcolor": FAINT,
}


def presence(ax: Axes, result: Result) -> None:
    """People present, stacked by hall, the days side by side with the nights left out."""
    table = result.occupancy.pivot(index=["day", "start"], columns="hall", values="people")
    night = 0.8  # what is left between two days, in hours of the axis
    left = 0.0
    ticks, labels = [], []
    for _, of_day in table.groupby("day"):
        opening = of_day.index.get_level_values("start")[0]
        hours = left + 0.25 * np.arange(len(of_day)) + 0.125  # middles of the quarters
        halls = of_day[list(HALLS)].to_numpy().T
        walking = np.maximum(of_day["whole floor"].to_numpy() - halls.sum(axis=0), 0)
        ax.stackplot(hours, *halls, walking, colors=[BLUE, SKY, GREY], edgecolor="white", linewidth=0.7)
        for hour in (10, 13, 16):
            ticks.append(left + hour - opening.hour)
            date = f"{opening:%a} {opening.day} {opening:%b}" if hour == 13 else " "
            labels.append(f"{hour}\n{date}")
        left += 8 + night
    ax.set(xlim=(0, left - night), ylim=(0, None), ylabel="people present")
    ax.yaxis.set_major_formatter("{x:,.0f}")
    ax.set_xlabel("hour of the day", labelpad=6)
    ax.set_xticks(ticks, labels)
    ax.grid(axis="y", color="#E4E4E4", linewidth=0.8)
    ax.set_title("Who is there: people present, by hall")
    ax.legend(
        ax.collections[:3],
        [*HALLS.values(), "on the way"],
        loc="lower left",
        bbox_to_anchor=(-0.01, 1.0),
        ncols=3,
        frameon=False,
        handlelength=1.1,
        handletextpad=0.5,
        columnspacing=1.4,
        borderaxespad=0.3,
    )


def losses(result: Result) -> list[tuple[str, int, list[tuple[str, int]]]]:
    """The stages of a request: name, how many came so far, and how many were lost by what."""
    requests, meetings = result.requests, result.meetings
    lost = meetings[~meetings.held]
    sides = lost[["outcome", "partner_outcome"]]
    stayed_away = (sides == "no_show").any(axis=1)
    held_up = (sides == "missed").any(axis=1) & ~stayed_away
    asked, yes = len(requests), int(requests.accepted.sum())
    slot, held = int(requests.scheduled.sum()), int(requests.held.sum())
    return [
        ("requested", asked, []),
        ("accepted", yes, [("were declined", asked - yes)]),
        ("scheduled", slot, [("found no slot", yes - slot)]),
        ("held", held, [("a side never came", stayed_away.sum()), ("a side was held up", held_up.sum())]),
    ]


def funnel(ax: Axes, result: Result) -> None:
    """Where the requests go: what is left after each step, and what the step lost."""
    stages = losses(result)
    asked = before = stages[0][1]
    for row, (_, count, by) in enumerate(stages):
        lost = before - count
        ax.barh(row, count, color=BLUE, height=0.64)
        ax.barh(row, lost, left=count, color=ORANGE, height=0.64)
        ax.text(count - 20, row, f"{count:,}", ha="right", va="center", color="white", weight="bold")
        inside = lost > asked / 3
        text = "\n".join(f"{n:,}: {cause}" for cause, n in by if n)
        ax.text((count if inside else before) + 20, row, text, va="center")
        before = count
    ax.set_yticks(range(len(stages)), [name for name, _, _ in stages])
    ax.tick_params(axis="y", length=0, labelcolor="black")
    ax.invert_yaxis()
    ax.set(xlim=(0, asked), xlabel="requests for a meeting")
    ax.xaxis.set_major_locator(MultipleLocator(500))
    ax.xaxis.set_major_formatter("{x:,.0f}")
    ax.set_title(f"What becomes of {asked:,} requests")
    ax.legend(
        [ax.patches[0], ax.patches[1]],
        ["left after the step", "lost in the step"],
        loc="lower left",
        bbox_to_anchor=(-0.02, 1.0),
        ncols=2,
        frameon=False,
        handlelength=1.1,
        handletextpad=0.5,
        columnspacing=1.4,
        borderaxespad=0.3,
    )


def main() -> None:
    """Simulate, draw, write the file."""
    result = sim.run(sim.load("hungary-2024"), replication=0)
    with mpl.rc_context(STYLE):
        figure, (left, right) = plt.subplots(
            1, 2, figsize=(11.5, 4.4), width_ratios=(1.45, 1), layout="constrained"
        )
        presence(left, result)
        funnel(right, result)
        figure.savefig(Path(__file__).with_name("hungary-2024.png"), dpi=150)


if __name__ == "__main__":
    main()
