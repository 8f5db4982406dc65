"""A plan that runs: where it stands, moving or leaving out a payment, another amount, ending it.

A change is considered first and read back; it is made when they say yes, like an offer.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import msgspec

from actions import codes, say
from actions.handler import handles
from bot import accounts, negotiation, payments
from bot.core import Money
from bot.dialogue import Turn, meant, questions
from bot.dialogue.meaning.acts import (
    Accept,
    Act,
    Adjust,
    AskAbout,
    CancelPlan,
    ChangeAmount,
    ChangeRhythm,
    Debts,
    Drop,
    Keep,
    Move,
    Pay,
    Plain,
    Propose,
    Skip,
)
from bot.negotiation import Agreement, Changed, Instalment

Running = tuple[accounts.Debt, Agreement, tuple[Instalment, ...]]


@handles("plan_status")
def plan_status(turn: Turn, act: Plain) -> None:
    """When is my next payment, how many are left, how much is that?"""
    plans = _plans(turn, act.debts)
    for debt, _, left in plans:
        _say_where_it_stands(turn, debt, left, several=len(plans) > 1)
    if plans:
        turn.ask_again()
    elif isinstance(turn.asked, questions.Accept):
        turn.then(AskAbout(about="schedule"))  # of the terms that wait for their yes
    elif any(turn.known.is_held(debt) for debt in turn.known.debts):
        raise negotiation.DebtOnHold
    else:
        turn.ask(questions.Options(), "utter_negotiation_no_plan")


def _say_where_it_stands(
    turn: Turn, debt: accounts.Debt, left: tuple[Instalment, ...], *, several: bool
) -> None:  # fmt: skip
    """Of several plans each by its creditor."""
    late = "_late" if left[0].due < turn.today else "_last" if len(left) == 1 else ""
    values: dict[str, object] = {"amount": left[0].amount, "date": left[0].due, "count": len(left),
                                 "left": sum((one.amount for one in left[1:]), left[0].amount),
                                 "last_date": left[-1].due}  # fmt: skip
    if several:
        client = say.told_apart(turn, turn.known.debts)[debt.id]
        turn.say(f"utter_negotiation_status_of{late}", client=client, **values)
    else:
        turn.say(f"utter_negotiation_status{late}", **values)


@handles("move")
def move(turn: Turn, act: Move) -> None:
    """Another day for the next part; without a day it is asked for. Without a plan, the day of a first payment."""
    plan = _plan(turn, act.debts)
    if plan is None:
        turn.then(Propose(first=act.on, vague=act.vague))
        return
    part = _part(turn, plan, act.part)
    if part is None:
        return
    _leave_out(turn, plan, part)
    day = act.on or (part.due + timedelta(days=act.days) if act.days else None)
    if day is None:
        _ask_day(turn, plan, part)
    elif day == part.due:
        turn.answered()
        turn.say("utter_negotiation_part_is_then", amount=part.amount, date=part.due)
    else:
        _consider(turn, plan[1], "move", negotiation.Move(day, _due(plan, part)))


@handles("propose", "promise", asked=("move",))
def named_day(turn: Turn, act: Act) -> None:
    """The day that we asked for; figures beside it are terms of their own."""
    assert isinstance(turn.asked, questions.MoveTo)
    day = getattr(act, "first", None) or getattr(act, "on", None)
    if day is not None and not getattr(act, "each", None):
        turn.then(Move(on=day, part=(turn.asked.due, turn.asked.due) if turn.asked.due else None))
    else:
        turn.state.question = None
        turn.then(act)


@handles("skip")
def skip(turn: Turn, act: Skip) -> None:
    """Leave the next part out: it comes at the end."""
    plan = _plan(turn, act.debts)
    if plan is None:
        turn.then_plain("needs_time")
    elif (part := _part(turn, plan, act.part)) is not None:
        _leave_out(turn, plan, part)
        _consider(turn, plan[1], "skip", negotiation.Skip(_due(plan, part)))


def _part(turn: Turn, plan: Running, between: tuple[date, date] | None) -> Instalment | None:
    """The part that is due then, else the next one. None where none is, which is said with where the plan stands."""
    debt, _, left = plan
    if between is None:
        return left[0]
    found = next((one for one in left if between[0] <= one.due <= between[1]), None)
    if found is None:
        turn.say("utter_negotiation_no_part_then")
        _say_where_it_stands(turn, debt, left, several=False)
    return found


def _due(plan: Running, part: Instalment) -> date | None:
    return None if part == plan[2][0] else part.due


def _leave_out(turn: Turn, plan: Running, part: Instalment) -> None:
    """ "Don't take it Friday": what would be taken by itself is not, from this word on and whatever becomes of the day
    (12 CFR 1005.10(c)). Nothing is asked about it; the part is still due as the plan says.
    """
    for mandate in payments.mandate_store.active(turn.session, plan[0].id):
        if payments.leave_out(turn.session, mandate, part.due, part.amount, turn.now):
            turn.say("utter_payments_autopay_left_out", amount=part.amount, date=part.due)


@handles("cannot_pay", asked=("move", "change"))
def cannot_pay_part(turn: Turn, act: Plain) -> None:
    turn.ask(questions.Relief(again="utter_negotiation_ask_relief_again"), "utter_negotiation_cannot_pay")


@handles("change_amount")
def change_amount(turn: Turn, act: ChangeAmount) -> None:
    """Another amount each time, of a plan that runs."""
    plan = _plan(turn, act.debts)
    if plan is None or isinstance(turn.asked, questions.Terms) and turn.asked.wishes:
        turn.then(Propose(each=act.each, debts=act.debts))
    elif act.each is None:
        turn.ask(questions.Terms(missing="amount"), "utter_negotiation_ask_what_works")
    else:
        _consider(turn, plan[1], "amount", negotiation.NewAmount(act.each))


@handles("change_rhythm")
def change_rhythm(turn: Turn, act: ChangeRhythm) -> None:
    """Another rhythm or weekday is another plan for what is left."""
    plan = _plan(turn, act.debts)
    each = act.each or (plan[2][0].amount if plan is not None and act.frequency is None else None)
    rhythm = plan[1].frequency.value if plan is not None and plan[1].frequency and act.frequency is None else None
    turn.then(Propose(each=each, frequency=act.frequency or rhythm, weekday=act.weekday,  # type: ignore[arg-type]
                      days_of_month=act.days_of_month, wants="plan", debts=act.debts))  # fmt: skip


@handles("cancel_plan")
def cancel_plan(turn: Turn, act: CancelPlan) -> None:
    """End it? Said of an offer, it drops the offer; with nothing to end we say how to end the messages."""
    plan = _plan(turn, act.debts)
    if plan is not None:
        debt, agreement, _ = plan
        question = questions.Cancel(agreement=agreement.id, again="utter_negotiation_ask_cancel_again")
        turn.ask(question, "utter_negotiation_ask_cancel", balance=debt.balance)
    elif isinstance(turn.asked, (questions.Accept, questions.Choice, questions.Terms, questions.Relief)):
        turn.then(Drop())
    else:
        turn.ask(questions.Options(), "utter_negotiation_nothing_to_cancel")


@handles("accept", "cancel_plan", asked=("cancel",))
def end_plan(turn: Turn, act: Act) -> None:
    """Their yes ends it, and what is owed stays open. What they gave as a reason is kept with it."""
    assert isinstance(turn.asked, questions.Cancel)
    reason = getattr(act, "reason", None) or turn.said.words
    negotiation.cancel(turn.session, codes.proven(turn), turn.asked.agreement, reason, turn.now)
    turn.answered()
    turn.reload()
    turn.say("utter_negotiation_cancelled")


@handles("accept", asked=("change",))
def make_change(turn: Turn, act: Accept) -> None:
    """Made, and said as it is now."""
    assert isinstance(turn.asked, questions.Change)
    question, who = turn.asked, codes.proven(turn)
    done = _considered(turn, question.agreement, question.wanted)
    now_so = _new(turn, question.agreement, done, question.what) if isinstance(done, Changed) else {}
    negotiation.change(turn.session, who, question.agreement, question.wanted, turn.now, turn.message.id)
    turn.answered()
    turn.reload()
    turn.say(f"utter_negotiation_changed_{question.what}", **now_so)


@handles("refuse", "keep", "drop", asked=("change", "cancel", "move", "ahead"))
def keep_plan(turn: Turn, act: Act) -> None:
    """No: the plan stays as it is."""
    turn.answered()
    turn.say("utter_negotiation_kept")


@handles("keep")
def keep(turn: Turn, act: Keep) -> None:
    """Leave it as it is: the plan that runs, or the offer that waits; where a person is awaited, that wish."""
    if turn.known.case is not None and turn.asked is None:
        turn.then(Drop())
    elif turn.known.plans:
        turn.answered()
        turn.say("utter_negotiation_kept")
    elif not turn.ask_again():
        turn.then_plain("thanks")


@handles("propose", asked=("change",))
def change_otherwise(turn: Turn, act: Propose) -> None:
    """ "50" or "the 12th", where a change of the plan was read back: another change, considered anew."""
    turn.state.question = None
    if act.each is not None and act.frequency is None and act.first is None:
        turn.then(ChangeAmount(each=act.each))
    elif act.first is not None and act.each is None:
        turn.then(Move(on=act.first))
    else:
        turn.then(act)


@handles("adjust", asked=("change", "move"))
def adjust_change(turn: Turn, act: Adjust) -> None:
    """ "A bit later": their own day for it."""
    plan = _plan(turn)
    if plan is not None and act.to in ("later", "sooner"):
        turn.ask(questions.MoveTo(agreement=plan[1].id), "utter_negotiation_ask_new_day")
    else:
        turn.state.question = None
        turn.then(act)


@handles("finish_sooner")
def finish_sooner(turn: Turn, act: Act) -> None:
    """Who has paid ahead may go on paying on the usual days, and is done sooner; else they may pay ahead now."""
    plan = _plan(turn)
    if plan is None or isinstance(
        done := _considered(turn, plan[1].id, negotiation.MoveUp()), negotiation.ChangeDenied
    ):
        turn.then(Pay())
    else:
        _ask_change(turn, plan[1], "up", negotiation.MoveUp(), done)


def _plans(turn: Turn, debts: Debts | None = None) -> list[Running]:
    """Of the debts that they name or that are talked about, else of all."""
    turn.who()
    found = [(debt, *turn.known.plans[debt.id]) for debt in turn.known.debts if debt.id in turn.known.plans]
    found = [one for one in found if one[2]]
    meant_ones = meant.named(turn, debts) or turn.known.talking_of
    about = [one for one in found if one[0] in meant_ones]
    return about or found


def _plan(turn: Turn, debts: Debts | None = None) -> Running | None:
    """The one plan that is meant. Raises SeveralDebts when several run and none was named."""
    plans = _plans(turn, debts)
    if len(plans) > 1:
        raise meant.SeveralDebts
    if plans:
        turn.talk_of((plans[0][0],))
    return plans[0] if plans else None


def _ask_day(turn: Turn, plan: Running, part: Instalment) -> None:
    question = questions.MoveTo(agreement=plan[1].id, due=_due(plan, part), again="utter_negotiation_ask_new_day")
    if part.due >= turn.today:
        turn.ask(question, "utter_negotiation_ask_move", amount=part.amount, date=part.due)
    else:
        turn.ask(question, "utter_negotiation_ask_new_day")


def _consider(turn: Turn, agreement: Agreement, what: str, wanted: negotiation.Change) -> None:
    """What they want, read back; where its terms do not allow it, the nearest that they do."""
    done = _considered(turn, agreement.id, wanted)
    if isinstance(done, negotiation.ChangeDenied):
        turn.say(done.response, **done.values)
        nearest = _nearest(wanted, done)
        wanted, done = (nearest, _considered(turn, agreement.id, nearest)) if nearest is not None else (wanted, done)
    if isinstance(done, negotiation.ChangeDenied):
        turn.ask(questions.Person(), "utter_negotiation_offer_person")
    else:
        _ask_change(turn, agreement, what, wanted, done)


def _considered(turn: Turn, agreement: str, wanted: negotiation.Change) -> Changed | negotiation.ChangeDenied:
    try:
        return negotiation.consider(turn.session, turn.who(), agreement, wanted, turn.now)
    except negotiation.ChangeDenied as denied:
        return denied


def _nearest(wanted: negotiation.Change, refused: negotiation.ChangeDenied) -> negotiation.Change | None:
    """The nearest that the agreement's own terms allow; None when it is no matter of how much or how late."""
    latest, minimum = refused.values.get("latest"), refused.values.get("minimum")
    if isinstance(wanted, negotiation.Move) and isinstance(latest, date):
        return replace(wanted, to=latest)
    allowed = isinstance(wanted, negotiation.NewAmount) and isinstance(minimum, Money)
    return negotiation.NewAmount(minimum) if allowed else None  # type: ignore[arg-type]


def _ask_change(turn: Turn, agreement: Agreement, what: str, wanted: negotiation.Change, done: Changed) -> None:
    question = questions.Change(agreement=agreement.id, what=what, change=msgspec.to_builtins(wanted),
                                again="utter_negotiation_ask_change_again")  # fmt: skip
    turn.ask(question, f"utter_negotiation_change_{what}", **_new(turn, agreement.id, done, what))


def _new(turn: Turn, agreement: str, done: Changed, what: str) -> dict[str, Money | date]:
    """What is said of it: the payment that changed, and what comes after."""
    before = {part for one, left in turn.known.plans.values() if one.id == agreement for part in left}
    fresh = [part for part in done.schedule if part not in before] or list(done.schedule[-1:])
    last = done.schedule[-1]
    if what == "skip":
        return {"date": done.day or turn.today, "amount": last.amount, "last_date": last.due}
    return {"amount": fresh[0].amount, "date": fresh[0].due, "last_date": last.due}
