"""Whoever left the web chat before a person answered is told by e-mail that somebody did, never what they wrote.

Only to an address that they wrote there, or gave to somebody at the desk: the door looks at the basis, and at hours,
limits and holds, since it is we who start. As long as nobody has proved who they are, the address is kept as nobody's,
and it answers the message in which it came. Once until they have looked. A collector's e-mail must say how to end e-mails
by a word that we hear (12 CFR 1006.6(e)), and we hear none: there none is sent.
"""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import structlog
from sqlalchemy.engine import Engine

from bot import accounts, contact
from bot.core import Session, Settings, reading, transaction

AFTER, NOT_AFTER = timedelta(minutes=2), timedelta(days=1)
"""From when to when a message that nobody has seen is a reason to write."""
_ADDRESS = re.compile(r"[\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)+")
_TEXT, _TEXT_TO_A_VISITOR = "utter_handoff_answered_mail", "utter_handoff_answered_visitor"
_log = structlog.get_logger()


def tells_by_mail(settings: Settings) -> bool:
    return settings.smtp is not None and settings.collection_role == "first_party"


def mail_in(text: str) -> str:
    """The last e-mail address in it; nothing where there is none."""
    return next(iter(reversed(_ADDRESS.findall(text))), "").lower()


def asks_for_mail(session: Session, talk: contact.Conversation, settings: Settings) -> bool:
    """Whether whoever waits in the web chat can leave an address to be told at: none of theirs is known."""
    return talk.channel == "web" and tells_by_mail(settings) and _address(session, talk, settings) is None


def tell_of_answers(database: Engine, settings: Settings) -> int:
    """The worker's job, safe to run twice."""
    if not tells_by_mail(settings):
        return 0
    now = settings.clock.now()
    with reading(database) as session:
        unseen = contact.shown.unshown(session, now - NOT_AFTER, now - AFTER)
        unseen = {talk: first for talk, first in unseen.items() if not contact.glance.was_queued(session, _key(first))}
    return sum(_tell(database, settings, talk, first) for talk, first in unseen.items())


def _tell(database: Engine, settings: Settings, talk_id: str, first: str) -> bool:
    try:
        with transaction(database) as session:
            return _say(session, settings, talk_id, first)
    except Exception:  # one that cannot be told must not stop the others
        _log.exception("answer_not_told", conversation=talk_id)
        return False


def _say(session: Session, settings: Settings, talk_id: str, first: str) -> bool:
    contact.lock_conversation(session, talk_id)
    talk, now = contact.conversation(session, talk_id), settings.clock.now()
    if not contact.shown.has_unshown(session, talk_id) or contact.glance.was_queued(session, _key(first)):
        return False
    address = _address(session, talk, settings)
    if address is None or contact.opted_out_since(session, talk.channel, talk.address) is not None:
        return False
    spoken = accounts.speaking(session, settings, talk)
    mail = contact.open_conversation(session, "email", address, now, talk.language)
    values = {"company": spoken.company, "url": f"{settings.public_url}/"}
    text, asked_at = (_TEXT, None) if talk.party_id else (_TEXT_TO_A_VISITOR, _written(session, talk)[-1].at)
    line = contact.say(text, mail, values, now, settings.time_zone)
    how = contact.Sending(
        _key(first), role=settings.collection_role, time_zone=settings.time_zone, company=spoken.company,
        answers_at=asked_at,
    )  # fmt: skip
    return bool(contact.send(session, mail, [line], how, now))


def _address(session: Session, talk: contact.Conversation, settings: Settings) -> str | None:
    """The last one that they wrote in this chat; once they are known it is theirs. Else the newest of theirs."""
    written = [mail_in(line.text) for line in _written(session, talk)]
    if talk.party_id is None:
        return None if _wants_no_contact(session, talk, settings) else next(reversed(written), None)
    if written:
        how: dict[str, Any] = {"party_id": talk.party_id, "channel": "email", "by": "debtor", "now": settings.clock.now()}
        contact.give_address(session, value=written[-1], **how)
        return written[-1]
    known = [one for one in contact.addresses_of(session, talk.party_id) if one.channel == "email"]
    return known[-1].value if known else None


def _written(session: Session, talk: contact.Conversation) -> list[contact.Line]:
    """Their messages with an address."""
    return [line for line in contact.transcript(session, talk.id) if line.author == "debtor" and mail_in(line.text)]


def _wants_no_contact(session: Session, talk: contact.Conversation, settings: Settings) -> bool:
    """What was said here stands before nobody's address, as long as nobody is known."""
    holds = contact.holds_over(session, talk, settings.clock.now())
    return any(hold.kind is contact.HoldKind.CEASE for hold in holds)


def _key(first: str) -> str:
    return f"answered:{first}"
