"""How often a turn asks the database: every statement between two messages, counted where SQLAlchemy sends it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from bot import dialogue
from bot.dialogue.meaning.acts import Accept, Act, AskAbout, Propose
from tests.dialogue.acting import MARIA, Talk, usd


@dataclass(frozen=True)
class Typical:
    """One message of a conversation that goes on; `most` is the bound on its statements."""

    name: str
    text: str
    acts: tuple[Act | str, ...]
    most: int


TEN = (
    Typical("a greeting", "hi", ("greet",), 20),  # with one for the accounts that somebody unknown may name
    Typical("who they are", "my proof", (MARIA.proof,), 46),  # with one for what is open on another channel of theirs
    Typical("what is owed", "what do i owe", ("ask_balance",), 23),
    Typical("what it is made of", "what is it made of", ("ask_breakdown",), 23),
    Typical("the choices", "what are my choices", ("ask_options",), 45),  # with one for whether offers are switched off
    Typical("a proposal", "i can do 40 a month", (Propose(each=usd(40), frequency="monthly"),), 37),
    Typical("a question beside it", "what if i miss one", (AskAbout(about="missed"),), 22),
    Typical("their own day", "from december 4", (Propose(first=date(2026, 12, 4)),), 34),
    Typical("yes", "ok deal", (Accept(),), 57),
    Typical("thanks", "thanks", ("thanks",), 24),
)


@contextmanager
def counted(database: Engine) -> Iterator[list[str]]:
    """The statements that are sent meanwhile, without BEGIN and the settings of a connection, and without the look at the
    wording in force, which is once a second whatever the turn.
    """
    sent: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not statement.startswith(("BEGIN", "PRAGMA")) and "text_events" not in statement:
            sent.append(statement)

    sa.event.listen(database, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        sa.event.remove(database, "before_cursor_execute", note)


def of_each_turn(talk: Talk, turns: Sequence[Typical] = TEN) -> Iterator[tuple[Typical, list[str]]]:
    """The turns in their order, each with what it sent from the look in the inbox to the commit."""
    for turn in turns:
        talk.arrives(turn.text, *turn.acts)
        with counted(talk.database) as sent:
            assert dialogue.take_one(talk.database, talk.talker, talk.chat.settings, burst=timedelta(0))
        yield turn, sent
