"""Who may be written to: addresses and opt-outs. All are facts with a date; nothing is overwritten."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from bot.contact.store import addresses, consents, outbox
from bot.core import Session, new_id, record


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


def parties_at(session: Session, channel: str, value: str) -> tuple[str, ...]:
    """Ids of those who may be behind an address; a phone may be shared."""
    query = sa.select(addresses.c.party_id).where(
        addresses.c.channel == channel, addresses.c.value == value, addresses.c.removed_at.is_(None)
    )
    return tuple(session.execute(query.order_by(addresses.c.id)).scalars())


def remove_address(session: Session, channel: str, value: str, now: datetime) -> None:
    """The number belongs to somebody else: nobody is behind it any more."""
    here = sa.and_(addresses.c.channel == channel, addresses.c.value == value, addresses.c.removed_at.is_(None))
    session.execute(addresses.update().where(here).values(removed_at=now))


def opt_out(session: Session, channel: str, address: str, *, source: str, now: datetime) -> bool:
    """False when they had opted out already."""
    return _consent(session, channel, address, "opted_out", source, now)


def opt_in(session: Session, channel: str, address: str, *, source: str, now: datetime) -> bool:
    return _consent(session, channel, address, "opted_in", source, now)


def opted_out_since(session: Session, channel: str, address: str) -> datetime | None:
    """None when they may be written to."""
    last = session.execute(
        sa.select(consents.c.kind, consents.c.at)
        .where(consents.c.channel == channel, consents.c.address == address)
        .order_by(consents.c.number.desc())
        .limit(1)
    ).first()
    return last.at if last is not None and last.kind == "opted_out" else None


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


def _consent(session: Session, channel: str, address: str, kind: str, source: str, now: datetime) -> bool:
    if (opted_out_since(session, channel, address) is not None) == (kind == "opted_out"):
        return False
    session.execute(consents.insert().values(channel=channel, address=address, kind=kind, source=source, at=now))
    record(session, {"opted_out": "OptedOut", "opted_in": "OptedIn"}[kind], subject=f"{channel}:{_tail(address)}",
           data={"source": source}, now=now, actor="debtor")  # fmt: skip
    return True


def _tail(address: str) -> str:
    return address[-4:]
