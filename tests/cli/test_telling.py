"""Notes and errors fit a terminal, and in a file each error is a line."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest

from sim.cli.telling import tell, told
from sim.files.lines import cells
from tests.cli.timetables import BY_HAND, command


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


LONG = (
    "fair.toml:3: warning: expo.title: "
    "found '广州国际食品机械展览会', which is a title that nobody knows at all"
)


def test_an_error_is_wrapped_in_a_terminal_only_and_what_fits_is_left_as_it_is(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    text = f"two  errors:\n  {LONG}\n  {LONG}"
    assert told(text) == text
    monkeypatch.setattr(sys, "stderr", Terminal())
    monkeypatch.setenv("COLUMNS", "60")
    lines = told(text).split("\n")
    assert lines[0] == "two  errors:"
    assert max(map(cells, lines)) <= 60
    ahead = [len(line) - len(line.lstrip()) for line in lines[1:]]
    assert ahead == [2, 6, 2, 6] or ahead == [2, 6, 6, 2, 6, 6]
    assert " ".join(" ".join(lines[1:]).split()) == f"{LONG} {LONG}"
    assert told("\x1b[31m") == r"\x1b[31m"


def test_notes_are_wrapped_in_a_file_too(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    tell(f"note: {LONG}")
    said = capsys.readouterr().err.splitlines()
    assert len(said) > 1
    assert max(map(cells, said)) <= 80
    monkeypatch.setattr(sys, "stderr", None)  # closed
    assert told(LONG) == LONG


@pytest.mark.parametrize(
    ("arguments", "begins"),
    [
        (["--compact", "--published", "free.csv"], "Error: --published goes with --policy optimal"),
        (["--policy", "q"], "Error: Invalid value for --policy: there is no policy 'q'; there are none, "),
        (["--limits", "limits.csv"], "limits.csv:2: column 'most': found 'plenty"),
        (["--out", "no" * 20 + ".csv", "--changes", "no" * 20 + ".csv"], "Error: --keep and --changes"),
    ],
)
def test_whatever_is_wrong_fits_a_terminal(
    arguments: list[str], begins: str, monkeypatch: pytest.MonkeyPatch, here: Path
) -> None:
    Path("limits.csv").write_text("who,most\nAnn,plenty of meetings and no fewer than anybody else\n")
    plain = command(*BY_HAND, *arguments)
    monkeypatch.setattr("sim.cli.telling._columns", lambda: 50)
    done = command(*BY_HAND, *arguments)
    assert (done.exit_code, done.stdout) == (2, "")
    lines = done.stderr.splitlines()
    at = next(k for k, line in enumerate(lines) if line.startswith(begins[:30]))
    assert max(map(cells, lines[at:])) <= 50
    assert all(line.startswith("    ") for line in lines[at + 1 :])
    assert done.stderr.split() == plain.stderr.split()
    assert begins in " ".join(done.stderr.split())
