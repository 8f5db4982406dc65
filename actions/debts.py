"""Which debt we talk about: the only one, the one they name ("the gym one"), or the one that they choose."""

from __future__ import annotations

import re
from collections.abc import Sequence

from actions.answers import answers
from actions.responder import SMALL_TALK
from bot import accounts
from bot.core import Money, Refusal
from bot.dialogue import Matter, Turn
from bot.identity import Verified

CALLED = {
    "electricity": r"electric\w*|power|energy|light bill|luz|electricidad|energ[ií]a",
    "credit_card": r"(?:credit )?card (?:one|bill|account|debt|balance)|credit card|tarjeta(?: de cr[eé]dito)?",
    "personal_loan": r"loan|pr[eé]stamo",
    "medical": r"medical|hospital|clinic\w*|doctor\w*|m[eé]dic\w+|cl[ií]nica",
    "phone": r"(?:cell |mobile )?phone (?:one|bill|account|debt)|cell(?:ular)?|mobile|celular|la del? tel[eé]fono",
    "gym": r"gym|fitness|gimnasio|gim",
    "rent": r"rent\w*|apartment\w*|renta|alquiler|apartamento\w*",
}
"""How people call what an account is for."""
SHORT = 4
"""Words of an answer; a longer message with a matter of its own is heard as that."""
_SMALL_WORDS = frozenset({"bank", "banco", "the", "of", "energy", "mobile"})
_ALL = re.compile(
    r"\b(?:both|all(?: of them)?|together|todas?|todos|ambas?|ambos|las dos|los dos|juntas?)\b", re.IGNORECASE
)


class SeveralDebts(Refusal):
    """They have more than one and did not say which."""

    response = "utter_accounts_ask_which"


class NothingOwed(Refusal):
    """They have no debt that anything is left to pay on."""

    response = "utter_accounts_nothing_owed"


def the_debt(turn: Turn, who: Verified) -> accounts.Debt:
    """The debt that this is about. Raises NothingOwed or SeveralDebts."""
    debts = accounts.open_debts(turn.session, who, turn.now)
    named = _named(turn.matter.whole or turn.matter.text, debts)
    chosen = named or next((debt for debt in debts if debt.id == turn.state.debt_id), None)
    if not debts:
        turn.state.debt_id = None
        raise NothingOwed
    if chosen is None and len(debts) > 1:
        raise SeveralDebts
    chosen = chosen or debts[0]
    turn.state.debt_id = chosen.id
    return chosen


def named_or_talked_about(turn: Turn, who: Verified) -> str | None:
    """For a dispute: the one they name, else the one we talk about, else None, which is all of them."""
    debts = accounts.open_debts(turn.session, who, turn.now)
    named = _named(turn.matter.whole or turn.matter.text, debts)
    return named.id if named is not None else turn.state.debt_id


def named_in(text: str, debts: Sequence[accounts.Debt]) -> dict[str, int]:
    """Which of them are named, and where in the text."""
    found = {debt.id: re.search(_called(debt), text.casefold()) for debt in debts}
    return {debt_id: match.start() for debt_id, match in found.items() if match is not None}


def _named(text: str, debts: tuple[accounts.Debt, ...]) -> accounts.Debt | None:
    """The one that the words fit; None when none or several do."""
    if len(debts) < 2:
        return None
    found = [debt for debt in debts if _fits(text.casefold(), debt)]
    return found[0] if len(found) == 1 else None


def _fits(text: str, debt: accounts.Debt) -> bool:
    return re.search(_called(debt), text) is not None


def _called(debt: accounts.Debt) -> str:
    words = [word for word in debt.client.casefold().split() if word not in _SMALL_WORDS]
    names = [
        CALLED.get(debt.product, re.escape(debt.product)),
        *map(re.escape, words),
        re.escape(debt.ending.casefold()),
    ]
    return rf"\b(?:{'|'.join(names)})\b"


