"""The answer to "how was this for you?": a bare number from 1 to 5. Anything else is heard as ever, and ends the question."""

from __future__ import annotations

from dataclasses import replace

from bot import contact, handoff
from bot.dialogue import questions, taps, truths
from bot.dialogue.nlu.mentions import mentions
from bot.dialogue.turn import Turn

MOST = 5


def heard(turn: Turn) -> list[contact.Say] | None:
    """What is said to an answer; None where there is none."""
    question, message = turn.state.question, turn.message
    if not isinstance(question, questions.Rating):
        return None
    turn.state.question = None
    rating = read(message.text)
    is_other = bool(message.media or message.corrects or message.opt_out_type) or turn.conversation.owner != contact.BOT
    if rating is None or is_other or not handoff.satisfaction.answer(turn.session, question.survey, rating, turn.now):
        return None
    turn.state.misses = 0
    return [_thanks(turn) if rating > handoff.satisfaction.LOW else _offer_person(turn)]


def read(text: str) -> int | None:
    """ "4", "four.", "cuatro", as a choice is read; nothing else may stand beside it."""
    word = text.strip(" .,!¡\n")
    if not (word.isdecimal() or word.isalpha()):
        return None
    option = next((one["value"] for one in mentions(word) if one["entity"] == "option"), None)
    return option if option is not None and 1 <= option <= MOST else None


def _thanks(turn: Turn) -> contact.Say:
    return truths.render(turn, "utter_satisfaction_thanks", turn.values())


def _offer_person(turn: Turn) -> contact.Say:
    """Once: a no is a no."""
    turn.state.question = questions.Person(again="utter_dialogue_offer_person_short")
    said = truths.render(turn, "utter_satisfaction_low", turn.values())
    return replace(said, choices=taps.under(turn.state.question, turn.conversation.language))
