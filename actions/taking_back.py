"""What was taken the wrong way, or raised and no longer meant: undone where their word is enough, else passed on.

A dispute is taken back after one question, and so is what holds an account only because they said it; at once where they
deny plainly what they never said of that account, or say it twice. Of one account it never frees another. Danger, a debt
that was forced on them and a bankruptcy are lifted by a person.
"""

from __future__ import annotations

from actions import holds
from actions.handler import handles
from bot import accounts, contact, handoff
from bot.contact import Hold, HoldKind
from bot.core import record
from bot.dialogue import Turn, effects, meant, questions
from bot.dialogue.meaning import packing
from bot.dialogue.meaning.acts import CancelPlan, Drop, Plain, Said

_BY_A_PERSON = frozenset({HoldKind.CRISIS, HoldKind.COERCED_DEBT, HoldKind.BANKRUPTCY, HoldKind.BREATHING_SPACE})
_DISPUTES = frozenset({HoldKind.DISPUTE, HoldKind.VALIDATION})
_OF_ACCOUNTS = _DISPUTES | {HoldKind.COMPLAINT, HoldKind.ATTORNEY, HoldKind.IDENTITY_THEFT}
"""What may hold one account and leave another."""
_LIFTS = frozenset({"lift", "end_dispute"})
_TWO = 2


@handles("take_back")
def take_back(turn: Turn, act: Plain) -> None:
    held, one = _said_by_them(turn), _account_meant(turn, act)
    if turn.known.opted_out:
        turn.say("utter_contact_stopped")
    elif one is not None:
        _take_back_of(turn, one, act)
    elif any(map(_needs_a_person, held)):
        _leave_to_a_person(turn)
    elif held:
        _ask_to_lift(turn, held[-1])
    elif any(hold.kind in _DISPUTES for hold in turn.known.holds):
        turn.then_plain("withdraw_dispute")
    elif turn.known.case is not None and handoff.withdraw(turn.session, turn.known.case, turn.now):
        turn.reload()
        turn.answered()
        turn.say("utter_handoff_withdrawn")
    elif turn.asked is not None and turn.asked.kind in (
        "accept",
        "choice",
        "terms",
        "relief",
        "change",
        "cancel",
        "move",
    ):
        turn.then(Drop())
    elif turn.known.holds:
        _leave_to_a_person(turn)
    elif turn.known.plans:
        turn.then(CancelPlan())
    else:
        turn.say("utter_questions_nothing_noted")


def _needs_a_person(hold: Hold) -> bool:
    return hold.kind in _BY_A_PERSON or contact.is_a_persons(hold)


def _leave_to_a_person(turn: Turn) -> None:
    effects.note(turn)
    turn.say("utter_questions_person_lifts")


@handles("take_back", asked=("meant",))
def say_it_twice(turn: Turn, act: Plain) -> None:
    """Asked whether it is to be taken back, they say it once more: that is a yes."""
    assert isinstance(turn.asked, questions.Meant)
    asked = turn.asked
    turn.state.question = None
    if asked.acts[0]["act"] in _LIFTS:
        turn.answered()
        turn.queue[:0] = [packing.unpack(one) for one in (asked.acts[0], *asked.rest)]
    else:
        take_back(turn, act)


def _account_meant(turn: Turn, act: Plain) -> accounts.Debt | None:
    """The one of several that they name, where what holds it, if anything does, may hold one and not another."""
    named = meant.named(turn, act.debts) if turn.is_verified and len(turn.known.debts) > 1 else ()
    if len(named) != 1 or any(hold.kind not in _OF_ACCOUNTS for hold in _over(turn, named[0])):
        return None
    return named[0]


def _over(turn: Turn, debt: accounts.Debt) -> list[Hold]:
    return [hold for hold in turn.known.holds if hold.stops(debt.id)]


def _take_back_of(turn: Turn, debt: accounts.Debt, act: Plain) -> None:
    over = _over(turn, debt)
    if not over:
        turn.talk_of((debt,))
        turn.say("utter_questions_free", account=meant.account(turn, debt), debt_id=debt.id)
    elif not all(_is_theirs(turn, hold, debt) for hold in over):
        _leave_to_a_person(turn)
    elif act.plainly and not any(hold.debt_id == debt.id for hold in over):
        turn.then(Plain(name="lift", debts=act.debts))
    else:
        _ask_to_lift_one(turn, debt, act)


def _is_theirs(turn: Turn, hold: Hold, debt: accounts.Debt) -> bool:
    """They said it, and may take it back. One of all that they owe is about the other one, where there is one other."""
    if hold.kind not in _DISPUTES:
        return hold.reason in effects.STOPS and not contact.is_a_persons(hold)
    return (hold.source or "").startswith("D-") and (hold.debt_id == debt.id or len(turn.known.debts) == _TWO)


