"""The KPIs of meetings once more, with loops; see `naive.py`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from itertools import pairwise

from sim.floor.arrays import MINUTE, NONE, PlaceKind
from sim.floor.trace import Outcome
from tests.statistics.naive import CAUSES, DAY, NAN, Naive, mean, quantile, ratio


def meeting_kpis(naive: Naive) -> dict[str, float]:
    """All of them."""
    return fates(naive) | causes(naive)


def fates(naive: Naive) -> dict[str, float]:
    expo, requests, plan = naive.expo, naive.expo.requests, naive.floor.meetings
    every = range(len(requests.asker))
    accepted = [i for i in every if requests.accepted[i]]
    made_up = [naive.seconds[m] for m in naive.held if m in naive.seconds]
    met = {i for i in every if had(naive, i) or requests.meeting[i] in made_up}
    wishes = defaultdict(list)
    for i in every:
        wishes[int(requests.programme[i]), asker(naive, i)].append(i in met)
    happy = {naive.who(m, s) for m in naive.held for s in naive.there[m]}
    unwanted = [m for m in naive.held if is_unwanted(naive, m)]
    scheduled = [i for i in every if requests.meeting[i] in naive.meetings]

    def at_table(meetings: Sequence[int]) -> int:
        return sum(naive.floor.places.kind[plan.place[m]] == PlaceKind.TABLE for m in meetings)

    slots = int(sum(expo.programme.window_slots * expo.programme.window_tables))
    waits = []
    for m in naive.meetings:
        for s in naive.sides(m):
            r = naive.side[m, s]
            if r.outcome in (Outcome.DONE, Outcome.LATE, Outcome.STOOD_UP):
                waits.append(max(0, r.start + r.wait - max(r.start, int(plan.start[m]))) / MINUTE)
    requested = [m for m in naive.held if naive.request(m) != NONE]
    gaps, idle = breaks(naive)
    values = {
        "meetings.requested": len(every),
        "meetings.accepted": len(accepted),
        "meetings.scheduled": len(naive.meetings),
        "meetings.held": len(naive.held),
        "meetings.fewest": min(
            (
                sum(naive.org_of_side(m, s) == e for m in naive.held for s in naive.there[m])
                for e in range(expo.n_exhibitors)
            ),
            default=NAN,
        ),
        "meetings.kept_share": mean([m in naive.held for m in naive.meetings]),
        "meetings.joined": sum(len(naive.sides(m)) > 2 for m in naive.meetings),
        "meetings.held_without": sum(len(naive.there[m]) < len(naive.sides(m)) for m in naive.held),
        "meetings.standby_held": len(naive.stepped_in),
        "meetings.standby_not_needed": sum(
            r.outcome is Outcome.NOT_NEEDED and r.other in naive.standbys for r in naive.rows
        ),
        "meetings.offered_again": sum(
            all(naive.side[m, s].outcome is not Outcome.NOT_NEEDED for s in (0, 1)) for m in naive.seconds
        ),
        "meetings.held_again": len(made_up),
        "meetings.no_slot": len(set(accepted) - set(scheduled) - met),
        "meetings.accepted_met_share": mean([i in met for i in accepted]),
        "meetings.wishes_met_share": mean([mean(list_) for list_ in wishes.values()]),
        "meetings.without_share": mean([who not in happy for who in {who for _, who in wishes}]),
        "meetings.unwanted": len(unwanted),
        "meetings.unwanted_share": ratio(len(unwanted), len(naive.held)),
        "meetings.affinity": mean([float(requests.affinity[naive.request(m)]) for m in requested]),
        "meetings.minutes": mean([(naive.side[m, 0].end - naive.begin[m]) / MINUTE for m in naive.held]),
        "meetings.delay_minutes": mean([(naive.begin[m] - int(plan.start[m])) / MINUTE for m in naive.held]),
        "meetings.wait_minutes": mean(waits),
        "meetings.table_share": ratio(at_table(naive.held), slots),
        "meetings.table_booked_share": ratio(at_table(naive.meetings), slots),
        "meetings.breaks": gaps,
        "meetings.break_minutes": idle,
    }
    for number, name in enumerate(expo.matchmaking):
        values[f"meetings.requested_in.{name}"] = sum(requests.programme[i] == number for i in every)
        values[f"meetings.accepted_in.{name}"] = sum(requests.programme[i] == number for i in accepted)
        values[f"meetings.scheduled_in.{name}"] = sum(naive.programme(m) == number for m in naive.meetings)
        values[f"meetings.held_in.{name}"] = sum(naive.programme(m) == number for m in naive.held)
    return values


def causes(naive: Naive) -> dict[str, float]:
    values = {}
    sides = [(naive.booked[m, s][0], naive.side[m, s]) for m in naive.meetings for s in naive.sides(m)]
    for name, kind in (("visitor", "party"), ("exhibitor", "booth")):
        own = [r for k, r in sides if k == kind]
        values[f"meetings.no_show_share.{name}"] = mean([r.outcome is Outcome.NO_SHOW for r in own])
        for kpi, outcome in (("late_share", Outcome.LATE), ("missed_share", Outcome.MISSED)):
            values[f"meetings.{kpi}.{name}"] = mean([r.outcome is outcome for r in own])
            for cause in CAUSES:
                values[f"meetings.{kpi}.{name}.{cause}"] = mean(
                    [r.outcome is outcome and r.cause.name.lower() == cause for r in own]
                )
    consoled = [(naive.standbys[s], int(naive.floor.meetings.keeps[s])) for s in naive.stepped_in]
    values["meetings.stood_up_share"] = mean(
        [naive.side[m, s].outcome is Outcome.STOOD_UP and (m, s) not in consoled
         for m in naive.meetings for s in naive.sides(m)]
    )  # fmt: skip
    return values


def breaks(naive: Naive) -> tuple[float, float]:
    plan, days = naive.floor.meetings, defaultdict(list)
    terms = naive.expo.terms.matchmaking
    for m in naive.meetings:
        buffer = 0 if naive.programme(m) == NONE else terms[naive.programme(m)].buffer
        for s in naive.sides(m):
            start = int(plan.start[m])
            slot = start, start + int(plan.duration[m]), buffer
            days[naive.who(m, s), start // DAY].append(slot)
    count = idle = 0.0
    for slots in days.values():
        slots.sort(key=lambda slot: slot[0])
        busy_until = slots[0][1]
        for (_, _, _), (start, end, buffer) in pairwise(slots):
            gap = start - busy_until - buffer
            if gap > 0:
                count, idle = count + 1, idle + gap
            busy_until = max(busy_until, end)
    return ratio(count, len(days)), ratio(idle / MINUTE, len(days))


def had(naive: Naive, request: int) -> bool:
    """Whether both who had agreed to meet were there."""
    m, r = int(naive.expo.requests.meeting[request]), naive.expo.requests
    if m not in naive.held:
        return False
    pairs = ((r.asker, r.asker_party), (r.asked, r.asked_party))
    ends = {(int(who[request]), int(party[request])) for who, party in pairs}
    there = {naive.who(m, s) for s in naive.there[m]}
    return {("booth", o) if p == NONE else ("party", p) for o, p in ends} <= there or len(naive.sides(m)) == 2


def asker(naive: Naive, request: int) -> tuple[str, int]:
    party = int(naive.expo.requests.asker_party[request])
    return ("booth", int(naive.expo.requests.asker[request])) if party == NONE else ("party", party)


def is_unwanted(naive: Naive, meeting: int) -> bool:
    requests, request = naive.expo.requests, naive.request(meeting)
    if request == NONE:
        return False
    own = [
        float(a) for a, p in zip(requests.affinity, requests.programme, strict=True)
        if p == requests.programme[request]
    ]  # fmt: skip
    return float(requests.affinity[request]) < quantile(own, 0.25)
