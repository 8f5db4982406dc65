"""All that is kept about one person and their accounts, as one file: for a regulator, and for the person.

It is gathered by the ids that rows share, from every table there is, so that a new table is in it the day that it is
made. Secrets (hashes, tokens) are left out, and what was said to somebody else on a shared telephone.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from bot import accounts, core, tables
from bot.core import Session

assert tables.ROOMS
_NAMES = {
    "parties": "party_id", "debts": "debt_id", "conversations": "conversation_id", "agreements": "agreement_id",
    "offers": "offer_id", "payment_requests": "request_id", "cases": "case_id", "holds": "hold_id",
}  # fmt: skip
"""What other tables call the id of a row of this one."""
_WITHIN = ("party_id", "debt_id", "conversation_id", "agreement_id", "request_id")
"""By which of them a row belongs to somebody."""
_LEFT_OUT = ("hash", "token", "fingerprint", "password", "network", "dedup_key", "worker")
Row = dict[str, Any]


@dataclass(frozen=True)
class Records:
    """Rows by table, each table in the order of its key; `facts` are those of the log about any of it, oldest first."""

    party_id: str
    rows: Mapping[str, tuple[Row, ...]]
    facts: tuple[core.Fact, ...]

    @property
    def last_activity(self) -> datetime | None:
        """The newest thing that was said, paid, agreed or decided."""
        moments = [value for rows in self.rows.values() for row in rows for name, value in row.items()
                   if isinstance(value, datetime) and name in _MOMENTS]  # fmt: skip
        return max(moments, default=None)


_MOMENTS = frozenset(["at", "received_at", "created_at", "sent_at", "made_at", "agreed_at", "placed_at", "released_at",
                      "opened_at", "closed_at", "told_at"])  # fmt: skip


def gather(session: Session, party_id: str) -> Records:
    """Everything that is kept about this person."""
    known: dict[str, set[str]] = {name: set() for name in _NAMES.values()}
    known["party_id"] = {party_id}
    found: dict[str, dict[tuple[Any, ...], Row]] = {}
    while True:
        before = {name: len(ids) for name, ids in known.items()}
        for table in core.metadata.sorted_tables:
            for row in _rows_of(session, table, known, party_id):
                found.setdefault(table.name, {})[tuple(row[column.name] for column in table.primary_key)] = row
                if table.name in _NAMES:
                    known[_NAMES[table.name]].add(str(row["id"]))
                if row.get("conversation_id") and row.get("party_id") == party_id:
                    known["conversation_id"].add(str(row["conversation_id"]))
        if {name: len(ids) for name, ids in known.items()} == before:
            break
    numbers = [row["number"] for row in found.get("disputes", {}).values()]
    decided = core.metadata.tables["dispute_decisions"]
    for decision in session.execute(sa.select(decided).where(decided.c.number.in_(numbers))).mappings():
        found.setdefault("dispute_decisions", {})[(decision["number"],)] = dict(decision)
    rows = {name: tuple(_shown(row) for _, row in sorted(by_key.items(), key=lambda one: str(one[0])))
            for name, by_key in found.items()}  # fmt: skip
    subjects = sorted(one for ids in known.values() for one in ids)
    facts = [fact for subject in subjects for fact in core.facts(session, subject=subject)]
    return Records(party_id, rows, tuple(sorted(facts, key=lambda fact: fact.at)))


def as_json(records: Records) -> str:
    """For the person and for machines."""
    facts = [{"at": fact.at, "kind": fact.kind, "subject": fact.subject, "by": fact.actor, "data": fact.data}
             for fact in records.facts]  # fmt: skip
    whole = {"party": records.party_id, "records": dict(records.rows), "facts": facts}
    return json.dumps(whole, indent=1, sort_keys=True, ensure_ascii=False, default=_written)


def as_page(session: Session, records: Records, now: datetime) -> str:
    """Markdown that a regulator can read: who was told what, when, under which rules, and what happened."""
    party = accounts.known_party(session, records.party_id)
    debts = [f"- {debt.client}, {debt.product}, account ending {debt.ending}: {debt.balance.text()} ({debt.status.value})"
             for debt in accounts.known_debts_of(session, party.id)]  # fmt: skip
    told = [[_at(row["created_at"]), row["channel"], row["state"], row["author"], " ".join(row["rules"]), row["text"]]
            for row in sorted(records.rows.get("outbox", ()), key=lambda row: row["number"])]  # fmt: skip
    heard = [[_at(row["received_at"]), row["channel"], row["text"]]
             for row in sorted(records.rows.get("inbox", ()), key=lambda row: row["number"])]  # fmt: skip
    holds = [[_at(row["placed_at"]), row["kind"], row["reason"], _at(row["released_at"]) or str(row["ends_on"] or "")]
             for row in records.rows.get("holds", ())]  # fmt: skip
    ledger = [[str(row["effective_on"]), row["kind"], core.Money(row["amount_minor"], row["currency"]).text(), row["source"]]
              for row in records.rows.get("ledger_entries", ())]  # fmt: skip
    facts = [[_at(fact.at), fact.kind, fact.actor, json.dumps(fact.data, ensure_ascii=False)] for fact in records.facts]
    return "\n".join([
        f"# Records of {party.name}, as of {_at(now)}", "", *debts, "",
        *_table("What we wrote, and by which rules", ["at", "channel", "state", "by", "rules", "text"], told),
        *_table("What they wrote", ["at", "channel", "text"], heard),
        *_table("What was held", ["from", "kind", "why", "until"], holds),
        *_table("Ledger", ["day", "kind", "amount", "source"], ledger),
        *_table("Log of facts", ["at", "what", "by", "data"], facts),
    ])  # fmt: skip


def _rows_of(session: Session, table: sa.Table, known: Mapping[str, set[str]], party_id: str) -> list[Row]:
    if table.name in ("audit_log", "audit_unsealed", "identity_factors"):
        return []
    belongs = [table.c[name].in_(sorted(known[name])) for name in _WITHIN if name in table.c and known[name]]
    if table.name in _NAMES and table.name in ("parties", "conversations"):
        belongs.append(table.c.id.in_(sorted(known[_NAMES[table.name]])))
    if not belongs:
        return []
    whose = sa.or_(*belongs)
    if "party_id" in table.c:
        whose = sa.and_(whose, sa.or_(table.c.party_id == party_id, table.c.party_id.is_(None)))
    return [dict(row) for row in session.execute(sa.select(table).where(whose)).mappings()]


def _shown(row: Row) -> Row:
    return {name: value for name, value in row.items() if not any(part in name for part in _LEFT_OUT)}


def _table(title: str, columns: list[str], rows: list[list[str]]) -> list[str]:
    lines = [f"| {' | '.join(' '.join(str(cell).replace('|', '/').split()) for cell in row)} |" for row in rows]
    return [f"## {title}", "", f"| {' | '.join(columns)} |", f"|{'---|' * len(columns)}", *lines, ""]


def _at(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC" if moment else ""


def _written(value: object) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)
