"""What a verified person may hear about their debts, and the one way to change a balance.

Functions that take a `Verified` answer people. Those named `known_…`, and `balance`, are for jobs and staff
pages that hold an id already: what they return must not reach a person who is not verified.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date, datetime

import sqlalchemy as sa

from bot import contact, identity
from bot.accounts import ledger, store
from bot.accounts.ended import ended
from bot.accounts.model import CaseFacts, Debt, DebtStatus, Entry, EntryKind, Itemisation, NoSuchDebt, Party
from bot.core import Money, Problem, Problems, Session, record


def open_debts(session: Session, who: identity.Verified, now: datetime) -> tuple[Debt, ...]:
    """Everything of theirs with something left to pay, disputed ones too; oldest first."""
    theirs = store.debts_where(session, store.debts.c.party_id == _party_id(who))
    return tuple(debt for debt in theirs if debt.balance.is_positive)


def debt(session: Session, who: identity.Verified, debt_id: str) -> Debt:
    """Raises NoSuchDebt when it is not theirs."""
    found = store.debts_where(session, store.debts.c.party_id == _party_id(who), store.debts.c.id == debt_id)
    if not found:
        raise NoSuchDebt
    return found[0]


def itemisation(session: Session, who: identity.Verified, debt_id: str) -> Itemisation:
    """Raises NoSuchDebt."""
    return ledger.itemise(debt(session, who, debt_id), store.entries_of(session, debt_id))


def here_since(session: Session, who: identity.Verified, debt_id: str) -> datetime:
    """When the account came to us. Raises NoSuchDebt."""
    debt(session, who, debt_id)
    query = sa.select(store.debts.c.placed_at).where(store.debts.c.id == debt_id)
    placed: datetime = session.execute(query).scalar_one()
    return placed


def history(session: Session, who: identity.Verified, debt_id: str) -> tuple[Entry, ...]:
    """Every entry, oldest first. Raises NoSuchDebt."""
    debt(session, who, debt_id)
    return store.entries_of(session, debt_id)


def case_facts(session: Session, who: identity.Verified, debt_id: str, now: datetime, today: date) -> CaseFacts:
    """`today` is the debtor's. Raises NoSuchDebt."""
    found = debt(session, who, debt_id)
    return CaseFacts(
        debt_id=found.id,
        client=found.client,
        product=found.product,
        jurisdiction=found.jurisdiction,
        balance=found.rest,
        days_past_due=ledger.days_past_due(found, today),
        closed=found.status is DebtStatus.DISPUTED or bool(ended(session, [found], now)),
    )


def me(session: Session, who: identity.Verified) -> Party:
    return known_party(session, _party_id(who))


def given_name(session: Session, party_id: str) -> str:
    """The one thing about a person that may be said before they are verified: what to call them."""
    return known_party(session, party_id).given_name


def known_party(session: Session, party_id: str) -> Party:
    found = store.party_where(session, store.parties.c.id == party_id)
    assert found is not None, f"there is no party {party_id}"
    return found


def known_parties(session: Session, ids: Collection[str]) -> dict[str, Party]:
    """By id; those that are nobody's are missing."""
    return (
        {}
        if not ids
        else {party.id: party for party in store.parties_where(session, store.parties.c.id.in_(list(ids)))}
    )


def known_debts_of_each(session: Session, party_ids: Collection[str]) -> dict[str, tuple[Debt, ...]]:
    """All debts of these people, by person; oldest first."""
    found: dict[str, tuple[Debt, ...]] = {}
    for one in store.debts_where(session, store.debts.c.party_id.in_(list(party_ids))) if party_ids else ():
        found[one.party_id] = (*found.get(one.party_id, ()), one)
    return found


def known_people(session: Session) -> dict[str, Party]:
    """Everybody by id; for figures and simulations, never for a person."""
    return {party.id: party for party in store.parties_where(session)}


def known_debt(session: Session, debt_id: str) -> Debt:
    found = store.debt_of(session, debt_id)
    assert found is not None, f"there is no debt {debt_id}"
    return found


def known_debts_by_id(session: Session, ids: Collection[str]) -> dict[str, Debt]:
    """Those that there are."""
    return {one.id: one for one in store.debts_where(session, store.debts.c.id.in_(list(ids)))}


def known_debt_by_reference(session: Session, reference: str) -> Debt | None:
    """By the client's account number."""
    return next(iter(store.debts_where(session, store.debts.c.reference == reference)), None)


def known_clients(session: Session) -> frozenset[str]:
    """Whom people here owe, as the files of accounts call them."""
    return frozenset(session.execute(sa.select(store.debts.c.client).distinct()).scalars())


def known_references_of_client(session: Session, client: str) -> dict[str, str]:
    """Account number by the id of the debt."""
    query = sa.select(store.debts.c.id, store.debts.c.reference).where(store.debts.c.client == client)
    return {row.id: row.reference for row in session.execute(query)}


