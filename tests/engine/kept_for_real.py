"""The compiled engine compiled, kept, spoiled and fought over for real: two compilations, some minutes.

`python -m tests.engine.kept_for_real`

Works on a copy of the package and in a cache of its own. Prints what was tried and how it went; the exit
status is 1 if anything is not as it should be.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

__all__ = ["main"]

ROOT: Final = Path(__file__).parents[2]
PLAYED: Final = """
import hashlib, sys, sim
from sim.engine import play
trace, taken = play(sim.build(sim.load("quickstart")).floor, sys.argv[1], float(sys.argv[2]))
print(taken.engine, hashlib.sha256(trace.to_bytes()).hexdigest()[:8], len(trace))
"""


class Trial:
    """A copy of the package, a cache of its own, and what went wrong."""

    def __init__(self, folder: Path) -> None:
        self.root, self.cache = folder / "copy", folder / "cache"
        for name in ("sim", "scenarios"):
            shutil.copytree(ROOT / name, self.root / name, ignore=shutil.ignore_patterns("__pycache__"))
        shutil.copyfile(ROOT / "pyproject.toml", self.root / "pyproject.toml")
        self.wrong = 0

    def says(self, what: str, holds: bool, more: object = "") -> None:
        self.wrong += not holds
        print(f"{'as it should be' if holds else 'WRONG':16}{what}  {more}", flush=True)

    def start(self, *arguments: str, **env: str) -> subprocess.Popen[str]:
        left = ("CI", "EXPOSIM_COMPILE", "EXPOSIM_CACHE", "NUMBA_DISABLE_JIT")
        usual = {name: value for name, value in os.environ.items() if name not in left}
        here = {"PYTHONPATH": str(self.root), "EXPOSIM_CACHE": str(self.cache)}
        pipe: Any = subprocess.PIPE
        return subprocess.Popen(
            [sys.executable, "-P", *arguments], env=usual | here | env, stdout=pipe, stderr=pipe, text=True
        )

    def run(self, *arguments: str, **env: str) -> tuple[int, str, str, float]:
        """Exit status, output, errors, seconds."""
        began = time.monotonic()
        process = self.start(*arguments, **env)
        out, errors = process.communicate()
        return process.returncode, out, errors, time.monotonic() - began

    def play(self, engine: str = "auto", left: float = 1000, **env: str) -> str:
        status, out, errors, _ = self.run("-c", PLAYED, engine, str(left), **env)
        return out.strip() if status == 0 else errors.strip().splitlines()[-1]

    def whole(self) -> bool:
        return self.run("-m", "sim", "compile", "--check")[0] == 0

    def folders(self) -> list[Path]:
        return [each for each in self.cache.glob("[0-9a-f]*") if each.is_dir()]  # beside those of studies

    def clear(self) -> None:
        shutil.rmtree(self.cache, ignore_errors=True)


def main() -> int:
    """Try everything; 1 if anything is not as it should be."""
    with TemporaryDirectory() as folder:
        trial = Trial(Path(folder))
        tries: tuple[Callable[[Trial], None], ...] = (
            killed, stopped, raced, spoiled, changed, read_only, without_numba,
        )  # fmt: skip
        for each in tries:
            each(trial)
        return int(trial.wrong > 0)


def killed(trial: Trial) -> None:
    """kill -9 in the midst of it: the next command plays, and the one after may compile."""
    process = trial.start("-m", "sim.engine.filling")
    _wait_for(lambda: any(each.suffix for each in trial.folders()))
    time.sleep(2)
    process.kill()
    process.communicate()
    trial.says("killed while compiling: not there", not trial.whole())
    trial.says("killed while compiling: SimPy plays", trial.play().startswith("simpy "))


def stopped(trial: Trial) -> None:
    """Ctrl-C ends the command and its compiler at once."""
    process = trial.start("-m", "sim", "compile")
    count = len(trial.folders())
    _wait_for(lambda: len(trial.folders()) > count)
    time.sleep(5)
    began = time.monotonic()
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate()
    took = time.monotonic() - began
    trial.says(
        "Ctrl-C: a line, status 130", (process.returncode, len(errors.splitlines())) == (130, 2), errors
    )
    trial.says("Ctrl-C: at once", took < 3, f"{took:.1f} s")
    trial.says("Ctrl-C: not there", not trial.whole())
    trial.clear()


def raced(trial: Trial) -> None:
    """Two commands and the background at once: one compiles, all are well."""
    began = time.monotonic()
    both = [trial.start("-m", "sim", "compile") for _ in range(2)]
    first = trial.run("-m", "sim", "run", "hungary-2024", "-n", "1")
    trial.says(
        "a command beside it does not wait", "engine simpy" in " ".join(first[1].split()), f"{first[3]:.1f} s"
    )
    ends = [process.communicate() for process in both]
    trial.says("two compile at once: both well", [p.returncode for p in both] == [0, 0], ends)
    trial.says("two compile at once: one folder", len(trial.folders()) == 1 and trial.whole())
    print(f"{'':16}in {time.monotonic() - began:.0f} s")
    played = trial.play()
    trial.says("kept: taken by `auto`", played.startswith("compiled "), played)
    trial.says("kept: the same bytes", trial.play("simpy").split()[1:] == played.split()[1:])
    four = trial.run("-m", "sim", "run", "hungary-2024", "-n", "8", "-w", "4")
    trial.says("four workers share it, and say nothing", "compiled" in four[1] and not four[2], four[2])
    with_none = trial.play("auto", 0.1)
    trial.says("too little to load it for: SimPy", with_none.startswith("simpy "))


def spoiled(trial: Trial) -> None:
    """A file that is cut off, and one that is another: nothing of it is played, and it is made anew."""
    (kept,) = trial.folders()
    whole = {each: each.read_bytes() for each in kept.rglob("*.o")}
    for each, content in whole.items():
        each.write_bytes(content[: len(content) // 2])
    trial.says("cut off: not there", not trial.whole())
    trial.says("cut off: SimPy plays", trial.play().startswith("simpy "))
    for each, content in whole.items():
        each.write_bytes(content)
    trial.says("mended: taken again", trial.play().startswith("compiled "))
    others = trial.play("auto", 1000, NUMBA_CPU_NAME="generic")
    trial.says("for another processor: SimPy plays", others.startswith("simpy "), others)


def changed(trial: Trial) -> None:
    """A rule that is changed is played as it is now, whatever is kept."""
    before = trial.play("compiled")
    rule = trial.root / "sim" / "engine" / "compiled" / "booths.py"
    rule.write_text(rule.read_text() + "# a line more\n")
    auto = trial.play()
    trial.says("a file is changed: `auto` does not take the old", auto.startswith("simpy "), auto)
    rule = trial.root / "sim" / "engine" / "compiled" / "recording.py"
    rule.write_text(_worse(rule.read_text()))
    after = trial.play("compiled")
    trial.says("a rule is changed: it is played", after.split()[0] == "compiled" and after != before, after)
    trial.says("a rule is changed: it is kept as well", trial.whole() and len(trial.folders()) == 2)


def _worse(source: str) -> str:
    """The same file, with what it writes of each wait one too much."""
    assert "row.wait = " in source
    return source.replace("row.wait = ", "row.wait = 1 + ", 1)


def read_only(trial: Trial) -> None:
    """Where nothing can be kept, SimPy plays and it is said how to help."""
    status, _, errors, _ = trial.run("-m", "sim", "compile", EXPOSIM_CACHE="/proc/nowhere")
    trial.says("read-only: compile says so", status == 1 and "cannot be kept" in errors, errors)
    told = trial.run("-m", "sim", "run", "quickstart", EXPOSIM_CACHE="/proc/nowhere")
    trial.says("read-only: the run says so", told[0] == 0 and "EXPOSIM_CACHE" in told[2], told[2])


def without_numba(trial: Trial) -> None:
    """Numba blocked: everything works, and it is said once."""
    (trial.root / "blocked").mkdir()
    (trial.root / "blocked" / "sitecustomize.py").write_text("import sys\nsys.modules['numba'] = None\n")
    path = f"{trial.root / 'blocked'}{os.pathsep}{trial.root}"
    told = trial.run("-m", "sim", "run", "hungary-2024", "-n", "3", "-w", "2", PYTHONPATH=path)
    said = " ".join(told[2].split())
    trial.says("no Numba: SimPy, said once", told[0] == 0 and said.count("needs Numba") == 1, told[2])
    told = trial.run("-m", "sim", "run", "quickstart", "--engine", "compiled", PYTHONPATH=path)
    trial.says("no Numba, asked for: refused", told[0] == 2 and "needs Numba" in told[2], told[2])


def _wait_for(what: Callable[[], bool]) -> None:
    end = time.monotonic() + 60
    while not what() and time.monotonic() < end:
        time.sleep(0.05)


if __name__ == "__main__":
    sys.exit(main())
