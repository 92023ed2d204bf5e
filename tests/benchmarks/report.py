"""The report: how large the page of a fair is, how long it takes, and what a browser has against it.

`python -m tests.benchmarks.report` prints a row a fair, with the floor in motion and without: seconds of wall
and of processor to make it of a result that is there (its KPIs not counted), megabytes, and in headless
Chromium, offline, at 1280 and 390 pixels in light and dark: what goes beyond the screen (pixels), what was
asked of the network or went wrong, and what axe-core finds. Two minutes on a quiet machine.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

import sim
from sim.studies.resultset import ResultSet
from tests.report.chromium import CHROMIUM
from tests.report.page.test_in_browser import LOOKS, opened

FAIRS = ("quickstart", "hungary-2024", "cisce-2024")


def looked_at(browser: Any, file: Path) -> tuple[int, int, int]:
    """Pixels beyond the screen, words of the console and requests, and what axe finds; in all looks."""
    import axe_playwright_python

    axe = Path(axe_playwright_python.__file__).parent / "axe.min.js"
    beyond = wrong = found = 0
    for width, scheme in LOOKS:
        page, said = opened(browser, file, width, scheme)
        beyond = max(beyond, page.evaluate("document.documentElement.scrollWidth") - width)
        wrong += len(said)
        page.context.close()
        page, _ = opened(browser, file, width, scheme, bypass=True)
        page.add_script_tag(path=axe)
        found += len(page.evaluate("axe.run(document, { resultTypes: ['violations'] })")["violations"])
        page.context.close()
    return beyond, wrong, found


def main() -> None:
    """Print the table."""
    from playwright.sync_api import sync_playwright

    heads = {"floor": 7, "made s": 8, "cpu s": 7, "MB": 7, "beyond px": 11, "wrong": 7, "axe": 5}
    print("fair".ljust(14) + "".join(head.rjust(width) for head, width in heads.items()))
    with tempfile.TemporaryDirectory() as room, sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        file = Path(room) / "report.html"
        for name in FAIRS:
            results = ResultSet.of(sim.run(name))
            for replay in (False, True):
                wall, processor = perf_counter(), process_time()
                results.report(file, replay=replay, force=True)
                wall, processor = perf_counter() - wall, process_time() - processor
                seen = looked_at(browser, file)
                shown = "yes" if replay else "no"
                print(
                    f"{name:<14}{shown:>7}{wall:>8.1f}{processor:>7.1f}{file.stat().st_size / 1e6:>7.2f}"
                    f"{seen[0]:>11}{seen[1]:>7}{seen[2]:>5}",
                    flush=True,
                )
        browser.close()


if __name__ == "__main__":
    main()
