"""A fair of three booths and two days, small enough to work out by hand.

Acme (booth 0) and Bela (booth 1, in the Hungarian pavilion) are in the north hall, Left <Out> (booth
2), the room, the tables and catering in the south hall. The gate is outside. Acme's booth is a
minute's walk from the hall's door, everything else is at it.
"""

from __future__ import annotations

from typing import Final

from sim.floor.arrays import MINUTE, NONE, PlaceKind
from sim.floor.laws import LAWS
from sim.floor.laws.parties import (
    nobody_asks_again_but_after_a_loss,
    nobody_is_quicker_or_slower_than_the_walk,
    stays_count_from_the_admission,
)
from sim.floor.laws.services import nobody_waits_longer_than_its_patience
from sim.floor.laws.staff import delegates_walk_out_and_home
from sim.floor.trace import Cause, Kind, Outcome
from tests.statistics.building import (
    PACE,
    Booking,
    Call,
    Meeting,
    Party,
    Plan,
    Request,
    Row,
    Session,
    Window,
    at,
)

ACME, BELA, OUT = range(3)
BUYER_1, BUYER_2, PRESS = 3, 4, 5
GATE, ROOM, TABLE_1, TABLE_2, FOOD = 3, 4, 5, 6, 7
P0, P1, P2, P0_AGAIN, P3, P4 = range(6)  # party-days
MEMBERS: Final = 6  # the first member of staff is actor 6
ACME_1, ACME_2, BELA_1, OUT_1 = range(MEMBERS, MEMBERS + 4)

_ALL_DAY = ((at(9), at(17)), (at(9, 0, 1), at(17, 0, 1)))

