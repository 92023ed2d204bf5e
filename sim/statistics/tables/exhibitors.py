"""The table of exhibitors."""

from __future__ import annotations

import numpy as np

from sim.floor.arrays import MINUTE, IntArray
from sim.floor.trace import Kind, Outcome
from sim.statistics.interactions import InteractionKind
from sim.statistics.kpis.contacts import useful_contacts
from sim.statistics.ledger import Floats, Integers, Ledger
from sim.statistics.measures import blocks
from sim.statistics.tables.names import Names, code
from sim.statistics.tables.registry import Columns, table

__all__ = ["exhibitors"]


@table(
    {
        "exhibitor": "number of the exhibitor and of its booth",
        "name": "name",
        "chain": "industrial chain",
        "stage": "stage in the chain",
        "country": "country, ISO 3166 code",
        "pavilion": "national pavilion; missing: none",
        "sponsor": "kind of sponsor; missing: none",
        "hall": "hall of the booth",
        "stand": "number of its stand; empty: none is known",
        "area_m2": "area of the booth, m²",
        "staff": "staff of the booth",
        "staff_hours": "hours of staff on duty, h",
        "direct": "whether it is a direct exhibitor; false: a partner in a pavilion",
        "debut": "whether it shows a new product",
        "belt_and_road": "whether from a Belt-and-Road country",
        "fortune_500": "whether a Fortune Global 500 company",
        "stops": "parties that looked",
        "people_stopped": "people in parties that looked",
        "asked": "parties that asked to talk",
        "conversations": "conversations",
        "conversation_minutes": "mean length of a conversation, min; missing: none",
        "wait_minutes": "mean wait before a conversation, min; missing: none",
        "balked": "parties that did not queue",
        "reneged": "parties whose patience ended",
        "left_for_booking": "parties that left for a booking or to go home",
        "closed": "parties that found or met the closing",
        "lost_share": "parties that asked and did not talk over those that asked, share",
        "busy_share": "share of staff time on duty spent in conversations",
        "away_share": "share of staff time on duty spent away as delegates",
        "meetings_scheduled": "organised meetings scheduled, of the booth and of its people on the floor",
        "meetings_held": "organised meetings held",
        "exchange_contacts": "exchange contacts with other organisations",
        "contacts": "other organisations met in any interaction",
        "useful_contacts": "other organisations met in a useful contact",
        "left_out": "whether it has no useful contact",
    }
)
def exhibitors(ledger: Ledger) -> Columns:
    """A row an exhibitor, partners in pavilions included."""
    expo, names, n = ledger.expo, Names(ledger), ledger.n_exhibitors
    of, booths, met, sides = expo.organisations, expo.exhibitors, ledger.interactions, ledger.sides
    talks, served, trace = ledger.talks, ledger.conversations, ledger.trace
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

    mixed = met.kind == InteractionKind.EXCHANGE
    asked, conversations = count(talks.place), count(served.place)
    stops, people_stopped = np.zeros((2, n), dtype=np.int64)
    for part in blocks(len(trace)):
        looked = (trace.kind[part] == Kind.LOOK) & (trace.outcome[part] == Outcome.DONE)
        place = trace.place[part][looked]
        stops += count(place)
        people_stopped += count(place, ledger.size[trace.actor[part][looked]])
    useful, scheduled = useful_contacts(ledger), sides.organisation[sides.booked & sides.ordinary]
    return {
        "exhibitor": number,
        "name": list(of.name[:n]),
        "chain": names.chain(number),
        "stage": names.stage(number),
        "country": names.country(number),
        "pavilion": code(booths.pavilion, expo.pavilions),
        "sponsor": names.sponsor(number),
        "hall": names.hall(number),
        "stand": list(booths.stand),
        "area_m2": booths.area_m2,
        "staff": booths.staff,
        "staff_hours": count(booth_of, ledger.duty.total) / (60 * MINUTE),
        "direct": booths.direct == 1,
        "debut": booths.debut == 1,
        "belt_and_road": of.belt_and_road[:n] == 1,
        "fortune_500": of.fortune_500[:n] == 1,
        "stops": stops,
        "people_stopped": people_stopped,
        "asked": asked,
        "conversations": conversations,
        "conversation_minutes": _ratio(count(served.place, served.served), conversations) / MINUTE,
        "wait_minutes": _ratio(count(served.place, served.wait), conversations) / MINUTE,
        "balked": lost(Outcome.BALKED),
        "reneged": lost(Outcome.RENEGED),
        "left_for_booking": lost(Outcome.LEFT_FOR_BOOKING),
        "closed": lost(Outcome.CLOSED) + count(ledger.looks(Outcome.CLOSED).place),
        "lost_share": _ratio(asked - conversations, asked),
        "busy_share": of_duty(served.other, served.begin, served.end),
        "away_share": of_duty(away.actor, away.start, away.end),
        "meetings_scheduled": count(scheduled[scheduled < n]),
        "meetings_held": count(met.in_meetings(met.organisation, met.partner)),
        "exchange_contacts": count(np.concatenate((met.organisation[mixed], met.partner[mixed]))),
        "contacts": met.partners(np.ones(len(met), dtype=np.bool_), n),
        "useful_contacts": useful.copy(),
        "left_out": useful == 0,
    }


def _ratio(part: Integers, whole: Integers) -> Floats:
    """`part / whole`, nan where the whole is 0."""
    ratio = np.full(len(part), np.nan)
    np.divide(part, whole, out=ratio, where=whole != 0)
    return ratio
