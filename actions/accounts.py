"""What they owe and why, what they paid, papers; and which account they speak of."""

from __future__ import annotations

from collections.abc import Sequence

from actions import holds, say
from actions.handler import handles, refuses
from bot import accounts, identity, negotiation, papers, payments
from bot.core import in_brief
from bot.dialogue import Turn, meant, questions
from bot.dialogue.meaning import packing
from bot.dialogue.meaning.acts import Accept, Act, AskAbout, Choose, Plain, Propose, Said, TalkOf

MOST_LISTED = 4


@handles("ask_balance")
def ask_balance(turn: Turn, act: Plain) -> None:
    """What they owe: on the account that they name, else on the one that the talk is about, else on all."""
    turn.who()
    debts = turn.known.debts
    if not debts:
        raise meant.NothingOwed
    about = _asked_of(turn, act)
    if _all_by_plan(turn, about or debts):
        if not any(said.name == "plan_status" for said in turn.queue):
            turn.then(Plain(name="plan_status", debts=act.debts))
        return
    if len(about) != 1:
        _say_all(turn)
        return
    (debt,) = about
    turn.say("utter_accounts_balance", balance=debt.balance, client=turn.name_of(debt))
    _tell_of_others(turn, 1)
    _and_then(turn, debt)


def _tell_of_others(turn: Turn, told: int) -> None:
    """Who hears of one of their accounts hears that there are others."""
    if told == 1 < len(turn.known.debts):
        turn.say("utter_accounts_others", count=len(turn.known.debts) - 1)


def _all_by_plan(turn: Turn, debts: Sequence[accounts.Debt]) -> bool:
    """Plans run for them whose parts are all that is owed: where those stand says the balance too."""
    left = [turn.known.plans.get(debt.id, (None, ()))[1] for debt in debts]
    return all(
        parts and sum((one.amount for one in parts[1:]), parts[0].amount) == debt.balance
        for debt, parts in zip(debts, left)
    )


def _asked_of(turn: Turn, act: Plain) -> tuple[accounts.Debt, ...]:
    """The accounts that a question is about. What the talk is about stays, while a question of ours about it is open."""
    named = meant.named(turn, act.debts)
    if named and turn.asked is None:
        turn.talk_of(named)
    return named or turn.known.talking_of


def _say_all(turn: Turn) -> None:
    """What they owe on each and in all; then which one first, or what is on hold."""
    debts = turn.known.debts[:MOST_LISTED]
    total = say.owed(turn)
    is_put = turn.put is not None and turn.put in turn.says and turn.state.question is not None
    if is_put or turn.asked is not None and turn.asked.kind not in ("debt", "options", "menu", "else"):
        turn.say("utter_accounts_balances_all", debts=say.accounts_listed(turn, debts), total=total)
        turn.ask_again()
        return
    if len(turn.known.free) < len(turn.known.debts):
        turn.say("utter_accounts_balances_all", debts=say.accounts_listed(turn, debts), total=total)
        holds.say_status(turn)
        return
    turn.state.waiting = [packing.pack(Said(Plain(name="ask_options"), turn.said.words))]
    question = questions.Debt(debts=tuple(debt.id for debt in debts), again="utter_accounts_ask_which_again")
    turn.says = [one for one in turn.says if one[0] != "utter_accounts_balances_all"]  # the list comes with the question
    turn.ask(question, "utter_accounts_balances", debts=say.accounts_listed(turn, debts), total=total)


def _and_then(turn: Turn, debt: accounts.Debt) -> None:
    """After an answer: what holds it, whatever else they asked; then back to what we had asked, once, or on to the
    choices, where nothing is agreed or held.
    """
    if turn.known.is_held(debt):
        holds.say_status(turn, (debt,))
    if turn.queue:
        return
    if turn.state.question is not None:
        turn.ask_again()
    elif not turn.known.is_held(debt) and debt.id not in turn.known.plans:
        turn.ask(questions.Options(), "utter_accounts_want_options")


@refuses(negotiation.DebtOnHold)
@refuses(negotiation.DebtDisputed)
@refuses(payments.OnHold)
def on_hold(turn: Turn, refusal: Exception) -> None:
    """What they wanted cannot be done on it now: the status, never an offer."""
    turn.answered()
    holds.say_status(turn)


