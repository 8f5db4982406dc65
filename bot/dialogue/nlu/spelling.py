"""Repairs misspelt words towards the words that debtors use in that language, by what fits the words around.

A noisy channel: how likely the slips of a line, times how likely its words one after the other. A word of the training
messages is never touched. Spanish is repaired towards Spanish only.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from functools import lru_cache
from importlib.resources import files
from typing import Any

from bot.dialogue.nlu.examples import Language
from bot.dialogue.nlu.glossary import glossary
from bot.dialogue.nlu.noise import NEIGHBOURS
from bot.dialogue.nlu.shortforms import short_forms
from bot.dialogue.nlu.wording import fold, is_word, tokens

# What one slip costs, in nats; measured on nothing, but the order is that of Kernighan, Church and Gale 1990.
_SWAPPED, _NEIGHBOUR, _DROPPED, _ADDED, _OTHER = 2.2, 2.8, 2.8, 4.0, 5.0
_KEPT_UNKNOWN: dict[Language, float] = {"en": 18.0, "es": 14.5}
_KEPT_INFLECTED = 9.5
_TWO_SLIPS_FROM = 6
_OWN_SHARE = 0.85
_TOTAL_GENERAL = 1e12
# The list of 82,765 words holds names and slips too; a short one must be frequent to be believed.
_LEAST_GENERAL = {1: math.inf, 2: 2e9, 3: 1e8, 4: 8e6}
_LEAST_LONG = 1e6
# A word of the general list is rarely a slip for another one.
_GENERAL_TRUST = 3.0
_KNOWN_BEGINNING = 4
_FIGURES = {"2": "to", "4": "for"}
_AS_FIGURE = 2.0
_MOST_MEANINGS = 6
_REMEMBERED = 20_000


@lru_cache(maxsize=1)
def english_words() -> dict[str, float]:
    """Share in written English of the common part of the list that comes with symspellpy (SCOWL, Google Books)."""
    lines = files("symspellpy").joinpath("frequency_dictionary_en_82_765.txt").read_text(encoding="utf-8-sig")
    pairs = ((fold(word), int(count)) for word, count in (line.split() for line in lines.splitlines()))
    return {word: n / _TOTAL_GENERAL for word, n in pairs if n >= _LEAST_GENERAL.get(len(word), _LEAST_LONG)}


class Words:
    """One language's words and pairs of words, counted in the training messages."""

    def __init__(self, language: Language, counts: Mapping[str, int], pairs: Mapping[str, int]) -> None:
        self._language = language
        self.counts = dict(counts)
        self.pairs = dict(pairs)
        self._total = sum(counts.values()) or 1
        self._general = english_words() if language == "en" else {}
        self._one_away: dict[str, list[str]] = defaultdict(list)
        self._two_away: dict[str, list[str]] = defaultdict(list)
        for word in {*self.counts, *self._general, *short_forms(language)}:
            for shorter in _without_one(word):
                self._one_away[shorter].append(word)
        for word in self.counts:
            if len(word) >= _TWO_SLIPS_FROM:
                for shorter in _without_two(word):
                    self._two_away[shorter].append(word)

    def share(self, word: str) -> float:
        own = self.counts.get(word, 0) / self._total
        return _OWN_SHARE * own + (1 - _OWN_SHARE) * self._general.get(word, 0.0)

    def surprise(self, word: str, before: str) -> float:
        """Of `word` after `before`, in nats; half of its probability does not look at `before`."""
        together = self.pairs.get(f"{before} {word}", 0) / max(1, self.counts.get(before, 0))
        return -math.log(0.5 * together + 0.5 * self.share(word) + 1e-9)

    def candidates(self, token: str) -> set[str]:
        found = {word for shorter in (token, *_without_one(token)) for word in self._one_away.get(shorter, ())}
        if len(token) >= _TWO_SLIPS_FROM - 1 and not found & self.counts.keys():
            found |= {word for shorter in _without_two(token) for word in self._two_away.get(shorter, ())}
        return found


