"""Who is right about an amount owes less from then on: the correction that goes with a decided dispute.

It is a ledger entry of its own, never a change of an earlier one, and stands under the dispute's number, so that the
same decision is never counted twice. A plan asks for no more than what is left (`negotiation.remaining`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from bot import accounts
from bot.core import Money, Session, record
from bot.web import texts
from bot.web.desk_asked import Unfit

_Outcome = accounts.DisputeOutcome
CORRECTS = (_Outcome.UPHELD, _Outcome.PARTLY_UPHELD)


@dataclass(frozen=True)
class Correction:
    debt: accounts.Debt
    amount: Money
    """What is taken off, more than zero."""


def asked(
    session: Session, dispute: accounts.Dispute, outcome: accounts.DisputeOutcome, debt_id: str, typed: str
) -> Correction | None:
    """None where no amount is given. Raises Unfit for one that cannot be taken off: none at all, more than is owed there,
    or when the outcome is that they are not right.
    """
    typed = typed.strip().lstrip("$").replace(",", "").strip()
    if not typed:
        return None
    theirs = correctable(session, [dispute]).get(dispute.number, ())
    debt = next((one for one in theirs if one.id == debt_id), theirs[0] if len(theirs) == 1 and not debt_id else None)
    if debt is None or outcome not in CORRECTS:
        raise Unfit
    try:
        amount = Money.of(typed, debt.balance.currency)
    except ValueError:
        raise Unfit from None
    if not amount.is_positive or amount > debt.balance:
        raise Unfit
    return Correction(debt, amount)


def correctable(session: Session, disputes: Iterable[accounts.Dispute]) -> dict[str, tuple[accounts.Debt, ...]]:
    """By number of the dispute: accounts that it is about, with something left to pay."""
    found = list(disputes)
    debts = accounts.known_debts_of_each(session, [one.party_id for one in found if one.party_id])
    return {
        one.number: tuple(
            debt
            for debt in debts.get(one.party_id or "", ())
            if debt.balance.is_positive and one.debt_id in (None, debt.id)
        )
        for one in found
    }


def post(session: Session, dispute: accounts.Dispute, made: Correction, *, why: str, by: str, now: datetime) -> None:
    source = f"dispute:{dispute.number}"
    kind = accounts.EntryKind.ADJUSTMENT
    how = {"debt_id": made.debt.id, "kind": kind, "amount": -made.amount, "source": source, "memo": why, "now": now}
    if accounts.post(session, **how):  # type: ignore[arg-type]
        data = {"number": dispute.number, "minor": made.amount.minor, "currency": made.amount.currency}
        record(session, "BalanceCorrected", subject=made.debt.id, data=data, now=now, actor=by)


def sentence(made: Correction, spoken: str) -> str:
    """What it does, before it is done."""
    left = made.debt.balance - made.amount
    amounts = {"off": made.amount.text(spoken), "before": made.debt.balance.text(spoken), "left": left.text(spoken)}
    return texts.text("change_corrected", spoken, reference=made.debt.reference, **amounts)
