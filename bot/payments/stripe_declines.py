"""What the codes of a bank's no come to: docs.stripe.com/declines/codes, and for debits docs.stripe.com/payments/ach."""

from __future__ import annotations

from bot.payments.model import No

_NEVER_AGAIN = frozenset(
    {"expired_card", "incorrect_number", "invalid_number", "incorrect_cvc", "invalid_cvc", "invalid_expiry_month",
     "invalid_expiry_year", "lost_card", "stolen_card", "pickup_card", "restricted_card", "card_not_supported",
     "currency_not_supported", "invalid_account", "new_account_information_available", "fraudulent", "revocation_of_all_authorizations",
     "revocation_of_authorization", "stop_payment_order", "security_violation", "transaction_not_allowed",
     "no_account", "account_closed", "debit_not_authorized", "bank_account_restricted"}
)  # fmt: skip
_TOGETHER_ONLY = frozenset({"authentication_required", "payment_intent_authentication_failure"})
_EMPTY = frozenset({"insufficient_funds", "incorrect_account_details", "bank_cannot_process"})


def meaning(code: str | None, advice: str | None) -> No | None:
    """`code` is the decline code, or the error code where there is none; None where nothing was refused."""
    if code is None and advice is None:
        return None
    if advice == "do_not_try_again" or code in _NEVER_AGAIN:
        return No.NEVER
    if code in _TOGETHER_ONLY:
        return No.TOGETHER
    if code == "insufficient_funds":
        return No.NO_MONEY
    return No.NEVER if advice == "confirm_card_data" else No.LATER


def is_empty(reason: str) -> bool:
    """Whether a payment was taken back for want of money, and not because somebody complained."""
    return reason in _EMPTY
