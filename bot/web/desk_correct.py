"""Who is right about an amount owes less from then on: the correction that goes with a decided dispute.

It is a ledger entry of its own, never a change of an earlier one, and stands under the dispute's number, so that the
same decision is never counted twice. A plan asks for no more than what is left (`negotiation.remaining`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from bot import accounts, payments
from bot.core import Money, Session, record
from bot.web import texts
from bot.web.desk_asked import Unfit
from bot.web.parts import written_day

_Outcome = accounts.DisputeOutcome
_SOURCE = "dispute:"
CORRECTS = (_Outcome.UPHELD, _Outcome.PARTLY_UPHELD)


@dataclass(frozen=True)
class Correction:
    debt: accounts.Debt
    amount: Money
    """What is taken off, more than zero."""
    counted: tuple[payments.Recorded, ...] = ()
    """Payments that were recorded since the dispute was opened: what they say that they paid may be off already."""
    is_besides: bool = False
    """Somebody said that it comes off besides those."""

    @property
    def is_due(self) -> bool:
        """Whether anything is taken off: the same money is not counted twice unless somebody says so."""
        return self.is_besides or not self.counted


def asked(
    session: Session, dispute: accounts.Dispute, outcome: accounts.DisputeOutcome, debt_id: str, typed: str, *,
    besides: bool,
) -> Correction | None:  # fmt: skip
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
    counted = recorded_since(session, [dispute], {dispute.number: (debt,)})[dispute.number]
    return Correction(debt, amount, counted, besides)


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


def recorded_since(
    session: Session, disputes: Iterable[accounts.Dispute], about: Mapping[str, tuple[accounts.Debt, ...]]
) -> dict[str, tuple[payments.Recorded, ...]]:
    """By number of the dispute: payments that somebody recorded on its accounts since it was opened, the newest first."""
    found = list(disputes)
    debt_ids = {debt.id for one in found for debt in about[one.number]}
    entries = accounts.known_histories(session, debt_ids) if debt_ids else {}
    return {
        one.number: tuple(
            payments.standing(
                entry for debt in about[one.number] for entry in entries[debt.id] if entry.at >= one.placed_at
            )
        )
        for one in found
    }


def counted_sentence(counted: Iterable[payments.Recorded], debts: Iterable[accounts.Debt], spoken: str) -> str:
    """What was recorded since, in one sentence; empty where nothing was."""
    references = {debt.id: debt.reference for debt in debts}
    told = [f"{one.amount.text(spoken)} ({references[one.debt_id]}, {written_day(spoken, one.on)})" for one in counted]
    return texts.text("correct_counted", spoken, what="; ".join(told)) if told else ""


def taken_off(session: Session, debt_id: str) -> list[tuple[str, Money]]:
    """(number of the dispute, amount) of what decisions took off this account: a payment recorded now may be the same."""
    return [
        (entry.source.removeprefix(_SOURCE), -entry.amount)
        for entry in accounts.known_history(session, debt_id)
        if entry.kind is accounts.EntryKind.ADJUSTMENT and entry.source.startswith(_SOURCE)
    ]


def post(session: Session, dispute: accounts.Dispute, made: Correction, *, why: str, by: str, now: datetime) -> None:
    source = f"{_SOURCE}{dispute.number}"
    kind = accounts.EntryKind.ADJUSTMENT
    how = {"debt_id": made.debt.id, "kind": kind, "amount": -made.amount, "source": source, "memo": why, "now": now}
    if accounts.post(session, **how):  # type: ignore[arg-type]
        data = {"number": dispute.number, "minor": made.amount.minor, "currency": made.amount.currency}
        record(session, "BalanceCorrected", subject=made.debt.id, data=data, now=now, actor=by)


def sentences(made: Correction, spoken: str, *, says_balance: bool) -> list[str]:
    """What it does, before it is done; with `says_balance` without the balance, which is said already."""
    counted, off = counted_sentence(made.counted, [made.debt], spoken), made.amount.text(spoken)
    if not made.is_due:
        return [f"{counted} {texts.text('correct_not_twice', spoken, off=off)}"]
    told = [f"{counted} {texts.text('correct_besides_it', spoken)}"] if counted else []
    if says_balance:
        return told
    before, left = made.debt.balance.text(spoken), (made.debt.balance - made.amount).text(spoken)
    return [*told, texts.text("change_balance", spoken, reference=made.debt.reference, before=before, left=left)]
