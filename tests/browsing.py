"""One Chromium for the browser tests that follow one another in a process: to start it takes longer than to use it.

Playwright keeps a loop running in the thread, which would be in the way of a test that runs one of its own: before a
test without a browser it is ended (`conftest`).
"""

from __future__ import annotations

import shutil
from typing import Any

CHROMIUM = next(filter(None, map(shutil.which, ("chromium-headless-shell", "chromium", "chromium-browser"))), None)
FIXTURES = frozenset({"chromium", "browser"})
"""A test that has one of these is a browser test."""
_RUNNING: list[Any] = []
"""Playwright, and the browser that it started."""


def opened() -> Any:
    from playwright.sync_api import sync_playwright

    if not _RUNNING:
        playwright = sync_playwright().start()
        _RUNNING.append(playwright)
        _RUNNING.append(playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"]))
    return _RUNNING[1]


def closed() -> None:
    if _RUNNING:
        playwright, *browsers = _RUNNING
        _RUNNING.clear()
        for browser in browsers:
            browser.close()
        playwright.stop()
