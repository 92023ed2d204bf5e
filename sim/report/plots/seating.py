"""Sessions over replications: how often each was held, how full it was, who was turned away."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf
from typing import TYPE_CHECKING, Any, Final

from sim.report.plots.over import Means, means
from sim.studies.kept import REPLICATION, stacked

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

    from sim.statistics.ledger import Floats

__all__ = ["SUMMED", "Sessions", "Sums", "sessions_of", "sums"]

SUMMED: Final = ("planned", "held", "seats", "audience", "filled", "turned_away")
"""What is summed over sessions."""


@dataclass(frozen=True)
class Sessions:
    """Each session without tours, which are others in each replication, by its title; in order of time."""

    titles: tuple[str, ...]
    which: dict[tuple[str, int], int]
    """Where a session stands, by its title and which of that title it is, from 0."""
    held: Floats
    """In how many replications it was held."""
    seats: Means
    audience: Means
    filled: Means
    """Most people seated at once, of the seats: in the replications in which it was held."""
    turned_away: Means
    texts: Mapping[str, list[Any]]
    """Of `kind`, `day`, `start` and `room` what it is in all replications in which it is there; else None."""


def sessions_of(tables: Mapping[int, pd.DataFrame]) -> Sessions:
    """The table `programme` of each replication, session by session."""
    import numpy as np
    import pandas as pd

    whole = stacked(tables)
    some = whole[whole["kind"].astype("object") != "tour"]
    some = some.assign(nth=some.groupby([REPLICATION, "title"]).cumcount())
    ordered = some.sort_values(["day", "start", REPLICATION], kind="stable", na_position="last")
    which: dict[tuple[str, int], int] = {}
    for key in zip(ordered["title"], ordered["nth"].tolist(), strict=True):
        which.setdefault(key, len(which))
    at = [which[key] for key in zip(some["title"], some["nth"].tolist(), strict=True)]
    run = pd.Index(list(tables)).get_indexer(pd.Index(some[REPLICATION]))

    def over(values: Any) -> Floats:
        spread = np.full((len(tables), len(which)), np.nan)
        spread[run, at] = values
        return spread

    held = some["held"].to_numpy(dtype=bool)
    full = (some["peak"] / some["seats"].clip(lower=1)).where(held).to_numpy(dtype=np.float64)
    texts = {}
    for name in ("kind", "day", "start", "room"):
        found: list[Any] = [None] * len(which)
        values = some[name].astype("object").where(some[name].notna(), None).tolist()
        for place, value in zip(at, values, strict=True):
            if value not in (None, ""):
                found[place] = {value} if found[place] is None else found[place] | {value}
        texts[name] = [each.pop() if each is not None and len(each) == 1 else None for each in found]
    return Sessions(
        titles=tuple(title for title, _ in which),
        which=which,
        held=np.nansum(over(held), axis=0),
        seats=means(over(np.where(some["start"].notna(), some["seats"], np.nan))),
        audience=means(over(some["audience"])),
        filled=means(over(full), most=1.0),
        turned_away=means(over(some["turned_away"])),
        texts=texts,
    )


@dataclass(frozen=True)
class Sums:
    """Sums over sessions of groups, and how they were filled, group by group."""

    groups: tuple[str, ...]
    of: Mapping[str, Means]
    """By what is summed: see `SUMMED`; `filled` is a share of the seats of sessions that were held."""


def sums(tables: Mapping[int, pd.DataFrame], by: str, groups: Sequence[str], *, tours: bool = True) -> Sums:
    """The table `programme` of each replication, summed over the sessions of each group of a column."""
    import numpy as np

    rows: dict[str, list[Any]] = {name: [] for name in SUMMED}
    for table in tables.values():
        some = table[table[by].isin(list(groups))]
        some = some if tours else some[some["kind"].astype("object") != "tour"]
        held = some["held"].astype(int)
        counted = some.assign(planned=1, held=held, seats=some["seats"] * held, peak=some["peak"] * held)
        columns = [name for name in (*SUMMED, "peak") if name != "filled"]
        found = counted.groupby(some[by].astype("object"))[columns].sum()
        found = found.reindex(list(groups), fill_value=0).astype(float)
        found["filled"] = found["peak"] / found["seats"].where(found["seats"] > 0)
        for name in SUMMED:
            rows[name].append(found[name].to_numpy(dtype=np.float64))
    limits = {"filled": 1.0}
    of = {name: means(np.stack(each), most=limits.get(name, inf)) for name, each in rows.items()}
    return Sums(tuple(groups), of)
