"""The table of exhibitors."""

from __future__ import annotations

import numpy as np

from sim.floor.arrays import MINUTE, IntArray
from sim.floor.trace import Kind, Outcome
from sim.statistics.had import had, of_duty, ratio
from sim.statistics.interactions import InteractionKind
from sim.statistics.ledger import Integers, Ledger
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
    of, booth, met = expo.organisations, expo.exhibitors, ledger.interactions
    talks, served, trace = ledger.talks, ledger.conversations, ledger.trace
    away, duty, booth_of = ledger.rows(Kind.DELEGATE), ledger.duty, ledger.floor.staff.booth
    common = had(ledger)
    number = np.arange(n)

    def count(place: Integers, weights: Integers | None = None) -> IntArray:
        return np.bincount(place, weights, minlength=n)[:n].astype(np.int64)

    def lost(*outcomes: Outcome) -> IntArray:
        return count(talks.place[np.isin(talks.outcome, outcomes)])

    mixed = met.kind == InteractionKind.EXCHANGE
    people_stopped = np.zeros(n, dtype=np.int64)
    for part in blocks(len(trace)):
        looked = (trace.kind[part] == Kind.LOOK) & (trace.outcome[part] == Outcome.DONE)
        people_stopped += count(trace.place[part][looked], ledger.size[trace.actor[part][looked]])
    return {
        "exhibitor": number,
        "name": list(of.name[:n]),
        "chain": names.chain(number),
        "stage": names.stage(number),
        "country": names.country(number),
        "pavilion": code(booth.pavilion, expo.pavilions),
        "sponsor": names.sponsor(number),
        "hall": names.hall(number),
        "stand": list(booth.stand),
        "area_m2": booth.area_m2,
        "staff": booth.staff,
        "staff_hours": count(booth_of, duty.total) / (60 * MINUTE),
        "direct": booth.direct == 1,
        "debut": booth.debut == 1,
        "belt_and_road": of.belt_and_road[:n] == 1,
        "fortune_500": of.fortune_500[:n] == 1,
        "stops": common["stops"],
        "people_stopped": people_stopped,
        "asked": common["asked"],
        "conversations": common["conversations"],
        "conversation_minutes": ratio(count(served.place, served.served), common["conversations"]) / MINUTE,
        "wait_minutes": common["wait_minutes"],
        "balked": lost(Outcome.BALKED),
        "reneged": lost(Outcome.RENEGED),
        "left_for_booking": lost(Outcome.LEFT_FOR_BOOKING),
        "closed": lost(Outcome.CLOSED) + count(ledger.looks(Outcome.CLOSED).place),
        "lost_share": common["lost_share"],
        "busy_share": common["busy_share"],
        "away_share": of_duty(ledger, ledger.on_duty(away.actor, away.start, away.end)),
        "meetings_scheduled": common["meetings_scheduled"],
        "meetings_held": common["meetings_held"],
        "exchange_contacts": count(np.concatenate((met.organisation[mixed], met.partner[mixed]))),
        "contacts": common["contacts"],
        "useful_contacts": common["useful_contacts"],
        "left_out": common["useful_contacts"] == 0,
    }
