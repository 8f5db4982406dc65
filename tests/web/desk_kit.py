"""People at the desk, and a case for them."""

from __future__ import annotations

import re
from datetime import timedelta

from markupsafe import escape
from sqlalchemy.engine import Engine
from starlette.testclient import TestClient

import bot.web
from bot import accounts, contact, core, demo, handoff
from bot.core import Settings
from bot.web import texts

PASSWORD = "correct horse battery"
PHONE = "+12025550143"


def staffed(engine: Engine, settings: Settings) -> None:
    with core.transaction(engine) as session:
        for login, name, role in (("sam", "Sam Agent", "agent"), ("ana", "Ana Second", "agent"),
                                  ("sue", "Sue Supervisor", "supervisor")):  # fmt: skip
            bot.web.add_staff(session, login, name, PASSWORD, role, settings.clock.now())


def maria_is_here(session: core.Session, settings: Settings) -> str:
    """Maria of the demo with what she owes, without the two hundred others. Returns her id."""
    now = settings.clock.now()
    hers = [one for one in demo._placements(now.date()) if one.person.phone == demo.MARIA.phone]
    accounts.place(session, hers, now=now, secret=settings.secret_key)
    [maria] = contact.parties_at(session, "sms", demo.MARIA.phone)
    return maria


def say(name: str, **values: object) -> str:
    """A text of the desk as its pages show it."""
    return str(escape(texts.text(name, "en", **values)))


def token_in(page: str) -> str:
    found = re.search(r'name="token" value="([^"]+)"', page)
    assert found
    return found[1]


def at_desk(app, login: str) -> TestClient:
    """A browser in which this person is logged in."""
    client = TestClient(app, base_url="http://127.0.0.1:8000")
    form = {"login": login, "password": PASSWORD, "token": token_in(client.get("/desk/login").text)}
    assert client.post("/desk/login", data=form, follow_redirects=False).status_code == 303
    return client


def case(
    engine: Engine, settings: Settings, reason=handoff.Reason.ASKED, text: str = "get me a human", address: str = PHONE,
    ago: int = 0, channel: str = "sms",
) -> str:  # fmt: skip
    """A conversation that waits; the assistant has answered what it asked. Returns its id."""
    now = settings.clock.now() - timedelta(minutes=ago)
    with core.transaction(engine) as session:
        talk = contact.open_conversation(session, channel, address, now)
        message = contact.receive(session, contact.Incoming(channel, address, f"SM{address}{text[:20]}", text), now)
        assert message is not None
        contact.inbox.finish(session, [message], now)
        handoff.open_case(session, talk, reason, {"verified": False}, now)
    return talk.id


def post(client: TestClient, talk: str | None, name: str, **form: str):
    """As the page's own form does it."""
    path = f"/desk/conversations/{talk}/{name}" if talk else f"/desk/{name}"
    page = client.get(f"/desk/conversations/{talk}" if talk else "/desk/holds").text
    return client.post(path, data={"token": token_in(page), **form})


def do(client: TestClient, talk: str | None, **form: str):
    """Looks at what it changes and does it. Returns (what was shown, the page after)."""
    shown = post(client, talk, "act", **form)
    mark = re.search(r'name="mark" value="([^"]+)"', shown.text)
    assert mark, shown.text
    return shown.text, post(client, talk, "act", **form, mark=mark[1])
