"""What is booked of a timetable: its meetings and their stand-bys, side by side, on the floor's tables.

Parties are booked themselves, booths' delegates are called.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from sim.expo.booking.agenda import Agenda, Booked
from sim.expo.booking.duties import Called, Duties
from sim.expo.expo import Requests
from sim.expo.meetings.asking import Sent, pair_keys
from sim.expo.meetings.evening import Again
from sim.expo.meetings.joining import Joined
from sim.expo.meetings.limits import Limits
from sim.expo.meetings.participants import Attendance
from sim.expo.meetings.places import Placed
from sim.expo.meetings.slots import Slots
from sim.expo.meetings.standbys import name_standbys
from sim.expo.meetings.timetabling import Scheduled
from sim.expo.venue.hours import DAY, minutes
from sim.floor.arrays import NONE, IntArray, Meetings
from sim.matchmaking import UNSCHEDULED
from sim.streams import Streams, key_of, subkeys

if TYPE_CHECKING:
    from sim.expo.shortfalls import Noted
    from sim.scenario.schema.data import Matchmaking

__all__ = [
    "Planned",
    "Sides",
    "book",
    "last_moment",
    "meetings_of",
    "no_meetings",
    "no_requests",
    "planned_meetings",
    "requests_of",
    "sides_of",
]

BoolArray = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Planned:
    """The meetings of a programme, ordinary ones first: an entry each."""

    request: IntArray  # that it holds
    place: IntArray
    slot: IntArray
    length: IntArray  # slots
    standby_for: IntArray  # which of these it stands by for, or NONE
    keeps: IntArray  # the side that both have in common, or NONE

    def and_again(self, again: Again, where: Placed) -> Planned:
        """With those that failed and are asked for again, which stand-bys do not go with."""
        none = np.full(len(again), NONE, dtype=np.int64)
        more = (again.request, again.place, again.slot, where.length[again.request], none, none)
        own = (self.request, self.place, self.slot, self.length, self.standby_for, self.keeps)
        return Planned(*(np.concatenate(each) for each in zip(own, more, strict=True)))


@dataclass(frozen=True, slots=True)
class Sides:
    """The sides of these meetings: (sides, meetings)."""

    who: IntArray  # participant; NONE: there is no such side
    away: BoolArray  # whether it will not come

    def and_again(self, again: Again, sent: Sent, away: tuple[BoolArray, BoolArray]) -> Sides:
        """With those of meetings asked for again, to which these do not come."""
        who = np.stack((sent.asked.asker[again.request], sent.asked.asked[again.request]))
        return Sides(np.hstack((self.who, who)), np.hstack((self.away, np.stack(away))))


def planned_meetings(
    name: str,
    section: Matchmaking,
    sent: Sent,
    joined: Joined,
    people: Attendance,
    made: Scheduled,
    free: IntArray,
    where: Placed,
    slots: Slots,
    limits: Limits,
    streams: Streams,
    noted: Noted,
) -> Planned:
    """The meetings of the timetable, then the stand-bys'."""
    on = np.flatnonzero((made.slot != UNSCHEDULED) & (joined.lead == np.arange(len(sent))))
    none = np.full(len(on), NONE, dtype=np.int64)
    if section.against_no_shows != "standbys":
        return Planned(on, made.place[on], made.slot[on], where.length[on], none, none)
    wanted = streams.uniform(f"standby.{name}", pair_keys(sent.asked, people)) < section.standby_share
    wanted &= joined.guest == NONE
    stands = name_standbys(
        sent, joined, people, made.slot, free, wanted, limits, slots, where.length, made.far
    )
    by = np.flatnonzero(stands != NONE)
    of = stands[by]
    one_booth = (people.party[sent.asked.asker] == NONE) != (people.party[sent.asked.asked] == NONE)
    could = int((one_booth & wanted & (made.slot != UNSCHEDULED)).sum())
    noted.note(f"matchmaking.{name}.standby_share", name, "standbys", could, len(by), "nobody_free")
    booth_asks = people.party[sent.asked.asker[of]] == NONE
    return Planned(
        np.concatenate((on, by)),
        np.concatenate((made.place[on], made.place[of])),
        np.concatenate((made.slot[on], made.slot[of])),
        np.concatenate((where.length[on], where.length[of])),
        np.concatenate((none, np.searchsorted(on, of))),
        np.concatenate((none, np.where(booth_asks, 0, 1))),
    )


def sides_of(sent: Sent, joined: Joined, planned: Planned, stays_away: tuple[BoolArray, BoolArray]) -> Sides:
    """Who is on each side of these meetings: who asked and who was asked; of joined requests the guest first.

    Whether the guest comes is drawn with the first of the requests.
    """
    rows = planned.request
    groups = {int(each[0]): each for each in joined.groups()}
    most = max((1 + len(groups[k]) for k in rows.tolist() if k in groups), default=2)
    who = np.full((most, len(rows)), NONE, dtype=np.int64)
    away = np.zeros(who.shape, dtype=np.bool_)
    who[:2] = sent.asked.asker[rows], sent.asked.asked[rows]
    away[:2] = stays_away[0][rows], stays_away[1][rows]
    for n in np.flatnonzero((planned.standby_for == NONE) & (joined.guest[rows] != NONE)).tolist():
        each = groups[int(rows[n])]
        asks = sent.asked.asker[each] == joined.guest[each]
        mine, theirs = (np.where(by, stays_away[0][each], stays_away[1][each]) for by in (asks, ~asks))
        who[: len(each) + 1, n] = joined.guest[each[0]], *joined.hosts(sent, each)
        away[: len(each) + 1, n] = mine[0], *theirs
    return Sides(who, away)


