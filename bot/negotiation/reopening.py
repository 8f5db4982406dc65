"""An agreement that ended although it should not have, as is known now: it is in force again.

That it had ended stays in the log; what was forgiven at its end is owed again, by an entry of its own.
"""

from __future__ import annotations

from datetime import datetime

from bot import accounts
from bot.core import Session
from bot.core import record as record_fact
from bot.negotiation import agreed, store
from bot.negotiation.agreed import Agreement


def reopen(session: Session, ended: Agreement, *, by: str, now: datetime) -> None:
    how = agreed.how_it_ended(session, ended.id)
    session.execute(store.agreement_ends.delete().where(store.agreement_ends.c.agreement_id == ended.id))
    data = {"agreement": ended.id, "had_ended": how}
    record_fact(session, "AgreementReopened", subject=ended.debt_id, data=data, now=now, actor=by)
    entries = accounts.known_history(session, ended.debt_id)
    sources = {entry.source for entry in entries}
    for entry in entries:
        back = accounts.undone(entry.source)
        if entry.source.startswith(_discount(ended)) and entry.kind is _WRITE_OFF and back not in sources:
            accounts.post(
                session, debt_id=ended.debt_id, kind=accounts.EntryKind.ADJUSTMENT, amount=-entry.amount, source=back,
                now=now, memo="agreed discount, taken back",
            )  # fmt: skip


def discount_source(session: Session, done: Agreement) -> str:
    """Of the entry that forgives; another one each time that the agreement was reopened."""
    sources = [entry.source for entry in accounts.known_history(session, done.debt_id)]
    before = sum(source.startswith(_discount(done)) and source.endswith(accounts.undone("")) for source in sources)
    return f"{_discount(done)}:{before + 1}" if before else _discount(done)


def _discount(agreement: Agreement) -> str:
    return f"settlement:{agreement.id}"


_WRITE_OFF = accounts.EntryKind.WRITE_OFF
