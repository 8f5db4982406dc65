"""A plan that runs: where it stands, moving or skipping a payment, another amount, ending it.

A change is considered first and read back; it is made when they say yes, like an offer.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from typing import Any

import msgspec

from actions import proposals
from actions.ahead import CANNOT, pays_ahead
from actions.answers import answers
from actions.bargaining import against_table, bargain, hear_terms
from actions.debts import the_debt
from actions.offers import on_table, put, read_back
from actions.responder import Responder
from bot import accounts, negotiation
from bot.core import Money
from bot.dialogue import Turn
from bot.negotiation import Agreement, Change, Changed, Frequency, Move, MoveUp, NewAmount, Proposal, Skip

_SKIP = re.compile(
    r"\b(?:skip|miss|leave out|not this (?:month|week|one)|saltar\w*|brincar\w*|dejar pasar)\b",
    re.IGNORECASE,
)
_INSTEAD = re.compile(
    r"\b(?:instead|make (?:it|them)|chang\w+|lower|bring (?:it|them) down|drop (?:it|them)|cambi\w+|baj\w+|en vez|mejor)\b",
    re.IGNORECASE,
)
"""Said of what is there already."""
_MORE_EACH = re.compile(
    r"\b(?:extra|more|on top|de m[aá]s|m[aá]s|adicional\w*)\b.{0,20}\b(?:a|per|each|every|al|cada|por) "
    r"(?:month|week|payment|time|mes|semana|quincena|pago|cuota|vez)\b",
    re.IGNORECASE,
)
_SOONER = re.compile(
    r"\b(?:(?:finish\w*|end\w*|done|over) (?:\w+ ){0,2}(?:sooner|earlier|early|faster)|shorten|(?:off|from) the end|keep (?:paying|going)"
    r"|(?:acab\w+|termin\w+) (?:\w+ ){0,2}antes|acort\w+|seguir pagando|quit\w+ (?:la )?[uú]ltima)\b",
    re.IGNORECASE,
)
_WEEK = re.compile(r"\b(?:week|seman|cada|every)", re.IGNORECASE)
_TAGGED: dict[str, Any] = {"move": Move, "skip": Skip, "amount": NewAmount, "up": MoveUp}


class ActionNegotiationStatus(Responder):
    """When is my next payment, how many are left?"""

    def respond(self, turn: Turn) -> None:
        debt = the_debt(turn, turn.who())
        running = negotiation.current_agreement(turn.session, debt.id)
        question = turn.state.question
        if running is None and question is not None and question.kind == "accept":
            say_length(turn, question.data["offer"])
            return
        left = negotiation.remaining(turn.session, running) if running is not None else ()
        if not left:
            turn.ask("options", "utter_negotiation_no_plan")
            return
        many = "utter_negotiation_status" if len(left) > 1 else "utter_negotiation_status_last"
        turn.say(many, amount=left[0].amount, date=left[0].due, count=len(left), last_date=left[-1].due)
        turn.ask_again()


def say_length(turn: Turn, offer_id: str) -> None:
    """How many payments of the offer on the table, and until when."""
    made = negotiation.offer(turn.session, turn.who(), offer_id)
    first, last, count = made.offer.first, made.offer.last, len(made.offer.schedule)
    if first is None or last is None or count < 2:
        read_back(turn, offer_id)
    else:
        put(turn, made, "utter_negotiation_length", count=count, date=first.due, last_date=last.due,
            debt_id=made.debt_id)  # fmt: skip


class ActionNegotiationChange(Responder):
    """Move, skip or shrink what comes next, as far as the agreement allows; end it when they confirm that."""

    def respond(self, turn: Turn) -> None:
        debt, proposal = hear_terms(turn)
        running = negotiation.current_agreement(turn.session, debt.id)
        if running is None and not proposals.is_empty(proposal):
            wants = None if on_table(turn) or proposal.payment else "promise"
            fresh = proposal if proposal.wants == "full" else replace(proposal, wants=wants)  # type: ignore[arg-type]
            bargain(turn, debt, against_table(turn, fresh))
        elif running is None:
            turn.ask("options", "utter_negotiation_no_plan")
        elif turn.matter.intent == "cancel_plan":
            again = "utter_negotiation_ask_cancel_again"
            turn.ask("cancel", "utter_negotiation_ask_cancel", {"agreement": running.id}, again, balance=debt.balance)
        elif (
            not changes_rhythm(turn, debt, proposal)
            and not finishes_sooner(turn, debt)
            and (_skips(turn) or not pays_ahead(turn, debt))
        ):
            _consider(turn, running, proposal)


def changes_amount(turn: Turn, debt: accounts.Debt, proposal: Proposal) -> bool:
    """ "Can we make it 55 instead" of a plan that runs is no settlement and no new plan, and "20 more a month" comes
    on top of what they pay. True when it was that.
    """
    running = negotiation.current_agreement(turn.session, debt.id)
    named = {e["entity"] for e in turn.matter.entities if e["entity"] != "duration"}
    amount = proposal.payment or proposal.total
    words = turn.matter.whole or turn.matter.text
    if running is None or turn.state.question is not None or amount is None:
        return False
    left = negotiation.remaining(turn.session, running)
    if len(left) < 2:
        return False
    if (
        named <= {"amount", "frequency"}
        and proposal.frequency in (None, running.frequency)
        and _MORE_EACH.search(words)
    ):
        amount = amount + left[0].amount
    elif named != {"amount"} or not _INSTEAD.search(words):
        return False
    _consider(turn, running, replace(proposal, each=amount))
    return True


def changes_rhythm(turn: Turn, debt: accounts.Debt, proposal: Proposal) -> bool:
    """ "Make it every two weeks", or "on fridays", of a plan that runs: another plan is bargained for; where only
    the day is another, with what they pay now. True when it was that.
    """
    running = negotiation.current_agreement(turn.session, debt.id)
    left = negotiation.remaining(turn.session, running) if running is not None else ()
    if running is None or len(left) < 2 or proposal.frequency is None:
        return False
    fresh = replace(proposal, wants="plan")
    if proposal.weekday is not None and running.frequency is Frequency.BIWEEKLY and not _WEEK.search(turn.matter.text):
        fresh = proposal = replace(fresh, frequency=running.frequency)  # "on mondays" says no more than the day
    if proposal.frequency is running.frequency:
        if proposal.payment or not (proposal.weekday is not None or proposal.days_of_month):
            return False
        fresh = replace(fresh, each=left[0].amount)
    bargain(turn, debt, fresh)
    return True


def finishes_sooner(turn: Turn, debt: accounts.Debt) -> bool:
    """Who has paid ahead may go on paying on the usual days, and is done sooner. False when it is not that."""
    running = negotiation.current_agreement(turn.session, debt.id)
    if running is None or not _SOONER.search(turn.matter.whole or turn.matter.text):
        return False
    if isinstance(done := _considered(turn, running, MoveUp()), negotiation.ChangeDenied):
        return False
    _ask_change(turn, running, "up", MoveUp(), done)
    return True


def _consider(turn: Turn, running: Agreement, proposal: Proposal) -> None:
    """What they want, read back; a day that is not named is asked for."""
    kind, wanted = _wanted(turn, running, proposal)
    if wanted is None:
        ask_new_day(turn, running)
        return
    done = _considered(turn, running, wanted)
    if isinstance(done, negotiation.ChangeDenied):
        turn.say(done.response, **done.values)
        wanted = _nearest(wanted, done)
        done = _considered(turn, running, wanted) if wanted is not None else done
    if isinstance(done, negotiation.ChangeDenied):
        turn.ask("person", "utter_negotiation_offer_person")
        return
    assert wanted is not None
    _ask_change(turn, running, kind, wanted, done)


def _ask_change(turn: Turn, running: Agreement, kind: str, wanted: Change, done: Changed) -> None:
    """Read back; it is made when they say yes."""
    data = {"agreement": running.id, "kind": kind, "change": msgspec.to_builtins(wanted)}
    read_back = f"utter_negotiation_change_{kind}"
    turn.ask("change", read_back, data, "utter_negotiation_ask_change_again", **_new(turn, running, done, kind))


def _considered(turn: Turn, running: Agreement, wanted: Change) -> Changed | negotiation.ChangeDenied:
    try:
        return negotiation.consider(turn.session, turn.who(), running.id, wanted, turn.now)
    except negotiation.ChangeDenied as denied:
        return denied


def _nearest(wanted: Change, refused: negotiation.ChangeDenied) -> Change | None:
    """The nearest that the agreement's own terms allow; None when it is no matter of how much or how late."""
    latest, minimum = refused.values.get("latest"), refused.values.get("minimum")
    if isinstance(wanted, Move) and isinstance(latest, date):
        return replace(wanted, to=latest)
    return NewAmount(minimum) if isinstance(wanted, NewAmount) and isinstance(minimum, Money) else None


