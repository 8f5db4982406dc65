"""Money, days, rhythms and shares in what debtors write, English and Spanish: a grammar, no model.

`read` resolves against the debtor's own today. What is vague ("when my check clears") comes back as a
question; what is taken back ("not 50, 40") or told as past is not there. `date_of_birth` and `postcode`
read single answers.
"""

from __future__ import annotations

from datetime import datetime

from bot.dialogue.grammar import counted_days, dates, days, months, periods, rhythms, sums
from bot.dialogue.grammar.answers import date_of_birth, dates_of_birth, postcode
from bot.dialogue.grammar.corrections import meant
from bot.dialogue.grammar.direction import Direction, bare_number, direction, number_said
from bot.dialogue.grammar.folding import fold
from bot.dialogue.grammar.hours import Window, inconvenient
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
from bot.dialogue.grammar.names import rhythms_behind
from bot.dialogue.grammar.rhythm import counted, join, twice_a_month
from bot.dialogue.grammar.roles import assign
from bot.dialogue.grammar.sheet import Sheet
from bot.dialogue.grammar.sums import figure_left

# A rule names a public function of these.
READERS = {
    name: read for part in (counted_days, dates, days, periods, rhythms, sums) for name, read in vars(part).items()
}

# What one level has understood, the next ones see as one sign.
LEVELS = (
    ("money", "asides"),
    ("days", "stretches"),
    ("days", "days"),
    ("days", "composed"),
    ("money", "rhythms"),
    ("money", "shares"),
    ("money", "counts"),
    ("money", "lengths"),
    ("money", "vague"),
    ("money", "sums"),
)


def read(
    text: str,
    *,
    now: datetime,
    language: str | None = None,
    currency: str = "USD",
    names: frozenset[str] = frozenset(),
) -> Reading:
    """Everything that the first 1,000 characters say about money and time.

    `now` is aware and in the debtor's zone (ValueError otherwise). `language` is "en" or "es" where the
    conversation knows it; both are always read. `names` are the folded words of it that name a debt: a bare
    number beside one is a sum. Never raises on any text.
    """
    if now.tzinfo is None:
        raise ValueError(f"expected an aware time in the debtor's zone, got {now!r}")
    sheet = Sheet(text, now, language, currency, names)
    for file, level in LEVELS:
        more = rhythms_behind(names) if level == "rhythms" else ()
        sheet.follow(file, level, READERS, (*more, *counted_days.RULES.get(level, ())))
    placed = assign(sheet, join(sheet, months.carried(sheet, meant(sheet))))
    found = [p.what for p in counted(sheet, twice_a_month(sheet, placed))]
    return Reading(
        tuple(what for what in found if isinstance(what, Entity)),
        tuple(what for what in found if isinstance(what, Vague)),
    )


def folded(text: str) -> str:
    """Lower case, without accents and apostrophes, as the grammar itself reads."""
    return fold(text).text


__all__ = [
    "About", "Amount", "Count", "Day", "Direction", "Duration", "Entity", "Frequency", "Percentage", "Question",
    "Reading", "Role", "Vague", "Window", "bare_number", "date_of_birth", "dates_of_birth", "direction",
    "figure_left", "folded", "inconvenient", "number_said", "postcode", "read",
]  # fmt: skip
