"""What a policy row means for one case: percentages became money, days became dates.

`floor` and everything computed from it stay inside this room; no answer may carry it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Literal

from bot.core import Money
from bot.negotiation.model import Frequency, Kind

PER_YEAR = {
    Frequency.WEEKLY: 52,
    Frequency.BIWEEKLY: 26,
    Frequency.EVERY_4_WEEKS: 13,
    Frequency.SEMIMONTHLY: 24,
    Frequency.MONTHLY: 12,
    Frequency.QUARTERLY: 4,
}


@lru_cache(maxsize=1024)
def _ratio(percent: Decimal) -> tuple[int, int]:
    return (percent / 100).as_integer_ratio()


def share(amount: Money, percent: Decimal, rounding: Literal["up", "down"]) -> Money:
    """`percent` of an amount of nothing or more, rounded to the cent. A case needs a dozen of these."""
    top, bottom = _ratio(percent)
    exact = amount.minor * top
    return Money(-(-exact // bottom) if rounding == "up" else exact // bottom, amount.currency)


@dataclass(frozen=True)
class FullLimits:
    """Paying everything at once: the last day for it, and the discount for paying by `discount_until`."""

    latest: date
    discount: Money
    discount_until: date


@dataclass(frozen=True)
class PlanLimits:
    """`min_payment` is per month, the terms in months, `max_days_between` applies to parts of their own and to a
    time that they leave out.
    """

    min_payment: Money
    down_payment: Money
    short_term_months: int
    max_term_months: int
    frequencies: tuple[Frequency, ...]
    latest_first: date
    max_days_between: int

    def payments(self, frequency: Frequency) -> int:
        """The most payments within the longest term; at least one."""
        return max(1, self.max_term_months * PER_YEAR[frequency] // 12)

    def least(self, frequency: Frequency) -> int:
        """The monthly minimum as one payment of this frequency, in minor units, rounded up."""
        return -(-self.min_payment.minor * 12 // PER_YEAR[frequency])


@dataclass(frozen=True)
class SettlementLimits:
    """Closing for less. `parts_extra` is added to opening and floor when paid in parts.

    `concessions` are the shares of the remaining gap, in per cent, given at each step.
    """

    opening: Money
    floor: Money
    latest: date
    max_parts: int
    parts_extra: Money
    parts_latest: date
    concessions: tuple[Decimal, ...]

    def at(self, step: int) -> Money:
        """The offer after `step` concessions, in whole units of money while that stays above the floor."""
        gap = Fraction(self.opening.minor - self.floor.minor)
        for share in self.concessions[:step]:
            gap -= gap * Fraction(share) / 100
        exact = self.floor.minor - (-gap.numerator // gap.denominator)
        return Money(min(-(-exact // 100) * 100, self.opening.minor), self.opening.currency)


@dataclass(frozen=True)
class ReliefLimits:
    """Breathing room. `pause_until` is None when no pause is left, `promise_latest` when none is taken."""

    pause_until: date | None
    pauses_allowed: int
    token_payment: Money
    token_months: int
    extension_days: int
    reduction_pct: Decimal
    reduction_months: int
    promise_latest: date | None
    promise_min: Money
    changes_left: int


@dataclass(frozen=True)
class Upkeep:
    """How an agreement is kept: days of grace, the share that counts as paid, and what a miss does."""

    grace_days: int
    kept_threshold_pct: Decimal
    missed_payment: Literal["append", "person"]
    missed_in_a_row_ends: int
    payments_per_change: int
    skips_per_year: int


@dataclass(frozen=True)
class Limits:
    """Everything that offers may do for one case. `offers` is in the order in which they are shown."""

    offers: tuple[Kind, ...]
    person_only: bool
    counter_offers: int
    offer_valid_days: int
    full: FullLimits
    plan: PlanLimits
    settlement: SettlementLimits | None
    relief: ReliefLimits
    upkeep: Upkeep
