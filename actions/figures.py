"""From what the grammar read to a proposal: which figure is the instalment, which the total, which is paid when.

Pure: a matter, the debtor's today and the balance go in; `negotiation.Proposal` comes out. What is vague is not
guessed: `question` says what to ask back.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from bot.core import Money
from bot.dialogue import Matter
from bot.negotiation import Frequency, Part, Proposal

REST = re.compile(
    r"\b(?:rest|remaind\w+|remaining|whats left|what's left|balance|resto|restante|dem[aá]s|lo que (?:queda|falta))\b",
    re.IGNORECASE,
)
_FORGIVE_REST = re.compile(
    r"\b(?:forgive|forget|wipe|waive|drop|erase|write off|clear|perdon\w+|condon\w+|quit\w+|borr\w+|olvid\w+)"
    rf"(?:\W+\w+){{0,2}}?\W+{REST.pattern[2:]}",
    re.IGNORECASE,
)
_OVER_MONTHS = re.compile(
    r"\b(?:over|across|within|in|for|spread\w*(?: it)?|a|en|por)\s+(?:like |about |the next |unos )?\S+\s+"
    r"(?:months?|mos?|mths?|mes(?:es)?)\b",
    re.IGNORECASE,
)
_PROMISES = re.compile(r"\b(?:i promise|i swear|promet\w+|le juro)\b", re.IGNORECASE)
_FROM_PAYDAY = re.compile(
    r"\b(?:start\w*|begin\w*|first (?:one|payment)|empez\w+|empiez\w+|comenz\w+|a partir|desde)\b.{0,20}"
    r"\b(?:pay ?day|pay ?check|get paid|check|cobr\w+|pag(?:uen?|an?)|quincena|d[ií]a de pago)\b",
    re.IGNORECASE,
)
_OTHER_HALF = re.compile(r"\b(?:other half|otra mitad)$", re.IGNORECASE)
_OFF_AFTER = re.compile(r"\s*(?:off|less|discount|reduction|menos|de (?:descuento|rebaja))\b", re.IGNORECASE)
_OFF_BEFORE = re.compile(
    r"\b(?:discount|descuento|rebaj\w+|knock\w*|reduc\w+|perdon\w+|condon\w+|forgiv\w+|descont\w+|drop|cut)(?:\W+\w+){0,2}\W*$",
    re.IGNORECASE,
)
_WANTS = {
    "request_plan": "plan", "request_settlement": "settlement", "needs_time": "pause", "promise_to_pay": "promise",
    "pay_now": "full", "reschedule_payment": "extension",
}  # fmt: skip
_IN_FULL = re.compile(
    r"\b(?:(?:pay|do|send|clear|settle) it all|all of it|in full|everything|the (?:whole|full|entire) (?:thing|amount|bill"
    r"|balance|lot)|it all|pay (?:it|this|that) off|todo(?: junto| completo)?|completo|la totalidad)\b",
    re.IGNORECASE,
)
_SHORT = 6
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_PLAIN = (None, "now", "later")
Entities = Sequence[Mapping[str, Any]]


def read(matter: Matter, today: date, balance: Money) -> Proposal:
    """The proposal in this matter. What they earn, spend, owe or have paid is no offer and is left out."""
    found = [entity for entity in matter.entities if not entity.get("about")]
    frequency = next((e for e in found if e["entity"] == "frequency"), {})
    parts = _Parts(found, today, balance, matter.whole or matter.text, bool(frequency), matter.vague).read()
    wants = _wanted(matter, found, parts)
    bare, count = _bare(found, used=bool(parts)), _value(found, "count") or _months(matter, found)
    if (whole := _for_all_of_it(matter, found)) is not None:
        return whole
    if wants in (None, "promise", "extension") and _is_all(matter, found):
        wants = "full"
    in_all = wants == "settlement" or (wants == "full" and not frequency)
    roles = _roles(found)
    return Proposal(
        each=roles.get("each") or (None if in_all else bare),
        total=roles.get("total") or (bare if in_all else None),
        count=count,
        frequency=Frequency(frequency["value"]) if frequency else None,
        first_date=None if parts and not _with_later_rhythm(parts, frequency) else _date(found, used=_days(parts)),
        percent=None if parts else _percent(found, matter.whole or matter.text),
        lump=wants == "settlement" and not frequency and count is None,
        parts=parts,
        at_least=roles.get("at_least"),
        at_most=roles.get("at_most"),
        pause_until=_until(found, today) if wants == "pause" else None,
        days_of_month=tuple(frequency.get("days_of_month") or ()),
        weekday=_WEEKDAYS.index(frequency["weekday"]) if frequency.get("weekday") else None,
        wants=wants,  # type: ignore[arg-type]
    )


def _for_all_of_it(matter: Matter, found: Entities) -> Proposal | None:
    """ "300 now and forgive the rest" closes it; nobody means to pay that rest."""
    if not _FORGIVE_REST.search(matter.whole or matter.text):
        return None
    total = _bare(found, used=False)
    return Proposal(wants="settlement", total=total, first_date=_date(found), lump=True) if total else None


def question(matter: Matter, proposal: Proposal) -> Mapping[str, Any] | None:
    """The vague words that need a question back before anything is offered; None when the rest is enough.

    "When my check clears" matters only when no day and no rhythm is named beside it; "a month, starting on my
    payday" lacks only the day.
    """
    dated = bool(proposal.parts) and not _undated(proposal.parts)
    for vague in matter.vague:
        asks = vague["question"]
        if asks in ("payday", "which_date") and not (proposal.first_date or proposal.pause_until or dated):
            if asks == "payday" and proposal.frequency not in (None, Frequency.PAYDAY):
                if _FROM_PAYDAY.search(matter.text):
                    return {**vague, "question": "which_date"}
                continue
            return vague
        if asks == "amount" and not (proposal.payment or proposal.total or proposal.percent or proposal.parts):
            return vague
        if asks == "frequency" and proposal.frequency is None:
            return vague
    return None


@dataclass(frozen=True)
class _Parts:
    """Payments of their own: "50 now, 50 on the 15th", "half now and the rest on the 30th", "100 down, 60 biweekly"."""

    found: Entities
    today: date
    balance: Money
    text: str
    has_rhythm: bool
    vague: Entities = ()

    def read(self) -> tuple[Part, ...]:
        if self._is_other_half():
            return ((_date(self.found), "rest"),)
        amounts = [e for e in self.found if self._is_part(e)] or self._dated_shares()
        rest = REST.search(self.text)
        staged = any(self._role(e) in ("now", "later") for e in amounts)
        if not amounts and not self.has_rhythm:
            return self._rest_alone()
        if not amounts or not staged and (self.has_rhythm or len(amounts) < 2 and rest is None):
            return ()
        if len(amounts) == 1 and rest is None and not self.has_rhythm and self._role(amounts[0]) != "now":
            return ()
        parts: list[Part] = [(self._day(e, amounts), self._money(e)) for e in amounts]
        if len(parts) > 1 and all(e["entity"] == "percentage" for e in amounts) and sum(map(_share, amounts)) == 100:
            return (*parts[:-1], (parts[-1][0], "rest"))
        if self.has_rhythm:
            return tuple(part for part, e in zip(parts, amounts) if self._comes_before(part, e)) or tuple(parts[:1])
        named = sum(amount.minor for _, amount in parts if isinstance(amount, Money))
        if rest is not None and named < self.balance.minor:
            parts.append((self._late(rest.start(), parts), "rest"))
        return tuple(parts)

    def _comes_before(self, part: Part, entity: Mapping[str, Any]) -> bool:
        """ "50 now, 50 on the 15th, then 20 a week": what has a day of its own, where another amount has the rhythm."""
        if self._role(entity) == "now":
            return True
        return part[0] is not None and any(e["entity"] == "amount" and e.get("role") == "each" for e in self.found)

    def _is_other_half(self) -> bool:
        """ "The other half on the 15th", where the first half was named before."""
        sums = [e for e in self.found if e["entity"] in ("amount", "percentage", "count", "frequency")]
        return len(sums) == 1 and _OTHER_HALF.search(self.text[: sums[0]["end"]]) is not None

    def _rest_alone(self) -> tuple[Part, ...]:
        """ "The rest on the 15th", "the rest in january", to what they said before."""
        days = [e for e in self.found if e["entity"] == "date" and e.get("rest")]
        if days:
            return ((date.fromisoformat(days[0]["value"]), "rest"),)
        return ((None, "rest"),) if any(one.get("rest") for one in self.vague) else ()

    def _dated_shares(self) -> list[Mapping[str, Any]]:
        """ "Half on friday and half two weeks later": shares of the whole that are all of it."""
        shares = [e for e in self.found if e["entity"] == "percentage"]
        dated = len([e for e in self.found if e["entity"] == "date"]) == len(shares)
        return shares if len(shares) > 1 and dated and sum(map(_share, shares)) == 100 else []

    def _is_part(self, entity: Mapping[str, Any]) -> bool:
        if entity["entity"] == "percentage":
            return bool(entity.get("part"))
        return entity["entity"] == "amount" and entity.get("role") in _PLAIN

    @staticmethod
    def _role(entity: Mapping[str, Any]) -> str | None:
        return entity.get("role") or entity.get("part")

    def _money(self, entity: Mapping[str, Any]) -> Money:
        if entity["entity"] == "amount":
            return Money(entity["minor"], entity["currency"])
        return self.balance.percent(_share(entity), "up")

    def _day(self, entity: Mapping[str, Any], amounts: Entities) -> date | None:
        """The day that stands with it, "now" is today. "50 on friday" tells it after the amount, "friday 50" before."""
        if self._role(entity) == "now":
            return self.today
        named = [e for e in self.found if e["entity"] == "date"]
        leads = bool(named) and named[0]["start"] < amounts[0]["start"] and named[-1]["start"] < amounts[-1]["start"]
        before = max((e["end"] for e in amounts if e["start"] < entity["start"]), default=0)
        after = min((e["start"] for e in amounts if e["start"] > entity["start"]), default=len(self.text))
        first, last = (before, entity["start"]) if leads else (entity["end"], after)
        days = [e for e in named if first <= e["start"] < last]
        return date.fromisoformat(days[0]["value"]) if days else None

    def _late(self, at: int, parts: Sequence[Part]) -> date | None:
        """The day for the rest: one that no part has, the nearest to the word."""
        used = _days(parts)
        free = [e for e in self.found if e["entity"] == "date" and date.fromisoformat(e["value"]) not in used]
        return date.fromisoformat(min(free, key=lambda e: abs(e["start"] - at))["value"]) if free else None


def _with_later_rhythm(parts: Sequence[Part], frequency: Mapping[str, Any]) -> bool:
    return bool(parts and frequency)


def _wanted(matter: Matter, found: Entities, parts: Sequence[Part]) -> str | None:
    wants = _WANTS.get(matter.intent)
    if parts and (wants in ("full", "promise") or wants == "settlement" and _is_half_now(found)):
        return "plan"
    has_amount = any(e["entity"] == "amount" for e in found)
    if wants is None and not parts and _PROMISES.search(matter.text):
        wants = "promise"
    if wants == "promise" and any(e["entity"] in ("frequency", "count") for e in found) and has_amount:
        return "plan"
    if wants == "pause" and (has_amount or any(e["entity"] in ("frequency", "count") for e in found)):
        return None
    if wants is None and matter.intent == "hardship" and not has_amount and _length(found) is not None:
        return "pause"
    return wants


def _is_half_now(found: Entities) -> bool:
    """ "Half now" leaves the other half for later; it asks nobody to forgive it."""
    return any(e["entity"] == "percentage" and e.get("part") for e in found)


def _is_all(matter: Matter, found: Entities) -> bool:
    """ "Can I pay it all on Friday": everything at once, and no figure that says otherwise."""
    figures = any(e["entity"] in ("amount", "percentage", "count", "frequency") for e in found)
    return not figures and _IN_FULL.search(matter.text) is not None


def says_all(text: str) -> bool:
    """ "The whole thing", in so many words and little else."""
    return len(text.split()) <= _SHORT and _IN_FULL.search(text) is not None


def _undated(parts: Sequence[Part]) -> bool:
    """A part after the first that no day was named for."""
    return any(day is None for day, _ in parts[1:])


def _roles(found: Entities) -> dict[str, Money]:
    return {
        e["role"]: Money(e["minor"], e["currency"])
        for e in found
        if e["entity"] == "amount" and e.get("role") in ("each", "total", "at_most", "at_least")
    }


def _bare(found: Entities, *, used: bool) -> Money | None:
    amounts = [e for e in found if e["entity"] == "amount" and e.get("role") in _PLAIN]
    return Money(amounts[-1]["minor"], amounts[-1]["currency"]) if amounts and not used else None


def _share(entity: Mapping[str, Any]) -> Fraction:
    """In per cent, exact where the grammar kept the fraction."""
    if entity.get("fraction"):
        return Fraction(*entity["fraction"]) * 100
    return Fraction(str(entity["value"]))


def _percent(found: Entities, text: str) -> Decimal | None:
    """The share that they would pay: "25% off" leaves 75."""
    share = next((e for e in found if e["entity"] == "percentage"), None)
    if share is None:
        return None
    value = Decimal(str(share["value"]))
    return 100 - value if _is_off(text, share["start"], share["end"]) and value < 100 else value


def _is_off(text: str, start: int, end: int) -> bool:
    said = text[start:end].casefold()
    return "off" in said or _OFF_AFTER.match(text, end) is not None or _OFF_BEFORE.search(text[:start]) is not None


def _days(parts: Sequence[Part]) -> frozenset[date]:
    return frozenset(day for day, _ in parts if day is not None)


def _date(found: Entities, used: frozenset[date] = frozenset()) -> date | None:
    days = [date.fromisoformat(e["value"]) for e in found if e["entity"] == "date"]
    return next((day for day in days if day not in used), None)


def _length(found: Entities) -> int | None:
    return next((e["days"] for e in found if e["entity"] == "duration"), None)


def _months(matter: Matter, found: Entities) -> int | None:
    """ "Over 6 months", "a 6 meses", and no other figure: as many payments, one a month."""
    days = _length(found)
    alone = all(e["entity"] == "duration" for e in found)
    if days is None or not alone or matter.intent not in ("request_plan", "propose_terms"):
        return None
    return days // 30 if days % 30 == 0 and days > 30 and _OVER_MONTHS.search(matter.whole or matter.text) else None


def _until(found: Entities, today: date) -> date | None:
    days = _length(found)
    return _date(found) or (today + timedelta(days=days) if days else None)


def _value(found: Entities, kind: str) -> Any:
    return next((e["value"] for e in found if e["entity"] == kind), None)
