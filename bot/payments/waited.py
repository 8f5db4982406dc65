"""A message that waited, and the links to pay in it: whether each would still do what the message says.

They paid meanwhile, or owe another sum, or a newer link took its place, or something stops collecting: then the words
are no longer true and are not sent. A link that reached nobody is no way to pay and is taken back.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime

from bot import contact
from bot.core import Money, Session
from bot.payments import checkout, problems, store
from bot.payments.model import PaymentRequest, State
from bot.payments.refusals import NothingToPay

_LINK = re.compile(r"/p/([\w-]{16,})(?![\w:/-])")


def over(session: Session, text: str, now: datetime) -> frozenset[str]:
    """Tokens of those links in it that would do something else now than ask for what was asked for."""
    return frozenset(token for token, asked in _asked(session, text) if not _is_true(session, asked, now))


def not_sent(session: Session, text: str, why: str, now: datetime, *, is_known: bool) -> None:
    """It stays here. What could still be paid and reached nobody is taken back, and is told to a person unless it
    `is_known` to one.
    """
    for token, asked in _asked(session, text):
        state = checkout.current_state(session, asked, store.attempts_of(session, asked.id), now)
        is_wanted = state in (State.OPEN, State.EXPIRED) and _asks_for(session, asked) is not None
        if not is_wanted or contact.links.was_given(session, asked.conversation_id, token):
            continue
        store.cancel_request(session, asked.id, now)
        if not is_known:
            problems.note(
                session, problems.Kind.LINK_STOPPED, asked.id, of=asked, amount=asked.amount, now=now, reason=why
            )  # fmt: skip


def _asked(session: Session, text: str) -> Iterator[tuple[str, PaymentRequest]]:
    for token in dict.fromkeys(_LINK.findall(text)):
        if (asked := store.request_by_token(session, token)) is not None:
            yield token, asked


def _is_true(session: Session, asked: PaymentRequest, now: datetime) -> bool:
    state = checkout.current_state(session, asked, store.attempts_of(session, asked.id), now)
    return state is State.OPEN and _asks_for(session, asked) == asked.amount


def _asks_for(session: Session, asked: PaymentRequest) -> Money | None:
    """What would be taken now; None where nothing is left of it."""
    try:
        return checkout.in_all(checkout.payable(session, asked))
    except NothingToPay:
        return None
