"""How many contacts organisations have, beside a random network with as many."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sim.plotting.style import BLUE, ORANGE, canvas, numbered, titled
from sim.statistics.text import counted, number

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from sim.report.source import Source
    from sim.statistics.ledger import Floats, Integers

__all__ = ["WHAT", "at_random", "compound", "draw_degrees", "survival"]

WHAT: Final = {
    "useful_contacts": ("Useful contacts an organisation has", "organisations with which it has one"),
    "partners": ("Organisations that one has met", "organisations that it has met"),
    "minutes": ("Time together with others", "together with others, min"),
}
"""What can be drawn: title, and what the axis is called."""

_LEAST: Final = 0.3  # of one organisation: where a random network's curve ends
_MOST_MINUTES: Final = 1 << 16


def draw_degrees(source: Source, of: str, ax: Axes | None) -> Axes:
    """Complementary cumulative distributions of exhibitors and of all others, log-log."""
    import numpy as np

    who = source.table("organisations")
    title, unit = WHAT[of]
    said = []
    with canvas(ax, (7.2, 4.4), grid="both") as drawn:
        drawn.set_xscale("log")
        drawn.set_yscale("log")
        for exhibits, colour, mark, name in (
            (True, BLUE, "o", "exhibitor"),
            (False, ORANGE, "s", "visiting organisation"),
        ):
            values = who.loc[who["exhibits"] == exhibits, of].to_numpy(dtype=np.float64)
            if not len(values):
                continue
            at, share = survival(values)
            (line,) = drawn.plot(at, share, mark, color=colour, markersize=4, alpha=0.8, linestyle="none")
            line.set_label(f"{counted(len(values), name)}, mean {number(float(values.mean()))}")
            chance_at, chance = _chance(source, of, values)
            shown = chance * len(values) >= 100 * _LEAST
            drawn.plot(chance_at[shown], chance[shown], "--", color=colour, linewidth=1.3)
            without = int((values <= 0).sum())
            if without:
                said.append(f"{without:,} of {counted(len(values), name)} have none")
        drawn.set_xlabel(unit)
        drawn.set_ylabel("organisations with at least as many, %")
        numbered(drawn, "xy")
        if drawn.get_legend_handles_labels()[0]:
            drawn.legend(loc="lower left", frameon=False)
        with_as_much = "as many ties, of the same lengths" if of == "minutes" else "as many"
        dashes = f"dashes: a random network with {with_as_much}"
        told = "; ".join([dashes, *said, f"one replication, {source.title}"])
        titled(drawn, title, told)
    return drawn


def survival(values: Floats) -> tuple[Floats, Floats]:
    """Each value above 0 that there is, and the share, in per cent of all, that is at least as large."""
    import numpy as np

    at, count = np.unique(values, return_counts=True)
    share = 100 * count[::-1].cumsum()[::-1] / max(len(values), 1)
    return at[at > 0], share[at > 0]


def at_random(mean: float) -> tuple[Integers, Floats]:
    """At least 1, 2, ... ties in a random network of that many in the mean, per cent of organisations.

    Where ties fall on pairs at random, each has a Poisson number of them (Erdős and Rényi 1959).
    """
    import numpy as np
    from scipy.special import gammainc

    at = np.arange(1, int(mean + 12 * mean**0.5) + 12)
    return at, (100 * gammainc(at, mean)).astype(np.float64)  # the tail of a Poisson distribution


def compound(mean: float, minutes: Floats) -> tuple[Integers, Floats]:
    """At least 1, 2, ... minutes, where each has `mean` ties at random, each as long as any of `minutes`.

    A compound Poisson distribution, by the transform of its generating function; minutes are whole ones.
    """
    import numpy as np

    middle = mean * float(minutes.mean())
    spread = (mean * float((minutes**2).mean())) ** 0.5
    n = 1 << int(np.ceil(np.log2(middle + 12 * spread + float(minutes.max()) + 16)))
    n = min(n, _MOST_MINUTES)
    of_one = np.bincount(np.rint(minutes).astype(np.int64).clip(0, n - 1), minlength=n) / len(minutes)
    chance = np.fft.irfft(np.exp(mean * (np.fft.rfft(of_one) - 1)), n).clip(0)
    above = chance[::-1].cumsum()[::-1]
    return np.arange(1, n), 100 * above[1:]


def _chance(source: Source, of: str, values: Floats) -> tuple[Integers, Floats]:
    """The distribution of a random network in which these have as much in the mean."""
    import numpy as np

    mean = float(values.mean())
    if mean <= 0:
        return np.zeros(0, dtype=np.int64), np.zeros(0)
    if of != "minutes":
        return at_random(mean)
    minutes = source.table("ties")["minutes"].to_numpy(dtype=np.float64)
    return compound(mean / float(minutes.mean()), minutes)
