"""The people of the demo, loaded into an empty database only.

A day in the files is a number of days before today (`94`), or a month before this one: its first or last day,
with days added (`first-4+27`, `last-2`). So the demo never ages, and gives the same facts for the same `now`.
"""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from dateutil.relativedelta import relativedelta

from bot import accounts, contact
from bot.core import Money, Problem, Problems, Session, record

FOLDER = Path(__file__).parents[1] / "data" / "demo"
_MONTH = re.compile(r"(first|last)-(\d+)(?:\+(\d+))?")


@dataclass(frozen=True)
class Known:
    """Somebody to try the demo as."""

    name: str
    phone: str
    date_of_birth: date
    postcode: str
    reference: str
    client: str
    owes: Money


MARIA = Known(
    name="Maria Gomez",
    phone="+15550100001",
    date_of_birth=date(1985, 4, 12),
    postcode="30318",
    reference="NW-1000",
    client="Northwind Energy",
    owes=Money(61240, "USD"),
)


@dataclass(frozen=True)
class Demonstrated:
    """Somebody of the demo, and what proves who they are."""

    name: str
    date_of_birth: date
    postcode: str
    references: tuple[str, ...]


def person_at(phone: str) -> Demonstrated | None:
    """Who has this phone; None when nobody has."""
    row = next((row for row in _rows("people") if row["phone"] == phone), None)
    if row is None:
        return None
    owed = tuple(debt["reference"] for debt in _rows("debts") if debt["customer"] == row["customer"])
    name = f"{row['given_name']} {row['family_name']}"
    return Demonstrated(name, date.fromisoformat(row["date_of_birth"]), row["postcode"], owed)


def load(session: Session, now: datetime, secret: str) -> accounts.Report:
    """Raises Problems when there is anybody in the database already."""
    if not accounts.is_empty(session):
        raise Problems([Problem("database", "an empty one", "one with people in it")])
    today = now.date()
    report = accounts.place(session, list(_placements(today)), now=now, secret=secret)
    _place_holds(session, now)
    data = {"people": report.people, "debts": report.debts}
    record(session, "DemoLoaded", subject="demo", data=data, now=now, actor="operator")
    return report


def day(text: str, today: date) -> date:
    """Reads `94`, `first-4+27` and `last-2`. Raises ValueError."""
    match = _MONTH.fullmatch(text)
    if match is None:
        return today - timedelta(days=int(text))
    edge = relativedelta(day=1) if match[1] == "first" else relativedelta(day=31)
    return today - relativedelta(months=int(match[2])) + edge + timedelta(days=int(match[3] or 0))


def _placements(today: date) -> Iterator[accounts.Placement]:
    people = {row["customer"]: _person(row) for row in _rows("people")}
    entries: dict[str, list[accounts.Opening]] = defaultdict(list)
    for row in _rows("entries"):
        kind, amount = accounts.EntryKind(row["kind"]), Money.of(row["amount"], "USD")
        opening = accounts.Opening(kind, amount, day(row["effective_on"], today), row["memo"])
        entries[row["reference"]].append(opening)
    for row in _rows("debts"):
        reference = row["reference"]
        yield accounts.Placement(reference, people[row["customer"]], _account(row, today), tuple(entries[reference]))


def _person(row: dict[str, str]) -> accounts.Person:
    born = date.fromisoformat(row["date_of_birth"])
    return accounts.Person(**{**row, "date_of_birth": born})  # type: ignore[arg-type]


def _account(row: dict[str, str], today: date) -> accounts.Account:
    def on(column: str) -> date | None:
        return day(row[column], today) if row[column] else None

    return accounts.Account(
        client=row["client"],
        product=row["product"],
        reference=row["reference"],
        opened_on=day(row["opened_on"], today),
        itemisation_date=day(row["itemisation_date"], today),
        itemisation_kind=accounts.ItemisationKind(row["itemisation_kind"]),
        last_statement_on=on("last_statement_on"),
        due_since=on("due_since"),
        service_from=on("service_from"),
        service_to=on("service_to"),
    )


def _place_holds(session: Session, now: datetime) -> None:
    for row in _rows("holds"):
        debts = accounts.known_debts_by_customer(session, row["customer"])
        party_id, at = debts[0].party_id, now - timedelta(days=int(row["placed_on"]))
        if row["kind"] != "dispute":
            kind = contact.HoldKind(row["kind"])
            contact.place_hold(session, party_id=party_id, kind=kind, reason=row["reason"], now=at, source="demo")
            continue
        about = next(debt.id for debt in debts if debt.reference == row["reference"])
        claim = accounts.Claim(accounts.DisputeReason(row["reason"]), row["words"])
        source = f"demo:{row['reference']}"
        accounts.place_dispute(session, party_id=party_id, debt_id=about, claim=claim, source=source, now=at)


def _rows(name: str) -> Iterator[dict[str, str]]:
    with (FOLDER / f"{name}.csv").open(newline="", encoding="utf-8") as file:
        yield from csv.DictReader(file)


def people_for_phones() -> tuple[tuple[str, str, str], ...]:
    """(name, phone, note) of those who can be picked on the phone page; the one to remember comes first."""
    rows = sorted(_rows("people"), key=lambda row: row["phone"] != MARIA.phone)
    return tuple(
        (f"{row['given_name']} {row['family_name']}", row["phone"], f"{row['date_of_birth']}, {row['postcode']}")
        for row in rows
        if row["phone"]
    )
