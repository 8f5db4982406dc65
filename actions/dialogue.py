"""The conversation itself: greetings, help, what was not understood, and yes or no where nothing is open.

A miss is answered once with a question of at most four choices, then with the offer of a person; the third time the
person is asked for without another question. It never loops.
"""

from __future__ import annotations

from dataclasses import replace

from actions import codes, say
from actions.handler import handles
from bot import contact
from bot.core import in_brief, record
from bot.dialogue import Turn, meant, questions
from bot.dialogue.meaning import packing
from bot.dialogue.meaning.acts import Accept, Act, Plain, Refuse, Unclear

_TEXTS = {
    "is_this_a_scam": "utter_dialogue_scam",
    "sad": "utter_dialogue_sad",
    "bot_challenge": "utter_dialogue_robot",
    "money_advice": "utter_negotiation_money_advice",
}
_CAN_BE_NAMED = frozenset(
    ["ask_balance", "ask_breakdown", "ask_options", "ask_history", "plan_status", "propose", "pay", "promise", "accept",
     "refuse", "move", "skip", "cancel_plan", "request_plan", "request_settlement", "needs_time", "talk_to_human",
     "ask_documents", "ask_fees", "change_amount", "hardship", "cannot_pay"]
)  # fmt: skip
"""Acts that a question back can name: `utter_dialogue_meant_<act>`."""


@handles("unclear", "out_of_scope")
def unclear(turn: Turn, act: Unclear | Plain) -> None:
    """Nothing that we can act on: put it another way, then offer a person, then get one. Beside an answer that has put a
    question of its own there is nothing to add.
    """
    if turn.put is not None and turn.put in turn.says:
        return
    turn.state.misses += 1
    if turn.state.misses >= 3:
        turn.then_plain("stuck")
    elif turn.state.misses == 2:
        turn.ask(_person(turn), "utter_dialogue_offer_person")
    elif not turn.is_verified and turn.asked is None:
        turn.then_plain("ask_who")
    else:
        _ask_back(turn, act)


def _ask_back(turn: Turn, act: Unclear | Plain) -> None:
    """The open question in other words, or the two things that they may have meant, or the menu."""
    named = [one for one in getattr(act, "candidates", ()) if one in _CAN_BE_NAMED][:2]
    loose = turn.asked is None or turn.asked.kind in ("options", "menu", "else")
    not_heard = "utter_dialogue_not_my_field" if turn.said.name == "out_of_scope" else "utter_dialogue_not_understood"
    if turn.asked is not None and turn.asked.again is not None and not (loose and len(named) == 2):
        turn.say(not_heard)
        turn.say(turn.asked.again, **turn.asked.values)
    elif len(named) == 2 and turn.is_verified:
        first, second = (turn.phrase(f"utter_dialogue_meant_{one}") for one in named)
        acts = tuple({"act": one, "fields": {}, "words": turn.said.words, "confidence": 1.0, "caught_by": None}
                     for one in named)  # fmt: skip
        turn.ask(
            questions.Meant(acts=acts, again="utter_dialogue_which_meant_again"),
            "utter_dialogue_which_meant",
            first=first,
            second=second,
        )
    elif turn.is_verified:
        turn.say(not_heard)
        turn.ask(questions.Menu(again="utter_dialogue_menu"), "utter_dialogue_is_it_about")
    else:
        turn.then_plain("ask_who")


@handles("accept", asked=("menu",))
def yes_to_several(turn: Turn, act: Accept) -> None:
    """Yes leaves open which."""
    turn.then_plain("unclear")


@handles("choose", asked=("meant",))
def chose_meaning(turn: Turn, act: Plain) -> None:
    """1 or 2 of what we named; of a single doubt a number says nothing."""
    assert isinstance(turn.asked, questions.Meant)
    option, acts = getattr(act, "option", None), turn.asked.acts
    if option is None or not 1 <= option <= len(acts) or len(acts) == 1:
        turn.then_plain("unclear")
        return
    turn.answered()
    turn.queue.insert(0, packing.unpack(acts[option - 1]))


