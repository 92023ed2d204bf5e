"""The processes of the command: what they may load, when they end, and how signals end them."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest

from tests.cli.processes import ROOT, busy_with_proof, of_session, start, start_program

FAIR = Path(__file__).with_name("fair.toml")
LINUX = pytest.mark.skipif(sys.platform != "linux", reason="looks at processes as Linux shows them")
SOON: Final = 5.0  # s, in which all processes are gone

# As an installed command: the folder of this file, and not the current one, is on the module path.
COMMAND: Final = """
import sys
from sim.studies import processes
processes._WORTH_WORKERS = processes._WORTH_COPIES = 0
from sim.__main__ import main
if __name__ == "__main__":
    main()
"""


@pytest.fixture
def command(tmp_path: Path) -> list[str]:
    script = tmp_path / "bin" / "exposim"
    script.parent.mkdir()
    script.write_text(COMMAND)
    return [sys.executable, str(script)]


# what they load


def trap(folder: Path) -> Path:
    """A folder with a file for each library there is, which says that it was run; and the list of those."""
    sprung = folder.parent / "sprung"
    installed = ("numpy", "pandas", "scipy", "joblib", "loky", "sim", "ortools", "pysat", "click", "tqdm")
    for name in {*sys.stdlib_module_names, *installed, "sitecustomize", "usercustomize"}:
        (folder / f"{name}.py").write_text(f"open({str(sprung)!r}, 'a').write('{name}\\n'); raise SystemExit")
    return sprung


@pytest.mark.parametrize(
    "arguments",
    [
        [
            *("run", str(FAIR), "-n", "3", "--workers", "2", "--quiet"),
            *("--import", "mine.py"),
        ],
        [
            *("timetable", "../requests.csv", "--slots", "6", "--tables", "2", "--quiet"),
            *("--policy", "first_come", "--compact", "--exact"),
        ],
    ],
    ids=["run", "timetable"],
)
def test_a_file_in_the_current_folder_that_is_named_like_a_library_is_never_run(
    tmp_path: Path, command: list[str], arguments: list[str]
) -> None:
    here = tmp_path / "here"
    here.mkdir()
    sprung = trap(here)
    (here / "mine.py").write_text(  # a user's own file is named, and so it is run
        "import sim, numpy\nprint('mine')\n"
    )
    pairs = [(i, j) for i in range(8) for j in range(i) if (i + j) % 3]
    rows = "".join(f"P{i},P{j},1\n" for i, j in pairs[:11])
    (tmp_path / "requests.csv").write_text("who,whom,weight\n" + rows)
    process = start_program(*command, *arguments, cwd=here)
    out, error = process.communicate(timeout=60)
    assert not sprung.exists(), sprung.read_text()
    assert process.returncode == 0, error
    assert out.startswith("mine\n") or "timetable" in arguments


def test_a_worker_finds_the_house_where_its_parent_found_it() -> None:
    code = (
        "import pickle, subprocess, sim.workers; from os.path import basename\n"
        "worker = sim.workers.start('sim.cli.apart', stderr=subprocess.PIPE)\n"
        "print(pickle.loads(worker.communicate(pickle.dumps((basename, ('a/b',), {})))[0]))"
    )
    env = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(  # in the current folder
        [sys.executable, "-c", code], cwd=ROOT, env=env, capture_output=True, text=True, check=False
    )
    assert (done.stdout, done.stderr) == ("(True, 'b')\n", "")


# when they end


def gone(session: int) -> bool:
    limit = time.monotonic() + SOON
    while of_session(session) and time.monotonic() < limit:
        time.sleep(0.05)
    return not of_session(session)


def wait_for(what: Callable[[], bool]) -> None:
    limit = time.monotonic() + 30
    while not what() and time.monotonic() < limit:
        time.sleep(0.02)
    assert what()


@LINUX
def test_killed_in_the_midst_of_a_proof_it_leaves_no_process(tmp_path: Path) -> None:
    pairs = [(i, j) for i in range(60) for j in range(i) if (i * j + i) % 3 == 0]
    rows = "".join(f"P{i},P{j},1\n" for i, j in pairs)
    (tmp_path / "requests.csv").write_text("who,whom,weight\n" + rows)
    process = start(
        *("timetable", "requests.csv", "--slots", "8", "--tables", "15"),
        *("--policy", "first_come", "--compact", "--exact"),
        cwd=tmp_path,
    )
    wait_for(lambda: busy_with_proof(process.pid))
    process.kill()
    assert gone(process.pid)
    process.communicate()


@LINUX
def test_killed_while_its_workers_begin_it_leaves_no_process(command: list[str]) -> None:
    process = start_program(*command, "run", str(FAIR), "-n", "90000", "--workers", "2", "--quiet")
    wait_for(lambda: len(of_session(process.pid)) > 2)
    process.kill()
    assert gone(process.pid)
    process.communicate()


# signals that are lost on their way


WITHIN: Final = {
    "in an import that goes on without": (
        "import lost",
        "try:\n    kill()\nexcept BaseException:\n    pass",
    ),
    "in an import that fails": (
        "import lost",
        "try:\n    kill()\nexcept BaseException:\n    raise ImportError",
    ),
    "in an import that says what it was stopped by": (
        "import lost",
        "import sys\ntry:\n    kill()\nexcept BaseException:\n    sys.stderr.write('Traceback')",
    ),
    "in an import that takes too long": (
        "import sim.cli.stopping\nsim.cli.stopping._MOST_SECONDS = 0.3\nimport lost",
        "import time\nkill()\ntime.sleep(60)",
    ),
    "in code that goes on": ("try:\n    kill()\nexcept BaseException:\n    pass", ""),
    "in a finaliser": ("class C:\n    def __del__(self):\n        kill()\nC()", ""),
    "turned into another error": ("try:\n    kill()\nexcept BaseException:\n    raise ValueError", ""),
    "in code made on the way": ("exec('kill()')", ""),
    "just before it returns": ("try:\n    kill()\nexcept BaseException:\n    return", ""),
    "as the last thing": ("import atexit; atexit.register(kill); raise SystemExit(0)", ""),
}


@pytest.mark.skipif(os.name != "posix", reason="signals as POSIX has them")
@pytest.mark.parametrize("sent", ["SIGTERM", "SIGINT"])
@pytest.mark.parametrize("where", list(WITHIN))
def test_a_signal_ends_the_command_with_its_status_wherever_it_is_lost(
    tmp_path: Path, where: str, sent: str
) -> None:
    code, module = WITHIN[where]
    (tmp_path / "killing.py").write_text(
        f"import os, signal\ndef kill():\n    os.kill(os.getpid(), signal.{sent})\n    sum(range(9999))\n"
    )
    (tmp_path / "lost.py").write_text("from killing import kill\n" + module)
    body = "\n".join("    " + line for line in code.split("\n"))
    program = (
        "import sys, time\nfrom killing import kill\nfrom sim.cli.endings import lead\n"
        f"def command():\n{body}\n    time.sleep(5)\n    print('it went on')\nlead(command)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        env=os.environ | {"PYTHONPATH": f"{ROOT}{os.pathsep}{tmp_path}"},
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    status = 128 + getattr(signal, sent)
    assert (done.returncode, done.stdout, done.stderr) == (status, "", "")


@pytest.mark.skipif(os.name != "posix", reason="signals as POSIX has them")
def test_sigterm_at_any_moment_is_143_and_no_traceback() -> None:
    for _ in range(4):
        process = start("run", "hungary-2024", "-n", "1000", "-w", "1", "-q")
        time.sleep(random.uniform(0.05, 0.7))
        process.terminate()
        _, error = process.communicate(timeout=30)
        assert process.returncode in (143, -signal.SIGTERM)  # the latter before it listens; shells say 143
        assert "Traceback" not in error
