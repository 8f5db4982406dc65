"""Taking debts on: people, their addresses and factors, debts and opening entries, all or nothing.

A file that says the same again changes nothing; one that says something else about an account that is here is
a problem, since the ledger is never rewritten. What came since belongs in an entry of its own.
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import Any

import sqlalchemy as sa

from bot import contact, identity
from bot.accounts import ledger, store
from bot.accounts.customers import note_customers
from bot.accounts.model import EntryKind, ItemisationKind, PartyKind
from bot.core import Money, Problem, Problems, Session, new_ids

_WRITER = json.JSONEncoder(sort_keys=True, default=str)


@dataclass(frozen=True)
class Person:
    """`customer` is the client's key for them; `phone` is E.164; blank `phone` or `email`: none known.

    A company has its name for a given name, no family name and no date of birth; postcode and state may be blank.
    """

    customer: str
    given_name: str
    family_name: str
    date_of_birth: date | None
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
    kind: PartyKind = PartyKind.PERSON


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
    due_on: date | None = None
    """When the whole of it is due, while that is to come."""
    was_disputed: bool | None = None
    """Of what was paid when it came here."""


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
    still_customer_on: date | None = None
    """The last day on which the creditor knew them as a customer. A later file may say a later one."""


@dataclass(frozen=True)
class Report:
    """What was new, and what was here already with the same words."""

    people: int
    debts: int
    entries: int
    unchanged: int


def place(
    session: Session, placements: Sequence[Placement], *, now: datetime, secret: str, couples: bool = True
) -> Report:
    """Raises Problems with everything that stands in the way; then nothing has changed. Without `couples` whoever is
    married to somebody of a later part of the file is told of with `marry`.
    """
    found = look(session, placements, secret=secret)
    problems = [*found.problems, *(_unknown_spouses(placements, found) if couples else ())]
    if problems:
        raise Problems(problems)
    fresh = [one for one in found.prints if one.placement.account.reference not in found.debts]
    with session.begin_nested():
        people = _place_people(session, fresh, found, now)
        entries = _place_debts(session, fresh, found, now)
        if couples:
            pairs = [(one.placement.person.customer, one.placement.person.spouse) for one in fresh]
            marry(session, [pair for pair in pairs if pair[1]], now=now)
        problems = list(_place_references(session, fresh, found, people, secret))
        note_customers(session, {one.account.reference: one.still_customer_on for one in placements if one.still_customer_on}, now)
        if problems:
            raise Problems(problems)
    return Report(len(people), len(fresh), entries, len(placements) - len(fresh))


@dataclass(frozen=True)
class _Printed:
    """A placement with what tells whether a file says the same again."""

    placement: Placement
    person: str
    secret: str = field(repr=False)

    @cached_property
    def debt(self) -> str:
        """Only made where it is asked for: of what is checked most is new."""
        return _debt_print(self.placement, self.secret)


@dataclass(frozen=True)
class Look:
    """What is here already of some placements: customer to (party id, fingerprint), reference to fingerprint. `problems`
    are theirs with what is here; nothing was changed.
    """

    people: dict[str, tuple[str, str]]
    debts: dict[str, str]
    prints: list[_Printed]
    problems: list[Problem] = field(default_factory=list)


def look(session: Session, placements: Sequence[Placement], *, secret: str) -> Look:
    """Reads only."""
    prints = [_Printed(one, _person_print(one.person, secret), secret) for one in placements]
    found = Look({}, {}, prints)
    for start in range(0, len(placements), 500):
        some = placements[start : start + 500]
        customers = [name for one in some for name in (one.person.customer, one.person.spouse) if name]
        query = sa.select(store.parties).where(store.parties.c.customer.in_(customers))
        found.people.update({row.customer: (row.id, row.fingerprint) for row in session.execute(query)})
        references = [placement.account.reference for placement in some]
        debts = sa.select(store.debts.c.reference, store.debts.c.fingerprint)
        rows = session.execute(debts.where(store.debts.c.reference.in_(references)))
        found.debts.update({row.reference: row.fingerprint for row in rows})
    found.problems.extend(problem for one in prints for problem in _problems(found, one))
    return found


def _problems(found: Look, one: _Printed) -> Iterable[Problem]:
    where, person, account = one.placement.where, one.placement.person, one.placement.account
    if account.reference in found.debts and found.debts[account.reference] != one.debt:
        expected = "a new account, or the same words as when it came; changes since are entries of the ledger"
        yield Problem(f"{where}, reference", expected, account.reference)
    here = found.people.get(person.customer)
    if here is not None and here[1] != one.person:
        yield Problem(f"{where}, customer", "the same person as when they came", person.customer)


def _place_people(session: Session, fresh: Sequence[_Printed], known: Look, now: datetime) -> set[str]:
    """The ids of those who are new here; they are added to `known`."""
    rows, places, addresses = [], [], []
    people = {one.placement.person.customer: one for one in fresh if one.placement.person.customer not in known.people}
    for party_id, one in zip(new_ids("par", len(people)), people.values()):
        person = one.placement.person
        known.people[person.customer] = (party_id, one.person)
        kept = ("customer", "given_name", "family_name", "language", "time_zone", "state")
        rows.append({
            "id": party_id, "fingerprint": one.person, "kind": person.kind.value,
            **{name: getattr(person, name) for name in kept},
        })  # fmt: skip
        if person.state:
            city = contact.places.city_of(person.state, person.postcode)
            places.append({"party_id": party_id, "state": person.state, "city": city, "time_zone": person.time_zone})
        for channel, value in (("sms", person.phone), ("email", person.email), ("post", person.address)):
            if value:
                addresses.append((party_id, channel, value))
    contact.places.add_first_places(session, places, source="client_file", now=now)
    contact.add_new_addresses(session, addresses, basis="client_file", now=now)
    if rows:
        session.execute(store.parties.insert(), rows)
    return {str(row["id"]) for row in rows}


def _unknown_spouses(placements: Sequence[Placement], known: Look) -> Iterable[Problem]:
    here = {placement.person.customer for placement in placements} | known.people.keys()
    for placement in placements:
        person = placement.person
        if person.spouse and (person.spouse not in here or person.spouse == person.customer):
            expected = "the customer of somebody else in this file, or who is here already"
            yield Problem(f"{placement.where}, spouse", expected, person.spouse)


def marry(session: Session, pairs: Sequence[tuple[str, str]], *, now: datetime) -> None:
    """Husbands and wives by the client's keys; of whom one is not here is passed over."""
    for start in range(0, len(pairs), 250):
        some = pairs[start : start + 250]
        query = sa.select(store.parties.c.customer, store.parties.c.id)
        rows = session.execute(query.where(store.parties.c.customer.in_({name for pair in some for name in pair})))
        ids = {row.customer: row.id for row in rows}
        for one, other in some:
            if one in ids and other in ids and one != other:
                contact.couples.marry(session, ids[one], ids[other], source="client_file", now=now)


