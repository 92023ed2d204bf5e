"""The same scenario, seed and replication give the same bytes whatever instructions a processor has."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import sim
from sim.statistics import Result
from tests.marks import marks

OURS = ("OPENBLAS_CORETYPE", "NPY_DISABLE_CPU_FEATURES", "GLIBC_TUNABLES")


def _found(settings: dict[str, str]) -> subprocess.Popen[str]:
    kept = {key: value for key, value in os.environ.items() if key not in OURS}
    home = str(Path(sim.__file__).parents[1])
    return subprocess.Popen(
        [sys.executable, "-P", "-m", "tests.marks"],
        env=kept | {"PYTHONPATH": home} | settings,
        stdout=subprocess.PIPE,
        text=True,
    )


@pytest.fixture(scope="module")
def machines(quickstart: Result, hungary: Result) -> dict[str, dict[str, str]]:
    """What is found with the processor as it is, with another BLAS kernel, and without vector code."""
    usual = not set(OURS) & set(os.environ)  # then this process is as it is
    config = np.show_config(mode="dicts")
    blas = config["Build Dependencies"]["blas"]
    vectors = config["SIMD Extensions"]["found"]
    settings: dict[str, dict[str, str]] = {} if usual else {"as it is": {}}
    if "DYNAMIC_ARCH" in blas.get("openblas configuration", ""):
        settings["old kernel"] = {"OPENBLAS_CORETYPE": "Nehalem"}
    if vectors:
        settings["no vectors"] = {
            "NPY_DISABLE_CPU_FEATURES": " ".join(vectors),
            "GLIBC_TUNABLES": "glibc.cpu.hwcaps=-AVX512F,-AVX2,-FMA,-FMA4",  # others than glibc ignore it
        }
    running = {name: _found(own) for name, own in settings.items()}
    printed = {name: process.communicate(timeout=120)[0] for name, process in running.items()}
    assert not any(process.returncode for process in running.values())
    found = {name: json.loads(text) for name, text in printed.items()}
    return {"as it is": marks(quickstart, hungary)} | found if usual else found


@pytest.mark.parametrize(
    ("other", "sign", "reason"),
    [
        ("old kernel", "product", "NumPy's BLAS is not an OpenBLAS with several kernels for this processor"),
        ("no vectors", "exponential", "NumPy has no vector code for this processor that can be switched off"),
    ],
)
def test_an_expo_and_its_run_are_the_same_bytes_by_other_instructions(
    machines: dict[str, dict[str, str]], other: str, sign: str, reason: str
) -> None:
    here = dict(machines["as it is"])
    there = dict(machines.get(other, here))
    if here[sign] == there[sign]:
        pytest.skip(reason)
    for name in ("product", "exponential"):
        del here[name], there[name]
    assert [name for name in here if here[name] != there[name]] == []
