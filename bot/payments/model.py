"""What a payment is, from the link to the cent in the ledger; each "no" on the way stands in `refusals`.

A request is what we ask for, an attempt is one page or one charge for it, a `Payment` is what the provider says at this
moment. The state of a request is never stored: it is derived from what happened.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import Enum
from typing import Literal
from zoneinfo import ZoneInfo

from bot.core import Money
from bot.payments.asking import ToCharge, ToPay
from bot.payments.shares import Share

Outcome = Literal["unpaid", "expired", "failed", "given_up", "paid"]
"""What became of an attempt; `unpaid` is a bank transfer on its way."""
PROVIDER = "stripe"
"""Who says so in the log of facts, of all that only the provider can know."""


class No(str, Enum):
    """What a bank's no means for the next try."""

    LATER = "later"
    NO_MONEY = "no_money"
    TOGETHER = "together"
    """The bank wants its customer there: only a page helps, and the next part may go through all the same."""
    NEVER = "never"
    """Nothing will ever come from this card or account."""


class Purpose(str, Enum):
    """What a request is for; only for figures, the money counts the same."""

    FULL = "full"
    SETTLEMENT = "settlement"
    INSTALMENT = "instalment"
    DOWN_PAYMENT = "down_payment"
    OTHER = "other"


class State(str, Enum):
    """Of a request."""

    OPEN = "open"
    ARRIVING = "arriving"
    SETTLED = "settled"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    PAUSED = "paused"
    CLOSED = "closed"
    """Nothing is owed any more, however that came."""


@dataclass(frozen=True)
class PaymentRequest:
    """`valid_until` is the last moment at which a checkout may be opened. One for several debts at once has `shares`, and
    is told of under the first of them.
    """

    id: str
    party_id: str
    debt_id: str
    conversation_id: str
    agreement_id: str | None
    purpose: Purpose
    amount: Money
    valid_until: datetime
    created_at: datetime
    cancelled_at: datetime | None
    shares: tuple[Share, ...] = ()
    opened_in: str | None = None
    """The browser that opened its link first, by a hash."""

    @property
    def parts(self) -> tuple[PaymentRequest, ...]:
        """One for each debt, as if it were for that debt alone."""
        return tuple(
            replace(self, debt_id=one.debt_id, agreement_id=one.agreement_id, amount=one.amount) for one in self.shares
        ) or (self,)  # fmt: skip

    def source(self, provider_id: str) -> str:
        """Of the entry on this debt: a ledger takes each source once, so that of several debts each has its own."""
        return f"{provider_id}:{self.debt_id}" if self.shares else provider_id


@dataclass(frozen=True)
class Link:
    """The only time that the address of a request is known in full."""

    url: str
    request_id: str
    amount: Money
    valid_until: datetime

    def values(self, time_zone: str) -> dict[str, object]:
        """For `utter_payments_link`. The last day is the one on the debtor's calendar."""
        last_day: date = self.valid_until.astimezone(ZoneInfo(time_zone)).date()
        return {"amount": self.amount, "url": self.url, "valid_until": last_day}


@dataclass(frozen=True)
class Paid:
    """What has come of it. `left` and `next` are for the eyes of the payer alone; anybody may see the number."""

    receipt: str
    left: Money
    next: tuple[Money, date] | None


@dataclass(frozen=True)
class Line:
    """One debt of a payment for several, and what has come of it."""

    debt_id: str
    amount: Money
    paid: Paid | None = None


@dataclass(frozen=True)
class PayView:
    """All that the page may show in the browser that the link was sent to: no name, no account, no reason."""

    state: State
    amount: Money
    """What would be taken now; in SETTLED, what has arrived."""
    language: str
    debt_id: str
    """For who is written for; the page does not show it."""
    party_id: str
    """For who may see more."""
    channel: str
    """Where the link was sent: the way back."""
    conversation_id: str = ""
    opened_in: str | None = None
    """The browser that opened it first, by a hash; None while nobody has."""
    paid: Paid | None = None
    by_bank: bool = False
    """What is arriving comes from a bank account, days later."""
    needs_proof: bool = False
    """One of its debts may be too old for a court: what has to be said of that is for the payer alone."""
    lines: tuple[Line, ...] = ()
    """Of a payment for several debts, in the order of the message that had the link."""


