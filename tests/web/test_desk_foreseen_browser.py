"""A yes that comes while the page is open, a link that is replaced, and a dispute whose payment is recorded: in a browser."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot import accounts, contact, core, demo, handoff
from tests.examples import walked
from tests.web.test_browser import SIZES, at_desk, chromium, open_page, pytestmark, server
from tests.web.test_desk_hands import marias_case, seen

__all__ = ["chromium", "open_page", "pytestmark", "server"]


def writes(server, text: str) -> None:
    now = server.settings.clock.now()
    with core.transaction(server.engine) as session:
        message = contact.receive(session, contact.Incoming("sms", demo.MARIA.phone, f"SM{text}", text), now)
        assert message is not None
        handoff.debtor_wrote(session, contact.conversation(session, message.conversation_id), message, now)
        contact.inbox.finish(session, [message], now)


@pytest.mark.parametrize("size", walked(SIZES))
def test_the_yes_arrives_while_the_page_is_open_and_what_was_chosen_stays(server, open_page, size) -> None:
    talk, now = marias_case(server), server.settings.clock.now()
    with core.transaction(server.engine) as session:
        [maria] = contact.parties_at(session, "sms", demo.MARIA.phone)
        contact.mark_verified(session, talk, maria, now + timedelta(minutes=30), now)
        [debt] = accounts.known_debts_of(session, maria)
    page = at_desk(open_page, server, "sam", size)
    page.goto(f"/desk/conversations/{talk}")
    page.get_by_role("button", name="Take this conversation").click()
    page.get_by_text("Yours. The assistant is silent here.").wait_for()
    page.locator("#link summary").click()
    page.locator("#link").get_by_label("Amount").fill("100")
    page.locator("#link").get_by_role("button", name="Show what it changes").click()
    page.get_by_role("button", name="Send a link to pay").click()
    page.get_by_text("sent a link to pay").wait_for()
    page.get_by_role("link", name="Make an offer").click()
    page.get_by_label("Amount of a payment").fill("60")
    page.get_by_label("First or only day").fill((now + timedelta(days=9)).date().isoformat())
    page.get_by_role("button", name="Show what it changes").click()
    page.get_by_role("button", name="Offer: ").click()
    page.get_by_text("They said yes").click()
    choice = page.locator("select[data-yes]")
    writes(server, "yes, that works for me")
    choice.locator("option", has_text="yes, that works for me").wait_for(state="attached")
    choice.select_option(label=choice.locator("option").nth(2).text_content())
    chosen = choice.input_value()
    writes(server, "and thank you")
    choice.locator("option", has_text="and thank you").wait_for(state="attached")
    assert choice.input_value() == chosen
    seen(page, f"foreseen-yes-{size}")
    page.locator("details[open]").get_by_role("button", name="Show what it changes").click()
    page.get_by_text("Their yes: “yes, that works for me”").wait_for()
    page.get_by_text("The link for $100.00 of ").wait_for()
    assert page.get_by_text("works again").count() == 0
    seen(page, f"foreseen-set-up-{size}")
    page.get_by_role("button", name="Set up the plan").click()
    page.get_by_text("The link in it no longer works").wait_for()
    seen(page, f"foreseen-dead-link-{size}")
    page.goto(f"/desk/conversations/{talk}/offer/{debt.id}")
    page.get_by_text("In force now").wait_for()
    seen(page, f"foreseen-in-force-{size}")
    page.goto(f"/desk/conversations/{talk}/person")
    seen(page, f"foreseen-person-{size}")
    with core.transaction(server.engine) as session:
        claim = accounts.Claim(accounts.DisputeReason.ALREADY_PAID, "i sent 50 by cheque", debt.id)
        accounts.open_dispute(session, contact.conversation(session, talk), claim, message_id="in_9", now=now)
    page.goto(f"/desk/conversations/{talk}")
    page.get_by_text("On hold: nothing is offered").wait_for()
    seen(page, f"foreseen-held-{size}")
