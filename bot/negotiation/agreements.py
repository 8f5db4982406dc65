"""A yes becomes an agreement, once; and what happens to it afterwards: changed, missed, cancelled, completed.

What was agreed is never altered: a change is a row of its own, allowed by the terms on which it was agreed.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import msgspec
import sqlalchemy as sa

from bot import accounts
from bot.core import Money, Refusal, Session, insert_once, lock, new_id
from bot.core import record as record_fact
from bot.identity import Verified
from bot.negotiation import agreed, documents, reopening, store, upkeep
from bot.negotiation.agreed import Agreement
from bot.negotiation.kept import Change, Changed, Denied, What
from bot.negotiation.making import refreshed
from bot.negotiation.model import PLANS, SETTLEMENTS, Kind, Offer
from bot.negotiation.wording import Collector

_OF_THE_BALANCE = PLANS | SETTLEMENTS | {Kind.FULL}
_CHANGES = {Kind.EXTENSION: What.EXTENSION, Kind.REDUCTION: What.REDUCTION}
_FACTS = {
    What.MOVED: "InstalmentMoved",
    What.SKIPPED: "InstalmentSkipped",
    What.NEW_AMOUNT: "InstalmentsChanged",
    What.MOVED_UP: "InstalmentsMovedUp",
    What.MISSED: "InstalmentMissed",
    What.SHORT: "InstalmentShort",
    What.HELD: "InstalmentHeld",
    What.PAUSED: "AgreementPaused",
    What.EXTENSION: "InstalmentMoved",
    What.REDUCTION: "InstalmentsReduced",
    What.REPLAYED: "AgreementReplayed",
}


class OfferExpired(Refusal):
    """The last day to accept is over; a new one can be asked for."""

    response = "utter_negotiation_offer_expired"


class OfferOutdated(OfferExpired):
    """What is owed has changed since the offer was made, so that it no longer fits."""


class DebtOnHold(Refusal):
    """Nothing is offered or agreed while a hold is in force."""

    response = "utter_negotiation_on_hold"


class ChangeDenied(Refusal):
    """The agreement's own terms do not allow the change; the response is the reason's."""

    def __init__(self, denied: Denied) -> None:
        super().__init__(**denied.values)
        self.denied = denied
        self.response = f"utter_negotiation_reason_{denied.reason.value}"


class NoSuchAgreement(Refusal):
    """This person has no such agreement in force."""

    response = "utter_negotiation_reason_no_plan_to_change"


def accept(
    session: Session,
    who: Verified,
    offer_id: str,
    now: datetime,
    today: date,
    message_id: str | None = None,
    *,
    by: Collector | None = None,
) -> Agreement:
    """Their yes; the second yes to an offer gives the first agreement.

    Raises OfferExpired, OfferOutdated, DebtOnHold or ChangeDenied. An extension, a reduction, a pause or a promise
    changes the plan that runs, anything else replaces it. `by` is the company that the agreement names.
    """
    row = store.offer_row(session, who.party_id, offer_id)
    if row is None:
        raise OfferExpired
    lock(session, "debt", row.debt_id)  # two answers at the same moment are heard one by one
    known = _known(session, offer_id)
    if known is not None:
        return known
    record_fact(session, "OfferTaken", subject=row.debt_id, data={"offer": offer_id}, now=now, actor="debtor")
    running = agreed.current_agreement(session, row.debt_id)
    offer = _still_open(session, row, running, now, today)
    if running is not None and (changed := _as_change(session, offer, running, now, today)):
        return write_change(session, running, changed, now, by="debtor", message_id=message_id, offer_id=offer_id)
    if running is not None:
        end(session, running.id, "replaced", now)
    return _write(session, row, offer, (now, message_id), by)


def end(session: Session, agreement_id: str, how: str, now: datetime, *, reason: str = "", by: str = "parley") -> bool:
    """`how`: replaced, cancelled, broken or completed. Ending twice is ending once; False the second time.

    With a completed one, what was promised to be forgiven is written off.
    """
    values = {"agreement_id": agreement_id, "how": how, "reason": reason or None, "at": now}
    if not insert_once(session, store.agreement_ends, values):
        return False
    record_fact(session, "AgreementEnded", subject=agreement_id, data={"how": how}, now=now, actor=by)
    if how == "completed":
        _complete(session, agreed.agreement(session, agreement_id), now)
    return True


def consider(session: Session, who: Verified, agreement_id: str, wanted: Change, now: datetime) -> Changed:
    """What a change would give, to be read back; nothing is written. Raises ChangeDenied or DebtOnHold."""
    running = _theirs(session, who, agreement_id)
    if agreed.is_held(session, accounts.known_debt(session, running.debt_id), now):
        raise DebtOnHold
    done = upkeep.decide(agreed.kept(session, running, now), wanted, today_of(session, running, now))
    if isinstance(done, Denied):
        raise ChangeDenied(done)
    return done


def change(
    session: Session, who: Verified, agreement_id: str, wanted: Change, now: datetime, message_id: str | None = None
) -> Agreement:
    """Their change, as `consider` gave it. Raises ChangeDenied, DebtOnHold or NoSuchAgreement."""
    store.lock_agreement(session, agreement_id)
    running = _theirs(session, who, agreement_id)
    record_fact(
        session, "ChangeAsked", subject=running.debt_id, data={"agreement": running.id}, now=now, actor="debtor"
    )
    done = consider(session, who, agreement_id, wanted, now)
    running = agreed.agreement(session, agreement_id)
    return write_change(session, running, done, now, by="debtor", message_id=message_id)


def cancel(session: Session, who: Verified, agreement_id: str, reason: str, now: datetime) -> None:
    """They end it; what they gave as reason is kept with it. Raises NoSuchAgreement."""
    running = _theirs(session, who, agreement_id)
    end(session, running.id, "cancelled", now, reason=reason, by="debtor")


def _known(session: Session, offer_id: str) -> Agreement | None:
    """The agreement of an earlier yes to the same offer. One that has ended does not come back."""
    known = agreed.agreed_to(session, offer_id)
    if known is not None and agreed.how_it_ended(session, known.id) is not None:
        raise OfferExpired
    return known


def _still_open(session: Session, row: Any, running: Agreement | None, now: datetime, today: date) -> Offer:
    """The offer as it can be agreed today."""
    offer = msgspec.convert(row.offer, Offer)
    if today > offer.expires:
        raise OfferExpired
    debt = accounts.known_debt(session, row.debt_id)
    if agreed.is_held(session, debt, now):
        raise DebtOnHold
    owed = debt.rest
    then = agreed.recorded(row.record).case.balance
    if not owed.is_positive or offer.total > owed or (offer.kind in _OF_THE_BALANCE and owed < then):
        raise OfferOutdated
    if offer.kind in _CHANGES:
        left = agreed.remaining(session, running) if running is not None else ()
        if sum(part.amount.minor for part in left) != offer.total.minor:
            raise OfferOutdated
    return refreshed(offer, today)


def _as_change(session: Session, offer: Offer, running: Agreement, now: datetime, today: date) -> Changed | None:
    kept = agreed.kept(session, running, now)
    if offer.kind in _CHANGES:
        return upkeep.agreed_anew(kept, _CHANGES[offer.kind], offer.schedule)
    if offer.kind is Kind.PAUSE and offer.until is not None and kept.left:
        return upkeep.paused(kept, offer.until, today)
    if offer.kind is Kind.PROMISE and upkeep.takes_promises(kept):
        done = upkeep.promised(kept, offer.schedule[0], today)
        if isinstance(done, Denied):
            raise ChangeDenied(done)
        return done
    return None


def _write(
    session: Session, row: Any, offer: Offer, yes: tuple[datetime, str | None], by: Collector | None
) -> Agreement:
    (now, message_id), agreement_id = yes, new_id("agr")
    values = {
        "id": agreement_id, "offer_id": row.id, "party_id": row.party_id, "debt_id": row.debt_id,
        "kind": row.kind, "schedule": agreed.schedule_as_stored(offer.schedule),
        "total_minor": offer.total.minor, "currency": offer.total.currency,
        "policy_version": row.policy_version, "agreed_at": now, "agreed_by_message": message_id,
        "after_entry": max((e.number for e in accounts.known_history(session, row.debt_id)), default=0),
    }  # fmt: skip
    if insert_once(session, store.agreements, values):
        data = {"agreement": agreement_id, "offer": row.id, "version": row.policy_version, "message": message_id}
        record_fact(session, "AgreementReached", subject=row.debt_id, data=data, now=now, actor="debtor")
    made = agreed.agreed_to(session, row.id)
    assert made is not None
    documents.freeze_agreement(session, made, now, by)
    return made


def write_change(
    session: Session,
    running: Agreement,
    changed: Changed,
    now: datetime,
    *,
    by: str,
    message_id: str | None = None,
    offer_id: str | None = None,
) -> Agreement:
    """The next revision. Somebody else's at the same moment wins; the job then looks again, a turn runs again."""
    values = {
        "agreement_id": running.id, "revision": running.revision + 1, "kind": changed.what.value,
        "day": changed.day, "schedule": agreed.schedule_as_stored(changed.schedule),
        "offer_id": offer_id, "message_id": message_id, "by": by, "at": now,
    }  # fmt: skip
    is_first = insert_once(session, store.agreement_changes, values)
    assert is_first or by == "parley", f"{running.id} was changed at the same moment"
    if is_first:
        data = {**about(running, changed.day), "what": changed.what.value, "message": message_id}
        record_fact(session, _FACTS[changed.what], subject=running.debt_id, data=data, now=now, actor=by)
        documents.freeze_agreement(session, agreed.agreement(session, running.id), now)
    return agreed.agreement(session, running.id)


