"""What came of contacts: alliances, and the way from contacts to agreements."""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING, Final

from sim.decisions.validate.published import an_exhibitor
from sim.plotting.marks import at_the_end, height, named_rows, nothing
from sim.plotting.style import BLUE, GREY, SERIES, SKY, canvas, titled, whole
from sim.report.plots.funnels import Step, funnel, lost, reached
from sim.report.plots.over import EACH_ALONE, of_how_many, of_one
from sim.statistics.network.alliances import REWIRINGS
from sim.statistics.outcomes import Fate
from sim.statistics.tables.fates import USEFUL
from sim.statistics.text import counted, number

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from sim.report.source import Source
    from sim.statistics.ledger import Floats

__all__ = ["draw_alliances", "draw_by_chance", "draw_outcomes", "outcome_steps"]

_MOST: Final = 16  # alliances in a picture
_STAGES: Final = {3: SERIES[0][0], 4: SERIES[2][0], 5: SERIES[4][0]}  # colours by stages of a chain covered
_HATCHES: Final = {3: None, 4: "////", 5: "xxxx"}

_FATES: Final = (
    ("forgotten", "forgotten"),
    ("no_next_step", "no next step agreed"),
    ("no_time", "no time to follow up"),
    ("no_need", "need met by others"),
)


def draw_alliances(source: Source, ax: Axes | None) -> Axes:
    """A row an alliance: how many exhibitors it has, by how many stages of a chain it covers."""
    found = source.table("alliances")
    shown = found.head(_MOST)
    rows = max(len(shown), 1)
    with canvas(ax, (8.6, height(rows))) as drawn:
        seen = set()
        for at, row in enumerate(shown.to_dict("records")):
            stages = min(int(row["stages"]), 5)
            bars = drawn.barh(
                at,
                row["exhibitors"],
                height=0.7,
                color=_STAGES[stages],
                hatch=_HATCHES[stages],
                edgecolor="white",
                linewidth=0.8,
            )
            if stages not in seen:
                seen.add(stages)
                bars.set_label(f"{stages}{' or more' if stages == 5 else ''} stages of a chain")
            began = ", begun by it" if row["initiates"] else ""
            chains = row["chains"].split("; ")
            of = chains[0] if len(chains) == 1 else f"{len(chains)} chains"
            together = number(row["minutes"] / 60, significant=2)
            at_the_end(drawn, at, f"{of}, {together} h together{began}")
        named_rows(drawn, [str(name) for name in shown["leading"]])
        drawn.set_xlabel("exhibitors in it")
        whole(drawn.xaxis)
        drawn.set_xlim(left=0)
        if not len(found):
            nothing(drawn, "no group of exhibitors with strong ties covers three stages of a chain")
        if len(seen) > 1:
            drawn.legend(loc="lower right", frameon=False)
        titled(drawn, _how_many(source, len(found)), _against_chance(source, len(found), len(shown)))
    return drawn


def _how_many(source: Source, n: int) -> str:
    if not n:
        return "No industry alliances"
    return f"{counted(n, 'industry alliance')} of {number(source.kpi('network.alliance_members'))} exhibitors"


def _against_chance(source: Source, n: int, shown: int) -> str:
    said = [f"the {shown} largest; " if n > shown else ""]
    said.append("rows are called after the leading company; " if n else "")
    said.append("exhibitors with strong ties that cover three stages of a chain or more; ")
    said.append(f"at random {number(source.kpi('network.alliances_random'), significant=2)}, ")
    said.append(f"with chains kept {number(source.kpi('network.alliances_mixed'), significant=2)}; ")
    return f"{''.join(said)}{of_one(source)}"


