"""The KPIs of booths, conversations and staff once more, with loops; see `naive.py`."""

from __future__ import annotations

from sim.floor.arrays import MINUTE
from sim.floor.trace import Cause, Kind, Outcome
from tests.statistics.naive import Naive, gini, mean, overlap, quantile, ratio


def booth_kpis(naive: Naive) -> dict[str, float]:
    """All of them."""
    return booths(naive) | conversations(naive) | staff(naive)


def booths(naive: Naive) -> dict[str, float]:
    talks = naive.of(Kind.TALK)
    served = [r for r in talks if r.done]

    def share(outcome: Outcome) -> float:
        return mean([r.outcome is outcome for r in talks])

    return {
        "booths.asked": len(talks),
        "booths.lost_share": mean([not r.done for r in talks]),
        "booths.lost_for_good_share": mean(
            [
                not any(r.done for r in talks if (r.actor, r.place) == pair)
                for pair in {(r.actor, r.place) for r in talks}
            ]
        ),
        "booths.wait_minutes": mean([r.wait / MINUTE for r in served]),
        "booths.waited_minutes": mean([r.wait / MINUTE for r in served if r.wait]),
        "booths.wait_p90_minutes": quantile([r.wait / MINUTE for r in served], 0.9),
        "booths.queue_minutes": mean([r.wait / MINUTE for r in talks]),
        "booths.waited_share": mean([r.wait > 0 for r in talks]),
        "booths.balk_share": share(Outcome.BALKED),
        "booths.renege_share": share(Outcome.RENEGED),
        "booths.left_for_booking_share": share(Outcome.LEFT_FOR_BOOKING),
        "booths.closed_share": share(Outcome.CLOSED),
        "booths.found_closed": sum(r.outcome is Outcome.CLOSED for r in naive.of(Kind.LOOK)),
        "booths.hall_closed": sum(r.cause is Cause.CLOSED for r in naive.of(Kind.LOOK)),
    }


def conversations(naive: Naive) -> dict[str, float]:
    served = [r for r in naive.of(Kind.TALK) if r.done]
    lengths = [(r.end - r.start - r.wait) / MINUTE for r in served]
    a_visit = [sum(r.actor == p for r in served) for p in naive.people]
    a_booth = [sum(r.place == i for r in served) for i in range(naive.exhibitors)]
    return {
        "conversations.count": len(served),
        "conversations.minutes": mean(lengths),
        "conversations.minutes_median": quantile(lengths, 0.5),
        "conversations.minutes_p90": quantile(lengths, 0.9),
        "conversations.useful_share": mean([m * MINUTE >= naive.useful_ms for m in lengths]),
        "conversations.a_visit": mean(a_visit),
        "conversations.a_visit_median": quantile(a_visit, 0.5),
        "conversations.a_visit_p10": quantile(a_visit, 0.1),
        "conversations.a_visit_gini": gini(a_visit),
        "conversations.a_visit_none_share": mean([c == 0 for c in a_visit]),
        "conversations.an_exhibitor": mean(a_booth),
        "conversations.an_exhibitor_median": quantile(a_booth, 0.5),
        "conversations.an_exhibitor_p10": quantile(a_booth, 0.1),
        "conversations.an_exhibitor_gini": gini(a_booth),
        "conversations.an_exhibitor_none_share": mean([c == 0 for c in a_booth]),
        "conversations.a_square_metre": len(served) / float(sum(naive.expo.exhibitors.area_m2)),
        "conversations.a_staff_hour": ratio(len(served), naive.duty_hours()),
    }


def staff(naive: Naive) -> dict[str, float]:
    def on_duty(actor: int, begin: int, end: int) -> int:
        return sum(overlap(begin, end, a, b) for a, b in naive.shifts(actor - naive.n))

    busy = sum(on_duty(r.other, r.start + r.wait, r.end) for r in naive.of(Kind.TALK) if r.done)
    away = sum(on_duty(r.actor, r.start, r.end) for r in naive.of(Kind.DELEGATE))
    duty = naive.duty_hours()
    return {
        "staff.hours": duty,
        "staff.busy_share": ratio(busy / (60 * MINUTE), duty),
        "staff.away_share": ratio(away / (60 * MINUTE), duty),
    }
