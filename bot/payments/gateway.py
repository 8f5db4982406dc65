"""The port to whoever moves the money: open a checkout, close it, and say what happened to it.

GatewayError
├── Unavailable   nobody answered, or not now: the same call may be made again
└── Refused       a definite no: the same call would be refused again
    ├── NotThere  the provider knows no such thing
    └── Broken    the provider broke: it says the same under this key, and what it did before is not known

BadWebhook
├── WrongSignature  none of our secrets made this signature, or it is too old
├── NotAnEvent      well signed, but no event that this version reads
└── WrongMode       an event of the test mode for a live key, or the other way round
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, Protocol

from bot.core import Money, ParleyError
from bot.payments.asking import ToCharge, ToPay, ToSave
from bot.payments.model import Checkout, Payment

LEAST_MINOR = 50
"""The smallest payment in US dollars, in cents: docs.stripe.com/currencies, "Minimum and maximum amounts"."""
LEAST_OPEN = timedelta(minutes=30)
"""No page is opened that would close sooner: docs.stripe.com/api/checkout/sessions/create, "expires_at"."""


class GatewayError(ParleyError):
    """Something between us and the provider."""


class Unavailable(GatewayError):
    """Unknown outcome or no outcome. The idempotency key makes a repeat harmless."""


class Refused(GatewayError):
    """The provider understood and said no, or broke in a way that it would repeat under this key."""


class NotThere(Refused):
    """The provider knows no such thing."""


class Broken(Refused):
    """An error of the provider's own. Whether anything was done is not known."""


class BadWebhook(ParleyError):
    """Answered with 400 and not kept."""


class WrongSignature(BadWebhook):
    """None of our secrets made this signature, or it is too old."""


class NotAnEvent(BadWebhook):
    """Well signed, but no event that this version reads."""


class WrongMode(BadWebhook):
    """An event of the test mode for a live key, or the other way round."""


@dataclass(frozen=True)
class Event:
    """That something happened there, at `created` by the provider's clock, to one of its objects. The `type` is the
    provider's word, which nobody else reads. `attempts` counts our tries that failed.
    """

    id: str
    type: str
    object_id: str
    created: datetime
    attempts: int = 0
    last_error: str | None = None


@dataclass(frozen=True)
class GivenBack:
    """A refund that was made, and the payment as it is after it."""

    refund_id: str
    payment: Payment


@dataclass(frozen=True)
class Movement:
    """Money of a payment that came to the provider's balance, or left it again: then `amount` is below nothing.

    `about` is the provider's id of what moved it: the payment itself, a refund, a dispute.
    """

    kind: Literal["payment", "refund", "refund_failed", "taken_back", "given_again"]
    about: str
    payment_id: str
    request_id: str | None
    amount: Money


class Gateway(Protocol):
    """Every method raises GatewayError. None may be called inside a transaction."""

    def open_checkout(self, asked: ToPay | ToSave) -> Checkout:
        """The same asked again is the same page."""

    def close_checkout(self, session_id: str) -> Payment:
        """After this it cannot be paid, unless it was paid already: the answer says which."""

    def checkout(self, session_id: str) -> Payment: ...

    def payment(self, payment_id: str) -> Payment: ...

    def read_event(self, raw_body: bytes, signature: str | None) -> Event:
        """Who rang, and about what; asks nobody. Raises BadWebhook."""

    def about(self, event: Event) -> Payment | None:
        """What an event is about, as it is now; None when events of this type say nothing to us."""

    def charge(self, asked: ToCharge) -> Payment:
        """Takes money from what was saved. A decline is an answer, not an error; the same asked again is the same charge."""

    def find_charge(self, customer_id: str, request_id: str) -> Payment | None:
        """The charge that was made for this request, however long ago; None when there is none."""

    def forget(self, method_id: str) -> None:
        """The provider keeps it no longer; quiet when it did not keep it."""

    def give_back(self, payment_id: str, amount: Money, order_id: str, *, is_old: bool = False) -> GivenBack:
        """Refunds so much of a payment. The same `order_id` is the same refund; one that `is_old` is looked for first."""

    def undelivered(self, since: datetime, until: datetime) -> Sequence[Event]:
        """Events of that time that we read and that the provider could not deliver."""

    def movements(self, since: datetime, until: datetime) -> Sequence[Movement]:
        """What moved in the balance in that time, fees and payouts left out; what is still on its way is not there."""
