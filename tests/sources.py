"""Where the draws of something random come from: a seed, hypothesis, or draws that were noted before.

What is drawn from a seed is found again by its number; what hypothesis draws it shrinks itself. The draws of
a seed are noted as whole numbers, each the simpler the smaller it is, so that they can be played again, and
made fewer and smaller while a claim stays false (`smallest`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from random import Random
from typing import Protocol, TypeVar

from hypothesis import strategies as st

__all__ = ["Drawn", "Noted", "Replayed", "Seeded", "Source", "smallest"]

T = TypeVar("T")


class Source(Protocol):
    """Where draws come from."""

    def pick(self, low: int, high: int) -> int:
        """A whole number, both ends included; the low end is the simplest."""

    def maybe(self, share: float) -> bool:
        """Whether something rare or odd is so; that it is not is the simplest."""

    def likely(self, share: float) -> bool:
        """Whether something usual is so; that it is is the simplest."""

    def choose(self, items: Sequence[T]) -> T:
        """One of some; the first is the simplest."""

    def times(self, low: int, high: int) -> Iterator[int]:
        """0, 1, ... so many times; as few as may be is the simplest."""

    def sample(self, n: int, k: int) -> list[int]:
        """`k` different numbers below `n`."""


class Noted:
    """Draws of whole numbers, of which all that was drawn is noted."""

    def __init__(self) -> None:
        self.noted: list[int] = []
        self.parts: list[tuple[int, int]] = []  # what one turn of `times` drew: may be left out as a whole

    def note(self, drawn: int) -> int:
        """Note a draw."""
        self.noted.append(int(drawn))
        return drawn

    def pick(self, low: int, high: int) -> int:
        """As `Source` has it."""
        raise NotImplementedError

    def sample(self, n: int, k: int) -> list[int]:
        """As `Source` has it."""
        left = list(range(n))
        return [left.pop(self.pick(0, len(left) - 1)) for _ in range(k)]

    def turns(self, low: int, high: int, many: Callable[[int], bool]) -> Iterator[int]:
        """The turns of `times`, as long as `many` says that turn `i` is taken."""
        for i in range(high + 1):
            begins = len(self.noted)
            # asked before the one after the last too, so that any turn may be left out
            if i >= low and not self.note(int(many(i) and i < high)):
                return
            yield i
            if i >= low:
                self.parts.append((begins, len(self.noted)))


class Seeded(Noted):
    """Draws from a seed."""

    def __init__(self, rng: Random) -> None:
        super().__init__()
        self.rng = rng

    def pick(self, low: int, high: int) -> int:
        return low + self.note(self.rng.randint(low, high) - low)

    def maybe(self, share: float) -> bool:
        return bool(self.note(self.rng.random() < share))

    def likely(self, share: float) -> bool:
        return not self.note(self.rng.random() >= share)

    def choose(self, items: Sequence[T]) -> T:
        return items[self.note(self.rng.randrange(len(items)))]

    def times(self, low: int, high: int) -> Iterator[int]:
        n = self.rng.randint(low, high)
        return self.turns(low, high, lambda i: i < n)


class Replayed(Noted):
    """Draws that were noted before, as far as they go and are possible; then the simplest ones."""

    def __init__(self, noted: Sequence[int]) -> None:
        super().__init__()
        self.left = iter(noted)

    def next(self, most: int) -> int:
        """The next draw."""
        return self.note(min(next(self.left, 0), most))

    def pick(self, low: int, high: int) -> int:
        return low + self.next(high - low)

    def maybe(self, share: float) -> bool:
        return bool(self.next(int(share > 0)))

    def likely(self, share: float) -> bool:
        return not self.next(int(share < 1))

    def choose(self, items: Sequence[T]) -> T:
        return items[self.next(len(items) - 1)]

    def times(self, low: int, high: int) -> Iterator[int]:
        return self.turns(low, high, lambda _: next(self.left, 0) > 0)


class Drawn:
    """Draws by hypothesis, each a choice of its own that can be shrunk."""

    def __init__(self, draw: st.DrawFn) -> None:
        self.draw = draw

    def pick(self, low: int, high: int) -> int:
        return self.draw(st.integers(low, high))

    def maybe(self, share: float) -> bool:
        return self.draw(st.integers(0, 99)) >= 100 * (1 - share)

    def likely(self, share: float) -> bool:
        return self.draw(st.integers(0, 99)) < 100 * share

    def choose(self, items: Sequence[T]) -> T:
        return items[self.draw(st.integers(0, len(items) - 1))]

    def times(self, low: int, high: int) -> Iterator[int]:
        # asked before each, not once before all: then any one of them can be struck out
        for i in range(high):
            if i >= low and self.draw(st.integers(0, 3)) == 0:
                return
            yield i

    def sample(self, n: int, k: int) -> list[int]:
        left = list(range(n))
        return [left.pop(self.pick(0, len(left) - 1)) for _ in range(k)]


def smallest(noted: Sequence[int], fails: Callable[[Replayed], bool]) -> list[int]:
    """Draws like these, as few and as small as may be, of which a claim is still false.

    Tried are: to leave out whole turns and runs of draws, and to make each draw smaller.
    """
    best, parts = list(noted), [(0, 0)]

    def better(tried: list[int]) -> bool:
        nonlocal best, parts
        source = Replayed(tried)
        if not fails(source):
            return False
        # what is drawn now, and no more: fewer or, of as many, smaller ones
        found = source.noted
        while found and found[-1] == 0:
            found.pop()
        if (len(found), found) >= (len(best), best):
            return False
        best, parts = found, source.parts
        return True

    if not better([*best, 0]) and not fails(Replayed(best)):
        raise ValueError("the claim is true of these draws")
    shorter = True
    while shorter:
        shorter = False
        source = Replayed(best)
        fails(source)
        parts = source.parts
        for low, high in sorted(parts, key=lambda part: part[0] - part[1]):
            shorter |= high <= len(best) and better(best[:low] + best[high:])
        for size in (16, 8, 4, 2, 1):
            at = len(best) - size
            while at >= 0:
                shorter |= better(best[:at] + best[at + size :])
                at = min(at, len(best)) - size
        for at in range(len(best) - 1, -1, -1):
            low, high = 0, best[at] if at < len(best) else 0
            while low < high:
                middle = (low + high) // 2
                if at < len(best) and better([*best[:at], middle, *best[at + 1 :]]):
                    high, shorter = middle, True
                else:
                    low = middle + 1
    return best
