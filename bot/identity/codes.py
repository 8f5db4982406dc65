"""A one-time code, texted to the phone that we have: the second way in for whoever lacks their reference.

What an outsider can learn: nothing. Every number is answered alike and costs the same work and the same row, on file
or not, opted out or not; of a code that went nowhere every try is wrong. A right one makes the phone known in the
conversation that asked, and proves no more than writing from that phone would.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bot import contact
from bot.core import Session, new_id, record
from bot.identity import store
from bot.identity.factors import Token, token
from bot.identity.model import Checks, CodeAsked, Codes, NoMoreCodes, WrongCode
from bot.identity.store import identity_codes as codes

TEXT = "utter_identity_code"
_DIGITS = 6


def ask_code(
    session: Session, talk: contact.Conversation, phone: str, how: contact.Sending, *, now: datetime, checks: Checks
) -> CodeAsked | NoMoreCodes:
    """A new code to this number (E.164); one that was asked for before in this conversation is over.

    `how` says who writes; its key is ours.
    """
    limits, to = checks.codes, token("phone", phone, checks.secret)
    store.one_by_one(session, [to, token("address", f"{talk.channel}:{talk.address}", checks.secret), *_network(talk)])
    since = now - limits.within
    asked = _count(session, codes.c.conversation_id == talk.id, since) >= limits.per_conversation
    crowded = talk.network is not None and _count(session, codes.c.network == talk.network, since) >= limits.per_network
    enough = _count(session, codes.c.phone == to, since) >= limits.per_phone
    _note(session, talk, "IdentityCodeAsked", now, refused=asked or crowded)
    if asked or crowded:
        return NoMoreCodes()
    _end_earlier(session, talk, now)
    code_id, code = new_id("cod"), f"{secrets.randbelow(10**_DIGITS):0{_DIGITS}}"
    message = contact.say(TEXT, talk, {"company": how.company, "code": code}, now, how.time_zone)
    mine = replace(how, key=f"code:{code_id}")
    sent_to = contact.text_code(session, phone, message, talk, mine, now, enough=enough)
    session.execute(codes.insert().values(
        id=code_id, conversation_id=talk.id, network=talk.network, phone=to, code=_token(code_id, code, checks),
        sent_to=sent_to, wrong=0, at=now, expires_at=now + limits.good_for,
    ))  # fmt: skip
    return CodeAsked()


def judge(
    session: Session, talk: contact.Conversation, code: str, *, now: datetime, checks: Checks
) -> WrongCode | None:
    """None when it is right; it is used then. The last code that was asked for here is the one that counts."""
    query = (
        sa.select(codes)
        .where(codes.c.conversation_id == talk.id)
        .order_by(codes.c.at.desc(), codes.c.expires_at.desc())
    )
    row = session.execute(query.limit(1).with_for_update()).first()
    same = hmac.compare_digest(row.code if row else "", _token(row.id if row else "", code, checks))
    if row is None or row.used_at is not None or row.expires_at <= now or row.wrong >= checks.codes.tries:
        return WrongCode(0)
    is_right = same and row.sent_to is not None
    fresh = sa.and_(codes.c.id == row.id, codes.c.used_at.is_(None), codes.c.wrong == row.wrong)
    values: Mapping[str, Any] = {"used_at": now} if is_right else {"wrong": row.wrong + 1}
    is_mine = bool(session.execute(codes.update().where(fresh).values(**values)).rowcount)
    _note(session, talk, "IdentityCodeRight" if is_right and is_mine else "IdentityCodeWrong", now)
    return None if is_right and is_mine else WrongCode(checks.codes.tries - row.wrong - 1)


def confirm(
    session: Session, talk: contact.Conversation, code: str, *, now: datetime, checks: Checks
) -> WrongCode | None:
    """The same for somebody who has proved already what they know; None when it is right. It is taken out of what they
    wrote.
    """
    contact.forget_proofs(session, talk.id, [], None, now - checks.remember_parts, code)
    store.one_by_one(session, [token("address", f"{talk.channel}:{talk.address}", checks.secret)])
    return judge(session, talk, code, now=now, checks=checks)


def possesses(session: Session, talk: contact.Conversation, party_id: str, now: datetime) -> bool:
    """They write from a phone that the client has on file, or typed a code that went to one lately."""
    if "client_file" in contact.bases_at(session, talk.channel, talk.address, party_id):
        return True
    return any(party == party_id and not is_here for party, is_here in found(session, talk, now, Codes()))


def phone_on_file(session: Session, party_id: str) -> str | None:
    """Where a code can be texted: the number that the client gave us last and that may be texted."""
    return contact.number_on_file(session, party_id)


def behind(session: Session, talk: contact.Conversation, now: datetime, limits: Codes | None = None) -> tuple[str, ...]:
    """Ids of those who may be writing: behind the address, and behind a phone whose code was right here lately."""
    return tuple(dict.fromkeys(party for party, _ in found(session, talk, now, limits or Codes())))


def found(session: Session, talk: contact.Conversation, now: datetime, limits: Codes) -> list[tuple[str, bool]]:
    """The same, each with whether they are behind the address itself."""
    right = sa.and_(
        codes.c.conversation_id == talk.id, codes.c.used_at > now - limits.counts_for, codes.c.sent_to.is_not(None)
    )
    return contact.parties_at_each(session, talk.channel, talk.address, sa.select(codes.c.sent_to).where(right))


def forget(session: Session, conversation_id: str) -> None:
    """No code of this conversation counts any more, right or not."""
    here = codes.update().where(codes.c.conversation_id == conversation_id)
    session.execute(here.values(sent_to=None))


def _end_earlier(session: Session, talk: contact.Conversation, now: datetime) -> None:
    open_ones = sa.and_(codes.c.conversation_id == talk.id, codes.c.used_at.is_(None), codes.c.expires_at > now)
    session.execute(codes.update().where(open_ones).values(expires_at=now))


def _count(session: Session, of: Any, since: datetime) -> int:
    return int(session.execute(sa.select(sa.func.count()).where(of, codes.c.at > since)).scalar_one())


def _network(talk: contact.Conversation) -> list[Token]:
    return [Token(talk.network)] if talk.network is not None else []


def _token(code_id: str, code: str, checks: Checks) -> Token:
    return token("code", f"{code_id}:{code}", checks.secret)


def _note(session: Session, talk: contact.Conversation, kind: str, now: datetime, **data: object) -> None:
    record(session, kind, subject=talk.id, data=data, now=now, actor="debtor")