@handles("ask_breakdown")
def ask_breakdown(turn: Turn, act: Plain) -> None:
    """What is it made of?"""
    about = _asked_of(turn, act)
    debt = about[0] if len(about) == 1 else meant.one_debt(turn)
    items = accounts.itemisation(turn.session, turn.who(), debt.id)
    since = {"charges": items.charges, "interest": items.interest, "fees": items.fees,
             "paid": items.payments + items.credits}  # fmt: skip
    parts = [turn.phrase(f"utter_accounts_since_{name}", amount=m) for name, m in since.items() if not m.is_zero]
    turn.say("utter_accounts_breakdown", start=items.amount_then, start_date=items.on, balance=items.balance,
             since=", ".join(parts) or turn.phrase("utter_accounts_since_nothing"))  # fmt: skip
    turn.ask_again()


@handles("ask_fees")
def ask_fees(turn: Turn, act: Plain) -> None:
    """Will there be fees or interest? What stands on each account already, and none for a plan."""
    if not turn.is_verified:
        turn.say("utter_accounts_fees")
        raise identity.NotVerified
    is_of_a_plan = isinstance(turn.asked, (questions.Accept, questions.Terms))
    for debt in () if is_of_a_plan else _asked_of(turn, act) or turn.known.debts[:MOST_LISTED]:
        _say_what_was_added(turn, debt)
    if not turn.has_just_said("utter_accounts_fees"):
        turn.say("utter_accounts_fees")
    turn.ask_again()


def _say_what_was_added(turn: Turn, debt: accounts.Debt) -> None:
    """By account where they have several, also that there is nothing."""
    items = accounts.itemisation(turn.session, turn.who(), debt.id)
    added = {"interest": items.interest, "fees": items.fees}
    parts = [turn.phrase(f"utter_accounts_since_{name}", amount=m) for name, m in added.items() if not m.is_zero]
    if parts:
        turn.say("utter_accounts_fees_so_far", since=", ".join(parts), start_date=items.on,
                 account=meant.account(turn, debt), debt_id=debt.id)  # fmt: skip
    elif len(turn.known.debts) > 1:
        turn.say("utter_law_no_fees_so_far", start_date=items.on, account=meant.account(turn, debt), debt_id=debt.id)


@handles("ask_origin")
def ask_origin(turn: Turn, act: Plain) -> None:
    """What is this for, who is the creditor, since when?"""
    turn.who()
    about = _asked_of(turn, act) or meant.debts_meant(turn, "all")
    is_listed = len(about) > 1 and any(name.startswith("utter_accounts_balances") for name, _ in turn.says)
    for debt in () if is_listed else about:
        turn.say("utter_accounts_origin", account=meant.account(turn, debt), ending=debt.ending, opened=debt.opened_on)
    _tell_of_others(turn, len(about))
    if any(turn.known.is_held(debt) for debt in about):
        holds.say_status(turn, about)
    turn.ask_again()


@handles("ask_history")
def ask_history(turn: Turn, act: Plain) -> None:
    """What have I paid, did you get it?"""
    turn.who()
    about = _asked_of(turn, act) or turn.known.debts
    if not about:
        raise meant.NothingOwed
    for debt in about:
        lines = last_payments(turn, debt.id, most=3)
        if lines:
            turn.say("utter_accounts_history", payments=", ".join(lines), balance=debt.balance)
        else:
            turn.say("utter_accounts_no_payments")
    if any(turn.known.is_held(debt) for debt in about):
        holds.say_status(turn, about)
    turn.ask_again()


def last_payments(turn: Turn, debt_id: str, *, most: int) -> list[str]:
    """Each with its day, the newest last."""
    entries = accounts.history(turn.session, turn.who(), debt_id)
    paid = [entry for entry in entries if entry.kind is accounts.EntryKind.PAYMENT][-most:]
    return [turn.phrase("utter_accounts_payment", amount=-entry.amount, date=entry.effective_on) for entry in paid]


@handles("ask_documents")
def ask_documents(turn: Turn, act: Plain) -> None:
    """The agreement at once, or the newest receipt or letter: its page leads to all the others. Where there is none, a
    person sends it, and the conversation goes on.
    """
    if not turn.is_verified:
        turn.then(AskAbout(about="documents"))
        return
    who = turn.who()
    if turn.asked is not None and turn.asked.kind == "accept":
        turn.say("utter_negotiation_document_at_yes")
        turn.ask_again()
        return
    if any(name == "utter_negotiation_document" for name, _ in turn.says):
        return
    about = turn.known.talking_of[0].id if len(turn.known.talking_of) == 1 else None
    agreement = negotiation.latest_agreement(turn.session, who, about) or negotiation.latest_agreement(
        turn.session, who
    )
    if agreement is None:
        _newest_paper(turn, about)
        return
    url = negotiation.document_link(turn.session, agreement, turn.settings.public_url, turn.now)
    turn.say("utter_negotiation_document", url=url, debt_id=agreement.debt_id)
    turn.ask_again()


