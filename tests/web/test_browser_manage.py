"""Two managers in a real browser: a floor that is wrong, put right, simulated, approved, live, and back; axe finds nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest

import bot.web
from bot import accounts, core, demo, negotiation
from tests.examples import walked
from tests.web.test_browser import SIZES, at_desk, chromium, open_page, pytestmark, server, until
from tests.web.test_desk_hands import seen
from tests.web.test_manage import code_of

PASSWORD = "demo-agent-1"
__all__ = ["chromium", "open_page", "pytestmark", "server"]


def two_managers(server) -> None:
    now = server.settings.clock.now()
    with core.transaction(server.engine) as session:
        for login, name in (("mia", "Mia Manager"), ("max", "Max Manager")):
            bot.web.add_staff(session, login, name, PASSWORD, "manager", now)
        some = list(demo._placements(now.date()))[:40]
        accounts.place(session, some, now=now, secret=server.settings.secret_key)


@pytest.mark.parametrize("size", walked(SIZES))
def test_a_floor_is_changed_told_put_right_simulated_approved_and_taken_back(server, open_page, size) -> None:
    two_managers(server)
    page = at_desk(open_page, server, "mia", size)
    page.goto("/manage")
    page.get_by_text("Who gets what").wait_for()
    seen(page, f"manage-{size}")
    page.get_by_role("button", name="Write a change").click()
    page.get_by_text("It says what is in force.").wait_for()
    seen(page, f"manage-draft-{size}")
    page.get_by_role("link", name="Everybody else").click()
    floor = page.get_by_label("Step 4: Floor, per cent")
    assert floor.input_value() == "80"
    floor.fill("78")
    until(lambda: " in the draft" in page.locator("#saved").inner_text())
    page.get_by_role("button", name="Save this line").click()
    page.goto(f"{page.url.split('/rows')[0]}")
    wrong = page.get_by_text("For example somebody who owes").first
    wrong.wait_for()
    seen(page, f"manage-problem-{size}")
    page.get_by_role("link", name="Try this case").first.click()
    page.get_by_text("Under this draft").wait_for()
    seen(page, f"manage-try-{size}")
    page.go_back()
    page.get_by_role("link", name="Everybody else").click()
    page.get_by_label("Step 4: Floor, per cent").fill("82")
    until(lambda: page.locator("#saved").inner_text() == "saved; no problem")
    page.get_by_label("Step 4: Floor, per cent").scroll_into_view_if_needed()
    seen(page, f"manage-row-{size}")
    page.get_by_role("link", name="Back to the draft").click()
    page.get_by_text("No problem: looked at for every possible debtor.").wait_for()
    page.get_by_role("button", name="Simulate this change").click()
    page.get_by_text("It waits for its turn").wait_for()
    seen(page, f"manage-progress-{size}")
    assert negotiation.simulations.run_waiting(server.engine, server.settings.clock) == 1
    page.get_by_role("heading", name="No offer outside limits or law").wait_for()
    page.get_by_label("Why").fill("Fewer settlements at the edge")
    page.get_by_label("Ticket").fill("OPS-7")
    page.evaluate("document.getElementById('simulation').scrollIntoView()")
    seen(page, f"manage-report-{size}")
    page.get_by_role("button", name="Hand in for approval").click()
    page.get_by_text("another manager has to approve it").wait_for()
    version = page.url

    code = code_of(server.engine, server.settings, "max")
    other = open_page("/desk/login", size=size)
    other.get_by_label("Log-in").fill("max")
    other.get_by_label("Password").fill(PASSWORD)
    other.locator("#code").fill(code)
    other.get_by_role("button", name="Log in").click()
    other.goto(version)
    server.settings.clock.move(timedelta(seconds=60))
    other.get_by_label("Six digits").fill(code_of(server.engine, server.settings, "max"))
    seen(other, f"manage-approve-{size}")
    other.get_by_role("button", name="Approve this change").click()
    other.get_by_role("button", name="Put it in force").click()
    other.get_by_text("It is in force now.").wait_for()
    assert other.get_by_text("82 %").count()
    server.settings.clock.move(timedelta(seconds=60))
    other.get_by_role("button", name="Roll back").click()
    other.get_by_text("in force again").wait_for()
    assert other.get_by_text("from 90 days: 92 % → 82 %").count() == 0
    other.evaluate("document.getElementById('history').scrollIntoView()")
    seen(other, f"manage-history-{size}")
