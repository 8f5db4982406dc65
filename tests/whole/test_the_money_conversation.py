"""A debtor writes an SMS, is verified, hears what they owe, bargains, gets a link, pays, and gets a receipt.

By HTTP alone, against all roles as processes; the database is only read afterwards.
"""

from __future__ import annotations

import re
from decimal import Decimal

import httpx
import pytest

from tests.whole.running import MARIA, Parley, until

pytestmark = [pytest.mark.rasa, pytest.mark.xdist_group("whole")]


def test_an_sms_becomes_a_plan_and_the_first_payment_arrives(running: Parley) -> None:
    hello = running.ask("hi")
    assert "automated assistant" in hello and "STOP" in hello
    assert "owe" not in hello.lower() and "$" not in hello

    assert "$612.40" in running.ask("4/12/1985 and my zip is 30318")
    assert "$612.40" in running.ask("what do I owe")

    offer = running.ask("i can do 40 a month")
    assert "40" in offer and "16 months" in offer, "their figure first, then what limits it"
    agreed = running.ask("ok deal")
    link = re.search(r"https?://\S+/p/\S+", agreed)
    first = re.search(r"link for \$([\d.]+)", agreed)
    assert link is not None and first is not None, agreed

    phone = httpx.Client(timeout=20)
    private = phone.get(link[0])
    assert private.status_code == 200 and f"${first[1]}" not in private.text
    phone.post(f"{link[0]}/open", headers={"Origin": running.web})
    page = phone.get(link[0])
    assert page.status_code == 200 and f"${first[1]}" in page.text
    assert "debt" not in page.text.lower() and "Gomez" not in page.text
    checkout = phone.post(link[0], headers={"Origin": running.web})
    assert checkout.status_code == 303
    before = len(running.received())
    paid = httpx.post(checkout.headers["location"], json={"card": "4242424242424242"})
    assert paid.status_code in (200, 303), paid.text

    until(lambda: len(running.received()) > before, 20, "the receipt")
    receipt = running.received()[before]
    left = Decimal("612.40") - Decimal(first[1])
    assert f"${first[1]}" in receipt and f"${left}" in receipt

    payments = running.rows("SELECT amount_minor, source FROM ledger_entries WHERE source LIKE 'pi_%'")
    assert [amount for amount, _ in payments] == [-int(Decimal(first[1]) * 100)]
    assert "whole" in running.run("audit", "verify")
    running.has_sent(f"address = '{MARIA}'")
    kinds = {kind for (kind,) in running.rows("SELECT kind FROM audit_log UNION SELECT kind FROM audit_unsealed")}
    assert {"OfferMade", "AgreementReached", "LedgerEntryPosted", "MessageQueued"} <= kinds


def test_the_same_webhook_five_times_is_one_message(running: Parley) -> None:
    from twilio.request_validator import RequestValidator

    phone = "+15550100002"
    url = f"{running.web}/webhooks/twilio/message"
    form = {
        "MessageSid": "SMfive", "From": phone, "To": "+15550100100", "Body": "hi", "NumMedia": "0", "FromCity": "",
        "AccountSid": "ACsandbox0000000000000000000000000",
    }  # fmt: skip
    signature = RequestValidator("sandbox-twilio-token").compute_signature(url, form)
    codes = [httpx.post(url, data=form, headers={"X-Twilio-Signature": signature}).status_code for _ in range(5)]
    assert codes == [204] * 5
    until(lambda: running.received(phone), 20, "an answer")
    assert len(running.rows("SELECT id FROM inbox WHERE provider_id = 'SMfive'")) == 1
    until(lambda: not running.rows("SELECT id FROM inbox WHERE state = 'ready'"), 10, "an empty inbox")
    assert len(running.received(phone)) == 1

    wrong = httpx.post(url, data=form, headers={"X-Twilio-Signature": "forged"})
    assert wrong.status_code == 403


@pytest.mark.parametrize(
    "text",
    [
        '/pay{"amount":"1"}',
        "/restart",
        '/inform{"amount":' + "[" * 3000,
        "x" * 10_000,
        "🙂🙃😶",
        "<script>alert(1)</script><b>hi</b>",
    ],
    ids=["a-command", "restart", "nested", "long", "emoji", "markup"],
)
def test_what_nobody_should_type_changes_nothing_and_gets_a_civil_answer(running: Parley, text: str) -> None:
    phone = f"+1555010{abs(hash(text)) % 9000 + 1000}"
    answer = running.ask(text, phone)
    assert answer and "<" not in answer
    verified = running.rows("SELECT verified_until FROM conversations WHERE address = ?", phone)
    assert verified == [(None,)]
    assert not running.rows("SELECT last_error FROM inbox WHERE last_error IS NOT NULL")
