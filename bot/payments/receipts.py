"""What the debtor hears about their money. Only somebody verified hears amounts; anybody else that there is news."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from bot import contact, papers
from bot.core import Money, Session
from bot.payments import ledger, plan
from bot.payments.model import PaymentRequest

_NEUTRAL = "utter_payments_news"


@dataclass(frozen=True)
class News:
    """Told once for each `key`; `values` fill the response."""

    key: str
    response: str
    values: Mapping[str, object]


def payment_arrived(
    session: Session, request: PaymentRequest, arrived: tuple[str, Money, str], how: contact.Sending, now: datetime
) -> None:
    """`arrived`: the provider's id of the payment, how much, and the number of its receipt."""
    intent_id, amount, number = arrived
    left = ledger.balance(session, request.debt_id)
    due = plan.next_due(session, request.debt_id, _today(session, request, now))
    name, more = _choose(left, due)
    url = papers.link(session, number, how.public_url, now)
    tell(session, request, News(f"receipt:{intent_id}", name, {"amount": amount, "url": url, **more}), how, now)


def _choose(left: Money, due: tuple[Money, date] | None) -> tuple[str, dict[str, object]]:
    if not left.is_positive:
        return "utter_payments_receipt_last", {}
    if due is None:
        return "utter_payments_receipt_partial", {"left": left}
    return "utter_payments_receipt", {"left": left, "next_amount": due[0], "next_date": due[1]}


def tell(session: Session, request: PaymentRequest, news: News, how: contact.Sending, now: datetime) -> None:
    """The door may still say no. It tells of what they have just done, so that it is an answer to that."""
    talk = contact.conversation(session, request.conversation_id)
    time_zone = ledger.time_zone(session, request.party_id)
    is_theirs = talk.is_verified(now) and talk.party_id == request.party_id
    name = news.response if is_theirs else _NEUTRAL
    said = contact.say(name, talk, {**news.values, "debt_id": request.debt_id}, now, time_zone)
    contact.send(session, talk, [said], replace(how, key=news.key, time_zone=time_zone, answers_at=now), now)


def _today(session: Session, request: PaymentRequest, now: datetime) -> date:
    return now.astimezone(ZoneInfo(ledger.time_zone(session, request.party_id))).date()