def _newest_paper(turn: Turn, about: str | None) -> None:
    kept = papers.of_party(turn.session, turn.who().party_id)
    found = next((one for one in kept if about in (None, one.whose.debt_id)), None)
    if found is None:
        turn.then_plain("note_documents")
        return
    client = accounts.debt(turn.session, turn.who(), found.whose.debt_id).client
    url = papers.link(turn.session, found.number, turn.settings.public_url, turn.now)
    values = {"client": in_brief(turn.settings.name_of(client)), "url": url, "debt_id": found.whose.debt_id}
    turn.say("utter_negotiation_several_document", **values)
    turn.ask_again()


@refuses(meant.SeveralDebts)
def ask_which(turn: Turn, refusal: Exception) -> None:
    """They have several and named none: what they wanted waits for the answer."""
    turn.state.waiting = [packing.pack(said) for said in (turn.said, *turn.queue)]
    turn.queue.clear()
    debts = turn.known.debts[:MOST_LISTED]
    question = questions.Debt(debts=tuple(debt.id for debt in debts), again="utter_accounts_ask_which_again")
    turn.ask(question, "utter_accounts_ask_which", debts=say.accounts_listed(turn, debts))


@handles("choose", asked=("debt",))
def choose_debt(turn: Turn, act: Choose) -> None:
    assert isinstance(turn.asked, questions.Debt)
    if act.option is None or not 1 <= act.option <= len(turn.asked.debts):
        turn.then_plain("unclear")
        return
    chosen = turn.asked.debts[act.option - 1]
    turn.then(TalkOf(debts=meant.places_of(turn, [debt for debt in turn.known.debts if debt.id == chosen])))


@handles("talk_of")
def talk_of(turn: Turn, act: TalkOf) -> None:
    """The number or the name, or all of them at once. Then what they wanted goes on."""
    before = turn.known.talking_of
    if not act.debts and len(before) > 1:
        raise meant.SeveralDebts  # "not both, just the one"
    places = act.debts or ("all" if not before and _is_about_choices(turn) else None)
    debts = meant.debts_meant(turn, places)
    waiting, turn.state.waiting = turn.state.waiting, []
    turn.answered()
    if len(debts) == 1:
        turn.say("utter_accounts_about", account=meant.account(turn, debts[0]), balance=debts[0].balance)
    wanted = _named_for_all(turn, before, debts) or [packing.unpack(one) for one in waiting]
    if turn.queue or len(turn.says) > 1:  # something else was asked, and answered: the choices can wait
        wanted = [one for one in wanted if one.name != "ask_options"]
    if wanted:
        turn.queue[:0] = wanted
    elif not turn.queue and len(turn.says) <= 1:
        turn.then_plain("ask_options")
    elif not turn.queue and any(turn.known.is_held(debt) for debt in debts):
        holds.say_status(turn)
    elif not turn.queue:
        turn.ask(questions.Options(), "utter_accounts_want_options")


def _named_for_all(turn: Turn, before: Sequence[accounts.Debt], debts: Sequence[accounts.Debt]) -> list[Said]:
    """ "Just the gym", of terms that they named without saying for which: those were meant for it."""
    named = turn.state.named.get(say.ALL)
    if named is None or len(debts) != 1 or len(before) < 2 or not questions.proposal(named).payment:
        return []
    del turn.state.named[say.ALL]
    turn.state.named[debts[0].id] = named
    return [Said(Propose(debts=meant.places_of(turn, debts)), turn.said.words)]


@handles("accept", asked=("debt",))
def yes_to_which(turn: Turn, act: Accept) -> None:
    """Yes leaves open which; of what there is for all of them it is a yes to all."""
    turn.then(TalkOf(debts="all")) if _is_about_choices(turn) else turn.then_plain("unclear")


def _is_about_choices(turn: Turn) -> bool:
    """Nothing waits for which one it is about but the choices, which there are for all of them."""
    return isinstance(turn.asked, questions.Debt) and all(one["act"] == "ask_options" for one in turn.state.waiting)


@handles("ask_credit_report", "ask_consequences")
def ask_what_follows(turn: Turn, act: Act) -> None:
    """Questions about the debt whose answer is one reviewed text."""
    if turn.said.name == "ask_credit_report" and not turn.is_verified:
        turn.then(AskAbout(about="credit"))
        return
    turn.who()
    texts = {"ask_credit_report": "utter_accounts_credit_report", "ask_consequences": "utter_accounts_consequences"}
    turn.say(texts[turn.said.name], **turn.values())
    if turn.said.name == "ask_consequences" and turn.known.free:
        turn.say("utter_accounts_smaller")
    turn.ask_again()
