"""KPIs of industry alliances: how many, how large, what they span, and what there would be by chance.

What an alliance is, `sim.statistics.network.alliances` says.
"""

from __future__ import annotations

import numpy as np

from sim.floor.arrays import IntArray
from sim.statistics.kpis.registry import kpi
from sim.statistics.ledger import Ledger
from sim.statistics.measures import mean, share


@kpi("network.alliances", "Alliances", unit="alliances", how="sum")
def alliances(ledger: Ledger) -> float:
    """Groups of exhibitors, tied strongly to each other, that cover at least three stages of one chain.

    A strong tie is a useful contact with two useful interactions, an organised meeting held, or three times
    `behaviour.useful_minutes` together; triangles of strong ties that share two members are one group.
    """
    return len(ledger.alliances.every)


@kpi("network.alliance_members", "Exhibitors in alliances", unit="exhibitors", how="sum")
def members(ledger: Ledger) -> float:
    """Exhibitors that are in at least one alliance."""
    return len({member for each in ledger.alliances.every for member in each.members})


@kpi("network.alliance_stages", "Stages an alliance covers", unit="stages", how="mean over alliances")
def stages(ledger: Ledger) -> float:
    """Stages of one chain that an alliance covers, of the chain of which it covers most."""
    return mean(np.array([each.stages for each in ledger.alliances.every]))


@kpi("network.alliance_led_share", "Alliances that a leading company began", unit="share", how="share")
def led(ledger: Ledger) -> float:
    """Alliances whose leading company itself began an interaction with another member it is tied to.

    The leading company is a member on the Fortune Global 500 list, else a sponsor, else the one with the
    largest stand; it began if its people went to the other's booth, or it asked for the meeting.
    """
    return mean(np.array([each.initiates for each in ledger.alliances.every]))


@kpi("network.alliances_random", "Alliances at random", unit="alliances", how="mean over random networks")
def at_random(ledger: Ledger) -> float:
    """Alliances there would be if each exhibitor had as many strong ties, but with anybody.

    The mean of 20 random networks of equal degrees (Maslov and Sneppen 2002).
    """
    return mean(ledger.alliances.at_random)


@kpi(
    "network.alliances_chance",
    "As many alliances at random",
    unit="share",
    how="share of random networks and this one",
)
def by_chance(ledger: Ledger) -> float:
    """Of the 20 random networks and the one there is, those with at least as many alliances as there are.

    At least 1 of 21, 0.048: of one replication, the p-value of as many alliances by chance (Davison and
    Hinkley 1997, eq. 4.11).
    """
    return _chance(ledger, ledger.alliances.at_random)


@kpi(
    "network.alliances_mixed",
    "Alliances at random, chains kept",
    unit="alliances",
    how="mean over random networks",
)
def mixed(ledger: Ledger) -> float:
    """As `network.alliances_random`, with as many strong ties within each chain and between each two.

    What is more than at random, and is not more than this, comes of who is in which chain alone.
    """
    return mean(ledger.alliances.mixed)


@kpi(
    "network.alliances_mixed_chance",
    "As many alliances at random, chains kept",
    unit="share",
    how="share of random networks and this one",
)
def mixed_chance(ledger: Ledger) -> float:
    """As `network.alliances_chance`, of random networks with as many strong ties between each two chains."""
    return _chance(ledger, ledger.alliances.mixed)


def _chance(ledger: Ledger, random: IntArray) -> float:
    as_many = (random >= len(ledger.alliances.every)).sum()
    return share(as_many + 1, len(random) + 1)
