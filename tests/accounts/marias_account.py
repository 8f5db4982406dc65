"""Maria and her account, as the tests of this room place them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

from bot import contact, core, identity
from bot.accounts import Account, EntryKind, ItemisationKind, Opening, Person, Placement

SECRET = "a-secret-of-the-tests-that-is-long-enough"
PHONE = "+15550100001"
MARIA = Person(
    customer="C-1", given_name="Maria", family_name="Gomez", date_of_birth=date(1985, 4, 12),
    postcode="30318",
    state="GA", time_zone="America/New_York", language="en", phone=PHONE,
)  # fmt: skip
POWER = Account(
    client="Northwind Energy", product="electricity", reference="NW-1000", opened_on=date(2023, 5, 2),
    itemisation_date=date(2026, 9, 30), itemisation_kind=ItemisationKind.LAST_STATEMENT,
    last_statement_on=date(2026, 9, 30), due_since=date(2026, 7, 28), service_from=date(2026, 7, 1),
    service_to=date(2026, 9, 30),
)  # fmt: skip


def usd(text: str) -> core.Money:
    return core.Money.of(text, "USD")


BILLS = tuple(
    Opening(EntryKind(kind), usd(amount), date(2026, month, day))
    for kind, amount, month, day in [
        ("principal", "187.35", 7, 8), ("principal", "214.20", 8, 8), ("payment", "-60", 8, 20),
        ("principal", "198.45", 9, 8), ("fee", "72.40", 10, 5),
    ]
)  # fmt: skip


def placement(**changes: object) -> Placement:
    """Maria's account, with other facts of the account where asked."""
    return Placement("row 2", MARIA, replace(POWER, **changes), BILLS)  # type: ignore[arg-type]


def talk(session: core.Session, phone: str, now: datetime) -> contact.Conversation:
    return contact.open_conversation(session, "sms", phone, now)


def verified(session: core.Session, phone: str, now: datetime, person: Person = MARIA) -> identity.Verified:
    outcome = identity.challenge(
        session, talk(session, phone, now), identity.Answers(person.date_of_birth, person.postcode),
        now=now, checks=identity.Checks.on("sms", SECRET),
    )  # fmt: skip
    assert isinstance(outcome, identity.Matched)
    return outcome.verified
