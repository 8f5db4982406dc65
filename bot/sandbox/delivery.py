"""Webhooks owed to Parley: stored first, signed and posted from the store, tried again until it says 2xx.

Parley may be killed at any moment; what it did not acknowledge comes again, as with the real providers.
One lane (a phone, a Stripe object) has one webhook under way at a time, and keeps its order while Parley is
down; a webhook that Parley refuses with a 4xx does not hold the others up.
"""

from __future__ import annotations

import asyncio
import json
import sqlite3
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit

import httpx
import structlog
from stripe import WebhookSignature
from twilio.request_validator import RequestValidator

from bot.sandbox.faults import Weather
from bot.sandbox.model import LOOPBACK_HOSTS, SandboxConfig
from bot.sandbox.store import Store

log = structlog.get_logger(__name__)

LONGEST_WAIT_SECONDS = 3.0
AT_ONCE = 16
_LATE = 3600
SECRET = "telegram_secret"
"""Under which the secret is kept that setWebhook gave."""


@dataclass(frozen=True)
class Webhook:
    """`body` is JSON for Stripe and Telegram, a JSON list of form pairs for Twilio; `url` is the one that is signed."""

    provider: str
    subject: str
    lane: str
    url: str
    body: str


def owe(store: Store, config: SandboxConfig, weather: Weather, webhook: Webhook) -> None:
    """Writes the webhook down, as many times as the faults ask for. Call it inside a transaction."""
    target = reachable(config, webhook.url)
    waits = weather.spread(webhook.provider) if target else []
    state = "waiting" if waits else "lost"
    for wait in waits or [0.0]:
        store.run(
            "insert into deliveries (provider, subject, lane, url, signed_url, body, due, state)"
            " values (?, ?, ?, ?, ?, ?, ?, ?)",
            webhook.provider,
            webhook.subject,
            webhook.lane,
            target or webhook.url,
            webhook.url,
            webhook.body,
            time.time() + wait,
            state,
        )
    if not waits:
        _settle_message(store, webhook.subject, "undelivered")


def reachable(config: SandboxConfig, url: str) -> str | None:
    """Where a URL that Parley gave is posted to; None when it is neither on this machine nor Parley's own."""
    for known in (config.public_web_url, config.web_url):
        if url == known or url.startswith(known + "/"):
            return config.web_url + url[len(known) :]
    return url if urlsplit(url).hostname in LOOPBACK_HOSTS else None


def _settle_message(store: Store, subject: str, status: str) -> None:
    store.run(
        "update messages set status = ? where sid = ? and inbound = 1 and status <> 'delivered'",
        status,
        subject,
    )


