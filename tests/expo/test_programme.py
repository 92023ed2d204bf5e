from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from sim.expo.exhibitors.organisations import draw_exhibitors
from sim.expo.exhibitors.staffing import pace
from sim.expo.expo import SESSION_KINDS
from sim.expo.programme.placement import ProgrammeDoesNotFit, Request, place_day
from sim.expo.programme.programme import PlannedProgramme, plan_programme
from sim.expo.shortfalls import THINGS, WHYS, Noted, Shortfalls
from sim.expo.venue.hours import DAY
from sim.expo.venue.venue import lay_out
from sim.floor.arrays import MINUTE, NONE
from sim.scenario.schema.rows import ActivityRow
from sim.streams import Streams
from tests.expo.cisce import cisce

HOUR = DAY // 24
SCENARIO = cisce()
STREAMS = Streams(1, 0)
ORGANISATIONS, EXHIBITORS = draw_exhibitors(SCENARIO, STREAMS)
VENUE = lay_out(SCENARIO, ORGANISATIONS, EXHIBITORS, STREAMS)
NOTED = Noted()
PROGRAMME = plan_programme(SCENARIO, ORGANISATIONS, EXHIBITORS, VENUE, STREAMS, NOTED)


def planned(**changes: Any) -> PlannedProgramme:
    return noting(**changes)[0]


def noting(**changes: Any) -> tuple[PlannedProgramme, Shortfalls]:
    scenario, noted = cisce(**changes), Noted()
    organisations, exhibitors = draw_exhibitors(scenario, STREAMS)
    venue = lay_out(scenario, organisations, exhibitors, STREAMS)
    return plan_programme(scenario, organisations, exhibitors, venue, STREAMS, noted), noted.shortfalls()


def over(programme: PlannedProgramme) -> Any:
    """End of each session, mixing included."""
    s = programme.sessions
    return s.end + s.rounds * s.round


def hosted(programme: PlannedProgramme) -> list[tuple[int, int]]:
    """(session, exhibitor) of every host."""
    session = np.repeat(np.arange(len(programme.title)), np.diff(programme.host_index))
    return list(zip(session.tolist(), programme.host.tolist(), strict=True))


def test_every_rule_has_the_activities_asked_for_on_each_day() -> None:
    count = Counter(zip(PROGRAMME.rule, PROGRAMME.day.tolist(), strict=True))
    for rule, table in SCENARIO.data.programme.items():
        assert [count[rule, day] for day in range(5)] == list(table.per_day or (1, 0, 0, 0, 0))
    assert [SESSION_KINDS[kind] for kind in PROGRAMME.kind] == [
        SCENARIO.data.programme[rule].kind for rule in PROGRAMME.rule
    ]
    assert len(set(PROGRAMME.key.tolist())) == len(PROGRAMME.key) == 404
    assert not NOTED.shortfalls().short("activities")


def test_sessions_are_in_order_and_within_the_hours() -> None:
    s = PROGRAMME.sessions
    assert np.all(np.diff(s.start) >= 0)
    assert np.all(s.start >= VENUE.day_open[PROGRAMME.day])
    assert np.all(over(PROGRAMME) <= VENUE.day_close[PROGRAMME.day])
    assert np.all((s.doors <= s.hold) & (s.hold <= s.start) & (s.start <= s.late) & (s.late <= s.end))
    opening = PROGRAMME.rule.index("opening")
    assert s.start[opening] == 9.5 * HOUR
    assert s.end[opening] == 10.25 * HOUR


def test_no_room_is_double_booked_and_stands_empty_in_between() -> None:
    s, ends = PROGRAMME.sessions, over(PROGRAMME)
    in_place = defaultdict(list)
    for i in range(len(PROGRAMME.title)):
        table = SCENARIO.data.programme[PROGRAMME.rule[i]]
        if table.rooms:
            assert s.place[i] in np.concatenate([VENUE.rooms[kind] for kind in table.rooms])
            assert s.seats[i] == VENUE.room_seats[table.rooms[0]]
        in_place[int(s.place[i])].append((int(s.start[i]), int(ends[i]), int(s.doors[i]), table))
    for sessions in in_place.values():
        for (_, end, _, before), (start, _, doors, after) in pairwise(sessions):
            assert start - end >= min(before.changeover_minutes, after.changeover_minutes) * MINUTE
            assert doors >= end
    assert max(len(sessions) for sessions in in_place.values()) > 30


