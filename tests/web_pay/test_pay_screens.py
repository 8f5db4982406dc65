"""The payment page in a browser: phone and desk, light and dark, every state, without JavaScript."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from bot import core, payments
from tests import browsing, targets
from tests.browsing import CHROMIUM
from tests.payments.joint_kit import with_clinic
from tests.web_pay.pay_site import Site
from tests.web_pay.pay_site import site as make_site
from tests.web_pay.test_too_old_page import grow_old

SHOTS = os.environ.get("PARLEY_SCREENSHOTS")
"""A folder to keep what was seen in."""
CUT = """() => {
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), range = document.createRange(), cut = [];
  while (walk.nextNode()) {
    if (!/^\\s*-?\\$[\\d.,]+\\s*$/.test(walk.currentNode.data)) continue;
    range.selectNodeContents(walk.currentNode);
    if (range.getClientRects().length > 1) cut.push(walk.currentNode.data);
  }
  return cut;
}"""
"""Amounts that a line break goes through."""
pytestmark = [pytest.mark.browser, pytest.mark.skipif(CHROMIUM is None, reason="no Chromium")]


@pytest.fixture
def browser() -> Browser:
    return browsing.opened()


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    from bot.tables import ROOMS

    assert ROOMS
    engine = core.connect(f"sqlite:///{tmp_path}/parley.db")
    core.metadata.create_all(engine)
    with make_site(engine, tmp_path) as made:
        yield made
    engine.dispose()


def _open(browser: Browser, width: int, scheme: str = "light", phone: Site | None = None) -> Page:
    """Her phone, when it is the one of `phone`; else one that has opened nothing yet."""
    context = browser.new_context(
        viewport={"width": width, "height": 740},
        color_scheme=scheme,
        java_script_enabled=False,  # type: ignore[arg-type]
    )
    if phone is not None:
        context.add_cookies(phone.phone())  # type: ignore[arg-type]
    return context.new_page()


def _look(browser: Browser, site: Site, path: str, name: str, *, hers: bool = True) -> None:
    """At three sizes and colours; nothing overflows and axe finds nothing."""
    for width, scheme in ((360, "light"), (1280, "light"), (360, "dark")):
        page = _open(browser, width, scheme, site if hers else None)
        page.goto(f"{site.url}{path}")
        if SHOTS:
            page.screenshot(path=f"{SHOTS}/pay-{name}-{width}-{scheme}.png")
        page.context.close()
        _check(browser, site, path, width, scheme, hers=hers)


def _check(browser: Browser, site: Site, path: str, width: int, scheme: str, *, hers: bool) -> None:
    context = browser.new_context(viewport={"width": width, "height": 740}, color_scheme=scheme)  # type: ignore[arg-type]
    if hers:
        context.add_cookies(site.phone())  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(f"{site.url}{path}")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate(CUT) == [], "an amount stands on one line"
    targets.opened(page)
    assert targets.small(page) == [], path
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    context.close()


def test_a_person_pays_on_a_phone_without_javascript(browser: Browser, site: Site) -> None:
    page = _open(browser, 360)
    page.goto(f"{site.url}/p/{site.world.ask('50.00')}")
    page.get_by_role("button", name="It's me, open it").click()
    button = page.get_by_role("button", name="Pay $50.00")
    box = button.bounding_box()
    assert box and box["height"] >= 44 and box["y"] + box["height"] < 740
    button.click()
    assert "/stripe/pay/" in page.url
    page.get_by_label("Card number").fill("4242 4242 4242 4242")
    page.get_by_role("button", name="Pay").first.click()
    page.wait_for_url("**/done*")
    site.work_until(site.world.entries)
    page.reload()
    page.get_by_text("$50.00 arrived. Thank you.").wait_for()


def test_every_state_reads_well_at_every_size(browser: Browser, site: Site) -> None:
    path = site.link("50.00")
    _look(browser, site, path, "open")
    _look(browser, site, "/p/unknown", "over")
    site.faults(drop=1)
    site.pay(site.click(path))
    _look(browser, site, f"{path}/done?look=1", "waiting")
    _look(browser, site, f"{path}/done?look=20", "waiting-long")
    site.world.reconcile(at_start=True)
    _look(browser, site, path, "settled")
    _look(browser, site, f"{path}/receipt", "receipt-gate")
    _look(browser, site, "/p/unknown/receipt", "receipt-gone")
    path = site.link("40.00")
    site.world.paid_elsewhere("550.00")
    _look(browser, site, path, "closed")
    site.world.hold()
    _look(browser, site, path, "paused")


def test_what_others_see_reads_well(browser: Browser, site: Site) -> None:
    _look(browser, site, f"/p/{site.world.ask('40.00')}", "private-first", hers=False)
    path = site.link("50.00")
    _look(browser, site, path, "private-other", hers=False)
    _look(browser, site, f"{path}/done", "private-done", hers=False)
    page = _open(browser, 360)
    page.goto(f"{site.url}{path}")
    page.get_by_label("Date of birth").fill("5/3/1981")
    page.get_by_label("ZIP code").fill("30303")
    page.get_by_role("button", name="Open the page").click()
    page.get_by_text("doesn't match").wait_for()
    if SHOTS:
        page.screenshot(path=f"{SHOTS}/pay-private-wrong-360-light.png")
    page.get_by_label("Date of birth").fill("5/3/1980")
    page.get_by_role("button", name="Open the page").click()
    page.get_by_role("button", name="Pay $50.00").wait_for()


def test_what_the_law_wants_said_before_reads_well(browser: Browser, site: Site) -> None:
    """The longest of it, New York's, of one of two accounts; and what was paid, with its receipt."""
    world = with_clinic(site.world)
    grow_old(world.engine, world.other_id, "NY")
    path = f"/p/{world.both()}"
    _look(browser, site, path, "private-proof", hers=False)
    assert site.http.post(f"{path}/who", data={"born": "5/3/1980", "zip": "30303"}).status_code == 303
    _look(browser, site, path, "too-old")
    site.pay(site.click(path))
    site.work_until(lambda: world.balances() == ("550.00", "90.00"))
    _look(browser, site, path, "too-old-settled")
    _look(browser, site, f"{path}/receipt?of=2", "receipt")


