"""What a creditor gets back, as CSV: payments, agreements, and what is handed on to it.

A cell that a spreadsheet would take for a formula stands behind an apostrophe.
"""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from bot import accounts, negotiation
from bot.accounts import EntryKind
from bot.core import Money, Session
from bot.payments import elsewhere


@dataclass(frozen=True)
class Moved:
    """Money that came for an account, or went back (`amount` below nothing). `through` says which way it came: link, or how
    a person saw it. `is_ours`: it came to us, so that it is handed on.
    """

    id: int
    reference: str
    product: str
    on: date
    amount: Money
    through: str
    is_ours: bool


def moved(session: Session, client: str, first: date, last: date) -> Iterator[Moved]:
    """Oldest first."""
    to_creditor = elsewhere.How.CREDITOR.value
    for entry, reference, product in accounts.known_money_of_client(session, client, first, last):
        how = entry.memo.partition(" ")[0]
        is_by_hand = how in {one.value for one in elsewhere.How}
        undoes = entry.kind is EntryKind.REVERSAL and entry.source.endswith(":undone")
        through = how if is_by_hand else "taken_back" if undoes else "link"
        yield Moved(entry.number, reference, product, entry.effective_on, -entry.amount, through, how != to_creditor)


def payments(session: Session, client: str, first: date, last: date) -> Iterator[Sequence[object]]:
    yield "id", "account", "product", "date", "amount", "currency", "through"
    for one in moved(session, client, first, last):
        yield one.id, one.reference, one.product, one.on, one.amount.major, one.amount.currency, one.through


def agreements(session: Session, client: str, first: date, last: date) -> Iterator[Sequence[object]]:
    """Those that were made in these days, as they were agreed, and how they stand."""
    yield "id", "account", "kind", "agreed", "total", "currency", "payments", "first_due", "last_due", "state", "ended"
    references = accounts.known_references_of_client(session, client)
    for one in negotiation.for_creditors.of_debts(session, references):
        if first <= one.agreed_at.date() <= last:
            dues = [part.due for part in one.parts]
            yield (
                one.id, one.reference, one.kind, one.agreed_at.date(), one.total.major, one.total.currency, len(dues),
                min(dues, default=""), max(dues, default=""), one.state, one.ended_at.date() if one.ended_at else "",
            )  # fmt: skip


def remittance(session: Session, client: str, first: date, last: date) -> Iterator[Sequence[object]]:
    """What came to us less what went back, by account, and in all. What came to the creditor itself is none of it."""
    yield "account", "currency", "came", "went_back", "to_hand_on"
    came: dict[tuple[str, str], int] = defaultdict(int)
    back: dict[tuple[str, str], int] = defaultdict(int)
    taken_back = _by_hand_taken_back(session, client, first, last)
    for one in moved(session, client, first, last):
        key = one.reference, one.amount.currency
        if one.is_ours and one.id not in taken_back:
            (came if one.amount.is_positive else back)[key] += one.amount.minor
    totals: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for reference, currency in sorted(came.keys() | back.keys()):
        sums = came[reference, currency], -back[reference, currency]
        yield _line(reference, currency, *sums)
        totals[currency] = [have + more for have, more in zip(totals[currency], sums)]
    for currency, sums_of in sorted(totals.items()):
        yield _line("total", currency, *sums_of)


def _by_hand_taken_back(session: Session, client: str, first: date, last: date) -> set[int]:
    """Reversals of what was said to have come to the creditor itself: neither was ours."""
    found, theirs = set(), set()
    for entry, _, _ in accounts.known_money_of_client(session, client, date.min, last):
        if entry.memo.startswith(elsewhere.How.CREDITOR.value):
            theirs.add(accounts.undone(entry.source))
        elif entry.source in theirs:
            found.add(entry.number)
    return found


def _line(name: str, currency: str, came: int, back: int) -> Sequence[object]:
    return name, currency, *(Money(minor, currency).major for minor in (came, back, came - back))


Kind = Callable[[Session, str, date, date], Iterable[Sequence[object]]]
KINDS: dict[str, Kind] = {"payments": payments, "agreements": agreements, "remittance": remittance}


def as_csv(rows: Iterable[Sequence[object]]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerows([_safe(cell) for cell in row] for row in rows)
    return out.getvalue()


def _safe(cell: object) -> object:
    return f"'{cell}" if isinstance(cell, str) and cell[:1] in ("=", "+", "-", "@", "\t", "\r") else cell
