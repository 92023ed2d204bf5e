"""The notebooks run from top to bottom, without errors and without warnings, and are kept clean."""

from __future__ import annotations

import os
from pathlib import Path

import nbclient
import nbformat
import pytest
from ipykernel.kernelspec import write_kernel_spec

ROOT = Path(__file__).parents[1]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))


@pytest.fixture
def this_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The kernel `python3` is this interpreter, with this checkout and nobody's own settings."""
    write_kernel_spec(tmp_path / "jupyter" / "kernels" / "python3")
    for name in ("jupyter", "config", "ipython", "runtime"):
        (tmp_path / name).mkdir(exist_ok=True)
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path / "jupyter"))
    monkeypatch.setenv("JUPYTER_CONFIG_DIR", str(tmp_path / "config"))
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(tmp_path / "runtime"))
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    monkeypatch.setenv("PYTHONPATH", str(ROOT), prepend=os.pathsep)
    monkeypatch.delenv("MPLBACKEND", raising=False)


def test_there_are_notebooks() -> None:
    assert NOTEBOOKS


@pytest.mark.usefixtures("this_environment")
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
@pytest.mark.slow
def test_a_notebook_runs_without_errors_or_warnings(path: Path) -> None:
    notebook = nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call]
    client = nbclient.NotebookClient(
        notebook, timeout=300, kernel_name="python3", resources={"metadata": {"path": str(path.parent)}}
    )
    client.execute()  # raises CellExecutionError
    assert [out for cell in code_cells(notebook) for out in complaints(cell)] == []


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_is_kept_clean(path: Path) -> None:
    notebook = nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call]
    nbformat.validate(notebook)
    cells = code_cells(notebook)
    assert [cell.execution_count for cell in cells] == list(range(1, len(cells) + 1))
    assert all(not cell.metadata for cell in notebook.cells)  # no times of execution
    assert [out for cell in cells for out in complaints(cell)] == []
    text = path.read_text(encoding="utf-8")
    assert not [word for word in ("/home/", "/root/", "/Users/", "/tmp/", "C:\\\\") if word in text]
    assert len(text) < 500_000


def code_cells(notebook: nbformat.NotebookNode) -> list[nbformat.NotebookNode]:
    """The cells with code."""
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def complaints(cell: nbformat.NotebookNode) -> list[str]:
    """Errors, and what was written to standard error."""
    found = [out.evalue for out in cell.outputs if out.output_type == "error"]
    return found + [out.text for out in cell.outputs if out.get("name") == "stderr"]
