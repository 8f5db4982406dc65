"""Tables of payments, and how their rows become values. A link is kept as a hash, never as it was sent."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec
import sqlalchemy as sa

from bot.core import Money, Session, UtcDateTime, metadata
from bot.payments.asking import ToCharge, ToPay
from bot.payments.model import Attempt, No, Past, Payment, PaymentRequest, Purpose
from bot.payments.shares import Share

PAGE, CHARGE = "page", "charge"
"""How an attempt takes money: on the provider's page, or from what was saved with nobody there."""
payment_requests = sa.Table(
    "payment_requests",
    metadata,
    sa.Column("id", sa.String(40), primary_key=True),
    sa.Column("party_id", sa.String(40), nullable=False),
    sa.Column("debt_id", sa.String(40), nullable=False, index=True),
    sa.Column("conversation_id", sa.String(40), sa.ForeignKey("conversations.id"), nullable=False),
    sa.Column("agreement_id", sa.String(40)),
    sa.Column("purpose", sa.String(20), nullable=False),
    sa.Column("amount_minor", sa.BigInteger, nullable=False),
    sa.Column("currency", sa.String(3), nullable=False),
    sa.Column("token_hash", sa.String(64), nullable=False, unique=True),
    sa.Column("valid_until", UtcDateTime, nullable=False),
    sa.Column("created_at", UtcDateTime, nullable=False),
    sa.Column("cancelled_at", UtcDateTime),
    sa.Column("opened_in", sa.String(64)),  # hash of the cookie of the browser that opened it first
    sa.Column("opened_at", UtcDateTime),
    sa.CheckConstraint("amount_minor > 0", name="amount_positive"),
)
checkout_attempts = sa.Table(
    "checkout_attempts",
    metadata,
    sa.Column("id", sa.String(40), primary_key=True),
    sa.Column("request_id", sa.String(40), sa.ForeignKey("payment_requests.id"), nullable=False),
    sa.Column("number", sa.Integer, nullable=False),
    sa.Column("asked", sa.JSON, nullable=False),  # ToPay or ToCharge
    sa.Column("amount_minor", sa.BigInteger, nullable=False),
    sa.Column("currency", sa.String(3), nullable=False),
    sa.Column("expires_at", UtcDateTime, nullable=False),
    sa.Column("session_id", sa.String(128), unique=True),
    sa.Column("payment_id", sa.String(64), index=True),
    sa.Column("outcome", sa.String(12)),  # unpaid, expired, failed, given_up, paid
    sa.Column("declined", sa.String(60)),
    sa.Column("means", sa.String(12)),
    sa.Column("read_at", UtcDateTime),
    sa.Column("created_at", UtcDateTime, nullable=False),
    sa.Column("kind", sa.String(8), nullable=False, server_default=PAGE),
    sa.Column("shares", sa.JSON),  # of several debts: [[debt, cents], …] as they were shown
    sa.UniqueConstraint("request_id", "number"),
)
payment_shares = sa.Table(
    "payment_shares",
    metadata,
    sa.Column("request_id", sa.String(40), sa.ForeignKey("payment_requests.id"), primary_key=True),
    sa.Column("place", sa.Integer, primary_key=True),
    sa.Column("debt_id", sa.String(40), nullable=False, index=True),
    sa.Column("agreement_id", sa.String(40)),
    sa.Column("amount_minor", sa.BigInteger, nullable=False),
    sa.UniqueConstraint("request_id", "debt_id"),
    sa.CheckConstraint("amount_minor > 0", name="amount_positive"),
)
"""Of a request for several debts; one for a single debt has none."""
provider_events = sa.Table(
    "provider_events",
    metadata,
    sa.Column("id", sa.String(128), primary_key=True),
    sa.Column("type", sa.String(100), nullable=False),
    sa.Column("object_id", sa.String(128), nullable=False),
    sa.Column("created", UtcDateTime, nullable=False),
    sa.Column("received_at", UtcDateTime, nullable=False),
    sa.Column("not_before", UtcDateTime, nullable=False),
    sa.Column("processed_at", UtcDateTime),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("last_error", sa.String(200)),
    sa.Column("state", sa.String(12), nullable=False),  # new, done, ignored
    sa.Index("ix_provider_events_state", "state", "not_before"),
)
payment_problems = sa.Table(
    "payment_problems",
    metadata,
    sa.Column("id", sa.String(40), primary_key=True),
    sa.Column("key", sa.String(160), nullable=False, unique=True),
    sa.Column("kind", sa.String(20), nullable=False),
    sa.Column("debt_id", sa.String(40), index=True),
    sa.Column("conversation_id", sa.String(40)),
    sa.Column("data", sa.JSON, nullable=False),
    sa.Column("found_at", UtcDateTime, nullable=False),
    sa.Column("told_at", UtcDateTime),
    sa.Column("done_at", UtcDateTime),
    sa.Column("done_by", sa.String(80)),
    sa.Column("note", sa.String(200)),
)
"""What a person has to look at: see `problems`."""
refund_orders = sa.Table(
    "refund_orders",
    metadata,
    sa.Column("id", sa.String(40), primary_key=True),
    sa.Column("request_id", sa.String(40), sa.ForeignKey("payment_requests.id"), nullable=False),
    sa.Column("debt_id", sa.String(40), nullable=False, index=True),
    sa.Column("payment_id", sa.String(64), nullable=False, index=True),
    sa.Column("amount_minor", sa.BigInteger, nullable=False),
    sa.Column("currency", sa.String(3), nullable=False),
    sa.Column("reason", sa.String(200), nullable=False),
    sa.Column("asked_by", sa.String(80), nullable=False),
    sa.Column("created_at", UtcDateTime, nullable=False),
    sa.Column("state", sa.String(12), nullable=False, index=True),  # asked, made, refused
    sa.Column("refund_id", sa.String(64), unique=True),
    sa.Column("last_error", sa.String(200)),
    sa.CheckConstraint("amount_minor > 0", name="amount_positive"),
)
"""What the desk wants given back: written before the provider is asked, so that a crash leaves it to be asked again."""


