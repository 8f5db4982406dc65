"""Talking to the assistant in one process: the terminal of `parley chat`, and the conversations in the tests.

It is the same path as in production from the inbox to the outbox; only the channel is a terminal.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
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
        before = self.last()
        self.send(text)
        return [line.text for line in self.lines(after=before)]

    def send(self, text: str) -> None:
        """Through the inbox, until it is answered."""
        with core.transaction(self.database) as session:
            incoming = contact.Incoming(self.channel, self.address, core.new_id("typed"), text)  # type: ignore[arg-type]
            contact.receive(session, incoming, self.settings.clock.now())
        while dialogue.take_one(self.database, self.talker, self.settings, burst=timedelta(0)):
            pass

    def lines(self, after: int = 0) -> list[contact.Line]:
        """What we said after our message with that number."""
        talk = self.conversation
        with core.reading(self.database) as session:
            return contact.said(session, talk.id, after=after)

    def last(self) -> int:
        """The number of what we said last."""
        return max((line.number for line in self.lines()), default=0)

    @property
    def conversation(self) -> contact.Conversation:
        with core.transaction(self.database) as session:
            return contact.open_conversation(session, self.channel, self.address, self.settings.clock.now())


def converse(chat: Chat, texts: Iterable[str], say: Callable[[str, list[str]], None]) -> None:
    """`say` gets each text and what came back, and before that what came meanwhile: a receipt, an agent's word."""
    shown = chat.last()
    for text in texts:
        chat.send(text)
        lines = chat.lines(after=shown)
        shown = max((line.number for line in lines), default=shown)
        say(text, [line.text for line in lines])


def typed(read: Callable[[str], str]) -> Iterator[str]:
    """What somebody types, until an empty line or the end of input."""
    while True:
        try:
            text = read("you> ")
        except (EOFError, KeyboardInterrupt):
            return
        if not text.strip():
            return
        yield text
