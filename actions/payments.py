"""Paying: a link for what they want to pay now, and what went wrong with it."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta

import msgspec

from actions.debts import the_debt
from actions.handoff import hand_over, note
from actions.responder import Responder
from bot import negotiation, payments
from bot.core import Money
from bot.dialogue import Turn
from bot.handoff import Reason
from bot.identity import Verified
from bot.negotiation import Proposal

LINK_FOR = timedelta(days=7)
GRACE = timedelta(days=3)
ALL_OF_IT = re.compile(
    r"\b(?:all of it|it all|everything|the whole (?:thing|amount|balance|lot)|in full|pay (?:it |this )?off|todo lo que debo"
    r"|pagar(?:lo|la)? todo|completo|liquidar(?:lo|la)?)\b",
    re.IGNORECASE,
)
_ASKS = re.compile(r"\b(?:pay\w*|link|send|pag\w+|enlace|mand\w+)\b", re.IGNORECASE)


def say_link(
    turn: Turn, who: Verified, debt_id: str, amount: Money, agreement: negotiation.Agreement | None = None,
    due: date | None = None,
) -> None:  # fmt: skip
    """A link of our own for exactly this amount, said."""
    url, last = link_for(turn, who, debt_id, amount, agreement, due)
    turn.say("utter_payments_link", amount=amount, url=url, valid_until=last, debt_id=debt_id)


def link_for(
    turn: Turn, who: Verified, debt_id: str, amount: Money, agreement: negotiation.Agreement | None = None,
    due: date | None = None,
) -> tuple[str, date]:  # fmt: skip
    """Its address and its last day: good for a week, and past the day when it is `due`, but never past the day
    until which paying less was agreed.
    """
    last = _working(max(turn.now + LINK_FOR, _moment(turn, due) + GRACE if due is not None else turn.now), turn)
    if agreement is not None and not agreement.discount.is_zero:
        last = min(last, _moment(turn, max(agreement.schedule[-1].due, turn.today)))
    purpose = payments.Purpose.INSTALMENT if agreement else payments.Purpose.OTHER
    link = payments.request(
        turn.session, who, debt_id=debt_id, purpose=purpose,
        amount=amount, valid_until=last, now=turn.now, public_url=turn.settings.public_url,
        agreement_id=agreement.id if agreement else None,
    )  # fmt: skip
    return link.url, last.astimezone(turn.zone).date()


def _working(moment: datetime, turn: Turn) -> datetime:
    """On to Monday from a weekend, when nobody can be asked why it no longer works."""
    day = moment.astimezone(turn.zone).isoweekday()
    return moment + timedelta(days=8 - day) if day > 5 else moment


def _moment(turn: Turn, day: date) -> datetime:
    """The end of that day where they live."""
    return datetime.combine(day, time(23, 59), turn.zone)


class ActionPaymentsLink(Responder):
    """Pay now: of a plan what is due next or what they name, else the amount they named, else all of it."""

    def respond(self, turn: Turn) -> None:
        from actions import figures
        from actions.ahead import pays_ahead
        from actions.bargaining import against_table, bargain
        from actions.changes import cannot_pay_next
        from actions.offers import accepts_with_link, costs_less
        from actions.together import talks_of_all
        from actions.together_plans import answer_for_all

        if accepts_with_link(turn):
            return
        if talks_of_all(turn):
            answer_for_all(turn)
            return
        who = turn.who()
        debt = the_debt(turn, who)
        if self._is_bare_share(turn):
            bargain(turn, debt, against_table(turn, figures.read(turn.matter, turn.today, debt.balance)))
            return
        if pays_ahead(turn, debt) or cannot_pay_next(turn, debt):
            return
        wanted = self._wanted(turn, debt.balance)
        if (wanted is None or wanted >= debt.balance) and costs_less(turn, debt.id):
            return
        amount = min(wanted or debt.balance, debt.balance)
        turn.answered()
        if wanted is not None:
            turn.state.proposal = msgspec.to_builtins(Proposal(parts=((turn.today, amount),)))
        say_link(turn, who, debt.id, amount, negotiation.current_agreement(turn.session, debt.id))

    @staticmethod
    def _is_bare_share(turn: Turn) -> bool:
        """ "Half now" asks for no link: the other half is to be talked about."""
        shares = [e for e in turn.matter.entities if e["entity"] == "percentage"]
        return len(shares) == 1 and bool(shares[0].get("part")) and not _ASKS.search(turn.message.text)

    @staticmethod
    def _wanted(turn: Turn, balance: Money) -> Money | None:
        """The amount that they name, all of it, or a share of what they owe."""
        named = [e for e in turn.matter.entities if e["entity"] == "amount" and not e.get("about")]
        share = turn.matter.named("percentage")
        if named:
            return Money(named[0]["minor"], named[0]["currency"])
        if ALL_OF_IT.search(turn.matter.text):
            return balance
        return balance.percent(share, "up") if isinstance(share, int) else None


class ActionPaymentsProblem(Responder):
    """A card was declined, a link does not work, something was charged twice: a person looks."""

    def respond(self, turn: Turn) -> None:
        hand_over(turn, Reason.PAYMENT, "utter_payments_problem")


class ActionPaymentsMethods(Responder):
    """How can I pay?"""

    def respond(self, turn: Turn) -> None:
        turn.say("utter_payments_methods", phone=turn.settings.company_phone)
        turn.ask_again()


class ActionPaymentsRequest(Responder):
    """Automatic payments, another card, money back: a person does it, while the conversation goes on here."""

    def respond(self, turn: Turn) -> None:
        turn.who()
        note(turn, "utter_payments_request")
        turn.ask_again()
