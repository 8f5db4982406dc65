"""Once a night: events that the provider could not deliver, and what it moved that day beside what the ledgers have of it.

Whatever is not as it should be is read again first, as if the doorbell had rung. What still does not match is in the list
until a person has looked. Days are those of UTC, as the provider reports them; one that was not looked at is made up for.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone

import sqlalchemy as sa
import structlog
from sqlalchemy.engine import Engine

from bot import contact
from bot.core import Money, Session, UtcDateTime, insert_once, metadata, reading, transaction
from bot.payments import ledger, problems, store, webhooks
from bot.payments.gateway import Gateway, Movement, Refused
from bot.payments.model import PaymentRequest
from bot.payments.problems import Kind
from bot.payments.settle import settle

log = structlog.get_logger(__name__)
FROM = timedelta(hours=3)
"""After the end of a day: what happened in its last minutes has come in by then."""
MADE_UP_FOR = 7
"""Days that are looked at late, after nobody worked for a while."""
DELIVERED_WITHIN = timedelta(hours=1)
"""The provider may still be trying an event that is younger."""

balance_checks = sa.Table(
    "balance_checks",
    metadata,
    sa.Column("day", sa.Date, primary_key=True),
    sa.Column("totals", sa.JSON, nullable=False),  # by currency: [moved at the provider, in the ledgers]
    sa.Column("undelivered", sa.Integer, nullable=False),
    sa.Column("differing", sa.Integer, nullable=False),
    sa.Column("checked_at", UtcDateTime, nullable=False),
)
"""A day that was looked at."""


@dataclass(frozen=True)
class Checked:
    """By currency what the provider moved and what the ledgers have of it, in minor units."""

    day: date
    totals: Mapping[str, tuple[int, int]]
    undelivered: int
    differing: int


@dataclass(frozen=True)
class _Compared:
    """What moved, of which request, and what the ledgers have of it."""

    moved: Movement
    request: PaymentRequest
    posted: Money

    @property
    def agrees(self) -> bool:
        return self.moved.amount == self.posted


def look(engine: Engine, gateway: Gateway, now: datetime, how: contact.Sending) -> int:
    """How many days were looked at now. Raises Unavailable: it is tried again, and nothing counts as looked at."""
    with reading(engine) as session:
        days = _days(session, now)
    for day in days:
        _look_at(engine, gateway, day, now, how)
    return len(days)


def last_check(session: Session) -> Checked | None:
    row = session.execute(sa.select(balance_checks).order_by(balance_checks.c.day.desc()).limit(1)).first()
    if row is None:
        return None
    totals = {currency: (moved, posted) for currency, (moved, posted) in row.totals.items()}
    return Checked(row.day, totals, row.undelivered, row.differing)


def _days(session: Session, now: datetime) -> list[date]:
    yesterday = (now.astimezone(timezone.utc) - FROM).date() - timedelta(days=1)
    last: date | None = session.execute(sa.select(sa.func.max(balance_checks.c.day))).scalar()
    first = yesterday if last is None else max(last, yesterday - timedelta(days=MADE_UP_FOR)) + timedelta(days=1)
    return [first + timedelta(days=number) for number in range((yesterday - first).days + 1)]


def _look_at(engine: Engine, gateway: Gateway, day: date, now: datetime, how: contact.Sending) -> None:
    since = datetime.combine(day, time(), timezone.utc)
    until = since + timedelta(days=1)
    undelivered = _take_in(engine, gateway, since, min(until, now - DELIVERED_WITHIN), now)
    moved = gateway.movements(since, until)
    compared = _compare(engine, moved)
    for payment_id in {one.moved.payment_id for one in compared if not one.agrees}:
        _read_again(engine, gateway, payment_id, now, how)
    compared = _compare(engine, moved)
    extra = _not_moved(engine, gateway, since, until, {one.payment_id for one in moved})
    with transaction(engine) as session:
        _write(session, day, compared, extra, undelivered, now)


def _take_in(engine: Engine, gateway: Gateway, since: datetime, until: datetime, now: datetime) -> int:
    """As if they had been delivered; how many of them were new to us."""
    missed = gateway.undelivered(since, until)
    with transaction(engine) as session:
        return sum([webhooks.take_event(session, event, now) for event in missed])


def _compare(engine: Engine, moved: Sequence[Movement]) -> list[_Compared]:
    """What belongs to none of our requests is not ours to compare."""
    with reading(engine) as session:
        found = [(one, store.request_of(session, one.request_id, one.payment_id)) for one in moved]
        return [
            _Compared(one, request, ledger.posted_of(session, _sources(one, request), one.amount.currency))
            for one, request in found
            if request is not None
        ]


def _sources(moved: Movement, request: PaymentRequest) -> dict[str, str]:
    """By debt how the ledger calls what moved: see `ledger.post_refund` and `ledger.post_dispute`."""
    ends = {"refund_failed": ":failed"}
    about = {"taken_back": f"{moved.about}:withdrawn", "given_again": f"{moved.about}:reinstated"}.get(moved.kind, moved.about)
    return {part.debt_id: part.source(about) + ends.get(moved.kind, "") for part in request.parts}


def _read_again(engine: Engine, gateway: Gateway, payment_id: str, now: datetime, how: contact.Sending) -> None:
    try:
        payment = gateway.payment(payment_id)
    except Refused:
        log.warning("payment_unread", payment=payment_id, exc_info=True)
        return
    with transaction(engine) as session:
        settle(session, payment, how, now)


def _not_moved(
    engine: Engine, gateway: Gateway, since: datetime, until: datetime, moved: set[str]
) -> list[tuple[PaymentRequest, str, Money, Money]]:  # fmt: skip
    """Payments in the ledgers of that day that the provider did not move on it, and does not have at all: with what is
    posted of each and what the provider has.
    """
    with reading(engine) as session:
        posted = [one for one in _posted(session, since, until) if one[1] not in moved]
    found = []
    for request, payment_id, amount in posted:
        came = _came(gateway, payment_id, amount.currency)
        if came != amount:
            found.append((request, payment_id, amount, came))
    return found


def _posted(session: Session, since: datetime, until: datetime) -> Iterator[tuple[PaymentRequest, str, Money]]:
    """Each payment once, with all that was posted of it."""
    sources = {entry.source.partition(":")[0] for entry in ledger.payments_between(session, since, until)}
    for payment_id in sorted(sources):
        request = store.request_of(session, None, payment_id)
        if request is not None:
            parts = {part.debt_id: part.source(payment_id) for part in request.parts}
            yield request, payment_id, ledger.posted_of(session, parts, request.amount.currency)


def _came(gateway: Gateway, payment_id: str, currency: str) -> Money:
    try:
        payment = gateway.payment(payment_id)
    except Refused:
        return Money.zero(currency)
    came = payment.received if payment.status == "succeeded" else None
    return came or Money.zero(currency)


def _write(
    session: Session, day: date, compared: Sequence[_Compared], extra: Sequence[tuple[PaymentRequest, str, Money, Money]],
    undelivered: int, now: datetime,
) -> None:  # fmt: skip
    differing = [(one.request, one.moved.about, one.posted, one.moved.amount) for one in compared if not one.agrees]
    totals: dict[str, list[int]] = {}
    for one in compared:
        sums = totals.setdefault(one.moved.amount.currency, [0, 0])
        sums[0] += one.moved.amount.minor
        sums[1] += one.posted.minor
    row = {
        "day": day, "totals": totals, "undelivered": undelivered, "differing": len(differing) + len(extra), "checked_at": now
    }  # fmt: skip
    if not insert_once(session, balance_checks, row):
        return
    for request, about, posted, moved in (*differing, *extra):
        reason = f"provider: {moved.text('en')}, ledger: {posted.text('en')}"
        problems.note(session, Kind.DIFFERS, about, of=request, amount=max(moved - posted, posted - moved), now=now, reason=reason)
    if undelivered:
        problems.note(session, Kind.UNDELIVERED, day.isoformat(), of=None, now=now, reason=str(undelivered))
