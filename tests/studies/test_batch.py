"""How many cells a task of a cluster is of, and what a worker does with several."""

from __future__ import annotations

import pytest

from sim.studies import abroad
from sim.studies.abroad import do, mark, packed
from sim.studies.batch import LONGEST, Batch


def played(batch: Batch, cells: int, tasks: int, each: float) -> list[int]:
    """Sizes of the tasks of a study whose cells take so long, one done after the other."""
    sizes = []
    while cells:
        sizes.append(batch.size(cells, tasks))
        batch.took(sizes[-1], sizes[-1] * each)
        cells -= sizes[-1]
    return sizes


def test_tasks_grow_to_some_1_5_seconds_and_fall_to_one_cell_at_the_end() -> None:
    sizes = played(Batch(), 200, 4, 0.25)
    assert sizes[:4] == [1, 2, 4, 6]  # 6 cells take 1.5 s
    assert max(sizes) == 6
    assert sizes[-4:] == [1, 1, 1, 1]
    assert sizes[3:] == sorted(sizes[3:], reverse=True)


def test_cells_that_take_longer_than_that_are_tasks_of_their_own() -> None:
    assert played(Batch(), 20, 4, 2.0) == [1] * 20


def test_a_task_is_never_of_so_many_that_nothing_would_be_seen_to_go_on() -> None:
    assert max(played(Batch(), 100_000, 8, 0.0)) == 100


def test_once_cells_take_longer_tasks_are_of_fewer() -> None:
    batch = Batch()
    played(batch, 100, 4, 0.1)
    assert batch.size(1000, 4) == 15
    batch.took(3, LONGEST)  # as many as a worker took up, of those it was given
    assert batch.size(1000, 4) == 1


def test_after_a_task_that_killed_its_workers_each_cell_is_one() -> None:
    batch = Batch()
    played(batch, 100, 4, 0.1)
    batch.killed()
    assert played(batch, 100, 4, 0.1) == [1] * 100


def times(first: int, second: int) -> int:
    """What cells of this test come to."""
    return first * second


def test_a_worker_takes_up_no_other_cell_after_so_long_but_one_at_least() -> None:
    parcels = [packed(times, (10,)), packed(times, (100,))]
    calls = [(0, (1,)), (1, (2,)), (0, (3,))]
    results, seconds = do(mark(), parcels, calls, 60.0)
    assert results == [10, 200, 30]
    assert 0 < seconds < 60
    assert do(mark(), parcels, calls, 0.0)[0] == [10]


def test_a_worker_of_another_program_does_nothing() -> None:
    with pytest.raises(abroad.OtherProgramError, match="exposim"):
        do("another", [b"what could not be unpacked"], [(0, ())], 1.0)
