"""The place of one's own in a real browser: a phone and a desk, with and without a script, and what axe finds."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy.engine import Engine

from bot import accounts, contact, core, identity, negotiation
from tests.web.desk_kit import maria_is_here
from tests.web.test_browser import (  # noqa: F401
    CHROMIUM,
    address_of,
    chromium,
    open_page,
    shoot,
    until,
    violations,
)
from tests.web.world import Server, serving

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None and not os.environ.get("CI"), reason="no Chromium on this machine"),
    pytest.mark.parametrize("engine", ["sqlite"], indirect=True),
]


@pytest.fixture
def server(engine: Engine) -> Iterator[Server]:
    for one in serving(engine):
        with core.transaction(engine) as session:
            maria_is_here(session, one.settings)
        yield one


def enter(page) -> None:
    page.get_by_label("Reference").fill("NW-1000")
    page.get_by_label("Date of birth").fill("4/12/1985")
    page.get_by_label("ZIP").fill("30318")
    page.get_by_role("button", name="Show me").click()
    page.get_by_text("Hello, Maria").wait_for()


def agree(server: Server, page) -> None:
    """To the first plan that there is, as she does it in the chat."""
    now = server.settings.clock.now()
    with core.transaction(server.engine) as session:
        who = identity.require(session, contact.open_conversation(session, "web", address_of(page), now), now)
        [debt] = accounts.open_debts(session, who, now)
        today = accounts.me(session, who).today(now)
        made = negotiation.options(session, who, debt.id, now, today)
        plan = next(one for one in made if one.offer.kind in (negotiation.Kind.SHORT_PLAN, negotiation.Kind.LONG_PLAN))
        negotiation.accept(session, who, plan.id, now, today)


@pytest.mark.parametrize(("size", "scheme"), [("360", "light"), ("1280", "dark")])
def test_axe_finds_nothing_and_the_pictures_are_there(server, open_page, size, scheme) -> None:  # noqa: F811
    page = open_page("/portal", size=size, scheme=scheme, refused="403")
    assert violations(page) == []
    shoot(page, f"portal-gate-{size}")
    page.get_by_label("Reference").fill("NW-1000")
    page.get_by_label("Date of birth").fill("1/1/1990")
    page.get_by_label("ZIP").fill("30318")
    page.get_by_role("button", name="Show me").click()
    page.get_by_role("alert").wait_for()
    assert violations(page) == [] and page.get_by_label("Date of birth").input_value() == "1/1/1990"
    enter(page)
    agree(server, page)
    page.reload()
    for summary in page.locator("summary").all():
        summary.click()
    assert violations(page) == []
    page.screenshot(path=str(_shots(f"portal-open-{size}")), full_page=True)
    page.reload()
    shoot(page, f"portal-{size}")
    assert page.evaluate("document.documentElement.scrollWidth") <= int(size)


def _shots(name: str):
    from tests.web.test_browser import SHOTS

    SHOTS.mkdir(parents=True, exist_ok=True)
    return SHOTS / f"{name}.png"


def test_paying_works_without_a_script_and_what_cannot_be_paid_is_kept_and_said(server, open_page) -> None:  # noqa: F811
    page = open_page("/portal", java_script_enabled=False, refused="422")
    enter(page)
    page.get_by_label("Another amount").check()
    page.get_by_label("Amount in dollars").fill("0.20")
    page.get_by_role("button", name="Go on to pay").click()
    page.get_by_text("The smallest amount").wait_for()
    assert page.get_by_label("Amount in dollars").input_value() == "0.20"
    page.get_by_label("Amount in dollars").fill("40")
    page.get_by_role("button", name="Go on to pay").click()
    page.get_by_role("button", name="Pay $40.00").wait_for()


def test_a_warning_comes_before_it_closes_and_nothing_stays_on_the_screen(server, open_page) -> None:  # noqa: F811
    page = open_page("/portal")
    page.clock.install()
    enter(page)
    assert page.get_by_text("closes soon").is_hidden()
    page.clock.fast_forward("13:30")
    page.get_by_text("closes soon").wait_for()
    assert violations(page) == []
    server.settings.clock.move(timedelta(minutes=14))
    page.get_by_role("button", name="Keep it open").click()
    page.get_by_text("Hello, Maria").wait_for()
    server.settings.clock.move(timedelta(minutes=16))
    page.clock.fast_forward("15:30")
    page.get_by_text("Is it you?").wait_for()
    assert "$612" not in page.content()


@pytest.mark.parametrize("script", [True, False])
def test_a_plan_is_chosen_with_the_slider_or_from_the_list_and_read_back(server, open_page, script) -> None:  # noqa: F811
    page = open_page("/portal", java_script_enabled=script)
    enter(page)
    page.get_by_role("link", name="See ways to pay over time").click()
    page.get_by_role("heading", name="Choose how to pay").wait_for()
    if script:
        slider = page.get_by_role("slider", name="How many payments")
        slider.press("Home")
        assert page.locator("[data-shows=each]").inner_text() == "$306.20"
        slider.press("ArrowRight")
        assert page.locator("[data-shows=parts]").inner_text() == "3" and violations(page) == []
    else:
        page.get_by_role("combobox", name="How many payments").select_option("plan:3")
    page.get_by_role("button", name="See this in full").first.click()
    page.get_by_text("Is this right?").wait_for()
    assert page.locator("dl.facts dt").count() == 4
    page.get_by_role("button", name="Set up this plan").click()
    page.get_by_text("Done, it's set up.").wait_for()
