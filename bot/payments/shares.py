"""One payment for several debts: what of it is for which. Pure.

A debt is never given more than its share, and what goes back goes back by the same shares, so that a payment given back
whole has left nothing behind on any of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.core import Money

Parts = Mapping[str, Money]
"""By debt, in the order in which they were shown."""


@dataclass(frozen=True)
class Share:
    """What of one payment is for this debt."""

    debt_id: str
    amount: Money
    agreement_id: str | None = None


def came(received: Money, sent: Parts) -> dict[str, Money]:
    """As it was shown. What is more than that, which no provider should take, stands on the last."""
    parts, rest = {}, received
    for debt_id, share in sent.items():
        parts[debt_id] = min(share, rest)
        rest -= parts[debt_id]
    parts[next(reversed(parts))] += rest
    return {debt_id: part for debt_id, part in parts.items() if part.is_positive}


def goes_back(amount: Money, came: Parts, left: Parts) -> dict[str, Money]:
    """In proportion to what is `left` of each; to what `came`, where more goes back than is left: a bank may take what
    was refunded before. The cents that do not divide go where the largest fractions are.
    """
    weights = left if amount <= sum(left.values(), Money.zero(amount.currency)) else came
    whole = sum(weight.minor for weight in weights.values())
    exact = {debt_id: divmod(amount.minor * weight.minor, whole) for debt_id, weight in weights.items()}
    cents = {debt_id: quotient for debt_id, (quotient, _) in exact.items()}
    by_fraction = sorted(exact, key=lambda debt_id: -exact[debt_id][1])
    for debt_id in by_fraction[: amount.minor - sum(cents.values())]:
        cents[debt_id] += 1
    return {debt_id: Money(minor, amount.currency) for debt_id, minor in cents.items() if minor}
