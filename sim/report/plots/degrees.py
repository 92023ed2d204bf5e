"""How many contacts organisations have, beside a random network with as many."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sim.plotting.style import BLUE, ORANGE, canvas, numbered, titled
from sim.report.plots.over import EACH_ALONE, Means, means, of_how_many
from sim.statistics.text import number

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd
    from matplotlib.axes import Axes

    from sim.report.source import Source
    from sim.statistics.ledger import Floats, Integers

__all__ = ["WHAT", "Spread", "at_random", "compound", "draw_degrees", "spread_of", "survival"]

WHAT: Final = {
    "useful_contacts": ("Useful contacts an organisation has", "organisations with which it has one"),
    "partners": ("Organisations that one has met", "organisations that it has met"),
    "minutes": ("Time together with others", "together with others, min"),
}
"""What can be drawn: title, and what the axis is called."""

_LEAST: Final = 0.3  # of one organisation: where a random network's curve ends
_MOST_MINUTES: Final = 1 << 16


@dataclass(frozen=True)
class Spread:
    """How something is distributed over organisations, in the mean over replications."""

    at: Floats
    """From how much on, 1 or more."""
    share: Means
    """Organisations that have at least that, per cent."""
    n: float
    mean: float
    without: float
    """Organisations that have none."""


def draw_degrees(source: Source, of: str, ax: Axes | None) -> Axes:
    """Complementary cumulative distributions of exhibitors and of all others, log-log; bands of several."""
    import numpy as np

    tables = source.every("degrees")
    title, unit = WHAT[of]
    said, runs = [], len(tables)
    with canvas(ax, (7.2, 4.4), grid="both") as drawn:
        drawn.set_xscale("log")
        drawn.set_yscale("log")
        for exhibits, colour, mark, name in (
            (True, BLUE, "o", "exhibitor"),
            (False, ORANGE, "s", "visiting organisation"),
        ):
            found = _alone(source, of, exhibits) if runs == 1 else spread_of(tables, of, exhibits)
            if not found.n:
                continue
            share = found.share
            (line,) = drawn.plot(
                found.at, share.mean, mark, color=colour, markersize=4, alpha=0.8, linestyle="none"
            )
            many = f"{number(found.n)} {name}{'s' if found.n != 1 else ''}"
            line.set_label(f"{many}, mean {number(found.mean)}")
            known = np.isfinite(share.low) & (share.low > 0)
            if known.any():
                low, high = np.where(known, share.low, np.nan), np.where(known, share.high, np.nan)
                drawn.fill_between(found.at, low, high, color=colour, alpha=0.25, linewidth=0)
            chance_at, chance = _chance(source, of, found.mean)
            shown = chance * found.n >= 100 * _LEAST
            drawn.plot(chance_at[shown], chance[shown], "--", color=colour, linewidth=1.3)
            if found.without:
                said.append(f"{number(found.without)} of {many} have none")
        drawn.set_xlabel(unit)
        drawn.set_ylabel("organisations with at least as many, %")
        numbered(drawn, "xy")
        if drawn.get_legend_handles_labels()[0]:
            drawn.legend(loc="lower left", frameon=False)
        titled(drawn, title, "; ".join([*_lines(of, source, runs), *said, of_how_many(source, tables)]))
    return drawn


def _lines(of: str, source: Source, runs: int) -> list[str]:
    """What bands and dashes are."""
    lengths = f" as in replication {source.replication}" if runs > 1 else ""
    as_much = f"as many ties, of the same lengths{lengths}" if of == "minutes" else "as many"
    dashes = f"dashes: a random network with {as_much}"
    return [f"bands: {EACH_ALONE}", dashes] if runs > 1 else [dashes]


def _alone(source: Source, of: str, exhibits: bool) -> Spread:
    """Of one replication, with a point for each value that there is."""
    import numpy as np

    who = source.table("organisations")
    values = who.loc[who["exhibits"] == exhibits, of].to_numpy(dtype=np.float64)
    at, share = survival(values)
    mean = float(values.mean()) if len(values) else 0.0
    return Spread(at, means(share[None]), len(values), mean, float((values <= 0).sum()))


def spread_of(tables: Mapping[int, pd.DataFrame], of: str, exhibits: bool) -> Spread:
    """Of several: the table `degrees` of each."""
    import numpy as np

    some = [each[(each["of"] == of) & (each["exhibits"] == exhibits)] for each in tables.values()]
    some = [each.set_index("at_least")[["organisations", "amount"]] for each in some]
    at = np.unique(np.concatenate([each.index.to_numpy() for each in some]))
    if not len(at):
        return Spread(at, means(np.zeros((1, 0))), 0.0, 0.0, 0.0)
    # from more than anybody has on there is nobody; from any other number on each table has a row
    counts, amounts = (
        np.stack([each[name].reindex(at, fill_value=0).to_numpy(dtype=np.float64) for each in some])
        for name in ("organisations", "amount")
    )
    whole = counts[:, 0]
    share = means(100 * counts / np.maximum(whole, 1)[:, None], most=100.0)
    above = at >= 1
    part = Means(share.mean[above], share.low[above], share.high[above], share.n)
    first = counts[:, 1] if len(at) > 1 else np.zeros(len(counts))
    mean = float((amounts[:, 0] / np.maximum(whole, 1)).mean())
    return Spread(at[above], part, float(whole.mean()), mean, float((whole - first).mean()))


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


def _chance(source: Source, of: str, mean: float) -> tuple[Integers, Floats]:
    """The distribution of a random network in which organisations have as much in the mean."""
    import numpy as np

    if mean <= 0:
        return np.zeros(0, dtype=np.int64), np.zeros(0)
    if of != "minutes":
        return at_random(mean)
    minutes = source.table("ties")["minutes"].to_numpy(dtype=np.float64)
    return compound(mean / float(minutes.mean()), minutes)
