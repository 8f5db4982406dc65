"""The worker's round for what people send beside words: fetch it, look at its bytes, keep it, or say that it was no use.

No transaction is open while a provider is asked. Two workers that fetch the same file keep it once.
"""

from __future__ import annotations

import httpx
import structlog
from sqlalchemy.engine import Engine

from bot import accounts, channels, contact
from bot.contact import file_check, files
from bot.core import Session, Settings, reading, transaction

_log = structlog.get_logger(__name__)


def work(database: Engine, settings: Settings) -> int:
    """How many were settled, one way or the other."""
    with reading(database) as session:
        due = files.waiting(session, settings.clock.now())
    return sum(_fetch(database, settings, one) for one in due)


def _fetch(database: Engine, settings: Settings, one: files.File) -> int:
    try:
        checked = file_check.check(channels.fetching.fetch(settings, one.source))
    except file_check.NotKept as no:
        with transaction(database) as session:
            if files.refuse(session, one.id, str(no)):
                _tell(session, settings, one)
        return 1
    except (contact.Undeliverable, contact.Away) as away:
        with transaction(database) as session:
            if not files.try_later(session, one, str(away), settings.clock.now()):
                _tell(session, settings, one)
        return 0
    with transaction(database) as session:
        files.keep(session, one.id, checked, settings.clock.now())
    try:
        channels.fetching.forget(settings, one.source)
    except httpx.HTTPError as error:
        _log.info("media_not_deleted", file=one.id, error=type(error).__name__)
    return 1


def _tell(session: Session, settings: Settings, one: files.File) -> None:
    """They think that we have it."""
    talk, now = contact.conversation(session, one.conversation_id), settings.clock.now()
    settings = accounts.speaking(session, settings, talk)
    how = contact.Sending(
        key=f"file:{one.id}", role=settings.collection_role, reply_to=one.message_id, answers_at=one.received_at,
        time_zone=settings.time_zone, company=settings.company, licence_ca=settings.licence_ca,
    )  # fmt: skip
    contact.send(session, talk, [contact.say("utter_contact_file_refused", talk, {}, now, settings.time_zone)], how, now)
