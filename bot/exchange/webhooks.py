"""News to creditors: what was paid, agreed or disputed on their accounts, told to an address of theirs.

The sealed log of facts is the source: it has no gaps and keeps its order, so that nothing is told twice or forgotten,
whoever crashes. What is to be told lies in a table; a call that was not answered with 2xx is made again, later and later,
for three days. Who hears the same twice knows it by its `id`.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import random
import secrets
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from bot import accounts, core, negotiation
from bot.core import Problem, Problems, Session, Settings, insert_once, new_id, reading, record, transaction, vault
from bot.exchange import outside, store

KINDS = ("payment.posted", "payment.reversed", "agreement.made", "agreement.ended", "account.disputed", "account.updated")
_FACTS = {"AgreementReached": "agreement.made", "DisputeOpened": "account.disputed", "AccountUpdated": "account.updated"}
_LEASE, _FIRST, _LONGEST, GIVEN_UP = timedelta(seconds=60), 30.0, 6 * 3600.0, timedelta(days=3)
_AT_ONCE = 500
_targets, _outbox, _cursor = store.webhook_targets, store.webhook_outbox, store.webhook_cursor
Post = Callable[[str, bytes, Mapping[str, str]], None]
"""Raises outside.NotTaken."""


@dataclass(frozen=True)
class Target:
    id: str
    client: str
    url: str
    by: str
    at: datetime
    waiting: int = 0
    dead: int = 0
    last_error: str | None = None


def add_target(session: Session, *, client: str, url: str, by: str, now: datetime, settings: Settings) -> str:
    """The secret under which calls are signed; it is shown once. Raises Problems."""
    problems = [Problem("Address", expected, url[:80])] if (expected := outside.refused(url, settings)) else []
    if client not in accounts.known_clients(session) | set(settings.creditors):
        problems.append(Problem("Creditor", "one whose accounts are here", client[:60]))
    if problems:
        raise Problems(problems)
    secret, target = f"whsec_{secrets.token_urlsafe(32)}", new_id("hook")
    sealed = vault.seal(settings.secret_key, secret.encode())
    session.execute(_targets.insert().values(id=target, client=client, url=url, secret=sealed, by=by, at=now))
    insert_once(session, _cursor, {"id": 1, "number": core.sealed(session).number})
    record(session, "WebhookAdded", subject=target, data={"client": client}, now=now, actor=by)
    return secret


def targets(session: Session) -> list[Target]:
    """Those that are told, with how many calls wait and how many were given up."""
    counts = {(row.target_id, row.state): row.n for row in session.execute(
        sa.select(_outbox.c.target_id, _outbox.c.state, sa.func.count().label("n")).group_by(_outbox.c.target_id, _outbox.c.state))}  # fmt: skip
    return [
        Target(row.id, row.client, row.url, row.by, row.at, counts.get((row.id, "ready"), 0), counts.get((row.id, "dead"), 0),
               _last_error(session, row.id))
        for row in session.execute(sa.select(_targets).where(_targets.c.ended_at.is_(None)).order_by(_targets.c.at))
    ]  # fmt: skip


def _last_error(session: Session, target_id: str) -> str | None:
    failing = sa.and_(_outbox.c.target_id == target_id, _outbox.c.state != "sent", _outbox.c.last_error.is_not(None))
    query = sa.select(_outbox.c.last_error).where(failing).order_by(_outbox.c.number).limit(1)
    found: str | None = session.execute(query).scalar()
    return found


def end_target(session: Session, target_id: str, *, by: str, now: datetime) -> bool:
    """Nothing more is told there. False when nothing was."""
    this = _targets.update().where(_targets.c.id == target_id, _targets.c.ended_at.is_(None)).values(ended_at=now)
    if not session.execute(this).rowcount:
        return False
    session.execute(_outbox.delete().where(_outbox.c.target_id == target_id, _outbox.c.state != "sent"))
    record(session, "WebhookEnded", subject=target_id, data={}, now=now, actor=by)
    return True


def tell_again(session: Session, target_id: str, now: datetime) -> int:
    """What was given up is tried anew; how many."""
    dead = sa.and_(_outbox.c.target_id == target_id, _outbox.c.state == "dead")
    return int(session.execute(_outbox.update().where(dead).values(state="ready", attempts=0, due_at=now, at=now)).rowcount)


def collect(database: Engine, now: datetime) -> int:
    """From newly sealed facts to calls that wait, and how far it got, together; how many facts."""
    with reading(database) as session:
        position = session.execute(sa.select(_cursor.c.number)).scalar()
        if position is None or core.sealed(session).number <= position:
            return 0
    with transaction(database) as session:
        facts = core.sealed_after(session, position, _AT_ONCE)
        by_client: dict[str, list[str]] = {}
        for row in session.execute(sa.select(_targets.c.id, _targets.c.client).where(_targets.c.ended_at.is_(None))):
            by_client.setdefault(row.client, []).append(row.id)
        for fact in facts if by_client else ():
            _write(session, fact, by_client, now)
        last = facts[-1].number
        session.execute(_cursor.update().where(_cursor.c.number < last).values(number=last))
    return len(facts)


def _write(session: Session, fact: core.Fact, by_client: Mapping[str, list[str]], now: datetime) -> None:
    kind = _kind(fact)
    for debt in _debts(session, fact) if kind else ():
        event = f"evt_{fact.number}_{debt.id[-6:]}"
        body = {"id": event, "type": kind, "at": fact.at.isoformat(), "account": debt.reference, "data": _data(fact)}
        for target in by_client.get(debt.client, ()):
            insert_once(session, _outbox, {
                "target_id": target, "event": event, "kind": kind, "body": json.dumps(body, sort_keys=True),
                "state": "ready", "attempts": 0, "due_at": now, "at": now,
            })  # fmt: skip


def _kind(fact: core.Fact) -> str | None:
    if fact.kind == "LedgerEntryPosted" and not str(fact.data["source"]).startswith("client:"):
        return {"payment": "payment.posted", "reversal": "payment.reversed"}.get(fact.data["entry"])
    return "agreement.ended" if fact.kind == "AgreementEnded" else _FACTS.get(fact.kind)


def _debts(session: Session, fact: core.Fact) -> Iterable[accounts.Debt]:
    """What it is about: one debt, or all that somebody owes who disputes everything."""
    subject = fact.subject
    if fact.kind == "AgreementEnded":
        subject = negotiation.agreed.agreement(session, fact.subject).debt_id
    one = accounts.known_debts_by_id(session, [subject]).values()
    return one or [debt for debt in accounts.known_debts_of(session, subject) if debt.balance.is_positive]


def _data(fact: core.Fact) -> dict[str, Any]:
    """Amounts as a creditor reads them, in minor units: what came is more than nothing, what went back less."""
    if fact.kind == "LedgerEntryPosted":
        return {"amount_minor": -fact.data["minor"], "currency": fact.data["currency"]}
    told = {"AgreementReached": ("agreement",), "AgreementEnded": ("how",), "AccountUpdated": ("action", "minor"),
            "DisputeOpened": ("number", "reason")}[fact.kind]  # fmt: skip
    more = {"agreement": fact.subject} if fact.kind == "AgreementEnded" else {}
    return {**more, **{name: fact.data[name] for name in told if name in fact.data}}


def signature(secret: str, body: bytes, at: int) -> str:
    """t and v1 of the header Parley-Signature: the seconds when it was sent, and HMAC-SHA256 over them, a dot and the body."""
    made = hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={at},v1={made}"


def deliver(database: Engine, settings: Settings, post: Post | None = None) -> int:
    """One call that is due; 0 when none is. No transaction is open while it is made."""
    now = settings.clock.now()
    found = _claim(database, now)
    if found is None:
        return 0
    secret, body = vault.unseal(settings.secret_key, found.secret).decode(), found.body.encode()
    headers = {"Content-Type": "application/json", "Parley-Event": found.event,
               "Parley-Signature": signature(secret, body, int(now.timestamp()))}  # fmt: skip
    try:
        (post or outside.poster(settings))(found.url, body, headers)
        error = None
    except outside.NotTaken as no:
        error = str(no)[:200]
    with transaction(database) as session:
        _settle(session, found, error, settings.clock.now())
    return 1


def _claim(database: Engine, now: datetime) -> Any:
    """Of each address only what is oldest: news keep their order."""
    free = sa.or_(_outbox.c.lease_until.is_(None), _outbox.c.lease_until < now)
    before = _outbox.alias()
    earlier = sa.and_(
        before.c.target_id == _outbox.c.target_id, before.c.state == "ready", before.c.number < _outbox.c.number
    )
    waits = sa.exists().where(earlier)
    due = sa.and_(_outbox.c.state == "ready", _outbox.c.due_at <= now, free, ~waits)
    query = sa.select(_outbox, _targets.c.url, _targets.c.secret).join(_targets, _targets.c.id == _outbox.c.target_id)
    with reading(database) as session:
        found = session.execute(query.where(due).order_by(_outbox.c.due_at, _outbox.c.number).limit(1)).first()
    if found is None:
        return None
    with transaction(database) as session:
        mine = sa.and_(_outbox.c.number == found.number, _outbox.c.state == "ready", free)
        this = _outbox.update().where(mine).values(lease_until=now + _LEASE)
        return found if session.execute(this).rowcount else None


def _settle(session: Session, found: Any, error: str | None, now: datetime) -> None:
    this = _outbox.c.number == found.number
    if error is None:
        session.execute(_outbox.update().where(this).values(state="sent", sent_at=now, lease_until=None, attempts=found.attempts + 1))
        return
    is_over = now - found.at >= GIVEN_UP
    wait = timedelta(seconds=min(_FIRST * 2**found.attempts, _LONGEST) * random.uniform(0.8, 1.2))
    values = {"attempts": found.attempts + 1, "last_error": error, "lease_until": None, "state": "dead" if is_over else "ready"}
    session.execute(_outbox.update().where(this).values(**values, due_at=now + wait))
