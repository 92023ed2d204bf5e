from __future__ import annotations

import numpy as np
import pytest

from sim.expo import Expo, build
from sim.expo.booking.agenda import Agenda
from sim.expo.booking.duties import Called, Duties
from sim.expo.meetings.participants import HOSTS, Attendance, take_part
from sim.expo.meetings.slots import Slots, room, slots_of
from sim.expo.venue.hours import DAY, minutes
from sim.floor.arrays import MINUTE, NEVER, NONE, IntArray, PlaceKind
from sim.streams import Streams
from tests.expo.fair import TOML, built, fair, parts, scenario_of


def of_programme(expo: Expo, name: str) -> IntArray:
    """The requests of a programme."""
    return np.flatnonzero(expo.requests.programme == expo.matchmaking.index(name))


def keys(expo: Expo, change: dict[str, object]) -> list[tuple[object, object]]:
    """Names that stay: of the exhibitors, or the keys of the parties, of both sides of each request."""
    visitors, r = parts(**change).visitors, expo.requests

    def name(organisation: int, party: int) -> object:
        return expo.organisations.name[organisation] if party == NONE else int(visitors.key[party])

    sides = zip(
        r.asker.tolist(), r.asker_party.tolist(), r.asked.tolist(), r.asked_party.tolist(), strict=True
    )
    return [(name(a, p), name(b, q)) for a, p, b, q in sides]


@pytest.mark.parametrize("replication", range(3))
def test_requests_are_met_exactly_and_shared_as_asked(replication: int) -> None:
    expo = built(replication)
    for name, table in fair().data.matchmaking.items():
        rows = of_programme(expo, name)
        assert len(rows) == table.requests
        if name == "general":  # all exhibitors are hosts
            by_exhibitors = (expo.requests.asker_party[rows] == NONE).sum()
            assert by_exhibitors == round(table.requests * table.exhibitors_ask_share)


def test_about_as_many_are_accepted_as_the_scenario_says() -> None:
    accepted = [built(r).requests.accepted[of_programme(built(r), "general")].mean() for r in range(3)]
    assert abs(np.mean(accepted) - 0.45) < 0.09


def test_only_accepted_requests_become_meetings_and_each_once() -> None:
    expo = built()
    r = expo.requests
    on = np.flatnonzero(r.meeting != NONE)
    assert r.accepted[on].all()
    assert np.array_equal(np.sort(r.meeting[on]), np.arange(len(expo.floor.meetings.place)))
    assert len(on) > 100


def test_hosts_and_guests_are_those_the_programme_names() -> None:
    expo = built()
    rows = of_programme(expo, "hungary")
    pavilion = np.append(expo.exhibitors.pavilion, np.full(len(expo.organisations.name), NONE))
    r = expo.requests
    hosts = (pavilion[r.asker[rows]] == 0).astype(int) + (pavilion[r.asked[rows]] == 0)
    assert (hosts == 1).all()  # one side of each
    guests = np.where(pavilion[r.asker[rows]] == 0, r.asked[rows], r.asker[rows])
    party = np.where(pavilion[r.asker[rows]] == 0, r.asked_party[rows], r.asker_party[rows])
    assert (guests[party == NONE] < expo.n_exhibitors).all()
    assert (party == NONE).any()
    personas = parts().visitors.persona[party[party != NONE]]
    assert set(personas.tolist()) == {expo.personas.index("buyer")}
    assert (r.asker != r.asked).all()


def test_no_table_holds_two_meetings_at_once() -> None:
    expo, venue = built(), parts().venue
    m = expo.floor.meetings
    assert len(np.unique(np.stack((m.place, m.start)), axis=1).T) == len(m.place)
    r = expo.requests
    for number, name in enumerate(expo.matchmaking):
        own = r.meeting[(r.programme == number) & (r.meeting != NONE)]
        assert np.isin(m.place[own], venue.tables[name]).all()


