"""What several handlers say: an offer in words, offers read back, the choices, a list of accounts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from babel.dates import format_date

from actions import baskets, holds
from bot import accounts, negotiation
from bot.core import Money
from bot.dialogue import Turn, meant, questions
from bot.negotiation import Collector, Kind, Made, Offer, Proposal

MOST_CHOICES = 4
ALL = "all"
"""Beside the ids of debts: a wish for all of them together."""
_RESTS = frozenset({Kind.PAUSE, Kind.EXTENSION})
_IS_SMALL = frozenset({Kind.TOKEN, Kind.REDUCTION})
_LISTED_FOR_ALL = (Kind.FULL, Kind.SHORT_PLAN, Kind.LONG_PLAN, Kind.SETTLEMENT, Kind.PAUSE, Kind.TOKEN)
_ONCE_FOR_ALL = {
    Kind.FULL: "utter_negotiation_several_full",
    Kind.SETTLEMENT: "utter_negotiation_several_settlement",
    Kind.TOKEN: "utter_negotiation_several_token",
}
RELIEF = frozenset({"utter_hardship_two", "utter_hardship_one"})


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
    short = _in_short(turn, offer)
    return terms(turn, offer) if short is None else short + negotiation.left_out(offer, turn.phrase)


def _in_short(turn: Turn, offer: Offer) -> str | None:
    """None where it cannot be shorter than the whole."""
    first = offer.first
    if first is None or len(offer.schedule) == 1 or offer.frequency is None:
        return None
    if not offer.is_even:
        return _after_a_start(turn, offer)
    values = {"amount": first.amount, "every": every(turn, offer), "count": len(offer.schedule)}
    if offer.kind is Kind.TOKEN:  # it clears nothing: a total would read as if it did
        return turn.phrase("utter_negotiation_short_token", **values)
    return turn.phrase("utter_negotiation_short_plan", **values, total=offer.total) + negotiation.forgiven(offer, turn.phrase)


def _after_a_start(turn: Turn, offer: Offer) -> str | None:
    """A first part of its own, then all alike but for the last; None where they differ otherwise."""
    first, *others = offer.schedule
    if len(others) < 3 or len({part.amount for part in others[:-1]}) > 1:
        return None
    values = {"start": first.amount, "count": len(others), "amount": others[0].amount, "every": every(turn, offer)}
    return turn.phrase("utter_negotiation_short_start", **values, total=offer.total) + negotiation.forgiven(offer, turn.phrase)


def every(turn: Turn, offer: Offer) -> str:
    return negotiation.every(offer, turn.phrase)


def month(turn: Turn, day: date) -> str:
    """ "January", in their language."""
    return str(format_date(day, "LLLL", locale=turn.conversation.language))


def collector(turn: Turn) -> Collector:
    """The company that an agreement names."""
    by = turn.settings
    named = {debt.client for debt in turn.known.debts if by.name_of(debt.client) == by.company}
    return Collector(
        named.pop() if len(named) == 1 else by.company, by.company_phone, by.collection_role == "third_party"
    )


def only_one(turn: Turn) -> bool:
    """Said, where they owe on one account. Raises NotVerified or NothingOwed."""
    turn.who()
    debts = turn.known.debts
    if not debts:
        raise meant.NothingOwed
    if len(debts) > 1:
        return False
    if debts[0].id in turn.known.ended:
        holds.say_status(turn, debts)
    else:
        turn.say("utter_questions_only_one", account=meant.account(turn, debts[0]), balance=debts[0].balance)
    turn.ask_again()
    return True


def go_on(turn: Turn) -> None:
    """Back to what we had asked, once; before anybody is known that is who they are."""
    if not turn.ask_again() and not turn.is_verified and turn.asked is None and not turn.queue:
        turn.then_plain("ask_who")


def accounts_listed(turn: Turn, debts: Sequence[accounts.Debt]) -> str:
    """One line each, numbered, and short: four of the longest stand in two SMS."""
    return numbered(
        turn.phrase(
            "utter_law_ended_line" if debt.id in turn.known.ended else "utter_accounts_one_of_several",
            account=meant.briefly(turn, debt, len(debts)), ending=debt.ending, balance=debt.balance,
        ) for debt in debts
    )  # fmt: skip


def owed(turn: Turn) -> Money:
    """On all that they have, without what has ended by law."""
    return sum((debt.balance for debt in turn.known.debts if debt.id not in turn.known.ended),
               Money.zero(turn.known.debts[0].balance.currency))  # fmt: skip


def numbered(lines: Iterable[str]) -> str:
    return "\n".join(f"{number}) {line}" for number, line in enumerate(lines, 1))


def told_apart(turn: Turn, debts: Sequence[accounts.Debt]) -> dict[str, str]:
    """The creditor of each by debt, with the end of the account's number where that says no difference."""
    names = [turn.name_of(debt, len(debts)) for debt in debts]
    return {
        debt.id: name if names.count(name) == 1
        else turn.phrase("utter_accounts_client_ending", client=name, ending=debt.ending)
        for debt, name in zip(debts, names)
    }  # fmt: skip


def choices(turn: Turn, debts: Sequence[accounts.Debt]) -> bool:
    """All that they qualify for, numbered; of several debts what can be done about all of them. False: nothing."""
    listed = _listed(turn, debts)[:MOST_CHOICES]
    if not listed:
        return False
    options = numbered(line for _, line in listed)
    if len(debts) == 1 and _begins(turn):
        turn.ask(_choice(listed), "utter_negotiation_options_owed", options=options, balance=debts[0].balance)
    elif len(debts) == 1:
        turn.ask(_choice(listed), "utter_negotiation_options", options=options)
    else:
        total = sum((debt.balance for debt in debts[1:]), debts[0].balance)
        turn.ask(_choice(listed), "utter_negotiation_several_options", options=options, total=total)
    return True


