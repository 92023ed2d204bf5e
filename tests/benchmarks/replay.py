"""The replay: how large a page is, how fast it is made, and how many frames a second a browser draws of it.

`python -m tests.benchmarks.replay` prints a row a page. Frames are counted in headless Chromium while the
replay plays for some seconds, at 1280 pixels, around noon of the first day; of the last row so many people
are asked for that some 5,000 are on the floor at once. A minute.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

import sim
from sim.report.replay import Replay
from tests.report.chromium import CHROMIUM

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from sim.statistics import Result

SECONDS = 5
NOON = 12.0 * 3600
PAGES = (("hungary-2024", 5_000), ("cisce-2024", 5_000), ("cisce-2024", 35_000))


def results() -> Iterator[tuple[Result, int]]:
    """What is shown; a fair is played once."""
    played: Result | None = None
    for name, people in PAGES:
        if played is None or played.expo.name != name:
            played = sim.run(name)
        yield played, people


def frames(page: Page) -> tuple[int, float, float]:
    """People on the canvas, frames a second of a replay that plays, and ms that drawing one takes."""
    found: list[float] = page.evaluate(
        """async ([noon, seconds]) => {
            const { player } = exposimReplays[0], [scene] = player.scenes;
            player.go(0, noon);
            player.play(true);
            await new Promise((done) => setTimeout(done, 500));
            const first = player.frames, begin = performance.now();
            await new Promise((done) => setTimeout(done, seconds * 1000));
            const rate = ((player.frames - first) * 1000) / (performance.now() - begin), people = scene.n;
            player.play(false);
            const start = performance.now();
            for (let i = 0; i < 50; i++) scene.draw(noon + 4 * i, false);
            scene.pen.getImageData(0, 0, 1, 1);
            return [people, rate, (performance.now() - start) / 50];
        }""",
        [NOON, SECONDS],
    )
    return int(found[0]), found[1], found[2]


def main() -> None:
    """Print the table."""
    from playwright.sync_api import sync_playwright

    heads = {"asked": 8, "made s": 8, "MB": 7, "opens s": 9, "at once": 9, "frames/s": 10, "draw ms": 9}
    print("page".ljust(14) + "".join(head.rjust(width) for head, width in heads.items()))
    with tempfile.TemporaryDirectory() as room, sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        for result, people in results():
            begin = perf_counter()
            made = Replay.of([result], people=people).page()
            took = perf_counter() - begin
            file = Path(room) / "floor.html"
            file.write_text(made, encoding="utf-8")
            page = browser.new_page(viewport={"width": 1280, "height": 900})
            begin = perf_counter()
            page.goto(file.as_uri())
            page.wait_for_function("document.querySelector('.exposim-replay').dataset.ready === 'yes'")
            opened = perf_counter() - begin
            there, rate, draw = frames(page)
            page.close()
            size = len(made.encode()) / 1e6
            print(
                f"{result.expo.name:<14}{people:>8,}{took:>8.1f}{size:>7.2f}{opened:>9.1f}{there:>9,}"
                f"{rate:>10.0f}{draw:>9.1f}"
            )
        browser.close()


if __name__ == "__main__":
    main()