def test_meetings_at_booths_are_at_the_hosts() -> None:
    change: dict[str, object] = {"matchmaking__hungary__location": "booth"}
    expo = built(**change)
    rows = of_programme(expo, "hungary")
    rows = rows[expo.requests.meeting[rows] != NONE]
    places = expo.floor.meetings.place[expo.requests.meeting[rows]]
    assert len(places) > 20
    assert (expo.exhibitors.pavilion[places] == 0).all()
    asker, asked = expo.requests.asker[rows], expo.requests.asked[rows]
    assert ((places == asker) | (places == asked)).all()
    c = expo.floor.calls
    own = (c.meeting != NONE) & (c.booth == c.place)
    assert (c.at[own] == c.start[own] - 5 * MINUTE).all()  # no walk, the hold-back alone


BUSY: dict[str, object] = {
    "exhibitors__mean_staff": 1.0,
    "exhibitors__least_staff": 1,
    "pavilions__hungary__staff": 8,
    "visitors__delegation__visits": 700,
    "visitors__delegation__tour_minutes": 30,
    "programme__opening__hosts": 1,
}


@pytest.mark.parametrize("change", [{}, BUSY], ids=["usual", "busy"])
def test_calls_never_exceed_the_staff_on_duty(change: dict[str, object]) -> None:
    for replication in range(2):
        expo = built(replication, **change)
        c, staff, until = expo.floor.calls, expo.floor.staff, _until(expo)
        begins = np.unique(c.at)
        for booth in np.unique(c.booth).tolist():
            own = np.flatnonzero(c.booth == booth)
            members = np.flatnonzero(staff.booth == booth)
            for t in begins[np.isin(begins, c.at[own])].tolist():
                away = ((c.at[own] <= t) & (t < until[own])).sum()
                on_duty = sum(
                    any(
                        staff.shift_from[k] <= t < staff.shift_to[k]
                        for k in range(staff.shift_index[m], staff.shift_index[m + 1])
                    )
                    for m in members.tolist()
                )
                assert away <= on_duty, (booth, t)


def _until(expo: Expo) -> IntArray:
    c, s, m = expo.floor.calls, expo.floor.sessions, expo.floor.meetings
    over = s.end + s.rounds * s.round
    return np.where(
        c.session != NONE, np.append(over, 0)[c.session], c.start + np.append(m.duration, 0)[c.meeting]
    )


