"""A card payment given back by somebody at the desk, whole or in part.

In the three steps of a checkout: what is wanted is written down, the provider is asked outside of any transaction, and
what it says goes the way of all that it says. An order that nobody knows the end of is asked again by the worker, under
the same key; the ledger moves only when the provider says that the money went.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import sqlalchemy as sa
import structlog
from sqlalchemy.engine import Engine

from bot import accounts, contact, negotiation
from bot.core import Money, Problem, Problems, Session, lock, new_id, reading, record, transaction
from bot.payments import ledger, problems, store
from bot.payments.gateway import Broken, Gateway, GivenBack, Refused, Unavailable
from bot.payments.model import PROVIDER, PaymentRequest, Refund
from bot.payments.problems import Kind
from bot.payments.settle import settle
from bot.payments.store import checkout_attempts, payment_requests, refund_orders

log = structlog.get_logger(__name__)
AGAIN_AFTER = timedelta(minutes=1)
"""Whoever asked for it has had the time to hear the answer."""
OLD = timedelta(hours=20)
"""A provider forgets a key after 24 hours: from here on the order is looked for before it is sent again."""


@dataclass(frozen=True)
class Card:
    """A payment by a link that stands in the ledger, and how much of it can still go back."""

    number: int
    debt_id: str
    payment_id: str
    amount: Money
    left: Money
    on: date


@dataclass(frozen=True)
class RefundOrder:
    id: str
    request_id: str
    debt_id: str
    payment_id: str
    amount: Money
    created_at: datetime

    def is_old(self, now: datetime) -> bool:
        return now - self.created_at > OLD


def refundable(session: Session, debt_id: str) -> list[Card]:
    """The newest first; those of which nothing can go back are not there."""
    entries, known = accounts.known_history(session, debt_id), _came(session, debt_id)
    paid = [one for one in entries if one.kind is accounts.EntryKind.PAYMENT and one.source in known]
    found = [
        Card(one.number, debt_id, known[one.source].payment_id, -one.amount, left, one.effective_on)
        for one in paid
        for left in [_left(session, known[one.source], entries, one)]
    ]
    return sorted((card for card in found if card.left.is_positive), key=lambda card: card.number, reverse=True)


def order_refund(
    session: Session, debt_id: str, number: int, amount: Money, *, reason: str, by: str, now: datetime
) -> RefundOrder:
    """Raises Problems: `entry` when no such payment can go back, `amount` when that is more than can."""
    lock(session, "debt", debt_id)
    card = next((one for one in refundable(session, debt_id) if one.number == number), None)
    if card is None:
        raise Problems([Problem("entry", "a card payment of which something can go back", str(number))])
    if not Money.zero(amount.currency) < amount <= card.left:
        raise Problems([Problem("amount", f"more than nothing and up to {card.left}", str(amount))])
    request_id = next(one.request.id for one in _came(session, debt_id).values() if one.payment_id == card.payment_id)
    order = RefundOrder(new_id("rfd"), request_id, debt_id, card.payment_id, amount, now)
    row = {
        "id": order.id, "request_id": order.request_id, "debt_id": debt_id, "payment_id": card.payment_id,
        "amount_minor": amount.minor, "currency": amount.currency, "reason": reason[:200], "asked_by": by,
        "created_at": now, "state": "asked",
    }  # fmt: skip
    session.execute(refund_orders.insert().values(**row))
    data = {"order": order.id, "intent": card.payment_id, "amount": amount.minor, "currency": amount.currency}
    record(session, "RefundAsked", subject=debt_id, data={**data, "why": reason[:200]}, now=now, actor=by)
    return order


def foresee_refund(session: Session, order: RefundOrder, now: datetime) -> None:
    """The ledger and the plan as they will be once it is made: for a look that is undone."""
    of = next(one for one in _came(session, order.debt_id).values() if one.payment_id == order.payment_id)
    ledger.post_refund(session, order.debt_id, of.source, Refund(order.id, order.amount, "succeeded"), now)
    negotiation.replay_payments(session, order.debt_id, now, by=PROVIDER)


def send_refund(engine: Engine, gateway: Gateway, order: RefundOrder, how: contact.Sending, now: datetime) -> bool:
    """True when the money is on its way. Never inside a transaction. Raises Unavailable: it will be asked again."""
    try:
        made = gateway.give_back(order.payment_id, order.amount, order.id, is_old=order.is_old(now))
    except Broken as error:
        raise Unavailable("whether it was made is not known") from error
    except Refused as no:
        with transaction(engine) as session:
            _refused(session, order, str(no), now)
        return False
    with transaction(engine) as session:
        _made(session, order, made, how, now)
    return True


def send_refunds(engine: Engine, gateway: Gateway, now: datetime, how: contact.Sending) -> int:
    """The worker's part: orders whose end nobody knows."""
    waiting = sa.and_(refund_orders.c.state == "asked", refund_orders.c.created_at <= now - AGAIN_AFTER)
    with reading(engine) as session:
        rows = session.execute(sa.select(refund_orders).where(waiting).order_by(refund_orders.c.created_at)).all()
    done = 0
    for row in rows:
        try:
            done += send_refund(engine, gateway, _order_of(row), how, now)
        except Unavailable:
            log.warning("provider_unavailable", order=row.id, exc_info=True)
            break
    return done


