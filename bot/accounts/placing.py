"""Taking debts on: people, their addresses and factors, debts and opening entries, all or nothing.

A file that says the same again changes nothing; one that says something else about an account that is here is
a problem, since the ledger is never rewritten. What came since belongs in an entry of its own.
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from bot import contact, identity
from bot.accounts import ledger, store
from bot.accounts.model import EntryKind, ItemisationKind
from bot.core import Money, Problem, Problems, Session, new_id


@dataclass(frozen=True)
class Person:
    """`customer` is the client's key for them; `phone` is E.164; blank `phone` or `email`: none known."""

    customer: str
    given_name: str
    family_name: str
    date_of_birth: date
    postcode: str
    state: str
    time_zone: str
    language: str
    phone: str = ""
    email: str = ""
    address: str = ""
    """By post, in one line; blank when none is known."""
    spouse: str = ""
    """The client's key for their husband or wife; blank when none is known."""


@dataclass(frozen=True)
class Account:
    """A debt as the client knows it."""

    client: str
    product: str
    reference: str
    opened_on: date
    itemisation_date: date
    itemisation_kind: ItemisationKind
    last_statement_on: date | None = None
    due_since: date | None = None
    service_from: date | None = None
    service_to: date | None = None
    currency: str = "USD"


@dataclass(frozen=True)
class Opening:
    """An entry that the client brings: `amount` is what it adds to the balance."""

    kind: EntryKind
    amount: Money
    effective_on: date
    memo: str = ""


@dataclass(frozen=True)
class Placement:
    """One account of one person. `where` is its place in the file, for problems."""

    where: str
    person: Person
    account: Account
    entries: tuple[Opening, ...]


@dataclass(frozen=True)
class Report:
    """What was new, and what was here already with the same words."""

    people: int
    debts: int
    entries: int
    unchanged: int


def place(session: Session, placements: Sequence[Placement], *, now: datetime, secret: str) -> Report:
    """Raises Problems with everything that stands in the way; then nothing has changed."""
    known = _known(session, placements)
    problems = [problem for placement in placements for problem in known.problems(placement, secret)]
    problems += _unknown_spouses(placements, known)
    if problems:
        raise Problems(problems)
    fresh = [placement for placement in placements if placement.account.reference not in known.debts]
    with session.begin_nested():
        people = _place_people(session, fresh, known, now, secret)
        _place_couples(session, fresh, known, now)
        entries = _place_debts(session, fresh, known, now, secret)
        problems = list(_place_references(session, fresh, known, secret))
        if problems:
            raise Problems(problems)
    return Report(people, len(fresh), entries, len(placements) - len(fresh))


@dataclass(frozen=True)
class _Known:
    """Who and what is here already: customer to (party id, fingerprint), reference to fingerprint."""

    people: dict[str, tuple[str, str]]
    debts: dict[str, str]

    def problems(self, placement: Placement, secret: str) -> Iterable[Problem]:
        person, account = placement.person, placement.account
        if self.debts.get(account.reference, _debt_print(placement, secret)) != _debt_print(placement, secret):
            expected = "a new account, or the same words as when it came; changes since are entries of the ledger"
            yield Problem(f"{placement.where}, reference", expected, account.reference)
        here = self.people.get(person.customer)
        if here is not None and here[1] != _person_print(person, secret):
            yield Problem(f"{placement.where}, customer", "the same person as when they came", person.customer)


def _known(session: Session, placements: Sequence[Placement]) -> _Known:
    people, debts = {}, {}
    for start in range(0, len(placements), 500):
        some = placements[start : start + 500]
        customers = [name for one in some for name in (one.person.customer, one.person.spouse) if name]
        query = sa.select(store.parties).where(store.parties.c.customer.in_(customers))
        people.update({row.customer: (row.id, row.fingerprint) for row in session.execute(query)})
        references = [placement.account.reference for placement in some]
        query = sa.select(store.debts).where(store.debts.c.reference.in_(references))
        debts.update({row.reference: row.fingerprint for row in session.execute(query)})
    return _Known(people, debts)


