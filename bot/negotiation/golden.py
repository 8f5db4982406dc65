"""Golden cases: situations with sentences for names and the answer that any policy to be published must give.

A file holds `today`, facts that all share under `case`, and `situations`; each has `it` (the sentence), `case`,
`says` (one proposal, or several in turn; nothing asks for the options) and `gets`. All scalars are read as text.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

import yaml

from bot.core import Money, Problem, Problems
from bot.negotiation.model import (
    Accepted,
    Answer,
    Case,
    Countered,
    FinalOffer,
    Frequency,
    Instalment,
    Missing,
    NoRoom,
    Offer,
    Proposal,
)
from bot.negotiation.offers import options, respond
from bot.negotiation.policy import decide
from bot.negotiation.terms import Policy

_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_NAMES = {
    Accepted: "accepted",
    Countered: "countered",
    FinalOffer: "final",
    NoRoom: "no_room",
    Missing: "missing",
}


@dataclass(frozen=True)
class Situation:
    """One golden case. `says` is empty when the options are asked for."""

    it: str
    case: Case
    says: tuple[Proposal, ...]
    gets: Mapping[str, Any]


@dataclass(frozen=True)
class Outcome:
    """What a policy gave, as text, and where that is not what was expected; green when `differences` is empty."""

    it: str
    got: Mapping[str, Any]
    differences: tuple[Problem, ...]


def read(text: str, where: str = "golden cases") -> tuple[Situation, ...]:
    """The situations of one YAML file. Raises core.Problems with every one that cannot be read."""
    raw = yaml.load(text, Loader=yaml.BaseLoader)
    shared = {"today": raw["today"], **raw.get("case", {})}
    found, wrong = [], []
    for number, one in enumerate(raw["situations"], 1):
        try:
            found.append(_situation(one, shared))
        except (KeyError, ValueError, TypeError, ArithmeticError) as error:
            wrong.append(Problem(f"{where}, situation {number}", "a case that can be read", repr(error)))
    if wrong:
        raise Problems(wrong)
    return tuple(found)


def run(situation: Situation, policy: Policy) -> Outcome:
    """The situation under a policy; every `says` but the last only makes history."""
    case, history = situation.case, tuple[Offer, ...]()
    answer: Answer | None = None
    decision = decide(case, policy)
    for proposal in situation.says:
        answer = respond(proposal, case, decision, history)
        if isinstance(answer, (Countered, FinalOffer)):
            history += (answer.offer,)
            case = replace(case, counters_made=case.counters_made + 1)
            decision = decide(case, policy)
    got = _shown(answer) if answer else _menu(options(case, decision))
    got = {**got, "row": decision.row}
    return Outcome(situation.it, got, tuple(_differences(situation.gets, got)))


def _situation(raw: Mapping[str, Any], shared: Mapping[str, Any]) -> Situation:
    unknown = set(raw) - {"it", "case", "says", "gets"}
    if unknown:
        raise ValueError(f"unknown {', '.join(sorted(unknown))}")
    says = raw.get("says", [])
    turns = [says] if isinstance(says, Mapping) else says
    return Situation(
        it=raw["it"],
        case=_case({**shared, **raw.get("case", {})}),
        says=tuple(_proposal(turn) for turn in turns),
        gets=raw["gets"],
    )


def _usd(text: str) -> Money:
    return Money.of(text, "USD")


def _plan(parts: Sequence[Sequence[str]]) -> tuple[Instalment, ...]:
    return tuple(Instalment(date.fromisoformat(day), _usd(amount)) for day, amount in parts)


def _part(part: Sequence[str]) -> tuple[date | None, Money | str]:
    day, amount = part
    when = None if day in ("now", "later") else date.fromisoformat(day)
    return when, "rest" if amount == "rest" else _usd(amount)


def _true(text: str) -> bool:
    return {"true": True, "yes": True, "false": False, "no": False}[text]


_FACTS: Mapping[str, Callable[[Any], object]] = {
    "balance": _usd,
    "days_past_due": int,
    "today": date.fromisoformat,
    "broken_plans": int,
    "hardship": _true,
    "income_only_benefits": _true,
    "vulnerable": _true,
    "held": _true,
    "counters_made": int,
    "pauses_used": int,
    "changes_this_year": int,
    "plan": _plan,
    "plan_frequency": lambda text: Frequency(text) if text else None,
    "monthly_income": _usd,
    "monthly_surplus": _usd,
    "product": str,
    "jurisdiction": str,
    "client": str,
}
_WORDS: Mapping[str, tuple[str, Callable[[Any], object]]] = {
    "each": ("each", _usd),
    "count": ("count", int),
    "frequency": ("frequency", Frequency),
    "first": ("first_date", date.fromisoformat),
    "total": ("total", _usd),
    "percent": ("percent", Decimal),
    "lump": ("lump", _true),
    "at_least": ("at_least", _usd),
    "at_most": ("at_most", _usd),
    "pause_until": ("pause_until", date.fromisoformat),
    "weekday": ("weekday", _DAYS.index),
    "wants": ("wants", str),
    "not_before": ("not_before", _true),
    "days": ("days_of_month", lambda days: tuple(int(day) for day in days)),
    "parts": ("parts", lambda parts: tuple(_part(part) for part in parts)),
}


def _case(raw: Mapping[str, Any]) -> Case:
    facts: dict[str, Any] = {name: _FACTS[name](value) for name, value in raw.items()}
    return Case(**facts)


def _proposal(raw: Mapping[str, Any]) -> Proposal:
    named: dict[str, Any] = {_WORDS[name][0]: _WORDS[name][1](value) for name, value in raw.items()}
    return Proposal(**named)


def _menu(offers: tuple[Offer, ...]) -> dict[str, Any]:
    shown = {f"{offer.kind.value} {name}": value for offer in offers for name, value in _offer(offer).items()}
    return {"answer": "options", "offers": [offer.kind.value for offer in offers], **shown}


def _shown(answer: Answer) -> dict[str, Any]:
    got: dict[str, Any] = {"answer": _NAMES[type(answer)]}
    if isinstance(answer, Missing):
        return {**got, "ask": answer.ask.value}
    if isinstance(answer, Accepted):
        return {**got, **_offer(answer.offer), "better": "yes" if answer.better else "no"}
    got["reason"] = answer.reason.value
    got |= {f"says {name}": _text(value) for name, value in answer.values.items()}
    return got if isinstance(answer, NoRoom) else {**got, **_offer(answer.offer)}


def _offer(offer: Offer) -> dict[str, Any]:
    got: dict[str, Any] = {
        "kind": offer.kind.value,
        "total": _text(offer.total),
        "discount": _text(offer.discount),
        "payments": str(len(offer.schedule)),
        "expires": str(offer.expires),
    }
    if offer.schedule:
        first, last = offer.schedule[0], offer.schedule[-1]
        got |= {"first": str(first.due), "first_amount": _text(first.amount), "each": _text(offer.regular)}
        got |= {"last": _text(last.amount), "last_on": str(last.due)}
        got["schedule"] = [f"{part.due} {_text(part.amount)}" for part in offer.schedule]
    got["frequency"] = offer.frequency.value if offer.frequency else "none"
    return {**got, "until": str(offer.until)} if offer.until else got


def _text(value: object) -> str:
    return format(value.major, "f") if isinstance(value, Money) else str(value)


def _differences(wanted: Mapping[str, Any], got: Mapping[str, Any]) -> list[Problem]:
    return [
        Problem(name, _words(value), _words(got.get(name, "nothing")))
        for name, value in wanted.items()
        if got.get(name) != value
    ]


def _words(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
