"""The port to whoever moves the money: open a checkout, close it, and say what happened to it.

GatewayError
├── Unavailable   nobody answered, or not now: the same call may be made again
└── Refused       a definite no: the same call would be refused again
    ├── NotThere  the provider knows no such thing
    └── Broken    the provider broke: it says the same under this key, and what it did before is not known
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, Protocol

from bot.core import Money, ParleyError
from bot.payments.model import Checkout, Payment
from bot.payments.webhooks import StripeEvent


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
    intent_id: str
    request_id: str | None
    amount: Money


class Gateway(Protocol):
    """Every method raises GatewayError. None may be called inside a transaction."""

    def open_checkout(self, params: Mapping[str, Any], key: str) -> Checkout:
        """The same `key` and `params` give the same session again."""

    def close_checkout(self, session_id: str) -> Payment:
        """After this it cannot be paid, unless it was paid already: the answer says which."""

    def checkout(self, session_id: str) -> Payment: ...

    def about(self, event_type: str, object_id: str) -> Payment | None:
        """What an event is about, as it is now; None when events of this type say nothing to us."""

    def charge(self, params: Mapping[str, Any], key: str) -> Payment:
        """Takes money from what was saved. A decline is an answer, not an error; the same `key` is the same charge."""

    def find_charge(self, customer_id: str, request_id: str) -> Payment | None:
        """The charge that was made for this request, however long ago; None when there is none."""

    def forget(self, method_id: str) -> None:
        """The provider keeps it no longer; quiet when it did not keep it."""

    def give_back(self, intent_id: str, amount: Money, order_id: str, *, is_old: bool = False) -> GivenBack:
        """Refunds so much of a payment. The same `order_id` is the same refund; one that `is_old` is looked for first."""

    def undelivered(self, since: datetime, until: datetime) -> Sequence[StripeEvent]:
        """Events of that time that we read and that the provider could not deliver."""

    def movements(self, since: datetime, until: datetime) -> Sequence[Movement]:
        """What moved in the balance in that time, fees and payouts left out; what is still on its way is not there."""
