"""While a provider does not take messages, agents see it on the desk: what they write waits too."""

from __future__ import annotations

import pytest
from sqlalchemy.engine import Engine
from starlette.testclient import TestClient

from bot import contact, core
from bot.core import Settings
from tests.web import test_desk

NOTICE = '<p class="notice stop" role="status">'
staffed = test_desk.staffed
pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)


def test_the_queue_says_since_when_and_no_longer(client: TestClient, engine: Engine, settings: Settings) -> None:
    test_desk.log_in(client)
    assert NOTICE not in client.get("/desk").text
    with core.transaction(engine) as session:
        contact.circuit.trip(session, "twilio:send", "Twilio 503", settings.clock.now())
    assert NOTICE in client.get("/desk").text
    with core.transaction(engine) as session:
        contact.circuit.mend(session, "twilio:send", settings.clock.now())
    assert NOTICE not in client.get("/desk").text
