"""People, debts, and what the ledger says about them. All amounts are `Money`; all days are the debtor's."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import Enum
from zoneinfo import ZoneInfo

from bot.core import Money, Refusal


class EntryKind(str, Enum):
    """Why the balance changes. See `ledger.SIGNS` for which way each may go."""

    PRINCIPAL = "principal"
    INTEREST = "interest"
    FEE = "fee"
    PAYMENT = "payment"
    ADJUSTMENT = "adjustment"
    REVERSAL = "reversal"
    WRITE_OFF = "write_off"


class ItemisationKind(str, Enum):
    """The five dates of which a collector keeps one. 12 CFR 1006.34(b)(3), in force since 2021-11-30."""

    LAST_STATEMENT = "last_statement"
    CHARGE_OFF = "charge_off"
    LAST_PAYMENT = "last_payment"
    TRANSACTION = "transaction"
    JUDGMENT = "judgment"


class PartyKind(str, Enum):
    PERSON = "person"
    COMPANY = "company"


class DebtStatus(str, Enum):
    OPEN = "open"
    DISPUTED = "disputed"
    PAID = "paid"
    WRITTEN_OFF = "written_off"


class DisputeReason(str, Enum):
    NOT_MY_DEBT = "not_my_debt"
    WRONG_AMOUNT = "wrong_amount"
    ALREADY_PAID = "already_paid"
    SERVICE_DISPUTE = "service_dispute"
    REQUEST_VALIDATION = "request_validation"
    TOO_OLD = "too_old"
    OTHER = "other"


class DisputeOutcome(str, Enum):
    UPHELD = "upheld"
    PARTLY_UPHELD = "partly_upheld"
    VERIFIED = "verified"
    """The debt was verified and a copy was sent: collecting may go on."""
    UNVERIFIED = "unverified"
    """It could not be verified: nothing of it is asked for any more, and the hold stays."""
    WITHDRAWN = "withdrawn"
    """Whoever disputed took it back."""


@dataclass(frozen=True)
class Party:
    """A person, or a company, which has all of its name in `given_name`. `state` is a postal code such as GA, blank where
    nobody knows it; `time_zone` an IANA name.
    """

    id: str
    given_name: str
    family_name: str
    language: str
    time_zone: str
    state: str
    kind: str = PartyKind.PERSON.value

    @property
    def name(self) -> str:
        return f"{self.given_name} {self.family_name}".strip()

    @property
    def is_company(self) -> bool:
        return self.kind == PartyKind.COMPANY

    def today(self, now: datetime) -> date:
        """The day that it is where they live."""
        return now.astimezone(ZoneInfo(self.time_zone)).date()


@dataclass(frozen=True)
class Debt:
    """What one person owes one client for one thing. `due_since` is the first missed due date, None if none
    was.

    `reference` is the client's account number: say `ending` to a person, never the whole. `service_from` and
    `service_to` bound what it is for. `jurisdiction` is such as US-GA.
    """

    id: str
    party_id: str
    client: str
    product: str
    reference: str
    opened_on: date
    last_statement_on: date | None
    itemisation_date: date
    itemisation_kind: ItemisationKind
    due_since: date | None
    service_from: date | None
    service_to: date | None
    jurisdiction: str
    balance: Money
    status: DebtStatus
    disputed: Money | None = None
    """How much of it is disputed while the rest is not; None where all of it is, or nothing."""

    @property
    def rest(self) -> Money:
        """What may be asked for and agreed on: what is owed and not disputed. It never falls below nothing."""
        if self.status is DebtStatus.DISPUTED:
            return Money.zero(self.balance.currency)
        left = self.balance - self.disputed if self.disputed is not None else self.balance
        return max(left, Money.zero(left.currency))

    @property
    def ending(self) -> str:
        """The last four characters of the account number."""
        return self.reference[-4:]


@dataclass(frozen=True)
class Entry:
    """One line of the ledger. `amount` is what it added to the balance: a payment is negative."""

    number: int
    debt_id: str
    kind: EntryKind
    amount: Money
    effective_on: date
    at: datetime
    source: str
    memo: str


@dataclass(frozen=True)
class Payment:
    """What was paid and when, as a positive amount."""

    amount: Money
    on: date


@dataclass(frozen=True)
class Itemisation:
    """How the balance came about. 12 CFR 1006.34(c)(2)(vii)-(viii), in force since 2021-11-30.

    All amounts are positive as a person reads them:
    amount_then + charges + interest + fees - payments - credits == balance.
    """

    on: date
    kind: ItemisationKind
    amount_then: Money
    charges: Money
    interest: Money
    fees: Money
    payments: Money
    credits: Money
    balance: Money
    last_payment: Payment | None


@dataclass(frozen=True)
class Claim:
    """What a person disputes, in their words. `debt_id` None: all they owe; `part` None: the whole amount. `named` is the
    account number, or its last four, that somebody named who is not verified: it counts once they are.
    """

    reason: DisputeReason
    text: str
    debt_id: str | None = None
    part: Money | None = None
    named: str = ""


@dataclass(frozen=True)
class Dispute:
    """`number` is what a person hears: D-1042. `party_id` None: we do not know yet whose debt is meant."""

    number: str
    party_id: str | None
    debt_id: str | None
    reason: DisputeReason
    part: Money | None
    text: str
    placed_at: datetime
    named: str = ""

    @property
    def answer_by(self) -> datetime:
        """When a person should have decided: our own limit, no law's. The hold stays however late it gets."""
        return self.placed_at + timedelta(days=30)


@dataclass(frozen=True)
class CaseFacts:
    """What terms may depend on, and nothing else about the person. `balance` is what is owed and not disputed;
    `closed` means that nothing of it may be talked about: all of it is disputed, or the right to it has ended.
    """

    debt_id: str
    client: str
    product: str
    jurisdiction: str
    balance: Money
    days_past_due: int
    closed: bool = False


class NoSuchDebt(Refusal):
    """This person has no such debt; whether somebody else has is not said."""

    response = "utter_accounts_no_such_debt"