def _made(session: Session, order: RefundOrder, made: GivenBack, how: contact.Sending, now: datetime) -> None:
    settle(session, made.payment, how, now)
    _end(session, order, state="made", refund_id=made.refund_id)


def _refused(session: Session, order: RefundOrder, error: str, now: datetime) -> None:
    request = store.request_by_id(session, order.request_id)
    contact.lock_conversation(session, request.conversation_id if request else "")
    _end(session, order, state="refused", last_error=error[:200])
    problems.note(session, Kind.REFUND_REFUSED, order.id, of=request, amount=order.amount, now=now, reason=error[:200])


def _end(session: Session, order: RefundOrder, **values: object) -> None:
    mine = sa.and_(refund_orders.c.id == order.id, refund_orders.c.state == "asked")
    session.execute(refund_orders.update().where(mine).values(**values))


@dataclass(frozen=True)
class _Came:
    """A payment that may have come, and what it was for on this debt."""

    request: PaymentRequest
    payment_id: str

    @property
    def source(self) -> str:
        return self.request.source(self.payment_id)


def _left(session: Session, of: _Came, entries: Sequence[accounts.Entry], paid: accounts.Entry) -> Money:
    """Less what went back of it already, and what was ordered and does not stand in the ledger yet."""
    mine = sa.and_(refund_orders.c.debt_id == paid.debt_id, refund_orders.c.payment_id == of.payment_id)
    orders = session.execute(sa.select(refund_orders).where(mine, refund_orders.c.state != "refused"))
    back = [entry.amount for entry in entries if ledger.goes_back_of(entry) == paid.source]
    posted = {entry.source for entry in entries}
    under_way = [
        Money(row.amount_minor, row.currency)
        for row in orders
        if row.refund_id is None or of.request.source(row.refund_id) not in posted
    ]
    return -paid.amount - sum((*back, *under_way), Money.zero(paid.amount.currency))


def _came(session: Session, debt_id: str) -> dict[str, _Came]:
    """Each payment of this debt that may have come, by the source of its entry."""
    query = (
        sa.select(checkout_attempts.c.payment_id, checkout_attempts.c.request_id)
        .join(payment_requests)
        .where(store.asks_for(debt_id), checkout_attempts.c.payment_id.isnot(None))
    )
    found = {}
    for row in session.execute(query).all():
        request = store.request_by_id(session, row.request_id)
        assert request is not None
        (part,) = (one for one in request.parts if one.debt_id == debt_id)
        came = _Came(part, row.payment_id)
        found[came.source] = came
    return found


def _order_of(row: sa.engine.Row) -> RefundOrder:
    amount = Money(row.amount_minor, row.currency)
    return RefundOrder(row.id, row.request_id, row.debt_id, row.payment_id, amount, row.created_at)
