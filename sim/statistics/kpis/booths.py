"""KPIs of booths, conversations and staff."""

from __future__ import annotations

import numpy as np

from sim.floor.arrays import MINUTE
from sim.floor.trace import Kind, Outcome
from sim.sorting import order_of
from sim.statistics.kpis.registry import kpi
from sim.statistics.ledger import Integers, Ledger
from sim.statistics.measures import Numbers, gini, mean, quantile, share

__all__: list[str] = []


@kpi("booths.asked", "Asked to talk", unit="parties", how="sum")
def asked(ledger: Ledger) -> float:
    """Times that a party asked for a conversation at a booth, whether it had one or not."""
    return len(ledger.talks)


@kpi("booths.lost_share", "Asked to talk and did not", unit="share", how="share of parties that asked")
def lost_share(ledger: Ledger) -> float:
    """Parties that asked for a conversation and had none, for whatever reason."""
    return share(len(ledger.talks) - len(ledger.conversations), len(ledger.talks))


@kpi(
    "booths.lost_for_good_share",
    "Asked to talk and never did that day",
    unit="share",
    how="share of parties and booths",
)
def lost_for_good_share(ledger: Ledger) -> float:
    """Of the booths that a party asked at on a day, those at which it had no conversation that day.

    Other than `booths.lost_share` it counts who came back and was served as served.
    """
    talks = ledger.talks
    pair = talks.actor.astype(np.int64) * len(ledger.floor.places.kind) + talks.place
    order = order_of(pair)
    first = np.flatnonzero(np.diff(pair[order], prepend=-1))
    talked = (talks.outcome == Outcome.DONE)[order]
    served = np.logical_or.reduceat(talked, first).sum() if len(first) else 0
    return 1 - share(served, len(first))


@kpi("booths.wait_minutes", "Wait before a conversation, over all", unit="min", how="mean over conversations")
def wait_minutes(ledger: Ledger) -> float:
    """Time in the booth's queue before a conversation, 0 for those who were served at once.

    `booths.waited_minutes` is the wait of those who had to queue.
    """
    return mean(ledger.conversations.wait) / MINUTE


@kpi(
    "booths.waited_minutes",
    "Wait of those who had to queue",
    unit="min",
    how="mean over conversations after a wait",
)
def waited_minutes(ledger: Ledger) -> float:
    """Time in the booth's queue before a conversation, of those who were not served at once.

    Nan if nobody waited. `booths.wait_minutes` is the mean over all, those who did not wait included.
    """
    wait = ledger.conversations.wait
    return mean(wait[wait > 0]) / MINUTE


@kpi(
    "booths.wait_p90_minutes",
    "Wait that one in ten exceeds (90th percentile)",
    unit="min",
    how="quantile over conversations",
)
def wait_p90_minutes(ledger: Ledger) -> float:
    """Time in the booth's queue that one in ten of those who had a conversation exceeds."""
    return quantile(ledger.conversations.wait, 0.9) / MINUTE


@kpi(
    "booths.queue_minutes",
    "Time in the queue of all who asked",
    unit="min",
    how="mean over parties that asked",
)
def queue_minutes(ledger: Ledger) -> float:
    """Time in the booth's queue of all parties that asked, served or not."""
    return mean(ledger.talks.wait) / MINUTE


@kpi("booths.waited_share", "Had to queue", unit="share", how="share of parties that asked")
def waited_share(ledger: Ledger) -> float:
    """Parties that spent some time in the booth's queue, served or not."""
    return share((ledger.talks.wait > 0).sum(), len(ledger.talks))


@kpi("booths.balk_share", "Would not queue (balked)", unit="share", how="share of parties that asked")
def balk_share(ledger: Ledger) -> float:
    """Parties that did not queue: no patience, or too long a queue."""
    return _share_with(ledger, Outcome.BALKED)


@kpi("booths.renege_share", "Gave up waiting (reneged)", unit="share", how="share of parties that asked")
def renege_share(ledger: Ledger) -> float:
    """Parties whose patience ended in the queue."""
    return _share_with(ledger, Outcome.RENEGED)


