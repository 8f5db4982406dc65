"""Paying: a link for what they want to pay now, ahead of a plan, or divided over several debts; and what went wrong."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction

from actions import links, say
from actions.handler import handles
from bot import accounts, negotiation, payments
from bot.core import Money
from bot.dialogue import Turn, effects, meant, questions
from bot.dialogue.meaning.acts import Accept, Act, Choose, Divide, Pay, Plain, Promise, Propose, Wants
from bot.negotiation import Agreement, Instalment

LATELY = timedelta(days=45)
"""For so long a payment may be what they speak of."""


@handles("pay")
def pay(turn: Turn, act: Pay | Plain) -> None:
    """A link for what they mean, on the day that they mean it; a later day is a promise."""
    wish = act if isinstance(act, Pay) else Pay()
    if wish.vague is not None:
        _ask_what(turn, wish)
        return
    if wish.on is not None and wish.on > turn.today:
        turn.then(_on_a_later_day(wish))
        return
    debts = _debts(turn, wish)
    if len(debts) > 1:
        turn.then(_divided(turn, wish))
        return
    (debt,) = debts
    if debt.id in turn.known.plans and turn.known.plans[debt.id][1]:
        _pay_of_plan(turn, wish, debt)
    else:
        _pay_of_debt(turn, wish, debt)


@handles("pay", "promise", asked=("accept",))
def pay_that(turn: Turn, act: Act) -> None:
    """ "I'll pay that" is no yes to the offer that waits; with a figure of their own it is heard as such."""
    if act in (Pay(), Plain(name="pay"), Promise(), Pay(what="next")):
        turn.say("utter_negotiation_link_at_yes")
        turn.ask_again()
    elif isinstance(act, Promise):
        amount = act.amount if isinstance(act.amount, Money) else None
        wants: Wants = "full" if act.amount == "all" else "promise"
        turn.then(Propose(each=amount, first=act.on, wants=wants, debts=act.debts, vague=act.vague))
    else:
        pay(turn, act)  # type: ignore[arg-type]


def _debts(turn: Turn, wish: Pay) -> tuple[accounts.Debt, ...]:
    """What they name, what is talked about, or the one debt with a plan."""
    with_plan = [n for n, debt in enumerate(turn.known.debts, 1) if debt.id in turn.known.plans]
    if wish.debts is None and not turn.known.talking_of and len(with_plan) == 1:
        return meant.free_debts(turn, tuple(with_plan))
    return meant.free_debts(turn, wish.debts)


def _ask_what(turn: Turn, wish: Pay) -> None:
    """How much, or on which day: it was said, and it is not what a link could be made for. Nothing takes its place."""
    assert wish.vague is not None
    debts = _debts(turn, wish)
    is_day = wish.vague.question == "which_date"
    amount = wish.what if isinstance(wish.what, Money) else None
    if len(debts) == 1 and turn.known.plans.get(debts[0].id, (None, ()))[1]:
        if wish.vague.is_over:
            turn.say("utter_payments_day_over")
        _ask_ahead(turn, debts[0])
        return
    wants: Wants | None = "full" if wish.what == "all" else "promise" if is_day else None
    first = None if is_day else turn.today
    turn.then(Propose(each=amount, first=first, wants=wants, debts=wish.debts, vague=wish.vague))


def _ask_ahead(turn: Turn, debt: accounts.Debt) -> None:
    """How much of the plan?"""
    running, left = turn.known.plans[debt.id]
    question = questions.Ahead(agreement=running.id, again="utter_payments_ask_ahead_again")
    total = _all_left(debt, running, left)
    turn.ask(question, "utter_payments_ask_ahead", amount=left[0].amount, date=left[0].due, total=total)


def _on_a_later_day(wish: Pay) -> Propose | Promise:
    if isinstance(wish.what, Money):
        return Promise(amount=wish.what, on=wish.on, debts=wish.debts)
    return Propose(wants="full" if wish.what == "all" else "promise", first=wish.on, debts=wish.debts)


def _pay_of_debt(turn: Turn, wish: Pay, debt: accounts.Debt) -> None:
    """No plan runs. Who would pay everything hears where less is enough."""
    amount = _amount(wish, debt.balance)
    if amount is None and turn.asked is not None and turn.asked.kind == "terms":
        turn.then_plain("unclear")
    elif amount is None or amount == debt.balance:
        _answer, made = negotiation.respond(
            turn.session, turn.who(), debt.id, negotiation.Proposal(wants="full"), turn.now, turn.today
        )
        if made is not None and made.offer.discount.is_positive:
            say.put(turn, [made], "better")
        else:
            _link(turn, debt, debt.balance)
    else:
        _link(turn, debt, amount)
        # "The rest in January" goes on behind it, while it is not paid yet: `total` is what was owed then.
        lead = negotiation.Proposal(first_date=turn.today, each=amount, total=debt.balance)
        turn.state.wishes = {debt.id: questions.plain(lead)}


def _pay_of_plan(turn: Turn, wish: Pay, debt: accounts.Debt) -> None:
    """What is due next, several parts, a sum of their own or all that is left; and what comes after it.

    Raises MoreThanOwed for a sum above what is left: no other takes its place unasked.
    """
    running, left = turn.known.plans[debt.id]
    everything = _all_left(debt, running, left)
    if wish == Pay(debts=wish.debts) and left[0].due > turn.today and len(left) > 1:
        _ask_ahead(turn, debt)
        return
    amount = _amount_of_plan(wish, left, everything)
    if amount > everything and isinstance(wish.what, Money):
        raise payments.MoreThanOwed(left=everything, debt_id=debt.id)
    amount = min(amount, everything)
    is_all = amount == everything
    if is_all and len(left) > 1 and not running.discount.is_positive:
        _, made = negotiation.respond(
            turn.session, turn.who(), debt.id, negotiation.Proposal(wants="full"), turn.now, turn.today
        )
        if made is not None and made.offer.discount.is_positive:
            say.put(turn, [made], "better")
            return
    after = negotiation.after_paying(turn.session, running, amount)
    if is_all and len(left) > 1:
        turn.say("utter_payments_ahead_all")
    elif after and left[0].due > turn.today and (wish.what is not None or wish.parts or wish.percent):
        turn.say("utter_payments_ahead", amount=after[0].amount, date=after[0].due)
    turn.answered()
    links.say_link(turn, debt.id, amount, left[0].due if amount == left[0].amount else None)


@handles("pay", "propose", asked=("ahead",))
def pay_ahead(turn: Turn, act: Act) -> None:
    """How much of the plan: the next one, several, all of it or a sum."""
    wish = Pay(what=act.each) if isinstance(act, Propose) and act.each and not act.frequency else act
    turn.state.question = None
    turn.then(wish)


@handles("accept", asked=("ahead",))
def pay_all_ahead(turn: Turn, act: Accept) -> None:
    """Yes leaves open how much."""
    if not turn.ask_again():
        turn.then_plain("unclear")


@handles("choose", asked=("ahead",))
def choose_ahead(turn: Turn, act: Choose) -> None:
    """1 the next one, 2 all that is left."""
    wish = {1: Pay(what="next"), 2: Pay(what="all")}.get(act.option or 0)
    if wish is None:
        turn.then_plain("unclear")
    else:
        turn.state.question = None
        turn.then(wish)


def _divided(turn: Turn, wish: Pay) -> Divide | Propose:
    """Paying several debts at once: what is due next on each, or the sum that they name."""
    if wish.what == "all":
        return Propose(wants="full", debts=wish.debts)
    if isinstance(wish.what, Money):
        return Divide(total=wish.what)
    due = tuple((n, _due(turn, debt)) for n, debt in enumerate(turn.known.debts, 1) if debt in turn.known.talking_of)
    return Divide(shares=due) if turn.known.plans else Propose(wants="full", debts=wish.debts)


def _link(turn: Turn, debt: accounts.Debt, amount: Money) -> None:
    turn.state.wishes = {debt.id: questions.plain(negotiation.Proposal(parts=((turn.today, amount),)))}
    links.say_link(turn, debt.id, amount)
    turn.answered()


def _amount(wish: Pay, balance: Money) -> Money | None:
    """What they named of a debt without a plan; None where they left it open."""
    if isinstance(wish.what, Money):
        return wish.what
    if wish.percent is not None:
        return balance.percent(Fraction(wish.percent), "up")
    return balance if wish.what == "all" else None


def _amount_of_plan(wish: Pay, left: tuple[Instalment, ...], everything: Money) -> Money:
    if isinstance(wish.what, Money):
        return wish.what
    if wish.percent is not None:
        whole = everything if wish.what == "all" else left[0].amount
        return whole.percent(Fraction(wish.percent), "up")
    if wish.what == "all":
        return everything
    parts = left[: wish.parts or 1]
    return sum((part.amount for part in parts[1:]), parts[0].amount)


def _all_left(debt: accounts.Debt, running: Agreement, left: tuple[Instalment, ...]) -> Money:
    """All that is left: of a settlement what was agreed, else what is owed."""
    in_all = sum((part.amount for part in left[1:]), left[0].amount)
    return in_all if running.discount.is_positive else debt.balance


def _due(turn: Turn, debt: accounts.Debt) -> Money:
    """What a link without an amount is for: what is due next, else all of it."""
    _, left = turn.known.plans.get(debt.id, (None, ()))
    return min(left[0].amount, debt.balance) if left else debt.balance


@handles("payment_problem")
def payment_problem(turn: Turn, act: Plain) -> None:
    """A card was declined or a link does not work: where nothing was paid lately, a fresh link for the same; when that
    fails too, or where something may have been taken, a person looks.
    """
    asked = _newest_request(turn) if turn.is_verified else None
    if asked is None or turn.known.case is not None or _may_be_taken(turn, asked):
        turn.then_plain("payment_trouble")
        return
    debt = next(debt for debt in turn.known.debts if debt.id == asked.debt_id)
    turn.say("utter_payments_try_again")
    links.say_link(turn, debt.id, min(asked.amount, debt.balance))


def _newest_request(turn: Turn) -> payments.PaymentRequest | None:
    """Of one debt that may be paid."""
    free = {debt.id for debt in turn.known.free}
    asked = payments.newest_request(turn.session, free)
    return asked if asked is not None and not asked.shares and asked.debt_id in free else None


def _may_be_taken(turn: Turn, asked: payments.PaymentRequest) -> bool:
    """A payment came lately, is under way or would come by itself; or a fresh link was tried already."""
    lately = turn.today - LATELY
    came = any(
        entry.kind is accounts.EntryKind.PAYMENT and entry.effective_on >= lately
        for entry in accounts.history(turn.session, turn.who(), asked.debt_id)
    )
    by_itself = payments.mandate_store.active(turn.session, asked.debt_id)
    coming = payments.is_on_its_way(turn.session, asked.debt_id)
    return came or coming or bool(by_itself) or turn.has_just_said("utter_payments_try_again")


_SAID_BY_A_CARD = frozenset(["pay", "unclear", "nothing", "out_of_scope", "identify", "payment_methods", "choose"])

_OF_WHAT_IS_SAVED = frozenset(["autopay_on", "change_payment_method"])
"""Who has nothing saved and types a card wants to pay with it."""
_LEAD_TO_A_LINK = ("menu", "options", "else", "accept")
"""Open questions to which a card is an answer: they want to pay."""


@handles("withheld")
def withheld(turn: Turn, act: Plain) -> None:
    """They typed a card, an account or a social-security number: it was not kept, and the link is the safe way."""
    turn.say("utter_payments_withheld")
    saves = turn.is_verified and payments.mandate_store.active_of(turn.session, turn.who().party_id)
    by_a_card = _SAID_BY_A_CARD if saves else _SAID_BY_A_CARD | _OF_WHAT_IS_SAVED
    turn.queue = [said for said in turn.queue if said.name not in by_a_card]
    wants_to_pay = turn.asked is None or turn.asked.kind in _LEAD_TO_A_LINK
    if not turn.queue and turn.is_verified and turn.known.free and wants_to_pay:
        turn.then(Pay())
    elif not turn.queue:
        turn.ask_again()


@handles("autopay_on", "change_payment_method")
def autopay_on(turn: Turn, act: Plain) -> None:
    """Where it is set up and changed, with all the words of it. Without a plan a person does what they ask for."""
    turn.who()
    if not any(left for _, left in turn.known.plans.values()):
        _note(turn)
        return
    turn.say("utter_payments_autopay_how", url=f"{turn.settings.public_url}{payments.autopay_news.PAGE}")
    turn.ask_again()


@handles("autopay_off")
def autopay_off(turn: Turn, act: Plain) -> None:
    """At once, for all that they have; a stop is never asked about."""
    who = turn.who()
    running = payments.mandate_store.active_of(turn.session, who.party_id)
    stopped = [one for one in running if payments.mandates.stop(turn.session, one, by="debtor", now=turn.now)]
    if not stopped and any(left for _, left in turn.known.plans.values()):
        turn.say("utter_payments_autopay_none")
        turn.ask_again()
        return
    if not stopped:
        _note(turn)
        return
    parts = [left[0] for one in stopped if (left := turn.known.plans.get(one.debt_id, (None, ()))[1])]
    if len(parts) == 1:
        turn.say("utter_payments_autopay_stopped", amount=parts[0].amount, date=parts[0].due)
    else:
        turn.say("utter_payments_autopay_off")
    turn.ask_again()


def _note(turn: Turn) -> None:
    effects.note(turn)
    turn.say("utter_payments_request")
    turn.ask_again()


@handles("payment_methods")
def payment_methods(turn: Turn, act: Plain) -> None:
    turn.say("utter_payments_methods", phone=turn.settings.company_phone)
    turn.ask_again()