def about(running: Agreement, day: date | None) -> dict[str, object]:
    """For a fact: the agreement and the due day of the part."""
    return {"agreement": running.id, "day": day.isoformat() if day else None}


def _complete(session: Session, done: Agreement, now: datetime) -> None:
    """Writes off what they were promised not to have to pay, no more than that, and writes the letter."""
    left = min(accounts.balance(session, done.debt_id), done.discount)
    if left.is_positive:
        accounts.post(
            session, debt_id=done.debt_id, kind=accounts.EntryKind.WRITE_OFF, amount=-left,
            source=reopening.discount_source(session, done), now=now, memo="agreed discount",
        )  # fmt: skip
    if done.schedule:
        forgiven = max(left, Money.zero(left.currency))
        documents.freeze_completion(session, done, forgiven, now)


def _theirs(session: Session, who: Verified, agreement_id: str) -> Agreement:
    is_theirs = sa.select(store.agreements.c.id).where(
        store.agreements.c.id == agreement_id, store.agreements.c.party_id == who.party_id
    )
    if session.execute(is_theirs).first() is None or agreed.how_it_ended(session, agreement_id) is not None:
        raise NoSuchAgreement
    return agreed.agreement(session, agreement_id)


def today_of(session: Session, running: Agreement, now: datetime) -> date:
    """The day that it is where they live."""
    return accounts.known_party(session, running.party_id).today(now)