@kpi(
    "booths.left_for_booking_share",
    "Left for a booking or to go home",
    unit="share",
    how="share of parties that asked",
)
def left_for_booking_share(ledger: Ledger) -> float:
    """Parties that left the queue because a booking or the planned departure fell due."""
    return _share_with(ledger, Outcome.LEFT_FOR_BOOKING)


@kpi("booths.closed_share", "Booth closed before their turn", unit="share", how="share of parties that asked")
def closed_share(ledger: Ledger) -> float:
    """Parties that asked at a booth that was closed by then or closed while they queued."""
    return _share_with(ledger, Outcome.CLOSED)


@kpi("booths.found_closed", "Stops at a closed booth", unit="parties", how="sum")
def found_closed(ledger: Ledger) -> float:
    """Times that a party came to look at a booth and found it closed."""
    return len(ledger.looks(Outcome.CLOSED))


@kpi("booths.hall_closed", "Stops given up because the hall was closed", unit="stops", how="sum")
def hall_closed(ledger: Ledger) -> float:
    """Stops that parties passed over: they had found the hall closed, or knew it to be by the plan.

    Each had the time for it when it passed it over, not always for all of them together: a hall closed for
    three of the eight hours of `quickstart` loses three stops for each four that are counted.
    """
    return len(ledger.looks(Outcome.MISSED))


def _share_with(ledger: Ledger, outcome: Outcome) -> float:
    return share((ledger.talks.outcome == outcome).sum(), len(ledger.talks))


@kpi("conversations.count", "Conversations", unit="conversations", how="sum")
def conversations(ledger: Ledger) -> float:
    """Conversations of a party with a member of a booth's staff."""
    return len(ledger.conversations)


@kpi(
    "conversations.minutes",
    "Length of a conversation",
    unit="min",
    how="mean over conversations",
    basis="fitted",
)
def length(ledger: Ledger) -> float:
    """Time from its beginning to its end, the queue not counted."""
    return mean(ledger.conversations.served) / MINUTE


@kpi(
    "conversations.minutes_median",
    "Length of a conversation, the middle one (median)",
    unit="min",
    how="quantile over conversations",
    basis="fitted",
)
def length_median(ledger: Ledger) -> float:
    """The length that half of the conversations exceed."""
    return quantile(ledger.conversations.served, 0.5) / MINUTE


@kpi(
    "conversations.minutes_p90",
    "Length that one in ten exceeds (90th percentile)",
    unit="min",
    how="quantile over conversations",
    basis="fitted",
)
def length_p90(ledger: Ledger) -> float:
    """The length that one in ten of the conversations exceeds."""
    return quantile(ledger.conversations.served, 0.9) / MINUTE


@kpi(
    "conversations.useful_share",
    "Conversations long enough to be useful",
    unit="share",
    how="share of conversations",
    basis="fitted",
)
def useful_share(ledger: Ledger) -> float:
    """Conversations of at least `behaviour.useful_minutes`."""
    useful = ledger.conversations.served >= ledger.expo.terms.useful
    return share(useful.sum(), len(ledger.conversations))


def _a_visit(ledger: Ledger) -> Numbers:
    return ledger.a_person(ledger.a_party_day(ledger.conversations.actor))


@kpi("conversations.a_visit", "Conversations a visit", unit="conversations", how="mean over visits")
def a_visit(ledger: Ledger) -> float:
    """Conversations that a person's party had on a day."""
    return mean(_a_visit(ledger))


@kpi(
    "conversations.a_visit_median",
    "Conversations a visit, the middle one (median)",
    unit="conversations",
    how="quantile over visits",
)
def a_visit_median(ledger: Ledger) -> float:
    """Conversations that half of the visits exceed."""
    return quantile(_a_visit(ledger), 0.5)


@kpi(
    "conversations.a_visit_p10",
    "Conversations that nine in ten visits reach (10th percentile)",
    unit="conversations",
    how="quantile over visits",
)
def a_visit_p10(ledger: Ledger) -> float:
    """Conversations that nine in ten visits reach."""
    return quantile(_a_visit(ledger), 0.1)


