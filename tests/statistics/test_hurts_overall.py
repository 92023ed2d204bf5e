"""Where it hurts over all replications: worked out by hand from a few tallies."""

from __future__ import annotations

import pickle
from collections import Counter

import sim
from sim.floor.arrays import NONE
from sim.floor.trace import Kind, Outcome
from sim.statistics import Result
from sim.statistics.hurts import Crowd, FullDiaries, Queue
from sim.statistics.hurts_overall import Overall, Promised, Tally, tally
from sim.studies.resultset import ResultSet
from tests.statistics.chance import random_result


def queue(place: str, waited: int, wait: float, lost: int = 0, longest: float = 4) -> Queue:
    return Queue(place, "booth", 50, waited, lost, wait, longest, 2, 0)


def crowd(name: str, people: int, limit: int, turned_away: int = 0, where: str = "") -> Crowd:
    return Crowd(name, people, limit, 0, turned_away, where)


def gold(held: int, **reasons: int) -> Promised:
    return Promised("gold", 4, held, reasons)


def of(
    *,
    booths: tuple[Queue, ...] = (),
    sessions: tuple[Crowd, ...] = (),
    halls: tuple[Crowd, ...] = (),
    left_out: tuple[str, ...] = (),
    promises: dict[str, Promised] | None = None,
    no_slot: dict[str, int] | None = None,
    not_done: dict[str, int] | None = None,
    closed: dict[str, int] | None = None,
) -> Tally:
    return Tally(
        booths={q.place: q for q in booths},
        doors={},
        sessions={c.name: c for c in sessions},
        halls={c.name: c for c in halls},
        left_out=left_out,
        promises=promises or {},
        no_slot=sum((no_slot or {}).values()),
        no_slot_of=no_slot or {},
        not_done=not_done or {},
        closed=closed or {},
    )


THREE = Overall(
    (
        of(
            booths=(queue("A", 10, 2.0, lost=3), queue("B", 4, 1.0)),
            sessions=(crowd("talk", 20, 20, 5, "room 1"),),
            halls=(crowd("east", 90, 100), crowd("west", 300, NONE)),
            left_out=("X", "Y"),
            promises={"S": gold(1, not_accepted=1, no_slot=2), "T": gold(4)},
            no_slot={"A": 3, "B": 1},
            not_done={
                "p.talks: activities cancelled: no room is free": 2,
                "p.tours: tours not guided: none": 9,
            },
        ),
        of(
            booths=(queue("A", 20, 0.5, longest=0.5),),
            sessions=(crowd("talk", 10, 20, 0, "room 2"),),
            halls=(crowd("east", 100, 100, 7), crowd("west", 330, NONE)),
            left_out=("Y",),
            promises={"S": gold(4), "T": gold(3, partner_no_show=1)},
        ),
        of(
            halls=(crowd("east", 80, 100), crowd("west", 270, NONE)),
            promises={"S": gold(2, not_accepted=2), "T": gold(4)},
            no_slot={"A": 2},
            closed={"west": 5, "east": 40},
        ),
    )
)