class Spelling:
    """`counts` and `pairs` are how often each language's training messages use a word, or two in a row."""

    def __init__(
        self, counts: Mapping[Language, Mapping[str, int]], pairs: Mapping[Language, Mapping[str, int]]
    ) -> None:
        self._words: dict[Language, Words] = {one: Words(one, counts[one], pairs[one]) for one in ("en", "es")}
        self._short: dict[Language, dict[str, str]] = {"en": short_forms("en"), "es": short_forms("es")}
        # A message is repaired as a whole and in its pieces, and people use the same words.
        self._meanings = lru_cache(maxsize=_REMEMBERED)(self._meant)

    @classmethod
    def learn(cls, messages: Iterable[tuple[str, Language]]) -> Spelling:
        counts: dict[Language, Counter[str]] = {"en": Counter(), "es": Counter()}
        pairs: dict[Language, Counter[str]] = {"en": Counter(), "es": Counter()}
        for text, language in messages:
            said = tokens(fold(text))
            counts[language].update(token for token in said if is_word(token))
            pairs[language].update(f"{a} {b}" for a, b in zip(["^", *said], said))
        return cls(counts, pairs)

    def repaired(self, text: str, language: Language, *, real_words_stay: bool = False) -> str:
        """Folded, one space between tokens, words written out: the likeliest whole line (Viterbi 1967).

        With `real_words_stay` only what is no word at all is repaired: "decrease" is never "deceased".
        """
        words = self._words[language]
        lines: dict[str, tuple[float, tuple[str, ...]]] = {"^": (0.0, ())}
        for token in tokens(fold(text)):
            reached: dict[str, tuple[float, tuple[str, ...]]] = {}
            stays = real_words_stay and (token in english_words() or token in glossary().whole)
            meanings = {token: 0.0} if stays else self._meanings(token, language)
            for meant, slips in meanings.items():
                first, last = meant.partition(" ")[0], meant.rpartition(" ")[2]
                cost, line = min((cost + words.surprise(first, before), line) for before, (cost, line) in lines.items())
                if last not in reached or cost + slips < reached[last][0]:
                    reached[last] = (cost + slips, (*line, meant))
            lines = reached
        return " ".join(min(lines.values())[1])

    def _meant(self, token: str, language: Language) -> dict[str, float]:
        """What a token may stand for, and what it costs to have typed it so; in nats."""
        words, short = self._words[language], self._short[language]
        if token in short:
            return {short[token]: 0.0}
        if language == "en" and token in _FIGURES:
            return {token: 0.0, _FIGURES[token]: _AS_FIGURE}
        if not is_word(token) or len(token) < 2 or self._is_known(token, language):
            return {token: 0.0}
        found = {token: self._unchanged(token, language)}
        for word in words.candidates(token):
            slips = _slips(token, word)
            if slips is not None and len(word) > 1:
                meant = short.get(word, word)
                found[meant] = min(slips, found.get(meant, math.inf))
        likeliest = sorted(
            found.items(), key=lambda pair: (pair[1] + words.surprise(pair[0].partition(" ")[0], ""), pair[0])
        )
        return dict(likeliest[:_MOST_MEANINGS])

    def _unchanged(self, token: str, language: Language) -> float:
        """What it costs to believe a word that nobody taught us."""
        words = self._words[language]
        if words.share(token):
            return -_GENERAL_TRUST
        kept = _KEPT_INFLECTED if language == "es" and self._is_inflected(token) else _KEPT_UNKNOWN[language]
        return kept - words.surprise(token, "")

    def _is_known(self, token: str, language: Language) -> bool:
        """A word of either language's messages is left alone: people mix them."""
        if any(words.counts.get(token, 0) > (own != language) for own, words in self._words.items()):
            return True
        return language == "es" and token in glossary().whole

    @staticmethod
    def _is_inflected(token: str) -> bool:
        """It begins as a Spanish word of the glossary does."""
        beginnings = (token[:size] for size in range(_KNOWN_BEGINNING, len(token) + 1))
        return any(one in glossary().beginnings for one in beginnings)

    def knows_none(self, text: str, language: Language) -> bool:
        """Letters that make no word of either language, nor a likely slip of one: "lbxcq gcmgp". False without letters.

        One or two letters in a row are a word by chance, and count only where there is nothing longer.
        """
        every = [token for token in tokens(fold(text)) if is_word(token)]
        said = [token for token in every if len(token) > 2] or every
        return bool(said) and not any(self._is_somewhere(token) or self._is_slip(token, language) for token in said)

    def _is_somewhere(self, token: str) -> bool:
        return any(words.share(token) or token in self._short[one] for one, words in self._words.items()) or (
            token in glossary().whole
        )

    def _is_slip(self, token: str, language: Language) -> bool:
        """One likely slip away from a word; a long one may have two."""
        most = _NEIGHBOUR if len(token) < _TWO_SLIPS_FROM - 1 else 2 * _NEIGHBOUR
        return any(cost <= most for meant, cost in self._meanings(token, language).items() if meant != token)

    def as_json(self) -> dict[str, Any]:
        return {
            "counts": {language: words.counts for language, words in self._words.items()},
            "pairs": {language: words.pairs for language, words in self._words.items()},
        }


def _without_one(word: str) -> set[str]:
    return {word, *(word[:i] + word[i + 1 :] for i in range(len(word)))}


def _without_two(word: str) -> set[str]:
    return {shorter for once in _without_one(word) for shorter in _without_one(once)}


def _slips(token: str, word: str) -> float | None:
    """What it costs to type `token` for `word`: optimal string alignment, at most two slips; None beyond that."""
    if abs(len(token) - len(word)) > 2:
        return None
    far = 9.0
    rows = [[j * _ADDED for j in range(len(token) + 1)]]
    for i, meant in enumerate(word, 1):
        row = [i * _DROPPED]
        for j, typed in enumerate(token, 1):
            least = min(rows[i - 1][j] + _DROPPED, row[j - 1] + _ADDED, rows[i - 1][j - 1] + _changed(meant, typed))
            if i > 1 and j > 1 and meant == token[j - 2] and word[i - 2] == typed:
                least = min(least, rows[i - 2][j - 2] + _SWAPPED)
            row.append(least)
        rows.append(row)
    return rows[-1][-1] if rows[-1][-1] <= far else None


def _changed(meant: str, typed: str) -> float:
    if meant == typed:
        return 0.0
    return _NEIGHBOUR if typed in NEIGHBOURS.get(meant, "") else _OTHER
