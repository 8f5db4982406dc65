"""What policy says to their figures, in words: as they made it, or the nearest; once, and then another way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from actions import beside, reasons, say
from actions.say import ALL
from bot import negotiation
from bot.core import Money
from bot.dialogue import Turn, questions
from bot.negotiation import Countered, FinalOffer, Kind, Made, Proposal, Reason

Answered = Sequence[tuple[str, negotiation.Answer, Made | None]]
Theirs = Mapping[str, Proposal]
_OTHER_WAYS = (Kind.TOKEN, Kind.PROMISE, Kind.PAUSE)


def answers(turn: Turn, answered: Answered, wishes: Theirs, whole: Proposal | None = None) -> None:
    """What policy says to their proposal: as they made it, or the nearest with its reason; every offer waits for a yes.

    `answered` holds an offer for each debt; `whole` is what they named for all of them together.
    """
    made = [one for _, _, one in answered if one is not None]
    countered = {debt: answer for debt, answer, _ in answered if isinstance(answer, (Countered, FinalOffer))}
    theirs = dict(wishes) if whole is None else {**wishes, ALL: whole}
    if countered:
        _counter(turn, made, countered, theirs)
        return
    better = len(made) == 1 and getattr(answered[0][1], "better", False)
    if _waits(turn, made) and not better and (len(made) == 1 or whole is not None):
        say.once_more(turn, made)
        return
    goes_on = _goes_on(turn, made, theirs)
    name = "at_that_pace" if goes_on else "better" if better else "read_back"
    say.put(turn, made, name, reason=goes_on, whole=whole)


def _counter(
    turn: Turn, made: Sequence[Made], countered: Mapping[str, Countered | FinalOffer], theirs: Theirs
) -> None:  # fmt: skip
    """The nearest, with what is in the way of theirs. What they have heard already is not told like something new."""
    (debt_id, answer), *_ = countered.items()
    reason = _reason(turn, made, countered, theirs)
    heard = min(negotiation.times_offered(turn.session, turn.who(), one, turn.now, turn.today) for one in made)
    if _waits(turn, made) or heard > 1 and not _on_their_day(turn, made, theirs):
        _another_way(turn, made, theirs, reason)
        return
    for one in made:
        if one.debt_id == debt_id:
            beside.before_counter(turn, one, answer, theirs.get(ALL) or theirs.get(debt_id), alone=len(made) == 1)
    is_pace = answer.reason is Reason.COUNT_LEAVES_REST
    name = "at_that_pace" if is_pace else "final" if isinstance(answer, FinalOffer) and len(made) == 1 else "countered"
    say.put(turn, made, name, theirs=theirs, reason=reason, whole=theirs.get(ALL))


def _reason(
    turn: Turn, made: Sequence[Made], countered: Mapping[str, Countered | FinalOffer], theirs: Theirs
) -> str:  # fmt: skip
    if len(made) == 1:
        return reasons.of_one(turn, *countered.values())
    clients = say.told_apart(turn, turn.known.debts)
    return reasons.of_several(
        turn, [(clients[one], its) for one, its in countered.items()], made, theirs.get(ALL)
    )  # fmt: skip


def _goes_on(turn: Turn, made: Sequence[Made], theirs: Theirs) -> str | None:
    """Of what they named for all, or for the only one."""
    wish = _wish(made, theirs)
    balances = [debt.balance for debt in turn.known.debts if debt.id in {one.debt_id for one in made}]
    return reasons.goes_on(turn, wish, sum(balances[1:], balances[0])) if wish is not None else None


def _wish(made: Sequence[Made], theirs: Theirs) -> Proposal | None:
    return theirs.get(ALL) or (theirs[made[0].debt_id] if len(made) == 1 else None)


def _another_way(turn: Turn, made: Sequence[Made], theirs: Theirs, reason: str) -> None:
    """They name again what is too little: something else that policy has, with their figure; a person where it has
    nothing, or where they have heard that too.
    """
    wish, least = _wish(made, theirs), _least(made)
    if (
        isinstance(turn.asked, questions.Person)
        or wish is None
        or wish.payment is None
        or least is None
        or wish.payment >= least
    ):
        _stand_off(turn, made, reason)
        return
    first = made[0].offer.first
    named = wish if first is None else replace(wish, first_date=first.due)
    ids = tuple(one.debt_id for one in made)
    others: Sequence[Made] = ()
    if not _heard_already(turn, named):
        others = negotiation.another_way(turn.session, turn.who(), ids, named, turn.now, turn.today)
    if not others:
        _stand_off(turn, made, reason)
        return
    short = reasons.too_small(turn, wish.payment, least)
    say.put(turn, others, "countered_again", theirs=theirs, reason=short)


def _least(made: Sequence[Made]) -> Money | None:
    """What ours take each time, together."""
    regular = [one.offer.regular for one in made if one.offer.regular is not None and len(one.offer.schedule) > 1]
    return sum(regular[1:], regular[0]) if len(regular) == len(made) else None


def _stand_off(turn: Turn, made: Sequence[Made], reason: str) -> None:
    """They refused these terms and named the same: why once more, and what there is instead of the same again."""
    if isinstance(turn.asked, questions.Person):  # offered just now
        turn.then_plain("no_room")
        return
    ids = {one.debt_id for one in made}
    cases = [negotiation.case_for(turn.session, turn.who(), one, turn.now, turn.today) for one in ids]
    if all(case.in_care for case in cases) and not isinstance(turn.asked, questions.Choice):
        turn.say("utter_negotiation_limit", reason=reason)
        if say.choices(turn, [debt for debt in turn.known.debts if debt.id in ids]):
            return
    turn.ask(questions.Person(), "utter_negotiation_limit_person", reason=reason)


def _on_their_day(turn: Turn, made: Sequence[Made], theirs: Theirs) -> bool:
    """What waits for their yes, from another day that they named just now."""
    wish = _wish(made, theirs)
    before = [turn.known.offers[one].offer for one in getattr(turn.asked, "offers", ()) if one in turn.known.offers]
    if wish is None or wish.first_date is None or len(before) != len(made):
        return False
    first = [one.offer.first for one in made]
    is_theirs = all(one is not None and one.due == wish.first_date for one in first)
    moved = [(one.offer.kind, one.offer.regular) for one in made] == [(one.kind, one.regular) for one in before]
    return is_theirs and moved and any(one.first is not None and one.first.due != wish.first_date for one in before)


def _heard_already(turn: Turn, wish: Proposal) -> bool:
    """Another way waits for their yes, and it is no other day for the same sum that they ask for."""
    before = [turn.known.offers[one].offer for one in getattr(turn.asked, "offers", ()) if one in turn.known.offers]
    if not before or not all(one.kind in _OTHER_WAYS for one in before):
        return False
    first = [one.first for one in before if one.first is not None]
    is_same_sum = wish.payment is not None and sum(one.amount.minor for one in first) == wish.payment.minor
    return not is_same_sum or all(one.due == wish.first_date for one in first)


def _waits(turn: Turn, made: Sequence[Made]) -> bool:
    """The same as what waits for their yes."""
    question = turn.asked
    if not isinstance(question, questions.Accept) or len(question.offers) != len(made):
        return False
    before = [turn.known.offers[one] for one in question.offers if one in turn.known.offers]
    return [(one.offer.schedule, one.offer.nothing_due) for one in before] == [
        (one.offer.schedule, one.offer.nothing_due) for one in made
    ]
