"""Every KPI, worked out by hand on one fair and by plain loops on random ones."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from sim import parts
from sim.statistics import HEADLINES, KPIS, THEMES, Result, describe, evaluate
from sim.statistics.kpis.registry import OWN, kpi
from tests.statistics.building import Booking, Call, Meeting, at, build, trace_of
from tests.statistics.chance import random_result
from tests.statistics.naive import Naive
from tests.statistics.naive_alliances import alliance_kpis, connectivity_kpis
from tests.statistics.naive_booths import booth_kpis
from tests.statistics.naive_contacts import contact_kpis
from tests.statistics.naive_encounters import encounter_kpis
from tests.statistics.naive_meetings import meeting_kpis
from tests.statistics.naive_network import network_kpis
from tests.statistics.naive_outcomes import outcome_kpis
from tests.statistics.naive_programmes import programme_kpis
from tests.statistics.naive_sessions import session_kpis
from tests.statistics.naive_visits import visit_kpis
from tests.statistics.tiny import BELA, P0, PLAN, TABLE_1, TABLE_2

NAIVE = (
    visit_kpis,
    booth_kpis,
    session_kpis,
    meeting_kpis,
    programme_kpis,
    contact_kpis,
    network_kpis,
    alliance_kpis,
    connectivity_kpis,
    outcome_kpis,
    encounter_kpis,
)


@pytest.mark.elsewhere
@settings(max_examples=80, deadline=None)
@given(seed=st.integers(0, 2**31))
@example(seed=85)  # has meetings of more than two, held and missed in every way
def test_every_kpi_equals_a_loop_over_rows(seed: int) -> None:
    result = random_result(seed)
    naive = Naive(result.expo, result.trace)
    expected = {name: value for theme in NAIVE for name, value in theme(naive).items()}
    assert result.row.keys() == expected.keys()
    for name, value in expected.items():
        assert result.row[name] == pytest.approx(value, rel=1e-9, abs=1e-12, nan_ok=True), name


def test_kpis_worked_out_apart_are_the_same_in_the_same_order() -> None:
    asked = []

    def apart(part: Callable[[int], Any], many: int) -> list[Any]:
        asked.append(many)
        return [part(number) for number in reversed(range(many))][::-1]

    expected = random_result(85)
    with parts.by(apart):
        found = random_result(85).row
    assert asked == [2]
    assert repr(found) == repr(expected.row)
    assert list(found) == list(expected.row)


# Of the fair in `tiny.py`, worked out by hand.
BY_HAND = {
    "visits.people": 1 + 2 + 5 + 1 + 1,
    "visits.peak_people": 8,  # all three parties of the first day, from 9:03 to 10:00
    "visits.people_per_100_sqft": (179 + 2 * 237 + 5 * 58 + 19 + 119) / (2 * 480) / 10,
    "visits.stay_minutes": (179 + 2 * 237 + 5 * 58 + 19 + 119) / 10,
    "visits.stops": (2 + 2 * 2 + 5 * 2 + 2 + 1) / 10,  # the press found one booth closed
    "visits.talk_share": 9 / 9,
    # 0 at the gate, 2 at Acme, 25 in the lounge, 5 at the session's door, 4 at the table; then
    # 1 + 1 + 2 + 13 (stood up) + 5 (lunch) for each of two; then 2
    "visits.wasted_minutes": (36 + 2 * 22 + 2) / 4,
    "visits.present_at.09": (59 + 2 * 57 + 5 * 58) / 120,
    "gate.wait_minutes": 2 * 1 / 10,
    "gate.not_admitted": 3,
    "gate.gave_up": 0,
    "halls.peak_people.north": 8,  # at 9:05 the second buyer comes in, the press leaves at 9:10
    "halls.peak_share.north": 0.8,
    "halls.waited": 1,
    "halls.wait_minutes": 2,
    "catering.lost_share": 1 / 3,
    "booths.lost_share": 3 / 9,
    "booths.lost_for_good_share": 3 / 9,  # nobody asked twice at one booth
    "booths.wait_minutes": 2 / 6,
    "booths.queue_minutes": (2 + 1 + 2) / 9,
    "booths.balk_share": 1 / 9,
    "booths.renege_share": 1 / 9,
    "booths.left_for_booking_share": 1 / 9,
    "booths.found_closed": 1,
    "booths.hall_closed": 0,
    "conversations.minutes": (6 + 3 + 13 + 6 + 2 + 9) / 6,
    "conversations.useful_share": 4 / 6,
    "conversations.a_visit": (2 + 2 + 5 + 1 + 1) / 10,
    "conversations.an_exhibitor_p10": 0.4,  # of 0, 2, 4
    "conversations.a_square_metre": 6 / 40,
    "conversations.a_staff_hour": 6 / 51,
    "staff.busy_share": 39 / (51 * 60),
    "staff.away_share": (70 + 25) / (51 * 60),
    "sessions.activities": 2,
    "sessions.audience": 3,
    "sessions.people_an_activity": (3 + 2) / 2,
    "sessions.seats_filled_share": 3 / 4,
    "sessions.full_share": 5 / 8,
    "meetings.requested": 4,
    "meetings.accepted": 3,
    "meetings.scheduled": 2,
    "meetings.held": 1,
    "meetings.fewest": 0,  # of three exhibitors one had one
    "meetings.no_slot": 1,
    "meetings.wishes_met_share": (1 / 2 + 0 + 0) / 3,
    "meetings.without_share": 2 / 3,
    "meetings.unwanted": 0,
    "meetings.affinity": 0.8,
    "meetings.minutes": 18,
    "meetings.delay_minutes": 2,
    "meetings.wait_minutes": (2 + 0 + 8) / 3,
    "meetings.table_share": 1 / 6,
    "meetings.late_share.exhibitor.conversation": 1 / 2,
    "meetings.late_share.visitor": 0,
    "meetings.no_show_share.exhibitor": 1 / 2,
    "meetings.stood_up_share": 1 / 4,
    "contacts.useful_an_exhibitor_median": 2,  # of Acme 4, Bela 2, Left <Out> 0
    "contacts.useful_an_exhibitor_p10": 0.4,
    "contacts.left_out": 1,
    "contacts.worst_in_pavilion.hungary": 2,
    "contacts.useful": 5,
    "contacts.interactions": 9,
    "contacts.exchange": 2,
    "contacts.pairs": 7,
    "contacts.only_programme": 2,  # the two buyers, and the first with Left <Out>
    "contacts.cross_border_share": 5 / 9,
    # the first buyer: of Acme, of Bela (twice), the second buyer, of Left <Out>
    "contacts.partners_a_day": (4 + 2 * 2 + 5 * 1 + 1 * 1 + 1 * 1) / 10,
    "contacts.remeeting_share": 1,  # of the pairs that were both there on the first day
    # Acme has Bela, both buyers and the press; Bela has the first buyer too; nobody has Left <Out>
    "network.organisations": 5,
    "network.ties_an_organisation": (4 + 2 + 0 + 2 + 1 + 1) / 6,
    "network.top_tenth_share": 4 / 6,
    "network.density": 5 / 15,
    "network.largest_share": 5 / 6,
    "network.among_exhibitors": 2 / 3,
    "network.closure": 0 / 2,  # the second buyer and the press have not met Bela
    # of the ten ends seven are of the first chain, and so of the first country
    "network.chain_assortativity": (2 / 5 - 0.49 - 0.09) / (1 - 0.49 - 0.09),
    "network.country_assortativity": (2 / 5 - 0.49 - 0.09) / (1 - 0.49 - 0.09),
    # the press is no firm; all have a fit of 0.5 with each other, and an affinity of 0.5
    "outcomes.chain_contacts_an_exhibitor": (3 + 2) / 3,
    "outcomes.key_contacts_an_exhibitor": (3 + 2) / 3,
    "network.cross_border_share": 3 / 5,
    "network.cross_chain_share": 3 / 5,
    "network.alliances": 0,  # of exhibitors only Acme and Bela have met
    "network.alliance_members": 0,
    "network.alliances_random": 0,
    "network.alliances_chance": 1,
    "network.alliances_mixed": 0,
    "network.alliances_mixed_chance": 1,
    # six twentieths without Acme, when Bela and a buyer are left together; then nobody is
    "network.robustness": (6 * 2 + 7 * 1 + 7 * 1) / 20 / 6,
    "network.connectivity": 100 * (5 / 6 * 3 / 5 * 3 / 5 * 26 / 120) ** (1 / 4),
}


def test_the_kpis_of_the_tiny_fair_are_those_worked_out_by_hand(tiny: Result) -> None:
    for name, value in BY_HAND.items():
        assert tiny.kpis[name] == pytest.approx(value), name


def test_some_kpis_by_name_are_the_same_as_among_all(tiny: Result) -> None:
    some = evaluate(tiny.ledger, ["meetings.held", "halls.peak_people.north", "halls.peak_share"])
    assert some == pytest.approx(
        {
            "meetings.held": 1,
            "halls.peak_people.north": 8,
            "halls.peak_share.north": 0.8,
            "halls.peak_share.south": math.nan,
        },
        nan_ok=True,
    )


@pytest.mark.parametrize("name", ["meetings.hold", "mine.of_my_own", "halls.peak"])
def test_a_ledger_has_no_other_kpis(tiny: Result, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setitem(OWN, "mine.of_my_own", KPIS["meetings.held"])  # of results, not of ledgers
    with pytest.raises(KeyError, match=f"no KPI '{name}'"):
        evaluate(tiny.ledger, [name])


def test_every_kpi_says_what_it_is() -> None:
    labels = [k.label for k in KPIS.values() if not k.name.startswith("meetings.unwanted")]
    assert len(set(labels)) == len(labels)
    for name, k in KPIS.items():
        assert re.fullmatch(r"[a-z]+\.[a-z0-9_]+", name), name
        assert k.theme in THEMES
        assert k.definition.endswith("."), name
        assert k.label, name
        assert k.unit, name
        assert k.aggregation, name
        assert k.basis in ("input", "fitted", "predicted")


def test_themes_come_one_after_the_other() -> None:
    themes = [k.theme for k in KPIS.values()]
    assert list(dict.fromkeys(themes)) == [theme for theme in THEMES if theme in themes]


def test_the_first_screen_is_of_kpis() -> None:
    assert all(describe(name).name == name for name in HEADLINES)
    assert len(set(HEADLINES)) == len(HEADLINES)


def test_a_member_of_a_family_is_described_with_its_own_label() -> None:
    k = describe("meetings.late_share.exhibitor.conversation")
    assert k.name == "meetings.late_share.exhibitor.conversation"
    assert k.label == "Late by side and cause: exhibitor, conversation"
    assert k.unit == "share"


def test_an_unknown_kpi_is_refused_with_the_near_miss() -> None:
    with pytest.raises(KeyError, match=r"no KPI 'meetings\.hold'; did you mean meetings\.held"):
        describe("meetings.hold")
    with pytest.raises(KeyError):
        describe("halls.peak_people")  # a family is not a KPI


def test_a_name_cannot_be_registered_twice() -> None:
    with pytest.raises(ValueError, match=r"visits\.people"):
        kpi("visits.people", "Visits", unit="visits", how="sum")(lambda ledger: 0.0)


def test_who_has_his_next_meeting_at_another_table_walks_there() -> None:
    meetings = (Meeting(TABLE_1, at(11)), Meeting(TABLE_2, at(12)), Meeting(TABLE_2, at(14)))
    bookings = tuple(Booking(P0, m.place, m.start, meeting=k, side=0) for k, m in enumerate(meetings))
    calls = tuple(Call(BELA, m.place, m.start, meeting=k, side=1) for k, m in enumerate(meetings))
    expo = build(replace(PLAN, meetings=meetings, bookings=bookings, calls=calls, requests=()))
    x = expo.floor.places.x.copy()
    x[TABLE_2] = 250  # dm
    expo = replace(expo, floor=replace(expo.floor, places=replace(expo.floor.places, x=x)))
    assert Result(expo, trace_of(())).kpis["meetings.walk_m"] == pytest.approx((25 + 0) / 2)


def test_every_kpi_stays_in_its_range(tiny: Result, quickstart: Result, hungary: Result) -> None:
    bounded = 0
    for result in (tiny, quickstart, hungary):
        for name, value in result.row.items():
            k = describe(name)
            assert math.isnan(value) or k.low <= value <= k.high, name
            bounded += math.isfinite(k.high)
    assert bounded > 100


def test_shares_are_at_most_one_and_counts_at_least_nought() -> None:
    assert (KPIS["booths.lost_share"].low, KPIS["booths.lost_share"].high) == (0, 1)
    assert (KPIS["meetings.held"].low, KPIS["meetings.held"].high) == (0, math.inf)
    assert KPIS["contacts.partners_gini"].high == 1
    assert KPIS["halls.peak_share"].high == math.inf  # of a limit
    assert describe("meetings.late_share.visitor.queue").high == 1
    assert KPIS["meetings.interpreter_worth"].low == -math.inf  # a policy may lose by one more