@handles("choose")
def chose_nothing(turn: Turn, act: Plain) -> None:
    """A number where nothing was numbered."""
    turn.then_plain("unclear")


@handles("accept")
def yes_to_nothing(turn: Turn, act: Accept) -> None:
    if not turn.is_verified:
        turn.then_plain("ask_who")
    elif turn.asked is None:
        turn.say("utter_dialogue_here")
    elif not turn.ask_again():
        turn.then_plain("unclear")


@handles("refuse")
def no_to_nothing(turn: Turn, act: Refuse) -> None:
    if turn.queue or turn.says:
        return  # "no lol, I'm asking for a better deal": what they say instead is the answer
    if turn.asked is None:
        turn.say("utter_dialogue_goodbye")
    else:
        turn.answered()
        turn.then_plain("what_else")


@handles("nothing")
def nothing(turn: Turn, act: Plain) -> None:
    """Nothing is to be done: a word that says we are here, or where we were."""
    if not turn.is_verified and turn.has_just_said("utter_identity_no_need"):
        turn.say("utter_dialogue_goodbye")
    elif not turn.is_verified and turn.asked is None:
        turn.then_plain("ask_who")
    elif not turn.ask_again():
        turn.say("utter_dialogue_here")


@handles("accept", asked=("else",))
def something_else(turn: Turn, act: Accept) -> None:
    turn.answered()
    if turn.is_verified:
        turn.ask(questions.Menu(), "utter_dialogue_menu")
    else:
        turn.ask(questions.Person(), "utter_dialogue_offer_person_short")


@handles("refuse", "no_more", asked=("else",))
def nothing_else(turn: Turn, act: Act) -> None:
    turn.answered()
    turn.say("utter_dialogue_goodbye")


@handles("what_else")
def what_else(turn: Turn, act: Plain) -> None:
    """After a no: that is fine, is there anything else?"""
    turn.ask(questions.Else(), "utter_dialogue_what_else")


@handles("cannot_say")
def does_not_know(turn: Turn, act: Plain) -> None:
    """Before anything was asked it is what the page asks for that they lack."""
    if turn.ask_again():
        return
    if not turn.is_verified and not turn.known.at_address:
        codes.lacks(turn)
    else:
        turn.then_plain("think_it_over" if turn.is_verified else "ask_who")


@handles("greet")
def greet(turn: Turn, act: Plain) -> None:
    """Hello: who are you, or where we were, or what can I do."""
    if not turn.is_verified:
        turn.then_plain("ask_who")
        return
    assert turn.known.party is not None
    if turn.queue:
        return
    turn.say("utter_dialogue_greet", name=in_brief(turn.known.party.given_name))
    if turn.asked is None and not turn.known.plans and len(turn.known.free) == len(turn.known.debts) > 0:
        turn.ask(questions.Menu(), "utter_dialogue_menu")
    else:
        turn.then_plain("resume")


@handles("resume")
def resume(turn: Turn, act: Plain) -> None:
    """Where we were: the open question, the plan that runs, or what they owe and why it is on hold."""
    question = turn.state.question
    if turn.put is not None and turn.put in turn.says:
        return  # an answer of this turn has gone on already
    if turn.state.moved:
        turn.say("utter_dialogue_where_we_were")
        turn.state.moved = False
    if question is not None and question.again is not None:
        turn.say(question.again, **question.values)
    elif turn.known.plans:
        turn.then_plain("plan_status")
    else:
        turn.then_plain("ask_balance")


@handles("help")
def help_(turn: Turn, act: Plain) -> None:
    """HELP: who we are, how to reach a person, how to stop."""
    turn.ask(_person(turn), "utter_dialogue_help", **turn.values())


