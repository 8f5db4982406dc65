"""Breathing room: a hardship, or "I can't pay". Nothing is taken, and a pause or a smaller amount is one word away."""

from __future__ import annotations

from actions import say
from actions.handler import handles
from bot import negotiation
from bot.dialogue import Turn, meant, questions
from bot.dialogue.meaning.acts import Accept, Adjust, Choose, Move, Plain, Propose, Refuse
from bot.dialogue.meaning.order import kind

_TERMS = ("propose", "promise", "pay", "ask_options", "request_plan", "request_settlement", "needs_time", "move",
          "skip", "change_amount", "change_rhythm")  # fmt: skip
"""What they ask for beside a hardship is what is answered next."""


@handles("hardship")
def hardship(turn: Turn, act: Plain) -> None:
    """Lost work, ill, bereaved: no ladder. Figures that they named are still heard, else a pause or a small amount comes,
    with one question. Sympathy is said once: told on amid the talk, what was open goes on.
    """
    negotiation.note_hardship(turn.session, turn.who(), turn.message.id, turn.now)
    debts = meant.debts_meant(turn, None if turn.known.talking_of else "all")
    told_before, turn.state.hardship_told = turn.state.hardship_told, True
    if not told_before:
        turn.say("utter_negotiation_hardship_due" if _is_due(turn) else "utter_negotiation_hardship")
    if any(said.name in _TERMS or kind(said.name) == "answer" for said in turn.queue):
        return
    if all(turn.known.is_held(debt) for debt in debts):
        raise negotiation.DebtOnHold
    if told_before and turn.ask_again():
        return
    free = meant.free_debts(turn, None if turn.known.talking_of else "all")
    if not say.relief(turn, free):
        turn.then_plain("ask_options")


@handles("cannot_pay")
def cannot_pay(turn: Turn, act: Plain) -> None:
    """No reason given: a pause or a smaller amount? Of a plan that runs, another day for the next part."""
    _relieve(turn, "utter_negotiation_cannot_pay")


@handles("needs_time")
def needs_time(turn: Turn, act: Plain) -> None:
    if act.wish is not None:
        turn.then(act.wish)
        return
    _relieve(turn, "utter_negotiation_needs_time")


def _relieve(turn: Turn, response: str) -> None:
    meant.free_debts(turn, None if turn.known.talking_of else "all")
    if any(said.name in _TERMS for said in turn.queue) or say.RELIEF.intersection(name for name, _ in turn.says):
        return  # it is asked for, or was offered, in the same breath
    if any(debt.id in turn.known.plans for debt in turn.known.talking_of) and turn.asked is None:
        turn.then(Move())
        return
    turn.ask(questions.Relief(again="utter_negotiation_ask_relief_again"), response)


@handles("choose", asked=("relief",))
def choose(turn: Turn, act: Choose) -> None:
    """1 a pause, 2 a smaller amount."""
    if act.option == 1:
        turn.then(Propose(wants="pause"))
    elif act.option == 2:
        turn.then(Adjust(to="less"))
    else:
        turn.then_plain("unclear")


@handles("needs_time", asked=("relief",))
def wants_pause(turn: Turn, act: Plain) -> None:
    turn.then(Propose(wants="pause"))


@handles("propose", "promise", asked=("relief",))
def pause_or_figures(turn: Turn, act: Propose) -> None:
    """Who cannot pay and wants a pause has told of a hardship. A day alone says until when."""
    day = getattr(act, "until", None) or getattr(act, "first", None) or getattr(act, "on", None)
    figures = any(getattr(act, name, None) for name in ("each", "amount", "total", "percent", "count", "parts",
                                                          "frequency", "at_most"))  # fmt: skip
    if not figures and (day is not None or getattr(act, "wants", None) == "pause"):
        negotiation.note_hardship(turn.session, turn.who(), turn.message.id, turn.now)
        act = Propose(wants="pause", until=day, vague=act.vague, debts=act.debts)
    turn.state.question = None
    turn.then(act)


@handles("adjust", "request_plan", asked=("relief",))
def wants_less(turn: Turn, act: Plain) -> None:
    turn.ask(questions.Terms(missing="amount"), "utter_negotiation_ask_what_works")


@handles("accept", asked=("relief",))
def which_relief(turn: Turn, act: Accept) -> None:
    """Yes leaves open which."""
    turn.say("utter_negotiation_ask_relief_again")


@handles("refuse", asked=("relief",))
def no_relief(turn: Turn, act: Refuse) -> None:
    turn.ask(questions.Person(), "utter_negotiation_offer_person")


def _is_due(turn: Turn) -> bool:
    """A part of a plan that runs falls due today: then we do not say that nothing is due."""
    return any(left and left[0].due <= turn.today for _, left in turn.known.plans.values())
