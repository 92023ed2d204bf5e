"""What is known of a random expo before the doors open: requests, timetables, shortfalls, the scenario."""

from __future__ import annotations

import math
import random
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from sim.expo.expo import REASONS, REPLIES, Diaries, TimetableFacts
from sim.expo.shortfalls import THINGS, WHYS, Noted, Shortfalls
from sim.floor.arrays import NONE
from tests.statistics.building import Booking, Call, Meeting, Party, Request, Row

_PRICES = ("table_day", "hosted_buyer", "staff_hour", "square_metre", "interpreter_day")

_LATER = (
    "least_a_day",
    "own_tables",
    "few_tables",
    "published",
    "published_times",
    "published_tables",
    "replanned",
)
"""Things and reasons that came after tests had chosen their seeds: drawn apart, so that all else stays."""


@dataclass
class Beforehand:
    """Draws it for those who take part and the meetings that were arranged."""

    r: random.Random
    exhibitors: int
    others: int
    days: int
    parties: list[Party]
    meetings: list[Meeting]
    bookings: list[Booking]
    calls: list[Call]
    rows: list[Row]

    def requests(self) -> list[Request]:
        r = self.r
        made: list[Request] = []
        for number in range(len(self.meetings)):
            if self.meetings[number].standby_for != NONE:
                made += self._of_standby(number)
            elif self.meetings[number].again_of != NONE:
                continue  # it has the first one's
            elif self.meetings[number].sides > 2:
                made += self._of_group(number)
            elif r.random() < 0.9:
                asker, asked = r.sample(range(self.exhibitors + self.others), 2)
                parties = [
                    c.booth for c in self.calls if c.meeting == number
                ]  # the asker is one of the sides
                guest = [b.owner for b in self.bookings if b.meeting == number]
                if guest:
                    p = self.parties[guest[0]]
                    made.append(
                        Request(p.organisation, parties[0], p.party, NONE, r.random(), r.random(), 1, number,
                                r.randint(0, 1))
                    )  # fmt: skip
                else:
                    made.append(
                        Request(parties[0], parties[1], NONE, NONE, r.random(), r.random(), 1, number, 0)
                    )
        made += [self._sent_back(first) for first in made if r.random() < 0.2]
        for _ in range(r.randint(0, 10)):
            asker, asked = r.sample(range(self.exhibitors + self.others), 2)
            party = NONE if asker < self.exhibitors else 1000 + asker
            other = NONE if asked < self.exhibitors else 1000 + asked
            made.append(
                Request(
                    asker, asked, party, other, r.random(), r.random(), r.randint(0, 1), NONE, r.randint(0, 1)
                )
            )
        r.shuffle(made)
        return [self._told(request) for request in made]

    def _of_group(self, number: int) -> list[Request]:
        """The requests that a meeting of more than two holds: each of its side 0 and another."""
        r, who = self.r, dict[int, tuple[int, int]]()
        for b in self.bookings:
            if b.meeting == number:
                who[b.side] = self.parties[b.owner].organisation, self.parties[b.owner].party
        who |= {c.side: (c.booth, NONE) for c in self.calls if c.meeting == number}
        made = []
        for side in range(1, len(who)):
            (asker, party), (asked, other) = r.sample([who[0], who[side]], 2)
            request = Request(asker, asked, party, other, r.random(), r.random(), 1, number, r.randint(0, 1))
            made += [request] if r.random() < 0.9 else []
        return made

    def _of_standby(self, number: int) -> list[Request]:
        """The request that a stand-by's meeting holds, of the stand-by or of the other side."""
        r, plan = self.r, self.meetings[number]
        (guest,) = [self.parties[b.owner] for b in self.bookings if b.meeting == number]
        stays = [
            (c.booth, NONE) for c in self.calls if (c.meeting, c.side) == (plan.standby_for, plan.keeps)
        ] + [
            (self.parties[b.owner].organisation, self.parties[b.owner].party)
            for b in self.bookings if (b.meeting, b.side) == (plan.standby_for, plan.keeps)
        ]  # fmt: skip
        made = Request(
            guest.organisation, stays[0][0], guest.party, stays[0][1], r.random(), r.random(), 1, number,
            r.randint(0, 1),
        )  # fmt: skip
        return [self._sent_back(made) if r.random() < 0.3 else made] if r.random() < 0.9 else []

    def _sent_back(self, first: Request) -> Request:
        """The same meeting asked for by the other side too."""
        return replace(
            first,
            asker=first.asked,
            asked=first.asker,
            asker_party=first.asked_party,
            asked_party=first.asker_party,
            affinity=self.r.random(),
            programme=self.r.randint(0, 1),
        )

    def _told(self, request: Request) -> Request:
        """With wishes, and what became of those that found no slot."""
        r, accepted = self.r, request.accepted
        return replace(
            request,
            asker_wish=r.randint(0, 4) / 4,
            asked_wish=r.randint(0, 4) / 4,
            must=r.randint(0, 1),
            reply=NONE if accepted else r.choice([REPLIES.index(n) for n in REPLIES if n != "accepted"]),
            reason=NONE if not accepted or request.meeting != NONE else r.randrange(1, len(REASONS)),
        )

    def facts(self) -> TimetableFacts:
        """Anything may be known of a timetable, or nothing."""
        r = self.r

        def maybe() -> float:
            return r.choice((math.nan, r.random()))

        some = r.sample(range(self.exhibitors), r.randint(0, self.exhibitors))
        value = r.random()
        own = random.Random(str(value))  # so that what is known of gains changes nothing else
        names = [f"{of}_gain{unit}" for of in ("table", "delegate") for unit in ("", "_meetings")]
        gains = {name: own.choice((math.nan, own.random() - 0.2)) for name in names}
        return TimetableFacts(
            value=value,
            bound=r.choice((math.nan, 0.0, 1 + r.random())),
            table_worth=maybe(),
            exhibitor=np.array(some, dtype=np.int64),
            delegate_worth=np.array([maybe() for _ in some]),
            interpreter_worth=maybe(),
            diaries=Diaries(*(r.randint(0, 9) for _ in range(5))),
            **gains,
        )

    def shortfalls(self) -> Shortfalls:
        """Things asked for and not done, of every kind and of both programmes."""
        noted, own = Noted(), random.Random(len(self.rows))
        whys = [why for why in WHYS if why not in _LATER]
        for thing in THINGS:
            r = own if thing in _LATER else self.r
            whys = [why for why in WHYS if thing in _LATER or why not in _LATER]
            for _ in range(r.randint(0, 3)):
                path = r.choice(("matchmaking.match", "matchmaking.match.requests", "matchmaking.second"))
                asked = r.randint(1, 9)
                done = asked + r.randint(0, 3) if thing == "starts" else r.randint(0, asked)
                noted.note(path, "what", thing, asked, done, r.choice(whys), r.choice((NONE, 0)))
        return noted.shortfalls()

    def scenario(self) -> dict[str, Any]:
        """Sections that say what things cost, what was promised, what is useful."""
        r = self.r
        promises = {kind: r.randint(0, 2) for kind in ("gold", "silver") if r.random() < 0.8}
        table = {"hall": "north", "tables": 2, "requests": 4, "buffer_minutes": 10.0, "location": "table"}
        limits = {"areas": r.randint(1, 2), "interpreters": r.choice((None, 3))}
        return {
            "costs": {price: r.choice((0.0, 2.0, 7.5)) for price in _PRICES},
            "matchmaking": {
                "match": {**table, **limits, "windows": [1] * self.days, "promises": promises},
                "second": table,
            },
            "behaviour": {"useful_minutes": 5.0, "useful_exchanges": r.random() < 0.5},
        }