@handles("who_are_you")
def who_are_you(turn: Turn, act: Plain) -> None:
    if turn.is_verified:
        turn.say("utter_dialogue_who_known", **turn.values())
        told = any(name == "utter_accounts_origin" for name, _ in turn.says)
        for debt in () if told else turn.known.talking_of[:1]:
            turn.say("utter_accounts_writes_about", account=meant.account(turn, debt), ending=debt.ending,
                     opened=debt.opened_on)  # fmt: skip
        turn.ask_again()
    else:
        turn.say("utter_dialogue_who_are_you", **turn.values())
        if not turn.ask_again():
            turn.queue.append(replace(turn.said, act=Plain(name="ask_who"), caught_by=None, needs_check=False))


@handles(*_TEXTS)
def say_text(turn: Turn, act: Plain) -> None:
    """Questions whose answer is one reviewed text, then back to the open question, once."""
    turn.say(_TEXTS[act.name], **turn.values())
    turn.ask_again()


@handles("thanks")
def thanks(turn: Turn, act: Plain) -> None:
    if not turn.queue:
        just = turn.has_just_said("utter_dialogue_thanks")
        turn.say("utter_dialogue_goodbye" if just else "utter_dialogue_thanks")


@handles("goodbye")
def goodbye(turn: Turn, act: Plain) -> None:
    if not turn.queue:
        just = turn.has_just_said("utter_dialogue_goodbye")
        turn.say("utter_dialogue_thanks" if just else "utter_dialogue_goodbye")


@handles("feedback")
def feedback(turn: Turn, act: Plain) -> None:
    turn.state.noted.append(turn.said.words)
    data = {"message": turn.message.id}
    record(turn.session, "FeedbackGiven", subject=turn.conversation.id, data=data, now=turn.now, actor="debtor")
    turn.say("utter_dialogue_feedback")


@handles("anger")
def anger(turn: Turn, act: Plain) -> None:
    """Anger is no opt-out, and the same words do not soothe twice: then a person is offered, and then comes."""
    turn.state.misses += 1
    if turn.state.misses == 1:
        turn.say("utter_dialogue_anger")
    elif turn.state.misses == 2:
        turn.ask(_person(turn), "utter_dialogue_anger_again")
    else:
        turn.then_plain("talk_to_human")


@handles("repeat")
def repeat(turn: Turn, act: Plain) -> None:
    """Say it again: the last thing that we said. Nothing private to somebody who is not known (any more)."""
    if not turn.is_verified:
        turn.then_plain("ask_who")
        return
    lines = contact.said(turn.session, turn.conversation.id, last=1)
    if lines and not turn.has_just_said("utter_dialogue_repeat"):
        turn.say("utter_dialogue_repeat", said=lines[-1].text)
    else:
        turn.then_plain("unclear")


@handles("start_over")
def start_over(turn: Turn, act: Plain) -> None:
    """Begin again; who they are stays known."""
    turn.answered()
    turn.state.waiting, turn.state.wishes, turn.state.debts = [], {}, []
    turn.state.named, turn.state.named_before = {}, {}
    turn.then_plain("greet")


@handles("change_language")
def change_language(turn: Turn, act: Plain) -> None:
    """English, please. En español, por favor. The language that they wrote it in, or named, is what we go on in."""
    named = getattr(act, "language", None) or turn.meaning.language
    if named not in ("en", "es"):
        turn.ask(_person(turn), "utter_dialogue_language_other")
        return
    contact.set_language(turn.session, turn.conversation.id, named)
    turn.state.language_chosen = turn.state.language_told = True
    turn.reload()
    turn.say("utter_dialogue_language")
    made = [turn.known.offers[one] for one in getattr(turn.asked, "offers", ()) if one in turn.known.offers]
    if isinstance(turn.asked, questions.Accept) and made:
        say.read_back(turn, made)  # whoever could not read it has not had it yet
    elif turn.is_verified:
        turn.ask_again()
    elif not turn.queue:
        turn.then_plain("ask_who")


def _person(turn: Turn) -> questions.Person:
    """Shall I get a person? What had been asked before waits, and comes back after a no."""
    before = turn.state.question
    if isinstance(before, questions.Person):
        return before
    return questions.Person(before=questions.dump(before), again="utter_dialogue_offer_person_short")
