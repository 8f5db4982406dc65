"""Allowing us to take the payments of a plan by itself: the yes with its very words, what was saved, and the stop.

A yes is stored before the provider's page opens, and counts only once the provider has saved something. One that is
new takes the place of the one before. Stopping needs nobody and nothing: it is true from the moment that it is written.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import structlog
from sqlalchemy.engine import Engine

from bot import accounts, negotiation
from bot.core import Money, ParleyError, Refusal, Session, Settings, lock, new_id, reading, record, transaction
from bot.identity import Verified
from bot.payments import checkout, ledger, mandate_store, mandate_words, on_its_way, page_texts
from bot.payments.asking import ToSave
from bot.payments.gateway import Gateway, Refused, Unavailable
from bot.payments.mandate_store import Mandate
from bot.payments.model import PROVIDER, Checkout, Payment, Saved
from bot.payments.refusals import OnHold

log = structlog.get_logger(__name__)
OPEN_FOR = timedelta(hours=24)
"""How long the provider keeps its page open, where nothing is paid on it."""
NEWS_WITHIN = timedelta(minutes=15)
GONE, REVOKED = "gone", "revoked"
"""Why a mandate ended that nobody here ended: the provider keeps it no more; the bank lets it be debited no more."""


class NothingToTake(Refusal):
    """No plan runs on it of which a part is still to come."""

    response = "utter_payments_autopay_no_plan"


class OtherWords(ParleyError):
    """What they agreed to is not what would be stored: their plan changed meanwhile. Show it again."""


@dataclass(frozen=True)
class Terms:
    """What would be allowed, in words and in figures."""

    agreement_id: str
    debt_id: str
    language: str
    text: str
    sha256: str
    most: Money
    parts: tuple[tuple[date, Money], ...]


@dataclass(frozen=True)
class Where:
    """Where the yes was given: the channel, and whatever tells one browser from another."""

    channel: str
    network: str


def terms(session: Session, who: Verified, debt_id: str, settings: Settings, language: str, now: datetime) -> Terms:
    """Raises NothingToTake or OnHold."""
    debt = accounts.debt(session, who, debt_id)
    if checkout.is_held(session, who.party_id, debt, now):
        raise OnHold(debt_id=debt_id)
    agreement, left = negotiation.running(session, who).get(debt_id, (None, ()))
    day = accounts.me(session, who).today(now)
    falls_due = {part.due: Money.zero(part.amount.currency) for part in left if part.due > day}
    for part in left:
        if part.due in falls_due:
            falls_due[part.due] += part.amount
    parts = tuple(falls_due.items())
    if agreement is None or not parts:
        raise NothingToTake(debt_id=debt_id)
    by = accounts.speaking_of_debt(session, settings, debt_id)
    text = mandate_words.written(parts, language, company=by.company, phone=by.company_phone)
    most = max(amount for _, amount in parts)
    return Terms(agreement.id, debt_id, language, text, mandate_words.fingerprint(text), most, parts)


def give(session: Session, who: Verified, agreed: Terms, sha256: str, where: Where, now: datetime) -> Mandate:
    """Their yes to these words; nothing may be taken before something is saved. Raises OtherWords."""
    if sha256 != agreed.sha256:
        raise OtherWords
    row = {
        "id": new_id("man"), "party_id": who.party_id, "debt_id": agreed.debt_id, "agreement_id": agreed.agreement_id,
        "conversation_id": who.conversation_id, "language": agreed.language, "version": mandate_words.VERSION,
        "text": agreed.text, "sha256": agreed.sha256, "channel": where.channel, "network": where.network[:64],
        "most_minor": agreed.most.minor, "currency": agreed.most.currency, "given_at": now, "session_over": False,
    }  # fmt: skip
    session.execute(mandate_store.mandates.insert().values(**row))
    data = {"mandate": row["id"], "version": row["version"], "sha256": row["sha256"], "channel": where.channel}
    record(session, "MandateGiven", subject=agreed.debt_id, data=data, now=now, actor="debtor")
    made = mandate_store.mandate(session, str(row["id"]))
    assert made is not None
    return made


def to_save(mandate: Mandate, settings: Settings, *, back: str) -> ToSave:
    """Both ways out of the page lead `back`."""
    return ToSave(
        mandate.id, mandate.most.currency, done_url=f"{back}&saved={mandate.id}", back_url=back,
        language=mandate.language, by_bank=settings.bank_debits, note=page_texts.text("saving", mandate.language),
    )  # fmt: skip


def open_page(engine: Engine, gateway: Gateway, asked: ToSave) -> Checkout:
    """Never inside a transaction. Raises GatewayError."""
    opened = gateway.open_checkout(asked)
    with transaction(engine) as session:
        mandate_store.set_mandate(session, asked.mandate_id, session_id=opened.id)
    return opened


def look_again(engine: Engine, gateway: Gateway, now: datetime) -> int:
    """Pages that save something and of which we have not heard the end: asked for as long as they may be open."""
    with reading(engine) as session:
        waiting = mandate_store.unsaved(session, now - OPEN_FOR - NEWS_WITHIN)
    done = 0
    for mandate in waiting:
        assert mandate.session_id is not None
        done += look_at(engine, gateway, mandate.session_id, now)
    return done


def look_at(engine: Engine, gateway: Gateway, session_id: str, now: datetime) -> bool:
    """They are back from the page that saves something: what became of it is read at once. Quiet when nobody answers."""
    try:
        said = gateway.checkout(session_id)
    except (Unavailable, Refused):
        log.warning("setup_unread", exc_info=True)
        return False
    with transaction(engine) as session:
        return heard(session, said, now) is not None


def heard(session: Session, payment: Payment, now: datetime) -> Mandate | None:
    """What the provider says of what was or is to be saved; the mandate when it has just begun to count."""
    if payment.mandate_id is None:
        _refresh(session, payment, now)
        return None
    mandate = mandate_store.mandate(session, payment.mandate_id)
    if mandate is None:
        return None
    lock(session, "debt", mandate.debt_id)
    mandate = mandate_store.mandate(session, payment.mandate_id, lock=True)
    if mandate is None or mandate.saved_at is not None:
        return None
    if payment.saved is None or payment.by_itself:
        if payment.session == "expired":
            mandate_store.set_mandate(session, mandate.id, session_over=True)
        return None
    return None if mandate.ended_at is not None else _begin(session, mandate, payment.saved, now)


def stop(session: Session, mandate: Mandate, *, by: str, now: datetime, why: str = "stopped") -> bool:
    """Nothing is taken by it from now on but what is with the bank already. False when it had ended."""
    lock(session, "debt", mandate.debt_id)
    known = mandate_store.mandate(session, mandate.id, lock=True)
    if known is None or known.ended_at is not None:
        return False
    mandate_store.set_mandate(session, mandate.id, ended_at=now, ended_why=why, ended_by=by)
    for charge in mandate_store.waiting(session, mandate.id):
        mandate_store.set_charge(session, charge.id, skipped=why, skipped_at=now)
    data = {"mandate": mandate.id, "why": why}
    record(session, "MandateEnded", subject=mandate.debt_id, data=data, now=now, actor=by)
    return True


def end_useless(session: Session, mandate_id: str, now: datetime) -> None:
    """What they paid with and kept has come to nothing for good: nothing will be taken from it later either."""
    mandate = mandate_store.mandate(session, mandate_id)
    if mandate is not None and mandate.is_active:
        stop(session, mandate, by=PROVIDER, now=now, why=REVOKED)


def forget_ended(engine: Engine, gateway: Gateway, now: datetime) -> int:
    """What we may use no more, the provider keeps no more. Waits while a payment by it is under way."""
    with transaction(engine) as session:
        over = [one for one in mandate_store.to_forget(session) if on_its_way.under_way(session, one.debt_id) is None]
    done = 0
    for one in over:
        assert one.saved is not None
        try:
            gateway.forget(one.saved.method_id)
        except (Unavailable, Refused):
            break
        with transaction(engine) as session:
            mandate_store.set_mandate(session, one.id, forgotten_at=now)
        done += 1
    return done


def today(session: Session, mandate: Mandate, now: datetime) -> date:
    """The day that it is where they live."""
    return now.astimezone(ZoneInfo(ledger.time_zone(session, mandate.party_id))).date()


def _refresh(session: Session, payment: Payment, now: datetime) -> None:
    """A card that its bank has renewed, or something that is of no more use: the next round tells them."""
    for method_id, why in ((payment.gone, GONE), (payment.revoked, REVOKED)):
        for mandate in mandate_store.with_method(session, method_id) if method_id is not None else ():
            stop(session, mandate, by=PROVIDER, now=now, why=why)
    if payment.saved is not None:
        new = {"brand": payment.saved.brand[:40], "last4": payment.saved.last4, "expires": payment.saved.expires}
        for mandate in mandate_store.with_method(session, payment.saved.method_id):
            mandate_store.set_mandate(session, mandate.id, **new)


def _begin(session: Session, mandate: Mandate, saved: Saved, now: datetime) -> Mandate | None:
    for older in mandate_store.active(session, mandate.debt_id):
        stop(session, older, by="debtor", now=now, why="replaced")
    values = {"customer_id": saved.customer_id, "method_id": saved.method_id, "method_kind": saved.kind,
              "brand": saved.brand[:40], "last4": saved.last4, "expires": saved.expires}  # fmt: skip
    mandate_store.set_mandate(session, mandate.id, saved_at=now, session_over=True, **values)
    data = {"mandate": mandate.id, "kind": saved.kind, "last4": saved.last4}
    record(session, "MandateSaved", subject=mandate.debt_id, data=data, now=now, actor=PROVIDER)
    return mandate_store.mandate(session, mandate.id)
