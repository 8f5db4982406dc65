"""What the debtor hears about their money. Only somebody verified hears amounts; anybody else that there is news."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from bot import contact, papers
from bot.core import Money, Session, in_brief
from bot.payments import ledger, mandate_store, plan
from bot.payments.model import PaymentRequest

_NEUTRAL = "utter_payments_news"
_NAME = 24
"""Letters of a creditor's name in a line of its own."""


@dataclass(frozen=True)
class News:
    """Told once for each `key`; `values` fill the response."""

    key: str
    response: str
    values: Mapping[str, object]


@dataclass(frozen=True)
class Came:
    """What of a payment came to one debt, and the number of its receipt."""

    request: PaymentRequest
    amount: Money
    number: str


def payment_arrived(
    session: Session, request: PaymentRequest, payment_id: str, came: Sequence[Came], how: contact.Sending, now: datetime
) -> None:  # fmt: skip
    if len(came) > 1:
        name, values = _of_several(session, request, came, how, now)
    else:
        ((one,), left) = came, ledger.balance(session, came[0].request.debt_id)
        due = plan.next_due(session, one.request.debt_id, _today(session, request, now))
        name, more = _choose(left, due)
        values = {"amount": one.amount, "url": papers.link(session, one.number, how.public_url, now), **more}
    tell(session, request, News(f"receipt:{payment_id}", name, values), how, now)


def _of_several(
    session: Session, request: PaymentRequest, came: Sequence[Came], how: contact.Sending, now: datetime
) -> tuple[str, dict[str, object]]:  # fmt: skip
    """Each with what came to it, what is left of it, and its receipt."""
    talk, zone = contact.conversation(session, request.conversation_id), ledger.time_zone(session, request.party_id)
    lines = []
    for one in came:
        debt = ledger.debt(session, one.request.debt_id)
        values = {
            "amount": one.amount, "client": in_brief(debt.client, _NAME), "ending": debt.ending,
            "left": max(debt.balance, Money.zero(debt.balance.currency)),
            "url": papers.link(session, one.number, how.public_url, now),
        }  # fmt: skip
        lines.append(contact.say("utter_payments_receipt_of", talk, values, now, zone).text)
    amount = sum((one.amount for one in came[1:]), came[0].amount)
    return "utter_payments_receipt_several", {"amount": amount, "lines": "\n".join(lines)}


def _choose(left: Money, due: tuple[Money, date] | None) -> tuple[str, dict[str, object]]:
    if not left.is_positive:
        return "utter_payments_receipt_last", {}
    if due is None:
        return "utter_payments_receipt_partial", {"left": left}
    return "utter_payments_receipt", {"left": left, "next_amount": due[0], "next_date": due[1]}


def tell(session: Session, request: PaymentRequest, news: News, how: contact.Sending, now: datetime) -> None:
    """The door may still say no. It tells of what they have just done, so that it is an answer to that; of what was
    taken by itself it answers their yes, however long ago that was.
    """
    talk = contact.conversation(session, request.conversation_id)
    time_zone = ledger.time_zone(session, request.party_id)
    is_theirs = talk.is_verified(now) and talk.party_id == request.party_id
    name = news.response if is_theirs else _NEUTRAL
    said = contact.say(name, talk, {**news.values, "debt_id": request.debt_id}, now, time_zone)
    asked_at = _allowed_at(session, request) or now
    contact.send(session, talk, [said], replace(how, key=news.key, time_zone=time_zone, answers_at=asked_at), now)


def _allowed_at(session: Session, request: PaymentRequest) -> datetime | None:
    """When they allowed it, of what is taken by itself."""
    charge = mandate_store.charge_of_request(session, request.id)
    mandate = mandate_store.mandate(session, charge.mandate_id) if charge is not None else None
    return mandate.saved_at if mandate is not None else None


def _today(session: Session, request: PaymentRequest, now: datetime) -> date:
    return now.astimezone(ZoneInfo(ledger.time_zone(session, request.party_id))).date()
