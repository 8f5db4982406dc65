"""Payments of their own: "50 now, 50 on the 15th", "half now and the rest on the 30th", "100 down, 60 biweekly"."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from bot.core import Money
from bot.negotiation import Part

REST = re.compile(
    r"\b(?:rest|remaind\w+|remaining|whats left|what's left|balance|resto|restante|dem[aá]s|lo que (?:queda|falta))\b",
    re.IGNORECASE,
)
_OTHER_HALF = re.compile(r"\b(?:other half|otra mitad)$", re.IGNORECASE)
PLAIN = (None, "now", "later")
"""Roles of an amount that is no instalment and no total."""
Entities = Sequence[Mapping[str, Any]]


@dataclass(frozen=True)
class Parts:
    """What is read of one message. `read` gives (day or None, amount or "rest") in the order of the words."""

    found: Entities
    today: date
    balance: Money
    text: str
    has_rhythm: bool
    vague: Entities = ()

    def read(self) -> tuple[Part, ...]:
        if self._is_other_half():
            return ((date_of(self.found), "rest"),)
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
        return entity["entity"] == "amount" and entity.get("role") in PLAIN

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
        used = days_of(parts)
        free = [e for e in self.found if e["entity"] == "date" and date.fromisoformat(e["value"]) not in used]
        return date.fromisoformat(min(free, key=lambda e: abs(e["start"] - at))["value"]) if free else None


def _share(entity: Mapping[str, Any]) -> Fraction:
    """In per cent, exact where the grammar kept the fraction."""
    if entity.get("fraction"):
        return Fraction(*entity["fraction"]) * 100
    return Fraction(str(entity["value"]))


def days_of(parts: Sequence[Part]) -> frozenset[date]:
    """The days that they named for a payment of its own."""
    return frozenset(day for day, _ in parts if day is not None)


def date_of(found: Entities, used: frozenset[date] = frozenset()) -> date | None:
    """The first day named that is not among `used`."""
    days = [date.fromisoformat(e["value"]) for e in found if e["entity"] == "date"]
    return next((day for day in days if day not in used), None)
