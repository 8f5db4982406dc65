"""Bargaining: what they propose, heard against what is on the table, and what policy answers."""

from __future__ import annotations

import re
from dataclasses import replace

from actions import figures, proposals
from actions.answers import answers
from actions.asking import ASK_BACK, as_answer, ask_for
from actions.debts import the_debt
from actions.handoff import hand_over
from actions.offers import agree, on_table, read_back, say_offer, turned_down
from bot import accounts, negotiation
from bot.dialogue import Turn, grammar
from bot.handoff import Reason
from bot.negotiation import Missing, NoRoom, Proposal

_AS_BEFORE = re.compile(
    r"\b(?:same (?:as|like) (?:before|last time)|like (?:before|last time)|the usual|same thing|lo mismo|igual que"
    r"|como (?:antes|siempre|la otra vez))\b",
    re.IGNORECASE,
)
_A_PLAN = re.compile(r"\b(?:plan|months?|mos?|mes(?:es)?|weeks?|semanas?|weekly|monthly)\b", re.IGNORECASE)
_FIRST_ONE = re.compile(
    r"\b(?:first (?:one|payment|installment|instalment)|primer pago|(?:la|el) primer[ao]?)\b", re.IGNORECASE
)
_MOST_PAYMENTS = 24
"""A bare figure up to here, said of a number of payments, is another number of payments."""


def hear_terms(turn: Turn) -> tuple[accounts.Debt, Proposal]:
    """The debt and what they propose for it. Raises NothingOwed or SeveralDebts."""
    debt = the_debt(turn, turn.who())
    return debt, figures.read(turn.matter, turn.today, debt.balance)


def bargain(turn: Turn, debt: accounts.Debt, proposal: Proposal) -> None:
    """One call to the room, and its answer in words. What is vague is asked back first."""
    turn.state.proposal = proposals.dump(proposal)
    vague = figures.question(turn.matter, proposal)
    if vague is not None:
        ask_for(turn, proposal, ASK_BACK[vague["question"]])
        return
    answer, made = negotiation.respond(turn.session, turn.who(), debt.id, proposal, turn.now, turn.today)
    if isinstance(answer, Missing):
        ask_for(turn, proposal, answer.ask)
    elif isinstance(answer, NoRoom):
        hand_over(turn, Reason.NO_ROOM, "utter_negotiation_no_room")
    elif made is not None:
        say_offer(turn, answer, made)


def against_table(turn: Turn, fresh: Proposal) -> Proposal:
    """Figures that say only a part ("no, the 15th", "more like 45") change what is on the table."""
    of_rest = bool(fresh.parts) and all(amount == "rest" for _, amount in fresh.parts)
    base = on_table(turn) or (proposals.load(turn.state.proposal) if of_rest else None)
    if base is None:
        return _split_settlement(turn, fresh) or fresh
    if (day := proposals.talked_of(base)) is not None:
        fresh = proposals.near(fresh, turn.matter, day, turn.today)
    if (first := _another_first(turn, base, fresh)) is not None:
        return first
    if base.wants == "settlement" and fresh.each and (fresh.count or 1) > 1 and not fresh.frequency:
        # "1300 in 3 parts" is what they would pay in all.
        return Proposal(wants="settlement", total=fresh.each, count=fresh.count, first_date=fresh.first_date)
    if base.wants == "settlement" and _only_splits(turn, fresh):
        return proposals.merge(base, Proposal(count=fresh.count))
    if base.wants == "settlement" and fresh.count and _A_PLAN.search(turn.matter.whole or turn.matter.text):
        return replace(fresh, wants="plan")
    if base.count and (number := _number_of_payments(turn, fresh)) is not None:
        fresh = Proposal(count=number)
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


def _another_first(turn: Turn, base: Proposal, fresh: Proposal) -> Proposal | None:
    """ "Make the first one 80", of a plan on the table: that one alone, the others as they are."""
    if not _FIRST_ONE.search(turn.matter.whole or turn.matter.text) or fresh.payment is None or base.each is None:
        return None
    if base.frequency is None or base.first_date is None or fresh.frequency or fresh.count:
        return None
    return Proposal(wants="plan", each=base.each, frequency=base.frequency, parts=((base.first_date, fresh.payment),))


def _split_settlement(turn: Turn, fresh: Proposal) -> Proposal | None:
    """ "No wait, in 2 parts", right after a settlement was agreed, is that sum in two parts."""
    if not _only_splits(turn, fresh):
        return None
    running = negotiation.current_agreement(turn.session, the_debt(turn, turn.who()).id)
    if running is None or not running.discount.is_positive:
        return None
    return Proposal(wants="settlement", total=running.total, count=fresh.count)


def _only_splits(turn: Turn, fresh: Proposal) -> bool:
    """ "In two parts" of what would close it; a plan or months are another matter."""
    alone = proposals.is_empty(replace(fresh, count=None))
    return alone and (fresh.count or 1) > 1 and not _A_PLAN.search(turn.matter.whole or turn.matter.text)


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


@answers("accept")
def said_yes(turn: Turn) -> bool:
    """Yes sets it up; no asks what would work; another choice of the list, or figures, are heard as such."""
    assert turn.state.question is not None
    intent, data = turn.matter.intent, turn.state.question.data
    option = turn.matter.named("option")
    if isinstance(option, int) and 1 <= option <= len(data.get("offers", ())) and not _figures(turn):
        read_back(turn, data["offers"][option - 1])
        return True
    if as_before(turn):
        return True
    if intent == "affirm" and not _figures(turn):
        agree(turn, turn.who(), data["offer"])
        return True
    if intent == "deny" and not _figures(turn):
        turned_down(turn)
        return True
    if intent in ("affirm", "deny", "inform", "choose_option") and _figures(turn):
        debt, fresh = hear_terms(turn)
        bargain(turn, debt, against_table(turn, fresh))
        return True
    return False


def answers_terms(turn: Turn) -> bool:
    """What they name is the answer to the part that we asked for."""
    question = turn.state.question
    return question is not None and question.kind == "terms" and turn.may_answer() and more_terms(turn)


@answers("terms")
def more_terms(turn: Turn) -> bool:
    """The part of a proposal that was missing; what they said before still counts."""
    assert turn.state.question is not None
    data, intent = turn.state.question.data, turn.matter.intent
    if as_before(turn):
        return True
    debt, fresh = hear_terms(turn)
    table = proposals.load(data.get("proposal") or {})
    fresh = as_answer(turn, data, table, fresh)
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


def _figures(turn: Turn) -> bool:
    return any(e["entity"] in ("amount", "percentage", "date", "count", "frequency") for e in turn.matter.entities)


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
