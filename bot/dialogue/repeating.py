"""No message twice in a row, whatever leads to it, and no circle of messages.

The second time it says so, the third time a person is offered, then asked for. What comes a third time within a few
turns, with other words between, is a circle and ends the same way.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from bot import contact, handoff
from bot.dialogue import questions
from bot.dialogue.turn import Turn
from bot.dialogue.words import said

RECENT = 6
"""Messages of ours among which the same one may stand twice."""
_HAVE_THEIR_OWN = frozenset({"utter_handoff_on_the_way", "utter_dialogue_language_switched"})
"""What comes last and is no question."""
_NO_ANSWERS = frozenset({"utter_identity_only_you", "utter_identity_hear_you"})
"""What answers nothing without the question behind it."""
_MAY_REPEAT = frozenset({"safety", "opt_out", "receipt"})
"""Tags of what is said again as it is: a second STOP is confirmed like the first."""


def not_twice(turn: Turn, says: Sequence[contact.Say]) -> list[contact.Say]:
    """What is said instead of `says`, where it is just what we said last, or what we say over and over."""
    if not says or all(one.tag in _MAY_REPEAT for one in says):
        turn.state.repeats = 0
        turn.state.responses = [one.response for one in says] or turn.state.responses
        return list(says)
    says = _not_thrice(turn, says)
    key = hashlib.sha256("\n".join(one.text for one in says).encode()).hexdigest()[:16]
    turn.state.responses = [one.response for one in says]
    recent = turn.state.said
    turn.state.said = [*recent, key][-RECENT:]
    if recent[-1:] != [key] and recent.count(key) < 2:
        turn.state.repeats = 0
        return list(says)
    turn.state.repeats += 1
    if turn.state.repeats == 1 and recent.count(key) < 2:
        return [said(turn, "utter_dialogue_as_before"), *says]
    return [_person(turn)]


def _not_thrice(turn: Turn, says: Sequence[contact.Say]) -> Sequence[contact.Say]:
    """A question that ended our last two messages stays open, and is not put a third time behind an answer. With other
    figures it is another question.
    """
    last, figures = says[-1].response, "".join(filter(str.isdigit, says[-1].text))
    before = turn.state.ended
    turn.state.ended = [*before, f"{last} {figures}".rstrip()][-2:]
    is_open = turn.state.question is not None and any(one.response not in _NO_ANSWERS for one in says[:-1])
    heard = [one.partition(" ") for one in before]
    is_third = len(heard) == 2 and all(name == last and told in (figures, "") for name, _, told in heard)
    return says[:-1] if is_open and is_third and last not in _HAVE_THEIR_OWN else says


def _person(turn: Turn) -> contact.Say:
    """Offered; where that is what we go on about, or one waits already, asked for. The open question waits behind it."""
    question = turn.state.question
    if not isinstance(question, questions.Person):
        again = "utter_dialogue_offer_person_short"
        turn.state.question = questions.Person(before=questions.dump(question), again=again)
        return said(turn, "utter_dialogue_offer_person")
    turn.state.question, turn.state.said, turn.state.repeats = questions.load(question.before), [], 0
    stuck = {"message": turn.message.id}
    handoff.open_case(
        turn.session, turn.conversation, handoff.Reason.STUCK, stuck, turn.now, hours=turn.settings.opening
    )
    return said(turn, "utter_handoff_still_waiting" if turn.waited else "utter_handoff_stuck")
