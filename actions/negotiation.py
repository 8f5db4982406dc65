"""Bargaining: what they can do, what policy allows, and the words in between."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from typing import Any

from actions import proposals
from actions.answers import answers
from actions.debts import the_debt
from actions.handoff import hand_over
from actions.payments import say_link
from actions.responder import Responder
from actions.terms import in_short, terms
from bot import accounts, negotiation
from bot.dialogue import Turn
from bot.handoff import Reason
from bot.identity import Verified
from bot.negotiation import Ask, Countered, FinalOffer, Kind, Made, Missing, NoRoom, Proposal

_ASK = {
    Ask.AMOUNT: "utter_negotiation_ask_amount",
    Ask.DATE: "utter_negotiation_ask_date",
    Ask.FREQUENCY: "utter_negotiation_ask_frequency",
    Ask.PAYDAYS: "utter_negotiation_ask_paydays",
    Ask.REST: "utter_negotiation_ask_rest",
}
_ASK_BACK = {
    "payday": "utter_negotiation_ask_paydays",
    "which_date": "utter_negotiation_ask_date",
    "amount": "utter_negotiation_ask_amount",
    "frequency": "utter_negotiation_ask_frequency",
}
_CALLED = {
    Kind.PAUSE: r"pause|break|pausa|descanso",
    Kind.FULL: r"all of it|in full|everything|whole thing|todo|completo",
    Kind.SETTLEMENT: r"settle\w*|discount|less|descuento|rebaja|menos",
    Kind.TOKEN: r"small\w*|tiny|token|peque[nñ]\w*",
}
"""How people call a choice of the list."""
SHORT = 5
"""Words of an answer that names a choice."""
NO_LINK = frozenset({"pause", "extension", "reduction"})
MOST_CHOICES = 4


def say_options(turn: Turn) -> None:
    """All that they qualify for, numbered; they may also name their own."""
    who = turn.who()
    debt = the_debt(turn, who)
    if debt is None:
        turn.say("utter_accounts_nothing_owed")
        return
    made = negotiation.options(turn.session, who, debt.id, turn.now, turn.today)[:MOST_CHOICES]
    if not made:
        hand_over(turn, Reason.NO_ROOM, "utter_negotiation_no_room")
        return
    lines = "\n".join(f"{number} {in_short(turn, one.offer)}" for number, one in enumerate(made, 1))
    turn.ask("choice", "utter_negotiation_options", {"offers": [one.id for one in made]},
             "utter_negotiation_ask_choice_again", options=lines, debt_id=debt.id)  # fmt: skip


def hear_terms(turn: Turn, *, wants: str | None = None) -> tuple[accounts.Debt, Proposal] | None:
    """The debt and what they propose for it; None when nothing is owed, which is said."""
    debt = the_debt(turn, turn.who())
    if debt is None:
        turn.say("utter_accounts_nothing_owed")
        return None
    return debt, proposals.read(turn.matter, turn.today, debt.balance, wants=wants)


def bargain(turn: Turn, debt: accounts.Debt, proposal: Proposal) -> None:
    """One call to the room, and its answer in words. What is vague is asked back first."""
    turn.state.proposal = proposals.dump(proposal)
    vague = proposals.question(turn.matter, proposal)
    if vague is not None:
        _ask_back(turn, proposal, vague)
        return
    answer, made = negotiation.respond(turn.session, turn.who(), debt.id, proposal, turn.now, turn.today)
    if isinstance(answer, Missing):
        _ask_terms(turn, proposal, _ASK[answer.ask])
    elif isinstance(answer, NoRoom):
        hand_over(turn, Reason.NO_ROOM, "utter_negotiation_no_room")
    elif made is not None:
        _say_offer(turn, answer, made)


def _ask_terms(turn: Turn, proposal: Proposal, response: str) -> None:
    turn.ask("terms", response, {"proposal": proposals.dump(proposal)}, response)


def _ask_back(turn: Turn, proposal: Proposal, vague: dict[str, Any] | Any) -> None:
    days = [date.fromisoformat(day) for day in vague.get("candidates") or ()]
    data = {"proposal": proposals.dump(proposal), "days": [day.isoformat() for day in days]}
    if len(days) == 2:
        turn.ask(
            "terms",
            "utter_negotiation_ask_which_day",
            data,
            "utter_negotiation_ask_date",
            first=days[0],
            second=days[1],
        )
    else:
        turn.ask("terms", _ASK_BACK[vague["question"]], data)


def _say_offer(turn: Turn, answer: negotiation.Answer, made: Made) -> None:
    words = {"terms": terms(turn, made.offer), "debt_id": made.debt_id}
    if isinstance(answer, (Countered, FinalOffer)):
        reason = turn.phrase(f"utter_negotiation_reason_{answer.reason.value}", **answer.values)
        name = "utter_negotiation_final" if isinstance(answer, FinalOffer) else "utter_negotiation_countered"
        put(turn, made, name, reason=reason, **words)
    elif getattr(answer, "better", False):
        put(turn, made, "utter_negotiation_better", **words)
    elif (moved := getattr(answer, "moved_from", None)) is not None:
        put(turn, made, "utter_negotiation_read_back_moved", moved=moved, **words)
    else:
        put(turn, made, "utter_negotiation_read_back", **words)


def put(turn: Turn, made: Made, response: str, **values: object) -> None:
    """An offer on the table: yes sets it up, and what they say next is heard against it."""
    question = turn.state.question
    listed = question.data.get("offers", []) if question is not None else []
    turn.state.proposal = proposals.dump(proposals.of_offer(made.offer))
    turn.ask("accept", response, {"offer": made.id, "offers": listed}, "utter_negotiation_ask_accept_again", **values)


def agree(turn: Turn, who: Verified, offer_id: str) -> None:
    """Their yes: the agreement, and the link for what is due first."""
    agreement = negotiation.accept(turn.session, who, offer_id, turn.now, turn.today, turn.message.id)
    made = negotiation.offer(turn.session, who, offer_id)
    turn.answered()
    turn.state.refusals = 0
    turn.say("utter_negotiation_agreed", terms=terms(turn, made.offer), debt_id=agreement.debt_id)
    if agreement.schedule and made.offer.kind.value not in NO_LINK:
        first = agreement.schedule[0]
        say_link(turn, who, agreement.debt_id, first.amount, agreement, due=first.due)
    document = negotiation.document_link(turn.session, agreement, turn.settings.public_url)
    turn.say("utter_negotiation_document", url=document, debt_id=agreement.debt_id)


def on_table(turn: Turn) -> Proposal | None:
    """What the open question is about, as a proposal; None when no terms are being talked about."""
    question = turn.state.question
    if question is None or question.kind not in ("accept", "terms", "choice", "relief"):
        return None
    return proposals.load(question.data.get("proposal") or turn.state.proposal)


def against_table(turn: Turn, fresh: Proposal) -> Proposal:
    """Figures that say only a part ("no, the 15th", "more like 45") change what is on the table."""
    base = on_table(turn)
    if base is None or fresh.parts or fresh.percent or fresh.wants in ("settlement", "full", "extension"):
        return fresh
    if any(vague["question"] in ("which_date", "payday") for vague in turn.matter.vague):
        base = replace(base, first_date=None)
    if fresh.wants == "pause":
        later = fresh.first_date or fresh.pause_until
        starts = base.payment and (later or turn.matter.vague)
        return proposals.merge(base, Proposal(first_date=later)) if starts else fresh
    if fresh.payment and (fresh.frequency or fresh.count):
        return fresh
    if fresh.wants == "promise" and base.wants in ("plan", None) and not fresh.payment:
        fresh = replace(fresh, wants=base.wants)
    return proposals.merge(base, fresh) if fresh.wants in (None, base.wants, "plan") else fresh


def turned_down(turn: Turn) -> None:
    """No, and no figure with it: ask for theirs once, then show the choices, then offer a person."""
    turn.state.refusals += 1
    if turn.state.refusals > 2:
        turn.ask("person", "utter_negotiation_offer_person")
    elif turn.state.refusals == 2:
        say_options(turn)
    else:
        turn.ask("terms", "utter_negotiation_ask_what_works", {"proposal": {}})


@answers("accept")
def said_yes(turn: Turn) -> bool:
    """Yes sets it up; no asks what would work; another choice of the list, or figures, are heard as such."""
    assert turn.state.question is not None
    intent, data = turn.matter.intent, turn.state.question.data
    option = turn.matter.named("option")
    if isinstance(option, int) and 1 <= option <= len(data.get("offers", ())) and not _figures(turn):
        read_back(turn, data["offers"][option - 1])
        return True
    if intent == "affirm" and not _figures(turn):
        agree(turn, turn.who(), data["offer"])
        return True
    if intent == "deny" and not _figures(turn):
        turned_down(turn)
        return True
    if intent in ("affirm", "deny", "inform", "choose_option") and _figures(turn):
        heard = hear_terms(turn)
        if heard is not None:
            bargain(turn, heard[0], against_table(turn, heard[1]))
        return True
    return False


def read_back(turn: Turn, offer_id: str) -> None:
    """What they chose, whole, before it counts."""
    made = negotiation.offer(turn.session, turn.who(), offer_id)
    put(turn, made, "utter_negotiation_read_back", terms=terms(turn, made.offer), debt_id=made.debt_id)


@answers("choice")
def chose(turn: Turn) -> bool:
    """One of the numbered options, read back before it counts."""
    assert turn.state.question is not None
    offers = turn.state.question.data["offers"]
    option = turn.matter.named("option") or _by_name(turn, offers)
    if option is None and turn.matter.intent == "affirm" and len(offers) == 1:
        option = 1
    if turn.matter.intent == "deny" and not isinstance(option, int):
        turned_down(turn)
        return True
    if not isinstance(option, int) or not 1 <= option <= len(offers):
        return False
    read_back(turn, offers[option - 1])
    return True


def _by_name(turn: Turn, offers: list[str]) -> int | None:
    """ "The pause", "the discount": the place of the only choice of that kind."""
    if len(turn.message.text.split()) > SHORT:
        return None
    kinds = [negotiation.offer(turn.session, turn.who(), offer).offer.kind for offer in offers]
    text = turn.message.text.casefold()
    named = {kind for kind, words in _CALLED.items() if re.search(rf"\b(?:{words})\b", text)}
    found = [place for place, kind in enumerate(kinds, 1) if kind in named]
    return found[0] if len(found) == 1 else None


@answers("terms")
def more_terms(turn: Turn) -> bool:
    """The part of a proposal that was missing; what they said before still counts."""
    assert turn.state.question is not None
    data, intent = turn.state.question.data, turn.matter.intent
    heard = hear_terms(turn)
    if heard is None:
        return True
    debt, fresh = heard
    option, days = turn.matter.named("option"), data.get("days") or ()
    if isinstance(option, int) and 1 <= option <= len(days):
        fresh = replace(fresh, first_date=date.fromisoformat(days[option - 1]))
    if proposals.is_empty(fresh):
        if intent == "deny":
            turn.state.refusals = max(turn.state.refusals, 1)
            turned_down(turn)
        return intent == "deny"
    fresh = replace(fresh, wants=None) if data.get("proposal") else fresh
    bargain(turn, debt, proposals.merge(proposals.load(data.get("proposal") or {}), fresh))
    return True


def _figures(turn: Turn) -> bool:
    return any(e["entity"] in ("amount", "percentage", "date", "count", "frequency") for e in turn.matter.entities)


class ActionNegotiationOptions(Responder):
    """What are my choices?"""

    def respond(self, turn: Turn) -> None:
        say_options(turn)
