"""The answer in sentences, and the headline KPIs with their intervals."""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING

from sim.report.isolating import isolated
from sim.report.page.parts import Card, Cards, Section, Text
from sim.statistics.text import beside, of_estimate, shown_unit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sim.statistics.text import Row
    from sim.studies.resultset import ResultSet

__all__ = ["answer", "card", "headlines"]


def answer(results: ResultSet) -> Section:
    """What came of it, in sentences; what is not defined here is not spoken of."""
    told = list(_sentences(results))
    return Section("answer", "The answer", "", [Text(told, listed=True)], short="In short")


def headlines(results: ResultSet) -> Section:
    """The first screen as cards."""
    groups = [(heading, list(map(card, rows))) for heading, rows in results.headlines]
    n = len(results)
    lead = (
        f"Means of {n:,} replications, each a fair of its own drawn by chance; ± is the 95 % interval."
        if n > 1
        else "Of one replication: how far chance moves these numbers is not known. More replications say it."
    )
    return Section(
        "numbers", "Headline numbers", lead, [Cards(groups, results.notes)], short="Headline numbers"
    )


def card(row: Row) -> Card:
    """A KPI as it is shown, as a card."""
    return Card(row.label, row.mean, beside(row.spread), row.unit, row.name, row.basis)


def _sentences(results: ResultSet) -> Iterator[str]:
    def has(*names: str) -> bool:
        return all(results.has(name) and isfinite(results.estimate(name).mean) for name in names)

    def said(name: str, *, unit: bool = True) -> str:
        from sim.statistics.kpis import describe

        e, of = results.estimate(name), describe(name).unit
        mean, spread = of_estimate(e, of)
        shown = shown_unit(of, results.scenario.data.costs.currency, e.mean) if unit else ""
        spread = "" if e.same or not isfinite(e.low) else beside(spread)
        return " ".join(filter(None, (mean, spread, shown)))

    if has("visits.people", "visits.peak_people"):
        yield (
            f"{said('visits.people', unit=False)} visits are made; at the fullest moment "
            f"{said('visits.peak_people', unit=False)} people are there at once."
        )
    if has("contacts.useful_an_exhibitor_median", "contacts.useful_an_exhibitor_p10"):
        yield (
            "Half of the exhibitors have at least "
            f"{said('contacts.useful_an_exhibitor_median', unit=False)} useful contacts; nine in ten have at "
            f"least {said('contacts.useful_an_exhibitor_p10', unit=False)}."
        )
    if has("contacts.left_out"):
        none = results.estimate("contacts.left_out")
        yield (
            "No exhibitor is left without a useful contact."
            if none.mean == 0
            else f"{said('contacts.left_out', unit=False)} exhibitors are left without a useful contact."
        )
    names = ("meetings.requested", "meetings.accepted", "meetings.scheduled", "meetings.held")
    if has(*names) and results.estimate(names[0]).mean:
        asked, accepted, scheduled, held = (said(name, unit=False) for name in names)
        yield f"{asked} meetings are requested, {accepted} accepted, {scheduled} scheduled and {held} held."
    if has("meetings.table_share"):
        e, gain = results.estimate("meetings.table_share"), "meetings.table_gain_meetings"
        more = ""
        if has(gain):
            brings = f"{said(gain)} more" if results.estimate(gain).mean else "no more meetings"
            more = f"; one more table brings {brings}"
        yield (
            f"Of all table-slots {said('meetings.table_share')} are used by a meeting: "
            f"{100 * (1 - e.mean):.0f} % are idle{more}."
        )
    if has("staff.busy_share"):
        seats = ""
        if has("sessions.seats_filled_share"):
            seats = f"; {said('sessions.seats_filled_share')} of the seats at sessions are taken"
        yield f"Staff at booths are in conversation for {said('staff.busy_share')} of their time{seats}."
    if has("booths.lost_share"):
        yield f"Of the parties that want to talk at a booth, {said('booths.lost_share')} leave without."
    if has("promises.kept_share"):
        worst = (
            f"; the worst-served sponsor has {said('promises.worst_share')}"
            if has("promises.worst_share")
            else ""
        )
        yield f"Of the meetings promised to sponsors, {said('promises.kept_share')} are held{worst}."
    yield from _worst(results)


def _worst(results: ResultSet) -> Iterator[str]:
    """The places that hurt most, by name."""
    if not results.tallies:
        return
    hurts = results.where_it_hurts
    if hurts.booths:
        sore = hurts.booths[0]
        yield f"The longest queues are at {isolated(sore.name)}: {sore.badly} parties wait there."
    if hurts.halls:
        sore = hurts.halls[0]
        yield f"The fullest hall is {isolated(sore.name)}, with {sore.badly} people at its fullest."
