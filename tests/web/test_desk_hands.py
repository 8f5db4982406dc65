"""What is done by hand in a case, in a real browser: who it is, money, later, quoted, asked for; and what axe finds."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot import accounts, contact, core, demo, handoff
from bot.core import Money
from tests.examples import walked
from tests.web.desk_kit import maria_is_here
from tests.web.test_browser import SIZES, at_desk, chromium, open_page, pytestmark, server, shoot, violations

__all__ = ["chromium", "open_page", "pytestmark", "server"]
WHY = "the fee was ours to avoid"


def marias_case(server) -> str:
    """She asks for a person; nobody knows yet that it is she."""
    now = server.settings.clock.now()
    with core.transaction(server.engine) as session:
        maria = maria_is_here(session, server.settings)
        [debt] = accounts.known_debts_of(session, maria)
        fee = accounts.EntryKind.FEE
        accounts.post(session, debt_id=debt.id, kind=fee, amount=Money(9000, "USD"), source="fee:1", now=now)
        talk = contact.open_conversation(session, "sms", demo.MARIA.phone, now)
        for number, words in enumerate(("i sent you a cheque of 50 two weeks ago", "and why is there a fee of 90?")):
            incoming = contact.Incoming("sms", demo.MARIA.phone, f"SM{number}", words)
            message = contact.receive(session, incoming, now)
            assert message is not None
            contact.inbox.finish(session, [message], now)
        handoff.open_case(session, talk, handoff.Reason.PAYMENT, {"verified": False}, now)
    return talk.id


def has_no_sideways(page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"))


def seen(page, name: str) -> None:
    shoot(page, name)
    assert violations(page) == []
    assert has_no_sideways(page), name


@pytest.mark.parametrize("size", walked(SIZES))
def test_a_call_a_cheque_a_fee_and_a_reply_of_tomorrow(server, open_page, size) -> None:
    talk = marias_case(server)
    page = at_desk(open_page, server, "sam", size)
    page.goto(f"/desk/conversations/{talk}")
    page.get_by_role("button", name="Take this conversation").click()
    page.get_by_text("Yours. The assistant is silent here.").wait_for()
    page.locator("#voice summary").click()
    page.get_by_label("Date of birth").fill("1985-04-12")
    page.get_by_label("ZIP code").fill("30318")
    page.get_by_label("They knew what was last written here").check()
    seen(page, f"guide-voice-{size}")
    page.get_by_role("button", name="Compare").click()
    page.get_by_text("It fits: verified by voice.").wait_for()
    assert page.get_by_text("Verified by voice until").count() == 1

    page.locator("#money summary").click()
    day = (server.settings.clock.now() - timedelta(days=13)).date().isoformat()
    for label, value in (("Amount", "50"), ("Day on which it came", day), ("Number of the cheque", "1042")):
        page.locator("#money").get_by_label(label).fill(value)
    page.locator("#money").get_by_label("How", exact=True).select_option("cheque")
    seen(page, f"guide-money-form-{size}")
    page.locator("#money").get_by_role("button", name="Show what it changes").click()
    page.get_by_text("NW-1000: what is owed goes from $702.40 to $652.40").wait_for()
    seen(page, f"guide-money-{size}")
    page.get_by_role("button", name="Record this payment").click()
    page.get_by_text("recorded a payment, NW-1000 $50.00, cheque 1042").wait_for()
    assert page.locator("#suggested").get_by_text("You now owe $652.40").count() == 1
    seen(page, f"guide-suggested-{size}")

    page.get_by_text("Waive up to $90.00").click()
    page.locator("details[open]").get_by_label("Why, in a sentence").fill(WHY)
    page.locator("details[open]").get_by_role("button", name="Show what it changes").click()
    page.get_by_text("Nothing is waived yet").wait_for()
    seen(page, f"guide-ask-{size}")
    page.get_by_role("button", name="Ask a supervisor").click()
    page.get_by_text("asked for more than they may").wait_for()

    page.get_by_role("link", name="Reply to this").last.click()
    page.locator("#quoted").wait_for()
    page.get_by_label("Reply by").fill("I asked for that fee to be taken off.")
    page.locator("#later summary").click()
    tomorrow = (server.settings.clock.now() + timedelta(days=2)).strftime("%Y-%m-%dT14:00")
    page.get_by_label("Day and time where they are").fill(tomorrow)
    seen(page, f"guide-later-form-{size}")
    page.get_by_role("button", name="Send it then").click()
    page.get_by_text("Scheduled: it stands at the end").wait_for()
    assert page.get_by_label("Reply by").input_value() == ""
    seen(page, f"guide-later-{size}")
    page.get_by_role("button", name="Do not send it").click()
    page.get_by_text("Called off: it is not sent.").wait_for()

    desk = at_desk(open_page, server, "sue", size)
    desk.get_by_role("link", name="Approvals").click()
    desk.get_by_label("Why, in a sentence").fill("our own late notice caused it")
    seen(desk, f"guide-approvals-{size}")
    desk.get_by_role("button", name="Waive $90.00").click()
    desk.get_by_text("Waived, and your colleague is told.").wait_for()
    with core.reading(server.engine) as session:
        [maria] = contact.parties_at(session, "sms", demo.MARIA.phone)
        assert accounts.known_debts_of(session, maria)[0].balance == Money(56240, "USD")


def test_a_suggestion_goes_into_the_box_and_nowhere_else(server, open_page) -> None:
    talk = marias_case(server)
    now = server.settings.clock.now()
    with core.transaction(server.engine) as session:
        [maria] = contact.parties_at(session, "sms", demo.MARIA.phone)
        contact.mark_verified(session, talk, maria, now + timedelta(minutes=30), now)
    page = at_desk(open_page, server, "sam")
    page.goto(f"/desk/conversations/{talk}")
    page.get_by_role("button", name="Take this conversation").click()
    page.get_by_role("link", name="Put it into the box").click()
    assert page.get_by_label("Reply by").input_value().startswith("Today you owe $702.40 on NW-1000")
    with core.reading(server.engine) as session:
        assert session.execute(core.metadata.tables["outbox"].select()).all() == []
