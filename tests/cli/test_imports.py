"""`--import FILE`: files of a user's own are run first; what is wrong with one is told with its line."""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from sim.cli import exposim
from sim.statistics.own import forget_own_kpis


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.chdir(tmp_path)
    before = set(sys.modules)
    yield tmp_path
    forget_own_kpis()
    for name in set(sys.modules) - before:
        if name.startswith("own_"):
            del sys.modules[name]


def command(*arguments: str) -> Result:
    return CliRunner().invoke(exposim, list(arguments))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("x = 1\ny = = 2\n", "mine.py:2: SyntaxError: invalid syntax"),
        ("def half(x):\n    return x / 0\n\nhalf(3)\n", "mine.py:2: ZeroDivisionError: division by zero"),
        ("import json\n\njson.loads(3)\n", "mine.py:3: TypeError: the JSON object must be"),
        ("import nobody_has_this\n", "mine.py:1: ModuleNotFoundError: No module named 'nobody_has_this'"),
        ("open('not there')\n", "mine.py:1: FileNotFoundError: [Errno 2] No such file"),
    ],
    ids=["syntax", "within a function of its own", "within a library", "a module", "a file that it opens"],
)
@pytest.mark.parametrize("of", ["check", "show", "run"])
def test_what_a_file_of_ones_own_raises_is_told_with_its_line(of: str, content: str, said: str) -> None:
    Path("mine.py").write_text(content)
    done = command(of, "quickstart", "--import", "mine.py")
    assert done.exit_code == 2
    assert done.output.startswith(said)
    assert len(done.output.splitlines()) == 1


def test_a_file_that_is_not_there_is_told_by_the_name_it_was_given() -> None:
    Path("folder").mkdir()
    done = command("check", "quickstart", "--import", "folder/mine.py")
    assert (done.exit_code, done.output) == (2, "exposim: folder/mine.py: No such file or directory\n")
    done = command("check", "quickstart", "--import", "folder")
    assert (done.exit_code, done.output) == (2, "exposim: folder: Is a directory\n")


def test_files_of_one_name_are_each_run_and_one_given_twice_is_run_once() -> None:
    for folder in ("a", "b"):
        Path(folder).mkdir()
        Path(folder, "mine.py").write_text(f"with open('ran', 'a') as ran:\n    ran.write('{folder}')\n")
    files = ("a/mine.py", "b/mine.py", "b/../a/mine.py")
    done = command("check", "quickstart", *(part for file in files for part in ("--import", file)))
    assert done.exit_code == 0, done.output
    assert Path("ran").read_text() == "ab"


def test_results_say_which_files_they_need_and_what_was_in_them() -> None:
    content = "import sim\nsim.kpi('mine.one', 'One')(lambda _: 1.0)\n"
    Path("folder").mkdir()
    Path("folder/mine.py").write_text(content)
    run = ("run", "quickstart", "-n", "1", "-q")
    assert command(*run, "--out", "with", "--import", "folder/mine.py").exit_code == 0
    assert command(*run, "--out", "without").exit_code == 0
    said = [json.loads(Path(each, "run.json").read_text())["imported"] for each in ("with", "without")]
    assert said == [[{"file": "mine.py", "sha256": hashlib.sha256(content.encode()).hexdigest()}], []]
