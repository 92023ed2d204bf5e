"""The plan's page of a large fair: how long finding a booth takes, from the key to the picture.

`python -m tests.benchmarks.plan_page` prints, of `mega` (30,000 booths) in headless Chromium, milliseconds
until what was asked for stands on the screen, the slowest of three: typing letters, typing a name, going to
the booth that is found, and back to the whole. Half a minute on a quiet machine.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Final

import sim
from tests.report.chromium import CHROMIUM

_DRAWN: Final = """([act, value]) => new Promise(done => {
    const find = document.getElementById('find'), began = performance.now();
    if (act === 'type') { find.value = value; find.dispatchEvent(new Event('input')); }
    else document.querySelector(value).click();
    const drawn = () => setTimeout(() => done(performance.now() - began));
    requestAnimationFrame(() => requestAnimationFrame(drawn));
})"""
"""Does something, and tells how long it is until the picture after it."""

_STEPS: Final = (
    ("three letters", "type", "hea"),
    ("a name", "type", "health-123"),
    ("to the booth", "click", "#hits button"),
    ("back", "click", "[data-do='0']"),
    ("nothing again", "type", ""),
)


def main() -> None:
    """Print the table."""
    from playwright.sync_api import sync_playwright

    print("pixels".ljust(8) + "".join(name.rjust(15) for name, *_ in _STEPS))
    with tempfile.TemporaryDirectory() as room, sync_playwright() as driver:
        file = Path(room) / "plan.html"
        sim.load("mega").plan().save(file)
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        for width in (1280, 390):
            page = browser.new_context(offline=True, viewport={"width": width, "height": 900}).new_page()
            page.goto(file.as_uri())
            rounds = [[page.evaluate(_DRAWN, [act, value]) for _, act, value in _STEPS] for _ in range(3)]
            slowest = map(max, zip(*rounds, strict=True))
            print(f"{width:<8}" + "".join(f"{each:>15.0f}" for each in slowest), flush=True)
        browser.close()


if __name__ == "__main__":
    main()