def test_activities_are_spread_over_the_day() -> None:
    s = PROGRAMME.sessions
    starts = [(s.start[i] % DAY) / HOUR for i in range(404) if PROGRAMME.rule[i] == "seminar"]
    per_hour = np.histogram(starts, bins=range(9, 18))[0]
    assert per_hour.min() > 0.5 * per_hour.max()
    assert len(set(starts)) > 20


def test_mixing_is_in_rounds() -> None:
    s = PROGRAMME.sessions
    for i, rule in enumerate(PROGRAMME.rule):
        table = SCENARIO.data.programme[rule]
        assert s.rounds[i] == table.mixing_minutes // table.round_minutes
    assert s.rounds.max() == 3
    assert set(s.round.tolist()) == {5 * MINUTE}


def test_rounds_of_a_length_that_is_no_binary_fraction_are_all_held() -> None:
    odd = planned(programme__seminar__mixing_minutes=6.6, programme__seminar__round_minutes=1.1)
    seminars = [rule == "seminar" for rule in odd.rule]
    assert set(odd.sessions.rounds[seminars].tolist()) == {6}


def test_hosts_come_from_where_the_rule_says() -> None:
    for session, host in hosted(PROGRAMME):
        table = SCENARIO.data.programme[PROGRAMME.rule[session]]
        if table.host_pavilion:
            assert EXHIBITORS.pavilion[host] == 0
        if table.kind == "debut":
            assert EXHIBITORS.debut[host] == 1
            assert PROGRAMME.sessions.place[session] == host
        assert table.hosts == PROGRAMME.host_index[session + 1] - PROGRAMME.host_index[session]
    opening = PROGRAMME.rule.index("opening")
    first, last = PROGRAMME.host_index[opening : opening + 2]
    assert len(set(PROGRAMME.host[first:last].tolist())) == 3
    assert np.array_equal(PROGRAMME.chain, ORGANISATIONS.chain[PROGRAMME.host[PROGRAMME.host_index[:-1]]])


def test_hosts_are_never_in_two_places_at_once() -> None:
    s, ends = PROGRAMME.sessions, over(PROGRAMME)
    speed = pace(1.2)
    busy = defaultdict(list)
    for session, host in hosted(PROGRAMME):
        away = int(VENUE.walk(host, s.place[session])) * speed
        busy[host].append((int(s.start[session]) - away, int(ends[session]) + away))
    for times in busy.values():
        times.sort()
        assert all(a[1] <= b[0] for a, b in pairwise(times))
    assert max(len(times) for times in busy.values()) >= 6


def test_hosting_is_balanced() -> None:
    pavilion = [h for i, h in hosted(PROGRAMME) if PROGRAMME.rule[i] in ("seminar", "exchange")]
    loads = Counter(pavilion)
    assert len(loads) == 40
    assert max(loads.values()) - min(loads.values()) <= 2
    debuts = Counter(h for i, h in hosted(PROGRAMME) if PROGRAMME.rule[i] == "debut")
    assert len(debuts) == 91


def test_a_booth_sends_a_second_delegate_only_if_one_stays() -> None:
    # five companies for eight activities at a time: those with more than two staff send two
    changes: dict[str, Any] = {
        "pavilions__hungary__partners": 0,
        "pavilions__hungary__staff": 50,
        "programme__seminar__per_day": [36],
        "programme__exchange__per_day": [],
    }
    scenario = cisce(**changes)
    organisations, exhibitors = draw_exhibitors(scenario, STREAMS)
    venue = lay_out(scenario, organisations, exhibitors, STREAMS)
    programme = plan_programme(scenario, organisations, exhibitors, venue, STREAMS, Noted())
    s, ends = programme.sessions, over(programme)
    for time in range(9 * HOUR, 17 * HOUR, 5 * MINUTE):
        now = [h for i, h in hosted(programme) if s.start[i] <= time < ends[i]]
        away = np.bincount(now, minlength=len(exhibitors.staff))
        assert np.all(away <= np.maximum(1, exhibitors.staff - 1))


def test_five_booths_of_two_cannot_host_eight_activities_at_once() -> None:
    with pytest.raises(ProgrammeDoesNotFit, match=r"hosts of 1 booth are needed on day 1 at .*, but 0 of 5"):
        planned(
            pavilions__hungary__partners=0, pavilions__hungary__staff=10, programme__seminar__per_day=[36]
        )


