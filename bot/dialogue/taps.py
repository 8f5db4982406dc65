"""What may be tapped under the open question: one declaration (`taps.yml`) for the buttons of every channel.

A list that was read, of offers or accounts, is tapped by its numbers; everything else by words.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import yaml

from bot import contact
from bot.dialogue import questions
from bot.dialogue.questions import Question

DECLARED = Path(__file__).with_name("taps.yml")
LONGEST = 20
"""Characters of one: what a quick reply of WhatsApp shows (twilio.com/docs/content/twilio-quick-reply)."""
MOST = 10
"""In a list of WhatsApp (twilio.com/docs/content/twiliolist-picker)."""


@lru_cache(maxsize=1)
def declared() -> dict[str, dict[contact.Language, list[str]]]:
    """Words by question and language."""
    found: dict[str, dict[contact.Language, list[str]]] = yaml.safe_load(DECLARED.read_text(encoding="utf-8"))
    return found


def under(question: Question, language: contact.Language) -> tuple[str, ...]:
    """The buttons of a question, in their order."""
    words = declared()[_name(question)][language]
    return (*map(str, range(1, _listed(question) + 1)), *words)[:MOST]


def _name(question: Question) -> str:
    """What the declaration calls it."""
    if isinstance(question, questions.Terms):
        if question.days:
            return "which day"
        missing = f"terms {question.missing}"
        return missing if missing in declared() and question.period is None else "terms"
    if isinstance(question, questions.Meant):
        return "meant two" if len(question.acts) > 1 else "meant one"
    if isinstance(question, questions.Shares) and question.shares:
        return "shares read back"
    return question.kind


def _listed(question: Question) -> int:
    """How many things were read with a number before each."""
    if isinstance(question, questions.Choice):
        return len(question.groups)
    return len(question.debts) if isinstance(question, questions.Debt) else 0
