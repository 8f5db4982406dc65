"""Everything that can be pressed on the portal and on the documents behind it is large enough for a thumb, in a real browser."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from sqlalchemy.engine import Engine

from bot import core
from tests import targets
from tests.web.test_browser import CHROMIUM, chromium, open_page, shoot, violations  # noqa: F401
from tests.web.test_browser_portal import enter
from tests.web.test_portal_together import place_two
from tests.web.world import Server, serving

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None and not os.environ.get("CI"), reason="no Chromium on this machine"),
    pytest.mark.parametrize("engine", ["sqlite"], indirect=True),
    pytest.mark.parametrize("size", ["360", "1280"]),
]


@pytest.fixture
def server(engine: Engine) -> Iterator[Server]:
    """Maria with two accounts, so that paying several at once is there too."""
    for one in serving(engine):
        with core.transaction(engine) as session:
            place_two(session, one.settings)
        yield one


def measure(page, name: str, size: str) -> None:
    targets.opened(page)
    assert targets.small(page) == [], name
    assert page.evaluate("document.documentElement.scrollWidth") <= int(size), name
    assert violations(page) == [], name
    shoot(page, f"targets-{name}-{size}")


def wrong(page) -> None:
    page.get_by_label("Reference").fill("NW-1000")
    page.get_by_label("Date of birth").fill("1/1/1990")
    page.get_by_label("ZIP").fill("30318")
    page.get_by_role("button", name="Show me").click()
    page.get_by_role("alert").wait_for()


def test_the_portal_from_the_gate_to_a_plan(server, open_page, size) -> None:  # noqa: F811
    page = open_page("/portal", size=size, refused="403")
    measure(page, "gate", size)
    wrong(page)
    measure(page, "gate-wrong", size)
    enter(page)
    measure(page, "home", size)
    page.get_by_role("link", name="See ways to pay over time").first.click()
    page.get_by_role("slider").wait_for()
    measure(page, "plan", size)
    page.get_by_role("button", name="See this in full").first.click()
    page.get_by_text("Is this right?").wait_for()
    measure(page, "agree", size)
    page.get_by_role("button", name="Set up this plan").click()
    page.get_by_text("Done, it's set up.").wait_for()
    measure(page, "home-with-a-plan", size)
    page.get_by_role("link", name="Automatic payments").click()
    page.get_by_role("heading", name="Automatic payments").wait_for()
    measure(page, "autopay", size)


def test_the_portal_without_a_script(server, open_page, size) -> None:  # noqa: F811
    """A browser without scripts cannot be measured from within, so the pages are opened with the scripts kept away."""
    page = open_page("/portal", size=size)
    page.route("**/*.js*", lambda route: route.fulfill(body="", content_type="text/javascript"))
    enter(page)
    page.get_by_role("link", name="See ways to pay over time").first.click()
    page.get_by_role("combobox", name="How many payments").wait_for()
    measure(page, "plan-plain", size)


def test_the_page_to_pay_and_the_documents(server, open_page, size) -> None:  # noqa: F811
    page = open_page("/portal", size=size, refused="403")
    enter(page)
    page.get_by_role("link", name="See ways to pay over time").first.click()
    page.get_by_role("button", name="See this in full").first.click()
    page.get_by_role("button", name="Set up this plan").click()
    page.get_by_text("Done, it's set up.").wait_for()
    page.get_by_role("button", name="Go on to pay").first.click()
    page.get_by_role("button", name="Pay $").first.wait_for()
    measure(page, "pay", size)
    page.goto("/portal")
    targets.opened(page)
    page.get_by_role("button", name="agreement").first.click()
    page.get_by_role("navigation").wait_for()
    assert "/a/" in page.url
    measure(page, "document", size)
    where = page.url
    page.context.clear_cookies()
    page.goto(where)
    page.get_by_label("Date of birth").fill("1/1/1990")
    page.get_by_label("ZIP").fill("30318")
    measure(page, "document-gate", size)
    page.locator("button").click()
    page.get_by_role("alert").wait_for()
    measure(page, "document-gate-wrong", size)


def test_the_page_that_says_whether_a_file_is_genuine(server, open_page, size) -> None:  # noqa: F811
    measure(open_page("/verify", size=size), "verify", size)


def test_the_measure_finds_what_is_too_small(open_page, size) -> None:  # noqa: F811
    page = open_page("/verify", size=size)
    page.evaluate("""() => {
      document.querySelector("main").insertAdjacentHTML("beforeend", '<a id="low" href="/x">one</a><p>In this <a href="/y">two</a> it may be.</p>');
      Object.assign(document.querySelector("#low").style, {display: "inline-block", height: "23px"});
    }""")
    assert ['id="low"' in one for one in targets.small(page)] == [True]
