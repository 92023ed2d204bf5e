"""Who of the company sits where: never in two places, alike much, at one table where that can be."""

from __future__ import annotations

import itertools
import random

import pytest

from sim.interchange.diaries.delegates import _exchange, divided
from tests.interchange.lists import read, row, says


def company(draw: random.Random, most: int = 8) -> tuple[list[int], list[int], int]:
    """The slots and tables of a company's meetings, and how many delegates it has."""
    delegates = draw.randint(1, 4)
    places = [
        (slot, table)
        for slot in range(draw.randint(0, most))
        for table in draw.sample(range(6), draw.randint(0, delegates))
    ]
    draw.shuffle(places)
    return [slot for slot, _ in places], [table for _, table in places], delegates


def changes(slots: list[int], tables: list[int], whose: list[int] | tuple[int, ...]) -> int:
    """How often a delegate sits at another table than before."""
    seats = sorted(zip(whose, slots, tables, strict=True))
    return sum(one[0] == other[0] and one[2] != other[2] for one, other in itertools.pairwise(seats))


@pytest.mark.parametrize("seed", range(5))
def test_nobody_is_in_two_places_and_nobody_has_two_meetings_more_than_another(seed: int) -> None:
    draw = random.Random(seed)
    for _ in range(60):
        slots, tables, delegates = company(draw, 20)
        whose = divided(slots, tables, delegates)
        assert len(set(zip(slots, whose, strict=True))) == len(slots)
        load = [whose.count(d) for d in range(delegates)]
        assert max(load) - min(load) <= 1
        order = draw.sample(range(len(slots)), len(slots))
        again = divided([slots[k] for k in order], [tables[k] for k in order], delegates)
        assert again == [whose[k] for k in order]


@pytest.mark.parametrize("seed", range(3))
def test_a_delegate_in_a_longer_meeting_is_nowhere_else(seed: int) -> None:
    draw, uneven = random.Random(seed), 0
    for _ in range(100):
        delegates = draw.randint(1, 4)
        slots, until, busy = [], [], [0] * 30
        for slot in range(20):
            for _ in range(draw.randint(0, 2)):
                last = slot + draw.choice((0, 0, 1, 2))
                if max(busy[slot : last + 1]) < delegates:
                    slots.append(slot)
                    until.append(last)
                    for t in range(slot, last + 1):
                        busy[t] += 1
        whose = divided(slots, [draw.randrange(5) for _ in slots], delegates, until)
        taken = [
            (d, t) for d, slot, last in zip(whose, slots, until, strict=True) for t in range(slot, last + 1)
        ]
        assert len(taken) == len(set(taken))
        load = [whose.count(d) for d in range(delegates)]
        uneven += max(load) - min(load) > 1
    assert uneven < 10


def test_two_exchange_their_days_when_neither_is_busy() -> None:
    # 1 sits from slot 0 to 3, the other has 0, 1, 2 and 4: only after slot 3 can anything be exchanged
    assert divided([0, 0, 1, 2, 4], [0, 1, 1, 1, 1], 2, [3, 0, 1, 2, 4]) == [0, 1, 1, 1, 0]


def test_tables_are_changed_at_most_once_more_than_any_even_division_changes_them() -> None:
    draw, best_in = random.Random(1), 0
    for _ in range(150):
        slots, tables, delegates = company(draw, 4)
        delegates = min(delegates, 3)
        slots, tables = slots[:6], tables[:6]
        while slots and max(map(slots.count, slots)) > delegates:
            slots, tables = slots[1:], tables[1:]
        best = min(
            changes(slots, tables, each)
            for each in itertools.product(range(delegates), repeat=len(slots))
            if len(set(zip(slots, each, strict=True))) == len(slots)
            and max(map(each.count, range(delegates))) - min(map(each.count, range(delegates))) <= 1
        )
        found = changes(slots, tables, divided(slots, tables, delegates))
        assert found <= best + 1
        best_in += found == best
    assert best_in >= 148


@pytest.mark.parametrize(
    ("slots", "tables", "expected"),
    [
        ([1, 2, 3, 1, 2, 3], [7, 7, 7, 4, 4, 4], [1, 1, 1, 0, 0, 0]),  # each stays at a table
        ([1, 2, 3, 4], [5, 5, 5, 5], [0, 0, 1, 1]),  # one hands over to the other, once
        ([1, 2, 3, 4, 5, 6], [1, 1, 1, 2, 2, 2], [0, 0, 0, 1, 1, 1]),  # where the table changes
        ([], [], []),
    ],
)
def test_by_hand(slots: list[int], tables: list[int], expected: list[int]) -> None:
    assert divided(slots, tables, 2) == expected


def test_more_meetings_at_once_than_delegates_are_refused() -> None:
    with pytest.raises(ValueError, match="2 meetings at once, and 1 delegates"):
        divided([3, 3], [1, 2], 1)


# the column of the limits


@pytest.mark.usefixtures("here")
def test_delegates_are_named_in_the_limits_and_counted_by_their_names() -> None:
    text = "who,delegates,delegate_names\nAnn,1,Ida;Jon ; Kim;\nBen,,Lea; Max\n*,3,\n"
    lists = read(limits=text)
    assert lists.delegates == (("Ida", "Jon", "Kim"), ("Lea", "Max"), (), ())
    assert lists.problem.capacity.tolist() == [1, 2, 3, 3]
    assert read().delegates == ((), (), (), ())


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Ann,2,Ida", "found 'Ida': 1 name for 2 meetings at once; allowed: as many names or more"),
        ("Ann,,Ida; ida", "found 'Ida; ida'; allowed: each name once"),
        ("*,,Ida", "found 'Ida'; nobody sits for everybody"),
    ],
)
def test_names_that_cannot_be_are_refused(text: str, said: str) -> None:
    found = says(limits=row(text, "who,delegates,delegate_names"))
    assert found == [f"limits.csv:2: column 'delegate_names': {said}"]


def test_of_instants_at_which_two_could_exchange_it_is_the_one_that_breaks_least() -> None:
    """The one has four meetings, the other two: from 1, 3 or 5 on they could exchange to have three each."""
    whose, slots = [0, 0, 1, 0, 1, 0], list(range(6))
    # both change tables between 2 and 4, which an exchange in between makes up for
    assert _exchange(slots, slots, [1, 1, 2, 2, 1, 2], whose, 0, 1) == [3, 4, 5]
    # nobody ever changes: the first is as good as any
    assert _exchange(slots, slots, [1] * 6, whose, 0, 1) == [1, 2, 3, 4, 5]
