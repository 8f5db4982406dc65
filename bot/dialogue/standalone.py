"""Actions outside the bot's own process: `rasa run actions` and `rasa shell`, for those who come from Rasa.

Each call opens its own transaction on a conversation of the channel `shell`, which has no address to write to.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

from sqlalchemy.engine import Engine as Database

from bot import contact
from bot.core import Settings, connect, new_id, transaction
from bot.dialogue import known as knowing
from bot.dialogue.meaning.acts import Meaning, Said
from bot.dialogue.meaning.packing import act_of
from bot.dialogue.state import load_state, save_state
from bot.dialogue.turn import Turn, current, running


@contextmanager
def turn_of(sender_id: str, latest_message: Mapping[str, Any]) -> Iterator[Turn]:
    """The running turn of this process; a turn of its own when there is none."""
    turn = current()
    if turn is not None:
        yield turn
        return
    settings = Settings.load()
    with transaction(_database(settings.database_url)) as session:
        now = settings.clock.now()
        talk = contact.open_conversation(session, "shell", sender_id, now)
        text = contact.sanitize.clean(str(latest_message.get("text") or ""))
        message = contact.InboxMessage(new_id("in"), talk.id, text, now, 0)
        known = knowing.load(session, settings, talk, load_state(session, talk.id), now)
        name = str((latest_message.get("intent") or {}).get("name") or "unclear")
        alone = Turn(session, settings, message, known, Meaning((Said(act_of(name, {}), text),), "en", 0.0))
        with running(alone):
            yield alone
        save_state(session, talk.id, alone.state, now)


@lru_cache(maxsize=2)
def _database(url: str) -> Database:
    return connect(url)
