"""What they owe and why, and what is wrong with it."""

from __future__ import annotations

import re

from actions.answers import answers, what_else
from actions.debts import SeveralDebts, called, named_or_talked_about, say_all, the_debt
from actions.handoff import hand_over, note
from actions.holds import dispute, take_effect
from actions.responder import Responder
from bot import accounts, negotiation
from bot.dialogue import Turn
from bot.handoff import Reason

DISPUTES = {
    "not_my_debt": "utter_accounts_dispute_not_mine",
    "wrong_amount": "utter_accounts_dispute_amount",
    "already_paid": "utter_accounts_dispute_paid",
    "service_dispute": "utter_accounts_dispute_service",
    "request_validation": "utter_accounts_validation",
    "too_old": "utter_accounts_dispute_too_old",
}


def say_balance(turn: Turn) -> None:
    """What they owe: all of it when there is more than one account and none was named yet."""
    who = turn.who()
    debts = accounts.open_debts(turn.session, who, turn.now)
    try:
        debt = the_debt(turn, who)
    except SeveralDebts:
        say_all(turn, debts)
        return
    turn.say("utter_accounts_balance", balance=debt.balance, client=debt.client, debt_id=debt.id)
    last = accounts.itemisation(turn.session, who, debt.id).last_payment
    if last is not None:
        turn.say("utter_accounts_last_payment", amount=last.amount, date=last.on, debt_id=debt.id)
    if len(debts) > 1:
        turn.say("utter_accounts_others", count=len(debts) - 1)
    and_then(turn, debt)


def and_then(turn: Turn, debt: accounts.Debt) -> None:
    """After an answer: back to what we had asked, once, or on to the choices, where nothing is agreed yet."""
    if turn.also:
        return
    if turn.state.question is None:
        if negotiation.current_agreement(turn.session, debt.id) is not None:
            return
        turn.ask("options", "utter_accounts_want_options")
    else:
        turn.ask_again()


class ActionAccountsBalance(Responder):
    """How much do I owe?"""

    def respond(self, turn: Turn) -> None:
        say_balance(turn)


class ActionAccountsBreakdown(Responder):
    """What is it made of?"""

    def respond(self, turn: Turn) -> None:
        who = turn.who()
        debt = the_debt(turn, who)
        items = accounts.itemisation(turn.session, who, debt.id)
        since = {"charges": items.charges, "interest": items.interest, "fees": items.fees,
                 "paid": items.payments + items.credits}  # fmt: skip
        parts = [turn.phrase(f"utter_accounts_since_{name}", amount=m) for name, m in since.items() if not m.is_zero]
        turn.say(
            "utter_accounts_breakdown", start=items.amount_then, start_date=items.on, balance=items.balance,
            since=", ".join(parts) or turn.phrase("utter_accounts_since_nothing"), debt_id=debt.id,
        )  # fmt: skip
        turn.ask_again()


_THE_PLAN = re.compile(
    r"\b(?:agreement|plan|deal|arrangement|(?:this|that|it) in writing|acuerdo|convenio|por escrito)\b", re.IGNORECASE
)
_THE_DEBT = re.compile(
    r"\b(?:pro(?:of|ve)|valid\w+|verif\w+|original|creditor|debt|owe|contract|signed|prueb\w+|demuestr\w+|acreedor"
    r"|deuda|debo|contrato|firm\w+)\b",
    re.IGNORECASE,
)


def gives_agreement(turn: Turn) -> bool:
    """The terms in writing: a link to what was agreed, for ever; before a yes, the promise of it.

    False when they may mean proof of the debt: then it is a dispute.
    """
    words = turn.matter.whole or turn.matter.text
    if turn.overheard or not turn.is_verified() or not _THE_PLAN.search(words) or _THE_DEBT.search(words):
        return False
    if turn.state.question is not None and turn.state.question.kind == "accept":
        turn.say("utter_negotiation_document_at_yes")
        turn.ask_again()
        return True
    who = turn.who()
    about = named_or_talked_about(turn, who)
    agreement = negotiation.latest_agreement(turn.session, who, about) or negotiation.latest_agreement(
        turn.session, who
    )
    if agreement is None:
        return False
    url = negotiation.document_link(turn.session, agreement, turn.settings.public_url, turn.now)
    turn.say("utter_negotiation_document", url=url, debt_id=agreement.debt_id)
    turn.ask_again()
    return True


