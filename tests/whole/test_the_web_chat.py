"""The same conversation by web chat, in a real browser, to the paid receipt."""

from __future__ import annotations

import re
from typing import Any

import httpx
import pytest

from tests import browsing
from tests.whole.running import ROOT, Parley

pytestmark = [pytest.mark.rasa, pytest.mark.browser, pytest.mark.xdist_group("whole")]
SCREENSHOTS = ROOT / "var" / "screenshots"
SARA = {"reference": "CV-7836", "born": "05/23/1969", "zip": "72212"}


@pytest.fixture
def browser() -> Any:
    if browsing.CHROMIUM is None:
        pytest.skip("no Chromium here")
    return browsing.opened()


def test_from_hello_to_the_receipt_in_the_browser(running: Parley, browser: Any) -> None:
    page = browser.new_page(viewport={"width": 360, "height": 740})
    page.goto(running.web)
    assert "debt" not in page.content().lower()
    assert "automated assistant" in _say(page, "hello")
    assert "date of birth" in _say(page, f"my reference is {SARA['reference']}")
    balance = _say(page, f"{SARA['born']} and {SARA['zip']}", until="choices")
    assert "You owe $" in balance
    less = re.search(r"This is enough: (\$[\d,.]+) once", _say(page, "i want to pay it all now", until="forgiven"))
    assert less is not None
    _say(page, "yes please", until="Pay $")
    link = page.locator("#log a[href*='/p/']").last
    target = link.get_attribute("href") or ""
    assert target.startswith(f"{running.web}/p/")
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=str(SCREENSHOTS / "whole-chat-360.png"))
    _pay(running, target, {one["name"]: one["value"] for one in page.context.cookies()})
    page.wait_for_selector("#log >> text=arrived", timeout=20_000)
    page.screenshot(path=str(SCREENSHOTS / "whole-chat-paid-360.png"))
    assert f"Thanks, {less[1]} arrived" in page.locator("#log").inner_text()


def _say(page: Any, text: str, *, until: str = "") -> str:
    """Write, and everything that came back."""
    before = page.locator("#log").inner_text()
    page.fill("#text", text)
    page.press("#text", "Enter")
    page.wait_for_function(
        """([before, sent, want]) => {
            const now = document.querySelector('#log').innerText;
            const fresh = now.slice(before.length).replace(sent, '');
            return document.querySelector('#typing').hidden && fresh.trim().length > 25 && fresh.includes(want);
        }""",
        arg=[before, text, until],
        timeout=30_000,
    )
    return str(page.locator("#log").inner_text())[len(before) :]


def _pay(running: Parley, link: str, cookies: dict[str, str]) -> None:
    checkout = httpx.post(link, headers={"Origin": running.web}, cookies=cookies)
    assert checkout.status_code == 303, checkout.text
    paid = httpx.post(checkout.headers["location"], json={"card": "4242424242424242"})
    assert paid.status_code == 200, paid.text
