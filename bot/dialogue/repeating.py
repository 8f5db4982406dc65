"""No message twice in a row, whatever leads to it: the second time it says so, then a person is offered, then asked for."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from bot import contact, handoff
from bot.dialogue import questions
from bot.dialogue.turn import Turn
from bot.dialogue.words import said

_MAY_REPEAT = frozenset({"safety", "opt_out", "receipt"})
"""Tags of what is said again as it is: a second STOP is confirmed like the first."""


def not_twice(turn: Turn, says: Sequence[contact.Say]) -> list[contact.Say]:
    """What is said instead of `says`, where it is just what we said last."""
    key = hashlib.sha256("\n".join(one.text for one in says).encode()).hexdigest()[:16]
    before, turn.state.said = turn.state.said, key
    turn.state.responses = [one.response for one in says]
    if key != before or not says or all(one.tag in _MAY_REPEAT for one in says):
        turn.state.repeats = 0
        return list(says)
    turn.state.repeats += 1
    if turn.state.repeats == 1:
        return [said(turn, "utter_dialogue_as_before"), *says]
    if turn.state.repeats == 2 and not isinstance(turn.state.question, questions.Person):
        turn.state.question = questions.Person(again="utter_dialogue_offer_person_short")
        return [said(turn, "utter_dialogue_offer_person")]
    handoff.open_case(turn.session, turn.conversation, handoff.Reason.STUCK, {"message": turn.message.id}, turn.now)
    turn.state.repeats = 0
    return [said(turn, "utter_handoff_still_waiting" if turn.waited else "utter_handoff_stuck")]
