"""The words of a negotiation as values: facts about an account, what a debtor proposes, offers and answers.

Nothing here decides. Every amount is Money, every date is a date in the debtor's own time zone, and nothing
that could stand for a protected class (postcode, language, name, channel) is among the facts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Literal

from bot.core import Money


class Kind(str, Enum):
    """What an offer is. SHORT_PLAN and LONG_PLAN are ours; PLAN is one built on the debtor's own figures."""

    FULL = "full"
    SHORT_PLAN = "short_plan"
    LONG_PLAN = "long_plan"
    PLAN = "plan"
    SETTLEMENT = "settlement"
    SETTLEMENT_PARTS = "settlement_parts"
    EXTENSION = "extension"
    REDUCTION = "reduction"
    PAUSE = "pause"
    TOKEN = "token"
    PROMISE = "promise"


PLANS = frozenset({Kind.SHORT_PLAN, Kind.LONG_PLAN, Kind.PLAN})
SETTLEMENTS = frozenset({Kind.SETTLEMENT, Kind.SETTLEMENT_PARTS})
RELIEF = frozenset({Kind.EXTENSION, Kind.REDUCTION, Kind.PAUSE, Kind.TOKEN})


class Frequency(str, Enum):
    """How often a payment falls due. PAYDAY is resolved into one of the others before anything is computed."""

    WEEKLY = "weekly"
    BIWEEKLY = "biweekly"
    EVERY_4_WEEKS = "every_4_weeks"
    SEMIMONTHLY = "semimonthly"
    MONTHLY = "monthly"
    QUARTERLY = "quarterly"
    PAYDAY = "payday"


Wants = Literal["plan", "settlement", "full", "pause", "token", "promise", "extension", "reduction"]
Part = tuple[date | None, Money | Literal["rest"]]
Between = tuple[date, date]
"""The first and the last day of a time, both included."""


@dataclass(frozen=True)
class Instalment:
    """One payment: the day it falls due and how much."""

    due: date
    amount: Money


@dataclass(frozen=True)
class Case:
    """All that a decision may look at. `balance` is what is owed and not disputed; `held` is any hold at all.

    `broken_plans` counts twelve months back, `pauses_used` and `changes_this_year` likewise. `counters_made`
    counts the counter-offers of this negotiation. `plan` is what remains of an agreement that runs.
    `monthly_income` and `monthly_surplus` are self-declared, optional, and can only help.
    """

    balance: Money
    days_past_due: int
    today: date
    product: str = ""
    jurisdiction: str = ""
    client: str = ""
    broken_plans: int = 0
    hardship: bool = False
    income_only_benefits: bool = False
    vulnerable: bool = False
    held: bool = False
    counters_made: int = 0
    pauses_used: int = 0
    changes_this_year: int = 0
    plan: tuple[Instalment, ...] = ()
    plan_frequency: Frequency | None = None
    monthly_income: Money | None = None
    monthly_surplus: Money | None = None
    open_until: date | None = None
    """No offer ends before this day: the validation period runs (12 CFR 1006.38(b))."""

    @property
    def in_care(self) -> bool:
        """Such a person is never walked down the payment ladder."""
        return self.hardship or self.vulnerable or self.income_only_benefits


@dataclass(frozen=True)
class Proposal:
    """Whatever the debtor named; everything may be missing.

    `each` is the regular payment, `total` what they would pay in all, `percent` a share of the balance,
    `at_most`/`at_least` bounds on a payment, `parts` payments of their own ("50 now, the rest on the 15th").
    `weekday` counts from Monday = 0; with `nth` (1 to 4, or -1 for the last) it is that one of each month.
    `not_before`: `first_date` is the earliest day and not the day itself. In the time of `nothing_due` a plan has no
    payment; a single payment knows no such time.
    """

    each: Money | None = None
    count: int | None = None
    frequency: Frequency | None = None
    first_date: date | None = None
    total: Money | None = None
    percent: Decimal | None = None
    lump: bool = False
    parts: tuple[Part, ...] = ()
    at_least: Money | None = None
    at_most: Money | None = None
    pause_until: date | None = None
    days_of_month: tuple[int, ...] = ()
    weekday: int | None = None
    nth: int = 0
    wants: Wants | None = None
    not_before: bool = False
    nothing_due: Between | None = None

    @property
    def payment(self) -> Money | None:
        """The one figure for a single payment: what they named, else the bound they named."""
        return self.each or self.at_most or self.at_least


