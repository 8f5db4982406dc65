"""The phone and the pay page in the browser, with and without JavaScript."""

from __future__ import annotations

import json
import re
from typing import Any

import httpx
import pytest

from tests import browsing
from tests.browsing import CHROMIUM
from tests.sandbox.sandbox_kit import ANA, CARD_SESSION, PARLEY, SMS_FROM, Box, until

needs_browser = pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed")


@pytest.fixture
def browser() -> Any:
    return browsing.opened()


def axe_violations(page: Any) -> list[str]:
    from axe_playwright_python.sync_playwright import Axe

    return [one["id"] for one in Axe().run(page).response["violations"]]


def test_the_json_routes_refuse_what_is_not_a_message(box: Box) -> None:
    assert box.post("/phone/12/sms", {"text": "hi"}).status_code == 400
    assert box.post(f"/phone/{ANA}/sms", {"txt": "hi"}).status_code == 400
    assert box.post(f"/phone/{ANA}/fax", {"text": "hi"}).status_code == 404
    assert httpx.post(f"{box.url}/phone/{ANA}/sms", content=b"{").status_code == 400
    assert box.phone() == []


def test_a_number_is_the_same_person_however_it_is_written(box: Box) -> None:
    for number in ("+12025550143", "%2B12025550143", "12025550143", "(202) 555-0143"):
        assert box.post(f"/phone/{number}/sms", {"text": number}).status_code == 202
    assert len(box.phone()) == 4


def test_both_channels_stand_in_one_list_oldest_first(box: Box) -> None:
    box.post(f"/phone/{ANA}/sms", {"text": "one"})
    box.post(f"/phone/{ANA}/whatsapp", {"text": "two"})
    box.twilio.messages.create(to=ANA, from_=SMS_FROM, body="three")
    until(lambda: len(box.phone()) == 3)
    assert [(one["channel"], one["direction"], one["text"]) for one in box.phone()] == [
        ("sms", "out", "one"),
        ("whatsapp", "out", "two"),
        ("sms", "in", "three"),
    ]


def test_a_phone_works_without_javascript(box: Box) -> None:
    with httpx.Client(base_url=box.url, follow_redirects=True) as client:
        page = client.get("/", params={"find": "202 555 0143"})
        assert "Ana Ruiz" in page.text
        page = client.post(f"/phone/{ANA}", data={"channel": "sms", "text": "hello <b>you</b>"})
        assert "hello &lt;b&gt;you&lt;/b&gt;" in page.text
        assert [one["text"] for one in box.phone()] == ["hello <b>you</b>"]


def test_people_are_found_by_name(box: Box) -> None:
    page = httpx.get(box.url + "/", params={"find": "cole"}).text
    assert "Ben Cole" in page
    assert "Ana Ruiz" not in page
    assert "Nobody here is called" in httpx.get(box.url + "/", params={"find": "zzz"}).text


def test_a_thread_that_has_not_changed_is_not_sent_again(box: Box) -> None:
    url = f"{box.url}/phone/{ANA}/thread?channel=sms"
    tag = httpx.get(url).headers["ETag"]
    assert httpx.get(url, headers={"If-None-Match": tag}).status_code == 304
    box.post(f"/phone/{ANA}/sms", {"text": "hi"})
    assert httpx.get(url, headers={"If-None-Match": tag}).status_code == 200


def test_a_page_of_another_name_is_refused(box: Box) -> None:
    assert httpx.get(box.url + "/", headers={"Host": "evil.example"}).status_code == 400


def test_the_pay_page_works_without_javascript_and_keeps_the_refusal_near_the_form(box: Box) -> None:
    opened = box.stripe.v1.checkout.sessions.create(CARD_SESSION)  # type: ignore[arg-type]
    assert opened.url is not None
    page = httpx.get(opened.url)
    for number in (
        "4242 4242 4242 4242",
        "4000000000009995",
        "4000000000000069",
        "4000000000000002",
        "4000002760003184",
    ):
        assert number in page.text
    assert "$40.00" in page.text
    assert PARLEY + "/p/abc" in page.text
    refused = httpx.post(opened.url, data={"card": "4000000000009995"})
    assert refused.status_code == 402
    assert "insufficient funds" in refused.text
    asked = httpx.post(opened.url, data={"card": "4000002760003184"})
    assert "Your bank asks" in asked.text
    paid = httpx.post(opened.url, data={"card": "4000002760003184", "challenge": "pass"})
    assert paid.status_code == 303
    assert paid.headers["location"] == f"{PARLEY}/p/done?s={opened.id}"
    assert "Paid." in httpx.get(opened.url).text
    assert httpx.get(box.url + "/stripe/pay/cs_test_nothing").status_code == 404


def test_a_page_is_light(box: Box) -> None:
    page = httpx.get(f"{box.url}/?number=%2B12025550143")
    files = re.findall(r'(?:src|href)="(/static/[^"]+)"', page.text)
    weight = len(page.content) + sum(len(httpx.get(box.url + file).content) for file in files)
    assert weight < 60_000


@needs_browser
@pytest.mark.browser
@pytest.mark.parametrize("width", [360, 1280])
def test_a_conversation_in_the_browser_is_live_accessible_and_fits(box: Box, browser: Any, width: int) -> None:
    page = browser.new_page(viewport={"width": width, "height": 740})
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(f"{box.url}/?number=%2B12025550143&channel=sms")
    page.get_by_label("SMS to").fill("what do i owe?")
    page.get_by_text("14 characters, 1 SMS").wait_for()
    page.keyboard.press("Enter")
    page.get_by_text("what do i owe?").wait_for()
    assert page.evaluate("document.activeElement.id") == "text"
    box.twilio.messages.create(to=ANA, from_=SMS_FROM, body="Pay here: https://parley.example/p/abc. Thanks")
    link = page.get_by_role("link", name="https://parley.example/p/abc")
    link.wait_for()
    assert link.get_attribute("href") == "https://parley.example/p/abc"
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.evaluate("document.documentElement.scrollHeight <= innerHeight")
    assert axe_violations(page) == []
    assert errors == []
    page.close()


@needs_browser
@pytest.mark.browser
@pytest.mark.parametrize("width", [360, 1280])
def test_the_other_pages_are_accessible_and_fit(box: Box, browser: Any, width: int) -> None:
    opened = box.stripe.v1.checkout.sessions.create(CARD_SESSION)  # type: ignore[arg-type]
    box.post(f"/phone/{ANA}/telegram", {"text": "hi"})
    buttons = [[{"text": words, "callback_data": f"q:out_1:{place}"}] for place, words in enumerate(("Yes", "No"))]
    asked = {"chat_id": "7012025550143", "text": "Shall I?", "reply_markup": json.dumps({"inline_keyboard": buttons})}
    assert httpx.post(f"{box.url}/bot{box.config.telegram_bot_token}/sendMessage", data=asked).status_code == 200
    for scheme in ("light", "dark"):
        page = browser.new_page(viewport={"width": width, "height": 740}, color_scheme=scheme)
        for path in ("/", "/?number=%2B12025550143&channel=telegram", "/t.me/bot?start=x", f"/stripe/pay/{opened.id}"):
            page.goto(box.url + path)
            assert axe_violations(page) == [], (path, scheme)
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
        page.get_by_role("button", name="Not enough money").click()
        assert "insufficient funds" in page.get_by_role("alert").inner_text()
        assert axe_violations(page) == []
        page.close()
