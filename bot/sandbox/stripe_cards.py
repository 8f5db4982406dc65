"""Stripe's official test cards and test bank accounts, and what each of them does.

Numbers and outcomes: docs.stripe.com/testing and docs.stripe.com/payments/ach-direct-debit/accept-a-payment. Anything
else is refused, so that nobody types a real card or account here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Decline:
    """How an issuer says no, in Stripe's words. `advice` is Stripe's `advice_code`, or empty."""

    code: str
    decline_code: str
    message: str
    advice: str = ""


GENERIC = Decline("card_declined", "generic_decline", "Your card was declined.", "try_again_later")
INSUFFICIENT = Decline("card_declined", "insufficient_funds", "Your card has insufficient funds.", "try_again_later")
LOST = Decline("card_declined", "lost_card", "Your card was declined.", "do_not_try_again")
STOLEN = Decline("card_declined", "stolen_card", "Your card was declined.", "do_not_try_again")
EXPIRED = Decline("expired_card", "expired_card", "Your card has expired.", "confirm_card_data")
WRONG_CVC = Decline("incorrect_cvc", "incorrect_cvc", "Your card's security code is incorrect.", "confirm_card_data")
PROCESSING = Decline(
    "processing_error",
    "processing_error",
    "An error occurred while processing your card. Try again in a little bit.",
    "try_again_later",
)
AUTHENTICATION = Decline(
    "authentication_required",
    "authentication_required",
    "Your card was declined. This transaction requires authentication.",
)
REFUSED_CHALLENGE = Decline(
    "payment_intent_authentication_failure",
    "",
    "We are unable to authenticate your payment method. Please choose a different payment method and try again.",
)
DECLINES = {d.decline_code: d for d in (GENERIC, INSUFFICIENT, LOST, STOLEN, EXPIRED, WRONG_CVC, PROCESSING)}


@dataclass(frozen=True)
class TestCard:
    """`decline` on every charge, `later` once it is saved; `challenge`: 3-D Secure "always" or "first".

    `disputed`: the payer's bank takes the money back at once; `warned`: it warns that it may be fraud.
    """

    number: str
    brand: str = "visa"
    funding: str = "credit"
    decline: Decline | None = None
    later: Decline | None = None
    challenge: str = ""
    disputed: bool = False
    warned: bool = False
    label: str = ""
    token: str = ""
    expires: tuple[int, int] = (12, 2034)
    """Month and year."""

    @property
    def digits(self) -> str:
        """What stands on it."""
        return self.number


@dataclass(frozen=True)
class TestBank(TestCard):
    """A bank account: whatever is debited is under way for days. `fails`: what the bank says then; `disputed`: it says
    yes first, and takes it back.
    """

    brand: str = "STRIPE TEST BANK"
    funding: str = "checking"
    fails: str = ""


@dataclass(frozen=True)
class TestWallet(TestCard):
    """The phone pays with a card that is kept in it; `number` is the wallet's name in Stripe's words."""

    @property
    def digits(self) -> str:
        return "4242424242424242"


CARDS = {
    card.number: card
    for card in (
        TestCard("4242424242424242", label="Payment goes through", token="pm_card_visa"),
        TestCard(
            "4000000000009995",
            decline=INSUFFICIENT,
            label="Not enough money on the card",
            token="pm_card_visa_chargeDeclinedInsufficientFunds",
        ),
        TestCard(
            "4000000000000069",
            decline=EXPIRED,
            label="The card has expired",
            token="pm_card_chargeDeclinedExpiredCard",
        ),
        TestCard("4000000000000002", decline=GENERIC, label="The bank says no", token="pm_card_visa_chargeDeclined"),
        TestCard(
            "4000002760003184",
            challenge="always",
            label="The bank asks for a confirmation",
            token="pm_card_authenticationRequired",
        ),
        TestCard(
            "4000000000000341",
            later=GENERIC,
            label="Works now, is declined when charged later",
            token="pm_card_chargeCustomerFail",
        ),
        TestCard("4000000000000259", disputed=True, token="pm_card_createDispute"),
        TestCard("4000000000005423", warned=True, token="pm_card_createIssuerFraudRecord"),
        TestCard("4000002500003155", challenge="first", token="pm_card_authenticationRequiredOnSetup"),
        TestCard("4000000000009987", decline=LOST, token="pm_card_visa_chargeDeclinedLostCard"),
        TestCard("4000000000009979", decline=STOLEN, token="pm_card_visa_chargeDeclinedStolenCard"),
        TestCard("4000000000000127", decline=WRONG_CVC, token="pm_card_chargeDeclinedIncorrectCvc"),
        TestCard("4000000000000119", decline=PROCESSING, token="pm_card_chargeDeclinedProcessingError"),
        TestCard("4000056655665556", funding="debit", token="pm_card_visa_debit"),
        TestCard("5555555555554444", brand="mastercard", token="pm_card_mastercard"),
        TestCard("378282246310005", brand="amex", token="pm_card_amex"),
    )
}
BANKS = {
    bank.number: bank
    for bank in (
        TestBank("000123456789", label="The money arrives in 4 days", token="pm_usBankAccount_success"),
        TestBank(
            "000222222227",
            fails="insufficient_funds",
            label="The account is empty, known in 4 days",
            token="pm_usBankAccount_insufficientFunds",
        ),
        TestBank(
            "000111111113",
            fails="account_closed",
            label="The account is closed, known in 4 days",
            token="pm_usBankAccount_accountClosed",
        ),
        TestBank("000111111116", fails="no_account", token="pm_usBankAccount_noAccount"),
        TestBank("000333333335", fails="debit_not_authorized", token="pm_usBankAccount_debitNotAuthorized"),
        TestBank(
            "000555555559",
            disputed=True,
            label="The money arrives, and the bank takes it back",
            token="pm_usBankAccount_dispute",
        ),
        TestBank("000000000009", fails="never", token="pm_usBankAccount_processing"),
    )
}
WALLETS = {
    wallet.number: wallet
    for wallet in (TestWallet("apple_pay", label="Apple Pay"), TestWallet("google_pay", label="Google Pay"))
}
BY_TOKEN = {card.token: card for card in (*CARDS.values(), *BANKS.values())}


def find(text: str) -> TestCard | None:
    """The test card or account of that number (spaces and dashes allowed), the wallet of that name, or None."""
    return numbered(re.sub(r"[ -]", "", text))


def numbered(number: str) -> TestCard | None:
    return CARDS.get(number) or BANKS.get(number) or WALLETS.get(number)
