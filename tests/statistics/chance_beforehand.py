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
from tests.statistics.building import Booking, Call, Meeting, Party, Request

_PRICES = ("table_day", "hosted_buyer", "staff_hour", "square_metre", "interpreter_day")


def stream(seed: int, *of: object) -> random.Random:
    """Random numbers that are drawn for this alone: a new kind of anything shifts nobody else's."""
    return random.Random(f"{seed} {of}")


@dataclass
class Beforehand:
    """Draws it for those who take part and the meetings that were arranged."""

    seed: int
    exhibitors: int
    others: int
    days: int
    parties: list[Party]
    meetings: list[Meeting]
    bookings: list[Booking]
    calls: list[Call]

    def requests(self) -> list[Request]:
        r = stream(self.seed, "requests")
        made: list[Request] = []
        for number in range(len(self.meetings)):
            if self.meetings[number].standby_for != NONE:
                made += self._of_standby(number, stream(self.seed, "request", number))
            elif self.meetings[number].again_of != NONE:
                continue  # it has the first one's
            elif self.meetings[number].sides > 2:
                made += self._of_group(number, stream(self.seed, "request", number))
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
        made += [self._sent_back(first, r) for first in made if r.random() < 0.2]
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
        wishes, fates = stream(self.seed, "wishes"), stream(self.seed, "fates")
        return [self._told(request, wishes, fates) for request in made]

    def _of_group(self, number: int, r: random.Random) -> list[Request]:
        """The requests that a meeting of more than two holds: each of its side 0 and another."""
        who = dict[int, tuple[int, int]]()
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

    def _of_standby(self, number: int, r: random.Random) -> list[Request]:
        """The request that a stand-by's meeting holds, of the stand-by or of the other side."""
        plan = self.meetings[number]
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
        return [self._sent_back(made, r) if r.random() < 0.3 else made] if r.random() < 0.9 else []

    def _sent_back(self, first: Request, r: random.Random) -> Request:
        """The same meeting asked for by the other side too."""
        return replace(
            first,
            asker=first.asked,
            asked=first.asker,
            asker_party=first.asked_party,
            asked_party=first.asker_party,
            affinity=r.random(),
            programme=r.randint(0, 1),
        )

    def _told(self, request: Request, r: random.Random, fates: random.Random) -> Request:
        """With wishes, and what became of those that found no slot."""
        accepted = request.accepted
        return replace(
            request,
            asker_wish=r.randint(0, 4) / 4,
            asked_wish=r.randint(0, 4) / 4,
            must=r.randint(0, 1),
            reply=NONE if accepted else fates.choice([REPLIES.index(n) for n in REPLIES if n != "accepted"]),
            reason=NONE if not accepted or request.meeting != NONE else fates.randrange(1, len(REASONS)),
        )

    def facts(self, programme: int) -> TimetableFacts:
        """Anything may be known of a timetable, or nothing."""

        def of(*fact: object) -> random.Random:
            return stream(self.seed, "timetable", programme, *fact)

        def maybe(*fact: object, low: float = 0.0) -> float:
            r = of(*fact)
            return r.choice((math.nan, low + r.random()))

        r = of("exhibitor")
        some = r.sample(range(self.exhibitors), r.randint(0, self.exhibitors))
        gains = [f"{of}_gain{unit}" for of in ("table", "delegate") for unit in ("", "_meetings")]
        r = of("value")
        return TimetableFacts(
            value=r.random(),
            bound=r.choice((math.nan, 0.0, 1 + r.random())),
            table_worth=maybe("table_worth"),
            exhibitor=np.array(some, dtype=np.int64),
            delegate_worth=np.array([maybe("delegate_worth", booth) for booth in some]),
            interpreter_worth=maybe("interpreter_worth"),
            diaries=Diaries(*(r.randint(0, 9) for _ in range(5))),
            **{name: maybe(name, low=-0.2) for name in gains},
        )

    def shortfalls(self) -> Shortfalls:
        """Things asked for and not done, of every kind and of both programmes."""
        noted = Noted()
        for thing in THINGS:
            r = stream(self.seed, "shortfalls", thing)
            for _ in range(r.randint(0, 3)):
                path = r.choice(("matchmaking.match", "matchmaking.match.requests", "matchmaking.second"))
                asked, day = r.randint(1, 9), r.choice((NONE, 0))
                done = asked + r.randint(0, 3) if thing == "starts" else r.randint(0, asked)
                noted.note(path, "what", thing, asked, done, r.choice(list(WHYS)), day)
        return noted.shortfalls()

    def scenario(self) -> dict[str, Any]:
        """Sections that say what things cost, what was promised, what is useful."""
        r = stream(self.seed, "scenario")
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
            "outcomes": self._outcomes(),
        }

    def profiles(self) -> list[tuple[float, float]]:
        """What each organisation offers, and needs, of the first of two things."""
        r = stream(self.seed, "profiles")
        kinds = [(1.0, 0.0), (0.0, 1.0), (0.5, 0.5), (0.75, 1.0)]
        return [r.choice(kinds) for _ in range(self.exhibitors + self.others)]

    def _outcomes(self) -> dict[str, Any]:
        """Rooms so small that they are full, and chances so large that something comes of it."""
        r = stream(self.seed, "outcomes")
        return {
            "chain_fit": r.choice((0.3, 0.6)),
            "key_affinity": r.choice((0.0, 0.44)),
            "next_step_share": r.choice((0.64, 1.0)),
            "follow_ups_a_member": r.choice((0.5, 1.0, 4.0)),
            "follow_ups_a_visitor": r.choice((0.4, 2.0)),
            "needs": r.choice((0, 1, 3)),
            "agreement_share": r.choice((0.3, 1.0)),
            "agreement_value": r.choice((0.0, 1000.0)),
        }
