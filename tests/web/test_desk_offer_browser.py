"""An offer from the form to the yes, what a supervisor is asked for, and a review, in a real browser; and what axe finds."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot import contact, core, demo, handoff
from tests.examples import walked
from tests.web.test_browser import SIZES, at_desk, chromium, open_page, pytestmark, server
from tests.web.test_desk_hands import marias_case, seen

__all__ = ["chromium", "open_page", "pytestmark", "server"]


@pytest.mark.parametrize("size", walked(SIZES))
def test_an_offer_is_asked_for_granted_accepted_and_reviewed(server, open_page, size) -> None:
    talk, now = marias_case(server), server.settings.clock.now()
    with core.transaction(server.engine) as session:
        [maria] = contact.parties_at(session, "sms", demo.MARIA.phone)
        contact.mark_verified(session, talk, maria, now + timedelta(minutes=30), now)
    page = at_desk(open_page, server, "sam", size)
    page.goto(f"/desk/conversations/{talk}")
    page.get_by_role("button", name="Take this conversation").click()
    page.get_by_text("Yours. The assistant is silent here.").wait_for()
    page.get_by_role("link", name="Make an offer").click()
    page.get_by_role("heading", name="An offer on NW-1000").wait_for()
    page.get_by_label("Amount of a payment").fill("30")
    page.get_by_label("First or only day").fill((now + timedelta(days=9)).date().isoformat())
    page.get_by_label("Why, where it is more").fill("she lost her job in October and asks for 30")
    seen(page, f"guide-offer-{size}")
    page.get_by_role("button", name="Show what it changes").click()
    page.get_by_text("It takes the authority of: supervisor").wait_for()
    seen(page, f"guide-offer-ask-{size}")
    page.get_by_role("button", name="Ask a supervisor to offer").click()
    page.get_by_text("asked for more than they may").wait_for()

    desk = at_desk(open_page, server, "sue", size)
    desk.get_by_role("link", name="Approvals").click()
    desk.get_by_label("Why, in a sentence").fill("her hardship is plain from what she wrote")
    seen(desk, f"guide-approve-offer-{size}")
    desk.get_by_role("button", name="Let it be offered").click()
    desk.get_by_text("Granted: it was said to them").wait_for()

    page.reload()
    page.get_by_text("Waits for their yes").wait_for()
    page.get_by_text("They said yes").click()
    page.locator("details[open]").get_by_label("Their yes").select_option("voice")
    seen(page, f"guide-agree-{size}")
    page.locator("details[open]").get_by_role("button", name="Show what it changes").click()
    page.get_by_role("button", name="Set up the plan").click()
    page.get_by_text("Sam Rivera set up their yes").wait_for()

    with core.reading(server.engine) as session:
        case = handoff.open_case_of(session, talk)
    assert case is not None
    desk.goto(f"/desk/reviews/{case.id}")
    desk.get_by_label("Were they heard").select_option("2")
    desk.get_by_label("Was the next step clear").select_option("1")
    desk.get_by_label("What went well").fill(
        "Her figure came back in the offer. Say next time when the first payment is due."
    )
    seen(desk, f"guide-review-form-{size}")
    desk.get_by_role("button", name="Keep this review").click()
    desk.get_by_text("Kept with the conversation.").wait_for()
    seen(desk, f"guide-review-{size}")
    page.goto("/desk/reviews")
    page.get_by_text("Sam Rivera, 75 %").wait_for()
    seen(page, f"guide-reviews-{size}")