@dataclass(frozen=True)
class Offer:
    """Something we would agree to. `total` is the sum of the schedule, `discount` what would be forgiven.

    `until` ends a pause. `expires` is the last day to say yes. `step` counts settlement concessions so far.
    `version` and `row` name the policy and the row that allowed it. `nothing_due` is the time that a plan leaves out.
    """

    kind: Kind
    schedule: tuple[Instalment, ...]
    total: Money
    discount: Money
    expires: date
    version: str
    row: str
    frequency: Frequency | None = None
    until: date | None = None
    needs_hardship: bool = False
    step: int = 0
    nothing_due: Between | None = None

    @property
    def first(self) -> Instalment | None:
        return self.schedule[0] if self.schedule else None

    @property
    def last(self) -> Instalment | None:
        return self.schedule[-1] if self.schedule else None

    @property
    def gap(self) -> Between | None:
        """The time without a payment that lies between its payments; None where it begins or ends beside that time."""
        time = self.nothing_due
        if time is None or not self.schedule:
            return None
        return time if self.schedule[0].due < time[0] and time[1] < self.schedule[-1].due else None

    @property
    def is_even(self) -> bool:
        """Every payment but the last is the same."""
        return len({part.amount for part in self.schedule[:-1]}) == 1

    @property
    def regular(self) -> Money | None:
        """The amount that repeats; the single amount when there is only one payment."""
        middle = self.schedule[-2] if len(self.schedule) > 1 else self.first
        return middle.amount if middle else None


class Reason(str, Enum):
    """The one thing that stood in the way. Each has a text `utter_negotiation_reason_<value>`."""

    TERM_TOO_LONG = "term_too_long"
    PAYMENT_TOO_SMALL = "payment_too_small"
    COUNT_LEAVES_REST = "count_leaves_rest"
    PARTS_LEAVE_REST = "parts_leave_rest"
    GAP_TOO_LONG = "gap_too_long"
    FIRST_DATE_TOO_LATE = "first_date_too_late"
    DATE_PASSED = "date_passed"
    DOWN_PAYMENT_NEEDED = "down_payment_needed"
    FREQUENCY_NOT_AVAILABLE = "frequency_not_available"
    PLAN_NOT_AVAILABLE = "plan_not_available"
    FULL_DATE_TOO_LATE = "full_date_too_late"
    SETTLEMENT_NOT_AVAILABLE = "settlement_not_available"
    SETTLEMENT_TOO_LOW = "settlement_too_low"
    SETTLEMENT_TOO_MANY_PARTS = "settlement_too_many_parts"
    SETTLEMENT_DATE_TOO_LATE = "settlement_date_too_late"
    OUR_SETTLEMENT = "our_settlement"
    PROMISE_TOO_SMALL = "promise_too_small"
    PROMISE_DATE_TOO_LATE = "promise_date_too_late"
    PROMISE_NOT_AVAILABLE = "promise_not_available"
    PAUSE_TOO_LONG = "pause_too_long"
    PAUSES_USED = "pauses_used"
    PAUSE_NOT_AVAILABLE = "pause_not_available"
    TOKEN_FOR_NOW = "token_for_now"
    TOKEN_TOO_SMALL = "token_too_small"
    TOKEN_NOT_AVAILABLE = "token_not_available"
    EXTENSION_TOO_LATE = "extension_too_late"
    REDUCTION_TOO_DEEP = "reduction_too_deep"
    CHANGE_NOT_AVAILABLE = "change_not_available"
    CHANGES_USED = "changes_used"
    NO_PLAN_TO_CHANGE = "no_plan_to_change"
    HELD = "held"
    PERSON_ONLY = "person_only"
    NOTHING_OWED = "nothing_owed"
    ROUNDS_USED = "rounds_used"


class Ask(str, Enum):
    """What a proposal still lacks."""

    AMOUNT = "amount"
    DATE = "date"
    FREQUENCY = "frequency"
    PAYDAYS = "paydays"
    REST = "rest"
    COUNT = "count"


Value = Money | int | date | str


@dataclass(frozen=True)
class Accepted:
    """Policy allows it as made. `better`: they offered more than is needed and get the better deal."""

    offer: Offer
    better: bool = False


@dataclass(frozen=True)
class Countered:
    """The nearest that policy allows, with the one reason and the values for its text."""

    offer: Offer
    reason: Reason
    values: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True)
class FinalOffer:
    """The last counter-offer; after it only a person can help."""

    offer: Offer
    reason: Reason
    values: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True)
class NoRoom:
    """Nothing more can be offered here: hand over to a person with everything said so far."""

    reason: Reason
    values: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True)
class Missing:
    """Ask for this first; nothing was decided and no counter-offer was used."""

    ask: Ask


Answer = Accepted | Countered | FinalOffer | NoRoom | Missing
