"""What a creditor says of accounts that are here: what is owed now, what came to them, and that they take one back.

| action | what |
|---|---|
| `balance` | so much is owed now: the difference is an entry of the ledger |
| `payment` | so much came to the creditor itself, on that day; the note tells it from another |
| `write_off` | nothing of it is asked for any more |
| `recall` | the creditor takes the account back: the same, and its plan ends |
| `reopen` | what was written off or recalled is owed again |

Each says what is, so that the same row twice changes nothing.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from bot import accounts, negotiation
from bot.accounts import DebtStatus, EntryKind
from bot.core import Money, Problem, Problems, Session, lock, record
from bot.exchange.reading import Layout, Reader
from bot.exchange.report import Report, Tally
from bot.payments import elsewhere, plan

ACTIONS = ("balance", "payment", "write_off", "recall", "reopen")
_ALIKE = {"writeoff": "write_off", "written_off": "write_off", "re_open": "reopen", "recalled": "recall", "withdraw": "recall",
          "withdrawal": "recall", "paid": "payment", "balance_update": "balance"}  # fmt: skip
_GONE = ("write_off", "recall")
_AMOUNT = re.compile(r"-?\d+(\.\d+)?", re.ASCII)
Numbered = Sequence[tuple[int, Sequence[str]]]


@dataclass(frozen=True)
class Update:
    """`amount` of a balance is what is owed now, of a payment what came; None otherwise. `on` None: today."""

    debt: accounts.Debt
    action: str
    amount: Money | None
    on: date | None
    note: str


def read(session: Session, cells: Mapping[str, str], client: str, where: str) -> Update | list[Problem]:
    """Of one account of this creditor."""
    reference, action = cells.get("reference", "").strip(), _action(cells.get("action", ""))
    debt = accounts.known_debt_by_reference(session, reference)
    if debt is None or debt.client != client:
        return [Problem(f"{where}, reference", f"an account of {client} that is here", reference)]
    problems, amount, on = [], None, None
    if action not in ACTIONS:
        problems.append(Problem(f"{where}, action", f"one of {', '.join(ACTIONS)}", cells.get("action", "")))
    if action in ("balance", "payment"):
        try:
            amount = Money.of(_written(cells.get("amount", "")), debt.balance.currency)
        except ValueError:
            problems.append(Problem(f"{where}, amount", "an amount such as 1234.50", cells.get("amount", "")))
        if amount is not None and (amount.minor < 0 or (action == "payment" and amount.is_zero)):
            problems.append(Problem(f"{where}, amount", "nothing or more; of a payment more", cells["amount"]))
    try:
        on = date.fromisoformat(cells["day"]) if cells.get("day") else None
    except ValueError:
        problems.append(Problem(f"{where}, day", "a day such as 2026-09-30", cells["day"]))
    if action == "payment" and on is None and not problems:
        problems.append(Problem(f"{where}, day", "the day on which the payment came", ""))
    if action == "payment" and not cells.get("note"):
        problems.append(Problem(f"{where}, note", "what tells this payment from another: its number", ""))
    return problems or Update(debt, action, amount, on, cells.get("note", "").strip()[:elsewhere.LONGEST_REFERENCE])


def _written(amount: str) -> str:
    """Raises ValueError for 1e9, which a calculator reads and nobody means."""
    if not _AMOUNT.fullmatch(amount.strip()):
        raise ValueError(amount)
    return amount.strip()


def apply(session: Session, update: Update, *, by: str, now: datetime) -> bool:
    """False when it is so already. Raises Problems."""
    lock(session, "debt", update.debt.id)
    debt = accounts.known_debt(session, update.debt.id)
    do = {"balance": _balance, "payment": _payment, "write_off": _gone, "recall": _gone, "reopen": _reopen}[update.action]
    if not do(session, debt, update, by, now):
        return False
    data = {"action": update.action, "minor": update.amount.minor if update.amount else 0}
    record(session, "AccountUpdated", subject=debt.id, data=data, now=now, actor=by)
    return True


def _balance(session: Session, debt: accounts.Debt, update: Update, by: str, now: datetime) -> bool:
    assert update.amount is not None
    difference = update.amount - debt.balance
    if difference.is_zero:
        return False
    _post(session, debt, EntryKind.ADJUSTMENT, difference, "balance", update.note or "what the creditor says is owed", now, update.on)
    plan.close_what_is_paid(session, debt.id, now)
    return True


def _payment(session: Session, debt: accounts.Debt, update: Update, by: str, now: datetime) -> bool:
    assert update.amount is not None and update.on is not None
    got = elsewhere.Received(update.amount, update.on, elsewhere.How.CREDITOR, update.note)
    try:
        elsewhere.record_received(session, debt.id, got, by=by, now=now)
    except elsewhere.AlreadyRecorded:
        return False
    return True


def _gone(session: Session, debt: accounts.Debt, update: Update, by: str, now: datetime) -> bool:
    if not debt.balance.is_positive:
        return False
    memo = {"recall": "taken back by the creditor", "write_off": "written off by the creditor"}[update.action]
    running = negotiation.current_agreement(session, debt.id)
    if running is not None:
        negotiation.end(session, running.id, "cancelled", now, reason=memo, by=by)
    _post(session, debt, EntryKind.WRITE_OFF, -debt.balance, update.action, memo, now, None)
    return True


def _reopen(session: Session, debt: accounts.Debt, update: Update, by: str, now: datetime) -> bool:
    entries = accounts.known_history(session, debt.id)
    sources = {entry.source for entry in entries}
    gone = [
        entry for entry in entries
        if entry.kind is EntryKind.WRITE_OFF and entry.source.startswith(tuple(f"client:{one}:" for one in _GONE))
        and accounts.undone(entry.source) not in sources
    ]  # fmt: skip
    for entry in gone:
        accounts.post(session, debt_id=debt.id, kind=EntryKind.REVERSAL, amount=-entry.amount,
                      source=accounts.undone(entry.source), now=now, memo="opened again by the creditor")  # fmt: skip
    return bool(gone)


def _post(
    session: Session, debt: accounts.Debt, kind: EntryKind, amount: Money, action: str, memo: str, now: datetime, on: date | None
) -> None:
    """Under a source that says how many of these there were: the lock on the debt makes it the next one."""
    prefix = f"client:{action}:{debt.id}:"
    times = sum(entry.source.startswith(prefix) and not entry.source.endswith("undone")
                for entry in accounts.known_history(session, debt.id))  # fmt: skip
    accounts.post(session, debt_id=debt.id, kind=kind, amount=amount, source=f"{prefix}{times + 1}", now=now, memo=memo, on=on)


def _action(said: str) -> str:
    plain = "_".join(said.strip().lower().replace("-", " ").split())
    return _ALIKE.get(plain, plain)


@dataclass
class UpdatesIn:
    """The rows of one file of updates."""

    names: Sequence[str]
    layout: Layout
    client: str
    file_id: str
    tally: Tally = field(default_factory=Tally)
    report: Report = field(default_factory=Report)

    def __post_init__(self) -> None:
        self.reader = Reader(self.names, self.layout)
        self._does: Counter[str] = Counter()

    def check(self, session: Session, rows: Numbered, now: datetime) -> None:
        for number, row in rows:
            self.report.rows += 1
            found = self._read(session, number, row)
            if isinstance(found, Update):
                found = standing(session, found, f"row {number}", now)
            if isinstance(found, Update):
                self.report.good += 1
                self._does[found.action] += 1
            else:
                self.tally.add(number, found)

    def _read(self, session: Session, number: int, row: Sequence[str]) -> Update | list[Problem]:
        where = f"row {number}"
        return self.reader.too_many(row, where) or read(session, self.reader.cells(row), self.client, where)

    def finish(self) -> Report:
        self.report.bad, self.report.groups = len(self.tally.found.out), self.tally.groups
        self.report.does = dict(self._does)
        return self.report

    def take(self, session: Session, rows: Numbered, now: datetime) -> None:
        """A row that cannot be taken any more leaves nothing behind, and is told."""
        for number, row in rows:
            found = self._read(session, number, row)
            try:
                if not isinstance(found, Update):
                    raise Problems(found)
                with session.begin_nested():
                    changed = apply(session, found, by="client", now=now)
                self.report.unchanged += not changed
            except (Problems, ValueError) as raised:
                self.report.late.append(f"row {number}: {raised}")

    def end(self, session: Session, now: datetime) -> None:
        """Each row is whole by itself."""


def standing(session: Session, update: Update, where: str, now: datetime) -> Update | list[Problem]:
    """What would be refused when it is taken."""
    today = accounts.known_party(session, update.debt.party_id).today(now)
    if update.on is not None and not update.debt.opened_on <= update.on <= today:
        return [Problem(f"{where}, day", f"a day from {update.debt.opened_on} to {today}", update.on.isoformat())]
    if update.action == "reopen" and update.debt.status is DebtStatus.OPEN:
        return [Problem(f"{where}, action", "an account that was written off or taken back", "one that is open")]
    return update
