"""What was known when they wrote: the open question, the offers that were read to them, their debts and plans.

A value, loaded once a turn and never changed. Understanding, actions and words read the same one. Money is in the
currency of the debts; dates are the debtor's own.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

from bot.core import Money

Asked = Literal[
    "identity", "menu", "options", "choice", "accept", "terms", "debt", "shares", "ahead", "move", "change", "cancel",
    "relief", "person", "safe", "meant", "else",
]  # fmt: skip
"""The kinds of question that may be open."""
Awaits = Literal["all", "reference", "phone", "code"]
"""What the question for who they are asks for: all of it with the reference, or one thing by itself."""
Missing = Literal["amount", "frequency", "date", "paydays", "count", "rest", "until"]
OfferKind = Literal["plan", "settlement", "full", "pause", "promise"]


@dataclass(frozen=True)
class OfferRead:
    """An offer as it was read to them. `each` is the regular payment; a pause has none, only `until`. For several debts
    `shares` are what of it goes to each of them.
    """

    kind: OfferKind
    each: Money | None = None
    frequency: str | None = None
    count: int | None = None
    first: date | None = None
    total: Money | None = None
    until: date | None = None
    shares: tuple[Money, ...] = ()


@dataclass(frozen=True)
class DebtKnown:
    """`name` is the creditor's, `product` what it is for; `words` are other names that people use for it."""

    name: str
    product: str
    balance: Money
    words: tuple[str, ...] = ()
    held: bool = False


@dataclass(frozen=True)
class PlanRunning:
    """The part that is due next, how many are left, and all the days on which one is due, where they are known."""

    each: Money
    frequency: str | None
    next: date
    left: int
    days: tuple[date, ...] = ()


@dataclass(frozen=True)
class Scene:
    """`asked` is the open question, with what it lacks (`missing`) where it asks for a part of a proposal, and what it
    `awaits` where it asks who they are.

    `earlier` are other offers that were read before and still stand, the newest last. `offers` are numbered from 1 as they were read; with `asked` "accept" the one that waits for a yes is
    `offers[waiting - 1]`. `talking_of` holds places in `debts`, from 1. `shares` is a division that was read back:
    (place in `debts`, amount). `candidates` are the names of the acts that we asked "did you mean" about.
    """

    now: datetime
    language: Literal["en", "es"] = "en"
    verified: bool = False
    asked: Asked | None = None
    missing: Missing | None = None
    awaits: Awaits | None = None
    offers: tuple[OfferRead, ...] = ()
    waiting: int = 1
    debts: tuple[DebtKnown, ...] = ()
    talking_of: tuple[int, ...] = ()
    plan: PlanRunning | None = None
    shares: tuple[tuple[int, Money], ...] = ()
    candidates: tuple[str, ...] = field(default=())
    denied: tuple[str, ...] = ()
    """The names of the acts that they did not mean when we asked earlier."""
    period: tuple[date, date] | None = None
    """The days among which we asked for one: "which day in January?"."""
    earlier: tuple[OfferRead, ...] = ()

    @property
    def today(self) -> date:
        """`now` is aware and in the debtor's zone."""
        return self.now.date()

    @property
    def talked_of(self) -> date | None:
        """The day that a bare "the 15th" is near to: of the question, the offer that waits, or the plan's next part."""
        if self.period is not None:
            return self.period[0]
        if self.asked == "accept" and self.waiting <= len(self.offers):
            return self.offers[self.waiting - 1].first
        return self.plan.next if self.plan is not None and self.plan.next != date.max else None

    @property
    def currency(self) -> str:
        return self.debts[0].balance.currency if self.debts else "USD"