def test_a_seminar_more_changes_no_draw_of_the_others() -> None:
    more = planned(programme__seminar__per_day=[19, 29, 36, 36, 18])
    before = dict(zip(PROGRAMME.key.tolist(), range(404), strict=True))
    after = dict(zip(more.key.tolist(), range(405), strict=True))
    assert set(before) < set(after)
    rows = np.array([(before[key], after[key]) for key in before]).T
    assert np.array_equal(PROGRAMME.registered[rows[0]], more.registered[rows[1]])
    assert np.array_equal(PROGRAMME.sessions.seats[rows[0]], more.sessions.seats[rows[1]])
    other_days = PROGRAMME.day[rows[0]] > 0
    assert np.array_equal(
        PROGRAMME.sessions.start[rows[0]][other_days], more.sessions.start[rows[1]][other_days]
    )
    assert np.array_equal(PROGRAMME.slot_start, more.slot_start)


def test_an_exhibitor_more_moves_no_activity() -> None:
    more = planned(exhibitors__count=621)
    rooms = PROGRAMME.sessions.place >= 655
    assert np.array_equal(PROGRAMME.sessions.start, more.sessions.start)
    assert sorted(PROGRAMME.key.tolist()) == sorted(more.key.tolist())
    assert Counter((PROGRAMME.sessions.place[rooms] + 1).tolist()) == Counter(
        more.sessions.place[more.sessions.place >= 656].tolist()
    )


def test_registrations_have_the_mean_of_the_rule() -> None:
    seminars = np.array([rule == "seminar" for rule in PROGRAMME.rule])
    assert PROGRAMME.registered[seminars].mean() == pytest.approx(30, rel=0.1)
    assert PROGRAMME.registered[seminars].std() > 3
    assert np.all(np.abs(PROGRAMME.registered[seminars] - 30) <= 12)


def test_windows_are_as_many_as_asked_for_and_never_overlap_in_an_area() -> None:
    hungary = PROGRAMME.window_programme == 0
    assert np.bincount(PROGRAMME.window_day[hungary]).tolist() == [8, 13, 16, 16, 8]
    assert set(PROGRAMME.window_slots[hungary].tolist()) == {3}
    assert set(PROGRAMME.window_tables[hungary].tolist()) == {5}
    for area in range(4):
        rows = hungary & (PROGRAMME.window_area == area)
        assert np.all(PROGRAMME.window_start[rows][1:] - PROGRAMME.window_end[rows][:-1] >= 10 * MINUTE)


def test_slots_fill_their_windows_at_the_length_and_buffer_asked_for() -> None:
    assert np.bincount(PROGRAMME.slot_window).tolist() == PROGRAMME.window_slots.tolist()
    for window in range(len(PROGRAMME.window_day)):
        starts = PROGRAMME.slot_start[PROGRAMME.slot_window == window]
        assert starts[0] == PROGRAMME.window_start[window]
        assert np.all(np.diff(starts) == 30 * MINUTE)
        assert PROGRAMME.window_end[window] == starts[-1] + 20 * MINUTE
    everybody = PROGRAMME.window_programme == 1
    assert PROGRAMME.window_slots[everybody].tolist() == [16] * 5  # 9:00 to 17:00, the last ends at 16:50
    day = PROGRAMME.window_day
    assert np.all(PROGRAMME.window_start >= VENUE.day_open[day])
    assert np.all(PROGRAMME.window_end <= VENUE.day_close[day])


def test_slots_begin_a_slot_and_a_buffer_apart_to_the_millisecond() -> None:
    # each of the two is 0.4 ms over whole minutes, both together 0.8 ms
    odd = planned(
        matchmaking__hungary__slot_minutes=20 + 0.4 / MINUTE,
        matchmaking__hungary__buffer_minutes=10 + 0.4 / MINUTE,
    )
    np.testing.assert_array_equal(odd.slot_start, PROGRAMME.slot_start)
    np.testing.assert_array_equal(odd.window_end, PROGRAMME.window_end)


def test_no_slot_lies_after_the_doors_of_a_day_that_closes_early() -> None:
    early = planned(
        programme={},
        expo__hours={"2024-11-30": {"closes": "14:00"}},
        matchmaking__everybody__from="10:00",
        matchmaking__everybody__to="16:00",
        matchmaking__everybody__location="booth",
    )
    of = early.window_programme == 1
    ends = early.window_end[of] - early.window_day[of] * DAY
    # twelve and eight slots from ten o'clock on; the ten minutes that are left lie after the last
    assert ends.tolist() == [15 * HOUR + 50 * MINUTE] * 4 + [13 * HOUR + 50 * MINUTE]


