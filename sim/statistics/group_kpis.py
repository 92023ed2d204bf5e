"""Which KPIs make sense of which groups, which of them add up, and which are shown and judged."""

from __future__ import annotations

from typing import Final

from sim.statistics.kpis import KPIS

__all__ = ["ADDS_UP", "FIRST", "KPIS_OF", "WORSE"]

_BOOTHS: Final = (
    "booths.asked",
    "booths.lost_share",
    "booths.wait_minutes",
    "booths.wait_p90_minutes",
    "booths.queue_minutes",
    "booths.waited_share",
    "booths.balk_share",
    "booths.renege_share",
    "booths.left_for_booking_share",
    "booths.closed_share",
    "booths.found_closed",
    "booths.hall_closed",
    "conversations.count",
    "conversations.minutes",
    "conversations.minutes_median",
    "conversations.minutes_p90",
    "conversations.useful_share",
)
_A_VISIT: Final = tuple(
    f"conversations.a_visit{end}" for end in ("", "_median", "_p10", "_gini", "_none_share")
)
_AN_EXHIBITOR: Final = (
    *(f"conversations.an_exhibitor{end}" for end in ("", "_median", "_p10", "_gini", "_none_share")),
    "conversations.a_square_metre",
    "conversations.a_staff_hour",
    "staff.hours",
    "staff.busy_share",
    "staff.away_share",
    *(f"contacts.useful_an_exhibitor{end}" for end in ("", "_median", "_p10", "_gini")),
    "contacts.left_out",
    "meetings.fewest",
)
_CONTACTS: Final = (
    "contacts.useful",
    "contacts.interactions",
    "contacts.exchange",
    "contacts.pairs",
    "contacts.only_programme",
    "contacts.cross_border_share",
    "contacts.cross_chain_share",
)
_PARTNERS: Final = (
    "contacts.partners_a_day",
    "contacts.partners_a_day_1min",
    "contacts.partners_a_day_5min",
    "contacts.partners_cv",
    "contacts.partners_gini",
    "contacts.time_gini",
)
_VISITS: Final = (
    "visits.people",
    "visits.peak_people",
    "visits.stay_minutes",
    "visits.stops",
    "visits.talk_share",
    "gate.wait_minutes",
    "gate.wait_p95_minutes",
    "gate.not_admitted",
    "halls.waited",
    "halls.wait_minutes",
    "halls.gave_up",
    "catering.meals",
    "catering.wait_minutes",
    "catering.lost_share",
)
_SESSIONS: Final = (
    "sessions.audience",
    "sessions.turned_away",
    "sessions.full_share",
    "sessions.too_late_share",
)
_REGISTERED: Final = ("sessions.no_show_share", "sessions.missed_share")
_MEETINGS: Final = (
    "meetings.scheduled",
    "meetings.held",
    "meetings.kept_share",
    "meetings.joined",
    "meetings.held_without",
    "meetings.standby_held",
    "meetings.offered_again",
    "meetings.held_again",
    "meetings.affinity",
    "meetings.minutes",
    "meetings.delay_minutes",
    "meetings.wait_minutes",
    "meetings.breaks",
    "meetings.break_minutes",
    "meetings.no_show_share",
    "meetings.late_share",
    "meetings.missed_share",
    "meetings.stood_up_share",
)
_TABLES: Final = ("meetings.table_share", "meetings.table_booked_share")
_REQUESTS: Final = (
    "meetings.requested",
    "meetings.accepted",
    "meetings.no_slot",
    "meetings.accepted_met_share",
)
_ENCOUNTERS: Final = (
    "encounters.count",
    "encounters.at",
    "encounters.minutes",
    "encounters.coffee_share",
    "encounters.pairs",
    "encounters.new_pairs",
)
_CUT_ON_A_DAY: Final = (  # each noted with its day
    "programme.cancelled",
    "programme.table_slots_cut",
    "programme.registrations_cut",
    "programme.hosts_off_duty",
)
_CUT_OF_A_PERSONA: Final = ("programme.visits_cut", "programme.tours_cut", "programme.meals_cut")
_PROMISES: Final = (
    "promises.kept_share",
    "promises.sponsors_share",
    "promises.worst_share",
    "promises.missing",
)
_OF_EXHIBITORS: Final = (*_BOOTHS, *_AN_EXHIBITOR, *_CONTACTS, *_MEETINGS, *_REQUESTS)
_SUMS_OF_HALLS: Final = (
    "halls.waited",
    "halls.gave_up",
    "catering.meals",
    "booths.asked",
    "booths.found_closed",
    "booths.hall_closed",
    "conversations.count",
    "staff.hours",
    "sessions.audience",
    "sessions.turned_away",
    "meetings.scheduled",
    "meetings.held",
    "contacts.interactions",
    "contacts.exchange",
)
_SUMS_OF_EXHIBITORS: Final = ("booths.asked", "conversations.count", "staff.hours", "contacts.left_out")


