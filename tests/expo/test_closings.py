"""Halls that close early or open late by the plan: who cannot be there then does not choose them."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import numpy.typing as npt

import sim
from sim.expo import Expo
from sim.expo.venue.hours import DAY
from sim.expo.venue.venue import Venue
from sim.expo.visitors.closings import closed_halls
from sim.expo.visitors.visitors import Visitors
from sim.floor.arrays import MINUTE, NEVER, IntArray
from sim.floor.trace import Kind, Outcome
from sim.streams import subkeys
from tests.expo.fair import Table
from tests.expo.fair import built as of_two_days
from tests.expo.test_routes import rows_of, stops_by_key

EAST, WEST = 0, 1
SHORT = {"venue.halls.east.closes": dt.time(13, 0)}
LATE = {"venue.halls.east.opens": dt.time(12, 0)}


BUILT: dict[str, Expo] = {}


def built(changes: dict[str, Any]) -> Expo:
    if repr(changes) not in BUILT:
        BUILT[repr(changes)] = sim.build(sim.load("quickstart", changes))
    return BUILT[repr(changes)]


def could_be_there(expo: Expo, hall: int = EAST) -> tuple[IntArray, IntArray]:
    """From when to when each party-day could be at the door of a hall."""
    days, places = expo.floor.party_days, expo.floor.places
    way = days.pace * places.zone_distance[places.zone[days.gate], hall]
    admitted = days.arrival + days.check
    comes = days.arrival < NEVER  # of the others nobody knows that they stay away
    return np.where(comes, admitted + way, 0), np.minimum(admitted + days.stay, days.latest) - way


def wanted_in(expo: Expo, hall: int, stops: npt.NDArray[np.bool_] | bool = True) -> IntArray:
    """Stops in a hall, of `stops`, that each party-day has drawn."""
    there = (expo.floor.places.zone[expo.floor.stops.place] == hall) & stops
    return np.bincount(rows_of(expo)[there], minlength=expo.floor.n_party_days)


def test_who_comes_after_the_close_or_leaves_before_the_opening_chooses_other_booths() -> None:
    closes, opens = 13 * 60 * MINUTE, 12 * 60 * MINUTE
    for expo, too_late in (
        (early := built(SHORT), could_be_there(early)[0] >= closes),
        (late := built(LATE), could_be_there(late)[1] <= opens),
    ):
        assert 0.05 < too_late.mean() < 0.95
        assert wanted_in(expo, EAST)[too_late].sum() == 0
        assert (wanted_in(expo, EAST)[~too_late] > 0).mean() > 0.8
        # they stop at others instead, as many as they meant to
        stops = np.diff(expo.floor.party_days.stop_index)
        assert stops[too_late].mean() > 10


def test_to_a_millisecond_the_hours_of_the_day_the_check_and_the_way_decide() -> None:
    """Doors from 0 to 1,000; a closes at 500, on the second day at 600; b opens at 300; c is as the doors.

    The gate is 10, 20 and 5 from them, at 2 ms each: 20, 40 and 10 ms.
    """
    between = np.zeros((4, 4), dtype=np.int64)
    between[3] = [10, 20, 5, 0]
    both = np.array([0, 5_000])
    venue = SimpleNamespace(
        halls=("a", "b", "c"),
        places=SimpleNamespace(zone=np.array([3]), zone_distance=between),
        day_open=both,
        day_close=both + 1_000,
        hall_open=np.array([both, both + 300, both]),
        hall_close=np.array([both + np.array([500, 600]), both + 1_000, both + 1_000]),
    )
    # day, arrival, check, departure; what is closed for it
    parties = {
        (0, 470, 10, 900): "a",  # at a's door at 500
        (0, 469, 10, 900): "",
        (0, 100, 10, 340): "b",  # must be back from b at 300
        (0, 100, 10, 341): "",
        (0, 480, 10, 340): "ab",
        (1, 5_570, 10, 5_900): "a",
        (1, 5_569, 10, 5_900): "",
        (0, 995, 10, 1_005): "a",  # nobody is said to know of c, open whenever the doors are
        (0, 0, 1, 5): "b",
    }
    day, arrival, check, departure = np.array(list(parties)).T
    fixed = {"pace": np.full(len(day), 2), "gate": np.zeros(len(day), dtype=np.int64)}
    visitors = SimpleNamespace(day=day, arrival=arrival, check=check, departure=departure, **fixed)
    found = closed_halls(cast(Venue, venue), cast(Visitors, visitors), np.arange(len(day)))
    said = ["".join(hall for hall, shut in zip("abc", row, strict=True) if shut) for row in found]
    assert said == list(parties.values())


def test_stops_elsewhere_keep_their_draws_and_who_can_be_there_its_route() -> None:
    usual, early = built({}), built(SHORT)
    keys = [subkeys(e.parties.key, e.parties.day) for e in (usual, early)]
    assert np.array_equal(keys[0], keys[1])
    a, b = (e.floor.party_days for e in (usual, early))
    same = (a.arrival == b.arrival) & (a.stay == b.stay)  # some have meetings at other times
    assert same.mean() > 0.8
    knows = could_be_there(early)[0] >= 13 * 60 * MINUTE
    for v in np.flatnonzero(same & ~knows).tolist():
        route, other = slice(*a.stop_index[v : v + 2]), slice(*b.stop_index[v : v + 2])
        assert np.array_equal(usual.floor.stops.place[route], early.floor.stops.place[other])
    wanted = [stops_by_key(e, key) for e, key in zip((usual, early), keys, strict=True)]
    west = {n for n, z in zip(usual.organisations.name, usual.floor.places.zone, strict=False) if z != EAST}
    of_those = set(keys[0][same & knows].tolist())
    before, after = ({k: w for k, w in all_.items() if k[0] in of_those and k[1] in west} for all_ in wanted)
    assert len(before) > 1000
    kept = before.keys() & after.keys()
    assert len(kept) > 0.9 * len(before)
    # a look may be longer at a stop that is planned now and was in passing: talks and returns are the same
    assert all(before[k][1:] == after[k][1:] for k in kept)


def test_a_hall_with_the_hours_of_the_doors_is_as_if_nothing_was_said() -> None:
    said = built({"venue.halls.east.opens": dt.time(9, 0), "venue.halls.east.closes": dt.time(17, 0)})
    assert said.floor.stops.place.tolist() == built({}).floor.stops.place.tolist()


def test_nobody_goes_back_on_a_later_day_to_a_hall_that_is_closed_then() -> None:
    """Where everybody goes back wherever they wanted to talk on the first day."""
    hours = Table({"2024-11-27": Table({"opens": dt.time(14)})})
    expo = of_two_days(behaviour__return_share=1.0, venue__halls__west__hours=hours)
    _, party, days = np.unique(expo.floor.party_days.party, return_inverse=True, return_counts=True)
    again = (expo.parties.day == 1) & (days[party] == 2)
    gone = again & (could_be_there(expo, WEST)[1] <= DAY + 14 * 60 * MINUTE)
    assert 5 < gone.sum() < again.sum() - 5
    back = wanted_in(expo, WEST, expo.floor.stops.again == 1)
    assert back[again & ~gone].sum() > 5 > back[gone].sum() == 0


def test_nobody_walks_to_a_closed_hall_that_the_plan_says_is_closed() -> None:
    for changes in (SHORT, LATE):
        result = sim.run(sim.load("quickstart", changes))
        looks = result.trace.outcome[result.trace.kind == Kind.LOOK]
        assert not (looks == Outcome.CLOSED).any()
        assert result.row["booths.hall_closed"] == (looks == Outcome.MISSED).sum() > 0
