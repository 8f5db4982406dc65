"""A day at the desk in a real browser: by keys, with colleagues, on a telephone; and what axe finds."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot import contact, core, handoff
from tests.web.test_browser import (
    SIZES,
    _fill_queue,
    at_desk,
    chromium,
    open_page,
    pytestmark,
    server,
    shoot,
    until,
    violations,
)

__all__ = ["chromium", "open_page", "pytestmark", "server"]


def queued(server) -> list[str]:
    with core.reading(server.engine) as session:
        outbox = core.metadata.tables["outbox"]
        return [row.text for row in session.execute(outbox.select().order_by(outbox.c.number)) if row.author != "bot"]


def mine(page, name: str = "Asked for a person"):
    """This case, open and taken."""
    page.get_by_role("link", name=name).click()
    page.get_by_role("button", name="Take this conversation").click()
    page.get_by_text("Yours. The assistant is silent here.").wait_for()
    page.wait_for_load_state("load")
    return page.get_by_label("Reply by")


def test_a_reply_can_be_taken_back_for_five_seconds_and_then_goes_once(server, open_page) -> None:
    _fill_queue(server, server.settings.clock.now())
    page = at_desk(open_page, server, "sam")
    box = mine(page)
    box.fill("Your balance is $6124.0")
    box.press("Control+Enter")
    page.get_by_text("Goes out in five seconds.").wait_for()
    shoot(page, "guide-undo")
    assert violations(page) == []
    page.keyboard.press("Escape")
    assert page.get_by_role("button", name="Undo").is_hidden() and queued(server) == []
    assert box.input_value() == "Your balance is $6124.0" and box.is_editable()
    box.fill("I'll look into it and write to you here.")
    box.press("Control+Enter")
    box.press("Control+Enter")
    page.get_by_role("button", name="Send now").click()
    page.locator("#thread").get_by_text("I'll look into it").wait_for()
    box.fill("One more thing.")
    box.press("Control+Enter")
    page.locator("#thread").get_by_text("One more thing.").wait_for()
    assert len(queued(server)) == 2


def test_whoever_sent_and_left_the_page_has_sent(server, open_page) -> None:
    _fill_queue(server, server.settings.clock.now())
    page = at_desk(open_page, server, "sam")
    box = mine(page)
    box.fill("We have your letter.")
    box.press("Control+Enter")
    page.goto("/desk")
    until(lambda: any("We have your letter." in text for text in queued(server)))
    assert len(queued(server)) == 1


def test_a_ready_reply_is_picked_by_keys_seen_and_then_sent(server, open_page) -> None:
    _fill_queue(server, server.settings.clock.now())
    page = at_desk(open_page, server, "sam")
    box = mine(page)
    box.press("/")
    page.keyboard.type("receipt")
    shoot(page, "guide-ready")
    assert violations(page) == []
    page.keyboard.press("Enter")
    assert box.input_value().startswith("Do you have a receipt") and queued(server) == []
    assert page.evaluate("document.activeElement.id") == "text"


def test_what_was_begun_is_there_on_another_computer(server, open_page) -> None:
    _fill_queue(server, server.settings.clock.now())
    page = at_desk(open_page, server, "sam")
    mine(page).press_sequentially("Half a sentence")
    until(lambda: drafts(server) == ["Half a sentence"])
    other = at_desk(open_page, server, "sam")
    other.get_by_role("link", name="Asked for a person").click()
    assert other.get_by_label("Reply by").input_value() == "Half a sentence"


def drafts(server) -> list[str]:
    with core.reading(server.engine) as session:
        return [row.text for row in session.execute(core.metadata.tables["case_drafts"].select())]


def test_a_colleague_is_called_in_a_note_seen_beside_and_given_the_case(server, open_page) -> None:
    _fill_queue(server, server.settings.clock.now())
    sam, ana = (at_desk(open_page, server, login) for login in ("sam", "ana"))
    sam.get_by_role("link", name="Mentions").wait_for()
    ana.get_by_role("link", name="Asked for a person").click()
    mine(sam)
    sam.get_by_text("Ana Rivera is looking too.").wait_for()
    ana.get_by_text("Private note").click()
    ana.get_by_label("For colleagues only").press_sequentially("wait")
    sam.get_by_text("Ana Rivera is writing.").wait_for()
    ana.goto("/desk")
    sam.keyboard.press("Escape")
    sam.locator("#talk").focus()
    sam.keyboard.press("n")
    sam.keyboard.type("may I, @an")
    for key in ("Tab", "Enter"):
        sam.keyboard.press(key)
    assert sam.get_by_label("For colleagues only").input_value() == "may I, @Ana Rivera "
    shoot(sam, "guide-note")
    assert violations(sam) == []
    sam.get_by_role("button", name="Keep note").click()
    sam.get_by_text("private note, never sent").wait_for()
    until(lambda: ana.locator("[data-count=named]").inner_text() == "1")
    sam.locator("#talk").focus()
    sam.keyboard.press("t")
    sam.get_by_label("To", exact=True).select_option(label="Ana Rivera: at the desk now")
    sam.get_by_label("What they should know").fill("wants to talk about the fee")
    sam.get_by_role("button", name="Give it to them").click()
    sam.get_by_text("It's your colleague's now").wait_for()
    ana.get_by_role("link", name="Mentions").click()
    ana.get_by_role("link", name="Asked for a person").click()
    ana.get_by_text("Sam Rivera gave it from Sam Rivera to Ana Rivera").wait_for()
    assert ana.get_by_label("Reply by").is_visible()


def test_a_case_is_put_aside_by_keys_and_found_again_by_a_word(server, open_page) -> None:
    _fill_queue(server, server.settings.clock.now())
    page = at_desk(open_page, server, "sam")
    mine(page).fill("I'll ask.")
    page.keyboard.press("Control+Enter")
    page.get_by_role("button", name="Send now").click()
    page.locator("#thread").get_by_text("I'll ask.").wait_for()
    page.locator("#talk").focus()
    page.keyboard.press("s")
    page.get_by_label("Until").select_option("tomorrow")
    shoot(page, "guide-snooze")
    page.get_by_role("button", name="Snooze it").click()
    page.get_by_text("It comes back by itself").wait_for()
    page.keyboard.press("f")
    page.keyboard.type("somebody")
    page.keyboard.press("Enter")
    page.get_by_text("Nothing fits.").wait_for()
    page.get_by_role("link", name="Look in all open cases").click()
    page.get_by_text("snoozed until").wait_for()
    assert page.locator(".cases li").count() == 1
    shoot(page, "guide-find")
    assert violations(page) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_on_a_telephone_the_reply_box_is_on_the_first_screen(server, open_page, scheme) -> None:
    now = server.settings.clock.now()
    _fill_queue(server, now)
    with core.transaction(server.engine) as session:
        talk = contact.open_conversation(session, "sms", "+12025550149", now)
        for number in range(30):
            at = now - timedelta(minutes=30 - number)
            contact.receive(session, contact.Incoming("sms", talk.address, f"SM{number}x", f"message {number}"), at)
        handoff.open_case(session, talk, handoff.Reason.HARDSHIP, {}, now)
    page = at_desk(open_page, server, "sue", "360")
    shoot(page, f"desk-find-360-{scheme}")
    box = mine(page, "Hardship").bounding_box()
    button = page.get_by_role("button", name="Send to customer").bounding_box()
    newest = page.locator("#talk").get_by_text("message 29", exact=True).bounding_box()
    talk_box = page.locator("#talk").bounding_box()
    height = SIZES["360"]["height"]
    assert box["y"] + box["height"] < button["y"] + button["height"] <= height
    assert talk_box["height"] >= 120 and talk_box["y"] <= newest["y"] < box["y"]
    shoot(page, f"desk-phone-360-{scheme}")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth") and violations(page) == []
    for path, name in (("/desk/wall", "wall"), ("/desk/second-step", "second")):
        for size in SIZES:
            page.set_viewport_size(SIZES[size])
            page.goto(path)
            shoot(page, f"guide-{name}-{size}")
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth") and violations(page) == []
