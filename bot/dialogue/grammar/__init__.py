"""Money, days, rhythms and shares in what debtors write, English and Spanish: a grammar, no model.

`read` resolves against the debtor's own today. What is vague ("when my check clears") comes back as a
question; what is taken back ("not 50, 40") or told as past is not there. `date_of_birth` and `postcode`
read single answers.
"""

from __future__ import annotations

from datetime import datetime

from bot.dialogue.grammar import amounts, asides, counts, dates, ends, frequency, near, periods, shares, vague
from bot.dialogue.grammar.answers import date_of_birth, dates_of_birth, postcode
from bot.dialogue.grammar.corrections import past, taken_back
from bot.dialogue.grammar.direction import Direction, bare_number, direction
from bot.dialogue.grammar.folding import fold
from bot.dialogue.grammar.model import (
    About,
    Amount,
    Count,
    Day,
    Duration,
    Entity,
    Frequency,
    Percentage,
    Question,
    Reading,
    Role,
    Vague,
)
from bot.dialogue.grammar.remainder import remainder
from bot.dialogue.grammar.rhythm import join
from bot.dialogue.grammar.roles import assign
from bot.dialogue.grammar.sheet import Placed, Sheet, follow

# Longer meanings first: what one rule has read, a later one does not see.
_RULES = (
    *asides.RULES,
    *frequency.RULES,
    *ends.WEEKDAY_RULES,
    *periods.WEEK_RULES,
    *dates.WEEKDAY_RULES,
    *counts.HALF_RULES,
    *near.RULES,
    *dates.RULES,
    *ends.RULES,
    *near.COUNTED_RULES,
    *shares.RULES,
    *counts.RULES,
    *periods.RULES,
    *vague.RULES,
    *amounts.RULES,
)
_TOLD_AS_PAST = (Day, Duration, Percentage, Count)


def read(text: str, *, now: datetime, language: str | None = None, currency: str = "USD") -> Reading:
    """Everything that the first 1,000 characters say about money and time.

    `now` is aware and in the debtor's zone (ValueError otherwise). `language` is "en" or "es" where the
    conversation knows it; both are always read. Never raises on any text.
    """
    if now.tzinfo is None:
        raise ValueError(f"expected an aware time in the debtor's zone, got {now!r}")
    sheet = Sheet(text, now.date(), language, currency)
    follow(sheet, _RULES)
    placed = remainder(sheet, assign(sheet, join(sheet, _meant(sheet))))
    found = [p.what for p in placed]
    return Reading(
        tuple(what for what in found if isinstance(what, Entity)),
        tuple(what for what in found if isinstance(what, Vague)),
    )


def folded(text: str) -> str:
    """Lower case, without accents and apostrophes, as the grammar itself reads."""
    return fold(text).text


def _meant(sheet: Sheet) -> list[Placed]:
    """In text order, without what is taken back or told as past."""
    out = taken_back(sheet)
    kept = [p for p in sorted(sheet.placed, key=lambda p: p.start) if (p.start, p.end) not in out]
    return [p for p in kept if not (_may_be_past(p) and past(sheet, p))]


def _may_be_past(p: Placed) -> bool:
    return isinstance(p.what, _TOLD_AS_PAST) or isinstance(p.what, Vague) and p.what.question == "which_date"


__all__ = [
    "About",
    "Amount",
    "Count",
    "Day",
    "Direction",
    "Duration",
    "Entity",
    "Frequency",
    "Percentage",
    "Question",
    "Reading",
    "Role",
    "Vague",
    "bare_number",
    "date_of_birth",
    "dates_of_birth",
    "direction",
    "folded",
    "postcode",
    "read",
]
