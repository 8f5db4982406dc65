"""Offers on the table: the choices they qualify for, one read back whole, and the yes that sets it up."""

from __future__ import annotations

import re
from dataclasses import replace

from actions import proposals
from actions.answers import answers
from actions.debts import the_debt
from actions.handoff import hand_over
from actions.payments import say_link
from actions.terms import collector, in_short, terms
from bot import negotiation
from bot.dialogue import Turn
from bot.handoff import Reason
from bot.identity import Verified
from bot.negotiation import Ask, Countered, FinalOffer, Kind, Made, Proposal

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
    from actions.together import talks_of_all
    from actions.together_plans import say_choices

    who = turn.who()
    if talks_of_all(turn):
        say_choices(turn)
        return
    debt = the_debt(turn, who)
    made = negotiation.options(turn.session, who, debt.id, turn.now, turn.today)[:MOST_CHOICES]
    if not made:
        hand_over(turn, Reason.NO_ROOM, "utter_negotiation_no_room")
        return
    lines = "\n".join(f"{number} {in_short(turn, one.offer)}" for number, one in enumerate(made, 1))
    turn.ask("choice", "utter_negotiation_options", {"offers": [one.id for one in made]},
             "utter_negotiation_ask_choice_again", options=lines, debt_id=debt.id)  # fmt: skip


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


def lowest(turn: Turn, offers: list[str]) -> str | None:
    """The one with the smallest payment; of two alike, the first. A pause has none."""
    made = [negotiation.offer(turn.session, turn.who(), offer) for offer in offers]
    paid = [(one.offer.first.amount.minor, place) for place, one in enumerate(made) if one.offer.first is not None]
    return offers[min(paid)[1]] if paid else None


def read_back(turn: Turn, offer_id: str) -> None:
    """What they chose, whole, before it counts."""
    made = negotiation.offer(turn.session, turn.who(), offer_id)
    put(turn, made, "utter_negotiation_read_back", terms=terms(turn, made.offer), debt_id=made.debt_id)


def say_offer(turn: Turn, answer: negotiation.Answer, made: Made) -> None:
    words = {"terms": terms(turn, made.offer), "debt_id": made.debt_id}
    if isinstance(answer, (Countered, FinalOffer)):
        reason = turn.phrase(f"utter_negotiation_reason_{answer.reason.value}", **answer.values)
        new = "utter_negotiation_countered"
        name = "utter_negotiation_countered_again" if _stands_already(turn, made) else new
        name = "utter_negotiation_final" if isinstance(answer, FinalOffer) else name
        theirs = turn.state.proposal
        put(turn, made, name, reason=reason, **words)
        assert turn.state.question is not None
        turn.state.question = replace(
            turn.state.question, data={**turn.state.question.data, "theirs": theirs, "reason": reason}
        )
    elif getattr(answer, "better", False):
        put(turn, made, "utter_negotiation_better", **words)
    elif (moved := getattr(answer, "moved_from", None)) is not None:
        put(turn, made, "utter_negotiation_read_back_moved", moved=moved, **words)
    else:
        put(turn, made, "utter_negotiation_read_back", **words)


def _stands_already(turn: Turn, made: Made) -> bool:
    """The same as what waits for their yes: it is not told like something new."""
    question = turn.state.question
    if question is None or question.kind != "accept":
        return False
    return negotiation.offer(turn.session, turn.who(), question.data["offer"]).offer.schedule == made.offer.schedule


def put(turn: Turn, made: Made, response: str, **values: object) -> None:
    """An offer on the table: yes sets it up, and what they say next is heard against it."""
    question = turn.state.question
    listed = question.data.get("offers", []) if question is not None else []
    turn.state.proposal = proposals.dump(proposals.of_offer(made.offer))
    turn.ask("accept", response, {"offer": made.id, "offers": listed}, "utter_negotiation_ask_accept_again", **values)


def agree(turn: Turn, who: Verified, offer_id: str) -> None:
    """Their yes: the agreement, and the link for what is due first."""
    from actions.together import say_next

    agreement = negotiation.accept(
        turn.session, who, offer_id, turn.now, turn.today, turn.message.id, by=collector(turn)
    )
    made = negotiation.offer(turn.session, who, offer_id)
    turn.answered()
    turn.state.refusals = 0
    turn.say("utter_negotiation_agreed", terms=terms(turn, made.offer), debt_id=agreement.debt_id)
    if agreement.schedule and made.offer.kind.value not in NO_LINK:
        first = agreement.schedule[0]
        say_link(turn, who, agreement.debt_id, first.amount, agreement, due=first.due)
    document = negotiation.document_link(turn.session, agreement, turn.settings.public_url)
    turn.say("utter_negotiation_document", url=document, debt_id=agreement.debt_id)
    say_next(turn, agreement.debt_id)


def accepts_with_link(turn: Turn) -> bool:
    """ "Ok, I'll pay that": to an offer that waits for a yes, without figures, is the yes."""
    question = turn.state.question
    plain = not turn.matter.vague and not any(
        e["entity"] in ("amount", "date", "percentage", "count") for e in turn.matter.entities
    )
    if (
        question is None
        or not turn.may_answer()
        or question.kind != "accept"
        or turn.matter.intent not in ("pay_now", "promise_to_pay")
        or not plain
    ):
        return False
    agree(turn, turn.who(), question.data["offer"])
    return True


def costs_less(turn: Turn, debt_id: str) -> bool:
    """Who would pay everything hears that less is enough, where policy has a discount for that. False when not."""
    _, made = negotiation.respond(turn.session, turn.who(), debt_id, Proposal(wants="full"), turn.now, turn.today)
    if made is None or not made.offer.discount.is_positive:
        return False
    put(turn, made, "utter_negotiation_better", terms=terms(turn, made.offer), debt_id=debt_id)
    return True


def turned_down(turn: Turn) -> None:
    """No, and no figure with it: ask for theirs once, then show the choices, then offer a person, then bring one."""
    table = on_table(turn) or Proposal()
    turn.state.refusals += 1
    if turn.state.refusals > 2 and turn.state.question is not None and turn.state.question.kind == "person":
        hand_over(turn, Reason.NO_ROOM, "utter_negotiation_no_room")
    elif turn.state.refusals > 2:
        turn.ask("person", "utter_negotiation_offer_person")
    elif turn.state.refusals == 2:
        say_options(turn)
    else:
        data = {"proposal": proposals.dump(table), "ask": Ask.AMOUNT.value}
        turn.ask("terms", "utter_negotiation_ask_what_works", data)


def on_table(turn: Turn) -> Proposal | None:
    """What the open question is about, as a proposal; None when no terms are being talked about."""
    question = turn.state.question
    if question is None or question.kind not in ("accept", "terms", "choice", "relief"):
        return None
    return proposals.load(question.data.get("proposal") or turn.state.proposal)
