"""The phone page as a demo: what each message is and which rules let it out, the desk beside it, and 30 days later."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.testclient import TestClient

import bot.web
from bot import deciding, voices
from bot.core import Clock, Settings
from tests.channels.living import parley as running_parley
from tests.dialogue import acting
from tests.dialogue.acting import MARIA
from tests.sandbox.sandbox_kit import ANA, SMS_FROM, Box, Receiver, sandbox, until
from tests.sandbox.test_sandbox_phone import CHROMIUM, axe_violations, browser  # noqa: F401
from tests.web.world import settings_for

RULES = ("PAR-ALLOWED: no rule forbids it", "BOT-01: A bot says so.")


@pytest.fixture
def stage(tmp_path: Path, parley: Receiver) -> Iterator[Box]:
    def beside(ids: Collection[str]) -> dict[str, tuple[str, tuple[str, ...]]]:
        return dict.fromkeys(ids, ("assistant, offer", RULES))

    clock = Clock(hand=tmp_path / "clock")
    with sandbox(tmp_path / "sandbox.sqlite", parley, clock=clock, later=clock.move, beside=beside,
                 desk_as=("agent", "agent-demo")) as running:  # fmt: skip
        yield running


def test_each_message_says_what_it_is_and_which_rules_let_it_out(stage: Box) -> None:
    stage.twilio.messages.create(to=ANA, from_=SMS_FROM, body="Would $40 a month work?")
    until(lambda: stage.phone())
    thread = httpx.get(f"{stage.url}/phone/{ANA}/thread", params={"channel": "sms"}).text
    assert "assistant, offer" in thread and all(rule in thread for rule in RULES)


def test_thirty_days_later_it_is_that_for_everybody_who_shares_the_clock(stage: Box) -> None:
    before, other = datetime.now(timezone.utc), Clock(hand=stage.config.clock.hand)  # type: ignore[attr-defined]
    for days, status in (("30", 303), ("1", 303), ("0", 400), ("x", 400), ("-1", 400), ("9999", 400)):
        moved = httpx.post(f"{stage.url}/later", data={"days": days, "number": ANA, "channel": "sms", "desk": "1"})
        assert moved.status_code == status, days
    assert timedelta(days=31) <= other.now() - before < timedelta(days=31, minutes=1)
    assert f"{other.now().astimezone():%-d %B %Y}" in httpx.get(f"{stage.url}/?number=%2B{ANA[1:]}").text
    assert "desk=1" in httpx.post(f"{stage.url}/later", data={"days": "1", "number": ANA, "desk": "1"}).headers["location"]


def test_the_desk_beside_a_phone_says_how_to_log_in_where_it_is_a_demo(stage: Box, box: Box) -> None:
    beside = f"/?number=%2B{ANA[1:]}&desk=1"
    shown = httpx.get(stage.url + beside).text
    assert "<b>agent</b>" in shown and "<b>agent-demo</b>" in shown
    assert "agent-demo" not in httpx.get(box.url + beside).text


def test_what_is_no_demo_has_no_such_clock(box: Box) -> None:
    assert "days later" not in httpx.get(f"{box.url}/?number=%2B{ANA[1:]}").text
    assert httpx.post(f"{box.url}/later", data={"days": "30"}).status_code == 404
    live = Settings.load({
        "STRIPE_API_KEY": "sk_live_1", "STRIPE_WEBHOOK_SECRET": "whsec_1", "PARLEY_SECRET_KEY": "s" * 40,
        "PARLEY_PUBLIC_URL": "https://pay.example",
    })  # fmt: skip
    assert voices.with_a_hand(live).clock.hand is None
    fixed = Settings.load({"PARLEY_CLOCK": "2026-11-18T10:00:00-05:00"})
    assert voices.with_a_hand(fixed).clock.hand is None and voices.with_a_hand(Settings.load({})).clock.hand is not None


def test_the_desk_stands_in_a_frame_of_the_demo_and_of_nobody_else(stage: Box, engine: Any) -> None:
    beside = httpx.get(f"{stage.url}/", params={"number": ANA, "desk": "1"})
    assert re.search(r'<iframe src="https://parley.example/desk"', beside.text)
    assert "frame-src 'self' https://parley.example" in beside.headers["content-security-policy"]
    assert "<iframe" not in httpx.get(f"{stage.url}/", params={"number": ANA}).text
    settings = settings_for()
    live = replace(settings, stripe=replace(settings.stripe, api_base=None))
    for known, frames in ((settings, settings.sandbox_url), (live, "'none'")):
        client = TestClient(bot.web.create_app(known, engine), base_url="http://127.0.0.1:8000")
        desk, chat = client.get("/desk"), client.get("/")
        assert f"frame-ancestors {frames};" in desk.headers["content-security-policy"]
        assert ("x-frame-options" in desk.headers) == (known is live)
        assert "frame-ancestors 'none';" in chat.headers["content-security-policy"]
        assert chat.headers["x-frame-options"] == "DENY"


def test_the_rules_are_those_of_the_message(tmp_path: Path) -> None:
    filled = acting.template(tmp_path / "demo.db")
    with running_parley(filled, tmp_path) as live:
        live.ask("sms", "hi", "greet")
        live.ask("sms", "4/12/1985 30318", MARIA.proof)
        ids = [one for (one,) in live.rows("SELECT provider_id FROM outbox")]
        found = deciding.beside(live.database, ids)
        assert len(found) == 2 and all(label.startswith("assistant, ") for label, _ in found.values())
        assert all(rule.startswith(("PAR-", "BOT-", "RF-", "TC-")) and ": " in rule for _, rules in found.values() for rule in rules)


@pytest.mark.browser
@pytest.mark.skipif(CHROMIUM is None, reason="no chromium on this machine")
@pytest.mark.parametrize(("width", "beside"), [(360, ""), (1280, "1"), (1600, "1")])
def test_it_fits_and_axe_finds_nothing(stage: Box, browser: Any, width: int, beside: str) -> None:  # noqa: F811
    stage.twilio.messages.create(to=ANA, from_=SMS_FROM, body="Would $40 a month work?")
    until(lambda: stage.phone())
    page = browser.new_page(viewport={"width": width, "height": 740})
    page.goto(f"{stage.url}/?number=%2B{ANA[1:]}&channel=sms&desk={beside}")
    page.screenshot(path=f"var/screenshots/demo-{width}.png")
    assert axe_violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.close()
