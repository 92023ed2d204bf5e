"""Meetings already agreed, to be given slots: the problem, a timetable's breaks, and what is wrong with it.

Nothing here knows a solver: it is what every solver's answer is checked with.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

__all__ = ["Agreed", "breaks", "check_timetable"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreed:
    """When do these agreed meetings take place?

    `Agreed.of` fills in what is left out. Participants, meetings and slots count from 0. Meeting m is
    between the two participants `pairs[m]` (anyone may meet anyone, the same two even twice), needs
    one slot from `windows[m][0]` to before `windows[m][1]` (its session), and has the slot `fixed[m]`
    if that is not None. Slot t has `tables[t]` tables. Participant p cannot meet in the slots
    `forbidden[p]` and has at most one meeting a slot. For each of `precedences` (m, n), meeting m is in
    an earlier slot than n. Every two participants' numbers of breaks differ by at most `fairness`;
    None: by any number. `away_is_idle`: a slot in which a participant cannot meet is an idle one, as in
    the literature; else it is passed over as if it were not there.

    Raises ValueError, naming the first offender, if anything is out of range.
    """

    participants: int
    pairs: tuple[tuple[int, int], ...]
    tables: tuple[int, ...]
    windows: tuple[tuple[int, int], ...]
    forbidden: tuple[frozenset[int], ...]
    fixed: tuple[int | None, ...]
    precedences: tuple[tuple[int, int], ...]
    fairness: int | None
    away_is_idle: bool = True

    @classmethod
    def of(
        cls,
        pairs: Iterable[tuple[int, int]],
        *,
        slots: int,
        tables: int | Sequence[int],
        participants: int | None = None,
        windows: Sequence[tuple[int, int]] | None = None,
        forbidden: Mapping[int, Iterable[int]] | None = None,
        fixed: Mapping[int, int] | None = None,
        precedences: Iterable[tuple[int, int]] = (),
        fairness: int | None = None,
        away_is_idle: bool = True,
    ) -> Agreed:
        """A problem from plain lists.

        `tables` is one number for all slots or one a slot; `participants`, if left out, is as many as
        the meetings name; `windows` are all the slots; `forbidden` is by participant and `fixed` by
        meeting, only those that have any.
        """
        held = tuple((int(a), int(b)) for a, b in pairs)
        n = max((max(pair) + 1 for pair in held), default=0) if participants is None else participants
        barred, pinned = forbidden or {}, fixed or {}
        _known("forbidden: participant", barred, n)
        _known("fixed: meeting", pinned, len(held))
        return cls(
            participants=n,
            pairs=held,
            tables=(tables,) * slots if isinstance(tables, int) else tuple(tables),
            windows=((0, slots),) * len(held) if windows is None else tuple((a, b) for a, b in windows),
            forbidden=tuple(frozenset(barred.get(p, ())) for p in range(n)),
            fixed=tuple(pinned.get(m) for m in range(len(held))),
            precedences=tuple((m, later) for m, later in precedences),
            fairness=fairness,
            away_is_idle=away_is_idle,
        )

    def __post_init__(self) -> None:
        n, meetings, slots = self.participants, len(self.pairs), len(self.tables)
        for name, size in (("windows", meetings), ("fixed", meetings), ("forbidden", n)):
            _check(len(getattr(self, name)) == size, f"{name} must have {size} items")
        _check(self.fairness is None or self.fairness >= 0, "fairness must be ≥ 0")
        for t, tables in enumerate(self.tables):
            _check(tables >= 0, f"tables of slot {t} must be ≥ 0")
        for m, (a, b) in enumerate(self.pairs):
            _check(0 <= a < n and 0 <= b < n, f"meeting {m}: a participant is not 0 to {n - 1}")
            _check(a != b, f"meeting {m}: participant {a} meets itself")
            first, after = self.windows[m]
            _check(0 <= first <= after <= slots, f"meeting {m}: its window is not within 0 to {slots}")
            slot = self.fixed[m]
            _check(slot is None or 0 <= slot < slots, f"meeting {m}: its fixed slot does not exist")
        for p, barred in enumerate(self.forbidden):
            _check(all(0 <= t < slots for t in barred), f"participant {p}: a forbidden slot does not exist")
        for m, later in self.precedences:
            _check(
                0 <= m < meetings and 0 <= later < meetings,
                f"precedence {m}, {later}: there is no such meeting",
            )

    @property
    def slots(self) -> int:
        """Number of slots."""
        return len(self.tables)

    @property
    def meetings(self) -> int:
        """Number of meetings."""
        return len(self.pairs)

    def of_participant(self) -> tuple[tuple[int, ...], ...]:
        """The meetings of each participant."""
        own: list[list[int]] = [[] for _ in range(self.participants)]
        for m, pair in enumerate(self.pairs):
            for p in pair:
                own[p].append(m)
        return tuple(map(tuple, own))

    def counted(self, participant: int) -> tuple[int, ...]:
        """The slots that are idle ones of a participant who has no meeting in them."""
        barred = frozenset[int]() if self.away_is_idle else self.forbidden[participant]
        return tuple(t for t in range(self.slots) if t not in barred)

    def __repr__(self) -> str:
        return (
            f"Agreed({self.meetings:,} meetings, {self.participants:,} participants, {self.slots:,} slots, "
            f"{sum(self.tables):,} table-slots)"
        )


def breaks(problem: Agreed, slots: Sequence[int]) -> tuple[int, ...]:
    """Breaks of each participant if meeting m is in slot `slots[m]`.

    A break is a maximal run of idle slots strictly between the first and the last meeting.
    """
    turn = [{t: n for n, t in enumerate(problem.counted(p))} for p in range(problem.participants)]
    busy: list[set[int]] = [set() for _ in range(problem.participants)]
    for pair, slot in zip(problem.pairs, slots, strict=True):
        for p in pair:
            busy[p].add(turn[p].get(slot, slot))  # one that he cannot meet in is a fault, found elsewhere
    return tuple(sum(t + 1 not in own for t in own if t != max(own)) for own in busy)


def check_timetable(problem: Agreed, slots: Sequence[int]) -> list[str]:
    """Every way in which meeting m in slot `slots[m]` breaks the problem's rules; empty if it is sound."""
    if len(slots) != problem.meetings:
        return [f"there must be a slot for each of the {problem.meetings} meetings, not {len(slots)}"]
    strangers = [m for m, slot in enumerate(slots) if not 0 <= slot < problem.slots]
    if strangers:
        return [f"meeting {m}: slot {slots[m]} does not exist" for m in strangers]
    found: list[str] = []
    in_slot: list[int] = [0] * problem.slots
    at: dict[tuple[int, int], int] = {}
    for m, (pair, slot) in enumerate(zip(problem.pairs, slots, strict=True)):
        in_slot[slot] += 1
        first, after = problem.windows[m]
        if not first <= slot < after:
            found.append(f"meeting {m}: slot {slot} is outside its window, {first} to {after - 1}")
        if problem.fixed[m] not in (None, slot):
            found.append(f"meeting {m}: slot {slot} is not its fixed slot {problem.fixed[m]}")
        for p in pair:
            if slot in problem.forbidden[p]:
                found.append(f"participant {p} cannot meet in slot {slot} (meeting {m})")
            other = at.setdefault((p, slot), m)
            if other != m:
                found.append(f"participant {p} has meetings {other} and {m} in slot {slot}")
    for t, (held, tables) in enumerate(zip(in_slot, problem.tables, strict=True)):
        if held > tables:
            found.append(f"slot {t} has {held} meetings and {tables} tables")
    for m, later in problem.precedences:
        if slots[m] >= slots[later]:
            found.append(
                f"meeting {m} in slot {slots[m]} is not before meeting {later} in slot {slots[later]}"
            )
    counts = breaks(problem, slots)
    if problem.fairness is not None and counts and max(counts) - min(counts) > problem.fairness:
        most, least = counts.index(max(counts)), counts.index(min(counts))
        found.append(
            f"participant {most} has {max(counts)} breaks and participant {least} {min(counts)}: "
            f"they differ by more than {problem.fairness}"
        )
    return found


def _known(what: str, keys: Iterable[int], size: int) -> None:
    for key in keys:
        _check(0 <= key < size, f"{what} {key} does not exist")


def _check(good: bool, message: str) -> None:
    if not good:
        raise ValueError(message)
