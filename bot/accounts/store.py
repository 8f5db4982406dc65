"""Tables of accounts, and what is read from them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any

import sqlalchemy as sa

from bot.accounts.guards import guard
from bot.accounts.model import Debt, DebtStatus, Entry, EntryKind, ItemisationKind, Party
from bot.core import Money, Session, UtcDateTime, insert_once, metadata

Number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

parties = sa.Table(
    "parties",
    metadata,
    sa.Column("id", sa.String(40), primary_key=True),
    sa.Column("customer", sa.String(80), nullable=False, unique=True),
    sa.Column("given_name", sa.String(80), nullable=False),
    sa.Column("family_name", sa.String(80), nullable=False),
    sa.Column("language", sa.String(2), nullable=False),
    sa.Column("time_zone", sa.String(40), nullable=False),
    sa.Column("state", sa.String(2), nullable=False),
    sa.Column("fingerprint", sa.String(64), nullable=False),
    sa.Column("kind", sa.String(10), nullable=False, server_default="person"),
)
"""`customer` is the client's key; `fingerprint` tells whether a file says the same again."""
debts = sa.Table(
    "debts",
    metadata,
    sa.Column("id", sa.String(40), primary_key=True),
    sa.Column("party_id", sa.String(40), sa.ForeignKey("parties.id"), nullable=False, index=True),
    sa.Column("client", sa.String(80), nullable=False),
    sa.Column("product", sa.String(40), nullable=False),
    sa.Column("reference", sa.String(80), nullable=False, unique=True),
    sa.Column("opened_on", sa.Date, nullable=False),
    sa.Column("last_statement_on", sa.Date),
    sa.Column("itemisation_date", sa.Date, nullable=False),
    sa.Column("itemisation_kind", sa.String(20), nullable=False),
    sa.Column("due_since", sa.Date),
    sa.Column("due_on", sa.Date),  # when the whole of it is due, while that is to come
    sa.Column("was_disputed", sa.Boolean),  # of what was closed when it came here; null: not known
    sa.Column("service_from", sa.Date),
    sa.Column("service_to", sa.Date),
    sa.Column("jurisdiction", sa.String(10), nullable=False),
    sa.Column("currency", sa.String(3), nullable=False),
    sa.Column("fingerprint", sa.String(64), nullable=False),
    sa.Column("placed_at", UtcDateTime, nullable=False),
)
ledger_entries = sa.Table(
    "ledger_entries",
    metadata,
    sa.Column("number", Number, primary_key=True),
    sa.Column("debt_id", sa.String(40), sa.ForeignKey("debts.id"), nullable=False, index=True),
    sa.Column("kind", sa.String(20), nullable=False),
    sa.Column("amount_minor", sa.BigInteger, nullable=False),
    sa.Column("currency", sa.String(3), nullable=False),
    sa.Column("effective_on", sa.Date, nullable=False),
    sa.Column("at", UtcDateTime, nullable=False),
    sa.Column("source", sa.String(120), nullable=False, unique=True),
    sa.Column("memo", sa.String(200), nullable=False),
    sa.CheckConstraint(
        "(kind IN ('principal', 'interest', 'fee') AND amount_minor > 0)"
        " OR (kind IN ('payment', 'write_off') AND amount_minor < 0)"
        " OR (kind IN ('adjustment', 'reversal') AND amount_minor <> 0)",
        name="sign",
    ),
    sa.Index("ix_ledger_entries_at", "at"),
    sa.Index("ix_ledger_entries_effective", "effective_on"),
)
guard(ledger_entries)
disputes = sa.Table(
    "disputes",
    metadata,
    sa.Column("number", Number, primary_key=True),
    sa.Column("party_id", sa.String(40), sa.ForeignKey("parties.id"), index=True),
    sa.Column("debt_id", sa.String(40), sa.ForeignKey("debts.id")),
    sa.Column("conversation_id", sa.String(40), index=True),
    sa.Column("reason", sa.String(30), nullable=False),
    sa.Column("part_minor", sa.BigInteger),
    sa.Column("currency", sa.String(3)),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("source", sa.String(120), nullable=False, unique=True),
    sa.Column("hold_id", sa.String(40)),
    sa.Column("named", sa.String(80), nullable=False, server_default=""),  # the account, by who was not verified
    sa.Column("placed_at", UtcDateTime, nullable=False),
)
dispute_decisions = sa.Table(
    "dispute_decisions",
    metadata,
    sa.Column("number", Number, sa.ForeignKey("disputes.number"), primary_key=True, autoincrement=False),
    sa.Column("outcome", sa.String(20), nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("actor", sa.String(80), nullable=False),
    sa.Column("at", UtcDateTime, nullable=False),
)
customer_status = sa.Table(
    "customer_status",
    metadata,
    sa.Column("debt_id", sa.String(40), sa.ForeignKey("debts.id"), primary_key=True),
    sa.Column("still_on", sa.Date, primary_key=True),  # the last day on which they were the creditor's customer
    sa.Column("known_at", UtcDateTime, nullable=False, index=True),  # when a file said so
)
imports = sa.Table(
    "imports",
    metadata,
    sa.Column("hash", sa.String(64), primary_key=True),
    sa.Column("at", UtcDateTime, nullable=False),
    sa.Column("report", sa.JSON, nullable=False),
)


def party_where(session: Session, *conditions: Any) -> Party | None:
    return next(parties_where(session, *conditions), None)


def parties_where(session: Session, *conditions: Any) -> Iterator[Party]:
    for row in session.execute(sa.select(parties).where(*conditions)).mappings():
        yield Party(**{name: row[name] for name in Party.__dataclass_fields__})


def debts_where(session: Session, *conditions: Any) -> tuple[Debt, ...]:
    """With balance and status, oldest first."""
    query = _with_balance().where(*conditions).order_by(debts.c.opened_on, debts.c.reference)
    return tuple(_debt(row) for row in session.execute(query).mappings())


def debt_of(session: Session, debt_id: str) -> Debt | None:
    """One by its id. It is asked for several times for each payment, so the question is put together once."""
    row = session.execute(_one(), {"debt_id": debt_id}).mappings().one_or_none()
    return _debt(row) if row is not None else None


@lru_cache(maxsize=1)
def _one() -> Any:
    return _with_balance().where(debts.c.id == sa.bindparam("debt_id"))


@lru_cache(maxsize=1)
def _with_balance() -> Any:
    minor, write_offs = _of_its_entries(ledger_entries.c.amount_minor), _of_its_entries(_IS_WRITE_OFF)
    return sa.select(
        debts, minor.label("minor"), write_offs.label("write_offs"), _is_disputed().label("is_disputed"),
        _parts_disputed().label("parts"),
    )  # fmt: skip


def entries_of(session: Session, debt_id: str) -> tuple[Entry, ...]:
    """Oldest first."""
    return entries_where(session, ledger_entries.c.debt_id == debt_id)


def entries_where(session: Session, *conditions: Any) -> tuple[Entry, ...]:
    """Oldest first."""
    query = (
        sa.select(ledger_entries).where(*conditions).order_by(ledger_entries.c.effective_on, ledger_entries.c.number)
    )
    return tuple(map(entry_of, session.execute(query)))


def entry_of(row: Any) -> Entry:
    return Entry(
        row.number, row.debt_id, EntryKind(row.kind), Money(row.amount_minor, row.currency),
        row.effective_on, row.at, row.source, row.memo,
    )  # fmt: skip


def append(session: Session, rows: Iterable[Mapping[str, object]]) -> None:
    """Raises IntegrityError when a source was there already."""
    for_all = list(rows)
    if for_all:
        session.execute(ledger_entries.insert(), for_all)


def append_once(session: Session, row: Mapping[str, object]) -> bool:
    """False when its source was there already, whoever put it there and however lately.

    It is asked first because the guard of SQLite, which has one writer, refuses a second one aloud.
    """
    known = sa.select(ledger_entries.c.number).where(ledger_entries.c.source == row["source"])
    return session.execute(known).first() is None and insert_once(session, ledger_entries, row)


_IS_WRITE_OFF: Any = sa.case((ledger_entries.c.kind == "write_off", 1), else_=0)


def _of_its_entries(value: Any) -> Any:
    """Its sum over the entries of the debt at hand only, however long the ledger is."""
    of_debt = sa.select(sa.func.sum(value)).where(ledger_entries.c.debt_id == debts.c.id)
    return of_debt.correlate(debts).scalar_subquery()


FIRST_DISPUTE = 1000


def number_of(dispute: str) -> int:
    """The key of the row: D-1042 is 42."""
    return int(dispute.removeprefix("D-")) - FIRST_DISPUTE


def dispute_number(key: int) -> str:
    """As people read it."""
    return f"D-{FIRST_DISPUTE + key}"


def undecided() -> Any:
    """Disputes that nobody has decided yet."""
    return ~sa.exists().where(dispute_decisions.c.number == disputes.c.number)


def _is_disputed() -> Any:
    about_it = sa.and_(
        disputes.c.party_id == debts.c.party_id,
        sa.or_(disputes.c.debt_id == debts.c.id, disputes.c.debt_id.is_(None)),
        sa.or_(disputes.c.part_minor.is_(None), disputes.c.debt_id.is_(None)),
        undecided(),
    )
    return sa.exists().where(about_it).correlate(debts)


def _parts_disputed() -> Any:
    """The sum of what is disputed of this debt, each dispute of a part of it."""
    parts = sa.select(sa.func.sum(disputes.c.part_minor)).where(disputes.c.debt_id == debts.c.id, undecided())
    return parts.correlate(debts).scalar_subquery()


def _debt(row: Mapping[str, Any]) -> Debt:
    balance = Money(int(row["minor"] or 0), row["currency"])
    plain = {name: row[name] for name in Debt.__dataclass_fields__ if name in row and name not in _DERIVED}
    kind = ItemisationKind(row["itemisation_kind"])
    part = int(row["parts"] or 0)
    disputed = bool(row["is_disputed"]) or 0 < balance.minor <= part
    status = _status(balance, written_off=bool(row["write_offs"]), disputed=disputed)
    of_it = Money(part, row["currency"]) if part and not disputed else None
    return Debt(**{**plain, "itemisation_kind": kind}, balance=balance, status=status, disputed=of_it)


_DERIVED = ("balance", "status", "itemisation_kind", "disputed")


def _status(balance: Money, *, written_off: bool, disputed: bool) -> DebtStatus:
    if not balance.is_positive:
        return DebtStatus.WRITTEN_OFF if written_off else DebtStatus.PAID
    return DebtStatus.DISPUTED if disputed else DebtStatus.OPEN