def told_apart(turn: Turn, debts: Sequence[accounts.Debt]) -> dict[str, str]:
    """The client of each, with the end of the account's number where that says no difference."""
    clients = [debt.client for debt in debts]
    return {
        debt.id: debt.client if clients.count(debt.client) == 1
        else turn.phrase("utter_accounts_client_ending", client=debt.client, ending=debt.ending)
        for debt in debts
    }  # fmt: skip


def called(turn: Turn, debt: accounts.Debt) -> str:
    """What it is for, in words."""
    return turn.phrase(f"utter_accounts_product_{debt.product}")


def listed(turn: Turn, debts: tuple[accounts.Debt, ...]) -> str:
    """One line each, numbered."""
    return "\n".join(
        f"{number} " + turn.phrase("utter_accounts_one_of_several", product=called(turn, debt),
                                   client=debt.client, ending=debt.ending, balance=debt.balance)
        for number, debt in enumerate(debts, 1)
    )  # fmt: skip


def ask_which(turn: Turn) -> None:
    debts = accounts.open_debts(turn.session, turn.who(), turn.now)[:4]
    data, again = {"debts": [debt.id for debt in debts]}, "utter_accounts_ask_which_again"
    turn.ask("debt", "utter_accounts_ask_which", data, again, debts=listed(turn, debts))


def say_all(turn: Turn, debts: tuple[accounts.Debt, ...]) -> None:
    """What they owe on each and in all; then which one first."""
    total = sum((debt.balance for debt in debts), Money.zero(debts[0].balance.currency))
    turn.state.wanted = [Matter("ask_options", 1.0, turn.matter.text).as_json()]
    data, again = {"debts": [debt.id for debt in debts[:4]]}, "utter_accounts_ask_which_again"
    turn.ask("debt", "utter_accounts_balances", data, again, debts=listed(turn, debts[:4]), total=total)


def say_about(turn: Turn, debt: accounts.Debt) -> None:
    """Which one we talk about from here on."""
    turn.state.debt_id, turn.state.together = debt.id, []
    turn.say("utter_accounts_about", product=called(turn, debt), client=debt.client, balance=debt.balance)


@answers("debt")
def chose_debt(turn: Turn) -> bool:
    """The number or the name, or all of them at once. Then what they wanted goes on."""
    from actions.together import ONE_BY_ONE, gather, one_by_one, talks_of_all
    from actions.together_plans import answer_for_all

    assert turn.state.question is not None
    if ONE_BY_ONE.search(turn.message.text):
        one_by_one(turn)
        return True
    if turn.matter.intent == "pay_now" or any(e["entity"] == "amount" for e in turn.matter.entities):
        is_of_all = turn.matter.intent in SMALL_TALK and talks_of_all(turn)
        if is_of_all:
            answer_for_all(turn)
        return is_of_all
    if turn.matter.intent not in SMALL_TALK and len(turn.message.text.split()) > SHORT:
        return False
    ids = list(turn.state.question.data["debts"])
    theirs = {debt.id: debt for debt in accounts.open_debts(turn.session, turn.who(), turn.now)}
    option, named = turn.matter.named("option"), _named(turn.message.text, tuple(theirs.values()))
    if isinstance(option, int) and 1 <= option <= len(ids):
        chosen = theirs[ids[option - 1]]
    elif named is not None:
        chosen = named
    elif _ALL.search(turn.message.text):
        wanted, turn.state.wanted = turn.state.wanted, []
        turn.answered()
        gather(turn)
        turn.also = [Matter(**matter) for matter in wanted] or [Matter("ask_options", 1.0, turn.matter.text)]
        return True
    else:
        return False
    turn.answered()
    wanted, turn.state.wanted = turn.state.wanted, []
    say_about(turn, chosen)
    turn.also = [Matter(**matter) for matter in wanted] or [Matter("ask_options", 1.0, turn.matter.text)]
    return True
