"""Each "no" on the way to a payment, with what there is to say instead."""

from __future__ import annotations

from bot.core import Refusal


class NothingToPay(Refusal):
    """The balance is zero, or in the debtor's favour."""

    response = "utter_payments_nothing_owed"


class TooSmall(Refusal):
    """Below what a card payment can be; carries `least`."""

    response = "utter_payments_too_small"


class MoreThanOwed(Refusal):
    """Carries `left`, the most that can be taken."""

    response = "utter_payments_more_than_owed"


class OnHold(Refusal):
    """Something stops collecting on it: nothing is asked for and nothing is taken."""

    response = "utter_payments_on_hold"


class OnItsWay(Refusal):
    """A payment for it is under way: a second one would be one too many. Carries `amount`."""

    response = "utter_payments_on_its_way"


class NotPayable(Refusal):
    """The link does not lead to a payment now; carries `state`."""

    response = "utter_payments_link_over"


class LinkUnknown(Refusal):
    """Nobody was given this link. It reads like one that is over, so that it tells nothing."""

    response = "utter_payments_link_over"
