"""What came of contacts: alliances, and the way from contacts to agreements."""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING, Final

from sim.decisions.validate.published import an_exhibitor
from sim.plotting.marks import at_the_end, height, named_rows, nothing
from sim.plotting.style import BLUE, GREY, SERIES, SKY, canvas, titled, whole
from sim.report.plots.funnels import Step, funnel
from sim.statistics.network.alliances import REWIRINGS
from sim.statistics.outcomes import Fate
from sim.statistics.text import counted, number

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from sim.report.source import Source

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
    return f"{''.join(said)}one replication, {source.title}"


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
        said = f"hatched: {of}; one replication, {source.title}"
        titled(drawn, "Alliances, and what chance makes", said)
    return drawn


def outcome_steps(source: Source) -> list[Step]:
    """From useful contacts to agreements, a direct exhibitor in the mean, as the organiser counts."""
    came, who = source.table("outcomes"), source.table("exhibitors")
    direct = int(who["direct"].sum())
    if not direct:
        return []
    known = an_exhibitor(source.name)
    both = 1 + came["partner"].astype(str).isin(set(who["name"].astype(str)))  # each of two exhibitors has it
    fates = [each.name.lower() for each in Fate]  # a file without rows has lost the names
    of = {fate: float(both[came["fate"] == fate].sum()) / direct for fate in fates}
    contacts = float(who["useful_contacts"].sum()) / direct
    chain = sum(of.values())
    key = chain - of["not_key"]
    once = came["fate"].isin(("intention", "agreement"))
    intended = float(once.sum()) / direct  # of two exhibitors they have one, as the organiser counts
    agreed = float((came["fate"] == "agreement").sum()) / direct
    steps = [_kept("useful contacts", contacts)]
    steps.append(_lost("neither supplies the other", contacts - chain, contacts))
    steps.append(_kept("chain contacts", chain, known.get("chain"), contacts))
    steps.append(_lost("too little interest", of["not_key"], chain))
    steps.append(_kept("key contacts", key, known.get("key"), chain))
    steps += [_lost(name, of[fate], key) for fate, name in _FATES]
    if twice := of["intention"] + of["agreement"] - intended:
        steps.append(_lost("counted once, if both exhibit", twice, key))
    steps.append(_kept("intentions", intended, known.get("intentions"), key))
    steps.append(_kept("agreements", agreed, known.get("agreements"), intended))
    return steps


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
        titled(drawn, "What came of it", "; ".join([*said, f"one replication, {source.title}"]))
    return drawn


def _kept(name: str, count: float, known: float | None = None, before: float | None = None) -> Step:
    said = _of(count, before)
    if known is not None:
        said += f", published {number(known)}"
    return Step(name, count, said, known=known)


def _lost(name: str, count: float, before: float) -> Step:
    return Step(name, count, _of(count, before), lost=True)


def _of(count: float, before: float | None) -> str:
    return number(count, significant=2) + (f" ({100 * count / before:.0f} %)" if before else "")