def test_delegates_are_called_in_time_to_walk_there() -> None:
    early: dict[str, object] = {
        "matchmaking__hungary__exhibitor_guest_share": 1.0,
        "matchmaking__hungary__requests": 500,
        "matchmaking__hungary__tables": 20,
        "matchmaking__hungary__slot_minutes": 30,  # the first slot is when the doors open
        "matchmaking__hungary__buffer_minutes": 0,
    }
    expo, venue = built(**early), parts(**early).venue
    c, pace = expo.floor.calls, int(expo.floor.staff.pace[0])
    meeting = np.flatnonzero(c.meeting != NONE)
    walk = venue.walk(c.booth[meeting], c.place[meeting]) * pace
    opens = venue.day_open[c.start[meeting] // DAY]
    assert (c.start[meeting] - walk >= opens).all()
    expected = np.maximum(c.start[meeting] - walk - 5 * MINUTE, opens)
    assert np.array_equal(c.at[meeting], expected)
    assert np.array_equal(c.deadline[meeting], c.start[meeting] + 8 * MINUTE)
    kind = expo.floor.places.kind[c.place[meeting]]
    assert (kind == PlaceKind.TABLE).all()


def test_whoever_has_room_in_a_slot_has_it_with_the_walk_to_any_table() -> None:
    people, slots, agenda, duties = _programme_of("general")
    section = fair().data.matchmaking["general"]
    free = room(section, people, slots, agenda, duties)
    tables = agenda.venue.tables["general"].ravel()
    assert free.max() == section.delegates
    for t, (start, end) in enumerate(zip(slots.start.tolist(), slots.end.tolist(), strict=True)):
        opens = int(agenda.venue.day_open[start // DAY])
        for i in np.flatnonzero(free[: people.exhibitors, t]).tolist():
            booth = int(people.organisation[i])
            leaves = start - int(duties.walk(np.full(len(tables), booth), tables).max())
            at = max(leaves - minutes(section.hold_back_minutes), opens)
            assert leaves >= opens
            assert duties.spare_at(booth, at, end) >= free[i, t]
        there = people.party[people.exhibitors :][free[people.exhibitors :, t] > 0]
        row = agenda.of_party(there, np.full(len(there), start // DAY))
        assert agenda.fits(row[:, None], tables[None, :], np.array(start), np.array(end)).all()


def test_hosts_who_meet_at_their_booths_need_no_time_to_walk() -> None:
    change: dict[str, object] = {"matchmaking__general__location": "booth"}
    people, slots, agenda, duties = _programme_of("general", **change)
    section = fair(**change).data.matchmaking["general"]
    free = room(section, people, slots, agenda, duties)
    for t, (start, end) in enumerate(zip(slots.start.tolist(), slots.end.tolist(), strict=True)):
        at = max(start - minutes(section.hold_back_minutes), int(agenda.venue.day_open[start // DAY]))
        for i in np.flatnonzero(people.side[: people.exhibitors] == HOSTS).tolist():
            spare = duties.spare_at(int(people.organisation[i]), at, end)
            assert free[i, t] == min(section.delegates, spare)


def test_who_takes_part_is_drawn_for_each_programme() -> None:
    there = [set(_programme_of(name)[0].party.tolist()) - {NONE} for name in ("general", "hungary")]
    visitors = parts().visitors
    buyers = np.flatnonzero(visitors.persona == list(fair().data.visitors).index("buyer"))
    for those, share in ((there[0], 0.4), (there[1], 0.4), (there[0] & there[1], 0.4**2)):
        sd = np.sqrt(share * (1 - share) / len(buyers))
        assert np.isin(buyers, list(those)).mean() == pytest.approx(share, abs=4 * sd)


def _programme_of(name: str, **change: object) -> tuple[Attendance, Slots, Agenda, Duties]:
    """A programme before anything is booked."""
    expo, scenario, (venue, visitors, programme) = built(**change), fair(**change), parts(**change)
    streams = Streams(scenario.data.expo.seed, 0)
    people = take_part(scenario, name, expo.organisations, expo.exhibitors, visitors, streams)
    agenda, duties = Agenda(visitors, venue, 0), Duties(expo.floor.staff, venue, expo.n_exhibitors)
    number = expo.matchmaking.index(name)
    slots = slots_of(name, scenario.data.matchmaking[name], number, people, programme, agenda)
    return people, slots, agenda, duties


def test_a_member_is_named_for_calls_that_follow_each_other_and_never_for_two_at_once() -> None:
    *_, duties = _programme_of("general")
    booth = int(np.flatnonzero(np.bincount(duties.staff.booth) >= 4)[0])
    ten = DAY // 24 * 10  # no lunch before half past eleven
    where, named = np.full(3, booth), np.full(3, 7, dtype=np.uint64)

    def members(start: list[int]) -> list[int]:
        at = np.array(start)
        called = Called(where, where, at, at, at + 20 * MINUTE, at, named=named)
        return [int(m) for m in duties.members(called, Streams(11, 0))]

    assert len(set(members([ten, ten + 20 * MINUTE, ten + 40 * MINUTE]))) == 1
    assert len(set(members([ten, ten + 20 * MINUTE - 1, ten + 40 * MINUTE - 2]))) == 2
    assert len(set(members([ten, ten, ten]))) == 3


def test_named_delegates_are_the_booths_own_and_not_in_two_places() -> None:
    expo = built()
    c = expo.floor.calls
    named = np.flatnonzero(c.member != NONE)
    r = expo.requests
    hungary = r.meeting[(r.programme == expo.matchmaking.index("hungary")) & (r.meeting != NONE)]
    assert set(c.meeting[named].tolist()) == set(hungary.tolist())
    _are_apart(expo)
    booths = c.booth[named]
    most_used = [
        np.unique(c.member[named[booths == b]], return_counts=True)[1].max() for b in np.unique(booths)
    ]
    assert sum(most_used) / len(named) > 0.6  # mostly the same person of a booth


def _are_apart(expo: Expo) -> None:
    """No member is named for two calls at once."""
    c, until = expo.floor.calls, _until(expo)
    named = np.flatnonzero(c.member != NONE)
    order = named[np.lexsort((c.at[named], c.member[named]))]
    same = c.member[order[1:]] == c.member[order[:-1]]
    assert same.any()
    assert (c.at[order[1:]] >= until[order[:-1]])[same].all()


def test_interpreters_are_needed_across_borders_alone() -> None:
    expo = built()
    m, r, country = expo.floor.meetings, expo.requests, expo.organisations.country
    on = r.meeting != NONE
    hungary = r.programme[on] == expo.matchmaking.index("hungary")
    abroad = country[r.asker[on]] != country[r.asked[on]]
    pool = m.interpreters[r.meeting[on]]
    assert np.array_equal(pool != NONE, hungary & abroad)
    assert m.pool_size.tolist() == [2]
    assert abroad.any()


def test_nobody_is_in_two_meetings_at_once() -> None:
    expo = built()
    c = expo.floor.calls
    b = expo.floor.bookings
    row = np.repeat(np.arange(expo.floor.n_party_days), np.diff(expo.floor.party_days.booking_index))
    on = b.meeting != NONE
    assert len(np.unique(np.stack((row[on], b.start[on])), axis=1).T) == on.sum()
    day = b.start[on] // DAY
    assert np.array_equal(expo.parties.day[row[on]], day)
    pairs = np.stack((c.booth, c.start))[:, c.meeting != NONE]
    most = np.unique(pairs, axis=1, return_counts=True)[1].max()
    assert most <= 2  # one delegate in each of the two programmes


def test_several_delegates_hold_several_meetings_at_once() -> None:
    toml = TOML.replace("requests = 120", "requests = 400\ndelegates = 3").replace(
        "tables = 3", "tables = 20"
    )
    expo = build(scenario_of(toml))
    c = expo.floor.calls
    pairs = np.stack((c.booth, c.start))[:, c.member != NONE]
    assert np.unique(pairs, axis=1, return_counts=True)[1].max() > 1
    _are_apart(expo)


def test_the_most_meetings_each_are_kept() -> None:
    expo = built(matchmaking__general__most_meetings_each=2, matchmaking__hungary__requests=0)
    r = expo.requests
    on = r.meeting != NONE
    exhibitors = np.concatenate(
        (r.asker[on & (r.asker_party == NONE)], r.asked[on & (r.asked_party == NONE)])
    )
    assert np.bincount(exhibitors).max() == 2
    parties = np.concatenate((r.asker_party[on], r.asked_party[on]))
    assert np.bincount(parties[parties != NONE]).max() <= 2


def test_no_shows_are_drawn_for_each_side_at_its_rate() -> None:
    change = {"matchmaking__general__no_show": 0.3, "matchmaking__general__no_show_exhibitors": 0.15}
    sides: dict[str, list[IntArray]] = {"visitor": [], "exhibitor": []}
    for replication in range(4):
        expo = built(replication, **change)
        general = expo.requests.meeting[of_programme(expo, "general")]
        b, c = expo.floor.bookings, expo.floor.calls
        sides["visitor"].append(b.comes[np.isin(b.meeting, general[general != NONE])])
        sides["exhibitor"].append(c.comes[np.isin(c.meeting, general[general != NONE])])
    for side, rate in (("visitor", 0.3), ("exhibitor", 0.15)):
        comes = np.concatenate(sides[side])
        assert abs(1 - comes.mean() - rate) < 4 * np.sqrt(rate * (1 - rate) / len(comes))


def test_more_tables_change_no_request_no_answer_and_no_show() -> None:
    before, after = built(matchmaking__general__tables=1), built()
    assert len(after.floor.meetings.place) > len(before.floor.meetings.place)
    for column in ("asker", "asked", "asker_party", "asked_party", "affinity", "score", "accepted"):
        assert np.array_equal(getattr(before.requests, column), getattr(after.requests, column)), column
    d, e = before.floor.party_days, after.floor.party_days
    moved = np.unique(
        d.party[(d.arrival != e.arrival) | (d.stay != e.stay)]
    )  # who has more meetings stays on
    same = ~np.isin(d.party, moved) & (d.arrival < NEVER)
    assert 0.5 < same.mean() < 1
    there = [np.repeat(same, np.diff(each.stop_index)) for each in (d, e)]
    for column in ("place", "look", "talk", "again"):
        mine, others_ = (
            getattr(x.floor.stops, column)[of] for x, of in zip((before, after), there, strict=True)
        )
        assert np.array_equal(mine, others_), column
    shows, others = _shows(before), _shows(after)
    shared = shows.keys() & others.keys()
    assert len(shared) > 60
    assert all(shows[request] == others[request] for request in shared)


def _shows(expo: Expo) -> dict[int, tuple[int, ...]]:
    """Whether each side of a scheduled request comes, by request."""
    sides = np.zeros((len(expo.floor.meetings.place), 2), dtype=np.int64)
    for table in (expo.floor.bookings, expo.floor.calls):
        at = np.flatnonzero(table.meeting != NONE)
        sides[table.meeting[at], table.side[at]] = table.comes[at]
    on = np.flatnonzero(expo.requests.meeting != NONE)
    return {k: tuple(sides[expo.requests.meeting[k]].tolist()) for k in on.tolist()}


@pytest.mark.parametrize("change", [{"visitors__public__visits": 501}, {"exhibitors__mean_staff": 5.02}])
def test_a_visit_or_a_member_of_staff_more_changes_no_request(change: dict[str, object]) -> None:
    before, after = built(), built(**change)
    named = list(zip(keys(before, {}), before.requests.accepted.tolist(), strict=True))
    assert named == list(zip(keys(after, change), after.requests.accepted.tolist(), strict=True))


def test_a_programme_more_changes_no_request_of_the_others() -> None:
    alone = build(scenario_of(TOML[: TOML.index("[matchmaking.hungary]")]))
    rows = of_programme(built(), "general")
    for column in ("asker", "asked", "score", "accepted", "meeting"):
        both = getattr(built().requests, column)[rows]
        assert np.array_equal(both, getattr(alone.requests, column))


@pytest.mark.parametrize(("slot", "tolerance", "least"), [(20, 8, 5), (12, 10, 5), (4, 3, 4)])
def test_a_meeting_is_awaited_as_long_as_it_can_still_reach_its_least(
    slot: float, tolerance: float, least: float
) -> None:
    for overrun in ("cut", "hold"):
        expo = built(
            matchmaking__general__slot_minutes=slot,
            matchmaking__general__tolerance_minutes=tolerance,
            matchmaking__general__overrun=overrun,
        )
        m, c = expo.floor.meetings, expo.floor.calls
        general = m.duration == slot * MINUTE
        of = np.flatnonzero((c.meeting != NONE) & general[c.meeting])
        awaited = min(tolerance, slot - least) if overrun == "cut" else tolerance
        assert len(of) > 20
        assert (m.least[general] == least * MINUTE).all()
        assert (m.deadline[general] - m.start[general] == awaited * MINUTE).all()
        assert np.array_equal(c.deadline[of], m.deadline[c.meeting[of]])