def draw_by_chance(source: Source, ax: Axes | None) -> Axes:
    """How many alliances there are, beside random networks."""
    n = source.kpi("network.alliances")
    rows = [("alliances that there are", n, BLUE, "")]
    for kind, name in (
        ("random", "as many strong ties each, with anybody"),
        ("mixed", "and as many between each two chains"),
    ):
        mean = source.kpi(f"network.alliances_{kind}")
        chance = source.kpi(f"network.alliances_{'' if kind == 'random' else 'mixed_'}chance")
        as_many = round(chance * (REWIRINGS + 1)) - 1 if isfinite(chance) else 0
        rows.append((name, mean, GREY, f": as many in {as_many} of {REWIRINGS}"))
    with canvas(ax, (8.2, height(len(rows)))) as drawn:
        for at, (_, value, colour, said) in enumerate(rows):
            hatch = "////" if colour == GREY else None
            drawn.barh(
                at, value, height=0.62, color=SKY if hatch is None else "white", edgecolor=colour, hatch=hatch
            )
            at_the_end(drawn, at, number(value, significant=2) + said)
        named_rows(drawn, [name for name, *_ in rows])
        drawn.set_xlabel("alliances")
        drawn.set_xlim(0, max(1.0, drawn.get_xlim()[1]))
        of = f"mean of {REWIRINGS} random networks of the same exhibitors"
        said = f"hatched: {of}; {of_one(source)}"
        titled(drawn, "Alliances, and what chance makes", said)
    return drawn


def outcome_steps(source: Source) -> list[Step]:
    """From useful contacts to agreements, a direct exhibitor in the mean, as the organiser counts."""
    found = _a_direct_exhibitor(source)
    if not found:
        return []
    contacts, of, once = found
    import numpy as np

    known = an_exhibitor(source.name)
    chain = sum(of.values(), start=np.zeros(len(contacts)))
    key, agreed = chain - of["not_key"], once["agreement"]
    intended = once["intention"] + agreed  # of two exhibitors they have one, as the organiser counts
    steps = [reached("useful contacts", contacts)]
    steps.append(lost("neither supplies the other", contacts - chain, contacts))
    steps.append(reached("chain contacts", chain, contacts, known.get("chain")))
    steps.append(lost("too little interest", of["not_key"], chain))
    steps.append(reached("key contacts", key, chain, known.get("key")))
    steps += [lost(name, of[fate], key) for fate, name in _FATES]
    if (twice := of["intention"] + of["agreement"] - intended).any():
        steps.append(lost("counted once, if both exhibit", twice, key))
    steps.append(reached("intentions", intended, key, known.get("intentions")))
    steps.append(reached("agreements", agreed, intended, known.get("agreements")))
    return steps


def _a_direct_exhibitor(source: Source) -> tuple[Floats, dict[str, Floats], dict[str, Floats]] | None:
    """The table `fates` of each replication over its direct exhibitors; None if there are none in any.

    Useful contacts, one number a replication; and of each fate: contacts of exhibitors, and pairs.
    """
    import numpy as np

    tables = [each for each in source.every("fates").values() if each["direct"].max()]
    if not tables:
        return None

    def over(fate: str, column: str) -> Floats:
        rows = [each[each["fate"].astype(str) == fate] for each in tables]
        return np.array([(each[column] / each["direct"]).sum() for each in rows], dtype=np.float64)

    names = [each.name.lower() for each in Fate]
    return (
        over(USEFUL, "contacts"),
        {name: over(name, "contacts") for name in names},
        {name: over(name, "pairs") for name in names},
    )


def draw_outcomes(source: Source, ax: Axes | None) -> Axes:
    """From useful contacts to agreements, and on the way what is lost and why."""
    steps = outcome_steps(source)
    with canvas(ax, (8.8, height(max(len(steps), 1)))) as drawn:
        funnel(drawn, steps)
        if not steps:
            nothing(drawn, "there is no direct exhibitor")
        drawn.set_xlabel("a direct exhibitor, in the mean")
        said = ["hatched: lost on the way"]
        if an_exhibitor(source.name):
            said.append(
                "diamonds: published by the organiser, not audited; chain and key contacts were fitted"
            )
        lines = [f"lines: {EACH_ALONE}"] if any(isfinite(step.low) for step in steps) else []
        said = [*said, *lines, of_how_many(source, source.every("fates"))]
        titled(drawn, "What came of it", "; ".join(said))
    return drawn