def cannot_pay_next(turn: Turn, debt: accounts.Debt) -> bool:
    """ "I can't pay the next one", heard as paying, of a plan that runs: another day for it. True when it was that."""
    running = negotiation.current_agreement(turn.session, debt.id)
    if running is None or not CANNOT.search(turn.matter.whole or turn.matter.text):
        return False
    ask_new_day(turn, running)
    return True


def ask_new_day(turn: Turn, running: Agreement) -> None:
    """They cannot make the next one: another day, or leave it out."""
    left = negotiation.remaining(turn.session, running)
    data, again = {"agreement": running.id}, "utter_negotiation_ask_new_day"
    if left and left[0].due >= turn.today:
        turn.ask("move", "utter_negotiation_ask_move", data, again, amount=left[0].amount, date=left[0].due)
    else:
        turn.ask("move", again, data, again)


def _wanted(turn: Turn, running: Agreement, proposal: Proposal) -> tuple[str, Change | None]:
    """The kind of change and the change: another amount, a day for the next payment, or leaving it out."""
    if proposal.payment is not None:
        return "amount", NewAmount(proposal.payment)
    left = negotiation.remaining(turn.session, running)
    dues = {part.due for part in left}
    named = [entity for entity in turn.matter.entities if entity["entity"] == "date"]
    days = [date.fromisoformat(entity["value"]) for entity in named]
    if len(named) == 1 and left and proposals.is_bare_day(turn.matter, named[0]):
        days = [proposals.nearest(days[0], left[0].due, turn.today, before=2)]
    from_day = next((day for day in days if day in dues), None)
    others = [day for day in days if day not in dues]
    if _skips(turn) and not others:
        return "skip", Skip(from_day)
    if others:
        return "move", Move(max(others), from_day)
    return "move", Move(days[-1], None) if len(days) > 1 else None


