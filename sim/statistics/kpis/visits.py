"""KPIs of visits, gates, halls and catering. A visit is a person and a day."""

from __future__ import annotations

from math import inf
from typing import Final

import numpy as np

from sim.floor.arrays import HOUR, MINUTE, NEVER, NONE
from sim.floor.trace import Kind, Outcome
from sim.statistics.kpis.registry import kpi
from sim.statistics.ledger import DAY, Ledger
from sim.statistics.measures import NAN, mean, quantile, share

__all__: list[str] = []

_HUNDRED_SQUARE_FEET: Final = 9.290304  # m²


@kpi("visits.people", "Visits", unit="visits", how="sum", basis="input", cut_by="programme.visits_cut")
def people(ledger: Ledger) -> float:
    """People admitted, counted anew on each day they come."""
    return float(ledger.size[ledger.visits.actor].sum())


@kpi("visits.never_came", "Stayed away altogether", unit="visits", how="sum")
def never_came(ledger: Ledger) -> float:
    """People who were registered and stayed away altogether, counted on each day they would have come.

    They are not among `visits.people`; what they had agreed to are no-shows.
    """
    absent = ledger.floor.party_days.arrival >= NEVER
    return float(np.sum(ledger.size[absent]))


@kpi("visits.peak_people", "Peak presence", unit="people", how="maximum over time")
def peak_people(ledger: Ledger) -> float:
    """Most people on the floor at once, from the gate to the gate again."""
    return ledger.presence.floor.peak


@kpi(
    "visits.people_per_100_sqft",
    "People per 100 net sq ft",
    unit="people",
    how="mean over time",
    basis="fitted",
)
def people_per_100_sqft(ledger: Ledger) -> float:
    """Mean people on the floor in opening hours over the net area (gross area times net share)."""
    expo, visits = ledger.expo, ledger.visits
    day = expo.parties.day[visits.actor]
    inside = np.minimum(visits.end, expo.day_close[day]) - np.maximum(visits.start, expo.day_open[day])
    present = (np.maximum(inside, 0) * ledger.size[visits.actor]).sum()
    area = expo.terms.net_area_m2 / _HUNDRED_SQUARE_FEET
    return share(float(present), float((expo.day_close - expo.day_open).sum()) * area)


@kpi("visits.present_at", "People present in the hour from", unit="people", how="mean over time", family=True)
def present_at(ledger: Ledger) -> dict[str, float]:
    """Mean people on the floor in each clock hour, over the part of it that is opening time."""
    opens, closes = ledger.expo.day_open, ledger.expo.day_close
    midnight = opens // DAY * DAY
    values = {}
    first, last = (opens - midnight).min() // HOUR, (closes - midnight - 1).max() // HOUR
    for hour in range(int(first), int(last) + 1):
        begin = np.maximum(midnight + hour * HOUR, opens)
        end = np.minimum(midnight + (hour + 1) * HOUR, closes)
        open_ = end > begin
        area = ledger.presence.floor.area(end[open_]) - ledger.presence.floor.area(begin[open_])
        values[f"{hour:02d}"] = share(area.sum(), (end - begin)[open_].sum())
    return values


@kpi("visits.stay_minutes", "Stay", unit="min", how="mean over visits", basis="fitted")
def stay_minutes(ledger: Ledger) -> float:
    """Time on the floor, from admission to the gate again."""
    visits = ledger.visits
    return mean(visits.end - visits.start, ledger.size[visits.actor]) / MINUTE


@kpi("visits.stops", "Stops at booths a visit", unit="booths", how="mean over visits", basis="fitted")
def stops(ledger: Ledger) -> float:
    """Booths at which a visitor stopped to look, found open, tours not counted; who comes back anew."""
    return mean(ledger.a_person(ledger.stops))


@kpi(
    "visits.talk_share",
    "Stops at which they ask to talk",
    unit="share",
    how="share of parties' stops",
    basis="fitted",
)
def talk_share(ledger: Ledger) -> float:
    """Parties that asked to talk to staff over parties that stopped to look."""
    return share(len(ledger.talks), int(ledger.stops.sum()))


@kpi("visits.wasted_minutes", "Buyers' wasted minutes", unit="min", how="mean over buyers' visits")
def wasted_minutes(ledger: Ledger) -> float:
    """Time a buyer spent waiting, with or without success, and in the lounge between bookings.

    Waiting at the gate, at booths, for food, at doors of halls and sessions, for meetings. Buyers are
    the visits of personas of kind `buyer`; nan if there are none.
    """
    expo = ledger.expo
    wasted = np.zeros(ledger.n_party_days)
    for kind in (Kind.GATE, Kind.TALK, Kind.MEAL, Kind.HALL, Kind.SESSION, Kind.MEETING, Kind.LOUNGE):
        rows = ledger.rows(kind)
        rows = rows.where(ledger.is_party(rows.actor))  # at sessions and meetings there are staff, too
        lost = rows.end - rows.start if kind is Kind.LOUNGE else rows.wait
        wasted += np.asarray(ledger.a_party_day(rows.actor, lost), dtype=np.float64)
    buyer = np.array([kind == "buyer" for kind in expo.terms.persona_kinds], dtype=np.bool_)
    chosen = ledger.admitted & buyer[expo.parties.persona]
    return mean(wasted[chosen], ledger.size[chosen]) / MINUTE


