"""Whoever waits longer than they should is told so once: that they need not stay, and that they can be called instead.

It is we who write, in answer to their last message: quiet hours and holds count as they do for every answer.
"""

from __future__ import annotations

from datetime import timedelta

import structlog
from sqlalchemy.engine import Engine

from bot import contact
from bot.core import Session, Settings, reading, transaction
from bot.handoff.answering import sending
from bot.handoff.model import Case, level
from bot.handoff.owning import NOBODYS
from bot.handoff.service import open_case_of, waiting

NOT_AFTER = timedelta(hours=24)
"""Who has waited for longer than this is not told any more: their message no longer waits for an answer of ours."""
_TEXT = "utter_handoff_takes_long"
_log = structlog.get_logger()


def tell_of_long_waits(database: Engine, settings: Settings) -> int:
    """The worker's job, safe to run twice. Whoever may be in danger is left to people."""
    now = settings.clock.now()
    with reading(database) as session:
        found = [case for case in waiting(session) if level(case.reason) > 0 and case.waiting_since is not None]
        late = [case for case in found if case.answer_by < now and now - case.opened_at < NOT_AFTER]
        late = [case for case in late if not contact.glance.was_queued(session, _key(case))]
    return sum(_tell(database, settings, case) for case in late)


def _tell(database: Engine, settings: Settings, case: Case) -> bool:
    try:
        with transaction(database) as session:
            return _say(session, settings, case)
    except Exception:  # one that cannot be told must not stop the others
        _log.exception("long_wait_not_told", case=case.id)
        return False


def _say(session: Session, settings: Settings, case: Case) -> bool:
    contact.lock_conversation(session, case.conversation_id)
    talk, now = contact.conversation(session, case.conversation_id), settings.clock.now()
    current = open_case_of(session, talk.id)
    is_over = current is None or current.id != case.id or current.waiting_since is None or talk.owner not in NOBODYS
    if is_over or contact.glance.was_queued(session, _key(case)):
        return False
    line = contact.say(_TEXT, talk, {}, now, settings.time_zone, true=("person_asked",))
    how = sending(session, case, contact.BOT, _key(case), settings)
    return bool(contact.send(session, talk, [line], how, now))


def _key(case: Case) -> str:
    return f"long:{case.id}"
