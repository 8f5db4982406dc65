"""What people expect of a chat page, in a real browser: taps, drafts, two tabs, waiting, another language, an end."""

from __future__ import annotations

import pytest

from bot import contact, core, handoff
from tests.web.test_browser import (  # noqa: F401
    CHROMIUM,
    address_of,
    bubbles,
    chromium,
    open_page,
    reply,
    server,
    shoot,
    stored,
    until,
    violations,
    write,
)

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no chromium on this machine"),
    pytest.mark.parametrize("engine", ["sqlite"], indirect=True),
]


def focused(page) -> str:
    return page.evaluate("document.activeElement.id")


def ask_for_a_person(server, page) -> contact.Conversation:  # noqa: F811
    now = server.settings.clock.now()
    with core.transaction(server.engine) as session:
        talk = contact.open_conversation(session, "web", address_of(page), now)
        handoff.open_case(session, talk, handoff.Reason.ASKED, {}, now)
        return contact.conversation(session, talk.id)


def test_a_tap_answers_without_opening_the_keyboard(server, open_page) -> None:  # noqa: F811
    page = open_page()
    write(page, "hi")
    page.locator("#typing").wait_for()
    reply(server, page, "Shall I set it up?", choices=("Yes, set it up", "No, thanks"))
    reply(server, page, "A line that the law asks for.")
    page.get_by_text("A line that").wait_for()
    page.get_by_role("button", name="Yes, set it up").click()
    until(lambda: bubbles(page)[-1] == "Yes, set it up")
    assert focused(page) == "scroll" and page.locator("#quick").is_hidden()


def test_paying_and_reading_are_buttons(server, open_page) -> None:  # noqa: F811
    page = open_page()
    write(page, "ok")
    page.locator("#typing").wait_for()
    reply(server, page, f"Here you are.\nPay $51.04: {server.url}/p/abc\nGood until Friday.")
    reply(server, page, f"Read the agreement: {server.url}/a/xyz")
    reply(server, page, "Pay $1: https://evil.example/p/abc")
    page.get_by_text("evil").wait_for()
    assert page.get_by_role("link", name="Pay $51.04").get_attribute("href") == f"{server.url}/p/abc"
    assert page.get_by_role("link", name="Read the agreement").get_attribute("href") == f"{server.url}/a/xyz"
    assert page.get_by_role("link", name="Pay $1", exact=True).count() == 0
    assert bubbles(page)[1] == "Here you are.\nGood until Friday."
    shoot(page, "chat-steps-360-light")
    assert violations(page) == []
    page.reload()
    assert page.get_by_role("link", name="Pay $51.04").is_visible()


def test_a_draft_and_what_was_not_sent_outlive_a_reload(server, open_page) -> None:  # noqa: F811
    page = open_page()
    page.route("**/chat/messages", lambda route: route.abort())
    write(page, "i can do 40 a month")
    page.get_by_role("button", name="Try again").wait_for()
    page.get_by_label("Your message").fill("and another th")
    page.unroute("**/chat/messages")
    page.reload()
    until(lambda: stored(server) == ["i can do 40 a month"])
    assert page.get_by_label("Your message").input_value() == "and another th"
    page.reload()
    until(lambda: bubbles(page) == ["i can do 40 a month"])
    assert stored(server) == ["i can do 40 a month"]


def test_what_one_tab_sends_stands_in_the_other_once(server, open_page) -> None:  # noqa: F811
    page = open_page()
    other = page.context.new_page()
    other.goto("/")
    write(page, "hello from here")
    until(lambda: bubbles(other) == ["hello from here"])
    reply(server, page, "And hello to both.")
    until(lambda: bubbles(page) == bubbles(other) == ["hello from here", "And hello to both."])


def test_nothing_is_cut_in_silence(server, open_page) -> None:  # noqa: F811
    page = open_page()
    box = page.get_by_label("Your message")
    box.fill("x" * 950)
    page.get_by_text("50 characters left").wait_for()
    box.fill("x" * 1010)
    page.get_by_text("10 characters too many").wait_for()
    page.keyboard.press("Enter")
    assert len(box.input_value()) == 1010 and bubbles(page) == []


