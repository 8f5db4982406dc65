"""The pages in a real browser, without a window: what a person does, what they see, and what axe finds."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy.engine import Engine

import bot.web
from bot import accounts, contact, core, handoff
from bot.web.cookies import hashed
from tests import browsing
from tests.browsing import CHROMIUM
from tests.examples import each_once
from tests.web.desk_kit import maria_is_here
from tests.web.world import Server, serving

SHOTS = Path(__file__).parents[2] / "var" / "screenshots"
SIZES = {"360": {"width": 360, "height": 740}, "1280": {"width": 1280, "height": 800}}
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(
        CHROMIUM is None and not os.environ.get("CI"),
        reason="no chromium-headless-shell and no chromium on this machine",
    ),
    pytest.mark.parametrize("engine", ["sqlite"], indirect=True),
]


@pytest.fixture
def chromium() -> object:
    return browsing.opened()


@pytest.fixture
def server(engine: Engine) -> Iterator[Server]:
    yield from serving(engine)


@pytest.fixture
def open_page(chromium, server):
    """Opens a page of a new visitor; anything that the browser complains about fails the test, but what is `refused`."""
    opened, complaints, known = [], [], []

    def open_one(path: str = "/", size: str = "360", scheme: str = "light", refused: str = "", **how):
        known.extend([refused] if refused else [])
        as_usual = {"base_url": server.url, "viewport": SIZES[size], "color_scheme": scheme, "reduced_motion": "reduce"}
        context = chromium.new_context(**{**as_usual, **how})
        context.set_default_timeout(60_000)
        page = context.new_page()
        page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        opened.append(context)
        page.goto(path)
        return page

    yield open_one
    for context in opened:
        context.close()
    expected = re.compile("ERR_INTERNET_DISCONNECTED|ERR_FAILED|status of (401|404|409|429|503)|ERR_CONNECTION_REFUSED")
    found = [text for text in complaints if not expected.search(text)]
    assert [text for text in found if not any(f"status of {status}" in text for status in known)] == []


def address_of(page) -> str:
    return hashed(next(cookie["value"] for cookie in page.context.cookies() if cookie["name"] == "parley_chat"))


def reply(server: Server, page, text: str, **how) -> None:
    """Ends the turn and says something through the real door."""
    now = server.settings.clock.now()
    with core.transaction(server.engine) as session:
        talk = contact.open_conversation(session, "web", address_of(page), now)
        while (waiting := contact.inbox.peek(session, now)) is not None:
            contact.inbox.finish(session, [waiting[1]], now)
        author = how.pop("author", contact.BOT)
        values = {"response": "utter_dialogue_greet_web", "audience": "anyone", "discloses": ("automated",), **how}
        key = contact.Sending(key=core.new_id("k"), author=author)
        contact.send(session, talk, [contact.Say(text=text, **values)], key, now)


def verify(server: Server, page) -> None:
    now = server.settings.clock.now()
    with core.transaction(server.engine) as session:
        talk = contact.open_conversation(session, "web", address_of(page), now)
        contact.mark_verified(session, talk.id, "par_1", now + timedelta(minutes=15), now)


def write(page, text: str) -> None:
    page.get_by_label("Your message").fill(text)
    page.keyboard.press("Enter")


def bubbles(page) -> list[str]:
    return page.locator("#log .text").all_inner_texts()


def stored(server: Server) -> list[str]:
    with core.reading(server.engine) as session:
        inbox = core.metadata.tables["inbox"]
        return [row.text for row in session.execute(inbox.select().order_by(inbox.c.number))]


def until(fact: Callable[[], bool]) -> None:
    """Waits for at most a minute. The page's own policy forbids Playwright's way of waiting for a script."""
    end = time.monotonic() + 60
    while not fact():
        assert time.monotonic() < end
        time.sleep(0.05)


def shoot(page, name: str) -> None:
    SHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=str(SHOTS / f"{name}.png"))


def violations(page) -> list[str]:
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page).response["violations"]
    return [f"{one['id']}: {[node['html'] for node in one['nodes']]}" for one in found]


def test_a_message_goes_out_and_the_reply_comes_in(server, open_page) -> None:
    page = open_page()
    write(page, "hi")
    page.locator("#typing").wait_for()
    assert bubbles(page) == ["hi"] and page.get_by_label("Your message").input_value() == ""
    reply(server, page, "Hello. How can I help?", choices=("Talk to a person", "Something else"))
    page.get_by_text("Hello. How can I help?").wait_for()
    assert page.locator("#typing").is_hidden()
    assert page.evaluate("document.activeElement.id") == "text"
    page.get_by_role("button", name="Something else").click()
    until(lambda: len(bubbles(page)) == 3)
    assert bubbles(page)[-1] == "Something else"
    assert page.get_by_role("button", name="Talk to a person").count() == 0


def test_a_reload_brings_the_history_back_in_order(server, open_page) -> None:
    page = open_page()
    write(page, "one")
    page.locator("#typing").wait_for()
    reply(server, page, "two")
    page.get_by_text("two").wait_for()
    write(page, "three")
    page.locator("#typing").wait_for()
    page.reload()
    assert bubbles(page) == ["one", "two", "three"]


def test_shift_and_enter_make_a_new_line(open_page) -> None:
    page = open_page()
    box = page.get_by_label("Your message")
    box.fill("a")
    box.press("Shift+Enter")
    box.press_sequentially("b")
    assert box.input_value() == "a\nb" and bubbles(page) == []


def test_what_could_not_be_sent_keeps_its_text_and_goes_once_when_there_is_a_connection_again(server, open_page) -> None:
    page = open_page()
    page.context.set_offline(True)
    write(page, "i can do 40 a month")
    page.get_by_role("button", name="Try again").wait_for()
    page.get_by_text("You're offline").wait_for()
    assert bubbles(page) == ["i can do 40 a month"]
    shoot(page, "chat-offline-360-light")
    assert violations(page) == []
    write(page, "from friday")
    until(lambda: page.get_by_role("button", name="Try again").count() == 2)
    page.context.set_offline(False)
    until(lambda: page.get_by_role("button", name="Try again").count() == 0)
    until(lambda: stored(server) == ["i can do 40 a month", "from friday"])
    until(lambda: page.locator("#connection").inner_text() == "")
    reply(server, page, "Here is what that does.")
    page.get_by_text("Here is what that does.").wait_for()


def test_an_answer_that_got_lost_on_the_way_back_does_not_double_the_message(server, open_page) -> None:
    page = open_page()
    lost = []

    def lose(route):
        if route.request.method == "POST" and not lost:
            lost.append(1)
            route.fetch()
            route.abort()
        else:
            route.continue_()

    page.route("**/chat/messages*", lose)
    write(page, "pay 50 now")
    page.get_by_role("button", name="Try again").click()
    until(lambda: page.get_by_role("button", name="Try again").count() == 0)
    write(page, "and then 20")
    until(lambda: stored(server) == ["pay 50 now", "and then 20"])


def test_messages_of_the_time_without_connection_come_after_it(server, open_page) -> None:
    page = open_page()
    write(page, "hi")
    page.locator("#typing").wait_for()
    page.context.set_offline(True)
    page.get_by_text("You're offline").wait_for()
    reply(server, page, "While you were away.")
    page.context.set_offline(False)
    page.get_by_text("While you were away.").wait_for()
    assert bubbles(page) == ["hi", "While you were away."]


def test_an_open_page_locks_and_opens_by_itself(server, open_page) -> None:
    page = open_page()
    write(page, "it's about my bill")
    page.locator("#typing").wait_for()
    verify(server, page)
    reply(server, page, "You owe $612.40.", audience="verified", response="utter_facts")
    page.get_by_text("$612.40").wait_for()
    server.settings.clock.move(timedelta(minutes=16))
    page.get_by_text("Locked to keep it private.").wait_for()
    until(lambda: bubbles(page) == [])
    assert "612" not in page.content() and "my bill" not in page.content()
    shoot(page, "chat-locked-360-light")
    assert violations(page) == []
    write(page, "1980-05-04 10001")
    verify(server, page)
    page.get_by_text("$612.40").wait_for()
    assert page.get_by_text("Locked to keep it private.").is_hidden()
    assert bubbles(page)[0] == "it's about my bill"


def test_hostile_text_stays_text_and_only_our_links_are_links(server, open_page) -> None:
    page = open_page()
    attack = "<img src=x onerror=\"document.title='hacked'\"><script>document.title='hacked'</script>"
    write(page, attack)
    page.locator("#typing").wait_for()
    reply(server, page, f"{attack} {server.url}/p/abc https://evil.example/x", choices=(attack,))
    page.locator("#log .bot").wait_for()
    for _ in range(2):
        assert bubbles(page)[0] == attack
        assert page.locator("#log a").evaluate_all("links => links.map((link) => link.href)") == [f"{server.url}/p/abc"]
        assert page.locator("#log img, #log script").count() == 0 and "hacked" not in page.title()
        page.reload()


def test_the_page_works_without_a_script(server, open_page) -> None:
    page = open_page(java_script_enabled=False)
    page.get_by_label("Your message").fill("hola")
    page.get_by_role("button", name="Send").click()
    assert bubbles(page) == ["hola"]
    reply(server, page, "Buenos días.", choices=("Sí",))
    page.get_by_role("link", name="Show new messages").click()
    assert bubbles(page) == ["hola", "Buenos días."]
    page.get_by_role("button", name="Sí").click()
    assert bubbles(page)[-1] == "Sí"


@pytest.mark.parametrize(("size", "scheme"), each_once(["360", "1280"], ["light", "dark"]))
def test_axe_finds_nothing_in_the_chat(server, open_page, size, scheme) -> None:
    page = open_page(size=size, scheme=scheme)
    shoot(page, f"chat-empty-{size}-{scheme}")
    assert violations(page) == []
    for theirs, ours in TALK:
        write(page, theirs)
        page.locator("#typing").wait_for()
        for text in ours[:-1]:
            reply(server, page, text)
        reply(server, page, ours[-1].format(url=server.url), choices=CHOICES)
        page.locator("#typing").wait_for(state="hidden")
    write(page, "ok deal")
    page.locator("#typing").wait_for()
    shoot(page, f"chat-typing-{size}-{scheme}")
    reply(server, page, "Hi, Sam here. I've read everything you wrote.", author="agent:stf_1")
    page.get_by_text("Sam here").wait_for()
    reply(server, page, TALK[-1][1][-1].format(url=server.url), choices=CHOICES)
    page.get_by_role("button", name="Start later").wait_for()
    shoot(page, f"chat-{size}-{scheme}")
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


CHOICES = ("Yes, set it up", "Start later", "Talk to a person")
TALK = [
    ("hi", ["Hi, this is the automated assistant of Northwind. Reply AGENT for a person.", "How can I help?"]),
    ("i can do 40 a month", ["$40 a month from Friday, December 4. The last part is on Friday, March 4, 2028.",
     "Pay the first part here: {url}/p/Xb8kQm2rT5vY7wZ0aB3cD4. Would that work, or shall we start later?"]),
]  # fmt: skip


@pytest.mark.parametrize(("size", "scheme"), each_once(["360", "1280"], ["light", "dark"]))
def test_axe_finds_nothing_at_the_desk(server, open_page, size, scheme) -> None:
    now = server.settings.clock.now()
    with core.transaction(server.engine) as session:
        bot.web.add_staff(session, "agent", "Sam Rivera", "demo-agent-1", "agent", now)
    page = open_page("/desk", size=size, scheme=scheme)
    shoot(page, f"desk-login-{size}-{scheme}")
    assert violations(page) == []
    page.get_by_label("Log-in").fill("agent")
    page.get_by_label("Password").fill("demo-agent-1")
    page.get_by_role("button", name="Log in").click()
    page.get_by_text("Nobody is waiting.").wait_for()
    shoot(page, f"desk-empty-{size}-{scheme}")
    assert violations(page) == []
    _fill_queue(server, now)
    page.get_by_role("link", name="4 new cases. Show them").click()
    page.get_by_role("link", name="In crisis").wait_for()
    shoot(page, f"desk-{size}-{scheme}")
    assert violations(page) == []
    page.get_by_role("link", name="Disputes what is owed").click()
    shoot(page, f"desk-case-{size}-{scheme}")
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.get_by_role("button", name="Take this conversation").click()
    page.get_by_label("Reply by").wait_for()
    shoot(page, f"desk-mine-{size}-{scheme}")
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.locator("#end summary").click()
    page.get_by_label("How it ends").select_option("answered")
    page.locator("form", has=page.get_by_label("How it ends")).get_by_role("button").click()
    page.get_by_text("They are told").wait_for()
    shoot(page, f"desk-act-{size}-{scheme}")
    assert violations(page) == []
    page.get_by_role("button", name="Hand back").click()
    page.get_by_text("Handed back.").wait_for()
    assert page.locator(".cases li").count() == 3
    for path in ("/desk/holds", "/desk/disputes"):
        page.goto(path)
        assert violations(page) == []


def _fill_queue(server: Server, now) -> None:
    cases = [
        (handoff.Reason.ASKED, "can i talk to somebody", 42, "en"), (handoff.Reason.CRISIS, "i can't go on", 1, "en"),
        (handoff.Reason.DISPUTE, "that's not mine, i never lived there", 95, "en"),
        (handoff.Reason.PAYMENT, "ya pagué 200 el 3 de mayo", 3, "es"),
    ]  # fmt: skip
    with core.transaction(server.engine) as session:
        for number, (reason, text, ago, language) in enumerate(cases):
            at = now - timedelta(minutes=ago)
            talk = contact.open_conversation(session, "sms", f"+1202555014{number}", at, language)
            contact.receive(session, contact.Incoming("sms", talk.address, f"SM{number}", text), at)
            waiting = contact.Say("utter_handoff_waiting", "I'm passing you to a colleague. They'll have read this.",
                                  audience="anyone", tag="handoff", discloses=("automated",))  # fmt: skip
            contact.send(session, talk, [waiting], contact.Sending(key=f"k{number}", reply_to="in"), at)
            summary = {"asked": "dispute_not_mine", "verified": False, "language": language, "message": "in_1"}
            handoff.open_case(session, talk, reason, summary, at)


def at_desk(open_page, server: Server, login: str, size: str = "1280"):
    """The desk of somebody who has just logged in."""
    with core.transaction(server.engine) as session:
        role = "supervisor" if login == "sue" else "agent"
        bot.web.add_staff(session, login, f"{login.title()} Rivera", "demo-agent-1", role, server.settings.clock.now())
    page = open_page("/desk/login", size=size)
    page.get_by_label("Log-in").fill(login)
    page.get_by_label("Password").fill("demo-agent-1")
    page.get_by_role("button", name="Log in").click()
    page.get_by_role("heading", name="Waiting for a person").wait_for()
    page.wait_for_load_state("load")
    return page


def test_the_phone_and_the_desk_side_by_side(server, open_page) -> None:
    """What is written on one appears on the other, without loading anything again; a note does not."""
    phone = open_page()
    write(phone, "i want to talk to somebody")
    phone.locator("#typing").wait_for()
    reply(server, phone, "I'm passing you to a colleague.", tag="handoff", response="utter_handoff_waiting")
    now = server.settings.clock.now()
    with core.transaction(server.engine) as session:
        talk = contact.open_conversation(session, "web", address_of(phone), now)
        handoff.open_case(session, talk, handoff.Reason.ASKED, {"verified": False}, now)
    desk = at_desk(open_page, server, "sam")
    desk.get_by_role("link", name="Asked for a person").click()
    desk.get_by_role("button", name="Take this conversation").click()
    desk.get_by_label("Reply by").fill("half a sentence")
    with core.transaction(server.engine) as session:
        late = contact.Sending(key="late", reply_to="in")
        said = contact.Say("utter_dialogue_greet_web", "I can do 40 a month", audience="anyone")
        assert contact.send(session, contact.conversation(session, talk.id), [said], late, now) == 0
    write(phone, "are you there?")
    desk.locator("#thread").get_by_text("are you there?").wait_for()
    assert desk.get_by_label("Reply by").input_value() == "half a sentence"
    assert desk.evaluate("document.activeElement.id") == "text"
    desk.reload()
    assert desk.get_by_label("Reply by").input_value() == "half a sentence"
    desk.get_by_label("Reply by").fill("Hello, this is Sam. What happened?")
    desk.get_by_role("button", name="Send to customer").click()
    phone.get_by_text("Hello, this is Sam.").wait_for()
    desk.locator("#thread").get_by_text("Hello, this is Sam.").wait_for()
    assert desk.get_by_label("Reply by").input_value() == ""
    desk.get_by_text("Private note").click()
    desk.get_by_label("For colleagues only").fill("sounds upset, be gentle")
    desk.get_by_role("button", name="Keep note").click()
    desk.get_by_text("sounds upset").wait_for()
    shoot(desk, "desk-side-desk")
    shoot(phone, "desk-side-phone")
    assert violations(desk) == []
    phone.reload()
    assert bubbles(phone)[-1] == "Hello, this is Sam. What happened?"
    assert not {"sounds upset, be gentle", "I can do 40 a month"} & set(bubbles(phone))


def test_a_dispute_from_the_phone_to_the_decision(server, open_page) -> None:
    """Told, asked for proof, decided, answered: each on the other screen without loading it again."""
    now = server.settings.clock.now()
    _fill_queue(server, now)
    phone = open_page()
    write(phone, "i paid this bill in march, the amount is wrong")
    phone.locator("#typing").wait_for()
    reply(server, phone, "That's a dispute, number D-1013. Nothing is asked until it's decided.", tag="hold")
    with core.transaction(server.engine) as session:
        maria = maria_is_here(session, server.settings)
        talk = contact.open_conversation(session, "web", address_of(phone), now)
        contact.mark_verified(session, talk.id, maria, now + timedelta(minutes=30), now)
        talk = contact.conversation(session, talk.id)
        claim = accounts.Claim(accounts.DisputeReason.WRONG_AMOUNT, "i paid this bill in march, the amount is wrong")
        dispute = accounts.open_dispute(session, talk, claim, message_id="in_1", now=now)
        summary = {"asked": "wrong_amount", "verified": True, "language": "en"}
        handoff.open_case(session, talk, handoff.Reason.DISPUTE, summary, now)
    desk = at_desk(open_page, server, "ana")
    desk.get_by_text("NW-1000").wait_for()
    shoot(desk, "guide-queue")
    desk.locator(".cases li", has_text="Maria").get_by_role("link").click()
    desk.get_by_role("button", name="Take this conversation").click()
    desk.get_by_label("Reply by").fill("Hi Maria, Ana here. Do you have the receipt, or the date and amount?")
    desk.get_by_role("button", name="Send to customer").click()
    phone.get_by_text("Do you have the receipt").wait_for()
    write(phone, "march 3, 120 dollars, from my bank")
    desk.locator("#thread").get_by_text("march 3, 120 dollars").wait_for()
    desk.get_by_text("Private note").click()
    desk.get_by_label("For colleagues only").fill("Found it: posted to NW-1001 by mistake.")
    desk.get_by_role("button", name="Keep note").click()
    desk.get_by_text(f"Decide {dispute.number}").click()
    shoot(desk, "guide-case")
    desk.get_by_label("Outcome").select_option("upheld")
    decide = desk.locator("form", has=desk.get_by_label("Outcome"))
    decide.get_by_label("Why").fill("her bank shows it, it was posted to another account")
    decide.get_by_role("button").click()
    desk.get_by_text("No longer held: dispute").wait_for()
    desk.get_by_text("The balance is not corrected by this: NW-1000 $612.40.").wait_for()
    shoot(desk, "guide-act")
    assert violations(desk) == []
    desk.get_by_role("button", name=f"Decide {dispute.number}").click()
    desk.get_by_text("Done, and written into the log.").wait_for()
    desk.get_by_label("Reply by").fill("You were right. It's corrected, and nothing is asked for it.")
    desk.get_by_role("button", name="Send to customer").click()
    phone.get_by_text("You were right.").wait_for()
    shoot(phone, "guide-phone")
    desk.set_viewport_size(SIZES["360"])
    shoot(desk, "guide-case-360")
    assert desk.evaluate("document.documentElement.scrollWidth <= innerWidth") and violations(desk) == []


def test_whoever_comes_second_is_told_on_the_open_page_and_a_supervisor_takes_over(server, open_page) -> None:
    _fill_queue(server, server.settings.clock.now())
    sam, ana, sue = (at_desk(open_page, server, login) for login in ("sam", "ana", "sue"))
    for page in (sam, ana, sue):
        page.get_by_role("link", name="In crisis").click()
        page.get_by_role("button", name="Take this conversation").wait_for()
    sam.get_by_role("button", name="Take this conversation").click()
    sam.get_by_text("Yours. The assistant is silent here.").wait_for()
    ana.get_by_text("It has another owner now.").wait_for()
    ana.get_by_role("button", name="Take this conversation").click()
    ana.get_by_text("It belongs to: Sam Rivera.").wait_for()
    assert ana.get_by_role("button", name="Send to customer").count() == 0
    sue.reload()
    sue.get_by_role("button", name="Take over from Sam Rivera").click()
    sue.get_by_text("Sue Rivera took over from Sam Rivera").wait_for()


def test_a_conversation_opens_at_the_newest_and_stays_there(server, open_page) -> None:
    now = server.settings.clock.now()
    with core.transaction(server.engine) as session:
        talk = contact.open_conversation(session, "sms", "+12025550143", now)
        for number in range(60):
            at = now - timedelta(minutes=60 - number)
            contact.receive(session, contact.Incoming("sms", talk.address, f"SM{number}", f"message {number}"), at)
        handoff.open_case(session, talk, handoff.Reason.ASKED, {}, now)
    for size in SIZES:
        page = at_desk(open_page, server, "sam", size)
        page.get_by_role("link", name="Asked for a person").click()
        last = page.locator("#talk").get_by_text("message 59", exact=True)
        last.wait_for()
        talk_box, line = page.locator("#talk").bounding_box(), last.bounding_box()
        assert talk_box["y"] <= line["y"] and line["y"] + line["height"] <= talk_box["y"] + talk_box["height"]
        with core.transaction(server.engine) as session:
            contact.receive(session, contact.Incoming("sms", talk.address, f"SM-{size}", f"at the end {size}"), now)
        page.locator("#talk").get_by_text(f"at the end {size}").wait_for()
        assert page.locator("#newer").is_hidden(), "who reads the newest is not told that it is below"
        page.locator("#talk").evaluate("node => { node.scrollTop = -node.scrollHeight; }")
        with core.transaction(server.engine) as session:
            contact.receive(session, contact.Incoming("sms", talk.address, f"SM{size}", f"newest {size}"), now)
        page.get_by_role("button", name="New messages below").click()
        newest, end = page.locator("#talk").get_by_text(f"newest {size}"), talk_box["y"] + talk_box["height"]
        until(lambda newest=newest, end=end: newest.bounding_box()["y"] < end)


def test_a_case_is_opened_taken_and_answered_with_keys_only(server, open_page) -> None:
    _fill_queue(server, server.settings.clock.now())
    page = at_desk(open_page, server, "sam")
    page.keyboard.press("?")
    page.get_by_role("heading", name="Keys, while").wait_for()
    shoot(page, "desk-keys-1280-light")
    assert violations(page) == []
    for key in ("Escape", "j", "j", "k", "Enter"):
        page.keyboard.press(key)
    page.get_by_role("heading", name="In crisis").wait_for()
    page.wait_for_load_state("load")
    for key in ("a", "Enter"):
        page.keyboard.press(key)
    page.get_by_text("Yours. The assistant is silent here.").wait_for()
    page.wait_for_load_state("load")
    page.keyboard.type("I'm here. Are you safe? j k n ?")
    for key in ("Tab", "Enter"):
        page.keyboard.press(key)
    page.locator("#thread").get_by_text("I'm here. Are you safe? j k n ?").wait_for()
    page.locator("#talk").focus()
    page.keyboard.press("n")
    page.keyboard.type("called the hotline number for him")
    for key in ("Tab", "Enter"):
        page.keyboard.press(key)
    page.get_by_text("private note, never sent").wait_for()


def test_a_queue_that_cannot_be_refreshed_says_so(server, open_page) -> None:
    with core.transaction(server.engine) as session:
        bot.web.add_staff(session, "agent", "Sam Rivera", "demo-agent-1", "agent", server.settings.clock.now())
    page = open_page("/desk/login", size="1280")
    page.get_by_label("Log-in").fill("agent")
    page.get_by_label("Password").fill("wrong")
    page.get_by_role("button", name="Log in").click()
    page.get_by_text("don't match").wait_for()
    shoot(page, "desk-login-wrong-1280-light")
    assert violations(page) == []
    page.get_by_label("Log-in").fill("agent")
    page.get_by_label("Password").fill("demo-agent-1")
    page.get_by_role("button", name="Log in").click()
    page.get_by_text("Nobody is waiting.").wait_for()
    page.wait_for_load_state()  # its scripts too
    page.context.set_offline(True)
    page.get_by_text("Not updated since").wait_for()
    shoot(page, "desk-stale-1280-light")
    assert violations(page) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_page_that_is_not_there_is_civil_and_clean(open_page, scheme) -> None:
    page = open_page("/nothing-here", scheme=scheme)
    shoot(page, f"error-360-{scheme}")
    assert violations(page) == []


def test_the_chat_fits_320_pixels_and_a_zoom_of_two(server, open_page) -> None:
    page = open_page()
    write(page, "hi")
    page.locator("#typing").wait_for()
    long = "A rather long answer that has to wrap somewhere"
    reply(server, page, f"Here: {server.url}/p/{'x' * 60}", choices=(long,))
    page.get_by_role("button", name="A rather long").wait_for()
    for width, height in ((320, 568), (640, 400)):
        page.set_viewport_size({"width": width, "height": height})
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert page.get_by_role("button", name="Send").bounding_box()["y"] < height
