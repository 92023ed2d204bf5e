"""The table of exhibitors."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.floor.arrays import MINUTE, IntArray
from sim.floor.trace import Kind, Outcome
from sim.statistics.interactions import InteractionKind
from sim.statistics.kpis.contacts import useful_contacts
from sim.statistics.ledger import Floats, Integers, Ledger
from sim.statistics.tables.names import Names, code, frame

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["exhibitors"]


def exhibitors(ledger: Ledger) -> pd.DataFrame:
    """A row an exhibitor, partners in pavilions included."""
    expo, names, n = ledger.expo, Names(ledger), ledger.n_exhibitors
    of, booths, met, sides = expo.organisations, expo.exhibitors, ledger.interactions, ledger.sides
    looks, talks, served = ledger.rows(Kind.LOOK), ledger.talks, ledger.conversations
    away, booth_of = ledger.rows(Kind.DELEGATE), ledger.floor.staff.booth
    number = np.arange(n)

    def count(place: Integers, weights: Integers | None = None) -> IntArray:
        return np.bincount(place, weights, minlength=n)[:n].astype(np.int64)

    def lost(*outcomes: Outcome) -> IntArray:
        return count(talks.place[np.isin(talks.outcome, outcomes)])

    def of_duty(actor: Integers, begin: Integers, end: Integers) -> Floats:
        member = actor - ledger.n_party_days
        busy = count(booth_of[member], ledger.duty.within(member, begin, end))
        return _ratio(busy, count(booth_of, ledger.duty.total))

    def interacted(kind: InteractionKind) -> IntArray:
        chosen = met.kind == kind
        return count(np.concatenate((met.organisation[chosen], met.partner[chosen])))

    looked, asked, conversations = looks.done, count(talks.place), count(served.place)
    found_closed = looks.place[looks.outcome == Outcome.CLOSED]
    useful, scheduled = useful_contacts(ledger), sides.organisation[:, sides.ordinary]
    columns = {
        "exhibitor": number,
        "name": list(of.name[:n]),
        "chain": names.chain(number),
        "stage": names.stage(number),
        "country": names.country(number),
        "pavilion": code(booths.pavilion, expo.pavilions),
        "hall": names.hall(number),
        "area_m2": booths.area_m2,
        "staff": booths.staff,
        "staff_hours": count(booth_of, ledger.duty.total) / (60 * MINUTE),
        "direct": booths.direct == 1,
        "debut": booths.debut == 1,
        "belt_and_road": of.belt_and_road[:n] == 1,
        "fortune_500": of.fortune_500[:n] == 1,
        "stops": count(looked.place),
        "people_stopped": count(looked.place, ledger.size[looked.actor]),
        "asked": asked,
        "conversations": conversations,
        "conversation_minutes": _ratio(count(served.place, served.served), conversations) / MINUTE,
        "wait_minutes": _ratio(count(served.place, served.wait), conversations) / MINUTE,
        "balked": lost(Outcome.BALKED),
        "reneged": lost(Outcome.RENEGED),
        "left_for_booking": lost(Outcome.LEFT_FOR_BOOKING),
        "closed": lost(Outcome.CLOSED) + count(found_closed),
        "lost_share": _ratio(asked - conversations, asked),
        "busy_share": of_duty(served.other, served.begin, served.end),
        "away_share": of_duty(away.actor, away.start, away.end),
        "meetings_scheduled": count(scheduled[scheduled < n]),
        "meetings_held": interacted(InteractionKind.MEETING),
        "exchange_contacts": interacted(InteractionKind.EXCHANGE),
        "contacts": met.partners(np.ones(len(met), dtype=np.bool_), n),
        "useful_contacts": useful,
        "left_out": useful == 0,
    }
    return frame("exhibitors", columns)


def _ratio(part: Integers, whole: Integers) -> Floats:
    """`part / whole`, nan where the whole is 0."""
    ratio = np.full(len(part), np.nan)
    np.divide(part, whole, out=ratio, where=whole != 0)
    return ratio
