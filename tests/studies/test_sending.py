"""Replications that are sent to workers: each comes back once, whoever is killed."""

from __future__ import annotations

from collections import Counter

from joblib import parallel_config

from sim.studies.sending import in_workers


def test_each_comes_once_and_a_worker_that_is_killed_costs_its_own_only() -> None:
    done: Counter[int] = Counter()

    def work(number: int, factor: int) -> object:
        if number in killed:
            raise RuntimeError("gone")  # as a pool says it of a worker
        done[number] += 1
        return number * factor

    here: list[object] = ["here"]

    def all_of() -> list[object]:
        done.clear()
        with parallel_config(backend="threading"):
            return list(
                in_workers(
                    work,
                    lambda number: (number, 10),
                    range(1, 6),
                    2,
                    load=list,
                    died=lambda number, reason: (number, reason),
                    here=here,
                )
            )

    killed: set[int] = set()
    first, *others = all_of()
    assert first == "here"
    assert sorted(map(str, others)) == ["10", "20", "30", "40", "50"]
    assert done == Counter(range(1, 6))
    killed = {3}
    _, *others = all_of()
    assert sorted(map(str, others)) == [
        "(3, 'its worker process died: RuntimeError: gone')",
        "10",
        "20",
        "40",
        "50",
    ]
