"""What a part of the expo adds: to its own exhibitors, to the others, and which pairs it brings together.

Two runs share the draws that both have, so that their difference is that of the part and of what follows from
it: people who are in a session are not at a booth. A pair that is in contact only with the part is
*additional*, one only without it *lost*. Whoever is free at another time meets others, and so pairs change
that have nothing to do with the part; their number is told, and only the net is surely its doing. All
intervals hold together with 95 % (Bonferroni).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from sim.decisions.told import Answer, as_json
from sim.files.lines import WIDTH
from sim.statistics.intervals import LEVEL, Estimate, estimate

if TYPE_CHECKING:
    import pandas as pd

    from sim.decisions.plots.adding import AddedPlots
    from sim.scenario import Scenario

__all__ = ["CONTACT", "GROUPS", "MEASURES", "MET", "PARTS", "SIZES", "Added"]

MEASURES: Final[Mapping[str, str]] = {
    "useful": "useful contacts",
    "met": "organisations met",
    "conversations": "conversations",
    "meetings": "meetings held",
    "chain": "chain contacts",
    "intentions": "intentions",
}
"""What is counted of each exhibitor, and what people call it."""

CONTACT: Final = "contact"
"""Pairs of organisations in useful contact."""
MET: Final = "met"
"""Pairs of organisations with any interaction."""

PARTS: Final = ("only_with", "both", "only_without", "through_only_with", "through_both")
"""Pairs by when they met: only with the part, both, only without; and those of the first two *through* it.