def hash_of(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def request_by_token(session: Session, token: str, *, lock: bool = False) -> PaymentRequest | None:
    return _request(session, payment_requests.c.token_hash == hash_of(token), lock=lock)


def request_by_id(session: Session, request_id: str, *, lock: bool = False) -> PaymentRequest | None:
    return _request(session, payment_requests.c.id == request_id, lock=lock)


def request_of(session: Session, request_id: str | None, payment_id: str) -> PaymentRequest | None:
    """By its id, or by a payment that was made for it."""
    made = sa.select(checkout_attempts.c.request_id).where(checkout_attempts.c.payment_id == payment_id).limit(1)
    known = request_id or session.execute(made).scalar_one_or_none()
    return request_by_id(session, known) if known is not None else None


def asks_for(*debt_ids: str) -> Any:
    """Requests for one of these debts, alone or together with others."""
    shared = sa.select(payment_shares.c.request_id).where(payment_shares.c.debt_id.in_(debt_ids))
    return sa.or_(payment_requests.c.debt_id.in_(debt_ids), payment_requests.c.id.in_(shared))


def requests_of_debt(session: Session, debt_id: str) -> list[PaymentRequest]:
    """Those that were not cancelled, oldest first."""
    query = sa.select(payment_requests).where(asks_for(debt_id), payment_requests.c.cancelled_at.is_(None))
    rows = session.execute(query.order_by(payment_requests.c.created_at)).all()
    return [_request_of(session, row) for row in rows]


def open_requests(session: Session, debt_ids: Collection[str]) -> list[PaymentRequest]:
    """Those for one of these debts that were not cancelled, oldest first."""
    theirs = sa.and_(asks_for(*debt_ids), payment_requests.c.cancelled_at.is_(None))
    rows = session.execute(sa.select(payment_requests).where(theirs).order_by(payment_requests.c.created_at)).all()
    return [_request_of(session, row) for row in rows]


def cancelled_among(session: Session, tokens: Collection[str]) -> frozenset[str]:
    """Those of these tokens whose link was closed; what is no token of ours is left out."""
    hashes = {hash_of(token): token for token in tokens}
    closed = sa.and_(payment_requests.c.token_hash.in_(list(hashes)), payment_requests.c.cancelled_at.is_not(None))
    return frozenset(
        hashes[one] for one in session.execute(sa.select(payment_requests.c.token_hash).where(closed)).scalars()
    )


def newest_request(session: Session, debt_ids: Collection[str]) -> PaymentRequest | None:
    """Of those that were not cancelled."""
    theirs = sa.and_(asks_for(*debt_ids), payment_requests.c.cancelled_at.is_(None))
    query = sa.select(payment_requests).where(theirs).order_by(payment_requests.c.created_at.desc()).limit(1)
    row = session.execute(query).first()
    return _request_of(session, row) if row is not None else None


def cancel_request(session: Session, request_id: str, now: datetime) -> None:
    session.execute(payment_requests.update().where(payment_requests.c.id == request_id).values(cancelled_at=now))


def set_opened(session: Session, request_id: str, browser: str, now: datetime) -> bool:
    """False when another browser was first."""
    free = sa.and_(payment_requests.c.id == request_id, payment_requests.c.opened_in.is_(None))
    values = {"opened_in": browser, "opened_at": now}
    return bool(session.execute(payment_requests.update().where(free).values(**values)).rowcount)


def attempts_of(session: Session, request_id: str) -> list[Past]:
    query = sa.select(checkout_attempts).where(checkout_attempts.c.request_id == request_id)
    return [past_of(row) for row in session.execute(query.order_by(checkout_attempts.c.number))]


def open_sessions(session: Session, debt_ids: Collection[str]) -> tuple[str, ...]:
    """Pages that may still be payable, of any request for one of these debts."""
    query = (
        sa.select(checkout_attempts.c.session_id)
        .join(payment_requests)
        .where(
            asks_for(*debt_ids),
            checkout_attempts.c.session_id.isnot(None),
            checkout_attempts.c.outcome.is_(None),
        )
    )
    return tuple(session.execute(query.order_by(checkout_attempts.c.created_at)).scalars())


def set_outcome(session: Session, attempt_id: str, **values: object) -> None:
    session.execute(checkout_attempts.update().where(checkout_attempts.c.id == attempt_id).values(**values))


def debt_of_order(session: Session, order_id: str) -> str | None:
    """For which debt the desk wanted it given back."""
    mine = sa.select(refund_orders.c.debt_id).where(refund_orders.c.id == order_id)
    return session.execute(mine).scalar_one_or_none()


def note_reading(session: Session, past: Past, payment: Payment, now: datetime) -> Past:
    """When the provider was last heard of, and the ids that it gave. The attempt as it is now, and held until the end."""
    ids = {"session_id": payment.session_id, "payment_id": payment.payment_id}
    given = {**ids, "declined": payment.declined}
    values = {name: value for name, value in given.items() if value is not None}
    here = checkout_attempts.c.id == past.attempt.id
    session.execute(checkout_attempts.update().where(here).values(**values, read_at=now))
    return past_of(session.execute(sa.select(checkout_attempts).where(here)).one())


def undecided(session: Session) -> list[tuple[Past, datetime]]:
    """Attempts with a session and without a last word, and when the provider was last heard of; longest ago first."""
    query = sa.select(checkout_attempts).where(
        checkout_attempts.c.session_id.isnot(None),
        sa.or_(checkout_attempts.c.outcome.is_(None), checkout_attempts.c.outcome == "unpaid"),
    )
    rows = session.execute(query.order_by(checkout_attempts.c.read_at))
    return [(past_of(row), row.read_at or row.created_at) for row in rows]


def past_of(row: Any) -> Past:
    return Past(
        Attempt(row.id, _asked_of(row)),
        Money(row.amount_minor, row.currency),
        row.expires_at,
        row.session_id,
        row.payment_id,
        row.outcome,
        row.declined,
        No(row.means) if row.means else None,
        row.created_at,
        {debt_id: Money(minor, row.currency) for debt_id, minor in row.shares or ()},
    )


def _asked_of(row: Any) -> ToPay | ToCharge:
    return msgspec.convert(row.asked, ToPay) if row.kind == PAGE else msgspec.convert(row.asked, ToCharge)


def find_attempt(past: Sequence[Past], number: int | None, session_id: str | None) -> Past | None:
    """By its session, or by its number when the session was never written down."""
    for one in past:
        if (session_id and one.session_id == session_id) or (number is not None and one.attempt.number == number):
            return one
    return None


def _request(session: Session, condition: Any, *, lock: bool) -> PaymentRequest | None:
    query = sa.select(payment_requests).where(condition)
    row = session.execute(query.with_for_update(key_share=True) if lock else query).first()
    return _request_of(session, row) if row is not None else None


def _request_of(session: Session, row: Any) -> PaymentRequest:
    mine = sa.select(payment_shares).where(payment_shares.c.request_id == row.id)
    shares = session.execute(mine.order_by(payment_shares.c.place))
    return PaymentRequest(
        id=row.id,
        party_id=row.party_id,
        debt_id=row.debt_id,
        conversation_id=row.conversation_id,
        agreement_id=row.agreement_id,
        purpose=Purpose(row.purpose),
        amount=Money(row.amount_minor, row.currency),
        valid_until=row.valid_until,
        created_at=row.created_at,
        cancelled_at=row.cancelled_at,
        shares=tuple(Share(one.debt_id, Money(one.amount_minor, row.currency), one.agreement_id) for one in shares),
        opened_in=row.opened_in,
    )


def insert_request(session: Session, asked: PaymentRequest, token: str) -> None:
    session.execute(
        payment_requests.insert().values(
            id=asked.id, party_id=asked.party_id, debt_id=asked.debt_id, conversation_id=asked.conversation_id,
            agreement_id=asked.agreement_id, purpose=asked.purpose.value, amount_minor=asked.amount.minor,
            currency=asked.amount.currency, token_hash=hash_of(token), valid_until=asked.valid_until,
            created_at=asked.created_at,
        )
    )  # fmt: skip
    for place, share in enumerate(asked.shares):
        row = {
            "request_id": asked.id, "place": place, "debt_id": share.debt_id, "agreement_id": share.agreement_id,
            "amount_minor": share.amount.minor,
        }  # fmt: skip
        session.execute(payment_shares.insert().values(**row))


def insert_attempt(
    session: Session, attempt: Attempt, amount: Money, expires_at: datetime, now: datetime, kind: str = PAGE, *,
    parts: Mapping[str, Money] | None = None,
) -> None:  # fmt: skip
    """`parts` of an attempt for several debts."""
    session.execute(
        checkout_attempts.insert().values(
            id=attempt.id, request_id=attempt.request_id, number=attempt.number, asked=msgspec.to_builtins(attempt.asked),
            amount_minor=amount.minor, currency=amount.currency, expires_at=expires_at, created_at=now,
            kind=kind, shares=[[debt_id, part.minor] for debt_id, part in parts.items()] if parts else None,
        )
    )  # fmt: skip


def undecided_of(session: Session, token: str) -> list[Past]:
    """Attempts of the request with this link that the provider knows and of which the end is not known."""
    request = request_by_token(session, token)
    past = attempts_of(session, request.id) if request is not None else []
    return [one for one in past if one.session_id is not None and one.outcome in (None, "unpaid")]


def close_session(session: Session, session_id: str, now: datetime) -> None:
    """It expired before it was paid."""
    here = sa.and_(checkout_attempts.c.session_id == session_id, checkout_attempts.c.outcome.is_(None))
    session.execute(checkout_attempts.update().where(here).values(outcome="expired", read_at=now))
