"""A manager in a real browser words a text, sees it on each channel, and says what a message meant; axe finds nothing."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

import bot.web
from bot import contact, core
from bot.contact import texts
from bot.handoff import hearing
from tests.examples import walked
from tests.web.test_browser import SIZES, at_desk, chromium, open_page, pytestmark, server
from tests.web.test_desk_hands import seen

__all__ = ["chromium", "open_page", "pytestmark", "server"]


@pytest.fixture(autouse=True)
def as_it_ships() -> Iterator[None]:
    yield
    texts.use(None)


def a_message(server) -> None:
    now = server.settings.clock.now()
    with core.transaction(server.engine) as session:
        bot.web.add_staff(session, "mia", "Mia Manager", "demo-agent-1", "manager", now)
        talk = contact.open_conversation(session, "sms", "+15550100001", now)
        got = contact.receive(session, contact.Incoming("sms", talk.address, "SM9", "yeet it over then"), now)
        assert got is not None
        scene = {"verified": True, "asked": "accept", "offers": [{"kind": "plan", "each": 5104}], "debts": [{}]}
        hearing.hear(session, talk.id, [got.id], scene, ["unclear"], language="en", why="not_understood", now=now)
        figures = ({"name": "held out: acts by name", "before": 1, "after": 3, "of": 4, "is_worse": False},)
        hearing.trained(session, hearing.Training("parley-1", 9, 4, figures, True, now))


@pytest.mark.parametrize("size", walked(SIZES))
def test_a_text_is_worded_and_a_message_gets_its_meaning(server, open_page, size) -> None:
    a_message(server)
    page = at_desk(open_page, server, "mia", size)
    page.goto("/manage")
    page.get_by_role("link", name="Texts").click()
    page.get_by_role("heading", name="texts are as they came").wait_for()
    seen(page, f"texts-{size}")
    page.get_by_label("Find a text").fill("I didn't get that")
    page.get_by_role("button", name="Find").click()
    page.get_by_role("link", name="not understood", exact=True).click()
    seen(page, f"text-{size}")
    page.get_by_role("button", name="Write it otherwise").click()
    page.get_by_label("English", exact=True).fill("Pay now or we sue you!")
    page.get_by_role("button", name="Save and look").click()
    page.get_by_text("no threat and no word of the court").wait_for()
    seen(page, f"text-wrong-{size}")
    page.get_by_label("English", exact=True).fill("Sorry, I lost you there.")
    page.get_by_role("button", name="Save and look").click()
    page.get_by_role("link", name="Back to the change").click()
    page.get_by_label("Why").fill("It sounds warmer")
    seen(page, f"wording-{size}")
    there = page.url
    page.goto(f"{there}/sequence:plan")
    page.locator("#coming-on").select_option("on")
    page.get_by_role("button", name="Save and look").click()
    page.get_by_text("Saved.").wait_for()
    seen(page, f"sequence-{size}")
    page.goto(there)
    page.get_by_label("Why").fill("It sounds warmer")
    page.get_by_role("button", name="Hand in for approval").click()
    page.get_by_text("another manager has to approve it").wait_for()

    page.get_by_role("navigation", name="Managers' desk").get_by_role("link", name="Not understood").click()
    page.get_by_role("heading", name="1 message to say").wait_for()
    seen(page, f"misheard-{size}")
    page.get_by_role("link", name="yeet it over then").click()
    yes = page.get_by_text("yes to what waits for a yes")
    if not yes.is_visible():
        page.locator("summary", has_text="Paying").click()
    yes.click()
    seen(page, f"misheard-one-{size}")
    page.get_by_role("button", name="This is what it means").click()
    page.get_by_role("heading", name="Every message has been looked at").wait_for()