def known_money_of_client(session: Session, client: str, first: date, last: date) -> Iterator[tuple[Entry, str, str]]:
    """Payments and what went back of them from `first` to `last`, each with account number and product, oldest first. What
    the client's own file brought, and what it wrote off and opened again, is none.
    """
    entries, debts = store.ledger_entries, store.debts
    own = sa.or_(entries.c.source.startswith("placed:"), entries.c.source.startswith("client:"))
    wanted = (
        debts.c.client == client, entries.c.kind.in_(("payment", "reversal")), ~own,
        entries.c.effective_on.between(first, last),
    )  # fmt: skip
    query = sa.select(entries, debts.c.reference, debts.c.product).join(debts, debts.c.id == entries.c.debt_id)
    for row in session.execute(query.where(*wanted).order_by(entries.c.effective_on, entries.c.number)):
        yield store.entry_of(row), row.reference, row.product


def known_debts_of(session: Session, party_id: str) -> tuple[Debt, ...]:
    """All of them, paid ones too; oldest first."""
    return store.debts_where(session, store.debts.c.party_id == party_id)


def known_debts_by_customer(session: Session, customer: str) -> tuple[Debt, ...]:
    """By the client's key of the person; nothing when there is none."""
    owner = sa.select(store.parties.c.id).where(store.parties.c.customer == customer)
    return store.debts_where(session, store.debts.c.party_id.in_(owner))


def known_open_debts(session: Session) -> tuple[Debt, ...]:
    """Everybody's, with something left to pay; for figures and simulations, never for a person."""
    return tuple(found for found in store.debts_where(session) if found.balance.is_positive)


def known_history(session: Session, debt_id: str) -> tuple[Entry, ...]:
    return store.entries_of(session, debt_id)


def payments_between(session: Session, since: datetime, until: datetime) -> tuple[Entry, ...]:
    """Payments that were written down from `since` until before `until`, on any debt."""
    at, kind = store.ledger_entries.c.at, store.ledger_entries.c.kind
    return store.entries_where(session, at >= since, at < until, kind == EntryKind.PAYMENT.value)


def known_histories(session: Session, debt_ids: Collection[str]) -> dict[str, tuple[Entry, ...]]:
    """The same of several debts, by debt; of many the whole ledger is read at once."""
    few = len(debt_ids) <= 100
    theirs = [store.ledger_entries.c.debt_id.in_(list(debt_ids))] if few else []
    found: dict[str, list[Entry]] = {debt_id: [] for debt_id in debt_ids}
    for entry in store.entries_where(session, *theirs):
        if entry.debt_id in found:
            found[entry.debt_id].append(entry)
    return {debt_id: tuple(entries) for debt_id, entries in found.items()}


def balance(session: Session, debt_id: str) -> Money:
    """The sum of the entries."""
    return known_debt(session, debt_id).balance


def rest(session: Session, debt_id: str) -> Money:
    """What may be asked for: what is owed and not disputed."""
    return known_debt(session, debt_id).rest


def post(
    session: Session,
    *,
    debt_id: str,
    kind: EntryKind,
    amount: Money,
    source: str,
    now: datetime,
    memo: str = "",
    on: date | None = None,
) -> bool:
    """Append an entry that counts from `on`, today of the debtor when it is not given; False when `source` was posted
    before.

    `amount` is what it adds to the balance: a payment is negative. `source` names the cause once and for
    ever, such as the provider's id of a payment. Raises ValueError for an amount of the wrong sign or
    currency, and Problems for a charge within a breathing space.
    """
    ledger.check_sign(kind, amount)
    found = known_debt(session, debt_id)
    if amount.currency != found.balance.currency:
        raise ValueError(f"expected {found.balance.currency}, got {amount.currency}")
    day = on or known_party(session, found.party_id).today(now)
    if kind in ledger.CHARGES and in_grace(session, found, day):
        raise Problems([Problem("entry", "no interest or fee for a day of a breathing space", f"{amount} on {day}")])
    row = {
        "debt_id": debt_id, "kind": kind.value, "amount_minor": amount.minor, "currency": amount.currency,
        "effective_on": day, "at": now, "source": source,
        "memo": memo,
    }  # fmt: skip
    if not store.append_once(session, row):
        return False
    data = {"entry": kind.value, "minor": amount.minor, "currency": amount.currency, "source": source}
    record(session, "LedgerEntryPosted", subject=debt_id, data=data, now=now)
    return True


def in_grace(session: Session, debt: Debt, day: date) -> bool:
    """Whether nothing may be added to this debt for that day."""
    spaces = contact.days_of_grace(session, debt.party_id, debt.id)
    return any(begins <= day and (last is None or day <= last) for begins, last in spaces)


def is_empty(session: Session) -> bool:
    """True when there is nobody at all: demo data may be loaded."""
    return session.execute(sa.select(store.parties.c.id).limit(1)).first() is None


def _party_id(who: identity.Verified) -> str:
    """The check behind the type: something that only looks like a Verified opens nothing."""
    if type(who) is not identity.Verified:
        raise identity.Forged
    return who.party_id
