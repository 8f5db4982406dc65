"""Several questions in one message: their answers stand beside each other, within two SMS as every text of ours.

What has to go goes in this order: our own question once more, which stays open; then the last answers, in whose place
stands that they are to be asked again.
"""

from __future__ import annotations

from bot.contact import segments
from bot.dialogue import Turn, questions, truths
from bot.dialogue.meaning.order import QUESTIONS

_AUTOMATED = "utter_contact_automated"
_REST = "utter_questions_rest"


def within(turn: Turn) -> None:
    """Only where several were answered, and where a message is an SMS."""
    answers = [says for name, says in turn.answers if name in QUESTIONS and says]
    if turn.conversation.channel != "sms" or len(answers) < 2 or _fits(turn):
        return
    _without_our_question(turn)
    left = [one for says in answers[1:] for one in says if one in turn.says and one != turn.put]
    if left and not _fits(turn):
        turn.says.insert(turn.says.index(left[-1]) + 1, (_REST, {}))
        while left and not _fits(turn):
            turn.says.remove(left.pop())


def _fits(turn: Turn) -> bool:
    """As the turn would be composed, with the line that says what we are, which the door adds to the first words to somebody."""
    said = [truths.render(turn, name, values) for name, values in turn.composed()]
    if not turn.is_verified and not any("automated" in one.discloses for one in said):
        said.append(truths.render(turn, _AUTOMATED, turn.values()))
    text = "\n".join(one.text for one in said)
    return segments.count(segments.fitted(text)) <= segments.MOST


def _without_our_question(turn: Turn) -> None:
    """The one that was put before comes back another time; who they are is asked when something needs it."""
    question = turn.state.question
    if question is None or not turn.says:
        return
    last = turn.says[-1]
    if last == turn.put:
        if isinstance(question, questions.Identity) and question is not turn.opening and not turn.state.waiting:
            turn.says.pop()
            turn.state.question, turn.put = turn.opening, None
            turn.state.asked_who = max(0, turn.state.asked_who - 1)
    elif last[0] == question.again:
        turn.says.pop()
