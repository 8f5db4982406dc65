"""What is said about holds: which account, what happens next, and that nobody is asked for it meanwhile; and who may lift
the one for a helper.
"""

from __future__ import annotations

from bot import accounts, contact
from bot.contact import Hold, HoldKind
from bot.core import in_brief, record
from bot.dialogue import Turn, meant, questions
from bot.dialogue.meaning import packing

_STATUS = frozenset(
    ["utter_questions_disputed", "utter_questions_held", "utter_questions_nothing_to_do", "utter_accounts_dispute_status",
     "utter_accounts_dispute_status_short", "utter_accounts_hold_status", "utter_accounts_hold_status_of",
     "utter_questions_pay_held", "utter_questions_pay_disputed", "utter_contact_held"]
)  # fmt: skip
"""Any of them tells where it stands: said once in an answer."""
_OPENED = "utter_accounts_dispute_"


def say_status(turn: Turn) -> None:
    """Why nothing is asked of them now, and what comes next; in few words where our last message said so already, and
    not at all beside other words that say it.
    """
    named = {name for name, _ in turn.says}
    if named & _STATUS or any(name.startswith(_OPENED) for name in named):
        return
    held = [debt for debt in turn.known.talking_of or turn.known.debts if turn.known.is_held(debt)]
    number = _number_over(turn, held)
    last = set(turn.state.responses) - {"utter_accounts_dispute_unverified"}  # that one names no account
    before = _STATUS & last or any(one.startswith(_OPENED) for one in last)
    if number is not None and before:
        turn.say("utter_accounts_dispute_status_short", number=number)
    elif number is not None:
        turn.say("utter_accounts_dispute_status", number=number, account=_accounts(turn, held))
    elif held:
        turn.say("utter_accounts_hold_status_of", account=_accounts(turn, held))
    else:
        turn.say("utter_accounts_hold_status")


def _number_over(turn: Turn, held: list[accounts.Debt]) -> str | None:
    """Of what they disputed: on these accounts, else on all that they owe."""
    assert turn.known.party is not None
    ids = {debt.id for debt in held}
    found = accounts.open_disputes(turn.session, turn.known.party.id)
    about = [one for one in found if one.debt_id in ids] or [one for one in found if one.debt_id is None]
    return about[-1].number if about else None


def _accounts(turn: Turn, held: list[accounts.Debt]) -> str:
    return " / ".join(meant.account(turn, debt, len(held)) for debt in held)


def say_what_goes_on(turn: Turn, held: accounts.Debt) -> None:
    """One of several is on hold now: which one, so that a wrong one is seen, and that the rest is as it was."""
    if len(turn.known.debts) > 1 and any(debt.id != held.id for debt in turn.known.free):
        turn.say("utter_accounts_only_that", account=meant.account(turn, held), debt_id=held.id)


def helper_holds(turn: Turn) -> tuple[Hold, ...]:
    """Placed because they said that somebody else writes."""
    return tuple(one for one in turn.known.holds if one.kind is HoldKind.THIRD_PARTY and one.reason == "third_party")


def ask_who_writes(turn: Turn) -> None:
    """Somebody else was typing, and now there is a proof: the person themselves says whether that is all right. Until
    then nothing private is said.
    """
    if turn.known.party is None or not helper_holds(turn):
        return
    rest = tuple(packing.pack(said) for said in turn.queue if said.name != "third_party")
    turn.queue.clear()
    turn.says = [said for said in turn.says if said is not turn.put]
    turn.ask(questions.Helper(rest=rest, again="utter_safety_ask_helper_again"), "utter_safety_ask_helper",
             name=in_brief(turn.known.party.given_name))  # fmt: skip


def allow_helper(turn: Turn) -> None:
    """Their yes: what held them for a helper is lifted, and kept with their words."""
    data = {"message": turn.message.id}
    record(turn.session, "HelperAllowed", subject=turn.conversation.id, data=data, now=turn.now, actor="debtor")
    lift_for_helper(turn, "lets somebody type")


def lift_for_helper(turn: Turn, reason: str) -> None:
    """Who they are is proved, or still to be proved, as before."""
    for hold in helper_holds(turn):
        contact.release_hold(turn.session, hold.id, reason=reason, actor="debtor", now=turn.now)
    turn.reload()