def _ask_to_lift_one(turn: Turn, debt: accounts.Debt, act: Plain) -> None:
    """What they want beside it goes on with the yes."""
    packed = packing.pack(Said(Plain(name="lift", debts=act.debts), turn.said.words))
    rest = tuple(packing.pack(said) for said in turn.queue)
    turn.queue.clear()
    question = questions.Meant(acts=(packed,), rest=rest, again="utter_questions_ask_lift_again")
    theirs = [one for one in holds.disputes_over(turn, [debt]) if one.debt_id == debt.id]
    number = holds.numbers(turn, theirs)
    if number is not None:
        turn.ask(question, "utter_law_ask_lift_number", account=meant.account(turn, debt), number=number, debt_id=debt.id)
    else:
        turn.ask(question, "utter_law_ask_lift_one", account=meant.account(turn, debt), debt_id=debt.id)


def _lift_of(turn: Turn, debt: accounts.Debt) -> None:
    """Their clear word: nothing that they said holds this account any more. What else is held stays so, and what a person
    has placed since they were asked is for a person to lift.
    """
    if not all(_is_theirs(turn, hold, debt) for hold in _over(turn, debt)):
        _leave_to_a_person(turn)
        return
    for one in holds.disputes_over(turn, [debt]):
        if one.debt_id == debt.id:
            accounts.withdraw_dispute(turn.session, turn.who(), one.number, words=turn.said.words, now=turn.now)
        else:
            (other,) = (each for each in turn.known.debts if each.id != debt.id)
            accounts.name_disputed(turn.session, turn.who(), one.number, other.id, now=turn.now)
    for hold in _over(turn, debt):
        if hold.kind not in _DISPUTES:
            effects.let_go(turn, hold, debt)
    data = {"message": turn.message.id, "debt": debt.id}
    record(turn.session, "TakenBack", subject=turn.conversation.id, data=data, now=turn.now, actor="debtor")
    case, left = turn.known.case, accounts.open_disputes(turn.session, turn.who().party_id)
    if case is not None and not left and not any(hold.kind in _OF_ACCOUNTS for hold in _now(turn)):
        handoff.withdraw(turn.session, case, turn.now, dispute=True)
    turn.reload()
    turn.talk_of((debt,))
    holds.drop_until(turn)
    turn.say("utter_law_lifted", account=meant.account(turn, debt), debt_id=debt.id)
    held = [one for one in turn.known.debts if turn.known.is_held(one)]
    if held:
        turn.say("utter_law_still_held", account=" / ".join(meant.account(turn, one) for one in held),
                 debt_id=" ".join(one.id for one in held))  # fmt: skip
    if not turn.queue and debt.id not in turn.known.plans:
        turn.ask(questions.Options(), "utter_accounts_want_options")


def _now(turn: Turn) -> tuple[Hold, ...]:
    return contact.active_holds(turn.session, turn.who().party_id, turn.now)


@handles("lift")
def lift(turn: Turn, act: Plain) -> None:
    """Their yes: all that holds them, or the account that they named, only because of those words."""
    one = _account_meant(turn, act)
    if one is not None:
        _lift_of(turn, one)
        return
    theirs = _said_by_them(turn)
    if any(map(contact.is_a_persons, theirs)):
        _leave_to_a_person(turn)
        return
    for hold in theirs:
        if hold.kind not in _BY_A_PERSON:
            contact.release_hold(turn.session, hold.id, reason="taken back", actor="debtor", now=turn.now)
    data = {"message": turn.message.id}
    record(turn.session, "TakenBack", subject=turn.conversation.id, data=data, now=turn.now, actor="debtor")
    turn.reload()
    turn.say("utter_questions_taken_back")
    if not turn.queue:
        turn.then_plain("resume" if turn.is_verified else "ask_who")


def _said_by_them(turn: Turn) -> list[Hold]:
    """Holds that carry the name of what they said as their reason; disputes have a way of their own."""
    named = {*effects.STOPS, "cease_contact"}
    return [hold for hold in turn.known.holds if hold.reason in named and hold.kind not in _DISPUTES]


def _ask_to_lift(turn: Turn, hold: Hold) -> None:
    packed = packing.pack(Said(Plain(name="lift"), turn.said.words))
    rest = tuple(packing.pack(said) for said in turn.queue)
    turn.queue.clear()
    about = turn.phrase(f"utter_safety_about_{hold.reason}")
    question = questions.Meant(acts=(packed,), rest=rest, again="utter_questions_ask_lift_again")
    turn.ask(question, "utter_questions_ask_lift", about=about)
