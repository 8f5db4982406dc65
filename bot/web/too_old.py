"""On a page that asks for a payment or a promise: what the law wants said before of a debt that may be too old for a court.

In the chat it stands at the end of the message that asks (`contact.send`). A page says the same words, once, before its
button, each time that it is shown: whoever presses it may never have read the message.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from types import MappingProxyType

from bot import accounts, contact
from bot.core import Session, Settings
from bot.web import texts


def warning(
    session: Session, by: Settings, party_id: str, conversation_id: str, debts: Sequence[accounts.Debt], now: datetime,
    *, language: str, called: Mapping[str, str] = MappingProxyType({}),
) -> tuple[str, ...]:  # fmt: skip
    """Paragraphs, none where nothing is too old. `by` is who writes; `called` names the debts where there are several."""
    too_old = accounts.too_old(debts, accounts.known_party(session, party_id).today(now))
    if not too_old["time_barred"]:
        return ()
    talk = replace(contact.conversation(session, conversation_id), channel="web", party_id=party_id)
    talk = replace(talk, language=texts.known(language) or talk.language)
    how = contact.Sending(
        key="page", reply_to="page", answers_at=now, role=by.collection_role, time_zone=by.time_zone,
        company=by.company, licence_ca=by.licence_ca, called=called, **too_old,
    )  # fmt: skip
    said = contact.before_paying(session, talk, [debt.id for debt in debts], how, now)
    return tuple(one.text for one in said)
