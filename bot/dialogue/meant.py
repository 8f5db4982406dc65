"""Which debts somebody speaks of: those that they named, those that the talk is about, or the only one."""

from __future__ import annotations

from collections.abc import Collection
from typing import Literal

from bot import accounts, contact, negotiation
from bot.core import Refusal
from bot.dialogue.turn import Turn

Places = tuple[int, ...] | Literal["all"] | None


class SeveralDebts(Refusal):
    """They have more than one and did not say which."""

    response = "utter_accounts_ask_which"


class NothingOwed(Refusal):
    """They have no debt that anything is left to pay on."""

    response = "utter_accounts_nothing_owed"


def named(turn: Turn, places: Places) -> tuple[accounts.Debt, ...]:
    """The debts at these places; none where none was named."""
    debts = turn.known.debts
    return debts if places == "all" else tuple(debts[n - 1] for n in places or () if 0 < n <= len(debts))


def places(turn: Turn, named: Places) -> tuple[int, ...]:
    """The same as numbers."""
    return tuple(range(1, len(turn.known.debts) + 1)) if named == "all" else named or ()


def places_of(turn: Turn, debts: Collection[accounts.Debt]) -> tuple[int, ...]:
    """Their places, from 1."""
    return tuple(n for n, debt in enumerate(turn.known.debts, 1) if debt in debts)


def debts_meant(turn: Turn, places: Places = None) -> tuple[accounts.Debt, ...]:
    """The talk is about these from here on. Raises NotVerified, NothingOwed or SeveralDebts."""
    turn.who()
    if not turn.known.debts:
        raise NothingOwed
    chosen = named(turn, places) or turn.known.talking_of
    if not chosen:
        raise SeveralDebts
    turn.talk_of(chosen)
    return chosen


def bargained_for(turn: Turn, places: Places = None) -> tuple[accounts.Debt, ...]:
    """What terms are about: as `free_debts`, and all of them together where they named none. The read-back says so, and
    nothing counts before their yes: to ask which one first would only hold them up. Raises NotVerified, NothingOwed or
    DebtOnHold.
    """
    turn.who()
    open_ended = places is None and not turn.known.talking_of and len(turn.known.free) > 1
    if open_ended:
        turn.talk_of(turn.known.free)
    return free_debts(turn, places)


def free_debts(turn: Turn, places: Places = None) -> tuple[accounts.Debt, ...]:
    """Those of them that nothing holds; one on hold is left out with a word, where there are others. Raises DebtOnHold
    too.
    """
    only = turn.known.free
    if len(only) == 1 and places is None and not turn.known.talking_of:
        places = (turn.known.debts.index(only[0]) + 1,)  # the others are on hold: it is about this one
    chosen = debts_meant(turn, places)
    free = tuple(debt for debt in chosen if not turn.known.is_held(debt)) or (only if places is None else ())
    if not free:
        raise negotiation.DebtOnHold
    for debt in chosen:
        if debt not in free:
            left_out = "utter_law_ended" if debt.id in turn.known.ended else "utter_negotiation_several_held"
            turn.say(left_out, account=account(turn, debt))
    turn.talk_of(free)
    return free


def one_debt(turn: Turn, places: Places = None) -> accounts.Debt:
    """For what can be said of one only. Raises NotVerified, NothingOwed or SeveralDebts."""
    chosen = debts_meant(turn, places)
    if len(chosen) > 1:
        raise SeveralDebts
    return chosen[0]


def account(turn: Turn, debt: accounts.Debt, beside: int = 1) -> str:
    """How we call it, as one of so many: what it is for and the creditor; the creditor alone where we have no word for the
    product.
    """
    product, client = product_of(turn, debt), turn.name_of(debt, beside)
    if product is None:
        return by_its_number(turn, debt, beside)
    return turn.phrase("utter_accounts_named_account", product=product, client=client)


def by_its_number(turn: Turn, debt: accounts.Debt, beside: int = 1) -> str:
    """The creditor and the end of the account's number."""
    return turn.phrase("utter_accounts_plain_account", client=turn.name_of(debt, beside), ending=debt.ending)


_LINE = 38
"""Letters of an account in a list of four; a longer product is left out, for the creditor tells more."""


def briefly(turn: Turn, debt: accounts.Debt, beside: int = 1) -> str:
    """The same for a list: "credit card, Oakview Apartments"."""
    product, client = product_of(turn, debt), turn.name_of(debt, beside)
    whole = ", ".join(filter(None, (product, client)))
    return whole if beside < 3 or len(whole) <= _LINE else client


def product_of(turn: Turn, debt: accounts.Debt) -> str | None:
    """What it is for, in words of their language; None where we have none."""
    own = turn.settings.creditors.get(debt.client)
    if own is not None and debt.product in own.products:
        return own.products[debt.product][turn.conversation.language]
    name = f"utter_accounts_product_{debt.product}"
    return turn.phrase(name) if name in contact.texts.load() else None
