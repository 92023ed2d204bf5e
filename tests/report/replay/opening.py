"""A replay's page, opened in Chromium without a network."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page


def opened(browser: Browser, file: Path, wide: int = 1280, **how: Any) -> tuple[Page, list[str]]:
    """The page, once it is ready, and whatever it complains of or asks for."""
    context = browser.new_context(viewport={"width": wide, "height": 800}, offline=True, **how)
    page, wrong = context.new_page(), []
    page.on("console", lambda message: wrong.append(message.text))
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on(
        "request", lambda asked: None if asked.url.startswith(("file:", "data:")) else wrong.append(asked.url)
    )
    page.goto(file.as_uri())
    page.wait_for_function("document.querySelector('.exposim-replay').dataset.ready === 'yes'")
    return page, wrong


def settle(page: Page) -> None:
    """Two frames have been drawn: whatever was done before is seen."""
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