def _begins(turn: Turn) -> bool:
    """They have just proved who they are and have not heard yet what they owe."""
    names = {name for name, _ in turn.says}
    return "utter_identity_thanks" in names and not names & {"utter_accounts_balance", "utter_accounts_breakdown"}


def relief(turn: Turn, debts: Sequence[accounts.Debt]) -> bool:
    """To whoever told of a hardship: what stops it for a while and what makes it small, as policy has them, and one
    question. The list comes when they ask for it. False: there is neither.
    """
    listed = _listed(turn, debts)
    both = [next((one for one in listed if one[0][0].offer.kind in kinds), None) for kinds in (_RESTS, _IS_SMALL)]
    found = [one for one in both if one is not None]
    if not found:
        return False
    lines = dict(zip(("one", "other"), (line for _, line in found), strict=False))
    turn.ask(_choice(found), "utter_hardship_two" if len(found) > 1 else "utter_hardship_one", **lines)
    return True


def _listed(turn: Turn, debts: Sequence[accounts.Debt]) -> list[tuple[tuple[Made, ...], str]]:
    """What they can choose, each with its line."""
    who, made = turn.who(), dict[str, Sequence[Made]]()
    for debt in debts:
        made[debt.id] = negotiation.options(turn.session, who, debt.id, turn.now, turn.today)[:MOST_CHOICES]
    if len(debts) == 1:
        return [((one,), in_short(turn, one.offer)) for one in made[debts[0].id]]
    return [(group, _line_for_all(turn, [one.offer for one in group])) for group in _alike(made)]


def _choice(listed: Sequence[tuple[tuple[Made, ...], str]]) -> questions.Choice:
    groups = tuple(tuple(one.id for one in group) for group, _ in listed)
    return questions.Choice(groups=groups, again="utter_negotiation_ask_choice_again")


def read_back(turn: Turn, made: Sequence[Made], groups: tuple[tuple[str, ...], ...] = ()) -> None:
    """What they chose, whole, before it counts."""
    put(turn, made, "read_back", groups=groups)


def once_more(turn: Turn, made: Sequence[Made]) -> None:
    """What waits for their yes already, in few words: nothing is read twice in a row."""
    assert isinstance(turn.asked, questions.Accept)
    whole = negotiation.together([one.offer for one in made])
    if whole is None or len(made) > 1 and not whole.is_even:
        turn.ask_again()
        return
    turn.ask(turn.asked, "utter_negotiation_still_stands", terms=in_short(turn, whole))


def put(
    turn: Turn, made: Sequence[Made], response: str, *, theirs: Mapping[str, Proposal] | None = None,
    reason: str | None = None, groups: tuple[tuple[str, ...], ...] = (), whole: Proposal | None = None,
) -> None:  # fmt: skip
    """Offers on the table: yes sets them up, and what they say next is heard against them. `whole` is what they named
    for all of them.
    """
    before, offers = turn.state.question, tuple(one.id for one in made)
    groups = groups or (before.groups if isinstance(before, (questions.Accept, questions.Choice)) else ())
    if isinstance(before, questions.Accept) and before.offers == offers:
        whole = whole or before.whole
    turn.state.wishes = {one.debt_id: questions.plain(negotiation.of_offer(one.offer)) for one in made}
    name, values = told(turn, made, response)
    again, named = _again(turn, made)
    question = questions.Accept(
        offers=offers, theirs=theirs or {}, reason=reason, groups=groups,
        again=again, values=named, whole=_together(made, whole, is_theirs=not theirs),
    )  # fmt: skip
    turn.ask(question, name, **values, **({"reason": reason} if reason is not None else {}))


def _again(turn: Turn, made: Sequence[Made]) -> tuple[str, dict[str, str]]:
    """The text that asks for the yes once more, with the payments where a few words say them."""
    whole = negotiation.together([one.offer for one in made])
    if whole is None or whole.first is None or whole.frequency is None or not whole.is_even or whole.kind is Kind.TOKEN:
        return "utter_negotiation_ask_accept_again", {}
    each_time = turn.phrase("utter_negotiation_payments", amount=whole.first.amount, every=every(turn, whole))
    return "utter_negotiation_ask_accept_terms", {"each_time": each_time}


def told(turn: Turn, made: Sequence[Made], response: str) -> tuple[str, dict[str, str]]:
    """Offers in a text of this name, and its values: as one where they can be said as one."""
    if len(made) == 1:
        return f"utter_negotiation_{response}", {"terms": terms_of(turn, made[0])}
    clients = told_apart(turn, [debt for debt in turn.known.debts if debt.id in {one.debt_id for one in made}])
    basket = baskets.in_words(turn, {clients[one.debt_id]: one.offer for one in made})
    if basket is not None:
        return f"utter_negotiation_{response}", {"terms": basket}
    return f"utter_negotiation_several_{response}", {"lines": lines(turn, made)}


def _together(made: Sequence[Made], whole: Proposal | None, *, is_theirs: bool) -> Proposal | None:
    """What is on the table for all of them, where they bargain for all of them: parts of their own as they named them."""
    if whole is None or len(made) < 2:
        return None
    return negotiation.of_offers([one.offer for one in made]) or (whole if is_theirs else None)


def lines(turn: Turn, made: Sequence[Made]) -> str:
    """One line for each debt."""
    clients = told_apart(turn, [debt for debt in turn.known.debts if debt.id in {one.debt_id for one in made}])
    return "\n".join(
        turn.phrase("utter_negotiation_several_line", client=clients[one.debt_id], terms=terms(turn, one.offer))
        for one in made
    )


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
