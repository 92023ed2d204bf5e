from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np

from sim.expo.exhibitors.organisations import draw_exhibitors
from sim.expo.venue.hours import DAY, merged, without
from sim.expo.venue.venue import Venue, lay_out
from sim.floor.arrays import NONE, IntArray, PlaceKind
from sim.streams import Streams
from tests.expo.cisce import cisce

HOUR = DAY // 24
SCENARIO = cisce()
STREAMS = Streams(1, 0)
ORGANISATIONS, EXHIBITORS = draw_exhibitors(SCENARIO, STREAMS)
VENUE = lay_out(SCENARIO, ORGANISATIONS, EXHIBITORS, STREAMS)


def laid_out(**changes: Any) -> Venue:
    scenario = cisce(**changes)
    return lay_out(scenario, *draw_exhibitors(scenario, STREAMS), STREAMS)


def hours(venue: Venue, place: int) -> list[tuple[float, float]]:
    """Opening intervals in hours from the first midnight."""
    p = venue.places
    rows = slice(p.open_index[place], p.open_index[place + 1])
    return [(a / HOUR, b / HOUR) for a, b in zip(p.open_from[rows], p.open_to[rows], strict=True)]


def of_kind(venue: Venue, kind: PlaceKind) -> IntArray:
    return np.flatnonzero(venue.places.kind == kind)


def test_places_are_booths_gates_rooms_tables_and_catering() -> None:
    assert of_kind(VENUE, PlaceKind.BOOTH).tolist() == list(range(655))
    assert VENUE.gates.tolist() == [655, 656]
    assert sorted(np.concatenate(list(VENUE.rooms.values()))) == of_kind(VENUE, PlaceKind.ROOM).tolist()
    tables = np.concatenate([t.ravel() for t in VENUE.tables.values()])
    assert sorted(tables) == of_kind(VENUE, PlaceKind.TABLE).tolist()
    assert VENUE.tables["hungary"].shape == (4, 5)
    assert VENUE.catering.tolist() == of_kind(VENUE, PlaceKind.CATERING).tolist()
    assert VENUE.places.servers[VENUE.gates].tolist() == [20, 10]
    assert VENUE.places.servers[VENUE.catering].tolist() == [500]
    assert len(set(VENUE.names)) == len(VENUE.names) == len(VENUE.places.kind)


def test_booths_stand_in_the_hall_of_their_chain_or_pavilion() -> None:
    halls = list(SCENARIO.data.venue.halls)
    chains = list(SCENARIO.data.chains.values())
    for i in range(655):
        pavilion = EXHIBITORS.pavilion[i]
        wanted = "H6" if pavilion != NONE else chains[ORGANISATIONS.chain[i]].hall
        hall = SCENARIO.data.venue.halls[wanted]
        assert VENUE.hall_of[i] == VENUE.places.zone[i] == halls.index(wanted)
        assert hall.x_m * 10 <= VENUE.places.x[i] <= (hall.x_m + hall.width_m) * 10
        assert hall.y_m * 10 <= VENUE.places.y[i] <= (hall.y_m + hall.depth_m) * 10


def test_no_two_booths_overlap() -> None:
    west, south, east, north = VENUE.plots.T
    assert np.all(east - west > 0.1)
    assert np.all(north - south > 1)
    slack = 1e-9
    apart = (
        (east[:, None] <= west + slack)
        | (west[:, None] + slack >= east)
        | (north[:, None] <= south + slack)
        | (south[:, None] + slack >= north)
    )
    np.fill_diagonal(apart, True)
    assert apart.all()
    points = np.column_stack((VENUE.places.x, VENUE.places.y))[:655]
    assert len(np.unique(points, axis=0)) == 655


def test_plots_of_a_hall_are_in_proportion_to_booth_areas() -> None:
    west, south, east, north = VENUE.plots.T
    ratio = (east - west) * (north - south) / EXHIBITORS.area_m2
    for hall in range(6):
        assert np.ptp(ratio[VENUE.hall_of == hall]) < 1e-6