def _in_order(*kpis: str) -> tuple[str, ...]:
    return tuple(each for each in KPIS if each in kpis)


KPIS_OF: Final = {
    "day": _in_order(
        *("visits.people_per_100_sqft", "visits.wasted_minutes", "halls.peak_people", "halls.peak_share"),
        *("sessions.activities", "sessions.people_an_activity", "sessions.seats_filled_share"),
        *(*_VISITS, *_BOOTHS, *_A_VISIT, *_AN_EXHIBITOR, *_CONTACTS, *_PARTNERS, *_MEETINGS, *_TABLES),
        *(*_SESSIONS, *_REGISTERED, "sessions.hosts_missing_share", "meetings.walk_m"),
        *(*_ENCOUNTERS, "encounters.a_visit", *_CUT_ON_A_DAY),
    ),
    "hall": _in_order(
        *("halls.waited", "halls.wait_minutes", "halls.gave_up", "sessions.seats_filled_share"),
        *("catering.meals", "catering.wait_minutes", "catering.lost_share", "visits.talk_share"),
        *(*_BOOTHS, *_AN_EXHIBITOR, *_CONTACTS, *_MEETINGS, *_SESSIONS, *_REGISTERED, *_ENCOUNTERS),
    ),
    "chain": _in_order(*_OF_EXHIBITORS),
    "sponsor": _in_order(*_OF_EXHIBITORS, *_PROMISES),
    "persona": _in_order(
        *(*_VISITS, *_BOOTHS, *_A_VISIT, *_CONTACTS, *_PARTNERS, *_MEETINGS, *_REQUESTS),
        *(*_SESSIONS, *_REGISTERED, *_ENCOUNTERS, "encounters.a_visit", *_CUT_OF_A_PERSONA),
    ),
}
"""The KPIs that make sense of the groups of a division, by its name, in the order in which KPIs are shown."""

FIRST: Final = (
    "visits.people",
    "visits.peak_people",
    "gate.wait_minutes",
    "contacts.useful",
    "contacts.useful_an_exhibitor_median",
    "contacts.left_out",
    "meetings.scheduled",
    "meetings.held",
    "promises.kept_share",
    "booths.asked",
    "booths.lost_share",
    "booths.wait_minutes",
    "staff.busy_share",
    "sessions.turned_away",
    "catering.lost_share",
)
"""The KPIs that are shown of groups at first, as far as the division has them."""

WORSE: Final = {
    "contacts.useful": -1,
    "contacts.useful_an_exhibitor_median": -1,
    "meetings.held": -1,
    "promises.kept_share": -1,
    "contacts.left_out": 1,
    "gate.wait_minutes": 1,
    "booths.lost_share": 1,
    "booths.wait_minutes": 1,
    "sessions.turned_away": 1,
    "catering.lost_share": 1,
}
"""KPIs of which it is said which group is worst: where it is greatest (1) or least (-1)."""

ADDS_UP: Final = {
    "day": (
        *_SUMS_OF_HALLS,
        "visits.people",
        "gate.not_admitted",
        "sessions.activities",
        "meetings.standby_held",
        "meetings.held_again",
        "encounters.count",
        "encounters.at.lounge",
        "encounters.at.queue",
        *_CUT_ON_A_DAY,
    ),
    "hall": _SUMS_OF_HALLS,
    "persona": (
        "visits.people",
        "gate.not_admitted",
        "halls.waited",
        "catering.meals",
        "booths.asked",
        "conversations.count",
        "sessions.audience",
        "sessions.turned_away",
        *_CUT_OF_A_PERSONA,
    ),
    "chain": _SUMS_OF_EXHIBITORS,
    "sponsor": _SUMS_OF_EXHIBITORS,
}
"""KPIs whose groups sum to the whole; a pair may meet on two days, a meeting has sides of two personas."""
