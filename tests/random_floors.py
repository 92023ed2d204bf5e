"""Random small floors with everything in them."""

from __future__ import annotations

from random import Random

from hypothesis import strategies as st

from sim.floor.arrays import NONE, Floor
from tests.floors import DAY, Booking, FloorPlan, Intervals, Stop

__all__ = ["floors", "random_floor"]


def random_floor(rng: Random, days: int = 2) -> Floor:
    """A small floor with everything in it, its times so small that much falls into one instant."""
    pick = rng.randint
    plan = FloorPlan(short_talk=pick(1, 6), end=days * DAY, zone_patience=pick(0, 30))

    def maybe(share: float) -> bool:
        return rng.random() < share

    def opens(fixed: bool = False) -> list[tuple[int, int]]:
        result = []
        for day in range(days):
            low = 0 if fixed or maybe(0.7) else pick(1, 30)
            high = pick(150, 300)
            if maybe(0.2):
                middle = pick(60, 100)
                result += [(day * DAY + low, day * DAY + middle), (day * DAY + middle + 10, day * DAY + high)]
            else:
                result.append((day * DAY + low, day * DAY + high))
        return result

    zones = [0] + [plan.hall(pick(3, 6) if maybe(0.5) else NONE) for _ in range(pick(0, 2))]
    for a in zones:
        for b in zones[:a]:
            plan.way(a, b, pick(0, 5))

    def site() -> dict[str, int]:
        return {"x": pick(0, 12), "zone": rng.choice(zones), "to_door": pick(0, 4)}

    booths = []
    for _ in range(pick(1, 3)):
        hours = opens()
        members: list[Intervals] = [hours if maybe(0.6) else opens() for _ in range(pick(1, 3))]
        booths.append(plan.booth(staff=members, opens=hours, pace=pick(1, 2), **site()))
    gates = [plan.gate(pick(0, 5), pick(1, 2), opens(fixed=True)) for _ in range(pick(1, 2))]
    for gate in gates:
        if maybe(0.3):
            plan.change(gate, rng.randrange(days) * DAY + pick(0, 40), pick(0, 3))
            plan.change(gate, rng.randrange(days) * DAY + pick(41, 60), pick(1, 3))
    rooms = [plan.room(opens=opens(), **site()) for _ in range(pick(1, 2))]
    tables = [plan.table(opens=opens(), **site()) for _ in range(pick(1, 2))]
    cafes = [plan.catering(seats=pick(2, 4), opens=opens(), **site())]
    pools = [plan.pool(pick(1, 2)) for _ in range(pick(0, 1))]

    sessions = []
    for _ in range(pick(0, 3)):
        start = rng.randrange(days) * DAY + pick(30, 150)
        end = start + pick(5, 30)
        sessions.append(
            plan.session(
                rng.choice(rooms), start, end, seats=pick(2, 5), doors=start - pick(5, 20),
                late=start + pick(0, 5), hold=start - pick(0, 5), rounds=pick(0, 3), round=pick(2, 8),
            )
        )  # fmt: skip
    meetings = []
    for _ in range(pick(0, 5)):
        start = rng.randrange(days) * DAY + 10 * pick(3, 16)
        place = rng.choice(tables + booths)
        meetings.append(
            plan.meeting(
                place, start, pick(4, 15), tolerance=pick(0, 8), hold=maybe(0.5),
                interpreters=rng.choice([NONE, *pools]),
            )
        )  # fmt: skip

    diaries: dict[int, list[Booking]] = {}
    parties = pick(1, 7)

    def diary(day: int, who: int | None = None) -> list[Booking]:
        return diaries.setdefault(day * parties + (pick(0, parties - 1) if who is None else who), [])

    staff_of = {b: [m for m, (booth, _) in enumerate(plan._staff) if booth == b] for b in booths}

    def send(booth: int, start: int, **what: int) -> None:
        plan.call(
            booth, start - pick(0, 25), member=rng.choice([NONE, rng.choice(staff_of[booth])]),
            comes=maybe(0.85), mixing=tuple(pick(0, 3) for _ in range(3)), **what,
        )  # fmt: skip

    for session in sessions:
        start = plan._sessions[session][2]
        for _ in range(pick(0, 5)):
            diary(start // DAY).append(
                plan.attend(
                    session, registered=maybe(0.5), comes=maybe(0.85), rounds=pick(0, 3),
                    mixing=tuple(pick(0, 3) for _ in range(3)), start=start - pick(0, 8),
                )
            )  # fmt: skip
        if maybe(0.6):
            send(rng.choice(booths), start, session=session)
    for meeting in meetings:
        place, start = plan._meetings[meeting][:2]
        sides = [0, 1]
        if place in booths or parties == 1 or maybe(0.5):  # a booth's delegate on one side
            host = place if place in booths else rng.choice(booths)
            send(host, start, meeting=meeting, side=sides.pop())
            others = [booth for booth in booths if booth != host]
            if others and maybe(0.2):  # or another's on the other as well
                send(rng.choice(others), start, meeting=meeting, side=sides.pop())
        chosen = rng.sample(range(parties), len(sides))
        idle = [who for who in range(parties) if who not in chosen]
        keeps = pick(0, 1) if idle and maybe(0.6) else NONE
        if keeps != NONE:
            standby = plan.standby(meeting, keeps, interpreters=rng.choice([NONE, *pools]))
            diary(start // DAY, rng.choice(idle)).append(plan.meet(standby, 1 - keeps, comes=maybe(0.85)))
        for side, who in zip(sides, chosen, strict=True):
            comes = maybe(0.4 if keeps == 1 - side else 0.85)
            diary(start // DAY, who).append(plan.meet(meeting, side, comes=comes))
    for day in range(days):
        for _ in range(pick(0, 3)):
            diary(day).append(
                plan.eat(rng.choice(cafes), day * DAY + pick(20, 160), pick(1, 20), patience=pick(0, 20))
            )

    paces, sizes = [pick(1, 2) for _ in range(parties)], [pick(1, 2) for _ in range(parties)]
    for day in range(days):
        for p in range(parties):
            arrival = day * DAY + pick(0, 60)
            route = [
                Stop(rng.choice(booths), pick(1, 4), rng.choice([0, pick(1, 30)]), maybe(0.3))
                for _ in range(pick(0, 5))
            ]
            bookings = _one_of_each(diaries.get(day * parties + p, []))
            plan.party(
                rng.choice(gates), arrival, route, bookings, size=sizes[p], pace=paces[p],
                check=pick(1, 6), departure=arrival + pick(20, 250), patience=rng.choice([0, 5, 30, 300]),
                queue_limit=pick(0, 4), party=p if day else None,
            )  # fmt: skip
    return plan.build()


def _one_of_each(diary: list[Booking]) -> list[Booking]:
    """A party does not book the same session twice."""
    seen: set[int] = set()
    kept = []
    for booking in diary:
        if booking.session == NONE or booking.session not in seen:
            kept.append(booking)
            seen.add(booking.session)
    return kept


def floors() -> st.SearchStrategy[Floor]:
    """Random small floors (shrinking is by the draws of the generator)."""
    return st.integers(0, 2**32 - 1).map(lambda seed: random_floor(Random(seed)))
