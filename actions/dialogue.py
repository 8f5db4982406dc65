"""The conversation itself: greetings, answers to the open question, help, and what to do with a miss.

A miss is answered once with a question of at most four choices, then with the offer of a person; the third time
the person is asked for without another question. It never loops.
"""

from __future__ import annotations

import re
from dataclasses import replace

from actions.accounts import say_what_for
from actions.answers import answers, try_answer, what_else
from actions.handoff import hand_over, offer_person
from actions.identity import ask_who, declined, told_hardship, try_identity
from actions.responder import Responder
from bot import contact
from bot.core import record
from bot.dialogue import Matter, Turn, grammar
from bot.handoff import Reason

FEELS_SO = 0.5
"""Below this nobody is told that they are angry, or thanked for their praise: worry and irony sound much the same."""
_THINKS = re.compile(
    r"\b(?:(?:ill|let me|lemme|need to|have to|gotta|will|wanna|want to) think|think (?:about|on) it|think it over|sleep on it"
    r"|(?:talk|speak|check) (?:to|with) my (?:wife|husband|spouse|partner|mom|dad|family)"
    r"|(?:lo voy a|dejeme|dejame|tengo que|voy a|quiero) pensar\w*|lo pienso|consultarlo|hablarlo con mi)\b"
)
_SHORT = 7
_MENU = re.compile(r"\bmen[uú]\b", re.IGNORECASE)
MENU = ("ask_balance", "ask_options", "not_my_debt", "talk_to_human")
"""What the four choices of the menu mean."""


def missed(turn: Turn) -> None:
    """Nothing was understood: put it another way, then offer a person, then get one."""
    turn.state.misses += 1
    if turn.state.misses >= 3:
        hand_over(turn, Reason.STUCK, "utter_handoff_stuck")
    elif turn.state.misses == 2:
        offer_person(turn, "utter_dialogue_offer_person")
    elif not turn.is_verified() and told_hardship(turn):
        ask_who(turn)
    else:
        is_foreign = turn.matter.intent == "out_of_scope" and turn.is_verified()
        if turn.is_verified() or turn.state.asked_who:
            turn.say("utter_dialogue_not_my_field" if is_foreign else "utter_dialogue_not_understood")
        if turn.state.question is not None and turn.state.question.again is not None and not _is_open(turn):
            turn.say(turn.state.question.again)
        elif turn.is_verified():
            turn.ask("menu", "utter_dialogue_is_it_about", None, "utter_dialogue_menu")
        else:
            ask_who(turn)


def wants_to_think(turn: Turn) -> bool:
    """ "I'll think about it", to an offer or a question of money: nobody is pressed, and the question stays open."""
    question = turn.state.question
    if question is None or question.kind in ("identity", "person", "else") or not turn.is_verified():
        return False
    if not _THINKS.search(grammar.folded(turn.message.text)) or len(turn.message.text.split()) > _SHORT:
        return False
    turn.also.clear()
    turn.say("utter_dialogue_take_time")
    return True


def _is_open(turn: Turn) -> bool:
    """ "Want to see your choices?" is put another way by naming what there is."""
    return turn.state.question is not None and turn.state.question.kind == "options"


class ActionDialogueAnswer(Responder):
    """Yes, no, a number, a date of birth: an answer to what we asked, or a miss."""

    def respond(self, turn: Turn) -> None:
        intent = turn.matter.intent
        if try_answer(turn):
            turn.state.misses = 0
        elif not turn.is_verified() and try_identity(turn):
            return
        elif intent == "deny":
            self._no(turn)
        elif intent == "affirm" and not turn.is_verified():
            ask_who(turn)
        elif intent == "affirm" and turn.state.question is None:
            turn.say("utter_dialogue_here")
        elif intent != "affirm" or not turn.ask_again():
            missed(turn)

    @staticmethod
    def _no(turn: Turn) -> None:
        question = turn.state.question
        if not turn.is_verified():
            declined(turn)
        elif turn.matter.names_figures and (question is None or question.kind == "else"):
            turn.also.insert(0, replace(turn.matter, intent="propose_terms"))  # "no wait, in 2 parts"
        elif question is None:
            turn.say("utter_dialogue_goodbye")
        else:
            turn.answered()
            what_else(turn)


class ActionDialogueNotUnderstood(Responder):
    """The fallback of the NLU and of the rules; also what is none of our business."""

    def respond(self, turn: Turn) -> None:
        if try_answer(turn):
            turn.state.misses = 0
        elif turn.is_verified() or not try_identity(turn):
            missed(turn)


