"""The examples in docstrings are true."""

from __future__ import annotations

import doctest
from importlib import import_module
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FOUND = sorted(
    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
    for path in (ROOT / "sim").rglob("*.py")
    if ">>> " in path.read_text(encoding="utf-8")
)


def test_there_are_examples() -> None:
    assert FOUND


@pytest.mark.parametrize("module", FOUND)
def test_the_examples_of_a_module_are_true(module: str) -> None:
    # `...` stands for what a reader need not see of long output
    result = doctest.testmod(import_module(module), optionflags=doctest.ELLIPSIS, report=True)
    assert result.attempted
    assert not result.failed
