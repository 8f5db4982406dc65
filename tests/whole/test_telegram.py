"""The same assistant by Telegram, with its model: all roles as processes, by HTTP alone."""

from __future__ import annotations

import httpx
import pytest

from tests.whole.running import Parley, until

pytestmark = [pytest.mark.rasa, pytest.mark.xdist_group("whole")]
PHONE = "+15550100003"


def test_telegram_is_greeted_understood_corrected_and_stopped(running: Parley) -> None:
    def act(**what: object) -> str:
        """What arrives after it."""
        before = len(running.received(PHONE))
        sent = httpx.post(f"{running.sandbox}/phone/{PHONE}/telegram", json=what, timeout=20)
        assert sent.status_code == 202, sent.text
        until(lambda: len(running.received(PHONE)) > before, 30, f"an answer to {what}")
        return running.received(PHONE)[before]

    assert "automated assistant" in act(text="/start")
    assert "$" not in act(text="what do i owe")
    assert "colleague" in act(media="voice")
    assert act(edit=True, text="can i talk to a person")
    assert "in this chat" in act(text="STOP")
    assert "Welcome back" in act(text="/start")
    running.has_sent("channel = 'telegram'")
