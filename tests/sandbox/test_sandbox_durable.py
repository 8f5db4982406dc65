"""A killed sandbox loses nothing, and a killed Parley gets every webhook when it is back."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

from bot.core import Problems
from bot.sandbox import SandboxConfig, create_app
from tests.sandbox.sandbox_kit import (
    ACCOUNT,
    ANA,
    CARD_SESSION,
    KEY,
    PARLEY,
    SECRET,
    SMS_FROM,
    TOKEN,
    Box,
    Receiver,
    free_port,
    sandbox,
    until,
)

SCRIPT = f"""
import sys, uvicorn
from pathlib import Path
from bot.sandbox import SandboxConfig, create_app
port, web, path = int(sys.argv[1]), sys.argv[2], Path(sys.argv[3])
config = SandboxConfig(public_url=f"http://127.0.0.1:{{port}}", web_url=web, public_web_url="{PARLEY}",
    twilio_account_sid="{ACCOUNT}", twilio_auth_token="{TOKEN}", twilio_sms_from="+15005550006",
    twilio_whatsapp_from="+14155238886", stripe_api_key="{KEY}", stripe_webhook_secret="{SECRET}",
    database_path=path, pace_seconds=0.01)
uvicorn.run(create_app(config), host="127.0.0.1", port=port, log_level="error", ws="none")
"""


def start(port: int, web: str, path: Path) -> subprocess.Popen[bytes]:
    process = subprocess.Popen([sys.executable, "-c", SCRIPT, str(port), web, str(path)])

    def answers() -> bool:
        try:
            return httpx.get(f"http://127.0.0.1:{port}/faults").status_code == 200
        except httpx.HTTPError:
            return False

    until(answers, 30)
    return process


def test_webhooks_are_sent_again_until_parley_takes_them(box: Box) -> None:
    box.parley.answers = [500, 502, 404]
    box.post(f"/phone/{ANA}/sms", {"text": "hi"})
    until(lambda: len(box.parley.kept) == 4)
    assert len({one.form["MessageSid"] for one in box.parley.kept}) == 1
    assert all(one.signed_by_twilio for one in box.parley.kept)
    until(lambda: box.phone()[0]["status"] == "delivered")


def test_a_webhook_is_given_up_after_the_agreed_tries(tmp_path: Path, parley: Receiver) -> None:
    parley.answers = [500] * 10
    with sandbox(tmp_path / "s.sqlite", parley, max_tries=3) as box:
        box.post(f"/phone/{ANA}/sms", {"text": "hi"})
        until(lambda: box.phone()[0]["status"] == "undelivered")
        time.sleep(0.2)
        assert len(parley.kept) == 3


def test_what_was_owed_at_a_restart_is_delivered_after_it(tmp_path: Path, parley: Receiver) -> None:
    parley.answers = [500] * 1000
    path = tmp_path / "s.sqlite"
    with sandbox(path, parley) as box:
        box.post(f"/phone/{ANA}/sms", {"text": "hi"})
        opened = box.stripe.v1.checkout.sessions.create(CARD_SESSION)  # type: ignore[arg-type]
        box.post(f"/stripe/pay/{opened.id}", {"card": "4242424242424242"})
    parley.answers, parley.kept = [], []
    with sandbox(path, parley) as box:
        until(lambda: "checkout.session.completed" in parley.event_types() and parley.at("/webhooks/twilio/message"))
        assert box.stripe.v1.checkout.sessions.retrieve(opened.id).payment_status == "paid"
        assert [one["text"] for one in box.phone()] == ["hi"]


def test_a_sandbox_killed_in_the_middle_loses_nothing(tmp_path: Path, parley: Receiver) -> None:
    port, path = free_port(), tmp_path / "s.sqlite"
    process = start(port, parley.url, path)
    parley.answers = [500] * 5
    sids = [
        httpx.post(f"http://127.0.0.1:{port}/phone/{ANA}/sms", json={"text": str(n)}).json()["sid"] for n in range(20)
    ]
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    process = start(port, parley.url, path)
    try:
        until(lambda: {one.form["MessageSid"] for one in parley.kept} == set(sids))
        shown = httpx.get(f"http://127.0.0.1:{port}/phone/{ANA}/messages").json()
        assert [one["text"] for one in shown] == [str(n) for n in range(20)]
    finally:
        process.kill()
        process.wait()


def test_a_callback_to_another_machine_is_never_called(box: Box) -> None:
    sent = box.twilio.messages.create(
        to=ANA, from_="+15005550006", body="x", status_callback="https://elsewhere.example/status"
    )
    until(lambda: box.twilio.messages(sent.sid).fetch().status == "delivered")
    assert box.parley.kept == []


def test_a_sandbox_with_live_keys_or_on_the_network_does_not_start(tmp_path: Path) -> None:
    config = SandboxConfig(
        public_url="https://pay.example",
        web_url="http://10.0.0.7:8000",
        public_web_url=PARLEY,
        twilio_account_sid="nobody",
        twilio_auth_token=TOKEN,
        twilio_sms_from="12",
        twilio_whatsapp_from="+14155238886",
        stripe_api_key="sk_live_1234567",
        stripe_webhook_secret="secret",
        database_path=tmp_path / "s.sqlite",
    )
    with pytest.raises(Problems) as refused:
        create_app(config)
    assert [problem.where for problem in refused.value.problems] == [
        "stripe_api_key",
        "stripe_webhook_secret",
        "twilio_account_sid",
        "public_url",
        "web_url",
        "twilio_sms_from",
    ]
    assert not (tmp_path / "s.sqlite").exists()
    assert "1234567" not in str(refused.value)


def test_messages_keep_their_order_while_parley_is_down(box: Box) -> None:
    box.parley.answers = [503] * 6
    for number in range(5):
        box.post(f"/phone/{ANA}/sms", {"text": str(number)})
    until(lambda: all(one["status"] == "delivered" for one in box.phone()))
    taken = [one.form["Body"] for one in box.parley.kept]
    assert taken == ["0"] * 7 + ["1", "2", "3", "4"]


def test_a_message_that_parley_refuses_does_not_hold_up_the_next(box: Box) -> None:
    box.parley.answers = [403]
    for text in ("one", "two"):
        box.post(f"/phone/{ANA}/sms", {"text": text})
    until(lambda: [one["status"] for one in box.phone()] == ["delivered", "delivered"])


def test_while_nothing_can_be_written_the_network_waits_and_then_goes_on(box: Box) -> None:
    """A full disk, say: what fails is refused, and the courier is not lost over it."""
    box.post(f"/phone/{ANA}/sms", {"text": "hi"})
    sid = box.twilio.messages.create(to=ANA, from_=SMS_FROM, body="Hello.").sid
    until(lambda: box.phone()[-1]["status"] == "delivered")
    sandbox, looks = box.app.state.sandbox, []
    tick = sandbox.courier._tick
    sandbox.courier._tick = lambda: (looks.append(sid), tick())[1]
    sandbox.store.db.execute("pragma query_only = 1")
    with sqlite3.connect(box.config.database_path) as other:
        other.execute("insert into steps (due, sid, status, error) values (0, ?, 'read', null)", [sid])
    assert box.post(f"/phone/{ANA}/sms", {"text": "hi again"}).status_code == 500
    seen = len(looks)
    until(lambda: len(looks) > seen + 1)
    sandbox.store.db.execute("pragma query_only = 0")
    until(lambda: box.phone()[-1]["status"] == "read")
