"""Receipts, the letter that all is paid, the statement of a year: written once for each cause, and kept for ever."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from sqlalchemy.engine import Engine
from starlette.routing import Route

from bot import accounts, contact, papers
from bot.accounts import Entry, EntryKind
from bot.core import Money, Session, Settings
from bot.negotiation import Collector
from bot.papers import Kind, Whose
from bot.payments import document_words, ledger, plan, store
from bot.payments.document_words import Arrived, Whole, Year
from bot.payments.model import Past, PaymentRequest


def write_receipt(
    session: Session, entry: Entry, how: contact.Sending | None, now: datetime, *, way: str = "page",
    together: Sequence[Entry] = (),
) -> str:  # fmt: skip
    """Of a payment that stands in the ledger; and the letter, when it was the last. Returns the receipt's number.

    `together` are all entries of the same payment, where it was for several debts.
    """
    whole = _whole(session, entry.debt_id, how, now)
    left = max(whole.debt.balance, Money.zero(whole.debt.balance.currency))
    due = plan.next_due(session, entry.debt_id, whole.party.today(now)) if left.is_positive else None
    others = [accounts.known_debt(session, one.debt_id) for one in together if one.debt_id != entry.debt_id]
    parts = {one.debt_id: -one.amount for one in together}
    arrived = Arrived(
        -entry.amount, entry.effective_on, way, left, due, tuple((debt, parts[debt.id]) for debt in others)
    )
    of = receipt_of(entry.source)
    number = papers.freeze(
        session, Kind.RECEIPT, of, _whose(whole), lambda number: document_words.receipt(whole, arrived, number), now
    )  # fmt: skip
    if not left.is_positive and not _was_let_go(session, entry.debt_id):
        papers.freeze(
            session, Kind.PAID, f"paid:{entry.debt_id}:{entry.number}", _whose(whole),
            lambda number: document_words.paid(whole, arrived, number), now,
        )  # fmt: skip
    return number


def write_year(session: Session, debt_id: str, year: int, now: datetime, how: contact.Sending | None = None) -> str:
    """What came and went in it, until today in the year that runs; its number. The same while nothing changes."""
    whole = _whole(session, debt_id, how, now)
    first, last = date(year, 1, 1), min(date(year, 12, 31), whole.party.today(now))
    entries = accounts.known_history(session, debt_id)
    within = [one for one in entries if first <= one.effective_on <= last]
    before = sum((one.amount for one in entries if one.effective_on < first), Money.zero(whole.debt.balance.currency))
    of = Year(first, last, before, sorted(within, key=lambda one: (one.effective_on, one.number)))
    newest = max((one.number for one in entries if one.effective_on <= last), default=0)
    source = f"year:{debt_id}:{last.isoformat()}:{newest}"
    return papers.freeze(
        session, Kind.YEAR, source, _whose(whole), lambda number: document_words.year(whole, of, number), now
    )  # fmt: skip


def years(entries: Sequence[Entry], today: date) -> tuple[int, ...]:
    """Those in which anything came or went, the newest first."""
    return tuple(sorted({one.effective_on.year for one in entries if one.effective_on <= today}, reverse=True))


def receipt_of(source: str) -> str:
    """What the receipt of a payment is the document of."""
    return f"receipt:{source}"


def receipt_for(session: Session, request: PaymentRequest, past: Sequence[Past]) -> papers.Kept | None:
    """The newest receipt of what was paid of this debt by its link."""
    sources = (request.source(one.payment_id) for one in reversed(past) if one.payment_id)
    found = (papers.by_source(session, receipt_of(source)) for source in sources)
    return next((one for one in found if one is not None), None)


def document_routes(settings: Settings, database: Engine) -> list[Route]:
    """`/d/<token>` for a document by a link of its own, `/p/<token>/receipt` for the receipt of a link to pay."""
    return [
        *papers.routes(papers.Place(settings, database, _by_link, "/d")),
        *papers.routes(papers.Place(settings, database, _by_payment, "/p", end="/receipt", asks=("of",))),
    ]


def _by_link(session: Session, token: str, _asked: Mapping[str, str]) -> papers.Found | None:
    kept = papers.by_token(session, token)
    return _found(session, kept) if kept is not None else None


def _by_payment(session: Session, token: str, asked: Mapping[str, str]) -> papers.Found | None:
    """Of several debts at once `of` counts them, from 1."""
    request = store.request_by_token(session, token)
    if request is None:
        return None
    past = store.attempts_of(session, request.id)
    parts = [one for one in request.parts if receipt_for(session, one, past) is not None]
    place = int(asked["of"]) if asked.get("of", "").isdecimal() and len(asked["of"]) < 3 else 1
    kept = receipt_for(session, parts[place - 1], past) if 0 < place <= len(parts) else None
    return _found(session, kept) if kept is not None else None


def _found(session: Session, kept: papers.Kept) -> papers.Found:
    frozen = papers.frozen(session, kept.number)
    return papers.Found(kept.whose.party_id, kept.whose.debt_id, kept.number, frozen, since=_since(session, kept))


def _since(session: Session, kept: papers.Kept) -> str:
    """What it no longer tells."""
    entries = accounts.known_history(session, kept.whose.debt_id)
    if kept.kind is Kind.PAID and ledger.balance(session, kept.whose.debt_id).is_positive:
        return "since_owed_again"
    source = kept.of.partition(":")[2]
    back = [one for one in entries if one.source == accounts.undone(source) or ledger.goes_back_of(one) == source]
    gone = sum(one.amount.minor for one in back) > 0
    return "since_went_back" if kept.kind is Kind.RECEIPT and gone else ""


def _was_let_go(session: Session, debt_id: str) -> bool:
    """Whether a part was never paid: then the letter of the agreement says how it was closed."""
    entries = accounts.known_history(session, debt_id)
    undone = {one.source for one in entries}
    return any(one.kind is EntryKind.WRITE_OFF and accounts.undone(one.source) not in undone for one in entries)


def _whole(session: Session, debt_id: str, how: contact.Sending | None, now: datetime) -> Whole:
    debt = accounts.known_debt(session, debt_id)
    by = Collector(how.company, third_party=how.role == "third_party") if how is not None and how.company else None
    return Whole(accounts.known_party(session, debt.party_id), debt, by, now)


def _whose(whole: Whole) -> Whose:
    return Whose(whole.party.id, whole.debt.id)