def test_a_payment_from_a_bank_and_one_made_elsewhere_read_well(browser: Browser, site: Site) -> None:
    path = site.link("50.00")
    world, token = site.world, path.removeprefix("/p/")
    with core.transaction(world.engine) as session:
        settings = replace(world.settings, bank_debits=True)
        attempt = payments.begin_checkout(session, token, world.now, public_url=site.url, settings=settings)
    opened = payments.at_provider(world.stripe, attempt)
    with core.transaction(world.engine) as session:
        payments.checkout_opened(session, attempt, opened, world.now)
    assert opened.checkout is not None
    site.pay(opened.checkout.id, "000123456789")
    site.work_until(lambda: "on its way from the bank" in site.http.get(path).text)
    _look(browser, site, path, "bank")


def test_one_page_for_two_accounts_reads_well(browser: Browser, site: Site) -> None:
    world = with_clinic(site.world)
    path = site.opened(world.both())
    _look(browser, site, path, "joint")
    assert site.http.post(f"{path}/who", data={"born": "5/3/1980", "zip": "30303"}).status_code == 303
    assert "account ending in" in site.http.get(path).text
    _look(browser, site, path, "joint-named")
    site.pay(site.click(path))
    site.work_until(lambda: world.balances() == ("550.00", "90.00"))
    _look(browser, site, path, "joint-settled")


def test_a_stripe_that_does_not_answer_reads_well(browser: Browser, site: Site) -> None:
    path = site.link("50.00")
    site.faults(error={"status": 500, "times": 6})
    page = _open(browser, 360, phone=site)
    page.goto(f"{site.url}{path}")
    page.get_by_role("button").click()
    page.get_by_text("Nothing was taken").wait_for()
    if SHOTS:
        page.screenshot(path=f"{SHOTS}/pay-unreachable-360-light.png")
    site.faults()
    page.get_by_role("button", name="Try again").click()
    assert "/stripe/pay/" in page.url
