"""Whatever a scenario asks for is in the expo, or a row says how much of it is not, and why."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest

import sim
from sim.expo import Expo
from sim.expo.expo import SESSION_KINDS
from sim.expo.shortfalls import THINGS, WHYS, Noted
from sim.expo.venue.hours import DAY
from sim.floor.arrays import MINUTE, NEVER, NONE
from tests.expo.fair import TOML, Table, built, fair

CLOSED = Table({"kind": "hall_closed", "hall": "east", "day": 1, "from": dt.time(12), "to": dt.time(17)})


class Row(NamedTuple):
    path: str
    what: str
    asked: int
    done: int
    why: str


def of(expo: Expo, thing: str) -> list[Row]:
    """The rows of a thing."""
    short, whys = expo.shortfalls, list(WHYS)
    return [
        Row(short.path[i], short.what[i], int(short.asked[i]), int(short.done[i]), whys[short.why[i]])
        for i in range(len(short))
        if list(THINGS)[short.thing[i]] == thing
    ]


def registered(expo: Expo) -> Counter[str]:
    """People registered for each session, by title; tours left out."""
    size = expo.floor.party_days.size
    b = expo.floor.bookings
    row = np.repeat(np.arange(len(size)), np.diff(expo.floor.party_days.booking_index))
    found: Counter[str] = Counter()
    for i in np.flatnonzero((b.registered == 1) & (b.session != NONE)).tolist():
        if SESSION_KINDS[expo.programme.kind[b.session[i]]] != "tour":
            found[expo.programme.title[b.session[i]]] += int(size[row[i]])
    return found


def test_rows_are_of_what_is_not_done_and_of_nothing_else() -> None:
    noted = Noted()
    noted.note("a", "all", "requests", 5, 5, "quota")
    noted.note("a", "more than all", "requests", 5, 6, "quota")
    noted.note("a", "in time", "starts", 600, 600, "doors")
    assert not len(noted.shortfalls())
    assert noted.shortfalls().lines() == []
    noted.note("a.b", "some", "requests", 5, 3, "quota", 1)
    noted.note("a.b", "others", "requests", 4, 3, "quota", 0)
    noted.note("ab", "late", "starts", 600, 605, "doors", 0)
    noted.note("ab", "later", "starts", 600, 607, "doors", 1)
    noted.note("ab", "late", "starts", 600, 601, "doors", 2)
    short = noted.shortfalls()
    assert short.what == ("some", "others", "late", "later", "late")
    assert short.day.tolist() == [1, 0, 0, 1, 2]
    assert (short.short("requests"), short.short("requests", "a"), short.short("requests", "ab")) == (3, 3, 0)
    assert (short.short("starts"), short.short("starts", "a")) == (7, 0)  # the worst day's, no sum of days
    assert short.lines() == [
        "ab: 7 minutes later than said at most: the doors are not open earlier",
        "a.b: 3 requests not made: everybody has sent most_requests_each",
    ]


def test_an_activity_is_held_or_cancelled_with_the_reason() -> None:
    whole, cut = built(), built(shocks__alarm=CLOSED)
    assert not of(whole, "activities")
    lost = of(cut, "activities")
    sessions = {row.what for row in lost if row.path.startswith("programme.")}
    assert sessions == {title for title in whole.programme.title if title not in cut.programme.title}
    assert len(sessions) > 1
    assert {(row.path.startswith("programme.debuts"), *row[2:]) for row in lost} <= {
        (False, 1, 0, "hall_closed"),
        (True, 1, 0, "booth_closed"),  # a booth of that hall
    }


def test_a_debut_at_a_booth_that_stays_away_is_cancelled_and_a_seminar_without_its_host_is_told() -> None:
    away = Table(kind="country_absent", country="HU", day=1)
    change = {"programme__debuts__host_pavilion": "hungary", "programme__seminars__host_pavilion": "hungary"}
    expo = built(shocks__gone=away, **change)
    lost = of(expo, "activities")
    assert {row.path for row in lost} == {"programme.debuts"}
    assert [row[2:] for row in lost] == [(1, 0, "booth_closed")] * 2  # of the first day
    first = {
        title
        for title, rule, start in zip(
            expo.programme.title, expo.programme.rule, expo.floor.sessions.start, strict=True
        )
        if rule == "seminars" and start < DAY
    }
    hosts = of(expo, "hosts")
    assert {row.what.partition(" at ")[2] for row in hosts} == first
    assert {row[2:] for row in hosts} == {(1, 0, "off_duty")}


def test_table_slots_are_there_or_left_out() -> None:
    whole, cut = (
        int((p.window_slots * p.window_tables).sum())
        for p in (built().programme, built(shocks__alarm=CLOSED).programme)
    )
    rows = of(built(shocks__alarm=CLOSED), "slots")
    assert whole - cut == sum(row.asked - row.done for row in rows) > 0
    assert {row.why for row in rows} == {"hall_closed"}


def test_people_are_registered_or_missing() -> None:
    expo = built(programme__seminars__registered=150, programme__seminars__show_probability=0.2)
    rows, there = of(expo, "registrations"), registered(expo)
    assert len(rows) > 1
    for row in rows:
        assert there[row.what] == row.done < row.asked
        assert row.why == "nobody_free"


@pytest.mark.parametrize("spread", [0.0, 0.25])
def test_registrations_differ_by_as_much_as_is_said(spread: float) -> None:
    expo = built(programme__seminars__registered=20, programme__seminars__registered_spread=spread)
    wanted = {title: n for title, n in registered(expo).items() if title.startswith("seminars")}
    wanted |= {row.what: row.asked for row in of(expo, "registrations") if row.what in wanted}
    assert all(20 * (1 - spread) <= n <= 20 * (1 + spread) for n in wanted.values())
    assert (len(set(wanted.values())) > 1) == (spread > 0)


def test_requests_are_sent_or_cut() -> None:
    changes: tuple[tuple[dict[str, object], str], ...] = (
        ({"matchmaking__general__requests": 500_000}, "every_pair"),
        ({"matchmaking__general__requests": 5_000, "matchmaking__general__most_requests_each": 2}, "quota"),
    )
    for change, why in changes:
        expo = built(**change, matchmaking__general__policy="none")
        sent, rows = int((expo.requests.programme == 0).sum()), of(expo, "requests")
        assert sent + sum(row.asked - row.done for row in rows) == change["matchmaking__general__requests"]
        assert {(row.path, row.why) for row in rows} == {("matchmaking.general.requests", why)}
        assert expo.shortfalls.short("requests", "matchmaking.hungary") == 0
    nobody = built(matchmaking__general__guests=("public",), visitors__public__matchmaking_share=1e-9)
    assert [row[1:] for row in of(nobody, "requests")] == [
        ("by exhibitors", 90, 0, "nobody"),
        ("by visitors", 210, 0, "nobody"),
    ]


def test_tours_are_made_or_cut() -> None:
    for stops in (4, 45):  # of ten minutes each, and the way: more than a day holds
        expo = built(visitors__delegation__tour_stops=stops)
        parties = len(
            np.unique(expo.floor.party_days.party[expo.parties.persona == expo.personas.index("delegation")])
        )
        made = sum(title.startswith("Tour of") for title in expo.programme.title) / stops
        rows = of(expo, "tours")
        cut = sum(row.asked for row in rows)
        assert all(row.done == 0 and row.why in ("few_booths", "no_time") for row in rows)
        assert 0.6 * parties < made + cut < parties  # tour_share is 0.8
        assert (made == 0) == (stops == 45)


def test_meals_are_booked_or_cut() -> None:
    whole, without = built(), built(venue__catering=Table())
    booked = int((whole.floor.bookings.meal > 0).sum())
    assert {row.why for row in of(whole, "meals")} == {"no_time"}
    assert {row.why for row in of(without, "meals")} == {"no_catering"}
    wanted = booked + sum(row.asked - row.done for row in of(whole, "meals"))
    assert sum(row.asked for row in of(without, "meals")) == wanted > 0


def test_promises_least_meetings_and_names_that_fail_are_told() -> None:
    expo = built(
        exhibitors__sponsors=Table(gold=3),
        matchmaking__general__promises=Table(gold=9),
        matchmaking__general__least_meetings_each=3,
        matchmaking__general__tables=1,
        matchmaking__hungary__requests=900,
        matchmaking__hungary__tables=20,
    )
    requests, name = expo.requests, expo.organisations.name
    on = (requests.meeting != NONE) & (requests.programme == 0)
    scheduled = Counter(np.concatenate((requests.asker[on], requests.asked[on])).tolist())
    promises = of(expo, "promises")
    assert promises
    yes = (requests.accepted == 1) & (requests.programme == 0)
    agreed = Counter(np.concatenate((requests.asker[yes], requests.asked[yes])).tolist())
    for row in promises:  # what was not accepted is one thing, what of the rest found no slot another
        who = name.index(row.what)
        open_to = min(9, agreed[who])
        steps = {"few_accepted": (9, open_to), "no_slot": (open_to, scheduled[who])}
        assert (row.asked, row.done) == steps[row.why]
    assert {row.why for row in promises} == {"few_accepted", "no_slot"}
    for company in {row.what for row in promises}:
        missing = sum(row.asked - row.done for row in promises if row.what == company)
        assert missing == 9 - scheduled[name.index(company)]
    least = of(expo, "least_meetings")
    assert {row.why for row in least} == {"few_accepted", "no_slot"}
    assert {row.path for row in least} == {"matchmaking.general.least_meetings_each"}
    calls = expo.floor.calls
    of_hungary = np.isin(
        calls.meeting, requests.meeting[(requests.programme == 1) & (requests.meeting != NONE)]
    )
    unnamed = int((of_hungary & (calls.member == NONE)).sum())
    assert sum(row.asked - row.done for row in of(expo, "delegates")) == unnamed


def test_mixing_that_is_no_whole_number_of_rounds_says_what_is_left_over() -> None:
    expo = built(programme__seminars__mixing_minutes=23.0)
    assert [row[1:] for row in of(expo, "mixing")] == [("seminars", 23, 20, "whole_rounds")]


def first_starts(expo: Expo, rule: str) -> list[int]:
    """Start of the first activity of a rule on each day, minutes after midnight."""
    starts = [
        int(start)
        for start, name in zip(expo.floor.sessions.start, expo.programme.rule, strict=True)
        if name == rule
    ]
    return [min(s % DAY // MINUTE for s in starts if s // DAY == day) for day in range(expo.n_days)]


@pytest.mark.parametrize("at", [dt.time(10), dt.time(10, 3)])
def test_the_first_slot_and_the_first_activity_start_when_the_file_says(at: dt.time) -> None:
    expo = built(
        programme__seminars__from=at,
        programme__debuts__from=at,
        matchmaking__general__from=at,
        matchmaking__general__slot_minutes=25.0,
        expo__hours=Table({"2024-11-27": Table(closes=dt.time(15))}),
    )
    minute = at.hour * 60 + at.minute
    assert first_starts(expo, "seminars") == [minute, minute]
    assert first_starts(expo, "debuts") == [minute, minute]
    p = expo.programme
    for day in range(2):
        begins = p.window_start[(p.window_programme == 0) & (p.window_day == day)]
        assert set((begins % DAY // MINUTE).tolist()) == {minute}
    assert not of(expo, "starts")


def test_a_start_that_cannot_be_kept_is_told_with_the_reason() -> None:
    expo = built(
        programme__opening__starts=dt.datetime(2024, 11, 26, 9, 30),
        programme__opening__talk_minutes=60.0,
        venue__rooms__small__count=1,
        programme__seminars__per_day=(4, 4),
        programme__seminars__from=dt.time(9, 30),
        matchmaking__general__from=dt.time(8),
    )
    # after the opening, one hour long, and ten minutes of changeover
    assert first_starts(expo, "seminars") == [10 * 60 + 40, 9 * 60 + 30]
    assert [(row.path, *row[2:]) for row in of(expo, "starts")] == [
        ("programme.seminars.from", 570, 640, "rooms_taken"),
        ("matchmaking.general.from", 480, 540, "doors"),
        ("matchmaking.general.from", 480, 540, "doors"),
    ]


def test_what_a_policy_leaves_out_that_others_hold_is_said_to_be_its_doing() -> None:
    def short(policy: str) -> Counter[str]:
        expo = built(
            matchmaking__general__policy=policy,
            matchmaking__general__least_meetings_each=3,
            matchmaking__general__tables=1,
            matchmaking__hungary__requests=0,
        )
        return Counter({row.why: row.asked - row.done for row in of(expo, "least_meetings")})

    heeded, not_heeded = short("greedy"), short("none")
    assert heeded["no_slot"] == not_heeded["no_slot"] > 0
    assert heeded["few_accepted"] == not_heeded["few_accepted"]
    assert not_heeded["policy"] > heeded["policy"] == 0


def test_every_reason_and_thing_has_words() -> None:
    texts = (*THINGS.values(), *WHYS.values())
    assert all(text[0].islower() and not text.endswith(".") for text in texts)
    assert len(set(texts)) == len(texts)


def test_an_input_that_was_cut_is_labelled_so_and_no_other() -> None:
    result = sim.run(fair(matchmaking__general__requests=500_000, matchmaking__general__policy="none"))
    assert result.basis("meetings.requested") == "cut"
    assert result.basis("meetings.requested_in.general") == "cut"
    assert result.basis("meetings.requested_in.hungary") == "input"
    assert result.basis("sessions.activities") == "input"
    assert result.kpis["programme.requests_cut"] == 500_000 - (result.expo.requests.programme == 0).sum()
    assert "Asked for and not done" in str(result.where_it_hurts)
    frame = result.shortfalls
    assert "matchmaking.general.requests" in set(frame["path"])
    assert (frame["asked"] - frame["done"]).sum() >= result.kpis["programme.requests_cut"]


def test_fitted_is_said_only_of_what_a_scenario_says_it_was_fitted_to() -> None:
    plain = sim.run(fair())
    assert plain.basis("visits.stops") == "predicted"
    fitted = sim.run(fair(expo__fitted=("visits.stops",)))
    assert fitted.basis("visits.stops") == "fitted"
    assert fitted.basis("conversations.minutes") == "predicted"
    assert fitted.kpis.equals(plain.kpis)


def test_a_country_that_stays_away_is_not_on_the_floor_either() -> None:
    change = {"visitors__buyer__country_shares": Table(CN=2, HU=1), "visitors__buyer__follows_meetings": 0}
    whole = built(**change)
    hu = whole.countries.index("HU")
    for settings, days in (({}, (0, 1)), ({"shocks__gone__day": 1}, (0,))):
        expo = built(**change, shocks__gone__kind="country_absent", shocks__gone__country="HU", **settings)
        there = expo.organisations.country[expo.parties.organisation] == hu
        before = whole.organisations.country[whole.parties.organisation] == hu
        assert before.sum() > 50
        assert not (there & np.isin(expo.parties.day, days)).any()
        assert there.any() == (len(days) == 1)
        lost = before & np.isin(whole.parties.day, days)
        come = whole.floor.party_days.arrival < NEVER
        people = int(whole.floor.party_days.size[lost & come].sum())
        rows = of(expo, "visits")
        assert sum(row.asked - row.done for row in rows) == people
        assert {row.why for row in rows} == {"country_absent"}
        assert {row.path for row in rows} >= {"visitors.buyer.visits", "visitors.staffers.visits"}
        # everybody else's day begins as before
        rest = whole.floor.party_days.arrival[~lost]
        assert np.array_equal(rest, expo.floor.party_days.arrival)


def test_who_is_there_when_the_country_leaves_goes_too() -> None:
    change = {"visitors__buyer__country_shares": Table(CN=2, HU=1), "expo__days": 2}
    noon = Table({"kind": "country_absent", "country": "HU", "day": 1, "from": dt.time(12)})
    expo = built(**change, shocks__gone=noon)
    days = expo.floor.party_days
    from_hu = expo.organisations.country[expo.parties.organisation] == expo.countries.index("HU")
    first = from_hu & (expo.parties.day == 0)
    assert first.any()
    assert (days.latest[first] <= 12 * 60 * MINUTE).all()
    assert (days.latest[~from_hu & (expo.parties.day == 0)] > 12 * 60 * MINUTE).all()


def test_a_share_of_a_country_is_its_booths_with_their_people() -> None:
    change = {
        "shocks__gone__kind": "country_absent",
        "shocks__gone__country": "CN",
        "shocks__gone__share": 0.5,
    }
    expo = built(**change)
    shut = np.diff(expo.floor.places.open_index)[: expo.n_exhibitors] == 0
    assert 5 < shut.sum() < 45
    staffers = expo.parties.persona == expo.personas.index("staffers")
    assert staffers.any()
    assert not shut[expo.parties.organisation[staffers]].any()


def test_must_meets_that_cannot_be_are_told(tmp_path: Path) -> None:
    rows = ("energy-001,buyer 990001,must", "energy-001,energy-002,must", "energy-001,buyer 1,veto")
    (tmp_path / "pairs.csv").write_text("who,whom,rule\n" + "\n".join(rows) + "\n", encoding="utf-8")
    (tmp_path / "fair.toml").write_text('pairs_file = "pairs.csv"\n' + TOML, encoding="utf-8")
    told = of(sim.build(str(tmp_path / "fair.toml")), "must_meets")
    assert told == [
        Row("pairs_file", "energy-001 and buyer 990001", 1, 0, "not_there"),
        Row("pairs_file", "energy-001 and energy-002", 1, 0, "no_part"),
    ]


def test_one_of_a_thing_is_called_so() -> None:
    noted = Noted()
    noted.note("a", "x", "activities", 1, 0, "hall_closed")
    noted.note("b", "x", "registrations", 1, 0, "nobody_free")
    noted.note("c", "x", "walk_ins", 5, 4, "no_time")
    assert [line.split(":")[1] for line in noted.shortfalls().lines()] == [
        " 1 activity cancelled",
        " 1 person not registered",
        " 1 visit to sessions not planned",
    ]
