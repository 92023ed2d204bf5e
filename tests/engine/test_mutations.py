from __future__ import annotations

from collections import Counter

from tests.engine.mutations import MUTATIONS, standing


def test_every_mutation_is_of_a_text_that_stands_in_its_file_once() -> None:
    assert list(standing()) == []


def test_each_rule_is_changed_in_more_than_one_way_and_both_engines_are() -> None:
    rules = Counter(mutation.rule for mutation in MUTATIONS)
    assert {f"R{n}" for n in range(1, 10)} < set(rules)
    assert min(rules.values()) >= 2
    assert {mutation.file.split("/")[0] for mutation in MUTATIONS} == {"compiled", "processes"}
