"""Whether somebody asks to be reminded of their payments, or who moves the money: "can you text me the day before each?".

Closed lists in `data/phrases/table/reminders.yml`. What was learned hears a wish about how we write to them in it, or a
question about the schedule; with these words it is neither.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from bot.dialogue.meaning.case import Case
from bot.dialogue.meaning.cues import Cues
from bot.dialogue.meaning.spans import clauses

PHRASES = Path(__file__).parents[3] / "data" / "phrases" / "table" / "reminders.yml"
ASKED, BY_HAND = "ask_about:reminder", "ask_about:by_hand"
_ABOUT_TAKING = frozenset({"ask_about:link", "ask_about:bank"})
_HEARD_AS = frozenset({
    "contact_preference", "unclear", "nothing", "ask_about:schedule", "ask_about:next", "ask_about:first_day",
    "ask_about:deadline", "plan_status",
})  # fmt: skip


@lru_cache(maxsize=1)
def _cues() -> Cues:
    return Cues.read(PHRASES)


def wants_reminder(text: str) -> bool:
    cues = _cues()
    return any(
        cues.holds("reminds", clause) or cues.holds("writes", clause) and cues.holds("before", clause)
        for _, clause in clauses(text)
    )


def with_by_hand(labels: list[str], case: Case) -> list[str]:
    """ "Do I pay with that link, or do you take it?" asks for no link and switches nothing off."""
    clauses = [(one.text, one.is_question) for one in case.heard.clauses] or [(case.heard.text, case.heard.is_question)]
    is_asked = any(asks and _cues().holds("takes", text) for text, asks in clauses)
    is_told = not is_asked and _ABOUT_TAKING & set(labels) and _cues().holds("takes", case.heard.text)
    if not is_asked and not is_told or "autopay_on" in labels:
        return labels
    return [*(one for one in labels if one not in _ABOUT_TAKING | {"unclear", "nothing"}), BY_HAND]


def with_reminder(labels: list[str], case: Case) -> list[str]:
    """In the place of what such words are otherwise heard as, or of what is hardly sure; else they are part of a tale."""
    labels = with_by_hand(labels, case)
    otherwise = {one for one in labels if one in _HEARD_AS or case.likely(one) < case.limits.more}
    asked = any(one.is_question and wants_reminder(one.text) for one in case.heard.clauses)
    if not asked and (not otherwise or not wants_reminder(case.heard.text)):
        return labels
    return [*(one for one in labels if one not in otherwise), ASKED]
