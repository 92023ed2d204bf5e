"""The KPIs of visits, gates, halls and meals once more, with loops; see `naive.py`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from sim.floor.arrays import MINUTE, NONE
from sim.floor.trace import Cause, Kind, Outcome
from tests.statistics.naive import DAY, NAN, Naive, R, mean, overlap, peak, quantile, ratio


def visit_kpis(naive: Naive) -> dict[str, float]:
    """All of them."""
    return visits(naive) | doors(naive)


def visits(naive: Naive) -> dict[str, float]:
    expo = naive.expo
    visit = {r.actor: r for r in naive.of(Kind.VISIT)}
    looked = [r for r in naive.of(Kind.LOOK) if r.done]
    open_ms = sum(int(c - o) for o, c in zip(expo.day_open, expo.day_close, strict=True))
    inside = sum(
        naive.size[p]
        * overlap(r.start, r.end, int(expo.day_open[r.start // DAY]), int(expo.day_close[r.start // DAY]))
        for p, r in visit.items()
    )
    area = expo.terms.net_area_m2 / 9.290304
    values = {
        "visits.people": len(naive.people),
        "visits.peak_people": peak([(r.start, r.end, naive.size[p]) for p, r in visit.items()]),
        "visits.people_per_100_sqft": inside / open_ms / area,
        "visits.stay_minutes": mean([(visit[p].end - visit[p].start) / MINUTE for p in naive.people]),
        "visits.stops": mean([sum(r.actor == p for r in looked) for p in naive.people]),
        "visits.talk_share": ratio(len(naive.of(Kind.TALK)), len(looked)),
    }
    for hour in range(9, 17):
        present = open_hour = 0
        for day in range(len(expo.day_open)):
            begin, end = day * DAY + hour * 60 * MINUTE, day * DAY + (hour + 1) * 60 * MINUTE
            open_hour += end - begin
            present += sum(naive.size[p] * overlap(r.start, r.end, begin, end) for p, r in visit.items())
        values[f"visits.present_at.{hour:02d}"] = present / open_hour
    buyers = [
        p for p in naive.people
        if expo.terms.persona_kinds[expo.parties.persona[p]] == "buyer"
    ]  # fmt: skip
    wasted: dict[int, float] = defaultdict(float)
    for r in naive.rows:
        if r.kind is Kind.LOUNGE:
            wasted[r.actor] += r.end - r.start
        elif r.kind not in (Kind.VISIT, Kind.CONTACT, Kind.DELEGATE, Kind.LOOK):
            wasted[r.actor] += r.wait
    values["visits.wasted_minutes"] = mean([wasted[p] / MINUTE for p in buyers])
    return values


def doors(naive: Naive) -> dict[str, float]:
    gates, halls, meals = naive.of(Kind.GATE), naive.of(Kind.HALL), naive.of(Kind.MEAL)
    let_in = [r.wait / MINUTE for r in gates if r.done for _ in range(naive.size[r.actor])]
    ate = [r for r in meals if r.done]
    came = [r for r in meals if r.outcome is not Outcome.MISSED]
    waits = [r.wait / MINUTE for r in halls for _ in range(naive.size[r.actor])]
    stays = stays_in_halls(naive)
    values = {
        "gate.wait_minutes": mean(let_in),
        "gate.wait_p95_minutes": quantile(let_in, 0.95),
        "gate.not_admitted": naive.heads([r for r in gates if not r.done]),
        "gate.gave_up": naive.heads([r for r in gates if r.outcome is Outcome.RENEGED]),
        "halls.waited": naive.heads(halls),
        "halls.wait_minutes": mean(waits),
        "halls.gave_up": naive.heads([r for r in halls if not r.done]),
        "catering.meals": naive.heads(ate),
        "catering.wait_minutes": mean([r.wait / MINUTE for r in ate for _ in range(naive.size[r.actor])]),
        "catering.lost_share": ratio(naive.heads(came) - naive.heads(ate), naive.heads(came)),
    }
    for zone, hall in enumerate(naive.expo.halls):
        most, limit = peak(stays[zone]), int(naive.floor.places.zone_limit[zone])
        values[f"halls.peak_people.{hall}"] = most
        values[f"halls.peak_share.{hall}"] = NAN if limit == NONE else most / limit
    return values


Errands = Mapping[int, Sequence[tuple[int, int]]]
"""By party-day, when it reached which places in vain."""


def stays_in_halls(naive: Naive, errands: Errands | None = None) -> dict[int, list[tuple[int, int, int]]]:
    """Stretches in each hall: from the door to the last thing done there.

    Who came in vain is not seen where it came to, but comes from there to what it does next, if that is
    in another zone. Where that was the trace says, unless `errands` are known from elsewhere.
    """
    places, stays = naive.floor.places, defaultdict(list)
    zone_of = [int(z) for z in places.zone]
    there: dict[int, list[R]] = defaultdict(list)
    vain: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for r in naive.rows:
        if r.kind is Kind.IN_VAIN:
            vain[r.actor].append((r.start, r.place))
        elif (
            r.outcome not in (Outcome.NO_SHOW, Outcome.MISSED)
            and not (r.outcome is Outcome.NOT_NEEDED and r.cause is not Cause.NONE)
            and r.kind not in (Kind.VISIT, Kind.GATE, Kind.CONTACT)
        ):
            there[r.actor].append(r)
    for p in range(naive.n):
        in_vain = vain[p] if errands is None else errands.get(p, ())
        pace = int(naive.floor.party_days.pace[p])
        zone, entered, left, since = NONE, 0, 0, -1
        before, stood = int(naive.floor.party_days.gate[p]), False
        rows = sorted(there[p], key=lambda r: r.start)
        for r in rows:
            here = NONE if r.kind is Kind.HALL else zone_of[r.place]
            errand = [
                place for when, place in in_vain
                if since < when <= r.start and zone_of[place] != zone_of[r.place]
            ]  # fmt: skip
            came_from = errand[-1] if errand else before
            if here != zone or errand or r is rows[0]:
                if zone != NONE:
                    stays[zone].append((entered, left, naive.size[p]))
                inside = int(places.to_door[r.place]) * pace
                if here != NONE and zone_of[came_from] != here:
                    to_door = 0 if stood and not errand else int(places.to_door[came_from])
                    if to_door + int(places.zone_distance[zone_of[came_from], here]) == 0:
                        inside = max(inside - 1, 0)  # it took 1 ms from there to the door
                entered = r.start - inside
                if r is not rows[0]:
                    entered = max(entered, left)
                zone = here
            left, since, before, stood = r.end, r.start, r.place, r.kind is Kind.HALL
        if zone != NONE:
            stays[zone].append((entered, left, naive.size[p]))
    return stays
