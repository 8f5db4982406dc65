"""What people ask of the terms before they agree: how little, how long, from when, which account first, all in one.

Said is what policy lists by itself and what it says openly; how low it would go is found out by naming a figure.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date

from actions import say
from bot import accounts, negotiation
from bot.dialogue import Turn, meant, questions
from bot.dialogue.meaning.acts import AskAbout
from bot.negotiation import Kind, Made

MOST_AT_ONCE = 2
"""Accounts that one answer speaks of; of more we ask which."""
_PLANS = (Kind.SHORT_PLAN, Kind.LONG_PLAN)
_LOOSE = ("options", "menu", "else")
"""Questions that give way to one about a figure."""


def least(turn: Turn, act: AskAbout) -> None:
    """The lowest plan that is listed, and that their own figure is looked at."""
    listed = _listed(turn, act, (*_PLANS, Kind.TOKEN), _smallest)
    if listed is None:
        return
    turn.say("utter_questions_least", terms=_in_short(turn, listed))
    if turn.asked is None and turn.state.question is None or turn.asked is not None and turn.asked.kind in _LOOSE:
        turn.ask(questions.Terms(missing="amount"), "utter_negotiation_ask_amount")
    else:
        turn.ask_again()


def longest(turn: Turn, act: AskAbout) -> None:
    listed = _listed(turn, act, _PLANS, _last_to_end)
    if listed is not None:
        turn.say("utter_questions_longest", terms=_in_short(turn, listed))
        turn.ask_again()


def _smallest(made: Iterable[Made]) -> Made:
    return min(made, key=lambda one: one.offer.regular.minor if one.offer.regular else 0)


def _last_to_end(made: Iterable[Made]) -> Made:
    return max(made, key=lambda one: one.offer.schedule[-1].due)


def _listed(
    turn: Turn, act: AskAbout, kinds: Sequence[Kind], choose: Callable[[Iterable[Made]], Made]
) -> list[Made] | None:
    """One of each account's choices; None where that was answered by the plan that runs, or by all the choices."""
    debts = [debt for debt in _free(turn, act) if debt.id not in turn.known.plans]
    if not debts:
        turn.then_plain("plan_status")
        return None
    listed = [negotiation.options(turn.session, turn.who(), debt.id, turn.now, turn.today) for debt in debts]
    fitting = [[one for one in made if one.offer.kind in kinds] for made in listed]
    if not all(fitting):
        turn.then_plain("ask_options")
        return None
    return [choose(made) for made in fitting]


def _free(turn: Turn, act: AskAbout) -> tuple[accounts.Debt, ...]:
    """Those that they name, that we talk about, or all of a few, without what is on hold. Raises DebtOnHold too."""
    turn.who()
    if not turn.known.debts:
        raise meant.NothingOwed
    chosen = meant.named(turn, act.debts) or turn.known.talking_of or turn.known.debts
    free = tuple(debt for debt in chosen if not turn.known.is_held(debt))
    if not free:
        raise negotiation.DebtOnHold
    if len(free) > MOST_AT_ONCE:
        raise meant.SeveralDebts
    return free


def _in_short(turn: Turn, listed: Sequence[Made]) -> str:
    if len(listed) == 1:
        return say.in_short(turn, listed[0].offer)
    debts = [debt for debt in turn.known.debts if debt.id in {one.debt_id for one in listed}]
    clients = say.told_apart(turn, debts)
    lines = (
        turn.phrase("utter_negotiation_several_line", client=clients[one.debt_id], terms=say.in_short(turn, one.offer))
        for one in listed
    )
    return "; ".join(lines)


def first_day(turn: Turn, act: AskAbout) -> None:
    """Nothing is due today; until when it may begin; and when it would in the offer that waits. Of a plan, its days."""
    if turn.known.plans:
        turn.then_plain("plan_status")
        return
    free = _free(turn, act)
    days = [negotiation.latest_start(turn.session, turn.who(), debt.id, turn.now, turn.today) for debt in free]
    latest = min((day for day in days if day is not None), default=None)
    begins = _first_of_offer(turn)
    if latest is None:
        turn.say("utter_questions_first_day_open")
    elif begins is None:
        turn.say("utter_questions_first_day", latest=latest)
    else:
        turn.say("utter_questions_first_day_offer", date=begins, latest=max(latest, begins))
    turn.ask_again()


def _first_of_offer(turn: Turn) -> date | None:
    waiting = turn.asked.offers if isinstance(turn.asked, questions.Accept) else ()
    days = [turn.known.offers[one].offer.first for one in waiting if one in turn.known.offers]
    return min((day.due for day in days if day is not None), default=None)


def which_first(turn: Turn, act: AskAbout) -> None:
    """Theirs to say (12 CFR 1006.30(c)); which is the smallest."""
    free = _free_of_several(turn)
    if free:
        old = accounts.time_barred(turn.known.debts, turn.today)
        smallest = min(free, key=lambda debt: (debt.id in old, debt.rest.minor))
        named = meant.account(turn, smallest)
        turn.say("utter_questions_which_first", account=named, balance=smallest.rest, debt_id=smallest.id)
        _without_the_held(turn)


def combine(turn: Turn, act: AskAbout) -> None:
    """One link pays several at once, each with its share."""
    if _free_of_several(turn):
        turn.say("utter_questions_combine")
        _without_the_held(turn)


def _free_of_several(turn: Turn) -> tuple[accounts.Debt, ...]:
    """Those that can be paid; none where they are one, which is said. Raises DebtOnHold where all are held."""
    if say.only_one(turn):
        return ()
    free = turn.known.free
    if not free:
        raise negotiation.DebtOnHold
    if len(free) > 1:
        return free
    turn.say("utter_questions_first_free", account=meant.account(turn, free[0]), debt_id=free[0].id)
    turn.ask_again()
    return ()


def _without_the_held(turn: Turn) -> None:
    """What is on hold stays out of it."""
    if len(turn.known.free) < len(turn.known.debts):
        turn.say("utter_questions_rest_held")
    turn.ask_again()


ANSWERS: dict[str, Callable[[Turn, AskAbout], None]] = {
    "least": least, "longest": longest, "first_day": first_day, "which_first": which_first, "combine": combine,
}  # fmt: skip
"""By what the question is about. Only who is verified hears them."""
