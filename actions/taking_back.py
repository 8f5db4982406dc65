"""What was taken the wrong way, or raised and no longer meant: undone where their word is enough, else passed on.

A dispute is taken back after one question, and so is what holds an account only because they said it. Danger, a debt
that was forced on them and a bankruptcy are lifted by a person.
"""

from __future__ import annotations

from actions.handler import handles
from bot import contact, handoff
from bot.contact import Hold, HoldKind
from bot.core import record
from bot.dialogue import Turn, effects, questions
from bot.dialogue.meaning import packing
from bot.dialogue.meaning.acts import CancelPlan, Drop, Plain, Said

_BY_A_PERSON = frozenset({HoldKind.CRISIS, HoldKind.COERCED_DEBT, HoldKind.BANKRUPTCY, HoldKind.BREATHING_SPACE})
_DISPUTES = frozenset({HoldKind.DISPUTE, HoldKind.VALIDATION})


@handles("take_back")
def take_back(turn: Turn, act: Plain) -> None:
    held = _said_by_them(turn)
    if turn.known.opted_out:
        turn.say("utter_contact_stopped")
    elif any(hold.kind in _BY_A_PERSON for hold in held):
        effects.note(turn)
        turn.say("utter_questions_person_lifts")
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
    elif turn.known.plans:
        turn.then(CancelPlan())
    else:
        turn.say("utter_questions_nothing_noted")


@handles("lift")
def lift(turn: Turn, act: Plain) -> None:
    """Their yes: all that holds them only because of those words."""
    for hold in _said_by_them(turn):
        if hold.kind not in _BY_A_PERSON:
            contact.release_hold(turn.session, hold.id, reason="taken back", actor="debtor", now=turn.now)
    data = {"message": turn.message.id}
    record(turn.session, "TakenBack", subject=turn.conversation.id, data=data, now=turn.now, actor="debtor")
    turn.reload()
    turn.say("utter_questions_taken_back")
    turn.then_plain("resume" if turn.is_verified else "ask_who")


def _said_by_them(turn: Turn) -> list[Hold]:
    """Holds that carry the name of what they said as their reason; disputes have a way of their own."""
    named = {*effects.STOPS, "cease_contact"}
    return [hold for hold in turn.known.holds if hold.reason in named and hold.kind not in _DISPUTES]


def _ask_to_lift(turn: Turn, hold: Hold) -> None:
    packed = packing.pack(Said(Plain(name="lift"), turn.said.words))
    about = turn.phrase(f"utter_safety_about_{hold.reason}")
    question = questions.Meant(acts=(packed,), again="utter_questions_ask_lift_again")
    turn.ask(question, "utter_questions_ask_lift", about=about)