class Courier:
    """Runs in the background of the app. `tick` does the doubles' own work that has become due."""

    def __init__(self, store: Store, config: SandboxConfig, weather: Weather, tick: Callable[[], float]) -> None:
        self._store, self._config, self._weather, self._tick = store, config, weather, tick
        self._wake = asyncio.Event()
        self._lanes: set[str] = set()
        self._tasks: set[asyncio.Task[None]] = set()

    def hurry(self) -> None:
        """Something new is owed."""
        self._wake.set()

    async def run(self) -> None:
        """Until cancelled."""
        async with httpx.AsyncClient(timeout=15, trust_env=False) as client:
            while True:
                self._wake.clear()
                pause = min(self._work(client), 1.0)
                try:
                    await asyncio.wait_for(self._wake.wait(), max(pause, 0.005))
                except asyncio.TimeoutError:
                    continue

    def _work(self, client: httpx.AsyncClient) -> float:
        """Seconds until there is more to do. A full disk is not the end of the network."""
        try:
            return min(self._tick(), self._send_due(client))
        except sqlite3.OperationalError as problem:
            log.warning("sandbox.not_stored", error=str(problem))
            return 1.0

    def _send_due(self, client: httpx.AsyncClient) -> float:
        """Starts what is due and has a free lane; seconds until the next one is due."""
        now = time.time()
        blocked, pause = set(self._lanes), 1.0
        for row in self._store.rows("select * from deliveries where state = 'waiting' order by seq limit 500"):
            if row["due"] > now:
                pause = min(pause, row["due"] - now)
                if row["tries"] and not row["answer"].startswith("4"):
                    blocked.add(row["lane"])
            elif row["lane"] not in blocked and len(self._lanes) < AT_ONCE:
                blocked.add(row["lane"])
                self._start(client, dict(row))
        return pause

    def _start(self, client: httpx.AsyncClient, row: dict[str, Any]) -> None:
        self._lanes.add(row["lane"])
        task = asyncio.get_running_loop().create_task(self._try(client, row))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _try(self, client: httpx.AsyncClient, row: dict[str, Any]) -> None:
        try:
            content, headers = self._signed(row)
            answer = await client.post(row["url"], content=content, headers=headers)
            self._note(row, answer.is_success, str(answer.status_code))
        except httpx.HTTPError as problem:
            self._note(row, False, type(problem).__name__)
        except sqlite3.OperationalError:
            await asyncio.sleep(1)  # what came of it was not written down: it is rung again
        finally:
            self._lanes.discard(row["lane"])
            self._wake.set()

    def _note(self, row: dict[str, Any], delivered: bool, answer: str) -> None:
        tries = row["tries"] + 1
        over = tries >= self._config.max_tries
        state = "delivered" if delivered else "dead" if over else "waiting"
        wait = min(self._config.pace_seconds * 2 ** min(tries, 12), LONGEST_WAIT_SECONDS)
        with self._store.transaction():
            self._store.run(
                "update deliveries set state = ?, tries = ?, due = ?, answer = ? where seq = ?",
                state,
                tries,
                time.time() + wait,
                answer,
                row["seq"],
            )
            if state != "waiting":
                _settle_message(self._store, row["subject"], "delivered" if delivered else "undelivered")
        if not delivered and (tries == 5 or over):
            log.info("sandbox.webhook_refused", subject=row["subject"], answer=answer, tries=tries, url=row["url"])

    def _signed(self, row: dict[str, Any]) -> tuple[bytes, dict[str, str]]:
        wrong = self._weather.strikes(row["provider"], self._weather.faults.wrong_signature)
        if row["provider"] == "twilio":
            return _twilio_request(row, self._config.twilio_auth_token + ("x" if wrong else ""))
        if row["provider"] == "telegram":
            return _telegram_request(row, self._store.setting(SECRET, self._config.telegram_secret_token), wrong)
        late = self._weather.strikes("stripe", self._weather.faults.old_timestamp)
        secret = self._config.stripe_webhook_secret + ("x" if wrong else "")
        return _stripe_request(row, secret, int(time.time()) - (_LATE if late else 0))


def _stripe_request(row: dict[str, Any], secret: str, timestamp: int) -> tuple[bytes, dict[str, str]]:
    """Signed with the wall clock, because that is what the SDK compares with."""
    signature = WebhookSignature.generate_signature_header(row["body"], secret, timestamp)
    return row["body"].encode(), {
        "Content-Type": "application/json; charset=utf-8",
        "Stripe-Signature": signature,
        "User-Agent": "Stripe/1.0 (+https://stripe.com/docs/webhooks)",
    }


def _telegram_request(row: dict[str, Any], secret: str, wrong: bool) -> tuple[bytes, dict[str, str]]:
    return row["body"].encode(), {
        "Content-Type": "application/json",
        "X-Telegram-Bot-Api-Secret-Token": secret + ("x" if wrong else ""),
    }


def _twilio_request(row: dict[str, Any], token: str) -> tuple[bytes, dict[str, str]]:
    pairs = [(name, value) for name, value in json.loads(row["body"])]
    signature = RequestValidator(token).compute_signature(row["signed_url"], dict(pairs))
    return urlencode(pairs).encode(), {
        "Content-Type": "application/x-www-form-urlencoded; charset=UTF-8",
        "I-Twilio-Idempotency-Token": f"{row['subject']}-{row['seq']}",
        "User-Agent": "TwilioProxy/1.1",
        "X-Twilio-Signature": signature,
    }
