"""What tests in a browser have in common: one Chromium, and what checks a page's accessibility."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest

from tests.report.chromium import CHROMIUM

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

COLOURS: Final = ["color-contrast", "link-in-text-block"]
"""The rules of axe that the theme may change; all others look at what is there, whatever its colour."""


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """A browser, begun once for all tests of reports."""
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright drives the browser")
    if CHROMIUM is None:
        pytest.skip("there is no Chromium here")
    with playwright.sync_playwright() as driver:
        launched = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield launched
        launched.close()


@pytest.fixture
def browser(chromium: Browser) -> Iterator[Browser]:
    """The browser; what a test opens is closed after it, or would be drawn on while others wait."""
    yield chromium
    for context in chromium.contexts:
        context.close()


@pytest.fixture(scope="package")
def axe() -> Callable[[Page, str], dict[str, Any]]:
    """What axe-core finds on a page: by all rules in the light theme, in the dark one by those of colours."""
    found = pytest.importorskip("axe_playwright_python", reason="it brings axe-core")
    source = (Path(found.__path__[0]) / "axe.min.js").read_text(encoding="utf-8")

    def run(page: Page, theme: str) -> dict[str, Any]:
        page.evaluate(source)
        only = {} if theme == "light" else {"runOnly": COLOURS}
        how = {"resultTypes": ["violations"], **only}
        return dict(page.evaluate("how => axe.run(document, how)", how))

    return run