def test_neighbours_share_a_chain_and_a_stage() -> None:
    walk = np.argsort(VENUE.walk_rank)
    cell = ORGANISATIONS.chain * 6 + ORGANISATIONS.stage
    own = walk[EXHIBITORS.pavilion[walk] == NONE]
    assert np.mean(cell[own[1:]] == cell[own[:-1]]) > 0.9
    assert np.mean(cell[own] == np.roll(cell[own], 1)) > np.mean(cell[own][:, None] == cell[own]) * 5


def test_the_walk_goes_hall_by_hall_along_the_aisles() -> None:
    assert sorted(VENUE.walk_rank.tolist()) == list(range(655))
    walk = np.argsort(VENUE.walk_rank)
    assert np.count_nonzero(np.diff(VENUE.hall_of[walk])) == 5
    steps = VENUE.walk(walk[:-1], walk[1:])
    inside = VENUE.hall_of[walk[1:]] == VENUE.hall_of[walk[:-1]]
    anyhow = VENUE.walk(np.arange(655)[:, None], np.arange(655))
    assert np.median(steps[inside]) < np.median(anyhow[anyhow > 0]) / 8
    assert steps[inside].max() < 1600 / 2  # nobody walks back along a whole aisle of 160 m
    assert VENUE.hall_of[walk[0]] == 1  # H2, whose door is nearest to the south gate


def test_the_walk_through_a_hall_begins_beside_its_door_and_goes_to_and_fro() -> None:
    for venue in (VENUE, laid_out(venue__halls__H1__door_m=(80, 160))):
        for hall in range(2):
            walk = np.flatnonzero(venue.hall_of == hall)
            walk = walk[np.argsort(venue.walk_rank[walk])]
            middle = (venue.plots[walk, 0] + venue.plots[walk, 2]) / 2
            south = venue.plots[walk, 1]
            begins = np.flatnonzero(np.diff(south, prepend=np.inf))  # the first booth of each row
            assert len(begins) > 3
            from_north = hall == 0 and venue is not VENUE
            assert np.all(np.diff(south[begins]) * (-1 if from_north else 1) > 0)
            for number, (low, high) in enumerate(pairwise([*begins.tolist(), len(walk)])):
                assert np.all(np.diff(middle[low:high]) * (1 if number % 2 == 0 else -1) > 0)


def test_distances_are_symmetric_and_go_through_doors() -> None:
    p = VENUE.places
    place = np.arange(len(p.kind))
    d = VENUE.walk(place[:, None], place)
    assert np.array_equal(d, d.T)
    assert np.all(np.diag(d) == 0)
    a, b = 0, int(VENUE.gates[0])
    hall = SCENARIO.data.venue.halls["H1"]
    door = (hall.x_m + hall.width_m / 2) * 10, hall.y_m * 10
    by_hand = abs(p.x[a] - door[0]) + abs(p.y[a] - door[1]) + abs(door[0] - 2600) + abs(door[1] - 0)
    assert p.zone[a] == 0
    assert d[a, b] == by_hand


def test_distances_satisfy_the_triangle_inequality() -> None:
    some = np.linspace(0, len(VENUE.names) - 1, 90).astype(np.int64)
    d = VENUE.walk(some[:, None], some)
    assert np.all(d[:, :, None] + d[None, :, :] >= d[:, None, :])


def test_doors_are_where_the_scenario_says() -> None:
    venue = laid_out(venue__halls__H1__door_m=(160, 100))
    p = venue.places
    assert p.to_door[0] == abs(p.x[0] - 1600) + abs(p.y[0] - 1000)


def test_rooms_and_tables_are_inside_their_halls() -> None:
    p = VENUE.places
    for place in np.concatenate((of_kind(VENUE, PlaceKind.ROOM), of_kind(VENUE, PlaceKind.TABLE))):
        hall = list(SCENARIO.data.venue.halls.values())[p.zone[place]]
        assert hall.x_m * 10 <= p.x[place] <= (hall.x_m + hall.width_m) * 10
        assert hall.y_m * 10 <= p.y[place] <= (hall.y_m + hall.depth_m) * 10
    tables = VENUE.tables["everybody"].ravel()
    assert len({(p.x[t], p.y[t]) for t in tables}) == 60


def test_meetings_at_booths_need_no_tables() -> None:
    assert laid_out(matchmaking__everybody__location="booth").tables["everybody"].shape == (1, 0)


