"""Executes a notebook, by its path or from standard input, and writes it to standard output.

With `--few` it asks all its questions of few replications, points and visits: whether it runs, and warns of
nothing, is seen of two as of ten, in a fifth of the time. What is kept of a notebook is executed without.
"""

from __future__ import annotations

import os
import re
import sys
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import nbclient
import nbformat
from ipykernel.kernelspec import write_kernel_spec

__all__ = ["code_cells", "complaints", "with_few"]

FEW: Final = {"replications": 2, "points": 4, "paths": 4}
PART: Final = 5  # of visits, one of so many


def code_cells(notebook: nbformat.NotebookNode) -> list[nbformat.NotebookNode]:
    """The cells with code."""
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def complaints(notebook: nbformat.NotebookNode) -> list[str]:
    """Errors, and what was written to standard error, in what sliders show too."""
    outputs = [out for cell in code_cells(notebook) for out in cell.outputs]
    for kind in notebook.metadata.get("widgets", {}).values():
        for widget in kind["state"].values():
            outputs += widget["state"].get("outputs", [])
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


def with_few(source: str) -> str:
    """The code of a cell, with fewer replications, points and visits where it says how many."""
    source = re.sub(rf"\b({'|'.join(FEW)})=\d+\b", lambda found: f"{found[1]}={FEW[found[1]]}", source)
    source = re.sub(r"\bfor number in range\(\d+\)", "for number in range(2)", source)
    source = re.sub(r'(\.visits": )(\d+)', lambda found: f"{found[1]}{-(-int(found[2]) // PART)}", source)
    return source.replace(
        'sim.load("hungary-2024")', 'sim.load("hungary-2024", {"visitors.professional.visits": 100})'
    )


def execute(path: Path | None, few: bool = False) -> nbformat.NotebookNode:
    """The notebook as executed, up to its first error."""
    notebook: nbformat.NotebookNode = nbformat.read(path or sys.stdin, as_version=4)  # type: ignore[no-untyped-call]
    for cell in code_cells(notebook) if few else ():
        cell.source = with_few(cell.source)
    where = {"metadata": {"path": str(path.parent)}} if path else {}
    client = nbclient.NotebookClient(
        notebook, timeout=300, kernel_name="python3", resources=where, record_timing=False
    )
    with suppress(nbclient.exceptions.CellExecutionError):  # it stands in the cell
        client.execute()
    return notebook


if __name__ == "__main__":
    with TemporaryDirectory() as folder:
        only_this_environment(Path(folder))
        paths = [Path(each) for each in sys.argv[1:] if each != "--few"]
        done = execute(paths[0] if paths else None, "--few" in sys.argv)
        print(nbformat.writes(done))  # type: ignore[no-untyped-call]
