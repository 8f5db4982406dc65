"""What a creditor's own system asks for, one call one transaction: accounts in, one taken back, paused or gone on with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timezone

from bot import accounts, contact
from bot.contact import HoldKind
from bot.core import ParleyError, Problem, Problems, Session, Settings
from bot.exchange import files, updates
from bot.exchange.accounts_in import complete

MOST = 1_000
"""Accounts of one call."""


class NoSuchAccount(ParleyError):
    """This creditor has no such account here; whether another has is not said."""


def place(
    session: Session, client: str, given: Sequence[Mapping[str, str]], *, now: datetime, settings: Settings
) -> accounts.Report:
    """All of them or none. `given` has the columns of `parley import`. Raises Problems with all that is wrong."""
    today, problems, good = now.astimezone(timezone.utc).date(), [], []
    known, codes = files.known_products(session, now), files.products_of(session, client)
    for number, cells in enumerate(given):
        where = f"accounts[{number}]"
        problems += [Problem(f"{where}, {name}", "no such column") for name in cells if name not in accounts.IMPORT_COLUMNS]
        product = codes.get(cells.get("product", ""), cells.get("product", ""))
        read = accounts.read_row(complete({**cells, "client": client, "product": product}, today), where, today)
        if product not in known:
            problems.append(Problem(f"{where}, product", f"one of {', '.join(sorted(known))}", cells.get("product", "")))
        if isinstance(read, accounts.Placement):
            good.append(read)
        else:
            problems += read
    references = [one.account.reference for one in good]
    problems += [Problem(f"{one.where}, reference", "one that is not in another of these too", one.account.reference)
                 for one in good if references.count(one.account.reference) > 1]  # fmt: skip
    if problems:
        raise Problems(problems)
    return accounts.place(session, good, now=now, secret=settings.secret_key)


def update(session: Session, client: str, reference: str, cells: Mapping[str, str], *, by: str, now: datetime) -> bool:
    """The same as a row of a file of updates; False when it is so already. Raises NoSuchAccount or Problems."""
    account(session, client, reference)
    found = updates.read(session, {**cells, "reference": reference}, client, "update")
    if isinstance(found, updates.Update):
        found = updates.standing(session, found, "update", now)
    if not isinstance(found, updates.Update):
        raise Problems(found)
    return updates.apply(session, found, by=by, now=now)


def pause(session: Session, client: str, reference: str, until: date, why: str, *, by: str, now: datetime) -> None:
    """Nothing is asked for it until that day is over; it ends by itself. A second one takes the place of the first."""
    debt = account(session, client, reference)
    today = accounts.known_party(session, debt.party_id).today(now)
    if not today <= until <= date(today.year + 2, 1, 1):
        raise Problems([Problem("until", f"a day from {today} on, within two years", until.isoformat())])
    go_on(session, client, reference, by=by, now=now)
    contact.place_hold(
        session, party_id=debt.party_id, debt_id=debt.id, kind=HoldKind.CREDITOR, reason=why or "the creditor asked for it",
        now=now, actor=by, days=(None, until),
    )  # fmt: skip


def go_on(session: Session, client: str, reference: str, *, by: str, now: datetime) -> bool:
    """Ends a pause that the creditor asked for. False when there is none."""
    debt = account(session, client, reference)
    theirs = [hold for hold in contact.active_holds(session, debt.party_id, now)
              if hold.kind is HoldKind.CREDITOR and hold.debt_id == debt.id]  # fmt: skip
    for hold in theirs:
        contact.release_hold(session, hold.id, reason="the creditor ended the pause", actor=by, now=now)
    return bool(theirs)


def account(session: Session, client: str, reference: str) -> accounts.Debt:
    """Raises NoSuchAccount."""
    found = accounts.known_debt_by_reference(session, reference)
    if found is None or found.client != client:
        raise NoSuchAccount(f"{client} has no account {reference} here")
    return found
