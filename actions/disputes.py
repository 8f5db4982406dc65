"""What is wrong with it: the hold is placed the moment that it is typed, verified or not."""

from __future__ import annotations

from actions import holds, say
from actions.handler import handles
from bot import accounts, handoff
from bot.dialogue import Turn, effects, questions
from bot.dialogue.meaning import packing
from bot.dialogue.meaning.acts import Plain, Said

_RESPONSES = {
    "not_my_debt": "utter_accounts_dispute_not_mine",
    "wrong_amount": "utter_accounts_dispute_amount",
    "already_paid": "utter_accounts_dispute_paid",
    "service_dispute": "utter_accounts_dispute_service",
    "request_validation": "utter_accounts_validation",
    "too_old": "utter_accounts_dispute_too_old",
}


_TO_PAY = frozenset({"propose", "pay", "promise"})


@handles(*_RESPONSES, overheard=True)
def dispute(turn: Turn, act: Plain) -> None:
    """Written down and held; who disputes is told its number and asked for nothing."""
    opened = effects.dispute(turn)
    effects.take_effect(turn)
    values: dict[str, object] = {"number": opened.number}
    name = _RESPONSES[act.name]
    if not turn.is_verified:
        name = "utter_accounts_dispute_unverified"
    elif opened.part is not None:
        name, values["amount"] = accounts.DISPUTE_WORDS["part"], opened.part
    elif act.name == "already_paid" and opened.debt_id and (seen := _payments(turn, opened.debt_id)):
        name, values["payments"] = "utter_accounts_dispute_paid_seen", ", ".join(seen)
    effects.open_case(turn, handoff.Reason.DISPUTE)
    if not _waits_for_another(turn, opened):
        turn.answered()
    turn.say(name, **values)
    if turn.is_verified and not turn.overheard:
        held = next((debt for debt in turn.known.debts if debt.id == opened.debt_id), None)
        if held is not None and opened.part is None:
            holds.say_what_goes_on(turn, held)
        turn.then_plain("which_disputed")


def _waits_for_another(turn: Turn, opened: accounts.Dispute) -> bool:
    """Terms for another account than the disputed one wait for their yes: they go on waiting."""
    offers = [turn.known.offers.get(one) for one in getattr(turn.asked, "offers", ())]
    return turn.is_verified and bool(offers) and opened.debt_id is not None and all(
        one is not None and one.debt_id != opened.debt_id for one in offers
    )  # fmt: skip


@handles("which_disputed")
def which_disputed(turn: Turn, act: Plain) -> None:
    """Everything is on hold for what concerned one of several accounts: one question frees the others."""
    unnamed = accounts.unnamed_disputes(turn.session, turn.who(), turn.now)
    if unnamed:
        turn.state.waiting = [packing.pack(Said(Plain(name="name_disputed"), turn.said.words))]
        turn.state.waiting += [packing.pack(said) for said in turn.queue]  # what they want of the others comes after
        turn.queue.clear()
        debts = turn.known.debts[: say.MOST_CHOICES]
        question = questions.Debt(debts=tuple(debt.id for debt in debts), again="utter_accounts_ask_which_again")
        listed = say.accounts_listed(turn, debts)
        if unnamed[0].number in {values.get("number") for _, values in turn.says}:  # they have just typed it
            turn.ask(question, "utter_accounts_ask_which", debts=listed)
        else:
            turn.ask(question, accounts.DISPUTE_WORDS["which"], number=unnamed[0].number, debts=listed)
    elif not turn.says:
        turn.then_plain("resume")


@handles("name_disputed")
def name_disputed(turn: Turn, act: Plain) -> None:
    """They have said which: only that one stays on hold. Which of two they want to pay is not the one."""
    unnamed, about = accounts.unnamed_disputes(turn.session, turn.who(), turn.now), turn.known.talking_of
    if len(turn.known.debts) == 2 and any(said.name in _TO_PAY for said in turn.meaning.said):
        about = tuple(debt for debt in turn.known.debts if debt not in about)
    if unnamed and len(about) == 1:
        number, debt = unnamed[0].number, about[0]
        accounts.name_disputed(turn.session, turn.who(), number, debt.id, now=turn.now)
        turn.reload()
        turn.say(accounts.DISPUTE_WORDS["named"], ending=debt.ending, number=number, debt_id=debt.id)
    else:
        turn.then_plain("resume")


def _payments(turn: Turn, debt_id: str) -> list[str]:
    """The last two, each with its day."""
    entries = accounts.history(turn.session, turn.who(), debt_id)
    paid = [entry for entry in entries if entry.kind is accounts.EntryKind.PAYMENT][-2:]
    return [turn.phrase("utter_accounts_payment", amount=-entry.amount, date=entry.effective_on) for entry in paid]


@handles("choose", asked=("menu",))
def choose_in_menu(turn: Turn, act: Plain) -> None:
    """1 what you owe, 2 paying, 3 something's wrong, 4 a person."""
    option = getattr(act, "option", None)
    meant = {1: "ask_balance", 2: "ask_options", 4: "talk_to_human"}.get(option or 0)
    if meant is not None:
        turn.answered()
        turn.then_plain(meant)
    elif option == 3:
        turn.answered()
        turn.say("utter_accounts_ask_what_is_wrong")
    else:
        turn.then_plain("unclear")


@handles("withdraw_dispute")
def withdraw(turn: Turn, act: Plain) -> None:
    """They would rather settle it: one question, and the dispute stands until the yes. What they want goes on then."""
    turn.who()
    if _open(turn):
        rest = tuple(packing.pack(said) for said in turn.queue)
        turn.queue.clear()
        packed = packing.pack(Said(Plain(name="end_dispute"), turn.said.words))
        question = questions.Meant(acts=(packed,), rest=rest, again="utter_accounts_ask_withdraw_again")
        turn.ask(question, "utter_accounts_ask_withdraw", number=_open(turn)[-1].number)
    else:
        turn.then_plain("ask_balance")


@handles("end_dispute")
def end_dispute(turn: Turn, act: Plain) -> None:
    """Their yes: the last one that they opened is taken back, and where nothing else holds it we go on."""
    number = _open(turn)[-1].number
    accounts.withdraw_dispute(turn.session, turn.who(), number, words=turn.said.words, now=turn.now)
    if turn.known.case is not None and not _open(turn):
        handoff.withdraw(turn.session, turn.known.case, turn.now, dispute=True)
    turn.reload()
    turn.say("utter_accounts_withdrawn", number=number)
    if not turn.queue:
        turn.then_plain("ask_options")


def _open(turn: Turn) -> tuple[accounts.Dispute, ...]:
    return accounts.open_disputes(turn.session, turn.who().party_id)
