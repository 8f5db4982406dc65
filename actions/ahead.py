"""Paying before it is due while a plan runs: the next part, several, a sum of their own, or all that is left.

The plan itself stays: what is paid covers its parts from the first on, and the link says what comes after that.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from typing import Literal

from actions import figures
from actions.answers import answers
from actions.bargaining import bargain
from actions.debts import the_debt
from actions.offers import costs_less
from actions.payments import ALL_OF_IT, say_link
from bot import accounts, negotiation
from bot.core import Money
from bot.dialogue import Turn
from bot.negotiation import Agreement, Instalment

_EARLY = re.compile(
    r"\b(?:early|earlier|ahead|in advance|prepay\w*|pay ?off|sooner|extra|double|at once|before (?:it'?s|its|the|my)"
    r"|antes|adelant\w+|anticipad\w+|de m[aá]s|doble|juntas|de un jal[oó]n|de una vez)\b",
    re.IGNORECASE,
)
CANNOT = re.compile(
    r"\b(?:(?:can'?t|cannot|won'?t|not) (?:be able to |gonna |going to )?(?:pay|make|do|have|afford)"
    r"|no (?:voy a |le )?(?:pued[oe]|podr[eé]|poder|tengo|alcanzo))\b",
    re.IGNORECASE,
)
_ALL = re.compile(
    r"\b(?:(?:the )?rest|remaining|what'?s left|what is left|all (?:the|my|of (?:the|my)) payments"
    r"|(?:pay|paid) (?:it|this|that) (?:all )?off|(?:the |my )?(?:whole|entire|full|remaining) (?:payment )?(?:plan|balance)"
    r"|(?:pay|paid|clear|close|finish|knock|settl)\w* (?:\w+ )?(?:the|my) (?:payment )?(?:plan|balance)"
    r"|(?:lo |la )?pag\w+ (?:lo |la )?todo|lo que (?:me )?(?:falta|resta|queda)|el resto|(?:terminar|acabar) de pagar|(?:liquid|sald|termin|acab)\w+ (?:el|mi) plan)\b",
    re.IGNORECASE,
)
_NEXT = re.compile(
    r"\b(?:next(?: \w+)?|(?:january|february|march|april|may|june|july|august|september|october|november|december|this)"
    r" (?:one|payment|inst\w+)|pr[oó]xim[ao]|siguiente|(?:la|el pago) (?:que sigue|de \w+))\b",
    re.IGNORECASE,
)
_ONE = re.compile(
    r"\b(?:(?:just |only )?(?:a|one|my|the|that) (?:\w+ )?(?:one|payment|installment|instalment)|just one|un[oa]?|mi pago"
    r"|(?:la|el|mi) (?:pago|cuota|mensualidad|letra))\b",
    re.IGNORECASE,
)
_SEVERAL = {
    2: re.compile(r"\b(?:two|2|both|double|dos|doble|ambas)\b", re.IGNORECASE),
    3: re.compile(r"\b(?:three|3|triple|tres)\b", re.IGNORECASE),
    4: re.compile(r"\b(?:four|4|cuatro)\b", re.IGNORECASE),
}
_FOR_LESS = re.compile(
    r"\b(?:discount|forgiv\w+|for less|take less|knock \w+ off|waive|descuent\w+|perdon\w+|condon\w+|rebaj\w+|por menos)\b",
    re.IGNORECASE,
)
_BUSY = frozenset({"accept", "accept_all", "terms", "terms_all", "choice", "change", "cancel", "shares"})
"""Questions about terms: what they say to those is an answer."""


def pays_ahead(turn: Turn, debt: accounts.Debt) -> bool:
    """A link for what they would pay of the plan that runs, or the question how much. False when none runs, or when
    they speak of something else than paying before it is due.
    """
    running, left = _running(turn, debt)
    if running is None or not _is_before(turn, left[0].due):
        return False
    if _FOR_LESS.search(_words(turn)):
        bargain(turn, debt, figures.read(replace(turn.matter, intent="request_settlement"), turn.today, debt.balance))
        return True
    amount = _how_much(turn, debt, running, left)
    if amount is not None or len(left) == 1 or not _EARLY.search(_words(turn)):
        _give_link(turn, debt, running, amount or left[0].amount)
    else:
        turn.ask("ahead", "utter_payments_ask_ahead", None, "utter_payments_ask_ahead_again",
                 amount=left[0].amount, date=left[0].due, total=_all(debt, running, left), debt_id=debt.id)  # fmt: skip
    return True


@answers("ahead")
def chose_ahead(turn: Turn) -> bool:
    """ "The next one", "two", "all of it" or a sum; no leaves the plan as it is."""
    debt = the_debt(turn, turn.who())
    running, left = _running(turn, debt)
    if running is None:
        return False
    if turn.matter.intent == "deny" and not turn.matter.names_figures:
        turn.answered()
        turn.say("utter_negotiation_kept")
        return True
    options = {1: left[0].amount, 2: _all(debt, running, left)}
    amount = _how_much(turn, debt, running, left) or options.get(turn.matter.named("option") or 0)
    if amount is None:
        return False
    _give_link(turn, debt, running, amount)
    return True


def _running(turn: Turn, debt: accounts.Debt) -> tuple[Agreement | None, tuple[Instalment, ...]]:
    """The plan in force and its open parts; no plan when nothing of it is open."""
    running = negotiation.current_agreement(turn.session, debt.id)
    left = negotiation.remaining(turn.session, running) if running is not None else ()
    return (running, left) if left else (None, ())


def _is_before(turn: Turn, due: date) -> bool:
    """A payment before it is due: no rhythm, no later day, and where it was not heard as paying, words that say so."""
    question, matter = turn.state.question, turn.matter
    kinds = {entity["entity"] for entity in matter.entities}
    day = _day(turn)
    if "frequency" in kinds or matter.vague or CANNOT.search(_words(turn)):
        return False
    if day is not None and day > turn.today and (day > due or "amount" not in kinds):
        return False
    if matter.intent == "pay_now" or question is not None and question.kind == "ahead":
        return True
    if question is not None and question.kind in _BUSY:
        return False
    return day is not None or _EARLY.search(_words(turn)) is not None


def _day(turn: Turn) -> date | None:
    """The last day that they name."""
    days = [date.fromisoformat(entity["value"]) for entity in turn.matter.entities if entity["entity"] == "date"]
    return max(days, default=None)


def _how_much(turn: Turn, debt: accounts.Debt, running: Agreement, left: tuple[Instalment, ...]) -> Money | None:
    """What they named: a sum, all of it, so many parts or the next one; None when that is open."""
    words = _words(turn)
    sums = [e for e in turn.matter.entities if e["entity"] == "amount" and not e.get("about")]
    if sums:
        return min(Money(sums[0]["minor"], sums[0]["currency"]), _all(debt, running, left))
    share = turn.matter.named("percentage")
    if isinstance(share, int):  # "half now" is half of the one that is next
        return (_all(debt, running, left) if parts_meant(words) == "all" else left[0].amount).percent(share, "up")
    parts = parts_meant(words)
    return _all(debt, running, left) if parts == "all" else _sum(left[:parts]) if parts else None


def parts_meant(words: str) -> int | Literal["all"] | None:
    """How many parts of a plan these words mean, or all that is left; None when they leave it open."""
    several = next((count for count, one in _SEVERAL.items() if one.search(words)), None)
    if several is not None:
        return several
    if _NEXT.search(words):
        return 1
    if ALL_OF_IT.search(words) or _ALL.search(words):
        return "all"
    return 1 if _ONE.search(words) else None


def _give_link(turn: Turn, debt: accounts.Debt, running: Agreement, amount: Money) -> None:
    """The link, and before it what comes after. Who pays all of it pays less where policy has a discount for that."""
    _, left = _running(turn, debt)
    is_all = amount >= _all(debt, running, left)
    if is_all and len(left) > 1 and not running.discount.is_positive and costs_less(turn, debt.id):
        return
    turn.answered()
    after = negotiation.after_paying(turn.session, running, amount)
    early = left[0].due > turn.today and _EARLY.search(_words(turn)) is not None
    if is_all and (len(left) > 1 or early):
        turn.say("utter_payments_ahead_all")
    elif after and left[0].due > turn.today and (early or amount != left[0].amount):
        turn.say("utter_payments_ahead", amount=after[0].amount, date=after[0].due)
    say_link(turn, turn.who(), debt.id, amount, running, due=left[0].due if amount == left[0].amount else _day(turn))


def _all(debt: accounts.Debt, running: Agreement, left: tuple[Instalment, ...]) -> Money:
    """All that is left: of a settlement what was agreed, else what is owed."""
    return _sum(left) if running.discount.is_positive else debt.balance


def _sum(parts: tuple[Instalment, ...]) -> Money:
    return sum((part.amount for part in parts), Money.zero(parts[0].amount.currency))


def _words(turn: Turn) -> str:
    return turn.matter.whole or turn.matter.text
