"""Random small floors with everything in them.

One function draws a floor, from either of two sources (`tests.sources`): a seed, so that a floor is found
again by its number, or hypothesis, so that a floor that fails is shrunk to what makes it fail.
"""

from __future__ import annotations

from dataclasses import replace
from random import Random

from hypothesis import strategies as st

from sim.floor.arrays import NEVER, NONE, Floor
from tests.floors import DAY, Booking, FloorPlan, Intervals, Stop
from tests.sources import Drawn, Seeded, Source

__all__ = ["draw_floor", "floors", "random_floor"]


def random_floor(rng: Random) -> Floor:
    """The floor of a seed."""
    return draw_floor(Seeded(rng))


@st.composite
def floors(draw: st.DrawFn) -> Floor:
    """Any small floor."""
    return draw_floor(Drawn(draw))


def draw_floor(source: Source, days: int = 2) -> Floor:
    """A small floor with everything in it, its times so small that much falls into one instant."""
    pick, maybe, likely, times, choose = (
        source.pick, source.maybe, source.likely, source.times, source.choose,
    )  # fmt: skip
    plan = FloorPlan(
        short_talk=pick(1, 6), end=days * DAY, zone_patience=pick(0, 15), zone_again=choose([0, pick(1, 30)])
    )

    def opens(fixed: bool = False) -> list[tuple[int, int]]:
        result = []
        for day in range(days):
            low = 0 if fixed or likely(0.7) else pick(1, 30)
            high = pick(150, 300)
            if maybe(0.2):
                middle = pick(60, 100)
                result += [(day * DAY + low, day * DAY + middle), (day * DAY + middle + 10, day * DAY + high)]
            else:
                result.append((day * DAY + low, day * DAY + high))
        return result

    zones = [0] + [plan.hall(pick(2, 4) if maybe(0.7) else NONE) for _ in times(0, 2)]
    for a in zones:
        for b in zones[:a]:
            plan.way(a, b, pick(0, 5))
    for zone in zones:
        if maybe(0.3):
            plan.planned(zone, opens())

    def site() -> dict[str, int]:
        return {"x": pick(0, 12), "y": pick(0, 2), "zone": choose(zones), "to_door": pick(0, 4)}

    booths = []
    for _ in times(1, 3):
        hours = opens()
        members: list[Intervals] = [hours if likely(0.6) else opens() for _ in times(1, 3)]
        booths.append(plan.booth(staff=members, opens=hours, pace=pick(1, 2), **site()))
    gates = [plan.gate(pick(0, 5), pick(1, 2), opens(fixed=True)) for _ in times(1, 2)]
    for gate in gates:
        if maybe(0.3):
            plan.change(gate, pick(0, days - 1) * DAY + pick(0, 40), pick(0, 3))
            plan.change(gate, pick(0, days - 1) * DAY + pick(41, 60), pick(1, 3))
    rooms = [plan.room(opens=opens(), **site()) for _ in times(1, 2)]
    tables = [plan.table(opens=opens(), **site()) for _ in times(1, 2)]
    cafes = [plan.catering(seats=pick(2, 4), opens=opens(), **site())]
    pools = [plan.pool(1 if likely(0.7) else choose([2, 0])) for _ in times(0, 1)]

    sessions = []
    for _ in times(0, 3):
        start = pick(0, days - 1) * DAY + pick(30, 150)
        end = start + pick(5, 30)
        sessions.append(
            plan.session(
                choose(rooms), start, end, seats=pick(2, 5), doors=start - pick(5, 20),
                late=start + pick(0, 5), hold=start - pick(0, 5), rounds=pick(0, 3), round=pick(2, 8),
            )
        )  # fmt: skip
    meetings: list[int] = []
    for _ in times(0, 8):
        start = pick(0, days - 1) * DAY + 10 * pick(3, 16)
        place, interpreters = choose(tables + booths), choose([NONE, *pools, *pools])
        if meetings and maybe(0.6):  # wants the table or the interpreter of another one before that ends
            before = plan._meetings[choose(meetings)]
            start = before[1] + (before[2] if likely(0.3) else pick(0, before[2] - 1))
            place = before[0] if likely(0.6) else choose(tables)
            interpreters = before[6] if likely(0.8) else interpreters
        meetings.append(
            plan.meeting(
                place, start, pick(4, 15), tolerance=pick(0, 8) if likely(0.4) else pick(9, 40),
                hold=maybe(0.5), least=pick(1, 4), interpreters=interpreters,
                sides=pick(3, 4) if maybe(0.25) else 2,
            )
        )  # fmt: skip

    diaries: dict[int, list[Booking]] = {}
    parties = pick(1, 7) if likely(0.7) else pick(6, 9)

    def diary(day: int, who: int | None = None) -> list[Booking]:
        return diaries.setdefault(day * parties + (pick(0, parties - 1) if who is None else who), [])

    staff_of = {b: [m for m, (booth, _) in enumerate(plan._staff) if booth == b] for b in booths}

    def send(booth: int, start: int, **what: int) -> None:
        plan.call(
            booth, start - pick(0, 25), member=choose([NONE, choose(staff_of[booth])]),
            comes=likely(0.85), mixing=tuple(pick(0, 3) for _ in range(3)), **what,
        )  # fmt: skip

    for session in sessions:
        start = plan._sessions[session][2]
        for _ in times(0, 5):
            diary(start // DAY).append(
                plan.attend(
                    session, registered=maybe(0.5), comes=likely(0.85), rounds=pick(0, 3),
                    mixing=tuple(pick(0, 3) for _ in range(3)), start=start - pick(0, 8),
                )
            )  # fmt: skip
        if maybe(0.6):
            send(choose(booths), start, session=session)
    for meeting in meetings:
        place, start, duration = plan._meetings[meeting][:3]
        many = plan._meetings[meeting][-1]
        sides, hosts = [0, 1], []
        if place in booths or parties == 1 or maybe(0.5):  # a booth's delegate on one side
            host = place if place in booths else choose(booths)
            hosts.append((host, sides.pop()))
            others = [booth for booth in booths if booth != host]
            if others and maybe(0.2):  # or another's on the other as well
                hosts.append((choose(others), sides.pop()))
        for booth, side in hosts:
            send(booth, start, meeting=meeting, side=side)
        for side in range(2, many):  # of others some are parties, some booths' delegates, and some nobody
            if len(sides) < parties and likely(0.8):
                sides.append(side)
            elif likely(0.9):
                hosts.append((choose(booths), side))
        chosen = source.sample(parties, len(sides))
        idle = [who for who in range(parties) if who not in chosen]
        keeps = pick(0, 1) if many == 2 and idle and maybe(0.8) else NONE
        if keeps != NONE:
            standby = plan.standby(meeting, keeps, interpreters=choose([NONE, *pools]))
            diary(start // DAY, choose(idle)).append(plan.meet(standby, 1 - keeps, comes=likely(0.85)))
        if maybe(0.2):  # one of them stands at the door of a room when it should go
            doors = start + pick(0, 10)
            first = plan.session(choose(rooms), doors + pick(0, 5), doors + 30, seats=pick(0, 2), doors=doors)
            early = start - pick(1, 10)
            diary(start // DAY, choose(chosen) if chosen else None).append(plan.attend(first, start=early))
        for side, who in zip(sides, chosen, strict=True):
            comes = likely(0.4 if keeps == 1 - side else 0.9 if many == 2 else 0.95)
            diary(start // DAY, who).append(plan.meet(meeting, side, comes=comes))
        if many == 2 and maybe(0.5):
            later = start + duration + pick(0, 60)
            second = plan.again(meeting, later, place if place in booths else choose(tables + booths))
            for booth, side in hosts:
                send(booth, later, meeting=second, side=side)
            for side, who in zip(sides, chosen, strict=True):
                diary(start // DAY, who).append(plan.meet(second, side, comes=likely(0.85)))
    for day in range(days):
        noon = pick(30, 100)
        for _ in times(0, 4):
            at = noon + pick(0, 20) if likely(0.6) else pick(20, 160)
            patience = pick(0, 20) if likely(0.8) else NEVER
            diary(day).append(plan.eat(choose(cafes), day * DAY + at, pick(1, 40), patience=patience))

    paces, sizes = [pick(1, 2) for _ in range(parties)], [pick(1, 2) for _ in range(parties)]
    for day in range(days):
        for p in range(parties):
            arrival = day * DAY + (pick(0, 60) if likely(0.9) else pick(60, 300))
            route: list[Stop] = []
            for _ in times(0, 7):
                retried = {i - stop.retry for i, stop in enumerate(route) if stop.retry}
                tries = [i for i, stop in enumerate(route) if stop.talk and i not in retried]
                if tries and maybe(0.4):
                    i = choose(tries)
                    route.append(replace(route[i], look=pick(1, 4), retry=len(route) - i))
                else:
                    route.append(Stop(choose(booths), pick(1, 4), choose([0, pick(1, 30)]), maybe(0.3)))
            bookings = _one_of_each(diaries.get(day * parties + p, []))
            comes = likely(0.96)
            if not comes:  # is registered, and never comes
                bookings = [replace(booking, comes=False) for booking in bookings if not booking.meal]
            plan.party(
                choose(gates), arrival if comes else NEVER, route, bookings, size=sizes[p], pace=paces[p],
                gate_patience=choose([NEVER, 0, 3, 8, 300]), check=pick(1, 6),
                stay=300 if likely(0.5) else pick(10, 250),
                departure=arrival + (300 if likely(0.5) else pick(20, 250)),
                patience=choose([NEVER, 0, 5, 30, 300]), queue_limit=pick(0, 4),
                party=p if day else None,
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
