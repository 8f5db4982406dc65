"""The rows of a file of accounts: looked at without changing anything, and then placed, some hundred at a time."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timezone
from decimal import Decimal, InvalidOperation

from bot import accounts, identity
from bot.core import Money, Problem, Problems, Session
from bot.exchange.reading import LEFT_OUT, Layout, Reader, shortened
from bot.exchange.report import Report, Tally

Numbered = Sequence[tuple[int, Sequence[str]]]


@dataclass
class AccountsIn:
    """One file. `client` is whose it is: other creditors' accounts are a problem where `only_own`."""

    names: Sequence[str]
    layout: Layout
    products: frozenset[str]
    secret: str
    only_own: str = ""
    tally: Tally = field(default_factory=Tally)
    report: Report = field(default_factory=Report)

    def __post_init__(self) -> None:
        self.reader = Reader(self.names, self.layout)
        self._references: dict[str, int] = {}
        self._people: dict[str, str] = {}
        self._counted: set[str] = set()
        self._products: Counter[str] = Counter()
        self._money: Counter[str] = Counter()

    def check(self, session: Session, rows: Numbered, now: datetime) -> None:
        """Adds to `report` and `tally`; reads only."""
        good: list[tuple[int, accounts.Placement]] = []
        for number, row in rows:
            self.report.rows += 1
            read = self._read(number, row, now)
            if isinstance(read, accounts.Placement):
                good.append((number, read))
            elif read is not None:
                self.tally.add(number, read)
        found = accounts.look(session, [one for _, one in good], secret=self.secret)
        stands = self._against_what_is_here(session, found)
        for (number, placement), printed in zip(good, found.prints):
            problems = [*stands.get(placement.where, ()), *self._clashes(number, placement, printed.person)]
            if problems:
                self.tally.add(number, problems)
            else:
                self._count(placement, is_here=placement.account.reference in found.debts)

    def _read(self, number: int, row: Sequence[str], now: datetime) -> accounts.Placement | Sequence[Problem] | None:
        """None when its product is not known, or stays out: it is neither good nor bad."""
        today = now.astimezone(timezone.utc).date()
        cells = complete(self.reader.cells(row), today)
        where = f"row {number}"
        if (more := self.reader.too_many(row, where)):
            return more
        read = accounts.read_row(cells, where, today)
        problems = [] if isinstance(read, accounts.Placement) else list(read)
        if shortened(cells.get("reference", "")):
            expected = "the whole account number: a spreadsheet has shortened it"
            problems.append(Problem(f"{where}, reference", expected, cells["reference"]))
        if self.only_own and cells.get("client") != self.only_own:
            problems.append(Problem(f"{where}, client", self.only_own, cells.get("client", "")))
        product = cells.get("product", "")
        if product and product not in self.products:
            self._products[product] += 1
            return None
        return problems or (read if isinstance(read, accounts.Placement) else ())

    def _clashes(self, number: int, read: accounts.Placement, printed: str) -> Iterator[Problem]:
        """With an earlier row of the file. Of a person only the print is kept: there may be half a million."""
        letters = re.sub(r"[^0-9A-Z]", "", read.account.reference.upper())
        earlier = self._references.setdefault(letters, number)
        if earlier != number:
            yield Problem(f"{read.where}, reference", f"one that is not in row {earlier} too", read.account.reference)
        if read.person.customer not in self._people:
            self._people[read.person.customer] = printed
        elif self._people[read.person.customer] != printed:
            yield Problem(f"{read.where}, customer", "the same person as in the row where they come first", read.person.customer)

    def _against_what_is_here(self, session: Session, found: accounts.Look) -> Mapping[str, list[Problem]]:
        """By row."""
        problems = list(found.problems)
        fresh = [one.placement for one in found.prints if one.placement.account.reference not in found.debts]
        owners = identity.owners(session, [one.account.reference for one in fresh], self.secret)
        for one in fresh if owners else ():
            [*theirs] = identity.owners(session, [one.account.reference], self.secret).values()
            if theirs and theirs[0] != found.people.get(one.person.customer, ("", ""))[0]:
                problems.append(Problem(f"{one.where}, reference", "a reference that no other person has", one.account.reference))
        by_row: dict[str, list[Problem]] = {}
        for problem in problems:
            by_row.setdefault(problem.where.rpartition(", ")[0], []).append(problem)
        return by_row

    def _count(self, placement: accounts.Placement, *, is_here: bool) -> None:
        self.report.good += 1
        self.report.unchanged += is_here
        person = placement.person
        if person.customer not in self._counted:
            self._counted.add(person.customer)
            self.report.companies += person.kind is accounts.PartyKind.COMPANY
            self.report.people += person.kind is accounts.PartyKind.PERSON
        for entry in placement.entries:
            self._money[entry.amount.currency] += entry.amount.minor
        if person.spouse:
            self.report.couples.append((person.customer, person.spouse))

    def finish(self) -> Report:
        """Once all rows were checked."""
        report, tally = self.report, self.tally
        report.bad, report.groups, report.money = len(tally.found.out), tally.groups, dict(self._money)
        report.skipped = self._products.pop(LEFT_OUT, 0)
        report.products = dict(self._products)
        zips = self.reader.mended["zips"]
        if zips:
            report.mended.append(f"In {zips:,} {'row' if zips == 1 else 'rows'} the ZIP code had lost a leading zero; it was put back.")
        return report

    def take(self, session: Session, rows: Numbered, now: datetime) -> None:
        """Places what was good. What has become a problem since then stays out, and `report.late` says so."""
        good = [one for number, row in rows if isinstance(one := self._read(number, row, now), accounts.Placement)]
        try:
            accounts.place(session, good, now=now, secret=self.secret, couples=False)
        except Problems:
            for one in good:
                self._place_alone(session, one, now)

    def _place_alone(self, session: Session, one: accounts.Placement, now: datetime) -> None:
        try:
            accounts.place(session, [one], now=now, secret=self.secret, couples=False)
        except Problems as raised:
            self.report.late.extend(str(problem) for problem in raised.problems)

    def end(self, session: Session, now: datetime) -> None:
        """When all rows are in."""
        accounts.marry(session, self.report.couples, now=now)


