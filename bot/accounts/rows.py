"""One row of a client's file: every cell read, every contradiction named, nothing guessed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache
from typing import TypeVar

import phonenumbers
import zipcodes
from babel.numbers import list_currencies

from bot.accounts.model import EntryKind, ItemisationKind, PartyKind
from bot.accounts.placing import Account, Opening, Person, Placement
from bot.core import Money, Problem

REQUIRED = (
    "reference", "given_name", "family_name", "date_of_birth", "postcode", "client", "product", "opened_on",
    "itemisation_date", "itemisation_kind", "amount_then", "balance",
)  # fmt: skip
OF_A_PERSON = ("given_name", "family_name", "date_of_birth", "postcode")
"""What need not be there for a company."""
_FOR_PERSON, _FOR_COMPANY = frozenset(REQUIRED), frozenset(REQUIRED) - frozenset(OF_A_PERSON)
COLUMNS = (
    *REQUIRED, "company", "customer", "spouse", "language", "phone", "email", "address", "currency", "last_statement_on", "due_since",
    "due_on", "disputed", "service_from", "service_to", "interest_since", "fees_since", "payments_since", "credits_since",
    "last_payment_on", "last_payment", "still_customer_on",
)  # fmt: skip
_AMOUNT = re.compile(r"\$?(\d{1,3}(?:,\d{3})+|\d+)(\.\d+)?")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_PHONE = re.compile(r"(?:\+1[ .-]?)?\(?([2-9]\d{2})\)?[ .-]?([2-9]\d{2})[ .-]?(\d{4})", re.ASCII)
"""A number of North America as it is mostly written. All others are read by the library."""
_SINCE = ("interest_since", "fees_since", "payments_since", "credits_since", "last_payment", "last_payment_on")
"""All blank: nothing has come on top, or off."""
_LONGEST = 80
_EARLIEST = date(1900, 1, 1)
_AHEAD = timedelta(days=3660)
_YES, _NO = frozenset({"yes", "y", "true", "1", "si"}), frozenset({"", "no", "n", "false", "0"})
_KINDS = ", ".join(kind.value for kind in ItemisationKind)
_NOWHERE = "America/New_York"
"""The day of a company of which nobody says where it is."""
T = TypeVar("T")


@dataclass
class _Row:
    """The cells of a row, without space around them, and what was wrong with them so far."""

    cells: Mapping[str, str]
    where: str
    today: date
    problems: list[Problem] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.required = _FOR_COMPANY if self.cells.get("company") else _FOR_PERSON

    def wrong(self, column: str, expected: str, got: str | None = None) -> None:
        self.problems.append(
            Problem(f"{self.where}, {column}", expected, repr(self.text(column)) if got is None else got)
        )

    def text(self, column: str) -> str:
        return self.cells.get(column, "")

    def words(self, column: str) -> str:
        value = self.text(column)
        if not value or len(value) > _LONGEST or not value.isprintable():
            self.wrong(column, f"1 to {_LONGEST} letters")
        return value

    def read(self, column: str, expected: str, reader: Callable[[str], T], default: T) -> T:
        """What `reader` makes of the cell; the default and a problem when it raises ValueError."""
        try:
            return reader(self.cells.get(column, ""))
        except ValueError:
            self.wrong(column, expected)
            return default

    def day(self, column: str) -> date | None:
        """None for a blank, which is a problem only where the column must be filled."""
        if not self.cells.get(column) and column not in self.required:
            return None
        found = self.read(column, "a day such as 2026-09-30", date.fromisoformat, self.today)
        if not _EARLIEST <= found <= self.today:
            self.wrong(column, f"a day from {_EARLIEST} to {self.today}")
        return found

    def amount(self, column: str, currency: str) -> Money:
        """Zero for a blank where the column may be blank."""
        if not self.cells.get(column) and column not in self.required:
            return _zero(currency)
        try:
            return _amount(self.cells.get(column, ""), currency)
        except ValueError:
            self.wrong(column, "an amount such as 1234.50")
            return _zero(currency)


def read_row(cells: Mapping[str, str], where: str, today: date) -> Placement | tuple[Problem, ...]:
    """`today` is the last day that a cell may name."""
    if None in cells.values() or "" in cells:
        return (Problem(where, "as many cells as there are columns"),)
    row = _Row({name: cell.strip() for name, cell in cells.items()}, where, today)
    person = _person(row)
    account = _account(row)
    entries = tuple(_entries(row, account) if any(map(cells.get, _SINCE)) else _as_then(row, account))
    placement = Placement(where, person, account, entries, row.day("still_customer_on"))
    return tuple(dict.fromkeys(row.problems)) or placement


def _person(row: _Row) -> Person:
    is_company = bool(row.text("company"))
    born = row.day("date_of_birth") if not is_company else None
    state, time_zone = ("", _NOWHERE)
    if row.text("postcode") or not is_company:
        state, time_zone = row.read("postcode", "a ZIP code of the United States", _place, ("", ""))
    language = row.text("language") or "en"
    if language not in ("en", "es"):
        row.wrong("language", "en or es")
    email = row.text("email")
    if email and not _EMAIL.fullmatch(email):
        row.wrong("email", "an address such as maria@example.com")
    return Person(
        customer=row.text("customer") or row.text("reference"),
        given_name=row.words("company" if is_company else "given_name"),
        family_name="" if is_company else row.words("family_name"),
        date_of_birth=born,
        postcode=row.text("postcode"),
        state=state,
        time_zone=time_zone,
        language=language,
        phone=row.read("phone", "a telephone number such as +14045550123", _phone, ""),
        email=email,
        address=row.words("address") if row.text("address") else "",
        spouse=row.words("spouse") if row.text("spouse") and not is_company else "",
        kind=PartyKind.COMPANY if is_company else PartyKind.PERSON,
    )


def _account(row: _Row) -> Account:
    currency = row.text("currency") or "USD"
    if currency not in _currencies():
        row.wrong("currency", "a currency such as USD")
        currency = "USD"
    account = Account(
        client=row.words("client"),
        product=row.words("product"),
        reference=row.words("reference"),
        opened_on=row.day("opened_on") or row.today,
        itemisation_date=row.day("itemisation_date") or row.today,
        itemisation_kind=row.read(
            "itemisation_kind", f"one of {_KINDS}", ItemisationKind, ItemisationKind.LAST_STATEMENT
        ),
        last_statement_on=row.day("last_statement_on"),
        due_since=row.day("due_since"),
        service_from=row.day("service_from"),
        service_to=row.day("service_to"),
        currency=currency,
        due_on=_due_on(row),
        was_disputed=_was_disputed(row),
    )
    if not row.problems:
        _check_order(row, account)
    return account


def _due_on(row: _Row) -> date | None:
    """The only day that may be to come."""
    if not row.text("due_on"):
        return None
    found = row.read("due_on", "a day such as 2026-09-30", date.fromisoformat, row.today)
    if not _EARLIEST <= found <= row.today + _AHEAD:
        row.wrong("due_on", f"a day from {_EARLIEST} to {row.today + _AHEAD}")
    return found


def _was_disputed(row: _Row) -> bool | None:
    """A dispute that is open is no column: it holds the account, and is entered at the desk."""
    said = row.text("disputed").lower()
    if said not in _YES | _NO:
        row.wrong("disputed", "yes or no")
    if said in _YES and row.text("balance") and not row.amount("balance", row.text("currency") or "USD").is_zero:
        row.wrong("disputed", "yes only of what is paid; enter a dispute that is open at the desk, where it holds the account")
    return said in _YES if said else None


def _check_order(row: _Row, account: Account) -> None:
    """Nothing happens to an account before it is opened."""
    later = ("itemisation_date", "last_statement_on", "due_since")
    days = {name: getattr(account, name) for name in later} | {
        name: row.day(name) for name in ("last_payment_on", "still_customer_on")
    }
    for column, day in days.items():
        if day and day < account.opened_on:
            row.wrong(column, f"a day from opened_on ({account.opened_on}) on")
    if account.service_from and account.service_to and account.service_from > account.service_to:
        row.wrong("service_to", "a day from service_from on")


def _as_then(row: _Row, account: Account) -> Iterator[Opening]:
    """The same where nothing came after the itemisation date."""
    amount = row.amount("amount_then", account.currency)
    _check_balance(row, amount)
    if not row.problems and not amount.is_zero:
        yield Opening(EntryKind.PRINCIPAL, amount, account.itemisation_date, "brought forward")


def _entries(row: _Row, account: Account) -> Iterator[Opening]:
    """The ledger that says what the row says. A payment by the itemisation date is added to what was owed."""
    then, currency = account.itemisation_date, account.currency
    after = then + timedelta(days=1)
    amount = row.amount("amount_then", currency)
    interest, fees = row.amount("interest_since", currency), row.amount("fees_since", currency)
    paid, credits = row.amount("payments_since", currency), row.amount("credits_since", currency)
    last, last_on = row.amount("last_payment", currency), row.day("last_payment_on")
    if then == row.today and not (interest + fees + paid + credits).is_zero:
        row.wrong("itemisation_date", "a day before today, since something came after it")
    total = amount + interest + fees - paid - credits
    _check_balance(row, total)
    _check_last(row, paid, last, last_on, then)
    if row.problems:
        return
    is_since = last_on is not None and last_on > then
    rest, before = (paid - last, _zero(currency)) if is_since else (paid, last)
    lines = (
        (EntryKind.PRINCIPAL, amount + before, min(last_on or then, then), "brought forward"),
        (EntryKind.INTEREST, interest, after, "since the itemisation date"),
        (EntryKind.FEE, fees, after, "since the itemisation date"),
        (EntryKind.ADJUSTMENT, -credits, after, "since the itemisation date"),
        (EntryKind.PAYMENT, -rest, after, "since the itemisation date"),
        (EntryKind.PAYMENT, -last, last_on or then, ""),
    )
    yield from (Opening(*line) for line in lines if not line[1].is_zero)


def _check_balance(row: _Row, total: Money) -> None:
    if row.amount("balance", total.currency) != total and not row.problems:
        row.wrong("balance", f"the sum of the other amounts, {total.major}")


def _check_last(row: _Row, paid: Money, last: Money, last_on: date | None, then: date) -> None:
    if last.is_positive != (last_on is not None):
        row.wrong("last_payment", "an amount together with last_payment_on")
    if last_on and last_on > then and last > paid:
        expected = f"no more than payments_since ({paid.major}), since it came after itemisation_date"
        row.wrong("last_payment", expected)


@lru_cache(maxsize=32)
def _zero(currency: str) -> Money:
    return Money.zero(currency)


@lru_cache(maxsize=1_000)
def _amount(text: str, currency: str) -> Money:
    """A row says most of its amounts twice."""
    match = _AMOUNT.fullmatch(text)
    if match is None:
        raise ValueError
    return Money.of(match[1].replace(",", "") + (match[2] or ""), currency)


def _phone(text: str) -> str:
    if not text:
        return ""
    if (plain := _PHONE.fullmatch(text)) is not None:
        return f"+1{plain[1]}{plain[2]}{plain[3]}"  # what the library says of it, at a fiftieth of the time
    try:
        number = phonenumbers.parse(text, "US")
    except phonenumbers.NumberParseException:
        raise ValueError from None
    if not phonenumbers.is_possible_number(number):
        raise ValueError
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _place(postcode: str) -> tuple[str, str]:
    """State and time zone. Raises ValueError."""
    match = re.fullmatch(r"(\d{5})(-\d{4})?", postcode)
    if match is None or match[1] not in _places():
        raise ValueError
    return _places()[match[1]]


def is_zip(code: str) -> bool:
    """Whether there is this ZIP code of five digits."""
    return code in _places()


@lru_cache(maxsize=1)
def _currencies() -> frozenset[str]:
    return frozenset(list_currencies())


@lru_cache(maxsize=1)
def _places() -> dict[str, tuple[str, str]]:
    """Every ZIP code of the United States that lies in a time zone."""
    return {
        found["zip_code"]: (found["state"], found["timezone"])
        for found in zipcodes.list_all()  # type: ignore[no-untyped-call]
        if found["timezone"]
    }
