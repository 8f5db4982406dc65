"""What the tests of the web share: a clock that moves, a visitor, replies through the real door, a real server."""

from __future__ import annotations

import socket
import threading
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, timezone
from typing import Any, Union

import httpx
import uvicorn
from sqlalchemy.engine import Engine
from starlette.testclient import TestClient

from bot import contact, core
from bot.core import Clock, Settings
from bot.web.app import server_config
from bot.web.cookies import hashed

HELLO = "Hi, this is the automated assistant of Northwind."
Visitor = Union[TestClient, httpx.Client]


class Moved(Clock):
    """A clock that a test moves on."""

    def __init__(self) -> None:
        object.__setattr__(self, "ahead", timedelta())

    def now(self) -> datetime:
        return datetime.now(timezone.utc) + self.ahead  # type: ignore[attr-defined]

    def move(self, by: timedelta) -> None:
        object.__setattr__(self, "ahead", self.ahead + by)  # type: ignore[attr-defined]


def settings_for(**environ: str) -> Settings:
    loaded = Settings.load({"PARLEY_PUBLIC_URL": "http://127.0.0.1:8000", **environ})
    return replace(loaded, clock=Moved())


def cookie_of(client: Visitor) -> str:
    value = client.cookies.get("parley_chat")
    assert value is not None
    return str(value)


def say(client: Visitor, text: str, message_id: str | None = None) -> httpx.Response:
    """As the page's script does it."""
    if "parley_chat" not in client.cookies:
        client.get("/")
    body = {"id": message_id or str(uuid.uuid4()), "text": text}
    return client.post("/chat/messages", json=body, headers={"X-Parley": "chat"})


def messages(client: Visitor, after: int = 0) -> dict[str, Any]:
    """What the page's script may see."""
    return dict(client.get(f"/chat/messages?after={after}").json())


def talk_of(engine: Engine, client: Visitor) -> contact.Conversation:
    with core.transaction(engine) as session:
        return contact.open_conversation(session, "web", hashed(cookie_of(client)), Clock().now())


def reply(engine: Engine, settings: Settings, client: Visitor, text: str = HELLO, **how: object) -> None:
    """Ends the turns that wait and says something through the real door."""
    now = settings.clock.now()
    with core.transaction(engine) as session:
        talk = contact.open_conversation(session, "web", hashed(cookie_of(client)), now)
        while (waiting := contact.inbox.peek(session, now)) is not None:
            contact.inbox.finish(session, [waiting[1]], now)
        values = {"response": "utter_dialogue_greet_web", "audience": "anyone", "discloses": ("automated",), **how}
        contact.send(session, talk, [contact.Say(text=text, **values)], contact.Sending(key=uuid.uuid4().hex), now)  # type: ignore[arg-type]


def verify(engine: Engine, client: Visitor, settings: Settings, party: str = "par_maria") -> None:
    now = settings.clock.now()
    talk = talk_of(engine, client)
    with core.transaction(engine) as session:
        contact.mark_verified(session, talk.id, party, now + timedelta(minutes=15), now)


@dataclass
class Server:
    url: str
    settings: Settings
    engine: Engine
    uvicorn: uvicorn.Server


def serving(engine: Engine, **environ: str) -> Iterator[Server]:
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    port = listener.getsockname()[1]
    settings = settings_for(PARLEY_PUBLIC_URL=f"http://127.0.0.1:{port}", **environ)
    running = uvicorn.Server(server_config(settings, engine, host="127.0.0.1", port=port))
    thread = threading.Thread(target=running.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    end = time.monotonic() + 10
    while not running.started and time.monotonic() < end:
        time.sleep(0.02)
    assert running.started, "the server did not start"
    yield Server(f"http://127.0.0.1:{port}", settings, engine, running)
    running.should_exit = True
    thread.join(timeout=10)