def book(
    name: str,
    section: Matchmaking,
    people: Attendance,
    planned: Planned,
    sides: Sides,
    first: int,
    slots: Slots,
    agenda: Agenda,
    duties: Duties,
) -> None:
    """Book all sides of these meetings, numbered from `first`: parties themselves, booths' delegates.

    Of a stand-by's meeting only the stand-by is booked; the other side is there for the meeting that it
    stands by for.
    """
    start, end = slots.hours(planned.slot, planned.length)
    meeting = first + np.arange(len(planned.request))
    ordinary = planned.standby_for == NONE
    for side, (who, away) in enumerate(zip(sides.who, sides.away, strict=True)):
        party = people.party[who]
        comes = (~away).astype(np.int64)
        of = np.flatnonzero((who != NONE) & (party != NONE))
        row = agenda.of_party(party[of], start[of] // DAY)
        agenda.add(
            Booked(
                row,
                planned.place[of],
                start[of],
                end[of],
                meeting=meeting[of],
                side=np.where(ordinary, side, 1 - planned.keeps)[of],
                comes=comes[of] * (1 - agenda.visitors.away[row]),
            )
        )
        of = np.flatnonzero((who != NONE) & (party == NONE) & ordinary)
        booth = people.organisation[who[of]]
        _, at = duties.leaves(booth, planned.place[of], start[of], minutes(section.hold_back_minutes))
        named = subkeys(subkeys(key_of("delegate", name), 0), people.key[who[of]])
        duties.add(
            Called(
                booth,
                planned.place[of],
                at,
                start[of],
                end[of],
                last_moment(section, start[of], end[of]),
                meeting=meeting[of],
                side=np.array(side),
                comes=comes[of],
                named=named if section.delegate == "named" else np.array(0, dtype=np.uint64),
            )
        )


def requests_of(
    programme: int,
    sent: Sent,
    joined: Joined,
    people: Attendance,
    made: Scheduled,
    planned: Planned,
    first: int,
    again: int,
) -> Requests:
    """The requests of the programme of this number, their meetings numbered from `first`.

    The last `again` meetings were asked for once more: each is a request of its own, after the others.
    """
    own = len(planned.request) - again
    meeting = np.full(len(sent), NONE, dtype=np.int64)
    meeting[planned.request[:own]] = first + np.arange(own)
    on = joined.rows[made.slot[joined.rows] != UNSCHEDULED]
    meeting[on] = meeting[joined.lead[on]]
    rows = np.concatenate((np.arange(len(sent)), planned.request[own:]))
    asker, asked = sent.asked.asker[rows], sent.asked.asked[rows]
    return Requests(
        programme=np.full(len(rows), programme, dtype=np.int64),
        asker=people.organisation[asker],
        asked=people.organisation[asked],
        asker_party=people.party[asker],
        asked_party=people.party[asked],
        affinity=sent.affinity[rows],
        score=sent.asked.score[rows],
        asker_wish=sent.wish_a[rows],
        asked_wish=sent.wish_b[rows],
        reply=sent.reply[rows],
        accepted=sent.accepted[rows].astype(np.int64),
        must=sent.must[rows].astype(np.int64),
        reason=made.reason[rows],
        meeting=np.concatenate((meeting, first + own + np.arange(again))),
    )


def meetings_of(
    section: Matchmaking,
    place: IntArray,
    start: IntArray,
    end: IntArray,
    interpreters: IntArray,
    standby_for: IntArray,
    keeps: IntArray,
    sides: IntArray,
) -> Meetings:
    """Meetings from `start` to `end` (ms), an entry each, as the programme's rules have them."""
    same = np.ones(len(place), dtype=np.int64)
    return Meetings(
        place=place,
        start=start,
        duration=end - start,
        tolerance=minutes(section.tolerance_minutes) * same,
        hold=int(section.overrun == "hold") * same,
        least=_shortest(section) * same,
        interpreters=interpreters.astype(np.int64),
        standby_for=standby_for.astype(np.int64),
        keeps=keeps.astype(np.int64),
        again_of=np.full(len(place), NONE, dtype=np.int64),
        sides=sides.astype(np.int64),
        pool_size=np.empty(0, dtype=np.int64),
    )


def _shortest(section: Matchmaking) -> int:
    """Ms that a meeting must be able to last, or it is not begun; a slot is enough."""
    return max(1, min(minutes(section.least_minutes), minutes(section.slot_minutes)))


def last_moment(section: Matchmaking, start: IntArray, end: IntArray) -> IntArray:
    """When meetings from `start` to `end` are lost that have not begun, if their tables are free."""
    last = start + minutes(section.tolerance_minutes)
    return np.minimum(last, end - _shortest(section)) if section.overrun == "cut" else last


def no_requests() -> Requests:
    """No requests at all."""
    whole, real = np.empty(0, dtype=np.int64), np.empty(0)
    return Requests(whole, whole, whole, whole, whole, real, real, real, real, *(whole,) * 5)


def no_meetings(pools: list[int] | None = None) -> Meetings:
    """No meetings, and so many interpreters in each of these pools."""
    none = np.empty(0, dtype=np.int64)
    return Meetings(*(none,) * 11, pool_size=np.array(pools or [], dtype=np.int64))
