"""Learns the heads from the written messages, and from cross-validation how far to trust them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from bot.dialogue.nlu.classifier import (
    Array,
    Classifier,
    MeaningHead,
    MeaningSpace,
    Mixing,
    WordHead,
    nearness,
    softmax,
)
from bot.dialogue.nlu.encoder import Encoder
from bot.dialogue.nlu.examples import Example, Language
from bot.dialogue.nlu.features import Terms, letter_terms, word_terms
from bot.dialogue.nlu.glossary import glossary, spoken
from bot.dialogue.nlu.spelling import Spelling

FOLDS = 3
_SVC_PENALTY = 0.3
_RIDGE = 0.2
_DIMENSIONS = 384


@dataclass(frozen=True)
class Material:
    """The training messages as the heads want them. Row i of everything is message i."""

    labels: tuple[str, ...]
    intents: Array
    languages: tuple[Language, ...]
    spelt: tuple[str, ...]
    vectors: Array | None


def prepare(examples: Sequence[Example], spelling: Spelling, encoder: Encoder | None) -> Material:
    labels = tuple(sorted({example.intent for example in examples}))
    column = {label: i for i, label in enumerate(labels)}
    spelt = tuple(spelling.repaired(e.text, e.language) for e in examples)
    languages = tuple(example.language for example in examples)
    return Material(
        labels=labels,
        intents=np.array([column[example.intent] for example in examples]),
        languages=languages,
        spelt=spelt,
        vectors=None if encoder is None else encoder.vectors(in_english(spelt, languages)),
    )


def in_english(spelt: Sequence[str], languages: Sequence[Language]) -> list[str]:
    """What the encoder hears: Spanish is put into English word by word, emoji into words."""
    return [spoken(glossary().english(one) if language == "es" else one) for one, language in zip(spelt, languages)]


def train(material: Material, mixing: Mixing, rows: Array | None = None) -> Classifier:
    """On all rows, or on those of a fold."""
    chosen = np.arange(len(material.spelt)) if rows is None else rows
    return Classifier(material.labels, _word_head(material, chosen), _meaning_head(material, chosen), mixing)


def _word_head(material: Material, rows: Array) -> WordHead:
    from sklearn.svm import LinearSVC

    texts = [material.spelt[i] for i in rows]
    words = Terms.learn([word_terms(text) for text in texts], 1)
    letters = Terms.learn([letter_terms(text) for text in texts], 2)
    matrix = _matrix(texts, words, letters)
    model = LinearSVC(C=_SVC_PENALTY, random_state=0).fit(matrix, material.intents[rows])
    return WordHead(words, letters, model.coef_.T.astype(np.float16), model.intercept_.astype(np.float32))


def _matrix(texts: Sequence[str], words: Terms, letters: Terms) -> Any:
    from scipy.sparse import csr_matrix

    places, values, ends = [], [], [0]
    for text in texts:
        for terms, found, offset in ((words, word_terms, 0), (letters, letter_terms, len(words.vocabulary))):
            at, weights = terms.weigh(found(text))
            places.append(at + offset)
            values.append(weights)
        ends.append(ends[-1] + len(places[-1]) + len(places[-2]))
    width = len(words.vocabulary) + len(letters.vocabulary)
    return csr_matrix((np.concatenate(values), np.concatenate(places), ends), shape=(len(texts), width))


def _meaning_head(material: Material, rows: Array) -> MeaningHead | None:
    if material.vectors is None:
        return None
    from scipy.linalg import cho_factor, cho_solve

    vectors, intents = material.vectors[rows], material.intents[rows]
    space = MeaningSpace.learn(vectors, _DIMENSIONS)
    places = space.places(vectors)
    wanted = np.zeros((len(rows), len(material.labels)), dtype=np.float32)
    wanted[np.arange(len(rows)), intents] = 1
    alike = nearness(places, places)
    alike[np.diag_indices_from(alike)] += _RIDGE
    factor = cho_factor(alike, lower=True, overwrite_a=True, check_finite=False)
    return MeaningHead(space, places, cho_solve(factor, wanted, check_finite=False))


@dataclass(frozen=True)
class Unseen:
    """What cross-validation gives: every training message as seen by models that did not learn it."""

    scores: Array
    near: Array


def cross_validate(material: Material, mixing: Mixing, seed: int) -> Unseen:
    from sklearn.model_selection import StratifiedKFold

    scores = np.zeros((len(material.spelt), len(material.labels)), dtype=np.float32)
    near = np.zeros(len(material.spelt), dtype=np.float32)
    folds = StratifiedKFold(FOLDS, shuffle=True, random_state=seed)
    for rows, others in folds.split(material.spelt, material.intents):
        model = train(material, mixing, rows)
        vectors = None if material.vectors is None else material.vectors[others]
        scores[others], near[others] = model.scores(
            [material.spelt[i] for i in others], vectors, [material.languages[i] for i in others]
        )
    return Unseen(scores, near)


def calibrated(material: Material, unseen: Unseen, mixing: Mixing) -> Mixing:
    """The warmth, by language, at which the probabilities of unseen messages are true (least log loss)."""
    from scipy.optimize import minimize_scalar

    warmth: dict[Language, float] = {}
    languages = np.array(material.languages)
    for language in sorted(set(material.languages)):
        mine = languages == language

        def loss(log_warmth: float, mine: Array = mine) -> float:
            cooled = unseen.scores[mine] / np.exp(log_warmth)
            cooled = cooled - cooled.max(axis=1, keepdims=True)
            right = cooled[np.arange(mine.sum()), material.intents[mine]]
            return float((np.log(np.exp(cooled).sum(axis=1)) - right).mean())

        warmth[language] = float(np.exp(minimize_scalar(loss, bounds=(-3, 2), method="bounded").x))
    return replace(mixing, warmth=warmth)


def unseen_probabilities(material: Material, unseen: Unseen, mixing: Mixing) -> Array:
    """What the calibrated model would have said to each training message, had it not learnt it."""
    warmth = np.array([(mixing.warmth or {}).get(language, 1.0) for language in material.languages])
    return softmax(unseen.scores / warmth[:, None])