def test_places_open_with_the_doors_and_gates_close_before() -> None:
    daily = [(9 + 24 * day, 17 + 24 * day) for day in range(5)]
    assert hours(VENUE, 0) == daily
    assert hours(VENUE, int(VENUE.catering[0])) == daily
    assert hours(VENUE, int(VENUE.gates[0])) == [(a, b - 0.5) for a, b in daily]
    assert (VENUE.day_open / HOUR).tolist() == [a for a, _ in daily]
    assert (VENUE.day_close / HOUR).tolist() == [b for _, b in daily]


def test_a_day_may_have_other_hours() -> None:
    venue = laid_out(expo__hours={"2024-11-30": {"closes": "15:00"}}, programme={}, matchmaking={})
    assert hours(venue, 0)[3:] == [(9 + 72, 17 + 72), (9 + 96, 15 + 96)]
    assert hours(venue, int(venue.gates[0]))[4] == (9 + 96, 14.5 + 96)


def test_a_pavilion_opens_late() -> None:
    booth = int(np.flatnonzero(EXHIBITORS.pavilion == 0)[0])
    assert hours(VENUE, booth)[0] == (24 + 11, 24 + 17)
    assert len(hours(VENUE, booth)) == 4


def test_a_closed_hall_closes_booths_rooms_tables_and_nothing_else() -> None:
    venue = laid_out(
        shocks={"fire": {"kind": "hall_closed", "hall": "H6", "day": 2, "from": "12:00", "to": "14:00"}}
    )
    for place in range(len(venue.names)):
        usual = hours(VENUE, place)
        if venue.places.zone[place] != 5:
            assert hours(venue, place) == usual
        else:
            late = usual[0][0] == 35
            cut = [(35, 36), (38, 41)] if late else [(9, 17), (33, 36), (38, 41)]
            assert hours(venue, place)[: len(cut)] == cut


def test_a_closed_gate_closes_that_gate() -> None:
    venue = laid_out(shocks={"snow": {"kind": "gate_closed", "gate": "north", "day": 1}})
    assert hours(venue, 656) == hours(VENUE, 656)[1:]
    assert hours(venue, 655) == hours(VENUE, 655)


def test_exhibitors_of_an_absent_country_are_closed() -> None:
    venue = laid_out(shocks={"strike": {"kind": "country_absent", "country": "HU", "share": 0.5}})
    closed = [booth for booth in range(655) if not hours(venue, booth)]
    hungarian = np.flatnonzero(ORGANISATIONS.country == ORGANISATIONS.country[654])
    assert set(closed) <= set(hungarian.tolist())
    assert 8 < len(closed) < 33


def test_lanes_are_lost_for_a_while() -> None:
    venue = laid_out(
        shocks={
            "a": {
                "kind": "lanes_closed",
                "gate": "south",
                "lanes": 5,
                "day": 1,
                "from": "09:00",
                "to": "11:00",
            },
            "b": {"kind": "lanes_closed", "lanes": 12, "day": 1, "from": "10:00", "to": "12:00"},
        }
    )
    p = venue.places
    rows = list(
        zip((p.change_at / HOUR).tolist(), p.change_place.tolist(), p.change_servers.tolist(), strict=True)
    )
    # the north gate has ten lanes: twelve left are no loss
    assert rows == [(9, 655, 5), (11, 655, 12), (12, 655, 20)]


def test_one_exhibitor_more_moves_no_room_and_no_table() -> None:
    more = laid_out(exhibitors__count=621).places
    places = VENUE.places
    assert more.x[656:].tolist() == places.x[655:].tolist()
    assert more.y[656:].tolist() == places.y[655:].tolist()


def test_hall_limits_are_those_of_the_scenario() -> None:
    venue = laid_out(venue__halls__H2__max_people=900)
    assert venue.places.zone_limit.tolist() == [NONE, 900] + [NONE] * 6


def test_intervals_are_merged_where_they_adjoin_or_overlap() -> None:
    assert merged([(5, 7), (1, 3), (3, 4), (6, 9), (2, 2)]) == [(1, 4), (5, 9)]
    assert without([(0, 10), (20, 30)], [(8, 22), (25, 26)]) == [(0, 8), (22, 25), (26, 30)]
    assert without([(0, 10)], [(0, 10)]) == []
    assert without([(0, 10)], [(3, 3)]) == [(0, 10)]
