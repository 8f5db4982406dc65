"""Parley whole but for its model: web, sandbox and the real SDKs over HTTP, a bot that hears what it is told, a worker.

One process, so that a test moves it step by step; between the parts nothing but what the providers would carry.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import sqlalchemy as sa
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher
from sqlalchemy.engine import Engine

import bot.web
from bot import channels, contact, core, delivery, file_fetching, payments
from bot.contact import sanitize
from bot.dialogue import Turn, take_one, truths
from bot.dialogue.meaning.acts import Act
from bot.dialogue.turn import running
from bot.sandbox import Person, SandboxConfig, create_app
from tests.dialogue import acting
from tests.sandbox.sandbox_kit import free_port, served, until
from tests.web.world import Moved

MOST_STEPS = 20


class Talker(acting.Talker):
    """What a text states is made sure of, as inside Rasa. `choices` stand under the next answer."""

    choices: tuple[str, ...] = ()

    def talk(self, turn: Turn) -> list[contact.Say]:
        with running(turn):
            *first, last = asyncio.run(_says(turn))
        choices, self.choices = self.choices, ()
        return [*first, replace(last, choices=choices)]


async def _says(turn: Turn) -> list[contact.Say]:
    says: list[contact.Say] = []
    tracker = Tracker(turn.conversation.id, {}, {}, [], False, None, {}, None)
    for _ in range(MOST_STEPS):
        dispatcher = CollectingDispatcher()
        await acting.ACTIONS[f"action_{turn.queue[0].name}"](dispatcher, tracker, {})
        says += [truths.render(turn, one["response"], acting._values(one)) for one in dispatcher.messages]
        if not turn.queue:
            return says
    raise AssertionError(f"{MOST_STEPS} actions and no end")


@dataclass
class Parley:
    settings: core.Settings
    database: Engine
    sandbox: Any
    talker: Talker = field(default_factory=Talker)
    _heard: dict[tuple[str, str], int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.senders = channels.senders(self.settings, 5.0)
        self.senders["telegram"] = channels.TelegramSender(self.settings, 5.0, in_a_chat=0.0)
        lease = timedelta(seconds=20)
        self.postman = delivery.Postman(self.database, self.senders, self.settings, "worker", lease)
        self.gateway = payments.StripeGateway(self.settings)
        self.how = contact.Sending(
            key="worker", time_zone=self.settings.time_zone, company=self.settings.company,
            templates=frozenset(self.settings.twilio.templates),
        )  # fmt: skip

    @property
    def clock(self) -> Moved:
        return self.settings.clock  # type: ignore[return-value]

    # What a person does

    def ask(self, channel: str, text: str, *acts: Act | str, phone: str = acting.MARIA.phone) -> str:
        """They write, it is heard as these acts, and this is what arrives."""
        self.means(text, *acts)
        self.act(channel, {"text": text}, phone)
        return self.hear(channel, phone)

    def means(self, text: str, *acts: Act | str) -> None:
        if acts:
            self.talker.means[sanitize.clean(text)] = acting.meant(*acts, words=text)

    def act(self, channel: str, what: dict[str, Any], phone: str = acting.MARIA.phone) -> dict[str, Any]:
        """Whatever a phone can do; everything has been worked off when it returns."""
        self.clock.move(timedelta(seconds=40))
        done = httpx.post(f"{self.settings.sandbox_url}/phone/{phone}/{channel}", json=what, timeout=20)
        assert done.status_code == 202, done.text
        self.work()
        return dict(done.json())

    def hear(self, channel: str, phone: str = acting.MARIA.phone) -> str:
        """What arrived since it was last asked."""
        new = self.received(channel, phone)[self._heard.get((channel, phone), 0) :]
        self._heard[channel, phone] = len(self.received(channel, phone))
        return "\n".join(one["text"] for one in new)

    def received(self, channel: str, phone: str = acting.MARIA.phone) -> list[dict[str, Any]]:
        shown = httpx.get(f"{self.settings.sandbox_url}/phone/{phone}/messages", timeout=20).json()
        return [one for one in shown if one["direction"] == "in" and one["channel"] == channel]

    def mailed(self, address: str) -> list[dict[str, Any]]:
        """Letters that arrived there, oldest first."""
        return list(httpx.get(f"{self.settings.sandbox_url}/mail/{address}", timeout=20).json())

    def pay(self, text: str) -> None:
        """By the link in a text, with a card that works."""
        link = re.search(r"https?://\S+/p/[\w-]+", text)
        assert link is not None, text
        phone = httpx.Client(headers={"Origin": self.settings.public_url}, timeout=20)
        phone.post(f"{link[0]}/open")
        checkout = phone.post(link[0])
        assert checkout.status_code == 303, checkout.text
        paid = httpx.post(checkout.headers["location"], json={"card": "4242424242424242"}, timeout=20)
        assert paid.status_code in (200, 303), paid.text
        self.work()

    # What the roles do

    def work(self) -> None:
        """Until webhooks, bot and worker have nothing to do for three looks in a row."""
        idle, end = 0, time.monotonic() + 60
        while time.monotonic() < end:
            done = int(take_one(self.database, self.talker, self.settings, burst=timedelta(0)))
            done += self.postman.deliver() + self.postman.settle() + self.postman.bury()
            done += file_fetching.work(self.database, self.settings)
            done += payments.process_events(self.database, self.gateway, self.settings.clock, self.how)
            idle = 0 if done or self._owed() else idle + 1
            if idle == 3:
                return
            if not done:
                httpx.get(f"{self.settings.sandbox_url}/faults")  # a round trip: time for what is under way
        raise AssertionError("it does not come to rest")

    def _owed(self) -> bool:
        store = self.sandbox.store
        waiting = store.row("select 1 from deliveries where state = 'waiting' union select 1 from steps limit 1")
        return waiting is not None

    def fault(self, **faults: Any) -> None:
        httpx.post(f"{self.settings.sandbox_url}/faults", json=faults, timeout=20).raise_for_status()

    def rest_until(self, query: str, value: object) -> None:
        """Works on until the database says so: some things need a second of a clock that nobody sets."""

        def is_so() -> bool:
            self.work()
            return bool(self.rows(query)[0][0] == value)

        until(is_so, 15)

    # What is in the database

    def rows(self, query: str, **values: Any) -> list[Any]:
        with core.reading(self.database) as session:
            return list(session.execute(sa.text(query), values))


@contextlib.contextmanager
def parley(filled: Path, folder: Path, **environ: str) -> Iterator[Parley]:
    """On a copy of the demo."""
    web_port, sandbox_port = free_port(), free_port()
    shutil.copy(filled, folder / "parley.db")
    known = core.Settings.load({
        "PARLEY_PUBLIC_URL": f"http://127.0.0.1:{web_port}", "PARLEY_SANDBOX_URL": f"http://127.0.0.1:{sandbox_port}",
        **environ,
    })  # fmt: skip
    assert known.smtp is not None
    settings = replace(known, clock=_late_morning(), smtp=replace(known.smtp, port=free_port()))
    box = create_app(_config(settings, folder))
    database = acting.opened(folder / "parley.db")
    app = bot.web.create_app(settings, acting.opened(folder / "parley.db"))
    with served(box, sandbox_port), served(app, web_port):
        yield Parley(settings, database, box.state.sandbox)
    database.dispose()


def _late_morning() -> Moved:
    """The next one in New York: what is sent an hour or two days later is inside the hours."""
    clock = Moved()
    now = clock.now()
    clock.move((now.replace(hour=16, minute=0, second=0, microsecond=0) - now) % timedelta(days=1))
    return clock


def _config(settings: core.Settings, folder: Path) -> SandboxConfig:
    twilio = settings.twilio
    assert settings.smtp is not None
    return SandboxConfig(
        settings.sandbox_url, settings.public_url, settings.public_url, twilio.account_sid, twilio.auth_token,
        twilio.sms_from, twilio.whatsapp_from, settings.stripe.api_key, settings.stripe.webhook_secrets[0],
        folder / "sandbox.db", clock=settings.clock, people=(Person("Maria Gomez", acting.MARIA.phone),),
        pace_seconds=0.01, check_answers=True, mail_port=settings.smtp.port,
    )  # fmt: skip
