"""What may be tapped under the open question: one declaration (`data/phrases/taps.yml`) for the buttons of every channel.

A list that was read, of offers or accounts, is tapped by its numbers, one of two days by its date; everything else by
words that are what they stand for (`meaning/tapped.py`).
"""

from __future__ import annotations

from datetime import date

from babel.dates import format_date

from bot import contact
from bot.dialogue import questions
from bot.dialogue.meaning.tapped import declared
from bot.dialogue.questions import Question

LONGEST = 20
"""Characters of one: what a quick reply of WhatsApp shows (twilio.com/docs/content/twilio-quick-reply)."""
MOST = 10
"""In a list of WhatsApp (twilio.com/docs/content/twiliolist-picker)."""


def under(question: Question, language: contact.Language) -> tuple[str, ...]:
    """The buttons of a question, in their order."""
    if isinstance(question, (questions.Representative, questions.Rating)):
        return ()
    words = declared()[_name(question)][language]
    if isinstance(question, questions.Terms):
        return (*(_short(day, language) for day in question.days), *words)
    return (*map(str, range(1, _listed(question) + 1)), *words)[:MOST]


def _name(question: Question) -> str:
    """What the declaration calls it."""
    if isinstance(question, questions.Terms):
        missing = f"terms {question.missing}"
        plain = question.days or question.period is not None or missing not in declared()
        return "terms" if plain else missing
    if isinstance(question, questions.Identity) and question.awaits is not None:
        return f"identity {question.awaits}"
    if isinstance(question, questions.Meant):
        return "meant two" if len(question.acts) > 1 else "meant one"
    if isinstance(question, questions.Shares) and question.shares:
        return "shares read back"
    return question.kind


def _short(day: date, language: contact.Language) -> str:
    """ "Dec 4", "4 dic"."""
    return str(format_date(day, {"en": "MMM d", "es": "d MMM"}[language], locale=language))


def _listed(question: Question) -> int:
    """How many things were read with a number before each."""
    if isinstance(question, questions.Choice):
        return len(question.groups)
    return len(question.debts) if isinstance(question, questions.Debt) else 0
