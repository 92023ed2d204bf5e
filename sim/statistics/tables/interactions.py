"""The table of interactions, and their matrix."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.floor.arrays import NONE
from sim.statistics.interactions import InteractionKind
from sim.statistics.ledger import Integers, Ledger
from sim.statistics.network.structure import between
from sim.statistics.tables.names import SIDES, Names, code, day, minutes, nullable, times
from sim.statistics.tables.registry import Columns, table

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["interactions", "matrix"]


@table(
    {
        "start": "when they began to talk, clock time",
        "day": "day of the expo, from 1",
        "minutes": "length, min",
        "kind": "conversation (at a booth), exchange (a round of mixing) or meeting (organised, held)",
        "useful": "whether it is a useful contact: long enough, and not just a round of mixing",
        "place": "booth, room or table",
        "hall": "hall of the place; missing: outside the halls",
        **SIDES,
        "exhibits": "whether the first side is an exhibitor",
        "partner_exhibits": "whether the second side is an exhibitor",
        "persona": "persona of the first side's party; missing: a booth",
        "meeting": "the meeting, as in `meetings`; missing: not a meeting",
    }
)
def interactions(ledger: Ledger) -> Columns:
    """A row an interaction of two different organisations, conversations first."""
    met, names = ledger.interactions, Names(ledger)
    party, partner_party = _party(ledger, met.actor), _party(ledger, met.partner_actor)
    return {
        "start": times(ledger, met.start),
        "day": day(met.start),
        "minutes": minutes(met.length),
        "kind": code(met.kind, [kind.name.lower() for kind in InteractionKind]),
        "useful": met.useful,
        "place": names.place(met.place),
        "hall": names.hall(met.place),
        **names.sides(met.organisation, met.partner, party, partner_party),
        "exhibits": met.organisation < ledger.n_exhibitors,
        "partner_exhibits": met.partner < ledger.n_exhibitors,
        "persona": names.persona(party),
        "meeting": nullable(met.meeting),
    }


def matrix(ledger: Ledger, by: str = "chain", of: str = "interactions") -> pd.DataFrame:
    """What there is between the chains, stages or countries of two sides, counted.

    `of` "interactions": rows are the first side (the visitor of a conversation), columns the second (the
    booth), and an interaction is counted once. `of` "ties" or "useful": pairs of organisations that had an
    interaction, or have a useful contact; they have no first side, so that the matrix is symmetric, and a
    pair within a group is counted once. `by` is `chain`, `stage` or `country`.

    Raises ValueError for anything else.
    """
    import pandas as pd

    labels = {"chain": "chains", "stage": "stages", "country": "countries"}
    if by not in labels:
        raise ValueError(f"by = {by!r} is none of {', '.join(labels)}")
    names = getattr(ledger.expo, labels[by])
    group, met, n = getattr(ledger.expo.organisations, by), ledger.interactions, len(names)
    if of == "interactions":
        counts = np.bincount(group[met.organisation] * n + group[met.partner], minlength=n * n).reshape(n, n)
    elif of in ("ties", "useful"):
        counts = between(ledger.network if of == "ties" else ledger.network.contacts, group, n)
    else:
        raise ValueError(f"of = {of!r} is none of interactions, ties, useful")
    return pd.DataFrame(counts, index=pd.Index(names, name=by), columns=pd.Index(names, name=f"partner_{by}"))


def _party(ledger: Ledger, actor: Integers) -> Integers:
    """The party-day that an actor is, or NONE."""
    return np.where(ledger.is_party(actor), actor, NONE)