def test_areas_share_one_grid_of_slots() -> None:
    window = PROGRAMME.slot_window
    hungary = PROGRAMME.window_programme[window] == 0
    starts = np.unique(PROGRAMME.slot_start[hungary])
    same_day = np.diff(starts)[np.diff(starts) < DAY // 2]
    assert same_day.min() >= 30 * MINUTE  # no two slots of a programme overlap without being the same


def test_closed_halls_cancel_activities_and_slots() -> None:
    programme, short = noting(
        shocks={"fire": {"kind": "hall_closed", "hall": "H6", "day": 3, "from": "12:00", "to": "14:00"}}
    )
    lost = {title for title in PROGRAMME.title if title not in programme.title}
    cancelled = [list(THINGS)[thing] == "activities" for thing in short.thing]
    assert {what for what, is_one in zip(short.what, cancelled, strict=True) if is_one} == lost
    assert short.short("activities") == len(lost) > 0
    assert {list(WHYS)[why] for why in short.why} == {"hall_closed", "booth_closed"}
    s = PROGRAMME.sessions
    for title in lost:
        i = PROGRAMME.title.index(title)
        assert VENUE.places.zone[s.place[i]] == 5
        assert s.start[i] < 2 * DAY + 14 * HOUR
        assert over(PROGRAMME)[i] > 2 * DAY + 12 * HOUR
    assert len(lost) > 10
    kept = programme.slot_start[programme.window_programme[programme.slot_window] == 0]
    assert not np.any((kept < 2 * DAY + 14 * HOUR) & (kept + 20 * MINUTE > 2 * DAY + 12 * HOUR))
    rows = [PROGRAMME.title.index(title) for title in programme.title]
    assert np.array_equal(PROGRAMME.sessions.place[rows], programme.sessions.place)


def test_a_late_pavilion_holds_no_debut_before_it_opens() -> None:
    programme = planned(
        pavilions__hungary__opens_on_day=4,
        exhibitors__debuts=600,
        programme={"debut": {"kind": "debut", "per_day": [0, 0, 0, 20, 20], "host_pavilion": "hungary"}},
    )
    assert programme.sessions.start.min() >= 3 * DAY + 11 * HOUR
    with pytest.raises(ProgrammeDoesNotFit, match="no booth is free for a debut on day 3"):
        planned(
            pavilions__hungary__opens_on_day=4,
            programme={"debut": {"kind": "debut", "per_day": [0, 0, 1], "host_pavilion": "hungary"}},
        )


def test_what_does_not_fit_names_rule_and_day() -> None:
    with pytest.raises(
        ProgrammeDoesNotFit,
        match=r"programme.seminar: 36 of its 37 activities on day 2 fit into 4 rooms "
        r"between 09:00 and 17:00, at 45 minutes each and 5 between two",
    ):
        planned(programme__seminar__per_day=[18, 37])
    with pytest.raises(
        ProgrammeDoesNotFit, match=r"matchmaking.hungary.windows: 6 windows of 3 slots.*day 1.*16 slots"
    ):
        planned(matchmaking__hungary__windows=[24])
    with pytest.raises(ProgrammeDoesNotFit, match=r"programme.opening: lasts from 16:30 to 17:15 on day 1"):
        planned(programme__opening__starts="2024-11-26T16:30")
    with pytest.raises(ProgrammeDoesNotFit, match=r"programme.opening: starts on 2024-12-01"):
        planned(programme__opening__starts="2024-12-01T10:00")
    second = {"kind": "ceremony", "starts": "2024-11-26T09:50", "rooms": ["hall"]}
    with pytest.raises(ProgrammeDoesNotFit, match=r"programme.second: none of its rooms is free on day 1"):
        planned(programme__second=second)


def test_rules_of_different_lengths_share_rooms_up_to_the_last_minute() -> None:
    # 2 rooms of 8 h hold 4 of 105 and 15 min and 8 of 45 and 15 min only when packed
    forum = {
        "kind": "forum",
        "per_day": [4],
        "rooms": ["forum"],
        "talk_minutes": 105,
        "changeover_minutes": 15,
    }
    seminar = forum | {"kind": "seminar", "per_day": [8], "talk_minutes": 45}
    programme = planned(
        venue__rooms={"forum": {"hall": "H2", "seats": 50, "count": 2}},
        programme={"seminar": seminar, "forum": forum},
    )
    assert len(programme.title) == 12
    s = programme.sessions
    for place in set(s.place.tolist()):
        rows = s.place == place
        assert np.all(s.start[rows][1:] - s.end[rows][:-1] >= 15 * MINUTE)


def test_a_day_is_packed_only_if_it_must_be() -> None:
    request = Request("r", 0, 3, 60, 10, (7,), 0, 60 * 3 + 20)
    assert place_day([request]) == [[(7, 0), (7, 70), (7, 140)]]
    roomy = Request("r", 0, 2, HOUR, 0, (7,), 0, 10 * HOUR)
    ((_, first), (_, second)) = place_day([roomy])[0]
    assert first == 2 * HOUR
    assert second == 7 * HOUR


def test_rules_keep_the_changeover_of_what_stands_in_the_room_already() -> None:
    single = Request("a", 0, 1, HOUR, 30 * MINUTE, (7,), 3 * HOUR, 4 * HOUR, fixed=True)
    rule = Request("b", 0, 3, HOUR, 0, (7,), 0, 6 * HOUR)
    starts = [start for _, start in place_day([rule, single])[0]]
    assert all(start + HOUR <= 2.5 * HOUR or start >= 4.5 * HOUR for start in starts)
    with pytest.raises(ProgrammeDoesNotFit, match="b: 3 of its 4"):
        place_day([Request("b", 0, 4, HOUR, 0, (7,), 0, 6 * HOUR), single])


@pytest.mark.parametrize("changeovers", [(30, 0), (0, 30), (30, 10)])
def test_activities_with_a_time_leave_the_longer_changeover_between_them(
    changeovers: tuple[int, int],
) -> None:
    def pair(apart: int) -> list[Request]:
        first, second = (minutes * MINUTE for minutes in changeovers)
        begins = 4 * HOUR + apart * MINUTE
        return [
            Request("a", 0, 1, HOUR, first, (7,), 3 * HOUR, 4 * HOUR, fixed=True),
            Request("b", 0, 1, HOUR, second, (7,), begins, begins + HOUR, fixed=True),
        ]

    for way in (1, -1):
        assert len(place_day(pair(30)[::way])) == 2
        with pytest.raises(ProgrammeDoesNotFit, match="none of its rooms is free"):
            place_day(pair(29)[::way])


def test_activities_of_a_file_stand_where_and_when_it_says() -> None:
    rows = (
        ActivityRow(
            title="Opening of the pavilion",
            kind="ceremony",
            starts=dt.datetime(2024, 11, 27, 11, 30),
            room="exchange",
            host="Hungary 03",
            registered=50,
        ),
        ActivityRow(title="A debut", kind="debut", starts=dt.datetime(2024, 11, 28, 10), host="digital-007"),
    )
    programme = planned(activity_rows=rows)
    assert len(programme.title) == 406
    i, j = (programme.title.index(row.title) for row in rows)
    assert programme.rule[i] == "programme_file"
    assert programme.sessions.start[i] == DAY + 11.5 * HOUR
    assert programme.sessions.place[i] in VENUE.rooms["exchange"]
    assert programme.registered[i] == 50
    hosts = {
        title: ORGANISATIONS.name[programme.host[programme.host_index[k]]]
        for k, title in ((i, "pavilion"), (j, "debut"))
    }
    assert hosts == {"pavilion": "Hungary 03", "debut": "digital-007"}
    assert programme.sessions.place[j] == ORGANISATIONS.name.index("digital-007")
    again = [rows[0].model_copy(update={"title": f"Again {k}"}) for k in range(3)]
    with pytest.raises(ProgrammeDoesNotFit, match="'Hungary 03' has nobody left to host it on day 2"):
        planned(activity_rows=(rows[0], *again), pavilions__hungary__staff=40)


def test_a_session_without_hosts_has_the_chain_of_its_rule() -> None:
    programme = planned(
        programme={
            "a": {"kind": "forum", "per_day": [1], "rooms": ["forum"], "hosts": 0, "host_chain": "digital"},
            "b": {"kind": "forum", "per_day": [1], "rooms": ["forum"], "hosts": 0},
        }
    )
    assert dict(zip(programme.rule, programme.chain.tolist(), strict=True)) == {"a": 3, "b": NONE}
    assert len(programme.host) == 0


def test_an_empty_programme_is_one() -> None:
    programme = planned(programme={}, matchmaking={})
    assert programme.title == ()
    assert programme.host_index.tolist() == [0]
    assert len(programme.sessions.start) == len(programme.slot_start) == len(programme.window_day) == 0


def test_everything_is_an_integer_for_the_engine() -> None:
    for name in PROGRAMME.sessions.__slots__:
        assert getattr(PROGRAMME.sessions, name).dtype == np.int64
    for name in ("host", "host_index", "registered", "slot_start", "window_start", "chain", "kind", "day"):
        assert getattr(PROGRAMME, name).dtype == np.int64
