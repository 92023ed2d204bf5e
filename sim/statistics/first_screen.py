"""The first screen: the headline KPIs, in the order in which an organiser asks for them."""

from __future__ import annotations

from typing import Final

__all__ = ["FIRST_SCREEN", "HEADLINES", "TOLD"]

FIRST_SCREEN: Final[tuple[tuple[str, tuple[str, ...]], ...]] = (
    ("Visits and peak presence", ("visits.people", "visits.peak_people")),
    (
        "Useful contacts an exhibitor",
        ("contacts.useful_an_exhibitor_median", "contacts.useful_an_exhibitor_p10"),
    ),
    ("Left out", ("contacts.left_out",)),
    (
        "From request to meeting",
        ("meetings.requested", "meetings.accepted", "meetings.scheduled", "meetings.held"),
    ),
    ("Wishes", ("meetings.wishes_met_share", "meetings.unwanted")),
    ("Only through the programme", ("contacts.only_programme",)),
    (
        "At the booths",
        ("booths.lost_share", "booths.lost_for_good_share", "booths.wait_minutes", "booths.waited_minutes"),
    ),
    ("Promises kept", ("promises.kept_share", "promises.worst_share")),
    ("Tables", ("meetings.table_share", "meetings.table_gain", "meetings.gap")),
    ("Costs", ("costs.a_useful_contact",)),
)
"""A heading and the KPIs below it."""

HEADLINES: Final[tuple[str, ...]] = tuple(name for _, names in FIRST_SCREEN for name in names)
"""Their names in order."""

TOLD: Final = ("visits.people", "visits.peak_people", "contacts.left_out", "meetings.held")
"""Names of the KPIs that are told of a result in one line."""
