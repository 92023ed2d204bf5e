"""Sessions (R5): seats held and taken, the line at the door, rounds of mixing."""

from __future__ import annotations

from collections.abc import Sequence

from sim.engine.processes.kernel import Turn
from sim.floor.trace import Outcome

__all__ = ["Session"]


class Session:
    """One session: a place with seats, a start and an end."""

    __slots__ = (
        "doors",
        "end",
        "held",
        "hold",
        "late",
        "line",
        "place",
        "present",
        "round",
        "rounds",
        "seats",
        "start",
        "taken",
    )

    def __init__(self, row: Sequence[int]) -> None:
        (
            self.place, self.doors, self.start, self.end, self.late, self.hold,
            self.seats, self.rounds, self.round,
        ) = row  # fmt: skip
        self.taken = 0
        self.held = 0
        self.line: list[tuple[Turn, bool]] = []
        # actor: (rounds it stays for, its keyed order in each round)
        self.present: dict[int, tuple[int, Sequence[int]]] = {}

    def admit(self, size: int, registered: bool, now: int) -> bool:
        """Seat a party now if the rules give it seats."""
        if now < self.doors:
            return False
        held = self.held if now < self.hold and not registered else 0
        if self.taken + held + size > self.seats:
            return False
        self.taken += size
        if registered:
            self.held -= size
        return True

    def queue(self, turn: Turn, registered: bool) -> None:
        """Wait at the door."""
        self.line.append((turn, registered))

    def join(self, actor: int, rounds: int, mixing: Sequence[int]) -> None:
        """Be there, for so many rounds of mixing, in this keyed order in each."""
        self.present[actor] = (rounds, mixing)

    def part(self, actor: int) -> None:
        """Be there no more."""
        del self.present[actor]

    def may_wait(self, now: int) -> bool:
        """Whether a party without seats waits at the door: until held seats are released."""
        return now < max(self.doors, self.hold)

    def release(self, now: int) -> None:
        """Let in those at the door, in order of arrival; once nothing is held, turn away the rest.

        Nobody is at the door of a closed room.
        """
        still: list[tuple[Turn, bool]] = []
        for turn, registered in self.line:
            if self.admit(turn.size, registered, now):
                turn.succeed(Outcome.DONE)
            elif self.may_wait(now):
                still.append((turn, registered))
            else:
                turn.succeed(Outcome.TURNED_AWAY)
        self.line = still

    def leave(self, actor: int, size: int, now: int) -> None:
        """A party gives its seats back and hands them on."""
        self.part(actor)
        self.taken -= size
        self.release(now)

    def close(self) -> None:
        """The room closes: nobody waits at its door; the audience stays (R7)."""
        for turn, _ in self.line:
            turn.succeed(Outcome.CLOSED)
        self.line = []

    def stay(self, now: int, rounds: int, due: int) -> tuple[int, int]:
        """When a party seated `now` leaves, and the number of rounds it is there for.

        It stays for up to `rounds` rounds; a booking due at `due` makes it leave the talk at that
        moment, or the mixing at the last end of a round before.
        """
        rounds = min(rounds, self.rounds)
        if due < self.end:
            return max(due, now + 1), 0
        if self.round > 0:
            rounds = min(rounds, (due - self.end) // self.round)
        return max(self.end + rounds * self.round, now + 1), rounds

    def pairs(self, number: int) -> list[tuple[int, int]]:
        """The pairs of round `number`: those present, in keyed order, two by two."""
        there = sorted(
            (mixing[number], actor) for actor, (rounds, mixing) in self.present.items() if rounds > number
        )
        actors = [actor for _, actor in there]
        return [(min(a, b), max(a, b)) for a, b in zip(actors[::2], actors[1::2], strict=False)]