@dataclass(frozen=True)
class Attempt:
    """Stored before the provider is asked, which is asked for exactly what is stored.

    `older` are pages of the same debt that must be closed first, so that no two can be paid.
    """

    id: str
    asked: ToPay | ToCharge
    older: tuple[str, ...] = ()

    @property
    def request_id(self) -> str:
        return self.asked.request_id

    @property
    def number(self) -> int:
        return self.asked.number

    @property
    def key(self) -> str:
        return self.asked.key


@dataclass(frozen=True)
class Past:
    """What is known of an attempt that was made."""

    attempt: Attempt
    amount: Money
    expires_at: datetime
    session_id: str | None
    payment_id: str | None
    outcome: Outcome | None
    declined: str | None = None
    means: No | None = None
    """What that comes to."""
    began: datetime | None = None
    parts: Mapping[str, Money] = field(default_factory=dict)
    """Of an attempt for several debts: which sum of it is for which, as it was shown."""

    def of(self, debt_id: str) -> Money:
        return self.parts.get(debt_id, self.amount)


@dataclass(frozen=True)
class Checkout:
    """A page of the provider's, open at `url`. The address is a secret of the debtor's: never log it."""

    id: str
    url: str


@dataclass(frozen=True)
class Refund:
    """`succeeded` is money that left us; `failed` is money that came back to us."""

    id: str
    amount: Money
    status: Literal["pending", "succeeded", "failed"]
    order_id: str | None = None
    """Of ours, where it was asked for at the desk."""


@dataclass(frozen=True)
class BankDispute:
    """A charge that the payer's bank took back, or tries to. Not a dispute of the debt."""

    id: str
    amount: Money
    reason: str
    withdrawn: bool
    reinstated: bool
    is_empty: bool = False
    """A reason of a bank, not of a person: nobody complains, and paying in another way is welcome."""


@dataclass(frozen=True)
class FraudWarning:
    """The card's bank says that this was probably not the card's owner. No money has moved."""

    id: str
    kind: str


@dataclass(frozen=True)
class Saved:
    """A card or a bank account that the provider keeps, and for whom. `expires` is the last day of a card."""

    customer_id: str
    method_id: str
    kind: Literal["card", "bank"]
    brand: str
    last4: str
    expires: date | None = None


@dataclass(frozen=True)
class Payment:
    """Everything that the provider knows of one payment at the moment of reading."""

    request_id: str | None
    attempt: int | None
    session_id: str | None
    session: Literal["open", "complete", "expired"] | None
    payment_id: str | None
    status: Literal["waiting", "processing", "succeeded", "failed"] | None
    received: Money | None
    declined: str | None = None
    """The code of the last decline."""
    refunds: Sequence[Refund] = ()
    disputes: Sequence[BankDispute] = ()
    warnings: Sequence[FraudWarning] = ()
    """Only when they are what was asked about."""
    means: No | None = None
    """What that comes to."""
    by_itself: bool = False
    """A charge of what was saved: nobody is there who could try another card."""
    by_bank: bool = False
    """A debit from a bank account, which arrives days later or not at all."""
    mandate_id: str | None = None
    saved: Saved | None = None
    """What was saved with it, where that was agreed to; or what is known now of something that was saved before."""
    gone: str | None = None
    """Something that was saved and that the provider keeps no more."""
    revoked: str | None = None
    """Something that is saved and may not be debited any more: its bank ended the permission."""

    @property
    def outcome(self) -> Outcome | None:
        """What this says of its attempt; None while it can still be paid."""
        if self.status == "succeeded":
            return "paid"
        if self.by_itself and self.status == "failed":
            return "failed"
        if self.session == "expired":
            return "expired"
        if self.status == "processing":
            return "unpaid"
        if self.session == "complete" and self.status is not None:
            return "failed" if self.status == "failed" else "unpaid"
        return None


_RANK: dict[Outcome | None, int] = {None: 0, "given_up": 1, "unpaid": 2, "expired": 3, "failed": 3, "paid": 4}


def moves_on(known: Outcome | None, said: Outcome | None) -> bool:
    """True when `said` is news. Two readers may overtake each other: an attempt never goes back."""
    return _RANK[said] > _RANK[known]


def state_of(request: PaymentRequest, attempts: Sequence[Past], *, settled: bool, now: datetime) -> State:
    """`settled` is what the ledger says. Whether it is paused is asked at the door of the debtor, not here."""
    if settled:
        return State.SETTLED
    if any(past.outcome in ("unpaid", "paid") for past in attempts):
        return State.ARRIVING
    if request.cancelled_at is not None:
        return State.CANCELLED
    if now > request.valid_until:
        return State.EXPIRED
    return State.OPEN