@kpi("gate.wait_minutes", "Wait at the gate, over all", unit="min", how="mean over visits")
def gate_wait(ledger: Ledger) -> float:
    """Time in the gate's queue of the people who were admitted."""
    gates = ledger.rows(Kind.GATE).done
    return mean(gates.wait, ledger.size[gates.actor]) / MINUTE


@kpi(
    "gate.wait_p95_minutes",
    "Wait at the gate that one in twenty exceeds (95th percentile)",
    unit="min",
    how="quantile over visits",
)
def gate_wait_p95(ledger: Ledger) -> float:
    """Time in the gate's queue that one in twenty of the people admitted exceeds."""
    gates = ledger.rows(Kind.GATE).done
    return quantile(np.repeat(gates.wait, ledger.size[gates.actor]), 0.95) / MINUTE


@kpi("gate.not_admitted", "Came and were not admitted", unit="visits", how="sum")
def not_admitted(ledger: Ledger) -> float:
    """People who came, and the gate was closed or closed while they queued, or they gave up queueing."""
    gates = ledger.rows(Kind.GATE)
    return float(ledger.size[gates.actor[gates.outcome != Outcome.DONE]].sum())


@kpi("gate.gave_up", "Gave up in the queue at the gate", unit="visits", how="sum")
def gate_gave_up(ledger: Ledger) -> float:
    """People who came, queued at the gate for as long as their patience, and went home."""
    gates = ledger.rows(Kind.GATE)
    return float(ledger.size[gates.actor[gates.outcome == Outcome.RENEGED]].sum())


@kpi("halls.peak_people", "Peak presence in hall", unit="people", how="maximum over time", family=True)
def hall_peak(ledger: Ledger) -> dict[str, float]:
    """Most visitors in each hall at once."""
    return {hall: c.peak for hall, c in zip(ledger.expo.halls, ledger.presence.halls, strict=True)}


@kpi(
    "halls.peak_share",
    "Peak presence over the limit in hall",
    unit="share",
    how="maximum over time",
    high=inf,
    family=True,
)
def hall_share(ledger: Ledger) -> dict[str, float]:
    """Most visitors in each hall at once over the hall's limit; nan for a hall without a limit."""
    limits = ledger.floor.places.zone_limit
    return {
        hall: share(c.peak, limits[zone]) if limits[zone] != NONE else NAN
        for zone, (hall, c) in enumerate(zip(ledger.expo.halls, ledger.presence.halls, strict=True))
    }


@kpi("halls.waited", "Waited at the door of a full hall", unit="visits", how="sum")
def hall_waited(ledger: Ledger) -> float:
    """Times that a person had to wait at the door of a full hall."""
    return float(ledger.size[ledger.rows(Kind.HALL).actor].sum())


@kpi(
    "halls.wait_minutes",
    "Wait at the door of a full hall, of those who waited",
    unit="min",
    how="mean over people who waited",
)
def hall_wait(ledger: Ledger) -> float:
    """Time waited at doors of full halls by those who had to, let in or not; nan if nobody had to."""
    rows = ledger.rows(Kind.HALL)
    return mean(rows.wait, ledger.size[rows.actor]) / MINUTE


@kpi("halls.gave_up", "Gave up at the door of a full hall", unit="visits", how="sum")
def hall_gave_up(ledger: Ledger) -> float:
    """Times that a person waited at the door of a full hall and was not let in."""
    rows = ledger.rows(Kind.HALL)
    return float(ledger.size[rows.actor[rows.outcome != Outcome.DONE]].sum())


@kpi("catering.meals", "Meals", unit="meals", how="sum")
def meals(ledger: Ledger) -> float:
    """People who ate."""
    return float(ledger.size[ledger.rows(Kind.MEAL).done.actor].sum())


@kpi(
    "catering.wait_minutes",
    "Wait for a seat to eat, over all who ate",
    unit="min",
    how="mean over people who ate",
)
def meal_wait(ledger: Ledger) -> float:
    """Time that those who ate waited for seats."""
    served = ledger.rows(Kind.MEAL).done
    return mean(served.wait, ledger.size[served.actor]) / MINUTE


@kpi(
    "catering.lost_share", "Went without the meal they came for", unit="share", how="share of people who came"
)
def meal_lost(ledger: Ledger) -> float:
    """People who came to eat and left unserved, over those who came."""
    came = ledger.came(Kind.MEAL)
    size = ledger.size[came.actor]
    return share(size[came.outcome != Outcome.DONE].sum(), size.sum())
