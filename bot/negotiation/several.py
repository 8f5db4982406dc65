"""Several debts of one person: offers for each, and a payment shared out as they direct.

12 CFR 1006.30(c), in force since 2021-11-30: a payment follows the person's directions, and none goes to a debt
that they dispute.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from bot import accounts
from bot.core import Money, Refusal, Session
from bot.identity import Verified
from bot.negotiation import agreed, service
from bot.negotiation.service import Made

Directions = Sequence[tuple[str, Money | None]]
"""(debt id, how much) in their order; None is as much as that debt takes of what is left."""
Shares = tuple[tuple[str, Money], ...]


@dataclass(frozen=True)
class DebtOffers:
    """What can be done about one debt. Nothing is offered while it is on hold."""

    debt: accounts.Debt
    made: tuple[Made, ...]
    on_hold: bool


@dataclass(frozen=True)
class Open:
    """One debt as a payment sees it. `closed` to payments while it is disputed or held."""

    debt_id: str
    balance: Money
    closed: bool = False


class DebtDisputed(Refusal):
    """No payment goes to a debt that is disputed or on hold; carries `debt_id`."""

    response = "utter_negotiation_on_hold"


class MoreThanAllOwed(Refusal):
    """Carries `left`, the most that can be taken on the debts that they name."""

    response = "utter_payments_more_than_owed"


def options_for_all(session: Session, who: Verified, now: datetime, today: date) -> tuple[DebtOffers, ...]:
    """The offers for each debt with something left to pay, oldest debt first."""
    found = []
    for debt in accounts.open_debts(session, who, now):
        on_hold = agreed.is_held(session, who.party_id, debt.id, now)
        made = () if on_hold else service.options(session, who, debt.id, now, today)
        found.append(DebtOffers(debt, made, on_hold))
    return tuple(found)


def allocate(session: Session, who: Verified, amount: Money, directions: Directions, now: datetime) -> Shares:
    """Which of their debts an amount goes to. Nothing is written.

    Raises NoSuchDebt, DebtDisputed or MoreThanAllOwed.
    """
    debts = [
        Open(debt.id, debt.balance, _is_closed(session, debt, now)) for debt in accounts.open_debts(session, who, now)
    ]
    return shared_out(debts, amount, directions)


def shared_out(debts: Sequence[Open], amount: Money, directions: Directions = ()) -> Shares:
    """As directed; what they said nothing about goes to the oldest first. The shares sum to `amount`. Pure.

    `debts` are in order of age. Raises NoSuchDebt, DebtDisputed or MoreThanAllOwed.
    """
    known = {debt.debt_id: debt for debt in debts}
    shares: dict[str, Money] = {}
    rest = amount
    undirected = [(debt.debt_id, None) for debt in debts if not debt.closed]
    for debt_id, named in [*directions, *undirected]:
        room = _room(known, debt_id, shares, amount)
        if named is not None and named > min(room, rest):
            raise MoreThanAllOwed(left=min(room, rest), debt_id=debt_id)
        share = min(room, rest) if named is None else named
        if share.is_positive:
            shares[debt_id] = shares.get(debt_id, Money.zero(amount.currency)) + share
            rest -= share
    if rest.is_positive:
        raise MoreThanAllOwed(left=amount - rest)
    return tuple(shares.items())


def _room(known: Mapping[str, Open], debt_id: str, shares: Mapping[str, Money], amount: Money) -> Money:
    """What the debt can still take."""
    if debt_id not in known:
        raise accounts.NoSuchDebt
    if known[debt_id].closed:
        raise DebtDisputed(debt_id=debt_id)
    return known[debt_id].balance - shares.get(debt_id, Money.zero(amount.currency))


def _is_closed(session: Session, debt: accounts.Debt, now: datetime) -> bool:
    is_disputed = debt.status is accounts.DebtStatus.DISPUTED
    return is_disputed or agreed.is_held(session, debt.party_id, debt.id, now)
