"""Several debts as one: when they mean both of them, which are left out, and one after the other where they like.

How a plan for all is bargained stands in `together_plans`, how one payment is divided in `together_payments`.
"""

from __future__ import annotations

import re

from actions.answers import answers, what_else
from actions.debts import called, named_in, say_about
from actions.offers import say_options
from actions.order import TERMS
from bot import accounts, negotiation
from bot.dialogue import Turn

ALL = re.compile(
    r"\b(?:both|all (?:two|three|four|of them)|(?:all )?(?:my|the|these) (?:accounts|debts)|together|all accounts"
    r"|(?:between|among|across) (?:them|the (?:two|three|four)|the accounts)|split (?:it|that|them)?"
    r"|ambas?|ambos|(?:entre )?l[ao]s (?:dos|tres|cuatro)|todas(?: las cuentas| mis cuentas)?|junt[ao]s)\b",
    re.IGNORECASE,
)
EACH = re.compile(
    r"\b(?:(?:on|to|for|towards?|into|at|in) each|each (?:one|account|debt|of (?:them|these|the))|apiece"
    r"|each(?= ?(?:$|[.,;!?]|(?:a|per) (?:week|month)))|cada (?:una|uno|cuenta)|c/u)\b(?! (?:time|week|month|payday|paycheck|friday))",
    re.IGNORECASE,
)
"""The same for each of them. "Each time" and "each month" are no such thing."""
ONE_BY_ONE = re.compile(
    r"\b(?:one (?:by one|at a time|after)|separate(?:ly)?|each on its own|una por una|por separado|de una en una)\b",
    re.IGNORECASE,
)
_EVERYTHING = re.compile(
    r"\b(?:everything|all of it|in total|total|altogether|(?:for|on) all|todo|en total)\b", re.IGNORECASE
)
"""All of them, where no single one is talked about."""
OF_ALL = frozenset({"choice_all", "accept_all", "terms_all", "shares"})
"""Questions about all of them: one that is named there is a part of the answer."""


def talks_of_all(turn: Turn) -> bool:
    """They mean several of their debts at once, now or since they said so, even if one only is free. Raises DebtDisputed when none is free."""
    if not turn.is_verified():
        return False
    text, question = turn.matter.whole or turn.matter.text, turn.state.question
    theirs = accounts.open_debts(turn.session, turn.who(), turn.now)
    named = named_in(text, theirs)
    several = len(set(named.values())) > 1
    says_all = ALL.search(text) or several or _means_each(turn, text)
    asked_of_all = question is not None and question.kind in OF_ALL and bool(turn.state.together)
    if len(theirs) < 2 or ONE_BY_ONE.search(text) or (named and not says_all and not asked_of_all):
        turn.state.together = []
        return False
    free = turn.state.debt_id is None and turn.matter.intent in TERMS
    if says_all or (free and _EVERYTHING.search(text)):
        gather(turn, named if several else None)
    return bool(turn.state.together)


def _means_each(turn: Turn, text: str) -> bool:
    """ "60 on each", where it is not one debt that they talk about."""
    return EACH.search(text) is not None and (turn.state.debt_id is None or bool(turn.state.together))


def gather(turn: Turn, named: dict[str, int] | None = None) -> None:
    """From here on we talk of all of them, or of those that they named; one on hold is left out with a word."""
    free, held = negotiation.free_and_held(turn.session, turn.who(), turn.now)
    free, held = ([debt for debt in debts if named is None or debt.id in named] for debts in (free, held))
    if not free:
        raise negotiation.DebtDisputed
    if turn.state.together != [debt.id for debt in free]:
        for debt in held:
            turn.say("utter_negotiation_together_held", product=called(turn, debt), client=debt.client)
    turn.state.debt_id = free[0].id if len(free) == 1 else None
    turn.state.together = [debt.id for debt in free]


def debts_together(turn: Turn) -> list[accounts.Debt]:
    """Those that we talk about as one."""
    theirs = accounts.open_debts(turn.session, turn.who(), turn.now)
    return [debt for debt in theirs if debt.id in turn.state.together]


def one_by_one(turn: Turn) -> None:
    """The oldest first; after each agreement the next one is offered."""
    free, _ = negotiation.free_and_held(turn.session, turn.who(), turn.now)
    turn.answered()
    turn.state.together = []
    say_about(turn, free[0])
    say_options(turn)


def say_next(turn: Turn, debt_id: str) -> bool:
    """After an agreement: the next one that has none. False when there is nothing more to talk about."""
    free, _ = negotiation.free_and_held(turn.session, turn.who(), turn.now)
    others = [debt for debt in free if debt.id != debt_id]
    left = [debt for debt in others if negotiation.current_agreement(turn.session, debt.id) is None]
    if not left:
        return False
    turn.ask("next", "utter_negotiation_together_next", {"debt": left[0].id}, client=left[0].client)
    return True


@answers("next")
def goes_on(turn: Turn) -> bool:
    """Yes: what can be done about the next one."""
    assert turn.state.question is not None
    if turn.matter.intent not in ("affirm", "deny"):
        return False
    wanted = turn.state.question.data["debt"]
    turn.answered()
    free, _ = negotiation.free_and_held(turn.session, turn.who(), turn.now)
    debt = next((one for one in free if one.id == wanted), None)
    if turn.matter.intent == "deny" or debt is None:
        what_else(turn)
    else:
        say_about(turn, debt)
        say_options(turn)
    return True
