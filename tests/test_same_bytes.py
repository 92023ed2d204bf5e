"""The same scenario, seed and replication give the same bytes whatever instructions a processor has."""

from __future__ import annotations

import json

import numpy as np
import pytest

from sim.statistics import Result
from tests.ahead import Ended
from tests.marks import marks

OURS = ("OPENBLAS_CORETYPE", "NPY_DISABLE_CPU_FEATURES", "GLIBC_TUNABLES")
VECTORS = np.show_config(mode="dicts")["SIMD Extensions"]["found"]


def by(**settings: str) -> pytest.MarkDecorator:
    """Marks of the same, made by a process with these settings of its libraries."""
    return pytest.mark.ahead("-m", "tests.marks", env=settings, without=OURS)


@pytest.fixture(scope="module")
def here(quickstart: Result, hungary: Result) -> dict[str, str]:
    return marks(quickstart, hungary)


@pytest.mark.parametrize(
    ("sign", "reason"),
    [
        pytest.param(
            "product",
            "NumPy's BLAS is not an OpenBLAS with several kernels for this processor",
            id="old kernel",
            marks=by(OPENBLAS_CORETYPE="Nehalem"),
        ),
        pytest.param(
            "exponential",
            "NumPy has no vector code for this processor that can be switched off",
            id="no vectors",
            marks=by(
                NPY_DISABLE_CPU_FEATURES=" ".join(VECTORS),
                GLIBC_TUNABLES="glibc.cpu.hwcaps=-AVX512F,-AVX2,-FMA,-FMA4",  # others than glibc ignore it
            ),
        ),
    ],
)
def test_an_expo_and_its_run_are_the_same_bytes_by_other_instructions(
    here: dict[str, str], ahead: Ended, sign: str, reason: str
) -> None:
    assert ahead.returncode == 0, ahead.stderr
    there = json.loads(ahead.stdout)
    if here[sign] == there[sign]:
        pytest.skip(reason)
    assert here.keys() == there.keys()
    libraries = {"product", "exponential"}  # what they may differ in
    assert [name for name in here.keys() - libraries if here[name] != there[name]] == []