def _skips(turn: Turn) -> bool:
    return _SKIP.search(turn.matter.whole or turn.matter.text) is not None


def _new(turn: Turn, running: Agreement, done: Changed, kind: str) -> dict[str, Money | date | int]:
    """What is said of it: the payment that changed, and what comes after."""
    before = set(negotiation.remaining(turn.session, running))
    fresh = [part for part in done.schedule if part not in before] or list(done.schedule[-1:])
    last = done.schedule[-1]
    if kind == "skip":
        return {"date": done.day or turn.today, "amount": last.amount, "last_date": last.due}
    return {"amount": fresh[0].amount, "date": fresh[0].due, "last_date": last.due}


@answers("move")
def named_day(turn: Turn) -> bool:
    """The new day, or to leave it out, when only the wish to move was named."""
    debt, proposal = hear_terms(turn)
    running = negotiation.current_agreement(turn.session, debt.id)
    named = any(e["entity"] == "date" for e in turn.matter.entities) or _SKIP.search(turn.message.text)
    if running is None or not named:
        return False
    if not _skips(turn) and pays_ahead(turn, debt):
        return True
    _consider(turn, running, replace(proposal, each=None))
    return True


@answers("change")
def changes_plan(turn: Turn) -> bool:
    """Yes makes it; no leaves the plan as it is."""
    assert turn.state.question is not None
    data = turn.state.question.data
    if turn.matter.intent not in ("affirm", "deny") or any(e["entity"] == "date" for e in turn.matter.entities):
        return False
    turn.answered()
    if turn.matter.intent == "deny":
        turn.say("utter_negotiation_kept")
        return True
    wanted = msgspec.convert(data["change"], _TAGGED[data["kind"]])
    negotiation.change(turn.session, turn.who(), data["agreement"], wanted, turn.now, turn.message.id)
    turn.say("utter_negotiation_changed")
    return True


@answers("cancel")
def ends_plan(turn: Turn) -> bool:
    """Yes ends it, and what is owed stays open; no keeps it. What they gave as a reason is kept with it."""
    assert turn.state.question is not None
    if turn.matter.intent not in ("affirm", "deny", "cancel_plan"):
        return False
    agreement = turn.state.question.data["agreement"]
    turn.answered()
    if turn.matter.intent == "deny":
        turn.say("utter_negotiation_kept")
        return True
    negotiation.cancel(turn.session, turn.who(), agreement, turn.message.text, turn.now)
    turn.say("utter_negotiation_cancelled")
    return True
