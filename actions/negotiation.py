"""What debtors open a negotiation with: figures, a wish for a plan, less or later, a hardship, or "I can't"."""

from __future__ import annotations

import re
from dataclasses import replace

from actions import proposals
from actions.answers import answers
from actions.asking import ask_way
from actions.bargaining import against_table, answers_terms, bargain, hear_terms
from actions.offers import accepts_with_link, on_table, say_options, turned_down
from actions.order import ASKING
from actions.responder import Responder
from actions.together import bargain_for_all, on_table_for_all, talks_of_all
from bot import accounts, negotiation
from bot.dialogue import Matter, Turn, grammar
from bot.negotiation import Proposal

_AS_BEFORE = re.compile(
    r"\b(?:same (?:as|like) (?:before|last time)|like (?:before|last time)|the usual|same thing|lo mismo|igual que"
    r"|como (?:antes|siempre|la otra vez))\b",
    re.IGNORECASE,
)
_SMALLER = re.compile(r"\b(?:smaller|less|lower|small|menos|menor|peque[nñ]\w*|m[aá]s (?:bajo|chico))\b", re.IGNORECASE)
_PAUSE = re.compile(
    r"\b(?:pause|break|wait|hold off|more time|later|pausa|esperar?|m[aá]s tiempo|descanso|despu[eé]s)\b", re.IGNORECASE
)


class ActionNegotiationOptions(Responder):
    """What are my choices?"""

    def respond(self, turn: Turn) -> None:
        say_options(turn)


class ActionNegotiationRespond(Responder):
    """They name figures, or ask for a plan, less, time, or promise a day."""

    def respond(self, turn: Turn) -> None:
        if accepts_with_link(turn):
            return
        if talks_of_all(turn):
            bargain_for_all(turn, on_table_for_all(turn))
            return
        if answers_terms(turn):
            return
        debt, proposal = hear_terms(turn)
        way = grammar.direction(turn.matter.text)
        if way is not None and proposals.is_empty(proposal) and on_table(turn) is not None:
            say_options(turn) if way == "least" else ask_way(turn, way)
            return
        proposal = against_table(turn, proposal)
        if proposals.is_empty(proposal) and not turn.matter.vague:
            if turn.matter.intent in ("request_plan", "propose_terms"):
                turn.ask("terms", "utter_negotiation_ask_plan", {"proposal": proposals.dump(proposal)})
                return
            if turn.matter.intent == "needs_time":
                turn.ask("relief", "utter_negotiation_needs_time", None, "utter_negotiation_ask_relief_again")
                return
        bargain(turn, debt, proposal)


class ActionNegotiationRefuse(Responder):
    """Too much: their own figure is the starting point."""

    def respond(self, turn: Turn) -> None:
        debt, proposal = hear_terms(turn)
        if proposals.is_empty(proposal) and not turn.matter.vague:
            turned_down(turn)
        else:
            bargain(turn, debt, against_table(turn, proposal))


class ActionNegotiationHardship(Responder):
    """Lost work, ill, bereaved: no ladder, and figures that they named are still heard."""

    def respond(self, turn: Turn) -> None:
        who = turn.who()
        negotiation.note_hardship(turn.session, who, turn.message.id, turn.now)
        turn.say("utter_negotiation_hardship")
        if turn.also:
            if not any(matter.intent in ASKING for matter in turn.also):
                turn.also.append(Matter("ask_options", 1.0, turn.matter.text))
            return
        figures = any(entity["entity"] in ("amount", "percentage", "count") for entity in turn.matter.entities)
        turn.heard = replace(turn.matter, intent="propose_terms" if figures else "ask_options")
        debt, proposal = hear_terms(turn)
        if proposals.is_empty(proposal) and not turn.matter.vague:
            say_options(turn)
        else:
            bargain(turn, debt, proposal)


class ActionNegotiationCannotPay(Responder):
    """Cannot pay, no reason given: nothing is taken; a pause or a smaller amount?"""

    def respond(self, turn: Turn) -> None:
        debt, proposal = hear_terms(turn)
        if proposals.is_empty(proposal):
            turn.ask("relief", "utter_negotiation_cannot_pay", None, "utter_negotiation_ask_relief_again")
        else:
            bargain(turn, debt, against_table(turn, proposal))


@answers("relief")
def chose_relief(turn: Turn) -> bool:
    """ "A pause or a smaller amount?" Who cannot pay and wants a pause has told of a hardship."""
    intent, option = turn.matter.intent, turn.matter.named("option")
    debt, proposal = hear_terms(turn)
    until = proposal.pause_until or proposal.first_date
    if proposal.payment or proposal.total or proposal.percent or proposal.count or proposal.parts or proposal.frequency:
        return False
    if option == 2 or _SMALLER.search(turn.message.text) or intent == "request_plan":
        turn.ask("terms", "utter_negotiation_ask_what_works", {"proposal": {}})
        return True
    if intent == "affirm" and option is None:
        return turn.ask_again()
    if option == 1 or until or intent == "needs_time" or _PAUSE.search(turn.message.text):
        negotiation.note_hardship(turn.session, turn.who(), turn.message.id, turn.now)
        bargain(turn, debt, Proposal(wants="pause", pause_until=until))
        return True
    if intent == "deny":
        turn.ask("person", "utter_negotiation_offer_person")
        return True
    return False


def as_before(turn: Turn) -> bool:
    """ "Same as before": the last terms on the table, or those of the plan that they had. True when it was that."""
    if not _AS_BEFORE.search(turn.message.text) or not turn.is_verified():
        return False
    debt, fresh = hear_terms(turn)
    earlier = on_table(turn) or proposals.load(turn.state.proposal)
    if proposals.is_empty(earlier):
        earlier = _former(turn, debt)
    if proposals.is_empty(earlier):
        return False
    bargain(turn, debt, proposals.merge(earlier, fresh))
    return True


def _former(turn: Turn, debt: accounts.Debt) -> Proposal:
    running = negotiation.current_agreement(turn.session, debt.id)
    if running is None:
        return Proposal()
    return proposals.of_offer(negotiation.offer(turn.session, turn.who(), running.offer_id).offer)
