"""One payment now over several debts: divided as they say, read back with figures, and a link for each at their yes.

12 CFR 1006.30(c): a payment follows the person's directions, and none goes to a debt that is disputed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

import msgspec
from babel.lists import format_list

from actions import proposals
from actions.answers import answers
from actions.debts import named_in, told_apart
from actions.parts import REST
from actions.payments import link_for
from actions.together import ALL, EACH, debts_together
from bot import accounts, negotiation
from bot.core import Money
from bot.dialogue import Turn
from bot.negotiation import Proposal

_PAYS = re.compile(
    r"\b(?:pay|put|send|throw|split|divide|drop|apply|links?|now|today|right away|pagar?|pago|pong[ao]|poner|abon\w+"
    r"|mand\w+|divid\w+|repart\w+|enlaces?|hoy|ahora|ahorita)\b",
    re.IGNORECASE,
)
_FIRST = re.compile(r"\b(?:first|primero)\b", re.IGNORECASE)
_WHOLE = re.compile(r"\b(?:all|everything|it all|the whole|todo|completo)\b", re.IGNORECASE)
_SWAPPED = re.compile(r"\b(?:other way (?:a?round)|the reverse|swap|switch|al rev[eé]s)\b", re.IGNORECASE)
_MAY_DIVIDE = ("propose_terms", "choose_option", "inform", "out_of_scope", "nlu_fallback")
_RHYTHMS = ("frequency", "count", "percentage", "duration")


@dataclass(frozen=True)
class Direction:
    """What they said of a payment: `total` of it, and `named` shares; the rest goes evenly to the others.

    `rest` when they spoke of a rest, which needs the total.
    """

    total: Money | None = None
    named: dict[str, Money] = field(default_factory=dict)
    rest: bool = False


def pays_now(turn: Turn) -> bool:
    """Money to be divided now and not a plan: an amount or the wish to pay, and no rhythm and no later day."""
    question, kinds = turn.state.question, {e["entity"] for e in turn.matter.entities}
    if kinds.intersection(_RHYTHMS) or turn.matter.vague or _is_later(turn):
        return False
    if turn.matter.intent == "pay_now" or (question is not None and question.kind == "shares"):
        return True
    if question is not None and question.kind in ("accept_all", "terms_all"):
        return False
    text = turn.matter.whole or turn.matter.text
    divides = _PAYS.search(text) or len(named_in(text, debts_together(turn))) > 1
    return turn.matter.intent in _MAY_DIVIDE and "amount" in kinds and bool(divides)


def _is_later(turn: Turn) -> bool:
    days = [date.fromisoformat(e["value"]) for e in turn.matter.entities if e["entity"] == "date"]
    return any(day > turn.today for day in days)


def divide(turn: Turn) -> bool:
    """What goes to which, read back before any link. False when it is all that they owe: that may cost less."""
    debts = debts_together(turn)
    direction = _heard(turn, debts, _before(turn))
    if direction.total is None and not direction.named:
        direction = replace(direction, named={debt.id: _due(turn, debt) for debt in debts})
    if _shares(debts, direction) == {debt.id: debt.balance for debt in debts}:
        return False
    read_back(turn, debts, direction)
    return True


def pay_once(turn: Turn, table: Proposal, own: Mapping[str, Proposal]) -> None:
    """ "Once", asked how often: what they named is a payment now."""
    named = {debt_id: wish.payment for debt_id, wish in own.items() if wish.payment}
    read_back(turn, debts_together(turn), Direction(None if named else table.payment or table.total, named))


def read_back(turn: Turn, debts: list[accounts.Debt], direction: Direction) -> None:
    shares = _shares(debts, direction)
    if not shares:
        turn.ask("shares", "utter_payments_ask_total", {"direction": msgspec.to_builtins(direction)})
        return
    clients = told_apart(turn, debts)
    parts = [turn.phrase("utter_payments_share", amount=share, client=clients[debt_id])
             for debt_id, share in shares.items()]  # fmt: skip
    lines = format_list(parts, locale=turn.conversation.language)
    if any(amount > next(debt.balance for debt in debts if debt.id == one) for one, amount in direction.named.items()):
        turn.say("utter_payments_not_more")
    total = sum(shares.values(), Money.zero(debts[0].balance.currency))
    data = {
        "direction": msgspec.to_builtins(direction),
        "shares": msgspec.to_builtins(shares),
        "own": {debt_id: proposals.dump(Proposal(each=share)) for debt_id, share in shares.items()},
    }
    name = "utter_payments_shares" if len(shares) > 1 else "utter_payments_only_share"
    turn.ask("shares", name, data, "utter_payments_ask_shares_again", shares=lines, total=total)


def _shares(debts: list[accounts.Debt], direction: Direction) -> dict[str, Money]:
    """As directed, never more than is owed on one; empty when the rest of an unknown sum was to go somewhere."""
    balances = {debt.id: debt.balance for debt in debts}
    named = {debt_id: min(amount, balances[debt_id]) for debt_id, amount in direction.named.items()}
    if direction.total is None:
        return {} if direction.rest else named
    zero = Money.zero(direction.total.currency)
    total = min(direction.total, sum(balances.values(), zero))
    left = total - min(sum(named.values(), zero), total)
    others = [debt for debt in debts if debt.id not in named] or debts
    room = [debt.balance - named.get(debt.id, zero) for debt in others]
    for debt, share in zip(others, negotiation.evenly(left, room), strict=True):
        named[debt.id] = named.get(debt.id, zero) + share
    return {debt.id: named[debt.id] for debt in debts if debt.id in named and named[debt.id].is_positive}


def _heard(turn: Turn, debts: list[accounts.Debt], before: Direction) -> Direction:
    """Their words, against what was divided before."""
    text = turn.matter.whole or turn.matter.text
    places = named_in(text, debts)
    names = sorted(places, key=lambda one: places[one]) if len(set(places.values())) == len(places) else []
    amounts = [Money(e["minor"], e["currency"]) for e in turn.matter.entities
               if e["entity"] == "amount" and e.get("about") in (None, "expense")]  # fmt: skip
    if EACH.search(text) and len(amounts) == 1:
        return Direction(named={debt.id: amounts[0] for debt in debts})
    if REST.search(text) and amounts and names:
        return _with_rest(text, debts, names, amounts, before)
    if len(amounts) == len(names) and names:
        named = {**before.named, **dict(zip(names, amounts, strict=True))}
        return Direction(None if len(named) == len(debts) else before.total, named)
    if len(amounts) == 1:
        return Direction(amounts[0], before.named if before.rest else {})
    return _turned(text, debts, names, before, _read_back(turn))


def _with_rest(
    text: str, debts: list[accounts.Debt], names: list[str], amounts: list[Money], before: Direction
) -> Direction:
    """ "100, 70 to the gym and the rest to the clinic"; "200 to the gym first, the rest to the clinic"."""
    if _FIRST.search(text) and len(amounts) == 1:
        first = next(debt for debt in debts if debt.id == names[0])
        return Direction(amounts[0], {first.id: min(amounts[0], first.balance)})
    total = amounts[0] if len(amounts) > 1 else before.total
    return Direction(total, {names[0]: amounts[-1]}, rest=True)


def _turned(
    text: str, debts: list[accounts.Debt], names: list[str], before: Direction, shares: Mapping[str, Money]
) -> Direction:
    """ "All of it to the gym", "the other way round", "split it evenly"."""
    total = sum(shares.values(), Money.zero(debts[0].balance.currency))
    if _SWAPPED.search(text) and len(shares) == 2:
        (one, first), (other, second) = shares.items()
        return Direction(named={one: second, other: first})
    if len(names) == 1 and shares and _WHOLE.search(text):
        return Direction(named={names[0]: total})
    return Direction(total) if shares and ALL.search(text) else before


def _before(turn: Turn) -> Direction:
    """What was divided, where that is what we asked about."""
    question = turn.state.question
    if question is None or question.kind != "shares":
        return Direction()
    return msgspec.convert(question.data["direction"], Direction)


def _read_back(turn: Turn) -> dict[str, Money]:
    """The shares that wait for their yes."""
    question = turn.state.question
    here = question.data.get("shares", {}) if question is not None and question.kind == "shares" else {}
    return msgspec.convert(here, dict[str, Money])


def _due(turn: Turn, debt: accounts.Debt) -> Money:
    """What a link without an amount is for: what is due next, else all of it."""
    due = negotiation.next_due(turn.session, debt.id, turn.today)
    return min(due.amount, debt.balance) if due else debt.balance


@answers("shares")
def said_yes_to_shares(turn: Turn) -> bool:
    """Yes sends the links; no asks how else; figures are heard as another way to divide it."""
    assert turn.state.question is not None
    shares, intent = _read_back(turn), turn.matter.intent
    figures = any(
        e["entity"] in ("amount", "frequency", "date") and e.get("about") in (None, "expense")
        for e in turn.matter.entities
    )
    all_to_one = _WHOLE.search(turn.message.text) and named_in(turn.message.text, debts_together(turn))
    if figures or all_to_one or _SWAPPED.search(turn.message.text):
        return pays_now(turn) and divide(turn)
    if intent == "affirm" and shares:
        _send_links(turn, shares)
    elif intent == "deny":
        turn.ask("shares", "utter_payments_ask_how_to_divide", dict(turn.state.question.data))
    return intent == "deny" or intent == "affirm" and bool(shares)


def _send_links(turn: Turn, shares: Mapping[str, Money]) -> None:
    """One link for each, on one last day. The room refuses a share to a debt that came under a hold meanwhile."""
    who, lines, last = turn.who(), [], turn.today
    clients = told_apart(turn, debts_together(turn))
    first, *others = shares.values()
    directed = negotiation.allocate(turn.session, who, sum(others, first), list(shares.items()), turn.now)
    for debt_id, amount in directed:
        agreement = negotiation.current_agreement(turn.session, debt_id)
        url, last = link_for(turn, who, debt_id, amount, agreement)
        lines.append(turn.phrase("utter_payments_link_of", amount=amount, client=clients[debt_id], url=url))
    turn.answered()
    turn.state.together = []
    turn.say("utter_payments_links", lines="\n".join(lines), valid_until=last)