class ActionDialogueGreet(Responder):
    """Hello."""

    def respond(self, turn: Turn) -> None:
        if not turn.is_verified():
            if not try_identity(turn):
                ask_who(turn)
        elif not turn.ask_again():
            turn.ask("menu", "utter_dialogue_menu")


@answers("menu")
def chose(turn: Turn) -> bool:
    """1 what you owe, 2 paying, 3 something's wrong, 4 a person."""
    option = turn.matter.named("option")
    if not isinstance(option, int) or not 1 <= option <= len(MENU):
        return False
    turn.answered()
    if option == 3:
        turn.say("utter_accounts_ask_what_is_wrong")
    else:
        turn.also.insert(0, Matter(MENU[option - 1], 1.0, turn.matter.text, tuple(turn.matter.entities)))
    return True


class ActionDialogueHelp(Responder):
    """HELP, or a menu: who we are, how to reach a person, how to stop."""

    def respond(self, turn: Turn) -> None:
        if turn.is_verified() and _MENU.search(turn.message.text):
            turn.ask("menu", "utter_dialogue_menu")
            return
        offer_person(turn, "utter_dialogue_help", company=turn.settings.company, phone=turn.settings.company_phone)


class ActionDialogueSay(Responder):
    """Questions whose answer is one reviewed text, then back to the open question, once."""

    TEXTS = {
        "who_are_you": "utter_dialogue_who_are_you",
        "is_this_a_scam": "utter_dialogue_scam",
        "bot_challenge": "utter_dialogue_robot",
        "thanks": "utter_dialogue_thanks",
        "goodbye": "utter_dialogue_goodbye",
        "anger": "utter_dialogue_anger",
        "feedback": "utter_dialogue_feedback",
        "money_advice": "utter_negotiation_money_advice",
        "ask_consequences": "utter_accounts_consequences",
        "ask_credit_report": "utter_accounts_credit_report",
    }
    PRIVATE = frozenset({"ask_consequences", "ask_credit_report"})
    ENDS = frozenset({"thanks", "goodbye", "feedback", "anger"})

    def respond(self, turn: Turn) -> None:
        intent = turn.matter.intent
        if intent in self.PRIVATE:
            turn.who()
        if intent in ("anger", "feedback") and turn.matter.confidence < FEELS_SO:
            missed(turn)
            return
        if intent == "feedback":
            turn.state.noted.append(turn.matter.text)
            data = {"message": turn.message.id}
            record(turn.session, "FeedbackGiven", subject=turn.conversation.id, data=data, now=turn.now, actor="debtor")
        if intent == "anger" and still_angry(turn):
            return
        values = {"company": turn.settings.company, "phone": turn.settings.company_phone}
        if intent == "who_are_you" and turn.is_verified():
            turn.say("utter_dialogue_who_known", **values)
            say_what_for(turn)
        elif intent == "who_are_you" and turn.state.question is None and turn.has_just_said(self.TEXTS[intent]):
            ask_who(turn)
        else:
            turn.say(self.TEXTS[intent], **values)
        if intent not in self.ENDS:
            turn.ask_again()


def still_angry(turn: Turn) -> bool:
    """Anger is no opt-out, and the same words do not soothe twice: the second time a person is offered, then comes."""
    turn.state.misses += 1
    if turn.state.misses == 1:
        return False
    if turn.state.misses == 2:
        offer_person(turn, "utter_dialogue_anger_again")
    else:
        hand_over(turn, Reason.STUCK, "utter_handoff_waiting")
    return True


class ActionDialogueRepeat(Responder):
    """Say it again: the last thing that we said. Nothing private to somebody who is not known (any more)."""

    def respond(self, turn: Turn) -> None:
        lines = contact.said(turn.session, turn.conversation.id, last=1)
        if not turn.is_verified():
            ask_who(turn)
        elif lines and not turn.state.misses and lines[-1].responses[:1] != ("utter_dialogue_repeat",):
            turn.say("utter_dialogue_repeat", said=lines[-1].text)
        else:
            missed(turn)


class ActionDialogueStartOver(Responder):
    """Begin again; who they are stays known."""

    def respond(self, turn: Turn) -> None:
        turn.answered()
        turn.state.wanted, turn.state.proposal, turn.state.debt_id, turn.state.together = [], {}, None, []
        turn.also.insert(0, Matter("greet", 1.0, turn.matter.text))
