"""Tests that another process runs fail here unless it says that they passed."""

from __future__ import annotations

import os

import pytest

from tests.ahead import HERE, Ended, Programs, tell

TEST = "tests/a.py::test_a[1]"


def test_only_what_passed_elsewhere_passes() -> None:
    tell(TEST, Ended([], 1, f"PASSED {TEST}\nFAILED tests/a.py::test_b - it did", ""))


@pytest.mark.parametrize(
    "out",
    ["", f"FAILED {TEST} - it did", f"PASSED {TEST}0", f"SKIPPED [1] {TEST}", "PASSED tests/a.py::test_a"],
    ids=["nothing", "failed", "another", "skipped", "shorter"],
)
def test_what_did_not_pass_elsewhere_fails_and_shows_why(out: str) -> None:
    with pytest.raises(pytest.fail.Exception, match="cause"):
        tell(TEST, Ended([], 0, out, "cause"))


@pytest.mark.elsewhere
def test_another_process_runs_what_is_so_marked(request: pytest.FixtureRequest) -> None:
    config = request.config
    assert HERE in os.environ or hasattr(config, "workerinput") or config.option.usepdb or config.option.trace


def test_a_program_is_not_run_with_what_this_pytest_was_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTEST_ADDOPTS", "-n 2 --cov=sim")
    programs = Programs()
    ended = programs._run("-c", "import os; print([n for n in os.environ if n == 'PYTEST_ADDOPTS'])")
    programs.end()
    assert ended.stdout == "[]\n"
