"""From what the grammar read to a proposal: which figure is the instalment, which the total, which is paid when.

Pure: a matter, the debtor's today and the balance go in; `negotiation.Proposal` comes out. What is vague is not
guessed: `question` says what to ask back.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from actions.parts import PLAIN, REST, Entities, Parts, date_of, days_of
from bot.core import Money
from bot.dialogue import Matter
from bot.negotiation import Frequency, Part, Proposal

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
_LARGEST_SHARE_EACH = 34
"""Per cent: a third of what is owed, each time."""
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def read(matter: Matter, today: date, balance: Money) -> Proposal:
    """The proposal in this matter. What they earn, spend, owe or have paid is no offer and is left out."""
    found = [entity for entity in matter.entities if not entity.get("about")]
    frequency = next((e for e in found if e["entity"] == "frequency"), {})
    parts = Parts(found, today, balance, matter.whole or matter.text, bool(frequency), matter.vague).read()
    wants = _wanted(matter, found, parts)
    bare, count = _bare(found, used=bool(parts)), _value(found, "count") or _months(matter, found)
    if (whole := _for_all_of_it(matter, found)) is not None:
        return whole
    if wants in (None, "promise", "extension") and _is_all(matter, found):
        wants = "full"
    each = _share_each(found, frequency, balance)
    if each is not None:
        wants = "plan"
    in_all = wants == "settlement" or (wants == "full" and not frequency)
    roles = _roles(found)
    return Proposal(
        each=each or roles.get("each") or (None if in_all else bare),
        total=roles.get("total") or (bare if in_all else None),
        count=count,
        frequency=Frequency(frequency["value"]) if frequency else None,
        first_date=None if parts and not _with_later_rhythm(parts, frequency) else date_of(found, used=days_of(parts)),
        percent=None if parts or each else _percent(found, matter.whole or matter.text),
        lump=wants == "settlement" and not frequency and count is None,
        parts=parts,
        at_least=roles.get("at_least"),
        at_most=roles.get("at_most"),
        pause_until=_until(found, today) if wants == "pause" else None,
        days_of_month=tuple(frequency.get("days_of_month") or ()),
        weekday=_WEEKDAYS.index(frequency["weekday"]) if frequency.get("weekday") else None,
        wants=wants,  # type: ignore[arg-type]
    )


def _share_each(found: Entities, frequency: Mapping[str, Any], balance: Money) -> Money | None:
    """ "10% a month" is that share each time; a larger one would close it."""
    sums = [e for e in found if e["entity"] in ("amount", "percentage", "count")]
    if not frequency or [e["entity"] for e in sums] != ["percentage"] or sums[0]["value"] > _LARGEST_SHARE_EACH:
        return None
    return balance.percent(Fraction(str(sums[0]["value"])), "up")


def _for_all_of_it(matter: Matter, found: Entities) -> Proposal | None:
    """ "300 now and forgive the rest" closes it; nobody means to pay that rest."""
    if not _FORGIVE_REST.search(matter.whole or matter.text):
        return None
    total = _bare(found, used=False)
    return Proposal(wants="settlement", total=total, first_date=date_of(found), lump=True) if total else None


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
    amounts = [e for e in found if e["entity"] == "amount" and e.get("role") in PLAIN]
    return Money(amounts[-1]["minor"], amounts[-1]["currency"]) if amounts and not used else None


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
    return date_of(found) or (today + timedelta(days=days) if days else None)


def _value(found: Entities, kind: str) -> Any:
    return next((e["value"] for e in found if e["entity"] == kind), None)
