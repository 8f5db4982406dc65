"""What people ask about the account itself before they agree: can the fees go, is it too old, is the rest really
forgiven, may I pay while it is checked, is that all. Each answer is made of what is so on their accounts.
"""

from __future__ import annotations

from collections.abc import Callable

from actions import holds, say
from bot import accounts, contact, payments
from bot.core import Money
from bot.dialogue import Turn, effects, meant, questions
from bot.negotiation import Kind, Made

_OFFERED = frozenset({"utter_questions_waive", "utter_questions_waive_offered"})
_SETTLE = frozenset({Kind.SETTLEMENT, Kind.SETTLEMENT_PARTS})


def can_fees_go(turn: Turn) -> None:
    """How much was added, and that a person decides. Whether they shall is asked, where nothing else is; who comes back to
    it wants it.
    """
    if turn.state.responses and _OFFERED & set(turn.state.responses) and turn.known.case is None:
        effects.note(turn)
        turn.say("utter_questions_waive_asked")
        turn.ask_again()
        return
    added = {debt.id: _added(turn, debt) for debt in turn.known.talking_of or turn.known.debts}
    if not any(added.values()):
        turn.say("utter_questions_nothing_to_waive")
        turn.ask_again()
        return
    for debt in turn.known.debts:
        if added.get(debt.id):
            turn.say("utter_questions_added", account=meant.account(turn, debt), added=", ".join(added[debt.id]))
    if turn.known.case is not None:
        effects.note(turn)
        turn.say("utter_questions_waive_asked")
        turn.ask_again()
        return
    if turn.queue or isinstance(turn.asked, questions.Accept):
        turn.say("utter_questions_waive_offered")
        turn.ask_again()
        return
    question = questions.Person(before=questions.dump(turn.state.question), again="utter_dialogue_offer_person_short")
    turn.ask(question, "utter_questions_waive")


def _added(turn: Turn, debt: accounts.Debt) -> list[str]:
    items = accounts.itemisation(turn.session, turn.who(), debt.id)
    kinds: dict[str, Money] = {"interest": items.interest, "fees": items.fees}
    return [turn.phrase(f"utter_accounts_since_{name}", amount=sum_) for name, sum_ in kinds.items() if sum_.is_positive]


def what_is_a_pause(turn: Turn) -> None:
    turn.say("utter_questions_pause")
    turn.ask_again()


def is_it_too_old(turn: Turn) -> None:
    """Which of theirs a court can no longer make anybody pay, and what that means."""
    old = accounts.time_barred(turn.known.debts, turn.today)
    if not old:
        turn.say("utter_questions_none_too_old")
        turn.ask_again()
        return
    left = holds.without_ended(turn, turn.known.debts)
    if not old - turn.known.ended:
        turn.ask_again()
        return
    for debt in left:
        name = "utter_questions_too_old" if debt.id in old else "utter_questions_not_too_old"
        turn.say(name, account=meant.account(turn, debt), ending=debt.ending)
    turn.say("utter_questions_too_old_means")
    turn.ask_again()


def is_the_rest_gone(turn: Turn) -> None:
    """Of an offer to close it for less: what is forgiven then; otherwise that this is for such an offer."""
    closing = [one for one in _on_the_table(turn) if one.offer.kind in _SETTLE and one.offer.discount.is_positive]
    if len(closing) == 1:
        turn.say("utter_questions_forgiven", total=closing[0].offer.total, discount=closing[0].offer.discount)
    else:
        turn.say("utter_questions_forgiven_in_general")
    turn.ask_again()


def _on_the_table(turn: Turn) -> list[Made]:
    waiting = getattr(turn.asked, "offers", ())
    chosen = [turn.known.offers[one] for one in waiting if one in turn.known.offers]
    return chosen or list(turn.known.offers.values())


def may_i_pay_held(turn: Turn) -> None:
    """Not on what is held; what is free may be paid. A dispute can be taken back by a word."""
    assert turn.known.party is not None
    held = [debt for debt in turn.known.debts if turn.known.is_held(debt)]
    if not held:
        turn.say("utter_questions_nothing_held")
        turn.ask_again()
        return
    held = holds.without_ended(turn, held)
    numbers = {one.debt_id: one.number for one in accounts.open_disputes(turn.session, turn.known.party.id)}
    for debt in held:
        number, named = numbers.get(debt.id, numbers.get(None)), meant.account(turn, debt)
        if number is None:
            turn.say("utter_questions_pay_held", account=named)
        else:
            turn.say("utter_questions_pay_disputed", account=named, number=number)
    for debt in turn.known.free:
        turn.say("utter_questions_free", account=meant.account(turn, debt), debt_id=debt.id)
    turn.ask_again()


def is_that_all(turn: Turn) -> None:
    """All that we have in their name, and that there is nothing else."""
    if say.only_one(turn):
        return
    debts = turn.known.debts
    turn.say("utter_accounts_balances_all", debts=say.accounts_listed(turn, debts), total=say.owed(turn))
    turn.say("utter_questions_no_other")
    turn.ask_again()


def do_we_remind(turn: Turn) -> None:
    """As the sequence of reminders in force has it. Where managers have turned it off, their wish is written down."""
    if not reminds():
        turn.then_plain("contact_preference")
        return
    turn.say("utter_questions_reminder")
    turn.ask_again()


def is_it_taken(turn: Turn) -> None:
    """Whether money is taken, or they pay themselves: by hand, unless they have set up automatic payments."""
    if payments.mandate_store.active_of(turn.session, turn.who().party_id) or not reminds():
        turn.then_plain("pay")
        return
    turn.say("utter_questions_by_hand")
    turn.ask_again()


def reminds() -> bool:
    """A step before the day is on."""
    return any(step.is_on and step.days < 0 for step in contact.sequences.in_force("plan"))


ANSWERS: dict[str, Callable[[Turn], None]] = {
    "waive": can_fees_go, "pause": what_is_a_pause, "barred": is_it_too_old, "forgiven": is_the_rest_gone,
    "pay_held": may_i_pay_held, "others": is_that_all, "reminder": do_we_remind, "by_hand": is_it_taken,
}  # fmt: skip
"""By what the question is about. Only who is verified hears them."""