def test_how_often_and_how_badly_over_all_replications() -> None:
    # A: 10 parties for 2 min and 20 for half a minute: 30 minutes over 30 parties
    assert str(THREE).split("\n") == [
        "Where it hurts (over 3 replications: mean, least to most)",
        "  Longest queues at booths",
        "    A: a queue in 2 of 3; 10 (0 to 20) parties wait, 1 min on average, 4 min at",
        "      most; 1.0 (0 to 3) leave unserved",
        "    B: a queue in 1 of 3; 1.3 (0 to 4) parties wait, 1 min on average, 4 min at",
        "      most",
        "  Fullest sessions",
        "    talk: full in 1 of 3; 10 (0 to 20) of 20 seats taken; 1.7 (0 to 5) turned",
        "      away",
        "  Fullest halls",
        "    east: full in 1 of 3; 90 (80 to 100) of 100 people at its fullest; 2.3 (0 to",
        "      7) gave up at its door",
        "    west: 300 (270 to 330) people at its fullest",
        "  Stops given up because the hall was closed: 15 (0 to 45), in 1 of 3",
        "    east: 13 (0 to 40), in 1 of 3",
        "    west: 1.7 (0 to 5), in 1 of 3",
        "  Exhibitors left out: 1.0 (0 to 2), in 2 of 3",
        "    Y (in 2 of 3), X (in 1 of 3)",
        "  Promises not kept: 1, in 3 of 3",
        "    Meetings missing: 1.0 not accepted, 0.7 no slot, 0.3 the other side never",
        "      came",
        "    S (gold): short in 2 of 3; 2.3 (1 to 4) of 4 meetings held; mostly not",
        "      accepted",
        "    T (gold): short in 1 of 3; 3.7 (3 to 4) of 4 meetings held; mostly the other",
        "      side never came",
        "  Accepted requests without a slot: 2.0 (0 to 4), in 2 of 3",
        "    A: 1.7 (0 to 3), in 2 of 3",
        "    B: 0.3 (0 to 1), in 1 of 3",
        "  Asked for and not done: 0.7 (0 to 2), in 1 of 3",
        "    p.talks: activities cancelled: no room is free: 0.7 (0 to 2), in 1 of 3",
        "    p.tours: tours not guided: none: 3.0 (0 to 9), in 1 of 3",
    ]


def test_where_nothing_hurts_nothing_is_said() -> None:
    assert "nowhere" in str(Overall((of(), of())))


def test_a_sponsor_that_is_one_in_some_replications_only_says_so() -> None:
    one = Overall((of(promises={"S": gold(1, no_place=3)}), of()))
    assert "S (gold, which it is in 1): short in 1 of 1; 1 of 4 meetings held" in str(one)


def test_the_tally_of_a_replication_is_what_hurts_in_it(tiny: Result) -> None:
    found = tally(tiny.ledger)
    hurts = tiny.where_it_hurts
    assert tuple(found.booths.values()) == hurts.booths
    assert set(found.doors.values()) == set(hurts.doors)
    assert (found.left_out, found.no_slot) == (("Left <Out>",), 1)
    assert found.no_slot_of == {"Acme": 1}  # of Buyer One and Acme
    assert tiny.tally == found
    assert "Left &lt;Out&gt;" in Overall((found,))._repr_html_()


def test_stops_given_up_for_a_closing_are_those_of_the_halls_that_were_closed() -> None:
    found = []
    for seed in range(6):
        result = random_result(seed)
        zone = result.expo.floor.places.zone
        looks = zip(result.trace.kind, result.trace.outcome, result.trace.place, strict=True)
        halls = Counter(
            result.expo.halls[zone[p]] for k, o, p in looks if (k, o) == (Kind.LOOK, Outcome.MISSED)
        )
        assert result.tally.closed == result.where_it_hurts.closed == dict(halls)
        assert list(result.tally.closed.values()) == sorted(halls.values(), reverse=True)
        found.append(len(halls))
    assert min(found) == 0 < max(found)


def test_a_study_keeps_a_small_tally_of_each_replication(quickstart_twice: ResultSet) -> None:
    results = quickstart_twice
    assert len(results.tallies) == 2
    assert results.tallies[1] == sim.run("quickstart", replication=1).tally
    assert results.where_it_hurts.tallies == results.tallies
    assert len(pickle.dumps(results.tallies[1])) < 20_000


def test_what_accepted_requests_lack_is_what_most_of_them_lack() -> None:
    """Of 400 that found no slot, a few have a full diary: if tables are taken, nobody lacks time."""
    taken = str(FullDiaries(0.11, 0.12, without=400, visitor_full=2, no_table=390))
    assert taken.endswith(": tables are lacking")
    assert "no table is free in 98 %" in taken
    assert "visitor's diary full in 0.50 %, the exhibitor's in 0 %" in taken
    full = FullDiaries(0.9, 0.2, without=10, visitor_full=8, exhibitor_full=1, no_table=1)
    assert str(full).endswith(": visitors lack time")
    assert str(FullDiaries(0.2, 0.9, without=10, exhibitor_full=6)).endswith(": exhibitors lack time")
    scattered = FullDiaries(0.5, 0.5, without=100, visitor_full=20, no_table=10)  # 70 found no common slot
    assert "lack" not in str(scattered)
