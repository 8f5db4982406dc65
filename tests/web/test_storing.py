"""Whoever rings is answered within two seconds, whatever else holds the database."""

from __future__ import annotations

import asyncio
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlencode

import httpx
import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine
from twilio.request_validator import RequestValidator

from bot import contact, core
from bot.contact.store import conversations, inbox
from bot.web.storing import Doorbell
from tests.web.world import Server

pytestmark = pytest.mark.postgres
PATH = "/webhooks/twilio/message"
LONGEST = 60.0
"""Seconds, on a machine that has other things to do; that two are kept is measured by `make soak`."""


def ring(server: Server, number: int, phone: str = "+12025550143") -> int:
    form = {
        "MessageSid": f"SM{number:032}", "AccountSid": server.settings.twilio.account_sid, "From": phone, "To": "+15550100100", "Body": "hi",
        "NumMedia": "0",
    }  # fmt: skip
    settings = server.settings
    signed = RequestValidator(settings.twilio.auth_token).compute_signature(settings.public_url + PATH, form)
    headers = {"X-Twilio-Signature": signed, "Content-Type": "application/x-www-form-urlencoded"}
    return httpx.post(server.url + PATH, content=urlencode(form), headers=headers, timeout=LONGEST).status_code


def stored(engine: Engine) -> int:
    with core.reading(engine) as session:
        return int(session.execute(sa.select(sa.func.count()).select_from(inbox)).scalar_one())


def test_a_turn_that_never_ends_keeps_no_message_out(server: Server) -> None:
    """PostgreSQL: it is stored, also for the conversation of that turn. SQLite: 503, and stored when it rings again."""
    assert ring(server, 1) == 204
    with core.transaction(server.engine) as frozen:
        seen = contact.inbox.peek(frozen, server.settings.clock.now())
        assert seen is not None and contact.inbox.claim(frozen, seen[1].id) is not None
        core.record(frozen, "TurnTaken", subject=seen[0].id, data={}, now=server.settings.clock.now())
        frozen.execute(conversations.update().values(language="es"))
        answers = {ring(server, 2), ring(server, 3, "+12025550144")}
    assert answers == ({503} if server.engine.dialect.name == "sqlite" else {204})
    assert ring(server, 2) == ring(server, 3, "+12025550144") == 204
    assert stored(server.engine) == 3


def test_the_desk_and_the_pages_at_their_limit_keep_no_message_out(server: Server) -> None:
    """All other connections of the web are taken."""
    if server.engine.dialect.name == "sqlite":
        pytest.skip("SQLite's writers wait for each other and not for a connection")
    taken = [server.engine.connect() for _ in range(10)]
    for connection in taken:
        connection.execute(sa.select(sa.literal(1)))
    assert ring(server, 1) == 204
    for connection in taken:
        connection.close()


def test_many_at_once_while_a_bot_writes_back_to_back(server: Server) -> None:
    over = threading.Event()

    def busy_bot() -> None:
        while not over.is_set():
            with core.transaction(server.engine) as session:
                session.execute(conversations.update().values(language="en"))
                time.sleep(0.08)
            time.sleep(0.01)

    bot = threading.Thread(target=busy_bot)
    bot.start()

    def ring_until_stored(number: int) -> int:
        """Whoever hears 503 rings again, as Twilio does."""
        answer = 503
        for _ in range(20):
            if answer == 503:
                answer = ring(server, number, f"+1202555{number:04}")
        return answer

    with ThreadPoolExecutor(20) as people:
        answers = list(people.map(ring_until_stored, range(100)))
    over.set()
    bot.join()
    assert answers == [204] * 100
    assert stored(server.engine) == 100


def test_one_that_cannot_be_stored_spoils_nobody_elses(server: Server) -> None:
    """All are in one transaction on SQLite."""
    with core.transaction(server.engine) as busy, ThreadPoolExecutor(5) as people:
        busy.execute(sa.select(sa.literal(1)))
        phones = ["+12025550001", "+12025550002", "\x00", "+12025550003"]
        waiting = [people.submit(ring, server, n, phone) for n, phone in enumerate(phones)]
        time.sleep(0.3)
        busy.commit()
    answers = [each.result() for each in waiting]
    assert [answers[n] for n in (0, 1, 3)] == [204] * 3
    assert stored(server.engine) >= 3


def test_many_that_take_long_are_stored_in_several_transactions(tmp_path: Path) -> None:
    """SQLite has one writer: bot and worker get their turn in between."""
    engine = core.connect(f"sqlite:///{tmp_path}/parley.db")
    doorbell, together = Doorbell(engine), []

    def slow(session: core.Session) -> None:
        together.append(session)
        time.sleep(0.11)

    async def all_at_once() -> None:
        await asyncio.gather(*(doorbell.ring(slow) for _ in range(8)), return_exceptions=True)

    asyncio.run(all_at_once())
    doorbell.close()
    engine.dispose()
    assert len(together) >= 4
    assert max(together.count(one) for one in together) <= 3
