"""Eight people at once, as Twilio would bring them: signed webhooks through web, bot and worker on SQLite.

From ringing at the webhook to the answer on the phone of the sandbox. Each writes when the last answer has come; two
seconds of it are the rest of a burst, which only a message waits for that cannot be acted on.
"""

from __future__ import annotations

import csv
import statistics
import tempfile
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx
from twilio.request_validator import RequestValidator

from bench import load
from bot import demo
from bot.core import Settings
from tests.whole.running import Parley, parley, until

PEOPLE = 8
LINES = ("hi", "PROOF", "what do i owe", "i can do 60 a month", "what if i miss one", "thanks")
LONGEST = 120.0
"""Seconds after which an answer is lost."""


def measure() -> list[dict[str, Any]]:
    with tempfile.TemporaryDirectory() as folder, parley(Path(folder)) as running:
        running.ask("are you a robot", "+15559990000", seconds=LONGEST)  # now everything is loaded
        with ThreadPoolExecutor(PEOPLE) as people:
            took = [one for each in people.map(lambda who: _talk(running, who), _people()) for one in each]
    context = (
        f"SQLite, {PEOPLE} people of {len(LINES)} messages, signed webhook to the sandbox's phone, one web, bot and "
        f"worker; {load.now()}"
    )
    return [
        _row(f"{PEOPLE} people at once, answer, median", statistics.median(took), context),
        _row(f"{PEOPLE} people at once, answer, 95th percentile", statistics.quantiles(took, n=20)[-1], context),
    ]


def _people() -> list[tuple[str, str]]:
    """Phone and proof of those whom nothing is held for: everybody else hears less, and sooner."""
    with (
        (demo.FOLDER / "holds.csv").open(encoding="utf-8") as held,
        (demo.FOLDER / "people.csv").open(encoding="utf-8") as rows,
    ):
        on_hold = {row["customer"] for row in csv.DictReader(held)}
        free = [row for row in csv.DictReader(rows) if row["phone"] and row["customer"] not in on_hold]
    return [(row["phone"], f"{row['date_of_birth']} {row['postcode']}") for row in free[:PEOPLE]]


def _talk(running: Parley, who: tuple[str, str]) -> list[float]:
    phone, proof = who
    return [_answer(running, phone, proof if line == "PROOF" else line) for line in LINES]


def _answer(running: Parley, phone: str, text: str) -> float:
    """Seconds until something comes back."""
    before, began = len(running.received(phone)), time.monotonic()
    _ring(running, phone, text)
    until(lambda: len(running.received(phone)) > before, LONGEST, f"an answer to {text!r}")
    return time.monotonic() - began


def _ring(running: Parley, phone: str, text: str) -> None:
    """One that is refused rings again, and its time runs on."""
    keys, path = Settings.load({}).twilio, "/webhooks/twilio/message"
    form = {
        "MessageSid": f"SM{uuid.uuid4().hex}", "AccountSid": keys.account_sid, "To": keys.sms_from, "NumMedia": "0",
        "From": phone, "Body": text,
    }  # fmt: skip
    signed = RequestValidator(keys.auth_token).compute_signature(running.web + path, form)
    headers = {"X-Twilio-Signature": signed, "Content-Type": "application/x-www-form-urlencoded"}
    until(lambda: _rings(running.web + path, urlencode(form), headers), LONGEST, "the webhook to be taken")


def _rings(url: str, body: str, headers: dict[str, str]) -> bool:
    return httpx.post(url, content=body, headers=headers, timeout=20).status_code == 204


def _row(name: str, value: float, context: str) -> dict[str, Any]:
    return {"name": name, "value": round(value, 3), "unit": "s", "context": context}
