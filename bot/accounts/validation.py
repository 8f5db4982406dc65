"""What a validation notice says and when its time ends: 12 CFR 1006.34, in force since 2021-11-30. Pure.

A notice with a field missing, or with figures that do not sum, is not made: `problems` says all that stands in the way.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from bot.accounts.model import Debt, Itemisation, Party
from bot.core import Problem, business_days

RECEIVED_AFTER = 5
"""Days until receipt may be assumed; no Saturday, Sunday or federal holiday counts: 1006.34(b)(5)."""
PERIOD = timedelta(days=30)
SEND_WITHIN = timedelta(days=5)
"""After the first communication, where it was not in that: 1006.34(a)(1)(i)(B)."""


@dataclass(frozen=True)
class Sender:
    """Who collects, and where disputes are taken by post."""

    name: str
    address: str
    phone: str


@dataclass(frozen=True)
class Notice:
    """All fields of 1006.34(c). `owed_to` is the creditor now, `owed_then` the one on the itemisation date."""

    debt_id: str
    party_id: str
    sender: Sender
    consumer: str
    consumer_address: str
    owed_then: str
    owed_to: str
    ending: str
    items: Itemisation
    sent_on: date
    ends_on: date


def assumed_receipt(sent_on: date) -> date:
    """The day on which it may be taken as received."""
    return business_days.after(sent_on, RECEIVED_AFTER)


def ends_on(sent_on: date) -> date:
    """The last day of the validation period."""
    return assumed_receipt(sent_on) + PERIOD


def notice(debt: Debt, party: Party, items: Itemisation, sender: Sender, address: str, sent_on: date) -> Notice:
    """`address` is the consumer's by post; blank when none is known, which is one of the `problems`."""
    return Notice(
        debt_id=debt.id, party_id=party.id, sender=sender, consumer=party.name,
        consumer_address=address, owed_then=debt.client, owed_to=debt.client, ending=debt.ending, items=items,
        sent_on=sent_on, ends_on=ends_on(sent_on),
    )  # fmt: skip


def problems(made: Notice) -> Iterator[Problem]:
    """Every field that is missing, and a sum that is none."""
    wanted = {
        "the collector's name": made.sender.name, "the collector's postal address": made.sender.address,
        "the consumer's name": made.consumer, "the consumer's postal address": made.consumer_address,
        "the creditor on the itemisation date": made.owed_then, "the current creditor": made.owed_to,
        "the end of the account number": made.ending,
    }  # fmt: skip
    for name, value in wanted.items():
        if not value.strip():
            yield Problem("validation notice", name)
    items = made.items
    total = items.amount_then + items.charges + items.interest + items.fees - items.payments - items.credits
    if total != items.balance:
        yield Problem("validation notice", f"an itemisation that sums to {items.balance.text()}", total.text())
    if not items.balance.is_positive:
        yield Problem("validation notice", "a debt with something left to pay", items.balance.text())
    if items.on > made.sent_on:
        yield Problem("validation notice", "an itemisation date that has come", items.on.isoformat())
