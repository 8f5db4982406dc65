"""Who may be written to: addresses and opt-outs. All are facts with a date; nothing is overwritten."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bot.contact.store import addresses, consents, conversations, outbox
from bot.core import Session, new_id, new_ids, record

PHONES = ("sms", "whatsapp")
"""Channels whose address is a telephone number: whoever writes from it on one of them has the phone, and is who the
other knows there. What somebody agreed to on one says nothing about the other.
"""


def add_address(session: Session, *, party_id: str, channel: str, value: str, basis: str, now: datetime) -> None:
    """`basis` says why we may write there: `given_by_debtor`, `client_file`. The same address twice changes nothing."""
    known = sa.select(addresses.c.id).where(
        addresses.c.party_id == party_id, addresses.c.channel == channel, addresses.c.value == value
    )
    if session.execute(known).first() is None:
        session.execute(
            addresses.insert().values(
                id=new_id("adr"), party_id=party_id, channel=channel, value=value, basis=basis, basis_at=now
            )
        )


def add_new_addresses(session: Session, ones: Collection[tuple[str, str, str]], *, basis: str, now: datetime) -> None:
    """The same for many people who were not here before: (party, channel, value)."""
    rows = [
        {"id": one, "party_id": party, "channel": channel, "value": value, "basis": basis, "basis_at": now}
        for one, (party, channel, value) in zip(new_ids("adr", len(ones)), ones)
    ]
    if rows:
        session.execute(addresses.insert(), rows)


@dataclass(frozen=True)
class Address:
    """Where somebody may be written to, why, and what they last said of it."""

    id: str
    channel: str
    value: str
    basis: str
    since: datetime
    opted_out_at: datetime | None
    opted_in_at: datetime | None


def addresses_of(session: Session, party_id: str) -> list[Address]:
    """Of one person, in the order in which they came; without what is no longer theirs. For staff."""
    here = sa.and_(addresses.c.party_id == party_id, addresses.c.removed_at.is_(None))
    rows = session.execute(sa.select(addresses).where(here).order_by(addresses.c.basis_at, addresses.c.id)).all()
    words = sa.select(consents).where(consents.c.address.in_([row.value for row in rows])).order_by(consents.c.number)
    last = {(one.channel, one.address): one for one in session.execute(words)}
    return [_address(row, last.get((row.channel, row.value))) for row in rows]


def _address(row: Any, last: Any) -> Address:
    at = {last.kind: last.at} if last is not None else {}
    return Address(row.id, row.channel, row.value, row.basis, row.basis_at, at.get("opted_out"), at.get("opted_in"))


def give_address(session: Session, *, party_id: str, channel: str, value: str, by: str, now: datetime) -> bool:
    """They told a person of it, also where it was taken away before. False when it is theirs already."""
    same = sa.and_(addresses.c.party_id == party_id, addresses.c.channel == channel, addresses.c.value == value)
    known = session.execute(sa.select(addresses).where(same)).first()
    if known is not None and known.removed_at is None:
        return False
    if known is None:
        add_address(session, party_id=party_id, channel=channel, value=value, basis="given_by_debtor", now=now)
    else:
        again = {"removed_at": None, "basis": "given_by_debtor", "basis_at": now}
        session.execute(addresses.update().where(same).values(**again))
    data = {"channel": channel, "ending": _tail(value)}
    record(session, "AddressGiven", subject=party_id, data=data, now=now, actor=by)
    return True


def take_address(session: Session, *, party_id: str, address_id: str, by: str, now: datetime) -> bool:
    """It is not theirs, or not any more. False when it is not there."""
    here = sa.and_(addresses.c.id == address_id, addresses.c.party_id == party_id, addresses.c.removed_at.is_(None))
    if not session.execute(addresses.update().where(here).values(removed_at=now)).rowcount:
        return False
    record(session, "AddressTaken", subject=party_id, data={"address": address_id}, now=now, actor=by)
    return True


def parties_at(session: Session, channel: str, value: str) -> tuple[str, ...]:
    """Ids of those who may be behind an address; a phone may be shared."""
    return tuple(dict.fromkeys(session.execute(behind(channel, value).order_by(addresses.c.id)).scalars()))


def parties_at_each(session: Session, channel: str, value: str, others: Any) -> list[tuple[str, bool]]:
    """(id, whether behind this address), and those behind the addresses of other conversations; `others` selects ids."""
    here = behind(channel, value).add_columns(sa.true().label("is_here"), addresses.c.id.label("place"))
    of_phones = sa.and_(conversations.c.channel.in_(PHONES), addresses.c.channel.in_(PHONES))
    alike = sa.or_(conversations.c.channel == addresses.c.channel, of_phones)
    same = sa.and_(alike, conversations.c.address == addresses.c.value)
    there = sa.select(addresses.c.party_id, sa.false(), addresses.c.id).select_from(
        conversations.join(addresses, same)
    ).where(conversations.c.id.in_(others), addresses.c.removed_at.is_(None))  # fmt: skip
    rows = session.execute(sa.union_all(here, there).order_by("place"))
    return [(row.party_id, bool(row.is_here)) for row in rows]


def behind(channel: str, value: str) -> Any:
    """The same, to be a part of another query."""
    return sa.select(addresses.c.party_id).where(
        addresses.c.channel.in_(_alike(channel)), addresses.c.value == value, addresses.c.removed_at.is_(None)
    )


def _alike(channel: str) -> tuple[str, ...]:
    return PHONES if channel in PHONES else (channel,)


def remove_address(session: Session, channel: str, value: str, now: datetime, *, is_anothers: bool = False) -> None:
    """It does not reach them. `is_anothers`: somebody else has the number, so that nobody is behind it any more."""
    channels = _alike(channel) if is_anothers else (channel,)
    here = sa.and_(addresses.c.channel.in_(channels), addresses.c.value == value, addresses.c.removed_at.is_(None))
    session.execute(addresses.update().where(here).values(removed_at=now))


def opt_out(session: Session, channel: str, address: str, *, source: str, now: datetime) -> bool:
    """False when they had opted out already."""
    return _consent(session, channel, address, "opted_out", source, now)


def opt_in(session: Session, channel: str, address: str, *, source: str, now: datetime) -> bool:
    """Dated: what is renewed counts from its last day."""
    return _consent(session, channel, address, "opted_in", source, now)


def opted_out_since(session: Session, channel: str, address: str) -> datetime | None:
    """None when they may be written to."""
    last = _last_word(session, channel, address)
    return last.at if last is not None and last.kind == "opted_out" else None


def ever_opted_out(session: Session, conversation_ids: Any) -> bool:
    """In any of these conversations, even if they opted in again."""
    here = sa.and_(conversations.c.channel == consents.c.channel, conversations.c.address == consents.c.address)
    out = sa.select(consents.c.number).join(conversations, here)
    query = out.where(conversations.c.id.in_(conversation_ids), consents.c.kind == "opted_out")
    return session.execute(query.limit(1)).first() is not None


def bases_of(session: Session, channel: str, address: str) -> dict[str, datetime]:
    """Why we may write there, each with its date; `opt_in` when that was their last word."""
    here = sa.and_(addresses.c.channel == channel, addresses.c.value == address, addresses.c.removed_at.is_(None))
    found: dict[str, datetime] = {}
    for row in session.execute(sa.select(addresses.c.basis, addresses.c.basis_at).where(here)):
        found[row.basis] = max(row.basis_at, found.get(row.basis, row.basis_at))
    last = _last_word(session, channel, address)
    if last is not None and last.kind == "opted_in":
        found["opt_in"] = last.at
    return found


def bases_at(session: Session, channel: str, address: str, party_id: str) -> frozenset[str]:
    """Why this address is theirs."""
    here = sa.and_(addresses.c.channel.in_(_alike(channel)), addresses.c.value == address,
                   addresses.c.party_id == party_id, addresses.c.removed_at.is_(None))  # fmt: skip
    return frozenset(session.execute(sa.select(addresses.c.basis).where(here)).scalars())


def number_on_file(session: Session, party_id: str) -> str | None:
    """The number that the client gave us last and that may be texted; None without one."""
    return address_on_file(session, party_id, "sms")


def address_on_file(session: Session, party_id: str, channel: str) -> str | None:
    """The same on any channel."""
    theirs = sa.and_(addresses.c.party_id == party_id, addresses.c.channel == channel,
                     addresses.c.basis == "client_file", addresses.c.removed_at.is_(None))  # fmt: skip
    known = session.execute(sa.select(addresses.c.value).where(theirs).order_by(addresses.c.basis_at.desc())).scalars()
    return next((one for one in known if opted_out_since(session, channel, one) is None), None)


def answered_since(session: Session, conversation_id: str, since: datetime) -> bool:
    """True when something other than the confirmation went out after `since`."""
    rows = session.execute(
        sa.select(outbox.c.parts).where(
            outbox.c.conversation_id == conversation_id,
            outbox.c.created_at > since,
            outbox.c.state.notin_(("blocked", "failed", "dead")),
        )
    ).scalars()
    return any(part["tag"] not in ("opt_out", "safety") for parts in rows for part in parts)


def _last_word(session: Session, channel: str, address: str) -> Any:
    said = sa.select(consents.c.kind, consents.c.at).where(consents.c.channel == channel, consents.c.address == address)
    return session.execute(said.order_by(consents.c.number.desc()).limit(1)).first()


def _consent(session: Session, channel: str, address: str, kind: str, source: str, now: datetime) -> bool:
    last = _last_word(session, channel, address)
    if kind == "opted_out" and last is not None and last.kind == kind:
        return False
    session.execute(consents.insert().values(channel=channel, address=address, kind=kind, source=source, at=now))
    record(session, {"opted_out": "OptedOut", "opted_in": "OptedIn"}[kind], subject=f"{channel}:{_tail(address)}",
           data={"source": source}, now=now, actor="debtor")  # fmt: skip
    return True


def _tail(address: str) -> str:
    return address[-4:]
