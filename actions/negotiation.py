"""What debtors open a negotiation with: figures, a wish for a plan, less or later, too much, the same as before."""

from __future__ import annotations

from dataclasses import replace

from actions import proposals
from actions.ahead import pays_ahead
from actions.asking import ask_way
from actions.bargaining import against_table, answers_terms, as_before, bargain, hear_terms
from actions.changes import changes_amount, finishes_sooner
from actions.offers import accepts_with_link, on_table, say_options, turned_down
from actions.relief import ask_relief, concerns_all
from actions.responder import Responder
from actions.together import talks_of_all
from actions.together_plans import answer_for_all, turned_down_for_all
from bot import negotiation
from bot.dialogue import Turn, grammar


class ActionNegotiationOptions(Responder):
    """What are my choices?"""

    def respond(self, turn: Turn) -> None:
        say_options(turn)


class ActionNegotiationRespond(Responder):
    """They name figures, or ask for a plan, less, time, or promise a day."""

    def respond(self, turn: Turn) -> None:
        if accepts_with_link(turn) or as_before(turn):
            return
        if turn.matter.intent == "needs_time" and not turn.matter.names_figures and concerns_all(turn):
            ask_relief(turn, "utter_negotiation_needs_time")
            return
        if talks_of_all(turn):
            answer_for_all(turn)
            return
        if answers_terms(turn):
            return
        debt, proposal = hear_terms(turn)
        if changes_amount(turn, debt, proposal) or finishes_sooner(turn, debt) or pays_ahead(turn, debt):
            return
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
                ask_relief(turn, "utter_negotiation_needs_time")
                return
        bargain(turn, debt, proposal)


class ActionNegotiationRefuse(Responder):
    """Too much: their own figure is the starting point."""

    def respond(self, turn: Turn) -> None:
        if talks_of_all(turn):
            answer_for_all(turn) if turn.matter.names_figures else turned_down_for_all(turn)
            return
        debt, proposal = hear_terms(turn)
        nothing = proposals.is_empty(proposal) and not turn.matter.vague
        if nothing and turn.state.question is None and negotiation.current_agreement(turn.session, debt.id) is not None:
            # "I can't do that one" of a plan that runs.
            turn.also.insert(0, replace(turn.matter, intent="reschedule_payment"))
        elif nothing:
            turned_down(turn)
        else:
            bargain(turn, debt, against_table(turn, proposal))
