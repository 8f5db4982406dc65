"""A one-time code, sent to an address that we have: to a phone for whoever lacks their reference, and to the phone and
the e-mail address of a company, which is asked nothing but its account number.

What an outsider can learn: nothing. Every number is answered alike and costs the same work and the same row, on file
or not, opted out or not; of a code that went nowhere every try is wrong. A right one makes the phone known in the
conversation that asked, and proves no more than writing from that phone would. For a company that is enough, since its
account number was said before.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bot import contact
from bot.core import Session, new_id, record
from bot.identity import store
from bot.identity.factors import Token, token, tokens
from bot.identity.model import Answers, Checks, CodeAsked, Codes, NoMoreCodes, WrongCode
from bot.identity.store import identity_codes as codes

TEXT = "utter_identity_code"
_DIGITS = 6


@dataclass(frozen=True)
class RightCode:
    """`proves` is the company that it lets in; None: a phone is known here now, and whose it is remains to be said."""

    proves: str | None


def ask_code(
    session: Session, talk: contact.Conversation, phone: str, how: contact.Sending, *, now: datetime, checks: Checks
) -> CodeAsked | NoMoreCodes:
    """A new code to this number (E.164); one that was asked for before in this conversation is over.

    `how` says who writes; its key is ours.
    """
    return _Asking(session, talk, token("phone", phone, checks.secret), how, now, checks).ask([("sms", phone)], None)


def ask_company_code(
    session: Session, talk: contact.Conversation, reference: str, how: contact.Sending, *, now: datetime,
    checks: Checks, channels: Collection[contact.Channel], is_company: Callable[[str], bool],
) -> CodeAsked | NoMoreCodes:  # fmt: skip
    """The same code to each address that we have of the company with this account number, on these channels."""
    to = tokens(Answers(reference=reference), checks.secret).get("reference", Token(""))
    owner = store.party_of_reference(session, to)
    company = owner if owner is not None and is_company(owner) else None
    known = {channel: contact.address_on_file(session, company or "", channel) for channel in channels}
    places = [(channel, value) for channel, value in known.items() if value is not None]
    return _Asking(session, talk, to, how, now, checks).ask(places, company)


@dataclass(frozen=True)
class _Asking:
    """A wish for a code. `to` is the token of what was named: a number or an account."""

    session: Session
    talk: contact.Conversation
    to: Token
    how: contact.Sending
    now: datetime
    checks: Checks

    def ask(self, places: Collection[tuple[contact.Channel, str]], company: str | None) -> CodeAsked | NoMoreCodes:
        session, talk, now, limits = self.session, self.talk, self.now, self.checks.codes
        address = token("address", f"{talk.channel}:{talk.address}", self.checks.secret)
        store.one_by_one(session, [self.to, address, *_network(talk)])
        refused = self._is_refused()
        _note(session, talk, "IdentityCodeAsked", now, refused=refused)
        if refused:
            return NoMoreCodes()
        _end_earlier(session, talk, now)
        enough = self._count(codes.c.phone == self.to) >= limits.per_phone
        code_id, code = new_id("cod"), f"{secrets.randbelow(10**_DIGITS):0{_DIGITS}}"
        sent_to = self._send(code_id, code, () if enough else places)
        session.execute(codes.insert().values(
            id=code_id, conversation_id=talk.id, network=talk.network, phone=self.to,
            code=_token(code_id, code, self.checks), sent_to=sent_to, proves=company, wrong=0, at=now,
            expires_at=now + limits.good_for,
        ))  # fmt: skip
        return CodeAsked()

    def _is_refused(self) -> bool:
        talk, limits = self.talk, self.checks.codes
        asked = self._count(codes.c.conversation_id == talk.id) >= limits.per_conversation
        return asked or talk.network is not None and self._count(codes.c.network == talk.network) >= limits.per_network

    def _send(self, code_id: str, code: str, places: Collection[tuple[contact.Channel, str]]) -> str | None:
        """The conversation that one of them went to. Where none goes, the work is done for one."""
        values = {"company": self.how.company, "code": code}
        message = contact.say(TEXT, self.talk, values, self.now, self.how.time_zone)
        sent = [
            contact.send_code(self.session, place, message, self.talk, replace(self.how, key=f"code:{code_id}:{n}"), self.now)
            for n, place in enumerate(places or (None,))
        ]
        return next((one for one in sent if one is not None), None)

    def _count(self, of: Any) -> int:
        since = self.now - self.checks.codes.within
        return int(self.session.execute(sa.select(sa.func.count()).where(of, codes.c.at > since)).scalar_one())


def judge(
    session: Session, talk: contact.Conversation, code: str, *, now: datetime, checks: Checks
) -> RightCode | WrongCode:
    """A right one is used then. The last code that was asked for here is the one that counts."""
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
    return RightCode(row.proves) if is_right and is_mine else WrongCode(checks.codes.tries - row.wrong - 1)


def confirm(
    session: Session, talk: contact.Conversation, code: str, *, now: datetime, checks: Checks
) -> WrongCode | None:
    """The same for somebody who has proved already what they know; None when it is right. It is taken out of what they
    wrote.
    """
    contact.forget_proofs(session, talk.id, [], None, now - checks.remember_parts, code)
    store.one_by_one(session, [token("address", f"{talk.channel}:{talk.address}", checks.secret)])
    judged = judge(session, talk, code, now=now, checks=checks)
    return judged if isinstance(judged, WrongCode) else None


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


def _network(talk: contact.Conversation) -> list[Token]:
    return [Token(talk.network)] if talk.network is not None else []


def _token(code_id: str, code: str, checks: Checks) -> Token:
    return token("code", f"{code_id}:{code}", checks.secret)


def _note(session: Session, talk: contact.Conversation, kind: str, now: datetime, **data: object) -> None:
    record(session, kind, subject=talk.id, data=data, now=now, actor="debtor")