@kpi(
    "conversations.a_visit_gini",
    "Conversations a visit, inequality (Gini)",
    unit="1",
    how="Gini over visits",
    high=1,
)
def a_visit_gini(ledger: Ledger) -> float:
    """How unequally conversations are spread over visits: 0, all alike."""
    return gini(_a_visit(ledger))


@kpi("conversations.a_visit_none_share", "Visits without a conversation", unit="share", how="share of visits")
def a_visit_none_share(ledger: Ledger) -> float:
    """Visits of people who had no conversation on the day."""
    return mean(_a_visit(ledger) == 0)


def _an_exhibitor(ledger: Ledger) -> Integers:
    return np.bincount(ledger.conversations.place, minlength=ledger.n_exhibitors)[ledger.exhibitors]


@kpi(
    "conversations.an_exhibitor",
    "Conversations an exhibitor",
    unit="conversations",
    how="mean over exhibitors",
)
def an_exhibitor(ledger: Ledger) -> float:
    """Conversations at an exhibitor's booth over the whole expo."""
    return mean(_an_exhibitor(ledger))


@kpi(
    "conversations.an_exhibitor_median",
    "Conversations an exhibitor, the middle one (median)",
    unit="conversations",
    how="quantile over exhibitors",
)
def an_exhibitor_median(ledger: Ledger) -> float:
    """Conversations that half of the exhibitors exceed."""
    return quantile(_an_exhibitor(ledger), 0.5)


@kpi(
    "conversations.an_exhibitor_p10",
    "Conversations that nine in ten exhibitors reach (10th percentile)",
    unit="conversations",
    how="quantile over exhibitors",
)
def an_exhibitor_p10(ledger: Ledger) -> float:
    """Conversations that nine in ten exhibitors reach."""
    return quantile(_an_exhibitor(ledger), 0.1)


@kpi(
    "conversations.an_exhibitor_gini",
    "Conversations an exhibitor, inequality (Gini)",
    unit="1",
    how="Gini over exhibitors",
    high=1,
)
def an_exhibitor_gini(ledger: Ledger) -> float:
    """How unequally conversations are spread over exhibitors: 0, all alike."""
    return gini(_an_exhibitor(ledger))


@kpi(
    "conversations.an_exhibitor_none_share",
    "Exhibitors without a conversation",
    unit="share",
    how="share of exhibitors",
)
def an_exhibitor_none_share(ledger: Ledger) -> float:
    """Exhibitors at whose booth there was no conversation at all."""
    return mean(_an_exhibitor(ledger) == 0)


@kpi("conversations.a_square_metre", "Conversations a square metre", unit="1/m²", how="ratio of sums")
def a_square_metre(ledger: Ledger) -> float:
    """Conversations at booths over the area of all booths, over the whole expo."""
    return share(len(ledger.conversations), ledger.expo.exhibitors.area_m2[ledger.exhibitors].sum())


@kpi("conversations.a_staff_hour", "Conversations a staff-hour", unit="1/h", how="ratio of sums")
def a_staff_hour(ledger: Ledger) -> float:
    """Conversations at booths over the hours that staff were on duty."""
    return share(len(ledger.conversations), ledger.duty.total.sum() / (60 * MINUTE))


@kpi("staff.hours", "Staff-hours on duty", unit="h", how="sum", basis="input")
def staff_hours(ledger: Ledger) -> float:
    """Hours of all members of staff on duty, lunch left out."""
    return float(ledger.duty.total.sum()) / (60 * MINUTE)


@kpi("staff.busy_share", "Staff in conversation", unit="share", how="share of time on duty")
def busy_share(ledger: Ledger) -> float:
    """Time on duty that members of staff spent in conversations at the booth.

    What a conversation runs on beyond the end of duty is not counted: the share cannot exceed 1.
    """
    return share(ledger.talked.sum(), ledger.duty.total.sum())


@kpi("staff.away_share", "Staff away as delegates", unit="share", how="share of time on duty")
def away_share(ledger: Ledger) -> float:
    """Time on duty that members of staff were away from the booth for meetings and sessions."""
    away = ledger.rows(Kind.DELEGATE)
    return share(ledger.on_duty(away.actor, away.start, away.end).sum(), ledger.duty.total.sum())
