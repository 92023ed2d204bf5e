"""Draws the README's picture of a report: its first screen, and the floor in motion at noon.

`python notebooks/report.py` runs `hungary-2024` four times and looks at its report in a headless Chromium; it
needs the `test` extra and Chromium.
"""

from pathlib import Path
from shutil import which
from tempfile import TemporaryDirectory

from PIL import Image
from playwright.sync_api import sync_playwright

import sim

WIDTH, HEIGHT = 1120, 1000
results = sim.replicate("hungary-2024", replications=4, keep=[0])
with TemporaryDirectory() as folder, sync_playwright() as play:
    page_file = Path(folder) / "report.html"
    results.report(page_file)
    browser = play.chromium.launch(executable_path=which("chromium"), args=["--no-sandbox"])
    page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT}, reduced_motion="reduce")
    page.goto(page_file.as_uri())
    page.screenshot(path=Path(folder) / "top.png")
    slider = page.locator("input[type=range]").first
    slider.scroll_into_view_if_needed()
    slider.evaluate(
        "it => { it.value = (+it.min + +it.max) * 0.47;"
        " it.dispatchEvent(new Event('input', {bubbles: true})) }"
    )
    page.wait_for_timeout(500)
    floor = page.locator("section:has(canvas)").last
    floor.screenshot(path=Path(folder) / "floor.png")
    browser.close()
    top, below = (Image.open(Path(folder) / name).convert("RGB") for name in ("top.png", "floor.png"))
    below = below.resize((round(below.width * HEIGHT / below.height), HEIGHT), Image.Resampling.LANCZOS)
    both = Image.new("RGB", (top.width + below.width + 20, HEIGHT), "white")
    both.paste(top, (0, 0))
    both.paste(below, (top.width + 20, 0))
    both.thumbnail((1400, 1400), Image.Resampling.LANCZOS)
    both.save(Path(__file__).with_name("report.png"), optimize=True)
