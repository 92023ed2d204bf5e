"""Rules changed in one engine alone: which test finds each?

`python -m tests.engine.mutations [NAME ...]`

Each of those in `mutations.toml` is made in a copy of the house, and the tests that hold the engines together
are run on it: 60 random floors, tight, by both engines (`tests.engine.same_trace`); where these see nothing,
three random scenarios, and then the cases that are worked by hand (`test_rules_*.py`), on the engine that was
changed. Nothing is compiled. Prints what finds each; the exit status is 1 if nothing finds one, or if the
text that one replaces does not stand in its file just once. Some four minutes on one processor; in the suite
is only whether the texts stand.

Not among them, since no trace tells: the order in an instant of `NO_SHOWS` and `PARTIES_LEAVE`, which only
write a row each; and whether the calendar or the heap goes first where both have the same key: never.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tomllib
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic
from typing import Final, NamedTuple

__all__ = ["MUTATIONS", "Mutation", "main", "standing"]

ROOT: Final = Path(__file__).parents[2]
ENGINES: Final = Path("sim/engine")
PATIENCE: Final = 120  # s: an engine that plays for ever is found as well


class Mutation(NamedTuple):
    """A rule changed in one engine alone."""

    rule: str  # R1 to R9, meals, halls, or order: of events in an instant
    name: str  # what happens then
    file: str  # below `sim/engine`
    old: str  # stands in the file once
    new: str


def _listed() -> Iterator[Mutation]:
    with Path(__file__).with_suffix(".toml").open("rb") as file:
        for change in tomllib.load(file)["changed"]:
            yield Mutation(**change)


MUTATIONS: Final = tuple(_listed())


def standing() -> Iterator[str]:
    """What is wrong with the list: texts that do not stand in their file just once, names that are not."""
    for mutation in MUTATIONS:
        found = (ROOT / ENGINES / mutation.file).read_text(encoding="utf-8").count(mutation.old)
        if found != 1:
            yield f"{mutation.name}: its text stands in {mutation.file} {found} times"
    for name, many in Counter(mutation.name for mutation in MUTATIONS).items():
        if many > 1:
            yield f"{name}: {many} of this name"


def main(arguments: Sequence[str] | None = None) -> int:
    """Make each, and tell what finds it; 1 if nothing finds one."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("names", nargs="*", help="parts of names, or rules; all if left out")
    asked = parser.parse_args(arguments)
    if wrong := list(standing()):
        print(*wrong, sep="\n")
        return 1
    chosen = [
        m
        for m in MUTATIONS
        if not asked.names or any(n in (m.rule, m.file) or n in m.name for n in asked.names)
    ]
    survive, begun = 0, monotonic()
    with TemporaryDirectory() as folder:
        copy = Path(folder)
        for part in ("sim", "tests"):
            shutil.copytree(ROOT / part, copy / part)  # with their times: what Python keeps of them holds
        shutil.copy2(ROOT / "pyproject.toml", copy)
        for file in ("compiled/kernel.py", "processes/kernel.py"):
            if found := _found(copy, Mutation("", "", file, "", "")):
                print(f"found though nothing is changed: {found}")
                return 1
        for number, mutation in enumerate(chosen, 1):
            found = _found(copy, mutation)
            survive += not found
            engine = mutation.file.split("/")[0].replace("processes", "simpy")
            print(
                f"{number:3} {mutation.rule:5} {engine:8} {mutation.name}\n{'':19}{found or 'SURVIVES'}",
                flush=True,
            )
    print(f"{len(chosen)} mutations, {survive} survive, {monotonic() - begun:.0f} s")
    return int(survive > 0)


def _found(copy: Path, mutation: Mutation) -> str:
    """What finds a mutation that is made in a copy of the house, and undone again; nothing: it survives."""
    file, original = copy / ENGINES / mutation.file, ROOT / ENGINES / mutation.file
    text = original.read_text(encoding="utf-8").replace(mutation.old, mutation.new, 1)
    file.write_text(text, encoding="utf-8")
    try:
        for what, *many in (("random floors", "60", "--tight"), ("random scenarios", "0", "--drawn", "3")):
            told = _told(copy, "tests.engine.same_trace", *many, "--seeds")
            if not told.endswith(" differ"):
                return "" if told.startswith(("NameError", "SyntaxError")) else f"{what}: {told}"
            if not told.endswith(" 0 differ"):
                return f"{what}: {told}"
        if mutation.file.startswith("compiled"):
            told = _told(copy, "tests.engine.rules_compiled", "-x")
        else:
            cases = [
                str(case.relative_to(copy))
                for case in sorted((copy / "tests/engine").glob("test_rules_*.py"))
            ]
            told = _told(copy, "pytest", "-q", "-x", "-p", "no:cacheprovider", *cases)
        failed = [line for line in told.splitlines() if line.startswith("FAILED")]
        return f"worked by hand: {failed[0].split('::')[-1].split(' - ')[0]}" if failed else ""
    finally:
        shutil.copy2(original, file)


def _told(copy: Path, module: str, *arguments: str) -> str:
    """The last line of what a program of the copy prints; of the cases worked by hand, all of it."""
    env = {name: value for name, value in os.environ.items() if name != "PYTEST_ADDOPTS"}
    env |= {"PYTHONPATH": str(copy), "NUMBA_DISABLE_JIT": "1", "PYTHONDONTWRITEBYTECODE": "1"}
    try:
        ended = subprocess.run(
            [sys.executable, "-P", "-m", module, *arguments],
            cwd=copy, env=env, timeout=PATIENCE, capture_output=True, text=True, encoding="utf-8",
            check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return f"not over in {PATIENCE} s"
    if module != "tests.engine.same_trace":
        return ended.stdout
    lines = (
        (ended.stdout if ended.returncode in (0, 1) and not ended.stderr else ended.stderr)
        .strip()
        .splitlines()
    )
    return lines[-1] if lines else f"exit status {ended.returncode}"


if __name__ == "__main__":
    sys.exit(main())
