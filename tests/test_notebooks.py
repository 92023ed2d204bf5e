"""The notebooks run from top to bottom, without errors and without warnings, and are kept clean."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest

from tests.ahead import Ended
from tests.notebooks import code_cells, complaints

NOTEBOOKS = sorted((Path(__file__).parents[1] / "notebooks").glob("*.ipynb"))


def executed(path: Path) -> object:
    ahead = pytest.mark.ahead("-m", "tests.notebooks", "--few", str(path))
    return pytest.param(path, id=path.stem, marks=ahead)


def test_there_are_notebooks() -> None:
    assert NOTEBOOKS


@pytest.mark.parametrize("path", [executed(path) for path in NOTEBOOKS])
@pytest.mark.slow
def test_a_notebook_runs_without_errors_or_warnings(path: Path, ahead: Ended) -> None:
    assert ahead.returncode == 0, ahead.stderr
    notebook = nbformat.reads(ahead.stdout, as_version=4)  # type: ignore[no-untyped-call]
    assert complaints(notebook) == []
    kept = nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call]
    assert len(code_cells(notebook)) == len(code_cells(kept))
    assert all(cell.execution_count for cell in code_cells(notebook))


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_is_kept_clean(path: Path) -> None:
    notebook = nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call]
    nbformat.validate(notebook)
    cells = code_cells(notebook)
    assert [cell.execution_count for cell in cells] == list(range(1, len(cells) + 1))
    assert all(not cell.metadata for cell in notebook.cells)  # no times of execution
    assert complaints(notebook) == []
    text = path.read_text(encoding="utf-8")
    assert not [word for word in ("/home/", "/root/", "/Users/", "/tmp/", "C:\\\\") if word in text]
    assert len(text) < 500_000


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_opens_with_what_the_reader_learns_and_readme_lists_it(path: Path) -> None:
    opening = nbformat.read(path, as_version=4).cells[0].source  # type: ignore[no-untyped-call]
    title = opening.partition("\n")[0].removeprefix("# ")
    assert "learn" in opening
    assert "minute" in opening or "seconds" in opening
    readme = (path.parents[1] / "README.md").read_text(encoding="utf-8")
    assert f"| [{title}](notebooks/{path.name}) |" in readme
