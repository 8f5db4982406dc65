"""The desk under load: from ringing at the webhook to the words on the screen of whoever has the conversation.

Two hundred cases wait, twenty agents have one open each, as their pages do it: a stream that says that something is
new, and then the live part of the page. The assistant and the worker stand still: it is the desk that is measured.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
from twilio.request_validator import RequestValidator

import bot.web
from bench import load
from bot import contact, core, handoff, migrate, tables
from bot.core import Settings
from tests.whole.running import ROOT, free_port, until

CASES, AGENTS, PER_SECOND = 200, 20, 50
SECONDS = float(os.environ.get("PARLEY_BENCH_DESK_SECONDS", "15"))
PASSWORD = "correct horse battery"
assert tables.ROOMS


def measure() -> Iterator[dict[str, Any]]:
    with tempfile.TemporaryDirectory() as folder:
        url = os.environ.get("PARLEY_BENCH_DESK_DATABASE", f"sqlite:///{Path(folder)}/desk.db")
        port, health = free_port(), free_port()
        web = f"http://127.0.0.1:{port}"
        environ = {
            **os.environ,
            "PARLEY_DATABASE_URL": url,
            "PARLEY_PUBLIC_URL": web,
            "PARLEY_WEB_HEALTH_PORT": str(health),
        }
        talks = _cases(url)
        with (Path(folder) / "log.txt").open("wb") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "bot.cli", "web"], cwd=ROOT, env=environ, stdout=log, stderr=log
            )
        try:
            until(lambda: httpx.get(f"{web}/healthz", timeout=2).status_code == 200, 120, "the web to answer")
            took, lost, sent = asyncio.run(_day(web, talks))
        finally:
            process.terminate()
            process.wait(timeout=20)
    busy = resource.getrusage(resource.RUSAGE_CHILDREN)
    where = "SQLite" if url.startswith("sqlite") else "PostgreSQL"
    context = (
        f"{CASES} cases wait, {AGENTS} agents with one open each, {sent / SECONDS:.0f} messages a second for {SECONDS:.0f} s, "
        f"{len(took)} of them on an open case, {lost} not seen; one web on {where}, which computed {busy.ru_utime + busy.ru_stime:.0f} s in all; {load.now()}"
    )
    yield _row("Desk: message on the screen, median", statistics.median(took), context)
    yield _row("Desk: message on the screen, 95th percentile", statistics.quantiles(took, n=20)[-1], context)


def _cases(url: str) -> list[tuple[str, str]]:
    """(id, telephone) of conversations that wait."""
    database, now = core.connect(url), Settings.load({}).clock.now()
    migrate.upgrade(database)
    found = []
    with core.transaction(database) as session:
        for number in range(AGENTS):
            bot.web.add_staff(session, f"a{number}", f"Agent {number}", PASSWORD, "agent", now)
        for number in range(CASES):
            phone = f"+1202555{number:04}"
            talk = contact.open_conversation(session, "sms", phone, now)
            message = contact.receive(
                session, contact.Incoming("sms", phone, f"SMfirst{number}", "get me a human"), now
            )
            assert message is not None
            contact.inbox.finish(session, [message], now)
            handoff.open_case(session, talk, handoff.Reason.ASKED, {"verified": False}, now)
            found.append((talk.id, phone))
    database.dispose()
    return found


class _Screen:
    """One agent with one case open."""

    def __init__(self, web: str, login: str, talk: str, seen: dict[str, float]) -> None:
        self._client = httpx.AsyncClient(base_url=web, timeout=20)
        self._login, self._talk, self._seen = login, talk, seen
        self._new = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []

    async def open(self) -> None:
        page = (await self._client.get("/desk/login")).text
        token = page.split('name="token" value="')[1].split('"')[0]
        form = {"login": self._login, "password": PASSWORD, "token": token}
        assert (await self._client.post("/desk/login", data=form)).status_code == 303
        where = f"/desk/conversations/{self._talk}"
        page = (await self._client.get(where)).text
        token = page.split('name="token" value="')[1].split('"')[0]
        assert (await self._client.post(f"{where}/take", data={"token": token})).status_code == 303
        doing = (self._listen(), self._look(), self._notices())
        self._tasks = [asyncio.create_task(one) for one in doing]

    async def _listen(self) -> None:
        async with self._client.stream("GET", f"/desk/events?talk={self._talk}", timeout=None) as stream:
            async for line in stream.aiter_lines():
                if line.startswith("event: changed"):
                    self._new.set()

    async def _look(self) -> None:
        """Never two looks at once, as the page does it."""
        while True:
            with contextlib.suppress(asyncio.TimeoutError):
                await asyncio.wait_for(self._new.wait(), 5)
            self._new.clear()
            try:
                page = (await self._client.get(f"/desk/conversations/{self._talk}/live")).text
            except httpx.HTTPError:
                continue  # the page asks again, too
            now = time.monotonic()
            for word in page.split("word-")[1:]:
                self._seen.setdefault(word[:8], now)

    async def _notices(self) -> None:
        """What tells of a message of theirs while they look elsewhere."""
        while True:
            with contextlib.suppress(httpx.HTTPError):
                await self._client.get("/desk/waiting?view=mine")
            await asyncio.sleep(3)

    async def close(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._client.aclose()


async def _day(web: str, talks: list[tuple[str, str]]) -> tuple[list[float], int, int]:
    """(seconds of each that was seen, how many were not, how many were sent)."""
    seen, sent = dict[str, float](), dict[str, float]()
    screens = [_Screen(web, f"a{number}", talks[number][0], seen) for number in range(AGENTS)]
    for screen in screens:
        await screen.open()
    chance, ringing = random.Random(1), list[asyncio.Task[None]]()
    async with httpx.AsyncClient(timeout=20) as phone:
        began = time.monotonic()
        for number in range(int(SECONDS * PER_SECOND)):
            await asyncio.sleep(max(0.0, began + number / PER_SECOND - time.monotonic()))
            place, word = chance.randrange(CASES), f"{number:08}"
            if place < AGENTS:
                sent[word] = time.monotonic()
            ringing.append(asyncio.create_task(_ring(phone, web, talks[place][1], f"word-{word}")))
        await asyncio.gather(*ringing)
        await asyncio.sleep(3)
    for screen in screens:
        await screen.close()
    return [seen[word] - at for word, at in sent.items() if word in seen], len(sent.keys() - seen.keys()), len(ringing)


async def _ring(phone: httpx.AsyncClient, web: str, sender: str, text: str) -> None:
    keys, path = Settings.load({}).twilio, "/webhooks/twilio/message"
    form = {
        "MessageSid": f"SM{text}",
        "AccountSid": keys.account_sid,
        "To": keys.sms_from,
        "NumMedia": "0",
        "From": sender,
        "Body": text,
    }
    signed = RequestValidator(keys.auth_token).compute_signature(web + path, form)
    headers = {"X-Twilio-Signature": signed}
    while True:  # whoever is refused rings again, and their time runs on
        with contextlib.suppress(httpx.HTTPError):
            if (await phone.post(web + path, data=form, headers=headers)).status_code == 204:
                return
        await asyncio.sleep(0.5)


def _row(name: str, value: float, context: str) -> dict[str, Any]:
    return {"name": name, "value": round(value, 3), "unit": "s", "context": context}
