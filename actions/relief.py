"""Breathing room: a hardship, or "I can't pay". Nothing is taken, and a pause or a smaller amount is one word away."""

from __future__ import annotations

import re
from dataclasses import replace

from actions import figures, proposals
from actions.answers import answers
from actions.bargaining import against_table, bargain, hear_terms
from actions.changes import ask_new_day
from actions.offers import say_options
from actions.order import ASKING
from actions.responder import Responder
from actions.together import debts_together, gather, talks_of_all
from actions.together_plans import answer_for_all, respond_for_all, say_choices
from bot import accounts, negotiation
from bot.core import Money
from bot.dialogue import Matter, Turn
from bot.negotiation import Proposal

_SMALLER = re.compile(r"\b(?:smaller|less|lower|small|menos|menor|peque[nñ]\w*|m[aá]s (?:bajo|chico))\b", re.IGNORECASE)
_PAUSE = re.compile(
    r"\b(?:pause|break|wait|hold off|more time|later|pausa|esperar?|m[aá]s tiempo|descanso|despu[eé]s)\b", re.IGNORECASE
)


class ActionNegotiationHardship(Responder):
    """Lost work, ill, bereaved: no ladder, and figures that they named are still heard."""

    def respond(self, turn: Turn) -> None:
        negotiation.note_hardship(turn.session, turn.who(), turn.message.id, turn.now)
        turn.say("utter_negotiation_hardship")
        if turn.also:
            if not any(matter.intent in ASKING for matter in turn.also):
                turn.also.append(Matter("ask_options", 1.0, turn.matter.text))
            return
        turn.heard = replace(turn.matter, intent="propose_terms" if turn.matter.names_figures else "ask_options")
        if concerns_all(turn):
            answer_for_all(turn) if turn.matter.names_figures else say_choices(turn)
            return
        debt, proposal = hear_terms(turn)
        if proposals.is_empty(proposal) and not turn.matter.vague:
            say_options(turn)
        else:
            bargain(turn, debt, _from_now_on(turn, debt, proposal))


def _from_now_on(turn: Turn, debt: accounts.Debt, proposal: Proposal) -> Proposal:
    """ "I can only do 30 now", told with a hardship while a plan runs, is the new payment and no payment of today."""
    running = negotiation.current_agreement(turn.session, debt.id)
    sums = [entity for entity in turn.matter.entities if entity["entity"] == "amount"]
    if running is None or running.frequency is None or proposal.frequency or len(sums) != 1:
        return proposal
    return Proposal(wants="plan", each=Money(sums[0]["minor"], sums[0]["currency"]), frequency=running.frequency)


class ActionNegotiationCannotPay(Responder):
    """Cannot pay, no reason given: nothing is taken; a pause or a smaller amount?"""

    def respond(self, turn: Turn) -> None:
        if concerns_all(turn):
            answer_for_all(turn) if turn.matter.names_figures else ask_relief(turn, "utter_negotiation_cannot_pay")
            return
        debt, proposal = hear_terms(turn)
        running = negotiation.current_agreement(turn.session, debt.id)
        if running is not None and turn.state.question is None and not turn.matter.names_figures:
            ask_new_day(turn, running)
        elif proposals.is_empty(proposal):
            ask_relief(turn, "utter_negotiation_cannot_pay")
        else:
            bargain(turn, debt, against_table(turn, proposal))


def ask_relief(turn: Turn, response: str) -> None:
    turn.ask("relief", response, None, "utter_negotiation_ask_relief_again")


def concerns_all(turn: Turn) -> bool:
    """What keeps them from paying one of several keeps them from paying any, unless they name it."""
    if talks_of_all(turn):
        return True
    free, _ = negotiation.free_and_held(turn.session, turn.who(), turn.now)
    if len(free) < 2 or turn.state.debt_id is not None:
        return False
    gather(turn)
    return True


@answers("relief")
def chose_relief(turn: Turn) -> bool:
    """ "A pause or a smaller amount?" Who cannot pay and wants a pause has told of a hardship."""
    intent, option = turn.matter.intent, turn.matter.named("option")
    of_all = concerns_all(turn)
    debt = debts_together(turn)[0] if of_all else hear_terms(turn)[0]
    proposal = figures.read(turn.matter, turn.today, debt.balance)
    until = proposal.pause_until or proposal.first_date
    if proposal.payment or proposal.total or proposal.percent or proposal.count or proposal.parts or proposal.frequency:
        return False
    if option == 2 or _SMALLER.search(turn.message.text) or intent == "request_plan":
        turn.ask("terms_all" if of_all else "terms", "utter_negotiation_ask_what_works", {"proposal": {}})
        return True
    if intent == "affirm" and option is None:
        return turn.ask_again()
    if option == 1 or until or intent == "needs_time" or _PAUSE.search(turn.message.text):
        negotiation.note_hardship(turn.session, turn.who(), turn.message.id, turn.now)
        pause = Proposal(wants="pause", pause_until=until)
        respond_for_all(turn, pause) if of_all else bargain(turn, debt, pause)
        return True
    if intent == "deny":
        turn.ask("person", "utter_negotiation_offer_person")
    return intent == "deny"
