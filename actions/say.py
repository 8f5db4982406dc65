"""What several handlers say: an offer in words, offers read back, the choices, a list of accounts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from babel.dates import format_date

from actions import beside
from bot import accounts, negotiation
from bot.dialogue import Turn, meant, questions
from bot.negotiation import Collector, Countered, FinalOffer, Kind, Made, Offer, Proposal, Reason

MOST_CHOICES = 4
_LISTED_FOR_ALL = (Kind.FULL, Kind.SHORT_PLAN, Kind.LONG_PLAN, Kind.SETTLEMENT, Kind.PAUSE, Kind.TOKEN)
_ONCE_FOR_ALL = {
    Kind.FULL: "utter_negotiation_several_full",
    Kind.SETTLEMENT: "utter_negotiation_several_settlement",
    Kind.TOKEN: "utter_negotiation_several_token",
}
Answered = Sequence[tuple[str, negotiation.Answer, Made | None]]


def terms(turn: Turn, offer: Offer) -> str:
    """Whole: what is read back before it counts, and after."""
    return negotiation.in_words(offer, turn.phrase)


def terms_of(turn: Turn, made: Made) -> str:
    """Whole, with the account that they are for, where somebody has more than one."""
    whole = terms(turn, made.offer)
    if len(turn.known.debts) < 2:
        return whole
    client = told_apart(turn, turn.known.debts)[made.debt_id]
    return turn.phrase("utter_negotiation_terms_of", terms=whole, client=client)


def in_short(turn: Turn, offer: Offer) -> str:
    """One line of a list of choices; the whole is read back when they choose it."""
    first = offer.first
    if first is None or len(offer.schedule) == 1 or not offer.is_even or offer.frequency is None:
        return terms(turn, offer)
    return turn.phrase("utter_negotiation_short_plan", amount=first.amount, every=every(turn, offer),
                       count=len(offer.schedule), total=offer.total) + negotiation.forgiven(offer, turn.phrase)  # fmt: skip


def every(turn: Turn, offer: Offer) -> str:
    return negotiation.every(offer, turn.phrase)


def month(turn: Turn, day: date) -> str:
    """ "January", in their language."""
    return str(format_date(day, "LLLL", locale=turn.conversation.language))


def collector(turn: Turn) -> Collector:
    """The company that an agreement names."""
    by = turn.settings
    named = {debt.client for debt in turn.known.debts if turn.name_of(debt) == by.company}
    return Collector(
        named.pop() if len(named) == 1 else by.company, by.company_phone, by.collection_role == "third_party"
    )


def accounts_listed(turn: Turn, debts: Sequence[accounts.Debt]) -> str:
    """One line each, numbered, and short: four of the longest stand in two SMS."""
    return numbered(
        turn.phrase("utter_accounts_one_of_several", account=meant.briefly(turn, debt), ending=debt.ending,
                    balance=debt.balance) for debt in debts
    )  # fmt: skip


def numbered(lines: Iterable[str]) -> str:
    return "\n".join(f"{number}) {line}" for number, line in enumerate(lines, 1))


def told_apart(turn: Turn, debts: Sequence[accounts.Debt]) -> dict[str, str]:
    """The creditor of each by debt, with the end of the account's number where that says no difference."""
    clients = [debt.client for debt in debts]
    return {
        debt.id: turn.name_of(debt) if clients.count(debt.client) == 1
        else turn.phrase("utter_accounts_client_ending", client=turn.name_of(debt), ending=debt.ending)
        for debt in debts
    }  # fmt: skip


def choices(turn: Turn, debts: Sequence[accounts.Debt]) -> bool:
    """All that they qualify for, numbered; of several debts what can be done about all of them. False: nothing."""
    who, made = turn.who(), dict[str, Sequence[Made]]()
    groups: list[tuple[Made, ...]]
    for debt in debts:
        made[debt.id] = negotiation.options(turn.session, who, debt.id, turn.now, turn.today)[:MOST_CHOICES]
    if len(debts) == 1:
        groups = [(one,) for one in made[debts[0].id]]
        lines = [in_short(turn, group[0].offer) for group in groups]
    else:
        groups = _alike(made)
        lines = [_line_for_all(turn, [one.offer for one in group]) for group in groups]
    if not groups:
        return False
    again, options = "utter_negotiation_ask_choice_again", numbered(lines)
    question = questions.Choice(groups=tuple(tuple(one.id for one in group) for group in groups), again=again)
    if len(debts) == 1:
        turn.ask(question, "utter_negotiation_options", options=options)
    else:
        total = sum((debt.balance for debt in debts[1:]), debts[0].balance)
        turn.ask(question, "utter_negotiation_several_options", options=options, total=total)
    return True


def read_back(turn: Turn, made: Sequence[Made], groups: tuple[tuple[str, ...], ...] = ()) -> None:
    """What they chose, whole, before it counts."""
    put(turn, made, "read_back", groups=groups)


def answers(
    turn: Turn, answered: Answered, wishes: Mapping[str, Proposal], whole: Proposal | None = None
) -> None:
    """What policy says to their proposal: as they made it, or the nearest with its reason; every offer waits for a yes.

    `answered` holds an offer for each debt; `whole` is what they named for all of them together.
    """
    made = [one for _, _, one in answered if one is not None]
    countered = next(
        ((debt, answer) for debt, answer, _ in answered if isinstance(answer, (Countered, FinalOffer))), None
    )
    if countered is not None:
        debt_id, answer = countered
        reason = _too_little_together(turn, made, answer, whole) or _reason(
            turn, debt_id, answer, wishes, several=len(made) > 1
        )
        if len(made) == 1 and beside.is_worn_out(turn, made[0]):
            _stand_off(turn, debt_id, reason)
            return
        for one in made:
            if one.debt_id == debt_id:
                beside.before_counter(turn, one, answer)
        name = "final" if isinstance(answer, FinalOffer) and len(made) == 1 else "countered"
        put(turn, made, name, theirs=dict(wishes), reason=reason)
    elif len(made) == 1 and getattr(answered[0][1], "better", False):
        put(turn, made, "better")
    else:
        put(turn, made, "read_back")