def _place_people(session: Session, fresh: Sequence[Placement], known: _Known, now: datetime, secret: str) -> int:
    """Adds the new ones to `known`."""
    rows = []
    for person in {placement.person.customer: placement.person for placement in fresh}.values():
        if person.customer in known.people:
            continue
        party_id, fingerprint = new_id("par"), _person_print(person, secret)
        known.people[person.customer] = (party_id, fingerprint)
        kept = ("customer", "given_name", "family_name", "language", "time_zone", "state")
        rows.append({"id": party_id, "fingerprint": fingerprint, **{name: getattr(person, name) for name in kept}})
        city = contact.places.city_of(person.state, person.postcode)
        contact.places.add_place(
            session, party_id=party_id, state=person.state, city=city, time_zone=person.time_zone, source="client_file",
            now=now,
        )  # fmt: skip
        for channel, value in (("sms", person.phone), ("email", person.email), ("post", person.address)):
            if value:
                contact.add_address(
                    session, party_id=party_id, channel=channel, value=value, basis="client_file", now=now
                )
    if rows:
        session.execute(store.parties.insert(), rows)
    return len(rows)


def _unknown_spouses(placements: Sequence[Placement], known: _Known) -> Iterable[Problem]:
    here = {placement.person.customer for placement in placements} | known.people.keys()
    for placement in placements:
        person = placement.person
        if person.spouse and (person.spouse not in here or person.spouse == person.customer):
            expected = "the customer of somebody else in this file, or who is here already"
            yield Problem(f"{placement.where}, spouse", expected, person.spouse)


def _place_couples(session: Session, fresh: Sequence[Placement], known: _Known, now: datetime) -> None:
    for person in {placement.person.customer: placement.person for placement in fresh}.values():
        if person.spouse:
            (one, _), (other, _) = known.people[person.customer], known.people[person.spouse]
            contact.couples.marry(session, one, other, source="client_file", now=now)


def _place_debts(session: Session, fresh: Sequence[Placement], known: _Known, now: datetime, secret: str) -> int:
    debts: list[dict[str, Any]] = []
    entries: list[dict[str, Any]] = []
    for placement in fresh:
        party_id, _ = known.people[placement.person.customer]
        debts.append(_debt_row(placement, party_id, now, secret))
        entries.extend(_entry_rows(placement, debts[-1]["id"], now))
    if debts:
        session.execute(store.debts.insert(), debts)
    store.append(session, entries)
    return len(entries)


def _place_references(session: Session, fresh: Sequence[Placement], known: _Known, secret: str) -> Iterable[Problem]:
    """What the new people will be asked for; one more reference for those who were here."""
    enrolled = set()
    for placement in fresh:
        person, reference = placement.person, placement.account.reference
        party_id, _ = known.people[person.customer]
        try:
            if party_id in enrolled:
                identity.add_reference(session, party_id=party_id, reference=reference, secret=secret)
            else:
                identity.enrol(
                    session, party_id=party_id, date_of_birth=person.date_of_birth, postcode=person.postcode,
                    reference=reference, secret=secret,
                )  # fmt: skip
        except Problems as raised:
            yield from (Problem(f"{placement.where}, {p.where}", p.expected, p.got) for p in raised.problems)
        enrolled.add(party_id)


def _debt_row(placement: Placement, party_id: str, now: datetime, secret: str) -> dict[str, Any]:
    account = {**asdict(placement.account), "itemisation_kind": placement.account.itemisation_kind.value}
    return {
        **account,
        "id": new_id("debt"),
        "party_id": party_id,
        "jurisdiction": f"US-{placement.person.state}",
        "fingerprint": _debt_print(placement, secret),
        "placed_at": now,
    }


def _entry_rows(placement: Placement, debt_id: str, now: datetime) -> Iterable[dict[str, Any]]:
    for number, entry in enumerate(placement.entries, start=1):
        ledger.check_sign(entry.kind, entry.amount)
        yield {
            "debt_id": debt_id, "kind": entry.kind.value, "amount_minor": entry.amount.minor,
            "currency": entry.amount.currency, "effective_on": entry.effective_on, "at": now,
            "source": f"placed:{placement.account.reference}:{number}", "memo": entry.memo,
        }  # fmt: skip


def _person_print(person: Person, secret: str) -> str:
    facts = asdict(person)
    for later in ("address", "spouse"):
        if not facts[later]:
            del facts[later]  # files that came before this column say the same as they did
    return _print(facts, secret)


def _debt_print(placement: Placement, secret: str) -> str:
    facts = {"customer": placement.person.customer, **asdict(placement.account)}
    return _print({**facts, "entries": [asdict(entry) for entry in placement.entries]}, secret)


def _print(facts: Mapping[str, Any], secret: str) -> str:
    """Under the secret key, since a date of birth is easily guessed from a plain hash."""
    return hmac.new(secret.encode(), json.dumps(facts, sort_keys=True, default=str).encode(), "sha256").hexdigest()
