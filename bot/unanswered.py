"""Whoever was asked whether they are safe and says nothing is not left to silence: a person looks at it.

Run by the worker. Words that only lean that way hold nothing and call nobody while the question is open; once nobody has
answered for a while, it counts as if they had said it, for whoever looks.
"""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy.engine import Engine

from bot import contact, dialogue, handoff
from bot.core import Session, Settings, reading, transaction
from bot.dialogue import effects

SILENT_FOR = timedelta(minutes=10)
LOOK_BACK = timedelta(days=2)
"""A question older than this was seen by an earlier run, or belongs to a worker that was away for days."""
_WHY = "asked whether they are safe, and no answer came"


def look(engine: Engine, settings: Settings) -> int:
    """How many cases were opened now. Safe to run twice: an open case is not doubled."""
    now = settings.clock.now()
    with reading(engine) as session:
        silent = dialogue.state.asked_if_safe(session, now - LOOK_BACK, now - SILENT_FOR)
        known = handoff.open_in(session, [conversation_id for conversation_id, _ in silent])
    fresh = [one for one in silent if one[0] not in known]
    for conversation_id, doubt in fresh:
        with transaction(engine) as session:
            _open(session, settings, conversation_id, doubt)
    return len(fresh)


def _open(session: Session, settings: Settings, conversation_id: str, doubt: str) -> None:
    contact.lock_conversation(session, conversation_id)
    question = dialogue.load_state(session, conversation_id).question
    if not isinstance(question, dialogue.questions.Safe):
        return  # they have answered meanwhile
    talk = contact.conversation(session, conversation_id)
    why = {"asked": doubt, "why": _WHY, "language": talk.language}
    handoff.open_case(session, talk, effects.STOPS[doubt].reason, why, settings.clock.now(), hours=settings.opening)
