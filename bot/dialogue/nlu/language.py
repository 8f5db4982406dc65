"""English or Spanish, for messages of a few words: naive Bayes over words and letters of our own messages."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable
from typing import Any

from bot.dialogue.nlu.examples import Language
from bot.dialogue.nlu.wording import fold, is_word, tokens

_SMOOTH = 0.5
_SURELY_SPANISH = frozenset("ñ¿¡áéíóú")
# Letters within a word are not independent; without this every guess would be sure of itself.
_LETTER_WEIGHT = 0.35


def _terms(text: str) -> list[str]:
    words = [token for token in tokens(fold(text)) if is_word(token)]
    letters = [padded[i : i + 3] for padded in (f"_{word}_" for word in words) for i in range(len(padded) - 2)]
    return [" " + word for word in words] + letters


class Languages:
    """`log_odds` of Spanish against English, by term."""

    def __init__(self, log_odds: dict[str, float]) -> None:
        self._log_odds = log_odds

    @classmethod
    def learn(cls, messages: Iterable[tuple[str, Language]]) -> Languages:
        counts: dict[Language, Counter[str]] = {"en": Counter(), "es": Counter()}
        for text, language in messages:
            counts[language].update(_terms(text))
        totals = {language: sum(found.values()) or 1 for language, found in counts.items()}
        english, spanish = counts["en"], counts["es"]
        seen = {term for term in english | spanish if english[term] + spanish[term] > 1}
        size = len(seen) or 1
        odds = {
            term: math.log((spanish[term] + _SMOOTH) / (totals["es"] + _SMOOTH * size))
            - math.log((english[term] + _SMOOTH) / (totals["en"] + _SMOOTH * size))
            for term in sorted(seen)
        }
        return cls({term: round(weight, 3) for term, weight in odds.items()})

    def heard(self, text: str) -> tuple[Language, float]:
        """The likelier language and how sure, 0.5 to 1. Nothing to go by is English at 0.5.

        One word of two letters or fewer says nothing: "y", "yo", "no", "ok".
        """
        words = [term for term in _terms(text) if term[0] == " "]
        if len(words) == 1 and len(words[0]) <= 3 and not _SURELY_SPANISH & set(text.lower()):
            return "en", 0.5
        evidence = sum(
            self._log_odds.get(term, 0.0) * (1.0 if term[0] == " " else _LETTER_WEIGHT) for term in _terms(text)
        )
        evidence += 2.0 * bool(_SURELY_SPANISH & set(text.lower()))
        sure = 1 / (1 + math.exp(-max(-30.0, min(30.0, evidence))))
        return ("es", sure) if sure > 0.5 else ("en", 1 - sure)

    def as_json(self) -> dict[str, Any]:
        return {"log_odds": self._log_odds}