def test_who_has_scrolled_up_is_told_of_a_new_message_and_not_moved(server, open_page) -> None:  # noqa: F811
    page = open_page()
    write(page, "hi")
    page.locator("#typing").wait_for()
    for number in range(12):
        reply(server, page, f"Message {number}. " + "It has a few more words so that it takes some room. " * 3)
    page.get_by_text("Message 11").wait_for()
    assert page.locator("#newer").is_hidden()
    page.locator("#scroll").evaluate("(box) => { box.scrollTop = -2000; }")
    before = page.locator("#log .line").first.bounding_box()["y"]
    reply(server, page, "The newest of all.")
    page.get_by_role("button", name="New message").wait_for()
    assert abs(page.locator("#log .line").first.bounding_box()["y"] - before) < 2
    assert violations(page) == []
    page.get_by_role("button", name="New message").click()
    until(lambda: page.locator("#newer").is_hidden())
    box = page.get_by_text("The newest of all.").bounding_box()
    assert 0 < box["y"] < 740


def test_the_title_counts_what_came_while_nobody_looked(server, open_page) -> None:  # noqa: F811
    page = open_page()
    write(page, "hi")
    page.locator("#typing").wait_for()
    page.evaluate("Object.defineProperty(document, 'hidden', { get: () => true, configurable: true })")
    reply(server, page, "One.")
    until(lambda: page.title().startswith("(1) "))
    page.evaluate("delete document.hidden; document.dispatchEvent(new Event('visibilitychange'))")
    assert page.title() == "Northwind Energy – Messages"


def test_who_waits_for_a_person_sees_since_when_and_what_they_can_do(server, open_page) -> None:  # noqa: F811
    page = open_page()
    write(page, "a person please")
    page.locator("#typing").wait_for()
    talk = ask_for_a_person(server, page)
    page.get_by_text("A person has been asked").wait_for()
    assert page.locator("#waiting time").inner_text()
    shoot(page, "chat-waiting-360-light")
    assert violations(page) == []
    page.get_by_role("button", name="Please call me").click()
    page.get_by_text("you'd like to be called").wait_for()
    page.get_by_role("button", name="Please call me").click()
    page.get_by_text("you'd like to be called").wait_for()
    assert bubbles(page).count("I've passed it on: you'd like to be called. If a certain time or another number is better, write it here.") == 1
    with core.reading(server.engine) as session:
        assert [one.kind for one in handoff.entries(session, talk.id)].count("call_wanted") == 1
    with core.transaction(server.engine) as session:
        contact.set_owner(session, talk.id, "agent:stf_1")
    page.get_by_text("A person of Northwind Energy answers here now.").wait_for()
    with core.transaction(server.engine) as session:
        contact.set_owner(session, talk.id, contact.QUEUE)
    page.get_by_role("button", name="Back to the assistant").click()
    page.get_by_text("it's no longer needed").wait_for()
    assert page.locator("#waiting").is_hidden()


def test_espanol_changes_the_page_and_the_conversation(server, open_page) -> None:  # noqa: F811
    page = open_page()
    write(page, "hi")
    page.locator("#typing").wait_for()
    reply(server, page, "Good morning to you.")
    page.get_by_text("Good morning to you.").wait_for()
    page.get_by_role("button", name="Español").click()
    page.get_by_label("Su mensaje").wait_for()
    assert page.evaluate("document.documentElement.lang") == "es"
    assert page.locator(".line.bot").get_attribute("lang") == "en"
    with core.transaction(server.engine) as session:
        talk = contact.open_conversation(session, "web", address_of(page), server.settings.clock.now())
    assert talk.language == "es"


def test_the_next_person_at_this_computer_finds_nothing(server, open_page) -> None:  # noqa: F811
    page = open_page()
    write(page, "hi")
    page.locator("#typing").wait_for()
    reply(server, page, "Something private.")
    page.get_by_text("Something private.").wait_for()
    page.get_by_label("Your message").fill("a draft")
    address = address_of(page)
    page.get_by_role("button", name="End and clear").click()
    page.get_by_text("This chat is closed on this device").wait_for()
    assert bubbles(page) == [] and page.get_by_label("Your message").input_value() == ""
    assert address_of(page) != address
    page.go_back()
    page.get_by_label("Your message").wait_for()
    assert "Something private." not in page.inner_text("body")


