"""Bargaining: what they can do, what policy allows, and the words in between."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from actions import proposals
from actions.answers import answers
from actions.debts import the_debt
from actions.handoff import hand_over
from actions.payments import say_link
from actions.responder import Responder
from actions.terms import collector, in_short, month, terms
from bot import accounts, negotiation
from bot.core import Money
from bot.dialogue import Turn, grammar
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
_ASK_BACK = {"payday": Ask.PAYDAYS, "which_date": Ask.DATE, "amount": Ask.AMOUNT, "frequency": Ask.FREQUENCY}
_ASK_WAY = {
    "more": "utter_negotiation_ask_more",
    "less": "utter_negotiation_ask_amount",
    "later": "utter_negotiation_ask_date",
    "sooner": "utter_negotiation_ask_date",
    "longer": "utter_negotiation_ask_count",
    "fewer": "utter_negotiation_ask_count",
}
_NO_REST = re.compile(
    r"\b(?:(?:that'?s|thats|that is) (?:it|all)|nothing|all i (?:have|got|can)|close it|no more|nada|es todo|todo lo que)\b",
    re.IGNORECASE,
)
_MOST_PAYMENTS = 24
"""A bare figure up to here, said of a number of payments, is another number of payments."""
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
    from actions.together import say_choices, talks_of_all

    who = turn.who()
    if talks_of_all(turn):
        say_choices(turn)
        return
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
        ask_for(turn, proposal, _ASK_BACK[vague["question"]])
        return
    answer, made = negotiation.respond(turn.session, turn.who(), debt.id, proposal, turn.now, turn.today)
    if isinstance(answer, Missing):
        ask_for(turn, proposal, answer.ask)
    elif isinstance(answer, NoRoom):
        hand_over(turn, Reason.NO_ROOM, "utter_negotiation_no_room")
    elif made is not None:
        _say_offer(turn, answer, made)


def ask_for(turn: Turn, proposal: Proposal, ask: Ask, kind: str = "terms") -> None:
    """The part that is missing, in words that fit what is there already."""
    vague = next((one for one in turn.matter.vague if one["question"] == "which_date"), {})
    data: dict[str, Any] = {"proposal": proposals.dump(proposal), "ask": ask.value}
    days = [date.fromisoformat(day) for day in vague.get("candidates") or ()]
    if ask is Ask.DATE and len(days) == 2:
        data["days"] = list(vague["candidates"])
        first, second = days
        turn.ask(kind, "utter_negotiation_ask_which_day", data, _ASK[ask], first=first, second=second)
    elif ask is Ask.DATE and vague.get("period"):
        first, last = (date.fromisoformat(day) for day in vague["period"])
        data["period"] = list(vague["period"])
        if vague["vague"] == "some_month":
            turn.ask(kind, "utter_negotiation_ask_day_of_month", data, _ASK[ask], month=month(turn, last))
        else:
            turn.ask(kind, "utter_negotiation_ask_day_between", data, _ASK[ask], first=first, last=last)
    elif ask is Ask.DATE and proposal.parts:
        turn.ask(kind, "utter_negotiation_ask_rest_day", data)
    elif ask is Ask.AMOUNT and proposal.first_date and not proposal.frequency:
        turn.ask(kind, "utter_negotiation_ask_amount_on", data, _ASK[ask], date=proposal.first_date)
    else:
        turn.ask(kind, _ASK[ask], data)


def ask_way(turn: Turn, way: grammar.Direction) -> None:
    """More, less, later: their own figure for it, against what is on the table."""
    response = _ASK_WAY[way]
    ask = Ask.DATE.value if response == _ASK[Ask.DATE] else "count" if response.endswith("count") else Ask.AMOUNT.value
    turn.ask("terms", response, {"proposal": proposals.dump(on_table(turn) or Proposal()), "ask": ask})


def _say_offer(turn: Turn, answer: negotiation.Answer, made: Made) -> None:
    words = {"terms": terms(turn, made.offer), "debt_id": made.debt_id}
    if isinstance(answer, (Countered, FinalOffer)):
        reason = turn.phrase(f"utter_negotiation_reason_{answer.reason.value}", **answer.values)
        new = "utter_negotiation_countered"
        name = "utter_negotiation_countered_again" if _stands_already(turn, made) else new
        name = "utter_negotiation_final" if isinstance(answer, FinalOffer) else name
        theirs = turn.state.proposal
        put(turn, made, name, reason=reason, **words)
        assert turn.state.question is not None
        turn.state.question = replace(turn.state.question, data={**turn.state.question.data, "theirs": theirs})
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


def on_table(turn: Turn) -> Proposal | None:
    """What the open question is about, as a proposal; None when no terms are being talked about."""
    question = turn.state.question
    if question is None or question.kind not in ("accept", "terms", "choice", "relief"):
        return None
    return proposals.load(question.data.get("proposal") or turn.state.proposal)


def against_table(turn: Turn, fresh: Proposal) -> Proposal:
    """Figures that say only a part ("no, the 15th", "more like 45") change what is on the table."""
    base = on_table(turn)
    if base is None:
        return fresh
    if (day := proposals.talked_of(base)) is not None:
        fresh = proposals.near(fresh, turn.matter, day, turn.today)
    if base.count and (number := _number_of_payments(turn, fresh)) is not None:
        fresh = Proposal(count=number)
    of_rest = bool(fresh.parts) and all(amount == "rest" for _, amount in fresh.parts)
    if fresh.parts and not of_rest or fresh.percent or fresh.wants in ("settlement", "full"):
        return fresh
    if any(vague["question"] in ("which_date", "payday") for vague in turn.matter.vague):
        base = replace(base, first_date=None)
    if fresh.wants == "pause":
        later = fresh.first_date or fresh.pause_until
        starts = base.payment and (later or turn.matter.vague)
        return proposals.merge(base, Proposal(first_date=later)) if starts else fresh
    if fresh.payment and (fresh.frequency or fresh.count):
        return fresh
    if fresh.frequency and not fresh.payment and not fresh.count:
        base = _on_their_figure(turn, base)
    if fresh.wants in ("promise", "extension") and base.wants in ("plan", None) and not fresh.payment:
        fresh = replace(fresh, wants=base.wants)
    return proposals.merge(base, fresh) if fresh.wants in (None, base.wants, "plan") else fresh


def _on_their_figure(turn: Turn, base: Proposal) -> Proposal:
    """ "Every two weeks is better" to a counter-offer speaks of their own figure, not of ours that often."""
    question = turn.state.question
    theirs = proposals.load((question.data.get("theirs") if question is not None else None) or {})
    if theirs.each is None:
        return base
    return replace(base, each=theirs.each, count=None, first_date=theirs.first_date)


def _number_of_payments(turn: Turn, fresh: Proposal) -> int | None:
    """ "Can you make that 4", where payments are counted."""
    number = grammar.bare_number(turn.matter.text)
    only = proposals.is_empty(replace(fresh, each=None))
    return number if number is not None and only and 0 < number <= _MOST_PAYMENTS else None


def turned_down(turn: Turn) -> None:
    """No, and no figure with it: ask for theirs once, then show the choices, then offer a person."""
    table = on_table(turn) or Proposal()
    turn.state.refusals += 1
    if turn.state.refusals > 2:
        turn.ask("person", "utter_negotiation_offer_person")
    elif turn.state.refusals == 2:
        say_options(turn)
    else:
        data = {"proposal": proposals.dump(table), "ask": Ask.AMOUNT.value}
        turn.ask("terms", "utter_negotiation_ask_what_works", data)


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


def answers_terms(turn: Turn) -> bool:
    """What they name is the answer to the part that we asked for."""
    question = turn.state.question
    return question is not None and question.kind == "terms" and turn.may_answer() and more_terms(turn)


@answers("terms")
def more_terms(turn: Turn) -> bool:
    """The part of a proposal that was missing; what they said before still counts."""
    assert turn.state.question is not None
    data, intent = turn.state.question.data, turn.matter.intent
    heard = hear_terms(turn)
    if heard is None:
        return True
    debt, fresh = heard
    table = proposals.load(data.get("proposal") or {})
    fresh = _as_answer(turn, data, table, fresh)
    if proposals.is_empty(fresh) and not fresh.lump and not turn.matter.vague:
        if intent == "deny":
            turn.state.refusals = max(turn.state.refusals, 1)
            turned_down(turn)
        return intent == "deny"
    of_another_kind = fresh.wants in ("full", "settlement") or table.wants == "settlement" and fresh.frequency
    if of_another_kind or not data.get("proposal"):
        bargain(turn, debt, fresh)
    else:
        bargain(turn, debt, proposals.merge(table, replace(fresh, wants=None)))
    return True


def _as_answer(turn: Turn, data: Mapping[str, Any], table: Proposal, fresh: Proposal) -> Proposal:
    """What they say, heard as the answer to what was asked."""
    asked, text, option = data.get("ask"), turn.matter.text, turn.matter.named("option")
    days, period = data.get("days") or (), data.get("period")
    if isinstance(option, int) and 1 <= option <= len(days):
        return replace(fresh, first_date=date.fromisoformat(days[option - 1]))
    day = _middle(period) if period else proposals.talked_of(table)
    fresh = proposals.near(fresh, turn.matter, day, turn.today) if day is not None else fresh
    number = grammar.bare_number(text)
    if asked == "count" and number is not None and not fresh.frequency:
        return Proposal(count=number)
    alone = proposals.is_empty(replace(fresh, first_date=None))
    if asked == Ask.REST.value:
        return _as_rest(turn, table, fresh, is_day=alone and fresh.first_date is not None)
    if asked == Ask.FREQUENCY.value and not (fresh.frequency or fresh.count or fresh.parts or fresh.first_date):
        return _as_often(turn, fresh)
    return fresh


def _as_often(turn: Turn, fresh: Proposal) -> Proposal:
    """ "Once" leaves a rest to talk about; another amount and no rhythm is what they would close it for."""
    if fresh.payment and not fresh.total:
        return Proposal(wants="settlement", total=fresh.payment, lump=True)
    return Proposal(lump=True) if turn.matter.intent == "inform" and proposals.is_empty(fresh) else fresh


def _as_rest(turn: Turn, table: Proposal, fresh: Proposal, *, is_day: bool) -> Proposal:
    """ "The 15th" is the day of the rest; "100 on the 15th" one more part; "that's all" wants to close it."""
    if is_day:
        return Proposal(parts=((fresh.first_date, "rest"),))
    if proposals.is_empty(fresh) and (turn.matter.intent == "deny" or _NO_REST.search(turn.matter.text)):
        named = [amount for _, amount in table.parts if isinstance(amount, Money)]
        total = sum(named, Money.zero(named[0].currency)) if named else table.payment
        return Proposal(wants="settlement", total=total, first_date=proposals.talked_of(table), lump=True)
    if table.parts and fresh.payment and fresh.first_date and not fresh.frequency and not fresh.count:
        return Proposal(parts=(*table.parts, (fresh.first_date, fresh.payment)))
    return fresh


def _middle(period: list[str]) -> date:
    first, last = (date.fromisoformat(day) for day in period)
    return first + timedelta(days=(last - first).days // 2)


def _figures(turn: Turn) -> bool:
    return any(e["entity"] in ("amount", "percentage", "date", "count", "frequency") for e in turn.matter.entities)


class ActionNegotiationOptions(Responder):
    """What are my choices?"""

    def respond(self, turn: Turn) -> None:
        say_options(turn)
