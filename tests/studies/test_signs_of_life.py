"""What a study says of itself while it runs."""

import re
import threading
import time
from contextlib import suppress
from pathlib import Path

import pytest
from tqdm import tqdm

from sim.studies import replicate
from sim.studies import signs as signs_of_life
from sim.studies.signs import Signs, signs

FAIR = str(Path(__file__).parents[1] / "cli" / "fair.toml")


def test_lines_come_less_and_less_often_and_say_what_is_done_and_left() -> None:
    now = 0.0
    with signs(3, shown=False, lines=False) as some:
        told = Signs(some._bar, lambda: now)
    told.stage("building: routes")
    said = {}
    for now in range(1, 200):
        if now == 100:
            told.update()
        if line := told.due():
            said[now] = line
    assert list(said) == [10, 20, 40, 80, 140]
    assert said[80] == "exposim: 0 of 3 replications done, 1 min 20 s; building: routes"
    # one took 100 s, so two take 200 s, of which 40 s have gone
    assert said[140] == "exposim: 1 of 3 replications done, 2 min 20 s, about 2 min 40 s left"


def test_long_work_is_told_of_without_a_terminal_with_its_stage_and_a_bar_is_redrawn(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(signs_of_life, "_REDRAWN", 0.001)
    monkeypatch.setattr(signs_of_life, "_FIRST", 0.002)
    replicate(FAIR, replications=2, progress=True)
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err
    line = (
        r"exposim: [01] of 2 replications done, \d s(, about \d s left)?"
        r"(; (building: [a-z ]+|playing|counting))?"
    )
    assert all(re.fullmatch(line, each) for each in said.err.splitlines())
    with signs(1, shown=True, lines=False) as bar:
        bar.stage("building: routes")
        before = capsys.readouterr().err
        assert "building: routes" in before
        time.sleep(0.02)
        assert capsys.readouterr().err  # without a word from the study


def test_a_study_ends_though_a_stop_came_while_tqdm_had_its_own_lock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(signs_of_life, "_REDRAWN", 0.001)
    monkeypatch.setattr(signs_of_life, "_PATIENCE", 0.05)
    lock, waits = threading.RLock(), threading.Event()
    monkeypatch.setattr(tqdm, "_lock", lock, raising=False)  # one that no other test has
    monkeypatch.setattr(signs_of_life, "_drawing", threading.RLock())
    redraw = Signs.redraw

    def redraws(self: Signs) -> None:
        waits.set()
        redraw(self)

    monkeypatch.setattr(Signs, "redraw", redraws)

    def study() -> None:
        with suppress(KeyboardInterrupt), signs(1, shown=True, lines=False):
            lock.acquire()  # and the stop comes before it is released
            waits.wait(5)
            raise KeyboardInterrupt

    thread = threading.Thread(target=study, daemon=True)
    thread.start()
    thread.join(5)
    assert waits.is_set()
    assert not thread.is_alive()
