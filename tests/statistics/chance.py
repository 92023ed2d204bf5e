"""Random expos with random traces: nobody is in two places at once, the rest is anything."""

from __future__ import annotations

from dataclasses import replace

from sim.floor.arrays import MINUTE, NONE, PlaceKind
from sim.floor.trace import Cause, Kind, Outcome
from sim.statistics import Result
from tests.statistics.building import (
    Booking,
    Call,
    Meeting,
    Party,
    Plan,
    Row,
    Session,
    Window,
    at,
    build,
    trace_of,
)
from tests.statistics.chance_beforehand import Beforehand, stream

_LOST_TALK = (Outcome.BALKED, Outcome.RENEGED, Outcome.LEFT_FOR_BOOKING, Outcome.CLOSED)
_HELD_UP = tuple(c for c in Cause if c is Cause.ABSENT or (c.value <= Cause.MEAL and c is not Cause.NONE))


class _Chance:
    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.r = stream(seed, "expo")
        self.grouped = stream(seed, "groups").random() < 1 / 6
        self.days = self.r.randint(1, 3)
        self.exhibitors = self.r.randint(1, 5)
        self.booths = range(self.exhibitors)
        self.others = self.r.randint(1, 6)
        self.gate, self.room, self.table, self.food = (self.exhibitors + i for i in range(4))
        self.rows: list[Row] = []

    def result(self) -> Result:
        r = self.r
        self.members = [(booth, self._shifts()) for booth in self.booths for _ in range(r.randint(1, 3))]
        comings = [(who, day) for who in range(14) for day in range(self.days)]
        employer = [self._organisation() for _ in range(14)]
        self.parties = [
            self._party(who, day, employer[who])
            for who, day in r.sample(comings, r.randint(0, min(25, len(comings))))
        ]
        self.bookings: list[Booking] = []
        self.calls: list[Call] = []
        hours = [at(hour, 0, day) for day in range(self.days) for hour in (13, 14)]
        self.sessions = [self._session(start) for start in r.sample(hours, r.randint(0, len(hours)))]
        self.meetings: list[Meeting] = []
        self.staff_from = len(self.parties)
        self.r = stream(self.seed, "days")
        for actor, party in enumerate(self.parties):
            self._day(actor, party)
        for number, session in enumerate(self.sessions):
            self.r = stream(self.seed, "session", number)
            self._audience(number, session)
        for number in range(r.randint(0, 12)):
            self.r = stream(self.seed, "meeting", number)
            self._meeting()
        zones = [r.choice((0, 1)) for _ in self.booths]
        paper = Beforehand(
            self.seed, self.exhibitors, self.others, self.days, self.parties, self.meetings, self.bookings,
            self.calls,
        )  # fmt: skip
        plan = Plan(
            organisations=[
                (f"company {i}", r.randint(0, 1), r.randint(0, 1))
                for i in range(self.exhibitors + self.others)
            ],
            areas=[r.choice((9.0, 18.0, 40.0)) for _ in self.booths],
            pavilion=[r.choice((0, NONE)) for _ in self.booths],
            kinds=[*(PlaceKind.BOOTH for _ in self.booths), PlaceKind.GATE, PlaceKind.ROOM,
                   PlaceKind.TABLE, PlaceKind.CATERING],
            zones=[*zones, 2, 1, 0, 1],
            to_door=[*(r.choice((0, 3000)) for _ in self.booths), 0, 500, 0, 0],
            servers=[*(0 for _ in self.booths), 3, 0, 0, 50],
            zone_limit=(r.choice((NONE, 20)), NONE, NONE),
            place_names=[*(f"booth {i}" for i in self.booths), "gate", "room", "table", "food"],
            members=self.members,
            parties=self.parties,
            sessions=self.sessions,
            meetings=self.meetings,
            bookings=self.bookings,
            calls=self.calls,
            requests=paper.requests(),
            windows=[
                Window(d, at(15, 0, d), at(17, 0, d), r.randint(1, 4), r.randint(0, 3), r.randint(0, 1))
                for d in range(self.days) for _ in range(r.randint(0, 2))
            ],
            matchmaking=("match", "second"),
            timetables=[paper.facts(0), paper.facts(1)],
            sponsor=[r.choice((0, 1, NONE)) for _ in self.booths],
            sponsors=("gold", "silver"),
            days=self.days,
            shortfalls=paper.shortfalls(),
            profiles=paper.profiles(),
            extra=paper.scenario(),
        )  # fmt: skip
        return Result(build(plan), trace_of(self.rows))

    def _shifts(self) -> list[tuple[int, int]]:
        shifts = []
        for day in range(self.days):
            if self.r.random() < 0.8:
                shifts.append((at(9, 0, day), at(12, 0, day)))
            if self.r.random() < 0.8:
                shifts.append((at(12, 45, day), at(17, 0, day)))
        return shifts

    def _party(self, who: int, day: int, organisation: int) -> Party:
        arrival = at(9, self.r.randint(0, 40), day)
        persona, size = self.r.randint(0, 2), self.r.randint(1, 4)
        say = stream(self.seed, "say", who)
        return Party(
            who, day, persona, organisation, size, arrival, self.gate, hosted=who % 3 == 0,
            authority=say.choice((0.3, 1.0)), eagerness=say.choice((0.6, 1.0)),
        )  # fmt: skip

    def _organisation(self) -> int:
        return self.r.randrange(self.exhibitors + self.others)

    def _session(self, start: int) -> Session:
        kind = self.r.choice(("seminar", "exchange", "debut", "tour"))
        hosts = tuple(self.r.sample(self.booths, self.r.randint(0, min(2, self.exhibitors))))
        return Session(self.room, start, start + 30 * MINUTE, self.r.randint(1, 9), kind, hosts=hosts)

    def _ms(self, most: float) -> int:
        return self.r.choice((0, 1, self.r.randrange(1, round(most * MINUTE))))

    def _member(self, booth: int) -> int:
        return self.staff_from + self.r.choice([m for m, (b, _) in enumerate(self.members) if b == booth])

    def _day(self, actor: int, party: Party) -> None:
        """Queue at the gate and walk about the floor until one o'clock at most."""
        r, place, t = self.r, self.gate, party.arrival
        wait = self._ms(5)
        if r.random() < 0.15:
            self.rows.append(Row(Kind.GATE, place, actor, t, t + wait, wait, NONE, Outcome.CLOSED))
            return
        t += wait + MINUTE
        self.rows.append(Row(Kind.GATE, place, actor, party.arrival, t, wait))
        self.rows.append(Row(Kind.VISIT, place, actor, t, at(r.randint(16, 18), 0, party.day)))
        for _ in range(r.randint(0, 8)):
            t = self._stop(actor, t + self._ms(6))

    def _stop(self, actor: int, t: int) -> int:
        r = self.r
        booth, wait = r.choice(self.booths), self._ms(4)
        what = r.random()
        if what < 0.1:
            end = t + self._ms(20)
            self.rows.append(Row(Kind.LOUNGE, booth, actor, t, end))
            return end
        if what < 0.2:
            outcome = r.choice((Outcome.DONE, Outcome.RENEGED, Outcome.MISSED))
            span = wait + (20 * MINUTE if outcome is Outcome.DONE else 0)
            span, wait = (0, 0) if outcome is Outcome.MISSED else (span, wait)
            self.rows.append(Row(Kind.MEAL, self.food, actor, t, t + span, wait, NONE, outcome))
            return t + span
        if what < 0.3:
            outcome = r.choice((Outcome.DONE, Outcome.RENEGED))
            self.rows.append(Row(Kind.HALL, booth, actor, t, t + wait, wait, r.randint(0, 1), outcome))
            return t + wait
        if what < 0.35:
            way = (Outcome.CLOSED, Cause.NONE) if what < 0.33 else (Outcome.MISSED, Cause.CLOSED)
            self.rows.append(Row(Kind.LOOK, booth, actor, t, t, 0, NONE, *way))
            return t
        end = t + 1 + self._ms(5)
        self.rows.append(Row(Kind.LOOK, booth, actor, t, end))
        if r.random() < 0.3:
            return end
        t = end
        if r.random() < 0.3:
            outcome = r.choice(_LOST_TALK)
            self.rows.append(Row(Kind.TALK, booth, actor, t, t + wait, wait, NONE, outcome))
            return t + wait
        end = t + wait + r.choice((1, 5 * MINUTE, r.randrange(1, 15 * MINUTE)))
        self.rows.append(Row(Kind.TALK, booth, actor, t, end, wait, self._member(booth)))
        return end

    def _guests(self, day: int, hour: str) -> list[int]:
        """Party-days of that day that are free at that hour and on the floor."""
        on_floor = {row.actor for row in self.rows if row.kind is Kind.VISIT}
        busy = {
            b.owner for b in self.bookings
            if (b.session if hour == "session" else b.meeting) != NONE
        }  # fmt: skip
        return [a for a, p in enumerate(self.parties) if p.day == day and a in on_floor and a not in busy]

    def _audience(self, number: int, session: Session) -> None:
        r, day = self.r, session.start // at(24)
        inside = []
        for actor in self._guests(day, "session"):
            if r.random() < 0.5:
                continue
            self.bookings.append(
                Booking(actor, session.place, session.start, session=number, registered=r.randint(0, 1))
            )
            arrival, wait = session.start - self._ms(9), self._ms(8)
            what = r.random()
            row = Row(Kind.SESSION, session.place, actor, arrival, arrival + wait, wait, number)
            if what < 0.5:
                end = session.end + r.randint(0, 2) * 5 * MINUTE
                self.rows.append(Row(Kind.SESSION, session.place, actor, arrival, end, wait, number))
                inside.append(actor)
            elif what < 0.7:
                cause = r.choice((Cause.FULL, Cause.TOO_LATE))
                self.rows.append(
                    Row(
                        row.kind,
                        row.place,
                        actor,
                        row.start,
                        row.end,
                        wait,
                        number,
                        Outcome.TURNED_AWAY,
                        cause,
                    )
                )
            else:
                outcome = r.choice((Outcome.NO_SHOW, Outcome.MISSED))
                t = session.start
                self.rows.append(Row(Kind.SESSION, session.place, actor, t, t, 0, number, outcome))
        for host in session.hosts:
            self.calls.append(Call(host, session.place, session.start, session=number))
            t = session.start
            if r.random() < 0.3:
                self.rows.append(Row(Kind.SESSION, session.place, NONE, t, t, 0, number, Outcome.MISSED))
            else:
                member = self._member(host)
                self.rows.append(Row(Kind.SESSION, session.place, member, t, session.end, 0, number))
                self.rows.append(Row(Kind.DELEGATE, session.place, member, t - MINUTE, session.end))
                inside.append(member)
        r.shuffle(inside)
        for a, b in zip(inside[::2], inside[1::2], strict=False):
            end = session.end + r.randint(1, 6) * MINUTE
            self.rows.append(Row(Kind.CONTACT, session.place, min(a, b), session.end, end, 0, max(a, b)))

    def _meeting(self) -> None:
        r, number = self.r, len(self.meetings)
        day = r.randrange(self.days)
        start = at(15, 15 * r.randint(0, 4), day)
        if self.exhibitors < 2 and not self._guests(day, "meeting"):
            return
        meeting = Meeting(r.choice((self.table, 0)), start, r.choice((10, 15)) * MINUTE)
        self.meetings.append(meeting)
        booths = r.sample(self.booths, min(2, self.exhibitors))
        guests = self._guests(day, "meeting")
        sides: list[tuple[str, int]] = [("booth", booths[0])]
        if guests and (len(booths) < 2 or r.random() < 0.7):
            sides.append(("party", r.choice(guests)))
        else:
            sides.append(("booth", booths[1]))
        r.shuffle(sides)
        if more := self._more(guests, sides):
            sides += more
            self.meetings[number] = replace(meeting, sides=len(sides))
        held = r.random() < 0.6
        begin = start + self._ms(7)
        end = begin + 1 + self._ms(20)
        rows: list[Row] = []
        # one of side 0's partners is there at least, be it the last
        missing = [side for side in r.sample(range(1, len(sides)), len(sides) - 2) if r.random() < 0.4]
        for side, (kind, who) in enumerate(sides):
            if kind == "party":
                self.bookings.append(Booking(who, meeting.place, start, meeting=number, side=side))
                actor = who
            else:
                self.calls.append(Call(who, meeting.place, start, meeting=number, side=side))
                actor = self._member(who)
            if held and side in missing:  # they began without
                outcome = r.choice((Outcome.NO_SHOW, Outcome.MISSED))
                cause = r.choice(_HELD_UP) if outcome is Outcome.MISSED else Cause.NONE
                absent = NONE if kind == "booth" else actor
                row = Row(Kind.MEETING, meeting.place, absent, begin, begin, 0, number, outcome, cause, side)
            elif held:
                wait = self._ms(6)
                late = begin - wait > start
                outcome, cause = (Outcome.LATE, r.choice(_HELD_UP)) if late else (Outcome.DONE, Cause.NONE)
                row = Row(
                    Kind.MEETING, meeting.place, actor, begin - wait, end, wait, number, outcome, cause, side
                )
            else:
                outcome = r.choice((Outcome.NO_SHOW, Outcome.MISSED, Outcome.STOOD_UP, Outcome.STOOD_UP))
                cause = r.choice(_HELD_UP) if outcome is Outcome.MISSED else Cause.NONE
                wait = self._ms(9) if outcome is Outcome.STOOD_UP else 0
                absent = kind == "booth" and outcome is not Outcome.STOOD_UP and r.random() < 0.5
                row = Row(
                    Kind.MEETING, meeting.place, NONE if absent else actor, start, start + wait, wait, number,
                    outcome, cause, side,
                )  # fmt: skip
            rows.append(row)
        self.rows += rows
        for row in rows:
            self._in_vain(row)
        if more:
            return
        if r.random() < 0.65:
            self._standby(number, rows)
        if r.random() < 0.7:
            self._again(number, sides, rows)

    def _more(self, guests: list[int], sides: list[tuple[str, int]]) -> list[tuple[str, int]]:
        """Sides of a meeting of more than two, from the third on; there are such in some expos only."""
        r, left = self.r, [("party", who) for who in guests] + [("booth", booth) for booth in self.booths]
        if not self.grouped or r.random() < 0.4:
            return []
        left = [each for each in left if each not in sides]
        return r.sample(left, min(len(left), r.randint(1, 2)))

    def _in_vain(self, row: Row) -> None:
        """A party that missed this meeting may come to its place all the same, and go on from there."""
        r = self.r
        if not 0 <= row.actor < self.staff_from or row.outcome is not Outcome.MISSED or r.random() < 0.1:
            return
        t, actor = row.start, row.actor
        if r.random() < 0.3:  # from the door of a full hall
            wait = self._ms(4)
            self.rows.append(Row(Kind.HALL, r.choice(self.booths), actor, t, t + wait, wait, r.randint(0, 1)))
            t += wait
        t += self._ms(9)
        self.rows.append(
            replace(row, kind=Kind.IN_VAIN, start=t, end=t, outcome=Outcome.DONE, cause=Cause.NONE)
        )
        if r.random() < 0.9:
            t += self._ms(6)
            self.rows.append(Row(Kind.LOOK, r.choice(self.booths), actor, t, t + 1 + self._ms(5)))

    def _again(self, of: int, sides: list[tuple[str, int]], rows: list[Row]) -> None:
        """Another time for the meeting of these sides, which has these rows."""
        r, number, first = self.r, len(self.meetings), self.meetings[of]
        start = first.start + (40 + r.randint(0, 20)) * MINUTE
        meeting = Meeting(r.choice((self.table, 0)), start, first.duration, again_of=of)
        self.meetings.append(meeting)
        lost = rows[0].outcome not in (Outcome.DONE, Outcome.LATE)
        needed = lost and all(row.outcome is not Outcome.NO_SHOW for row in rows)
        held = needed and r.random() < 0.8
        known, end = max(row.start + row.wait for row in rows), start + 1 + self._ms(20)
        for side, (kind, who) in enumerate(sides):
            if kind == "party":
                self.bookings.append(Booking(who, meeting.place, start, meeting=number, side=side))
                actor = who
            else:
                self.calls.append(Call(who, meeting.place, start, meeting=number, side=side))
                actor = self._member(who)
            at_once = Row(Kind.MEETING, meeting.place, actor, known, known, 0, number, Outcome.NOT_NEEDED)
            row = replace(at_once, cause=r.choice(_HELD_UP), side=side)
            if held:
                row = replace(row, start=start, end=end, outcome=Outcome.DONE, cause=Cause.NONE)
            elif needed:
                stood_up = r.random() < 0.3
                row = replace(row, start=start, end=start, outcome=Outcome.MISSED)
                if stood_up:
                    row = replace(row, outcome=Outcome.STOOD_UP, cause=Cause.OTHER_SIDE)
            self.rows.append(row)
            if needed:
                self._in_vain(row)

    def _standby(self, of: int, rows: list[Row]) -> None:
        """Somebody stands by for the meeting that has these rows, if anybody has the time."""
        r, number, meeting, keeps = self.r, len(self.meetings), self.meetings[of], self.r.randint(0, 1)
        guests = self._guests(meeting.start // at(24), "meeting")
        if not guests:
            return
        self.meetings.append(replace(meeting, standby_for=of, keeps=keeps))
        actor, stays = r.choice(guests), rows[keeps]
        self.bookings.append(Booking(actor, meeting.place, meeting.start, meeting=number, side=1 - keeps))
        wait, cause = self._ms(9), Cause.NONE
        begin = stays.start + stays.wait
        end = begin
        if rows[0].outcome in (Outcome.DONE, Outcome.LATE):
            outcome = Outcome.NOT_NEEDED
        elif stays.outcome is Outcome.STOOD_UP and r.random() < 0.8:
            end = begin + 1 + self._ms(20)
            self.rows.append(Row(Kind.MEETING, meeting.place, stays.actor, begin, end, 0, number, side=keeps))
            outcome = r.choice((Outcome.DONE, Outcome.LATE))
        else:
            outcome = r.choice((Outcome.NO_SHOW, Outcome.MISSED, Outcome.STOOD_UP))
        never = outcome in (Outcome.NO_SHOW, Outcome.MISSED)
        if never or (outcome is Outcome.NOT_NEEDED and r.random() < 0.5):
            wait, cause = 0, r.choice(_HELD_UP)
        self.rows.append(
            Row(
                Kind.MEETING, meeting.place, actor, begin - wait, end, wait, number, outcome, cause, 1 - keeps
            )
        )  # fmt: skip


def random_result(seed: int) -> Result:
    """A small expo and what happened there, by chance."""
    return _Chance(seed).result()
