"""What a bank's no means for what comes next. Pure: reference "providers", table of failed instalments.

Never more than three tries for one due day, never one that the bank advised against, and never one that nobody was
told of: a try of another day is a message first.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

MOST_TRIES = 3
"""For one due day. Visa allows 15 in 30 days, Mastercard 10: nobody has to be asked that often."""
NO_MONEY_WAIT = timedelta(days=3)
"""Where nobody has told us a payday."""
BROKEN_WAIT = timedelta(days=1)
NEVER_AGAIN = frozenset(
    {"expired_card", "incorrect_number", "invalid_number", "incorrect_cvc", "invalid_cvc", "invalid_expiry_month",
     "invalid_expiry_year", "lost_card", "stolen_card", "pickup_card", "restricted_card", "card_not_supported",
     "currency_not_supported", "invalid_account", "new_account_information_available", "fraudulent", "revocation_of_all_authorizations",
     "revocation_of_authorization", "stop_payment_order", "security_violation", "transaction_not_allowed",
     "payment_method_unusable", "no_account", "account_closed", "debit_not_authorized", "bank_account_restricted"}
)  # fmt: skip
"""With these nothing will ever come from this card or account."""
TOGETHER_ONLY = frozenset({"authentication_required", "payment_intent_authentication_failure"})
"""The bank wants its customer there: only a page helps, and the next part may go through all the same."""


@dataclass(frozen=True)
class Next:
    """`again_on`: one more try; None: a link only. `is_over`: what was saved is of no more use."""

    again_on: date | None
    is_over: bool = False


def after(
    code: str | None, advice: str | None, *, tries: int, today: date, last: date, is_card: bool, payday: date | None = None
) -> Next:  # fmt: skip
    """After the no number `tries` for one due day. `code` is the decline code, or the error code where there is none;
    `last` the last day on which that day's part is still waited for; `payday` the next one that they told us.
    """
    comes = _by_the_table(code, advice, tries, today, is_card, payday)
    return comes if comes.again_on is None or comes.again_on <= last else Next(None)


def _by_the_table(
    code: str | None, advice: str | None, tries: int, today: date, is_card: bool, payday: date | None
) -> Next:  # fmt: skip
    if advice == "do_not_try_again" or code in NEVER_AGAIN:
        return Next(None, is_over=True)
    if code in TOGETHER_ONLY or not is_card or tries >= MOST_TRIES:
        return Next(None)
    if code == "insufficient_funds":
        return Next(payday or today + NO_MONEY_WAIT) if tries == 1 else Next(None)
    if advice == "confirm_card_data":
        return Next(None, is_over=True)
    return Next(today + BROKEN_WAIT)