def test_the_newest_is_in_view_without_a_script(server, open_page) -> None:  # noqa: F811
    page = open_page(java_script_enabled=False)
    page.get_by_label("Your message").fill("hola")
    page.get_by_role("button", name="Send").click()
    for number in range(12):
        reply(server, page, f"Message {number}. " + "It has a few more words so that it takes some room. " * 3)
    page.goto("/")
    box = page.get_by_text("Message 11").bounding_box()
    assert box["y"] > 0 and box["y"] + box["height"] < 740


def test_it_can_be_used_at_four_times_the_size(server, open_page) -> None:  # noqa: F811
    """1,280 by 1,024 at 400 % are 320 by 256; so is about what a keyboard in landscape leaves."""
    page = open_page()
    page.set_viewport_size({"width": 320, "height": 256})
    write(page, "hi")
    page.locator("#typing").wait_for()
    reply(server, page, "Shall I set it up?", choices=("Yes, set it up", "No, thanks", "Talk to a person"))
    page.get_by_role("button", name="Yes, set it up").wait_for()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    until(lambda: page.get_by_role("button", name="Send").bounding_box()["y"] < 256)
    page.get_by_role("button", name="Yes, set it up").click()
    until(lambda: bubbles(page)[-1] == "Yes, set it up")
    shoot(page, "chat-zoom-400")
    assert violations(page) == []


def test_forced_colours_keep_the_edges(server, open_page) -> None:  # noqa: F811
    page = open_page(forced_colors="active")
    write(page, "hi")
    page.locator("#typing").wait_for()
    reply(server, page, f"Pay $51.04: {server.url}/p/abc\nGood until Friday.", choices=("Yes", "No"))
    page.get_by_role("link", name="Pay $51.04").wait_for()
    shoot(page, "chat-forced-colours")
    assert page.locator(".line.bot .bubble").evaluate("(one) => getComputedStyle(one).borderTopWidth") == "1px"
    assert violations(page) == []


def test_everything_is_reached_and_pressed_by_keyboard_alone(server, open_page) -> None:  # noqa: F811
    page = open_page(size="1280")
    page.keyboard.press("Tab")
    seen: list[str] = []
    for _ in range(14):
        seen.append(page.evaluate(
            "one => one === document.body ? '' : (one.tagName === 'BUTTON' && one.innerText || one.id || one.innerText).trim()",
            page.evaluate_handle("document.activeElement"),
        ))  # fmt: skip
        style = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert style != "none" or seen[-1] == "", seen
        page.keyboard.press("Tab")
    assert {"Español", "scroll", "text", "Send", "Go on on your phone"} <= set(seen), seen
    page.locator("#text").focus()
    page.keyboard.type("hi")
    page.keyboard.press("Enter")
    page.locator("#typing").wait_for()
    reply(server, page, "Shall I set it up?", choices=("Yes, set it up", "No, thanks"))
    page.get_by_role("button", name="Yes, set it up").wait_for()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Space")
    until(lambda: bubbles(page)[-1] == "Yes, set it up")


def test_after_five_minutes_asleep_nothing_is_missing_and_nothing_twice(server, open_page) -> None:  # noqa: F811
    page = open_page("/healthz")
    page.clock.install()
    page.goto("/")
    write(page, "hi")
    page.locator("#typing").wait_for()
    reply(server, page, "Before.")
    page.get_by_text("Before.").wait_for()
    page.context.set_offline(True)  # a machine that sleeps hears nothing, and its timers stand still
    reply(server, page, "While it slept.")
    page.clock.fast_forward("05:00")
    page.context.set_offline(False)
    page.get_by_text("While it slept.").wait_for()
    reply(server, page, "After.")
    page.get_by_text("After.").wait_for()
    assert bubbles(page) == ["hi", "Before.", "While it slept.", "After."]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_at_320_pixels_axe_finds_nothing_on_the_chat_and_the_way_to_it(server, open_page, scheme) -> None:  # noqa: F811
    page = open_page(scheme=scheme, refused="410")
    page.set_viewport_size({"width": 320, "height": 640})
    page.get_by_text("Go on on your phone").click()
    shoot(page, f"chat-elsewhere-320-{scheme}")
    assert violations(page) == [] and page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.get_by_role("button", name="By text message").click()
    page.get_by_text("First say hello here").wait_for()
    page.goto("/c/abcdefghijklmnopqrstuv")
    shoot(page, f"go-on-320-{scheme}")
    assert violations(page) == [] and page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.get_by_role("button", name="Go on here").click()
    page.get_by_text("does not open any more").wait_for()
    assert violations(page) == []