class ActionAccountsDispute(Responder):
    """Not mine, wrong, paid, bad service, prove it, too old: the hold is placed the moment that it is typed."""

    overhears = True

    def respond(self, turn: Turn) -> None:
        intent = turn.matter.intent
        if intent == "request_validation" and gives_agreement(turn):
            return
        opened = dispute(turn)
        take_effect(turn)
        if not turn.is_verified():
            hand_over(turn, Reason.DISPUTE, "utter_accounts_dispute_unverified", number=opened.number)
        elif intent == "already_paid" and opened.debt_id and (seen := last_payments(turn, opened.debt_id, most=2)):
            response = "utter_accounts_dispute_paid_seen"
            hand_over(turn, Reason.DISPUTE, response, number=opened.number, payments=", ".join(seen))
        else:
            hand_over(turn, Reason.DISPUTE, DISPUTES[intent], number=opened.number)


def last_payments(turn: Turn, debt_id: str, *, most: int) -> list[str]:
    """Each with its day, the newest last."""
    entries = accounts.history(turn.session, turn.who(), debt_id)
    paid = [entry for entry in entries if entry.kind is accounts.EntryKind.PAYMENT][-most:]
    return [turn.phrase("utter_accounts_payment", amount=-entry.amount, date=entry.effective_on) for entry in paid]


@answers("options")
def wants_options(turn: Turn) -> bool:
    """Yes or no to "want to see your choices?"."""
    if turn.matter.intent == "affirm":
        from actions.offers import say_options

        turn.answered()
        say_options(turn)
        return True
    if turn.matter.intent == "deny":
        turn.answered()
        what_else(turn)
        return True
    return False


class ActionAccountsFees(Responder):
    """Will there be fees or interest? None for a plan; and what stands on the account already."""

    def respond(self, turn: Turn) -> None:
        who = turn.who()
        turn.say("utter_accounts_fees")
        debts = accounts.open_debts(turn.session, who, turn.now)
        debt = debts[0] if len(debts) == 1 else next((one for one in debts if one.id == turn.state.debt_id), None)
        if debt is not None:
            items = accounts.itemisation(turn.session, who, debt.id)
            added = {"interest": items.interest, "fees": items.fees}
            parts = [
                turn.phrase(f"utter_accounts_since_{name}", amount=m) for name, m in added.items() if not m.is_zero
            ]
            if parts:
                turn.say("utter_accounts_fees_so_far", since=", ".join(parts), start_date=items.on, debt_id=debt.id)
        turn.ask_again()


class ActionAccountsOrigin(Responder):
    """What is this for, who is the creditor, since when?"""

    def respond(self, turn: Turn) -> None:
        who = turn.who()
        debt = the_debt(turn, who)
        _say_origin(turn, "utter_accounts_origin", debt)
        turn.ask_again()


def say_what_for(turn: Turn) -> None:
    """What we write to them about, when it is clear which account."""
    debts = accounts.open_debts(turn.session, turn.who(), turn.now)
    debt = debts[0] if len(debts) == 1 else next((one for one in debts if one.id == turn.state.debt_id), None)
    if debt is not None:
        _say_origin(turn, "utter_accounts_writes_about", debt)


def _say_origin(turn: Turn, response: str, debt: accounts.Debt) -> None:
    turn.say(response, client=debt.client, product=called(turn, debt), ending=debt.ending, opened=debt.opened_on,
             debt_id=debt.id)  # fmt: skip


class ActionAccountsHistory(Responder):
    """What have I paid, did you get it?"""

    def respond(self, turn: Turn) -> None:
        who = turn.who()
        debt = the_debt(turn, who)
        lines = last_payments(turn, debt.id, most=3)
        if not lines:
            turn.say("utter_accounts_no_payments", debt_id=debt.id)
            turn.ask_again()
            return
        turn.say("utter_accounts_history", payments=", ".join(lines), balance=debt.balance, debt_id=debt.id)
        turn.ask_again()


class ActionAccountsDocuments(Responder):
    """The agreement at once; a receipt, a statement, a letter are sent by a person, and the conversation goes on."""

    def respond(self, turn: Turn) -> None:
        turn.who()
        if gives_agreement(turn):
            return
        note(turn, "utter_accounts_documents")
        turn.ask_again()
