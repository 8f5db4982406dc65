"""A message that was changed after we had answered it (Telegram): what it says now, and a yes that counts only once more.

Whoever changes an old message answers nothing that we asked since. A proposal in it is read back as any other; before a
yes of theirs nothing is set up. Safety and law count at once, as everywhere. One that nobody had answered yet never
comes here twice: what it was changed into has taken its place.
"""

from __future__ import annotations

from bot import contact
from bot.dialogue import truths
from bot.dialogue.meaning.acts import Accept, Adjust, Choose, Divide, Pay, Promise, Propose, Refuse
from bot.dialogue.meaning.order import ALARMS
from bot.dialogue.turn import Turn

_ANSWERS = (Accept, Choose, Refuse)
_MONEY = (Propose, Pay, Promise, Divide, Adjust)
_LONGEST = 60


def to_confirm(turn: Turn) -> list[contact.Say] | None:
    """What is asked instead of acting; None when it may be answered as it stands."""
    if not _is_theirs(turn):
        return None
    question = turn.state.question
    acts = [one.act for one in turn.queue]
    if question is None or question.again is None or not any(isinstance(act, _ANSWERS) for act in acts):
        return None
    return [_said(turn, "utter_dialogue_corrected"), truths.render(turn, question.again, turn.values())]


def heard(turn: Turn) -> list[contact.Say]:
    """Before the answer to a figure that was changed: that it is the new one which counts."""
    if not _is_theirs(turn) or not any(isinstance(one.act, _MONEY) for one in turn.meaning.said):
        return []
    return [_said(turn, "utter_dialogue_corrected_now")]


def _is_theirs(turn: Turn) -> bool:
    alarm = any(one.name in ALARMS for one in turn.meaning.said)
    return bool(turn.message.corrects) and turn.is_verified and not alarm


def _said(turn: Turn, response: str) -> contact.Say:
    words = " ".join(turn.message.text.split())
    shown = words if len(words) <= _LONGEST else words[: _LONGEST - 3].rstrip() + "..."
    return truths.render(turn, response, {**turn.values(), "words": shown})
