"""Who makes every message as long as it can be: the longest names that an import lets in, large sums, several accounts of
one person, the longest address of our pages; in English and in Spanish.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from bot import accounts, core
from bot.core import Money
from bot.dialogue.meaning.acts import Identify
from tests.dialogue import acting

BORN, POSTCODE, PHONE = date(1980, 3, 14), "30318", "+15550109001"
CLIENTS = (
    "Compañía Metropolitana de Electricidad y Gas de la Península de Florida, S.A., LLC",
    "Oakview Garden Apartments and Townhomes of Northern Virginia Limited Partnership 2",
    "Asociación Médica Panamericana de Cirugía Ortopédica y Rehabilitación del Sur, Inc.",
    "Portfolio Recovery and Asset Management Associates of North America Holdings, LLC.",
)
"""Eighty letters or so, cut to what an import takes."""
PRODUCTS = ("credit_card", "internet", "medical", "rent")
SUMS = (1_234_567_89, 98_765_43, 12_345_67, 87_654_32)
WHERE = "https://" + "payments.northwindenergyandgas.example.com"[:40]
ENVIRONMENT = {"PARLEY_PUBLIC_URL": WHERE, "PARLEY_COMPANY": "Northwind Energy and Gas of North Georgia"[:40]}
PERSON = acting.Person(PHONE, Identify(date_of_birth=BORN, postcode=POSTCODE))


def placement(number: int, language: str) -> accounts.Placement:
    opened, since = date(2024, 9, 25), date(2026, 3, 11)
    kinds = accounts.EntryKind
    whole = SUMS[number]
    entries = [
        accounts.Opening(kind, Money(minor, "USD"), since, "x")
        for kind, minor in (
            (kinds.PRINCIPAL, whole), (kinds.INTEREST, 1_234_56), (kinds.FEE, 2_345_67), (kinds.ADJUSTMENT, -123_45),
            (kinds.PAYMENT, -3_456_78), (kinds.PAYMENT, -1_23),
        )
    ]  # fmt: skip
    entries = [entries[0], *(replace(one, effective_on=date(2026, 9, 23)) for one in entries[1:])]
    person = accounts.Person(
        customer="C-1", given_name="María Guadalupe de los Ángeles Concepción", family_name="Fernández de Córdoba y Íñiguez",
        date_of_birth=BORN, postcode=POSTCODE, state="GA", time_zone="America/New_York", language=language, phone=PHONE,
        email="",
    )  # fmt: skip
    account = accounts.Account(
        client=CLIENTS[number][:80], product=PRODUCTS[number], reference=f"REF-{number}-4765", opened_on=opened,
        itemisation_date=since, itemisation_kind=accounts.ItemisationKind.LAST_STATEMENT, last_statement_on=since,
        due_since=date(2025, 12, 24), service_from=None, service_to=None, currency="USD",
    )  # fmt: skip
    return accounts.Placement(account.reference, person, account, tuple(entries))


@contextmanager
def talk_on(empty: Path, at: Path, language: str, count: int, **environment: str) -> Iterator[acting.Talk]:
    """Somebody who owes on `count` accounts, not yet known."""
    with acting.talk_on(empty, at, PERSON) as talk:
        talk.environment = {**ENVIRONMENT, **environment}
        placed = [placement(number, language) for number in range(count)]
        with talk.session() as session:
            accounts.place(session, placed, now=talk.clock.now(), secret=talk.chat.settings.secret_key)
        yield talk


def sent(talk: acting.Talk) -> list[Any]:
    """Every message that went out or waits, oldest first."""
    return talk._outbox(0)


def empty(path: Path) -> Path:
    database = acting.opened(path)
    core.metadata.create_all(database)
    database.dispose()
    return path