PLAN: Final = Plan(
    organisations=(
        ("Acme", 0, 0), ("Bela", 1, 1), ("Left <Out>", 0, 0),
        ("Buyer One", 0, 0), ("Buyer Two", 1, 1), ("Press", 0, 0),
    ),
    areas=(20.0, 10.0, 10.0),
    pavilion=(NONE, 0, NONE),
    kinds=(
        PlaceKind.BOOTH, PlaceKind.BOOTH, PlaceKind.BOOTH, PlaceKind.GATE, PlaceKind.ROOM,
        PlaceKind.TABLE, PlaceKind.TABLE, PlaceKind.CATERING,
    ),
    zones=(0, 0, 1, 2, 1, 1, 1, 1),
    to_door=(MINUTE // PACE, 0, 0, 0, 0, 0, 0, 0),
    servers=(0, 0, 0, 2, 0, 0, 0, 10),
    zone_limit=(10, NONE, NONE),
    place_names=("Acme", "Bela", "Left <Out>", "main gate", "room", "table 1", "table 2", "food"),
    members=(
        (ACME, _ALL_DAY), (ACME, _ALL_DAY), (BELA, _ALL_DAY), (OUT, ((at(9), at(12)),)),
    ),
    parties=(
        Party(0, 0, 0, BUYER_1, 1, at(9), GATE),
        Party(1, 0, 0, BUYER_2, 2, at(9), GATE, check=2 * MINUTE),
        Party(2, 0, 1, PRESS, 5, at(8, 59), GATE, check=3 * MINUTE),
        Party(0, 1, 0, BUYER_1, 1, at(10, 0, 1), GATE),
        Party(3, 1, 2, ACME, 1, at(10, 0, 1), GATE),
        Party(4, 1, 0, BUYER_2, 3, at(16, 20, 1), GATE),
    ),
    sessions=(
        Session(ROOM, at(10), at(10, 40), 4, "exchange", 2, 4 * MINUTE, hosts=(OUT,), title="Mix & meet"),
    ),
    meetings=(Meeting(TABLE_1, at(11)), Meeting(TABLE_2, at(11))),
    bookings=(
        Booking(P0, ROOM, at(10), session=0, registered=1),
        Booking(P1, ROOM, at(10), session=0, registered=1),
        Booking(P2, ROOM, at(10), session=0),
        Booking(P0, TABLE_1, at(11), meeting=0, side=0),
        Booking(P1, TABLE_2, at(11), meeting=1, side=1),
        Booking(P1, FOOD, at(12), meal=25 * MINUTE),
        Booking(P3, FOOD, at(11, 0, 1), meal=25 * MINUTE),
    ),
    calls=(
        Call(OUT, ROOM, at(10), session=0),
        Call(BELA, TABLE_1, at(11), meeting=0, side=1),
        Call(ACME, TABLE_2, at(11), meeting=1, side=0),
    ),
    requests=(
        Request(BUYER_1, BELA, 0, NONE, 0.8, 0.7, 1, 0),
        Request(ACME, BUYER_2, NONE, 1, 0.2, 0.9, 1, 1),
        Request(BUYER_1, ACME, 0, NONE, 0.5, 0.6, 1),
        Request(BUYER_2, OUT, 1, NONE, 0.4, 0.3, 0),
    ),
    windows=(Window(0, at(10, 30), at(12), 3, 2),),
)  # fmt: skip


def _talk(booth: int, actor: int, start: int, wait: float, end: int, member: int) -> Row:
    return Row(Kind.TALK, booth, actor, start, end, round(wait * MINUTE), member)


def _lost(kind: Kind, place: int, actor: int, start: int, end: int, outcome: Outcome,
          cause: Cause = Cause.NONE, other: int = NONE, side: int = NONE) -> Row:  # fmt: skip
    return Row(kind, place, actor, start, end, end - start, other, outcome, cause, side)


def _d(hour: int, minute: float) -> int:
    return at(hour, minute, 1)


ROWS: Final = (
    # the first buyer: talks to Acme and Bela, mixes, meets Bela
    Row(Kind.GATE, GATE, P0, at(9), at(9, 1)),
    Row(Kind.VISIT, GATE, P0, at(9, 1), at(12)),
    Row(Kind.LOOK, ACME, P0, at(9, 5), at(9, 8)),
    _talk(ACME, P0, at(9, 8), 2, at(9, 16), ACME_1),
    Row(Kind.LOOK, BELA, P0, at(9, 20), at(9, 22)),
    _talk(BELA, P0, at(9, 22), 0, at(9, 25), BELA_1),
    Row(Kind.LOUNGE, BELA, P0, at(9, 25), at(9, 50)),
    Row(Kind.SESSION, ROOM, P0, at(9, 55), at(10, 48), 5 * MINUTE, 0),
    Row(Kind.CONTACT, ROOM, P0, at(10, 40), at(10, 44), 0, P1),
    Row(Kind.CONTACT, ROOM, P0, at(10, 44), at(10, 48), 0, OUT_1),
    Row(Kind.MEETING, TABLE_1, P0, at(10, 58), at(11, 20), 4 * MINUTE, 0, side=0),
    # the second: two people, stood up by Acme, has lunch
    Row(Kind.GATE, GATE, P1, at(9), at(9, 3), MINUTE),
    Row(Kind.VISIT, GATE, P1, at(9, 3), at(13)),
    Row(Kind.LOOK, ACME, P1, at(9, 6), at(9, 7)),
    _talk(ACME, P1, at(9, 7), 0, at(9, 20), ACME_2),
    Row(Kind.LOOK, BELA, P1, at(9, 21), at(9, 22.5)),
    _lost(Kind.TALK, BELA, P1, at(9, 22.5), at(9, 23.5), Outcome.RENEGED),
    Row(Kind.SESSION, ROOM, P1, at(9, 58), at(10, 44), 2 * MINUTE, 0),
    _lost(Kind.MEETING, TABLE_2, P1, at(10, 55), at(11, 8), Outcome.STOOD_UP, Cause.OTHER_SIDE, 1, 1),
    Row(Kind.MEAL, FOOD, P1, at(12), at(12, 30), 5 * MINUTE),
    # the press: five people, find Left <Out> closed, balk at Bela, find no seat
    Row(Kind.GATE, GATE, P2, at(8, 59), at(9, 2)),
    Row(Kind.VISIT, GATE, P2, at(9, 2), at(10)),
    Row(Kind.LOOK, ACME, P2, at(9, 3), at(9, 4)),
    _talk(ACME, P2, at(9, 4), 0, at(9, 10), ACME_1),
    _lost(Kind.LOOK, OUT, P2, at(9, 20), at(9, 20), Outcome.CLOSED),
    Row(Kind.LOOK, BELA, P2, at(9, 22), at(9, 23)),
    _lost(Kind.TALK, BELA, P2, at(9, 23), at(9, 23), Outcome.BALKED),
    _lost(Kind.SESSION, ROOM, P2, at(9, 50), at(9, 58), Outcome.TURNED_AWAY, Cause.FULL, 0),
    # the first buyer again on the second day
    Row(Kind.GATE, GATE, P0_AGAIN, _d(10, 0), _d(10, 1)),
    Row(Kind.VISIT, GATE, P0_AGAIN, _d(10, 1), _d(10, 20)),
    Row(Kind.LOOK, ACME, P0_AGAIN, _d(10, 5), _d(10, 6)),
    _talk(ACME, P0_AGAIN, _d(10, 6), 0, _d(10, 8), ACME_2),
    Row(Kind.LOOK, BELA, P0_AGAIN, _d(10, 12), _d(10, 13)),
    _lost(Kind.TALK, BELA, P0_AGAIN, _d(10, 13), _d(10, 15), Outcome.LEFT_FOR_BOOKING, Cause.DEPARTURE),
    # somebody of Acme's own, who waits at the hall's door and goes without lunch
    Row(Kind.GATE, GATE, P3, _d(10, 0), _d(10, 1)),
    Row(Kind.VISIT, GATE, P3, _d(10, 1), _d(12, 0)),
    Row(Kind.HALL, BELA, P3, _d(10, 3), _d(10, 5), 2 * MINUTE, 0),
    Row(Kind.LOOK, BELA, P3, _d(10, 6), _d(10, 7)),
    _talk(BELA, P3, _d(10, 7), 0, _d(10, 16), BELA_1),
    _lost(Kind.MEAL, FOOD, P3, _d(11, 0), _d(11, 15), Outcome.RENEGED),
    # three people who come too late
    _lost(Kind.GATE, GATE, P4, _d(16, 20), _d(16, 30), Outcome.CLOSED),
    # staff; nobody of Acme comes to the second meeting
    Row(Kind.SESSION, ROOM, OUT_1, at(9, 55), at(10, 48), 5 * MINUTE, 0),
    Row(Kind.DELEGATE, ROOM, OUT_1, at(9, 50), at(11), 0, 0),
    Row(Kind.MEETING, TABLE_1, BELA_1, at(11, 2), at(11, 20), 0, 0, Outcome.LATE, Cause.CONVERSATION, 1),
    Row(Kind.DELEGATE, TABLE_1, BELA_1, at(11), at(11, 25), 0, 1),
    Row(Kind.MEETING, TABLE_2, NONE, at(11, 8), at(11, 8), 0, 1, Outcome.NO_SHOW, side=0),
)

FREE: Final = (
    nobody_is_quicker_or_slower_than_the_walk, stays_count_from_the_admission, delegates_walk_out_and_home,
    nobody_waits_longer_than_its_patience, nobody_asks_again_but_after_a_loss,
)  # fmt: skip
BY_HAND: Final = tuple(law for law in LAWS if law not in FREE)
"""The laws that rows by hand keep to: walks, stops, stays and patience are as reads well."""
