"""Talking to the assistant in one process: the terminal of `parley chat`, and the conversations in the tests.

It is the same path as in production from the inbox to the outbox; only the channel is a terminal.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy.engine import Engine

from bot import contact, core, dialogue
from bot.core import Settings
from bot.dialogue.loop import Talker


@dataclass
class Chat:
    """One person at one address."""

    database: Engine
    talker: Talker
    settings: Settings
    channel: str
    address: str

    def write(self, text: str) -> list[str]:
        """Send a message; what came back, message by message."""
        with core.transaction(self.database) as session:
            before = self._last(session)
            incoming = contact.Incoming(self.channel, self.address, core.new_id("typed"), text)  # type: ignore[arg-type]
            contact.receive(session, incoming, self.settings.clock.now())
        while dialogue.take_one(self.database, self.talker, self.settings, burst=timedelta(0)):
            pass
        with core.reading(self.database) as session:
            talk = contact.open_conversation(session, self.channel, self.address, self.settings.clock.now())
            return [line.text for line in contact.said(session, talk.id, after=before)]

    def _last(self, session: core.Session) -> int:
        talk = contact.open_conversation(session, self.channel, self.address, self.settings.clock.now())
        return max((line.number for line in contact.said(session, talk.id)), default=0)


def terminal(chat: Chat, read: Callable[[str], str], say: Callable[[str], None]) -> None:
    """Until an empty line or the end of input."""
    while True:
        try:
            text = read("you> ")
        except (EOFError, KeyboardInterrupt):
            return
        if not text.strip():
            return
        for reply in chat.write(text):
            say(reply)