def _stand_off(turn: Turn, debt_id: str, reason: str) -> None:
    """They refused these terms twice and named the same: why once more, and another way in the place of a third time."""
    case = negotiation.case_for(turn.session, turn.who(), debt_id, turn.now, turn.today)
    debts = [debt for debt in turn.known.debts if debt.id == debt_id]
    if case.in_care:
        turn.say("utter_negotiation_limit", reason=reason)
        if choices(turn, debts):
            return
    turn.ask(questions.Person(), "utter_negotiation_limit_person", reason=reason)


def put(
    turn: Turn, made: Sequence[Made], response: str, *, theirs: Mapping[str, Proposal] | None = None,
    reason: str | None = None, groups: tuple[tuple[str, ...], ...] = (), **values: object,
) -> None:  # fmt: skip
    """Offers on the table: yes sets them up, and what they say next is heard against them."""
    before = turn.state.question
    groups = groups or (before.groups if isinstance(before, (questions.Accept, questions.Choice)) else ())
    if response == "countered" and _stand_already(turn, made):
        response = "countered_again"
    turn.state.wishes = {one.debt_id: questions.plain(negotiation.of_offer(one.offer)) for one in made}
    values |= {"reason": reason} if reason is not None else {}
    if len(made) == 1:
        name, values["terms"] = f"utter_negotiation_{response}", terms_of(turn, made[0])
    else:
        name, values["lines"] = f"utter_negotiation_several_{response}", lines(turn, made)
    question = questions.Accept(
        offers=tuple(one.id for one in made), theirs=theirs or {}, reason=reason, groups=groups,
        again="utter_negotiation_ask_accept_again",
    )  # fmt: skip
    turn.ask(question, name, **values)


def lines(turn: Turn, made: Sequence[Made]) -> str:
    """One line for each debt."""
    clients = told_apart(turn, [debt for debt in turn.known.debts if debt.id in {one.debt_id for one in made}])
    return "\n".join(
        turn.phrase("utter_negotiation_several_line", client=clients[one.debt_id], terms=terms(turn, one.offer))
        for one in made
    )


def _too_little_together(
    turn: Turn, made: Sequence[Made], answer: Countered | FinalOffer, whole: Proposal | None
) -> str | None:
    """ "Forty a month for both": what both take, and not a share of the forty for one of them."""
    least = [one.offer.regular for one in made if one.offer.regular is not None]
    is_small = answer.reason in (Reason.PAYMENT_TOO_SMALL, Reason.TERM_TOO_LONG)
    if whole is None or whole.payment is None or not is_small or len({one.offer.frequency for one in made}) != 1:
        return None
    together = sum(least[1:], least[0])
    if together <= whole.payment:
        return None
    return turn.phrase("utter_negotiation_several_least", amount=whole.payment, least=together)


def _reason(
    turn: Turn, debt_id: str, answer: Countered | FinalOffer, wishes: Mapping[str, Proposal], *, several: bool
) -> str:
    """The one thing in the way; of several debts by name, with how much of what they named would be for that one."""
    reason = turn.phrase(f"utter_negotiation_reason_{answer.reason.value}", **answer.values)
    if not several:
        return reason
    client = told_apart(turn, turn.known.debts)[debt_id]
    wish = wishes.get(debt_id, Proposal())
    amount = wish.payment or wish.total
    if amount is None:
        return turn.phrase("utter_negotiation_several_line", client=client, terms=reason)
    return turn.phrase("utter_negotiation_several_share", client=client, amount=amount) + " " + reason


def _stand_already(turn: Turn, made: Sequence[Made]) -> bool:
    """The same as what waits for their yes: it is not told like something new."""
    question = turn.asked
    if not isinstance(question, questions.Accept) or len(question.offers) != len(made):
        return False
    before = [turn.known.offers[one] for one in question.offers if one in turn.known.offers]
    return [one.offer.schedule for one in before] == [one.offer.schedule for one in made]


def _alike(made: Mapping[str, Sequence[Made]]) -> list[tuple[Made, ...]]:
    """The kinds of offer that there are for each of the debts."""
    groups = []
    for kind in _LISTED_FOR_ALL:
        group = [next((one for one in offers if one.offer.kind is kind), None) for offers in made.values()]
        if all(group):
            groups.append(tuple(one for one in group if one is not None))
    return groups


def _line_for_all(turn: Turn, offers: Sequence[Offer]) -> str:
    """One choice for several debts, in one line."""
    kind = offers[0].kind
    if kind is Kind.PAUSE:
        return turn.phrase("utter_negotiation_terms_pause", until=min(o.until or o.expires for o in offers))
    first = [offer.schedule[0] for offer in offers]
    day, amount = min(part.due for part in first), sum((part.amount for part in first[1:]), first[0].amount)
    if kind in _ONCE_FOR_ALL:
        total = sum((o.total for o in offers[1:]), offers[0].total)
        discount = sum((o.discount for o in offers[1:]), offers[0].discount)
        return turn.phrase(_ONCE_FOR_ALL[kind], date=day, total=total, discount=discount, amount=amount)
    count = max(len(offer.schedule) for offer in offers)
    return turn.phrase("utter_negotiation_several_plan", amount=amount, count=count, date=day)
