"""The policy document: a first-hit table of typed rows under the trade's own field names.

There is no expression language. A cell is an amount, a percentage, a number, a date or a word from a fixed list,
so a malformed cell cannot be stored. Money cells are minor units here and "25.00" in the file.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from msgspec import Meta, Struct

from bot.negotiation.model import Frequency, Kind

Cash = Annotated[int, Meta(title="money")]
Percent = Annotated[Decimal, Meta(title="percent")]
Days = Annotated[int, Meta(ge=0, le=3660)]
Months = Annotated[int, Meta(ge=0, le=120)]
Count = Annotated[int, Meta(ge=0, le=1000)]
Words = tuple[str, ...]


class When(Struct, frozen=True, cache_hash=True, kw_only=True):
    """Whom a row is for. An empty cell means everybody; `_from` is included, `_below` is not."""

    balance_from: Cash | None = None
    balance_below: Cash | None = None
    days_past_due_from: Count | None = None
    days_past_due_below: Count | None = None
    broken_plans_from: Count | None = None
    broken_plans_below: Count | None = None
    product: Words = ()
    jurisdiction: Words = ()
    client: Words = ()
    hardship: bool | None = None
    income_only_benefits: bool | None = None


class SettlementStep(Struct, frozen=True, cache_hash=True, kw_only=True):
    """Opening and floor in per cent of the balance; the first step that fits age and balance holds."""

    days_past_due_from: Days
    opening_pct: Percent
    floor_pct: Percent
    balance_from: Cash = 0


class Terms(Struct, frozen=True, cache_hash=True, kw_only=True):
    """What a row allows. `defaults` of the file fill every cell that a row leaves out, never with a blank."""

    offers: tuple[Kind, ...]
    person_only: bool
    counter_offers: Annotated[int, Meta(ge=0, le=10)]
    offer_valid_days: Annotated[int, Meta(ge=1, le=90)]
    # Paying in full
    full_payment_days: Days
    full_discount_pct: Percent
    full_discount_days: Days
    # Plans
    min_payment: Cash
    min_payment_pct: Percent
    down_payment_pct: Percent
    short_term_months: Months
    max_term_months: Months
    affordable_term_months: Months
    surplus_share_pct: Percent
    frequencies: tuple[Frequency, ...]
    max_days_to_first_payment: Days
    max_days_between_payments: Days
    # Settlement
    settlement: tuple[SettlementStep, ...]
    settlement_days: Days
    settlement_max_parts: Count
    settlement_parts_points: Percent
    settlement_parts_days: Days
    min_settlement: Cash
    max_forgiven: Cash | None
    concessions_pct: tuple[Percent, ...]
    # Breathing room
    pause_days: Days
    pauses_per_year: Count
    token_payment: Cash
    token_months: Months
    extension_days: Days
    reduction_pct: Percent
    reduction_months: Months
    promise_days: Days
    promise_min: Cash
    # Keeping an agreement
    changes_per_year: Count
    payments_per_change: Count
    skips_per_year: Count
    grace_days: Days
    kept_threshold_pct: Percent
    missed_payment: Literal["append", "person"]
    missed_in_a_row_ends: Count


class Row(Struct, frozen=True, cache_hash=True, kw_only=True):
    """One line of the table. `reference` says where its figures come from."""

    name: str
    reference: str
    when: When
    terms: Terms


class Tier(Struct, frozen=True, cache_hash=True, kw_only=True):
    """How far a role may go beyond the table: points below the floor, months above the longest term."""

    role: str
    points_below_floor: Percent
    extra_months: Months
    balance_below: Cash | None = None


class Policy(Struct, frozen=True, cache_hash=True, kw_only=True):
    """One version. The first row that fits wins. The words that rows may name are listed here once."""

    name: str
    reference: str
    currency: str
    effective_from: date
    products: Words
    jurisdictions: Words
    clients: Words
    rows: tuple[Row, ...]
    approval: tuple[Tier, ...] = ()
