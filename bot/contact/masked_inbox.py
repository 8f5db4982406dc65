"""What of a message is stored, with the messages just before it in sight; and what is taken out of them later.

A number may begin in one message and end in the next. A proof of identity may be stored until it was judged.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from bot.contact import sanitize
from bot.contact.masking import proofs
from bot.contact.store import inbox, outbox
from bot.core import Session

TOGETHER = timedelta(minutes=10)
"""How long after a message the next one may go on with its number."""
_LAST = 4
_CODE, _ASKS_CODE = 6, "utter_identity_code"


def kept(session: Session, conversation_id: str, text: str, now: datetime) -> tuple[str, Mapping[str, str]]:
    """The text as it is to be stored, and the new texts of earlier messages by their ids."""
    if _is_awaited_code(session, conversation_id, text):
        return sanitize.clean(text), {}  # behind the telephone number it would be as long as a card
    near = _those(session, conversation_id, inbox.c.received_at > now - TOGETHER)[-_LAST:]
    *before, new = sanitize.clean_after([earlier for _, earlier in near], text)
    changed = {message: after for (message, earlier), after in zip(near, before) if after != earlier}
    return new, changed


def _is_awaited_code(session: Session, conversation_id: str, text: str) -> bool:
    """Six digits and nothing else, right after we asked for a code."""
    digits = "".join(text.split())
    if len(digits) != _CODE or not digits.isdigit():
        return False
    ours = sa.and_(outbox.c.conversation_id == conversation_id, outbox.c.sequence != "code")
    query = sa.select(outbox.c.parts).where(ours).order_by(outbox.c.number.desc()).limit(1)
    last = session.execute(query).scalar() or []
    return any(str(part.get("response")).startswith(_ASKS_CODE) for part in last)


def replace(session: Session, texts: Mapping[str, str]) -> None:
    """The messages with these ids say this from now on."""
    for message, text in texts.items():
        session.execute(inbox.update().where(inbox.c.id == message).values(text=text))


def _those(session: Session, conversation_id: str, which: Any) -> list[tuple[str, str]]:
    """(id, text), oldest first."""
    here = sa.and_(inbox.c.conversation_id == conversation_id, which)
    query = sa.select(inbox.c.id, inbox.c.text).where(here).order_by(inbox.c.number.desc()).limit(20)
    return [(row.id, row.text) for row in session.execute(query)][::-1]


def forget_proofs(
    session: Session, conversation_id: str, born: Collection[date], postcode: str | None, since: datetime,
    code: str | None = None,
) -> None:  # fmt: skip
    """These were judged: what they wrote since then is kept without them. `born` are the readings of one date.

    What was said in words cannot be found by its value: then the message that is being answered loses every figure.
    """
    if not born and not postcode and not code:
        return
    recent = sa.or_(inbox.c.received_at > since, inbox.c.state == "ready")  # it may have waited for the bot for long
    texts = _those(session, conversation_id, recent)
    changed = {message: proofs.without(text, born, postcode, code) for message, text in texts}
    if not proofs.holds("".join(changed.values()), born, postcode):
        answered = _being_answered(session, conversation_id)
        if answered in changed:
            changed[answered] = proofs.without_figures(changed[answered])
    replace(session, {message: changed[message] for message, text in texts if changed[message] != text})


def _being_answered(session: Session, conversation_id: str) -> str | None:
    here = sa.and_(inbox.c.conversation_id == conversation_id, inbox.c.state == "ready")
    return session.execute(sa.select(inbox.c.id).where(here).order_by(inbox.c.number).limit(1)).scalar()