def complete(cells: dict[str, str], today: date) -> dict[str, str]:
    """What a creditor leaves out because it follows: what is owed now, or was owed then; a due date to come is none missed."""
    currency = cells.get("currency") or "USD"
    if cells.get("due_since", "") > today.isoformat():
        cells["due_on"] = cells.get("due_on") or cells["due_since"]
        cells["due_since"] = ""
    if paid_on := cells.pop("settled_on", ""):
        return _settled(cells, paid_on)
    since = ("interest_since", "fees_since", "payments_since", "credits_since")
    if not cells.get("amount_then") and not any(cells.get(name) for name in since):
        cells["amount_then"] = cells.get("balance", "")
    if not cells.get("balance"):
        cells["balance"] = _sum(cells, currency)
    return cells


def _settled(cells: dict[str, str], paid_on: str) -> dict[str, str]:
    """The whole of it was paid on that day."""
    amount = cells.get("amount_then") or cells.get("balance", "")
    cells.update({"balance": "0", "last_payment_on": paid_on, "last_payment": amount, "amount_then": amount})
    if paid_on > cells.get("itemisation_date", ""):
        cells["payments_since"] = amount
    else:
        cells["amount_then"] = "0"
    return cells


def _sum(cells: Mapping[str, str], currency: str) -> str:
    """Blank where one of them is no amount: then that is what is told."""
    signs = {"amount_then": 1, "interest_since": 1, "fees_since": 1, "payments_since": -1, "credits_since": -1}
    try:
        total = sum((sign * Decimal(cells.get(name) or "0") for name, sign in signs.items()), Decimal(0))
        return str(Money.of(total, currency).major)
    except (InvalidOperation, ValueError):
        return ""
