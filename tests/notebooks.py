"""Executes a notebook, by its path or from standard input, and writes it to standard output."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

import nbclient
import nbformat
from ipykernel.kernelspec import write_kernel_spec

__all__ = ["code_cells", "complaints"]


def code_cells(notebook: nbformat.NotebookNode) -> list[nbformat.NotebookNode]:
    """The cells with code."""
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def complaints(notebook: nbformat.NotebookNode) -> list[str]:
    """Errors, and what was written to standard error."""
    outputs = [out for cell in code_cells(notebook) for out in cell.outputs]
    found = [out.evalue for out in outputs if out.output_type == "error"]
    return found + [out.text for out in outputs if out.get("name") == "stderr"]


def only_this_environment(folder: Path) -> None:
    """The kernel `python3` is this interpreter, with this checkout and nobody's own settings."""
    write_kernel_spec(folder / "jupyter" / "kernels" / "python3")
    for variable, name in (
        ("JUPYTER_PATH", "jupyter"),
        ("JUPYTER_CONFIG_DIR", "config"),
        ("JUPYTER_RUNTIME_DIR", "runtime"),
        ("IPYTHONDIR", "ipython"),
    ):
        (folder / name).mkdir(exist_ok=True)
        os.environ[variable] = str(folder / name)
    os.environ.pop("MPLBACKEND", None)
    os.environ |= {"EXPOSIM_CACHE": os.devnull, "EXPOSIM_COMPILE": "no"}  # outputs name the engine


def execute(path: Path | None) -> nbformat.NotebookNode:
    """The notebook as executed, up to its first error."""
    notebook: nbformat.NotebookNode = nbformat.read(path or sys.stdin, as_version=4)  # type: ignore[no-untyped-call]
    where = {"metadata": {"path": str(path.parent)}} if path else {}
    client = nbclient.NotebookClient(notebook, timeout=300, kernel_name="python3", resources=where)
    with suppress(nbclient.exceptions.CellExecutionError):  # it stands in the cell
        client.execute()
    return notebook


if __name__ == "__main__":
    with TemporaryDirectory() as folder:
        only_this_environment(Path(folder))
        print(nbformat.writes(execute(Path(sys.argv[1]) if sys.argv[1:] else None)))  # type: ignore[no-untyped-call]
