"""In a real browser: a crisis that arrives is seen wherever somebody looks, and nothing moves for it."""

from __future__ import annotations

import pytest

from bot import contact, core, handoff
from bot.contact import HoldKind
from tests.examples import walked
from tests.web.test_browser import at_desk, chromium, open_page, pytestmark, server, shoot, violations

__all__ = ["chromium", "open_page", "pytestmark", "server"]


def arrives(server, reason: handoff.Reason, text: str, address: str) -> str:
    now = server.settings.clock.now()
    with core.transaction(server.engine) as session:
        talk = contact.open_conversation(session, "sms", address, now)
        message = contact.receive(session, contact.Incoming("sms", address, f"SM{address}", text), now)
        contact.inbox.finish(session, [message], now)
        handoff.open_case(session, talk, reason, {"verified": False}, now)
        if reason is handoff.Reason.CRISIS:
            contact.place_hold_here(
                session, talk.id, kind=HoldKind.CRISIS, reason="crisis", now=now, source=message.id
            )  # fmt: skip
    return talk.id


@pytest.mark.parametrize("size", walked(["1280", "360"]))
def test_a_crisis_that_arrives_is_named_on_the_queue_and_inside_a_case(server, open_page, size) -> None:
    other = arrives(server, handoff.Reason.ASKED, "can i talk to somebody", "+12025550141")
    desk = at_desk(open_page, server, "sam", size)
    inside = desk.context.new_page()
    inside.goto(f"/desk/conversations/{other}")
    inside.wait_for_load_state("load")
    before = inside.locator("#head").bounding_box()
    talk = arrives(server, handoff.Reason.CRISIS, "i want to kill myself", "+12025550142")
    for page in (desk, inside):
        page.locator("#alarm").get_by_text("In crisis: may be in danger").wait_for()
        assert page.title().startswith("IN DANGER (1)") or "IN DANGER (1)" in page.title()
        assert violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert inside.locator("#head").bounding_box() == before, "nothing moves for it"
    shoot(desk, f"desk-alarm-{size}")
    shoot(inside, f"desk-alarm-case-{size}")
    inside.locator("#alarm").get_by_role("link", name="Open it now").click()
    inside.wait_for_url(f"**/desk/conversations/{talk}")
    assert inside.locator("#alarm").is_hidden()
    inside.get_by_role("button", name="Take this conversation").click()
    inside.get_by_label("Reply by").wait_for()
    assert inside.get_by_role("link", name="Ring this number").get_attribute("href") == "tel:+12025550142"
    shoot(inside, f"desk-danger-{size}")
    assert violations(inside) == []
    assert inside.evaluate("document.documentElement.scrollWidth <= innerWidth")
    inside.locator("#move summary").click()
    inside.locator("summary", has_text="Place a hold").click()
    inside.locator("#danger").scroll_into_view_if_needed()
    shoot(inside, f"desk-danger-open-{size}")
    inside.locator("#end summary").click()
    inside.get_by_label("How it ends").select_option("vulnerable")
    inside.locator("form", has=inside.get_by_label("How it ends")).get_by_role("button").click()
    inside.get_by_text("This ending places a hold that stands already").wait_for()
    shoot(inside, f"desk-danger-end-{size}")
    assert violations(inside) == []


def test_the_empty_queue_does_not_say_that_nobody_waits_beside_the_alarm(server, open_page) -> None:
    desk = at_desk(open_page, server, "sam")
    desk.get_by_text("Nobody is waiting.").wait_for()
    arrives(server, handoff.Reason.CRISIS, "i want to kill myself", "+12025550142")
    desk.locator("#alarm").get_by_text("In crisis").wait_for()
    desk.get_by_text("Nobody is waiting.").wait_for(state="hidden")
    shoot(desk, "desk-alarm-empty")