Of pairs in contact these had a meeting in its matchmaking; of pairs that met they had no conversation at a
booth in the run with it, which is what `contacts.only_programme` counts.
"""

GROUPS: Final = ("own", "rest", "near", "all")
"""Its own exhibitors, all others, those of the others in halls with some of its own, and all."""

SIZES: Final = ("small", "middle", "large")
"""Thirds of its own booths, by area."""

_QUANTILES: Final = (0.1, 0.5, 0.9)
_OF_BOOTHS: Final = ("useful", "conversations")  # told of parts of its own


@dataclass(frozen=True, eq=False)
class Added(Answer):
    """What parts of a scenario add."""

    scenario: Scenario
    without: Scenario
    """The scenario without them."""
    what: tuple[str, ...]
    """What was taken out, as it was asked for."""
    own: tuple[str, ...]
    """Whose it is: `pavilion.hungary`, `debuts`; empty if it is nobody's."""
    in_meetings: tuple[str, ...]
    """Matchmaking programmes among them."""
    seed: int
    numbers: tuple[int, ...] = field(repr=False)
    """Replications that ended both ways."""
    exhibitors: pd.DataFrame = field(repr=False)
    """A row a replication and exhibitor: see `frame`."""
    pairs: pd.DataFrame = field(repr=False)
    """A row a replication, kind of pair (`contact`, `met`) and whose (`own`: with one of its own; `rest`):
    pairs by `PARTS`."""

    def change(self, measure: str, group: str, *, total: bool = False) -> Estimate:
        """By how much a measure is greater with it, a mean over a group's exhibitors or their sum.

        Groups are `GROUPS` and, of its own, `SIZES`. Raises KeyError if there is no such measure or group.
        """
        return self._changes[measure, group, total]

    def level(self, measure: str, group: str) -> float:
        """The mean of a measure over a group's exhibitors without it."""
        frame = self._of(group)
        return float(frame.groupby("replication")[f"{measure}_without"].mean().mean())

    def counted(self, pairs: str, part: str, whose: str = "all") -> Estimate:
        """How many pairs there are of one of `PARTS`, or `net`: those only with it less those only without.

        `whose` is `own` (one of the two is), `rest` or `all`.
        """
        return self._counts[pairs, part, whose]

    def size(self, group: str) -> float:
        """How many exhibitors a group has, on average."""
        return len(self._of(group)) / len(self.numbers)

    @cached_property
    def groups(self) -> tuple[str, ...]:
        """The groups that are told: all alone if none or all are its own; those near if some are not."""
        if not self.own or not 0 < self.size("own") < self.size("all"):
            return ("all",)
        near = 0 < self.size("near") < self.size("rest")
        return tuple(each for each in GROUPS if each != "near" or near)

    @cached_property
    def sizes(self) -> tuple[str, ...]:
        """The thirds of its own booths, if there are some of each in every replication."""
        own = self.exhibitors[self.exhibitors["own"]]
        each = own.groupby("replication")["third"].nunique()
        return SIZES if "own" in self.groups and len(each) == len(self.numbers) and each.min() == 3 else ()

    @property
    def together(self) -> int:
        """How many intervals hold together."""
        changes = len(self.groups) * len(MEASURES) + 2 * (len(self.groups) > 1)
        own = (len(self.sizes) + len(_QUANTILES) + 1) * len(_OF_BOOTHS) + len(_OF_BOOTHS)
        return (
            changes
            + (own if "own" in self.groups else 0)
            + 2 * (1 + ("own" in self.groups)) * (len(PARTS) + 1)
        )

    @property
    def _level(self) -> float:
        return 1 - (1 - LEVEL) / self.together

    def _of(self, group: str) -> pd.DataFrame:
        frame = self.exhibitors
        masks = {"own": frame["own"], "rest": ~frame["own"], "near": frame["near"]}
        masks |= {name: frame["third"] == at for at, name in enumerate(SIZES)}
        return frame if group == "all" else frame[masks[group]]

    def _per(self, frame: pd.DataFrame, column: pd.Series[Any], how: str) -> list[float]:
        """Mean or sum of a column in each replication; nan where the group has nobody."""
        found = column.groupby(frame["replication"]).agg(how).reindex(list(self.numbers))
        return [float(each) for each in found]

    @cached_property
    def _changes(self) -> dict[tuple[str, str, bool], Estimate]:
        made = {}
        for group in (*GROUPS, *SIZES):
            frame = self._of(group)
            for measure in MEASURES:
                change = frame[measure] - frame[f"{measure}_without"]
                for total, how in ((False, "mean"), (True, "sum")):
                    made[measure, group, total] = estimate(self._per(frame, change, how), self._level)
        return made

    @cached_property
    def _counts(self) -> dict[tuple[str, str, str], Estimate]:
        made = {}
        both = self.pairs.groupby(["pairs", "replication"])[list(PARTS)].sum().reset_index()
        for whose in ("own", "rest", "all"):
            frame = both if whose == "all" else self.pairs[self.pairs["whose"] == whose]
            for kind in (CONTACT, MET):
                rows = frame[frame["pairs"] == kind].set_index("replication").reindex(list(self.numbers))
                for part in PARTS:
                    made[kind, part, whose] = estimate(rows[part], self._level, low=0.0)
                made[kind, "net", whose] = estimate(rows["only_with"] - rows["only_without"], self._level)
        return made

    def booths(self, measure: str) -> Mapping[str, Estimate]:
        """How the change of a measure is spread over its own booths, in a fair.

        `10 %`, `50 %` and `90 %`: so many of them change by no more; `gain`: the share that gains.
        """
        frame = self._of("own")
        change = (frame[measure] - frame[f"{measure}_without"]).groupby(frame["replication"])
        made = {
            f"{100 * q:.0f} %": estimate(change.quantile(q).reindex(list(self.numbers)), self._level)
            for q in _QUANTILES
        }
        gains = change.agg(lambda each: (each > 0).mean()).reindex(list(self.numbers))
        return made | {"gain": estimate(gains, self._level, low=0.0, high=1.0)}

    def beside(self, measure: str) -> Estimate:
        """By how much its own have more than the others in their halls (or all, if none) in the same fair."""
        near = self._of("near") if self.size("near") else self._of("rest")
        own = self._of("own")
        pairs = zip(self._per(own, own[measure], "mean"), self._per(near, near[measure], "mean"), strict=True)
        return estimate((a - b for a, b in pairs), self._level)

    @cached_property
    def plot(self) -> AddedPlots:
        """Its pictures: `changes`, `pairs` and `booths`."""
        from sim.decisions.plots.adding import AddedPlots

        return AddedPlots(self)

    @property
    def frame(self) -> pd.DataFrame:
        """A row a replication and exhibitor.

        replication, name, hall, area_m2, own, near (not own, and in a hall with one), third (of its own by
        area: 0 to 2, −1 of others), and each measure with it and, as `…_without`, without.
        """
        return self.exhibitors.copy()

    def to_json_dict(self) -> dict[str, Any]:
        """All but the single replications, as JSON has it; None where there is no number."""
        return {
            "scenario": self.scenario.name,
            "hash": self.scenario.hash,
            "without": self.without.hash,
            "what": list(self.what),
            "own": list(self.own),
            "seed": self.seed,
            "replications": len(self.numbers),
            "exhibitors": {
                group: {
                    "count": self.size(group),
                    **{
                        measure: {
                            "without": self.level(measure, group),
                            "change": as_json(self.change(measure, group)),
                            "sum": as_json(self.change(measure, group, total=True)),
                        }
                        for measure in MEASURES
                    },
                }
                for group in (*self.groups, *self.sizes)
            },
            "booths": {
                measure: {
                    **{name: as_json(e) for name, e in self.booths(measure).items()},
                    "beside": as_json(self.beside(measure)),
                }
                for measure in (_OF_BOOTHS if "own" in self.groups else ())
            },
            "pairs": {
                kind: {
                    whose: {part: as_json(self.counted(kind, part, whose)) for part in (*PARTS, "net")}
                    for whose in ("own", "rest", "all")
                }
                for kind in (CONTACT, MET)
            },
        }

    def text(self, width: int = WIDTH) -> str:
        """What it adds to its own, to the others and in all, then tables, in 80 columns."""
        from sim.decisions.adds.added_text import added_text

        return added_text(self, width)

    def __repr__(self) -> str:
        return f"Added({self.scenario.name!r}: {', '.join(self.what)}; {len(self.numbers)} replications)"

    def told_of_booths(self) -> Iterator[str]:
        """The measures of which it is told how they are spread over its own booths."""
        yield from _OF_BOOTHS if "own" in self.groups else ()
