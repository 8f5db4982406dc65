"""Which intent: a linear model over words and letters, joined with what the messages near in meaning say.

The first does not mind typos, the second knows that "laid off" is "lost my job": kernel ridge regression, every
training message a neighbour with a learnt vote. Probabilities are those that cross-validation made true.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from bot.dialogue.nlu.examples import Language
from bot.dialogue.nlu.features import Terms, letter_terms, word_terms
from bot.dialogue.nlu.meaning import MeaningHead

Array = Any
"""A numpy array; 1.23 under Rasa's pins has no useful static shapes."""


def softmax(scores: Array, warmth: float | Array = 1.0) -> Array:
    """Along the last axis."""
    cooled = scores / warmth
    raised = np.exp(cooled - cooled.max(axis=-1, keepdims=True))
    return raised / raised.sum(axis=-1, keepdims=True)


@dataclass(frozen=True)
class WordHead:
    """One row of `weights` a term, one column an intent."""

    words: Terms
    letters: Terms
    weights: Array
    shift: Array

    def scores(self, spelt: str) -> Array:
        word_places, word_values = self.words.weigh(word_terms(spelt))
        letter_places, letter_values = self.letters.weigh(letter_terms(spelt))
        places = np.concatenate([word_places, letter_places + len(self.words.vocabulary)])
        values = np.concatenate([word_values, letter_values]).astype(np.float32)
        return values @ self.weights[places].astype(np.float32) + self.shift


@dataclass(frozen=True)
class Mixing:
    """How the heads are joined: the word head's share by language, and the warmth of each."""

    word_share: Mapping[Language, float]
    word_warmth: float = 0.25
    meaning_warmth: float = 0.08
    warmth: Mapping[Language, float] | None = None

    def warmths(self, languages: Sequence[Language]) -> Array:
        """A column, one row a message."""
        return np.array([[(self.warmth or {}).get(language, 1.0)] for language in languages])

    def joined(self, word: Array, meaning: Array | None, languages: Sequence[Language]) -> Array:
        """Log-scores before calibration, one row a message."""
        word_part = np.log(softmax(word, self.word_warmth) + 1e-9)
        if meaning is None:
            return word_part
        share = np.array([self.word_share[language] for language in languages], dtype=np.float32)[:, None]
        return share * word_part + (1 - share) * np.log(softmax(meaning, self.meaning_warmth) + 1e-9)


@dataclass(frozen=True)
class Classifier:
    """`labels` are the intents in the order of the columns."""

    labels: tuple[str, ...]
    word: WordHead
    meaning: MeaningHead | None
    mixing: Mixing

    def scores(self, spelt: Sequence[str], vectors: Array | None, languages: Sequence[Language]) -> Array:
        """Log-scores, one row a message."""
        word = np.stack([self.word.scores(one) for one in spelt])
        meaning = self.meaning.scores(vectors) if self.meaning and vectors is not None else None
        return self.mixing.joined(word, meaning, languages)

    def probabilities(self, scores: Array, languages: Sequence[Language]) -> Array:
        return softmax(scores, self.mixing.warmths(languages))
