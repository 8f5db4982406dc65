"""The cookie of a document: signed by us, for one proof of one person, and over when the proof is.

A browser that brings a cookie of its own making proves nothing, and gets a new one when it does: whoever put it there
learns nothing. Wrong tries are counted for the link and the network together, so that whoever found a link cannot
close it to the person that it was sent to.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from datetime import datetime, timedelta, timezone

from bot import accounts, contact, identity
from bot.core import Session, Settings

NAME = "parley_document"


def conversation(session: Session, settings: Settings, token: str, host: str, now: datetime) -> contact.Conversation:
    """Where tries at this link from this network are counted; only these pages can name it."""
    network = identity.network(host, settings.secret_key)
    address = "document:" + _sign(settings, "address", token, network)
    return contact.note_network(session, contact.open_conversation(session, "web", address, now), network)


def tried(
    session: Session, settings: Settings, token: str, host: str, debt_id: str, form: Mapping[str, str], spoken: str,
    now: datetime,
) -> identity.Outcome:  # fmt: skip
    """Judges date of birth and ZIP code, typed for the link of this debt's."""
    day, other = identity.birth_dates(form.get("born", ""), spoken, now.date())
    reference = accounts.known_debt(session, debt_id).reference
    answers = identity.Answers(day, form.get("zip", "")[:20], reference, other)
    talk = conversation(session, settings, token, host, now)
    return identity.challenge(session, talk, answers, now=now, checks=identity.Checks.on("web", settings.secret_key))


def cookie(settings: Settings, verified: identity.Verified, now: datetime) -> str:
    issued = str(int(now.timestamp()))
    return (
        f"{verified.conversation_id}.{issued}.{_proof(settings, verified.conversation_id, issued, verified.party_id)}"
    )


def holds(session: Session, settings: Settings, given: str | None, party_id: str, now: datetime) -> bool:
    """Whether this cookie is ours, made for a proof of this person that is not over."""
    conversation_id, _, rest = (given or "").partition(".")
    issued, _, proof = rest.partition(".")
    if not hmac.compare_digest(proof.encode(), _proof(settings, conversation_id, issued, party_id).encode()):
        return False
    since = datetime.fromtimestamp(int(issued), timezone.utc)
    window = identity.Checks.on("web", settings.secret_key).window
    if not since - timedelta(seconds=1) <= now < since + window:
        return False
    who = identity.who(session, contact.conversation(session, conversation_id), now)
    return who is not None and who.party_id == party_id


def _proof(settings: Settings, conversation_id: str, issued: str, party_id: str) -> str:
    return _sign(settings, "proof", conversation_id, issued, party_id)


def _sign(settings: Settings, purpose: str, *parts: str) -> str:
    message = "\x1f".join(("document", purpose, *parts))
    return hmac.new(settings.secret_key.encode(), message.encode("utf-8", "replace"), "sha256").hexdigest()