def _place_debts(session: Session, fresh: Sequence[_Printed], known: Look, now: datetime) -> int:
    debts: list[dict[str, Any]] = []
    entries: list[dict[str, Any]] = []
    for debt_id, one in zip(new_ids("debt", len(fresh)), fresh):
        party_id, _ = known.people[one.placement.person.customer]
        debts.append(_debt_row(one, debt_id, party_id, now))
        entries.extend(_entry_rows(one.placement, debts[-1]["id"], now))
    if debts:
        session.execute(store.debts.insert(), debts)
    store.append(session, entries)
    return len(entries)


def _place_references(
    session: Session, fresh: Sequence[_Printed], known: Look, new: set[str], secret: str
) -> Iterable[Problem]:
    """What the new people will be asked for; one more reference for those who were here."""
    ones, enrolled = [], set()
    for one in fresh:
        person, account = one.placement.person, one.placement.account
        party_id, _ = known.people[person.customer]
        asked = (person.date_of_birth, person.postcode or None)
        born, postcode = asked if party_id in new and party_id not in enrolled else (None, None)
        ones.append(identity.Enrolment(party_id, account.reference, one.placement.where, born, postcode))
        enrolled.add(party_id)
    yield from identity.enrol_all(session, ones, secret)


def _debt_row(one: _Printed, debt_id: str, party_id: str, now: datetime) -> dict[str, Any]:
    account, state = one.placement.account, one.placement.person.state
    return {
        **vars(account),
        "itemisation_kind": account.itemisation_kind.value,
        "id": debt_id,
        "party_id": party_id,
        "jurisdiction": f"US-{state}" if state else "US",
        "fingerprint": one.debt,
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
    facts = dict(vars(person))
    for later in ("address", "spouse"):
        if not facts[later]:
            del facts[later]  # files that came before this column say the same as they did
    if person.kind is PartyKind.PERSON:
        del facts["kind"]
    return _print(facts, secret)


def _debt_print(placement: Placement, secret: str) -> str:
    entries = [{**vars(entry), "amount": vars(entry.amount)} for entry in placement.entries]
    account = dict(vars(placement.account))
    for later in ("due_on", "was_disputed"):
        if account[later] is None:
            del account[later]  # as above
    facts = {"customer": placement.person.customer, **account, "entries": entries}
    return _print(facts, secret)


def _print(facts: Mapping[str, Any], secret: str) -> str:
    """Under the secret key, since a date of birth is easily guessed from a plain hash."""
    return hmac.digest(secret.encode(), _WRITER.encode(facts).encode(), "sha256").hex()
